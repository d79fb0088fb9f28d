package watch

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// deadline is how long a test waits for what must come.
const deadline = 20 * time.Second

// archive makes a folder to watch.
func archive(t *testing.T) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "archive")
	for _, name := range []string{"a.md", "b.md", "sub/c.md", "sub/deep/d.md", ".git/index", "out/x.html"} {
		write(t, filepath.Join(root, name), name)
	}
	return root
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// start watches until the test ends, and then makes sure that nothing is left running.
func start(t *testing.T, root string, opts Options) *Watcher {
	t.Helper()
	before := runtime.NumGoroutine()
	w, err := New(root, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		w.Close()
		// What the system library runs ends a moment after it is told to.
		for end := time.Now().Add(deadline); runtime.NumGoroutine() > before; runtime.Gosched() {
			if time.Now().After(end) {
				t.Errorf("%d goroutines are left of the %d before", runtime.NumGoroutine(), before)
				return
			}
		}
	})
	return w
}

// covers reports whether a hint tells to look at a name.
func (h Hint) covers(name string) bool {
	for ; name != "."; name = path.Dir(name) {
		if slices.Contains(h.Names, name) {
			return true
		}
	}
	return len(h.Names) == 0
}

// expect takes hints until all names were told of, and returns the hints.
func expect(t *testing.T, w *Watcher, names ...string) []Hint {
	t.Helper()
	var hints []Hint
	timeout := time.After(deadline)
	for {
		missing := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
			return slices.ContainsFunc(hints, func(h Hint) bool { return h.covers(name) })
		})
		if len(missing) == 0 && len(hints) > 0 {
			return hints
		}
		select {
		case h := <-w.Hints():
			hints = append(hints, h)
		case <-timeout:
			t.Fatalf("no hint of %q; there were %v", missing, hints)
		}
	}
}

// both runs a test with the system's events and with comparing.
func both(t *testing.T, test func(t *testing.T, opts Options)) {
	t.Run("events", func(t *testing.T) { test(t, Options{}) })
	t.Run("comparing", func(t *testing.T) { test(t, Options{Poll: true, Interval: 5 * time.Millisecond}) })
}

func TestHints(t *testing.T) {
	tests := []struct {
		name   string
		change func(t *testing.T, root string)
		want   []string
	}{
		{"a file is written", func(t *testing.T, root string) { write(t, root+"/a.md", "longer than before") }, []string{"a.md"}},
		{"a file is new", func(t *testing.T, root string) { write(t, root+"/sub/new.md", "new") }, []string{"sub/new.md"}},
		{"a file is deleted", func(t *testing.T, root string) { _ = os.Remove(root + "/b.md") }, []string{"b.md"}},
		{"a file is renamed", func(t *testing.T, root string) { rename(t, root+"/b.md", root+"/z.md") }, []string{"b.md", "z.md"}},
		{"saved by rename", func(t *testing.T, root string) {
			write(t, root+"/.a.md.tmp", "the new text")
			rename(t, root+"/.a.md.tmp", root+"/a.md")
		}, []string{"a.md"}},
		{"saved with a backup", func(t *testing.T, root string) {
			rename(t, root+"/a.md", root+"/a.md~")
			write(t, root+"/a.md", "the new text")
			_ = os.Remove(root + "/a.md~")
		}, []string{"a.md"}},
		{"a folder is new", func(t *testing.T, root string) { write(t, root+"/x/y/z.md", "deep") }, []string{"x/y/z.md"}},
		{"a folder is renamed", func(t *testing.T, root string) { rename(t, root+"/sub", root+"/under") }, []string{"sub", "under/deep/d.md"}},
		{"a folder comes from elsewhere", func(t *testing.T, root string) {
			write(t, root+"-other/e/f.md", "moved in")
			rename(t, root+"-other", root+"/in")
		}, []string{"in/e/f.md"}},
		{"a folder goes", func(t *testing.T, root string) { _ = os.RemoveAll(root + "/sub") }, []string{"sub"}},
		{"a folder becomes a file", func(t *testing.T, root string) {
			_ = os.RemoveAll(root + "/sub")
			write(t, root+"/sub", "now a file")
		}, []string{"sub"}},
		{"permissions change", func(t *testing.T, root string) { _ = os.Chmod(root+"/a.md", 0o600) }, []string{"a.md"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			both(t, func(t *testing.T, opts Options) {
				root := archive(t)
				w := start(t, root, opts)
				test.change(t, root)
				expect(t, w, test.want...)
				// What has come must be watched like what was there.
				_ = os.MkdirAll(root+"/since/deep", 0o755)
				expect(t, w, "since")
				write(t, root+"/since/deep/later.md", "later")
				expect(t, w, "since/deep/later.md")
			})
		})
	}
}

