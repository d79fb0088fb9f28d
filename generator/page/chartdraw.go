package page

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"debrief/generator/edition"
	"debrief/generator/trend"
)

// listed is how many incidents a row of a table lists at most, and listedSmall how many when the table has many rows, so that the page of a
// large archive stays small.
const (
	listed      = 12
	listedSmall = 5
)

// incidentsCell lists the newest incidents, and leads to all of them where one address has them.
func incidentsCell(incidents []*edition.Incident, most int, all string) Cell {
	c := Cell{}
	ids := make([]string, 0, len(incidents))
	for i, inc := range incidents {
		ids = append(ids, inc.ID)
		if i < most {
			c.Links = append(c.Links, Link{Name: inc.ID, URL: IncidentPath(inc.Slug)})
		}
	}
	if more := len(incidents) - most; more > 0 {
		c.More = Link{Name: "and " + strconv.Itoa(more) + " more", URL: all}
	}
	c.raw = []any{ids}
	return c
}

// leadsTo is where a mark leads: one incident to itself, several to the row that lists them, none nowhere.
func leadsTo(incidents []*edition.Incident, row string) string {
	switch len(incidents) {
	case 0:
		return ""
	case 1:
		return IncidentPath(incidents[0].Slug)
	default:
		return "#" + row
	}
}

// searchFor is the address of a search.
func searchFor(terms ...string) string {
	return SearchPath + "?q=" + url.QueryEscape(strings.Join(terms, " "))
}

// operator is a term of a search: factor:config-change, factor:"config change".
func operator(name, value string) string {
	if strings.ContainsAny(value, " \t\"") {
		value = `"` + strings.ReplaceAll(value, `"`, "") + `"`
	}
	return name + ":" + value
}

// within are the terms of a search for what began in a period.
func within(p trend.Period) []string {
	next := p.To.Time().AddDate(0, 0, 1)
	return []string{"after:" + p.From.String(), "before:" + next.Format(time.DateOnly)}
}

// rankKind is the look of a severity.
func rankKind(s *edition.Severity) string {
	if s == nil {
		return "severity-none"
	}
	return "severity-" + strconv.Itoa(min(s.Rank, 4))
}

func severityName(s *edition.Severity) string {
	if s == nil {
		return "No severity"
	}
	return s.Name
}

