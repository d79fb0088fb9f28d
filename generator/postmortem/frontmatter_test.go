package postmortem

import (
	"strings"
	"testing"
	"time"

	"debrief/generator/problem"
)

// problemsOf reads a file and returns its problems as they are printed, without the file's name.
func problemsOf(file, src string) string {
	_, problems := Read(file, []byte(src), Options{})
	var lines []string
	for _, p := range problems {
		lines = append(lines, strings.TrimPrefix(p.Error(), file+":"))
	}
	return strings.Join(lines, "\n")
}

func TestFrontMatterProblems(t *testing.T) {
	for _, test := range []struct{ name, src, want string }{
		{"a wrong type", "---\nid: x\ntitle: [a]\n---\n", "3:8: error: title is text, found a list"},
		{"an unknown key", "---\nid: x\nvisibility: internal\nsevrity: sev2\n---\n", `4:1: warning: unknown key "sevrity" (did you mean "severity"?)`},
		{"an impossible month", "---\nvisibility: internal\nstarted: 2022-13-26\n---\n", "3:10: error: started: there is no month 13 in 2022-13-26 (write a time with its zone, as 2024-03-05T14:02:00Z or 2024-03-05 14:02 UTC)"},
		{"an impossible day", "---\nvisibility: internal\nstarted: 2022-02-30\n---\n", "3:10: error: started: there is no day 30 in month 02 of 2022 (write a time with its zone, as 2024-03-05T14:02:00Z or 2024-03-05 14:02 UTC)"},
		{"hour 24", "---\nvisibility: internal\nstarted: 2022-02-03T24:30:00Z\n---\n", `3:10: error: started: there is no such time of day: "2022-02-03T24:30:00Z" (write a time with its zone, as 2024-03-05T14:02:00Z or 2024-03-05 14:02 UTC)`},
		{"midnight as 24:00", "---\nvisibility: internal\nstarted: 2022-02-03T24:00:00Z\n---\n", "3:10: note: started: 24:00 was read as 00:00 of the next day"},
		{"no zone", "---\nvisibility: internal\nstarted: 2022-02-03 10:00\n---\n", "3:10: warning: started says no time zone; UTC was assumed (add the zone: 2024-03-05 14:02 UTC, or 2024-03-05T14:02:00+01:00)"},
		{"a zone for the file", "---\nvisibility: internal\ntimezone: Europe/Berlin\nstarted: 2022-02-03 10:00\n---\n", ""},
		{"no time at all", "---\nvisibility: internal\nstarted: soon\n---\n", `3:10: error: started: this is no date and time: "soon" (write a time with its zone, as 2024-03-05T14:02:00Z or 2024-03-05 14:02 UTC)`},
		{"day and month", "---\nvisibility: internal\nstarted: 05/06/2024 10:00 UTC\n---\n", `3:10: error: started: day and month cannot be told apart: "05/06/2024 10:00 UTC" (write a time with its zone, as 2024-03-05T14:02:00Z or 2024-03-05 14:02 UTC)`},
		{"an end before the start", "---\nvisibility: internal\nstarted: 2022-02-03T10:00:00Z\nresolved: 2022-02-03T09:00:00Z\n---\n",
			"4:11: error: resolved (2022-02-03T09:00:00Z, line 4) is before started (2022-02-03T10:00:00Z, line 3) (correct the one that is wrong)"},
		{"an end before the start on a status page", "---\ndate: 2022-02-03T10:00:00Z\nresolvedWhen: 2022-02-03T09:00:00Z\nsection: issue\n---\n",
			"3:15: error: resolved (2022-02-03T09:00:00Z, line 3) is before started (2022-02-03T10:00:00Z, line 2) (correct the one that is wrong)"},
		{"an unknown status", "---\nid: x\nvisibility: internal\nstatus: done\n---\n", `4:9: error: status is draft, review or published, found the text "done"`},
		{"an unknown severity", "---\nvisibility: internal\nseverity: purple\n---\n", `3:11: warning: no severity is called "purple" (list it under severities in archive.yaml, or use one that is)`},
		{"an amendment without a date", "---\nvisibility: internal\namended:\n- note: x\n---\n", "4:3: error: this amendment has no date (add a date, for example date: 2024-06-30)"},
		{"front matter that never ends", "---\ntitle: x\n\n## Summary\nText.\n", "1:1: error: the front matter begins here and never ends; it was read up to the first blank line (write a line --- after the last key)"},
		{"a milestone that disagrees", "---\nvisibility: internal\nstarted: 2022-02-03T10:00:00Z\n---\n\n## Timeline\n- 10:05 UTC **Began** a\n",
			"7:1: warning: the timeline has began at 2022-02-03 10:05 UTC, front matter (line 3) at 2022-02-03 10:00 UTC (correct the one that is wrong)"},
		{"keys of another tool are one note", "---\nlayout: post\nfoo: 1\nbar: 2\n---\n", "3:1: note: front matter of another tool; not read: foo, bar"},
		{"a file of another tool with our words", "---\ntitle: x\ndate: 2022-02-03\nstatus: done\nweight: 3\n---\n", ""},
		{"a duration that disagrees", "# 2022-02-03 outage\n\nDuration: 3 hours\n\n## Timeline\n- 10:00 UTC **Began** a\n- 11:00 **Resolved** b\n",
			"3:1: note: the duration is said to be 3h, but from the times it is 1h (correct the duration, or mark in the timeline when it began and was resolved)"},
		{"no such time in the timeline", "# 2022-02-03 outage\n\n## Timeline\n- 10:00 UTC a\n- 25:10 b\n", `5:1: warning: there is no such time: "25:10" (hours go from 0 to 23, minutes from 0 to 59)`},
		{"a timeline without a day", "## Timeline\n- 10:00 UTC a\n- 11:00 b\n", "2:1: warning: the timeline does not say on which day this was (write the date beside the first time, for example 2024-03-05 14:02 UTC)"},
		{"dates that may be read both ways", "## Timeline\n- 05/06/2024 10:00 UTC a\n", `2:1: note: "05/06/2024 10:00 UTC" was read month first (write dates as 2024-03-05)`},
		{"a good file", "---\nid: x\nvisibility: public\nstarted: 2022-02-03T10:00:00Z\nresolved: 2022-02-03 11:00 UTC\nnext_update: 2022-03-01\n---\n\n## Summary\nText.\n", ""},
	} {
		if got := problemsOf("x.md", test.src); got != test.want {
			t.Errorf("%s:\n got: %s\nwant: %s", test.name, got, test.want)
		}
	}
}

