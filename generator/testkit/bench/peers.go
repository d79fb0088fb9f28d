package main

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The peers: the generator that is known for its speed, and the search that is used with it.
const (
	hugoModule      = "github.com/gohugoio/hugo"
	pagefindPackage = "pagefind@1.6.0"
)

// hugoVersions are tried in order: the first needs Go 1.27, which may not be here yet, the second Go 1.26.
var hugoVersions = []string{"v0.169.0", "v0.164.0"}

// hugoSite is a site for Hugo that shows of the same files what debrief's internal edition does, as far as Hugo can: a page for each postmortem
// with its facts, its neighbours and highlighted code; lists by service and factor, in pages of fifty; feeds for all of them; JSON for each page.
// It has neither timelines nor trends nor action items nor an external edition.
//
//go:embed all:hugo
var hugoSite embed.FS

type toolInfo struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// peers measures debrief, Hugo, and Pagefind on Hugo's site, in turns. A tool that cannot be installed is reported, and the rest is measured.
func (b *bench) peers(r *report, numbers []int) error {
	hugo, err := b.installHugo(r)
	if err != nil {
		r.Missing = append(r.Missing, fmt.Sprintf("Hugo could not be installed: %v", err))
	}
	pagefind, err := b.installPagefind(r)
	if err != nil {
		r.Missing = append(r.Missing, fmt.Sprintf("Pagefind could not be installed: %v", err))
	}
	for _, n := range numbers {
		s, err := b.peersAt(n, hugo, pagefind)
		if err != nil {
			return fmt.Errorf("%d postmortems: %w", n, err)
		}
		r.Sizes = append(r.Sizes, s)
	}
	return nil
}

// installHugo compiles Hugo, and returns the program.
func (b *bench) installHugo(r *report) (string, error) {
	bin := filepath.Join(b.folder, "bin")
	var failed []error
	for _, version := range hugoVersions {
		module := hugoModule + "@" + version
		fmt.Fprintf(b.log, "installing %s\n", module)
		cmd := exec.Command("go", "install", module)
		cmd.Dir = b.folder // outside of any module
		cmd.Env = append(os.Environ(), "GOBIN="+bin, "GOFLAGS=", "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			failed = append(failed, fmt.Errorf("%w: %s", err, lastLine(out)))
			continue
		}
		hugo := filepath.Join(bin, "hugo")
		out, err := exec.Command(hugo, "version").Output()
		r.Tools = append(r.Tools, toolInfo{"Hugo", strings.TrimSpace(string(out))})
		return hugo, err
	}
	return "", errors.Join(failed...)
}

// installPagefind has npm unpack Pagefind, and returns the program itself: its wrapper would be measured too.
func (b *bench) installPagefind(r *report) (string, error) {
	fmt.Fprintf(b.log, "installing %s\n", pagefindPackage)
	dir := filepath.Join(b.folder, "pagefind")
	if out, err := exec.Command("npm", "install", "--no-fund", "--no-audit", "--prefix", dir, pagefindPackage).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, lastLine(out))
	}
	for _, name := range []string{"pagefind_extended*", "pagefind*"} { // the wrapper prefers the first
		found, err := filepath.Glob(filepath.Join(dir, "node_modules", "@pagefind", "*", "bin", name))
		if err == nil && len(found) > 0 {
			out, err := exec.Command(found[0], "--version").Output()
			r.Tools = append(r.Tools, toolInfo{"Pagefind", strings.TrimSpace(string(out))})
			return found[0], err
		}
	}
	return "", errors.New("the package has no program for this machine")
}

func lastLine(out []byte) string {
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	return string(lines[len(lines)-1])
}

// peersAt measures at one size. Hugo and pagefind are programs, empty where there is none.
func (b *bench) peersAt(n int, hugo, pagefind string) (size, error) {
	archive, s, err := b.archive(n)
	if err != nil {
		return s, err
	}
	dir := filepath.Dir(archive)
	site, err := writeHugoSite(dir)
	if err != nil {
		return s, err
	}
	var ours, internal, theirs, index []figures
	for range b.runs {
		out, cache := filepath.Join(dir, "out"), filepath.Join(dir, "cache")
		once := func(list *[]figures, name string, args ...string) error {
			if err := errors.Join(os.RemoveAll(out), os.RemoveAll(cache)); err != nil {
				return err
			}
			fmt.Fprintf(b.log, "  %s\n", name)
			f, err := b.build(archive, out, cache, args...)
			*list = append(*list, f)
			return err
		}
		if err := errors.Join(once(&ours, "debrief"), once(&internal, "debrief, internal edition", "--edition", "internal")); err != nil {
			return s, err
		}
		public := filepath.Join(dir, "public")
		if err := os.RemoveAll(public); err != nil {
			return s, err
		}
		if hugo == "" {
			continue
		}
		fmt.Fprintln(b.log, "  Hugo")
		f, err := run(exec.Command(hugo, "--source", site, "--contentDir", filepath.Join(archive, "postmortems"), "--destination", public, "--cacheDir", filepath.Join(dir, "hugo-cache"), "--noBuildLock"))
		if err != nil {
			return s, err
		}
		f.Files, f.Bytes, err = weigh(public)
		if err != nil {
			return s, err
		}
		theirs = append(theirs, f)
		if pagefind == "" {
			continue
		}
		fmt.Fprintln(b.log, "  Pagefind")
		f, err = run(exec.Command(pagefind, "--site", public))
		if err != nil {
			return s, err
		}
		f.Files, f.Bytes, err = weigh(filepath.Join(public, "pagefind"))
		if err != nil {
			return s, err
		}
		index = append(index, f)
	}
	add := func(name string, list []figures) {
		if len(list) > 0 {
			s.Runs = append(s.Runs, named{name, medianOf(list)})
		}
	}
	if len(index) > 0 {
		both := make([]figures, len(index))
		for i, f := range index {
			h := theirs[i]
			both[i] = figures{Wall: h.Wall + f.Wall, CPU: h.CPU + f.CPU, Peak: max(h.Peak, f.Peak), Files: h.Files + f.Files, Bytes: h.Bytes + f.Bytes}
		}
		add("Hugo and Pagefind", both)
	}
	add("Hugo", theirs)
	add("Pagefind", index)
	add("debrief, both editions", ours)
	add("debrief, internal edition", internal)
	return s, os.RemoveAll(dir)
}

// writeHugoSite unpacks the site, without its content.
func writeHugoSite(dir string) (string, error) {
	site := filepath.Join(dir, "hugo")
	return site, fs.WalkDir(hugoSite, "hugo", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(dir, filepath.FromSlash(name))
		if d.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		content, err := hugoSite.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(target, content, 0o644)
	})
}
