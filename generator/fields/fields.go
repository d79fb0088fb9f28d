// Package fields reads a YAML or TOML mapping into typed Go values that each remember their line. It stands at the first door of the walk:
// archive.yaml and the front matter of every postmortem come in through it.
//
// Parse turns the text into one tree of Nodes, the same for both syntaxes, and a Decoder takes typed values out of it by key, noting on the
// way everything an author should know: a wrong type, an unknown key and the one that was probably meant. Values keep the way they were
// written, so that a title may be 2024, 404 or yes and a date may be wrong without being lost.
//
// A broken text is not lost either. Parse says what is wrong, where, and how to write it, and returns the keys around it that can still be
// read; the root is then Broken, and a reader that must not guess, such as one that decides what may be published, can tell.
package fields

import (
	"strconv"
	"strings"

	"debrief/generator/problem"
)

// Limits on what Parse reads. An archive written by people comes nowhere near them.
const (
	// MaxSize is the greatest size of a mapping, in bytes.
	MaxSize = 1 << 20
	// MaxDepth is how deep lists and mappings may be nested.
	MaxDepth = 64
	// MaxExpansion is how many nodes YAML aliases may repeat in all.
	MaxExpansion = 10_000
	// maxSyntaxProblems is how many syntax errors are reported in one text; after that many, more are noise.
	maxSyntaxProblems = 20
)

// Syntax is how a mapping is written.
type Syntax int

// The two syntaxes.
const (
	YAML Syntax = iota
	TOML
)

// String returns "YAML" or "TOML".
func (s Syntax) String() string {
	if s == TOML {
		return "TOML"
	}
	return "YAML"
}

// Kind says what a Node is.
type Kind int

// The kinds of node. Null is a key without a value.
const (
	Null Kind = iota
	Scalar
	List
	Map
)

// Type says how the syntax reads a scalar. The text is kept whatever the type.
type Type int

// The types of scalar. A quoted scalar is always a String; Time is a date, a time of day or both.
const (
	String Type = iota
	Number
	Bool
	Time
)

// Node is a value in the tree. A nil *Node is a value that is not there, and every method accepts it.
type Node struct {
	Kind Kind
	// Pos is where the value starts.
	Pos problem.Position
	// Type is how a scalar reads, and Text the scalar as text: as written when plain, without quotes and escapes when quoted.
	Type Type
	Text string
	// Items are the values of a List, in order.
	Items []*Node
	// Entries are the keys of a Map, in order, each once.
	Entries []Entry
	// Broken is true for a root of which some part could not be read.
	Broken bool

	shape *Shape // what is asked of it, while somebody traces that
}

// Entry is one key of a Map with its value, which is never nil.
type Entry struct {
	Key string
	// Pos is where the key stands.
	Pos   problem.Position
	Value *Node
}

// Get returns the value of a key, written exactly so or with other case, hyphens, underscores or spaces. It returns nil when there is none,
// or when n is no Map.
func (n *Node) Get(key string) *Node {
	if e := n.entry(key); e != nil {
		return e.Value
	}
	return nil
}

func (n *Node) entry(key string) *Entry {
	if n == nil {
		return nil
	}
	var variant *Entry
	folded := fold(key)
	for i := range n.Entries {
		switch e := &n.Entries[i]; {
		case e.Key == key:
			return e
		case variant == nil && foldsTo(e.Key, folded):
			variant = e
		}
	}
	return variant
}

// IsBlank reports whether there is nothing to read: no value, or only white space.
func (n *Node) IsBlank() bool {
	return n == nil || n.Kind == Null || n.Kind == Scalar && strings.TrimSpace(n.Text) == ""
}

// String describes the value in a few words, for a message: `the text "payments"`, "a list".
func (n *Node) String() string {
	switch {
	case n == nil || n.Kind == Null:
		return "nothing"
	case n.Kind == List:
		return "a list"
	case n.Kind == Map:
		return "nested keys"
	case n.Type == Number:
		return "the number " + clip(n.Text)
	case n.Type == Bool:
		return clip(n.Text)
	case n.Type == Time:
		return "the date " + clip(n.Text)
	default:
		return "the text " + strconv.Quote(clip(n.Text))
	}
}

// clip keeps a quotation short enough for one line of a message.
func clip(s string) string {
	const most = 60
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		s = s[:i] + "…"
	}
	count := 0
	for i := range s {
		if count++; count > most {
			return s[:i] + "…"
		}
	}
	return s
}

// Parse reads a mapping. The text starts at firstLine of file, so that positions are those of the whole file. It always returns a Map, empty
// when nothing could be read, and everything that is wrong with the text.
func Parse(file string, firstLine int, syntax Syntax, src []byte) (*Node, problem.List) {
	p := &parser{file: file, line: firstLine, syntax: syntax}
	if len(src) > MaxSize {
		p.problems.Errorf(p.at(1, 1), "too-large", "move long text into the body of the file",
			"this %s is %d bytes long; at most %d are read", syntax, len(src), MaxSize)
		return p.emptyRoot(), p.problems
	}
	src = p.clean(src)
	p.lines = 1 + countBreaks(src)
	var root *Node
	if syntax == TOML {
		root = p.parseTOML(src)
	} else {
		root = p.parseYAML(src)
	}
	root.Broken = p.broken
	p.problems.Sort()
	return root, p.problems
}

// parser is the reading of one text.
type parser struct {
	file     string
	line     int // of the first line of the text
	lines    int // of the text
	syntax   Syntax
	broken   bool
	problems problem.List
}

// at makes a position in the file of a line and column of the text, both from 1.
func (p *parser) at(line, column int) problem.Position {
	return problem.Position{File: p.file, Line: p.line + line - 1, Column: column}
}

func (p *parser) emptyRoot() *Node {
	return &Node{Kind: Map, Pos: p.at(1, 1), Broken: true}
}

// syntaxErrorf notes a mistake that makes part of the text unreadable.
func (p *parser) syntaxErrorf(at problem.Position, hint, format string, args ...any) {
	p.broken = true
	p.problems.Errorf(at, strings.ToLower(p.syntax.String())+"-syntax", hint, format, args...)
}
