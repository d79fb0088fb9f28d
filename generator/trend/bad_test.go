package trend_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"debrief/generator/edition"
	"debrief/generator/testkit/sample"
	"debrief/generator/trend"
)

// TestBadInput gives archives that are empty, poor or wrong: figures stay right, and nothing panics.
func TestBadInput(t *testing.T) {
	tests := []struct {
		name  string
		make  func(w *world)
		asOf  string
		check func(t *testing.T, tr *trend.Trends)
	}{
		{"none", func(*world) {}, "", func(t *testing.T, tr *trend.Trends) {
			if !tr.End.IsZero() || len(tr.Bins) != 0 || tr.All.Judgement != trend.TooFew {
				t.Errorf("end %s, %d bins, %s", tr.End, len(tr.Bins), tr.All.Judgement)
			}
		}},
		{"none, as of a day", func(*world) {}, "2024-01-01", func(t *testing.T, tr *trend.Trends) {
			if tr.End != day("2024-01-01") || !tr.Stated || tr.Recent.From != day("2023-01-02") {
				t.Errorf("end %s, recent %v", tr.End, tr.Recent)
			}
		}},
		{"one", func(w *world) { w.add("2024-03-05 14:02", "Config", "Payments") }, "", func(t *testing.T, tr *trend.Trends) {
			if len(tr.Bins) != 1 || tr.All.Recent != 1 || tr.All.Judgement != trend.TooFew || len(tr.Matrix) != 1 || !tr.Verdict(tr.Incidents[0]).Isolated {
				t.Errorf("%d bins, %+v, %+v", len(tr.Bins), tr.All, tr.Verdict(tr.Incidents[0]))
			}
			if tr.All.Rate != 1 {
				t.Errorf("one incident on one day is a rate of %g a month; a month is the least that is looked at", tr.All.Rate)
			}
		}},
		{"one that says nothing", func(w *world) { w.add("", "", "") }, "", func(t *testing.T, tr *trend.Trends) {
			if len(tr.Incidents) != 0 || tr.Undated != 1 {
				t.Errorf("%d incidents, %d undated", len(tr.Incidents), tr.Undated)
			}
		}},
		{"all on one day", func(w *world) {
			for range 40 {
				w.add("2024-03-05", "Config", "Payments")
			}
		}, "", func(t *testing.T, tr *trend.Trends) {
			f := tr.Factors[0]
			if len(tr.Bins) != 1 || f.MedianGap != 0 || f.GapLow != 0 || f.GapHigh != 0 || f.Judgement != trend.TooFew || len(tr.AfterFix) != 0 || tr.Hours.Unknown != 40 {
				t.Errorf("%d bins, %+v", len(tr.Bins), f)
			}
		}},
		{"no severity", func(w *world) {
			w.add("2024-03-05", "Config", "")
			w.add("2024-03-06", "Config", "").Severity = w.Severities[1]
		}, "", func(t *testing.T, tr *trend.Trends) {
			if len(tr.Severities) != 2 || tr.Severities[0].Severity == nil || tr.Severities[1].Severity != nil || !slices.Equal(tr.Bins[0].BySeverity, []int{1, 1}) {
				t.Errorf("%+v, %v", tr.Severities, tr.Bins[0].BySeverity)
			}
			if len(tr.BySeverity) != 2 || tr.BySeverity[1].Severity != nil || tr.BySeverity[1].Unknown != 1 {
				t.Errorf("%+v", tr.BySeverity)
			}
		}},
		{"no ends", func(w *world) {
			for range 9 {
				w.add("2024-03-05 10:00", "", "Payments")
			}
		}, "", func(t *testing.T, tr *trend.Trends) {
			if len(tr.ToResolve.Lengths) != 0 || tr.ToResolve.Unknown != 9 || tr.ToResolve.Quartiles != nil {
				t.Errorf("%+v", tr.ToResolve)
			}
		}},
		{"in the future of the stated day", func(w *world) {
			w.add("2024-03-05", "Config", "Payments")
			w.add("2034-03-05", "Config", "Payments")
		}, "2024-12-31", func(t *testing.T, tr *trend.Trends) {
			if len(tr.Incidents) != 1 || tr.Later != 1 || tr.Factors[0].Recent != 1 || len(tr.Bins) != 10 {
				t.Errorf("%d incidents, %d later, %d bins", len(tr.Incidents), tr.Later, len(tr.Bins))
			}
			if v := tr.Verdict(tr.Factors[0].Factor.Incidents[1]); v.Text != "" {
				t.Errorf("an incident that is not counted has the verdict %q", v.Text)
			}
		}},
		{"impossible years", func(w *world) {
			w.add("2024-03-05", "Config", "Payments")
			for _, year := range []int{-5, 0, 10_000, 200_000} {
				w.add("", "Config", "Payments").Published = edition.Date{Year: year, Month: 5, Day: 5}
			}
			act(w.Incidents[0], "prevent", "open").Completed = edition.Date{Year: 12_024, Month: 1, Day: 1}
		}, "", func(t *testing.T, tr *trend.Trends) {
			if tr.End != day("2024-03-05") || len(tr.Incidents) != 1 || tr.Undated+tr.Later != 4 {
				t.Errorf("end %s, %d incidents, %d undated, %d later", tr.End, len(tr.Incidents), tr.Undated, tr.Later)
			}
		}},
		{"30 February", func(w *world) {
			w.add("2024-02-29", "Config", "Payments")
			w.add("", "Config", "Payments").Published = edition.Date{Year: 2024, Month: 2, Day: 30}
		}, "2024-03-01", func(t *testing.T, tr *trend.Trends) {
			if len(tr.Incidents) != 1 || tr.Undated != 1 || tr.All.Recent != 1 {
				t.Errorf("%d incidents, %d undated, %+v", len(tr.Incidents), tr.Undated, tr.All)
			}
		}},
		{"an impossible stated day", func(w *world) { w.add("2024-03-05", "", "") }, "", func(t *testing.T, tr *trend.Trends) {
			again := trend.New(&edition.Edition{Incidents: tr.Incidents}, trend.Options{AsOf: edition.Date{Year: 123_456, Month: 1, Day: 1}})
			if again.End != tr.End || again.Stated {
				t.Errorf("the periods end on %s", again.End)
			}
		}},
		{"40 years", func(w *world) {
			for year := 1984; year <= 2024; year++ {
				w.add(time.Date(year, 3, 5, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), "Config", "Payments")
			}
		}, "", func(t *testing.T, tr *trend.Trends) {
			if len(tr.Bins) != 41 || tr.Bins[0].Unit != trend.Years || tr.Bins[0].Name != "1984" || tr.Factors[0].MedianGap != 365 {
				t.Errorf("%d bins, the first %+v", len(tr.Bins), tr.Bins[0].Name)
			}
		}},
		{"from year 1 to 9999", func(w *world) {
			w.add("", "Config", "Payments").Published = edition.Date{Year: 1, Month: 1, Day: 1}
			w.add("", "Config", "Payments").Published = edition.Date{Year: 9999, Month: 12, Day: 31}
		}, "", func(t *testing.T, tr *trend.Trends) {
			if len(tr.Bins) > 82 || tr.Verdict(tr.Incidents[0]).Text != "Seen before: the one before this in which “Config” contributed on Payments was 3652058 days earlier." {
				t.Errorf("%d bins, %q", len(tr.Bins), tr.Verdict(tr.Incidents[0]).Text)
			}
		}},
		{"a factor named twice", func(w *world) {
			w.add("2024-03-05", "Config,Config", "Payments,Payments")
			w.add("2024-03-06", "Config,Config", "Payments")
		}, "", func(t *testing.T, tr *trend.Trends) {
			if len(tr.Factors[0].Incidents) != 2 || len(tr.Matrix) != 1 || len(tr.Matrix[0].Incidents) != 2 || len(tr.Together) != 0 {
				t.Errorf("%d of the factor, matrix %+v, pairs %+v", len(tr.Factors[0].Incidents), tr.Matrix, tr.Together)
			}
		}},
		{"done before it happened, due before it began", func(w *world) {
			inc := w.add("2024-03-05", "Config", "Payments")
			act(inc, "prevent", "2023-01-01")
			act(inc, "prevent", "open").Due = day("1999-01-01")
			w.add("2024-03-06", "Config", "Payments")
		}, "", func(t *testing.T, tr *trend.Trends) {
			f := tr.FollowThrough
			if f.Items[0].Age != -1 || f.LeftOut != 1 || f.Overdue != 1 || f.Oldest[0].Overdue < 9000 || len(tr.AfterFix) != 1 {
				t.Errorf("%+v, after a fix %d", f, len(tr.AfterFix))
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld()
			tt.make(w)
			tr := w.trends(trend.Options{AsOf: day(tt.asOf)})
			examine(t, tr)
			tt.check(t, tr)
		})
	}
}

// TestWildInput makes archives of every kind of nonsense by chance.
func TestWildInput(t *testing.T) {
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 5))
		w := newWorld()
		randomDay := func() edition.Date {
			switch rng.IntN(12) {
			case 0:
				return edition.Date{}
			case 1:
				return edition.Date{Year: rng.IntN(30_000) - 10_000, Month: time.Month(rng.IntN(30)), Day: rng.IntN(90) - 10}
			}
			return dateOf(time.Date(2020, 1, 1+rng.IntN(1500), 0, 0, 0, 0, time.UTC))
		}
		for range rng.IntN(60) {
			inc := w.draw(rng, randomDay().Time().Add(time.Duration(rng.IntN(1440))*time.Minute))
			inc.Published, inc.NearMiss = randomDay(), rng.IntN(5) == 0
			inc.Started.DateOnly = rng.IntN(4) == 0
			if rng.IntN(5) == 0 {
				inc.Started = edition.Moment{}
			}
			if rng.IntN(5) == 0 {
				inc.Severity, inc.Factors = nil, nil
			}
			for range rng.IntN(4) {
				inc.Actions = append(inc.Actions, &edition.Action{
					Incident: inc, Status: []edition.ActionStatus{edition.Open, edition.InProgress, edition.Done, edition.Dropped, "what?"}[rng.IntN(5)],
					Type: []string{"prevent", "detect", "mitigate", "process", "", "what?"}[rng.IntN(6)], Due: randomDay(), Completed: randomDay(), Slipped: []edition.Date{randomDay()},
				})
			}
			inc.ToResolve = time.Duration(rng.Int64() - 1<<62)
		}
		if rng.IntN(2) == 0 {
			w.Audience = edition.External
		}
		examine(t, w.trends(trend.Options{AsOf: randomDay()}))
	}
}

