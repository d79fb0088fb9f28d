package render_test

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/PuerkitoBio/goquery"

	"debrief/generator/page"
	"debrief/generator/render"
	"debrief/themes"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// eachPage runs a test on every layout of both editions.
func eachPage(t *testing.T, test func(t *testing.T, p *page.Page, doc *goquery.Document)) {
	t.Helper()
	for _, internal := range []bool{false, true} {
		theme := load(t, site(internal), render.Options{})
		for _, p := range pages(internal) {
			t.Run(fmt.Sprintf("%s/internal=%v", p.Layout, internal), func(t *testing.T) {
				test(t, p, parse(t, draw(t, theme, p)))
			})
		}
	}
}

func parse(t *testing.T, html []byte) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// wantCount fails unless a selector matches so many elements.
func wantCount(t *testing.T, doc *goquery.Document, selector string, want int) {
	t.Helper()
	if n := doc.Find(selector).Length(); n != want {
		t.Errorf("%s matches %d elements, want %d", selector, n, want)
	}
}

func TestEveryPageHasItsLandmarks(t *testing.T) {
	eachPage(t, func(t *testing.T, p *page.Page, doc *goquery.Document) {
		wantCount(t, doc, "main", 1)
		wantCount(t, doc, "h1", 1)
		wantCount(t, doc, "body > header", 1)
		wantCount(t, doc, "body > footer", 1)
		wantCount(t, doc, `html[lang="en"]`, 1)
		wantCount(t, doc, "nav:not([aria-label]):not([aria-labelledby])", 0)
		wantCount(t, doc, `nav[aria-label="Main"] a:not([href])`, 0)
		if got := doc.Find("h1").Text(); got != p.Title {
			t.Errorf("h1 is %q, want the page's title %q", got, p.Title)
		}
		if href, _ := doc.Find("a.skip").Attr("href"); doc.Find("main"+href).Length() != 1 {
			t.Errorf("the skip link leads to %q, which is not main", href)
		}
		wantCount(t, doc, "time:not([datetime])", 0)
		wantCount(t, doc, `time[datetime=""]`, 0)
		wantCount(t, doc, "img:not([alt])", 0)
		wantCount(t, doc, "svg:not([aria-hidden]):not([role=img]):not([role=group]):not(svg svg)", 0)
	})
}

// A heading one step too deep is a hole in the outline that a screen reader reads out.
func TestHeadingsSkipNoLevel(t *testing.T) {
	eachPage(t, func(t *testing.T, p *page.Page, doc *goquery.Document) {
		level := 0
		doc.Find("main h1, main h2, main h3, main h4, main h5, main h6").Each(func(_ int, h *goquery.Selection) {
			next := int(goquery.NodeName(h)[1] - '0')
			if next > level+1 {
				t.Errorf("h%d %q follows h%d", next, strings.TrimSpace(h.Text()), level)
			}
			level = next
		})
	})
}

func TestIDsAreUniqueAndFound(t *testing.T) {
	eachPage(t, func(t *testing.T, p *page.Page, doc *goquery.Document) {
		ids := map[string]bool{}
		doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
			id, _ := s.Attr("id")
			if ids[id] {
				t.Errorf("id %q stands twice", id)
			}
			ids[id] = true
		})
		for _, attribute := range []string{"for", "aria-labelledby", "popovertarget"} {
			doc.Find("[" + attribute + "]").Each(func(_ int, s *goquery.Selection) {
				if id, _ := s.Attr(attribute); !ids[id] {
					t.Errorf("%s=%q names nothing on the page", attribute, id)
				}
			})
		}
		doc.Find(`a[href^="#"]`).Each(func(_ int, s *goquery.Selection) {
			if href, _ := s.Attr("href"); !ids[href[1:]] {
				t.Errorf("%s leads nowhere", href)
			}
		})
	})
}

// The Content-Security-Policy allows neither inline scripts nor inline styles nor anything from elsewhere.
func TestStrictPolicyHolds(t *testing.T) {
	eachPage(t, func(t *testing.T, p *page.Page, doc *goquery.Document) {
		wantCount(t, doc, "style, [style]", 0)
		wantCount(t, doc, `script:not([src]):not([type="application/ld+json"])`, 0)
		doc.Find("*").Each(func(_ int, s *goquery.Selection) {
			for _, a := range s.Nodes[0].Attr {
				if strings.HasPrefix(a.Key, "on") {
					t.Errorf("<%s %s>", goquery.NodeName(s), a.Key)
				}
			}
		})
		doc.Find("[src], link[rel=stylesheet], link[rel=icon]").Each(func(_ int, s *goquery.Selection) {
			if address := s.AttrOr("src", s.AttrOr("href", "")); strings.Contains(address, "//") {
				t.Errorf("%s is asked from elsewhere", address)
			}
		})
	})
}

