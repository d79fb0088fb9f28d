package edition

import (
	"cmp"
	"crypto/sha256"
	"path"
	"slices"
	"strconv"
	"strings"

	"debrief/generator/archive"
	"debrief/generator/fields"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

// Options choose an edition.
type Options struct {
	Audience Audience
	// Drafts takes drafts into the internal edition, for a preview. They never go outside.
	Drafts bool
	// Memory, unless nil, is what an earlier projection of the same archive for the same audience kept. The edition is the same with and
	// without it.
	Memory *Memory
}

// Project makes the edition of an archive for one audience. It is the only way to get one. The problems are links of released text that
// lead nowhere in this edition, and postmortems that are public but have nothing written for customers.
func Project(a *archive.Archive, opts Options) (*Edition, problem.List) {
	p := &projector{
		archive:  a,
		external: opts.Audience != Internal,
		edition:  &Edition{Audience: opts.Audience},
		files:    map[string]string{},
	}
	if p.external {
		p.edition.Audience = External
	}
	p.site()
	p.terms()
	p.admit(opts.Drafts)
	p.topics()
	opts.Memory.recall(p)
	p.incidents()
	opts.Memory.keep(p)
	p.connect()
	p.pages()
	p.gone()
	p.attachments()
	p.problems.Sort()
	return p.edition, p.problems
}

type projector struct {
	archive  *archive.Archive
	external bool
	edition  *Edition
	problems problem.List

	drafts     bool                   // are admitted, too
	admitted   []*archive.Incident    // by file
	linked     map[*Incident][]string // the author's links, as ids
	severities map[string]*Severity
	services   map[string]*Service
	factors    map[string]*Factor
	glossary   map[string]Term   // by term
	files      map[string]string // site path -> archive path of the attachments in use

	memory *Memory           // nil for none
	here   [sha256.Size]byte // what places returned
	known  []*written        // what the memory knows that is still so, by file
	kept   []*written        // what it will know, by file
}

// admit finds the postmortems that are in the edition.
func (p *projector) admit(drafts bool) {
	p.drafts = drafts
	p.admitted = make([]*archive.Incident, 0, len(p.archive.Incidents))
	for _, inc := range p.archive.Incidents {
		switch {
		case p.admits(inc):
			p.admitted = append(p.admitted, inc)
		case p.external && released(inc):
			p.problems.Warnf(inc.At("visibility"), "nothing-public", `add a section "External summary" with a summary, what happened, and what you are doing about it`,
				"this postmortem is public but has no External summary, so it stays inside")
		}
	}
}

// admits decides which postmortems are in the edition at all: inside all but drafts, outside those that are public, published and have
// something to show.
func (p *projector) admits(inc *archive.Incident) bool {
	if !p.external {
		return inc.Status != postmortem.Draft || p.drafts
	}
	return released(inc) && (inc.External != nil || len(p.openSections(inc)) > 0)
}

// released reports whether a postmortem may go outside at all.
func released(inc *archive.Incident) bool {
	return inc.Visibility == postmortem.Public && inc.Status == postmortem.Published
}

// openSections are the sections of a postmortem that its archive publishes whole.
func (p *projector) openSections(inc *archive.Incident) []postmortem.Section {
	var open []postmortem.Section
	for _, s := range inc.Sections {
		if slices.Contains(p.archive.Config.OpenSections, string(s.Name)) {
			open = append(open, s)
		}
	}
	return open
}

func (p *projector) open(name postmortem.SectionName) bool {
	return slices.Contains(p.archive.Config.OpenSections, string(name))
}

func (p *projector) site() {
	c := p.archive.Config
	s := Site{
		Title: c.Title, Organization: c.Organization, Description: c.Description, Language: c.Language, Location: c.Location,
		URL: c.Internal.URL, PublicURL: c.External.URL, FeedEntries: c.FeedEntries, PageSize: c.PageSize,
	}
	if p.external {
		s.URL, s.PublicURL = c.External.URL, ""
	}
	if c.Logo != "" && p.archive.HasFile(c.Logo) {
		s.Logo = "/" + p.attach("", c.Logo)
	}
	for _, l := range c.Links {
		if l.Public || !p.external {
			s.Links = append(s.Links, Link{Name: l.Name, URL: l.URL})
		}
	}
	p.edition.Site = s
}

// gone takes the addresses of withdrawn pages. One at which there is a page again is not withdrawn.
func (p *projector) gone() {
	if !p.external {
		return
	}
	for _, g := range p.archive.Config.Gone {
		if (reader{projector: p}).onSite(g.Path) {
			p.problems.Warnf(g.At, "not-gone", "delete the line, or set the postmortem to visibility: internal", "%s is listed as withdrawn, but the external site has it", g.Path)
			continue
		}
		p.edition.Site.Gone = append(p.edition.Site.Gone, g.Path)
	}
}

// terms takes the glossary, the terms that a postmortem explains itself included inside.
func (p *projector) terms() {
	p.glossary = map[string]Term{}
	add := func(term, meaning string) {
		if _, ok := p.glossary[term]; !ok && term != "" && meaning != "" {
			p.glossary[term] = Term{Term: term, Meaning: meaning}
		}
	}
	for _, t := range p.archive.Config.Glossary {
		if t.Public || !p.external {
			add(t.Term, t.Meaning)
		}
	}
	if !p.external {
		for _, inc := range p.archive.Incidents {
			for _, t := range inc.Glossary {
				add(t.Term, t.Meaning)
			}
		}
	}
	for _, t := range p.glossary {
		p.edition.Terms = append(p.edition.Terms, t)
	}
	slices.SortFunc(p.edition.Terms, func(x, y Term) int {
		return cmp.Or(cmp.Compare(strings.ToLower(x.Term), strings.ToLower(y.Term)), cmp.Compare(x.Term, y.Term))
	})
	anchors := map[string]bool{}
	for i := range p.edition.Terms {
		t := &p.edition.Terms[i]
		t.Anchor = fields.Slug(t.Term)
		for anchors[t.Anchor] {
			t.Anchor += "-2"
		}
		anchors[t.Anchor] = true
		p.glossary[t.Term] = *t
	}
}

// topics makes the severities, services and factors this audience may know by name. Outside that is only those with a public name.
func (p *projector) topics() {
	name := func(internal, public string) string {
		if p.external {
			return public
		}
		return cmp.Or(internal, public)
	}
	describe := func(internal, public string) string {
		if p.external {
			return public
		}
		return cmp.Or(internal, public)
	}
	p.severities, p.services, p.factors = map[string]*Severity{}, map[string]*Service{}, map[string]*Factor{}
	for i, s := range p.archive.Config.Severities {
		if n := name(s.Name, s.PublicName); n != "" {
			sev := &Severity{ID: s.ID, Name: n, Rank: i + 1}
			if !p.external {
				sev.Description = s.Description
				sev.DocumentWithinDays, sev.MeetingWithinDays = s.DocumentWithinDays, s.MeetingWithinDays
			}
			p.severities[s.ID] = sev
			p.edition.Severities = append(p.edition.Severities, sev)
		}
	}
	// Outside, a name that no released incident uses would say something about the hidden ones only if its being listed depended on them;
	// it does not: a listed public name is public.
	for _, s := range p.archive.Services {
		if n := name(cmp.Or(s.Name, s.ID), s.PublicName); n != "" {
			p.services[s.ID] = &Service{ID: s.ID, Slug: fields.Slug(s.ID), Name: n, Description: describe(s.Description, s.PublicDescription)}
			if !p.external {
				p.services[s.ID].Owner = s.Owner
			}
			p.edition.Services = append(p.edition.Services, p.services[s.ID])
		}
	}
	for _, f := range p.archive.Factors {
		if n := name(cmp.Or(f.Name, f.ID), f.PublicName); n != "" {
			p.factors[f.ID] = &Factor{ID: f.ID, Slug: fields.Slug(f.ID), Name: n, Description: describe(f.Description, f.PublicDescription)}
			if !p.external {
				p.factors[f.ID].Category = f.Category
			}
			p.edition.Factors = append(p.edition.Factors, p.factors[f.ID])
		}
	}
	slices.SortFunc(p.edition.Services, func(x, y *Service) int {
		return cmp.Or(cmp.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name)), cmp.Compare(x.ID, y.ID))
	})
	slices.SortFunc(p.edition.Factors, func(x, y *Factor) int {
		return cmp.Or(cmp.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name)), cmp.Compare(x.ID, y.ID))
	})
}

