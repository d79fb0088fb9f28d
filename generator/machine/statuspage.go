package machine

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"html"
	"slices"
	"strings"
	"time"

	"debrief/generator/edition"
	"debrief/generator/markdown"
	"debrief/generator/page"
)

// A copy of the newest incidents in the shape of the public API v2 of Atlassian Statuspage, so that what was written for status pages reads
// an archive as well: the members, their types and the order of updates are those of a Statuspage's /api/v2/incidents.json.
//
// Only the incidents have a copy. summary.json, status.json, components.json and incidents/unresolved.json say how the systems are now,
// which an archive of finished reports does not know; a program that asks for them is better off with a 404 than with "all systems
// operational".

const (
	statuspagePath = "api/v2/incidents.json"
	// statuspageLimit is how many incidents a Statuspage lists.
	statuspageLimit = 50
)

type spList struct {
	Page      spPage       `json:"page"`
	Incidents []spIncident `json:"incidents"`
}

type spPage struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	URL       string `json:"url"`
	TimeZone  string `json:"time_zone"`
	UpdatedAt string `json:"updated_at"`
}

type spIncident struct {
	ID                string        `json:"id"`
	Name              string        `json:"name"`
	Status            string        `json:"status"`
	CreatedAt         string        `json:"created_at"`
	UpdatedAt         string        `json:"updated_at"`
	MonitoringAt      *string       `json:"monitoring_at"`
	ResolvedAt        *string       `json:"resolved_at"`
	Impact            string        `json:"impact"`
	Shortlink         string        `json:"shortlink"`
	StartedAt         string        `json:"started_at"`
	PageID            string        `json:"page_id"`
	Updates           []spUpdate    `json:"incident_updates"`
	Components        []spComponent `json:"components"`
	ReminderIntervals *string       `json:"reminder_intervals"`
}

type spUpdate struct {
	ID         string `json:"id"`
	Status     string `json:"status"`
	Body       string `json:"body"`
	IncidentID string `json:"incident_id"`
	CreatedAt  string `json:"created_at"`
	UpdatedAt  string `json:"updated_at"`
	DisplayAt  string `json:"display_at"`
	// Affected is null where an update says nothing of components.
	Affected             []spAffected `json:"affected_components" null:"may"`
	DeliverNotifications bool         `json:"deliver_notifications"`
	CustomTweet          *string      `json:"custom_tweet"`
	TweetID              *int64       `json:"tweet_id"`
}

type spAffected struct {
	Code      string `json:"code"`
	Name      string `json:"name"`
	OldStatus string `json:"old_status"`
	NewStatus string `json:"new_status"`
}

type spComponent struct {
	ID                 string  `json:"id"`
	Name               string  `json:"name"`
	Status             string  `json:"status"`
	CreatedAt          string  `json:"created_at"`
	UpdatedAt          string  `json:"updated_at"`
	Position           int     `json:"position"`
	Description        *string `json:"description"`
	Showcase           bool    `json:"showcase"`
	StartDate          *string `json:"start_date"`
	GroupID            *string `json:"group_id"`
	PageID             string  `json:"page_id"`
	Group              bool    `json:"group"`
	OnlyShowIfDegraded bool    `json:"only_show_if_degraded"`
}

// The states of a Statuspage incident that an archive has.
const (
	investigating = "investigating"
	monitoring    = "monitoring"
	resolved      = "resolved"
	postmortem    = "postmortem"
)

const operational = "operational"

// statuspage writes the newest incidents, so many at most.
func statuspage(e *edition.Edition, most int) ([]byte, error) {
	incidents := ready(e.Incidents)
	w := statuspageWriter{Edition: e, pageID: spID("page", cmp.Or(e.Site.Organization, e.Site.Title)), position: map[*edition.Service]int{}}
	for i, s := range e.Services {
		w.position[s] = i + 1
	}
	list := spList{
		Page: spPage{
			ID: w.pageID, Name: cmp.Or(e.Site.Organization, e.Site.Title), URL: strings.TrimSuffix(page.Absolute(e.Site.URL, page.HomePath), "/"),
			TimeZone: "Etc/UTC", UpdatedAt: spTime(newest(incidents).Time()),
		},
		Incidents: []spIncident{},
	}
	for _, inc := range incidents[:min(len(incidents), most)] {
		list.Incidents = append(list.Incidents, w.incident(inc))
	}
	return encode(list)
}

type statuspageWriter struct {
	*edition.Edition
	pageID   string
	position map[*edition.Service]int
}

func (w *statuspageWriter) incident(inc *edition.Incident) spIncident {
	started := startOf(inc)
	out := spIncident{
		ID: spID("incident", inc.ID), Name: oneLine(inc.Title), CreatedAt: spTime(started), StartedAt: spTime(started),
		MonitoringAt: spMoment(inc.Mitigated), ResolvedAt: spMoment(inc.Resolved), Impact: impact(inc.Severity),
		Shortlink: incidentURL(w.Edition, inc), PageID: w.pageID, Components: []spComponent{},
	}
	out.Updates = w.updates(inc, out.ID, out.Impact)
	out.Status = out.Updates[0].Status
	last := started
	for _, d := range []time.Time{instant(inc.Mitigated), instant(inc.Resolved), inc.Published.Time(), inc.Updated.Time()} {
		if d.After(last) {
			last = d
		}
	}
	out.UpdatedAt = spTime(last)
	status := operational
	if goesOn(inc) {
		status = componentStatus(out.Impact)
	}
	for _, s := range inc.Services {
		out.Components = append(out.Components, spComponent{
			ID: spID("component", s.ID), Name: oneLine(s.Name), Status: status, CreatedAt: spTime(started), UpdatedAt: spTime(last),
			Position: w.position[s], Description: known(s.Description), Showcase: true, PageID: w.pageID,
		})
	}
	return out
}