// Links on a page lead to the same place wherever the site stands: under a domain, in a folder of one, on a plain file server.
func TestLinksAreRelative(t *testing.T) {
	known := map[string]bool{}
	theme := load(t, site(true), render.Options{})
	for _, a := range theme.Assets() {
		known["/"+a.Path] = true
	}
	for _, internal := range []bool{true, false} {
		for _, p := range pages(internal) {
			known[p.Path] = true
		}
	}
	for _, prefix := range []string{"/feeds/", "/incidents/", "/factors/", "/services/", "/trends/", "/feeds.opml"} {
		known[prefix] = true // the made-up data names more of these than it has
	}
	eachPage(t, func(t *testing.T, p *page.Page, doc *goquery.Document) {
		const root = "https://anywhere.example/some/folder"
		here, err := url.Parse(root + p.Path)
		if err != nil {
			t.Fatal(err)
		}
		doc.Find("a[href], link[href], script[src]").Each(func(_ int, s *goquery.Selection) {
			address := s.AttrOr("href", s.AttrOr("src", ""))
			target, err := here.Parse(address)
			switch {
			case err != nil:
				t.Errorf("%q: %v", address, err)
			case p.Layout == page.LayoutNotFound:
				if !strings.HasPrefix(address, "/archive/") && !strings.Contains(address, "://") && !strings.HasPrefix(address, "#") {
					t.Errorf("the 404 page is shown at any depth, and links to %q", address)
				}
			case target.Host == here.Host:
				path, ok := strings.CutPrefix(target.Path, "/some/folder")
				folder := path[:strings.Index(path[min(1, len(path)):]+"/", "/")+1] + "/"
				if !ok || !known[path] && !known[folder] {
					t.Errorf("%q leads to %s, where nothing is", address, target)
				}
			}
		})
	})
}

func TestHead(t *testing.T) {
	theme := load(t, site(false), render.Options{})
	all := pages(false)
	incident := parse(t, draw(t, theme, all[2]))
	for selector, want := range map[string]string{
		`link[rel=canonical]`:              "https://incidents.example.com/archive/incidents/inc-2024-017/",
		`meta[property="og:url"]`:          "https://incidents.example.com/archive/incidents/inc-2024-017/",
		`meta[property="og:image"]`:        "https://incidents.example.com/archive/files/logo.svg",
		`meta[property="og:type"]`:         "article",
		`meta[name=description]`:           all[2].Description,
		`link[type="application/rss+xml"]`: "../../feeds/all.rss",
	} {
		s := incident.Find(selector).First()
		if got := s.AttrOr("href", s.AttrOr("content", "")); got != want {
			t.Errorf("%s is %q, want %q", selector, got, want)
		}
	}
	wantCount(t, incident, "link[rel=alternate]", 3)
	wantCount(t, incident, "meta[name=robots]", 0)
	if got, want := incident.Find(`script[type="application/ld+json"]`).Text(), string(all[2].Graph); got != want {
		t.Errorf("JSON-LD is %s, want %s", got, want)
	}
	service := parse(t, draw(t, theme, all[4]))
	wantCount(t, service, "link[rel=alternate]", 6) // its own feed beside that of everything
	wantCount(t, service, `script[type="application/ld+json"]`, 0)

	notFound := parse(t, draw(t, theme, all[10]))
	wantCount(t, notFound, "link[rel=canonical]", 0)
	wantCount(t, notFound, `meta[name=robots][content=noindex]`, 1)

	unknown := site(false)
	unknown.URL = ""
	nowhere := parse(t, draw(t, load(t, unknown, render.Options{}), all[2]))
	wantCount(t, nowhere, `link[rel=canonical], meta[property="og:url"], meta[property="og:image"]`, 0)
}

func TestInternalEditionSaysSo(t *testing.T) {
	for internal, want := range map[bool]int{true: 1, false: 0} {
		theme := load(t, site(internal), render.Options{})
		for _, p := range pages(internal) {
			wantCount(t, parse(t, draw(t, theme, p)), ".edition-bar", want)
		}
	}
}

