package markdown

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// RenderOptions say where on a page a fragment stands.
type RenderOptions struct {
	// IDPrefix stands before every id, so that several fragments on one page do not share any.
	IDPrefix string
	// HeadingShift is added to the level of each heading. Levels stay between 2 and 6, and none is skipped: a heading is never more than
	// one level below the heading before it, or below the h2 that the fragment stands under.
	HeadingShift int
	// Title is what the fragment is about. Tables before its first heading are named after it.
	Title string
	// Lead, when not nil, stands for the inline content of the first block: what is left of a timeline entry when its time is cut off.
	Lead []Span
}

// Render returns blocks of the document, such as those of a section or the children of one item, as one fragment. Blocks that need a
// parent get one: items a list, rows a table. A paragraph of the caller's own making is rendered from its Spans. The paragraph of an item without blank lines has no <p>, nor has the content of a cell.
func (d *Document) Render(blocks []*Block, options RenderOptions) Fragment {
	f, _ := d.renderBlocks(blocks, options)
	return f
}

// RenderPage is Render for what has a page of its own, with a table of contents: it also returns the headings inside, in order.
func (d *Document) RenderPage(blocks []*Block, options RenderOptions) (Fragment, []Anchor) {
	f, headings := d.renderBlocks(blocks, options)
	for i := range headings {
		headings[i].Text = strings.Clone(headings[i].Text) // a part of the document's text would hold all of it in memory
	}
	return f, headings
}

func (d *Document) renderBlocks(blocks []*Block, options RenderOptions) (Fragment, []Anchor) {
	if options.Lead != nil && len(blocks) > 0 {
		first := *blocks[0]
		first.inline = d.inlineOf(options.Lead)
		first.raw = hasRaw(options.Lead)
		blocks = append([]*Block{&first}, blocks[1:]...)
	}
	blocks = d.withInline(blocks)
	balance := d.rawNotes
	size := 0
	for _, b := range blocks {
		balance = balance || b.raw
		size += b.size()
	}
	return d.render(options, balance, size, func(r *renderer) {
		for _, b := range blocks {
			if b.Kind == Heading && b.Level+options.HeadingShift <= 2 {
				r.level = 1 // the fragment has sections of its own and stands under the h1
			}
		}
		r.root(blocks)
	})
}

// withInline gives paragraphs that the caller made of spans their inline content.
func (d *Document) withInline(blocks []*Block) []*Block {
	made := func(b *Block) bool { return b.Kind == Paragraph && len(b.inline) == 0 && len(b.Spans) > 0 }
	if !slices.ContainsFunc(blocks, made) {
		return blocks
	}
	blocks = slices.Clone(blocks)
	for i, b := range blocks {
		if made(b) {
			whole := *b
			whole.inline, whole.raw = d.inlineOf(b.Spans), hasRaw(b.Spans)
			blocks[i] = &whole
		}
	}
	return blocks
}

// RenderSpans returns inline content as a fragment without any block around it. A link or image is as good as new; inside the text of a
// link there is no markup.
func (d *Document) RenderSpans(spans []Span, options RenderOptions) Fragment {
	f, _ := d.render(options, d.rawNotes || hasRaw(spans), 64*len(spans), func(r *renderer) { r.inlines(d.inlineOf(spans)) })
	return f
}

// size estimates how long the HTML of a block will be.
func (b *Block) size() int {
	n := 16 + len(b.Text) + len(b.Text)/4
	if b.Kind == Item {
		n = 16
	}
	for _, c := range b.Children {
		n += c.size()
	}
	return n
}

// render sets up a renderer, runs it and takes the fragment with its headings.
func (d *Document) render(options RenderOptions, balance bool, size int, write func(*renderer)) (Fragment, []Anchor) {
	r := renderers.Get().(*renderer)
	defer r.rest()
	*r = renderer{doc: d, options: options, balance: balance && !d.dropRaw, level: 2, heading: options.Title,
		html: slices.Grow(r.html, size+size/4), text: slices.Grow(r.text, size), slots: r.slots, seen: slices.Grow(r.seen, d.terms.count)[:d.terms.count]}
	clear(r.seen)
	write(r)
	r.footnotes()
	if r.balance && !r.balanceHTML() {
		// The parser refuses what is nested too deep. Without any raw HTML that cannot happen.
		plain := *d
		plain.dropRaw = true
		return plain.render(options, false, size, write)
	}
	return r.fragment(), r.headings
}

