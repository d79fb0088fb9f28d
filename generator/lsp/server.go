package lsp

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/creachadair/jrpc2"
)

// server is one session with an editor.
type server struct {
	ctx     context.Context
	options Options
	rpc     *jrpc2.Server
	// exit is told how the session ended: whether the editor had it shut down before.
	exit chan bool

	desk *desk

	mu     sync.Mutex
	state  state
	editor initializeParams
}

// state is how far a session is.
type state int

const (
	uninitialized state = iota
	running
	shutDown
)

// The errors that the protocol has beside those of JSON-RPC.
const (
	codeNotInitialized   jrpc2.Code = -32002
	codeRequestCancelled jrpc2.Code = -32800
)

func newServer(ctx context.Context, opts Options) *server {
	s := &server{ctx: ctx, options: opts, exit: make(chan bool, 1)}
	s.desk = newDesk(ctx, opts, s.publish)
	return s
}

// method is what the server does when it is sent a method.
type method func(s *server, ctx context.Context, req *jrpc2.Request) (any, error)

// methods are what the server knows; it says of others that it does not.
var methods = map[string]method{
	"initialize":                       takes((*server).initialize),
	"initialized":                      takes((*server).initialized),
	"shutdown":                         takes((*server).shutdown),
	"exit":                             takes((*server).leave),
	"$/cancelRequest":                  takes((*server).cancel),
	"textDocument/didOpen":             takes((*server).didOpen),
	"textDocument/didChange":           takes((*server).didChange),
	"textDocument/didSave":             takes((*server).didSave),
	"textDocument/didClose":            takes((*server).didClose),
	"workspace/didChangeWatchedFiles":  takes((*server).didChangeFiles),
	"textDocument/hover":               takes((*server).hover),
	"textDocument/completion":          takes((*server).completion),
	"textDocument/definition":          takes((*server).definition),
	"textDocument/references":          takes((*server).references),
	"textDocument/documentSymbol":      takes((*server).documentSymbol),
	"textDocument/codeAction":          takes((*server).codeAction),
	"workspace/didChangeConfiguration": takes((*server).ignore),
	"$/setTrace":                       takes((*server).ignore),
}

// takes makes a method of a function that wants its parameters in some form.
func takes[P any](f func(s *server, ctx context.Context, params P) (any, error)) method {
	return func(s *server, ctx context.Context, req *jrpc2.Request) (any, error) {
		var params P
		if req.HasParams() {
			if err := req.UnmarshalParams(&params); err != nil {
				return nil, jrpc2.Errorf(jrpc2.InvalidParams, "the parameters of %s are not as the protocol has them: %v", req.Method(), err)
			}
		}
		return f(s, ctx, params)
	}
}

// Assign finds the method of a name, for jrpc2.
func (s *server) Assign(_ context.Context, name string) jrpc2.Handler {
	do, ok := methods[name]
	if !ok {
		return nil
	}
	// Requests are answered side by side, and this is called in the order in which they came. So it is here that the state changes.
	refused := s.admit(name)
	return func(ctx context.Context, req *jrpc2.Request) (result any, err error) {
		// Nothing is known to panic. If something does, one answer is lost and not the session, with all that is open in it.
		defer func() {
			if p := recover(); p != nil {
				s.log("%s failed: %v\n%s", name, p, debug.Stack())
				err = jrpc2.Errorf(jrpc2.InternalError, "%s failed: %v", name, p)
			}
		}()
		if refused != nil {
			return nil, refused
		}
		result, err = do(s, ctx, req)
		if errors.Is(err, context.Canceled) {
			return nil, jrpc2.Errorf(codeRequestCancelled, "the request was cancelled")
		}
		return result, err
	}
}

// admit says whether a method may be used now, and what the session's state is from now on.
func (s *server) admit(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case name == "exit":
	case s.state == uninitialized && name == "initialize":
		s.state = running
	case s.state == running && name == "shutdown":
		s.state = shutDown
	case s.state == uninitialized:
		return jrpc2.Errorf(codeNotInitialized, "the session begins with initialize")
	case s.state == running && name == "initialize":
		return jrpc2.Errorf(jrpc2.InvalidRequest, "the session has begun already")
	case s.state == shutDown:
		return jrpc2.Errorf(jrpc2.InvalidRequest, "the session was shut down")
	}
	return nil
}

