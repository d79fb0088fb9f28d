package postmortem

import (
	"strings"
	"sync"
	"time"

	"debrief/generator/problem"
)

// checkMoments says where the moments contradict each other, or the durations the report states.
func (r *reader) checkMoments() {
	p := r.p
	for _, m := range r.moments() {
		if m.key == "started" || m.field.IsZero() || p.Started.IsZero() || m.field.DateOnly || p.Started.DateOnly || !m.field.Time.Before(p.Started.Time) {
			continue
		}
		if r.soft[m.key] || r.soft["started"] && r.derived[m.key] {
			// What was worked out does not contradict what is stated: it was worked out wrongly.
			*m.field = Moment{}
			delete(r.derived, m.key)
			continue
		}
		if r.soft["started"] {
			continue
		}
		at := r.placeOf(m.key)
		if r.derived[m.key] && r.derived["started"] {
			r.problems.Warnf(at, "time-before-start", "correct the one that is wrong", "by the timeline it was %s (line %d) before it began (line %d)", m.key, at.Line, r.placeOf("started").Line)
			continue
		}
		r.problems.Errorf(at, "time-before-start", "correct the one that is wrong", "%s (%s, line %d) is before started (%s, line %d)",
			m.key, m.field.Time.Format(time.RFC3339), at.Line, p.Started.Time.Format(time.RFC3339), r.placeOf("started").Line)
	}
	r.checkDurations()
}

// placeOf returns where a moment is stated: its key, another tool's key, or a line of the body.
func (r *reader) placeOf(key string) problem.Position {
	if n := r.matter.Node(key); n != nil && !n.IsBlank() && n.Text != "true" && n.Text != "false" {
		return n.Pos
	}
	what := fact(key)
	if e := r.foreign.values[what]; e != nil {
		return e.Value.Pos
	}
	if key == "started" {
		if e := r.foreign.values[factDate]; e != nil {
			return e.Value.Pos
		}
	}
	if st, ok := r.facts[what]; ok {
		return problem.Position{File: r.p.File, Line: st.line, Column: 1}
	}
	milestone := Milestone(key)
	if key == "started" {
		milestone = Began
	}
	for _, e := range r.p.Timeline {
		if e.Milestone == milestone {
			return problem.Position{File: r.p.File, Line: e.Line, Column: 1}
		}
	}
	return problem.Position{File: r.p.File, Line: 1, Column: 1}
}

// checkDurations compares the durations a report states with those that follow from its moments.
func (r *reader) checkDurations() {
	d := r.p.Durations()
	for _, c := range []struct {
		name           string
		stated, actual time.Duration
		at             problem.Position
	}{
		{"time to detect", r.stats.toDetect, d.ToDetect, r.stats.toDetectAt},
		{"time to resolve", r.stats.toResolve, d.ToResolve, r.stats.toResolveAt},
		{"duration", r.stats.duration, d.ToResolve, r.stats.durationAt},
	} {
		if c.stated == 0 || c.actual < 0 {
			continue
		}
		apart := (c.stated - c.actual).Abs()
		if apart <= 2*time.Minute || apart*10 <= max(c.stated, c.actual) {
			continue
		}
		if c.at.File == "" {
			c.at = problem.Position{File: r.p.File, Line: 1, Column: 1}
		}
		r.problems.Notef(c.at, "duration-disagrees", "correct the duration, or mark in the timeline when it began and was resolved",
			"the %s is said to be %s, but from the times it is %s", c.name, humanDuration(c.stated), humanDuration(c.actual))
	}
}

// humanDuration writes a duration as people do: 2h 28m.
func humanDuration(d time.Duration) string {
	d = d.Round(time.Minute)
	days, hours, minutes := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60
	var parts []string
	if days > 0 {
		parts = append(parts, itoa(days)+"d")
	}
	if hours > 0 {
		parts = append(parts, itoa(hours)+"h")
	}
	if minutes > 0 || len(parts) == 0 {
		parts = append(parts, itoa(minutes)+"m")
	}
	return strings.Join(parts, " ")
}

// reportTimeline says what in a timeline could not be placed in time.
func (r *reader) reportTimeline(sightings []sighting, moments []Moment) {
	at := func(line int) problem.Position { return problem.Position{File: r.p.File, Line: line, Column: 1} }
	unknownDay, impossible := 0, 0
	for i := range sightings {
		s := &sightings[i]
		switch {
		case s.dayHeader:
		case s.stamp.impossible:
			if impossible++; impossible <= 3 {
				r.problems.Warnf(at(s.line), "impossible-time", "hours go from 0 to 23, minutes from 0 to 59", "there is no such time: %s", quote(s.written))
			}
		case s.stamp.hasClock && s.stamp.hour == 24:
			r.problems.Notef(at(s.line), "hour-24", "", "24:00 was read as 00:00 of the next day")
		case s.stamp.hasClock && moments[i].IsZero():
			if unknownDay++; unknownDay == 1 {
				r.problems.Warnf(at(s.line), "day-unknown", "write the date beside the first time, for example 2024-03-05 14:02 UTC", "the timeline does not say on which day this was")
			}
		}
	}
	if r.calendar.ambiguous {
		for i := range sightings {
			if sightings[i].stamp.numeric {
				order := "month first"
				if r.calendar.dayFirst {
					order = "day first"
				}
				r.problems.Notef(at(sightings[i].line), "ambiguous-date", "write dates as 2024-03-05", "%s was read %s", quote(sightings[i].written), order)
				break
			}
		}
	}
}