// overTime draws incidents over time, parted by severity. filter are the terms of a search that finds them all.
func (p *planner) overTime(id string, incidents []*edition.Incident, filter ...string) *Exhibit {
	t := p.trends
	x := &Exhibit{ID: id, Heading: "Over time"}
	bins := t.Bins
	per := make([][]*edition.Incident, len(bins))
	counted := 0
	for _, inc := range incidents {
		if i := binOf(bins, inc.Date()); i >= 0 {
			per[i] = append(per[i], inc)
			counted++
		}
	}
	if counted == 0 {
		x.Empty = "There is no incident with a day, so there is nothing to draw."
		return x
	}
	unit := string(bins[0].Unit)
	x.Reading = fmt.Sprintf("%s, by the %s in which they began. Between columns of a few incidents, chance alone makes differences like these.", firstUpper(count(counted, "incident")), unit)

	var kinds []*edition.Severity // the worst first, those that occur
	for _, s := range t.Severities {
		if slices.ContainsFunc(incidents, func(inc *edition.Incident) bool { return inc.Severity == s.Severity }) {
			kinds = append(kinds, s.Severity)
		}
	}
	if len(kinds) == 0 {
		kinds = []*edition.Severity{nil}
	}
	columns := &Columns{}
	table := &Table{Columns: []Column{{Name: firstUpper(unit), keys: []string{"from", "to"}}, {Name: "Incidents", Number: true, keys: []string{"incidents"}}}}
	parted := len(kinds) > 1 || kinds[0] != nil
	if parted {
		totals := make(map[*edition.Severity]int, len(kinds))
		for _, inc := range incidents {
			totals[inc.Severity]++
		}
		for _, s := range kinds {
			columns.Keys = append(columns.Keys, Key{Kind: rankKind(s), Name: severityName(s), Count: totals[s]})
			table.Columns = append(table.Columns, Column{Name: severityName(s), Number: true, keys: []string{severityKey(s)}})
		}
	}
	table.Columns = append(table.Columns, Column{Name: "Which", keys: []string{"ids"}})
	most := 0
	for _, in := range per {
		most = max(most, len(in))
	}
	var top int
	columns.Levels, top = levels(most)
	for i, bin := range bins {
		left, width := slot(i, len(bins))
		columns.Ticks = append(columns.Ticks, Tick{X: round2(left + width/2), Label: bin.Name})
	}
	columns.Ticks = thin(columns.Ticks)
	var told []string
	for i, bin := range bins {
		in := per[i]
		row := id + "-" + bin.From.String()
		x, width := slot(i, len(bins))
		mark := ColumnMark{Name: bin.Name, URL: leadsTo(in, row), Count: len(in), X: x, Width: width}
		cells := []Cell{{Text: bin.Name, raw: []any{bin.From.String(), bin.To.String()}}, number(len(in))}
		bottom := 100.0
		var said []string
		for _, s := range kinds {
			n := 0
			for _, inc := range in {
				if inc.Severity == s {
					n++
				}
			}
			if n > 0 {
				height := round2(100 * float64(n) / float64(top))
				bottom -= height
				kind := rankKind(s)
				if !parted {
					kind = "plain"
				}
				mark.Parts = append(mark.Parts, PartMark{Kind: kind, Y: round2(max(bottom, 0)), Height: height})
				said = append(said, strconv.Itoa(n)+" "+severityName(s))
			}
			if parted {
				cells = append(cells, number(n))
			}
		}
		mark.Title = bin.Name + ": " + count(len(in), "incident")
		if parted && len(in) > 0 {
			mark.Title += " (" + strings.Join(said, ", ") + ")"
		}
		if len(in) > 0 {
			told = append(told, bin.Name+" "+strconv.Itoa(len(in)))
		}
		columns.Columns = append(columns.Columns, mark)
		all := searchFor(append(slices.Clone(filter), within(bin.Period)...)...)
		cells = append(cells, incidentsCell(in, listed, all))
		table.Rows = append(table.Rows, Row{ID: row, Cells: cells})
	}
	slices.Reverse(table.Rows) // a table is read from the newest on
	x.Columns, x.Table = columns, table
	x.Label = fmt.Sprintf("Columns: incidents per %s. %s.", unit, strings.Join(told, ", "))
	return x
}

func severityKey(s *edition.Severity) string {
	if s == nil {
		return "no_severity"
	}
	return strings.ReplaceAll(s.ID, "-", "_")
}

// binOf is the bin that a day falls into, or -1.
func binOf(bins []trend.Bin, d edition.Date) int {
	if d.IsZero() {
		return -1
	}
	at := d.Time()
	i, found := slices.BinarySearchFunc(bins, at, func(b trend.Bin, at time.Time) int {
		switch {
		case b.To.Time().Before(at):
			return -1
		case b.From.Time().After(at):
			return 1
		}
		return 0
	})
	if !found {
		return -1
	}
	return i
}

// spark draws counts over Trends.Bins small. most is the greatest count of all rows of the table.
func (p *planner) spark(name, url string, counts []int, most int) *Spark {
	s := &Spark{URL: url}
	var told []string
	for i, n := range counts {
		if n == 0 {
			continue
		}
		x, width := slot(i, len(counts))
		height := round2(100 * float64(n) / float64(max(most, 1)))
		s.Bars = append(s.Bars, SparkBar{X: x, Width: width, Y: round2(100 - height), Height: height})
		if i < len(p.trends.Bins) {
			told = append(told, p.trends.Bins[i].Name+": "+strconv.Itoa(n))
		}
	}
	s.Label = name + ", " + strings.Join(told[max(0, len(told)-6):], ", ")
	return s
}

// greatest is the greatest of all counts.
func greatest[T any](rows []T, counts func(T) []int) int {
	most := 0
	for _, r := range rows {
		for _, n := range counts(r) {
			most = max(most, n)
		}
	}
	return most
}

