package render

import (
	"bytes"

	"debrief/generator/page"
)

// Twice renders a page by the compiled template and by html/template. Not done is what the compiled one leaves to the library.
func (t *Theme) Twice(p *page.Page) (got string, done bool, want string, err error) {
	layout := t.layouts[p.Layout]
	var compiled, library bytes.Buffer
	done = layout.compiled().Execute(&compiled, t.view(p))
	err = layout.Execute(&library, t.view(p))
	return compiled.String(), done, library.String(), err
}

// Specimens are the pages that a theme is rehearsed with: of each layout, one where everything is there and one where nothing is.
func Specimens() (list []*page.Page) {
	for _, l := range layouts {
		for _, p := range specimens(l.name, l.data) {
			list = append(list, p)
		}
	}
	return list
}
