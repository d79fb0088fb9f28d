package machine_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode"

	"debrief/generator/edition"
	"debrief/generator/machine"
	"debrief/generator/page"
	"debrief/generator/testkit"
	"debrief/generator/testkit/netlify"
	"debrief/generator/testkit/sample"
	"debrief/generator/trend"
)

// produce makes the files for programs of an edition, by path.
func produce(t *testing.T, e *edition.Edition) map[string]string {
	t.Helper()
	files := map[string]string{}
	trends := trend.New(e, trend.Options{})
	for _, f := range machine.Files(e, trends, page.New(e, trends)) {
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
		"external-sitemap.xml":       external["sitemap.xml"],
		"external-robots.txt":        external["robots.txt"],
		"external-llms.txt":          external["llms.txt"],
		"external-headers.txt":       external["_headers"],
		"external-redirects.txt":     external["_redirects"],
		"external-moved.html":        external["2024/06/tickets/index.html"],
		"external-incidents.json":    external["api/incidents.json"],
		"external-hl-2024-012.json":  external["api/incidents/hl-2024-012.json"],
		"external-v2-incidents.json": external["api/v2/incidents.json"],
		"external-trends.json":       external["api/trends.json"],
		"internal-robots.txt":        internal["robots.txt"],
		"internal-headers.txt":       internal["_headers"],
		"internal-hl-2024-012.json":  internal["api/incidents/hl-2024-012.json"],
	} {
		t.Run(golden, func(t *testing.T) {
			if strings.HasSuffix(golden, ".json") {
				got = indented(t, got)
			}
			testkit.Golden(t, filepath.Join("testdata", golden), []byte(got))
		})
	}
}

// indented is JSON as people read it.
func indented(t *testing.T, content string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(content), "", "  "); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFiles(t *testing.T) {
	api := []string{"api/incidents.json", "api/incidents/hl-2023-007.json", "api/incidents/hl-2024-012.json", "api/incidents/hl-2024-019.json",
		"api/incidents/old-notes.json", "api/openapi.json", "api/schema/export.json", "api/schema/incident.json", "api/schema/incidents.json",
		"api/schema/statuspage.json", "api/schema/trends.json", "api/trends.json", "api/v2/incidents.json"}
	moved := []string{"2024/06/tickets/index.html", "old/tickets/index.html", "postmortems/hl-12.html"}
	common := slices.Concat([]string{"_headers", "_redirects", "llms.txt", "robots.txt"}, api, moved)
	for _, test := range []struct {
		name string
		e    func() *edition.Edition
		want []string
	}{
		{"external", func() *edition.Edition { return sample.Edition(edition.External) }, append(slices.Clone(common), "sitemap.xml")},
		{"internal: no site map", func() *edition.Edition { return sample.Edition(edition.Internal) }, append(slices.Clone(common), "calendar.ics")},
		{"a site that does not know its address: no site map", func() *edition.Edition {
			e := sample.Edition(edition.External)
			e.Site.URL = ""
			return e
		}, common},
		{"a preview: drafts are nobody's business", func() *edition.Edition {
			e := sample.Edition(edition.Internal)
			e.Incidents[3].Draft = true
			return e
		}, slices.DeleteFunc(append(slices.Clone(common), "calendar.ics"), func(s string) bool { return s == "api/incidents/old-notes.json" })},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for path, content := range produce(t, test.e()) {
				got = append(got, path)
				if strings.Contains(test.name, "preview") && strings.Contains(content, "old harbour") {
					t.Errorf("%s tells of a draft", path)
				}
			}
			slices.Sort(got)
			slices.Sort(test.want)
			if !slices.Equal(got, test.want) {
				t.Errorf("the files are\n%q, want\n%q", got, test.want)
			}
		})
	}
}

