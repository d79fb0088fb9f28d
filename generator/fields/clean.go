package fields

import (
	"bytes"
	"unicode/utf8"
)

// clean returns the text with every character that neither syntax allows replaced, one for one, so that the rest can be read and columns
// stay true. It reports the first of each sort.
//
// YAML 1.1 also ends a line at U+0085, U+2028 and U+2029. No editor counts those as lines, and they come in unseen when text is pasted from
// a word processor; they become spaces.
func (p *parser) clean(src []byte) []byte {
	src = bytes.TrimPrefix(src, []byte("\uFEFF"))
	first := firstForbidden(src)
	if first < 0 {
		return src
	}
	out := make([]byte, 0, len(src))
	out = append(out, src[:first]...)
	places := cursor{src: src}
	badBytes, badRunes := 0, 0
	for i := first; i < len(src); {
		r, size := utf8.DecodeRune(src[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			if badBytes++; badBytes == 1 {
				line, column := places.place(i)
				p.syntaxErrorf(p.at(line, column), "save the file as UTF-8 in your editor", "the byte 0x%02X is not UTF-8 text", src[i])
			}
			out = utf8.AppendRune(out, utf8.RuneError)
		case isLineSeparator(r):
			out = append(out, ' ')
		case isForbidden(r):
			if badRunes++; badRunes == 1 {
				line, column := places.place(i)
				p.syntaxErrorf(p.at(line, column), "delete it; it may not be visible in your editor", "found the control character %U", r)
			}
			out = append(out, ' ')
		default:
			out = append(out, src[i:i+size]...)
		}
		i += size
	}
	return out
}

func firstForbidden(src []byte) int {
	for i := 0; i < len(src); {
		if c := src[i]; c < utf8.RuneSelf {
			if isForbidden(rune(c)) {
				return i
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && size == 1 || isLineSeparator(r) || isForbidden(r) {
			return i
		}
		i += size
	}
	return -1
}

func isLineSeparator(r rune) bool { return r == 0x85 || r == 0x2028 || r == 0x2029 }

// isForbidden follows the printable characters of YAML 1.1, section 5.1.
func isForbidden(r rune) bool {
	switch {
	case r < 0x20:
		return r != '\t' && r != '\n' && r != '\r'
	case r < 0xA0:
		return r >= 0x7F && r != 0x85
	default:
		return r == 0xFEFF || r == 0xFFFE || r == 0xFFFF
	}
}

// cursor turns byte offsets into lines and columns. Asked in rising order it passes over the text once.
type cursor struct {
	src          []byte
	offset       int
	line, column int // of offset, from 0
}

// place returns the line and column of an offset, both from 1, the column in characters.
func (c *cursor) place(offset int) (line, column int) {
	offset = min(offset, len(c.src))
	if offset < c.offset {
		c.offset, c.line, c.column = 0, 0, 0
	}
	for c.offset < offset {
		switch b := c.src[c.offset]; {
		case b == '\n', b == '\r' && (c.offset+1 == len(c.src) || c.src[c.offset+1] != '\n'):
			c.line++
			c.column = 0
		case b == '\r':
			// The "\n" behind it ends the line.
		case utf8.RuneStart(b):
			c.column++
		}
		c.offset++
	}
	return c.line + 1, c.column + 1
}

// countBreaks returns how many line breaks the text has.
func countBreaks(src []byte) int {
	return bytes.Count(src, []byte("\n")) + bytes.Count(src, []byte("\r")) - bytes.Count(src, []byte("\r\n"))
}
