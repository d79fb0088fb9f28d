package lint

import (
	"regexp"
	"slices"
	"strings"

	"debrief/generator/lazyregexp"
	"debrief/generator/problem"
)

var personAsCause = Rule{
	ID:       "blameless/person-as-cause",
	Title:    "A person is named as the cause",
	Severity: problem.Warning,
	Reason: `When a report says that somebody forgot, overlooked or mistyped something, the next person in the same place will be careful to say
less. Whoever was there did what looked right from where they stood, and somebody else would have done the same: describe the place, not the
person. What did they see? What would have had to be different for the other choice to look right?`,
	Source: `Etsy, Debriefing Facilitation Guide; John Allspaw, Blameless PostMortems and a Just Culture; PagerDuty, Postmortem documentation`,
	Before: `## Contributing factors

An engineer forgot to update the allow list before the release.
`,
	After: `## Contributing factors

The allow list lives in another repository than the release, and nothing in the release checks that both agree.
`,
	Found: []string{
		"## Summary\n\nThe deletion was caused by a junior developer.\n",
		"## Root cause\n\nThe on-call engineer misread the graph.\n",
		"## Contributing factors\n\n- The DBA's mistake in the migration script\n",
		"---\nid: a\nowner: Q. Miller\n---\n\n## Summary\n\nQ. Miller accidentally deleted the bucket.\n",
		"## What went wrong\n\n@pat forgot to restart the worker.\n",
	},
	Clean: []string{
		"## Summary\n\nAn engineer deleted the bucket, which the console shows under the name of the one beside it.\n",
		"## Timeline\n\n- 14:02 UTC An engineer accidentally restarts both replicas\n",
		"## Contributing factors\n\nA user forgot their password, and the login page showed an error.\n",
		"## What went well\n\nThe on-call engineer ignored the noise and found the graph.\n",
		"## Contributing factors\n\nThe client accidentally sends both headers.\n",
		"## Summary\n\nThe Kubernetes operator failed to reconcile.\n",
		"## Summary\n\nIt is tempting to write that somebody mistyped.\n",
		"## Summary\n\nTerraform mistakenly reported success.\n",
	},
	Words: "words are further names for people, such as \"pilot\"; allow passes over a sentence that contains the word.",
	check: checkPerson,
}

// roles are words for people who work on a system.
const roles = `engineers?|developers?|devs?|operators?|admins?|administrators?|sysadmins?|technicians?|employees?|colleagues?|coworkers?|contractors?|interns?|team ?mates?|team members?|sres?|dbas?|on-?call(?: engineers?| person)?|responders?|reviewers?|staff members?`

const (
	determiner = `\b(?:an?|one|the|our|one of (?:our|the)|some|somebody's|another|this|that)(?: [a-z-]+){0,2}? `
	misdeed    = `(?:had |has |have )?(?:forgot(?:ten)?|neglected|overlooked|misread|mis-?typed|mistyped|mis-?configured|mis-?understood|failed to|made (?:an?|the) (?:[a-z]+ )?(?:mistake|error|typo)|(?:did not|didn't) (?:bother|pay attention|think)|was careless|carelessly|fat-?fingered|accidentally|mistakenly|inadvertently|wrongly|incorrectly|erroneously)\b`
)

// misdeedHints are the words of which every misdeed has one.
const misdeedHints = "forgot neglected overlooked misread mistyped mis-typed misconfigured mis-configured misunderstood mis-understood failed_to made_a_ made_an_ made_the_ bother pay_attention n't_think not_think careless fingered accidentally mistakenly inadvertently wrongly incorrectly erroneously"

