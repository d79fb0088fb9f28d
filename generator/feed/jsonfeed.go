package feed

import (
	"bytes"
	"cmp"
	"encoding/json"
	"path"
	"strings"

	"github.com/gorilla/feeds"
)

// JSON Feed 1.1 as https://www.jsonfeed.org/version/1.1/ has it.

const jsonFeedVersion = "https://jsonfeed.org/version/1.1"

func (w *writer) json(c *channel) ([]byte, error) {
	head := &feeds.JSONFeed{
		Version: jsonFeedVersion, Title: c.title, Language: w.Site.Language, HomePageUrl: w.absolute(c.home), FeedUrl: w.absolute(c.paths.JSON),
		Description: c.description,
		Authors:     []*feeds.JSONAuthor{{Name: line(cmp.Or(w.Site.Organization, w.Site.Title)), Url: w.home}},
	}
	if strings.ToLower(path.Ext(w.Site.Logo)) != ".svg" && w.Site.Logo != "" {
		head.Icon = w.absolute(w.Site.Logo)
	}
	var items []*feeds.JSONItem
	entries := c.entries()
	for _, e := range entries {
		announced := e.announced.UTC()
		item := &feeds.JSONItem{
			Id: e.id, Url: e.link, Title: e.title, Summary: e.summary, ContentHTML: e.html, PublishedDate: &announced,
		}
		for _, cat := range e.categories {
			item.Tags = append(item.Tags, cat.label)
		}
		items = append(items, item)
	}
	return writeJSON(head, items, size(entries))
}

// writeJSON writes the feed's own members one a line, and each item on a line of its own: to be read by people as well, without the cost of
// indenting all the content. The list of items, which gorilla leaves out when it is empty, is always there.
func writeJSON(head *feeds.JSONFeed, items []*feeds.JSONItem, size int) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(size)
	start, err := json.MarshalIndent(head, "", "  ")
	if err != nil {
		return nil, err
	}
	b.Write(bytes.TrimSuffix(start, []byte("\n}")))
	b.WriteString(",\n  \"items\": [")
	for i, item := range items {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n    ")
		line, err := json.Marshal(item)
		if err != nil {
			return nil, err
		}
		b.Write(line)
	}
	if len(items) > 0 {
		b.WriteString("\n  ")
	}
	b.WriteString("]\n}\n")
	return b.Bytes(), nil
}
