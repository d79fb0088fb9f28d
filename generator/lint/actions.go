package lint

import (
	"fmt"
	"strings"

	"debrief/generator/lazyregexp"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

const actionSource = `Sue Lueder, Betsy Beyer and others, Postmortem Action Items: Plan the Work and Work the Plan (;login:, 2017); Google, The Site Reliability Workbook, chapter 10`

var vagueAction = Rule{
	ID:       "actions/vague",
	Title:    "Nobody can tell when an action item is done",
	Severity: problem.Warning,
	Reason: `"Investigate monitoring for this scenario" can be done in an hour or never. An action item begins with a verb that has an end, names the
thing that will be different, and says how far it goes: that is what lets somebody take it, and somebody else see that it is done. If it
really is a question, say what the answer will be written into, and by when.`,
	Source: actionSource,
	Before: `## Action items

- Investigate monitoring for this scenario
`,
	After: `## Action items

- Alert when more than 1% of requests to checkout fail for five minutes
`,
	Found: []string{
		"## Action items\n\n- Look into the timeouts.\n- [ ] Improve the monitoring\n",
		"## Action items\n\n| Action | Owner |\n|---|---|\n| Consider a second region | Platform team |\n",
		"## Action items\n\n1. We should think about caching\n",
	},
	Clean: []string{
		"## Action items\n\n- [x] Investigate the timeouts\n- ~~Look into caching~~\n",
		"## Action items\n\n- Investigate why two nodes kept the old list, and write what we find into the runbook\n- Review the limits of all charts by 2024-06-01\n",
		"## Action items\n\n- Improve the alert: fire when the queue is longer than 10 minutes\n- Monitor certificate expiry 30 days ahead\n",
		"## Lessons learned\n\n- Investigate first\n",
	},
	Words: "words are further beginnings of an item that has no end; allow lists verbs that are fine here.",
	check: checkVague,
}

var (
	vagueStart = lazyregexp.New(`^(?:please |maybe |perhaps |possibly |we (?:should|could|need to|have to|will|must|want to) |(?:should|could|might) (?:we )?|need to |to )?(have (?:a|another) (?:talk|chat|discussion|conversation|think|look)|continue (?:to )?(?:attempt|try|investigat|look)[a-z]*|investigate|investigating|look (?:at|into|further into|more into)|looking into|consider|think (?:about|of|through)|thinking about|explore|reflect(?: on| if| whether)?|discuss|talk about|evaluate|assess|research|study|examine|analy[sz]e|dig into|figure out|find out|understand|see if|check if|check whether|review if|review whether|review|improve|increase|enhance|better|strengthen|optimi[sz]e|revisit|rethink|keep an eye on|pay attention to|be aware of)\b`)
	// aimed are words that say what an improvement is for, or is made with.
	aimed = lazyregexp.New(`\b(?:to (?:ensure|make sure|detect|catch|notice|alert|prevent|show|include|cover|fire|fail|reject|refuse|handle|report|tell|allow|avoid|stop|drop|return|retry|use|run)|with an?)\b`)
	// bounded are words that give an item an end or a measure.
	bounded = lazyregexp.New(`\b\d+(?:[.,]\d+)? ?(?:%|percent|ms|s|secs?|seconds?|mins?|minutes?|h|hours?|days?|weeks?|months?|[kmg]b|requests?|times|nodes|replicas|users|customers)(?:$|\W)|\b20\d\d\b|\b(?:and (?:then )?(?:write|document|decide|fix|add|implement|agree|report|publish|present|set|change|update|create|make|propose|pick|choose|adjust|remove|replace|move|configure|enable|disable|share|apply|correct|file|open|ensure|deploy|switch|roll|raise|lower|act|include|define|record|improve|establish|turn|test|alert)|so that|such that|until|by (?:the end|end of|next|monday|tuesday|wednesday|thursday|friday)|within|when(?:ever)?|at least|at most|no more than|below|above|for (?:all|every|each)|every|write up|in a (?:test|document|design|runbook)|by (?:adding|using|moving|removing|replacing|splitting|setting|caching|creating|making|changing|introducing|implementing|limiting|alerting|checking|logging|measuring|including|enabling|running|increasing|reducing)|decide whether|one-pager|proof of concept|poc|spike|timebox(?:ed)?)\b`)
)

func checkVague(r *Report) {
	if !r.english && len(r.words()) == 0 {
		return
	}
	for i := range r.Actions {
		a := &r.Actions[i]
		if a.Status == postmortem.Done || a.Status == postmortem.Dropped || !a.Due.IsZero() {
			continue
		}
		text := plain(strings.TrimSpace(a.Text))
		verb := ""
		if m := vagueStart.FindStringSubmatch(text); m != nil {
			verb = m[1]
		}
		for _, w := range r.words() {
			if strings.HasPrefix(text, w) {
				verb = w
			}
		}
		if verb == "" || r.allows(verb) || r.allows(firstWord(verb)) {
			continue
		}
		if rest := text[strings.Index(text, verb)+len(verb):]; isBounded(rest, isImprovement(verb)) {
			continue
		}
		say := r.find
		if a.Link != "" {
			say = r.mention // the ticket may say more
		}
		say(r.at(a.Line), betterAction(verb), "%q has no end: nobody can tell when it is done", firstWords(a.Text, 8))
	}
}

// isImprovement reports whether a verb says that something will be better, rather than that somebody will think about it.
func isImprovement(verb string) bool {
	switch firstWord(verb) {
	case "improve", "increase", "enhance", "better", "strengthen", "optimize", "optimise":
		return true
	}
	return false
}

// isBounded reports whether what follows the verb says how far the work goes. A colon or a second sentence explains it.
func isBounded(rest string, improvement bool) bool {
	return improvement && aimed.MatchString(rest) || bounded.MatchString(rest) || strings.Contains(rest, ": ") || len(sentences(rest)) > 1
}

// betterAction is the hint that fits a verb.
func betterAction(verb string) string {
	if isImprovement(verb) {
		return "name what will be different and how far it goes: \"alert when more than 1% of requests fail for five minutes\""
	}
	switch firstWord(verb) {
	case "be", "pay", "keep":
		return "people get tired; name the alert, the check or the default that will do it for them"
	}
	return "say what the answer will be written into, and by when; or name the change you expect"
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return word
}

func firstWords(s string, n int) string {
	words := strings.Fields(s)
	if len(words) <= n {
		return strings.TrimRight(strings.Join(words, " "), ".")
	}
	return strings.Join(words[:n], " ") + "…"
}

var careAction = Rule{
	ID:       "actions/try-harder",
	Title:    "An action item asks people to be more careful",
	Severity: problem.Warning,
	Reason: `Everybody was careful already. Care that has to be kept up wears off in weeks, and the next incident meets people who never heard of
this one. Change what they work with: a check that runs by itself, a default that is safe, a name that cannot be confused.`,
	Source: `Google, Site Reliability Engineering, chapter 15; Etsy, Debriefing Facilitation Guide`,
	Before: `## Action items

- Be more careful when changing routing tables
`,
	After: `## Action items

- Refuse a routing table in CI unless it has an entry for every bank
`,
	Found: []string{
		"## Action items\n\n- Remind everybody to check the cluster name\n- [ ] Pay more attention to warnings\n",
		"## Action items\n\n- Engineers should double-check their commands\n",
	},
	Clean: []string{
		"## Action items\n\n- [x] Remind everybody of the freeze\n- Add a reminder to the pipeline\n- Write a check that compares both tables\n",
	},
	Words: "words are further phrases; allow passes over an item that contains the word.",
	check: func(r *Report) {
		phrases := []phrase{tryHarder}
		for _, w := range r.words() {
			phrases = append(phrases, literal(w))
		}
		for i := range r.Actions {
			a := &r.Actions[i]
			text := plain(a.Text)
			for _, f := range phrases {
				if m := f.in(text); m != nil && a.Status != postmortem.Done && a.Status != postmortem.Dropped && !r.allowsIn(text) {
					r.find(r.at(a.Line), "name the check, the default or the alert that will do it instead", "%q asks people to try harder", squeeze(a.Text[m[0][0]:m[0][1]]))
					break
				}
			}
		}
	},
}

var tryHarder = newPhrase("careful attention remind double-check double_check vigilant aware diligen remember mindful caution",
	`\b(?:(?:be|being) (?:more |extra |very )?(?:careful|vigilant|mindful|diligent|cautious)|pay (?:more |closer |better )?attention|remind (?:everybody|everyone|people|all|the|our|ourselves|engineers|developers|teams|staff)|(?:should|always|must|to|please) (?:be (?:more )?aware|double[- ]check|remember to)|more (?:careful|caution|diligen(?:t|ce)|attention))\b`)

var actionOwner = Rule{
	ID:       "actions/no-owner",
	Title:    "An open action item has no owner",
	Severity: problem.Warning,
	Reason: `What everybody should do nobody does. One name or team beside each item is the difference between a list and a plan. An item with a
ticket counts as owned. The rule says so once in a document; in an archive that hardly ever names an owner it is a note.`,
	Source: actionSource,
	Before: `## Action items

- [ ] Alert on refusals by bank (owner: Payments team)
- [ ] Test each new table with a card of every bank
`,
	After: `## Action items

- [ ] Alert on refusals by bank (owner: Payments team)
- [ ] Test each new table with a card of every bank (owner: Payments team)
`,
	Clean: []string{
		"## Action items\n\n- [x] Alert on refusals by bank\n- [ ] Test each new table [PAY-12](https://tickets.example/PAY-12)\n",
	},
	check: func(r *Report) {
		without, open, first := 0, 0, 0
		for _, a := range r.Actions {
			if a.Status == postmortem.Done || a.Status == postmortem.Dropped {
				continue
			}
			open++
			if a.Owner == "" && a.Link == "" {
				if without++; without == 1 {
					first = a.Line
				}
			}
		}
		if without == 0 {
			return
		}
		what := "no open action item has an owner or a ticket"
		if without < open {
			what = fmt.Sprintf("%d of %d open action items have neither an owner nor a ticket", without, open)
		} else if open == 1 {
			what = "the open action item has neither an owner nor a ticket"
		}
		const hint = "name a person, a role or a team for each: (owner: Payments team)"
		if 2*without <= open || r.survey.keepsOwners {
			r.find(r.at(first), hint, "%s", what)
		} else {
			r.mention(r.at(first), hint, "%s", what)
		}
	},
}

var doneUnlinked = Rule{
	ID:       "actions/done-unlinked",
	Title:    "A finished action item does not lead to what was done",
	Severity: problem.Note,
	Reason: `A year later somebody will ask whether the fix is really there, usually during the next incident. A link to the change or the ticket
answers in a second.`,
	Source: actionSource,
	Before: `## Action items

- [x] Alert on refusals by bank (done 2024-03-20)
`,
	After: `## Action items

- [x] Alert on refusals by bank (done 2024-03-20, [PAY-1211](https://tickets.example/PAY-1211))
`,
	check: func(r *Report) {
		without, done, first := 0, 0, 0
		for _, a := range r.Actions {
			if a.Status != postmortem.Done {
				continue
			}
			if done++; a.Link == "" && !strings.Contains(a.Body.HTML, "<a ") {
				if without++; without == 1 {
					first = a.Line
				}
			}
		}
		if without > 0 {
			r.find(r.at(first), "link the change or the ticket", "%d of %d finished action items do not lead to what was done", without, done)
		}
	},
}

var tooMany = Rule{
	ID:       "actions/too-many",
	Title:    "There are more action items than anybody will do",
	Severity: problem.Note,
	Reason: `A long list is not a plan: the important items wait behind the easy ones, and after a month nobody opens it. Keep those that would have
changed this incident, and put the rest into the ordinary backlog.`,
	Source: actionSource,
	Before: "## Action items\n\n" + strings.Repeat("- [ ] Add a test for the table of another bank\n", 16),
	After:  "## Action items\n\n- [ ] Test each new table with a card of every bank\n",
	Clean:  []string{"## Action items\n\n" + strings.Repeat("- [x] Add a test for the table of another bank\n", 16)},
	Limit:  "limit is the number of open items that is too many, 13 when left out.",
	check: func(r *Report) {
		open := 0
		for _, a := range r.Actions {
			if a.Status == postmortem.Open || a.Status == postmortem.InProgress {
				open++
			}
		}
		if open >= r.limit(13) {
			r.find(r.sectionAt(actionsSection), "keep those that would have changed this incident", "there are %d open action items", open)
		}
	},
}
