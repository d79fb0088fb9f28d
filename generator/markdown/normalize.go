package markdown

import (
	"bytes"
	"unicode/utf8"
)

// dirt is what normalize had to replace: how many of each, and the offset of the first in the clean text; -1 for none.
type dirt struct {
	invalid, firstInvalid int
	control, firstControl int
}

var byteOrderMark = []byte("\uFEFF")

// normalize returns the text with LF line endings, without a byte order mark, in valid UTF-8 and without the control characters that
// neither HTML nor XML may contain. Lines and columns stay what an editor shows. It returns src itself when nothing is to be done.
func normalize(src []byte) ([]byte, dirt) {
	found := dirt{firstInvalid: -1, firstControl: -1}
	src = bytes.TrimPrefix(src, byteOrderMark)
	if isClean(src) {
		return src, found
	}
	clean := make([]byte, 0, len(src)+16)
	for i := 0; i < len(src); {
		r, size := utf8.DecodeRune(src[i:])
		switch {
		case r == '\r':
			if i+1 >= len(src) || src[i+1] != '\n' {
				clean = append(clean, '\n')
			}
		case r == utf8.RuneError && size == 1:
			if found.invalid == 0 {
				found.firstInvalid = len(clean)
			}
			found.invalid++
			clean = utf8.AppendRune(clean, utf8.RuneError)
		case r == '\v' || r == '\f':
			clean = append(clean, ' ')
		case !printable(r):
			if found.control == 0 {
				found.firstControl = len(clean)
			}
			found.control++
			clean = utf8.AppendRune(clean, utf8.RuneError)
		default:
			clean = append(clean, src[i:i+size]...)
		}
		i += size
	}
	return clean, found
}

// isClean is a quick check that may answer no for clean text, never yes for text that is not.
func isClean(src []byte) bool {
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case c < 0x20 && c != '\n' && c != '\t', c == 0x7F:
			return false
		case c == 0xC2 && i+1 < len(src) && src[i+1] < 0xA0: // U+0080 to U+009F
			return false
		case c == 0xEF && i+1 < len(src) && (src[i+1] == 0xB7 || src[i+1] == 0xBF), c >= 0xF0: // noncharacters are among these
			return false
		}
	}
	return utf8.Valid(src)
}

// printable reports whether a character may stand in an HTML or XML document: not a control character, not a noncharacter.
// https://html.spec.whatwg.org/multipage/parsing.html#preprocessing-the-input-stream and https://www.w3.org/TR/xml/#charsets.
func printable(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return true
	case r < 0x20, r >= 0x7F && r <= 0x9F:
		return false
	case r >= 0xFDD0 && r <= 0xFDEF, r&0xFFFE == 0xFFFE:
		return false
	case r >= 0xD800 && r <= 0xDFFF, r > utf8.MaxRune:
		return false
	}
	return true
}
