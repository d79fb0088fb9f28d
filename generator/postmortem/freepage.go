package postmortem

import (
	"path"
	"strings"

	"debrief/generator/fields"
	"debrief/generator/markdown"
	"debrief/generator/problem"
)

// FreePage is a page of the archive that is no postmortem: about, how we review. Its front matter has the keys title, visibility (internal,
// which is the default, or public) and order, a number.
type FreePage struct {
	// File is the path inside the archive, with slashes; Slug is its address: /<slug>/.
	File, Slug string
	Title      string
	// Public is true when the page is in the external edition too.
	Public bool
	// Order is its place among the pages; pages without one come first, by file name.
	Order int
	Body  markdown.Fragment
	// Headings are those of Body.
	Headings []markdown.Anchor
}

// ReadPage reads a free page. Like Read it always returns one, with what could not be used left out and reported.
func ReadPage(file string, src []byte, opts Options) (*FreePage, problem.List) {
	var problems problem.List
	s := divide(src)
	p := &FreePage{File: file}
	name := path.Base(file)
	name, _, _ = strings.Cut(name, ".")
	p.Slug = fields.Slug(name)

	if s.hasMatter {
		node, found := fields.Parse(file, s.matterLine, s.syntax, s.matter)
		problems = append(problems, found...)
		d := fields.NewDecoder(node, &problems)
		p.Title = strings.TrimSpace(d.String("title").Value)
		p.Public = d.Enum("visibility", string(Internal), string(Public)).Value == string(Public)
		p.Order = d.Int("order", -1_000_000, 1_000_000).Value
		d.Done()
	}
	doc := markdown.Parse(s.body, markdown.Options{File: file, FirstLine: s.bodyLine, Terms: opts.Terms})
	problems = append(problems, doc.Problems...)
	blocks := doc.Blocks
	if len(blocks) > 0 && blocks[0].Kind == markdown.Heading && blocks[0].Level == 1 {
		if p.Title == "" {
			p.Title = collapse(blocks[0].Text)
		}
		blocks = blocks[1:]
	}
	if p.Title == "" {
		p.Title = strings.ReplaceAll(name, "-", " ")
	}
	p.Body, p.Headings = doc.RenderPage(blocks, markdown.RenderOptions{Title: p.Title})
	problems.Sort()
	return p, problems
}
