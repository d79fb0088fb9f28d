package output

import (
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// keyed is a file that says what it is made of, and counts how often it is made.
func keyed(path, of, content string, made *int) File {
	return File{path, func(w io.Writer) error {
		if Same(w, func() (Key, error) { return sha256.Sum256([]byte(of)), nil }) {
			return nil
		}
		*made++
		_, err := io.WriteString(w, content)
		return err
	}}
}

func TestWhatIsMadeOfTheSameIsTaken(t *testing.T) {
	large := strings.Repeat("x", inMemory+1)
	for name, test := range map[string]struct {
		of, content string // of the second build
		between     func(t *testing.T, file string, m *Memory)
		want        int // how often the file is made in the second build
		written     int
	}{
		"nothing changed":               {"a", "first", nil, 0, 0},
		"made of something else":        {"b", "other", nil, 1, 1},
		"made of something else, equal": {"b", "first", nil, 1, 0},
		"nothing is remembered":         {"a", "first", func(_ *testing.T, _ string, m *Memory) { m.Files = nil }, 1, 0},
		"another site is remembered": {"a", "first", func(_ *testing.T, _ string, m *Memory) {
			m.Files["a/index.html"] = Made{m.Files["a/index.html"].Of, sha256.Sum256([]byte("other"))}
		}, 1, 0},
		"somebody changed the file": {"a", "first", func(t *testing.T, file string, _ *Memory) {
			if err := os.WriteFile(file, []byte("f1rst"), 0o644); err != nil {
				t.Fatal(err)
			}
		}, 1, 1},
		"somebody changed its permissions": {"a", "first", func(t *testing.T, file string, _ *Memory) {
			if err := os.Chmod(file, 0o600); err != nil {
				t.Fatal(err)
			}
		}, 1, 1},
		"somebody removed the file": {"a", "first", func(t *testing.T, file string, _ *Memory) {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
		}, 1, 1},
		"a link stands there": {"a", "first", func(t *testing.T, file string, _ *Memory) {
			if err := errors.Join(os.Rename(file, file+".txt"), os.Symlink("index.html.txt", file)); err != nil {
				t.Fatal(err)
			}
		}, 1, 1},
		"a file too large to hold": {"a", large, func(t *testing.T, file string, m *Memory) {
			if err := os.WriteFile(file, []byte(large), 0o644); err != nil {
				t.Fatal(err)
			}
			m.Files["a/index.html"] = Made{m.Files["a/index.html"].Of, sha256.Sum256([]byte(large))}
		}, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "site")
			var memory Memory
			var made int
			build := func(of, content string) (Stats, string) {
				made = 0
				var mutex sync.Mutex
				read := map[string]string{}
				opts := Options{Memory: &memory, Read: func(path string, content []byte) {
					mutex.Lock()
					defer mutex.Unlock()
					read[path] += string(content)
				}}
				stats, err := Write(t.Context(), dir, []File{keyed("a/index.html", of, content, &made), text("b.txt", "b")}, opts)
				if err != nil {
					t.Fatal(err)
				}
				if len(read) != 2 || read["b.txt"] != "b" {
					t.Errorf("files were read other than once each: %d", len(read))
				}
				return stats, read["a/index.html"]
			}
			build("a", "first")
			if test.between != nil {
				test.between(t, filepath.Join(dir, "a", "index.html"), &memory)
			}
			stats, read := build(test.of, test.content)
			if made != test.want || stats.Written != test.written {
				t.Errorf("the file was made %d times and %d files were written; want %d and %d", made, stats.Written, test.want, test.written)
			}
			content, err := os.ReadFile(filepath.Join(dir, "a", "index.html"))
			if err != nil || string(content) != test.content || read != test.content {
				t.Errorf("the site has %d bytes, %v, and %d were read; want %d", len(content), err, len(read), len(test.content))
			}
			if v, err := Verify(dir, ""); err != nil || len(v.Differences) > 0 {
				t.Errorf("the manifest is not the site's: %v, %v", v, err)
			}
			if build(test.of, test.content); made != 0 && len(test.content) <= inMemory {
				t.Error("the build after that made the file once more")
			}
		})
	}
}

// A file that does not know what it is made of is made every time, and nothing is remembered of it.
func TestNothingIdentifiesTheFile(t *testing.T) {
	dir, memory, made := filepath.Join(t.TempDir(), "site"), Memory{}, 0
	file := File{"a.txt", func(w io.Writer) error {
		if Same(w, func() (Key, error) { return Key{}, errors.New("unknown") }) {
			t.Error("it was taken")
		}
		made++
		return nil
	}}
	for range 2 {
		if _, err := Write(t.Context(), dir, []File{file}, Options{Memory: &memory}); err != nil {
			t.Fatal(err)
		}
	}
	if made != 2 || len(memory.Files) != 0 {
		t.Errorf("it was made %d times, and %d files are remembered", made, len(memory.Files))
	}
}

// Nobody is asked what a file is made of where that would serve nothing.
func TestSameAsksOnlyWhereItServes(t *testing.T) {
	file := File{"a.txt", func(w io.Writer) error {
		if Same(w, func() (Key, error) { t.Error("it was asked"); return Key{}, nil }) {
			t.Error("it was taken")
		}
		return nil
	}}
	if err := file.Write(io.Discard); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(t.Context(), filepath.Join(t.TempDir(), "site"), []File{file}, Options{}); err != nil {
		t.Fatal(err)
	}
}

func TestWritingWhatWasTakenIsAnError(t *testing.T) {
	dir, memory := filepath.Join(t.TempDir(), "site"), Memory{}
	stubborn := File{"a.txt", func(w io.Writer) error {
		Same(w, func() (Key, error) { return Key{1}, nil })
		_, _ = io.WriteString(w, "once more")
		return nil
	}}
	if _, err := Write(t.Context(), dir, []File{stubborn}, Options{Memory: &memory}); err != nil {
		t.Fatal(err)
	}
	_, err := Write(t.Context(), dir, []File{stubborn}, Options{Memory: &memory})
	if !errors.Is(err, errTaken) {
		t.Errorf("the error is %v", err)
	}
}

// What is read is the whole file, also when it is too large for memory.
func TestLargeFilesAreReadWhole(t *testing.T) {
	content := slices.Repeat([]byte("0123456789"), inMemory/10+1)
	dir := filepath.Join(t.TempDir(), "site")
	for range 2 { // new, and equal
		var read []byte
		_, err := Write(t.Context(), dir, []File{{"a.bin", func(w io.Writer) error {
			_, err := w.Write(content[:inMemory])
			if err == nil {
				_, err = w.Write(content[inMemory:])
			}
			return err
		}}}, Options{Read: func(_ string, content []byte) { read = slices.Clone(content) }})
		if err != nil || !slices.Equal(read, content) {
			t.Errorf("%d of %d bytes were read, %v", len(read), len(content), err)
		}
	}
}
