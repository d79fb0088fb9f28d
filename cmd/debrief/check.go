package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"debrief/generator"
	"debrief/generator/lint"
	"debrief/generator/postmortem"
	"debrief/generator/problem"

	"github.com/spf13/cobra"
)

type checkOptions struct {
	paths   []string
	asOf    string
	format  string
	explain string
	json    bool
	all     bool
	strict  bool
	list    bool
	fix     bool
	dryRun  bool
	// now is the clock. Nothing else in the program looks at the time of day to say something.
	now func() time.Time
}

func newCheck(s streams) *cobra.Command {
	opts := checkOptions{now: time.Now}
	cmd := &cobra.Command{
		Use:   "check [PATH...]",
		Short: "Say what a careful reviewer would say about the postmortems",
		Long: `Check reads the archive the way build does, writes nothing, and says everything at once: what build would warn of, and what a
careful reviewer would: blameless language, the message for customers, action items, the timeline, deadlines, names and links.

PATH is an archive, a folder in one, or a file; "content" when left out. The whole archive is read in any case, so that links and names
are understood; only what is about PATH is shown.

A finding is an error, a warning or a note. Notes are counted, and shown with --all. A comment ignores one finding for a reason:

  <!-- debrief:ignore blameless/counterfactual because it quotes the customer -->

It stands in the same line, or in a line of its own before the paragraph or item.`,
		Example: `  debrief check
  debrief check content/postmortems/2024/2024-03-05-checkout.md --all
  debrief check --fix --dry-run
  debrief check --explain blameless/counterfactual
  debrief check --format sarif > debrief.sarif`,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.paths = args
			return runCheck(cmd.Context(), s, opts)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&opts.all, "all", false, "show notes too")
	flags.BoolVar(&opts.strict, "strict", false, "fail on warnings too")
	flags.StringVar(&opts.asOf, "as-of", "", "judge deadlines as of this day, 2006-01-02 (default: today)")
	flags.BoolVar(&opts.json, "json", false, "write the findings as JSON, notes included; the same as --format json")
	flags.StringVar(&opts.format, "format", "text", "text, json, sarif or github")
	flags.BoolVar(&opts.fix, "fix", false, "mend what can be mended mechanically; shows the difference first")
	flags.BoolVar(&opts.dryRun, "dry-run", false, "with --fix: show the difference and write nothing")
	flags.BoolVar(&opts.list, "list", false, "list the rules")
	flags.StringVar(&opts.explain, "explain", "", "explain one rule")
	mustComplete(cmd, "format", "text", "json", "sarif", "github")
	var ids []string
	for _, r := range lint.Rules() {
		ids = append(ids, r.ID)
	}
	mustComplete(cmd, "explain", ids...)
	return cmd
}

func runCheck(ctx context.Context, s streams, opts checkOptions) error {
	switch {
	case opts.list:
		return listRules(s.out)
	case opts.explain != "":
		return explainRule(s.out, opts.explain)
	case opts.json && opts.format != "text" && opts.format != "json":
		return fmt.Errorf("--json and --format %s cannot both be", opts.format)
	case opts.json:
		opts.format = "json"
	}
	report, ok := formats[opts.format]
	if !ok {
		return fmt.Errorf("--format %q is not a format; it is text, json, sarif or github", opts.format)
	}
	if opts.dryRun && !opts.fix {
		return errors.New("--dry-run is for --fix: check alone writes nothing")
	}
	if opts.fix && opts.format != "text" {
		return fmt.Errorf("--fix shows a difference, which --format %s cannot", opts.format)
	}
	asOf, err := dayOf(opts)
	if err != nil {
		return err
	}
	scope, err := newScope(opts.paths)
	if err != nil {
		return err
	}
	checked, err := scope.check(ctx, asOf)
	if err != nil {
		return err
	}
	if opts.fix {
		fixed, err := fixFindings(s, scope, checked.Findings, opts.dryRun)
		if err != nil || opts.dryRun {
			return err
		}
		if fixed {
			if checked, err = scope.check(ctx, asOf); err != nil {
				return err
			}
		}
	}
	result := newCheckResult(scope, checked, asOf, opts.all || opts.format == "json")
	if err := report(s.out, result); err != nil {
		return err
	}
	if result.Counts.Errors > 0 || opts.strict && result.Counts.Warnings > 0 {
		return errProblems
	}
	return nil
}

