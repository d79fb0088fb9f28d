package edition

import "cmp"

// connect works out everything that joins incidents, from the incidents of this edition alone.
func (p *projector) connect() {
	e := p.edition
	for _, inc := range e.Incidents {
		if inc.Severity != nil {
			inc.Severity.Incidents = append(inc.Severity.Incidents, inc)
		}
		for _, s := range inc.Services {
			s.Incidents = append(s.Incidents, inc)
		}
		for _, f := range inc.Factors {
			f.Incidents = append(f.Incidents, inc)
		}
	}
	relater := newRelater(p)
	for n, inc := range e.Incidents {
		inc.Relate = func() []Relation { return relater.related(n) }
	}
}

// newestFirst is the order of every list of incidents: by day, then by start, both falling, then by id.
func newestFirst(a, b *Incident) int {
	if order := compareDates(b.Date(), a.Date()); order != 0 {
		return order
	}
	return cmp.Or(b.Started.Time.Compare(a.Started.Time), cmp.Compare(a.ID, b.ID))
}

// compareDates orders days; one that is unknown comes before all others.
func compareDates(a, b Date) int {
	switch {
	case a.Year != b.Year:
		return cmp.Compare(a.Year, b.Year)
	case a.Month != b.Month:
		return cmp.Compare(a.Month, b.Month)
	default:
		return cmp.Compare(a.Day, b.Day)
	}
}
