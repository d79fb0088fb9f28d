package trend_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"debrief/generator/edition"
	"debrief/generator/testkit/sample"
	"debrief/generator/trend"
)

func TestPeriods(t *testing.T) {
	tests := []struct {
		name, first, last, asOf string
		recent, before          string
	}{
		{"two full periods", "2020-01-01", "2024-06-30", "", "2023-07-01 to 2024-06-30", "2022-07-01 to 2023-06-30"},
		{"the end on a leap day", "2020-01-01", "2024-02-29", "", "2023-03-01 to 2024-02-29", "2022-03-01 to 2023-02-28"},
		{"the end the year after", "2020-01-01", "2025-02-28", "", "2024-02-29 to 2025-02-28", "2023-03-01 to 2024-02-28"},
		{"a stated day", "2020-01-01", "2023-06-30", "2024-12-31", "2024-01-01 to 2024-12-31", "2023-01-01 to 2023-12-31"},
		{"begun within the earlier one", "2022-10-01", "2024-06-30", "", "2023-07-01 to 2024-06-30", "2022-10-01 to 2023-06-30"},
		{"begun within the recent one", "2023-10-01", "2024-06-30", "", "2023-07-01 to 2024-06-30", " to "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld()
			w.add(tt.first, "", "")
			w.add(tt.last, "", "")
			tr := w.trends(trend.Options{AsOf: day(tt.asOf)})
			show := func(p trend.Period) string { return p.From.String() + " to " + p.To.String() }
			if show(tr.Recent) != tt.recent || show(tr.Before) != tt.before {
				t.Errorf("recent %s, before %s; want %s and %s", show(tr.Recent), show(tr.Before), tt.recent, tt.before)
			}
		})
	}
}

// TestEnd names every kind of record that may be the newest.
func TestEnd(t *testing.T) {
	for name, set := range map[string]func(inc *edition.Incident){
		"started":   func(inc *edition.Incident) { inc.Started.Time = day("2024-05-05").Time() },
		"mitigated": func(inc *edition.Incident) { inc.Mitigated.Time = day("2024-05-05").Time() },
		"resolved":  func(inc *edition.Incident) { inc.Resolved.Time = day("2024-05-05").Time() },
		"published": func(inc *edition.Incident) { inc.Published = day("2024-05-05") },
		"amended":   func(inc *edition.Incident) { inc.Amendments = []edition.Amendment{{Date: day("2024-05-05")}} },
		"done":      func(inc *edition.Incident) { act(inc, "", "2024-05-05") },
	} {
		w := newWorld()
		inc := w.add("2024-03-05", "", "")
		set(inc)
		act(inc, "", "open").Due = day("2030-01-01") // what is due has not happened
		if tr := w.trends(trend.Options{}); tr.End != day("2024-05-05") || tr.Stated {
			t.Errorf("%s: the end is %s", name, tr.End)
		}
	}
}

func TestBins(t *testing.T) {
	for _, tt := range []struct {
		from, to    string
		unit        trend.Unit
		bins        int
		first, last string
	}{
		{"2024-03-31", "2024-04-01", trend.Months, 2, "Mar 2024", "Apr 2024"},
		{"2018-01-15", "2023-12-15", trend.Months, 72, "Jan 2018", "Dec 2023"},
		{"2017-11-15", "2024-02-15", trend.Quarters, 26, "Q4 2017", "Q1 2024"},
		{"1995-01-15", "2024-02-15", trend.Years, 30, "1995", "2024"},
		{"1628-08-10", "2024-02-15", trend.Years, 80, "1625–1629", "2020–2024"},
	} {
		w := newWorld()
		w.add(tt.from, "", "")
		w.add(tt.to, "", "")
		b := w.trends(trend.Options{}).Bins
		if len(b) != tt.bins || b[0].Unit != tt.unit || b[0].Name != tt.first || b[len(b)-1].Name != tt.last {
			t.Errorf("%s to %s: %d bins from %s to %s", tt.from, tt.to, len(b), b[0].Name, b[len(b)-1].Name)
		}
	}
}

