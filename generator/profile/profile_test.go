package profile_test

import (
	"crypto/sha256"
	"slices"
	"strings"
	"testing"
	"time"

	"debrief/generator/profile"
)

func TestRecording(t *testing.T) {
	before := profile.Used()
	r, err := profile.Start()
	if err != nil {
		t.Skip("another profile is being taken: ", err)
	}
	sum := busy(300 * time.Millisecond)
	var all, ours time.Duration
	err = r.Stop(func(stack []string, cpu time.Duration) {
		all += cpu
		if slices.ContainsFunc(stack, func(f string) bool { return strings.HasSuffix(f, "profile_test.busy") }) {
			ours += cpu
			if strings.HasSuffix(stack[len(stack)-1], "profile_test.busy") {
				t.Errorf("the outermost function is %s, which somebody must have called", stack[len(stack)-1])
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if ours == 0 {
		t.Errorf("%v of %v were found in the only function that did anything (%x)", ours, all, sum)
	}
	after := profile.Used()
	if used := after.CPU - before.CPU; before.CPU > 0 && used < ours/2 {
		t.Errorf("the system counts %v, the samples %v", used, ours)
	}
	if before.Peak > 0 && (after.Peak < before.Peak || after.Peak < 1<<20) {
		t.Errorf("the peak was %d bytes, then %d", before.Peak, after.Peak)
	}
}

//go:noinline
func busy(length time.Duration) (sum [32]byte) {
	for start := time.Now(); time.Since(start) < length; {
		sum = sha256.Sum256(sum[:])
	}
	return sum
}

func TestOneAtATime(t *testing.T) {
	r, err := profile.Start()
	if err != nil {
		t.Skip("another profile is being taken: ", err)
	}
	if _, err := profile.Start(); err == nil {
		t.Error("a second measurement began beside the first")
	}
	if err := r.Stop(func([]string, time.Duration) {}); err != nil {
		t.Error(err)
	}
}
