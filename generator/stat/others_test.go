package stat

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestFalseDiscovery uses the example of Benjamini and Hochberg 1995, section 3.2: fifteen p values of a study of thrombolytic treatments, of
// which four are rejected at 0.05 (Bonferroni would reject three).
func TestFalseDiscovery(t *testing.T) {
	p := []float64{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.000}
	// The q values are those of R, p.adjust(p, "BH").
	want := []float64{0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.063857, 0.063857, 0.0645, 0.0765, 0.486, 0.581182, 0.714875, 0.753231, 0.813214, 1}
	shuffled := rand.New(rand.NewPCG(1, 1)).Perm(len(p))
	in := make([]float64, len(p))
	for to, from := range shuffled {
		in[to] = p[from]
	}
	rejected := 0
	for to, q := range FalseDiscovery(in, 0) {
		if w := want[shuffled[to]]; math.Abs(q-w) > 5e-7 {
			t.Errorf("q of %g = %g, want %g", in[to], q, w)
		}
		if q <= 0.05 {
			rejected++
		}
	}
	if rejected != 4 {
		t.Errorf("%d are rejected, want 4", rejected)
	}
	// Twelve of them and three that are not listed are the same family.
	if short := FalseDiscovery(p[:12], 3); math.Abs(short[3]-0.035625) > 1e-12 {
		t.Errorf("with three left out q is %g", short[3])
	}
}

func TestFalseDiscoveryKeepsOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for range 200 {
		p := make([]float64, rng.IntN(30))
		for i := range p {
			p[i] = math.Pow(rng.Float64(), 3)
		}
		q := FalseDiscovery(p, rng.IntN(5))
		for i := range p {
			if q[i] < p[i] || q[i] > 1 {
				t.Fatalf("p %g has q %g", p[i], q[i])
			}
			for j := range p {
				if p[i] < p[j] && q[i] > q[j] {
					t.Fatalf("p %g and %g have q %g and %g", p[i], p[j], q[i], q[j])
				}
			}
		}
	}
}

func TestFisher(t *testing.T) {
	tests := []struct {
		table             Table
		greater, twoSided float64
		precision         float64
	}{
		{Table{3, 1, 1, 3}, 0.2429, 0.4857, 1e-3},         // Fisher 1935, the lady tasting tea: 17/70 and 34/70
		{Table{3, 1, 1, 3}, 17.0 / 70, 34.0 / 70, 1e-12},  // the same as fractions
		{Table{10, 3, 2, 15}, 0.0004652, 0.0005367, 1e-4}, // Fisher 1962, convictions of twins; R, the example of fisher.test
		// mpmath at 30 digits.
		{Table{60, 440, 240, 9260}, 4.79153646659e-21, 4.79153646659e-21, 1e-9}, {Table{4, 6, 96, 894}, 0.0123272924106, 0.0123272924106, 1e-10},
		{Table{12, 5, 7, 3}, 0.650592885375, 1, 1e-10},
		{Table{0, 3, 4, 5}, 1, 108.0 / 220, 1e-12}, // by hand: of 220 ways 56, 112, 48 and 4 have 0, 1, 2 and 3 in both
	}
	for _, tt := range tests {
		greater, twoSided := Fisher(tt.table)
		if !near(greater, tt.greater, tt.precision) || !near(twoSided, tt.twoSided, tt.precision) {
			t.Errorf("Fisher(%v) = %.12g, %.12g, want %.12g, %.12g", tt.table, greater, twoSided, tt.greater, tt.twoSided)
		}
	}
}

// TestFisherAgainstFractions adds up all tables with the same margins with whole numbers.
func TestFisherAgainstFractions(t *testing.T) {
	for both := range 6 {
		for first := range 6 {
			for second := range 6 {
				for neither := range 6 {
					table := Table{both, first, second, neither}
					row, column, all := int64(both+first), int64(both+second), int64(both+first+second+neither)
					weight := func(k int64) *big.Int {
						if column-k < 0 || column-k > all-row || k > row || k < 0 {
							return new(big.Int)
						}
						return new(big.Int).Mul(new(big.Int).Binomial(row, k), new(big.Int).Binomial(all-row, column-k))
					}
					up, two, total := new(big.Int), new(big.Int), new(big.Int)
					for k := int64(0); k <= column; k++ {
						w := weight(k)
						total.Add(total, w)
						if k >= int64(both) {
							up.Add(up, w)
						}
						if w.Cmp(weight(int64(both))) <= 0 {
							two.Add(two, w)
						}
					}
					wantUp, _ := new(big.Rat).SetFrac(up, total).Float64()
					wantTwo, _ := new(big.Rat).SetFrac(two, total).Float64()
					if greater, twoSided := Fisher(table); !near(greater, wantUp, 1e-12) || !near(twoSided, wantTwo, 1e-12) {
						t.Errorf("Fisher(%v) = %g, %g, want %g, %g", table, greater, twoSided, wantUp, wantTwo)
					}
					if least := LeastFisher(table); least > wantUp*(1+1e-12) {
						t.Errorf("LeastFisher(%v) = %g is more than that of the table, %g", table, least, wantUp)
					}
				}
			}
		}
	}
}