// examine holds what is true of all figures.
func examine(t *testing.T, tr *trend.Trends) {
	t.Helper()
	finite(t, reflect.ValueOf(*tr), "Trends", 0)
	n := len(tr.Incidents)
	sum := 0
	for i, b := range tr.Bins {
		sum += len(b.Incidents)
		if i > 0 && b.From.Time() != tr.Bins[i-1].To.Time().AddDate(0, 0, 1) {
			t.Errorf("bin %s does not follow %s", b.Name, tr.Bins[i-1].Name)
		}
		inBin := 0
		for _, c := range b.BySeverity {
			inBin += c
		}
		if inBin != len(b.Incidents) {
			t.Errorf("%s has %d incidents, but by severity %d", b.Name, len(b.Incidents), inBin)
		}
		for _, inc := range b.Incidents {
			if !b.Has(inc.Date()) {
				t.Errorf("%s holds an incident of %s", b.Name, inc.Date())
			}
		}
	}
	if sum != n || len(tr.Bins) > 82 {
		t.Errorf("%d bins hold %d of %d incidents", len(tr.Bins), sum, n)
	}
	change := func(name string, c trend.Change, incidents []*edition.Incident) {
		recent, before := 0, 0
		for _, inc := range incidents {
			if tr.Recent.Has(inc.Date()) {
				recent++
			}
			if tr.Before.Has(inc.Date()) {
				before++
			}
		}
		if c.Recent != recent || c.Before != before || c.P < 0 || c.P > 1 || c.Q < c.P-1e-12 || c.Q > 1 || c.Rate < c.RateLow || c.Rate > c.RateHigh || c.Judgement == "" {
			t.Errorf("%s: %+v, want %d and %d", name, c, recent, before)
		}
	}
	change("all", tr.All, tr.Incidents)
	for _, s := range tr.Severities {
		change("severity", s.Change, s.Incidents)
		sum -= len(s.Incidents)
	}
	if sum != 0 {
		t.Errorf("severities hold %d incidents too few", sum)
	}
	for _, r := range slices.Concat(tr.Factors, tr.Services) {
		change(r.Name, r.Change, r.Incidents)
		inBins := 0
		for _, c := range r.Counts {
			inBins += c
		}
		if inBins != len(r.Incidents) || r.Share < 0 || r.Share > 1 || r.MedianGap < r.GapLow || r.GapHigh >= 0 && r.MedianGap > r.GapHigh {
			t.Errorf("%s has %d incidents, %d in bins, share %g, gap %d (%d to %d)", r.Name, len(r.Incidents), inBins, r.Share, r.MedianGap, r.GapLow, r.GapHigh)
		}
	}
	for _, c := range tr.Matrix {
		change(c.Factor.Name+" on "+c.Service.Name, c.Change, c.Incidents)
	}
	for _, p := range tr.Together {
		if len(p.Incidents) < 2 || p.A == p.B || p.P < 0 || p.Q < p.P-1e-12 || p.Q > 1 || p.Lift < 0 {
			t.Errorf("%+v", p)
		}
	}
	for _, r := range slices.Concat(tr.AfterFix, tr.StillOpen) {
		if r.Days <= 0 || len(r.Items) == 0 {
			t.Errorf("%s on %s after %d days, by %d items", r.Factor.Name, r.Service.Name, r.Days, len(r.Items))
		}
	}
	f := tr.FollowThrough
	if f.Open+f.Done+f.Dropped != len(f.Items) || len(f.Oldest) != f.Open || len(f.Slips) != f.Slipped || f.Survival.Total+f.LeftOut != len(f.Items) {
		t.Errorf("%d open, %d done, %d dropped of %d; %d oldest; %d slips of %d; %d in the curve, %d left out", f.Open, f.Done, f.Dropped, len(f.Items), len(f.Oldest),
			len(f.Slips), f.Slipped, f.Survival.Total, f.LeftOut)
	}
	for _, inc := range tr.Incidents {
		if tr.Verdict(inc).Text == "" {
			t.Errorf("nothing is said of the incident of %s", inc.Date())
		}
	}
}