// TestSiteMap holds the site map against the plan: every page that may be found, once, and no other.
func TestSiteMap(t *testing.T) {
	e := sample.Edition(edition.External)
	var set struct {
		XMLName xml.Name
		URLs    []struct {
			Loc     string `xml:"loc"`
			Lastmod string `xml:"lastmod"`
		} `xml:"url"`
	}
	if err := xml.Unmarshal([]byte(produce(t, e)["sitemap.xml"]), &set); err != nil {
		t.Fatal(err)
	}
	if set.XMLName != (xml.Name{Space: "http://www.sitemaps.org/schemas/sitemap/0.9", Local: "urlset"}) {
		t.Errorf("the root is %v", set.XMLName)
	}
	modified := map[string]string{}
	for _, u := range set.URLs {
		if _, twice := modified[u.Loc]; twice {
			t.Errorf("%s stands there twice", u.Loc)
		}
		modified[u.Loc] = u.Lastmod
	}
	for _, p := range page.New(e, trend.New(e, trend.Options{})).Pages {
		if _, listed := modified["https://incidents.harbourline.example"+p.Path]; listed == p.NoIndex {
			t.Errorf("%s: listed %v, although its being left out is %v", p.Path, listed, p.NoIndex)
		}
	}
	for address, want := range map[string]string{
		"https://incidents.harbourline.example/incidents/hl-2024-012/": "2024-07-01", // its newest amendment
		"https://incidents.harbourline.example/incidents/hl-2024-019/": "2024-08-20", // its publication
		"https://incidents.harbourline.example/incidents/old-notes/":   "",           // nobody knows
	} {
		if modified[address] != want {
			t.Errorf("%s was modified on %q, want %q", address, modified[address], want)
		}
	}
}

// trouble is text that means something to every format it might stand in.
const trouble = "a\r\nX-Evil: 1\n</script><script>alert(1)</script> ]]> \"q\" 'q' & &amp; [x](javascript:1) `c` *b* \u202Etxt.exe\u2066 \u2028 \x00\x1B[31m {{.}}"

func hostile() *edition.Edition {
	e := sample.Edition(edition.External)
	e.Site.Title, e.Site.Organization, e.Site.Description, e.Site.Language = trouble, trouble, trouble, trouble
	for _, s := range e.Severities {
		s.ID, s.Name = trouble, trouble
	}
	for _, s := range e.Services {
		s.ID, s.Name, s.Description = trouble, trouble, trouble
	}
	for _, f := range e.Factors {
		f.ID, f.Name, f.Description = trouble, trouble, trouble
	}
	for n, inc := range e.Incidents {
		inc.ID, inc.Title, inc.SummaryText = fmt.Sprint(n, trouble), trouble, trouble
		for i := range inc.Sections {
			inc.Sections[i].Heading, inc.Sections[i].Anchor = trouble, trouble
		}
		for i := range inc.Timeline {
			inc.Timeline[i].Text, inc.Timeline[i].Written = trouble, trouble
		}
		for _, c := range inc.Commitments {
			c.Text = trouble
		}
	}
	for _, p := range e.Pages {
		p.Title = trouble
	}
	return e
}

func TestHostileText(t *testing.T) {
	e := hostile()
	harmless := produce(t, sample.Edition(edition.External))
	for path, content := range produce(t, e) {
		switch {
		case strings.HasSuffix(path, ".json"):
			if !json.Valid([]byte(content)) {
				t.Errorf("%s is no JSON", path)
			}
			if strings.ContainsAny(content, "<>&\u2028") {
				t.Errorf("%s could be taken for HTML or a script", path)
			}
		case path == "_headers", path == "_redirects", path == "robots.txt", path == "sitemap.xml":
			if content != harmless[path] {
				t.Errorf("%s depends on what people write:\n%s", path, content)
			}
		case path == "llms.txt":
			if strings.ContainsFunc(content, func(r rune) bool { return r != '\n' && !unicode.IsGraphic(r) }) {
				t.Errorf("llms.txt holds characters that nobody sees")
			}
			for _, line := range strings.Split(content, "\n") {
				if line != "" && !regexp.MustCompile(`^(# |> |## |- \[|\d+ incident reports)`).MatchString(line) {
					t.Errorf("llms.txt has a line that somebody's text made: %q", line)
				}
			}
			if regexp.MustCompile(`(^|[^\\])\]\(javascript`).MatchString(content) || strings.Contains(strings.ReplaceAll(content, `\<`, ""), "<script") {
				t.Errorf("text became markup in llms.txt:\n%s", content)
			}
		case strings.HasSuffix(path, ".html"):
			if strings.Contains(content, "<script") || strings.Contains(content, "\"q\"") || strings.Count(content, "<h1>") != 1 {
				t.Errorf("text became markup in %s:\n%s", path, content)
			}
		}
	}
}

