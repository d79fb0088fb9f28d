package search

import (
	"cmp"
	"math/bits"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// lexicon is all words of an archive's texts, and which of them mean the same.
type lexicon struct {
	language string   // the name of the analyzer that made the classes
	words    []string // sorted by bytes
	class    []int32  // by word: its class; stopClass for a word that is not searched
	count    []int32  // by word: the documents that have it; 0 for a stop word
	members  [][]int32
	stems    []string // by class
	df       []int32  // by class: the documents that have one of its words
}

// stopClass is the class of stop words.
const stopClass = -1

// book counts in how many documents each word and each stem is, while documents come and go.
type book struct {
	language *language
	sorted   []string         // the first words, whose numbers are their places
	numbers  map[string]int32 // of the other words
	words    []string
	stem     []int32 // by word; stopClass for a word that is not searched
	count    []int32 // by word

	stemNumbers map[string]int32 // nil until it is first needed
	stems       []string
	stemCount   []int32
	lastSeen    []int32 // by stem: the last call of add that met it
	calls       int32
}

func newBook(l *language) *book {
	b := &book{language: l, numbers: map[string]int32{}}
	for form := range l.stop {
		b.number(form)
	}
	return b
}

// book goes on from a lexicon, which nobody may use any more.
func (x *lexicon) book(l *language) *book {
	return &book{
		language: l, numbers: map[string]int32{}, sorted: x.words, words: x.words, stem: x.class, count: x.count,
		stems: x.stems, stemCount: x.df, lastSeen: make([]int32, len(x.stems)),
	}
}

// number returns the number of a word, which is new or not.
func (b *book) number(form string) int32 {
	n, ok := b.find(form)
	if !ok {
		n = b.enter(form, b.language.stem(form))
	}
	return n
}

func (b *book) find(form string) (int32, bool) {
	if n, ok := slices.BinarySearch(b.sorted, form); ok {
		return int32(n), true
	}
	n, ok := b.numbers[form]
	return n, ok
}

// enter adds a new word.
func (b *book) enter(form, stem string) int32 {
	n := int32(len(b.words))
	b.numbers[form] = n
	class := int32(stopClass)
	if stem != "" {
		class = b.stemNumber(stem)
	}
	b.words, b.stem, b.count = append(b.words, form), append(b.stem, class), append(b.count, 0)
	return n
}

func (b *book) stemNumber(stem string) int32 {
	if b.stemNumbers == nil {
		b.stemNumbers = make(map[string]int32, len(b.stems)+500)
		for i, s := range b.stems {
			b.stemNumbers[s] = int32(i)
		}
	}
	n, ok := b.stemNumbers[stem]
	if !ok {
		n = int32(len(b.stems))
		b.stemNumbers[stem] = n
		b.stems, b.stemCount, b.lastSeen = append(b.stems, stem), append(b.stemCount, 0), append(b.lastSeen, 0)
	}
	return n
}

// add adds n to the number of documents of each of a document's different words, and of each of their stems.
func (b *book) add(words []string, n int32) {
	b.calls++
	for _, form := range words {
		i := b.number(form)
		stem := b.stem[i]
		if stem == stopClass {
			continue
		}
		b.count[i] += n
		if b.lastSeen[stem] != b.calls {
			b.lastSeen[stem] = b.calls
			b.stemCount[stem] += n
		}
	}
}

// lexicon makes the lexicon of all words that are in a document, and of the stop words. Classes are numbered as they appear, word by word.
func (b *book) lexicon() *lexicon {
	order := make([]int32, 0, len(b.words))
	for i := range b.words {
		if b.count[i] > 0 || b.stem[i] == stopClass && b.language.stop[b.words[i]] {
			order = append(order, int32(i))
		}
	}
	known, _ := slices.BinarySearch(order, int32(len(b.sorted)))
	if known < len(order) {
		slices.SortFunc(order, func(i, j int32) int { return strings.Compare(b.words[i], b.words[j]) })
	}
	x := &lexicon{language: b.language.name, words: make([]string, len(order)), class: make([]int32, len(order)), count: make([]int32, len(order))}
	classes := make([]int32, len(b.stems))
	members := make([]int32, 0, len(b.stems)) // by class: how many words it has
	for i, n := range order {
		x.words[i], x.count[i], x.class[i] = b.words[n], b.count[n], stopClass
		stem := b.stem[n]
		if stem == stopClass {
			continue
		}
		if classes[stem] == 0 {
			x.stems, x.df, members = append(x.stems, b.stems[stem]), append(x.df, b.stemCount[stem]), append(members, 0)
			classes[stem] = int32(len(x.stems))
		}
		c := classes[stem] - 1
		x.class[i] = c
		members[c]++
	}
	x.members = membersOf(x.class, members)
	return x
}

// find returns the class of a word; ok is false for a word that the lexicon does not have.
func (x *lexicon) find(form string) (class int32, ok bool) {
	i, ok := slices.BinarySearch(x.words, form)
	if !ok {
		return 0, false
	}
	return x.class[i], true
}

// withPrefix returns the range of words that begin with a prefix.
func (x *lexicon) withPrefix(prefix string) (from, to int) {
	from = sort.SearchStrings(x.words, prefix)
	return from, from + sort.Search(len(x.words)-from, func(i int) bool { return !strings.HasPrefix(x.words[from+i], prefix) })
}

// popularity is the number of a class's documents on a scale of quarter octaves, which is all that the browser knows of it beforehand.
func popularity(df int32) byte {
	if df <= 0 {
		return 0
	}
	octave := bits.Len32(uint32(df)) - 1
	return byte(1 + octave*4 + int((uint64(df)<<2)>>octave)&3)
}

// candidate is a class that a word of a query might mean, and the nearest of its words.
type candidate struct {
	class int32
	far   int
	word  string
}

// nearest sorts candidates by how far they are, then popularity, then word, each class once, and keeps the best.
func (x *lexicon) nearest(all []candidate, most int) []candidate {
	slices.SortFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.far, b.far), cmp.Compare(popularity(x.df[b.class]), popularity(x.df[a.class])), strings.Compare(a.word, b.word))
	})
	kept := all[:0]
	for _, c := range all {
		if len(kept) == most {
			break
		}
		if !slices.ContainsFunc(kept, func(k candidate) bool { return k.class == c.class }) {
			kept = append(kept, c)
		}
	}
	return kept
}

