package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"debrief/generator"
	"debrief/generator/importer"
	"debrief/generator/problem"

	"github.com/spf13/cobra"
)

type importOptions struct {
	importer.Options
	zone       string
	list, json bool
}

func newImport(s streams) *cobra.Command {
	var opts importOptions
	cmd := &cobra.Command{
		Use:   "import [FORMAT] SOURCE [DEST]",
		Short: "Bring incidents in from a status page, a tracker or other postmortems",
		Long: `Import turns what other tools know of incidents into postmortem files of the archive DEST, "content" when left out.
SOURCE is a file or a folder on this machine, or - for standard input; nothing is fetched. FORMAT is one of --list,
and is found out when it is left out.

Nothing is lost: every incident, update, time and sentence is in the files. Messages to customers become External
summaries, and stay inside until --public, or somebody, says otherwise.

Run it again as often as you like. What is new is added, and what changed in the source is brought up to date. A
file that you edited, moved or deleted is yours from then on: it is left alone, and the report says so.`,
		Example: `  curl -o incidents.json https://status.example.com/api/v2/incidents.json
  debrief import incidents.json

  gh issue list --label status --state all --limit 1000 \
      --json number,title,body,state,createdAt,closedAt,labels,comments,url | debrief import github -

  debrief import markdown ~/wiki/postmortems --dry-run
  debrief import cstate ~/status-page our-archive --public`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case opts.list && len(args) > 0:
				return errors.New("--list lists the formats and takes no arguments")
			case !opts.list && len(args) == 0:
				return errors.New("say what to import: debrief import SOURCE\nSee debrief import --list for what can be imported")
			case len(args) > 3:
				return fmt.Errorf("import takes a format, a source and an archive; there is %q too", args[3])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if opts.list {
				return listFormats(s.out)
			}
			if err := opts.take(args); err != nil {
				return err
			}
			return runImport(cmd.Context(), s, opts)
		},
		ValidArgsFunction: completeFormats,
	}
	flags := cmd.Flags()
	flags.BoolVar(&opts.list, "list", false, "list the formats")
	flags.BoolVar(&opts.DryRun, "dry-run", false, "say what would be done, and change nothing")
	flags.BoolVar(&opts.Public, "public", false, "write \"visibility: public\" into what is imported")
	flags.BoolVar(&opts.Restore, "restore", false, "write again what you deleted or moved since")
	flags.BoolVar(&opts.Strict, "strict", false, "fail on warnings too, and write nothing then")
	flags.StringVar(&opts.zone, "time-zone", "", "zone of times that state none, as in Europe/Berlin (default UTC)")
	flags.BoolVar(&opts.json, "json", false, "write what was done, and all problems, as JSON")
	return cmd
}

// take sorts the arguments out: the format may be left out, and the archive too.
func (o *importOptions) take(args []string) error {
	first := args[0]
	known := false
	for _, f := range importer.Formats() {
		known = known || f.Name == first
	}
	switch _, err := os.Stat(first); {
	case known && len(args) > 1:
		o.Format, args = first, args[1:]
	case known && err != nil:
		return fmt.Errorf("say what to import: debrief import %s SOURCE", first)
	case len(args) == 3:
		return fmt.Errorf("%q is not a format; see debrief import --list", first)
	case !known && err != nil && len(args) == 2 && !strings.ContainsAny(first, `./\:`) && first != "-":
		return fmt.Errorf("%q is neither a format nor a file or folder; see debrief import --list", first)
	}
	o.Source, o.Dest = args[0], defaultArchive
	if len(args) > 1 {
		o.Dest = args[1]
	}
	if o.zone != "" {
		loc, err := time.LoadLocation(o.zone)
		if err != nil {
			return fmt.Errorf("--time-zone %q is not a time zone; write it as Europe/Berlin or UTC", o.zone)
		}
		o.Location = loc
	}
	return nil
}

func completeFormats(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveDefault
	}
	var names []string
	for _, f := range importer.Formats() {
		names = append(names, f.Name+"\t"+f.Reads)
	}
	return names, cobra.ShellCompDirectiveDefault
}

func listFormats(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, f := range importer.Formats() {
		fmt.Fprintf(table, "%s\t%s\n", f.Name, f.Reads)
	}
	return table.Flush()
}

