package postmortem

import "debrief/generator/markdown"

// FreePage is a page of the archive that is no postmortem: about, how we review.
type FreePage struct {
	// File is the path inside the archive, with slashes; Slug is its address: /<slug>/.
	File, Slug string
	Title      string
	// Public is true when the page is in the external edition too.
	Public bool
	// Order is its place among the pages; pages without one come first, by file name.
	Order int
	Body  markdown.Fragment
}
