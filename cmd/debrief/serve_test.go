package main

import (
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"debrief/generator/serve"

	"github.com/rogpeppe/go-internal/testscript"
)

// setPort gives a script a port that is free, as $PORT.
func setPort(env *testscript.Env) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	env.Setenv("PORT", strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
	return l.Close()
}

// fetch is the script command "fetch URL PATTERN": it asks for an address until the answer matches a pattern.
func fetch(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: fetch URL PATTERN")
	}
	pattern, err := regexp.Compile(args[1])
	ts.Check(err)
	said := ""
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		answer, err := http.Get(args[0])
		if err != nil {
			said = err.Error() // the server may not listen yet
			continue
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		ts.Check(err)
		if said = string(body); pattern.Match(body) {
			return
		}
	}
	ts.Fatalf("%s does not answer with %q:\n%s", args[0], args[1], said)
}

func TestChangeLine(t *testing.T) {
	tests := []struct {
		change serve.Change
		want   string
	}{
		{serve.Change{Files: []string{"a.md"}, Took: 8_400 * time.Microsecond}, "a.md  8ms"},
		{serve.Change{Files: []string{"a.md", "b.md"}, Took: time.Second, Errors: 1, Warnings: 2}, "a.md, b.md  1s  1 error, 2 warnings"},
		{serve.Change{Files: slices.Repeat([]string{"a.md"}, 1000), Took: 350 * time.Millisecond}, "a.md and 999 more  350ms"},
		{serve.Change{Took: 5 * time.Millisecond, Warnings: 1}, "the archive  5ms  1 warning"},
	}
	for _, test := range tests {
		if got := changeLine(test.change); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

func TestOpenBrowser(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if err := openBrowser("http://127.0.0.1:1414/"); err == nil {
		t.Errorf("opening a browser where there is none gives %v", err)
	}
}
