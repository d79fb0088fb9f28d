package markdown

import (
	"bytes"
	"strings"
	"sync"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Goldmark is fast on what people write, but some of its parsers take quadratic time or unbounded memory on what nobody writes. The
// bounds below are far beyond any real document; what exceeds them stays in the text as it is written, and the author is told.
const (
	// maxMarkup is how much of a text is read as Markdown, in bytes. The rest is shown as it is written.
	maxMarkup = 2 << 20
	// maxNesting is how many blocks may be open inside each other; a list counts twice, for itself and for its item.
	maxNesting = 32
	// maxInlineWork bounds, for one paragraph, heading or cell, the number of places where markup might start times its length: an
	// inline parser may look as far as the end of the block from each of them.
	maxInlineWork = 1 << 26
	// maxTableCells is how many cells a table may have, counting those that short rows lack and that are filled in.
	maxTableCells = 1 << 18
	// maxReferenceLines is how long a paragraph may be in which link definitions are looked for.
	maxReferenceLines = 2000
)

// engine is the one parser of documents, and lineEngine that of single lines, in which nothing starts a block. They keep no state between
// texts.
var (
	engine     = sync.OnceValue(newEngine)
	lineEngine = sync.OnceValue(func() parser.Parser {
		return parser.NewParser(parser.WithBlockParsers(util.Prioritized(parser.NewParagraphParser(), 0)), inlineParsers())
	})
)

func inlineParsers() parser.Option {
	return parser.WithInlineParsers(
		util.Prioritized(frugal{extension.NewTaskCheckBoxParser()}, 0),
		util.Prioritized(frugal{shortcodeParser{}}, 50),
		util.Prioritized(frugal{parser.NewCodeSpanParser()}, 100),
		util.Prioritized(frugal{footnoteReference{}}, 101),
		util.Prioritized(frugal{parser.NewLinkParser()}, 200),
		util.Prioritized(frugal{parser.NewAutoLinkParser()}, 300),
		util.Prioritized(frugal{knownRawHTML{parser.NewRawHTMLParser()}}, 400),
		util.Prioritized(frugal{parser.NewEmphasisParser()}, 500),
		util.Prioritized(frugal{extension.NewStrikethroughParser()}, 500),
		util.Prioritized(frugal{bareAddress{extension.NewLinkifyParser()}}, 999),
	)
}

func newEngine() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewSetextHeadingParser(), 100),
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(shallow{parser.NewListParser()}, 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(watchedFence{parser.NewFencedCodeBlockParser()}, 700),
			util.Prioritized(shallow{indentedCallout{}}, 750),
			util.Prioritized(shallow{fencedCallout{}}, 760),
			util.Prioritized(shallow{parser.NewBlockquoteParser()}, 800),
			util.Prioritized(knownHTMLBlock{parser.NewHTMLBlockParser()}, 900),
			util.Prioritized(shallow{footnoteDefinition{extension.NewFootnoteBlockParser()}}, 950),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		inlineParsers(),
		parser.WithParagraphTransformers(
			util.Prioritized(boundedReferences{parser.LinkReferenceParagraphTransformer}, 100),
			util.Prioritized(boundedTable{extension.NewTableParagraphTransformer()}, 200),
		),
	)
}

// stateKey is where the state of one parse lives in goldmark's context.
var stateKey = parser.NewContextKey()

// state is what our parsers learn during one parse. Offsets are -1 until something is found.
type state struct {
	footnotes map[string]*extast.Footnote
	unclosed  map[ast.Node]bool // fences that end with their container or the file
	closed    ast.Node          // the last fence that was closed

	tooDeep, tooDense, tooWide int

	// The work spent on the block whose inline content is being parsed.
	block     ast.Node
	length    int
	work      int
	addresses bool // something in it looks like an address
}

func newState() *state { return &state{tooDeep: -1, tooDense: -1, tooWide: -1} }

func stateOf(pc parser.Context) *state { return pc.Get(stateKey).(*state) }

// shallow is a parser of blocks that hold blocks; it opens none below maxNesting.
type shallow struct{ parser.BlockParser }

func (b shallow) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	if len(pc.OpenedBlocks()) < maxNesting {
		return b.BlockParser.Open(parent, reader, pc)
	}
	line, position := reader.Position()
	node, _ := b.BlockParser.Open(parent, reader, pc)
	reader.SetPosition(line, position)
	if s := stateOf(pc); node != nil && s.tooDeep < 0 {
		s.tooDeep = position.Start
	}
	return nil, parser.NoChildren
}

// frugal is an inline parser that stays silent once maxInlineWork has been spent on a block.
type frugal struct{ parser.InlineParser }

