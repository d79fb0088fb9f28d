// Package archive sets every postmortem beside its neighbours. It comes after reading and before the editions: here names become the
// services, factors and severities of archive.yaml, ids and addresses are found to be unique, and links from one report to another are
// found to lead somewhere. What does not fit is left out with a problem; the rest goes on.
//
// An Archive holds everything, private and public, and is therefore known to few rooms: edition, which decides what may leave, and lint.
package archive

import (
	"cmp"
	"maps"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"debrief/generator/config"
	"debrief/generator/fields"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

// Archive is the cross-incident model. It does not change once New has returned it.
type Archive struct {
	Config *config.Config
	// Incidents are sorted by File.
	Incidents []*Incident
	// Services and Factors are all that archive.yaml lists, in its order, and after them those that are only used, sorted by id.
	Services []config.Service
	Factors  []config.Factor
	// Pages are the free pages, sorted by their order and then by file.
	Pages []*postmortem.FreePage

	files map[string]bool
	index *index
	pages map[string]*postmortem.FreePage
}

// Incident is one postmortem with its names resolved.
type Incident struct {
	*postmortem.Postmortem
	// Slug is the id as it stands in addresses; unique in the archive.
	Slug string
	// SeverityID is the id in archive.yaml; empty when unstated or unknown.
	SeverityID string
	// ServiceIDs and FactorIDs are ids of Archive.Services and Archive.Factors, each once, in the author's order.
	ServiceIDs, FactorIDs []string
	// RelatedIDs are the author's links that lead to an incident of this archive.
	RelatedIDs []string
	// OldPaths are the aliases that may be redirected, each beginning with "/".
	OldPaths []string

	named *named
}

// New makes the archive of the files that were read. files are the paths of everything else in the archive's folder, which links may lead
// to. The problems are those that only show when files meet.
func New(cfg *config.Config, postmortems []*postmortem.Postmortem, pages []*postmortem.FreePage, files []string) (*Archive, problem.List) {
	return new(Memory).New(cfg, postmortems, pages, files)
}

// New makes the archive as the function New does, and is quicker for reports that were in the archive before, under the same settings.
func (m *Memory) New(cfg *config.Config, postmortems []*postmortem.Postmortem, pages []*postmortem.FreePage, files []string) (*Archive, problem.List) {
	if m.config != cfg {
		*m = Memory{config: cfg}
	}
	b := builder{
		Archive: &Archive{
			Config:   cfg,
			Services: slices.Clone(cfg.Services),
			Factors:  slices.Clone(cfg.Factors),
			files:    make(map[string]bool, len(files)),
			pages:    make(map[string]*postmortem.FreePage, len(pages)),
		},
		services: map[string]bool{},
		factors:  map[string]bool{},
	}
	for _, f := range files {
		b.files[f] = true
	}
	all := b.name(postmortems, m.known)
	if m.index != nil && slices.EqualFunc(all, m.known, sameAddress) {
		b.addAgain(all, m.index)
	} else {
		b.addIncidents(all)
	}
	m.known, m.index = all, nil
	if len(b.Incidents) == len(all) && !b.moved {
		m.index = b.index
	}
	b.joinNames()
	b.resolveRelated()
	b.resolveAliases()
	b.addPages(pages)
	b.problems.Sort()
	return b.Archive, b.problems
}

// Incident returns the incident with an id, or nil.
func (a *Archive) Incident(id string) *Incident {
	i, ok := a.index.byID[id]
	if !ok {
		return nil
	}
	return a.Incidents[i]
}

// IncidentIn returns the incident that was read from a file, or nil.
func (a *Archive) IncidentIn(file string) *Incident {
	i, ok := slices.BinarySearchFunc(a.Incidents, file, func(inc *Incident, file string) int { return cmp.Compare(inc.File, file) })
	if !ok {
		return nil
	}
	return a.Incidents[i]
}

// PageIn returns the free page that was read from a file, or nil.
func (a *Archive) PageIn(file string) *postmortem.FreePage { return a.pages[file] }

// HasFile reports whether the archive's folder holds a file that is neither a postmortem nor a page.
func (a *Archive) HasFile(name string) bool { return a.files[name] }

// Files are the files that HasFile reports, sorted.
func (a *Archive) Files() []string { return slices.Sorted(maps.Keys(a.files)) }

type builder struct {
	*Archive
	problems          problem.List
	services, factors map[string]bool // ids that are listed or used so far
	moved             bool            // some postmortem has another address than its own
}

// index finds incidents. An archive shares it with the one before when all have the ids and addresses that they had.
type index struct {
	byID   map[string]int // index of Archive.Incidents
	bySlug map[string]bool
}

// addIncidents gives every postmortem its address. Of two with the same id the first by file name stays, unless the id of the second was
// only derived: then the folder it stands in tells them apart. Stated ids come before derived ones, so that a file name never takes an
// address that somebody wrote down.
func (b *builder) addIncidents(all []*named) {
	room, bySlug := make([]Incident, len(all)), make(map[string]*Incident, len(all))
	b.Incidents = make([]*Incident, 0, len(all))
	b.index = &index{byID: make(map[string]int, len(all)), bySlug: make(map[string]bool, len(all))}
	for _, derived := range []bool{false, true} {
		for n, named := range all {
			if named.idDerived != derived {
				continue
			}
			inc := &room[n]
			*inc = Incident{Postmortem: named.src, Slug: named.slug, named: named}
			if b.address(inc, bySlug) {
				bySlug[inc.Slug] = inc
				b.Incidents = append(b.Incidents, inc)
			}
		}
	}
	slices.SortFunc(b.Incidents, func(x, y *Incident) int { return cmp.Compare(x.File, y.File) })
	for i, inc := range b.Incidents {
		b.index.byID[inc.ID], b.index.bySlug[inc.Slug] = i, true
	}
}

// addAgain gives every postmortem the address that it had in an earlier archive, in which all had different ones by themselves.
func (b *builder) addAgain(all []*named, index *index) {
	room := make([]Incident, len(all))
	b.Incidents, b.index = make([]*Incident, len(all)), index
	for i, named := range all {
		room[i] = Incident{Postmortem: named.src, Slug: named.slug, named: named}
		b.Incidents[i] = &room[i]
	}
}

// address makes sure that an incident has an address that no other has; false when it cannot have one.
func (b *builder) address(inc *Incident, bySlug map[string]*Incident) bool {
	earlier := bySlug[inc.Slug]
	switch {
	case earlier == nil:
		return true
	case inc.named.idDerived:
		own := *inc.Postmortem
		own.ID = distinctID(&own, func(id string) bool { return bySlug[fields.Slug(id)] != nil })
		inc.Postmortem, inc.Slug, b.moved = &own, fields.Slug(own.ID), true
		return true
	case earlier.ID == inc.ID:
		b.problems.Errorf(inc.At("id"), "duplicate-id", "give this postmortem an id of its own; an id is permanent and never reused",
			"the id %q is already used by %s", inc.ID, earlier.At("id"))
	default:
		b.problems.Errorf(inc.At("id"), "duplicate-address", "change one of the two ids so that they differ in a letter or a digit",
			"the id %q gives the address /incidents/%s/, which %s has with the id %q", inc.ID, inc.Slug, earlier.At("id"), earlier.ID)
	}
	return false
}

// distinctID returns a free id for a file whose derived id is taken: the folders it stands in, the nearest first, then a number.
func distinctID(p *postmortem.Postmortem, taken func(string) bool) string {
	id := p.ID
	for dir := path.Dir(p.File); dir != "." && dir != "/"; dir = path.Dir(dir) {
		id = path.Base(dir) + "-" + id
		if !taken(id) {
			return id
		}
	}
	for n := 2; ; n++ {
		if numbered := id + "-" + strconv.Itoa(n); !taken(numbered) {
			return numbered
		}
	}
}

// joinNames gives every incident the names of its severity, services and factors, and the archive the services and factors that are only
// used.
func (b *builder) joinNames() {
	for _, s := range b.Services {
		b.services[s.ID] = true
	}
	for _, f := range b.Factors {
		b.factors[f.ID] = true
	}
	var newServices []config.Service
	var newFactors []config.Factor
	for _, inc := range b.Incidents {
		n := inc.named
		inc.SeverityID, inc.ServiceIDs, inc.FactorIDs = n.severity, n.services, n.factors
		b.problems = append(b.problems, n.problems...)
		for _, use := range n.newServices {
			if !b.services[use.id] {
				b.services[use.id] = true
				newServices = append(newServices, config.Service{ID: use.id, Name: use.name})
			}
		}
		for _, use := range n.newFactors {
			if !b.factors[use.id] {
				b.factors[use.id] = true
				newFactors = append(newFactors, config.Factor{ID: use.id, Name: use.name})
			}
		}
	}
	slices.SortFunc(newServices, func(x, y config.Service) int { return cmp.Compare(x.ID, y.ID) })
	slices.SortFunc(newFactors, func(x, y config.Factor) int { return cmp.Compare(x.ID, y.ID) })
	b.Services = append(b.Services, newServices...)
	b.Factors = append(b.Factors, newFactors...)
}

// resolveRelated keeps the author's links that lead to an incident of this archive.
func (b *builder) resolveRelated() {
	ids := sync.OnceValue(func() []string {
		ids := make([]string, 0, len(b.Incidents))
		for _, inc := range b.Incidents {
			ids = append(ids, inc.ID)
		}
		return ids
	})
	for _, inc := range b.Incidents {
		for _, id := range inc.Related {
			other := b.Incident(id)
			switch {
			case other == nil:
				hint := "remove it, or add the postmortem it means"
				if near := fields.Nearest(id, ids()); near != "" {
					hint = "did you mean " + strconv.Quote(near) + "?"
				}
				b.problems.Warnf(inc.At("related"), "unknown-related", hint, "there is no postmortem with the id %q", id)
			case other == inc:
				b.problems.Warnf(inc.At("related"), "unknown-related", "remove it", "a postmortem need not name itself under related")
			case !slices.Contains(inc.RelatedIDs, id):
				inc.RelatedIDs = append(inc.RelatedIDs, id)
			}
		}
	}
}

// resolveAliases keeps the old paths that may be redirected without harm.
func (b *builder) resolveAliases() {
	owner := map[string]*Incident{}
	for _, inc := range b.Incidents {
		for _, alias := range inc.Aliases {
			old, reason := cleanAlias(alias)
			switch {
			case reason != "":
				b.problems.Errorf(inc.At("aliases"), "bad-alias", `write an old path of this site, such as "/2023/04/the-outage/"`, "the alias %q %s", alias, reason)
			case Reserved(old):
				b.problems.Errorf(inc.At("aliases"), "bad-alias", "remove it; only addresses that are free can be redirected",
					"the alias %q is an address that the site itself uses", alias)
			case owner[old] != nil && owner[old] != inc:
				b.problems.Errorf(inc.At("aliases"), "bad-alias", "an old address can lead to one postmortem only",
					"the alias %q is already used by %s", alias, owner[old].At("aliases"))
			case b.ownAddress(old):
				b.problems.Errorf(inc.At("aliases"), "bad-alias", "remove it; only addresses that are free can be redirected",
					"the alias %q is the address of a postmortem", alias)
			case owner[old] == nil:
				owner[old] = inc
				inc.OldPaths = append(inc.OldPaths, old)
			}
		}
	}
}

// ownAddress reports whether a path is or lies below an incident's page.
func (b *builder) ownAddress(old string) bool {
	rest, ok := strings.CutPrefix(old, "/incidents/")
	if !ok {
		return false
	}
	slug, _, _ := strings.Cut(rest, "/")
	return b.index.bySlug[slug]
}

// cleanAlias returns an alias as a path from the site's root, or the reason why it cannot be one.
func cleanAlias(alias string) (old, reason string) {
	if plain, err := url.PathUnescape(alias); err == nil {
		alias = plain
	}
	switch {
	case strings.Contains(alias, "://"), strings.HasPrefix(alias, "//"), strings.HasPrefix(alias, `/\`):
		return "", "is an address of another site, not a path of this one"
	case strings.ContainsFunc(alias, func(r rune) bool { return isControl(r) || r == ' ' }):
		return "", "has a space or a control character in it"
	case strings.ContainsAny(alias, `?#*:\"<>|%`):
		return "", "has one of the characters ? # * : \\ \" < > | % in it, which hosts read as commands"
	}
	if !strings.HasPrefix(alias, "/") {
		alias = "/" + alias
	}
	for _, part := range strings.Split(alias, "/") {
		if strings.HasPrefix(part, ".") || strings.HasSuffix(part, ".") {
			return "", "has a part that begins or ends with a dot"
		}
	}
	if strings.Contains(alias[1:], "//") {
		return "", "has an empty part"
	}
	return alias, ""
}

// reserved are the first parts of the addresses that the site itself uses.
var reserved = map[string]bool{
	"": true, "incidents": true, "years": true, "services": true, "factors": true, "severities": true, "actions": true, "commitments": true,
	"lessons": true, "glossary": true, "feeds": true, "search": true, "trends": true, "assets": true, "api": true, "embed": true, "index.html": true,
	"404.html": true, "feed.xml": true, "atom.xml": true, "feed.json": true, "feeds.opml": true, "sitemap.xml": true, "robots.txt": true,
	"llms.txt": true, "manifest.json": true, "calendar.ics": true, "_headers": true, "_redirects": true, "badges": true,
}

// Reserved reports whether a path from the site's root is one of the site's own. Old addresses below /incidents/ are free as long as no
// postmortem has them.
func Reserved(p string) bool {
	first, rest, nested := strings.Cut(strings.Trim(p, "/"), "/")
	if first == "incidents" && nested && rest != "" {
		second, _, _ := strings.Cut(rest, "/")
		return second == "page"
	}
	return reserved[first]
}

// addPages gives every free page its address.
func (b *builder) addPages(pages []*postmortem.FreePage) {
	sorted := slices.Clone(pages)
	slices.SortFunc(sorted, func(x, y *postmortem.FreePage) int {
		return cmp.Or(cmp.Compare(x.Order, y.Order), cmp.Compare(x.File, y.File))
	})
	taken := map[string]*postmortem.FreePage{}
	for _, p := range sorted {
		at := problem.Position{File: p.File, Line: 1, Column: 1}
		switch earlier := taken[p.Slug]; {
		case Reserved("/" + p.Slug + "/"):
			b.problems.Errorf(at, "duplicate-address", "rename the file", "the address /%s/ is one that the site itself uses", p.Slug)
		case earlier != nil:
			b.problems.Errorf(at, "duplicate-address", "rename one of the two files", "the address /%s/ is already used by %s", p.Slug, earlier.File)
		default:
			taken[p.Slug] = p
			b.pages[p.File] = p
			b.Pages = append(b.Pages, p)
		}
	}
}

// isControl reports whether a character has no place in a name or an address: control characters, and the invisible marks that change the
// direction of text.
func isControl(r rune) bool {
	return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
}
