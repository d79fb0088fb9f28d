package importer

import (
	"strings"
	"testing"
	"time"
	"unicode"
)

func TestFromHTML(t *testing.T) {
	for from, want := range map[string]string{
		"Plain text, kept.":                                     "Plain text, kept.",
		"Two.\r\n\r\nParagraphs.":                               "Two.\n\nParagraphs.",
		"One<br />two":                                          "One  \ntwo",
		"One<br /><br />Two":                                    "One\n\nTwo",
		"One<br>\n<br>\nTwo<br>three":                           "One\n\nTwo  \nthree",
		"<p>One</p><p>Two &amp; <b>three</b></p>":               "One\n\nTwo & **three**",
		"<h2>Summary</h2><p>Late.</p>":                          "## Summary\n\nLate.",
		"<ul><li>a</li><li>b</li></ul>":                         "- a\n- b",
		`See <a href="https://a.example/x">this</a>.`:           "See [this](https://a.example/x).",
		"**Bold** Markdown<br/>with a break":                    "**Bold** Markdown  \nwith a break",
		"<p>2 * 3 * 4 and some_file_name</p>":                   `2 * 3 * 4 and some\_file\_name`,
		"# Markdown\n\n- list of <b>two</b>":                    "# Markdown\n\n- list of **two**",
		"use <your-bucket> now":                                 `use \<your-bucket> now`,
		"<p>use <your-bucket> now</p>":                          `use &lt;your-bucket&gt; now`,
		"see <https://a.example/x>":                             "see <https://a.example/x>",
		"`<code>` and `{{< code >}}`":                           "`<code>` and `{{< code >}}`",
		"a {{< shortcode >}} and {% tag %}":                     `a \{\{< shortcode >}} and \{% tag %}`,
		"<details><summary>More</summary>Text</details>":        "More\n\nText",
		"<table><tr><th>a</th></tr><tr><td>1</td></tr></table>": "| a |\n|---|\n| 1 |",
		"<dl><dt>a</dt><dd>b</dd></dl>":                         "a\n\nb",
		"<div>a</div><div>b</div>":                              "a\n\nb",
		"5 < 6 and 7 > 6":                                       "5 < 6 and 7 > 6",
		"<p>":                                                   "",
		"":                                                      "",
	} {
		if got := fromHTML(from); got != want {
			t.Errorf("%q became %q, want %q", from, got, want)
		}
	}
}

func TestShiftHeadings(t *testing.T) {
	for from, want := range map[string]string{
		"# A\n\n## B":                       "### A\n\n#### B",
		"#### A\n\n##### B":                 "### A\n\n#### B",
		"A\n===\n\ntext\n\nB\n---\n":        "### A\n\n\ntext\n\n#### B",
		"## A\n\n```\n# a comment\n```":     "### A\n\n```\n# a comment\n```",
		"~~~\n# a\n~~~\n\n# b":              "~~~\n# a\n~~~\n\n### b",
		"no heading\n\n---\n\nat all":       "no heading\n\n---\n\nat all",
		"# A\n## B\n### C\n#### D\n##### E": "### A\n#### B\n##### C\n###### D\n###### E",
	} {
		if got := shiftHeadings(from, 3); strings.TrimSpace(got) != want {
			t.Errorf("%q became %q, want %q", from, got, want)
		}
	}
}

func TestCleanPath(t *testing.T) {
	for from, want := range map[string]string{
		"a/b.md":             "a/b.md",
		"../../etc/passwd":   "etc/passwd",
		"/etc/passwd":        "etc/passwd",
		`..\..\windows\x.md`: "windows/x.md",
		"a/../../b.md":       "b.md",
		".git/config":        "x.git/config",
		"_hidden.md":         "x_hidden.md",
		"a:b?.md":            "a-b-.md",
		"a\x00b\n.md":        "a b .md",
		"PM-1 - All down.md": "PM-1 - All down.md",
	} {
		if got := cleanPath(from); got != want {
			t.Errorf("%q became %q, want %q", from, got, want)
		}
	}
	if got := cleanPath(strings.Repeat("long ", 100) + ".md"); len(got) > 130 || !strings.HasSuffix(got, ".md") {
		t.Errorf("a long name became %q", got)
	}
}

func TestReadTime(t *testing.T) {
	for from, want := range map[string]string{
		"2024-03-05T14:02:33.123Z":      "2024-03-05 14:02:33 UTC",
		"2024-03-05T15:02:00+01:00":     "2024-03-05 14:02 UTC",
		"2024-03-05T06:02:00.000-08:00": "2024-03-05 14:02 UTC",
		"2024-03-05 14:02:00 UTC":       "2024-03-05 14:02 UTC",
		"2024-03-05":                    "2024-03-05",
		"1709647320":                    "2024-03-05 14:02 UTC",
		"1709647320000":                 "2024-03-05 14:02 UTC",
		"2024-02-30T10:00:00Z":          "",
		"half past nine":                "",
		"0000-00-00T00:00:00Z":          "",
	} {
		got := ""
		if m, err := readTime(from, time.UTC); err == nil {
			got = momentText(m)
		}
		if got != want {
			t.Errorf("%q became %q, want %q", from, got, want)
		}
	}
}

// FuzzFromHTML turns any text into Markdown that has all of its words, and is the same when it is made again.
func FuzzFromHTML(f *testing.F) {
	f.Add("One<br /><br />Two <b>three</b> & <your-bucket>")
	f.Add("<p>One</p>\n<ul><li>two</li></ul>")
	f.Add("**a** `b` {{< c >}} <!-- d -->")
	f.Fuzz(func(t *testing.T, text string) {
		got := fromHTML(text)
		if strings.ContainsAny(text, "<&\\") {
			return // tags, entities and escapes are not words; the tables above hold them
		}
		letters := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
		if a, b := strings.FieldsFunc(strings.ToValidUTF8(text, "\ufffd"), letters), strings.FieldsFunc(got, letters); strings.Join(a, " ") != strings.Join(b, " ") && !strings.Contains(text, "\x00") {
			t.Errorf("%q became %q", text, got)
		}
	})
}
