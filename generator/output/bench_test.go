package output

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"testing"
)

// BenchmarkWrite writes a site of 30,000 files in 10,000 folders: from nothing, with nothing changed, and with one file changed.
func BenchmarkWrite(b *testing.B) {
	page := bytes.Repeat([]byte("<p>At 14:02 UTC the queue began to grow.</p>\n"), 250)
	version := "first"
	var files []File
	for i := range 10_000 {
		for _, name := range []string{"index.html", "feed.xml", "incident.json"} {
			path := fmt.Sprintf("incidents/inc-%05d/%s", i, name)
			files = append(files, File{path, func(w io.Writer) error {
				if i == 0 {
					io.WriteString(w, version)
				}
				io.WriteString(w, path)
				_, err := w.Write(page)
				return err
			}})
		}
	}
	build := func(b *testing.B, dir string) Stats {
		stats, err := Write(b.Context(), dir, files, Options{})
		if err != nil {
			b.Fatal(err)
		}
		return stats
	}
	b.Run("cold", func(b *testing.B) {
		top := b.TempDir()
		for i := 0; b.Loop(); i++ {
			build(b, filepath.Join(top, fmt.Sprint(i)))
		}
	})
	b.Run("unchanged", func(b *testing.B) {
		dir := filepath.Join(b.TempDir(), "site")
		build(b, dir)
		for b.Loop() {
			if stats := build(b, dir); stats.Written != 0 {
				b.Fatalf("nothing changed, and %d files were written", stats.Written)
			}
		}
	})
	b.Run("one-changed", func(b *testing.B) {
		dir := filepath.Join(b.TempDir(), "site")
		build(b, dir)
		for i := 0; b.Loop(); i++ {
			version = fmt.Sprint(i)
			if stats := build(b, dir); stats.Written > 3 {
				b.Fatalf("one page changed, and %d files were written", stats.Written)
			}
		}
	})
}
