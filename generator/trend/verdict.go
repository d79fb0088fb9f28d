package trend

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"

	"debrief/generator/edition"
)

// verdictOn says of an incident in how far it is part of something.
func (s *study) verdictOn(inc *edition.Incident) Verdict {
	var v Verdict
	if i, ok := s.numberOf(inc); ok {
		s.say(i, &v)
		v.AfterFix, v.StillOpen, v.AfterFixOf = s.repeatsOf(i)
	}
	return v
}

// pattern is something that an incident may be part of: a factor on a service, a factor, or a service.
type pattern struct {
	factor  *edition.Factor
	service *edition.Service
	*Change
	// at are the indexes of the incidents with it, newest first. The incident in question stands at the place, and recently is how many of
	// the older ones lie in the twelve months that end with it.
	at              []int
	place, recently int
}

// say chooses the line for incident i: a pattern that grows, before one that has repeated within a year, before one that was seen at any
// time; and the more specific before the more general.
func (s *study) say(i int, v *Verdict) {
	if len(s.factorsOf[i]) == 0 && len(s.servicesOf[i]) == 0 {
		v.Text = "No factor and no service is named, so that it cannot be compared with others."
		return
	}
	patterns := s.patternsOf(i)
	if len(patterns) == 0 {
		v.Isolated, v.Text = true, "Isolated: no other incident shares a factor or a service with this one."
		return
	}
	var p pattern
	if p = growing(patterns); p.Change != nil && i < s.recentEnd {
		v.Text = s.partOfTrend(p)
	} else {
		p = nearest(patterns)
		v.Text = s.position(i, p)
	}
	v.Factor, v.Service = p.factor, p.service
}

// patternsOf returns what incident i shares with others, the most specific first.
func (s *study) patternsOf(i int) []pattern {
	var out []pattern
	yearAgo := dayNumber(dayAfter(yearBefore(s.Incidents[i].Date())))
	add := func(p pattern) {
		if len(p.at) > 1 {
			p.place, _ = slices.BinarySearch(p.at, i)
			older := p.at[p.place+1:]
			p.recently = sort.Search(len(older), func(n int) bool { return s.days[older[n]] < yearAgo })
			out = append(out, p)
		}
	}
	for _, f := range s.factorsOf[i] {
		for _, v := range s.servicesOf[i] {
			m := s.cells[[2]int{f, v}]
			add(pattern{factor: s.factors[f].factor, service: s.services[v].service, Change: &m.change, at: m.at})
		}
	}
	for _, f := range s.factorsOf[i] {
		t := &s.factors[f]
		add(pattern{factor: t.factor, Change: &t.change, at: t.at})
	}
	for _, v := range s.servicesOf[i] {
		t := &s.services[v]
		add(pattern{service: t.service, Change: &t.change, at: t.at})
	}
	return out
}

// growing returns the pattern that is more frequent than before and the least likely to be so by chance.
func growing(patterns []pattern) pattern {
	var best pattern
	for _, p := range patterns {
		if p.Judgement == More && (best.Change == nil || p.Q < best.Q) {
			best = p
		}
	}
	return best
}

// nearest returns the pattern that tells most about where an incident stands: the most specific one that has repeated within a year; else
// one with an older incident; else any. Among equals it is the one with the most incidents.
func nearest(patterns []pattern) pattern {
	class := func(p pattern) int {
		switch specific := p.factor != nil && p.service != nil; {
		case p.recently > 0 && specific:
			return 0
		case p.recently > 0:
			return 1
		case p.place+1 < len(p.at) && specific:
			return 2
		case p.place+1 < len(p.at):
			return 3
		case specific:
			return 4
		}
		return 5
	}
	return slices.MinFunc(patterns, func(a, b pattern) int {
		return cmp.Or(cmp.Compare(class(a), class(b)), cmp.Compare(b.recently, a.recently), cmp.Compare(len(b.at), len(a.at)))
	})
}

// partOfTrend describes a pattern that grows, as it is at the end of the data.
func (s *study) partOfTrend(p pattern) string {
	var what, to string
	switch {
	case p.service == nil:
		what, to = quoted(p.factor)+" contributed", "to"
	case p.factor == nil:
		what, to = p.service.Name+" was hit", "by"
	default:
		what, to = quoted(p.factor)+" contributed on "+p.service.Name, "to"
	}
	return fmt.Sprintf("Part of a trend: %s %s %s in the 12 months to %s and %s %d in the %.0f before, unlikely by chance.",
		what, to, incidents(p.Recent), s.End.Time().Format("2 Jan 2006"), to, p.Before, math.Max(1, math.Round(s.beforeTime)))
}

// position describes where incident i stands in a pattern: within a year, or else how long after the one before, and how many came since.
func (s *study) position(i int, p pattern) string {
	var which string
	switch {
	case p.service == nil:
		which = "to which " + quoted(p.factor) + " contributed"
	case p.factor == nil:
		which = "that hit " + p.service.Name
	default:
		which = "in which " + quoted(p.factor) + " contributed on " + p.service.Name
	}
	var text string
	switch older := p.at[p.place+1:]; {
	case p.recently > 0:
		text = fmt.Sprintf("Repeats: the %s in 12 months %s", ordinal(p.recently+1), which)
	case len(older) > 0:
		text = fmt.Sprintf("Seen before: the one before this %s was %d days earlier", which, s.days[i]-s.days[older[0]])
	default:
		text = "The first " + which
	}
	switch {
	case p.place > 0:
		text += fmt.Sprintf("; %d more since", p.place)
	case i >= s.recentEnd:
		text += "; none since"
	}
	if i < s.recentEnd && p.recently > 0 {
		switch p.Judgement {
		case Normal:
			text += "; within normal variation"
		case Less:
			text += "; fewer than in the year before, unlikely by chance"
		case TooFew:
			text += "; too few to tell a trend"
		}
	}
	return text + "."
}

// quoted sets the name of a factor apart: it may be half a sentence.
func quoted(f *edition.Factor) string { return "“" + f.Name + "”" }

func incidents(n int) string {
	if n == 1 {
		return "1 incident"
	}
	return strconv.Itoa(n) + " incidents"
}

// ordinal returns 1st, 2nd, 3rd, 4th, ...
func ordinal(n int) string {
	ending := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			ending = "st"
		case 2:
			ending = "nd"
		case 3:
			ending = "rd"
		}
	}
	return strconv.Itoa(n) + ending
}
