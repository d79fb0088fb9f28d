package search

import "slices"

// plan is what the words of a query come to in this archive: which classes of words are looked for, and what each is worth.
type plan struct {
	groups  []group
	phrases [][]string // forms that must stand together
	not     []int32    // classes that must not occur
	notIn   []int32    // classes that must not occur in the title
	without [][]string // forms that must not stand together

	ignored []string     // words too common to look for
	unknown []string     // words that nothing here is like
	changed []Correction // words that were taken for others
	never   bool         // something is asked for that no document has
}

// group is one word of a query: the classes that it may stand for. A document is worth what its best is worth.
type group struct {
	word    string
	entries []weighted
	must    bool // a document without it is no hit in any case
	inTitle bool // it must stand in the title
}

type weighted struct {
	class  int32
	weight float64
}

// What a word is worth that is not the one that was typed.
const (
	prefixWeight = 0.6
	typoWeight1  = 0.7
	typoWeight2  = 0.5
)

// newPlan looks the words of a query up.
func newPlan(x *lexicon, q Query) *plan {
	p := &plan{}
	for _, c := range q.clauses {
		switch {
		case c.op == "title":
			for _, form := range c.words {
				p.title(x, form, c.not)
			}
		case c.op != "":
		case c.phrase:
			p.together(x, c)
		case c.not:
			if class, ok := x.resolve(c.words[0]); ok {
				p.not = append(p.not, class)
			}
		default:
			for i, form := range c.words {
				p.word(x, form, c.open && i == len(c.words)-1)
			}
		}
	}
	return p
}

// resolve returns the class of a word: its own, or that of other forms of it.
func (x *lexicon) resolve(form string) (int32, bool) {
	if class, ok := x.find(form); ok {
		return class, class != stopClass
	}
	return x.inflected(form)
}

// word plans a word. Open is the word that is still being typed.
func (p *plan) word(x *lexicon, form string, open bool) {
	class, known := x.find(form)
	if known && class == stopClass {
		p.ignored = append(p.ignored, form)
		return
	}
	g := group{word: form}
	if !known {
		class, known = x.inflected(form)
	}
	if known {
		g.entries = append(g.entries, weighted{class, 1})
	}
	if open {
		for _, c := range x.completions(form) {
			g.add(c.class, prefixWeight)
		}
	}
	if len(g.entries) == 0 {
		for _, c := range x.misspelt(form) {
			g.add(c.class, []float64{1, typoWeight1, typoWeight2}[c.distance])
			p.changed = append(p.changed, Correction{form, c.word})
		}
	}
	if len(g.entries) == 0 {
		p.unknown = append(p.unknown, form)
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

// title plans a word of title:.
func (p *plan) title(x *lexicon, form string, not bool) {
	class, known := x.resolve(form)
	switch {
	case not && known:
		p.notIn = append(p.notIn, class)
	case not:
	case known:
		p.groups = append(p.groups, group{word: form, entries: []weighted{{class, 1}}, must: true, inTitle: true})
	default:
		p.unknown, p.never = append(p.unknown, form), true
	}
}

// together plans a phrase: its words in any form find the documents to read, and what is read decides.
func (p *plan) together(x *lexicon, c clause) {
	var groups []group
	for _, form := range c.words {
		class, known := x.find(form)
		switch {
		case !known && c.not:
			return // it is nowhere
		case !known:
			p.unknown, p.never = append(p.unknown, form), true
			return
		case class != stopClass:
			groups = append(groups, group{word: form, entries: []weighted{{class, 1}}, must: true})
		}
	}
	switch {
	case len(groups) == 0:
		p.ignored = append(p.ignored, c.words...)
	case c.not:
		p.without = append(p.without, c.words)
	default:
		p.groups, p.phrases = append(p.groups, groups...), append(p.phrases, c.words)
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