// fragment takes what was written, without white space around it.
func (r *renderer) fragment() Fragment {
	html := bytes.TrimLeft(r.html, " \t\n")
	if lead := len(r.html) - len(html); lead > 0 {
		for i := range r.slots {
			r.slots[i] = r.slots[i].moved(-lead)
		}
	}
	f := Fragment{HTML: string(bytes.TrimRight(html, " \t\n"))}
	if text := bytes.TrimSpace(r.text); string(text) == f.HTML {
		f.Text = f.HTML
	} else {
		f.Text = string(text)
	}
	// A fragment has texts of its own: one that is a part of the document's would hold all of it in memory.
	if len(r.slots) > 0 {
		f.Slots = slices.Clone(r.slots)
	}
	for i := range f.Slots {
		if s := &f.Slots[i]; s.Kind == LinkSlot || s.Kind == ImageSlot {
			s.Dest, s.Alt = strings.Clone(s.Dest), strings.Clone(s.Alt)
		}
	}
	return f
}

// renderers are at rest between two fragments. A fragment is a copy of what was written, so that the next can be written in the same place.
var renderers = sync.Pool{New: func() any { return &renderer{} }}

// rest keeps the renderer for another fragment, unless one of unusual size has made it large.
func (r *renderer) rest() {
	if cap(r.html) > 1<<20 || cap(r.slots) > 1<<12 {
		return
	}
	clear(r.slots) // of texts that would stay in memory
	*r = renderer{html: r.html[:0], text: r.text[:0], slots: r.slots[:0], seen: r.seen[:0]}
	renderers.Put(r)
}

// renderer writes one fragment.
type renderer struct {
	doc      *Document
	options  RenderOptions
	html     []byte
	text     []byte // Fragment.Text
	slots    []Slot
	headings []Anchor

	ids     anchors
	level   int    // of the last heading
	heading string // the text of the last heading
	tables  map[string]int
	seen    []bool // the terms that are marked already
	quiet   int    // above 0, no terms are marked
	inLink  bool

	// balance is set when there is raw HTML: the fragment is then written twice. The first time, every address is the number of its slot
	// and no terms are marked; the second time, from the tree that an HTML parser made of the first.
	balance bool
	open    []rawElement // the elements of raw HTML that are open in the container being written

	notes []noteUse // the footnotes referred to, in the order of their numbers
	noted map[int]int
}

// noteUse is a footnote of the document and how often the fragment refers to it.
type noteUse struct{ index, uses int }

func (r *renderer) add(parts ...string) {
	for _, p := range parts {
		r.html = append(r.html, p...)
	}
}

// addInt appends a number.
func (r *renderer) addInt(n int) { r.html = strconv.AppendInt(r.html, int64(n), 10) }

// endLine ends a line of the plain text.
func (r *renderer) endLine() {
	if n := len(r.text); n > 0 && r.text[n-1] != '\n' {
		if r.text[n-1] == ' ' {
			r.text = r.text[:n-1]
		}
		r.text = append(r.text, '\n')
	}
}

// addPlain appends to the line of plain text; line breaks become spaces, and no two spaces follow each other.
func (r *renderer) addPlain(text string) {
	for i := 0; i < len(text); i++ {
		start := i
		for i < len(text) && text[i] != ' ' && text[i] != '\n' && text[i] != '\t' {
			i++
		}
		r.text = append(r.text, text[start:i]...)
		if n := len(r.text); i < len(text) && n > 0 && r.text[n-1] != ' ' && r.text[n-1] != '\n' {
			r.text = append(r.text, ' ')
		}
	}
}

// root writes blocks that may lack the parent they need.
func (r *renderer) root(blocks []*Block) {
	outer := r.enter()
	for i := 0; i < len(blocks); {
		switch kind := blocks[i].Kind; kind {
		case Item, Row:
			end := i + 1
			for end < len(blocks) && blocks[end].Kind == kind {
				end++
			}
			parent := &Block{Kind: List, Children: blocks[i:end]}
			if kind == Row {
				parent.Kind = Table
			}
			r.block(parent)
			i = end
		case Cell:
			r.inlines(blocks[i].inline)
			r.addPlain(" ")
			if i++; i < len(blocks) {
				r.add(" ")
			}
		default:
			r.block(blocks[i])
			i++
		}
	}
	r.leave(outer)
}

// enter begins a container: raw HTML that is opened in it is closed in it.
func (r *renderer) enter() (outer []rawElement) {
	outer, r.open = r.open, nil
	return outer
}

func (r *renderer) leave(outer []rawElement) {
	r.closeRaw(0)
	r.open = outer
}

func (r *renderer) blocks(blocks []*Block) {
	outer := r.enter()
	for _, b := range blocks {
		r.block(b)
	}
	r.leave(outer)
}

