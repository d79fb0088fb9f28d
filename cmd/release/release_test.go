package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"debrief/generator/testkit"
)

// TestRelease makes a release of this machine's platform and of a foreign one as "make release" does, looks into it, runs what is inside, and
// makes it again: the bytes must be the same.
func TestRelease(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program for two platforms")
	}
	t.Setenv("SOURCE_DATE_EPOCH", "1717200000")
	here, foreign := runtime.GOOS+"/"+runtime.GOARCH, "windows/arm64"
	root, release := makeRelease(t, here+","+foreign)
	_, again := makeRelease(t, foreign)
	for name, content := range again {
		if name != "SHA256SUMS" && !bytes.Equal(content, release[name]) {
			t.Errorf("%s is not the same when it is made in another folder", name)
		}
	}
	ours, theirs := "debrief-v1.2.0-"+strings.ReplaceAll(here, "/", "-"), "debrief-v1.2.0-windows-arm64"
	names := []string{ours + ".spdx.json", ours + ".tar.gz", theirs + ".spdx.json", theirs + ".zip", "SHA256SUMS"}
	if got := slices.Sorted(maps.Keys(release)); !slices.Equal(got, slices.Sorted(slices.Values(names))) {
		t.Fatalf("the release has the files %v, not %v", got, names)
	}
	for line := range strings.Lines(string(release["SHA256SUMS"])) {
		var sum, name string
		fmt.Sscan(line, &sum, &name)
		if want := fmt.Sprintf("%x", sha256.Sum256(release[name])); sum != want {
			t.Errorf("SHA256SUMS has %s for %s, not %s", sum, name, want)
		}
	}

	archive := untar(t, release[ours+".tar.gz"])
	for _, name := range []string{
		"debrief", "LICENSE", "LICENSES-OF-OTHERS.txt", "README.md", "docs/format.md", "man/man1/debrief.1", "man/man1/debrief-build.1",
		"completions/debrief.bash", "completions/_debrief", "completions/debrief.fish", "completions/debrief.ps1",
	} {
		if len(archive[ours+"/"+name]) == 0 {
			t.Errorf("the archive has no %s", name)
		}
	}
	if !bytes.Contains(archive[ours+"/man/man1/debrief-build.1"], []byte("Jun 2024")) {
		t.Error("the manual pages do not bear the month of the release")
	}
	if !bytes.Contains(archive[ours+"/LICENSES-OF-OTHERS.txt"], []byte("github.com/yuin/goldmark v")) {
		t.Error("the licence of a library is missing")
	}
	program := archive[ours+"/debrief"]
	if bytes.Contains(program, []byte(root)) {
		t.Errorf("the program tells that it was built in %s", root)
	}
	file := filepath.Join(t.TempDir(), "debrief")
	if err := os.WriteFile(file, program, 0o755); err != nil {
		t.Fatal(err)
	}
	// Nothing of this machine, as in a container that holds the program alone.
	cmd := exec.Command(file, "version")
	cmd.Env = []string{}
	out, err := cmd.CombinedOutput()
	if want := "debrief v1.2.0 " + runtime.Version() + " " + here + "\n"; err != nil || string(out) != want {
		t.Errorf("debrief version prints %q (%v), not %q", out, err, want)
	}
	zipped, err := zip.NewReader(bytes.NewReader(release[theirs+".zip"]), int64(len(release[theirs+".zip"])))
	if err != nil {
		t.Fatal(err)
	}
	if p := filesOf(t, zipped)[theirs+"/debrief.exe"]; !bytes.HasPrefix(p, []byte("MZ")) {
		t.Error("the archive for Windows has no program for Windows")
	}

	var bill spdxDocument
	if err := json.Unmarshal(release[ours+".spdx.json"], &bill); err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, p := range bill.Packages {
		listed = append(listed, p.Name)
	}
	for _, name := range []string{"debrief", "stdlib", "github.com/yuin/goldmark", "github.com/blevesearch/bleve/v2"} {
		if !slices.Contains(listed, name) {
			t.Errorf("the bill of materials does not list %s", name)
		}
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(program)); bill.Packages[0].Checksums[0].Value != sum {
		t.Error("the bill of materials is not about the program in the archive")
	}
}

