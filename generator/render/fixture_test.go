package render_test

import (
	"fmt"
	"html/template"
	"strings"

	"debrief/generator/page"
)

// The pages of a made-up company, one of each layout and full of everything a layout can show: long words, other scripts, every state.

func at(day, clock string) page.Time {
	return page.Time{ISO: "2024-03-" + day + "T" + clock + ":00Z", Text: strings.TrimPrefix(day, "0") + " March 2024, " + clock + " UTC",
		Short: strings.TrimPrefix(day, "0") + " Mar 2024", Clock: clock}
}

func day(iso, short string) page.Time {
	return page.Time{ISO: iso, Text: short, Short: short, DateOnly: true}
}

func minutes(n int64) page.Duration {
	text := fmt.Sprintf("%d min", n)
	if n >= 60 {
		text = fmt.Sprintf("%d h %d min", n/60, n%60)
	}
	return page.Duration{ISO: fmt.Sprintf("PT%dM", n), Text: text, Seconds: n * 60}
}

var (
	critical = page.Badge{ID: "sev1", Name: "SEV-1 critical", Rank: 1, Description: "A core service is down for most customers."}
	major    = page.Badge{ID: "sev2", Name: "SEV-2 major", Rank: 2}
	minor    = page.Badge{ID: "sev3", Name: "SEV-3 minor", Rank: 3}
	low      = page.Badge{ID: "sev4", Name: "SEV-4 low", Rank: 4}

	payments = page.Link{Name: "Payments", URL: "/services/payments/"}
	checkout = page.Link{Name: "Checkout", URL: "/services/checkout/"}
	change   = page.Link{Name: "Configuration change", URL: "/factors/config-change/"}
)

func siteFeed() page.Feed {
	return page.Feed{Name: "All incidents", RSS: "/feeds/all.rss", Atom: "/feeds/all.atom", JSON: "/feeds/all.json"}
}

func site(internal bool) page.Site {
	s := page.Site{
		Title: "Harbour Freight Lines incident archive", Organization: "Harbour Freight Lines", Description: "What broke, why, and what we changed.",
		Language: "en", URL: "https://incidents.example.com/archive/", Internal: internal, Zone: "Europe/Oslo", Feed: siteFeed(),
		Nav: []page.Link{{Name: "Incidents", URL: "/incidents/"}, {Name: "Services", URL: "/services/"}, {Name: "Factors", URL: "/factors/"}},
		Foot: []page.Link{{Name: "How we review", URL: "/about/"}, {Name: "Glossary", URL: "/glossary/"}, {Name: "Feeds", URL: "/feeds/"},
			{Name: "Status page", URL: "https://status.example.com/"}},
	}
	if internal {
		s.Nav = append(s.Nav, page.Link{Name: "Action items", URL: "/actions/"}, page.Link{Name: "Lessons", URL: "/lessons/"})
	} else {
		s.Nav = append(s.Nav, page.Link{Name: "Commitments", URL: "/commitments/"})
	}
	return s
}

func phases() []page.Phase {
	return []page.Phase{
		{Kind: "undetected", Name: "Not yet detected", X: 0, Width: 17.5, Length: minutes(22)},
		{Kind: "responding", Name: "Responding", X: 17.5, Width: 44, Length: minutes(55)},
		{Kind: "mitigated", Name: "Mitigated", X: 61.5, Width: 38.5, Length: minutes(48)},
	}
}

func card() page.Card {
	return page.Card{
		ID: "INC-2024-017", Title: "Card payments were declined after a certificate was rotated on half of the gateways", URL: "/incidents/inc-2024-017/",
		Severity: critical, Started: at("05", "14:02"), Length: minutes(125), Services: []page.Link{payments, checkout}, Factors: []page.Link{change},
		Summary: "For two hours and five minutes about four in ten card payments were declined. The certificate that our gateways present to the card network was rotated, and only half of them reloaded it.",
		Strip:   phases(),
	}
}

