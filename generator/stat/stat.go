// Package stat holds the statistics behind the figures of an archive: exact tests and intervals for small counts, quantiles with
// intervals that assume no distribution, the survival of promises. It knows nothing of incidents and imports no other room.
//
// Counts of incidents are small, so that methods which are right only for many are wrong here: everything is exact where the distribution
// is discrete. Each formula names its source, and the tests hold it against worked examples that others have published.
//
// No function panics or returns NaN or an infinity (but for a bound that really is infinite, which is said by a boolean): an input without
// a meaning gives the answer that claims nothing, a p value of 1 or the widest interval.
package stat

import (
	"math"
	"sync"
)

// tolerance is how much more probable than what was observed an outcome may be and still count as no more probable: sums of many rounded
// numbers are not compared more closely than that. R's binom.test and fisher.test use the same.
const tolerance = 1e-7

// tabled is how many logarithms of factorials are kept.
const tabled = 4096

var logFactorials = sync.OnceValue(func() *[tabled]float64 {
	var t [tabled]float64
	for n := range t {
		t[n], _ = math.Lgamma(float64(n) + 1)
	}
	return &t
})

// logFactorial returns ln n!; n must not be negative.
func logFactorial(n int) float64 {
	if n < tabled {
		return logFactorials()[n]
	}
	l, _ := math.Lgamma(float64(n) + 1)
	return l
}

// logChoose returns the logarithm of the number of ways to choose k of n, for 0 <= k <= n. It is the same number for k and for n-k.
func logChoose(n, k int) float64 { return logFactorial(n) - (logFactorial(k) + logFactorial(n-k)) }

// countable is the greatest number that is taken for a count: beyond it the logarithms of factorials have lost too many digits to compare.
const countable = 1 << 30

// probability keeps what rounding has carried over the edge.
func probability(p float64) float64 {
	if !(p > 0) { // NaN too
		return 0
	}
	return min(p, 1)
}

// distribution is a discrete one with a single peak over the whole numbers from first to last: the probabilities rise to the mode and fall
// after it.
type distribution struct {
	first, last, mode int
	// log is the logarithm of the probability of k.
	log func(k int) float64
	// ratio is the probability of k+1 divided by that of k.
	ratio func(k int) float64
}

// upper returns the probability of k or more, lower that of k or fewer. Both add up terms from k outwards until these no longer matter,
// or, where that would be on the long side of the mode, take the rest from one.
func (d distribution) upper(k int) float64 {
	switch {
	case k <= d.first:
		return 1
	case k > d.last:
		return 0
	case k <= d.mode:
		return probability(1 - d.sumDown(k-1))
	}
	return d.sumUp(k)
}

func (d distribution) lower(k int) float64 {
	switch {
	case k < d.first:
		return 0
	case k >= d.last:
		return 1
	case k >= d.mode:
		return probability(1 - d.sumUp(k+1))
	}
	return d.sumDown(k)
}

// sumUp adds the probabilities of k, k+1, ..., which fall.
func (d distribution) sumUp(k int) float64 {
	term := math.Exp(d.log(k))
	sum := term
	for ; k < d.last && term > sum*1e-17; k++ {
		term *= d.ratio(k)
		sum += term
	}
	return probability(sum)
}

// sumDown adds the probabilities of k, k-1, ..., which fall.
func (d distribution) sumDown(k int) float64 {
	term := math.Exp(d.log(k))
	sum := term
	for ; k > d.first && term > sum*1e-17; k-- {
		term /= d.ratio(k - 1)
		sum += term
	}
	return probability(sum)
}

// noMoreProbable returns the probability of all outcomes that are no more probable than k: the two-sided p value of an exact test.
func (d distribution) noMoreProbable(k int) float64 {
	limit := d.log(k) + math.Log1p(tolerance)
	if d.log(d.mode) <= limit {
		return 1
	}
	if k < d.mode {
		// The first outcome above the mode that is no more probable.
		from, to := d.mode, d.last+1
		for to-from > 1 {
			if mid := from + (to-from)/2; d.log(mid) <= limit {
				to = mid
			} else {
				from = mid
			}
		}
		return probability(d.lower(k) + d.upper(to))
	}
	// The last outcome below the mode that is no more probable.
	from, to := d.first-1, d.mode
	for to-from > 1 {
		if mid := from + (to-from)/2; d.log(mid) <= limit {
			from = mid
		} else {
			to = mid
		}
	}
	return probability(d.lower(from) + d.upper(k))
}
