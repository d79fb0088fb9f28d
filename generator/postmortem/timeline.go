package postmortem

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"debrief/generator/lazyregexp"
	"debrief/generator/markdown"
)

// sighting is one entry of a timeline as it stands in the file, before its day and zone are known.
type sighting struct {
	stamp stamp
	// dayHeader is true for a heading, bold line or row that only gives the day of what follows.
	dayHeader bool
	// ordinal is the number in a day header such as "Day 2", plus one; 0 when it has none.
	ordinal int
	// sameTime is true for a row without a time of its own.
	sameTime bool
	// written is the time as the author wrote it.
	written string
	line    int
	// lead is the inline content behind the time; blocks follow it.
	lead   []markdown.Span
	blocks []*markdown.Block
	// aside is what other columns say.
	aside []markdown.Span
	// mark is the text of a milestone column.
	mark     string
	evidence []Link
	// columnZone is the zone in the head of a table's time column.
	columnZone zone
}

// timelineReader collects the entries of the timeline of one document.
type timelineReader struct {
	sightings []sighting
	// rest are the blocks that hold no entry.
	rest []*markdown.Block
	// headings are sub-headings that nothing has come under yet.
	headings []*markdown.Block
	// zone is the zone that a sentence states for all times, stated its line.
	zone zone
	// day is a date that a sentence states ("All times in PST, on February 5th 2019").
	day stamp
	// inParagraphs is true while the entries are paragraphs, so that one without a time goes on with the entry above.
	inParagraphs bool
	// trailing is where in rest the blocks begin that came after the last entry of a list, until another entry shows that they belong to it.
	trailing int
}

// entries returns how many entries were found.
func (t *timelineReader) entries() int {
	n := 0
	for i := range t.sightings {
		if !t.sightings[i].dayHeader {
			n++
		}
	}
	return n
}

// read takes the entries out of the blocks of a timeline section.
func (t *timelineReader) read(blocks []*markdown.Block) {
	if !anyTimed(blocks) && t.readCode(blocks) {
		return
	}
	for i := 0; i < len(blocks); i++ {
		b := blocks[i]
		if b.Kind == markdown.Heading {
			i += t.heading(b, blocks[i+1:])
			continue
		}
		t.block(b)
	}
}

func (t *timelineReader) add(s sighting) {
	// Blocks between two entries belong to the one above.
	if last := t.lastEntry(); last != nil && t.trailing < len(t.rest) && !holdsHeading(t.rest[t.trailing:]) {
		last.blocks = append(last.blocks, t.rest[t.trailing:]...)
		t.rest = t.rest[:t.trailing]
	}
	t.headings = t.headings[:0]
	t.sightings = append(t.sightings, s)
	t.trailing = len(t.rest)
}

func holdsHeading(blocks []*markdown.Block) bool {
	return slices.ContainsFunc(blocks, func(b *markdown.Block) bool { return b.Kind == markdown.Heading })
}

func (t *timelineReader) lastEntry() *sighting {
	if n := len(t.sightings); n > 0 && !t.sightings[n-1].dayHeader {
		return &t.sightings[n-1]
	}
	return nil
}

// leave keeps a block that is no entry, with the sub-headings it stands under.
func (t *timelineReader) leave(b *markdown.Block) {
	t.rest = append(t.rest, t.headings...)
	t.headings = t.headings[:0]
	t.rest = append(t.rest, b)
}

func (t *timelineReader) block(b *markdown.Block) {
	switch b.Kind {
	case markdown.List:
		if t.inParagraphs && t.lastEntry() != nil && !anyTimed([]*markdown.Block{b}) {
			t.attach([]*markdown.Block{b})
			return
		}
		if !t.list(b) {
			t.leave(b)
		}
	case markdown.Table:
		if !t.table(b) {
			t.leave(b)
		}
	case markdown.Paragraph:
		switch last := t.lastEntry(); {
		case t.paragraph(b):
			t.inParagraphs = true
		case last != nil && t.inParagraphs && len(last.lead) == 0 && len(last.blocks) == 0:
			last.lead = b.Spans
		case last != nil && t.inParagraphs && len(t.headings) == 0:
			last.blocks = append(last.blocks, b)
		case !t.statement(b):
			t.leave(b)
		}
	case markdown.Quote:
		before := len(t.sightings)
		if len(b.Children) > 0 && anyTimed(b.Children) {
			for _, child := range b.Children {
				t.block(child)
			}
		}
		if len(t.sightings) == before {
			t.leave(b)
		}
	case markdown.Code:
		if t.lastEntry() == nil && isTimedCode(b.Text, false) {
			t.code(b)
			return
		}
		t.leave(b)
	default:
		t.leave(b)
	}
}

