package postmortem

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"debrief/generator/markdown"
	"debrief/generator/problem"
)

// fields of a postmortem that may be derived, in the order of its front matter.
var derivableFields = []string{
	"id", "title", "severity", "started", "detected", "declared", "mitigated", "resolved", "published", "services", "detected_by", "owner", "summary",
}

// derivedFields lists what was worked out, in the order of the front matter.
func (r *reader) derivedFields() []string {
	var names []string
	for _, name := range derivableFields {
		if r.derived[name] {
			names = append(names, name)
		}
	}
	return names
}

// setTitle takes the first heading, or the file name made readable, where front matter has no title.
func (r *reader) setTitle() {
	if r.p.Title != "" {
		return
	}
	r.derived["title"] = true
	switch {
	case r.outline.title != "":
		r.p.Title = r.outline.title
	case r.facts[factTitle].text != "":
		r.p.Title = r.facts[factTitle].text
	case isOpaque(stem(r.p.File)) && r.firstSentence() != "":
		r.p.Title = r.firstSentence()
	default:
		r.p.Title = readableName(stem(r.p.File))
	}
}

// opaqueName is a file name that tells a person nothing: a UUID, a hash, a number.
var opaqueName = regexp.MustCompile(`^[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$|^[0-9a-f]{16,64}$|^\d+$`)

func isOpaque(name string) bool { return opaqueName.MatchString(name) }

// firstSentence returns the beginning of the text, short enough for a title.
func (r *reader) firstSentence() string {
	for _, b := range r.doc.Blocks {
		if b.Kind != markdown.Paragraph {
			continue
		}
		text := collapse(b.Text)
		if i := strings.IndexAny(text, ".!?。"); i > 0 && i < 100 {
			if after := text[i+1:]; after == "" || after[0] == ' ' {
				return text[:i]
			}
		}
		if utf8.RuneCountInString(text) <= 100 {
			return text
		}
		short := clipRunes(text, 90)
		if i := strings.LastIndexByte(short, ' '); i > 40 {
			short = short[:i]
		}
		return strings.TrimRight(short, " ,;:") + "…"
	}
	return ""
}

// stem is the name of a file without its extensions; the name of the folder for an index file.
func stem(file string) string {
	name := path.Base(file)
	for _, extension := range []string{".erb", ".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd", ".Rmd", ".rmd", ".txt", ".html"} {
		name = strings.TrimSuffix(name, extension)
	}
	switch strings.ToLower(name) {
	case "index", "_index", "readme":
		if dir := path.Base(path.Dir(file)); dir != "." && dir != "/" {
			return dir
		}
	}
	return name
}

// codePattern is an incident's code at the head of a file name: "PM2021-005 - All services", "INC-42_foo".
var codePattern = regexp.MustCompile(`^([A-Za-z]{2,12}[-_ ]?\d{2,4}[-_]\d{1,5}|[A-Z]{2,12}[-_]?\d{1,7}|(?i:inc|incident|pm|postmortem|rca|case|sev)[-_]\d{1,7})(?:$|[\s_.\-])`)

// setID takes the code at the head of the file name, or the whole name.
func (r *reader) setID() {
	if r.p.ID != "" {
		return
	}
	r.derived["id"] = true
	name := stem(r.p.File)
	if m := codePattern.FindStringSubmatch(name); m != nil {
		r.p.ID = m[1]
		return
	}
	r.p.ID = name
}

// readableName turns "2017-09-27-hub-403" into "Hub 403".
func readableName(name string) string {
	rest := name
	if st, n := scanStamp(strings.ReplaceAll(rest, "_", " ")); n > 0 && st.date.Year > 0 && n < len(rest) {
		rest = rest[n:]
	}
	if m := codePattern.FindStringSubmatch(rest); m != nil && len(m[0]) < len(rest) {
		rest = rest[len(m[1]):]
	}
	rest = strings.TrimSpace(strings.Map(func(c rune) rune {
		if c == '-' || c == '_' {
			return ' '
		}
		return c
	}, rest))
	if rest = collapse(rest); rest == "" {
		return name
	}
	first, size := utf8.DecodeRuneInString(rest)
	return string(unicode.ToUpper(first)) + rest[size:]
}