func (p frugal) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	s := stateOf(pc)
	if s.block != parent {
		s.block, s.length, s.work, s.addresses = parent, 0, 0, false
		lines := parent.Lines()
		for i := range lines.Len() {
			line := lines.At(i)
			s.length += line.Len()
			s.addresses = s.addresses || looksLikeAddress(line.Value(block.Source()))
		}
	}
	// Spaces start nothing but a bare address, which ends at the next space.
	if c := block.Peek(); c != ' ' && c != '\n' && !util.IsAlphaNumeric(c) {
		s.work += s.length
	}
	if s.work > maxInlineWork {
		if s.tooDense < 0 {
			_, position := block.Position()
			s.tooDense = position.Start
		}
		return nil
	}
	return p.InlineParser.Parse(parent, block, pc)
}

// CloseBlock passes on to parsers that keep open ends, such as that of links.
func (p frugal) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	if c, ok := p.InlineParser.(parser.CloseBlocker); ok {
		c.CloseBlock(parent, block, pc)
	}
}

// bareAddress reads addresses without brackets. It is asked at every space, and answers at once where the whole block has none.
type bareAddress struct{ parser.InlineParser }

func (p bareAddress) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if !stateOf(pc).addresses { // of this block, as frugal has seen to
		return nil
	}
	return p.InlineParser.Parse(parent, block, pc)
}

// looksLikeAddress reports whether a text has what every address of the library's has.
func looksLikeAddress(line []byte) bool {
	return bytes.IndexByte(line, '@') >= 0 || bytes.Contains(line, []byte("://")) || bytes.Contains(line, []byte("www."))
}

// watchedFence remembers which fences were never closed.
type watchedFence struct{ parser.BlockParser }

func (b watchedFence) Continue(node ast.Node, reader text.Reader, pc parser.Context) parser.State {
	result := b.BlockParser.Continue(node, reader, pc)
	if result&parser.Close != 0 {
		stateOf(pc).closed = node
	}
	return result
}

func (b watchedFence) Close(node ast.Node, reader text.Reader, pc parser.Context) {
	if s := stateOf(pc); s.closed != node {
		if s.unclosed == nil {
			s.unclosed = map[ast.Node]bool{}
		}
		s.unclosed[node] = true
	}
	b.BlockParser.Close(node, reader, pc)
}

// boundedReferences looks for link definitions in paragraphs of a reasonable length.
type boundedReferences struct{ parser.ParagraphTransformer }

func (t boundedReferences) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	if lines := node.Lines(); lines.Len() > maxReferenceLines {
		first := lines.At(0)
		if s := stateOf(pc); s.tooDense < 0 && bytes.HasPrefix(first.Value(reader.Source()), []byte("[")) {
			s.tooDense = first.Start
		}
		return
	}
	t.ParagraphTransformer.Transform(node, reader, pc)
}

// boundedTable makes tables of a reasonable size.
type boundedTable struct{ parser.ParagraphTransformer }

func (t boundedTable) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines := node.Lines()
	for i := 1; i < lines.Len(); i++ {
		line := lines.At(i)
		value := line.Value(reader.Source())
		if strings.Trim(string(value[:min(len(value), 8)]), " \t|:-\n") != "" {
			continue
		}
		if columns := 1 + bytes.Count(value, []byte{'|'}); columns*lines.Len() > maxTableCells {
			if s := stateOf(pc); s.tooWide < 0 {
				s.tooWide = line.Start
			}
			return
		}
	}
	t.ParagraphTransformer.Transform(node, reader, pc)
}

// knownHTMLBlock takes no <placeholder> for HTML: what is not the name of an element is text.
type knownHTMLBlock struct{ parser.BlockParser }

func (b knownHTMLBlock) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	if !startsHTML(bytes.TrimLeft(line, " ")) {
		return nil, parser.NoChildren
	}
	return b.BlockParser.Open(parent, reader, pc)
}

// knownRawHTML is knownHTMLBlock for tags inside a line.
type knownRawHTML struct{ parser.InlineParser }

func (p knownRawHTML) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if line, _ := block.PeekLine(); !startsHTML(line) {
		return nil
	}
	return p.InlineParser.Parse(parent, block, pc)
}

// startsHTML reports whether a text that starts with "<" starts with a tag of a known element, or with a comment or declaration.
func startsHTML(line []byte) bool {
	if len(line) < 2 || line[0] != '<' {
		return false
	}
	rest := line[1:]
	if rest[0] == '!' || rest[0] == '?' {
		return true
	}
	rest = bytes.TrimPrefix(rest, []byte("/"))
	n := 0
	for n < len(rest) && n <= maxElementName && (util.IsAlphaNumeric(rest[n]) || rest[n] == '-') {
		n++
	}
	return htmlElements()[strings.ToLower(string(rest[:n]))]
}
