// Bench measures whole builds, as a user would run them: the program is compiled, archives of several sizes are made, and each is built from
// nothing, again with nothing changed, and again with one file changed, with both editions and everything that belongs to them.
//
//	go run ./generator/testkit/bench                       100, 1,000 and 10,000 postmortems
//	go run ./generator/testkit/bench -sizes 1000 -json -   as JSON, to standard output
//	go run ./generator/testkit/bench -peers                beside Hugo and Pagefind, which are installed into a temporary folder
//
// CPU time is that of the process, all processors together and the kernel included, as the system counts it. It hardly depends on what else
// the machine does; the time on the clock does.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"debrief/generator/testkit/bigarchive"
)

func main() {
	var b bench
	sizes := flag.String("sizes", "100,1000,10000", "how many postmortems, with commas")
	jsonFile := flag.String("json", "", "write the figures as JSON into this file; - for standard output instead of the text")
	flag.IntVar(&b.runs, "runs", 1, "how often to measure; the medians are shown")
	flag.StringVar(&b.folder, "folder", "", "where to work, kept afterwards (default: a temporary folder that is removed)")
	flag.StringVar(&b.program, "debrief", "", "the program to measure (default: compiled from this module)")
	peers := flag.Bool("peers", false, "measure Hugo and Pagefind beside it")
	flag.Parse()
	b.log = os.Stderr
	if err := b.main(*sizes, *jsonFile, *peers); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one measurement.
type bench struct {
	runs            int
	folder, program string
	log             io.Writer
}

func (b *bench) main(sizes, jsonFile string, peers bool) error {
	var numbers []int
	for s := range strings.SplitSeq(sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(s))
		if err != nil || n < 1 {
			return fmt.Errorf("-sizes: %q is not a number of postmortems", s)
		}
		numbers = append(numbers, n)
	}
	if b.runs < 1 {
		return fmt.Errorf("-runs: %d is not a number of runs", b.runs)
	}
	if b.folder == "" {
		temp, err := os.MkdirTemp("", "debrief-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(temp)
		b.folder = temp
	}
	if err := os.MkdirAll(b.folder, 0o755); err != nil {
		return err
	}
	if b.program == "" {
		b.program = filepath.Join(b.folder, "debrief")
		if out, err := exec.Command("go", "build", "-trimpath", "-o", b.program, "debrief/cmd/debrief").CombinedOutput(); err != nil {
			return fmt.Errorf("compiling debrief: %w\n%s", err, out)
		}
	}
	report := &report{Machine: machine(), Runs: b.runs}
	var err error
	if peers {
		err = b.peers(report, numbers)
	} else {
		err = b.alone(report, numbers)
	}
	if err != nil {
		return err
	}
	if jsonFile != "-" {
		report.print(os.Stdout)
	}
	return report.write(jsonFile)
}

// report is everything that was measured.
type report struct {
	Machine string     `json:"machine"`
	Runs    int        `json:"runs"`
	StartUp *figures   `json:"start_up,omitempty"` // debrief --help
	Sizes   []size     `json:"sizes"`
	Missing []string   `json:"missing,omitempty"` // peers that could not be had
	Tools   []toolInfo `json:"tools,omitempty"`
}

// size is what was measured of archives of one size.
type size struct {
	Postmortems int   `json:"postmortems"`
	Markdown    int64 `json:"markdown_bytes"`
	// Runs are the programs that were run, in order.
	Runs []named `json:"runs"`
	// Rooms is the CPU time of each room in one build from nothing; that build is not among Runs, because measuring rooms takes time itself.
	Rooms []room `json:"rooms,omitempty"`
}

type named struct {
	Name string `json:"name"`
	figures
}

type room struct {
	Room string  `json:"room"`
	CPU  float64 `json:"cpu_seconds"`
}

// figures are those of one run of a program.
type figures struct {
	Wall  float64 `json:"wall_seconds"`
	CPU   float64 `json:"cpu_seconds"`
	Peak  int64   `json:"peak_bytes"`
	Files int     `json:"files,omitempty"`
	Bytes int64   `json:"bytes,omitempty"`
}

// machine says what the figures were measured on.
func machine() string {
	return fmt.Sprintf("%s/%s, %d processors, %s, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), time.Now().Format(time.DateOnly))
}

// alone measures debrief.
func (b *bench) alone(r *report, numbers []int) error {
	start, err := b.median(21, func() (figures, error) { return run(exec.Command(b.program, "--help")) })
	if err != nil {
		return err
	}
	r.StartUp = &start
	for _, n := range numbers {
		s, err := b.size(n)
		if err != nil {
			return fmt.Errorf("%d postmortems: %w", n, err)
		}
		r.Sizes = append(r.Sizes, s)
	}
	return nil
}

// settle is how long files lie untouched before a build, as they do when a person builds: what was written in the same tick of the file system's
// clock could have been written twice, and a build that cannot be sure does not remember all it could.
const settle = 300 * time.Millisecond

// archive makes an archive of n postmortems in a folder of its own.
func (b *bench) archive(n int) (dir string, s size, err error) {
	fmt.Fprintf(b.log, "making %d postmortems\n", n)
	dir = filepath.Join(b.folder, strconv.Itoa(n), "archive")
	if err := bigarchive.Write(dir, bigarchive.Options{Postmortems: n, Seed: 1, Rich: true}); err != nil {
		return "", s, err
	}
	time.Sleep(settle)
	_, markdown, err := weigh(dir)
	return dir, size{Postmortems: n, Markdown: markdown}, err
}

// size measures archives of one size.
func (b *bench) size(n int) (size, error) {
	archive, s, err := b.archive(n)
	if err != nil {
		return s, err
	}
	out, cache := filepath.Join(filepath.Dir(archive), "out"), filepath.Join(filepath.Dir(archive), "cache")
	changed, err := middle(archive)
	if err != nil {
		return s, err
	}
	build := func(more ...string) (figures, error) {
		return b.build(archive, out, cache, more...)
	}
	fresh := func() error { return os.RemoveAll(cache) }
	emptied := func() error {
		if err := os.RemoveAll(out); err != nil {
			return err
		}
		return fresh()
	}
	steps := []struct {
		name    string
		prepare func(i int) error
	}{
		{"from nothing", func(int) error { return emptied() }},
		{"nothing changed", func(int) error { return nil }},
		{"one file changed", func(i int) error { return edit(changed, i) }},
		{"no cache, same site", func(int) error { return fresh() }},
	}
	measured := make([][]figures, len(steps))
	for i := range b.runs {
		for k, step := range steps {
			if err := step.prepare(i); err != nil {
				return s, err
			}
			fmt.Fprintf(b.log, "  %s\n", step.name)
			f, err := build()
			if err != nil {
				return s, fmt.Errorf("%s: %w", step.name, err)
			}
			measured[k] = append(measured[k], f)
		}
	}
	for k, step := range steps {
		s.Runs = append(s.Runs, named{step.name, medianOf(measured[k])})
	}
	if err := emptied(); err != nil {
		return s, err
	}
	fmt.Fprintln(b.log, "  room by room")
	s.Rooms, err = b.rooms(archive, out, cache)
	return s, errors.Join(err, os.RemoveAll(filepath.Dir(archive)))
}

// build runs one build, and weighs what it made.
func (b *bench) build(archive, out, cache string, more ...string) (figures, error) {
	f, err := run(exec.Command(b.program, append([]string{"build", archive, "--out", out, "--cache", cache}, more...)...))
	if err != nil {
		return f, err
	}
	f.Files, f.Bytes, err = weigh(out)
	return f, err
}

// rooms builds once more and lets the program measure itself.
func (b *bench) rooms(archive, out, cache string) ([]room, error) {
	cmd := exec.Command(b.program, "build", archive, "--out", out, "--cache", cache, "--stats", "--json")
	cmd.Stderr = b.log
	content, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var result struct {
		Stats struct {
			Rooms []room `json:"rooms"`
		} `json:"stats"`
	}
	err = json.Unmarshal(content, &result)
	return result.Stats.Rooms, err
}

// middle is a postmortem from the middle of an archive.
func middle(archive string) (string, error) {
	files, err := filepath.Glob(filepath.Join(archive, "postmortems", "*", "*.md"))
	if err != nil || len(files) == 0 {
		return "", fmt.Errorf("no postmortems in %s: %w", archive, err)
	}
	slices.Sort(files)
	return files[len(files)/2], nil
}

// edit adds a sentence to a postmortem.
func edit(file string, i int) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	const heading = "## Detection\n"
	text := strings.Replace(string(content), heading, fmt.Sprintf("%s\nThe %d. look found one more thing.\n", heading, i+1), 1)
	return os.WriteFile(file, []byte(text), 0o644)
}
