package markdown

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// shortcode is a tag for another site generator: {{< note >}} and {{% note %}} of Hugo and Quarto, {% include %} of Jekyll, <%= ... %> of
// ERB. Nobody runs it here, so it leaves the text; what stands between an opening and a closing tag stays.
type shortcode struct {
	ast.BaseInline
	// tag is the tag as written.
	tag string
}

var kindShortcode = ast.NewNodeKind("Shortcode")

func (*shortcode) Kind() ast.NodeKind              { return kindShortcode }
func (n *shortcode) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

type shortcodeParser struct{}

var shortcodeEnds = [...]struct{ open, end []byte }{
	{[]byte("{{<"), []byte(">}}")},
	{[]byte("{{%"), []byte("%}}")},
	{[]byte("{%"), []byte("%}")},
	{[]byte("<%"), []byte("%>")},
}

func (shortcodeParser) Trigger() []byte { return []byte{'{', '<'} }

// Parse reads one tag; it may run over several lines of a paragraph.
func (shortcodeParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	for _, form := range shortcodeEnds {
		if !bytes.HasPrefix(line, form.open) {
			continue
		}
		var tag []byte
		for ; line != nil; line, _ = block.PeekLine() {
			if n := bytes.Index(line, form.end); n >= 0 {
				block.Advance(n + len(form.end))
				return &shortcode{tag: string(append(tag, line[:n+len(form.end)]...))}
			}
			tag = append(tag, line...)
			block.AdvanceLine()
		}
		return nil
	}
	return nil
}

// name returns what the problem list calls the tag: "{{< note >}}" whatever its parameters and whether it opens or closes.
func (n *shortcode) name() string {
	for _, form := range shortcodeEnds {
		inner, ok := strings.CutPrefix(n.tag, string(form.open))
		if !ok {
			continue
		}
		words := strings.Fields(strings.TrimLeft(strings.TrimSuffix(inner, string(form.end)), "/=- "))
		if string(form.open) == "<%" || len(words) == 0 {
			return string(form.open) + " " + string(form.end)
		}
		return string(form.open) + " " + strings.TrimPrefix(words[0], "/") + " " + string(form.end)
	}
	return n.tag
}
