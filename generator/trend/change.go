package trend

import (
	"cmp"
	"slices"

	"debrief/generator/edition"
	"debrief/generator/stat"
)

// leastBefore is how many days of the earlier period an archive must cover to be compared with the recent one. In fewer days the first
// incident, which is the reason that the archive begins there, would weigh too much.
const leastBefore = 182

// daysInMonth is how long a month is on average.
const daysInMonth = 365.2425 / 12

// exposure sets how long each period was watched, in months. Two full periods are equally long, leap day or not.
func (s *study) exposure() {
	s.recentTime, s.beforeTime = 12, 12
	switch days := s.Before.Days(); {
	case s.Recent.Has(s.First):
		s.recentTime, s.beforeTime = max(1, float64(daysFrom(s.First, s.End)+1)/daysInMonth), 0
	case days < leastBefore || len(s.Incidents) == 0:
		s.beforeTime = 0
	case s.Before.From != dayAfter(yearBefore(s.Before.To)):
		s.beforeTime = float64(days) / daysInMonth
	}
	s.recentTime = min(s.recentTime, 12)
	s.Comparable = s.beforeTime > 0
}

// change compares the periods for a number of incidents in each. It is not yet judged.
func (s *study) change(recent, before int) Change {
	c := Change{Recent: recent, Before: before, Q: 1, Judgement: TooFew}
	c.P = s.test(recent, before)
	low, high := s.interval(recent)
	c.Rate, c.RateLow, c.RateHigh = float64(recent)/s.recentTime, low/s.recentTime, high/s.recentTime
	return c
}

// test returns the p value for two counts. Most counts are small, and most pairs of them occur many times.
func (s *study) test(recent, before int) float64 {
	pair := [2]int{recent, before}
	p, ok := s.tests[pair]
	if !ok {
		p = stat.RateTest(recent, before, s.recentTime, s.beforeTime)
		s.tests[pair] = p
	}
	return p
}

// interval returns the interval for a count. Most counts are small and occur many times.
func (s *study) interval(n int) (low, high float64) {
	if n >= len(s.intervals) {
		return stat.PoissonInterval(n, 1-Level)
	}
	known := &s.intervals[n]
	if known[1] == 0 {
		known[0], known[1] = stat.PoissonInterval(n, 1-Level)
	}
	return known[0], known[1]
}

// changeOf compares the periods for the incidents at the indexes.
func (s *study) changeOf(at []int) Change {
	recent, _ := slices.BinarySearch(at, s.recentEnd)
	both, _ := slices.BinarySearch(at, s.beforeEnd)
	return s.change(recent, both-recent)
}

// judge says what the changes of one family mean. Those that could not be called changes however their incidents were divided are too few,
// and are no part of the family: they were never in question (R. E. Tarone, "A modified Bonferroni method for discrete data", Biometrics 46,
// 1990; with the correction of Benjamini and Hochberg: P. B. Gilbert, Applied Statistics 54, 2005).
func (s *study) judge(changes ...*Change) {
	var family []*Change
	var p []float64
	for _, c := range changes {
		if stat.CanDiffer(c.Recent+c.Before, s.recentTime, s.beforeTime, Level) {
			family, p = append(family, c), append(p, c.P)
		}
	}
	for i, q := range stat.FalseDiscovery(p, 0) {
		c := family[i]
		c.Q = q
		switch {
		case q > Level:
			c.Judgement = Normal
		case float64(c.Recent)*s.beforeTime > float64(c.Before)*s.recentTime:
			c.Judgement = More
		default:
			c.Judgement = Less
		}
	}
}

// severities counts incidents by severity, over the periods and over the bins.
func (s *study) severities() {
	at := map[*edition.Severity][]int{}
	for i, inc := range s.Incidents {
		at[inc.Severity] = append(at[inc.Severity], i)
	}
	scale := s.scale()
	s.Severities = make([]SeverityChange, len(scale))
	for i, sev := range scale {
		s.Severities[i] = SeverityChange{Severity: sev, Change: s.changeOf(at[sev]), Incidents: s.incidents(at[sev])}
		s.overall = append(s.overall, &s.Severities[i].Change)
	}

	column := map[*edition.Severity]int{}
	for i, sev := range scale {
		column[sev] = i
	}
	for i := range s.Bins {
		b := &s.Bins[i]
		b.BySeverity = make([]int, len(scale))
		for _, inc := range b.Incidents {
			b.BySeverity[column[inc.Severity]]++
		}
	}
}

// scale is the severities that occur, the worst first, and nil at the end when some incident has none.
func (s *study) scale() []*edition.Severity {
	var scale []*edition.Severity
	seen, none := map[*edition.Severity]bool{}, false
	for _, inc := range s.Incidents {
		switch sev := inc.Severity; {
		case sev == nil:
			none = true
		case !seen[sev]:
			seen[sev] = true
			scale = append(scale, sev)
		}
	}
	slices.SortFunc(scale, func(a, b *edition.Severity) int { return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.ID, b.ID)) })
	if none {
		scale = append(scale, nil)
	}
	return scale
}
