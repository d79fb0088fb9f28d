package render_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"debrief/generator/edition"
	"debrief/generator/page"
	"debrief/generator/render"
	"debrief/generator/testkit/sample"
	"debrief/generator/trend"
)

// exhibits are one of every kind of drawing, table and list, as full as they get.
func exhibits() []*page.Exhibit {
	which := page.Cell{Links: []page.Link{{Name: "INC-2024-017", URL: "/incidents/inc-2024-017/"}, {Name: "INC-2024-018", URL: "/incidents/inc-2024-018/"}},
		More: page.Link{Name: "and 14 more", URL: "/search/?q=factor%3Aconfig-change"}}
	levels := []page.Tick{{X: 0, Label: "2"}, {X: 50, Label: "1"}, {X: 100, Label: "0"}}
	ticks := []page.Tick{{X: 2, Label: "Q1 2023"}, {X: 50, Label: "Q3 2023"}, {X: 98, Label: "Q1 2024"}}
	table := func(id string) *page.Table {
		return &page.Table{
			Columns: []page.Column{{Name: "Factor"}, {Name: "Last 12 months against 12 before"}, {Name: "Over time"}, {Name: "Share", Number: true}, {Name: "Which"}},
			Rows: []page.Row{{ID: id + "-1", Cells: []page.Cell{
				{Text: "Verbindungspoolerschöpfungswahrscheinlichkeit", URL: "/factors/config-change/"},
				{Judgement: &page.Judgement{Kind: "more", Words: "more than before, unlikely by chance", Numbers: "9 against 2"}},
				{Spark: &page.Spark{URL: "/factors/config-change/", Label: "Configuration change, Q1 2024: 2", Bars: []page.SparkBar{{X: 10, Width: 20, Y: 50, Height: 50}}}, Note: "11 incidents"},
				{Text: "59 %", Note: "41 to 75"}, which}},
				{ID: id + "-2", Cells: []page.Cell{{Severity: critical}, {Judgement: &page.Judgement{Kind: "too-few", Words: "too few to say", Numbers: "1 against 0"}},
					{Spark: &page.Spark{Label: "nothing"}}, {Text: "–"}, {More: page.Link{Name: "and 3 more"}}}}},
		}
	}
	stepPoints := []page.Point{{X: 0, Y: 0}, {X: 40, Y: 0}, {X: 40, Y: 50}, {X: 100, Y: 50}}
	return []*page.Exhibit{
		{ID: "columns", Heading: "Over time", Reading: "By quarter.", Label: "Columns: Q1 2024 2", CSV: "/trends/over-time.csv", JSON: "/trends/over-time.json",
			Columns: &page.Columns{Levels: levels, Ticks: ticks, Keys: []page.Key{{Kind: "severity-1", Name: "Critical", Count: 1}, {Kind: "severity-2", Name: "Major", Count: 1},
				{Kind: "severity-3", Name: "Minor", Count: 1}, {Kind: "severity-none", Name: "No severity", Count: 1}},
				Columns: []page.ColumnMark{{Name: "Q1 2023", Title: "Q1 2023: 0 incidents", X: 2, Width: 20}, {Name: "Q1 2024", URL: "#columns-1", Title: "Q1 2024: 2 incidents", Count: 2, X: 70, Width: 20,
					Parts: []page.PartMark{{Kind: "severity-1", Y: 75, Height: 25}, {Kind: "severity-2", Y: 50, Height: 25}, {Kind: "severity-3", Y: 25, Height: 25}, {Kind: "severity-none", Height: 25}}}}},
			Table: table("columns")},
		{ID: "table", Heading: "What returns", Open: true, Table: table("table"), Cut: "Shown are the first 2 of 9.", More: page.Link{Name: "All factors", URL: "/factors/"}},
		{ID: "grid", Heading: "Which factor hits which service", Label: "Counts", Grid: &page.Grid{Corner: "Factor", Upright: true, Columns: []page.Link{payments, checkout},
			Rows: []page.GridRow{{Name: "Configuration change", URL: change.URL, Cells: []page.GridCell{{Count: 3, Level: 4, URL: "#grid-1", Title: "3 incidents"}, {}}}}}, Table: table("grid")},
		{ID: "strip", Heading: "Time to resolve", Label: "Lengths", Facts: []string{"Half were resolved within 42 min"}, Strips: &page.Strips{Ticks: ticks, Curve: stepPoints, Levels: levels,
			Rows: []page.StripRow{{Count: 2, Middle: "42 min", Marks: []page.StripMark{{URL: "/incidents/inc-2024-017/", Title: "A title: 42 min", X: 40, Y: 50, Count: 1}},
				Quartiles: []page.QuartileMark{{X: 20, Low: 20, High: 20}, {Median: true, X: 40, Low: 30, High: 60, Width: 30}, {X: 70, Low: 70, High: 70}}}}}},
		{ID: "strips", Heading: "Severity and duration", Label: "Lengths by severity", Strips: &page.Strips{Ticks: ticks, Rows: []page.StripRow{
			{Name: "Critical", Severity: critical, Count: 300, Grouped: true, Marks: []page.StripMark{{URL: "#strips", Title: "1 h to 2 h", X: 40, Width: 20, Y: 10, Count: 300}}}, {Name: "No severity", Count: 1}}}},
		{ID: "steps", Heading: "How long they stay open", Label: "A line", Steps: &page.Steps{Line: stepPoints, Band: stepPoints, Levels: levels, Ticks: ticks, HalfX: 40, Axis: "days",
			Marks: []page.StepMark{{URL: "#steps", Title: "After 3 days", X: 40, Y: 50}}}},
		{ID: "bars", Heading: "Does it get worse?", Bars: []page.Link{{Name: "Gets worse", URL: "#bars", Count: 3, Share: 100}}},
		{ID: "lists", Heading: "Lists", Promises: promises(), Cards: cards()[:2], Lessons: []page.Lesson{{From: promises()[0].From, Date: day("2024-03-05", "5 Mar 2024"), Body: "<p>It was a Tuesday.</p>", Note: "1 action done, 2 open"}},
			Repeats: []page.Recurred{{Factors: []page.Link{change}, Services: []page.Link{payments, checkout}, Earlier: promises()[0].From, Later: promises()[0].From, EarlierDay: day("2024-01-05", "5 Jan 2024"),
				LaterDay: day("2024-03-05", "5 Mar 2024"), Apart: "60 days later", Items: promises()[:2], ItemsMore: 2}},
			Deferred: []page.Postponed{{From: promises()[0].From, Day: day("2024-03-05", "5 Mar 2024"), Work: "A limit was on the list.", Again: which.Links, More: 2}}},
		{ID: "empty", Heading: "Nothing", Empty: "There is nothing to draw."},
	}
}

