package postmortem

import (
	"strings"
	"time"

	"debrief/generator/markdown"
	"debrief/generator/problem"
)

// statement is a fact as the body states it: the text of its value and its place.
type statement struct {
	text string
	line int
}

// stats are the durations a report states.
type stats struct {
	duration, toDetect, toMitigate, toResolve time.Duration
	durationAt, toDetectAt, toResolveAt       problem.Position
	hasDetect                                 bool
}

// readFacts reads the facts in the lines, lists and tables of a section. With consume it returns the blocks without what was understood.
func (r *reader) readFacts(blocks []*markdown.Block, consume bool) []*markdown.Block {
	var kept []*markdown.Block
	for i, b := range blocks {
		switch b.Kind {
		case markdown.Heading:
			if i+1 < len(blocks) && blocks[i+1].Kind == markdown.Paragraph {
				r.headingFact(headingTitle(b), blocks[i+1])
			}
			kept = append(kept, b)
		case markdown.Paragraph:
			if rest := r.factLines(b); !consume {
				kept = append(kept, b)
			} else if rest != nil {
				kept = append(kept, rest)
			}
		case markdown.List:
			if rest := r.factItems(b); !consume {
				kept = append(kept, b)
			} else if rest != nil {
				kept = append(kept, rest)
			}
		case markdown.Table:
			if !r.factTable(b) || !consume {
				kept = append(kept, b)
			}
		case markdown.Quote:
			r.readFacts(b.Children, false)
			kept = append(kept, b)
		default:
			kept = append(kept, b)
		}
	}
	return kept
}

// headingFact reads a heading that names a time and has it below: "### 発生日時", then "2021年11月25日午後3時".
func (r *reader) headingFact(heading string, below *markdown.Block) {
	what := factOf(heading)
	switch what {
	case factStarted, factDetected, factDeclared, factMitigated, factResolved, factDate, factTime:
		text := strings.TrimSpace(firstLine(flatten(below.Spans).text))
		if st, n := scanStamp(text); n > 0 && (st.timed() || st.hasDate()) && len(text)-n < 40 {
			r.state(what, text, below.Line)
		}
	case factSeverity:
		if text := collapse(below.Text); heading != "" {
			r.state(what, clipRunes(text, 60), below.Line)
		}
	case factDuration, factToDetect, factToMitigate, factToResolve:
		if text := collapse(below.Text); len(text) < 60 {
			if _, ok := findDuration(text); ok {
				r.state(what, text, below.Line)
			}
		}
	}
}

