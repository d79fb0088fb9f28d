package markdown

import (
	"bytes"
	"strings"

	"debrief/generator/lazyregexp"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// A callout is a boxed note. Archives write it in three ways: "!!! note" with indented text (MkDocs), "::: note" to ":::" (Docusaurus,
// MyST, Pandoc, Quarto) and a quote that starts with "[!NOTE]" (GitHub). All of them become a Quote with a title.

// calloutNode is a callout of the first two forms. A fenced division of no known kind has no kind, and only its content counts.
type calloutNode struct {
	ast.BaseBlock
	kind, title string
	fenced      bool
	closed      bool // by a mark of its own; only a fenced one has any
}

var kindCallout = ast.NewNodeKind("Callout")

func (*calloutNode) Kind() ast.NodeKind              { return kindCallout }
func (n *calloutNode) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

// calloutKinds are the kinds of callout that get a style of their own, by the words that ask for them.
var calloutKinds = map[string]string{
	"note": "note", "seealso": "note", "abstract": "note", "summary": "note", "tldr": "note", "quote": "note", "cite": "note",
	"info": "info", "todo": "info", "question": "info", "help": "info", "faq": "info", "example": "info",
	"tip": "tip", "hint": "tip", "success": "tip", "check": "tip", "done": "tip",
	"important": "important", "attention": "important",
	"warning": "warning", "caution": "warning",
	"danger": "danger", "error": "danger", "failure": "danger", "fail": "danger", "missing": "danger", "bug": "danger",
}

// indentedCallout reads "!!! note "Title"" and its foldable form "??? note".
type indentedCallout struct{}

var indentedCalloutHead = lazyregexp.New(`^(?:!!!|\?\?\?\+?)[ \t]*([A-Za-z][\w-]*)(?:[ \t]+[\w-]+)*[ \t]*(?:"([^"]*)")?[ \t]*$`)

func (indentedCallout) Trigger() []byte             { return []byte{'!', '?'} }
func (indentedCallout) CanInterruptParagraph() bool { return false }
func (indentedCallout) CanAcceptIndentedLine() bool { return false }

func (indentedCallout) Open(_ ast.Node, reader text.Reader, _ parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	if len(line) > maxCalloutHead {
		return nil, parser.NoChildren
	}
	m := indentedCalloutHead.FindStringSubmatch(strings.TrimSpace(string(line)))
	if m == nil {
		return nil, parser.NoChildren
	}
	reader.AdvanceToEOL()
	return newCallout(m[1], m[2], false), parser.HasChildren
}

func (indentedCallout) Continue(_ ast.Node, reader text.Reader, _ parser.Context) parser.State {
	line, _ := reader.PeekLine()
	if util.IsBlank(line) {
		return parser.Continue | parser.HasChildren
	}
	position, padding := util.IndentPosition(line, reader.LineOffset(), 4)
	if position < 0 {
		return parser.Close
	}
	reader.AdvanceAndSetPadding(position, padding)
	return parser.Continue | parser.HasChildren
}

func (indentedCallout) Close(ast.Node, text.Reader, parser.Context) {}

// fencedCallout reads "::: note Title" and "::: {.callout-note title="Title"}" up to ":::".
type fencedCallout struct{}

var (
	fencedCalloutHead  = lazyregexp.New(`^:{3,}[ \t]*(?:\{([^{}]*)\}|([A-Za-z][\w-]*))[ \t]*(?:\[([^\]]*)\]|(.*?))[ \t]*:*$`)
	fencedCalloutTitle = lazyregexp.New(`\btitle=(?:"([^"]*)"|'([^']*)')`)
	fencedCalloutClass = lazyregexp.New(`\.(?:callout-)?([\w-]+)`)
)

// maxCalloutHead is how long the first line of a callout may be.
const maxCalloutHead = 500

func (fencedCallout) Trigger() []byte             { return []byte{':'} }
func (fencedCallout) CanInterruptParagraph() bool { return true }
func (fencedCallout) CanAcceptIndentedLine() bool { return false }

func (fencedCallout) Open(_ ast.Node, reader text.Reader, _ parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	if len(line) > maxCalloutHead {
		return nil, parser.NoChildren
	}
	m := fencedCalloutHead.FindStringSubmatch(strings.TrimSpace(string(line)))
	if m == nil {
		return nil, parser.NoChildren
	}
	attributes, word, title := m[1], m[2], m[3]+m[4]
	if attributes != "" {
		if class := fencedCalloutClass.FindStringSubmatch(attributes); class != nil {
			word = class[1]
		} else if calloutKinds[strings.ToLower(attributes)] != "" {
			word = attributes // as MyST writes it: ":::{note}"
		}
		if t := fencedCalloutTitle.FindStringSubmatch(attributes); t != nil {
			title = t[1] + t[2]
		}
	}
	reader.AdvanceToEOL()
	return newCallout(word, title, true), parser.HasChildren
}

func (fencedCallout) Continue(node ast.Node, reader text.Reader, pc parser.Context) parser.State {
	line, _ := reader.PeekLine()
	if mark := bytes.TrimSpace(line[:min(len(line), maxCalloutHead)]); len(mark) < 3 || len(bytes.Trim(mark, ":")) > 0 {
		return parser.Continue | parser.HasChildren
	}
	// The mark closes the innermost callout, and the outer ones are asked first. Inside a code block it is code.
	open := pc.OpenedBlocks()
	if last := open[len(open)-1].Node.Kind(); last == ast.KindFencedCodeBlock {
		return parser.Continue | parser.HasChildren
	}
	for i := len(open) - 1; i >= 0; i-- {
		if inner, ok := open[i].Node.(*calloutNode); ok && inner.fenced {
			if inner != node {
				return parser.Continue | parser.HasChildren
			}
			break
		}
	}
	node.(*calloutNode).closed = true
	reader.AdvanceToEOL()
	return parser.Close
}

func (fencedCallout) Close(ast.Node, text.Reader, parser.Context) {}

// newCallout makes a callout of the kind a word asks for. Without a title of its own it is called by that word.
func newCallout(word, title string, fenced bool) *calloutNode {
	n := &calloutNode{kind: calloutKinds[strings.ToLower(word)], title: strings.TrimSpace(title), fenced: fenced}
	if n.kind == "" && !fenced {
		n.kind = "note"
	}
	if n.title == "" {
		n.title = titleWord(word)
	}
	return n
}

// titleWord returns a word with its first letter in upper case and the others in lower case.
func titleWord(word string) string {
	if word == "" {
		return ""
	}
	return strings.ToUpper(word[:1]) + strings.ToLower(word[1:])
}