func cards() []page.Card {
	return []page.Card{
		card(),
		{ID: "INC-2024-014", Title: "Datenbankverbindungspoolerschöpfung bei der Sendungsverfolgung", URL: "/incidents/inc-2024-014/", Severity: major,
			Started: at("02", "07:40"), Length: minutes(48), Services: []page.Link{{Name: "Sendungsverfolgung", URL: "/services/tracking/"}},
			Summary: "Die Sendungsverfolgung antwortete nicht mehr, weil alle Verbindungen zur Datenbank vergeben waren.", Preliminary: true, Strip: phases()[1:2]},
		{ID: "INC-2024-011", Title: "予約システムの障害について：ピーク時のタイムアウト", URL: "/incidents/inc-2024-011/", Severity: minor, Started: at("01", "22:15"),
			Length: minutes(31), Summary: "予約の一部が完了しませんでした。データは失われていません。", InReview: true, Services: []page.Link{{Name: "予約", URL: "/services/booking/"}}},
		{ID: "pm-a_very_long_identifier_derived_from_a_file_name_without_any_space_at_all", Title: "Backups were written to a bucket nobody could read", URL: "/incidents/backup/",
			Severity: low, Started: day("2024-02-28", "28 Feb 2024"), NearMiss: true, Internal: true, Draft: true},
		{ID: "INC-2024-009", Title: "https://example.com/a/really/long/address/that/someone/pasted/as/the/title/of/an/incident?with=parameters", URL: "/incidents/inc-2024-009/",
			Started: day("2024-02-02", "2 Feb 2024")},
	}
}

func promises() []page.Promise {
	from := page.Link{Name: "Card payments were declined", URL: "/incidents/inc-2024-017/"}
	return []page.Promise{
		{Body: "<p>Alert on the share of declined payments per gateway, not only on the sum.</p>", Text: "Alert", Status: "done", StatusName: "Done", Owner: "payments team",
			Type: "detect", Group: "Detection", Due: day("2024-03-20", "20 Mar 2024"), Completed: day("2024-03-22", "22 Mar 2024"), Late: true, Ticket: page.Link{Name: "PAY-311", URL: "https://tickets.example.com/PAY-311"}, From: from},
		{Body: "<p>Roll certificates gateway by gateway, with a probe payment in between; see <a href=\"https://wiki.example.com/roll\">the plan</a>.</p>", Text: "Roll", Status: "in-progress",
			StatusName: "In progress", Owner: "platform team", Type: "prevent", Group: "Prevention", Due: day("2024-06-30", "30 Jun 2024"),
			Slipped: []page.Time{day("2024-04-30", "30 Apr 2024"), day("2024-05-31", "31 May 2024")}, Ticket: page.Link{Name: "PLAT-92", URL: "https://tickets.example.com/PLAT-92"}, From: from},
		{Text: "Write the reload of certificates into the gateway's health check.", Status: "open", StatusName: "Open", Owner: "gateway team", Type: "mitigate", Group: "Prevention",
			Due: day("2024-05-15", "15 May 2024"), From: from},
		{Body: "<p>Move to a second card network.</p>", Text: "Move", Status: "dropped", StatusName: "Dropped", Group: "Prevention", From: from},
	}
}

const prose = `<p>The gateways read their certificate once, at start. The <a class="term" href="../../glossary/#mtls" data-meaning="Mutual TLS: both sides of a connection show a certificate and check the other's.">mTLS</a> certificate was replaced on disk by the rotation job at 14:02, and the gateways that were restarted afterwards presented the new one.<sup class="footnote-ref"><a id="fnref:1" href="#fn:1" role="doc-noteref" aria-label="Note 1">1</a></sup></p>
<div class="callout callout-warning" role="note"><p class="callout-title">Warning</p><p>Do not restart all gateways at once: <code>systemctl restart gateway@*</code> drops every payment in flight.</p></div>
<div class="callout callout-note" role="note"><p class="callout-title">Note</p><p>This note is only a note.</p></div>
<blockquote><p>I saw the graph dip and thought it was the lunch break.</p></blockquote>
<p>The setting that decides it:</p>
<pre class="chroma" tabindex="0"><code><span class="line"><span class="cl"><span class="c1"># gateway.yaml, read once</span>
</span></span><span class="line"><span class="cl"><span class="nt">tls</span><span class="p">:</span>
</span></span><span class="line"><span class="cl">  <span class="nt">certificate</span><span class="p">:</span> <span class="s2">"/etc/gateway/a-path-that-is-quite-long-so-that-the-line-must-scroll-on-a-narrow-screen/client.pem"</span>
</span></span><span class="line"><span class="cl">  <span class="nt">reload</span><span class="p">:</span> <span class="kc">false</span>
</span></span><span class="line"><span class="cl">  <span class="nt">timeout</span><span class="p">:</span> <span class="m">30</span>
</span></span></code></pre>
<h3 id="what-we-saw">What we saw</h3>
<ul><li>A dip of 40 % in approved payments</li><li>Retries from the shops, which doubled the load
<ul><li>and filled the queue</li></ul></li></ul>
<div class="table-scroll" tabindex="0" role="region" aria-label="Declined payments"><table><thead><tr><th>Gateway</th><th>Certificate</th><th>Payments</th><th>Declined</th><th>Restarted</th></tr></thead><tbody><tr><td>gw-osl-1</td><td>old</td><td>18,204</td><td>17,911</td><td>14:41</td></tr><tr><td>gw-osl-2</td><td>new</td><td>19,020</td><td>12</td><td>–</td></tr></tbody></table></div>
<details><summary>The log of one declined payment</summary><p>alert bad certificate (42)</p></details>
<ul class="tasks"><li><span class="task task-done" role="img" aria-label="Done">☑</span> Ask the card network</li><li><span class="task task-open" role="img" aria-label="Not done">☐</span> Ask the shops</li></ul>
<div class="footnotes">
<ol><li id="fn:1"><p>Two were restarted by chance in the morning. <a class="footnote-back" href="#fnref:1" role="doc-backlink" aria-label="Back to the text at note 1">↩</a></p></li></ol></div>`