// factHeading reads a heading that is a field of its own: "## Date: February 06, 2023".
func (r *reader) factHeading(p *part) bool {
	in := flatten(p.head)
	label, value, ok := splitField(in, [2]int{0, len(in.text)})
	if !ok {
		return false
	}
	what := factOf(label)
	text := strings.TrimSpace(in.text[value:])
	switch what {
	case factStarted, factDetected, factDeclared, factMitigated, factResolved, factDate, factTime:
		if st, n := scanStamp(text); n == 0 || !st.timed() && !st.hasDate() {
			return false
		}
	case factDuration, factToDetect, factToMitigate, factToResolve:
		if _, ok := findDuration(text); !ok {
			return false
		}
	case factSeverity, factOwner, factServices, factID:
	default:
		return false
	}
	return text != "" && r.state(what, text, p.line)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// factLines reads a paragraph of lines "Label: value", and returns what is left of it.
func (r *reader) factLines(b *markdown.Block) *markdown.Block {
	in := flatten(b.Spans)
	var rest []markdown.Span
	understood := 0
	lines := linesOf(in.text)
	for _, line := range lines {
		at := b.Line + strings.Count(in.text[:line[0]], "\n")
		if r.factLine(in, line, at) {
			understood++
			continue
		}
		if isBlank(in.text[line[0]:line[1]]) {
			continue
		}
		if len(rest) > 0 {
			rest = append(rest, markdown.Span{Kind: markdown.Text, Text: "\n"})
		}
		rest = append(rest, in.cut(line[0], line[1])...)
	}
	if understood == 0 {
		return b
	}
	return paragraph(rest, b.Line)
}

// factLine reads one line, which may hold several fields divided by bars: "**Date:** 2024-05-01 | **Severity:** SEV2".
func (r *reader) factLine(in inline, line [2]int, at int) bool {
	text := in.text[line[0]:line[1]]
	if strings.Contains(text, " | ") || strings.Contains(text, " · ") {
		all := true
		start := line[0]
		for _, field := range splitAny(text, " | ", " · ") {
			all = r.factField(in, [2]int{start, start + len(field)}, at) && all
			start += len(field) + len(" | ")
			if strings.HasPrefix(in.text[min(start-len(" | "), len(in.text)):], " · ") {
				start += len("·") - 1
			}
		}
		return all
	}
	return r.factField(in, line, at)
}

func splitAny(text string, marks ...string) []string {
	for _, mark := range marks {
		if strings.Contains(text, mark) {
			return strings.Split(text, mark)
		}
	}
	return []string{text}
}

func (r *reader) factField(in inline, line [2]int, at int) bool {
	label, value, ok := splitField(in, line)
	if !ok {
		return false
	}
	what := factOf(label)
	if what == "" {
		return false
	}
	if inner := bracketPattern.FindString(label); inner != "" && what == factStarted && factOf(strings.Trim(inner, "()（）[]")) == factDetected {
		// "Start time (detected)"
		r.state(factDetected, strings.TrimSpace(in.text[value:line[1]]), at)
	}
	return r.state(what, strings.TrimSpace(in.text[value:line[1]]), at)
}

// state records a fact of the body; the first of each counts.
func (r *reader) state(what fact, text string, line int) bool {
	text = strings.Trim(collapse(text), " *_`")
	if text == "" || what == factIgnored {
		return what == factIgnored || text == ""
	}
	if _, known := r.facts[what]; !known {
		r.facts[what] = statement{text, line}
	}
	return true
}

// factItems reads a list of facts, and returns what is left of it.
func (r *reader) factItems(list *markdown.Block) *markdown.Block {
	var rest []*markdown.Block
	for _, item := range list.Children {
		first, others := leading(item)
		if first != nil && len(others) == 0 {
			in := flatten(first.Spans)
			lines := linesOf(in.text)
			if !r.isFieldList(in, lines) {
				lines = [][2]int{{0, len(in.text)}}
			}
			all := true
			for _, line := range lines {
				all = r.factField(in, line, first.Line+strings.Count(in.text[:line[0]], "\n")) && all
			}
			if all {
				continue
			}
		} else if first != nil && len(others) == 1 && others[0].Kind == markdown.List {
			// "Services:" with a list below it.
			if what := factOf(strings.Trim(flatten(first.Spans).text, " :：")); what != "" {
				var values []string
				for _, child := range others[0].Children {
					if p, _ := leading(child); p != nil {
						values = append(values, collapse(flatten(p.Spans).text))
					}
				}
				if r.state(what, strings.Join(values, ", "), first.Line) {
					continue
				}
			}
		}
		rest = append(rest, item)
	}
	if len(rest) == 0 {
		return nil
	}
	if len(rest) == len(list.Children) {
		return list
	}
	return listOf(list, rest...)
}

// isFieldList reports whether every line of an item is a field of its own.
func (r *reader) isFieldList(in inline, lines [][2]int) bool {
	for _, line := range lines {
		if label, _, ok := splitField(in, line); !ok || factOf(label) == "" {
			return false
		}
	}
	return true
}

// factTable reads a table of two columns, or one whose heading row names facts and whose only row gives them. It reports whether every row
// was understood.
func (r *reader) factTable(table *markdown.Block) bool {
	rows := table.Children
	if len(rows) == 0 {
		return false
	}
	if len(rows[0].Children) == 2 {
		known := 0
		for _, row := range rows {
			label := strings.Trim(cellText(row, 0), " :：*")
			if what := factOf(label); what != "" && r.state(what, cellText(row, 1), row.Line) {
				known++
			} else if label == "" || row == rows[0] {
				known++
			}
		}
		return known == len(rows) && known > 1
	}
	if len(rows) != 2 {
		return false
	}
	known := 0
	for i := range rows[0].Children {
		if what := factOf(cellText(rows[0], i)); what != "" {
			if _, ok := findDuration(cellText(rows[1], i)); ok && what == factDuration {
				r.state(what, cellText(rows[1], i), rows[1].Line)
			}
			known++
			if known >= 2 || len(rows[0].Children) == 1 {
				r.state(what, cellText(rows[1], i), rows[1].Line)
			}
		}
	}
	if known < 2 {
		return false
	}
	for i := range rows[0].Children {
		if what := factOf(cellText(rows[0], i)); what != "" {
			r.state(what, cellText(rows[1], i), rows[1].Line)
		}
	}
	return known == len(rows[0].Children)
}

// applyFacts fills what front matter left open from the facts of the body.
func (r *reader) applyFacts() {
	p := r.p
	text := func(what fact) string { return r.facts[what].text }
	if v := text(factSeverity); v != "" && p.Severity == "" {
		p.Severity, _ = r.severity(v)
	}
	if v := text(factServices); v != "" && len(p.Services) == 0 {
		for name := range strings.SplitSeq(strings.ReplaceAll(v, "、", ","), ",") {
			if name = strings.TrimSpace(name); name != "" && len(name) < 60 {
				p.Services = append(p.Services, name)
			}
		}
	}
	if v := text(factOwner); v != "" && p.Owner == "" {
		p.Owner = v
	}
	if v := text(factID); v != "" && p.ID == "" && len(v) < 40 && !strings.ContainsAny(v, " /") {
		p.ID = v
	}
	if v := text(factDetectedBy); v != "" && p.DetectedBy == "" {
		p.DetectedBy = strings.ToLower(v)
	}
	if v := text(factPublished); v != "" && p.Published.IsZero() {
		p.Published, _ = parseDate(v)
	}
	if v := text(factStatus); strings.EqualFold(v, string(Draft)) && !r.own {
		p.Status = Draft
	}
	if v := text(factZone); v != "" && !r.zone.stated() {
		if z, ok := findZone(v); ok {
			r.zone = z
		}
	}
	for _, s := range []struct {
		what  fact
		field *time.Duration
		at    *problem.Position
	}{
		{factDuration, &r.stats.duration, &r.stats.durationAt}, {factToDetect, &r.stats.toDetect, &r.stats.toDetectAt},
		{factToMitigate, &r.stats.toMitigate, nil}, {factToResolve, &r.stats.toResolve, &r.stats.toResolveAt}, {factResolved, &r.stats.toResolve, &r.stats.toResolveAt},
	} {
		st, stated := r.facts[s.what]
		if !stated || *s.field > 0 {
			continue
		}
		if _, n := scanStamp(st.text); n > 0 && s.what == factResolved {
			// Under the name of an end a duration is how long it took, unless it is a time.
			continue
		}
		if d, ok := findDuration(st.text); ok {
			*s.field = d
			if s.what == factToDetect {
				r.stats.hasDetect = true
			}
			if s.at != nil {
				*s.at = problem.Position{File: p.File, Line: st.line, Column: 1}
			}
		}
	}
}
