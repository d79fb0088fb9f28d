package stat

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// near reports whether two numbers agree to the given relative precision.
func near(got, want, precision float64) bool {
	return math.Abs(got-want) <= precision*math.Max(math.Abs(want), 1e-300)
}

func TestPoissonInterval(t *testing.T) {
	tests := []struct {
		n         int
		low, high float64
		precision float64
	}{
		// Garwood's table of 1936, as it is printed in handbooks, to its three decimals (its four for the small ones).
		{0, 0, 3.689, 1e-4}, {1, 0.0253, 5.572, 1e-3}, {2, 0.2422, 7.225, 1e-4}, {5, 1.6235, 11.668, 1e-4}, {10, 4.795, 18.390, 1e-4},
		{20, 12.217, 30.888, 1e-4}, {50, 37.111, 65.919, 1e-4},
		// R, poisson.test(137, 24.19893), the example of its documentation: 4.753125 to 6.692709 for the ratio.
		{137, 4.753125 * 24.19893, 6.692709 * 24.19893, 1e-6},
		// The incomplete gamma function of mpmath at 40 digits, and its roots.
		{1, 0.0253178079842899, 5.5716433909389, 1e-11}, {10, 4.79538869613243, 18.3903560420178, 1e-11},
		{100, 81.3639912509231, 121.626793792426, 1e-11}, {1000, 938.973018407695, 1063.9521360163, 1e-11}, {10000, 9804.95246726018, 10197.9516246615, 1e-10},
	}
	for _, tt := range tests {
		if low, high := PoissonInterval(tt.n, 0.95); !near(low, tt.low, tt.precision) || !near(high, tt.high, tt.precision) {
			t.Errorf("PoissonInterval(%d) = %.12g to %.12g, want %.12g to %.12g", tt.n, low, high, tt.low, tt.high)
		}
	}
}

func TestPoissonIntervalGrows(t *testing.T) {
	lastLow, lastHigh := -1.0, 0.0
	for n := range 2000 {
		low, high := PoissonInterval(n, 0.95)
		wideLow, wideHigh := PoissonInterval(n, 0.99)
		if low > float64(n) || high <= float64(n) || low <= lastLow || high <= lastHigh || wideLow > low || wideHigh <= high {
			t.Fatalf("n = %d: %g to %g after %g to %g; at 99 %%: %g to %g", n, low, high, lastLow, lastHigh, wideLow, wideHigh)
		}
		lastLow, lastHigh = low, high
	}
}

func TestBinomialTest(t *testing.T) {
	tests := []struct {
		k, n      int
		p, want   float64
		precision float64
	}{
		{682, 925, 0.75, 0.3825, 1e-4}, // R, the example of binom.test (Conover's Mendelian inheritance)
		{682, 925, 0.75, 0.382491559574852, 1e-10},
		// mpmath at 40 digits, sums of the probabilities.
		{9, 11, 0.5, 0.0654296875, 1e-12}, {2, 20, 0.1, 1, 1e-12}, {11, 34, 800.0 / 3800, 0.137168691678206, 1e-10},
		{300, 1000, 118.0 / 168, 3.85665817673624e-151, 1e-9}, {4900, 10000, 0.5, 0.0465855277049474, 1e-9}, {1, 10, 0.001, 0.00995511979025179, 1e-10},
		{5, 5, 0.5, 0.0625, 1e-12}, {6, 6, 0.5, 0.03125, 1e-12},
	}
	for _, tt := range tests {
		if got := BinomialTest(tt.k, tt.n, tt.p); !near(got, tt.want, tt.precision) {
			t.Errorf("BinomialTest(%d, %d, %g) = %.12g, want %.12g", tt.k, tt.n, tt.p, got, tt.want)
		}
	}
}

