// Package audit reads a finished external site again before it goes out, and does not trust the rooms before it to be right. It stands between
// making the files and publishing them: it is given the bytes of every file, and looks in them for what must not leave:
//
//   - the blocked words and the names of people in archive.yaml;
//   - what is internal by its form: private addresses, names of internal hosts, e-mail addresses, credentials;
//   - passages of eight words or more of the archive's text that nobody released.
//
// What was released it works out itself, from the postmortems and not from the edition: an audit that believed the edition could not find the
// edition's mistakes.
package audit

import (
	"bytes"
	"cmp"
	"html"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"debrief/generator/archive"
	"debrief/generator/config"
	"debrief/generator/problem"
)

// Options say what must not leave, and how to find where it comes from.
type Options struct {
	// Config has the blocked words, names, hosts and exceptions; nil for none.
	Config *config.Config
	// Archive is whose text may not leave unless it was released; nil to look at words and forms only.
	Archive *archive.Archive
	// Read returns the bytes of a file of the archive, or nil.
	Read func(file string) []byte
	// Source returns the file of the archive that a file of the site was made from, or "".
	Source func(file string) string
}

// Audit reads the files of one site. Its methods may be called from any goroutine; Problems after all files.
type Audit struct {
	options  Options
	patterns *matcher
	phrases  phrases
	allowed  map[string]bool
	released *set

	mu sync.Mutex
	// found are the finds, one for each file, rule and text.
	found map[string]finding
	// unreleased are the passages of the site that no released text has: the theme's words, and what should not be there.
	unreleased set
	bytes      int64
}

// finding is something that must not leave, in one file.
type finding struct {
	file         string
	line, column int
	// kind is what it is in words: "the blocked word", "an e-mail address"; rule is its name, and text what was found.
	kind, rule, text string
}

// New returns an audit that has read nothing yet.
func New(opts Options) *Audit {
	a := &Audit{options: opts, found: map[string]finding{}, allowed: map[string]bool{}}
	patterns := slices.Concat(addressPatterns, secretPatterns)
	if c := opts.Config; c != nil {
		for _, word := range c.Audit.Allow {
			a.allowed[strings.ToLower(word)] = true
		}
		for _, link := range c.Links {
			if address, ok := strings.CutPrefix(link.URL, "mailto:"); ok && link.Public {
				a.allowed[strings.ToLower(address)] = true
			}
		}
		patterns = append(patterns, hostPatterns(c)...)
		for _, w := range c.BlockedWords {
			a.phrases.add(w, "the blocked word", "blocked-word")
		}
		for _, w := range c.People {
			a.phrases.add(w, "the name", "blocked-name")
		}
	}
	a.patterns = newMatcher(patterns)
	if opts.Archive != nil {
		a.released = releasedPassages(opts.Archive)
	}
	return a
}

// Bytes is how many bytes were read.
func (a *Audit) Bytes() int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.bytes
}

// File reads one file of the site.
func (a *Audit) File(file string, content []byte) {
	var finds []finding
	note := func(text []byte, start int, kind, rule, what string) {
		if a.allowed[strings.ToLower(what)] {
			return
		}
		line := 1 + bytes.Count(text[:start], []byte("\n"))
		column := utf8.RuneCount(text[1+bytes.LastIndexByte(text[:start], '\n'):start]) + 1
		finds = append(finds, finding{file, line, column, kind, rule, what})
	}
	name := []byte(file)
	a.phrases.each(name, prose, func(p phrase, start int) { note(name, start, p.kind, p.rule, p.text) }, nil)

	var passed []uint64
	if utf8.Valid(content) {
		text, s := readable(file, content)
		a.patterns.each(text, func(p *pattern, f find) { note(text, f.start, p.kind, p.name, f.text) })
		a.phrases.each(text, s, func(p phrase, start int) { note(text, start, p.kind, p.rule, p.text) }, a.observer(file, &passed))
	}

	a.mu.Lock()
	defer a.mu.Unlock()
	a.bytes += int64(len(content))
	for _, f := range finds {
		key := f.file + "\x00" + f.rule + "\x00" + f.text
		if first, told := a.found[key]; !told || f.line < first.line || f.line == first.line && f.column < first.column {
			a.found[key] = f
		}
	}
	for _, h := range passed {
		a.unreleased.add(h)
	}
}

