package lint

import (
	"strings"
	"unicode/utf8"

	"debrief/generator/lazyregexp"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

// A writer may know better than a rule. A comment with the rule's name and the reason,
//
//	<!-- debrief:ignore blameless/counterfactual because we quote the customer -->
//
// covers findings on its own line and, when it stands alone on its line, in the paragraph, item or heading below. The key ignore of the front
// matter covers the whole file:
//
//	ignore:
//	  timeline/evidence: the graphs of that year are gone

var ignoreReason = Rule{
	ID:       "ignore/reason",
	Title:    "Something is ignored without a reason",
	Severity: problem.Warning,
	Reason: `Whoever reads the file next cannot tell whether the rule was wrong here or the author in a hurry. A few words of reason settle it, and
keep the comment from being copied to places where it does not hold.`,
	Before: `## Lessons learned

We should have seen it coming. <!-- debrief:ignore blameless/hindsight -->
`,
	After: `## Lessons learned

We should have seen it coming. <!-- debrief:ignore blameless/hindsight because the meeting wanted its own words kept -->
`,
}

var ignoreUnknown = Rule{
	ID:       "ignore/unknown-rule",
	Title:    "Something is ignored by a name that no rule has",
	Severity: problem.Warning,
	Reason:   `The comment does nothing, and the finding it was written for is still there or has another name.`,
	Before: `## Summary

Orders failed for ten minutes. <!-- debrief:ignore blameless/hindsigth because it is a quotation -->
`,
	After: `## Summary

Orders failed for ten minutes.
`,
}

var ignoreUnused = Rule{
	ID:       "ignore/unused",
	Title:    "A comment ignores something that is not found",
	Severity: problem.Warning,
	Reason: `The text was improved and the comment stayed behind. It would hide the next finding of that rule, for a reason that was given for
another sentence.`,
	Before: `## Summary

<!-- debrief:ignore blameless/hindsight because the meeting wanted its own words kept -->

Orders failed for ten minutes.
`,
	After: `## Summary

Orders failed for ten minutes.
`,
	Clean: []string{"---\nid: a\nignore:\n  blameless/hindsight: the meeting wanted its own words kept\n---\n\n## Lessons learned\n\nWe should have seen it coming.\n"},
}

// exemption is one wish to ignore a rule.
type exemption struct {
	rule, reason string
	at           problem.Position
	// first and last are the lines it covers; last is 0 for the whole file.
	first, last int
	used        bool
}

// withoutIgnored leaves out what the author gave a reason to ignore, and says what is wrong with the wishes.
func (r *Report) withoutIgnored() Result {
	var result Result
	exemptions := r.exemptions()
	for _, f := range r.findings {
		if e := covering(exemptions, f.Problem); e != nil {
			e.used = true
			result.Ignored.Add(f.Problem)
			continue
		}
		result.Findings = append(result.Findings, f)
	}
	r.findings = nil
	for i := range exemptions {
		r.judge(&exemptions[i])
	}
	result.Findings = append(result.Findings, r.findings...)
	return result
}

// judge says what is wrong with an exemption.
func (r *Report) judge(e *exemption) {
	_, known := r.survey.settings.rules[e.rule]
	if e.reason == "" {
		r.rule = ignoreReason
		r.find(e.at, "write: <!-- debrief:ignore "+orRule(e.rule)+" because ... -->", "this ignores %s and does not say why", orRule(e.rule))
	}
	switch {
	case e.used:
	case !known && e.rule != "":
		r.rule = ignoreUnknown
		hint := "debrief check --list shows all rules"
		if near := Nearest(e.rule); near != "" {
			hint = "did you mean " + near + "?"
		}
		r.find(e.at, hint, "there is no rule %q", clip(e.rule))
	case known && e.reason != "" && r.survey.settings.byRule[e.rule].Severity != "off":
		r.rule = ignoreUnused
		r.find(e.at, "remove it", "%s finds nothing here to ignore", e.rule)
	}
}

func orRule(rule string) string {
	if rule == "" {
		return "RULE"
	}
	return rule
}

// clip keeps a quotation of the author short.
func clip(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

// covering returns the exemption that covers a problem. Errors cannot be ignored unless a rule of this room finds them: something is missing
// from the site.
func covering(exemptions []exemption, p problem.Problem) *exemption {
	if p.Severity == problem.Error && !strings.Contains(p.Rule, "/") {
		return nil
	}
	for i := range exemptions {
		e := &exemptions[i]
		if e.rule == p.Rule && e.reason != "" && (e.last == 0 || p.Line >= e.first && p.Line <= e.last) {
			return e
		}
	}
	return nil
}

// exemptions are the wishes of a file, in order.
func (r *Report) exemptions() []exemption {
	var out []exemption
	for _, i := range r.Ignored {
		out = append(out, exemption{rule: i.Rule, reason: i.Reason, at: i.At})
	}
	if !strings.Contains(string(r.source), ignoreMark) {
		return out
	}
	var fence codeFence
	for n := r.parts.BodyLine; n <= len(r.lines); n++ {
		text := r.lines[n-1]
		if fence.covers(text) || !strings.Contains(text, ignoreMark) {
			continue
		}
		for _, c := range comments(text) {
			c.at = problem.Position{File: r.File, Line: n, Column: utf8.RuneCountInString(text[:c.offset]) + 1}
			c.first, c.last = n, n
			if c.alone {
				c.last = r.endOfBlock(n)
			}
			out = append(out, c.exemption)
		}
	}
	return out
}

const ignoreMark = "debrief:ignore"

var (
	ignoreComment = lazyregexp.New(`<!--\s*debrief:ignore(?:\s+(\S+?))?(?:\s+(.*?))?\s*-->`)
	blockStart    = lazyregexp.New(`^\s*(?:[-*+]\s|\d+[.)]\s|#|\||>)`)
)

// comment is an exemption with its place in the line.
type comment struct {
	exemption
	offset int
	// alone is true when nothing else stands in the line.
	alone bool
}

// comments returns the exemptions in one line. Code spans are passed over.
func comments(line string) []comment {
	var out []comment
	covered := coverCode(line)
	for _, m := range ignoreComment.FindAllStringSubmatchIndex(covered, -1) {
		c := comment{offset: m[0]}
		if m[2] >= 0 {
			c.rule = line[m[2]:m[3]]
		}
		if m[4] >= 0 {
			c.reason = strings.TrimSpace(line[m[4]:m[5]])
		}
		if c.rule == "because" {
			c.rule = ""
		}
		if word, rest, _ := strings.Cut(c.reason, " "); strings.EqualFold(strings.TrimRight(word, ":"), "because") {
			c.reason = strings.TrimSpace(rest)
		}
		out = append(out, c)
	}
	rest := strings.TrimSpace(ignoreComment.ReplaceAllString(covered, ""))
	for i := range out {
		out[i].alone = rest == ""
	}
	return out
}

// coverCode covers code spans with blanks, byte for byte.
func coverCode(line string) string {
	if !strings.Contains(line, "`") {
		return line
	}
	b := []byte(line)
	for i := 0; i < len(b); i++ {
		if b[i] != '`' {
			continue
		}
		width := 1
		for i+width < len(b) && b[i+width] == '`' {
			width++
		}
		end := strings.Index(line[i+width:], strings.Repeat("`", width))
		if end < 0 {
			i += width - 1
			continue
		}
		for k := i; k < i+width+end+width; k++ {
			b[k] = ' '
		}
		i += width + end + width - 1
	}
	return string(b)
}

// endOfBlock is the last line of the paragraph, item, row or heading below a line.
func (r *Report) endOfBlock(n int) int {
	for n++; n <= len(r.lines) && (strings.TrimSpace(r.line(n)) == "" || strings.HasPrefix(strings.TrimSpace(r.line(n)), "<!--")); n++ {
	}
	if strings.HasPrefix(strings.TrimSpace(r.line(n)), "#") {
		return n
	}
	for n < len(r.lines) && strings.TrimSpace(r.line(n+1)) != "" && !blockStart.MatchString(r.line(n+1)) {
		n++
	}
	return n
}

// codeFence follows fenced code from line to line.
type codeFence struct {
	mark string // the fence that is open; empty outside of code
}

// covers reports whether a line is a fence or stands between two.
func (f *codeFence) covers(line string) bool {
	text := strings.TrimLeft(line, " ")
	run := text[:len(text)-len(strings.TrimLeft(text, "`~"))]
	switch {
	case len(line)-len(text) > 3 && f.mark == "":
		return false
	case f.mark == "" && len(run) >= 3 && strings.Count(run, run[:1]) == len(run):
		f.mark = run
		return true
	case f.mark == "":
		return false
	case strings.HasPrefix(run, f.mark) && strings.TrimSpace(text[len(run):]) == "":
		f.mark = ""
	}
	return true
}

// Section names that several rules look at.
const (
	factorsSection = postmortem.ContributingFactors
	actionsSection = postmortem.ActionsSection
)
