package output

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
)

// A build is what stage has made in the staging folder.
type build struct {
	changed bool // the site differs from the last one; when it does not, the staging folder is not complete and not needed
	stats   Stats
}

// stage produces all files. Those that differ from the last good site go to the staging folder at once; when there are any, the equal ones
// join them there as hard links, so that the folder can take the old one's place.
func stage(ctx context.Context, p plan, old map[string]bool, s site, workers int) (build, error) {
	entries := make([]entry, len(p.files))
	equal := make([]bool, len(p.files))
	if err := os.Mkdir(s.staging, folderPerm); err != nil {
		return build{}, fmt.Errorf("the new site is built beside the old one, so the folder above must be writable: %w", err)
	}
	err := inParallel(ctx, len(p.files), workers, func() func(int) error {
		d := newDraft()
		return func(i int) (err error) {
			entries[i], equal[i], err = d.produce(p.files[i], s, old)
			return err
		}
	})
	if err != nil {
		return build{}, err
	}
	list := File{Manifest, manifest{manifestFormat, generatorName, entries}.write}
	_, listEqual, err := newDraft().produce(list, s, old)
	if err != nil {
		return build{}, err
	}

	b := build{stats: count(entries, equal, old)}
	b.changed = !listEqual || b.stats.Written > 0 || b.stats.Removed > 0
	if !b.changed {
		return b, nil
	}
	err = inParallel(ctx, len(p.files), workers, func() func(int) error {
		return func(i int) error {
			if !equal[i] {
				return nil
			}
			return carry(place(s.dir, p.files[i].Path), place(s.staging, p.files[i].Path))
		}
	})
	if err == nil && listEqual {
		err = carry(place(s.dir, Manifest), place(s.staging, Manifest))
	}
	if err == nil {
		err = openFolders(s.staging, p.folders)
	}
	return b, err
}

func count(entries []entry, equal []bool, old map[string]bool) Stats {
	s := Stats{Files: len(entries), Removed: len(old)}
	if _, ok := old[Manifest]; ok {
		s.Removed--
	}
	for i, e := range entries {
		s.Bytes += e.Size
		if equal[i] {
			s.Unchanged++
		}
		if _, ok := old[e.Path]; ok {
			s.Removed--
		}
	}
	s.Written = s.Files - s.Unchanged
	return s
}

// inParallel calls a function for every index below n, from at most so many goroutines, each of which gets its function from begin. Indexes
// are handed out in rising order and none after a failure, so the failure of the lowest index is found every time, and returned.
func inParallel(ctx context.Context, n, workers int, begin func() func(int) error) error {
	var (
		mutex  sync.Mutex
		next   int
		failed = n
		result error
		wait   sync.WaitGroup
	)
	take := func() (int, bool) {
		mutex.Lock()
		defer mutex.Unlock()
		if next == n || result != nil || ctx.Err() != nil {
			return 0, false
		}
		next++
		return next - 1, true
	}
	fail := func(i int, err error) {
		mutex.Lock()
		defer mutex.Unlock()
		if i < failed {
			failed, result = i, err
		}
	}
	for range min(workers, n) {
		wait.Go(func() {
			do := begin()
			for i, ok := take(); ok; i, ok = take() {
				if err := do(i); err != nil {
					fail(i, err)
				}
			}
		})
	}
	wait.Wait()
	if result == nil && next < n {
		return context.Cause(ctx)
	}
	return result
}

// inMemory is how many bytes of one file are held before they go to disk, so that memory stays bounded whatever the files.
const inMemory = 4 << 20

// A draft takes the bytes of one file after another: in memory while they are few, in the file's place in the staging folder beyond.
type draft struct {
	place  string
	memory bytes.Buffer
	disk   *os.File // nil while the bytes are in memory
	hash   hash.Hash
	size   int64
	err    error // the first error of a Write, in case the producer did not pass it on

	chunks [2][]byte // for comparing
}

func newDraft() *draft {
	return &draft{hash: sha256.New(), chunks: [2][]byte{make([]byte, 32<<10), make([]byte, 32<<10)}}
}

// produce makes one file and puts it in the staging folder unless the last good site has an equal one.
func (d *draft) produce(f File, s site, old map[string]bool) (e entry, equal bool, err error) {
	d.memory.Reset()
	d.hash.Reset()
	d.place, d.size, d.err = place(s.staging, f.Path), 0, nil
	defer d.closeDisk()

	if err := f.Write(d); err != nil {
		return entry{}, false, fmt.Errorf("%s: %w", f.Path, err)
	}
	if d.err != nil {
		return entry{}, false, fmt.Errorf("%s: %w", f.Path, d.err)
	}
	e = entry{Path: f.Path, Size: d.size}
	d.hash.Sum(e.SHA256[:0])
	if old[f.Path] {
		if equal, err = d.equals(place(s.dir, f.Path)); err != nil {
			return entry{}, false, fmt.Errorf("%s: %w", f.Path, err)
		}
	}
	if equal {
		err = d.drop()
	} else {
		err = d.keep()
	}
	if err != nil {
		return entry{}, false, fmt.Errorf("%s: %w", f.Path, err)
	}
	return e, equal, nil
}

