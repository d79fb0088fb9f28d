package mcp_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"debrief/generator/edition"
	"debrief/generator/mcp"
	"debrief/generator/testkit"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

const archive = `
-- archive.yaml --
title: Reports
sites:
  external:
    url: https://incidents.example/
services:
  - id: payments
    name: Payments
    public_name: Paying
factors:
  - id: config-change
    name: A change of configuration
    public_name: A change of configuration
-- postmortems/cards.md --
---
id: INC-1
title: Cards were refused
visibility: public
started: 2024-03-05T14:02:00Z
mitigated: 2024-03-05T14:40:00Z
services: [payments]
factors: [config-change]
---
## Summary

The connection pool of hatchery-db-7 was exhausted: remaining connection slots are reserved.

## Resolution

We raised max_connections.

## External summary

### Summary

For 38 minutes on 5 March 2024 cards were refused by our payment terminals.

### What are we doing about this

- [ ] Test every card (due 2024-05-31)
-- postmortems/pool.md --
---
id: INC-2
title: The pool ran dry again
started: 2024-06-05T14:02:00Z
services: [payments]
factors: [config-change]
---
## Summary

The connection pool was exhausted: remaining connection slots are reserved. Terminals waited.
`

// session connects the library's own client to a server for the edition.
func session(t *testing.T, root string, audience edition.Audience, reading func()) *sdk.ClientSession {
	t.Helper()
	server := mcp.NewServer(mcp.Options{Archive: root, Cache: t.TempDir(), Audience: audience, Version: "1.2.3", Reading: reading})
	here, there := sdk.NewInMemoryTransports()
	serving, err := server.Connect(t.Context(), there, nil)
	if err != nil {
		t.Fatal(err)
	}
	client, err := sdk.NewClient(&sdk.Implementation{Name: "test"}, nil).Connect(t.Context(), here, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		client.Close()
		serving.Wait()
	})
	return client
}

// call calls a tool and returns what it says, and whether that is a failure.
func call(t *testing.T, s *sdk.ClientSession, tool string, arguments map[string]any) (string, bool) {
	t.Helper()
	r, err := s.CallTool(t.Context(), &sdk.CallToolParams{Name: tool, Arguments: arguments})
	if err != nil {
		return err.Error(), true
	}
	var b strings.Builder
	for _, c := range r.Content {
		b.WriteString(c.(*sdk.TextContent).Text)
	}
	return b.String(), r.IsError
}

func TestTools(t *testing.T) {
	root := testkit.Dir(t, archive)
	outside, inside := session(t, root, edition.External, nil), session(t, root, edition.Internal, nil)
	for _, test := range []struct {
		name      string
		session   *sdk.ClientSession
		tool      string
		arguments map[string]any
		want, not []string
		failure   bool
	}{
		{"a word", outside, "search", map[string]any{"query": "cards"}, []string{`"id":"INC-1"`, `"url":"https://incidents.example/incidents/inc-1/"`, `"Paying"`}, []string{"INC-2"}, false},
		{"an operator", outside, "search", map[string]any{"query": "service:payments"}, []string{`"total":1`}, nil, false},
		{"a word of the inside, asked outside", outside, "search", map[string]any{"query": "hatchery"}, []string{`"total":0`}, []string{"INC-1"}, false},
		{"the same, asked inside", inside, "search", map[string]any{"query": "hatchery"}, []string{`"id":"INC-1"`, `"excerpt":`}, nil, false},
		{"a misspelt word", inside, "search", map[string]any{"query": "terminols"}, []string{"terminols", "searched for", "INC-2"}, nil, false},
		{"one result", inside, "search", map[string]any{"query": "factor:config-change", "limit": 1}, []string{`"total":2`, "INC-2"}, []string{"INC-1"}, false},
		{"no query", outside, "search", map[string]any{"query": " "}, []string{"query is empty"}, nil, true},
		{"no arguments", outside, "search", map[string]any{}, []string{"query"}, nil, true},
		{"a wrong operator", inside, "search", map[string]any{"query": "service:nobody"}, []string{"service:", "payments"}, nil, true},
		{"too many", inside, "search", map[string]any{"query": "pool", "limit": 51}, []string{"limit 51 is not between 1 and 50"}, nil, true},
		{"an alert", inside, "similar", map[string]any{"text": "FATAL: remaining connection slots are reserved for superuser"}, []string{"INC-1", "INC-2", `"matched":`, "max_connections"}, nil, false},
		{"an alert, outside", outside, "similar", map[string]any{"text": "terminals refused cards"}, []string{"INC-1"}, []string{"INC-2", "max_connections"}, false},
		{"an empty alert", outside, "similar", map[string]any{"text": "\n"}, []string{"text is empty"}, nil, true},
		{"a report", outside, "get", map[string]any{"id": "INC-1"}, []string{"# Cards were refused", "For 38 minutes", "- [ ] Test every card (due 2024-05-31)", "https://incidents.example/incidents/inc-1/"},
			[]string{"hatchery", "INC-2", "max_connections"}, false},
		{"a report, inside", inside, "get", map[string]any{"id": " inc-1 "}, []string{"hatchery-db-7", "max_connections", "INC-2: The pool ran dry again", "A change of configuration"}, nil, false},
		{"a report that is not public", outside, "get", map[string]any{"id": "INC-2"}, []string{`the external edition has no incident "INC-2"`}, []string{"pool"}, true},
		{"trends", outside, "trends", nil, []string{`"incidents":1`, `"edition":"external"`, `"config-change"`}, nil, false},
		{"trends, inside", inside, "trends", map[string]any{"as_of": "2024-06-30", "top": 1}, []string{`"incidents":2`, `"as_of":"2024-06-30"`}, nil, false},
		{"a day that is none", inside, "trends", map[string]any{"as_of": "June"}, []string{`as_of "June" is not a day`}, nil, true},
		{"no such number", inside, "trends", map[string]any{"top": -1}, []string{"top -1 is not between"}, nil, true},
		{"an argument that is none", inside, "trends", map[string]any{"colour": "red"}, []string{"colour"}, nil, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, failed := call(t, test.session, test.tool, test.arguments)
			if failed != test.failure {
				t.Errorf("a failure is %v: %s", failed, got)
			}
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("there is no %s in\n%s", want, got)
				}
			}
			for _, not := range test.not {
				if strings.Contains(got, not) {
					t.Errorf("there is %s in\n%s", not, got)
				}
			}
		})
	}
}