// repeat adds n incidents on one day.
func (w *world) repeat(n int, at, factors, services string) {
	for range n {
		w.add(at, factors, services)
	}
}

// TestJudgement compares 2024 with 2023. By the binomial distribution p is 0.031 for 6 and 0, 0.052 for 16 and 6, 0.035 for 17 and 6.
func TestJudgement(t *testing.T) {
	for _, tt := range []struct {
		recent, before int
		want           trend.Judgement
	}{
		{0, 0, trend.TooFew}, {5, 0, trend.TooFew}, {6, 0, trend.More}, {0, 6, trend.Less}, {5, 1, trend.Normal}, {15, 6, trend.Normal}, {17, 6, trend.More},
		{16, 6, trend.Normal}, {18, 6, trend.More}, {6, 18, trend.Less}, {100, 100, trend.Normal}, {140, 100, trend.More},
	} {
		w := newWorld()
		w.add("2020-01-01", "", "")
		w.repeat(tt.recent, "2024-05-05", "", "")
		w.repeat(tt.before, "2023-05-05", "", "")
		c := w.trends(trend.Options{AsOf: day("2024-12-31")}).All
		if c.Recent != tt.recent || c.Before != tt.before || c.Judgement != tt.want {
			t.Errorf("%d after %d: %+v, want %s", tt.recent, tt.before, c, tt.want)
		}
		if want := float64(tt.recent) / 12; c.Rate != want {
			t.Errorf("a rate of %g, want %g", c.Rate, want)
		}
	}
}

// TestYoung compares unequal periods by their rates: 30 in the year after 30 in the seven months before are fewer, not as many.
func TestYoung(t *testing.T) {
	w := newWorld()
	w.repeat(30, "2023-06-05", "", "")
	w.repeat(30, "2024-05-05", "", "")
	tr := w.trends(trend.Options{AsOf: day("2024-12-31")})
	if tr.Before.Days() != 210 || tr.All.Judgement != trend.Less || tr.All.Before != 30 || !tr.Comparable {
		t.Errorf("before has %d days: %+v", tr.Before.Days(), tr.All)
	}
	// Less than half a year of records is nothing to compare with.
	w = newWorld()
	w.repeat(2, "2023-08-05", "", "")
	w.repeat(90, "2024-05-05", "", "")
	if tr := w.trends(trend.Options{AsOf: day("2024-12-31")}); tr.All.Judgement != trend.TooFew || tr.All.P != 1 || tr.All.Before != 2 || tr.Comparable {
		t.Errorf("comparable: %t, %+v", tr.Comparable, tr.All)
	}
	// Three months of records: the rate is that of three months.
	w = newWorld()
	w.repeat(9, "2024-10-01", "", "")
	if c := w.trends(trend.Options{AsOf: day("2024-12-31")}).All; math.Abs(c.Rate-9/(92/30.436875)) > 1e-9 {
		t.Errorf("%+v", c)
	}
}

// TestCorrection has eleven factors of which one rises from 2 to 12 (p = 0.013): alone that is a change, among ten others it is not.
func TestCorrection(t *testing.T) {
	w := newWorld()
	w.add("2020-01-01", "", "")
	w.repeat(12, "2024-05-05", "Rising", "")
	w.repeat(2, "2023-05-05", "Rising", "")
	if r := recurrence(t, w.trends(trend.Options{AsOf: day("2024-12-31")}).Factors, "Rising"); r.Judgement != trend.More || r.Q != r.P {
		t.Errorf("alone: %+v", r.Change)
	}
	for i := range 10 {
		w.repeat(4, "2024-06-06", fmt.Sprintf("Even %d", i), "")
		w.repeat(4, "2023-06-06", fmt.Sprintf("Even %d", i), "")
	}
	r := recurrence(t, w.trends(trend.Options{AsOf: day("2024-12-31")}).Factors, "Rising")
	if r.Judgement != trend.Normal || math.Abs(r.Q-11*r.P) > 1e-12 || math.Abs(r.P-0.012939) > 1e-6 {
		t.Errorf("among others: %+v", r.Change)
	}
	// Factors of which too few are known to be judged do not take from the others.
	w = newWorld()
	w.add("2020-01-01", "", "")
	w.repeat(12, "2024-05-05", "Rising", "")
	w.repeat(2, "2023-05-05", "Rising", "")
	for i := range 10 {
		w.repeat(5, "2024-06-06", fmt.Sprintf("Rare %d", i), "")
	}
	if r := recurrence(t, w.trends(trend.Options{AsOf: day("2024-12-31")}).Factors, "Rising"); r.Judgement != trend.More {
		t.Errorf("among rare ones: %+v", r.Change)
	}
}

