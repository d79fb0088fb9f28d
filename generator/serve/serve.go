// Package serve shows an archive in a browser while somebody writes it: both sites as a build would make them now, side by side, following
// the disk. It stands at the end of the walk beside output, and takes the same road: a page that is asked for is made by the one plan of the
// site. What a built site does not have, the script that updates a page in place, is added on the way out and served from a folder of its own.
//
// # What is whose
//
//	/                 the side-by-side view
//	/internal/        the internal site
//	/external/        the external site
//	/_debrief/        what the preview itself needs: its scripts, what there is to say, and the stream of changes
//
// # Who may ask
//
// Whoever can ask can read what is internal, so only requests to a loopback name are answered: a page somewhere in the world that leads its
// own name to 127.0.0.1 (DNS rebinding) is not. Nothing may be embedded by another site, and nothing can be changed through it at all.
package serve

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"debrief/generator"
	"debrief/generator/edition"
	"debrief/generator/problem"
	"debrief/generator/watch"
)

// DefaultPort is the port when none is asked for. When it is taken, one of the next is.
const (
	DefaultPort = 1414
	portsToTry  = 50
)

// Options say what to show, and where.
type Options struct {
	// Root is the archive's folder, or a single file.
	Root string
	// Drafts shows drafts on the internal site.
	Drafts bool
	// Host is the address to listen on; empty for 127.0.0.1. With another, requests to that one are answered as well.
	Host string
	// Port is the port to listen on, and no other; 0 for DefaultPort or the next that is free.
	Port int
	// Poll compares files instead of watching them.
	Poll bool
	// Today, unless nil, is the day on which the notes of check judge deadlines; without it they judge none.
	Today func() edition.Date
	// Progress, unless nil, is told how far the first reading is.
	Progress func(generator.Progress)
	// Changed, unless nil, is told of every change that was seen. It is called from one goroutine at a time.
	Changed func(Change)
}

// Change is something that happened to the archive.
type Change struct {
	// Files are the files that are new, gone or other than before, sorted.
	Files []string
	// Took is the time from the event until the change was ready to be served.
	Took time.Duration
	// Errors and Warnings count all problems there are now.
	Errors, Warnings int
	// Err is what keeps the archive from being read at all; what was there before is still served.
	Err error
	// Polling is why files are compared from now on instead of watched; nil otherwise.
	Polling error
}

// Server serves one archive.
type Server struct {
	opts     Options
	preview  *generator.Preview
	watcher  *watch.Watcher
	listener net.Listener
	gate     gate
	hub      *hub
	folder   string // the archive's, to read source lines from
	run      string // tells this server from the one that had the port before, to pages that are still open

	state atomic.Pointer[state]
	// sound is the newest snapshot whose theme had no error.
	sound atomic.Pointer[generator.Snapshot]
}

// state is what is served at the moment. It does not change; another takes its place.
type state struct {
	// version counts the states.
	version  int
	snapshot *generator.Snapshot
	// before is the snapshot of the state before; nil for the first.
	before *generator.Snapshot
	// failure is why the archive cannot be read now; nil when it can.
	failure error
	// good are, for every file of the archive that has an error, the last snapshot in which it had none.
	good map[string]*generator.Snapshot
}

