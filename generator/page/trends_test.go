package page_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"debrief/generator/edition"
	"debrief/generator/page"
	"debrief/generator/testkit/bigarchive"
	"debrief/generator/testkit/sample"
	"debrief/generator/trend"
)

// archive makes an edition with two factors, two services and two severities; fill is called for each incident, from the oldest on.
func archive(audience edition.Audience, n int, fill func(i int, inc *edition.Incident, e *edition.Edition)) *edition.Edition {
	e := &edition.Edition{
		Audience:   audience,
		Site:       edition.Site{Title: "Archive", Location: time.UTC, PageSize: 10, FeedEntries: 10},
		Severities: []*edition.Severity{{ID: "sev1", Name: "Critical", Rank: 1}, {ID: "sev2", Name: "Major", Rank: 2}},
		Services:   []*edition.Service{{ID: "pay", Slug: "pay", Name: "Payments"}, {ID: "book", Slug: "book", Name: "Bookings"}},
		Factors:    []*edition.Factor{{ID: "config", Slug: "config", Name: "Configuration change"}, {ID: "dns", Slug: "dns", Name: "DNS"}},
	}
	for i := n - 1; i >= 0; i-- {
		id := fmt.Sprintf("inc-%04d", i)
		inc := &edition.Incident{ID: id, Slug: id, Title: "Incident " + id, ToDetect: -1, ToMitigate: -1, ToResolve: -1, Source: "x.md"}
		fill(i, inc, e)
		e.Incidents = append(e.Incidents, inc)
		for _, f := range inc.Factors {
			f.Incidents = append(f.Incidents, inc)
		}
		for _, s := range inc.Services {
			s.Incidents = append(s.Incidents, inc)
		}
		if inc.Severity != nil {
			inc.Severity.Incidents = append(inc.Severity.Incidents, inc)
		}
		e.Actions = append(e.Actions, inc.Actions...)
		e.Commitments = append(e.Commitments, inc.Commitments...)
	}
	return e
}

func startOf(t time.Time) edition.Moment { return edition.Moment{Time: t} }

// usual is an incident with everything, some days apart from the next.
func usual(days int) func(i int, inc *edition.Incident, e *edition.Edition) {
	return func(i int, inc *edition.Incident, e *edition.Edition) {
		at := time.Date(2020, 1, 6, 9, 30, 0, 0, time.UTC).AddDate(0, 0, i*days)
		inc.Started, inc.Detected, inc.Resolved = startOf(at), startOf(at.Add(5*time.Minute)), startOf(at.Add(time.Duration(10+i*i)*time.Minute))
		inc.ToDetect, inc.ToResolve = 5*time.Minute, time.Duration(10+i*i)*time.Minute
		inc.Severity = e.Severities[i%2]
		inc.Factors, inc.Services = []*edition.Factor{e.Factors[i%2]}, []*edition.Service{e.Services[i%2]}
		if i%3 == 0 {
			inc.Factors, inc.NearMiss, inc.DeferredWork = e.Factors, true, "It was on the list."
		}
		inc.DetectedBy, inc.Class = []string{"alert", "customer"}[i%2], []string{"known-bug", "anticipated", ""}[i%3]
		done := at.AddDate(0, 0, 3+i)
		inc.Actions = []*edition.Action{
			{Incident: inc, Text: "Fix it", Owner: "somebody", Status: edition.Done, Completed: dayOf(done), Type: "prevent"},
			{Incident: inc, Text: "Watch it", Owner: "somebody", Status: edition.Open, Due: dayOf(at.AddDate(0, 0, 9)), Slipped: []edition.Date{dayOf(at.AddDate(0, 0, 5))}},
		}
	}
}

func dayOf(t time.Time) edition.Date {
	y, m, d := t.Date()
	return edition.Date{Year: y, Month: m, Day: d}
}

