package feed

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestLine(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                       "plain",
		" two\n\tlines\r\n ":          "two lines",
		"a\x00b\x08c\x1B[31md":        "abc[31md",
		"right\u202Eto\u202C left":    "rightto left",
		"\u2067isolated\u2069":        "isolated",
		"marks \u200F stay":           "marks \u200F stay",
		"a\u0085b \uFFFE\U0001F6A2":   "a b \U0001F6A2",
		"not \xff UTF-8":              "not \uFFFD UTF-8",
		"<b> & ]]> \"' stay as text ": "<b> & ]]> \"' stay as text",
	} {
		if got := line(in); got != want {
			t.Errorf("line(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestShort(t *testing.T) {
	long := strings.Repeat("wörter ", 30)
	if got := short(long); utf8.RuneCountInString(got) > titleLength+1 || !strings.HasSuffix(got, "wörter…") {
		t.Errorf("short cuts to %q", got)
	}
	if got := short(strings.Repeat("長", 200)); utf8.RuneCountInString(got) != titleLength+1 {
		t.Errorf("short leaves %d characters of a text without spaces", utf8.RuneCountInString(got))
	}
	if got := short("as it is."); got != "as it is." {
		t.Errorf("short changes a short text to %q", got)
	}
}

// FuzzText puts any text where titles and content stand and reads it back from the XML.
func FuzzText(f *testing.F) {
	for _, s := range []string{"plain", "a & b < c > d", "]]>", "\x00\x1B", "\uFFFE\uFFFF", "\xff\xfe", "\u202E", "&amp;#x3C;", "\U0010FFFF"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		doc := &rssDocument{Version: "2.0", Channel: &rssChannel{Title: plainText(line(s))}}
		before, after, err := frameXML(doc, "\n  </channel>\n</rss>")
		if err != nil {
			t.Fatal(err)
		}
		b := append(before, after...)
		var back struct {
			Title string `xml:"channel>title"`
		}
		if err := xml.Unmarshal(b, &back); err != nil {
			t.Fatalf("%v in %s", err, b)
		}
		if back.Title != line(s) || strings.ContainsAny(back.Title, "\n\r\t") {
			t.Errorf("%q comes back as %q", line(s), back.Title)
		}
		content := atomContent{Type: "html", HTML: xmlSafe(s)}
		b, err = xml.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		var text struct {
			Text string `xml:",chardata"`
		}
		if err := xml.NewDecoder(bytes.NewReader(b)).Decode(&text); err != nil {
			t.Fatalf("%v in %s", err, b)
		}
		// XML makes every line end a line feed.
		want := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(xmlSafe(s), "\uFFFD"))
		if text.Text != want {
			t.Errorf("%q comes back as %q", want, text.Text)
		}
	})
}
