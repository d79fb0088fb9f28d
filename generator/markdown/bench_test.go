package markdown

import (
	"fmt"
	"strings"
	"testing"
)

// benchmarkText is a postmortem of about a thousand words with the given two blocks of code.
func benchmarkText(first, second string) string {
	var b strings.Builder
	section := func(title string) { fmt.Fprintf(&b, "## %s\n\n", title) }
	paragraph := func(n int) {
		for i := range n {
			fmt.Fprintf(&b, "At 14:0%d the *queue* of the payment service grew past its limit, and `consumer-%d` was restarted by the [on-call "+
				"engineer](https://tickets.example/T-%d?from=mail&tab=2), which **did not help**:\nthe error budget of the month was gone. ", i%10, i, 4000+i)
		}
		b.WriteString("\n\n")
	}
	section("Summary")
	paragraph(4)
	section("Timeline")
	b.WriteString("| Time (UTC) | Event | Evidence |\n|---|---|---|\n")
	for i := range 20 {
		fmt.Fprintf(&b, "| 14:%02d | The alert `queue-%d` fires, and nobody sees it **Detected** | [graph](graphs/%d.png) |\n", 10+i, i, i)
	}
	section("\nContributing factors")
	paragraph(5)
	b.WriteString("```go\n" + first + "```\n\n")
	section("Resolution")
	paragraph(6)
	b.WriteString("```sh\n" + second + "```\n\n")
	section("Action items")
	for i := range 10 {
		fmt.Fprintf(&b, "- [ ] Bound the queue of service %d (owner: payments, due 2024-06-%02d)\n", i, 10+i)
	}
	return b.String()
}

const (
	benchmarkGo = "// drain empties the queue before a consumer stops.\nfunc drain(ctx context.Context, q *Queue) error {\n\tfor !q.Empty() {\n" +
		"\t\tif err := q.Next(ctx); err != nil {\n\t\t\treturn fmt.Errorf(\"drain %s: %w\", q.Name, err)\n\t\t}\n\t}\n\treturn nil\n}\n"
	benchmarkShell = "kubectl scale deployment/consumer --replicas=0 # stop first\nfor q in a b c; do\n  ./drain --queue \"$q\" || exit 1\ndone\n"
)

var benchmarkTerms = []string{"error budget", "on-call", "SLO", "canary", "blast radius", "runbook", "consumer lag", "failover"}

func benchmark(b *testing.B, text func(i int) string) {
	b.ReportAllocs()
	b.SetBytes(int64(len(text(0))))
	for i := 0; b.Loop(); i++ {
		d := Parse([]byte(text(i)), Options{File: "x.md", Terms: benchmarkTerms})
		for start := 0; start < len(d.Blocks); {
			end := start + 1
			for end < len(d.Blocks) && d.Blocks[end].Kind != Heading {
				end++
			}
			d.Render(d.Blocks[start+1:end], RenderOptions{IDPrefix: "s-", Title: d.Blocks[start].Text})
			start = end
		}
	}
}

// BenchmarkEqualCode parses and renders a document section by section; its code has been seen before.
func BenchmarkEqualCode(b *testing.B) {
	text := benchmarkText(benchmarkGo, benchmarkShell)
	benchmark(b, func(int) string { return text })
}

// BenchmarkNewCode does the same with code that nobody has seen before.
func BenchmarkNewCode(b *testing.B) {
	n := 0
	benchmark(b, func(i int) string {
		n++
		return benchmarkText(fmt.Sprintf("// %d\n", n)+benchmarkGo, fmt.Sprintf("# %d\n", n)+benchmarkShell)
	})
}

// BenchmarkRawHTML does the same with a folded log, which takes every section through the HTML parser that has one.
func BenchmarkRawHTML(b *testing.B) {
	text := strings.ReplaceAll(benchmarkText(benchmarkGo, benchmarkShell), "```sh", "<details>\n<summary>Log</summary>\n\n```sh") + "\n</details>\n"
	benchmark(b, func(int) string { return text })
}

// BenchmarkParse only parses.
func BenchmarkParse(b *testing.B) {
	text := []byte(benchmarkText(benchmarkGo, benchmarkShell))
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Parse(text, Options{File: "x.md", Terms: benchmarkTerms})
	}
}
