package serve

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// hub tells every open page of a new state.
type hub struct {
	mu        sync.Mutex
	listeners map[chan int]bool
}

func newHub() *hub { return &hub{listeners: map[chan int]bool{}} }

// tell tells all listeners. One that has not yet taken the last number gets the new one instead: only the newest counts.
func (h *hub) tell(version int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.listeners {
		select {
		case <-l:
		default:
		}
		l <- version
	}
}

func (h *hub) listen() chan int {
	l := make(chan int, 1)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.listeners[l] = true
	return l
}

func (h *hub) leave(l chan int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.listeners, l)
}

// heartbeat keeps a silent stream open, and finds out that nobody listens any more.
const heartbeat = 20 * time.Second

// events is the stream of changes, as Server-Sent Events: the number of the state, now and at every change.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	if r.Method == http.MethodHead {
		return
	}
	l := s.hub.listen()
	defer s.hub.leave(l)
	stream := http.NewResponseController(w)
	say := func(format string, args ...any) bool {
		_, err := fmt.Fprintf(w, format, args...)
		return err == nil && stream.Flush() == nil
	}
	// A browser that loses the stream asks again after half a second.
	if !say("retry: 500\n\nevent: state\ndata: %s %d\n\n", s.run, s.state.Load().version) {
		return
	}
	pulse := time.NewTicker(heartbeat)
	defer pulse.Stop()
	for {
		ok := true
		select {
		case <-r.Context().Done():
			return
		case version := <-l:
			ok = say("event: state\ndata: %s %s\n\n", s.run, strconv.Itoa(version))
		case <-pulse.C:
			ok = say(":\n\n")
		}
		if !ok {
			return
		}
	}
}
