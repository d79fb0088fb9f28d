package trend_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"debrief/generator/edition"
	"debrief/generator/testkit/sample"
	"debrief/generator/trend"
)

// world is an archive in the making, for tests that need to know every figure.
type world struct {
	*edition.Edition
	made int
}

func newWorld() *world {
	w := &world{Edition: &edition.Edition{Audience: edition.Internal, Site: edition.Site{Location: time.UTC}}}
	for i := range 4 {
		w.Severities = append(w.Severities, &edition.Severity{ID: fmt.Sprintf("sev%d", i+1), Name: fmt.Sprintf("Sev %d", i+1), Rank: i + 1})
	}
	return w
}

func (w *world) factor(name string) *edition.Factor {
	for _, f := range w.Factors {
		if f.Name == name {
			return f
		}
	}
	f := &edition.Factor{ID: strings.ToLower(name), Name: name}
	w.Factors = append(w.Factors, f)
	return f
}

func (w *world) service(name string) *edition.Service {
	for _, s := range w.Services {
		if s.Name == name {
			return s
		}
	}
	s := &edition.Service{ID: strings.ToLower(name), Name: name}
	w.Services = append(w.Services, s)
	return s
}

// add adds an incident at a time like "2024-03-05 14:02", or on a day without a time, or "" for none; with factors and services, several
// of either with commas.
func (w *world) add(at, factors, services string) *edition.Incident {
	w.made++
	inc := &edition.Incident{ID: fmt.Sprintf("i%04d", w.made), ToDetect: -1, ToMitigate: -1, ToResolve: -1}
	switch len(at) {
	case 0:
	case len(time.DateOnly):
		inc.Started = edition.Moment{Time: day(at).Time(), DateOnly: true}
	default:
		t, err := time.Parse("2006-01-02 15:04", at)
		if err != nil {
			panic(err)
		}
		inc.Started = edition.Moment{Time: t}
	}
	for _, name := range split(factors) {
		inc.Factors = append(inc.Factors, w.factor(name))
	}
	for _, name := range split(services) {
		inc.Services = append(inc.Services, w.service(name))
	}
	w.Incidents = append(w.Incidents, inc)
	return inc
}

// act gives an incident an action: open, done on a day, or dropped.
func act(inc *edition.Incident, kind, state string) *edition.Action {
	a := &edition.Action{Incident: inc, Text: kind + " " + state, Type: kind, Status: edition.Open}
	switch state {
	case "open":
	case "dropped":
		a.Status = edition.Dropped
	default:
		a.Status, a.Completed = edition.Done, day(state)
	}
	inc.Actions = append(inc.Actions, a)
	return a
}

func (w *world) trends(opts trend.Options) *trend.Trends {
	sample.Connect(w.Edition)
	return trend.New(w.Edition, opts)
}

func split(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

func day(s string) edition.Date {
	if s == "" {
		return edition.Date{}
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return dateOf(t)
}

func dateOf(t time.Time) edition.Date {
	y, m, d := t.Date()
	return edition.Date{Year: y, Month: m, Day: d}
}

// ids are the ids of incidents, in order.
func ids(incidents []*edition.Incident) string {
	var out []string
	for _, inc := range incidents {
		out = append(out, inc.ID)
	}
	return strings.Join(out, " ")
}

func recurrence(t testing.TB, of []*trend.Recurrence, name string) *trend.Recurrence {
	t.Helper()
	i := slices.IndexFunc(of, func(r *trend.Recurrence) bool { return r.Name == name })
	if i < 0 {
		t.Fatalf("there is no %s", name)
	}
	return of[i]
}
