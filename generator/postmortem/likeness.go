package postmortem

import (
	"slices"
	"strings"

	"debrief/generator/lazyregexp"
)

// incidentWords are what the title of a report is likely to say.
var incidentWords = lazyregexp.New(`(?i)\b(incidents?|outages?|post-?mortems?|downtime|degraded|degradation|disruptions?|failures?|unavailable|rca|root cause|störung|ausfall|vorfall|panne|incidencia|incidente|caída|hendelse|driftsforstyrrelse|nedetid|avbrott|driftstörning|storing|awaria|инцидент|сбой|авария)\b|障害|インシデント|事故|故障|复盘|复盤|事件|장애`)

// LooksLike reports whether a postmortem that was read reads like a report of an incident, and why, or why not. A list of reports, a guide
// and a template do not.
func LooksLike(p *Postmortem) (bool, string) {
	known := map[SectionName]bool{}
	filled, timed := 0, 0
	for _, e := range p.Timeline {
		if !e.Time.IsZero() {
			timed++
		}
	}
	placeholders := 0 // which a text with a timeline may well speak of
	for _, s := range p.Sections {
		if s.Name != Other && s.Name != Supporting && s.Name != Background {
			known[s.Name] = true
			if strings.TrimSpace(s.Body.Text) != "" || s.Name == TimelineSection && len(p.Timeline) > 0 || s.Name == ActionsSection && len(p.Actions) > 0 {
				filled++
			}
		}
		if timed == 0 {
			placeholders += templateMarks(s.Body.Text)
		}
	}
	content := len(p.Timeline) + len(p.Actions) + filled
	moments := 0
	for _, m := range []Moment{p.Started, p.Detected, p.Declared, p.Mitigated, p.Resolved} {
		if !m.IsZero() {
			moments++
		}
	}
	if timed == 0 && slices.ContainsFunc(p.Timeline, func(e Entry) bool {
		return templateMarks(e.Written) > 0 || templateMarks(e.Text) > 0 || e.Time.IsZero() && templateTime.MatchString(e.Written)
	}) {
		placeholders++
	}
	if mayNameTemplate(p.Title) && templateTitle.MatchString(p.Title) {
		return false, "its title is that of a template: " + quote(p.Title)
	}
	if slices.ContainsFunc([]string{p.Title, stem(p.File)}, func(name string) bool { return mayNameTemplate(name) && templateName.MatchString(name) }) {
		return false, "it is a template"
	}
	switch {
	case placeholders > 0 && (moments == 0 || placeholders >= 3):
		return false, "it holds only the placeholders of a template"
	case timed >= 2:
		return true, "it has a timeline"
	case len(known) >= 3 && content >= 2:
		return true, "it has the sections of a postmortem"
	case isIncidentFrontMatter(p):
		return true, "its front matter is that of an incident"
	case p.writes("uuid") && (p.writes("company") || p.writes("product")):
		return true, "its front matter is that of a catalogue of postmortems"
	case len(known) >= 2 && content >= 2 && (moments > 0 || incidentWords.MatchString(p.Title) && filled >= 2):
		return true, "it has sections of a postmortem and the date or title of one"
	case incidentWords.MatchString(p.Title) && moments > 0 && filled > 0:
		return true, "its title and date are those of an incident"
	case precise(p.Started) && precise(p.Resolved) && len(p.Sections) > 0 && troubleWords.MatchString(p.Title):
		return true, "it says when it began and when it ended"
	case len(known) == 0:
		return false, "it has none of the sections of a postmortem, and no timeline"
	}
	return false, "it has too little of a postmortem: no timeline, and hardly a section of one"
}

// mayNameTemplate reports whether a title or name has one of the signs that every one has which templateTitle or templateName matches.
func mayNameTemplate(name string) bool {
	name = strings.ToLower(name)
	return strings.ContainsAny(name, "[<{") ||
		slices.ContainsFunc([]string{"template", "pmyyyy", "pmxxxx", "inc-x", "yyyy", "aaaa-mm"}, func(sign string) bool { return strings.Contains(name, sign) })
}

// templateMarks counts the placeholders of a template in a text, up to four. A text without a bracket or a word that every one of them has is
// not searched: that is nearly all text there is.
func templateMarks(text string) int {
	if !strings.ContainsAny(text, "{<[") && !slices.ContainsFunc([]string{"YYYY", "yyyy", "20xx", "Lorem"}, func(w string) bool { return strings.Contains(text, w) }) {
		return 0
	}
	return len(templateMark.FindAllString(text, 4))
}

// precise reports whether a moment is known to the minute.
func precise(m Moment) bool { return !m.IsZero() && !m.DateOnly }

// troubleWords are what else the title of a report may say.
var troubleWords = lazyregexp.New(`(?i)\b(down|errors?|broken|stall(ed)?|slow(ness)?|lost|loss|issues?|problems?|unreachable|latency|timeouts?|fail(s|ed|ing)?|crash(ed|es)?|corrupt(ed|ion)?|delay(s|ed)?|offline|leak(ed)?|breach|outages?)\b`)

// isIncidentFrontMatter reports whether front matter states what only an incident has.
func isIncidentFrontMatter(p *Postmortem) bool {
	if p.External != nil {
		return true
	}
	for _, key := range []string{"started", "resolved", "severity", "detected", "mitigated", "declared", "external_title", "factors", "near_miss", "stage", "detected_by"} {
		if p.writes(key) {
			return true
		}
	}
	return !p.Started.IsZero() && !contains(p.Derived, "started")
}

func contains(list []string, word string) bool {
	for _, w := range list {
		if w == word {
			return true
		}
	}
	return false
}

var (
	templateMark  = lazyregexp.New(`\{\{[^}]*\}\}|<(?:\.\.\.|insert|your|date|time|name|description|summary|link)[^>]*>|\b(?:YYYY|yyyy|20xx)-(?:MM|mm)-(?:DD|dd)\b|\[(?:insert|your|date|time|description|short description)[^\]]*\]|\bLorem ipsum\b`)
	templateTitle = lazyregexp.New(`(?i)\[[^\]]*\b(title|titre|t[ií]tulo|titel|tittel|titolo|name|nom|nombre|incident|incidente|vorfall)\b[^\]]*\]|<[^>]*\b(title|titre|name|incident|summary)\b[^>]*>|\{\{?[^}]*\}?\}|\bINC-X+|YYYY-?MM|AAAA-MM|\[INC-`)
	templateTime  = lazyregexp.New(`(?i)^\[?(?:20xx|yyyy|aaaa|\{\{?|<|hh:mm|xx:xx|heure|hora|time|uhrzeit)`)
	templateName  = lazyregexp.New(`(?i)^(?:template|incident[-_ ]?template|postmortem[-_ ]?template|post[-_ ]mortem[-_ ]template|.*\btemplate)$|^template[-_ ]|^pm(?:yyyy|xxxx)|(?:^|[-_ ])template(?:$|[-_ ])`)
)
