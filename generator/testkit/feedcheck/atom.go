package feedcheck

import (
	"fmt"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
)

// Atom checks an Atom feed that is published at the address self, and returns it as the independent parser read it. The name is for messages.
func Atom(t testing.TB, name string, data []byte, self string) *gofeed.Feed {
	t.Helper()
	c := checker{t, name}
	if !c.text(data) {
		return &gofeed.Feed{}
	}
	feed, err := parseXML(data)
	if err != nil {
		c.errorf("XML", "%v", err)
		return &gofeed.Feed{}
	}
	if feed.name.Space != atomSpace || feed.name.Local != "feed" {
		c.errorf("feed", "it is not an Atom feed but <%s> of %q", feed.name.Local, feed.name.Space)
		return &gofeed.Feed{}
	}
	c.counts("feed", feed,
		[]string{"id", "title", "updated"},
		[]string{"generator", "icon", "logo", "rights", "subtitle"},
		[]string{"author", "category", "contributor", "link", "entry"})
	c.constructs("feed", feed)
	c.self("feed", feed, self, "application/atom+xml")

	updated, _ := c.time("feed", feed, "updated")
	entries := feed.all(atomSpace, "entry")
	var ids []string
	for i, entry := range entries {
		id, _ := entry.value(atomSpace, "id")
		ids = append(ids, id)
		place := fmt.Sprintf("entry %d (%s)", i+1, id)
		c.entry(place, entry)
		if at, ok := c.time(place, entry, "updated"); ok && at.After(updated) {
			c.errorf(place, "it was updated after the feed")
		}
		if len(entry.all(atomSpace, "author")) == 0 && len(feed.all(atomSpace, "author")) == 0 {
			c.errorf(place, "neither it nor the feed has an author")
		}
	}
	c.unique(ids)
	return c.parse(data, "atom", len(entries))
}

func (c checker) entry(place string, entry *element) {
	c.counts(place, entry,
		[]string{"id", "title", "updated"},
		[]string{"content", "published", "rights", "source", "summary"},
		[]string{"author", "category", "contributor", "link"})
	c.constructs(place, entry)
	updated, _ := c.time(place, entry, "updated")
	if published, ok := c.time(place, entry, "published"); ok && updated.Before(published) {
		c.errorf(place, "it was updated before it was published")
	}
	content, hasAlternate := entry.all(atomSpace, "content"), false
	for _, link := range entry.all(atomSpace, "link") {
		hasAlternate = hasAlternate || link.attr("rel") == "" || link.attr("rel") == "alternate"
	}
	if len(content) == 0 && !hasAlternate {
		c.errorf(place, "it has neither content nor a link to it")
	}
	for _, e := range content {
		switch kind := e.attr("type"); {
		case e.attr("src") != "":
			c.address(place+" content", e.attr("src"))
			if _, ok := entry.value(atomSpace, "summary"); !ok || strings.TrimSpace(e.text) != "" {
				c.errorf(place, "content from elsewhere must be empty here and have a summary")
			}
		case kind == "" || kind == "text" || kind == "html" || kind == "xhtml":
			c.textConstruct(place+" content", e)
		default:
			c.mediaType(place+" content", kind)
		}
	}
}

// constructs checks the elements that feeds and entries have alike.
func (c checker) constructs(place string, e *element) {
	alternates := make(map[string]bool)
	for _, child := range e.children {
		if child.name.Space != atomSpace {
			continue
		}
		at := place + " " + child.name.Local
		switch child.name.Local {
		case "id":
			c.identifier(at, child.text)
		case "icon", "logo":
			c.address(at, child.text)
		case "title", "subtitle", "summary", "rights":
			c.textConstruct(at, child)
		case "author", "contributor":
			c.atomPerson(at, child)
		case "category":
			if child.attr("term") == "" {
				c.errorf(at, "it has no term")
			}
			if scheme := child.attr("scheme"); scheme != "" {
				c.identifier(at, scheme)
			}
		case "link":
			c.address(at, child.attr("href"))
			if kind := child.attr("type"); kind != "" {
				c.mediaType(at, kind)
			}
			if rel := child.attr("rel"); rel == "" || rel == "alternate" {
				key := child.attr("type") + " " + child.attr("hreflang")
				if alternates[key] {
					c.errorf(at, "there are two alternate links of one type and language")
				}
				alternates[key] = true
			}
		}
	}
}

// textConstruct checks text, which is plain, escaped HTML, or XHTML in one div: RFC 4287, section 3.1.
func (c checker) textConstruct(place string, e *element) {
	switch kind := e.attr("type"); kind {
	case "", "text":
		if len(e.children) > 0 {
			c.errorf(place, "plain text has an element in it")
		}
	case "html":
		if len(e.children) > 0 {
			c.errorf(place, "its HTML is not escaped")
		}
		c.markup(place, e.text)
	case "xhtml":
		if len(e.children) != 1 || e.children[0].name.Space != xhtmlSpace || e.children[0].name.Local != "div" || strings.TrimSpace(e.text) != "" {
			c.errorf(place, "its XHTML is not in one div")
		}
	default:
		c.errorf(place, "its type is %q, and may be text, html or xhtml", kind)
	}
}

func (c checker) atomPerson(place string, e *element) {
	c.counts(place, e, []string{"name"}, []string{"uri", "email"}, nil)
	if uri, ok := e.value(atomSpace, "uri"); ok {
		c.identifier(place+" uri", uri)
	}
	if email, ok := e.value(atomSpace, "email"); ok {
		if found, err := mail.ParseAddress(email); err != nil || found.Address != email {
			c.errorf(place, "%q is not an e-mail address", email)
		}
	}
}

func (c checker) time(place string, e *element, name string) (time.Time, bool) {
	value, ok := e.value(atomSpace, name)
	if !ok {
		return time.Time{}, false
	}
	return c.timestamp(place+" "+name, value), true
}
