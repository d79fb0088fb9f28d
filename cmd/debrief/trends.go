package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"debrief/generator"
	"debrief/generator/edition"
	"debrief/generator/page"
	"debrief/generator/postmortem"
	"debrief/generator/trend"

	"github.com/spf13/cobra"
)

type trendsOptions struct {
	archive, edition, asOf string
	top                    int
	json                   bool
}

func newTrends(s streams) *cobra.Command {
	var opts trendsOptions
	cmd := &cobra.Command{
		Use:   "trends [ARCHIVE]",
		Short: "Show what recurs, what repeats, and whether fixes hold",
		Long: `Trends prints the main figures across incidents: what changed between the last twelve months and the twelve
before, which contributing factors and services return, what came back after it was fixed, how long incidents
take, and what became of action items. A difference is called a change only when chance seldom makes one
(exact tests, corrected for their number). The year ends with the data, or on the day of --as-of.
ARCHIVE is "content" when left out.`,
		Example: `  debrief trends
  debrief trends --edition external --as-of 2024-12-31
  debrief trends --json | jq '.factors[] | select(.judgement == "more")'`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.archive = archiveIn(args)
			return runTrends(cmd.Context(), s, opts)
		},
		ValidArgsFunction: completeFolders,
	}
	cmd.Flags().StringVar(&opts.edition, "edition", "internal", "internal or external")
	cmd.Flags().StringVar(&opts.asOf, "as-of", "", "last day that counts, as in 2024-12-31; else the end of the data")
	cmd.Flags().IntVarP(&opts.top, "top", "n", 10, "how many rows a table shows at most; 0 for all")
	cmd.Flags().BoolVar(&opts.json, "json", false, "write the figures as JSON, as the site's /api/trends.json has them")
	mustComplete(cmd, "edition", "internal", "external")
	return cmd
}

func runTrends(ctx context.Context, s streams, opts trendsOptions) error {
	audience, err := parseEdition(opts.edition)
	if err != nil {
		return err
	}
	if opts.top < 0 {
		return fmt.Errorf("--top %d: write a number of rows, or 0 for all", opts.top)
	}
	asOf, err := parseAsOf(opts.asOf)
	if err != nil {
		return err
	}
	if err := checkArchive(opts.archive); err != nil {
		return err
	}
	meter := newMeter(s.err, opts.json)
	archive, err := generator.Read(ctx, opts.archive, meter.show)
	meter.clear()
	if err != nil {
		return err
	}
	e, t := archive.Trends(audience, asOf)
	if opts.json {
		b, err := generator.TrendsJSON(e, t)
		if err != nil {
			return err
		}
		_, err = s.out.Write(b)
		return err
	}
	printTrends(s.out, t, opts.top)
	return nil
}

// parseAsOf reads the day of an --as-of flag; empty is the zero Date.
func parseAsOf(text string) (edition.Date, error) {
	if text == "" {
		return edition.Date{}, nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return edition.Date{}, fmt.Errorf("--as-of %q is not a day; write it as 2024-12-31", text)
	}
	return postmortem.DateOf(day), nil
}

