package trend

import "debrief/generator/edition"

// verdicts says of every incident in how far it is part of something.
func (s *study) verdicts() {
	s.Trends.verdicts = make(map[*edition.Incident]Verdict, len(s.Incidents))
	for i, inc := range s.Incidents {
		s.Trends.verdicts[inc] = Verdict{Isolated: s.isolated(i)}
	}
	s.tie(s.AfterFix, func(v *Verdict, r Repeat) { v.AfterFix = append(v.AfterFix, r) }, func(v *Verdict, r Repeat) { v.AfterFixOf = append(v.AfterFixOf, r) })
	s.tie(s.StillOpen, func(v *Verdict, r Repeat) { v.StillOpen = append(v.StillOpen, r) }, func(*Verdict, Repeat) {})
}

// isolated reports whether no other incident shares a factor or a service with incident i.
func (s *study) isolated(i int) bool {
	for _, f := range s.factorsOf[i] {
		if len(s.factors[f].at) > 1 {
			return false
		}
	}
	for _, v := range s.servicesOf[i] {
		if len(s.services[v].at) > 1 {
			return false
		}
	}
	return true
}

// tie notes recurrences with both of their incidents.
func (s *study) tie(list []Repeat, later, earlier func(*Verdict, Repeat)) {
	note := func(inc *edition.Incident, r Repeat, to func(*Verdict, Repeat)) {
		v := s.Trends.verdicts[inc]
		to(&v, r)
		s.Trends.verdicts[inc] = v
	}
	for _, r := range list {
		note(r.Later, r, later)
		note(r.Earlier, r, earlier)
	}
}
