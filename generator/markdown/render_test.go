package markdown

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden renders each testdata/*.md whole and compares the HTML, the plain text and the places of slots with testdata/*.html.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("testdata has no texts: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			d := Parse(src, Options{File: file, Terms: []string{"error budget", "on-call"}})
			f := d.Render(d.Blocks, RenderOptions{IDPrefix: testPrefix, Title: "Golden"})
			check(t, file, f)
			marked := f.Resolve(func(s Slot) Replacement {
				return Replacement{Address: s.Dest, HTML: map[SlotKind]string{TermSlot: "[TERM " + s.Dest + "]", HeadingSlot: "[#" + s.Dest + "]"}[s.Kind]}
			})
			got := marked + "\n\n<!-- as text -->\n" + f.Text + "\n"
			golden := strings.TrimSuffix(file, ".md") + ".html"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs from %s; run the test with -update and look at the difference:\n%s", file, golden, got)
			}
		})
	}
}

// render parses and renders a text in one step.
func render(src string, options RenderOptions, terms ...string) Fragment {
	d := Parse([]byte(src), Options{Terms: terms})
	return d.Render(d.Blocks, options)
}

func TestHeadings(t *testing.T) {
	tests := []struct {
		name, src string
		options   RenderOptions
		want      string
	}{
		{"levels as they are", "### a\n#### b\n### c\n", RenderOptions{}, "3 a, 4 b, 3 c"},
		{"shifted", "## a\n### b\n", RenderOptions{HeadingShift: 1}, "3 a, 4 b"},
		{"never above 2", "# a\n## b\n### c\n", RenderOptions{}, "2 a, 2 b, 3 c"},
		{"never below 6", "### a\n#### b\n##### c\n###### d\n", RenderOptions{HeadingShift: 1}, "3 a, 4 b, 5 c, 6 d"},
		{"no gaps", "#### a\n###### b\n### c\n##### d\n", RenderOptions{}, "3 a, 4 b, 3 c, 4 d"},
		{"no gap at the start of a page", "### a\n## b\n", RenderOptions{}, "2 a, 2 b"},
		{"far away", "### a\n", RenderOptions{HeadingShift: -99}, "2 a"},
		{"unique ids", "### a\n### A!\n### a-2\n### a\n", RenderOptions{IDPrefix: "x-"}, "3 x-a, 3 x-a-2, 3 x-a-2-2, 3 x-a-3"},
		{"ids of any script", "### Größe\n### 日本語 です\n### İstanbul\n### Cafe\u0301\n", RenderOptions{}, "3 größe, 3 日本語-です, 3 istanbul, 3 café"},
		{"signs", "### What's next?\n### -- (1) --\n### 🙂\n### `a.b()` & c\n", RenderOptions{}, "3 whats-next, 3 1, 3 section, 3 a-b-c"},
		{"chosen ids", "### a {#My Id}\n### b {#chosen .x}\n", RenderOptions{IDPrefix: "x-"}, "3 x-my, 3 x-chosen"},
		{"empty ones are left out", "###\n### <!-- x -->\n### a\n", RenderOptions{}, "3 a"},
	}
	for _, test := range tests {
		d := Parse([]byte(test.src), Options{File: "x.md"})
		f, headings := d.RenderPage(d.Blocks, test.options)
		var got []string
		for _, h := range headings {
			got = append(got, string(rune('0'+h.Level))+" "+h.ID)
			if !strings.Contains(f.HTML, "<h"+string(rune('0'+h.Level))+` id="`+h.ID+`">`) {
				t.Errorf("%s: the heading %+v is not in %s", test.name, h, f.HTML)
			}
		}
		if strings.Join(got, ", ") != test.want || strings.Count(f.HTML, "<h") != len(got) {
			t.Errorf("%s: the headings are %s, want %s, in\n%s", test.name, strings.Join(got, ", "), test.want, f.HTML)
		}
	}
}

// TestParts renders parts of a document: one section, one item, one row, one cell.
func TestParts(t *testing.T) {
	d := Parse([]byte("## A\n\nx[^n]\n\n- 14:02 **UTC** - a [b](c)\n\n  more\n- two\n\n1. one\n\n|h|i|\n|-|-|\n|`j`|k[^n]|\n\n[^n]: note\n"), Options{})
	list, numbers, table := d.Blocks[2], d.Blocks[3], d.Blocks[4]
	item := list.Children[0]
	note := "\n<div class=\"footnotes\">\n<ol>\n<li id=\"fn:1\">\n<p>note <a class=\"footnote-back\" href=\"#fnref:1\" role=\"doc-backlink\" " +
		"aria-label=\"Back to the text at note 1\">↩</a></p>\n</li>\n</ol>\n</div>"
	ref := `<sup class="footnote-ref"><a id="fnref:1" href="#fn:1" role="doc-noteref" aria-label="Note 1">1</a></sup>`
	box := `<div class="table-scroll" tabindex="0" role="region" aria-label="Table: S"><table>`
	tests := []struct {
		name    string
		blocks  []*Block
		options RenderOptions
		want    string
	}{
		{"nothing", nil, RenderOptions{}, ""},
		{"a paragraph with a footnote that stands elsewhere", d.Blocks[1:2], RenderOptions{}, "<p>x" + ref + "</p>" + note},
		{"what is in an item", item.Children, RenderOptions{}, "<p>14:02 <strong>UTC</strong> - a <a href=\"c\">b</a></p>\n<p>more</p>"},
		{"what is in an item, its start cut off", item.Children, RenderOptions{Lead: item.Children[0].Spans[3:]}, "<p><a href=\"c\">b</a></p>\n<p>more</p>"},
		{"an item", list.Children[1:], RenderOptions{}, "<ul>\n<li>\n<p>two</p></li>\n</ul>"},
		{"a tight item", numbers.Children[0].Children, RenderOptions{}, "one"},
		{"rows", table.Children[1:], RenderOptions{Title: "S"}, box + "\n<tbody>\n<tr>\n<td><code>j</code></td>\n<td>k" + ref + "</td>\n</tr>\n</tbody>\n</table></div>" + note},
		{"the head", table.Children[:1], RenderOptions{Title: "S"}, box + "\n<thead>\n<tr>\n<th scope=\"col\">h</th>\n<th scope=\"col\">i</th>\n</tr>\n</thead>\n</table></div>"},
		{"a cell", table.Children[1].Children[:1], RenderOptions{}, "<code>j</code>"},
		{"a cell, its start cut off", table.Children[1].Children[1:], RenderOptions{Lead: table.Children[1].Children[1].Spans[1:]}, ref + note},
	}
	for _, test := range tests {
		if got := d.Render(test.blocks, test.options).HTML; got != test.want {
			t.Errorf("%s is\n%s\nwant\n%s", test.name, got, test.want)
		}
	}
	if len(item.Children[0].Spans) != 4 || item.Children[0].Spans[0].Text != "14:02 " {
		t.Errorf("rendering with a lead has changed the block: %+v", item.Children[0].Spans)
	}
}

func TestRenderOwnParagraph(t *testing.T) {
	d := Parse([]byte("Before **the** time\n\nafter"), Options{})
	own := &Block{Kind: Paragraph, Line: 1, Column: 1, Spans: d.Blocks[0].Spans[1:]}
	f := d.Render([]*Block{own, d.Blocks[1]}, RenderOptions{})
	if want := "<p><strong>the</strong> time</p>\n<p>after</p>"; f.HTML != want {
		t.Errorf("got %q, want %q", f.HTML, want)
	}
	if own.inline != nil {
		t.Error("the caller's block was changed")
	}
}

func TestRenderSpans(t *testing.T) {
	d := Parse([]byte("**a *b* c** `d` [*e*](f \"g\") ![h](i.png) ~~j~~<br>k <kbd>l</kbd>[^n]\n\n[^n]: m\n"), Options{})
	f := d.RenderSpans(d.Blocks[0].Spans, RenderOptions{})
	want := `<strong>a <em>b</em> c</strong> <code>d</code> <em><a href="f">e</a></em> <img src="i.png" alt="h" loading="lazy" decoding="async"> ` +
		"<del>j</del><br>\nk <kbd>l</kbd>" + `<sup class="footnote-ref">`
	if !strings.HasPrefix(f.HTML, want) {
		t.Errorf("the spans become\n%s\nwant\n%s", f.HTML, want)
	}
	if f.Text != "a b c d e h j k l\nm" {
		t.Errorf("the text is %q", f.Text)
	}
	if got := d.RenderSpans([]Span{{Text: "<b> & [x](y)\n"}, {Kind: FootnoteRef, Dest: "nowhere"}, {Kind: Link, Dest: "javascript:x", Text: "z"}}, RenderOptions{}).HTML; got != "&lt;b&gt; &amp; [x](y)\nz" {
		t.Errorf("spans made by hand become %q", got)
	}
}

func TestTerms(t *testing.T) {
	tests := []struct {
		name, src string
		terms     []string
		want      string
	}{
		{"the first use only", "cpu cpu\n\nCPU", []string{"cpu"}, "[cpu] cpu CPU"},
		{"case as written", "cpu CPU", []string{"CPU"}, "cpu [CPU]"},
		{"whole words", "cpus, my-cpu, cpu_1, xcpu", []string{"cpu"}, "cpus, my-[cpu], cpu_1, xcpu"},
		{"the longest first", "the error budget, an error", []string{"error", "error budget"}, "the [error budget], an [error]"},
		{"over a line break", "error\nbudget", []string{"error budget"}, "[error\nbudget]"},
		{"not in headings, links or code", "# cpu\n\n[cpu](x) `cpu` *cpu*\n\n```\ncpu\n```\n", []string{"cpu"}, "cpu cpu cpu [cpu] cpu"},
		{"signs", "C++ or .NET, R&D", []string{"C++", ".NET", "R&D"}, "[C++] or [.NET], [R&D]"},
		{"scripts without spaces", "今日は障害です", []string{"障害"}, "今日は[障害]です"},
		{"other scripts", "Größe ΣΊΣΥΦΟΣ größen", []string{"größe", "σίσυφοσ"}, "[Größe] [ΣΊΣΥΦΟΣ] größen"},
		{"among raw HTML", "<kbd>cpu</kbd> <a href=x>cpu</a> <code>cpu</code> cpu", []string{"cpu"}, "[cpu] cpu cpu cpu"},
		{"empty ones", "a  b", []string{"", " ", "\xff"}, "a b"},
	}
	for _, test := range tests {
		f := render(test.src, RenderOptions{}, test.terms...)
		marked := f.Resolve(func(s Slot) Replacement {
			if s.Kind == TermSlot {
				return Replacement{HTML: "[" + f.HTML[s.Start:s.End] + "]"}
			}
			return Replacement{Address: s.Dest}
		})
		plain := regexpTags.ReplaceAllString(marked, "")
		plain = strings.NewReplacer("&amp;", "&", "\n\n", " ").Replace(strings.TrimSpace(plain))
		if plain = strings.ReplaceAll(strings.ReplaceAll(plain, "  ", " "), "\nCPU", " CPU"); strings.ReplaceAll(plain, "\n", " ") != strings.ReplaceAll(test.want, "\n", " ") {
			t.Errorf("%s: %q becomes %q, want %q", test.name, test.src, plain, test.want)
		}
	}
}

func TestResolve(t *testing.T) {
	f := render("a [b ![c & d](e.png) f](g.md) ![](h.png) cpu\n\n### i\n\n<https://j.example>", RenderOptions{}, "cpu")
	page := func(s Slot) Replacement {
		switch {
		case s.Kind == TermSlot:
			return Replacement{HTML: "<dfn>" + s.Dest + "</dfn>"}
		case s.Kind == HeadingSlot:
			return Replacement{HTML: `<a href="#` + s.Dest + `"></a>`}
		case s.Kind == ImageSlot:
			return Replacement{Address: "/img/" + s.Dest + `?"x"&y`, Width: 40, Height: 30}
		case s.Dest == "g.md":
			return Replacement{Address: "/incidents/g/"}
		}
		return Replacement{}
	}
	img := ` width="40" height="30" alt="`
	want := `<p>a <a href="/incidents/g/">b <img src="/img/e.png?%22x%22&amp;y"` + img + `c &amp; d" loading="lazy" decoding="async"> f</a> ` +
		`<img src="/img/h.png?%22x%22&amp;y"` + img + `" loading="lazy" decoding="async"> <dfn>cpu</dfn></p>` + "\n" +
		`<h3 id="i">i<a href="#i"></a></h3>` + "\n" + `<p>https://j.example</p>`
	if got := f.Resolve(page); got != want {
		t.Errorf("resolved, it is\n%s\nwant\n%s", got, want)
	}
	want = "<p>a b c &amp; d f  cpu</p>\n<h3 id=\"i\">i</h3>\n<p>https://j.example</p>"
	if got := f.Resolve(func(Slot) Replacement { return Replacement{} }); got != want {
		t.Errorf("without any address, it is\n%s\nwant\n%s", got, want)
	}
	if got := f.Resolve(func(Slot) Replacement { return Replacement{Address: "java\nscript:x"} }); got != want {
		t.Errorf("with an unsafe address, it is\n%s\nwant\n%s", got, want)
	}
	for _, s := range f.Slots {
		if s.Line == 0 || s.Kind == ImageSlot && s.Dest == "e.png" && s.Alt != "c & d" {
			t.Errorf("the slot %+v knows too little", s)
		}
	}
	broken := Fragment{HTML: "abc", Slots: []Slot{{Kind: LinkSlot, Start: 2, End: 99}, {Kind: TermSlot, Start: -1, End: 1}, {Kind: TermSlot, Start: 2, End: 1}}}
	if got := broken.Resolve(func(Slot) Replacement { return Replacement{Address: "x", HTML: "y"} }); got != "abc" {
		t.Errorf("slots that are out of place change it to %q", got)
	}
}

func TestTableNames(t *testing.T) {
	table := "a|b\n-|-\n1|2\n\n"
	f := render(table+table+"### Queue *depth*\n\n"+table+"<table><tr><td>x</table>\n", RenderOptions{Title: `"Impact"`})
	for _, name := range []string{"Table: &#34;Impact&#34;", "Table: &#34;Impact&#34; (2)", "Table: Queue depth", "Table: Queue depth (2)"} {
		if strings.Count(f.HTML, `aria-label="`+name+`"`) != 1 {
			t.Errorf("no single table is called %s in\n%s", name, f.HTML)
		}
	}
	if f := render(table, RenderOptions{}); !strings.Contains(f.HTML, `aria-label="Table"`) {
		t.Errorf("a table under nothing is not called Table in\n%s", f.HTML)
	}
}

// TestForgottenEndTags has more elements than may be nested, none of which needs an end tag.
func TestForgottenEndTags(t *testing.T) {
	src := "<ul>\n" + strings.Repeat("<li>a\n", 200) + "</ul>\n\n" + strings.Repeat("<p>b\n\n", 200) + "<table>\n" + strings.Repeat("<tr><td>c<td>d\n", 200)
	d := Parse([]byte(src), Options{})
	f := d.Render(d.Blocks, RenderOptions{IDPrefix: testPrefix})
	check(t, src, f)
	for tag, want := range map[string]int{"<li>": 200, "<p>": 200, "<tr>": 200, "<td>": 400} {
		if got := strings.Count(f.HTML, tag); got != want {
			t.Errorf("there are %d %s, want %d", got, tag, want)
		}
	}
	if len(d.Problems) > 0 {
		t.Errorf("the problems are %v", d.Problems)
	}
}

// TestSharedDocument renders one document from many goroutines, and parses its text from as many; all must agree. It is of use with -race.
func TestSharedDocument(t *testing.T) {
	var src strings.Builder
	for _, file := range []string{"sections", "tables", "code", "footnotes", "callouts", "raw"} {
		text, err := os.ReadFile("testdata/" + file + ".md")
		if err != nil {
			t.Fatal(err)
		}
		src.Write(text)
		src.WriteString("\n\n")
	}
	options := Options{File: "x.md", Terms: []string{"error budget", "limit"}}
	d := Parse([]byte(src.String()), options)
	want := d.Render(d.Blocks, RenderOptions{})
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 5 {
				own := Parse([]byte(src.String()), options)
				if got := d.Render(d.Blocks, RenderOptions{}); !reflect.DeepEqual(got, want) {
					t.Error("the shared document gives another fragment")
				}
				if got := own.Render(own.Blocks, RenderOptions{}); !reflect.DeepEqual(got, want) || !reflect.DeepEqual(own.Problems, d.Problems) {
					t.Error("the text gives another document")
				}
			}
		})
	}
	group.Wait()
}
