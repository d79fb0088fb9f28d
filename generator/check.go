package generator

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"debrief/generator/config"
	"debrief/generator/edition"
	"debrief/generator/lint"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
	"debrief/generator/source"
)

// CheckOptions say what to check.
type CheckOptions struct {
	// Root is the archive's folder, or a single file.
	Root string
	// AsOf is the day on which deadlines are judged; the zero Date judges none.
	AsOf postmortem.Date
}

// Checked is an archive with all there is to say to its authors.
type Checked struct {
	Reading
	// Findings are the problems that a build would print and what the rules found, sorted.
	Findings []lint.Finding
	// Ignored are the findings that authors gave a reason to ignore.
	Ignored problem.List

	archive *Archive
}

// Check reads an archive as Build does, and then as a careful reviewer would. It writes nothing. An error means that there is no archive, or
// that the machine failed.
func Check(ctx context.Context, opts CheckOptions) (*Checked, error) {
	reader := newReader(opts.Root)
	reader.keepTexts = true
	a, err := reader.read(ctx, nil)
	if err != nil {
		return nil, err
	}
	problems := slices.Clone(a.Problems)
	for _, audience := range []edition.Audience{edition.Internal, edition.External} {
		site, err := NewSite(a, SiteOptions{Options: edition.Options{Audience: audience}})
		if err != nil {
			return nil, fmt.Errorf("the %s edition: %w", audience, err)
		}
		problems = append(problems, site.Problems...)
	}
	problems.Sort()
	result, err := a.Lint(ctx, opts.AsOf, oncePerPlace(problems))
	if err != nil {
		return nil, err
	}
	return &Checked{Reading: a.Reading, Findings: result.Findings, Ignored: result.Ignored, archive: a}, nil
}

// Lint applies the rules to an archive that was read. The problems that other rooms found come back among the findings, as the rules of
// archive.yaml want them.
func (a *Archive) Lint(ctx context.Context, asOf postmortem.Date, others problem.List) (*lint.Result, error) {
	return a.lint(ctx, asOf, others, nil)
}

func (a *Archive) lint(ctx context.Context, asOf postmortem.Date, others problem.List, files []string) (*lint.Result, error) {
	return lint.Run(ctx, a.Model, lint.Options{AsOf: asOf, Others: others, Source: a.Source, Files: files})
}

// oncePerPlace leaves one of the remarks that both editions make about one place.
func oncePerPlace(sorted problem.List) problem.List {
	return slices.CompactFunc(sorted, func(a, b problem.Problem) bool {
		return a.Position == b.Position && a.Rule == b.Rule && a.Message == b.Message
	})
}

// ArchiveOf returns the folder of the archive that a file or folder belongs to: the nearest one, itself or above, that holds an archive.yaml,
// or whose folder of postmortems or pages it is in. Without one it is the folder itself, or the folder the file stands in.
func ArchiveOf(name string) (string, error) {
	info, err := os.Stat(name)
	if err != nil {
		return "", err
	}
	own := name
	if !info.IsDir() {
		own = filepath.Dir(name)
	}
	abs, err := filepath.Abs(own)
	if err != nil {
		return "", err
	}
	for dir, up, below := abs, own, ""; ; dir, up, below = filepath.Dir(dir), filepath.Join(up, ".."), filepath.Base(dir) {
		if declares(dir, below) {
			return up, nil
		}
		if filepath.Dir(dir) == dir {
			return own, nil
		}
	}
}

// DeclaredArchive returns the folder of the archive that a folder, by its full path, belongs to, as ArchiveOf does; false without one.
func DeclaredArchive(dir string) (root string, ok bool) {
	for below := ""; ; dir, below = filepath.Dir(dir), filepath.Base(dir) {
		if declares(dir, below) {
			return dir, true
		}
		if filepath.Dir(dir) == dir {
			return "", false
		}
	}
}

// declares reports whether a folder is the archive of what is in it, or in the folder below that is named.
func declares(dir, below string) bool {
	return hasConfig(dir) || (below == "" || below == "postmortems" || below == "pages") && isFolder(filepath.Join(dir, "postmortems"))
}

func hasConfig(dir string) bool {
	return slices.ContainsFunc(config.Files(), func(name string) bool {
		info, err := os.Stat(filepath.Join(dir, name))
		return err == nil && info.Mode().IsRegular()
	})
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// Reads reports whether a file of the archive, named from its root with slashes, was read as a postmortem or a page.
func (c *Checked) Reads(file string) bool {
	return slices.Contains(c.archive.tree.Postmortems, file) && !slices.ContainsFunc(c.Skipped, func(s source.Skipped) bool { return s.File == file }) ||
		slices.Contains(c.archive.tree.Pages, file)
}
