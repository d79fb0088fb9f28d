package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"debrief/generator/edition"
	"debrief/generator/trend"
)

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

// resolvedVerb is what the time to resolve ends with.
const resolvedVerb = "resolved"

// distribution is one measure of length: a strip, its curve, and the table by stretches.
func (p *planner) distribution(id, heading, verb string, d trend.Distribution) *Exhibit {
	x := &Exhibit{ID: id, Heading: heading}
	n := len(d.Lengths)
	if n == 0 {
		x.Empty = "The reports do not say it for any incident."
		x.records = &records{keys: lengthKeys}
		return x
	}
	x.Reading = fmt.Sprintf("Each mark is an incident, the line below the share of them that were %s after so long. The scale is logarithmic: the same distance to the right is always the same multiple of the time.", verb)
	if n > maxDots {
		x.Reading = fmt.Sprintf("Each bar is a number of incidents, the line below the share of them that were %s after so long. The scale is logarithmic: the same distance to the right is always the same multiple of the time.", verb)
	}
	if n < 10 {
		x.Reading += " These are few: the next one may well be outside of all of them."
	}
	if d.Unknown > 0 {
		x.Reading += " " + count(d.Unknown, "incident") + " without a known time " + isAre(d.Unknown) + " not in it."
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

// lasting are the terms of a search for the incidents whose time to resolve lies in a stretch. The search knows no other length.
func lasting(i int) []string {
	var terms []string
	if i > 0 {
		terms = append(terms, "duration:>="+searchLength(stretches[i-1].upTo))
	}
	if i < len(stretches)-1 {
		terms = append(terms, "duration:<"+searchLength(stretches[i].upTo))
	}
	return terms
}

func searchLength(d time.Duration) string {
	if d >= day24 {
		return strconv.Itoa(int(d/day24)) + "d"
	}
	return strconv.Itoa(int(d/time.Minute)) + "m"
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
		all := ""
		if verb == resolvedVerb {
			all = searchFor(lasting(i)...)
		}
		table.Rows = append(table.Rows, Row{ID: rowID(i), Cells: []Cell{
			words(stretchName(i)), number(len(incidents)), words(perCent(float64(sofar) / float64(len(d.Lengths)))), incidentsCell(incidents, listed, all),
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