// finite looks for numbers that are none.
func finite(t *testing.T, v reflect.Value, path string, depth int) {
	switch v.Kind() {
	case reflect.Float64:
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			t.Errorf("%s is %g", path, f)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Name != "Incident" && f.Name != "Incidents" {
				finite(t, v.Field(i), path+"."+f.Name, depth)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			finite(t, v.Index(i), path, depth)
		}
	case reflect.Pointer:
		if _, ok := v.Interface().(*trend.Recurrence); ok {
			finite(t, v.Elem(), path, depth+1)
		}
	}
}

// TestDeterminism gives the same incidents in another order, and twice.
func TestDeterminism(t *testing.T) {
	w, rng := noise(3)
	for i, inc := range w.Incidents {
		if i%2 == 0 {
			act(inc, "prevent", dateOf(inc.Started.Time.AddDate(0, 0, 40)).String())
		}
	}
	a, b := w.trends(trend.Options{}), w.trends(trend.Options{})
	if !alike(a, b) {
		t.Error("the same edition has other figures the second time")
	}
	shuffled := *w.Edition
	shuffled.Incidents = slices.Clone(w.Incidents)
	rng.Shuffle(len(shuffled.Incidents), func(i, j int) {
		shuffled.Incidents[i], shuffled.Incidents[j] = shuffled.Incidents[j], shuffled.Incidents[i]
	})
	if !alike(a, trend.New(&shuffled, trend.Options{})) {
		t.Error("the figures depend on the order of the incidents")
	}
}

