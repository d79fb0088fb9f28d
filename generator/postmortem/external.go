package postmortem

import (
	"strings"

	"debrief/generator/lazyregexp"
	"debrief/generator/markdown"
	"debrief/generator/problem"
)

// readExternal reads the External summary from its own lines alone, so that nothing that is defined elsewhere in the file can enter it.
func (r *reader) readExternal(heading *part, firstLine, lastLine int) *External {
	text := r.lines(firstLine, lastLine)
	doc := markdown.Parse(text, markdown.Options{File: r.p.File, FirstLine: firstLine, Terms: r.options.Terms})
	r.problems = append(r.problems, doc.Problems...)
	r.reportUndefined(doc.Blocks)
	e := &External{Line: heading.line}
	var current *part
	parts := []*part{{name: Summary}}
	current = parts[0]
	for _, b := range doc.Blocks {
		if name, text, ok := r.externalHeading(b); ok {
			current = &part{name: name, heading: text, line: b.Line, depth: b.Level}
			parts = append(parts, current)
			continue
		}
		current.blocks = append(current.blocks, b)
	}
	render := func(blocks []*markdown.Block, heading string) markdown.Fragment {
		return doc.Render(blocks, markdown.RenderOptions{IDPrefix: "external-", Title: heading})
	}
	taken := map[SectionName]bool{}
	for i, p := range parts {
		if i == 0 && len(p.blocks) == 0 {
			continue
		}
		if taken[p.name] {
			p.name = Other
		}
		if p.name != Other {
			taken[p.name] = true
		}
		switch p.name {
		case Summary:
			e.Summary = render(p.blocks, p.heading)
		case whatHappened:
			e.WhatHappened = render(p.blocks, p.heading)
		case ActionsSection:
			reader := &actionReader{doc: doc, dates: r.dates}
			reader.read(p.blocks)
			e.Doing = render(reader.rest, p.heading)
			for _, a := range reader.items {
				e.Commitments = append(e.Commitments, Commitment{a.Text, a.Body, a.Status, a.Due, a.Slipped, a.Completed, a.Line})
			}
		case TimelineSection:
			reader := &timelineReader{}
			reader.read(p.blocks)
			calendar := *r.calendar
			if start := r.p.Started; !start.IsZero() {
				calendar.day = DateOf(start.Time)
				if start.ZoneStated && !calendar.stated.stated() {
					calendar.stated = zone{location: start.Time.Location()}
				}
			}
			if reader.zone.stated() {
				calendar.stated = reader.zone
			}
			e.Timeline = r.entries(doc, reader.sightings, calendar.resolve(reader.sightings))
		default:
			e.More = append(e.More, Section{Name: Other, Heading: p.heading, Line: p.line, Level: 2, Body: render(p.blocks, p.heading)})
		}
	}
	r.externalBody = doc.Render(doc.Blocks, markdown.RenderOptions{IDPrefix: "external-", Title: heading.heading})
	return e
}

// whatHappened is the second part of an External summary; it is no section of a postmortem.
const whatHappened SectionName = "what_happened"

// externalHeading says which part of the External summary a block opens.
func (r *reader) externalHeading(b *markdown.Block) (name SectionName, text string, ok bool) {
	if b.Kind != markdown.Heading && !(b.Kind == markdown.Paragraph && isStrong(b) && !strings.Contains(b.Text, "\n")) {
		return "", "", false
	}
	text = headingTitle(b)
	m := r.vocabulary.meaningOf(text)
	switch {
	case m.maybeSummary || m.maybeTimeline && m.name != TimelineSection || m.story || m.name == ContributingFactors || m.name == Impact:
		return whatHappened, text, true
	case m.name == Summary, m.name == ActionsSection, m.name == TimelineSection:
		return m.name, text, true
	case b.Kind == markdown.Heading:
		return Other, text, true
	}
	return "", "", false
}

var (
	referencePattern = lazyregexp.New(`\[[^\]\[\n]+\]\[[^\]\[\n]*\]|\[\^[^\]\[\n]+\]`)
	shortcutPattern  = lazyregexp.New(`\[([^\]\[\n]{1,80})\]`)
)

// reportUndefined finds references to links and footnotes that are defined outside of the External summary, and so not in it.
func (r *reader) reportUndefined(blocks []*markdown.Block) {
	for _, b := range blocks {
		for _, span := range b.Spans {
			if span.Kind != markdown.Text {
				continue
			}
			for _, found := range r.undefinedIn(span.Text) {
				r.problems.Warnf(problem.Position{File: r.p.File, Line: span.Line, Column: span.Column}, "external-reference",
					"put the address in the link itself, or its definition inside the External summary",
					"%s is not defined inside the External summary, and what stands outside of it never gets in", quote(found))
			}
		}
		r.reportUndefined(b.Children)
	}
}

// undefinedIn returns the references in a text that stayed references, because nothing in the External summary defines them.
func (r *reader) undefinedIn(text string) []string {
	if !strings.Contains(text, "[") {
		return nil
	}
	found := referencePattern.FindAllString(text, -1)
	for _, m := range shortcutPattern.FindAllStringSubmatch(referencePattern.ReplaceAllString(text, ""), -1) {
		if r.definitions()[strings.ToLower(m[1])] {
			found = append(found, m[0])
		}
	}
	return found
}

var definitionPattern = lazyregexp.New(`(?m)^ {0,3}\[([^\]\n]{1,80})\]:`)

// definitions are the labels that the whole file defines.
func (r *reader) definitions() map[string]bool {
	if r.labels == nil {
		r.labels = map[string]bool{}
		for _, m := range definitionPattern.FindAllSubmatch(r.body, -1) {
			r.labels[strings.ToLower(string(m[1]))] = true
		}
	}
	return r.labels
}
