package importer

import (
	"bytes"
	"html"
	"strings"
	"sync"

	"github.com/JohannesKaufmann/html-to-markdown/v2/converter"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/base"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/commonmark"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/strikethrough"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/table"
	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"debrief/generator/lazyregexp"
)

var (
	anyTag = lazyregexp.New(`(?i)</?(?:a|abbr|article|b|big|blockquote|br|caption|center|cite|code|col|colgroup|dd|del|details|dfn|div|dl|dt|em|figcaption|figure|font|footer|h[1-6]|header|hr|i|img|ins|kbd|li|main|mark|ol|p|pre|q|s|samp|section|small|span|strike|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|time|tr|tt|u|ul|var|wbr)(?:\s[^<>]*)?/?>`)
	// blockTag are those that make white space around them mean nothing.
	blockTag = lazyregexp.New(`(?i)<(?:p|div|ul|ol|h[1-6]|table|pre|blockquote|dl|section|article|details|figure)(?:\s[^<>]*)?>`)
	// markdownMark is what nobody writes in HTML who does not mean Markdown.
	markdownMark = lazyregexp.New(`(?m)\*\*\S[^*\n]*\*\*|\[[^\]\n]+\]\(https?://|^#{1,6} \S|^\s*[-*] \S|` + "`[^`\n]+`")
	strayTag     = lazyregexp.New(`<([a-zA-Z/!?][^<>\n]*)(>?)`)
	autolink     = lazyregexp.New(`^(?:https?://|mailto:)[^\s<>]+$|^[^\s<>@]+@[^\s<>@]+$`)
	breakRun     = lazyregexp.New(`(?i)(?:[ \t\r\n]*<br\s*/?>[ \t]*\r?\n?){2,}|(?:[ \t]*\r?\n){2,}`)
	lineBreak    = lazyregexp.New(`(?i)[ \t]*<br\s*/?>[ \t]*\r?\n?|[ \t]*\r?\n`)
	foreignCode  = lazyregexp.New(`\{\{[<%]|\{%|<%`)
)

