package markdown

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/util"
)

type inlineKind uint8

const (
	inText inlineKind = iota
	inCode
	inEmphasis
	inStrong
	inStrike
	inLink
	inImage
	inBreak
	inRaw
	inNote
)

// inline is one piece of inline content: what Render needs to know beyond the flat Spans.
type inline struct {
	kind inlineKind
	// text is the text, the code, the alternative text of an image, or the raw tag. A break written as a tag keeps the tag.
	text string
	// dest and title belong to links and images.
	dest, title string
	// note is the index in Document.Footnotes.
	note         int
	line, column int
	children     []inline
}

// plain appends what a reader sees of some inline content; breaks are "\n".
func plain(b *strings.Builder, content []inline) {
	for i := range content {
		switch in := &content[i]; in.kind {
		case inText, inCode, inImage:
			b.WriteString(in.text)
		case inBreak:
			b.WriteByte('\n')
		case inRaw, inNote:
		default:
			plain(b, in.children)
		}
	}
}

// plainText returns what a reader sees of some inline content, without copying when it is a single text.
func plainText(content []inline) string {
	if len(content) == 1 && (content[0].kind == inText || content[0].kind == inCode) {
		return content[0].text
	}
	var b strings.Builder
	plain(&b, content)
	return b.String()
}

// spansOf flattens inline content; neighbouring texts with the same marks become one span.
func spansOf(content []inline) []Span {
	if len(content) == 0 {
		return nil
	}
	pieces := appendSpans(make([]Span, 0, len(content)), content, Span{})
	spans := pieces[:0]
	for i := 0; i < len(pieces); {
		end := i + 1
		for end < len(pieces) && pieces[i].Kind == Text && pieces[end].Kind == Text && pieces[i].sameMarks(pieces[end]) {
			end++
		}
		merged := pieces[i]
		if end > i+1 {
			var b strings.Builder
			for _, s := range pieces[i:end] {
				b.WriteString(s.Text)
			}
			merged.Text = b.String()
		}
		spans = append(spans, merged)
		i = end
	}
	return spans
}

// appendSpans appends the spans of content that stands inside the given marks.
func appendSpans(spans []Span, content []inline, marks Span) []Span {
	for i := range content {
		in := &content[i]
		s := marks
		s.Line, s.Column = in.line, in.column
		switch in.kind {
		case inText:
			s.Kind, s.Text = Text, in.text
		case inBreak:
			s.Kind, s.Text = Text, "\n"
			if in.text != "" {
				s.Kind, s.Text = RawHTML, in.text
			}
		case inCode:
			s.Kind, s.Text = CodeSpan, in.text
		case inImage:
			s.Kind, s.Text, s.Dest = Image, in.text, in.dest
		case inRaw:
			s.Kind, s.Text = RawHTML, in.text
		case inNote:
			s.Kind, s.Dest = FootnoteRef, in.text
		case inLink:
			s.Kind, s.Text, s.Dest = Link, plainText(in.children), in.dest
			for inner := in.children; len(inner) == 1 && inner[0].mark(&s); {
				inner = inner[0].children
			}
		default:
			in.mark(&s)
			spans = appendSpans(spans, in.children, s)
			continue
		}
		spans = append(spans, s)
	}
	return spans
}

// mark sets the mark of emphasised content on a span; it reports whether there was one.
func (in *inline) mark(s *Span) bool {
	switch in.kind {
	case inStrong:
		s.Strong = true
	case inEmphasis:
		s.Emphasis = true
	case inStrike:
		s.Strike = true
	default:
		return false
	}
	return true
}

func (s Span) sameMarks(t Span) bool {
	return s.Strong == t.Strong && s.Emphasis == t.Emphasis && s.Strike == t.Strike
}

// unescape resolves backslash escapes and character references as CommonMark says: left to right, each once.
func unescape(s string) string {
	i := strings.IndexAny(s, `\&`)
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i >= 0 {
		b.WriteString(s[:i])
		s = s[i:]
		if s[0] == '\\' {
			if len(s) > 1 && util.IsPunct(s[1]) {
				b.WriteByte(s[1])
				s = s[2:]
			} else {
				b.WriteByte('\\')
				s = s[1:]
			}
		} else {
			resolved, n := reference(s)
			b.WriteString(resolved)
			s = s[n:]
		}
		i = strings.IndexAny(s, `\&`)
	}
	b.WriteString(s)
	return b.String()
}

// maxEntityName is the length of the longest name of a character reference in HTML.
const maxEntityName = 31

// reference resolves the character reference that s starts with, and returns how long it is. What only looks like one is a "&".
func reference(s string) (string, int) {
	end := strings.IndexByte(s[:min(len(s), maxEntityName+3)], ';')
	if end < 2 {
		return "&", 1
	}
	name := s[1:end]
	if name[0] != '#' {
		if entity, ok := util.LookUpHTML5EntityByName(name); ok {
			return string(entity.Characters), end + 1
		}
		return "&", 1
	}
	digits, base, limit := name[1:], 10, 7
	if digits != "" && (digits[0] == 'x' || digits[0] == 'X') {
		digits, base, limit = digits[1:], 16, 6
	}
	code, err := strconv.ParseUint(digits, base, 32)
	if err != nil || len(digits) > limit {
		return "&", 1
	}
	if r := rune(code); printable(r) {
		return string(r), end + 1
	}
	return "\uFFFD", end + 1
}
