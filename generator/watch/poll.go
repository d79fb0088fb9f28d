package watch

import (
	"io/fs"
	"path/filepath"
	"slices"
	"time"
)

// poller compares the folder with what it was, again and again.
type poller struct {
	*Watcher
	seen map[string]look
}

// look is what a file or folder was like.
type look struct {
	size int64
	time time.Time
	mode fs.FileMode
}

func newPoller(w *Watcher) *poller {
	p := &poller{Watcher: w}
	p.seen = p.scan()
	return p
}

func (p *poller) run() {
	timer := time.NewTimer(p.opts.Interval)
	defer timer.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-timer.C:
		}
		began := time.Now()
		names := p.compare()
		for len(names) > 0 && time.Since(began) < patience {
			// Something is going on; wait until it is over.
			timer.Reset(quietBurst)
			select {
			case <-p.stop:
				return
			case <-timer.C:
			}
			more := p.compare()
			if len(more) == 0 {
				break
			}
			names = append(names, more...)
		}
		if len(names) > 0 {
			slices.Sort(names)
			select {
			case p.hints <- Hint{Names: slices.Compact(names), Since: began}:
			case <-p.stop:
				return
			}
		}
		// Comparing must not take more than a part of a processor.
		timer.Reset(max(p.opts.Interval, 4*time.Since(began)))
	}
}

// compare looks at everything and returns the names that are new, gone or other than before.
func (p *poller) compare() []string {
	now := p.scan()
	var names []string
	for name, is := range now {
		if was, ok := p.seen[name]; !ok || was != is {
			names = append(names, name)
		}
	}
	for name := range p.seen {
		if _, ok := now[name]; !ok {
			names = append(names, name)
		}
	}
	p.seen = now
	return names
}

func (p *poller) scan() map[string]look {
	seen := make(map[string]look, len(p.seen))
	_ = filepath.WalkDir(p.root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // it went meanwhile, or is closed to us
		case name == p.root:
			return nil
		case d.IsDir() && p.skips(name):
			return fs.SkipDir
		case hidden(name):
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return nil
		}
		if rel, err := filepath.Rel(p.root, name); err == nil {
			is := look{size: info.Size(), time: info.ModTime(), mode: info.Mode()}
			if d.IsDir() {
				is.size, is.time = 0, time.Time{} // what is in it is compared by itself
			}
			seen[filepath.ToSlash(rel)] = is
		}
		return nil
	})
	return seen
}