func TestWhereFrontMatterIs(t *testing.T) {
	for _, test := range []struct {
		name, src, title string
		line             int
	}{
		{"YAML", "---\ntitle: T\n---\n\n## Summary\n", "T", 5},
		{"YAML closed by dots", "---\ntitle: T\n...\n## Summary\n", "T", 4},
		{"TOML", "+++\ntitle = \"T\"\n+++\n## Summary\n", "T", 4},
		{"a byte order mark", "\xef\xbb\xbf---\ntitle: T\n---\n## Summary\n", "T", 4},
		{"blank lines and a comment before", "\n<!-- a\ncomment -->\n\n---\ntitle: T\n---\n## Summary\n", "T", 8},
		{"carriage returns", "---\r\ntitle: T\r\n---\r\n\r\n## Summary\r\n", "T", 5},
		{"only carriage returns", "---\rtitle: T\r---\r\r## Summary\r", "T", 5},
		{"comments inside", "---\n# a comment\ntitle: T\n# another\n---\n## Summary\n", "T", 6},
		{"empty", "---\n---\n# T\n## Summary\n", "T", 4},
		{"a rule is none", "---\n\nText.\n\n---\n\n## Summary\n", "X", 7},
		{"none", "# T\n## Summary\n", "T", 2},
	} {
		p, problems := Read("x.md", []byte(test.src), Options{})
		s := p.Section(Summary)
		if p.Title != test.title || s == nil || s.Line != test.line || len(problems) > 0 {
			t.Errorf("%s: title %q, sections %+v, problems %v", test.name, p.Title, p.Sections, problems)
		}
	}
}

