// Package sitecheck examines whole built sites: HTML by the Nu checker, links and inline code by its own reading, pages in a browser at
// several sizes, Lighthouse, and the weight of a page. What it finds it reports to the test, one remark for each, with the page.
package sitecheck

import (
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// pages returns the HTML files of a site by their paths with slashes, in a fixed order. A site without any fails the test: to find nothing
// wrong in nothing says nothing.
func pages(t testing.TB, dir string) []string {
	t.Helper()
	var found []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && path.Ext(name) == ".html" {
			found = append(found, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Fatalf("%s has no HTML page", dir)
	}
	return found
}

// parse reads one page.
func parse(t testing.TB, dir, page string) *goquery.Document {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, filepath.FromSlash(page)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	doc, err := goquery.NewDocumentFromReader(f)
	if err != nil {
		t.Fatalf("%s: %v", page, err)
	}
	return doc
}

// addressOf returns the address at which a page is served below a base: folders for their index.
func addressOf(base *url.URL, page string) *url.URL {
	folder, isIndex := strings.CutSuffix("/"+page, "/index.html")
	if isIndex {
		return base.JoinPath(folder, "/")
	}
	return base.JoinPath(page)
}
