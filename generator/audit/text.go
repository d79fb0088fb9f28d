package audit

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"debrief/generator/archive"
	"debrief/generator/config"
	"debrief/generator/lazyregexp"
	"debrief/generator/markdown"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

// releasedPassages are the passages of everything that was written for the outside, worked out from the postmortems themselves.
func releasedPassages(a *archive.Archive) *set {
	r := &release{set: &set{}, passages: newPassages()}
	c := a.Config
	r.texts(c.Title, c.Organization, c.Description)
	for _, s := range c.Severities {
		r.texts(s.PublicName)
	}
	for _, s := range a.Services {
		r.texts(s.PublicName, s.PublicDescription)
	}
	for _, f := range a.Factors {
		r.texts(f.PublicName, f.PublicDescription)
	}
	for _, t := range c.Glossary {
		if t.Public {
			r.texts(t.Term, t.Meaning)
		}
	}
	for _, l := range c.Links {
		if l.Public {
			r.texts(l.Name, l.URL)
		}
	}
	for _, p := range a.Pages {
		if p.Public {
			r.texts(p.Title)
			r.fragment(p.Body)
		}
	}
	for _, inc := range a.Incidents {
		if isReleased(inc.Postmortem) {
			r.incident(c, inc.Postmortem)
		}
	}
	return r.set
}

func isReleased(p *postmortem.Postmortem) bool {
	return p.Visibility == postmortem.Public && p.Status == postmortem.Published
}

type release struct {
	set      *set
	passages *passages
}

func (r *release) incident(c *config.Config, p *postmortem.Postmortem) {
	if p.ExternalTitle != "" {
		r.texts(p.ExternalTitle)
	} else {
		r.texts(p.Title)
	}
	for _, a := range p.Amended {
		r.texts(a.Note)
	}
	open := func(name string) bool { return slices.Contains(c.OpenSections, name) }
	for _, s := range p.Sections {
		if open(string(s.Name)) {
			r.texts(s.Heading)
			r.fragment(s.Body)
		}
	}
	if open(string(postmortem.TimelineSection)) {
		r.entries(p.Timeline)
	}
	if open(string(postmortem.ActionsSection)) {
		for _, a := range p.Actions {
			r.texts(a.Text, a.Group)
			r.fragment(a.Body)
		}
	}
	x := p.External
	if x == nil {
		return
	}
	r.fragment(x.Summary)
	r.fragment(x.WhatHappened)
	r.fragment(x.Doing)
	for _, s := range x.More {
		r.texts(s.Heading)
		r.fragment(s.Body)
	}
	for _, commitment := range x.Commitments {
		r.texts(commitment.Text)
		r.fragment(commitment.Body)
	}
	r.entries(x.Timeline)
}

func (r *release) entries(entries []postmortem.Entry) {
	for _, e := range entries {
		// Its time and its milestone stand before it, in the archive and on a page.
		r.texts(e.Text, e.Written+" "+e.Text, e.Written+" "+string(e.Milestone)+" "+e.Text)
		r.fragment(e.Body)
	}
}

func (r *release) fragment(f markdown.Fragment) {
	r.read([]byte(f.HTML), markup)
	r.texts(f.Text)
	for _, s := range f.Slots {
		r.texts(s.Alt)
	}
}

func (r *release) texts(texts ...string) {
	for _, t := range texts {
		r.read([]byte(t), prose)
	}
}

func (r *release) read(text []byte, s syntax) {
	r.passages.reset()
	eachToken(text, s, func(t token) {
		if h, ok := r.passages.add(t); ok {
			r.set.add(h)
		}
	}, r.passages.reset)
}

// leakedPassages are the passages of the archive's files that stand in the site and that nobody released. A passage that is longer than eight
// words is told once.
func (a *Audit) leakedPassages() problem.List {
	if a.options.Archive == nil || a.options.Read == nil || a.unreleased.n == 0 {
		return nil
	}
	s := &leakSearch{Audit: a, maybe: a.unreleased.sieve(), passages: newPassages()}
	for _, inc := range a.options.Archive.Incidents {
		from, to := externalLines(inc.Postmortem)
		s.file(inc.File, from, to)
	}
	for _, p := range a.options.Archive.Pages {
		if !p.Public {
			s.file(p.File, 0, 0)
		}
	}
	for _, file := range config.Files() {
		s.file(file, 0, 0)
	}
	return s.leaks
}

// leakSearch looks for leaked passages in one file after another.
type leakSearch struct {
	*Audit
	// maybe lets all passages of the site through that nobody released.
	maybe sieve
	leaks problem.List

	// Of the part of a file that is being read:
	passages *passages
	tokens   []token
}

