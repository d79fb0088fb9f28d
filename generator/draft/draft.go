// Package draft starts a postmortem: from a title, what is known of the incident, and perhaps a pasted chat, to the text of a file that asks
// its writer the right questions. It stands before the walk: what it makes is read by the room postmortem like any other file.
package draft

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"text/template"
	"time"

	"debrief/generator/fields"
)

// Draft is what is known of an incident when its postmortem is begun.
type Draft struct {
	ID, Title string
	// Severity is the id of the severity; empty while nobody knows.
	Severity string
	// Severities are all there are to choose from, the worst first.
	Severities []Severity
	// Started is when it began; Date is the day it is filed under, in the archive's time zone. DayOnly is true when the hour is not known.
	Started time.Time
	DayOnly bool
	// Services and Factors are ids.
	Services, Factors []string
	// Owner is who sees the postmortem through: one person or role.
	Owner string
	// Timeline is what is known already, oldest first.
	Timeline []Entry
	// Location is the archive's time zone.
	Location *time.Location
}

// Severity is one step of the archive's scale, with its deadlines in days after the incident; 0 for none.
type Severity struct {
	ID, Name, Description string
	DocumentWithinDays    int
	MeetingWithinDays     int
}

// Entry is one entry of the timeline.
type Entry struct {
	Time time.Time
	Text string
}

// Default is the template of a postmortem that is used when an archive has none of its own.
//
//go:embed postmortem.md.tmpl
var Default string

// Path is where the draft of a postmortem is put in its folder: its day and title, as "2024-03-05-checkout-slow.md".
func (d *Draft) Path() string {
	return d.Day() + "-" + fields.Slug(d.Title) + ".md"
}

// Day is the day of the incident in the archive's time zone, as 2006-01-02.
func (d *Draft) Day() string { return d.Started.In(d.Location).Format(time.DateOnly) }

// StartedText is the time the incident began as front matter has it: "2024-03-05 14:02 UTC", or the day alone.
func (d *Draft) StartedText() string {
	if d.DayOnly {
		return d.Day()
	}
	return d.Started.UTC().Format("2006-01-02 15:04") + " UTC"
}

// Chosen is the severity of the incident, or nil while nobody knows it.
func (d *Draft) Chosen() *Severity {
	for i := range d.Severities {
		if d.Severities[i].ID == d.Severity {
			return &d.Severities[i]
		}
	}
	return nil
}

// After is a day so many days after the incident, as "Friday 8 March 2024".
func (d *Draft) After(days int) string {
	return d.Started.In(d.Location).AddDate(0, 0, days).Format("Monday 2 January 2006")
}

// Line is an entry of the timeline as a list item; the day stands where it changes.
func (d *Draft) Line(n int) string {
	at := d.Timeline[n].Time.UTC()
	layout := "15:04"
	if n == 0 || d.Timeline[n-1].Time.UTC().Format(time.DateOnly) != at.Format(time.DateOnly) {
		layout = "2006-01-02 15:04"
	}
	return fmt.Sprintf("- %s UTC %s", at.Format(layout), d.Timeline[n].Text)
}

// functions are what a template may call beside the methods of Draft.
var functions = template.FuncMap{
	// quote writes a text as a YAML string. Every JSON string is one.
	"quote": func(s string) (string, error) {
		var b strings.Builder
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		err := encoder.Encode(s)
		return strings.TrimSuffix(b.String(), "\n"), err
	},
	"join": strings.Join,
}

// Text fills a template with a draft. name is the template's file, for errors; they are the author's to mend and say where.
func (d *Draft) Text(name, source string) (string, error) {
	t, err := template.New(name).Funcs(functions).Option("missingkey=error").Parse(source)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	if err := t.Execute(&b, d); err != nil {
		return "", err
	}
	return b.String(), nil
}
