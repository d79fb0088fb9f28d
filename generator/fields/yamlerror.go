package fields

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"debrief/generator/lazyregexp"
)

// explainYAML reports why a text is not YAML: where exactly, in words for somebody who does not know the language's grammar, and how to
// write what was probably meant.
//
// The library names a line, often the one after, and no column. The place is found by asking it again: it is the end of the shortest
// beginning of the text that already fails in the same way.
func (p *parser) explainYAML(src []byte, linesBefore int, err error) {
	f := diagnoseYAML(src, err)
	places := cursor{src: src}
	line, column := places.place(f.offset)
	p.syntaxErrorf(p.at(linesBefore+line, column), f.hint, "%s", f.message)
}

// fault is one diagnosis.
type fault struct {
	offset        int
	message, hint string
}

const quoteHint = "put quotes around the value"

func diagnoseYAML(src []byte, err error) fault {
	var second *secondDocument
	if errors.As(err, &second) {
		return fault{lineStart(src, second.line), `"---" starts a second document; only the first is read`, `delete the line with "---"`}
	}
	if name, ok := unknownAnchor(err.Error()); ok {
		offset := max(0, bytes.Index(src, []byte("*"+name)))
		return fault{offset, `a value that starts with "*" is an alias in YAML, and nothing here is called ` + strconv.Quote(clip(name)), requote(src, offset)}
	}
	line, what := reportedLine(src, err)
	switch {
	case what == "mapping values are not allowed in this context":
		return secondColon(src, shortestFailure(src, what))
	case what == "found character that cannot start any token" || strings.HasPrefix(what, "found a tab character"):
		return badStart(src, shortestFailure(src, what))
	case what == "could not find expected ':'":
		return missingColon(src, line)
	case what == "found unexpected end of stream" || what == "found unexpected document indicator":
		return openQuote(src, line)
	case what == "found unknown escape character" || strings.Contains(what, "hexdecimal") || strings.Contains(what, "Unicode character escape"):
		return badEscape(src, shortestFailure(src, what))
	case strings.HasPrefix(what, "did not find expected ',' or"):
		return openBracket(src, line, what)
	case what == "did not find expected key", what == "did not find expected '-' indicator", what == "did not find expected <document start>":
		return outOfPlace(src, shortestFailure(src, what))
	case what == "block sequence entries are not allowed in this context":
		offset := shortestFailure(src, what)
		return fault{offset, `a list item "- " cannot stand here`, `put each "- item" on a line of its own below the key, or quote the text`}
	case strings.Contains(what, "alphabetic or numeric character"), strings.HasPrefix(what, "did not find expected tag"),
		what == "did not find expected whitespace or line break", what == "found undefined tag handle", what == "did not find the expected '>'":
		return badMark(src, shortestFailure(src, what))
	case what == "did not find expected comment or line break":
		offset := shortestFailure(src, what)
		return fault{offset, `after "|" or ">" the text starts on the next line, indented`, "or " + quoteHint + " when it is one line"}
	case what == "did not find expected node content":
		offset := shortestFailure(src, what)
		if offset < len(src) && (src[offset] == '[' || src[offset] == '{') {
			return unclosedBracket(src, offset)
		}
		return fault{offset, "expected a value here, found " + quoteAt(src, offset), requote(src, offset)}
	default:
		return fault{shortestFailure(src, what), "this is not YAML: " + what, "when it is text, " + quoteHint}
	}
}

// secondColon: "title: Checkout: down", or a key indented below a value.
func secondColon(src []byte, offset int) fault {
	start := startOfLine(src, offset)
	before := src[start:offset]
	if i := bytes.Index(before, []byte(": ")); i >= 0 || offset > start && bytes.Contains(src[start:min(offset, len(src))], []byte(":\t")) {
		return fault{offset, `the value contains a colon followed by a space; YAML takes it for another key`, requote(src, offset)}
	}
	return fault{start + indentation(src[start:]), `"` + clip(string(bytes.TrimSpace(before))) + `:" is indented deeper than the line above, which already has its value`,
		"start it in the same column as the keys beside it, or quote the text when it belongs to the line above"}
}

