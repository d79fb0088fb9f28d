package feed

import (
	"cmp"
	"encoding/xml"
	"time"

	"github.com/gorilla/feeds"
)

// Atom as RFC 4287 has it. To gorilla's structures come: the language, several categories in Atom's own form, the links to the feed itself
// and to its page, a generator, and content that is not escaped twice.

// atomFeed extends feeds.AtomFeed by all but its entries, which are written apart. Where both have an element of one name, the one here is written.
type atomFeed struct {
	*feeds.AtomFeed
	Language  string           `xml:"xml:lang,attr,omitempty"`
	Generator string           `xml:"generator"`
	Links     []feeds.AtomLink `xml:"link"`
}

// FeedXml makes atomFeed a feeds.XmlFeed.
func (f *atomFeed) FeedXml() any { return f }

// atomItem extends feeds.AtomEntry.
type atomItem struct {
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

func (w *writer) atomFrame(c *channel) (before, after []byte, err error) {
	feed := &atomFeed{
		AtomFeed: &feeds.AtomFeed{
			Xmlns: atomNamespace, Title: c.title, Subtitle: c.description, Id: c.id,
			Updated: rfc3339(changed(c.entries())),
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
	return frameXML(feed, "\n</feed>")
}

func atomEntry(a *announcement, html string) ([]byte, error) {
	announced := rfc3339(a.Announced)
	item := &atomItem{AtomEntry: &feeds.AtomEntry{
		Title: a.Title, Id: a.ID, Published: announced, Updated: announced, Links: []feeds.AtomLink{{Rel: "alternate", Type: "text/html", Href: a.Link}},
		Summary: &feeds.AtomSummary{Type: "text", Content: a.Summary},
	}, Content: &atomContent{Type: "html", HTML: html}}
	for _, cat := range a.Categories {
		item.Categories = append(item.Categories, atomCategory{cat.term, cat.scheme, cat.label})
	}
	return entryXML(item, 1, len(html))
}

// rfc3339 writes a date as Atom has it.
func rfc3339(t time.Time) string { return t.UTC().Format(time.RFC3339) }