// goesOn reports whether an incident may not be over: the report is preliminary and says nothing of an end. A final report is about
// something that is over, whether it says when or not.
func goesOn(inc *edition.Incident) bool { return inc.Preliminary && inc.Resolved.IsZero() }

// updates tells an incident as a status page does, the newest first: what the timeline says, each entry with the state the incident was in,
// and on top the report itself. Where the timeline does not tell the end there is a last word, because clients look for one.
func (w *statuspageWriter) updates(inc *edition.Incident, incidentID, impact string) []spUpdate {
	var out []spUpdate
	add := func(status, body string, at time.Time, affected []spAffected) {
		out = append(out, spUpdate{
			ID: spID("update", inc.ID, fmt.Sprint(len(out))), Status: status, Body: body, IncidentID: incidentID,
			CreatedAt: spTime(at), UpdatedAt: spTime(at), DisplayAt: spTime(at), Affected: affected,
		})
	}
	at, state := startOf(inc), investigating
	before, during := operational, componentStatus(impact)
	for _, entry := range inc.Timeline {
		if !entry.Time.IsZero() && !entry.Time.DateOnly && entry.Time.Time.After(at) {
			at = entry.Time.Time
		}
		switch {
		case state == resolved || reached(inc.Resolved, at) || entry.Milestone == edition.Resolved:
			state = resolved
		case state == monitoring || reached(inc.Mitigated, at) || entry.Milestone == edition.Mitigated:
			state = monitoring
		}
		after := during
		if state == resolved {
			after = operational
		}
		add(state, html.EscapeString(entry.Text), at, affected(inc, before, after))
		before = after
	}
	inShort := html.EscapeString(cmp.Or(inc.SummaryText, inc.Title))
	switch {
	case goesOn(inc) && len(out) == 0:
		if !inc.Mitigated.IsZero() {
			state = monitoring
		}
		add(state, inShort, at, affected(inc, before, during))
	case !goesOn(inc) && state != resolved:
		if end := instant(inc.Resolved); end.After(at) {
			at = end
		}
		add(resolved, inShort, at, affected(inc, before, operational))
	}
	if !inc.Preliminary {
		if published := inc.Published.Time(); published.After(at) {
			at = published
		}
		add(postmortem, w.report(inc), at, nil)
		if updated := inc.Updated.Time(); updated.After(at) {
			out[len(out)-1].UpdatedAt = spTime(updated)
		}
	}
	slices.Reverse(out)
	return out
}

// instant is the time of a moment; of a day, its midnight in UTC.
func instant(m edition.Moment) time.Time {
	if m.DateOnly {
		y, month, d := m.Time.Date()
		return time.Date(y, month, d, 0, 0, 0, 0, time.UTC)
	}
	return m.Time
}

// reached reports whether a moment that is known to the minute is not after a time.
func reached(m edition.Moment, at time.Time) bool {
	return !m.IsZero() && !m.DateOnly && !m.Time.After(at)
}

// report is the body of the last update: the report without its timeline, which the updates before it are.
func (w *statuspageWriter) report(inc *edition.Incident) string {
	var b strings.Builder
	write := func(f markdown.Fragment) { b.WriteString(page.Away(w.Site.URL, page.IncidentPath(inc.Slug), f)) }
	write(inc.Summary)
	for _, s := range inc.Sections {
		if s.Name == "timeline" {
			continue
		}
		if s.Heading != "" {
			fmt.Fprintf(&b, "<h2>%s</h2>\n", html.EscapeString(s.Heading))
		}
		write(s.Body)
		if s.Name == "doing" {
			w.promises(&b, inc)
		}
	}
	return b.String()
}

func (w *statuspageWriter) promises(b *strings.Builder, inc *edition.Incident) {
	if len(inc.Commitments) == 0 {
		return
	}
	b.WriteString("<ul>\n")
	for _, c := range inc.Commitments {
		fmt.Fprintf(b, "<li>%s (%s", html.EscapeString(c.Text), c.Status)
		if !c.Due.IsZero() {
			b.WriteString(", due " + c.Due.String())
		}
		b.WriteString(")</li>\n")
	}
	b.WriteString("</ul>\n")
}

// startOf is when an incident began, or the best that is known of it: Statuspage always has a start.
func startOf(inc *edition.Incident) time.Time {
	if inc.Started.IsZero() {
		return inc.Published.Time()
	}
	return instant(inc.Started)
}

// impact says by the rank of a severity how Statuspage would have called it.
func impact(s *edition.Severity) string {
	names := []string{"critical", "major", "minor"}
	if s == nil || s.Rank < 1 || s.Rank > len(names) {
		return "none"
	}
	return names[s.Rank-1]
}

// componentStatus is what a component is during an incident of an impact.
func componentStatus(impact string) string {
	switch impact {
	case "critical":
		return "major_outage"
	case "major":
		return "partial_outage"
	case "minor":
		return "degraded_performance"
	default:
		return operational
	}
}

func affected(inc *edition.Incident, before, after string) []spAffected {
	var out []spAffected
	for _, s := range inc.Services {
		out = append(out, spAffected{spID("component", s.ID), oneLine(s.Name), before, after})
	}
	return out
}

// spID makes an id as Statuspage has them, of what it identifies: the same thing always has the same.
func spID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:12]
}

// spTime writes a time as Statuspage does, with milliseconds. An unknown time, which Statuspage does not have, is the first second of 1970.
func spTime(t time.Time) string {
	if t.IsZero() {
		t = time.Unix(0, 0)
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

func spMoment(m edition.Moment) *string {
	if m.IsZero() {
		return nil
	}
	s := spTime(instant(m))
	return &s
}
