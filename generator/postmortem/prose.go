package postmortem

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"debrief/generator/lazyregexp"
	"debrief/generator/markdown"
)

// deriveFromProse reads "from 20:20 to 20:46 UTC" and "at 12:30 UTC" in the summary and the impact, for a report without a timeline.
func (r *reader) deriveFromProse() {
	p := r.p
	if !p.Started.IsZero() && !p.Started.DateOnly || len(timedEntries(p.Timeline)) > 0 {
		return
	}
	var first stamp
	for _, part := range r.outline.parts {
		if part.name != Summary && part.name != Impact && part != r.outline.parts[0] && part.name != Background && part.name != Detection {
			continue
		}
		for _, text := range append([]string{plainText(part.lead)}, paragraphTexts(part.blocks)...) {
			window, point := r.timesIn(clipRunes(text, 2000))
			if window.hasClock {
				if m, ok := r.calendar.moment(window, r.zone); ok && p.Started.IsZero() {
					r.derive("started", &p.Started, m)
					if end, ok := r.calendar.moment(window.endStamp(), r.zone); ok && p.Resolved.IsZero() {
						r.derive("resolved", &p.Resolved, end)
					}
					return
				}
			}
			if !first.hasClock && point.hasClock {
				first = point
			}
		}
	}
	if first.hasClock && p.Started.IsZero() {
		if m, ok := r.calendar.moment(first, r.zone); ok {
			r.derive("started", &p.Started, m)
		}
	}
}

// deriveFromWindow reads the one range of times that the summary or the impact gives, if the timeline has entries at both of its ends.
func (r *reader) deriveFromWindow(entries []*Entry) {
	p := r.p
	if !p.Started.IsZero() && !p.Resolved.IsZero() {
		return
	}
	for _, part := range r.outline.parts {
		if part.name != Summary && part.name != Impact && part != r.outline.parts[0] {
			continue
		}
		window, count := stamp{}, 0
		for _, text := range append([]string{plainText(part.lead)}, paragraphTexts(part.blocks)...) {
			if w, _ := r.timesIn(clipRunes(text, 2000)); w.hasClock {
				window = w
				count++
			}
		}
		if count != 1 {
			continue
		}
		from, ok := r.calendar.moment(window, r.zone)
		until, also := r.calendar.moment(window.endStamp(), r.zone)
		if !ok || !also || !hasEntryAt(entries, from) || !hasEntryAt(entries, until) {
			continue
		}
		if p.Started.IsZero() {
			r.soften("started", &p.Started, from)
		}
		if p.Resolved.IsZero() {
			r.soften("resolved", &p.Resolved, until)
		}
		return
	}
}

// dayOfProse returns the day of a timeline without dates. The file's day may be that of the report: if the summary gives a time with its
// date, and the first entry of the timeline comes closest to it a day or two earlier or later, that day is meant.
func (r *reader) dayOfProse(sightings []sighting) Date {
	c := r.calendar
	if c.day.IsZero() || len(sightings) == 0 || slices.ContainsFunc(sightings, func(s sighting) bool { return s.stamp.hasDate() || s.stamp.weekday >= 0 }) {
		return c.day
	}
	first := &sightings[0]
	if !first.stamp.hasClock {
		return c.day
	}
	for _, part := range r.outline.parts {
		if part.name != Summary && part.name != Impact && part != r.outline.parts[0] {
			continue
		}
		for _, text := range append([]string{plainText(part.lead)}, paragraphTexts(part.blocks)...) {
			_, point := r.timesIn(clipRunes(text, 2000))
			if !point.hasClock || point.date.Year == 0 {
				continue
			}
			said, ok := c.moment(point, r.zone)
			if !ok {
				continue
			}
			at, _ := c.zoneOf(first, zone{})
			for days := -2; days <= 2; days++ {
				day := c.day.plus(days)
				if day.at(first.stamp.clock(), at).Sub(said.Time).Abs() <= 90*time.Minute {
					return day
				}
			}
			return c.day
		}
	}
	return c.day
}

func hasEntryAt(entries []*Entry, m Moment) bool {
	return slices.ContainsFunc(entries, func(e *Entry) bool {
		return !e.Time.DateOnly && e.Time.Time.Sub(m.Time).Abs() < time.Minute
	})
}

// detectionTime returns the first time of day that the section on detection gives.
func (r *reader) detectionTime() Moment {
	for _, part := range r.outline.parts {
		if part.name != Detection {
			continue
		}
		for _, text := range append([]string{plainText(part.lead)}, paragraphTexts(part.blocks)...) {
			if _, point := r.timesIn(clipRunes(text, 1000)); point.hasClock {
				if m, ok := r.calendar.moment(point, r.zone); ok {
					return m
				}
			}
		}
	}
	return Moment{}
}

func paragraphTexts(blocks []*markdown.Block) []string {
	var texts []string
	for _, b := range blocks {
		switch b.Kind {
		case markdown.Paragraph:
			texts = append(texts, b.Text)
		case markdown.List:
			for _, item := range b.Children {
				texts = append(texts, item.Text)
			}
		}
	}
	return texts
}

// timesIn finds the first range of times in a text, and the first time.
func (r *reader) timesIn(text string) (window, point stamp) {
	boundary := true
	date := stamp{}
	for i, c := range text {
		if boundary && (unicode.IsLetter(c) || unicode.IsDigit(c)) && digitNear(text[i:]) {
			st, n := scanStamp(text[i:])
			if n > 0 && st.hasDate() && !date.hasDate() {
				date = st
			}
			if n > 0 && st.hasClock && clearClock(text[i:i+n]) {
				if !st.hasDate() && date.hasDate() {
					st.date, st.numeric = date.date, date.numeric
				}
				if st.hasEnd && !window.hasClock {
					window = st
				}
				if !point.hasClock {
					point = st
				}
			}
		}
		boundary = !unicode.IsLetter(c) && !unicode.IsDigit(c) || isIdeographic(c)
	}
	return window, point
}

// digitNear reports whether a digit stands near enough for a date or time to begin here.
func digitNear(text string) bool {
	for i := range min(len(text), 48) {
		if isDigit(text[i]) || text[i] == "０"[0] && strings.ContainsRune("０１２３４５６７８９", firstRune(text[i:])) {
			return true
		}
	}
	return false
}

// clearClock reports whether a time in running text is one beyond doubt: with a colon, or am and pm.
func clearClock(text string) bool {
	return strings.ContainsAny(text, ":：時时点點시") || clockWord.MatchString(text)
}

var clockWord = lazyregexp.New(`(?i)\d\s*[ap]\.?m\b|\d\s*h\s*\d\d|\d\s*uhr|kl\.? ?\d`)
