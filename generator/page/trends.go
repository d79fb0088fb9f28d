package page

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"debrief/generator/edition"
	"debrief/generator/trend"
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
	file := strings.TrimPrefix(base, "/")
	p.files = append(p.files,
		File{Path: file + ".csv", Produce: func() ([]byte, error) { return exhibit().numbers().writeCSV() }},
		File{Path: file + ".json", Produce: func() ([]byte, error) {
			x := exhibit()
			return x.numbers().writeJSON(title+": "+x.Heading, p.trends)
		}},
	)
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
			answers:  p.matrixAnswers,
			any:      len(t.Matrix) > 0,
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
			exhibits: []exhibitMaker{{"near-misses", func(string) *Exhibit { return p.nearMisses() }}},
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
		end = "the day that was asked for"
	}
	return fmt.Sprintf("The last 12 months are those from %s to %s on %s; the 12 months before are those from %s to %s.",
		day(t.Recent.From).Text, end, day(t.End).Text, day(t.Before.From).Text, day(t.Before.To).Text)
}

// notCounted says what the figures leave out.
func (p *planner) notCounted() []string {
	t := p.trends
	var out []string
	if t.Undated > 0 {
		out = append(out, firstUpper(count(t.Undated, "incident"))+" without a day "+isAre(t.Undated)+" not counted.")
	}
	if t.Later > 0 {
		out = append(out, firstUpper(count(t.Later, "incident"))+" after "+day(t.End).Text+" "+isAre(t.Later)+" not counted.")
	}
	return out
}

// judgementWords are the words for what a difference means.
var judgementWords = map[trend.Judgement]string{
	trend.More:   "more than before, unlikely by chance",
	trend.Less:   "less than before, unlikely by chance",
	trend.Normal: "within normal variation",
	trend.TooFew: "too few to say",
}

func judgement(c trend.Change) Judgement {
	return Judgement{Kind: string(c.Judgement), Words: judgementWords[c.Judgement], Numbers: fmt.Sprintf("%d against %d", c.Recent, c.Before)}
}

func changeCell(c trend.Change) Cell {
	j := judgement(c)
	return Cell{Judgement: &j, raw: []any{c.Recent, c.Before, string(c.Judgement), probability(c.P), probability(c.Q)}}
}

// changeKeys are the names of what changeCell holds.
var changeKeys = []string{"last_12_months", "12_months_before", "judgement", "p", "q"}

// probability keeps four digits, which is more than anybody reads.
func probability(v float64) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 4, 64), 64)
	if err != nil {
		return v
	}
	return rounded
}

