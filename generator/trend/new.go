package trend

import (
	"sync"

	"debrief/generator/edition"
)

// New works out all figures of an edition. It never fails: what is not known is counted as unknown, and no incident is not an error.
func New(e *edition.Edition, opts Options) *Trends { return Begin(e, opts).Trends() }

// Study is an edition whose trends are worked out as far as they are asked for: the verdict on one incident takes a small part of the work
// that all figures take, and whoever shows one page while somebody writes waits for no more than that. What was worked out once stays; a
// Study may be asked from any goroutine.
type Study struct {
	patterns func() *study
	all      func() *Trends
}

// Begin returns the study of an edition. Nothing is worked out yet.
func Begin(e *edition.Edition, opts Options) *Study {
	s := &Study{patterns: sync.OnceValue(func() *study { return newStudy(e, opts) })}
	s.all = sync.OnceValue(func() *Trends {
		work := s.patterns()
		work.figures()
		return work.Trends
	})
	return s
}

// Trends returns all figures.
func (s *Study) Trends() *Trends { return s.all() }

// Verdict returns what is to be said of an incident of the edition; the zero Verdict for one that is not counted.
func (s *Study) Verdict(inc *edition.Incident) Verdict { return s.patterns().verdictOn(inc) }

// study is the work on the figures of one edition: the figures, and what several of them are made from.
//
// It is done in two parts. The first finds the patterns, which verdicts are about: the factors and services, alone and together, and how
// often each was met. The second makes the figures from them, and changes nothing of the first.
type study struct {
	*Trends
	edition *edition.Edition
	// overall are the changes that divide all incidents by something else than a factor or service: they are one family, and that of all
	// incidents stands in it.
	overall []*Change
	// undated are the incidents without a day: they stand in registers, where nothing is counted over time.
	undated []*edition.Incident
	// days and bin are, for each of Incidents, the number of its day and the index of its Bin.
	days, bin []int
	// Incidents[:recentEnd] lie in the recent period, Incidents[recentEnd:beforeEnd] in the one before.
	recentEnd, beforeEnd int
	// recentTime and beforeTime are how many months of each period the archive covers; 0 when too few to compare.
	recentTime, beforeTime float64
	// intervals are those of small counts, and tests the p values of pairs of them, as soon as they are known.
	intervals [256][2]float64
	tests     map[[2]int]float64
	// factors and services are those that occur, in the order in which they are met; factorsOf and servicesOf are the indexes of each incident's.
	factors, services     []topic
	factorsOf, servicesOf [][]int
	// cells are the pairs of a factor and a service that occur, by the indexes of both; meetings are the same in the order in which they are
	// met.
	cells    map[[2]int]*meeting
	meetings []*meeting
	// all are Incidents and, after them, undated; items are what was promised after each of them.
	all   []*edition.Incident
	items [][]Item
}

// newStudy finds the patterns of an edition.
func newStudy(e *edition.Edition, opts Options) *study {
	s := &study{Trends: &Trends{}, edition: e, tests: map[[2]int]float64{}}
	s.Trends.study = s
	s.periods(opts.AsOf)
	s.count()
	s.topics()
	s.meet()
	s.judgeTopics(s.factors)
	s.judgeTopics(s.services)
	return s
}

// figures works out all figures.
func (s *study) figures() {
	s.bins()
	s.promises()

	s.All = s.change(s.recentEnd, s.beforeEnd-s.recentEnd)
	s.overall = append(s.overall, &s.All)
	s.severities()
	byCount := s.matrix()
	s.recurrences(byCount)
	s.together()
	s.durations()
	s.detection()
	s.hours()
	s.classes()
	s.judge(s.overall...)
	s.repeats()
	s.followThrough()
	s.registers()
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
