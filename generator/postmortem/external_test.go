package postmortem

import (
	"strings"
	"testing"
)

const secretive = `---
id: x
visibility: public
---

# T

## Timeline

- 2024-03-05 14:02 UTC **Began** the node db-07.corp failed
- 15:02 **Resolved**

## External summary

Some payments were refused, see [the page][status] and [status] and a note[^1].

### What happened

A change left something out.

### What are we doing about this

We change how we test:

- [ ] Test it (due 2024-05-31 -> 2024-06-30)
- [x] Watch it (done 2024-05-02)
- Give it up (dropped)

That is all.

### Other words

More.

### Timeline

- 14:02: payments refused
- 15:02 UTC: payments work

## Action items

- SECRET

[status]: https://internal.corp/SECRET
[^1]: SECRET footnote

## Appendix

SECRET
`

func TestExternalSummary(t *testing.T) {
	p, problems := Read("x.md", []byte(secretive), Options{})
	x := p.External
	if x == nil {
		t.Fatal("no External summary")
	}
	if got, want := x.Summary.Text, "Some payments were refused, see [the page][status] and [status] and a note[^1]."; got != want {
		t.Errorf("summary %q, want %q", got, want)
	}
	if x.WhatHappened.Text != "A change left something out." || x.Doing.Text != "We change how we test:\nThat is all." {
		t.Errorf("what happened %q, doing %q", x.WhatHappened.Text, x.Doing.Text)
	}
	if len(x.More) != 1 || x.More[0].Heading != "Other words" || x.More[0].Body.Text != "More." {
		t.Errorf("more: %+v", x.More)
	}
	var commitments []string
	for _, c := range x.Commitments {
		slipped := ""
		for _, d := range c.Slipped {
			slipped += " from " + d.String()
		}
		commitments = append(commitments, line(string(c.Status), c.Text, labelled("due", c.Due.String())+slipped, labelled("completed", c.Completed.String()), itoa(c.Line)))
	}
	want := "open | Test it | due 2024-06-30 from 2024-05-31 | 25\ndone | Watch it | completed 2024-05-02 | 26\ndropped | Give it up | 27"
	if got := strings.Join(commitments, "\n"); got != want {
		t.Errorf("commitments:\n%s\nwant:\n%s", got, want)
	}
	if len(x.Timeline) != 2 || x.Timeline[0].Time.Time.UTC().Format("2006-01-02 15:04") != "2024-03-05 14:02" || x.Timeline[0].Line != 37 {
		t.Errorf("timeline: %+v", x.Timeline)
	}
	var external []string
	for _, pr := range problems {
		if pr.Rule == "external-reference" {
			external = append(external, itoa(pr.Line)+" "+pr.Message)
		}
	}
	if len(external) != 3 || !strings.HasPrefix(external[0], "15 ") {
		t.Errorf("three references are defined elsewhere; reported: %q", external)
	}
}

// TestNothingEntersTheExternalSummary puts a secret into everything around the External summary.
func TestNothingEntersTheExternalSummary(t *testing.T) {
	p, _ := Read("x.md", []byte(secretive), Options{})
	for _, fragment := range []string{p.External.Summary.HTML, p.External.WhatHappened.HTML, p.External.Doing.HTML} {
		if strings.Contains(fragment, "SECRET") || strings.Contains(fragment, "corp") {
			t.Errorf("inside got outside: %s", fragment)
		}
	}
	for _, c := range p.External.Commitments {
		if strings.Contains(c.Body.HTML, "SECRET") {
			t.Errorf("inside got outside: %s", c.Body.HTML)
		}
	}
	for _, m := range p.External.More {
		if strings.Contains(m.Body.HTML, "SECRET") {
			t.Errorf("inside got outside: %s", m.Body.HTML)
		}
	}
	if body := p.Section(ExternalSummary).Body.HTML; strings.Contains(body, "SECRET") {
		t.Errorf("inside got outside: %s", body)
	}
}

func TestExternalSummaryForms(t *testing.T) {
	for _, test := range []struct{ name, src, summary, happened string }{
		{"at the end of the file", "# T\n## External summary\n### Summary\na\n### What happened\nb", "a", "b"},
		{"over two lines", "# T\n\nExternal summary\n----------------\n\na\n\n### What happened\n\nb\n\nImpact\n------\n\nc\n", "a", "b"},
		{"at level one", "# Summary\nx\n# External summary\n## Summary\na\n## What happened\nb\n# Impact\nc\n", "a", "b"},
		{"German", "# T\n## Externe Zusammenfassung\n### Zusammenfassung\na\n### Was ist passiert\nb\n", "a", "b"},
		{"Norwegian", "# T\n## Eksternt sammendrag\n### Sammendrag\na\n### Hva skjedde\nb\n", "a", "b"},
		{"Japanese", "# T\n## 外部向け概要\n### 概要\na\n### 何が起きたか\nb\n", "a", "b"},
		{"bold lines", "# T\n## External summary\n\n**Summary**\n\na\n\n**What happened**\n\nb\n", "a", "b"},
		{"carriage returns", "# T\r\n## External summary\r\n### Summary\r\na\r\n### What happened\r\nb\r\n## Impact\r\nc\r\n", "a", "b"},
	} {
		p, _ := Read("x.md", []byte(test.src), Options{})
		if p.External == nil || p.External.Summary.Text != test.summary || p.External.WhatHappened.Text != test.happened {
			t.Errorf("%s: %+v", test.name, p.External)
		}
	}
}

func TestTwoExternalSummaries(t *testing.T) {
	p, problems := Read("x.md", []byte("# T\n## External summary\na\n## Impact\nb\n## Public summary\nc\n"), Options{})
	if p.External.Summary.Text != "a" {
		t.Errorf("summary %q", p.External.Summary.Text)
	}
	if len(problems) != 1 || problems[0].Rule != "external-twice" || problems[0].Line != 6 {
		t.Errorf("problems %v", problems)
	}
}