// decimal shows a number with one digit after the point.
func decimal(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

func rateWords(c trend.Change) string {
	if c.Recent == 0 && c.Before == 0 {
		return ""
	}
	return fmt.Sprintf("%s a month (95 %% interval %s to %s)", decimal(c.Rate), decimal(c.RateLow), decimal(c.RateHigh))
}

func topicURL(r *trend.Recurrence) string {
	if r.Factor != nil {
		return FactorPath(r.Factor.Slug)
	}
	return ServicePath(r.Service.Slug)
}

// topicTerm is the term of a search for the incidents of a topic.
func topicTerm(r *trend.Recurrence) string {
	if r.Factor != nil {
		return operator("factor", r.Factor.ID)
	}
	return operator("service", r.Service.ID)
}

// gapWords are the days between recurrences: "23", and the interval as a note.
func gapWords(r *trend.Recurrence) (text, note string) {
	if r.MedianGap < 0 {
		return "–", ""
	}
	if r.GapLow >= 0 && r.GapHigh >= 0 {
		note = fmt.Sprintf("%d to %d", r.GapLow, r.GapHigh)
	}
	return strconv.Itoa(r.MedianGap), note
}

// known is nil for what is not known, for the downloads.
func known(n int) any {
	if n < 0 {
		return nil
	}
	return n
}

// withShown is how many of what a topic meets are named in its row.
const withShown = 3

// recurrences is the table of the factors or services that return.
func (p *planner) recurrences(id, name string, rows []*trend.Recurrence) *Exhibit {
	x := &Exhibit{ID: id, Heading: "What returns", Open: true}
	if len(rows) == 0 {
		x.Empty = "No incident names a " + strings.ToLower(name) + "."
		return x
	}
	promises := "Open actions"
	with := "Services"
	if !p.internal() {
		promises = "Open commitments"
	}
	if rows[0].Service != nil {
		with = "Factors"
	}
	x.Reading = "How often each returned, and whether that is more than chance makes of so few numbers. A change that is not called one may be there; it cannot be seen yet."
	keys := []string{"incidents", "first", "last"}
	for _, bin := range p.trends.Bins {
		keys = append(keys, bin.From.String())
	}
	x.Table = &Table{
		Caption: "First come those that are more frequent than before, then those with the most incidents in the last 12 months, then those with the most still open, " +
			"then those with the most incidents in all.",
		Columns: []Column{
			{Name: name, keys: []string{strings.ToLower(name), "id"}}, {Name: "Last 12 months against 12 before", keys: changeKeys}, {Name: "Over time", keys: keys},
			{Name: "Share", Number: true, keys: []string{"share"}}, {Name: "Days between", Number: true, keys: []string{"median_days_between", "median_low", "median_high"}},
			{Name: with, keys: []string{"with"}}, {Name: promises, Number: true, keys: []string{"open"}},
		},
	}
	most := greatest(rows, func(r *trend.Recurrence) []int { return r.Counts })
	for _, r := range rows {
		x.Table.Rows = append(x.Table.Rows, Row{ID: id + "-" + strconv.Itoa(len(x.Table.Rows)+1), Cells: p.recurrence(r, most)})
	}
	return x
}

func (p *planner) recurrence(r *trend.Recurrence, most int) []Cell {
	key := ""
	if r.Factor != nil {
		key = r.Factor.ID
	} else {
		key = r.Service.ID
	}
	gap, gapNote := gapWords(r)
	overTime := Cell{Spark: p.spark(r.Name, topicURL(r), r.Counts, most), Note: count(len(r.Incidents), "incident") + ", " + yearsOf(r), raw: []any{len(r.Incidents), r.First.String(), r.Last.String()}}
	for _, n := range r.Counts {
		overTime.raw = append(overTime.raw, n)
	}
	with := Cell{}
	var names []string
	for i, c := range r.With {
		l := Link{Count: len(c.Incidents)}
		if r.Factor != nil {
			l.Name, l.URL = c.Service.Name, ServicePath(c.Service.Slug)
		} else {
			l.Name, l.URL = c.Factor.Name, FactorPath(c.Factor.Slug)
		}
		names = append(names, l.Name)
		if i < withShown {
			with.Links = append(with.Links, l)
		}
	}
	if more := len(r.With) - withShown; more > 0 {
		with.More = Link{Name: fmt.Sprintf("and %d more", more), URL: topicURL(r)}
	}
	with.raw = []any{strings.Join(names, "; ")}
	return []Cell{
		{Text: r.Name, URL: topicURL(r), raw: []any{r.Name, key}}, changeCell(r.Change), overTime,
		{Text: perCent(r.Share), raw: []any{probability(r.Share)}},
		{Text: gap, Note: gapNote, raw: []any{known(r.MedianGap), known(r.GapLow), known(r.GapHigh)}},
		with, number(r.Open),
	}
}

func yearsOf(r *trend.Recurrence) string {
	first, last := day(r.First).Short, day(r.Last).Short
	if first == last {
		return first
	}
	return first + " – " + last
}

// matrixShown is how many factors and services a matrix shows at most, pairsShown how many pairs are listed below it.
const (
	matrixShown = 20
	pairsShown  = 80
)

// matrixRow is the anchor of a pair in the list below the matrix.
func matrixRow(c trend.Cell) string { return "pair-" + c.Factor.Slug + "--" + c.Service.Slug }

func (p *planner) matrix() *Exhibit {
	t := p.trends
	x := &Exhibit{ID: "matrix", Heading: "Which factor hits which service"}
	factors, services := mostOf(t.Factors), mostOf(t.Services)
	x.Reading = "Each number is a count of incidents; the stronger its shade, the more. An incident with several factors or services counts in each of them."
	if len(t.Factors) > matrixShown || len(t.Services) > matrixShown {
		x.Cut = fmt.Sprintf("Shown are the %d factors and %d services with the most incidents, of %d and %d; the download has all pairs.",
			len(factors), len(services), len(t.Factors), len(t.Services))
	}
	at := make(map[[2]any]int, len(t.Matrix))
	most := 0
	for i, c := range t.Matrix {
		at[[2]any{c.Factor, c.Service}] = i
		most = max(most, len(c.Incidents))
	}
	grid := &Grid{Corner: "Factor", Upright: true}
	for _, s := range services {
		grid.Columns = append(grid.Columns, Link{Name: s.Name, URL: topicURL(s)})
	}
	for _, f := range factors {
		row := GridRow{Name: f.Name, URL: topicURL(f)}
		for _, s := range services {
			cell := GridCell{}
			if i, ok := at[[2]any{f.Factor, s.Service}]; ok {
				c := t.Matrix[i]
				cell = GridCell{Count: len(c.Incidents), Level: shade(len(c.Incidents), most), URL: leadsTo(c.Incidents, matrixRow(c))}
				if len(c.Incidents) > 1 && i >= pairsShown {
					cell.URL = searchFor(operator("factor", c.Factor.ID), operator("service", c.Service.ID))
				}
				cell.Title = f.Name + " on " + s.Name + ": " + count(cell.Count, "incident")
			}
			row.Cells = append(row.Cells, cell)
		}
		grid.Rows = append(grid.Rows, row)
	}
	x.Grid, x.Label = grid, "Counts of incidents by contributing factor and service"
	p.matrixPairs(x)
	return x
}

// mostOf are the topics with the most incidents, as many as a matrix shows.
func mostOf(all []*trend.Recurrence) []*trend.Recurrence {
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b *trend.Recurrence) int { return len(b.Incidents) - len(a.Incidents) })
	return sorted[:min(len(sorted), matrixShown)]
}

