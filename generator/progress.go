package generator

import (
	"io"
	"sync"

	"debrief/generator/output"
)

// counter tells a progress function how many of a number of things are done.
type counter struct {
	mu       sync.Mutex
	progress Progress
	report   func(Progress)
}

func newCounter(step string, total int, report func(Progress)) *counter {
	return &counter{progress: Progress{Step: step, Total: total}, report: report}
}

func (c *counter) add() {
	if c.report == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.progress.Done++
	c.report(c.progress)
}

// counted returns the same files, each of which reports when it has been made.
func counted(files []output.File, step string, report func(Progress)) []output.File {
	if report == nil {
		return files
	}
	c := newCounter(step, len(files), report)
	out := make([]output.File, len(files))
	for i, f := range files {
		out[i] = output.File{Path: f.Path, Write: func(w io.Writer) error {
			defer c.add()
			return f.Write(w)
		}}
	}
	return out
}
