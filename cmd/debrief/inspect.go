package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"debrief/generator"
	"debrief/generator/postmortem"
	"debrief/generator/problem"

	"github.com/spf13/cobra"
)

func newInspect(s streams) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "inspect FILE...",
		Short: "Show how a postmortem was understood",
		Long: `Inspect reads a postmortem the way build does and prints what it found: title, times, milestones, durations,
sections, timeline, action items, the external summary, what was worked out rather than stated, and problems.
The archive.yaml of the folder the file is in, or of one above it, is honoured.`,
		Example: `  debrief inspect content/postmortems/2024-03-05-checkout.md
  debrief inspect --json report.md | jq .timeline`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runInspect(s, args, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON, one document a file")
	return cmd
}

func runInspect(s streams, files []string, asJSON bool) error {
	failed := false
	for i, file := range files {
		read, err := generator.ReadFile(file)
		if err != nil {
			return err
		}
		if asJSON {
			if err := writeJSON(s.out, inspect(file, read.Postmortem, read.Problems)); err != nil {
				return err
			}
		} else {
			if i > 0 {
				fmt.Fprintln(s.out)
			}
			printInspection(s.out, inspect(file, read.Postmortem, read.Problems))
			printer := problem.Printer{
				Name:   func(string) string { return file },
				Source: func(string) ([]byte, error) { return os.ReadFile(file) },
			}
			if err := printer.Fprint(s.out, read.Problems); err != nil {
				return err
			}
		}
		failed = failed || read.Problems.Count(problem.Error) > 0
	}
	if failed {
		return errProblems
	}
	return nil
}

// inspection is what inspect --json writes. The keys are stable and documented in docs/commands.md: times are RFC 3339 in UTC, dates
// 2006-01-02, durations seconds, and what is absent is null.
type inspection struct {
	File       string             `json:"file"`
	ID         string             `json:"id"`
	Title      string             `json:"title"`
	Severity   *string            `json:"severity"`
	Status     string             `json:"status"`
	Visibility string             `json:"visibility"`
	Started    *string            `json:"started"`
	Detected   *string            `json:"detected"`
	Declared   *string            `json:"declared"`
	Mitigated  *string            `json:"mitigated"`
	Resolved   *string            `json:"resolved"`
	ZoneStated bool               `json:"zone_stated"`
	Durations  inspectedDurations `json:"durations"`
	Services   []string           `json:"services"`
	Factors    []string           `json:"factors"`
	Sections   []inspectedSection `json:"sections"`
	Timeline   []inspectedEntry   `json:"timeline"`
	Actions    []inspectedAction  `json:"actions"`
	External   *inspectedExternal `json:"external"`
	Derived    []string           `json:"derived"`
	Problems   []inspectedProblem `json:"problems"`
}

type inspectedDurations struct {
	ToDetect   *int64 `json:"to_detect"`
	ToMitigate *int64 `json:"to_mitigate"`
	ToResolve  *int64 `json:"to_resolve"`
}

type inspectedSection struct {
	Name    string `json:"name"`
	Heading string `json:"heading"`
	Line    int    `json:"line"`
}

type inspectedEntry struct {
	Time      *string  `json:"time"`
	Text      string   `json:"text"`
	Milestone *string  `json:"milestone"`
	Evidence  []string `json:"evidence"`
}

type inspectedAction struct {
	Text   string  `json:"text"`
	Owner  *string `json:"owner"`
	Status string  `json:"status"`
	Due    *string `json:"due"`
	Link   *string `json:"link"`
}

type inspectedExternal struct {
	Summary      *string               `json:"summary"`
	WhatHappened *string               `json:"what_happened"`
	Commitments  []inspectedCommitment `json:"commitments"`
}

type inspectedCommitment struct {
	Text   string  `json:"text"`
	Status string  `json:"status"`
	Due    *string `json:"due"`
}

type inspectedProblem struct {
	Line     int              `json:"line"`
	Column   int              `json:"column"`
	Severity problem.Severity `json:"severity"`
	Rule     string           `json:"rule"`
	Message  string           `json:"message"`
	Hint     *string          `json:"hint"`
}

