//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package profile

import (
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// Used is what this process has used so far.
func Used() Usage {
	var used unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &used) != nil {
		return Usage{}
	}
	peak := int64(used.Maxrss)
	if runtime.GOOS != "darwin" {
		peak *= 1024 // all others count kilobytes
	}
	return Usage{CPU: time.Duration(used.Utime.Nano() + used.Stime.Nano()), Peak: peak}
}
