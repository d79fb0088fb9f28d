package source

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"debrief/generator/problem"
)

// maxDepth is how deep folders may be nested.
const maxDepth = 64

// walker collects the regular files of an archive.
type walker struct {
	fsys     fs.FS
	problems problem.List
	files    []string
	// links are the symbolic links, in the order they were met.
	links []string
	// canonical says where a file that was reached through a link really is.
	canonical map[string]string
	// real are the files reached without a link.
	real map[string]bool
}

func at(file string) problem.Position { return problem.Position{File: file} }

// passedOver reports whether a file or folder is none of our business.
func passedOver(name string, isDir bool) bool {
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
		return true
	}
	return isDir && IsForeign(name)
}

// IsForeign reports whether a folder with a name holds what other programs, or builds, have put there. Nothing below is ever read.
func IsForeign(name string) bool { return name == "node_modules" || name == "vendor" || name == "dist" }

// walk collects what is in a folder. Links are only noted.
func (w *walker) walk(dir string, depth int) error {
	if depth > maxDepth {
		w.problems.Errorf(at(dir), "too-deep", "", "folders are nested more than %d deep; what is below is not read", maxDepth)
		return nil
	}
	entries, err := fs.ReadDir(w.fsys, dir)
	if err != nil {
		if dir == "." || !expected(err) {
			return err
		}
		w.unreadable(dir, err)
		return nil
	}
	if isBuiltSite(w.fsys, dir, entries) {
		return nil
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		if passedOver(e.Name(), e.IsDir()) || !w.nameIsUsable(name) {
			continue
		}
		switch {
		case e.IsDir():
			if err := w.walk(name, depth+1); err != nil {
				return err
			}
		case e.Type()&fs.ModeSymlink != 0:
			w.links = append(w.links, name)
		case e.Type().IsRegular():
			w.files = append(w.files, name)
		default:
			w.problems.Errorf(at(name), "special-file", "delete it, or move it out of the archive", "this is %s, not a file; it is not opened", kind(e.Type()))
		}
	}
	return nil
}

// walkNear collects one file and what it may show: the files in its folder and in the folders directly below.
func (w *walker) walkNear(single string) {
	w.files = append(w.files, single)
	near := func(dir string) []fs.DirEntry {
		entries, _ := fs.ReadDir(w.fsys, dir) // a folder that cannot be listed has nothing to show
		for _, e := range entries {
			if name := path.Join(dir, e.Name()); name != single && e.Type().IsRegular() && !passedOver(e.Name(), false) && usable(name) {
				w.files = append(w.files, name)
			}
		}
		return entries
	}
	for _, e := range near(".") {
		if e.IsDir() && !passedOver(e.Name(), true) {
			near(e.Name())
		}
	}
}

func kind(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	default:
		return "something special"
	}
}

// manifestName is the name of the file by which a built site is recognised.
const manifestName = "manifest.json"

// isBuiltSite recognises the output of an earlier build by its manifest.
func isBuiltSite(fsys fs.FS, dir string, entries []fs.DirEntry) bool {
	i := slices.IndexFunc(entries, func(e fs.DirEntry) bool { return e.Name() == manifestName })
	if i < 0 || !entries[i].Type().IsRegular() {
		return false
	}
	f, err := fsys.Open(path.Join(dir, manifestName))
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 256)
	n, _ := io.ReadFull(f, head)
	return bytes.Contains(head[:n], []byte(`"generator": "debrief"`))
}

// nameIsUsable reports a path that could not be printed, linked to or written elsewhere.
func (w *walker) nameIsUsable(name string) bool {
	if usable(name) {
		return true
	}
	printable := strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) {
			return '?'
		}
		return r
	}, name)
	w.problems.Errorf(at(printable), "bad-name", "rename it", "the name %q has characters that cannot stand in an address; it is not read", path.Base(name))
	return false
}

func usable(name string) bool {
	return utf8.ValidString(name) && strings.IndexFunc(name, func(r rune) bool { return unicode.IsControl(r) || r == '\\' }) < 0
}

