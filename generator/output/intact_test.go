package output_test

import (
	"context"
	"crypto/sha256"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"debrief/generator/output"
)

func TestIntact(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	write := func() [sha256.Size]byte {
		t.Helper()
		var files []output.File
		for _, name := range []string{"a.html", "b/c.html", "empty.txt"} {
			files = append(files, output.File{Path: name, Write: func(w io.Writer) error {
				if name == "empty.txt" {
					return nil
				}
				_, err := io.WriteString(w, name)
				return err
			}})
		}
		if _, err := output.Write(context.Background(), dir, files, output.Options{}); err != nil {
			t.Fatal(err)
		}
		manifest, err := os.ReadFile(filepath.Join(dir, output.Manifest))
		if err != nil {
			t.Fatal(err)
		}
		return sha256.Sum256(manifest)
	}
	at := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	for what, damage := range map[string]func() error{
		"other bytes of the same length": func() error { return os.WriteFile(at("a.html"), []byte("A.html"), 0o644) },
		"a longer file":                  func() error { return os.WriteFile(at("b/c.html"), []byte("b/c.html more"), 0o644) },
		"a file that is gone":            func() error { return os.Remove(at("empty.txt")) },
		"a file too many":                func() error { return os.WriteFile(at("b/d.html"), nil, 0o644) },
		"another manifest":               func() error { return os.WriteFile(at(output.Manifest), []byte("{}"), 0o644) },
		"a link in place of a file": func() error {
			if err := os.Rename(at("a.html"), filepath.Join(filepath.Dir(dir), "elsewhere")); err != nil {
				return err
			}
			return os.Symlink(filepath.Join(filepath.Dir(dir), "elsewhere"), at("a.html"))
		},
		"permissions of a file": func() error {
			if runtime.GOOS == "windows" {
				return os.Remove(at("a.html"))
			}
			return os.Chmod(at("a.html"), 0o600)
		},
		"permissions of a folder": func() error {
			if runtime.GOOS == "windows" {
				return os.Remove(at("a.html"))
			}
			return os.Chmod(at("b"), 0o700)
		},
	} {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		sum := write()
		if !output.Intact(context.Background(), dir, sum) {
			t.Fatal("a fresh site is not intact")
		}
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		if output.Intact(context.Background(), dir, sum) {
			t.Errorf("%s was not noticed", what)
		}
	}
	if output.Intact(context.Background(), filepath.Join(dir, "nowhere"), [sha256.Size]byte{}) {
		t.Error("a site that is not there is intact")
	}
}