// editions are the archives on which every page must be right, some of them strange.
func editions() map[string]*edition.Edition {
	on := time.Date(2024, 3, 14, 14, 5, 0, 0, time.UTC)
	return map[string]*edition.Edition{
		"none":              archive(edition.Internal, 0, nil),
		"none outside":      archive(edition.External, 0, nil),
		"one":               archive(edition.Internal, 1, usual(1)),
		"usual":             archive(edition.Internal, 40, usual(23)),
		"outside":           sample.Edition(edition.External),
		"inside":            sample.Edition(edition.Internal),
		"forty years":       archive(edition.Internal, 60, usual(250)),
		"crowded":           bigarchive.Edition(bigarchive.Options{Postmortems: 600, Seed: 3}, edition.Internal),
		"one day":           archive(edition.Internal, 30, func(i int, inc *edition.Incident, e *edition.Edition) { usual(0)(i, inc, e); inc.Started = startOf(on) }),
		"nothing but a day": archive(edition.Internal, 5, func(i int, inc *edition.Incident, _ *edition.Edition) { inc.Published = dayOf(on.AddDate(0, 0, i)) }),
		"no severity":       archive(edition.Internal, 9, func(i int, inc *edition.Incident, e *edition.Edition) { usual(30)(i, inc, e); inc.Severity = nil }),
		"no end": archive(edition.Internal, 9, func(i int, inc *edition.Incident, e *edition.Edition) {
			usual(30)(i, inc, e)
			inc.Resolved, inc.ToResolve, inc.ToDetect = edition.Moment{}, -1, -1
		}),
		"no time at all": archive(edition.Internal, 3, func(int, *edition.Incident, *edition.Edition) {}),
		"some undated": archive(edition.Internal, 9, func(i int, inc *edition.Incident, e *edition.Edition) {
			usual(30)(i, inc, e)
			if i > 6 {
				inc.Started, inc.Published = edition.Moment{}, edition.Date{}
			}
		}),
		"zero and years long": archive(edition.Internal, 9, func(i int, inc *edition.Incident, e *edition.Edition) {
			usual(30)(i, inc, e)
			inc.ToResolve = time.Duration(i*i*i*i) * 24 * time.Hour
		}),
	}
}

// trendsOf makes all pages that show trends, by address.
func trendsOf(e *edition.Edition) (*page.Plan, map[string]*page.Page) {
	plan := page.New(e, trend.New(e, trend.Options{}))
	pages := map[string]*page.Page{}
	for _, p := range plan.Pages {
		switch made := p.Make(); made.Data.(type) {
		case *page.Trend, *page.Topic:
			pages[p.Path] = made
		}
	}
	return plan, pages
}

func exhibitsOf(p *page.Page) []*page.Exhibit {
	switch data := p.Data.(type) {
	case *page.Trend:
		return data.Exhibits
	case *page.Topic:
		if data.Trend != nil {
			return []*page.Exhibit{data.Trend.OverTime}
		}
	}
	return nil
}

// Whatever the archive holds, every mark stands inside its drawing, and leads to an incident that has a page, or to a row of the drawing's
// own table; no id stands twice; and a drawing that is empty says why.
func TestMarks(t *testing.T) {
	for name, e := range editions() {
		t.Run(name, func(t *testing.T) {
			plan, pages := trendsOf(e)
			if pages[page.TrendsPath] == nil {
				t.Fatal("there is no overview")
			}
			known := map[string]bool{}
			for _, p := range plan.Pages {
				known[p.Path] = true
			}
			for _, f := range plan.Files {
				known["/"+f.Path] = true
			}
			for path, p := range pages {
				ids := map[string]bool{}
				for _, x := range exhibitsOf(p) {
					checkExhibit(t, path, x, known, ids)
				}
			}
		})
	}
}

