package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"debrief/generator"
	"debrief/generator/draft"
	"debrief/generator/postmortem"

	"github.com/spf13/cobra"
)

// ownTemplate is the file in an archive that replaces the built-in template of new postmortems.
const ownTemplate = "templates/postmortem.md.tmpl"

type newOptions struct {
	title, archive, id, severity, started, owner, fromTimeline string
	services, factors                                          []string
	printOnly                                                  bool
	now                                                        func() time.Time
}

func newNew(s streams) *cobra.Command {
	opts := newOptions{now: time.Now}
	cmd := &cobra.Command{
		Use:   "new TITLE",
		Short: "Start a postmortem",
		Long: `New writes the file of a new postmortem into the archive: front matter filled in as far as it is known, every
section with its questions, what blameless means, and when the document is due. It is a draft, internal, and
read by nobody until you say otherwise. A file that is already there is never changed.

With --from-timeline a pasted chat, log or list of times becomes the timeline. Who said something is left out.

An archive may bring its own template, templates/postmortem.md.tmpl; debrief new --template prints the built-in
one to begin with.`,
		Example: `  debrief new "Checkout slow for an hour"
  debrief new "Checkout slow" --severity sev2 --service checkout --started "2024-03-05 14:02 UTC"
  pbpaste | debrief new "Checkout slow" --from-timeline -
  debrief new --template > content/templates/postmortem.md.tmpl`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case opts.printOnly && len(args) > 0:
				return errors.New("--template prints the template and takes no title")
			case !opts.printOnly && len(args) == 0:
				return errors.New(`say what happened, in a few words: debrief new "Checkout slow for an hour"`)
			case len(args) > 1:
				return fmt.Errorf("the title is one argument: put it in quotes, \"%s\"", strings.Join(args, " "))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if opts.printOnly {
				_, err := io.WriteString(s.out, draft.Default)
				return err
			}
			opts.title = strings.Join(strings.Fields(args[0]), " ")
			return runNew(cmd.Context(), s, opts)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.archive, "archive", defaultArchive, "folder of the archive")
	flags.StringVar(&opts.severity, "severity", "", "severity, by its id or a name for it")
	flags.StringArrayVar(&opts.services, "service", nil, "service that was hit; may be repeated")
	flags.StringArrayVar(&opts.factors, "factor", nil, "contributing factor, if one is known already; may be repeated")
	flags.StringVar(&opts.started, "started", "", "when it began, as in \"2024-03-05 14:02 UTC\"; else the timeline's first time, or today")
	flags.StringVar(&opts.owner, "owner", "", "who sees the document through")
	flags.StringVar(&opts.id, "id", "", "permanent id; else the archive's numbering goes on")
	flags.StringVar(&opts.fromTimeline, "from-timeline", "", "file with a pasted chat, log or timeline; - for standard input")
	flags.BoolVar(&opts.printOnly, "template", false, "print the built-in template and do nothing else")
	mustComplete(cmd, "severity", "sev1", "sev2", "sev3", "sev4")
	return cmd
}

func runNew(ctx context.Context, s streams, opts newOptions) error {
	if opts.title == "" {
		return errors.New("the title is empty")
	}
	if err := checkArchive(opts.archive); err != nil {
		return err
	}
	archive, err := generator.Read(ctx, opts.archive, nil)
	if err != nil {
		return err
	}
	d, err := draftOf(s, opts, archive)
	if err != nil {
		return err
	}
	name, source, err := templateOf(opts.archive)
	if err != nil {
		return err
	}
	text, err := d.Text(name, source)
	if err != nil {
		return fmt.Errorf("the archive's template cannot be used: %w", err)
	}
	file := filepath.Join(folderOfPostmortems(opts.archive), d.Path())
	if err := writeNew(file, text); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "Made %s\n", file)
	if n := len(d.Timeline); n > 0 {
		fmt.Fprintf(s.out, "with %s; mark which of them began, detected, mitigated and resolved the incident\n", entryCount(n))
	}
	if chosen := d.Chosen(); chosen != nil && chosen.DocumentWithinDays > 0 {
		fmt.Fprintf(s.out, "The document is due on %s\n", d.After(chosen.DocumentWithinDays))
	}
	return nil
}

