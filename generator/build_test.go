package generator_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"debrief/generator/problem"
	"debrief/generator/testkit"
)

// TestSameBytes builds the sample archive on one core and on many, from another folder and in another time zone.
func TestSameBytes(t *testing.T) {
	content := filepath.Join(testkit.Root(t), "content")
	out, _ := build(t, content)
	want := contentOf(t, out)

	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	defer func(zone *time.Location) { time.Local = zone }(time.Local)
	time.Local = time.FixedZone("far away", 14*60*60)
	elsewhere := filepath.Join(t.TempDir(), "another", "place")
	if err := os.CopyFS(elsewhere, os.DirFS(content)); err != nil {
		t.Fatal(err)
	}
	out, _ = build(t, elsewhere)
	if got := contentOf(t, out); !bytes.Equal(got, want) {
		t.Errorf("another machine builds another site: %s", firstDifference(got, want))
	}
}

// TestOddFiles builds an archive with files that are no text of a person.
func TestOddFiles(t *testing.T) {
	dir := testkit.Dir(t, "-- postmortems/good.md --\n# Good\n\n## Summary\n\nFine.\n")
	write := func(name string, content []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "postmortems", name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("binary.md", bytes.Repeat([]byte{0, 1, 2, 0xff}, 1000))
	write("huge.md", bytes.Repeat([]byte("x"), 50<<20))
	write("long-line.md", []byte("# Long\n\n## Summary\n\n"+strings.Repeat("word ", 400_000)))
	write("headings.md", []byte(strings.Repeat("## Heading\n\n", 100_000)))
	write("nested.md", []byte("# Nested\n\n"+strings.Repeat("> ", 50_000)+"deep\n"))
	write("empty.md", nil)
	bomb := "---\na0: &a0 [x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 10; i++ {
		bomb += fmt.Sprintf("a%d: &a%d [%s*a%d]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 8), i-1)
	}
	write("bomb.md", []byte(bomb+"---\n\n## Summary\n\nShort.\n"))
	write("brackets.md", []byte("---\ntitle: "+strings.Repeat("[", 20_000)+strings.Repeat("]", 20_000)+"\n---\n\n## Summary\n\n"+strings.Repeat("[", 200_000)+"\n"))
	if err := errors.Join(os.Symlink(".", filepath.Join(dir, "postmortems", "loop")), os.Symlink("turn.md", filepath.Join(dir, "postmortems", "turn.md"))); err != nil {
		t.Fatal(err)
	}

	out, result := build(t, dir)
	if _, err := os.Stat(filepath.Join(out, "internal", "incidents", "good", "index.html")); err != nil {
		t.Error("one odd file cost the others their pages")
	}
	for _, file := range []string{"postmortems/binary.md", "postmortems/huge.md", "postmortems/bomb.md", "postmortems/brackets.md"} {
		found := false
		for _, p := range result.Problems {
			found = found || p.File == file && p.Severity == problem.Error && p.Hint != ""
		}
		if !found {
			t.Errorf("%s has no error with a hint", file)
		}
	}
}
