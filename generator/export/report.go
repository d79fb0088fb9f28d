package export

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"debrief/generator/edition"
	"debrief/generator/lazyregexp"
	"debrief/generator/markdown"
	"debrief/generator/page"
)

// Markdown is written as the archive format has it (see package postmortem), so that what comes out can be built again. Of the external edition
// it is a public archive; of the internal one every report says visibility: internal, because an edition no longer knows which title and which
// names were meant for the outside.

// writeReports writes all reports one after the other, each with its front matter. Addresses are those on the site.
func writeReports(to io.Writer, e *edition.Edition) error {
	for i, inc := range ready(e) {
		text := Report(e, inc)
		if i > 0 {
			text = "\n" + text
		}
		if _, err := io.WriteString(to, text); err != nil {
			return err
		}
	}
	return nil
}

// Report writes one incident as a Markdown report whose links lead to the site.
func Report(e *edition.Edition, inc *edition.Incident) string {
	away := func(dest string) string {
		if strings.HasPrefix(dest, "#") {
			dest = page.IncidentPath(inc.Slug) + dest
		}
		return page.Absolute(e.Site.URL, dest)
	}
	return (&reporter{Edition: e, address: away}).report(inc)
}

// ready are the incidents without the drafts that a preview shows.
func ready(e *edition.Edition) []*edition.Incident {
	return slices.DeleteFunc(slices.Clone(e.Incidents), func(inc *edition.Incident) bool { return inc.Draft })
}

// Folder returns the files of an archive with the edition's reports and free pages. Its attachments are not among them: they are the edition's,
// each to be put where AttachmentPath says.
func Folder(e *edition.Edition) []page.File {
	files := []page.File{{Path: "archive.yaml", Produce: func() ([]byte, error) { return []byte(settings(e)), nil }}}
	known := map[string]string{} // the files, by the address of the page that each becomes
	for _, inc := range ready(e) {
		known[page.IncidentPath(inc.Slug)] = reportPath(inc.Slug)
	}
	for _, p := range e.Pages {
		known[page.FreePath(p.Slug)] = freePath(p.Slug)
	}
	for _, a := range e.Attachments {
		known[escapePath("/"+a.Path)] = AttachmentPath(a)
	}
	at := func(file string) func(string) string {
		return func(dest string) string {
			target, anchor, hasAnchor := strings.Cut(dest, "#")
			if hasAnchor {
				anchor = "#" + anchor
			}
			if to, here := known[target]; here {
				return page.Relative("/"+escapePath(file), "/"+escapePath(to)) + anchor
			}
			if target == "" {
				return anchor
			}
			return page.Absolute(e.Site.URL, dest)
		}
	}
	for _, inc := range ready(e) {
		name := reportPath(inc.Slug)
		files = append(files, page.File{Path: name, Produce: func() ([]byte, error) {
			return []byte((&reporter{Edition: e, address: at(name)}).report(inc)), nil
		}})
	}
	for _, p := range e.Pages {
		name := freePath(p.Slug)
		files = append(files, page.File{Path: name, Produce: func() ([]byte, error) {
			return []byte((&reporter{Edition: e, address: at(name)}).free(p)), nil
		}})
	}
	return files
}

func escapePath(p string) string { return (&url.URL{Path: p}).EscapedPath() }

func reportPath(slug string) string { return "postmortems/" + slug + "/index.md" }
func freePath(slug string) string   { return "pages/" + slug + ".md" }

// AttachmentPath is where an attachment of the edition lies in the Folder: beside its report.
func AttachmentPath(a edition.Attachment) string {
	if below, of := strings.CutPrefix(a.Path, "incidents/"); of {
		return "postmortems/" + below
	}
	return path.Join("files", a.Path)
}

// reporter writes reports. Address says where a link or a picture of the site leads from the text; empty for nowhere.
type reporter struct {
	*edition.Edition
	address func(string) string
	notes   int // fragments with footnotes so far
}

