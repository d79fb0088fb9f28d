package feed

import (
	"bytes"
	"cmp"
	"encoding/xml"

	"debrief/generator/page"
)

// OPML 2.0 as http://opml.org/spec2.opml has it: a list of subscriptions, which feed readers import. It names the RSS feed of each; the
// page of feeds has the other formats.

type opml struct {
	XMLName xml.Name  `xml:"opml"`
	Version string    `xml:"version,attr"`
	Title   string    `xml:"head>title"`
	Owner   string    `xml:"head>ownerName,omitempty"`
	Groups  []outline `xml:"body>outline"`
}

type outline struct {
	Text  string `xml:"text,attr"`
	Title string `xml:"title,attr,omitempty"`
	Type  string `xml:"type,attr,omitempty"`
	URL   string `xml:"xmlUrl,attr,omitempty"`
	Home  string `xml:"htmlUrl,attr,omitempty"`
	// Version is the version of RSS, by the names OPML has for them.
	Version  string    `xml:"version,attr,omitempty"`
	Language string    `xml:"language,attr,omitempty"`
	Outlines []outline `xml:"outline,omitempty"`
}

func (w *writer) opml() ([]byte, error) {
	home := map[string]string{}
	title := map[string]string{}
	for _, c := range w.channels() {
		home[c.paths.RSS], title[c.paths.RSS] = c.home, c.title
	}
	doc := opml{Version: "2.0", Title: line(w.Site.Title), Owner: line(w.Site.Organization)}
	for _, g := range page.FeedGroups(w.Edition) {
		group := outline{Text: line(g.Name)}
		for _, f := range g.Feeds {
			name := cmp.Or(title[f.RSS], line(f.Name))
			group.Outlines = append(group.Outlines, outline{
				Text: name, Title: name, Type: "rss", Version: "RSS2", URL: w.absolute(f.RSS), Home: w.absolute(home[f.RSS]), Language: w.Site.Language,
			})
		}
		doc.Groups = append(doc.Groups, group)
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	encoder := xml.NewEncoder(&b)
	encoder.Indent("", "  ")
	if err := encoder.Encode(doc); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}
