// Package sample is a made-up edition for the tests of the rooms that edition gives one to: page, feed, machine and what comes after them.
package sample

import (
	"html"
	"strings"
	"time"

	"debrief/generator/edition"
	"debrief/generator/markdown"
)

// Edition returns a made-up edition that has one of everything: reports with an amendment that matters and one that does not, a
// preliminary one, one with a day and no time, one without any date; promises open, moved, kept and dropped; a service without incidents.
// The company runs ferries and does not exist. Every call returns a new one, to be changed at will before it is used.
func Edition(audience edition.Audience) *edition.Edition {
	e := &edition.Edition{
		Audience: audience,
		Site: edition.Site{
			Title: "Harbourline incident reports", Organization: "Harbourline Ferries", Description: "What went wrong on our routes & in our systems.",
			Language: "en-GB", Location: time.UTC, URL: "https://incidents.harbourline.example/", Logo: "/logo.png",
			Links: []edition.Link{{Name: "Harbourline", URL: "https://harbourline.example/"}}, FeedEntries: 50, PageSize: 50,
		},
		Severities: []*edition.Severity{
			{ID: "sev1", Name: "Critical", Rank: 1}, {ID: "sev2", Name: "Major", Rank: 2}, {ID: "sev3", Name: "Minor", Rank: 3}, {ID: "sev4", Name: "Low", Rank: 4},
		},
		Services: []*edition.Service{
			{ID: "boards", Slug: "boards", Name: "Departure boards", Description: "The screens on the quays."},
			{ID: "payments", Slug: "payments", Name: "Payments"},
			{ID: "ticketing", Slug: "ticketing", Name: "Ticketing", Description: "Selling and checking tickets."},
		},
		Factors: []*edition.Factor{
			{ID: "capacity", Slug: "capacity", Name: "Capacity", Description: "Something was full."},
			{ID: "config-change", Slug: "config-change", Name: "Configuration change"},
		},
		Terms: []edition.Term{{Term: "SLO", Meaning: "The level of service we aim for.", Anchor: "slo"}},
		Pages: []*edition.FreePage{{Slug: "about", Title: "About these reports", Body: Fragment("<p>We write down what went wrong.</p>")}},
		Attachments: []edition.Attachment{
			{Path: "incidents/hl-2024-012/queue.png", Source: "postmortems/queue.png"}, {Path: "logo.png", Source: "logo.png"},
		},
	}
	boards, ticketing := e.Services[0], e.Services[2]
	capacity, config := e.Factors[0], e.Factors[1]

	tickets := incident("HL-2024-012", "Tickets could not be bought for 42 minutes")
	tickets.Severity, tickets.Services, tickets.Factors = e.Severities[0], []*edition.Service{ticketing, boards}, []*edition.Factor{config}
	tickets.Started, tickets.Mitigated, tickets.Resolved = at("2024-06-03 06:10"), at("2024-06-03 06:40"), at("2024-06-03 06:52")
	tickets.ToMitigate, tickets.ToResolve = 30*time.Minute, 42*time.Minute
	tickets.Published, tickets.Updated, tickets.Resurfaced = day("2024-06-07"), day("2024-07-01"), day("2024-07-01")
	tickets.Amendments = []edition.Amendment{
		{Date: day("2024-06-10"), Note: "Corrected the name of a quay."},
		{Date: day("2024-07-01"), Note: "Seat reservations were affected too; the timeline says when.", Significant: true},
	}
	tickets.Summary = Fragment(`<p>From 06:10 to 06:52 UTC nobody could buy a ticket. Boats sailed on time; see <a href="⟦#timeline⟧">the timeline</a>.</p>` + "\n")
	tickets.SummaryText = "From 06:10 to 06:52 UTC nobody could buy a ticket. Boats sailed on time; see the timeline."
	tickets.Sections = []edition.Section{
		section("what_happened", "What happened", `<p>A limit of 100 connections was rolled out as 10. Our ⟦SLO⟧ was missed.</p>`+"\n"+
			`<pre><code class="language-yaml"><span class="nt">max_connections</span><span class="p">:</span> <span class="m">10</span></code></pre>`+"\n"+
			`<p><img src="⟦/incidents/hl-2024-012/queue.png⟧" alt="The queue grows from 06:10 on"></p>`+"\n"+
			`<p>The same limit was behind <a href="⟦/incidents/hl-2023-007/⟧">an earlier incident</a>; the <a href="⟦https://docs.example/pool?a=1&b=2⟧">manual</a> warns of it. `+
			`<a href="⟦⟧">This link</a> goes nowhere here.</p>`+"\n"),
		section("timeline", "Timeline", ""),
		section("doing", "What we are doing about this", "<p>We are sorry. We promise:</p>\n"),
	}
	tickets.Timeline = []edition.Entry{
		{Time: at("2024-06-03 06:10"), Written: "06:10", Text: "The change reaches all regions.", Body: Fragment("The change reaches all regions."), Milestone: edition.Began},
		{Time: about("2024-06-03 06:15"), Written: "~06:15", Text: "The first calls arrive.", Body: Fragment("The first calls arrive.")},
		{Written: "06:XX", Text: "Somebody restarts the shop.", Body: Fragment("Somebody restarts the shop.")},
		{Time: at("2024-06-03 06:40"), Written: "06:40", Text: "The old limit is back.", Body: Fragment("The old limit is <strong>back</strong>."), Milestone: edition.Mitigated},
		{Time: at("2024-06-04 00:05"), Written: "00:05", Text: "Reports are complete.", Body: Fragment("Reports are complete.")},
	}
	tickets.Commitments = []*edition.Commitment{
		{Text: "Check limits before a change is rolled out", Body: Fragment("Check limits before a change is rolled out"), Status: edition.Done, Due: day("2024-06-30"), Completed: day("2024-06-21")},
		{Text: "Sell tickets on board when the shop is down", Body: Fragment("Sell tickets on board when the shop is down"), Status: edition.Open, Due: day("2024-09-30"), Slipped: []edition.Date{day("2024-07-31"), day("2024-08-31")}},
		{Text: "Show queue lengths", Body: Fragment("Show queue lengths"), Status: edition.InProgress, Due: day("2024-12-31")},
		{Text: "Replace the pool", Body: Fragment("Replace the pool"), Status: edition.Dropped},
	}
	tickets.Aliases = []string{"/2024/06/tickets/", "/postmortems/hl-12.html", "/old/tickets"}

	dark := incident("HL-2024-019", "Departure boards are dark on two quays")
	dark.Severity, dark.Services, dark.Factors = e.Severities[2], []*edition.Service{boards}, []*edition.Factor{capacity}
	dark.Started, dark.Published = at("2024-08-20 17:45"), day("2024-08-20")
	dark.Preliminary, dark.NextUpdate = true, day("2024-08-27")
	dark.Summary, dark.SummaryText = Fragment("<p>The boards on quays 3 and 4 are dark.</p>\n"), "The boards on quays 3 and 4 are dark."

	limit := incident("HL-2023-007", "Ticket machines & gates were slow")
	limit.Services, limit.Factors = []*edition.Service{ticketing}, []*edition.Factor{capacity, config}
	limit.Started = edition.Moment{Time: day("2023-11-02").Time(), DateOnly: true}
	limit.Published, limit.Updated = day("2023-11-10"), day("2023-11-12")
	limit.Amendments = []edition.Amendment{{Date: day("2023-11-12"), Note: "A typing error."}}
	limit.Summary, limit.SummaryText = Fragment("<p>Gates took up to <em>ten</em> seconds.</p>\n"), "Gates took up to ten seconds."

	undated := incident("old-notes", "Notes from the old harbour")
	undated.Severity = e.Severities[3]
	undated.Summary, undated.SummaryText = Fragment("<p>Nobody wrote down when.</p>\n"), "Nobody wrote down when."

	e.Incidents = []*edition.Incident{dark, tickets, limit, undated}
	tickets.Relate = func() []edition.Relation {
		return []edition.Relation{{Incident: limit, Services: []*edition.Service{ticketing}, Factors: []*edition.Factor{config}, Days: 214}}
	}
	limit.Relate = func() []edition.Relation {
		return []edition.Relation{{Incident: tickets, Services: []*edition.Service{ticketing}, Factors: []*edition.Factor{config}, Days: 214}}
	}
	if audience == edition.Internal {
		inside(e, tickets, dark)
	}
	Connect(e)
	return e
}

