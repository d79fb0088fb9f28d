package testkit

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestGolden(t *testing.T) {
	file := filepath.Join(t.TempDir(), "testdata", "page.html")
	golden := func(got string) string {
		return Record(t, func(tb testing.TB) { Golden(tb, file, []byte(got)) }).String()
	}

	if failed := golden("a\nb\n"); !strings.Contains(failed, "make it with: go test -update") {
		t.Errorf("without the file: %q", failed)
	}
	*update = true
	golden("a\nb\n")
	*update = false
	if content, err := os.ReadFile(file); string(content) != "a\nb\n" {
		t.Errorf("with -update the file is %q, %v", content, err)
	}
	if failed := golden("a\nb\n"); failed != "" {
		t.Errorf("equal content: %q", failed)
	}
	if failed := golden("a\nc\n"); !strings.Contains(failed, "\n-b\n+c\n") {
		t.Errorf("other content: %q, want the lines that differ", failed)
	}
}

func TestFilesFromText(t *testing.T) {
	const text = "-- archive.yaml --\ntitle: Tidewater\n-- postmortems/a.md --\n# A\n\nText\n"
	for name, files := range map[string]fs.FS{"FS": FS(t, text), "Dir": os.DirFS(Dir(t, text))} {
		content, err := fs.ReadFile(files, "postmortems/a.md")
		if string(content) != "# A\n\nText\n" || err != nil {
			t.Errorf("%s: postmortems/a.md is %q, %v", name, content, err)
		}
	}
	for _, bad := range []string{"no files", "-- ../a --\n", "-- a --\n-- a --\n"} {
		if r := Record(t, func(tb testing.TB) { FS(tb, bad) }); len(r.Errors) == 0 {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func TestMissing(t *testing.T) {
	missing := func(tb testing.TB) { Missing(tb, "no %s", "browser") }
	t.Setenv("DEBRIEF_TOOLS", "")
	if r := Record(t, missing); r.SkipReason != "no browser (make test installs it)" || len(r.Errors) > 0 {
		t.Errorf("by default: skipped %q, failed %q", r.SkipReason, r.Errors)
	}
	t.Setenv("DEBRIEF_TOOLS", "installed")
	if r := Record(t, missing); r.String() != "no browser" || r.SkipReason != "" {
		t.Errorf("where it must be there: skipped %q, failed %q", r.SkipReason, r.Errors)
	}
}