// makeRelease makes a release of version v1.2.0 from a copy of the module as it is now, in a folder of its own. It returns the folder and the
// files of the release.
func makeRelease(t *testing.T, platforms string) (root string, files map[string][]byte) {
	t.Helper()
	root = t.TempDir()
	for _, name := range []string{"go.mod", "go.sum", "LICENSE", "README.md", "CHANGELOG.md", "docs", "cmd", "generator", "search", "themes"} {
		entries, err := read(filepath.Join(testkit.Root(t), name), name)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			to := filepath.Join(root, filepath.FromSlash(e.name))
			if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(to, e.content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Chdir(root)
	dir := filepath.Join(root, "bin", "release")
	if err := run(t.Context(), []string{"-version", "v1.2.0", "-platforms", platforms}, io.Discard); err != nil {
		t.Fatal(err)
	}
	return root, filesOf(t, os.DirFS(dir))
}

// filesOf reads all files of a folder.
func filesOf(t *testing.T, fsys fs.FS) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[name], err = fs.ReadFile(fsys, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func untar(t *testing.T, content []byte) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for _, e := range entriesOf(t, content) {
		files[e.name] = e.content
	}
	return files
}

func entriesOf(t *testing.T, content []byte) []entry {
	t.Helper()
	compressed, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	var entries []entry
	for r := tar.NewReader(compressed); ; {
		header, err := r.Next()
		if err == io.EOF {
			return entries
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if header.Uid != 0 || header.Gid != 0 || header.Uname != "" || !header.ModTime.Equal(packedAt) {
			t.Errorf("%s tells of the machine it was packed on: %+v", header.Name, header)
		}
		entries = append(entries, entry{name: header.Name, content: content, executable: header.Mode&0o111 != 0})
	}
}

var packedAt = time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)

// TestPack holds what makes archives the same on every machine, and useful on those they are for.
func TestPack(t *testing.T) {
	files := []entry{{name: "d/readme", content: []byte("read")}, {name: "d/debrief", content: []byte("program"), executable: true}}
	other := []entry{files[1], files[0]}
	elsewhere := packedAt.In(time.FixedZone("elsewhere", 3600))
	for name, pack := range map[string]func([]entry, time.Time) ([]byte, error){"tar": packTar, "zip": packZip} {
		a, err := pack(files, packedAt)
		if err != nil {
			t.Fatal(err)
		}
		b, err := pack(other, elsewhere)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s: the order of the files or the time zone of the machine shows", name)
		}
	}
	packed, _ := packTar(files, packedAt)
	if got := entriesOf(t, packed); len(got) != 2 || got[0].name != "d/debrief" || !got[0].executable || got[1].executable {
		t.Errorf("the tar file holds %+v", got)
	}
	packed, _ = packZip(files, packedAt)
	r, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	if f := r.File[0]; f.Name != "d/debrief" || f.Mode()&0o111 == 0 || !f.Modified.Equal(packedAt) {
		t.Errorf("the zip file begins with %s, %v, %v", f.Name, f.Mode(), f.Modified)
	}
}

// TestBill holds the bill of materials against the rules of SPDX that programs trip over: ids of few letters, all different, and every
// relationship between things that are there.
func TestBill(t *testing.T) {
	info := &debug.BuildInfo{GoVersion: "go1.26.8", Deps: []*debug.Module{
		{Path: "github.com/PuerkitoBio/goquery", Version: "v1.13.0"},
		{Path: "example.com/old_name", Version: "v2.0.0+incompatible"},
		{Path: "example.com/replaced", Version: "v1.0.0", Replace: &debug.Module{Path: "example.com/replacement", Version: "v1.0.1"}},
	}}
	content, err := spdx("debrief-v1.2.0-linux-amd64", "v1.2.0", []byte("program"), info, packedAt)
	if err != nil {
		t.Fatal(err)
	}
	var bill spdxDocument
	if err := json.Unmarshal(content, &bill); err != nil {
		t.Fatal(err)
	}
	if bill.Creation.Created != "2024-06-01T00:00:00Z" {
		t.Errorf("created at %s", bill.Creation.Created)
	}
	ids := map[string]bool{bill.ID: true}
	var urls []string
	for _, p := range bill.Packages {
		if ids[p.ID] || strings.Trim(strings.TrimPrefix(p.ID, "SPDXRef-"), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") != "" {
			t.Errorf("the id %s is there twice, or not one", p.ID)
		}
		ids[p.ID] = true
		for _, r := range p.References {
			urls = append(urls, r.Locator)
		}
	}
	for _, r := range bill.Relationships {
		if !ids[r.From] || !ids[r.To] {
			t.Errorf("%s %s %s: something is not in the document", r.From, r.Type, r.To)
		}
	}
	want := []string{
		"pkg:golang/stdlib@1.26.8", "pkg:golang/github.com/puerkitobio/goquery@v1.13.0", "pkg:golang/example.com/old_name@v2.0.0%2Bincompatible",
		"pkg:golang/example.com/replacement@v1.0.1",
	}
	if !slices.Equal(urls, want) {
		t.Errorf("the packages are\n%s\nnot\n%s", strings.Join(urls, "\n"), strings.Join(want, "\n"))
	}
}

func TestBadCommandLine(t *testing.T) {
	want := `"linux" is no platform; one is linux/amd64`
	if err := run(t.Context(), []string{"-platforms", "linux"}, io.Discard); err == nil || err.Error() != want {
		t.Errorf("%v, not %q", err, want)
	}
	t.Setenv("SOURCE_DATE_EPOCH", "yesterday")
	if err := run(t.Context(), []string{"-version", "v1"}, io.Discard); err == nil || !strings.Contains(err.Error(), "SOURCE_DATE_EPOCH") {
		t.Errorf("a time that is none is taken: %v", err)
	}
}
