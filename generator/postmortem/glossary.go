package postmortem

import (
	"strings"

	"debrief/generator/markdown"
)

// readTerms takes the terms out of a glossary: list items and lines "**Term**: meaning", tables of two columns, and sub-headings with text.
// It returns the terms and the blocks that hold none.
func readTerms(blocks []*markdown.Block) (terms []Term, rest []*markdown.Block) {
	for i := 0; i < len(blocks); i++ {
		b := blocks[i]
		before := len(terms)
		switch b.Kind {
		case markdown.List:
			for _, item := range b.Children {
				if first, _ := leading(item); first != nil {
					in := flatten(first.Spans)
					if t, ok := readTerm(in, [2]int{0, len(in.text)}, first.Line); ok {
						terms = append(terms, t)
					}
				}
			}
		case markdown.Table:
			if len(b.Children) > 1 && len(b.Children[0].Children) >= 2 {
				for _, row := range b.Children[1:] {
					if name, meaning := cellText(row, 0), cellText(row, 1); name != "" && meaning != "" {
						terms = append(terms, Term{name, meaning, row.Line})
					}
				}
			}
		case markdown.Paragraph:
			in := flatten(b.Spans)
			for _, line := range linesOf(in.text) {
				if t, ok := readTerm(in, line, b.Line+strings.Count(in.text[:line[0]], "\n")); ok {
					terms = append(terms, t)
				}
			}
		case markdown.Heading:
			if i+1 < len(blocks) && blocks[i+1].Kind == markdown.Paragraph {
				terms = append(terms, Term{headingTitle(b), collapse(blocks[i+1].Text), b.Line})
				i++
			}
		}
		if len(terms) == before {
			rest = append(rest, b)
		}
	}
	return terms, rest
}

// readTerm reads "Term: meaning", "**Term** - meaning", "Term — meaning".
func readTerm(in inline, line [2]int, at int) (Term, bool) {
	text := in.text[line[0]:line[1]]
	if bold := in.strongPrefix(line[0], line[1]); bold > line[0] && bold < line[1] {
		name := strings.Trim(in.text[line[0]:bold], " :：-–—")
		meaning := strings.TrimLeft(in.text[bold:line[1]], " :：-–—\n")
		return Term{collapse(name), collapse(meaning), at}, name != "" && meaning != ""
	}
	for _, mark := range []string{": ", " - ", " – ", " — ", "："} {
		if name, meaning, ok := strings.Cut(text, mark); ok && len(strings.Fields(name)) <= 6 && strings.TrimSpace(meaning) != "" {
			return Term{collapse(name), collapse(meaning), at}, true
		}
	}
	return Term{}, false
}
