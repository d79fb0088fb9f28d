package lint

import (
	"strings"

	"debrief/generator/lazyregexp"
	"debrief/generator/markdown"
	"debrief/generator/problem"
)

var rootCause = Rule{
	ID:       "blameless/root-cause",
	Title:    "One root cause stands for everything that had to come together",
	Severity: problem.Note,
	Reason: `Failures of systems that mostly work need several things at once, each of them harmless alone. Whoever looks for the one cause stops at
the first that is good enough, often the last action before the failure, and the other conditions stay where they are. "Contributing factors",
in the plural, asks the better question. The rule says so once in a document, and not at all where several factors are listed.`,
	Source: `Richard Cook, How Complex Systems Fail; John Allspaw, Each necessary, but only jointly sufficient; Etsy, Debriefing Facilitation Guide`,
	Before: `## Root cause

The root cause was a missing index.
`,
	After: `## Contributing factors

- The new query needs an index that the table does not have.
- The test data is too small for the difference to show.
- The deployment does not stop when latency rises.
`,
	Found: []string{"## Summary\n\nThe root cause was an expired certificate.\n"},
	Clean: []string{
		"## Root causes\n\n- A missing index\n- No load test\n",
		"---\nid: a\nfactors: [missing-index, load-test]\n---\n\n## Summary\n\nThe root cause of the slow query was a missing index.\n",
		"## Timeline\n\n- 14:02 UTC Root cause found\n",
		"## Summary\n\nIt was hard to find the root cause of the delay. The root cause of the second one is unclear.\n",
	},
	check: checkRootCause,
	fix:   renameRootCause,
}

var (
	theRootCause     = newPhrase("root_cause", `\bthe (?:(?:actual|true|real|main|primary|ultimate|exact|underlying) )?root cause (?:(?:of|for|behind) [^.!?]{3,80}? )?(?:was|is|turned out|lies|lay)\b(?: (?:un|not|still|currently|being|yet)[a-z]*\b)?`)
	stillOpen        = lazyregexp.New(` (?:un|not|still|currently|being|yet)[a-z]*$`)
	rootCauseHeading = lazyregexp.New(`(?i)^(\s{0,3}#{1,6}\s+(?:\d+[.)]\s+)?)(root[ -]causes?(?: analysis)?)(\s*:?\s*#*\s*)$`)
)

func checkRootCause(r *Report) {
	factors := 0
	for _, p := range r.passages {
		if p.section == factorsSection && p.item {
			factors++
		}
	}
	if factors > 1 || len(r.FactorIDs) > 1 {
		return
	}
	const hint = `call it contributing factors, and list each condition that had to be there`
	for _, p := range r.passages {
		if p.kind == markdown.Heading && p.section == factorsSection && rootCauseHeading.MatchString(r.line(p.line)) {
			r.find(r.place(p, 0, len(p.text)), hint, "a single root cause is looked for")
			return
		}
	}
	for _, p := range r.conclusions() {
		for _, m := range theRootCause.of(p) {
			if found := squeeze(p.text[m[0]:m[1]]); !stillOpen.MatchString(found) {
				r.find(r.place(p, m[0], m[1]), hint, "%q: one cause is named", found)
				return
			}
		}
	}
}

// renameRootCause renames the heading; what is said in a sentence takes a person.
func renameRootCause(r *Report, p problem.Problem) []Edit {
	m := rootCauseHeading.FindStringSubmatch(r.line(p.Line))
	if m == nil {
		return nil
	}
	return []Edit{{Line: p.Line, Column: len([]rune(m[1])) + 1, Old: m[2], New: "Contributing factors"}}
}

var outage = Rule{
	ID:       "blameless/outage",
	Title:    "\"Outage\" where only a part was affected",
	Severity: problem.Note,
	Reason: `A word that is too large frightens customers whom nothing happened to, and a word that is always used says nothing on the day when
everything is down. When a part failed, or something was slow, say which part and for whom. In the title and in what customers read this is a
warning.`,
	Source: `Google, Site Reliability Engineering, appendix D; PagerDuty, Postmortem documentation`,
	Before: `## Summary

The checkout outage lasted 40 minutes.

## Impact

About 3% of customers could not pay by card.
`,
	After: `## Summary

For 40 minutes about 3% of customers could not pay by card.

## Impact

About 3% of customers could not pay by card.
`,
	Clean: []string{
		"## Summary\n\nThe outage of our supplier made search slow.\n\n## Impact\n\nSome users waited for ten seconds.\n",
		"## Summary\n\nAn outage of 40 minutes. The disk was 10% full.\n\n## Impact\n\nNobody could pay.\n",
	},
	check: checkOutage,
}

var (
	outageWord  = firstPhrase("outage", `outages?\b`)
	partial     = newPhrase("few small limited subset fraction percent %", `\b(?:(?:a few|a small (?:number|share|part|percentage)|a limited (?:number|amount|set)|a subset|a fraction)(?: of)? (?:(?:our|the) )?(?:[a-z-]+ ){0,2}?(?:users|customers|requests|services|regions|visitors|clients|tenants|accounts|people|traffic))\b|\b(?:[1-9]|[1-4][0-9])(?:\.\d+)? ?(?:%|percent) of (?:(?:all|our|the|their) )?(?:[a-z-]+ ){0,2}?(?:users|customers|requests|visitors|clients|tenants|accounts|people|traffic|orders|payments|calls|messages)\b`)
	elsewhere   = lazyregexp.New(`\b(?:supplier|vendor|provider|upstream|third[- ]party|aws|azure|gcp|google|github|cloudflare|their|power|network|region|data cent(?:er|re)|full|complete|total|major|their)\b[^.!?]{0,30}$|\b(?:previous|earlier|last|future|another|no|prevent|during|avoid|partial|minor|potential|possible)\b[^.!?]{0,25}$`)
	ofElsewhere = lazyregexp.New(`^s?(?:\s+(?:of|at|in) (?:(?:our|the|an?) )?(?:supplier|vendor|provider|upstream|third[- ]party|aws|azure|gcp|google|data cent(?:er|re)|region)|-)`)
)

func checkOutage(r *Report) {
	if len(r.hinted(outageWord)) == 0 && !strings.Contains(strings.ToLower(r.ExternalTitle), "outage") {
		return
	}
	share := ""
	for _, p := range r.passages {
		if p.section == "impact" || p.section == "summary" || p.external {
			if m := partial.of(p); m != nil && p.kind != markdown.Heading {
				share = squeeze(p.text[m[0][0]:m[0][1]])
				break
			}
		}
	}
	if share == "" {
		return
	}
	const hint = "say what was affected, and for whom"
	for _, p := range r.passages {
		title := p.kind == markdown.Heading && p.section == ""
		if !title && (p.kind == markdown.Heading || p.section != "summary" && !p.external) {
			continue
		}
		for _, m := range outageWord.of(p) {
			if elsewhere.MatchString(p.prose[max(0, m[0]-60):m[0]]) || ofElsewhere.MatchString(p.prose[m[1]:]) {
				continue
			}
			at := r.place(p, m[0], m[1])
			if p.external || title {
				r.report(problem.Warning, at, hint, "%q, but the report says %q", p.text[m[0]:m[1]], share)
			} else {
				r.find(at, hint, "%q, but the report says %q", p.text[m[0]:m[1]], share)
			}
			return
		}
	}
	if r.ExternalTitle != "" && strings.Contains(strings.ToLower(r.ExternalTitle), "outage") {
		r.report(problem.Warning, r.At("external_title"), hint, "the title says outage, but the report says %q", share)
	}
}