// TestLift uses the tea and coffee of Brin, Motwani and Ullman 1997: 20 of 100 buy both, 5 tea only, 70 coffee only, 5 none. Tea buyers buy
// coffee less often than others, 0.89 times as often as by chance.
func TestLift(t *testing.T) {
	table := Table{Both: 20, First: 5, Second: 70, Neither: 5}
	if got := table.Lift(); math.Abs(got-0.8889) > 1e-4 {
		t.Errorf("lift = %g, want 0.89", got)
	}
	if got := table.Support(); got != 0.2 {
		t.Errorf("support = %g, want 0.2", got)
	}
}

func TestQuantile(t *testing.T) {
	// R, quantile(c(1, 2, 4, 8, 16, 32)): 1.00 2.50 6.00 14.00 32.00.
	sample := []float64{1, 2, 4, 8, 16, 32}
	for share, want := range map[float64]float64{0: 1, 0.25: 2.5, 0.5: 6, 0.75: 14, 1: 32} {
		if got := Quantile(sample, share); got != want {
			t.Errorf("Quantile(%g) = %g, want %g", share, got, want)
		}
	}
	if got := Quantile([]float64{7}, 0.3); got != 7 {
		t.Errorf("the quantile of one value is %g", got)
	}
}

// TestQuantileInterval uses the tables of intervals for the median that textbooks print, counted from 1 (for instance E. L. Lehmann,
// "Nonparametrics", 1975, and D. G. Altman and others, "Statistics with Confidence", 2nd edition, 2000, table 18.3).
func TestQuantileInterval(t *testing.T) {
	for n, want := range map[int][2]int{6: {1, 6}, 7: {1, 7}, 8: {1, 8}, 9: {2, 8}, 10: {2, 9}, 12: {3, 10}, 15: {4, 12}, 20: {6, 15}, 30: {10, 21}, 50: {18, 33}, 100: {40, 61}} {
		if low, high, ok := QuantileInterval(n, 0.5, 0.95); !ok || low+1 != want[0] || high+1 != want[1] {
			t.Errorf("QuantileInterval(%d, median) = %d to %d, %t, want %d to %d", n, low+1, high+1, ok, want[0], want[1])
		}
	}
	for n := range 6 {
		if _, _, ok := QuantileInterval(n, 0.5, 0.95); ok {
			t.Errorf("%d values give no interval for the median: all on one side has a chance of 2 * 0.5^%d", n, n)
		}
	}
}

// TestQuantileIntervalCovers adds up the chance of holding the quantile: at least what was asked for, and with either end moved inwards less
// than that end may leave out.
func TestQuantileIntervalCovers(t *testing.T) {
	for _, share := range []float64{0.25, 0.5, 0.75, 0.9} {
		for n := 1; n <= 300; n++ {
			low, high, ok := QuantileInterval(n, share, 0.95)
			if !ok {
				continue
			}
			d := binomial(n, share)
			below, above := d.lower(low), d.upper(high+1) // the low end too high, the high end too low
			if below > 0.025 || above > 0.025 || d.lower(low+1) <= 0.025 || d.upper(high) <= 0.025 {
				t.Errorf("n = %d, share %g: values %d to %d leave out %g and %g", n, share, low, high, below, above)
			}
		}
	}
}

// remission is the length of remissions in weeks of E. J. Freireich and others, "The effect of 6-mercaptopurine on the duration of
// steroid-induced remissions in acute leukemia", Blood 21, 1963; negative while the remission lasted.
var (
	treated = lifetimes(6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35)
	placebo = lifetimes(1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)
)

func lifetimes(times ...int) []Lifetime {
	var out []Lifetime
	for _, n := range times {
		out = append(out, Lifetime{Time: max(n, -n), Ended: n > 0})
	}
	return out
}

