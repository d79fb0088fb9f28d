package markdown

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// boundCases are texts of about n bytes that take quadratic time, deep recursion or much memory where nothing is bounded.
func boundCases(n int) map[string]string {
	x := strings.Repeat
	numbered := func(f func(i int) string, count int) string {
		var b strings.Builder
		for i := range count {
			b.WriteString(f(i))
		}
		return b.String()
	}
	return map[string]string{
		"quotes":                x(">", n),
		"open brackets":         x("[", n),
		"brackets":              x("[", n/2) + x("]", n/2),
		"list markers":          x("- ", n/2) + "x",
		"numbers":               x("1. ", n/3) + "x",
		"nested lists":          numbered(func(i int) string { return x("  ", i) + "- a\n" }, min(n, 700)),
		"headings":              x("# a\n", n/4),
		"emphasis never closed": x("*a **b ", n/7),
		"emphasis nested":       x("*a ", n/6) + x("b* ", n/6),
		"underscores":           x("_a", n/2),
		"destinations":          x("[a](<b", n/6),
		"titles":                x("[a](b \"", n/7),
		"links":                 x("[a](b) ", n/7),
		"links in links":        x("[a [a](b) ](c) ", n/15),
		"images in images":      x("![", n/5) + x("](a)", n/5),
		"backticks":             numbered(func(i int) string { return x("`", i) + "a" }, min(n, 300)),
		"tags":                  x("<a ", n/3),
		"attributes":            x("<a x='<a y=\"", n/12),
		"comments":              x("<!--", n/4),
		"declarations":          x("<!A", n/3),
		"bare addresses":        x("(http://a.bc/", n/13),
		"mail addresses":        x("a_b", n/3) + "@",
		"definitions":           x("[a]: b\n", n/7),
		"long definition":       "[a]: " + x("x", n/2) + "\n\n" + x("[a] ", n/8),
		"wide table":            x("a|", n/8) + "\n" + x("-|", n/8) + "\n" + x("|\n", n/4),
		"long table":            "a|b\n-|-\n" + x("`a\\|b`|c\n", n/10),
		"footnotes":             numbered(func(i int) string { return "[^" + strconv.Itoa(i) + "]: x\n\n[^" + strconv.Itoa(i) + "] " }, n/20),
		"shortcodes":            x("{{< ", n/4),
		"callouts":              x("::: note\n", n/9),
		"raw elements":          x("<b>", n/3),
		"raw blocks":            x("<div><b>\n\nx\n\n", n/13),
		"raw scripts":           x("x <script> ", n/11),
		"hard breaks":           x("a\\\n", n/3),
		"one long line":         x("a b c d ", n/8),
		"one long word":         x("a", n),
		"attributes of heading": "# " + x("{#", n/2) + "}",
		"tasks":                 x("- [ ] a\n", n/8),
		"carriage returns":      x("\r", n),
	}
}

// TestBounds reads and renders each of these texts at 200 kB. Where time grew with the square of the length, some would take minutes.
func TestBounds(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	cases := boundCases(200_000)
	for name, src := range cases {
		start := time.Now()
		d := Parse([]byte(src), Options{Terms: []string{"a", "a b"}})
		f := d.Render(d.Blocks, RenderOptions{IDPrefix: testPrefix})
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s: %d kB take %v", name, len(src)/1000, took)
		}
		if len(f.HTML) > 40*len(src) {
			t.Errorf("%s: %d kB become %d kB", name, len(src)/1000, len(f.HTML)/1000)
		}
		if bad := unsafe(f.HTML); bad != "" {
			t.Errorf("%s: %s", name, bad)
		}
	}
}

// TestBoundsAreReported makes sure that nothing is bounded behind the author's back, and that no text is lost.
func TestBoundsAreReported(t *testing.T) {
	tests := []struct {
		name, src, message string
	}{
		{"nesting", strings.Repeat(">", 1000) + " the end", "lists and quotes are nested more than 16 deep: what is deeper is shown as it is written"},
		{"markup", strings.Repeat("[a](<b", 5000) + " the end", "there is too much markup in one paragraph: the rest of it is shown as it is written"},
		{"table", strings.Repeat("a|", 3000) + "\n" + strings.Repeat("-|", 3000) + "\n" + strings.Repeat("|\n", 1000) + "\nthe end",
			"this table is too large: it is shown as it is written"},
		{"definitions", "[a]: " + strings.Repeat("x", 100_000) + "\n\n" + strings.Repeat("[a] ", 100) + " the end",
			"references repeat their definitions too often: the rest of them are not linked"},
		{"raw elements", strings.Repeat("<div>\n\n", 200) + "<div>the end", "raw HTML is nested more than 100 deep: all tags in this file are left out"},
		{"length", strings.Repeat("12345678\n", maxMarkup/9+100) + "the end", "this text is longer than 2 MB: the rest of it is shown as it is written"},
		{"one line", strings.Repeat("1234567é", maxMarkup/9+100) + "the end", "this text is longer than 2 MB: the rest of it is shown as it is written"},
	}
	for _, test := range tests {
		d := Parse([]byte(test.src), Options{File: "x.md"})
		var messages []string
		for _, p := range d.Problems {
			messages = append(messages, p.Message)
		}
		if !slices.Contains(messages, test.message) {
			t.Errorf("%s: the problems are %q, want %q", test.name, messages, test.message)
		}
		if f := d.Render(d.Blocks, RenderOptions{}); !strings.HasSuffix(f.Text, "the end") {
			t.Errorf("%s: the text ends with %q", test.name, f.Text[max(0, len(f.Text)-40):])
		}
	}
}
