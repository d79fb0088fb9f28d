package markdown

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Raw HTML takes three steps. Each piece of it passes an allow list that knows no id, class or style, so that an author can neither imitate
// the markup of the theme nor name anything in the page. Its tags are then matched inside the container they stand in, so that a stray
// </div> cannot close anything of ours. At last an HTML parser sets right what may not stand where it stands, such as a list in a
// paragraph, and the tree it makes is written out again.

// allowList is what raw HTML may hold.
var allowList = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	for name := range shownElements() {
		p.AllowElements(name)
	}
	for name := range droppedWhole() {
		p.SkipElementsContent(name)
	}
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	number := regexp.MustCompile(`^[1-9][0-9]{0,3}$`)
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("src", "alt").OnElements("img")
	p.AllowAttrs("width", "height").Matching(number).OnElements("img")
	p.AllowAttrs("title").OnElements("a", "abbr", "dfn", "img", "span")
	p.AllowAttrs("colspan", "rowspan").Matching(number).OnElements("td", "th")
	p.AllowAttrs("span").Matching(number).OnElements("col", "colgroup")
	p.AllowAttrs("scope").Matching(regexp.MustCompile(`^(?:row|col)$`)).OnElements("th")
	p.AllowAttrs("start").Matching(number).OnElements("ol")
	p.AllowAttrs("open").Matching(regexp.MustCompile(`^(?:open)?$`)).OnElements("details")
	return p
})

// inlineRaw writes a raw tag in a line. When it opens an element whose content nobody should see, it returns how many of the following
// pieces belong to that element.
func (r *renderer) inlineRaw(in *inline, following []inline) (skip int) {
	if name := strings.ToLower(tagName(in.text)); droppedWhole()[name] && !strings.HasPrefix(in.text, "</") {
		for i := range following[:min(len(following), maxSkipped)] {
			if f := &following[i]; f.kind == inRaw && strings.HasPrefix(f.text, "</") && strings.EqualFold(tagName(f.text), name) {
				return i + 1
			}
		}
	}
	r.rawHTML(in.text, in.line)
	return 0
}

// maxSkipped is how many pieces of a line are looked at for the end of an element.
const maxSkipped = 1000

// impliedEnds are the elements that a start tag ends, so that nobody has to write </li>:
// https://html.spec.whatwg.org/multipage/syntax.html#optional-tags.
var impliedEnds = map[string][]string{
	"p": {"p"}, "li": {"li", "p"}, "dt": {"dt", "dd", "p"}, "dd": {"dt", "dd", "p"},
	"td": {"td", "th", "p"}, "th": {"td", "th", "p"}, "tr": {"tr", "td", "th", "p"},
}

// rawElement is an element of raw HTML that is open: its name as written, and what closes it.
type rawElement struct{ name, end string }

// rawHTML writes a piece of raw HTML.
func (r *renderer) rawHTML(text string, line int) {
	tokens := html.NewTokenizer(strings.NewReader(allowList().Sanitize(text)))
	for tokens.Next() != html.ErrorToken {
		switch token := tokens.Token(); token.Type {
		case html.TextToken:
			r.html = appendText(r.html, token.Data)
			r.addPlain(token.Data)
		case html.StartTagToken, html.SelfClosingTagToken:
			if r.balance { // else all tags of this document are left out
				r.rawStart(token, line)
			}
		case html.EndTagToken:
			r.rawEnd(token.Data)
		}
	}
}

