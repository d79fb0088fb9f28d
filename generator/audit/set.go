package audit

// set is a set of hashes, other than 0, in a table that is at most half full: several times smaller and faster than a map for the millions
// of passages of a large archive.
type set struct {
	slots []uint64
	n     int
}

func (s *set) add(h uint64) {
	if 2*(s.n+1) > len(s.slots) {
		s.grow()
	}
	if s.put(h) {
		s.n++
	}
}

func (s *set) put(h uint64) bool {
	mask := uint64(len(s.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch s.slots[i] {
		case h:
			return false
		case 0:
			s.slots[i] = h
			return true
		}
	}
}

func (s *set) has(h uint64) bool {
	if s.n == 0 {
		return false
	}
	mask := uint64(len(s.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch s.slots[i] {
		case h:
			return true
		case 0:
			return false
		}
	}
}

func (s *set) grow() {
	old := s.slots
	s.slots = make([]uint64, max(1024, 2*len(old)))
	for _, h := range old {
		if h != 0 {
			s.put(h)
		}
	}
}