func (r *renderer) block(b *Block) {
	switch b.Kind {
	case Paragraph:
		r.paragraph(b, "")
	case Heading:
		r.headingBlock(b)
	case List:
		r.list(b)
	case Table:
		r.table(b)
	case Code:
		r.code(b)
	case Quote:
		r.quote(b)
	case HTML:
		r.rawHTML(b.Text, b.Line)
		r.add("\n")
	case Rule:
		r.add("<hr>\n")
	}
	r.endLine()
}

// paragraph writes a paragraph with a mark in front of its text.
func (r *renderer) paragraph(b *Block, mark string) {
	if b.tight {
		r.add(mark)
		r.inlines(b.inline)
		r.add("\n")
		return
	}
	start := len(r.html)
	r.add("<p>", mark)
	r.inlines(b.inline)
	if len(r.html) == start+len("<p>") {
		r.html = r.html[:start] // there was nothing to show
		return
	}
	r.add("</p>\n")
}

// quote writes a quote or a callout.
func (r *renderer) quote(b *Block) {
	if b.callout == "" {
		r.add("<blockquote>\n")
		r.blocks(b.Children)
		r.add("</blockquote>\n")
		return
	}
	r.add(`<div class="callout callout-`, b.callout, `" role="note">`, "\n", `<p class="callout-title">`)
	r.html = appendText(r.html, b.title)
	r.add("</p>\n")
	r.addPlain(b.title)
	r.endLine()
	r.blocks(b.Children)
	r.add("</div>\n")
}

// headingBlock writes a heading with its anchor. A heading without text is not written: it would be a stop on the way with nothing there.
func (r *renderer) headingBlock(b *Block) {
	if b.Text == "" {
		return
	}
	r.level = r.shift(b.Level)
	r.heading = b.Text
	slug := b.name
	if slug == "" {
		slug = b.Text
	}
	id := r.options.IDPrefix + r.ids.unique(Slug(slug))
	r.headings = append(r.headings, Anchor{Level: r.level, ID: id, Text: b.Text, Line: b.Line})
	r.add("<h")
	r.addInt(r.level)
	r.add(` id="`)
	r.html = appendAttribute(r.html, id)
	r.add(`">`)
	r.quiet++
	r.inlines(b.inline)
	r.quiet--
	if !r.balance {
		r.slots = append(r.slots, Slot{Kind: HeadingSlot, Start: len(r.html), End: len(r.html), Dest: id, Line: b.Line})
	}
	r.add("</h")
	r.addInt(r.level)
	r.add(">\n")
}

// shift returns the level on the page of a heading with the given level in the text.
func (r *renderer) shift(level int) int {
	return min(max(level+r.options.HeadingShift, 2), 6, r.level+1)
}

func (r *renderer) list(b *Block) {
	name, class := "ul", ""
	if b.Ordered {
		name = "ol"
	}
	for _, item := range b.Children {
		if item.Check != NoCheck {
			class = ` class="tasks"`
		}
	}
	r.add("<", name, class)
	if b.Ordered && b.start != 1 {
		r.add(` start="`)
		r.addInt(b.start)
		r.add(`"`)
	}
	r.add(">\n")
	for _, item := range b.Children {
		r.item(item)
	}
	r.add("</", name, ">\n")
}

// marks stand for the box of a task, which nobody can tick on a page.
var marks = map[Check]string{
	NoCheck:   "",
	Unchecked: `<span class="task task-open" role="img" aria-label="Not done">☐</span> `,
	Checked:   `<span class="task task-done" role="img" aria-label="Done">☑</span> `,
}

// item writes an item of a list; the mark of a task stands in its first paragraph.
func (r *renderer) item(b *Block) {
	r.add("<li>")
	outer := r.enter()
	mark := marks[b.Check]
	for _, child := range b.Children {
		if !child.tight && r.html[len(r.html)-1] == '>' {
			r.add("\n")
		}
		if mark != "" && child.Kind == Paragraph {
			r.paragraph(child, mark)
			r.endLine()
			mark = ""
			continue
		}
		r.block(child)
	}
	r.leave(outer)
	r.add(mark) // of a task without a text
	if n := len(r.html) - 1; r.html[n] == '\n' {
		r.html = r.html[:n]
	}
	r.add("</li>\n")
	r.endLine()
}

// table writes a table in a box that scrolls, and that the keyboard can reach to scroll it.
func (r *renderer) table(b *Block) {
	r.openTable()
	for i, row := range b.Children {
		head := i == 0 && row.head
		switch {
		case head:
			r.add("<thead>\n")
		case i == 0 || b.Children[i-1].head:
			r.add("<tbody>\n")
		}
		r.row(row, head)
		switch {
		case head:
			r.add("</thead>\n")
		case i == len(b.Children)-1:
			r.add("</tbody>\n")
		}
	}
	r.add("</table></div>\n")
}

