package lint

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"debrief/generator/lazyregexp"
	"debrief/generator/markdown"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

// passage is one run of prose: a paragraph, the text of a list item, a cell or a heading.
type passage struct {
	kind markdown.Kind
	// section is the section it stands in, "" before the first; external is true inside the External summary.
	section  postmortem.SectionName
	external bool
	// heading is the text of the nearest heading above, of any level.
	heading string
	line    int
	// item is true inside a list.
	item bool
	// text is what a reader sees. In prose, code, quotations and bare addresses are covered with quotation marks, byte for byte, ASCII
	// letters are small and line breaks are blanks, so that a phrase is found however it is written.
	text, prose string
	pieces      []piece
	// stems are the stems of its prose.
	stems stemSet
	// links are the links and pictures in it.
	links []link
}

// link is one address with its place.
type link struct {
	dest string
	at   piece
}

// piece says where a part of a passage's text stands in the file.
type piece struct{ start, line, column int }

// collect walks the blocks of the document.
func (r *Report) collect() {
	w := walker{r: r, sections: r.Sections}
	w.blocks(r.document.Blocks, false)
	r.stems = make(map[stem]bool, 512)
	for _, p := range r.passages {
		stemsOf(p.prose, func(s stem, _ int) {
			r.stems[s] = true
			p.stems.add(s)
		})
	}
}

type walker struct {
	r        *Report
	sections []postmortem.Section
	current  *postmortem.Section
	heading  string
}

func (w *walker) blocks(blocks []*markdown.Block, item bool) {
	for _, b := range blocks {
		switch b.Kind {
		case markdown.Paragraph, markdown.Heading, markdown.Cell:
			w.add(b, item)
		case markdown.List, markdown.Item, markdown.Table, markdown.Row:
			w.blocks(b.Children, item || b.Kind == markdown.Item)
		}
		// Quotations are somebody else's words, code and raw HTML are none.
	}
}

func (w *walker) add(b *markdown.Block, item bool) {
	for len(w.sections) > 0 && w.sections[0].Line <= b.Line {
		w.current, w.sections = &w.sections[0], w.sections[1:]
	}
	if len(b.Spans) == 0 {
		return
	}
	p := &passage{kind: b.Kind, line: b.Line, item: item, heading: w.heading}
	if w.current != nil {
		p.section = w.current.Name
		p.external = p.section == postmortem.ExternalSummary
	}
	p.compose(b.Spans)
	if b.Kind == markdown.Heading {
		w.heading = b.Text
	}
	w.r.passages = append(w.r.passages, p)
}

// compose joins the spans of a block.
func (p *passage) compose(spans []markdown.Span) {
	var text, prose strings.Builder
	for _, s := range spans {
		switch s.Kind {
		case markdown.RawHTML, markdown.FootnoteRef:
			continue
		}
		at := piece{text.Len(), s.Line, s.Column}
		p.pieces = append(p.pieces, at)
		if s.Kind == markdown.Link || s.Kind == markdown.Image {
			p.links = append(p.links, link{s.Dest, at})
		}
		text.WriteString(s.Text)
		if s.Kind == markdown.CodeSpan || s.Kind == markdown.Image || s.Kind == markdown.Link && (s.Text == s.Dest || strings.Contains(s.Text, "://")) {
			prose.WriteString(strings.Repeat(`"`, len(s.Text)))
		} else {
			prose.WriteString(plain(s.Text))
		}
	}
	p.text, p.prose = text.String(), coverQuotes(prose.String())
}

// plain makes ASCII letters small, line breaks blanks and typographic apostrophes ASCII ones. It keeps every byte at its place.
func plain(s string) string {
	b := []byte(s)
	for i, c := range b {
		switch {
		case c >= 'A' && c <= 'Z':
			b[i] = c + 'a' - 'A'
		case c == '\n' || c == '\t':
			b[i] = ' '
		}
	}
	return string(b)
}

// quotePairs are the marks that open and close a quotation.
var quotePairs = [][2]string{{"“", "”"}, {"„", "“"}, {"«", "»"}, {"「", "」"}, {`"`, `"`}}

// coverQuotes covers what stands in quotation marks.
func coverQuotes(s string) string {
	for _, pair := range quotePairs {
		if !strings.Contains(s, pair[0]) {
			continue
		}
		b := []byte(s)
		for from := 0; ; {
			i := strings.Index(s[from:], pair[0])
			if i < 0 {
				break
			}
			start := from + i + len(pair[0])
			j := strings.Index(s[start:], pair[1])
			if j < 0 {
				break
			}
			for k := start; k < start+j; k++ {
				b[k] = '"'
			}
			from = start + j + len(pair[1])
		}
		s = string(b)
	}
	return s
}

