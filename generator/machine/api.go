package machine

import (
	"net/url"
	"time"

	"debrief/generator/edition"
	"debrief/generator/markdown"
	"debrief/generator/page"
)

// The static API. Its members are documented in docs/api.md and do not change their meaning; new ones may come. Times are RFC 3339 in UTC,
// days 2006-01-02, lengths whole seconds; what is unknown is null, and a list without anything is [].

const incidentsPath = "api/incidents.json"

// incidentPath is where an incident's own file stands in the output.
func incidentPath(slug string) string { return "api/incidents/" + slug + ".json" }

func api(e *edition.Edition) []page.File {
	incidents := ready(e.Incidents)
	files := []page.File{{Path: incidentsPath, Produce: func() ([]byte, error) { return incidentList(e, incidents) }}}
	for _, inc := range incidents {
		files = append(files, page.File{Path: incidentPath(inc.Slug), Produce: func() ([]byte, error) { return encode(wholeIncident(e, inc)) }})
	}
	return files
}

// apiList is /api/incidents.json.
type apiList struct {
	Archive apiArchive `json:"archive"`
	// Updated is the day on which anything last changed.
	Updated   *string       `json:"updated"`
	Total     int           `json:"total"`
	Incidents []apiIncident `json:"incidents"`
}

// apiArchive says whose incidents these are.
type apiArchive struct {
	Title        string  `json:"title"`
	Organization *string `json:"organization"`
	URL          string  `json:"url"`
	Language     string  `json:"language"`
	// TimeZone is the IANA name of the archive's time zone. The times of the API are UTC all the same.
	TimeZone string `json:"time_zone"`
	Edition  string `json:"edition"`
}

// apiIncident is an incident as the list has it.
type apiIncident struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	URL   string `json:"url"`
	// API is the address of the file with the whole incident.
	API        string       `json:"api_url"`
	Severity   *apiSeverity `json:"severity"`
	Stage      string       `json:"stage"`
	NextUpdate *string      `json:"next_update"`
	Started    *string      `json:"started"`
	Detected   *string      `json:"detected"`
	Declared   *string      `json:"declared"`
	Mitigated  *string      `json:"mitigated"`
	Resolved   *string      `json:"resolved"`
	// DateOnly names the times above of which only the day is known, Approximate those that are estimates.
	DateOnly    []string     `json:"date_only"`
	Approximate []string     `json:"approximate"`
	Durations   apiDurations `json:"durations"`
	Services    []apiTopic   `json:"services"`
	Factors     []apiTopic   `json:"factors"`
	Summary     string       `json:"summary"`
	Published   *string      `json:"published"`
	// Updated is the day of the newest amendment.
	Updated *string `json:"updated"`
	// Internal is there in the internal edition only.
	Internal *apiInternal `json:"internal,omitempty"`
}

// apiDurations are lengths in seconds, each from the start.
type apiDurations struct {
	ToDetect   *int64 `json:"to_detect"`
	ToMitigate *int64 `json:"to_mitigate"`
	ToResolve  *int64 `json:"to_resolve"`
}

type apiSeverity struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Rank is 1 for the worst.
	Rank int `json:"rank"`
}

// apiTopic is a service or a contributing factor.
type apiTopic struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	URL  string `json:"url"`
}

// apiInternal is what never leaves the building.
type apiInternal struct {
	Status string `json:"status"`
	// Public is true when the incident is in the external edition too.
	Public         bool      `json:"public"`
	NearMiss       bool      `json:"near_miss"`
	DetectedBy     *string   `json:"detected_by"`
	Owner          *string   `json:"owner"`
	Participants   []string  `json:"participants"`
	Class          *string   `json:"class"`
	DeferredWork   *string   `json:"deferred_work"`
	GrowsWithScale *bool     `json:"grows_with_scale"`
	Links          []apiLink `json:"links"`
	Source         string    `json:"source"`
	// Derived names the members that were worked out from the text, not stated.
	Derived []string `json:"derived"`
}

type apiLink struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// apiWhole is /api/incidents/<slug>.json. HTML is sanitised and its addresses are absolute.
type apiWhole struct {
	apiIncident
	SummaryHTML string         `json:"summary_html"`
	Sections    []apiSection   `json:"sections"`
	Timeline    []apiEntry     `json:"timeline"`
	Commitments []apiPromise   `json:"commitments"`
	Actions     []apiAction    `json:"actions"`
	Amendments  []apiAmendment `json:"amendments"`
	Related     []apiRelated   `json:"related"`
	Message     *apiMessage    `json:"customer_message,omitempty"`
}

type apiSection struct {
	Name    string `json:"name"`
	Heading string `json:"heading"`
	// Level is 1 for a section and 2 for one inside the section before it.
	Level int    `json:"level"`
	URL   string `json:"url"`
	HTML  string `json:"html"`
	Text  string `json:"text"`
}