func TestRecurrence(t *testing.T) {
	w := newWorld()
	w.add("2020-01-01", "", "")
	for _, at := range []string{"2023-01-10", "2023-02-09", "2023-03-11", "2023-06-19", "2024-06-18"} { // 30, 30, 100 and 365 days
		w.add(at, "Config", "Payments,Search")
	}
	w.add("2024-08-01", "Config", "Payments")
	w.repeat(6, "2024-09-09", "Certificates", "Search")
	act(w.Incidents[1], "prevent", "2023-05-05") // it came back
	act(w.Incidents[5], "prevent", "2024-08-01") // done on the day of the last one
	act(w.Incidents[6], "", "2024-08-20")        // holds
	act(w.Incidents[6], "detect", "2024-08-25")  // claims nothing
	act(w.Incidents[6], "mitigate", "open")      // not yet
	act(w.Incidents[6], "prevent", "dropped")    // never
	act(w.Incidents[7], "process", "open").Due = day("2024-10-01")
	tr := w.trends(trend.Options{AsOf: day("2024-12-31")})

	if got := names(tr.Factors); got != "Certificates Config" {
		t.Errorf("the order is %s: what is more frequent than before comes first", got)
	}
	r := recurrence(t, tr.Factors, "Config")
	if r.Recent != 2 || r.Before != 4 || r.Share != 0.25 || r.First != day("2023-01-10") || r.Last != day("2024-08-01") || r.MedianGap != 44 || r.Open != 1 {
		t.Errorf("%+v", r)
	}
	var helped []string
	for _, i := range r.Helped {
		helped = append(helped, i.Completed.String())
	}
	if got := strings.Join(helped, " "); got != "2024-08-20 2024-08-01" {
		t.Errorf("what helped was done on %s", got)
	}
	if len(r.With) != 2 || r.With[0].Service.Name != "Payments" || len(r.With[0].Incidents) != 6 || len(r.With[1].Incidents) != 5 {
		t.Errorf("with %+v", r.With)
	}
	if r.GapLow != -1 || r.GapHigh != -1 {
		t.Errorf("five gaps have an interval of %d to %d", r.GapLow, r.GapHigh)
	}
	if s := recurrence(t, tr.Services, "Search"); s.Judgement != trend.Normal || len(s.With) != 2 || s.With[0].Factor.Name != "Certificates" || s.MedianGap != 15 || s.GapLow != 0 || s.GapHigh != 100 {
		t.Errorf("%+v", s)
	}
}

func names(of []*trend.Recurrence) string {
	var out []string
	for _, r := range of {
		out = append(out, r.Name)
	}
	return strings.Join(out, " ")
}

func TestTogether(t *testing.T) {
	w := newWorld()
	w.repeat(6, "2024-05-05", "Clock,Certificates", "Search")
	w.repeat(2, "2024-05-05", "Config,Clock", "")
	w.repeat(20, "2024-05-05", "Config", "Search")
	w.repeat(1, "2024-05-05", "Disk,DNS", "")
	w.repeat(9, "2024-05-05", "", "Search") // no factors: not in the base
	tr := w.trends(trend.Options{})
	if len(tr.Together) != 2 {
		t.Fatalf("%d pairs, want the two seen twice or more", len(tr.Together))
	}
	p := tr.Together[0]
	// Of 29 incidents with factors 8 have the clock, 6 the certificates, 6 both: C(8,6) of the C(29,6) ways have that.
	if p.A.Name != "Certificates" || p.B.Name != "Clock" || !p.Notable || math.Abs(p.P-28.0/475020) > 1e-12 || math.Abs(p.Lift-29.0/8) > 1e-12 || math.Abs(p.Share-6.0/29) > 1e-12 {
		t.Errorf("%+v", p)
	}
	if other := tr.Together[1]; other.Notable || other.Lift >= 1 || other.Q != 1 {
		t.Errorf("%+v", other)
	}
	if c := tr.Matrix[0]; c.Factor.Name != "Config" || c.Service.Name != "Search" || len(c.Incidents) != 20 || len(tr.Matrix) != 3 {
		t.Errorf("%d cells, the first %+v", len(tr.Matrix), c)
	}
}