// stretches are the ends of the stretches into which lengths are sorted: round numbers, each about twice the one before.
var stretches = []struct {
	upTo time.Duration
	name string
}{
	{time.Minute, "1 min"}, {2 * time.Minute, "2 min"}, {4 * time.Minute, "4 min"}, {8 * time.Minute, "8 min"}, {15 * time.Minute, "15 min"},
	{30 * time.Minute, "30 min"}, {time.Hour, "1 h"}, {2 * time.Hour, "2 h"}, {4 * time.Hour, "4 h"}, {8 * time.Hour, "8 h"}, {16 * time.Hour, "16 h"},
	{day24, "1 d"}, {2 * day24, "2 d"}, {4 * day24, "4 d"}, {7 * day24, "1 week"}, {14 * day24, "2 weeks"}, {28 * day24, "4 weeks"},
	{8 * 7 * day24, "8 weeks"}, {16 * 7 * day24, "16 weeks"}, {365 * day24, "1 year"}, {2 * 365 * day24, "2 years"}, {math.MaxInt64, ""},
}

const day24 = 24 * time.Hour

// stretchOf is the stretch a length belongs to. One that ends with a stretch belongs to the next.
func stretchOf(d time.Duration) int {
	for i, s := range stretches {
		if d < s.upTo {
			return i
		}
	}
	return len(stretches) - 1
}

// stretchName is "under 1 min", "1 h to 2 h", "2 years and more".
func stretchName(i int) string {
	switch {
	case i == 0:
		return "under " + stretches[0].name
	case i == len(stretches)-1:
		return stretches[i-1].name + " and more"
	default:
		return stretches[i-1].name + " to " + stretches[i].name
	}
}

// logAxis maps lengths to per cent of the width, so that equal factors are equal distances. It spans whole stretches.
type logAxis struct{ first, last int }

func newLogAxis(distributions ...trend.Distribution) logAxis {
	a := logAxis{len(stretches), -1}
	for _, d := range distributions {
		if n := len(d.Lengths); n > 0 {
			a.first = min(a.first, stretchOf(d.Lengths[0].Duration))
			a.last = max(a.last, stretchOf(d.Lengths[n-1].Duration))
		}
	}
	return a
}

// edge is where stretch i begins: half of its end for the first, twice the one before for the last, which have no end of their own.
func edge(i int) time.Duration {
	switch {
	case i <= 0:
		return stretches[0].upTo / 2
	case i >= len(stretches):
		return 2 * stretches[len(stretches)-2].upTo
	default:
		return stretches[i-1].upTo
	}
}

func (a logAxis) x(d time.Duration) float64 {
	from, to := math.Log(float64(edge(a.first))), math.Log(float64(edge(a.last+1)))
	at := 100 * (math.Log(max(float64(d), 1)) - from) / (to - from)
	return round2(min(max(at, 0), 100))
}

func (a logAxis) ticks() []Tick {
	var out []Tick
	for i := a.first; i <= a.last+1; i++ {
		if i >= 1 && i < len(stretches) {
			out = append(out, Tick{X: a.x(edge(i)), Label: stretches[i-1].name})
		} else if i == 0 {
			out = append(out, Tick{X: 0, Label: "30 s"})
		}
	}
	return thin(out)
}

// maxDots is how many incidents are drawn one by one; more are counted by stretches.
const maxDots = 150

// stripRow draws the lengths of incidents on an axis. Marks that would meet are stacked.
func stripRow(name string, s *edition.Severity, d trend.Distribution, a logAxis, rowID func(stretch int) string) StripRow {
	row := StripRow{Name: name, Severity: badge(s), Count: len(d.Lengths)}
	if len(d.Lengths) > maxDots {
		row.Grouped = true
		row.Marks = groupedMarks(d, a, rowID)
	} else {
		row.Marks = dots(d, a)
	}
	for i, q := range d.Quartiles {
		x := a.x(q.Value)
		mark := QuartileMark{Median: i == 1, X: x, Low: x, High: x}
		if q.Bounded {
			mark.Low, mark.High = a.x(q.Low), a.x(q.High)
		}
		mark.Width = round2(mark.High - mark.Low)
		row.Quartiles = append(row.Quartiles, mark)
		if mark.Median {
			row.Middle = length(q.Value).Text
		}
	}
	return row
}

