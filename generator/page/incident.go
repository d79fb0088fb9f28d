package page

import (
	"cmp"
	"strings"
	"time"

	"debrief/generator/edition"
)

func (p *planner) incident(n int) {
	inc := p.Incidents[n]
	path := IncidentPath(inc.Slug)
	p.add(path, LayoutIncident, changed(inc), func(page *Page) {
		feed := SiteFeed()
		page.Title, page.Nav, page.Feed = inc.Title, navIncidents, &feed
		page.Crumbs = crumbs(Link{Name: "Incidents", URL: IncidentsPath})
		page.Description = cmp.Or(excerpt(inc.SummaryText), inc.Title)
		page.Published = day(inc.Published)
		page.Image = p.site.Logo
		page.Graph = IncidentGraph(p.Edition, inc)
		page.Data = p.incidentData(path, n)
	})
}

func (p *planner) incidentData(path string, n int) *Incident {
	inc := p.Incidents[n]
	names := outsidePhases
	if p.internal() {
		names = insidePhases
	}
	data := &Incident{
		Card:        p.card(inc),
		Banners:     banners(inc),
		Facts:       p.facts(inc),
		Lead:        p.html(path, inc.Summary),
		Timeline:    p.entries(path, inc),
		Figure:      figure(inc, names),
		Actions:     each(inc.Actions, func(a *edition.Action) Promise { return p.action(path, a) }),
		Commitments: each(inc.Commitments, func(c *edition.Commitment) Promise { return p.commitment(path, c) }),
		Related:     related(inc),
		Subscribe:   p.subscribe(inc),
		Private:     private(inc),
	}
	verdict := p.verdict(inc)
	data.Verdict = verdict.Text
	data.Banners = append(data.Banners, p.repeatBanners(verdict)...)
	for _, s := range inc.Sections {
		section := Section{Name: s.Name, Heading: s.Heading, Anchor: s.Anchor, Level: s.Level + 1, Body: p.html(path, s.Body)}
		if s.Heading == "" && strings.TrimSpace(string(section.Body)) == "" {
			continue
		}
		data.Sections = append(data.Sections, section)
		if section.Level == 2 && s.Heading != "" {
			data.Contents = append(data.Contents, Link{Name: s.Heading, URL: "#" + s.Anchor})
		}
	}
	for _, a := range inc.Amendments {
		data.Amendments = append(data.Amendments, Amendment{Date: day(a.Date), Note: a.Note, Significant: a.Significant})
	}
	if m := inc.Message; m != nil {
		data.Message = &Message{
			Summary: p.html(path, m.Summary), WhatHappened: p.html(path, m.WhatHappened), Doing: p.html(path, m.Doing),
			Released: inc.Public, Why: whyInside(inc),
		}
		for _, s := range m.More {
			data.Message.More = append(data.Message.More, Section{Name: s.Name, Heading: s.Heading, Body: p.html(path, s.Body)})
		}
	}
	if n+1 < len(p.Incidents) {
		data.Older = incidentLink(p.Incidents[n+1])
	}
	if n > 0 {
		data.Newer = incidentLink(p.Incidents[n-1])
	}
	if inc.Public && p.Edition.Site.PublicURL != "" {
		data.PublicURL = Absolute(p.Edition.Site.PublicURL, path)
	}
	return data
}

// whyInside says why a message to customers is not on the external site.
func whyInside(inc *edition.Incident) string {
	switch {
	case inc.Public:
		return ""
	case inc.Draft, inc.InReview:
		return "It is not published yet: the report must be public and finished."
	default:
		return "The report's visibility is internal."
	}
}

// card is an incident in a list. It is made once for all lists.
func (p *planner) card(inc *edition.Incident) Card {
	if c, ok := p.known.Load(inc); ok {
		return c.(Card)
	}
	c := line(inc)
	c.Summary, c.Strip = cut(inc.SummaryText, 280), strip(inc)
	p.known.Store(inc, c)
	return c
}

