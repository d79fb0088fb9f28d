package postmortem

import (
	"cmp"
	"slices"
	"strings"

	"debrief/generator/markdown"
)

// inline is the inline content of a block as plain text, with the way back from a place in the text to the spans it came from.
type inline struct {
	text  string
	spans []markdown.Span
	// starts are the offsets in text at which each span begins.
	starts []int
}

// flatten joins the spans of a block. A line break tag is a line break.
func flatten(spans []markdown.Span) inline {
	if len(spans) == 1 && spans[0].Kind != markdown.RawHTML {
		return inline{text: spans[0].Text, spans: spans, starts: atStart}
	}
	in := inline{spans: spans, starts: make([]int, len(spans))}
	var b strings.Builder
	for i, span := range spans {
		in.starts[i] = b.Len()
		b.WriteString(spanText(span))
	}
	in.text = b.String()
	return in
}

// atStart are the starts of one span.
var atStart = []int{0}

func spanText(span markdown.Span) string {
	if span.Kind != markdown.RawHTML {
		return span.Text
	}
	if isBreak(span.Text) {
		return "\n"
	}
	return ""
}

func isBreak(tag string) bool {
	tag = strings.ToLower(strings.TrimSpace(tag))
	return strings.HasPrefix(tag, "<br") && strings.Trim(tag, "<br/ >") == ""
}

// cut returns the spans of text[from:to], dividing those at its edges. A code span or link that is cut through stays whole if any of it
// remains, with what remains as its text.
func (in inline) cut(from, to int) []markdown.Span {
	var spans []markdown.Span
	for i, span := range in.spans {
		start := in.starts[i]
		size := len(spanText(span))
		end := start + size
		if size == 0 && span.Kind == markdown.RawHTML {
			if start >= from && start <= to {
				spans = append(spans, span)
			}
			continue
		}
		if size == 0 && span.Kind == markdown.Image && start >= from && start <= to {
			spans = append(spans, span)
			continue
		}
		if end <= from || start >= to {
			continue
		}
		if span.Kind != markdown.RawHTML {
			lo, hi := max(from-start, 0), min(to-start, size)
			// The line of a span is where it starts; what remains of one that began lines above starts further down.
			span.Line += strings.Count(span.Text[:lo], "\n")
			span.Text = span.Text[lo:hi]
		}
		spans = append(spans, span)
	}
	return trimSpans(spans)
}

// trimSpans removes white space and line breaks from both ends.
func trimSpans(spans []markdown.Span) []markdown.Span {
	for len(spans) > 0 {
		first := &spans[0]
		if first.Kind == markdown.RawHTML && isBreak(first.Text) {
			spans = spans[1:]
			continue
		}
		if first.Kind != markdown.Text {
			break
		}
		if first.Text = strings.TrimLeft(first.Text, " \t\n\u00a0\u3000"); first.Text != "" {
			break
		}
		spans = spans[1:]
	}
	for len(spans) > 0 {
		last := &spans[len(spans)-1]
		if last.Kind == markdown.RawHTML && isBreak(last.Text) {
			spans = spans[:len(spans)-1]
			continue
		}
		if last.Kind != markdown.Text {
			break
		}
		if last.Text = strings.TrimRight(last.Text, " \t\n\u00a0\u3000"); last.Text != "" {
			break
		}
		spans = spans[:len(spans)-1]
	}
	return spans
}

// paragraph makes a paragraph of spans, or nil when there are none.
func paragraph(spans []markdown.Span, line int) *markdown.Block {
	if len(spans) == 0 {
		return nil
	}
	return &markdown.Block{Kind: markdown.Paragraph, Line: line, Column: 1, Spans: spans, Text: plainText(spans)}
}

// plainText is the text of spans as a reader sees it, with line breaks as spaces.
func plainText(spans []markdown.Span) string {
	if len(spans) == 1 {
		return collapse(spanText(spans[0]))
	}
	var b strings.Builder
	for _, span := range spans {
		b.WriteString(spanText(span))
	}
	return collapse(b.String())
}

// collapse makes every run of white space one space and trims the ends.
func collapse(s string) string {
	if !isRagged(s) {
		return strings.TrimSpace(s)
	}
	return strings.Join(strings.Fields(s), " ")
}

// isRagged reports whether a text has white space other than single spaces.
func isRagged(s string) bool {
	for i := range len(s) {
		switch s[i] {
		case '\n', '\t', '\r':
			return true
		case ' ':
			if i > 0 && s[i-1] == ' ' {
				return true
			}
		case "\u00a0"[0]:
			if strings.HasPrefix(s[i:], "\u00a0") {
				return true
			}
		}
	}
	return false
}

// leading returns the paragraph an item begins with, and the blocks after it.
func leading(item *markdown.Block) (*markdown.Block, []*markdown.Block) {
	if len(item.Children) > 0 && item.Children[0].Kind == markdown.Paragraph {
		return item.Children[0], item.Children[1:]
	}
	return nil, item.Children
}

// linesOf returns the offsets of the lines of an inline text, each as start and end without its line break.
func linesOf(text string) [][2]int {
	var lines [][2]int
	for start := 0; start <= len(text); {
		end := strings.IndexByte(text[start:], '\n')
		if end < 0 {
			return append(lines, [2]int{start, len(text)})
		}
		lines = append(lines, [2]int{start, start + end})
		start += end + 1
	}
	return lines
}

// links returns the links among spans, each once.
func links(spans []markdown.Span) []Link {
	var found []Link
	for _, span := range spans {
		if span.Kind != markdown.Link || span.Dest == "" {
			continue
		}
		if n := len(found); n > 0 && found[n-1].URL == span.Dest {
			found[n-1].Name += span.Text
			continue
		}
		found = append(found, Link{Name: span.Text, URL: span.Dest})
	}
	return found
}

// blockText is the text of a block and all blocks inside it, one line a block.
func blockText(b *markdown.Block) string {
	var parts []string
	var walk func(*markdown.Block)
	walk = func(b *markdown.Block) {
		if b.Kind != markdown.Item && b.Text != "" {
			parts = append(parts, b.Text)
		}
		for _, child := range b.Children {
			walk(child)
		}
	}
	walk(b)
	return strings.Join(parts, "\n")
}

// isStrong reports whether all visible text of a block is bold.
func isStrong(b *markdown.Block) bool {
	any := false
	for _, span := range b.Spans {
		if strings.TrimSpace(spanText(span)) == "" {
			continue
		}
		if !span.Strong {
			return strings.Trim(spanText(span), " :：") == "" && any
		}
		any = true
	}
	return any
}

func sortLongestFirst(words []string) {
	slices.SortFunc(words, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
}
