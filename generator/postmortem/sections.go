package postmortem

import (
	"slices"
	"strings"
	"unicode/utf8"

	"debrief/generator/markdown"
)

// part is a section on its way: its meaning and the blocks that belong to it.
type part struct {
	meaning meaning
	name    SectionName
	heading string
	line    int
	// depth is the level of its heading in the file; 0 for text before the first heading, 7 for a bold line that serves as a heading.
	depth int
	// level is Section.Level.
	level  int
	blocks []*markdown.Block
	// lead is the inline content that stands before the blocks: the text behind a label such as "**Impact:**".
	lead []markdown.Span
	// head is the heading's inline content.
	head []markdown.Span
}

// The depth of the bold lines people write instead of headings.
const boldDepth = 7

// outline divides a document into its title and its parts, in the order of the file.
type outline struct {
	title     string
	titleLine int
	parts     []*part
}

// outliner finds the sections of one document.
type outliner struct {
	vocabulary *vocabulary
	// hasTitle is true when front matter has one, so that a first H1 may be a section.
	hasTitle bool
	out      outline
	// base is the level at which every heading is a section, known or not.
	base int
	// bare is true when no heading but the title names a section, so that bold lines and labels do.
	bare bool
}

// headingOf returns what serves as a heading in a block: its inline content, its depth, and whether there is one.
func (o *outliner) headingOf(b, next *markdown.Block) (spans []markdown.Span, depth int, ok bool) {
	switch {
	case b.Kind == markdown.Heading:
		return b.Spans, b.Level, true
	case b.Kind != markdown.Paragraph || strings.Contains(strings.TrimSpace(b.Text), "\n") || utf8.RuneCountInString(b.Text) > 80:
		return nil, 0, false
	case isStrong(b):
		if m := o.vocabulary.meaningOf(b.Text); m.known || o.bare && !beginsWithStamp(b.Text) {
			return b.Spans, boldDepth, true
		}
	case strings.HasSuffix(b.Text, ":") || strings.HasSuffix(b.Text, "："):
		// A line that is only the name of a section.
		if m := o.vocabulary.lookup(strings.Trim(b.Text, ":： ")); m.certain() || m.glossary {
			return b.Spans, boldDepth, true
		}
	case next != nil && (next.Kind == markdown.List || next.Kind == markdown.Table) && utf8.RuneCountInString(b.Text) <= 30:
		// The same without a colon, directly over a list.
		if o.vocabulary.byKey[headingKey(b.Text)].certain() {
			return b.Spans, boldDepth, true
		}
	}
	return nil, 0, false
}

func beginsWithStamp(text string) bool {
	st, n := scanStamp(text)
	return n > 0 && (st.timed() || st.hasDate())
}

// divide reads the outline of a document.
func (o *outliner) divide(blocks []*markdown.Block) outline {
	title := o.findTitle(blocks)
	if title < 0 && !o.hasTitle {
		title = firstLineTitle(blocks)
	}
	o.base = o.sectionLevel(blocks, title)
	o.bare = o.base == 0
	current := &part{name: Other, level: 1}
	o.out.parts = []*part{current}
	var stack []*part // the parts the current heading stands under, outermost first
	for i, b := range blocks {
		if i == title {
			o.out.title, o.out.titleLine = headingTitle(b), b.Line
			continue
		}
		var next *markdown.Block
		if i+1 < len(blocks) {
			next = blocks[i+1]
		}
		spans, depth, ok := o.headingOf(b, next)
		if !ok {
			if p, rest := o.namedParagraph(b); p != nil {
				o.out.parts = append(o.out.parts, p)
				p.level = 1 + min(len(stack), 1)
				p.blocks = []*markdown.Block{rest}
				current = p
				stack = append(stack, p)
				continue
			}
			o.addBlock(&current, &stack, b)
			continue
		}
		for len(stack) > 0 && stack[len(stack)-1].depth >= depth {
			stack = stack[:len(stack)-1]
		}
		text := collapse(flatten(spans).text)
		m := o.vocabulary.meaningOf(text)
		p := &part{meaning: m, name: m.name, heading: strings.Trim(text, " "), line: b.Line, depth: depth, level: 1, head: spans}
		if p.name == "" {
			p.name = Other
		}
		if !o.isSection(p, stack) {
			current = o.under(stack, current)
			current.blocks = append(current.blocks, b)
			continue
		}
		if len(stack) > 0 {
			p.level = 2
		}
		stack = append(stack, p)
		o.out.parts = append(o.out.parts, p)
		current = p
	}
	prelude := o.out.parts[0]
	o.out.parts = slices.DeleteFunc(o.out.parts, func(p *part) bool { return p != prelude && p.isEmpty() })
	return o.out
}

