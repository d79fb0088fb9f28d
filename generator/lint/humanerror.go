package lint

import (
	"regexp"
	"strings"

	"debrief/generator/lazyregexp"
	"debrief/generator/problem"
)

var humanError = Rule{
	ID:       "blameless/human-error",
	Title:    "A person's error is given as the explanation",
	Severity: problem.Warning,
	Reason: `"Human error" is where an investigation starts, not where it ends. What somebody did made sense to them, with what they knew and saw
at that moment; until the report says why, nothing was learned, and the next person will do the same. Ask what made the step easy to get
wrong, and what let it through.`,
	Source: `Sidney Dekker, The Field Guide to Understanding 'Human Error'; Etsy, Debriefing Facilitation Guide; Google, Site Reliability Engineering, chapter 15`,
	Before: `## Contributing factors

The outage was caused by human error during the migration.
`,
	After: `## Contributing factors

The migration tool showed the production and the staging cluster under the same name, and asked for no confirmation before it dropped a table.
`,
	Found: []string{
		"## Summary\n\nDue to an operator error all queues were deleted.\n",
		"## Root cause\n\nHuman mistakes: a fat-fingered port number.\n",
		"## Contributing factors\n\n- Carelessness when the\n  certificate was installed\n",
	},
	Clean: []string{
		"## Lessons learned\n\nThis was not human error: both clusters have the same name.\n",
		"## Lessons learned\n\nHuman error is never a cause. We look past human error.\n",
		"## Lessons learned\n\nNobody was careless.\n\nNothing will be lost, unless a human mistake is made.\n",
		"## Contributing factors\n\nThe manual steps are prone to human error.\n",
		"## Contributing factors\n\n> We blame human error, said the newspaper.\n\nThe newspaper called it \"human error\".\n",
		"## Timeline\n\n- 14:02 UTC The chat asks whether this is human error\n",
		"## Action items\n\n- Reduce human error by generating the file\n",
		"## Background\n\nThe page shows `user error` for every answer below 500.\n",
	},
	Words: "words are further ways to say it, such as \"layer 8 problem\"; allow passes over a sentence that contains the word.",
	check: checkHumanError,
}

var (
	humanErrorPhrase = newPhrase(
		"human operator_ pilot_error engineer_error engineer_mistake developer_error developer_mistake fat_finger fat-finger careless negligen sloppy sloppiness incompeten inattent attention_to_detail user_error",
		`\b(?:human (?:errors?|mistakes?|failures?)|(?:operator|pilot|engineer|developer) (?:errors?|mistakes?)|(?:due to|caused by|because of) (?:an? )?user errors?|fat[- ]finger(?:ed|ing|s)?|careless(?:ness|ly)?|negligen(?:ce|t|tly)|sloppy|sloppiness|incompeten(?:ce|t)|inattenti(?:on|ve|veness)|lack of attention to detail)\b`)
	// denied is what follows a phrase that is denied.
	denied = lazyregexp.New(`^ (?:is|was|are|were) (?:never|not|no|rarely|seldom)\b`)
	// excused are words before a phrase that say the opposite, or speak of what a system should survive.
	excused = lazyregexp.New(`\b(?:not|never|no|nobody|no one|unless|if|any|isn't|wasn't|nor|rather than|instead of|without|blam(?:e|ed|ing)|prone to|risk of|risks? from|prevent(?:s|ed|ing)?|avoid(?:s|ed|ing)?|reduc(?:e|es|ed|ing)|eliminat(?:e|es|ed|ing)|remov(?:e|es|ed|ing)|minimi[sz](?:e|es|ed|ing)|chances? of|chance for|suscept(?:ible|ibility) to|room for|open to|possib(?:le|ility|ilities)(?: of| for)?|potential(?: for)?|guard(?:s|ed|ing)? against|protect(?:s|ed|ing)? (?:us )?(?:against|from)|likelihood of|tolera(?:te|tes|nt)(?: of)?|past|beyond|behind|word|term|phrase|call(?:ed|ing)?(?: this| it)?|label(?:led|ing)?)(?: [a-z-]+){0,3} $`)
)

func checkHumanError(r *Report) {
	phrases := []phrase{humanErrorPhrase}
	for _, w := range r.words() {
		phrases = append(phrases, literal(w))
	}
	if phrases = r.hinted(phrases...); len(phrases) == 0 {
		return
	}
	for _, p := range r.conclusions() {
		for _, f := range phrases {
			for _, m := range f.of(p) {
				s, from := sentence(p.prose, m[0])
				if denied.MatchString(p.prose[m[1]:]) || excused.MatchString(p.prose[max(from, m[0]-60):m[0]]) || r.allowsIn(s) {
					continue
				}
				r.find(r.place(p, m[0], m[1]), "say what made the step easy to get wrong, and what let it through unnoticed",
					"%q names a person's error where the explanation should be", strings.TrimSpace(p.text[m[0]:m[1]]))
			}
		}
	}
}

// literal is a phrase that is written out.
func literal(words string) phrase {
	return hintedPhrase([]string{words}, lazyregexp.New(`\b`+regexp.QuoteMeta(words)+`\b`))
}

// allowsIn reports whether a sentence contains a word that the setting passes over.
func (r *Report) allowsIn(sentence string) bool {
	for _, w := range lowered(r.setting.Allow) {
		if strings.Contains(sentence, w) {
			return true
		}
	}
	return false
}
