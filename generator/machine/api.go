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

// The types of the API are its schema, too (see schema.go): doc says what a member is, enum which words it may be, format what kind of text,
// inside:"only" that the external edition never has it.

// apiList is /api/incidents.json.
type apiList struct {
	Archive   apiArchive `json:"archive" doc:"Whose incidents these are."`
	Updated   *string    `json:"updated" format:"date" doc:"The day on which anything last changed."`
	Total     int        `json:"total" doc:"How many incidents there are."`
	Incidents []apiBrief `json:"incidents" doc:"All incidents, the newest first."`
}

// apiExport is what debrief export --format json writes: the list, with every incident whole.
type apiExport struct {
	Archive   apiArchive    `json:"archive" doc:"Whose incidents these are."`
	Updated   *string       `json:"updated" format:"date" doc:"The day on which anything last changed."`
	Total     int           `json:"total" doc:"How many incidents there are."`
	Incidents []apiIncident `json:"incidents" doc:"All incidents, the newest first."`
}

type apiArchive struct {
	Title        string  `json:"title" doc:"The name of the archive."`
	Organization *string `json:"organization" doc:"Who publishes it."`
	URL          string  `json:"url" format:"uri-reference" doc:"Its home page."`
	Language     string  `json:"language" doc:"The language of its texts, as a BCP 47 tag."`
	TimeZone     string  `json:"time_zone" doc:"Its own time zone, by its IANA name. The times here are UTC all the same."`
	Edition      string  `json:"edition" enum:"external,internal" doc:"For whom it is made."`
}

// apiBrief is an incident as the list has it.
type apiBrief struct {
	ID          string       `json:"id" doc:"The permanent identifier."`
	Title       string       `json:"title" doc:"One line of plain text."`
	URL         string       `json:"url" format:"uri-reference" doc:"The page of the incident."`
	API         string       `json:"api_url" format:"uri-reference" doc:"The file with the whole incident."`
	Severity    *apiSeverity `json:"severity" doc:"How bad it was; null when unstated."`
	Stage       string       `json:"stage" enum:"final,preliminary" doc:"preliminary promises an update."`
	NextUpdate  *string      `json:"next_update" format:"date" doc:"The day for which an update is promised."`
	Started     *string      `json:"started" format:"date-time" doc:"When it began."`
	Detected    *string      `json:"detected" format:"date-time" doc:"When somebody knew. Never outside."`
	Declared    *string      `json:"declared" format:"date-time" doc:"When it was called an incident. Never outside."`
	Mitigated   *string      `json:"mitigated" format:"date-time" doc:"When nobody felt it any more."`
	Resolved    *string      `json:"resolved" format:"date-time" doc:"When all was done."`
	DateOnly    []string     `json:"date_only" enum:"started,detected,declared,mitigated,resolved" doc:"Which of these times are known to the day only; they are then its midnight."`
	Approximate []string     `json:"approximate" enum:"started,detected,declared,mitigated,resolved" doc:"Which of these times are estimates."`
	Durations   apiDurations `json:"durations" doc:"How long it took."`
	Services    []apiTopic   `json:"services" doc:"What failed."`
	Factors     []apiTopic   `json:"factors" doc:"What contributed."`
	Summary     string       `json:"summary" doc:"One line of plain text."`
	Published   *string      `json:"published" format:"date" doc:"The day of publication."`
	Updated     *string      `json:"updated" format:"date" doc:"The day of the newest amendment."`
	Internal    *apiInternal `json:"internal,omitempty" inside:"only" doc:"What only the internal edition has."`
}

type apiDurations struct {
	ToDetect   *int64 `json:"to_detect" doc:"Seconds from the start until it was detected."`
	ToMitigate *int64 `json:"to_mitigate" doc:"Seconds from the start until it was mitigated."`
	ToResolve  *int64 `json:"to_resolve" doc:"Seconds from the start until it was resolved."`
}

type apiSeverity struct {
	ID   string `json:"id" doc:"The short, permanent name."`
	Name string `json:"name" doc:"The name that readers see."`
	Rank int    `json:"rank" doc:"1 is the worst."`
}

// apiTopic is a service or a contributing factor.
type apiTopic struct {
	ID   string `json:"id" doc:"The short, permanent name."`
	Name string `json:"name" doc:"The name that readers see."`
	URL  string `json:"url" format:"uri-reference" doc:"Its page."`
}

// apiInternal is what never leaves the building.
type apiInternal struct {
	Status         string    `json:"status" enum:"published,review" doc:"How far the report is."`
	Public         bool      `json:"public" doc:"Whether the external edition has the incident, too."`
	NearMiss       bool      `json:"near_miss" doc:"Whether nothing happened, but nearly did."`
	DetectedBy     *string   `json:"detected_by" doc:"Who or what noticed."`
	Owner          *string   `json:"owner" doc:"Who answers for the report."`
	Participants   []string  `json:"participants" doc:"Who took part."`
	Class          *string   `json:"class" doc:"Whether the failure was foreseen: known-bug, anticipated or unanticipated."`
	DeferredWork   *string   `json:"deferred_work" doc:"Work that was put off and contributed."`
	GrowsWithScale *bool     `json:"grows_with_scale" doc:"Whether this gets worse with growth; null when nobody said."`
	Links          []apiLink `json:"links" doc:"Ticket, chat, call, dashboards."`
	Source         string    `json:"source" doc:"The file in the archive."`
	Derived        []string  `json:"derived" doc:"The fields that were worked out from the text, not stated."`
}

type apiLink struct {
	Name string `json:"name" doc:"What it is called."`
	URL  string `json:"url" format:"uri-reference" doc:"Where it leads."`
}