// Write takes the next bytes of the file.
func (d *draft) Write(p []byte) (n int, err error) {
	if d.err != nil {
		return 0, d.err
	}
	defer func() {
		d.size += int64(n)
		d.err = err
	}()
	d.hash.Write(p)
	if d.disk == nil && d.memory.Len()+len(p) <= inMemory {
		return d.memory.Write(p)
	}
	if d.disk == nil {
		if err := d.spill(); err != nil {
			return 0, err
		}
	}
	return d.disk.Write(p)
}

// spill moves what is in memory to the file's place in the staging folder.
func (d *draft) spill() error {
	disk, err := create(d.place)
	if err != nil {
		return err
	}
	d.disk = disk
	_, err = disk.Write(d.memory.Bytes())
	return err
}

// equals says whether a file of the last good site has the draft's bytes and the right permissions. One that cannot be read is not equal.
func (d *draft) equals(old string) (bool, error) {
	f, err := os.Open(old)
	if err != nil {
		return false, nil
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() != d.size || !info.Mode().IsRegular() || !hasPerm(info, filePerm) {
		return false, nil
	}
	if d.disk == nil {
		return equalContent(f, bytes.NewReader(d.memory.Bytes()), d.chunks), nil
	}
	if _, err := d.disk.Seek(0, io.SeekStart); err != nil {
		return false, err
	}
	return equalContent(f, d.disk, d.chunks), nil
}

// equalContent compares two files of the same size. One that cannot be read to the end is not equal.
func equalContent(a, b io.Reader, chunks [2][]byte) bool {
	for {
		n, errA := io.ReadFull(a, chunks[0])
		m, errB := io.ReadFull(b, chunks[1])
		if !bytes.Equal(chunks[0][:n], chunks[1][:m]) || errA != errB {
			return false
		}
		if errA != nil {
			return errA == io.EOF || errA == io.ErrUnexpectedEOF
		}
	}
}

// keep leaves the draft in the staging folder.
func (d *draft) keep() error {
	if d.disk == nil {
		if err := d.spill(); err != nil {
			return err
		}
	}
	return d.closeDisk()
}

// drop leaves nothing of the draft.
func (d *draft) drop() error {
	if d.disk == nil {
		return nil
	}
	if err := d.closeDisk(); err != nil {
		return err
	}
	return os.Remove(d.place)
}

func (d *draft) closeDisk() error {
	if d.disk == nil {
		return nil
	}
	disk := d.disk
	d.disk = nil
	return disk.Close()
}

// create makes a new file in the staging folder, and the folders it needs, with a site's permissions whatever the umask.
func create(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, filePerm)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(name), folderPerm); err != nil {
			return nil, err
		}
		f, err = os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, filePerm)
	}
	if err != nil {
		return nil, err
	}
	if err := f.Chmod(filePerm); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// carry puts an unchanged file of the old site into the new one: as a second name of the same file where the file system has hard links,
// else as a copy with the same time.
func carry(old, staged string) error {
	err := os.Link(old, staged)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(staged), folderPerm); err != nil {
			return err
		}
		err = os.Link(old, staged)
	}
	if err == nil {
		return nil
	}
	return copyFile(old, staged)
}

func copyFile(old, staged string) error {
	from, err := os.Open(old)
	if err != nil {
		return err
	}
	defer from.Close()
	info, err := from.Stat()
	if err != nil {
		return err
	}
	to, err := create(staged)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	if err := errors.Join(err, to.Close()); err != nil {
		return err
	}
	return os.Chtimes(staged, info.ModTime(), info.ModTime())
}

// openFolders gives every folder of a site its permissions whatever the umask, in a fixed order.
func openFolders(top string, folders map[string]bool) error {
	if err := os.Chmod(top, folderPerm); err != nil {
		return err
	}
	names := make([]string, 0, len(folders))
	for name := range folders {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := os.Chmod(place(top, name), folderPerm); err != nil {
			return err
		}
	}
	return nil
}

// hasPerm says whether a file has these permissions. Windows has no such thing.
func hasPerm(info fs.FileInfo, perm fs.FileMode) bool {
	return runtime.GOOS == "windows" || info.Mode().Perm() == perm
}