func (r *reporter) report(inc *edition.Incident) string {
	var b strings.Builder
	r.frontMatter(&b, inc)
	fmt.Fprintf(&b, "# %s\n", escapeLine(inc.Title))
	if r.Audience == edition.External {
		r.outside(&b, inc)
	} else {
		r.inside(&b, inc)
	}
	return b.String()
}

func (r *reporter) frontMatter(b *strings.Builder, inc *edition.Incident) {
	f := fields{b}
	b.WriteString("---\n")
	f.text("id", inc.ID)
	f.text("title", inc.Title)
	if r.Audience == edition.External {
		f.plain("visibility", "public")
	} else {
		f.plain("visibility", "internal")
		if inc.InReview {
			f.plain("status", "review")
		}
	}
	if inc.Severity != nil {
		f.text("severity", inc.Severity.ID)
	}
	if inc.Preliminary {
		f.plain("stage", "preliminary")
		f.plain("next_update", inc.NextUpdate.String())
	}
	f.plain("started", moment(inc.Started))
	f.plain("detected", moment(inc.Detected))
	f.plain("declared", moment(inc.Declared))
	f.plain("mitigated", moment(inc.Mitigated))
	f.plain("resolved", moment(inc.Resolved))
	f.plain("published", inc.Published.String())
	f.texts("services", ids(inc.Services, func(s *edition.Service) string { return s.ID }))
	f.texts("factors", ids(inc.Factors, func(f *edition.Factor) string { return f.ID }))
	f.text("detected_by", inc.DetectedBy)
	f.text("owner", inc.Owner)
	f.texts("participants", inc.Participants)
	if inc.NearMiss {
		f.plain("near_miss", "true")
	}
	f.text("class", inc.Class)
	f.text("deferred_work", inc.DeferredWork)
	if inc.GrowsWithScale != nil {
		f.plain("grows_with_scale", strconv.FormatBool(*inc.GrowsWithScale))
	}
	var related []string
	for _, other := range inc.Related() {
		if other.ByAuthor {
			related = append(related, other.Incident.ID)
		}
	}
	f.texts("related", related)
	f.texts("aliases", inc.Aliases)
	if len(inc.Links) > 0 {
		b.WriteString("links:\n")
		for _, l := range inc.Links {
			fmt.Fprintf(b, "  %s: %s\n", quoted(l.Name), quoted(l.URL))
		}
	}
	if len(inc.Amendments) > 0 {
		b.WriteString("amended:\n")
		for _, a := range inc.Amendments {
			fmt.Fprintf(b, "  - date: %s\n    note: %s\n", a.Date, quoted(a.Note))
			if a.Significant {
				b.WriteString("    significant: true\n")
			}
		}
	}
	b.WriteString("---\n\n")
}

// outside writes what customers read: the External summary, and what the archive opens beside it.
func (r *reporter) outside(b *strings.Builder, inc *edition.Incident) {
	b.WriteString("\n## External summary\n")
	r.part(b, "### Summary", inc.Summary, 4)
	own := map[string]bool{}
	for _, s := range inc.Sections {
		switch s.Name {
		case "what_happened":
			r.part(b, "### What happened", s.Body, 4)
		case "timeline":
			r.part(b, "### Timeline", s.Body, 4)
			r.entries(b, inc.Timeline)
		case "doing":
			r.part(b, "### What are we doing about this", s.Body, 4)
			r.commitments(b, inc)
		case "other":
			r.part(b, "### "+escapeLine(s.Heading), s.Body, 4)
		default:
			own[s.Name] = true
		}
	}
	for _, s := range inc.Sections {
		if own[s.Name] {
			r.section(b, inc, s)
		}
	}
}

