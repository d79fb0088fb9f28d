package page

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"debrief/generator/edition"
)

// The addresses of the trends. All lie below TrendsPath.
const TrendsPath = "/trends/"

// TrendPath is the address of a page below the overview: "/trends/durations/".
func TrendPath(slug string) string { return TrendsPath + slug + "/" }

// The layouts of the trends.
const (
	LayoutTrends Layout = "trends" // *Trend: the overview
	LayoutTrend  Layout = "trend"  // *Trend: one question
)

// Trend is the data of a page of trends.
type Trend struct {
	// Pages are all pages of trends, the overview first.
	Pages []Link
	// Period says in words which days are compared; empty when there is no incident to compare.
	Period string
	// Notes say what is not counted, and why a page is empty.
	Notes []string
	// Answers are what the figures come to, one line each, the most important first.
	Answers []Line
	// Exhibits are the drawings, tables and lists.
	Exhibits []*Exhibit
	// Methods name what is to be explained about the figures: change, rate, quantiles, fisher, survival, no-mean.
	Methods []string
}

// Line is a sentence with links in it. A Link with an empty URL is plain text.
type Line struct {
	// Kind is more, less or attention for a line that matters more than others; else empty.
	Kind  string
	Words []Link
}

// trendPage is a page of trends as it is planned: what it is about, and how each of its exhibits is made.
type trendPage struct {
	slug, title, description string
	// any tells whether there is anything to show. A page that is not shown is not planned.
	any      bool
	exhibits []exhibitMaker
	answers  func() []Line
	methods  []string
}

// exhibitMaker makes an exhibit. Its name is that of its downloads; empty for what has no numbers of its own to take away.
type exhibitMaker struct {
	name string
	make func(path string) *Exhibit
}

const navTrends = "Trends"

// trendPlan plans the pages of trends.
func (p *planner) trendPlan() {
	pages := p.trendPages()
	links := []Link{{Name: "Overview", URL: TrendsPath}}
	for _, t := range pages {
		if t.any {
			links = append(links, Link{Name: t.title, URL: TrendPath(t.slug)})
		}
	}
	updated := p.lastChange(p.Incidents)
	p.add(TrendsPath, LayoutTrends, updated, func(page *Page) {
		page.Title, page.Nav, page.Crumbs = "Trends", navTrends, crumbs()
		page.Description = "Is it isolated, or part of a pattern? What recurs, what repeats, and whether fixes hold."
		page.Data = p.overview(pages, links)
	})
	for _, t := range pages {
		if t.any {
			p.trendPage(t, links, updated)
		}
	}
}

func (p *planner) trendPage(t trendPage, links []Link, updated edition.Date) {
	path := TrendPath(t.slug)
	p.add(path, LayoutTrend, updated, func(page *Page) {
		page.Title, page.Nav = t.title, navTrends
		page.Crumbs = crumbs(Link{Name: "Trends", URL: TrendsPath})
		page.Description = t.description
		data := &Trend{Pages: links, Notes: p.notCounted(), Methods: t.methods}
		if slices.Contains(t.methods, "change") {
			data.Period = p.period()
		}
		if t.answers != nil {
			data.Answers = t.answers()
		}
		for _, m := range t.exhibits {
			x := m.make(path)
			if m.name != "" {
				x.CSV, x.JSON = downloads(t.slug, m.name, ".csv"), downloads(t.slug, m.name, ".json")
			}
			data.Exhibits = append(data.Exhibits, x)
		}
		page.Data = data
	})
	for _, m := range t.exhibits {
		if m.name != "" {
			p.addNumbers(t.title, downloads(t.slug, m.name, ""), func() *Exhibit { return m.make(path) })
		}
	}
}

// downloads is the site path of the numbers of an exhibit: "/trends/durations.csv", and for those that are not the first of their page
// "/trends/durations-detect.csv".
func downloads(slug, name, extension string) string {
	if name != slug {
		slug += "-" + name
	}
	return TrendsPath + slug + extension
}

