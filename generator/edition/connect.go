package edition

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// connect works out everything that joins incidents, from the incidents of this edition alone.
func (p *projector) connect() {
	e := p.edition
	slices.SortFunc(e.Incidents, newestFirst)
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
		e.Actions = append(e.Actions, inc.Actions...)
		e.Commitments = append(e.Commitments, inc.Commitments...)
	}
	p.relate()
}

// newestFirst is the order of every list of incidents: by day, then by start, both falling, then by id.
func newestFirst(a, b *Incident) int {
	return cmp.Or(
		b.Date().Time().Compare(a.Date().Time()),
		b.Started.Time.Compare(a.Started.Time),
		cmp.Compare(a.ID, b.ID),
	)
}

// How many related incidents a page shows, and how far from an incident, counted in incidents with the same service or factor, one is
// looked for. The window keeps the work linear in an archive where one service is in every second incident.
const (
	maxRelated    = 5
	relatedWindow = 200
)

// relate finds, for every incident, those that are most like it: the author's own links first, then by what they have in common. A
// service or factor counts the more the rarer it is: ln(1 + incidents / incidents that have it). An incident is only shown when it shares
// a factor, or two services, or one rare service.
func (p *projector) relate() {
	incidents := p.edition.Incidents
	number := make(map[*Incident]int, len(incidents))
	for n, inc := range incidents {
		number[inc] = n
	}
	weight := func(having int) float64 { return math.Log(1 + float64(len(incidents))/float64(having)) }
	threshold := math.Log(1 + 4) // what one service or factor weighs that a quarter of all incidents have

	for n, inc := range incidents {
		relations := map[int]*Relation{}
		scores := map[int]float64{}
		near := func(having []*Incident, found func(*Relation)) {
			self := sort.Search(len(having), func(i int) bool { return number[having[i]] >= n })
			w := weight(len(having))
			for i := max(0, self-relatedWindow); i < min(len(having), self+relatedWindow+1); i++ {
				m := number[having[i]]
				if m == n {
					continue
				}
				if relations[m] == nil {
					relations[m] = &Relation{Incident: having[i], Days: daysBetween(inc, having[i])}
				}
				scores[m] += w
				found(relations[m])
			}
		}
		for _, f := range inc.Factors {
			near(f.Incidents, func(r *Relation) { r.Factors = append(r.Factors, f) })
		}
		for _, s := range inc.Services {
			near(s.Incidents, func(r *Relation) { r.Services = append(r.Services, s) })
		}
		for _, id := range p.archive.Incident(inc.ID).RelatedIDs {
			other := p.bySource[p.archive.Incident(id).File]
			if other == nil {
				continue
			}
			m := number[other]
			if relations[m] == nil {
				relations[m] = &Relation{Incident: other, Days: daysBetween(inc, other)}
			}
			relations[m].ByAuthor = true
		}

		ranked := make([]int, 0, len(relations))
		for m, r := range relations {
			if r.ByAuthor || len(r.Factors)+len(r.Services) > 1 || scores[m] >= threshold {
				ranked = append(ranked, m)
			}
		}
		slices.SortFunc(ranked, func(a, b int) int {
			return cmp.Or(
				compareTrueFirst(relations[a].ByAuthor, relations[b].ByAuthor),
				cmp.Compare(scores[b], scores[a]),
				cmp.Compare(relations[a].Days, relations[b].Days),
				cmp.Compare(a, b),
			)
		})
		for _, m := range ranked[:min(len(ranked), maxRelated)] {
			inc.Related = append(inc.Related, *relations[m])
		}
	}
}

func compareTrueFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	default:
		return 1
	}
}

// daysBetween is the number of days between two incidents, or -1 when the day of one is unknown.
func daysBetween(a, b *Incident) int {
	x, y := a.Date(), b.Date()
	if x.IsZero() || y.IsZero() {
		return -1
	}
	days := int(x.Time().Sub(y.Time()).Hours() / 24)
	return max(days, -days)
}
