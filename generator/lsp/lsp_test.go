package lsp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"debrief/generator/postmortem"
	"debrief/generator/testkit"

	"github.com/creachadair/jrpc2"
	"github.com/creachadair/jrpc2/channel"
)

// sample is an archive in which there is something to say about everything. The place of a test is written as ‸ in the text that it opens.
const sample = `
-- archive.yaml --
title: Example
services:
  - {id: payments, name: Payments, owner: Money team, description: Takes cards.}
  - {id: checkout, name: Checkout, aliases: [cart]}
factors:
  - {id: config-change, name: Configuration change, description: A setting was changed.}
glossary:
  - {term: quorum, meaning: More than half of the nodes.}
-- postmortems/2024/a.md --
---
id: INC-2024-001
title: Checkout was slow
severity: sev2
status: published
started: 2024-03-05 14:02 UTC
services: [checkout]
---

## Summary

Checkout took ten seconds.
-- postmortems/b.md --
---
id: INC-2024-002
title: Cards were refused
services: [payments]
factors: [config-change]
related: [INC-2024-001]
---

## Summary

Cards were refused.
`

// editor is the other side of a session. It frames its messages with the library's own code, not with the server's.
type editor struct {
	t     testing.TB
	rpc   *jrpc2.Client
	shown chan publishDiagnosticsParams
	ended chan error
	root  string
}

func start(t testing.TB, archive string, files string) *editor {
	t.Helper()
	root := t.TempDir()
	if files != "" {
		root = testkit.Dir(t, files)
	}
	return startIn(t, root, archive)
}

func startIn(t testing.TB, root, archive string) *editor {
	t.Helper()
	e := &editor{t: t, shown: make(chan publishDiagnosticsParams, 1000), ended: make(chan error, 1), root: root}
	toServer, fromEditor := io.Pipe()
	toEditor, fromServer := io.Pipe()
	opts := Options{
		Archive: archive, Pause: 10 * time.Millisecond, Version: "test",
		Today: func() postmortem.Date { return postmortem.Date{Year: 2024, Month: 3, Day: 6} },
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() { e.ended <- Serve(ctx, toServer, fromServer, opts) }()
	e.rpc = jrpc2.NewClient(channel.LSP(toEditor, fromEditor), &jrpc2.ClientOptions{OnNotify: func(req *jrpc2.Request) {
		if req.Method() == "textDocument/publishDiagnostics" {
			var p publishDiagnosticsParams
			if err := req.UnmarshalParams(&p); err != nil {
				t.Error(err)
			}
			e.shown <- p
		}
	}})
	t.Cleanup(func() {
		cancel()
		fromEditor.Close()
		fromServer.Close()
		e.rpc.Close()
	})
	return e
}

// begin opens the session.
func (e *editor) begin() *editor {
	e.t.Helper()
	e.call("initialize", map[string]any{"processId": nil, "rootUri": nil, "capabilities": map[string]any{}}, nil)
	e.notify("initialized", map[string]any{})
	return e
}

func (e *editor) call(method string, params, result any) {
	e.t.Helper()
	if err := e.try(method, params, result); err != nil {
		e.t.Fatalf("%s: %v", method, err)
	}
}

func (e *editor) try(method string, params, result any) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	rsp, err := e.rpc.Call(ctx, method, params)
	if err != nil || result == nil {
		return err
	}
	return rsp.UnmarshalResult(result)
}

func (e *editor) notify(method string, params any) {
	e.t.Helper()
	if err := e.rpc.Notify(context.Background(), method, params); err != nil {
		e.t.Fatalf("%s: %v", method, err)
	}
}

func (e *editor) uri(file string) string { return uriOf(filepath.Join(e.root, file)) }

// open opens a file with a text and returns the place of its mark.
func (e *editor) open(file, marked string) positionParams {
	e.t.Helper()
	before, after, _ := strings.Cut(marked, "‸")
	e.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{
		"uri": e.uri(file), "languageId": "markdown", "version": 1, "text": before + after,
	}})
	line := before[strings.LastIndexByte(before, '\n')+1:]
	return positionParams{documentID{e.uri(file)}, Position{strings.Count(before, "\n"), units(line)}}
}

// until waits for findings of a file that are as wanted.
func (e *editor) until(file, what string, wanted func([]diagnostic) bool) []diagnostic {
	e.t.Helper()
	var last []diagnostic
	timeout := time.After(20 * time.Second)
	for {
		select {
		case p := <-e.shown:
			if p.URI != e.uri(file) {
				continue
			}
			if last = p.Diagnostics; wanted(last) {
				return last
			}
		case <-timeout:
			e.t.Fatalf("%s was not shown; the last findings were %s", what, asJSON(last))
		}
	}
}

