package output

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestWriteMakesExactlyTheFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dist", "internal")
	stats := buildSite(t, dir, text("index.html", "home"), text("incidents/inc-1/index.html", "<h1>Queue</h1>"), text("empty.txt", ""))

	if want := (Stats{Files: 3, Bytes: 18, Written: 3}); stats != want {
		t.Errorf("stats = %+v, want %+v", stats, want)
	}
	want := map[string]string{
		"index.html":                 "home",
		"incidents/inc-1/index.html": "<h1>Queue</h1>",
		"empty.txt":                  "",
		"manifest.json": `{
  "format": 1,
  "generator": "debrief",
  "files": [
    {"path":"empty.txt","size":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"path":"incidents/inc-1/index.html","size":14,"sha256":"9b4a7a35e71e4648041e696394ef04e244035af413bcf6d9c4c2fa0ee97e4c48"},
    {"path":"index.html","size":4,"sha256":"4ea140588150773ce3aace786aeef7f4049ce100fa649c94fbbddb960f1da942"}
  ]
}
`,
	}
	if got := tree(dir); !maps.Equal(got, want) {
		t.Errorf("the folder holds\n%v\nwant\n%v", got, want)
	}
	if left := leftovers(dir); len(left) > 0 {
		t.Errorf("left beside the site: %v", left)
	}
}

func TestSameInputSameBytes(t *testing.T) {
	files := siteOf(1, 60)
	first := filepath.Join(t.TempDir(), "site")
	buildSite(t, first, files...)
	for workers := 1; workers <= 8; workers *= 2 {
		slices.Reverse(files)
		again := filepath.Join(t.TempDir(), "elsewhere")
		if _, err := Write(t.Context(), again, files, Options{Workers: workers}); err != nil {
			t.Fatal(err)
		}
		if !maps.Equal(tree(first), tree(again)) {
			t.Errorf("with %d workers the site differs", workers)
		}
	}
}

func TestUnchangedFilesAreLeftAlone(t *testing.T) {
	for _, inTwoSteps := range []bool{false, true} {
		t.Run(fmt.Sprintf("inTwoSteps=%t", inTwoSteps), func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "site")
			large := text("large.bin", strings.Repeat("0123456789", inMemory/5))
			buildSite(t, dir, text("a/same.html", "same"), text("a/edited.html", "before"), text("stale/page.html", "gone soon"), large)
			past := time.Date(2024, 3, 5, 14, 2, 0, 0, time.UTC)
			before := make(map[string]fs.FileInfo)
			for _, name := range paths(dir) {
				name = filepath.Join(dir, name)
				if err := os.Chtimes(name, past, past); err != nil {
					t.Fatal(err)
				}
				before[name] = stat(t, name)
			}

			files := []File{text("a/same.html", "same"), text("a/edited.html", "after!"), text("b/new.html", "new"), large}
			stats, err := Write(t.Context(), dir, files, Options{inTwoSteps: inTwoSteps})
			if err != nil {
				t.Fatal(err)
			}
			if want := (Stats{Files: 4, Bytes: 13 + inMemory/5*10, Written: 2, Unchanged: 2, Removed: 1}); stats != want {
				t.Errorf("stats = %+v, want %+v", stats, want)
			}
			want := []string{"a/edited.html", "a/same.html", "b/new.html", "large.bin", "manifest.json"}
			if got := paths(dir); !slices.Equal(got, want) {
				t.Errorf("the folder holds %v, want %v", got, want)
			}
			if _, err := os.Stat(filepath.Join(dir, "stale")); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("the folder of the stale page is still there: %v", err)
			}
			for _, name := range []string{"a/same.html", "large.bin"} {
				name = filepath.Join(dir, name)
				if now := stat(t, name); !now.ModTime().Equal(past) || !os.SameFile(now, before[name]) {
					t.Errorf("%s did not change, but is another file than before or has a new time", name)
				}
			}
			if edited := filepath.Join(dir, "a/edited.html"); stat(t, edited).ModTime().Equal(past) {
				t.Errorf("%s changed, but kept its time", edited)
			}
			if left := leftovers(dir); len(left) > 0 {
				t.Errorf("left beside the site: %v", left)
			}
		})
	}
}

func TestNothingChangedTouchesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	buildSite(t, dir, siteOf(1, 60)...)
	past := time.Date(2024, 3, 5, 14, 2, 0, 0, time.UTC)
	if err := os.Chtimes(dir, past, past); err != nil {
		t.Fatal(err)
	}
	before := stat(t, dir)
	stats := buildSite(t, dir, siteOf(1, 60)...)
	if after := stat(t, dir); !os.SameFile(before, after) || !after.ModTime().Equal(past) {
		t.Errorf("the folder was swapped although nothing changed")
	}
	if stats.Written != 0 || stats.Removed != 0 || stats.Unchanged != stats.Files {
		t.Errorf("stats = %+v, want all unchanged", stats)
	}
	if left := leftovers(dir); len(left) > 0 {
		t.Errorf("left beside the site: %v", left)
	}
}

