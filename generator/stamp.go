package generator

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"debrief/generator/source"
)

// How a search finds out, without reading the archive, that its index is still true:
//
// A stamp is made of the name, the size and the times of every file of the archive, and of this program. It is taken before the archive is
// read, and kept with the index that is made from it. While it stays the same, no file can have changed: every write moves the time of its
// last change, which no program can set back where the system keeps one. The one write that could go unseen is a second one within the
// tick of the file system's clock. So a stamp is only kept when the youngest change was longer ago than that; the reader waits for it.

// A tick is the step of a file system's clock, with room to spare. One that tells no fractions of a second may step by two.
const (
	tick      = 100 * time.Millisecond
	wholeTick = 2 * time.Second
)

// fileState is what tells that a file is the same as before. Changed is when anything about it was changed last, as far as the system keeps
// that, else the same as written.
type fileState struct {
	name             string // in its folder, or of the program
	size             int64
	written, changed time.Time
	dir              bool
}

// unsureUntil is when the file's clock has moved on since it was changed.
func (f fileState) unsureUntil() time.Time {
	if f.written.Nanosecond() == 0 && f.changed.Nanosecond() == 0 {
		return f.changed.Add(wholeTick)
	}
	return f.changed.Add(tick)
}

// stamp is the state of an archive. Sure is from when on it can be kept.
type stamp struct {
	sum  string
	sure time.Time
}

// stampOf takes the stamp of an archive, which is a folder or a file.
func stampOf(root string) (stamp, error) {
	info, err := os.Stat(root)
	if err != nil {
		return stamp{}, err
	}
	h := newHasher()
	if info.IsDir() {
		err = h.addBelow(root)
	} else {
		err = h.addFile(root)
	}
	if program, none := os.Executable(); none == nil && err == nil {
		err = h.addFile(program)
	}
	return h.stamp(), err
}

// hasher makes a stamp of the states of files, which come in an order of their own.
type hasher struct {
	hash hash.Hash
	sure time.Time
}

func newHasher() *hasher { return &hasher{hash: sha256.New()} }

func (h *hasher) stamp() stamp { return stamp{hex.EncodeToString(h.hash.Sum(nil)), h.sure} }

func (h *hasher) add(f fileState) {
	b := append(binary.AppendUvarint(nil, uint64(len(f.name))), f.name...)
	b = binary.AppendVarint(b, f.size)
	b = binary.AppendVarint(b, f.written.UnixNano())
	h.hash.Write(binary.AppendVarint(b, f.changed.UnixNano()))
	if until := f.unsureUntil(); until.After(h.sure) {
		h.sure = until
	}
}

func (h *hasher) addFile(name string) error {
	info, err := os.Stat(name)
	if err == nil {
		h.add(stateFrom(name, info))
	}
	return err
}

// sureStamp waits until a stamp can be kept, if it has to. It is empty when the archive goes on changing.
func sureStamp(ctx context.Context, root string) (string, error) {
	for range 2 {
		s, err := stampOf(root)
		if err != nil {
			return "", err
		}
		wait := time.Until(s.sure)
		if wait <= 0 {
			return s.sum, nil
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(min(wait, wholeTick)):
		}
	}
	return "", nil
}

func stateFrom(name string, info fs.FileInfo) fileState {
	return fileState{name: name, size: info.Size(), written: info.ModTime(), changed: info.ModTime(), dir: info.IsDir()}
}

// addBelow adds all files below a folder. Hidden ones are left out, and folders that are never read, and links to folders are not followed, as
// when the archive is read.
// Asking for one file after the other takes most of the time of a search, so several folders are asked at once.
func (h *hasher) addBelow(root string) error {
	for names := []string{"."}; len(names) > 0; {
		folders, failures := make([]folder, len(names)), make([]error, len(names))
		inFew(len(names), func(i int) { folders[i], failures[i] = readFolder(root, names[i]) })
		if err := errors.Join(failures...); err != nil {
			return err
		}
		names = nil
		for _, f := range folders {
			h.hash.Write([]byte(f.sum))
			if f.sure.After(h.sure) {
				h.sure = f.sure
			}
			names = append(names, f.folders...)
		}
	}
	return nil
}

// folder is what a folder of an archive comes to, and the folders in it.
type folder struct {
	stamp
	folders []string
}

func readFolder(root, name string) (folder, error) {
	dir, err := os.Open(filepath.Join(root, name))
	if err != nil {
		return folder{}, err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return folder{}, err
	}
	names = slices.DeleteFunc(names, func(name string) bool { return strings.HasPrefix(name, ".") })
	slices.Sort(names)
	states := make([]fileState, len(names))
	const some = 1000 // in a large folder
	inFew((len(names)+some-1)/some, func(i int) {
		from := i * some
		for k, name := range names[from:min(from+some, len(names))] {
			states[from+k] = stateIn(dir, name) // one that went meanwhile is one that changed
			states[from+k].name = name
		}
	})
	var out folder
	h := newHasher()
	h.add(fileState{name: name})
	for _, s := range states {
		switch {
		case s.dir && source.IsForeign(s.name):
		case s.dir:
			out.folders = append(out.folders, filepath.Join(name, s.name))
		default:
			h.add(s)
		}
	}
	out.stamp = h.stamp()
	return out, nil
}

// inFew calls work for 0 to n, a few at a time.
func inFew(n int, work func(i int)) {
	const few = 4
	var wg sync.WaitGroup
	for w := range min(few, n) {
		wg.Go(func() {
			for i := w; i < n; i += few {
				work(i)
			}
		})
	}
	wg.Wait()
}

// guard tells whether an archive was the same all the time while something was made of it.
type guard struct {
	root   string
	before stamp
	sure   bool
}

func newGuard(root string) guard {
	info, err := os.Stat(root)
	if err != nil || !info.IsDir() {
		return guard{root: root} // beside a single file is more that is read
	}
	before, err := stampOf(root)
	return guard{root, before, err == nil && !before.sure.After(time.Now())}
}

// steady reports that no file has changed since the guard was set, those of a theme folder included. It says no as well when it cannot know,
// because one changed just before, or because the theme is where a stamp does not look.
func (g guard) steady(theme string) bool {
	for name := range strings.SplitSeq(filepath.ToSlash(theme), "/") {
		if strings.HasPrefix(name, ".") || source.IsForeign(name) {
			return false
		}
	}
	now, err := stampOf(g.root)
	return g.sure && err == nil && now.sum == g.before.sum
}
