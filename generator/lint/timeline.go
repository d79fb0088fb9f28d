package lint

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"debrief/generator/lazyregexp"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

const timelineSource = `Etsy, Debriefing Facilitation Guide; PagerDuty, Postmortem documentation`

var startsLate = Rule{
	ID:       "timeline/starts-at-detection",
	Title:    "The timeline begins when somebody noticed",
	Severity: problem.Warning,
	Reason: `The alert is where the responders came in, not where the story begins. What was changed or had been growing before, and looked fine, is
the part that explains. Begin with the first thing that had to be there, even if it was weeks ago.`,
	Source: timelineSource,
	Before: `## Timeline

All times in UTC.

- 2024-03-05 14:09 [detected] The refusal rate alert fires
- 14:20 The routing table is found to be new
- 15:40 [resolved] The old table is back
`,
	After: `## Timeline

All times in UTC.

- 2024-03-05 14:02 [began] The new routing table goes live
- 14:09 [detected] The refusal rate alert fires
- 15:40 [resolved] The old table is back
`,
	Found: []string{
		"## Timeline\n\nAll times in UTC.\n\n| Time | Event |\n|---|---|\n| 2024-03-05 14:09 | We got an alert about the disk |\n| 14:10 | The node is restarted |\n| 14:20 | **Resolved** |\n",
	},
	Clean: []string{
		"---\nid: a\nstarted: 2024-03-05 13:00 UTC\n---\n\n## Timeline\n\nAll times in UTC.\n\n- 2024-03-05 14:09 [detected] The alert fires\n- 14:10 restart\n- 14:20 [resolved] Back\n",
		"## Timeline\n\nAll times in UTC.\n\n- 2024-03-05 14:09 The disk is full; the alert fires\n- 14:10 restart\n- 14:20 [resolved] Back\n",
	},
	check: func(r *Report) {
		entries := r.timed()
		if len(entries) < 3 {
			return
		}
		first := entries[0]
		stated := !slices.Contains(r.Derived, "started") && !r.Started.IsZero()
		switch {
		case stated && (r.Started.DateOnly || r.Started.Time.Before(first.Time.Time)), r.NearMiss:
			return
		case !stated && first.Milestone == postmortem.Began:
			return
		case first.Milestone == postmortem.Detected, r.english && noticed.MatchString(plain(first.Text)):
			r.find(r.at(first.Line), "begin with the change or the condition that came before, and mark it [began]",
				"the timeline begins when it was noticed, not when it began")
		}
	},
}

// noticed are beginnings of an entry that tell how somebody became aware.
var noticed = lazyregexp.New(`^(?:(?:detection|detected|first|initial)\b:? ?)?(?:(?:we|the (?:team|on-?call)|on-?call|an? (?:[a-z-]+ )?(?:engineer|developer|user|customer|team|colleague)|(?:end-?)?users?|customers?|developers?|people|somebody|someone|several [a-z]+) (?:was |were |are |is |got |gets |first |start(?:s|ed)? |begins? |began |have |has )?(?:notic|alerted|paged|an? alert|alerts|report|complain|informed|receiv|observ|discover|detect|saw |see )|(?:first )?(?:pagerduty |pingdom |prometheus |grafana |monitoring |critical )?(?:alert|alarm|page|pager)s? (?:fire|received|triggered|goes off|went off|comes in|sent|for|about|from)|received (?:an? |several |multiple )?(?:alert|page|report|complaint|message)|notic(?:ed|ing) |reports? (?:of|from|come|came|that)|reported )`)

// timed are the entries whose time is known, in the order of the file.
func (r *Report) timed() []postmortem.Entry {
	var out []postmortem.Entry
	for _, e := range r.Timeline {
		if !e.Time.IsZero() {
			out = append(out, e)
		}
	}
	return out
}

var noEvidence = Rule{
	ID:       "timeline/evidence",
	Title:    "Nothing shows that the timeline is true",
	Severity: problem.Note,
	Reason: `Memory fills gaps and puts events into the order they should have had. A graph, a log line or a message beside an entry keeps the meeting
from arguing about what happened, and lets a reader look for themselves. Links may stand in the entry or in a column called Evidence.`,
	Source: timelineSource,
	Before: `## Timeline

All times in UTC.

- 2024-03-05 14:02 [began] The new routing table goes live
- 14:09 [detected] The refusal rate alert fires
- 15:40 [resolved] The old table is back
`,
	After: `## Timeline

All times in UTC.

- 2024-03-05 14:02 [began] The new routing table goes live ([change](https://git.example/1))
- 14:09 [detected] The refusal rate alert fires (evidence: [graph](https://graphs.example/1))
- 15:40 [resolved] The old table is back
`,
	check: func(r *Report) {
		if len(r.Timeline) < 3 {
			return
		}
		for _, e := range r.Timeline {
			if len(e.Evidence) > 0 || strings.Contains(e.Body.HTML, "<a ") || strings.Contains(e.Body.HTML, "<img ") {
				return
			}
		}
		r.find(r.timelineAt(), "add a link to a graph, a log or a message: (evidence: [graph](https://...))",
			"none of the %d entries of the timeline has evidence", len(r.Timeline))
	},
}

