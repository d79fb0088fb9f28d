package source

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"debrief/generator/problem"
)

// Disk is the place of one archive, to be scanned again and again while somebody works on it. It remembers what folders hold and what files
// are like, so that scanning again costs only the names that were forgotten since. A Disk serves one goroutine at a time; the trees that it
// returns are independent of it.
type Disk struct {
	place  string
	opened fs.FileInfo // the folder that memory is of
	root   fs.FS       // that folder as the disk has it
	memory *memory
	texts  map[string][]byte // of files that are covered

	// last is what was scanned last, and names are those that were forgotten since; doubted is true when that is not all there is to look at.
	last     *Tree
	problems problem.List
	names    []string
	doubted  bool
}

// NewDisk returns the place of the archive in a folder, or of an archive that is a single file. Nothing is read before Scan.
func NewDisk(place string) *Disk { return &Disk{place: place} }

// Forget says that names, relative to the archive's folder and with slashes, may be other than they were: files, or folders with all below.
func (d *Disk) Forget(names ...string) {
	d.names = append(d.names, names...)
}

// Doubt says that anything may be other than it was. Every folder is listed again and every file is looked at; one of the same size and
// time counts as the same.
func (d *Disk) Doubt() {
	d.doubted = true
	if d.memory != nil {
		d.memory.doubt()
	}
}

// Cover says which files, named as for Forget, hold another text than the disk has, from now on: all of them, so that no texts uncover every
// file. The texts must not change any more.
func (d *Disk) Cover(texts map[string][]byte) {
	var changed []string
	for name, text := range texts {
		if before, ok := d.texts[name]; !ok || !bytes.Equal(before, text) {
			changed = append(changed, name)
		}
	}
	for name := range d.texts {
		if _, ok := texts[name]; !ok {
			changed = append(changed, name)
		}
	}
	if len(changed) == 0 {
		return
	}
	d.texts = maps.Clone(texts)
	if d.memory != nil {
		d.memory.FS = Cover(d.root, d.texts)
		d.names = append(d.names, changed...)
	}
}

// Scan lists the files of the archive. The error says that there is nothing to scan, or that the disk failed; a file that cannot be used is
// a problem.
func (d *Disk) Scan() (*Tree, problem.List, error) {
	info, err := os.Stat(d.place)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil, fmt.Errorf("there is no file or folder %s: %w", d.place, fs.ErrNotExist)
		}
		return nil, nil, fmt.Errorf("looking at the archive: %w", err)
	}
	dir, single := d.place, ""
	switch {
	case info.Mode().IsRegular():
		dir, single = filepath.Split(filepath.Clean(d.place))
		dir = filepath.Clean(dir)
		if info, err = os.Stat(dir); err != nil {
			return nil, nil, fmt.Errorf("looking at the archive: %w", err)
		}
	case !info.IsDir():
		return nil, nil, fmt.Errorf("%s is neither a file nor a folder", d.place)
	}
	if d.memory != nil && os.SameFile(info, d.opened) {
		if t, ok := d.rescan(); ok {
			return t, slices.Clone(d.problems), nil
		}
		d.memory.forget(d.names)
	} else {
		// An os.Root opens nothing outside its folder, even when a link changes after it was looked at. It is not closed here when another
		// folder takes its place, because the trees of earlier scans read from it; the garbage collector closes it.
		root, err := os.OpenRoot(dir)
		if err != nil {
			return nil, nil, fmt.Errorf("opening the archive: %w", err)
		}
		d.opened, d.root = info, folder{root.FS().(rootFS), root}
		d.memory = newMemory(Cover(d.root, d.texts))
	}
	if d.memory.links {
		// A link shows what stands elsewhere, so its own name does not tell when that changes.
		d.memory.doubt()
	}
	t, problems, err := scan(d.memory, d.memory.FS, dir, single)
	d.last, d.problems, d.names, d.doubted = t, problems, nil, false
	return t, slices.Clone(problems), err
}

// folder is the folder of an archive on disk.
type folder struct {
	rootFS
	root *os.Root
}

// rootFS is what os.Root.FS can do.
type rootFS interface {
	fs.StatFS
	fs.ReadDirFS
	fs.ReadLinkFS
}

// Open opens a file. Should it have become a pipe since it was looked at, it does not wait for the other end.
func (f folder) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	file, err := f.root.OpenFile(name, os.O_RDONLY|nonBlocking, 0)
	if err != nil {
		return nil, err
	}
	return file, nil
}

// mostNames is for how many changed names a scan is tried to be done without listing folders.
const mostNames = 16