// incidents makes the incidents of the edition, the newest first.
func (p *projector) incidents() {
	type entry struct {
		src *archive.Incident
		*written
	}
	p.kept = make([]*written, len(p.admitted))
	entries := make([]entry, len(p.admitted))
	actions, commitments := 0, 0
	known := p.known
	for n, src := range p.admitted {
		// Both lists are in the order of the files.
		for len(known) > 0 && known[0].src.File < src.File {
			known = known[1:]
		}
		var w *written
		if len(known) > 0 && known[0].src == src.Postmortem && known[0].slug == src.Slug {
			w = known[0]
		} else {
			w = p.write(src)
		}
		p.kept[n], entries[n] = w, entry{src, w}
		actions, commitments = actions+len(w.said.Actions), commitments+len(w.said.Commitments)
		for _, a := range w.attachments {
			p.files[a.Path] = a.Source
		}
		p.problems = append(p.problems, w.problems...)
	}
	slices.SortFunc(entries, func(a, b entry) int { return newestFirst(a.said, b.said) })
	e := p.edition
	all := make([]Incident, len(entries))
	if len(entries) > 0 {
		e.Incidents = make([]*Incident, 0, len(entries))
	}
	if actions > 0 {
		e.Actions = make([]*Action, 0, actions)
	}
	if commitments > 0 {
		e.Commitments = make([]*Commitment, 0, commitments)
	}
	for n, entry := range entries {
		inc := &all[n]
		*inc = *entry.said
		inc.Aliases = entry.src.OldPaths
		p.join(inc, entry.src)
		e.Incidents = append(e.Incidents, inc)
		e.Actions, e.Commitments = append(e.Actions, inc.Actions...), append(e.Commitments, inc.Commitments...)
	}
}

