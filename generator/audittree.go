package generator

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"debrief/generator/audit"
	"debrief/generator/problem"
)

// AuditResult is what an audit of a finished site found.
type AuditResult struct {
	Files int   `json:"files"`
	Bytes int64 `json:"bytes"`
	// Problems stand at their places in the site.
	Problems problem.List `json:"problems"`
}

// AuditTree reads a finished site, whoever made it, as build reads every external site before it goes out. The archive, which may be nil, says
// what must not leave beside what is internal by its form.
func AuditTree(ctx context.Context, site fs.FS, a *Archive) (*AuditResult, error) {
	opts := audit.Options{}
	if a != nil {
		if a.Model.Config.Broken() {
			return nil, errors.New("archive.yaml could not be read whole, and it may say what must not leave; see debrief build")
		}
		opts = auditOptions(a)
		opts.Archive, opts.Source = a.Model, nil
	}
	checked, result := audit.New(opts), &AuditResult{}
	err := fs.WalkDir(site, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || ctx.Err() != nil || d.IsDir() {
			return errors.Join(err, ctx.Err())
		}
		if !d.Type().IsRegular() {
			return fmt.Errorf("%s is no regular file, and what it leads to is not known", name)
		}
		content, err := fs.ReadFile(site, name)
		if err != nil {
			return err
		}
		checked.File(name, content)
		result.Files++
		return nil
	})
	if err != nil {
		return nil, err
	}
	result.Bytes, result.Problems = checked.Bytes(), checked.Problems()
	return result, nil
}

// IsArchive reports whether a folder has something in it that Read could read.
func IsArchive(root string) bool { return declares(root, "") }
