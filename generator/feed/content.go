package feed

import (
	"html"
	"strings"
	"sync"
	"time"

	"debrief/generator/edition"
	"debrief/generator/markdown"
	"debrief/generator/page"

	"github.com/microcosm-cc/bluemonday"
)

// policy is what the HTML of a feed is made of. What authors write has passed an allow list already; this second, narrower one takes out
// what means nothing away from the site (classes, anchors, the colours of code) and guarantees what a feed promises: every address is
// absolute and of a harmless scheme, whatever went in.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "code", "kbd", "samp",
		"var", "em", "strong", "b", "i", "u", "s", "del", "ins", "mark", "small", "sub", "sup", "abbr", "cite", "q", "ruby", "rt", "rp", "div", "figure",
		"figcaption", "details", "summary", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "time")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("src", "alt").OnElements("img")
	p.AllowAttrs("width", "height").Matching(bluemonday.Integer).OnElements("img")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("colspan", "rowspan").Matching(bluemonday.Integer).OnElements("th", "td")
	p.AllowAttrs("datetime").Matching(bluemonday.ISO8601).OnElements("time")
	p.AllowAttrs("title").OnElements("abbr")
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(false)
	p.RequireParseableURLs(true)
	return p
})

// body builds the HTML of one entry.
type body struct {
	*writer
	strings.Builder
	// path is the address of the page the content is from.
	path string
}

func (w *writer) body(inc *edition.Incident) *body {
	return &body{writer: w, path: page.IncidentPath(inc.Slug)}
}

// clean makes HTML fit for any feed.
func clean(html string) string {
	var b strings.Builder
	b.Grow(len(html))
	if err := policy().SanitizeReaderToWriter(strings.NewReader(html), &b); err != nil {
		return "" // what cannot be read cannot be made fit; a reader of a string has no errors of its own
	}
	return xmlSafe(b.String())
}

// incidentHTML is a whole incident, not clean yet: what its page says, without what only makes sense there.
func (w *writer) incidentHTML(inc *edition.Incident) string {
	b := w.body(inc)
	b.amendmentNews(inc)
	b.notices(inc)
	b.facts(inc)
	b.fragment(inc.Summary)
	b.sections(inc)
	b.message(inc)
	b.amendments(inc)
	return b.String()
}

// text writes plain text, and markup around it.
func (b *body) text(before, s, after string) {
	b.WriteString(before)
	b.WriteString(html.EscapeString(s))
	b.WriteString(after)
}

func (b *body) link(name, address string) {
	b.text(`<a href="`, page.Absolute(b.home, address), `">`)
	b.text("", name, "</a>")
}

// amendmentNews says first what a report that was announced again was announced again for.
func (b *body) amendmentNews(inc *edition.Incident) {
	for _, a := range inc.Amendments {
		if a.Significant && a.Date == inc.Resurfaced {
			b.text("<p><strong>Updated on ", day(a.Date), ":</strong> ")
			b.text("", a.Note, "</p>\n")
		}
	}
}

func (b *body) notices(inc *edition.Incident) {
	if inc.InReview {
		b.WriteString("<p><strong>In review.</strong> Facts and wording may still change.</p>\n")
	}
	if inc.Preliminary {
		b.WriteString("<p><strong>Preliminary report.</strong> We are still learning what happened.")
		if !inc.NextUpdate.IsZero() {
			b.text(" The next update is promised for ", day(inc.NextUpdate), ".")
		}
		b.WriteString("</p>\n")
	}
	if inc.NearMiss {
		b.WriteString("<p><strong>Near miss.</strong></p>\n")
	}
}

// facts is the line under the title: how bad, when, how long, what.
func (b *body) facts(inc *edition.Incident) {
	separator := "<p>"
	fact := func(name string) {
		b.text(separator, name, ": ")
		separator = " · "
	}
	if inc.Severity != nil {
		fact("Severity")
		b.text("", inc.Severity.Name, "")
	}
	if !inc.Started.IsZero() {
		fact("Started")
		b.moment(inc.Started)
	}
	if !inc.Mitigated.IsZero() {
		fact("Mitigated")
		b.moment(inc.Mitigated)
	}
	if !inc.Resolved.IsZero() {
		fact("Resolved")
		b.moment(inc.Resolved)
	}
	if d := page.Lasted(inc); d >= 0 {
		fact("Duration")
		b.WriteString(page.Length(d))
	}
	for i, s := range inc.Services {
		if i == 0 {
			fact("Services")
		} else {
			b.WriteString(", ")
		}
		b.link(s.Name, page.ServicePath(s.Slug))
	}
	for i, f := range inc.Factors {
		if i == 0 {
			fact("Contributing factors")
		} else {
			b.WriteString(", ")
		}
		b.link(f.Name, page.FactorPath(f.Slug))
	}
	if separator != "<p>" {
		b.WriteString("</p>\n")
	}
}

func (b *body) moment(m edition.Moment) {
	if m.Approximate {
		b.WriteString("around ")
	}
	if m.DateOnly {
		b.text(`<time datetime="`, m.Time.Format(time.DateOnly), `">`)
		b.text("", m.Time.Format("2 January 2006"), "</time>")
		return
	}
	utc := m.Time.UTC()
	b.text(`<time datetime="`, utc.Format(time.RFC3339), `">`)
	b.text("", utc.Format("2 January 2006, 15:04 UTC"), "</time>")
}