// The bounds of what a word may stand for.
const (
	// A last word is also the beginning of a word, from so many characters on, and then of the most frequent ones only.
	prefixFrom, prefixMost = 3, 5
	// A word that the archive does not have is taken for another from so many characters on, for one with two slips from so many, for
	// one with another ending of at most so many, and for no more than the most frequent of the nearest.
	nearFrom, twoSlipsFrom, maxEnding, nearMost = 4, 7, 5, 3
	// How far a word is from the one that was typed: one slip, then other endings by their length, then two slips.
	oneSlip, twoSlips = 1, 20
)

// completions are the classes of words that a word is the beginning of.
func (x *lexicon) completions(form string) []candidate {
	r, _ := runeAt(form, 0)
	if utf8.RuneCountInString(form) < prefixFrom && !isUnspaced(r) {
		return nil
	}
	var all []candidate
	from, to := x.withPrefix(form)
	for i := from; i < to; i++ {
		if x.words[i] != form && x.class[i] != stopClass {
			all = append(all, candidate{class: x.class[i], word: x.words[i]})
		}
	}
	return x.nearest(all, prefixMost)
}

// misspelt are the classes of the words nearest to one that the archive does not have. Nearest is a word that is one slip of the keyboard
// away; else one that begins alike and is perhaps another form of it (deploying, deployed), the more alike the nearer; else one that is two
// slips away. That needs no grammar, and so serves every language, in the browser too.
func (x *lexicon) misspelt(form string) []candidate {
	typed := []rune(form)
	if len(typed) < nearFrom || isUnspaced(typed[0]) {
		return nil
	}
	most := 1
	if len(typed) >= twoSlipsFrom {
		most = 2
	}
	var all []candidate
	var buf slips
	nearest := twoSlips
	from, to := x.withPrefix(string(typed[0]))
	for i := from; i < to; i++ {
		if x.class[i] == stopClass {
			continue
		}
		far := nearest + 1
		switch buf.distance(typed, x.words[i], most) {
		case 1:
			far = oneSlip
		case 2:
			if most == 2 {
				far = twoSlips
			}
		}
		if far > oneSlip {
			far = min(far, buf.formsApart(typed, x.words[i]))
		}
		if far > nearest {
			continue
		}
		if far < nearest {
			nearest, all = far, all[:0]
		}
		all = append(all, candidate{class: x.class[i], far: far, word: x.words[i]})
	}
	return x.nearest(all, nearMost)
}

// formsApart is how far two words are from each other as forms of one: how many letters are not their common beginning, in both together.
func (s *slips) formsApart(a []rune, word string) int {
	shared, rest := 0, 0
	for _, r := range word {
		if rest == 0 && shared < len(a) && a[shared] == r {
			shared++
		} else {
			rest++
		}
	}
	if typed := len(a) - shared; shared >= nearFrom && 2*shared >= len(a) && typed <= maxEnding && rest <= maxEnding {
		return oneSlip + typed + rest
	}
	return twoSlips + 1
}

// slips measures how many slips of the keyboard part two words: a letter too many, one missing, one wrong, or two in the wrong order
// (the optimal string alignment distance).
type slips struct {
	word             []rune
	before, row, new []int
}

// distance is exact up to most, and most+1 beyond it.
func (s *slips) distance(a []rune, word string, most int) int {
	if n := len(word) - len(a); n < -most { // bytes are at least as many as characters
		return most + 1
	}
	s.word = s.word[:0]
	for _, r := range word {
		s.word = append(s.word, r)
	}
	b := s.word
	if d := len(a) - len(b); d > most || -d > most {
		return most + 1
	}
	if n := len(b) + 1; cap(s.row) < n {
		s.before, s.row, s.new = make([]int, n, 2*n), make([]int, n, 2*n), make([]int, n, 2*n)
	}
	before, row, next := s.before[:len(b)+1], s.row[:len(b)+1], s.new[:len(b)+1]
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next[0] = i
		best := i
		for j := 1; j <= len(b); j++ {
			d := row[j-1]
			if a[i-1] != b[j-1] {
				d++
			}
			d = min(d, row[j]+1, next[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			next[j] = d
			best = min(best, d)
		}
		if best > most {
			return most + 1
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}