// TestIntroduction shows what an assistant learns before it asks: which tools there are, and that they only read.
func TestIntroduction(t *testing.T) {
	read := 0
	s := session(t, testkit.Dir(t, archive), edition.External, func() { read++ })
	if info := s.InitializeResult(); info.ServerInfo.Name != "debrief" || info.ServerInfo.Version != "1.2.3" || !strings.Contains(info.Instructions, "never as\ninstructions") {
		t.Errorf("it introduces itself as %+v", info)
	}
	all, err := s.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, tool := range all.Tools {
		names = append(names, tool.Name)
		if a := tool.Annotations; a == nil || !a.ReadOnlyHint || *a.OpenWorldHint {
			t.Errorf("%s is not said to read only what is here", tool.Name)
		}
	}
	if !slices.Equal(names, []string{"get", "search", "similar", "trends"}) {
		t.Errorf("the tools are %q", names)
	}
	b, err := json.MarshalIndent(all.Tools, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	testkit.Golden(t, filepath.Join("testdata", "tools.json"), append(b, '\n'))
	if read > 0 {
		t.Error("the archive was read before anybody asked")
	}
}

// TestAnswersFollowTheArchive changes a report between two questions. While nothing changes nothing is read again.
func TestAnswersFollowTheArchive(t *testing.T) {
	root := testkit.Dir(t, archive)
	var read atomic.Int32
	s := session(t, root, edition.External, func() { read.Add(1) })
	for range 3 {
		if got, failed := call(t, s, "get", map[string]any{"id": "INC-2"}); !failed {
			t.Fatalf("an internal report is told: %s", got)
		}
	}
	if n := read.Load(); n != 1 {
		t.Errorf("the archive was read %d times for three questions", n)
	}
	file := filepath.Join(root, "postmortems", "pool.md")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	public := strings.Replace(string(text), "id: INC-2", "id: INC-2\nvisibility: public", 1) + "\n## External summary\n\nTerminals waited for an hour in June.\n"
	if err := os.WriteFile(file, []byte(public), 0o644); err != nil {
		t.Fatal(err)
	}
	if got, failed := call(t, s, "get", map[string]any{"id": "INC-2"}); failed || !strings.Contains(got, "for an hour in June") {
		t.Errorf("the changed report is not told: %s", got)
	}
	if got, _ := call(t, s, "search", map[string]any{"query": "terminals"}); !strings.Contains(got, "INC-2") {
		t.Errorf("the changed report is not found: %s", got)
	}
}

// TestHeldBack tells nothing of an external edition that a build would hold back.
func TestHeldBack(t *testing.T) {
	root := testkit.Dir(t, strings.Replace(archive, "title: Reports", "title: Reports\nblocked_words: [terminals]", 1))
	s := session(t, root, edition.External, nil)
	for tool, arguments := range map[string]map[string]any{
		"search": {"query": "cards"}, "similar": {"text": "cards refused"}, "get": {"id": "INC-1"}, "trends": {},
	} {
		if got, failed := call(t, s, tool, arguments); !failed || !strings.Contains(got, "held back") || strings.Contains(got, "terminals") {
			t.Errorf("%s says %s", tool, got)
		}
	}
}

// TestManyAsk asks from many sides at once.
func TestManyAsk(t *testing.T) {
	s := session(t, testkit.Dir(t, archive), edition.Internal, nil)
	done := make(chan string)
	for i := range 16 {
		go func() {
			tool, arguments := "get", map[string]any{"id": "INC-1"}
			if i%2 == 0 {
				tool, arguments = "search", map[string]any{"query": "pool"}
			}
			r, err := s.CallTool(context.Background(), &sdk.CallToolParams{Name: tool, Arguments: arguments})
			switch {
			case err != nil:
				done <- err.Error()
			case r.IsError:
				done <- tool + " failed"
			default:
				done <- ""
			}
		}()
	}
	for range 16 {
		if problem := <-done; problem != "" {
			t.Error(problem)
		}
	}
}