func checkExhibit(t *testing.T, path string, x *page.Exhibit, known, ids map[string]bool) {
	t.Helper()
	at := path + "#" + x.ID
	own := map[string]bool{}
	add := func(id string) {
		if ids[id] {
			t.Errorf("%s: the id %q stands twice", at, id)
		}
		ids[id], own["#"+id] = true, true
	}
	add(x.ID)
	if x.Table != nil {
		for _, row := range x.Table.Rows {
			if row.ID != "" {
				add(row.ID)
			}
			if len(row.Cells) != len(x.Table.Columns) {
				t.Errorf("%s: a row has %d cells in %d columns", at, len(row.Cells), len(x.Table.Columns))
			}
		}
	}
	leads := func(url string) {
		target, _, _ := strings.Cut(url, "?")
		if !own[url] && !known[target] {
			t.Errorf("%s: a mark leads to %q, where nothing is", at, url)
		}
	}
	inside := func(what string, values ...float64) {
		for _, v := range values {
			if math.IsNaN(v) || v < -0.01 || v > 100.01 {
				t.Errorf("%s: %s stands at %v per cent", at, what, v)
			}
		}
	}
	for _, url := range []string{x.CSV, x.JSON} {
		if url != "" && !known[url] {
			t.Errorf("%s: there is no file %s", at, url)
		}
	}
	if x.Empty != "" {
		if x.Columns != nil || x.Strips != nil || x.Steps != nil || x.Grid != nil {
			t.Errorf("%s is drawn and says that it is empty", at)
		}
		return
	}
	if drawn := x.Columns != nil || x.Strips != nil || x.Steps != nil || x.Grid != nil; drawn && x.Label == "" {
		t.Errorf("%s has no label for those who do not see it", at)
	}
	if c := x.Columns; c != nil {
		for _, column := range c.Columns {
			if column.Count > 0 {
				leads(column.URL)
			}
			inside("column "+column.Name, column.X, column.X+column.Width)
			for _, part := range column.Parts {
				inside("a part of "+column.Name, part.Y, part.Y+part.Height)
			}
		}
		checkTicks(t, at, c.Ticks, inside)
	}
	if s := x.Strips; s != nil {
		for _, row := range s.Rows {
			for _, m := range row.Marks {
				leads(m.URL)
				inside(m.Title, m.X, m.X+m.Width, m.Y)
			}
			for _, q := range row.Quartiles {
				inside("a quartile", q.X, q.Low, q.High)
			}
		}
		for i, p := range s.Curve {
			inside("the curve", p.X, p.Y)
			if i > 0 && (p.X < s.Curve[i-1].X || p.Y > s.Curve[i-1].Y) {
				t.Errorf("%s: the curve turns back at %v", at, p)
			}
		}
		checkTicks(t, at, s.Ticks, inside)
	}
	if s := x.Steps; s != nil {
		for _, p := range append(append([]page.Point{}, s.Line...), s.Band...) {
			inside("the line", p.X, p.Y)
		}
		for _, m := range s.Marks {
			leads(m.URL)
			inside(m.Title, m.X, m.Y)
		}
		checkTicks(t, at, s.Ticks, inside)
	}
	if g := x.Grid; g != nil {
		for _, row := range g.Rows {
			if len(row.Cells) != len(g.Columns) {
				t.Errorf("%s: row %s has %d cells in %d columns", at, row.Name, len(row.Cells), len(g.Columns))
			}
			for _, c := range row.Cells {
				if c.Count > 0 {
					leads(c.URL)
				}
			}
		}
	}
	for _, b := range x.Bars {
		leads(b.URL)
	}
	for _, promise := range x.Promises {
		if promise.Owner != "" {
			t.Errorf("%s names the owner of %q", at, promise.Text)
		}
	}
}

func checkTicks(t *testing.T, at string, ticks []page.Tick, inside func(string, ...float64)) {
	t.Helper()
	if len(ticks) == 0 || len(ticks) > 10 {
		t.Errorf("%s: the axis has %d labels", at, len(ticks))
	}
	for _, tick := range ticks {
		inside("the label "+tick.Label, tick.X)
	}
}

