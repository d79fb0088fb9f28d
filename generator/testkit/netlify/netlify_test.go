package netlify

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"debrief/generator/testkit"
)

const site = `
-- index.html --
home
-- 404.html --
not here
-- 410.html --
withdrawn
-- incidents/inc-1/index.html --
one
-- incidents/secret/index.html --
shadowed
-- about.html --
about
-- assets/site.abc123.css --
body{}
-- feed.xml --
<rss/>
-- archive.opml --
<opml/>
-- _headers --
# every page
/*
  Content-Security-Policy: default-src 'none'
  X-Content-Type-Options: nosniff

/assets/*
  Cache-Control: public, max-age=31536000
  Cache-Control: immutable
/feed.xml
  Content-Type: application/rss+xml
-- _redirects --
/old/2024.html   /incidents/inc-1/
/news/:year/:id  /incidents/:id/?year=:year  302
/archive/*       /incidents/:splat
/incidents/inc-1 /elsewhere/
/incidents/inc-9 /410.html 410
/incidents/secret /410.html 410!
/app             /index.html 200
`

func TestSite(t *testing.T) {
	address := Serve(t, testkit.Dir(t, site))
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	tests := []struct {
		path     string
		status   int
		body     string
		location string
		header   map[string]string
	}{
		{"/", 200, "home", "", map[string]string{"Content-Type": "text/html; charset=UTF-8", "Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Cache-Control": "public,max-age=0,must-revalidate"}},
		{"/incidents/inc-1/", 200, "one", "", nil}, // a file goes before the redirect of its address
		{"/incidents/inc-1", 301, "", "/incidents/inc-1/", nil},
		{"/incidents/inc-1?q=a", 301, "", "/incidents/inc-1/?q=a", nil},
		{"/incidents/inc-1/index.html", 200, "one", "", nil},
		{"/about", 200, "about", "", nil},
		{"/assets/site.abc123.css", 200, "body{}", "", map[string]string{"Content-Type": "text/css; charset=UTF-8", "Cache-Control": "public, max-age=31536000, immutable"}},
		{"/feed.xml", 200, "<rss/>", "", map[string]string{"Content-Type": "application/rss+xml"}},
		{"/archive.opml", 200, "<opml/>", "", map[string]string{"Content-Type": "text/x-opml"}},
		{"/nowhere/", 404, "not here", "", map[string]string{"Content-Security-Policy": "default-src 'none'"}},
		{"/assets/", 404, "not here", "", nil},
		{"/_headers", 404, "not here", "", nil},
		{"/../_redirects", 404, "not here", "", nil},
		{"/old/2024.html", 301, "", "/incidents/inc-1/", nil},
		{"/news/2024/inc-1", 302, "", "/incidents/inc-1/?year=2024", nil},
		{"/archive/a/b", 301, "", "/incidents/a/b", nil},
		{"/incidents/inc-9/", 410, "withdrawn", "", nil},
		{"/incidents/secret/", 410, "withdrawn", "", nil}, // with ! the rule goes before the file
		{"/app", 200, "home", "", nil},
	}
	for _, test := range tests {
		response, err := client.Get(address + test.path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != test.status || strings.TrimSpace(string(body)) != test.body || response.Header.Get("Location") != test.location {
			t.Errorf("%s: %d %q to %q; want %d %q to %q", test.path, response.StatusCode, body, response.Header.Get("Location"), test.status, test.body, test.location)
		}
		for name, want := range test.header {
			if got := response.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", test.path, name, got, want)
			}
		}
	}
}

func TestLookup(t *testing.T) {
	host, err := New(testkit.FS(t, site))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		path, file string
		redirects  bool
	}{
		{"/", "index.html", false},
		{"/incidents/inc-1/", "incidents/inc-1/index.html", false},
		{"/incidents/inc-1", "incidents/inc-1/index.html", true},
		{"/old/2024.html", "incidents/inc-1/index.html", true},
		{"/app", "index.html", false},
		{"/nowhere", "", false},
		{"/incidents/inc-9/", "", false}, // gone
		{"/archive/nowhere", "", true},
	}
	for _, test := range tests {
		if file, redirects := host.Lookup(test.path); file != test.file || redirects != test.redirects {
			t.Errorf("%s: %q, %t; want %q, %t", test.path, file, redirects, test.file, test.redirects)
		}
	}
}

func TestMistakesInRules(t *testing.T) {
	tests := []struct{ rules, want string }{
		{"-- _headers --\nassets/*\n", `_headers:1: "assets/*" is not a path: it does not begin with a slash`},
		{"-- _headers --\n  A: b\n", `_headers:1: "A: b" is not a header under a path`},
		{"-- _headers --\n/*\n\n  no header\n", `_headers:3: "no header" is not a header under a path`},
		{"-- _headers --\n/*/x/*\n", `_headers:1: "/*/x/*" has more than one *`},
		{"-- _redirects --\n# moved\n/a\n", `_redirects:2: "/a" is not a path, a target and a status`},
		{"-- _redirects --\n/a /b 307\n", `_redirects:1: Netlify does not document the status 307`},
		{"-- _redirects --\n/a /b moved\n", `_redirects:1: "moved" is not a status`},
		{"-- _redirects --\n/a https://example.com/ 200\n", `_redirects:1: only a path in the site can be served with the status 200`},
		{"-- _redirects --\n/a /b 301 Country=de\n", `_redirects:1: "/a /b 301 Country=de" is not a path, a target and a status`},
		{"-- _redirects --\n/a /b moved\nc /d\n", "_redirects:1: \"moved\" is not a status\n_redirects:2: \"c\" is not a path: it does not begin with a slash"},
	}
	for _, test := range tests {
		_, err := New(testkit.FS(t, test.rules))
		if err == nil || err.Error() != test.want {
			t.Errorf("%q: error = %v\nwant %s", test.rules, err, test.want)
		}
	}
}

func TestOneHeaderFromTwoRules(t *testing.T) {
	dir := testkit.Dir(t, "-- _headers --\n/*\n  Cache-Control: no-cache\n/a*\n  Cache-Control: immutable\n-- a.css --\n-- b.css --\n")
	seen := testkit.Record(t, func(t testing.TB) {
		address := Serve(t, dir)
		for _, name := range []string{"/a.css", "/b.css"} {
			response, err := http.Get(address + name)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
		}
	})
	want := "_headers:3 sets Cache-Control for /a.css, which _headers:1 sets too; hosts disagree which of them wins"
	if seen.String() != want {
		t.Errorf("reported %q\nwant %q", seen, want)
	}
}
