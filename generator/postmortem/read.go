package postmortem

import (
	"bytes"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"debrief/generator/fields"
	"debrief/generator/markdown"
	"debrief/generator/problem"
)

// reader is the reading of one file.
type reader struct {
	p        *Postmortem
	problems problem.List
	options  Options
	location *time.Location

	// matter and foreign are the front matter, by our own keys and by those of other tools; own is true when it is written in our format,
	// broken when part of it could not be read.
	matter      *fields.Decoder
	foreign     *foreign
	own, broken bool
	// zone is the zone that front matter or the body states for all times.
	zone zone
	// day is the date that front matter gives the report; on a blog that is when it was published.
	day Date
	// titleDay is the day that the report itself gives: in its facts, its title or its file name.
	titleDay Date
	// summary is what front matter says in place of a summary.
	summary    fields.Text
	summaryKey string
	stats      stats
	facts      map[fact]statement

	body       []byte
	bodyLine   int
	vocabulary *vocabulary
	doc        *markdown.Document
	outline    outline
	calendar   *calendar
	dates      *dateReader
	labels     map[string]bool
	// slugs are the prefixes of anchors that are taken.
	slugs        map[string]bool
	externalBody markdown.Fragment
	derived      map[string]bool
	// soft are the derived moments that words only suggest, with no mark to say so.
	soft map[string]bool
	// language is that of most headings; empty when none was known.
	language string
	// lineStarts are the offsets in body at which its lines begin.
	lineStarts []int
}

// Read understands one file. It always returns a postmortem, as complete as the file allows, and everything that is worth saying about it,
// sorted. It never fails: LooksLike says whether the file was a postmortem at all.
func Read(file string, src []byte, opts Options) (*Postmortem, problem.List) {
	r := &reader{
		p:       &Postmortem{File: file, Status: Published, Visibility: Internal, Stage: Final},
		options: opts, location: opts.Location, facts: map[fact]statement{}, derived: map[string]bool{}, soft: map[string]bool{}, slugs: map[string]bool{},
		vocabulary: defaultVocabulary().with(opts.Synonyms),
	}
	if r.location == nil {
		r.location = time.UTC
	}
	s := divide(src)
	r.body, r.bodyLine = s.body, s.bodyLine
	r.readFrontMatter(s)
	r.doc = markdown.Parse(s.body, markdown.Options{File: file, FirstLine: s.bodyLine, Terms: opts.Terms, Uncoloured: opts.KeepDocument})
	if opts.KeepDocument {
		r.p.document = r.doc
	}
	r.problems = append(r.problems, r.doc.Problems...)
	r.readBody()
	r.checkMoments()
	r.p.Derived = r.derivedFields()
	if !opts.KeepDocument {
		r.p.detach()
	}
	r.problems.Sort()
	return r.p, r.problems
}

// readBody reads everything below the front matter.
func (r *reader) readBody() {
	o := &outliner{vocabulary: r.vocabulary, hasTitle: r.p.Title != ""}
	r.outline = o.divide(r.doc.Blocks)
	r.outline.joinTimed()
	r.language = r.languageOfHeadings()
	r.readPreamble()
	r.nameTentative()
	r.applyFacts()
	r.setTitle()
	r.setID()
	r.setCalendar()
	r.readTimeline()
	r.deriveMoments()
	r.readSections()
}

// languageOfHeadings returns the language most of the known headings are in, English when it is even.
func (r *reader) languageOfHeadings() string {
	votes := map[string]int{}
	best := ""
	for _, p := range r.outline.parts {
		if l := p.meaning.language; l != "" {
			votes[l]++
			if votes[l] > votes[best] || l == "en" && votes[l] == votes[best] {
				best = l
			}
		}
	}
	return best
}

// english reports whether the file is in English, as far as its headings tell.
func (r *reader) english() bool { return r.language == "en" || r.language == "" }

