package cache

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"sync"
	"time"
)

// Encode returns a value as bytes. Decode makes an equal value of them in the same program; another version of the program must not be given
// them. It goes through all of a value that is data: a value with a channel, a function, an interface or something in an unexported field
// is an error, because Decode could not make it again.
func Encode(v any) (string, error) {
	w := writers.Get().(*writer)
	defer writers.Put(w)
	w.b, w.err, w.whole = w.b[:0], nil, false
	w.value(reflect.ValueOf(v))
	return string(w.b), w.err
}

// Sum identifies a value by everything in it, unexported fields and the types in interfaces included. It fails where a value has a function or a
// channel, which nothing identifies. The value must not contain itself.
func Sum(v any) (Key, error) {
	w := borrowWriter(true)
	defer writers.Put(w)
	w.value(reflect.ValueOf(&v).Elem())
	return sha256.Sum256(w.b), w.err
}

// writers are those that are not in use: most of the cost of a small value would be its buffer.
var writers = sync.Pool{New: func() any { return new(writer) }}

func borrowWriter(whole bool) *writer {
	w := writers.Get().(*writer)
	*w = writer{b: w.b[:0], whole: whole}
	return w
}

// Decode fills what a pointer points to with a value that Encode wrote. The strings in it share the memory of s.
func Decode(s string, pointer any) error {
	r := &valueReader{reader: reader{s: s}}
	r.value(reflect.ValueOf(pointer).Elem())
	if r.failed || r.s != "" {
		return errors.New("this is no value of its type")
	}
	return nil
}

var (
	timeType = reflect.TypeFor[time.Time]()
	zoneType = reflect.TypeFor[time.Location]()
)

// structure is which fields of a type of struct are exported and which are not.
type structure struct{ open, hidden []int }

var structures sync.Map // by reflect.Type

func structureOf(t reflect.Type) *structure {
	if known, ok := structures.Load(t); ok {
		return known.(*structure)
	}
	s := &structure{}
	for i := range t.NumField() {
		if t.Field(i).IsExported() {
			s.open = append(s.open, i)
		} else {
			s.hidden = append(s.hidden, i)
		}
	}
	structures.Store(t, s)
	return s
}

// tooDeep is how many values may lie in each other: one that lies in itself comes to an end there.
const tooDeep = 100

// writer turns a value into bytes.
type writer struct {
	b   []byte
	err error
	// whole lets values pass that cannot be decoded.
	whole bool
	depth int
}

func (w *writer) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf(format, args...)
	}
}

func (w *writer) number(n uint64) { w.b = binary.AppendUvarint(w.b, n) }

func (w *writer) flag(is bool) {
	if is {
		w.b = append(w.b, 1)
	} else {
		w.b = append(w.b, 0)
	}
}

func (w *writer) value(v reflect.Value) {
	if w.err != nil {
		return
	}
	if w.depth++; w.depth > tooDeep {
		w.fail("the value is too deep")
		return
	}
	w.kind(v)
	w.depth--
}

func (w *writer) kind(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		w.flag(v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		w.b = binary.AppendVarint(w.b, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		w.number(v.Uint())
	case reflect.Float32, reflect.Float64:
		w.number(math.Float64bits(v.Float()))
	case reflect.String:
		w.b = appendString(w.b, v.String())
	case reflect.Slice:
		w.flag(!v.IsNil())
		if !v.IsNil() {
			w.number(uint64(v.Len()))
			w.elements(v)
		}
	case reflect.Array:
		w.elements(v)
	case reflect.Map:
		w.flag(!v.IsNil())
		if !v.IsNil() {
			w.mapping(v)
		}
	case reflect.Pointer:
		w.flag(!v.IsNil())
		if !v.IsNil() {
			w.value(v.Elem())
		}
	case reflect.Interface:
		w.dynamic(v)
	case reflect.Struct:
		w.fields(v)
	default:
		w.fail("a value of kind %s is not data", v.Kind())
	}
}

func (w *writer) elements(v reflect.Value) {
	for i := range v.Len() {
		w.value(v.Index(i))
	}
}

// mapping writes a map in the order of its keys as bytes.
func (w *writer) mapping(v reflect.Value) {
	type pair struct {
		key   string
		value reflect.Value
	}
	pairs := make([]pair, 0, v.Len())
	for entries := v.MapRange(); entries.Next(); {
		key := &writer{whole: w.whole, depth: w.depth}
		if key.value(entries.Key()); key.err != nil {
			w.err = key.err
			return
		}
		pairs = append(pairs, pair{string(key.b), entries.Value()})
	}
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Compare(a.key, b.key) })
	w.number(uint64(len(pairs)))
	for _, p := range pairs {
		w.b = append(w.b, p.key...)
		w.value(p.value)
	}
}

// dynamic writes what is in an interface, and of what type it is.
func (w *writer) dynamic(v reflect.Value) {
	if !w.whole {
		w.fail("what is in an interface cannot be made again")
		return
	}
	w.flag(!v.IsNil())
	if !v.IsNil() {
		w.b = appendString(w.b, v.Elem().Type().String())
		w.value(v.Elem())
	}
}

func (w *writer) fields(v reflect.Value) {
	if v.Type() == timeType && v.CanInterface() {
		w.time(v.Interface().(time.Time))
		return
	}
	if v.Type() == timeType || v.Type() == zoneType {
		w.fail("a time or a zone in an unexported field")
		return
	}
	s := structureOf(v.Type())
	for _, i := range s.open {
		w.value(v.Field(i))
	}
	for _, i := range s.hidden {
		if w.whole {
			w.value(v.Field(i))
		} else if !v.Field(i).IsZero() {
			w.fail("%s has something in an unexported field", v.Type())
		}
	}
}