// matrixPairs adds the pairs that occur more than once as a table, and all of them to take away.
func (p *planner) matrixPairs(x *Exhibit) {
	x.Table = &Table{Columns: []Column{{Name: "Factor"}, {Name: "Service"}, {Name: "Incidents", Number: true}, {Name: "Which"}}}
	x.records = &records{keys: []string{"factor", "service", "incidents", "ids"}}
	for i, c := range p.trends.Matrix {
		which := incidentsCell(c.Incidents, listedSmall, searchFor(operator("factor", c.Factor.ID), operator("service", c.Service.ID)))
		x.records.rows = append(x.records.rows, append([]any{c.Factor.Name, c.Service.Name, len(c.Incidents)}, which.raw...))
		if i < pairsShown && len(c.Incidents) > 1 {
			x.Table.Rows = append(x.Table.Rows, Row{ID: matrixRow(c), Cells: []Cell{
				{Text: c.Factor.Name, URL: FactorPath(c.Factor.Slug)}, {Text: c.Service.Name, URL: ServicePath(c.Service.Slug)}, number(len(c.Incidents)), which,
			}})
		}
	}
	if len(x.Table.Rows) == 0 {
		x.Table = nil
	}
}

// cutWords say that not all are shown; empty when all are.
func cutWords(shown, all int, things string) string {
	if shown >= all {
		return ""
	}
	return fmt.Sprintf("Shown are the first %d of %d %s.", shown, all, things)
}

// tableShown is how many rows a table without another bound shows at most.
const tableShown = 100

func (p *planner) together() *Exhibit {
	x := &Exhibit{ID: "together", Heading: "Factors that meet", Open: true}
	x.Reading = "Two factors that are each frequent meet often by chance alone. Lift says how many times more often they meet than if they had nothing to do with each other; " +
		"the last word has the test, because with few incidents a high lift is easily had."
	x.Table = &Table{
		Caption: "The least likely by chance come first.",
		Columns: []Column{
			{Name: "Factors", keys: []string{"factor", "other_factor"}}, {Name: "Incidents", Number: true, keys: []string{"incidents"}}, {Name: "Share", Number: true, keys: []string{"share"}},
			{Name: "Lift", Number: true, keys: []string{"lift"}}, {Name: "By chance?", keys: []string{"p", "q", "notable"}}, {Name: "Which", keys: []string{"ids"}},
		},
	}
	x.records = &records{}
	for _, c := range x.Table.Columns {
		x.records.keys = append(x.records.keys, c.keys...)
	}
	for i, pair := range p.trends.Together {
		which := incidentsCell(pair.Incidents, listedSmall, searchFor(operator("factor", pair.A.ID), operator("factor", pair.B.ID)))
		cells := []Cell{
			{Links: []Link{factorLink(pair.A, 0), factorLink(pair.B, 0)}, raw: []any{pair.A.Name, pair.B.Name}}, number(len(pair.Incidents)),
			{Text: perCent(pair.Share), raw: []any{probability(pair.Share)}}, {Text: decimal(pair.Lift) + " ×", raw: []any{probability(pair.Lift)}}, pairCell(pair), which,
		}
		var values []any
		for _, c := range cells {
			values = append(values, c.raw...)
		}
		x.records.rows = append(x.records.rows, values)
		if i < tableShown {
			x.Table.Rows = append(x.Table.Rows, Row{ID: "together-" + strconv.Itoa(i+1), Cells: cells})
		}
	}
	x.Cut = cutWords(len(x.Table.Rows), len(p.trends.Together), "pairs")
	return x
}

func pairCell(pair trend.Pair) Cell {
	j := Judgement{Kind: "normal", Words: "may be chance"}
	if pair.Notable {
		j = Judgement{Kind: "more", Words: "unlikely by chance"}
	}
	return Cell{Judgement: &j, raw: []any{probability(pair.P), probability(pair.Q), pair.Notable}}
}

