// Package machine is the same edition for programs: the site map and robots.txt for search engines, llms.txt for language models, a static
// JSON API with a copy in the shape of Statuspage's, and the files that tell a host which headers to send and what to redirect. It stands
// beside page and feed at the end of the walk: it is given an Edition and the plan of its pages, and returns files.
//
// Like everything after the edition it cannot leak what it was never given. It reads no clock: every date in these files is one the content
// itself has.
package machine

import (
	"bytes"
	"encoding/json"

	"debrief/generator/edition"
	"debrief/generator/page"
	"debrief/generator/trend"
)

// Files returns the files for programs, of an edition with its trends and the plan of its pages. Nothing is made before a file is produced.
func Files(e *edition.Edition, t *trend.Trends, plan *page.Plan) []page.File {
	files := []page.File{
		{Path: "robots.txt", Produce: func() ([]byte, error) { return robots(e), nil }},
		{Path: "llms.txt", Produce: func() ([]byte, error) { return llms(e), nil }},
		{Path: "_headers", Produce: func() ([]byte, error) { return headers(e, plan), nil }},
	}
	files = append(files, siteMap(e, plan)...)
	files = append(files, redirects(e, plan)...)
	files = append(files, api(e)...)
	files = append(files, schemas(e)...)
	files = append(files, page.File{Path: trendsPath, Produce: func() ([]byte, error) { return Trends(e, t) }})
	files = append(files, calendar(e)...)
	return append(files, page.File{Path: statuspagePath, Produce: func() ([]byte, error) { return statuspage(e, statuspageLimit) }})
}

// ready are the incidents that are told to programs: all but the drafts that a preview shows.
func ready(incidents []*edition.Incident) []*edition.Incident {
	out := make([]*edition.Incident, 0, len(incidents))
	for _, inc := range incidents {
		if !inc.Draft {
			out = append(out, inc)
		}
	}
	return out
}

// lastChange is the day on which an incident last changed: its newest amendment, else its publication, else its start; zero when nothing
// says.
func lastChange(inc *edition.Incident) edition.Date {
	last := inc.Date()
	for _, d := range []edition.Date{inc.Published, inc.Updated} {
		if d.Time().After(last.Time()) {
			last = d
		}
	}
	return last
}

// newest is the day on which anything last changed.
func newest(incidents []*edition.Incident) edition.Date {
	var last edition.Date
	for _, inc := range incidents {
		if d := lastChange(inc); d.Time().After(last.Time()) {
			last = d
		}
	}
	return last
}

// encode writes JSON on one line: indenting would cost more than everything else about these files. Characters that mean something to HTML
// are escaped, so that a file which is opened as a page by mistake is still text.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