func TestDurations(t *testing.T) {
	w := newWorld()
	for i, minutes := range []int{10, 20, 40, 80, 160, 320, 640, 1280, 2560} {
		inc := w.add("2024-05-05", "", "")
		inc.Severity, inc.ToResolve = w.Severities[i%2], time.Duration(minutes)*time.Minute
	}
	w.Incidents[0].ToResolve, w.Incidents[0].ToMitigate = -1, 5*time.Minute
	w.add("2024-05-05", "", "")
	tr := w.trends(trend.Options{})
	q := tr.ToResolve.Quartiles
	if len(tr.ToResolve.Lengths) != 8 || tr.ToResolve.Unknown != 2 || len(q) != 3 {
		t.Fatalf("%+v", tr.ToResolve)
	}
	// Of eight, the median lies between the fourth and the fifth, and the interval is all of them (textbook tables: n = 8, ranks 1 and 8).
	if m := q[1]; m.Share != 0.5 || m.Value != 240*time.Minute || !m.Bounded || m.Low != 20*time.Minute || m.High != 2560*time.Minute {
		t.Errorf("the median is %+v", m)
	}
	if q[0].Bounded || q[0].Value != 70*time.Minute {
		t.Errorf("the lower quartile is %+v", q[0])
	}
	// Where only the mitigation is known, that is the length of a severity.
	if d := tr.BySeverity[0]; d.Severity != w.Severities[0] || len(d.Lengths) != 5 || d.Lengths[0].Duration != 5*time.Minute {
		t.Errorf("%+v", d)
	}
	if len(tr.BySeverity) != 3 || tr.BySeverity[2].Severity != nil {
		t.Errorf("%d severities", len(tr.BySeverity))
	}
}

func TestDetection(t *testing.T) {
	w := newWorld()
	for _, by := range []string{"alert", "Alert ", "customer", "", "", "", "", "alert"} {
		w.add("2024-05-05", "", "").DetectedBy = by
	}
	var got []string
	for _, s := range w.trends(trend.Options{}).Detection {
		got = append(got, fmt.Sprintf("%q %d", s.Name, len(s.Incidents)))
	}
	if want := `"" 4, "alert" 3, "customer" 1`; strings.Join(got, ", ") != want {
		t.Errorf("%s, want %s", got, want)
	}
	w = newWorld()
	w.repeat(3, "2024-05-05", "", "")
	if tr := w.trends(trend.Options{}); tr.Detection != nil || tr.Classes != nil {
		t.Error("where no author says it, there is nothing to show")
	}
}

func TestClassesAndScale(t *testing.T) {
	w := newWorld()
	yes, no := true, false
	for i, class := range []string{"", "unanticipated", "known-bug", "anticipated", "unanticipated"} {
		inc := w.add("2024-05-05", "", "")
		inc.Class, inc.GrowsWithScale = class, []*bool{nil, &yes, &no, &yes, nil}[i]
	}
	tr := w.trends(trend.Options{})
	var got []string
	for _, c := range tr.Classes {
		got = append(got, fmt.Sprintf("%q %d", c.ID, len(c.Incidents)))
	}
	if want := `"known-bug" 1, "anticipated" 1, "unanticipated" 2, "" 1`; strings.Join(got, ", ") != want {
		t.Errorf("%s, want %s", got, want)
	}
	if len(tr.Scale.Worse) != 2 || len(tr.Scale.Not) != 1 || len(tr.Scale.Unstated) != 2 {
		t.Errorf("%+v", tr.Scale)
	}
}

