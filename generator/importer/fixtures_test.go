package importer_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"debrief/generator"
	"debrief/generator/importer"
	"debrief/generator/problem"
	"debrief/generator/testkit"
)

// fixture unpacks an archive of testdata and returns the folder.
func fixture(t testing.TB, name string) string {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range archive.Files {
		content := f.Data
		if strings.Contains(f.Name, "mehlstaub") {
			// An editor of Windows saved this one.
			content = append([]byte("\xef\xbb\xbf"), bytes.ReplaceAll(content, []byte("\n"), []byte("\r\n"))...)
		}
		write(t, filepath.Join(dir, f.Name), string(content))
	}
	return dir
}

func write(t testing.TB, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestFixtures imports an archive of each format, holds the report and every file against the golden ones, and builds what was written
// without an error.
func TestFixtures(t *testing.T) {
	for _, name := range []string{"statuspage", "truncated", "broken", "gcp", "atom", "github", "cstate", "icco", "markdown"} {
		t.Run(name, func(t *testing.T) {
			source, dest := fixture(t, name), filepath.Join(t.TempDir(), "archive")
			report, err := importer.Run(context.Background(), importer.Options{Source: source, Dest: dest})
			if err != nil {
				t.Fatal(err)
			}
			testkit.Golden(t, filepath.Join("testdata", name+".golden"), []byte(tell(t, report, source, dest)))
			built, err := generator.Build(context.Background(), generator.Options{Root: dest, Out: filepath.Join(t.TempDir(), "site")})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range built.Problems {
				if p.Severity == problem.Error {
					t.Errorf("the archive has an error: %v", p)
				}
			}
			if built.Reading.Postmortems != report.Postmortems.New {
				t.Errorf("%d of %d postmortems were built", built.Reading.Postmortems, report.Postmortems.New)
			}
			again, err := importer.Run(context.Background(), importer.Options{Source: source, Dest: dest})
			if err != nil || again.Postmortems.New+again.Postmortems.Changed > 0 || again.Postmortems.Same != report.Postmortems.New {
				t.Errorf("the second run did %+v (%v)", again.Postmortems, err)
			}
		})
	}
}

// tell writes a report and all files of an archive as one text.
func tell(t *testing.T, report *importer.Report, source, dest string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: postmortems %+v, attachments %+v, %d updates\n", report.Format, report.Postmortems, report.Attachments, report.Updates)
	for _, f := range report.Files {
		fmt.Fprintf(&b, "%-7s %s %s (%s) from %s\n", f.Action, f.File, f.ID, f.Reason, f.From)
	}
	for _, p := range report.Problems {
		fmt.Fprintf(&b, "%s: %s: %s [%s]\n", p.Position, p.Severity, p.Message, p.Rule)
	}
	fmt.Fprintf(&b, "services: %s\n", strings.Join(report.Services, ", "))
	var names []string
	err := filepath.WalkDir(dest, func(name string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		rel, _ := filepath.Rel(dest, name)
		fmt.Fprintf(&b, "-- %s --\n%s\n", filepath.ToSlash(rel), text)
	}
	return strings.ReplaceAll(b.String(), filepath.ToSlash(source), "SOURCE")
}
