package config

import (
	"strings"

	"debrief/generator/fields"
	"debrief/generator/problem"
)

// entry is what severities, services and factors have in common.
type entry struct {
	id, name, publicName, description string
	aliases                           []fields.Text
	at                                problem.Position
	idAt, nameAt                      problem.Position
	rest                              *fields.Decoder // for the keys that only one of the lists has
}

func (e entry) aliasNames() []string {
	var names []string
	for _, alias := range e.aliases {
		names = append(names, alias.Value)
	}
	return names
}

func (r *reader) severities(items []*fields.Node) {
	entries, names := r.entries("severities", items, "document_within_days", "meeting_within_days")
	if len(entries) == 0 {
		return // the default scale stays
	}
	c := r.config
	c.Severities, c.severities = nil, names
	for _, e := range entries {
		c.Severities = append(c.Severities, Severity{
			ID: e.id, Name: e.name, PublicName: e.publicName, Description: e.description,
			DocumentWithinDays: e.rest.Int("document_within_days", 0, maxDays).Value,
			MeetingWithinDays:  e.rest.Int("meeting_within_days", 0, maxDays).Value,
			Aliases:            e.aliasNames(), At: e.at,
		})
		e.rest.Done()
	}
}

func (r *reader) services(items []*fields.Node) {
	entries, names := r.entries("services", items, "owner", "public_description")
	c := r.config
	c.services = names
	for _, e := range entries {
		c.Services = append(c.Services, Service{
			ID: e.id, Name: e.name, PublicName: e.publicName, Owner: e.rest.String("owner").Value,
			Description: e.description, PublicDescription: e.rest.String("public_description").Value,
			Aliases: e.aliasNames(), At: e.at,
		})
		e.rest.Done()
	}
}

func (r *reader) factors(items []*fields.Node) {
	entries, names := r.entries("factors", items, "category", "public_description")
	c := r.config
	c.factors = names
	for _, e := range entries {
		c.Factors = append(c.Factors, Factor{
			ID: e.id, Name: e.name, PublicName: e.publicName, Category: e.rest.String("category").Value,
			Description: e.description, PublicDescription: e.rest.String("public_description").Value,
			Aliases: e.aliasNames(), At: e.at,
		})
		e.rest.Done()
	}
}

// entries reads the items of a list, but for the keys that only this list has, and the index of their names. Of entries with one id the
// first stays.
func (r *reader) entries(list string, items []*fields.Node, own ...string) ([]entry, index) {
	var entries []entry
	names := index{}
	for _, item := range items {
		e, ok := r.entry(list, item)
		if !ok {
			continue
		}
		i, taken := names[key(e.id)]
		if taken {
			r.sameID(list, e, entries[i])
		}
		if taken || e.id == "" {
			e.rest.Done(own...)
			continue
		}
		names[key(e.id)] = len(entries)
		entries = append(entries, e)
	}
	// Ids go before names and aliases, wherever they stand.
	claim := func(i int, what, name string, at problem.Position) {
		other, taken := names[key(name)]
		switch {
		case !taken:
			names[key(name)] = i
		case other != i:
			r.problems.Errorf(at, "ambiguous-name", "give one of the two another "+what, "the %s %q means %q on line %d already", what, name, entries[other].id, entries[other].at.Line)
		}
	}
	for i, e := range entries {
		claim(i, "name", e.name, e.nameAt)
	}
	for i, e := range entries {
		for _, alias := range e.aliases {
			claim(i, "alias", alias.Value, alias.Pos)
		}
	}
	// Several entries may share a public name, so that outside they are one; it finds an entry only where nothing else does.
	for i, e := range entries {
		if _, taken := names[key(e.publicName)]; !taken {
			names[key(e.publicName)] = i
		}
	}
	delete(names, "")
	return entries, names
}

// entry reads one item; its id is empty when there is none to be had. An item that is only a text is its name.
func (r *reader) entry(list string, item *fields.Node) (entry, bool) {
	if item.IsBlank() {
		return entry{}, false
	}
	if item.Kind == fields.Scalar {
		name := strings.TrimSpace(item.Text)
		return entry{id: fields.Slug(name), name: name, at: item.Pos, idAt: item.Pos, nameAt: item.Pos, rest: fields.NewDecoder(nil, r.problems)}, true
	}
	d := fields.NewDecoder(item, r.problems) // says so when the item is a list
	if item.Kind != fields.Map {
		return entry{}, false
	}
	id, name := d.String("id"), d.String("name")
	e := entry{
		id: r.id(list, id, name.Value, item.Pos), name: name.Value, publicName: d.String("public_name").Value, description: d.String("description").Value,
		aliases: d.Names("aliases"), at: item.Pos, idAt: id.Pos, nameAt: name.Pos, rest: d,
	}
	if !name.Set {
		e.name, e.nameAt = e.id, e.idAt
	}
	return e, true
}

// id checks an id. For one that is missing or malformed, the nearest well-formed one stands from then on.
func (r *reader) id(list string, written fields.Text, name string, at problem.Position) string {
	switch {
	case !written.Set && name == "":
		r.problems.Errorf(at, "missing-id", "write an id such as id: checkout", "an entry of %s has no id", list)
		return ""
	case !written.Set:
		r.problems.Errorf(at, "missing-id", "write id: "+fields.Slug(name), "the entry %q of %s has no id", name, list)
		return fields.Slug(name)
	}
	slug := fields.Slug(written.Value)
	if slug != written.Value {
		r.problems.Errorf(written.Pos, "bad-id", "write id: "+slug, "an id is made of lower-case letters, digits and single hyphens, found %q", written.Value)
	}
	return slug
}

func (r *reader) sameID(list string, second, first entry) {
	at := second.idAt
	if at.Line == 0 {
		at = second.at
	}
	if second.id == first.id {
		r.problems.Errorf(at, "duplicate-id", "keep one of the two, or give one another id", "the id %q stands twice in %s; the first is on line %d, and is the one used", second.id, list, first.at.Line)
		return
	}
	r.problems.Errorf(at, "duplicate-id", "give one of the two another id", "the id %q differs from %q on line %d only in hyphens, which do not count when a name is looked up", second.id, first.id, first.at.Line)
}
