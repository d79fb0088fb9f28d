package markdown

import (
	"bytes"
	"sort"
	"unicode/utf8"
)

// positions turns byte offsets into lines and columns. Asked in rising order, as a walk over a text does, it looks at each byte once.
type positions struct {
	src   []byte
	first int   // the number of the first line
	lines []int // the offset at which each line starts

	// The last answer, from which the next is counted.
	offset, line, column int
}

func newPositions(src []byte, first int) *positions {
	p := &positions{src: src, first: first, lines: make([]int, 1, 1+bytes.Count(src, []byte{'\n'})), column: 1}
	for i := 0; ; {
		n := bytes.IndexByte(src[i:], '\n')
		if n < 0 {
			return p
		}
		i += n + 1
		p.lines = append(p.lines, i)
	}
}

// at returns the line in the file and the column in characters, both from 1, of a byte offset.
func (p *positions) at(offset int) (line, column int) {
	offset = min(max(offset, 0), len(p.src))
	if offset < p.offset || p.line+1 < len(p.lines) && offset >= p.lines[p.line+1] {
		p.line = sort.SearchInts(p.lines, offset+1) - 1
		p.offset, p.column = p.lines[p.line], 1
	}
	p.column += utf8.RuneCount(p.src[p.offset:offset])
	p.offset = offset
	return p.first + p.line, p.column
}