// apiIncident is /api/incidents/<slug>.json. HTML is sanitised and its addresses are absolute.
type apiIncident struct {
	apiBrief
	SummaryHTML string          `json:"summary_html" doc:"The summary as HTML."`
	Sections    []apiSection    `json:"sections" doc:"The further sections, in order."`
	Timeline    []apiEntry      `json:"timeline" doc:"What happened, in order."`
	Commitments []apiCommitment `json:"commitments" doc:"Public promises."`
	Actions     []apiAction     `json:"actions" doc:"Action items. None outside, unless the archive opens them."`
	Amendments  []apiAmendment  `json:"amendments" doc:"What was changed after publication."`
	Related     []apiRelated    `json:"related" doc:"Other incidents, the most alike first."`
	Message     *apiMessage     `json:"customer_message,omitempty" inside:"only" doc:"What customers are told."`
}

type apiSection struct {
	Name    string `json:"name" doc:"The canonical name, as in impact or what_happened; other for any that has none."`
	Heading string `json:"heading" doc:"The heading to show."`
	Level   int    `json:"level" doc:"1, or 2 for a section inside the one before it."`
	URL     string `json:"url" format:"uri-reference" doc:"Its place on the page."`
	HTML    string `json:"html" doc:"Sanitised HTML with full addresses."`
	Text    string `json:"text" doc:"Plain text."`
}

type apiEntry struct {
	Time        *string   `json:"time" format:"date-time" doc:"When."`
	DateOnly    bool      `json:"date_only" doc:"Whether only the day is known; time is then its midnight."`
	Approximate bool      `json:"approximate" doc:"Whether the time is an estimate."`
	Written     string    `json:"written" doc:"The time as the author wrote it."`
	Milestone   *string   `json:"milestone" enum:"began,detected,declared,mitigated,resolved" doc:"What the entry marks."`
	HTML        string    `json:"html" doc:"Sanitised HTML with full addresses."`
	Text        string    `json:"text" doc:"Plain text."`
	Evidence    []apiLink `json:"evidence" doc:"What backs it. Empty outside."`
}

type apiCommitment struct {
	Text      string   `json:"text" doc:"Plain text."`
	HTML      string   `json:"html" doc:"Sanitised HTML with full addresses."`
	Status    string   `json:"status" enum:"open,in progress,done,dropped" doc:"How far it is."`
	Due       *string  `json:"due" format:"date" doc:"The day it is due."`
	Slipped   []string `json:"slipped" format:"date" doc:"The earlier due dates, oldest first."`
	Completed *string  `json:"completed" format:"date" doc:"The day it was done."`
}

type apiAction struct {
	apiCommitment
	Owner *string `json:"owner" doc:"Who does it. Never outside."`
	Type  *string `json:"type" doc:"prevent, detect, mitigate or process."`
	Link  *string `json:"link" doc:"Its ticket. Never outside."`
	Group *string `json:"group" doc:"The heading it stands under."`
}

type apiAmendment struct {
	Date        string `json:"date" format:"date" doc:"When."`
	Note        string `json:"note" doc:"What was changed, and why."`
	Significant bool   `json:"significant" doc:"Whether feeds show the incident again."`
}

type apiRelated struct {
	ID       string     `json:"id" doc:"The permanent identifier."`
	Title    string     `json:"title" doc:"One line of plain text."`
	URL      string     `json:"url" format:"uri-reference" doc:"The page of the incident."`
	API      string     `json:"api_url" format:"uri-reference" doc:"The file with the whole incident."`
	ByAuthor bool       `json:"by_author" doc:"Whether the author linked it."`
	Services []apiTopic `json:"services" doc:"The services that both have."`
	Factors  []apiTopic `json:"factors" doc:"The factors that both have."`
	Days     *int       `json:"days" doc:"Days between the two; null when a date is unknown."`
}

// apiMessage is, inside, what customers are told.
type apiMessage struct {
	Summary      string     `json:"summary_html" doc:"The summary as HTML."`
	WhatHappened string     `json:"what_happened_html" doc:"What happened, as HTML."`
	Doing        string     `json:"doing_html" doc:"What is done about it, as HTML."`
	Timeline     []apiEntry `json:"timeline" doc:"What customers saw, in order."`
}

func incidentList(e *edition.Edition, incidents []*edition.Incident) ([]byte, error) {
	list := apiList{
		Archive: archiveOf(e),
		Updated: day(newest(incidents)), Total: len(incidents), Incidents: make([]apiBrief, 0, len(incidents)),
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

func listed(e *edition.Edition, inc *edition.Incident) apiBrief {
	out := apiBrief{
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

func wholeIncident(e *edition.Edition, inc *edition.Incident) apiIncident {
	w := whole{e, page.IncidentPath(inc.Slug)}
	out := apiIncident{
		apiBrief: listed(e, inc), SummaryHTML: w.html(inc.Summary), Sections: []apiSection{}, Timeline: w.entries(inc.Timeline),
		Commitments: []apiCommitment{}, Actions: []apiAction{}, Amendments: []apiAmendment{}, Related: []apiRelated{},
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
			apiCommitment: w.promise(a.Text, a.Body, a.Status, a.Due, a.Slipped, a.Completed),
			Owner:         known(a.Owner), Type: known(a.Type), Link: known(a.Link), Group: known(a.Group),
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

func (w whole) promise(text string, body markdown.Fragment, status edition.ActionStatus, due edition.Date, slipped []edition.Date, completed edition.Date) apiCommitment {
	p := apiCommitment{Text: text, HTML: w.html(body), Status: string(status), Due: day(due), Slipped: []string{}, Completed: day(completed)}
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
