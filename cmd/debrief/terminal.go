package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"debrief/generator"

	"github.com/spf13/cobra"
)

// meter shows progress on one line of a terminal: the step, how many of how many, and how many a second. In a pipe, and with --json, it is
// silent.
type meter struct {
	w   io.Writer
	on  bool
	now func() time.Time

	step  string
	begun time.Time // the step
	drawn time.Time // the line
	shown bool
}

// redraw is how long a line stays at least, so that it can be read and costs nothing.
const redraw = 100 * time.Millisecond

func newMeter(w io.Writer, quiet bool) *meter {
	file, ok := w.(*os.File)
	return &meter{w: w, on: ok && !quiet && isTerminal(file), now: time.Now}
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}

// show draws the state of a step: its beginning and its end, and between them as often as somebody can read it.
func (m *meter) show(p generator.Progress) {
	if !m.on {
		return
	}
	now := m.now()
	isNew := p.Step != m.step
	if isNew {
		m.step, m.begun = p.Step, now
	}
	if !isNew && p.Done < p.Total && now.Sub(m.drawn) < redraw {
		return
	}
	m.drawn, m.shown = now, true
	fmt.Fprintf(m.w, "\r\x1b[K%s", progressLine(p, now.Sub(m.begun)))
}

// progressLine says how far a step is that has taken so long.
func progressLine(p generator.Progress, took time.Duration) string {
	if p.Total == 0 {
		return p.Step
	}
	line := fmt.Sprintf("%s %d/%d", p.Step, p.Done, p.Total)
	if took >= redraw {
		line += fmt.Sprintf(", %.0f/s", float64(p.Done)/took.Seconds())
	}
	return line
}

// clear removes the line.
func (m *meter) clear() {
	if m.shown {
		fmt.Fprint(m.w, "\r\x1b[K")
		m.shown = false
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
