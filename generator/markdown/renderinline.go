package markdown

import (
	"slices"
	"strconv"
	"strings"
)

// inlines writes inline content. Raw tags that are opened in it are closed in it, so that a forgotten </b> ends with its paragraph.
func (r *renderer) inlines(content []inline) {
	open := len(r.open)
	for i := 0; i < len(content); i++ {
		if in := &content[i]; in.kind == inRaw {
			i += r.inlineRaw(in, content[i+1:])
		} else {
			r.inline(in)
		}
	}
	r.closeRaw(open)
}

func (r *renderer) inline(in *inline) {
	switch in.kind {
	case inText:
		r.writeText(in.text, in.line)
	case inCode:
		r.wrapped("code", func() {
			r.html = appendText(r.html, in.text)
			r.addPlain(in.text)
		})
	case inEmphasis:
		r.wrapped("em", func() { r.inlines(in.children) })
	case inStrong:
		r.wrapped("strong", func() { r.inlines(in.children) })
	case inStrike:
		r.wrapped("del", func() { r.inlines(in.children) })
	case inBreak:
		r.add("<br>\n")
		r.addPlain(" ")
	case inLink:
		r.link(in)
	case inImage:
		r.image(in)
	case inNote:
		r.noteMark(in.note)
	}
}

func (r *renderer) wrapped(name string, content func()) {
	r.add("<", name, ">")
	content()
	r.add("</", name, ">")
}

// writeText writes text of the document and marks the terms in it.
func (r *renderer) writeText(text string, line int) {
	r.addPlain(text)
	if r.balance {
		r.html = appendText(r.html, text)
		return
	}
	r.markTerms(text, line)
}

// markTerms writes text with a slot for each term in it that the fragment has not had yet.
func (r *renderer) markTerms(text string, line int) {
	done := 0
	for {
		f, ok := r.doc.terms.next(text, done, r.seen)
		if !ok || r.quiet > 0 {
			break
		}
		r.seen[f.term.index] = true
		r.html = appendText(r.html, text[done:f.start])
		slot := Slot{Kind: TermSlot, Start: len(r.html), Dest: f.term.words}
		r.html = appendText(r.html, text[f.start:f.end])
		slot.End = len(r.html)
		if line > 0 {
			slot.Line = line + strings.Count(text[:f.start], "\n")
		}
		r.slots = append(r.slots, slot)
		done = f.end
	}
	r.html = appendText(r.html, text[done:])
}

// link writes a link, or only its text when its address may do harm or is missing, when it stands in another link, or when nobody would
// notice it.
func (r *renderer) link(in *inline) {
	if r.inLink || in.dest == "" || !safeAddress(in.dest) || strings.TrimSpace(plainText(in.children)) == "" {
		r.inlines(in.children)
		return
	}
	slot := r.openLink(in.dest, in.title, in.line)
	outer := r.inLink
	r.inLink = true
	r.quiet++
	r.inlines(in.children)
	r.quiet--
	r.inLink = outer
	r.closeLink(slot)
}

// openLink writes <a> and returns the index of its slot.
func (r *renderer) openLink(dest, title string, line int) int {
	tag := len(r.html)
	r.add(`<a href="`)
	start := r.address(dest)
	end := len(r.html)
	r.add(`"`)
	r.titleAttribute(title)
	if external(dest) {
		r.add(` rel="noopener noreferrer"`)
	}
	r.add(">")
	r.slots = append(r.slots, Slot{Kind: LinkSlot, Start: start, End: end, Dest: dest, Line: line, Tag: Extent{tag, len(r.html)}})
	return len(r.slots) - 1
}

func (r *renderer) closeLink(slot int) {
	start := len(r.html)
	r.add("</a>")
	r.slots[slot].CloseTag = Extent{start, len(r.html)}
}

// address writes the address of the next slot, or its number, and returns where it starts.
func (r *renderer) address(dest string) int {
	start := len(r.html)
	if r.balance {
		r.addInt(len(r.slots))
	} else {
		r.html = appendAddress(r.html, dest)
	}
	return start
}