// A site that somebody edited by hand is put right: the disk is compared, not the manifest.
func TestTamperedFilesArePutRight(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	files := []File{text("a/index.html", "original"), text("b.html", "b"), text("c.html", "c")}
	buildSite(t, dir, files...)
	want := tree(dir)
	put(t, dir, map[string]string{"a/index.html": "tampered", "a/stray.html": "x", ".DS_Store": "finder"})
	if err := errors.Join(os.Remove(filepath.Join(dir, "b.html")), os.Mkdir(filepath.Join(dir, "hollow"), 0o755)); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "c.html")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("b.html", filepath.Join(dir, "c.html")); err != nil && runtime.GOOS != "windows" {
		t.Fatal(err)
	}
	stats := buildSite(t, dir, files...)
	if got := tree(dir); !maps.Equal(got, want) {
		t.Errorf("the folder holds %v, want %v", got, want)
	}
	if info, err := os.Lstat(filepath.Join(dir, "c.html")); err != nil || !info.Mode().IsRegular() {
		t.Errorf("the symbolic link in place of a file stayed: %v", info)
	}
	if stats.Written != 3 || stats.Removed != 2 {
		t.Errorf("stats = %+v, want 3 written and 2 removed", stats)
	}
}

// A stray link counts as stale even when nothing else has changed.
func TestStrayLinkGoes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	buildSite(t, dir, text("index.html", "home"))
	if err := os.Symlink("/etc/hostname", filepath.Join(dir, "hostname.txt")); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	stats := buildSite(t, dir, text("index.html", "home"))
	if want := []string{"index.html", "manifest.json"}; !slices.Equal(paths(dir), want) || stats.Removed != 1 {
		t.Errorf("the folder holds %v, want %v; stats = %+v", paths(dir), want, stats)
	}
}

func TestFailedBuildLeavesTheLastGoodSite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	buildSite(t, dir, siteOf(1, 60)...)
	want := tree(dir)

	files := siteOf(2, 60)
	for i, f := range files {
		if strings.HasPrefix(f.Path, "incidents/inc-02") || strings.HasPrefix(f.Path, "incidents/inc-04") {
			files[i].Write = func(w io.Writer) error {
				_, _ = io.WriteString(w, "half a page")
				return fmt.Errorf("template fails")
			}
		}
	}
	for range 5 {
		_, err := Write(t.Context(), dir, files, Options{Workers: 4})
		want := "cannot write the site " + dir + ": incidents/inc-020/index.html: template fails"
		if err == nil || err.Error() != want {
			t.Errorf("error = %v\nwant    %s\nthe first file that fails, every time", err, want)
		}
	}
	if got := tree(dir); !maps.Equal(got, want) {
		t.Errorf("a failed build changed the site")
	}
	if left := leftovers(dir); len(left) > 0 {
		t.Errorf("a failed build left %v", left)
	}
}

func TestFinishHasTheLastWord(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	buildSite(t, dir, siteOf(1, 60)...)
	files := siteOf(2, 60)
	var made atomic.Int64
	for i, f := range files {
		files[i].Write = func(w io.Writer) error { defer made.Add(1); return f.Write(w) }
	}
	refuse := func() error {
		if n := made.Load(); n != int64(len(files)) {
			t.Errorf("Finish was called when %d of %d files were made", n, len(files))
		}
		return errors.New("the audit found something")
	}
	_, err := Write(t.Context(), dir, files, Options{Finish: refuse})
	if err == nil || !strings.HasSuffix(err.Error(), "the audit found something") {
		t.Errorf("error = %v, want that of Finish", err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	_, err = Write(ctx, dir, files, Options{Finish: func() error { cancel(errors.New("interrupted")); return nil }})
	if err == nil || !strings.HasSuffix(err.Error(), "interrupted") {
		t.Errorf("error = %v, want the reason of the stop", err)
	}
	if version, err := wholeSite(dir); version != 1 || err != nil {
		t.Errorf("the site is version %d, %v; want 1, whole", version, err)
	}
	if left := leftovers(dir); len(left) > 0 {
		t.Errorf("a refused build left %v", left)
	}
}

func TestFailedFirstBuildLeavesNoSite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	_, err := Write(t.Context(), dir, []File{{"a.html", func(io.Writer) error { return errors.New("no") }}}, Options{})
	if err == nil {
		t.Fatal("no error")
	}
	if exists(dir) || len(leftovers(dir)) > 0 {
		t.Errorf("a failed first build left something in %v", paths(filepath.Dir(dir)))
	}
}

func TestStoppedBuildLeavesTheLastGoodSite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	buildSite(t, dir, siteOf(1, 60)...)
	ctx, cancel := context.WithCancelCause(t.Context())
	files := append(siteOf(2, 60), File{"a-first.html", func(io.Writer) error { cancel(errors.New("interrupted")); return nil }})
	_, err := Write(ctx, dir, files, Options{Workers: 2})
	if err == nil || !strings.HasSuffix(err.Error(), "interrupted") {
		t.Errorf("error = %v, want the reason of the stop", err)
	}
	if version, err := wholeSite(dir); version != 1 || err != nil {
		t.Errorf("the site is version %d, %v; want 1, whole", version, err)
	}
	if left := leftovers(dir); len(left) > 0 {
		t.Errorf("a stopped build left %v", left)
	}
}

