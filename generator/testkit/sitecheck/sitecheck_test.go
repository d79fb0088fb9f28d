package sitecheck

import (
	"os"
	"slices"
	"strings"
	"testing"

	"debrief/generator/testkit"
	"debrief/generator/testkit/browser"
	"debrief/generator/testkit/netlify"
)

// good is a small site with nothing wrong.
const good = `
-- index.html --
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Incidents at Tidewater</title>
<meta name="description" content="What went wrong at Tidewater and what we learned.">
<link rel="canonical" href="https://status.example.com/">
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/site.css">
<link rel="alternate" type="application/atom+xml" title="Incidents" href="/feed.xml">
<script src="/site.js" defer></script>
<script type="application/ld+json">{"@context":"https://schema.org","@type":"WebSite","name":"Tidewater"}</script>
</head>
<body>
<main>
<h1>Incidents</h1>
<p>Two of them: <a href="incidents/inc-1/">queue backlog</a> and <a href="/incidents/inc-1/#second-part">its second part</a>.
See <a href="#top">above</a> and <a href="https://example.org/elsewhere">elsewhere</a>.</p>
<img src="/icon.svg" srcset="/icon.svg 1x, /icon.svg 2x" alt="Tidewater" width="16" height="16">
</main>
</body>
</html>
-- incidents/inc-1/index.html --
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Queue backlog</title>
<meta name="description" content="The queue grew for an hour.">
<link rel="canonical" href="https://status.example.com/incidents/inc-1/">
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/site.css">
</head>
<body>
<main>
<h1>Queue backlog</h1>
<p>The queue grew for an hour. <a href="../../">All incidents</a></p>
<h2 id="second-part">Second part</h2>
</main>
</body>
</html>
-- 404.html --
<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Not found</title><link rel="icon" href="/icon.svg"><main><h1>Not found</h1><a href="/">Home</a></main></html>
-- icon.svg --
<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16"><circle cx="8" cy="8" r="8"/></svg>
-- site.css --
:root { color-scheme: light dark; }
body { max-width: 40rem; margin: auto; font: 1rem/1.5 system-ui, sans-serif; background: #fff; }
@media (prefers-color-scheme: dark) { body { background: #111; } }
-- site.js --
document.documentElement.dataset.ready = "yes";
-- feed.xml --
<feed xmlns="http://www.w3.org/2005/Atom"><id>https://status.example.com/incidents/inc-1/?a=1&amp;b=2</id>
<category term="payments" scheme="https://status.example.com/terms/"/><link href="https://status.example.com"/></feed>
-- robots.txt --
User-agent: *
Allow: /

Sitemap: https://status.example.com/sitemap.xml
-- sitemap.xml --
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://status.example.com/</loc></url></urlset>
-- _headers --
/*
  Content-Security-Policy: default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
  Strict-Transport-Security: max-age=63072000; includeSubDomains; preload
  Cross-Origin-Opener-Policy: same-origin
-- _redirects --
/old /incidents/inc-1/ 301
`

// bad breaks a rule in every line.
const bad = `
-- index.html --
<!doctype html>
<html lang="en">
<title>All wrong</title>
<style>p { color: red }</style>
<script>alert(1)</script>
<link rel="stylesheet" href="https://fonts.example.net/a.css">
<h1 style="color: red" onclick="alert(1)">Wrong</h1>
<p><a href="missing/">missing</a> <a href="/old">moved</a> <a href="page">no slash</a>
<a href="page/#nothing">no anchor</a> <a href="javascript:alert(1)">script</a> <a href="http://[">address</a>
<a href="https://status.example.com/elsewhere/">absolute</a></p>
<img src="//cdn.example.net/a.png" alt="">
<iframe srcdoc="x" title="x"></iframe>
<section>No heading</section>
<b><i>crossed</b></i>
<div style></div>
-- page/index.html --
<!doctype html>
<html lang="en"><title>Page</title><p id="x">x<p id="x">y</html>
-- feed.xml --
<id>https://status.example.com/gone/</id>
-- _redirects --
/old /page/
`

const base = "https://status.example.com"

func TestGoodSite(t *testing.T) {
	dir := testkit.Dir(t, good)
	HTML(t, dir)
	Links(t, dir, base)
	site := netlify.Serve(t, dir)
	b := browser.Start(t)
	Look(t, b, site, "/", "/incidents/inc-1/", "/404.html")
}