// What is drawn, what stands in the table, and what there is are the same number.
func TestDrawingsEqualTheirTables(t *testing.T) {
	for _, name := range []string{"usual", "forty years", "one day", "crowded"} {
		t.Run(name, func(t *testing.T) {
			e := editions()[name]
			_, pages := trendsOf(e)
			x := exhibitsOf(pages[page.TrendPath("over-time")])[0]
			drawn, written, keys := 0, 0, 0
			for _, c := range x.Columns.Columns {
				drawn += c.Count
			}
			for _, row := range x.Table.Rows {
				n, err := strconv.Atoi(row.Cells[1].Text)
				if err != nil {
					t.Fatal(err)
				}
				written += n
			}
			for _, k := range x.Columns.Keys {
				keys += k.Count
			}
			if all := len(e.Incidents); drawn != all || written != all || keys != all {
				t.Errorf("over time: %d are drawn, %d written, %d in the key, of %d", drawn, written, keys, all)
			}
			hours := exhibitsOf(pages[page.TrendPath("when")])[0]
			drawn = 0
			for _, row := range hours.Grid.Rows {
				for _, c := range row.Cells {
					drawn += c.Count
				}
			}
			if drawn != len(e.Incidents) {
				t.Errorf("by hour: %d are drawn, of %d", drawn, len(e.Incidents))
			}
			lengths := exhibitsOf(pages[page.TrendPath("durations")])[0]
			drawn = 0
			for _, m := range lengths.Strips.Rows[0].Marks {
				drawn += m.Count
			}
			if drawn != len(e.Incidents) {
				t.Errorf("by length: %d are drawn, of %d", drawn, len(e.Incidents))
			}
		})
	}
}

// A mark of one incident leads to it, a mark of several to the row that lists them.
func TestMarksLeadToTheirIncidents(t *testing.T) {
	_, pages := trendsOf(archive(edition.Internal, 3, func(i int, inc *edition.Incident, e *edition.Edition) {
		inc.Started = startOf(time.Date(2024, time.Month(1+i/2), 3+i, 9, 0, 0, 0, time.UTC))
	}))
	x := exhibitsOf(pages[page.TrendPath("over-time")])[0]
	first, last := x.Columns.Columns[0], x.Columns.Columns[len(x.Columns.Columns)-1]
	if first.Count != 2 || first.URL != "#over-time-2024-01-01" {
		t.Errorf("two incidents lead to %q", first.URL)
	}
	if last.Count != 1 || last.URL != "/incidents/inc-0002/" {
		t.Errorf("one incident leads to %q", last.URL)
	}
	row := x.Table.Rows[len(x.Table.Rows)-1]
	if links := row.Cells[len(row.Cells)-1].Links; row.ID != "over-time-2024-01-01" || len(links) != 2 {
		t.Errorf("the row %s lists %v", row.ID, links)
	}
}

// An edition for outside has no page of what is for inside, and the pages of both are reached from the overview.
func TestTrendPagesByAudience(t *testing.T) {
	inside := []string{"detection", "class", "deferred", "near-misses"}
	for _, audience := range []edition.Audience{edition.Internal, edition.External} {
		_, pages := trendsOf(archive(audience, 40, usual(23)))
		overview := pages[page.TrendsPath].Data.(*page.Trend)
		for _, l := range overview.Pages {
			if pages[l.URL] == nil {
				t.Errorf("%s: the overview leads to %s, which is not planned", audience, l.URL)
			}
		}
		for _, slug := range inside {
			if planned := pages[page.TrendPath(slug)] != nil; planned != (audience == edition.Internal) {
				t.Errorf("%s: %s is planned: %v", audience, slug, planned)
			}
		}
	}
}

func TestEmptyTrendsSayWhy(t *testing.T) {
	_, pages := trendsOf(archive(edition.External, 0, nil))
	data := pages[page.TrendsPath].Data.(*page.Trend)
	if len(data.Notes) == 0 || len(data.Exhibits) > 0 || len(data.Pages) != 1 {
		t.Errorf("the overview of nothing has %d exhibits, the pages %v, and says %v", len(data.Exhibits), data.Pages, data.Notes)
	}
}

