package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set by the linker when a release is built.
var version string

// versionInfo is what version --json writes.
type versionInfo struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func newVersion(s streams) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Example: "  debrief version\n  debrief version --json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			info := buildVersion()
			if asJSON {
				return json.NewEncoder(s.out).Encode(info)
			}
			_, err := fmt.Fprintf(s.out, "debrief %s %s %s\n", info.Version, info.Go, info.Platform)
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return cmd
}

// buildVersion asks the linker's value first, then what Go recorded of the module and the commit.
func buildVersion() versionInfo {
	info := versionInfo{Version: version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	recorded, ok := debug.ReadBuildInfo()
	if ok {
		for _, setting := range recorded.Settings {
			if setting.Key == "vcs.revision" {
				info.Revision = setting.Value
			}
		}
	}
	switch {
	case info.Version != "":
	case ok && recorded.Main.Version != "" && recorded.Main.Version != "(devel)":
		info.Version = recorded.Main.Version
	default:
		info.Version = "devel"
	}
	return info
}
