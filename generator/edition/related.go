package edition

import (
	"cmp"
	"math"
	"slices"
	"sync"
	"sync/atomic"
)

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

// relater finds, for one incident at a time, those that are most like it. What that takes of all incidents is worked out when the first is
// asked for: a preview that shows one page has no use for the rest.
type relater struct {
	edition *Edition
	// linked are the author's own links, by the incident's number, as numbers.
	linked map[int][]int32
	memory *Memory // nil for none

	prepare sync.Once
	topics  map[any][]int32 // *Service or *Factor -> the numbers of its incidents
	days    []int           // of the incidents, counted from 1970; noDay when unknown
	texts   *vocabulary
	scratch sync.Pool // of *comparison
	// alike are the most alike of those incidents that were asked about: both the page and the JSON of an incident ask.
	alike []atomic.Pointer[[]candidate]
}

// comparison is the room that one search takes.
type comparison struct {
	like    []likeness // by number; all zero between searches
	touched []int32    // those that are not
}

// likeness is how alike an incident and the one in question are, while they are compared.
type likeness struct {
	score  float64 // what the services and factors in common weigh
	dot    int64   // the inner product of the words' weights, in units of fixedPoint
	topics int32   // services and factors in common
	words  int32   // words in common
	author bool
}

func newRelater(p *projector) *relater {
	r := &relater{edition: p.edition, linked: map[int][]int32{}, memory: p.memory}
	if len(p.linked) == 0 {
		return r
	}
	byID := make(map[string]int32, len(p.edition.Incidents))
	for n, inc := range p.edition.Incidents {
		byID[inc.ID] = int32(n)
	}
	for n, inc := range p.edition.Incidents {
		for _, id := range p.linked[inc] {
			if other, ok := byID[id]; ok && int(other) != n {
				r.linked[n] = append(r.linked[n], other)
			}
		}
	}
	return r
}

func numbers(incidents []*Incident) map[*Incident]int32 {
	number := make(map[*Incident]int32, len(incidents))
	for n, inc := range incidents {
		number[inc] = int32(n)
	}
	return number
}

// ready works out what every search needs.
func (r *relater) ready() {
	e := r.edition
	number := numbers(e.Incidents)
	positions := func(list []*Incident) []int32 {
		at := make([]int32, len(list))
		for i, inc := range list {
			at[i] = number[inc]
		}
		return at
	}
	r.alike = make([]atomic.Pointer[[]candidate], len(e.Incidents))
	r.days = make([]int, len(e.Incidents))
	for n, inc := range e.Incidents {
		r.days[n] = dayNumber(inc.Date())
	}
	r.topics = make(map[any][]int32, len(e.Factors)+len(e.Services))
	for _, f := range e.Factors {
		r.topics[f] = positions(f.Incidents)
	}
	for _, s := range e.Services {
		r.topics[s] = positions(s.Incidents)
	}
	if r.memory != nil {
		r.memory.mu.Lock()
		defer r.memory.mu.Unlock()
		r.texts = newVocabulary(e.Incidents, &r.memory.lexicon)
	} else {
		r.texts = newVocabulary(e.Incidents, &lexicon{})
	}
	r.scratch.New = func() any { return &comparison{like: make([]likeness, len(e.Incidents))} }
}

// related finds the incidents that are most like incident n: the author's own links first, then by what they have in common. A service, a
// factor or a word counts the more the rarer it is: ln(1 + incidents / incidents that have it). An incident is only shown when it shares a
// factor, or two services, or one rare service, or much of its text.
func (r *relater) related(n int) []Relation {
	r.prepare.Do(r.ready)
	incidents := r.edition.Incidents
	inc := incidents[n]
	var out []Relation
	for _, found := range r.closest(n) {
		other := incidents[found.number]
		relation := Relation{
			Incident: other, ByAuthor: found.author, Days: daysBetween(r.days[n], r.days[found.number]),
			Services: both(inc.Services, other.Services), Factors: both(inc.Factors, other.Factors),
		}
		if found.cosine >= alikeTexts {
			words := r.texts.shared(n, int(found.number))
			relation.Words = words[:min(len(words), maxRelatedWords)]
		}
		out = append(out, relation)
	}
	return out
}