func incident() *page.Incident {
	return &page.Incident{
		Card: card(),
		Banners: []page.Banner{{Kind: "review", Text: "In review. Facts and wording may still change."},
			{Kind: "preliminary", Text: "Preliminary report. We are still learning what happened. The next update is promised for 12 March 2024."},
			{Kind: "recurrence", Text: "Came back after a fix:", Links: []page.Link{{Name: "Labels were printed twice, 34 days earlier", URL: "/incidents/inc-2024-018/"}, {Name: "3 more", URL: "/trends/recurrence/"}}}},
		Verdict: "Part of a trend: “Configuration change” contributed to 9 incidents.",
		Facts: []page.Fact{
			{Name: "Severity", Severity: &critical},
			{Name: "Started", Time: ptr(at("05", "14:02"))},
			{Name: "Resolved", Time: ptr(at("05", "16:07"))},
			{Name: "Duration", Duration: ptr(minutes(125))},
			{Name: "Time to detect", Duration: ptr(minutes(22))},
			{Name: "Time to mitigate", Duration: ptr(minutes(77))},
			{Name: "Services", Values: []page.Link{payments, checkout}},
			{Name: "Contributing factors", Values: []page.Link{change, {Name: "Missing alert", URL: "/factors/missing-alert/"}}},
			{Name: "Published", Time: ptr(day("2024-03-11", "11 March 2024"))},
		},
		Figure: &page.Figure{
			Label: "Timeline of the incident: began 14:02; detected 14:24; declared 14:31; mitigated 15:19; resolved 16:07.", Phases: phases(), Rows: 3,
			Marks: []page.Mark{
				{Milestone: "began", Name: "Began", Time: at("05", "14:02"), X: 0, Row: 0},
				{Milestone: "detected", Name: "Detected", Time: at("05", "14:24"), X: 17.5, Row: 1, After: minutes(22)},
				{Milestone: "declared", Name: "Declared", Time: at("05", "14:31"), X: 23.2, Row: 2, After: minutes(29)},
				{Milestone: "mitigated", Name: "Mitigated", Time: at("05", "15:19"), X: 61.5, Row: 0, After: minutes(77)},
				{Milestone: "resolved", Name: "Resolved", Time: at("05", "16:07"), X: 100, Row: 1, End: true, After: minutes(125)},
			},
			Dots:  []page.Dot{{X: 8, Text: "14:12 First retry storm"}, {X: 31, Text: "14:41 Rollback began"}, {X: 47.2, Text: "15:01 Half of the gateways restarted"}},
			Ticks: []page.Tick{{X: 22.4, Label: "14:30"}, {X: 46.4, Label: "15:00"}, {X: 70.4, Label: "15:30"}, {X: 94.4, Label: "16:00"}},
		},
		Timeline: []page.Entry{
			{Time: at("05", "14:02"), NewDay: true, Milestone: "began", Name: "Began", Body: "<p>The rotation job replaces the certificate on all gateways.</p>"},
			{Time: at("05", "14:12"), Body: "<p>Shops begin to retry declined payments.</p>", After: minutes(10)},
			{Time: at("05", "14:24"), Milestone: "detected", Name: "Detected", Body: "<p>A customer writes to support; nothing has alerted.</p>", After: minutes(22),
				Evidence: []page.Link{{Name: "support case", URL: "https://support.example.com/4711"}, {Name: "graph", URL: "https://graphs.example.com/d/1"}}},
			{Time: page.Time{}, Written: "22:XX", Body: "<p>Somebody restarts a gateway, nobody remembers when.</p>"},
			{Time: at("05", "15:19"), Milestone: "mitigated", Name: "Mitigated", Body: "<p>All gateways present the new certificate.</p>", After: minutes(77)},
			{Time: at("06", "00:10"), NewDay: true, Body: "<p>The last queued payment is settled.</p>", After: minutes(608)},
			{Time: page.Time{ISO: "2024-03-06T09:00:00Z", Text: "6 March 2024, 09:00 UTC", Short: "6 Mar 2024", Clock: "09:00", Approximate: true}, Milestone: "resolved", Name: "Resolved", Body: "<p>Incident closed.</p>"},
		},
		Lead: "<p>For two hours and five minutes on 5 March about four in ten card payments were declined, because half of our payment gateways presented a certificate that the card network no longer accepted. No payment was taken twice and no data was lost.</p>",
		Contents: []page.Link{{Name: "Impact", URL: "#impact"}, {Name: "Timeline", URL: "#timeline"}, {Name: "Contributing factors", URL: "#contributing-factors"},
			{Name: "Lessons learned", URL: "#lessons"}, {Name: "Action items", URL: "#action-items"}},
		Sections: []page.Section{
			{Name: "impact", Heading: "Impact", Anchor: "impact", Level: 2, Body: "<p>41,300 payments were declined; 38,900 succeeded on a later try.</p>"},
			{Name: "timeline", Heading: "Timeline", Anchor: "timeline", Level: 2, Body: "<p>Times before 14:30 come from the logs.</p>"},
			{Name: "contributing_factors", Heading: "Contributing factors", Anchor: "contributing-factors", Level: 2, Body: prose},
			{Name: "lessons", Heading: "Lessons learned", Anchor: "lessons", Level: 2},
			{Name: "went_well", Heading: "What went well", Anchor: "what-went-well", Level: 3, Body: "<ul><li>The rollback was practised and took four minutes.</li></ul>"},
			{Name: "lucky", Heading: "Where we got lucky", Anchor: "lucky", Level: 3, Body: "<p>It was a Tuesday.</p>"},
			{Name: "actions", Heading: "Action items", Anchor: "action-items", Level: 2},
			{Name: "other", Heading: "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen", Anchor: "long", Level: 2, Body: "<p>" + template.HTML(strings.Repeat("unbroken", 40)) + "</p>"},
		},
		Actions:     promises(),
		Commitments: promises()[:2],
		Message: &page.Message{Summary: "<p>Some card payments were declined on 5 March.</p>", WhatHappened: "<p>A certificate was replaced.</p>", Doing: "<p>Three things.</p>",
			Why: "It is not published yet: the report must be public and finished."},
		Related: []page.Related{{Card: cards()[1], Reason: "also Configuration change on Payments, 34 days earlier"}, {Card: cards()[3], Reason: "linked by the author"}},
		Amendments: []page.Amendment{{Date: day("2024-03-14", "14 Mar 2024"), Note: "Corrected the number of declined payments.", Significant: true},
			{Date: day("2024-03-12", "12 Mar 2024"), Note: "Spelling."}},
		Private: []page.Fact{{Name: "Detected by", Values: []page.Link{{Name: "customer"}}}, {Name: "Owner", Values: []page.Link{{Name: "payments team"}}},
			{Name: "Links", Values: []page.Link{{Name: "ticket", URL: "https://tickets.example.com/1"}, {Name: "call", URL: "https://meet.example.com/1"}}}},
		Older:     page.Link{Name: "Datenbankverbindungspoolerschöpfung bei der Sendungsverfolgung", URL: "/incidents/inc-2024-014/"},
		Newer:     page.Link{Name: "Labels were printed twice", URL: "/incidents/inc-2024-018/"},
		Subscribe: []page.Feed{siteFeed(), {Name: "Payments", RSS: "/feeds/payments.rss", Atom: "/feeds/payments.atom", JSON: "/feeds/payments.json"}},
		PublicURL: "https://incidents.example.com/archive/incidents/inc-2024-017/",
	}
}

