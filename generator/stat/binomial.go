package stat

import "math"

// binomial is the distribution of the number of successes in n trials with the probability p each, for 0 <= n <= countable and 0 < p < 1.
func binomial(n int, p float64) distribution {
	logP, logQ, odds := math.Log(p), math.Log1p(-p), p/(1-p)
	return distribution{
		last: n,
		mode: min(int(float64(n+1)*p), n),
		log: func(k int) float64 {
			return logChoose(n, k) + float64(k)*logP + float64(n-k)*logQ
		},
		ratio: func(k int) float64 { return float64(n-k) / float64(k+1) * odds },
	}
}

// BinomialTest returns the two-sided p value for k successes in n trials when each succeeds with the probability p: that of all numbers
// of successes no more probable than k (C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case
// of the binomial", Biometrika 26, 1934; the two-sided rule is that of R's binom.test). It is 1 where there is nothing to test.
func BinomialTest(k, n int, p float64) float64 {
	if n <= 0 || n > countable || k < 0 || k > n || !(p > 0 && p < 1) {
		return 1
	}
	return binomial(n, p).noMoreProbable(k)
}
