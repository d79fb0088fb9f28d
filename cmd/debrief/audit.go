package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"debrief/generator"
	"debrief/generator/problem"

	"github.com/spf13/cobra"
)

type auditOptions struct {
	dir, archive string
	json         bool
}

func newAudit(s streams) *cobra.Command {
	var opts auditOptions
	cmd := &cobra.Command{
		Use:   "audit DIR",
		Short: "Look in a finished site for what must not be public",
		Long: `Audit reads every file of a finished site and looks for what must not leave: the blocked words and people of
archive.yaml, private addresses, names of internal hosts, e-mail addresses, credentials, and passages of eight
words or more of the archive's text that nobody released. Build does the same to every external site before it
is swapped in. Any folder can be audited, whoever made it.`,
		Example: `  debrief audit dist/external
  debrief audit public --archive ~/postmortems
  debrief audit dist/external --json | jq '.problems[].message'`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("say which folder to look at: debrief audit dist/external")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.dir = args[0]
			return runAudit(cmd.Context(), s, opts, cmd.Flags().Changed("archive"))
		},
		ValidArgsFunction: completeFolders,
	}
	cmd.Flags().StringVar(&opts.archive, "archive", defaultArchive, "folder of the archive that the site was made from; without one only forms are looked for")
	cmd.Flags().BoolVar(&opts.json, "json", false, "write what was found as JSON")
	return cmd
}

func runAudit(ctx context.Context, s streams, opts auditOptions, asked bool) error {
	if info, err := os.Stat(opts.dir); err != nil {
		return fmt.Errorf("there is no folder %q", opts.dir)
	} else if !info.IsDir() {
		return fmt.Errorf("%q is no folder", opts.dir)
	}
	var archive *generator.Archive
	if asked || generator.IsArchive(opts.archive) {
		if err := checkArchive(opts.archive); err != nil {
			return err
		}
		meter := newMeter(s.err, opts.json)
		read, err := generator.Read(ctx, opts.archive, meter.show)
		meter.clear()
		if err != nil {
			return err
		}
		archive = read
	}
	result, err := generator.AuditTree(ctx, os.DirFS(opts.dir), archive)
	if err != nil {
		return err
	}
	if opts.json {
		if err := writeJSON(s.out, result); err != nil {
			return err
		}
	} else if err := printAudit(s, opts, archive != nil, result); err != nil {
		return err
	}
	if len(result.Problems) > 0 {
		return errProblems
	}
	return nil
}

func printAudit(s streams, opts auditOptions, withArchive bool, result *generator.AuditResult) error {
	name := func(file string) string {
		if _, err := os.Stat(filepath.Join(opts.dir, filepath.FromSlash(file))); err == nil {
			return filepath.Join(opts.dir, filepath.FromSlash(file))
		}
		return archivePath(opts.archive, file)
	}
	printer := problem.Printer{Name: name, Source: func(file string) ([]byte, error) { return readShort(name(file)) }}
	if err := printer.Fprint(s.err, result.Problems); err != nil {
		return err
	}
	against := "for what is internal by its form; no archive was there to say more (--archive)"
	if withArchive {
		against = "against " + opts.archive
	}
	fmt.Fprintf(s.out, "Read %s, %s, %s: ", count(result.Files, "file"), size(result.Bytes), against)
	if n := len(result.Problems); n > 0 {
		fmt.Fprintf(s.out, "%s that must not be public\n", count(n, "thing"))
	} else {
		fmt.Fprintln(s.out, "nothing that must not be public")
	}
	return nil
}
