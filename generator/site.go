package generator

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"sync"

	"debrief/generator/badge"
	"debrief/generator/edition"
	"debrief/generator/feed"
	"debrief/generator/machine"
	"debrief/generator/output"
	"debrief/generator/page"
	"debrief/generator/problem"
	"debrief/generator/render"
	"debrief/generator/trend"
)

// Site is one edition as files, each with a way to make it. It does not change, and files may be made from any goroutine.
type Site struct {
	Edition *edition.Edition
	Trends  *trend.Trends
	Plan    *page.Plan
	// Problems are what only this edition has to say: links that lead nowhere in it, a theme that does not fit.
	Problems problem.List

	archive *Archive
	theme   *render.Theme
	// memory knows the last build; nil for none.
	memory *siteMemory
}

// SiteOptions choose a site.
type SiteOptions struct {
	edition.Options
	// AsOf is the last day that trends count; zero for the end of the data.
	AsOf edition.Date
}

// NewSite plans the site of one edition. Nothing is rendered yet. An error means that the theme cannot be read.
func NewSite(a *Archive, opts SiteOptions) (*Site, error) { return new(themes).site(a, opts) }

func (t *themes) site(a *Archive, opts SiteOptions) (*Site, error) {
	b, err := t.begin(a, opts)
	if err != nil {
		return nil, err
	}
	return b.whole(), nil
}

// begunSite is a site of which the page of an incident can be had before trends and plan are worked out.
type begunSite struct {
	first *Site // without Trends and Plan
	plan  *page.Begun
	whole func() *Site
}

func (t *themes) begin(a *Archive, opts SiteOptions) (*begunSite, error) {
	e, problems := edition.Project(a.Model, opts.Options)
	study := trend.Begin(e, trend.Options{AsOf: opts.AsOf})
	plan := page.Begin(e, study)
	theme, themeProblems, err := t.load(a, *plan.Site())
	if err != nil {
		return nil, err
	}
	problems = append(problems, themeProblems...)
	if e.Site.URL == "" && len(e.Incidents) > 0 {
		problems.Add(noAddress(e.Audience))
	}
	b := &begunSite{first: &Site{Edition: e, Problems: problems, archive: a, theme: theme}, plan: plan}
	b.whole = sync.OnceValue(func() *Site {
		s := *b.first
		s.Trends, s.Plan = study.Trends(), plan.Plan()
		return &s
	})
	return b, nil
}

// find looks for the page in a file of the site.
func (b *begunSite) find(file string) (page.Planned, bool) {
	if p, ok := b.plan.Incident(file); ok {
		return p, true
	}
	plan := b.plan.Plan()
	sitePath := (&url.URL{Path: "/" + strings.TrimSuffix(file, "index.html")}).EscapedPath()
	i, found := slices.BinarySearchFunc(plan.Pages, sitePath, func(p page.Planned, path string) int { return cmp.Compare(p.Path, path) })
	if found && page.FilePath(plan.Pages[i].Path) == file {
		return plan.Pages[i], true
	}
	return page.Planned{}, false
}

// Files returns all files of the site but those of the search: pages, feeds, data for programs, assets and attachments.
func (s *Site) Files() []output.File {
	files := make([]output.File, 0, len(s.Plan.Pages))
	for _, p := range s.Plan.Pages {
		files = append(files, s.page(p))
	}
	return append(files, s.others()...)
}

func (s *Site) page(p page.Planned) output.File {
	return output.File{Path: page.FilePath(p.Path), Write: func(w io.Writer) error {
		data := p.Make()
		if output.Same(w, func() (output.Key, error) { return s.memory.page(data) }) {
			return nil
		}
		return s.theme.Page(w, data)
	}}
}

// others are all files but the pages and the search's.
func (s *Site) others() []output.File {
	var files []output.File
	for _, asset := range s.theme.Assets() {
		files = append(files, output.File{Path: asset.Path, Write: func(w io.Writer) error { return write(w, asset.Bytes) }})
	}
	files = append(files, produced(s.Plan.Files)...)
	files = append(files, produced(feed.Files(s.Edition))...)
	files = append(files, produced(badge.Files(s.Edition))...)
	files = append(files, produced(machine.Files(s.Edition, s.Trends, s.Plan))...)
	for _, attachment := range s.Edition.Attachments {
		files = append(files, output.File{Path: attachment.Path, Write: func(w io.Writer) error { return s.attach(w, attachment.Source) }})
	}
	return files
}

// noAddress says that feeds and link previews of a site will not lead back to it. For a site that customers follow that is a mistake.
func noAddress(audience edition.Audience) problem.Problem {
	severity := problem.Note
	if audience == edition.External {
		severity = problem.Warning
	}
	return problem.Problem{
		Position: problem.Position{File: configFile}, Severity: severity, Rule: "no-address",
		Message: fmt.Sprintf("the address of the %s site is not set, so its feeds and link previews lead to http://localhost/", audience),
		Hint:    fmt.Sprintf("set sites.%s.url to the address where the site will be published", audience),
	}
}

// produced are files of a room that makes them whole.
func produced(files []page.File) []output.File {
	out := make([]output.File, len(files))
	for i, f := range files {
		out[i] = output.File{Path: f.Path, Write: func(w io.Writer) error {
			if f.MadeOf != nil && output.Same(w, f.MadeOf) {
				return nil
			}
			content, err := f.Produce()
			if err != nil {
				return fmt.Errorf("%s: %w", f.Path, err)
			}
			return write(w, content)
		}}
	}
	return out
}

func write(w io.Writer, content []byte) error {
	_, err := w.Write(content)
	return err
}