func TestHostileAliases(t *testing.T) {
	bad := []string{
		"", "/", "//", "//evil.example/", "/\\evil.example", "https://evil.example/", "relative/path", "/../etc/passwd", "/a/../../b", "/a/./b",
		"/%2e%2e/%2e%2e/etc/passwd", "/%2E%2E/x", "/a%2f..%2fb/../c", "/a//b", "/*", "/old/*", "/old/:splat", "/:year/:slug", "/old/:splat/x", "/a b",
		"/a\tb", "/a\nb /evil 200", "/a%0a/evil", "/a%20b", "/a\u00a0b", "/a\u202Eb", "/a\x00b", "/a%00b", "/a?b=1", "/a#b", "/a%zz", "/a%", "/a%25",
		"/\xff", "/_headers", "/_redirects", "/.netlify/functions/x", "/.well-known/security.txt", "/a/.git/config", "/assets/app.js", "/ASSETS/app.js",
		"/api/incidents.json", "/api/x", "/a<b>", "/a\"b", "/a|b", "/trailing.", "/" + strings.Repeat("x", 300), "/" + strings.Repeat("x/", 300),
		// what the site itself has
		"/index.html", "/INDEX.html", "/incidents/", "/incidents", "/incidents/index.html", "/incidents/hl-2023-007", "/Incidents/HL-2023-007/", "/about",
		"/about/", "/about/index.html", "/404.html", "/feed.xml", "/feed.xml/x", "/services/ticketing/feed.json", "/incidents/hl-2024-012/queue.png",
		"/incidents/hl-2024-012/queue.png/old", "/logo.png",
	}
	e := sample.Edition(edition.External)
	for _, inc := range e.Incidents {
		inc.Aliases = nil
	}
	want := produce(t, e)
	for _, alias := range bad {
		e.Incidents[0].Aliases = []string{alias}
		got := produce(t, e)
		for path := range got {
			if _, ok := want[path]; !ok {
				t.Errorf("the alias %q makes the file %q", alias, path)
			}
		}
		if got["_redirects"] != want["_redirects"] {
			t.Errorf("the alias %q makes a redirect:\n%s", alias, got["_redirects"])
		}
	}
}

func TestAliases(t *testing.T) {
	for _, test := range []struct{ alias, rule, file string }{
		{"/2024/06/tickets/", "/2024/06/tickets/ /incidents/hl-2024-019/ 301!", "2024/06/tickets/index.html"},
		{"/old/tickets", "/old/tickets /incidents/hl-2024-019/ 301!", "old/tickets/index.html"},
		{"/pm/12.html", "/pm/12.html /incidents/hl-2024-019/ 301!", "pm/12.html"},
		{"/pm/report.php", "/pm/report.php /incidents/hl-2024-019/ 301", ""},
		{"/störung/2024", "/st%C3%B6rung/2024 /incidents/hl-2024-019/ 301!", "störung/2024/index.html"},
		{"/st%C3%B6rung/2024", "/st%C3%B6rung/2024 /incidents/hl-2024-019/ 301!", "störung/2024/index.html"},
		{"/incidents/its-old-id/", "/incidents/its-old-id/ /incidents/hl-2024-019/ 301!", "incidents/its-old-id/index.html"},
		{"/feed", "/feed /incidents/hl-2024-019/ 301!", "feed/index.html"},
	} {
		e := sample.Edition(edition.External)
		for _, inc := range e.Incidents {
			inc.Aliases = nil
		}
		e.Incidents[0].Aliases = []string{test.alias, test.alias}
		e.Incidents[1].Aliases = []string{test.alias} // the newer incident has it
		files := produce(t, e)
		var rules []string
		for _, line := range strings.Split(files["_redirects"], "\n") {
			if strings.Contains(line, "/incidents/hl-") {
				rules = append(rules, line)
			}
		}
		if !slices.Equal(rules, []string{test.rule}) {
			t.Errorf("%s: the rules are %q, want %q", test.alias, rules, test.rule)
		}
		if _, ok := files[test.file]; test.file != "" && !ok {
			t.Errorf("%s: there is no page %s", test.alias, test.file)
		}
		if test.alias == "/feed" && strings.Contains(files["_redirects"], "/feed /feed.xml") {
			t.Errorf("an alias loses to a guess:\n%s", files["_redirects"])
		}
	}
}

