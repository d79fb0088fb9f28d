package page

import (
	"fmt"
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

// fewInColumn is up to how many incidents in a column it is said that they are few.
const fewInColumn = 9

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
	x.Reading = fmt.Sprintf("%s, by the %s in which they began. Between columns of a few incidents, chance alone makes differences like these.", count(counted, "incident"), unit)
	if counted == 1 {
		x.Reading = "A single incident, which tells nothing about the next."
	}

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
	if most > fewInColumn {
		x.Reading = fmt.Sprintf("%s, by the %s in which they began.", count(counted, "incident"), unit)
	}
	var top int
	columns.Levels, top = levels(most)
	columns.Ticks = make([]Tick, 0, len(bins))
	for i, bin := range bins {
		left, width := slot(i, len(bins))
		columns.Ticks = append(columns.Ticks, Tick{X: round2(left + width/2), Label: bin.Name})
	}
	columns.Ticks = thin(columns.Ticks)
	var told []string
	columns.Columns = make([]ColumnMark, 0, len(bins))
	table.every = make([]Row, 0, len(bins))
	for i, bin := range bins {
		in := per[i]
		from := bin.From.String()
		row := id + "-" + from
		x, width := slot(i, len(bins))
		mark := ColumnMark{Name: bin.Name, URL: leadsTo(in, row), Count: len(in), X: x, Width: width}
		cells := append(make([]Cell, 0, len(table.Columns)), Cell{Text: bin.Name, raw: []any{from, bin.To.String()}}, number(len(in)))
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
		all := ""
		if len(in) > listed {
			all = searchFor(append(slices.Clone(filter), within(bin.Period)...)...)
		}
		cells = append(cells, incidentsCell(in, listed, all))
		table.every = append(table.every, Row{ID: row, Cells: cells})
		if len(in) > 0 {
			table.Rows = append(table.Rows, Row{ID: row, Cells: cells})
		}
	}
	slices.Reverse(table.Rows) // a table is read from the newest on
	slices.Reverse(table.every)
	if len(table.Rows) < len(table.every) {
		table.Caption = firstUpper(unit) + "s without an incident are left out here; the downloads have them."
	}
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
