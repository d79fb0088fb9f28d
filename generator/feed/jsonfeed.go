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

// jsonFrame writes the feed's own members one a line, and jsonEntry each item on a line of its own: to be read by people as well, without the
// cost of indenting all the content. The list of items, which gorilla leaves out when it is empty, is always there.
func (w *writer) jsonFrame(c *channel) (before, after []byte, err error) {
	head := &feeds.JSONFeed{
		Version: jsonFeedVersion, Title: c.title, Language: w.Site.Language, HomePageUrl: w.absolute(c.home), FeedUrl: w.absolute(c.paths.JSON),
		Description: c.description,
		Authors:     []*feeds.JSONAuthor{{Name: line(cmp.Or(w.Site.Organization, w.Site.Title)), Url: w.home}},
	}
	if strings.ToLower(path.Ext(w.Site.Logo)) != ".svg" && w.Site.Logo != "" {
		head.Icon = w.absolute(w.Site.Logo)
	}
	before, err = json.MarshalIndent(head, "", "  ")
	if err != nil {
		return nil, nil, err
	}
	before = append(bytes.TrimSuffix(before, []byte("\n}")), ",\n  \"items\": ["...)
	if len(c.entries()) > 0 {
		after = []byte("\n  ")
	}
	return before, append(after, "]\n}\n"...), nil
}

func jsonEntry(a *announcement, html string) ([]byte, error) {
	announced := a.Announced.UTC()
	item := &feeds.JSONItem{Id: a.ID, Url: a.Link, Title: a.Title, Summary: a.Summary, ContentHTML: html, PublishedDate: &announced}
	for _, cat := range a.Categories {
		item.Tags = append(item.Tags, cat.label)
	}
	text, err := json.Marshal(item)
	return append([]byte("\n    "), text...), err
}