func (p *planner) severityChanges() *Exhibit {
	t := p.trends
	x := &Exhibit{ID: "severity", Heading: "By severity", Open: true, Reading: "Whether the number of each severity has changed. " + allWords(t)}
	x.Table = &Table{Columns: []Column{
		{Name: "Severity", keys: []string{"severity"}}, {Name: "Last 12 months against 12 before", keys: changeKeys},
		{Name: "Over time", keys: []string{"incidents"}}, {Name: "Which", keys: []string{"ids"}},
	}}
	counts := make([][]int, len(t.Severities))
	for i := range t.Severities {
		counts[i] = make([]int, len(t.Bins))
		for b, bin := range t.Bins {
			if i < len(bin.BySeverity) {
				counts[i][b] = bin.BySeverity[i]
			}
		}
	}
	if !anySeverity(t) {
		x.Table, x.Reading, x.Empty = nil, "", "No report states a severity."
		return x
	}
	most := greatest(counts, func(c []int) []int { return c })
	for i, s := range t.Severities {
		if len(s.Incidents) == 0 {
			continue
		}
		first := Cell{Text: severityName(s.Severity), raw: []any{severityName(s.Severity)}}
		all := ""
		if s.Severity != nil {
			first = Cell{Severity: badge(s.Severity), raw: []any{s.Severity.Name}}
			all = searchFor(operator("severity", s.Severity.ID))
		}
		row := "severity-" + strconv.Itoa(i+1)
		x.Table.Rows = append(x.Table.Rows, Row{ID: row, Cells: []Cell{
			first, changeCell(s.Change), {Spark: p.spark(severityName(s.Severity), leadsTo(s.Incidents, row), counts[i], most), raw: []any{len(s.Incidents)}},
			incidentsCell(s.Incidents, listed, all),
		}})
	}
	return x
}

// anySeverity reports whether any counted incident has a severity.
func anySeverity(t *trend.Trends) bool {
	return slices.ContainsFunc(t.Severities, func(s trend.SeverityChange) bool { return s.Severity != nil && len(s.Incidents) > 0 })
}

// allWords judge the number of all incidents.
func allWords(t *trend.Trends) string {
	return fmt.Sprintf("Of all together there were %d in the last 12 months against %d in the 12 before: %s.", t.All.Recent, t.All.Before, judgementWords[t.All.Judgement])
}

func (p *planner) durationExhibits() []exhibitMaker {
	t := p.trends
	makers := []exhibitMaker{
		{"durations", func(string) *Exhibit { return p.distribution("resolve", "Time to resolve", "resolved", t.ToResolve) }},
		{"mitigate", func(string) *Exhibit {
			return p.distribution("mitigate", "Time to mitigate", "mitigated", t.ToMitigate)
		}},
	}
	if p.internal() {
		makers = append(makers, exhibitMaker{"detect", func(string) *Exhibit { return p.distribution("detect", "Time to detect", "noticed", t.ToDetect) }})
	}
	return append(makers, exhibitMaker{"severity", func(string) *Exhibit { return p.bySeverity() }})
}

// weekdays and weekdayIDs name the days of trend.Hours.
var (
	weekdays   = [7]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	weekdayIDs = [7]string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
)

func hourRow(weekday, hour int) string { return fmt.Sprintf("when-%s-%02d", weekdayIDs[weekday], hour) }

func (p *planner) hours() *Exhibit {
	h := &p.trends.Hours
	x := &Exhibit{ID: "when", Heading: "Days and hours", Label: "Counts of incidents by hour and day of the week"}
	x.Reading = fmt.Sprintf("When %s began, by the clock of %s. One number in a cell is one event and no pattern; look for whole rows and columns.", count(h.Counted, "incident"), h.Location)
	if h.Unknown > 0 {
		x.Reading += " " + firstUpper(count(h.Unknown, "incident")) + " without a time of day " + isAre(h.Unknown) + " not in it."
	}
	most := 0
	for d := range h.Cells {
		for hour := range h.Cells[d] {
			most = max(most, len(h.Cells[d][hour]))
		}
	}
	grid := &Grid{Corner: "Hour"}
	for d := range weekdays {
		grid.Columns = append(grid.Columns, Link{Name: weekdays[d][:3]})
	}
	for hour := range 24 {
		row := GridRow{Name: fmt.Sprintf("%02d:00", hour)}
		for d := range weekdays {
			in := h.Cells[d][hour]
			cell := GridCell{Count: len(in), Level: shade(len(in), most), URL: leadsTo(in, hourRow(d, hour))}
			if len(in) > 0 {
				cell.Title = fmt.Sprintf("%s %02d:00: %s", weekdays[d], hour, count(len(in), "incident"))
			}
			row.Cells = append(row.Cells, cell)
		}
		grid.Rows = append(grid.Rows, row)
	}
	x.Grid, x.Table = grid, hourTable(h)
	return x
}