// badStart: a tab for indentation, or text that starts with a character YAML keeps for itself.
func badStart(src []byte, offset int) fault {
	if offset < len(src) && src[offset] != '\t' {
		return fault{offset, "a value cannot start with " + quoteAt(src, offset) + " in YAML", requote(src, offset)}
	}
	return fault{offset, "found a tab character; YAML is indented with spaces", "replace the tab by two spaces"}
}

// missingColon: a line that should be a key and has no colon.
func missingColon(src []byte, line int) fault {
	offset := lineStart(src, line)
	offset += indentation(src[offset:])
	text := strings.TrimSpace(string(src[offset : offset+lineLength(src[offset:])]))
	if hint := spaceAfterColon(text); hint != "" {
		return fault{offset + strings.IndexByte(text, ':'), "no space after the colon", hint}
	}
	return fault{offset, `expected "key: value", found the text ` + strconv.Quote(clip(text)), "indent the line when it continues the value above"}
}

// spaceAfterColon writes a "key:value" line as it should be, for a hint; "" for a line that is none.
func spaceAfterColon(line string) string {
	key, value, found := strings.Cut(line, ":")
	if !found || key == "" || value == "" || strings.ContainsAny(key, " \t\"'[{") || strings.HasPrefix(value, "//") {
		return ""
	}
	return "write " + clip(key) + ": " + clip(value)
}

// openQuote: a quoted text that never ends. The line is the one it starts on.
func openQuote(src []byte, line int) fault {
	start := lineStart(src, line)
	text := src[start : start+lineLength(src[start:])]
	offset := start + valueStart(text)
	for tries, i := 0, len(text)-1; i >= 0 && tries < maxQuotes; i-- {
		if !opensQuote(text, i) {
			continue
		}
		tries++
		if _, err := decodeYAML(src[:start+i]); err == nil || !strings.HasSuffix(err.Error(), "found unexpected end of stream") {
			offset = start + i
			break
		}
	}
	if offset < len(src) && src[offset] == '\'' {
		return fault{offset, "the single quote that opens here is never closed", "close it with another '; an apostrophe inside is written twice: ''"}
	}
	return fault{offset, "the double quote that opens here is never closed", `close it with another "; a double quote inside is written \"`}
}

// maxQuotes is how many quotes of a line are tried as the one that is open; beyond that, the value's start is near enough.
const maxQuotes = 16

func opensQuote(line []byte, i int) bool {
	return (line[i] == '"' || line[i] == '\'') && (i == 0 || strings.IndexByte(" \t,[{:-", line[i-1]) >= 0)
}

// badEscape: a backslash in double quotes, most often a Windows path or a pattern.
func badEscape(src []byte, offset int) fault {
	if i := bytes.LastIndexByte(src[:min(offset+1, len(src))], '\\'); i >= startOfLine(src, offset) {
		offset = i
	}
	end := min(offset+2, len(src))
	return fault{offset, "unknown escape " + strings.TrimSpace(string(src[offset:end])) + " in double quotes",
		`use single quotes, where a backslash is just a backslash, or write it twice`}
}

// openBracket: "[" or "{" that is not closed, or has more than commas between its values.
func openBracket(src []byte, line int, what string) fault {
	bracket := byte('[')
	if strings.HasSuffix(what, "'}'") {
		bracket = '{'
	}
	start := lineStart(src, line)
	offset := start + indentation(src[start:])
	if i := bytes.IndexByte(src[start:start+lineLength(src[start:])], bracket); i >= 0 {
		offset = start + i
	}
	return unclosedBracket(src, offset)
}

