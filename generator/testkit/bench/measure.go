package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// run runs a command and measures it. What it says is shown only when it fails.
func run(cmd *exec.Cmd) (figures, error) {
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if err != nil {
		return figures{}, fmt.Errorf("%s: %w\n%s", filepath.Base(cmd.Path), err, said.Bytes())
	}
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return figures{Wall: wall.Seconds(), CPU: cpu.Seconds(), Peak: peak(cmd.ProcessState)}, nil
}

// median measures several times.
func (b *bench) median(times int, measure func() (figures, error)) (figures, error) {
	list := make([]figures, times)
	for i := range list {
		var err error
		if list[i], err = measure(); err != nil {
			return figures{}, err
		}
	}
	return medianOf(list), nil
}

// medianOf takes the median of every figure; files and bytes are those of the last.
func medianOf(list []figures) figures {
	last := list[len(list)-1]
	return figures{
		Wall: middleOf(list, func(f figures) float64 { return f.Wall }), CPU: middleOf(list, func(f figures) float64 { return f.CPU }),
		Peak: middleOf(list, func(f figures) int64 { return f.Peak }), Files: last.Files, Bytes: last.Bytes,
	}
}

func middleOf[T cmp.Ordered](list []figures, of func(figures) T) T {
	values := make([]T, len(list))
	for i, f := range list {
		values[i] = of(f)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// weigh counts the files below a folder, and their bytes.
func weigh(dir string) (files int, bytes int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			files, bytes = files+1, bytes+info.Size()
		}
		return err
	})
	return files, bytes, err
}