var hourWords = map[trend.Judgement]string{
	trend.More:   "That is more outside working hours than chance has it",
	trend.Less:   "That is less outside working hours than chance has it, as it is where people's work sets things off",
	trend.Normal: "That is within normal variation",
	trend.TooFew: "They are too few to say more",
}

// hourTable lists every hour with an incident.
func hourTable(h *trend.Hours) *Table {
	table := &Table{Columns: []Column{{Name: "Hour", keys: []string{"weekday", "hour"}}, {Name: "Incidents", Number: true, keys: []string{"incidents"}}, {Name: "Which", keys: []string{"ids"}}}}
	for d := range weekdays {
		for hour := range 24 {
			if in := h.Cells[d][hour]; len(in) > 0 {
				table.Rows = append(table.Rows, Row{ID: hourRow(d, hour), Cells: []Cell{
					{Text: fmt.Sprintf("%s %02d:00", weekdays[d], hour), raw: []any{weekdays[d], hour}}, number(len(in)), incidentsCell(in, listedSmall, ""),
				}})
			}
		}
	}
	return table
}

// changeTable is the head of a table of names: how the number of each changed, its columns over time, its incidents.
func changeTable(name, key string) *Table {
	return &Table{Columns: []Column{
		{Name: name, keys: []string{key}}, {Name: "Incidents", Number: true, keys: []string{"incidents"}}, {Name: "Last 12 months against 12 before", keys: changeKeys},
		{Name: "Over time"}, {Name: "Which", keys: []string{"ids"}},
	}}
}

func (p *planner) detection() *Exhibit {
	x := &Exhibit{ID: "detection", Heading: "Who noticed first", Open: true}
	x.Reading = "What a customer notices first, no alert did. The names are those the reports use."
	x.Table = changeTable("Noticed by", "detected_by")
	most := greatest(p.trends.Detection, func(s trend.Source) []int { return s.Counts })
	for i, s := range p.trends.Detection {
		name, all := "Not stated", ""
		if s.Name != "" {
			name, all = firstUpper(s.Name), searchFor(operator("detected-by", s.Name))
		}
		row := "detection-" + strconv.Itoa(i+1)
		x.Table.Rows = append(x.Table.Rows, Row{ID: row, Cells: []Cell{
			{Text: name, raw: []any{s.Name}}, number(len(s.Incidents)), changeCell(s.Change), {Spark: p.spark(name, leadsTo(s.Incidents, row), s.Counts, most)},
			incidentsCell(s.Incidents, listed, all),
		}})
	}
	return x
}

// binCounts counts incidents in each bin.
func (p *planner) binCounts(incidents []*edition.Incident) []int {
	counts := make([]int, len(p.trends.Bins))
	for _, inc := range incidents {
		if i := binOf(p.trends.Bins, inc.Date()); i >= 0 {
			counts[i]++
		}
	}
	return counts
}

func (p *planner) classes() *Exhibit {
	x := &Exhibit{ID: "class", Heading: "Did we know it could happen?", Open: true}
	x.Reading = "A known bug, a failure that was anticipated, or one that nobody had thought of: each asks for something else. It is what the authors said."
	x.Table = changeTable("Class", "class")
	most := greatest(p.trends.Classes, func(c trend.Class) []int { return p.binCounts(c.Incidents) })
	for _, c := range p.trends.Classes {
		name, row := classWords[c.ID], "class-"+c.ID
		if name == "" {
			name, row = "Not stated", "class-unstated"
		}
		x.Table.Rows = append(x.Table.Rows, Row{ID: row, Cells: []Cell{
			{Text: name, raw: []any{c.ID}}, number(len(c.Incidents)), changeCell(c.Change),
			{Spark: p.spark(name, leadsTo(c.Incidents, row), p.binCounts(c.Incidents), most)}, incidentsCell(c.Incidents, listed, ""),
		}})
	}
	return x
}

func (p *planner) scale() *Exhibit {
	s := p.trends.Scale
	x := &Exhibit{ID: "scale", Heading: "Does it get worse as we grow?", Reading: "What the authors said about the kind of failure, not about the incident."}
	x.Table = &Table{Columns: []Column{{Name: "With growth", keys: []string{"grows_with_scale"}}, {Name: "Incidents", Number: true, keys: []string{"incidents"}}, {Name: "Which", keys: []string{"ids"}}}}
	for _, row := range []struct {
		id, name string
		in       []*edition.Incident
	}{{"worse", "Gets worse", s.Worse}, {"not", "Does not", s.Not}, {"unstated", "Not stated", s.Unstated}} {
		if len(row.in) == 0 {
			continue
		}
		id := "scale-" + row.id
		x.Bars = append(x.Bars, Link{Name: row.name, URL: leadsTo(row.in, id), Count: len(row.in)})
		x.Table.Rows = append(x.Table.Rows, Row{ID: id, Cells: []Cell{words(row.name), number(len(row.in)), incidentsCell(row.in, listed, "")}})
	}
	linkShares(x.Bars)
	if len(x.Bars) == 0 {
		x.Empty = "No report says anything about it."
	}
	return x
}