// heading reads a sub-heading: a time with its text below, a day for what follows, or a plain heading to walk past. It returns how many of
// the blocks after it it has taken.
func (t *timelineReader) heading(b *markdown.Block, after []*markdown.Block) int {
	in := flatten(b.Spans)
	st, n := scanStamp(in.text)
	if n == 0 || !st.timed() && !st.hasDate() {
		if day, ok := dayHeader(in.text); ok && (anyTimed(untilHeading(after)) || len(after) > 0 && after[0].Kind == markdown.Heading && beginsTimed(after[0])) {
			day.line = b.Line
			t.add(day)
			return 0
		}
		t.headings = append(t.headings, b)
		if z, ok := zoneStatement(in.text); ok {
			t.zone = z
		}
		return 0
	}
	count := 0
	for count < len(after) && after[count].Kind != markdown.Heading {
		count++
	}
	below := after[:count]
	timed := timedBlocks(below)
	deeper := count < len(after) && after[count].Level > b.Level && beginsTimed(after[count])
	rest := strings.TrimSpace(in.text[n:])
	if !st.timed() && (timed > 0 || deeper || count == 0) {
		t.add(sighting{stamp: st, dayHeader: true, line: b.Line, written: strings.TrimSpace(in.text)})
		return 0
	}
	s := sighting{stamp: st, line: b.Line, written: written(in.text[:n]), lead: in.cut(n, len(in.text))}
	if timed >= 2 {
		t.add(s)
		return 0
	}
	s.blocks = below
	if rest == "" && len(below) > 0 && below[0].Kind == markdown.Paragraph {
		s.lead, s.blocks = below[0].Spans, below[1:]
	}
	t.add(s)
	return count
}

// untilHeading returns the blocks before the next heading.
func untilHeading(blocks []*markdown.Block) []*markdown.Block {
	if i := slices.IndexFunc(blocks, func(b *markdown.Block) bool { return b.Kind == markdown.Heading }); i >= 0 {
		return blocks[:i]
	}
	return blocks
}

// numberedDay is a day that is counted from the first: "Day 2", "Tag 1", "第3天", "2日目".
var numberedDay = lazyregexp.New(`(?i)^\W*(?:(?:day|tag|jour|d[ií]a|dag|giorno|dzień|день|j|t)\s*[+#]?\s*(\d{1,2})|第\s*(\d{1,2})\s*[天日]|(\d{1,2})\s*(?:日目|일차))(?:\W|$)`)

// dayHeader reads a short line that gives the day of what follows: "Day 2 (March 4)", "Wochenende, 5. Mai 2024".
func dayHeader(text string) (sighting, bool) {
	text = strings.TrimSpace(text)
	if text == "" || utf8.RuneCountInString(text) > 60 || strings.Contains(text, "\n") {
		return sighting{}, false
	}
	s := sighting{dayHeader: true, written: text, stamp: stamp{weekday: -1}}
	if m := numberedDay.FindStringSubmatch(text); m != nil {
		s.ordinal = atoi(m[1]+m[2]+m[3]) + 1
	}
	st, ok := findDate(text)
	if ok {
		s.stamp = st
	}
	return s, ok || s.ordinal > 0
}

func beginsTimed(b *markdown.Block) bool {
	st, n := scanStamp(flatten(b.Spans).text)
	return n > 0 && st.timed()
}

// timedBlocks counts the items, rows and paragraphs that begin with a time of day.
func timedBlocks(blocks []*markdown.Block) int { return countTimed(blocks, math.MaxInt) }

// anyTimed reports whether timedBlocks counts any.
func anyTimed(blocks []*markdown.Block) bool { return countTimed(blocks, 1) > 0 }

