package trend

import (
	"cmp"
	"math"
	"slices"

	"debrief/generator/edition"
)

// repeats finds the same factor on the same service after a fix for it was done, and while one was open.
func (s *study) repeats() {
	var afterFix, stillOpen []again
	for _, m := range s.meetings {
		s.walk(m)
		afterFix, stillOpen = append(afterFix, m.afterFix...), append(stillOpen, m.stillOpen...)
	}
	of := func(n int) []Item { return s.items[n] }
	s.AfterFix = s.repeatsFrom(afterFix, of, wasDone)
	s.StillOpen = s.repeatsFrom(stillOpen, of, wasOpen)
}

// wasDone and wasOpen report whether an item was done before a day, or was not done by then.
func wasDone(i *Item, day int) bool {
	done, ok := i.doneOn()
	return ok && done < day
}

func wasOpen(i *Item, day int) bool {
	done, ok := i.doneOn()
	return i.Unfinished() || ok && done > day
}

// repeatsOf finds the recurrences in which incident i is the later one, and those after a fix in which it is the earlier.
func (s *study) repeatsOf(i int) (afterFix, stillOpen, afterFixOf []Repeat) {
	var after, open, since []again
	for _, f := range s.factorsOf[i] {
		for _, v := range s.servicesOf[i] {
			m := s.cells[[2]int{f, v}]
			s.walk(m)
			after, open = append(after, at(m.afterFix, i, again.byLater)...), append(open, at(m.stillOpen, i, again.byLater)...)
			since = append(since, at(m.afterFix, i, again.byEarlier)...)
		}
	}
	of := func(n int) []Item { return s.promised(nil, s.Incidents[n]) }
	return s.repeatsFrom(after, of, wasDone), s.repeatsFrom(open, of, wasOpen), s.repeatsFrom(since, of, wasDone)
}

// again is a Repeat in the making: the indexes of the two incidents.
type again struct {
	later, earlier int
	*meeting
}

func (a again) byLater() int   { return a.later }
func (a again) byEarlier() int { return a.earlier }

// at returns the recurrences of one meeting, the oldest first, that have incident i as the later or the earlier one: both only grow newer.
func at(list []again, i int, which func(again) int) []again {
	from, _ := slices.BinarySearchFunc(list, i, func(a again, i int) int { return cmp.Compare(i, which(a)) })
	to := from
	for to < len(list) && which(list[to]) == i {
		to++
	}
	return list[from:to]
}

// repeatsFrom makes Repeats, the newest first, with the items of the earlier incident that are meant by the day of the later one.
func (s *study) repeatsFrom(list []again, items func(n int) []Item, meant func(i *Item, day int) bool) []Repeat {
	if len(list) == 0 {
		return nil
	}
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
			Factor: s.factors[a.factor].factor, Service: s.services[a.service].service, Earlier: s.Incidents[a.earlier], Later: s.Incidents[a.later],
			Days: s.days[a.later] - s.days[a.earlier],
		}
		last[a.earlier] = chosen(items(a.earlier), last[a.earlier], func(i *Item) bool { return i.claimsFix() && meant(i, s.days[a.later]) })
		out[n].Items = last[a.earlier]
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

// fixes returns the fixes of the incidents of a meeting.
func (s *study) fixes(m *meeting) []fix {
	fixes := make([]fix, len(m.at))
	var items []Item
	for k, n := range m.at {
		f := fix{first: math.MaxInt, last: math.MinInt}
		items = s.promised(items[:0], s.Incidents[n])
		for k := range items {
			i := &items[k]
			if !i.claimsFix() {
				continue
			}
			if i.Unfinished() {
				f.last = math.MaxInt
			} else if day, ok := i.doneOn(); ok {
				f.first, f.last = min(f.first, max(day, s.days[n])), max(f.last, day)
			}
		}
		fixes[k] = f
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

// walk goes through the incidents of one factor on one service, the oldest first, and finds for each the nearest earlier one that had been
// fixed before it, and the nearest that had not been fixed by its day. Both searches take about as many steps as there are incidents: a fix
// that is done stays done, and an incident whose actions are finished never has open ones again.
func (s *study) walk(m *meeting) {
	m.walk.Do(func() {
		if len(m.at) < 2 {
			return
		}
		fixes := s.fixes(m)
		byFix := make([]int, len(m.at)) // numbers of m.at
		for k := range byFix {
			byFix[k] = k
		}
		slices.SortFunc(byFix, func(a, b int) int { return cmp.Or(cmp.Compare(fixes[a].first, fixes[b].first), cmp.Compare(b, a)) })
		fixed := len(m.at)    // the nearest one with a fix: the lower the number, the newer
		var unfixed []int     // those with unfinished actions, the nearest on top
		next := len(m.at) - 1 // the next that may go onto unfixed
		for k := len(m.at) - 1; k >= 0; k-- {
			day := s.days[m.at[k]]
			for len(byFix) > 0 && fixes[byFix[0]].first < day {
				fixed = min(fixed, byFix[0])
				byFix = byFix[1:]
			}
			for ; next > k && s.days[m.at[next]] < day; next-- {
				unfixed = append(unfixed, next)
			}
			for len(unfixed) > 0 && fixes[unfixed[len(unfixed)-1]].last <= day {
				unfixed = unfixed[:len(unfixed)-1]
			}
			if fixed < len(m.at) {
				m.afterFix = append(m.afterFix, again{m.at[k], m.at[fixed], m})
			}
			if len(unfixed) > 0 {
				m.stillOpen = append(m.stillOpen, again{m.at[k], m.at[unfixed[len(unfixed)-1]], m})
			}
		}
	})
}

// newestFirst is the order of incidents in every list.
func newestFirst(a, b *edition.Incident) int {
	if order := compareDates(b.Date(), a.Date()); order != 0 {
		return order
	}
	return cmp.Or(b.Started.Time.Compare(a.Started.Time), cmp.Compare(a.ID, b.ID))
}