// readPreamble reads the facts at the top of the body and in sections that list facts.
func (r *reader) readPreamble() {
	r.outline.parts = slices.DeleteFunc(r.outline.parts, func(p *part) bool {
		return p.depth > 0 && p.name == Other && len(p.lead) == 0 && r.factHeading(p) && len(p.blocks) == 0
	})
	behind := false // behind the lessons and the actions, where later incidents are told
	for i, p := range r.outline.parts {
		behind = behind || p.name == Lessons || p.name == ActionsSection || p.name == WentWell
		if behind && p.name == Other && !p.meaning.known {
			continue
		}
		if len(p.blocks) > 0 && p.blocks[0].Kind == markdown.Paragraph && !p.meaning.certain() {
			r.headingFact(p.heading, p.blocks[0])
		}
		switch {
		case i == 0:
			p.blocks = r.readFacts(p.blocks, true)
		case p.name == Other || p.name == Supporting || p.name == Summary || p.name == Background:
			r.readFacts(p.blocks, false)
		case p.name == Impact || p.name == Detection || p.name == Resolution || p.name == TimelineSection:
			r.readDurations(p.blocks)
		}
	}
}

// readDurations reads only durations and times from a section of prose.
func (r *reader) readDurations(blocks []*markdown.Block) {
	saved := r.facts
	r.facts = map[fact]statement{}
	r.readFacts(blocks, false)
	for _, what := range facts {
		st, ok := r.facts[what]
		switch what {
		case factStarted, factDate, factDetected, factResolved, factMitigated, factDuration, factToDetect, factToMitigate, factToResolve:
			if _, taken := saved[what]; ok && !taken {
				saved[what] = st
			}
		}
	}
	r.facts = saved
}

// nameTentative decides what the headings are that may be several things.
func (r *reader) nameTentative() {
	hasSummary := false
	for _, p := range r.outline.parts {
		hasSummary = hasSummary || p.name == Summary && (len(p.blocks) > 0 || len(p.lead) > 0)
	}
	for _, p := range r.outline.parts {
		if p.meaning.maybeTimeline && p.name == Other && timedBlocks(p.blocks) >= 2 {
			p.name = TimelineSection
		}
	}
	for _, p := range r.outline.parts {
		if !hasSummary && p.meaning.maybeSummary && p.name == Other && len(p.blocks) > 0 {
			p.name, hasSummary = Summary, true
		}
	}
	if prelude := r.outline.parts[0]; !hasSummary && isProse(prelude) {
		prelude.name = Summary
		r.derived["summary"] = true
	}
}

// isProse reports whether a part holds a sentence or more.
func isProse(p *part) bool {
	return slices.ContainsFunc(p.blocks, func(b *markdown.Block) bool {
		return b.Kind == markdown.Paragraph && utf8.RuneCountInString(b.Text) >= 20 && !isHint(b) && !isStrong(b) && !isLabelOnly(b.Text) && !isFields(b)
	})
}

// isFields reports whether a paragraph is nothing but lines "**Label:** value".
func isFields(b *markdown.Block) bool {
	in := flatten(b.Spans)
	for _, line := range linesOf(in.text) {
		if isBlank(in.text[line[0]:line[1]]) {
			continue
		}
		if label, _, ok := splitField(in, line); !ok || len(strings.Fields(label)) > 4 {
			return false
		}
	}
	return true
}

func isLabelOnly(text string) bool {
	return strings.HasSuffix(strings.TrimSpace(text), ":")
}

// readTimeline takes the entries out of the timeline sections; without any, out of the section that reads like one.
func (r *reader) readTimeline() {
	t := &timelineReader{}
	var own []*part
	for _, p := range r.outline.parts {
		if p.name == TimelineSection {
			own = append(own, p)
		}
	}
	own = r.setKeyEventsAside(own)
	if z, ok := r.headingZone(own); ok {
		t.zone = z
	}
	for _, p := range own {
		t.read(p.blocks)
		p.blocks = t.takeRest()
	}
	if t.entries() == 0 {
		r.readHiddenTimeline(t)
	}
	if !t.zone.stated() && !r.zone.stated() {
		if z, ok := r.statedZone(); ok {
			t.zone = z
		}
	}
	if t.zone.stated() {
		r.calendar.stated = t.zone
	} else if r.zone.stated() {
		r.calendar.stated = r.zone
	} else if !statesZone(t.sightings) {
		if r.calendar.stated = r.proseZone(); !r.calendar.stated.stated() {
			r.calendar.stated = r.momentZone()
		}
	}
	if r.calendar.day.IsZero() || t.day.date.Year > 0 {
		if d := t.day.date; d.Year > 0 {
			r.calendar.day = d
		}
	}
	r.calendar.day = r.dayOfProse(t.sightings)
	if !r.p.Started.DateOnly {
		r.calendar.anchor = r.p.Started
	}
	moments := r.calendar.resolve(t.sightings)
	r.p.Timeline = r.entries(r.doc, t.sightings, moments)
	r.p.ZoneStated = r.calendar.stated.stated()
	r.reportTimeline(t.sightings, moments)
}

