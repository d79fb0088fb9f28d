package source_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"debrief/generator/source"
	"debrief/generator/testkit"
)

// What is typed and not saved goes before what is on the disk, until it is uncovered; a file that was never saved is there too.
func TestCover(t *testing.T) {
	dir := testkit.Dir(t, "-- postmortems/a.md --\nold\n-- postmortems/b.md --\nb\n")
	disk := source.NewDisk(dir)
	read := func(file string) string {
		t.Helper()
		tree, _, err := disk.Scan()
		if err != nil {
			t.Fatal(err)
		}
		text, _, err := tree.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	files := func() []string {
		t.Helper()
		tree, _, err := disk.Scan()
		if err != nil {
			t.Fatal(err)
		}
		return tree.Postmortems
	}
	if got := read("postmortems/a.md"); got != "old\n" {
		t.Fatalf("before, it is %q", got)
	}
	disk.Cover(map[string][]byte{"postmortems/a.md": []byte("new"), "postmortems/c.md": []byte("c"), "nowhere/d.md": []byte("d"), "../e.md": nil})
	if got := read("postmortems/a.md"); got != "new" {
		t.Errorf("covered, it is %q", got)
	}
	if got := read("postmortems/c.md"); got != "c" {
		t.Errorf("the file that was never saved is %q", got)
	}
	if got := files(); !slices.Equal(got, []string{"postmortems/a.md", "postmortems/b.md", "postmortems/c.md"}) {
		t.Errorf("the files are %q", got)
	}
	before, _, err := disk.Scan()
	if err != nil {
		t.Fatal(err)
	}
	disk.Cover(map[string][]byte{"postmortems/a.md": []byte("newer")})
	after, _, err := disk.Scan()
	if err != nil {
		t.Fatal(err)
	}
	if after.Same(before, "postmortems/a.md") || !after.Same(before, "postmortems/b.md") {
		t.Error("a change is not seen, or seen where there is none")
	}
	if text, _, err := before.Read("postmortems/a.md"); err != nil || string(text) != "new" {
		t.Errorf("the tree of before reads %q, %v", text, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "postmortems/a.md"), []byte("saved"), 0o644); err != nil {
		t.Fatal(err)
	}
	disk.Cover(nil)
	if got := read("postmortems/a.md"); got != "saved" {
		t.Errorf("uncovered, it is %q", got)
	}
	if got := files(); !slices.Equal(got, []string{"postmortems/a.md", "postmortems/b.md"}) {
		t.Errorf("uncovered, the files are %q", got)
	}
}
