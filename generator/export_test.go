package generator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"debrief/generator"
	"debrief/generator/edition"
	"debrief/generator/export"
	"debrief/generator/testkit"
)

// TestMarkdownExportIsTheArchive exports an edition as Markdown, reads what was written as an archive, and compares what both editions hold.
func TestMarkdownExportIsTheArchive(t *testing.T) {
	for _, archive := range []string{"content", filepath.Join("generator", "testdata", "leak.txtar"), filepath.Join("generator", "testdata", "export.txtar")} {
		for _, audience := range []edition.Audience{edition.External, edition.Internal} {
			t.Run(filepath.Base(archive)+" "+string(audience), func(t *testing.T) {
				root := filepath.Join(testkit.Root(t), archive)
				if filepath.Ext(root) == ".txtar" {
					text, err := os.ReadFile(root)
					if err != nil {
						t.Fatal(err)
					}
					root = testkit.Dir(t, string(text))
					plantPictures(t, root)
				}
				before := exported(t, root, audience)
				dir := filepath.Join(t.TempDir(), "again")
				if _, problems, err := before.WriteFolder(t.Context(), dir); err != nil || len(problems) > 0 {
					t.Fatal(err, problems)
				}
				sameTelling(t, telling(t, exported(t, filepath.Join(dir, "content"), audience)), telling(t, before))
			})
		}
	}
}

func exported(t testing.TB, root string, audience edition.Audience) *generator.Export {
	t.Helper()
	a, err := generator.Read(context.Background(), root, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a.Export(audience)
}

// telling is what an edition says of each incident: the members of the API without those that are about addresses and files, and texts instead
// of HTML.
func telling(t testing.TB, x *generator.Export) map[string]map[string]any {
	t.Helper()
	var b bytes.Buffer
	if err := export.Write(&b, x.Edition, export.JSONLines); err != nil {
		t.Fatal(err)
	}
	told := map[string]map[string]any{}
	for line := range strings.Lines(b.String()) {
		var inc map[string]any
		if err := json.Unmarshal([]byte(line), &inc); err != nil {
			t.Fatal(err)
		}
		told[inc["id"].(string)] = plain(inc).(map[string]any)
	}
	return told
}

func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			switch {
			case name == "url", name == "api_url", strings.HasSuffix(name, "html"), name == "source", name == "derived", name == "public", name == "written",
				name == "approximate", name == "related":
				delete(v, name)
			default:
				v[name] = plain(value)
			}
		}
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case string:
		return strings.Join(strings.Fields(v), " ")
	}
	return v
}

func sameTelling(t testing.TB, got, want map[string]map[string]any) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d incidents came back of %d", len(got), len(want))
	}
	for id, incident := range want {
		if got[id] == nil {
			t.Errorf("%s did not come back", id)
			continue
		}
		for name, value := range incident {
			if !reflect.DeepEqual(got[id][name], value) {
				a, _ := json.Marshal(got[id][name])
				b, _ := json.Marshal(value)
				t.Errorf("%s: %s is %s", id, name, firstDifference(a, b))
			}
		}
	}
}

// TestExportHoldsBack does not let out what a build would hold back.
func TestExportHoldsBack(t *testing.T) {
	for name, archive := range map[string]string{
		"a blocked word":        "-- archive.yaml --\nblocked_words: [nightjar]\n",
		"an unreadable archive": "-- archive.yaml --\nblocked_words: {\n",
	} {
		t.Run(name, func(t *testing.T) {
			x := exported(t, testkit.Dir(t, archive+"-- postmortems/a.md --\n---\nid: A\nvisibility: public\n---\n# A\n\n## External summary\n\nProject Nightjar was slow.\n"), edition.External)
			for _, format := range export.Formats {
				var b bytes.Buffer
				problems, err := x.Write(&b, format)
				if err != nil || len(problems) == 0 || b.Len() > 0 {
					t.Errorf("%s: %v, %d problems, and %d bytes went out", format, err, len(problems), b.Len())
				}
			}
			dir := t.TempDir()
			file := filepath.Join(dir, "out.json")
			if problems, err := x.WriteFile(file, export.JSON); err != nil || len(problems) == 0 {
				t.Errorf("to a file: %v, %d problems", err, len(problems))
			}
			if _, problems, err := x.WriteFolder(t.Context(), filepath.Join(dir, "out")); err != nil || len(problems) == 0 {
				t.Errorf("to a folder: %v, %d problems", err, len(problems))
			}
			if left, err := fs.Glob(os.DirFS(dir), "*"); err != nil || len(left) > 0 {
				t.Errorf("%q was left behind (%v)", left, err)
			}
		})
	}
}

// TestExportsOfTheWhole keeps the number of incidents in every format.
func TestExportsOfTheWhole(t *testing.T) {
	x := exported(t, filepath.Join(testkit.Root(t), "content"), edition.Internal)
	for format, sign := range map[export.Format]string{export.JSON: "\n{\"id\":", export.JSONLines: "\n", export.CSV: "\r\n", export.Statuspage: "\"shortlink\"", export.Markdown: "\nvisibility: internal\n"} {
		var b bytes.Buffer
		if _, err := x.Write(&b, format); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(b.String(), sign); n < len(x.Edition.Incidents)-8 || n == 0 {
			t.Errorf("%s has %d of %d incidents", format, n, len(x.Edition.Incidents))
		}
	}
}

// TestRealArchivesComeBack exports archives that people wrote, reads what was written, and counts their incidents, titles and words.
func TestRealArchivesComeBack(t *testing.T) {
	corpus := filepath.Join(testkit.Root(t), "..", "shared", "corpus")
	archives, err := filepath.Glob(filepath.Join(corpus, "*"))
	if err != nil || len(archives) == 0 {
		t.Skip("the archives that people wrote are not here: ", corpus)
	}
	for _, root := range archives {
		t.Run(filepath.Base(root), func(t *testing.T) {
			before := exported(t, root, edition.Internal)
			dir := filepath.Join(t.TempDir(), "again")
			if _, problems, err := before.WriteFolder(t.Context(), dir); err != nil || len(problems) > 0 {
				t.Fatal(err, problems)
			}
			want, got := telling(t, before), telling(t, exported(t, filepath.Join(dir, "content"), edition.Internal))
			if len(got) != len(want) {
				t.Errorf("%d incidents came back of %d", len(got), len(want))
			}
			for id, incident := range want {
				if got[id]["title"] != incident["title"] {
					t.Errorf("%s is called %v, not %v", id, got[id]["title"], incident["title"])
				}
				here, there := words(got[id]), words(incident)
				for w, n := range there {
					if here[w] < n {
						t.Errorf("%s says %q %d times instead of %d", id, w, here[w], n)
						break
					}
				}
			}
		})
	}
}

// words counts the words of all texts.
func words(v any) map[string]int {
	counts := map[string]int{}
	var visit func(any)
	visit = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, below := range v {
				if name == "text" || name == "summary" || name != "time" && reflect.ValueOf(below).Kind() != reflect.String {
					visit(below)
				}
			}
		case []any:
			for _, below := range v {
				visit(below)
			}
		case string:
			for _, w := range strings.FieldsFunc(strings.ToLower(v), func(r rune) bool { return !unicode.IsLetter(r) }) {
				counts[w]++
			}
		}
	}
	visit(v)
	return counts
}
