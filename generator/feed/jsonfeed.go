package feed

import (
	"bytes"
	"cmp"
	"encoding/json"
	"path"
	"strings"

	"github.com/gorilla/feeds"
)

// JSON Feed 1.1 as https://www.jsonfeed.org/version/1.1/ has it. gorilla leaves out an empty list of items, which is required.

const jsonFeedVersion = "https://jsonfeed.org/version/1.1"

// jsonFeed extends feeds.JSONFeed. Where both have a member of one name, the one here is written.
type jsonFeed struct {
	*feeds.JSONFeed
	Items []*feeds.JSONItem `json:"items"`
}

func (w *writer) json(c *channel) ([]byte, error) {
	feed := jsonFeed{
		JSONFeed: &feeds.JSONFeed{
			Version: jsonFeedVersion, Title: c.title, Language: w.Site.Language, HomePageUrl: w.absolute(c.home), FeedUrl: w.absolute(c.paths.JSON),
			Description: c.description,
			Authors:     []*feeds.JSONAuthor{{Name: line(cmp.Or(w.Site.Organization, w.Site.Title)), Url: w.home}},
		},
		Items: []*feeds.JSONItem{},
	}
	if strings.ToLower(path.Ext(w.Site.Logo)) != ".svg" && w.Site.Logo != "" {
		feed.Icon = w.absolute(w.Site.Logo)
	}
	for _, e := range c.entries() {
		item := &feeds.JSONItem{Id: e.id, Url: e.link, Title: e.title, Summary: e.summary, ContentHTML: cmp.Or(e.html, asHTML(e.title))}
		if !e.announced.IsZero() {
			announced := e.announced.UTC()
			item.PublishedDate = &announced
		}
		for _, cat := range e.categories {
			item.Tags = append(item.Tags, cat.label)
		}
		feed.Items = append(feed.Items, item)
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(feed); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
