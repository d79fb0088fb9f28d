package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

const (
	filePerm   fs.FileMode = 0o644
	folderPerm fs.FileMode = 0o755
)

// A site is the place of a site on disk: the folder itself and the names beside it that a build uses. All are real paths, without
// symbolic links, so that two ways to one folder meet at the same lock.
type site struct {
	dir      string
	staging  string // the new site while it is built; the old one between an exchange and its removal
	previous string // the old site during a swap in two steps
	lock     string
}

// locate finds the place of a site and makes the folders above it.
func locate(dir string) (site, error) {
	if dir == "" {
		return site{}, errors.New("the folder's name is empty")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return site{}, err
	}
	parent, name := filepath.Dir(dir), filepath.Base(dir)
	if parent == dir {
		return site{}, errors.New("it is the top of the file system, and a site needs a folder of its own")
	}
	if err := os.MkdirAll(parent, folderPerm); err != nil {
		return site{}, err
	}
	real, err := filepath.EvalSymlinks(dir)
	switch {
	case err == nil:
		parent, name = filepath.Dir(real), filepath.Base(real)
	case !errors.Is(err, fs.ErrNotExist):
		return site{}, err
	case exists(dir):
		return site{}, errors.New("it is a symbolic link that leads nowhere; make the folder it names, or remove the link")
	default:
		if parent, err = filepath.EvalSymlinks(parent); err != nil {
			return site{}, err
		}
	}
	beside := func(purpose string) string { return filepath.Join(parent, "."+name+".debrief-"+purpose) }
	return site{
		dir:      filepath.Join(parent, name),
		staging:  beside("staging"),
		previous: beside("previous"),
		lock:     beside("lock"),
	}, nil
}

// mend brings the place in order after a build that died: a swap in two steps that was cut between them is undone, and what the dead
// build left is removed. It needs the lock.
func (s site) mend() error {
	if exists(s.previous) && !exists(s.dir) {
		if err := os.Rename(s.previous, s.dir); err != nil {
			return fmt.Errorf("cannot bring back the last site after an interrupted build: %w", err)
		}
	}
	for _, left := range []string{s.staging, s.previous} {
		if err := os.RemoveAll(left); err != nil {
			return fmt.Errorf("cannot remove what an interrupted build left: %w", err)
		}
	}
	return nil
}

// inspect lists what lies in the last good site, by its path in it, and says whether it is a regular file; nil when there is no site. It is
// an error when the folder holds anything that Debrief would not have put there and should not delete.
func (s site) inspect(p plan) (map[string]bool, error) {
	info, err := os.Lstat(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, errors.New("there is a file of that name; remove it or choose another folder")
	}
	top, err := os.ReadDir(s.dir)
	if err != nil || len(top) == 0 {
		return nil, err
	}
	made, err := readManifest(s.dir)
	if errors.Is(err, errForeign) {
		return nil, errors.New("the folder is not empty and Debrief did not make it (it has no " + Manifest +
			" of ours), so nothing in it was touched; choose another folder, or empty this one first")
	}
	if err != nil {
		return nil, err
	}
	ours := made.folders()
	for folder := range p.folders {
		ours[folder] = true
	}
	found, err := list(s.dir)
	if err != nil {
		return nil, err
	}
	var strangers []string
	for file := range found {
		if stranger := topForeign(file, ours); stranger != "" {
			strangers = append(strangers, stranger)
		}
	}
	if len(strangers) > 0 {
		return nil, fmt.Errorf("it holds %s, which Debrief did not make and will not delete; move that elsewhere, or choose another folder",
			slices.Min(strangers))
	}
	return found, nil
}

// list returns what lies below a folder and is not a folder itself, by its path with slashes, and whether it is a regular file.
func list(dir string) (map[string]bool, error) {
	found := make(map[string]bool)
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found[name] = d.Type().IsRegular()
		}
		return err
	})
	return found, err
}

// topForeign returns the topmost folder around a file that is not among ours, or nothing. A .git file, which makes a folder a git working
// tree, counts as a folder: to lose it would be as bad.
func topForeign(file string, ours map[string]bool) string {
	stranger := ""
	if file == ".git" {
		return file
	}
	for folder := path.Dir(file); folder != "." && !ours[folder]; folder = path.Dir(folder) {
		stranger = folder
	}
	return stranger
}

// swap puts the staged site in the place of the old one. Afterwards the old one is in the staging folder, or gone.
func (s site) swap(inTwoSteps bool) error {
	if !exists(s.dir) {
		return explain(os.Rename(s.staging, s.dir))
	}
	if !inTwoSteps {
		err := exchange(s.staging, s.dir)
		if err == nil || !errors.Is(err, errors.ErrUnsupported) {
			return explain(err)
		}
	}
	if err := os.Rename(s.dir, s.previous); err != nil {
		return explain(err)
	}
	if err := os.Rename(s.staging, s.dir); err != nil {
		return errors.Join(explain(err), os.Rename(s.previous, s.dir))
	}
	_ = os.RemoveAll(s.previous) // The new site is in place. What stays of the old one goes with the next build.
	return nil
}

// explain adds to the error of a rename what it means for a site.
func explain(err error) error {
	if errors.Is(err, syscall.EBUSY) || errors.Is(err, syscall.EXDEV) {
		return fmt.Errorf("%w: the folder is a mount point or spans two file systems, and cannot be swapped as a whole; choose a folder inside it", err)
	}
	return err
}

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

// place returns where a file of a site lies below one of the site's folders.
func place(dir, file string) string {
	return dir + string(filepath.Separator) + strings.ReplaceAll(file, "/", string(filepath.Separator))
}
