package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"debrief/generator"
	"debrief/generator/edition"
	"debrief/generator/export"
	"debrief/generator/problem"

	"github.com/spf13/cobra"
)

type exportOptions struct {
	archive, edition, format, out string
}

func newExport(s streams) *cobra.Command {
	var opts exportOptions
	cmd := &cobra.Command{
		Use:   "export [ARCHIVE]",
		Short: "Write all incidents as JSON, CSV, Markdown or in the shape of a Statuspage",
		Long: `Export writes all incidents of one edition to standard output, or with --out to a file. Without --edition it is the external
edition: what customers may read. Like a site it is audited first, and held back when something in it must not leave.

  json        one document; an incident in it is what the site's API has of it
  jsonl       the same, an incident a line
  csv         a row for each incident, for spreadsheets
  statuspage  the incidents.json of a Statuspage, with all incidents
  markdown    the reports; with --out an archive of its own with its pictures, in <folder>/content

ARCHIVE is "content" when left out.`,
		Example: `  debrief export > incidents.json
  debrief export --format csv --out incidents.csv
  debrief export --edition internal --format jsonl | jq -r 'select(.internal.near_miss) | .id'
  debrief export --format markdown --out public-archive`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.archive = archiveIn(args)
			return runExport(cmd.Context(), s, opts)
		},
		ValidArgsFunction: completeFolders,
	}
	cmd.Flags().StringVarP(&opts.format, "format", "f", string(export.JSON), export.Names())
	cmd.Flags().StringVar(&opts.edition, "edition", string(edition.External), "internal or external")
	cmd.Flags().StringVarP(&opts.out, "out", "o", "", "file to write, or for markdown a folder; else standard output")
	mustComplete(cmd, "edition", "internal", "external")
	names := make([]string, len(export.Formats))
	for i, f := range export.Formats {
		names[i] = string(f)
	}
	mustComplete(cmd, "format", names...)
	return cmd
}

func runExport(ctx context.Context, s streams, opts exportOptions) error {
	audience, err := parseEdition(opts.edition)
	if err != nil {
		return err
	}
	format, err := export.Parse(opts.format)
	if err != nil {
		return fmt.Errorf("--format %w", err)
	}
	if err := checkArchive(opts.archive); err != nil {
		return err
	}
	meter := newMeter(s.err, false)
	archive, err := generator.Read(ctx, opts.archive, meter.show)
	meter.clear()
	if err != nil {
		return err
	}
	x := archive.Export(audience)
	var found problem.List
	done := ""
	switch {
	case opts.out == "":
		found, err = x.Write(s.out, format)
	case format == export.Markdown:
		var files int
		files, found, err = x.WriteFolder(ctx, opts.out)
		done = fmt.Sprintf("Wrote %s of the %s edition to %s, an archive of %s\n", count(len(x.Edition.Incidents), "incident"), audience, filepath.Join(opts.out, "content"), count(files, "file"))
	default:
		if info, none := os.Stat(opts.out); none == nil && info.IsDir() {
			return fmt.Errorf("--out %q is a folder; %s is written into a file", opts.out, format)
		}
		found, err = x.WriteFile(opts.out, format)
		done = fmt.Sprintf("Wrote %s of the %s edition to %s\n", count(len(x.Edition.Incidents), "incident"), audience, opts.out)
	}
	if err != nil {
		return err
	}
	if len(found) > 0 {
		if err := printProblems(s.err, opts.archive, found); err != nil {
			return err
		}
		fmt.Fprintln(s.err, "debrief: the export is held back: something in it must not leave")
		return errProblems
	}
	fmt.Fprint(s.out, done)
	if n := archive.Problems.Count(problem.Error); n > 0 {
		fmt.Fprintf(s.err, "debrief: the archive has %s, and what they are about is left out; see debrief check\n", count(n, "error"))
	}
	if audience == edition.External && len(x.Edition.Incidents) == 0 {
		fmt.Fprintln(s.err, "debrief: nothing is public, so the export has no incident; --edition internal exports everything")
	}
	return nil
}