// New reads the archive, watches it and takes a port. The caller must Run or Close the server. The error is for an archive that is not
// there, or a port that cannot be had.
func New(ctx context.Context, opts Options) (*Server, error) {
	folder, depth := opts.Root, 0
	if info, err := os.Stat(opts.Root); err != nil {
		return nil, err
	} else if !info.IsDir() {
		folder, depth = filepath.Dir(opts.Root), 1 // a single file, and what it may show
	}
	s := &Server{opts: opts, folder: folder, hub: newHub(), run: rand.Text()}
	listener, err := listen(opts.Host, opts.Port)
	if err != nil {
		return nil, err
	}
	s.listener, s.gate = listener, newGate(opts.Host, listener.Addr())
	// Watching comes before reading, so that nothing falls between.
	s.watcher, err = watch.New(folder, watch.Options{Depth: depth, Poll: opts.Poll, Skip: generator.IsForeign})
	if err != nil {
		listener.Close()
		return nil, err
	}
	s.preview = generator.NewPreview(generator.PreviewOptions{Root: opts.Root, Drafts: opts.Drafts, Progress: opts.Progress})
	snapshot, err := s.preview.Look(ctx)
	if err != nil {
		s.Close()
		return nil, err
	}
	s.state.Store(&state{version: 1, snapshot: snapshot})
	return s, nil
}

// listen takes a port: the one that was asked for, or the first that is free.
func listen(host string, port int) (net.Listener, error) {
	if host == "" {
		host = "127.0.0.1"
	}
	first, last := port, port
	if port == 0 {
		first, last = DefaultPort, DefaultPort+portsToTry
	}
	for p := first; ; p++ {
		l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(p)))
		if err == nil {
			return l, nil
		}
		if p == last || !isTaken(err) {
			return nil, err
		}
	}
}

// Port is the port that was taken.
func (s *Server) Port() int { return s.listener.Addr().(*net.TCPAddr).Port }

// URL is the address of the side-by-side view, with a final "/".
func (s *Server) URL() string {
	host := s.opts.Host
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(s.Port())) + "/"
}

// Polling says why files are compared instead of watched; nil while they are watched.
func (s *Server) Polling() error { return s.watcher.Polling() }

// Problems counts what there is to say about the archive and both its sites.
func (s *Server) Problems() (errorCount, warningCount int) {
	all := s.problems(s.state.Load(), "")
	return all.Count(problem.Error), all.Count(problem.Warning)
}

// Close gives up what New took. It is for a server that was never run.
func (s *Server) Close() error {
	s.watcher.Close()
	return s.listener.Close()
}

// Run serves until the context is done, and then ends what it began. It returns nil for such an end.
func (s *Server) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	server := &http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	var running sync.WaitGroup
	running.Go(func() { s.follow(ctx) })
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(s.listener) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	cancel()
	// The streams end with the context; a page that is being made may take a moment.
	patient, done := context.WithTimeout(context.Background(), 5*time.Second)
	defer done()
	if shutdown := server.Shutdown(patient); shutdown != nil {
		server.Close()
	}
	if err == nil {
		<-failed // http.ErrServerClosed
	}
	running.Wait()
	s.watcher.Close()
	return err
}

// follow looks again at every hint, until the context is done.
func (s *Server) follow(ctx context.Context) {
	var audit background
	defer audit.stop()
	audit.start(ctx, func(ctx context.Context) { s.audit(ctx, s.state.Load()) })
	polling := s.watcher.Polling()
	var untold []Change
	var tell <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-tell:
			errorCount, warningCount := s.Problems()
			for _, change := range untold {
				change.Errors, change.Warnings = errorCount, warningCount
				s.opts.Changed(change)
			}
			untold, tell = nil, nil
		case hint := <-s.watcher.Hints():
			change, ok := s.look(ctx, hint)
			if now := s.watcher.Polling(); polling == nil && now != nil {
				change.Polling, polling, ok = now, now, true
			}
			if !ok {
				continue
			}
			audit.start(ctx, func(ctx context.Context) { s.audit(ctx, s.state.Load()) })
			if s.opts.Changed != nil {
				// Counting makes both editions; the page that the browser asks for at this moment comes first.
				untold, tell = append(untold, change), time.After(countAfter)
			}
		}
	}
}

// countAfter is how long after a change its problems are counted.
const countAfter = 100 * time.Millisecond