// setKeyEventsAside takes a list such as "First detected 14:05, Resolved 15:40" for facts where another section tells the story with times.
func (r *reader) setKeyEventsAside(own []*part) []*part {
	if !slices.ContainsFunc(own, isUntimedList) {
		return own
	}
	var story *part
	for _, p := range r.outline.parts {
		switch p.name {
		case TimelineSection, Background, Other, Summary:
			if n := timedBlocks(p.blocks); n >= 3 && 2*n >= countItems(p.blocks) && (story == nil || p.name == TimelineSection) {
				story = p
			}
		}
	}
	if story == nil {
		return own
	}
	var kept []*part
	for _, p := range own {
		if p == story || !r.isKeyEvents(p) {
			kept = append(kept, p)
			continue
		}
		p.name = Other
	}
	if len(kept) == len(own) {
		return own
	}
	if story.name != TimelineSection {
		story.name = TimelineSection
		kept = append(kept, story)
	}
	return kept
}

// isUntimedList reports whether a part begins with a list whose first item does not begin with a time, as key events do.
func isUntimedList(p *part) bool {
	if len(p.blocks) == 0 || p.blocks[0].Kind != markdown.List || len(p.blocks[0].Children) == 0 {
		return false
	}
	first, _ := leading(p.blocks[0].Children[0])
	return first != nil && !beginsTimed(first)
}

// isKeyEvents reports whether a part is a list of milestones with their times behind them, and if so states them as facts.
func (r *reader) isKeyEvents(p *part) bool {
	type event struct {
		what fact
		text string
		line int
	}
	var events []event
	for _, b := range p.blocks {
		if b.Kind != markdown.List {
			return false
		}
		for _, item := range b.Children {
			first, others := leading(item)
			if first == nil || len(others) > 0 || beginsTimed(first) {
				return false
			}
			text := flatten(first.Spans).text
			from, _, ok := trailingStamp(text)
			if !ok {
				return false
			}
			mark := defaultPhrasebook().marked(strings.Trim(text[:from], " :：-–—"))
			for _, m := range r.moments() {
				if m.milestone == mark {
					events = append(events, event{m.fact, text[from:], first.Line})
				}
			}
		}
	}
	for _, e := range events {
		r.state(e.what, e.text, e.line)
	}
	return len(events) >= 2
}

// takeRest returns the blocks that held no entry, and starts afresh.
func (t *timelineReader) takeRest() []*markdown.Block {
	rest := t.rest
	t.rest, t.headings, t.trailing, t.inParagraphs = nil, nil, 0, false
	return rest
}

// headingZone finds a zone in the heading of a timeline: "Timeline (UTC)".
func (r *reader) headingZone(parts []*part) (zone, bool) {
	for _, p := range parts {
		for _, bracket := range bracketPattern.FindAllString(p.heading, -1) {
			if z, ok := findZone(bracket); ok {
				return z, true
			}
		}
		if z, ok := zoneStatement(p.heading); ok {
			return z, true
		}
		if _, tail := splitHeading(p.heading); tail != "" {
			if z, ok := findZone(tail); ok {
				return z, true
			}
		}
		if st, ok := findDate(p.heading); ok && r.calendar.day.IsZero() {
			if d, full := r.calendar.complete(st, r.calendar.day, !r.calendar.day.IsZero()); full {
				r.calendar.day = d
			}
		}
	}
	return zone{}, false
}

