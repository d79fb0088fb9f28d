package lint

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

var commentTests = []struct {
	line, want string
}{
	{"<!-- debrief:ignore a/b because we say so -->", "1 a/b: we say so, alone"},
	{"  <!--debrief:ignore a/b because: we say so-->  ", "3 a/b: we say so, alone"},
	{"Text. <!-- debrief:ignore a/b we say so -->", "7 a/b: we say so"},
	{"| cell <!-- debrief:ignore a/b because x --> | <!-- debrief:ignore c because y --> |", "8 a/b: x; 48 c: y"},
	{"<!-- debrief:ignore a/b -->", "1 a/b: , alone"},
	{"<!-- debrief:ignore a/b because -->", "1 a/b: , alone"},
	{"<!-- debrief:ignore because of that -->", "1 : of that, alone"},
	{"<!-- debrief:ignore -->", "1 : , alone"},
	{"ünï <!-- debrief:ignore a/b because é -->", "5 a/b: é"},
	{"`<!-- debrief:ignore a/b because x -->`", ""},
	{"``<!-- ` debrief:ignore a/b because x -->``", ""},
	{"` <!-- debrief:ignore a/b because x -->", "3 a/b: x"},
	{"<!-- debrief:ignored a/b because x -->", ""},
	{"<!-- a debrief:ignore a/b because x -->", ""},
	{"<!-- debrief:ignore a/b because x", ""},
}

// described writes comments shortly.
func described(comments []comment) string {
	var out []string
	for _, c := range comments {
		text := fmt.Sprintf("%d %s: %s", c.offset, c.rule, c.reason)
		if c.alone {
			text += ", alone"
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

func TestComments(t *testing.T) {
	for _, test := range commentTests {
		found := comments(test.line)
		for i, c := range found {
			found[i].offset = utf8.RuneCountInString(test.line[:c.offset]) + 1
		}
		if got := described(found); got != test.want {
			t.Errorf("%s\nis read as %q, want %q", test.line, got, test.want)
		}
	}
}

func FuzzComments(f *testing.F) {
	for _, test := range commentTests {
		f.Add(test.line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if covered := coverCode(line); len(covered) != len(line) {
			t.Fatalf("covering the code of %q changes its length", line)
		}
		for _, c := range comments(line) {
			if c.offset < 0 || !strings.HasPrefix(line[c.offset:], "<!--") {
				t.Fatalf("the comment at %d of %q does not begin there", c.offset, line)
			}
			if strings.TrimSpace(c.reason) != c.reason || strings.ContainsAny(c.rule, " \t") {
				t.Fatalf("the comment of %q is read as %+v", line, c)
			}
			// What is written again is read the same.
			if c.rule == "" || c.reason == "" {
				continue
			}
			again := comments("<!-- debrief:ignore " + c.rule + " because " + c.reason + " -->")
			if len(again) != 1 || again[0].rule != c.rule || again[0].reason != c.reason {
				if !strings.Contains(c.rule+c.reason, "`") && !strings.HasPrefix(strings.ToLower(c.reason), "because") {
					t.Fatalf("%q is read as %+v, and written again as %+v", line, c, again)
				}
			}
		}
	})
}

func TestBlocksBelowAComment(t *testing.T) {
	for _, test := range []struct {
		text string
		last int
	}{
		{"<!-- c -->\n\none\ntwo\n\nthree", 4},
		{"<!-- c -->\n- one\n  more\n- two", 3},
		{"<!-- c -->\n# one\ntwo", 2},
		{"<!-- c -->\n| one |\n| two |", 2},
		{"<!-- c -->\n<!-- d -->\none", 3},
		{"<!-- c -->\n\n", 4},
		{"<!-- c -->", 2},
	} {
		r := &Report{lines: splitLines(test.text)}
		if got := r.endOfBlock(1); got != test.last {
			t.Errorf("the comment of %q covers up to line %d, want %d", test.text, got, test.last)
		}
	}
}

func TestCodeFences(t *testing.T) {
	var fence codeFence
	var covered []string
	for i, line := range strings.Split("a\n```go\nb\n~~~\n```\nc\n  ~~~~\nd\n~~~\n~~~~ \ne\n``inline``\nf", "\n") {
		if fence.covers(line) {
			covered = append(covered, fmt.Sprint(i))
		}
	}
	if got := strings.Join(covered, " "); got != "1 2 3 4 6 7 8 9" {
		t.Errorf("the lines %s are taken for code", got)
	}
}

func TestSentences(t *testing.T) {
	for _, test := range []struct {
		text string
		want int
	}{
		{"One. Two! Three?", 3},
		{"It took 1.5 hours, i.e. too long, e.g. for J. Ö. of Example Inc. in Bonn.", 1},
		{"We stopped at 3 p.m. UTC. Then it was over.", 2},
		{"“It is over.” Nobody believed it.", 2},
		{"It was slow... and then fast.", 1},
		{"障害が発生しました。復旧しました。", 2},
		{"", 0},
		{"...", 0},
		{"No end", 1},
	} {
		if got := len(sentences(test.text)); got != test.want {
			t.Errorf("%q has %d sentences, want %d", test.text, got, test.want)
		}
	}
}

func TestApply(t *testing.T) {
	for _, test := range []struct {
		name, src string
		edits     []Edit
		want      string
	}{
		{"two in a line", "a: one, two\n", []Edit{{1, 9, "two", "2"}, {1, 4, "one", "1"}}, "a: 1, 2\n"},
		{"line ends stay", "x\r\nä: one\r\ny\rone", []Edit{{2, 4, "one", "1"}, {4, 1, "one", "1"}}, "x\r\nä: 1\r\ny\r1"},
		{"a byte order mark stays", "\ufeffone\n", []Edit{{1, 1, "one", "1"}}, "\ufeff1\n"},
		{"the same twice", "one\n", []Edit{{1, 1, "one", "1"}, {1, 1, "one", "1"}}, "1\n"},
		{"nothing", "one\n", nil, "one\n"},
	} {
		got, ok := Apply([]byte(test.src), test.edits)
		if !ok || string(got) != test.want {
			t.Errorf("%s: %q, %v; want %q", test.name, got, ok, test.want)
		}
	}
	for _, edit := range []Edit{{1, 1, "two", "2"}, {3, 1, "one", "1"}, {1, 9, "one", "1"}, {0, 1, "one", "1"}, {1, 0, "one", "1"}, {1, 1, "one\n", "1"}} {
		if got, ok := Apply([]byte("one\n"), []Edit{edit}); ok {
			t.Errorf("%+v fits into another text, and makes %q", edit, got)
		}
	}
}

func TestPlaces(t *testing.T) {
	const text = "---\nid: a\n---\n\n## Lessons learned\n\n- Ünder \\*all\\* of it we *should*\n   have **tested** `it` &amp; we should have\n  checked.\n\n| A | B |\n|---|---|\n| x | The team failed to look |\n"
	want := "7:27 8:34 13:7"
	var got []string
	for _, f := range findingsIn(t, text) {
		if f.Rule == counterfactual.ID {
			got = append(got, fmt.Sprintf("%d:%d", f.Line, f.Column))
		}
	}
	if strings.Join(got, " ") != want {
		t.Errorf("the findings are at %s, want %s", strings.Join(got, " "), want)
	}
}
