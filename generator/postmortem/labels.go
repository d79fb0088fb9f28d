package postmortem

import (
	"slices"
	"strings"
	"unicode/utf8"

	"debrief/generator/markdown"
)

// namedParagraph reads a paragraph whose first line names the timeline and whose other lines are its entries.
func (o *outliner) namedParagraph(b *markdown.Block) (*part, *markdown.Block) {
	first, _, found := strings.Cut(b.Text, "\n")
	if b.Kind != markdown.Paragraph || !found || !strings.HasSuffix(strings.TrimSpace(first), ":") || utf8.RuneCountInString(first) > 80 {
		return nil, nil
	}
	m := o.vocabulary.meaningOf(strings.TrimRight(first, " :"))
	if m.name != TimelineSection {
		return nil, nil
	}
	in := flatten(b.Spans)
	rest := paragraph(in.cut(strings.IndexByte(in.text, '\n')+1, len(in.text)), b.Line+1)
	if rest == nil || !beginsTimed(rest) {
		return nil, nil
	}
	return &part{meaning: m, name: m.name, heading: strings.TrimRight(first, " :"), line: b.Line, depth: boldDepth}, rest
}

// addLabelled reads a paragraph or list whose lines are labels with text behind them. It takes the lines that name sections as parts, and
// reports whether there were any; the other lines stay where they are.
func (o *outliner) addLabelled(current **part, stack *[]*part, b *markdown.Block) bool {
	var labelled []*part
	var rest []*markdown.Block
	switch b.Kind {
	case markdown.Paragraph:
		in := flatten(b.Spans)
		open := (*part)(nil)
		var restSpans []markdown.Span
		for _, line := range linesOf(in.text) {
			if p := o.labelledLine(in, line, b.Line); p != nil {
				labelled = append(labelled, p)
				open = p
				continue
			}
			text := in.text[line[0]:line[1]]
			if _, _, isField := splitField(in, line); open != nil && !isField && strings.TrimSpace(text) != "" {
				open.lead = append(append(open.lead, markdown.Span{Kind: markdown.Text, Text: "\n"}), in.cut(line[0], line[1])...)
				continue
			}
			if isBlank(text) {
				continue
			}
			open = nil
			if len(restSpans) > 0 {
				restSpans = append(restSpans, markdown.Span{Kind: markdown.Text, Text: "\n"})
			}
			restSpans = append(restSpans, in.cut(line[0], line[1])...)
		}
		if len(restSpans) > 0 && len(labelled) > 0 {
			rest = append(rest, paragraph(restSpans, b.Line))
		}
	case markdown.List:
		for _, item := range b.Children {
			first, others := leading(item)
			if first != nil {
				in := flatten(first.Spans)
				lines := linesOf(in.text)
				p := o.labelledLine(in, [2]int{0, lines[len(lines)-1][1]}, first.Line)
				if p == nil && isStrong(first) && len(others) > 0 {
					// "**Impact**" with a list below it.
					label := strings.Trim(collapse(in.text), " :：")
					if m := o.vocabulary.lookup(label); m.certain() || m.maybeSummary {
						p = &part{meaning: m, name: m.name, heading: label, line: first.Line, depth: boldDepth, level: 1}
					}
				}
				if p != nil {
					p.blocks = others
					labelled = append(labelled, p)
					continue
				}
			}
			rest = append(rest, item)
		}
	default:
		return false
	}
	if len(labelled) == 0 || b.Kind == markdown.List && len(labelled) < 2 && !o.afterLabels() {
		return false
	}
	if len(rest) > 0 {
		if b.Kind == markdown.List {
			kept := *b
			kept.Children = rest
			rest = []*markdown.Block{&kept}
		}
		prelude := o.out.parts[0]
		prelude.blocks = append(prelude.blocks, rest...)
	}
	*stack = (*stack)[:0]
	for _, p := range labelled {
		o.out.parts = append(o.out.parts, p)
		*current = p
	}
	if b.Kind == markdown.Paragraph {
		*stack = append(*stack, *current)
	} else {
		// What follows a list of labels is not part of its last item.
		*current = &part{name: Other, level: 1}
		o.out.parts = append(o.out.parts, *current)
	}
	return true
}

