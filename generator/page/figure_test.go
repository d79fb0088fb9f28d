package page

import (
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