// countTimed counts as timedBlocks does, and stops once there are enough.
func countTimed(blocks []*markdown.Block, enough int) int {
	n := 0
	for _, b := range blocks {
		switch b.Kind {
		case markdown.List:
			for _, item := range b.Children {
				if first, others := leading(item); first != nil && beginsTimed(first) || anyTimed(others) {
					n++
				}
				if n >= enough {
					return n
				}
			}
		case markdown.Table:
			for _, row := range b.Children {
				if slices.ContainsFunc(row.Children[:min(len(row.Children), 3)], beginsTimed) {
					n++
				}
				if n >= enough {
					return n
				}
			}
		case markdown.Heading:
			if beginsTimed(b) {
				n++
			}
		case markdown.Paragraph:
			// A time alone is the value of something, unless it is bold.
			text := flatten(b.Spans).text
			if st, k := scanStamp(text); k > 0 && st.timed() && (!isBlank(text[k:]) || isStrong(b)) {
				n++
			}
		}
		if n >= enough {
			return n
		}
	}
	return n
}

// written is a time as the author wrote it, without the separator behind it.
func written(s string) string {
	return strings.Trim(collapse(s), " -–—─━:：|,;→⇒>=·•*`")
}

// list reads a list whose items are entries, and reports whether any was.
func (t *timelineReader) list(list *markdown.Block) bool {
	before := len(t.sightings)
	t.sightings = slices.Grow(t.sightings, len(list.Children))
	var left []*markdown.Block
	for _, item := range list.Children {
		if !t.item(item) {
			if last := t.lastEntry(); last != nil && len(t.sightings) > before {
				last.blocks = append(last.blocks, listOf(list, item))
				continue
			}
			left = append(left, item)
		}
	}
	if len(t.sightings) == before {
		return false
	}
	if len(left) > 0 {
		kept := *list
		kept.Children = left
		// What came before the first entry stays before it.
		t.rest = append(t.rest, &kept)
		t.trailing = len(t.rest)
	}
	return true
}

func listOf(list *markdown.Block, items ...*markdown.Block) *markdown.Block {
	one := *list
	one.Children = items
	return &one
}

// item reads one item, and reports whether it was an entry, a day or a group of entries.
func (t *timelineReader) item(item *markdown.Block) bool {
	first, others := leading(item)
	if first == nil {
		if !anyTimed(others) {
			return len(others) == 0
		}
		for _, b := range others {
			t.block(b)
		}
		return true
	}
	in := flatten(first.Spans)
	if strings.TrimSpace(in.text) == "" && len(others) == 0 {
		return true
	}
	st, n := scanStamp(in.text)
	nested := anyTimed(others)
	switch {
	case n > 0 && st.timed(), n > 0 && st.hasDate() && !nested:
		if lines := linesOf(in.text); len(lines) > 1 && t.splitLines(in, lines, first.Line) {
			t.attach(others)
			return true
		}
		t.add(sighting{stamp: st, line: first.Line, written: written(in.text[:n]), lead: in.cut(n, len(in.text))})
		if nested {
			for _, b := range others {
				if anyTimed([]*markdown.Block{b}) {
					t.block(b)
				} else {
					t.attach([]*markdown.Block{b})
				}
			}
			return true
		}
		t.attach(others)
		return true
	case n > 0 && st.hasDate():
		t.add(sighting{stamp: st, dayHeader: true, line: first.Line, written: strings.TrimSpace(in.text)})
		for _, b := range others {
			t.block(b)
		}
		return true
	case nested:
		if day, ok := dayHeader(in.text); ok {
			day.line = first.Line
			t.add(day)
		}
		for _, b := range others {
			t.block(b)
		}
		return true
	}
	if z, ok := zoneStatement(in.text); ok && len(others) == 0 && len(t.sightings) == 0 {
		t.zone = z
		return true
	}
	if from, st, ok := trailingStamp(in.text); ok && !statesFact(in.text[:from]) {
		t.add(sighting{stamp: st, line: first.Line, written: written(in.text[from:]), lead: in.cut(0, from-len(in.text[:from])+len(strings.TrimRight(in.text[:from], " :：-–—,@(")))})
		t.attach(others)
		return true
	}
	return false
}

// statesFact reports whether a label before a time names a fact of the report and no milestone.
func statesFact(label string) bool {
	label = strings.Trim(label, " :：-–—")
	return factOf(label) != "" && defaultPhrasebook().marked(label) == NoMilestone
}

