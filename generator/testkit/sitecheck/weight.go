package sitecheck

import (
	"compress/gzip"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// A Weight is what a reader downloads to read one page, in bytes after gzip.
type Weight struct{ HTML, CSS, JS int }

// Total is the sum.
func (w Weight) Total() int { return w.HTML + w.CSS + w.JS }

func (w Weight) String() string {
	return fmt.Sprintf("%d bytes (HTML %d, CSS %d, JS %d)", w.Total(), w.HTML, w.CSS, w.JS)
}

// PageWeight weighs one page of a built site, by its path ("incidents/inc-1/index.html"), with the style sheets and scripts it loads.
func PageWeight(t testing.TB, dir, page string) Weight {
	t.Helper()
	doc := parse(t, dir, page)
	w := Weight{HTML: compressed(t, filepath.Join(dir, filepath.FromSlash(page)))}
	seen := make(map[string]bool)
	add := func(selector, attribute string, sum *int) {
		doc.Find(selector).Each(func(_ int, s *goquery.Selection) {
			address, err := url.Parse(s.AttrOr(attribute, ""))
			if err != nil {
				t.Fatalf("%s: %v", page, err)
			}
			file := addressOf(&url.URL{Path: "/"}, page).ResolveReference(address).Path
			if !seen[file] {
				seen[file] = true
				*sum += compressed(t, filepath.Join(dir, filepath.FromSlash(strings.TrimPrefix(file, "/"))))
			}
		})
	}
	add(`link[rel~="stylesheet"]`, "href", &w.CSS)
	add(`script[src]`, "src", &w.JS)
	add(`link[rel~="modulepreload"], link[rel~="preload"][as="script"]`, "href", &w.JS)
	return w
}

// compressed returns the size of a file after gzip.
func compressed(t testing.TB, file string) int {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var size counter
	z := gzip.NewWriter(&size)
	if _, err := z.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return int(size)
}

// A counter counts the bytes written to it.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
