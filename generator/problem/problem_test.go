package problem_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"debrief/generator/problem"
)

func at(file string, line, column int) problem.Position {
	return problem.Position{File: file, Line: line, Column: column}
}

func TestSort(t *testing.T) {
	var l problem.List
	l.Warnf(at("b.md", 1, 1), "rule", "", "third file, warning")
	l.Errorf(at("b.md", 1, 1), "rule", "", "the error of a place comes first")
	l.Notef(at("a.md", 10, 2), "rule", "", "line ten is after line two")
	l.Notef(at("a.md", 2, 5), "rule", "", "column five")
	l.Notef(at("a.md", 2, 5), "rule", "", "column five")
	l.Notef(at("a.md", 2, 1), "rule", "", "column one")
	l.Sort()
	var got []string
	for _, p := range l {
		got = append(got, p.Message)
	}
	want := "column one; column five; line ten is after line two; the error of a place comes first; third file, warning"
	if strings.Join(got, "; ") != want {
		t.Errorf("the order is %s\nwant %s", strings.Join(got, "; "), want)
	}
	if l.Count(problem.Note) != 3 || l.Count(problem.Warning) != 1 || l.Count(problem.Error) != 1 {
		t.Errorf("counted %d notes, %d warnings, %d errors", l.Count(problem.Note), l.Count(problem.Warning), l.Count(problem.Error))
	}
}

func TestPosition(t *testing.T) {
	for want, p := range map[string]problem.Position{"a.md": at("a.md", 0, 0), "a.md:3": at("a.md", 3, 0), "a.md:3:7": at("a.md", 3, 7)} {
		if p.String() != want {
			t.Errorf("%+v is written %q, want %q", p, p, want)
		}
	}
}

func TestSeverityText(t *testing.T) {
	for _, s := range []problem.Severity{problem.Note, problem.Warning, problem.Error} {
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var back problem.Severity
		if err := json.Unmarshal(text, &back); err != nil || back != s {
			t.Errorf("%v is written %s and read %v (%v)", s, text, back, err)
		}
	}
	var s problem.Severity
	if err := s.UnmarshalText([]byte("fatal")); err == nil {
		t.Error("fatal is taken for a severity")
	}
}

func TestPrint(t *testing.T) {
	long := strings.Repeat("word ", 60) + "here" + strings.Repeat(" word", 60)
	var l problem.List
	l.Errorf(at("a.md", 2, 10), "impossible-time", "write a time with its zone", "started: there is no month 13 in 2022-13-26")
	l.Warnf(at("a.md", 3, 1), "rule", "", "a line with a tab and a control character")
	l.Warnf(at("a.md", 4, 301), "rule", "", "in the middle of a long line")
	l.Warnf(at("a.md", 99, 1), "rule", "", "a line that is not there")
	l.Warnf(at("gone.md", 1, 1), "rule", "", "a file that cannot be read")
	printer := problem.Printer{
		Name: func(file string) string { return "content/" + file },
		Source: func(file string) ([]byte, error) {
			if file == "gone.md" {
				return nil, errors.New("gone")
			}
			return []byte("---\r\nstarted: 2022-13-26\r\na\tb\x1b[31mc\n" + long + "\n"), nil
		},
	}
	var b strings.Builder
	if err := printer.Fprint(&b, l); err != nil {
		t.Fatal(err)
	}
	got := b.String()
	for _, want := range []string{
		"content/a.md:2:10: error: started: there is no month 13 in 2022-13-26 [impossible-time]\n" +
			"    | started: 2022-13-26\n" +
			"    |          ^\n" +
			"    hint: write a time with its zone\n",
		"    | a b [31mc\n    | ^\n",
		"content/a.md:99:1: warning: a line that is not there [rule]\ncontent/gone.md:1:1: warning: a file that cannot be read [rule]\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("not printed:\n%s\nprinted:\n%s", want, got)
		}
	}
	lines := strings.Split(got, "\n")
	for i, line := range lines {
		if strings.Contains(line, "in the middle") {
			mark := strings.IndexByte(lines[i+2], '^')
			if !strings.HasPrefix(lines[i+1][mark:], "here") {
				t.Errorf("the mark is not under the word:\n%s\n%s", lines[i+1], lines[i+2])
			}
		}
		if len(line) > 140 {
			t.Errorf("a line of %d characters is printed", len(line))
		}
	}
}
