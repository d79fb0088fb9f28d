package lint

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// Apply makes edits in a text and returns the new one. Everything else stays as it is, line ends and a byte order mark included. It returns
// false, and changes nothing, when a part to be replaced does not stand where an edit says: the text is another one than was checked. Of
// edits that overlap the first is made.
func Apply(src []byte, edits []Edit) ([]byte, bool) {
	sorted := slices.Clone(edits)
	slices.SortStableFunc(sorted, func(a, b Edit) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column)) })
	var out bytes.Buffer
	at, line, start := 0, 1, 0
	if bytes.HasPrefix(src, []byte("\xef\xbb\xbf")) {
		start = 3
	}
	for _, e := range sorted {
		for line < e.Line && start < len(src) {
			start = nextLine(src, start)
			line++
		}
		if line != e.Line {
			return nil, false
		}
		from, ok := column(src[start:], e.Column)
		if !ok || !bytes.HasPrefix(src[start+from:], []byte(e.Old)) || strings.ContainsAny(e.Old+e.New, "\r\n") {
			return nil, false
		}
		if from += start; from < at {
			continue
		}
		out.Write(src[at:from])
		out.WriteString(e.New)
		at = from + len(e.Old)
	}
	out.Write(src[at:])
	return out.Bytes(), true
}

// nextLine is where the line after the one at an offset begins.
func nextLine(src []byte, at int) int {
	i := bytes.IndexAny(src[at:], "\r\n")
	if i < 0 {
		return len(src)
	}
	end := at + i + 1
	if src[end-1] == '\r' && end < len(src) && src[end] == '\n' {
		end++
	}
	return end
}

// column is the offset of a column, which counts characters from 1, in the line that a text begins with.
func column(text []byte, n int) (int, bool) {
	if i := bytes.IndexAny(text, "\r\n"); i >= 0 {
		text = text[:i]
	}
	for at := range string(text) {
		if n--; n == 0 {
			return at, true
		}
	}
	return len(text), n == 1
}
