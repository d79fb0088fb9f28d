// Package render turns the data of a page into its bytes: page data and theme in, HTML out. A theme is files: layouts (one for each
// page.Layout), partials that layouts share, and assets. The default theme is inside the program; a theme folder of the publisher's own
// replaces it file by file. Everything about how a page looks is in those files, and everything about what it says was decided before, in
// generator/page; what stands here is only how the two meet.
//
// A theme that does not fit fails when it is loaded, not at the first page that happens to use the broken line: all templates are parsed,
// then tried on made-up data of the type they will receive.
package render

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"reflect"
	"strings"
	"sync"

	"debrief/generator/compiled"
	"debrief/generator/page"
	"debrief/generator/problem"
)

// Options say where a theme comes from.
type Options struct {
	// Overlay is a theme folder that replaces files of the default theme one by one and may add its own; nil for none.
	Overlay fs.FS
	// OverlayName is how problems name that folder: "content/theme".
	OverlayName string
}

// Theme is a loaded theme for one site. It does not change, and any number of pages may be rendered at the same time.
type Theme struct {
	site    *page.Site
	base    string // the path of Site.URL, with a final "/"
	layouts map[page.Layout]*layout
	assets  []Asset
	names   map[string]string // asset name -> site path
}

// layout is what draws the pages of one kind.
type layout struct {
	*template.Template
	compiled func() *compiled.Program // the same
}

// Asset is a file that pages refer to, ready to be published.
type Asset struct {
	// Path is its site path, without the first "/": "assets/main-QGZ4WJXN.css". The name changes with the content, so that it may be
	// cached for ever.
	Path  string
	Bytes []byte
}

// Load reads the default theme with an overlay on top of it. Mistakes in the overlay are problems, all of them; with an Error among them
// there is no Theme. The error is for a folder that cannot be read.
func Load(site page.Site, o Options) (*Theme, problem.List, error) {
	files, err := readFiles(o)
	if err != nil {
		return nil, nil, err
	}
	var problems problem.List
	files.check(&problems)

	t := &Theme{site: &site, base: basePath(site.URL), layouts: map[page.Layout]*layout{}}
	t.bundle(files, &problems)
	t.parse(files, &problems)
	if o.Overlay != nil && problems.Count(problem.Error) == 0 { // the default theme was rehearsed when it was written, by a test
		t.rehearse(files, &problems)
	}
	problems.Sort()
	if problems.Count(problem.Error) > 0 {
		return nil, problems, nil
	}
	return t, problems, nil
}

// For returns the same theme for another site: one of the other audience, or the same when its title or its navigation changed. Bundling and
// rehearsing a theme takes many times longer than a page, and depends on its files alone.
func (t *Theme) For(site page.Site) *Theme {
	other := *t
	other.site, other.base = &site, basePath(site.URL)
	return &other
}

// Under returns the same theme for a site that is served under another path than its address says: "/internal/".
func (t *Theme) Under(base string) *Theme {
	other := *t
	other.base = base
	return &other
}

// Assets returns the files that pages refer to, sorted by Path. The bytes must not be changed.
func (t *Theme) Assets() []Asset { return t.assets }

// buffers hold pages while they are rendered, so that a page that fails is not written by half.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Page writes a page.
func (t *Theme) Page(w io.Writer, p *page.Page) error {
	layout, ok := t.layouts[p.Layout]
	if !ok {
		return fmt.Errorf("page %s: the theme has no layout %q", p.Path, p.Layout)
	}
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	view := t.view(p)
	if !layout.compiled().Execute(b, view) {
		if err := layout.Execute(b, view); err != nil {
			return fmt.Errorf("page %s: %w", p.Path, err)
		}
	}
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("page %s: %w", p.Path, err)
	}
	return nil
}

// layouts are all there are, with the type of the data that each shows.
var layouts = []struct {
	name page.Layout
	data reflect.Type
}{
	{page.LayoutHome, reflect.TypeFor[page.Home]()},
	{page.LayoutIncidents, reflect.TypeFor[page.IncidentList]()},
	{page.LayoutIncident, reflect.TypeFor[page.Incident]()},
	{page.LayoutServices, reflect.TypeFor[page.Index]()},
	{page.LayoutService, reflect.TypeFor[page.Topic]()},
	{page.LayoutFactors, reflect.TypeFor[page.Index]()},
	{page.LayoutFactor, reflect.TypeFor[page.Topic]()},
	{page.LayoutActions, reflect.TypeFor[page.Promises]()},
	{page.LayoutCommitments, reflect.TypeFor[page.Promises]()},
	{page.LayoutLessons, reflect.TypeFor[page.Lessons]()},
	{page.LayoutGlossary, reflect.TypeFor[page.Glossary]()},
	{page.LayoutFeeds, reflect.TypeFor[page.Feeds]()},
	{page.LayoutFree, reflect.TypeFor[page.Free]()},
	{page.LayoutNotFound, reflect.TypeFor[page.NotFound]()},
	{page.LayoutSearch, reflect.TypeFor[page.Search]()},
	{page.LayoutTrends, reflect.TypeFor[page.Trend]()},
	{page.LayoutTrend, reflect.TypeFor[page.Trend]()},
	{page.LayoutGallery, reflect.TypeFor[page.Gallery]()},
}

// functions are what templates may call beside the methods of View: whole-number arithmetic and per-cent values, for drawings.
var functions = template.FuncMap{
	"add": func(a, b int) int { return a + b },
	"sub": func(a, b int) int { return a - b },
	"mul": func(a, b int) int { return a * b },
	// rest is what a per-cent value leaves of the whole.
	"rest": func(x float64) float64 { return 100 - x },
	"pc":   percent,
}

// methods are those of View that pages call all the time.
var methods = compiled.Methods{
	{Type: reflect.TypeFor[*View](), Name: "With"}: func(v any, data reflect.Value) reflect.Value {
		return reflect.ValueOf(v.(*View).With(data.Interface()))
	},
	{Type: reflect.TypeFor[*View](), Name: "URL"}: func(v any, address reflect.Value) reflect.Value {
		return reflect.ValueOf(v.(*View).URL(address.String()))
	},
}

// parse makes one set of templates for each layout: the frame, all partials, and the layout's own file.
func (t *Theme) parse(files *files, problems *problem.List) {
	shared := template.New("layouts/base.html").Funcs(functions)
	for _, f := range files.list {
		if f.path == "layouts/base.html" || isPartial(f) {
			set := shared
			if f.path != shared.Name() {
				set = shared.New(f.path)
			}
			if _, err := set.Parse(string(f.bytes)); err != nil {
				problems.Add(files.templateProblem(err))
			}
		}
	}
	for _, l := range layouts {
		name := "layouts/" + string(l.name) + ".html"
		set, err := shared.Clone()
		if err == nil {
			_, err = set.New(name).Parse(string(files.get(name).bytes))
		}
		switch {
		case err != nil:
			problems.Add(files.templateProblem(err))
		case set.Lookup("main") == nil:
			problems.Errorf(files.at(name), "theme-template", `put the content of the page between {{define "main"}} and {{end}}`, `the layout does not define "main"`)
		default:
			t.layouts[l.name] = &layout{set, sync.OnceValue(func() *compiled.Program {
				_ = set.Execute(io.Discard, nil) // which comes as far as the first value, and escapes the whole layout before
				return compiled.Compile(set, functions, methods)
			})}
		}
	}
}

func isPartial(f file) bool {
	return strings.HasPrefix(f.path, "partials/") && path.Ext(f.path) == ".html"
}
