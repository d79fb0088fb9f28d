package trend_test

import (
	"fmt"
	"testing"
	"time"

	"debrief/generator/edition"
	"debrief/generator/testkit/bigarchive"
	"debrief/generator/testkit/sample"
	"debrief/generator/trend"
)

// BenchmarkNew works out all figures of one edition. What it must reach: 300 ms for 10,000 incidents on one core.
func BenchmarkNew(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		e := bigarchive.Edition(bigarchive.Options{Postmortems: n, Seed: 1}, edition.Internal)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				trend.New(e, trend.Options{})
			}
		})
	}
}

// BenchmarkVerdict asks for the verdict on one incident, as a preview does after every change.
func BenchmarkVerdict(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		e := bigarchive.Edition(bigarchive.Options{Postmortems: n, Seed: 1}, edition.Internal)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				trend.Begin(e, trend.Options{}).Verdict(e.Incidents[n/2])
			}
		})
	}
}

// BenchmarkOneTopic is the archive in which everything is alike: one factor on one service, all work put off, hundreds of actions after the
// first. A search among pairs of incidents would show here.
func BenchmarkOneTopic(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		w := newWorld()
		for i := range n {
			inc := w.add("", "Config,Clock", "Payments")
			inc.Started.Time = time.Date(2015, 1, 1, i, 0, 0, 0, time.UTC)
			inc.DeferredWork = "all of it"
		}
		for i := range 400 {
			act(w.Incidents[0], "prevent", []string{"open", "2015-02-02"}[i%2])
		}
		sample.Connect(w.Edition)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				trend.New(w.Edition, trend.Options{})
			}
		})
	}
}
