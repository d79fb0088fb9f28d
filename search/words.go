package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A word of a text is a run of letters, marks and digits, in lower case. An apostrophe joins what English contracts ("don't") and a dot two
// digits ("10.0.0.1"); an English possessive goes. An underscore parts words, so that max_connections is found by connections.
// Scripts that are written without spaces become overlapping pairs of characters, as in bleve's cjk analyzer.
//
// themes/default/assets/search/words.js does the same, character by character; a test in a browser holds the two together.

// maxWord is how many characters of a word count; what is longer is data that somebody pasted.
const maxWord = 40

// word is a word of a text and the bytes it stands on.
type word struct {
	form       string
	start, end int
}

// normal is the form of a text in which words are counted: composed characters (NFC).
func normal(text string) string { return norm.NFC.String(text) }

// eachWord calls yield for the words of a normal text in order.
func eachWord(text string, yield func(word)) {
	eachPlace(text, func(start, end int) { yield(word{form: fold(text[start:end]), start: start, end: end}) })
}

// eachPlace calls yield for the places of the words of a normal text in order. What stands there has yet to be folded.
func eachPlace(text string, yield func(start, end int)) {
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf && !plainWord[c] {
			i++
			continue
		}
		r, size := runeAt(text, i)
		if !isWordRune(r) {
			i += size
			continue
		}
		if isUnspaced(r) {
			i = eachPair(text, i, yield)
			continue
		}
		start := i
		i = endOfWord(text, i+size, r)
		yield(start, i)
	}
}

// endOfWord returns where a word ends that has its first character, last, before i.
func endOfWord(text string, i int, last rune) int {
	for i < len(text) {
		if c := text[i]; c < utf8.RuneSelf && plainWord[c] {
			last = rune(c)
			i++
			continue
		}
		r, size := runeAt(text, i)
		if isWordRune(r) && !isUnspaced(r) {
			last = r
		} else if !joins(r, last, text[i+size:]) {
			return i
		}
		i += size
	}
	return i
}

// eachPair yields the pairs of a run of unspaced characters, or its one character, and returns where the run ends.
func eachPair(text string, start int, yield func(start, end int)) int {
	before, at := start, start // where the last character and the one before it begin
	n := 0
	i := start
	for i < len(text) {
		r, size := runeAt(text, i)
		if !isUnspaced(r) || !isWordRune(r) {
			break
		}
		before, at = at, i
		i += size
		if n++; n > 1 {
			yield(before, i)
		}
	}
	if n == 1 {
		yield(at, i)
	}
	return i
}

func runeAt(text string, i int) (rune, int) {
	if i >= len(text) {
		return 0, 0
	}
	if c := text[i]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	return utf8.DecodeRuneInString(text[i:])
}

// plainWord are the characters of ASCII that words are made of: nearly all that there is in most texts.
var plainWord = func() (set [utf8.RuneSelf]bool) {
	for c := range set {
		set[c] = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z'
	}
	return set
}()

func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return plainWord[r]
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// unspaced are the scripts that do not part words by spaces. The mark that lengthens a vowel (ー) belongs to two of them, and so to none.
var unspaced = []*unicode.RangeTable{unicode.Thai, unicode.Lao, unicode.Myanmar, unicode.Khmer, unicode.Hiragana, unicode.Katakana, unicode.Han}

func isUnspaced(r rune) bool { return r >= 0x0E00 && (r == 'ー' || unicode.In(r, unspaced...)) }

// joins reports whether a character between others makes one word of them: the dot of a number, the apostrophe of an English contraction. What
// follows an apostrophe for longer than two letters is a word of its own, as in French.
func joins(r, before rune, after string) bool {
	next, size := runeAt(after, 0)
	switch {
	case isUnspaced(next):
		return false
	case r == '.':
		return unicode.IsNumber(before) && unicode.IsNumber(next)
	case r == '\'' || r == '’':
		second, more := runeAt(after, size)
		third, _ := runeAt(after, size+more)
		return unicode.IsLetter(before) && unicode.IsLetter(next) && (!isWordRune(second) || unicode.IsLetter(second) && !isWordRune(third))
	}
	return false
}

// fold is the form under which a word is indexed.
func fold(s string) string {
	if isPlain(s) && len(s) <= maxWord {
		return s
	}
	s = strings.Map(foldRune, s)
	if n := len(s); n > 2 && s[n-2:] == "'s" {
		s = s[:n-2]
	}
	if len(s) <= maxWord {
		return s
	}
	n := 0
	for i := range s {
		if n++; n > maxWord {
			return s[:i]
		}
	}
	return s
}

// isPlain reports whether folding would change nothing.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' || c == '\'' {
			return false
		}
	}
	return true
}

func foldRune(r rune) rune {
	switch r {
	case '’':
		return '\''
	case 'İ':
		return 'i'
	}
	if r = unicode.ToLower(r); r == 'ς' {
		return 'σ'
	}
	return r
}

// forms are the words of a text, without their places.
func forms(text string) []string {
	var out []string
	eachWord(normal(text), func(w word) { out = append(out, w.form) })
	return out
}
