package markdown

import (
	"fmt"
	"strings"
	"testing"
)

// kindNames are short names of kinds for outlines.
var kindNames = [...]string{"p", "h", "list", "item", "table", "row", "cell", "code", "quote", "html", "rule", "footnote"}

// outline writes a tree of blocks one a line: indent, kind, place, text.
func outline(blocks []*Block, indent string) string {
	var b strings.Builder
	for _, block := range blocks {
		name := kindNames[block.Kind]
		switch {
		case block.Kind == Heading:
			name += fmt.Sprint(block.Level)
		case block.Kind == List && block.Ordered:
			name = "numbers"
		case block.Kind == Code && block.Info != "":
			name += "(" + block.Info + ")"
		case block.Check == Checked:
			name += "[x]"
		case block.Check == Unchecked:
			name += "[ ]"
		}
		fmt.Fprintf(&b, "%s%s %d:%d", indent, name, block.Line, block.Column)
		if block.Text != "" && block.Kind != Item {
			fmt.Fprintf(&b, " %q", block.Text)
		}
		b.WriteString("\n")
		b.WriteString(outline(block.Children, indent+"  "))
	}
	return b.String()
}

// blockCases are texts and the trees they become. The lines of a tree start with "|" to keep their indent.
var blockCases = []struct {
	name, src, want string
}{
	{"sections", "# Disk full\n\nWe ran out.\n\n## Impact\nNone,\nreally.\n\nSetext\n------\n", `
		|h1 1:3 "Disk full"
		|p 3:1 "We ran out."
		|h2 5:4 "Impact"
		|p 6:1 "None,\nreally."
		|h2 9:1 "Setext"`},
	{"headings with attributes", "## Impact {#impact .unnumbered}\n\n## Set {a, b}\n\n## Trigger ##\n\n## **What** `x` happened{-}\n", `
		|h2 1:4 "Impact"
		|h2 3:4 "Set {a, b}"
		|h2 5:4 "Trigger"
		|h2 7:4 "What x happened"`},
	{"lists", "- one\n- two\n  more\n\n  - three\n\n1. four\n", `
		|list 1:3
		|  item 1:3
		|    p 1:3 "one"
		|  item 2:3
		|    p 2:3 "two\nmore"
		|    list 5:5
		|      item 5:5
		|        p 5:5 "three"
		|numbers 7:4
		|  item 7:4
		|    p 7:4 "four"`},
	{"tasks", "- [ ] open (due 2024-06-30)\n- [x] done\n- [X] **done** too\n- [y] no task\n-\n", `
		|list 1:7
		|  item[ ] 1:7
		|    p 1:7 "open (due 2024-06-30)"
		|  item[x] 2:7
		|    p 2:7 "done"
		|  item[x] 3:7
		|    p 3:7 "done too"
		|  item 4:3
		|    p 4:3 "[y] no task"
		|  item 5:1`},
	{"table", "| Time | Event |\n|:-----|------:|\n| 14:02 | a `b\\|c` |\n| 14:05 | |\n| 14:06\n", `
		|table 1:3
		|  row 1:3
		|    cell 1:3 "Time"
		|    cell 1:10 "Event"
		|  row 3:3
		|    cell 3:3 "14:02"
		|    cell 3:11 "a b|c"
		|  row 4:3
		|    cell 4:3 "14:05"
		|    cell 4:10
		|  row 5:3
		|    cell 5:3 "14:06"
		|    cell 5:3`},
	{"table without closing bars, after a line of text", "Times are in UTC.\n| Time | Event\n|---|---\n| 14:02 | started\nnot in a row\n\nAfter.", `
		|p 1:1 "Times are in UTC."
		|table 2:3
		|  row 2:3
		|    cell 2:3 "Time"
		|    cell 2:10 "Event"
		|  row 4:3
		|    cell 4:3 "14:02"
		|    cell 4:11 "started"
		|  row 5:1
		|    cell 5:1 "not in a row"
		|    cell 5:1
		|p 7:1 "After."`},
	{"breaks in cells", "a | b\n--|--\nx<br>y<BR />z | <br/>\n", `
		|table 1:1
		|  row 1:1
		|    cell 1:1 "a"
		|    cell 1:5 "b"
		|  row 3:1
		|    cell 3:1 "x\ny\nz"
		|    cell 3:17`},
	{"code", "```go title=\"x\"\nfunc main() {}\n\n```\n\n    indented\n\n~~~\n~~~\n", `
		|code(go title="x") 2:1 "func main() {}\n\n"
		|code 6:5 "indented\n"
		|code 8:1`},
	{"quotes and rules", "> first\n> > second\n\n***\n", `
		|quote 1:3
		|  p 1:3 "first"
		|  quote 2:5
		|    p 2:5 "second"
		|rule 4:1`},
	{"callouts", "> [!WARNING]\n> Hot\n\n!!! tip \"Do this\"\n    Cool\n\n    Cold\n\n::: {.callout-note}\nNote\n\n:::: warning Hot\nInner\n::::\n:::\n\n::: {.column}\nPlain\n:::\n", `
		|quote 2:3
		|  p 2:3 "Hot"
		|quote 5:5
		|  p 5:5 "Cool"
		|  p 7:5 "Cold"
		|quote 10:1
		|  p 10:1 "Note"
		|  quote 13:1
		|    p 13:1 "Inner"
		|p 18:1 "Plain"`},
	{"what is no callout", "!!!\n\n!!! wow, this is loud\n\n:::\n\n> [!SHOUT]\n> x\n", `
		|p 1:1 "!!!"
		|p 3:1 "!!! wow, this is loud"
		|p 5:1 ":::"
		|quote 7:3
		|  p 7:3 "[!SHOUT]\nx"`},
	{"comments leave nothing", "<!-- Fill in the summary. -->\n\na<!-- b -->c\n\n<!--\n\n# not a heading\n\n-->\n<!-- more -->\n\n<?php x ?>\n", `
		|p 3:1 "ac"`},
	{"raw HTML", "<details>\n<summary>Log</summary>\n\n*x*\n\n</details>\n\n<kbd>Ctrl</kbd>\n", `
		|html 1:1 "<details>\n<summary>Log</summary>\n"
		|p 4:1 "x"
		|html 6:1 "</details>\n"
		|p 8:1 "Ctrl"`},
	{"placeholders are text", "<name>\n\nSet <your-token> in <Config>, not <this file>.\n", `
		|p 1:1 "<name>"
		|p 3:1 "Set <your-token> in <Config>, not <this file>."`},
	{"shortcodes leave their inside", "{{< note >}}\n\n{{% notice warning %}}Hot{{% /notice %}}\n\na <%= image_tag \"x\" %> b `{{< kept >}}`\n\n{{ .Values.x }}\n\n{{< figure\n  src=\"x\" >}}\n", `
		|p 3:23 "Hot"
		|p 5:1 "a  b {{< kept >}}"
		|p 7:1 "{{ .Values.x }}"`},
	{"footnotes are no section", "a[^1]\n\n[^1]: The note.\n\nb\n", `
		|p 1:1 "a"
		|p 5:1 "b"`},
	{"carriage returns", "# a\r\n\r\nb\r\nc\r\rd\ne", `
		|h1 1:3 "a"
		|p 3:1 "b\nc"
		|p 6:1 "d\ne"`},
	{"byte order mark", "\uFEFF# a\n", `
		|h1 1:3 "a"`},
	{"tabs", "-\ta\n\n\tb\n\n\t\tcode\n", `
		|list 1:3
		|  item 1:3
		|    p 1:3 "a"
		|    p 3:2 "b"
		|    code 5:3 "code\n"`},
	{"characters, not bytes", "é **日本** x\n", `
		|p 1:1 "é 日本 x"`},
	{"nothing", "", ``},
	{"white space", " \n\t\n\r\n", ``},
}