// TestHours has a start at 23:30 UTC on a Sunday, which is half past midnight on Monday where the archive is kept.
func TestHours(t *testing.T) {
	w := newWorld()
	w.Site.Location = time.FixedZone("", 60*60)
	w.add("2024-05-05 23:30", "", "")
	w.add("2024-05-06 07:00", "", "") // 8 o'clock: work
	w.add("2024-05-06 17:00", "", "") // 18 o'clock: after it
	w.add("2024-05-07", "", "")
	h := w.trends(trend.Options{}).Hours
	if ids(h.Cells[0][0]) != "i0001" || ids(h.Cells[0][8]) != "i0002" || ids(h.Cells[0][18]) != "i0003" || h.Counted != 3 || h.Unknown != 1 || h.OutsideWork != 2 {
		t.Errorf("counted %d, unknown %d, outside work %d", h.Counted, h.Unknown, h.OutsideWork)
	}
	for _, tt := range []struct {
		inside, outside int
		want            trend.Judgement
	}{{1, 1, trend.TooFew}, {30, 70, trend.Normal}, {60, 40, trend.Less}, {5, 95, trend.More}} {
		w := newWorld()
		w.repeat(tt.inside, "2024-05-06 12:00", "", "")
		w.repeat(tt.outside, "2024-05-05 12:00", "", "")
		if h := w.trends(trend.Options{}).Hours; h.Judgement != tt.want {
			t.Errorf("%d at work and %d outside: %s (p = %g), want %s", tt.inside, tt.outside, h.Judgement, h.P, tt.want)
		}
	}
}

func TestRegisters(t *testing.T) {
	w := newWorld()
	section := func(inc *edition.Incident, name, text string) {
		inc.Sections = append(inc.Sections, edition.Section{Name: name, Body: sample.Fragment("<p>" + text + "</p>")})
	}
	w.Terms = []edition.Term{{Term: "SLO", Anchor: "slo"}, {Term: "unused", Anchor: "unused"}}
	old := w.add("2024-01-05", "Config,Clock", "Payments")
	old.DeferredWork, old.NearMiss = " Second supplier ", true
	section(old, "lucky", "It was night.")
	section(old, "went_well", "The ⟦SLO⟧ dashboard, the ⟦SLO⟧.")
	act(old, "prevent", "open")
	w.add("2024-01-05", "Config", "Payments") // the same day: not again
	back := w.add("2024-02-05", "Config", "Payments,Search")
	section(back, "lucky", "Somebody was there.")
	section(back, "went_well", "Rollback.")
	act(back, "detect", "2024-02-06")
	twice := w.add("2024-03-05", "Clock,Config", "Payments")
	w.add("2024-04-05", "Config", "Search")
	undated := w.add("", "", "Payments")
	section(undated, "went_well", "⟦SLO⟧ and patience.")
	undated.Sections = append(undated.Sections, edition.Section{Name: "went_well"}) // a heading without text says nothing
	undated.DeferredWork = "More"

	tr := w.trends(trend.Options{})
	if len(tr.Deferred) != 2 || tr.Deferred[0].Work != "Second supplier" || !slices.Equal(tr.Deferred[0].Again, []*edition.Incident{back, twice}) {
		t.Errorf("%+v", tr.Deferred)
	}
	if len(tr.NearMisses) != 1 || len(tr.Luck) != 2 {
		t.Fatalf("%d near misses, %d strokes of luck", len(tr.NearMisses), len(tr.Luck))
	}
	if l := tr.Luck[0]; l.Incident != back || l.Done != 1 || l.Open != 0 || l.StillLuck {
		t.Errorf("%+v", l)
	}
	if l := tr.Luck[1]; l.Done != 0 || l.Open != 1 || !l.StillLuck {
		t.Errorf("%+v", l)
	}
	var situations []string
	for _, s := range tr.WentWell {
		name := "none"
		if s.Factor != nil {
			name = s.Factor.Name
		}
		situations = append(situations, fmt.Sprint(name, len(s.Notes)))
	}
	if got := strings.Join(situations, " "); got != "Config2 Clock1 none1" {
		t.Errorf("what went well: %s", got)
	}
	if u := tr.Terms; len(u) != 2 || !slices.Equal(u[0].Incidents, []*edition.Incident{old, undated}) || len(u[1].Incidents) != 0 {
		t.Errorf("%+v", u)
	}
}

