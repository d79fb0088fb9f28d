package feed

import (
	"cmp"
	"encoding/xml"
	"time"

	"github.com/gorilla/feeds"
)

// Atom as RFC 4287 has it. To gorilla's structures come: the language, several categories in Atom's own form, the links to the feed itself
// and to its page, a generator, and content that is not escaped twice.

// atomFeed extends feeds.AtomFeed. Where both have an element of one name, the one here is written.
type atomFeed struct {
	*feeds.AtomFeed
	Language  string           `xml:"xml:lang,attr,omitempty"`
	Generator string           `xml:"generator"`
	Links     []feeds.AtomLink `xml:"link"`
	Entries   []*atomEntry     `xml:"entry"`
}

// FeedXml makes atomFeed a feeds.XmlFeed.
func (f *atomFeed) FeedXml() any { return f }

// atomEntry extends feeds.AtomEntry.
type atomEntry struct {
	*feeds.AtomEntry
	Categories []atomCategory `xml:"category"`
	Content    *atomContent
}

// atomContent is feeds.AtomContent as CDATA: smaller than HTML escaped as text, and people can read it.
type atomContent struct {
	XMLName xml.Name `xml:"content"`
	Type    string   `xml:"type,attr"`
	HTML    string   `xml:",cdata"`
}

type atomCategory struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr"`
	Label  string `xml:"label,attr"`
}

func (w *writer) atom(c *channel) ([]byte, error) {
	entries := c.entries()
	feed := &atomFeed{
		AtomFeed: &feeds.AtomFeed{
			Xmlns: atomNamespace, Title: c.title, Subtitle: c.description, Id: c.id,
			Updated: rfc3339(changed(entries)),
			Author:  &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: line(cmp.Or(w.Site.Organization, w.Site.Title)), Uri: w.home}},
		},
		Language:  w.Site.Language,
		Generator: generatorName,
		Links: []feeds.AtomLink{
			{Rel: "self", Type: mediaAtom, Href: w.absolute(c.paths.Atom)},
			{Rel: "alternate", Type: "text/html", Href: w.absolute(c.home)},
		},
	}
	if w.Site.Logo != "" {
		feed.Logo = w.absolute(w.Site.Logo)
	}
	for _, e := range entries {
		announced := rfc3339(e.announced)
		entry := &atomEntry{AtomEntry: &feeds.AtomEntry{
			Title: e.title, Id: e.id, Published: announced, Updated: announced, Links: []feeds.AtomLink{{Rel: "alternate", Type: "text/html", Href: e.link}},
			Summary: &feeds.AtomSummary{Type: "text", Content: e.summary},
		}, Content: &atomContent{Type: "html", HTML: e.html}}
		for _, cat := range e.categories {
			entry.Categories = append(entry.Categories, atomCategory{cat.term, cat.scheme, cat.label})
		}
		feed.Entries = append(feed.Entries, entry)
	}
	return writeXML(feed, size(entries))
}

// rfc3339 writes a date as Atom has it.
func rfc3339(t time.Time) string { return t.UTC().Format(time.RFC3339) }
