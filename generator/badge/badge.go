// Package badge draws what other pages show of an edition: a badge with the last incident and what is still promised, the incidents of the
// last twelve months, and the timeline of one incident, each an SVG file to be named in an <img>. It stands beside feed and machine at the end
// of the walk: it is given an Edition, so an external picture shows what the external site shows and nothing else.
//
// A picture in an <img> may load nothing and run nothing, so these need nothing: no script, no font, no other file. They say dates, never how
// long ago, because nobody makes them again when a day has passed. Their colours stand in attributes, for light pages; the few rules that
// change them for dark ones are a style element, and where a content security policy forbids that the picture is the light one.
package badge

import (
	"slices"
	"strconv"
	"strings"

	"debrief/generator/edition"
	"debrief/generator/page"
)

// Files returns the pictures of an edition. Nothing is drawn before a file is produced.
func Files(e *edition.Edition) []page.File {
	incidents := ready(e.Incidents)
	name := e.Site.Organization
	if name == "" {
		name = e.Site.Title
	}
	files := []page.File{
		file(page.BadgePath, func() string { return badge(e, name, incidents) }),
		file(page.HistoryPath, func() string { return history(e, name, incidents) }),
	}
	for _, s := range e.Services {
		files = append(files,
			file(page.ServiceBadgePath(s.Slug), func() string { return badge(e, s.Name, ready(s.Incidents)) }),
			file(page.ServiceHistoryPath(s.Slug), func() string { return history(e, s.Name, ready(s.Incidents)) }),
		)
	}
	for _, inc := range incidents {
		files = append(files, file(page.PicturePath(inc.Slug), func() string { return timeline(e, inc) }))
	}
	return files
}

func file(sitePath string, draw func() string) page.File {
	return page.File{Path: page.FilePath(sitePath), Produce: func() ([]byte, error) { return []byte(draw()), nil }}
}

// ready are the incidents without the drafts that a preview shows.
func ready(incidents []*edition.Incident) []*edition.Incident {
	return slices.DeleteFunc(slices.Clone(incidents), func(inc *edition.Incident) bool { return inc.Draft })
}

const (
	badgeHeight = 24
	badgeText   = 12 // the size of its letters, in pixels
	badgePad    = 9
	badgeLabel  = 220 // so wide is a name at most
)

// segment is one part of a badge.
type segment struct {
	text, fill, ink string
	// mark is drawn before the text: a ring for something open, a tick for nothing open. Colour alone would not tell everybody.
	mark string
}

func (s segment) width() float64 {
	w := textWidth(s.text, badgeText) + 2*badgePad
	if s.mark != "" {
		w += 15
	}
	return w
}

const (
	ringMark = `<circle cx="5" cy="12" r="4" fill="none" stroke="%s" stroke-width="1.75"/>`
	tickMark = `<path d="M1 12.5l3 3 5.5-7" fill="none" stroke="%s" stroke-width="1.75"/>`
)

// badge draws a name, the day of its last incident, and what is open after all of them.
func badge(e *edition.Edition, name string, incidents []*edition.Incident) string {
	last := "no incident recorded"
	for _, inc := range incidents {
		if d := inc.Date(); !d.IsZero() {
			last = "last incident " + d.Time().Format("2 Jan 2006")
			break
		}
	}
	segments := []segment{
		{text: fit(oneLine(name), badgeText, badgeLabel), fill: "#17191d", ink: "#fcfcfa"},
		{text: last, fill: "#dfe6f8", ink: "#1c3faa"},
		promised(e, incidents),
	}
	total := 0.0
	for _, s := range segments {
		total += s.width()
	}
	words := segments[0].text + ": " + segments[1].text + ", " + segments[2].text
	d := open(total, badgeHeight, words, oneLine(e.Site.Title)+". "+words+".")
	d.add(`<clipPath id="round"><rect width="%s" height="%d" rx="5"/></clipPath><g clip-path="url(#round)">`, number(total), badgeHeight)
	x := 0.0
	for _, s := range segments {
		d.add(`<rect x="%s" width="%s" height="%d" fill="%s"/>`, number(x), number(s.width()), badgeHeight, s.fill)
		x += s.width()
	}
	d.add("</g>\n")
	x = 0
	for _, s := range segments {
		at := x + badgePad
		if s.mark != "" {
			d.add(`<g transform="translate(%s)">`+s.mark+`</g>`, number(at), s.ink)
			at += 15
		}
		d.text(at, 16, s.text, badgeText, attributes{fill: s.ink})
		x += s.width()
	}
	d.add(`<rect x=".5" y=".5" width="%s" height="%d" rx="4.5" fill="none" stroke="#626873"/>`, number(total-1), badgeHeight-1)
	return d.close()
}

// promised counts what is open: outside the commitments, inside the action items.
func promised(e *edition.Edition, incidents []*edition.Incident) segment {
	n, thing := 0, "commitment"
	isOpen := func(s edition.ActionStatus) bool { return s == edition.Open || s == edition.InProgress }
	for _, inc := range incidents {
		if e.Audience == edition.Internal {
			thing = "action"
			for _, a := range inc.Actions {
				if isOpen(a.Status) {
					n++
				}
			}
			continue
		}
		for _, c := range inc.Commitments {
			if isOpen(c.Status) {
				n++
			}
		}
	}
	switch n {
	case 0:
		return segment{text: "no open " + thing + "s", fill: "#e4f2e8", ink: "#1d6640", mark: tickMark}
	case 1:
		return segment{text: "1 open " + thing, fill: "#fbeedd", ink: "#974600", mark: ringMark}
	default:
		return segment{text: strconv.Itoa(n) + " open " + thing + "s", fill: "#fbeedd", ink: "#974600", mark: ringMark}
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// number writes a length with one decimal, which is finer than anybody sees.
func number(v float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
}