func TestFollowThrough(t *testing.T) {
	w := newWorld()
	a := w.add("2024-01-01", "", "")
	act(a, "prevent", "2024-01-11")
	act(a, "detect", "2024-01-31")
	act(a, "prevent", "2024-12-24") // after the stated day: open then
	act(a, "mitigate", "dropped")
	act(a, "odd", "open").Due = day("2024-03-01")
	b := w.add("2024-02-01", "", "")
	late := act(b, "process", "open")
	late.Due, late.Slipped = day("2024-03-31"), []edition.Date{day("2024-02-15"), day("2024-03-01")}
	act(b, "", "open").Due = day("2025-01-01")
	act(b, "prevent", "2024-02-01").Slipped = []edition.Date{day("2024-01-31")}
	undone := act(w.add("", "", ""), "prevent", "open")
	undone.Status = edition.InProgress
	unknown := act(b, "prevent", "open")
	unknown.Status = edition.Done

	f := w.trends(trend.Options{AsOf: day("2024-03-31")}).FollowThrough
	if f.Open != 5 || f.Done != 4 || f.Dropped != 1 || f.Overdue != 1 || f.NoDue != 2 || f.Slipped != 2 || f.LeftOut != 3 {
		t.Errorf("open %d, done %d, dropped %d, overdue %d, without a day %d, slipped %d, left out %d", f.Open, f.Done, f.Dropped, f.Overdue, f.NoDue, f.Slipped, f.LeftOut)
	}
	var oldest []string
	for _, i := range f.Oldest {
		oldest = append(oldest, fmt.Sprintf("%d/%d", i.Age, i.Overdue))
	}
	if got := strings.Join(oldest, " "); got != "90/0 90/30 59/0 59/0 -1/0" {
		t.Errorf("the oldest are %s", got)
	}
	if f.Slips[0].Action != late {
		t.Errorf("the most often moved is %q", f.Slips[0].Text)
	}
	// Done after 0, 10 and 30 days; open for 59, 59, 90 and 90.
	s := f.Survival
	if s.Total != 7 || s.Censored != 4 || s.Undated != 1 || s.LastDay != 90 || s.Median != -1 || len(s.Steps) != 3 || s.Biased() {
		t.Errorf("%+v", s)
	}
	if last := s.Steps[2]; last.Day != 30 || last.AtRisk != 5 || last.Done != 1 || math.Abs(last.Share-4.0/7) > 1e-12 {
		t.Errorf("%+v", last)
	}
	var types []string
	for _, r := range f.ByType {
		types = append(types, fmt.Sprintf("%s %d/%d/%d/%d", r.Type, r.Total, r.Open, r.Done, r.Dropped))
	}
	if got, want := strings.Join(types, ", "), "prevent 5/2/3/0, detect 1/0/1/0, mitigate 1/0/0/1, process 1/1/0/0,  2/2/0/0"; got != want {
		t.Errorf("by type: %s, want %s", got, want)
	}
}

// TestOpenArchive publishes its action items whole and makes no commitments after one of its incidents.
func TestOpenArchive(t *testing.T) {
	w := newWorld()
	w.Audience = edition.External
	a, b := w.add("2024-01-01", "", ""), w.add("2024-02-01", "", "")
	act(a, "", "open")
	act(b, "", "open")
	b.Commitments = []*edition.Commitment{{Incident: b, Text: "Try harder", Status: edition.Open}}
	items := w.trends(trend.Options{}).FollowThrough.Items
	if len(items) != 2 || items[0].Commitment == nil || items[1].Action == nil {
		t.Errorf("%+v", items)
	}
}

