package markdown

import (
	"strings"
	"sync"
	"time"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// CodeClass is a class that highlighted code uses.
type CodeClass struct {
	// Name is the class of a <span> inside <pre class="chroma">.
	Name string
	// Meaning says in a word or two what it marks.
	Meaning string
}

// CodeClasses returns all classes of highlighted code, in a fixed order. They are chroma's own names for the kinds of token a reader can
// tell apart; the many finer kinds are folded into them, and what has no class is plain. Colours are the business of the theme, which
// writes one rule for each: ".chroma .k".
func CodeClasses() []CodeClass {
	return []CodeClass{
		{"k", "keyword"}, {"kt", "type"}, {"nf", "function"}, {"nc", "class"}, {"nb", "builtin"}, {"nt", "tag or key"}, {"na", "attribute"},
		{"nv", "variable"}, {"s", "string"}, {"m", "number"}, {"o", "operator"}, {"c", "comment"}, {"gi", "inserted line"},
		{"gd", "deleted line"}, {"gh", "heading"}, {"gp", "prompt"}, {"go", "output"},
	}
}

// codeClass returns the class of a token, empty for one that is not marked.
func codeClass(t chroma.TokenType) string {
	switch t {
	case chroma.KeywordType:
		return "kt"
	case chroma.NameFunction, chroma.NameFunctionMagic, chroma.NameDecorator:
		return "nf"
	case chroma.NameClass, chroma.NameException, chroma.NameNamespace:
		return "nc"
	case chroma.NameBuiltin, chroma.NameBuiltinPseudo, chroma.NameConstant, chroma.KeywordConstant:
		return "nb"
	case chroma.NameTag, chroma.NameProperty:
		return "nt"
	case chroma.NameAttribute, chroma.NameLabel:
		return "na"
	case chroma.GenericInserted:
		return "gi"
	case chroma.GenericDeleted:
		return "gd"
	case chroma.GenericHeading, chroma.GenericSubheading:
		return "gh"
	case chroma.GenericPrompt:
		return "gp"
	case chroma.GenericOutput, chroma.GenericTraceback, chroma.GenericError:
		return "go"
	}
	switch {
	case t.InCategory(chroma.Keyword):
		return "k"
	case t.InCategory(chroma.Comment):
		return "c"
	case t.InSubCategory(chroma.LiteralString):
		return "s"
	case t.InSubCategory(chroma.LiteralNumber), t == chroma.LiteralDate:
		return "m"
	case t.InCategory(chroma.Operator):
		return "o"
	case t.InSubCategory(chroma.NameVariable):
		return "nv"
	}
	return ""
}

const (
	// maxHighlighted is how much code is highlighted in one block; more is a log, and shown plain.
	maxHighlighted = 64 << 10
	// cacheSize is how many bytes of highlighted code each half of the cache holds.
	cacheSize = 8 << 20
)

// languageOf returns the language that the info string of a fence asks for: "go", "language-go", "{.go}", "{r}", "go title=x" and
// "Go,linenos" all do it somewhere. It is a plain word in lower case, or empty.
func languageOf(info string) string {
	word, _, _ := strings.Cut(strings.TrimLeft(strings.TrimSpace(info), "{. "), "{")
	if i := strings.IndexAny(word, " \t,}:"); i >= 0 {
		word = word[:i]
	}
	word = strings.TrimPrefix(strings.ToLower(word), "language-")
	for _, r := range word {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("+-_#.", r) {
			return ""
		}
	}
	if len(word) > 40 {
		return ""
	}
	return word
}

// appendCode appends code as the content of <code>, highlighted when the language is known. No language is ever guessed.
func appendCode(html []byte, language, code string) []byte {
	if language == "" || len(code) > maxHighlighted {
		return appendText(html, code)
	}
	lexer := lexerFor(language)
	if lexer == nil {
		return appendText(html, code)
	}
	key := codeKey{language, code}
	highlighted, ok := highlights.get(key)
	if !ok {
		highlighted = highlight(lexer, code)
		highlights.put(codeKey{strings.Clone(language), strings.Clone(code)}, highlighted) // the code is a part of a whole file's text
	}
	return append(html, highlighted...)
}

// patience is the time after which chroma gives up on one regular expression, by the clock on the wall. On a busy machine it may give up on
// one that would have matched, and nobody is told.
const patience = 250 * time.Millisecond

// highlight returns code with a <span> around each run of tokens of one class, the same on any machine: what took so long that chroma may
// have given up somewhere counts only when a second look agrees.
func highlight(lexer chroma.Lexer, code string) string {
	var before string
	for range 5 {
		html, took := tokenize(lexer, code)
		if took < patience || html == before {
			return html
		}
		before = html
	}
	return before
}

// tokenize highlights code and tells how long that took. A lexer that fails costs the colours, not the code.
func tokenize(lexer chroma.Lexer, code string) (html string, took time.Duration) {
	defer func() {
		if recover() != nil {
			html, took = string(appendText(nil, code)), 0
		}
	}()
	tokens, err := lexer.Tokenise(nil, code)
	if err != nil {
		return string(appendText(nil, code)), 0
	}
	start := time.Now()
	html = spans(tokens, code)
	return html, time.Since(start)
}

// spans writes tokens as HTML.
func spans(tokens chroma.Iterator, code string) string {
	b := make([]byte, 0, 3*len(code))
	length, open, space := 0, "", ""
	for count := 0; ; count++ {
		token := tokens()
		if token == chroma.EOF {
			break
		}
		// A lexer may add the last line break, and nothing else; one of chroma's never comes to an end.
		if length += len(token.Value); length > len(code)+1 || count > 2*len(code)+100 {
			return string(appendText(nil, code))
		}
		if strings.Trim(token.Value, " ") == "" {
			space += token.Value // which side of an end it stands on is seen at the next token
			continue
		}
		class := codeClass(token.Type)
		if class == open {
			b = append(b, space...)
		}
		if class != open && open != "" {
			b = append(b, "</span>"...)
		}
		if class != open {
			b = append(b, space...)
		}
		if class != open && class != "" {
			b = append(append(append(b, `<span class="`...), class...), `">`...)
		}
		b = appendText(b, token.Value)
		open, space = class, ""
	}
	if open != "" {
		b = append(b, "</span>"...)
	}
	if length < len(code) { // whatever the lexer did, no code is lost
		return string(appendText(nil, code))
	}
	return string(append(b, space...))
}

// lexerFor returns the lexer for a language by its name or alias, nil when there is none. Chroma would also try the name as a file name,
// with all patterns of all lexers; that is slow, and a guess.
func lexerFor(language string) chroma.Lexer { return lexersByName()[language] }

var lexersByName = sync.OnceValue(func() map[string]chroma.Lexer {
	byName := map[string]chroma.Lexer{}
	for _, lexer := range lexers.GlobalLexerRegistry.Lexers {
		config := lexer.Config()
		for _, name := range append([]string{config.Name}, config.Aliases...) {
			if name = strings.ToLower(name); byName[name] == nil {
				byName[name] = lexer
			}
		}
	}
	for _, plain := range []string{"text", "plain", "plaintext", "no-highlight", "mermaid"} {
		delete(byName, plain)
	}
	return byName
})

type codeKey struct{ language, code string }

// codeCache keeps highlighted code by its text, because archives repeat the same commands and logs, and because each build of a site that
// is being edited highlights the same code again. It has two halves: when the young one is full it becomes the old one, and what was not
// asked for since is forgotten.
type codeCache struct {
	mu         sync.Mutex
	young, old map[codeKey]string
	size       int
}

var highlights codeCache

func (c *codeCache) get(key codeKey) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if html, ok := c.young[key]; ok {
		return html, true
	}
	html, ok := c.old[key]
	if ok {
		c.add(key, html)
	}
	return html, ok
}

func (c *codeCache) put(key codeKey, html string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add(key, html)
}

func (c *codeCache) add(key codeKey, html string) {
	if c.young == nil || c.size > cacheSize {
		c.old, c.young, c.size = c.young, map[codeKey]string{}, 0
	}
	c.young[key] = html
	c.size += len(key.code) + len(html)
}