// place is where a part of a passage's text stands in the file.
func (r *Report) place(p *passage, start, end int) problem.Position {
	if len(p.pieces) == 0 {
		return r.at(p.line)
	}
	i := 0
	for i+1 < len(p.pieces) && p.pieces[i+1].start <= start {
		i++
	}
	at := p.pieces[i]
	before := p.text[at.start:start]
	line, skip := at.line+strings.Count(before, "\n"), at.column-1
	if nl := strings.LastIndexByte(before, '\n'); nl >= 0 {
		before, skip = before[nl+1:], 0
	}
	// Escapes and marks only make the source longer than the text, so the words are found at or behind the place where they would be.
	source := []rune(r.line(line))
	skip = min(skip+utf8.RuneCountInString(before), len(source))
	words, _, _ := strings.Cut(p.text[start:end], "\n")
	if j := strings.Index(string(source[skip:]), words); j >= 0 {
		return problem.Position{File: r.File, Line: line, Column: skip + utf8.RuneCountInString(string(source[skip:])[:j]) + 1}
	}
	return problem.Position{File: r.File, Line: line, Column: skip + 1}
}

// conclusions are the passages in which a report says why something happened: neither the timeline and the actions, nor what went well, nor
// what is only supporting.
func (r *Report) conclusions() []*passage {
	var out []*passage
	for _, p := range r.passages {
		switch p.section {
		case postmortem.TimelineSection, postmortem.ActionsSection, postmortem.WentWell, postmortem.Lucky, postmortem.Supporting:
			continue
		}
		if p.kind != markdown.Heading || p.section == "" {
			out = append(out, p)
		}
	}
	return out
}

// external are the passages of the External summary, its headings left out.
func (r *Report) external() []*passage {
	var out []*passage
	for _, p := range r.passages {
		if p.external && p.kind != markdown.Heading {
			out = append(out, p)
		}
	}
	return out
}

// phrase is something that may be said, with the words of which one must be there before it is worth looking.
type phrase struct {
	hints   []string
	stems   []stem // of the hints
	pattern *lazyregexp.Regexp
	// first is true when the phrase begins with a hint, so that only those places need a look.
	first bool
}

// stem is the beginning of a word: up to five small letters, packed. Nearly every rule is about words that nearly every report does not have,
// so that the stems of a report decide quickly what need not be looked for.
type stem uint64

// stemSet is a set of stems that may take one for another: has is true for every stem that was added, and for a few that were not.
type stemSet [8]uint64

func (set *stemSet) add(s stem) { bit := s.bit(); set[bit/64] |= 1 << (bit % 64) }

func (set *stemSet) has(s stem) bool { bit := s.bit(); return set[bit/64]&(1<<(bit%64)) != 0 }

// bit is the bit of a stem in a stemSet: the top nine bits of its product with the golden ratio (Knuth, The Art of Computer Programming 3,
// section 6.4).
func (s stem) bit() uint64 { return uint64(s) * 0x9e3779b97f4a7c15 >> 55 }

// stemsOf calls add for the stem of each word in a text.
func stemsOf(text string, add func(s stem, length int)) {
	const most = 5
	for i := 0; i < len(text); i++ {
		var s stem
		start := i
		for ; i < len(text) && text[i] >= 'a' && text[i] <= 'z'; i++ {
			if i-start < most {
				s = s<<8 | stem(text[i])
			}
		}
		if i > start {
			add(s, i-start)
		}
	}
}

// stemOf is the stem of the longest word of a hint; false when it has none.
func stemOf(hint string) (longest stem, ok bool) {
	length := 0
	stemsOf(hint, func(s stem, n int) {
		if n > length {
			longest, length = s, n
		}
	})
	return longest, length > 0
}

// newPhrase compiles a phrase; the hints are divided by blanks, with "_" for a blank inside. The longest word of a hint is written out up to
// its fifth letter.
func newPhrase(hints, pattern string) phrase {
	words := strings.Fields(hints)
	for i, h := range words {
		words[i] = strings.ReplaceAll(h, "_", " ")
	}
	return hintedPhrase(words, lazyregexp.New(pattern))
}

// firstPhrase is newPhrase for one that begins with one of its hints. The pattern is one of what begins there.
func firstPhrase(hints, pattern string) phrase {
	f := newPhrase(hints, `^(?:`+pattern+`)`)
	f.first = true
	return f
}

// hintedPhrase is a phrase with its hints as they are. Without a stem for each of them it may be anywhere.
func hintedPhrase(hints []string, pattern *lazyregexp.Regexp) phrase {
	f := phrase{hints: hints, pattern: pattern}
	for _, h := range hints {
		s, ok := stemOf(h)
		if !ok {
			f.stems = nil
			return f
		}
		f.stems = append(f.stems, s)
	}
	return f
}

// of returns where a phrase stands in a passage's prose.
func (f phrase) of(p *passage) [][]int {
	for i, s := range f.stems {
		if p.stems.has(s) && strings.Contains(p.prose, f.hints[i]) {
			return f.find(p.prose)
		}
	}
	if f.stems == nil {
		return f.in(p.prose)
	}
	return nil
}