// dotWidth is how wide a dot is at most, in per cent of the narrowest drawing.
const dotWidth = 2.4

// dots places one mark for each incident, beside the line of the strip where others are in its way.
func dots(d trend.Distribution, a logAxis) []StripMark {
	marks := make([]StripMark, 0, len(d.Lengths))
	stacks := map[int]int{}
	for _, l := range d.Lengths {
		x := a.x(l.Duration)
		place := int(x / dotWidth)
		n := stacks[place]
		stacks[place]++
		// The middle first, then one above, one below, and so on; a stack too high for the strip begins anew.
		off := float64((n%9+1)/2) * 11
		if n%2 == 1 {
			off = -off
		}
		marks = append(marks, StripMark{
			URL: IncidentPath(l.Incident.Slug), Title: l.Incident.Title + ": " + length(l.Duration).Text, X: x, Y: 50 + off,
			Kind: rankKind(l.Incident.Severity), Count: 1,
		})
	}
	return marks
}

// groupedMarks counts the incidents of each stretch.
func groupedMarks(d trend.Distribution, a logAxis, rowID func(stretch int) string) []StripMark {
	counts := make([]int, len(stretches))
	alone := make([]*edition.Incident, len(stretches))
	most := 0
	for _, l := range d.Lengths {
		i := stretchOf(l.Duration)
		counts[i]++
		alone[i] = l.Incident
		most = max(most, counts[i])
	}
	var marks []StripMark
	for i, n := range counts {
		if n == 0 {
			continue
		}
		from, to := a.x(edge(i)), a.x(edge(i+1))
		mark := StripMark{
			URL: "#" + rowID(i), Title: stretchName(i) + ": " + count(n, "incident"), X: from, Width: round2(max(to-from-.4, .4)),
			Y: round2(100 - 100*float64(n)/float64(most)), Kind: "plain", Count: n,
		}
		if n == 1 {
			mark.URL = IncidentPath(alone[i].Slug)
		}
		marks = append(marks, mark)
	}
	return marks
}

// maxCorners is how many steps a drawn line has at most.
const maxCorners = 120

// curve is the share of incidents over after each length, as the corners of its steps.
func curve(d trend.Distribution, a logAxis) []Point {
	n := len(d.Lengths)
	points := []Point{{0, 100}}
	every := max(1, (n+maxCorners-1)/maxCorners)
	for i := range n {
		if (i+1)%every != 0 && i != n-1 {
			continue
		}
		x, y := a.x(d.Lengths[i].Duration), round2(100-100*float64(i+1)/float64(n))
		points = append(points, Point{x, points[len(points)-1].Y}, Point{x, y})
	}
	return append(points, Point{100, 0})
}

// quartileNames are the words for the quartiles.
var quartileNames = []string{"A quarter", "Half", "Three quarters"}

// quartileFacts say the quartiles in words. verb is what the length ended with: "resolved".
func quartileFacts(d trend.Distribution, verb string) []string {
	var out []string
	for i, q := range d.Quartiles {
		if i >= len(quartileNames) {
			break
		}
		text := quartileNames[i] + " were " + verb + " within " + length(q.Value).Text
		if q.Bounded {
			text += " (95 % interval " + length(q.Low).Text + " to " + length(q.High).Text + ")"
		} else {
			text += " (too few for an interval)"
		}
		out = append(out, text)
	}
	return out
}

