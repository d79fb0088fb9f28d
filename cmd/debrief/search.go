package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"debrief/generator"
	"debrief/generator/edition"
	"debrief/search"

	"github.com/spf13/cobra"
)

// lookOptions are what search and similar share.
type lookOptions struct {
	archive string
	edition string
	cache   string
	limit   int
	json    bool
}

func (o *lookOptions) flags(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&o.archive, "archive", "a", defaultArchive, "the archive's folder")
	cmd.Flags().StringVar(&o.edition, "edition", string(edition.Internal), "internal or external")
	cmd.Flags().StringVar(&o.cache, "cache", "", "folder for the search index (default: in the user's cache folder)")
	cmd.Flags().IntVarP(&o.limit, "limit", "n", 10, "how many incidents to show")
	cmd.Flags().BoolVar(&o.json, "json", false, "write what was found as JSON")
	mustComplete(cmd, "edition", "internal", "external")
}

func newSearch(s streams) *cobra.Command {
	var opts lookOptions
	cmd := &cobra.Command{
		Use:   "search [flags] QUERY",
		Short: "Search the postmortems of an archive",
		Long: `Search finds postmortems by their words, in any form, the best first. All words must occur; if no postmortem has
all of them, those with some are shown. A word that the archive does not have is taken for the nearest that it has.

  "connection pool"          words that stand together
  -rollback                  without this word; operators can be turned round too: -service:payments
  title:dns                  a word of the title
  service:payments           by id or name; several with commas: service:payments,checkout
  factor: severity: status: has: detected-by: year:
  after:2024-01              began then or later; before:2024-06 began before that month
  duration:>2h               also <30m, >=1d, <=1w

The index is kept in the user's cache folder, and brought up to date first when a file of the archive has changed.`,
		Example: `  debrief search dns timeout
  debrief search 'service:payments factor:config-change after:2024-01 duration:>2h'
  debrief search '"connection pool" -retry' --json | jq '.results[].id'`,
		Args: func(_ *cobra.Command, args []string) error {
			if strings.TrimSpace(strings.Join(args, "")) == "" {
				return errors.New("there is nothing to search for; say what, for example: debrief search dns timeout")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return runSearch(cmd.Context(), s, opts, queryOf(args))
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	opts.flags(cmd)
	return cmd
}

// queryOf joins the arguments to a query. An argument that the shell was told to keep together is a phrase, unless it is a query itself.
func queryOf(args []string) string {
	if len(args) == 1 {
		return args[0]
	}
	quoted := make([]string, len(args))
	for i, a := range args {
		op, value, isOperator := strings.Cut(a, ":")
		switch {
		case !strings.Contains(a, " ") || strings.Contains(a, `"`):
			quoted[i] = a
		case isOperator && !strings.Contains(op, " "):
			quoted[i] = op + `:"` + value + `"`
		default:
			quoted[i] = `"` + a + `"`
		}
	}
	return strings.Join(quoted, " ")
}

func runSearch(ctx context.Context, s streams, opts lookOptions, text string) error {
	query, err := search.Parse(text)
	if err != nil {
		return err
	}
	var results *search.Results
	err = askIndex(ctx, s, opts, func(index *search.Index) (err error) {
		results, err = index.Search(ctx, query, opts.limit)
		return err
	})
	if err != nil {
		return err
	}
	if opts.json {
		return writeJSON(s.out, results)
	}
	newFindings(s.out).search(results)
	return nil
}

// askIndex has ask use the index that the options mean. What ask does last counts.
func askIndex(ctx context.Context, s streams, opts lookOptions, ask func(*search.Index) error) error {
	audience, err := parseEdition(opts.edition)
	if err != nil {
		return err
	}
	if opts.limit < 1 || opts.limit > 10_000 {
		return fmt.Errorf("--limit %d is not between 1 and 10000", opts.limit)
	}
	if err := checkArchive(opts.archive); err != nil {
		return err
	}
	meter := newMeter(s.err, opts.json)
	defer meter.clear()
	return generator.AskSearch(ctx, opts.archive, opts.cache, audience, meter.show, ask)
}

// parseEdition reads the flag of a command that is about one edition.
func parseEdition(name string) (edition.Audience, error) {
	audience := edition.Audience(name)
	if audience != edition.Internal && audience != edition.External {
		return "", fmt.Errorf("--edition %q is not an edition; it is internal or external", name)
	}
	return audience, nil
}

// findings prints what was found. On a terminal the words that were searched for stand out; in a pipe there is text only.
type findings struct {
	w                 io.Writer
	bold, faint, mark string // escape sequences; empty in a pipe
	off               string
}

func newFindings(w io.Writer) *findings {
	f := &findings{w: w}
	if file, ok := w.(*os.File); ok && isTerminal(file) && os.Getenv("NO_COLOR") == "" {
		f.bold, f.faint, f.mark, f.off = "\x1b[1m", "\x1b[2m", "\x1b[1;33m", "\x1b[0m"
	}
	return f
}

func (f *findings) search(r *search.Results) {
	f.notes(r)
	for _, h := range r.Hits {
		f.hit(h)
	}
	if rest := r.Total - len(r.Hits); rest > 0 {
		fmt.Fprintf(f.w, "%s%d more; see them with --limit%s\n\n", f.faint, rest, f.off)
	}
	if r.Total > 1 {
		f.facets(r.Facets)
	}
}

// notes say what the results are, and how the query was understood.
func (f *findings) notes(r *search.Results) {
	for _, c := range r.Corrected {
		fmt.Fprintf(f.w, "Nothing has %q; searched for %q.\n", c.From, c.To)
	}
	for _, w := range r.Unknown {
		fmt.Fprintf(f.w, "Nothing here is like %q.\n", w)
	}
	if len(r.Ignored) > 0 && r.Total == 0 {
		fmt.Fprintf(f.w, "Too common to search for: %s.\n", strings.Join(r.Ignored, ", "))
	}
	switch {
	case r.Total == 0:
		fmt.Fprintln(f.w, "No incident found.")
	case r.Partial:
		fmt.Fprintf(f.w, "No incident has all of these words; %s some.\n\n", have(r.Total))
	default:
		fmt.Fprintf(f.w, "%s\n\n", count(r.Total, "incident"))
	}
}

func have(n int) string {
	if n == 1 {
		return "1 has"
	}
	return fmt.Sprintf("%d have", n)
}

func (f *findings) hit(h search.Hit) {
	fmt.Fprintf(f.w, "%s%s%s\n", f.bold, safe(h.Title), f.off)
	var facts []string
	add := func(fact string) {
		if fact != "" {
			facts = append(facts, safe(fact))
		}
	}
	add(h.Date)
	if h.Severity != nil {
		add(h.Severity.Name)
	}
	for _, s := range h.Services {
		add(s.Name)
	}
	add(h.ID)
	fmt.Fprintf(f.w, "  %s%s%s\n", f.faint, strings.Join(facts, " · "), f.off)
	var text strings.Builder
	for _, p := range h.Excerpt {
		if p.Marked {
			text.WriteString(f.mark + safe(p.Text) + f.off)
		} else {
			text.WriteString(safe(p.Text))
		}
	}
	if text.Len() > 0 {
		fmt.Fprintf(f.w, "  %s\n", text.String())
	}
	fmt.Fprintf(f.w, "  %s%s%s\n\n", f.faint, safe(h.URL), f.off)
}

// facets show by what the results can be narrowed.
func (f *findings) facets(facets []search.Facet) {
	for _, facet := range facets {
		if len(facet.Values) < 2 {
			continue
		}
		var values []string
		for i, v := range facet.Values {
			if i == 6 {
				values = append(values, "…")
				break
			}
			values = append(values, fmt.Sprintf("%s %d", safe(v.ID), v.Count))
		}
		fmt.Fprintf(f.w, "%s%s:%s %s\n", f.faint, facet.Operator, f.off, strings.Join(values, ", "))
	}
}

// safe keeps what a postmortem says from steering the terminal.
func safe(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7F && r < 0xA0 {
			return ' '
		}
		return r
	}, s)
}
