package main

import (
	"strings"
	"testing"
	"time"

	"debrief/generator"
)

func TestMeter(t *testing.T) {
	var out strings.Builder
	now := time.Date(2024, 3, 5, 14, 2, 0, 0, time.UTC)
	m := &meter{w: &out, on: true, now: func() time.Time { return now }}
	after := func(d time.Duration, p generator.Progress) {
		now = now.Add(d)
		m.show(p)
	}
	after(0, generator.Progress{Step: "read", Done: 1, Total: 500})
	after(50*time.Millisecond, generator.Progress{Step: "read", Done: 20, Total: 500}) // too soon to draw
	after(150*time.Millisecond, generator.Progress{Step: "read", Done: 100, Total: 500})
	after(50*time.Millisecond, generator.Progress{Step: "read", Done: 500, Total: 500}) // the end is drawn however soon
	after(0, generator.Progress{Step: "internal search"})
	m.clear()
	m.clear() // there is nothing left
	lines := strings.Split(strings.TrimPrefix(out.String(), "\r\x1b[K"), "\r\x1b[K")
	want := []string{"read 1/500", "read 100/500, 500/s", "read 500/500, 2000/s", "internal search", ""}
	if strings.Join(lines, "|") != strings.Join(want, "|") {
		t.Errorf("got  %q\nwant %q", lines, want)
	}
}

func TestMeterIsSilentInAPipe(t *testing.T) {
	var out strings.Builder
	m := newMeter(&out, false)
	m.show(generator.Progress{Step: "read", Done: 1, Total: 2})
	m.clear()
	if out.Len() > 0 {
		t.Errorf("a pipe was told %q", out.String())
	}
}
