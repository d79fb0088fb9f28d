package markdown

import (
	"fmt"

	"debrief/generator/problem"

	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// Options say how a text is read.
type Options struct {
	// File is the name that problems carry.
	File string
	// FirstLine is the number the first line of the text has in its file, when front matter comes before it. 0 means 1.
	FirstLine int
	// Terms are the glossary terms to mark in fragments: whole words, the longest first where several fit, the first use in each
	// fragment, never in headings, links or code. A term with an upper-case letter is found only as it is written.
	Terms []string
}

// Document is a parsed text. It holds no syntax tree of any library, is never changed once made, and may be rendered from many
// goroutines at once.
type Document struct {
	// Blocks are the top-level blocks, in order. Comments, link definitions and shortcodes leave nothing here.
	Blocks []*Block
	// Footnotes are the definitions of footnotes. They belong to no section: Render lists those that its blocks refer to.
	Footnotes []*Block
	// Problems are what the author should know, sorted.
	Problems problem.List

	terms termIndex
	// rawNotes is set when there is raw HTML in a footnote.
	rawNotes bool
	// dropRaw is set when the raw HTML is nested beyond reason and is left out.
	dropRaw bool
}

// Parse reads CommonMark with the extensions of GitHub (tables, strikethrough, bare addresses, task lists, footnotes) and what archives
// made for other generators bring along: any line ending, a byte order mark, admonitions, shortcodes. It accepts every input; what it
// cannot keep is a problem of the document. Time and memory are bounded by the length of src times a constant.
func Parse(src []byte, opts Options) *Document {
	d := &Document{terms: indexTerms(opts.Terms)}
	first := opts.FirstLine
	if first < 1 {
		first = 1
	}
	clean, dirt := normalize(src)
	c := newConverter(clean, opts.File, first, d)
	c.reportDirt(dirt)
	if failure := c.convert(); failure != nil {
		// A bug in the parser costs this one text its markup, not the archive its build.
		*d = Document{terms: d.terms, Blocks: []*Block{plainBlock(c.text, first)}}
		d.Problems.Errorf(problem.Position{File: opts.File, Line: first}, "markdown-parser",
			"please report this text as a bug; until then it is shown without markup", "the Markdown parser failed: %v", failure)
	}
	d.Problems.Sort()
	return d
}

// convert parses the source and fills the document. What it returns is a panic of the parser, which is not ours to trust.
func (c *converter) convert() (failure error) {
	defer func() {
		if r := recover(); r != nil {
			failure = fmt.Errorf("%v", r)
		}
	}()
	pc := parser.NewContext()
	pc.Set(stateKey, c.state)
	root := engine.Parse(text.NewReader(c.src), parser.WithContext(pc))
	c.document(root)
	return nil
}

// plainBlock is a whole text as one block without markup.
func plainBlock(text string, line int) *Block {
	return &Block{Kind: Code, Line: line, Column: 1, Text: text}
}