// statedZone looks through the whole body for a sentence about all times.
func (r *reader) statedZone() (zone, bool) {
	for _, p := range r.outline.parts {
		if p.name == Supporting {
			continue
		}
		for _, b := range p.blocks {
			if b.Kind == markdown.Paragraph || b.Kind == markdown.Quote {
				if z, ok := zoneStatement(blockText(b)); ok {
					return z, true
				}
			}
		}
	}
	return zone{}, false
}

// statesZone reports whether any entry says which zone it is in.
func statesZone(sightings []sighting) bool {
	return slices.ContainsFunc(sightings, func(s sighting) bool { return s.stamp.zone.stated() || s.columnZone.stated() })
}

// momentZone returns the zone in which front matter or the facts of the body state their times, which a timeline without one shares.
func (r *reader) momentZone() zone {
	for _, m := range r.moments() {
		if m.field.ZoneStated {
			return zone{location: m.field.Time.Location()}
		}
	}
	for _, what := range []fact{factStarted, factDetected, factResolved, factDate, factTime} {
		if st, n := scanStamp(r.facts[what].text); n > 0 && st.hasClock && st.zone.stated() {
			return st.zone
		}
	}
	return zone{}
}

// proseZone returns the zone of the times in the summary and its neighbours, if they all have the same.
func (r *reader) proseZone() zone {
	var found zone
	for _, p := range r.outline.parts {
		switch p.name {
		case Summary, Impact, Detection, Background:
		default:
			if p != r.outline.parts[0] {
				continue
			}
		}
		for _, text := range paragraphTexts(p.blocks) {
			window, point := r.timesIn(clipRunes(text, 2000))
			for _, st := range []stamp{window, point} {
				switch {
				case !st.zone.stated():
				case found.stated() && found.location.String() != st.zone.location.String():
					return zone{}
				default:
					found = st.zone
				}
			}
		}
	}
	return found
}

// readHiddenTimeline finds entries where no section is called a timeline.
func (r *reader) readHiddenTimeline(t *timelineReader) {
	var best *part
	count := 1
	for _, p := range r.outline.parts {
		switch p.name {
		case ActionsSection, ExternalSummary, Supporting, Lessons, WentWell, WentWrong, Lucky, TimelineSection:
			continue
		}
		if n := timedBlocks(p.blocks); n > count && 2*n >= countItems(p.blocks) {
			best, count = p, n
		}
	}
	if best == nil {
		return
	}
	t.read(best.blocks)
	rest := t.takeRest()
	if best.name == Other {
		best.name, best.blocks = TimelineSection, rest
	}
}

// countItems counts what timedBlocks could have counted.
func countItems(blocks []*markdown.Block) int {
	n := 0
	for _, b := range blocks {
		switch b.Kind {
		case markdown.List:
			n += len(b.Children)
		case markdown.Table:
			n += max(len(b.Children)-1, 0)
		case markdown.Paragraph:
			n++
		}
	}
	return n
}

// readSections turns the parts into sections, and takes actions, terms and the External summary out of theirs.
func (r *reader) readSections() {
	p := r.p
	p.Sections = slices.Grow(p.Sections, len(r.outline.parts))
	for _, part := range r.outline.parts {
		if part.isEmpty() {
			continue
		}
		section := Section{Name: part.name, Heading: part.heading, Line: part.line, Level: part.level}
		if part.line == 0 && len(part.blocks) > 0 {
			section.Line = part.blocks[0].Line
		}
		switch {
		case part.name == ActionsSection:
			a := &actionReader{doc: r.doc, dates: r.dates}
			if part.level == 2 || len(p.Actions) > 0 {
				a.kind = typeOf(part.heading)
			}
			if len(part.lead) > 0 {
				a.add(part.lead, nil, part.line, markdown.NoCheck)
				part.lead = nil
			}
			a.read(part.blocks)
			p.Actions = append(p.Actions, a.items...)
			part.blocks = a.rest
		case part.meaning.glossary:
			section.IsGlossary = true
			terms, rest := readTerms(part.blocks)
			p.Glossary = append(p.Glossary, terms...)
			part.blocks = rest
		case part.name == ExternalSummary && p.External == nil && part.depth < boldDepth:
			p.External = r.readExternal(part, part.line+1, r.sectionEnd(part))
			section.Body = r.externalBody
			p.Sections = append(p.Sections, section)
			continue
		case part.name == ExternalSummary:
			r.problems.Errorf(problem.Position{File: p.File, Line: part.line, Column: 1}, "external-twice", "keep one External summary, under a heading of its own",
				"this External summary is not used; only the first one under a heading is")
		}
		section.Body = r.render(part)
		p.Sections = append(p.Sections, section)
	}
	if p.Section(Summary) == nil && r.summary.Set && (r.summaryKey != "description" || len(p.Sections) == 0) {
		r.addSummary()
	}
}