// setCalendar finds the day the report is about: what it says, its title, its file name, the date of its front matter, its prose.
func (r *reader) setCalendar() {
	c := &calendar{location: r.location}
	r.calendar = c
	if !r.p.Started.IsZero() {
		c.day = DateOf(r.p.Started.Time)
	}
	named := []string{dateInName(stem(r.p.File)), dateInName(path.Base(path.Dir(r.p.File)))}
	for _, text := range named {
		if st, ok := findDate(text); ok && c.day.IsZero() {
			c.day = st.date
		}
	}
	c.decideOrder(r.body, r.english())
	if r.p.Started.IsZero() {
		c.day = Date{}
	}
	partial := stamp{}
	for _, text := range append([]string{r.facts[factDate].text, r.facts[factStarted].text, r.p.Title, r.outline.title}, named...) {
		if !c.day.IsZero() {
			break
		}
		if st, ok := findDate(text); ok {
			if st.date.Year > 0 {
				c.day, _ = c.complete(st, Date{}, false)
			} else if !partial.hasDate() {
				partial = st
			}
		}
	}
	r.titleDay = c.day
	for _, day := range []Date{r.day, r.p.Published} {
		if c.day.IsZero() {
			c.day = day
		}
	}
	if c.day.IsZero() {
		c.day = r.proseDay()
	}
	if partial.hasDate() && !c.day.IsZero() {
		// "Feb 12" in the title, with the year from elsewhere.
		if d, ok := c.complete(partial, c.day, true); ok {
			c.day, r.titleDay = d, d
		}
	}
	r.dates = &dateReader{near: c.day, dayFirst: c.dayFirst}
}

// dateInName returns a file name with its date in a form that can be read.
func dateInName(name string) string {
	if m := namedDate.FindStringSubmatch(name); m != nil {
		return m[1] + "-" + m[2] + "-" + m[3]
	}
	return ""
}

var namedDate = regexp.MustCompile(`(?:^|\D)((?:19|20)\d\d)[-_. ]?(0\d|1[0-2])[-_. ]?([0-2]\d|3[01])(?:\D|$)`)

// proseDay returns the first full date in the summary or what stands before it.
func (r *reader) proseDay() Date {
	for _, p := range r.outline.parts {
		if p.name != Summary && p.name != Impact && p.name != Background && p != r.outline.parts[0] {
			continue
		}
		for _, b := range append([]*markdown.Block{{Text: plainText(p.lead)}}, p.blocks...) {
			if st, ok := findDate(clipRunes(b.Text, 1500)); ok && st.date.Year > 0 {
				d, _ := r.calendar.complete(st, Date{}, false)
				return d
			}
		}
	}
	return Date{}
}

// entries makes the entries of a timeline, with their milestones.
func (r *reader) entries(doc *markdown.Document, sightings []sighting, moments []Moment) []Entry {
	book := defaultPhrasebook()
	var list []Entry
	for i := range sightings {
		s := &sightings[i]
		if s.dayHeader {
			continue
		}
		lead, evidence := takeEvidence(s.lead)
		milestone, lead := book.markIn(lead)
		if column := book.columnMark(s.mark); column != NoMilestone {
			milestone = column
		}
		e := Entry{Time: moments[i], Written: s.written, Line: s.line, Milestone: milestone, Evidence: append(s.evidence, evidence...)}
		e.Text = plainText(lead)
		if e.Text == "" {
			for _, b := range s.blocks {
				if e.Text = collapse(blockText(b)); e.Text != "" {
					break
				}
			}
		}
		if e.Text == "" {
			e.Text = s.mark
		}
		body := lead
		if len(s.aside) > 0 {
			body = append(append([]markdown.Span(nil), lead...), s.aside...)
		}
		e.Body = renderEntry(doc, body, s.blocks)
		list = append(list, e)
	}
	r.keepOneMark(list)
	return list
}

