package page

import (
	"slices"
	"testing"
	"time"

	"debrief/generator/edition"
)

func at(hour, minute int) edition.Moment {
	return edition.Moment{Time: time.Date(2024, 3, 5, hour, minute, 0, 0, time.UTC)}
}

func TestFigure(t *testing.T) {
	inc := &edition.Incident{
		Title: "Checkout slow", Started: at(14, 0), Detected: at(14, 6), Declared: at(14, 8), Mitigated: at(14, 30), Resolved: at(15, 0),
		Timeline: []edition.Entry{
			{Time: at(13, 0), Text: "before the incident"},
			{Time: at(14, 15), Text: "in the middle"},
			{Time: at(14, 30), Text: "the milestone itself", Milestone: edition.Mitigated},
		},
	}
	f := figure(inc, insidePhases)
	if f == nil {
		t.Fatal("an incident with five milestones has no figure")
	}
	wantPhases := []struct {
		kind     string
		x, width float64
	}{{"undetected", 0, 10}, {"responding", 10, 40}, {"mitigated", 50, 50}}
	if len(f.Phases) != len(wantPhases) {
		t.Fatalf("phases are %+v, want %+v", f.Phases, wantPhases)
	}
	for i, want := range wantPhases {
		if got := f.Phases[i]; got.Kind != want.kind || got.X != want.x || got.Width != want.width {
			t.Errorf("phase %d is %+v, want %+v", i, got, want)
		}
	}
	if len(f.Dots) != 1 || f.Dots[0].X != 25 {
		t.Errorf("dots are %+v; want only the entry in the middle, at 25", f.Dots)
	}
	rows := map[int][]float64{}
	for _, m := range f.Marks {
		start, end := m.X, m.X+labelWidth
		if m.End {
			start, end = m.X-labelWidth, m.X
		}
		for i := 0; i < len(rows[m.Row]); i += 2 {
			if start < rows[m.Row][i+1] && rows[m.Row][i] < end {
				t.Errorf("the label of %s meets another in row %d", m.Name, m.Row)
			}
		}
		rows[m.Row] = append(rows[m.Row], start, end)
		if start < 0 || end > 100 {
			t.Errorf("the label of %s leaves the figure: %v to %v", m.Name, start, end)
		}
	}
}

func TestFigureNeedsTwoTimes(t *testing.T) {
	for name, inc := range map[string]*edition.Incident{
		"nothing known": {},
		"one moment":    {Started: at(14, 0)},
		"two equal":     {Started: at(14, 0), Resolved: at(14, 0)},
		"only days": {
			Started:  edition.Moment{Time: at(0, 0).Time, DateOnly: true},
			Resolved: edition.Moment{Time: at(0, 0).Time.AddDate(0, 0, 3), DateOnly: true},
		},
	} {
		if f := figure(inc, insidePhases); f != nil {
			t.Errorf("%s: there is a figure: %+v", name, f)
		}
	}
}

// A span of 40 years and one of a minute both give a few readable ticks.
func TestTicks(t *testing.T) {
	start := time.Date(2024, 3, 5, 14, 3, 0, 0, time.UTC)
	for _, span := range []time.Duration{time.Minute, 7 * time.Minute, time.Hour, 26 * time.Hour, 40 * 24 * time.Hour, 40 * 365 * 24 * time.Hour} {
		end := start.Add(span)
		x := func(at time.Time) float64 { return 100 * float64(at.Sub(start)) / float64(span) }
		got := ticks(start, end, x)
		if len(got) > 50 {
			t.Errorf("a span of %v has %d ticks", span, len(got))
		}
		for _, tick := range got {
			if tick.X < 0 || tick.X > 100 || tick.Label == "" {
				t.Errorf("a span of %v has the tick %+v", span, tick)
			}
		}
	}
}

func TestStrip(t *testing.T) {
	tests := []struct {
		name string
		inc  edition.Incident
		want []string
	}{
		{"all phases inside", edition.Incident{Source: "a.md", Started: at(14, 0), Detected: at(14, 6), Mitigated: at(14, 30), Resolved: at(15, 0)},
			[]string{"Not yet detected", "Responding", "Mitigated"}},
		{"what customers had outside", edition.Incident{Started: at(14, 0), Mitigated: at(14, 30), Resolved: at(15, 0)}, []string{"Affected", "Recovering"}},
		{"one phase says no more than the length", edition.Incident{Started: at(14, 0), Resolved: at(15, 0)}, nil},
		{"no start", edition.Incident{Detected: at(14, 0), Mitigated: at(14, 30), Resolved: at(15, 0)}, nil},
		{"a day is no time", edition.Incident{Started: at(14, 0), Detected: at(14, 10), Resolved: edition.Moment{Time: at(0, 0).Time, DateOnly: true}}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, p := range strip(&test.inc) {
				got = append(got, p.Name)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("phases are %q, want %q", got, test.want)
			}
		})
	}
}

// A service with two incidents in its worst year must not have columns as high as one with eleven.
func TestYearsOfAllTopicsHaveOneScale(t *testing.T) {
	groups := []Group{
		{Topics: []TopicRow{{PerYear: []Count{{Count: 11, Share: 100}, {Count: 0}}}}},
		{Topics: []TopicRow{{PerYear: []Count{{Count: 1, Share: 50}, {Count: 2, Share: 100}}}}},
	}
	oneScale(groups)
	if got := groups[1].Topics[0].PerYear[1].Share; round2(got) != 18.18 {
		t.Errorf("2 of at most 11 has a share of %v, want 18.18", got)
	}
}

func TestLinkShares(t *testing.T) {
	got := linkShares([]Link{{Count: 4}, {Count: 1}, {}})
	if got[0].Share != 100 || got[1].Share != 25 || got[2].Share != 0 {
		t.Errorf("shares are %v", got)
	}
	linkShares([]Link{{}}) // nothing to divide by
}
