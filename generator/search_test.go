package generator

import (
	"os"
	"path/filepath"
	"testing"

	"debrief/generator/edition"
	"debrief/search"
)

// TestAskSearch asks for a word before and after it is written, and counts how often the archive is read and the index asked.
func TestAskSearch(t *testing.T) {
	root, cache := t.TempDir(), t.TempDir()
	file := filepath.Join(root, "postmortems", "inc-2024-001.md")
	if err := os.Mkdir(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "archive.yaml"), []byte("title: Reports\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte("---\nstatus: published\n---\n# Checkout was slow\n\n## Summary\n\n"+text+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	query, err := search.Parse("zanzibar")
	if err != nil {
		t.Fatal(err)
	}
	ask := func(want, wantAsked, wantRead int) {
		t.Helper()
		var found *search.Results
		asked, read := 0, 0
		err := AskSearch(t.Context(), root, cache, edition.Internal, func(p Progress) {
			if p == (Progress{Step: "read"}) {
				read++
			}
		}, func(x *search.Index) (err error) {
			asked++
			found, err = x.Search(t.Context(), query, 10)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if found.Total != want || asked != wantAsked || read != wantRead {
			t.Errorf("found %d, asked %d times, read %d times; want %d, %d, %d", found.Total, asked, read, want, wantAsked, wantRead)
		}
	}
	write("Payments timed out in Londonish for an hour.")
	ask(0, 1, 1) // there is no index yet
	ask(0, 1, 0)
	write("Payments timed out in Zanzibars for an hour.") // of the same length
	ask(1, 2, 1)
	ask(1, 1, 0)
	write("Payments timed out in Copenhage for an hour.")
	ask(0, 2, 1)
}
