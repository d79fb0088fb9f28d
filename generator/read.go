package generator

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"debrief/generator/archive"
	"debrief/generator/config"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
	"debrief/generator/source"

	"golang.org/x/sync/errgroup"
)

// Archive is an archive that was read.
type Archive struct {
	Model *archive.Archive
	Reading
	// Problems are those of single files and those between them, sorted.
	Problems problem.List

	tree  *source.Tree
	theme fs.FS // the publisher's own theme folder, or nil
}

// Reading tells what was read, and how.
type Reading struct {
	// Files counts the Markdown files that were looked at, Postmortems those that are one.
	Files       int `json:"files"`
	Postmortems int `json:"postmortems"`
	// Skipped are Markdown files that are no postmortems, with the reason.
	Skipped []source.Skipped `json:"skipped"`
	// Derived counts, for each field, in how many postmortems it was worked out because it was not stated.
	Derived map[string]int `json:"derived"`
}

// Read reads the archive in a folder, or in a single file. Problems of the archive are in the result; an error means that there is none, or
// that the machine failed.
func Read(ctx context.Context, root string, progress func(Progress)) (*Archive, error) {
	tree, problems, err := source.Scan(root)
	if err != nil {
		return nil, err
	}
	cfg, configProblems, err := loadConfig(tree.Root)
	if err != nil {
		return nil, err
	}
	problems = append(problems, configProblems...)
	opts := readerOptions(cfg)

	type read struct {
		postmortem *postmortem.Postmortem
		page       *postmortem.FreePage
		skipped    string
		problems   problem.List
	}
	files := slices.Concat(tree.Postmortems, tree.Pages)
	results := make([]read, len(files))
	counter := newCounter("read", len(files), progress)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, file := range files {
		group.Go(func() error {
			defer counter.add()
			if err := ctx.Err(); err != nil {
				return err
			}
			src, found, err := tree.Read(file)
			if err != nil {
				return err
			}
			r := &results[i]
			r.problems = found
			switch {
			case src == nil:
			case i >= len(tree.Postmortems):
				r.page, found = postmortem.ReadPage(file, src, opts)
			default:
				r.postmortem, found = postmortem.Read(file, src, opts)
				if ok, why := postmortem.LooksLike(r.postmortem); !ok && !tree.Declared {
					r.postmortem, r.skipped, found = nil, why, nil
				}
			}
			r.problems = append(r.problems, found...)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}

	a := &Archive{Reading: Reading{Files: len(files) + len(tree.Skipped), Skipped: tree.Skipped, Derived: map[string]int{}}, tree: tree}
	var postmortems []*postmortem.Postmortem
	var pages []*postmortem.FreePage
	for i, r := range results {
		problems = append(problems, r.problems...)
		switch {
		case r.skipped != "":
			a.Skipped = append(a.Skipped, source.Skipped{File: files[i], Reason: r.skipped})
		case r.postmortem != nil:
			postmortems = append(postmortems, r.postmortem)
			for _, field := range r.postmortem.Derived {
				a.Derived[field]++
			}
		case r.page != nil:
			pages = append(pages, r.page)
		}
	}
	slices.SortFunc(a.Skipped, source.CompareSkipped)
	var between problem.List
	a.Model, between = archive.New(cfg, postmortems, pages, tree.Attachments)
	a.Reading.Postmortems = len(a.Model.Incidents)
	a.Problems = append(problems, between...)
	a.Problems.Sort()
	if cfg.Theme != "" {
		a.theme = os.DirFS(filepath.Join(tree.Root, filepath.FromSlash(cfg.Theme)))
	}
	return a, nil
}

// Inspection is one file, read by itself.
type Inspection struct {
	Postmortem *postmortem.Postmortem
	Problems   problem.List
}

// ReadFile reads one postmortem with the archive.yaml of its folder or of the nearest one above.
func ReadFile(file string) (*Inspection, error) {
	tree, problems, err := source.Scan(file)
	if err != nil {
		return nil, err
	}
	if len(tree.Postmortems) != 1 {
		return nil, fmt.Errorf("%s is a folder; inspect takes a file", file)
	}
	name := tree.Postmortems[0]
	src, found, err := tree.Read(name)
	if err != nil {
		return nil, err
	}
	problems = append(problems, found...)
	cfg := config.Default()
	if root, ok := archiveAbove(tree.Root); ok {
		if cfg, _, err = loadConfig(root); err != nil {
			return nil, err
		}
	}
	p, found := postmortem.Read(withFolder(tree.Root, name), src, readerOptions(cfg))
	problems = append(problems, found...)
	problems.Sort()
	return &Inspection{Postmortem: p, Problems: problems}, nil
}

// withFolder puts the name of its folder before a file's: an index.md is named after it.
func withFolder(root, name string) string {
	abs, err := filepath.Abs(root)
	if err != nil {
		return name
	}
	return filepath.Base(abs) + "/" + name
}

// archiveAbove finds the folder of the archive.yaml that a folder belongs to: its own, or that of a folder above it.
func archiveAbove(dir string) (string, bool) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", false
	}
	for {
		for _, name := range config.Files() {
			if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.Mode().IsRegular() {
				return dir, true
			}
		}
		above := filepath.Dir(dir)
		if above == dir {
			return "", false
		}
		dir = above
	}
}

func loadConfig(root string) (*config.Config, problem.List, error) {
	return config.Load(os.DirFS(root))
}

// readerOptions are what the reader of a single file must know of the archive it belongs to.
func readerOptions(cfg *config.Config) postmortem.Options {
	opts := postmortem.Options{
		Location: cfg.Location,
		Severity: func(name string) (string, bool) {
			s, ok := cfg.Severity(name)
			return s.ID, ok
		},
		Synonyms: map[postmortem.SectionName][]string{},
	}
	for _, s := range cfg.Sections {
		name := postmortem.SectionName(s.Section)
		opts.Synonyms[name] = append(opts.Synonyms[name], s.Headings...)
	}
	for _, t := range cfg.Glossary {
		opts.Terms = append(opts.Terms, t.Term)
	}
	return opts
}

// copyFile writes one of the archive's files.
func (a *Archive) copyFile(w io.Writer, file string) error {
	f, err := a.tree.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}
