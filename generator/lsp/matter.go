package lsp

import (
	"encoding/json"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"debrief/generator/config"
	"debrief/generator/fields"
	"debrief/generator/lazyregexp"
	"debrief/generator/postmortem"
	"debrief/generator/schema"
)

// matter is a mapping that a document holds: its front matter, or all of archive.yaml.
type matter struct {
	first, last int // lines from 0, last included; last < first when there is none
	syntax      fields.Syntax
	schema      *keySchema
}

// matter returns the mapping of the document.
func (v *view) matter() matter {
	t := v.document.text
	if v.isConfig() {
		return matter{0, len(t.starts) - 1, fields.YAML, schemas().archive}
	}
	parts := postmortem.Divide([]byte(t.src))
	if parts.MatterLine == 0 {
		if t.line(0) == "---" && len(t.starts) > 1 && !strings.Contains(t.src[t.starts[1]:], "\n---") {
			return matter{1, len(t.starts) - 1, fields.YAML, schemas().frontMatter} // somebody has just begun
		}
		return matter{first: 0, last: -1}
	}
	// The line before the body is the mark that ends the matter.
	return matter{parts.MatterLine - 1, parts.BodyLine - 3, parts.Syntax, schemas().frontMatter}
}

func (v *view) isConfig() bool {
	return slices.Contains(config.Files(), v.file) || v.document.folder == nil && isConfigName(v.file)
}

func isConfigName(file string) bool { return slices.Contains(config.Files(), path.Base(file)) }

func (m matter) holds(line int) bool { return line >= m.first && line <= m.last }

func (v *view) inMatter(line int) bool { return v.matter().holds(line) }

// spot is a place in a mapping.
type spot struct {
	// path are the keys that lead to the place, its own last. The items of lists are not counted.
	path []string
	// onKey is true on a key, and false on a value.
	onKey bool
	// line is the place's line; from and to are the word that stands there, in bytes, and cursor the place itself.
	line, from, to, cursor int
	// word is that word, without quotation marks.
	word string
}

// key is the last key of the path.
func (s spot) key() string {
	if len(s.path) == 0 {
		return ""
	}
	return s.path[len(s.path)-1]
}

var (
	keyOfLine = lazyregexp.New(`^["']?([\p{L}\p{N}_][\p{L}\p{N}_/.-]*)["']?[ \t]*[:=](?:[ \t]|$)`)
	itemMarks = lazyregexp.New(`^(?:-[ \t]+|-$)*`)
	flowKey   = lazyregexp.New(`[{,][ \t]*["']?([\p{L}\p{N}_-]+)["']?[ \t]*[:=][ \t]*[^,{}\[\]]*$`)
	table     = lazyregexp.New(`^\[+[ \t]*([^\[\]]+?)[ \t]*\]+`)
)

// layout is how a line of a mapping is set: where its first sign stands, where its content begins behind the marks of items, and its key.
type layout struct {
	indent, content int
	key             string
	keyEnd          int // behind the colon
}

func (l layout) item() bool { return l.content > l.indent }

func layoutOf(line string) layout {
	l := layout{indent: len(line) - len(strings.TrimLeft(line, " \t"))}
	l.content = l.indent + len(itemMarks.FindString(line[l.indent:]))
	if m := keyOfLine.FindStringSubmatchIndex(line[l.content:]); m != nil {
		l.key = line[l.content+m[2] : l.content+m[3]]
		l.keyEnd = l.content + m[3] + strings.IndexAny(line[l.content+m[3]:], ":=") + 1
	}
	return l
}

// spotAt finds out where in a mapping a place is.
func (v *view) spotAt(m matter, p Position) spot {
	t := v.document.text
	line := t.line(p.Line)
	s := spot{line: p.Line, cursor: byteColumn(line, p.Character)}
	own := layoutOf(line)
	if m.syntax == fields.TOML {
		for n := p.Line - 1; n >= m.first; n-- {
			if found := table.FindStringSubmatch(t.line(n)); found != nil {
				s.path = strings.Split(found[1], ".")
				break
			}
		}
	} else {
		s.path = parents(t, m, p.Line, own)
	}
	if own.key != "" && s.cursor < own.keyEnd {
		s.onKey, s.word = true, own.key
		s.from, s.to = own.content, own.keyEnd-1
		s.path = append(s.path, own.key)
		return s
	}
	start := own.content
	if own.key != "" {
		s.path = append(s.path, own.key)
		start = own.keyEnd
	}
	if found := flowKey.FindStringSubmatch(line[:max(s.cursor, start)][start:]); found != nil {
		s.path = append(s.path, found[1])
	}
	s.from, s.to = wordAround(line, start, s.cursor)
	s.word = line[s.from:s.to]
	// A lone word may become a key, unless it is an item of a list.
	s.onKey = own.key == "" && !own.item() && !strings.ContainsAny(line[start:], "[]{}")
	return s
}

