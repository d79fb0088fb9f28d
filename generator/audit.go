package generator

import (
	"bytes"
	"errors"
	"html"
	"io"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"debrief/generator/config"
	"debrief/generator/output"
	"debrief/generator/page"
	"debrief/generator/problem"
)

// errHeldBack stops the writing of an external site in which something was found that must not leave.
var errHeldBack = errors.New("the external site is held back")

// unreadableConfig says that nothing goes out while it is not known what must be blocked.
func unreadableConfig() problem.Problem {
	return problem.Problem{
		Position: problem.Position{File: configFile}, Severity: problem.Error, Rule: "held-back",
		Message: "the external site is held back, because archive.yaml could not be read whole and it may say what must stay inside",
		Hint:    "correct the other problems of archive.yaml",
	}
}

// audit reads every file of an external site as it is made, and looks for the blocked words and the people's names of archive.yaml. It does
// not trust the edition to be right; it looks at the bytes that would go out.
type audit struct {
	words   []blocked
	archive *Archive

	mu    sync.Mutex
	found map[finding]bool
}

// blocked is something that must not appear outside.
type blocked struct {
	word   string // as written in archive.yaml
	folded string
	kind   string // "the blocked word", "the name"
}

// finding is one blocked word in one file of the site.
type finding struct {
	file string
	word blocked
}

func newAudit(a *Archive) *audit {
	c := a.Model.Config
	return &audit{words: blockedWords(c), archive: a, found: map[finding]bool{}}
}

func blockedWords(c *config.Config) []blocked {
	var words []blocked
	for _, w := range c.BlockedWords {
		words = append(words, blocked{word: w, folded: fold(w), kind: "the blocked word"})
	}
	for _, w := range c.People {
		words = append(words, blocked{word: w, folded: fold(w), kind: "the name"})
	}
	return words
}

// guard returns the same files, each of which is searched when it is made.
func (a *audit) guard(files []output.File) []output.File {
	if len(a.words) == 0 {
		return files
	}
	out := make([]output.File, len(files))
	for i, f := range files {
		out[i] = output.File{Path: f.Path, Write: func(w io.Writer) error {
			var b bytes.Buffer
			if err := f.Write(&b); err != nil {
				return err
			}
			a.search(f.Path, b.Bytes())
			return write(w, b.Bytes())
		}}
	}
	return out
}

// search notes the blocked words in a file's name and, if it is text, its content.
func (a *audit) search(file string, content []byte) {
	text := file
	if utf8.Valid(content) {
		text += "\n" + string(content)
		if strings.ContainsRune(text, '&') {
			text = html.UnescapeString(text)
		}
	}
	text = fold(text)
	for _, w := range a.words {
		if containsWord(text, w.folded) {
			a.mu.Lock()
			a.found[finding{file, w}] = true
			a.mu.Unlock()
		}
	}
}

// fold makes texts comparable: lower case, and every run of white space one space.
func fold(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }

// containsWord reports whether a word stands in a text by itself, not as a part of a longer one.
func containsWord(text, word string) bool {
	for from := 0; word != ""; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(word)
		before, _ := utf8.DecodeLastRuneInString(text[:start])
		after, _ := utf8.DecodeRuneInString(text[end:])
		if !isWordRune(before) && !isWordRune(after) {
			return true
		}
		from = end
	}
	return false
}

func isWordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// problems says where each find comes from: the line of the postmortem or page it was written in, as far as that can be told. A word that
// reached many files is told once.
func (a *audit) problems() problem.List {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out problem.List
	told := map[string]bool{}
	files := make([]finding, 0, len(a.found))
	for f := range a.found {
		files = append(files, f)
	}
	slices.SortFunc(files, func(x, y finding) int {
		return strings.Compare(x.file+"\x00"+x.word.folded, y.file+"\x00"+y.word.folded)
	})
	for _, f := range files {
		if source := a.archive.source(f.file); source != "" {
			out.Errorf(a.place(source, f.word), "blocked-word", heldBackHint, "%s %q would go outside in %s", f.word.kind, f.word.word, f.file)
			told[f.word.folded] = true
		}
	}
	for _, f := range files {
		if !told[f.word.folded] {
			out.Errorf(a.place(configFile, f.word), "blocked-word", heldBackHint, "%s %q would go outside in %s", f.word.kind, f.word.word, f.file)
			told[f.word.folded] = true
		}
	}
	out.Sort()
	return out
}

const heldBackHint = "say it in other words; the external site is held back until then, and the last one stays"

// configFile is where a word is looked for that stands in no postmortem and no page.
const configFile = "archive.yaml"

// source is the file that a page of the site was made from; empty for pages made from many.
func (a *Archive) source(file string) string {
	for _, inc := range a.Model.Incidents {
		if file == page.FilePath(page.IncidentPath(inc.Slug)) {
			return inc.File
		}
	}
	for _, p := range a.Model.Pages {
		if file == page.FilePath(page.FreePath(p.Slug)) {
			return p.File
		}
	}
	return ""
}

// place is the last line of a file that has the word: what goes outside stands at the end of a postmortem.
func (a *audit) place(file string, w blocked) problem.Position {
	at := problem.Position{File: file}
	src, _, err := a.archive.tree.Read(file)
	if err != nil {
		return at
	}
	for i, line := range strings.Split(string(src), "\n") {
		if containsWord(fold(line), w.folded) {
			at.Line = i + 1
		}
	}
	return at
}
