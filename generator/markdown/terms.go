package markdown

import (
	"cmp"
	"slices"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"
)

// term is a glossary term to look for.
type term struct {
	words string // as it is spelt in Options.Terms
	exact bool   // an upper-case letter in it makes case matter
	index int
}

// termIndex finds terms in text. It does not change.
type termIndex struct {
	words   []string              // Options.Terms
	byFirst map[rune][]term       // by the first letter in lower case, the longest first
	ascii   [utf8.RuneSelf][]term // what byFirst holds for ASCII, in both cases
	count   int
}

// lastTerms is the index of the document before: the documents of an archive have the same terms.
var lastTerms atomic.Pointer[termIndex]

func indexTerms(words []string) *termIndex {
	if last := lastTerms.Load(); last != nil && slices.Equal(last.words, words) {
		return last
	}
	index := newTermIndex(slices.Clone(words))
	lastTerms.Store(index)
	return index
}

func newTermIndex(words []string) *termIndex {
	index := &termIndex{words: words}
	for _, w := range words {
		w = strings.TrimSpace(w)
		first, _ := utf8.DecodeRuneInString(w)
		if first == utf8.RuneError {
			continue
		}
		if index.byFirst == nil {
			index.byFirst = make(map[rune][]term, len(words))
		}
		first = unicode.ToLower(first)
		index.byFirst[first] = append(index.byFirst[first], term{words: w, exact: strings.IndexFunc(w, unicode.IsUpper) >= 0, index: index.count})
		index.count++
	}
	for first, terms := range index.byFirst {
		slices.SortStableFunc(terms, func(a, b term) int { return cmp.Compare(len(b.words), len(a.words)) })
		if first < utf8.RuneSelf {
			index.ascii[first] = terms
			index.ascii[unicode.ToUpper(first)] = terms
		}
	}
	return index
}

// startingWith returns the terms that may start with a character.
func (x *termIndex) startingWith(r rune) []term {
	if r < utf8.RuneSelf {
		return x.ascii[r]
	}
	return x.byFirst[unicode.ToLower(r)]
}

// found is a term in a text.
type found struct {
	term       term
	start, end int
}

// next returns the first term in text at or after from that seen does not hold yet, the longest of those that start at one place.
func (x *termIndex) next(text string, from int, seen []bool) (found, bool) {
	if x.count == 0 {
		return found{}, false
	}
	for i := from; i < len(text); {
		// Most characters begin no term, or stand inside a word.
		if c := text[i]; c < utf8.RuneSelf && (x.ascii[c] == nil || i > 0 && isASCIIWord(c) && isASCIIWord(text[i-1])) {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if terms := x.startingWith(r); len(terms) > 0 {
			if before, _ := utf8.DecodeLastRuneInString(text[:i]); !continues(before, r) {
				for _, t := range terms {
					if n := t.matches(text[i:]); n > 0 && !seen[t.index] {
						return found{t, i, i + n}, true
					}
				}
			}
		}
		i += size
	}
	return found{}, false
}

// matches returns how many bytes of text are the term as a whole word, 0 when it does not start with it. A line break counts as a space.
func (t term) matches(text string) int {
	n := 0
	var last rune
	for _, want := range t.words {
		got, size := utf8.DecodeRuneInString(text[n:])
		if got == '\n' {
			got = ' '
		}
		if size == 0 || got != want && (t.exact || unicode.ToLower(got) != unicode.ToLower(want)) {
			return 0
		}
		n += size
		last = got
	}
	if after, size := utf8.DecodeRuneInString(text[n:]); size > 0 && continues(last, after) {
		return 0
	}
	return n
}

func isWord(r rune) bool {
	if r < utf8.RuneSelf {
		return isASCIIWord(byte(r))
	}
	return unicode.In(r, unicode.L, unicode.N, unicode.M)
}

func isASCIIWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

// continues reports whether two characters stand inside one word. Scripts without spaces between words have no words to tell apart.
func continues(a, b rune) bool {
	return isWord(a) && isWord(b) && !unspaced(a) && !unspaced(b)
}

func unspaced(r rune) bool {
	return r > 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}