// afterLabels reports whether sections were found in a list of labels already.
func (o *outliner) afterLabels() bool {
	return slices.ContainsFunc(o.out.parts, func(p *part) bool { return p.depth == boldDepth })
}

// labelledLesson reads a paragraph that begins with a bold label for what went well, wrong or lucky, and has its text behind it.
func (o *outliner) labelledLesson(b *markdown.Block) (*part, []*markdown.Block) {
	in := flatten(b.Spans)
	bold := in.strongPrefix(0, len(in.text))
	if bold == 0 || bold == len(in.text) {
		return nil, nil
	}
	label := strings.Trim(in.text[:bold], " :：\n")
	m := o.vocabulary.lookup(label)
	if m.name != WentWell && m.name != WentWrong && m.name != Lucky {
		return nil, nil
	}
	from := bold + len(in.text[bold:]) - len(strings.TrimLeft(in.text[bold:], " :：\n"))
	var rest []*markdown.Block
	if p := paragraph(in.cut(from, len(in.text)), b.Line); p != nil {
		rest = append(rest, p)
	}
	return &part{meaning: m, name: m.name, heading: label, line: b.Line, depth: boldDepth, level: 2}, rest
}

// labelledLine returns the part that a line "**Impact:** text" opens, or nil.
func (o *outliner) labelledLine(in inline, line [2]int, firstLine int) *part {
	label, value, ok := splitField(in, line)
	if !ok {
		return nil
	}
	m := o.vocabulary.lookup(label)
	if !m.certain() && !m.maybeSummary {
		return nil
	}
	// "Detection: 14:05" is a fact, and no section.
	if st, n := scanStamp(strings.TrimSpace(in.text[value:line[1]])); n > 0 && (st.timed() || st.hasDate()) && isBlank(strings.TrimSpace(in.text[value:line[1]])[n:]) {
		return nil
	}
	name := m.name
	at := firstLine + strings.Count(in.text[:line[0]], "\n")
	return &part{meaning: m, name: name, heading: label, line: at, depth: boldDepth, level: 1, lead: in.cut(value, line[1])}
}

// splitField divides a line "Label: value" or "**Label** value" and returns the label and the offset of the value. A label is short and has
// no sentence in it.
func splitField(in inline, line [2]int) (label string, value int, ok bool) {
	text := in.text[line[0]:line[1]]
	at, width := fieldColon(text)
	if at < 0 {
		// "**Status** Complete": a bold word without a colon.
		if bold := in.strongPrefix(line[0], line[1]); bold > line[0] && bold < line[1] {
			label = strings.Trim(in.text[line[0]:bold], " :：*-–—")
			return label, bold, label != "" && utf8.RuneCountInString(label) <= 40
		}
		return "", 0, false
	}
	label = strings.Trim(text[:at], " \t*_-–—•·")
	if label == "" || utf8.RuneCountInString(label) > 48 || strings.ContainsAny(label, ".;!?") && !strings.HasSuffix(label, "?") {
		return "", 0, false
	}
	return label, line[0] + at + width, true
}

// fieldColon finds the colon behind a label: the first that does not stand inside a time or an address.
func fieldColon(text string) (at, width int) {
	for i, r := range text {
		switch r {
		case '：':
			return i, len("：")
		case ':':
			if isDigitAt(text, i+1) && i > 0 && isDigit(text[i-1]) || strings.HasPrefix(text[i:], "://") {
				return -1, 0
			}
			return i, 1
		case '\n':
			return -1, 0
		}
	}
	return -1, 0
}

// strongPrefix returns where the bold text ends that a stretch of text begins with; from when it does not begin bold.
func (in inline) strongPrefix(from, to int) int {
	end := from
	for i, span := range in.spans {
		start := in.starts[i]
		size := len(spanText(span))
		if start+size <= from || size == 0 {
			continue
		}
		if start >= to || !span.Strong {
			break
		}
		end = min(start+size, to)
	}
	return end
}
