package search

import "slices"

// plan is what the words of a query come to in this archive: which classes of words are looked for, and what each is worth.
type plan struct {
	groups  []group
	phrases [][]string // forms that must stand together
	without [][]string // forms that must not stand together
	not     []banned

	ignored []string     // words too common to look for
	unknown []string     // words that nothing here is like
	changed []Correction // words that were taken for others
}

// group is one word of a query: the classes that it may stand for. A document is worth what its best is worth.
type group struct {
	word    string
	entries []weighted
	must    bool // a document without it is no hit in any case
	inTitle bool // it must stand in the title
}

// banned is a class that must not occur, or not in the title.
type banned struct {
	class   int32
	inTitle bool
}

type weighted struct {
	class  int32
	weight float64
}

// What a word is worth that is not the one that was typed.
const prefixWeight = 0.6

func nearWeight(far int) float64 {
	switch {
	case far == oneSlip:
		return 0.7
	case far < twoSlips:
		return 0.6
	default:
		return 0.5
	}
}

// newPlan looks the words of a query up.
func newPlan(x *lexicon, q Query) *plan {
	p := &plan{}
	for _, c := range q.clauses {
		switch {
		case c.op != "" && c.op != "title":
		case c.phrase:
			p.together(x, c)
		case c.not:
			for _, form := range c.words {
				if class, ok := x.find(form); ok && class != stopClass {
					p.not = append(p.not, banned{class, c.op == "title"})
				}
			}
		default:
			for i, form := range c.words {
				g := group{word: form, must: c.op == "title", inTitle: c.op == "title"}
				p.word(x, g, c.open && i == len(c.words)-1, false)
			}
		}
	}
	return p
}

// word plans a group for a word. Open is the word that is still being typed, strict one that stands for nothing but itself.
func (p *plan) word(x *lexicon, g group, open, strict bool) {
	class, known := x.find(g.word)
	if known && class == stopClass {
		p.ignored = append(p.ignored, g.word)
		return
	}
	if known {
		g.add(class, 1)
	}
	if open {
		for _, c := range x.completions(g.word) {
			g.add(c.class, prefixWeight)
		}
	}
	if len(g.entries) == 0 && !strict {
		for _, c := range x.misspelt(g.word) {
			g.add(c.class, nearWeight(c.far))
			p.changed = append(p.changed, Correction{g.word, c.word})
		}
	}
	if len(g.entries) == 0 {
		p.unknown = append(p.unknown, g.word)
	}
	p.groups = append(p.groups, g)
}

func (g *group) add(class int32, weight float64) {
	for _, e := range g.entries {
		if e.class == class {
			return
		}
	}
	g.entries = append(g.entries, weighted{class, weight})
}

// together plans a phrase: its words in any form find the documents to read, and what is read decides.
func (p *plan) together(x *lexicon, c clause) {
	if c.not {
		nowhere := func(form string) bool { _, ok := x.find(form); return !ok }
		if len(c.words) > 0 && !slices.ContainsFunc(c.words, nowhere) {
			p.without = append(p.without, c.words)
		}
		return
	}
	before := len(p.groups)
	for _, form := range c.words {
		p.word(x, group{word: form, must: true}, false, true)
	}
	if len(p.groups) > before {
		p.phrases = append(p.phrases, c.words)
	}
}

// standsIn reports whether the forms stand together in a text.
func standsIn(phrase []string, text string) bool {
	found := false
	recent := make([]string, 0, len(phrase))
	eachWord(text, func(w word) {
		if found {
			return
		}
		if len(recent) == len(phrase) {
			copy(recent, recent[1:])
			recent = recent[:len(phrase)-1]
		}
		recent = append(recent, w.form)
		found = slices.Equal(recent, phrase)
	})
	return found
}
