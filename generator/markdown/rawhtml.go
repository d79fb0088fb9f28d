package markdown

import (
	"bytes"
	"fmt"
	"strings"
	"sync"

	"debrief/generator/problem"

	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/html"
)

// htmlElements are the names of HTML's elements, present and past, and the roots of SVG and MathML. A tag with any other name is a
// placeholder somebody forgot to escape. https://html.spec.whatwg.org/multipage/indices.html#elements-3 and
// https://html.spec.whatwg.org/multipage/obsolete.html#non-conforming-features.
var htmlElements = nameSet(`a abbr address area article aside audio b base bdi bdo blockquote body br button canvas caption cite code col
	colgroup data datalist dd del details dfn dialog div dl dt em embed fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head
	header hgroup hr html i iframe img input ins kbd label legend li link main map mark math menu meta meter nav noscript object ol
	optgroup option output p param picture pre progress q rp rt ruby s samp script search section select selectedcontent slot small
	source span strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track u ul var video wbr
	acronym applet basefont bgsound big blink center dir font frame frameset image isindex keygen listing marquee menuitem multicol
	nextid nobr noembed noframes plaintext portal rb rtc spacer strike tt xmp`)

// maxElementName is the length of the longest name in htmlElements.
const maxElementName = 15

// nameSet reads names divided by spaces, when it is first asked for.
func nameSet(names string) func() map[string]bool {
	return sync.OnceValue(func() map[string]bool {
		set := map[string]bool{}
		for name := range strings.FieldsSeq(names) {
			set[name] = true
		}
		return set
	})
}

// shownElements are the elements that raw HTML may use. What is not among them loses its tags; what is among droppedWhole loses its
// content too.
var shownElements = nameSet(`a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4
	h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub summary sup table tbody td tfoot th thead tr
	tt u ul var wbr`)

// droppedWhole are the elements whose content is no text for a reader.
var droppedWhole = nameSet(`applet audio canvas head iframe math noembed noframes noscript object script select style svg template textarea
	title video`)

// activeElements are those whose loss is worth a warning: somebody meant the page to do something.
var activeElements = nameSet(`applet audio base button embed form frame frameset iframe input link math meta object script select style svg
	textarea video`)

// voidElements have no content and no end tag.
var voidElements = nameSet(`area base br col embed hr img input link meta param source track wbr`)

// isBreakTag reports whether a tag is <br> without any attributes, by far the most common tag in archives.
func isBreakTag(tag string) bool {
	inner, ok := strings.CutPrefix(strings.ToLower(tag), "<br")
	return ok && strings.Trim(inner, " \t\n/>") == "" && len(inner) < 10
}

// rawTally is what was seen of raw HTML in a document.
type rawTally struct {
	// seen counts the pieces that are to be shown, comments left out.
	seen     int
	elements tally
	// attributes are event handlers and styles.
	attributes tally
	// open counts the elements that are open by name, depth all of them.
	open  map[string]int
	depth int
}

// maxRawNesting is how many elements of raw HTML may be open inside each other.
const maxRawNesting = 100

// tag notes one tag, comment or declaration in a line.
func (t *rawTally) tag(c *converter, text string, offset int) {
	t.scan(c, text, func(_, _ int) int { return offset })
}

// block notes an HTML block. It returns false for one that holds nothing but comments and declarations.
func (t *rawTally) block(c *converter, text string, n *ast.HTMLBlock) bool {
	return t.scan(c, text, func(line, column int) int {
		if lines := n.Lines(); line < lines.Len() {
			return lines.At(line).Start + column
		}
		return n.ClosureLine.Start + column
	})
}

// scan notes what will be left out of a piece of raw HTML; offset tells where in the source a line and column of it, both from 0, are. It
// returns false when there is nothing to show.
func (t *rawTally) scan(c *converter, text string, offset func(line, column int) int) bool {
	shown := false
	line, column := 0, 0
	for tokens := html.NewTokenizer(strings.NewReader(text)); ; {
		kind := tokens.Next()
		if kind == html.ErrorToken {
			break
		}
		raw := tokens.Raw()
		lines, last := bytes.Count(raw, []byte{'\n'}), bytes.LastIndexByte(raw, '\n')
		switch kind {
		case html.TextToken:
			shown = shown || len(bytes.TrimSpace(raw)) > 0
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			shown = true
			t.element(c, tokens.Token(), c.place(offset(line, column)))
		}
		line += lines
		if last >= 0 {
			column = -last - 1
		}
		column += len(raw)
	}
	if shown {
		t.seen++
	}
	return shown
}

// element notes one tag.
func (t *rawTally) element(c *converter, token html.Token, at problem.Position) {
	if token.Type == html.EndTagToken {
		if t.open[token.Data] > 0 {
			t.open[token.Data]--
			t.depth--
		}
		return
	}
	if !shownElements()[token.Data] {
		if htmlElements()[token.Data] {
			t.elements.add(token.Data, at)
		}
		return
	}
	for _, a := range token.Attr {
		switch {
		case strings.HasPrefix(a.Key, "on"), a.Key == "style":
			t.attributes.add(a.Key, at)
		case (a.Key == "href" || a.Key == "src") && !safeAddress(a.Val):
			c.unsafe.add(a.Val, at)
		}
	}
	if token.Type == html.StartTagToken && !voidElements()[token.Data] && impliedEnds[token.Data] == nil {
		if t.open == nil {
			t.open = map[string]int{}
		}
		t.open[token.Data]++
		t.depth++
		if t.depth > maxRawNesting && !c.doc.dropRaw {
			c.doc.dropRaw = true
			c.doc.Problems.Warnf(at, "raw-html", "close the elements that are open, or write Markdown",
				"raw HTML is nested more than %d deep: all tags in this file are left out", maxRawNesting)
		}
	}
}

// report turns the tally into problems.
func (t *rawTally) report(c *converter) {
	t.elements.each(func(name string, at problem.Position, more string) {
		severity, hint := problem.Note, "its text is kept; Markdown has what a postmortem needs"
		switch {
		case activeElements()[name]:
			severity, hint = problem.Warning, "link to what it shows instead: pages hold no scripts, forms or embedded pages"
		case droppedWhole()[name]:
			hint = "link to what it shows instead"
		}
		c.doc.Problems.Add(problem.Problem{Position: at, Severity: severity, Rule: "raw-html",
			Message: fmt.Sprintf("the raw HTML element <%s> was left out%s", name, more), Hint: hint})
	})
	t.attributes.each(func(name string, at problem.Position, more string) {
		severity, hint := problem.Warning, "pages run no scripts of an author"
		if name == "style" {
			severity, hint = problem.Note, "the theme decides how things look"
		}
		c.doc.Problems.Add(problem.Problem{Position: at, Severity: severity, Rule: "raw-html",
			Message: fmt.Sprintf("the attribute %s of raw HTML was left out%s", name, more), Hint: hint})
	})
}