// parents are the keys above a line that it belongs to.
func parents(t *text, m matter, line int, own layout) []string {
	var keys []string
	limit, item := own.content, false
	if own.item() {
		limit, item = own.indent, true
	}
	for n := line - 1; n >= m.first && (limit > 0 || item); n-- {
		text := t.line(n)
		if trimmed := strings.TrimSpace(text); trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		above := layoutOf(text)
		switch {
		case above.key != "" && (above.content < limit || item && above.content == limit && !above.item()):
			keys = append(keys, above.key)
			limit, item = above.indent, above.item()
		case above.item() && above.content == limit && !item:
			limit, item = above.indent, true
		}
	}
	slices.Reverse(keys)
	return keys
}

// wordAround returns the value around a column: what stands between commas, brackets and quotation marks.
func wordAround(line string, start, cursor int) (from, to int) {
	cursor = max(cursor, start)
	const ends = "[]{},\"'"
	from = start
	if i := strings.LastIndexAny(line[start:cursor], ends); i >= 0 {
		from = start + i + 1
	}
	to = len(line)
	if i := strings.IndexAny(line[cursor:], ends); i >= 0 {
		to = cursor + i
	}
	if i := strings.Index(line[from:to], " #"); i >= 0 {
		to = from + i
	}
	if i := strings.LastIndex(line[from:min(max(cursor, from), to)], ": "); i >= 0 {
		from += i + 2 // of a mapping in braces
	}
	for from < to && from < cursor && (line[from] == ' ' || line[from] == '\t') {
		from++
	}
	to = max(from+len(strings.TrimRight(line[from:to], " \t")), min(cursor, to), from)
	return from, to
}

// keySchema is what a JSON Schema says about a value.
type keySchema struct {
	Description   string                `json:"description"`
	Properties    map[string]*keySchema `json:"properties"`
	Items         *keySchema            `json:"items"`
	AnyOf         []*keySchema          `json:"anyOf"`
	Enum          []any                 `json:"enum"`
	Examples      []string              `json:"examples"`
	Type          any                   `json:"type"`
	PropertyNames *keySchema            `json:"propertyNames"`
	Additional    json.RawMessage       `json:"additionalProperties"`
}

// schemas are the schemas that debrief schema prints, to be asked.
var schemas = sync.OnceValue(func() (all struct{ frontMatter, archive *keySchema }) {
	for _, s := range []struct {
		into **keySchema
		src  []byte
	}{{&all.frontMatter, schema.FrontMatter()}, {&all.archive, schema.Archive()}} {
		*s.into = &keySchema{}
		if err := json.Unmarshal(s.src, *s.into); err != nil {
			panic(err) // a test asks for every key
		}
	}
	return all
})

// forms are a value's own schema and those of the forms it may have, the items of lists included.
func (k *keySchema) forms() []*keySchema {
	if k == nil {
		return nil
	}
	out := []*keySchema{k}
	for _, form := range k.AnyOf {
		out = append(out, form.forms()...)
	}
	return append(out, k.Items.forms()...)
}

// at follows keys; nil when they lead nowhere.
func (k *keySchema) at(path []string) *keySchema {
	for _, key := range path {
		k = k.below(key)
	}
	return k
}

func (k *keySchema) below(key string) *keySchema {
	forms := k.forms()
	for _, form := range forms {
		for name, property := range form.Properties {
			if name == key || strings.EqualFold(name, strings.ReplaceAll(key, "-", "_")) {
				return property
			}
		}
	}
	for _, form := range forms {
		var further keySchema
		if len(form.Additional) > 0 && json.Unmarshal(form.Additional, &further) == nil {
			return &further
		}
	}
	return nil
}

// keys are the keys that a value may have, sorted.
func (k *keySchema) keys() []string {
	names := map[string]bool{}
	for _, form := range k.forms() {
		for name := range form.Properties {
			names[name] = true
		}
		for _, word := range form.PropertyNames.words() {
			names[word] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// words are the words that a value may be.
func (k *keySchema) words() []string {
	var words []string
	add := func(word string) {
		if !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	for _, form := range k.forms() {
		for _, word := range form.Enum {
			if text, ok := word.(string); ok {
				add(text)
			}
		}
		for _, word := range form.Examples {
			add(word)
		}
		if types, ok := form.Type.([]any); ok && slices.Contains(types, any("boolean")) || form.Type == "boolean" {
			add("true")
			add("false")
		}
	}
	return words
}
