package trend

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"debrief/generator/edition"
)

// repeats finds the same factor on the same service after a fix for it was done, and while one was open.
func (s *study) repeats() {
	fixes := s.fixes()
	for _, m := range s.meetings {
		s.repeatsOf(m, fixes)
	}
	for _, list := range [][]Repeat{s.AfterFix, s.StillOpen} {
		slices.SortStableFunc(list, func(a, b Repeat) int {
			return cmp.Or(
				newestFirst(a.Later, b.Later),
				newestFirst(a.Earlier, b.Earlier),
				cmp.Compare(strings.ToLower(a.Factor.Name), strings.ToLower(b.Factor.Name)), cmp.Compare(a.Factor.ID, b.Factor.ID),
				cmp.Compare(strings.ToLower(a.Service.Name), strings.ToLower(b.Service.Name)), cmp.Compare(a.Service.ID, b.Service.ID),
			)
		})
	}
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
	for n, inc := range s.Incidents {
		f := fix{first: math.MaxInt, last: math.MinInt}
		for _, i := range s.items[inc] {
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

// repeatsOf walks through the incidents of one factor on one service, the oldest first, and finds for each the nearest earlier one that
// had been fixed before it, and the nearest that had not been fixed by its day. Both searches take about as many steps as there are
// incidents: a fix that is done stays done, and an incident whose actions are finished never has open ones again.
func (s *study) repeatsOf(m *meeting, fixes []fix) {
	byFix := slices.Clone(m.at)
	slices.SortFunc(byFix, func(a, b int) int { return cmp.Or(cmp.Compare(fixes[a].first, fixes[b].first), cmp.Compare(b, a)) })
	fixed := len(s.Incidents) // the nearest one with a fix: the lower the index, the newer
	var open []int            // those with unfinished actions, the nearest on top
	next := len(m.at) - 1     // the next that may go onto open
	for k := len(m.at) - 1; k >= 0; k-- {
		later := m.at[k]
		day := s.days[later]
		for len(byFix) > 0 && fixes[byFix[0]].first < day {
			fixed = min(fixed, byFix[0])
			byFix = byFix[1:]
		}
		for ; next > k && s.days[m.at[next]] < day; next-- {
			open = append(open, m.at[next])
		}
		for len(open) > 0 && fixes[open[len(open)-1]].last <= day {
			open = open[:len(open)-1]
		}
		if fixed < len(s.Incidents) {
			s.AfterFix = append(s.AfterFix, s.repeat(m, fixed, later, func(i Item) bool {
				done, ok := i.doneOn()
				return ok && done < day
			}))
		}
		if len(open) > 0 {
			s.StillOpen = append(s.StillOpen, s.repeat(m, open[len(open)-1], later, func(i Item) bool {
				done, ok := i.doneOn()
				return i.Unfinished() || ok && done > day
			}))
		}
	}
}

func (s *study) repeat(m *meeting, earlier, later int, which func(Item) bool) Repeat {
	r := Repeat{
		Factor: m.cell.Factor, Service: m.cell.Service, Earlier: s.Incidents[earlier], Later: s.Incidents[later],
		Days: s.days[later] - s.days[earlier],
	}
	for _, i := range s.items[r.Earlier] {
		if i.claimsFix() && which(i) {
			r.Items = append(r.Items, i)
		}
	}
	return r
}

// newestFirst is the order of incidents in every list.
func newestFirst(a, b *edition.Incident) int {
	return cmp.Or(b.Date().Time().Compare(a.Date().Time()), b.Started.Time.Compare(a.Started.Time), cmp.Compare(a.ID, b.ID))
}
