package page

import (
	"strings"

	"debrief/generator/markdown"
)

// Away returns a fragment of the page at path as it may be read away from the site, in a feed or by a program: every address is absolute,
// glossary terms are words, headings have no link to themselves. A picture from another site is its alternative text, because loading it
// would tell that site who reads this.
func Away(home, path string, f markdown.Fragment) string {
	return f.Resolve(func(s markdown.Slot) markdown.Replacement {
		switch {
		case s.Kind == markdown.LinkSlot && strings.HasPrefix(s.Dest, "#"):
			return markdown.Replacement{Address: Absolute(home, path) + s.Dest}
		case s.Kind == markdown.LinkSlot, s.Kind == markdown.ImageSlot && strings.HasPrefix(s.Dest, "/"):
			return markdown.Replacement{Address: Absolute(home, s.Dest)}
		default:
			return markdown.Replacement{}
		}
	})
}