// rawStart writes a start tag of raw HTML.
func (r *renderer) rawStart(token html.Token, line int) {
	name := token.Data
	for n := len(r.open) - 1; n >= 0 && slices.Contains(impliedEnds[name], r.open[n].name); n-- {
		r.closeRaw(n)
	}
	switch name {
	case "img":
		if src := attribute(token, "src"); src != "" {
			width, _ := strconv.Atoi(attribute(token, "width"))
			height, _ := strconv.Atoi(attribute(token, "height"))
			r.openImage(src, attribute(token, "alt"), attribute(token, "title"), width, height, line)
		}
		return
	case "a":
		href := attribute(token, "href")
		if r.inLink || href == "" {
			return
		}
		r.openLink(href, attribute(token, "title"), line)
		r.inLink = true
		r.open = append(r.open, rawElement{name, "</a>"})
		return
	case "table":
		r.openTable()
		r.open = append(r.open, rawElement{name, "</table></div>"})
		return
	case "h1", "h2", "h3", "h4", "h5", "h6":
		r.level = r.shift(int(name[1] - '0'))
		name = "h" + strconv.Itoa(r.level)
	case "strike": // what HTML has given up gets its name of today
		name = "s"
	case "tt":
		name = "code"
	}
	switch {
	case name == "td" || name == "th":
		r.addPlain(" ")
	case flowElements()[name] || name == "tr" || name == "summary":
		r.endLine()
	}
	r.add("<", name)
	for _, a := range token.Attr {
		r.add(" ", a.Key, `="`)
		r.html = appendAttribute(r.html, a.Val)
		r.add(`"`)
	}
	r.add(">")
	if !voidElements()[name] {
		r.open = append(r.open, rawElement{token.Data, "</" + name + ">"})
	}
}

// rawEnd writes the end tag of an element that was opened in the same container, and of those that were opened in it and forgotten.
func (r *renderer) rawEnd(name string) {
	for i := len(r.open) - 1; i >= 0; i-- {
		if r.open[i].name == name {
			r.closeRaw(i)
			return
		}
	}
}

// closeRaw closes the elements that were opened since there were n.
func (r *renderer) closeRaw(n int) {
	for i := len(r.open) - 1; i >= n; i-- {
		if r.open[i].name == "a" {
			r.inLink = false
		}
		r.add(r.open[i].end)
	}
	r.open = r.open[:n]
}

func attribute(token html.Token, name string) string {
	for _, a := range token.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// balanceHTML writes the fragment anew from the tree that an HTML parser makes of it. It returns false when the parser refuses.
func (r *renderer) balanceHTML() bool {
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(bytes.NewReader(r.html), body)
	if err != nil {
		return false
	}
	w := treeWriter{renderer: r, first: r.slots}
	r.balance, r.slots, r.html, r.quiet = false, nil, make([]byte, 0, len(r.html)), 0
	for _, n := range nodes {
		body.AppendChild(n)
	}
	w.children(body, place{})
	return true
}

// treeWriter writes a tree of HTML, with a slot for each address and term.
type treeWriter struct {
	*renderer
	first    []Slot // the slots as they were numbered at the first writing
	headings int    // how many headings with an anchor were written
}

// place is where in the tree a node stands.
type place struct {
	parent   string
	phrasing bool // only phrasing content may stand here: https://html.spec.whatwg.org/multipage/dom.html#phrasing-content
}

var (
	// phrasingParents hold nothing but phrasing content.
	phrasingParents = nameSet(`abbr b cite code dfn em h2 h3 h4 h5 h6 i kbd mark p pre q s samp small span strong sub sup summary u var`)
	// flowElements may not stand in them.
	flowElements = nameSet(`blockquote details div dl dd dt figure figcaption h2 h3 h4 h5 h6 hr li ol p pre table ul`)
	// parents are what elements need to stand in.
	parents = map[string][]string{"li": {"ul", "ol"}, "dt": {"dl"}, "dd": {"dl"}, "summary": {"details"}, "figcaption": {"figure"},
		"rt": {"ruby"}, "rp": {"ruby"}, "caption": {"table"}, "colgroup": {"table"}, "col": {"colgroup"}, "thead": {"table"}, "tbody": {"table"},
		"tfoot": {"table"}, "tr": {"thead", "tbody", "tfoot"}, "th": {"tr"}, "td": {"tr"}}
)

func (w *treeWriter) children(n *html.Node, at place) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c, at)
	}
}

func (w *treeWriter) node(n *html.Node, at place) {
	switch n.Type {
	case html.TextNode:
		if strings.HasPrefix(n.Data, "\n") && at.parent == "pre" && n.PrevSibling == nil {
			w.add("\n") // a parser takes the first line break in <pre> for layout
		}
		w.markTerms(n.Data, 0)
	case html.ElementNode:
		w.element(n, at)
	}
}