func TestRootReplaced(t *testing.T) {
	root := archive(t)
	w := start(t, root, Options{})
	rename(t, root, root+"-old")
	write(t, root+"/fresh.md", "fresh")
	for _, h := range expect(t, w, "fresh.md") {
		if len(h.Names) > 0 {
			t.Errorf("a hint of %q, want one of everything", h.Names)
		}
	}
	// The old root is not ours any more, the new one is.
	write(t, root+"-old/a.md", "not ours")
	write(t, root+"/sub/more.md", "more")
	for _, h := range expect(t, w, "sub/more.md") {
		if h.covers("a.md") && len(h.Names) > 0 {
			t.Errorf("a hint of the old root: %q", h.Names)
		}
	}
}

func TestRootComesBack(t *testing.T) {
	root := archive(t)
	w := start(t, root, Options{})
	if err := os.RemoveAll(root); err != nil {
		t.Fatal(err)
	}
	expect(t, w, "a.md")
	write(t, root+"/a.md", "again")
	expect(t, w, "a.md")
	write(t, root+"/a.md", "and again")
	expect(t, w, "a.md")
}

func TestLinkedRoot(t *testing.T) {
	root := archive(t)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(root, link); err != nil {
		t.Skip("no symbolic links here")
	}
	w := start(t, link, Options{})
	write(t, root+"/sub/new.md", "new")
	expect(t, w, "sub/new.md")
	other := filepath.Join(t.TempDir(), "other")
	write(t, other+"/b.md", "other")
	if err := os.Remove(link); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(other, link); err != nil {
		t.Fatal(err)
	}
	expect(t, w, "b.md")
	write(t, other+"/c.md", "seen through the link")
	expect(t, w, "c.md")
}

// A checkout of a thousand files is one hint.
func TestBurst(t *testing.T) {
	root := archive(t)
	w := start(t, root, Options{})
	var names []string
	for i := range 1000 {
		name := fmt.Sprintf("sub/f%03d.md", i)
		write(t, filepath.Join(root, name), "text")
		names = append(names, name)
	}
	// A machine with much else to do may pause in between; a handful of hints would still be calm.
	if hints := expect(t, w, names...); len(hints) > 3 {
		t.Errorf("%d hints, want one", len(hints))
	}
}

// What is hidden, skipped or too deep gives no hint: of two changes only the second is told.
func TestNotWatched(t *testing.T) {
	tests := []struct {
		name, file string
		opts       Options
	}{
		{"a hidden folder", ".git/index", Options{}},
		{"a hidden file", "sub/.c.md.swp", Options{}},
		{"a skipped folder", "out/x.html", Options{Skip: func(name string) bool { return name == "out" }}},
		{"a deep folder", "sub/deep/d.md", Options{Depth: 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			both(t, func(t *testing.T, opts Options) {
				test.opts.Poll, test.opts.Interval = opts.Poll, opts.Interval
				root := archive(t)
				w := start(t, root, test.opts)
				write(t, filepath.Join(root, test.file), "changed, and longer")
				write(t, root+"/a.md", "changed, and longer")
				for _, h := range expect(t, w, "a.md") {
					if h.covers(test.file) {
						t.Errorf("hints of %q", h.Names)
					}
				}
			})
		})
	}
}

// Where no more folders can be watched, the watcher compares, and says why.
func TestLimit(t *testing.T) {
	t.Run("from the beginning", func(t *testing.T) {
		root := archive(t)
		w := start(t, root, Options{most: 2, Interval: 5 * time.Millisecond})
		if err := w.Polling(); err == nil || !strings.Contains(err.Error(), "no space") {
			t.Errorf("the reason is %v", err)
		}
		write(t, root+"/sub/deep/d.md", "changed, and longer")
		expect(t, w, "sub/deep/d.md")
	})
	t.Run("later", func(t *testing.T) {
		root := archive(t)
		w := start(t, root, Options{most: 5, Interval: 5 * time.Millisecond})
		if err := w.Polling(); err != nil {
			t.Fatalf("it compares already: %v", err)
		}
		write(t, root+"/n1/n2/n3/n4/e.md", "new")
		expect(t, w, "n1/n2/n3/n4/e.md")
		if w.Polling() == nil {
			t.Error("it does not say that it compares")
		}
		write(t, root+"/n1/n2/n3/n4/e.md", "changed")
		expect(t, w, "n1/n2/n3/n4/e.md")
	})
}

// A hint that nobody takes grows; nothing is lost of it.
func TestSlowReader(t *testing.T) {
	root := archive(t)
	w := start(t, root, Options{})
	var names []string
	for i := range 5 {
		name := fmt.Sprintf("n%d.md", i)
		write(t, filepath.Join(root, name), "text")
		names = append(names, name)
		time.Sleep(2 * quiet) // so that several hints come of it
	}
	expect(t, w, names...)
}

func TestNoFolder(t *testing.T) {
	if _, err := New(filepath.Join(t.TempDir(), "nowhere"), Options{}); err == nil {
		t.Error("a folder that is not there is watched")
	}
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "text")
	if _, err := New(file, Options{}); err == nil {
		t.Error("a file is watched as a folder")
	}
}