// distribution is one measure of length: a strip, its curve, and the table by stretches.
func (p *planner) distribution(id, heading, verb string, d trend.Distribution) *Exhibit {
	x := &Exhibit{ID: id, Heading: heading}
	n := len(d.Lengths)
	if n == 0 {
		x.Empty = "The reports do not say it for any incident."
		x.records = &records{keys: lengthKeys}
		return x
	}
	x.Reading = fmt.Sprintf("Each mark is an incident, the line below the share of them that were %s after so long. Each step to the right is about twice the time.", verb)
	if n > maxDots {
		x.Reading = fmt.Sprintf("Each bar is a number of incidents, the line below the share of them that were %s after so long. Each step to the right is about twice the time.", verb)
	}
	if n < 10 {
		x.Reading += " These are few: the next one may well be outside of all of them."
	}
	if d.Unknown > 0 {
		x.Reading += " " + firstUpper(count(d.Unknown, "incident")) + " without a known time " + isAre(d.Unknown) + " not in it."
	}
	a := newLogAxis(d)
	rowID := func(i int) string { return id + "-" + strconv.Itoa(i) }
	strips := &Strips{Rows: []StripRow{stripRow("", nil, d, a, rowID)}, Ticks: a.ticks(), Curve: curve(d, a), Levels: shareLevels()}
	if n < 3 {
		strips.Curve, strips.Levels = nil, nil
		x.Reading = "Each mark is an incident. There are too few for a median."
	}
	x.Strips = strips
	x.Facts = quartileFacts(d, verb)
	x.Label = heading + " of " + count(n, "incident") + ". " + strings.Join(x.Facts, ". ") + "."
	x.Table = p.lengthTable(d, verb, rowID)
	x.records = lengthRecords(d)
	return x
}

var lengthKeys = []string{"incident", "title", "severity", "date", "seconds"}

func lengthRecords(d trend.Distribution) *records {
	r := &records{keys: lengthKeys}
	for _, l := range d.Lengths {
		severity := ""
		if l.Incident.Severity != nil {
			severity = l.Incident.Severity.Name
		}
		r.rows = append(r.rows, []any{l.Incident.ID, l.Incident.Title, severity, l.Incident.Date().String(), int(l.Duration / time.Second)})
	}
	return r
}

func (p *planner) lengthTable(d trend.Distribution, verb string, rowID func(int) string) *Table {
	table := &Table{Columns: []Column{{Name: "Length"}, {Name: "Incidents", Number: true}, {Name: firstUpper(verb) + " by then", Number: true}, {Name: "Which"}}}
	in := make([][]*edition.Incident, len(stretches))
	for _, l := range d.Lengths {
		i := stretchOf(l.Duration)
		in[i] = append(in[i], l.Incident)
	}
	sofar := 0
	for i, incidents := range in {
		if len(incidents) == 0 {
			continue
		}
		sofar += len(incidents)
		newestFirst(incidents)
		table.Rows = append(table.Rows, Row{ID: rowID(i), Cells: []Cell{
			words(stretchName(i)), number(len(incidents)), words(perCent(float64(sofar) / float64(len(d.Lengths)))), incidentsCell(incidents, listed, ""),
		}})
	}
	return table
}

func newestFirst(incidents []*edition.Incident) {
	slices.SortStableFunc(incidents, func(a, b *edition.Incident) int {
		return cmp.Or(b.Date().Time().Compare(a.Date().Time()), cmp.Compare(a.ID, b.ID))
	})
}