// netlifyPattern and cloudflarePattern match a rule's path as the two hosts do. Netlify: https://github.com/netlify/build, headers-parser, for_regexp.
// Cloudflare: https://github.com/cloudflare/workers-sdk, pages-shared, rulesEngine.
func netlifyPattern(rule string) *regexp.Regexp {
	var parts []string
	for _, part := range strings.Split(rule, "/") {
		switch {
		case part == "":
			continue
		case part[0] == ':':
			part = "([^/]+)"
		case part == "*":
			part = "?(.*)"
		default:
			part = regexp.QuoteMeta(part)
		}
		parts = append(parts, part)
	}
	return regexp.MustCompile("(?i)^/" + strings.Join(parts, "/") + "/?$")
}

func cloudflarePattern(rule string) *regexp.Regexp {
	rule = strings.ReplaceAll(regexp.QuoteMeta(rule), `\*`, "(.*)")
	return regexp.MustCompile("^" + regexp.MustCompile(`:[A-Za-z]\w*`).ReplaceAllString(rule, "([^/]+)") + "$")
}

// answer returns the headers that a host sends for an address. Netlify lets a later rule win, Cloudflare joins what several rules say.
func answer(file, address string, match func(string) *regexp.Regexp, join bool) map[string]string {
	out := map[string]string{}
	matches := false
	for _, line := range strings.Split(file, "\n") {
		switch {
		case line == "":
		case line[0] == '/':
			matches = match(line).MatchString(address)
		case matches:
			name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			if out[name] != "" && join {
				value = out[name] + ", " + value
			}
			out[name] = value
		}
	}
	return out
}

func TestHeaders(t *testing.T) {
	const (
		revalidated = "public, max-age=0, must-revalidate"
		polled      = "public, max-age=300, must-revalidate"
		immutable   = "public, max-age=31536000, immutable"
	)
	e := sample.Edition(edition.External)
	e.Pages = append(e.Pages, &edition.FreePage{Slug: "assets-policy", Title: "Assets"}, &edition.FreePage{Slug: "störung", Title: "Störung"})
	external, internal := produce(t, e)["_headers"], produce(t, sample.Edition(edition.Internal))["_headers"]
	for _, test := range []struct{ address, caching, mediaType, origin string }{
		{"/", revalidated, "", ""},
		{"/incidents/", revalidated, "", ""},
		{"/incidents/hl-2024-012/", revalidated, "", ""},
		{"/incidents/hl-2024-012/queue.png", revalidated, "", ""},
		{"/services/ticketing/", revalidated, "", ""},
		{"/about/", revalidated, "", ""},
		{"/assets-policy/", revalidated, "", ""},
		{"/assets/theme.3f2a.css", immutable, "", ""},
		{"/assets/fonts/a.woff2", immutable, "", ""},
		{"/feed.xml", polled, "application/rss+xml; charset=utf-8", "*"},
		{"/atom.xml", polled, "application/atom+xml; charset=utf-8", "*"},
		{"/feed.json", polled, "application/feed+json; charset=utf-8", "*"},
		{"/feeds.opml", polled, "text/x-opml; charset=utf-8", "*"},
		{"/commitments/feed.xml", revalidated, "application/rss+xml; charset=utf-8", "*"},
		{"/services/ticketing/feed.xml", revalidated, "application/rss+xml; charset=utf-8", "*"},
		{"/factors/capacity/atom.xml", revalidated, "application/atom+xml; charset=utf-8", "*"},
		{"/severities/sev1/feed.json", revalidated, "application/feed+json; charset=utf-8", "*"},
		{"/api/incidents.json", polled, "", "*"},
		{"/api/v2/incidents.json", polled, "", "*"},
	} {
		for host, got := range map[string]map[string]string{
			"Netlify": answer(external, test.address, netlifyPattern, false), "Cloudflare": answer(external, test.address, cloudflarePattern, true),
		} {
			if got["Cache-Control"] != test.caching || got["Content-Type"] != test.mediaType || got["Access-Control-Allow-Origin"] != test.origin {
				t.Errorf("%s answers %s with Cache-Control %q, Content-Type %q, origin %q", host, test.address,
					got["Cache-Control"], got["Content-Type"], got["Access-Control-Allow-Origin"])
			}
			csp := got["Content-Security-Policy"]
			if !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") ||
				got["X-Content-Type-Options"] != "nosniff" || got["X-Robots-Tag"] != "" || got["Strict-Transport-Security"] == "" {
				t.Errorf("%s answers %s with %q", host, test.address, got)
			}
		}
		if got := answer(internal, test.address, netlifyPattern, false); got["X-Robots-Tag"] != "noindex, nofollow" || got["Access-Control-Allow-Origin"] != "" {
			t.Errorf("inside, %s has X-Robots-Tag %q and is open to origin %q", test.address, got["X-Robots-Tag"], got["Access-Control-Allow-Origin"])
		}
	}
	if strings.Contains(external, "rung") {
		t.Error("a name that hosts may spell in another way is in _headers")
	}
	for n := range 500 {
		e.Pages = append(e.Pages, &edition.FreePage{Slug: fmt.Sprintf("page-%d", n)})
	}
	if rules := strings.Count("\n"+produce(t, e)["_headers"], "\n/"); rules > 100 {
		t.Errorf("_headers has %d rules; Cloudflare reads 100", rules)
	}
}