func TestBlocks(t *testing.T) {
	for _, test := range blockCases {
		t.Run(test.name, func(t *testing.T) {
			var want strings.Builder
			for _, line := range strings.Split(test.want, "\n") {
				if _, rest, ok := strings.Cut(line, "|"); ok {
					want.WriteString(rest + "\n")
				}
			}
			d := Parse([]byte(test.src), Options{})
			if got := outline(d.Blocks, ""); got != want.String() {
				t.Errorf("%s\nbecomes\n%s\nwant\n%s", test.src, got, want.String())
			}
		})
	}
}

// spanLine writes spans in one line: kind and marks, place, text, destination.
func spanLine(spans []Span) string {
	kinds := [...]string{"text", "code", "link", "image", "html", "note"}
	var parts []string
	for _, s := range spans {
		marks := ""
		if s.Strong {
			marks += "*"
		}
		if s.Emphasis {
			marks += "_"
		}
		if s.Strike {
			marks += "~"
		}
		part := fmt.Sprintf("%s%s %d:%d", kinds[s.Kind], marks, s.Line, s.Column)
		if s.Text != "" {
			part += fmt.Sprintf(" %q", s.Text)
		}
		if s.Dest != "" {
			part += " -> " + s.Dest
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

func TestSpans(t *testing.T) {
	tests := []struct{ src, want string }{
		{"plain\ntext", `text 1:1 "plain\ntext"`},
		{"**14:02 UTC** - paged *on-call*", `text* 1:3 "14:02 UTC", text 1:14 " - paged ", text_ 1:24 "on-call"`},
		{"***both** one* ~~gone~~", `text*_ 1:4 "both", text_ 1:10 " one", text 1:15 " ", text~ 1:18 "gone"`},
		{"a `b  c` d", `text 1:1 "a ", code 1:3 "b  c", text 1:9 " d"`},
		{"see [the **log**](https://a.example/x?a=1&amp;b=2 \"t\") or [**x**](y)", `text 1:1 "see ", link 1:5 "the log" -> https://a.example/x?a=1&b=2, text 1:55 " or ", link* 1:59 "x" -> y`},
		{"[ticket][t]\n\n[t]: /T-1", `link 1:1 "ticket" -> /T-1`},
		{"![a *b*](c.png)", `image 1:1 "a b" -> c.png`},
		{"https://a.example/x. <https://b.example> www.c.example me@d.example", `link 1:1 "https://a.example/x" -> https://a.example/x, text 1:20 ". ", ` +
			`link 1:22 "https://b.example" -> https://b.example, text 1:41 " ", link 1:42 "www.c.example" -> http://www.c.example, text 1:55 " ", ` +
			`link 1:56 "me@d.example" -> mailto:me@d.example`},
		{"<b>x</b><br>y", `html 1:1 "<b>", text 1:4 "x", html 1:5 "</b>", html 1:9 "<br>", text 1:13 "y"`},
		{"a\\\nb  \nc", `text 1:1 "a\nb\nc"`},
		{"\\*a\\* &lt;b&gt; &#x41; &copy; &nothing; &#0; AT&T \\a", `text 1:1 "*a* <b> A © &nothing; ` + "\uFFFD" + ` AT&T \\a"`},
		{"a[^n] b\n\n[^n]: note", `text 1:1 "a", note 1:2 -> n, text 1:6 " b"`},
		{"a![^n]\n\n[^n]: note", `text 1:1 "a!", note 1:2 -> n`},
		{"a[^m]", `text 1:1 "a[^m]"`},
		{"日本 **語** [x](y)", `text 1:1 "日本 ", text* 1:6 "語", text 1:9 " ", link 1:10 "x" -> y`},
		{"[x](javascript:alert(1))", `link 1:1 "x" -> javascript:alert(1)`},
	}
	for _, test := range tests {
		d := Parse([]byte(test.src), Options{})
		if len(d.Blocks) == 0 {
			t.Errorf("%q has no blocks", test.src)
		} else if got := spanLine(d.Blocks[0].Spans); got != test.want {
			t.Errorf("%q has the spans\n\t%s\nwant\n\t%s", test.src, got, test.want)
		}
	}
}

func TestProblems(t *testing.T) {
	tests := []struct {
		name, src string
		want      []string
	}{
		{"none", "# a\n\nb [c](d) ![e](f)\n\n```\ng\n```\n\n> ```\n> h\n> ```\n", nil},
		{"unclosed fence", "a\n\n````go\nb\n```\n\n# c\n", []string{
			"x.md:3:1: warning: this code block is never closed: everything after it counts as code (add a line with ```` where the code ends)"}},
		{"unclosed fence in an item", "- ~~~\n  a\n\nb\n", []string{
			"x.md:1:3: warning: this code block is never closed: everything after it counts as code (add a line with ~~~ where the code ends)"}},
		{"unclosed comment", "a\n\n<!-- b\n\nc\n", []string{
			"x.md:3:1: warning: this comment is never closed: everything after it counts as part of it (write --> where it ends)"}},
		{"unclosed script", "<Script>\n\nc\n", []string{
			"x.md:1:1: warning: the raw HTML element <script> was left out (link to what it shows instead: pages hold no scripts, forms or embedded pages)",
			"x.md:1:1: warning: <script> is never closed: everything after it counts as part of it (write </script> where it ends)"}},
		{"cells", "a|b\n-|-\n1|2|3\n1|2|\n`a|b`|c\n1|2\\|3\n", []string{
			`x.md:3:1: warning: this row has 3 cells and the head of its table 2: the rest is left out (write \| for a bar that is part of a cell, or add a column to the head)`,
			`x.md:5:1: warning: this row has 3 cells and the head of its table 2: the rest is left out (write \| for a bar that is part of a cell, or add a column to the head)`}},
		{"raw HTML", "<div>\n  <iframe src=\"x\"></iframe>\n</div>\n\n> a <iframe> <font color=red onclick=x>b</font> <b style=x onclick=y>c</b>\n\n<video src=x></video>\n", []string{
			"x.md:2:3: warning: the raw HTML element <iframe> was left out (2 times) (link to what it shows instead: pages hold no scripts, forms or embedded pages)",
			"x.md:5:14: note: the raw HTML element <font> was left out (its text is kept; Markdown has what a postmortem needs)",
			"x.md:5:49: warning: the attribute onclick of raw HTML was left out (pages run no scripts of an author)",
			"x.md:5:49: note: the attribute style of raw HTML was left out (the theme decides how things look)",
			"x.md:7:1: warning: the raw HTML element <video> was left out (link to what it shows instead: pages hold no scripts, forms or embedded pages)"}},
		{"addresses", "[a](JavaScript:b) [a](JavaScript:b) ![c](data:image/png;base64,AAAA)\n<a href=\" vbscript:x\">d</a> <ftp://e>\n", []string{
			`x.md:1:1: warning: an address that starts with "javascript:" is left out (2 times) (links start with https:, http: or mailto:, or lead to a file of the archive)`,
			`x.md:1:37: warning: an address that starts with "data:" is left out (save what it holds as a file beside the postmortem and point to that)`,
			`x.md:2:1: warning: an address that starts with "vbscript:" is left out (links start with https:, http: or mailto:, or lead to a file of the archive)`,
			`x.md:2:29: warning: an address that starts with "ftp:" is left out (links start with https:, http: or mailto:, or lead to a file of the archive)`}},
		{"encoding", "a\n\xE9t\xE9 \x1b[31m\n", []string{
			"x.md:2:1: warning: 2 bytes are not valid UTF-8 and shown as \uFFFD (save the file as UTF-8)",
			"x.md:2:5: note: 1 character is one no page can show and shown as \uFFFD (delete it; terminal colours leave such characters behind)"}},
		{"unclosed callout", "::: note\na\n\n::: tip\n:::\n", []string{
			"x.md:1:1: warning: this ::: is never closed: everything after it counts as part of it (add a line with ::: where it ends)"}},
		{"shortcodes", "a {{< note x=1 >}}b{{< /note >}}\n\n<% if x %>\n\n{% include a.md %}\n", []string{
			"x.md:1:3: note: the shortcode {{< note >}} was left out (2 times) (only the generator it was written for can run it: write plain Markdown instead)",
			"x.md:3:1: note: the shortcode <% %> was left out (only the generator it was written for can run it: write plain Markdown instead)",
			"x.md:5:1: note: the shortcode {% include %} was left out (only the generator it was written for can run it: write plain Markdown instead)"}},
		{"footnotes", "a[^1]\n\n[^1]: b\n\n[^2]: c\n", []string{
			`x.md:5:7: note: nothing refers to the footnote "2", so it is not shown (refer to it with [^2], or delete it)`}},
		{"images", "![](a.png) ![ ](b.png) ![c](c.png)\n", []string{
			"x.md:1:1: note: this image has no description (2 times) (write what it shows: ![traffic falls to zero at 14:02](graph.png))"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := Parse([]byte(test.src), Options{File: "x.md"})
			var got []string
			for _, p := range d.Problems {
				got = append(got, p.Error())
			}
			if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("%q has the problems\n%s\nwant\n%s", test.src, strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// TestFirstLine reads a body that comes after front matter: every line is that of the file.
func TestFirstLine(t *testing.T) {
	d := Parse([]byte("# a\r\n\r\n[b](javascript:c)[^1]\r\n\r\n[^1]: d\r\n"), Options{File: "x.md", FirstLine: 8})
	if got, want := outline(d.Blocks, "")+outline(d.Footnotes, ""), "h1 8:3 \"a\"\np 10:1 \"b\"\nfootnote 12:7\n  p 12:7 \"d\"\n"; got != want {
		t.Errorf("the blocks are\n%s\nwant\n%s", got, want)
	}
	if len(d.Problems) != 1 || d.Problems[0].Line != 10 {
		t.Errorf("the problems are %v, want one in line 10", d.Problems)
	}
	if _, headings := d.RenderPage(d.Blocks, RenderOptions{}); headings[0].Line != 8 {
		t.Errorf("the heading is in line %d, want 8", headings[0].Line)
	}
}

func TestPlain(t *testing.T) {
	tests := []struct{ line, want string }{
		{"Fix `foo` **bar** at <baz>", "Fix foo bar at <baz>"},
		{"  two   words\n", "two words"},
		{"1. May", "1. May"},
		{"# 3 is *down*", "# 3 is down"},
		{"[Postmortem](x.md) of Q&amp;A \\*", "Postmortem of Q&A *"},
		{"- [x] done_well_", "- [x] done_well_"},
		{"a | b", "a | b"},
		{"<b>x</b> <script>", "x"},
		{"snake_case_name", "snake_case_name"},
		{"", ""},
	}
	for _, test := range tests {
		if got := Plain(test.line); got != test.want {
			t.Errorf("Plain(%q) = %q, want %q", test.line, got, test.want)
		}
	}
}
