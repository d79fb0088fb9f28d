package lsp

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"debrief/generator/postmortem"
)

// talk sends a stream of bytes to a server, closes it when an answer has come or nothing more does, and returns what came back.
func talk(t testing.TB, stream []byte, wanted string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	answers := &answers{wanted: wanted, came: make(chan struct{})}
	// How a session ends that is fed nonsense does not matter; that it does, does.
	_ = Serve(ctx, io.MultiReader(bytes.NewReader(stream), answers), answers, Options{Pause: time.Millisecond, Today: func() postmortem.Date { return postmortem.Date{} }})
	if ctx.Err() != nil {
		t.Fatal("the session does not end")
	}
	answers.mu.Lock()
	defer answers.mu.Unlock()
	return answers.text.String()
}

// answers keeps what a server writes. What is read from it ends when the wanted answer has come.
type answers struct {
	wanted string
	came   chan struct{}

	mu   sync.Mutex
	text strings.Builder
	done bool
}

func (a *answers) Write(b []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.text.Write(b)
	if !a.done && strings.Contains(a.text.String(), a.wanted) {
		a.done = true
		close(a.came)
	}
	return len(b), nil
}

func (a *answers) Read([]byte) (int, error) {
	if a.wanted != "" {
		select {
		case <-a.came:
		case <-time.After(5 * time.Second):
		}
	}
	return 0, io.EOF
}

func framed(messages ...string) []byte {
	var b bytes.Buffer
	for _, m := range messages {
		fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(m), m)
	}
	return b.Bytes()
}

const hello = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}`

func TestMalformedMessages(t *testing.T) {
	for name, c := range map[string]struct{ stream, want string }{
		"no JSON":                {string(framed(hello, `{"jsonrpc":`, `{"jsonrpc":"2.0","id":2,"method":"nothing"}`)), `"code":-32601`},
		"an empty batch":         {string(framed(hello, `[]`)), `"code":-32600`},
		"a number":               {string(framed(hello, `7`)), `"error"`},
		"parameters in a list":   {string(framed(hello, `{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":[1]}`)), `"code":-32602`},
		"a text for a number":    {string(framed(hello, `{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":{"position":{"line":"x"}}}`)), `"code":-32602`},
		"no parameters":          {string(framed(hello, `{"jsonrpc":"2.0","id":2,"method":"textDocument/completion"}`)), `"id":2,"result":null`},
		"null parameters":        {string(framed(hello, `{"jsonrpc":"2.0","id":2,"method":"shutdown","params":null}`)), `"id":2,"result":null`},
		"an unknown document":    {string(framed(hello, `{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":{"textDocument":{"uri":"file:///nowhere.md"},"position":{"line":0,"character":0}}}`)), `"result":null`},
		"a content type":         {"Content-Type: application/vscode-jsonrpc; charset=utf8\r\n" + string(framed(hello)), `"serverInfo"`},
		"small letters":          {strings.ToLower(string(framed(hello))[:16]) + string(framed(hello))[16:], `"serverInfo"`},
		"no length":              {"Content-Type: x\r\n\r\n" + hello, ""},
		"a length of text":       {"Content-Length: many\r\n\r\n" + hello, ""},
		"a negative length":      {"Content-Length: -1\r\n\r\n" + hello, ""},
		"a length beyond count":  {"Content-Length: 99999999999999999999\r\n\r\n" + hello, ""},
		"a length of a terabyte": {"Content-Length: 1000000000000\r\n\r\n" + hello, ""},
		"a length not kept":      {"Content-Length: 60000000\r\n\r\n" + hello, ""},
		"an endless header":      {strings.Repeat("x", 1<<20), ""},
		"nothing":                {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := talk(t, []byte(c.stream), c.want); !strings.Contains(got, c.want) || c.want == "" && got != "" {
				t.Errorf("the answer is %q, want %q in it", got, c.want)
			}
		})
	}
}