// fromHTML turns the text of a status page into Markdown. Such texts are HTML, or Markdown, or plain, or Markdown in which line breaks became
// tags; nothing says which, so the text itself decides. No word is lost: what looks like a tag and is none stays as text.
func fromHTML(text string) string {
	text = strings.ReplaceAll(strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\r\n", "\n"), "\r", "\n")
	text = strings.TrimSpace(strings.ReplaceAll(text, "\x00", ""))
	if !hasTags(text) {
		return tidy(escapeStray(text))
	}
	escape := converterOf(true)
	if !blockTag.MatchString(text) {
		if markdownMark.MatchString(text) {
			escape = converterOf(false)
		}
		// Without blocks, two breaks are a paragraph and one is a line.
		var b strings.Builder
		for i, paragraph := range breakRun.Split(text, -1) {
			if paragraph = strings.TrimSpace(paragraph); paragraph == "" {
				continue
			}
			if i > 0 {
				b.WriteString("\n\n")
			}
			b.WriteString(convert(escape, lineBreak.ReplaceAllString(keepUnknown(paragraph), "<br>\n")))
		}
		return tidy(b.String())
	}
	return tidy(convert(escape, keepUnknown(text)))
}

// hasTags reports whether there is HTML in a text. What stands in code is none.
func hasTags(text string) bool {
	if !strings.Contains(text, "<") {
		return false
	}
	found := false
	outsideCode(text, func(part string) string {
		found = found || anyTag.MatchString(part)
		return part
	})
	return found
}

// asParagraphs are elements that are blocks in a browser, and that the converter would run into what follows.
var asParagraphs = strings.NewReplacer("<summary>", "<p>", "</summary>", "</p>", "<dt>", "<p>", "</dt>", "</p>", "<dd>", "<p>", "</dd>", "</p>",
	"<figcaption>", "<p>", "</figcaption>", "</p>", "<caption>", "<p>", "</caption>", "</p>")

// convert turns HTML into Markdown; if it cannot, the text without its tags.
func convert(c *converter.Converter, text string) string {
	md, err := c.ConvertString(asParagraphs.Replace(text))
	if err != nil {
		return strings.TrimSpace(html.UnescapeString(anyTag.ReplaceAllString(text, " ")))
	}
	return md
}

// keepUnknown makes text of what looks like a tag and is none, such as a placeholder: <your-bucket>.
func keepUnknown(text string) string {
	return strayTag.ReplaceAllStringFunc(text, func(tag string) string {
		if anyTag.MatchString(tag) {
			return tag
		}
		return "&lt;" + tag[1:]
	})
}

// escapeStray does the same in Markdown, outside of code, where links in angle brackets are links.
func escapeStray(text string) string {
	if !strings.Contains(text, "<") && !strings.Contains(text, "{") {
		return text
	}
	return outsideCode(text, func(part string) string {
		part = strayTag.ReplaceAllStringFunc(part, func(tag string) string {
			if autolink.MatchString(strings.Trim(tag, "<>")) {
				return tag
			}
			return `\` + tag
		})
		// No other site generator wrote this, so what looks like one's code is text.
		return foreignCode.ReplaceAllStringFunc(part, func(mark string) string {
			if mark[0] == '<' {
				return `\` + mark
			}
			return `\{` + strings.ReplaceAll(mark[1:], "{", `\{`)
		})
	})
}

// outsideCode changes a text where it is neither in a code span nor in a fence.
func outsideCode(text string, change func(string) string) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(text, '`')
		if open < 0 {
			b.WriteString(change(text))
			return b.String()
		}
		marks := len(text[open:]) - len(strings.TrimLeft(text[open:], "`"))
		end := strings.Index(text[open+marks:], text[open:open+marks])
		if end < 0 {
			b.WriteString(change(text))
			return b.String()
		}
		end += open + 2*marks
		b.WriteString(change(text[:open]) + text[open:end])
		text = text[end:]
	}
}

// tidy leaves at most one blank line between two others.
func tidy(text string) string {
	var b strings.Builder
	blank := 0
	for l := range strings.Lines(strings.TrimSpace(text)) {
		if strings.TrimSpace(l) != "" {
			blank = 0
		} else if blank++; blank > 1 {
			continue
		} else {
			l = "\n"
		}
		b.WriteString(l)
	}
	return b.String()
}

var converters [2]struct {
	once sync.Once
	c    *converter.Converter
}

// converterOf returns the converter that escapes what would be Markdown, or the one that leaves it.
func converterOf(escape bool) *converter.Converter {
	i, mode := 0, converter.EscapeModeDisabled
	if escape {
		i, mode = 1, converter.EscapeModeSmart
	}
	converters[i].once.Do(func() {
		converters[i].c = converter.NewConverter(
			converter.WithPlugins(base.NewBasePlugin(), commonmark.NewCommonmarkPlugin(), table.NewTablePlugin(), strikethrough.NewStrikethroughPlugin()),
			converter.WithEscapeMode(mode))
	})
	return converters[i].c
}

// parseFragment reads HTML that stands in a body.
func parseFragment(text string) []*xhtml.Node {
	nodes, err := xhtml.ParseFragment(strings.NewReader(text), &xhtml.Node{Type: xhtml.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		return nil
	}
	return nodes
}

// textOf is the text of a node and of all below it.
func textOf(n *xhtml.Node) string {
	if n.Type == xhtml.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(textOf(c))
	}
	return b.String()
}

// htmlOf is what stands in a node, as HTML.
func htmlOf(nodes []*xhtml.Node) string {
	var b bytes.Buffer
	for _, n := range nodes {
		_ = xhtml.Render(&b, n) // a buffer takes everything
	}
	return b.String()
}
