package serve

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"debrief/generator/testkit"
	"debrief/generator/testkit/browser"
)

// faulty is an archive with a draft in which check finds what it looks for.
const faulty = small + `
-- postmortems/c.md --
---
id: INC-3
status: draft
severity: catastrophic
started: 2024-04-05T10:00:00Z
---
# Orders were refused

## Summary

The release should have been tested by the [payments team](https://team.example/) before it went out.

## Impact

- Most orders of the morning were refused.
- The root cause was human error by the operator on duty.

## Action items

| Action | Owner |
|---|---|
| Investigate monitoring for this scenario | ops |
`

const faultyPage = "internal/incidents/inc-3/"

// noted are the notes of a page as "element they are in or behind: message", as JavaScript.
const noted = `[...document.querySelectorAll("debrief-note")].map(n => {
	const at = n.previousElementSibling && !n.parentElement.matches("li, td, dd") ? n.previousElementSibling : n.parentElement;
	return at.localName + " " + at.firstChild.textContent.trim().slice(0, 30) + ": " + n.shadowRoot.querySelector("aside").textContent;
})`

func TestNotes(t *testing.T) {
	r := start(t, testkit.Dir(t, faulty), nil)
	b := browser.Start(t)
	for _, view := range []browser.View{{}, {Dark: true}, {Width: 360, Height: 740}, {Width: 360, Height: 740, Dark: true}} {
		t.Run(view.String(), func(t *testing.T) {
			p := b.Open(t, r.URL()+faultyPage, view)
			p.Until(t, `document.querySelector("debrief-note")`)
			for _, want := range []struct{ at, rule, line string }{
				{"p The release should have been", "blameless/counterfactual", "c.md:11"},
				{"li The root cause was human error", "blameless/human-error", "c.md:16"},
				{"Investigate monitoring for", "actions/vague", "c.md:22"},
				{"h1 Orders were refused: On postmortems/c.md", "names/alias", "c.md:4"},
			} {
				if !slices.ContainsFunc(browser.Eval[[]string](t, p, noted), func(one string) bool {
					return strings.Contains(one, want.at) && strings.Contains(one, want.rule) && strings.Contains(one, want.line)
				}) {
					t.Errorf("no note of %s at %q", want.rule, want.at)
				}
			}
			p.Settle(t)
			p.SaveScreenshot(t, "serve/notes-"+view.String())
			p.Check(t)
			p.CheckAxe(t) // which breaks the policy itself
			browser.Eval[bool](t, p, `(document.querySelector("debrief-notes").shadowRoot.querySelector("button").click(), true)`)
			p.Until(t, `!document.querySelector("debrief-note")`)
			browser.Eval[bool](t, p, `(document.querySelector("debrief-notes").shadowRoot.querySelector("button").click(), true)`)
			p.Until(t, `document.querySelector("debrief-note")`)
		})
	}

	// A note goes when its reason does, and the others stay where they are.
	p := b.Open(t, r.URL()+faultyPage, browser.View{})
	p.Until(t, `document.querySelector("main li debrief-note")`)
	browser.Eval[bool](t, p, `(window.kept = document.querySelector("main li debrief-note"), true)`)
	r.edit("postmortems/c.md", "The release should have been tested by", "The release was not tested by")
	p.Until(t, `![...document.querySelectorAll("debrief-note")].some(n => n.shadowRoot.textContent.includes("counterfactual"))`)
	if !browser.Eval[bool](t, p, "window.kept.isConnected") {
		t.Error("a note that stayed the same was made anew")
	}

	// On what is published they wait to be asked for.
	browser.Eval[bool](t, p, "(localStorage.clear(), true)")
	r.edit("postmortems/c.md", "status: draft", "status: published")
	p.Until(t, `!document.querySelector("debrief-note") && document.querySelector("debrief-notes").shadowRoot.textContent.includes("note")`)

	// What is built, and what customers see, has none of it.
	if plain := r.get("/" + faultyPage); strings.Contains(plain, "blameless") || strings.Contains(plain, "debrief-note") {
		t.Error("the notes are in the page itself")
	}
	p = b.Open(t, r.URL()+"external/incidents/inc-1/", browser.View{})
	p.Until(t, ready)
	if browser.Eval[bool](t, p, `document.querySelector("debrief-notes, debrief-note") !== null`) {
		t.Error("there are notes on the external site")
	}
}