// Producers often write through a buffer and miss an error; the file must not be taken for whole then.
func TestWriteErrorIsNotMissed(t *testing.T) {
	s := site{dir: t.TempDir(), staging: filepath.Join(t.TempDir(), "missing\x00folder")}
	_, err := new(draft).produce(File{"large.bin", func(w io.Writer) error {
		for range 2 {
			_, _ = w.Write(make([]byte, inMemory))
		}
		return nil
	}}, s, nil)
	if err == nil {
		t.Error("bytes were lost without an error")
	}
}

func TestFoldersThatAreNotOurs(t *testing.T) {
	ours := func(t *testing.T, dir string) { buildSite(t, dir, text("index.html", "ours"), text("a/b/c.html", "c")) }
	tests := []struct {
		name  string
		begin func(t *testing.T, dir string)
		put   map[string]string
		want  string
	}{
		{"a folder of somebody's", nil, map[string]string{"thesis.txt": "years of work"}, "Debrief did not make it"},
		{"a folder with folders only", nil, map[string]string{"photos/2024/one.jpg": "…"}, "Debrief did not make it"},
		{"a folder with an empty one", func(t *testing.T, dir string) { mkdir(t, dir, "photos") }, nil, "Debrief did not make it"},
		{"a web app with a manifest of its own", nil, map[string]string{"manifest.json": `{"name":"App","icons":[]}`, "sw.js": ""}, "Debrief did not make it"},
		{"a manifest that is not JSON", nil, map[string]string{"manifest.json": "CACHE MANIFEST"}, "Debrief did not make it"},
		{"another generator's site", nil, map[string]string{"manifest.json": `{"format":1,"generator":"other","files":[]}`}, "Debrief did not make it"},
		{"a repository inside a site of ours", ours, map[string]string{".git/HEAD": "ref: main"}, "it holds .git, which Debrief did not make"},
		{"a working tree made of a site of ours", ours, map[string]string{".git": "gitdir: ../.git/worktrees/site"}, "it holds .git, which Debrief did not make"},
		{"a folder deep inside a site of ours", ours, map[string]string{"a/b/mine/d/e.txt": "mine"}, "it holds a/b/mine, which Debrief did not make"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "site")
			if test.begin != nil {
				test.begin(t, dir)
			}
			put(t, dir, test.put)
			before := tree(dir)
			_, err := Write(t.Context(), dir, []File{text("index.html", "new")}, Options{})
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "choose another folder") {
				t.Errorf("error = %v, want one with %q that says what to do", err, test.want)
			}
			if after := tree(dir); !maps.Equal(before, after) {
				t.Errorf("the folder was changed: %v", after)
			}
			if left := leftovers(dir); len(left) > 0 {
				t.Errorf("left beside the folder: %v", left)
			}
		})
	}
}

func TestFoldersThatMayBeUsed(t *testing.T) {
	t.Run("empty", func(t *testing.T) {
		dir := t.TempDir()
		for _, inTwoSteps := range []bool{false, true} {
			dir := filepath.Join(dir, fmt.Sprint(inTwoSteps))
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			if _, err := Write(t.Context(), dir, siteOf(1, 9), Options{inTwoSteps: inTwoSteps}); err != nil {
				t.Error(err)
			}
			if _, err := wholeSite(dir); err != nil {
				t.Error(err)
			}
		}
	})
	t.Run("made by a later Debrief", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "site")
		put(t, dir, map[string]string{
			"manifest.json": `{"format":7,"generator":"debrief","made":"later","files":[{"path":"x/y.html","size":1,"blake9":"00"}]}`,
			"x/y.html":      "y",
		})
		buildSite(t, dir, siteOf(3, 9)...)
		if version, err := wholeSite(dir); version != 3 || err != nil {
			t.Errorf("the site is version %d, %v; want 3, whole", version, err)
		}
	})
}

