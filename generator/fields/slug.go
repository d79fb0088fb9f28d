package fields

import (
	"fmt"
	"hash/fnv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Slug makes the part of an address that stands for a name: lower case, letters and digits of any script, every run of anything else a
// single "-". "DB – primary (EU)" becomes "db-primary-eu". A name without a letter or digit, or longer than a file name may be, gets a slug
// with a checksum of the name in it, so the result is never empty, never "." or "..", and two names rarely share one.
func Slug(s string) string {
	if isPlainSlug(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range norm.NFKC.String(strings.ToLower(norm.NFKC.String(s))) {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r) && b.Len() > 0 && !gap:
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		case r == '\'' || r == '’':
			// An apostrophe is inside a word: "what's new" is whats-new.
		default:
			gap = true
		}
	}
	switch slug := b.String(); {
	case slug == "":
		return "x" + checksum(s)
	case len(slug) > maxSlug:
		end := maxSlug - len("-00000000")
		for !utf8.RuneStart(slug[end]) {
			end--
		}
		return strings.TrimSuffix(slug[:end], "-") + "-" + checksum(s)
	default:
		return slug
	}
}

// isPlainSlug reports whether a name is its own slug, going by its ASCII characters.
func isPlainSlug(s string) bool {
	gap := true // a hyphen may not come first
	for i := range len(s) {
		c := s[i]
		if c == '-' && gap || c != '-' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
		gap = c == '-'
	}
	return !gap && len(s) <= maxSlug
}

// maxSlug keeps a slug, with the ending of a file behind it, below the 255 bytes most file systems allow for a name.
const maxSlug = 120

func checksum(s string) string {
	h := fnv.New32a()
	h.Write([]byte(s))
	return fmt.Sprintf("%08x", h.Sum32())
}
