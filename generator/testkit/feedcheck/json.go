package feedcheck

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"
)

// JSON checks a JSON Feed 1.1 that is published at the address self, and returns it as the independent parser read it. The name is for messages.
func JSON(t testing.TB, name string, data []byte, self string) *gofeed.Feed {
	t.Helper()
	c := checker{t, name}
	if !c.text(data) {
		return &gofeed.Feed{}
	}
	var feed object
	if err := json.Unmarshal(data, &feed); err != nil {
		c.errorf("JSON", "%v", err)
		return &gofeed.Feed{}
	}
	c.members("feed", feed, map[string]func(place string, value any){
		"version":       c.isVersion,
		"title":         c.isText,
		"home_page_url": c.isAddress,
		"feed_url":      c.isAddress,
		"description":   c.isText,
		"user_comment":  c.isText,
		"next_url":      c.isAddress,
		"icon":          c.isAddress,
		"favicon":       c.isAddress,
		"authors":       c.isAuthors,
		"language":      c.isLanguage,
		"expired":       c.isBool,
		"hubs":          c.isList,
		"items":         c.isList,
	}, "version", "title", "home_page_url", "feed_url", "items")
	if feed["feed_url"] != self {
		c.errorf("feed", "it says its own address is %q, and it is %q", feed["feed_url"], self)
	}
	items, _ := feed["items"].([]any)
	var ids []string
	for i, value := range items {
		place := fmt.Sprintf("item %d", i+1)
		item, ok := value.(object)
		if !ok {
			c.errorf(place, "it is not an object")
			continue
		}
		id, _ := item["id"].(string)
		ids = append(ids, id)
		c.jsonItem(fmt.Sprintf("%s (%s)", place, id), item)
	}
	c.unique(ids)
	return c.parse(data, "json", len(items))
}

type object = map[string]any

func (c checker) jsonItem(place string, item object) {
	c.members(place, item, map[string]func(place string, value any){
		"id":             c.isText,
		"url":            c.isAddress,
		"external_url":   c.isAddress,
		"title":          c.isText,
		"content_html":   c.isHTML,
		"content_text":   c.isText,
		"summary":        c.isText,
		"image":          c.isAddress,
		"banner_image":   c.isAddress,
		"date_published": c.isTime,
		"date_modified":  c.isTime,
		"authors":        c.isAuthors,
		"tags":           c.isTexts,
		"language":       c.isLanguage,
		"attachments":    c.isAttachments,
	}, "id", "url")
	if item["content_html"] == nil && item["content_text"] == nil {
		c.errorf(place, "it has no content")
	}
	published, hasPublished := item["date_published"].(string)
	modified, hasModified := item["date_modified"].(string)
	if hasPublished && hasModified && c.timestamp(place, modified).Before(c.timestamp(place, published)) {
		c.errorf(place, "it was modified before it was published")
	}
}

// members checks that an object has what it needs, and nothing that JSON Feed does not know: extensions begin with an underscore.
func (c checker) members(place string, o object, known map[string]func(place string, value any), needed ...string) {
	for _, name := range needed {
		if o[name] == nil {
			c.errorf(place, "it has no %s", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		check, ok := known[name]
		switch {
		case ok:
			check(place+" "+name, o[name])
		case name == "author":
			c.errorf(place, "author is of version 1; version 1.1 has authors")
		case !strings.HasPrefix(name, "_"):
			c.errorf(place, "there is no %s in it", name)
		}
	}
}

func (c checker) isVersion(place string, value any) {
	if value != "https://jsonfeed.org/version/1.1" {
		c.errorf(place, "%v is not version 1.1", value)
	}
}

func (c checker) isText(place string, value any) {
	if text, ok := value.(string); !ok || strings.TrimSpace(text) == "" {
		c.errorf(place, "%v is not a text", value)
	}
}

func (c checker) isTexts(place string, value any) {
	list, ok := value.([]any)
	if !ok {
		c.errorf(place, "%v is not a list", value)
	}
	for _, text := range list {
		c.isText(place, text)
	}
}

func (c checker) isHTML(place string, value any) {
	c.isText(place, value)
	if text, ok := value.(string); ok {
		c.markup(place, text)
	}
}

func (c checker) isAddress(place string, value any) { c.address(place, fmt.Sprint(value)) }

func (c checker) isTime(place string, value any) { c.timestamp(place, fmt.Sprint(value)) }

func (c checker) isLanguage(place string, value any) { c.language(place, fmt.Sprint(value)) }

func (c checker) isBool(place string, value any) {
	if _, ok := value.(bool); !ok {
		c.errorf(place, "%v is neither true nor false", value)
	}
}

func (c checker) isList(place string, value any) {
	if _, ok := value.([]any); !ok {
		c.errorf(place, "%v is not a list", value)
	}
}

func (c checker) isAuthors(place string, value any) {
	c.each(place, value, func(author object) {
		if author["name"] == nil && author["url"] == nil && author["avatar"] == nil {
			c.errorf(place, "an author has neither name nor url nor avatar")
		}
		c.members(place, author, map[string]func(string, any){"name": c.isText, "url": c.isAddress, "avatar": c.isAddress})
	})
}

func (c checker) isAttachments(place string, value any) {
	c.each(place, value, func(attachment object) {
		number := func(place string, value any) {
			if n, ok := value.(float64); !ok || n < 0 {
				c.errorf(place, "%v is not a number", value)
			}
		}
		c.members(place, attachment, map[string]func(string, any){
			"url": c.isAddress, "mime_type": func(place string, value any) { c.mediaType(place, fmt.Sprint(value)) },
			"title": c.isText, "size_in_bytes": number, "duration_in_seconds": number,
		}, "url", "mime_type")
	})
}

// each checks a list of objects.
func (c checker) each(place string, value any, check func(object)) {
	list, ok := value.([]any)
	if !ok || len(list) == 0 {
		c.errorf(place, "%v is not a list of anything", value)
	}
	for _, member := range list {
		if o, ok := member.(object); ok {
			check(o)
		} else {
			c.errorf(place, "%v is not an object", member)
		}
	}
}
