package postmortem

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTitleAndID(t *testing.T) {
	for _, test := range []struct{ file, src, title, id string }{
		{"PM2021-005 - All services returning 503.md", "# All services returning 503\n\n## Summary\nx", "All services returning 503", "PM2021-005"},
		{"INC-42_disk-full.md", "text", "Disk full", "INC-42"},
		{"2017-09-27-hub-403.md", "# 2017-09-27, Hub 403\n", "2017-09-27, Hub 403", "2017-09-27-hub-403"},
		{"2017-09-27-hub-403.md", "## Summary\nx", "Hub 403", "2017-09-27-hub-403"},
		{"2023-01-07-fritz/index.md", "# Timeline\n- 10:00 a\n# Impact\nx\n", "Fritz", "2023-01-07-fritz"},
		{"a.html.md.erb", "---\ntitle: Given\n---\n# Another\n## Summary\n", "Given", "a"},
		{"a.qmd", "Report of a bad night\n\n**Impact:** much\n", "Report of a bad night", "a"},
		{"A report without an extension", "# Title\n", "Title", "A report without an extension"},
		{"rca.md", "# Root Cause Analysis\n\n## Summary\nx\n\n## Timeline\n- 10:00 a\n", "Root Cause Analysis", "rca"},
		{"x.md", "## Only heading\n\n### Summary\n\nx\n\n### Impact\n\ny\n", "Only heading", "x"},
		{"x.md", "# **Bold** `code` :fire: [link](https://x.example)\n", "Bold code link", "x"},
		{"0f8fad5b-d9cb-469f-a165-70867728950e.md", "The certificate expired. Nobody noticed.\n", "The certificate expired", "0f8fad5b-d9cb-469f-a165-70867728950e"},
		{"empty.md", "", "Empty", "empty"},
	} {
		p, _ := Read(test.file, []byte(test.src), Options{})
		if p.Title != test.title || p.ID != test.id {
			t.Errorf("%s %q: title %q id %q, want %q and %q", test.file, test.src, p.Title, p.ID, test.title, test.id)
		}
	}
}

