package trend

import (
	"cmp"
	"slices"
	"sync"

	"debrief/generator/stat"
)

// meeting is a factor and a service, and the indexes of the incidents that have both, newest first.
type meeting struct {
	factor, service int
	at              []int
	// change compares the periods.
	change Change

	walk                sync.Once // sets the rest; see study.again
	afterFix, stillOpen []again
}

// meet finds what factors were at work on what services, and how often. All such pairs are one family.
func (s *study) meet() {
	s.cells = map[[2]int]*meeting{}
	for i := range s.Incidents {
		for _, f := range s.factorsOf[i] {
			for _, v := range s.servicesOf[i] {
				m := s.cells[[2]int{f, v}]
				if m == nil {
					m = &meeting{factor: f, service: v}
					s.cells[[2]int{f, v}] = m
					s.meetings = append(s.meetings, m)
				}
				m.at = append(m.at, i)
			}
		}
	}
	family := make([]*Change, len(s.meetings))
	for i, m := range s.meetings {
		m.change = s.changeOf(m.at)
		family[i] = &m.change
	}
	s.judge(family...)
}

// matrix counts factors against services. It returns the meetings in the order of Matrix.
func (s *study) matrix() []*meeting {
	byCount := slices.Clone(s.meetings)
	slices.SortFunc(byCount, func(a, b *meeting) int {
		return cmp.Or(
			cmp.Compare(len(b.at), len(a.at)),
			cmp.Compare(s.factors[a.factor].rank, s.factors[b.factor].rank),
			cmp.Compare(s.services[a.service].rank, s.services[b.service].rank),
		)
	})
	for _, m := range byCount {
		s.Matrix = append(s.Matrix, Cell{
			Factor: s.factors[m.factor].factor, Service: s.services[m.service].service, Incidents: s.incidents(m.at), Change: m.change,
		})
	}
	return byCount
}

// together finds factors that occur in the same incidents.
func (s *study) together() {
	withFactors := 0
	both := map[[2]int][]int{}
	for i, of := range s.factorsOf {
		if len(of) > 0 {
			withFactors++
		}
		for n, a := range of {
			for _, b := range of[n+1:] {
				pair := [2]int{a, b}
				if s.factors[b].rank < s.factors[a].rank {
					pair = [2]int{b, a}
				}
				both[pair] = append(both[pair], i)
			}
		}
	}
	table := func(together, a, b int) stat.Table {
		return stat.Table{Both: together, First: a - together, Second: b - together, Neither: withFactors - a - b + together}
	}

	// All pairs of which anything could be said are one family, those that never met included: to test only what was seen would be to
	// choose the hypotheses by their outcome.
	var tested []pair
	var p []float64
	for of, at := range both {
		a, b := &s.factors[of[0]], &s.factors[of[1]]
		t := table(len(at), len(a.at), len(b.at))
		found := pair{a: a, b: b, at: at, Pair: Pair{A: a.factor, B: b.factor, Share: t.Support(), Lift: t.Lift(), Q: 1}}
		found.P, _ = stat.Fisher(t)
		found.testable = stat.LeastFisher(t) <= Level
		tested = append(tested, found)
	}
	slices.SortFunc(tested, func(x, y pair) int {
		return cmp.Or(
			cmp.Compare(x.P, y.P), cmp.Compare(y.Lift, x.Lift), cmp.Compare(len(y.at), len(x.at)),
			cmp.Compare(x.a.rank, y.a.rank), cmp.Compare(x.b.rank, y.b.rank),
		)
	})
	for _, found := range tested {
		if found.testable {
			p = append(p, found.P)
		}
	}
	q := stat.FalseDiscovery(p, s.testablePairs(withFactors)-len(p))
	for _, found := range tested {
		if found.testable {
			found.Q, q = q[0], q[1:]
			found.Notable = found.Q <= Level
		}
		if len(found.at) > 1 {
			found.Incidents = s.incidents(found.at)
			s.Together = append(s.Together, found.Pair)
		}
	}
}

// pair is a Pair in the making.
type pair struct {
	Pair
	a, b     *topic
	at       []int
	testable bool
}

// testablePairs counts the pairs of factors that could be found to go together if they met as often as they can. There are far fewer
// different frequencies than factors.
func (s *study) testablePairs(withFactors int) int {
	frequency := map[int]int{}
	for _, f := range s.factors {
		frequency[len(f.at)]++
	}
	sum := 0
	for a, factorsA := range frequency {
		for b, factorsB := range frequency {
			pairs := factorsA * factorsB
			if a == b {
				pairs = factorsA * (factorsA - 1)
			}
			most := min(a, b)
			t := stat.Table{Both: most, First: a - most, Second: b - most, Neither: withFactors - a - b + most}
			if stat.LeastFisher(t) <= Level {
				sum += pairs
			}
		}
	}
	return sum / 2 // every pair was seen from both sides
}