func TestRepeats(t *testing.T) {
	w := newWorld()
	first := w.add("2024-01-01", "Config", "Payments,Search")
	act(first, "prevent", "2024-01-10")
	act(first, "detect", "2024-01-02")
	act(first, "mitigate", "2024-02-20")
	onTheDay := w.add("2024-01-10", "Config", "Payments") // the fix was done on this very day: neither before nor open after
	second := w.add("2024-02-01", "Config,Clock", "Payments,Search")
	act(second, "process", "open")
	w.add("2024-02-01", "Config", "Payments") // the same day as the second
	w.add("2024-02-10", "Config", "Lockers")  // another service
	w.add("2024-02-10", "Clock", "Payments")  // another factor
	third := w.add("2024-03-01", "Config", "Search")

	tr := w.trends(trend.Options{})
	show := func(list []trend.Repeat) string {
		var out []string
		for _, r := range list {
			var items []string
			for _, i := range r.Items {
				items = append(items, i.Type+" "+string(i.Status))
			}
			out = append(out, fmt.Sprintf("%s>%s %s/%s %d: %s", r.Earlier.ID, r.Later.ID, r.Factor.Name, r.Service.Name, r.Days, strings.Join(items, "+")))
		}
		return strings.Join(out, "\n")
	}
	if got, want := show(tr.AfterFix), `i0001>i0007 Config/Search 60: prevent done+mitigate done
i0001>i0003 Config/Payments 31: prevent done
i0001>i0003 Config/Search 31: prevent done
i0001>i0004 Config/Payments 31: prevent done`; got != want {
		t.Errorf("after a fix:\n%s\nwant\n%s", got, want)
	}
	if got, want := show(tr.StillOpen), `i0001>i0003 Config/Payments 31: mitigate done
i0001>i0003 Config/Search 31: mitigate done
i0001>i0004 Config/Payments 31: mitigate done
i0001>i0002 Config/Payments 9: mitigate done`; got != want {
		t.Errorf("while open:\n%s\nwant\n%s", got, want)
	}
	if v := tr.Verdict(first); len(v.AfterFixOf) != 4 || len(v.AfterFix) != 0 {
		t.Errorf("%d recurrences of the first", len(v.AfterFixOf))
	}
	if v := tr.Verdict(third); len(v.AfterFix) != 1 || v.AfterFix[0].Earlier != first || len(v.StillOpen) != 0 {
		t.Errorf("%+v", v)
	}
	if v := tr.Verdict(onTheDay); len(v.AfterFix) != 0 || len(v.StillOpen) != 1 {
		t.Errorf("%+v", v)
	}
}

// TestRepeatsByHand compares with the plain way, which looks at all pairs of incidents.
func TestRepeatsByHand(t *testing.T) {
	for seed := range uint64(150) {
		rng := rand.New(rand.NewPCG(seed, 9))
		w := newWorld()
		for range 2 + rng.IntN(30) {
			from := time.Date(2024, 1, 1+rng.IntN(60), 0, 0, 0, 0, time.UTC)
			inc := w.add(from.Format(time.DateOnly), "", "")
			inc.Factors = []*edition.Factor{w.factor(fmt.Sprint("F", rng.IntN(2)))}
			inc.Services = []*edition.Service{w.service(fmt.Sprint("S", rng.IntN(2)))}
			for range rng.IntN(3) {
				state := "open"
				if rng.IntN(3) > 0 {
					state = from.AddDate(0, 0, rng.IntN(30)).Format(time.DateOnly)
				}
				act(inc, []string{"prevent", "detect", ""}[rng.IntN(3)], state)
			}
		}
		tr := w.trends(trend.Options{AsOf: day("2024-06-30")})
		var afterFix, stillOpen []string
		for _, later := range w.Incidents {
			var fixed, open *edition.Incident
			for _, earlier := range tr.Incidents { // the newest first
				if !earlier.Started.Time.Before(later.Started.Time) || earlier.Factors[0] != later.Factors[0] || earlier.Services[0] != later.Services[0] {
					continue
				}
				for _, a := range earlier.Actions {
					if a.Type == "detect" {
						continue
					}
					if fixed == nil && a.Status == edition.Done && a.Completed.Time().Before(later.Started.Time) {
						fixed = earlier
					}
					if open == nil && (a.Status != edition.Done || a.Completed.Time().After(later.Started.Time)) {
						open = earlier
					}
				}
			}
			if fixed != nil {
				afterFix = append(afterFix, fixed.ID+">"+later.ID)
			}
			if open != nil {
				stillOpen = append(stillOpen, open.ID+">"+later.ID)
			}
		}
		for what, pair := range map[string][2][]string{"after a fix": {pairsOf(tr.AfterFix), afterFix}, "while open": {pairsOf(tr.StillOpen), stillOpen}} {
			slices.Sort(pair[0])
			slices.Sort(pair[1])
			if !slices.Equal(pair[0], pair[1]) {
				t.Fatalf("seed %d, %s: %v, by hand %v", seed, what, pair[0], pair[1])
			}
		}
	}
}

