package main

import (
	"fmt"

	"debrief/generator/edition"
	"debrief/generator/mcp"

	"github.com/spf13/cobra"
)

func newMCP(s streams) *cobra.Command {
	var name, cache string
	cmd := &cobra.Command{
		Use:   "mcp [ARCHIVE]",
		Short: `Let an assistant ask "have we seen this before?"`,
		Long: `Mcp is a server of the Model Context Protocol. An assistant starts it and talks to it over standard input and output; docs/mcp.md has
the settings of common ones. Its tools only read: search, similar (for an alert or a stack trace), get and trends.

Without --edition it knows the external edition: what customers may read. With --edition internal an assistant reads everything, and what it
reads goes to whoever runs the assistant's model. ARCHIVE is "content" when left out.`,
		Example: `  debrief mcp ~/postmortems                        what an assistant runs
  claude mcp add postmortems -- debrief mcp --edition internal ~/postmortems`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			audience, err := parseEdition(name)
			if err != nil {
				return err
			}
			archive := archiveIn(args)
			if err := checkArchive(archive); err != nil {
				return err
			}
			return mcp.Serve(cmd.Context(), s.in, s.out, mcp.Options{
				Archive: absolute(archive), Cache: cache, Audience: audience, Version: buildVersion().Version,
				Reading: func() { fmt.Fprintf(s.err, "debrief: reading %s\n", archive) },
			})
		},
		ValidArgsFunction: completeFolders,
	}
	cmd.Flags().StringVar(&name, "edition", string(edition.External), "internal or external")
	cmd.Flags().StringVar(&cache, "cache", "", "folder for the search index (default: in the user's cache folder)")
	mustComplete(cmd, "edition", "internal", "external")
	return cmd
}
