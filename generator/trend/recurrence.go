package trend

import (
	"cmp"
	"slices"
	"strings"
)

// matrix counts factors against services.
func (s *study) matrix() {
	s.cells = map[[2]int]*meeting{}
	var order []*meeting
	for i := range s.Incidents {
		for _, f := range s.factorsOf[i] {
			for _, v := range s.servicesOf[i] {
				m := s.cells[[2]int{f, v}]
				if m == nil {
					m = &meeting{factor: f, service: v}
					s.cells[[2]int{f, v}] = m
					order = append(order, m)
				}
				m.at = append(m.at, i)
			}
		}
	}
	for _, m := range order {
		m.cell = Cell{Factor: s.factors[m.factor].factor, Service: s.services[m.service].service, Incidents: s.incidents(m.at)}
	}
	slices.SortFunc(order, func(a, b *meeting) int {
		return cmp.Or(
			cmp.Compare(len(b.at), len(a.at)),
			compareTopics(&s.factors[a.factor], &s.factors[b.factor]),
			compareTopics(&s.services[a.service], &s.services[b.service]),
		)
	})
	s.meetings = order
	for _, m := range order {
		s.Matrix = append(s.Matrix, m.cell)
	}
}

func compareTopics(a, b *topic) int {
	return cmp.Or(cmp.Compare(strings.ToLower(a.name), strings.ToLower(b.name)), cmp.Compare(a.name, b.name), cmp.Compare(a.id, b.id))
}

// recurrences tells how often each factor and each service returns.
func (s *study) recurrences() {
	s.Factors, s.Services = s.recurrencesOf(s.factors), s.recurrencesOf(s.services)
	for _, m := range s.meetings {
		f, v := s.factors[m.factor].recurrence, s.services[m.service].recurrence
		f.With, v.With = append(f.With, m.cell), append(v.With, m.cell)
	}
}

func (s *study) recurrencesOf(topics []topic) []*Recurrence {
	out := make([]*Recurrence, len(topics))
	family := make([]*Change, len(topics))
	for i := range topics {
		topics[i].recurrence = s.recurrence(&topics[i])
		out[i], family[i] = topics[i].recurrence, &topics[i].recurrence.Change
	}
	judge(family...)
	slices.SortFunc(out, func(a, b *Recurrence) int {
		return cmp.Or(
			cmp.Compare(moreFirst(a.Judgement), moreFirst(b.Judgement)),
			cmp.Compare(b.Recent, a.Recent),
			cmp.Compare(b.Open, a.Open),
			cmp.Compare(len(b.Incidents), len(a.Incidents)),
			cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)),
			cmp.Compare(a.id(), b.id()),
		)
	})
	return out
}

func moreFirst(j Judgement) int {
	if j == More {
		return 0
	}
	return 1
}

func (r *Recurrence) id() string {
	if r.Factor != nil {
		return r.Factor.ID
	}
	return r.Service.ID
}

func (s *study) recurrence(t *topic) *Recurrence {
	newest, oldest := s.Incidents[t.at[0]], s.Incidents[t.at[len(t.at)-1]]
	r := &Recurrence{
		Factor: t.factor, Service: t.service, Name: t.name,
		Incidents: s.incidents(t.at), Change: s.changeOf(t.at), Counts: s.counts(t.at),
		First: oldest.Date(), Last: newest.Date(), MedianGap: -1, GapLow: -1, GapHigh: -1,
	}
	if s.recentEnd > 0 {
		r.Share = float64(r.Recent) / float64(s.recentEnd)
	}
	s.gaps(r, t.at)
	last := s.days[t.at[0]]
	for _, inc := range r.Incidents {
		for _, item := range s.items[inc] {
			switch {
			case item.Unfinished():
				r.Open++
			case item.holdsSince(last):
				r.Helped = append(r.Helped, item)
			}
		}
	}
	slices.SortStableFunc(r.Helped, func(a, b Item) int { return cmp.Compare(dayNumber(b.Completed), dayNumber(a.Completed)) })
	return r
}

// holdsSince reports whether the item is a fix that was done on the day of the last incident or after it.
func (i Item) holdsSince(last int) bool {
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
}
