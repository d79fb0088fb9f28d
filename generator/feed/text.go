package feed

import (
	"strings"
	"unicode/utf8"
)

// line makes one line of plain text of anything: white space of any kind is one space, and what XML cannot hold, or what would turn the text
// around it about, is gone. Feed readers show titles in lists of their own, where an unclosed bidirectional override would run on into the
// titles beside it.
func line(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069: // embeddings, overrides, isolates
			return -1
		case r == '\t', r == '\n', r == '\r':
			return ' '
		case r < 0x20, r >= 0x7F && r < 0xA0 && r != 0x85:
			return -1
		}
		return xmlRune(r)
	}, s)), " ")
}

// xmlSafe drops the characters that no XML document may hold, however they are written.
func xmlSafe(s string) string { return strings.Map(xmlRune, s) }

// xmlRune returns a character, or -1 when it is outside the Char production of XML 1.0 (https://www.w3.org/TR/xml/#charsets). Bytes that
// are no UTF-8 arrive here as U+FFFD and stay, so that the reader sees that something was there.
func xmlRune(r rune) rune {
	switch {
	case r == '\t', r == '\n', r == '\r', r >= 0x20 && r <= 0xD7FF, r >= 0xE000 && r <= 0xFFFD, r >= 0x10000 && r <= utf8.MaxRune:
		return r
	default:
		return -1
	}
}

// titleLength is how many characters of a promise stand in the title of its entry.
const titleLength = 100

// short cuts a text after a word.
func short(s string) string {
	if utf8.RuneCountInString(s) <= titleLength {
		return s
	}
	cut := string([]rune(s)[:titleLength])
	if i := strings.LastIndexByte(cut, ' '); i > titleLength/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:.") + "…"
}