func runImport(ctx context.Context, s streams, opts importOptions) error {
	if opts.Source == "-" {
		spooled, err := spool(s.in)
		if err != nil {
			return err
		}
		defer os.Remove(spooled)
		opts.Source, opts.SourceName = spooled, "standard input"
	}
	meter := newMeter(s.err, opts.json)
	opts.Progress = func(done int) {
		if done%500 == 0 {
			meter.show(generator.Progress{Step: fmt.Sprintf("imported %d", done), Done: 1, Total: 1})
		}
	}
	report, err := importer.Run(ctx, opts.Options)
	meter.clear()
	if err != nil && report.Postmortems.Total() == 0 {
		return err
	}
	if opts.json {
		err = errors.Join(err, writeJSON(s.out, report))
	} else {
		printer := problem.Printer{Source: readShort}
		err = errors.Join(err, printer.Fprint(s.err, worthSaying(report.Problems)))
		printImport(s.out, opts, report)
	}
	switch {
	case err != nil:
		return err
	case report.Problems.Count(problem.Error) > 0, opts.Strict && report.Problems.Count(problem.Warning) > 0:
		return errProblems
	}
	return nil
}

// worthSaying leaves out the notes.
func worthSaying(problems problem.List) problem.List {
	var said problem.List
	for _, p := range problems {
		if p.Severity > problem.Note {
			said = append(said, p)
		}
	}
	return said
}

// spool keeps standard input in a file, because an import may have to read it twice.
func spool(in io.Reader) (string, error) {
	f, err := os.CreateTemp("", "debrief-import-*")
	if err != nil {
		return "", err
	}
	if _, err := io.Copy(f, in); err != nil {
		return "", errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	return f.Name(), f.Close()
}

// mostListed is how many files of a kind are named in the report.
const mostListed = 10

// printImport tells what was done: what is new and what was skipped by name, the rest in figures, and what to do next.
func printImport(w io.Writer, opts importOptions, r *importer.Report) {
	guessed := ""
	if r.Guessed {
		guessed = ", which looks like " + r.Format
	}
	passed := 0
	for _, f := range r.Files {
		if f.File == "" {
			passed++
		}
	}
	fmt.Fprintf(w, "Read %s from %s%s", count(r.Postmortems.Total()-passed, "postmortem"), r.Source, guessed)
	if passed > 0 {
		fmt.Fprintf(w, "; passed over %d", passed)
	}
	fmt.Fprintln(w)
	if opts.Strict && !opts.DryRun && !r.Written && len(r.Problems) > 0 {
		fmt.Fprintf(w, "Nothing was written: %s, and --strict was asked for\n", problemCount(r.Problems))
		return
	}
	for _, action := range []importer.Action{importer.New, importer.Changed, importer.Skipped} {
		listFiles(w, r, action)
	}
	verb := "In " + r.Dest
	switch {
	case opts.DryRun:
		verb = "Nothing was written, as you asked. In " + r.Dest + " would be"
	case !r.Written:
		verb = "Interrupted. In " + r.Dest
	}
	fmt.Fprintf(w, "%s: %s\n", verb, countsText(r.Postmortems))
	if r.Attachments.Total() > 0 {
		fmt.Fprintf(w, "Attachments: %s\n", countsText(r.Attachments))
	}
	if n := r.Problems.Count(problem.Error) + r.Problems.Count(problem.Warning); n > 0 {
		fmt.Fprintf(w, "%s\n", problemCount(r.Problems))
	}
	if r.Postmortems.New+r.Postmortems.Changed == 0 || opts.DryRun {
		return
	}
	if opts.Public && len(r.Services) > 0 {
		fmt.Fprintf(w, "\nServices show outside once %s gives them a public_name: %s\n", filepath.Join(r.Dest, "archive.yaml"), someNames(r.Services))
	}
	command := "debrief build"
	if r.Dest != defaultArchive {
		command += " " + r.Dest
	}
	fmt.Fprintf(w, "\nNext: %s\n", command)
}

// listFiles names the files of one kind, the first of them.
func listFiles(w io.Writer, r *importer.Report, action importer.Action) {
	n := 0
	for _, f := range r.Files {
		if f.Action != action {
			continue
		}
		if n++; n > mostListed {
			continue
		}
		name := f.File
		if name == "" {
			name = f.From.String()
		}
		fmt.Fprintf(w, "  %-8s %s", action, name)
		if f.Reason != "" {
			fmt.Fprintf(w, ": %s", f.Reason)
		}
		fmt.Fprintln(w)
	}
	if n > mostListed {
		fmt.Fprintf(w, "  %-8s %s (see --json)\n", action, "and "+fmt.Sprint(n-mostListed)+" more")
	}
}

func countsText(c importer.Counts) string {
	text := fmt.Sprintf("%d new, %d changed, %d the same", c.New, c.Changed, c.Same)
	if c.Skipped > 0 {
		text += fmt.Sprintf(", %d skipped", c.Skipped)
	}
	return text
}

// someNames joins the first of many names.
func someNames(names []string) string {
	const most = 6
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}