func TestLinksBelowAPath(t *testing.T) {
	dir := testkit.Dir(t, `
-- index.html --
<a href="/docs/page/">in</a> <a href="page/">in</a> <a href="/page/">out</a> <a href="/docsy/">out</a>
-- page/index.html --
<a href="../">in</a>
`)
	got := testkit.Record(t, func(t testing.TB) { Links(t, dir, "https://example.com/docs/") })
	want := []string{
		"index.html: https://example.com/page/ is outside of the site at https://example.com/docs/",
		"index.html: https://example.com/docsy/ is outside of the site at https://example.com/docs/",
	}
	if !slices.Equal(got.Errors, want) {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

func TestBadLinks(t *testing.T) {
	got := testkit.Record(t, func(t testing.TB) { Links(t, testkit.Dir(t, bad), base) })
	want := []string{
		"index.html: inline script",
		"index.html: inline style element",
		`index.html: attribute style="color: red" of <h1>`,
		`index.html: attribute onclick="alert(1)" of <h1>`,
		`index.html: attribute srcdoc="x" of <iframe>`,
		`index.html: attribute style="" of <div>`,
		"index.html loads //cdn.example.net/a.png from another origin",
		"index.html loads https://fonts.example.net/a.css from another origin",
		"index.html: https://status.example.com/missing/ leads nowhere",
		"index.html: https://status.example.com/old is redirected; link to where it leads",
		"index.html: https://status.example.com/page is redirected; link to where it leads",
		`index.html: https://status.example.com/page/#nothing has no element with the id "nothing"`,
		`index.html: "javascript:alert(1)" runs a script`,
		`index.html: "http://[" is not an address: parse "http://[": missing ']' in host`,
		"index.html: https://status.example.com/elsewhere/ leads nowhere",
		"feed.xml: https://status.example.com/gone/ leads nowhere",
	}
	if !slices.Equal(got.Errors, want) {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

func TestBadHTML(t *testing.T) {
	got := testkit.Record(t, func(t testing.TB) { HTML(t, testkit.Dir(t, bad)) })
	if got.SkipReason != "" {
		t.Skip(got.SkipReason)
	}
	for _, want := range []string{
		"index.html:", "error: ", "warning: Section lacks heading",
		"page/index.html:2:", "Duplicate ID “x”",
	} {
		if !strings.Contains(got.String(), want) {
			t.Errorf("%q is not among the remarks:\n%s", want, got)
		}
	}
}

func TestNothingToCheck(t *testing.T) {
	dir := t.TempDir()
	for name, check := range map[string]func(testing.TB){
		"HTML":  func(t testing.TB) { HTML(t, dir) },
		"Links": func(t testing.TB) { Links(t, dir, base) },
	} {
		if got := testkit.Record(t, check); !strings.Contains(got.String(), "has no HTML page") {
			t.Errorf("%s found nothing wrong with an empty folder: %q", name, got)
		}
	}
}

func TestPerfect(t *testing.T) {
	if testing.Short() {
		t.Skip("Lighthouse takes some seconds for each page")
	}
	Perfect(t, netlify.Serve(t, testkit.Dir(t, good))+"/")

	address := netlify.Serve(t, testkit.Dir(t, bad)) + "/"
	got := testkit.Record(t, func(t testing.TB) { Perfect(t, address) }).String()
	for _, want := range []string{"seo: Document does not have a meta description (meta-description)", "crawlable-anchors", "best-practices:"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not among the remarks:\n%s", want, got)
		}
	}
}

func TestPageWeight(t *testing.T) {
	dir := testkit.Dir(t, good)
	got := PageWeight(t, dir, "index.html")
	want := Weight{
		HTML: compressed(t, dir+"/index.html"),
		CSS:  compressed(t, dir+"/site.css"),
		JS:   compressed(t, dir+"/site.js"),
	}
	if got != want || got.HTML == 0 || got.CSS == 0 || got.JS == 0 {
		t.Errorf("the page weighs %v, want %v", got, want)
	}
	if err := os.WriteFile(dir+"/site.css", []byte(strings.Repeat("p{color:red}", 10_000)), 0o644); err != nil {
		t.Fatal(err)
	}
	if heavy := PageWeight(t, dir, "index.html").CSS; heavy > 1000 {
		t.Errorf("120 kB of the same weigh %d; is that compressed?", heavy)
	}
}
