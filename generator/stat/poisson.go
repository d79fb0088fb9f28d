package stat

import "math"

// poisson is the distribution of a count with the mean mu, which is above 0 and not far above countable.
func poisson(mu float64) distribution {
	logMu := math.Log(mu)
	return distribution{
		last:  2 * countable,
		mode:  int(mu),
		log:   func(k int) float64 { return float64(k)*logMu - mu - logFactorial(k) },
		ratio: func(k int) float64 { return mu / float64(k+1) },
	}
}

// PoissonInterval returns the exact interval for the mean of a count of which n was observed: the means for which n or more, or n or
// fewer, would be seen with the probability (1 - confidence) / 2 (F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika
// 28, 1936). Garwood takes the bounds from chi-squared quantiles; they are the same numbers as the roots of the Poisson tails that are
// looked for here. A negative n counts as none, a confidence that is none of 0 to 1 as 0.95.
func PoissonInterval(n int, confidence float64) (low, high float64) {
	if !(confidence > 0 && confidence < 1) {
		confidence = 0.95
	}
	tail := (1 - confidence) / 2
	if n = max(n, 0); n > countable {
		// So many are as good as normal.
		reach := -normalQuantile(tail) * math.Sqrt(float64(n))
		return float64(n) - reach, float64(n) + reach
	}
	if n > 0 {
		low = crossing(float64(n), func(mu float64) bool { return poisson(mu).upper(n) > tail })
	}
	high = crossing(float64(n)+1, func(mu float64) bool { return poisson(mu).lower(n) < tail })
	return low, high
}

// crossing finds by bisection the mean from which on something is true, from a bracket around a guess.
func crossing(guess float64, beyond func(mu float64) bool) float64 {
	width := 4 * math.Sqrt(guess)
	below, above := math.Max(guess-width, guess/4), guess+width
	for below > math.SmallestNonzeroFloat64 && beyond(below) {
		below /= 4
	}
	for !beyond(above) {
		above += width
	}
	for above-below > 1e-13*above {
		middle := below + (above-below)/2
		if middle <= below || middle >= above {
			break
		}
		if beyond(middle) {
			above = middle
		} else {
			below = middle
		}
	}
	return above
}

// RateTest returns the two-sided p value for the hypothesis that two counts, seen in times of observation of the given lengths, have the
// same rate: given their sum, the first is binomial (J. Przyborowski and H. Wilenski, "Homogeneity of results in testing samples from
// Poisson series", Biometrika 31, 1940). It is 1 where there is nothing to compare: no count, or no time of observation.
func RateTest(first, second int, firstTime, secondTime float64) float64 {
	if first < 0 || second < 0 || !(firstTime > 0) || !(secondTime > 0) {
		return 1
	}
	return BinomialTest(first, first+second, firstTime/(firstTime+secondTime))
}

// CanDiffer reports whether the test of RateTest could find any difference at the level with so many observations in all: whether all of
// them in one of the two times would do.
func CanDiffer(sum int, firstTime, secondTime, level float64) bool {
	return math.Min(RateTest(sum, 0, firstTime, secondTime), RateTest(0, sum, firstTime, secondTime)) <= level
}
