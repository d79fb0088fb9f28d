package postmortem

import (
	"slices"
	"strings"
	"time"
)

// deriveFromSigns reads the sentences of the timeline where no mark says what they mark: first in the language of the headings and in
// English, then in any.
func (r *reader) deriveFromSigns(entries []*Entry, startDay Moment) {
	p := r.p
	w := newWitness(entries, r.language)
	if p.Started.IsZero() {
		m, sure := w.beginning(startDay)
		if !sure {
			if said := r.saidBeginning(w, entries); !said.IsZero() {
				m = said
			}
		}
		r.soften("started", &p.Started, m)
	}
	from := p.Started.Time
	if p.Resolved.IsZero() {
		expected := time.Time{}
		if total := max(r.stats.toResolve, r.stats.duration); total > 0 && !p.Started.DateOnly {
			expected = from.Add(total)
		}
		r.soften("resolved", &p.Resolved, w.end(from, expected))
	}
	until := p.Resolved.Time
	if p.Detected.IsZero() {
		if m := r.detectionTime(); !m.IsZero() && !m.Time.Before(from) && (until.IsZero() || !m.Time.After(until)) {
			r.soften("detected", &p.Detected, m)
		}
	}
	for _, m := range r.moments()[1:4] {
		if m.field.IsZero() {
			r.soften(m.key, m.field, w.first(m.milestone, from, until))
		}
	}
}

// soften derives a moment from words that only suggest it.
func (r *reader) soften(key string, field *Moment, m Moment) {
	if !m.IsZero() {
		r.derive(key, field, m)
		r.soft[key] = true
	}
}

// witness looks for signs in the entries of one timeline.
type witness struct {
	entries   []*Entry
	sentences []sentence // of the entries that were asked about; see sentence
	languages []string
	book      *phrasebook
}

func newWitness(entries []*Entry, language string) *witness {
	w := &witness{entries: entries, sentences: make([]sentence, len(entries)), book: defaultPhrasebook(), languages: []string{"en"}}
	if language != "en" && language != "" {
		w.languages = []string{language, "en"}
	}
	return w
}

// text is what entry i says.
func (w *witness) text(i int) string {
	e := w.entries[i]
	if body := e.Body.Text; len(body) > len(e.Text) {
		return body
	}
	return e.Text
}

// sentence is what entry i says, in the form in which signs are looked for. Most reports state their moments, and nothing is looked for.
func (w *witness) sentence(i int) sentence {
	if w.sentences[i].words == nil {
		w.sentences[i] = newSentence(w.text(i))
	}
	return w.sentences[i]
}

// betrays reports whether entry i has a sign, in the languages that are likely, or in any.
func (w *witness) betrays(m Milestone, i int, any bool) bool {
	if any {
		return !isEnglish(w.text(i)) && w.book.betrays(m, "", w.sentence(i))
	}
	for _, language := range w.languages {
		if w.book.betrays(m, language, w.sentence(i)) {
			return true
		}
	}
	return false
}

// isEnglish reports whether a text has enough of the small words of English.
func isEnglish(text string) bool {
	count := 0
	for word := range strings.FieldsSeq(clipRunes(text, 400)) {
		switch strings.ToLower(word) {
		case "the", "was", "were", "is", "are", "and", "of", "to", "that", "with", "for", "by", "from", "our", "has", "been", "it":
			if count++; count >= 2 {
				return true
			}
		}
	}
	return false
}

// beginning returns when it began: at the first entry that says something failed, if nothing before it speaks of detection, else at the
// first entry of all. Sure is whether an entry says either. What came before the day on which it is said to have begun is left out.
func (w *witness) beginning(day Moment) (at Moment, sure bool) {
	from := max(slices.IndexFunc(w.entries, func(e *Entry) bool { return !day.IsZero() && DateOf(e.Time.Time) == DateOf(day.Time) }), 0)
	first := w.entries[from].Time
	if next := from + 1; first.DateOnly && next < len(w.entries) && DateOf(w.entries[next].Time.Time) == DateOf(first.Time) {
		first = w.entries[next].Time
	}
	for _, any := range []bool{false, true} {
		for i, e := range w.entries[from:] {
			i += from
			if w.betrays(Began, i, any) && !e.Time.Time.Before(first.Time) {
				return e.Time, true
			}
			if w.betrays(Detected, i, any) {
				return first, i == from
			}
		}
	}
	return first, false
}

// saidBeginning returns when the summary says it began ("at 9:40 all services went down"), where no entry of the timeline does; else the
// first entry on the day that the report states at its top, in its title or in its file name.
func (r *reader) saidBeginning(w *witness, entries []*Entry) Moment {
	first, last := entries[0].Time.Time, entries[len(entries)-1].Time.Time
	for _, part := range r.outline.parts {
		if part.name != Summary && part.name != Impact && part != r.outline.parts[0] {
			continue
		}
		for _, text := range append([]string{plainText(part.lead)}, paragraphTexts(part.blocks)...) {
			for _, said := range strings.SplitAfter(clipRunes(text, 2000), ". ") {
				if !w.anyBetrays(Began, newSentence(said)) {
					continue
				}
				_, point := r.timesIn(said)
				if !point.hasClock {
					continue
				}
				if m, ok := r.calendar.moment(point, r.zone); ok && !m.Time.Before(first.Add(-12*time.Hour)) && m.Time.Before(last) {
					return m
				}
			}
		}
	}
	_, inStart := findDate(r.facts[factStarted].text)
	_, inDate := findDate(r.facts[factDate].text)
	for _, e := range entries {
		// A timeline may well begin on the evening before; what happened days before is how it came to it.
		if !e.Time.DateOnly && DateOf(e.Time.Time) == r.titleDay && (inStart || inDate || r.titleDay != r.p.Published && e.Time.Time.Sub(first) > 48*time.Hour) {
			return e.Time
		}
	}
	return Moment{}
}

// anyBetrays reports whether a sentence has a sign in one of the likely languages.
func (w *witness) anyBetrays(m Milestone, s sentence) bool {
	return slices.ContainsFunc(w.languages, func(language string) bool { return w.book.betrays(m, language, s) })
}

// end returns when it ended: at the last entry that says so, or of several the one closest to when it is expected.
func (w *witness) end(from, expected time.Time) Moment {
	for _, any := range []bool{false, true} {
		best := Moment{}
		for i := len(w.entries) - 1; i >= 0; i-- {
			e := w.entries[i]
			if e.Time.Time.Before(from) || !w.betrays(Resolved, i, any) {
				continue
			}
			if best.IsZero() {
				best = e.Time
			}
			if off := e.Time.Time.Sub(expected).Abs(); !expected.IsZero() && 10*off <= expected.Sub(from) && off < best.Time.Sub(expected).Abs() {
				best = e.Time
			}
		}
		if !best.IsZero() {
			return best
		}
	}
	return Moment{}
}

// first returns the first entry between two times that has a sign. A zero until is no limit.
func (w *witness) first(m Milestone, from, until time.Time) Moment {
	for _, any := range []bool{false, true} {
		for i, e := range w.entries {
			if !e.Time.Time.Before(from) && (until.IsZero() || !e.Time.Time.After(until)) && w.betrays(m, i, any) {
				return e.Time
			}
		}
	}
	return Moment{}
}