func printTrends(w io.Writer, t *trend.Trends, top int) {
	if len(t.Incidents) == 0 {
		fmt.Fprintln(w, "There is no incident with a date to count.")
		return
	}
	end := "to the end of the data"
	if t.Stated {
		end = "as asked"
	}
	fmt.Fprintf(w, "%s from %s to %s (%s)\n", count(len(t.Incidents), "incident"), t.First, t.End, end)
	if t.Later+t.Undated > 0 {
		fmt.Fprintf(w, "not counted: %d later, %d without a date\n", t.Later, t.Undated)
	}
	fmt.Fprintf(w, "last 12 months %d, the 12 before %d: %s\n", t.All.Recent, t.All.Before, t.All.Judgement.Words())

	topics := func(title string, all []*trend.Recurrence) {
		if len(all) == 0 {
			return
		}
		fmt.Fprintf(w, "\n%s\n", title)
		tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
		fmt.Fprintln(tw, "  \tlast 12\tbefore\tin all\tlast\tmedian gap\topen\t")
		for _, r := range all[:rows(len(all), top)] {
			fmt.Fprintf(tw, "  %s\t%d\t%d\t%d\t%s\t%s\t%d\t%s\n", r.Name, r.Recent, r.Before, len(r.Incidents), r.Last, gap(r), r.Open, r.Judgement.Words())
		}
		tw.Flush()
		more(w, len(all), top)
	}
	topics("Contributing factors, those that deserve attention first", t.Factors)
	topics("Services, those that deserve attention first", t.Services)
	printTogether(w, t, top)
	printRepeats(w, "Came back after a fix", t.AfterFix, top)
	printRepeats(w, "Came back while an action was open", t.StillOpen, top)
	printDurations(w, t)
	printFollowThrough(w, t)
}

func printTogether(w io.Writer, t *trend.Trends, top int) {
	var notable []trend.Pair
	for _, p := range t.Together {
		if p.Notable {
			notable = append(notable, p)
		}
	}
	if len(notable) == 0 {
		return
	}
	fmt.Fprintln(w, "\nFactors that occur together more than by chance")
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for _, p := range notable[:rows(len(notable), top)] {
		fmt.Fprintf(tw, "  %s and %s\t%s\t%.1f times as often as if independent\n", p.A.Name, p.B.Name, count(len(p.Incidents), "incident"), p.Lift)
	}
	tw.Flush()
	more(w, len(notable), top)
}

func printRepeats(w io.Writer, title string, all []trend.Repeat, top int) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", title)
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for _, r := range all[:rows(len(all), top)] {
		fmt.Fprintf(tw, "  %s on %s\t%s\tafter %s\t%s\n", r.Factor.Name, r.Service.Name, r.Later.ID, r.Earlier.ID, count(r.Days, "day"))
	}
	tw.Flush()
	more(w, len(all), top)
}

// printDurations shows quartiles. There is no mean: the longest few would rule it.
func printDurations(w io.Writer, t *trend.Trends) {
	lengths := []struct {
		name string
		of   trend.Distribution
	}{{"to detect", t.ToDetect}, {"to mitigate", t.ToMitigate}, {"to resolve", t.ToResolve}}
	var b strings.Builder
	tw := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	for _, l := range lengths {
		if q := l.of.Quartiles; len(q) == 3 {
			fmt.Fprintf(tw, "  %s\thalf within %s\ta quarter within %s\tthree quarters within %s\t(%d known)\n",
				l.name, page.Length(q[1].Value), page.Length(q[0].Value), page.Length(q[2].Value), len(l.of.Lengths))
		}
	}
	tw.Flush()
	if b.Len() > 0 {
		fmt.Fprintf(w, "\nHow long incidents take, from their start\n%s", b.String())
	}
}

func printFollowThrough(w io.Writer, t *trend.Trends) {
	f := t.FollowThrough
	if len(f.Items) == 0 {
		return
	}
	what := "Action items"
	if f.Items[0].Commitment != nil {
		what = "Commitments"
	}
	fmt.Fprintf(w, "\n%s: %d open, of which %d overdue; %d done, %d dropped, %d moved at least once\n", what, f.Open, f.Overdue, f.Done, f.Dropped, f.Slipped)
	if f.Survival.Median >= 0 {
		fmt.Fprintf(w, "  half of them are done within %s\n", count(f.Survival.Median, "day"))
	}
}

func rows(all, top int) int {
	if top == 0 {
		return all
	}
	return min(all, top)
}

func more(w io.Writer, all, top int) {
	if shown := rows(all, top); shown < all {
		fmt.Fprintf(w, "  and %d more (--top 0 shows all)\n", all-shown)
	}
}

func gap(r *trend.Recurrence) string {
	if r.MedianGap < 0 {
		return "-"
	}
	return fmt.Sprintf("%d d", r.MedianGap)
}
