package trend_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"debrief/generator/edition"
	"debrief/generator/trend"
)

// noise is an archive in which nothing changes: incidents come at a constant rate, and factors, services, severities, sources and classes
// are drawn with constant, very uneven chances, independent of each other.
func noise(seed uint64) (*world, *rand.Rand) {
	rng := rand.New(rand.NewPCG(seed, 2024))
	w := newWorld()
	aYear, years := 30+rng.IntN(121), 2+3*rng.Float64()
	hour, end := 0.0, years*365.25*24
	for {
		hour += rng.ExpFloat64() * 365.25 * 24 / float64(aYear)
		if hour > end {
			return w, rng
		}
		w.draw(rng, time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(hour*float64(time.Hour))))
	}
}

// draw adds an incident of the noise.
func (w *world) draw(rng *rand.Rand, at time.Time) *edition.Incident {
	var factors, services []string
	inc := w.add("", "", "")
	inc.Started.Time = at
	for range 1 + zipf(rng, 3) {
		if name := fmt.Sprintf("F%02d", zipf(rng, 20)); !slices.Contains(factors, name) {
			factors = append(factors, name)
			inc.Factors = append(inc.Factors, w.factor(name))
		}
	}
	for range 1 + zipf(rng, 2) {
		if name := fmt.Sprintf("S%02d", zipf(rng, 15)); !slices.Contains(services, name) {
			services = append(services, name)
			inc.Services = append(inc.Services, w.service(name))
		}
	}
	inc.Severity = w.Severities[3-zipf(rng, 4)]
	inc.DetectedBy = []string{"alert", "customer", "employee", "partner", ""}[zipf(rng, 5)]
	inc.Class = []string{"unanticipated", "anticipated", "known-bug", ""}[zipf(rng, 4)]
	if rng.IntN(10) > 0 {
		inc.ToResolve = time.Duration(math.Exp(rng.NormFloat64()*1.5+4.5)) * time.Minute
	}
	return inc
}

// zipf picks one of n, the first twice as often as the second and n times as often as the last.
func zipf(rng *rand.Rand, n int) int {
	sum := 0.0
	for i := range n {
		sum += 1 / float64(i+1)
	}
	x := rng.Float64() * sum
	for i := range n {
		if x -= 1 / float64(i+1); x < 0 {
			return i
		}
	}
	return n - 1
}

// falseMore counts what is called more frequent than before among the factors, services and severities.
func falseMore(t *trend.Trends) int {
	n := 0
	for _, list := range [][]*trend.Recurrence{t.Factors, t.Services} {
		for _, r := range list {
			if r.Judgement == trend.More {
				n++
			}
		}
	}
	for _, s := range t.Severities {
		if s.Judgement == trend.More {
			n++
		}
	}
	return n
}

// anyMore reports whether anything at all is called more frequent than before.
func anyMore(t *trend.Trends) bool {
	return falseMore(t) > 0 || t.All.Judgement == trend.More ||
		slices.ContainsFunc(t.Matrix, func(c trend.Cell) bool { return c.Judgement == trend.More }) ||
		slices.ContainsFunc(t.Detection, func(s trend.Source) bool { return s.Judgement == trend.More }) ||
		slices.ContainsFunc(t.Classes, func(c trend.Class) bool { return c.Judgement == trend.More })
}

// TestNoise holds the promise of the page: in archives where nothing changes, at most one in twenty shows a factor, a service or a severity as more than before.
// The other questions of the page, each on its own, do no worse.
func TestNoise(t *testing.T) {
	archives := 600
	if testing.Short() {
		archives = 200
	}
	more, anything, all, cells, pairs, others := 0, 0, 0, 0, 0, 0
	count := func(n *int, found bool) {
		if found {
			*n++
		}
	}
	for seed := range archives {
		w, _ := noise(uint64(seed))
		tr := w.trends(trend.Options{})
		count(&more, falseMore(tr) > 0)
		count(&anything, anyMore(tr))
		count(&all, tr.All.Judgement == trend.More)
		count(&cells, slices.ContainsFunc(tr.Matrix, func(c trend.Cell) bool { return c.Judgement == trend.More }))
		count(&pairs, slices.ContainsFunc(tr.Together, func(p trend.Pair) bool { return p.Notable }))
		count(&others, slices.ContainsFunc(tr.Detection, func(s trend.Source) bool { return s.Judgement == trend.More }) ||
			slices.ContainsFunc(tr.Classes, func(c trend.Class) bool { return c.Judgement == trend.More }))
	}
	t.Logf("of %d archives without any change so many show one as more: anything %d; factors, services or severities %d; all incidents %d; a factor on a service %d; detection or class %d; "+
		"and so many show factors that go together: %d", archives, anything, more, all, cells, others, pairs)
	for what, n := range map[string]int{"anything": anything, "a factor, service or severity": more, "all": all, "a cell": cells, "a source or class": others, "a pair": pairs} {
		if n > archives/20 {
			t.Errorf("%s is called more in %d of %d archives without a change, want at most %d", what, n, archives, archives/20)
		}
	}
}