// What became more frequent stands first on the overview and on the home page, with the numbers; what only varies does not.
func TestWhatIsMoreFrequentStandsFirst(t *testing.T) {
	rising := archive(edition.Internal, 40, func(i int, inc *edition.Incident, e *edition.Edition) {
		inc.Started = startOf(time.Date(2023, 1, 2, 9, 0, 0, 0, time.UTC).AddDate(0, 0, i*18))
		inc.Factors = e.Factors[1:]
		if i > 24 {
			inc.Factors = e.Factors[:1]
		}
	})
	plan, pages := trendsOf(rising)
	first := pages[page.TrendsPath].Data.(*page.Trend).Answers[0]
	if first.Kind != "more" || text(first) != "The factor Configuration change is more frequent than before, and chance alone would seldom do that: 15 incidents in the last 12 months against 0 before." {
		t.Errorf("the first answer is %q", text(first))
	}
	if home := homeOf(plan); home.Trend == nil || !strings.HasPrefix(text(*home.Trend), "Configuration change is more frequent") {
		t.Errorf("home says %v", home.Trend)
	}
	steady, _ := trendsOf(archive(edition.Internal, 40, usual(23)))
	if home := homeOf(steady); home.Trend != nil {
		t.Errorf("home says %q of an archive that only varies", text(*home.Trend))
	}
}

func homeOf(plan *page.Plan) *page.Home { return plan.Pages[0].Make().Data.(*page.Home) }

func text(l page.Line) string {
	var b strings.Builder
	for _, w := range l.Words {
		b.WriteString(w.Name)
	}
	return b.String()
}

// A recurrence after a fix is told on both incidents, each leading to the other.
func TestRecurrenceIsToldOnBothPages(t *testing.T) {
	e := archive(edition.Internal, 2, func(i int, inc *edition.Incident, e *edition.Edition) {
		at := time.Date(2024, 1, 3, 9, 0, 0, 0, time.UTC).AddDate(0, 0, i*60)
		inc.Started, inc.Factors, inc.Services = startOf(at), e.Factors[:1], e.Services[:1]
		inc.Actions = []*edition.Action{{Incident: inc, Text: "Fix it", Status: edition.Done, Completed: dayOf(at.AddDate(0, 0, 7))}}
	})
	plan := page.New(e, trend.New(e, trend.Options{}))
	for path, want := range map[string]string{"/incidents/inc-0000/": "/incidents/inc-0001/", "/incidents/inc-0001/": "/incidents/inc-0000/"} {
		for _, p := range plan.Pages {
			if p.Path != path {
				continue
			}
			data := p.Make().Data.(*page.Incident)
			if len(data.Banners) != 1 || data.Banners[0].Kind != "recurrence" || len(data.Banners[0].Links) != 1 || data.Banners[0].Links[0].URL != want {
				t.Errorf("%s has the banners %+v, want one that leads to %s", path, data.Banners, want)
			}
			if data.Verdict == "" {
				t.Errorf("%s says nothing of whether it is isolated", path)
			}
		}
	}
}

// The files beside the pages can be read by what reads such files, hold as many rows as each other, and nothing that a spreadsheet runs.
func TestNumbersToTakeAway(t *testing.T) {
	e := archive(edition.Internal, 40, func(i int, inc *edition.Incident, e *edition.Edition) {
		usual(23)(i, inc, e)
		inc.Title = []string{`=HYPERLINK("https://example.com")`, "+1", "-1+2", "@SUM(A1)", "plain, with a comma\nand \"quotes\""}[i%5]
	})
	plan := page.New(e, trend.New(e, trend.Options{}))
	tables, rowsOf := 0, map[string]int{}
	for _, f := range plan.Files {
		content, err := f.Produce()
		if err != nil {
			t.Fatal(err)
		}
		name, extension, _ := strings.Cut(f.Path, ".")
		switch extension {
		case "csv":
			rows, err := csv.NewReader(strings.NewReader(string(content))).ReadAll()
			if err != nil || len(rows) == 0 {
				t.Fatalf("%s: %d rows, %v", f.Path, len(rows), err)
			}
			if !strings.Contains(string(content), "\r\n") {
				t.Errorf("%s: lines do not end as RFC 4180 has it", f.Path)
			}
			for _, row := range rows {
				for _, cell := range row {
					if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
						t.Errorf("%s: the cell %q is a formula", f.Path, cell)
					}
				}
			}
			rowsOf[name] = len(rows) - 1
			tables++
		case "json":
			var doc struct {
				Title string `json:"title"`
				AsOf  string `json:"as_of"`
				Rows  []map[string]any
			}
			if err := json.Unmarshal(content, &doc); err != nil {
				t.Fatalf("%s: %v", f.Path, err)
			}
			if doc.Title == "" || doc.AsOf == "" {
				t.Errorf("%s has no title or no day", f.Path)
			}
			if len(doc.Rows) != rowsOf[name] {
				t.Errorf("%s has %d rows, the CSV %d", f.Path, len(doc.Rows), rowsOf[name])
			}
		}
	}
	if tables < 15 {
		t.Errorf("only %d tables can be taken away", tables)
	}
	if rowsOf["trends/durations"] != 40 {
		t.Errorf("durations has %d rows, want one for each of 40 incidents", rowsOf["trends/durations"])
	}
}

