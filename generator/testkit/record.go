package testkit

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// A Recording is how a check went that Record ran.
type Recording struct {
	testing.TB
	Errors     []string // what it reported, in order
	SkipReason string   // why it skipped; empty when it did not

	mutex sync.Mutex // a check may report from several goroutines
}

// Record runs a check against a stand-in for the test, so that a test can assert that the check finds what it should. A Fatal or Skip ends
// the check, not the test.
func Record(t testing.TB, check func(testing.TB)) (r *Recording) {
	r = &Recording{TB: t}
	defer func() {
		if stop := recover(); stop != nil && stop != any(r) {
			panic(stop)
		}
	}()
	check(r)
	return r
}

// String returns all that was reported, one line each.
func (r *Recording) String() string { return strings.Join(r.Errors, "\n") }

func (r *Recording) Helper() {}

func (r *Recording) Error(args ...any) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.Errors = append(r.Errors, strings.TrimSuffix(fmt.Sprintln(args...), "\n"))
}

func (r *Recording) Errorf(format string, args ...any) { r.Error(fmt.Sprintf(format, args...)) }

func (r *Recording) Failed() bool { return len(r.Errors) > 0 }

func (r *Recording) FailNow() { panic(r) }

func (r *Recording) Fatal(args ...any) { r.Error(args...); r.FailNow() }

func (r *Recording) Fatalf(format string, args ...any) { r.Errorf(format, args...); r.FailNow() }

func (r *Recording) Skipf(format string, args ...any) {
	r.SkipReason = fmt.Sprintf(format, args...)
	panic(r)
}
