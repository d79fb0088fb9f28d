package lint

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"debrief/generator/archive"
	"debrief/generator/config"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
	"debrief/generator/testkit"
)

// findingsIn checks one postmortem by itself.
func findingsIn(t testing.TB, text string) []Finding {
	t.Helper()
	p, problems := postmortem.Read("a.md", []byte(text), postmortem.Options{})
	a, between := archive.New(config.Default(), []*postmortem.Postmortem{p}, nil, nil)
	result, err := Run(context.Background(), a, Options{Others: append(problems, between...), Source: func(string) []byte { return []byte(text) }})
	if err != nil {
		t.Fatal(err)
	}
	return result.Findings
}

// The same archive gives the same findings on any number of processors.
func TestDeterminism(t *testing.T) {
	var postmortems []*postmortem.Postmortem
	texts := map[string][]byte{}
	for i := range 40 {
		name := fmt.Sprintf("p%02d.md", i)
		text := fmt.Sprintf("---\nid: p%d\nservices: [payments%c]\n---\n\n## Lessons learned\n\nWe should have tested it. It was human error.\n\n## Action items\n\n- Investigate it\n", i, 'a'+i%26)
		p, _ := postmortem.Read(name, []byte(text), postmortem.Options{})
		postmortems, texts[name] = append(postmortems, p), []byte(text)
	}
	a, _ := archive.New(config.Default(), postmortems, nil, nil)
	findings := func(processors int) string {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		result, err := Run(context.Background(), a, Options{Source: func(file string) []byte { return texts[file] }})
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, f := range result.Findings {
			fmt.Fprintln(&b, f.Problem)
		}
		return b.String()
	}
	one := findings(1)
	if strings.Count(one, "\n") < 120 {
		t.Errorf("only these findings:\n%s", one)
	}
	for range 5 {
		if many := findings(8); many != one {
			t.Fatalf("on eight processors:\n%s\non one:\n%s", many, one)
		}
	}
}

// A new archive is told what its message to customers lacks; the archive of a status page, which always wrote so, gets it as notes.
func TestStatusPagesAreNotNagged(t *testing.T) {
	severities := func(postmortems int) map[problem.Severity]int {
		var read []*postmortem.Postmortem
		texts := map[string][]byte{}
		for i := range postmortems {
			name := fmt.Sprintf("p%02d.md", i)
			text := fmt.Sprintf("---\nid: p%d\nstatus: published\nvisibility: public\n---\n\n## External summary\n\nThe LDAP was restarted.\n", i)
			p, _ := postmortem.Read(name, []byte(text), postmortem.Options{})
			read, texts[name] = append(read, p), []byte(text)
		}
		a, _ := archive.New(config.Default(), read, nil, nil)
		result, err := Run(context.Background(), a, Options{Source: func(file string) []byte { return texts[file] }})
		if err != nil {
			t.Fatal(err)
		}
		count := map[problem.Severity]int{}
		for _, f := range result.Findings {
			count[f.Severity]++
		}
		return count
	}
	if got := severities(9); got[problem.Warning] != 5*9 {
		t.Errorf("nine messages: %v", got)
	}
	if got := severities(10); got[problem.Warning] != 0 || got[problem.Note] != 5*10 {
		t.Errorf("ten messages: %v", got)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	p, _ := postmortem.Read("a.md", nil, postmortem.Options{})
	a, _ := archive.New(config.Default(), []*postmortem.Postmortem{p}, nil, nil)
	if _, err := Run(ctx, a, Options{Source: func(string) []byte { return nil }}); err == nil {
		t.Error("a run that was cancelled gives findings")
	}
}

// What one room calls an error stays one, and cannot be ignored; its warnings can.
func TestErrorsOfOthersStay(t *testing.T) {
	const text = "---\nid: a\nstarted: 2022-13-26\nsevrity: x\nignore:\n  impossible-time: it was another calendar\n  unknown-key: an old tool reads it\n---\n\n## Summary\n\nIt was slow.\n"
	var got []string
	for _, f := range findingsIn(t, text) {
		got = append(got, f.Severity.String()+" "+f.Rule)
	}
	if strings.Join(got, ", ") != "error impossible-time, warning ignore/unknown-rule" {
		t.Errorf("the findings are %s", strings.Join(got, ", "))
	}
}

// TestDocs keeps docs/rules.md as the rules say. Write it with -update.
func TestDocs(t *testing.T) {
	testkit.Golden(t, filepath.Join("..", "..", "docs", "rules.md"), Document())
}

// FuzzRun reads any text: nothing panics, every place is inside the file, and every edit fits.
func FuzzRun(f *testing.F) {
	for _, r := range Rules() {
		f.Add([]byte(r.Before))
		f.Add([]byte(r.After))
	}
	if fixtures, err := filepath.Glob("../postmortem/testdata/reports/*"); err == nil {
		for _, name := range fixtures {
			if src, err := os.ReadFile(name); err == nil && len(src) < 8000 {
				f.Add(src)
			}
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		lines := len(splitLines(string(src)))
		p, problems := postmortem.Read("a.md", src, postmortem.Options{})
		a, between := archive.New(config.Default(), []*postmortem.Postmortem{p}, nil, nil)
		result, err := Run(context.Background(), a, Options{
			AsOf: postmortem.Date{Year: 2024, Month: 6, Day: 1}, Others: append(problems, between...), Source: func(string) []byte { return src },
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, finding := range result.Findings {
			if finding.Line < 0 || finding.Line > lines+1 || finding.Column < 0 {
				t.Fatalf("%v is outside of the file's %d lines", finding.Problem, lines)
			}
			if finding.Severity < problem.Note || finding.Severity > problem.Error {
				t.Fatalf("%v has no severity", finding.Problem)
			}
			if len(finding.Edits) == 0 {
				continue
			}
			fixed, ok := Apply(src, finding.Edits)
			if !ok {
				t.Fatalf("%v has edits that do not fit: %+v", finding.Problem, finding.Edits)
			}
			if bytes.Count(fixed, []byte("\n")) != bytes.Count(src, []byte("\n")) {
				t.Fatalf("%v changes the number of lines", finding.Problem)
			}
		}
	})
}