func has(code string) func([]diagnostic) bool {
	return func(ds []diagnostic) bool { return find(ds, code) != nil }
}

func hasNot(code string) func([]diagnostic) bool {
	return func(ds []diagnostic) bool { return find(ds, code) == nil }
}

func find(ds []diagnostic, code string) *diagnostic {
	for i := range ds {
		if ds[i].Code == code {
			return &ds[i]
		}
	}
	return nil
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func TestASessionBeginsAndEnds(t *testing.T) {
	e := start(t, "", sample)
	code := func(method string) jrpc2.Code {
		return jrpc2.ErrorCode(e.try(method, nil, nil))
	}
	if got := code("shutdown"); got != codeNotInitialized {
		t.Errorf("a request before initialize gives %d", got)
	}
	var result initializeResult
	e.call("initialize", map[string]any{"capabilities": map[string]any{}}, &result)
	if result.Capabilities.PositionEncoding != "utf-16" || result.ServerInfo != (serverInfo{"debrief", "test"}) {
		t.Errorf("initialize gives %+v", result)
	}
	if got := code("initialize"); got != jrpc2.InvalidRequest {
		t.Errorf("a second initialize gives %d", got)
	}
	if got := code("textDocument/prepareTypeHierarchy"); got != jrpc2.MethodNotFound {
		t.Errorf("an unknown method gives %d", got)
	}
	e.call("shutdown", nil, nil)
	if got := code("textDocument/hover"); got != jrpc2.InvalidRequest {
		t.Errorf("a request after shutdown gives %d", got)
	}
	e.notify("exit", nil)
	if err := <-e.ended; err != nil {
		t.Errorf("the session ended with %v", err)
	}
}

func TestExitWithoutShutdown(t *testing.T) {
	e := start(t, "", sample).begin()
	e.notify("exit", nil)
	if err := <-e.ended; !errors.Is(err, errNoShutdown) {
		t.Errorf("the session ended with %v", err)
	}
}

const front = "---\nid: INC-2024-003\ntitle: Cards again\nstatus: review\nservices: [payments]\n---\n\n## Summary\n\n"

func TestFindingsComeAndGoWithTheText(t *testing.T) {
	e := start(t, "", sample).begin()
	e.open("postmortems/c.md", front+"🚒障害 We should have tested it.\n")
	found := e.until("postmortems/c.md", "the counterfactual", has("blameless/counterfactual"))
	d := find(found, "blameless/counterfactual")
	// The fire engine is two units of UTF-16, so that "should have tested" begins at 8.
	if want := (Range{Position{9, 8}, Position{9, 26}}); d.Range != want || d.Severity != severityWarning || d.Source != "debrief" {
		t.Errorf("it is shown as %s, want %v", asJSON(d), want)
	}
	change := func(version int, r *Range, with string) {
		e.notify("textDocument/didChange", map[string]any{
			"textDocument": map[string]any{"uri": e.uri("postmortems/c.md"), "version": version}, "contentChanges": []any{map[string]any{"range": r, "text": with}},
		})
	}
	change(2, &Range{Position{9, 8}, Position{9, 19}}, "will")
	e.until("postmortems/c.md", "the text without it", hasNot("blameless/counterfactual"))
	change(3, &Range{Position{9, 8}, Position{9, 12}}, "should have")
	e.until("postmortems/c.md", "the counterfactual again", has("blameless/counterfactual"))

	// The disk knows nothing of it, and after closing there is nothing to show.
	e.notify("textDocument/didClose", documentParams{documentID{e.uri("postmortems/c.md")}})
	e.until("postmortems/c.md", "nothing", func(ds []diagnostic) bool { return len(ds) == 0 })
}

func TestOneDocumentIsSeenByTheOthers(t *testing.T) {
	e := start(t, "", sample).begin()
	e.open("postmortems/b.md", strings.ReplaceAll(front, "review\n", "review\nrelated: [INC-2024-009]\n")+"Cards.\n")
	e.until("postmortems/b.md", "the unknown id", has("unknown-related"))
	e.open("postmortems/c.md", strings.ReplaceAll(front, "003", "009")+"Cards.\n")
	e.until("postmortems/b.md", "the known id", hasNot("unknown-related"))
}

func TestArchiveYAML(t *testing.T) {
	e := start(t, "", sample).begin()
	e.open("archive.yaml", "titel: Example\nrules:\n  blameless/nothing: off\n")
	found := e.until("archive.yaml", "the unknown key", has("unknown-key"))
	if d := find(found, "unknown-key"); d.Range != (Range{Position{0, 0}, Position{0, 5}}) {
		t.Errorf("it is shown as %s", asJSON(d))
	}
	if find(found, "unknown-rule") == nil {
		t.Errorf("the unknown rule is not among %s", asJSON(found))
	}
}

// A file that is in no archive gets its findings, when it is a postmortem; and nothing around it is read.
func TestAFileAlone(t *testing.T) {
	for name, file := range map[string]string{"on the disk": "a.md", "new": "new.md"} {
		t.Run(name, func(t *testing.T) {
			e := start(t, "", "-- a.md --\nold\n-- other/postmortems.txt --\n\n").begin()
			e.open(file, "# Outage of the shop\n\n## Summary\n\nWe should have tested it.\n\n## Timeline\n\n- 14:02 UTC it began\n- 15:00 UTC it was over\n")
			e.until(file, "the counterfactual", has("blameless/counterfactual"))
			e.open("README.md", "# Shop\n\nYou should have Go installed.\n")
			e.until("README.md", "silence", func(ds []diagnostic) bool {
				if len(ds) > 0 {
					t.Errorf("a readme has %s", asJSON(ds))
				}
				return true
			})
		})
	}
	t.Run("nowhere", func(t *testing.T) {
		e := start(t, "", "").begin()
		e.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{
			"uri": "untitled:Untitled-1", "version": 1, "text": strings.Replace(front, "status", "severity: sev1\nstatus", 1) + "We should have tested it.\n",
		}})
		if p := <-e.shown; p.URI != "untitled:Untitled-1" || find(p.Diagnostics, "blameless/counterfactual") == nil {
			t.Errorf("shown is %s", asJSON(p))
		}
	})
}

