package archive

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"debrief/generator/config"
	"debrief/generator/fields"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

// Memory keeps what the names in reports stand for from one archive to the next, for a preview that makes the archive again after every change
// of a file: for a report that did not change, under the same settings, that is the same again. All that joins reports is worked out anew
// each time. The zero value is ready; a Memory serves one goroutine at a time.
type Memory struct {
	config *config.Config
	known  []*named // by file
	// index is that of the last archive, if each of known has its own address in it.
	index *index
}

// named is what follows from one report and the settings alone. It does not change.
type named struct {
	src               *postmortem.Postmortem
	slug              string
	idDerived         bool
	severity          string
	services, factors []string
	// newServices and newFactors are used here and not listed in archive.yaml.
	newServices, newFactors []use
	problems                problem.List
}

// sameAddress reports whether one report has the id and the address of another, and stands in the same file.
func sameAddress(a, b *named) bool {
	return a == b || a.slug == b.slug && a.src.ID == b.src.ID && a.src.File == b.src.File
}

// use is an id, and the name that it was made from.
type use struct{ id, name string }

// name finds out what the names of postmortems stand for, sorted by file. known is the same for those of the archive before, under the same
// settings.
func (b *builder) name(postmortems []*postmortem.Postmortem, known []*named) []*named {
	byFile := func(x, y *postmortem.Postmortem) int { return cmp.Compare(x.File, y.File) }
	if !slices.IsSortedFunc(postmortems, byFile) {
		postmortems = slices.SortedFunc(slices.Values(postmortems), byFile)
	}
	all := make([]*named, len(postmortems))
	for i, p := range postmortems {
		// Both lists are in the order of the files.
		for len(known) > 0 && known[0].src.File < p.File {
			known = known[1:]
		}
		if len(known) > 0 && known[0].src == p {
			all[i] = known[0]
		} else {
			all[i] = b.nameOne(p)
		}
	}
	return all
}

// nameOne turns the names of severities, services and factors into ids.
func (b *builder) nameOne(p *postmortem.Postmortem) *named {
	n := &named{src: p, slug: fields.Slug(p.ID), idDerived: slices.Contains(p.Derived, "id")}
	if p.Severity != "" {
		if s, ok := b.Config.Severity(p.Severity); ok {
			n.severity = s.ID
		} else {
			n.problems.Warnf(p.At("severity"), "unknown-severity", "use one of "+strings.Join(b.severityIDs(), ", ")+", or add it to severities in archive.yaml",
				"the severity %q is not one of this archive", p.Severity)
		}
	}
	n.services, n.newServices = n.ids("services", p.Services, func(name string) (string, bool) {
		s, ok := b.Config.Service(name)
		return s.ID, ok
	})
	n.factors, n.newFactors = n.ids("factors", p.Factors, func(name string) (string, bool) {
		f, ok := b.Config.Factor(name)
		return f.ID, ok
	})
	return n
}

// ids resolves the names of one field: listed names to their id, others to a slug of what is written. A name that cannot stand in an
// address is an error and left out.
func (n *named) ids(key string, names []string, listed func(string) (string, bool)) (ids []string, unlisted []use) {
	for _, name := range names {
		id, ok := listed(name)
		if !ok {
			if strings.ContainsAny(name, `/\`) && strings.Contains(name, "..") || strings.ContainsFunc(name, isControl) {
				n.problems.Errorf(n.src.At(key), "bad-name", "write a short name such as "+strconv.Quote(fields.Slug(name)),
					"%q under %s cannot stand in an address", name, key)
				continue
			}
			id = fields.Slug(name)
			unlisted = append(unlisted, use{id, name})
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, unlisted
}

func (b *builder) severityIDs() []string {
	ids := make([]string, len(b.Config.Severities))
	for i, s := range b.Config.Severities {
		ids[i] = s.ID
	}
	return ids
}
