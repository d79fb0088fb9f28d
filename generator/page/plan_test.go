package page_test

import (
	"fmt"
	"testing"
	"time"

	"debrief/generator/edition"
	"debrief/generator/page"
	"debrief/generator/trend"
)

// planned makes an edition of n incidents, one a day back from the end of 2024, and plans it.
func planned(n, pageSize int) map[string]page.Planned {
	e := &edition.Edition{Audience: edition.External, Site: edition.Site{Title: "Archive", Location: time.UTC, PageSize: pageSize, FeedEntries: 10}}
	for i := range n {
		at := time.Date(2024, 12, 31, 12, 0, 0, 0, time.UTC).AddDate(0, 0, -i)
		id := fmt.Sprintf("inc-%03d", i)
		e.Incidents = append(e.Incidents, &edition.Incident{
			ID: id, Slug: id, Title: "Incident " + id, Started: edition.Moment{Time: at}, ToDetect: -1, ToMitigate: -1, ToResolve: -1,
		})
	}
	pages := map[string]page.Planned{}
	for _, p := range page.New(e, trend.New(e, trend.Options{})).Pages {
		pages[p.Path] = p
	}
	return pages
}

// Whoever follows "older" from the first page of the list sees every incident once.
func TestListIsPaged(t *testing.T) {
	for _, start := range []string{"/incidents/", "/years/2024/"} {
		pages := planned(23, 10)
		seen := map[string]int{}
		path, steps := start, 0
		for path != "" && steps < 10 {
			p, ok := pages[path]
			if !ok {
				t.Fatalf("%s: there is no page %s", start, path)
			}
			list := p.Make().Data.(*page.IncidentList)
			for _, y := range list.Years {
				for _, c := range y.Cards {
					seen[c.ID]++
				}
			}
			path = list.Next
			steps++
		}
		if len(seen) != 23 || steps != 3 {
			t.Errorf("%s: %d incidents on %d pages, want 23 on 3", start, len(seen), steps)
		}
		for id, n := range seen {
			if n != 1 {
				t.Errorf("%s: %s stands %d times", start, id, n)
			}
		}
	}
}

// An archive of nothing, and of incidents nothing is known of, has all its pages.
func TestEmptyEdition(t *testing.T) {
	for path, p := range planned(0, 10) {
		if p.Make().Title == "" {
			t.Errorf("%s has no title", path)
		}
	}
	e := &edition.Edition{Audience: edition.Internal, Site: edition.Site{Location: time.UTC}}
	e.Incidents = []*edition.Incident{{ID: "x", Slug: "x", ToDetect: -1, ToMitigate: -1, ToResolve: -1}}
	for _, p := range page.New(e, trend.New(e, trend.Options{})).Pages {
		if p.Make().Data == nil {
			t.Errorf("%s has no data", p.Path)
		}
	}
}