func unclosedBracket(src []byte, offset int) fault {
	bracket, kind, closing := "[", "list", `"]"`
	if offset < len(src) && src[offset] == '{' {
		bracket, kind, closing = "{", "mapping", `"}"`
	}
	return fault{offset, `"` + bracket + `" starts a ` + kind + `, which needs "," between its values and ` + closing + " at its end",
		quoteHintFor(src, offset, "when it is text, ")}
}

var afterQuotes = lazyregexp.New(`^\s*(?:- +)*(?:[^\s:"'][^:"']*:\s+)?(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*(\S)`)

var afterBracket = lazyregexp.New(`^\s*(?:- +)*(?:[^\s:"'][^:"']*:\s+)?(?:\[[^\]]*\]|\{[^}]*\})\s*[^\s#]`)

// outOfPlace: words behind a closed quote or bracket, or a line whose indentation fits nothing above it.
func outOfPlace(src []byte, offset int) fault {
	start := startOfLine(src, offset)
	line := src[start : start+lineLength(src[start:])]
	if m := afterQuotes.FindSubmatchIndex(line); m != nil && line[m[2]] != '#' && line[m[2]] != ':' {
		hint := `put the whole value in quotes, and write a double quote inside it as \"`
		if line[m[2]-1] == '\'' || bytes.IndexByte(line, '"') < 0 {
			hint = "write an apostrophe inside single quotes twice: ''"
		}
		return fault{start + m[2], "the quoted text ends before this, and nothing may follow it", hint}
	}
	if afterBracket.Match(line) {
		value := start + valueStart(line)
		return fault{value, "a value that starts with " + quoteAt(src, value) + " is a list or mapping in YAML, and nothing may follow it", requote(src, value)}
	}
	if v := start + valueStart(line); v < len(src) && strings.IndexByte("*&!", src[v]) >= 0 {
		return badMark(src, v)
	}
	offset = start + indentation(line)
	switch {
	case bytes.HasPrefix(src[offset:], []byte("- ")):
		return fault{offset, `the list item "- " fits nothing above it`, "put every item on a line of its own, below the key, all in the same column"}
	case offset < len(src) && strings.IndexByte("]},", src[offset]) >= 0:
		return fault{offset, quoteAt(src, offset) + " belongs to nothing above it", "delete it, or quote the text it belongs to"}
	}
	return fault{offset, "the indentation of this line fits nothing above it", "start it in the same column as the line it belongs beside"}
}

// badMark: text that starts with "*", "&" or "!", such as emphasis in Markdown.
func badMark(src []byte, offset int) fault {
	start := startOfLine(src, offset)
	if i := bytes.LastIndexAny(src[start:min(offset+1, len(src))], "*&!"); i >= 0 {
		offset = start + i
	}
	line := src[start : start+lineLength(src[start:])]
	if v := start + valueStart(line); v < len(src) && strings.IndexByte("*&!", src[v]) >= 0 {
		offset = v
	}
	return fault{offset, "a value that starts with " + quoteAt(src, offset) + " has a meaning of its own in YAML", requote(src, offset)}
}

var keyAndValue = lazyregexp.New(`^(\s*(?:- +)*)([^\s:"'#][^:"']*):[ \t]+(\S.*?)\s*$`)

// valueStart returns where the value of a line starts, behind its key or "- ".
func valueStart(line []byte) int {
	if m := keyAndValue.FindSubmatchIndex(line); m != nil {
		return m[6]
	}
	i := indentation(line)
	for bytes.HasPrefix(line[i:], []byte("- ")) {
		i += 2 + indentation(line[i+2:])
	}
	return i
}

// requote writes the line at offset with its value in quotes, as the hint; or says so in words when the line is no simple one.
func requote(src []byte, offset int) string { return quoteHintFor(src, offset, "") }