func TestForeignFrontMatter(t *testing.T) {
	at := func(text string) time.Time {
		m, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	for _, test := range []struct {
		name, src         string
		started, resolved time.Time
		published         string
		check             func(*Postmortem) bool
	}{
		{"a status page", "---\ntitle: T\ndate: 2023-10-02T09:00:00-00:00\nresolved: true\nresolvedWhen: 2023-10-02 09:18:00\nseverity: disrupted\naffected:\n  - vpn\nsection: issue\n---\nx\n",
			at("2023-10-02T09:00:00Z"), at("2023-10-02T09:18:00Z"), "", func(p *Postmortem) bool {
				return p.Severity == "sev2" && strings.Join(p.Services, " ") == "vpn" && !p.Resolved.ZoneStated
			}},
		{"a catalogue", "---\nuuid: 0f8fad5b-d9cb-469f-a165-70867728950e\nurl: https://x.example\nstart_time: 2022-04-21T01:30:00Z\nend_time: 2022-04-22T21:30:00Z\ncompany: X\nproduct: Chat\nsummary: It was down.\n---\n",
			at("2022-04-21T01:30:00Z"), at("2022-04-22T21:30:00Z"), "", func(p *Postmortem) bool {
				return p.ID == "0f8fad5b-d9cb-469f-a165-70867728950e" && p.Section(Summary).Body.Text == "It was down." && p.Links[0].URL == "https://x.example"
			}},
		{"a post", "---\ntitle: T\ndate: 2022-12-18\nauthor: A\ndraft: true\nresources:\n- src: x\n---\n\n# Timeline\n\n - Dec 16th **12:43** a\n - Dec 17th **08:21** b\n",
			at("2022-12-16T12:43:00Z"), time.Time{}, "2022-12-18", func(p *Postmortem) bool { return p.Status == Draft }},
		{"German keys", "---\ntitel: T\nbeginn: 2024-03-05 14:02 MEZ\nende: 2024-03-05 15:02 MEZ\nschweregrad: kritisch\n---\nx\n",
			at("2024-03-05T13:02:00Z"), at("2024-03-05T14:02:00Z"), "", func(p *Postmortem) bool { return p.Title == "T" && p.Severity == "sev1" }},
		{"Japanese keys", "---\nタイトル: 障害\n発生日時: 2024-03-05 14:02 JST\n復旧日時: 2024-03-05 15:02 JST\n---\nx\n",
			at("2024-03-05T05:02:00Z"), at("2024-03-05T06:02:00Z"), "", func(p *Postmortem) bool { return p.Title == "障害" }},
		{"a start and a duration", "---\nincident_start: 2024-03-05T14:02:00Z\nduration: 45 minutes\n---\nx\n",
			at("2024-03-05T14:02:00Z"), at("2024-03-05T14:47:00Z"), "", func(p *Postmortem) bool { return true }},
	} {
		p, problems := Read("x.md", []byte(test.src), Options{})
		if !p.Started.Time.Equal(test.started) || !p.Resolved.Time.Equal(test.resolved) || p.Published.String() != test.published || !test.check(p) {
			t.Errorf("%s: started %s, resolved %s, published %s: %+v", test.name, p.Started.Time, p.Resolved.Time, p.Published, p)
		}
		if n := problems.Count(problem.Error) + problems.Count(problem.Warning); n > 0 {
			t.Errorf("%s: %v", test.name, problems)
		}
	}
}
