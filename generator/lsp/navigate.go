package lsp

import (
	"context"
	"net/url"
	"path"
	"slices"
	"strings"

	"debrief/generator/lazyregexp"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

// definition leads from an id or a link to the file it means, and from the name of a service, factor or severity to archive.yaml.
func (s *server) definition(_ context.Context, params positionParams) (any, error) {
	v := s.desk.look(params.TextDocument.URI)
	if v == nil {
		return nil, nil
	}
	at, ok := v.target(params.Position)
	if !ok {
		return nil, nil
	}
	if location := v.location(at); location != nil {
		return location, nil
	}
	return nil, nil
}

// target is the place that a place leads to.
func (v *view) target(p Position) (problem.Position, bool) {
	a := v.archive.Model
	if m := v.matter(); m.holds(p.Line) {
		s := v.spotAt(m, p)
		if s.onKey {
			return problem.Position{}, false
		}
		if inc := a.Incident(s.word); inc != nil {
			return inc.At("id"), true
		}
		var at problem.Position
		switch s.key() {
		case "services":
			found, _ := a.Config.Service(s.word)
			at = found.At
		case "factors":
			found, _ := a.Config.Factor(s.word)
			at = found.At
		case "severity":
			found, _ := a.Config.Severity(s.word)
			at = found.At
		}
		return at, at.Line > 0
	}
	if l, ok := v.linkAt(p); ok {
		switch {
		case a.IncidentIn(l.file) != nil, a.PageIn(l.file) != nil, a.HasFile(l.file):
			return problem.Position{File: l.file, Line: 1, Column: 1}, true
		}
		return problem.Position{}, false
	}
	word, _ := v.idAt(p)
	if inc := a.Incident(word); inc != nil {
		return inc.At("id"), true
	}
	return problem.Position{}, false
}

// references are the incidents that name what stands at a place: an incident under related, or the same service, factor or severity.
func (s *server) references(_ context.Context, params positionParams) (any, error) {
	v := s.desk.look(params.TextDocument.URI)
	if v == nil {
		return nil, nil
	}
	key, id := v.nameAt(params.Position)
	locations := []*Location{}
	if id == "" {
		return locations, nil
	}
	for _, inc := range v.archive.Model.Incidents {
		named := false
		switch key {
		case "services":
			named = slices.Contains(inc.ServiceIDs, id)
		case "factors":
			named = slices.Contains(inc.FactorIDs, id)
		case "severity":
			named = inc.SeverityID == id
		case "related":
			named = slices.Contains(inc.RelatedIDs, id)
		}
		if named {
			locations = append(locations, v.location(inc.At(key)))
		}
	}
	return locations, nil
}

// nameAt is the id at a place, and the key under which others name it.
func (v *view) nameAt(p Position) (key, id string) {
	a := v.archive.Model
	if m := v.matter(); m.holds(p.Line) {
		s := v.spotAt(m, p)
		key = s.key()
		if v.isConfig() && len(s.path) > 1 && key == "id" {
			key = s.path[len(s.path)-2]
		}
		switch key {
		case "services":
			found, _ := a.Config.Service(s.word)
			if id = found.ID; id == "" {
				id = s.word
			}
		case "factors":
			found, _ := a.Config.Factor(s.word)
			if id = found.ID; id == "" {
				id = s.word
			}
		case "severity", "severities":
			found, _ := a.Config.Severity(s.word)
			return "severity", found.ID
		case "related", "id":
			return "related", s.word
		}
		return key, id
	}
	if l, ok := v.linkAt(p); ok {
		if inc := a.IncidentIn(l.file); inc != nil {
			return "related", inc.ID
		}
	}
	word, _ := v.idAt(p)
	if a.Incident(word) != nil {
		return "related", word
	}
	return "", ""
}

// link is a link to a file of the archive.
type link struct {
	file  string
	where Range
}

var linkTarget = lazyregexp.New(`\]\(\s*<?([^\s()<>]+)|^\s{0,3}\[[^\]]+\]:\s*<?([^\s<>]+)`)

// linkAt is the link around a place, its text included.
func (v *view) linkAt(p Position) (link, bool) {
	t := v.document.text
	line := t.line(p.Line)
	cursor := byteColumn(line, p.Character)
	for _, m := range linkTarget.FindAllStringSubmatchIndex(line, -1) {
		from, to := m[2], m[3]
		if from < 0 {
			from, to = m[4], m[5]
		}
		begin := max(strings.LastIndexByte(line[:m[0]+1], '['), 0)
		if cursor < begin || cursor > to {
			continue
		}
		if file := v.linked(line[from:to]); file != "" {
			return link{file, Range{t.at(p.Line, begin), t.at(p.Line, to)}}, true
		}
	}
	return link{}, false
}

// linked is the file of the archive that an address in the document means; empty when it leads elsewhere.
func (v *view) linked(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Path == "" || strings.HasPrefix(u.Path, "/") {
		return ""
	}
	file := path.Join(path.Dir(v.file), u.Path)
	for _, candidate := range []string{file, file + ".md", file + "/index.md"} {
		if a := v.archive.Model; a.IncidentIn(candidate) != nil || a.PageIn(candidate) != nil {
			return candidate
		}
	}
	return file
}

var idWord = lazyregexp.New(`[\p{L}\p{M}\p{N}_][\p{L}\p{M}\p{N}_./-]*`)

// idAt is the word around a place, as ids are written.
func (v *view) idAt(p Position) (string, Range) {
	t := v.document.text
	line := t.line(p.Line)
	cursor := byteColumn(line, p.Character)
	for _, m := range idWord.FindAllStringIndex(line, -1) {
		if cursor >= m[0] && cursor <= m[1] {
			word := strings.TrimRight(line[m[0]:m[1]], "./-")
			return word, Range{t.at(p.Line, m[0]), t.at(p.Line, m[0]+len(word))}
		}
	}
	return "", Range{}
}

// documentSymbol is the outline: the sections, and in the timeline its entries.
func (s *server) documentSymbol(_ context.Context, params documentParams) (any, error) {
	v := s.desk.look(params.TextDocument.URI)
	if v == nil {
		return nil, nil
	}
	symbols := []documentSymbol{}
	inc := v.archive.Model.IncidentIn(v.file)
	if inc == nil {
		return symbols, nil
	}
	sections := slices.DeleteFunc(slices.Clone(inc.Sections), func(s postmortem.Section) bool { return s.Heading == "" || s.Line < 1 })
	slices.SortStableFunc(sections, func(a, b postmortem.Section) int { return a.Line - b.Line })
	for i := range sections {
		end := len(v.document.text.starts)
		for _, next := range sections[i+1:] {
			if next.Level <= sections[i].Level {
				end = next.Line - 1
				break
			}
		}
		symbol := v.sectionSymbol(sections[i], end, inc.Timeline)
		if last := len(symbols) - 1; sections[i].Level > 1 && last >= 0 {
			symbols[last].Children = append(symbols[last].Children, symbol)
		} else {
			symbols = append(symbols, symbol)
		}
	}
	return symbols, nil
}

func (v *view) sectionSymbol(s postmortem.Section, end int, timeline []postmortem.Entry) documentSymbol {
	symbol := documentSymbol{Name: s.Heading, Kind: symbolNamespace, Range: v.lines(s.Line, end), SelectionRange: v.lines(s.Line, s.Line)}
	if s.Name != postmortem.TimelineSection {
		return symbol
	}
	for _, e := range timeline {
		if e.Line < s.Line || e.Line > end {
			continue
		}
		name := shortened(e.Text, 80)
		if name == "" {
			name = string(e.Milestone)
		}
		if name = strings.TrimSpace(e.Written + " " + name); name == "" {
			continue // a symbol must have a name
		}
		where := v.lines(e.Line, e.Line)
		symbol.Children = append(symbol.Children, documentSymbol{Name: name, Detail: string(e.Milestone), Kind: symbolEvent, Range: where, SelectionRange: where})
	}
	return symbol
}

// lines is the range of some lines, counted from 1, the last included.
func (v *view) lines(first, last int) Range {
	t := v.document.text
	last = max(first, last)
	return Range{t.at(first-1, 0), t.at(last-1, len(t.line(last-1)))}
}
