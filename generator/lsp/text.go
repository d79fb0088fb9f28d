package lsp

import (
	"strings"
	"unicode/utf8"
)

// text is what a document holds. It does not change.
type text struct {
	src    string
	starts []int // the offset of each line; there is always one
}

func newText(src string) *text {
	t := &text{src: src, starts: []int{0}}
	for i := 0; i < len(src); i++ {
		switch {
		case src[i] == '\n', src[i] == '\r' && (i+1 == len(src) || src[i+1] != '\n'):
			t.starts = append(t.starts, i+1)
		}
	}
	return t
}

// line returns a line, counted from 0, without its end; "" when there is none.
func (t *text) line(n int) string {
	if n < 0 || n >= len(t.starts) {
		return ""
	}
	end := len(t.src)
	if n+1 < len(t.starts) {
		end = t.starts[n+1]
	}
	return strings.TrimRight(t.src[t.starts[n]:end], "\r\n")
}

// offset is where a place of the editor is in the text. A place behind the end of its line is the end of the line, as the protocol says.
func (t *text) offset(p Position) int {
	if p.Line < 0 {
		return 0
	}
	if p.Line >= len(t.starts) {
		return len(t.src)
	}
	return t.starts[p.Line] + byteColumn(t.line(p.Line), p.Character)
}

// byteColumn turns a column in UTF-16 into one in bytes. Half of a character is its beginning.
func byteColumn(line string, units int) int {
	for i, r := range line {
		width := 1
		if r > 0xffff {
			width = 2
		}
		if units < width {
			return i
		}
		units -= width
	}
	return len(line)
}

// at is the place of a column in bytes of a line.
func (t *text) at(line, column int) Position {
	text := t.line(line)
	return Position{Line: line, Character: units(text[:min(max(column, 0), len(text))])}
}

// units is how long a string is in UTF-16.
func units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

// byteOfCharacter turns a column that counts characters from 1, as positions of problems do, into one in bytes.
func byteOfCharacter(line string, column int) int {
	at := 0
	for range column - 1 {
		_, size := utf8.DecodeRuneInString(line[at:])
		at += size
	}
	return at
}

// change returns the text with a part replaced; without a range, another text.
func (t *text) change(r *Range, with string) *text {
	if r == nil {
		return newText(with)
	}
	from, to := t.offset(r.Start), t.offset(r.End)
	if to < from {
		from, to = to, from
	}
	return newText(t.src[:from] + with + t.src[to:])
}
