package postmortem

import (
	"slices"
	"strings"
	"unicode/utf8"

	"debrief/generator/lazyregexp"
	"debrief/generator/markdown"
	"debrief/generator/problem"
)

// entries makes the entries of a timeline, with their milestones.
func (r *reader) entries(doc *markdown.Document, sightings []sighting, moments []Moment) []Entry {
	book := defaultPhrasebook()
	count := 0
	for i := range sightings {
		if !sightings[i].dayHeader {
			count++
		}
	}
	if count == 0 {
		return nil
	}
	list, drafts := make([]Entry, 0, count), make([]draft, 0, count)
	for i := range sightings {
		s := &sightings[i]
		if s.dayHeader {
			continue
		}
		lead, evidence := takeEvidence(s.lead)
		d := draft{sighting: s, whole: lead}
		d.mark, d.rest = book.markIn(lead)
		d.labelled = len(plainText(d.rest)) < len(plainText(lead))
		if column := book.columnMark(s.mark); column != NoMilestone {
			d.mark, d.labelled = column, true
		}
		drafts = append(drafts, d)
		list = append(list, Entry{Time: moments[i], Written: s.written, Line: s.line, Milestone: d.mark, Evidence: append(s.evidence, evidence...)})
	}
	r.keepOneMark(list, drafts)
	for i := range list {
		e, s, lead := &list[i], drafts[i].sighting, drafts[i].rest
		if e.Milestone != drafts[i].mark {
			// What was no mark in the end stays in the text.
			lead = drafts[i].whole
		}
		e.Text = plainText(withoutImages(lead))
		if e.Text == "" {
			for _, b := range s.blocks {
				if e.Text = collapse(blockText(b)); e.Text != "" {
					break
				}
			}
		}
		if e.Text == "" {
			e.Text = s.mark
		}
		body := lead
		if len(s.aside) > 0 {
			body = append(append([]markdown.Span(nil), lead...), s.aside...)
		}
		e.Body = renderEntry(doc, body, s.blocks)
	}
	return list
}

// draft is an entry on its way: its text with and without the milestone mark it begins with.
type draft struct {
	sighting *sighting
	mark     Milestone
	// labelled is true for a mark that stands apart from the text: bold, in brackets, before a colon, in a column.
	labelled    bool
	whole, rest []markdown.Span
}

// outageMark and incidentMark tell the end of the outage from the end of the incident, where both are marked.
var (
	outageMark   = lazyregexp.New(`(?i)\b(?:outage|impact|downtime|disruption)\b`)
	incidentMark = lazyregexp.New(`(?i)\bincident\b`)
)

// keepOneMark leaves each milestone on one entry: the first, of an end the last.
func (r *reader) keepOneMark(list []Entry, drafts []draft) {
	isMitigated := slices.ContainsFunc(list, func(e Entry) bool { return e.Milestone == Mitigated })
	for _, m := range []Milestone{Began, Detected, Declared, Mitigated, Resolved} {
		kept := -1
		for i := range list {
			if list[i].Milestone != m {
				continue
			}
			if kept < 0 {
				kept = i
				continue
			}
			drop, other := i, kept
			if m == Resolved {
				drop, other, kept = kept, i, i
				if outageMark.MatchString(plainText(drafts[drop].whole)) && incidentMark.MatchString(plainText(drafts[other].whole)) {
					// "OUTAGE ENDS", and half an hour later "INCIDENT ENDS".
					if list[drop].Milestone = Mitigated; isMitigated {
						list[drop].Milestone = NoMilestone
					}
					isMitigated = true
					continue
				}
			}
			list[drop].Milestone = NoMilestone
			report := r.problems.Warnf
			if !r.own && (!drafts[drop].labelled || !drafts[other].labelled) {
				// "Recovery" and "Incident closed" as plain words are no marks of ours.
				report = r.problems.Notef
			}
			report(problem.Position{File: r.p.File, Line: list[i].Line, Column: 1}, "milestone-twice",
				"mark each milestone once; of two ends the last counts, of everything else the first",
				"%s is marked on line %d already, and on line %d again", m, list[min(drop, other)].Line, list[max(drop, other)].Line)
		}
	}
}

// withoutImages returns spans without the images between words: a screenshot shows what an entry says, it is no part of the sentence.
func withoutImages(spans []markdown.Span) []markdown.Span {
	isImage := func(s markdown.Span) bool { return s.Kind == markdown.Image }
	if !slices.ContainsFunc(spans, isImage) {
		return spans
	}
	words := slices.DeleteFunc(slices.Clone(spans), isImage)
	if plainText(words) == "" {
		return spans
	}
	return words
}

// columnMark returns the milestone of a cell in a milestone column.
func (book *phrasebook) columnMark(text string) Milestone {
	if text == "" {
		return NoMilestone
	}
	if m := book.marked(text); m != NoMilestone {
		return m
	}
	return book.marked(shortcodePattern.ReplaceAllString(text, " "))
}

var evidencePattern = lazyregexp.New(`(?i)\s*[(\[（]\s*(?:evidence|proof|belege?|nachweise?|preuves?|evidencias?|bevis|エビデンス|証跡|证据|證據|근거)\s*[:：]\s*[^)\]）]*[)\]）]\s*\.?\s*$`)

// takeEvidence takes a trailing "(evidence: ...)" off an entry.
func takeEvidence(spans []markdown.Span) ([]markdown.Span, []Link) {
	in := flatten(spans)
	var loc []int
	if last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(in.text, ". \t\n\f\r")); strings.ContainsRune(")]）", last) {
		loc = evidencePattern.FindStringIndex(in.text)
	}
	if loc == nil {
		return spans, nil
	}
	inside := in.cut(loc[0], loc[1])
	found := links(inside)
	if len(found) == 0 {
		text := strings.Trim(in.text[loc[0]:loc[1]], " ()[]（）.")
		if _, value, ok := strings.Cut(text, ":"); ok {
			text = strings.TrimSpace(value)
		}
		found = []Link{{Name: text, URL: addressIn(text)}}
	}
	return in.cut(0, loc[0]), found
}