// FuzzMessages sends any message behind a greeting and an open document.
func FuzzMessages(f *testing.F) {
	for name := range methods {
		f.Add(name, `{"textDocument":{"uri":"untitled:a.md"},"position":{"line":2,"character":3},"range":{"start":{"line":0},"end":{"line":9}}}`)
	}
	f.Add("textDocument/didChange", `{"textDocument":{"uri":"untitled:a.md","version":2},"contentChanges":[{"range":{"start":{"line":-1,"character":-5},"end":{"line":99,"character":99}},"text":"x"}]}`)
	f.Add("textDocument/didOpen", `{"textDocument":{"uri":"file://%zz","version":1,"text":""}}`)
	f.Fuzz(func(t *testing.T, name, params string) {
		if !json.Valid([]byte(params)) || strings.Contains(params, "file:") && strings.Contains(params, "/") {
			return // the disk of whoever runs this is not read
		}
		open := `{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"untitled:a.md","version":1,"text":"---\nid: x\nservices: [a]\n---\n\n## Summary\n\nWe should have. [x](y.md)\n"}}}`
		call, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 9, "method": name, "params": json.RawMessage(params)})
		if err != nil {
			return
		}
		if got := talk(t, framed(hello, open, string(call), `{"jsonrpc":"2.0","id":99,"method":"shutdown"}`), `"id":99`); strings.Contains(got, fmt.Sprint(-32603)) {
			t.Errorf("the answer to %s is %s", call, got)
		}
	})
}

// FuzzText asks everything at any place of any text.
func FuzzText(f *testing.F) {
	f.Add("---\nid: x\nservices: [a, b]\nrelated:\n- y\n---\n\n## Sum", 4, 3)
	f.Add("+++\nid = \"x\"\n[ignore]\n\"a/b\" = \"\"\n+++\n\n| a | b |\n", 6, 2)
	f.Add("🚒 [a](\r\n障害](b.md)\r<!-- debrief:ignore ", 1, 1)
	f.Add("---\n- - - a: {b: [c, d: e\n  - f:\n---\n", 1, 20)
	f.Fuzz(func(t *testing.T, src string, line, character int) {
		d := newDesk(t.Context(), Options{Today: func() postmortem.Date { return postmortem.Date{} }, Pause: time.Hour}, func(publishDiagnosticsParams) {})
		defer d.close()
		for _, uri := range []string{"untitled:a.md", "untitled:archive.yaml"} {
			d.documents[uri] = &document{uri: uri, text: newText(src)}
			v := d.look(uri)
			p := Position{line, character}
			v.about(p)
			v.completions(p)
			v.target(p)
			v.nameAt(p)
			v.findingsAt(Range{p, p})
			for _, found := range v.findings() {
				v.diagnostic(found.Problem)
				v.edits(found.Edits)
				v.suggested(found.Problem)
				v.ignore(found.Problem)
			}
		}
	})
}

// What a document becomes by many changes is what the protocol says: the same as by changes of a text in UTF-16.
func TestChangesInUTF16(t *testing.T) {
	const seed = 5
	random := rand.New(rand.NewPCG(seed, seed))
	pieces := []string{"a", "é", "障", "🚒", "\n", "\r\n", " ", "word", "👩‍🚒"}
	piece := func() string {
		var b strings.Builder
		for range random.IntN(5) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		return b.String()
	}
	got := newText("🚒 one\n障害 two\r\nthree")
	want := utf16.Encode([]rune(got.src))
	for i := range 2000 {
		from, to := place(random, want), place(random, want)
		if before(to, from) {
			from, to = to, from
		}
		with := piece()
		got = got.change(&Range{from, to}, with)
		after := append(append(append([]uint16{}, want[:index(want, from)]...), utf16.Encode([]rune(with))...), want[index(want, to):]...)
		want = after
		if got.src != string(utf16.Decode(want)) {
			t.Fatalf("seed %d, change %d: %q, want %q", seed, i, got.src, string(utf16.Decode(want)))
		}
	}
}

// place is any place in a text that stands between two characters.
func place(random *rand.Rand, src []uint16) Position {
	lines := splitUnits(src)
	n := random.IntN(len(lines))
	column := random.IntN(len(lines[n]) + 1)
	if column < len(lines[n]) && column > 0 && utf16.IsSurrogate(rune(lines[n][column])) && lines[n][column] >= 0xdc00 {
		column--
	}
	return Position{n, column}
}

// splitUnits are the lines of a text without their ends.
func splitUnits(src []uint16) [][]uint16 {
	lines := [][]uint16{{}}
	for i := 0; i < len(src); i++ {
		switch {
		case src[i] == '\r' && i+1 < len(src) && src[i+1] == '\n':
		case src[i] == '\n' || src[i] == '\r':
			lines = append(lines, []uint16{})
		default:
			lines[len(lines)-1] = append(lines[len(lines)-1], src[i])
		}
	}
	return lines
}

func index(src []uint16, p Position) int {
	line := 0
	for i := 0; ; i++ {
		if line == p.Line {
			return i + p.Character
		}
		if src[i] == '\n' || src[i] == '\r' && (i+1 == len(src) || src[i+1] != '\n') {
			line++
		}
	}
}
