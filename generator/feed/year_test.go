package feed_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"debrief/generator/edition"
	"debrief/generator/testkit/sample"

	"github.com/mmcdole/gofeed"
)

// subscriber is a feed reader with the usual logic: what it has not seen by its identity, it shows.
type subscriber struct {
	seen map[string]bool
	// wary readers take a newer date of Atom's updated for news too.
	wary    bool
	updated map[string]string
}

// poll returns the titles that the reader shows as new.
func (s *subscriber) poll(f *gofeed.Feed) []string {
	var shown []string
	for _, i := range f.Items {
		if !s.seen[i.GUID] || s.wary && i.Updated > s.updated[i.GUID] {
			shown = append(shown, i.Title)
		}
		s.seen[i.GUID], s.updated[i.GUID] = true, i.Updated
	}
	return shown
}

// TestYearOfEdits plays a year of edits to the archive past subscribers of every format. Each report may be shown once, and once more after
// a significant amendment, whatever else is done to it.
func TestYearOfEdits(t *testing.T) {
	e := sample.Edition(edition.External)
	tickets := e.Incidents[1]
	// The year begins before the amendments that the example has.
	tickets.Amendments, tickets.Updated, tickets.Resurfaced = nil, edition.Date{}, edition.Date{}
	fresh := &edition.Incident{
		ID: "HL-2024-030", Slug: "hl-2024-030", Title: "A ferry left early", Published: edition.Date{Year: 2024, Month: 9, Day: 1},
		ToDetect: -1, ToMitigate: -1, ToResolve: -1,
	}
	amend := func(inc *edition.Incident, significant bool, month int, note string) {
		date := edition.Date{Year: 2025, Month: 1, Day: month}
		inc.Amendments = append(inc.Amendments, edition.Amendment{Date: date, Note: note, Significant: significant})
		inc.Updated = date
		if significant {
			inc.Resurfaced = date
		}
	}
	edits := []struct {
		what string
		edit func()
		want []string
	}{
		{"subscribing", func() {}, []string{"Departure boards are dark on two quays", "Tickets could not be bought for 42 minutes",
			"Ticket machines & gates were slow", "Notes from the old harbour"}},
		{"nothing", func() {}, nil},
		{"a corrected word", func() { tickets.Summary = sample.Fragment("<p>Nobody could buy a ticket.</p>") }, nil},
		{"a new title", func() { tickets.Title = "No tickets for 42 minutes" }, nil},
		{"a small amendment", func() { amend(tickets, false, 1, "A quay.") }, nil},
		{"an incident published", func() { e.Incidents = append([]*edition.Incident{fresh}, e.Incidents...) }, []string{"A ferry left early"}},
		{"a significant amendment", func() { amend(tickets, true, 2, "More was broken.") }, []string{"Updated: No tickets for 42 minutes"}},
		{"a correction of the amendment and its date", func() {
			tickets.Amendments[1].Note = "More than tickets was broken."
			tickets.Amendments[1].Date.Day, tickets.Resurfaced.Day = 3, 3
		}, nil},
		{"a second significant amendment on the same day", func() { amend(tickets, true, 3, "And more.") }, []string{"Updated: No tickets for 42 minutes"}},
		{"another address for the site", func() { e.Site.URL = "https://status.harbourline.example/reports/" }, nil},
		{"another title for the site", func() { e.Site.Title = "Harbourline, honestly" }, nil},
		{"another address for the incident", func() { tickets.Slug, tickets.Aliases = "tickets", []string{"/incidents/hl-2024-012/"} }, nil},
		{"another severity and service", func() {
			tickets.Severity, tickets.Services = e.Severities[1], []*edition.Service{e.Services[1]}
		}, nil},
		{"a corrected start", func() { tickets.Started.Time = tickets.Started.Time.AddDate(0, 0, -1) }, nil},
		{"an incident withdrawn", func() {
			e.Incidents = slices.DeleteFunc(e.Incidents, func(i *edition.Incident) bool { return i == fresh })
		}, nil},
		{"and released again", func() { e.Incidents = append([]*edition.Incident{fresh}, e.Incidents...) }, nil},
		{"a final report in place of a preliminary one", func() {
			dark := e.Incidents[1]
			dark.Preliminary, dark.NextUpdate = false, edition.Date{}
			amend(dark, true, 20, "This is the final report.")
		}, []string{"Updated: Departure boards are dark on two quays"}},
		{"another order of incidents", func() { slices.Reverse(e.Incidents) }, nil},
	}
	subscribers := map[string]*subscriber{}
	for _, path := range []string{"feed.xml", "atom.xml", "feed.json"} {
		for _, kind := range []string{"usual", "wary"} {
			subscribers[path+" "+kind] = &subscriber{seen: map[string]bool{}, updated: map[string]string{}, wary: kind == "wary" && path == "atom.xml"}
		}
	}
	for _, step := range edits {
		step.edit()
		sample.Connect(e)
		files := produce(t, e)
		for _, name := range slices.Sorted(maps.Keys(subscribers)) {
			s := subscribers[name]
			path, kind, _ := strings.Cut(name, " ")
			f := parse(t, files[path])
			got := s.poll(f)
			if len(step.want) == 1 && strings.HasPrefix(step.want[0], "Updated:") && f.Items[0].Title != step.want[0] {
				t.Errorf("after %s %q comes first in %s", step.what, f.Items[0].Title, path)
			}
			slices.Sort(got)
			want := slices.Sorted(slices.Values(step.want))
			// A corrected date of an amendment is the one thing that moves updated without a new identity. A wary reader may look again.
			if kind == "wary" && step.what == "a correction of the amendment and its date" && s.wary {
				continue
			}
			if !slices.Equal(got, want) {
				t.Errorf("after %s the %s reader of %s shows %q, want %q", step.what, kind, path, got, want)
			}
		}
	}
}

