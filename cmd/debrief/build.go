package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"debrief/generator"
	"debrief/generator/edition"
	"debrief/generator/problem"

	"github.com/spf13/cobra"
)

// defaultArchive is the archive when none is named.
const defaultArchive = "content"

// archiveIn is the archive that the arguments of a command name.
func archiveIn(args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	return defaultArchive
}

type buildOptions struct {
	archive string
	out     string
	edition string
	asOf    string
	strict  bool
	json    bool
	cache   string
	stats   bool
}

func newBuild(s streams) *cobra.Command {
	var opts buildOptions
	cmd := &cobra.Command{
		Use:   "build [ARCHIVE]",
		Short: "Build the internal and the external site of an archive",
		Long: `Build reads every postmortem in the folder ARCHIVE and writes two static sites: <out>/internal with everything,
and <out>/external with the external summaries of the postmortems that say "visibility: public".
ARCHIVE is "content" when left out.

A site is built aside and swapped in whole: a failed build leaves the last good one. A postmortem with an error
is left out or shown without what is wrong, the others are still built, and the exit code is 1.

What can be used again is kept in the user's cache folder, which may be deleted at any time. When nothing has
changed since the last build, the sites are only compared with their manifests.`,
		Example: `  debrief build
  debrief build ~/postmortems --out public
  debrief build --edition external --strict
  debrief build --json | jq '.problems[] | select(.severity == "error")'`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.archive = archiveIn(args)
			return runBuild(cmd.Context(), s, opts)
		},
		ValidArgsFunction: completeFolders,
	}
	cmd.Flags().StringVarP(&opts.out, "out", "o", "dist", "folder to write the sites into")
	cmd.Flags().StringVar(&opts.edition, "edition", "both", "internal, external or both")
	cmd.Flags().StringVar(&opts.asOf, "as-of", "", "last day that trends count, as in 2024-12-31; else the end of the data")
	cmd.Flags().BoolVar(&opts.strict, "strict", false, "fail on warnings too, and write nothing then")
	cmd.Flags().BoolVar(&opts.json, "json", false, "write what was built, and all problems, as JSON")
	cmd.Flags().StringVar(&opts.cache, "cache", "", "folder for what later builds can use again (default: in the user's cache folder)")
	cmd.Flags().BoolVar(&opts.stats, "stats", false, "say where the time went, room by room")
	mustComplete(cmd, "edition", "internal", "external", "both")
	return cmd
}

func runBuild(ctx context.Context, s streams, opts buildOptions) error {
	var audiences []edition.Audience
	switch opts.edition {
	case "both":
		audiences = []edition.Audience{edition.Internal, edition.External}
	case string(edition.Internal), string(edition.External):
		audiences = []edition.Audience{edition.Audience(opts.edition)}
	default:
		return fmt.Errorf("--edition %q is not an edition; it is internal, external or both", opts.edition)
	}
	asOf, err := parseAsOf(opts.asOf)
	if err != nil {
		return err
	}
	if err := checkArchive(opts.archive); err != nil {
		return err
	}
	meter := newMeter(s.err, opts.json)
	result, err := generator.Build(ctx, generator.Options{
		Root: opts.archive, Out: opts.out, Audiences: audiences, AsOf: asOf, Strict: opts.strict, Progress: meter.show,
		Cache: opts.cache, Stats: opts.stats,
		Waiting: func(pid int) {
			meter.clear()
			fmt.Fprintf(s.err, "debrief: waiting for another build (process %d) of %s\n", pid, opts.out)
		},
	})
	meter.clear()
	if err != nil {
		return err
	}
	if opts.json {
		if err := writeJSON(s.out, result); err != nil {
			return err
		}
	} else {
		if err := printProblems(s.err, opts.archive, result.Problems); err != nil {
			return err
		}
		printBuild(s.out, opts, result)
		if opts.stats {
			printRooms(s.out, result.Stats)
		}
		printFigures(s.out, result)
	}
	if result.Failed() {
		return errProblems
	}
	return nil
}

// checkArchive says what to do when there is no archive, which is what a new user meets first.
func checkArchive(root string) error {
	_, err := os.Stat(root)
	if os.IsNotExist(err) {
		if root == defaultArchive {
			return fmt.Errorf("there is no folder %q here\nName the folder of your postmortems (debrief build FOLDER), or start an archive with: debrief init", root)
		}
		return fmt.Errorf("there is no folder or file %q", root)
	}
	return err
}

// printProblems prints what an author must know: errors and warnings. Notes say how a file was understood, which inspect shows.
func printProblems(w io.Writer, root string, problems problem.List) error {
	var shown problem.List
	for _, p := range problems {
		if p.Severity > problem.Note {
			shown = append(shown, p)
		}
	}
	return problemPrinter(root).Fprint(w, shown)
}

// problemPrinter prints problems with paths that can be opened from here, and the line that is meant.
func problemPrinter(root string) problem.Printer {
	name := func(file string) string { return archivePath(root, file) }
	return problem.Printer{Name: name, Source: func(file string) ([]byte, error) { return readShort(name(file)) }}
}