// inside writes the whole report, with what customers are told at its end.
func (r *reporter) inside(b *strings.Builder, inc *edition.Incident) {
	untitled := func(s edition.Section) bool { return s.Heading == "" && s.Name == "other" }
	for _, s := range inc.Sections {
		if untitled(s) {
			r.body(b, s.Body, 3)
		}
	}
	r.part(b, "## Summary", inc.Summary, 3)
	timeline, actions := len(inc.Timeline) == 0, len(inc.Actions) == 0
	for _, s := range inc.Sections {
		if untitled(s) {
			continue
		}
		r.section(b, inc, s)
		timeline, actions = timeline || s.Name == "timeline", actions || s.Name == "actions"
	}
	if !timeline {
		b.WriteString("\n## Timeline\n")
		r.entries(b, inc.Timeline)
	}
	if !actions {
		b.WriteString("\n## Action items\n")
		r.actions(b, inc)
	}
	if m := inc.Message; m != nil {
		b.WriteString("\n## External summary\n")
		r.part(b, "### Summary", m.Summary, 4)
		r.part(b, "### What happened", m.WhatHappened, 4)
		if len(m.Timeline) > 0 {
			b.WriteString("\n### Timeline\n")
			r.entries(b, m.Timeline)
		}
		if m.Doing.HTML != "" || len(inc.Commitments) > 0 {
			r.heading(b, "### What are we doing about this")
			r.body(b, m.Doing, 4)
			r.commitments(b, inc)
		}
	}
}

// section writes one section with the entries or the items that stand in it.
func (r *reporter) section(b *strings.Builder, inc *edition.Incident, s edition.Section) {
	r.heading(b, strings.Repeat("#", s.Level+1)+" "+escapeLine(cmp.Or(s.Heading, strings.ReplaceAll(s.Name, "_", " "))))
	r.body(b, s.Body, s.Level+2)
	switch s.Name {
	case "timeline":
		r.entries(b, inc.Timeline)
	case "actions":
		r.actions(b, inc)
	}
}

// part writes a heading with a text, unless there is neither a text nor anything else to come.
func (r *reporter) part(b *strings.Builder, heading string, f markdown.Fragment, deepest int) {
	if f.HTML == "" && !strings.HasSuffix(heading, "Timeline") && !strings.HasSuffix(heading, "about this") {
		return
	}
	r.heading(b, heading)
	r.body(b, f, deepest)
}

func (r *reporter) heading(b *strings.Builder, heading string) { b.WriteString("\n" + heading + "\n") }

func (r *reporter) body(b *strings.Builder, f markdown.Fragment, least int) {
	if text := r.prose(f, least); text != "" {
		b.WriteString("\n" + text + "\n")
	}
}

// prose writes a fragment as Markdown. Each fragment counts its footnotes from 1, so their names say which fragment they are of.
func (r *reporter) prose(f markdown.Fragment, least int) string {
	text := prose(r.html(f), least)
	if strings.Contains(text, noteMark) {
		r.notes++
		text = strings.ReplaceAll(text, noteMark, strconv.Itoa(r.notes)+"-")
	}
	return text
}

func (r *reporter) html(f markdown.Fragment) string {
	return f.Resolve(func(s markdown.Slot) markdown.Replacement {
		switch s.Kind {
		case markdown.LinkSlot:
			return markdown.Replacement{Address: r.address(s.Dest)}
		case markdown.ImageSlot:
			if strings.HasPrefix(s.Dest, "/") { // one from elsewhere would tell its host who reads
				return markdown.Replacement{Address: r.address(s.Dest)}
			}
		}
		return markdown.Replacement{}
	})
}

func (r *reporter) entries(b *strings.Builder, entries []edition.Entry) {
	if len(entries) == 0 {
		return
	}
	b.WriteString("\n")
	for _, e := range entries {
		text := r.prose(e.Body, 6)
		if e.Milestone != edition.NoMilestone {
			text = "[" + string(e.Milestone) + "] " + text
		}
		if len(e.Evidence) > 0 {
			names := make([]string, len(e.Evidence))
			for i, l := range e.Evidence {
				names[i] = link(l)
			}
			text += " (evidence: " + strings.Join(names, ", ") + ")"
		}
		item(b, "- ", entryTime(e)+behindTime(text))
	}
}

// behindTime is a text as it may stand behind a time: a list or another block on lines of its own, and what could belong to the time behind a
// dash.
func behindTime(text string) string {
	switch {
	case ownLines.MatchString(text):
		return "\n\n" + text
	case text != "" && strings.ContainsAny(text[:1], "/-~.,:;+"):
		return " - " + text
	default:
		return " " + text
	}
}

