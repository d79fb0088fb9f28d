package markdown

import (
	"fmt"
	"strings"

	"debrief/generator/lazyregexp"
	"debrief/generator/problem"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

const (
	// maxInlineNesting is how deep emphasis and links may be nested; below it the text stays and the marks go.
	maxInlineNesting = 40
	// expansion bounds what link definitions may add to a document: each reference repeats the whole address.
	expansion = 1 << 16
)

// converter turns goldmark's tree into blocks of our own and collects the problems on the way.
type converter struct {
	src   []byte
	text  string // src once more: what is kept of it shares this one copy
	file  string
	at    *positions
	state *state
	doc   *Document

	notes    map[*extast.Footnote]int // the place of each definition in doc.Footnotes
	noted    map[int]bool             // the places that something refers to
	expanded int                      // how many bytes references have repeated
	swollen  int                      // the offset of the first reference left out for that; -1 for none
	inTable  bool
	check    Check // the box found at the start of the item being converted
	raw      rawTally
	tags     tally // shortcodes, by name
	unnamed  tally // images without a description
	unsafe   tally // addresses that may do harm
}

func newConverter(src []byte, file string, first int, d *Document) *converter {
	return &converter{src: src, text: string(src), file: file, at: newPositions(src, first), state: newState(), doc: d, swollen: -1}
}

// place returns the position of an offset as problems want it.
func (c *converter) place(offset int) problem.Position {
	line, column := c.at.at(offset)
	return problem.Position{File: c.file, Line: line, Column: column}
}

// document converts the whole tree and reports what was noticed.
func (c *converter) document(root ast.Node) {
	c.doc.Blocks = c.blocks(root, make([]*Block, 0, root.ChildCount()))
	if len(c.doc.Footnotes) > 0 {
		c.doc.noteLabels = make(map[string]int, len(c.doc.Footnotes))
	}
	for i, b := range c.doc.Footnotes {
		c.doc.noteLabels[b.name] = i
		c.doc.rawNotes = c.doc.rawNotes || b.raw
		if !c.noted[i] {
			c.doc.Problems.Notef(problem.Position{File: c.file, Line: b.Line, Column: b.Column}, "unused-footnote",
				fmt.Sprintf("refer to it with [^%s], or delete it", b.name), "nothing refers to the footnote %q, so it is not shown", b.name)
		}
	}
	c.report()
}

// blocks appends the children of a container.
func (c *converter) blocks(parent ast.Node, to []*Block) []*Block {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		to = c.block(n, to)
	}
	return to
}

// block appends what one node becomes: a block as a rule, nothing for a definition, several for a box that is no box.
func (c *converter) block(n ast.Node, to []*Block) []*Block {
	b := &Block{}
	b.Line, b.Column = c.at.at(n.Pos())
	switch n := n.(type) {
	case *ast.Paragraph, *ast.TextBlock:
		_, b.tight = n.(*ast.TextBlock)
		c.inlineContent(b, n)
		if len(b.inline) == 0 {
			return to
		}
	case *ast.Heading:
		b.Kind, b.Level = Heading, n.Level
		c.inlineContent(b, n)
		b.cutAttributes()
	case *ast.List:
		b.Kind, b.Ordered, b.start = List, n.IsOrdered(), n.Start
		c.children(b, n)
	case *ast.ListItem:
		c.item(b, n)
	case *ast.Blockquote:
		b.Kind = Quote
		c.children(b, n)
		b.findAlert()
	case *calloutNode:
		if n.fenced && !n.closed {
			c.doc.Problems.Warnf(c.place(n.Pos()), "unclosed-callout", "add a line with ::: where it ends",
				"this ::: is never closed: everything after it counts as part of it")
		}
		if n.kind == "" {
			return c.blocks(n, to)
		}
		b.Kind, b.callout, b.title = Quote, n.kind, n.title
		c.children(b, n)
	case *ast.FencedCodeBlock:
		c.fencedCode(b, n)
	case *ast.CodeBlock:
		b.Kind = Code
		c.code(b, n)
	case *ast.HTMLBlock:
		b.Kind = HTML
		if !c.html(b, n) {
			return to
		}
	case *ast.ThematicBreak:
		b.Kind = Rule
	case *extast.Table:
		b.Kind = Table
		c.children(b, n)
		c.findExtraCells(n)
	case *extast.TableHeader, *extast.TableRow:
		b.Kind = Row
		_, b.head = n.(*extast.TableHeader)
		c.children(b, n)
		b.placeEmptyCells()
	case *extast.TableCell:
		b.Kind, b.name = Cell, alignments[n.Alignment]
		c.inTable = true
		c.inlineContent(b, n)
		c.inTable = false
	case *extast.Footnote:
		c.footnote(n)
		return to
	default: // link definitions, which have done their work
		return to
	}
	return append(to, b)
}