func TestIncident(t *testing.T) {
	theme := load(t, site(true), render.Options{})
	p := pages(true)[2]
	inc := p.Data.(*page.Incident)
	doc := parse(t, draw(t, theme, p))

	wantCount(t, doc, "dl.facts dt", len(inc.Facts))
	wantCount(t, doc, "dl.facts .severity-1", 1)
	wantCount(t, doc, `dl.facts time[data-local]`, 2) // the two that are times, not the day of publication and not the durations
	wantCount(t, doc, "ol.timeline > li", len(inc.Timeline))
	wantCount(t, doc, "ol.timeline .milestone", 4)
	wantCount(t, doc, "ol.timeline .entry-day", 2)
	wantCount(t, doc, "ul.promises > li", len(inc.Actions)+len(inc.Commitments))
	wantCount(t, doc, ".promise del time", 4) // two dates moved, shown among the actions and among the commitments
	wantCount(t, doc, ".message-box", 1)
	wantCount(t, doc, ".amendments li", 2)
	wantCount(t, doc, ".related li", 2)
	wantCount(t, doc, ".contents a", len(inc.Contents))
	wantCount(t, doc, `nav[aria-label="Other incidents"] a`, 2)

	figure := doc.Find("figure svg.figure-drawing")
	if figure.AttrOr("role", "") != "img" || figure.AttrOr("aria-label", "") != inc.Figure.Label {
		t.Error("the drawn timeline has no description")
	}
	wantCount(t, doc, "figure .phase[x]", len(inc.Figure.Phases))
	wantCount(t, doc, "figure svg.mark-label", len(inc.Figure.Marks))
	wantCount(t, doc, "figure tbody tr", len(inc.Figure.Marks))
	if got := doc.Find("figure rect.phase-responding").First().AttrOr("x", ""); got != "17.5%" {
		t.Errorf("the second phase starts at %s, want 17.5%%", got)
	}

	// The reader gets the summary before anything that was worked out or listed.
	text := doc.Find("main").Text()
	if lead, first := strings.Index(text, "For two hours"), strings.Index(text, "41,300"); lead < 0 || lead > first {
		t.Errorf("the summary stands at %d, the first section at %d", lead, first)
	}
}

// Text before the first heading is no section: a section has a name.
func TestTextWithoutHeadingIsNoSection(t *testing.T) {
	theme := load(t, site(true), render.Options{})
	p := pages(true)[2]
	inc := p.Data.(*page.Incident)
	inc.Sections = append([]page.Section{{Name: "other", Level: 2, Body: "<p>Before all.</p>"}}, inc.Sections...)
	doc := parse(t, draw(t, theme, p))
	wantCount(t, doc, "div.section-other", 1)
	wantCount(t, doc, "section:not(:has(h2, h3))", 0)
}

// A timeline or action items without a section of their own, as front matter alone can make them, still have a place.
func TestIncidentWithoutSections(t *testing.T) {
	theme := load(t, site(true), render.Options{})
	p := pages(true)[2]
	p.Data.(*page.Incident).Sections = nil
	doc := parse(t, draw(t, theme, p))
	wantCount(t, doc, "ol.timeline", 1)
	wantCount(t, doc, ".section-actions ul.promises", 2) // two groups
}

// Two sections may both be read as timelines; the entries stand in the first only.
func TestTimelineStandsOnce(t *testing.T) {
	theme := load(t, site(true), render.Options{})
	p := pages(true)[2]
	inc := p.Data.(*page.Incident)
	inc.Sections = append(inc.Sections, page.Section{Name: "timeline", Heading: "Recovery", Anchor: "recovery", Level: 2, Body: "<p>As above.</p>"})
	wantCount(t, parse(t, draw(t, theme, p)), "ol.timeline", 1)
}

func TestOutsideHasNoPrivateBox(t *testing.T) {
	theme := load(t, site(false), render.Options{})
	doc := parse(t, draw(t, theme, pages(false)[2]))
	wantCount(t, doc, ".message-box, .record", 0)
	if !strings.Contains(doc.Find("main").Text(), "What we promised") {
		t.Error("the commitments have no place of their own")
	}
}

func TestFilterIsHiddenUntilTheScriptRuns(t *testing.T) {
	theme := load(t, site(false), render.Options{})
	doc := parse(t, draw(t, theme, pages(false)[1]))
	wantCount(t, doc, "form[data-filter].filter:not(.filter-ready)", 1)
	wantCount(t, doc, ".card", 5)
	wantCount(t, doc, `.card[data-severity="sev1"][data-services="Payments|Checkout|"]`, 1)
	wantCount(t, doc, ".year-nav a", 2) // the year without incidents has no page
}

