package page

import (
	"fmt"
	"slices"
	"strconv"

	"debrief/generator/edition"
	"debrief/generator/trend"
)

// stepRows is how many rows the table of a survival curve has at most.
const stepRows = 24

// leastPromises is how many promises a survival curve is drawn of at least.
const leastPromises = 5

// survival draws how long promises stay open. items are those it was made of.
func (p *planner) survival(id string, s trend.Survival, items []trend.Item, thing string) *Exhibit {
	x := &Exhibit{ID: id, Heading: "How long they stay open"}
	if len(s.Steps) == 0 || s.LastDay <= 0 {
		x.Empty = "None has been done on a day that is known, so nothing can be said yet about how long it takes."
		return x
	}
	if s.Total < leastPromises {
		x.Empty = fmt.Sprintf("There are %d so far, too few to draw how long they stay open.", s.Total)
		return x
	}
	if s.Biased() {
		x.Empty = fmt.Sprintf("Of what was done, %d were done on a day that nobody wrote down, more than on a known one. A line drawn from the rest would be too high.", s.Undated)
		return x
	}
	x.Reading = fmt.Sprintf("The share of %ss still open so many days after the incident. It counts those that are still open at the end of the data with what is known of them, %d of %d, "+
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
	if s.Undated > 0 {
		x.Facts = append(x.Facts, fmt.Sprintf("%d %s done on a day that nobody wrote down and %s left out, so that in truth the line lies lower", s.Undated, wasWere(s.Undated), isAre(s.Undated)))
	}
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