// alignments are the words for goldmark's alignments; a column without one has none.
var alignments = map[extast.Alignment]string{extast.AlignLeft: "left", extast.AlignRight: "right", extast.AlignCenter: "center"}

// children converts what stands inside a block; the block starts where its content starts.
func (c *converter) children(b *Block, n ast.Node) {
	b.Children = c.blocks(n, make([]*Block, 0, min(n.ChildCount(), 1<<16)))
	if len(b.Children) > 0 {
		b.Line, b.Column = b.Children[0].Line, b.Children[0].Column
	}
	for _, child := range b.Children {
		b.raw = b.raw || child.raw
	}
}

// item converts an item of a list. Its box was found at the start of its first paragraph.
func (c *converter) item(b *Block, n *ast.ListItem) {
	b.Kind = Item
	outer := c.check
	c.check = NoCheck
	c.children(b, n)
	b.Check, c.check = c.check, outer
	for _, child := range b.Children {
		if child.Kind == Paragraph {
			b.Text = child.Text
			return
		}
	}
}

// placeEmptyCells puts the cells that a short row lacks where the row ends; they are nowhere in the source.
func (b *Block) placeEmptyCells() {
	line, column := b.Line, b.Column
	for _, cell := range b.Children {
		if len(cell.inline) == 0 && cell.Line != line {
			cell.Line, cell.Column = line, column
		}
		line, column = cell.Line, cell.Column
	}
}

// fencedCode takes the text and the info string of fenced code.
func (c *converter) fencedCode(b *Block, n *ast.FencedCodeBlock) {
	b.Kind = Code
	c.code(b, n)
	if n.Info != nil {
		b.Info = unescape(c.text[n.Info.Segment.Start:n.Info.Segment.Stop])
	}
	if !c.state.unclosed[n] {
		return
	}
	mark := "```"
	if line := strings.TrimSpace(lineAt(c.text, n.Pos())); line != "" {
		mark = line[:len(line)-len(strings.TrimLeft(line, line[:1]))]
	}
	c.doc.Problems.Warnf(c.place(n.Pos()), "unclosed-fence", fmt.Sprintf("add a line with %s where the code ends", mark),
		"this code block is never closed: everything after it counts as code")
}

// code takes the text of a code block. It starts at its first line of code, not at the fence.
func (c *converter) code(b *Block, n ast.Node) {
	lines := n.Lines()
	if lines.Len() == 0 {
		return
	}
	b.Line, b.Column = c.at.at(lines.At(0).Start)
	b.Text = string(lines.Value(c.src))
}

// html takes the text of an HTML block; it returns false for one that holds nothing but comments.
func (c *converter) html(b *Block, n *ast.HTMLBlock) bool {
	lines := n.Lines()
	text := string(lines.Value(c.src))
	if n.HasClosure() {
		text += string(n.ClosureLine.Value(c.src))
	}
	if lines.Len() > 0 {
		b.Line, b.Column = c.at.at(lines.At(0).Start)
	}
	if end, name := neverClosed(n, text); end != "" {
		c.doc.Problems.Warnf(c.place(n.Pos()), "unclosed-html", "write "+end+" where it ends",
			"%s is never closed: everything after it counts as part of it", name)
	}
	b.Text, b.raw = text, true
	return c.raw.block(c, text, n)
}

// neverClosed says what the HTML blocks that end with a tag of their own lack when they run to the end of the text.
func neverClosed(n *ast.HTMLBlock, text string) (end, name string) {
	if n.HasClosure() {
		return "", ""
	}
	switch n.HTMLBlockType {
	case ast.HTMLBlockType1:
		name = strings.ToLower(tagName(text))
		if strings.Contains(strings.ToLower(text), "</"+name) {
			return "", ""
		}
		return "</" + name + ">", "<" + name + ">"
	case ast.HTMLBlockType2:
		if strings.Contains(text[min(4, len(text)):], "-->") {
			return "", ""
		}
		return "-->", "this comment"
	}
	return "", ""
}

