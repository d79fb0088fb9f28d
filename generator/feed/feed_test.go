package feed_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"debrief/generator/edition"
	"debrief/generator/feed"
	"debrief/generator/page"
	"debrief/generator/testkit"
	"debrief/generator/testkit/sample"

	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html"
)

// produce makes the files of an edition's feeds, by path.
func produce(t *testing.T, e *edition.Edition) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, f := range feed.Files(e) {
		b, err := f.Produce()
		if err != nil {
			t.Fatalf("%s: %v", f.Path, err)
		}
		if _, twice := files[f.Path]; twice {
			t.Errorf("%s is made twice", f.Path)
		}
		files[f.Path] = string(b)
	}
	return files
}

func TestGolden(t *testing.T) {
	external, internal := produce(t, sample.Edition(edition.External)), produce(t, sample.Edition(edition.Internal))
	for golden, got := range map[string]string{
		"external-feed.xml":             external["feed.xml"],
		"external-atom.xml":             external["atom.xml"],
		"external-feed.json":            external["feed.json"],
		"external-feeds.opml":           external["feeds.opml"],
		"external-commitments-atom.xml": external["commitments/atom.xml"],
		"external-payments-feed.xml":    external["services/payments/feed.xml"],
		"external-payments-feed.json":   external["services/payments/feed.json"],
		"internal-atom.xml":             internal["atom.xml"],
	} {
		t.Run(golden, func(t *testing.T) {
			testkit.Golden(t, filepath.Join("testdata", golden), []byte(got))
		})
	}
}

// TestEveryFeedIsThere holds the files against the list that the page of feeds shows.
func TestEveryFeedIsThere(t *testing.T) {
	e := sample.Edition(edition.External)
	files := produce(t, e)
	want := 1 // the OPML
	for _, group := range page.FeedGroups(e) {
		for _, f := range group.Feeds {
			for _, path := range []string{f.RSS, f.Atom, f.JSON} {
				want++
				if _, ok := files[page.FilePath(path)]; !ok {
					t.Errorf("the page of feeds shows %s, which is not made", path)
				}
				if page.FilePath(path) != "feed.json" && strings.HasSuffix(path, "feed.xml") && !strings.Contains(files["feeds.opml"], e.Site.URL+path[1:]) {
					t.Errorf("the OPML lacks %s", path)
				}
			}
		}
	}
	if len(files) != want {
		t.Errorf("%d files are made, the page of feeds shows %d", len(files), want)
	}
}

// TestFormatsAgree reads the three formats of every feed with a parser that knows nothing of us and expects the same news from each.
func TestFormatsAgree(t *testing.T) {
	for _, audience := range []edition.Audience{edition.External, edition.Internal} {
		e := sample.Edition(audience)
		files := produce(t, e)
		for _, group := range page.FeedGroups(e) {
			for _, f := range group.Feeds {
				rss, atom, jsonFeed := parse(t, files[page.FilePath(f.RSS)]), parse(t, files[page.FilePath(f.Atom)]), parse(t, files[page.FilePath(f.JSON)])
				if rss.FeedType != "rss" || atom.FeedType != "atom" || jsonFeed.FeedType != "json" || rss.FeedVersion != "2.0" || atom.FeedVersion != "1.0" {
					t.Errorf("%s: the formats are %s %s, %s %s, %s", f.RSS, rss.FeedType, rss.FeedVersion, atom.FeedType, atom.FeedVersion, jsonFeed.FeedType)
				}
				for _, other := range []*gofeed.Feed{atom, jsonFeed} {
					if !slices.Equal(news(other), news(rss)) {
						t.Errorf("%s: %s says\n%q\nand rss\n%q", f.RSS, other.FeedType, news(other), news(rss))
					}
					if other.Title != rss.Title || other.Link != rss.Link || other.Language != rss.Language {
						t.Errorf("%s: %s has title %q, link %q, language %q; rss %q, %q, %q", f.RSS, other.FeedType,
							other.Title, other.Link, other.Language, rss.Title, rss.Link, rss.Language)
					}
				}
				for self, parsed := range map[string]*gofeed.Feed{f.RSS: rss, f.Atom: atom, f.JSON: jsonFeed} {
					if parsed.FeedLink != page.Absolute(e.Site.URL, self) {
						t.Errorf("%s: the feed calls itself %q", self, parsed.FeedLink)
					}
				}
			}
		}
	}
}

func parse(t *testing.T, content string) *gofeed.Feed {
	t.Helper()
	f, err := gofeed.NewParser().ParseString(content)
	if err != nil {
		t.Fatalf("gofeed cannot read the feed: %v\n%s", err, content)
	}
	return f
}