// dayOf is the day on which deadlines are judged: the one that was asked for, or today as the clock of this machine has it.
func dayOf(opts checkOptions) (postmortem.Date, error) {
	if opts.asOf == "" {
		return postmortem.DateOf(opts.now()), nil
	}
	day, err := time.Parse(time.DateOnly, opts.asOf)
	if err != nil {
		return postmortem.Date{}, fmt.Errorf("--as-of %q is not a day; write it as 2024-03-05", opts.asOf)
	}
	return postmortem.DateOf(day), nil
}

// scope is what to check: an archive, and the parts of it that were asked for.
type scope struct {
	root string
	// parts are files and folders of the archive, from its root with slashes; none for all of it.
	parts []string
}

// newScope finds the archive that all paths belong to.
func newScope(paths []string) (*scope, error) {
	if len(paths) == 0 {
		paths = []string{defaultArchive}
	}
	s := &scope{}
	for i, name := range paths {
		if err := checkArchive(name); err != nil {
			return nil, err
		}
		root, err := generator.ArchiveOf(name)
		if err != nil {
			return nil, err
		}
		part, err := filepath.Rel(absolute(root), absolute(name))
		if err != nil {
			return nil, err
		}
		if i > 0 && absolute(root) != absolute(s.root) {
			return nil, fmt.Errorf("%s and %s are in two archives, %s and %s; check them one after the other", paths[0], name, s.root, root)
		}
		if i == 0 {
			s.root = root
		}
		s.parts = append(s.parts, filepath.ToSlash(part))
	}
	if slices.Contains(s.parts, ".") {
		s.parts = nil
	}
	return s, nil
}

func absolute(name string) string {
	if abs, err := filepath.Abs(name); err == nil {
		return abs
	}
	return name
}

// check reads the archive. A file that was asked for and that the archive does not take for a postmortem is an error of the command line: it
// would be silently right.
func (s *scope) check(ctx context.Context, asOf postmortem.Date) (*generator.Checked, error) {
	checked, err := generator.Check(ctx, generator.CheckOptions{Root: s.root, AsOf: asOf})
	if err != nil {
		return nil, err
	}
	for _, part := range s.parts {
		info, err := os.Stat(archivePath(s.root, part))
		if err != nil {
			return nil, err
		}
		if info.Mode().IsRegular() && !checked.Reads(part) && part != "archive.yaml" && part != "archive.yml" {
			why := "is not a postmortem of the archive " + s.root
			for _, skipped := range checked.Skipped {
				if skipped.File == part {
					why += ": " + skipped.Reason
				}
			}
			return nil, fmt.Errorf("%s %s", archivePath(s.root, part), why)
		}
	}
	return checked, nil
}

// holds reports whether a file is among what was asked for.
func (s *scope) holds(file string) bool {
	return len(s.parts) == 0 || slices.ContainsFunc(s.parts, func(part string) bool {
		return file == part || strings.HasPrefix(file, part+"/")
	})
}

// checkResult is what check says, whatever the format.
type checkResult struct {
	scope       *scope
	asOf        postmortem.Date
	postmortems int
	ignored     int
	// Findings are those to show, Counts count them all.
	Findings []lint.Finding
	Counts   checkCounts
	// hidden is the number of notes that are not among Findings.
	hidden int
}

type checkCounts struct {
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
	Notes    int `json:"notes"`
}

func newCheckResult(s *scope, checked *generator.Checked, asOf postmortem.Date, notes bool) checkResult {
	r := checkResult{scope: s, asOf: asOf, postmortems: checked.Postmortems}
	for _, p := range checked.Ignored {
		if s.holds(p.File) {
			r.ignored++
		}
	}
	for _, f := range checked.Findings {
		if !s.holds(f.File) {
			continue
		}
		switch f.Severity {
		case problem.Error:
			r.Counts.Errors++
		case problem.Warning:
			r.Counts.Warnings++
		default:
			r.Counts.Notes++
			if !notes {
				r.hidden++
				continue
			}
		}
		r.Findings = append(r.Findings, f)
	}
	return r
}

