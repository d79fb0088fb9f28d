package trend

import (
	"cmp"
	"math"
	"slices"

	"debrief/generator/edition"
)

// repeats finds the same factor on the same service after a fix for it was done, and while one was open.
func (s *study) repeats() {
	fixes := s.fixes()
	var afterFix, stillOpen []again
	for _, m := range s.meetings {
		afterFix, stillOpen = s.again(m, fixes, afterFix, stillOpen)
	}
	s.AfterFix = s.repeatsFrom(afterFix, func(i *Item, day int) bool {
		done, ok := i.doneOn()
		return ok && done < day
	})
	s.StillOpen = s.repeatsFrom(stillOpen, func(i *Item, day int) bool {
		done, ok := i.doneOn()
		return i.Unfinished() || ok && done > day
	})
}

// again is a Repeat in the making: the indexes of the two incidents.
type again struct {
	later, earlier int
	*meeting
}

// repeatsFrom makes Repeats, the newest first, with the items of the earlier incident that are meant by the day of the later one.
func (s *study) repeatsFrom(list []again, meant func(i *Item, day int) bool) []Repeat {
	slices.SortFunc(list, func(a, b again) int {
		return cmp.Or(
			cmp.Compare(a.later, b.later), cmp.Compare(a.earlier, b.earlier),
			cmp.Compare(s.factors[a.factor].rank, s.factors[b.factor].rank), cmp.Compare(s.services[a.service].rank, s.services[b.service].rank),
		)
	})
	out := make([]Repeat, len(list))
	last := map[int][]Item{} // by earlier incident: what was meant the last time
	for n, a := range list {
		out[n] = Repeat{
			Factor: a.cell.Factor, Service: a.cell.Service, Earlier: s.Incidents[a.earlier], Later: s.Incidents[a.later],
			Days: s.days[a.later] - s.days[a.earlier],
		}
		last[a.earlier] = chosen(s.items[a.earlier], last[a.earlier], func(i *Item) bool { return i.claimsFix() && meant(i, s.days[a.later]) })
		out[n].Items = last[a.earlier]
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// fix is when the actions of one incident that claim to fix something were finished, as numbers of days.
type fix struct {
	// first is the day of the first that was done, never before the incident itself; none is math.MaxInt.
	first int
	// last is the day until which something was unfinished; none is math.MinInt, still open is math.MaxInt.
	last int
}

func (s *study) fixes() []fix {
	fixes := make([]fix, len(s.Incidents))
	for n := range s.Incidents {
		f := fix{first: math.MaxInt, last: math.MinInt}
		for k := range s.items[n] {
			i := &s.items[n][k]
			if !i.claimsFix() {
				continue
			}
			if i.Unfinished() {
				f.last = math.MaxInt
			} else if day, ok := i.doneOn(); ok {
				f.first, f.last = min(f.first, max(day, s.days[n])), max(f.last, day)
			}
		}
		fixes[n] = f
	}
	return fixes
}

// chosen returns the items that are meant. The days that are asked for only fall, so that ever fewer are done and ever more are open: where as
// many are meant as the last time they are the same ones, and one list serves all of what may be thousands of recurrences.
func chosen(items, last []Item, meant func(*Item) bool) []Item {
	many := 0
	for k := range items {
		if meant(&items[k]) {
			many++
		}
	}
	switch many {
	case len(items):
		return items
	case len(last):
		return last
	}
	out := make([]Item, 0, many)
	for k := range items {
		if meant(&items[k]) {
			out = append(out, items[k])
		}
	}
	return out
}

// again walks through the incidents of one factor on one service, the oldest first, and finds for each the nearest earlier one that had
// been fixed before it, and the nearest that had not been fixed by its day. Both searches take about as many steps as there are incidents: a
// fix that is done stays done, and an incident whose actions are finished never has open ones again.
func (s *study) again(m *meeting, fixes []fix, afterFix, stillOpen []again) (after, open []again) {
	if len(m.at) < 2 {
		return afterFix, stillOpen
	}
	byFix := slices.Clone(m.at)
	slices.SortFunc(byFix, func(a, b int) int { return cmp.Or(cmp.Compare(fixes[a].first, fixes[b].first), cmp.Compare(b, a)) })
	fixed := len(s.Incidents) // the nearest one with a fix: the lower the index, the newer
	var unfixed []int         // those with unfinished actions, the nearest on top
	next := len(m.at) - 1     // the next that may go onto unfixed
	for k := len(m.at) - 1; k >= 0; k-- {
		later := m.at[k]
		day := s.days[later]
		for len(byFix) > 0 && fixes[byFix[0]].first < day {
			fixed = min(fixed, byFix[0])
			byFix = byFix[1:]
		}
		for ; next > k && s.days[m.at[next]] < day; next-- {
			unfixed = append(unfixed, m.at[next])
		}
		for len(unfixed) > 0 && fixes[unfixed[len(unfixed)-1]].last <= day {
			unfixed = unfixed[:len(unfixed)-1]
		}
		if fixed < len(s.Incidents) {
			afterFix = append(afterFix, again{later, fixed, m})
		}
		if len(unfixed) > 0 {
			stillOpen = append(stillOpen, again{later, unfixed[len(unfixed)-1], m})
		}
	}
	return afterFix, stillOpen
}

// newestFirst is the order of incidents in every list.
func newestFirst(a, b *edition.Incident) int {
	return cmp.Or(b.Date().Time().Compare(a.Date().Time()), b.Started.Time.Compare(a.Started.Time), cmp.Compare(a.ID, b.ID))
}
