package lsp

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"debrief/generator/postmortem"
	"debrief/generator/testkit/bigarchive"
)

// BenchmarkFindingsAfterAChange changes a document in an archive of 1,000 postmortems and waits for its findings; the pause while somebody
// types is left out.
func BenchmarkFindingsAfterAChange(b *testing.B) {
	dir := b.TempDir()
	if err := bigarchive.Write(dir, bigarchive.Options{Seed: 1, Postmortems: 1000}); err != nil {
		b.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "postmortems", "*.md"))
	if deeper, _ := filepath.Glob(filepath.Join(dir, "postmortems", "*", "*.md")); err == nil {
		files = append(files, deeper...)
	}
	if len(files) == 0 {
		b.Fatal("there are no files")
	}
	src, err := os.ReadFile(files[len(files)/2])
	if err != nil {
		b.Fatal(err)
	}
	shown := make(chan publishDiagnosticsParams, 10)
	opts := Options{Today: func() postmortem.Date { return postmortem.Date{Year: 2024, Month: 6, Day: 1} }}
	d := newDesk(b.Context(), opts, func(p publishDiagnosticsParams) { shown <- p })
	defer d.close()
	uri := uriOf(files[len(files)/2])
	d.open(uri, 0, newText(string(src)))
	<-shown
	version := 0
	for b.Loop() {
		version++
		d.change(uri, &version, func(*text) *text {
			return newText(fmt.Sprintf("%s\n\n## Lessons learned\n\nWe should have tested it %d times.\n", src, version))
		})
		select {
		case p := <-shown:
			if *p.Version != version || find(p.Diagnostics, "blameless/counterfactual") == nil {
				b.Fatalf("version %d: %s", version, asJSON(p))
			}
		case <-time.After(time.Minute):
			b.Fatal("nothing is shown")
		}
	}
}