// ownLines is the beginning of a block that is no paragraph.
var ownLines = lazyregexp.New("^(?:- |[0-9]+\\. |> |```|\\| |#|\\* \\* \\*)")

func link(l edition.Link) string {
	return "[" + escapeLine(cmp.Or(l.Name, l.URL)) + "](" + destination(l.URL) + ")"
}

// unknownTime is a time with places that nobody knows, which the reader of timelines takes for one in any list.
var unknownTime = lazyregexp.New(`^(?:[0-9?X]{2}:[0-9?X]{2}|\?+)$`)

// entryTime is when an entry happened, as the reader of timelines takes it.
func entryTime(e edition.Entry) string {
	switch {
	case e.Time.IsZero() && unknownTime.MatchString(e.Written):
		return e.Written + ":"
	case e.Time.IsZero():
		return "??:??:"
	}
	if e.Time.DateOnly {
		return "**" + e.Time.Time.Format(time.DateOnly) + "**"
	}
	t := e.Time.Time.UTC()
	clock := "15:04"
	if t.Second() != 0 {
		clock = "15:04:05"
	}
	if e.Time.Approximate {
		clock = "~" + clock
	}
	return "**" + t.Format("2006-01-02 "+clock) + " UTC**"
}

func (r *reporter) commitments(b *strings.Builder, inc *edition.Incident) {
	if len(inc.Commitments) == 0 {
		return
	}
	b.WriteString("\n")
	for _, c := range inc.Commitments {
		item(b, box(c.Status), r.prose(c.Body, 6)+marks(nil, c.Status, c.Due, c.Slipped, c.Completed))
	}
}

// actions writes action items as a list, under the headings of their groups. Those of a group with tickets that its texts do not name are a
// table, which has a column for them.
func (r *reporter) actions(b *strings.Builder, inc *edition.Incident) {
	for rest := inc.Actions; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].Group == rest[0].Group {
			n++
		}
		group := rest[:n]
		if group[0].Group != "" || n < len(inc.Actions) {
			fmt.Fprintf(b, "\n### %s\n", escapeLine(cmp.Or(group[0].Group, "Others")))
		}
		b.WriteString("\n")
		if slices.ContainsFunc(group, func(a *edition.Action) bool { return a.Link != "" && !links(a.Body, a.Link) }) {
			r.actionTable(b, group)
		} else {
			r.actionList(b, group)
		}
		rest = rest[n:]
	}
}

// links reports whether a text leads to an address.
func links(f markdown.Fragment, address string) bool {
	return slices.ContainsFunc(f.Slots, func(s markdown.Slot) bool { return s.Kind == markdown.LinkSlot && s.Dest == address })
}

func (r *reporter) actionList(b *strings.Builder, group []*edition.Action) {
	for _, a := range group {
		var more []string
		if a.Type != "" {
			more = append(more, a.Type)
		}
		if a.Owner != "" {
			more = append(more, "owner: "+escapeLine(a.Owner))
		}
		item(b, box(a.Status), r.prose(a.Body, 6)+marks(more, a.Status, a.Due, a.Slipped, a.Completed))
	}
}

