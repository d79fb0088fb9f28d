package lint

import (
	"fmt"
	"time"

	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

// The rules about deadlines know the day only from Options.AsOf, so that the same archive and the same day always give the same findings.

const deadlineArchive = `-- archive.yaml --
severities:
  - {id: sev1, document_within_days: 5, meeting_within_days: 7}
  - {id: sev2}
-- postmortems/a.md --
`

var documentOverdue = Rule{
	ID:       "deadlines/document",
	Title:    "The postmortem is not written in time",
	Severity: problem.Warning,
	Reason: `Details fade in days: who saw what, which dashboard was open, why the first idea was dropped. Each severity of archive.yaml may say within
how many days of the end of an incident its postmortem should be written (document_within_days); a draft after that day is found.`,
	Source: `PagerDuty, Postmortem documentation; Google, The Site Reliability Workbook, chapter 10`,
	Before: deadlineArchive + "---\nid: a\nseverity: sev1\nstatus: draft\nresolved: 2024-03-05 15:40 UTC\n---\n\n## Summary\n\nCards were refused.\n",
	After:  deadlineArchive + "---\nid: a\nseverity: sev1\nstatus: review\nresolved: 2024-05-28 15:40 UTC\n---\n\n## Summary\n\nCards were refused.\n",
	Clean: []string{
		deadlineArchive + "---\nid: a\nseverity: sev2\nstatus: draft\nresolved: 2024-03-05 15:40 UTC\n---\n\n## Summary\n\nCards were refused.\n",
		deadlineArchive + "---\nid: a\nseverity: sev1\nstatus: draft\nresolved: 2024-05-30 15:40 UTC\n---\n\n## Summary\n\nCards were refused.\n",
	},
	check: func(r *Report) {
		severity, _ := r.survey.archive.Config.Severity(r.SeverityID)
		if r.Status == postmortem.Draft {
			r.overdue("status", severity.DocumentWithinDays, "finish it, or set its status to review", "this draft was due on %s, %s ago")
		}
	},
}

var meetingOverdue = Rule{
	ID:       "deadlines/meeting",
	Title:    "The review meeting is not held in time",
	Severity: problem.Warning,
	Reason: `A review that comes late is a formality: the people have moved on, and so has the code. Each severity of archive.yaml may say within how
many days of the end of an incident its review should be held (meeting_within_days); a postmortem that is not published after that day is
found.`,
	Source: `PagerDuty, Postmortem documentation; Etsy, Debriefing Facilitation Guide`,
	Before: deadlineArchive + "---\nid: a\nseverity: sev1\nstatus: review\nresolved: 2024-03-05 15:40 UTC\n---\n\n## Summary\n\nCards were refused.\n",
	After:  deadlineArchive + "---\nid: a\nseverity: sev1\nstatus: published\nresolved: 2024-03-05 15:40 UTC\n---\n\n## Summary\n\nCards were refused.\n",
	check: func(r *Report) {
		severity, _ := r.survey.archive.Config.Severity(r.SeverityID)
		// A draft is late with its text first.
		if r.Status == postmortem.Review || r.Status == postmortem.Draft && severity.DocumentWithinDays == 0 {
			r.overdue("status", severity.MeetingWithinDays, "hold it, and set the status to published", "the review meeting was due on %s, %s ago")
		}
	},
}

// overdue notes what was due so many days after the end of the incident.
func (r *Report) overdue(key string, days int, hint, format string) {
	end := r.Resolved
	if end.IsZero() {
		end = r.Mitigated
	}
	if days == 0 || end.IsZero() || r.survey.options.AsOf.IsZero() {
		return
	}
	due := postmortem.DateOf(end.Time).Time().AddDate(0, 0, days)
	if late := r.daysLate(due); late > 0 {
		r.find(r.At(key), hint, format, due.Format(time.DateOnly), daysOf(late))
	}
}

// daysLate is by how many days a day has passed.
func (r *Report) daysLate(due time.Time) int {
	return int(r.survey.options.AsOf.Time().Sub(due) / (24 * time.Hour))
}

func daysOf(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}

var promiseOverdue = Rule{
	ID:       "deadlines/promise",
	Title:    "A day that was promised has passed",
	Severity: problem.Warning,
	Reason: `Customers read the date, and so do the people who wait for the fix. When a date cannot be kept, move it before it passes and keep the old
one: (due 2024-05-31 -> 2024-06-30). Found are open commitments of public postmortems and the next update of preliminary reports; action items
that only the inside sees are a note, once in a document.`,
	Source: actionSource,
	Before: replaceIn(goodExternal, "- [x] Test each new table with a card of every bank (done 2024-03-20)", "- [ ] Test each new table with a card of every bank (due 2024-03-20)"),
	After:  goodExternal,
	Found: []string{
		"---\nid: a\nstage: preliminary\nnext_update: 2024-03-08\n---\n\n## Summary\n\nCards were refused.\n",
		"## Action items\n\n- [ ] Test each table (due 2024-03-20)\n- [ ] Alert by bank (due 2024-03-21)\n",
	},
	Clean: []string{
		"## Action items\n\n- [ ] Test each table (due 2024-03-20 -> 2025-03-20)\n- [x] Alert by bank (due 2024-03-21)\n",
	},
	check: func(r *Report) {
		if r.survey.options.AsOf.IsZero() {
			return
		}
		if r.External != nil {
			for _, c := range r.External.Commitments {
				if late := r.lateness(c.Status, c.Due); late > 0 {
					r.find(r.at(c.Line), "mark it done, or move the date and keep the old one: (due "+c.Due.String()+" -> ...)",
						"this commitment was due on %s, %s ago", c.Due, daysOf(late))
				}
			}
		}
		if r.Stage == postmortem.Preliminary && !r.NextUpdate.IsZero() {
			if late := r.daysLate(r.NextUpdate.Time()); late > 0 {
				r.find(r.At("next_update"), "write the update, or promise another day", "the next update was promised for %s, %s ago", r.NextUpdate, daysOf(late))
			}
		}
		n, first := 0, postmortem.Action{}
		for _, a := range r.Actions {
			if r.lateness(a.Status, a.Due) > 0 {
				if n++; n == 1 {
					first = a
				}
			}
		}
		if n > 0 {
			r.mention(r.at(first.Line), "mark what is done, and move the dates of the rest", "%s overdue, this one since %s", actionsAre(n), first.Due)
		}
	},
}

func actionsAre(n int) string {
	if n == 1 {
		return "an action item is"
	}
	return fmt.Sprintf("%d action items are", n)
}

// lateness is by how many days something open is late.
func (r *Report) lateness(status postmortem.ActionStatus, due postmortem.Date) int {
	if due.IsZero() || status == postmortem.Done || status == postmortem.Dropped {
		return 0
	}
	return r.daysLate(due.Time())
}

// human writes a duration as people say it.
func human(d time.Duration) string {
	d = d.Round(time.Minute)
	hours, minutes := int(d.Hours()), int(d.Minutes())%60
	switch {
	case hours == 0:
		return plural(minutes, "minute")
	case hours >= 48:
		return plural((hours+12)/24, "day")
	case minutes == 0:
		return plural(hours, "hour")
	}
	return plural(hours, "hour") + " " + plural(minutes, "minute")
}

func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
