package badge

import (
	"encoding/xml"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// fonts are the system's own, as on the site.
const fonts = "-apple-system,BlinkMacSystemFont,'Segoe UI','Noto Sans',Roboto,Cantarell,'Liberation Sans',system-ui,sans-serif"

// drawing is an SVG document being written.
type drawing struct{ strings.Builder }

// open begins a document of a size in pixels, with a name and a description for those who do not see it.
func open(w, h float64, title, description string) *drawing {
	d := &drawing{}
	d.Grow(4096)
	d.add(`<svg xmlns="http://www.w3.org/2000/svg" width="%[1]s" height="%[2]s" viewBox="0 0 %[1]s %[2]s" role="img" aria-labelledby="title desc" font-family="%[3]s">`+"\n",
		number(w), number(h), fonts)
	d.add(`<title id="title">%s</title><desc id="desc">%s</desc>`+"\n", escape(title), escape(description))
	return d
}

func (d *drawing) add(format string, values ...any) { fmt.Fprintf(d, format, values...) }

func (d *drawing) close() string {
	d.WriteString("</svg>\n")
	return d.String()
}

// attributes say how a text looks. Anchor is start, middle or end.
type attributes struct{ fill, class, anchor, weight string }

// text writes a text at its baseline. It is set to the width that was reckoned for it: which font a reader has is not known.
func (d *drawing) text(x, y float64, s string, size float64, a attributes) {
	if s == "" {
		return
	}
	w := textWidth(s, size)
	if a.weight != "" {
		w *= boldWidth
	}
	for _, part := range [...][2]string{
		{"<text x", number(x)}, {" y", number(y)}, {" font-size", number(size)}, {" fill", a.fill}, {" class", a.class}, {" text-anchor", a.anchor},
		{" font-weight", a.weight}, {" textLength", number(w)}, {" lengthAdjust", "spacingAndGlyphs"},
	} {
		if part[1] != "" {
			d.write(part[0], `="`, part[1], `"`)
		}
	}
	d.write(">", escape(s), "</text>\n")
}

// write appends texts as they are.
func (d *drawing) write(parts ...string) {
	for _, p := range parts {
		d.WriteString(p)
	}
}

// escape writes a text as XML. What XML cannot hold, such as control characters, is a replacement character.
func escape(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune(`<>&"'`, r) }) {
		return s // which most texts are
	}
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}

// boldWidth is how much wider bold letters are.
const boldWidth = 1.06

// textWidth reckons how wide a text is in a common sans-serif font, in pixels: by the widths of Helvetica, which the others are close to.
func textWidth(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		w += runeWidth(r)
	}
	return w * size
}

// The widths of groups of letters, in parts of the size.
const (
	narrow, slim, common, capital, broad = .27, .33, .56, .69, .88
)

// asciiWidths are the widths of the letters that most texts are made of.
var asciiWidths = func() (widths [128]float64) {
	for i := range widths {
		widths[i] = common
		if 'A' <= i && i <= 'Z' {
			widths[i] = capital
		}
	}
	for letters, w := range map[string]float64{"ijlI|.,:;'!": narrow, " ftr()[]/-\"": slim, "mwMW@%": broad} {
		for _, letter := range letters {
			widths[letter] = w
		}
	}
	return widths
}()

func runeWidth(r rune) float64 {
	switch {
	case r < 128:
		return asciiWidths[max(r, 0)]
	case r == '·':
		return narrow
	case r == '—', r == '…':
		return broad
	case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r):
		return 0
	}
	switch kind := width.LookupRune(r).Kind(); {
	case kind == width.EastAsianWide, kind == width.EastAsianFullwidth:
		return 1
	case unicode.IsUpper(r):
		return capital
	}
	return common
}

// fit cuts a text to a width.
func fit(s string, size, most float64) string {
	if textWidth(s, size) <= most {
		return s
	}
	room := most/size - runeWidth('…')
	for i, r := range s {
		if room -= runeWidth(r); room < 0 {
			return strings.TrimRight(s[:i], " ,.;:") + "…"
		}
	}
	return s
}
