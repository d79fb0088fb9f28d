package main

import (
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"
)

// newMan is for those who package Debrief, and hidden from all others: the pages say what --help says.
func newMan(streams) *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write the manual pages into a folder",
		Long: `Man writes a manual page for every command into the folder DIR, which it makes: debrief.1, debrief-build.1 and so on.
The pages bear the month of SOURCE_DATE_EPOCH, or else of today.`,
		Example: "  debrief man share/man/man1",
		Args:    cobra.ExactArgs(1),
		Hidden:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return err
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true // it would name the library
			escapeMarkdown(root)
			header := doc.GenManHeader{Source: "Debrief", Manual: "Debrief Manual"}
			return doc.GenManTree(root, &header, args[0])
		},
		ValidArgsFunction: completeFolders,
	}
}

// escapeMarkdown keeps what commands say of themselves as it is: cobra reads it as Markdown, in which "<out>" would be a tag, and vanish, and
// a table in two columns would flow into one.
func escapeMarkdown(cmd *cobra.Command) {
	special := strings.NewReplacer("<", `\<`, "*", `\*`, "_", `\_`, "`", "\\`")
	escape := func(text string) string {
		lines := strings.Split(text, "\n")
		for i, line := range lines {
			switch {
			case strings.HasPrefix(line, "\t"): // code already
			case strings.HasPrefix(line, "  "):
				lines[i] = "\t" + line
			default:
				lines[i] = special.Replace(line)
			}
		}
		return strings.Join(lines, "\n")
	}
	cmd.Short, cmd.Long = escape(cmd.Short), escape(cmd.Long)
	cmd.Flags().VisitAll(func(f *pflag.Flag) { f.Usage = escape(f.Usage) })
	for _, c := range cmd.Commands() {
		escapeMarkdown(c)
	}
}
