package draft

import (
	"fmt"
	"strconv"
	"strings"

	"debrief/generator/lazyregexp"
)

// numbered is an id that ends in a number: "INC-2024-017", "pm-42".
var numbered = lazyregexp.New(`^(.*?)(\d+)$`)

// NextID continues the numbering of the ids there are, the newest first: after INC-2024-017 comes INC-2024-018, and in the next year
// INC-2025-001. Where ids have no numbering, a date and a title make one, as fallback has it.
func NextID(newestFirst []string, year int, fallback string) string {
	if len(newestFirst) == 0 {
		return fallback
	}
	pattern := ""
	for _, id := range newestFirst[:min(len(newestFirst), 3)] {
		if p := prefix(id); p != "" {
			pattern = p
			break
		}
	}
	if pattern == "" {
		return fallback
	}
	highest, width := 0, 0
	wanted := inYear(pattern, year)
	for _, id := range newestFirst {
		m := numbered.FindStringSubmatch(id)
		if m == nil {
			continue
		}
		if withoutYear(m[1]) == withoutYear(pattern) {
			width = max(width, len(m[2]))
		}
		if n, err := strconv.Atoi(m[2]); err == nil && m[1] == wanted {
			highest = max(highest, n)
		}
	}
	return fmt.Sprintf("%s%0*d", wanted, width, highest+1)
}

// prefix is what stands before the number of an id; empty when the id has none, or is a date, or a number alone that says nothing.
func prefix(id string) string {
	m := numbered.FindStringSubmatch(id)
	if m == nil || m[1] == "" || len(m[2]) > 6 || datePart.MatchString(id) {
		return ""
	}
	return m[1]
}

// datePart finds ids that are dates and not numbers: "2024-03-05", "outage-2024-03-05".
var datePart = lazyregexp.New(`\d{4}-?\d{2}-?\d{2}$`)

var yearPart = lazyregexp.New(`(19|20)\d\d`)

func inYear(prefix string, year int) string {
	return yearPart.ReplaceAllString(prefix, strconv.Itoa(year))
}

func withoutYear(prefix string) string {
	return strings.TrimSpace(yearPart.ReplaceAllString(prefix, ""))
}