// rescan scans when it is known which names may have changed, and what they were and are is plain: files that are listed and are files still,
// or passing names, as editors use them, that were not there and are not. Then all else is as it was, and only these are looked at.
func (d *Disk) rescan() (*Tree, bool) {
	if d.last == nil || d.doubted || d.memory.links || len(d.names) == 0 || len(d.names) > mostNames {
		return nil, false
	}
	t := *d.last
	t.fsys, t.infos = d.memory.FS, slices.Clone(t.infos)
	for _, name := range d.names {
		name = path.Clean(name)
		info, err := d.memory.Lstat(name)
		n, wasListed := t.files.number[name]
		switch {
		case wasListed && err == nil && info.Mode().IsRegular() && info.Size() <= t.infos[n].limit && path.Base(name) != manifestName:
			now := time.Now()
			if info, err = fs.Stat(d.memory.FS, name); err != nil || !info.Mode().IsRegular() || info.Size() > t.infos[n].limit {
				return nil, false
			}
			file := &seen{info, now}
			d.memory.files[name], t.infos[n].info = file, file
		case !wasListed && errors.Is(err, fs.ErrNotExist) && d.memory.lacks(name):
		default:
			return nil, false
		}
	}
	d.last, d.names = &t, nil
	return &t, true
}

// memory is a file system that answers from memory what it was asked before.
type memory struct {
	fs.FS
	lists map[string][]fs.DirEntry
	files map[string]*seen
	// doubted are those of files that must be looked at again.
	doubted map[string]*seen
	// links is true when a list had a symbolic link.
	links bool
}

// seen is what a file was like when it was looked at. As long as the same *seen is remembered, the file is the same.
type seen struct {
	fs.FileInfo
	at time.Time
}

func newMemory(fsys fs.FS) *memory {
	return &memory{FS: fsys, lists: map[string][]fs.DirEntry{}, files: map[string]*seen{}, doubted: map[string]*seen{}}
}

func (m *memory) forget(names []string) {
	gone := make(map[string]bool, len(names))
	for _, name := range names {
		name = path.Clean(name)
		if name == "." {
			m.doubt()
			continue
		}
		gone[name] = true
		delete(m.lists, path.Dir(name))
	}
	isGone := func(name string) bool {
		for ; name != "."; name = path.Dir(name) {
			if gone[name] {
				return true
			}
		}
		return false
	}
	maps.DeleteFunc(m.lists, func(name string, _ []fs.DirEntry) bool { return isGone(name) })
	maps.DeleteFunc(m.doubted, func(name string, _ *seen) bool { return isGone(name) })
	if len(names) == 1 {
		// The usual case, one file was saved: no need to look at all names.
		if file := m.files[path.Clean(names[0])]; file != nil && !file.IsDir() {
			delete(m.files, path.Clean(names[0]))
			return
		}
	}
	maps.DeleteFunc(m.files, func(name string, _ *seen) bool { return isGone(name) })
}

// lacks reports whether it is remembered that there was nothing with a name.
func (m *memory) lacks(name string) bool {
	list, ok := m.lists[path.Dir(name)]
	return ok && !slices.ContainsFunc(list, func(e fs.DirEntry) bool { return e.Name() == path.Base(name) })
}

func (m *memory) doubt() {
	clear(m.lists)
	maps.Copy(m.doubted, m.files)
	clear(m.files)
	m.links = false
}

func (m *memory) ReadDir(name string) ([]fs.DirEntry, error) {
	if list, ok := m.lists[name]; ok {
		return list, nil
	}
	list, err := fs.ReadDir(m.FS, name)
	if err != nil {
		return nil, err
	}
	m.lists[name] = list
	for _, entry := range list {
		m.links = m.links || entry.Type()&fs.ModeSymlink != 0
	}
	return list, nil
}

// settled is how much older than a look a file's time must be for size and time to prove anything: file systems tell times in steps of up
// to two seconds, and within a step a file can change unseen. (Git calls such an entry racy.)
const settled = 3 * time.Second

func (m *memory) Stat(name string) (fs.FileInfo, error) {
	if file := m.files[name]; file != nil {
		return file, nil
	}
	now := time.Now()
	info, err := fs.Stat(m.FS, name)
	if err != nil {
		delete(m.doubted, name)
		return nil, err
	}
	file := m.doubted[name]
	delete(m.doubted, name)
	if file == nil || !file.sureToBe(info) {
		file = &seen{info, now}
	}
	m.files[name] = file
	return file, nil
}

// sureToBe reports whether a file that was looked at again is what it was.
func (s *seen) sureToBe(info fs.FileInfo) bool {
	return os.SameFile(s.FileInfo, info) && s.Size() == info.Size() && s.Mode() == info.Mode() && s.ModTime().Equal(info.ModTime()) &&
		s.at.Sub(s.ModTime()) > settled
}

// Lstat and ReadLink are about links, of which nothing is remembered.
func (m *memory) Lstat(name string) (fs.FileInfo, error) { return fs.Lstat(m.FS, name) }
func (m *memory) ReadLink(name string) (string, error)   { return fs.ReadLink(m.FS, name) }
