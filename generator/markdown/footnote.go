package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// footnoteDefinition reads "[^label]: text" as goldmark does, but leaves the definition where it is written and remembers it by its
// label: goldmark numbers footnotes through the whole document, while Render numbers them in each fragment, and it searches a list for
// each reference, which takes quadratic time.
type footnoteDefinition struct{ parser.BlockParser }

func (footnoteDefinition) Close(node ast.Node, _ text.Reader, pc parser.Context) {
	s := stateOf(pc)
	if s.footnotes == nil {
		s.footnotes = map[string]*extast.Footnote{}
	}
	definition := node.(*extast.Footnote)
	label := util.ToLinkReference(definition.Ref)
	if _, taken := s.footnotes[label]; !taken {
		s.footnotes[label] = definition
	}
}

// noteMark is a reference to a footnote in the text.
type noteMark struct {
	ast.BaseInline
	definition *extast.Footnote
}

var kindNoteMark = ast.NewNodeKind("NoteMark")

func (*noteMark) Kind() ast.NodeKind              { return kindNoteMark }
func (n *noteMark) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

// footnoteReference reads "[^label]" where a definition has that label; anything else stays text.
type footnoteReference struct{}

// maxFootnoteLabel is how long a label may be, as for links in CommonMark.
const maxFootnoteLabel = 999

func (footnoteReference) Trigger() []byte { return []byte{'!', '['} }

func (footnoteReference) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	s := stateOf(pc)
	if len(s.footnotes) == 0 {
		return nil
	}
	line, segment := block.PeekLine()
	// "![^1]" would be read as an image; it is an exclamation mark and a note.
	bang := bytes.HasPrefix(line, []byte("!"))
	open := 0
	if bang {
		open = 1
	}
	if !bytes.HasPrefix(line[open:], []byte("[^")) {
		return nil
	}
	rest := line[open+2:]
	length := bytes.IndexAny(rest[:min(len(rest), maxFootnoteLabel)], "[]")
	if length < 1 || rest[length] != ']' {
		return nil
	}
	definition := s.footnotes[util.ToLinkReference(rest[:length])]
	if definition == nil {
		return nil
	}
	if bang {
		ast.MergeOrAppendTextSegment(parent, segment.WithStop(segment.Start+1))
	}
	block.Advance(open + 2 + length + 1)
	return &noteMark{definition: definition}
}