// addNumbers plans the two files with the numbers of an exhibit.
func (p *planner) addNumbers(title, base string, exhibit func() *Exhibit) {
	exhibit = forTwo(exhibit)
	file := strings.TrimPrefix(base, "/")
	p.files = append(p.files,
		File{Path: file + ".csv", Produce: func() ([]byte, error) { return exhibit().numbers().writeCSV() }},
		File{Path: file + ".json", Produce: func() ([]byte, error) {
			x := exhibit()
			if x.Heading != title {
				return x.numbers().writeJSON(title+": "+x.Heading, p.trends)
			}
			return x.numbers().writeJSON(title, p.trends)
		}},
	)
}

// forTwo makes a value for every second use and lets go of it: two files share what is made of it, and a site that is kept for a preview keeps none.
func forTwo[T any](make func() T) func() T {
	var mu sync.Mutex
	var spare *T
	return func() T {
		mu.Lock()
		defer mu.Unlock()
		if spare != nil {
			v := *spare
			spare = nil
			return v
		}
		v := make()
		spare = &v
		return v
	}
}

// trendPages are all pages of trends below the overview, in the order in which they are read.
func (p *planner) trendPages() []trendPage {
	t := p.trends
	some := len(t.Incidents) > 0
	pages := []trendPage{
		{
			slug: "factors", title: "Contributing factors", description: "Which contributing factors recur, and whether more often than before.",
			answers: func() []Line { return p.topicAnswers("No factor", t.Factors) },
			any:     len(t.Factors) > 0, methods: []string{"change", "rate", "gap"},
			exhibits: []exhibitMaker{{"factors", func(string) *Exhibit { return p.recurrences("factors", "Factor", t.Factors) }}},
		},
		{
			slug: "services", title: "Services", description: "Which services are hit again, and whether more often than before.",
			answers: func() []Line { return p.topicAnswers("No service", t.Services) },
			any:     len(t.Services) > 0, methods: []string{"change", "rate", "gap"},
			exhibits: []exhibitMaker{{"services", func(string) *Exhibit { return p.recurrences("services", "Service", t.Services) }}},
		},
		{
			slug: "matrix", title: "Factors and services", description: "Which contributing factors hit which services.",
			answers: p.matrixAnswers,
			any:     len(t.Matrix) > 0, methods: []string{"change"},
			exhibits: []exhibitMaker{{"matrix", func(string) *Exhibit { return p.matrix() }}},
		},
		{
			slug: "together", title: "Factors together", description: "Which contributing factors meet in the same incidents more often than chance has it.",
			answers: p.togetherAnswers,
			any:     len(t.Together) > 0, methods: []string{"fisher"},
			exhibits: []exhibitMaker{{"together", func(string) *Exhibit { return p.together() }}},
		},
		{
			slug: "over-time", title: "Over time", description: "How many incidents there were, by severity.",
			answers: p.overTimeAnswers,
			any:     some, methods: []string{"change", "rate"},
			exhibits: []exhibitMaker{
				{"over-time", func(string) *Exhibit { return p.overTime("over-time", t.Incidents) }},
				{"severity", func(string) *Exhibit { return p.severityChanges() }},
			},
		},
		{
			slug: "durations", title: "Durations", description: "How long incidents last until they are noticed, mitigated and resolved: all of them, and not their mean.",
			answers: p.durationAnswers,
			any:     len(t.ToDetect.Lengths)+len(t.ToMitigate.Lengths)+len(t.ToResolve.Lengths) > 0, methods: []string{"no-mean", "quantiles"},
			exhibits: p.durationExhibits(),
		},
		{
			slug: "when", title: "When", description: "On which days of the week and at which hours incidents begin.",
			answers: p.hourAnswers,
			any:     t.Hours.Counted > 0, methods: []string{"hours"},
			exhibits: []exhibitMaker{{"when", func(string) *Exhibit { return p.hours() }}},
		},
		{
			slug: "follow-through", title: "Follow-through", description: "What became of what was promised: done, dropped, open, overdue, and moved.",
			any: len(t.FollowThrough.Items) > 0, methods: []string{"survival"}, answers: p.promiseAnswers,
			exhibits: p.followExhibits(),
		},
		{
			slug: "recurrence", title: "After a fix", description: "The same factor on the same service, after it was fixed, or before it was.",
			answers: p.recurrenceAnswers,
			any:     len(t.AfterFix)+len(t.StillOpen) > 0, methods: []string{"after-fix"},
			exhibits: []exhibitMaker{
				{"recurrence", func(path string) *Exhibit { return p.afterFix(path) }},
				{"still-open", func(path string) *Exhibit { return p.stillOpen(path) }},
			},
		},
	}
	if !p.internal() {
		return pages
	}
	return append(pages,
		trendPage{
			slug: "detection", title: "Detection", description: "Who or what noticed incidents first.",
			answers: p.detectionAnswers,
			any:     len(t.Detection) > 0, methods: []string{"change"},
			exhibits: []exhibitMaker{{"detection", func(string) *Exhibit { return p.detection() }}},
		},
		trendPage{
			slug: "class", title: "Class of failure", description: "Whether the kind of failure was known or anticipated, and whether it gets worse with growth.",
			any: len(t.Classes) > 0, methods: []string{"change"},
			exhibits: []exhibitMaker{
				{"class", func(string) *Exhibit { return p.classes() }},
				{"scale", func(string) *Exhibit { return p.scale() }},
			},
		},
		trendPage{
			slug: "deferred", title: "Deferred work", description: "Work that was put off and contributed to an incident, and whether it came back.",
			any:      len(t.Deferred) > 0,
			exhibits: []exhibitMaker{{"deferred", func(string) *Exhibit { return p.deferred() }}},
		},
		trendPage{
			slug: "near-misses", title: "Near misses", description: "What could have become an incident for customers, and did not.",
			any:      len(t.NearMisses) > 0,
			exhibits: []exhibitMaker{{"near-misses", func(string) *Exhibit { return p.nearMisses() }}, {"", func(string) *Exhibit { return p.nearMissList() }}},
		},
		trendPage{
			slug: "luck", title: "Luck", description: "Where we got lucky, and whether it is still luck.",
			any:      len(t.Luck) > 0,
			exhibits: []exhibitMaker{{"", func(path string) *Exhibit { return p.luck(path, true) }}, {"", func(path string) *Exhibit { return p.luck(path, false) }}},
		},
		trendPage{
			slug: "well", title: "What went well", description: "What helped when a factor was at work: what to count on when it returns.",
			any:      len(t.WentWell) > 0,
			exhibits: p.wentWell(),
		},
	)
}

