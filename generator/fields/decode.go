package fields

import (
	"slices"
	"strconv"
	"strings"

	"debrief/generator/problem"
)

// Field is a value with its place.
type Field[T any] struct {
	Value T
	// Pos is where the value stands, or the zero Position when it is not written.
	Pos problem.Position
	// Set is true when the author wrote a value that could be read.
	Set bool
}

// Text is a piece of text with its place.
type Text = Field[string]

// Or returns the value, or another when none is set.
func (f Field[T]) Or(other T) T {
	if f.Set {
		return f.Value
	}
	return other
}

// Decoder takes the values out of one Map, by key. A key is found however its words are joined and whatever its case: started_at, started-at
// and StartedAt are one key. A key without a value, and a blank one, is as good as not written. What cannot be used is reported where it
// stands and left unset.
type Decoder struct {
	node     *Node
	problems *problem.List
	known    []string // keys asked for, in order
	folded   []string // the keys of the entries, folded
	used     []int    // for each entry, which of the keys asked for it was taken by last, counted from 1; 0 for none
	taken    int      // how often an entry was taken
	traced   bool     // what is asked for is noted
	unnoted  Shape    // what is written of what is asked for while it is not
}

// NewDecoder returns a decoder for a Map that adds what it finds wrong to problems. A nil node is an empty Map; any other kind of node is
// reported.
func NewDecoder(n *Node, problems *problem.List) *Decoder {
	d := &Decoder{node: n, problems: problems}
	switch {
	case n == nil || n.Kind == Null:
		d.node = &Node{Kind: Map}
	case n.Kind != Map:
		wrongType(problems, n, "", "keys with values")
		d.node = &Node{Kind: Map, Pos: n.Pos}
	}
	d.traced = d.node.shape != nil
	d.folded, d.used = make([]string, len(d.node.Entries)), make([]int, len(d.node.Entries))
	for i, e := range d.node.Entries {
		d.traced = d.traced || e.Value.shape != nil
		d.folded[i] = fold(e.Key)
	}
	return d
}

// Pos returns where the mapping starts.
func (d *Decoder) Pos() problem.Position { return d.node.Pos }

// Node returns the value of a key as it is, or nil when the key is not written. The key counts as known from then on.
func (d *Decoder) Node(key string) *Node {
	d.expect(key, AnyNode)
	if e := d.take(key); e != nil {
		return e.Value
	}
	return nil
}

// take finds the entry of a key and remembers that it was asked for.
func (d *Decoder) take(key string) *Entry {
	if !slices.Contains(d.known, key) {
		d.known = append(d.known, key)
	}
	i := d.find(key)
	if i < 0 {
		return nil
	}
	d.taken++
	d.used[i] = d.taken
	return &d.node.Entries[i]
}

// find returns the index of the entry of a key, -1 for none. There are few of either, as a rule.
func (d *Decoder) find(key string) int {
	for i := range d.node.Entries {
		if d.node.Entries[i].Key == key {
			return i
		}
	}
	return slices.Index(d.folded, fold(key))
}

// lastTaken returns the number of the entry that was taken last, by folded key.
func (d *Decoder) lastTaken() map[string]int {
	last := map[string]int{}
	for i, folded := range d.folded {
		if other, twice := last[folded]; d.used[i] > 0 && (!twice || d.used[i] > d.used[other]) {
			last[folded] = i
		}
	}
	return last
}

// value returns the entry of a key that has something to read, or nil.
func (d *Decoder) value(key string) *Entry {
	if e := d.take(key); e != nil && !e.Value.IsBlank() {
		return e
	}
	return nil
}

// String returns a text. Numbers, dates and booleans are taken as they are written; white space around the text is not kept.
func (d *Decoder) String(key string) Text {
	d.expect(key, AsText)
	e := d.value(key)
	if e == nil {
		return Text{}
	}
	return d.text(e.Value, e.Key, "text")
}

func (d *Decoder) text(n *Node, key, expected string) Text {
	if n.Kind != Scalar {
		wrongType(d.problems, n, key, expected)
		return Text{}
	}
	return Text{strings.TrimSpace(n.Text), n.Pos, true}
}

