package fields

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"debrief/generator/problem"
)

// parseYAML reads the text whole and, when that fails, each top-level key by itself: one mistake then costs one key, and several mistakes are
// found at once.
func (p *parser) parseYAML(src []byte) *Node {
	doc, err := decodeYAML(src)
	if err == nil {
		return p.convertYAML(doc, 0)
	}
	root := p.emptyRoot()
	chunks := splitKeys(src)
	explained := 0
	for _, c := range chunks {
		doc, err := decodeYAML(c.src)
		switch {
		case err == nil:
			if part := p.convertYAML(doc, c.line); part != nil {
				root.Entries = append(root.Entries, part.Entries...)
			}
		case explained < maxSyntaxProblems && !definedElsewhere(err, src):
			p.explainYAML(c.src, c.line, err)
			explained++
		}
	}
	if explained == 0 {
		p.explainYAML(src, 0, err)
	}
	p.broken = true
	return p.dropDuplicates(root)
}

// decodeYAML parses one YAML document into the library's tree; nil for an empty one.
func decodeYAML(src []byte) (doc *yaml.Node, err error) {
	// The library panics on states it believes impossible; a strange file must not take the other files with it.
	defer func() {
		if r := recover(); r != nil {
			doc, err = nil, fmt.Errorf("yaml: the parser failed: %v", r)
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(src))
	var first, second yaml.Node
	if err := decoder.Decode(&first); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, err
	}
	if err := decoder.Decode(&second); err == nil {
		return nil, &secondDocument{second.Line}
	} else if !errors.Is(err, io.EOF) {
		return nil, err
	}
	return &first, nil
}

// secondDocument is the error of a text with more than one document.
type secondDocument struct{ line int }

func (e *secondDocument) Error() string { return "yaml: more than one document" }

// chunk is a run of lines that starts with a top-level key.
type chunk struct {
	line int // lines before it
	src  []byte
}

// splitKeys cuts a text before every line that starts, unindented, with a key.
func splitKeys(src []byte) []chunk {
	var chunks []chunk
	start, startLine, line := 0, 0, 0
	for i := 0; i < len(src); line++ {
		end := i + lineLength(src[i:])
		if i > start && startsKey(src[i:end]) {
			chunks = append(chunks, chunk{startLine, src[start:i]})
			start, startLine = i, line
		}
		i = end
	}
	return append(chunks, chunk{startLine, src[start:]})
}

// lineLength returns the length of the first line with its line break.
func lineLength(src []byte) int {
	i := bytes.IndexAny(src, "\r\n")
	switch {
	case i < 0:
		return len(src)
	case src[i] == '\r' && i+1 < len(src) && src[i+1] == '\n':
		return i + 2
	default:
		return i + 1
	}
}

func startsKey(line []byte) bool {
	if len(line) == 0 || strings.IndexByte(" \t\r\n#-?:[]{},", line[0]) >= 0 {
		return false
	}
	for i, c := range line {
		if c == ':' && (i+1 == len(line) || strings.IndexByte(" \t\r\n", line[i+1]) >= 0) {
			return true
		}
	}
	return false
}

// definedElsewhere reports whether an error is only that an alias was parsed apart from its anchor.
func definedElsewhere(err error, src []byte) bool {
	name, found := unknownAnchor(err.Error())
	return found && bytes.Contains(src, []byte("&"+name))
}

// convertYAML makes our tree of the library's. The result is always a Map.
func (p *parser) convertYAML(doc *yaml.Node, linesBefore int) *Node {
	c := &yamlConverter{parser: p, linesBefore: linesBefore, done: map[*yaml.Node]*sized{}}
	if doc == nil || len(doc.Content) == 0 {
		return &Node{Kind: Map, Pos: p.at(linesBefore+1, 1)}
	}
	root := c.convert(doc.Content[0], 0).node
	switch root.Kind {
	case Map:
		return root
	case Null:
		return &Node{Kind: Map, Pos: root.Pos}
	default:
		if hint := spaceAfterColon(clip(root.Text)); hint != "" {
			p.syntaxErrorf(root.Pos, hint, "no space after the colon")
			return &Node{Kind: Map, Pos: root.Pos}
		}
		p.syntaxErrorf(root.Pos, `every line starts with a key: "title: Checkout was down"`, `expected keys with values, found %s`, root)
		return &Node{Kind: Map, Pos: root.Pos}
	}
}

// yamlConverter makes Nodes of one YAML document.
type yamlConverter struct {
	*parser
	linesBefore int
	expanded    int                   // nodes repeated by aliases so far
	exhausted   bool                  // they were more than may be
	done        map[*yaml.Node]*sized // anchored values, converted once and shared; nil while in the making
}

// sized is a node with the number of nodes in it, aliases followed.
type sized struct {
	node *Node
	size int
}

// pos returns where a node stands. The library puts what is missing at the end of a text on a line behind it.
func (c *yamlConverter) pos(n *yaml.Node) problem.Position {
	return c.at(min(c.linesBefore+n.Line, c.lines), n.Column)
}

func (c *yamlConverter) null(n *yaml.Node) *sized {
	return &sized{&Node{Kind: Null, Pos: c.pos(n)}, 1}
}

func (c *yamlConverter) convert(n *yaml.Node, depth int) *sized {
	if depth > MaxDepth {
		c.syntaxErrorf(c.pos(n), "", "lists and keys are nested more than %d deep", MaxDepth)
		return c.null(n)
	}
	if n.Kind == yaml.AliasNode {
		return c.alias(n)
	}
	if n.Anchor != "" {
		c.done[n] = nil
	}
	made := &sized{&Node{Pos: c.pos(n)}, 1}
	switch n.Kind {
	case yaml.SequenceNode:
		made.node.Kind = List
		made.node.Items = make([]*Node, 0, len(n.Content))
		for _, item := range n.Content {
			part := c.convert(item, depth+1)
			made.node.Items = append(made.node.Items, part.node)
			made.size += part.size
		}
	case yaml.MappingNode:
		made.node.Kind = Map
		c.convertMap(n, made, depth)
	default:
		c.convertScalar(n, made.node)
	}
	c.warnAboutTag(n)
	if n.Anchor != "" {
		c.done[n] = made
	}
	return made
}

