// Package testkit holds what the tests of several rooms share; no part of the program imports it. This package is small and quick to
// compile: golden files, archives from a txtar text, and the one way to say that a tool is missing. What needs more has a package of its own
// below: netlify serves a built site as the host would, browser drives a headless Chromium, sitecheck examines whole sites with other
// people's checkers, and feedcheck judges feeds.
package testkit

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write what the tests got to their golden files")

// Golden compares what a test got with a golden file, by convention one in testdata. With -update it writes the file instead; read the
// difference in version control then.
func Golden(t testing.TB, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (make it with: go test -update)", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("not as the golden file says (if it is right, run: go test -update)\n%s", diff.Diff(file, want, "got", got))
	}
}

// FS returns the files of a txtar text: each begins with a line "-- path --".
func FS(t testing.TB, text string) fstest.MapFS {
	t.Helper()
	files := make(fstest.MapFS)
	for _, f := range txtar.Parse([]byte(text)).Files {
		if !fs.ValidPath(f.Name) || files[f.Name] != nil {
			t.Fatalf("the txtar text has the path %q, which is not valid or there twice", f.Name)
		}
		files[f.Name] = &fstest.MapFile{Data: f.Data, Mode: 0o644}
	}
	if len(files) == 0 {
		t.Fatal(`the txtar text has no line "-- path --"`)
	}
	return files
}

// Dir writes the files of a txtar text to a new folder, which goes when the test ends.
func Dir(t testing.TB, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, FS(t, text)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Root returns the top folder of the module, where go.mod is.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod in this folder or above")
		}
		dir = parent
	}
}

// Missing is for a test whose tool is not there: it skips the test, or fails it where the environment variable DEBRIEF_TOOLS says that
// every tool is installed, as "make test" does.
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("DEBRIEF_TOOLS") == "installed" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format+" (make test installs it)", args...)
}

// NodeModules returns the folder of the npm packages that tests use, which make test installs.
func NodeModules(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(Root(t), ".ci", "tools", "node_modules")
	if _, err := os.Stat(dir); err != nil {
		Missing(t, "the npm packages of .ci/tools are not installed")
	}
	return dir
}
