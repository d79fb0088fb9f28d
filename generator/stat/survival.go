package stat

import (
	"cmp"
	"math"
	"slices"
)

// Lifetime is how long something was watched, and whether it ended then or was still there.
type Lifetime struct {
	Time  int
	Ended bool
}

// SurvivalStep is a time at which something ended.
type SurvivalStep struct {
	// AtRisk were there until then, of which Ended ended.
	Time, AtRisk, Ended int
	// Share is the estimated share that is there after it, Error its standard error, Low and High the ends of its interval.
	Share, Error, Low, High float64
}

// KaplanMeier estimates the share that is there after each time at which something ended, the earliest first (E. L. Kaplan and P. Meier,
// "Nonparametric estimation from incomplete observations", Journal of the American Statistical Association 53, 1958), with the error of
// M. Greenwood ("The natural duration of cancer", 1926) and the interval on the scale of log(-log) that cannot leave 0 to 1 (J. D.
// Kalbfleisch and R. L. Prentice, "The Statistical Analysis of Failure Time Data", 1980, section 1.3). What is still there at the time at
// which another ends counts as at risk there. Where nothing is left the error has no value, and the interval reaches from 0 to the High of
// the step before. Negative times count as 0.
func KaplanMeier(lifetimes []Lifetime, confidence float64) []SurvivalStep {
	if !(confidence > 0 && confidence < 1) {
		confidence = 0.95
	}
	z := normalQuantile(1 - (1-confidence)/2)
	sorted := slices.Clone(lifetimes)
	for i := range sorted {
		sorted[i].Time = max(sorted[i].Time, 0)
	}
	slices.SortFunc(sorted, func(a, b Lifetime) int { return cmp.Compare(a.Time, b.Time) })

	var steps []SurvivalStep
	share, greenwood, high := 1.0, 0.0, 1.0
	for i := 0; i < len(sorted); {
		step := SurvivalStep{Time: sorted[i].Time, AtRisk: len(sorted) - i}
		for ; i < len(sorted) && sorted[i].Time == step.Time; i++ {
			if sorted[i].Ended {
				step.Ended++
			}
		}
		if step.Ended == 0 {
			continue
		}
		n, ended := float64(step.AtRisk), float64(step.Ended)
		if step.Ended == step.AtRisk {
			step.High = high
		} else {
			share *= (n - ended) / n
			greenwood += ended / (n * (n - ended))
			step.Share, step.Error = share, share*math.Sqrt(greenwood)
			reach := z * math.Sqrt(greenwood) / math.Abs(math.Log(share))
			step.Low, step.High = math.Pow(share, math.Exp(reach)), math.Pow(share, math.Exp(-reach))
			high = step.High
		}
		steps = append(steps, step)
	}
	return steps
}

// MedianSurvival returns the first time after which half or less are there, and its interval: the times at which the interval of the share
// holds one half (R. Brookmeyer and J. Crowley, "A confidence interval for the median survival time", Biometrics 38, 1982). A time that is not
// reached is -1.
func MedianSurvival(steps []SurvivalStep) (median, low, high int) {
	return firstAtHalf(steps, func(s SurvivalStep) float64 { return s.Share }),
		firstAtHalf(steps, func(s SurvivalStep) float64 { return s.Low }),
		firstAtHalf(steps, func(s SurvivalStep) float64 { return s.High })
}

func firstAtHalf(steps []SurvivalStep, of func(SurvivalStep) float64) int {
	for _, s := range steps {
		if of(s) <= 0.5+1e-12 { // a product of fractions that is one half may come out a little above it
			return s.Time
		}
	}
	return -1
}