// keepOneMark leaves each milestone on one entry: the first, of an end the last.
func (r *reader) keepOneMark(list []Entry) {
	for _, m := range []Milestone{Began, Detected, Declared, Mitigated, Resolved} {
		kept := -1
		for i := range list {
			if list[i].Milestone != m {
				continue
			}
			if kept < 0 {
				kept = i
				continue
			}
			drop, other := i, kept
			if m == Resolved {
				drop, other, kept = kept, i, i
			}
			list[drop].Milestone = NoMilestone
			r.problems.Warnf(problem.Position{File: r.p.File, Line: list[i].Line, Column: 1}, "milestone-twice",
				"mark each milestone once; of two ends the last counts, of everything else the first",
				"%s is marked on line %d already, and on line %d again", m, list[min(drop, other)].Line, list[max(drop, other)].Line)
		}
	}
}

// columnMark returns the milestone of a cell in a milestone column.
func (book *phrasebook) columnMark(text string) Milestone {
	if text == "" {
		return NoMilestone
	}
	if m := book.marked(text); m != NoMilestone {
		return m
	}
	return book.marked(shortcodePattern.ReplaceAllString(text, " "))
}

var evidencePattern = regexp.MustCompile(`(?i)\s*[(\[（]\s*(?:evidence|proof|belege?|nachweise?|preuves?|evidencias?|bevis|エビデンス|証跡|证据|證據|근거)\s*[:：]\s*[^)\]）]*[)\]）]\s*\.?\s*$`)

// takeEvidence takes a trailing "(evidence: ...)" off an entry.
func takeEvidence(spans []markdown.Span) ([]markdown.Span, []Link) {
	in := flatten(spans)
	loc := evidencePattern.FindStringIndex(in.text)
	if loc == nil {
		return spans, nil
	}
	inside := in.cut(loc[0], loc[1])
	found := links(inside)
	if len(found) == 0 {
		text := strings.Trim(in.text[loc[0]:loc[1]], " ()[]（）.")
		if _, value, ok := strings.Cut(text, ":"); ok {
			text = strings.TrimSpace(value)
		}
		found = []Link{{Name: text, URL: addressIn(text)}}
	}
	return in.cut(0, loc[0]), found
}

// deriveMoments fills the five moments from the timeline, the facts of the body and the durations it states.
func (r *reader) deriveMoments() {
	p := r.p
	r.momentsFromFacts()
	r.compareMilestones()
	for _, m := range []struct {
		key       string
		milestone Milestone
		field     *Moment
	}{{"started", Began, &p.Started}, {"detected", Detected, &p.Detected}, {"declared", Declared, &p.Declared}, {"mitigated", Mitigated, &p.Mitigated}, {"resolved", Resolved, &p.Resolved}} {
		for _, e := range p.Timeline {
			if e.Milestone == m.milestone && !e.Time.IsZero() && m.field.IsZero() {
				r.derive(m.key, m.field, e.Time)
			}
		}
	}
	entries := timedEntries(p.Timeline)
	if len(entries) > 0 {
		r.deriveFromWindow(entries)
		r.deriveFromStats(entries)
		r.deriveFromSigns(entries)
	}
	r.deriveFromProse()
	r.deriveFromDurations()
	if p.Started.IsZero() && !r.titleDay.IsZero() {
		at, stated := r.location, false
		if r.calendar.stated.stated() {
			at, stated = r.calendar.stated.location, true
		}
		r.derive("started", &p.Started, Moment{Time: r.titleDay.in(at), ZoneStated: stated, DateOnly: true})
	}
	if !p.ZoneStated {
		p.ZoneStated = p.Started.ZoneStated || p.Started.IsZero() && p.Resolved.ZoneStated
	}
}

func (r *reader) derive(key string, field *Moment, m Moment) {
	*field = m
	r.derived[key] = true
}