// Bool returns a truth value: true, yes or on; false, no or off; in any case, in quotes or not.
func (d *Decoder) Bool(key string) Field[bool] {
	d.expect(key, AsBool)
	e := d.value(key)
	if e == nil {
		return Field[bool]{}
	}
	if e.Value.Kind == Scalar {
		switch strings.ToLower(strings.TrimSpace(e.Value.Text)) {
		case "true", "yes", "on":
			return Field[bool]{true, e.Value.Pos, true}
		case "false", "no", "off":
			return Field[bool]{false, e.Value.Pos, true}
		}
	}
	wrongType(d.problems, e.Value, e.Key, "true or false")
	return Field[bool]{}
}

// Int returns a whole number between two bounds, both included.
func (d *Decoder) Int(key string, least, most int) Field[int] {
	if s := d.expect(key, AsInt); s.Most == 0 {
		s.Least, s.Most = least, most
	}
	e := d.value(key)
	if e == nil {
		return Field[int]{}
	}
	if e.Value.Kind == Scalar {
		if n, err := strconv.Atoi(strings.ReplaceAll(strings.TrimSpace(e.Value.Text), "_", "")); err == nil && n >= least && n <= most {
			return Field[int]{n, e.Value.Pos, true}
		}
	}
	wrongType(d.problems, e.Value, e.Key, "a whole number from "+strconv.Itoa(least)+" to "+strconv.Itoa(most))
	return Field[int]{}
}

// Enum returns one of the allowed words, as it is spelt in allowed, however the author joined its words and whatever the case.
func (d *Decoder) Enum(key string, allowed ...string) Text {
	d.expect(key, AsWord).Words = allowed
	e := d.value(key)
	if e == nil {
		return Text{}
	}
	if e.Value.Kind == Scalar {
		written := strings.TrimSpace(e.Value.Text)
		for _, word := range allowed {
			if fold(written) == fold(word) {
				return Text{word, e.Value.Pos, true}
			}
		}
		hint := ""
		if near := Nearest(written, allowed); near != "" {
			hint = "did you mean " + strconv.Quote(near) + "?"
		}
		d.problems.Errorf(e.Value.Pos, "unknown-value", hint, "%s is %s, found %s", e.Key, oneOf(allowed), e.Value)
		return Text{}
	}
	wrongType(d.problems, e.Value, e.Key, oneOf(allowed))
	return Text{}
}

// oneOf joins words to "a, b or c".
func oneOf(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// Strings returns a list of texts. One text alone is a list of one. Blank items are passed over.
func (d *Decoder) Strings(key string) []Text {
	d.expect(key, AsTexts)
	e := d.value(key)
	if e == nil {
		return nil
	}
	if e.Value.Kind == Scalar {
		return []Text{d.text(e.Value, e.Key, "text")}
	}
	return d.texts(e)
}

// Names returns a list of names, as Strings does, but one text alone may hold several names with commas between them.
func (d *Decoder) Names(key string) []Text {
	d.expect(key, AsTexts)
	e := d.value(key)
	if e == nil {
		return nil
	}
	if e.Value.Kind != Scalar {
		return d.texts(e)
	}
	var names []Text
	for name := range strings.SplitSeq(e.Value.Text, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, Text{name, e.Value.Pos, true})
		}
	}
	return names
}

func (d *Decoder) texts(e *Entry) []Text {
	if e.Value.Kind != List {
		wrongType(d.problems, e.Value, e.Key, "a list of texts")
		return nil
	}
	var texts []Text
	for _, item := range e.Value.Items {
		if item.IsBlank() {
			continue
		}
		if t := d.text(item, e.Key, "a list of texts"); t.Set {
			texts = append(texts, t)
		}
	}
	return texts
}

// List returns the items of a list; one value alone is a list of one.
func (d *Decoder) List(key string) []*Node {
	d.expect(key, AsList)
	e := d.value(key)
	switch {
	case e == nil:
		return nil
	case e.Value.Kind == List:
		return e.Value.Items
	default:
		return []*Node{e.Value}
	}
}

