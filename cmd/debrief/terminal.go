package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"debrief/generator"

	"github.com/spf13/cobra"
)

// meter shows progress on one line of a terminal. In a pipe, and with --json, it is silent.
type meter struct {
	w     io.Writer
	on    bool
	shown string
}

func newMeter(w io.Writer, quiet bool) *meter {
	file, ok := w.(*os.File)
	return &meter{w: w, on: ok && !quiet && isTerminal(file)}
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}

// show draws the state of a step; a line that would look the same is not drawn again.
func (m *meter) show(p generator.Progress) {
	if !m.on || p.Total == 0 {
		return
	}
	line := fmt.Sprintf("%s %d%%", p.Step, 100*p.Done/p.Total)
	if line != m.shown {
		fmt.Fprintf(m.w, "\r\x1b[K%s", line)
		m.shown = line
	}
}

// clear removes the line.
func (m *meter) clear() {
	if m.on && m.shown != "" {
		fmt.Fprint(m.w, "\r\x1b[K")
		m.shown = ""
	}
}

// completeFolders completes an argument with folders.
func completeFolders(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// mustComplete gives a flag the values it completes with.
func mustComplete(cmd *cobra.Command, flag string, values ...string) {
	err := cmd.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return values, cobra.ShellCompDirectiveNoFileComp
	})
	if err != nil {
		panic(err) // the flag does not exist, which is a mistake in this program
	}
}

// writeJSON writes what --json asks for: one document, set for reading.
func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}
