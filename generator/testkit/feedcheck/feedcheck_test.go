package feedcheck

import (
	"slices"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"

	"debrief/generator/testkit"
)

const goodRSS = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>Tidewater incidents</title>
<link>https://status.example.com/</link>
<description>What went wrong, and what we learned</description>
<atom:link href="https://status.example.com/feed.xml" rel="self" type="application/rss+xml"/>
<language>en-GB</language>
<managingEditor>post@example.com (Tidewater reliability)</managingEditor>
<lastBuildDate>Tue, 05 Mar 2024 18:00:00 +0000</lastBuildDate>
<image><url>https://status.example.com/logo.png</url><title>Tidewater incidents</title><link>https://status.example.com/</link></image>
<item>
<title>Queue backlog</title>
<link>https://status.example.com/incidents/inc-1/</link>
<description>The queue grew &amp; grew.</description>
<content:encoded>&lt;p&gt;The &lt;a href="https://status.example.com/queue/"&gt;queue&lt;/a&gt; grew.&lt;/p&gt;</content:encoded>
<guid isPermaLink="false">tag:example.com,2024:inc-1</guid>
<pubDate>Tue, 05 Mar 2024 14:02:00 GMT</pubDate>
<category>payments</category>
<dc:creator>Tidewater reliability</dc:creator>
</item>
<item>
<title>DNS</title>
<link>https://status.example.com/incidents/inc-2/</link>
<guid>https://status.example.com/incidents/inc-2/</guid>
<pubDate>Mon, 4 Mar 2024 14:02:00 +0000</pubDate>
</item>
</channel>
</rss>
`

const goodAtom = `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<id>tag:example.com,2024:feed</id>
<title>Tidewater incidents</title>
<updated>2024-03-05T18:00:00Z</updated>
<link href="https://status.example.com/atom.xml" rel="self" type="application/atom+xml"/>
<link href="https://status.example.com/" rel="alternate" type="text/html"/>
<author><name>Tidewater reliability</name><email>post@example.com</email></author>
<entry>
<id>tag:example.com,2024:inc-1</id>
<title type="html">Queue &lt;em&gt;backlog&lt;/em&gt;</title>
<published>2024-03-05T14:02:00Z</published>
<updated>2024-03-05T18:00:00+01:00</updated>
<link href="https://status.example.com/incidents/inc-1/"/>
<category term="payments"/>
<summary>The queue grew.</summary>
<content type="html">&lt;p&gt;The queue grew.&lt;/p&gt;</content>
</entry>
<entry>
<id>urn:uuid:60a76c80-d399-11d9-b91C-0003939e0af6</id>
<title>DNS</title>
<updated>2024-03-04T14:02:00Z</updated>
<link href="https://status.example.com/incidents/inc-2/"/>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Names</p></div></content>
</entry>
</feed>
`

const goodJSON = `{
"version": "https://jsonfeed.org/version/1.1",
"title": "Tidewater incidents",
"home_page_url": "https://status.example.com/",
"feed_url": "https://status.example.com/feed.json",
"language": "en",
"authors": [{"name": "Tidewater reliability"}],
"_debrief": {"edition": "external"},
"items": [
{"id": "tag:example.com,2024:inc-1", "url": "https://status.example.com/incidents/inc-1/", "title": "Queue backlog",
"content_html": "<p>The queue grew.</p>", "summary": "The queue grew.", "tags": ["payments"],
"date_published": "2024-03-05T14:02:00Z", "date_modified": "2024-03-05T18:00:00+01:00"},
{"id": "tag:example.com,2024:inc-2", "url": "https://status.example.com/incidents/inc-2/", "content_text": "Names",
"date_published": "2024-03-04T14:02:00Z",
"attachments": [{"url": "https://status.example.com/graph.png", "mime_type": "image/png", "size_in_bytes": 10}]}
]
}
`

const goodOPML = `<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Feeds of Tidewater</title></head><body>
<outline text="All" type="rss" xmlUrl="https://status.example.com/feed.xml" htmlUrl="https://status.example.com/"/>
<outline text="Services"><outline text="Payments" type="rss" xmlUrl="https://status.example.com/services/payments/feed.xml"/></outline>
</body></opml>
`

var formats = []struct {
	name, good, self string
	check            func(t testing.TB, data []byte) *gofeed.Feed
}{
	{"RSS", goodRSS, "https://status.example.com/feed.xml", func(t testing.TB, data []byte) *gofeed.Feed {
		return RSS(t, "feed.xml", data, "https://status.example.com/feed.xml")
	}},
	{"Atom", goodAtom, "https://status.example.com/atom.xml", func(t testing.TB, data []byte) *gofeed.Feed {
		return Atom(t, "atom.xml", data, "https://status.example.com/atom.xml")
	}},
	{"JSON", goodJSON, "https://status.example.com/feed.json", func(t testing.TB, data []byte) *gofeed.Feed {
		return JSON(t, "feed.json", data, "https://status.example.com/feed.json")
	}},
	{"OPML", goodOPML, "", func(t testing.TB, data []byte) *gofeed.Feed {
		OPML(t, "feeds.opml", data)
		return nil
	}},
}

func TestGoodFeeds(t *testing.T) {
	for _, format := range formats {
		t.Run(format.name, func(t *testing.T) {
			feed := format.check(t, []byte(format.good))
			if feed != nil && (feed.Title != "Tidewater incidents" || len(feed.Items) != 2 || feed.Items[0].GUID != "tag:example.com,2024:inc-1") {
				t.Errorf("the independent parser read %v", feed)
			}
		})
	}
	feeds := OPML(t, "feeds.opml", []byte(goodOPML))
	if want := []string{"https://status.example.com/feed.xml", "https://status.example.com/services/payments/feed.xml"}; !slices.Equal(feeds, want) {
		t.Errorf("the OPML lists %v, want %v", feeds, want)
	}
}

// TestBadFeeds breaks one rule at a time in a good feed.
func TestBadFeeds(t *testing.T) {
	breaks := map[string][]struct{ old, new, want string }{
		"RSS": {
			{`version="2.0"`, `version="0.91"`, "rss: it is not one channel in an element rss of version 2.0"},
			{"</rss>", "", "XML: XML syntax error"},
			{"grew.</description>", "grew.\x07</description>", "text: it has a character that XML does not allow"},
			{"grew.</description>", "grew.\xff</description>", "text: it is not valid UTF-8"},
			{`<?xml version`, "\ufeff<?xml version", "text: it begins with a byte order mark"},
			{"<rss", "<!DOCTYPE rss><rss", "XML: it has a declaration"},
			{"<description>What went wrong, and what we learned</description>", "", "channel: it has 0 elements description, and needs one"},
			{"<description>What went wrong, and what we learned</description>", "<description/>", "channel: its description is empty"},
			{"<language>en-GB</language>", "<language>en-GB</language><language>de</language>", "channel: it has 2 elements language, and may have one"},
			{"<language>en-GB</language>", "<language>English (UK)</language>", `channel language: "English (UK)" is not a language tag`},
			{"<language>en-GB</language>", "<lang>en</lang>", "channel: there is no element lang in it"},
			{"<language>en-GB</language>", "<ttl>soon</ttl>", `channel ttl: "soon" is not a number of minutes`},
			{"post@example.com (Tidewater reliability)", "Tidewater reliability", `channel managingEditor: "Tidewater reliability" is not an e-mail address`},
			{"<link>https://status.example.com/</link>\n<description>", "<link>/</link>\n<description>", `channel link: "/" is not an absolute web address`},
			{`rel="self"`, `rel="related"`, `channel: it has 0 links with rel="self", and needs one`},
			{`feed.xml" rel`, `rss.xml" rel`, `channel: it says its own address is "https://status.example.com/rss.xml", and it is "https://status.example.com/feed.xml"`},
			{`type="application/rss+xml"`, `type="text/xml"`, `channel: its link to itself has the type "text/xml"`},
			{"<title>Tidewater incidents</title><link>", "<title>Logo</title><link>", `channel image: its title is "Logo" and the channel's "Tidewater incidents"`},
			{"</image>", "<width>500</width></image>", `channel image: its width is "500", and may be 144 at most`},
			{"Tue, 05 Mar 2024 18:00:00 +0000", "2024-03-05T18:00:00Z", `channel lastBuildDate: "2024-03-05T18:00:00Z" is not a time of RFC 822`},
			{"Tue, 05 Mar 2024 14:02:00 GMT", "Wed, 05 Mar 2024 14:02:00 GMT", `pubDate: "Wed, 05 Mar 2024 14:02:00 GMT" was a Tue`},
			{"Tue, 05 Mar 2024 14:02:00 GMT", "Tue, 05 Mar 24 14:02:00 GMT", `pubDate: "Tue, 05 Mar 24 14:02:00 GMT" is not a time of RFC 822 with a year of four digits`},
			{"Tue, 05 Mar 2024 14:02:00 GMT", "Tue, 05 Mar 2024 14:02:00 CST", `pubDate: "Tue, 05 Mar 2024 14:02:00 CST" has a zone that readers take for different ones`},
			{"<title>DNS</title>", "", "item 2 (https://status.example.com/incidents/inc-2/): it has neither title nor description"},
			{"<guid>https://status.example.com/incidents/inc-2/</guid>", "", "item 2 (): it has no guid"},
			{"<guid>https://status.example.com/incidents/inc-2/</guid>", "<guid>inc-2</guid>", `guid with isPermaLink: "inc-2" is not an absolute web address`},
			{"<guid>https://status.example.com/incidents/inc-2/</guid>", `<guid isPermaLink="false">tag:example.com,2024:inc-1</guid>`, `entries: "tag:example.com,2024:inc-1" identifies two of them`},
			{`isPermaLink="false"`, `isPermaLink="no"`, `isPermaLink is "no", and may be true or false`},
			{`href="https://status.example.com/queue/"`, `href="/queue/"`, `"/queue/" in the content is not absolute`},
			{"grew.&lt;/p&gt;", "&lt;script&gt;&lt;/script&gt;", "a <script> in the content"},
			{"<category>payments</category>", "<category/>", "it has an empty category"},
			{"<category>payments</category>", "<author>Tidewater</author>", `author: "Tidewater" is not an e-mail address`},
			{"<category>payments</category>", `<enclosure url="https://status.example.com/a.mp3" type="audio" length="x"/>`, `enclosure: "audio" is not a media type`},
		},
		"Atom": {
			{`xmlns="http://www.w3.org/2005/Atom"`, `xmlns="http://purl.org/atom/ns#"`, "feed: it is not an Atom feed"},
			{"<id>tag:example.com,2024:feed</id>", "", "feed: it has 0 elements id, and needs one"},
			{"<id>tag:example.com,2024:feed</id>", "<id>feed</id>", `feed id: "feed" is not an absolute IRI`},
			{"<title>DNS</title>", "", "it has 0 elements title, and needs one"},
			{"<title>DNS</title>", "<title>DNS</title><pubDate>x</pubDate>", "there is no element pubDate in it"},
			{"<title>DNS</title>", "<title><b>DNS</b></title>", "title: plain text has an element in it"},
			{"<title>DNS</title>", `<title type="markdown">DNS</title>`, `title: its type is "markdown", and may be text, html or xhtml`},
			{"<updated>2024-03-04T14:02:00Z</updated>", "", "it has 0 elements updated, and needs one"},
			{"<updated>2024-03-04T14:02:00Z</updated>", "<updated>2024-03-04 14:02:00</updated>", `updated: "2024-03-04 14:02:00" is not a time of RFC 3339`},
			{"<updated>2024-03-04T14:02:00Z</updated>", "<updated>2024-03-06T14:02:00Z</updated>", "it was updated after the feed"},
			{"<updated>2024-03-05T18:00:00+01:00</updated>", "<updated>2024-03-05T15:00:00+01:00</updated>", "it was updated before it was published"},
			{"<author><name>Tidewater reliability</name><email>post@example.com</email></author>", "", "neither it nor the feed has an author"},
			{"<name>Tidewater reliability</name>", "", "feed author: it has 0 elements name, and needs one"},
			{"post@example.com", "post at example.com", `feed author: "post at example.com" is not an e-mail address`},
			{`term="payments"`, `label="payments"`, "category: it has no term"},
			{`rel="self"`, `rel="via"`, `feed: it has 0 links with rel="self", and needs one`},
			{`<link href="https://status.example.com/" rel="alternate" type="text/html"/>`, `<link href="https://status.example.com/" type="text/html"/><link href="https://status.example.com/a/" type="text/html"/>`, "feed link: there are two alternate links of one type and language"},
			{`href="https://status.example.com/incidents/inc-2/"`, `href="/incidents/inc-2/"`, `link: "/incidents/inc-2/" is not an absolute web address`},
			{`<content type="html">&lt;p&gt;The queue grew.&lt;/p&gt;</content>`, `<content type="html"><p>The queue grew.</p></content>`, "content: its HTML is not escaped"},
			{`<content type="html">&lt;p&gt;The`, `<content type="html">&lt;img src="a.png"&gt;The`, `"a.png" in the content is not absolute`},
			{`<div xmlns="http://www.w3.org/1999/xhtml"><p>Names</p></div>`, `<p xmlns="http://www.w3.org/1999/xhtml">Names</p>`, "content: its XHTML is not in one div"},
			{"urn:uuid:60a76c80-d399-11d9-b91C-0003939e0af6", "tag:example.com,2024:inc-1", `entries: "tag:example.com,2024:inc-1" identifies two of them`},
		},
		"JSON": {
			{`{
"version"`, `["version"`, "JSON: invalid character"},
			{"version/1.1", "version/1", "feed version: https://jsonfeed.org/version/1 is not version 1.1"},
			{`"title": "Tidewater incidents",`, "", "feed: it has no title"},
			{`"feed_url": "https://status.example.com/feed.json"`, `"feed_url": "https://status.example.com/other.json"`, `feed: it says its own address is "https://status.example.com/other.json"`},
			{`"authors": [{"name": "Tidewater reliability"}]`, `"author": {"name": "Tidewater reliability"}`, "feed: author is of version 1; version 1.1 has authors"},
			{`"authors": [{"name": "Tidewater reliability"}]`, `"authors": [{}]`, "feed authors: an author has neither name nor url nor avatar"},
			{`"_debrief"`, `"debrief"`, "feed: there is no debrief in it"},
			{`"id": "tag:example.com,2024:inc-2", `, "", "item 2 (): it has no id"},
			{`"id": "tag:example.com,2024:inc-2"`, `"id": 2`, "item 2 () id: 2 is not a text"},
			{"2024:inc-2", "2024:inc-1", `entries: "tag:example.com,2024:inc-1" identifies two of them`},
			{`"content_text": "Names",`, "", "it has no content"},
			{`<p>The queue grew.</p>`, `<a href='#x'>x</a>`, `"#x" in the content is not absolute`},
			{`"2024-03-05T14:02:00Z"`, `"Tue, 05 Mar 2024"`, `date_published: "Tue, 05 Mar 2024" is not a time of RFC 3339`},
			{"2024-03-05T18:00:00+01:00", "2024-03-05T12:00:00Z", "it was modified before it was published"},
			{`["payments"]`, `"payments"`, "tags: payments is not a list"},
			{`"mime_type": "image/png"`, `"mime": "image/png"`, "attachments: it has no mime_type"},
			{`"size_in_bytes": 10`, `"size_in_bytes": "10"`, "attachments size_in_bytes: 10 is not a number"},
		},
		"OPML": {
			{`version="2.0"`, `version="1.0"`, "opml: it is not an element opml of version 2.0"},
			{"<head><title>Feeds of Tidewater</title></head>", "", "opml: it has 0 elements head, and needs one"},
			{`text="Payments" `, "", "it has no text"},
			{`xmlUrl="https://status.example.com/feed.xml"`, `xmlUrl="/feed.xml"`, `xmlUrl: "/feed.xml" is not an absolute web address`},
			{`type="rss"`, `type="link"`, "body: it lists no feed"},
		},
	}
	for _, format := range formats {
		for _, b := range breaks[format.name] {
			bad := strings.ReplaceAll(format.good, b.old, b.new)
			if bad == format.good {
				t.Fatalf("%s has no %q to break", format.name, b.old)
			}
			got := testkit.Record(t, func(t testing.TB) { format.check(t, []byte(bad)) })
			if !strings.Contains(got.String(), b.want) {
				t.Errorf("%s with %q for %q: %q is not among the remarks:\n%s", format.name, b.new, b.old, b.want, got)
			}
		}
	}
}
