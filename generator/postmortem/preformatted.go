package postmortem

import (
	"slices"
	"strings"

	"debrief/generator/markdown"
)

// readCode reads a timeline that is written as a block of preformatted text, and reports whether there was one. Other blocks are left.
func (t *timelineReader) readCode(blocks []*markdown.Block) bool {
	if !slices.ContainsFunc(blocks, func(b *markdown.Block) bool { return b.Kind == markdown.Code && isTimedCode(b.Text, true) }) {
		return false
	}
	for i := 0; i < len(blocks); i++ {
		b := blocks[i]
		switch {
		case b.Kind == markdown.Heading:
			i += t.heading(b, blocks[i+1:])
		case b.Kind == markdown.Code && isTimedCode(b.Text, true):
			t.code(b)
		case b.Kind == markdown.Paragraph && t.paragraph(b):
		default:
			t.leave(b)
		}
	}
	return true
}

// treeRunes draw the line beside which people write a timeline in preformatted text.
const treeRunes = " \t│┃|▼↓├└─━┬┴╰╭●◉○•→►▶"

// code reads the lines of a block of preformatted text.
func (t *timelineReader) code(b *markdown.Block) {
	var after []markdown.Span
	open := true
	for i, line := range strings.Split(strings.TrimRight(b.Text, "\n"), "\n") {
		at := b.Line + i
		span := markdown.Span{Kind: markdown.Text, Line: at, Column: 1}
		if isBlank(line) {
			open = false
			continue
		}
		if line = strings.TrimLeft(line, treeRunes); line == "" {
			continue
		}
		if st, n := scanStamp(line); n > 0 && (st.timed() || st.dayOnly() && st.date.Year > 0) {
			n += len(line[n:]) - len(strings.TrimLeft(line[n:], treeRunes))
			span.Text = strings.TrimSpace(line[n:])
			t.add(sighting{stamp: st, line: at, written: written(line[:n]), lead: []markdown.Span{span}})
			open = true
		} else if last := t.lastEntry(); last != nil && open {
			span.Text = " " + strings.TrimSpace(line)
			last.lead = append(last.lead, span)
		} else {
			// What stands apart from the entries is a remark on them.
			if isColumnHead(line) {
				continue
			}
			span.Text = strings.TrimSpace(line) + "\n"
			after = append(after, span)
		}
	}
	if p := paragraph(after, b.Line); p != nil {
		t.rest = append(t.rest, p)
		t.trailing = len(t.rest)
	}
}

// isColumnHead reports whether a line only names columns: "TIME        EVENT".
func isColumnHead(line string) bool {
	words := strings.Fields(line)
	return len(words) >= 2 && len(words) <= 4 && columnRole(timelineColumns(), words[0]) != noRole && columnRole(timelineColumns(), words[1]) != noRole
}

// isTimedCode reports whether at least two lines of a preformatted text, and at least half of them, begin with a time. A log has seconds.
func isTimedCode(text string, seconds bool) bool {
	timed, lines := 0, 0
	for _, line := range strings.Split(text, "\n") {
		bare := strings.TrimLeft(line, treeRunes)
		if bare == "" || len(bare) < len(strings.TrimLeft(line, " \t")) {
			continue
		}
		lines++
		if st, n := scanStamp(line); n > 0 && (st.timed() || seconds && st.dayOnly() && st.date.Year > 0) {
			if st.second > 0 && !seconds {
				return false
			}
			timed++
		}
	}
	return timed >= 2 && 2*timed >= lines
}