// trailingStamp finds the time at the end of a short entry: "First detected 2023-05-18 10:41", "Resolved: 12:15 UTC".
func trailingStamp(text string) (from int, st stamp, ok bool) {
	if len(text) > 120 || strings.Contains(text, "\n") || !strings.ContainsFunc(text, unicode.IsDigit) {
		return 0, stamp{}, false
	}
	words := 0
	boundary := true
	for i, r := range text {
		start := boundary
		boundary = unicode.IsSpace(r)
		if !start || boundary {
			continue
		}
		if words > 0 && words <= 6 && (unicode.IsDigit(r) || unicode.IsLetter(r) || strings.ContainsRune("~([", r)) {
			st, n := scanStamp(text[i:])
			rest := strings.TrimSpace(bracketPattern.ReplaceAllString(text[i+n:], ""))
			marked := defaultPhrasebook().marked(strings.TrimRight(text[:i], " :：-–—")) != NoMilestone
			if n > 0 && (st.hasClock || st.unclear && st.hasDate() || st.hasDate() && marked) && isBlank(strings.Trim(rest, ").]")) {
				return i, st, true
			}
		}
		words++
	}
	return 0, stamp{}, false
}

// attach gives blocks to the last entry.
func (t *timelineReader) attach(blocks []*markdown.Block) {
	if last := t.lastEntry(); last != nil {
		last.blocks = append(last.blocks, blocks...)
	}
}

// paragraph reads a paragraph whose lines are entries, and reports whether any was.
func (t *timelineReader) paragraph(b *markdown.Block) bool {
	in := flatten(b.Spans)
	lines := linesOf(in.text)
	if len(lines) > 1 && t.splitLines(in, lines, b.Line) {
		return true
	}
	st, n := scanStamp(in.text)
	switch {
	case n > 0 && st.timed():
		t.add(sighting{stamp: st, line: b.Line, written: written(in.text[:n]), lead: in.cut(n, len(in.text))})
		t.trailing = len(t.rest)
		return true
	case n > 0 && st.dayOnly() && strings.ContainsAny(in.text[len(strings.TrimRight(in.text[:n], " -–—:")):n], "-–—:") && !isBlank(in.text[n:]):
		// "01-31-2024 - The fix was added."
		t.add(sighting{stamp: st, line: b.Line, written: written(in.text[:n]), lead: in.cut(n, len(in.text))})
		return true
	case n > 0 && st.dayOnly() && (strings.TrimSpace(in.text[n:]) == "" || isStrong(b)):
		t.add(sighting{stamp: st, dayHeader: true, line: b.Line, written: strings.TrimSpace(in.text)})
		return true
	case isStrong(b):
		if day, ok := dayHeader(in.text); ok {
			day.line = b.Line
			t.add(day)
			return true
		}
	}
	return false
}

// splitLines reads lines of which each, or at least the first, begins with a time. A sentence that merely wraps before a time is not split.
func (t *timelineReader) splitLines(in inline, lines [][2]int, firstLine int) bool {
	type head struct {
		st stamp
		n  int
	}
	heads := make([]head, len(lines))
	timed := 0
	for i, line := range lines {
		text := in.text[line[0]:line[1]]
		st, n := scanStamp(text)
		if n > 0 && (st.timed() || st.dayOnly() && strings.TrimSpace(text[n:]) == "") {
			heads[i] = head{st, n}
			timed++
		}
	}
	if timed < 2 || heads[0].n == 0 && timed < 3 && 2*timed < len(lines) {
		return false
	}
	if word, _ := leadWord(strings.TrimLeft(in.text, " *")); word > 0 {
		// "At 10:00 we saw errors that had begun at / 09:58": in prose only a line that begins like the first is an entry.
		for i, line := range lines[1:] {
			if also, _ := leadWord(strings.TrimLeft(in.text[line[0]:line[1]], " *")); heads[i+1].n > 0 && also == 0 {
				return false
			}
		}
	}
	var lead []markdown.Span
	for i, line := range lines {
		h := heads[i]
		at := firstLine + strings.Count(in.text[:line[0]], "\n")
		switch {
		case h.n == 0 && i == 0, h.n == 0 && t.lastEntry() == nil:
			text := in.text[line[0]:line[1]]
			if z, ok := zoneStatement(text); ok {
				t.zone = z
			} else if p := paragraph(in.cut(line[0], line[1]), at); p != nil {
				t.leave(p)
			}
		case h.n == 0:
			last := t.lastEntry()
			lead = in.cut(line[0], line[1])
			if len(lead) > 0 {
				last.lead = append(append(last.lead[:len(last.lead):len(last.lead)], markdown.Span{Kind: markdown.Text, Text: "\n"}), lead...)
			}
		case h.st.dayOnly():
			t.add(sighting{stamp: h.st, dayHeader: true, line: at, written: strings.TrimSpace(in.text[line[0]:line[1]])})
		default:
			t.add(sighting{stamp: h.st, line: at, written: written(in.text[line[0] : line[0]+h.n]), lead: in.cut(line[0]+h.n, line[1])})
		}
	}
	return true
}

