package trend

import (
	"cmp"
	"slices"
	"time"

	"debrief/generator/edition"
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
	for _, inc := range incidents {
		if l := length(inc); l >= 0 {
			d.Lengths = append(d.Lengths, Length{Incident: inc, Duration: l})
		} else {
			d.Unknown++
		}
	}
	slices.SortStableFunc(d.Lengths, func(a, b Length) int { return cmp.Compare(a.Duration, b.Duration) })
	d.quartiles()
	return d
}

func (d *Distribution) quartiles() {}
