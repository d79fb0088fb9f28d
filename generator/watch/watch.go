// Package watch tells when a folder should be looked at again. It stands outside the walk, beside it: it knows nothing of incidents, and what
// it tells is no news of what happened but a hint where to look. The disk is the truth; a hint too many costs a moment, and the names of a
// hint say only how little must be looked at.
//
// Three things make hints good ones. They settle: what an editor does in a few steps (a backup, a new file, a rename, the deletion of the
// backup) and what git does to a thousand files is one hint, given when it is over. Nothing falls between: a new folder is watched before it
// is told of, so that whoever looks then misses nothing. And they never stop: where the system cannot watch, because its limits are reached
// or a file system does not tell, the folder is compared again and again instead.
package watch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Options say what to watch. The zero value watches everything but hidden files and folders.
type Options struct {
	// Skip, unless nil, reports whether the folder with a name, relative to the root and with slashes, is none of our business.
	Skip func(name string) bool
	// Depth is how many levels of folders below the root are watched; 0 for all.
	Depth int
	// Poll compares instead of watching, for file systems that do not tell of changes, as some over a network do not.
	Poll bool
	// Interval is the least time between two comparisons; 0 for 300 ms.
	Interval time.Duration

	// most bounds how many folders can be watched; for tests of what happens at the system's limit.
	most int
}

// How long a folder must be quiet before a hint is given. An editor writes a file in one go; one that is missing is about to come, one that
// is empty will be written as soon as the machine finds the time, and many names are something going on.
const (
	quiet      = 3 * time.Millisecond
	quietBurst = 40 * time.Millisecond
	quietEmpty = 150 * time.Millisecond
	burst      = 16
	// patience is how long a hint is held back while there is no quiet at all, patienceBurst that of many names: a checkout ends.
	patience      = time.Second
	patienceBurst = 5 * time.Second
)

// Hint says where to look again.
type Hint struct {
	// Names are files and folders relative to the root, with slashes, sorted; none of them stands for everything. A folder stands for all
	// below it.
	Names []string
	// Since is when the first of the changes was heard of.
	Since time.Time
}

// Watcher watches a folder until it is closed.
type Watcher struct {
	root  string
	opts  Options
	hints chan Hint
	stop  chan struct{}
	done  sync.WaitGroup

	mu      sync.Mutex
	polling error
}

// errAsked is the reason to compare when nothing is wrong.
var errAsked = errors.New("asked to")

// New begins to watch a folder. Where that cannot be done it compares instead, and Polling says why; the error is for a folder that is not
// there.
func New(root string, opts Options) (*Watcher, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(root); err != nil {
		return nil, err
	} else if !info.IsDir() {
		return nil, &fs.PathError{Op: "watch", Path: root, Err: errors.New("not a folder")}
	}
	if opts.Interval == 0 {
		opts.Interval = 300 * time.Millisecond
	}
	w := &Watcher{root: root, opts: opts, hints: make(chan Hint), stop: make(chan struct{})}
	if opts.Poll {
		w.polling = errAsked
		p := newPoller(w)
		w.done.Go(p.run)
		return w, nil
	}
	l := &listener{Watcher: w}
	if err := l.open(); err != nil {
		w.polling = err
		p := newPoller(w)
		w.done.Go(p.run)
		return w, nil
	}
	w.done.Go(l.run)
	return w, nil
}

// Hints returns the channel on which hints come. It is not closed.
func (w *Watcher) Hints() <-chan Hint { return w.hints }

// Polling says why the folder is compared instead of watched; nil while it is watched.
func (w *Watcher) Polling() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.polling
}

// Close ends watching. When it returns, nothing of the Watcher runs any more.
func (w *Watcher) Close() {
	close(w.stop)
	w.done.Wait()
}

// hidden reports whether a name is that of something hidden: the temporary files of editors, .git.
func hidden(name string) bool { return strings.HasPrefix(filepath.Base(name), ".") }

// skips reports whether a folder is not watched.
func (w *Watcher) skips(dir string) bool {
	if dir == w.root {
		return false
	}
	rel, err := filepath.Rel(w.root, dir)
	if err != nil || hidden(dir) {
		return true
	}
	rel = filepath.ToSlash(rel)
	if w.opts.Depth > 0 && strings.Count(rel, "/") >= w.opts.Depth {
		return true
	}
	return w.opts.Skip != nil && w.opts.Skip(rel)
}

// listener turns the events of the system into hints.
type listener struct {
	*Watcher
	events *fsnotify.Watcher
	dirs   map[string]bool // watched, of the root and below

	names       map[string]bool // that changed since the last hint, as absolute paths
	dirty       map[string]bool // those of them that are or were folders
	all         bool
	first, last time.Time
}

// open begins to hear of the root and all below.
func (l *listener) open() error {
	events, err := fsnotify.NewWatcher()
	if err != nil {
		return err
	}
	l.events, l.dirs, l.names, l.dirty = events, map[string]bool{}, map[string]bool{}, map[string]bool{}
	// The root itself may be replaced, which the folder above tells; and if it is a link, the folder above what it leads to as well.
	_ = events.Add(filepath.Dir(l.root))
	if real, err := filepath.EvalSymlinks(l.root); err == nil && real != l.root {
		_ = events.Add(filepath.Dir(real))
	}
	if err := l.add(l.root); err != nil {
		events.Close()
		return err
	}
	return nil
}