// joinTimed makes one timeline of parts whose headings are times: the updates of a status page.
func (o *outline) joinTimed() {
	isTimed := func(p *part) bool {
		if p.depth == 0 || p.depth >= boldDepth || p.name != Other {
			return false
		}
		st, n := scanStamp(p.heading)
		return n > 0 && st.hasClock && st.hasDate()
	}
	var timed []*part
	for _, p := range o.parts {
		if p.name == TimelineSection {
			return
		}
		if isTimed(p) {
			timed = append(timed, p)
		}
	}
	if len(timed) < 2 || len(timed) != len(o.parts)-1 {
		return
	}
	whole := &part{name: TimelineSection, line: timed[0].line, level: 1, depth: timed[0].depth}
	for _, p := range timed {
		whole.blocks = append(whole.blocks, &markdown.Block{Kind: markdown.Heading, Level: p.depth, Line: p.line, Column: 1, Spans: p.head, Text: p.heading})
		whole.blocks = append(whole.blocks, p.blocks...)
	}
	o.parts = []*part{o.parts[0], whole}
}

// isEmpty reports whether a part has neither a heading nor anything but rules.
func (p *part) isEmpty() bool {
	return p.heading == "" && p.name != TimelineSection && len(p.lead) == 0 && !slices.ContainsFunc(p.blocks, func(b *markdown.Block) bool { return b.Kind != markdown.Rule })
}

// lastIsTimeline reports whether the last section is a timeline, which goes on under a heading that is a time.
func (o *outliner) lastIsTimeline() bool {
	return o.out.parts[len(o.out.parts)-1].name == TimelineSection
}

// under returns the part that text below a plain sub-heading belongs to.
func (o *outliner) under(stack []*part, current *part) *part {
	if len(stack) > 0 {
		return stack[len(stack)-1]
	}
	if o.lastIsTimeline() {
		return o.out.parts[len(o.out.parts)-1]
	}
	return current
}

// isSection decides whether a heading opens a section of its own, given the sections it stands in.
func (o *outliner) isSection(p *part, stack []*part) bool {
	if o.lastIsTimeline() && beginsWithStamp(p.heading) {
		return false
	}
	if p.depth <= o.base || o.bare && p.depth == boldDepth {
		if len(stack) == 0 {
			return true
		}
	}
	if len(stack) == 0 {
		return p.depth < boldDepth || o.bare || p.meaning.certain()
	}
	parent := stack[len(stack)-1]
	st, n := scanStamp(p.heading)
	if n > 0 && (st.timed() || st.dayOnly()) {
		return false
	}
	// A plain heading beside a section that was found deeper than the others ends that section.
	if !p.meaning.certain() && !p.meaning.glossary {
		if parent.name == Other && (p.meaning.maybeTimeline || p.meaning.maybeSummary) && p.depth < boldDepth {
			return true
		}
		last := o.out.parts[len(o.out.parts)-1]
		return last != parent && last.depth == p.depth && last.level == 2 && parent.depth < p.depth && parent.name != ActionsSection && parent.name != TimelineSection && p.depth < boldDepth
	}
	switch parent.name {
	case ExternalSummary:
		return false
	case ActionsSection:
		// "Detection" and "Process" group the items.
		return p.name == Lessons || p.name == WentWell || p.name == WentWrong || p.name == Lucky || p.name == TimelineSection
	case TimelineSection:
		return p.depth < boldDepth && (p.name == WentWell || p.name == WentWrong || p.name == Lucky || p.name == Lessons || p.name == ActionsSection || p.name == ContributingFactors || p.name == Impact)
	case Supporting:
		return false
	case Lessons:
		return p.name == WentWell || p.name == WentWrong || p.name == Lucky || p.name == ActionsSection || p.name == TimelineSection
	case WentWell, WentWrong, Lucky:
		return p.name == ActionsSection
	}
	return parent.name != p.name
}

// findTitle returns the index of the block that is the title, -1 when none is.
func (o *outliner) findTitle(blocks []*markdown.Block) int {
	first, ones := -1, 0
	for i, b := range blocks {
		if b.Kind != markdown.Heading {
			continue
		}
		if b.Level == 1 {
			ones++
			if first < 0 {
				first = i
			}
		}
	}
	if first < 0 {
		return o.titleBelow(blocks)
	}
	// Deeper headings before the first H1 make it a section like them.
	for _, b := range blocks[:first] {
		if b.Kind == markdown.Heading {
			return -1
		}
	}
	m := o.vocabulary.byKey[headingKey(shortcodePattern.ReplaceAllString(blocks[first].Text, " "))]
	switch {
	case o.hasTitle && ones > 1, m.certain() && (o.hasTitle || ones > 1):
		return -1
	case m.certain() && (m.name == Summary || m.name == Impact || m.name == TimelineSection), m.certain() && !o.hasSectionsBelow(blocks[first+1:]):
		// "# Root cause analysis" over a whole report is its title, over a text it is a section.
		return -1
	}
	return first
}

