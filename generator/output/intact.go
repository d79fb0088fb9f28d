package output

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// Intact reports whether a site is, to the last byte, the one whose manifest has this SHA-256: every file that Write wrote is there as it was
// written, with its permissions, and no other. When anything keeps it from being sure, it says no.
func Intact(ctx context.Context, dir string, manifestSum [sha256.Size]byte) bool {
	content, err := os.ReadFile(filepath.Join(dir, Manifest))
	if err != nil || sha256.Sum256(content) != manifestSum {
		return false
	}
	m, err := readManifest(dir)
	if err != nil || m.Format != manifestFormat {
		return false
	}
	found, err := list(dir)
	if err != nil || len(found) != len(m.Files)+1 {
		return false
	}
	err = inParallel(ctx, len(m.Files), runtime.GOMAXPROCS(0), func() func(int) error {
		hash, chunk := sha256.New(), make([]byte, 64<<10)
		return func(i int) error {
			hash.Reset()
			e := m.Files[i]
			if !found[e.Path] {
				return errOther
			}
			f, err := os.Open(place(dir, e.Path))
			if err != nil {
				return err
			}
			defer f.Close()
			info, err := f.Stat()
			if err != nil || info.Size() != e.Size || !info.Mode().IsRegular() || !hasPerm(info, filePerm) {
				return errOther
			}
			if _, err := io.CopyBuffer(hash, struct{ io.Reader }{f}, chunk); err != nil {
				return err
			}
			if digest(hash.Sum(nil)) != e.SHA256 {
				return errOther
			}
			return nil
		}
	})
	if err != nil {
		return false
	}
	for folder := range m.folders() {
		if info, err := os.Lstat(place(dir, folder)); err != nil || !hasPerm(info, folderPerm) {
			return false
		}
	}
	info, err := os.Stat(filepath.Join(dir, Manifest))
	return err == nil && hasPerm(info, filePerm) && fs.FileMode.IsRegular(info.Mode())
}

var errOther = errors.New("a file is not what was written")