// TestOnAHost publishes the files with a stand-in for Netlify that refuses every rule it does not know, and asks for what people ask for.
func TestOnAHost(t *testing.T) {
	for _, audience := range []edition.Audience{edition.External, edition.Internal} {
		e := sample.Edition(audience)
		site := fstest.MapFS{"404.html": {}, "assets/theme.3f2a.css": {}, "feed.xml": {}, "atom.xml": {}, "feed.json": {}, "services/ticketing/feed.xml": {}, "feeds.opml": {}}
		for _, p := range page.New(e, trend.New(e, trend.Options{})).Pages {
			site[page.FilePath(p.Path)] = &fstest.MapFile{}
		}
		for path, content := range produce(t, e) {
			site[path] = &fstest.MapFile{Data: []byte(content)}
		}
		host, err := netlify.New(site)
		if err != nil {
			t.Fatalf("%s: %v", audience, err)
		}
		for _, test := range []struct {
			address  string
			status   int
			location string
		}{
			{"/", 200, ""},
			{"/assets/theme.3f2a.css", 200, ""},
			{"/api/incidents/hl-2024-012.json", 200, ""},
			{"/services/ticketing/feed.xml", 200, ""},
			{"/2024/06/tickets/", 301, "/incidents/hl-2024-012/"},
			{"/old/tickets", 301, "/incidents/hl-2024-012/"},
			{"/postmortems/hl-12.html", 301, "/incidents/hl-2024-012/"},
			{"/rss", 301, "/feed.xml"},
			{"/atom", 301, "/atom.xml"},
			{"/nothing/here/", 404, ""},
		} {
			response := httptest.NewRecorder()
			host.ServeHTTP(response, httptest.NewRequest("GET", test.address, nil))
			if got := response.Result(); got.StatusCode != test.status || got.Header.Get("Location") != test.location {
				t.Errorf("%s: %s answers %d to %q, want %d to %q", audience, test.address, got.StatusCode, got.Header.Get("Location"), test.status, test.location)
			}
		}
	}
}