func quoteHintFor(src []byte, offset int, prefix string) string {
	start := startOfLine(src, offset)
	line := src[start : start+lineLength(src[start:])]
	m := keyAndValue.FindSubmatch(line)
	if m == nil || utf8.RuneCount(line) > 160 || bytes.HasPrefix(m[3], []byte(`"`)) || bytes.HasPrefix(m[3], []byte("'")) {
		return prefix + quoteHint
	}
	return prefix + quoteHint + ": " + string(m[2]) + ": " + quoteYAML(string(m[3]))
}

func quoteYAML(s string) string {
	if strings.ContainsAny(s, `"\`) {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	return `"` + s + `"`
}

func quoteAt(src []byte, offset int) string {
	if offset >= len(src) {
		return "the end of the text"
	}
	r, _ := utf8.DecodeRune(src[offset:])
	if r == '\n' || r == '\r' {
		return "the end of the line"
	}
	return `"` + string(r) + `"`
}

// reportedLine asks the library again, with an empty line in front so that no line is number 0, which it leaves out of its message. It
// returns the line of src, from 1, and what is wrong. The line is where the construct starts that went wrong, when there is one.
func reportedLine(src []byte, err error) (line int, what string) {
	_, what = splitYAMLError(err)
	shifted := append([]byte("\n"), src...)
	if _, again := decodeYAML(shifted); again != nil {
		if n, same := splitYAMLError(again); same == what {
			// Errors of the scanner count lines from 1 and so are one too many now; those of the parser count from 0.
			if line = n; !isParserError(what) {
				line--
			}
		}
	}
	return max(line, 1), what
}

func isParserError(what string) bool {
	switch what {
	case "did not find expected key", "did not find expected '-' indicator", "did not find expected node content",
		"did not find expected <document start>", "found undefined tag handle":
		return true
	}
	return strings.HasPrefix(what, "did not find expected ',' or")
}

var (
	yamlErrorLine   = lazyregexp.New(`^yaml: (?:line (\d+): )?(.*)$`)
	yamlErrorAnchor = lazyregexp.New(`unknown anchor '(.*)' referenced`)
)

func splitYAMLError(err error) (line int, what string) {
	m := yamlErrorLine.FindStringSubmatch(err.Error())
	if m == nil {
		return 0, err.Error()
	}
	line, _ = strconv.Atoi(m[1])
	return line, m[2]
}

func unknownAnchor(message string) (string, bool) {
	m := yamlErrorAnchor.FindStringSubmatch(message)
	if m == nil {
		return "", false
	}
	return m[1], true
}

// shortestFailure returns the offset of the last character of the shortest beginning of src that fails with the same words: first the
// line, then the character in it, each by halving.
func shortestFailure(src []byte, what string) int {
	fails := func(n int) bool {
		_, err := decodeYAML(src[:n])
		if err == nil {
			return false
		}
		_, same := splitYAMLError(err)
		return same == what
	}
	low, high := 0, len(src) // src[:low] is taken not to fail, src[:high] fails
	for low < high {
		middle := low + (high-low)/2
		end := middle + lineLength(src[middle:])
		if end >= high {
			break
		}
		if fails(end) {
			high = end
		} else {
			low = end
		}
	}
	for low < high {
		if middle := low + (high-low)/2; fails(middle) {
			high = middle
		} else {
			low = middle + 1
		}
	}
	offset := max(0, high-1)
	for offset > 0 && offset < len(src) && !utf8.RuneStart(src[offset]) {
		offset--
	}
	return offset
}

// lineStart returns the offset of a line, counted from 1; of the last line when there are fewer.
func lineStart(src []byte, line int) int {
	offset := 0
	for ; line > 1; line-- {
		next := offset + lineLength(src[offset:])
		if next >= len(src) {
			break
		}
		offset = next
	}
	return offset
}

func startOfLine(src []byte, offset int) int {
	return bytes.LastIndexAny(src[:min(offset, len(src))], "\r\n") + 1
}

func indentation(line []byte) int {
	i := 0
	for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
		i++
	}
	return i
}
