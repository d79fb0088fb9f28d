package page_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"debrief/generator/edition"
	"debrief/generator/markdown"
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

// Ten thousand postmortems have fifty thousand action items: no page shows them all, and following the pages every one is met once, in order.
func TestPromisesArePaged(t *testing.T) {
	e := &edition.Edition{Audience: edition.Internal, Site: edition.Site{Title: "Archive", Location: time.UTC, PageSize: 10, FeedEntries: 10}}
	for i := range 130 {
		inc := &edition.Incident{Slug: fmt.Sprintf("inc-%03d", i), ID: fmt.Sprintf("INC-%03d", i), Started: edition.Moment{Time: time.Date(2024, 1, 1+i, 0, 0, 0, 0, time.UTC)}}
		inc.Sections = []edition.Section{{Name: "lucky", Body: markdown.Fragment{HTML: "<p>It was a Tuesday.</p>"}}}
		status := []edition.ActionStatus{edition.Open, edition.Done, edition.Done, edition.Dropped}[i%4]
		action := &edition.Action{Incident: inc, Text: inc.Slug, Status: status, Due: edition.Date{Year: 2030, Month: 1, Day: 1 + i%28}}
		inc.Actions = []*edition.Action{action}
		e.Incidents, e.Actions = append(e.Incidents, inc), append(e.Actions, action)
	}
	pages := map[string]page.Planned{}
	for _, p := range page.New(e, trend.New(e, trend.Options{})).Pages {
		pages[p.Path] = p
	}

	var states []string
	met := map[string]bool{}
	for path, n := page.ActionsPath, 1; path != ""; n++ {
		p := pages[path].Make()
		data := p.Data.(*page.Promises)
		if data.Page != n || data.Pages != 2 || data.OpenTotal != 33 || data.KeptTotal != 65 || data.DroppedTotal != 32 || data.Total != 130 {
			t.Errorf("%s is page %d and says it is page %d of %d, with %d open, %d done, %d dropped of %d", path, n, data.Page, data.Pages, data.OpenTotal, data.KeptTotal, data.DroppedTotal, data.Total)
		}
		for _, list := range [][]page.Promise{data.Open, data.Kept, data.Dropped} {
			for _, promise := range list {
				met[promise.Text] = true
				states = append(states, promise.Status)
			}
		}
		path = data.Next
	}
	order := slices.Compact(states)
	if len(met) != 130 || len(states) != 130 || !slices.Equal(order, []string{"open", "done", "dropped"}) {
		t.Errorf("met %d of 130 action items in %d places, in the order %v", len(met), len(states), order)
	}
	if title := pages[page.PagePath(page.ActionsPath, 2)].Make().Title; title != "Action items, page 2 of 2" {
		t.Errorf("the second page is called %q", title)
	}

	var parts []string
	for _, l := range pages[page.ActionsPath].Make().Data.(*page.Promises).Parts {
		parts = append(parts, fmt.Sprintf("%s %d %s", l.Name, l.Count, l.URL))
	}
	if want := []string{"Open 33 /actions/#_open", "Done 65 /actions/#_kept", "Dropped 32 /actions/#_dropped"}; !slices.Equal(parts, want) {
		t.Errorf("the parts are %q, want %q (the first that was dropped is the 99th)", parts, want)
	}

	lessons := 0
	for path := page.LessonsPath; path != ""; {
		data := pages[path].Make().Data.(*page.Lessons)
		if len(data.Lucky) > 50 {
			t.Errorf("%s has %d lessons", path, len(data.Lucky))
		}
		lessons += len(data.Lucky)
		path = data.Next
	}
	if lessons != 130 {
		t.Errorf("met %d lessons of 130", lessons)
	}
}