// add watches a folder and those below. The error is for a system that cannot watch more.
func (l *listener) add(dir string) error {
	if l.skips(dir) || l.dirs[dir] {
		return nil
	}
	if l.opts.most > 0 && len(l.dirs) >= l.opts.most {
		return errors.New("no space left on device")
	}
	if err := l.events.Add(dir); err != nil {
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
			return nil // it went meanwhile, or is closed to us
		}
		return err
	}
	l.dirs[dir] = true
	entries, _ := os.ReadDir(dir) // as above
	for _, e := range entries {
		if e.IsDir() {
			if err := l.add(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// drop forgets a folder and those below.
func (l *listener) drop(dir string) {
	for watched := range l.dirs {
		if watched == dir || strings.HasPrefix(watched, dir+string(filepath.Separator)) {
			_ = l.events.Remove(watched) // the system has forgotten it already when the folder is gone
			delete(l.dirs, watched)
		}
	}
}

func (l *listener) run() {
	defer func() { l.events.Close() }()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	var ready []Hint // at most one
	for {
		var out chan Hint
		var hint Hint
		if len(ready) > 0 {
			out, hint = l.hints, ready[0]
		}
		select {
		case <-l.stop:
			return
		case event, ok := <-l.events.Events:
			if !ok {
				return
			}
			if l.heard(event) {
				timer.Reset(quiet)
			}
		case _, ok := <-l.events.Errors:
			if !ok {
				return
			}
			// Events were lost, or something else went wrong that cannot be judged from here: look at everything.
			l.all = true
			l.touch(time.Now())
			timer.Reset(quiet)
		case <-timer.C:
			if wait := l.unrest(); wait > 0 {
				timer.Reset(wait)
				continue
			}
			next, err := l.settle()
			if err != nil {
				l.giveUp(err, append(ready, next))
				return
			}
			if len(ready) > 0 {
				next = ready[0].and(next)
			}
			ready = []Hint{next}
		case out <- hint:
			ready = nil
		}
	}
}

// giveUp goes over from watching to comparing.
func (l *listener) giveUp(err error, unsaid []Hint) {
	l.mu.Lock()
	l.polling = err
	l.mu.Unlock()
	p := newPoller(l.Watcher)
	hint := Hint{Since: unsaid[0].Since} // everything
	select {
	case l.hints <- hint:
		p.run()
	case <-l.stop:
	}
}

func (l *listener) touch(now time.Time) {
	if l.first.IsZero() {
		l.first = now
	}
	l.last = now
}

// heard notes an event; it reports whether the event concerns us.
func (l *listener) heard(event fsnotify.Event) bool {
	name := filepath.Clean(event.Name)
	switch {
	case event.Name == "":
		return false
	case name == l.root:
		if event.Op == fsnotify.Chmod {
			return false
		}
		l.all = true
	case filepath.Dir(name) != l.root && !strings.HasPrefix(name, l.root+string(filepath.Separator)):
		// Something beside the root, unless the root is a link to it.
		if real, err := filepath.EvalSymlinks(l.root); err == nil && real != name {
			return false
		}
		l.all = true
	case hidden(name):
		return false
	default:
		l.names[name] = true
		if l.dirs[name] && event.Op != fsnotify.Chmod {
			l.dirty[name] = true
		} else if event.Has(fsnotify.Create) {
			if info, err := os.Lstat(name); err == nil && info.IsDir() {
				l.dirty[name] = true
			}
		}
	}
	l.touch(time.Now())
	return true
}

// unrest returns how long to wait before it can be said that something is over; 0 when it is.
func (l *listener) unrest() time.Duration {
	now := time.Now()
	if held := now.Sub(l.first); held > patienceBurst || held > patience && len(l.names) <= burst {
		return 0
	}
	need := quiet
	if l.all || len(l.names) > burst || len(l.dirty) > 0 {
		need = quietBurst
	} else {
		for name := range l.names {
			if info, err := os.Lstat(name); err != nil {
				need = max(need, quietBurst)
			} else if info.Size() == 0 {
				need = quietEmpty
			}
		}
	}
	return max(need-now.Sub(l.last), 0)
}

// settle brings the watched folders up to date and returns the hint. The folders come first: what is in a new one is then either there
// already, or heard of.
func (l *listener) settle() (Hint, error) {
	hint := Hint{Since: l.first}
	defer func() { l.all, l.first, l.names, l.dirty = false, time.Time{}, map[string]bool{}, map[string]bool{} }()
	if l.all {
		// A new beginning also for the watches: where the root was replaced, those there are belong to the old one.
		l.events.Close()
		return hint, l.open()
	}
	for name := range l.dirty {
		l.drop(name)
	}
	for name := range l.dirty {
		if info, err := os.Lstat(name); err == nil && info.IsDir() {
			if err := l.add(name); err != nil {
				return hint, err
			}
		}
	}
	for name := range l.names {
		rel, err := filepath.Rel(l.root, name)
		if err != nil {
			return Hint{Since: l.first}, nil
		}
		hint.Names = append(hint.Names, filepath.ToSlash(rel))
	}
	slices.Sort(hint.Names)
	return hint, nil
}

// and joins a hint that nobody took yet with the next.
func (h Hint) and(next Hint) Hint {
	joined := Hint{Since: h.Since}
	if len(h.Names) == 0 || len(next.Names) == 0 {
		return joined
	}
	joined.Names = append(slices.Clone(h.Names), next.Names...)
	slices.Sort(joined.Names)
	joined.Names = slices.Compact(joined.Names)
	return joined
}
