package serve

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"debrief/generator/testkit"
	"debrief/generator/testkit/browser"
)

// long is an archive with a page to scroll.
func long(t testing.TB) string {
	var b strings.Builder
	b.WriteString(small)
	b.WriteString("-- postmortems/long.md --\n---\nid: INC-7\nstarted: 2024-06-05T10:00:00Z\nvisibility: public\nstatus: published\n---\n# A long report\n\n## Summary\n\nThe opening.\n\n")
	b.WriteString("## Impact\n\n<details><summary>Numbers</summary><p>Forty-two.</p></details>\n\nSee [the rest](#background).\n\n")
	for i := range 40 {
		fmt.Fprintf(&b, "Paragraph %d of the impact, which goes on for a while so that the page is long enough to be scrolled by its reader.\n\n", i)
	}
	b.WriteString("## External summary\n\n### Summary\n\nFor two hours nothing was sold.\n")
	return testkit.Dir(t, b.String())
}

const longPage = "internal/incidents/inc-7/"

// said is what the overlay of a page says, as JavaScript.
const said = `(document.querySelector("debrief-overlay")?.shadowRoot.querySelector(".panel, .calm")?.textContent ?? "")`

// ready is true when a page has heard of the state of its server.
const ready = `document.querySelector("debrief-overlay")`

func TestInPlace(t *testing.T) {
	r := start(t, long(t), nil)
	b := browser.Start(t)
	p := b.Open(t, r.URL()+longPage, browser.View{})
	p.Until(t, ready)

	browser.Eval[bool](t, p, `(() => {
		window.stayed = true;
		document.querySelector("main details").open = true;
		const paragraphs = [...document.querySelectorAll("main p")];
		window.kept = paragraphs.find(p => p.textContent.startsWith("Paragraph 20 "));
		document.querySelector("main a[href='#background']").focus({preventScroll: true});
		window.kept.scrollIntoView({behavior: "instant"});
		window.was = window.kept.getBoundingClientRect().top;
		return true;
	})()`)
	check := func(what string) {
		t.Helper()
		if problem := browser.Eval[string](t, p, `(() => {
			if (!window.stayed) return "the page was loaded again";
			if (!window.kept.isConnected) return "a paragraph that did not change was replaced";
			if (!document.querySelector("main details").open) return "the detail was closed";
			if (document.activeElement?.getAttribute("href") !== "#background") return "the focus is at " + document.activeElement?.outerHTML;
			const moved = window.kept.getBoundingClientRect().top - window.was;
			if (Math.abs(moved) > 1) return "the place moved by " + moved;
			return "";
		})()`); problem != "" {
			t.Errorf("after %s: %s", what, problem)
		}
	}

	r.edit("postmortems/long.md", "Paragraph 21 of the impact", "Paragraph twenty-one of the impact")
	p.Until(t, `document.querySelector("main").textContent.includes("Paragraph twenty-one")`)
	check("an edit in view")

	r.edit("postmortems/long.md", "Paragraph 3 of", strings.Repeat("A paragraph more above the window.\n\n", 5)+"Paragraph 3 of")
	p.Until(t, `document.querySelector("main").textContent.includes("A paragraph more")`)
	browser.Eval[bool](t, p, `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`)
	check("an edit above the window")

	r.edit("postmortems/long.md", "# A long report", "# A longer report")
	p.Until(t, `document.title.includes("A longer report") && document.querySelector("h1").textContent === "A longer report"`)
	check("an edit of the title")

	// What does not show on this page moves nothing on it.
	browser.Eval[bool](t, p, `(() => { window.moves = 0; new MutationObserver(all => { window.moves += all.length; }).observe(document, {subtree: true, childList: true, attributes: true, characterData: true}); return true; })()`)
	before := r.stateNow("").Version
	r.edit("pages/about.md", "How we review.", "How we review, and why.")
	r.until("/internal/about/", "and why", true)
	p.Until(t, fmt.Sprintf(`new Promise(done => { const c = new BroadcastChannel("debrief"); c.onmessage = ({data}) => done(data.version > %d); c.postMessage("?"); })`, before))
	r.edit("postmortems/long.md", "Forty-two", "Forty-three")
	p.Until(t, `document.querySelector("main details").textContent.includes("Forty-three")`)
	check("an edit in the detail")
	if moves := browser.Eval[int](t, p, "window.moves"); moves > 6 {
		t.Errorf("%d changes to the page for one changed word", moves)
	}

	// A style sheet changes without the page.
	// In no frame until then it is without any.
	browser.Eval[bool](t, p, `(() => {
		window.unstyled = 0;
		const look = () => { if (getComputedStyle(document.querySelector(".site-head")).borderBottomStyle === "none") window.unstyled++; requestAnimationFrame(look); };
		look();
		return true;
	})()`)
	r.write("theme/assets/base/custom.css", "main p { color: rgb(1, 2, 3); }\n")
	r.edit("archive.yaml", "title:", "theme: theme\ntitle:")
	p.Until(t, `getComputedStyle(window.kept).color === "rgb(1, 2, 3)"`)
	check("a new style")
	p.Until(t, `document.querySelectorAll("link[rel=stylesheet]").length === 1`)
	check("the old style has gone")
	if n := browser.Eval[int](t, p, "window.unstyled"); n != 0 {
		t.Errorf("%d frames without a style", n)
	}
	p.Check(t)
}

