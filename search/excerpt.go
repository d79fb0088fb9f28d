package search

import (
	"math/bits"
	"strings"
)

// look knows which words of a text a plan was after: for each, the groups it is found by, bit by bit.
type look map[string]uint64

func newLook(x *lexicon, p *plan) look {
	l := look{}
	for i, g := range p.groups {
		for _, e := range g.entries {
			for _, member := range x.members[e.class] {
				l[x.words[member]] |= 1 << i
			}
		}
	}
	return l
}

// window is how many words an excerpt has.
const window = 32

// excerpt cuts the passage with the most different words that were searched for. The summary wins over an equal one, and stands there when
// nothing was searched for.
func (l look) excerpt(r Record, parts []string) Excerpt {
	texts := append([]string{r.Summary}, parts...)
	best, most := cut{}, 0
	for _, text := range texts {
		if c, n := l.best(text); n > most || best.text == "" {
			best, most = c, n
		}
	}
	return l.mark(best)
}

// cut is a stretch of a text.
type cut struct {
	text       string
	start, end int
}

// best finds the stretch of a text with the most different words, and of those the first; n tells how many.
func (l look) best(text string) (c cut, n int) {
	type seen struct {
		start, end int
		groups     uint64
	}
	var words []seen
	eachWord(text, func(w word) { words = append(words, seen{w.start, w.end, l[w.form]}) })
	if len(words) == 0 {
		return cut{}, 0
	}
	at := 0
	for i, w := range words {
		if w.groups == 0 && i > 0 {
			continue
		}
		all, marked := uint64(0), 0
		for _, next := range words[i:min(len(words), i+window-window/4)] {
			all |= next.groups
			if next.groups != 0 {
				marked++
			}
		}
		if score := 100*bits.OnesCount64(all) + min(marked, 99); score > n {
			n, at = score, i
		}
	}
	from := max(0, min(at-window/4, len(words)-window))
	to := min(len(words), from+window)
	c = cut{text, words[from].start, words[to-1].end}
	if from == 0 {
		c.start = 0
	}
	if to == len(words) {
		c.end = len(text)
	}
	return c, n
}

// mark parts a stretch at the words that were searched for.
func (l look) mark(c cut) Excerpt {
	var out Excerpt
	add := func(text string, marked bool) {
		if text == "" {
			return
		}
		if n := len(out); n > 0 && out[n-1].Marked == marked {
			out[n-1].Text += text
			return
		}
		out = append(out, Passage{Text: text, Marked: marked})
	}
	if c.start > 0 {
		add("… ", false)
	}
	text := c.text[c.start:c.end]
	at := 0
	eachWord(text, func(w word) {
		if w.start < at || l[w.form] == 0 {
			return // pairs of unspaced characters overlap
		}
		add(collapse(text[at:w.start]), false)
		add(text[w.start:w.end], true)
		at = w.end
	})
	add(collapse(text[at:]), false)
	if c.end < len(c.text) {
		add(" …", false)
	}
	return out
}

// collapse makes one space of every run of white space.
func collapse(s string) string {
	fields := strings.Fields(s)
	if len(fields) == 0 {
		if s == "" {
			return ""
		}
		return " "
	}
	out := strings.Join(fields, " ")
	if strings.TrimLeft(s, " \t\r\n") != s {
		out = " " + out
	}
	if strings.TrimRight(s, " \t\r\n") != s {
		out += " "
	}
	return out
}
