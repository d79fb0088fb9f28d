package search

import (
	"slices"
	"time"
)

// The columns, in the order of their names in core.bin. Each has one value for each document.
//
//	severity    a byte: the place of the severity in core, from 1; 0 for none
//	service     a byte for how many; then for each document their places in core, from 0, each as a number
//	factor      likewise
//	date        how many documents have no day (they come first); then for each other the days since the one before, the first since 1970
//	minutes     a number: how long it lasted, plus one; 0 for unknown
//	state       a byte for has: (one bit each, in the order of hasValues), a byte for status: (in the order of statusValues), a byte for
//	            detected-by: (the place in core, from 1), three planes one after the other
//
// Years need no column: core says where each begins.

// table is what the columns are made from: the records in the order of their numbers.
type table struct {
	records []Record
	names   names
}

func (t table) columns() [columnCount][]byte {
	return [...][]byte{
		t.severity(),
		t.topics(t.names.Services, func(r *Record) []Topic { return r.Services }),
		t.topics(t.names.Factors, func(r *Record) []Topic { return r.Factors }),
		t.date(), t.minutes(), t.state(),
	}
}

func (t table) severity() []byte {
	out := make([]byte, len(t.records))
	for i := range t.records {
		out[i] = t.severityOf(&t.records[i])
	}
	return out
}

func (t table) severityOf(r *Record) byte {
	if r.Severity == nil {
		return 0
	}
	return byte(slices.IndexFunc(t.names.Severities, func(s Severity) bool { return s.ID == r.Severity.ID }) + 1)
}

func (t table) topics(known []Topic, of func(*Record) []Topic) []byte {
	place := make(map[string]int, len(known))
	for i, k := range known {
		place[k.ID] = i
	}
	w := &writer{}
	for i := range t.records {
		w.b = append(w.b, byte(min(len(of(&t.records[i])), 255)))
	}
	for i := range t.records {
		topics := of(&t.records[i])
		for _, topic := range topics[:min(len(topics), 255)] {
			w.number(uint64(place[topic.ID]))
		}
	}
	return w.b
}

func (t table) date() []byte {
	w := &writer{}
	undated := 0
	for undated < len(t.records) && t.records[undated].Date == "" {
		undated++
	}
	w.number(uint64(undated))
	last := 0
	for _, r := range t.records[undated:] {
		day := daysSince1970(r.Date)
		w.number(uint64(max(0, day-last)))
		last = max(day, last)
	}
	return w.b
}

// daysSince1970 is 0 for a day before.
func daysSince1970(date string) int {
	d, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return 0
	}
	return max(0, int(d.Unix()/86400))
}

func (t table) minutes() []byte {
	w := &writer{}
	for _, r := range t.records {
		w.number(uint64(r.Minutes + 1))
	}
	return w.b
}

func (t table) state() []byte {
	n := len(t.records)
	out := make([]byte, 3*n)
	for i, r := range t.records {
		out[i] = flags(hasValues, r.Has)
		out[n+i] = flags(statusValues, r.Status)
		if r.DetectedBy != "" {
			out[2*n+i] = byte(min(slices.Index(t.names.DetectedBy, foldName(r.DetectedBy))+1, 255))
		}
	}
	return out
}

// flags has a bit for each known value.
func flags(known, values []string) byte {
	var b byte
	for i, k := range known {
		if slices.Contains(values, k) {
			b |= 1 << i
		}
	}
	return b
}