// news is what a feed says, as far as all formats can say it: categories are left out, because gofeed keeps the terms of Atom's, not their
// labels.
func news(f *gofeed.Feed) []string {
	var out []string
	for _, i := range f.Items {
		published := ""
		if i.PublishedParsed != nil && i.PublishedParsed.Year() != 1970 { // gofeed takes updated where Atom has no published
			published = i.PublishedParsed.UTC().Format(time.RFC3339)
		}
		out = append(out, strings.Join([]string{i.GUID, published, i.Link, i.Title, i.Description, strings.TrimSpace(i.Content)}, " | "))
	}
	return out
}

func TestOrderAndLimit(t *testing.T) {
	e := sample.Edition(edition.External)
	if got, want := titles(t, e), []string{"Departure boards are dark on two quays", "Updated: Tickets could not be bought for 42 minutes",
		"Ticket machines & gates were slow", "Notes from the old harbour"}; !slices.Equal(got, want) {
		t.Errorf("the newest announcement comes first:\n got %q\nwant %q", got, want)
	}
	e.Site.FeedEntries = 2
	if got, want := titles(t, e), []string{"Departure boards are dark on two quays", "Updated: Tickets could not be bought for 42 minutes"}; !slices.Equal(got, want) {
		t.Errorf("a feed of two entries holds\n got %q\nwant %q", got, want)
	}
	e = sample.Edition(edition.External)
	for _, inc := range e.Incidents {
		inc.Published, inc.Resurfaced = edition.Date{Year: 2024, Month: 1, Day: 1}, edition.Date{}
	}
	slices.Reverse(e.Incidents)
	if got, want := titles(t, e), []string{"Ticket machines & gates were slow", "Tickets could not be bought for 42 minutes",
		"Departure boards are dark on two quays", "Notes from the old harbour"}; !slices.Equal(got, want) {
		t.Errorf("on the same day the id decides, not the order they come in:\n got %q\nwant %q", got, want)
	}
}

func titles(t *testing.T, e *edition.Edition) []string {
	var out []string
	for _, i := range parse(t, produce(t, e)["feed.xml"]).Items {
		out = append(out, i.Title)
	}
	return out
}

func TestDraftsAreNoNews(t *testing.T) {
	e := sample.Edition(edition.Internal)
	e.Incidents[1].Draft = true // the one with commitments
	for path, content := range produce(t, e) {
		if strings.Contains(content, "Tickets could not be bought") || strings.Contains(content, "HL-2024-012") {
			t.Errorf("%s tells of a draft", path)
		}
	}
}

// TestWithoutAnything makes the feeds of an archive in which nothing is said that may be left unsaid.
func TestWithoutAnything(t *testing.T) {
	e := &edition.Edition{
		Audience: edition.External, Site: edition.Site{Title: "Incident archive", Language: "en", Location: time.UTC},
		Incidents: []*edition.Incident{{ID: "a", Slug: "a", ToDetect: -1, ToMitigate: -1, ToResolve: -1}},
	}
	files := produce(t, e)
	for path, content := range files {
		if strings.HasSuffix(path, ".opml") {
			continue
		}
		if f := parse(t, content); f.Link != "http://localhost/" && f.Link != "http://localhost/commitments/" {
			t.Errorf("%s: an archive that does not say where it is published links to %q", path, f.Link)
		}
	}
	if got := parse(t, files["atom.xml"]).Items[0].UpdatedParsed.Year(); got != 1970 {
		t.Errorf("Atom wants a date; for an incident without one it has the year %d", got)
	}
	if got := parse(t, files["feed.xml"]).Items[0].PublishedParsed; got != nil {
		t.Errorf("RSS says an incident without a date is from %v", got)
	}
}

// hostile is an edition in which every text is trouble.
func hostile() *edition.Edition {
	const trouble = "a\n<script>alert(1)</script> ]]> \"quotes\" 'and' & &amp; \u202Etxt.exe\u202C \x00\x08\x0B\x1B[31m\uFFFE\U0001F6A2 \xff<![CDATA[ --> {{.}}"
	e := sample.Edition(edition.External)
	e.Site.Title, e.Site.Organization, e.Site.Description = trouble, trouble, trouble
	for _, s := range e.Severities {
		s.Name, s.Description = trouble, trouble
	}
	for _, s := range e.Services {
		s.Name, s.Description = trouble, trouble
	}
	for _, f := range e.Factors {
		f.Name, f.Description = trouble, trouble
	}
	for n, inc := range e.Incidents {
		inc.ID, inc.Slug = fmt.Sprint(n, trouble), fmt.Sprint("x", n)
		inc.Title, inc.SummaryText = trouble, trouble
		inc.Summary = sample.Fragment("<p onclick=x>]]> <script>alert(1)</script><a href=\"⟦javascript:alert(1)⟧\">one</a><a href=\"⟦//evil.example/⟧\">two</a>" +
			"<a href=\"⟦relative⟧\">three</a><img src=\"⟦data:image/svg+xml,x⟧\" alt=\"four\"><img src=\"⟦⟧\" alt=\"five &lt;\"><svg onload=x><iframe src=x></iframe>\x00\uFFFE</p>")
		for i := range inc.Sections {
			inc.Sections[i].Heading = trouble
		}
		for i := range inc.Timeline {
			inc.Timeline[i].Written = trouble
			inc.Timeline[i].Evidence = []edition.Link{{Name: trouble, URL: "javascript:alert(1)"}, {Name: trouble, URL: trouble}}
		}
		for i := range inc.Amendments {
			inc.Amendments[i].Note = trouble
		}
		for _, c := range inc.Commitments {
			c.Text = trouble
		}
	}
	return e
}

