package audit

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// token is one word of a text: its hash in lower case, and where it stands.
type token struct {
	hash       uint64
	start, end int
	// alone is true for a character of a script that is written without spaces, which is a token by itself.
	alone bool
}

// syntax says how a text is read.
type syntax int

const (
	// prose is read as it stands.
	prose syntax = iota
	// markup is HTML or XML: tags are passed over, the values of their attributes are texts of their own.
	markup
	// members is JSON: each of its strings is a text, and may hold markup.
	members
)

// maxTag is how long a tag may be, in bytes, before "<" is taken for a character of the text.
const maxTag = 16 << 10

// eachToken calls found with the words of a text, in order: runs of letters and digits. Entities and the escapes of JSON strings stand between
// words. Between words that do not follow each other gap is called: at the tags of blocks, and around the values of attributes, which are texts of
// their own and come after the text they stand in.
func eachToken(text []byte, s syntax, found func(token), gap func()) {
	var values []extent
	for at := 0; at < len(text); {
		c := text[at]
		switch {
		case c < utf8.RuneSelf && wordByte[c] != 0:
			at = asciiWord(text, at, found)
		case c == '<' && s != prose:
			if breaks(text[at+1:]) {
				gap()
			}
			at, values = tag(text, at, values)
		case c == '&' && s != prose:
			at = entity(text, at)
		case c == '\\' && s == members:
			at = escape(text, at)
		case c == '"' && s == members:
			gap()
			at++
		case c < utf8.RuneSelf:
			at++
		default:
			at = wideWord(text, at, found)
		}
	}
	if len(values) == 0 {
		return
	}
	from := 0
	inValue := func(t token) {
		t.start, t.end = t.start+from, t.end+from
		found(t)
	}
	for _, v := range values {
		gap()
		from = v.from
		eachToken(text[v.from:v.to], prose, inValue, gap)
	}
}

// extent is a part of a text.
type extent struct{ from, to int }

// wordByte is, for every ASCII letter and digit, itself in lower case; 0 for all else.
var wordByte = func() (table [utf8.RuneSelf]byte) {
	for c := range table {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z':
			table[c] = byte(c)
		case c >= 'A' && c <= 'Z':
			table[c] = byte(c) + 'a' - 'A'
		}
	}
	return table
}()

// The constants of the 64-bit FNV-1a hash (Fowler, Noll and Vo; RFC 9923).
const (
	hashBasis = 14695981039346656037
	hashPrime = 1099511628211
)

func asciiWord(text []byte, at int, found func(token)) int {
	start, hash := at, uint64(hashBasis)
	for at < len(text) {
		c := text[at]
		if c >= utf8.RuneSelf {
			if r, _ := utf8.DecodeRune(text[at:]); wordRune(r) && !standsAlone(r) {
				return wideWord(text, start, found) // "naïve" begins like an ASCII word
			}
			break
		}
		low := wordByte[c]
		if low == 0 {
			break
		}
		hash = (hash ^ uint64(low)) * hashPrime
		at++
	}
	found(token{hash: hash, start: start, end: at})
	return at
}

// wideWord reads a word that has other letters than those of ASCII, or passes over what is no letter.
func wideWord(text []byte, at int, found func(token)) int {
	start, hash := at, uint64(hashBasis)
	for at < len(text) {
		r, size := utf8.DecodeRune(text[at:])
		if !wordRune(r) {
			if at == start {
				return at + size
			}
			break
		}
		if standsAlone(r) {
			if at == start {
				found(token{hash: mix(hashBasis, r), start: at, end: at + size, alone: true})
				return at + size
			}
			break
		}
		hash = mix(hash, unicode.ToLower(r))
		at += size
	}
	found(token{hash: hash, start: start, end: at})
	return at
}

// mix adds a character to a hash; one of ASCII as asciiWord does.
func mix(hash uint64, r rune) uint64 {
	for ; ; r >>= 8 {
		hash = (hash ^ uint64(r&0xff)) * hashPrime
		if r < 0x100 {
			return hash
		}
	}
}

func wordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r))
}

// standsAlone reports whether a character belongs to a script that puts no spaces between words.
func standsAlone(r rune) bool {
	return r >= 0x0e00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// tag passes over a tag and adds the values of its attributes to those found before. What stands in a comment is read like text: it goes out
// like everything else.
func tag(text []byte, at int, values []extent) (int, []extent) {
	if at+1 >= len(text) || wordByte[text[at+1]&0x7f] == 0 && text[at+1] != '/' {
		return at + 1, values
	}
	before := len(values)
	for i := at + 1; i < min(len(text), at+maxTag); i++ {
		switch text[i] {
		case '>':
			return i + 1, values
		case '"', '\'':
			end := bytes.IndexByte(text[i+1:min(len(text), at+maxTag)], text[i])
			if end < 0 {
				return at + 1, values[:before]
			}
			if end > 0 {
				values = append(values, extent{i + 1, i + 1 + end})
			}
			i += end + 1
		}
	}
	return at + 1, values[:before]
}

// breaks reports whether what follows a "<" is the tag of an element that no sentence goes across.
func breaks(text []byte) bool {
	if len(text) > 0 && text[0] == '/' {
		text = text[1:]
	}
	n := 0
	for n < len(text) && n < 12 && wordByte[text[n]&0x7f] != 0 {
		n++
	}
	if n == 0 {
		return false
	}
	switch string(text[:n]) {
	case "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strong",
		"sub", "sup", "time", "u", "var", "wbr":
		return false
	}
	return true
}

// entity passes over a character reference.
func entity(text []byte, at int) int {
	if end := bytes.IndexByte(text[at:min(len(text), at+12)], ';'); end > 0 {
		return at + end + 1
	}
	return at + 1
}

// escape passes over an escape of a JSON string.
func escape(text []byte, at int) int {
	if at+1 >= len(text) {
		return at + 1
	}
	if text[at+1] == 'u' && at+6 <= len(text) {
		return at + 6
	}
	return at + 2
}

// The number of words that make a passage: of eight, and of as many characters as hold about the same in a script without spaces.
const (
	passageWords      = 8
	passageCharacters = 20
)

// passages finds every passage of a text: a run of eight words. What it gives is one hash for each.
type passages struct {
	words      window
	characters window
	// lone counts the tokens since the last character that stands alone.
	lone int
}

// window is the polynomial hash of the last so many tokens, after Karp and Rabin (1987).
type window struct {
	ring  []uint64
	next  int // the slot of the next token, which is that of the oldest one once the ring is full
	n     int // tokens, at most as many as the ring holds
	hash  uint64
	power uint64 // base to the length of the ring
}

const base = 0x9e3779b97f4a7c15 // any odd number with well-mixed bits

func newWindow(size int) window {
	w := window{ring: make([]uint64, size), power: 1}
	for range size {
		w.power *= base
	}
	return w
}

// add takes the next token and returns the hash of the window, once it is full.
func (w *window) add(hash uint64) (uint64, bool) {
	w.hash = w.hash*base + hash
	if w.n == len(w.ring) {
		w.hash -= w.ring[w.next] * w.power
	} else {
		w.n++
	}
	w.ring[w.next] = hash
	if w.next++; w.next == len(w.ring) {
		w.next = 0
	}
	return w.hash, w.n == len(w.ring)
}

func (w *window) reset() { w.next, w.n, w.hash = 0, 0, 0 }

func newPassages() *passages {
	return &passages{words: newWindow(passageWords), characters: newWindow(passageCharacters)}
}

// add takes the next token and returns the passage that ends with it, if one does.
func (p *passages) add(t token) (uint64, bool) {
	if t.alone {
		p.lone = 0
	} else {
		p.lone++
	}
	short, full := p.words.add(t.hash)
	long, all := p.characters.add(t.hash)
	switch {
	case p.lone >= passageWords:
		return short, full
	case all:
		return ^long, true
	}
	return 0, false
}

func (p *passages) reset() {
	p.words.reset()
	p.characters.reset()
	p.lone = 0
}