type apiEntry struct {
	Time        *string `json:"time"`
	DateOnly    bool    `json:"date_only"`
	Approximate bool    `json:"approximate"`
	// Written is the time as the author wrote it.
	Written   string    `json:"written"`
	Milestone *string   `json:"milestone"`
	HTML      string    `json:"html"`
	Text      string    `json:"text"`
	Evidence  []apiLink `json:"evidence"`
}

type apiPromise struct {
	Text   string  `json:"text"`
	HTML   string  `json:"html"`
	Status string  `json:"status"`
	Due    *string `json:"due"`
	// Slipped are the earlier due dates, oldest first.
	Slipped   []string `json:"slipped"`
	Completed *string  `json:"completed"`
}

type apiAction struct {
	apiPromise
	Owner *string `json:"owner"`
	Type  *string `json:"type"`
	Link  *string `json:"link"`
	Group *string `json:"group"`
}

type apiAmendment struct {
	Date        string `json:"date"`
	Note        string `json:"note"`
	Significant bool   `json:"significant"`
}

type apiRelated struct {
	ID       string     `json:"id"`
	Title    string     `json:"title"`
	URL      string     `json:"url"`
	API      string     `json:"api_url"`
	ByAuthor bool       `json:"by_author"`
	Services []apiTopic `json:"services"`
	Factors  []apiTopic `json:"factors"`
	// Days lie between the two; null when a date is unknown.
	Days *int `json:"days"`
}

// apiMessage is, inside, what customers are told.
type apiMessage struct {
	Summary      string     `json:"summary_html"`
	WhatHappened string     `json:"what_happened_html"`
	Doing        string     `json:"doing_html"`
	Timeline     []apiEntry `json:"timeline"`
}

func incidentList(e *edition.Edition, incidents []*edition.Incident) ([]byte, error) {
	list := apiList{
		Archive: archiveOf(e),
		Updated: day(newest(incidents)), Total: len(incidents), Incidents: make([]apiIncident, 0, len(incidents)),
	}
	for _, inc := range incidents {
		list.Incidents = append(list.Incidents, listed(e, inc))
	}
	return encode(list)
}

func archiveOf(e *edition.Edition) apiArchive {
	return apiArchive{
		Title: e.Site.Title, Organization: known(e.Site.Organization), URL: page.Absolute(e.Site.URL, page.HomePath), Language: e.Site.Language,
		TimeZone: zoneName(e.Site.Location), Edition: string(e.Audience),
	}
}

func severityOf(s *edition.Severity) *apiSeverity {
	if s == nil {
		return nil
	}
	return &apiSeverity{s.ID, s.Name, s.Rank}
}

func listed(e *edition.Edition, inc *edition.Incident) apiIncident {
	out := apiIncident{
		ID: inc.ID, Title: inc.Title, URL: incidentURL(e, inc), API: apiURL(e, inc), Stage: "final", NextUpdate: day(inc.NextUpdate),
		DateOnly: []string{}, Approximate: []string{},
		Durations: apiDurations{seconds(inc.ToDetect), seconds(inc.ToMitigate), seconds(inc.ToResolve)},
		Services:  services(e, inc.Services), Factors: factors(e, inc.Factors), Summary: inc.SummaryText,
		Published: day(inc.Published), Updated: day(inc.Updated),
	}
	if inc.Preliminary {
		out.Stage = "preliminary"
	}
	out.Severity = severityOf(inc.Severity)
	for _, m := range []struct {
		name   string
		moment edition.Moment
		to     **string
	}{
		{"started", inc.Started, &out.Started}, {"detected", inc.Detected, &out.Detected}, {"declared", inc.Declared, &out.Declared},
		{"mitigated", inc.Mitigated, &out.Mitigated}, {"resolved", inc.Resolved, &out.Resolved},
	} {
		*m.to = moment(m.moment)
		if m.moment.DateOnly {
			out.DateOnly = append(out.DateOnly, m.name)
		}
		if m.moment.Approximate {
			out.Approximate = append(out.Approximate, m.name)
		}
	}
	if e.Audience == edition.Internal {
		out.Internal = internal(inc)
	}
	return out
}

func internal(inc *edition.Incident) *apiInternal {
	in := &apiInternal{
		Status: "published", Public: inc.Public, NearMiss: inc.NearMiss, DetectedBy: known(inc.DetectedBy), Owner: known(inc.Owner),
		Participants: append([]string{}, inc.Participants...), Class: known(inc.Class), DeferredWork: known(inc.DeferredWork),
		GrowsWithScale: inc.GrowsWithScale, Links: links(inc.Links), Source: inc.Source, Derived: append([]string{}, inc.Derived...),
	}
	if inc.InReview {
		in.Status = "review"
	}
	return in
}