// render makes the body of a section.
func (r *reader) render(p *part) markdown.Fragment {
	options := markdown.RenderOptions{IDPrefix: r.idPrefix(p), Title: p.heading, HeadingShift: 2 - min(max(p.depth, 1), 6)}
	if len(p.lead) > 0 {
		first := &markdown.Block{Kind: markdown.Paragraph, Line: p.line, Column: 1}
		options.Lead = trimSpans(p.lead)
		return r.doc.Render(append([]*markdown.Block{first}, p.blocks...), options)
	}
	return r.doc.Render(p.blocks, options)
}

// idPrefix keeps the anchors of the sections of one page apart.
func (r *reader) idPrefix(p *part) string {
	slug := fields.Slug(p.heading)
	if slug == "" {
		slug = string(p.name)
	}
	if r.slugs[slug] {
		slug += "-" + itoa(p.line)
	}
	r.slugs[slug] = true
	return slug + "-"
}

// addSummary makes a summary of what front matter says in its place.
func (r *reader) addSummary() {
	doc := markdown.Parse([]byte(r.summary.Value), markdown.Options{File: r.p.File, FirstLine: r.summary.Pos.Line, Terms: r.options.Terms})
	r.problems = append(r.problems, doc.Problems...)
	section := Section{Name: Summary, Line: r.summary.Pos.Line, Level: 1, Body: doc.Render(doc.Blocks, markdown.RenderOptions{IDPrefix: "summary-"})}
	r.p.Sections = slices.Insert(r.p.Sections, 0, section)
	r.derived["summary"] = true
}

// sectionEnd returns the last line of a section that begins with a heading: the one before the next heading of its level or above.
func (r *reader) sectionEnd(p *part) int {
	for _, b := range r.doc.Blocks {
		if b.Kind == markdown.Heading && b.Line > p.line && b.Level <= p.depth {
			return b.Line - 1
		}
	}
	return r.bodyLine + len(r.starts())
}

// starts are the offsets of the lines of the body.
func (r *reader) starts() []int {
	if r.lineStarts == nil {
		r.lineStarts = []int{0}
		for at := 0; at < len(r.body); {
			_, at = nextLine(r.body, at)
			r.lineStarts = append(r.lineStarts, at)
		}
	}
	return r.lineStarts
}

// lines returns the text of the body from one line of the file to another, both included.
func (r *reader) lines(first, last int) []byte {
	starts := r.starts()
	from, to := first-r.bodyLine, last-r.bodyLine+1
	if from < 0 || from >= len(starts) {
		return nil
	}
	end := len(r.body)
	if to < len(starts) {
		end = starts[max(to, from)]
	}
	text := r.body[starts[from]:end]
	// The underline of a heading that is written over two lines is no part of what follows.
	if line, _ := nextLine(text, 0); len(bytes.TrimSpace(line)) > 0 && len(bytes.Trim(bytes.TrimSpace(line), "=-")) == 0 && bytes.HasPrefix(bytes.TrimSpace(line), []byte("=")) ||
		len(bytes.TrimSpace(line)) > 2 && len(bytes.Trim(bytes.TrimSpace(line), "-")) == 0 {
		text = append(bytes.Repeat([]byte(" "), len(line)), text[len(line):]...)
	}
	return text
}

func itoa(n int) string {
	if n < 0 {
		return "-" + itoa(-n)
	}
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}