// timelineAt is the heading of the timeline, or its first entry.
func (r *Report) timelineAt() problem.Position {
	if s := r.Section(postmortem.TimelineSection); s != nil && s.Line > 0 {
		return r.at(s.Line)
	}
	return r.at(r.Timeline[0].Line)
}

var outOfOrder = Rule{
	ID:       "timeline/order",
	Title:    "An entry stands before one that happened earlier",
	Severity: problem.Warning,
	Reason: `Readers take the order of the lines for the order of the events, and see causes where there are none. More often the time itself is
wrong: a digit turned round, or another time zone.`,
	Before: `## Timeline

All times in UTC.

- 2024-03-05 14:02 The new routing table goes live
- 2024-03-05 15:40 The old table is back
- 2024-03-05 15:20 Going back is decided
`,
	After: `## Timeline

All times in UTC.

- 2024-03-05 14:02 The new routing table goes live
- 2024-03-05 15:20 Going back is decided
- 2024-03-05 15:40 The old table is back
`,
	Clean: []string{
		"## Timeline\n\nAll times in UTC.\n\n- 2024-03-05 23:50 The job starts\n- 00:10 The job stops\n- 00:20 Back\n",
		"## Timeline\n\nAll times in UTC.\n\n- 2024-03-05 15:40 The old table is back\n- 2024-03-05 15:20 Going back is decided\n- 2024-03-05 14:02 The new table goes live\n",
	},
	check: func(r *Report) {
		entries := r.timed()
		back := 0
		for i := 1; i < len(entries); i++ {
			if isBefore(entries[i], entries[i-1]) {
				back++
			}
		}
		if back == 0 || 2*back >= len(entries) { // newest first is an order too
			return
		}
		kept := inOrder(entries)
		told := 0
		for i, e := range entries {
			if kept[i] {
				continue
			}
			if told++; told > 3 {
				return
			}
			const hint = "move it, or correct its time"
			for k := i + 1; k < len(entries); k++ {
				if kept[k] && isBefore(entries[k], e) {
					r.find(r.at(e.Line), hint, "%s stands before %s (line %d)", clock(e, entries[k]), clock(entries[k], e), entries[k].Line)
					break
				} else if kept[k] {
					break
				}
			}
			for k := i - 1; k >= 0; k-- {
				if kept[k] && isBefore(e, entries[k]) {
					r.find(r.at(e.Line), hint, "%s stands behind %s (line %d)", clock(e, entries[k]), clock(entries[k], e), entries[k].Line)
					break
				} else if kept[k] {
					break
				}
			}
		}
	},
}

// inOrder marks the most entries that follow each other in time; the others are those out of order. Of several such choices it takes the one
// that keeps the earlier lines.
func inOrder(entries []postmortem.Entry) []bool {
	const most = 500 // of a longer timeline only the beginning is looked at
	n := min(len(entries), most)
	length, previous, best := make([]int, n), make([]int, n), 0
	for i := range n {
		length[i], previous[i] = 1, -1
		for k := range i {
			if !isBefore(entries[i], entries[k]) && length[k]+1 > length[i] {
				length[i], previous[i] = length[k]+1, k
			}
		}
		if length[i] > length[best] {
			best = i
		}
	}
	kept := make([]bool, len(entries))
	for i := n; i < len(entries); i++ {
		kept[i] = true
	}
	for i := best; i >= 0 && n > 0; i = previous[i] {
		kept[i] = true
	}
	return kept
}

func isBefore(a, b postmortem.Entry) bool {
	return !a.Time.DateOnly && !b.Time.DateOnly && !a.Time.Approximate && !b.Time.Approximate && a.Time.Time.Before(b.Time.Time)
}

// clock writes the time of an entry, with its date when another has another.
func clock(e, other postmortem.Entry) string {
	y, m, d := e.Time.Time.Date()
	if y2, m2, d2 := other.Time.Time.Date(); y != y2 || m != m2 || d != d2 {
		return e.Time.Time.Format("2006-01-02 15:04")
	}
	if e.Time.Time.Second() != 0 || other.Time.Time.Second() != 0 {
		return e.Time.Time.Format(time.TimeOnly)
	}
	return e.Time.Time.Format("15:04")
}

