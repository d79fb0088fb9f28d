package search

import (
	"context"
	"testing"

	"debrief/generator/edition"
	"debrief/generator/testkit/bigarchive"
)

func BenchmarkBuild(b *testing.B) {
	for _, size := range []struct {
		name string
		n    int
	}{{"1k", 1000}, {"10k", 10000}} {
		b.Run(size.name, func(b *testing.B) {
			e := bigarchive.Edition(bigarchive.Options{Postmortems: size.n, Seed: 1}, edition.Internal)
			for b.Loop() {
				x, _, err := Update(context.Background(), b.TempDir(), e, "")
				if err != nil {
					b.Fatal(err)
				}
				x.Close()
			}
		})
	}
}
