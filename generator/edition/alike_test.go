package edition_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"debrief/generator/edition"
)

// reports writes postmortems that differ in title and summary only, as a txtar text.
func reports(texts ...string) string {
	var b strings.Builder
	for i, text := range texts {
		title, summary, _ := strings.Cut(text, "|")
		fmt.Fprintf(&b, "-- %c.md --\n---\nid: %c\nstarted: 2024-01-%02dT10:00:00Z\n---\n# %s\n\n## Summary\n\n%s\n", 'a'+i, 'A'+i, i+1, title, summary)
	}
	return b.String()
}

func TestRelatedByText(t *testing.T) {
	e, _ := project(t, reports(
		"Sentinel lost its quorum|The conntrack table of two nodes overflowed and the sentinel promoted a replica.",
		"Ferry times were stale|A cached timetable was served for an hour after the winter change.",
		"Checkout slow|The conntrack table overflowed again while the sentinel was voting about its quorum.",
		"Mail delayed|The queue of outgoing mail was not drained for an hour after the change.",
	), edition.Options{Audience: edition.Internal})
	related := map[string]string{}
	for _, inc := range e.Incidents {
		for _, r := range inc.Related() {
			related[inc.ID] += r.Incident.ID + " " + strings.Join(r.Words, ",") + ";"
		}
	}
	// What each two have in common is rare in the archive; "hour" and "change" hold no two incidents together.
	want := map[string]string{"A": "C conntrack,overflowed,quorum;", "C": "A conntrack,overflowed,quorum;"}
	for _, id := range []string{"A", "B", "C", "D"} {
		if related[id] != want[id] {
			t.Errorf("%s is related to %q, want %q", id, related[id], want[id])
		}
	}
}

func TestRelatedByTextNeedsRareWords(t *testing.T) {
	var texts []string
	for i := range 20 {
		texts = append(texts, fmt.Sprintf("Gateway timeouts number%c|The gateway refused connections while the deploy was rolling.", 'a'+i))
	}
	e, _ := project(t, reports(texts...), edition.Options{Audience: edition.Internal})
	for _, inc := range e.Incidents {
		if related := inc.Related(); len(related) > 0 {
			t.Fatalf("%s is related to %s by words that every incident has: %q", inc.ID, related[0].Incident.ID, related[0].Words)
		}
	}
}

// A text that is private must not show in what the outside calls alike.
func TestRelatedByTextOutside(t *testing.T) {
	public := func(id, title, summary, external string) string {
		return fmt.Sprintf("-- %s.md --\n---\nid: %s\nvisibility: public\nstatus: published\nstarted: 2024-01-01T10:00:00Z\n---\n# %s\n\n## Summary\n\n%s\n\n## External summary\n\n### Summary\n\n%s\n",
			id, id, title, summary, external)
	}
	secret := "The conntrack table overflowed and the sentinel lost its quorum."
	e, _ := project(t, public("A", "Checkout slow", secret, "Paying took long.")+public("B", "Search failed", secret, "Searching gave nothing."),
		edition.Options{Audience: edition.External})
	if len(e.Incidents) != 2 {
		t.Fatalf("%d incidents outside", len(e.Incidents))
	}
	for _, inc := range e.Incidents {
		if related := inc.Related(); slices.ContainsFunc(related, func(r edition.Relation) bool { return len(r.Words) > 0 }) {
			t.Errorf("%s is related by %q", inc.ID, related[0].Words)
		}
	}
}
