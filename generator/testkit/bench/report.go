package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

// print writes the report as text.
func (r *report) print(w io.Writer) {
	fmt.Fprintf(w, "%s; medians of %d\n", r.Machine, r.Runs)
	for _, t := range r.Tools {
		fmt.Fprintf(w, "%s %s\n", t.Name, t.Version)
	}
	for _, missing := range r.Missing {
		fmt.Fprintln(w, missing)
	}
	if r.StartUp != nil {
		fmt.Fprintf(w, "debrief --help: %.1f ms, CPU %.1f ms (median of 21)\n", 1000*r.StartUp.Wall, 1000*r.StartUp.CPU)
	}
	for _, s := range r.Sizes {
		s.print(w)
	}
}

func (s size) print(w io.Writer) {
	fmt.Fprintf(w, "\n%d postmortems, %.1f MB of Markdown\n", s.Postmortems, mega(s.Markdown))
	width := 0
	for _, run := range s.Runs {
		width = max(width, len(run.Name))
	}
	fmt.Fprintf(w, "  %-*s %8s %8s %6s %9s %8s %9s\n", width, "", "CPU s", "of first", "wall s", "peak MB", "files", "MB")
	for _, run := range s.Runs {
		fmt.Fprintf(w, "  %-*s %8.2f %8s %6.1f %9.0f", width, run.Name, run.CPU, percent(run.CPU, s.Runs[0].CPU), run.Wall, mega(run.Peak))
		if run.Files > 0 {
			fmt.Fprintf(w, " %8d %9.1f", run.Files, mega(run.Bytes))
		}
		fmt.Fprintln(w)
	}
	var all float64
	for _, room := range s.Rooms {
		all += room.CPU
	}
	if all == 0 {
		return
	}
	fmt.Fprintln(w, "  CPU time by room, of all workers together:")
	for _, room := range s.Rooms {
		fmt.Fprintf(w, "    %-10s %8.2f s %6s\n", room.Room, room.CPU, percent(room.CPU, all))
	}
}

func mega(bytes int64) float64 { return float64(bytes) / 1e6 }

func percent(part, all float64) string {
	if all == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f %%", 100*part/all)
}

// write writes the report as JSON into a file, to standard output for "-", or nowhere.
func (r *report) write(file string) error {
	if file == "" {
		return nil
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return err
	}
	if file == "-" {
		_, err := io.WriteString(os.Stdout, b.String())
		return err
	}
	return os.WriteFile(file, []byte(b.String()), 0o644)
}
