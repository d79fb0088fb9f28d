package main

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"debrief/generator/testkit"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// TestMCP starts the server as an assistant does, as a process, and asks over its standard input and output.
func TestMCP(t *testing.T) {
	root := testkit.Dir(t, "-- postmortems/one.md --\n---\nid: INC-1\nvisibility: public\nstarted: 2024-03-05T14:02:00Z\n---\n# Cards were refused\n\nSecret.\n\n## External summary\n\nCards were refused for an hour.\n")
	command := exec.Command("debrief", "mcp", "--cache", t.TempDir(), root)
	var said bytes.Buffer
	command.Stderr = &said
	s, err := sdk.NewClient(&sdk.Implementation{Name: "test"}, nil).Connect(t.Context(), &sdk.CommandTransport{Command: command}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for tool, arguments := range map[string]map[string]any{
		"search": {"query": "cards"}, "similar": {"text": "cards refused"}, "get": {"id": "INC-1"}, "trends": {},
	} {
		r, err := s.CallTool(t.Context(), &sdk.CallToolParams{Name: tool, Arguments: arguments})
		if err != nil || r.IsError {
			t.Errorf("%s: %v, %+v", tool, err, r)
			continue
		}
		if text := r.Content[0].(*sdk.TextContent).Text; !strings.Contains(text, "INC-1") && tool != "trends" || strings.Contains(text, "Secret") {
			t.Errorf("%s says %s", tool, text)
		}
	}
	if err := s.Close(); err != nil {
		t.Errorf("it does not end well: %v", err)
	}
	if !strings.Contains(said.String(), "debrief: reading ") {
		t.Errorf("on standard error it says %q", said.String())
	}
}
