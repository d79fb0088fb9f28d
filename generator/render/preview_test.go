package render_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"debrief/generator/page"
	"debrief/generator/render"
)

// go test ./generator/render -run Preview -preview FOLDER writes every layout in both editions, to look at.
var previewFolder = flag.String("preview", "", "write every layout to this folder")

func TestPreview(t *testing.T) {
	if *previewFolder == "" {
		t.Skip("no -preview folder given")
	}
	for name, internal := range map[string]bool{"internal": true, "external": false} {
		theme := load(t, site(internal), render.Options{})
		write := func(path string, content []byte) {
			file := filepath.Join(*previewFolder, name, filepath.FromSlash(path))
			if strings.HasSuffix(path, "/") {
				file = filepath.Join(file, "index.html")
			}
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		for _, a := range theme.Assets() {
			write(a.Path, a.Bytes)
		}
		for _, p := range pages(internal) {
			write(p.Path, draw(t, theme, p))
		}
	}
}

func load(t *testing.T, s page.Site, o render.Options) *render.Theme {
	t.Helper()
	theme, problems, err := render.Load(s, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
	if theme == nil {
		t.FailNow()
	}
	return theme
}

func draw(t *testing.T, theme *render.Theme, p *page.Page) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := theme.Page(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
