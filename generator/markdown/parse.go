package markdown

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

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
	// Uncoloured leaves code as it is, for those who look at fragments and do not show them: colours take a good part of the time.
	Uncoloured bool
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

	terms      *termIndex
	uncoloured bool
	// noteLabels finds a footnote by its label.
	noteLabels map[string]int
	// rawNotes is set when there is raw HTML in a footnote.
	rawNotes bool
	// dropRaw is set when the raw HTML is nested beyond reason and is left out.
	dropRaw bool
}

// Parse reads CommonMark with the extensions of GitHub (tables, strikethrough, bare addresses, task lists, footnotes) and what archives
// made for other generators bring along: any line ending, a byte order mark, admonitions, shortcodes. It accepts every input; what it
// cannot keep is a problem of the document. Time and memory are bounded by the length of src times a constant.
func Parse(src []byte, opts Options) *Document {
	d := &Document{terms: indexTerms(opts.Terms), uncoloured: opts.Uncoloured}
	first := opts.FirstLine
	if first < 1 {
		first = 1
	}
	clean, dirt := normalize(src)
	clean, rest := cut(clean)
	c := newConverter(clean, opts.File, first, d)
	c.reportDirt(dirt)
	if failure := c.convert(engine()); failure != nil {
		// A bug in the parser costs this one text its markup, not the archive its build.
		*d = Document{terms: d.terms, Blocks: []*Block{plainBlock(c.text, first)}}
		d.Problems.Errorf(problem.Position{File: opts.File, Line: first}, "markdown-parser",
			"please report this text as a bug; until then it is shown without markup", "the Markdown parser failed: %v", failure)
	}
	if len(rest) > 0 {
		line, column := c.at.at(len(clean))
		d.Blocks = append(d.Blocks, plainBlock(string(rest), line))
		d.Problems.Warnf(problem.Position{File: opts.File, Line: line, Column: column}, "markup-limit", "attach long logs as files",
			"this text is longer than %d MB: the rest of it is shown as it is written", maxMarkup>>20)
	}
	d.Problems.Sort()
	return d
}

// cut divides a text that is too long, at the end of a line if there is one.
func cut(src []byte) (markup, rest []byte) {
	if len(src) <= maxMarkup {
		return src, nil
	}
	end := bytes.LastIndexByte(src[:maxMarkup], '\n') + 1
	if end == 0 {
		for end = maxMarkup; !utf8.RuneStart(src[end]); end-- {
		}
	}
	return src[:end], src[end:]
}

// convert parses the source and fills the document. What it returns is a panic of the parser, which is not ours to trust.
func (c *converter) convert(p parser.Parser) (failure error) {
	defer func() {
		if r := recover(); r != nil {
			failure = fmt.Errorf("%v", r)
		}
	}()
	pc := parser.NewContext()
	pc.Set(stateKey, c.state)
	root := p.Parse(text.NewReader(c.src), parser.WithContext(pc))
	c.document(root)
	return nil
}

// Plain returns a line of Markdown, such as a title from front matter, as plain text: no marks, links by their text, references resolved.
// Nothing in it starts a block, so that "1. May" and "# 3" stay what they are.
func Plain(line string) string {
	clean, _ := normalize([]byte(line))
	clean, _ = cut(clean)
	if !bytes.ContainsAny(clean, "\\`*_~[]!<>&{") {
		return strings.Join(strings.Fields(string(clean)), " ")
	}
	c := newConverter(clean, "", 1, &Document{terms: &termIndex{}})
	if c.convert(lineEngine()) != nil {
		return c.text
	}
	var words []string
	for _, b := range c.doc.Blocks {
		words = append(words, strings.Fields(b.Text)...)
	}
	return strings.Join(words, " ")
}

// plainBlock is a whole text as one block without markup.
func plainBlock(text string, line int) *Block {
	return &Block{Kind: Code, Line: line, Column: 1, Text: text}
}
