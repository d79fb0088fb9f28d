package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"debrief/generator/edition"
	"debrief/generator/testkit/bigarchive"
	"debrief/generator/testkit/sample"
)

func open(t testing.TB, dir string, e *edition.Edition) (*Index, Stats) {
	t.Helper()
	x, stats, err := Update(context.Background(), dir, e, "stamp")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x, stats
}

func find(t testing.TB, x *Index, text string) *Results {
	t.Helper()
	q, err := Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	r, err := x.Search(context.Background(), q, 10)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return r
}

func slugs(r *Results) string {
	var out []string
	for _, h := range r.Hits {
		out = append(out, h.Slug)
	}
	return strings.Join(out, " ")
}

func TestUpdate(t *testing.T) {
	e := bigarchive.Edition(bigarchive.Options{Postmortems: 60, Seed: 2}, edition.Internal)
	dir := t.TempDir()
	_, stats := open(t, dir, e)
	if stats.Indexed != 60 || !errors.Is(stats.Rebuilt, fs.ErrNotExist) {
		t.Errorf("first: %+v", stats)
	}
	if _, stats = open(t, dir, e); stats.Indexed != 0 || stats.Rebuilt != nil {
		t.Errorf("unchanged: %+v", stats)
	}
	gone := e.Incidents[5]
	e.Incidents = slices.Delete(e.Incidents, 5, 6)
	e.Incidents[20].Title = "Zanzibar was unreachable"
	x, stats := open(t, dir, e)
	if stats.Indexed != 1 || stats.Removed != 1 || stats.Documents != 59 {
		t.Errorf("one changed and one gone: %+v", stats)
	}
	if got := slugs(find(t, x, "zanzibar")); got != e.Incidents[20].Slug {
		t.Errorf("the new word finds %q", got)
	}
	if got := slugs(find(t, x, gone.ID+" ")); strings.Contains(got, gone.Slug) {
		t.Error("what is gone is still found")
	}
	e.Incidents[20].Title = "Nothing special"
	x, _ = open(t, dir, e)
	if _, ok := x.lexicon.find("zanzibar"); ok {
		t.Error("a word that is nowhere any more is still in the lexicon")
	}
	e.Site.Language = "de"
	if _, stats = open(t, dir, e); stats.Rebuilt == nil {
		t.Error("another language goes on with the index of the first")
	}
}

// TestHistoryDoesNotMatter compares an index that was updated in steps with one that was made at once.
func TestHistoryDoesNotMatter(t *testing.T) {
	e := bigarchive.Edition(bigarchive.Options{Postmortems: 90, Seed: 4}, edition.Internal)
	all := e.Incidents
	dir := t.TempDir()
	for _, n := range []int{10, 40, 41, 90} {
		e.Incidents = all[90-n:]
		titles := map[*edition.Incident]string{}
		for _, inc := range e.Incidents[:5] {
			titles[inc] = inc.Title
			inc.Title = "Before it was renamed " + inc.Title
		}
		open(t, dir, e)
		for inc, title := range titles {
			inc.Title = title
		}
	}
	stepwise, _ := open(t, dir, e)
	once, _ := open(t, t.TempDir(), e)
	wantSame(t, stepwise, e)
	wantSame(t, once, e)
	for _, text := range []string{"database", "deploy timeout", "service:payments", "-cache error", "lat"} {
		if got, want := find(t, stepwise, text), find(t, once, text); asJSON(t, got) != asJSON(t, want) {
			t.Errorf("%s: %d hits, %s; made at once %d, %s", text, got.Total, slugs(got), want.Total, slugs(want))
		}
	}
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func produce(t testing.TB, e *edition.Edition) map[string]string {
	t.Helper()
	files, err := Export(context.Background(), e)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range files {
		content, err := f.Produce()
		if err != nil {
			t.Fatal(err)
		}
		out[f.Path] = string(content)
	}
	return out
}

// TestDamage breaks every file of an index in several ways. Open must refuse it, and Update must make a good one of it.
func TestDamage(t *testing.T) {
	e := sample.Edition(edition.Internal)
	whole := t.TempDir()
	open(t, whole, e)
	var files []string
	err := filepath.WalkDir(whole, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, strings.TrimPrefix(name, whole))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 7 {
		t.Fatalf("an index has only %v", files)
	}
	for _, name := range files {
		for how, damage := range map[string]func([]byte) []byte{
			"empty": func([]byte) []byte { return nil },
			"half":  func(b []byte) []byte { return b[:len(b)/2] },
			"a bit": func(b []byte) []byte { b[len(b)/3] ^= 4; return b },
			"more":  func(b []byte) []byte { return append(b, "more"...) },
			"gone":  nil,
		} {
			t.Run(how+name, func(t *testing.T) {
				dir := t.TempDir()
				if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
					t.Fatal(err)
				}
				path := dir + name
				b, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if damage == nil {
					err = os.Remove(path)
				} else {
					err = os.WriteFile(path, damage(b), 0o644)
				}
				if err != nil {
					t.Fatal(err)
				}
				if x, err := Open(dir); err == nil {
					x.Close()
					if !strings.HasSuffix(name, currentFile) {
						t.Error("it is opened as if nothing had happened")
					}
				} else if !errors.Is(err, ErrNone) {
					t.Errorf("the error is %v", err)
				}
				x, stats := open(t, dir, e)
				if stats.Rebuilt == nil && !strings.HasSuffix(name, currentFile) {
					t.Error("it was not made anew")
				}
				if got := find(t, x, "tickets").Total; got == 0 {
					t.Error("afterwards nothing is found")
				}
			})
		}
	}
}

