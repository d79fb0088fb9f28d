package edition

import (
	"cmp"
	"math"
	"slices"
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

// How alike two texts must be, as the cosine of their words' weights, to say so; and to be shown for that alone, with so many words in
// common. Two equal texts count as much as two services or factors that nothing else has.
const (
	alikeTexts      = 0.1
	relatedTexts    = 0.25
	relatedWords    = 3
	textWeight      = 2
	maxRelatedWords = 3
)

// likeness is how alike an incident and the one in question are, while they are compared.
type likeness struct {
	topics int     // services and factors in common
	score  float64 // what those weigh
	dot    float64 // the inner product of the words' weights
	words  int     // words in common
	author bool
}

// relate finds, for every incident, those that are most like it: the author's own links first, then by what they have in common. A
// service, a factor or a word counts the more the rarer it is: ln(1 + incidents / incidents that have it). An incident is only shown when it
// shares a factor, or two services, or one rare service, or much of its text.
func (p *projector) relate() {
	incidents := p.edition.Incidents
	number := make(map[*Incident]int, len(incidents))
	for n, inc := range incidents {
		number[inc] = n
	}
	positions := func(list []*Incident) []int32 {
		at := make([]int32, len(list))
		for i, inc := range list {
			at[i] = int32(number[inc])
		}
		return at
	}
	factors, services := map[*Factor][]int32{}, map[*Service][]int32{}
	for _, f := range p.edition.Factors {
		factors[f] = positions(f.Incidents)
	}
	for _, s := range p.edition.Services {
		services[s] = positions(s.Incidents)
	}
	weight := func(having int) float64 { return math.Log(1 + float64(len(incidents))/float64(having)) }
	threshold := weight(max(1, len(incidents)/4)) // what one service or factor weighs that a quarter of all incidents have
	texts := newVocabulary(incidents)

	like := make([]likeness, len(incidents))
	var touched []int
	touch := func(m int) *likeness {
		if like[m] == (likeness{}) {
			touched = append(touched, m)
		}
		return &like[m]
	}
	for n, inc := range incidents {
		topic := func(having []int32) {
			self, _ := slices.BinarySearch(having, int32(n))
			w := weight(len(having))
			for _, m := range having[max(0, self-relatedWindow):min(len(having), self+relatedWindow+1)] {
				if int(m) != n {
					l := touch(int(m))
					l.score += w
					l.topics++
				}
			}
		}
		for _, f := range inc.Factors {
			topic(factors[f])
		}
		for _, s := range inc.Services {
			topic(services[s])
		}
		for _, w := range texts.words[n] {
			for _, m := range texts.having[w] {
				if int(m) != n {
					l := touch(int(m))
					l.dot += texts.weight[w] * texts.weight[w]
					l.words++
				}
			}
		}
		for _, id := range p.archive.Incident(inc.ID).RelatedIDs {
			if other := p.bySource[p.archive.Incident(id).File]; other != nil && other != inc {
				touch(number[other]).author = true
			}
		}

		cosine := func(m int) float64 {
			if like[m].words == 0 {
				return 0
			}
			return like[m].dot / (texts.length[n] * texts.length[m])
		}
		total := func(m int) float64 { return like[m].score + textWeight*weight(1)*cosine(m) }
		ranked := slices.DeleteFunc(slices.Clone(touched), func(m int) bool {
			l := like[m]
			return !(l.author || l.topics > 1 || l.score >= threshold || l.words >= relatedWords && cosine(m) >= relatedTexts)
		})
		slices.SortFunc(ranked, func(a, b int) int {
			return cmp.Or(
				compareTrueFirst(like[a].author, like[b].author),
				cmp.Compare(total(b), total(a)),
				cmp.Compare(daysBetween(inc, incidents[a]), daysBetween(inc, incidents[b])),
				cmp.Compare(a, b),
			)
		})
		for _, m := range ranked[:min(len(ranked), maxRelated)] {
			other := incidents[m]
			r := Relation{
				Incident: other, ByAuthor: like[m].author, Days: daysBetween(inc, other),
				Services: both(inc.Services, other.Services), Factors: both(inc.Factors, other.Factors),
			}
			if cosine(m) >= alikeTexts {
				words := texts.shared(n, m)
				r.Words = words[:min(len(words), maxRelatedWords)]
			}
			inc.Related = append(inc.Related, r)
		}
		for _, m := range touched {
			like[m] = likeness{}
		}
		touched = touched[:0]
	}
}

// both are the things of a that b has, too.
func both[T comparable](a, b []T) []T {
	var out []T
	for _, x := range a {
		if slices.Contains(b, x) {
			out = append(out, x)
		}
	}
	return out
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