func TestOverlay(t *testing.T) {
	r := start(t, long(t), nil)
	b := browser.Start(t)
	for _, view := range []browser.View{{}, {Dark: true}, {Width: 360, Height: 740}} {
		t.Run(view.String(), func(t *testing.T) {
			p := b.Open(t, r.URL()+longPage, view)
			p.Until(t, ready)
			r.edit("postmortems/long.md", "started: 2024-06-05T10:00:00Z", "started: 2024-13-05")
			p.Until(t, said+`.includes("there is no month 13")`)
			text := browser.Eval[string](t, p, said)
			for _, want := range []string{"1 error", "long.md:3:10", "started: 2024-13-05", "^", "write a time", "last good"} {
				if !strings.Contains(text, want) {
					t.Errorf("the overlay does not say %q: %s", want, text)
				}
			}
			if !browser.Eval[bool](t, p, `document.querySelector("main").textContent.includes("5 June 2024")`) {
				t.Error("the page behind is not the last good one")
			}
			p.SaveScreenshot(t, "serve/overlay-"+view.String())
			p.Check(t)
			p.CheckAxe(t) // which breaks the policy itself
			r.edit("postmortems/long.md", "started: 2024-13-05", "started: 2024-06-05T10:00:00Z")
			p.Until(t, said+`=== ""`)
		})
	}
}