// tagName returns the name of the tag a text starts with.
func tagName(text string) string {
	text = strings.TrimLeft(text, " \t\n</")
	for i := 0; i < len(text); i++ {
		if c := text[i] | 0x20; (c < 'a' || c > 'z') && (text[i] < '0' || text[i] > '9') && text[i] != '-' {
			return text[:i]
		}
	}
	return text
}

// footnote converts a definition, which stands apart from the blocks around it.
func (c *converter) footnote(n *extast.Footnote) {
	b := c.doc.Footnotes[c.note(n)]
	b.Line, b.Column = c.at.at(n.Pos())
	c.children(b, n)
}

// note returns the index of a definition in Document.Footnotes.
func (c *converter) note(n *extast.Footnote) int {
	if c.notes == nil {
		c.notes, c.noted = map[*extast.Footnote]int{}, map[int]bool{}
	}
	index, ok := c.notes[n]
	if !ok {
		index = len(c.doc.Footnotes)
		c.notes[n] = index
		c.doc.Footnotes = append(c.doc.Footnotes, &Block{Kind: Footnote, name: string(n.Ref)})
	}
	return index
}

// findExtraCells reports rows with more cells than the head of their table: GitHub's rules drop what is over.
func (c *converter) findExtraCells(table *extast.Table) {
	columns := len(table.Alignments)
	for n := table.FirstChild(); n != nil; n = n.NextSibling() {
		row, ok := n.(*extast.TableRow)
		if !ok {
			continue
		}
		if cells := cellsIn(lineAt(c.text, row.Pos())); cells > columns {
			c.doc.Problems.Warnf(c.place(row.Pos()), "table-cells", `write \| for a bar that is part of a cell, or add a column to the head`,
				"this row has %d cells and the head of its table %d: the rest is left out", cells, columns)
		}
	}
}

// cellsIn counts the cells in a line of a table, without empty ones at its end.
func cellsIn(line string) int {
	line = strings.TrimPrefix(strings.TrimSpace(line), "|")
	cells, filled := 1, 0
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '|' && (i == 0 || line[i-1] != '\\'):
			cells++
		case line[i] != ' ' && line[i] != '\t':
			filled = cells
		}
	}
	return filled
}

// lineAt returns the rest of the line that an offset is in.
func lineAt(text string, offset int) string {
	text = text[min(max(offset, 0), len(text)):]
	if end := strings.IndexByte(text, '\n'); end >= 0 {
		text = text[:end]
	}
	return text
}

// inlineContent converts the inline content of a paragraph, heading or cell.
func (c *converter) inlineContent(b *Block, n ast.Node) {
	before := c.raw.seen
	b.inline = c.inlines(n, 0)
	if len(b.inline) > 0 {
		b.Line, b.Column = b.inline[0].line, b.inline[0].column
	}
	b.raw = c.raw.seen > before
	b.summarize()
}

// summarize derives what others see of the inline content.
func (b *Block) summarize() {
	b.Spans = spansOf(b.inline)
	b.Text = strings.TrimSpace(plainText(b.inline))
}

// inlines converts the children of a node. Neighbouring texts become one, with "\n" for the line breaks between them.
func (c *converter) inlines(parent ast.Node, depth int) []inline {
	if parent.FirstChild() == nil {
		return nil
	}
	list := make([]inline, 0, pieces(parent))
	run := textRun{c: c}
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		t, ok := n.(*ast.Text)
		if !ok {
			list = c.inline(n, run.end(list), depth)
			continue
		}
		run.add(t)
		if t.HardLineBreak() {
			list = run.end(list)
			line, column := c.at.at(t.Segment.Stop)
			list = append(list, inline{kind: inBreak, line: line, column: column})
		}
	}
	return run.end(list)
}

// pieces counts what the children of a node become, when neighbouring texts become one.
func pieces(parent ast.Node) int {
	n, inRun := 0, false
	for child := parent.FirstChild(); child != nil; child = child.NextSibling() {
		_, isText := child.(*ast.Text)
		if !isText || !inRun {
			n++
		}
		inRun = isText
	}
	return n
}

