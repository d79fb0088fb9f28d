package lsp

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"debrief/generator/fields"
	"debrief/generator/lazyregexp"
	"debrief/generator/lint"
	"debrief/generator/postmortem"
)

// completion says what may be written at a place: keys and words in front matter and archive.yaml, names of the archive, ids of other
// incidents, links to them, headings of sections, and names of rules.
func (s *server) completion(_ context.Context, params positionParams) (any, error) {
	v := s.desk.look(params.TextDocument.URI)
	if v == nil {
		return nil, nil
	}
	return v.completions(params.Position), nil
}

// mostChoices is how many incidents are offered at once. Who types more gets others.
const mostChoices = 200

func (v *view) completions(p Position) completionList {
	t := v.document.text
	line := t.line(p.Line)
	cursor := byteColumn(line, p.Character)
	if m := v.matter(); m.holds(p.Line) {
		return v.completeMatter(m, v.spotAt(m, p))
	}
	c := &choices{text: t, line: p.Line, cursor: cursor}
	typed := line[:cursor]
	switch {
	case ignoring.MatchString(typed):
		c.from = ignoring.FindStringSubmatchIndex(typed)[2]
		c.rules("")
	case linking.MatchString(typed):
		c.from = linking.FindStringSubmatchIndex(typed)[2]
		return v.completeLinks(c)
	case heading.MatchString(typed):
		mark := heading.FindStringSubmatchIndex(typed)
		if c.from = mark[1]; strings.TrimSpace(line) != line[mark[2]:mark[3]] || c.from > mark[3] {
			v.completeHeadings(c, mark[3]-mark[2])
		}
	}
	return c.list()
}

var (
	ignoring = lazyregexp.New(`<!--\s*debrief:ignore\s+(\S*)$`)
	linking  = lazyregexp.New(`\]\(([^\s()<>]*)$`)
)

// choices are completions of one word.
type choices struct {
	text               *text
	line, from, cursor int
	items              []completionItem
	more               bool // some were left out
}

func (c *choices) list() completionList {
	if c.items == nil {
		c.items = []completionItem{}
	}
	return completionList{IsIncomplete: c.more, Items: c.items}
}

// add offers to write something in place of what was typed of the word.
func (c *choices) add(item completionItem, write string) {
	item.TextEdit = textEdit{Range{c.text.at(c.line, c.from), c.text.at(c.line, c.cursor)}, write}
	c.items = append(c.items, item)
}

// inOrder adds an item that keeps its place among the others.
func (c *choices) inOrder(item completionItem, write string) {
	item.SortText = fmt.Sprintf("%05d", len(c.items))
	c.add(item, write)
}

// rules offers the names of the rules.
func (c *choices) rules(behind string) {
	for _, r := range lint.Rules() {
		c.inOrder(completionItem{Label: r.ID, Kind: kindReference, Detail: r.Title, Documentation: markdownContent(r.Reason)}, r.ID+behind)
	}
}

func (v *view) completeMatter(m matter, s spot) completionList {
	c := &choices{text: v.document.text, line: s.line, from: s.from, cursor: s.cursor}
	assign := ": "
	if m.syntax == fields.TOML {
		assign = " = "
	}
	if s.onKey {
		above := s.path
		line := v.document.text.line(s.line)
		if own := layoutOf(line); own.key != "" { // a key that is being changed keeps what stands behind it
			above, assign = s.path[:len(s.path)-1], ""
		}
		if len(above) == 1 && above[0] == "ignore" || len(above) == 1 && above[0] == "rules" && v.isConfig() {
			c.rules(assign)
			return c.list()
		}
		around := m.schema.at(above)
		for _, key := range around.keys() {
			item := completionItem{Label: key, Kind: kindProperty}
			if about := around.below(key); about != nil && about.Description != "" {
				item.Documentation = markdownContent(about.Description)
			}
			c.add(item, key+assign)
		}
		return c.list()
	}
	if !v.isConfig() && len(s.path) > 0 {
		cfg := v.archive.Model.Config
		switch s.path[0] {
		case "services":
			for _, one := range v.archive.Model.Services {
				c.name(one.ID, one.Name, one.Description, one.Aliases)
			}
			return c.list()
		case "factors":
			for _, one := range v.archive.Model.Factors {
				c.name(one.ID, one.Name, one.Description, one.Aliases)
			}
			return c.list()
		case "severity":
			for _, one := range cfg.Severities {
				c.name(one.ID, one.Name, one.Description, one.Aliases)
			}
			return c.list()
		case "related":
			return v.completeIDs(c)
		}
	}
	for _, word := range m.schema.at(s.path).words() {
		c.inOrder(completionItem{Label: word, Kind: kindEnumMember}, word)
	}
	return c.list()
}

