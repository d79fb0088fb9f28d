package sitecheck

import (
	"html"
	"io/fs"
	"net/url"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"debrief/generator/testkit/netlify"
)

// Links checks that a site holds together when it is published at base, such as "https://status.example.com":
//
//   - every link, picture, style sheet and script that points into the site finds a file, without a redirect on the way, and every anchor
//     an element with its id;
//   - nothing a page loads comes from another origin;
//   - no page has inline script or style, of any kind, nor a javascript: link, so that a strict Content-Security-Policy holds;
//   - every address of the site in its feeds, sitemap, OPML, JSON and text files finds a file too.
func Links(t testing.TB, dir, base string) {
	t.Helper()
	at, err := url.Parse(base)
	if err != nil || at.Host == "" {
		t.Fatalf("base address %q: not absolute (%v)", base, err)
	}
	host, err := netlify.New(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	c := &linkChecker{t: t, base: at.JoinPath("/"), host: host, ids: make(map[string]map[string]bool)}
	docs := make(map[string]*goquery.Document)
	names := pages(t, dir)
	for _, page := range names {
		docs[page] = parse(t, dir, page)
		c.ids[page] = idsOf(docs[page])
	}
	for _, page := range names {
		c.page(page, docs[page])
	}
	c.data(dir)
}

type linkChecker struct {
	t    testing.TB
	base *url.URL
	host *netlify.Site
	ids  map[string]map[string]bool // by page, what an anchor can point to
}

func idsOf(doc *goquery.Document) map[string]bool {
	ids := map[string]bool{"": true, "top": true}
	doc.Find("[id]").Each(func(_ int, s *goquery.Selection) { ids[s.AttrOr("id", "")] = true })
	return ids
}

// loaded are the attributes whose address a browser fetches to show a page; linked those it only offers.
var (
	loaded = []struct{ selector, attribute string }{
		{"img, script, iframe, embed, audio, video, source, track, input", "src"},
		{"img, source", "srcset"},
		{"video", "poster"},
		{"object", "data"},
		{`link[rel~="stylesheet"], link[rel~="icon"], link[rel~="preload"], link[rel~="modulepreload"], link[rel~="manifest"]`, "href"},
		{"use, image", "href"},
	}
	linked = []struct{ selector, attribute string }{
		{"a, area", "href"},
		{`link[rel~="canonical"], link[rel~="alternate"], link[rel~="next"], link[rel~="prev"], link[rel~="search"], link[rel~="help"]`, "href"},
		{"form", "action"},
		{"blockquote, q, ins, del", "cite"},
		{`meta[property="og:image"], meta[property="og:url"], meta[name="twitter:image"]`, "content"},
	}
)

func (c *linkChecker) page(page string, doc *goquery.Document) {
	c.inline(page, doc)
	own := addressOf(c.base, page)
	for _, kind := range loaded {
		doc.Find(kind.selector).Each(func(_ int, s *goquery.Selection) {
			for _, address := range addresses(s, kind.attribute) {
				if target, inside := c.resolve(page, own, address); target != nil && !inside && target.Scheme != "data" {
					c.t.Errorf("%s loads %s from another origin", page, address)
				}
			}
		})
	}
	for _, kind := range linked {
		doc.Find(kind.selector).Each(func(_ int, s *goquery.Selection) {
			for _, address := range addresses(s, kind.attribute) {
				c.resolve(page, own, address)
			}
		})
	}
}

// addresses returns what an attribute points to; a srcset may have several.
func addresses(s *goquery.Selection, attribute string) []string {
	value, ok := s.Attr(attribute)
	if !ok {
		return nil
	}
	if attribute != "srcset" {
		return []string{value}
	}
	var all []string
	for candidate := range strings.SplitSeq(value, ",") {
		all = append(all, strings.Fields(candidate + " .")[0])
	}
	return all
}

// resolve checks one address in a page. It returns what it points to, and whether that is in the site.
func (c *linkChecker) resolve(page string, own *url.URL, address string) (target *url.URL, inside bool) {
	ref, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		c.t.Errorf("%s: %q is not an address: %v", page, address, err)
		return nil, false
	}
	target = own.ResolveReference(ref)
	if target.Scheme == "javascript" || target.Scheme == "vbscript" {
		c.t.Errorf("%s: %q runs a script", page, address)
	}
	if target.Scheme != c.base.Scheme || target.Host != c.base.Host {
		return target, false
	}
	c.find(page, target)
	return target, true
}

// find checks that an address in the site is served, and its anchor there.
func (c *linkChecker) find(page string, target *url.URL) {
	if target.Path == "" {
		target.Path = "/" // By RFC 3986, section 6.2.3, they are the same.
	}
	rest, below := strings.CutPrefix(target.Path, strings.TrimSuffix(c.base.Path, "/"))
	if !below || rest != "" && rest[0] != '/' {
		c.t.Errorf("%s: %s is outside of the site at %s", page, target, c.base)
		return
	}
	if rest == "" && c.base.Path == "/" {
		rest = "/" // a host without a path is its home page
	}
	file, redirects := c.host.Lookup(rest)
	switch {
	case file == "":
		c.t.Errorf("%s: %s leads nowhere", page, target)
	case redirects:
		c.t.Errorf("%s: %s is redirected; link to where it leads", page, target)
	case target.Fragment != "" && path.Ext(file) == ".html" && !c.ids[file][target.Fragment]:
		c.t.Errorf("%s: %s has no element with the id %q", page, target, target.Fragment)
	}
}

// inline reports code and style inside a page. A script element with data, such as JSON-LD, is not code.
func (c *linkChecker) inline(page string, doc *goquery.Document) {
	doc.Find("script:not([src])").Each(func(_ int, s *goquery.Selection) {
		if kind := s.AttrOr("type", ""); kind != "application/ld+json" && kind != "application/json" {
			c.t.Errorf("%s: inline script", page)
		}
	})
	doc.Find("style").Each(func(_ int, s *goquery.Selection) { c.t.Errorf("%s: inline style element", page) })
	doc.Find("*").Each(func(_ int, s *goquery.Selection) {
		for _, a := range s.Nodes[0].Attr {
			if a.Key == "style" || a.Key == "srcdoc" || strings.HasPrefix(a.Key, "on") {
				c.t.Errorf("%s: attribute %s=%q of <%s>", page, a.Key, a.Val, goquery.NodeName(s))
			}
		}
	})
}

// vocabulary are attributes of feeds whose address names a set of terms, and is not for following: scheme in Atom, domain in RSS.
var vocabulary = regexp.MustCompile(`\b(scheme|domain)="[^"]*"`)

// data checks the addresses of the site in files that are not pages. They are found by their beginning, as the formats differ.
func (c *linkChecker) data(dir string) {
	ours := regexp.MustCompile(regexp.QuoteMeta(strings.TrimSuffix(c.base.String(), "/")) + `(?:/[^\s"'<>\\)\]}]*)?`)
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch path.Ext(name) {
		case ".xml", ".rss", ".atom", ".json", ".opml", ".txt", ".ics", ".webmanifest":
		default:
			return nil
		}
		content, err := fs.ReadFile(os.DirFS(dir), name)
		if err != nil {
			return err
		}
		seen := make(map[string]bool)
		for _, found := range ours.FindAllString(vocabulary.ReplaceAllString(string(content), ""), -1) {
			address := strings.TrimRight(html.UnescapeString(found), ".,;:")
			if seen[address] {
				continue
			}
			seen[address] = true
			if target, err := url.Parse(address); err != nil {
				c.t.Errorf("%s: %q is not an address: %v", name, address, err)
			} else {
				c.find(name, target)
			}
		}
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
}