func TestSideBySide(t *testing.T) {
	r := start(t, long(t), nil)
	b := browser.Start(t)
	inside, outside := `document.querySelector("#internal iframe").contentDocument`, `document.querySelector("#external iframe").contentDocument`
	for _, view := range []browser.View{{Width: 1600, Height: 1000}, {Width: 360, Height: 740, Dark: true}} {
		t.Run(view.String(), func(t *testing.T) {
			p := b.Open(t, r.URL()+"#/incidents/inc-7/", view)
			h1 := func(doc, text string) string {
				return fmt.Sprintf(`%s?.querySelector("h1")?.textContent === %q`, doc, text)
			}
			p.Until(t, h1(inside, "A long report"))
			p.Until(t, h1(outside, "A long report"))
			marked := func(text string) string {
				return fmt.Sprintf(`[...%s.querySelectorAll("[data-debrief-inside]")].some(e => e.textContent.includes(%q))`, inside, text)
			}
			p.Until(t, marked("Paragraph 20 of the impact"))
			p.Until(t, marked("The opening."))
			p.Until(t, "!"+marked("nothing was sold")) // what customers read does not stay inside
			p.SaveScreenshot(t, "serve/beside-"+view.String())

			browser.Eval[bool](t, p, `(document.querySelector("#marks").click(), true)`)
			p.Until(t, "!"+marked(""))
			browser.Eval[bool](t, p, `(document.querySelector("#marks").click(), true)`)
			p.Until(t, marked("Paragraph 20"))

			// A change shows on both sides, and is marked again.
			r.edit("postmortems/long.md", "For two hours nothing", "For three hours nothing")
			p.Until(t, outside+`.body.textContent.includes("three hours")`)
			r.edit("postmortems/long.md", "The opening.", "For three hours nothing was sold.")
			p.Until(t, inside+`.body.textContent.includes("For three hours nothing was sold.") && !`+marked("nothing was sold"))

			// One follows the other.
			browser.Eval[bool](t, p, `(`+inside+`.querySelector("nav a[href*=incidents], a[href*='incidents/']").click(), true)`)
			p.Until(t, h1(inside, "Incidents"))
			p.Until(t, h1(outside, "Incidents"))
			browser.Eval[bool](t, p, `([...`+outside+`.querySelectorAll("main a")].find(a => a.href.includes("inc-1")).click(), true)`)
			p.Until(t, h1(inside, "The queue was full"))
			p.Until(t, `location.hash === "#/incidents/inc-1/"`)
			browser.Eval[bool](t, p, `(location.hash = "#/incidents/inc-2/", true)`)
			p.Until(t, h1(inside, "A draft about disks"))
			p.Until(t, `!document.querySelector(".none").hidden && document.querySelector(".why").textContent.includes("draft")`)

			// Once it is released, it is there.
			r.edit("postmortems/b.md", "status: draft", "status: published\nvisibility: public")
			r.edit("postmortems/b.md", "Nobody has read this yet.", "Nobody has read this yet.\n\n## External summary\n\n### Summary\n\nDisks were full.\n")
			p.Until(t, outside+`?.body?.textContent.includes("Disks were full.")`)

			// And what is not as it should be shows once, above both.
			r.edit("postmortems/b.md", "started: 2024-04-05T10:00:00Z", "started: 2024-13-05")
			p.Until(t, said+`.includes("there is no month 13")`)
			if browser.Eval[bool](t, p, inside+`.querySelector("debrief-overlay") !== null`) {
				t.Error("the overlay is also in the frame")
			}
			p.SaveScreenshot(t, "serve/beside-overlay-"+view.String())
			p.Check(t)
			p.CheckAxe(t)
			// Back to the beginning, for the next view.
			if err := os.CopyFS(filepath.Join(r.dir, "fresh"), os.DirFS(long(t))); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"postmortems/long.md", "postmortems/b.md"} {
				if err := os.Rename(filepath.Join(r.dir, "fresh", name), filepath.Join(r.dir, name)); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.RemoveAll(filepath.Join(r.dir, "fresh")); err != nil {
				t.Fatal(err)
			}
			r.until("/internal/incidents/inc-2/", "Draft.", true)
		})
	}
}

// The scripts of the page work on what is new on it.
func TestScriptsOfThePage(t *testing.T) {
	r := start(t, testkit.Dir(t, small), nil)
	p := browser.Start(t).Open(t, r.URL()+"internal/incidents/", browser.View{})
	p.Until(t, ready)
	r.write("postmortems/new.md", "---\nid: INC-8\nstarted: 2024-05-05T10:00:00Z\n---\n# Certificates expired\n")
	p.Until(t, `document.querySelector("main").textContent.includes("Certificates expired")`)
	p.Until(t, `(() => {
		const q = document.querySelector("form[data-filter]").elements.q;
		q.value = "certificates";
		q.dispatchEvent(new Event("input", {bubbles: true}));
		return [...document.querySelectorAll(".card")].filter(card => !card.hidden).length === 1;
	})()`)
	p.Check(t)
}

// A page outlives its server, and finds the next one.
func TestServerStops(t *testing.T) {
	dir := testkit.Dir(t, small)
	first := start(t, dir, nil)
	b := browser.Start(t)
	p := b.Open(t, first.URL()+"internal/", browser.View{})
	p.Until(t, ready)
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	p.Until(t, said+`.includes("has stopped")`)
	second := start(t, dir, func(o *Options) { o.Port = first.Port() })
	p.Until(t, said+`=== ""`)
	second.edit("archive.yaml", "Small archive", "Another title")
	p.Until(t, `document.title.includes("Another title")`)
}

// Many open pages share one stream.
func TestManyPages(t *testing.T) {
	r := start(t, long(t), nil)
	b := browser.Start(t)
	var pages []*browser.Page
	for range 5 {
		pages = append(pages, b.Open(t, r.URL()+longPage, browser.View{}))
	}
	for i := range 3 {
		r.edit("postmortems/long.md", "# A ", "# A very ")
		for n, p := range pages {
			p.Until(t, fmt.Sprintf(`document.querySelector("h1").textContent.split("very").length === %d`, i+2))
			if n == 0 {
				r.hub.mu.Lock()
				if len(r.hub.listeners) != 1 {
					t.Errorf("%d streams for %d pages", len(r.hub.listeners), len(pages))
				}
				r.hub.mu.Unlock()
			}
		}
	}
}
