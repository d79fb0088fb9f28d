package source

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// Cover returns a file system in which some files hold another text than in fsys: what somebody has typed into an editor and not saved. Files
// that are not in fsys are there, too, when their folder is. The texts must not change any more.
func Cover(fsys fs.FS, texts map[string][]byte) fs.FS {
	if len(texts) == 0 {
		return fsys
	}
	return &covered{fsys, texts}
}

type covered struct {
	fs.FS
	texts map[string][]byte
}

func (c *covered) Open(name string) (fs.File, error) {
	if text, ok := c.texts[name]; ok {
		return &unsaved{bytes.NewReader(text), unsavedInfo{path.Base(name), int64(len(text))}}, nil
	}
	return c.FS.Open(name)
}

func (c *covered) Stat(name string) (fs.FileInfo, error) {
	if text, ok := c.texts[name]; ok {
		return unsavedInfo{path.Base(name), int64(len(text))}, nil
	}
	return fs.Stat(c.FS, name)
}

func (c *covered) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(c.FS, name)
	if err != nil {
		return nil, err
	}
	byName := func(a fs.DirEntry, b string) int { return strings.Compare(a.Name(), b) }
	own := entries
	for file, text := range c.texts {
		if path.Dir(file) != name {
			continue
		}
		base := path.Base(file)
		if _, there := slices.BinarySearchFunc(entries, base, byName); there {
			continue
		}
		i, _ := slices.BinarySearchFunc(own, base, byName)
		own = slices.Insert(slices.Clip(own), i, fs.FileInfoToDirEntry(unsavedInfo{base, int64(len(text))}))
	}
	return own, nil
}

// Lstat and ReadLink see the links that are on the disk, so that a covered file is what a link to it leads to.
func (c *covered) Lstat(name string) (fs.FileInfo, error) {
	info, err := fs.Lstat(c.FS, name)
	if err != nil {
		if _, ok := c.texts[name]; ok {
			return c.Stat(name)
		}
	}
	return info, err
}

func (c *covered) ReadLink(name string) (string, error) { return fs.ReadLink(c.FS, name) }

// unsaved is an open file that is not on the disk.
type unsaved struct {
	*bytes.Reader
	info unsavedInfo
}

func (u *unsaved) Stat() (fs.FileInfo, error) { return u.info, nil }
func (u *unsaved) Close() error               { return nil }

type unsavedInfo struct {
	name string
	size int64
}

func (i unsavedInfo) Name() string       { return i.name }
func (i unsavedInfo) Size() int64        { return i.size }
func (i unsavedInfo) Mode() fs.FileMode  { return 0o644 }
func (i unsavedInfo) ModTime() time.Time { return time.Time{} }
func (i unsavedInfo) IsDir() bool        { return false }
func (i unsavedInfo) Sys() any           { return nil }

// Alone returns the tree of one file that is nowhere on the disk.
func Alone(name string, text []byte) *Tree {
	fsys := Cover(nowhere{}, map[string][]byte{name: text})
	info := unsavedInfo{name, int64(len(text))}
	t := &Tree{Root: ".", Declared: true, Postmortems: []string{name}, fsys: fsys, files: &files{number: map[string]int{}}}
	t.list(name, listed{MaxMarkdown, info})
	return t
}

// nowhere is a file system without files.
type nowhere struct{}

func (nowhere) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}