// timedEntries are the entries whose time of day is known, oldest first in the order of the file.
func timedEntries(timeline []Entry) []Entry {
	var entries []Entry
	for _, e := range timeline {
		if !e.Time.IsZero() {
			entries = append(entries, e)
		}
	}
	up, down := 0, 0
	for i := 1; i < len(entries); i++ {
		switch entries[i].Time.Time.Compare(entries[i-1].Time.Time) {
		case 1:
			up++
		case -1:
			down++
		}
	}
	if down > up && down >= 2 {
		slices.Reverse(entries)
	}
	return entries
}

// momentsFromFacts reads the times that the top of the body states: "Incident start: 14:02", "Date: 2024-05-01 14:00 - 15:30 UTC".
func (r *reader) momentsFromFacts() {
	p := r.p
	set := func(field *Moment, st stamp) {
		if field.IsZero() {
			if m, ok := r.calendar.moment(st, r.zone); ok {
				*field = m
			}
		}
	}
	for _, m := range []struct {
		what  fact
		field *Moment
	}{{factStarted, &p.Started}, {factDetected, &p.Detected}, {factDeclared, &p.Declared}, {factMitigated, &p.Mitigated}, {factResolved, &p.Resolved}} {
		st, ok := r.facts[m.what]
		if !ok {
			continue
		}
		if at, n := scanStamp(st.text); n > 0 && (at.timed() || at.hasDate()) {
			set(m.field, at)
			if m.what == factStarted && at.hasEnd {
				set(&p.Resolved, at.endStamp())
			}
		}
	}
	for _, what := range []fact{factDate, factTime} {
		at, n := scanStamp(r.facts[what].text)
		if n == 0 || !at.hasClock || p.Started.IsZero() == false {
			continue
		}
		set(&p.Started, at)
		if at.hasEnd {
			set(&p.Resolved, at.endStamp())
		}
	}
}

// moment gives a stamp that stands alone its day and zone.
func (c *calendar) moment(st stamp, otherwise zone) (Moment, bool) {
	at, stated := c.location, false
	for _, z := range []zone{st.zone, c.stated, otherwise} {
		if z.stated() {
			at, stated = z.location, true
			break
		}
	}
	day := c.day
	if st.hasDate() {
		d, ok := c.complete(st, c.day, !c.day.IsZero())
		if !ok {
			return Moment{}, false
		}
		day = d
	}
	if day.IsZero() || st.relative || st.unclear || st.impossible {
		return Moment{}, false
	}
	m := Moment{Time: day.plus(st.days).at(st.clock(), at), ZoneStated: stated, Approximate: st.approx, DateOnly: !st.hasClock}
	return m, true
}

// clock is the stamp's time of day as a distance from midnight.
func (st *stamp) clock() time.Duration {
	if !st.hasClock {
		return 0
	}
	return time.Duration(st.hour)*time.Hour + time.Duration(st.minute)*time.Minute + time.Duration(st.second)*time.Second
}

// endStamp is the other side of a range, with the day and zone of the first side where it has none of its own.
func (st *stamp) endStamp() stamp {
	end := *st.end
	if !end.zone.stated() {
		end.zone = st.zone
	}
	if !end.hasDate() {
		end.date, end.numeric = st.date, st.numeric
		if end.hasClock && end.clock() < st.clock() {
			end.days = 1
		}
	}
	return end
}