// openTable opens a table with its box, which needs a name that no other region of the page has.
func (r *renderer) openTable() {
	label := "Table"
	if r.heading != "" {
		label += ": " + strings.ReplaceAll(r.heading, "\n", " ")
	}
	if r.tables == nil {
		r.tables = map[string]int{}
	}
	r.tables[label]++
	if n := r.tables[label]; n > 1 {
		label += " (" + strconv.Itoa(n) + ")"
	}
	r.add(`<div class="table-scroll" tabindex="0" role="region" aria-label="`)
	r.html = appendAttribute(r.html, label)
	r.add(`"><table>`, "\n")
}

func (r *renderer) row(b *Block, head bool) {
	r.add("<tr>\n")
	for _, cell := range b.Children {
		// A heading cell without text heads nothing.
		name, scope := "td", ""
		if head && cell.Text != "" {
			name, scope = "th", ` scope="col"`
		}
		r.add("<", name, scope)
		if cell.name != "" {
			r.add(` class="align-`, cell.name, `"`)
		}
		r.add(">")
		r.inlines(cell.inline)
		r.add("</", name, ">\n")
		r.addPlain(" ")
	}
	r.add("</tr>\n")
	r.endLine()
}

func (r *renderer) code(b *Block) {
	r.add(`<pre class="chroma" tabindex="0"><code`)
	language := languageOf(b.Info)
	if language != "" {
		r.add(` class="language-`, language, `"`)
	}
	r.add(">")
	if r.doc.uncoloured {
		r.html = appendText(r.html, b.Text)
	} else {
		r.html = appendCode(r.html, language, b.Text)
	}
	r.add("</code></pre>\n")
	r.addPlain(b.Text)
}

// footnotes writes the footnotes that the fragment refers to; they may refer to others, which then follow.
func (r *renderer) footnotes() {
	if len(r.notes) == 0 {
		return
	}
	r.endLine()
	if n := len(r.html); r.html[n-1] != '\n' {
		r.add("\n")
	}
	r.add(`<div class="footnotes">`, "\n<ol>\n")
	for i := 0; i < len(r.notes); i++ {
		number := strconv.Itoa(i + 1)
		r.add("<li")
		r.idAttribute("fn:" + number)
		r.add(">\n")
		r.blocks(r.doc.Footnotes[r.notes[i].index].Children)
		// The ways back stand at the end of the last paragraph.
		if body, ok := bytes.CutSuffix(r.html, []byte("</p>\n")); ok {
			r.html = append(body, ' ')
		} else {
			r.add("<p>")
		}
		for use := 1; use <= r.notes[i].uses; use++ {
			r.add(`<a class="footnote-back" href="#`)
			r.html = appendAttribute(r.html, r.options.IDPrefix+useID(number, use))
			r.add(`" role="doc-backlink" aria-label="Back to the text at note `, number)
			if use > 1 {
				r.add(", place ", strconv.Itoa(use))
			}
			r.add(`">↩</a>`)
			if use < r.notes[i].uses {
				r.add(" ")
			}
		}
		r.add("</p>\n</li>\n")
	}
	r.add("</ol>\n</div>\n")
}

func (r *renderer) idAttribute(id string) {
	r.add(` id="`)
	r.html = appendAttribute(r.html, r.options.IDPrefix+id)
	r.add(`"`)
}

// useID is the id of one reference to a footnote. No slug has a colon, so no heading has such an id.
func useID(number string, use int) string {
	if use == 1 {
		return "fnref:" + number
	}
	return "fnref:" + number + ":" + strconv.Itoa(use)
}

// noteMark writes a reference to a footnote.
func (r *renderer) noteMark(index int) {
	if index < 0 || index >= len(r.doc.Footnotes) {
		return
	}
	if r.noted == nil {
		r.noted = map[int]int{}
	}
	place, ok := r.noted[index]
	if !ok {
		place = len(r.notes)
		r.noted[index] = place
		r.notes = append(r.notes, noteUse{index: index})
	}
	r.notes[place].uses++
	number := strconv.Itoa(place + 1)
	if r.inLink {
		r.add("<sup>", number, "</sup>")
		return
	}
	r.add(`<sup class="footnote-ref"><a`)
	r.idAttribute(useID(number, r.notes[place].uses))
	r.add(` href="#`)
	r.html = appendAttribute(r.html, r.options.IDPrefix+"fn:"+number)
	r.add(`" role="doc-noteref" aria-label="Note `, number, `">`, number, "</a></sup>")
}
