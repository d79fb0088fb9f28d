package cache

import (
	"encoding/binary"
	"reflect"
	"sync"
	"time"
)

// How the zone of a time is written. A place's zone is written by its name, with the offset that it had: the rules of a place change with the
// machine's tables, and then the time counts as damaged.
const (
	zoneUTC = iota
	zoneFixed
	zonePlace
)

func (w *writer) time(t time.Time) {
	w.b = binary.AppendVarint(w.b, t.Unix())
	w.number(uint64(t.Nanosecond()))
	at := t.Location()
	name, offset := at.String(), offsetOf(t)
	switch {
	case at == time.UTC:
		w.number(zoneUTC)
		return
	case w.whole || reflect.DeepEqual(at, time.FixedZone(name, offset)):
		w.number(zoneFixed)
	case name != "Local" && reflect.DeepEqual(at, place(name)):
		w.number(zonePlace)
	default:
		w.fail("the zone %q cannot be made again", name)
	}
	w.b = appendString(w.b, name)
	w.b = binary.AppendVarint(w.b, int64(offset))
}

func (r *valueReader) time() time.Time {
	t := time.Unix(r.integer(), int64(r.number()))
	kind := r.number()
	if kind == zoneUTC {
		return t.UTC()
	}
	name, offset := r.string(), int(r.integer())
	if kind == zoneFixed {
		return t.In(time.FixedZone(name, offset))
	}
	at := place(name)
	if kind != zonePlace || at == nil || offsetOf(t.In(at)) != offset {
		r.fail()
		return time.Time{}
	}
	return t.In(at)
}

func offsetOf(t time.Time) int {
	_, offset := t.Zone()
	return offset
}

var places sync.Map // by name

// place is the location of an IANA name, nil when there is none.
func place(name string) *time.Location {
	if at, ok := places.Load(name); ok {
		return at.(*time.Location)
	}
	at, err := time.LoadLocation(name)
	if err != nil {
		at = nil
	}
	places.Store(name, at)
	return at
}
