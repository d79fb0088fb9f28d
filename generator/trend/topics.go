package trend

import (
	"cmp"
	"slices"
	"strings"

	"debrief/generator/edition"
)

// topic is a factor or a service, and the indexes of its incidents, newest first.
type topic struct {
	factor  *edition.Factor
	service *edition.Service
	name    string
	id      string
	at      []int
	// rank is its place among the names.
	rank int
	// change compares the periods.
	change Change
	// recurrence is what is told of it.
	recurrence *Recurrence
}

// topics finds the factors and services that occur.
func (s *study) topics() {
	factor, service := map[*edition.Factor]int{}, map[*edition.Service]int{}
	s.factorsOf, s.servicesOf = make([][]int, len(s.Incidents)), make([][]int, len(s.Incidents))
	total := 0
	for _, inc := range s.Incidents {
		total += len(inc.Factors) + len(inc.Services)
	}
	room := make([]int, total) // for all these lists at once
	list := func(n int) (empty []int) {
		empty, room = room[:0:n], room[n:]
		return empty
	}
	for i, inc := range s.Incidents {
		s.factorsOf[i], s.servicesOf[i] = list(len(inc.Factors)), list(len(inc.Services))
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

// judgeTopics compares the periods for each of the factors, or of the services, which are one family.
func (s *study) judgeTopics(topics []topic) {
	family := make([]*Change, len(topics))
	for i := range topics {
		topics[i].change = s.changeOf(topics[i].at)
		family[i] = &topics[i].change
	}
	s.judge(family...)
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
