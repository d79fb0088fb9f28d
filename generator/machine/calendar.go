package machine

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"debrief/generator/edition"
	"debrief/generator/page"

	ics "github.com/arran4/golang-ical"
)

// calendar is the inside's calendar of what is due (RFC 5545): the documents and review meetings of incidents whose postmortem is not
// finished, by the deadlines of their severity, and the action items that are not done.
func calendar(e *edition.Edition) []page.File {
	if e.Audience != edition.Internal {
		return nil
	}
	return []page.File{{Path: strings.TrimPrefix(page.CalendarPath, "/"), Produce: func() ([]byte, error) { return writeCalendar(e) }}}
}

func writeCalendar(e *edition.Edition) ([]byte, error) {
	c := ics.NewCalendarFor("Debrief")
	c.SetMethod(ics.MethodPublish)
	c.SetXWRCalName(e.Site.Title + ": what is due")
	for _, inc := range ready(e.Incidents) {
		if inc.InReview && inc.Severity != nil {
			for _, deadline := range []struct {
				kind, summary string
				days          int
			}{
				{"document", "Postmortem due: " + inc.Title, inc.Severity.DocumentWithinDays},
				{"meeting", "Postmortem review due: " + inc.Title, inc.Severity.MeetingWithinDays},
			} {
				if day := over(inc); deadline.days > 0 && !day.IsZero() {
					event(c, e, inc, deadline.kind, deadline.summary, day.AddDate(0, 0, deadline.days), fmt.Sprintf("%s, %s", inc.ID, inc.Severity.Name))
				}
			}
		}
		same := map[string]int{}
		for _, a := range inc.Actions {
			if !a.Due.IsZero() && (a.Status == edition.Open || a.Status == edition.InProgress) {
				kind := "action-" + fingerprint(a.Text)
				if same[kind]++; same[kind] > 1 {
					kind += fmt.Sprintf("-%d", same[kind])
				}
				event(c, e, inc, kind, "Due: "+a.Text, a.Due.Time(), actionNote(inc, a))
			}
		}
	}
	var b bytes.Buffer
	err := c.SerializeTo(&b, ics.WithNewLineWindows)
	return b.Bytes(), err
}

// over is the day from which the deadlines of an incident count: when it was resolved, else when it began; zero when neither is known.
func over(inc *edition.Incident) time.Time {
	if !inc.Resolved.IsZero() {
		y, m, d := inc.Resolved.Time.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	if inc.Date().IsZero() {
		return time.Time{}
	}
	return inc.Date().Time()
}

// event adds a day to the calendar. Its UID stays what it is while the incident keeps its id, so that calendars move it when its date moves;
// its DTSTAMP is the day the incident last changed, as there is no clock here.
func event(c *ics.Calendar, e *edition.Edition, inc *edition.Incident, kind, summary string, due time.Time, note string) {
	event := c.AddEvent(inc.Slug + "-" + kind + "@debrief")
	event.SetDtStampTime(lastChange(inc).Time())
	event.SetAllDayStartAt(due)
	event.SetAllDayEndAt(due.AddDate(0, 0, 1))
	event.SetSummary(oneLine(summary))
	event.SetDescription(oneLine(note))
	if e.Site.URL != "" {
		event.SetURL(page.Absolute(e.Site.URL, page.IncidentPath(inc.Slug)))
	}
	event.SetTimeTransparency(ics.TransparencyTransparent)
}

func actionNote(inc *edition.Incident, a *edition.Action) string {
	note := inc.ID + " " + inc.Title
	if a.Owner != "" {
		note += "; owner: " + a.Owner
	}
	return note
}

// fingerprint tells the action items of one incident apart by their text.
func fingerprint(text string) string {
	h := fnv.New32a()
	h.Write([]byte(text))
	return fmt.Sprintf("%08x", h.Sum32())
}
