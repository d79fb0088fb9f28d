package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// release is one release as it is made. All paths are relative to the top of the module, where the command runs.
type release struct {
	dir       string
	version   string
	time      time.Time
	platforms []platform
	out       io.Writer // says what was written

	temp string
	// common are the files of every archive, manual those of the systems that have man.
	common, manual []entry
}

// platform is a system and an architecture by Go's names.
type platform struct{ system, architecture string }

func (p platform) program() string {
	if p.system == "windows" {
		return "debrief.exe"
	}
	return "debrief"
}

// entry is a file of an archive.
type entry struct {
	name       string // with slashes
	content    []byte
	executable bool
}

// make builds everything in a folder aside, which then replaces the last release.
func (r *release) make(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Dir(r.dir), 0o755); err != nil {
		return err
	}
	// Beside the folder, because one cannot be renamed into another file system.
	temp, err := os.MkdirTemp(filepath.Dir(r.dir), ".release-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	r.temp = temp
	if err := r.gather(ctx); err != nil {
		return err
	}
	made := filepath.Join(temp, "release")
	if err := os.Mkdir(made, 0o755); err != nil {
		return err
	}
	var sums strings.Builder
	for _, p := range r.platforms {
		files, err := r.build(ctx, p)
		if err != nil {
			return fmt.Errorf("%s/%s: %w", p.system, p.architecture, err)
		}
		for _, f := range files {
			if err := os.WriteFile(filepath.Join(made, f.name), f.content, 0o644); err != nil {
				return err
			}
			fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(f.content), f.name)
			fmt.Fprintf(r.out, "%s  %d kB\n", filepath.Join(r.dir, f.name), (len(f.content)+999)/1000)
		}
	}
	if err := os.WriteFile(filepath.Join(made, "SHA256SUMS"), []byte(sums.String()), 0o644); err != nil {
		return err
	}
	if err := os.RemoveAll(r.dir); err != nil {
		return err
	}
	return os.Rename(made, r.dir)
}

// gather makes what is the same on every platform. The manual pages and the completions are the program's own words, so it is built for this
// machine first.
func (r *release) gather(ctx context.Context) error {
	for _, name := range []string{"LICENSE", "README.md", "CHANGELOG.md", "docs"} {
		found, err := read(name, name)
		if err != nil {
			return err
		}
		r.common = append(r.common, found...)
	}
	program := filepath.Join(r.temp, "debrief-here")
	if _, err := output(ctx, nil, "go", "build", "-trimpath", "-buildvcs=false", "-o", program, "./cmd/debrief"); err != nil {
		return err
	}
	for _, shell := range []struct{ name, file string }{
		{"bash", "debrief.bash"}, {"zsh", "_debrief"}, {"fish", "debrief.fish"}, {"powershell", "debrief.ps1"},
	} {
		script, err := output(ctx, nil, program, "completion", shell.name)
		if err != nil {
			return err
		}
		r.common = append(r.common, entry{name: "completions/" + shell.file, content: []byte(script)})
	}
	pages := filepath.Join(r.temp, "man1")
	epoch := "SOURCE_DATE_EPOCH=" + strconv.FormatInt(r.time.Unix(), 10)
	if _, err := output(ctx, []string{epoch, "TZ=UTC"}, program, "man", pages); err != nil {
		return err
	}
	var err error
	r.manual, err = read(pages, "man/man1")
	return err
}

// read reads a file, or all files of a folder and those below; name is what they are called in the archive.
func read(file, name string) ([]entry, error) {
	var found []entry
	err := filepath.WalkDir(file, func(at string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		below, err := filepath.Rel(file, at)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(at)
		found = append(found, entry{name: path.Join(name, filepath.ToSlash(below)), content: content})
		return err
	})
	return found, err
}

// build makes the files of one platform: its archive, and the list of what is in the program.
func (r *release) build(ctx context.Context, p platform) ([]entry, error) {
	program := filepath.Join(r.temp, p.system+"-"+p.architecture, p.program())
	// The levels of the processors are named, as the environment may ask for others than the usual.
	environment := []string{"CGO_ENABLED=0", "GOOS=" + p.system, "GOARCH=" + p.architecture, "GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS="}
	// The commit is left out, so that a checkout and an unpacked source archive give the same bytes. The version tells it.
	_, err := output(ctx, environment, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -X main.version="+r.version, "-o", program, "./cmd/debrief")
	if err != nil {
		return nil, err
	}
	content, err := os.ReadFile(program)
	if err != nil {
		return nil, err
	}
	info, err := buildinfo.Read(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	others, err := licences(ctx, info)
	if err != nil {
		return nil, err
	}
	files := slices.Concat(r.common, []entry{
		{name: p.program(), content: content, executable: true},
		{name: "LICENSES-OF-OTHERS.txt", content: others},
	})
	name := strings.Join([]string{"debrief", r.version, p.system, p.architecture}, "-")
	pack, extension := packZip, ".zip"
	if p.system != "windows" {
		pack, extension = packTar, ".tar.gz"
		files = append(files, r.manual...)
	}
	for i := range files {
		files[i].name = name + "/" + files[i].name
	}
	packed, err := pack(files, r.time)
	if err != nil {
		return nil, err
	}
	bill, err := spdx(name, r.version, content, info, r.time)
	if err != nil {
		return nil, err
	}
	return []entry{{name: name + extension, content: packed}, {name: name + ".spdx.json", content: bill}}, nil
}