// join sets what one incident has in common with others.
func (p *projector) join(inc *Incident, src *archive.Incident) {
	if p.may(src, "severity") {
		inc.Severity = p.severities[src.SeverityID]
	}
	if p.may(src, "services") {
		for _, id := range src.ServiceIDs {
			if s := p.services[id]; s != nil {
				inc.Services = append(inc.Services, s)
			}
		}
	}
	if p.may(src, "factors") {
		for _, id := range src.FactorIDs {
			if f := p.factors[id]; f != nil {
				inc.Factors = append(inc.Factors, f)
			}
		}
	}
	if len(src.RelatedIDs) > 0 {
		if p.linked == nil {
			p.linked = map[*Incident][]string{}
		}
		p.linked[inc] = src.RelatedIDs
	}
}

// write makes what one report says. What an incident has in both editions is set here; the rest by inside or outside.
func (p *projector) write(src *archive.Incident) *written {
	inc := &Incident{
		ID: src.ID, Slug: src.Slug, Title: src.Title,
		Preliminary: src.Stage == postmortem.Preliminary,
		Published:   src.Published,
		ToDetect:    -1, ToMitigate: -1, ToResolve: -1,
	}
	if inc.Preliminary {
		inc.NextUpdate = src.NextUpdate
	}
	for _, a := range src.Amended {
		inc.Amendments = append(inc.Amendments, Amendment{Date: a.Date, Note: a.Note, Significant: a.Significant})
		inc.Updated = later(inc.Updated, a.Date)
		if a.Significant {
			inc.Resurfaced = later(inc.Resurfaced, a.Date)
		}
	}
	// What writing finds besides is noted for this report alone.
	before, files := p.problems, p.files
	p.problems, p.files = nil, map[string]string{}
	r := p.reader(src.File, "incidents/"+src.Slug)
	if p.external {
		p.outside(inc, src, r)
	} else {
		p.inside(inc, src, r)
	}
	inc.SummaryText = oneLine(inc.Summary.Text)
	anchor(inc.Sections)
	inc.day, inc.lastDay = inc.date(), inc.newest()
	w := &written{src: src.Postmortem, slug: src.Slug, said: inc, problems: p.problems}
	inc.words = &w.words
	for name, source := range p.files {
		w.attachments = append(w.attachments, Attachment{Path: name, Source: source})
	}
	p.problems, p.files = before, files
	return w
}

