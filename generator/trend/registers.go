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
	s.luck()
	s.wentWell()
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

// luck collects where incidents could have been worse.
func (s *study) luck() {
	for n, inc := range s.all {
		sections(inc, "lucky", func(section edition.Section) {
			l := Luck{Incident: inc, Section: section}
			for _, item := range s.items[n] {
				switch {
				case item.Unfinished():
					l.Open++
				case item.Status == edition.Done:
					l.Done++
				}
			}
			l.StillLuck = l.Done == 0
			s.Luck = append(s.Luck, l)
		})
	}
}

// wentWell collects what went well by the factor that was at work: the factor with the most notes first, then by name, incidents without
// a factor last.
func (s *study) wentWell() {
	at := map[*edition.Factor]int{}
	note := func(f *edition.Factor, n Note) {
		i, ok := at[f]
		if !ok {
			i = len(s.WentWell)
			at[f] = i
			s.WentWell = append(s.WentWell, Situation{Factor: f})
		}
		s.WentWell[i].Notes = append(s.WentWell[i].Notes, n)
	}
	for _, inc := range s.all {
		sections(inc, "went_well", func(section edition.Section) {
			for i, f := range inc.Factors {
				if !slices.Contains(inc.Factors[:i], f) {
					note(f, Note{inc, section})
				}
			}
			if len(inc.Factors) == 0 {
				note(nil, Note{inc, section})
			}
		})
	}
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

// sections calls a function with the sections of that name that say something.
func sections(inc *edition.Incident, name string, found func(edition.Section)) {
	for i := range inc.Sections {
		if s := &inc.Sections[i]; s.Name == name && strings.TrimSpace(s.Body.HTML) != "" {
			found(*s)
		}
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
	}
}
