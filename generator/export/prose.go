package export

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"debrief/generator/lazyregexp"
)

// An edition has its texts as HTML that markdown made and sanitised, so few elements can occur. Those that Markdown has a sign for are
// written with it; inline elements without one stay as they are, which Markdown allows; of the rest the content remains.

// prose writes HTML as Markdown. Headings are of level least or below.
func prose(text string, least int) string {
	nodes, err := html.ParseFragment(strings.NewReader(text), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		return ""
	}
	p := proseWriter{least: least}
	return p.blocks(nodes)
}

type proseWriter struct{ least int }

var blockElements = map[atom.Atom]bool{
	atom.P: true, atom.Ul: true, atom.Ol: true, atom.Li: true, atom.Pre: true, atom.Blockquote: true, atom.Table: true, atom.Hr: true, atom.Div: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Details: true, atom.Summary: true,
	atom.Figure: true, atom.Figcaption: true, atom.Dl: true, atom.Dt: true, atom.Dd: true,
}

// blocks writes nodes as blocks with an empty line between; what is inline and stands together is a paragraph.
func (p proseWriter) blocks(nodes []*html.Node) string {
	var out []string
	var run []*html.Node
	flush := func() {
		if text := paragraph(run); text != "" {
			out = append(out, text)
		}
		run = nil
	}
	for _, n := range nodes {
		if n.Type == html.ElementNode && blockElements[n.DataAtom] {
			flush()
			if text := p.block(n); text != "" {
				out = append(out, text)
			}
			continue
		}
		run = append(run, n)
	}
	flush()
	return strings.Join(out, "\n\n")
}

func (p proseWriter) block(n *html.Node) string {
	switch n.DataAtom {
	case atom.P:
		return paragraph(children(n))
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		level := min(max(int(n.Data[1]-'0'), p.least), 6)
		if text := oneLine(inline(children(n))); text != "" {
			return strings.Repeat("#", level) + " " + text
		}
		return ""
	case atom.Ul, atom.Ol:
		return p.list(n)
	case atom.Pre:
		return codeBlock(n)
	case atom.Blockquote:
		return quote(p.blocks(children(n)))
	case atom.Table:
		return p.table(n)
	case atom.Hr:
		return "* * *"
	case atom.Summary, atom.Dt:
		if text := oneLine(inline(children(n))); text != "" {
			return "**" + text + "**"
		}
		return ""
	case atom.Div:
		if attribute(n, "class") == "footnotes" {
			return p.footnotes(n)
		}
		if kind, of := strings.CutPrefix(attribute(n, "class"), "callout callout-"); of {
			return p.callout(kind, children(n))
		}
	}
	return p.blocks(children(n))
}

// noteMark stands for the fragment in the name of a footnote. No text can hold it.
const noteMark = "\x00"

func (p proseWriter) footnotes(n *html.Node) string {
	var notes []string
	for _, list := range children(n) {
		for _, li := range children(list) {
			if li.DataAtom == atom.Li {
				mark := "[^" + noteMark + strconv.Itoa(len(notes)+1) + "]: "
				notes = append(notes, mark+indented(strings.TrimSpace(p.blocks(children(li))), "    "))
			}
		}
	}
	return strings.Join(notes, "\n")
}

// callout writes a boxed note as GitHub has it, with its title as the first line.
func (p proseWriter) callout(kind string, content []*html.Node) string {
	title := ""
	for i, n := range content {
		if attribute(n, "class") == "callout-title" {
			title, content = oneLine(inline(children(n))), content[i+1:]
			break
		}
	}
	head := "[!" + strings.ToUpper(kind) + "]"
	if !strings.EqualFold(title, kind) {
		head += " " + title
	}
	return quote(strings.TrimRight(head+"\n"+p.blocks(content), "\n"))
}

func (p proseWriter) list(n *html.Node) string {
	number, _ := strconv.Atoi(attribute(n, "start"))
	if number == 0 {
		number = 1
	}
	var items []string
	loose := false
	for _, li := range children(n) {
		if li.DataAtom != atom.Li {
			continue
		}
		mark := "- "
		if n.DataAtom == atom.Ol {
			mark = strconv.Itoa(number) + ". "
			number++
		}
		for _, child := range children(li) {
			loose = loose || child.DataAtom == atom.P
		}
		items = append(items, mark+indented(p.item(li), strings.Repeat(" ", len(mark))))
	}
	if loose {
		return strings.Join(items, "\n\n")
	}
	return strings.Join(items, "\n")
}

// item writes the content of an item. A list right below a text needs no empty line.
func (p proseWriter) item(li *html.Node) string {
	text := p.blocks(children(li))
	for _, child := range children(li) {
		if child.DataAtom == atom.P {
			return text
		}
	}
	for _, mark := range []string{"- ", "1. "} {
		text = strings.Replace(text, "\n\n"+mark, "\n"+mark, 1)
	}
	return text
}

func quote(text string) string {
	if text == "" {
		return ""
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight("> "+line, " ")
	}
	return strings.Join(lines, "\n")
}

// codeBlock writes a block of code between fences that are longer than any in it.
func codeBlock(n *html.Node) string {
	text := strings.TrimSuffix(textOf(n), "\n")
	language := ""
	if code := n.FirstChild; code != nil {
		language, _ = strings.CutPrefix(attribute(code, "class"), "language-")
	}
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + language + "\n" + text + "\n" + fence
}

