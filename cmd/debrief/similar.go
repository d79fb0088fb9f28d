package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"debrief/search"

	"github.com/spf13/cobra"
)

// similarInput is how much of a text is read: more than anybody pastes.
const similarInput = 1 << 20

func newSimilar(s streams) *cobra.Command {
	var opts lookOptions
	cmd := &cobra.Command{
		Use:   "similar [flags] [TEXT]",
		Short: "Find past incidents like an alert, a log line or a stack trace",
		Long: `Similar takes a text, an alert or a stack trace, and finds the incidents most like it: by the rarest of its words that
the archive has, the parts of CamelCase among them. It says which words both have, and what fixed the incident then.
Without TEXT, or with "-", the text is read from standard input. Nothing leaves this machine.`,
		Example: `  debrief similar 'pq: remaining connection slots are reserved'
  kubectl logs checkout-7d9f | tail -50 | debrief similar
  debrief similar --json < alert.txt | jq '.results[0]'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := similarText(s, args)
			if err != nil {
				return err
			}
			return runSimilar(cmd.Context(), s, opts, text)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	opts.flags(cmd)
	return cmd
}

// similarText is the argument or, without one, what is piped in.
func similarText(s streams, args []string) (string, error) {
	text := strings.Join(args, " ")
	if text == "" || text == "-" {
		if file, ok := s.in.(*os.File); ok && isTerminal(file) && text == "" {
			fmt.Fprintln(s.err, "debrief: paste the text, then end it with Ctrl-D")
		}
		b, err := io.ReadAll(io.LimitReader(s.in, similarInput))
		if err != nil {
			return "", fmt.Errorf("cannot read the text: %w", err)
		}
		text = string(b)
	}
	if strings.TrimSpace(text) == "" {
		return "", errors.New("there is no text; give one, or pipe it in: debrief similar < alert.txt")
	}
	return text, nil
}

func runSimilar(ctx context.Context, s streams, opts lookOptions, text string) error {
	var results *search.Results
	err := askIndex(ctx, s, opts, func(index *search.Index) (err error) {
		results, err = index.Similar(ctx, text, opts.limit)
		return err
	})
	if err != nil {
		return err
	}
	if opts.json {
		return writeJSON(s.out, results)
	}
	newFindings(s.out).similar(results)
	return nil
}

func (f *findings) similar(r *search.Results) {
	if r.Total == 0 {
		fmt.Fprintln(f.w, "No incident is like this text.")
		return
	}
	for _, h := range r.Hits {
		f.likeness(h)
	}
}

func (f *findings) likeness(h search.Hit) {
	fix := h.Fix
	if runes := []rune(fix); len(runes) > 300 {
		fix = string(runes[:300]) + "…"
	}
	h.Excerpt = nil
	f.hit(h)
	fmt.Fprintf(f.w, "  %sboth have:%s %s\n", f.faint, f.off, safe(strings.Join(h.Matched, ", ")))
	if fix != "" {
		fmt.Fprintf(f.w, "  %swhat fixed it:%s %s\n", f.faint, f.off, safe(fix))
	}
	fmt.Fprintln(f.w)
}