// listShown is how many things with text are shown on a page.
const listShown = 60

func (p *planner) deferred() *Exhibit {
	all := p.trends.Deferred
	x := &Exhibit{ID: "deferred", Heading: "Work that was put off"}
	again := 0
	x.records = &records{keys: []string{"incident", "date", "work", "came_back"}}
	for i, d := range all {
		var ids []string
		for _, inc := range d.Again {
			ids = append(ids, inc.ID)
		}
		x.records.rows = append(x.records.rows, []any{d.Incident.ID, d.Incident.Date().String(), d.Work, ids})
		if len(d.Again) > 0 {
			again++
		}
		if i >= listShown {
			continue
		}
		item := Postponed{From: incidentLink(d.Incident), Day: day(d.Incident.Date()), Work: d.Work, More: max(0, len(d.Again)-listedSmall)}
		for _, inc := range d.Again[:min(len(d.Again), listedSmall)] {
			item.Again = append(item.Again, Link{Name: inc.ID, URL: IncidentPath(inc.Slug)})
		}
		x.Deferred = append(x.Deferred, item)
	}
	x.Reading = fmt.Sprintf("%s to which work contributed that had been known and put off. After %d of them an incident followed with the same factor and service. "+
		"Putting work off is often right; this is what it cost.", firstUpper(count(len(all), "incident")), again)
	x.Cut = cutWords(len(x.Deferred), len(all), "incidents, the newest first; the download has all")
	return x
}

func (p *planner) nearMisses() *Exhibit {
	all := p.trends.NearMisses
	x := p.overTime("near-misses", all, "has:near-miss")
	x.Heading = "Near misses over time"
	if x.Empty == "" {
		x.Reading = firstUpper(count(len(all), "near miss")) + ". More of them reported is not worse: it may be that more are noticed and written down."
		if len(all) != 1 {
			x.Reading = fmt.Sprintf("%d near misses. More of them reported is not worse: it may be that more are noticed and written down.", len(all))
		}
	}
	shown := min(len(all), listShown)
	x.Cards = cards(all[:shown])
	if shown < len(all) {
		x.Cut = cutWords(shown, len(all), "near misses")
		x.More = Link{Name: "Find all of them", URL: searchFor("has:near-miss")}
	}
	return x
}

func (p *planner) luck(path string, still bool) *Exhibit {
	x := &Exhibit{ID: "still-luck", Heading: "Still luck", Reading: "Nothing that was decided after these has been done yet. What saved us was not ours."}
	if !still {
		x = &Exhibit{ID: "was-luck", Heading: "Something was done", Reading: "At least one action after each of these is done. Whether it replaces the luck is for a reader to judge."}
	}
	n := 0
	for _, l := range p.trends.Luck {
		if l.StillLuck != still {
			continue
		}
		n++
		if len(x.Lessons) < listShown {
			x.Lessons = append(x.Lessons, Lesson{
				From: incidentLink(l.Incident), Date: day(l.Incident.Date()), Body: p.borrowed(path, l.Incident, l.Section.Body),
				Note: fmt.Sprintf("%s done, %d open", count(l.Done, "action"), l.Open),
			})
		}
	}
	if n == 0 {
		x.Empty = "None."
	}
	x.Cut = cutWords(len(x.Lessons), n, "incidents, the newest first")
	return x
}

func (p *planner) wentWell() []exhibitMaker {
	var out []exhibitMaker
	for _, s := range p.trends.WentWell {
		out = append(out, exhibitMaker{"", func(path string) *Exhibit {
			x := &Exhibit{ID: "well-other", Heading: "No factor named"}
			if s.Factor != nil {
				x.ID, x.Heading = "well-"+s.Factor.Slug, s.Factor.Name
				x.More = Link{Name: "All of " + s.Factor.Name, URL: FactorPath(s.Factor.Slug)}
			}
			const each = 8
			for _, n := range s.Notes[:min(len(s.Notes), each)] {
				x.Lessons = append(x.Lessons, Lesson{From: incidentLink(n.Incident), Date: day(n.Incident.Date()), Body: p.borrowed(path, n.Incident, n.Section.Body)})
			}
			x.Cut = cutWords(len(x.Lessons), len(s.Notes), "incidents, the newest first")
			return x
		}})
	}
	return out
}

