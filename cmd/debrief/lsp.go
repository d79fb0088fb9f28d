package main

import (
	"path/filepath"
	"time"

	"debrief/generator/lsp"
	"debrief/generator/postmortem"

	"github.com/spf13/cobra"
)

// typingPause is how long nothing must be typed before findings are shown: longer than between two keys, shorter than a thought.
const typingPause = 150 * time.Millisecond

func newLSP(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "lsp [ARCHIVE]",
		Short: "Check, explain and complete while you write, in any editor with a language client",
		Long: `Lsp is a language server. An editor starts it and talks to it over standard input and output; docs/format.md has the settings for
VS Code, Neovim, Helix and Emacs. It shows what check would say while you type, explains terms, keys and findings, completes keys,
names, ids, links and headings, leads to related incidents, and offers to mend what can be mended.

A file belongs to the nearest archive above it: a folder with an archive.yaml, or with a folder of postmortems. For files in a folder
that says neither, name it as ARCHIVE.`,
		Example: `  debrief lsp                  what an editor runs
  debrief lsp ~/postmortems    for a folder of reports without an archive.yaml`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts := lsp.Options{
				Today: func() postmortem.Date { return postmortem.DateOf(time.Now()) },
				Pause: typingPause, Version: buildVersion().Version,
			}
			if len(args) == 1 {
				if err := checkArchive(args[0]); err != nil {
					return err
				}
				opts.Archive = absolute(filepath.Clean(args[0]))
			}
			return lsp.Serve(cmd.Context(), s.in, s.out, opts)
		},
	}
}