// compareMilestones says where front matter and timeline disagree.
func (r *reader) compareMilestones() {
	p := r.p
	if r.foreign == nil || !r.own {
		return
	}
	for _, m := range []struct {
		key       string
		milestone Milestone
		at        Moment
	}{{"started", Began, p.Started}, {"detected", Detected, p.Detected}, {"declared", Declared, p.Declared}, {"mitigated", Mitigated, p.Mitigated}, {"resolved", Resolved, p.Resolved}} {
		for _, e := range p.Timeline {
			if e.Milestone != m.milestone || e.Time.IsZero() || m.at.IsZero() || e.Time.DateOnly || m.at.DateOnly {
				continue
			}
			if apart := e.Time.Time.Sub(m.at.Time).Abs(); apart >= time.Minute {
				where := r.matter.Node(m.key)
				line := 0
				if where != nil {
					line = where.Pos.Line
				}
				r.problems.Warnf(problem.Position{File: p.File, Line: e.Line, Column: 1}, "milestone-disagrees", "correct the one that is wrong",
					"the timeline has %s at %s, front matter (line %d) at %s", m.milestone, e.Time.Time.Format("2006-01-02 15:04 MST"), line, m.at.Time.Format("2006-01-02 15:04 MST"))
			}
		}
	}
}

// deriveFromStats finds the entries that fit the durations the report states: a start with an entry at its time of detection and one at its
// time of recovery.
func (r *reader) deriveFromStats(entries []Entry) {
	p, s := r.p, r.stats
	resolve := s.toResolve
	if resolve == 0 {
		resolve = s.duration
	}
	if resolve == 0 && s.toDetect == 0 {
		return
	}
	minute := func(t time.Time) int64 { return t.Unix() / 60 }
	at := map[int64]bool{}
	for _, e := range entries {
		if !e.Time.DateOnly {
			at[minute(e.Time.Time)] = true
		}
	}
	best, score := Moment{}, 0
	for _, e := range entries {
		if e.Time.DateOnly || !p.Started.IsZero() && !e.Time.Time.Equal(p.Started.Time) {
			continue
		}
		fit := 0
		if resolve > 0 && at[minute(e.Time.Time.Add(resolve))] {
			fit += 2
		}
		if s.toDetect > 0 && s.toDetect != resolve && at[minute(e.Time.Time.Add(s.toDetect))] {
			fit += 2
		}
		if fit > score {
			best, score = e.Time, fit
		}
	}
	if score == 0 || score < 4 && resolve > 0 && s.toDetect > 0 && !p.Started.IsZero() == false && !r.soleFit(entries, best) {
		return
	}
	if p.Started.IsZero() {
		r.derive("started", &p.Started, best)
	}
	shift := func(d time.Duration) Moment {
		m := best
		m.Time = best.Time.Add(d)
		return m
	}
	if s.toDetect > 0 && p.Detected.IsZero() && at[minute(best.Time.Add(s.toDetect))] {
		r.derive("detected", &p.Detected, shift(s.toDetect))
	}
	if resolve > 0 && p.Resolved.IsZero() && at[minute(best.Time.Add(resolve))] {
		r.derive("resolved", &p.Resolved, shift(resolve))
	}
	if s.toMitigate > 0 && p.Mitigated.IsZero() && at[minute(best.Time.Add(s.toMitigate))] {
		r.derive("mitigated", &p.Mitigated, shift(s.toMitigate))
	}
}

// soleFit reports whether the first entry is the start that was found, which needs no second witness.
func (r *reader) soleFit(entries []Entry, start Moment) bool {
	return len(entries) > 0 && entries[0].Time.Time.Equal(start.Time)
}

