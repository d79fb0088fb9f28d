package trend

import "debrief/generator/edition"

// New works out all figures of an edition. It never fails: what is not known is counted as unknown, and no incident is not an error.
func New(e *edition.Edition, opts Options) *Trends {
	s := &study{Trends: &Trends{}, edition: e}
	s.periods(opts.AsOf)
	s.count()
	s.bins()
	s.promises()

	s.All = s.change(s.recentEnd, s.beforeEnd-s.recentEnd)
	s.overall = append(s.overall, &s.All)
	s.severities()
	s.topics()
	s.matrix()
	s.recurrences()
	s.together()
	s.durations()
	s.detection()
	s.hours()
	s.classes()
	s.judge(s.overall...)
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