// TestStatuspageShape decodes the copy as a strict client of Statuspage would and checks what such clients rely on.
func TestStatuspageShape(t *testing.T) {
	e := sample.Edition(edition.External)
	var got struct {
		Page struct {
			ID        string    `json:"id"`
			Name      string    `json:"name"`
			URL       string    `json:"url"`
			TimeZone  string    `json:"time_zone"`
			UpdatedAt time.Time `json:"updated_at"`
		} `json:"page"`
		Incidents []struct {
			ID           string     `json:"id"`
			Name         string     `json:"name"`
			Status       string     `json:"status"`
			CreatedAt    time.Time  `json:"created_at"`
			UpdatedAt    time.Time  `json:"updated_at"`
			MonitoringAt *time.Time `json:"monitoring_at"`
			ResolvedAt   *time.Time `json:"resolved_at"`
			Impact       string     `json:"impact"`
			Shortlink    string     `json:"shortlink"`
			StartedAt    time.Time  `json:"started_at"`
			PageID       string     `json:"page_id"`
			Updates      []struct {
				ID         string    `json:"id"`
				Status     string    `json:"status"`
				Body       string    `json:"body"`
				IncidentID string    `json:"incident_id"`
				CreatedAt  time.Time `json:"created_at"`
				UpdatedAt  time.Time `json:"updated_at"`
				DisplayAt  time.Time `json:"display_at"`
				Affected   []struct {
					Code      string `json:"code"`
					Name      string `json:"name"`
					OldStatus string `json:"old_status"`
					NewStatus string `json:"new_status"`
				} `json:"affected_components"`
				Deliver bool    `json:"deliver_notifications"`
				Custom  *string `json:"custom_tweet"`
				Tweet   *string `json:"tweet_id"`
			} `json:"incident_updates"`
			Components []struct {
				ID          string  `json:"id"`
				Name        string  `json:"name"`
				Status      string  `json:"status"`
				CreatedAt   string  `json:"created_at"`
				UpdatedAt   string  `json:"updated_at"`
				Position    int     `json:"position"`
				Description *string `json:"description"`
				Showcase    bool    `json:"showcase"`
				StartDate   *string `json:"start_date"`
				GroupID     *string `json:"group_id"`
				PageID      string  `json:"page_id"`
				Group       bool    `json:"group"`
				Degraded    bool    `json:"only_show_if_degraded"`
			} `json:"components"`
			Reminders *string `json:"reminder_intervals"`
		} `json:"incidents"`
	}
	d := json.NewDecoder(strings.NewReader(produce(t, e)["api/v2/incidents.json"]))
	d.DisallowUnknownFields()
	if err := d.Decode(&got); err != nil {
		t.Fatal(err)
	}
	if len(got.Incidents) != 4 || got.Page.ID == "" || got.Page.Name != "Harbourline Ferries" || got.Page.URL != "https://incidents.harbourline.example" {
		t.Fatalf("the page is %+v with %d incidents", got.Page, len(got.Incidents))
	}
	ids := map[string]bool{}
	for _, inc := range got.Incidents {
		if inc.PageID != got.Page.ID || len(inc.Updates) == 0 || ids[inc.ID] {
			t.Errorf("%s: page %q, %d updates, id %q", inc.Name, inc.PageID, len(inc.Updates), inc.ID)
		}
		ids[inc.ID] = true
		if inc.Updates[0].Status != inc.Status {
			t.Errorf("%s has the status %s, its newest update %s", inc.Name, inc.Status, inc.Updates[0].Status)
		}
		// Only the preliminary report that tells no end may look like something that goes on.
		if over := inc.Status == "postmortem" || inc.Status == "resolved"; over == (inc.Name == "Departure boards are dark on two quays") {
			t.Errorf("%s has the status %q", inc.Name, inc.Status)
		}
		for _, c := range inc.Components {
			if up := c.Status == "operational"; up == (inc.Name == "Departure boards are dark on two quays") {
				t.Errorf("%s: %s is %s", inc.Name, c.Name, c.Status)
			}
		}
		for i, u := range inc.Updates {
			if u.IncidentID != inc.ID || ids[u.ID] || u.Body == "" {
				t.Errorf("%s: update %+v", inc.Name, u)
			}
			ids[u.ID] = true
			if i > 0 && u.DisplayAt.After(inc.Updates[i-1].DisplayAt) {
				t.Errorf("%s: the newest update is not first", inc.Name)
			}
			if u.Status == "postmortem" && i != 0 {
				t.Errorf("%s: something comes after the postmortem", inc.Name)
			}
		}
		last := inc.Updates[len(inc.Updates)-1]
		for _, a := range last.Affected {
			if a.OldStatus != "operational" {
				t.Errorf("%s: before it began %s was %s", inc.Name, a.Name, a.OldStatus)
			}
		}
	}
	tickets := got.Incidents[1]
	var states []string
	for _, u := range tickets.Updates {
		states = append(states, u.Status)
	}
	if want := []string{"postmortem", "resolved", "monitoring", "investigating", "investigating", "investigating"}; !slices.Equal(states, want) {
		t.Errorf("the updates are %q, want %q", states, want)
	}
	if tickets.Impact != "critical" || tickets.ResolvedAt == nil || !tickets.ResolvedAt.Equal(time.Date(2024, 6, 3, 6, 52, 0, 0, time.UTC)) {
		t.Errorf("impact %s, resolved at %v", tickets.Impact, tickets.ResolvedAt)
	}
	if body := tickets.Updates[0].Body; strings.Contains(body, `href="/`) || strings.Contains(body, `src="/`) || !strings.Contains(body, "Check limits before") {
		t.Errorf("the postmortem's text is not for reading elsewhere:\n%s", body)
	}
}

