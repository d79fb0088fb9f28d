package fields

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"debrief/generator/problem"
)

// parseTOML reads the text expression by expression. After a mistake it goes on at the next line that looks like one, and keeps quiet
// about further mistakes: half of them would follow from the first.
func (p *parser) parseTOML(src []byte) *Node {
	src = normalBreaks(src)
	b := &tomlBuilder{parser: p, places: cursor{src: src}, tables: map[*Node]*table{}}
	root := &Node{Kind: Map, Pos: p.at(1, 1)}
	b.tables[root] = &table{}
	b.root, b.current = root, root
	for start := 0; start < len(src); {
		var library unstable.Parser
		library.Reset(src[start:len(src):len(src)])
		b.library, b.start = &library, start
		for library.NextExpression() {
			b.expression(library.Expression())
		}
		if library.Error() == nil {
			break
		}
		at := b.explain(library.Error())
		if bytes.HasPrefix(src[startOfLine(src, at):], []byte("[")) {
			b.current = nil // the keys below a header that cannot be read belong to no table
		}
		next := nextExpression(src, at)
		start += max(1, next-start)
	}
	return root
}

// normalBreaks turns a carriage return alone into a line feed: TOML refuses it, and old files have it.
func normalBreaks(src []byte) []byte {
	if bytes.IndexByte(src, '\r') < 0 {
		return src
	}
	out := bytes.Clone(src)
	for i, c := range out {
		if c == '\r' && (i+1 == len(out) || out[i+1] != '\n') {
			out[i] = '\n'
		}
	}
	return out
}

// nextExpression returns the offset of the first line behind offset that starts with a letter or "[", or the length of src.
func nextExpression(src []byte, offset int) int {
	for offset < len(src) {
		offset += lineLength(src[offset:])
		if offset < len(src) && (src[offset] == '[' || isWordByte(src[offset])) {
			return offset
		}
	}
	return len(src)
}

// tomlBuilder makes one tree of the library's expressions.
type tomlBuilder struct {
	*parser
	library *unstable.Parser
	start   int // offset of the library's text in the whole
	places  cursor
	tables  map[*Node]*table
	root    *Node
	current *Node // the table that "key = value" lines belong to; nil when its header was refused
}

// table is what the builder must know about a Map while it grows.
type table struct {
	index map[string]int // of each entry
	// closed is true for an inline table or a list in brackets, which cannot be added to.
	closed bool
	// headed is true when a [header] named the table.
	headed bool
}

// explain reports a syntax error of the library and returns its offset.
func (b *tomlBuilder) explain(err error) int {
	offset, message := b.start, err.Error()
	var parserErr *unstable.ParserError
	if errors.As(err, &parserErr) {
		offset = b.start + int(b.library.Range(parserErr.Highlight).Offset)
		message = parserErr.Message
	}
	if b.broken {
		return offset
	}
	hint := ""
	switch {
	case strings.Contains(message, "at start of value"), strings.Contains(message, "strings must be quoted"), strings.HasPrefix(message, "expected keyword"):
		message, hint = "this is not a TOML value; text needs quotes", b.quoteTOML(offset)
	case strings.HasPrefix(message, "expected '=' after key"):
		message, hint = `expected "=" after the key`, `TOML is written key = "value"`
	case strings.Contains(message, "strings cannot have new lines"), strings.HasPrefix(message, "unterminated"):
		message, hint = "the quoted text is not closed on its line", `close the quote, or use """ for text of several lines`
	case strings.Contains(message, "expected newline"):
		message, hint = "nothing may follow the value on its line", `start a comment with "#"; put text in quotes whole`
	case strings.HasPrefix(message, "invalid escape character"):
		hint = "use single quotes, where a backslash is just a backslash, or write it twice"
	case strings.HasPrefix(message, "invalid character at start of key"):
		message, hint = "a key starts with a letter, a digit, \"-\" or \"_\", found "+quoteAt(b.places.src, offset), "put quotes around a key with other characters"
	case strings.HasSuffix(message, "after array value"), message == "array is incomplete":
		message, hint = `the list in "[" needs "," between its values and "]" at its end`, ""
	case strings.HasSuffix(message, "after inline table key-value"), message == "inline table is incomplete":
		message, hint = `the table in "{" needs "," between its keys and "}" at its end`, ""
	case strings.HasPrefix(message, "integers cannot have leading zeroes"):
		hint = "put quotes around it when the zeroes matter"
	}
	b.syntaxErrorf(b.pos(offset), hint, "%s", message)
	return offset
}

