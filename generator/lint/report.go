package lint

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"debrief/generator/archive"
	"debrief/generator/config"
	"debrief/generator/fields"
	"debrief/generator/lazyregexp"
	"debrief/generator/markdown"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

// Report is one postmortem as the rules see it: what the reader understood, and the sentences with their places.
type Report struct {
	*archive.Incident
	survey *survey
	source []byte
	parts  postmortem.Parts
	lines  []string
	// passages are the runs of prose in the order of the file, and headings the anchors that links may name.
	passages []*passage
	// stems are the stems of all words in the passages.
	stems    map[stem]bool
	document *markdown.Document
	matter   *fields.Node
	english  bool

	rule     Rule
	setting  config.RuleSetting
	findings []Finding
}

// divide reads the text of the file.
func (r *Report) divide() {
	r.parts = postmortem.Divide(r.source)
	r.lines = splitLines(string(r.source))
	if r.document = r.Document(); r.document == nil {
		r.document = markdown.Parse(r.parts.Body, markdown.Options{File: r.File, FirstLine: r.parts.BodyLine})
	}
	r.collect()
	r.english = r.isEnglish()
}

// splitLines returns the lines of a text without their ends, which may be \n, \r\n or \r.
func splitLines(text string) []string {
	if strings.ContainsRune(text, '\r') {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	}
	return strings.Split(text, "\n")
}

// line returns the text of a line, "" when there is none.
func (r *Report) line(number int) string {
	if number < 1 || number > len(r.lines) {
		return ""
	}
	return r.lines[number-1]
}

// find notes a finding of the rule that is looking.
func (r *Report) find(at problem.Position, hint, format string, args ...any) {
	r.report(r.rule.Severity, at, hint, format, args...)
}

// mention notes a finding that the rule is less sure of.
func (r *Report) mention(at problem.Position, hint, format string, args ...any) {
	r.report(problem.Note, at, hint, format, args...)
}

func (r *Report) report(severity problem.Severity, at problem.Position, hint, format string, args ...any) {
	at.File = r.File
	p := problem.Problem{Position: at, Severity: severity, Rule: r.rule.ID, Message: fmt.Sprintf(format, args...), Hint: hint}
	if adjusted, ok := r.survey.settings.adjust(p); ok {
		r.findings = append(r.findings, Finding{Problem: adjusted, Edits: r.mend(r.rule, adjusted)})
	}
}

// mend returns the edits that mend a finding.
func (r *Report) mend(rule Rule, p problem.Problem) []Edit {
	if rule.fix == nil {
		return nil
	}
	return rule.fix(r, p)
}

// lineMarks are what stands before the text of a line: the marks of a list, a task, a heading or a table.
var lineMarks = lazyregexp.New(`^\s*(?:(?:[-*+]|\d+[.)]|#{1,6})\s+|\|\s*)?(?:\[[ xX]\]\s+)?`)

// at is where the text of a line begins, behind its marks.
func (r *Report) at(line int) problem.Position {
	text := r.line(line)
	return problem.Position{File: r.File, Line: line, Column: utf8.RuneCountInString(lineMarks.FindString(text)) + 1}
}

// sectionAt is the heading of a section, or the top of the file.
func (r *Report) sectionAt(name postmortem.SectionName) problem.Position {
	if s := r.Section(name); s != nil && s.Line > 0 {
		return r.at(s.Line)
	}
	return problem.Position{File: r.File, Line: 1, Column: 1}
}

// isOwn reports whether the file is written in this program's format, so that what it does not say was left out and not unknown.
func (r *Report) isOwn() bool {
	for _, key := range []string{"visibility", "started", "factors", "detected_by", "declared", "mitigated", "external_title", "near_miss", "stage"} {
		if _, ok := r.Position(key); ok {
			return true
		}
	}
	at, ok := r.Position("status")
	return ok && ownStatus.MatchString(r.line(at.Line))
}

var ownStatus = lazyregexp.New(`[:=]\s*["']?(?:draft|review|published)\b`)

// hasMessage reports whether there is a message for customers. In a report of another format one heading may only sound like it.
func (r *Report) hasMessage() bool {
	if r.External == nil {
		return false
	}
	return r.isOwn() || r.External.WhatHappened.Text != "" || len(r.External.Commitments) > 0 || r.External.Doing.Text != ""
}

// value returns a key of the front matter with its place, or nil.
func (r *Report) value(key string) *fields.Node {
	if r.matter == nil {
		r.matter, _ = fields.Parse(r.File, r.parts.MatterLine, r.parts.Syntax, r.parts.Matter)
	}
	return r.matter.Get(key)
}

// replace is the edit that writes another value of front matter. There is none when the value does not stand in its line as it is read.
func (r *Report) replace(n *fields.Node, written, value string) []Edit {
	line := []rune(r.line(n.Pos.Line))
	from := n.Pos.Column - 1
	if from < 0 || from > len(line) || written == "" {
		return nil
	}
	rest := string(line[from:])
	i := strings.Index(rest, written)
	if i < 0 || i > 1 { // a quotation mark may stand before
		return nil
	}
	return []Edit{{Line: n.Pos.Line, Column: n.Pos.Column + i, Old: written, New: value}}
}

// words are the setting's further words, in lower case.
func (r *Report) words() []string { return lowered(r.setting.Words) }

// allows reports whether the setting passes over a word.
func (r *Report) allows(word string) bool {
	return slices.Contains(lowered(r.setting.Allow), strings.ToLower(word))
}

func lowered(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = strings.ToLower(w)
	}
	return out
}

// limit is the setting's limit, or the rule's own.
func (r *Report) limit(own int) int {
	if r.setting.Limit > 0 {
		return r.setting.Limit
	}
	return own
}