func (c *choices) name(id, name, description string, aliases []string) {
	item := completionItem{Label: id, Kind: kindEnumMember, FilterText: strings.Join(append([]string{id, name}, aliases...), " ")}
	if name != id {
		item.Detail = name
	}
	if description != "" {
		item.Documentation = markdownContent(escape(description))
	}
	c.inOrder(item, id)
}

// newest calls offer for incidents that what was typed may mean, the newest first, until it has been done often enough.
func (v *view) newest(c *choices, offer func(p *postmortem.Postmortem)) {
	line := c.text.line(c.line)
	typed := strings.ToLower(path.Base(strings.TrimSpace(line[c.from:c.cursor])))
	var found []*postmortem.Postmortem
	for _, inc := range v.archive.Model.Incidents {
		p := inc.Postmortem
		if p.File == v.file {
			continue
		}
		known := strings.ToLower(p.ID + " " + p.Title + " " + p.File)
		if typed == "." || typed == ".." || strings.Contains(known, typed) {
			found = append(found, p)
		}
	}
	slices.SortStableFunc(found, func(a, b *postmortem.Postmortem) int { return strings.Compare(dateOf(b), dateOf(a)) })
	for i, p := range found {
		if i == mostChoices {
			c.more = true
			return
		}
		offer(p)
	}
}

func (v *view) completeIDs(c *choices) completionList {
	v.newest(c, func(p *postmortem.Postmortem) {
		c.inOrder(completionItem{
			Label: p.ID, Kind: kindReference, Detail: shortened(p.Title, 100), FilterText: p.ID + " " + p.Title, Documentation: markdownContent(incidentCard(p)),
		}, p.ID)
	})
	return c.list()
}

func (v *view) completeLinks(c *choices) completionList {
	v.newest(c, func(p *postmortem.Postmortem) {
		address, err := filepath.Rel(path.Dir(v.file), p.File)
		if err != nil {
			return
		}
		address = (&url.URL{Path: filepath.ToSlash(address)}).String()
		c.inOrder(completionItem{
			Label: p.ID, Kind: kindFile, Detail: shortened(p.Title, 100), FilterText: address + " " + p.ID + " " + p.Title, Documentation: markdownContent(incidentCard(p)),
		}, address)
	})
	return c.list()
}

// headings are the sections as they are called in English, with those that belong to one of them.
var headings = []struct {
	name  postmortem.SectionName
	title string
	below []string
}{
	{postmortem.Summary, "Summary", nil},
	{postmortem.Impact, "Impact", nil},
	{postmortem.TimelineSection, "Timeline", nil},
	{postmortem.ContributingFactors, "Contributing factors", nil},
	{postmortem.Trigger, "Trigger", nil},
	{postmortem.Detection, "Detection", nil},
	{postmortem.Resolution, "Resolution", nil},
	{postmortem.Background, "Background", nil},
	{postmortem.Lessons, "Lessons learned", []string{"What went well", "What went wrong", "Where we got lucky"}},
	{postmortem.ActionsSection, "Action items", nil},
	{postmortem.Supporting, "Supporting information", nil},
	{postmortem.Other, "Glossary", nil},
	{postmortem.ExternalSummary, "External summary", []string{"Summary", "What happened", "What are we doing about this", "Timeline"}},
}

// completeHeadings offers the sections that the file does not have, or the parts of the section that the heading is in.
func (v *view) completeHeadings(c *choices, level int) {
	inc := v.archive.Model.IncidentIn(v.file)
	if inc == nil {
		return
	}
	around := postmortem.Other
	for _, s := range inc.Sections {
		if s.Level == 1 && s.Line > 0 && s.Line <= c.line {
			around = s.Name
		}
	}
	if inc.External != nil && inc.External.Line > 0 && inc.External.Line <= c.line && !v.sectionBetween(inc.Postmortem, inc.External.Line, c.line) {
		around = postmortem.ExternalSummary
	}
	for _, h := range headings {
		switch {
		case level >= 3:
			if h.name == around {
				for _, title := range h.below {
					c.inOrder(completionItem{Label: title, Kind: kindModule}, title)
				}
			}
		case h.name == postmortem.ExternalSummary && inc.External != nil, h.name != postmortem.Other && inc.Section(h.name) != nil && inc.Section(h.name).Line != c.line+1:
			// it is there
		default:
			c.inOrder(completionItem{Label: h.title, Kind: kindModule}, h.title)
		}
	}
}

// sectionBetween reports whether a section of the report begins behind one line and not behind another.
func (v *view) sectionBetween(p *postmortem.Postmortem, from, to int) bool {
	return slices.ContainsFunc(p.Sections, func(s postmortem.Section) bool {
		return s.Level == 1 && s.Name != postmortem.ExternalSummary && s.Line > from && s.Line <= to
	})
}