func TestTargetsThatCannotBe(t *testing.T) {
	top := t.TempDir()
	put(t, top, map[string]string{"file": "a file"})
	root := filepath.VolumeName(top) + string(filepath.Separator)
	tests := []struct{ dir, want string }{
		{"", "the folder's name is empty"},
		{root, "a site needs a folder of its own"},
		{filepath.Join(top, "file"), "there is a file of that name"},
		{filepath.Join(top, "file", "below"), "not a directory"},
	}
	for _, test := range tests {
		_, err := Write(t.Context(), test.dir, siteOf(1, 3), Options{})
		if err == nil || (!strings.Contains(err.Error(), test.want) && runtime.GOOS != "windows") {
			t.Errorf("Write to %q: error = %v, want %q", test.dir, err, test.want)
		}
	}
	if got := tree(top); !maps.Equal(got, map[string]string{"file": "a file"}) {
		t.Errorf("the folder above holds %v", got)
	}
}

func TestSymbolicLinks(t *testing.T) {
	top := t.TempDir()
	link := func(to, name string) string {
		name = filepath.Join(top, name)
		if err := os.Symlink(to, name); err != nil {
			t.Skip("no symbolic links here:", err)
		}
		return name
	}
	put(t, top, map[string]string{"disk/keep.txt": ""})

	t.Run("to the site", func(t *testing.T) {
		dir := link(filepath.Join("disk", "site"), "current")
		_, err := Write(t.Context(), dir, siteOf(1, 9), Options{})
		if err == nil || !strings.Contains(err.Error(), "leads nowhere") {
			t.Errorf("error for a link that leads nowhere = %v", err)
		}
		if err := os.Mkdir(filepath.Join(top, "disk", "site"), 0o755); err != nil {
			t.Fatal(err)
		}
		for version := range 3 {
			buildSite(t, dir, siteOf(version, 9)...)
			if found, err := wholeSite(filepath.Join(top, "disk", "site")); found != version || err != nil {
				t.Errorf("where the link leads is version %d, %v; want %d", found, err, version)
			}
			if info, err := os.Lstat(dir); err != nil || info.Mode()&fs.ModeSymlink == 0 {
				t.Errorf("the link was replaced")
			}
		}
	})
	t.Run("to the folder above", func(t *testing.T) {
		dir := filepath.Join(link("disk", "dist"), "internal")
		for version := range 2 {
			buildSite(t, dir, siteOf(version, 9)...)
			if found, err := wholeSite(filepath.Join(top, "disk", "internal")); found != version || err != nil {
				t.Errorf("the site is version %d, %v; want %d", found, err, version)
			}
		}
	})
}

func TestAnotherFileSystem(t *testing.T) {
	const memory = "/dev/shm"
	top, err := os.MkdirTemp(memory, "debrief-test-")
	if err != nil {
		t.Skip("no second file system here:", err)
	}
	defer os.RemoveAll(top)
	for version := range 3 {
		buildSite(t, filepath.Join(top, "site"), siteOf(version, 60)...)
		if found, err := wholeSite(filepath.Join(top, "site")); found != version || err != nil {
			t.Errorf("the site is version %d, %v; want %d", found, err, version)
		}
	}
}

// Where a file system has no hard links, an unchanged file is copied and keeps its time.
func TestCopiedFileKeepsItsTime(t *testing.T) {
	top := t.TempDir()
	put(t, top, map[string]string{"old.html": "content"})
	old, staged := filepath.Join(top, "old.html"), filepath.Join(top, "new", "old.html")
	past := time.Date(2024, 3, 5, 14, 2, 0, 0, time.UTC)
	if err := os.Chtimes(old, past, past); err != nil {
		t.Fatal(err)
	}
	if err := copyFile(old, staged); err != nil {
		t.Fatal(err)
	}
	if info := stat(t, staged); !info.ModTime().Equal(past) || !hasPerm(info, filePerm) || info.Size() != 7 {
		t.Errorf("the copy is %v %v, %d bytes", info.ModTime(), info.Mode(), info.Size())
	}
}

func TestMemoryIsBounded(t *testing.T) {
	const size, chunk = 64 << 20, 64 << 10
	piece := make([]byte, chunk)
	var files []File
	for i := range 4 {
		files = append(files, File{fmt.Sprintf("%d.bin", i), func(w io.Writer) error {
			for range size / chunk {
				if _, err := w.Write(piece); err != nil {
					return err
				}
			}
			return nil
		}})
	}
	dir := filepath.Join(t.TempDir(), "site")
	for _, round := range []string{"new", "unchanged"} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := Write(t.Context(), dir, files, Options{Workers: 2}); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > size/2 {
			t.Errorf("%s: %d MB were allocated for files of %d MB", round, used>>20, size>>20)
		}
	}
}

func mkdir(t *testing.T, elements ...string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(elements...), 0o755); err != nil {
		t.Fatal(err)
	}
}

func stat(t *testing.T, name string) fs.FileInfo {
	t.Helper()
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	return info
}
