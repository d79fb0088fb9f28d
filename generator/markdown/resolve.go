package markdown

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Replacement is what a page decides about a Slot.
type Replacement struct {
	// Address is where a link or image points; it need not be escaped. Without one, or with one that is not safe, the link or image goes
	// and only its text, or its alternative text, remains.
	Address string
	// Width and Height are the size of an image in pixels, which keeps the page from jumping when it loads. 0 when unknown.
	Width, Height int
	// HTML stands in place of the words of a term, at the end of a heading, or in place of an image. It is not escaped. Without it the words
	// stay as they are.
	HTML string
}

// Resolve returns the HTML with every slot filled as fn says. What fn does not answer is not shown: a zero Replacement leaves no address
// in the page.
func (f Fragment) Resolve(fn func(Slot) Replacement) string {
	if len(f.Slots) == 0 {
		return f.HTML
	}
	edits := make([]edit, 0, len(f.Slots)+8)
	for _, s := range f.Slots {
		edits = s.edits(fn(s), edits)
	}
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.Start, b.Start) })
	var b strings.Builder
	b.Grow(len(f.HTML) + len(f.HTML)/8)
	done := 0
	for _, e := range edits {
		if e.Start < done || e.End < e.Start || e.End > len(f.HTML) {
			continue
		}
		b.WriteString(f.HTML[done:e.Start])
		b.WriteString(e.text)
		done = e.End
	}
	b.WriteString(f.HTML[done:])
	return b.String()
}

// edit puts a text in place of a part of the HTML.
type edit struct {
	Extent
	text string
}

// edits appends what a replacement changes.
func (s Slot) edits(r Replacement, to []edit) []edit {
	here := Extent{s.Start, s.End}
	switch s.Kind {
	case TermSlot, HeadingSlot:
		if r.HTML != "" {
			to = append(to, edit{here, r.HTML})
		}
		return to
	case LinkSlot:
		if r.Address == "" || !safeAddress(r.Address) {
			return append(to, edit{s.Tag, ""}, edit{s.CloseTag, ""})
		}
	case ImageSlot:
		if r.HTML != "" {
			return append(to, edit{s.Tag, r.HTML})
		}
		if r.Address == "" || !safeAddress(r.Address) {
			return append(to, edit{s.Tag, string(appendText(nil, s.Alt))})
		}
		if r.Width > 0 && r.Height > 0 {
			size := ` width="` + strconv.Itoa(r.Width) + `" height="` + strconv.Itoa(r.Height) + `"`
			to = append(to, edit{Extent{s.End + 1, s.End + 1}, size}) // behind the quotation mark that ends the address
		}
	}
	return append(to, edit{here, string(appendAddress(nil, r.Address))})
}

// moved returns the slot as it is when n bytes come before the HTML.
func (s Slot) moved(n int) Slot {
	s.Start += n
	s.End += n
	for _, e := range []*Extent{&s.Tag, &s.CloseTag} {
		if *e != (Extent{}) {
			e.Start += n
			e.End += n
		}
	}
	return s
}
