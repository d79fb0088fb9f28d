package main

import "testing"

func TestGrowth(t *testing.T) {
	for _, c := range []struct {
		live uint64
		want int
	}{
		{0, mostGrowth}, {10 << 20, mostGrowth}, {256 << 20, 100}, {640 << 20, 40}, {5 << 30, leastGrowth},
	} {
		if got := growth(c.live); got != c.want {
			t.Errorf("with %d MB in use the heap may grow by %d %%, want %d", c.live>>20, got, c.want)
		}
	}
}
