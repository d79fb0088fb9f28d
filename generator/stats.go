package generator

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"debrief/generator/profile"
)

// Stats are what a build cost.
type Stats struct {
	// Wall is how long it took, CPU what the process used of all processors together, in the kernel too.
	Wall, CPU time.Duration
	// Peak is the most memory the process had, in bytes.
	Peak int64
	// Rooms is where the CPU time went, when Options.Stats asked for it: every room, in the order of the walk.
	Rooms []RoomStats
}

// RoomStats is the CPU time of one room, of all its workers together. It is measured by a hundred samples a second, so it is rough when it is short.
type RoomStats struct {
	Room string
	CPU  time.Duration
}

// MarshalJSON writes times in seconds.
func (s Stats) MarshalJSON() ([]byte, error) {
	type room struct {
		Room string  `json:"room"`
		CPU  float64 `json:"cpu_seconds"`
	}
	out := struct {
		Wall  float64 `json:"wall_seconds"`
		CPU   float64 `json:"cpu_seconds"`
		Peak  int64   `json:"peak_bytes"`
		Rooms []room  `json:"rooms,omitempty"`
	}{s.Wall.Seconds(), s.CPU.Seconds(), s.Peak, nil}
	for _, r := range s.Rooms {
		out.Rooms = append(out.Rooms, room{r.Room, r.CPU.Seconds()})
	}
	return json.Marshal(out)
}

// What is no room's own work.
const (
	roomMemory = "memory" // the garbage collector's own threads; what a room does to help it is the room's
	roomRest   = "rest"   // the scheduler, the program's start, the corridor
)

// rooms are those of the statistics in the order of the walk, with the packages whose work is theirs.
var rooms = []struct {
	name     string
	packages []string
}{
	{"read", []string{"debrief/generator/source.", "debrief/generator/postmortem.", "debrief/generator/fields.", "debrief/generator/markdown.", "debrief/generator/config."}},
	{"highlight", []string{"github.com/alecthomas/chroma/"}},
	{"cache", []string{"debrief/generator/cache."}},
	{"archive", []string{"debrief/generator/archive."}},
	{"edition", []string{"debrief/generator/edition."}},
	{"trends", []string{"debrief/generator/trend.", "debrief/generator/stat."}},
	{"pages", []string{"debrief/generator/page.", "debrief/generator/render.", "debrief/generator/compiled.", "debrief/generator/attachment."}},
	{"search", []string{"debrief/search."}},
	{"feeds", []string{"debrief/generator/feed."}},
	{"data", []string{"debrief/generator/machine.", "debrief/generator/badge."}},
	{"output", []string{"debrief/generator/output."}},
	{"audit", []string{"debrief/generator/audit."}},
}

// highlighting are the functions of package markdown that do nothing but give code its colours.
const highlighting = "debrief/generator/markdown.highlight"

// roomOf is the room whose work a stack of functions is: that of the innermost function that belongs to one. A library works for who called
// it, and so does one room for another where the other's work is asked for: text that is escaped for a feed counts as the feed's only as far as
// the feed does it.
func roomOf(stack []string) string {
	for i, function := range stack {
		for _, room := range rooms {
			for _, p := range room.packages {
				if strings.HasPrefix(function, p) {
					if room.name == "read" && slices.ContainsFunc(stack[i:], func(f string) bool { return strings.HasPrefix(f, highlighting) }) {
						return "highlight"
					}
					return room.name
				}
			}
		}
	}
	if slices.ContainsFunc(stack, func(f string) bool { return strings.HasPrefix(f, "runtime.gcBg") || strings.HasPrefix(f, "runtime.bg") }) {
		return roomMemory
	}
	return roomRest
}

// stopwatch measures a build.
type stopwatch struct {
	start     time.Time
	before    profile.Usage
	recording *profile.Recording // nil when the rooms are not asked for
}

// startWatch begins to measure; by room when that is asked for.
func startWatch(byRoom bool) (*stopwatch, error) {
	w := &stopwatch{start: time.Now(), before: profile.Used()}
	if !byRoom {
		return w, nil
	}
	var err error
	w.recording, err = profile.Start()
	return w, err
}

// stop ends the measurement.
func (w *stopwatch) stop() (Stats, error) {
	byRoom := map[string]time.Duration{}
	if w.recording != nil {
		err := w.recording.Stop(func(stack []string, cpu time.Duration) { byRoom[roomOf(stack)] += cpu })
		w.recording = nil
		if err != nil {
			return Stats{}, err
		}
	}
	used := profile.Used()
	s := Stats{Wall: time.Since(w.start), CPU: used.CPU - w.before.CPU, Peak: used.Peak}
	if len(byRoom) > 0 {
		for _, room := range rooms {
			s.Rooms = append(s.Rooms, RoomStats{room.name, byRoom[room.name]})
		}
		s.Rooms = append(s.Rooms, RoomStats{roomMemory, byRoom[roomMemory]}, RoomStats{roomRest, byRoom[roomRest]})
	}
	return s, nil
}
