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
	s.items = map[*edition.Incident][]Item{}
	add := func(inc *edition.Incident) {
		if items := s.itemsOf(inc); len(items) > 0 {
			s.items[inc] = items
			s.FollowThrough.Items = append(s.FollowThrough.Items, items...)
		}
	}
	for _, inc := range s.Incidents {
		add(inc)
	}
	for _, inc := range s.undated {
		add(inc)
	}
}

func (s *study) itemsOf(inc *edition.Incident) []Item {
	var items []Item
	if s.edition.Audience == edition.Internal || len(inc.Commitments) == 0 {
		for _, a := range inc.Actions {
			items = append(items, s.asOf(Item{
				Incident: inc, Action: a, Text: a.Text, Status: a.Status, Due: a.Due, Slipped: a.Slipped, Completed: a.Completed, Type: a.Type,
			}))
		}
		return items
	}
	for _, c := range inc.Commitments {
		items = append(items, s.asOf(Item{
			Incident: inc, Commitment: c, Text: c.Text, Status: c.Status, Due: c.Due, Slipped: c.Slipped, Completed: c.Completed,
		}))
	}
	return items
}

// asOf sets what an item was at the end of the data: one that was done later was open then.
func (s *study) asOf(i Item) Item {
	if i.Status == edition.Done && plausible(i.Completed) && dayNumber(i.Completed) > dayNumber(s.End) {
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
	return i
}

// claimsFix reports whether an item is meant to keep the failure from coming back, or from doing harm. Detecting it sooner and changing
// how people work do not claim that.
func (i Item) claimsFix() bool {
	return i.Type == "prevent" || i.Type == "mitigate" || i.Type == ""
}

// doneOn returns the number of the day on which it was done, if that is known.
func (i Item) doneOn() (day int, ok bool) {
	if i.Status != edition.Done || !plausible(i.Completed) {
		return 0, false
	}
	return dayNumber(i.Completed), true
}

// followThrough counts what became of the promises.
func (s *study) followThrough() {
	f := &s.FollowThrough
	for _, i := range f.Items {
		switch {
		case i.Unfinished():
			f.Open++
			f.Oldest = append(f.Oldest, i)
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
			f.Slips = append(f.Slips, i)
		}
	}
	// Sorting is stable: among equals the newest incident stays first.
	slices.SortStableFunc(f.Oldest, func(a, b Item) int { return cmp.Compare(b.Age, a.Age) })
	slices.SortStableFunc(f.Slips, func(a, b Item) int { return cmp.Compare(len(b.Slipped), len(a.Slipped)) })
	f.Survival, f.LeftOut = survival(f.Items)
	s.byType()
}

// types are the kinds of actions in the order in which they are shown; the last is unstated, and takes what none of the others is.
var types = []string{"prevent", "detect", "mitigate", "process", ""}

func (s *study) byType() {
	f := &s.FollowThrough
	if len(f.Items) == 0 {
		return
	}
	split := make([][]Item, len(types))
	for _, i := range f.Items {
		n := slices.Index(types, i.Type)
		if n < 0 {
			n = len(types) - 1
		}
		split[n] = append(split[n], i)
	}
	for n, name := range types {
		row := TypeRow{Type: name, Total: len(split[n])}
		for _, i := range split[n] {
			switch {
			case i.Unfinished():
				row.Open++
			case i.Status == edition.Done:
				row.Done++
			default:
				row.Dropped++
			}
		}
		row.Survival, _ = survival(split[n])
		f.ByType = append(f.ByType, row)
	}
}

// survival estimates how long promises stay open, and counts those that cannot tell.
func survival(items []Item) (Survival, int) {
	var v Survival
	var lifetimes []stat.Lifetime
	leftOut := 0
	for _, i := range items {
		if i.Age < 0 || i.Status == edition.Dropped {
			leftOut++
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
	for _, step := range steps {
		v.Steps = append(v.Steps, SurvivalStep{Day: step.Time, AtRisk: step.AtRisk, Done: step.Ended, Share: step.Share, Low: step.Low, High: step.High})
	}
	v.Median, v.MedianLow, v.MedianHigh = stat.MedianSurvival(steps)
	return v, leftOut
}