func inspect(file string, p *postmortem.Postmortem, problems problem.List) inspection {
	d := p.Durations()
	out := inspection{
		File: file, ID: p.ID, Title: p.Title, Severity: present(p.Severity), Status: string(p.Status), Visibility: string(p.Visibility),
		Started: rfc3339(p.Started), Detected: rfc3339(p.Detected), Declared: rfc3339(p.Declared), Mitigated: rfc3339(p.Mitigated),
		Resolved: rfc3339(p.Resolved), ZoneStated: p.ZoneStated,
		Durations: inspectedDurations{seconds(d.ToDetect), seconds(d.ToMitigate), seconds(d.ToResolve)},
		Services:  list(p.Services), Factors: list(p.Factors), Derived: list(p.Derived),
		Sections: []inspectedSection{}, Timeline: []inspectedEntry{}, Actions: []inspectedAction{}, Problems: []inspectedProblem{},
	}
	for _, s := range p.Sections {
		if s.Heading != "" {
			out.Sections = append(out.Sections, inspectedSection{string(s.Name), s.Heading, s.Line})
		}
	}
	for _, e := range p.Timeline {
		entry := inspectedEntry{Time: rfc3339(e.Time), Text: e.Text, Milestone: present(string(e.Milestone)), Evidence: []string{}}
		for _, l := range e.Evidence {
			if l.URL != "" {
				entry.Evidence = append(entry.Evidence, l.URL)
			} else {
				entry.Evidence = append(entry.Evidence, l.Name)
			}
		}
		out.Timeline = append(out.Timeline, entry)
	}
	for _, a := range p.Actions {
		out.Actions = append(out.Actions, inspectedAction{a.Text, present(a.Owner), string(a.Status), present(a.Due.String()), present(a.Link)})
	}
	if x := p.External; x != nil {
		out.External = &inspectedExternal{Summary: present(x.Summary.Text), WhatHappened: present(x.WhatHappened.Text), Commitments: []inspectedCommitment{}}
		for _, c := range x.Commitments {
			out.External.Commitments = append(out.External.Commitments, inspectedCommitment{c.Text, string(c.Status), present(c.Due.String())})
		}
	}
	for _, one := range problems {
		out.Problems = append(out.Problems, inspectedProblem{one.Line, one.Column, one.Severity, one.Rule, one.Message, present(one.Hint)})
	}
	return out
}

// present is a string, or nil when there is none.
func present(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// list is a list that is never null.
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func rfc3339(m postmortem.Moment) *string {
	if m.IsZero() {
		return nil
	}
	if m.DateOnly {
		return present(m.Time.Format(time.DateOnly) + "T00:00:00Z")
	}
	return present(m.Time.UTC().Format(time.RFC3339))
}

func seconds(d time.Duration) *int64 {
	if d < 0 {
		return nil
	}
	n := int64(d / time.Second)
	return &n
}

// printInspection writes an inspection for people.
func printInspection(w io.Writer, r inspection) {
	derived := map[string]bool{}
	for _, name := range r.Derived {
		derived[name] = true
	}
	fmt.Fprintf(w, "%s\n\n", r.File)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(name, key, value string) {
		if value == "" {
			value = "-"
		} else if derived[key] {
			value += "  (worked out)"
		}
		fmt.Fprintf(tw, "%s\t%s\n", name, value)
	}
	row("id", "id", r.ID)
	row("title", "title", r.Title)
	row("severity", "severity", or(r.Severity))
	row("status", "status", r.Status)
	row("visibility", "visibility", r.Visibility)
	row("started", "started", or(r.Started))
	row("detected", "detected", or(r.Detected)+after(r.Durations.ToDetect))
	row("declared", "declared", or(r.Declared))
	row("mitigated", "mitigated", or(r.Mitigated)+after(r.Durations.ToMitigate))
	row("resolved", "resolved", or(r.Resolved)+after(r.Durations.ToResolve))
	zone := "stated"
	if !r.ZoneStated {
		zone = "not stated; the archive's zone is used"
	}
	row("time zone", "zone_stated", zone)
	row("services", "services", strings.Join(r.Services, ", "))
	row("factors", "factors", strings.Join(r.Factors, ", "))
	tw.Flush()

	fmt.Fprintf(w, "\nSections (%d)\n", len(r.Sections))
	for _, s := range r.Sections {
		fmt.Fprintf(tw, "  line %d\t%s\t%s\n", s.Line, s.Name, s.Heading)
	}
	tw.Flush()
	fmt.Fprintf(w, "\nTimeline (%d)\n", len(r.Timeline))
	for _, e := range r.Timeline {
		when := or(e.Time)
		if when == "" {
			when = "no time"
		}
		text := shorten(e.Text)
		if e.Milestone != nil {
			text = "[" + *e.Milestone + "] " + text
		}
		fmt.Fprintf(tw, "  %s\t%s\n", when, text)
	}
	tw.Flush()
	fmt.Fprintf(w, "\nAction items (%d)\n", len(r.Actions))
	for _, a := range r.Actions {
		fmt.Fprintf(tw, "  %s\t%s\t%s\t%s\n", a.Status, shorten(a.Text), or(a.Owner), or(a.Due))
	}
	tw.Flush()
	if x := r.External; x != nil {
		fmt.Fprintf(w, "\nExternal summary\n")
		fmt.Fprintf(tw, "  summary\t%s\n  what happened\t%s\n", shorten(or(x.Summary)), shorten(or(x.WhatHappened)))
		for _, c := range x.Commitments {
			fmt.Fprintf(tw, "  %s\t%s %s\n", c.Status, shorten(c.Text), or(c.Due))
		}
		tw.Flush()
	} else {
		fmt.Fprintf(w, "\nNo external summary\n")
	}
	fmt.Fprintf(w, "\nProblems (%d)\n", len(r.Problems))
}

func or(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// after says how long after the start something was.
func after(seconds *int64) string {
	if seconds == nil {
		return ""
	}
	return fmt.Sprintf(" (after %s)", time.Duration(*seconds)*time.Second)
}

// shorten makes one line of a text that fits a terminal.
func shorten(s string) string {
	const most = 100
	line := []rune(strings.Join(strings.Fields(s), " "))
	if len(line) > most {
		return string(line[:most-1]) + "…"
	}
	return string(line)
}
