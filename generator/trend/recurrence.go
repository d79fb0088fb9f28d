package trend

import (
	"cmp"
	"slices"

	"debrief/generator/stat"
)

// recurrences tells how often each factor and each service returns.
func (s *study) recurrences(byCount []*meeting) {
	s.Factors, s.Services = s.recurrencesOf(s.factors), s.recurrencesOf(s.services)
	for n, m := range byCount {
		f, v := s.factors[m.factor].recurrence, s.services[m.service].recurrence
		f.With, v.With = append(f.With, s.Matrix[n]), append(v.With, s.Matrix[n])
	}
}

func (s *study) recurrencesOf(topics []topic) []*Recurrence {
	order := make([]*topic, len(topics))
	for i := range topics {
		t := &topics[i]
		t.recurrence = s.recurrence(t)
		order[i] = t
	}
	slices.SortFunc(order, func(a, b *topic) int {
		x, y := a.recurrence, b.recurrence
		return cmp.Or(
			cmp.Compare(moreFirst(x.Judgement), moreFirst(y.Judgement)),
			cmp.Compare(y.Recent, x.Recent),
			cmp.Compare(y.Open, x.Open),
			cmp.Compare(len(y.Incidents), len(x.Incidents)),
			cmp.Compare(a.rank, b.rank),
		)
	})
	var out []*Recurrence
	for _, t := range order {
		out = append(out, t.recurrence)
	}
	return out
}

func moreFirst(j Judgement) int {
	if j == More {
		return 0
	}
	return 1
}

func (s *study) recurrence(t *topic) *Recurrence {
	newest, oldest := s.Incidents[t.at[0]], s.Incidents[t.at[len(t.at)-1]]
	r := &Recurrence{
		Factor: t.factor, Service: t.service, Name: t.name,
		Incidents: s.incidents(t.at), Change: t.change, Counts: s.counts(t.at),
		First: oldest.Date(), Last: newest.Date(), MedianGap: -1, GapLow: -1, GapHigh: -1,
	}
	if s.recentEnd > 0 {
		r.Share = float64(r.Recent) / float64(s.recentEnd)
	}
	s.gaps(r, t.at)
	last := s.days[t.at[0]]
	for _, n := range t.at {
		for k := range s.items[n] {
			switch item := &s.items[n][k]; {
			case item.Unfinished():
				r.Open++
			case item.holdsSince(last):
				r.Helped = append(r.Helped, *item)
			}
		}
	}
	slices.SortStableFunc(r.Helped, func(a, b Item) int { return cmp.Compare(dayNumber(b.Completed), dayNumber(a.Completed)) })
	return r
}

// holdsSince reports whether the item is a fix that was done on the day of the last incident or after it.
func (i *Item) holdsSince(last int) bool {
	day, ok := i.doneOn()
	return ok && i.claimsFix() && day >= last
}

// gaps measures the days from one incident to the next.
func (s *study) gaps(r *Recurrence, at []int) {
	if len(at) < 3 {
		return
	}
	gaps := make([]int, 0, len(at)-1)
	for i := 1; i < len(at); i++ {
		gaps = append(gaps, s.days[at[i-1]]-s.days[at[i]])
	}
	slices.Sort(gaps)
	r.MedianGap = (gaps[(len(gaps)-1)/2] + gaps[len(gaps)/2] + 1) / 2
	if low, high, ok := stat.QuantileInterval(len(gaps), 0.5, 1-Level); ok {
		r.GapLow, r.GapHigh = gaps[low], gaps[high]
	}
}