func TestKaplanMeier(t *testing.T) {
	// The shares and errors are printed in many textbooks (D. R. Cox and D. Oakes, "Analysis of Survival Data", 1984, table 1.1 and section
	// 4.3); the intervals are those of SAS PROC LIFETEST and of mpmath at 30 digits.
	want := []SurvivalStep{
		{6, 21, 3, 0.8571, 0.0764, 0.6197, 0.9516}, {7, 17, 1, 0.8067, 0.0869, 0.5631, 0.9228}, {10, 15, 1, 0.7529, 0.0963, 0.5032, 0.8894},
		{13, 12, 1, 0.6902, 0.1068, 0.4316, 0.8491}, {16, 11, 1, 0.6275, 0.1141, 0.3675, 0.8049}, {22, 7, 1, 0.5378, 0.1282, 0.2678, 0.7468},
		{23, 6, 1, 0.4482, 0.1346, 0.1881, 0.6801},
	}
	got := KaplanMeier(treated, 0.95)
	if len(got) != len(want) {
		t.Fatalf("%d steps, want %d: %v", len(got), len(want), got)
	}
	for i, g := range got {
		w := want[i]
		if g.Time != w.Time || g.AtRisk != w.AtRisk || g.Ended != w.Ended {
			t.Errorf("step %d is %+v, want %+v", i, g, w)
		}
		for _, pair := range [][2]float64{{g.Share, w.Share}, {g.Error, w.Error}, {g.Low, w.Low}, {g.High, w.High}} {
			if math.Abs(pair[0]-pair[1]) > 6e-5 {
				t.Errorf("step %d is %+v, want %+v", i, g, w)
			}
		}
	}
	// Without censoring it is the plain share, and nothing is left at the end.
	steps := KaplanMeier(placebo, 0.95)
	for _, s := range steps {
		left := 0
		for _, l := range placebo {
			if l.Time > s.Time {
				left++
			}
		}
		if math.Abs(s.Share-float64(left)/21) > 1e-12 {
			t.Errorf("after week %d the share is %g, but %d of 21 are left", s.Time, s.Share, left)
		}
	}
	if last := steps[len(steps)-1]; last.Share != 0 || last.Low != 0 || last.High != steps[len(steps)-2].High {
		t.Errorf("the last step is %+v", last)
	}
}

func TestMedianSurvival(t *testing.T) {
	// SAS PROC LIFETEST: 23 weeks (13, none) and 8 weeks (4, 11).
	if median, low, high := MedianSurvival(KaplanMeier(treated, 0.95)); median != 23 || low != 13 || high != -1 {
		t.Errorf("the median with treatment is %d (%d, %d), want 23 (13, none)", median, low, high)
	}
	if median, low, high := MedianSurvival(KaplanMeier(placebo, 0.95)); median != 8 || low != 4 || high != 11 {
		t.Errorf("the median without treatment is %d (%d, %d), want 8 (4, 11)", median, low, high)
	}
	if median, low, high := MedianSurvival(nil); median != -1 || low != -1 || high != -1 {
		t.Errorf("the median of none is %d (%d, %d)", median, low, high)
	}
	// Exactly half are left after the second of four.
	if median, _, _ := MedianSurvival(KaplanMeier(lifetimes(1, 2, 3, 4), 0.95)); median != 2 {
		t.Errorf("the median of 1, 2, 3, 4 is %d, want 2", median)
	}
}

// TestNothingPanics feeds every function what nobody should: the answers stay numbers, and p values stay between 0 and 1.
func TestNothingPanics(t *testing.T) {
	counts := []int{math.MinInt, -1, 0, 1, 2, 5, 4095, 4096, 100_000, countable, countable + 1, math.MaxInt}
	shares := []float64{math.Inf(-1), -1, 0, 5e-324, 1e-9, 0.5, 0.95, 1 - 1e-16, 1, 2, math.MaxFloat64, math.Inf(1), math.NaN()}
	p := func(name string, v float64) {
		if !(v >= 0 && v <= 1) {
			t.Errorf("%s is %g", name, v)
		}
	}
	finite := func(name string, values ...float64) {
		for _, v := range values {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("%s is %g", name, v)
			}
		}
	}
	for _, a := range counts {
		for _, b := range counts {
			for _, x := range shares {
				p("BinomialTest", BinomialTest(a, b, x))
				p("RateTest", RateTest(a, b, x, 1))
				p("RateTest", RateTest(a, b, x, x))
			}
			for _, c := range counts {
				table := Table{a, b, c, a}
				greater, twoSided := Fisher(table)
				p("Fisher", greater)
				p("Fisher", twoSided)
				p("LeastFisher", LeastFisher(table))
				p("Support", table.Support())
				finite("Lift", table.Lift())
			}
		}
		for _, x := range shares {
			low, high := PoissonInterval(a, x)
			finite("PoissonInterval", low, high)
			if low < 0 || high < low {
				t.Errorf("PoissonInterval(%d, %g) = %g to %g", a, x, low, high)
			}
			for _, y := range shares {
				if low, high, ok := QuantileInterval(a, x, y); ok && (low < 0 || high < low || high >= a) {
					t.Errorf("QuantileInterval(%d, %g, %g) = %d to %d", a, x, y, low, high)
				}
			}
			finite("Quantile", Quantile([]float64{-math.MaxFloat64, math.MaxFloat64}, x), Quantile(nil, x))
			for _, s := range KaplanMeier([]Lifetime{{a, true}, {-3, true}, {5, false}, {5, true}}, x) {
				p("share", s.Share)
				if s.Low < 0 || s.Low > s.Share || s.High < s.Share || s.High > 1 {
					t.Errorf("KaplanMeier at confidence %g has the step %+v", x, s)
				}
			}
		}
	}
	for _, q := range FalseDiscovery(slices.Clone(shares), math.MaxInt) {
		p("q", q)
	}
	if q := FalseDiscovery([]float64{math.NaN()}, -1); q[0] != 1 {
		t.Errorf("what is no p value has the q value %g, want 1", q[0])
	}
}
