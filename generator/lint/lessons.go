package lint

import (
	"debrief/generator/markdown"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

var onlyWrong = Rule{
	ID:       "lessons/only-wrong",
	Title:    "The lessons tell only what went wrong",
	Severity: problem.Warning,
	Reason: `Most of what kept the incident from being worse went right, and nobody will protect it unless it is named. What went well, and where we
got lucky, are where the next incident is prevented: luck runs out. The rule looks only at reports that have a part for what went wrong.`,
	Source: `Google, Site Reliability Engineering, appendix D; Erik Hollnagel, Safety-I and Safety-II`,
	Before: `## Lessons learned

### What went wrong

The alert took seven minutes.
`,
	After: `## Lessons learned

### What went wrong

The alert took seven minutes.

### What went well

Going back took one command.

### Where we got lucky

The bank has few customers on a Tuesday.
`,
	Clean: []string{
		"## What went wrong\n\nThe alert was late.\n\n## What went well\n\nGoing back took one command.\n",
		"## Lessons learned\n\n- Alerts by bank are cheap\n",
	},
	check: func(r *Report) {
		wrong, good := problem.Position{}, false
		for _, p := range r.passages {
			switch {
			case p.kind == markdown.Heading:
			case p.section == postmortem.WentWrong && wrong.Line == 0:
				wrong = r.sectionAt(postmortem.WentWrong)
			case p.section == postmortem.WentWell || p.section == postmortem.Lucky:
				good = true
			}
		}
		if wrong.Line > 0 && !good {
			r.find(wrong, "add what went well, and where you got lucky", "the lessons tell only what went wrong")
		}
	},
}