// TestHostileNotes has scripts in everything that the overlay and the notes show: names of files, titles, source lines, messages and headings.
func TestHostileNotes(t *testing.T) {
	vectors := []string{
		"<script>hit()</script>", "<img src=x onerror=hit()>", "<svg/onload=hit()>", "</script><script>hit()</script>", "</code></pre><script>hit()</script>",
		"{{hit()}}${hit()}", "javascript:hit()", "<iframe srcdoc='<script>parent.hit()</script>'>", "\u202e<b onmouseover=hit()>\u2066", "]]><script>hit()</script>",
		"<style>@import 'x'</style>", "<details open ontoggle=hit()>", "<a href=javascript:hit()>x</a>", "<template><script>hit()</script></template>", "'\"><script>hit()</script>",
	}
	files := map[string]string{"archive.yaml": "title: T\nsites: {internal: {url: 'https://in.example/'}}\n"}
	for n, v := range vectors {
		quoted, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.NewReplacer("/", "∕", "\x00", "").Replace(v)
		files[fmt.Sprintf("postmortems/%d %s.md", n, name)] = fmt.Sprintf("---\nid: H-%d\ntitle: %s\nstatus: draft\nseverity: %s\nstarted: 2024-03-05T10:00:00Z\n---\n\n## Summary %s\n\nThe %s should have been tested by the human error of %s.\n\n"+
			"[lost](%s.md) and [x](<%s>)\n", n, quoted, quoted, v, v, v, name, v)
		files[fmt.Sprintf("postmortems/%d bad %s.md", n, name)] = fmt.Sprintf("---\nid: B-%d\ntitle: %s\nstarted: %s\n%s: 1\n---\n\n# %s\n", n, quoted, quoted, quoted, v)
	}
	var text strings.Builder
	for name, content := range files {
		fmt.Fprintf(&text, "-- %s --\n%s", name, content)
	}
	r := start(t, testkit.Dir(t, text.String()), nil)
	b := browser.Start(t)
	shown := 0
	for n := range vectors {
		p := b.Open(t, r.URL()+"internal/incidents/"+url.PathEscape(fmt.Sprintf("h-%d", n))+"/", browser.View{})
		p.Until(t, `document.querySelector("debrief-note")`)
		p.Until(t, ready)
		browser.Eval[bool](t, p, `(document.querySelectorAll("debrief-note").forEach(n => n.shadowRoot.querySelectorAll("details").forEach(d => { d.open = true; })), true)`)
		p.Settle(t)
		found := browser.Eval[[]string](t, p, `(() => {
			const found = [];
			const roots = [document, ...[...document.querySelectorAll("debrief-note, debrief-notes, debrief-overlay")].map(e => e.shadowRoot)];
			for (const root of roots) for (const e of root.querySelectorAll("*")) {
				if (root !== document && !["link", "aside", "section", "header", "button", "p", "h2", "ol", "li", "div", "strong", "code", "pre", "span", "details", "summary"].includes(e.localName)) found.push(e.outerHTML);
				for (const a of e.attributes) if (/^on/i.test(a.name) || /^(href|src|action)$/.test(a.name) && /^\s*javascript:/i.test(a.value)) found.push(e.outerHTML);
			}
			if (typeof window.hit === "function") found.push("hit is defined");
			return found;
		})()`)
		for _, f := range found {
			t.Errorf("%s: %s", vectors[n], f)
		}
		shown += browser.Eval[int](t, p, `document.querySelectorAll("debrief-note").length + document.querySelector("debrief-overlay").shadowRoot.querySelectorAll("li").length`)
		p.Check(t)
	}
	if shown < 3*len(vectors) {
		t.Errorf("only %d notes and errors were shown: this proves little", shown)
	}
	t.Logf("%d vectors, %d notes and errors shown", len(vectors), shown)
}