// closest returns the incidents to show beside incident n, the best first.
func (r *relater) closest(n int) []candidate {
	if known := r.alike[n].Load(); known != nil {
		return *known
	}
	c := r.scratch.Get().(*comparison)
	defer r.scratch.Put(c)
	r.compare(n, c)
	threshold := r.weight(max(1, len(r.edition.Incidents)/4)) // what one service or factor weighs that a quarter of all incidents have
	most := mostAlike{days: r.days, day: r.days[n], list: make([]candidate, 0, maxRelated)}
	for _, m := range c.touched {
		l := c.like[m]
		cosine := 0.0
		if l.words > 0 {
			cosine = float64(l.dot) / (r.texts.length[n] * r.texts.length[m])
		}
		if l.author || l.topics > 1 || l.score >= threshold || l.words >= relatedWords && cosine >= relatedTexts {
			most.add(candidate{number: m, author: l.author, cosine: cosine, total: l.score + textWeight*r.weight(1)*cosine})
		}
		c.like[m] = likeness{}
	}
	c.touched = c.touched[:0]
	list := most.list
	r.alike[n].Store(&list)
	return list
}

// weight is what something counts that so many incidents have.
func (r *relater) weight(having int) float64 {
	return math.Log(1 + float64(len(r.edition.Incidents))/float64(having))
}

// compare notes what incident n has in common with each other one.
func (r *relater) compare(n int, c *comparison) {
	touch := func(m int32) *likeness {
		l := &c.like[m]
		if *l == (likeness{}) {
			c.touched = append(c.touched, m)
		}
		return l
	}
	topic := func(having []int32) {
		self, _ := slices.BinarySearch(having, int32(n))
		weight := r.weight(len(having))
		for _, m := range having[max(0, self-relatedWindow):min(len(having), self+relatedWindow+1)] {
			if int(m) != n {
				l := touch(m)
				l.score += weight
				l.topics++
			}
		}
	}
	inc := r.edition.Incidents[n]
	for _, f := range inc.Factors {
		topic(r.topics[f])
	}
	for _, s := range inc.Services {
		topic(r.topics[s])
	}
	for _, w := range r.texts.words[n] {
		square := r.texts.square[w]
		for _, m := range r.texts.having[w] {
			if int(m) != n {
				l := touch(m)
				l.dot += square
				l.words++
			}
		}
	}
	for _, m := range r.linked[n] {
		touch(m).author = true
	}
}

// candidate is an incident that is alike enough to be shown.
type candidate struct {
	number        int32
	author        bool
	cosine, total float64
}

// mostAlike keeps the best of the candidates it is given, the best first.
type mostAlike struct {
	days []int // of all incidents
	day  int   // of the one they are compared with
	list []candidate
}

func (a *mostAlike) add(c candidate) {
	if len(a.list) == maxRelated && a.compare(c, a.list[maxRelated-1]) >= 0 {
		return
	}
	at, _ := slices.BinarySearchFunc(a.list, c, a.compare)
	a.list = slices.Insert(a.list[:min(len(a.list), maxRelated-1)], at, c)
}

// compare orders candidates: the author's own first, then the more alike, then the nearer in time.
func (a *mostAlike) compare(x, y candidate) int {
	if order := cmp.Or(compareTrueFirst(x.author, y.author), cmp.Compare(y.total, x.total)); order != 0 {
		return order
	}
	return cmp.Or(
		cmp.Compare(daysBetween(a.day, a.days[x.number]), daysBetween(a.day, a.days[y.number])),
		cmp.Compare(x.number, y.number),
	)
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

// noDay is the number of a day that is unknown.
const noDay = math.MinInt

// dayNumber counts the days from 1970 to a date.
func dayNumber(d Date) int {
	if d.IsZero() {
		return noDay
	}
	return int(d.Time().Unix() / (24 * 60 * 60))
}

// daysBetween is the number of days between two days, or -1 when one is unknown.
func daysBetween(a, b int) int {
	if a == noDay || b == noDay {
		return -1
	}
	return max(a-b, b-a)
}