// quoteTOML writes the line with its value in quotes, as a hint.
func (b *tomlBuilder) quoteTOML(offset int) string {
	start := startOfLine(b.places.src, offset)
	line := string(b.places.src[start : start+lineLength(b.places.src[start:])])
	key, value, found := strings.Cut(strings.TrimSpace(line), "=")
	value = strings.TrimSpace(value)
	if !found || value == "" || len(line) > 160 || strings.ContainsAny(value, `"'#[{`) {
		return "put quotes around text"
	}
	return fmt.Sprintf("put quotes around text: %s = %q", strings.TrimSpace(key), value)
}

func (b *tomlBuilder) pos(offset int) problem.Position { return b.at(b.places.place(offset)) }

func (b *tomlBuilder) expression(e *unstable.Node) {
	switch e.Kind {
	case unstable.KeyValue:
		if b.current != nil {
			b.keyValue(b.current, e, 0)
		}
	case unstable.Table:
		b.current = b.header(e, false)
	case unstable.ArrayTable:
		b.current = b.header(e, true)
	}
}

// key is one part of a dotted key.
type key struct {
	name string
	pos  problem.Position
	end  int // offset behind it
}

func (b *tomlBuilder) keys(e *unstable.Node) []key {
	var parts []key
	for it := e.Key(); it.Next(); {
		n := it.Node()
		offset := b.start + int(n.Raw.Offset)
		parts = append(parts, key{string(n.Data), b.pos(offset), offset + int(n.Raw.Length)})
	}
	return parts
}

// header opens the table a [header] or [[header]] names. It returns nil when it cannot be.
func (b *tomlBuilder) header(e *unstable.Node, list bool) *Node {
	parts := b.keys(e)
	if len(parts) > MaxDepth {
		b.tooDeep(parts[0].pos)
		return nil
	}
	last := parts[len(parts)-1]
	parent := b.descend(b.root, parts[:len(parts)-1])
	if parent == nil {
		return nil
	}
	existing := b.lookup(parent, last.name)
	switch {
	case list && existing == nil:
		l := &Node{Kind: List, Pos: last.pos}
		b.tables[l] = &table{}
		b.add(parent, last, l)
		return b.appendTable(l, last)
	case list && existing.Value.Kind == List && !b.tables[existing.Value].closed:
		return b.appendTable(existing.Value, last)
	case !list && existing == nil:
		t := b.newMap(last.pos)
		b.tables[t].headed = true
		b.add(parent, last, t)
		return t
	case !list && existing.Value.Kind == Map && !b.tables[existing.Value].closed && !b.tables[existing.Value].headed:
		b.tables[existing.Value].headed = true
		return existing.Value
	default:
		b.duplicateKey(last.name, last.pos, existing.Pos)
		return nil
	}
}

func (b *tomlBuilder) appendTable(list *Node, k key) *Node {
	t := b.newMap(k.pos)
	list.Items = append(list.Items, t)
	return t
}

// descend follows a dotted key, making the tables that do not exist yet. In a list of tables it goes on in the last one.
func (b *tomlBuilder) descend(from *Node, parts []key) *Node {
	for _, k := range parts {
		e := b.lookup(from, k.name)
		if e == nil {
			next := b.newMap(k.pos)
			b.add(from, k, next)
			from = next
			continue
		}
		next := e.Value
		if next.Kind == List && !b.tables[next].closed {
			next = next.Items[len(next.Items)-1]
		}
		if next.Kind != Map || b.tables[next].closed {
			b.problems.Errorf(k.pos, "wrong-type", "", "the key %q has a value on line %d already, and can have no keys below it", clip(k.name), e.Pos.Line)
			return nil
		}
		from = next
	}
	return from
}