func TestAFolderThatWasNamed(t *testing.T) {
	dir := testkit.Dir(t, "-- 2024/a.md --\n# Outage of mail\n\n## Summary\n\nMail was late.\n\n## Timeline\n\n- 14:02 UTC late\n")
	e := startIn(t, dir, dir).begin()
	at := e.open("2024/b.md", "# Outage of the web\n\n## Summary\n\nLike [the last](a.‸md), late.\n")
	var got Location
	e.call("textDocument/definition", at, &got)
	if got.URI != e.uri("2024/a.md") {
		t.Errorf("the link leads to %+v", got)
	}
}

func TestHover(t *testing.T) {
	e := start(t, "", sample).begin()
	for name, c := range map[string]struct{ file, text, want string }{
		"a key":               {"c.md", "---\nid: x\nvisi‸bility: public\n---\n\n## Summary\n\nCards.\n", "**visibility**: public takes the External summary"},
		"a key in archive":    {"archive.yaml", "services:\n  - id: a\n    pub‸lic_name: A\n", "**public\\_name**: "},
		"a service":           {"c.md", "---\nid: x\nservices: [checkout, pay‸ments]\n---\n\nx\n", "**Payments** (payments)\n\nTakes cards.\n\nOwner: Money team\n\n2 incidents"},
		"a factor in a list":  {"c.md", "---\nid: x\nfactors:\n- config-‸change\n---\n\nx\n", "A setting was changed."},
		"a severity":          {"c.md", "---\nid: x\nseverity: se‸v1\n---\n\nx\n", "(sev1)"},
		"a related incident":  {"c.md", "---\nid: x\nrelated: [INC-2024-‸001]\n---\n\nx\n", "**Checkout was slow**\n\nINC-2024-001 · sev2 · 2024-03-05\n\nCheckout took ten seconds."},
		"an id in the text":   {"c.md", "## Summary\n\nAs in INC-2024‸-001.\n", "**Checkout was slow**"},
		"a link":              {"c.md", "## Summary\n\nAs in [that one](2024/a‸.md).\n", "**Checkout was slow**"},
		"a term":              {"c.md", "## Summary\n\n🚒 No Quo‸rum was left.\n", "**quorum**: More than half of the nodes."},
		"a finding":           {"c.md", front + "We should ha‸ve tested it.\n", "### blameless/counterfactual"},
		"a finding's example": {"c.md", front + "We should ha‸ve tested it.\n", "Before:"},
		"nothing":             {"c.md", "## Summary\n\nCards we‸re refused.\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			file := c.file
			if file != "archive.yaml" {
				file = "postmortems/" + file
			}
			at := e.open(file, c.text)
			var got hover
			e.call("textDocument/hover", at, &got)
			value := ""
			if got.Contents != nil {
				value = got.Contents.Value
			}
			if !strings.Contains(value, c.want) || (value == "") != (c.want == "") {
				t.Errorf("shown is %q, want %q", value, c.want)
			}
			e.notify("textDocument/didClose", documentParams{at.TextDocument})
		})
	}
}