// may reports whether a field may be used: inside always; outside only when the author stated it, because a value that was derived was
// derived from text that stays inside.
func (p *projector) may(src *archive.Incident, key string) bool {
	return !p.external || !slices.Contains(src.Derived, key)
}

// inside fills an incident with everything.
func (p *projector) inside(inc *Incident, src *archive.Incident, r reader) {
	inc.InReview, inc.Draft = src.Status == postmortem.Review, src.Status == postmortem.Draft
	inc.Started, inc.Detected, inc.Declared, inc.Mitigated, inc.Resolved = src.Started, src.Detected, src.Declared, src.Mitigated, src.Resolved
	d := src.Durations()
	inc.ToDetect, inc.ToMitigate, inc.ToResolve = d.ToDetect, d.ToMitigate, d.ToResolve
	inc.DetectedBy, inc.Owner, inc.Participants, inc.NearMiss = src.DetectedBy, src.Owner, src.Participants, src.NearMiss
	inc.Class, inc.DeferredWork, inc.GrowsWithScale = src.Class, src.DeferredWork, src.GrowsWithScale
	inc.Links, inc.Source, inc.Derived = src.Links, src.File, src.Derived
	inc.Public = released(src) && (src.External != nil || len(p.openSections(src)) > 0)

	inc.Sections = slices.Grow(inc.Sections, len(src.Sections))
	for _, s := range src.Sections {
		switch {
		case s.Name == postmortem.ExternalSummary:
		case s.Name == postmortem.Summary && inc.Summary.HTML == "":
			inc.Summary = r.fragment(s.Body)
		default:
			inc.Sections = append(inc.Sections, section(s, r))
		}
	}
	inc.Timeline = r.entries(src.Timeline, true)
	inc.Actions = slices.Grow(inc.Actions, len(src.Actions))
	for _, a := range src.Actions {
		action := r.action(inc, a)
		action.Owner, action.Link = a.Owner, a.Link
		inc.Actions = append(inc.Actions, action)
	}
	if x := src.External; x != nil {
		inc.Message = &Message{
			Summary: r.fragment(x.Summary), WhatHappened: r.fragment(x.WhatHappened), Doing: r.fragment(x.Doing),
			Timeline: r.entries(x.Timeline, true),
		}
		for _, s := range x.More {
			inc.Message.More = append(inc.Message.More, section(s, r))
		}
		if len(inc.Timeline) == 0 {
			// What customers were told is the only timeline there is, as in what came from a status page.
			inc.Timeline = inc.Message.Timeline
		}
		inc.Commitments = r.commitments(inc, x.Commitments)
	}
}

// outside fills an incident with what was written for customers, and the open sections of an archive that publishes them.
func (p *projector) outside(inc *Incident, src *archive.Incident, r reader) {
	if src.ExternalTitle != "" {
		inc.Title = src.ExternalTitle
	}
	p.outsideTimes(inc, src)
	if x := src.External; x != nil {
		inc.Summary = r.fragment(x.Summary)
		if x.WhatHappened.HTML != "" {
			inc.Sections = append(inc.Sections, Section{Name: "what_happened", Heading: "What happened", Level: 1, Body: r.fragment(x.WhatHappened)})
		}
		inc.Timeline = r.entries(x.Timeline, false)
		if len(inc.Timeline) > 0 {
			inc.Sections = append(inc.Sections, Section{Name: "timeline", Heading: "Timeline", Level: 1})
		}
		inc.Commitments = r.commitments(inc, x.Commitments)
		if x.Doing.HTML != "" || len(inc.Commitments) > 0 {
			inc.Sections = append(inc.Sections, Section{Name: "doing", Heading: "What we are doing about this", Level: 1, Body: r.fragment(x.Doing)})
		}
		for _, s := range x.More {
			inc.Sections = append(inc.Sections, section(s, r))
		}
	}
	for _, s := range p.openSections(src) {
		switch {
		case s.Name == postmortem.Summary && inc.Summary.HTML == "":
			inc.Summary = r.fragment(s.Body)
		case s.Name == postmortem.TimelineSection && len(inc.Timeline) > 0:
			// The customer-facing times stand for it.
		case s.Name == postmortem.TimelineSection:
			inc.Timeline = r.entries(src.Timeline, false)
			inc.Sections = append(inc.Sections, section(s, r))
		case s.Name == postmortem.ActionsSection:
			for _, a := range src.Actions {
				inc.Actions = append(inc.Actions, r.action(inc, a))
			}
			inc.Sections = append(inc.Sections, section(s, r))
		default:
			inc.Sections = append(inc.Sections, section(s, r))
		}
	}
}

