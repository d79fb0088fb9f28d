package postmortem

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// seedReports adds the reports of testdata as seeds.
func seedReports(f *testing.F) {
	files, err := filepath.Glob("testdata/reports/*")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".json") {
			continue
		}
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
}

// FuzzRead checks that no input makes the reader panic, and that what it returns holds together.
func FuzzRead(f *testing.F) {
	seedReports(f)
	f.Add([]byte("# T\n\n## Timeline\n\n- 14:02 a\n  - 14:03 b\n\n| Time | x\n|-|-\n| 14:04 | c\n"))
	f.Add([]byte("## External summary\n\n### Summary\n\n[a][b]\n\n[b]: https://example.org\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		start := time.Now()
		p, problems := Read("a/b.md", src, Options{})
		if p == nil || p.ID == "" || p.Title == "" {
			t.Fatalf("no postmortem, id or title from %q", src)
		}
		last := strings.Count(strings.ReplaceAll(strings.ReplaceAll(string(src), "\r\n", "\n"), "\r", "\n"), "\n") + 1
		check := func(what string, line int) {
			if line < 0 || line > last {
				t.Errorf("%s on line %d of %d", what, line, last)
			}
		}
		for _, s := range p.Sections {
			check("section", s.Line)
		}
		marks := map[Milestone]int{}
		for _, e := range p.Timeline {
			check("entry", e.Line)
			if e.Milestone != NoMilestone {
				if marks[e.Milestone]++; marks[e.Milestone] > 1 {
					t.Errorf("%s is marked twice", e.Milestone)
				}
			}
		}
		for _, a := range p.Actions {
			check("action", a.Line)
			if a.Text == "" || a.Status == "" {
				t.Errorf("an action without text or status: %+v", a)
			}
		}
		for _, pr := range problems {
			check("problem", pr.Line)
			if pr.Message == "" || pr.Rule == "" || pr.File != "a/b.md" {
				t.Errorf("an empty problem: %+v", pr)
			}
		}
		LooksLike(p)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%d bytes took %s", len(src), took)
		}
	})
}

// FuzzFrontMatter checks front matter of both syntaxes, and that lines below it stay true.
func FuzzFrontMatter(f *testing.F) {
	for _, seed := range []string{
		"title: a\nstarted: 2024-03-05T14:02:00Z\nresolved: 2024-03-05 15:02 UTC\n", "date: 2022-13-26\nresolvedWhen: 2022-01-01T24:30:00Z\nresolved: true\n",
		"services: [a, b]\nlinks: {a: b}\namended:\n- date: 2024-01-01\n  note: x\n", "status: draft\nvisibility: public\nnext_update: tomorrow\n", "a: b: c\n", "- x\n", "\"x\": [\n",
	} {
		f.Add(seed, false)
	}
	f.Add("title = \"a\"\nstarted = 2024-03-05T14:02:00Z\n", true)
	f.Fuzz(func(t *testing.T, matter string, toml bool) {
		mark := "---"
		if toml {
			mark = "+++"
		}
		for _, line := range strings.FieldsFunc(matter, func(r rune) bool { return r == '\n' || r == '\r' }) {
			if strings.HasPrefix(line, mark) || strings.HasPrefix(line, "...") {
				return
			}
		}
		src := mark + "\nid: x\n" + matter + "\n" + mark + "\n\n## Summary\n\nText.\n"
		if toml {
			src = mark + "\nid = \"x\"\n" + matter + "\n" + mark + "\n\n## Summary\n\nText.\n"
		}
		p, _ := Read("x.md", []byte(src), Options{})
		if utf8.ValidString(src) && !strings.Contains(matter, "\r") {
			want := strings.Count(src[:strings.LastIndex(src, "## Summary")], "\n") + 1
			if s := p.Section(Summary); s == nil || s.Line != want {
				t.Errorf("the summary is not on line %d of %q: %+v", want, src, s)
			}
		}
		for _, m := range []Moment{p.Started, p.Detected, p.Declared, p.Mitigated, p.Resolved} {
			if !m.IsZero() && (m.Time.Year() < 1899 || m.Time.Year() > 3000) {
				t.Errorf("a moment in the year %d", m.Time.Year())
			}
		}
	})
}

// FuzzTimelineTime checks that the time grammar reads no more than there is and only times that exist.
func FuzzTimelineTime(f *testing.F) {
	for _, test := range stampTests {
		f.Add(test.in)
	}
	f.Fuzz(func(t *testing.T, text string) {
		st, n := scanStamp(text)
		if n < 0 || n > len(text) {
			t.Fatalf("%q: read %d of %d bytes", text, n, len(text))
		}
		if n == 0 {
			return
		}
		if n < len(text) && !utf8.RuneStart(text[n]) && utf8.ValidString(text) {
			t.Errorf("%q: cut through a character at %d", text, n)
		}
		if st.hasClock && (st.hour > 24 || st.minute > 59 || st.second > 60) {
			t.Errorf("%q: there is no %d:%d:%d", text, st.hour, st.minute, st.second)
		}
		if st.hasDate() && !validDay(st.date) {
			t.Errorf("%q: there is no %v", text, st.date)
		}
		if again, m := scanStamp(text); m != n || describe(again) != describe(st) {
			t.Errorf("%q reads differently the second time", text)
		}
	})
}
