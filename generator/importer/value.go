package importer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"debrief/generator/problem"
)

// kind is what a JSON value is. The zero kind is that of a value that is not there.
type kind int

const (
	absent kind = iota
	nullKind
	boolKind
	numberKind
	stringKind
	listKind
	objectKind
)

// value is a JSON value that remembers where it stands.
type value struct {
	kind    kind
	text    string // of a string, a number or a truth value
	members []member
	items   []*value
	at      int64 // offset in the file
	in      *origin
}

type member struct {
	key   string
	value *value
}

// origin is the incident a value belongs to, as it stands in its file.
type origin struct {
	file         string
	raw          []byte
	base         int64 // offset of raw in the file
	line, column int   // of base
}

var nothing = &value{}

// get returns the value of a key, the last if it stands there twice; a value of kind absent when it is not there.
func (v *value) get(key string) *value {
	for i := len(v.members) - 1; i >= 0; i-- {
		if v.members[i].key == key {
			return v.members[i].value
		}
	}
	return nothing
}

// first returns the first of several keys that has something in it.
func (v *value) first(keys ...string) *value {
	for _, key := range keys {
		if found := v.get(key); !found.blank() {
			return found
		}
	}
	return nothing
}

// blank reports whether there is nothing to read.
func (v *value) blank() bool {
	return v.kind == absent || v.kind == nullKind || v.kind == stringKind && strings.TrimSpace(v.text) == "" || v.kind == listKind && len(v.items) == 0
}

// str is the text of a string or number, without white space around it; "" for anything else.
func (v *value) str() string {
	if v.kind == stringKind || v.kind == numberKind {
		return strings.TrimSpace(v.text)
	}
	return ""
}

// position is where the value begins.
func (v *value) position() problem.Position {
	if v.in == nil {
		return problem.Position{}
	}
	n := min(max(v.at-v.in.base, 0), int64(len(v.in.raw)))
	line, column := advance(v.in.raw[:n], v.in.line, v.in.column)
	return problem.Position{File: v.in.file, Line: line, Column: column}
}

// describe says in a few words what a value is, for messages.
func (v *value) describe() string {
	switch v.kind {
	case listKind:
		return "a list"
	case objectKind:
		return "an object"
	case stringKind:
		return "the text " + strconv.Quote(clip(v.text, 60))
	case absent, nullKind:
		return "nothing"
	default:
		return v.text
	}
}

// parseValue reads one value from a decoder that stands at its beginning, in a text that is known to be JSON.
func parseValue(d *json.Decoder, in *origin, depth int) (*value, error) {
	if depth > maxDepth {
		return nil, &broken{problem.Position{File: in.file, Line: in.line, Column: in.column}, fmt.Errorf("values are nested more than %d deep", maxDepth)}
	}
	before := d.InputOffset()
	t, err := d.Token()
	if err != nil {
		return nil, &broken{problem.Position{File: in.file, Line: in.line, Column: in.column}, err}
	}
	rest := in.raw[min(before, int64(len(in.raw))):]
	v := &value{in: in, at: in.base + before + int64(len(rest)-len(bytes.TrimLeft(rest, " \t\r\n,:")))}
	switch t := t.(type) {
	case nil:
		v.kind = nullKind
	case bool:
		v.kind, v.text = boolKind, strconv.FormatBool(t)
	case json.Number:
		v.kind, v.text = numberKind, t.String()
	case string:
		v.kind, v.text = stringKind, t
	case json.Delim:
		v.kind = listKind
		if t == '{' {
			v.kind = objectKind
		}
		for d.More() {
			key := ""
			if v.kind == objectKind {
				name, err := d.Token()
				if err != nil {
					return nil, err
				}
				key, _ = name.(string)
			}
			child, err := parseValue(d, in, depth+1)
			if err != nil {
				return nil, err
			}
			if v.kind == objectKind {
				v.members = append(v.members, member{key, child})
			} else {
				v.items = append(v.items, child)
			}
		}
		if _, err := d.Token(); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// clip shortens a text for a message.
func clip(s string, most int) string {
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i] + "…"
		}
	}
	return s
}