func entryCount(n int) string {
	if n == 1 {
		return "1 timeline entry"
	}
	return fmt.Sprintf("%d timeline entries", n)
}

// draftOf is what the command line, the timeline and the archive say about the new postmortem.
func draftOf(s streams, opts newOptions, archive *generator.Archive) (*draft.Draft, error) {
	cfg := archive.Model.Config
	d := &draft.Draft{
		Title: opts.title, Services: opts.services, Factors: opts.factors, Owner: opts.owner, Location: cfg.Location,
		Started: opts.now(), DayOnly: true,
	}
	for _, known := range cfg.Severities {
		d.Severities = append(d.Severities, draft.Severity{
			ID: known.ID, Name: known.Name, Description: known.Description,
			DocumentWithinDays: known.DocumentWithinDays, MeetingWithinDays: known.MeetingWithinDays,
		})
	}
	if opts.severity != "" {
		known, ok := cfg.Severity(opts.severity)
		if !ok {
			ids := make([]string, len(cfg.Severities))
			for i := range cfg.Severities {
				ids[i] = cfg.Severities[i].ID
			}
			return nil, fmt.Errorf("--severity %q is not one of the archive's severities: %s", opts.severity, strings.Join(ids, ", "))
		}
		d.Severity = known.ID
	}
	if opts.started != "" {
		moment, err := postmortem.ParseMoment(opts.started, cfg.Location)
		if err != nil {
			return nil, fmt.Errorf("--started: %w\nWrite it as 2024-03-05 14:02 UTC, or as a day", err)
		}
		d.Started, d.DayOnly = moment.Time, moment.DateOnly
	}
	if opts.fromTimeline != "" {
		text, err := readInput(s, opts.fromTimeline)
		if err != nil {
			return nil, err
		}
		d.Timeline = draft.ReadChat(text, d.Started, cfg.Location)
		if len(d.Timeline) == 0 {
			return nil, fmt.Errorf("no time was found in %s; an entry begins with one, as in \"14:02 the pool size is changed\"", opts.fromTimeline)
		}
		if opts.started == "" {
			d.Started, d.DayOnly = d.Timeline[0].Time, false
		}
	}
	d.ID = cmp.Or(opts.id, draft.NextID(newestIDs(archive), d.Started.In(cfg.Location).Year(), strings.TrimSuffix(d.Path(), ".md")))
	if other := archive.Model.Incident(d.ID); other != nil {
		return nil, fmt.Errorf("the id %s is taken by %s", d.ID, other.File)
	}
	return d, nil
}

// newestIDs are the ids of the archive, the newest first.
func newestIDs(archive *generator.Archive) []string {
	type dated struct {
		id string
		at time.Time
	}
	all := make([]dated, len(archive.Model.Incidents))
	for i, inc := range archive.Model.Incidents {
		all[i] = dated{inc.ID, inc.Started.Time}
	}
	slices.SortStableFunc(all, func(a, b dated) int { return b.at.Compare(a.at) })
	ids := make([]string, len(all))
	for i := range all {
		ids[i] = all[i].id
	}
	return ids
}

func readInput(s streams, name string) (string, error) {
	if name == "-" {
		text, err := io.ReadAll(s.in)
		return string(text), err
	}
	text, err := os.ReadFile(name)
	return string(text), err
}

// templateOf is the template for new postmortems, and its name for errors.
func templateOf(archive string) (name, source string, err error) {
	name = filepath.Join(archive, filepath.FromSlash(ownTemplate))
	own, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "the built-in template", draft.Default, nil
	}
	return name, string(own), err
}

// folderOfPostmortems is where an archive keeps its postmortems: its folder of that name, or itself.
func folderOfPostmortems(archive string) string {
	inside := filepath.Join(archive, "postmortems")
	if info, err := os.Stat(inside); err == nil && info.IsDir() {
		return inside
	}
	return archive
}

// writeNew writes a file that must not be there yet.
func writeNew(name, text string) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is already there; nothing was changed", name)
	}
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Close())
}
