// Package source finds the files of an archive and reads them as text. It is the threshold of the walk: what it lists is read, and what it
// does not list does not exist for the rooms behind it.
//
// # Layout
//
// An archive that was made for Debrief has a folder postmortems. Every Markdown file below it is a postmortem, or every folder below it with
// an index.md, whose other files are its attachments; Markdown files in the folder pages are free pages; no other Markdown is read.
//
// Any other folder is read as people keep such folders: every Markdown file at any depth may be a postmortem, but for those that are plainly
// something else by their name: a README, a licence, a template, the index of a folder of reports. A single file is an archive of one.
//
// Passed over without a word are hidden files and folders, those whose name starts with "_", the folders node_modules, vendor, dist and
// _site, and sites that Debrief built.
//
// # Safety
//
// Nothing outside the archive is ever opened, whatever links say, and nothing but regular files is. Links inside the archive are followed,
// each file and folder once.
package source

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"debrief/generator/problem"
)

// Limits on the size of a file, in bytes.
const (
	MaxMarkdown   = 10 << 20
	MaxAttachment = 50 << 20
)

// Tree lists the files of an archive. Paths are relative to Root, with slashes, and every list is sorted. A Tree may be read from by several
// goroutines.
type Tree struct {
	// Root is the archive's folder on disk; for a single file, the folder it is in.
	Root string
	// Declared is true when every one of Postmortems was meant as one: the archive has a folder postmortems, or is a single file.
	Declared bool
	// Postmortems are the files to read as postmortems.
	Postmortems []string
	// Pages are the free pages.
	Pages []string
	// Attachments are all other files that pages may link to or show.
	Attachments []string
	// Skipped are the Markdown files that are not read, with the reason.
	Skipped []Skipped

	fsys fs.FS
	// files are those that may be opened. A tree shares the map with the tree before it when both list the same files.
	files *files
	infos []listed // by the numbers in files
}

// files number the files of a tree.
type files struct {
	number map[string]int
	names  []string // by number
}

// listed is what is known of a file of the archive.
type listed struct {
	limit int64 // on its size
	info  fs.FileInfo
}

// Same reports whether a file surely is what it was in an earlier tree of the same Disk. When it is not sure it says no.
func (t *Tree) Same(earlier *Tree, file string) bool {
	now, ok := t.listed(file)
	then, before := earlier.listed(file)
	return ok && before && now == then
}

// Since returns the files that may be other than in an earlier tree of the same Disk, if it is known at once that both list the same files,
// each with the same meaning; else false.
func (t *Tree) Since(earlier *Tree) (changed []string, ok bool) {
	if t.files != earlier.files {
		return nil, false
	}
	for n, is := range t.infos {
		if is != earlier.infos[n] {
			changed = append(changed, t.files.names[n])
		}
	}
	slices.Sort(changed)
	return changed, true
}

// listed returns what is known of a file; false when it may not be opened.
func (t *Tree) listed(file string) (listed, bool) {
	n, ok := t.files.number[file]
	if !ok {
		return listed{}, false
	}
	return t.infos[n], true
}

// list notes a file that may be opened.
func (t *Tree) list(file string, is listed) {
	t.files.number[file] = len(t.infos)
	t.files.names, t.infos = append(t.files.names, file), append(t.infos, is)
}

// IsEmpty reports whether a file had nothing in it when it was listed.
func (t *Tree) IsEmpty(file string) bool {
	f, ok := t.listed(file)
	return ok && f.info.Size() == 0
}

// Skipped is a Markdown file that is no postmortem.
type Skipped struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
}

// CompareSkipped orders by file.
func CompareSkipped(a, b Skipped) int { return cmp.Compare(a.File, b.File) }

// Scan lists the files of the archive in a folder, or of an archive that is a single file. The error says that there is nothing to scan, or
// that the disk failed; a file that cannot be used is a problem.
func Scan(place string) (*Tree, problem.List, error) { return NewDisk(place).Scan() }

// scan lists the files of an archive in a file system, which may answer from memory. Files are opened in the other.
func scan(fsys, open fs.FS, dir, single string) (*Tree, problem.List, error) {
	w := &walker{fsys: fsys, canonical: map[string]string{}}
	t := &Tree{Root: dir, fsys: open, files: &files{number: map[string]int{}}}
	if single != "" {
		t.Declared = true
		w.walkNear(single)
	} else {
		info, err := fs.Stat(fsys, postmortemsDir)
		t.Declared = err == nil && info.IsDir()
		if err := w.walk(".", 0); err != nil {
			return nil, nil, fmt.Errorf("listing the archive: %w", err)
		}
		if err := w.followLinks(); err != nil {
			return nil, nil, fmt.Errorf("listing the archive: %w", err)
		}
	}
	slices.Sort(w.files)
	t.sort(w, single)
	w.compareCase(t)
	w.problems.Sort()
	return t, w.problems, nil
}

