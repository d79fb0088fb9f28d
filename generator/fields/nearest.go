package fields

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Nearest returns the known word that somebody who wrote word most likely meant, or "" when none is near: one wrong, missing, extra or
// swapped letter for every three of the shorter word, at least one. Case, hyphens, underscores and spaces do not count. The first of
// several equally near ones wins.
func Nearest(word string, known []string) string {
	written := []rune(fold(word))
	best, bestDistance := "", -1
	for _, candidate := range known {
		wanted := []rune(fold(candidate))
		limit := max(1, min(len(written), len(wanted))/3)
		if len(wanted) == 0 || len(written) == 0 || abs(len(wanted)-len(written)) > limit {
			continue
		}
		if d := distance(written, wanted); d <= limit && d < len(wanted) && (bestDistance < 0 || d < bestDistance) {
			best, bestDistance = candidate, d
		}
	}
	return best
}

// distance is the optimal string alignment distance: how many single letters to insert, delete, replace or swap with their neighbour make
// one word of the other. F. J. Damerau, "A technique for computer
// detection and correction of spelling errors", 1964.
func distance(a, b []rune) int {
	two, one, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range one {
		one[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(one[j]+1, row[j-1]+1, one[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], two[j-2]+1)
			}
		}
		two, one, row = one, row, two
	}
	return one[len(b)]
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// fold reduces a key to what tells it from others: no case, no hyphens, underscores, dots or spaces.
func fold(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return ignored(r) || unicode.ToLower(r) != r }) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if ignored(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// foldsTo reports whether fold(s) is folded.
func foldsTo(s, folded string) bool {
	rest := folded
	for _, r := range s {
		if ignored(r) {
			continue
		}
		wanted, size := utf8.DecodeRuneInString(rest)
		if size == 0 || unicode.ToLower(r) != wanted {
			return false
		}
		rest = rest[size:]
	}
	return rest == ""
}

func ignored(r rune) bool { return r == '-' || r == '_' || r == '.' || unicode.IsSpace(r) }
