package lint

import (
	"strings"
	"sync"

	"debrief/generator/lazyregexp"
	"debrief/generator/problem"
)

var counterfactual = Rule{
	ID:       "blameless/counterfactual",
	Title:    "What somebody should have done stands in the place of what happened",
	Severity: problem.Warning,
	Reason: `A counterfactual tells a story that did not happen: should have, could have, failed to, if only, instead of. It explains nothing, because
what people did not do is endless, and it judges them by what was only known afterwards. Say what they did, what they saw then, and why it made
sense. What you want to be different next time is an action item.`,
	Source: `Sidney Dekker, The Field Guide to Understanding 'Human Error'; Etsy, Debriefing Facilitation Guide`,
	Before: `## Lessons learned

We should have tested the failover before the upgrade.
`,
	After: `## Lessons learned

The failover was last tested in March, with data a tenth of today's size. Nothing in the upgrade checklist asks when it was tested.
`,
	Found: []string{
		"## Contributing factors\n\n- The team failed to notice that the disk was filling up.\n",
		"## Summary\n\nIf only we had kept the old certificate.\n",
		"## Root cause\n\nThe change shouldn't have been deployed on a Friday.\n\nThe limit should have been reviewed.\n",
		"## Lessons learned\n\nHad we rolled back at once, nobody would have noticed.\n",
		"## What went wrong\n\nThis could easily have been avoided.\n",
		"## What went wrong\n\nThe responders restarted the nodes instead of reading the runbook.\n",
		"## Lessons learned\n\nWe forgot to\nannounce the change.\n",
	},
	Clean: []string{
		"## Contributing factors\n\nThe alert should have fired after five minutes, and was silenced by a maintenance window.\n",
		"## Lessons learned\n\nWe should have alerts for this. Teams should have automated checks.\n",
		"## Where we got lucky\n\nWe could have lost the whole day's orders.\n",
		"## Action items\n\n- Decide whether the ticket should have been escalated\n",
		"## Lessons learned\n\nThe customer wrote that \"you should have known\".\n\n> We should have known.\n",
		"## Summary\n\nThe job failed to start. The proxy used IPv6 instead of IPv4.\n",
		"## Lessons learned\n\nWe rolled back instead of waiting for a fix.\n",
		"## Lessons learned\n\nInstead of trying to mend it, roll back first.\n",
		"## What would have helped\n\nWe could have used a diff of the headers.\n",
		"## Contributing factors\n\nCould a diff of the headers have made us aware? Should we have waited?\n",
		"## Summary\n\nA rollback could have made it worse, so we waited.\n",
		"## Summary\n\nHad we needed to deploy that afternoon, it would have shown. Had it computed the days from the date, nothing would have happened.\n",
		"## Summary\n\nThere were two clusters where only one should have existed.\n",
	},
	Words: "words are further phrases that count as a counterfactual; allow passes over a sentence that contains the word.",
	check: checkCounterfactual,
}

var (
	shouldHave = firstPhrase("should ought could",
		`(should|could|ought to)(n't| not)?(?: (?:really|probably|clearly|also|all|definitely|perhaps|maybe|certainly|easily|obviously|at least|then|instead))?(?: have|'ve| of) ((?:(?:not|also|already|at least|instead|better|first|immediately|probably|easily|simply|just|never|perhaps|maybe|then|more|been|be) )*)([a-z'-]+)`)
	failedTo = newPhrase("failed forgot neglected omitted",
		`\b(?:we|they|nobody|no one|(?:the|our|an?|one of (?:our|the)|most|some|other|all)(?: [a-z-]+){0,2}? (?:teams?|management|company|organi[sz]ation)) (?:all |also |simply |had |have )?(?:failed to|forgot(?:ten)? (?:to|about)|neglected to|omitted to)\b`)
	ifOnly = firstPhrase("if_only", `if only (?:we|they|he|she|the|it|someone|somebody|there|this|that|i)\b`)
	hadWe  = newPhrase("had_we had_they had_the had_he had_she had_some had_any",
		`(?:^|[.,;:–—-] ?)(had (?:we|they|he|she|someone|somebody|anyone|`+groups+`) (?:not )?(?:[a-z]+ly )?(?:been|known|done|seen|had|run|read|taken|kept|thought|\w+ed)\b)`)
	insteadOf = newPhrase("instead_of",
		`\b(?:we|they|he|she|`+groups+`) [^.!?;]{2,80}?(instead of (?:checking|verifying|testing|following|asking|reading|escalating|notifying|reviewing|consulting))\b`)
)

// groups are words for people together.
const groups = `(?:the|our|an?|one of (?:our|the)|most|some|other|all)(?: [a-z-]+){0,2}? (?:teams?|` + roles + `|management|company|organi[sz]ation)`

// peopleWords end the subject of a sentence about people.
var peopleWords = wordSet(`we they he she i you team teams nobody everybody everyone someone somebody people management
	engineer engineers developer developers operator operators admin admins administrator administrators responder responders reviewer reviewers
	oncall on-call staff author authors organisation organization company department`)

