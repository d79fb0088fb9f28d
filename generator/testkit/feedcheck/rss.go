package feedcheck

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
)

// RSS checks an RSS 2.0 feed that is published at the address self, and returns it as the independent parser read it. The name is for messages.
func RSS(t testing.TB, name string, data []byte, self string) *gofeed.Feed {
	t.Helper()
	c := checker{t, name}
	if !c.text(data) {
		return &gofeed.Feed{}
	}
	root, err := parseXML(data)
	if err != nil {
		c.errorf("XML", "%v", err)
		return &gofeed.Feed{}
	}
	channels := root.all("", "channel")
	if root.name.Local != "rss" || root.name.Space != "" || root.attr("version") != "2.0" || len(channels) != 1 || len(root.children) != 1 {
		c.errorf("rss", "it is not one channel in an element rss of version 2.0")
		return &gofeed.Feed{}
	}
	items := channels[0].all("", "item")
	c.channel(channels[0], self)
	var ids []string
	for i, item := range items {
		guid, _ := item.value("", "guid")
		ids = append(ids, guid)
		c.item(fmt.Sprintf("item %d (%s)", i+1, guid), item)
	}
	c.unique(ids)
	return c.parse(data, "rss", len(items))
}

func (c checker) channel(channel *element, self string) {
	const place = "channel"
	c.counts(place, channel,
		[]string{"title", "link", "description"},
		[]string{"language", "copyright", "managingEditor", "webMaster", "pubDate", "lastBuildDate", "generator", "docs", "cloud", "ttl", "image", "rating", "textInput", "skipHours", "skipDays"},
		[]string{"category", "item"})
	for _, e := range channel.children {
		switch e.name.Local {
		case "link":
			if e.name.Space == "" {
				c.address("channel link", e.text)
			}
		case "docs":
			c.address("channel docs", e.text)
		case "language":
			c.language("channel language", e.text)
		case "managingEditor", "webMaster":
			c.person("channel "+e.name.Local, e.text)
		case "pubDate", "lastBuildDate":
			c.rfc822("channel "+e.name.Local, e.text)
		case "ttl":
			if minutes, err := strconv.Atoi(e.text); err != nil || minutes <= 0 {
				c.errorf("channel ttl", "%q is not a number of minutes", e.text)
			}
		case "image":
			c.image(channel, e)
		}
	}
	c.self(place, channel, self, "application/rss+xml")
}

// image checks the picture of a channel. By the profile its title and link are those of the channel.
func (c checker) image(channel, image *element) {
	const place = "channel image"
	c.counts(place, image, []string{"url", "title", "link"}, []string{"width", "height", "description"}, nil)
	address, _ := image.value("", "url")
	c.address(place+" url", address)
	for _, name := range []string{"title", "link"} {
		own, _ := image.value("", name)
		if its, _ := channel.value("", name); own != its {
			c.errorf(place, "its %s is %q and the channel's %q", name, own, its)
		}
	}
	for _, size := range []struct {
		name string
		most int
	}{{"width", 144}, {"height", 400}} {
		if text, ok := image.value("", size.name); ok {
			if n, err := strconv.Atoi(text); err != nil || n < 1 || n > size.most {
				c.errorf(place, "its %s is %q, and may be %d at most", size.name, text, size.most)
			}
		}
	}
}

// self checks that a feed says where it is published, by exactly one link of Atom's.
func (c checker) self(place string, feed *element, address, mediaType string) {
	var found []*element
	for _, link := range feed.all(atomSpace, "link") {
		if link.attr("rel") == "self" {
			found = append(found, link)
		}
	}
	if len(found) != 1 {
		c.errorf(place, "it has %d links with rel=\"self\", and needs one", len(found))
		return
	}
	if got := found[0].attr("href"); got != address {
		c.errorf(place, "it says its own address is %q, and it is %q", got, address)
	}
	if got := found[0].attr("type"); got != mediaType {
		c.errorf(place, "its link to itself has the type %q, and not %q", got, mediaType)
	}
}

func (c checker) item(place string, item *element) {
	c.counts(place, item, nil,
		[]string{"title", "link", "description", "author", "comments", "enclosure", "guid", "pubDate", "source"},
		[]string{"category"})
	title, hasTitle := item.value("", "title")
	description, hasDescription := item.value("", "description")
	if strings.TrimSpace(title+description) == "" || !hasTitle && !hasDescription {
		c.errorf(place, "it has neither title nor description")
	}
	c.markup(place, description)
	if n := len(item.all(contentSpace, "encoded")); n > 1 {
		c.errorf(place, "it has %d elements content:encoded, and may have one", n)
	}
	for _, content := range item.all(contentSpace, "encoded") {
		c.markup(place, content.text)
	}
	if len(item.all("", "guid")) == 0 {
		c.errorf(place, "it has no guid, by which readers know it again")
	}
	for _, e := range item.children {
		switch e.name.Local {
		case "link", "comments":
			if e.name.Space == "" {
				c.address(place+" "+e.name.Local, e.text)
			}
		case "guid":
			c.guid(place, e)
		case "author":
			if e.name.Space == "" {
				c.person(place+" author", e.text)
			}
		case "pubDate":
			c.rfc822(place+" pubDate", e.text)
		case "source":
			c.address(place+" source", e.attr("url"))
		case "category":
			if strings.TrimSpace(e.text) == "" {
				c.errorf(place, "it has an empty category")
			}
		case "enclosure":
			c.address(place+" enclosure", e.attr("url"))
			c.mediaType(place+" enclosure", e.attr("type"))
			if n, err := strconv.Atoi(e.attr("length")); err != nil || n < 0 {
				c.errorf(place+" enclosure", "%q is not a length in bytes", e.attr("length"))
			}
		}
	}
}

// guid checks an item's identifier. It is an address, too, unless it says that it is not.
func (c checker) guid(place string, guid *element) {
	switch permanent := guid.attr("isPermaLink"); {
	case strings.TrimSpace(guid.text) == "":
		c.errorf(place, "its guid is empty")
	case permanent == "" || permanent == "true":
		c.address(place+" guid with isPermaLink", guid.text)
	case permanent != "false":
		c.errorf(place, "isPermaLink is %q, and may be true or false", permanent)
	}
}

// rfc822 reads a time as RSS writes it: RFC 822 with a year of four digits, and a day of the week that is right.
func (c checker) rfc822(place, value string) {
	for _, layout := range []string{"Mon, 02 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 02 Jan 2006 15:04:05 MST", "Mon, 2 Jan 2006 15:04:05 MST"} {
		at, err := time.Parse(layout, value)
		if err != nil {
			continue
		}
		if zone, _ := at.Zone(); strings.HasSuffix(layout, "MST") && zone != "GMT" && zone != "UTC" {
			c.errorf(place, "%q has a zone that readers take for different ones", value)
		}
		if day, _, _ := strings.Cut(value, ","); day != at.Format("Mon") {
			c.errorf(place, "%q was a %s", value, at.Format("Mon"))
		}
		return
	}
	c.errorf(place, "%q is not a time of RFC 822 with a year of four digits", value)
}
