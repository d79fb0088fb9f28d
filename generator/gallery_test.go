package generator_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"debrief/generator"
	"debrief/generator/testkit"
	"debrief/generator/testkit/browser"
	"debrief/generator/testkit/netlify"
	"debrief/generator/testkit/sitecheck"
)

// writeGallery writes the files of the gallery, as a preview of the archive in a folder shows them, to a new folder.
func writeGallery(t *testing.T, root string) string {
	t.Helper()
	preview := generator.NewPreview(generator.PreviewOptions{Root: root})
	snapshot, err := preview.Look(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	files, err := snapshot.GalleryFiles()
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	for _, file := range files {
		content, err := snapshot.Gallery(file)
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(out, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestGallery holds the page of all components against the checkers that the sample archive is held against.
func TestGallery(t *testing.T) {
	if testing.Short() {
		t.Skip("the long tests look at it")
	}
	out := writeGallery(t, filepath.Join(testkit.Root(t), "content"))
	sitecheck.Links(t, out, "http://localhost/")
	sitecheck.HTML(t, out)
	sitecheck.Look(t, browser.Start(t), netlify.Serve(t, out), "/")
}

// TestGalleryStaysHome makes sure that no built site has anything of the gallery.
func TestGalleryStaysHome(t *testing.T) {
	out, _ := build(t, testkit.Dir(t, "-- a.md --\n---\nid: A-1\nstarted: 2024-03-05T10:00:00Z\nvisibility: public\n---\n# A\n\n## Summary\n\nB\n\n## External summary\n\n### Summary\n\nC\n"))
	err := filepath.WalkDir(out, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		if strings.Contains(name, "gallery") || bytes.Contains(content, []byte("Gallery of components")) || bytes.Contains(content, []byte("GAL-1")) {
			t.Errorf("%s is of the gallery", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
