// Package feedcheck judges feeds: by the rules of their specifications, written down here one by one, and by an independent parser, gofeed.
//
//   - RSS 2.0: https://www.rssboard.org/rss-specification, with the advice of https://www.rssboard.org/rss-profile
//   - Atom: RFC 4287
//   - JSON Feed 1.1: https://www.jsonfeed.org/version/1.1/
//   - OPML 2.0: https://opml.org/spec2.opml
//
// Beyond them a feed must name its own address, and an address in its content must be absolute: feed readers differ in what they take a
// relative one to be relative to.
package feedcheck

import (
	"bytes"
	"fmt"
	"mime"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"github.com/mmcdole/gofeed"
)

// A checker collects what is wrong with one feed.
type checker struct {
	t    testing.TB
	name string // of the feed, for messages
}

func (c checker) errorf(place, format string, args ...any) {
	c.t.Helper()
	c.t.Errorf("%s: %s: %s", c.name, place, fmt.Sprintf(format, args...))
}

// text checks what holds for the bytes of every feed. What it refuses no parser needs to see.
func (c checker) text(data []byte) bool {
	switch {
	case !utf8.Valid(data):
		c.errorf("text", "it is not valid UTF-8")
	case bytes.HasPrefix(data, []byte("\ufeff")):
		c.errorf("text", "it begins with a byte order mark")
	case bytes.ContainsFunc(data, isNotXML):
		c.errorf("text", "it has a character that XML does not allow")
	default:
		return true
	}
	return false
}

// isNotXML says whether a character is outside of those of XML 1.0, section 2.2.
func isNotXML(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
}

// address checks that a value is an absolute web address.
func (c checker) address(place, value string) {
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || value != strings.TrimSpace(value) {
		c.errorf(place, "%q is not an absolute web address", value)
	}
}

// identifier checks that a value is an absolute IRI, of any scheme: RFC 4287, section 4.2.6.
func (c checker) identifier(place, value string) {
	if u, err := url.Parse(value); err != nil || u.Scheme == "" || u.Host == "" && u.Opaque == "" || strings.ContainsAny(value, " \t\n") {
		c.errorf(place, "%q is not an absolute IRI", value)
	}
}

// unique checks that no two entries have one identifier.
func (c checker) unique(ids []string) {
	slices.Sort(ids)
	for i, id := range ids {
		if i > 0 && id == ids[i-1] {
			c.errorf("entries", "%q identifies two of them", id)
		}
	}
}

// markup checks that HTML in a feed does not depend on where it is shown: its addresses are absolute, and it has no scripts.
func (c checker) markup(place, content string) {
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(content))
	if err != nil {
		c.errorf(place, "%v", err)
		return
	}
	doc.Find("[href], [src]").Each(func(_ int, s *goquery.Selection) {
		for _, attribute := range []string{"href", "src"} {
			value, ok := s.Attr(attribute)
			if u, err := url.Parse(value); ok && (err != nil || !u.IsAbs()) {
				c.errorf(place, "%q in the content is not absolute", value)
			}
		}
	})
	doc.Find("script, iframe, object, embed, form, style").Each(func(_ int, s *goquery.Selection) {
		c.errorf(place, "a <%s> in the content", goquery.NodeName(s))
	})
}

// timestamp reads a time of RFC 3339, as Atom and JSON Feed write them.
func (c checker) timestamp(place, value string) time.Time {
	at, err := time.Parse(time.RFC3339, value)
	if err != nil {
		c.errorf(place, "%q is not a time of RFC 3339", value)
	}
	return at
}

var emailAndName = regexp.MustCompile(`^(\S+@\S+?)(?: \((.+)\))?$`)

// person checks RSS's form of an author: an address, with a name in brackets if there is one.
func (c checker) person(place, value string) {
	m := emailAndName.FindStringSubmatch(value)
	if m != nil {
		if _, err := mail.ParseAddress(m[1]); err == nil {
			return
		}
	}
	c.errorf(place, "%q is not an e-mail address, or one with a name in brackets", value)
}

var languageTag = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)

func (c checker) language(place, value string) {
	if !languageTag.MatchString(value) {
		c.errorf(place, "%q is not a language tag", value)
	}
}

func (c checker) mediaType(place, value string) {
	if _, _, err := mime.ParseMediaType(value); err != nil || !strings.Contains(value, "/") {
		c.errorf(place, "%q is not a media type", value)
	}
}

// parse has an independent parser read the feed, and checks that it found as many entries as the rules did.
func (c checker) parse(data []byte, kind string, entries int) *gofeed.Feed {
	feed, err := gofeed.NewParser().Parse(bytes.NewReader(data))
	if err != nil {
		c.errorf("gofeed", "%v", err)
		return &gofeed.Feed{}
	}
	if feed.FeedType != kind || len(feed.Items) != entries {
		c.errorf("gofeed", "it finds a feed of type %s with %d entries; want %s with %d", feed.FeedType, len(feed.Items), kind, entries)
	}
	for i, item := range feed.Items {
		if item.GUID == "" || item.Link == "" || item.PublishedParsed == nil && item.UpdatedParsed == nil {
			c.errorf("gofeed", "entry %d has no identifier, link or time for it: %q, %q, %q", i+1, item.GUID, item.Link, item.Published)
		}
	}
	return feed
}
