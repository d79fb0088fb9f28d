package generator

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"debrief/generator/cache"
	"debrief/generator/edition"
	"debrief/generator/postmortem"
	"debrief/generator/testkit/bigarchive"
)

// built is an archive that is built again and again with the same cache.
type built struct {
	*testing.T
	root, out, cache string
}

func newBuilt(t *testing.T, postmortems int) built {
	b := built{t, filepath.Join(t.TempDir(), "archive"), filepath.Join(t.TempDir(), "out"), t.TempDir()}
	if err := bigarchive.Write(b.root, bigarchive.Options{Postmortems: postmortems, Seed: 1, Rich: true}); err != nil {
		t.Fatal(err)
	}
	return b
}

// build builds the archive when its files have not changed for long enough for that to be remembered.
func (b built) build() *Result {
	b.Helper()
	if _, err := sureStamp(context.Background(), b.root); err != nil {
		b.Fatal(err)
	}
	return b.buildWith(b.out, b.cache)
}

func (b built) buildWith(out, folder string) *Result {
	b.Helper()
	result, err := Build(context.Background(), Options{
		Root: b.root, Out: out, Cache: folder, Audiences: []edition.Audience{edition.Internal, edition.External},
	})
	if err != nil {
		b.Fatal(err)
	}
	return result
}

// files are those of the archive.
func (b built) files() []string {
	b.Helper()
	files, err := filepath.Glob(filepath.Join(b.root, "postmortems", "*", "*.md"))
	if err != nil {
		b.Fatal(err)
	}
	return files
}