// deriveFromSigns reads the sentences of the timeline where no mark says what they mark: first in the language of the headings and in
// English, then in any.
func (r *reader) deriveFromSigns(entries []Entry) {
	p := r.p
	w := newWitness(entries, r.language)
	if p.Started.IsZero() {
		r.soften("started", &p.Started, w.beginning())
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
	if m := r.detectionTime(); p.Detected.IsZero() && !m.IsZero() && !m.Time.Before(from) && (until.IsZero() || !m.Time.After(until)) {
		r.soften("detected", &p.Detected, m)
	}
	for _, m := range []struct {
		key       string
		milestone Milestone
		field     *Moment
	}{{"detected", Detected, &p.Detected}, {"declared", Declared, &p.Declared}, {"mitigated", Mitigated, &p.Mitigated}} {
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
	entries   []Entry
	sentences []sentence
	english   []bool
	languages []string
	book      *phrasebook
}

func newWitness(entries []Entry, language string) *witness {
	w := &witness{entries: entries, book: defaultPhrasebook(), languages: []string{"en"}}
	if language != "en" && language != "" {
		w.languages = []string{language, "en"}
	}
	for _, e := range entries {
		text := e.Text
		if body := e.Body.Text; len(body) > len(text) {
			text = body
		}
		w.sentences = append(w.sentences, newSentence(text))
		w.english = append(w.english, isEnglish(text))
	}
	return w
}

// betrays reports whether entry i has a sign, in the languages that are likely, or in any.
func (w *witness) betrays(m Milestone, i int, any bool) bool {
	if any {
		return !w.english[i] && w.book.betrays(m, "", w.sentences[i])
	}
	for _, language := range w.languages {
		if w.book.betrays(m, language, w.sentences[i]) {
			return true
		}
	}
	return false
}

// isEnglish reports whether a text has enough of the small words of English.
func isEnglish(text string) bool {
	count := 0
	for _, word := range strings.Fields(strings.ToLower(clipRunes(text, 400))) {
		switch word {
		case "the", "was", "were", "is", "are", "and", "of", "to", "that", "with", "for", "by", "from", "our", "has", "been", "it":
			if count++; count >= 2 {
				return true
			}
		}
	}
	return false
}

// beginning returns when it began: at the first entry that says something failed, if nothing before it speaks of detection, else at the
// first entry of all.
func (w *witness) beginning() Moment {
	first := w.entries[0].Time
	if first.DateOnly && len(w.entries) > 1 && DateOf(w.entries[1].Time.Time) == DateOf(first.Time) {
		first = w.entries[1].Time
	}
	for _, any := range []bool{false, true} {
		for i, e := range w.entries {
			if w.betrays(Began, i, any) && !e.Time.Time.Before(first.Time) {
				return e.Time
			}
			if w.betrays(Detected, i, any) {
				return first
			}
		}
	}
	return first
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
func (r *reader) deriveFromWindow(entries []Entry) {
	p := r.p
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

func hasEntryAt(entries []Entry, m Moment) bool {
	return slices.ContainsFunc(entries, func(e Entry) bool {
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
	return strings.IndexAny(text[:min(len(text), 48)], "0123456789０１２３４５６７８９") >= 0
}

// clearClock reports whether a time in running text is one beyond doubt: with a colon, or am and pm.
func clearClock(text string) bool {
	return strings.ContainsAny(text, ":：時时点點시") || clockWord.MatchString(text)
}

var clockWord = regexp.MustCompile(`(?i)\d\s*[ap]\.?m\b|\d\s*h\s*\d\d|\d\s*uhr|kl\.? ?\d`)

// deriveFromDurations adds a stated duration to a start, or takes it from an end.
func (r *reader) deriveFromDurations() {
	p, s := r.p, r.stats
	total := s.duration
	if total == 0 {
		total = s.toResolve
	}
	add := func(m Moment, d time.Duration) Moment {
		m.Time = m.Time.Add(d)
		return m
	}
	if total > 0 && p.Resolved.IsZero() && !p.Started.IsZero() && !p.Started.DateOnly {
		r.derive("resolved", &p.Resolved, add(p.Started, total))
	}
	if total > 0 && p.Started.IsZero() && !p.Resolved.IsZero() && !p.Resolved.DateOnly {
		r.derive("started", &p.Started, add(p.Resolved, -total))
	}
	if s.toDetect > 0 && p.Detected.IsZero() && !p.Started.IsZero() && !p.Started.DateOnly {
		r.derive("detected", &p.Detected, add(p.Started, s.toDetect))
	}
	if s.toMitigate > 0 && p.Mitigated.IsZero() && !p.Started.IsZero() && !p.Started.DateOnly {
		r.derive("mitigated", &p.Mitigated, add(p.Started, s.toMitigate))
	}
}
