package trend

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"debrief/generator/edition"
	"debrief/generator/markdown"
)

// registers collects what is read, not counted: near misses, deferred work, luck, what went well, terms. Incidents without a day stand in
// them too, at the end.
func (s *study) registers() {
	s.terms()
	if s.edition.Audience != edition.Internal {
		return
	}
	for _, inc := range s.all {
		if inc.NearMiss {
			s.NearMisses = append(s.NearMisses, inc)
		}
	}
	s.deferred()
	s.notes()
}

// maxAgain is how many incidents are listed that came back after work was put off.
const maxAgain = 50

// deferred finds the work that was put off, and what came back since.
func (s *study) deferred() {
	for i, inc := range s.Incidents {
		work := strings.TrimSpace(inc.DeferredWork)
		if work == "" {
			continue
		}
		var again []int
		for _, f := range s.factorsOf[i] {
			for _, v := range s.servicesOf[i] {
				again = append(again, s.soonAfter(i, s.cells[[2]int{f, v}].at)...)
			}
		}
		slices.SortFunc(again, func(a, b int) int { return cmp.Compare(b, a) })
		again = slices.Compact(again)
		s.Deferred = append(s.Deferred, Deferred{Incident: inc, Work: work, Again: s.incidents(again[:min(len(again), maxAgain)])})
	}
	for _, inc := range s.undated {
		if work := strings.TrimSpace(inc.DeferredWork); work != "" {
			s.Deferred = append(s.Deferred, Deferred{Incident: inc, Work: work})
		}
	}
}

// soonAfter returns those of a list, newest first, that came on the days after incident i, the nearest ones.
func (s *study) soonAfter(i int, at []int) []int {
	end := sort.Search(len(at), func(n int) bool { return s.days[at[n]] <= s.days[i] })
	return at[max(0, end-maxAgain):end]
}

// notes collects where incidents could have been worse, and what went well.
func (s *study) notes() {
	situations := map[*edition.Factor]int{}
	for n, inc := range s.all {
		for i := range inc.Sections {
			section := &inc.Sections[i]
			if section.Name != "lucky" && section.Name != "went_well" || strings.TrimSpace(section.Body.HTML) == "" {
				continue
			}
			if section.Name == "lucky" {
				s.luck(n, section)
			} else {
				s.wentWell(n, section, situations)
			}
		}
	}
	// The factor with the most notes first, then by name, incidents without a factor last.
	slices.SortFunc(s.WentWell, func(a, b Situation) int {
		switch {
		case a.Factor == nil:
			return 1
		case b.Factor == nil:
			return -1
		}
		return cmp.Or(
			cmp.Compare(len(b.Notes), len(a.Notes)),
			cmp.Compare(strings.ToLower(a.Factor.Name), strings.ToLower(b.Factor.Name)), cmp.Compare(a.Factor.ID, b.Factor.ID),
		)
	})
}

// luck notes where incident n could have been worse.
func (s *study) luck(n int, section *edition.Section) {
	l := Luck{Incident: s.all[n], Section: *section}
	for k := range s.items[n] {
		switch i := &s.items[n][k]; {
		case i.Unfinished():
			l.Open++
		case i.Status == edition.Done:
			l.Done++
		}
	}
	l.StillLuck = l.Done == 0
	s.Luck = append(s.Luck, l)
}

// wentWell notes what went well in incident n, for each factor that was at work.
func (s *study) wentWell(n int, section *edition.Section, situations map[*edition.Factor]int) {
	inc := s.all[n]
	factors := inc.Factors
	if len(factors) == 0 {
		factors = []*edition.Factor{nil}
	}
	for i, f := range factors {
		if slices.Contains(factors[:i], f) {
			continue
		}
		at, ok := situations[f]
		if !ok {
			at = len(s.WentWell)
			situations[f] = at
			s.WentWell = append(s.WentWell, Situation{Factor: f})
		}
		s.WentWell[at].Notes = append(s.WentWell[at].Notes, Note{inc, *section})
	}
}

// terms finds where the terms of the glossary are used.
func (s *study) terms() {
	if len(s.edition.Terms) == 0 {
		return
	}
	at := make(map[string]int, len(s.edition.Terms))
	s.Terms = make([]TermUse, len(s.edition.Terms))
	for i, t := range s.edition.Terms {
		at[t.Term] = i
		s.Terms[i].Term = t
	}
	for _, inc := range s.all {
		uses := func(f markdown.Fragment) {
			for _, slot := range f.Slots {
				if slot.Kind != markdown.TermSlot {
					continue
				}
				if i, ok := at[slot.Dest]; ok {
					if u := &s.Terms[i]; len(u.Incidents) == 0 || u.Incidents[len(u.Incidents)-1] != inc {
						u.Incidents = append(u.Incidents, inc)
					}
				}
			}
		}
		uses(inc.Summary)
		for i := range inc.Sections {
			uses(inc.Sections[i].Body)
		}
		for i := range inc.Timeline {
			uses(inc.Timeline[i].Body)
		}
		for _, a := range inc.Actions {
			uses(a.Body)
		}
		for _, c := range inc.Commitments {
			uses(c.Body)
		}
		if m := inc.Message; m != nil {
			uses(m.Summary)
			uses(m.WhatHappened)
			uses(m.Doing)
			for i := range m.More {
				uses(m.More[i].Body)
			}
		}
	}
}