// humanParticiples are what only people do, so that the passive blames somebody who is not named.
var humanParticiples = wordSet(`tested checked reviewed noticed caught detected spotted communicated verified validated documented escalated announced
	informed notified aware careful involved done taken declared considered monitored planned foreseen anticipated addressed followed
	rehearsed avoided prevented told asked investigated handled prepared discovered realised realized mentioned questioned deployed merged
	released shipped approved applied`)

// adjectives look like participles and describe what one wants to have.
var adjectives = wordSet(`dedicated automated improved distributed centralized centralised shared detailed defined documented limited advanced
	trusted related isolated redundant need needed red better clear good enough more`)

// wordSet reads words divided by spaces when it is first asked for.
func wordSet(words string) func() map[string]bool {
	return sync.OnceValue(func() map[string]bool {
		set := map[string]bool{}
		for w := range strings.FieldsSeq(words) {
			set[w] = true
		}
		return set
	})
}

func checkCounterfactual(r *Report) {
	if !r.english && len(r.words()) == 0 {
		return
	}
	if len(r.words()) == 0 && len(r.hinted(shouldHave, failedTo, ifOnly, hadWe, insteadOf)) == 0 {
		return
	}
	for _, p := range r.conclusions() {
		asks := asksForIt(p.heading)
		report := func(start, end int) {
			s, _ := sentence(p.prose, start)
			if isQuestion(s) || strings.Contains(s, "would have helped") || foresight.in(s) != nil || r.allowsIn(s) {
				return
			}
			r.find(r.place(p, start, end), "say what was done and why it made sense then; what you want next time is an action item",
				"%q says what did not happen", squeeze(p.text[start:end]))
		}
		for _, m := range shouldHave.of(p) {
			if !asks && isCounterfactual(p.prose, m) {
				report(m[0], m[1])
			}
		}
		for _, f := range []phrase{failedTo, ifOnly} {
			for _, m := range f.of(p) {
				report(m[0], m[1])
			}
		}
		for _, f := range []phrase{hadWe, insteadOf} {
			for _, m := range f.of(p) {
				if !strings.HasSuffix(p.prose[m[2]:m[3]], "needed") && !strings.HasSuffix(p.prose[m[2]:m[3]], "wanted") { // what might yet have come
					report(m[2], m[3])
				}
			}
		}
		for _, w := range r.words() {
			for _, m := range literal(w).of(p) {
				report(m[0], m[1])
			}
		}
	}
}

// asksForIt reports whether a heading asks for what might have been.
func asksForIt(heading string) bool {
	h := plain(heading)
	return strings.Contains(h, "could have") || strings.Contains(h, "should have") || strings.Contains(h, "would have") || strings.Contains(h, "could we have")
}

var byMachine = lazyregexp.New(`^[^.!?]{0,40}\bby (?:(?:our|the|an?|this|some) )?(?:[a-z-]+ )?(?:monitoring|alerts?|alarms?|tests?|ci|checks?|probes?|system|pipeline|linter|watchdog|validation|tooling)\b`)

// isCounterfactual decides whether "should have" and the like speak of people: by their subject, or by a verb that only people do.
func isCounterfactual(prose string, m []int) bool {
	verb, been, word := prose[m[2]:m[3]], strings.Contains(prose[m[6]:m[7]], "been") || strings.Contains(prose[m[6]:m[7]], "be "), prose[m[8]:m[9]]
	if !been && word == "been" {
		return false
	}
	_, from := sentence(prose, m[0])
	before := strings.Fields(prose[from:m[0]])
	people := false
	for _, w := range before[max(0, len(before)-2):] {
		people = people || peopleWords()[strings.Trim(w, ",;:()")]
	}
	negated := m[4] >= 0
	switch {
	case been:
		if byMachine.MatchString(prose[m[1]:]) {
			return false
		}
		if verb == "could" {
			return !negated && (word == "avoided" || word == "prevented" || word == "caught" || word == "detected" || word == "noticed" || word == "spotted" || people && humanParticiples()[word])
		}
		return people || humanParticiples()[word]
	case !people || !isParticiple(word):
		return false
	case verb == "could":
		// "We could have lost data" is what might have followed, not what somebody left undone.
		return !negated && humanParticiples()[word]
	}
	return true
}

// isParticiple reports whether a word behind "have" goes on with the verb, rather than naming what one would have.
func isParticiple(word string) bool {
	if adjectives()[word] {
		return false
	}
	return strings.HasSuffix(word, "ed") || irregular()[word]
}

var irregular = wordSet(`been done known seen had made taken given gone run read put set caught thought told left kept held found built sent come begun
	chosen written got gotten brought bought cut drawn driven fallen felt fought forgotten heard hit let lost meant met paid said shown shut spent
	stood stuck understood woken won withdrawn foreseen rolled`)
