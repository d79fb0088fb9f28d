package generator

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestStamp changes an archive in every way that a search has to notice.
func TestStamp(t *testing.T) {
	root := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	sum := func() string {
		t.Helper()
		s, err := stampOf(root)
		if err != nil {
			t.Fatal(err)
		}
		return s.sum
	}
	write("archive.yaml", "title: Reports\n")
	write("postmortems/2024/a.md", "# One\n")
	write("postmortems/2024/b.md", "# Two\n")
	past := time.Date(2024, 3, 5, 14, 2, 0, 123, time.UTC)
	for _, name := range []string{"archive.yaml", "postmortems/2024/a.md", "postmortems/2024/b.md"} {
		if err := os.Chtimes(filepath.Join(root, name), past, past); err != nil {
			t.Fatal(err)
		}
	}
	last := sum()
	if sum() != last {
		t.Error("the stamp of an unchanged archive is another")
	}
	t.Chdir(filepath.Dir(root))
	if s, err := stampOf(filepath.Base(root)); err != nil || s.sum != last {
		t.Errorf("by another way to the same folder the stamp is another: %v", err)
	}
	write(".git/index", "hidden")
	if sum() != last {
		t.Error("a hidden file counts")
	}
	for _, change := range []struct {
		what string
		do   func()
	}{
		{"a longer text", func() { write("postmortems/2024/a.md", "# One more\n") }},
		{"a new file", func() { write("postmortems/2025/c.md", "# Three\n") }},
		{"another name", func() {
			if err := os.Rename(filepath.Join(root, "postmortems/2024/b.md"), filepath.Join(root, "postmortems/2024/d.md")); err != nil {
				t.Fatal(err)
			}
		}},
		{"a file that went", func() {
			if err := os.Remove(filepath.Join(root, "postmortems/2025/c.md")); err != nil {
				t.Fatal(err)
			}
		}},
		{"the same length, another time", func() {
			later := past.Add(time.Second)
			if err := os.Chtimes(filepath.Join(root, "postmortems/2024/a.md"), later, later); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		change.do()
		next := sum()
		if next == last {
			t.Errorf("%s is not noticed", change.what)
		}
		last = next
	}
}

// TestStampIsSure wants no stamp kept while the file system's clock may not have moved on since the youngest change.
func TestStampIsSure(t *testing.T) {
	at := time.Date(2024, 3, 5, 14, 2, 0, 5, time.UTC)
	whole := time.Date(2024, 3, 5, 14, 2, 0, 0, time.UTC)
	for _, test := range []struct {
		state fileState
		want  time.Time
	}{
		{fileState{written: at, changed: at}, at.Add(tick)},
		{fileState{written: whole, changed: at}, at.Add(tick)},
		{fileState{written: whole, changed: whole}, whole.Add(wholeTick)},
	} {
		if got := test.state.unsureUntil(); !got.Equal(test.want) {
			t.Errorf("%v is unsure until %v, want %v", test.state, got, test.want)
		}
	}
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "a.md"), []byte("# One\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	sum, err := sureStamp(t.Context(), root)
	if err != nil || sum == "" {
		t.Fatalf("no stamp: %v", err)
	}
	if s, err := stampOf(root); err != nil || s.sure.After(time.Now()) || s.sum != sum {
		t.Errorf("the stamp was kept before it was sure: %+v, %v", s, err)
	}
}
