package page

import (
	"slices"
	"strings"
)

// LayoutGallery shows every component of a theme. Only a preview has a page of it.
const LayoutGallery Layout = "gallery" // *Gallery

// Gallery is the data of the page of all components: what the pages of an archive of specimens show, side by side.
type Gallery struct {
	// Contents are the headings of the page.
	Contents []Link
	Home     *Home
	List     *IncidentList
	Incident *Incident
	Services *Index
	Actions  *Promises
	Lessons  *Lessons
	Feeds    *Feeds
	// Trend is the overview of trends, Exhibits are one of each kind of drawing and list.
	Trend    *Trend
	Exhibits []*Exhibit
	// Nothing is an exhibit with nothing to show.
	Nothing *Exhibit
}

// PutGallery puts the page of all components in the place of the home page. slug is that of the incident that has something of everything.
func (p *Plan) PutGallery(slug string) {
	at := slices.IndexFunc(p.Pages, func(planned Planned) bool { return planned.Path == "/" })
	home := p.Pages[at].Make
	p.Pages[at].Layout = LayoutGallery
	p.Pages[at].Make = func() *Page {
		page := home()
		page.Layout, page.Data = LayoutGallery, p.gallery(page.Data.(*Home), slug)
		return page
	}
}

func (p *Plan) gallery(home *Home, slug string) *Gallery {
	g := &Gallery{Home: home, Nothing: &Exhibit{ID: "nothing", Heading: "Nothing to show", Empty: "No incident has a time of detection, so there is nothing to show."}}
	for _, name := range []string{"Notices", "Facts", "Drawn timeline", "Timeline", "Text", "Action items", "Message", "Cards", "Lists", "Amendments", "Trends"} {
		g.Contents = append(g.Contents, Link{Name: name, URL: "#" + strings.ReplaceAll(strings.ToLower(name), " ", "-")})
	}
	seen := map[string]bool{}
	for _, planned := range p.Pages {
		if planned.Path == "/" || planned.Layout == LayoutIncident && planned.Path != IncidentPath(slug) {
			continue
		}
		switch data := planned.Make().Data.(type) {
		case *IncidentList:
			g.List = first(g.List, data)
		case *Incident:
			g.Incident = data
		case *Index:
			if planned.Layout == LayoutServices {
				g.Services = data
			}
		case *Promises:
			g.Actions = data
		case *Lessons:
			g.Lessons = data
		case *Feeds:
			g.Feeds = data
		case *Trend:
			g.Trend = first(g.Trend, data)
			for _, x := range data.Exhibits {
				if kind := x.kind(); kind != "" && !seen[kind] {
					seen[kind] = true
					g.Exhibits = append(g.Exhibits, x)
				}
			}
		}
	}
	return g
}

// first keeps what there is.
func first[T any](have, found *T) *T {
	if have != nil {
		return have
	}
	return found
}

// kind names what an exhibit shows; empty for one that is not worth a place in the gallery.
func (x *Exhibit) kind() string {
	switch {
	case x.Columns != nil && len(x.Columns.Keys) > 0:
		return "stacked columns"
	case x.Columns != nil:
		return "columns"
	case x.Strips != nil && len(x.Strips.Rows) == 1:
		return "curve"
	case x.Strips != nil:
		return "strips"
	case x.Steps != nil:
		return "steps"
	case x.Grid != nil && x.Grid.Upright:
		return "upright grid"
	case x.Grid != nil:
		return "grid"
	case len(x.Bars) > 0:
		return "bars"
	case len(x.Repeats) > 0:
		return "repeats"
	case len(x.Deferred) > 0:
		return "deferred"
	case x.Table != nil && x.Open:
		return "table"
	}
	return ""
}
