package generator

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
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
	name             string // below the archive, or of the program
	size             int64
	written, changed time.Time
	dir              bool
}

func (f fileState) line() string {
	b := binary.AppendVarint([]byte(f.name), f.size)
	b = binary.AppendVarint(b, f.written.UnixNano())
	return string(binary.AppendVarint(b, f.changed.UnixNano()))
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
	var files []fileState
	if info.IsDir() {
		if files, err = filesBelow(root); err != nil {
			return stamp{}, err
		}
	} else if files, err = stateOf(root); err != nil {
		return stamp{}, err
	}
	if program, err := os.Executable(); err == nil {
		if state, err := stateOf(program); err == nil {
			files = append(files, state...)
		}
	}
	slices.SortFunc(files, func(a, b fileState) int { return cmp.Compare(a.name, b.name) })
	var s stamp
	h := sha256.New()
	for _, f := range files {
		line := f.line()
		h.Write(binary.AppendUvarint(nil, uint64(len(line))))
		h.Write([]byte(line))
		if until := f.unsureUntil(); until.After(s.sure) {
			s.sure = until
		}
	}
	s.sum = hex.EncodeToString(h.Sum(nil))
	return s, nil
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

func stateOf(name string) ([]fileState, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	return []fileState{stateFrom(name, info)}, nil
}

func stateFrom(name string, info fs.FileInfo) fileState {
	return fileState{name: name, size: info.Size(), written: info.ModTime(), changed: info.ModTime(), dir: info.IsDir()}
}

// filesBelow returns the states of all files below a folder, in no order. Hidden ones are left out, and links to folders are not followed, as
// when the archive is read. Asking for one file after the other takes most of the time of a search, so several folders are asked at once.
func filesBelow(root string) ([]fileState, error) {
	var all []fileState
	for folders := []string{"."}; len(folders) > 0; {
		states, failures := make([][]fileState, len(folders)), make([]error, len(folders))
		inFew(len(folders), func(i int) { states[i], failures[i] = folderStates(root, folders[i]) })
		if err := errors.Join(failures...); err != nil {
			return nil, err
		}
		folders = folders[:0:0]
		for _, s := range slices.Concat(states...) {
			if s.dir {
				folders = append(folders, s.name)
			} else {
				all = append(all, s)
			}
		}
	}
	return all, nil
}

// folderStates returns the states of what is in a folder of an archive.
func folderStates(root, folder string) ([]fileState, error) {
	dir, err := os.Open(filepath.Join(root, folder))
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	names = slices.DeleteFunc(names, func(name string) bool { return strings.HasPrefix(name, ".") })
	states := make([]fileState, len(names))
	const some = 1000 // in a large folder
	inFew((len(names)+some-1)/some, func(i int) {
		from := i * some
		for k, name := range names[from:min(from+some, len(names))] {
			states[from+k] = stateIn(dir, name) // one that went meanwhile is one that changed
			states[from+k].name = filepath.Join(folder, name)
		}
	})
	return states, nil
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
