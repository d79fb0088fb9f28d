package export

import (
	"html"
	"strings"
	"testing"
	"unicode/utf8"

	"debrief/generator/markdown"
)

// reread is what text says after it was written as Markdown and read again.
func reread(text string) string {
	doc := markdown.Parse([]byte(text), markdown.Options{File: "x.md"})
	return strings.Join(strings.Fields(doc.Render(doc.Blocks, markdown.RenderOptions{}).Text), " ")
}

var awkward = []string{
	"plain", "1. not a list", "2) nor this", "- nor this", "+ nor", "# no heading", "> no quote", "a * b * c", "snake_case and _edge_", "__init__",
	"`code`", "[link](https://a.example)", "![x](y)", "<b>no tag</b>", "&amp; stays", "a\\b", "~~kept~~", "| a | b |", "=====", "-----", "***", "```", "~~~",
	":::", "::: note", "!!! note", "??? note", "[^1]: no note", "[^1]", "[ ] no task", "[x] no task", "{{< tag >}}", "{% raw %}", "---", "+++", "Term\n: meaning",
	"https://a.example/x_y_z?a=*b*", "a@b.example", "50 % of 3 < 4 > 2", "$x$ and $$y$$", "a  b", "#hash", "1986\\. was", "日本語。**強調**", "\u00a0", "&#42;", "-", "1.", "==x==", "^x^", ":smile:",
	"<!-- c -->", "<https://a.example>", "www.a.example", "a\\", "*", "_", "[", "]", "![", "**a**b", "\"q\" 'q' -- --- ...", "10% [10](x) (c)",
}

// TestTextStaysText writes what looks like Markdown as a paragraph, and as an item, and reads it again.
func TestTextStaysText(t *testing.T) {
	for _, text := range awkward {
		want := strings.Join(strings.Fields(text), " ")
		for _, around := range [][2]string{{"<p>", "</p>"}, {"<ul><li>", "</li></ul>"}, {"<blockquote><p>", "</p></blockquote>"}} {
			written := prose(around[0]+html.EscapeString(text)+around[1], 3)
			if got := reread(written); got != want {
				t.Errorf("%q in %s is written %q, which says %q", text, around[0], written, got)
			}
		}
	}
}

func FuzzProse(f *testing.F) {
	for _, text := range awkward {
		f.Add("<p>" + html.EscapeString(text) + "</p>")
	}
	f.Add("<ul><li><p>a</p><pre><code class=\"language-sh\">``` x</code></pre></li></ul><table><tr><th>a|b<td>c</table>")
	f.Add("<blockquote><ol start=\"7\"><li>a<ul><li><span class=\"task task-open\">x</span> b</ul></ol></blockquote><hr><h2>x</h2>")
	f.Fuzz(func(t *testing.T, text string) {
		written := prose(text, 3)
		if utf8.ValidString(text) && !utf8.ValidString(written) {
			t.Errorf("%q became %q", text, written)
		}
		for _, line := range strings.Split(written, "\n") {
			if strings.HasPrefix(line, "# ") || strings.HasPrefix(line, "## ") {
				if !strings.Contains(written, "```") {
					t.Errorf("%q opens a section: %q", text, written)
				}
			}
		}
	})
}
