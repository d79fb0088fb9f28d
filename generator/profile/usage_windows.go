package profile

import (
	"time"

	"golang.org/x/sys/windows"
)

// Used is what this process has used so far.
func Used() Usage {
	var created, exited, kernel, user windows.Filetime
	if windows.GetProcessTimes(windows.CurrentProcess(), &created, &exited, &kernel, &user) != nil {
		return Usage{}
	}
	// A file time counts steps of 100 ns, here of a length and not since a day.
	ticks := func(t windows.Filetime) int64 { return int64(t.HighDateTime)<<32 | int64(t.LowDateTime) }
	return Usage{CPU: 100 * time.Nanosecond * time.Duration(ticks(kernel)+ticks(user))}
}
