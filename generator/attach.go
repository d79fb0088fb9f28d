package generator

import (
	"fmt"
	"io"

	"debrief/generator/attachment"
	"debrief/generator/edition"
	"debrief/generator/problem"
)

// attachmentError means that a picture may not go outside because what it holds beside the picture cannot be taken out.
type attachmentError struct {
	source string
	err    error
}

func (e *attachmentError) Error() string { return e.err.Error() }

// problem is the error as the author meets it.
func (e *attachmentError) problem() problem.Problem {
	return problem.Problem{
		Position: problem.Position{File: e.source}, Severity: problem.Error, Rule: "damaged-picture",
		Message: e.err.Error(), Hint: "save it again; the external site is held back until then, and the last one stays",
	}
}

// attach writes one of the archive's files as it is published: pictures without what is not shown. A picture that cannot be cleaned is shown inside as it
// is, and never goes outside.
func (s *Site) attach(w io.Writer, source string) error {
	f, err := s.archive.tree.Open(source)
	if err != nil {
		return err
	}
	defer f.Close()
	if attachment.KindOf(source) != attachment.Picture {
		_, err = io.Copy(w, f)
		return err
	}
	content, err := io.ReadAll(f)
	if err != nil {
		return fmt.Errorf("%s: %w", source, err)
	}
	clean, err := attachment.Clean(source, content)
	switch {
	case err == nil:
		return write(w, clean)
	case s.Edition.Audience == edition.External:
		return &attachmentError{source, err}
	default:
		return write(w, content)
	}
}
