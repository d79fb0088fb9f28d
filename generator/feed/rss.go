package feed

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/gorilla/feeds"
)

// RSS 2.0 as its specification (https://www.rssboard.org/rss-specification) and the RSS Advisory Board's Best Practices Profile
// (https://www.rssboard.org/rss-profile) have it. To gorilla's structures come: the feed's own address, which the profile asks for in an
// element of Atom; several categories, with the list they are from; plain text that cannot be taken for HTML.

const (
	contentNamespace = "http://purl.org/rss/1.0/modules/content/"
	atomNamespace    = "http://www.w3.org/2005/Atom"
	mediaRSS         = "application/rss+xml"
	mediaAtom        = "application/atom+xml"
	rssDocs          = "https://www.rssboard.org/rss-specification"
	generatorName    = "Debrief"
	// minutesToLive is how long a reader may keep a feed before it asks again.
	minutesToLive = 60
)

// rssDocument extends feeds.RssFeedXml by the namespace of the self link.
type rssDocument struct {
	XMLName          xml.Name `xml:"rss"`
	Version          string   `xml:"version,attr"`
	ContentNamespace string   `xml:"xmlns:content,attr"`
	AtomNamespace    string   `xml:"xmlns:atom,attr"`
	Channel          *rssChannel
}

// FeedXml makes rssDocument a feeds.XmlFeed.
func (d *rssDocument) FeedXml() any { return d }

// rssChannel extends feeds.RssFeed by all but its items, which are written apart. Where both have an element of one name, the one here is written.
type rssChannel struct {
	Title plainText `xml:"title"`
	*feeds.RssFeed
	Self *rssSelf
}

type rssSelf struct {
	XMLName xml.Name `xml:"atom:link"`
	Href    string   `xml:"href,attr"`
	Rel     string   `xml:"rel,attr"`
	Type    string   `xml:"type,attr"`
}

// rssItem extends feeds.RssItem.
type rssItem struct {
	Title plainText `xml:"title"`
	*feeds.RssItem
	Categories []rssCategory `xml:"category"`
}

// plainText is an element that readers show as it is. The profile wants "<" and "&" as hexadecimal references there, because some readers
// take the named ones for HTML.
type plainText string

// MarshalXML implements [xml.Marshaler].
func (t plainText) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	return e.EncodeElement(struct {
		Text string `xml:",innerxml"`
	}{hexadecimal.Replace(string(t))}, start)
}

var hexadecimal = strings.NewReplacer("&", "&#x26;", "<", "&#x3C;", ">", "&#x3E;")

// asHTML writes plain text for an element that readers take for HTML.
func asHTML(s string) string { return markup.Replace(s) }

var markup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

type rssCategory struct {
	Domain string `xml:"domain,attr"`
	Name   string `xml:",chardata"`
}

func (w *writer) rssFrame(c *channel) (before, after []byte, err error) {
	channel := &rssChannel{
		RssFeed: &feeds.RssFeed{
			Link: w.absolute(c.home), Description: asHTML(c.description), Language: w.Site.Language,
			Generator: generatorName, Docs: rssDocs, Ttl: minutesToLive, Image: w.rssImage(c),
			LastBuildDate: rfc822(changed(c.entries())),
		},
		Title: plainText(c.title),
		Self:  &rssSelf{Href: w.absolute(c.paths.RSS), Rel: "self", Type: mediaRSS},
	}
	document := &rssDocument{Version: "2.0", ContentNamespace: contentNamespace, AtomNamespace: atomNamespace, Channel: channel}
	return frameXML(document, "\n  </channel>\n</rss>")
}

func rssEntry(a *announcement, html string) ([]byte, error) {
	item := &rssItem{Title: plainText(a.Title), RssItem: &feeds.RssItem{
		Link: a.Link, Description: asHTML(a.Summary), Content: &feeds.RssContent{Content: html},
		Guid: &feeds.RssGuid{Id: a.ID, IsPermaLink: "false"}, PubDate: rfc822(a.Announced),
	}}
	for _, cat := range a.Categories {
		item.Categories = append(item.Categories, rssCategory{cat.scheme, cat.label})
	}
	return entryXML(item, 2, len(html))
}

// rssImage is the logo, if it is of a kind RSS allows.
func (w *writer) rssImage(c *channel) *feeds.RssImage {
	switch strings.ToLower(path.Ext(w.Site.Logo)) {
	case ".png", ".jpg", ".jpeg", ".gif":
		return &feeds.RssImage{Url: w.absolute(w.Site.Logo), Title: c.title, Link: w.absolute(c.home)}
	default:
		return nil
	}
}

// rfc822 writes a date as RSS has it.
func rfc822(t time.Time) string { return t.UTC().Format(time.RFC1123Z) }

// frameXML writes a feed without entries, with a final line end, which text tools expect, and cuts it where they go: before its end.
func frameXML(feed feeds.XmlFeed, end string) (before, after []byte, err error) {
	var b bytes.Buffer
	if err := feeds.WriteXML(feed, &b); err != nil {
		return nil, nil, err
	}
	before, ok := bytes.CutSuffix(b.Bytes(), []byte(end))
	if !ok {
		return nil, nil, fmt.Errorf("a feed does not end with %q", end)
	}
	return before, []byte(end + "\n"), nil
}

// entryXML writes an entry as it stands in its feed, in so many elements. Its content, of some length, is most of it.
func entryXML(entry any, depth, length int) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(length + length/4 + 2048)
	b.WriteByte('\n')
	encoder := xml.NewEncoder(&b)
	encoder.Indent(strings.Repeat("  ", depth), "  ")
	err := encoder.Encode(entry)
	return b.Bytes(), err
}