// Each choice is written into the text, as an editor would, and the line that comes out is compared.
func TestCompletion(t *testing.T) {
	e := start(t, "", sample).begin()
	for name, c := range map[string]struct{ file, text, label, want string }{
		"a key":                  {"c.md", "---\nid: x\nvis‸\n---\n\nx\n", "visibility", "visibility: "},
		"a key of a new file":    {"c.md", "---\n‸", "severity", "severity: "},
		"a TOML key":             {"c.md", "+++\nid = \"x\"\nvis‸\n+++\n\nx\n", "visibility", "visibility = "},
		"a key before its value": {"c.md", "---\nid: x\nvi‸s: public\n---\n\nx\n", "visibility", "visibilitys: public"},
		"a word":                 {"c.md", "---\nid: x\nstatus: ‸\n---\n\nx\n", "review", "status: review"},
		"true":                   {"c.md", "---\nid: x\nnear_miss: ‸\n---\n\nx\n", "true", "near_miss: true"},
		"a class":                {"c.md", "---\nid: x\nclass: k‸\n---\n\nx\n", "known-bug", "class: known-bug"},
		"a severity":             {"c.md", "---\nid: x\nseverity: ‸\n---\n\nx\n", "sev1", "severity: sev1"},
		"a service":              {"c.md", "---\nid: x\nservices: [payments, ch‸]\n---\n\nx\n", "checkout", "services: [payments, checkout]"},
		"a factor as an item":    {"c.md", "---\nid: x\nfactors:\n  - ‸\n---\n\nx\n", "config-change", "  - config-change"},
		"an id":                  {"c.md", "---\nid: x\nrelated: [slow‸]\n---\n\nx\n", "INC-2024-001", "related: [INC-2024-001]"},
		"a rule to ignore":       {"c.md", "---\nid: x\nignore:\n  time‸\n---\n\nx\n", "timeline/evidence", "  timeline/evidence: "},
		"a rule in a comment":    {"c.md", "## Summary\n\nx <!-- debrief:ignore blame‸\n", "blameless/hindsight", "x <!-- debrief:ignore blameless/hindsight"},
		"a link":                 {"c.md", "## Summary\n\nAs in [that](‸)\n", "INC-2024-001", "As in [that](2024/a.md)"},
		"a heading":              {"c.md", "## Summary\n\nx\n\n## Time‸\n", "Timeline", "## Timeline"},
		"a heading of lessons":   {"c.md", "## Lessons learned\n\nx\n\n### ‸\n", "Where we got lucky", "### Where we got lucky"},
		"a part of the message":  {"c.md", "## Summary\n\nx\n\n## External summary\n\n### Summary\n\nx\n\n### ‸\n", "What happened", "### What happened"},
		"in archive.yaml":        {"archive.yaml", "services:\n  - id: a\n    own‸\n", "owner", "    owner: "},
		"a rule's severity":      {"archive.yaml", "rules:\n  blameless/hindsight:\n    severity: ‸\n", "off", "    severity: off"},
	} {
		t.Run(name, func(t *testing.T) {
			file := c.file
			if file != "archive.yaml" {
				file = "postmortems/" + file
			}
			at := e.open(file, c.text)
			var got completionList
			e.call("textDocument/completion", at, &got)
			i := slices.IndexFunc(got.Items, func(item completionItem) bool { return item.Label == c.label })
			if i < 0 {
				t.Fatalf("%q is not offered, but %s", c.label, asJSON(got))
			}
			edit := got.Items[i].TextEdit
			after := newText(strings.Replace(c.text, "‸", "", 1)).change(&edit.Range, edit.NewText)
			if line := after.line(at.Position.Line); line != c.want {
				t.Errorf("the line becomes %q, want %q", line, c.want)
			}
			e.notify("textDocument/didClose", documentParams{at.TextDocument})
		})
	}
	t.Run("a section that is there", func(t *testing.T) {
		at := e.open("postmortems/c.md", "## Summary\n\nx\n\n## ‸\n")
		var got completionList
		e.call("textDocument/completion", at, &got)
		if slices.ContainsFunc(got.Items, func(item completionItem) bool { return item.Label == "Summary" }) {
			t.Error("it is offered again")
		}
	})
	t.Run("prose", func(t *testing.T) {
		at := e.open("postmortems/d.md", "## Summary\n\nCards: ‸\n")
		var got completionList
		e.call("textDocument/completion", at, &got)
		if len(got.Items) > 0 {
			t.Errorf("offered is %s", asJSON(got))
		}
	})
}