// archivePath is where a file of an archive is, seen from here.
func archivePath(root, file string) string {
	if info, err := os.Stat(root); err == nil && !info.IsDir() {
		return root
	}
	return filepath.Join(root, filepath.FromSlash(file))
}

// readShort reads a file of a size that a person writes; of a larger one no source line is shown.
func readShort(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > 1<<20 {
		return nil, fmt.Errorf("%s is not shown", name)
	}
	return os.ReadFile(name)
}

// printBuild tells in a few lines what was read, what was worked out, and what was written.
func printBuild(w io.Writer, opts buildOptions, r *generator.Result) {
	reading := r.Reading
	fmt.Fprintf(w, "Read %s from %s", count(reading.Postmortems, "postmortem"), opts.archive)
	if n := len(reading.Skipped); n > 0 {
		fmt.Fprintf(w, "; passed over %s", count(n, "file"))
	}
	fmt.Fprintln(w)
	for i, skipped := range reading.Skipped {
		if i == 5 && len(reading.Skipped) > 6 {
			fmt.Fprintf(w, "  and %d more (see --json)\n", len(reading.Skipped)-i)
			break
		}
		fmt.Fprintf(w, "  %s: %s\n", skipped.File, skipped.Reason)
	}
	if len(reading.Derived) > 0 {
		fmt.Fprintf(w, "Worked out where nothing was stated: %s\n", derivedWords(reading.Derived))
	}
	if !r.Written {
		fmt.Fprintf(w, "Nothing was written: %s, and --strict was asked for\n", problemCount(r.Problems))
		return
	}
	for _, e := range r.Editions {
		change := "unchanged"
		if e.Changed+e.Removed > 0 {
			change = fmt.Sprintf("%d changed, %d removed", e.Changed, e.Removed)
		}
		fmt.Fprintf(w, "%-9s %s: %s in %s, %s (%s)\n", e.Audience, e.Dir, count(e.Incidents, "incident"), count(e.Files, "file"), size(e.Bytes), change)
		if e.Audience == edition.External && e.Incidents == 0 && reading.Postmortems > 0 {
			fmt.Fprintf(w, "          nothing is public: a postmortem goes outside with \"visibility: public\" and an External summary\n")
		}
	}
	if r.HeldBack {
		fmt.Fprintln(w, "external  held back: something in it must not leave; the last external site stays as it was")
	}
	if n := r.Problems.Count(problem.Error) + r.Problems.Count(problem.Warning); n > 0 {
		fmt.Fprintf(w, "%s\n", problemCount(r.Problems))
	}
}

// printRooms tells where the time of processors went. Rooms that took none are left out.
func printRooms(w io.Writer, stats generator.Stats) {
	var all time.Duration
	for _, room := range stats.Rooms {
		all += room.CPU
	}
	if all == 0 {
		fmt.Fprintln(w, "CPU time by room: too little to tell")
		return
	}
	fmt.Fprintln(w, "CPU time by room, of all workers together:")
	for _, room := range stats.Rooms {
		if room.CPU > 0 {
			fmt.Fprintf(w, "  %-10s %7.2f s  %3.0f %%\n", room.Room, room.CPU.Seconds(), 100*room.CPU.Seconds()/all.Seconds())
		}
	}
}

// printFigures ends a build with one line.
func printFigures(w io.Writer, r *generator.Result) {
	files, bytes := 0, int64(0)
	for _, e := range r.Editions {
		files, bytes = files+e.Files, bytes+e.Bytes
	}
	fmt.Fprintf(w, "%s, %s in %.1f s", count(files, "file"), size(bytes), r.Stats.Wall.Seconds())
	if r.Stats.CPU > 0 {
		fmt.Fprintf(w, "; CPU %.1f s", r.Stats.CPU.Seconds())
	}
	if r.Stats.Peak > 0 {
		fmt.Fprintf(w, ", peak %s", size(r.Stats.Peak))
	}
	fmt.Fprintln(w)
}

func derivedWords(derived map[string]int) string {
	names := make([]string, 0, len(derived))
	for name := range derived {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(derived[b], derived[a]), cmp.Compare(a, b)) })
	for i, name := range names {
		names[i] = fmt.Sprintf("%s %d", name, derived[name])
	}
	return strings.Join(names, ", ")
}

func problemCount(problems problem.List) string {
	var parts []string
	if n := problems.Count(problem.Error); n > 0 {
		parts = append(parts, count(n, "error"))
	}
	if n := problems.Count(problem.Warning); n > 0 {
		parts = append(parts, count(n, "warning"))
	}
	return strings.Join(parts, ", ")
}

func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// size is a number of bytes for people.
func size(n int64) string {
	switch {
	case n < 1000:
		return count(int(n), "byte")
	case n < 1_000_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1000)
	default:
		return fmt.Sprintf("%.1f MB", float64(n)/1_000_000)
	}
}