// TestBinomialTestAgainstFractions adds up all outcomes with whole numbers: n trials, each succeeding a times out of b.
func TestBinomialTestAgainstFractions(t *testing.T) {
	for _, odds := range [][2]int64{{1, 2}, {1, 3}, {2, 3}, {7, 10}, {1, 50}} {
		for n := int64(1); n <= 25; n++ {
			weights, all := make([]*big.Int, n+1), new(big.Int).Exp(big.NewInt(odds[1]), big.NewInt(n), nil)
			for k := range weights {
				k := int64(k)
				w := new(big.Int).Binomial(n, k)
				w.Mul(w, new(big.Int).Exp(big.NewInt(odds[0]), big.NewInt(k), nil))
				weights[k] = w.Mul(w, new(big.Int).Exp(big.NewInt(odds[1]-odds[0]), big.NewInt(n-k), nil))
			}
			for k, observed := range weights {
				sum := new(big.Int)
				for _, w := range weights {
					if w.Cmp(observed) <= 0 {
						sum.Add(sum, w)
					}
				}
				want, _ := new(big.Rat).SetFrac(sum, all).Float64()
				if got := BinomialTest(k, int(n), float64(odds[0])/float64(odds[1])); !near(got, want, 1e-11) {
					t.Errorf("BinomialTest(%d, %d, %d/%d) = %.15g, want %.15g", k, n, odds[0], odds[1], got, want)
				}
			}
		}
	}
}

func TestRateTest(t *testing.T) {
	// R, the other example of poisson.test: lung cancer in Fredericia and in three other cities (Andersen 1977); p-value = 0.07967.
	if got := RateTest(11, 6+8+7, 800, 1083+1050+878); !near(got, 0.07967, 1e-4) || !near(got, 0.0796686330333, 1e-10) {
		t.Errorf("RateTest(11, 21, 800, 3011) = %.12g, want 0.07967 as R has it", got)
	}
	for a := range 40 {
		for b := range 40 {
			p := RateTest(a, b, 12, 12)
			if q := RateTest(b, a, 12, 12); !near(p, q, 1e-12) {
				t.Errorf("RateTest(%d, %d) = %g, but the other way round %g", a, b, p, q)
			}
			if q := RateTest(a, b, 1, 1); !near(p, q, 1e-12) {
				t.Errorf("RateTest(%d, %d) depends on the unit of time: %g and %g", a, b, p, q)
			}
			if !(p > 0 && p <= 1) || a == b && p != 1 {
				t.Errorf("RateTest(%d, %d) = %g", a, b, p)
			}
			if a > b && RateTest(a+1, b, 12, 12) > p+1e-12 {
				t.Errorf("RateTest(%d, %d) = %g, but with one more it is greater", a, b, p)
			}
		}
	}
}

func TestCanDiffer(t *testing.T) {
	for n, want := range []bool{5: false, 6: true} {
		if got := CanDiffer(n, 1, 1, 0.05); n > 0 && got != want {
			t.Errorf("CanDiffer(%d) = %t", n, got)
		}
	}
	if !CanDiffer(3, 1, 9, 0.05) {
		t.Error("all three in a tenth of the time should be enough: a p value of 0.001")
	}
	if CanDiffer(100, 12, 0, 0.05) {
		t.Error("nothing differs from a time of no length")
	}
}

// TestLevel counts how often two equal rates are called different at 5 %: an exact test does so at most that often, whatever the rate.
func TestLevel(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for _, mean := range []float64{1, 4, 20, 100} {
		called, trials := 0, 4000
		for range trials {
			if RateTest(drawPoisson(rng, mean), drawPoisson(rng, mean), 1, 1) <= 0.05 {
				called++
			}
		}
		if share := float64(called) / float64(trials); share > 0.055 {
			t.Errorf("at a mean of %g equal rates are called different in %.1f %%", mean, 100*share)
		}
	}
}

func drawPoisson(rng *rand.Rand, mean float64) int {
	n, sum := 0, rng.ExpFloat64()
	for ; sum < mean; n++ {
		sum += rng.ExpFloat64()
	}
	return n
}