func ptr[T any](v T) *T { return &v }

func years() []page.Year {
	return []page.Year{{Year: 2024, Cards: cards()[:3]}, {Year: 2023, Cards: cards()[3:4]}, {Cards: cards()[4:]}}
}

func counts() []page.Count {
	return []page.Count{{Name: "2022", Count: 1, Share: 20}, {Name: "2023"}, {Name: "2024", Count: 5, Share: 100}}
}

func topic(kind string) *page.Topic {
	return &page.Topic{Kind: kind, ID: "payments", Name: "Payments", Description: "Takes card payments for bookings.", Category: "Change", Owner: "payments team", Count: 6,
		First: day("2022-04-01", "1 Apr 2022"), Last: day("2024-03-05", "5 Mar 2024"),
		Severities: []page.Count{{Name: "SEV-1 critical", Count: 2, Share: 50}, {Name: "SEV-3 minor", Count: 4, Share: 100}},
		With:       []page.Link{{Name: "Configuration change", URL: "/factors/config-change/", Count: 4, Share: 100}, {Name: "Missing alert", URL: "/factors/missing-alert/", Count: 2, Share: 50}},
		Open:       promises()[1:3], OpenTotal: 5, Promises: "/incidents/", Years: years(), Pager: page.Pager{Page: 1, Pages: 2, Next: "/services/payments/page/2/"}, Trend: topicTrend()}
}

