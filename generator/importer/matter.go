package importer

import (
	"encoding/json"
	"strings"
	"time"
	"unicode"

	"debrief/generator/lazyregexp"
	"debrief/generator/postmortem"
)

// matter is front matter while it is written. What is empty is left out.
type matter struct{ b strings.Builder }

// text writes a key with one line of text.
func (m *matter) text(key, value string) {
	if value = line(value); value != "" {
		m.b.WriteString(key + ": " + scalar(value) + "\n")
	}
}

// word writes a key with a word of our own.
func (m *matter) word(key, value string) {
	if value != "" {
		m.b.WriteString(key + ": " + value + "\n")
	}
}

// list writes a key with a list: in one line while it is short.
func (m *matter) list(key string, values []string) {
	var quoted []string
	width := 0
	for _, v := range values {
		if v = line(v); v != "" {
			quoted = append(quoted, item(v))
			width += len(v) + 2
		}
	}
	switch {
	case len(quoted) == 0:
	case width <= 100:
		m.b.WriteString(key + ": [" + strings.Join(quoted, ", ") + "]\n")
	default:
		m.b.WriteString(key + ":\n")
		for _, q := range quoted {
			m.b.WriteString("  - " + q + "\n")
		}
	}
}

// links writes names with their addresses.
func (m *matter) links(links []postmortem.Link) {
	if len(links) == 0 {
		return
	}
	m.b.WriteString("links:\n")
	for _, l := range links {
		m.b.WriteString("  " + item(line(l.Name)) + ": " + scalar(line(l.URL)) + "\n")
	}
}

// moment writes a key with a time.
func (m *matter) moment(key string, at postmortem.Moment) {
	if !at.IsZero() {
		m.word(key, momentText(at))
	}
}

// comment writes lines for whoever opens the file.
func (m *matter) comment(text string) {
	for l := range strings.Lines(text) {
		m.b.WriteString(strings.TrimRight("# "+printable(strings.TrimRight(l, "\r\n")), " ") + "\n")
	}
}

// file is the whole file: front matter and a body below it.
func (m *matter) file(body string) []byte {
	matter := "---\n" + m.b.String() + "---\n\n"
	if strings.Contains(body, "\r\n") {
		matter = strings.ReplaceAll(matter, "\n", "\r\n")
	}
	return []byte(matter + strings.TrimLeft(body, "\r\n"))
}

// momentText writes a time as front matter has it, with seconds where there are any.
func momentText(at postmortem.Moment) string {
	if at.DateOnly {
		return at.Time.Format(time.DateOnly)
	}
	layout := "2006-01-02 15:04"
	if at.Time.Second() != 0 {
		layout += ":05"
	}
	if _, offset := at.Time.Zone(); offset == 0 {
		return at.Time.Format(layout) + " UTC"
	}
	return at.Time.Format("2006-01-02T15:04:05Z07:00")
}

// plainScalar is text that YAML takes as it is, and takes for text.
var plainScalar = lazyregexp.New(`^[\p{L}][\p{L}\p{N} _./()'’+-]*$|^https?://[^\s#]*[^\s#:]$`)

// notText are the words that YAML takes for something else.
var notText = map[string]bool{"true": true, "false": true, "yes": true, "no": true, "on": true, "off": true, "null": true, "y": true, "n": true}

// scalar writes a text as YAML. Every JSON string is one.
func scalar(s string) string {
	if plainScalar.MatchString(s) && !notText[strings.ToLower(s)] && !strings.HasSuffix(s, " ") {
		return s
	}
	return quoted(s)
}

// quoted is a text in double quotes.
func quoted(s string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		return `""` // a string can always be encoded
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// item writes a text as YAML in a place where commas, brackets and colons divide.
func item(s string) string {
	if strings.ContainsAny(s, ",[]{}:") {
		return quoted(s)
	}
	return scalar(s)
}

// line makes one line of a text, without what nobody can see.
func line(s string) string { return strings.Join(strings.Fields(printable(s)), " ") }

// printable replaces control characters and bytes that are no text; they have no place in front matter.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), r == '\u2028', r == '\u2029', r == '\ufeff':
			return ' '
		case r == '\ufffe', r == '\uffff':
			return '\ufffd'
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}