func (r *reporter) actionTable(b *strings.Builder, group []*edition.Action) {
	b.WriteString("| Action | Type | Owner | Status | Due | Ticket |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, a := range group {
		status, ticket := string(a.Status), ""
		if !a.Completed.IsZero() {
			status += " " + a.Completed.String()
		}
		if a.Link != "" {
			ticket = "[ticket](" + destination(a.Link) + ")"
		}
		cells := []string{oneLine(r.prose(a.Body, 6)), a.Type, escapeLine(a.Owner), status, due(a.Due, a.Slipped), ticket}
		for i, c := range cells {
			cells[i] = cell(c)
		}
		b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
}

func box(s edition.ActionStatus) string {
	if s == edition.Done {
		return "- [x] "
	}
	return "- [ ] "
}

// marks are what stands in brackets behind an item: "(in progress, due 2024-05-31 -> 2024-06-30)".
func marks(more []string, status edition.ActionStatus, by edition.Date, slipped []edition.Date, completed edition.Date) string {
	if status == edition.InProgress || status == edition.Dropped {
		more = append(more, string(status))
	}
	if days := due(by, slipped); days != "" {
		more = append(more, "due "+days)
	}
	if !completed.IsZero() {
		more = append(more, "done "+completed.String())
	}
	if len(more) == 0 {
		return ""
	}
	return " (" + strings.Join(more, ", ") + ")"
}

// due is when an item is due, with the days it was due before: "2024-05-31 -> 2024-06-30".
func due(by edition.Date, slipped []edition.Date) string {
	days := ""
	for _, d := range slipped {
		days += d.String() + " -> "
	}
	if by.IsZero() {
		return strings.TrimSuffix(days, " -> ")
	}
	return days + by.String()
}

// item writes an item of a list; further lines of its text are indented.
func item(b *strings.Builder, mark, text string) {
	b.WriteString(mark + indented(text, "  ") + "\n")
}

// free writes a free page.
func (r *reporter) free(p *edition.FreePage) string {
	var b strings.Builder
	f := fields{&b}
	b.WriteString("---\n")
	f.text("title", p.Title)
	if r.Audience == edition.External {
		f.plain("visibility", "public")
	}
	b.WriteString("---\n")
	r.body(&b, p.Body, 2)
	return b.String()
}

// settings is the archive.yaml: the names of everything. Outside each name is a public one.
func settings(e *edition.Edition) string {
	var b strings.Builder
	f := fields{&b}
	public := e.Audience == edition.External
	f.text("title", e.Site.Title)
	f.text("organization", e.Site.Organization)
	f.text("description", e.Site.Description)
	f.text("language", e.Site.Language)
	if e.Site.Location != nil {
		f.text("time_zone", e.Site.Location.String())
	}
	if e.Site.Logo != "" {
		f.text("logo", AttachmentPath(edition.Attachment{Path: strings.TrimPrefix(e.Site.Logo, "/")}))
	}
	if e.Site.URL != "" {
		fmt.Fprintf(&b, "sites:\n  %s:\n    url: %s\n", e.Audience, quoted(e.Site.URL))
	}
	list := func(key string, n int, one func(int) (id, name, description string, more [][2]string)) {
		if n > 0 {
			b.WriteString(key + ":\n")
		}
		for i := range n {
			id, name, description, more := one(i)
			fmt.Fprintf(&b, "  - id: %s\n    name: %s\n", quoted(id), quoted(name))
			if public {
				fmt.Fprintf(&b, "    public_name: %s\n", quoted(name))
			}
			switch {
			case description == "":
			case public && key != "severities":
				fmt.Fprintf(&b, "    public_description: %s\n", quoted(description))
			default:
				fmt.Fprintf(&b, "    description: %s\n", quoted(description))
			}
			for _, m := range more {
				if m[1] != "" && m[1] != "0" {
					fmt.Fprintf(&b, "    %s: %s\n", m[0], m[1])
				}
			}
		}
	}
	list("severities", len(e.Severities), func(i int) (string, string, string, [][2]string) {
		s := e.Severities[i]
		return s.ID, s.Name, s.Description, [][2]string{
			{"document_within_days", strconv.Itoa(s.DocumentWithinDays)}, {"meeting_within_days", strconv.Itoa(s.MeetingWithinDays)},
		}
	})
	list("services", len(e.Services), func(i int) (string, string, string, [][2]string) {
		s := e.Services[i]
		return s.ID, s.Name, s.Description, [][2]string{{"owner", quotedOrNone(s.Owner)}}
	})
	list("factors", len(e.Factors), func(i int) (string, string, string, [][2]string) {
		x := e.Factors[i]
		return x.ID, x.Name, x.Description, [][2]string{{"category", quotedOrNone(x.Category)}}
	})
	if len(e.Terms) > 0 {
		b.WriteString("glossary:\n")
	}
	for _, t := range e.Terms {
		fmt.Fprintf(&b, "  - term: %s\n    meaning: %s\n    public: %t\n", quoted(t.Term), quoted(t.Meaning), public)
	}
	if len(e.Site.Links) > 0 {
		b.WriteString("links:\n")
	}
	for _, l := range e.Site.Links {
		fmt.Fprintf(&b, "  - name: %s\n    url: %s\n    public: %t\n", quoted(l.Name), quoted(l.URL), public)
	}
	if names, headings := synonyms(e); !public && len(names) > 0 {
		b.WriteString("sections:\n")
		for _, name := range names {
			f.texts("  "+name, headings[name])
		}
	}
	f.texts("gone", e.Site.Gone)
	if open := openSections(e); public && len(open) > 0 {
		f.texts("open_sections", open)
	}
	return b.String()
}

// synonyms are the headings by which sections are known, for those that an archive has words of its own for. A heading that means now this and
// now that is left to what stands below it.
func synonyms(e *edition.Edition) (names []string, headings map[string][]string) {
	means := map[string]string{}
	headings = map[string][]string{}
	for _, inc := range e.Incidents {
		for _, s := range inc.Sections {
			heading := strings.ToLower(s.Heading)
			if before, known := means[heading]; known && before != s.Name {
				means[heading] = "other"
			} else {
				means[heading] = s.Name
			}
		}
	}
	for heading, name := range means {
		if name != "other" && heading != "" && heading != strings.ReplaceAll(name, "_", " ") {
			headings[name] = append(headings[name], heading)
		}
	}
	for name := range headings {
		names = append(names, name)
		slices.Sort(headings[name])
	}
	slices.Sort(names)
	return names, headings
}

// openSections are the sections that the external edition has beside the External summary.
func openSections(e *edition.Edition) []string {
	var open []string
	for _, inc := range e.Incidents {
		for _, s := range inc.Sections {
			switch s.Name {
			case "what_happened", "doing", "timeline", "other", "summary":
			default:
				if !slices.Contains(open, s.Name) {
					open = append(open, s.Name)
				}
			}
		}
	}
	slices.Sort(open)
	return open
}

// fields writes keys of YAML. A value that is empty is not written.
type fields struct{ b *strings.Builder }

func (f fields) plain(key, value string) {
	if value != "" {
		fmt.Fprintf(f.b, "%s: %s\n", key, value)
	}
}

func (f fields) text(key, value string) { f.plain(key, quotedOrNone(value)) }

func (f fields) texts(key string, values []string) {
	if len(values) == 0 {
		return
	}
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = quoted(v)
	}
	f.plain(key, "["+strings.Join(out, ", ")+"]")
}

// bare is a text that YAML takes for itself with nothing around it, unless it is one of the words that meant something in some version of it.
var (
	bare     = lazyregexp.New(`^[A-Za-z][A-Za-z0-9_-]*$`)
	reserved = lazyregexp.New(`(?i)^(?:y|yes|n|no|true|false|on|off|null)$`)
)

// quoted writes a text as YAML. The escapes of Go's strings are among those of YAML's (https://yaml.org/spec/1.2.2/#57-escaped-characters).
func quoted(s string) string {
	if bare.MatchString(s) && !reserved.MatchString(s) {
		return s
	}
	return strconv.Quote(strings.ToValidUTF8(s, "\uFFFD"))
}

func quotedOrNone(s string) string {
	if s == "" {
		return ""
	}
	return quoted(s)
}

// moment writes a time of front matter; empty when unknown.
func moment(m edition.Moment) string {
	switch {
	case m.IsZero():
		return ""
	case m.DateOnly:
		return m.Time.Format(time.DateOnly)
	default:
		return m.Time.UTC().Format(time.RFC3339)
	}
}

func ids[T any](all []T, id func(T) string) []string {
	out := make([]string, len(all))
	for i, x := range all {
		out[i] = id(x)
	}
	return out
}
