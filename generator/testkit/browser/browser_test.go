package browser_test

import (
	"bytes"
	"image/png"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"debrief/generator/testkit"
	"debrief/generator/testkit/browser"
	"debrief/generator/testkit/netlify"
)

const site = `
-- good/index.html --
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Queue backlog</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/site.css">
<script src="/site.js" defer></script>
<main>
<h1>Queue backlog</h1>
<p class="narrow">This screen is narrow.</p>
<button>Show</button>
<a href="/404.html">Away</a>
<p id="said"></p>
<p class="tall">Far below.</p>
</main>
-- icon.svg --
<svg xmlns="http://www.w3.org/2000/svg"/>
-- site.css --
:root { color-scheme: light dark; }
body { background: #fff; color: #111; }
.narrow { display: none; }
.tall { margin-top: 1600px; }
@media (max-width: 400px) { .narrow { display: block; } }
@media (prefers-color-scheme: dark) { body { background: #111; color: #eee; } }
@media print { .tall { display: none; } }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
-- site.js --
document.querySelector("button").addEventListener("click", () => { document.querySelector("#said").textContent = "shown"; });
-- bad/index.html --
<!doctype html>
<html>
<meta charset="utf-8">
<title>All wrong</title>
<script>console.log("inline")</script>
<script src="/bad.js"></script>
<img src="/missing.png">
<img src="https://tracker.example/pixel.gif">
<p style="color: #ccc; background: #fff">Pale words</p>
-- bad.js --
console.error("asked for", 3);
console.warn("only a warning");
null.property;
-- 404.html --
<!doctype html>
<html lang="en"><title>Not found</title><link rel="icon" href="/icon.svg"><h1>Not found</h1>
-- _headers --
/*
  Content-Security-Policy: default-src 'self'; style-src 'self'
`

// requests returns what a page asked for but its icon, which the browser asks for once in its life, on whichever page.
func requests(p *browser.Page) []browser.Request {
	return slices.DeleteFunc(p.Requests(), func(r browser.Request) bool { return strings.HasSuffix(r.URL, "/icon.svg") })
}

func TestPage(t *testing.T) {
	address := netlify.Serve(t, testkit.Dir(t, site))
	b := browser.Start(t)

	t.Run("a good page", func(t *testing.T) {
		p := b.Open(t, address+"/good/", browser.View{})
		p.Check(t)
		p.CheckAxe(t)
		var urls []string
		for _, r := range requests(p) {
			urls = append(urls, strings.TrimPrefix(r.URL, address))
			if r.Status != 200 || r.Err != "" {
				t.Errorf("request %+v, want an answer 200", r)
			}
		}
		if slices.Sort(urls); !slices.Equal(urls, []string{"/good/", "/site.css", "/site.js"}) {
			t.Errorf("requests: %v", urls)
		}
		p.Do(t, chromedp.Click(chromedp.CSS("button")))
		if said := browser.Eval[string](t, p, `document.querySelector("#said").textContent`); said != "shown" {
			t.Errorf("after a click the page says %q", said)
		}
	})

	t.Run("from page to page", func(t *testing.T) {
		p := b.Open(t, address+"/good/", browser.View{})
		p.Do(t, chromedp.Click(chromedp.CSS("a")))
		p.Until(t, `document.querySelector("h1").textContent == "Not found"`)
		if path := browser.Eval[string](t, p, "location.pathname"); path != "/404.html" {
			t.Errorf("the link leads to %s", path)
		}
		p.Check(t)
	})

	t.Run("views", func(t *testing.T) {
		tests := []struct {
			view       browser.View
			name       string
			background string
			narrow     bool
			tall       bool
		}{
			{browser.View{}, "1280", "rgb(255, 255, 255)", false, true},
			{browser.View{Dark: true}, "1280-dark", "rgb(17, 17, 17)", false, true},
			{browser.View{Width: 360, Height: 740}, "360", "rgb(255, 255, 255)", true, true},
			{browser.View{Width: 360, Height: 740, Print: true}, "360-print", "rgb(255, 255, 255)", true, false},
		}
		for _, test := range tests {
			p := b.Open(t, address+"/good/", test.view)
			if got := test.view.String(); got != test.name {
				t.Errorf("the view is called %q, want %q", got, test.name)
			}
			if got := browser.Eval[string](t, p, `getComputedStyle(document.body).backgroundColor`); got != test.background {
				t.Errorf("%s: the background is %s, want %s", test.view, got, test.background)
			}
			shown := func(class string) bool {
				return browser.Eval[bool](t, p, `getComputedStyle(document.querySelector("`+class+`")).display != "none"`)
			}
			if shown(".narrow") != test.narrow || shown(".tall") != test.tall {
				t.Errorf("%s: narrow %t, tall %t; want %t, %t", test.view, shown(".narrow"), shown(".tall"), test.narrow, test.tall)
			}
			picture, err := png.Decode(bytes.NewReader(p.Screenshot(t)))
			if err != nil {
				t.Fatal(err)
			}
			size, width := picture.Bounds().Size(), 1280
			if test.narrow {
				width = 360
			}
			if size.X != width || (size.Y > 1600) != test.tall {
				t.Errorf("%s: the picture is %v, want all of a page %d wide", test.view, size, width)
			}
		}
	})

	t.Run("without scripts", func(t *testing.T) {
		p := b.Open(t, address+"/good/", browser.View{NoScript: true})
		p.Do(t, chromedp.Click(chromedp.CSS("button")))
		if said := browser.Eval[string](t, p, `document.querySelector("#said").textContent`); said != "" {
			t.Errorf("a script ran: %q", said)
		}
	})

	t.Run("paper", func(t *testing.T) {
		if pdf := b.Open(t, address+"/good/", browser.View{}).PDF(t); !bytes.HasPrefix(pdf, []byte("%PDF-")) {
			t.Errorf("this is no PDF: %.20q", pdf)
		}
	})

	t.Run("an error page", func(t *testing.T) {
		p := b.Open(t, address+"/nowhere/", browser.View{})
		p.Check(t)
		if r := requests(p); len(r) != 1 || r[0].Status != 404 {
			t.Errorf("requests: %+v, want one answered 404", r)
		}
	})

	t.Run("a bad page", func(t *testing.T) {
		p := b.Open(t, address+"/bad/", browser.View{})
		got := testkit.Record(t, func(t testing.TB) { p.Check(t) }).String()
		for _, want := range []string{
			"Content Security Policy directive", "script-src", "style-src", "img-src",
			`console.error: "asked for" 3`,
			"exception: Uncaught TypeError: Cannot read properties of null",
			"/missing.png",
			"third-party request: https://tracker.example/pixel.gif",
		} {
			if !strings.Contains(got, want) {
				t.Errorf("%q is not among the problems:\n%s", want, got)
			}
		}
		if strings.Contains(got, "only a warning") {
			t.Errorf("a warning is among the problems:\n%s", got)
		}
		broken := testkit.Record(t, func(t testing.TB) { p.CheckAxe(t) }).String()
		for _, rule := range []string{"html-has-lang", "image-alt"} {
			if !strings.Contains(broken, rule) {
				t.Errorf("axe-core did not find %s:\n%s", rule, broken)
			}
		}
	})
}
