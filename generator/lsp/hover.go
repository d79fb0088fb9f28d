package lsp

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"debrief/generator/config"
	"debrief/generator/lint"
	"debrief/generator/postmortem"
)

// hover says what there is to know at a place: of what was found there, of a key or a name in front matter, of another incident, of a term.
func (s *server) hover(_ context.Context, params positionParams) (any, error) {
	v := s.desk.look(params.TextDocument.URI)
	if v == nil {
		return nil, nil
	}
	var parts []string
	spot := Range{params.Position, params.Position}
	seen := map[string]bool{}
	for _, f := range v.findingsAt(spot) {
		if rule, ok := lint.Lookup(f.Rule); ok && !seen[f.Rule] {
			seen[f.Rule] = true
			spot = v.rangeOf(f.Problem)
			parts = append(parts, rule.Markdown(3))
		}
	}
	if what, where := v.about(params.Position); what != "" {
		if len(parts) == 0 {
			spot = where
		}
		parts = append(parts, what)
	}
	if len(parts) == 0 {
		return nil, nil
	}
	return hover{Contents: markdownContent(strings.Join(parts, "\n\n---\n\n")), Range: spot}, nil
}

// about says what a place names, in Markdown.
func (v *view) about(p Position) (string, Range) {
	t := v.document.text
	if m := v.matter(); m.holds(p.Line) {
		s := v.spotAt(m, p)
		where := Range{t.at(s.line, s.from), t.at(s.line, s.to)}
		if s.onKey {
			if key := m.schema.at(s.path); key != nil && key.Description != "" {
				return fmt.Sprintf("**%s**: %s", escape(s.key()), escape(key.Description)), where
			}
			return "", where
		}
		if inc := v.archive.Model.Incident(s.word); inc != nil {
			return incidentCard(inc.Postmortem), where
		}
		return v.nameCard(s.key(), s.word), where
	}
	if l, ok := v.linkAt(p); ok {
		if inc := v.archive.Model.IncidentIn(l.file); inc != nil {
			return incidentCard(inc.Postmortem), l.where
		}
	}
	word, where := v.idAt(p)
	if inc := v.archive.Model.Incident(word); inc != nil && inc.File != v.file {
		return incidentCard(inc.Postmortem), where
	}
	return v.termAt(p)
}

// incidentCard tells of an incident what tells it from others.
func incidentCard(p *postmortem.Postmortem) string {
	var facts []string
	for _, fact := range []string{p.ID, p.Severity, dateOf(p)} {
		if fact != "" {
			facts = append(facts, escape(fact))
		}
	}
	card := fmt.Sprintf("**%s**\n\n%s", escape(p.Title), strings.Join(facts, " · "))
	if s := p.Section(postmortem.Summary); s != nil && s.Body.Text != "" {
		card += "\n\n" + escape(shortened(s.Body.Text, 400))
	}
	return card
}

func dateOf(p *postmortem.Postmortem) string {
	for _, m := range []postmortem.Moment{p.Started, p.Detected} {
		if !m.IsZero() {
			return m.Time.Format(time.DateOnly)
		}
	}
	return p.Published.String()
}

// nameCard tells of a service, a factor or a severity.
func (v *view) nameCard(key, name string) string {
	c := v.archive.Model.Config
	card := func(id, name, description string, more ...string) string {
		text := fmt.Sprintf("**%s** (%s)", escape(name), escape(id))
		if description != "" {
			text += "\n\n" + escape(description)
		}
		for _, m := range more {
			if m != "" {
				text += "\n\n" + m
			}
		}
		return text
	}
	switch key {
	case "services":
		if s, ok := c.Service(name); ok {
			owner := ""
			if s.Owner != "" {
				owner = "Owner: " + escape(s.Owner)
			}
			return card(s.ID, s.Name, s.Description, owner, v.used(func(services, _ []string) []string { return services }, s.ID))
		}
	case "factors":
		if f, ok := c.Factor(name); ok {
			return card(f.ID, f.Name, f.Description, v.used(func(_, factors []string) []string { return factors }, f.ID))
		}
	case "severity":
		if s, ok := c.Severity(name); ok {
			return card(s.ID, s.Name, s.Description, deadlines(s))
		}
	}
	return ""
}

// used says how many incidents name a service or factor.
func (v *view) used(ids func(services, factors []string) []string, id string) string {
	n := 0
	for _, inc := range v.archive.Model.Incidents {
		for _, own := range ids(inc.ServiceIDs, inc.FactorIDs) {
			if own == id {
				n++
			}
		}
	}
	if n == 1 {
		return "1 incident"
	}
	return fmt.Sprintf("%d incidents", n)
}

func deadlines(s config.Severity) string {
	var due []string
	if s.DocumentWithinDays > 0 {
		due = append(due, fmt.Sprintf("written within %d days", s.DocumentWithinDays))
	}
	if s.MeetingWithinDays > 0 {
		due = append(due, fmt.Sprintf("reviewed within %d days", s.MeetingWithinDays))
	}
	if len(due) == 0 {
		return ""
	}
	return "To be " + strings.Join(due, " and ") + "."
}

// termAt looks for the longest term of the glossary around a place.
func (v *view) termAt(p Position) (string, Range) {
	t := v.document.text
	line := t.line(p.Line)
	cursor := byteColumn(line, p.Character)
	var best, meaning string
	var from int
	look := func(term, explained string) {
		if len(term) <= len(best) || term == "" || explained == "" {
			return
		}
		if at, ok := standsAt(line, term, cursor); ok {
			best, meaning, from = term, explained, at
		}
	}
	for _, g := range v.archive.Model.Config.Glossary {
		look(g.Term, g.Meaning)
	}
	if inc := v.archive.Model.IncidentIn(v.file); inc != nil {
		for _, g := range inc.Glossary {
			look(g.Term, g.Meaning)
		}
	}
	if best == "" {
		return "", Range{}
	}
	return fmt.Sprintf("**%s**: %s", escape(best), escape(meaning)), Range{t.at(p.Line, from), t.at(p.Line, from+len(best))}
}

// standsAt reports where a term stands around a column, as words of their own, whatever the case.
func standsAt(line, term string, cursor int) (from int, ok bool) {
	for from = max(cursor-len(term), 0); from <= cursor && from+len(term) <= len(line); from++ {
		if !utf8.RuneStart(line[from]) || !strings.EqualFold(line[from:from+len(term)], term) {
			continue
		}
		last, _ := utf8.DecodeLastRuneInString(line[:from])
		next, _ := utf8.DecodeRuneInString(line[from+len(term):])
		if !inWord(last) && !inWord(next) {
			return from, true
		}
	}
	return 0, false
}

func inWord(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// shortened is a text in one line, cut at a word.
func shortened(s string, most int) string {
	words := strings.Fields(s)
	n := 0
	for i, w := range words {
		if n += utf8.RuneCountInString(w) + 1; n > most {
			return strings.Join(words[:i], " ") + " …"
		}
	}
	return strings.Join(words, " ")
}

// escape makes Markdown show a text as it is.
var escape = strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "<", "&lt;", "[", `\[`, "]", `\]`, "#", `\#`, "|", `\|`, "\n", " ").Replace
