package page

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"debrief/generator/edition"
)

// labelWidth is how much of the figure's width a label takes at most, in per cent. It is set for the narrowest screen the theme serves.
const labelWidth = 38

// figure draws an incident's timeline: the phases between its milestones, the milestones themselves, and the other entries as dots. It is
// nil when fewer than two different times are known.
func figure(inc *edition.Incident, names phaseNames) *Figure {
	type point struct {
		milestone edition.Milestone
		at        time.Time
	}
	var points []point
	for _, m := range []struct {
		milestone edition.Milestone
		at        edition.Moment
	}{
		{edition.Began, inc.Started}, {edition.Detected, inc.Detected}, {edition.Declared, inc.Declared},
		{edition.Mitigated, inc.Mitigated}, {edition.Resolved, inc.Resolved},
	} {
		if !m.at.IsZero() && !m.at.DateOnly {
			points = append(points, point{m.milestone, m.at.Time.UTC()})
		}
	}
	var dots []Dot
	var dotTimes []time.Time
	for _, e := range inc.Timeline {
		if !e.Time.IsZero() && !e.Time.DateOnly && e.Milestone == edition.NoMilestone {
			dotTimes = append(dotTimes, e.Time.Time.UTC())
			dots = append(dots, Dot{Text: e.Time.Time.UTC().Format("15:04") + " " + cut(e.Text, 80)})
		}
	}
	if len(points) == 0 {
		return nil
	}
	// The figure spans the incident; work before and after it would squeeze what matters.
	first, last := points[0].at, points[0].at
	for _, p := range points {
		first, last = earliest(first, p.at), latest(last, p.at)
	}
	if len(points) == 1 {
		for _, t := range dotTimes {
			first, last = earliest(first, t), latest(last, t)
		}
	}
	if !first.Before(last) {
		return nil
	}
	x := func(t time.Time) float64 {
		return round2(100 * float64(t.Sub(first)) / float64(last.Sub(first)))
	}

	f := &Figure{}
	slices.SortStableFunc(points, func(a, b point) int { return a.at.Compare(b.at) })
	rowEnds := []float64{}
	for _, p := range points {
		mark := Mark{
			Milestone: string(p.milestone), Name: milestoneNames[p.milestone], Time: moment(edition.Moment{Time: p.at}), X: x(p.at),
			After: length(p.at.Sub(first)),
		}
		mark.End = mark.X > 100-labelWidth
		mark.Row = freeRow(&rowEnds, mark)
		f.Marks = append(f.Marks, mark)
	}
	f.Rows = len(rowEnds)
	for i := range dots {
		onMark := slices.ContainsFunc(points, func(p point) bool { return p.at.Equal(dotTimes[i]) })
		if t := dotTimes[i]; !onMark && !t.Before(first) && !t.After(last) {
			dots[i].X = x(t)
			f.Dots = append(f.Dots, dots[i])
		}
	}
	at := map[edition.Milestone]time.Time{}
	for _, p := range points {
		at[p.milestone] = p.at
	}
	began, known := at[edition.Began]
	if !known {
		began = first
	}
	f.Phases = phases(began, at, last, x, names)
	f.Ticks = ticks(first, last, x)
	f.Label = label(f, inc)
	return f
}

// phaseNames are the words for the phases.
type phaseNames struct{ responding, mitigated string }

// Inside, a phase is what the team did; outside, what customers had.
var (
	insidePhases  = phaseNames{responding: "Responding", mitigated: "Mitigated"}
	outsidePhases = phaseNames{responding: "Affected", mitigated: "Recovering"}
)

