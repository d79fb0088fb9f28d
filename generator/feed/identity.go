package feed

import (
	"fmt"
	"strings"

	"debrief/generator/edition"
)

// identity returns the permanent name of something in this archive's edition; see the package comment.
func (w *writer) identity(parts ...string) string {
	var b strings.Builder
	b.WriteString("urn:debrief")
	if organization := strings.ToLower(strings.Join(strings.Fields(w.Site.Organization), "-")); organization != "" {
		b.WriteByte(':')
		escapeURN(&b, organization)
	}
	b.WriteByte(':')
	b.WriteString(string(w.Audience))
	for _, p := range parts {
		b.WriteByte(':')
		escapeURN(&b, p)
	}
	return b.String()
}

// incidentIdentity names an incident without regard to its amendments.
func (w *writer) incidentIdentity(inc *edition.Incident) string {
	return w.identity("incident", inc.ID)
}

// entryIdentity names the announcement of an incident that is in force: the first, or that of its newest significant amendment. They are
// counted, not dated, so that correcting a date announces nothing.
func (w *writer) entryIdentity(inc *edition.Incident) string {
	n := 0
	for _, a := range inc.Amendments {
		if a.Significant {
			n++
		}
	}
	if n == 0 {
		return w.incidentIdentity(inc)
	}
	return fmt.Sprintf("%s:amended-%d", w.incidentIdentity(inc), n)
}

// commitmentIdentity names one promise, by its number among those of its incident, in its present state.
func (w *writer) commitmentIdentity(c *edition.Commitment, number int) string {
	id := fmt.Sprintf("%s:commitment-%d", w.incidentIdentity(c.Incident), number)
	switch {
	case c.Status == edition.Done, c.Status == edition.Dropped:
		return id + ":" + string(c.Status)
	case len(c.Slipped) > 0:
		return id + ":due-" + c.Due.String()
	default:
		return id
	}
}

// escapeURN writes a part of a URN. It keeps fewer characters than RFC 8141 allows, so that older validators, which know RFC 2141 only, and
// the ":" between the parts are safe.
func escapeURN(b *strings.Builder, s string) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '.', c == '_':
			b.WriteByte(c)
		default:
			fmt.Fprintf(b, "%%%02X", c)
		}
	}
}