func TestDefinitionAndReferences(t *testing.T) {
	e := start(t, "", sample).begin()
	for name, c := range map[string]struct {
		text, file string
		line       int
	}{
		"an id":      {"---\nid: x\nrelated: [INC-2024-‸001]\n---\n\nx\n", "postmortems/2024/a.md", 1},
		"a link":     {"## Summary\n\n[that](2024/‸a.md#summary)\n", "postmortems/2024/a.md", 0},
		"a service":  {"---\nid: x\nservices: [ca‸rt]\n---\n\nx\n", "archive.yaml", 3},
		"a factor":   {"---\nid: x\nfactors: config‸-change\n---\n\nx\n", "archive.yaml", 5},
		"an id here": {"## Summary\n\nSee INC-2024-0‸02.\n", "postmortems/b.md", 1},
	} {
		t.Run(name, func(t *testing.T) {
			at := e.open("postmortems/c.md", c.text)
			var got Location
			e.call("textDocument/definition", at, &got)
			if got.URI != e.uri(c.file) || got.Range.Start.Line != c.line {
				t.Errorf("it leads to %+v, want line %d of %s", got, c.line, e.uri(c.file))
			}
			e.notify("textDocument/didClose", documentParams{at.TextDocument})
		})
	}
	at := e.open("postmortems/2024/a.md", "---\nid: INC-2024‸-001\nservices: [payments]\n---\n\nx\n")
	var got []Location
	e.call("textDocument/references", at, &got)
	if len(got) != 1 || got[0].URI != e.uri("postmortems/b.md") || got[0].Range.Start.Line != 5 {
		t.Errorf("its id is named in %+v", got)
	}
	e.call("textDocument/references", positionParams{at.TextDocument, Position{2, 12}}, &got)
	if len(got) != 2 {
		t.Errorf("its service is named in %+v", got)
	}
}

func TestOutline(t *testing.T) {
	e := start(t, "", sample).begin()
	at := e.open("postmortems/c.md", front+"x\n\n## Timeline\n\n- 14:02 UTC **Began**: 🚒 it began\n- 15:00 UTC over\n\n## Lessons learned\n\nx\n\n### What went well\n\nx\n")
	var got []documentSymbol
	e.call("textDocument/documentSymbol", at, &got)
	var lines []string
	var walk func(symbols []documentSymbol, depth int)
	walk = func(symbols []documentSymbol, depth int) {
		for _, s := range symbols {
			lines = append(lines, fmt.Sprintf("%s%s %d-%d", strings.Repeat("  ", depth), s.Name, s.Range.Start.Line, s.Range.End.Line))
			walk(s.Children, depth+1)
		}
	}
	walk(got, 0)
	want := "Summary 7-10\nTimeline 11-15\n  14:02 UTC 🚒 it began 13-13\n  15:00 UTC over 14-14\nLessons learned 16-23\n  What went well 20-23"
	if strings.Join(lines, "\n") != want {
		t.Errorf("the outline is\n%s", strings.Join(lines, "\n"))
	}
}

