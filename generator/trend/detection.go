package trend

import (
	"cmp"
	"slices"
	"strings"

	"debrief/generator/edition"
)

// detection counts who noticed first. Capitals make no difference; an archive that never says it has no rows.
func (s *study) detection() {
	groups, stated := s.group(func(inc *edition.Incident) string { return strings.ToLower(strings.TrimSpace(inc.DetectedBy)) })
	if !stated {
		return
	}
	for _, g := range groups {
		source := Source{Incidents: s.incidents(g.at), Change: s.changeOf(g.at), Counts: s.counts(g.at)}
		source.Name = strings.TrimSpace(source.Incidents[0].DetectedBy)
		s.Detection = append(s.Detection, source)
	}
	slices.SortStableFunc(s.Detection, func(a, b Source) int { return cmp.Compare(len(b.Incidents), len(a.Incidents)) })
	for i := range s.Detection {
		s.overall = append(s.overall, &s.Detection[i].Change)
	}
}

// classOrder is the order of classes: from what could have been known to what could not.
var classOrder = []string{"known-bug", "anticipated", "unanticipated"}

// classes counts whether the kind of failure was anticipated, and what authors say about growth.
func (s *study) classes() {
	if groups, stated := s.group(func(inc *edition.Incident) string { return inc.Class }); stated {
		rank := func(id string) int {
			if n := slices.Index(classOrder, id); n >= 0 {
				return n
			}
			return len(classOrder)
		}
		slices.SortStableFunc(groups, func(a, b group) int { return cmp.Compare(rank(a.key), rank(b.key)) })
		s.Classes = make([]Class, len(groups))
		for i, g := range groups {
			s.Classes[i] = Class{ID: g.key, Incidents: s.incidents(g.at), Change: s.changeOf(g.at)}
			s.overall = append(s.overall, &s.Classes[i].Change)
		}
	}
	if s.edition.Audience != edition.Internal {
		return
	}
	for _, inc := range s.Incidents {
		switch scale := inc.GrowsWithScale; {
		case scale == nil:
			s.Scale.Unstated = append(s.Scale.Unstated, inc)
		case *scale:
			s.Scale.Worse = append(s.Scale.Worse, inc)
		default:
			s.Scale.Not = append(s.Scale.Not, inc)
		}
	}
}

// group is the indexes of the incidents of which the same is said, newest first.
type group struct {
	key string
	at  []int
}

// group sorts incidents by what is said of them: groups by key, the empty one last. It also reports whether anything is said of any.
func (s *study) group(key func(*edition.Incident) string) (groups []group, stated bool) {
	at := map[string][]int{}
	for i, inc := range s.Incidents {
		k := key(inc)
		at[k] = append(at[k], i)
		stated = stated || k != ""
	}
	for k, list := range at {
		groups = append(groups, group{k, list})
	}
	slices.SortFunc(groups, func(a, b group) int {
		if a.key == "" || b.key == "" {
			return -cmp.Compare(a.key, b.key)
		}
		return cmp.Compare(a.key, b.key)
	})
	return groups, stated
}