// timeWords are words that a sentence about the zone of the times has, in several languages.
var timeWords = lazyregexp.New(`(?i)\b(times?|timestamps?|timezone|time zone|zeit(en|angaben|zone)?|uhrzeit(en)?|heures?|horaires?|fuseau|horas?|horarios?|huso|tid(er|spunkt(er)?|ssone)?|klokkeslett|tijd(en)?|tijdstippen|ora(ri)?|orario|godziny|czas[yu]?|horários?|tz)\b|врем[яе]|時刻|時間|日時|时间|時區|时区|タイムゾーン|시간|시각`)

// latinTimeWords are those of timeWords that are written in plain Latin letters, and no longer than longestTimeWord.
var latinTimeWords = wordSet(`time times timestamp timestamps timezone zeit zeiten zeitangaben zeitzone uhrzeit uhrzeiten heure heures horaire horaires fuseau
	hora horas horario horarios huso tid tider tidspunkt tidspunkter tidssone klokkeslett tijd tijden tijdstippen ora orari orario godziny czas
	czasy czasu tz`, "time zone")

const longestTimeWord = 11

// mentionsTimes reports whether timeWords matches a text. Few sentences of a report do, and most are told at a glance.
func mentionsTimes(text string) bool { return mayMentionTimes(text) && timeWords.MatchString(text) }

// mayMentionTimes reports whether timeWords may match a text: one of latinTimeWords is in it, or a letter that only the expression can judge.
func mayMentionTimes(text string) bool {
	isWordByte := func(c byte) bool { return isASCIILetter(c) || isDigit(c) || c == '_' }
	for i := 0; i < len(text); {
		if text[i] >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(text[i:])
			isMark := r >= 0x2000 && r < 0x3000 && r != '\u212A' // the sign of Kelvin counts as a k
			if r == 'á' || r == 'Á' || r == 'ſ' || r >= 0x400 && !isMark {
				return true
			}
			i += size
			continue
		}
		start := i
		for i < len(text) && isWordByte(text[i]) {
			i++
		}
		if start == i {
			i++
		} else if i-start <= longestTimeWord && strings.IndexByte("tzuhfkogc", text[start]|0x20) >= 0 && latinTimeWords()[strings.ToLower(text[start:i])] {
			return true
		}
	}
	return false
}

// zoneStatement returns the zone of a sentence such as "All times in UTC", "Alle Zeiten in MEZ".
func zoneStatement(text string) (zone, bool) {
	if len(text) > 400 || !mentionsTimes(text) {
		return zone{}, false
	}
	for _, sentence := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '。' || r == ';' }) {
		if len(strings.Fields(sentence)) > 25 || !mentionsTimes(sentence) {
			continue
		}
		at := timeWords.FindStringIndex(sentence)
		if z, ok := findZone(sentence[at[0]:]); ok {
			return z, ok
		}
		if z, ok := findZone(sentence); ok {
			return z, ok
		}
	}
	return zone{}, false
}

// statement reads a sentence about the times of the section: their zone, their day. It reports whether that is all it says.
func (t *timelineReader) statement(b *markdown.Block) bool {
	text := flatten(b.Spans).text
	z, ok := zoneStatement(text)
	if ok && !t.zone.stated() {
		t.zone = z
	}
	if t.entries() == 0 && !t.day.hasDate() {
		if st, found := findDate(text); found {
			t.day = st
		}
	}
	return ok && len(strings.Fields(text)) <= 14 && t.entries() == 0
}

// findDate returns the first date with a month and day anywhere in a text.
func findDate(text string) (stamp, bool) {
	boundary := true
	for i, r := range text {
		if boundary && (unicode.IsDigit(r) || unicode.IsLetter(r)) && digitNear(text[i:]) {
			st := stamp{weekday: -1}
			if n := st.scanDatePart(text[i:]); n > 0 && !wordAt(text, i+n) && (st.date.Year > 0 || unicode.IsLetter(r) || strings.ContainsFunc(text[i:i+n], unicode.IsLetter)) {
				return st, true
			}
		}
		boundary = !unicode.IsDigit(r) && !unicode.IsLetter(r) || isIdeographic(r)
		if r == '/' || r == '=' || r == '_' {
			boundary = false
		}
	}
	return stamp{}, false
}
