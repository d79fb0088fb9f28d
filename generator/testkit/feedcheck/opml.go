package feedcheck

import (
	"fmt"
	"testing"
)

// OPML checks an OPML 2.0 file that lists feeds, and returns their addresses in order. The name is for messages.
func OPML(t testing.TB, name string, data []byte) []string {
	t.Helper()
	c := checker{t, name}
	if !c.text(data) {
		return nil
	}
	root, err := parseXML(data)
	if err != nil {
		c.errorf("XML", "%v", err)
		return nil
	}
	if root.name.Local != "opml" || root.attr("version") != "2.0" {
		c.errorf("opml", "it is not an element opml of version 2.0")
		return nil
	}
	c.counts("opml", root, []string{"head", "body"}, nil, nil)
	var feeds []string
	for _, body := range root.all("", "body") {
		feeds = c.outlines("body", body)
	}
	if len(feeds) == 0 {
		c.errorf("body", "it lists no feed")
	}
	return feeds
}

// outlines checks the outlines in an element, at any depth. One of type rss, whatever the feed's format, is a feed.
func (c checker) outlines(place string, e *element) []string {
	var feeds []string
	for i, outline := range e.all("", "outline") {
		at := fmt.Sprintf("%s, outline %d (%s)", place, i+1, outline.attr("text"))
		if outline.attr("text") == "" {
			c.errorf(at, "it has no text")
		}
		if outline.attr("type") == "rss" {
			c.address(at+" xmlUrl", outline.attr("xmlUrl"))
			feeds = append(feeds, outline.attr("xmlUrl"))
		}
		if home := outline.attr("htmlUrl"); home != "" {
			c.address(at+" htmlUrl", home)
		}
		feeds = append(feeds, c.outlines(at, outline)...)
	}
	return feeds
}
