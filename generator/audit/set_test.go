package audit

import (
	"math/rand/v2"
	"testing"
)

// A sieve lets everything through that is in its set, and little else.
func TestSieve(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 3, 4, 5, 100, 5000, 70_000} {
		var s set
		members := make([]uint64, n)
		for i := range members {
			members[i] = rng.Uint64() | 1
			s.add(members[i])
		}
		v := s.sieve()
		for _, h := range members {
			if !v.passes(h) {
				t.Fatalf("of %d hashes %x does not pass", n, h)
			}
		}
		others := 0
		for range 10_000 {
			if h := rng.Uint64() | 1; v.passes(h) && !s.has(h) {
				others++
			}
		}
		if others > 1500 {
			t.Errorf("of 10,000 hashes that are not among %d, %d pass", n, others)
		}
	}
}
