package search

import (
	"context"
	"path"
	"strings"
	"testing"

	"debrief/generator/edition"
	"debrief/generator/testkit/bigarchive"
)

// sizes are the archives that are measured.
var sizes = []struct {
	name string
	n    int
}{{"1k", 1000}, {"10k", 10000}}

func bigEdition(n int) *edition.Edition {
	return bigarchive.Edition(bigarchive.Options{Postmortems: n, Seed: 1}, edition.Internal)
}

func mustUpdate(tb testing.TB, dir string, e *edition.Edition) *Index {
	tb.Helper()
	x, _, err := Update(context.Background(), dir, e, "")
	if err != nil {
		tb.Fatal(err)
	}
	return x
}

// BenchmarkBuild makes an index from nothing.
func BenchmarkBuild(b *testing.B) {
	for _, size := range sizes {
		b.Run(size.name, func(b *testing.B) {
			e := bigEdition(size.n)
			for b.Loop() {
				mustUpdate(b, b.TempDir(), e).Close()
			}
		})
	}
}

// BenchmarkUpdateOne brings an index up to date after one incident changed.
func BenchmarkUpdateOne(b *testing.B) {
	for _, size := range sizes {
		b.Run(size.name, func(b *testing.B) {
			e := bigEdition(size.n)
			dir := b.TempDir()
			mustUpdate(b, dir, e).Close()
			for b.Loop() {
				e.Incidents[size.n/2].SummaryText += " Again."
				mustUpdate(b, dir, e).Close()
			}
		})
	}
}

// BenchmarkOpen opens an index that is up to date.
func BenchmarkOpen(b *testing.B) {
	for _, size := range sizes {
		b.Run(size.name, func(b *testing.B) {
			dir := b.TempDir()
			mustUpdate(b, dir, bigEdition(size.n)).Close()
			for b.Loop() {
				x, err := Open(dir)
				if err != nil {
					b.Fatal(err)
				}
				x.Close()
			}
		})
	}
}

// BenchmarkExport makes the browser's data from an edition.
func BenchmarkExport(b *testing.B) {
	for _, size := range sizes {
		b.Run(size.name, func(b *testing.B) {
			e := bigEdition(size.n)
			for b.Loop() {
				bytes, files := map[string]int{}, map[string]int{}
				list, err := Export(context.Background(), e)
				if err != nil {
					b.Fatal(err)
				}
				total := 0
				for _, f := range list {
					content, err := f.Produce()
					if err != nil {
						b.Fatal(err)
					}
					kind, _, _ := strings.Cut(path.Dir(strings.TrimPrefix(f.Path, dataFolder)), "/")
					bytes[kind] += len(content)
					files[kind]++
					total += len(content)
				}
				b.ReportMetric(float64(total)/1e6, "MB")
				b.ReportMetric(float64(len(list)), "files")
				for kind, n := range bytes {
					b.Logf("%s: %d bytes in %d files", kind, n, files[kind])
				}
			}
		})
	}
}

// BenchmarkSearch answers queries from an open index.
func BenchmarkSearch(b *testing.B) {
	for _, size := range sizes {
		x := mustUpdate(b, b.TempDir(), bigEdition(size.n))
		for _, text := range []string{"dns", "database timeout", "certificate expired service:payments", "\"connection pool\""} {
			b.Run(size.name+"/"+text, func(b *testing.B) {
				q, err := Parse(text)
				if err != nil {
					b.Fatal(err)
				}
				for b.Loop() {
					if _, err := x.Search(context.Background(), q, 10); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		x.Close()
	}
}
