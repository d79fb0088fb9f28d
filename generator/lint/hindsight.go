package lint

import "debrief/generator/problem"

var hindsight = Rule{
	ID:       "blameless/hindsight",
	Title:    "Hindsight is taken for foresight",
	Severity: problem.Warning,
	Reason: `Once the outcome is known, the road to it looks straight and every sign along it clear. It did not look so before: there were as many
signs for other outcomes. A report that calls it obvious stops asking what the signs looked like at the time, which is what the next team
needs to know.`,
	Source: `Baruch Fischhoff, Hindsight is not equal to foresight (1975); Sidney Dekker, The Field Guide to Understanding 'Human Error'`,
	Before: `## Lessons learned

The queue had grown for a week. We should have seen it coming.
`,
	After: `## Lessons learned

The queue had grown for a week. It does so in the last week of every month, and had gone down by itself each time.
`,
	Found: []string{
		"## Contributing factors\n\nIt was obvious that the disk would fill up.\n",
		"## Lessons learned\n\nWe should have known better.\n",
		"## Summary\n\nIn hindsight it is clear that the limit was too low.\n",
		"## What went wrong\n\nThe team ought to have anticipated the load.\n\nThis was an accident waiting to happen.\n",
	},
	Clean: []string{
		"## Contributing factors\n\nIt was not obvious which of the two clusters was meant.\n",
		"## Lessons learned\n\nIn hindsight the two graphs belong together; at the time nobody had a reason to look at both.\n",
		"## Contributing factors\n\nThe team could not have known, and nobody could have: the page was green. It became obvious that DNS was slow.\n",
		"## Summary\n\nThe button is less obvious than the link.\n",
	},
	Words: "words are further phrases; allow passes over a sentence that contains the word.",
	check: checkHindsight,
}

// foresight are phrases that ask people to have known the outcome.
var foresight = newPhrase("coming known realised realized anticipated foreseen predicted obvious hindsight retrospect waiting_to_happen bound_to inevitable predictable aware",
	`\b(?:(?:(?:should|ought to)(?:n't| not)?|could)(?: really| clearly| probably| easily)?(?: have|'ve) (?:seen (?:it|this|that|these|them) coming|known(?: better| that| about)?|realised|realized|anticipated|foreseen|predicted|been (?:anticipated|foreseen|predicted|obvious|aware))`+
		`|(?:it|this|that|which) (?:was|is|were|should be|should have been) (?:quite |very |completely |perfectly |painfully |blindingly )?(?:obvious|clear|inevitable|predictable)(?: in hindsight| in retrospect)`+
		`|(?:it|this|that|which) (?:was|were) (?:quite |very |completely |perfectly |painfully |blindingly )?(?:obvious(?: that)?|inevitable|predictable|bound to happen)`+
		`|(?:in|with) (?:hindsight|retrospect),? (?:it|this|that) (?:is|was|seems|should have been) (?:obvious|clear|inevitable|predictable)`+
		`|(?:an )?(?:accident|outage|incident|disaster) (?:that was )?waiting to happen|obviously (?:wrong|a mistake|should))`)

func checkHindsight(r *Report) {
	if !r.english && len(r.words()) == 0 {
		return
	}
	phrases := []phrase{foresight}
	for _, w := range r.words() {
		phrases = append(phrases, literal(w))
	}
	if phrases = r.hinted(phrases...); len(phrases) == 0 {
		return
	}
	for _, p := range r.conclusions() {
		for _, f := range phrases {
			for _, m := range f.of(p) {
				if s, _ := sentence(p.prose, m[0]); isQuestion(s) || r.allowsIn(s) {
					continue
				}
				r.find(r.place(p, m[0], m[1]), "say what the signs looked like at the time, and what else they could have meant",
					"%q judges by the outcome", squeeze(p.text[m[0]:m[1]]))
			}
		}
	}
}