// element writes an element, or only what is in it when it may not stand where it stands.
func (w *treeWriter) element(n *html.Node, at place) {
	name := n.Data
	switch {
	case name == "p" && n.FirstChild == nil:
		return // the parser leaves one where it took a block out of a paragraph
	case name == "a" && !perceptible(n):
		w.children(n, at)
		return
	case !mayStand(n, at):
		if !voidElements()[name] {
			w.children(n, at)
			w.add(" ") // what stood in different blocks is not one word
		}
		return
	}
	slot := w.startTag(n)
	if voidElements()[name] {
		return
	}
	if name == "details" && !startsWith(n, "summary") {
		w.add("<summary>Details</summary>")
	}
	quiet := name == "a" || name == "code" || name == "pre" || name == "summary" || len(name) == 2 && name[0] == 'h'
	if quiet {
		w.quiet++
	}
	w.children(n, place{parent: name, phrasing: at.phrasing || phrasingParents()[name]})
	if quiet {
		w.quiet--
	}
	w.headingSlot(n)
	if slot >= 0 {
		w.slots[slot].CloseTag = Extent{len(w.html), len(w.html) + len("</a>")}
	}
	w.add("</", name, ">")
}

// mayStand reports whether an element may be in a fragment, and at that place.
func mayStand(n *html.Node, at place) bool {
	needed := parents[n.Data]
	switch {
	case !shownElements()[n.Data], at.phrasing && flowElements()[n.Data], needed != nil && !slices.Contains(needed, at.parent):
		return false
	}
	return n.Data != "summary" || previousElement(n) == nil
}

// startTag writes a start tag and returns the index of the slot for its address, -1 when it has none.
func (w *treeWriter) startTag(n *html.Node) (slot int) {
	slot = -1
	tag := len(w.html)
	w.add("<", n.Data)
	for _, a := range n.Attr {
		w.add(" ", a.Key, `="`)
		if number, ok := w.slotNumber(n.Data, a); ok {
			s := w.first[number]
			s.Start = len(w.html)
			w.html = appendAddress(w.html, s.Dest)
			s.End = len(w.html)
			slot = len(w.slots)
			w.slots = append(w.slots, s)
		} else {
			w.html = appendAttribute(w.html, a.Val)
		}
		w.add(`"`)
	}
	w.add(">")
	if slot >= 0 {
		w.slots[slot].Tag = Extent{tag, len(w.html)}
	}
	return slot
}

// slotNumber returns the number that the first writing left in place of an address.
func (w *treeWriter) slotNumber(element string, a html.Attribute) (int, bool) {
	if !(element == "a" && a.Key == "href" || element == "img" && a.Key == "src") {
		return 0, false
	}
	number, err := strconv.Atoi(a.Val)
	return number, err == nil && number >= 0 && number < len(w.first)
}

// headingSlot opens the slot at the end of a heading of ours; it is known by its id.
func (w *treeWriter) headingSlot(n *html.Node) {
	if w.headings >= len(w.renderer.headings) || len(n.Attr) != 1 || n.Attr[0].Key != "id" || n.Attr[0].Val != w.renderer.headings[w.headings].ID {
		return
	}
	h := w.renderer.headings[w.headings]
	w.headings++
	w.slots = append(w.slots, Slot{Kind: HeadingSlot, Start: len(w.html), End: len(w.html), Dest: h.ID, Line: h.Line})
}

// perceptible reports whether there is anything in a node to see and to read aloud.
func perceptible(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode && strings.TrimSpace(c.Data) != "", c.Type == html.ElementNode && perceptible(c):
			return true
		case c.Type == html.ElementNode && c.Data == "img":
			for _, a := range c.Attr {
				if a.Key == "alt" && strings.TrimSpace(a.Val) != "" {
					return true
				}
			}
		}
	}
	return false
}

func previousElement(n *html.Node) *html.Node {
	for p := n.PrevSibling; p != nil; p = p.PrevSibling {
		if p.Type == html.ElementNode {
			return p
		}
	}
	return nil
}

// startsWith reports whether the first element in n has that name.
func startsWith(n *html.Node, name string) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			return c.Data == name
		}
	}
	return false
}
