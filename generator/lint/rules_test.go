package lint_test

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"debrief/generator/archive"
	"debrief/generator/config"
	"debrief/generator/edition"
	"debrief/generator/lint"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
	"debrief/generator/testkit"
)

// asOf is the day on which the exhibits are looked at.
var asOf = postmortem.Date{Year: 2024, Month: 6, Day: 1}

// filesOf returns the files of an exhibit: those of a txtar text, or one postmortem.
func filesOf(t testing.TB, text string) fstest.MapFS {
	if strings.HasPrefix(text, "-- ") {
		return testkit.FS(t, text)
	}
	return fstest.MapFS{"postmortems/a.md": {Data: []byte(text)}}
}

// run reads an archive as the program does, and checks it.
func run(t testing.TB, files fstest.MapFS) *lint.Result {
	t.Helper()
	cfg, problems, err := config.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	var postmortems []*postmortem.Postmortem
	names, err := fs.Glob(files, "postmortems/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		p, found := postmortem.Read(name, files[name].Data, postmortem.Options{Location: cfg.Location, Severity: func(name string) (string, bool) {
			s, ok := cfg.Severity(name)
			return s.ID, ok
		}})
		postmortems = append(postmortems, p)
		problems = append(problems, found...)
	}
	a, found := archive.New(cfg, postmortems, nil, nil)
	problems = append(problems, found...)
	for _, audience := range []edition.Audience{edition.Internal, edition.External} {
		_, found = edition.Project(a, edition.Options{Audience: audience})
		problems = append(problems, found...)
	}
	problems.Sort()
	result, err := lint.Run(context.Background(), a, lint.Options{AsOf: asOf, Others: problems, Source: func(file string) []byte { return files[file].Data }})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// said writes findings as one line each.
func said(findings []lint.Finding) string {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%s: %s: %s [%s]\n", f.Position, f.Severity, f.Message, f.Rule)
	}
	return b.String()
}

// of returns the findings of one rule.
func of(findings []lint.Finding, id string) []lint.Finding {
	var out []lint.Finding
	for _, f := range findings {
		if f.Rule == id {
			out = append(out, f)
		}
	}
	return out
}

// TestExhibits runs every rule over its own texts. The passage before must have nothing else to warn of than what the rule is about, so that
// it shows that one thing, and the passage after must have no warning at all.
func TestExhibits(t *testing.T) {
	for _, rule := range lint.Rules() {
		t.Run(rule.ID, func(t *testing.T) {
			for _, text := range append([]string{rule.Before}, rule.Found...) {
				if findings := run(t, filesOf(t, text)).Findings; len(of(findings, rule.ID)) == 0 {
					t.Errorf("nothing is found in:\n%s\nbut:\n%s", text, said(findings))
				}
			}
			for _, text := range append([]string{rule.After}, rule.Clean...) {
				if found := of(run(t, filesOf(t, text)).Findings, rule.ID); len(found) > 0 {
					t.Errorf("found:\n%s\nin:\n%s", said(found), text)
				}
			}
			for _, f := range run(t, filesOf(t, rule.Before)).Findings {
				if f.Rule != rule.ID && f.Severity > problem.Note && !strings.HasPrefix(rule.ID, "ignore/") {
					t.Errorf("the passage before also shows something else:\n%s", said([]lint.Finding{f}))
				}
				if f.Rule == rule.ID && f.Line == 0 {
					t.Errorf("the finding has no place: %s", said([]lint.Finding{f}))
				}
				if f.Rule == rule.ID && f.Hint == "" {
					t.Errorf("the finding does not say what to do: %s", said([]lint.Finding{f}))
				}
			}
			for _, f := range run(t, filesOf(t, rule.After)).Findings {
				if f.Severity > problem.Note {
					t.Errorf("the passage after has something to warn of:\n%s", said([]lint.Finding{f}))
				}
			}
			if rule.Title == "" || rule.Reason == "" || strings.HasSuffix(rule.Title, ".") {
				t.Error("an exhibit has a title without a full stop, and a reason")
			}
		})
	}
}

// TestFixes applies the edits of every exhibit that has some, and finds nothing then.
func TestFixes(t *testing.T) {
	for _, rule := range lint.Rules() {
		if !rule.Fixable() {
			continue
		}
		t.Run(rule.ID, func(t *testing.T) {
			files := filesOf(t, rule.Before)
			found := of(run(t, files).Findings, rule.ID)
			name := found[0].File
			var edits []lint.Edit
			for _, f := range found {
				edits = append(edits, f.Edits...)
			}
			if len(edits) == 0 {
				t.Fatal("there are no edits")
			}
			fixed, ok := lint.Apply(files[name].Data, edits)
			if !ok {
				t.Fatalf("the edits do not fit: %+v", edits)
			}
			files[name].Data = fixed
			for _, again := range of(run(t, files).Findings, rule.ID) {
				if len(again.Edits) > 0 {
					t.Errorf("after the fix there is still something to fix: %s\nin\n%s", again.Problem, fixed)
				}
			}
		})
	}
}

func TestRuleNamesAreUnique(t *testing.T) {
	var ids []string
	for _, r := range lint.Rules() {
		if slices.Contains(ids, r.ID) {
			t.Errorf("two rules are called %s", r.ID)
		}
		ids = append(ids, r.ID)
		if _, ok := lint.Lookup(r.ID); !ok {
			t.Errorf("%s is not found", r.ID)
		}
	}
	for written, want := range map[string]string{"hindsight": "blameless/hindsight", "blameless/hindsigth": "blameless/hindsight", "brokenlink": "broken-link", "zzz": ""} {
		if got := lint.Nearest(written); got != want {
			t.Errorf("the rule nearest to %s is %q, want %q", written, got, want)
		}
	}
}