// alias repeats an anchored value. The tree shares it, but a reader walks it each time, so its size counts each time.
func (c *yamlConverter) alias(n *yaml.Node) *sized {
	made, known := c.done[n.Alias]
	if known && made == nil {
		c.syntaxErrorf(c.pos(n), "", "the alias *%s stands inside the value it repeats", n.Value)
		return c.null(n)
	}
	if !known {
		// The anchor's own value was refused, and said so.
		return c.null(n)
	}
	if c.exhausted {
		return c.null(n)
	}
	if c.expanded += made.size; c.expanded > MaxExpansion {
		c.exhausted = true
		c.syntaxErrorf(c.pos(n), "write the values out, or repeat less", "aliases repeat more than %d values", MaxExpansion)
		return c.null(n)
	}
	here := *made.node
	here.Pos = c.pos(n)
	return &sized{&here, made.size}
}

func (c *yamlConverter) convertMap(n *yaml.Node, made *sized, depth int) {
	m := made.node
	m.Entries = make([]Entry, 0, len(n.Content)/2)
	first := make(map[string]int, len(n.Content)/2) // index of each key
	var merged []*Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		if key.Kind != yaml.ScalarNode {
			c.syntaxErrorf(c.pos(n.Content[i]), `put quotes around text that contains "{", "}", "[" or "]"`,
				"a key must be text, found %s", map[bool]string{true: "nested keys", false: "a list"}[key.Kind == yaml.MappingNode])
			continue
		}
		part := c.convert(value, depth+1)
		made.size += part.size
		if key.Tag == "!!merge" {
			merged = append(merged, c.mergeSources(part.node)...)
			continue
		}
		if earlier, twice := first[key.Value]; twice {
			c.duplicateKey(key.Value, c.pos(n.Content[i]), m.Entries[earlier].Pos)
			continue
		}
		c.warnAboutComment(key, value)
		first[key.Value] = len(m.Entries)
		m.Entries = append(m.Entries, Entry{key.Value, c.pos(n.Content[i]), part.node})
	}
	if len(m.Entries) == 0 && len(merged) == 0 && len(n.Content) > 0 {
		// Every key was refused, and said so: a template's {{ placeholder }} is no value.
		m.Kind = Null
	}
	// A key of the mapping's own, or of an earlier source, goes before a merged one.
	for _, source := range merged {
		for _, e := range source.Entries {
			if _, own := first[e.Key]; !own {
				first[e.Key] = len(m.Entries)
				m.Entries = append(m.Entries, e)
			}
		}
	}
}

// mergeSources returns the mappings a "<<" key brings in.
func (c *yamlConverter) mergeSources(n *Node) []*Node {
	sources := []*Node{n}
	if n.Kind == List {
		sources = n.Items
	}
	for _, s := range sources {
		if s.Kind != Map {
			c.problems.Errorf(s.Pos, "wrong-type", "", `"<<" merges the keys of another mapping, found %s`, s)
			return nil
		}
	}
	return sources
}

func (c *yamlConverter) convertScalar(n *yaml.Node, made *Node) {
	made.Kind, made.Text = Scalar, n.Value
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return
	}
	switch n.ShortTag() {
	case "!!null":
		made.Kind, made.Text = Null, ""
	case "!!int", "!!float":
		made.Type = Number
	case "!!bool":
		made.Type = Bool
	case "!!timestamp":
		made.Type = Time
	}
}

// warnAboutTag catches text that begins with "!": YAML reads the first word as a type and drops it.
func (c *yamlConverter) warnAboutTag(n *yaml.Node) {
	if n.Style&yaml.TaggedStyle == 0 || strings.HasPrefix(n.Tag, "!!") {
		return
	}
	c.problems.Warnf(c.pos(n), "yaml-tag", "put quotes around the whole value when it is text",
		"YAML reads %q as the type of the value, not as part of it", clip(n.Tag))
}

// warnAboutComment catches an issue number or channel that vanishes because YAML takes it for a comment: "title: #4521 payments down".
func (c *yamlConverter) warnAboutComment(key, value *yaml.Node) {
	comment := value.LineComment
	if comment == "" {
		comment = key.LineComment
	}
	if value.Kind != yaml.ScalarNode || len(comment) < 2 || comment[0] != '#' || !isWordByte(comment[1]) {
		return
	}
	c.problems.Warnf(c.pos(value), "yaml-comment", `put quotes around the value when "#" belongs to it; put a space after "#" when it does not`,
		"YAML leaves out %q as a comment", clip(comment))
}

func isWordByte(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= 0x80
}

func (p *parser) duplicateKey(key string, second, first problem.Position) {
	p.problems.Errorf(second, "duplicate-key", "keep one of the two", "the key %q stands twice; the first is on line %d, and is the one used",
		clip(key), first.Line)
}

// dropDuplicates keeps the first of each key of a root put together from parts.
func (p *parser) dropDuplicates(root *Node) *Node {
	first := map[string]problem.Position{}
	root.Entries = slices.DeleteFunc(root.Entries, func(e Entry) bool {
		if at, twice := first[e.Key]; twice {
			p.duplicateKey(e.Key, e.Pos, at)
			return true
		}
		first[e.Key] = e.Pos
		return false
	})
	return root
}
