package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// The heap may grow to heapRoom before the garbage collector costs more than it must; from there on it collects oftener, though never before
// the heap has grown by leastGrowth per cent of what is in use.
const (
	heapRoom    = 700 << 20
	mostGrowth  = 200
	leastGrowth = 50
)

// tuneCollector lets the garbage collector wait as long as there is room. The runtime's own rule collects whenever the heap has doubled, which for
// a command that reads an archive, writes a site and ends means collecting dozens of times what is nearly all still in use. GOGC, where it is
// set, stays what it says.
func tuneCollector() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(mostGrowth)
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	var eachCycle func(*sentinel)
	eachCycle = func(s *sentinel) {
		metrics.Read(live)
		debug.SetGCPercent(growth(live[0].Value.Uint64()))
		runtime.SetFinalizer(s, eachCycle)
	}
	runtime.SetFinalizer(&sentinel{}, eachCycle)
}

// growth is by how many per cent the heap may grow until the next collection, when so many bytes are in use.
func growth(live uint64) int {
	if live >= heapRoom {
		return leastGrowth
	}
	return int(min(max((heapRoom-live)*100/max(live, 1), leastGrowth), mostGrowth))
}

// sentinel is garbage at every collection, and tells of it by its finalizer. It holds a pointer so that it is not put among the smallest values,
// which are not finalized one by one.
type sentinel struct{ _ *byte }
