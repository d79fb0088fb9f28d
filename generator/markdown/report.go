package markdown

import (
	"fmt"
	"strings"

	"debrief/generator/problem"
)

// tally counts things of one sort by name, so that the author hears of each once and not a hundred times.
type tally struct {
	names []string
	first map[string]problem.Position
	count map[string]int
}

func (t *tally) add(name string, at problem.Position) {
	if t.count == nil {
		t.first, t.count = map[string]problem.Position{}, map[string]int{}
	}
	if t.count[name] == 0 {
		t.names = append(t.names, name)
		t.first[name] = at
	}
	t.count[name]++
}

// each calls f for each name in the order of their first places; more is empty or tells how often the name was seen.
func (t *tally) each(f func(name string, at problem.Position, more string)) {
	for _, name := range t.names {
		more := ""
		if n := t.count[name]; n > 1 {
			more = fmt.Sprintf(" (%d times)", n)
		}
		f(name, t.first[name], more)
	}
}

// report turns what was noticed along the way into problems.
func (c *converter) report() {
	list := &c.doc.Problems
	bound := func(offset int, message, hint string) {
		if offset >= 0 {
			list.Warnf(c.place(offset), "markup-limit", hint, "%s", message)
		}
	}
	bound(c.state.tooDeep, fmt.Sprintf("lists and quotes are nested more than %d deep: what is deeper is shown as it is written", maxNesting/2),
		"use headings or tables for what is that deep")
	bound(c.state.tooDense, "there is too much markup in one paragraph: the rest of it is shown as it is written", "break it up with blank lines")
	bound(c.state.tooWide, "this table is too large: it is shown as it is written", "attach it as a file, or split it")
	bound(c.swollen, "references repeat their definitions too often: the rest of them are not linked", "shorten the definitions")

	c.tags.each(func(name string, at problem.Position, more string) {
		list.Notef(at, "shortcode", "only the generator it was written for can run it: write plain Markdown instead", "the shortcode %s was left out%s", name, more)
	})
	c.unsafe.each(func(address string, at problem.Position, more string) {
		start, hint := scheme(address), "links start with https:, http: or mailto:, or lead to a file of the archive"
		if start == "data" {
			hint = "save what it holds as a file beside the postmortem and point to that"
		}
		list.Warnf(at, "unsafe-address", hint, "an address that starts with %q is left out%s", shorten(start, 40)+":", more)
	})
	c.unnamed.each(func(_ string, at problem.Position, more string) {
		list.Notef(at, "image-description", "write what it shows: ![traffic falls to zero at 14:02](graph.png)", "this image has no description%s", more)
	})
	c.raw.report(c)
}

// reportDirt reports what normalize had to replace.
func (c *converter) reportDirt(d dirt) {
	if d.firstInvalid >= 0 {
		c.doc.Problems.Warnf(c.place(d.firstInvalid), "invalid-utf8", "save the file as UTF-8",
			"%s not valid UTF-8 and shown as \uFFFD", countOf(d.invalid, "byte is", "bytes are"))
	}
	if d.firstControl >= 0 {
		c.doc.Problems.Notef(c.place(d.firstControl), "control-character", "delete it; terminal colours leave such characters behind",
			"%s no page can show and shown as \uFFFD", countOf(d.control, "character is one", "characters are ones"))
	}
}

func countOf(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// shorten cuts a text to about n bytes, at a character.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "..."
}