// line is a card without its summary and its drawing.
func line(inc *edition.Incident) Card {
	c := Card{
		ID: inc.ID, Title: inc.Title, URL: IncidentPath(inc.Slug), Severity: badge(inc.Severity),
		Started: moment(inc.Started), Length: length(Lasted(inc)),
		NearMiss: inc.NearMiss, InReview: inc.InReview, Draft: inc.Draft, Preliminary: inc.Preliminary,
	}
	if !c.Started.Known() {
		c.Started = day(inc.Date())
	}
	c.Internal = inc.Source != "" && !inc.Public
	for _, s := range inc.Services {
		c.Services = append(c.Services, serviceLink(s, 0))
	}
	for _, f := range inc.Factors {
		c.Factors = append(c.Factors, factorLink(f, 0))
	}
	return c
}

// Lasted is how long an incident was, as its audience counts it; negative when unknown. For customers it is over when it is mitigated; the work that follows is not theirs.
func Lasted(inc *edition.Incident) time.Duration {
	if outside := inc.Source == ""; outside && inc.ToMitigate >= 0 {
		return inc.ToMitigate
	}
	return inc.ToResolve
}

func (p *planner) cards(incidents []*edition.Incident) []Card {
	out := make([]Card, 0, len(incidents))
	for _, inc := range incidents {
		out = append(out, p.card(inc))
	}
	return out
}

func badge(s *edition.Severity) Badge {
	if s == nil {
		return Badge{}
	}
	return Badge{ID: s.ID, Name: s.Name, Rank: s.Rank, Description: s.Description}
}

func incidentLink(inc *edition.Incident) Link {
	return Link{Name: inc.Title, URL: IncidentPath(inc.Slug)}
}

func serviceLink(s *edition.Service, n int) Link {
	return Link{Name: s.Name, URL: ServicePath(s.Slug), Count: n}
}

func factorLink(f *edition.Factor, n int) Link {
	return Link{Name: f.Name, URL: FactorPath(f.Slug), Count: n}
}

func banners(inc *edition.Incident) []Banner {
	var out []Banner
	switch {
	case inc.Draft:
		out = append(out, Banner{Kind: "draft", Text: "Draft. Only this preview shows it."})
	case inc.InReview:
		out = append(out, Banner{Kind: "review", Text: "In review. Facts and wording may still change."})
	}
	if inc.Preliminary {
		text := "Preliminary report. We are still learning what happened."
		if next := day(inc.NextUpdate); next.Known() {
			text += " The next update is promised for " + next.Text + "."
		}
		out = append(out, Banner{Kind: "preliminary", Text: text})
	}
	if inc.NearMiss {
		out = append(out, Banner{Kind: "near-miss", Text: "Near miss. Nobody outside noticed, and there is as much to learn."})
	}
	return out
}

// facts is the line under the title: how bad, when, how long, what.
func (p *planner) facts(inc *edition.Incident) []Fact {
	var out []Fact
	if inc.Severity != nil {
		b := badge(inc.Severity)
		out = append(out, Fact{Name: "Severity", Severity: &b})
	}
	addTime := func(name string, t Time) {
		if t.Known() {
			out = append(out, Fact{Name: name, Time: &t})
		}
	}
	addLength := func(name string, d Duration) {
		if d.Known() {
			out = append(out, Fact{Name: name, Duration: &d})
		}
	}
	addTime("Started", moment(inc.Started))
	if !p.internal() || inc.Resolved.IsZero() {
		addTime("Mitigated", moment(inc.Mitigated))
	}
	addTime("Resolved", moment(inc.Resolved))
	addLength("Duration", length(Lasted(inc)))
	addLength("Time to detect", length(inc.ToDetect))
	if p.internal() {
		addLength("Time to mitigate", length(inc.ToMitigate))
	}
	if len(inc.Services) > 0 {
		f := Fact{Name: "Services"}
		for _, s := range inc.Services {
			f.Values = append(f.Values, serviceLink(s, 0))
		}
		out = append(out, f)
	}
	if len(inc.Factors) > 0 {
		f := Fact{Name: "Contributing factors"}
		for _, x := range inc.Factors {
			f.Values = append(f.Values, factorLink(x, 0))
		}
		out = append(out, f)
	}
	addTime("Published", day(inc.Published))
	return out
}

