package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
)

// The first collection is when the program has firstHeap, before which a small archive is done. Between two of them the heap may grow by heapStep,
// though by no more than mostGrowth and no less than leastGrowth per cent of what is in use. All memory of the program together, with what the
// collector has freed and not yet given back, stays below softLimit, or half more than what is in use where that is more.
const (
	firstHeap   = 128 << 20
	heapStep    = 256 << 20
	mostGrowth  = 400
	leastGrowth = 30
	softLimit   = 860 << 20
)

// tuneCollector lets the garbage collector wait where waiting costs little memory. The runtime's own rule collects whenever the heap has doubled, which for
// a command that reads an archive, writes a site and ends means collecting dozens of times what is nearly all still in use. GOGC, where it is
// set, stays what it says.
func tuneCollector() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(min(askedLimit, firstHeap))
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	var eachCycle func(*sentinel)
	eachCycle = func(s *sentinel) {
		metrics.Read(live)
		if settled.Load() {
			return
		}
		inUse := live[0].Value.Uint64()
		debug.SetGCPercent(growth(inUse))
		debug.SetMemoryLimit(min(askedLimit, max(softLimit, int64(inUse)/2*3)))
		runtime.SetFinalizer(s, eachCycle)
	}
	runtime.SetFinalizer(&sentinel{}, eachCycle)
}

// askedLimit is what GOMEMLIMIT asks for, which no limit here exceeds.
var askedLimit = debug.SetMemoryLimit(-1)

// settled is true once a command has the memory it will need, and runs on.
var settled atomic.Bool

// spareMemory makes the collector keep less aside than it does for a program that is soon done: a preview runs for hours beside an editor and a
// browser. It is called when the archive has been read, and what that took is known.
func spareMemory() {
	const enough = 900 << 20 // what an archive of 10,000 postmortems stays below
	if os.Getenv("GOGC") != "" {
		return
	}
	settled.Store(true)
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	debug.SetGCPercent(leastGrowth)
	debug.SetMemoryLimit(min(askedLimit, max(enough, int64(now.HeapAlloc)/2*3)))
}

// growth is by how many per cent the heap may grow until the next collection, when so many bytes are in use.
func growth(live uint64) int {
	return int(min(max(heapStep*100/max(live, 1), leastGrowth), mostGrowth))
}

// sentinel is garbage at every collection, and tells of it by its finalizer. It holds a pointer so that it is not put among the smallest values,
// which are not finalized one by one.
type sentinel struct{ _ *byte }
