package edition_test

import (
	"strings"
	"testing"

	"debrief/generator/archive"
	"debrief/generator/config"
	"debrief/generator/edition"
	"debrief/generator/postmortem"
	"debrief/generator/testkit"
)

// project reads an archive from a txtar text and makes an edition of it. Files that are no Markdown are attachments.
func project(t *testing.T, text string, opts edition.Options) (*edition.Edition, string) {
	t.Helper()
	files := testkit.FS(t, text)
	cfg, problems, err := config.Load(files)
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	var all []*postmortem.Postmortem
	var attachments []string
	for name, file := range files {
		switch {
		case strings.HasSuffix(name, ".md"):
			p, _ := postmortem.Read(name, file.Data, postmortem.Options{Location: cfg.Location})
			all = append(all, p)
		case name != "archive.yaml":
			attachments = append(attachments, name)
		}
	}
	a, _ := archive.New(cfg, all, nil, attachments)
	e, found := edition.Project(a, opts)
	var lines []string
	for _, p := range found {
		lines = append(lines, p.Error())
	}
	return e, strings.Join(lines, "\n")
}

const ferries = `
-- archive.yaml --
services:
  - {id: tickets, name: Ticketing backend, public_name: Tickets}
  - {id: payroll, name: Payroll}
factors:
  - {id: config, name: Config change, public_name: Configuration}
-- a.md --
---
id: A
visibility: public
started: 2024-03-05T14:00:00Z
mitigated: 2024-03-05T14:30:00Z
resolved: 2024-03-05T16:00:00Z
services: [tickets, payroll]
factors: [config]
related: [C]
---
# A

## Summary

See [b](b.md), [the graph](graph.png), [nothing](gone.md) and [home](/services/tickets/).

## External summary

### Summary

Tickets were slow, see [b](b.md) and [c](c.md) and ![graph](graph.png).
-- b.md --
---
id: B
visibility: public
started: 2024-05-05T14:00:00Z
services: [tickets]
factors: [config]
---
# B

## External summary

### Summary

Tickets were slow again.
-- c.md --
---
id: C
started: 2024-06-05T14:00:00Z
services: [tickets]
factors: [config]
---
# C

## Summary

Only inside. See [log](private.log).
-- d.md --
---
id: D
visibility: public
---
# D

## Summary

Public, but nothing is written for customers.
-- graph.png --
picture
-- private.log --
log
`

func ids(incidents []*edition.Incident) string {
	var out []string
	for _, inc := range incidents {
		out = append(out, inc.ID)
	}
	return strings.Join(out, " ")
}

func relatedIDs(inc *edition.Incident) string {
	var out []string
	for _, r := range inc.Related() {
		out = append(out, r.Incident.ID)
	}
	return strings.Join(out, " ")
}

func attached(e *edition.Edition) string {
	var out []string
	for _, a := range e.Attachments {
		out = append(out, a.Path)
	}
	return strings.Join(out, " ")
}

func TestInside(t *testing.T) {
	e, problems := project(t, ferries, edition.Options{Audience: edition.Internal})
	if got := ids(e.Incidents); got != "C B A D" {
		t.Errorf("incidents are %s, want the newest first: C B A D", got)
	}
	a := e.Incidents[2]
	if got := relatedIDs(a); got != "C B" {
		t.Errorf("related to A are %s, want C, which its author links, before B", got)
	}
	if got := attached(e); got != "incidents/a/graph.png incidents/c/private.log" {
		t.Errorf("attachments are %s", got)
	}
	if !strings.Contains(problems, `a.md:15: warning: "gone.md": there is no such file in the archive`) {
		t.Errorf("the problems do not tell of the broken link:\n%s", problems)
	}
	if a.ToResolve.Hours() != 2 || !a.Public {
		t.Errorf("A took %v and is public: %v", a.ToResolve, a.Public)
	}
}

func TestOutside(t *testing.T) {
	e, problems := project(t, ferries, edition.Options{Audience: edition.External, Drafts: true})
	if got := ids(e.Incidents); got != "B A" {
		t.Errorf("incidents are %s, want B A", got)
	}
	a := e.Incidents[1]
	if got := relatedIDs(a); got != "B" {
		t.Errorf("related to A are %q, want B alone: C is not outside", got)
	}
	if len(a.Services) != 1 || a.Services[0].Name != "Tickets" || len(e.Services) != 1 {
		t.Errorf("services outside are %+v", e.Services)
	}
	if got := attached(e); got != "incidents/a/graph.png" {
		t.Errorf("attachments are %s", got)
	}
	if len(e.Services[0].Incidents) != 2 {
		t.Errorf("Tickets has %d incidents, want the 2 that are outside", len(e.Services[0].Incidents))
	}
	for _, want := range []string{
		"a.md:21: warning: this link leads to c.md, which this edition does not have",
		"d.md:3:1: warning: this postmortem is public but has no External summary",
	} {
		if !strings.Contains(problems, want) {
			t.Errorf("the problems do not say %q:\n%s", want, problems)
		}
	}
}

// An organisation that publishes its reports whole lists the sections that may leave; people, tickets and evidence still stay.
func TestOpenSections(t *testing.T) {
	e, _ := project(t, `
-- archive.yaml --
open_sections: [summary, timeline, actions]
-- a.md --
---
id: A
visibility: public
---
# A

## Summary

In short.

## Impact

Not open.

## Timeline

- 2024-03-05 14:00 UTC **Began** (evidence: [graph](https://dashboards.example/))
- 2024-03-05 15:00 UTC **Resolved**

## Action items

| Action | Owner | Status | Ticket |
|---|---|---|---|
| Do it | Somebody | open | [X-1](https://tickets.example/X-1) |
`, edition.Options{Audience: edition.External})
	if len(e.Incidents) != 1 {
		t.Fatal("a public postmortem with open sections is not outside")
	}
	a := e.Incidents[0]
	if a.SummaryText != "In short." || len(a.Timeline) != 2 || a.Started.IsZero() || a.Resolved.IsZero() {
		t.Errorf("the open sections are not there: %q, %d entries, started %v", a.SummaryText, len(a.Timeline), a.Started)
	}
	for _, s := range a.Sections {
		if s.Name == "impact" {
			t.Error("a section that is not open is outside")
		}
	}
	if len(a.Actions) != 1 || a.Actions[0].Owner != "" || a.Actions[0].Link != "" || len(a.Timeline[0].Evidence) != 0 {
		t.Errorf("people, tickets or evidence are outside: %+v %+v", a.Actions, a.Timeline)
	}
}