func TestHostileText(t *testing.T) {
	e := hostile()
	files := produce(t, e)
	for path, content := range files {
		if i := strings.IndexFunc(content, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF }); i >= 0 {
			t.Errorf("%s holds the character %q", path, content[i])
		}
		if strings.HasSuffix(path, ".json") {
			continue
		}
		wellFormed(t, path, content)
	}
	for _, path := range []string{"feed.xml", "atom.xml", "feed.json", "commitments/feed.xml"} {
		f := parse(t, files[path])
		if len(f.Items) != len(e.Incidents) {
			t.Errorf("%s has %d entries, want %d", path, len(f.Items), len(e.Incidents))
		}
		for _, i := range f.Items {
			if strings.ContainsAny(i.Title, "\n\r\t\u202E") || !strings.Contains(i.Title, "alert(1)") {
				t.Errorf("%s: a title is not one line of text: %q", path, i.Title)
			}
			if !regexp.MustCompile(`^urn:debrief:[A-Za-z0-9._%:-]+$`).MatchString(i.GUID) {
				t.Errorf("%s: %q is no URN", path, i.GUID)
			}
		}
	}
}

// TestContentIsSafe holds the HTML of all entries, of a harmless and of a hostile edition, to what feed readers may be given.
func TestContentIsSafe(t *testing.T) {
	for name, e := range map[string]*edition.Edition{"harmless": sample.Edition(edition.Internal), "hostile": hostile()} {
		for path, content := range produce(t, e) {
			if !strings.HasSuffix(path, "json") {
				continue
			}
			for _, i := range parse(t, content).Items {
				checkHTML(t, name+" "+path, i.Content)
			}
		}
	}
}

func checkHTML(t *testing.T, where, content string) {
	t.Helper()
	for z := html.NewTokenizer(strings.NewReader(content)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			tag := z.Token()
			switch tag.Data {
			case "script", "style", "iframe", "svg", "object", "embed", "form", "input", "link", "meta", "base":
				t.Errorf("%s: there is a <%s>", where, tag.Data)
			case "img":
				if !slices.ContainsFunc(tag.Attr, func(a html.Attribute) bool { return a.Key == "src" }) {
					t.Errorf("%s: there is an image without an address: %s", where, tag)
				}
			}
			for _, a := range tag.Attr {
				switch {
				case a.Key == "href" || a.Key == "src":
					if u, err := url.Parse(a.Val); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
						t.Errorf("%s: %q is no absolute address", where, a.Val)
					}
				case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "class", a.Key == "id":
					t.Errorf("%s: there is the attribute %s", where, a.Key)
				}
			}
		}
	}
}

func wellFormed(t *testing.T, path, content string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(content))
	d.Strict = true
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Errorf("%s is not well-formed: %v", path, err)
			return
		}
	}
}

// TestDeterministic makes the feeds of two equal editions, one of them from many goroutines at once.
func TestDeterministic(t *testing.T) {
	want := produce(t, sample.Edition(edition.External))
	files := feed.Files(sample.Edition(edition.External))
	var wg sync.WaitGroup
	for _, f := range files {
		wg.Go(func() {
			if got, err := f.Produce(); err != nil || string(got) != want[f.Path] {
				t.Errorf("%s is not the same the second time (%v)", f.Path, err)
			}
		})
	}
	wg.Wait()
}

// TestJSONFeedMembers checks what the specification requires and gofeed does not look at.
func TestJSONFeedMembers(t *testing.T) {
	for path, content := range produce(t, sample.Edition(edition.External)) {
		if !strings.HasSuffix(path, ".json") {
			continue
		}
		var f struct {
			Version string
			Items   *[]map[string]any
		}
		if err := json.Unmarshal([]byte(content), &f); err != nil {
			t.Fatal(err)
		}
		if f.Version != "https://jsonfeed.org/version/1.1" || f.Items == nil {
			t.Errorf("%s: version %q, items %v", path, f.Version, f.Items)
			continue
		}
		for _, item := range *f.Items {
			if id, _ := item["id"].(string); id == "" {
				t.Errorf("%s: an item has the id %v", path, item["id"])
			}
			if content, _ := item["content_html"].(string); content == "" {
				t.Errorf("%s: an item has no content", path)
			}
			if item["author"] != nil {
				t.Errorf("%s: author is deprecated since version 1.1", path)
			}
		}
	}
}
