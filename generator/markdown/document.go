// Package markdown turns Markdown text into two things: a tree of blocks that the postmortem reader walks to find sections, timelines and
// action items, and finished HTML fragments of any run of those blocks. It is the only package that knows goldmark and chroma; everything
// that leaves it is plain data of its own, so that a parsed postmortem can be cached and shared between workers.
//
// What it produces is safe for a page whatever went in: raw HTML passes an allow list, addresses with unknown schemes are dropped, and
// code is highlighted with class names only.
//
// # What a theme styles
//
// Fragments have no style attributes. These are all the classes in them:
//
//	div.table-scroll          a table in a box that scrolls sideways and takes the focus
//	.align-left               the alignment of a cell, also -right and -center
//	ul.tasks, ol.tasks        a list with tasks in it
//	span.task                 the box of a task, with task-done or task-open
//	div.callout               a boxed note, with callout-note, -info, -tip, -important, -warning or -danger
//	p.callout-title           its title
//	sup.footnote-ref          the number of a footnote in the text
//	div.footnotes             the footnotes at the end of a fragment
//	a.footnote-back           the way back to the text
//	pre.chroma                a block of code; it takes the focus, because it scrolls
//	code.language-x           what language the code is in
//	.chroma span              a kind of token, with one of CodeClasses
package markdown

// Kind says what a Block is.
type Kind uint8

// The kinds of block. List holds Items; Table holds Rows, the first of them the heading row; Row holds Cells; Quote, Item and Footnote hold
// any blocks.
const (
	Paragraph Kind = iota
	Heading
	List
	Item
	Table
	Row
	Cell
	Code
	Quote
	HTML
	Rule
	Footnote
)

// Check is the mark of a task-list item.
type Check uint8

// An item is NoCheck when it has no box, Unchecked for "[ ]" and Checked for "[x]".
const (
	NoCheck Check = iota
	Unchecked
	Checked
)

// Block is one block of a document: what kind it is, where it starts, the text it carries itself and the blocks inside it.
type Block struct {
	Kind Kind
	// Check is the box of a task-list item.
	Check Check
	// Ordered is true for a numbered list.
	Ordered bool
	// What only Render needs to know: there is raw HTML in the block, it is a paragraph of a list without blank lines, the first row of a table.
	raw, tight, head bool
	// Line and Column are where the block's own content starts in the file (both from 1).
	Line, Column int
	// Level is a heading's level, 1 to 6.
	Level int
	// Info is the info string of fenced code ("go", "mermaid"); empty otherwise.
	Info string
	// Spans is the inline content of a paragraph, heading or cell, in order; nil for a block that only holds others.
	Spans []Span
	// Text is the inline content as plain text: no markup, soft line breaks as "\n", code and link texts included, images by their
	// alternative text. For Code and HTML it is the raw text. For an Item it is the text of its first paragraph.
	Text string
	// Children are the blocks inside, in order.
	Children []*Block

	// More that only Render needs to know.
	inline  []inline // the inline content with its structure
	start   int      // the first number of a numbered list
	name    string   // the anchor a heading asks for, the label of a footnote, the alignment of a cell
	callout string   // the kind of boxed note that a quote is, and its title
	title   string
}

// SpanKind says what a Span is.
type SpanKind int

// The kinds of inline content. Text includes line breaks as "\n"; RawHTML is one tag or comment as written; FootnoteRef has no text, and
// its Dest is the label of the footnote.
const (
	Text SpanKind = iota
	CodeSpan
	Link
	Image
	RawHTML
	FootnoteRef
)

// Span is a run of inline content with one set of marks.
type Span struct {
	Kind SpanKind
	// Text is what a reader sees: the text, the code, the link's text, the image's alternative text, or the raw tag.
	Text string
	// Dest is where a Link or Image points, as written; an autolink's address.
	Dest string
	// Strong, Emphasis and Strike are true inside **bold**, *italic* and ~~struck~~ text.
	Strong, Emphasis, Strike bool
	// Line and Column are where the span starts in the file.
	Line, Column int
}

// Fragment is a run of blocks as HTML, with the places where an address or a glossary term stands left open: only a page knows where
// another postmortem lives, or which meanings its audience may read. The zero value is an empty fragment.
type Fragment struct {
	// HTML is the fragment. At each Slot the text between Start and End is what stands there until somebody decides otherwise.
	HTML string
	// Slots are the open places in HTML, in order, never overlapping.
	Slots []Slot
	// Text is the fragment as plain text for search, feeds and descriptions: one line a block, code included, no markup.
	Text string
}

// SlotKind says what stands in a Slot.
type SlotKind int

// LinkSlot is the value of an href, ImageSlot the value of an img src, TermSlot the words of a term from Options.Terms (its first use in
// the fragment), HeadingSlot the empty place at the end of a heading where a page may put a link to the heading itself.
const (
	LinkSlot SlotKind = iota
	ImageSlot
	TermSlot
	HeadingSlot
)

// Slot is one open place in a Fragment. HTML[Start:End] is its present content: an escaped address, the term's words, or nothing.
type Slot struct {
	Kind       SlotKind
	Start, End int
	// Dest is the address as the author wrote it, the term as it is spelt in Options.Terms, or the id of the heading.
	Dest string
	// Line is the line in the file, 0 when unknown.
	Line int
	// Tag is where the tag stands that an address belongs to, and CloseTag the </a> of a link: without them the text of a link remains.
	Tag, CloseTag Extent
	// Alt is the alternative text of an image, not escaped.
	Alt string
}

// Extent is a part of a Fragment's HTML, in bytes.
type Extent struct{ Start, End int }

// Anchor is a heading inside a Fragment, with the anchor it was given. ID is the whole id, prefix included.
type Anchor struct {
	Level int
	ID    string
	Text  string
	Line  int
}