// in returns where a phrase stands in a text.
func (f phrase) in(text string) [][]int {
	if !f.hinted(text) {
		return nil
	}
	return f.find(text)
}

func (f phrase) find(text string) [][]int {
	if f.first {
		return f.atHints(text)
	}
	return f.pattern.FindAllStringSubmatchIndex(text, -1)
}

// atHints returns where a phrase that begins with one of its hints stands in a text.
func (f phrase) atHints(text string) [][]int {
	var starts []int
	for _, h := range f.hints {
		for from := 0; ; {
			i := strings.Index(text[from:], h)
			if i < 0 {
				break
			}
			at := from + i
			from = at + len(h)
			if at == 0 || !isLetterOrDigit(text[at-1]) {
				starts = append(starts, at)
			}
		}
	}
	slices.Sort(starts)
	var found [][]int
	end := 0
	for _, at := range starts {
		if at < end {
			continue
		}
		m := f.pattern.FindStringSubmatchIndex(text[at:])
		for i := range m {
			if m[i] >= 0 {
				m[i] += at
			}
		}
		if m != nil {
			found, end = append(found, m), m[1]
		}
	}
	return found
}

// isLetterOrDigit is the word character of a regular expression's word boundary.
func isLetterOrDigit(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

// hinted reports whether a text has one of the words without which the phrase cannot be in it.
func (f phrase) hinted(text string) bool {
	return slices.ContainsFunc(f.hints, func(h string) bool { return strings.Contains(text, h) })
}

// hinted returns the phrases that may be in the report.
func (r *Report) hinted(phrases ...phrase) []phrase {
	return slices.DeleteFunc(phrases, func(f phrase) bool {
		return f.stems != nil && !slices.ContainsFunc(f.stems, func(s stem) bool { return r.stems[s] })
	})
}

// sentence returns the sentence around a place in a text, and where it begins.
func sentence(text string, at int) (string, int) {
	start := 0
	for _, s := range sentences(text) {
		if at < s[1] || s[1] == len(text) {
			return text[s[0]:s[1]], s[0]
		}
		start = s[1]
	}
	return text[start:], start
}

// shortened are words that end with a full stop inside a sentence.
var shortened = map[string]bool{
	"e.g": true, "i.e": true, "approx": true, "a.m": true, "p.m": true, "vs": true, "no": true, "inc": true, "ltd": true, "etc": true, "cf": true,
	"ca": true, "dr": true, "mr": true, "mrs": true, "ms": true, "st": true, "z.b": true, "bzw": true, "max": true, "min": true, "resp": true,
}

// sentences divides a text, as byte ranges. A full stop ends a sentence when white space and anything but a small letter follow.
func sentences(text string) [][2]int {
	var out [][2]int
	start := 0
	cut := func(end int) {
		if strings.ContainsFunc(text[start:end], func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			out = append(out, [2]int{start, end})
			start = end
		}
	}
	for i, r := range text {
		switch r {
		case '。', '！', '？':
			cut(i + utf8.RuneLen(r))
		case '.', '!', '?':
			rest := strings.TrimLeft(text[i+1:], `"')]*_”’»`)
			next, _ := utf8.DecodeRuneInString(strings.TrimLeft(rest, " \n\t"))
			if rest == "" || rest[0] != ' ' && rest[0] != '\n' && rest[0] != '\t' || unicode.IsLower(next) && r == '.' {
				continue
			}
			word := text[strings.LastIndexAny(text[:i], " \n\t(")+1 : i]
			if r == '.' && (shortened[strings.ToLower(word)] || utf8.RuneCountInString(word) == 1 && unicode.IsUpper([]rune(word)[0])) {
				continue
			}
			cut(len(text) - len(rest))
		}
	}
	cut(len(text))
	if start < len(text) && len(out) > 0 {
		out[len(out)-1][1] = len(text)
	}
	return out
}

// englishWords are the words that tell English from its neighbours.
var englishWords = map[string]bool{
	"the": true, "and": true, "was": true, "were": true, "of": true, "to": true, "that": true, "with": true, "from": true, "by": true, "this": true,
	"we": true, "is": true, "which": true, "had": true, "not": true, "for": true, "as": true, "our": true, "be": true, "are": true, "it": true, "on": true, "have": true, "has": true, "been": true,
}

// isEnglish reports whether the prose is in English, which the rules about wording can read.
func (r *Report) isEnglish() bool {
	words, english := 0, 0
	for _, p := range r.passages {
		for word := range strings.FieldsSeq(p.prose) {
			words++
			if englishWords[word] {
				english++
			}
		}
		if words > 400 {
			break
		}
	}
	return words < 30 || english*100 >= words*9
}