// bySeverity draws the lengths of each severity below each other.
func (p *planner) bySeverity() *Exhibit {
	x := &Exhibit{ID: "severity", Heading: "Severity and duration"}
	var all []trend.Distribution
	total := 0
	for _, s := range p.trends.BySeverity {
		all = append(all, s.Distribution)
		total += len(s.Lengths)
	}
	switch {
	case total == 0:
		x.Empty = "The reports do not say how long any incident was."
		return x
	case !anySeverity(p.trends):
		x.Empty = "No report states a severity."
		return x
	}
	x.Reading = "The time until resolved, or mitigated where that is all that is known, as it is: a severity that names how bad an incident was need not tell how long it took."
	a := newLogAxis(all...)
	strips := &Strips{Ticks: a.ticks()}
	table := &Table{Columns: []Column{
		{Name: "Severity", keys: []string{"severity"}}, {Name: "Incidents", Number: true, keys: []string{"incidents"}},
		{Name: "A quarter within", keys: []string{"lower_quartile_seconds"}}, {Name: "Half within", keys: []string{"median_seconds", "median_low_seconds", "median_high_seconds"}},
		{Name: "Three quarters within", keys: []string{"upper_quartile_seconds"}}, {Name: "Which", keys: []string{"ids"}},
	}}
	var told []string
	for _, s := range p.trends.BySeverity {
		if len(s.Lengths) == 0 {
			continue
		}
		row := "severity-" + cmp.Or(severityKey(s.Severity), "none")
		strips.Rows = append(strips.Rows, stripRow(severityName(s.Severity), s.Severity, s.Distribution, a, func(int) string { return row }))
		incidents := make([]*edition.Incident, 0, len(s.Lengths))
		for _, l := range s.Lengths {
			incidents = append(incidents, l.Incident)
		}
		newestFirst(incidents)
		first := Cell{Text: severityName(s.Severity), raw: []any{severityName(s.Severity)}}
		all := ""
		if s.Severity != nil {
			first = Cell{Severity: badge(s.Severity), raw: []any{s.Severity.Name}}
			all = searchFor(operator("severity", s.Severity.ID))
		}
		cells := []Cell{first, number(len(s.Lengths)), {Text: "–", raw: []any{nil}}, {Text: "too few", raw: []any{nil, nil, nil}}, {Text: "–", raw: []any{nil}}}
		for i, q := range s.Quartiles {
			c := &cells[2+i]
			c.Text, c.raw[0] = length(q.Value).Text, int(q.Value/time.Second)
			if i == 1 && q.Bounded {
				c.Note = length(q.Low).Text + " to " + length(q.High).Text
				c.raw[1], c.raw[2] = int(q.Low/time.Second), int(q.High/time.Second)
			}
		}
		table.Rows = append(table.Rows, Row{ID: row, Cells: append(cells, incidentsCell(incidents, listed, all))})
		told = append(told, severityName(s.Severity)+": "+count(len(s.Lengths), "incident"))
	}
	x.Strips, x.Table = strips, table
	x.Label = "Lengths by severity. " + strings.Join(told, ", ") + "."
	return x
}

// stepRows is how many rows the table of a survival curve has at most.
const stepRows = 24

// survival draws how long promises stay open. items are those it was made of.
func (p *planner) survival(id string, s trend.Survival, items []trend.Item, thing string) *Exhibit {
	x := &Exhibit{ID: id, Heading: "How long they stay open"}
	if len(s.Steps) == 0 || s.LastDay <= 0 {
		x.Empty = "None has been done on a day that is known, so nothing can be said yet about how long it takes."
		return x
	}
	x.Reading = fmt.Sprintf("The share of %ss still open so many days after the incident. It counts those that are open today with what is known of them, %d of %d, "+
		"instead of leaving them out (Kaplan–Meier). The pale area is where the line may lie, with 95 %% confidence.", thing, s.Censored, s.Total)
	// What has been open for very long would squeeze everything else into a corner.
	lastDay := min(s.LastDay, max(2*s.Steps[len(s.Steps)-1].Day, 30))
	axis := func(day int) float64 { return round2(100 * float64(day) / float64(lastDay)) }
	steps := &Steps{Levels: shareLevels(), HalfX: -1, Axis: "days after the incident"}
	if s.Median >= 0 {
		steps.HalfX = axis(s.Median)
	}
	steps.Line = append(steps.Line, Point{0, 0})
	var low, high []Point
	low, high = append(low, Point{0, 0}), append(high, Point{0, 0})
	every := max(1, (len(s.Steps)+maxCorners-1)/maxCorners)
	for i, step := range s.Steps {
		if (i+1)%every != 0 && i != len(s.Steps)-1 {
			continue
		}
		at := axis(step.Day)
		corner := func(line []Point, share float64) []Point {
			return append(line, Point{at, line[len(line)-1].Y}, Point{at, round2(100 - 100*share)})
		}
		steps.Line, low, high = corner(steps.Line, step.Share), corner(low, step.Low), corner(high, step.High)
	}
	flat := func(line []Point) []Point { return append(line, Point{100, line[len(line)-1].Y}) }
	steps.Line, low, high = flat(steps.Line), flat(low), flat(high)
	slices.Reverse(low)
	steps.Band = append(high, low...)
	steps.Ticks = dayTicks(lastDay, axis)

	x.Table = &Table{Columns: []Column{
		{Name: "Days", Number: true, keys: []string{"day"}}, {Name: "Open until then", Number: true, keys: []string{"at_risk"}}, {Name: "Done", Number: true, keys: []string{"done"}},
		{Name: "Still open", Number: true, keys: []string{"share", "low", "high"}}, {Name: "Which", keys: []string{"ids"}},
	}}
	group := max(1, (len(s.Steps)+stepRows-1)/stepRows)
	for from := 0; from < len(s.Steps); from += group {
		part := s.Steps[from:min(from+group, len(s.Steps))]
		first, last := part[0], part[len(part)-1]
		done := 0
		for _, step := range part {
			done += step.Done
		}
		name := strconv.Itoa(first.Day)
		if first.Day != last.Day {
			name += "–" + strconv.Itoa(last.Day)
		}
		row := id + "-" + strconv.Itoa(last.Day)
		which := doneBetween(items, first.Day, last.Day)
		cells := []Cell{
			{Text: name, raw: []any{last.Day}}, number(first.AtRisk), number(done),
			{Text: perCent(last.Share), Note: perCent(last.Low) + " to " + perCent(last.High), raw: []any{last.Share, last.Low, last.High}},
			incidentsCell(which, listed, ""),
		}
		x.Table.Rows = append(x.Table.Rows, Row{ID: row, Cells: cells})
		leads := "#" + row
		if len(which) == 1 {
			leads = leadsTo(which, row)
		}
		steps.Marks = append(steps.Marks, StepMark{URL: leads, X: axis(last.Day), Y: round2(100 - 100*last.Share),
			Title: fmt.Sprintf("After %s %s still open", count(last.Day, "day"), perCent(last.Share))})
	}
	x.Steps = steps
	x.Facts = []string{medianWords(s)}
	if lastDay < s.LastDay {
		x.Facts = append(x.Facts, fmt.Sprintf("The line goes on level to day %d, which the drawing leaves out", s.LastDay))
	}
	x.Label = "A line that falls: the share of " + thing + "s still open, by days since the incident. " + x.Facts[0] + "."
	return x
}