func TestOtherVersion(t *testing.T) {
	e := sample.Edition(edition.Internal)
	dir := t.TempDir()
	open(t, dir, e)
	gen, err := current(dir)
	if err != nil {
		t.Fatal(err)
	}
	m, err := readManifest(gen)
	if err != nil {
		t.Fatal(err)
	}
	m.Version, m.Files = Version+1, nil
	if err := os.Remove(filepath.Join(gen, manifestFile)); err != nil {
		t.Fatal(err)
	}
	if err := writeManifest(gen, m, nil); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("version %d, not %d", Version+1, Version)
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("an index of another version: %v", err)
	}
	if _, stats := open(t, dir, e); stats.Rebuilt == nil {
		t.Error("it was not made anew")
	}
}

// TestTwoAtOnce updates one index from several goroutines, and reads it meanwhile.
func TestTwoAtOnce(t *testing.T) {
	dir := t.TempDir()
	open(t, dir, bigarchive.Edition(bigarchive.Options{Postmortems: 20, Seed: 1}, edition.Internal))
	var wg sync.WaitGroup
	for n := range 4 {
		wg.Go(func() {
			for round := range 3 {
				e := bigarchive.Edition(bigarchive.Options{Postmortems: 20 + n + round, Seed: 1}, edition.Internal)
				x, _, err := Update(context.Background(), dir, e, "")
				if err != nil {
					t.Errorf("update: %v", err)
					return
				}
				if x.Documents() != 20+n+round {
					t.Errorf("an update got the index of another: %d documents", x.Documents())
				}
				x.Close()
			}
		})
		wg.Go(func() {
			for range 5 {
				x, err := Open(dir)
				if err != nil {
					t.Errorf("open: %v", err)
					return
				}
				if q, err := Parse("database"); err != nil {
					t.Error(err)
				} else if _, err := x.Search(context.Background(), q, 10); err != nil {
					t.Errorf("search: %v", err)
				}
				x.Close()
			}
		})
	}
	wg.Wait()
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := t.TempDir()
	if _, _, err := Update(ctx, dir, sample.Edition(edition.Internal), ""); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	list, err := os.ReadDir(dir)
	if err != nil || len(list) > 0 {
		t.Errorf("it left %v, %v", list, err)
	}
}

func TestEmptyEdition(t *testing.T) {
	e := &edition.Edition{Audience: edition.External, Site: edition.Site{Language: "en"}}
	x, _ := open(t, t.TempDir(), e)
	for _, text := range []string{"anything", "-anything", `"a phrase"`, "after:2020"} {
		if r := find(t, x, text); r.Total != 0 {
			t.Errorf("%s finds %d", text, r.Total)
		}
	}
	if err := CheckFormat([]byte(produce(t, e)[coreFile])); err != nil {
		t.Error(err)
	}
}