// Each quick fix is made, as an editor would, and then the finding is gone.
func TestQuickFixes(t *testing.T) {
	e := start(t, "", sample).begin()
	for name, c := range map[string]struct{ text, rule, title, want string }{
		"mechanical":       {"---\nid: x\nseverity: SEV-‸1\nstatus: published\n---\n\n## Summary\n\nx\n", "names/alias", "Write “sev1”", "severity: sev1\n"},
		"a nearly known":   {"---\nid: x\nservices: [che‸kout]\n---\n\n## Summary\n\nx\n", "names/nearly", "Write “checkout”", "services: [checkout]\n"},
		"a mistyped key":   {"---\nid: x\nstatus: review\nsevrit‸y: sev1\n---\n\n## Summary\n\nx\n", "unknown-key", "Write “severity”", "severity: sev1\n"},
		"an unknown id":    {"---\nid: x\nrelated: ‸[INC-2024-01]\n---\n\n## Summary\n\nx\n", "unknown-related", "Write “INC-2024-001”", "related: [INC-2024-001]\n"},
		"ignoring a line":  {front + "We should ha‸ve tested it.\n", "blameless/counterfactual", "Ignore blameless/counterfactual here, and say why", "it. <!-- debrief:ignore blameless/counterfactual because -->\n"},
		"ignoring a value": {"---\nid: x\nseverity: SEV-‸1\nstatus: published\n---\n\n## Summary\n\nx\n", "names/alias", "Ignore names/alias here, and say why", "published\nignore:\n  names/alias:\n---\n"},
	} {
		t.Run(name, func(t *testing.T) {
			e := *e
			e.t = t
			at := e.open("postmortems/c.md", c.text)
			e.until("postmortems/c.md", c.rule, has(c.rule))
			var got []codeAction
			e.call("textDocument/codeAction", map[string]any{
				"textDocument": at.TextDocument, "range": Range{at.Position, at.Position}, "context": map[string]any{"diagnostics": []any{}, "only": []string{"quickfix"}},
			}, &got)
			i := slices.IndexFunc(got, func(a codeAction) bool { return a.Title == c.title })
			if i < 0 {
				t.Fatalf("it is not offered, but %s", asJSON(got))
			}
			if got[i].Diagnostics[0].Code != c.rule {
				t.Errorf("it is offered for %s", got[i].Diagnostics[0].Code)
			}
			after := newText(strings.Replace(c.text, "‸", "", 1))
			for _, edit := range got[i].Edit.Changes[at.TextDocument.URI] {
				after = after.change(&edit.Range, edit.NewText)
			}
			if !strings.Contains(after.src, c.want) {
				t.Errorf("the text becomes\n%s", after.src)
			}
			if strings.HasPrefix(c.title, "Ignore") { // and give the reason
				after = newText(strings.NewReplacer("because -->", "because it is a quotation -->", "names/alias:\n", "names/alias: it is a quotation\n").Replace(after.src))
			}
			e.notify("textDocument/didChange", map[string]any{
				"textDocument": map[string]any{"uri": at.TextDocument.URI, "version": 2}, "contentChanges": []any{map[string]any{"text": after.src}},
			})
			e.until("postmortems/c.md", "the text without "+c.rule, hasNot(c.rule))
			e.notify("textDocument/didClose", documentParams{at.TextDocument})
			e.until("postmortems/c.md", "nothing", func(ds []diagnostic) bool { return len(ds) == 0 })
		})
	}
}

// Everything mechanical is mended at once, with the version of the document for an editor that knows versions, and only when asked for.
func TestFixAll(t *testing.T) {
	e := start(t, "", sample)
	e.call("initialize", map[string]any{"capabilities": map[string]any{"workspace": map[string]any{"workspaceEdit": map[string]any{"documentChanges": true}}}}, nil)
	at := e.open("postmortems/c.md", "---\nid: x\nseverity: SEV-1\nstatus: published\nservices: [Cart, Payments]\n---\n\n## Summary\n\nx\n")
	ask := func(only string) (got []codeAction) {
		e.call("textDocument/codeAction", map[string]any{
			"textDocument": at.TextDocument, "range": Range{}, "context": map[string]any{"diagnostics": []any{}, "only": []string{only}},
		}, &got)
		return got
	}
	got := ask("source.fixAll")
	if len(got) != 1 || got[0].Kind != "source.fixAll" || len(got[0].Edit.DocumentChanges) != 1 || *got[0].Edit.DocumentChanges[0].TextDocument.Version != 1 {
		t.Fatalf("offered is %s", asJSON(got))
	}
	edits := got[0].Edit.DocumentChanges[0].Edits
	after := newText("---\nid: x\nseverity: SEV-1\nstatus: published\nservices: [Cart, Payments]\n---\n")
	for _, edit := range slices.Backward(edits) { // they are in order, so that the last is made first
		after = after.change(&edit.Range, edit.NewText)
	}
	if want := "---\nid: x\nseverity: sev1\nstatus: published\nservices: [checkout, payments]\n---\n"; after.src != want {
		t.Errorf("the text becomes\n%s", after.src)
	}
	if got := ask("refactor"); len(got) != 0 {
		t.Errorf("nothing of that kind is known, and offered is %s", asJSON(got))
	}
}
