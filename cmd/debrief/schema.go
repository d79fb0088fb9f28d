package main

import (
	"fmt"

	"debrief/generator/schema"

	"github.com/spf13/cobra"
)

func newSchema(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "schema front-matter|archive",
		Short: "Print a JSON Schema, so that editors complete and check what you write",
		Long: `Schema prints the JSON Schema (draft-07) of a postmortem's front matter, or of archive.yaml. An editor that knows it
completes keys, explains them, and marks mistakes while you type.`,
		Example: `  debrief schema archive > .vscode/debrief-archive.json
  debrief schema front-matter > .vscode/debrief-front-matter.json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("say which schema: debrief schema front-matter, or debrief schema archive")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			var doc []byte
			switch args[0] {
			case "front-matter":
				doc = schema.FrontMatter()
			case "archive":
				doc = schema.Archive()
			default:
				return fmt.Errorf("there is no schema %q; there are front-matter and archive", args[0])
			}
			_, err := s.out.Write(doc)
			return err
		},
		ValidArgs: []string{"front-matter", "archive"},
	}
}
