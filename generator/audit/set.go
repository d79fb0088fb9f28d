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

// sieve tells most of what is not in a set, and nothing that is: one bit for each hash, in so little memory that it stays near the processor.
type sieve struct {
	bits  []uint64
	shift int
}

// sieve returns that of a set, with room for sixteen bits for every hash.
func (s *set) sieve() sieve {
	shift := 58 // of 64 bits
	for n := 4; n < s.n; n *= 2 {
		shift--
	}
	v := sieve{make([]uint64, 1<<(64-shift)/64), shift}
	for _, h := range s.slots {
		if h != 0 {
			v.bits[h>>v.shift/64] |= 1 << (h >> v.shift % 64)
		}
	}
	return v
}

func (v sieve) passes(h uint64) bool { return v.bits[h>>v.shift/64]&(1<<(h>>v.shift%64)) != 0 }