// inline appends what one inline node becomes.
func (c *converter) inline(n ast.Node, list []inline, depth int) []inline {
	in := inline{}
	if n.Pos() >= 0 {
		in.line, in.column = c.at.at(n.Pos())
	}
	switch n := n.(type) {
	case *ast.CodeSpan:
		in.kind, in.text = inCode, c.codeText(n)
		return append(list, in)
	case *ast.RawHTML:
		in.kind, in.text = inRaw, string(n.Segments.Value(c.src))
		if isBreakTag(in.text) {
			in.kind = inBreak
		} else {
			c.raw.tag(c, in.text, n.Pos())
		}
		return append(list, in)
	case *ast.AutoLink:
		return append(list, c.autoLink(n))
	case *noteMark:
		in.kind, in.text, in.note = inNote, string(n.definition.Ref), c.note(n.definition)
		c.noted[in.note] = true // note has made the map
		return append(list, in)
	case *ast.Image:
		in.kind, in.dest, in.title = inImage, unescape(string(n.Destination)), unescape(string(n.Title))
		in.text = strings.ReplaceAll(plainText(c.inlines(n, depth+1)), "\n", " ")
		if strings.TrimSpace(in.text) == "" {
			c.unnamed.add("", c.place(n.Pos()))
		}
		if !c.mayPoint(&in, n.Reference, n.Pos()) {
			in = inline{kind: inText, text: in.text, line: in.line, column: in.column}
		}
		return append(list, in)
	case *extast.TaskCheckBox:
		c.check = Unchecked
		if n.IsChecked {
			c.check = Checked
		}
		return list
	case *shortcode:
		c.tags.add(n.name(), c.place(n.Pos()))
		return list
	case *ast.Emphasis:
		in.kind = inEmphasis
		if n.Level > 1 {
			in.kind = inStrong
		}
	case *extast.Strikethrough:
		in.kind = inStrike
	case *ast.Link:
		in.kind, in.dest, in.title = inLink, unescape(string(n.Destination)), unescape(string(n.Title))
		if !c.mayPoint(&in, n.Reference, n.Pos()) {
			depth = maxInlineNesting
		}
	default:
		depth = maxInlineNesting
	}
	if depth >= maxInlineNesting {
		return append(list, c.inlines(n, depth)...)
	}
	in.children = c.inlines(n, depth+1)
	return append(list, in)
}

// mayPoint checks where a link or image points. An address with a scheme that may do harm stays in the tree, where a reader of the blocks
// finds it, and is left out by Render. It returns false only when references repeat long definitions without end.
func (c *converter) mayPoint(in *inline, reference *ast.ReferenceLink, offset int) bool {
	if !safeAddress(in.dest) {
		c.unsafe.add(in.dest, c.place(offset))
	}
	if reference == nil {
		return true
	}
	c.expanded += len(in.dest) + len(in.title)
	if c.expanded <= expansion+len(c.src) {
		return true
	}
	if c.swollen < 0 {
		c.swollen = offset
	}
	return false
}

// autoLink converts an address that stands for itself, in angle brackets or bare.
func (c *converter) autoLink(n *ast.AutoLink) inline {
	in := inline{kind: inLink, dest: string(n.URL(c.src))}
	label := string(n.Label(c.src))
	if n.AutoLinkType == ast.AutoLinkEmail && scheme(in.dest) != "mailto" {
		in.dest = "mailto:" + in.dest
	}
	offset := n.Pos()
	// The position of a bare address is that of the character before it.
	if rest := c.text[min(max(offset, 0), len(c.text)):]; rest != "" && rest[0] != '<' && !strings.HasPrefix(rest, label) {
		offset++
	}
	if !safeAddress(in.dest) {
		c.unsafe.add(in.dest, c.place(offset))
	}
	in.line, in.column = c.at.at(offset)
	in.children = []inline{{kind: inText, text: label, line: in.line, column: in.column}}
	return in
}

// codeText returns the code in a code span: line breaks are spaces, and in a table a bar needs no backslash any more.
func (c *converter) codeText(n *ast.CodeSpan) string {
	var b strings.Builder
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		if t, ok := child.(*ast.Text); ok {
			b.Write(t.Segment.Value(c.src))
		}
	}
	text := strings.ReplaceAll(b.String(), "\n", " ")
	if c.inTable {
		text = strings.ReplaceAll(text, `\|`, "|")
	}
	return text
}

