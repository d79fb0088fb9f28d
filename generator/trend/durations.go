package trend

import (
	"cmp"
	"slices"
	"time"

	"debrief/generator/edition"
	"debrief/generator/stat"
)

// durations collects how long incidents were.
func (s *study) durations() {
	s.ToDetect = distribution(s.Incidents, func(inc *edition.Incident) time.Duration { return inc.ToDetect })
	s.ToMitigate = distribution(s.Incidents, func(inc *edition.Incident) time.Duration { return inc.ToMitigate })
	s.ToResolve = distribution(s.Incidents, func(inc *edition.Incident) time.Duration { return inc.ToResolve })
	for _, sev := range s.Severities {
		s.BySeverity = append(s.BySeverity, SeverityDistribution{Severity: sev.Severity, Distribution: distribution(sev.Incidents, untilOver)})
	}
}

// untilOver is how long an incident lasted: until resolved, or mitigated, where that is all that is known.
func untilOver(inc *edition.Incident) time.Duration {
	if inc.ToResolve >= 0 {
		return inc.ToResolve
	}
	return inc.ToMitigate
}

func distribution(incidents []*edition.Incident, length func(*edition.Incident) time.Duration) Distribution {
	var d Distribution
	type at struct {
		length time.Duration
		number int
	}
	known := make([]at, 0, len(incidents))
	for n, inc := range incidents {
		if l := length(inc); l >= 0 {
			known = append(known, at{l, n})
		} else {
			d.Unknown++
		}
	}
	// Among equally long ones the newest is first, as everywhere.
	slices.SortFunc(known, func(a, b at) int { return cmp.Or(cmp.Compare(a.length, b.length), cmp.Compare(a.number, b.number)) })
	d.Lengths = make([]Length, len(known))
	for i, k := range known {
		d.Lengths[i] = Length{Incident: incidents[k.number], Duration: k.length}
	}
	d.quartiles()
	return d
}

// leastQuartiles is how many lengths it takes for quartiles to be anything but the lengths themselves.
const leastQuartiles = 3

func (d *Distribution) quartiles() {
	if len(d.Lengths) < leastQuartiles {
		return
	}
	sorted := make([]float64, len(d.Lengths))
	for i, l := range d.Lengths {
		sorted[i] = float64(l.Duration)
	}
	for _, share := range []float64{0.25, 0.5, 0.75} {
		q := Quantile{Share: share, Value: time.Duration(stat.Quantile(sorted, share))}
		if low, high, ok := stat.QuantileInterval(len(sorted), share, 1-Level); ok {
			q.Low, q.High, q.Bounded = d.Lengths[low].Duration, d.Lengths[high].Duration, true
		}
		d.Quartiles = append(d.Quartiles, q)
	}
}