func TestSeverityShowsInWordAndShape(t *testing.T) {
	theme := load(t, site(false), render.Options{})
	doc := parse(t, draw(t, theme, pages(false)[1]))
	shapes := map[string]bool{}
	doc.Find(".card .severity").Each(func(_ int, s *goquery.Selection) {
		shape, err := s.Find("svg").Html()
		if err != nil {
			t.Fatal(err)
		}
		shapes[shape] = true
		if strings.TrimSpace(s.Text()) == "" {
			t.Error("a severity without a word")
		}
	})
	if len(shapes) != 4 {
		t.Errorf("four severities have %d shapes", len(shapes))
	}
}

// What an author writes must not become markup, an attribute or a script.
func TestAuthorTextIsEscaped(t *testing.T) {
	const nasty = `"><script>alert(1)</script>'`
	s := site(true)
	s.Title, s.Organization = nasty, nasty
	theme := load(t, s, render.Options{})
	for _, p := range pages(true) {
		p.Title, p.Description = nasty, nasty
		switch data := p.Data.(type) {
		case *page.Incident:
			data.Title, data.Card.Title, data.Figure.Label, data.Figure.Marks[0].Name = nasty, nasty, nasty, nasty
			data.Figure.Dots[0].Text, data.Timeline[0].Name, data.Actions[0].Owner, data.Actions[0].Ticket.URL = nasty, nasty, nasty, "javascript:alert(1)"
			data.Private[2].Values[0].URL = "javascript:alert(1)"
		case *page.Home:
			data.Intro, data.Latest[0].Title, data.Latest[0].Summary, data.Latest[0].Services[0].Name = nasty, nasty, nasty, nasty
		}
		html := draw(t, theme, p)
		doc := parse(t, html)
		wantCount(t, doc, `script:not([src]):not([type="application/ld+json"])`, 0)
		wantCount(t, doc, `[href^="javascript"]`, 0)
	}
}

// The outline of every page, as its landmarks and headings: a golden file shows what a change does to the structure.
func TestOutline(t *testing.T) {
	eachPage(t, func(t *testing.T, p *page.Page, doc *goquery.Document) {
		var b strings.Builder
		doc.Find("body").Find("header, nav, main, article, section, form, aside, footer, figure, dl, ol, table, h1, h2, h3, h4").Each(func(_ int, s *goquery.Selection) {
			name := goquery.NodeName(s)
			depth := s.ParentsFiltered("header, nav, main, article, section, form, aside, footer, figure").Length()
			line := name
			switch {
			case strings.HasPrefix(name, "h") && len(name) == 2:
				line += " " + strings.Join(strings.Fields(s.Text()), " ")
			case s.AttrOr("aria-label", "") != "":
				line += " " + s.AttrOr("aria-label", "")
			case name == "dl" || name == "ol":
				line += fmt.Sprintf(" of %d", s.Children().Length())
			}
			fmt.Fprintf(&b, "%s%s\n", strings.Repeat("  ", depth), line)
		})
		golden(t, "outline", strings.NewReplacer("/", "-", "=", "-").Replace(strings.TrimPrefix(t.Name(), "TestOutline/"))+".txt", b.String())
	})
}

func golden(t *testing.T, folder, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", folder, name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (run with -update if that is meant):\n%s", file, got)
	}
}

// The budgets that make a page quick on a phone with a bad connection, in bytes as they go over the line.
func TestBudget(t *testing.T) {
	theme := load(t, site(true), render.Options{})
	page := draw(t, theme, pages(true)[2])
	html := compressed(t, page)
	sizes := map[string]int{} // of what the page asks for at once; what a script asks for later, when it is needed, does not count
	parse(t, page).Find("script[src], link[rel=stylesheet]").Each(func(_ int, s *goquery.Selection) {
		address := s.AttrOr("src", s.AttrOr("href", ""))
		for _, a := range theme.Assets() {
			if strings.HasSuffix(address, a.Path) {
				sizes[filepath.Ext(a.Path)] += compressed(t, a.Bytes)
			}
		}
	})
	if sizes[".css"] == 0 || sizes[".js"] == 0 {
		t.Fatal("the page asks for no style sheet or no script")
	}
	if css := sizes[".css"]; css > 9<<10 {
		t.Errorf("the style sheet has %d bytes compressed, more than 9 kB", css)
	}
	if js := sizes[".js"]; js > 3<<10 {
		t.Errorf("the script has %d bytes compressed, more than 3 kB", js)
	}
	if all := html + sizes[".css"] + sizes[".js"]; all > 30<<10 {
		t.Errorf("an incident page has %d bytes compressed with all it needs, more than 30 kB", all)
	}
}