// inside adds what only engineers read.
func inside(e *edition.Edition, tickets, dark *edition.Incident) {
	e.Site.URL = "https://postmortems.harbourline.internal.example/"
	for _, s := range e.Services {
		s.Owner = "Quay team"
	}
	tickets.Detected, tickets.Declared = at("2024-06-03 06:12"), at("2024-06-03 06:18")
	tickets.ToDetect = 2 * time.Minute
	tickets.Sections = []edition.Section{
		section("contributing_factors", "Contributing factors", "<p>A limit was rolled out as 10.</p>\n"),
		section("timeline", "Timeline", "<p>Times are from the logs.</p>\n"),
		section("lessons", "Lessons", "<p>Limits are code.</p>\n"),
		{Name: "went_well", Heading: "What went well", Anchor: "what-went-well", Level: 2, Body: Fragment("<p>The rollback took a minute.</p>\n")},
		section("actions", "Action items", ""),
	}
	tickets.Timeline[0].Evidence = []edition.Link{{Name: "dashboard", URL: "https://dashboards.harbourline.internal.example/pool"}}
	tickets.Actions = []*edition.Action{
		{Text: "Validate limits", Body: Fragment("Validate limits"), Owner: "Quay team", Status: edition.Done, Due: day("2024-06-30"), Completed: day("2024-06-21"), Type: "prevent", Link: "https://tickets.harbourline.internal.example/7"},
		{Text: "Alert on pool use", Body: Fragment("Alert on pool use"), Owner: "On-call", Status: edition.Open, Due: day("2024-09-30"), Type: "detect"},
	}
	tickets.Message = &edition.Message{
		Summary: tickets.Summary, WhatHappened: Fragment("<p>A limit was too low.</p>\n"), Doing: Fragment("<p>We are sorry.</p>\n"),
	}
	tickets.Public, tickets.DetectedBy, tickets.Owner, tickets.Participants = true, "alert", "On-call", []string{"Quay team"}
	tickets.Links, tickets.Source = []edition.Link{{Name: "ticket", URL: "https://tickets.harbourline.internal.example/6"}}, "postmortems/tickets.md"
	dark.InReview, dark.Published, dark.Source = true, edition.Date{}, "postmortems/dark.md"
}