// doneBetween are the incidents of items that were done at an age within two days.
func doneBetween(items []trend.Item, from, to int) []*edition.Incident {
	var out []*edition.Incident
	seen := map[*edition.Incident]bool{}
	for _, item := range items {
		if item.Status == edition.Done && !item.Completed.IsZero() && item.Age >= from && item.Age <= to && !seen[item.Incident] {
			seen[item.Incident] = true
			out = append(out, item.Incident)
		}
	}
	return out
}

// medianWords say when half is done.
func medianWords(s trend.Survival) string {
	if s.Median < 0 {
		return "Fewer than half have been done so far, so there is no median"
	}
	text := "Half are done within " + count(s.Median, "day")
	switch {
	case s.MedianLow >= 0 && s.MedianHigh >= 0:
		text += fmt.Sprintf(" (95 %% interval %d to %d)", s.MedianLow, s.MedianHigh)
	case s.MedianLow >= 0:
		text += fmt.Sprintf(" (95 %% interval from %d on; its end is not known yet)", s.MedianLow)
	}
	return text
}

// dayTicks labels an axis of days at round numbers.
func dayTicks(last int, axis func(int) float64) []Tick {
	step := 1
	for _, s := range []int{1, 2, 5, 7, 14, 30, 60, 90, 180, 365, 730, 1825, 3650} {
		if step = s; last/s <= maxTicks-1 {
			break
		}
	}
	var out []Tick
	for d := 0; d <= last && len(out) < 2*maxTicks; d += step {
		out = append(out, Tick{X: axis(d), Label: strconv.Itoa(d)})
	}
	return out
}

// perCent writes a share in whole per cent; what is not nothing is not shown as nothing.
func perCent(share float64) string {
	switch v := math.Round(100 * share); {
	case share > 0 && v == 0:
		return "under 1 %"
	case share < 1 && v == 100:
		return "over 99 %"
	default:
		return strconv.Itoa(int(v)) + " %"
	}
}

func firstUpper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
