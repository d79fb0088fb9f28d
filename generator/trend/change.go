package trend

import (
	"cmp"
	"slices"

	"debrief/generator/edition"
)

// change compares the periods for a number of incidents in each. It is not yet judged.
func (s *study) change(recent, before int) Change {
	return Change{Recent: recent, Before: before, P: 1, Q: 1, Judgement: TooFew}
}

// changeOf compares the periods for the incidents at the indexes.
func (s *study) changeOf(at []int) Change {
	recent, _ := slices.BinarySearch(at, s.recentEnd)
	both, _ := slices.BinarySearch(at, s.beforeEnd)
	return s.change(recent, both-recent)
}

// judge says what the changes of one family mean.
func judge(family ...*Change) {}

// severities counts incidents by severity, over the periods and over the bins.
func (s *study) severities() {
	at := map[*edition.Severity][]int{}
	for i, inc := range s.Incidents {
		at[inc.Severity] = append(at[inc.Severity], i)
	}
	scale := s.scale()
	var family []*Change
	s.Severities = make([]SeverityChange, len(scale))
	for i, sev := range scale {
		s.Severities[i] = SeverityChange{Severity: sev, Change: s.changeOf(at[sev]), Incidents: s.incidents(at[sev])}
		family = append(family, &s.Severities[i].Change)
	}
	judge(family...)

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
