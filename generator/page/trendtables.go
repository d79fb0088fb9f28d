package page

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"debrief/generator/edition"
	"debrief/generator/trend"
)

// judgement says what a difference means. Where there is no time before to compare with, it is the archive that is too young, and not the
// number that is too small.
func (p *planner) judgement(c trend.Change) Judgement {
	if !p.trends.Comparable {
		return Judgement{Kind: string(trend.TooFew), Words: "nothing before to compare with", Numbers: strconv.Itoa(c.Recent)}
	}
	return Judgement{Kind: string(c.Judgement), Words: c.Judgement.Words(), Numbers: fmt.Sprintf("%d against %d", c.Recent, c.Before)}
}

func (p *planner) changeCell(c trend.Change) Cell {
	j := p.judgement(c)
	return Cell{Judgement: &j, raw: []any{c.Recent, c.Before, string(c.Judgement), probability(c.P), probability(c.Q)}}
}

// changeKeys are the names of what changeCell holds.
var changeKeys = []string{"recent_count", "before_count", "judgement", "p", "q"}

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
	keys := []string{"total", "first", "last"}
	for _, bin := range p.trends.Bins {
		keys = append(keys, bin.From.String())
	}
	x.Table = &Table{
		Caption: "First come those that are more frequent than before, then those with the most incidents in the last 12 months, then those with the most still open, " +
			"then those with the most incidents in all.",
		Columns: []Column{
			{Name: name, keys: []string{strings.ToLower(name), "id"}}, {Name: "Last 12 months against 12 before", keys: changeKeys}, {Name: "Over time", keys: keys},
			{Name: "Share", Number: true, keys: []string{"share"}}, {Name: "Days between", Number: true, keys: []string{"median_gap_days", "median_gap_low", "median_gap_high"}},
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
		{Text: r.Name, URL: topicURL(r), raw: []any{r.Name, key}}, p.changeCell(r.Change), overTime,
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
	x.Table = &Table{Columns: []Column{{Name: "Factor"}, {Name: "Service"}, {Name: "Incidents", Number: true}, {Name: "Last 12 months against 12 before"}, {Name: "Which"}}}
	x.records = &records{keys: append(append([]string{"factor", "service", "incidents"}, changeKeys...), "ids")}
	for i, c := range p.trends.Matrix {
		which := incidentsCell(c.Incidents, listedSmall, searchFor(operator("factor", c.Factor.ID), operator("service", c.Service.ID)))
		change := p.changeCell(c.Change)
		x.records.rows = append(x.records.rows, append(append([]any{c.Factor.Name, c.Service.Name, len(c.Incidents)}, change.raw...), which.raw...))
		if i < pairsShown && len(c.Incidents) > 1 {
			x.Table.Rows = append(x.Table.Rows, Row{ID: matrixRow(c), Cells: []Cell{
				{Text: c.Factor.Name, URL: FactorPath(c.Factor.Slug)}, {Text: c.Service.Name, URL: ServicePath(c.Service.Slug)}, number(len(c.Incidents)), change, which,
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
	x := &Exhibit{ID: "severity", Heading: "By severity", Open: true, Reading: "Whether the number of each severity has changed."}
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
			first, p.changeCell(s.Change), {Spark: p.spark(severityName(s.Severity), leadsTo(s.Incidents, row), counts[i], most), raw: []any{len(s.Incidents)}},
			incidentsCell(s.Incidents, listed, all),
		}})
	}
	return x
}

// anySeverity reports whether any counted incident has a severity.
func anySeverity(t *trend.Trends) bool {
	return slices.ContainsFunc(t.Severities, func(s trend.SeverityChange) bool { return s.Severity != nil && len(s.Incidents) > 0 })
}

func (p *planner) durationExhibits() []exhibitMaker {
	t := p.trends
	makers := []exhibitMaker{
		{"durations", func(string) *Exhibit { return p.distribution("resolve", "Time to resolve", resolvedVerb, t.ToResolve) }},
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
		x.Reading += " " + count(h.Unknown, "incident") + " without a time of day " + isAre(h.Unknown) + " not in it."
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
			{Text: name, raw: []any{s.Name}}, number(len(s.Incidents)), p.changeCell(s.Change), {Spark: p.spark(name, leadsTo(s.Incidents, row), s.Counts, most)},
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
			{Text: name, raw: []any{c.ID}}, number(len(c.Incidents)), p.changeCell(c.Change),
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