// sections writes the sections in order, the timeline, the action items and the promises at the place of the section they belong to, or,
// where there is none, at the end.
func (b *body) sections(inc *edition.Incident) {
	timeline, actions, promises := inc.Timeline, inc.Actions, inc.Commitments
	for _, s := range inc.Sections {
		b.heading(s.Level, s.Heading)
		b.fragment(s.Body)
		switch s.Name {
		case "timeline":
			b.timeline(timeline)
			timeline = nil
		case "actions":
			b.actions(actions)
			actions = nil
		case "doing":
			b.commitments(promises)
			promises = nil
		}
	}
	if len(timeline) > 0 {
		b.heading(1, "Timeline")
		b.timeline(timeline)
	}
	if len(actions) > 0 {
		b.heading(1, "Action items")
		b.actions(actions)
	}
	if len(promises) > 0 {
		b.heading(1, "Commitments")
		b.commitments(promises)
	}
}

func (b *body) heading(level int, text string) {
	switch {
	case text == "":
	case level <= 1:
		b.text("<h2>", text, "</h2>\n")
	default:
		b.text("<h3>", text, "</h3>\n")
	}
}

// milestones are the words for the milestones of a timeline.
var milestones = map[edition.Milestone]string{
	edition.Began: "Began", edition.Detected: "Detected", edition.Declared: "Declared", edition.Mitigated: "Mitigated", edition.Resolved: "Resolved",
}

// timeline writes a table. The day stands where it changes.
func (b *body) timeline(entries []edition.Entry) {
	if len(entries) == 0 {
		return
	}
	b.WriteString("<table>\n<thead><tr><th>Time (UTC)</th><th>What happened</th></tr></thead>\n<tbody>\n")
	lastDay := ""
	for _, e := range entries {
		b.WriteString("<tr><td>")
		switch utc := e.Time.Time.UTC(); {
		case e.Time.IsZero():
			b.text("", e.Written, "")
		case e.Time.DateOnly:
			lastDay = e.Time.Time.Format("2 Jan 2006")
			b.WriteString(lastDay)
		default:
			b.text(`<time datetime="`, utc.Format(time.RFC3339), `">`)
			if d := utc.Format("2 Jan 2006"); d != lastDay {
				lastDay = d
				b.WriteString(d + ", ")
			}
			if e.Time.Approximate {
				b.WriteString("around ")
			}
			b.WriteString(utc.Format("15:04") + "</time>")
		}
		b.WriteString("</td><td>")
		if name := milestones[e.Milestone]; name != "" {
			b.text("<strong>", name, ".</strong> ")
		}
		b.fragment(e.Body)
		b.evidence(e.Evidence)
		b.WriteString("</td></tr>\n")
	}
	b.WriteString("</tbody>\n</table>\n")
}

func (b *body) evidence(links []edition.Link) {
	for i, l := range links {
		if i == 0 {
			b.WriteString(" (evidence: ")
		} else {
			b.WriteString(", ")
		}
		b.link(l.Name, l.URL)
	}
	if len(links) > 0 {
		b.WriteString(")")
	}
}

func (b *body) actions(actions []*edition.Action) {
	if len(actions) == 0 {
		return
	}
	b.WriteString("<ul>\n")
	for _, a := range actions {
		b.WriteString("<li>")
		b.fragment(a.Body)
		b.WriteString(" ")
		if a.Owner != "" {
			b.text("", a.Owner, ". ")
		}
		b.text("<em>", state(a.Status, a.Due, a.Completed, a.Slipped), "</em></li>\n")
	}
	b.WriteString("</ul>\n")
}

func (b *body) commitments(promises []*edition.Commitment) {
	if len(promises) == 0 {
		return
	}
	b.WriteString("<ul>\n")
	for _, c := range promises {
		b.WriteString("<li>")
		b.fragment(c.Body)
		b.text(" <em>", state(c.Status, c.Due, c.Completed, c.Slipped), "</em></li>\n")
	}
	b.WriteString("</ul>\n")
}

// message is, inside, what customers are told.
func (b *body) message(inc *edition.Incident) {
	m := inc.Message
	if m == nil {
		return
	}
	b.heading(1, "What customers are told")
	b.fragment(m.Summary)
	if m.WhatHappened.HTML != "" {
		b.heading(2, "What happened")
		b.fragment(m.WhatHappened)
	}
	if m.Doing.HTML != "" {
		b.heading(2, "What we are doing about this")
		b.fragment(m.Doing)
	}
}

func (b *body) amendments(inc *edition.Incident) {
	if len(inc.Amendments) == 0 {
		return
	}
	b.heading(1, "Changes to this report")
	b.WriteString("<ul>\n")
	for _, a := range inc.Amendments {
		b.text("<li>", day(a.Date), ": ")
		b.text("", a.Note, "</li>\n")
	}
	b.WriteString("</ul>\n")
}

// commitmentHTML is one promise, not clean yet: what it is, how it stands, and where it comes from.
func (w *writer) commitmentHTML(c *edition.Commitment) string {
	b := w.body(c.Incident)
	b.WriteString("<div>")
	b.fragment(c.Body)
	b.text("</div>\n<p>", state(c.Status, c.Due, c.Completed, c.Slipped), "</p>\n<p>Promised after ")
	b.link(c.Incident.Title, page.IncidentPath(c.Incident.Slug))
	b.WriteString(".</p>\n")
	return b.String()
}

// fragment writes what an author wrote.
func (b *body) fragment(f markdown.Fragment) { b.WriteString(page.Away(b.home, b.path, f)) }
