package feed_test

import (
	"cmp"
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
	"debrief/generator/testkit/feedcheck"
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
			}
		}
	}
	if len(files) != want {
		t.Errorf("%d files are made, the page of feeds shows %d", len(files), want)
	}
}

// TestFeedsAreValid holds every feed to the rules of its specification, and the three formats of each against each other as a parser reads
// them that knows nothing of us.
func TestFeedsAreValid(t *testing.T) {
	for name, e := range map[string]*edition.Edition{
		"external": sample.Edition(edition.External), "internal": sample.Edition(edition.Internal), "hostile": hostile(), "empty": empty(),
	} {
		files := produce(t, e)
		listed := feedcheck.OPML(t, name+" feeds.opml", []byte(files["feeds.opml"]))
		for _, group := range page.FeedGroups(e) {
			for _, f := range group.Feeds {
				check := func(check func(testing.TB, string, []byte, string) *gofeed.Feed, path string) *gofeed.Feed {
					return check(t, name+" "+path, []byte(files[page.FilePath(path)]), home(e)+path[1:])
				}
				rss := check(feedcheck.RSS, f.RSS)
				for _, other := range []*gofeed.Feed{check(feedcheck.Atom, f.Atom), check(feedcheck.JSON, f.JSON)} {
					if rss == nil || other == nil {
						continue // and the reason has been told
					}
					if !slices.Equal(news(other), news(rss)) {
						t.Errorf("%s: %s says\n%q\nand rss\n%q", f.RSS, other.FeedType, news(other), news(rss))
					}
					if other.Title != rss.Title || other.Link != rss.Link || other.Language != rss.Language {
						t.Errorf("%s: %s has title %q, link %q, language %q; rss %q, %q, %q", f.RSS, other.FeedType,
							other.Title, other.Link, other.Language, rss.Title, rss.Link, rss.Language)
					}
				}
				if !slices.Contains(listed, home(e)+f.RSS[1:]) {
					t.Errorf("%s: the OPML lacks %s", name, f.RSS)
				}
			}
		}
	}
}

// home is the address that the feeds of an edition have for its site.
func home(e *edition.Edition) string { return cmp.Or(e.Site.URL, "http://localhost/") }

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
		description := i.Description
		if f.FeedType == "rss" {
			description = html.UnescapeString(description) // RSS has HTML where the others have text
		}
		out = append(out, strings.Join([]string{i.GUID, i.PublishedParsed.UTC().Format(time.RFC3339), i.Link, i.Title, description, strings.TrimSpace(i.Content)}, " | "))
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

func TestWithoutAnything(t *testing.T) {
	files := produce(t, empty())
	for path, content := range files {
		if strings.HasSuffix(path, ".opml") {
			continue
		}
		if f := parse(t, content); f.Link != "http://localhost/" && f.Link != "http://localhost/commitments/" {
			t.Errorf("%s: an archive that does not say where it is published links to %q", path, f.Link)
		}
	}
	if got := parse(t, files["atom.xml"]).Items[0].PublishedParsed.Year(); got != 1970 {
		t.Errorf("an incident without a date is from %d", got)
	}
}

// empty is an archive in which nothing is said that may be left unsaid.
func empty() *edition.Edition {
	return &edition.Edition{
		Audience: edition.External, Site: edition.Site{Title: "Incident archive", Language: "en", Location: time.UTC},
		Incidents: []*edition.Incident{{ID: "a", Slug: "a", Title: "An incident", ToDetect: -1, ToMitigate: -1, ToResolve: -1}},
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