// sectionsOf is the names of a report's sections in order, those of level two in brackets.
func sectionsOf(p *Postmortem) string {
	var names []string
	for _, s := range p.Sections {
		name := string(s.Name)
		if s.Level == 2 {
			name = "(" + name + ")"
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

func TestSectionForms(t *testing.T) {
	for _, test := range []struct{ name, src, want string }{
		{"H2 below a title", "# T\n## Summary\na\n## Impact\nb\n", "summary impact"},
		{"H1 without a title", "---\ntitle: T\n---\nIt was a bad day for all of us.\n\n# Timeline\n- 10:00 a\n# Root Cause\nb\n### Things that went well\nc\n### Opportunities\nd\n# Resulting Action\n- e\n",
			"summary timeline contributing_factors (went_well) (lessons) actions"},
		{"an H1 at the end of H2s", "# T\n## Summary\na\n## Lessons Learned\nb\n# Stats\n- Category: x\n", "summary lessons other"},
		{"H3 only", "# T\n### Summary\na\n### Impact\nb\n", "summary impact"},
		{"bold lines", "# T\n\n**Summary**\n\na\n\n**Impact:**\n\nb\n", "summary impact"},
		{"names on lines of their own", "T\n\nSummary:\n\na\n\nRoot Cause:\n\nb\n", "summary contributing_factors"},
		{"labels", "# T\n\n**Summary:** a\n\n**Impact:** b\nmore b\n\n**Root Cause:** c\n\n## Timeline\n- 10:00 a\n", "summary impact contributing_factors timeline"},
		{"a list of labels", "# T\n\n- **Identified**: a\n- **Impact**:\n  - b\n- **Resolution**: c\n", "detection impact resolution"},
		{"lessons hold what went well", "# T\n## Lessons\n### What went well\na\n### What went wrong\nb\n### Where we got lucky\nc\n## Actions\n- d\n", "lessons (went_well) (went_wrong) (lucky) actions"},
		{"a wrapper", "# T\n## Analysis\n### Root cause\na\n### Detection\nb\n## Next steps\n- c\n", "other (contributing_factors) (detection) actions"},
		{"groups of actions are no sections", "# T\n## Action items\n### Detection\n- a\n### Prevention\n- b\n", "actions"},
		{"phases of a timeline are no sections", "# T\n## Timeline\n### Detection\n- 10:00 a\n### Resolution\n- 11:00 b\n", "timeline"},
		{"unknown headings stay in order", "# T\n## Summary\na\n## The weather\nb\n## Impact\nc\n", "summary other impact"},
		{"text before the first heading", "# T\n\nThe whole thing took an hour and nobody slept.\n\n## Impact\nc\n", "summary impact"},
		{"text before the first heading beside a summary", "# T\n\nThe whole thing took an hour and nobody slept.\n\n## Summary\na\n", "other summary"},
		{"what happened without a summary", "# T\n## What happened?\nWe deployed.\n## Root cause\nb\n", "summary contributing_factors"},
		{"what happened beside a summary", "# T\n## Summary\na\n## What happened?\nWe deployed.\n", "summary other"},
		{"what happened with times", "# T\n## Summary\na\n## What happened?\n- 10:00 a\n- 10:01 b\n", "summary timeline"},
		{"headings in lists and quotes are none", "# T\n## Summary\n> ## Impact\n\n- ### Timeline\n", "summary"},
		{"an external summary keeps its parts", "# T\n## Summary\na\n## External summary\n### Summary\nb\n### What happened\nc\n## Impact\nd\n", "summary external impact"},
		{"a setext heading", "T\n=\n\nSummary\n-------\na\n\nImpact\n------\nb\n", "summary impact"},
	} {
		p, _ := Read("x.md", []byte(test.src), Options{})
		if got := sectionsOf(p); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

func TestFactsAtTheTop(t *testing.T) {
	p, problems := Read("x.md", []byte(`# Outage

**Date:** 5 March 2024
**Time:** 22:40 - 00:15 CET | **Severity:** SEV-1
- Services: payments, checkout
- Incident commander: ops on duty

| | |
|---|---|
| Detected | 22:50 |
| Time to recovery | 95 minutes |

## Summary

x
`), Options{})
	if got := p.Started.Time.UTC().Format(time.RFC3339); got != "2024-03-05T21:40:00Z" {
		t.Errorf("started %s", got)
	}
	if got := p.Resolved.Time.UTC().Format(time.RFC3339); got != "2024-03-05T23:15:00Z" {
		t.Errorf("resolved %s", got)
	}
	if p.Severity != "sev1" || !slices.Equal(p.Services, []string{"payments", "checkout"}) || p.Owner != "ops on duty" {
		t.Errorf("severity %q, services %q, owner %q", p.Severity, p.Services, p.Owner)
	}
	if len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
	if slices.Contains(p.Derived, "started") {
		t.Error("what the report states is not derived")
	}
	if s := p.Sections[0]; s.Name != Summary {
		t.Errorf("the facts are shown twice: %+v", s)
	}
}

func TestDerivedMoments(t *testing.T) {
	for _, test := range []struct{ name, src, started, detected, resolved, derived string }{
		{"from the title alone", "# 2024-03-05 outage\n\n## Summary\nx\n", "2024-03-05", "", "", "id started"},
		{"from prose", "# Outage\n\n## Summary\n\nOn March 5, 2024 at approximately 14:02 UTC things broke.\n", "14:02", "", "", "id title started"},
		{"from a window in prose", "# Outage 2024-03-05\n\n## Impact\n\nDown from 14:02 to 15:10 UTC.\n", "14:02", "", "15:10", "id title started resolved"},
		{"from a duration", "# Outage 2024-03-05\n\nStart: 14:02 UTC\nDuration: 1h 8m\n\n## Summary\nx\n", "14:02", "", "15:10", "id title resolved"},
		{"from durations that fit the entries", "# Outage 2024-03-05\n\n## Timeline\n- 13:00 UTC unrelated\n- 14:02 bad fix applied, service fully down\n- 14:10 found\n- 15:10 rollback, service restored\n- 16:00 all is well again, report written\n\n# Stats\n\n- Time to detection: 8 minutes\n- Time to recovery: 68 minutes\n",
			"14:02", "14:10", "15:10", "id title started detected resolved"},
		{"from signs", "# Outage 2024-03-05\n\n## Timeline\n- 14:02 UTC deploy\n- 14:10 alert fires\n- 14:20 tried to restart, not resolved\n- 15:10 error rate back to normal\n", "14:02", "14:10", "15:10", "id title started detected resolved"},
		{"nothing tells the end", "# Outage 2024-03-05\n\n## Timeline\n- 14:02 UTC deploy\n- 14:10 alert fires\n- 14:20 investigating\n", "14:02", "14:10", "", "id title started detected"},
	} {
		p, _ := Read("x.md", []byte(test.src), Options{})
		clock := func(m Moment) string {
			switch {
			case m.IsZero():
				return ""
			case m.DateOnly:
				return m.Time.Format(time.DateOnly)
			}
			return m.Time.UTC().Format("15:04")
		}
		if clock(p.Started) != test.started || clock(p.Detected) != test.detected || clock(p.Resolved) != test.resolved {
			t.Errorf("%s: started %q, detected %q, resolved %q", test.name, clock(p.Started), clock(p.Detected), clock(p.Resolved))
		}
		if want := strings.Fields(test.derived); test.name != "from the title alone" && !slices.Equal(p.Derived, want) {
			t.Errorf("%s: derived %q, want %q", test.name, p.Derived, want)
		}
	}
}

// TestNothingDerivedIsPublic checks that nothing but the word itself takes a report outside.
func TestNothingDerivedIsPublic(t *testing.T) {
	for _, src := range []string{
		"# T\n\n## Summary\nx\n", "---\nstatus: published\n---\n", "---\nvisibility: publik\n---\n", "---\nvisibility: [public]\n---\n", "---\nVisibility :\n  public: true\n---\n",
		"visibility: public\n\n# T\n", "**Visibility:** public\n", "---\ndraft: false\npublic: true\n---\n", "---\nid: x\n---\n---\nvisibility: public\n---\n",
	} {
		if p, _ := Read("x.md", []byte(src), Options{}); p.Visibility != Internal {
			t.Errorf("%q is public", src)
		}
	}
	if p, _ := Read("x.md", []byte("---\nvisibility: public\n---\n"), Options{}); p.Visibility != Public {
		t.Error("visibility: public is not public")
	}
}

func TestLooksLike(t *testing.T) {
	for _, test := range []struct {
		name, file, src string
		want            bool
	}{
		{"a report", "x.md", "# Outage on 2024-03-05\n\n## Summary\nIt was down.\n\n## Timeline\n- 10:00 a\n- 10:05 b\n", true},
		{"a report without a timeline", "2024-03-05.md", "# Disk full\n\n## Impact\na\n\n## Root cause\nb\n\n## Action items\n- c\n", true},
		{"an issue of a status page", "x.md", "---\ntitle: Outage\ndate: 2024-03-05T10:00:00Z\nresolvedWhen: 2024-03-05T11:00:00Z\nseverity: down\naffected: [a]\nsection: issue\n---\nWe are looking.\n", true},
		{"a readme", "README.md", "# Postmortems\n\nOur postmortems.\n\n- [Disk full](a.md)\n- [Cache](b.md)\n", false},
		{"a list by date", "index.md", "# Incidents\n\n- May 30th, 2019 - [Prow](a.md)\n- March 26th, 2019 - [Boskos](b.md)\n", false},
		{"a template", "template.md", "# Incident title\n\n## Summary\n\n## Timeline\n\n| Time | Event |\n|---|---|\n| 20xx-MM-DD HH:mm | Short event description |\n\n## Action items\n-\n", false},
		{"a template of braces", "x.md", "# {{ incident date }}, {{ incident name }}\n\n## Summary\n\n## Timeline\n\n### {{ yyyy-mm-dd hh:mm }}\n\n## Action items\n\n1. {{ summary }}\n", false},
		{"a template of brackets", "x.md", "# Post-Mortem: [Titre de l'incident]\n\n## Chronologie\n\n| Heure | Événement |\n|---|---|\n| HH:MM | Début |\n| HH:MM | Fin |\n\n## Impact\nx\n", false},
		{"a guide", "x.md", "# How we review incidents\n\nWe meet on Mondays.\n\n## Who comes\n\nEverybody.\n\n## What we ask\n\n- What happened?\n", false},
		{"a guide with an example in a fence", "x.md", "# Writing a postmortem\n\nUse this:\n\n```\n## Summary\n## Timeline\n- 10:00 a\n- 10:05 b\n```\n", false},
		{"an empty file", "x.md", "", false},
	} {
		p, _ := Read(test.file, []byte(test.src), Options{})
		if got, why := LooksLike(p); got != test.want {
			t.Errorf("%s: %v, because %s", test.name, got, why)
		}
	}
}

func TestSeverityNames(t *testing.T) {
	for name, want := range map[string]string{
		"sev1": "sev1", "SEV-1": "sev1", "Sev 1": "sev1", "P2": "sev2", "1": "sev1", "critical": "sev1", "SEV-2 (major)": "sev2", "P1 - Critical": "sev1", "🔴 Critical": "sev1", "kritisch": "sev1",
		"majeure": "sev2", "alta": "sev2", "Høy": "sev2", "重大": "sev1", "严重": "sev1", "高": "sev2", "down": "sev1", "disrupted": "sev2", "notice": "sev4", "Severity: 3": "sev3", "purple": "purple",
	} {
		p, _ := Read("x.md", []byte("---\nseverity: "+`"`+name+`"`+"\n---\n"), Options{})
		if p.Severity != want {
			t.Errorf("%q: got %q, want %q", name, p.Severity, want)
		}
	}
	own := func(name string) (string, bool) { return "red", name == "Code Red" }
	if p, _ := Read("x.md", []byte("---\nseverity: Code Red\n---\n"), Options{Severity: own}); p.Severity != "red" {
		t.Errorf("the archive's own severity: got %q", p.Severity)
	}
}

func TestLocationOfTheArchive(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	p, _ := Read("2024-07-05-x.md", []byte("## Timeline\n- 10:00 a\n- 10:05 b\n"), Options{Location: berlin})
	if got := p.Timeline[0].Time; got.Time.UTC().Hour() != 8 || got.ZoneStated || p.ZoneStated {
		t.Errorf("%+v, zone stated %v", got, p.ZoneStated)
	}
}
