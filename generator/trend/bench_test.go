package trend_test

import (
	"fmt"
	"testing"

	"debrief/generator/edition"
	"debrief/generator/testkit/bigarchive"
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