// A topic with more incidents than a page holds goes on, and every incident is reached once.
func TestTopicIsPaged(t *testing.T) {
	e := archive(edition.Internal, 23, func(i int, inc *edition.Incident, e *edition.Edition) {
		usual(9)(i, inc, e)
		inc.Services = e.Services[:1]
	})
	pages := map[string]page.Planned{}
	for _, p := range page.New(e, trend.New(e, trend.Options{})).Pages {
		pages[p.Path] = p
	}
	topic := pages["/services/pay/"].Make().Data.(*page.Topic)
	seen := 0
	count := func(years []page.Year) {
		for _, y := range years {
			seen += len(y.Cards)
		}
	}
	count(topic.Years)
	for path := topic.Next; path != ""; {
		list := pages[path].Make().Data.(*page.IncidentList)
		count(list.Years)
		path = list.Next
	}
	if seen != 23 || topic.Pages != 3 {
		t.Errorf("%d incidents on %d pages, want 23 on 3", seen, topic.Pages)
	}
}

// What a row of the time to resolve does not list is found by its lengths; every such search is one that the search understands.
func TestRowsLeadToTheRest(t *testing.T) {
	_, pages := trendsOf(archive(edition.Internal, 60, func(i int, inc *edition.Incident, e *edition.Edition) {
		usual(9)(i, inc, e)
		inc.ToResolve = time.Duration(i%3) * 40 * time.Minute
	}))
	for _, row := range exhibitsOf(pages[page.TrendPath("durations")])[0].Table.Rows {
		want := map[string]string{
			"under 1 min": "/search/?q=duration%3A%3C1m", "30 min to 1 h": "/search/?q=duration%3A%3E%3D30m+duration%3A%3C60m", "1 h to 2 h": "/search/?q=duration%3A%3E%3D60m+duration%3A%3C120m",
		}[row.Cells[0].Text]
		if got := row.Cells[len(row.Cells)-1]; want == "" || got.More.URL != want || got.More.Name != "and 8 more" {
			t.Errorf("%s: %q leads to %q, want %q", row.Cells[0].Text, got.More.Name, got.More.URL, want)
		}
	}
}

// The table beside the columns leaves out the months in which nothing happened, and says so; the numbers to take away have every month.
func TestQuietMonthsAreInTheDownloads(t *testing.T) {
	e := archive(edition.Internal, 2, func(i int, inc *edition.Incident, e *edition.Edition) {
		inc.Started = startOf(time.Date(2024, time.Month(1+5*i), 3, 9, 0, 0, 0, time.UTC))
	})
	plan, pages := trendsOf(e)
	table := exhibitsOf(pages[page.TrendPath("over-time")])[0].Table
	if len(table.Rows) != 2 || !strings.Contains(table.Caption, "without an incident are left out") {
		t.Errorf("the table has %d rows, and says %q", len(table.Rows), table.Caption)
	}
	for _, f := range plan.Files {
		if f.Path != "trends/over-time.csv" {
			continue
		}
		content, err := f.Produce()
		if lines := strings.Count(string(content), "\n"); err != nil || lines != 1+6 {
			t.Errorf("the download has %d lines, want a head and the six months from January to June:\n%s%v", lines, content, err)
		}
		return
	}
	t.Error("the page over time has no CSV")
}
