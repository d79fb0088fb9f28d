package lsp

import (
	"strings"

	"debrief/generator/lazyregexp"
	"debrief/generator/lint"
	"debrief/generator/problem"
)

// diagnostic is a problem as the editor shows it. A problem has a place and no end; what is underlined is the passage that its message
// quotes, else the rest of a heading or of a line of front matter, else the word.
func (v *view) diagnostic(p problem.Problem) diagnostic {
	d := diagnostic{Code: p.Rule, Source: "debrief", Message: p.Message, Severity: severityInformation, Range: v.rangeOf(p)}
	switch p.Severity {
	case problem.Error:
		d.Severity = severityError
	case problem.Warning:
		d.Severity = severityWarning
	}
	if p.Hint != "" {
		d.Message += "\n" + p.Hint
	}
	return d
}

var (
	quoted  = lazyregexp.New(`["“]([^"“”]+)["”]`)
	aWord   = lazyregexp.New(`^[\p{L}\p{M}\p{N}_'’./@-]+`)
	heading = lazyregexp.New(`^ {0,3}(#{1,6})(?:[ \t]+|$)`)
)

func (v *view) rangeOf(p problem.Problem) Range {
	t := v.document.text
	if p.Line < 1 {
		return Range{t.at(0, 0), t.at(0, len(t.line(0)))}
	}
	n := p.Line - 1
	line := t.line(n)
	from := min(byteOfCharacter(line, max(p.Column, 1)), len(line))
	return Range{t.at(n, from), t.at(n, from+v.lengthAt(p, line, from))}
}

// lengthAt is how much is underlined of a line, from a column on, in bytes.
func (v *view) lengthAt(p problem.Problem, line string, from int) int {
	rest := line[from:]
	for _, m := range quoted.FindAllStringSubmatch(p.Message, -1) {
		if len(rest) >= len(m[1]) && strings.EqualFold(rest[:len(m[1])], m[1]) {
			return len(m[1])
		}
		// A text in quotation marks begins with one.
		if len(rest) > len(m[1]) && strings.EqualFold(rest[1:1+len(m[1])], m[1]) {
			return 1 + len(m[1])
		}
	}
	if v.inMatter(p.Line-1) || heading.MatchString(line) {
		return len(strings.TrimRight(rest, " \t"))
	}
	if word := aWord.FindString(rest); word != "" {
		return len(word)
	}
	return len(strings.TrimRight(rest, " \t"))
}

// findingsAt are the findings of the document that touch a range.
func (v *view) findingsAt(r Range) []lint.Finding {
	var out []lint.Finding
	for _, f := range v.findings() {
		if f.File == v.file && touch(v.rangeOf(f.Problem), r) {
			out = append(out, f)
		}
	}
	return out
}

func touch(a, b Range) bool { return !before(a.End, b.Start) && !before(b.End, a.Start) }

func before(a, b Position) bool {
	return a.Line < b.Line || a.Line == b.Line && a.Character < b.Character
}
