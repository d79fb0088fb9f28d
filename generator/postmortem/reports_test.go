package postmortem

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"debrief/generator/problem"
)

var update = flag.Bool("update", false, "write the golden files anew")

// account is how one report was understood, as a reader of the golden files wants to see it. It resembles what debrief inspect writes.
type account struct {
	Title      string   `json:"title"`
	ID         string   `json:"id"`
	Severity   string   `json:"severity,omitempty"`
	Status     string   `json:"status"`
	Visibility string   `json:"visibility"`
	Started    string   `json:"started,omitempty"`
	Detected   string   `json:"detected,omitempty"`
	Declared   string   `json:"declared,omitempty"`
	Mitigated  string   `json:"mitigated,omitempty"`
	Resolved   string   `json:"resolved,omitempty"`
	ZoneStated bool     `json:"zone_stated"`
	Published  string   `json:"published,omitempty"`
	Services   []string `json:"services,omitempty"`
	Owner      string   `json:"owner,omitempty"`
	Derived    []string `json:"derived,omitempty"`
	Sections   []string `json:"sections"`
	Timeline   []string `json:"timeline,omitempty"`
	Actions    []string `json:"actions,omitempty"`
	Glossary   []string `json:"glossary,omitempty"`
	External   []string `json:"external,omitempty"`
	Problems   []string `json:"problems,omitempty"`
	LooksLike  string   `json:"looks_like"`
}

func momentText(m Moment) string {
	switch {
	case m.IsZero():
		return ""
	case m.DateOnly:
		return m.Time.Format(time.DateOnly)
	case m.Approximate:
		return "about " + m.Time.UTC().Format(time.RFC3339)
	default:
		return m.Time.UTC().Format(time.RFC3339)
	}
}

// line joins what is there with bars.
func line(parts ...string) string {
	var kept []string
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, " | ")
}

func labelled(label, value string) string {
	if value == "" {
		return ""
	}
	return label + " " + value
}

func accountOf(p *Postmortem, problems problem.List) account {
	a := account{
		Title: p.Title, ID: p.ID, Severity: p.Severity, Status: string(p.Status), Visibility: string(p.Visibility),
		Started: momentText(p.Started), Detected: momentText(p.Detected), Declared: momentText(p.Declared), Mitigated: momentText(p.Mitigated),
		Resolved: momentText(p.Resolved), ZoneStated: p.ZoneStated, Published: p.Published.String(), Services: p.Services, Owner: p.Owner, Derived: p.Derived,
	}
	for _, s := range p.Sections {
		indent := ""
		if s.Level == 2 {
			indent = "  "
		}
		a.Sections = append(a.Sections, indent+line(string(s.Name), s.Heading, "line "+itoa(s.Line), clipRunes(collapse(s.Body.Text), 60)))
	}
	for _, e := range p.Timeline {
		evidence := ""
		for _, link := range e.Evidence {
			evidence += labelled("evidence", strings.TrimSpace(link.Name+" "+link.URL))
		}
		a.Timeline = append(a.Timeline, line(momentText(e.Time), string(e.Milestone), e.Text, evidence))
	}
	for _, x := range p.Actions {
		a.Actions = append(a.Actions, line(string(x.Status), x.Text, labelled("owner", x.Owner), labelled("due", x.Due.String()), labelled("completed", x.Completed.String()),
			labelled("type", x.Type), labelled("link", x.Link), labelled("group", x.Group)))
	}
	for _, t := range p.Glossary {
		a.Glossary = append(a.Glossary, t.Term+" = "+t.Meaning)
	}
	if x := p.External; x != nil {
		a.External = append(a.External, "summary: "+x.Summary.Text, "what happened: "+x.WhatHappened.Text, "doing: "+x.Doing.Text)
		for _, c := range x.Commitments {
			slipped := ""
			for _, d := range c.Slipped {
				slipped += " from " + d.String()
			}
			a.External = append(a.External, line("commitment: "+string(c.Status), c.Text, labelled("due", c.Due.String())+slipped, labelled("completed", c.Completed.String())))
		}
		for _, e := range x.Timeline {
			a.External = append(a.External, line("entry: "+momentText(e.Time), e.Text))
		}
	}
	for _, p := range problems {
		a.Problems = append(a.Problems, p.Error())
	}
	if ok, why := LooksLike(p); ok {
		a.LooksLike = "yes: " + why
	} else {
		a.LooksLike = "no: " + why
	}
	return a
}

// TestReports reads whole reports in many languages and habits and compares how they were understood with the golden files beside them.
func TestReports(t *testing.T) {
	files, err := filepath.Glob("testdata/reports/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".json") {
			continue
		}
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := goldenBytes(t, accountOf(Read(name, src, Options{})))
			compareGolden(t, file+".json", got)
			// However its lines end, a report is the same report.
			for _, ending := range []string{"\r\n", "\r"} {
				other := bytes.ReplaceAll(src, []byte("\n"), []byte(ending))
				if again := goldenBytes(t, accountOf(Read(name, append([]byte("\xef\xbb\xbf"), other...), Options{}))); !bytes.Equal(again, got) {
					t.Errorf("with a byte order mark and lines that end in %q it reads differently:\n%s", ending, firstDifference(got, again))
				}
			}
		})
	}
}

func goldenBytes(t *testing.T, a account) []byte {
	t.Helper()
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(a); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func compareGolden(t *testing.T, golden string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("not as in %s (go test -update writes it anew):\n%s", golden, firstDifference(want, got))
	}
}

// firstDifference shows the first line that differs.
func firstDifference(want, got []byte) string {
	w, g := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	for i := range max(len(w), len(g)) {
		a, b := "", ""
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			return "want: " + a + "\ngot:  " + b
		}
	}
	return ""
}