// phases cuts the incident where its state changed: until somebody knew, until customers were safe, until all was done.
func phases(began time.Time, at map[edition.Milestone]time.Time, last time.Time, x func(time.Time) float64, names phaseNames) []Phase {
	var out []Phase
	from := began
	until := func(kind, name string, milestone edition.Milestone) {
		to, ok := at[milestone]
		if !ok || !to.After(from) {
			return
		}
		out = append(out, Phase{Kind: kind, Name: name, X: x(from), Width: round2(x(to) - x(from)), Length: length(to.Sub(from))})
		from = to
	}
	until("undetected", "Not yet detected", edition.Detected)
	until("responding", names.responding, edition.Mitigated)
	if _, mitigated := at[edition.Mitigated]; mitigated {
		until("mitigated", names.mitigated, edition.Resolved)
	} else {
		until("responding", names.responding, edition.Resolved)
	}
	if from.Before(last) {
		out = append(out, Phase{Kind: "ongoing", Name: "Ongoing", X: x(from), Width: round2(100 - x(from)), Length: length(last.Sub(from))})
	}
	return out
}

// strip is the phases of an incident alone, for lists; nil when fewer than two are known, which is no more than its length says.
func strip(inc *edition.Incident) []Phase {
	names := insidePhases
	if outside := inc.Source == ""; outside {
		names = outsidePhases
	}
	at := make(map[edition.Milestone]time.Time, 4)
	var last time.Time
	for _, m := range []struct {
		milestone edition.Milestone
		at        edition.Moment
	}{{edition.Began, inc.Started}, {edition.Detected, inc.Detected}, {edition.Mitigated, inc.Mitigated}, {edition.Resolved, inc.Resolved}} {
		if !m.at.IsZero() && !m.at.DateOnly {
			at[m.milestone], last = m.at.Time, latest(last, m.at.Time)
		}
	}
	began, known := at[edition.Began]
	if !known || !began.Before(last) {
		return nil
	}
	x := func(t time.Time) float64 { return round2(100 * float64(t.Sub(began)) / float64(last.Sub(began))) }
	if all := phases(began, at, last, x, names); len(all) > 1 && all[0].X >= 0 {
		return all
	}
	return nil
}

// freeRow finds the first row in which a mark's label meets no other. ends holds, for each row, how far its labels reach.
func freeRow(ends *[]float64, m Mark) int {
	start, end := m.X, m.X+labelWidth
	if m.End {
		start, end = m.X-labelWidth, m.X
	}
	for row, reached := range *ends {
		if start >= reached {
			(*ends)[row] = end
			return row
		}
	}
	*ends = append(*ends, end)
	return len(*ends) - 1
}

// tickSteps are the distances a time axis may have between its labels.
var tickSteps = []time.Duration{
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 3 * time.Hour,
	6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 2 * 24 * time.Hour, 7 * 24 * time.Hour, 14 * 24 * time.Hour, 28 * 24 * time.Hour,
	91 * 24 * time.Hour, 365 * 24 * time.Hour,
}

// maxTicks is how many labels fit under the figure on the narrowest screen.
const maxTicks = 5

// ticks labels the axis at round times.
func ticks(first, last time.Time, x func(time.Time) float64) []Tick {
	step := tickSteps[len(tickSteps)-1]
	for _, s := range tickSteps {
		if last.Sub(first)/s <= maxTicks-1 {
			step = s
			break
		}
	}
	if last.Sub(first)/step > 50 {
		return nil // centuries: a mistake in the dates, which has its own problem
	}
	layout := "15:04"
	if step >= 24*time.Hour {
		layout = "2 Jan"
	}
	var out []Tick
	for t := first.Truncate(step); !t.After(last); t = t.Add(step) {
		if !t.Before(first) {
			out = append(out, Tick{X: x(t), Label: t.Format(layout)})
		}
	}
	return out
}

// label describes the figure in words.
func label(f *Figure, inc *edition.Incident) string {
	parts := make([]string, 0, len(f.Marks))
	for _, m := range f.Marks {
		words := strings.ToLower(m.Name) + " " + m.Time.Text
		if m.After.Seconds > 0 {
			words += ", " + m.After.Text + " after the start"
		}
		parts = append(parts, words)
	}
	return "Timeline of " + cmp.Or(inc.Title, inc.ID) + ": " + strings.Join(parts, "; ") + "."
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// round2 keeps two decimals, which is finer than a pixel of any screen.
func round2(v float64) float64 { return float64(int64(v*100+0.5)) / 100 }