// outsideTimes sets when it started, was mitigated and resolved: as stated in front matter, else by the milestones of the customer-facing
// timeline, else, where the archive publishes its timelines, as derived from that.
func (p *projector) outsideTimes(inc *Incident, src *archive.Incident) {
	var entries []postmortem.Entry
	if src.External != nil {
		entries = src.External.Timeline
	}
	pick := func(key string, stated Moment, milestone Milestone) Moment {
		if p.may(src, key) && !stated.IsZero() {
			return stated
		}
		for _, e := range entries {
			if e.Milestone == milestone && !e.Time.IsZero() {
				return e.Time
			}
		}
		if p.open(postmortem.TimelineSection) {
			return stated
		}
		return Moment{}
	}
	inc.Started = pick("started", src.Started, Began)
	inc.Mitigated = pick("mitigated", src.Mitigated, Mitigated)
	inc.Resolved = pick("resolved", src.Resolved, Resolved)
	times := postmortem.Postmortem{Started: inc.Started, Mitigated: inc.Mitigated, Resolved: inc.Resolved}
	d := times.Durations()
	inc.ToMitigate, inc.ToResolve = d.ToMitigate, d.ToResolve
}

// section carries one section over.
func section(s postmortem.Section, r reader) Section {
	return Section{Name: string(s.Name), Heading: s.Heading, Level: max(s.Level, 1), Body: r.fragment(s.Body)}
}

// anchor gives every section an id of its own: the slug of its heading, with a number from the second on.
func anchor(sections []Section) {
	taken := map[string]bool{}
	times := map[string]int{} // how often a slug was wanted
	for i := range sections {
		s := &sections[i]
		base := fields.Slug(cmp.Or(s.Heading, s.Name))
		s.Anchor = base
		for taken[s.Anchor] {
			times[base] = max(times[base], 1) + 1
			s.Anchor = base + "-" + strconv.Itoa(times[base])
		}
		taken[s.Anchor] = true
	}
}

func later(a, b Date) Date {
	if a.Time().Before(b.Time()) {
		return b
	}
	return a
}

// oneLine makes one line of a text of several.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// pages takes the free pages: all inside, the public ones outside.
func (p *projector) pages() {
	for _, src := range p.archive.Pages {
		if p.external && !src.Public {
			continue
		}
		page := &FreePage{Slug: src.Slug, Title: src.Title, Body: p.reader(src.File, src.Slug).fragment(src.Body), Headings: src.Headings}
		if !p.external {
			page.Source = src.File
		}
		p.edition.Pages = append(p.edition.Pages, page)
	}
}

// attach puts a file of the archive into the edition, in a folder of the site, and returns its site path.
func (p *projector) attach(folder, source string) string {
	name := path.Join(folder, path.Base(source))
	for n := 2; ; n++ {
		taken, ok := p.files[name]
		if !ok || taken == source {
			break
		}
		ext := path.Ext(source)
		name = path.Join(folder, strings.TrimSuffix(path.Base(source), ext)+"-"+strconv.Itoa(n)+ext)
	}
	p.files[name] = source
	return name
}

func (p *projector) attachments() {
	for name, source := range p.files {
		p.edition.Attachments = append(p.edition.Attachments, Attachment{Path: name, Source: source})
	}
	slices.SortFunc(p.edition.Attachments, func(x, y Attachment) int { return cmp.Compare(x.Path, y.Path) })
}