// textRun gathers neighbouring texts. As long as they also follow each other in the source they cost no copy.
type textRun struct {
	c            *converter
	open         bool
	start, stop  int    // the run in the source, line break included
	gathered     []byte // what came before it, when something lies between
	line, column int
}

func (r *textRun) add(t *ast.Text) {
	from, to := t.Segment.Start, t.Segment.Stop
	switch {
	case !r.open:
		r.open, r.start = true, from
		r.line, r.column = r.c.at.at(from)
	case from != r.stop:
		r.gathered = append(r.gathered, r.c.text[r.start:r.stop]...)
		r.start = from
	}
	r.stop = to
	if !t.SoftLineBreak() {
		return
	}
	if to < len(r.c.src) && r.c.src[to] == '\n' {
		r.stop++
		return
	}
	// White space that was trimmed stands before the line break.
	r.gathered = append(r.gathered, r.c.text[r.start:r.stop]...)
	r.gathered = append(r.gathered, '\n')
	r.start = r.stop
}

// end appends the run as one text and starts anew.
func (r *textRun) end(list []inline) []inline {
	if !r.open {
		return list
	}
	text := r.c.text[r.start:r.stop]
	if r.gathered != nil {
		text = string(append(r.gathered, text...))
	}
	*r = textRun{c: r.c, line: r.line, column: r.column}
	if text == "" {
		return list
	}
	return append(list, inline{kind: inText, text: unescape(text), line: r.line, column: r.column})
}

// headingAttributes is what Pandoc, Hugo, Kramdown and Quarto allow at the end of a heading: {#id}, {.class}, {-}, {key=value}.
var headingAttributes = lazyregexp.New(`[ \t]*\{:?[ \t]*((?:#|\.|-|\w+=)[^{}]*)\}$`)

// cutAttributes takes the attributes off a heading; an id is kept for its anchor.
func (b *Block) cutAttributes() {
	n := len(b.inline) - 1
	if n < 0 || b.inline[n].kind != inText || !strings.HasSuffix(b.inline[n].text, "}") {
		return
	}
	last := &b.inline[n]
	open := strings.LastIndexByte(last.text, '{')
	if open < 0 {
		return
	}
	m := headingAttributes.FindStringSubmatch(last.text[open:])
	if m == nil {
		return
	}
	for _, field := range strings.Fields(m[1]) {
		if id, ok := strings.CutPrefix(field, "#"); ok {
			b.name = id
		}
	}
	if last.text = strings.TrimRight(last.text[:open], " \t"); last.text == "" {
		b.inline = b.inline[:n]
	}
	b.summarize()
}

// alertHead is the first line of a callout as GitHub and Obsidian have it.
var alertHead = lazyregexp.New(`^\[!(\w+)\][-+]?[ \t]*([^\n]*)(?:\n|$)`)

// findAlert makes a callout of a quote that starts with "[!NOTE]".
func (b *Block) findAlert() {
	if len(b.Children) == 0 || b.Children[0].Kind != Paragraph {
		return
	}
	p := b.Children[0]
	if len(p.inline) == 0 || p.inline[0].kind != inText || !strings.HasPrefix(p.inline[0].text, "[!") {
		return
	}
	m := alertHead.FindStringSubmatch(p.inline[0].text)
	if m == nil || calloutKinds[strings.ToLower(m[1])] == "" {
		return
	}
	b.callout, b.title = calloutKinds[strings.ToLower(m[1])], m[2]
	if b.title == "" {
		b.title = titleWord(m[1])
	}
	first := &p.inline[0]
	if strings.Contains(m[0], "\n") {
		first.line++ // and most likely at the same column
	}
	first.text = first.text[len(m[0]):]
	if first.text == "" {
		p.inline = p.inline[1:]
	}
	p.summarize()
	if len(p.inline) == 0 {
		b.Children = b.Children[1:]
	} else {
		p.Line, p.Column = p.inline[0].line, p.inline[0].column
	}
	if len(b.Children) > 0 {
		b.Line, b.Column = b.Children[0].Line, b.Children[0].Column
	}
}
