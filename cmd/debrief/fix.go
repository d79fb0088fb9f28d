package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"debrief/generator/lint"

	"github.com/rogpeppe/go-internal/diff"
)

// fixFindings mends what can be mended in the files that were asked for. It shows the whole difference first, and then writes each file; a
// file that changes while that goes on is left alone. It reports whether anything was written.
func fixFindings(s streams, scope *scope, findings []lint.Finding, dryRun bool) (bool, error) {
	var files []*fixedFile
	for _, f := range findings {
		if len(f.Edits) == 0 || !scope.holds(f.File) {
			continue
		}
		if len(files) == 0 || files[len(files)-1].file != f.File {
			files = append(files, &fixedFile{file: f.File, name: archivePath(scope.root, f.File)})
		}
		last := files[len(files)-1]
		last.edits = append(last.edits, f.Edits...)
	}
	edits := 0
	for _, f := range files {
		if err := f.prepare(); err != nil {
			return false, err
		}
		if f.after == nil {
			fmt.Fprintf(s.err, "debrief: %s is not as it was read, and stays as it is\n", f.name)
			continue
		}
		edits += len(f.edits)
		if _, err := s.out.Write(diff.Diff(f.name, f.before, f.name, f.after)); err != nil {
			return false, err
		}
	}
	switch {
	case len(files) == 0:
		fmt.Fprintln(s.out, "There is nothing that can be mended mechanically")
		return false, nil
	case dryRun:
		fmt.Fprintf(s.out, "%s in %s; without --dry-run they are written\n", count(edits, "change"), count(len(files), "file"))
		return false, nil
	}
	written := 0
	for _, f := range files {
		if f.after == nil {
			continue
		}
		if err := f.write(); err != nil {
			return written > 0, err
		}
		written++
	}
	fmt.Fprintf(s.out, "%s in %s written\n", count(edits, "change"), count(written, "file"))
	return written > 0, nil
}

// fixedFile is one file with what is to be changed in it.
type fixedFile struct {
	file, name    string
	edits         []lint.Edit
	before, after []byte
}

// prepare reads the file as it is on the disk and makes the changes in memory.
func (f *fixedFile) prepare() error {
	var err error
	// A link is followed, so that the file it leads to is written and the link stays.
	if f.name, err = filepath.EvalSymlinks(f.name); err != nil {
		return fmt.Errorf("cannot mend it: %w", err)
	}
	if f.before, err = os.ReadFile(f.name); err != nil {
		return fmt.Errorf("cannot mend it: %w", err)
	}
	if after, ok := lint.Apply(f.before, f.edits); ok {
		f.after = after
	}
	return nil
}

// write puts the new content in the place of the old in one step, with the same permissions, unless the file has changed in the meantime.
func (f *fixedFile) write() error {
	info, err := os.Stat(f.name)
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(f.name), ".debrief-*")
	if err != nil {
		return fmt.Errorf("cannot write beside %s: %w", f.name, err)
	}
	defer os.Remove(temp.Name()) // gone already when all went well
	if err := writeAll(temp, f.after, info.Mode().Perm()); err != nil {
		return fmt.Errorf("cannot write beside %s: %w", f.name, err)
	}
	now, err := os.ReadFile(f.name)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, f.before) {
		return fmt.Errorf("%s was changed while it was being mended, and stays as it is; run it again", f.name)
	}
	return os.Rename(temp.Name(), f.name)
}

func writeAll(file *os.File, content []byte, mode os.FileMode) error {
	_, err := io.Copy(file, bytes.NewReader(content))
	if err == nil {
		err = file.Chmod(mode)
	}
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}