// observer takes note of the passages of a file that were not released; nil where there are none to be looked for.
func (a *Audit) observer(file string, passed *[]uint64) *observer {
	if ext := path.Ext(file); a.released == nil || ext == ".css" || ext == ".js" {
		return nil
	}
	passages := newPassages()
	return &observer{func(t token) {
		if h, ok := passages.add(t); ok && !a.released.has(h) {
			*passed = append(*passed, h)
		}
	}, passages.reset}
}

// readable brings a file into the form its words are found in: feeds hold escaped HTML, JSON escapes what could end a script.
func readable(file string, content []byte) ([]byte, syntax) {
	switch path.Ext(file) {
	case ".html", ".htm", ".svg":
		return content, markup
	case ".xml", ".opml", ".rss", ".atom":
		if bytes.IndexByte(content, '&') < 0 {
			return content, markup
		}
		return []byte(html.UnescapeString(string(content))), markup
	case ".json":
		for _, e := range jsonEscapes {
			content = bytes.ReplaceAll(content, e.escaped, e.character)
		}
		return content, members
	default:
		return content, prose
	}
}

var jsonEscapes = []struct{ escaped, character []byte }{
	{[]byte(`\u003c`), []byte("<")}, {[]byte(`\u003e`), []byte(">")}, {[]byte(`\u0026`), []byte("&")},
}

const hint = "say it in other words; the external site is held back until then, and the last one stays"

// Problems is everything that was found, each at its place in the archive where that is known, else in the site. What reached many files is told
// once for each file of the archive, and once in all where no file can be named.
func (a *Audit) Problems() problem.List {
	a.mu.Lock()
	defer a.mu.Unlock()
	finds := make([]finding, 0, len(a.found))
	for _, f := range a.found {
		finds = append(finds, f)
	}
	slices.SortFunc(finds, func(x, y finding) int {
		return cmp.Or(strings.Compare(x.file, y.file), cmp.Compare(x.line, y.line), cmp.Compare(x.column, y.column), strings.Compare(x.rule, y.rule), strings.Compare(x.text, y.text))
	})
	var out problem.List
	told := map[string]bool{}
	say := func(at problem.Position, f finding) {
		out.Errorf(at, f.rule, hintFor(f.rule), "%s %q would go outside in %s:%d:%d", f.kind, f.text, f.file, f.line, f.column)
		told[f.rule+f.text] = true
	}
	for _, f := range finds {
		if file := a.source(f.file); file != "" {
			say(a.place(file, f.text), f)
		}
	}
	for _, f := range finds {
		if !told[f.rule+f.text] {
			say(a.anyPlace(f), f)
		}
	}
	out = append(out, a.leakedPassages()...)
	out.Sort()
	return out
}

func hintFor(rule string) string {
	switch rule {
	case "email", "private-ip", "internal-host", "secret":
		return "leave it out; or, if customers should read it, list it under audit.allow in archive.yaml"
	}
	return hint
}

func (a *Audit) source(file string) string {
	if a.options.Source == nil {
		return ""
	}
	return a.options.Source(file)
}

// place is the last line of a file of the archive that has a text: what goes outside stands at the end of a postmortem.
func (a *Audit) place(file, text string) problem.Position {
	at := problem.Position{File: file}
	if a.options.Read == nil {
		return at
	}
	wanted := fold(text)
	for i, line := range strings.Split(string(a.options.Read(file)), "\n") {
		if column := strings.Index(strings.ToLower(line), wanted); column >= 0 {
			at.Line, at.Column = i+1, utf8.RuneCountInString(line[:min(column, len(line))])+1
		}
	}
	return at
}

// anyPlace is where a find is said to be that came from no file in particular: archive.yaml when the text stands there, else the site.
func (a *Audit) anyPlace(f finding) problem.Position {
	for _, file := range config.Files() {
		if at := a.place(file, f.text); at.Line > 0 {
			return at
		}
	}
	return problem.Position{File: f.file, Line: f.line, Column: f.column}
}

// fold makes texts comparable: lower case, and every run of white space one space.
func fold(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }
