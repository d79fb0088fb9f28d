package fields

import (
	"fmt"
	"strings"
	"testing"

	"debrief/generator/problem"
)

// outline writes a tree as one line a node: place, key, value.
func outline(n *Node) string {
	var b strings.Builder
	var walk func(n *Node, indent string)
	walk = func(n *Node, indent string) {
		for _, e := range n.Entries {
			fmt.Fprintf(&b, "%s%d:%d %s = %d:%d %v\n", indent, e.Pos.Line, e.Pos.Column, e.Key, e.Value.Pos.Line, e.Value.Pos.Column, e.Value)
			walk(e.Value, indent+"  ")
		}
		for _, item := range n.Items {
			fmt.Fprintf(&b, "%s%d:%d - %v\n", indent, item.Pos.Line, item.Pos.Column, item)
			walk(item, indent+"  ")
		}
	}
	walk(n, "")
	return b.String()
}

// said writes problems as one line each, without the file.
func said(problems problem.List) string {
	var b strings.Builder
	for _, p := range problems {
		fmt.Fprintf(&b, "%d:%d %s %s: %s", p.Line, p.Column, p.Severity, p.Rule, p.Message)
		if p.Hint != "" {
			b.WriteString(" | " + p.Hint)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func compare(t *testing.T, what, got, want string) {
	t.Helper()
	if got, want = strings.TrimSpace(got), strings.TrimSpace(want); got != want {
		t.Errorf("%s:\n%s\nwant:\n%s", what, got, want)
	}
}

func TestBothSyntaxesGiveOneTree(t *testing.T) {
	tests := []struct {
		name   string
		syntax Syntax
		src    string
		want   string
	}{
		{"YAML", YAML, `# what happened
title: Überlast im "Checkout"
number: 0404
answer: yes
flag: true
day: 2024-03-05
empty:
quoted: '2024'
services: [api, web]
links:
  ticket: https://tracker.example/1
amended:
  - note: first
  - {note: second}
text: |
  two
  lines
`, `
2:1 title = 2:8 the text "Überlast im \"Checkout\""
3:1 number = 3:9 the number 0404
4:1 answer = 4:9 the text "yes"
5:1 flag = 5:7 true
6:1 day = 6:6 the date 2024-03-05
7:1 empty = 7:7 nothing
8:1 quoted = 8:9 the text "2024"
9:1 services = 9:11 a list
  9:12 - the text "api"
  9:17 - the text "web"
10:1 links = 11:3 nested keys
  11:3 ticket = 11:11 the text "https://tracker.example/1"
12:1 amended = 13:3 a list
  13:5 - nested keys
    13:5 note = 13:11 the text "first"
  14:5 - nested keys
    14:6 note = 14:12 the text "second"
15:1 text = 15:7 the text "two…"
`},
		{"YAML aliases and merged keys", YAML, `base: &base {owner: platform, kind: api}
api:
  <<: *base
  kind: queue
both: {<<: [{x: 1, y: 1}, {y: 2, z: 2}]}
again: *base
`, `
1:1 base = 1:7 nested keys
  1:14 owner = 1:21 the text "platform"
  1:31 kind = 1:37 the text "api"
2:1 api = 3:3 nested keys
  4:3 kind = 4:9 the text "queue"
  1:14 owner = 1:21 the text "platform"
5:1 both = 5:7 nested keys
  5:14 x = 5:17 the number 1
  5:20 y = 5:23 the number 1
  5:34 z = 5:37 the number 2
6:1 again = 6:8 nested keys
  1:14 owner = 1:21 the text "platform"
  1:31 kind = 1:37 the text "api"
`},
		{"TOML", TOML, `# what happened
title = "Überlast im \"Checkout\""
answer = 'yes'
flag = true
day = 2024-03-05
bad-day = 2022-13-26
number = 4_000
services = [ "api", # the first
  "web" ]
mixed = [1, [2, {a.b = 3}], {}]

[links]
ticket = "https://tracker.example/1"

[[amended]]
note = "first"
[[amended]]
note = "second"
[amended.by]
role = "writer"
`, `
2:1 title = 2:9 the text "Überlast im \"Checkout\""
3:1 answer = 3:10 the text "yes"
4:1 flag = 4:8 true
5:1 day = 5:7 the date 2024-03-05
6:1 bad-day = 6:11 the date 2022-13-26
7:1 number = 7:10 the number 4_000
8:1 services = 8:12 a list
  8:14 - the text "api"
  9:3 - the text "web"
10:1 mixed = 10:9 a list
  10:10 - the number 1
  10:13 - a list
    10:14 - the number 2
    10:17 - nested keys
      10:18 a = 10:18 nested keys
        10:20 b = 10:24 the number 3
  10:29 - nested keys
12:2 links = 12:2 nested keys
  13:1 ticket = 13:10 the text "https://tracker.example/1"
15:3 amended = 15:3 a list
  15:3 - nested keys
    16:1 note = 16:8 the text "first"
  17:3 - nested keys
    18:1 note = 18:8 the text "second"
    19:10 by = 19:10 nested keys
      20:1 role = 20:8 the text "writer"
`},
		{"nothing", YAML, "", ""},
		{"only a comment", YAML, "# later\n", ""},
		{"no TOML", TOML, "# later\n", ""},
		{"old line breaks", YAML, "a: 1\rb: 2\r\nc: 3\n", "1:1 a = 1:4 the number 1\n2:1 b = 2:4 the number 2\n3:1 c = 3:4 the number 3"},
		{"old line breaks", TOML, "a=1\rb=2\r\nc=3\n", "1:1 a = 1:3 the number 1\n2:1 b = 2:3 the number 2\n3:1 c = 3:3 the number 3"},
		{"byte order mark", YAML, "\uFEFFa: 1\n", "1:1 a = 1:4 the number 1"},
		{"line separator from a word processor", YAML, "a: x\u2028y\nb: 2\n", "1:1 a = 1:4 the text \"x y\"\n2:1 b = 2:4 the number 2"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			root, problems := Parse("a.md", 1, test.syntax, []byte(test.src))
			compare(t, "tree", outline(root), test.want)
			if len(problems) > 0 || root.Broken {
				t.Errorf("broken %v, problems:\n%s", root.Broken, said(problems))
			}
		})
	}
}

// What an author reads after a slip, and the keys that can still be used. The file's first line is line 2, behind "---".
func TestSyntaxErrors(t *testing.T) {
	const colonHint = `the value contains a colon followed by a space; YAML takes it for another key | put quotes around the value`
	tests := []struct{ name, src, problem, left string }{
		{"colon in a value", "title: Checkout: down\nstatus: draft\n",
			`2:16 error yaml-syntax: ` + colonHint + `: title: "Checkout: down"`, "status"},
		{"colon and quotes", "title: Checkout: \"slow\"\n",
			`2:16 error yaml-syntax: ` + colonHint + `: title: 'Checkout: "slow"'`, ""},
		{"colon in a list item", "links:\n  - see: also: this\n",
			`3:14 error yaml-syntax: ` + colonHint + `: see: "also: this"`, ""},
		{"colon in a value of several lines", "text: first\n  second: third\n",
			`3:3 error yaml-syntax: "second:" is indented deeper than the line above, which already has its value | start it in the same column as the keys beside it, or quote the text when it belongs to the line above`, ""},
		{"tab", "links:\n\tticket: x\ntitle: y\n",
			`3:1 error yaml-syntax: found a tab character; YAML is indented with spaces | replace the tab by two spaces`, "title"},
		{"at sign", "owner: @oncall\n",
			`2:8 error yaml-syntax: a value cannot start with "@" in YAML | put quotes around the value: owner: "@oncall"`, ""},
		{"backtick", "title: `kubectl` failed\n",
			"2:8 error yaml-syntax: a value cannot start with \"`\" in YAML | put quotes around the value: title: \"`kubectl` failed\"", ""},
		{"percent", "title: %CPU\n",
			`2:8 error yaml-syntax: a value cannot start with "%" in YAML | put quotes around the value: title: "%CPU"`, ""},
		{"emphasis", "title: *big* outage\n",
			`2:8 error yaml-syntax: a value that starts with "*" has a meaning of its own in YAML | put quotes around the value: title: "*big* outage"`, ""},
		{"alias of nothing", "title: *big\n",
			`2:8 error yaml-syntax: a value that starts with "*" is an alias in YAML, and nothing here is called "big" | put quotes around the value: title: "*big"`, ""},
		{"no colon", "title: x\njust words\nstatus: draft\n",
			`3:1 error yaml-syntax: expected "key: value", found the text "just words" | indent the line when it continues the value above`, "status"},
		{"no space after the colon", "title: x\nstatus:draft\nid: y\n",
			`3:7 error yaml-syntax: no space after the colon | write status: draft`, "id"},
		{"no space after the only colon", "status:draft\n",
			`2:1 error yaml-syntax: no space after the colon | write status: draft`, ""},
		{"open double quote", "title: \"Checkout\nstatus: draft\n",
			`2:8 error yaml-syntax: the double quote that opens here is never closed | close it with another "; a double quote inside is written \"`, "status"},
		{"open single quote", "id: 'a'\ntitle: 'Checkout\nstatus: draft\n",
			`3:8 error yaml-syntax: the single quote that opens here is never closed | close it with another '; an apostrophe inside is written twice: ''`, "id status"},
		{"apostrophe", "title: 'it's down'\n",
			`2:12 error yaml-syntax: the quoted text ends before this, and nothing may follow it | write an apostrophe inside single quotes twice: ''`, ""},
		{"words behind a quote", "title: \"Checkout\" down\nid: x\n",
			`2:19 error yaml-syntax: the quoted text ends before this, and nothing may follow it | put the whole value in quotes, and write a double quote inside it as \"`, "id"},
		{"Windows path", `title: "C:\queue"` + "\n",
			`2:11 error yaml-syntax: unknown escape \q in double quotes | use single quotes, where a backslash is just a backslash, or write it twice`, ""},
		{"tag in brackets", "title: [SEV-1] Checkout down\nid: x\n",
			`2:8 error yaml-syntax: a value that starts with "[" is a list or mapping in YAML, and nothing may follow it | put quotes around the value: title: "[SEV-1] Checkout down"`, "id"},
		{"open bracket", "services: [api, web\nid: x\n",
			`2:11 error yaml-syntax: "[" starts a list, which needs "," between its values and "]" at its end | when it is text, put quotes around the value: services: "[api, web"`, "id"},
		{"open brace", "links: {a: b\nid: x\n",
			`2:8 error yaml-syntax: "{" starts a mapping, which needs "," between its values and "}" at its end | when it is text, put quotes around the value: links: "{a: b"`, "id"},
		{"bracket alone", "title: ]\n",
			`2:8 error yaml-syntax: expected a value here, found "]" | put quotes around the value: title: "]"`, ""},
		{"placeholder of a template", "title: {{ title }}\nid: x\n",
			`2:9 error yaml-syntax: a key must be text, found nested keys | put quotes around text that contains "{", "}", "[" or "]"`, "title id"},
		{"list out of line", "services:\n  - api\n - web\nid: x\n",
			`4:2 error yaml-syntax: the list item "- " fits nothing above it | put every item on a line of its own, below the key, all in the same column`, "id"},
		{"key out of line", "links:\n    a: x\n  b: y\nid: x\n",
			`4:3 error yaml-syntax: the indentation of this line fits nothing above it | start it in the same column as the line it belongs beside`, "id"},
		{"bracket too many", "id: x\n}\n",
			`3:1 error yaml-syntax: "}" belongs to nothing above it | delete it, or quote the text it belongs to`, ""},
		{"item on the key's line", "services: - api\n",
			`2:11 error yaml-syntax: a list item "- " cannot stand here | put each "- item" on a line of its own below the key, or quote the text`, ""},
		{"text behind a bar", "text: | one line\nid: x\n",
			`2:9 error yaml-syntax: after "|" or ">" the text starts on the next line, indented | or put quotes around the value when it is one line`, "id"},
		{"no keys", "Checkout was down.\n",
			`2:1 error yaml-syntax: expected keys with values, found the text "Checkout was down." | every line starts with a key: "title: Checkout was down"`, ""},
		{"a list", "- a\n- b\n",
			`2:1 error yaml-syntax: expected keys with values, found a list | every line starts with a key: "title: Checkout was down"`, ""},
		{"second document", "id: x\n---\ntitle: y\n",
			`3:1 error yaml-syntax: "---" starts a second document; only the first is read | delete the line with "---"`, "title"},
		{"not UTF-8", "title: \xdcberlast\nid: x\n",
			`2:8 error yaml-syntax: the byte 0xDC is not UTF-8 text | save the file as UTF-8 in your editor`, "title id"},
		{"control character", "title: a\x00b\nid: x\n",
			`2:9 error yaml-syntax: found the control character U+0000 | delete it; it may not be visible in your editor`, "title id"},
		{"several at once", "title: a: b\nid: x\nowner: @me\nservices: [a\n", `
2:9 error yaml-syntax: ` + colonHint + `: title: "a: b"
4:8 error yaml-syntax: a value cannot start with "@" in YAML | put quotes around the value: owner: "@me"
5:11 error yaml-syntax: "[" starts a list, which needs "," between its values and "]" at its end | when it is text, put quotes around the value: services: "[a"`, "id"},
		{"value within itself", "a: &a [*a]\n", `2:8 error yaml-syntax: the alias *a stands inside the value it repeats`, "a"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			root, problems := Parse("a.md", 2, YAML, []byte(test.src))
			compare(t, "problems", said(problems), test.problem)
			var left []string
			for _, e := range root.Entries {
				left = append(left, e.Key)
			}
			compare(t, "keys left", strings.Join(left, " "), test.left)
			if !root.Broken {
				t.Error("a text that could not be read whole is not marked Broken")
			}
		})
	}
}

func TestTOMLSyntaxErrors(t *testing.T) {
	tests := []struct{ name, src, problem, left string }{
		{"text without quotes", "title = Checkout down\nid = \"x\"\n",
			`2:9 error toml-syntax: this is not a TOML value; text needs quotes | put quotes around text: title = "Checkout down"`, "id"},
		{"duration without quotes", "took = 20s\n",
			`2:10 error toml-syntax: this is not a TOML value; text needs quotes | put quotes around text: took = "20s"`, ""},
		{"no value", "title =\nid = \"x\"\n",
			`2:8 error toml-syntax: this is not a TOML value; text needs quotes | put quotes around text`, "id"},
		{"YAML", "title: x\n", `2:6 error toml-syntax: expected "=" after the key | TOML is written key = "value"`, ""},
		{"open quote", "title = \"Checkout\nid = \"x\"\n",
			`2:18 error toml-syntax: the quoted text is not closed on its line | close the quote, or use """ for text of several lines`, "id"},
		{"words behind a value", "title = \"a\" b\n",
			`2:13 error toml-syntax: nothing may follow the value on its line | start a comment with "#"; put text in quotes whole`, ""},
		{"Windows path", `title = "C:\queue"` + "\n",
			`2:12 error toml-syntax: invalid escape character U+0071 'q' | use single quotes, where a backslash is just a backslash, or write it twice`, ""},
		{"leading zero", "id = 007\n", `2:6 error toml-syntax: integers cannot have leading zeroes | put quotes around it when the zeroes matter`, ""},
		{"key with an umlaut", "größe = 1\n", `2:3 error toml-syntax: expected "=" after the key | TOML is written key = "value"`, ""},
		{"odd key", "& = 1\nid = 1\n",
			`2:1 error toml-syntax: a key starts with a letter, a digit, "-" or "_", found "&" | put quotes around a key with other characters`, "id"},
		{"open list", "services = [\"a\"\nid = 1\n",
			`3:1 error toml-syntax: the list in "[" needs "," between its values and "]" at its end`, ""},
		{"open table", "links = {a = 1\nid = 1\n",
			`3:1 error toml-syntax: the table in "{" needs "," between its keys and "}" at its end`, ""},
		{"header that is not closed", "[links\nid = 1\n[more]\nx = 1\n", `2:7 error toml-syntax: expected ']' to close table name`, "more"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			root, problems := Parse("a.md", 2, TOML, []byte(test.src))
			compare(t, "problems", said(problems), test.problem)
			var left []string
			for _, e := range root.Entries {
				left = append(left, e.Key)
			}
			compare(t, "keys left", strings.Join(left, " "), test.left)
			if !root.Broken {
				t.Error("a text that could not be read whole is not marked Broken")
			}
		})
	}
}

// Slips that leave the text readable.
func TestQuestionableButReadable(t *testing.T) {
	tests := []struct {
		name          string
		syntax        Syntax
		src, problems string
	}{
		{"key twice", YAML, "a: 1\nb: 2\na: 3\n", `3:1 error duplicate-key: the key "a" stands twice; the first is on line 1, and is the one used | keep one of the two`},
		{"key twice in TOML", TOML, "a = 1\n[b]\n[b]\n[a.c]\n", `
3:2 error duplicate-key: the key "b" stands twice; the first is on line 2, and is the one used | keep one of the two
4:2 error wrong-type: the key "a" has a value on line 1 already, and can have no keys below it`},
		{"issue number", YAML, "title: #4521 checkout\n",
			`1:7 warning yaml-comment: YAML leaves out "#4521 checkout" as a comment | put quotes around the value when "#" belongs to it; put a space after "#" when it does not`},
		{"channel", YAML, "chat: see #inc-7\n",
			`1:7 warning yaml-comment: YAML leaves out "#inc-7" as a comment | put quotes around the value when "#" belongs to it; put a space after "#" when it does not`},
		{"comment", YAML, "title: # say what broke\nid: x # from the tracker\n", ""},
		{"exclamation", YAML, "title: !important news\n",
			`1:8 warning yaml-tag: YAML reads "!important" as the type of the value, not as part of it | put quotes around the whole value when it is text`},
		{"standard tag", YAML, "title: !!str 2024\n", ""},
		{"merge of no mapping", YAML, "a: {<<: 3, b: 1}\n", `1:9 error wrong-type: "<<" merges the keys of another mapping, found the number 3`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			root, problems := Parse("a.md", 1, test.syntax, []byte(test.src))
			compare(t, "problems", said(problems), test.problems)
			if root.Broken {
				t.Error("Broken, though everything could be read")
			}
		})
	}
}

func TestLimits(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&bomb, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	tests := []struct {
		name   string
		syntax Syntax
		src    string
		want   string
	}{
		{"aliases of aliases", YAML, bomb.String(), "aliases repeat more than 10000 values"},
		{"deep YAML", YAML, "a: " + strings.Repeat("[", 500) + strings.Repeat("]", 500), "lists and keys are nested more than 64 deep"},
		{"very deep YAML", YAML, "a: " + strings.Repeat("[", 50_000), ""},
		{"deep TOML", TOML, "a = " + strings.Repeat("[", 500) + strings.Repeat("]", 500), "lists and keys are nested more than 64 deep"},
		{"very deep TOML", TOML, "a = " + strings.Repeat("{b=", 50_000), ""},
		{"long TOML key", TOML, "a" + strings.Repeat(".a", 500) + " = 1", "lists and keys are nested more than 64 deep"},
		{"long TOML header", TOML, "[a" + strings.Repeat(".a", 500) + "]\nx = 1", "lists and keys are nested more than 64 deep"},
		{"large", YAML, strings.Repeat("# more\n", MaxSize/7+1), "this YAML is 1048579 bytes long; at most 1048576 are read"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			root, problems := Parse("a.md", 1, test.syntax, []byte(test.src))
			if !root.Broken || !strings.Contains(said(problems), test.want) {
				t.Errorf("broken %v, problems:\n%s\nwant %q", root.Broken, said(problems), test.want)
			}
			if n := walk(root); n > 20_000 {
				t.Errorf("the tree has %d nodes to walk", n)
			}
		})
	}
}

func walk(n *Node) int {
	count := 1
	for _, e := range n.Entries {
		count += walk(e.Value)
	}
	for _, item := range n.Items {
		count += walk(item)
	}
	return count
}

func FuzzYAML(f *testing.F) {
	for _, seed := range []string{
		"title: Checkout: down\n", "a: &a [*a]\n", "a: &a {x: 1}\nb: {<<: *a}\n", "? [a]\n: b\n", "a: \"\\q\"\n", "- a\n", "a:\n\tb: 1\n", "x: |\n  y\n z\n", frontMatter,
		"a: 'b\nc: [d\ne: {f\ng: *h\ni:j\n---\nk: @l\n", "\xef\xbb\xbfa: \xff\x00\u2028\n", "!00&a {0000}\n000000: 0000", "?",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) { parseAndCheck(t, YAML, src) })
}

func FuzzTOML(f *testing.F) {
	for _, seed := range []string{
		"title = \"x\"\n[a]\nb = [1, {c = 2}]\n[[d]]\n[d.e]\n", "a.b = 1\na.c = {d = [ ] }\n", "x = \"\"\"\ny\\\n\"\"\"\n", "[a\n", "d = 2024-13-40T99:99\n",
		"a = b\n[c.d]\ne = 'f\n[[c.d]]\n[c]\n\"\" = 1\n", "\xef\xbb\xbfa = \xff\x00\u2028\n", "a = [ # b\n\n1 ,\n{ c . d = 1, }, [[]]]\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) { parseAndCheck(t, TOML, src) })
}

func parseAndCheck(t *testing.T, syntax Syntax, src string) {
	root, problems := Parse("a.md", 1, syntax, []byte(src))
	lines := strings.Count(src, "\n") + strings.Count(src, "\r") + 1
	if root == nil || root.Kind != Map {
		t.Fatalf("the root is %v", root)
	}
	broken := false
	for _, p := range problems {
		if p.Line < 1 || p.Line > lines || p.Column < 1 || p.Column > len(src)+1 {
			t.Errorf("problem outside the text: %v", p)
		}
		if p.Message == "" || p.Rule == "" {
			t.Errorf("problem without words: %+v", p)
		}
		broken = broken || strings.HasSuffix(p.Rule, "-syntax")
	}
	if root.Broken != broken {
		t.Errorf("broken %v, problems:\n%s", root.Broken, said(problems))
	}
	check(t, root, lines, 0)
}

// check walks a tree as a reader would.
func check(t *testing.T, n *Node, lines, depth int) {
	if depth > MaxDepth+2 {
		t.Fatalf("nested %d deep", depth)
	}
	if n.Pos.Line < 1 || n.Pos.Line > lines || n.Pos.Column < 1 {
		t.Errorf("%v stands at %v of %d lines", n, n.Pos, lines)
	}
	keys := map[string]bool{}
	for _, e := range n.Entries {
		if keys[e.Key] {
			t.Errorf("the key %q is in the tree twice", e.Key)
		}
		keys[e.Key] = true
		if e.Value == nil {
			t.Fatalf("the key %q has no value node", e.Key)
		}
		check(t, e.Value, lines, depth+1)
	}
	for _, item := range n.Items {
		check(t, item, lines, depth+1)
	}
}

// A slug is its own slug, and nothing else that looks like one passes for it.
func TestSlugOfSlug(t *testing.T) {
	for _, s := range []string{"inc-2024-017", "a", "0", "INC-1", "-a", "a-", "a--b", "-", "", "größe", "a_b", strings.Repeat("a", 120), strings.Repeat("a", 121)} {
		slug := Slug(s)
		if again := Slug(slug); again != slug {
			t.Errorf("the slug of %q is %q, and its own %q", s, slug, again)
		}
		if slug == "" || strings.HasPrefix(slug, "-") || strings.HasSuffix(slug, "-") || strings.Contains(slug, "--") || len(slug) > 120 {
			t.Errorf("the slug of %q is %q", s, slug)
		}
	}
}
