package output_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"debrief/generator/output"
)

func TestVerify(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	write := func(texts ...string) {
		t.Helper()
		var files []output.File
		for _, text := range texts {
			name, content, _ := strings.Cut(text, "=")
			files = append(files, output.File{Path: name, Write: func(w io.Writer) error { _, err := io.WriteString(w, content); return err }})
		}
		if _, err := output.Write(context.Background(), dir, files, output.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	verify := func(against string) string {
		t.Helper()
		v, err := output.Verify(dir, against)
		if err != nil {
			return err.Error()
		}
		return fmt.Sprint(v.Files, v.Differences)
	}
	write("a.html=one", "b/c.html=two", "d.html=three")
	if got := verify(""); got != "3 []" {
		t.Errorf("a fresh site: %s", got)
	}
	kept := filepath.Join(t.TempDir(), "kept.json")
	manifest, err := os.ReadFile(filepath.Join(dir, output.Manifest))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(kept, manifest, 0o644); err != nil {
		t.Fatal(err)
	}

	// The site is built again with another history: its own manifest fits, the one that was kept does not.
	write("a.html=one", "b/c.html=twO", "e.html=new")
	if got := verify(""); got != "3 []" {
		t.Errorf("built again: %s", got)
	}
	if got, want := verify(kept), "3 [{b/c.html changed} {d.html missing} {e.html unlisted}]"; got != want {
		t.Errorf("against the manifest that was kept: %s, want %s", got, want)
	}

	// Files that somebody changed behind the manifest's back.
	for name, content := range map[string]string{"a.html": "onE", "more.html": "x"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(filepath.Join(dir, "e.html")); err != nil {
		t.Fatal(err)
	}
	if got, want := verify(""), "3 [{a.html changed} {e.html missing} {more.html unlisted}]"; got != want {
		t.Errorf("after changes: %s, want %s", got, want)
	}
	for content, want := range map[string]string{
		"{}": "is no manifest of debrief", "no json": "is no manifest of debrief",
		`{"format": 9, "generator": "debrief", "files": []}`: "is of format 9, and this debrief knows formats up to 1",
	} {
		if err := os.WriteFile(kept, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if got := verify(kept); !strings.Contains(got, want) {
			t.Errorf("%s: %s", content, got)
		}
	}
	if got := verify(filepath.Join(dir, "nothing.json")); !strings.Contains(got, "there is no") {
		t.Errorf("without a manifest: %s", got)
	}
}
