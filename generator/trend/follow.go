package trend

import (
	"cmp"
	"slices"

	"debrief/generator/edition"
	"debrief/generator/stat"
)

// promises collects what was promised after each incident that is not after the end: action items inside, commitments outside. Where an
// open archive publishes its action items as they are and made no commitments, those are its promises.
func (s *study) promises() {
	s.all = slices.Concat(s.Incidents, s.undated)
	s.items = make([][]Item, len(s.all))
	total := 0
	for _, inc := range s.all {
		total += max(len(inc.Actions), len(inc.Commitments))
	}
	items := make([]Item, 0, total)
	for n, inc := range s.all {
		from := len(items)
		items = s.promised(items, inc)
		s.items[n] = items[from:len(items):len(items)]
	}
	s.FollowThrough.Items = items
}

// promised appends what was promised after one incident.
func (s *study) promised(items []Item, inc *edition.Incident) []Item {
	from := len(items)
	if s.edition.Audience == edition.Internal || len(inc.Commitments) == 0 {
		for _, a := range inc.Actions {
			items = append(items, Item{
				Incident: inc, Action: a, Text: a.Text, Status: a.Status, Due: a.Due, Slipped: a.Slipped, Completed: a.Completed, Type: a.Type,
			})
		}
	} else {
		for _, c := range inc.Commitments {
			items = append(items, Item{
				Incident: inc, Commitment: c, Text: c.Text, Status: c.Status, Due: c.Due, Slipped: c.Slipped, Completed: c.Completed,
			})
		}
	}
	for i := range items[from:] {
		s.asOfEnd(&items[from+i])
	}
	return items
}

// asOfEnd sets what an item was at the end of the data: one that was done later was open then.
func (s *study) asOfEnd(i *Item) {
	if i.Status == edition.Done && plausible(i.Completed) && compareDates(i.Completed, s.End) > 0 {
		i.Status, i.Completed = edition.Open, edition.Date{}
	}
	i.Age = -1
	from, to := i.Incident.Date(), s.End
	if !i.Unfinished() {
		to = i.Completed
	}
	if plausible(from) && plausible(to) {
		i.Age = max(daysFrom(from, to), -1)
	}
	if i.Unfinished() && plausible(i.Due) && plausible(s.End) {
		i.Overdue = max(daysFrom(i.Due, s.End), 0)
	}
}

// claimsFix reports whether an item is meant to keep the failure from coming back, or from doing harm. Detecting it sooner and changing
// how people work do not claim that.
func (i *Item) claimsFix() bool {
	return i.Type == "prevent" || i.Type == "mitigate" || i.Type == ""
}

// doneOn returns the number of the day on which it was done, if that is known.
func (i *Item) doneOn() (day int, ok bool) {
	if i.Status != edition.Done || !plausible(i.Completed) {
		return 0, false
	}
	return dayNumber(i.Completed), true
}

// followThrough counts what became of the promises.
func (s *study) followThrough() {
	f := &s.FollowThrough
	for n := range f.Items {
		i := &f.Items[n]
		switch {
		case i.Unfinished():
			f.Open++
			if i.Overdue > 0 {
				f.Overdue++
			}
			if i.Due.IsZero() {
				f.NoDue++
			}
		case i.Status == edition.Done:
			f.Done++
		default:
			f.Dropped++
		}
		if len(i.Slipped) > 0 {
			f.Slipped++
		}
	}
	// Sorting is stable: among equals the newest incident stays first.
	f.Oldest = pick(f.Items, f.Open, func(i *Item) bool { return i.Unfinished() }, func(a, b *Item) int { return cmp.Compare(b.Age, a.Age) })
	f.Slips = pick(f.Items, f.Slipped, func(i *Item) bool { return len(i.Slipped) > 0 }, func(a, b *Item) int { return cmp.Compare(len(b.Slipped), len(a.Slipped)) })
	f.Survival, f.LeftOut = survival(f.Items, func(*Item) bool { return true })
	for _, name := range types {
		if len(f.Items) > 0 {
			f.ByType = append(f.ByType, typeRow(name, f.Items))
		}
	}
}

// pick returns the items that are wanted, of which there are so many, in an order.
func pick(items []Item, many int, wanted func(*Item) bool, order func(a, b *Item) int) []Item {
	found := make([]*Item, 0, many)
	for n := range items {
		if wanted(&items[n]) {
			found = append(found, &items[n])
		}
	}
	slices.SortStableFunc(found, order)
	var out []Item
	if many > 0 {
		out = make([]Item, many)
	}
	for n, i := range found {
		out[n] = *i
	}
	return out
}

// types are the kinds of actions in the order in which they are shown; the last is unstated, and takes what none of the others is.
var types = []string{"prevent", "detect", "mitigate", "process", ""}

func typeRow(name string, items []Item) TypeRow {
	of := func(i *Item) bool { return i.Type == name || name == "" && !slices.Contains(types, i.Type) }
	row := TypeRow{Type: name}
	for n := range items {
		i := &items[n]
		if !of(i) {
			continue
		}
		row.Total++
		switch {
		case i.Unfinished():
			row.Open++
		case i.Status == edition.Done:
			row.Done++
		default:
			row.Dropped++
		}
	}
	row.Survival, _ = survival(items, of)
	return row
}

// survival estimates how long the promises in question stay open, and counts those that cannot tell.
func survival(items []Item, of func(*Item) bool) (v Survival, leftOut int) {
	var lifetimes []stat.Lifetime
	for n := range items {
		i := &items[n]
		if !of(i) {
			continue
		}
		if i.Age < 0 || i.Status == edition.Dropped {
			leftOut++
			if i.Status == edition.Done {
				v.Undated++
			}
			continue
		}
		lifetimes = append(lifetimes, stat.Lifetime{Time: i.Age, Ended: i.Status == edition.Done})
		if i.Unfinished() {
			v.Censored++
		}
		v.LastDay = max(v.LastDay, i.Age)
	}
	v.Total = len(lifetimes)
	steps := stat.KaplanMeier(lifetimes, 1-Level)
	if len(steps) > 0 {
		v.Steps = make([]SurvivalStep, len(steps))
	}
	for n, step := range steps {
		v.Steps[n] = SurvivalStep{Day: step.Time, AtRisk: step.AtRisk, Done: step.Ended, Share: step.Share, Low: step.Low, High: step.High}
	}
	v.Median, v.MedianLow, v.MedianHigh = stat.MedianSurvival(steps)
	return v, leftOut
}