func wholeIncident(e *edition.Edition, inc *edition.Incident) apiWhole {
	w := whole{e, page.IncidentPath(inc.Slug)}
	out := apiWhole{
		apiIncident: listed(e, inc), SummaryHTML: w.html(inc.Summary), Sections: []apiSection{}, Timeline: w.entries(inc.Timeline),
		Commitments: []apiPromise{}, Actions: []apiAction{}, Amendments: []apiAmendment{}, Related: []apiRelated{},
	}
	for _, s := range inc.Sections {
		out.Sections = append(out.Sections, apiSection{
			Name: s.Name, Heading: s.Heading, Level: s.Level, URL: sectionURL(e, inc, s), HTML: w.html(s.Body), Text: s.Body.Text,
		})
	}
	for _, c := range inc.Commitments {
		out.Commitments = append(out.Commitments, w.promise(c.Text, c.Body, c.Status, c.Due, c.Slipped, c.Completed))
	}
	for _, a := range inc.Actions {
		out.Actions = append(out.Actions, apiAction{
			apiPromise: w.promise(a.Text, a.Body, a.Status, a.Due, a.Slipped, a.Completed),
			Owner:      known(a.Owner), Type: known(a.Type), Link: known(a.Link), Group: known(a.Group),
		})
	}
	for _, a := range inc.Amendments {
		out.Amendments = append(out.Amendments, apiAmendment{a.Date.String(), a.Note, a.Significant})
	}
	for _, r := range inc.Related() {
		if r.Incident.Draft {
			continue
		}
		related := apiRelated{
			ID: r.Incident.ID, Title: r.Incident.Title, URL: incidentURL(e, r.Incident), API: apiURL(e, r.Incident), ByAuthor: r.ByAuthor,
			Services: services(e, r.Services), Factors: factors(e, r.Factors),
		}
		if r.Days >= 0 {
			related.Days = &r.Days
		}
		out.Related = append(out.Related, related)
	}
	if m := inc.Message; m != nil {
		out.Message = &apiMessage{w.html(m.Summary), w.html(m.WhatHappened), w.html(m.Doing), w.entries(m.Timeline)}
	}
	return out
}

// whole writes the parts of one incident.
type whole struct {
	*edition.Edition
	path string
}

func (w whole) html(f markdown.Fragment) string { return page.Away(w.Site.URL, w.path, f) }

func (w whole) entries(entries []edition.Entry) []apiEntry {
	out := make([]apiEntry, 0, len(entries))
	for _, e := range entries {
		out = append(out, apiEntry{
			Time: moment(e.Time), DateOnly: e.Time.DateOnly, Approximate: e.Time.Approximate, Written: e.Written,
			Milestone: known(string(e.Milestone)), HTML: w.html(e.Body), Text: e.Text, Evidence: links(e.Evidence),
		})
	}
	return out
}

func (w whole) promise(text string, body markdown.Fragment, status edition.ActionStatus, due edition.Date, slipped []edition.Date, completed edition.Date) apiPromise {
	p := apiPromise{Text: text, HTML: w.html(body), Status: string(status), Due: day(due), Slipped: []string{}, Completed: day(completed)}
	for _, d := range slipped {
		p.Slipped = append(p.Slipped, d.String())
	}
	return p
}

func incidentURL(e *edition.Edition, inc *edition.Incident) string {
	return page.Absolute(e.Site.URL, page.IncidentPath(inc.Slug))
}

func apiURL(e *edition.Edition, inc *edition.Incident) string {
	return page.Absolute(e.Site.URL, "/"+incidentPath(url.PathEscape(inc.Slug)))
}

func services(e *edition.Edition, all []*edition.Service) []apiTopic {
	out := make([]apiTopic, 0, len(all))
	for _, s := range all {
		out = append(out, serviceTopic(e, s))
	}
	return out
}

func factors(e *edition.Edition, all []*edition.Factor) []apiTopic {
	out := make([]apiTopic, 0, len(all))
	for _, f := range all {
		out = append(out, factorTopic(e, f))
	}
	return out
}

func links(all []edition.Link) []apiLink {
	out := make([]apiLink, 0, len(all))
	for _, l := range all {
		out = append(out, apiLink(l))
	}
	return out
}

// known is nil for an empty text.
func known(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// day is nil for an unknown day.
func day(d edition.Date) *string { return known(d.String()) }

// moment is nil for an unknown moment. Of a day it is the midnight in UTC, so that the date in it is the day that was written.
func moment(m edition.Moment) *string {
	switch {
	case m.IsZero():
		return nil
	case m.DateOnly:
		return known(m.Time.Format(time.DateOnly) + "T00:00:00Z")
	default:
		return known(m.Time.UTC().Format(time.RFC3339))
	}
}

// seconds is nil for an unknown length.
func seconds(d time.Duration) *int64 {
	if d < 0 {
		return nil
	}
	s := int64(d / time.Second)
	return &s
}

func zoneName(l *time.Location) string {
	if l == nil {
		return "UTC"
	}
	return l.String()
}

// sectionURL is where a section stands on its incident's page; one without a heading has no address of its own.
func sectionURL(e *edition.Edition, inc *edition.Incident, s edition.Section) string {
	if s.Heading == "" {
		return incidentURL(e, inc)
	}
	return incidentURL(e, inc) + "#" + url.PathEscape(s.Anchor)
}