func (s *server) initialize(_ context.Context, params initializeParams) (any, error) {
	s.mu.Lock()
	s.editor = params
	s.mu.Unlock()
	return initializeResult{
		Capabilities: serverCapabilities{
			PositionEncoding:       "utf-16",
			TextDocumentSync:       syncOptions{OpenClose: true, Change: syncIncremental, Save: true},
			HoverProvider:          true,
			CompletionProvider:     completionOptions{TriggerCharacters: []string{" ", ":", "-", "[", "(", "#", "/", "."}},
			DefinitionProvider:     true,
			ReferencesProvider:     true,
			DocumentSymbolProvider: true,
			CodeActionProvider:     codeActionOptions{CodeActionKinds: []string{kindQuickFix, kindFixAll}},
		},
		ServerInfo: serverInfo{Name: "debrief", Version: s.options.Version},
	}, nil
}

// initialized asks the editor to tell of files that change on the disk, if it can.
func (s *server) initialized(context.Context, struct{}) (any, error) {
	if !s.knows().Capabilities.Workspace.DidChangeWatchedFiles.DynamicRegistration {
		return nil, nil
	}
	go func() {
		_, err := s.rpc.Callback(s.ctx, "client/registerCapability", registrationParams{[]registration{{
			ID: "files", Method: "workspace/didChangeWatchedFiles",
			RegisterOptions: watchOptions{[]fileWatcher{{"**/*.md"}, {"**/archive.{yaml,yml}"}}},
		}}})
		if err != nil && s.ctx.Err() == nil {
			s.log("the editor will not tell of changed files: %v", err)
		}
	}()
	return nil, nil
}

// knows returns what the editor said of itself.
func (s *server) knows() initializeParams {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.editor
}

func (s *server) shutdown(context.Context, struct{}) (any, error) {
	s.desk.close()
	return nil, nil
}

func (s *server) leave(context.Context, struct{}) (any, error) {
	s.mu.Lock()
	orderly := s.state == shutDown
	s.mu.Unlock()
	select {
	case s.exit <- orderly:
	default: // it was said before
	}
	return nil, nil
}

func (s *server) cancel(_ context.Context, params cancelParams) (any, error) {
	s.rpc.CancelRequest(string(params.ID))
	return nil, nil
}

func (s *server) ignore(context.Context, any) (any, error) { return nil, nil }

func (s *server) didOpen(_ context.Context, params didOpenParams) (any, error) {
	d := params.TextDocument
	s.desk.open(d.URI, d.Version, newText(d.Text))
	return nil, nil
}

func (s *server) didChange(_ context.Context, params didChangeParams) (any, error) {
	s.desk.change(params.TextDocument.URI, params.TextDocument.Version, func(t *text) *text {
		for _, c := range params.ContentChanges {
			t = t.change(c.Range, c.Text)
		}
		return t
	})
	return nil, nil
}

func (s *server) didSave(_ context.Context, params documentParams) (any, error) {
	s.desk.saved(params.TextDocument.URI)
	return nil, nil
}

func (s *server) didClose(_ context.Context, params documentParams) (any, error) {
	s.desk.closeDocument(params.TextDocument.URI)
	s.publish(publishDiagnosticsParams{URI: params.TextDocument.URI, Diagnostics: []diagnostic{}})
	return nil, nil
}

func (s *server) didChangeFiles(context.Context, any) (any, error) {
	s.desk.doubt()
	return nil, nil
}

// publish shows the findings of a document.
func (s *server) publish(params publishDiagnosticsParams) {
	// An editor that has gone needs no findings.
	_ = s.rpc.Notify(s.ctx, "textDocument/publishDiagnostics", params)
}

// log writes a line where the editor shows what its servers say.
func (s *server) log(format string, args ...any) {
	const asError = 1
	_ = s.rpc.Notify(s.ctx, "window/logMessage", messageParams{asError, fmt.Sprintf(format, args...)})
}
