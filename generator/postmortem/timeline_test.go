package postmortem

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// readTimeline reads a body and returns its entries, one line each: time, milestone and text.
func readTimeline(file, body string) []string {
	p, _ := Read(file, []byte(body), Options{})
	var lines []string
	for _, e := range p.Timeline {
		at := "-"
		switch {
		case e.Time.DateOnly:
			at = e.Time.Time.Format(time.DateOnly)
		case !e.Time.IsZero():
			at = e.Time.Time.Format("2006-01-02 15:04 MST")
		}
		lines = append(lines, line(at, string(e.Milestone), e.Text))
	}
	return lines
}

func TestTimelineForms(t *testing.T) {
	for _, test := range []struct {
		name, file, body string
		want             []string
	}{
		{"days inherit from the entry above", "x.md", `## Timeline
- 2024-03-05 22:10 UTC a
- 22:20 b
- 23:50 c
- 00:10 d
- 00:20 e`, []string{"2024-03-05 22:10 UTC | a", "2024-03-05 22:20 UTC | b", "2024-03-05 23:50 UTC | c", "2024-03-06 00:10 UTC | d", "2024-03-06 00:20 UTC | e"}},
		{"a list out of order does not roll", "2024-03-05-x.md", `## Timeline
- 12:37 a
- 12:30 b
- 12:40 c`, []string{"2024-03-05 12:37 UTC | a", "2024-03-05 12:30 UTC | b", "2024-03-05 12:40 UTC | c"}},
		{"newest first", "2024-03-05-x.md", `## Timeline
- 01:10 d
- 00:20 c
- 23:50 b
- 23:10 a
- 22:00 z`, []string{"2024-03-05 01:10 UTC | d", "2024-03-05 00:20 UTC | c", "2024-03-04 23:50 UTC | b", "2024-03-04 23:10 UTC | a", "2024-03-04 22:00 UTC | z"}},
		{"a twelve-hour clock without am and pm", "2024-03-05-x.md", `## Timeline
- 11:50 a
- 12:10 b
- 1:05 c
- 1:30 d`, []string{"2024-03-05 11:50 UTC | a", "2024-03-05 12:10 UTC | b", "2024-03-05 13:05 UTC | c", "2024-03-05 13:30 UTC | d"}},
		{"one hour that lost its pm", "2024-03-05-x.md", `## Timeline
- 08:04 a
- 12:00 b
- 01:16 c
- 14:03 d`, []string{"2024-03-05 08:04 UTC | a", "2024-03-05 12:00 UTC | b", "2024-03-05 13:16 UTC | c", "2024-03-05 14:03 UTC | d"}},
		{"counted days", "x.md", `## Timeline
### Day 1 (4 March 2024)
- 10:00 a
### Day 3
- 09:00 b

**Day 4:**

- 08:00 c`, []string{"2024-03-04 10:00 UTC | a", "2024-03-06 09:00 UTC | b", "2024-03-07 08:00 UTC | c"}},
		{"ranges of days", "x.md", `# March 2024
## Timeline
- Mar 2-5 - a
- 7-9 March 10:00 b
- 2024-03-11 to 2024-03-13: c
- 14.-15.03.2024: d`, []string{"2024-03-02 | a", "2024-03-07 10:00 UTC | b", "2024-03-11 | c", "2024-03-14 | d"}},
		{"the order of numbers by a date in words", "x.md", `It expired on 8 January 2026.
## Timeline
- 08-01-2026 - a
- 11-01-2026 10:00 - b`, []string{"2026-01-08 | a", "2026-01-11 10:00 UTC | b"}},
		{"the order of numbers by the folder", "2026/01/x.md", `## Timeline
- 08/01/2026 09:00 - a`, []string{"2026-01-08 09:00 UTC | a"}},
		{"the order of numbers by what is close", "x.md", `## Timeline
- 09/05/2026 09:00 - a
- 10/05/2026 09:00 - b`, []string{"2026-05-09 09:00 UTC | a", "2026-05-10 09:00 UTC | b"}},
		{"at the same time, and at no time", "2024-03-05-x.md", `## Timeline
| Time | Event |
|---|---|
| 10:00 | a |
| same time | b |
| later | c |`, []string{"2024-03-05 10:00 UTC | a", "2024-03-05 10:00 UTC | b", "- | c"}},
		{"steps", "2024-03-05-x.md", `## Timeline
| Time | Event |
|---|---|
| T1 | a |
| T2 | b |`, []string{"- | a", "- | b"}},
		{"the day of a summary", "May-10-2021.md", `## Summary
On May 9th 2021 at 5:48AM PDT, it stopped.
## Timeline (Japan time)
- 21:48 (5:48 PDT): a
- 23:20-2:00 b
- 02:18 c`, []string{"2021-05-09 21:48 JST | a", "2021-05-09 23:20 JST | b", "2021-05-10 02:18 JST | c"}},
		{"key events beside a story", "x.md", `# Incident on 2024-03-05
- **Key events**
  - First detected 2024-03-05 10:10
  - Resolved 2024-03-05 11:00
- **Context**
  - 2024-03-05 10:00 a
  - 2024-03-05 10:10 b
  - 2024-03-05 11:00 c
- **Impact**: none`, []string{"2024-03-05 10:00 UTC | a", "2024-03-05 10:10 UTC | b", "2024-03-05 11:00 UTC | c"}},
		{"preformatted", "2024-03-05-x.md", "## Timeline\n```\n10:00  a\n       and more\n  │\n  ▼\n10:05  b\n\nc\n```", []string{"2024-03-05 10:00 UTC | a and more", "2024-03-05 10:05 UTC | b"}},
		{"day headings and day items", "x.md", `## Timeline
### 2024-03-05
- 10:00 a
### March 6th
- 09:00 b
## Timeline
- 2024-03-07
  - 08:00 c
  - 09:00 d`, []string{"2024-03-05 10:00 UTC | a", "2024-03-06 09:00 UTC | b", "2024-03-07 08:00 UTC | c", "2024-03-07 09:00 UTC | d"}},
		{"a day as a bold line", "x.md", `## Timeline
**May 29, 2021**

10:00 a
11:00 b
and more of b
12:00 c`, []string{"2021-05-29 10:00 UTC | a", "2021-05-29 11:00 UTC | b and more of b", "2021-05-29 12:00 UTC | c"}},
		{"the year of a date without one is the nearest", "2023-01-02-x.md", `## Timeline
- Dec 30 10:00 a
- Jan 2 11:00 b`, []string{"2022-12-30 10:00 UTC | a", "2023-01-02 11:00 UTC | b"}},
		{"a zone for all and a zone of its own", "x.md", `## Timeline
All times in CET (UTC+1).
- 2024-03-05 10:00 a
- 10:05 UTC b
- 12:00 c`, []string{"2024-03-05 10:00 CET | a", "2024-03-05 10:05 UTC | b", "2024-03-05 12:00 CET | c"}},
		{"a zone carries on from the first entry", "x.md", `## Timeline
- 2024-03-05 10:00 PST a
- 10:05 b`, []string{"2024-03-05 10:00 PST | a", "2024-03-05 10:05 PST | b"}},
		{"a zone that depends on the day", "x.md", `## Timeline (Pacific Time)
- 2024-01-05 10:00 a
- 2024-07-05 10:00 b`, []string{"2024-01-05 10:00 PST | a", "2024-07-05 10:00 PDT | b"}},
		{"a table with the time last and no bars at the end", "x.md", `## Timeline

Event | Time (UTC)
--- | ---
a | 2024-03-05 10:00
b | 10:05
c | ~11:00`, []string{"2024-03-05 10:00 UTC | a", "2024-03-05 10:05 UTC | b", "2024-03-05 11:00 UTC | c"}},
		{"of two time columns the one in UTC", "2024-03-05-x.md", `## Timeline

| Time (CET) | Time (UTC) | Event |
|---|---|---|
| 11:00 | 10:00 | a |
| 11:05 | 10:05 | b |`, []string{"2024-03-05 10:00 UTC | a", "2024-03-05 10:05 UTC | b"}},
		{"a date column with gaps, a milestone column", "x.md", `## Timeline

| Date | Time | Type | What |
|---|---|---|---|
| 2024-03-05 | 23:00 | Began | a |
| | 23:30 | Detected | b |
| 2024-03-06 | 00:10 | Resolved | c |
| | | | |
| | | Note | same time |`, []string{"2024-03-05 23:00 UTC | began | a", "2024-03-05 23:30 UTC | detected | b", "2024-03-06 00:10 UTC | resolved | c", "2024-03-06 00:10 UTC | same time"}},
		{"a row for the day", "x.md", `## Timeline

| Time | Event |
|---|---|
| **2024-03-05** | |
| 10:00 | a |
| **2024-03-06** | |
| 09:00 | b |`, []string{"2024-03-05 10:00 UTC | a", "2024-03-06 09:00 UTC | b"}},
		{"times that are none keep their entries", "x.md", `## Timeline
- 2024-03-05 21:00 a
- 22:XX b
- ??:?? c
- 2024-03-05 HH:mm d
- 23:00 e`, []string{"2024-03-05 21:00 UTC | a", "- | b", "- | c", "2024-03-05 | d", "2024-03-05 23:00 UTC | e"}},
		{"sub-items with a time are entries, others belong to the one above", "2024-03-05-x.md", `## Timeline
- 10:00 a
  - a detail
  - 10:02 b
- no time of its own
- 10:05 c`, []string{"2024-03-05 10:00 UTC | a", "2024-03-05 10:02 UTC | b", "2024-03-05 10:05 UTC | c"}},
		{"lines divided by br", "2024-03-05-x.md", "## Timeline\n10:00 a<br>10:05 b<br/>10:10 c", []string{"2024-03-05 10:00 UTC | a", "2024-03-05 10:05 UTC | b", "2024-03-05 10:10 UTC | c"}},
		{"a sentence that wraps before a time is one entry", "2024-03-05-x.md", `## Timeline
At 10:00 we saw errors that had begun at
09:58 and went on.

At 10:05 they stopped.`, []string{"2024-03-05 10:00 UTC | we saw errors that had begun at 09:58 and went on.", "2024-03-05 10:05 UTC | they stopped."}},
		{"links as times", "2024-03-05-x.md", `## Timeline
- [10:00](https://chat.example/1) a
- [10:05](https://chat.example/2): b`, []string{"2024-03-05 10:00 UTC | a", "2024-03-05 10:05 UTC | b"}},
		{"weekdays", "2024-03-05-x.md", `## Timeline
- Tuesday 22:00 a
- Wednesday 01:00 b`, []string{"2024-03-05 22:00 UTC | a", "2024-03-06 01:00 UTC | b"}},
		{"relative times count from the first absolute one", "x.md", `## Timeline
- 2024-03-05 10:00 UTC deploy
- T+5m alert
- T+1h30m rollback`, []string{"2024-03-05 10:00 UTC | deploy", "2024-03-05 10:05 UTC | alert", "2024-03-05 11:30 UTC | rollback"}},
		{"a label before its time", "x.md", `## Key events
- First detected 2024-03-05 10:41
- Resolved: 2024-03-05 12:15`, []string{"2024-03-05 10:41 UTC | detected | First detected", "2024-03-05 12:15 UTC | resolved | Resolved"}},
		{"24:00 is the next day", "2024-03-05-x.md", `## Timeline
- 23:00 a
- 24:00 b`, []string{"2024-03-05 23:00 UTC | a", "2024-03-06 00:00 UTC | b"}},
		{"numeric dates as the other dates are", "x.md", `## Timeline
- 05/03/2024 10:00 a
- 13/03/2024 10:00 b`, []string{"2024-03-05 10:00 UTC | a", "2024-03-13 10:00 UTC | b"}},
		{"numeric dates as the file name says", "2024-05-03-x.md", `## Timeline
- 05/03/2024 10:00 a`, []string{"2024-05-03 10:00 UTC | a"}},
		{"a timeline under another name", "2024-03-05-x.md", `## What happened
- 10:00 a
- 10:05 b
## Thoughts
- c`, []string{"2024-03-05 10:00 UTC | a", "2024-03-05 10:05 UTC | b"}},
		{"entries in the summary", "2024-03-05-x.md", `It was bad.

- 10:00 a
- 10:05 b
- 10:10 c

## Root cause
x`, []string{"2024-03-05 10:00 UTC | a", "2024-03-05 10:05 UTC | b", "2024-03-05 10:10 UTC | c"}},
		{"two timelines are one", "2024-03-05-x.md", `# Timeline
- 10:00 a
# Interlude
x
# Timeline
- 11:00 b`, []string{"2024-03-05 10:00 UTC | a", "2024-03-05 11:00 UTC | b"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := readTimeline(test.file, test.body+"\n")
			if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

func TestMilestoneMarks(t *testing.T) {
	for text, want := range map[string]string{
		"**Began:** new table goes live":              "began | new table goes live",
		"[mitigated] traffic moved":                   "mitigated | traffic moved",
		"Detected: refusal rate alert":                "detected | refusal rate alert",
		"**OUTAGE BEGINS** — workers are evicted":     "began | workers are evicted",
		"OUTAGE ENDS — queue is empty":                "resolved | queue is empty",
		"Incident declared":                           "declared | Incident declared",
		"Service resumes. Incident ends.":             "resolved | Service resumes. Incident ends.",
		"Prow bump is merged. **Outage begins.**":     "began | Prow bump is merged. Outage begins.",
		"Target groups reattached (resolved).":        "resolved | Target groups reattached (resolved).",
		"Deployed a fix (**outage ends**)":            "resolved | Deployed a fix (outage ends)",
		"`@oncall` Incident declared":                 "declared | @oncall Incident declared",
		"@oncall: Outage mitigated":                   "mitigated | @oncall: Outage mitigated",
		"**Störung behoben**":                         "resolved | Störung behoben",
		"**Début de l'incident** : la page tombe":     "began | la page tombe",
		"Se declara el incidente":                     "declared | Se declara el incidente",
		"Hendelse erklært":                            "declared | Hendelse erklært",
		"復旧":                                          "resolved | 復旧",
		"【検知】アラートを受信":                                 "detected | アラートを受信",
		"故障恢复":                                        "resolved | 故障恢复",
		"The team declared that lunch was over":       "The team declared that lunch was over",
		"Root cause identified":                       "Root cause identified",
		"We tried to restart; not resolved":           "We tried to restart; not resolved",
		"**Note:** resolved addresses in the log":     "Note: resolved addresses in the log",
		"Ended up rolling back the change in staging": "Ended up rolling back the change in staging",
	} {
		got := readTimeline("2024-03-05-x.md", "## Timeline\n- 09:00 something first\n- 10:00 "+text+"\n")
		if len(got) != 2 || strings.TrimPrefix(got[1], "2024-03-05 10:00 UTC | ") != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestMilestoneTwice(t *testing.T) {
	p, problems := Read("x.md", []byte("## Timeline\n- 2024-03-05 10:00 UTC **Began** a\n- 10:05 **Began** b\n- 10:10 **Resolved** c\n- 10:20 **Resolved** d\n"), Options{})
	var got []string
	for _, pr := range problems {
		if pr.Rule == "milestone-twice" {
			got = append(got, pr.Error())
		}
	}
	want := []string{
		"x.md:3:1: warning: began is marked on line 2 already, and on line 3 again (mark each milestone once; of two ends the last counts, of everything else the first)",
		"x.md:5:1: warning: resolved is marked on line 4 already, and on line 5 again (mark each milestone once; of two ends the last counts, of everything else the first)",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q, want %q", got, want)
	}
	if p.Started.Time.Minute() != 0 || p.Resolved.Time.Minute() != 20 {
		t.Errorf("started %s, resolved %s", p.Started.Time, p.Resolved.Time)
	}
}

// TestRestOfTimeline checks that what is no entry stays in the section, and what is one does not stand there twice.
func TestRestOfTimeline(t *testing.T) {
	p, _ := Read("x.md", []byte(`## Timeline

All times in UTC.

The night was quiet.

- 2024-03-05 10:00 a

![graph](a.png)

- 10:05 b

It took five minutes in all.
`), Options{})
	s := p.Section(TimelineSection)
	if got, want := s.Body.Text, "The night was quiet.\nIt took five minutes in all."; got != want {
		t.Errorf("the section keeps %q, want %q", got, want)
	}
	if len(p.Timeline) != 2 || !strings.Contains(p.Timeline[0].Body.HTML, "a.png") {
		t.Errorf("the picture between two entries is not with the one above: %+v", p.Timeline)
	}
}

// TestMayMentionTimes asks for every word of timeWords, and for what reports say, whether the glance sees all that the expression finds.
func TestMayMentionTimes(t *testing.T) {
	texts := []string{
		"all time zones", "All TIMES are UTC", "time zone: UTC", "Timeſ in UTC", "klokkeslett", "\u212Alokkeslett", "os horários", "HORÁRIO", "врем", "ВРЕМЯ", "в\u1C80емя",
		"時刻", "タイムゾーン", "시각", "times_in", "zeitx", "uhr", "2 times", "time2", "(times)", "it’s time", "ora.", "c\u017Fas", "zeitangaben:",
	}
	for word := range latinTimeWords() {
		texts = append(texts, word, strings.ToUpper(word)+" in CET", "x "+word+".", "x"+word)
	}
	files, err := filepath.Glob(filepath.Join("testdata", "reports", "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatal("no reports: ", err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, strings.Split(string(src), "\n")...)
	}
	for _, text := range texts {
		if timeWords.MatchString(text) && !mayMentionTimes(text) {
			t.Errorf("%q mentions times", text)
		}
	}
	if mayMentionTimes("The cable — “number 5” — was café, for Zürich’s 3 °C") {
		t.Error("a sentence without any of the words is looked at twice")
	}
}