// followLinks adds what the links lead to, each target once.
func (w *walker) followLinks() error {
	w.real = make(map[string]bool, len(w.files))
	for _, file := range w.files {
		w.real[file] = true
	}
	slices.Sort(w.links)
	entered := map[string]bool{} // folders entered through a link
	for i := 0; i < len(w.links); i++ {
		link := w.links[i]
		target, err := resolve(w.fsys, link)
		if err != nil {
			w.badLink(link, err)
			continue
		}
		if isHidden(target) {
			continue
		}
		info, err := fs.Lstat(w.fsys, target)
		switch {
		case err != nil:
			w.badLink(link, err)
		case info.Mode().IsRegular():
			w.files = append(w.files, link)
			w.canonical[link] = target
		case !info.IsDir():
			w.problems.Errorf(at(link), "special-file", "delete the link", "this link leads to %s, not to a file; it is not opened", kind(info.Mode()))
		case target == "." || link == target || strings.HasPrefix(link, target+"/"):
			w.problems.Warnf(at(link), "link-loop", "delete the link", "this link leads back to the folder it is in; it is not followed")
		case !entered[target]:
			entered[target] = true
			if err := w.walkLinked(link, target); err != nil {
				return err
			}
		}
	}
	return nil
}

// isHidden reports whether a path goes through a hidden file or folder, such as .git; a link does not bring those to light.
func isHidden(name string) bool {
	return name != "." && (strings.HasPrefix(name, ".") || strings.Contains(name, "/."))
}

// walkLinked collects what is in a folder reached through a link.
func (w *walker) walkLinked(link, target string) error {
	files, links := len(w.files), len(w.links)
	if err := w.walk(link, strings.Count(link, "/")+1); err != nil {
		return err
	}
	for _, file := range w.files[files:] {
		w.canonical[file] = target + strings.TrimPrefix(file, link)
	}
	slices.Sort(w.links[links:])
	return nil
}

// repeats reports whether a file was reached through a link and is read under its real name too, or through an earlier link.
func (w *walker) repeats(file string) bool {
	target, linked := w.canonical[file]
	if !linked {
		return false
	}
	if w.real[target] {
		return true
	}
	w.real[target] = true
	return false
}

var (
	errOutside = errors.New("outside")
	errLoop    = errors.New("loop")
)

// resolve returns the path in the archive that a link finally leads to, without any link in it.
func resolve(fsys fs.FS, name string) (string, error) {
	const mostLinks = 40 // as many as Linux follows
	rest := strings.Split(name, "/")
	var done []string
	for links := 0; len(rest) > 0; {
		part := rest[0]
		rest = rest[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			if len(done) == 0 {
				return "", errOutside
			}
			done = done[:len(done)-1]
			continue
		}
		here := path.Join(append(slices.Clone(done), part)...)
		info, err := fs.Lstat(fsys, here)
		if err != nil {
			return "", err
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			done = append(done, part)
			continue
		}
		if links++; links > mostLinks {
			return "", errLoop
		}
		target, err := fs.ReadLink(fsys, here)
		if err != nil {
			return "", err
		}
		if target = strings.ReplaceAll(target, `\`, "/"); path.IsAbs(target) || strings.Contains(target, ":/") {
			return "", errOutside
		}
		rest = append(strings.Split(target, "/"), rest...)
	}
	if len(done) == 0 {
		return ".", nil
	}
	return path.Join(done...), nil
}

func (w *walker) badLink(link string, err error) {
	switch {
	case errors.Is(err, errOutside):
		w.problems.Errorf(at(link), "link-outside", "copy into the archive what should be published", "this link leads out of the archive; it is not followed")
	case errors.Is(err, errLoop):
		w.problems.Warnf(at(link), "link-loop", "delete the link", "this link leads to itself")
	case errors.Is(err, fs.ErrNotExist):
		w.problems.Warnf(at(link), "dead-link", "delete the link, or restore its target", "this link leads nowhere")
	default:
		w.unreadable(link, err)
	}
}

// expected reports whether an error is about this one file rather than the disk.
func expected(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist)
}

func (w *walker) unreadable(name string, err error) {
	if errors.Is(err, fs.ErrPermission) {
		w.problems.Errorf(at(name), "unreadable", "allow reading it", "no permission to read this")
		return
	}
	reason := err
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		reason = pathErr.Err
	}
	w.problems.Errorf(at(name), "unreadable", "", "this cannot be read: %v", reason)
}

// compareCase reports files that are one file where case does not count, as on most Macs and Windows machines.
func (w *walker) compareCase(t *Tree) {
	seen := make(map[string]string, len(t.infos))
	for _, list := range [][]string{t.Postmortems, t.Pages, t.Attachments} {
		for _, file := range list {
			folded := norm.NFC.String(strings.ToLower(file))
			if first, taken := seen[folded]; taken {
				w.problems.Warnf(at(file), "same-but-for-case", "rename one of the two",
					"the name differs only in case from %s; on many machines they are one file", first)
				continue
			}
			seen[folded] = file
		}
	}
}
