// Package lsp is Debrief in the editor: a language server. It stands beside the walk, next to generator, and tells an author while they type
// what check would tell them afterwards.
//
// An editor starts the server and talks to it over standard input and output, in the Language Server Protocol 3.17
// (https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/). The files:
//
//	frame.go       how messages are cut out of the stream
//	protocol.go    the part of the protocol that is spoken here
//	server.go      the life of a session, and which method does what
//	text.go        a document's text, and places in it, which editors count in UTF-16
//	documents.go   what is open, the archives it belongs to, and what is known of them
//	matter.go      where in front matter or archive.yaml a place is
//	diagnose.go    findings, as diagnostics
//	hover.go, complete.go, navigate.go, mend.go    what is done at a place
//
// The text of open documents goes before what is on the disk. An answer never waits for another document than those of one archive, and is
// worked out when it is asked for: there is no state but the texts and the cache of parsed files.
package lsp

import (
	"context"
	"errors"
	"io"
	"time"

	"debrief/generator/postmortem"

	"github.com/creachadair/jrpc2"
)

// Options say how to serve.
type Options struct {
	// Archive is the folder of the archive that files below it belong to; empty when every file belongs to the nearest archive above it.
	Archive string
	// Today returns the day on which deadlines are judged.
	Today func() postmortem.Date
	// Pause is how long nothing must be typed before findings are shown.
	Pause time.Duration
	// Version is the program's version.
	Version string
}

// errNoShutdown is how a session ends that the editor ended without saying goodbye first.
var errNoShutdown = errors.New("the editor ended the session without shutting it down")

// Serve talks to one editor until it ends the session, or goes away. An error means that the stream failed or that the session did not end as
// the protocol wants it to.
func Serve(ctx context.Context, in io.Reader, out io.Writer, opts Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := newServer(ctx, opts)
	s.rpc = jrpc2.NewServer(s, &jrpc2.ServerOptions{
		AllowPush: true, DisableBuiltin: true, NewContext: func() context.Context { return ctx },
	})
	s.rpc.Start(newFrames(in, out))
	over := make(chan error, 1)
	go func() { over <- s.rpc.Wait() }()
	// Whoever reads standard input cannot be told to stop, so the end does not wait for that.
	select {
	case err := <-over:
		return err
	case orderly := <-s.exit:
		if !orderly {
			return errNoShutdown
		}
		return nil
	case <-ctx.Done():
		return nil
	}
}