func compressed(t *testing.T, content []byte) int {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

func TestAssetsAreTheSameEveryTime(t *testing.T) {
	first := load(t, site(true), render.Options{}).Assets()
	t.Chdir(t.TempDir()) // nor do they depend on where the program runs
	if second := load(t, site(true), render.Options{}).Assets(); !reflect.DeepEqual(first, second) {
		t.Error("loading the theme twice gave different assets")
	}
	named := regexp.MustCompile(`^assets/[\w/-]+-[A-Z2-7]{8}\.\w+$`)
	for _, a := range first {
		if !named.MatchString(a.Path) {
			t.Errorf("%s has no fingerprint in its name", a.Path)
		}
	}
	if !slices.IsSortedFunc(first, func(a, b render.Asset) int { return strings.Compare(a.Path, b.Path) }) {
		t.Error("the assets are not sorted")
	}
}

// overlay loads a theme folder that holds just these files.
func overlay(t *testing.T, files map[string]string) (*render.Theme, []string) {
	t.Helper()
	folder := fstest.MapFS{}
	for name, content := range files {
		folder[name] = &fstest.MapFile{Data: []byte(content)}
	}
	theme, problems, err := render.Load(site(false), render.Options{Overlay: folder, OverlayName: "theme"})
	if err != nil {
		t.Fatal(err)
	}
	var remarks []string
	for _, p := range problems {
		remarks = append(remarks, p.Error())
	}
	return theme, remarks
}

func TestOverlayReplacesFileByFile(t *testing.T) {
	theme, remarks := overlay(t, map[string]string{
		"partials/day.html":      `{{.Short}}, as we say`,
		"partials/ours.html":     `<p class="ours">{{.Data}} <img src="{{.Asset "images/sign.svg"}}" alt=""></p>`,
		"layouts/404.html":       `{{define "main"}}<h1>{{.Page.Title}}</h1>{{template "partials/ours.html" .With "Gone."}}{{end}}`,
		"assets/base/custom.css": `:root { --accent: #7a1f5c } .ours { background: url("../images/sign.svg") }`,
		"assets/images/sign.svg": `<svg xmlns="http://www.w3.org/2000/svg"/>`,
		"README.md":              "Ours.",
		".DS_Store":              "",
	})
	if len(remarks) > 0 {
		t.Fatal(remarks)
	}
	doc := parse(t, draw(t, theme, pages(false)[10]))
	if got := doc.Find(".ours").Text(); got != "Gone. " {
		t.Errorf("our partial shows %q", got)
	}
	address := doc.Find(".ours img").AttrOr("src", "")
	var css, sign string
	for _, a := range theme.Assets() {
		switch {
		case strings.HasPrefix(a.Path, "assets/main-") && strings.HasSuffix(a.Path, ".css"):
			css = string(a.Bytes)
		case strings.Contains(a.Path, "sign"):
			sign = a.Path
		}
	}
	if address != "/archive/"+sign {
		t.Errorf("the image is asked from %q, and stands at %q", address, sign)
	}
	if !strings.Contains(css, "#7a1f5c") {
		t.Error("our colour is not in the style sheet")
	}
	if want := strings.TrimPrefix(sign, "assets/"); !strings.Contains(css, "url("+want+")") && !strings.Contains(css, "url(./"+want+")") {
		t.Errorf("the style sheet does not refer to %s", want)
	}
	home := string(draw(t, theme, pages(false)[0]))
	if !strings.Contains(home, "5 Mar 2024, as we say") {
		t.Error("the replaced partial is not used by the default layouts")
	}
}

// Every mistake in a theme is found when it is loaded, at its line.
func TestOverlayProblems(t *testing.T) {
	tests := []struct {
		name, file, content, want string
	}{
		{"a template that does not parse", "partials/day.html", "{{if .Known}}\n{{.Short}}",
			`theme/partials/day.html:2: error: unexpected EOF`},
		{"a field that is not there", "partials/card.html", "<li>\n{{.Data.Titel}}</li>",
			`theme/partials/card.html:2:8: error: at <.Data.Titel>: can't evaluate field Titel in type interface {} (docs/theming.md says what each template receives)`},
		{"a function that is not there", "layouts/404.html", `{{define "main"}}{{shout .Page.Title}}{{end}}`,
			`theme/layouts/404.html:1: error: function "shout" not defined (beside the functions of Go templates there are add, sub, mul, pc and rest, and the methods of the view such as $.URL and $.With)`},
		{"a partial that is not there", "layouts/404.html", `{{define "main"}}{{template "card" .}}{{end}}`,
			`a partial is named by its path in the theme`},
		{"an asset that is not there", "layouts/404.html", `{{define "main"}}<img src="{{.Asset "logo.png"}}" alt="">{{end}}`,
			`theme/layouts/404.html:1:30: error: at <.Asset>: error calling Asset: the theme has no asset "logo.png"`},
		{"a layout that is not there", "layouts/incidnet.html", `{{define "main"}}{{end}}`,
			`theme/layouts/incidnet.html: warning: there is no layout "incidnet"`},
		{"a layout without content", "layouts/home.html", `<h1>{{.Page.Title}}</h1>`,
			`theme/layouts/home.html: error: the layout does not define "main" (put the content of the page between {{define "main"}} and {{end}})`},
		{"a partial that is no template", "partials/notes.txt", `{{`,
			`theme/partials/notes.txt: warning: a partial that is not an .html file is not used`},
		{"a file in the wrong place", "card.html", ``,
			`theme/card.html: warning: this file of the theme is not used (move it into layouts/, partials/ or assets/)`},
		{"a style sheet that does not parse", "assets/base/custom.css", "a {\n  color red }",
			`theme/assets/base/custom.css:2:8: warning: Expected ":"`},
		{"a script that does not parse", "assets/main.js", "let a = ;",
			`theme/assets/main.js:1:9: error: Unexpected ";"`},
		{"an import of what is not there", "assets/main.css", `@import "colours.css";`,
			`theme/assets/main.css:1:9: error: the theme has no file assets/colours.css`},
		{"an import that climbs out", "assets/main.css", `@import "../../../etc/passwd";`,
			`theme/assets/main.css:1:9: error: the theme has no file ../../etc/passwd`},
		{"a field of a value that is not there", "partials/day.html", `{{.Day}}`,
			`theme/partials/day.html:1:3: error: at <.Day>: can't evaluate field Day in type page.Time (docs/theming.md says what each template receives)`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			theme, remarks := overlay(t, map[string]string{test.file: test.content})
			all := strings.Join(remarks, "\n")
			if !strings.Contains(all, test.want) {
				t.Errorf("got\n%s\nwant\n%s", all, test.want)
			}
			if isError := strings.Contains(all, ": error: "); isError != (theme == nil) {
				t.Errorf("errors: %v, theme: %v", isError, theme != nil)
			}
		})
	}
}