// table writes a pipe table. Its first row is the head, as Markdown has no other tables.
func (p proseWriter) table(n *html.Node) string {
	var rows [][]string
	var visit func(*html.Node)
	visit = func(n *html.Node) {
		if n.DataAtom == atom.Tr {
			var row []string
			for _, td := range children(n) {
				if td.DataAtom == atom.Td || td.DataAtom == atom.Th {
					row = append(row, cell(oneLine(inline(children(td)))))
				}
			}
			rows = append(rows, row)
			return
		}
		for _, child := range children(n) {
			visit(child)
		}
	}
	visit(n)
	width := 0
	for _, row := range rows {
		width = max(width, len(row))
	}
	if width == 0 {
		return ""
	}
	var b strings.Builder
	for i, row := range rows {
		for len(row) < width {
			row = append(row, "")
		}
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
		if i == 0 {
			b.WriteString(strings.Repeat("| --- ", width) + "|\n")
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// cell keeps a text inside its cell.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// paragraph writes inline content as a paragraph: one line, but for the breaks in it.
func paragraph(nodes []*html.Node) string {
	return escapeStart(strings.TrimSpace(inline(nodes)))
}

// kept are the inline elements that Markdown has no sign for and takes as HTML.
var kept = map[atom.Atom]bool{atom.Kbd: true, atom.Sub: true, atom.Sup: true, atom.Mark: true, atom.Ins: true, atom.U: true, atom.Small: true}

func inline(nodes []*html.Node) string {
	var b strings.Builder
	for _, n := range nodes {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(escape(spaces.ReplaceAllString(n.Data, " ")))
		case n.Type != html.ElementNode:
		default:
			b.WriteString(inlineElement(n))
		}
	}
	return b.String()
}

func inlineElement(n *html.Node) string {
	text := inline(children(n))
	switch n.DataAtom {
	case atom.Strong, atom.B:
		return around("**", text)
	case atom.Em, atom.I:
		return around("*", text)
	case atom.Del, atom.S, atom.Strike:
		return around("~~", text)
	case atom.Code, atom.Tt, atom.Samp:
		return codeSpan(textOf(n))
	case atom.Br:
		return "\\\n"
	case atom.A:
		if attribute(n, "class") == "footnote-back" {
			return ""
		}
		if href := attribute(n, "href"); href != "" && strings.TrimSpace(text) != "" {
			return "[" + text + "](" + destination(href) + ")"
		}
		return text
	case atom.Img:
		if src := attribute(n, "src"); src != "" {
			return "![" + escape(attribute(n, "alt")) + "](" + destination(src) + ")"
		}
		return escape(attribute(n, "alt"))
	case atom.Sup:
		if attribute(n, "class") == "footnote-ref" {
			return "[^" + noteMark + textOf(n) + "]"
		}
	case atom.Span:
		switch attribute(n, "class") {
		case "task task-open":
			return "[ ]"
		case "task task-done":
			return "[x]"
		}
	}
	if kept[n.DataAtom] && text != "" {
		return "<" + n.Data + ">" + text + "</" + n.Data + ">"
	}
	return text
}

// around puts signs around a text; white space at its ends goes outside, where Markdown wants it.
func around(sign, text string) string {
	inner := strings.TrimSpace(text)
	if inner == "" {
		return text
	}
	at := strings.Index(text, inner)
	return text[:at] + sign + inner + sign + text[at+len(inner):]
}

// codeSpan writes code between more backticks than there are together in it.
func codeSpan(text string) string {
	text = strings.ReplaceAll(text, "\n", " ")
	if strings.TrimSpace(text) == "" {
		return ""
	}
	sign := "`"
	for strings.Contains(text, sign) {
		sign += "`"
	}
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return sign + text + sign
}

// destination writes an address as Markdown takes it.
func destination(address string) string {
	return strings.NewReplacer(" ", "%20", "(", "%28", ")", "%29", "<", "%3C", ">", "%3E", "\n", "", "\\", "%5C").Replace(address)
}

var (
	spaces = lazyregexp.New(`[ \t\r\n]+`)
	// blockStart is what would open another block at the beginning of a line.
	blockStart = lazyregexp.New(`^(?:[-+>#=:]|!!!|\?\?\?|[0-9]+[.)](?:\s|$))`)
	entity     = lazyregexp.New(`&(#?[A-Za-z0-9]+;)`)
	// edgeLines are underscores that do not stand inside a word.
	edgeLines = lazyregexp.New(`(?:^|[^\pL\pN_])_+|_+(?:[^\pL\pN_]|$)`)
)

// escape keeps text from being taken for signs. An underscore inside a word means nothing, and stays as it is.
func escape(s string) string {
	s = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "[", `\[`, "]", `\]`, "<", `\<`, "~~", `\~\~`, "{%", `\{%`, "{{", `\{{`).Replace(s)
	s = entity.ReplaceAllString(s, `\&$1`)
	if strings.Contains(s, "_") {
		s = edgeLines.ReplaceAllStringFunc(s, func(m string) string { return strings.ReplaceAll(m, "_", `\_`) })
	}
	return s
}

// escapeLine escapes text that must stay on one line.
func escapeLine(s string) string { return escapeStart(escape(oneLine(s))) }

// escapeStart keeps the beginning of a paragraph from opening another block.
func escapeStart(text string) string {
	if !blockStart.MatchString(text) {
		return text
	}
	if text[0] >= '0' && text[0] <= '9' {
		at := strings.IndexAny(text, ".)")
		return text[:at] + `\` + text[at:]
	}
	return `\` + text
}

func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\\\n", " ")), " ")
}

// indented indents all lines but the first.
func indented(text, by string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines[1:] {
		if line != "" {
			lines[i+1] = by + line
		}
	}
	return strings.Join(lines, "\n")
}

func children(n *html.Node) []*html.Node {
	var out []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		out = append(out, c)
	}
	return out
}

func textOf(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for _, c := range children(n) {
		b.WriteString(textOf(c))
	}
	return b.String()
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
