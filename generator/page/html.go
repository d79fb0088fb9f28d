package page

import (
	"cmp"
	"html/template"
	"slices"
	"strings"

	"debrief/generator/edition"
	"debrief/generator/markdown"
)

// html sets the open places of a fragment for the page at path: addresses are made relative to it, terms get their meaning, headings an
// anchor to copy. A picture from another site becomes a link to it, because the site's content security policy would not load it, and
// loading it would tell the other site who reads the page.
//
// These are the only four pieces of HTML that are written here and not in the theme; they stand in the middle of the author's text, where
// no template reaches.
func (p *planner) html(path string, f markdown.Fragment) template.HTML {
	return template.HTML(f.Resolve(func(s markdown.Slot) markdown.Replacement {
		switch s.Kind {
		case markdown.TermSlot:
			return markdown.Replacement{HTML: p.term(path, s.Dest, f.HTML[s.Start:s.End])}
		case markdown.HeadingSlot:
			return markdown.Replacement{HTML: `<a class="anchor" href="#` + template.HTMLEscapeString(s.Dest) + `" aria-label="Link to this section"></a>`}
		case markdown.ImageSlot:
			if remote := !strings.HasPrefix(s.Dest, "/"); remote && s.Dest != "" && !insideLink(f, s) {
				return markdown.Replacement{HTML: pictureElsewhere(s)}
			} else if remote {
				return markdown.Replacement{} // its alternative text remains
			}
		}
		return markdown.Replacement{Address: Relative(path, s.Dest)}
	}))
}

// borrowed is text of an incident on another page than its own: links to its headings lead to its page, and the ids in it, of footnotes and
// headings, cannot meet those of the next incident.
func (p *planner) borrowed(path string, inc *edition.Incident, f markdown.Fragment) template.HTML {
	own := IncidentPath(inc.Slug)
	if path == own {
		return p.html(path, f)
	}
	slots := slices.Clone(f.Slots)
	for i := range slots {
		if strings.HasPrefix(slots[i].Dest, "#") && slots[i].Kind == markdown.LinkSlot {
			slots[i].Dest = own + slots[i].Dest
		}
	}
	f.Slots = slices.DeleteFunc(slots, func(s markdown.Slot) bool { return s.Kind == markdown.HeadingSlot })
	html := string(p.html(path, f))
	prefix := escape(inc.Slug) + "-"
	// Quotation marks of the text are escaped, so what looks like an attribute is one.
	html = strings.ReplaceAll(html, ` id="`, ` id="`+prefix)
	return template.HTML(strings.ReplaceAll(html, ` href="#`, ` href="#`+prefix))
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

// pictureElsewhere is a link to a picture on another site.
func pictureElsewhere(s markdown.Slot) string {
	return `<a href="` + template.HTMLEscapeString(s.Dest) + `" rel="noopener noreferrer">` +
		template.HTMLEscapeString(cmp.Or(s.Alt, "Picture")) + `</a>`
}

// insideLink reports whether an image is the text of a link, which cannot hold another.
func insideLink(f markdown.Fragment, image markdown.Slot) bool {
	return slices.ContainsFunc(f.Slots, func(s markdown.Slot) bool {
		return s.Kind == markdown.LinkSlot && s.Tag.Start < image.Tag.Start && image.Tag.End < s.CloseTag.End
	})
}
