package search

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What similar takes of a text. An alert, a log line or a stack trace is mostly words that say little; what tells incidents apart are the
// rarest of those that the archive has.
const (
	similarForms = 200 // different words, from the beginning
	similarMost  = 24  // of the rarest classes
	similarLeast = 2   // so many of them must a document have
)

// Similar finds the incidents that are most like a text: an alert, a log line, a stack trace. A hit's Matched are the words both have.
func (x *Index) Similar(ctx context.Context, text string, most int) (*Results, error) {
	p := x.lexicon.similar(text)
	r := &Results{}
	if len(p.groups) == 0 {
		return r.ready(), nil
	}
	if err := x.ask(ctx, r, p, min(similarLeast, len(p.groups)), nil, nil, most); err != nil {
		return nil, err
	}
	return r.ready(), nil
}

// similar plans the rarest words of a text.
func (x *lexicon) similar(text string) *plan {
	type term struct {
		form  string
		class int32
	}
	var terms []term
	seen, classes := map[string]bool{}, map[int32]bool{}
	for _, form := range tellingForms(text) {
		if seen[form] {
			continue
		}
		if len(seen) == similarForms {
			break
		}
		seen[form] = true
		class, ok := x.find(form)
		if !ok || class == stopClass || classes[class] {
			continue
		}
		classes[class] = true
		terms = append(terms, term{form, class})
	}
	slices.SortStableFunc(terms, func(a, b term) int { return cmp.Compare(popularity(x.df[a.class]), popularity(x.df[b.class])) })
	p := &plan{}
	for _, t := range terms[:min(len(terms), similarMost)] {
		p.groups = append(p.groups, group{word: t.form, entries: []weighted{{t.class, 1}}})
	}
	return p
}

// tellingForms are the words of a text, and the words that CamelCase is made of, without those that are too short to tell anything.
func tellingForms(text string) []string {
	text = normal(strings.ToValidUTF8(text, " "))
	var out []string
	add := func(form string) {
		if r, _ := runeAt(form, 0); utf8.RuneCountInString(form) >= 3 || isUnspaced(r) {
			out = append(out, form)
		}
	}
	eachWord(text, func(w word) {
		add(w.form)
		humps := splitHumps(text[w.start:w.end])
		if len(humps) > 1 {
			for _, hump := range humps {
				for _, form := range forms(hump) {
					add(form)
				}
			}
		}
	})
	return out
}

// splitHumps parts CamelCase, and HTTPServer into HTTP and Server.
func splitHumps(s string) []string {
	var out []string
	start := 0
	runes := []rune(s)
	for i := 1; i < len(runes); i++ {
		upper := unicode.IsUpper(runes[i])
		before := runes[i-1]
		if upper && unicode.IsLower(before) || upper && unicode.IsUpper(before) && i+1 < len(runes) && unicode.IsLower(runes[i+1]) {
			out = append(out, string(runes[start:i]))
			start = i
		}
	}
	return append(out, string(runes[start:]))
}