// sort puts every file into the list it belongs to.
func (t *Tree) sort(w *walker, single string) {
	var markdown []string
	for _, file := range w.files {
		switch {
		case file == single:
			t.admit(w, file, MaxMarkdown, &t.Postmortems)
		case single == "" && w.isMarkdown(file):
			markdown = append(markdown, file)
		case !isConfig(file) && !hasMarkdownName(file):
			t.admit(w, file, MaxAttachment, &t.Attachments)
		}
	}
	reasons := judge(markdown, t.Declared)
	for i, file := range markdown {
		switch reason := reasons[i]; {
		case reason != "":
			t.Skipped = append(t.Skipped, Skipped{file, reason})
		case w.repeats(file):
			t.Skipped = append(t.Skipped, Skipped{file, "a link to " + w.canonical[file] + ", which is read itself"})
		case t.Declared && strings.HasPrefix(file, pagesDir+"/"):
			t.admit(w, file, MaxMarkdown, &t.Pages)
		default:
			t.admit(w, file, MaxMarkdown, &t.Postmortems)
		}
	}
	slices.SortFunc(t.Skipped, CompareSkipped)
}

// admit lists a file, unless it is too large.
func (t *Tree) admit(w *walker, file string, limit int64, list *[]string) {
	info, err := fs.Stat(w.fsys, file)
	switch {
	case err != nil:
		w.unreadable(file, err)
	case info.Size() > limit:
		w.problems.Add(tooLarge(file, info.Size(), limit))
	default:
		*list = append(*list, file)
		t.list(file, listed{limit, info})
	}
}

func tooLarge(file string, size, limit int64) problem.Problem {
	p := problem.Problem{
		Position: problem.Position{File: file}, Severity: problem.Error, Rule: "too-large",
		Message: fmt.Sprintf("this file has %d MB; a postmortem or page may have %d", (size+1<<20-1)>>20, limit>>20),
		Hint:    "keep logs and dumps in files of their own and link to them",
	}
	if limit == MaxAttachment {
		p.Severity = problem.Warning
		p.Message = fmt.Sprintf("this file has %d MB and is not published; an attachment may have %d", (size+1<<20-1)>>20, limit>>20)
		p.Hint = "store it elsewhere and link to it"
	}
	return p
}

// Open opens one of the listed files. Reading more than the limit for such a file, because it grew, fails.
func (t *Tree) Open(file string) (io.ReadCloser, error) { return t.open(file) }

func (t *Tree) open(file string) (*limited, error) {
	listed, ok := t.listed(file)
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: file, Err: fs.ErrNotExist}
	}
	f, err := t.fsys.Open(file)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: file, Err: errors.New("not a regular file any more")}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &limited{File: f, left: listed.limit, name: file, size: min(info.Size(), listed.limit)}, nil
}

// limited is a file of which only so much may be read.
type limited struct {
	fs.File
	left int64
	name string
	size int64 // when it was opened
}

var errTooLarge = errors.New("the file has grown too large")

func (l *limited) Read(b []byte) (int, error) {
	if int64(len(b)) > l.left+1 {
		b = b[:l.left+1]
	}
	n, err := l.File.Read(b)
	if l.left -= int64(n); l.left < 0 {
		return 0, &fs.PathError{Op: "read", Path: l.name, Err: errTooLarge}
	}
	return n, err
}

// Read returns one of the Postmortems or Pages as UTF-8 text without a byte order mark. The text is nil when the file cannot be used; the
// problems say why, or how it was decoded. The error is for a disk that fails.
func (t *Tree) Read(file string) ([]byte, problem.List, error) {
	var problems problem.List
	at := problem.Position{File: file}
	f, err := t.open(file)
	if err == nil {
		defer f.Close()
		var raw bytes.Buffer
		raw.Grow(int(f.size) + bytes.MinRead)
		if _, err = raw.ReadFrom(f); err == nil {
			text, problems := decode(at, raw.Bytes())
			return text, problems, nil
		}
	}
	switch {
	case errors.Is(err, errTooLarge):
		is, _ := t.listed(file)
		problems.Add(tooLarge(file, is.limit+1, is.limit))
	case errors.Is(err, fs.ErrNotExist):
		problems.Errorf(at, "unreadable", "", "this file vanished while the archive was read")
	case errors.Is(err, fs.ErrPermission):
		problems.Errorf(at, "unreadable", "allow reading it", "no permission to read this file")
	default:
		return nil, nil, fmt.Errorf("reading the archive: %w", err)
	}
	return nil, problems, nil
}