func TestUnknownLayout(t *testing.T) {
	theme := load(t, site(false), render.Options{})
	err := theme.Page(&bytes.Buffer{}, &page.Page{Path: "/x/", Layout: "nonsense"})
	if err == nil || !strings.Contains(err.Error(), `page /x/: the theme has no layout "nonsense"`) {
		t.Error(err)
	}
}

// docs/theming.md names every template and every custom property there is.
func TestThemingIsDocumented(t *testing.T) {
	doc, err := os.ReadFile("../../docs/theming.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"layouts", "partials"} {
		err := fs.WalkDir(themes.Default, folder, func(name string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() && !strings.Contains(string(doc), strings.TrimPrefix(name, folder+"/")+"`") {
				t.Errorf("docs/theming.md does not name %s", name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	css, err := fs.ReadFile(themes.Default, "assets/base/intents.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^  (--[a-z]+(?:-[a-z]+)*)\b`).FindAllStringSubmatch(string(css), -1) {
		if base := strings.TrimSuffix(m[1], "-surface"); !strings.Contains(string(doc), "`"+base) {
			t.Errorf("docs/theming.md does not name %s", m[1])
		}
	}
}

// Outside, the promises stand under the heading that announces them.
func TestCommitmentsStandInTheirSection(t *testing.T) {
	theme := load(t, site(false), render.Options{})
	p := pages(false)[2]
	inc := p.Data.(*page.Incident)
	inc.Sections = append(inc.Sections, page.Section{Name: "doing", Heading: "What we are doing about this", Anchor: "doing", Level: 2})
	doc := parse(t, draw(t, theme, p))
	wantCount(t, doc, ".section-doing .promise", len(inc.Commitments))
	wantCount(t, doc, ".promise", len(inc.Commitments))
}
