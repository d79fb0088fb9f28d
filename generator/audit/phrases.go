package audit

import (
	"bytes"
	"slices"
	"strings"
)

// phrases are words and runs of words that must not appear. They are found by the hashes of their words, in one pass however many there are.
type phrases struct {
	// by is the phrases by the hash of their words, for each number of words; lengths are those numbers.
	by      map[uint64][]phrase
	lengths []int
	// maybe has a bit for every hash in by, at its lowest sixteen bits: most words of a text end there.
	maybe [1 << 16 / 64]uint64
}

// phrase is one of them, as it is written in archive.yaml.
type phrase struct {
	text, kind, rule string
	// literal is the text in lower case when it holds more than words and what stands between them, as "C++" does; else empty.
	literal string
	words   int
}

func (p *phrases) add(text, kind, rule string) {
	var hash uint64
	n := 0
	eachToken([]byte(text), prose, func(t token) {
		hash = hash*base + t.hash
		n++
	}, func() {})
	one := phrase{text: text, kind: kind, rule: rule, words: n}
	if strings.Trim(between.Replace(strings.ToLower(text)), "abcdefghijklmnopqrstuvwxyz0123456789") != "" && isASCII(text) || n == 0 {
		one.literal = fold(text)
	}
	if n == 0 {
		hash = 0
	}
	if p.by == nil {
		p.by = map[uint64][]phrase{}
	}
	p.by[hash] = append(p.by[hash], one)
	p.maybe[hash%(1<<16)/64] |= 1 << (hash % 64)
	if n > 0 && !slices.Contains(p.lengths, n) {
		p.lengths = append(p.lengths, n)
	}
}

// between is what may stand between the words of a phrase without being a part of it.
var between = strings.NewReplacer(" ", "", "-", "", "_", "", "'", "", ".", "", "\t", "")

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// observer is told of every token, and of every end of a text.
type observer struct {
	token func(token)
	gap   func()
}

// each calls found with every phrase in a text and where it begins, and an observer, if there is one, with its tokens.
func (p *phrases) each(text []byte, s syntax, found func(phrase, int), o *observer) {
	switch {
	case len(p.lengths) > 0:
		p.eachRun(text, s, found, o)
	case o != nil:
		eachToken(text, s, o.token, o.gap)
	}
	for _, one := range p.by[0] { // without any word: punctuation, emoji
		if i := bytes.Index(text, []byte(one.literal)); one.words == 0 && i >= 0 && one.literal != "" {
			found(one, i)
		}
	}
}

// eachRun finds the phrases that are runs of words.
func (p *phrases) eachRun(text []byte, s syntax, found func(phrase, int), o *observer) {
	ring := make([]token, slices.Max(p.lengths))
	n := 0
	eachToken(text, s, func(t token) {
		if o != nil {
			o.token(t)
		}
		ring[n%len(ring)] = t
		n++
		for _, l := range p.lengths {
			if n < l {
				continue
			}
			var hash uint64
			for i := n - l; i < n; i++ {
				hash = hash*base + ring[i%len(ring)].hash
			}
			if p.maybe[hash%(1<<16)/64]&(1<<(hash%64)) == 0 {
				continue
			}
			for _, one := range p.by[hash] {
				start := ring[(n-l)%len(ring)].start
				if one.words == l && (one.literal == "" || bytes.Contains(bytes.ToLower(text[max(0, start-8):min(len(text), t.end+8)]), []byte(one.literal))) {
					found(one, start)
				}
			}
		}
	}, func() {
		n = 0
		if o != nil {
			o.gap()
		}
	})
}