// Maps returns a decoder for each mapping of a list, in order. One mapping alone is a list of one; other items are reported and left out.
func (d *Decoder) Maps(key string) []*Decoder {
	var decoders []*Decoder
	for _, item := range d.List(key) {
		switch {
		case item.IsBlank():
		case item.Kind != Map:
			wrongType(d.problems, item, key, "a list whose items have keys")
		default:
			decoders = append(decoders, NewDecoder(item, d.problems))
		}
	}
	return decoders
}

// Map returns a decoder for a nested mapping, an empty one when the key is not written.
func (d *Decoder) Map(key string) *Decoder {
	d.expect(key, AsMap)
	e := d.value(key)
	if e == nil {
		return NewDecoder(nil, d.problems)
	}
	if e.Value.Kind != Map {
		wrongType(d.problems, e.Value, e.Key, "nested keys")
		return NewDecoder(nil, d.problems)
	}
	return NewDecoder(e.Value, d.problems)
}

// Entries returns the keys of a nested mapping as the author wrote them, for a mapping whose keys are names of the author's own. Keys
// without a value are left out.
func (d *Decoder) Entries(key string) []Entry {
	shape := d.expect(key, AsEntries)
	e := d.value(key)
	if e == nil {
		return nil
	}
	if e.Value.Kind != Map {
		wrongType(d.problems, e.Value, e.Key, "nested keys")
		return nil
	}
	var entries []Entry
	for _, entry := range e.Value.Entries {
		if !entry.Value.IsBlank() {
			if entry.Value.shape != nil {
				shape.share(entry.Value)
			}
			entries = append(entries, entry)
		}
	}
	return entries
}

// Place is where a key stands in its file.
type Place struct {
	Key          string
	Line, Column int32
}

// Places returns where each key stands that was asked for and is written, by the name it was asked by.
func (d *Decoder) Places() []Place {
	places := make([]Place, 0, len(d.node.Entries))
	for _, key := range d.known {
		if e := d.take(key); e != nil {
			places = append(places, Place{key, int32(e.Pos.Line), int32(e.Pos.Column)})
		}
	}
	return slices.Clip(places)
}

// Rest returns the entries nobody asked for, in order: the keys of other tools, and mistakes.
func (d *Decoder) Rest() []Entry {
	var rest []Entry
	for i, e := range d.node.Entries {
		if d.used[i] == 0 {
			rest = append(rest, e)
		}
	}
	return rest
}

// Done reports, as warnings, the keys nobody asked for. The further keys are known too, but need no reading.
func (d *Decoder) Done(further ...string) {
	for _, key := range further {
		d.take(key)
	}
	rest := d.Rest()
	if len(rest) == 0 {
		return
	}
	taken := d.lastTaken()
	for _, e := range rest {
		if i, twice := taken[fold(e.Key)]; twice {
			read := d.node.Entries[i]
			d.problems.Errorf(e.Pos, "duplicate-key", "keep one of the two", "the key %q stands twice, once as %q on line %d, which is the one used",
				clip(e.Key), clip(read.Key), read.Pos.Line)
			continue
		}
		hint := ""
		if near := Nearest(e.Key, d.known); near != "" {
			hint = "did you mean " + strconv.Quote(near) + "?"
		}
		d.problems.Warnf(e.Pos, "unknown-key", hint, "unknown key %q", clip(e.Key))
	}
}

// wrongType reports a value of the wrong kind. A colon inside unquoted text is the usual reason for keys where text was wanted.
func wrongType(problems *problem.List, n *Node, key, expected string) {
	hint := ""
	if n.Kind == Map && len(n.Entries) == 1 && strings.Contains(expected, "text") {
		hint = `put quotes around text that contains a colon, or that starts with "{"`
	}
	if key == "" {
		problems.Errorf(n.Pos, "wrong-type", hint, "expected %s, found %s", expected, n)
		return
	}
	problems.Errorf(n.Pos, "wrong-type", hint, "%s is %s, found %s", key, expected, n)
}
