package generator_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"debrief/generator/edition"
	"debrief/generator/problem"
	"debrief/generator/testkit"
	"debrief/generator/testkit/browser"
	"debrief/generator/testkit/netlify"
	"debrief/generator/testkit/sitecheck"
)

// withTheme copies the sample archive and gives it the theme in testdata/theme.
func withTheme(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	if err := os.CopyFS(root, os.DirFS(filepath.Join(testkit.Root(t), "content"))); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(root, "theme"), os.DirFS(filepath.Join("testdata", "theme"))); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(root, "archive.yaml")
	content, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(config, append([]byte("theme: theme\n"), content...), 0o644); err != nil {
		t.Fatal(err)
	}
	return root
}

// TestOwnTheme builds the sample archive with another theme, of two files, and holds it against the checks of the default theme. It must
// look like another site: its own colours, its own type, and a head that stands beside the page.
func TestOwnTheme(t *testing.T) {
	if testing.Short() {
		t.Skip("the long tests look at it")
	}
	root := withTheme(t)
	out, result := build(t, root)
	for _, p := range result.Problems {
		if p.Severity > problem.Note {
			t.Errorf("the theme has a problem: %v", p)
		}
	}
	files := 0
	_ = fs.WalkDir(os.DirFS(filepath.Join(root, "theme")), ".", func(name string, d fs.DirEntry, _ error) error {
		if !d.IsDir() && name != "README.md" {
			files++
		}
		return nil
	})
	if files != 2 {
		t.Errorf("the theme is made of %d files; docs/theming.md says two", files)
	}
	external := filepath.Join(out, string(edition.External))
	sitecheck.Links(t, external, "https://incidents.cornerhatch.example/")
	sitecheck.HTML(t, external)
	b := browser.Start(t)
	plain, _ := build(t, filepath.Join(testkit.Root(t), "content"))
	const look = `(() => {
		const style = getComputedStyle(document.body), head = document.querySelector(".site-head").getBoundingClientRect(), main = document.querySelector("main").getBoundingClientRect();
		return {Background: style.backgroundColor, Font: style.fontFamily, Title: getComputedStyle(document.querySelector("h1")).fontFamily, Beside: head.right <= main.left};
	})()`
	type looks struct {
		Background, Font, Title string
		Beside                  bool
	}
	for _, view := range []browser.View{{}, {Dark: true}} {
		page := "/incidents/ch-2025-035/"
		own := browser.Eval[looks](t, b.Open(t, netlify.Serve(t, external)+page, view), look)
		ours := browser.Eval[looks](t, b.Open(t, netlify.Serve(t, filepath.Join(plain, string(edition.External)))+page, view), look)
		if own.Background == ours.Background || own.Font == ours.Font || own.Title == ours.Title || !own.Beside || ours.Beside {
			t.Errorf("%v: the theme looks like the default theme: %+v and %+v", view, own, ours)
		}
	}
	t.Run("external", func(t *testing.T) {
		sitecheck.Look(t, b, netlify.Serve(t, external), "/", "/incidents/ch-2025-035/", "/trends/")
	})
	t.Run("gallery", func(t *testing.T) {
		sitecheck.Look(t, b, netlify.Serve(t, writeGallery(t, root)), "/")
	})
	if !strings.Contains(readFile(t, filepath.Join(external, "index.html")), "Ask the night watch") {
		t.Error("the theme's own foot is not on the page")
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
