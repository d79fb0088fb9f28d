package generator

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"debrief/generator/edition"
	"debrief/generator/export"
	"debrief/generator/output"
	"debrief/generator/problem"
)

// Export is one edition of an archive, ready to be taken along. Like a site, an external one is audited before anything of it is let out.
type Export struct {
	Edition *edition.Edition
	site    *Site
	archive *Archive
}

// Export makes the edition for an audience ready to be exported.
func (a *Archive) Export(audience edition.Audience) *Export {
	e, _ := edition.Project(a.Model, edition.Options{Audience: audience})
	return &Export{Edition: e, archive: a, site: &Site{Edition: e, archive: a}}
}

// Write writes the export as one stream. Problems are what the audit of an external one found: then nothing is written.
func (x *Export) Write(to io.Writer, format export.Format) (problem.List, error) {
	if x.Edition.Audience != edition.External {
		return nil, export.Write(to, x.Edition, format)
	}
	if found, err := x.audit(); err != nil || len(found) > 0 {
		return found, err
	}
	var b bytes.Buffer
	if err := export.Write(&b, x.Edition, format); err != nil {
		return nil, err
	}
	audit := newAudit(x.archive, nil)
	audit.File("export."+string(format), b.Bytes())
	if found := audit.Problems(); len(found) > 0 {
		return found, nil
	}
	_, err := b.WriteTo(to)
	return nil, err
}

// audit audits everything that the external edition says, whatever the form it is written in. It reads it as JSON, because in front matter and
// in lists of dates words stand together that are no sentence of anybody. What is written is read once more for words and forms alone.
func (x *Export) audit() (problem.List, error) {
	if x.archive.Model.Config.Broken() {
		return problem.List{unreadableConfig()}, nil
	}
	var b bytes.Buffer
	if err := export.Write(&b, x.Edition, export.JSONLines); err != nil {
		return nil, err
	}
	audit := newAudit(x.archive, x.archive.Model)
	for incident := range bytes.Lines(b.Bytes()) {
		audit.File("export.json", incident)
	}
	return audit.Problems(), nil
}

// WriteFile writes the export into a file, whole or not at all.
func (x *Export) WriteFile(name string, format export.Format) (problem.List, error) {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name()) // of an export that failed
	problems, err := x.Write(f, format)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err = errors.Join(err, f.Close()); err != nil || len(problems) > 0 {
		return problems, err
	}
	return nil, os.Rename(f.Name(), name)
}

// WriteFolder writes the export as an archive of its own, with its attachments, into <dir>/content, where Debrief looks for an archive, and
// returns how many files that are. The folder must be new, empty, or one that an export wrote.
func (x *Export) WriteFolder(ctx context.Context, dir string) (int, problem.List, error) {
	files := produced(export.Folder(x.Edition))
	for _, a := range x.Edition.Attachments {
		files = append(files, output.File{Path: export.AttachmentPath(a), Write: func(w io.Writer) error { return x.site.attach(w, a.Source) }})
	}
	for i := range files {
		files[i].Path = "content/" + files[i].Path // beside it stands the list of what was written, by which a folder that was written is known
	}
	var opts output.Options
	var problems problem.List
	if x.Edition.Audience == edition.External {
		if found, err := x.audit(); err != nil || len(found) > 0 {
			return 0, found, err
		}
		audit := newAudit(x.archive, nil)
		opts.Read = audit.File
		opts.Finish = func() error {
			if problems = audit.Problems(); len(problems) > 0 {
				return errHeldBack
			}
			return nil
		}
	}
	stats, err := output.Write(ctx, dir, files, opts)
	var damaged *attachmentError
	switch {
	case errors.Is(err, errHeldBack):
		return 0, problems, nil
	case errors.As(err, &damaged):
		return 0, problem.List{damaged.problem()}, nil
	default:
		return stats.Files, nil, err
	}
}
