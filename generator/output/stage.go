package output

import (
	"context"
	"errors"
	"fmt"
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
func stage(ctx context.Context, p plan, old map[string]bool, s site, opts Options) (build, error) {
	all := make([]made, len(p.files))
	workers := workers(opts)
	if err := os.Mkdir(s.staging, folderPerm); err != nil {
		return build{}, fmt.Errorf("the new site is built beside the old one, so the folder above must be writable: %w", err)
	}
	err := inParallel(ctx, len(p.files), workers, func() func(int) error {
		d := draft{memory: opts.Memory, read: opts.Read}
		return func(i int) (err error) {
			all[i], err = d.produce(p.files[i], s, old)
			return err
		}
	})
	if err != nil {
		return build{}, err
	}
	opts.Memory.learn(all)
	list, err := new(draft).produce(File{Manifest, manifestOf(all).write}, s, old)
	if err != nil {
		return build{}, err
	}

	b := build{stats: count(all, old)}
	b.changed = !list.equal || b.stats.Written > 0 || b.stats.Removed > 0
	if !b.changed {
		return b, nil
	}
	err = inParallel(ctx, len(p.files), workers, func() func(int) error {
		return func(i int) error {
			if !all[i].equal {
				return nil
			}
			return carry(place(s.dir, p.files[i].Path), place(s.staging, p.files[i].Path))
		}
	})
	if err == nil && list.equal {
		err = carry(place(s.dir, Manifest), place(s.staging, Manifest))
	}
	if err == nil {
		err = openFolders(s.staging, p.folders)
	}
	return b, err
}

func count(all []made, old map[string]bool) Stats {
	s := Stats{Files: len(all), Removed: len(old)}
	if _, ok := old[Manifest]; ok {
		s.Removed--
	}
	for _, m := range all {
		s.Bytes += m.Size
		if m.equal {
			s.Unchanged++
		}
		if _, ok := old[m.Path]; ok {
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

// isWritten says whether a file is a regular one with the permissions that Write gives.
func isWritten(info fs.FileInfo) bool { return info.Mode().IsRegular() && hasPerm(info, filePerm) }

// hasPerm says whether a file has these permissions. Windows has no such thing.
func hasPerm(info fs.FileInfo, perm fs.FileMode) bool {
	return runtime.GOOS == "windows" || info.Mode().Perm() == perm
}