func (b built) edit(file string, edit func(string) string) {
	b.Helper()
	text, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(file, []byte(edit(string(text))), 0o644)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// compare holds what was built with the cache against a build with none.
func (b built) compare(got *Result) {
	b.Helper()
	clean := filepath.Join(b.TempDir(), "clean")
	want := b.buildWith(clean, b.TempDir())
	if !reflect.DeepEqual(got.Problems, want.Problems) || !reflect.DeepEqual(got.Reading, want.Reading) {
		b.Errorf("the cache makes other problems: %d, not %d", len(got.Problems), len(want.Problems))
	}
	sites := map[string]string{}
	for _, dir := range []string{b.out, clean} {
		err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := os.ReadFile(name)
			rel, _ := filepath.Rel(dir, name)
			if before, ok := sites[rel]; dir == clean && (!ok || before != string(content)) {
				b.Errorf("%s is not what a build without a cache makes", rel)
			}
			delete(sites, rel)
			if dir != clean {
				sites[rel] = string(content)
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	for name := range sites {
		b.Errorf("%s is in the site only because of the cache", name)
	}
}

// TestCacheIsNeverWrong changes an archive at random and builds it with what the builds before have left; then with that damaged.
func TestCacheIsNeverWrong(t *testing.T) {
	b := newBuilt(t, 8)
	rng := rand.New(rand.NewPCG(8, 8))
	b.build()
	words := strings.Fields("payments config-change sev1 sev2 public internal Resolved. Mitigated. done due timeouts")
	rounds := 9
	if testing.Short() {
		rounds = 3
	}
	for round := range rounds {
		files := b.files()
		file := files[rng.IntN(len(files))]
		switch rng.IntN(6) {
		case 0:
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
		case 1:
			b.edit(filepath.Join(b.root, "archive.yaml"), func(s string) string {
				return strings.Replace(s, "title: Incident archive", fmt.Sprintf("title: Incident archive %d", round), 1)
			})
		case 2:
			b.edit(file, func(s string) string {
				return strings.Replace(s, "status: published\n", "status: published\nvisibility: public\n", 1)
			})
		default:
			b.edit(file, func(s string) string {
				lines := strings.Split(s, "\n")
				at := rng.IntN(len(lines))
				lines[at] += " " + words[rng.IntN(len(words))]
				return strings.Join(lines, "\n")
			})
		}
		got := b.build()
		if round%3 == 2 {
			b.compare(got)
		}
	}
	for _, damage := range []func([]byte) []byte{
		func(c []byte) []byte { return c[:len(c)/2] },
		func(c []byte) []byte { return bytes.Replace(c, []byte("<p>"), []byte("<b>"), -1) },
		func([]byte) []byte { return nil },
	} {
		b.edit(b.files()[0], func(s string) string { return s + "\nOne line more.\n" })
		err := filepath.WalkDir(filepath.Join(b.cache, "build"), func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := os.ReadFile(name)
			if err == nil {
				err = os.WriteFile(name, damage(content), 0o644)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		b.compare(b.build())
	}
}

// TestEveryIngredientCounts changes one thing after another that goes into a file, and looks whether each file that has it is made again.
func TestEveryIngredientCounts(t *testing.T) {
	if testing.Short() {
		t.Skip("some fifty builds")
	}
	b := newBuilt(t, 6)
	b.edit(filepath.Join(b.root, "archive.yaml"), func(string) string { return smallConfig })
	files := b.files()
	config := filepath.Join(b.root, "archive.yaml")
	first, last := files[0], files[len(files)-1]
	replace := func(file, old, new string) func() {
		return func() {
			b.edit(file, func(s string) string {
				if !strings.Contains(s, old) {
					t.Fatalf("%s does not have %q", file, old)
				}
				return strings.Replace(s, old, new, 1)
			})
		}
	}
	public := slices.IndexFunc(files, func(file string) bool {
		text, err := os.ReadFile(file)
		return err == nil && bytes.Contains(text, []byte("visibility: public"))
	})
	if public < 0 {
		t.Fatal("no postmortem is public")
	}
	shown := files[public]
	b.build()
	for _, change := range []struct {
		what string
		make func()
	}{
		{"the archive's title", replace(config, "title: Incident archive", "title: Our incidents")},
		{"an organization", replace(config, "language: en", "organization: Cornerhatch\nlanguage: en")},
		{"the language", replace(config, "language: en", "language: de")},
		{"a description", replace(config, "time_zone: UTC", "time_zone: UTC\ndescription: What went wrong.")},
		{"the time zone", replace(config, "time_zone: UTC", "time_zone: Europe/Berlin")},
		{"the internal address", replace(config, "https://incidents.example/", "https://elsewhere.example/internal/")},
		{"the external address", replace(config, "https://status.example/", "https://elsewhere.example/")},
		{"the size of feeds", replace(config, "services:\n", "feeds:\n  size: 2\nservices:\n")},
		{"a service's name", replace(config, "    name: Inventory\n    public_name: Stock", "    name: What we have\n    public_name: What is there")},
		{"a service's description", replace(config, "    name: What we have\n", "    name: What we have\n    description: All.\n    public_description: Nearly all.\n")},
		{"a factor's name", replace(config, "    name: Config change\n    public_name: A change", "    name: Configuration\n    public_name: A setting")},
		{"a severity", replace(config, "services:\n", "severities:\n  - id: sev3\n    name: The worst\n    public_name: Very bad\nservices:\n")},
		{"the glossary", replace(config, "services:\n", "glossary:\n  - term: cache\n    meaning: A store of copies.\n    public: true\nservices:\n")},
		{"what is open", replace(config, "services:\n", "open_sections: [impact, timeline]\nservices:\n")},
		{"a logo", func() {
			replace(config, "language: de", "language: de\nlogo: logo.svg")()
			if err := os.WriteFile(filepath.Join(b.root, "logo.svg"), []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></svg>`), 0o644); err != nil {
				t.Fatal(err)
			}
		}},
		{"a neighbour's title", func() {
			b.edit(last, func(s string) string { return titleLine.ReplaceAllString(s, "title: Something else") })
		}},
		{"a small amendment", replace(shown, "status: published\n", "status: published\namended:\n  - {date: 2031-02-03, note: A typing error.}\n")},
		{"a significant amendment", replace(shown, "note: A typing error.}", "note: The cause was another one., significant: true}")},
		{"a day of publication", replace(shown, "status: published\n", "status: published\npublished: 2031-01-01\n")},
		{"a related incident", replace(first, "status: published\n", "status: published\nrelated: ["+idOf(t, shown)+"]\n")},
		{"a link to another", func() {
			b.edit(first, func(s string) string { return s + "\n## Supporting information\n\nSee [it](" + idOf(t, shown) + ").\n" })
		}},
		{"an incident's id", replace(shown, "id: "+idOf(t, shown), "id: INC-NEW")},
		{"a preliminary report", replace(shown, "status: published\n", "status: published\nstage: preliminary\nnext_update: 2031-09-09\n")},
		{"an incident that is internal again", replace(shown, "visibility: public\n", "")},
	} {
		change.make()
		got := b.build()
		changed := 0
		for _, site := range got.Editions {
			changed += site.Changed + site.Removed
		}
		if changed == 0 {
			t.Errorf("%s made no difference, so this tests nothing", change.what)
		}
		if got.HeldBack {
			t.Errorf("%s is held back, so this tests nothing: %v", change.what, got.Problems)
		}
		before := t.Failed()
		if b.compare(got); t.Failed() && !before {
			t.Fatalf("after a change of %s", change.what)
		}
	}
}

const smallConfig = `title: Incident archive
language: en
time_zone: UTC
sites:
  internal:
    url: https://incidents.example/
  external:
    url: https://status.example/
services:
  - id: inventory
    name: Inventory
    public_name: Stock
  - id: payments
    name: Payments
    public_name: Paying
factors:
  - id: config-change
    name: Config change
    public_name: A change
`

var titleLine = regexp.MustCompile(`(?m)^title: .*$`)

// idOf is the id of a postmortem.
func idOf(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\nid: ")
	id, _, ok := strings.Cut(rest, "\n")
	if !ok {
		t.Fatalf("%s has no id", file)
	}
	return id
}

// TestNothingChanged builds twice, and then with every single thing that matters changed.
func TestNothingChanged(t *testing.T) {
	b := newBuilt(t, 5)
	first := b.build()
	kept := func() bool {
		t.Helper()
		var steps []string
		_, err := Build(context.Background(), Options{
			Root: b.root, Out: b.out, Cache: b.cache, Audiences: []edition.Audience{edition.Internal, edition.External},
			Progress: func(p Progress) { steps = append(steps, p.Step) },
		})
		if err != nil {
			t.Fatal(err)
		}
		return steps[len(steps)-1] == "compare"
	}
	if !kept() {
		t.Fatal("the second build did something though nothing had changed")
	}
	second := b.build()
	if !reflect.DeepEqual(first.Problems, second.Problems) || !reflect.DeepEqual(first.Reading, second.Reading) {
		t.Error("the second build says other things than the first")
	}
	for i, site := range second.Editions {
		before := first.Editions[i]
		before.Changed, before.Removed = 0, 0
		if site != before {
			t.Errorf("the second build tells %+v, not %+v", site, before)
		}
	}
	page := filepath.Join(b.out, "external", "index.html")
	for what, change := range map[string]func() error{
		"a page that somebody changed": func() error { return os.WriteFile(page, []byte("<p>Something else"), 0o644) },
		"a page that is gone":          func() error { return os.Remove(page) },
		"a file too many":              func() error { return os.WriteFile(filepath.Join(b.out, "internal", "stray.txt"), nil, 0o644) },
		"an attachment": func() error {
			return os.WriteFile(filepath.Join(b.root, "postmortems", "notes.txt"), []byte("new"), 0o644)
		},
		"a free page": func() error {
			if err := os.MkdirAll(filepath.Join(b.root, "pages"), 0o755); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(b.root, "pages", "about.md"), []byte("# About\n"), 0o644)
		},
		"the title": func() error {
			b.edit(filepath.Join(b.root, "archive.yaml"), func(s string) string { return s + "description: Ours\n" })
			return nil
		},
		"a skipped file": func() error { return os.WriteFile(filepath.Join(b.root, "README.md"), []byte("# Read me\n"), 0o644) },
	} {
		if err := change(); err != nil {
			t.Fatal(err)
		}
		if kept() {
			t.Errorf("%s was not noticed", what)
		}
		b.build()
		if !kept() {
			t.Errorf("after %s and a build, the next had something to do", what)
		}
	}
	b.compare(b.build())
	for what, opts := range map[string]Options{
		"other editions": {Audiences: []edition.Audience{edition.Internal}},
		"another day":    {Audiences: []edition.Audience{edition.Internal, edition.External}, AsOf: edition.Date{Year: 2020, Month: 1, Day: 1}},
		"drafts":         {Audiences: []edition.Audience{edition.Internal, edition.External}, Drafts: true},
	} {
		opts.Root, opts.Out, opts.Cache = b.root, b.out, b.cache
		compared := false
		opts.Progress = func(p Progress) { compared = p.Step == "compare" }
		if _, err := Build(context.Background(), opts); err != nil {
			t.Fatal(err)
		}
		if compared {
			t.Errorf("%s made no difference", what)
		}
		b.build()
	}
}

// TestEveryPostmortemCanBeKept holds what comes out of the cache against what went in, for real reports too.
func TestEveryPostmortemCanBeKept(t *testing.T) {
	roots := []string{filepath.Join("..", "content")}
	if real, err := filepath.Glob(filepath.Join("..", "..", "shared", "corpus", "*")); err == nil {
		roots = append(roots, real...)
	}
	files := 0
	for _, root := range roots {
		if info, err := os.Stat(root); err != nil || !info.IsDir() {
			continue
		}
		a, err := Read(context.Background(), root, nil)
		if err != nil {
			continue // it has no archive
		}
		for _, inc := range a.Model.Incidents {
			want := keptFile{Postmortem: inc.Postmortem, Problems: a.Problems[:min(3, len(a.Problems))]}
			s, err := cache.Encode(want)
			if err != nil {
				t.Errorf("%s: %s: %v", root, inc.File, err)
				continue
			}
			var got keptFile
			if err := cache.Decode(s, &got); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %s comes out other than it went in: %v", root, inc.File, err)
			}
			files++
		}
	}
	if files == 0 {
		t.Error("there was nothing to keep")
	}
}

func BenchmarkKeptPostmortem(b *testing.B) {
	root := b.TempDir()
	if err := bigarchive.Write(root, bigarchive.Options{Postmortems: 50, Seed: 1, Rich: true}); err != nil {
		b.Fatal(err)
	}
	a, err := Read(context.Background(), root, nil)
	if err != nil {
		b.Fatal(err)
	}
	var texts []string
	for _, inc := range a.Model.Incidents {
		s, err := cache.Encode(keptFile{Postmortem: inc.Postmortem})
		if err != nil {
			b.Fatal(err)
		}
		texts = append(texts, s)
	}
	b.Run("encode", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			_, _ = cache.Encode(keptFile{Postmortem: a.Model.Incidents[i%len(texts)].Postmortem})
		}
	})
	b.Run("decode", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			_ = cache.Decode(texts[i%len(texts)], new(keptFile))
		}
	})
	b.Run("read", func(b *testing.B) {
		r := newReader(root)
		begun, err := r.begin()
		if err != nil {
			b.Fatal(err)
		}
		file := begun.tree.Postmortems[0]
		src, _, err := begun.tree.Read(file)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			postmortem.Read(file, src, begun.settings.options)
		}
	})
}
