package problem

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Printer writes problems for people to read: the place and what is wrong on one line, as compilers do, so that editors can jump there;
// below it the line of the source with a mark under the column; and the hint.
type Printer struct {
	// Name turns a problem's file into the path to print; nil prints it as it is.
	Name func(file string) string
	// Source returns a file's content, to show the line that is meant; nil, or an error, shows none.
	Source func(file string) ([]byte, error)
}

// maxSourceLine is how much of a source line is shown, in characters.
const maxSourceLine = 120

// Fprint writes the problems in their order.
func (p Printer) Fprint(w io.Writer, problems List) error {
	out := bufio.NewWriter(w)
	var file string
	var lines [][]byte
	for _, one := range problems {
		if p.Source != nil && one.File != file {
			file, lines = one.File, nil
			if src, err := p.Source(one.File); err == nil {
				lines = bytes.Split(bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")), []byte("\n"))
			}
		}
		at := one.Position
		if p.Name != nil {
			at.File = p.Name(at.File)
		}
		fmt.Fprintf(out, "%s: %s: %s [%s]\n", at, one.Severity, one.Message, one.Rule)
		if one.Line > 0 && one.Line <= len(lines) {
			printSource(out, string(lines[one.Line-1]), one.Column)
		}
		if one.Hint != "" {
			fmt.Fprintf(out, "    hint: %s\n", one.Hint)
		}
	}
	return out.Flush()
}

// printSource shows the part of a line around a column, with a mark below it.
func printSource(w io.Writer, line string, column int) {
	if !utf8.ValidString(line) || strings.TrimSpace(line) == "" {
		return
	}
	runes := []rune(strings.Map(visible, line))
	start := 0
	if column > maxSourceLine/2 {
		start = min(column-maxSourceLine/2, max(len(runes)-maxSourceLine, 0))
	}
	shown := runes[start:min(start+maxSourceLine, len(runes))]
	fmt.Fprintf(w, "    | %s\n", strings.TrimRight(string(shown), " "))
	if column > 0 && column-start <= len(shown)+1 {
		fmt.Fprintf(w, "    | %s^\n", strings.Repeat(" ", max(column-1-start, 0)))
	}
}

// visible replaces what would upset a terminal or the mark's place by a blank.
func visible(r rune) rune {
	if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x200b && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
		return ' '
	}
	return r
}
