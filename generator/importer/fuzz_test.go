package importer_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/txtar"

	"debrief/generator/importer"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

// fuzz feeds any text to a format. Whatever it is, an import ends, writes only into its archive, and what it writes has front matter without
// an error; a second run changes nothing.
func fuzz(f *testing.F, format, name string) {
	archive, err := txtar.ParseFile(filepath.Join("testdata", strings.TrimSuffix(format, "-json")+".txtar"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range archive.Files {
		f.Add(string(file.Data))
	}
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		source, dest := filepath.Join(dir, "source"), filepath.Join(dir, "archive")
		write(t, filepath.Join(source, name), text)
		from := filepath.Join(source, filepath.Dir(name))
		if strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".atom") {
			from = filepath.Join(source, name)
		}
		opts := importer.Options{Format: format, Source: from, Dest: dest}
		report, err := importer.Run(context.Background(), opts)
		if err != nil {
			t.Skip(err)
		}
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 2 {
			t.Fatalf("beside the source and the archive there is something: %v (%v)", entries, err)
		}
		for file, text := range files(t, dest) {
			if !utf8.ValidString(text) {
				t.Errorf("%s is not UTF-8", file)
			}
			p, problems := postmortem.Read(file, []byte(text), postmortem.Options{})
			for _, about := range problems {
				if about.Severity == problem.Error && (strings.HasSuffix(about.Rule, "-syntax") || about.Rule == "wrong-type" || about.Rule == "unknown-value") {
					t.Errorf("%v in\n%s", about, text)
				}
			}
			if p.Visibility != postmortem.Internal && !strings.Contains(text, "public") {
				t.Errorf("%s became public", file)
			}
		}
		again, err := importer.Run(context.Background(), opts)
		if err != nil || again.Postmortems.New+again.Postmortems.Changed > 0 || again.Postmortems.Same != report.Postmortems.New {
			t.Errorf("first %+v, then %+v (%v)", report.Postmortems, again.Postmortems, err)
		}
	})
}

func FuzzStatuspage(f *testing.F) { fuzz(f, "statuspage", "incidents.json") }
func FuzzGCP(f *testing.F)        { fuzz(f, "gcp", "incidents.json") }
func FuzzGitHub(f *testing.F)     { fuzz(f, "github", "issues.json") }
func FuzzAtom(f *testing.F)       { fuzz(f, "atom", "history.atom") }
func FuzzCState(f *testing.F)     { fuzz(f, "cstate", "content/issues/2024-03-05-x.md") }
func FuzzIcco(f *testing.F)       { fuzz(f, "icco", "data/x.md") }
func FuzzMarkdown(f *testing.F)   { fuzz(f, "markdown", "notes/2024-03-05-outage.md") }