// private are the facts for the inside only.
func private(inc *edition.Incident) []Fact {
	var out []Fact
	add := func(name string, values ...string) {
		f := Fact{Name: name}
		for _, v := range values {
			if v != "" {
				f.Values = append(f.Values, Link{Name: v})
			}
		}
		if len(f.Values) > 0 {
			out = append(out, f)
		}
	}
	add("Detected by", inc.DetectedBy)
	add("Owner", inc.Owner)
	add("Participants", inc.Participants...)
	add("Class of failure", classWords[inc.Class])
	add("Deferred work", inc.DeferredWork)
	if inc.GrowsWithScale != nil {
		if *inc.GrowsWithScale {
			add("Grows with scale", "Yes: this gets worse as we grow")
		} else {
			add("Grows with scale", "No")
		}
	}
	if len(inc.Links) > 0 {
		f := Fact{Name: "Links"}
		for _, l := range inc.Links {
			f.Values = append(f.Values, outwardLink(l))
		}
		out = append(out, f)
	}
	add("Source", inc.Source)
	add("Worked out, not stated", strings.Join(inc.Derived, ", "))
	return out
}

var classWords = map[string]string{
	"known-bug":     "A known bug",
	"anticipated":   "Anticipated: we knew this could happen",
	"unanticipated": "Not anticipated",
}

// subscribe are the feeds that a reader of an incident may want.
func (p *planner) subscribe(inc *edition.Incident) []Feed {
	feeds := []Feed{SiteFeed()}
	for _, s := range inc.Services {
		feeds = append(feeds, ServiceFeed(s))
	}
	for _, f := range inc.Factors {
		feeds = append(feeds, FactorFeed(f))
	}
	return feeds
}

// related says in words why another incident stands beside this one.
func related(inc *edition.Incident) []Related {
	var out []Related
	for _, r := range inc.Related() {
		var names []string
		for _, f := range r.Factors {
			names = append(names, f.Name)
		}
		reason := strings.Join(names, " and ")
		names = names[:0]
		for _, s := range r.Services {
			names = append(names, s.Name)
		}
		if services := strings.Join(names, " and "); services != "" && reason != "" {
			reason += " on " + services
		} else if services != "" {
			reason = services
		}
		switch {
		case reason != "":
			reason = "also " + reason
		case r.ByAuthor:
			reason = "linked by the author"
		}
		if len(r.Words) > 0 {
			if reason != "" {
				reason += "; "
			}
			reason += "both speak of " + strings.Join(r.Words, ", ")
		}
		out = append(out, Related{Card: line(r.Incident), Reason: reason + apart(inc, r)})
	}
	return out
}

// apart says how far two incidents are from each other in time: ", 34 days earlier".
func apart(inc *edition.Incident, r edition.Relation) string {
	switch {
	case r.Days < 0:
		return ""
	case r.Days == 0:
		return ", on the same day"
	case r.Incident.Date().Time().Before(inc.Date().Time()):
		return ", " + count(r.Days, "day") + " earlier"
	default:
		return ", " + count(r.Days, "day") + " later"
	}
}

// entries is the timeline as a list.
func (p *planner) entries(path string, inc *edition.Incident) []Entry {
	out := make([]Entry, 0, len(inc.Timeline))
	lastDay := ""
	for _, e := range inc.Timeline {
		entry := Entry{
			Time: moment(e.Time), Written: e.Written, Body: p.html(path, e.Body), Milestone: string(e.Milestone), Name: milestoneNames[e.Milestone],
		}
		if entry.Time.Known() && entry.Time.Short != lastDay {
			entry.NewDay, lastDay = true, entry.Time.Short
		}
		if !e.Time.IsZero() && !e.Time.DateOnly && !inc.Started.IsZero() && !inc.Started.DateOnly && e.Time.Time.After(inc.Started.Time) {
			entry.After = length(e.Time.Time.Sub(inc.Started.Time))
		}
		for _, l := range e.Evidence {
			if strings.HasPrefix(l.URL, "/") {
				entry.Evidence = append(entry.Evidence, Link{Name: l.Name, URL: l.URL})
			} else {
				entry.Evidence = append(entry.Evidence, outwardLink(l))
			}
		}
		out = append(out, entry)
	}
	return out
}
