package generator

import (
	"context"
	"slices"
	"strings"

	"debrief/generator/edition"
	"debrief/generator/lint"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

// Notes are what check has to say about the postmortem or free page that a page of the internal site shows.
type Notes struct {
	// File is the file in the archive; empty for a page that is made from many.
	File string
	// Unfinished is true while the postmortem is a draft or in review.
	Unfinished bool
	// List are the findings, sorted.
	List []Note
}

// Note is one finding, with what helps to find its place on the page.
type Note struct {
	problem.Problem
	// Reason says why the rule is one; empty for what is no matter of judgement.
	Reason string
	// Text is the line that is meant, and Heading the heading that it stands under; both empty for the front matter.
	Text, Heading string
}

// Notes finds out what check has to say about the page in a file of the internal site, such as "incidents/inc-2024-017/index.html". It takes
// a moment. Deadlines are judged as of a day; the zero Date judges none.
func (s *Snapshot) Notes(ctx context.Context, asOf edition.Date, file string) (*Notes, error) {
	notes := &Notes{File: s.Source(file)}
	if notes.File == "" {
		return notes, nil
	}
	if inc := s.archive.Model.IncidentIn(notes.File); inc != nil {
		notes.Unfinished = inc.Status != postmortem.Published
	}
	problems := slices.Clone(s.Problems)
	for _, audience := range []edition.Audience{edition.Internal, edition.External} {
		site, err := s.Site(audience).begun()
		if err != nil {
			return nil, err
		}
		problems = append(problems, site.first.Problems...)
	}
	problems = slices.DeleteFunc(problems, func(p problem.Problem) bool { return p.File != notes.File })
	problems.Sort()
	found, err := s.archive.lint(ctx, asOf, oncePerPlace(problems), []string{notes.File})
	if err != nil {
		return nil, err
	}
	source := s.archive.Source(notes.File)
	body := max(postmortem.Divide(source).BodyLine, 1)
	lines := strings.Split(strings.ReplaceAll(string(source), "\r\n", "\n"), "\n")
	for _, f := range found.Findings {
		if f.File != notes.File {
			continue
		}
		note := Note{Problem: f.Problem, Reason: reasonOf(f.Rule)}
		if f.Line >= body && f.Line <= len(lines) {
			note.Text, note.Heading = lines[f.Line-1], headingAbove(lines[body-1:f.Line])
		}
		notes.List = append(notes.List, note)
	}
	return notes, nil
}

// reasonOf is the reason of a rule, a line for each paragraph.
func reasonOf(id string) string {
	rule, _ := lint.Lookup(id)
	paragraphs := strings.Split(strings.TrimSpace(rule.Reason), "\n\n")
	for n, p := range paragraphs {
		paragraphs[n] = strings.Join(strings.Fields(p), " ")
	}
	return strings.Join(paragraphs, "\n")
}

// headingAbove returns the text of the last heading in lines of Markdown.
func headingAbove(lines []string) string {
	for _, line := range slices.Backward(lines) {
		level := len(line) - len(strings.TrimLeft(line, "#"))
		if text := strings.TrimSpace(line[level:]); level >= 1 && level <= 6 && text != "" && line[level] == ' ' {
			return strings.TrimSpace(strings.TrimRight(text, "#"))
		}
	}
	return ""
}
