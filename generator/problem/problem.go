// Package problem holds what Debrief has to say to the author of an archive: one Problem a remark, with its place in the file, what was
// found, what was expected, and what to do about it. It stands beside the walk, not on it: every room returns problems, none stops for
// them, and the command prints all of them, sorted, at the end.
//
// A Problem is about what somebody wrote. A failure of the machine (a full disk, a missing permission) is an ordinary Go error instead.
package problem

import (
	"cmp"
	"fmt"
	"slices"
)

// Severity says what a problem means for the build.
type Severity int

const (
	// Note is something worth knowing that asks for nothing, such as a value that was derived.
	Note Severity = iota
	// Warning is a likely mistake. The build goes on; with --strict it fails.
	Warning
	// Error is a mistake that leaves something out of the site. The rest is still built.
	Error
)

// String returns the severity as it is printed and written to JSON: "note", "warning" or "error".
func (s Severity) String() string {
	switch s {
	case Note:
		return "note"
	case Warning:
		return "warning"
	default:
		return "error"
	}
}

// MarshalText writes the severity by its name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a severity by its name.
func (s *Severity) UnmarshalText(text []byte) error {
	for _, known := range []Severity{Note, Warning, Error} {
		if known.String() == string(text) {
			*s = known
			return nil
		}
	}
	return fmt.Errorf("unknown severity %q; want note, warning or error", text)
}

// Position is a place in a file. Line and Column count from 1, Column in characters; 0 means unknown, and then only the file is named.
type Position struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// String returns file:line:col, without the parts that are unknown.
func (p Position) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	default:
		return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
	}
}

// Problem is one remark about one place.
type Problem struct {
	Position
	Severity Severity `json:"severity"`
	// Rule is the short, stable name of the kind of problem, in kebab-case: "unknown-key".
	Rule string `json:"rule"`
	// Message says what was found and, where it helps, what was expected. It has no final full stop and no position.
	Message string `json:"message"`
	// Hint says what to do about it; empty when the message leaves no doubt.
	Hint string `json:"hint"`
}

// Error makes a Problem usable as a Go error where one must stand for a whole failed command.
func (p Problem) Error() string {
	s := fmt.Sprintf("%s: %s: %s", p.Position, p.Severity, p.Message)
	if p.Hint != "" {
		s += " (" + p.Hint + ")"
	}
	return s
}

// List is any number of problems. The zero value is empty and ready to use.
type List []Problem

// Add appends one problem.
func (l *List) Add(p Problem) { *l = append(*l, p) }

// Errorf appends an Error at a place.
func (l *List) Errorf(at Position, rule, hint, format string, args ...any) {
	l.Add(Problem{at, Error, rule, fmt.Sprintf(format, args...), hint})
}

// Warnf appends a Warning at a place.
func (l *List) Warnf(at Position, rule, hint, format string, args ...any) {
	l.Add(Problem{at, Warning, rule, fmt.Sprintf(format, args...), hint})
}

// Notef appends a Note at a place.
func (l *List) Notef(at Position, rule, hint, format string, args ...any) {
	l.Add(Problem{at, Note, rule, fmt.Sprintf(format, args...), hint})
}

// Sort puts the list in its one order: by file, line, column, the more severe first, then rule and message. Problems that are equal in
// everything become one.
func (l *List) Sort() {
	slices.SortFunc(*l, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
			cmp.Compare(b.Severity, a.Severity),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Message, b.Message),
			cmp.Compare(a.Hint, b.Hint),
		)
	})
	*l = slices.Compact(*l)
}

// Count returns how many problems have exactly this severity.
func (l List) Count(s Severity) int {
	n := 0
	for _, p := range l {
		if p.Severity == s {
			n++
		}
	}
	return n
}