func (b *tomlBuilder) newMap(at problem.Position) *Node {
	m := &Node{Kind: Map, Pos: at}
	b.tables[m] = &table{}
	return m
}

func (b *tomlBuilder) lookup(m *Node, name string) *Entry {
	if i, ok := b.tables[m].index[name]; ok {
		return &m.Entries[i]
	}
	return nil
}

func (b *tomlBuilder) add(m *Node, k key, value *Node) {
	t := b.tables[m]
	if t.index == nil {
		t.index = map[string]int{}
	}
	t.index[k.name] = len(m.Entries)
	m.Entries = append(m.Entries, Entry{k.name, k.pos, value})
}

func (b *tomlBuilder) tooDeep(at problem.Position) {
	b.syntaxErrorf(at, "", "lists and keys are nested more than %d deep", MaxDepth)
}

// keyValue adds one "key = value" to a table and returns the offset behind the value.
func (b *tomlBuilder) keyValue(m *Node, e *unstable.Node, depth int) int {
	parts := b.keys(e)
	last := parts[len(parts)-1]
	start := b.skip(last.end, " \t=")
	if depth+len(parts) > MaxDepth {
		b.tooDeep(parts[0].pos)
		return b.start + int(e.Raw.Offset+e.Raw.Length)
	}
	parent := b.descend(m, parts[:len(parts)-1])
	value, end := b.value(e.Value(), start, depth+len(parts))
	switch {
	case parent == nil:
	case b.lookup(parent, last.name) != nil:
		b.duplicateKey(last.name, last.pos, b.lookup(parent, last.name).Pos)
	default:
		b.add(parent, last, value)
	}
	return end
}

// value makes a Node of a value that starts at offset. The library does not say where every value stands, so the end of each is passed on
// to find the start of the next.
func (b *tomlBuilder) value(v *unstable.Node, offset, depth int) (made *Node, end int) {
	made = &Node{Kind: Scalar, Pos: b.pos(offset), Text: string(v.Data)}
	end = offset + int(v.Raw.Length)
	if (v.Kind == unstable.Array || v.Kind == unstable.InlineTable) && depth > MaxDepth {
		b.tooDeep(made.Pos)
		return &Node{Kind: Null, Pos: made.Pos}, end
	}
	switch v.Kind {
	case unstable.Array:
		made.Kind, made.Text = List, ""
		b.tables[made] = &table{closed: true}
		end = offset + 1
		for it := v.Children(); it.Next(); {
			var item *Node
			item, end = b.value(it.Node(), b.skip(end, " \t\r\n,"), depth+1)
			made.Items = append(made.Items, item)
		}
		end = b.skip(end, " \t\r\n,") + 1
	case unstable.InlineTable:
		made.Kind, made.Text = Map, ""
		b.tables[made] = &table{}
		end = offset + 1
		for it := v.Children(); it.Next(); {
			end = b.keyValue(made, it.Node(), depth)
		}
		end = b.skip(end, " \t\r\n,") + 1
		b.tables[made].closed = true
	case unstable.Bool:
		made.Type = Bool
	case unstable.Integer, unstable.Float:
		made.Type = Number
	case unstable.LocalDate, unstable.LocalTime, unstable.LocalDateTime, unstable.DateTime:
		made.Type = Time
	}
	return made, end
}

// skip returns the first offset from offset that holds none of the characters and no comment.
func (b *tomlBuilder) skip(offset int, characters string) int {
	src := b.places.src
	for offset < len(src) {
		switch {
		case src[offset] == '#':
			offset += lineLength(src[offset:])
		case strings.IndexByte(characters, src[offset]) >= 0:
			offset++
		default:
			return offset
		}
	}
	return offset
}
