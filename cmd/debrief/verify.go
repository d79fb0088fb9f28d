package main

import (
	"fmt"

	"debrief/generator"

	"github.com/spf13/cobra"
)

func newVerify(s streams) *cobra.Command {
	var against string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify DIR",
		Short: "Check that a site is the one that was built",
		Long: `Verify compares every file of a site with the hashes in its manifest.json and says which are changed, missing or not
listed. With --against it compares with a manifest that was kept from an earlier day: then it shows what has
changed since, so that nobody can rewrite history unseen.`,
		Example: `  debrief verify dist/external
  debrief verify dist/external --against 2024-06-30-manifest.json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("say which site to check: debrief verify dist/external")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			result, err := generator.Verify(args[0], against)
			if err != nil {
				return err
			}
			if asJSON {
				if err := writeJSON(s.out, result); err != nil {
					return err
				}
			} else {
				for _, d := range result.Differences {
					fmt.Fprintf(s.out, "%-8s  %s\n", d.Kind, d.Path)
				}
				if len(result.Differences) == 0 {
					fmt.Fprintf(s.out, "%s as the manifest says\n", count(result.Files, "file"))
				}
			}
			if len(result.Differences) > 0 {
				return errProblems
			}
			return nil
		},
		ValidArgsFunction: completeFolders,
	}
	cmd.Flags().StringVar(&against, "against", "", "a manifest.json that was kept, instead of the site's own")
	cmd.Flags().BoolVar(&asJSON, "json", false, "write the differences as JSON")
	return cmd
}