// Connect works out what joins the incidents of a made-up edition, as edition.Project does for a real one.
func Connect(e *edition.Edition) {
	for _, s := range e.Severities {
		s.Incidents = nil
	}
	for _, s := range e.Services {
		s.Incidents = nil
	}
	for _, f := range e.Factors {
		f.Incidents = nil
	}
	e.Actions, e.Commitments = nil, nil
	for _, inc := range e.Incidents {
		if inc.Severity != nil {
			inc.Severity.Incidents = append(inc.Severity.Incidents, inc)
		}
		for _, s := range inc.Services {
			s.Incidents = append(s.Incidents, inc)
		}
		for _, f := range inc.Factors {
			f.Incidents = append(f.Incidents, inc)
		}
		for _, a := range inc.Actions {
			a.Incident = inc
		}
		for _, c := range inc.Commitments {
			c.Incident = inc
		}
		e.Actions, e.Commitments = append(e.Actions, inc.Actions...), append(e.Commitments, inc.Commitments...)
	}
}

func incident(id, title string) *edition.Incident {
	return &edition.Incident{ID: id, Slug: strings.ToLower(id), Title: title, ToDetect: -1, ToMitigate: -1, ToResolve: -1}
}

func section(name, heading, body string) edition.Section {
	return edition.Section{Name: name, Heading: heading, Anchor: strings.ReplaceAll(strings.ToLower(heading), " ", "-"), Level: 1, Body: Fragment(body)}
}

func at(s string) edition.Moment {
	t, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		panic(err)
	}
	return edition.Moment{Time: t, ZoneStated: true}
}

func about(s string) edition.Moment {
	m := at(s)
	m.Approximate = true
	return m
}

func day(s string) edition.Date {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return edition.Date{Year: t.Year(), Month: t.Month(), Day: t.Day()}
}

// Fragment makes a fragment of HTML in which open places are written as ⟦destination⟧: behind href=" a link, behind src=" a picture,
// anywhere else a glossary term. Its text is the HTML without tags.
func Fragment(source string) markdown.Fragment {
	var f markdown.Fragment
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(source, "⟦")
		b.WriteString(before)
		if !ok {
			break
		}
		dest, after, _ := strings.Cut(rest, "⟧")
		slot := markdown.Slot{Kind: markdown.TermSlot, Dest: dest, Start: b.Len()}
		switch {
		case strings.HasSuffix(before, `href="`):
			slot.Kind = markdown.LinkSlot
		case strings.HasSuffix(before, `src="`):
			slot.Kind = markdown.ImageSlot
		}
		b.WriteString(html.EscapeString(dest))
		slot.End = b.Len()
		f.Slots = append(f.Slots, slot)
		source = after
	}
	f.HTML = b.String()
	for i := range f.Slots {
		if s := &f.Slots[i]; s.Kind != markdown.TermSlot {
			s.Tag = markdown.Extent{Start: strings.LastIndexByte(f.HTML[:s.Start], '<'), End: s.End + strings.IndexByte(f.HTML[s.End:], '>') + 1}
			if s.Kind == markdown.ImageSlot {
				_, alt, _ := strings.Cut(f.HTML[s.Tag.Start:s.Tag.End], `alt="`)
				alt, _, _ = strings.Cut(alt, `"`)
				s.Alt = html.UnescapeString(alt)
			} else if end := strings.Index(f.HTML[s.End:], "</a>"); end >= 0 {
				s.CloseTag = markdown.Extent{Start: s.End + end, End: s.End + end + len("</a>")}
			}
		}
	}
	f.Text = html.UnescapeString(withoutTags(f.HTML))
	return f
}

func withoutTags(s string) string {
	var b strings.Builder
	for {
		text, rest, ok := strings.Cut(s, "<")
		b.WriteString(text)
		if !ok {
			return strings.TrimSpace(b.String())
		}
		_, s, _ = strings.Cut(rest, ">")
	}
}