// externalLines are the first line of a postmortem's External summary and the first line after it, when it was released; else they are equal.
func externalLines(p *postmortem.Postmortem) (from, to int) {
	if p.External == nil || !isReleased(p) {
		return 0, 0
	}
	to = math.MaxInt
	for _, s := range p.Sections {
		if s.Line > p.External.Line {
			to = min(to, s.Line)
		}
	}
	return p.External.Line, to
}

// file finds the leaked passages of one file, but for those in some of its lines.
func (s *leakSearch) file(file string, from, to int) {
	src := s.options.Read(file)
	for _, b := range blocks(src) {
		if b.line < from || b.line >= to {
			s.part(file, src, b.extent)
		}
	}
}

func (s *leakSearch) part(file string, src []byte, part extent) {
	s.passages.reset()
	s.tokens = s.tokens[:0]
	from, to := -1, -1 // the passage that is being found, in tokens
	tell := func() {
		if from < 0 {
			return
		}
		start, end := part.from+s.tokens[from].start, part.from+s.tokens[to].end
		lineStart := bytes.LastIndexByte(src[:start], '\n') + 1
		text := strings.Join(strings.Fields(string(src[start:end])), " ")
		s.leaks.Errorf(problem.Position{File: file, Line: 1 + bytes.Count(src[:start], []byte("\n")), Column: utf8.RuneCount(src[lineStart:start]) + 1},
			"internal-text", hint, "%d words of internal text would go outside: %q", to-from+1, clip(text))
		from = -1
	}
	eachToken(src[part.from:part.to], prose, func(t token) {
		s.tokens = append(s.tokens, t)
		n := len(s.tokens) - 1
		h, ok := s.passages.add(t)
		if !ok || !s.maybe.passes(h) || !s.unreleased.has(h) || s.released.has(h) {
			return
		}
		size := passageWords
		if s.passages.lone < passageWords {
			size = passageCharacters
		}
		if begin := n - size + 1; from >= 0 && begin <= to+1 {
			to = n
		} else {
			tell()
			from, to = begin, n
		}
	}, func() {})
	tell()
}

// blocks cuts a file where its text is interrupted: at blank lines, headings, items of lists, cells of tables and the keys of front matter. What
// goes outside is made of such parts; that one of them follows another in the file is no secret.
func blocks(src []byte) []block {
	var out []block
	bodyLine := postmortem.Divide(src).BodyLine
	from, fromLine, at, number := 0, 1, 0, 1
	cut := func(to int) {
		if to > from {
			out = append(out, block{extent{from, to}, fromLine})
		}
		from, fromLine = to, number
	}
	for ; at < len(src); number++ {
		end := len(src)
		if i := bytes.IndexByte(src[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		line := src[at:end]
		text := bytes.TrimLeft(line, " \t\n\f\r")
		switch {
		case number < bodyLine:
			if key := matterKey.FindIndex(line); key != nil {
				cut(at)
				from = at + key[1]
				if value := line[key[1]:]; len(value) > 0 && value[0] == '[' { // a list of names
					cutAt(value, ',', from, cut)
				}
			}
		case len(bytes.TrimSpace(text)) == 0, strings.IndexByte("#-*+>|=0123456789", text[0]) >= 0 && blockStart.Match(line):
			cut(at)
		}
		if number >= bodyLine && bytes.HasPrefix(bytes.TrimSpace(text), []byte("|")) {
			cutAt(line, '|', at, cut)
		}
		at = end
		if number >= bodyLine && len(text) > 0 && text[0] == '#' && heading.Match(line) {
			cut(at)
		}
	}
	cut(len(src))
	return out
}

// cutAt cuts at every mark in a part of a file that begins at an offset.
func cutAt(part []byte, mark byte, offset int, cut func(int)) {
	for i, c := range part {
		if c == mark {
			cut(offset + i)
		}
	}
}

// block is a part of a file and the number of its first line.
type block struct {
	extent
	line int
}

var (
	matterKey  = lazyregexp.New(`^\s*(?:-\s+)?[A-Za-z_][A-Za-z0-9_-]*\s*[:=](?:\s|$)`)
	heading    = lazyregexp.New(`^\s{0,3}#{1,6}\s`)
	blockStart = lazyregexp.New(`^\s*(?:#{1,6}\s|[-*+]\s|\d{1,9}[.)]\s|>|\||---|===)`)
)

// clip cuts a text to what fits a message.
func clip(text string) string {
	const most = 120
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}
