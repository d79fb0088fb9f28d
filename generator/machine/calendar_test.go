package machine_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"debrief/generator/edition"
	"debrief/generator/testkit/sample"

	ics "github.com/arran4/golang-ical"
)

func TestCalendar(t *testing.T) {
	e := sample.Edition(edition.Internal)
	inc := e.Incidents[0]
	inc.InReview = true
	inc.Severity.DocumentWithinDays, inc.Severity.MeetingWithinDays = 3, 7
	inc.Title = "Straße; gesperrt, " + strings.Repeat("lange ", 20)
	due, _ := time.Parse(time.DateOnly, "2024-09-30")
	y, m, d := due.Date()
	inc.Actions = []*edition.Action{
		{Incident: inc, Text: "Alert on the queue", Owner: "Boards team", Status: edition.Open, Due: edition.Date{Year: y, Month: m, Day: d}},
		{Incident: inc, Text: "Alert on the queue", Status: edition.InProgress, Due: edition.Date{Year: y, Month: m, Day: d}},
		{Incident: inc, Text: "Already done", Status: edition.Done, Due: edition.Date{Year: y, Month: m, Day: d}},
		{Incident: inc, Text: "Some day", Status: edition.Open},
	}
	text := produce(t, e)["calendar.ics"]

	// What RFC 5545 asks of the bytes.
	for _, line := range strings.SplitAfter(text, "\n") {
		if line != "" && (!strings.HasSuffix(line, "\r\n") || len(line) > 77 || !utf8.ValidString(line)) {
			t.Errorf("line %q: lines have at most 75 octets and end with CRLF", line)
		}
	}
	c, err := ics.ParseCalendar(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	var got []string
	for _, event := range c.Events() {
		if seen[event.Id()] {
			t.Errorf("two events are called %s", event.Id())
		}
		seen[event.Id()] = true
		start, err := event.GetAllDayStartAt()
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(event.Id(), inc.Slug+"-") {
			got = append(got, start.Format(time.DateOnly)+" "+event.GetProperty(ics.ComponentPropertySummary).Value[:7])
		}
	}
	began := inc.Date().Time() // it is not resolved yet
	want := []string{
		began.AddDate(0, 0, 3).Format(time.DateOnly) + " Postmor", began.AddDate(0, 0, 7).Format(time.DateOnly) + " Postmor",
		"2024-09-30 Due: Al", "2024-09-30 Due: Al",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("events\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if _, outside := produce(t, sample.Edition(edition.External))["calendar.ics"]; outside {
		t.Error("there is a calendar outside")
	}
}
