package render_test

import (
	"bytes"
	"strings"
	"testing"

	"debrief/generator/render"
)

// TestCompiled renders every page of the fixture, and every layout with everything and with nothing there: the compiled templates of the
// default theme do all of it, and write what html/template writes.
func TestCompiled(t *testing.T) {
	for _, internal := range []bool{true, false} {
		theme, problems, err := render.Load(site(internal), render.Options{})
		if err != nil || len(problems) > 0 {
			t.Fatal(problems, err)
		}
		for _, p := range append(pages(internal), render.Specimens()...) {
			got, done, want, err := theme.Twice(p)
			switch {
			case err != nil:
				t.Errorf("%s %s: %v", p.Layout, p.Path, err)
			case !done:
				t.Errorf("%s %s: left to the library", p.Layout, p.Path)
			case got != want:
				t.Errorf("%s %s:\n%s\nthe library:\n%s", p.Layout, p.Path, got, want)
			}
		}
	}
}

// TestLeftToTheLibrary uses what is not compiled in a theme of the publisher's own: the page is as html/template makes it.
func TestLeftToTheLibrary(t *testing.T) {
	theme, problems := overlay(t, map[string]string{"partials/head.html": `{{range 3}}<meta name="number" content="{{. | printf "%03d"}}">{{end}}`})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	p := pages(true)[0]
	var b bytes.Buffer
	if err := theme.Page(&b, p); err != nil {
		t.Fatal(err)
	}
	_, done, want, _ := theme.Twice(p)
	if got := b.String(); done || got != want || !strings.Contains(got, `<meta name="number" content="002">`) {
		t.Errorf("done %v; got\n%s", done, got)
	}
}