func index() *page.Index {
	return &page.Index{Total: 9, Groups: []page.Group{
		{Name: "Change", Topics: []page.TopicRow{
			{Name: "Configuration change", URL: "/factors/config-change/", Description: "A setting was changed, and the change itself was the trigger.", Count: 6,
				First: day("2022-04-01", "1 Apr 2022"), Last: day("2024-03-05", "5 Mar 2024"), Worst: critical, Open: 3, PerYear: counts()},
			{Name: "Certificate expiry", URL: "/factors/certificate/", Count: 1, Last: day("2022-04-01", "1 Apr 2022"), Worst: low, Open: 1, PerYear: counts()}}},
		{Name: "Verbindungsabbruchwahrscheinlichkeit", Topics: []page.TopicRow{{Name: "Capacity", URL: "/factors/capacity/", PerYear: []page.Count{{Name: "2022"}, {Name: "2023"}, {Name: "2024"}}}}}}}
}

func pages(internal bool) []*page.Page {
	home := []page.Link{{Name: "Home", URL: "/"}}
	under := append(home[:1:1], page.Link{Name: "Incidents", URL: "/incidents/"})
	p := promises()
	all := []*page.Page{
		{Path: "/", Layout: page.LayoutHome, Title: "Harbour Freight Lines incident archive", Data: &page.Home{
			Intro: "What broke, why, and what we changed. Written for customers and for the engineers who come after us.", Latest: cards(), Total: 43, First: 2022, Last: 2024,
			Trend:    &page.Line{Kind: "more", Words: []page.Link{change, {Name: " is more frequent than before."}}},
			Years:    []page.Link{{Name: "2024", URL: "/incidents/2024/", Count: 12, Share: 52}, {Name: "2023", Count: 0}, {Name: "2022", URL: "/incidents/2022/", Count: 31, Share: 100}},
			Services: topic("factor").With, Factors: topic("service").With, Open: p[1:3], OpenTotal: 7, All: "/incidents/", Promises: "/commitments/"}},
		{Path: "/incidents/", Layout: page.LayoutIncidents, Title: "Incidents", Nav: "Incidents", Crumbs: home, Data: &page.IncidentList{Years: years(), Total: 5, Pager: page.Pager{Page: 1, Pages: 3, Next: "/incidents/page/2/"},
			AllYears:   []page.Link{{Name: "2024", URL: "/incidents/2024/", Count: 3}, {Name: "2023", URL: "/incidents/2023/", Count: 1}, {Name: "2022"}},
			Severities: []page.Link{{Name: "SEV-1 critical", URL: "sev1"}, {Name: "SEV-2 major", URL: "sev2"}}, Services: []page.Link{{Name: "Payments", URL: "payments"}, {Name: "Checkout", URL: "checkout"}}}},
		{Path: "/incidents/inc-2024-017/", Layout: page.LayoutIncident, Title: card().Title, Nav: "Incidents", Crumbs: under, Data: incident(), Published: day("2024-03-11", "11 Mar 2024"),
			Updated: day("2024-03-14", "14 Mar 2024"), Image: "/files/logo.svg", Graph: `{"@context":"https://schema.org","@type":"TechArticle","headline":"Card payments were declined"}`},
		{Path: "/services/", Layout: page.LayoutServices, Title: "Services", Nav: "Services", Crumbs: home, Data: index()},
		{Path: "/services/payments/", Layout: page.LayoutService, Title: "Payments", Nav: "Services", Crumbs: append(home[:1:1], page.Link{Name: "Services", URL: "/services/"}), Data: topic("service"),
			Feed: &page.Feed{Name: "Payments", RSS: "/feeds/payments.rss", Atom: "/feeds/payments.atom", JSON: "/feeds/payments.json"}},
		{Path: "/factors/", Layout: page.LayoutFactors, Title: "Contributing factors", Nav: "Factors", Crumbs: home, Data: index()},
		{Path: "/factors/config-change/", Layout: page.LayoutFactor, Title: "Configuration change", Nav: "Factors", Crumbs: append(home[:1:1], page.Link{Name: "Factors", URL: "/factors/"}), Data: topic("factor")},
		{Path: "/glossary/", Layout: page.LayoutGlossary, Title: "Glossary", Crumbs: home, Data: &page.Glossary{Terms: []page.Term{
			{Term: "mTLS", Meaning: "Mutual TLS: both sides of a connection show a certificate and check the other's.", Anchor: "mtls", UsedIn: []page.Link{payments}, More: 3}, {Term: "Verfügbarkeitszielvereinbarung", Meaning: "What was promised.", Anchor: "sla"}}}},
		{Path: "/feeds/", Layout: page.LayoutFeeds, Title: "Feeds", Crumbs: home, Data: &page.Feeds{OPML: "/feeds.opml", Groups: []page.FeedGroup{{Name: "Everything", Feeds: []page.Feed{siteFeed()}},
			{Name: "Services", Feeds: []page.Feed{{Name: "Payments", RSS: "/feeds/payments.rss", Atom: "/feeds/payments.atom", JSON: "/feeds/payments.json"}}}}}},
		{Path: "/about/", Layout: page.LayoutFree, Title: "How we review", Crumbs: home, Data: &page.Free{Body: template.HTML(`<h2 id="why">Why we write</h2>` + strings.ReplaceAll(prose, "../../", "../")), Contents: []page.Link{{Name: "Why we write", URL: "#why"}}}},
		{Path: "/404.html", Layout: page.LayoutNotFound, Title: "Page not found", NoIndex: true, Data: &page.NotFound{Latest: cards()[:2]}},
		{Path: "/search/", Layout: page.LayoutSearch, Title: "Search", Crumbs: home, Data: &page.Search{Total: 43,
			Years:    []page.Link{{Name: "2024", URL: "/incidents/2024/", Count: 12}, {Name: "2023"}},
			Services: topic("factor").With, Factors: topic("service").With,
			Operators: []page.Operator{{Example: "timeout -rollback", Meaning: "the first word without the second"}}}},
	}
	all = append(all, trendPages()...)
	promisePage := &page.Promises{Total: 4, OpenTotal: 2, KeptTotal: 1, DroppedTotal: 1, Open: p[1:3], Kept: p[:1], Dropped: p[3:]}
	if internal {
		lessons := []page.Lesson{{From: p[0].From, Date: day("2024-03-05", "5 Mar 2024"), Body: "<ul><li>The rollback was practised.</li></ul>"}, {From: p[0].From, Date: day("2024-03-05", "5 Mar 2024"), Body: "<p>It was a Tuesday.</p>"}}
		all = append(all,
			&page.Page{Path: "/actions/", Layout: page.LayoutActions, Title: "Action items", Nav: "Action items", Crumbs: home, Data: promisePage},
			&page.Page{Path: "/lessons/", Layout: page.LayoutLessons, Title: "Lessons", Nav: "Lessons", Crumbs: home, Data: &page.Lessons{WentWell: lessons, WentWrong: lessons[:1], Lucky: lessons[1:]}})
	} else {
		all = append(all, &page.Page{Path: "/commitments/", Layout: page.LayoutCommitments, Title: "Commitments", Nav: "Commitments", Crumbs: home, Data: promisePage})
		inc := all[2].Data.(*page.Incident)
		inc.Message, inc.Private, inc.Banners, inc.Actions = nil, nil, inc.Banners[1:], nil
	}
	for _, p := range all {
		p.NoIndex = p.NoIndex || internal
		p.Description = "What " + p.Title + " is about, in a sentence or two for a search engine."
	}
	return all
}
