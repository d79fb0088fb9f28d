package importer

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"debrief/generator/fields"
)

// recordFile is where an archive remembers what was imported into it: a line for each file, so that two branches merge. It belongs into
// version control with the archive.
const recordFile = ".debrief-imported.jsonl"

// record is what is remembered of one file: what it was made from, and what was written, so that a file somebody has edited since is known.
type record struct {
	// Key names what the file was made from: the format, and what the source calls it.
	Key string `json:"key"`
	// ID is the id of the postmortem; empty for an attachment.
	ID   string `json:"id,omitempty"`
	File string `json:"file"`
	// Sum is the SHA-256 of the text as it was written, line ends aside.
	Sum string `json:"sum"`
}

// store is the archive that is imported into. Everything is opened below its folder, so no name and no link leads out of it.
type store struct {
	dest    string
	root    *os.Root // nil in a dry run when there is no folder yet
	dry     bool
	restore bool
	base    string // the folder of postmortems, "postmortems" or "."

	records map[string]*record
	ids     map[string]string          // key by the slug of an id
	files   map[string]string          // key by file, with case folded
	folders map[string]map[string]bool // names in folders that were there before, with case folded
	changed bool
}

// openStore opens the archive in a folder, which need not be there yet.
func openStore(dest string, dry, restore bool) (*store, error) {
	s := &store{
		dest: dest, dry: dry, restore: restore, base: postmortemsDir,
		records: map[string]*record{}, ids: map[string]string{}, files: map[string]string{}, folders: map[string]map[string]bool{},
	}
	info, err := os.Stat(dest)
	switch {
	case errors.Is(err, fs.ErrNotExist) && dry:
		return s, nil
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(dest, 0o755); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, fmt.Errorf("%s is a file; an archive is a folder", dest)
	}
	if s.root, err = os.OpenRoot(dest); err != nil {
		return nil, err
	}
	if err := s.load(); err != nil {
		return nil, errors.Join(err, s.root.Close())
	}
	s.base = s.folderOfPostmortems()
	return s, nil
}

const postmortemsDir = "postmortems"

// folderOfPostmortems is the folder postmortems, unless the archive is one without: a folder of Markdown files as people have them. To make
// the folder there would take those files out of the archive.
func (s *store) folderOfPostmortems() string {
	if info, err := s.root.Stat(postmortemsDir); err == nil && info.IsDir() {
		return postmortemsDir
	}
	if _, err := s.root.Stat("archive.yaml"); err == nil {
		return postmortemsDir
	}
	entries, err := fs.ReadDir(s.root.FS(), ".")
	if err != nil {
		return postmortemsDir
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && strings.HasSuffix(strings.ToLower(e.Name()), ".md") && !strings.EqualFold(e.Name(), "readme.md") {
			return "."
		}
	}
	return postmortemsDir
}

// load reads what is remembered.
func (s *store) load() error {
	f, err := s.root.Open(recordFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var r record
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil || r.Key == "" || r.File == "" {
			return fmt.Errorf("%s, line %d, is not what an import writes there\nMend the line, or delete it: then what it tells of counts as edited by you", path.Join(s.dest, recordFile), n)
		}
		s.remember(r)
	}
	return lines.Err()
}

func (s *store) remember(r record) {
	s.records[r.Key] = &r
	s.files[fold(r.File)] = r.Key
	if r.ID != "" {
		s.ids[fields.Slug(r.ID)] = r.Key
	}
}

// close writes what is to be remembered.
func (s *store) close() error {
	if s.root == nil {
		return nil
	}
	var err error
	if s.changed && !s.dry {
		keys := make([]string, 0, len(s.records))
		for key := range s.records {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		var b bytes.Buffer
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		for _, key := range keys {
			err = cmp.Or(err, encoder.Encode(s.records[key]))
		}
		if err == nil {
			err = s.write(recordFile, b.Bytes())
		}
	}
	return errors.Join(err, s.root.Close())
}

// fold is a name as file systems see it that do not tell case apart.
func fold(name string) string { return norm.NFC.String(strings.ToLower(name)) }

func sumOf(content []byte) string {
	sum := sha256.Sum256(bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n")))
	return hex.EncodeToString(sum[:])
}

// read returns what a file of the archive holds; found is false when there is none.
func (s *store) read(name string) (content []byte, found bool, err error) {
	if s.root == nil {
		return nil, false, nil
	}
	info, err := s.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotDir) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	if !info.Mode().IsRegular() {
		return nil, true, nil // it is no file of ours, and so not ours to write
	}
	f, err := s.root.Open(name)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	content, err = io.ReadAll(f)
	return content, true, err
}

// write puts a file in place whole.
func (s *store) write(name string, content []byte) error {
	if dir := path.Dir(name); dir != "." {
		if err := s.root.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	aside := path.Join(path.Dir(name), ".debrief-importing")
	if err := s.root.WriteFile(aside, content, 0o644); err != nil {
		return err
	}
	if err := s.root.Rename(aside, name); err != nil {
		return errors.Join(err, s.root.Remove(aside))
	}
	return nil
}

// free returns a path like the wanted one that no other file of the archive has, not even in other case.
func (s *store) free(want, key string) string {
	for n := 1; ; n++ {
		name := want
		if n > 1 {
			ending := path.Ext(want)
			if dir := path.Dir(want); path.Base(want) == "index.md" && dir != "." {
				name = fmt.Sprintf("%s-%d/index.md", dir, n)
			} else {
				name = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(want, ending), n, ending)
			}
		}
		if owner, taken := s.files[fold(name)]; taken {
			if owner == key {
				return name
			}
			continue
		}
		if s.inWay(name) {
			continue
		}
		return name
	}
}

// inWay reports whether a file was there before whose name is that of another but for case.
func (s *store) inWay(name string) bool {
	if s.root == nil {
		return false
	}
	dir, base := path.Dir(name), path.Base(name)
	names, known := s.folders[dir]
	if !known {
		names = map[string]bool{}
		entries, err := fs.ReadDir(s.root.FS(), dir)
		if err == nil {
			for _, e := range entries {
				names[e.Name()] = true
				names[fold(e.Name())] = true
			}
		}
		s.folders[dir] = names
	}
	return !names[base] && names[fold(base)]
}

// Action is what became of one file.
type Action string

// What an import does with a file. Changed is a file that the import wrote before and that nobody has touched since.
const (
	New     Action = "new"
	Same    Action = "same"
	Changed Action = "changed"
	Skipped Action = "skipped"
)

// put brings one file of the archive to what the source says, unless somebody else has changed it.
func (s *store) put(r record, content []byte) (Action, string, error) {
	r.Sum = sumOf(content)
	there, found, err := s.read(r.File)
	if err != nil {
		return Skipped, "", err
	}
	known := s.records[r.Key]
	action, reason := New, ""
	switch {
	case found && there != nil && sumOf(there) == r.Sum:
		action = Same
	case found && known == nil:
		return Skipped, "a file of this name is there that no import wrote", nil
	case found && (there == nil || sumOf(there) != known.Sum):
		if known.Sum == r.Sum {
			return Skipped, "you edited it since; the source is as it was", nil
		}
		return Skipped, "you edited it since, and the source has changed too", nil
	case found:
		action = Changed
	case known != nil && !s.restore:
		return Skipped, "it was deleted or moved here since; --restore writes it again", nil
	}
	if known == nil || *known != r {
		s.changed = true
	}
	s.remember(r)
	if action == Same || s.dry {
		return action, reason, nil
	}
	return action, reason, s.write(r.File, content)
}