// item is a promise as its page shows it, and how old it is. Trends are about promises, not about who made them: an owner is not named.
func (p *planner) item(path string, i trend.Item) Promise {
	var promise Promise
	switch {
	case i.Action != nil:
		promise = p.actionList(path, []*edition.Action{i.Action})[0]
	case i.Commitment != nil:
		promise = p.commitmentList(path, []*edition.Commitment{i.Commitment})[0]
	}
	promise.Owner, promise.Group = "", ""
	if i.Unfinished() && i.Age >= 0 {
		promise.Age = "open for " + count(i.Age, "day")
	}
	if i.Overdue > 0 {
		promise.Overdue = count(i.Overdue, "day") + " overdue"
	}
	return promise
}

// thing is what a promise is called in this edition.
func (p *planner) thing() string {
	if p.internal() {
		return "action item"
	}
	return "commitment"
}

func (p *planner) promisesPath() string {
	if p.internal() {
		return ActionsPath
	}
	return CommitmentsPath
}

// promiseAnswers say what became of promises.
func (p *planner) promiseAnswers() []Line {
	f := p.trends.FollowThrough
	total := len(f.Items)
	lines := []Line{plainLine(fmt.Sprintf("Of %s, %d %s done, %d dropped and %d open.", count(total, p.thing()), f.Done, isAre(f.Done), f.Dropped, f.Open))}
	switch {
	case f.Overdue > 0:
		lines = append(lines, Line{Kind: "attention", Words: []Link{{Name: fmt.Sprintf("%d of the open ones %s overdue on %s.", f.Overdue, isAre(f.Overdue), day(p.trends.End).Text)}}})
	case f.Open > 0:
		if f.NoDue < f.Open {
			lines = append(lines, plainLine("None of the open ones is overdue on "+day(p.trends.End).Text+"."))
		}
	}
	if f.NoDue > 0 {
		lines = append(lines, plainLine(fmt.Sprintf("%d of the open ones %s no day to be done by.", f.NoDue, has(f.NoDue))))
	}
	if f.Slipped > 0 {
		lines = append(lines, plainLine(fmt.Sprintf("%d had their day moved at least once.", f.Slipped)))
	}
	if len(f.Survival.Steps) > 0 {
		lines = append(lines, plainLine(medianWords(f.Survival)+"."))
	}
	return lines
}

