package trend

import (
	"cmp"
	"slices"
	"strings"

	"debrief/generator/edition"
)

// New works out all figures of an edition. It never fails: what is not known is counted as unknown, and no incident is not an error.
func New(e *edition.Edition, opts Options) *Trends {
	s := &study{Trends: &Trends{}, edition: e}
	s.periods(opts.AsOf)
	s.count()
	s.bins()
	s.promises()

	s.All = s.change(s.recentEnd, s.beforeEnd-s.recentEnd)
	s.judge(&s.All)
	s.severities()
	s.topics()
	s.matrix()
	s.recurrences()
	s.together()
	s.durations()
	s.detection()
	s.hours()
	s.classes()
	s.repeats()
	s.followThrough()
	s.registers()
	s.verdicts()
	return s.Trends
}

// study is the work on the figures of one edition: the figures, and what several of them are made from.
type study struct {
	*Trends
	edition *edition.Edition
	// undated are the incidents without a day: they stand in registers, where nothing is counted over time.
	undated []*edition.Incident
	// days and bin are, for each of Incidents, the number of its day and the index of its Bin.
	days, bin []int
	// Incidents[:recentEnd] lie in the recent period, Incidents[recentEnd:beforeEnd] in the one before.
	recentEnd, beforeEnd int
	// recentTime and beforeTime are how many months of each period the archive covers; 0 when too few to compare.
	recentTime, beforeTime float64
	// intervals are those of small counts, as soon as they are known.
	intervals [256][2]float64
	// factors and services are those that occur, in the order in which they are met; factorsOf and servicesOf are the indexes of each incident's.
	factors, services     []topic
	factorsOf, servicesOf [][]int
	// cells are the pairs of a factor and a service that occur, by the indexes of both; meetings are the same in the order of Matrix.
	cells    map[[2]int]*meeting
	meetings []*meeting
	// all are Incidents and, after them, undated; items are what was promised after each of them.
	all   []*edition.Incident
	items [][]Item
	// scratch is room for the patterns of one incident.
	scratch []pattern
}

// topic is a factor or a service, and the indexes of its incidents, newest first.
type topic struct {
	factor  *edition.Factor
	service *edition.Service
	name    string
	id      string
	at      []int
	// rank is its place among the names.
	rank int
	// recurrence is what is told of it.
	recurrence *Recurrence
}

// meeting is a factor and a service, and the indexes of the incidents that have both, newest first.
type meeting struct {
	factor, service int
	at              []int
	cell            Cell
}

// incidents returns the incidents at the indexes.
func (s *study) incidents(at []int) []*edition.Incident {
	if len(at) == 0 {
		return nil
	}
	out := make([]*edition.Incident, len(at))
	for i, n := range at {
		out[i] = s.Incidents[n]
	}
	return out
}

// counts tells how many of the incidents at the indexes are in each bin.
func (s *study) counts(at []int) []int {
	out := make([]int, len(s.Bins))
	for _, n := range at {
		out[s.bin[n]]++
	}
	return out
}

// topics finds the factors and services that occur.
func (s *study) topics() {
	factor, service := map[*edition.Factor]int{}, map[*edition.Service]int{}
	s.factorsOf, s.servicesOf = make([][]int, len(s.Incidents)), make([][]int, len(s.Incidents))
	for i, inc := range s.Incidents {
		for _, f := range inc.Factors {
			n, ok := factor[f]
			if !ok {
				n = len(s.factors)
				factor[f] = n
				s.factors = append(s.factors, topic{factor: f, name: f.Name, id: f.ID})
			}
			s.factorsOf[i] = s.factors[n].meet(i, n, s.factorsOf[i])
		}
		for _, v := range inc.Services {
			n, ok := service[v]
			if !ok {
				n = len(s.services)
				service[v] = n
				s.services = append(s.services, topic{service: v, name: v.Name, id: v.ID})
			}
			s.servicesOf[i] = s.services[n].meet(i, n, s.servicesOf[i])
		}
	}
	rank(s.factors)
	rank(s.services)
}

// rank notes the order of the names.
func rank(topics []topic) {
	order := make([]*topic, len(topics))
	for i := range topics {
		order[i] = &topics[i]
	}
	slices.SortFunc(order, compareTopics)
	for i, t := range order {
		t.rank = i
	}
}

func compareTopics(a, b *topic) int {
	return cmp.Or(cmp.Compare(strings.ToLower(a.name), strings.ToLower(b.name)), cmp.Compare(a.name, b.name), cmp.Compare(a.id, b.id))
}

// meet notes that incident i has the topic with the number n, once however often the incident names it.
func (t *topic) meet(i, n int, of []int) []int {
	if len(t.at) > 0 && t.at[len(t.at)-1] == i {
		return of
	}
	t.at = append(t.at, i)
	return append(of, n)
}