func trendPages() []*page.Page {
	pages := []page.Link{{Name: "Overview", URL: "/trends/"}, {Name: "Durations", URL: "/trends/durations/"}}
	data := &page.Trend{
		Pages: pages, Period: "The last 12 months are those from 15 March 2023 to the end of the data on 14 March 2024.", Notes: []string{"1 incident without a day is not counted."},
		Answers:  []page.Line{{Kind: "more", Words: []page.Link{{Name: "The factor "}, change, {Name: " is more frequent than before: 9 against 2."}}}, {Words: []page.Link{{Name: "All else varies."}}}},
		Exhibits: exhibits(), Methods: []string{"change", "rate", "gap", "fisher", "quantiles", "no-mean", "hours", "survival", "after-fix"},
	}
	home := page.Link{Name: "Home", URL: "/"}
	return []*page.Page{
		{Path: "/trends/", Layout: page.LayoutTrends, Title: "Trends", Nav: "Trends", Crumbs: []page.Link{home}, Data: &page.Trend{Notes: data.Notes}},
		{Path: "/trends/durations/", Layout: page.LayoutTrend, Title: "Durations", Nav: "Trends", Crumbs: []page.Link{home, pages[0]}, Data: data},
	}
}

// topicTrend is what the trends say of a topic.
func topicTrend() *page.TopicTrend {
	x := exhibits()[0]
	return &page.TopicTrend{
		Change: page.Judged{Judgement: page.Judgement{Kind: "more", Words: "more than before, unlikely by chance", Numbers: "9 against 2"}, Text: "9 incidents in the last 12 months against 2 before."},
		Share:  "59 % of the incidents of the last 12 months", Gap: "33 days", Period: "The last 12 months end on 14 March 2024.", OverTime: x,
		Meets: []page.Line{{Kind: "more", Words: []page.Link{change, {Name: ": 5 incidents together"}}}}, Helped: promises()[:1], AfterFix: exhibits()[7].Repeats, AfterFixMore: 2,
	}
}

// Every mark of a drawing is a link, and what is drawn says in words what it is.
func TestMarksAreLinks(t *testing.T) {
	theme := load(t, site(true), render.Options{})
	doc := parse(t, draw(t, theme, trendPages()[1]))
	wantCount(t, doc, ".chart svg a[href]", 1+1+1+1) // a column, a dot, a bar of a strip, a step; the column of nothing is none
	wantCount(t, doc, ".chart svg a:not([href])", 0)
	doc.Find(".chart svg a").Each(func(_ int, s *goquery.Selection) {
		if strings.TrimSpace(s.ChildrenFiltered("title").Text()) == "" {
			t.Error("a mark has no title")
		}
	})
	wantCount(t, doc, ".grid td a[title]", 1)
	wantCount(t, doc, "svg[role=group]:not([aria-label]), svg[role=group][aria-label='']", 0)
	wantCount(t, doc, ".chart pattern", 2)
	wantCount(t, doc, "a[download]", 2)
	wantCount(t, doc, ".method, .method-said", 9)
}

// A table that stands open is read on a phone as one block for each row, so each of its cells knows the name of its column.
func TestCellsOfOpenTablesAreNamed(t *testing.T) {
	theme := load(t, site(true), render.Options{})
	doc := parse(t, draw(t, theme, trendPages()[1]))
	wantCount(t, doc, ".numbers-open tbody td", 8)
	wantCount(t, doc, ".numbers-open tbody td[data-name]", 8)
	wantCount(t, doc, `.numbers-open td[data-name="Share"]`, 2)
}

// Trends of the made-up archive as HTML. What changes here changes for every reader.
func TestTrendsGolden(t *testing.T) {
	for name, audience := range map[string]edition.Audience{"inside": edition.Internal, "outside": edition.External} {
		e := sample.Edition(audience)
		plan := page.New(e, trend.New(e, trend.Options{}))
		theme := load(t, *plan.Site, render.Options{})
		found := 0
		for _, p := range plan.Pages {
			if file, ok := map[string]string{"/trends/": "overview", "/trends/over-time/": "over-time", "/trends/matrix/": "matrix"}[p.Path]; ok {
				found++
				var b bytes.Buffer
				if err := theme.Page(&b, p.Make()); err != nil {
					t.Fatal(err)
				}
				_, main, _ := strings.Cut(b.String(), "<main")
				main, _, _ = strings.Cut(main, "</main>")
				golden(t, "trends", name+"-"+file+".html", "<main"+main+"</main>\n")
			}
		}
		if found != 3 {
			t.Errorf("%s: only %d of 3 pages are planned", name, found)
		}
	}
}