// TestYearOfPromises plays what may happen to a promise past a subscriber of the feed of commitments.
func TestYearOfPromises(t *testing.T) {
	e := sample.Edition(edition.External)
	tickets := e.Incidents[1]
	first := &edition.Commitment{Text: "Check limits", Body: sample.Fragment("Check limits"), Status: edition.Open, Due: edition.Date{Year: 2024, Month: 7, Day: 1}}
	second := &edition.Commitment{Text: "Show queues", Body: sample.Fragment("Show queues"), Status: edition.Open}
	tickets.Commitments = []*edition.Commitment{first}
	s := &subscriber{seen: map[string]bool{}, updated: map[string]string{}}
	for _, step := range []struct {
		what string
		edit func()
		want []string
	}{
		{"subscribing", func() {}, []string{"Promised: Check limits"}},
		{"a corrected word", func() { first.Text = "Check the limits" }, nil},
		{"work begun", func() { first.Status = edition.InProgress }, nil},
		{"another promise", func() { tickets.Commitments = append(tickets.Commitments, second) }, []string{"Promised: Show queues"}},
		{"a moved date", func() {
			first.Slipped, first.Due = []edition.Date{first.Due}, edition.Date{Year: 2024, Month: 9, Day: 1}
		}, []string{"Date moved: Check the limits"}},
		{"a promise kept", func() {
			first.Status, first.Completed = edition.Done, edition.Date{Year: 2024, Month: 8, Day: 30}
		}, []string{"Kept: Check the limits"}},
		{"a promise dropped", func() { second.Status = edition.Dropped }, []string{"Dropped: Show queues"}},
		{"nothing", func() {}, nil},
	} {
		step.edit()
		sample.Connect(e)
		if got := s.poll(parse(t, produce(t, e)["commitments/feed.xml"])); !slices.Equal(got, step.want) {
			t.Errorf("after %s the reader shows %q, want %q", step.what, got, step.want)
		}
	}
}

// TestIdentitiesDiffer makes sure that what is different is told apart: editions, organisations, and ids that are close.
func TestIdentitiesDiffer(t *testing.T) {
	owner := map[string]string{}
	note := func(who string, e *edition.Edition) {
		for _, i := range parse(t, produce(t, e)["feed.xml"]).Items {
			if owner[i.GUID] != "" {
				t.Errorf("%s and %s share %s", who, owner[i.GUID], i.GUID)
			}
			owner[i.GUID] = who
		}
	}
	note("outside", sample.Edition(edition.External))
	note("inside", sample.Edition(edition.Internal))
	other := sample.Edition(edition.External)
	other.Site.Organization = "Another company"
	note("another company", other)
	close := sample.Edition(edition.External)
	close.Site.Organization = "A third"
	for n, id := range []string{"a:b", "a%3Ab", "a b", "å"} {
		close.Incidents[n].ID = id
	}
	note("ids that are close", close)
}