// hasSectionsBelow reports whether headings below an H1 name sections.
func (o *outliner) hasSectionsBelow(blocks []*markdown.Block) bool {
	return slices.ContainsFunc(blocks, func(b *markdown.Block) bool {
		return b.Kind == markdown.Heading && b.Level == 2 && o.vocabulary.meaningOf(b.Text).certain()
	})
}

// firstLineTitle returns the first block of a document without headings if it is a short line that reads like a title.
func firstLineTitle(blocks []*markdown.Block) int {
	for _, b := range blocks {
		if b.Kind == markdown.Heading {
			return -1
		}
	}
	if len(blocks) < 2 || blocks[0].Kind != markdown.Paragraph {
		return -1
	}
	text := strings.TrimSpace(blocks[0].Text)
	if text == "" || strings.Contains(text, "\n") || utf8.RuneCountInString(text) > 100 || strings.HasSuffix(text, ":") || strings.HasSuffix(text, ".") || strings.Contains(text, "://") || beginsWithStamp(text) && len(strings.Fields(text)) < 4 {
		return -1
	}
	in := flatten(blocks[0].Spans)
	if label, _, ok := splitField(in, [2]int{0, len(in.text)}); ok && factOf(label) != "" && factOf(label) != factTitle {
		return -1
	}
	return 0
}

// titleBelow finds the title of a document without an H1: a first heading above all others, or one beside them that has nothing below it and
// says that it is about an incident.
func (o *outliner) titleBelow(blocks []*markdown.Block) int {
	first, level, same := -1, 0, 0
	for i, b := range blocks {
		if b.Kind != markdown.Heading {
			continue
		}
		if first < 0 {
			first, level = i, b.Level
			continue
		}
		if b.Level <= level {
			same++
		}
	}
	if first < 0 || o.hasTitle || o.vocabulary.meaningOf(blocks[first].Text).known {
		return -1
	}
	if same > 0 && (first > 0 || blocks[1].Kind != markdown.Heading || !incidentWords.MatchString(blocks[first].Text)) {
		return -1
	}
	return first
}

// sectionLevel returns the level of headings that are sections whatever they say: the one that holds most of the known headings, 0 when
// there are no headings.
func (o *outliner) sectionLevel(blocks []*markdown.Block, title int) int {
	var known, all [7]int
	for i, b := range blocks {
		if b.Kind != markdown.Heading || i == title {
			continue
		}
		all[b.Level]++
		if o.vocabulary.meaningOf(b.Text).certain() {
			known[b.Level]++
		}
	}
	best := 0
	for level := 1; level <= 6; level++ {
		if known[level] > 0 && (best == 0 || known[level] > 2*known[best]) {
			best = level
		}
	}
	if best > 0 {
		return best
	}
	for level := 1; level <= 6; level++ {
		if all[level] > 0 {
			return level
		}
	}
	return 0
}

// addBlock adds a block that is no heading to the part it stands in. Labels that name sections ("**Impact:** ...") open parts of their own
// where there are no headings.
func (o *outliner) addBlock(current **part, stack *[]*part, b *markdown.Block) {
	if (*current).depth == 0 || b.Kind == markdown.List && (*current).name == Other && !(*current).meaning.story || (*current).depth == boldDepth && len(*stack) == 0 || o.bare || len(*stack) == 1 && (*stack)[0].depth == boldDepth {
		if o.addLabelled(current, stack, b) {
			return
		}
	}
	if n := len(*stack); n > 0 && b.Kind == markdown.Paragraph && ((*current).name == Lessons || (*current).depth == boldDepth && (*stack)[0].name == Lessons) {
		if p, rest := o.labelledLesson(b); p != nil {
			for len(*stack) > 0 && (*stack)[len(*stack)-1].depth >= boldDepth {
				*stack = (*stack)[:len(*stack)-1]
			}
			p.blocks = rest
			o.out.parts = append(o.out.parts, p)
			*current = p
			*stack = append(*stack, p)
			return
		}
	}
	if (*current).heading == "" || b.Kind != markdown.Rule {
		(*current).blocks = append((*current).blocks, b)
	}
}

func isBlank(s string) bool { return strings.TrimSpace(s) == "" }

// headingTitle is a heading as a title: its text without marks of Markdown and shortcodes.
func headingTitle(b *markdown.Block) string {
	text := collapse(shortcodePattern.ReplaceAllString(flatten(b.Spans).text, " "))
	if label, title, ok := strings.Cut(text, ":"); ok && factByName()[headingKey(label)] == factTitle && headingKey(label) != "incident" && strings.TrimSpace(title) != "" {
		// "Title: Disk full"
		return strings.TrimSpace(title)
	}
	return text
}