// severity normalises the name of a severity to its id.
func (r *reader) severity(name string) (string, bool) {
	name = collapse(strings.Trim(name, " *_`."))
	known := r.options.Severity
	if known == nil {
		known = defaultSeverity
	}
	if id, ok := known(name); ok {
		return id, true
	}
	// "SEV-2 (major)", "P1 - Critical", "🔴 Critical"
	for _, part := range severityParts(name) {
		if id, ok := known(part); ok {
			return id, true
		}
		if english, ok := severityWords()[headingKey(part)]; ok {
			if id, ok := known(english); ok {
				return id, true
			}
		}
	}
	return name, false
}

func severityParts(name string) []string {
	bare := withoutBrackets(name)
	head, tail := splitHeading(bare)
	parts := []string{bare, head, tail, headingKey(bare)}
	for _, b := range bracketPattern.FindAllString(name, -1) {
		parts = append(parts, strings.Trim(b, "()[]（）"))
	}
	words := strings.Fields(headingKey(bare))
	if len(words) > 1 {
		parts = append(parts, words[0], words[0]+words[1])
	}
	if len(words) > 0 && len(words) <= 3 {
		parts = append(parts, words[len(words)-1])
	}
	kept := parts[:0]
	for _, part := range parts {
		if part = strings.TrimSpace(part); part != "" {
			kept = append(kept, part)
		}
	}
	return kept
}

// severityWords are names of severities in other languages, in English.
var severityWords = sync.OnceValue(func() map[string]string {
	words := map[string]string{}
	for english, list := range map[string]string{
		"critical": "critical, kritisch, critique, crítico, crítica, kritisk, kritiek, critico, critica, krytyczny, krytyczna, критический, критичный, критическая, 重大, 致命的, 緊急, 最高, 严重, 致命, 嚴重, 紧急, 特别重大, 치명적, 심각, bloquant, bloqueante, s0, p0, sev0, blocker, emergency, 一级, 一級, 1级, major incident, catastrophic",
		"major":    "major, high, hoch, schwerwiegend, gross, majeur, majeure, élevée, élevé, haute, haut, mayor, alto, alta, grave, høy, alvorlig, stor, hög, høj, hoog, ernstig, maior, alto, maggiore, wysoki, wysoka, poważny, высокий, высокая, серьезный, 高, 大, 重要, 高い, 较大, 二级, 二級, 2级, 높음, 주요, significant, severe",
		"minor":    "minor, medium, moderate, mittel, moyen, moyenne, modéré, medio, media, moderado, moderada, middels, moderat, medel, mellem, gemiddeld, médio, média, medio, średni, średnia, средний, средняя, 中, 中程度, 中等, 一般, 三级, 三級, 3级, 보통, 중간, mineur, mineure, menor",
		"low":      "low, niedrig, gering, faible, basse, bas, bajo, baja, lav, låg, laag, baixo, baixa, basso, bassa, niski, niska, низкий, низкая, 低, 軽微, 小, 轻微, 輕微, 四级, 四級, 4级, 낮음, 경미, trivial, informational, notice, cosmetic",
	} {
		for word := range strings.SplitSeq(list, ",") {
			key := headingKey(word)
			if _, taken := words[key]; !taken {
				words[key] = english
			}
		}
	}
	return words
})

// defaultSeverity knows the four severities of an archive that lists none.
func defaultSeverity(name string) (string, bool) {
	key := strings.ReplaceAll(headingKey(name), " ", "")
	for _, prefix := range []string{"severity", "priority", "sev", "level", "prio", "s", "p", ""} {
		rest, ok := strings.CutPrefix(key, prefix)
		if !ok || len(rest) != 1 {
			continue
		}
		switch rest {
		case "0", "1":
			return "sev1", true
		case "2", "3", "4":
			return "sev" + rest, true
		case "5":
			return "sev4", true
		}
	}
	switch key {
	case "critical", "blocker", "emergency", "down", "sev1critical":
		return "sev1", true
	case "major", "high", "disrupted", "sev2major":
		return "sev2", true
	case "minor", "medium", "moderate", "sev3minor":
		return "sev3", true
	case "low", "trivial", "notice", "informational", "sev4low":
		return "sev4", true
	}
	return "", false
}
