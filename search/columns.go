package search

import (
	"slices"
	"time"
)

// The columns, in the order of their names in core.bin: service, factor, severity, status, has, detected-by, duration,
// date. Each is a byte
// for every document that tells how many values it has, and then the values of all documents, as numbers: the places of severities,
// services and so on in core, from 0; for the duration the minutes; for the date the days since the one before, the first since 1970.
//
// Years need no column: core says where each begins.

// table is what the columns are made from: the records in the order of their numbers.
type table struct {
	records []Record
	names   names
}

func (t table) columns() [columnCount][]byte {
	return [...][]byte{
		t.column(places(t.names.Services, func(r *Record) []Topic { return r.Services })),
		t.column(places(t.names.Factors, func(r *Record) []Topic { return r.Factors })),
		t.column(t.severityOf),
		t.column(func(r *Record) []int { return placesOf(statusValues, r.Status) }),
		t.column(func(r *Record) []int { return placesOf(hasValues, r.Has) }),
		t.column(func(r *Record) []int { return placesOf(t.names.DetectedBy, []string{foldName(r.DetectedBy)}) }),
		t.column(minutesOf),
		t.column(days()),
	}
}

func (t table) column(values func(*Record) []int) []byte {
	counts, w := make([]byte, len(t.records)), &writer{}
	for i := range t.records {
		all := values(&t.records[i])
		all = all[:min(len(all), 255)]
		counts[i] = byte(len(all))
		for _, v := range all {
			w.number(uint64(v))
		}
	}
	return append(counts, w.b...)
}

func (t table) severityOf(r *Record) []int {
	if r.Severity == nil {
		return nil
	}
	return []int{slices.IndexFunc(t.names.Severities, func(s Severity) bool { return s.ID == r.Severity.ID })}
}

// places returns a function from a record to the places of its topics.
func places(known []Topic, of func(*Record) []Topic) func(*Record) []int {
	place := make(map[string]int, len(known))
	for i, k := range known {
		place[k.ID] = i
	}
	return func(r *Record) []int {
		var out []int
		for _, topic := range of(r) {
			out = append(out, place[topic.ID])
		}
		return out
	}
}

// placesOf are the places of those known values that are among the given.
func placesOf(known, values []string) []int {
	var out []int
	for i, k := range known {
		if slices.Contains(values, k) {
			out = append(out, i)
		}
	}
	return out
}

func minutesOf(r *Record) []int {
	if r.Minutes < 0 {
		return nil
	}
	return []int{r.Minutes}
}

// days returns a function that, called with one record after the other, tells how many days passed.
func days() func(*Record) []int {
	last := 0
	return func(r *Record) []int {
		date, err := time.Parse(time.DateOnly, r.Date)
		if err != nil {
			return nil
		}
		day := max(last, int(date.Unix()/86400))
		passed := day - last
		last = day
		return []int{passed}
	}
}