func (r *renderer) titleAttribute(title string) {
	if title != "" {
		r.add(` title="`)
		r.html = appendAttribute(r.html, title)
		r.add(`"`)
	}
}

// image writes an image, or only its alternative text when its address may do harm or is missing.
func (r *renderer) image(in *inline) {
	if in.dest == "" || !safeAddress(in.dest) {
		r.html = appendText(r.html, in.text)
		r.addPlain(in.text)
		return
	}
	r.openImage(in.dest, in.text, in.title, 0, 0, in.line)
}

func (r *renderer) openImage(dest, alt, title string, width, height, line int) {
	tag := len(r.html)
	r.add(`<img src="`)
	start := r.address(dest)
	end := len(r.html)
	r.add(`" alt="`)
	r.html = appendAttribute(r.html, alt)
	r.add(`"`)
	r.titleAttribute(title)
	if width > 0 && height > 0 {
		r.add(` width="`, strconv.Itoa(width), `" height="`, strconv.Itoa(height), `"`)
	}
	r.add(` loading="lazy" decoding="async">`)
	r.addPlain(alt)
	r.slots = append(r.slots, Slot{Kind: ImageSlot, Start: start, End: end, Dest: dest, Line: line, Alt: alt, Tag: Extent{tag, len(r.html)}})
}

// inlineOf turns spans back into inline content, with one element around neighbours that share a mark.
func (d *Document) inlineOf(spans []Span) []inline {
	if !slices.ContainsFunc(spans, func(s Span) bool { return s.Strong || s.Emphasis || s.Strike }) {
		return d.leaves(spans)
	}
	return d.group(spans, []func(*Span) *bool{
		func(s *Span) *bool { return &s.Strong }, func(s *Span) *bool { return &s.Emphasis }, func(s *Span) *bool { return &s.Strike },
	}, []inlineKind{inStrong, inEmphasis, inStrike})
}

// group wraps runs of spans that have the first mark, and looks for the other marks inside and outside of them.
func (d *Document) group(spans []Span, marks []func(*Span) *bool, kinds []inlineKind) []inline {
	if len(marks) == 0 {
		return d.leaves(spans)
	}
	var list []inline
	for i := 0; i < len(spans); {
		end := i + 1
		marked := *marks[0](&spans[i])
		for end < len(spans) && *marks[0](&spans[end]) == marked {
			end++
		}
		inner := d.group(spans[i:end], marks[1:], kinds[1:])
		if marked {
			inner = []inline{{kind: kinds[0], children: inner, line: spans[i].Line, column: spans[i].Column}}
		}
		list = append(list, inner...)
		i = end
	}
	return list
}

// leaves turns spans into inline content without their marks.
func (d *Document) leaves(spans []Span) []inline {
	list := make([]inline, 0, len(spans))
	for _, s := range spans {
		in := inline{text: s.Text, dest: s.Dest, line: s.Line, column: s.Column}
		switch s.Kind {
		case CodeSpan:
			in.kind = inCode
		case Link:
			in.kind, in.text = inLink, ""
			in.children = []inline{{kind: inText, text: s.Text, line: s.Line, column: s.Column}}
		case Image:
			in.kind = inImage
		case RawHTML:
			in.kind = inRaw
			if isBreakTag(s.Text) {
				in.kind = inBreak
			}
		case FootnoteRef:
			index, ok := d.noteLabels[s.Dest]
			if !ok {
				continue
			}
			in.kind, in.note = inNote, index
		}
		list = append(list, in)
	}
	return list
}

// hasRaw reports whether there is a tag among spans that only an HTML parser can set right.
func hasRaw(spans []Span) bool {
	for _, s := range spans {
		if s.Kind == RawHTML && !isBreakTag(s.Text) && !strings.HasPrefix(s.Text, "<!") {
			return true
		}
	}
	return false
}