// alike reports whether two Trends tell the same of the same incidents, the verdicts included.
func alike(a, b *trend.Trends) bool {
	x, y := reflect.ValueOf(*a), reflect.ValueOf(*b)
	for i := range x.NumField() {
		if x.Type().Field(i).IsExported() && !reflect.DeepEqual(x.Field(i).Interface(), y.Field(i).Interface()) {
			return false
		}
	}
	for _, inc := range a.Incidents {
		if !reflect.DeepEqual(a.Verdict(inc), b.Verdict(inc)) {
			return false
		}
	}
	return true
}

// TestVerdictAlone asks for verdicts without the figures: they are those that the figures have, and tell of the same recurrences.
func TestVerdictAlone(t *testing.T) {
	w, _ := noise(5)
	for i, inc := range w.Incidents {
		act(inc, "prevent", []string{dateOf(inc.Started.Time.AddDate(0, 0, 20+i%90)).String(), "open"}[i%3/2])
	}
	all := w.trends(trend.Options{})
	study := trend.Begin(w.Edition, trend.Options{})
	var afterFix, stillOpen, since int
	for _, inc := range all.Incidents {
		got, want := study.Verdict(inc), all.Verdict(inc)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%s: %+v alone, %+v with the figures", inc.ID, got, want)
		}
		of := func(list []trend.Repeat, is func(trend.Repeat) bool) (part []trend.Repeat) {
			for _, r := range list {
				if is(r) {
					part = append(part, r)
				}
			}
			return part
		}
		isLater := func(r trend.Repeat) bool { return r.Later == inc }
		isEarlier := func(r trend.Repeat) bool { return r.Earlier == inc }
		if !reflect.DeepEqual(got.AfterFix, of(all.AfterFix, isLater)) || !reflect.DeepEqual(got.StillOpen, of(all.StillOpen, isLater)) ||
			!reflect.DeepEqual(got.AfterFixOf, of(all.AfterFix, isEarlier)) {
			t.Fatalf("%s: the recurrences are not those of the figures", inc.ID)
		}
		afterFix, stillOpen, since = afterFix+len(got.AfterFix), stillOpen+len(got.StillOpen), since+len(got.AfterFixOf)
	}
	if afterFix == 0 || stillOpen == 0 || since != afterFix || afterFix != len(all.AfterFix) {
		t.Errorf("%d recurrences after a fix, %d of the earlier ones, %d while one was open: this proves nothing", afterFix, since, stillOpen)
	}
}

// TestOutside has what the outside does not know: nothing is told of it.
func TestOutside(t *testing.T) {
	inside, outside := trend.New(sample.Edition(edition.Internal), trend.Options{}), trend.New(sample.Edition(edition.External), trend.Options{})
	examine(t, inside)
	examine(t, outside)
	if len(outside.Detection)+len(outside.Classes)+len(outside.Deferred)+len(outside.NearMisses)+len(outside.Luck)+len(outside.WentWell)+len(outside.ToDetect.Lengths)+
		len(outside.Scale.Unstated) != 0 {
		t.Error("the outside learns what is inside")
	}
	if len(inside.Detection) == 0 || len(inside.WentWell) == 0 || len(inside.ToDetect.Lengths) == 0 {
		t.Error("the inside lacks its registers")
	}
	for _, i := range outside.FollowThrough.Items {
		if i.Commitment == nil || i.Action != nil {
			t.Errorf("outside is the action item %q", i.Text)
		}
	}
	if len(outside.FollowThrough.Items) != 4 || len(inside.FollowThrough.Items) != 2 {
		t.Errorf("%d commitments outside, %d actions inside", len(outside.FollowThrough.Items), len(inside.FollowThrough.Items))
	}
}