// formats are the ways to write what was found.
var formats = map[string]func(io.Writer, checkResult) error{
	"text": writeText, "json": writeCheckJSON, "sarif": writeSARIF, "github": writeGitHub,
}

func writeText(w io.Writer, r checkResult) error {
	var problems problem.List
	for _, f := range r.Findings {
		problems = append(problems, f.Problem)
	}
	if err := problemPrinter(r.scope.root).Fprint(w, problems); err != nil {
		return err
	}
	var found []string
	for _, c := range []struct {
		n     int
		thing string
	}{{r.Counts.Errors, "error"}, {r.Counts.Warnings, "warning"}, {r.Counts.Notes, "note"}} {
		if c.n > 0 {
			found = append(found, count(c.n, c.thing))
		}
	}
	if len(found) == 0 {
		found = []string{"nothing found"}
	}
	line := fmt.Sprintf("Checked %s in %s: %s", r.what(), r.scope.root, strings.Join(found, ", "))
	if r.ignored > 0 {
		line += fmt.Sprintf("; %d ignored", r.ignored)
	}
	if r.hidden > 0 {
		line += " (--all shows the notes)"
	}
	_, err := fmt.Fprintln(w, line)
	return err
}

// what says what was looked at.
func (r checkResult) what() string {
	if len(r.scope.parts) > 0 {
		return strings.Join(r.scope.parts, ", ")
	}
	return count(r.postmortems, "postmortem")
}

// checkedJSON is what check --json writes. The keys are stable and documented in docs/commands.md.
type checkedJSON struct {
	Archive     string        `json:"archive"`
	AsOf        string        `json:"as_of"`
	Postmortems int           `json:"postmortems"`
	Findings    []findingJSON `json:"findings"`
	Counts      checkCounts   `json:"counts"`
	Ignored     int           `json:"ignored"`
}

type findingJSON struct {
	problem.Problem
	Fixable bool `json:"fixable"`
}

func writeCheckJSON(w io.Writer, r checkResult) error {
	out := checkedJSON{
		Archive: r.scope.root, AsOf: r.asOf.String(), Postmortems: r.postmortems, Findings: []findingJSON{}, Counts: r.Counts, Ignored: r.ignored,
	}
	for _, f := range r.Findings {
		out.Findings = append(out.Findings, findingJSON{f.Problem, len(f.Edits) > 0})
	}
	return writeJSON(w, out)
}

// writeGitHub writes workflow commands, which GitHub shows beside the lines of a pull request.
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
func writeGitHub(w io.Writer, r checkResult) error {
	levels := map[problem.Severity]string{problem.Note: "notice", problem.Warning: "warning", problem.Error: "error"}
	for _, f := range r.Findings {
		where := "file=" + githubProperty(filepath.ToSlash(archivePath(r.scope.root, f.File)))
		if f.Line > 0 {
			where += fmt.Sprintf(",line=%d", f.Line)
		}
		if f.Column > 0 {
			where += fmt.Sprintf(",col=%d", f.Column)
		}
		text := f.Message
		if f.Hint != "" {
			text += "\n" + f.Hint
		}
		if _, err := fmt.Fprintf(w, "::%s %s,title=%s::%s\n", levels[f.Severity], where, githubProperty(f.Rule), githubText.Replace(text)); err != nil {
			return err
		}
	}
	return nil
}

// githubText escapes the text of a workflow command, githubProperty the value of a property, as the toolkit of GitHub's own actions does.
var githubText = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")

func githubProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}

func listRules(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range lint.Rules() {
		fix := ""
		if r.Fixable() {
			fix = " (--fix)"
		}
		fmt.Fprintf(tw, "%s\t%s\t%s%s\n", r.ID, r.Severity, r.Title, fix)
	}
	return tw.Flush()
}

func explainRule(w io.Writer, id string) error {
	rule, ok := lint.Lookup(id)
	if !ok {
		if near := lint.Nearest(id); near != "" {
			return fmt.Errorf("there is no rule %q; did you mean %s?", id, near)
		}
		return fmt.Errorf("there is no rule %q; debrief check --list shows all", id)
	}
	_, err := io.WriteString(w, rule.Markdown(1))
	return err
}
