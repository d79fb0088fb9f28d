package stat

import (
	"cmp"
	"math"
	"slices"
)

// FalseDiscovery corrects p values for being several: the q value of each is the smallest false discovery rate at which it would be
// called a discovery (Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", Journal of the Royal Statistical Society B 57,
// 1995). The order is kept. More counts further hypotheses of the family whose p value is 1; they need not be listed.
func FalseDiscovery(p []float64, more int) []float64 {
	order, q := make([]int, len(p)), make([]float64, len(p))
	for i := range order {
		order[i], q[i] = i, probability(p[i])
		if math.IsNaN(p[i]) {
			q[i] = 1
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(q[a], q[b]) })
	family, smallest := float64(len(p))+float64(max(more, 0)), 1.0
	for rank := len(order); rank > 0; rank-- {
		i := order[rank-1]
		smallest = min(smallest, q[i]*(family/float64(rank)))
		q[i] = smallest
	}
	return q
}