func pairsOf(list []trend.Repeat) []string {
	var out []string
	for _, r := range list {
		out = append(out, r.Earlier.ID+">"+r.Later.ID)
	}
	return out
}

func TestVerdict(t *testing.T) {
	w := newWorld()
	w.add("2020-01-01", "", "")
	tests := []struct{ at, factors, services, want string }{
		{"2022-01-01", "Disk", "Maps", "Isolated: no other incident shares a factor or a service with this one."},
		{"2022-01-02", "", "", "No factor and no service is named, so that it cannot be compared with others."},
		{"2022-02-01", "DNS", "Search", "The first in which “DNS” contributed on Search; 4 more since."},
		{"2022-06-01", "DNS", "Search", "Repeats: the 2nd in 12 months in which “DNS” contributed on Search; 3 more since."},
		{"2024-02-01", "DNS", "Search", "Seen before: the one before this in which “DNS” contributed on Search was 610 days earlier; 2 more since."},
		{"2024-03-01", "DNS", "Search", "Repeats: the 2nd in 12 months in which “DNS” contributed on Search; 1 more since; too few to tell a trend."},
		{"2024-04-01", "DNS", "Search", "Repeats: the 3rd in 12 months in which “DNS” contributed on Search; too few to tell a trend."},
		{"2023-03-01", "Clock", "Lockers", "The first to which “Clock” contributed; 1 more since."},
		{"2023-04-01", "Retries", "Lockers", "Repeats: the 2nd in 12 months that hit Lockers; none since."},
		{"2024-05-01", "Clock", "Boards", "Seen before: the one before this to which “Clock” contributed was 427 days earlier."},
	}
	var incidents []*edition.Incident
	for _, tt := range tests {
		incidents = append(incidents, w.add(tt.at, tt.factors, tt.services))
	}
	for n := range 9 {
		w.add(fmt.Sprintf("2024-%02d-15", n+1), "Config", fmt.Sprint("Service ", n))
	}
	rising := w.add("2023-06-01", "Config", "Gates")
	tr := w.trends(trend.Options{AsOf: day("2024-12-31")})
	for i, tt := range tests {
		if got := tr.Verdict(incidents[i]); got.Text != tt.want || got.Isolated != strings.HasPrefix(tt.want, "Isolated") {
			t.Errorf("%s: %q, want %q", tt.at, got.Text, tt.want)
		}
	}
	want := "Part of a trend: “Config” contributed to 9 incidents in the 12 months to 31 Dec 2024 and to 1 in the 12 before, unlikely by chance."
	if v := tr.Verdict(w.factor("Config").Incidents[0]); v.Text != want || v.Factor != w.factor("Config") || v.Service != nil {
		t.Errorf("%q, want %q", v.Text, want)
	}
	if got, want := tr.Verdict(rising).Text, "The first to which “Config” contributed; 9 more since."; got != want {
		t.Errorf("of an older one: %q, want %q", got, want)
	}
	if v := tr.Verdict(&edition.Incident{}); v.Text != "" {
		t.Errorf("of one that is not counted: %q", v.Text)
	}
}