var noZone = Rule{
	ID:       "timeline/zone",
	Title:    "The timeline does not say in which time zone it is",
	Severity: problem.Warning,
	Reason: `Whoever compares it with a graph, a log or another team's report has to guess, twice a year by another hour. One line is enough: "All
times in UTC". The rule is silent where archive.yaml says which zone times are in.`,
	Source: `PagerDuty, Postmortem documentation`,
	Before: `## Timeline

- 2024-03-05 14:02 The new routing table goes live
- 2024-03-05 15:40 The old table is back
`,
	After: `## Timeline

All times in UTC.

- 2024-03-05 14:02 The new routing table goes live
- 2024-03-05 15:40 The old table is back
`,
	Clean: []string{
		"-- archive.yaml --\ntime_zone: Europe/Copenhagen\n-- postmortems/a.md --\n## Timeline\n\n- 2024-03-05 14:02 The new routing table goes live\n- 2024-03-05 15:40 The old table is back\n",
		"## Timeline\n\n- 2024-03-05 14:02 UTC The new routing table goes live\n- 15:40 The old table is back\n",
		"## Timeline\n\n- 2024-03-05 A new table\n- 2024-03-07 The old table\n",
	},
	check: func(r *Report) {
		if r.survey.archive.Config.ZoneStated || r.ZoneStated {
			return
		}
		n := 0
		for _, e := range r.timed() {
			if e.Time.ZoneStated {
				return
			}
			if !e.Time.DateOnly && !relative.MatchString(e.Written) {
				n++
			}
		}
		if n >= 2 {
			r.find(r.timelineAt(), `write "All times in UTC." below the heading, or time_zone in archive.yaml`,
				"the timeline does not say in which time zone its times are; %s was assumed", r.survey.archive.Config.Location)
		}
	},
}

var relative = lazyregexp.New(`^\W*(?i:t\s*)?[+-]`)

var noMilestones = Rule{
	ID:       "timeline/milestones",
	Title:    "The report does not say when it was detected, or when it was over",
	Severity: problem.Warning,
	Reason: `How long it took to notice and how long to mend are the two figures that trends are made of, and they cannot be told from entries alone:
mark them where they happened, with [detected] and [resolved], or write them into the front matter. In a report of another format this is a
note.`,
	Source: timelineSource,
	Before: `---
id: INC-2024-017
severity: sev2
started: 2024-03-05 14:02 UTC
---

## Timeline

All times in UTC.

- 14:02 The new routing table goes live
- 14:31 Going back is decided
- 14:40 The old table is rolled out
`,
	After: `---
id: INC-2024-017
severity: sev2
started: 2024-03-05 14:02 UTC
---

## Timeline

All times in UTC.

- 14:02 [began] The new routing table goes live
- 14:09 [detected] The refusal rate alert fires
- 14:40 [resolved] The old table is back
`,
	check: func(r *Report) {
		if len(r.timed()) < 2 || r.NearMiss || r.Stage == postmortem.Preliminary || r.Status == postmortem.Draft {
			return
		}
		var missing []string
		if r.Detected.IsZero() {
			missing = append(missing, "was detected")
		}
		if r.Resolved.IsZero() && r.Mitigated.IsZero() {
			missing = append(missing, "was over")
		}
		if len(missing) == 0 {
			return
		}
		const hint = "mark the entries with [detected] and [resolved], or write the times into the front matter"
		message := fmt.Sprintf("nothing says when it %s", joinOr(missing, "or"))
		if r.isOwn() {
			r.find(r.timelineAt(), hint, "%s", message)
		} else {
			r.mention(r.timelineAt(), hint, "%s", message)
		}
	},
}

// marksBothEnds reports whether the author said when it began and when it was over, rather than the reader having worked it out.
func (r *Report) marksBothEnds() bool {
	began := !slices.Contains(r.Derived, "started") && !r.Started.IsZero()
	ended := !slices.Contains(r.Derived, "resolved") && !r.Resolved.IsZero()
	for _, e := range r.Timeline {
		began = began || e.Milestone == postmortem.Began
		ended = ended || e.Milestone == postmortem.Resolved
	}
	return began && ended
}

var durationDisagrees = Rule{
	ID:       "duration-disagrees",
	Title:    "A duration in the text is not the one that the times give",
	Severity: problem.Warning,
	Reason: `One of the two is wrong, and readers will quote the other. The reader compares durations that are stated (a Stats list, "Duration: 98
minutes", the prose) with the times of the front matter and the milestones of the timeline; a tenth of difference is let pass. Where
the report does not mark when it began and was resolved it is a note: then the times were worked out.`,
	Before: `## Timeline

All times in UTC.

- 2024-03-05 14:02 [began] The new routing table goes live
- 14:09 [detected] The refusal rate alert fires
- 15:40 [resolved] The old table is back

## Stats

- Time to recovery: 20 minutes
`,
	unsure: func(r *Report) bool { return !r.marksBothEnds() },
	After: `## Timeline

All times in UTC.

- 2024-03-05 14:02 [began] The new routing table goes live
- 14:09 [detected] The refusal rate alert fires
- 15:40 [resolved] The old table is back

## Stats

- Time to recovery: 98 minutes
`,
}