// look reads again what a hint names and serves it. ok is false when nothing changed.
func (s *Server) look(ctx context.Context, hint watch.Hint) (change Change, ok bool) {
	last := s.state.Load()
	snapshot, err := s.preview.Look(ctx, hint.Names...)
	if ctx.Err() != nil {
		return Change{}, false
	}
	next := &state{version: last.version + 1, snapshot: snapshot, before: last.snapshot, failure: err}
	if err != nil {
		// The folder may be away for a moment. What was there stays; when it is back, there is a hint.
		if last.failure != nil && last.failure.Error() == err.Error() {
			return Change{}, false
		}
		next.snapshot, next.before, next.good = last.snapshot, last.before, last.good
	} else {
		if snapshot == last.snapshot && last.failure == nil {
			return Change{}, false
		}
		next.good = goodOnes(last, snapshot)
	}
	s.state.Store(next)
	s.hub.tell(next.version)
	change = Change{Took: time.Since(hint.Since), Err: err}
	if err == nil && snapshot != last.snapshot {
		change.Files = snapshot.Changed
	}
	return change, true
}

// goodOnes says, for every file with an error, in which snapshot it had none.
func goodOnes(last *state, now *generator.Snapshot) map[string]*generator.Snapshot {
	var good map[string]*generator.Snapshot
	wasBad := badFiles(last.snapshot)
	for file := range badFiles(now) {
		snapshot := last.snapshot
		if snapshot.IsEmpty(file) && last.before != nil && !badFiles(last.before)[file] {
			snapshot = last.before // the file was caught between being emptied and being written
		} else if wasBad[file] {
			if snapshot = last.good[file]; snapshot == nil {
				continue // it was never good
			}
		}
		if good == nil {
			good = map[string]*generator.Snapshot{}
		}
		good[file] = snapshot
	}
	return good
}

func badFiles(s *generator.Snapshot) map[string]bool {
	bad := map[string]bool{}
	for _, p := range s.Problems {
		if p.Severity == problem.Error {
			bad[p.File] = true
		}
	}
	return bad
}

// audit looks through the whole external site for what must not leave, and tells the pages when it found something.
func (s *Server) audit(ctx context.Context, st *state) {
	site := st.snapshot.Site(edition.External)
	before, err := site.Problems()
	if err != nil || site.Audit(ctx) != nil {
		return
	}
	if after, err := site.Problems(); err == nil && len(after) != len(before) {
		s.hub.tell(st.version)
	}
}

// background runs one thing at a time; a new one ends the one before.
type background struct {
	cancel  context.CancelFunc
	running sync.WaitGroup
}

func (b *background) start(ctx context.Context, work func(context.Context)) {
	b.stop()
	ctx, b.cancel = context.WithCancel(ctx)
	b.running.Go(func() {
		// Whoever types is about to save again, and a page that is asked for comes first.
		select {
		case <-time.After(time.Second):
			work(ctx)
		case <-ctx.Done():
		}
	})
}

func (b *background) stop() {
	if b.cancel != nil {
		b.cancel()
	}
	b.running.Wait()
}

// failureProblem is a failure of the machine as something to show.
func failureProblem(err error) problem.Problem {
	return problem.Problem{
		Severity: problem.Error, Rule: "archive", Message: err.Error(),
		Hint: "the last state is still shown; this goes away when the archive can be read again",
	}
}

// problems are all problems of a state, sorted; with an audience, without those that only the other site has. What both sites say of one
// place is said once.
func (s *Server) problems(st *state, only edition.Audience) problem.List {
	all := append(problem.List{}, st.snapshot.Problems...)
	if st.failure != nil {
		all.Add(failureProblem(st.failure))
	}
	for _, audience := range []edition.Audience{edition.Internal, edition.External} {
		if only != "" && audience != only {
			continue
		}
		found, err := st.snapshot.Site(audience).Problems()
		if err != nil {
			found.Add(failureProblem(fmt.Errorf("the %s site: %w", audience, err)))
		}
		all = append(all, found...)
	}
	all.Sort()
	return all
}
