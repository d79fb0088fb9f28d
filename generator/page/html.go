package page

import (
	"html/template"
	"strings"

	"debrief/generator/markdown"
)

// html sets the open places of a fragment for the page at path: addresses are made relative to it, terms get their meaning, headings an
// anchor to copy. A picture from another site becomes a link to it, because the site's content security policy would not load it, and
// loading it would tell the other site who reads the page.
//
// These are the only three pieces of HTML that are written here and not in the theme; they stand in the middle of the author's text, where
// no template reaches.
func (p *planner) html(path string, f markdown.Fragment) template.HTML {
	return template.HTML(f.Resolve(func(s markdown.Slot) markdown.Replacement {
		switch s.Kind {
		case markdown.TermSlot:
			return markdown.Replacement{HTML: p.term(path, s.Dest, f.HTML[s.Start:s.End])}
		case markdown.HeadingSlot:
			return markdown.Replacement{HTML: `<a class="anchor" href="#` + template.HTMLEscapeString(s.Dest) + `" aria-label="Link to this section"></a>`}
		case markdown.ImageSlot:
			if !strings.HasPrefix(s.Dest, "/") {
				return markdown.Replacement{}
			}
		}
		return markdown.Replacement{Address: Relative(path, s.Dest)}
	}))
}

// term is a glossary term in a text. words are its words as they stand there, escaped.
func (p *planner) term(path, name, words string) string {
	t, ok := p.terms[name]
	if !ok || path == GlossaryPath {
		return words
	}
	return `<a class="term" href="` + template.HTMLEscapeString(Relative(path, TermPath(t.Anchor))) + `" data-meaning="` +
		template.HTMLEscapeString(t.Meaning) + `">` + words + `</a>`
}