// TestYoungNoise is the same for archives that began less than two years before their end: what was not written down is not a rise.
func TestYoungNoise(t *testing.T) {
	more := 0
	for seed := range uint64(200) {
		w, rng := noise(seed)
		sample := w.trends(trend.Options{})
		months := 1 + rng.IntN(22)
		from := sample.End.Time().AddDate(0, -months, 0)
		w.Incidents = slices.DeleteFunc(w.Incidents, func(inc *edition.Incident) bool { return inc.Started.Time.Before(from) })
		if tr := w.trends(trend.Options{}); falseMore(tr) > 0 || tr.All.Judgement == trend.More {
			more++
		}
	}
	t.Logf("more in %d of 200", more)
	if more > 10 {
		t.Errorf("%d of 200 young archives without a change show one", more)
	}
}

// TestPlanted hides four patterns in noise and looks for exactly these.
func TestPlanted(t *testing.T) {
	const archives = 40
	var tripled, together, repeated, falseFactors int
	for seed := range uint64(archives) {
		w, rng := noise(1000 + seed)
		last := w.Incidents[len(w.Incidents)-1].Started.Time
		plant := func(daysBeforeEnd int, factors, services string) *edition.Incident {
			at := last.AddDate(0, 0, -daysBeforeEnd).Truncate(24 * time.Hour).Add(time.Duration(rng.IntN(600)) * time.Minute)
			return w.add(at.Format("2006-01-02 15:04"), factors, services)
		}
		// A factor that triples: 12 a year, then 36, on services as they come.
		for n := range 48 {
			days := 5 + rng.IntN(355)
			if n < 12 {
				days += 366
			}
			plant(days, "Tripling", fmt.Sprintf("S%02d", zipf(rng, 15)))
		}
		// Two factors that keep company, at a constant rate.
		for range 8 {
			plant(5+rng.IntN(725), "Tick,Tock", "S01")
			plant(5+rng.IntN(725), "Tick", "S02")
			plant(5+rng.IntN(725), "Tock", "S03")
		}
		// A service that repeats after its fix.
		fixed := plant(300, "Loose screw", "Ferry")
		act(fixed, "prevent", dateOf(last.AddDate(0, 0, -250)).String())
		again := plant(200, "Loose screw", "Ferry")
		act(again, "prevent", "open")
		third := plant(100, "Loose screw", "Ferry")

		tr := w.trends(trend.Options{})
		if r := tr.Factors[0]; r.Name == "Tripling" && r.Judgement == trend.More {
			tripled++
		}
		for _, f := range tr.Factors {
			if f.Name != "Tripling" && f.Judgement == trend.More {
				falseFactors++
				break
			}
		}
		if p := tr.Together[0]; p.Notable && p.A.Name == "Tick" && p.B.Name == "Tock" {
			together++
		}
		if len(tr.AfterFix) == 2 && len(tr.StillOpen) == 1 &&
			tr.AfterFix[0].Later == third && tr.AfterFix[0].Earlier == fixed && tr.AfterFix[1].Later == again && tr.AfterFix[1].Days == 100 &&
			tr.StillOpen[0].Later == third && tr.StillOpen[0].Earlier == again {
			repeated++
		}
	}
	t.Logf("of %d archives: tripled %d, together %d, repeated %d; another factor called more: %d", archives, tripled, together, repeated, falseFactors)
	if tripled < archives*9/10 || together < archives*9/10 || repeated != archives {
		t.Errorf("of %d archives the tripling factor was found in %d, the pair in %d, the repeat after a fix in %d", archives, tripled, together, repeated)
	}
	if falseFactors > archives/10 {
		t.Errorf("in %d of %d archives a factor was called more that was not planted", falseFactors, archives)
	}
}
