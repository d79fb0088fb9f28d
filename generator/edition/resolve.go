package edition

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"debrief/generator/archive"
	"debrief/generator/attachment"
	"debrief/generator/markdown"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

// reader carries what was written in one file over to one page: it finds out where every link leads in this edition, brings along the
// attachments that the text uses, and keeps the glossary terms that the audience may read.
type reader struct {
	*projector
	file   string // in the archive
	folder string // of the page on the site
}

func (p *projector) reader(file, folder string) reader { return reader{p, file, folder} }

// fragment returns a fragment whose slots say where they lead here: a site path with a leading "/", "#" and an anchor, an absolute
// address, or nothing where the link must go. Terms the audience may not read lose their slot.
func (r reader) fragment(f markdown.Fragment) markdown.Fragment {
	if len(f.Slots) == 0 {
		return f
	}
	slots := make([]markdown.Slot, 0, len(f.Slots))
	for _, s := range f.Slots {
		switch s.Kind {
		case markdown.TermSlot:
			if _, ok := r.glossary[s.Dest]; !ok {
				continue
			}
		case markdown.LinkSlot, markdown.ImageSlot:
			s.Dest = r.resolve(s)
		}
		slots = append(slots, s)
	}
	f.Slots = slots
	return f
}

// resolve returns where a link leads in this edition, or "" when it must go.
func (r reader) resolve(s markdown.Slot) string {
	dest := s.Dest
	if strings.HasPrefix(dest, "//") {
		dest = "https:" + dest
	}
	u, err := url.Parse(dest)
	switch {
	case err != nil:
		r.broken(s, "this address cannot be read")
		return ""
	case u.Scheme != "":
		if s.Kind == markdown.ImageSlot && r.external {
			r.problems.Warnf(r.at(s), "remote-image", "put the picture into the archive and link to that",
				"a picture from another site would tell that site who reads this page; it is left out")
			return ""
		}
		return dest
	case u.Path == "":
		return dest
	}
	name := path.Join(path.Dir(r.file), u.Path)
	if strings.HasPrefix(u.Path, "/") {
		if r.onSite(u.Path) {
			return dest
		}
		name = strings.TrimPrefix(path.Clean(u.Path), "/")
	}
	if strings.HasPrefix(name, "..") {
		r.broken(s, "this link leaves the archive")
		return ""
	}
	anchor := ""
	if u.Fragment != "" {
		anchor = "#" + u.EscapedFragment()
	}
	if target, ok := r.document(name); ok {
		if target == "" {
			r.problems.Warnf(r.at(s), "hidden-link", "link to something that is released, or say it without a link",
				"this link leads to %s, which this edition does not have; only its text is shown", name)
			return ""
		}
		return target + anchor
	}
	if r.archive.HasFile(name) {
		if r.external && !r.publishable(s, name) {
			return ""
		}
		return "/" + escapePath(r.attach(r.folder, name)) + anchor
	}
	r.broken(s, "there is no such file in the archive")
	return ""
}

// onSite reports whether a path is the address of a page that this edition has: a list, or a topic or incident the audience may know.
func (r reader) onSite(sitePath string) bool {
	kind, slug, one := strings.Cut(strings.Trim(sitePath, "/"), "/")
	if !one {
		switch kind {
		case "", "incidents", "services", "factors", "trends", "search", "glossary", "feeds":
			return true
		case "commitments":
			return r.external
		case "actions", "lessons":
			return !r.external
		}
		return slices.ContainsFunc(r.archive.Pages, func(p *postmortem.FreePage) bool { return p.Slug == kind && (p.Public || !r.external) })
	}
	switch kind {
	case "services":
		return slices.ContainsFunc(r.edition.Services, func(s *Service) bool { return s.Slug == slug })
	case "factors":
		return slices.ContainsFunc(r.edition.Factors, func(f *Factor) bool { return f.Slug == slug })
	case "incidents":
		return slices.ContainsFunc(r.admitted, func(inc *archive.Incident) bool { return inc.Slug == slug })
	}
	return false
}

// document finds the page that a Markdown file of the archive became. A link may leave out the ending or name the folder of an index file.
// The target is empty when the file is not in this edition.
func (r reader) document(name string) (target string, ok bool) {
	bare := strings.TrimSuffix(name, ".html")
	for _, file := range []string{name, bare + ".md", bare + ".markdown", path.Join(name, "index.md")} {
		if inc := r.archive.IncidentIn(file); inc != nil {
			if r.admits(inc) {
				return "/incidents/" + escapePath(inc.Slug) + "/", true
			}
			return "", true
		}
		if page := r.archive.PageIn(file); page != nil {
			if r.external && !page.Public {
				return "", true
			}
			return "/" + escapePath(page.Slug) + "/", true
		}
	}
	return "", false
}

// publishable reports whether a file may go outside, and says what its reader should know.
func (r reader) publishable(s markdown.Slot, name string) bool {
	switch attachment.KindOf(name) {
	case attachment.Active:
		r.problems.Warnf(r.at(s), "active-attachment", "show it as a picture or as code, or put it into an archive file",
			"%s could run in the reader's browser, in the name of the site; it is left out", name)
		return false
	case attachment.Opaque:
		r.problems.Warnf(r.at(s), "opaque-attachment", "make sure that its properties hold no names and nothing internal, or use a PNG, JPEG, GIF, WebP or SVG",
			"%s goes outside as it is: what it holds beside what is shown cannot be taken out", name)
	}
	return true
}

func (r reader) broken(s markdown.Slot, why string) {
	r.problems.Warnf(r.at(s), "broken-link", "correct it, or add what it means; only its text is shown", "%q: %s", s.Dest, why)
}

func (r reader) at(s markdown.Slot) problem.Position {
	return problem.Position{File: r.file, Line: s.Line}
}

// escapePath escapes a site path for use in an address.
func escapePath(p string) string { return (&url.URL{Path: p}).EscapedPath() }

// entries carries a timeline over; evidence stays inside.
func (r reader) entries(src []postmortem.Entry, evidence bool) []Entry {
	out := make([]Entry, 0, len(src))
	for _, e := range src {
		entry := Entry{Time: e.Time, Written: e.Written, Text: e.Text, Body: r.fragment(e.Body), Milestone: e.Milestone}
		if evidence {
			for _, l := range e.Evidence {
				if l.URL != "" {
					l.URL = r.resolve(markdown.Slot{Kind: markdown.LinkSlot, Dest: l.URL, Line: e.Line})
				}
				entry.Evidence = append(entry.Evidence, l)
			}
		}
		out = append(out, entry)
	}
	return out
}

// action carries an action item over, without its owner and ticket.
func (r reader) action(inc *Incident, a postmortem.Action) *Action {
	return &Action{
		Incident: inc, Text: a.Text, Body: r.fragment(a.Body), Status: a.Status, Due: a.Due, Slipped: a.Slipped, Completed: a.Completed,
		Type: a.Type, Group: a.Group,
	}
}

func (r reader) commitments(inc *Incident, src []postmortem.Commitment) []*Commitment {
	out := make([]*Commitment, 0, len(src))
	for _, c := range src {
		out = append(out, &Commitment{
			Incident: inc, Text: c.Text, Body: r.fragment(c.Body), Status: c.Status, Due: c.Due, Slipped: c.Slipped, Completed: c.Completed,
		})
	}
	return out
}