func TestImpactByRank(t *testing.T) {
	e := sample.Edition(edition.External)
	for rank, want := range map[int]string{1: "critical", 2: "major", 3: "minor", 4: "none", 9: "none"} {
		e.Incidents[1].Severity = &edition.Severity{ID: "x", Name: "x", Rank: rank}
		if !strings.Contains(produce(t, e)["api/v2/incidents.json"], `"impact":"`+want+`"`) {
			t.Errorf("rank %d is not %s", rank, want)
		}
	}
}

// TestListAndDetailAgree holds each incident's own file against the list.
func TestListAndDetailAgree(t *testing.T) {
	for _, audience := range []edition.Audience{edition.External, edition.Internal} {
		e := sample.Edition(audience)
		files := produce(t, e)
		var list struct {
			Total     int
			Incidents []map[string]any
		}
		decode(t, files["api/incidents.json"], &list)
		if list.Total != len(e.Incidents) || len(list.Incidents) != len(e.Incidents) {
			t.Fatalf("the list has %d incidents and says %d, want %d", len(list.Incidents), list.Total, len(e.Incidents))
		}
		for _, brief := range list.Incidents {
			var whole map[string]any
			path := strings.TrimPrefix(brief["api_url"].(string), e.Site.URL)
			decode(t, files[path], &whole)
			for member, value := range brief {
				if fmt.Sprint(whole[member]) != fmt.Sprint(value) {
					t.Errorf("%s: the list says %s is %v, the file %v", path, member, value, whole[member])
				}
			}
			if _, has := brief["internal"]; has != (audience == edition.Internal) {
				t.Errorf("%s: the %s edition has internal members: %v", path, audience, has)
			}
			for _, member := range []string{"sections", "timeline", "commitments", "actions", "amendments", "related"} {
				if _, ok := whole[member].([]any); !ok {
					t.Errorf("%s: %s is %v, no list", path, member, whole[member])
				}
			}
		}
	}
}

func decode(t *testing.T, content string, to any) {
	t.Helper()
	if err := json.NewDecoder(strings.NewReader(content)).Decode(to); err != nil && err != io.EOF {
		t.Fatalf("%v in\n%s", err, content)
	}
}

func TestEmptyEdition(t *testing.T) {
	e := &edition.Edition{Audience: edition.External, Site: edition.Site{Title: "Incident archive", Language: "en", Location: time.UTC}}
	files := produce(t, e)
	if got := files["api/incidents.json"]; !strings.Contains(got, `"incidents":[]`) || !strings.Contains(got, `"updated":null`) {
		t.Errorf("an archive without incidents says\n%s", got)
	}
	if got := files["robots.txt"]; strings.Contains(got, "Sitemap") {
		t.Errorf("robots.txt names a site map that is not there:\n%s", got)
	}
}

// TestWithdrawn asks for pages that were withdrawn, on a host that reads _redirects and on one that does not.
func TestWithdrawn(t *testing.T) {
	e := sample.Edition(edition.External)
	e.Site.Gone = []string{"/incidents/hl-2020-001/", "/incidents/hl-2024-012/", "/old/report.html", "/störung/", "/../x", "/assets/x.css"}
	files := produce(t, e)
	site := fstest.MapFS{"404.html": {Data: []byte("nothing here")}, "incidents/hl-2024-012/index.html": {Data: []byte("tickets")}}
	for name, content := range files {
		site[name] = &fstest.MapFile{Data: []byte(content)}
	}
	host, err := netlify.New(site)
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]struct {
		status int
		text   string
	}{
		"/incidents/hl-2020-001/":          {410, "has been withdrawn"},
		"/incidents/hl-2020-001/queue.png": {410, "has been withdrawn"},
		"/old/report.html":                 {410, "has been withdrawn"},
		"/st%C3%B6rung/":                   {410, "has been withdrawn"},
		"/incidents/hl-2024-012/":          {200, "tickets"}, // it is there
		"/assets/x.css":                    {404, "nothing here"},
	} {
		response := httptest.NewRecorder()
		host.ServeHTTP(response, httptest.NewRequest("GET", address, nil))
		if response.Code != want.status || !strings.Contains(response.Body.String(), want.text) {
			t.Errorf("%s answers %d, %q", address, response.Code, response.Body)
		}
	}
	if page := files["incidents/hl-2020-001/index.html"]; !strings.Contains(page, "has been withdrawn") || !strings.Contains(page, `content="noindex"`) {
		t.Errorf("a host without _redirects shows %q", page)
	}
}
