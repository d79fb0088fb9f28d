package stat

import (
	"math"
	"sort"
)

// Quantile returns the value that the given share, from 0 to 1, of a sample does not exceed: between two values it is interpolated in
// proportion (definition 7 of R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", The American Statistician 50, 1996,
// which is the default of R and of spreadsheets). The sample must be sorted, and of finite numbers; the quantile of none is 0.
func Quantile(sorted []float64, share float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	at := probability(share) * float64(len(sorted)-1)
	below := int(at)
	if below >= len(sorted)-1 {
		return sorted[len(sorted)-1]
	}
	part := at - float64(below)
	return sorted[below]*(1-part) + sorted[below+1]*part // no difference is taken, which could overflow
}

// QuantileInterval returns which values of a sorted sample of n are the ends of an interval for a quantile of what the sample was drawn
// from, counted from 0. It assumes nothing about the distribution: the number of values below a quantile is binomial (W. R. Thompson, "On
// confidence ranges for the median and other expectation distributions for populations of unknown distribution form", Annals of
// Mathematical Statistics 7, 1936; H. A. David and H. N. Nagaraja, "Order Statistics", 3rd edition, 2003, section 7.1). Each end leaves out
// at most (1 - confidence) / 2. It reports false when the sample is too small to have both ends.
func QuantileInterval(n int, share, confidence float64) (low, high int, ok bool) {
	if n <= 0 || n > countable || !(share > 0 && share < 1) || !(confidence > 0 && confidence < 1) {
		return 0, 0, false
	}
	d, tail := binomial(n, share), (1-confidence)/2
	// The value at index i is above the quantile when i or fewer values are below it, and is below it when more than i are. The low end is
	// the last value for which the one is improbable, the high end the first for which the other is.
	least := sort.Search(n, func(k int) bool { return d.lower(k) > tail })
	most := sort.Search(n, func(k int) bool { return d.upper(k) <= tail })
	if least == 0 || d.upper(most) > tail {
		return 0, 0, false
	}
	return least - 1, most - 1, true
}

// normalQuantile returns the standard normal quantile, for 0 < share < 1.
func normalQuantile(share float64) float64 { return math.Sqrt2 * math.Erfinv(2*share-1) }