var personPhrases = []phrase{
	newPhrase(misdeedHints,
		determiner+`(?:`+roles+`) `+misdeed),
	newPhrase(misdeedHints,
		`\b(?:somebody|someone|he|she) `+misdeed),
	firstPhrase("fault mistake error oversight negligence careless",
		`(?:fault|mistake|error|oversight|negligence|carelessness) (?:of|by|on the part of) (?:an?|the|our|one of (?:our|the))(?: [a-z-]+){0,2}? (?:`+roles+`)\b`),
	newPhrase("'s_fault 's_mistake 's_error 's_typo 's_oversight 's_neg 's_care ’s_fault ’s_mistake ’s_error ’s_typo ’s_oversight s'_fault s'_mistake s'_error", `\b(?:`+roles+`)(?:'s|’s|s') (?:fault|mistake|error|typo|oversight|negligence|carelessness)\b`),
	newPhrase("caused_by to_blame at_fault", `\bcaused by (?:an?|the|our|one of (?:our|the))(?: [a-z-]+){0,2}? (?:`+roles+`)(?:$|[.,;:]| who\b)|(?:`+roles+`|he|she) (?:is|was|were) (?:to blame|at fault)\b`),
}

// softwareOperator is an operator with a name before it: in this trade that is a program.
var softwareOperator = lazyregexp.New(`^\S+ (?:\S+ )*(?:[A-Z]\S*|[a-z]\w*[A-Z0-9]\w*|kubernetes|cluster|database|postgres|kafka|helm|prometheus|controller) operators?\b`)

func isSoftware(phrase string) bool {
	return softwareOperator.MatchString(strings.TrimLeft(phrase, " \n"))
}

// tooEasy are words of a sentence that warns against the explanation it names.
var tooEasy = lazyregexp.New(`\b(?:tempting|easy|wrong|unfair|pointless) to (?:say|write|blame|think|conclude|claim)\b`)

var mentioned = lazyregexp.New(`(?:^|[\s(])@[\w-]+ ` + misdeed)

func checkPerson(r *Report) {
	phrases := slices.Clone(personPhrases)
	for _, w := range r.words() {
		phrases = append(phrases, hintedPhrase([]string{w}, lazyregexp.New(determiner+regexp.QuoteMeta(w)+`s? `+misdeed)))
	}
	for _, name := range r.peopleNamed() {
		name = plain(name)
		phrases = append(phrases, hintedPhrase([]string{name}, lazyregexp.New(`(?:^|\W)`+regexp.QuoteMeta(name)+`(?:'s (?:fault|mistake|error)| `+misdeed+`)`)))
	}
	phrases = append(phrases, hintedPhrase([]string{"@"}, mentioned))
	if phrases = r.hinted(phrases...); len(phrases) == 0 {
		return
	}
	for _, p := range r.conclusions() {
		for _, f := range phrases {
			for _, m := range f.of(p) {
				if s, _ := sentence(p.prose, m[0]); isQuestion(s) || tooEasy.MatchString(s) || isSoftware(p.text[m[0]:m[1]]) || r.allowsIn(s) {
					continue
				}
				start := m[0] + len(p.text[m[0]:m[1]]) - len(strings.TrimLeft(p.text[m[0]:m[1]], " (\n"))
				r.find(r.place(p, start, m[1]), "say what the person saw and knew, and why the step looked right then",
					"%q makes a person the cause", squeeze(p.text[start:m[1]]))
			}
		}
	}
}

// peopleNamed are the persons that archive.yaml and front matter name by more than a role.
func (r *Report) peopleNamed() []string {
	names := slices.Clone(r.survey.archive.Config.People)
	for _, n := range append([]string{r.Owner}, r.Participants...) {
		if looksLikeName(n) && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names
}

var properName = lazyregexp.New(`^\p{Lu}[\p{L}.'’-]*(?: \p{Lu}[\p{L}.'’-]*){1,3}$`)

// roleWords are words that only names of roles and teams have.
var roleWords = lazyregexp.New(`(?i)\b(?:team|lead|manager|engineer|engineering|on-?call|captain|officer|support|operations|platform|department|head|group|desk|duty|service|staff|security|infrastructure)\b`)

// looksLikeName reports whether a text is the name of a person rather than of a role.
func looksLikeName(s string) bool { return properName.MatchString(s) && !roleWords.MatchString(s) }

func isQuestion(sentence string) bool { return strings.HasSuffix(strings.TrimSpace(sentence), "?") }

// squeeze makes one line of a text.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }
