package source

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"debrief/generator/problem"
)

// decode turns the bytes of a file into UTF-8 text. The result is nil when they are no text.
func decode(at problem.Position, raw []byte) ([]byte, problem.List) {
	var problems problem.List
	text := raw
	switch {
	case bytes.HasPrefix(raw, []byte("\xEF\xBB\xBF")):
		text = raw[3:]
	case isUTF16(raw):
		text = fromUTF16(raw)
		problems.Notef(at, "encoding", "save it as UTF-8 to be rid of this note", "this file is UTF-16; it was read as such")
	}
	if i := bytes.IndexByte(text, 0); i >= 0 {
		at.Line, at.Column = place(text, i)
		problems.Errorf(at, "binary-file", "a postmortem is a text file; save it as UTF-8", "this file is not text: it has a NUL byte")
		return nil, problems
	}
	valid, wrong, first := countUTF8(text)
	switch {
	case wrong == 0:
	case valid > wrong:
		// Almost all of it is UTF-8; taking the whole for something else would spoil the rest.
		at.Line, at.Column = place(text, first)
		problems.Warnf(at, "encoding", "save it as UTF-8", "%s not UTF-8 and cannot be shown; the first is here", plural(wrong, "byte is", "bytes are"))
		text = bytes.ToValidUTF8(text, []byte("\uFFFD"))
	default:
		at.Line, at.Column = place(text, first)
		problems.Notef(at, "encoding", "save it as UTF-8 to be rid of this note", "this file is not UTF-8; it was read as Windows-1252")
		text = fromWindows1252(text)
	}
	if text == nil {
		text = []byte{}
	}
	return text, problems
}

// decodeText is decode for a beginning of a file, without words. ok is false when it is no text.
func decodeText(head []byte) (text []byte, ok bool) {
	text = bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF"))
	if isUTF16(head) {
		text = fromUTF16(head)
	}
	if bytes.IndexByte(text, 0) >= 0 {
		return nil, false
	}
	return text, true
}

func isUTF16(raw []byte) bool {
	return bytes.HasPrefix(raw, []byte("\xFE\xFF")) || bytes.HasPrefix(raw, []byte("\xFF\xFE"))
}

// fromUTF16 decodes text with a byte order mark. What is no character becomes U+FFFD.
func fromUTF16(raw []byte) []byte {
	text, err := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Bytes(raw)
	if err != nil {
		return bytes.ToValidUTF8(raw, []byte("\uFFFD"))
	}
	return text
}

// fromWindows1252 decodes the encoding of old Western European files, which has Latin-1 in it. The five bytes it does not define become
// U+FFFD.
func fromWindows1252(raw []byte) []byte {
	out := make([]byte, 0, len(raw)+len(raw)/8)
	for _, b := range raw {
		out = utf8.AppendRune(out, charmap.Windows1252.DecodeByte(b))
	}
	return out
}

// countUTF8 counts the characters beyond ASCII that are UTF-8 and the bytes that are not, and finds the first of those.
func countUTF8(text []byte) (valid, wrong, first int) {
	first = -1
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			if wrong++; first < 0 {
				first = i
			}
		} else {
			valid++
		}
		i += size
	}
	return valid, wrong, first
}

// place returns the line and column of an offset, both from 1.
func place(text []byte, offset int) (line, column int) {
	before := text[:offset]
	line = 1 + bytes.Count(before, []byte("\n"))
	return line, utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