// period says in words which days are compared.
func (p *planner) period() string {
	t := p.trends
	if len(t.Incidents) == 0 {
		return ""
	}
	end := "the end of the data"
	if t.Stated {
		end = "the day that was asked for,"
	}
	text := fmt.Sprintf("The last 12 months are those from %s to %s on %s.", day(t.Recent.From).Text, end, day(t.End).Text)
	switch {
	case !t.Comparable:
		text += fmt.Sprintf(" The archive begins on %s, too late for them to be compared with 12 months before.", day(t.First).Text)
	case t.Before.From == t.First:
		text += fmt.Sprintf(" The time before is that from %s, where the archive begins, to %s; that it may be shorter is taken into account.", day(t.Before.From).Text, day(t.Before.To).Text)
	default:
		text += fmt.Sprintf(" The 12 months before are those from %s to %s.", day(t.Before.From).Text, day(t.Before.To).Text)
	}
	return text
}

// notCounted says what the figures leave out.
func (p *planner) notCounted() []string {
	t := p.trends
	var out []string
	if t.Undated > 0 {
		out = append(out, count(t.Undated, "incident")+" without a day "+isAre(t.Undated)+" not counted.")
	}
	if t.Later > 0 {
		out = append(out, count(t.Later, "incident")+" after "+day(t.End).Text+" "+isAre(t.Later)+" not counted.")
	}
	return out
}
