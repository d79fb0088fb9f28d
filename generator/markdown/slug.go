package markdown

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Slug returns the anchor that a heading with this text has, without prefix and before it is made unique: letters and digits of any script
// in lower case, "-" for what lies between. Applied to the part of an address after "#" it gives the anchor such a link means, whichever
// generator the link was written for. It is never empty.
func Slug(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	gap := false
	for _, r := range norm.NFC.String(text) {
		if !unicode.In(r, unicode.L, unicode.N, unicode.M) {
			// An apostrophe holds a word together: "What's next" is what GitHub calls "whats-next".
			gap = gap || r != '\'' && r != '\u2019'
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte('-')
		}
		gap = false
		b.WriteRune(unicode.ToLower(r))
	}
	if b.Len() == 0 {
		return "section"
	}
	return b.String()
}

// anchors hands out ids that are unique in a fragment.
type anchors struct {
	taken map[string]int // how often a slug was asked for; 0 for one that was made by numbering
}

// unique returns the slug, or the slug with the first free number from 2.
func (a *anchors) unique(slug string) string {
	if a.taken == nil {
		a.taken = map[string]int{}
	}
	n, used := a.taken[slug]
	if !used {
		a.taken[slug] = 1
		return slug
	}
	for n = max(n, 1) + 1; ; n++ {
		numbered := slug + "-" + strconv.Itoa(n)
		if _, used := a.taken[numbered]; !used {
			a.taken[slug] = n
			a.taken[numbered] = 0
			return numbered
		}
	}
}