func has(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

func (p *planner) followExhibits() []exhibitMaker {
	f := &p.trends.FollowThrough
	makers := []exhibitMaker{
		{"survival", func(string) *Exhibit {
			x := p.survival("survival", f.Survival, f.Items, p.thing())
			if f.LeftOut > 0 && x.Empty == "" {
				x.Facts = append(x.Facts, fmt.Sprintf("%d %s left out: dropped, or done on a day that is not known", f.LeftOut, isAre(f.LeftOut)))
			}
			return x
		}},
		{"follow-through", p.oldest},
		{"", p.slips},
	}
	if p.internal() {
		makers = slices.Insert(makers, 1, exhibitMaker{"types", func(string) *Exhibit { return p.types() }})
	}
	return makers
}

// oldest lists what is open: the overdue first, then the oldest. The download has all promises.
func (p *planner) oldest(path string) *Exhibit {
	f := &p.trends.FollowThrough
	x := &Exhibit{ID: "open", Heading: "Open, the oldest first"}
	x.records = &records{keys: []string{"incident", "text", "status", "type", "due", "moved_from", "completed", "age_days", "overdue_days"}}
	for _, i := range f.Oldest {
		slipped := make([]string, 0, len(i.Slipped))
		for _, d := range i.Slipped {
			slipped = append(slipped, d.String())
		}
		x.records.rows = append(x.records.rows, []any{i.Incident.ID, i.Text, string(i.Status), i.Type, i.Due.String(), slipped, i.Completed.String(), known(i.Age), i.Overdue})
		if len(x.Promises) < listShown {
			x.Promises = append(x.Promises, p.item(path, i))
		}
	}
	if len(f.Oldest) == 0 {
		x.Empty = "Nothing is open."
		return x
	}
	x.Reading = "What has waited longest, counted from the incident to " + day(p.trends.End).Text + "."
	if x.Cut = cutWords(len(x.Promises), len(f.Oldest), p.thing()+"s"); x.Cut != "" {
		x.More = Link{Name: "All " + p.thing() + "s", URL: p.promisesPath()}
	}
	return x
}

func (p *planner) slips(path string) *Exhibit {
	f := &p.trends.FollowThrough
	x := &Exhibit{ID: "moved", Heading: "Moved", Reading: "Those whose day was moved, the most often moved first, with every day that was named."}
	for _, i := range f.Slips[:min(len(f.Slips), listShown)] {
		x.Promises = append(x.Promises, p.item(path, i))
	}
	if len(f.Slips) == 0 {
		x.Reading, x.Empty = "", "No day was moved."
	}
	x.Cut = cutWords(len(x.Promises), len(f.Slips), p.thing()+"s")
	return x
}

// typeWords are the words for the types of action items.
var typeWords = map[string]string{"prevent": "Prevent", "detect": "Detect", "mitigate": "Mitigate", "process": "Process", "": "Not stated"}

func (p *planner) types() *Exhibit {
	f := &p.trends.FollowThrough
	x := &Exhibit{ID: "types", Heading: "By type", Open: true, Reading: "Prevent it, detect it sooner, mitigate it faster, or change how we work: what is promised, and what gets done."}
	x.Table = &Table{Columns: []Column{
		{Name: "Type", keys: []string{"type"}}, {Name: "All", Number: true, keys: []string{"total"}}, {Name: "Done", Number: true, keys: []string{"done"}},
		{Name: "Open", Number: true, keys: []string{"open"}}, {Name: "Dropped", Number: true, keys: []string{"dropped"}}, {Name: "Half are done within", keys: []string{"median_days"}},
	}}
	for _, r := range f.ByType {
		if r.Total == 0 {
			continue
		}
		median := Cell{Text: "not yet", raw: []any{known(r.Survival.Median)}}
		if r.Survival.Median >= 0 {
			median.Text = count(r.Survival.Median, "day")
		}
		x.Table.Rows = append(x.Table.Rows, Row{ID: "type-" + typeID(r.Type), Cells: []Cell{
			{Text: typeWords[r.Type], raw: []any{r.Type}}, number(r.Total), number(r.Done), number(r.Open), number(r.Dropped), median,
		}})
	}
	return x
}

func typeID(t string) string {
	if t == "" {
		return "unstated"
	}
	return t
}

var repeatKeys = []string{"factor", "service", "earlier", "later", "days"}

func (p *planner) afterFix(path string) *Exhibit {
	x := &Exhibit{ID: "after-fix", Heading: "Came back after a fix"}
	x.Reading = "The same factor on the same service, after an action that followed the earlier incident was done. It does not say that the action was wrong: only that it was not all."
	p.repeats(path, x, p.trends.AfterFix)
	if x.Empty != "" {
		x.Empty = "Nothing came back after an action for it was done."
	}
	return x
}

func (p *planner) stillOpen(path string) *Exhibit {
	x := &Exhibit{ID: "while-open", Heading: "Came back while an action was open"}
	x.Reading = "The same factor on the same service, while an action that followed the earlier incident was not done yet."
	p.repeats(path, x, p.trends.StillOpen)
	if x.Empty != "" {
		x.Empty = "Nothing came back while an action for it was open."
	}
	return x
}

// repeats lists recurrences, each pair of incidents once.
func (p *planner) repeats(path string, x *Exhibit, all []trend.Repeat) {
	x.records = &records{keys: repeatKeys}
	for _, r := range all {
		x.records.rows = append(x.records.rows, []any{r.Factor.Name, r.Service.Name, r.Earlier.ID, r.Later.ID, r.Days})
	}
	groups := groupRepeats(all)
	for _, g := range groups[:min(len(groups), listShown)] {
		x.Repeats = append(x.Repeats, p.repeat(path, g))
	}
	if len(all) == 0 {
		x.Reading, x.Empty = "", "None."
	}
	x.Cut = cutWords(len(x.Repeats), len(groups), "recurrences, the newest first; the download has all")
}

// groupRepeats puts together what recurred from one incident to another: several factors may have, on several services.
func groupRepeats(all []trend.Repeat) [][]trend.Repeat {
	var groups [][]trend.Repeat
	at := map[[2]*edition.Incident]int{}
	for _, r := range all {
		pair := [2]*edition.Incident{r.Earlier, r.Later}
		i, ok := at[pair]
		if !ok {
			i = len(groups)
			at[pair] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], r)
	}
	return groups
}

// itemsShown is how many actions stand beside a recurrence.
const itemsShown = 3

func (p *planner) repeat(path string, group []trend.Repeat) Recurred {
	r := group[0]
	out := Recurred{
		Earlier: incidentLink(r.Earlier), Later: incidentLink(r.Later), EarlierDay: day(r.Earlier.Date()), LaterDay: day(r.Later.Date()),
		Apart: count(r.Days, "day") + " later",
	}
	for _, r := range group {
		if l := factorLink(r.Factor, 0); !slices.Contains(out.Factors, l) {
			out.Factors = append(out.Factors, l)
		}
		if l := serviceLink(r.Service, 0); !slices.Contains(out.Services, l) {
			out.Services = append(out.Services, l)
		}
	}
	for _, i := range r.Items[:min(len(r.Items), itemsShown)] {
		out.Items = append(out.Items, p.item(path, i))
	}
	out.ItemsMore = len(r.Items) - len(out.Items)
	return out
}
