package generator_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"debrief/generator/testkit"
)

// TestHouse holds every import of one room by another against testdata/house.txt. A new arrow is a visible line in a diff, and
// docs/architecture.md must agree to it.
func TestHouse(t *testing.T) {
	var b strings.Builder
	for room, imports := range roomImports(t) {
		b.WriteString(room + ":")
		for _, i := range imports {
			if own, ok := strings.CutPrefix(i, "debrief/"); ok {
				b.WriteString(" " + own)
			}
		}
		b.WriteString("\n")
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	slices.Sort(lines)
	got := strings.Join(lines, "\n") + "\n"
	testkit.Golden(t, filepath.Join("testdata", "house.txt"), []byte(got))
}

// TestOneUser keeps each large library behind one door, so that it can be changed in one place.
func TestOneUser(t *testing.T) {
	only := map[string]string{
		"github.com/yuin/goldmark":        "generator/markdown",
		"github.com/alecthomas/chroma":    "generator/markdown",
		"github.com/microcosm-cc":         "generator/markdown generator/feed",
		"github.com/gorilla/feeds":        "generator/feed",
		"github.com/arran4/golang-ical":   "generator/machine",
		"github.com/evanw/esbuild":        "generator/render",
		"github.com/fsnotify/fsnotify":    "generator/watch",
		"github.com/blevesearch":          "search",
		"go.yaml.in/yaml":                 "generator/fields",
		"github.com/pelletier/go-toml":    "generator/fields",
		"github.com/spf13/cobra":          "cmd/debrief",
		"github.com/creachadair/jrpc2":    "generator/lsp",
		"github.com/modelcontextprotocol": "generator/mcp",
		"github.com/JohannesKaufmann":     "generator/importer",
		"github.com/chromedp/chromedp":    "generator/testkit/browser",
		"debrief/generator/archive":       "generator generator/audit generator/edition generator/lint",
		"debrief/generator/postmortem":    "generator generator/archive generator/audit generator/edition generator/lint generator/lsp generator/importer generator/schema cmd/debrief",
		"golang.org/x/sync/errgroup":      "generator",
		"github.com/PuerkitoBio/goquery":  "generator/testkit/feedcheck generator/testkit/sitecheck",
	}
	for room, imports := range roomImports(t) {
		for _, i := range imports {
			for prefix, rooms := range only {
				if (i == prefix || strings.HasPrefix(i, prefix+"/")) && !slices.Contains(strings.Fields(rooms), room) {
					t.Errorf("%s imports %s, which is for %s only", room, i, rooms)
				}
			}
		}
	}
}

// roomImports returns the imports of every package of the module, tests left out, by its path below the module.
func roomImports(t *testing.T) map[string][]string {
	t.Helper()
	rooms := map[string][]string{}
	top := ".."
	err := filepath.WalkDir(top, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); name != top && (strings.HasPrefix(base, ".") || base == "testdata" || base == "node_modules" || base == "dist") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(top, name)
		if err != nil {
			return err
		}
		room := path.Dir(filepath.ToSlash(rel))
		if _, ok := rooms[room]; !ok {
			rooms[room] = []string{}
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if !slices.Contains(rooms[room], imported) {
				rooms[room] = append(rooms[room], imported)
			}
		}
		slices.Sort(rooms[room])
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rooms
}
