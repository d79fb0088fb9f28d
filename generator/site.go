package generator

import (
	"fmt"
	"io"

	"debrief/generator/edition"
	"debrief/generator/feed"
	"debrief/generator/machine"
	"debrief/generator/output"
	"debrief/generator/page"
	"debrief/generator/problem"
	"debrief/generator/render"
	"debrief/generator/trend"
)

// Site is one edition as files, each with a way to make it.
type Site struct {
	Edition *edition.Edition
	Trends  *trend.Trends
	Plan    *page.Plan
	// Files are all files of the site: pages, feeds, data for programs, assets and attachments.
	Files []output.File
	// Problems are what only this edition has to say: links that lead nowhere in it, a theme that does not fit.
	Problems problem.List
}

// SiteOptions choose a site.
type SiteOptions struct {
	edition.Options
	// AsOf is the last day that trends count; zero for the end of the data.
	AsOf edition.Date
}

// NewSite plans the site of one edition. Nothing is rendered yet. An error means that the theme cannot be read.
func NewSite(a *Archive, opts SiteOptions) (*Site, error) {
	e, problems := edition.Project(a.Model, opts.Options)
	trends := trend.New(e, trend.Options{AsOf: opts.AsOf})
	plan := page.New(e, trends)
	theme, themeProblems, err := render.Load(*plan.Site, render.Options{Overlay: a.theme, OverlayName: a.Model.Config.Theme})
	if err != nil {
		return nil, err
	}
	problems = append(problems, themeProblems...)
	if theme == nil {
		// A theme that does not fit must not cost the site: the default theme stands in, and the problems say so.
		if theme, _, err = render.Load(*plan.Site, render.Options{}); err != nil {
			return nil, err
		}
	}
	if e.Site.URL == "" && len(e.Incidents) > 0 {
		problems.Add(noAddress(e.Audience))
	}
	s := &Site{Edition: e, Trends: trends, Plan: plan, Problems: problems}
	for _, p := range plan.Pages {
		s.Files = append(s.Files, output.File{Path: page.FilePath(p.Path), Write: func(w io.Writer) error { return theme.Page(w, p.Make()) }})
	}
	for _, asset := range theme.Assets() {
		s.Files = append(s.Files, output.File{Path: asset.Path, Write: func(w io.Writer) error { return write(w, asset.Bytes) }})
	}
	s.add(plan.Files)
	s.add(feed.Files(e))
	s.add(machine.Files(e, trends, plan))
	for _, attachment := range e.Attachments {
		s.Files = append(s.Files, output.File{Path: attachment.Path, Write: func(w io.Writer) error { return a.copyFile(w, attachment.Source) }})
	}
	return s, nil
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

func (s *Site) add(files []page.File) {
	for _, f := range files {
		s.Files = append(s.Files, output.File{Path: f.Path, Write: func(w io.Writer) error {
			content, err := f.Produce()
			if err != nil {
				return fmt.Errorf("%s: %w", f.Path, err)
			}
			return write(w, content)
		}})
	}
}

func write(w io.Writer, content []byte) error {
	_, err := w.Write(content)
	return err
}
