package generator

import (
	"errors"

	"debrief/generator/archive"
	"debrief/generator/audit"
	"debrief/generator/page"
	"debrief/generator/problem"
)

// errHeldBack stops the writing of an external site in which something was found that must not leave.
var errHeldBack = errors.New("the external site is held back")

// configFile is where problems stand that are nobody else's.
const configFile = "archive.yaml"

// unreadableConfig says that nothing goes out while it is not known what must be blocked.
func unreadableConfig() problem.Problem {
	return problem.Problem{
		Position: problem.Position{File: configFile}, Severity: problem.Error, Rule: "held-back",
		Message: "the external site is held back, because archive.yaml could not be read whole and it may say what must stay inside",
		Hint:    "correct the other problems of archive.yaml",
	}
}

// newAudit returns the audit that an external site of an archive must pass. Passages of text that nobody released are looked for when text is
// not nil.
func newAudit(a *Archive, text *archive.Archive) *audit.Audit {
	opts := auditOptions(a)
	opts.Archive = text
	return audit.New(opts)
}

func auditOptions(a *Archive) audit.Options {
	return audit.Options{
		Config: a.Model.Config, Source: a.source, Read: a.Source,
	}
}

// source is the file of the archive that a file of a site was made from; empty for files made from many.
func (a *Archive) source(file string) string {
	for _, inc := range a.Model.Incidents {
		if file == page.FilePath(page.IncidentPath(inc.Slug)) {
			return inc.File
		}
	}
	for _, p := range a.Model.Pages {
		if file == page.FilePath(page.FreePath(p.Slug)) {
			return p.File
		}
	}
	return ""
}
