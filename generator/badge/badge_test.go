package badge_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"debrief/generator/badge"
	"debrief/generator/edition"
	"debrief/generator/page"
	"debrief/generator/testkit"
	"debrief/generator/testkit/sample"
)

// drawn makes the pictures of an edition, by path.
func drawn(t *testing.T, e *edition.Edition) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, f := range badge.Files(e) {
		b, err := f.Produce()
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := files[f.Path]; twice {
			t.Errorf("%s is drawn twice", f.Path)
		}
		files[f.Path] = string(b)
	}
	return files
}

func TestGolden(t *testing.T) {
	external, internal := drawn(t, sample.Edition(edition.External)), drawn(t, sample.Edition(edition.Internal))
	for golden, got := range map[string]string{
		"external-badge.svg":             external["embed/badge.svg"],
		"external-timeline.svg":          external["embed/timeline.svg"],
		"external-boards-badge.svg":      external["embed/services/boards/badge.svg"],
		"external-payments-badge.svg":    external["embed/services/payments/badge.svg"],
		"external-payments-timeline.svg": external["embed/services/payments/timeline.svg"],
		"external-hl-2024-012.svg":       external["embed/incidents/hl-2024-012.svg"],
		"external-old-notes.svg":         external["embed/incidents/old-notes.svg"],
		"internal-badge.svg":             internal["embed/badge.svg"],
		"internal-hl-2024-012.svg":       internal["embed/incidents/hl-2024-012.svg"],
	} {
		t.Run(golden, func(t *testing.T) { testkit.Golden(t, filepath.Join("testdata", golden), []byte(got)) })
	}
}

// TestWords reads what the badges say, as somebody hears it who does not see them.
func TestWords(t *testing.T) {
	external, internal := drawn(t, sample.Edition(edition.External)), drawn(t, sample.Edition(edition.Internal))
	nothing := drawn(t, &edition.Edition{Audience: edition.External, Site: edition.Site{Title: "Reports"}})
	for _, test := range []struct{ picture, title, description string }{
		{external["embed/badge.svg"], "Harbourline Ferries: last incident 20 Aug 2024, 2 open commitments", "Harbourline incident reports."},
		{internal["embed/badge.svg"], "Harbourline Ferries: last incident 20 Aug 2024, 1 open action", "Harbourline incident reports."},
		{external["embed/services/payments/badge.svg"], "Payments: no incident recorded, no open commitments", ""},
		{external["embed/services/ticketing/badge.svg"], "Ticketing: last incident 3 Jun 2024, 2 open commitments", ""},
		{external["embed/timeline.svg"], "Harbourline Ferries: incidents", "September 2023 to August 2024, 3 incidents. The last: 20 August 2024: Departure boards are dark on two quays; 3 June 2024:"},
		{external["embed/services/payments/timeline.svg"], "Payments: incidents", "None is recorded."},
		{external["embed/incidents/hl-2024-012.svg"], "Tickets could not be bought for 42 minutes", "Critical, 3 June 2024, resolved after 42 min, Ticketing, Departure boards. Timeline of"},
		{external["embed/incidents/hl-2024-019.svg"], "Departure boards are dark on two quays", "preliminary report"},
		{external["embed/incidents/old-notes.svg"], "Notes from the old harbour", "Incident old-notes:"},
		{nothing["embed/badge.svg"], "Reports: no incident recorded, no open commitments", "Reports."},
		{nothing["embed/timeline.svg"], "Reports: incidents", "None is recorded."},
	} {
		title, description := said(t, test.picture)
		if title != test.title || !strings.Contains(description, test.description) {
			t.Errorf("it says\n%q\n%q, want\n%q\n%q", title, description, test.title, test.description)
		}
	}
	for path, picture := range external {
		if strings.Contains(picture, "Detected") || strings.Contains(picture, "Not yet detected") {
			t.Errorf("%s tells outside when somebody noticed", path)
		}
	}
}

// said is the name and the description of a picture.
func said(t *testing.T, picture string) (title, description string) {
	t.Helper()
	var svg struct {
		Title string `xml:"title"`
		Desc  string `xml:"desc"`
	}
	if err := xml.Unmarshal([]byte(picture), &svg); err != nil {
		t.Fatalf("%v in %s", err, picture)
	}
	return svg.Title, svg.Desc
}

const trouble = "a\r\nb</text><script>alert(1)</script> ]]> \"q\" 'q' & &amp; \u202Etxt.exe\u2066 \u2028 \x00\x1B[31m \xff url(https://evil.example/)"

// TestNothingRunsAndNothingLoads draws hostile names and looks at what the pictures are made of.
func TestNothingRunsAndNothingLoads(t *testing.T) {
	e := sample.Edition(edition.Internal)
	e.Site.Title, e.Site.Organization = trouble, trouble
	for _, s := range e.Severities {
		s.Name = trouble
	}
	for _, s := range e.Services {
		s.Name = trouble
	}
	for n, inc := range e.Incidents {
		inc.ID, inc.Title, inc.SummaryText = fmt.Sprint(n, trouble), trouble, trouble
	}
	allowed := map[string]bool{"svg": true, "title": true, "desc": true, "style": true, "rect": true, "circle": true, "path": true, "g": true, "text": true, "clipPath": true, "defs": true, "pattern": true}
	address := regexp.MustCompile(`(?i)url\((?:[^#]|#[^a-z])|https?:|javascript:|@import`)
	for path, picture := range drawn(t, e) {
		decoder := xml.NewDecoder(strings.NewReader(picture))
		var in []string
		for {
			token, err := decoder.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s is not XML: %v", path, err)
			}
			switch token := token.(type) {
			case xml.StartElement:
				in = append(in, token.Name.Local)
				if !allowed[token.Name.Local] {
					t.Errorf("%s has an element %s", path, token.Name.Local)
				}
				for _, a := range token.Attr {
					if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "style" || a.Name.Local == "href" || a.Name.Local != "xmlns" && address.MatchString(a.Value) {
						t.Errorf("%s has %s=%q", path, a.Name.Local, a.Value)
					}
				}
			case xml.EndElement:
				in = in[:len(in)-1]
			case xml.CharData:
				if len(in) > 0 && in[len(in)-1] == "style" && address.Match(token) {
					t.Errorf("%s has a style %q", path, token)
				}
			}
		}
	}
}

// TestNamesOfAnyLength keeps every text inside its picture.
func TestNamesOfAnyLength(t *testing.T) {
	attribute := func(picture, name string) float64 {
		var v float64
		if m := regexp.MustCompile(` ` + name + `="([0-9.]+)"`).FindStringSubmatch(picture); m != nil {
			fmt.Sscan(m[1], &v)
		}
		return v
	}
	for _, name := range []string{"A", strings.Repeat("W", 300), strings.Repeat("結帳服務", 40), strings.Repeat("i", 400), "Überweisungsdienstleistungsschnittstelle für Firmenkunden in Österreich", "e\u0301" + strings.Repeat("\u0301", 50), ""} {
		e := sample.Edition(edition.External)
		e.Services[0].Name, e.Site.Organization = name, name
		for _, inc := range e.Incidents {
			inc.Title = name
		}
		for path, picture := range drawn(t, e) {
			width := attribute(picture, "width")
			if width < 100 || width > 720 {
				t.Errorf("%s of %.20q is %v wide", path, name, width)
			}
			for _, text := range strings.Split(picture, "<text")[1:] {
				x, length := attribute(text, "x"), attribute(text, "textLength")
				if strings.Contains(text, `text-anchor="end"`) {
					x -= length
				} else if strings.Contains(text, `text-anchor="middle"`) {
					x -= length / 2
				}
				if x < 0 || x+length > width {
					t.Errorf("%s of %.20q: a text reaches from %v to %v of %v: %.120s", path, name, x, x+length, width, text)
				}
			}
		}
	}
}

// TestManyInAMonth draws more incidents than fit above a month.
func TestManyInAMonth(t *testing.T) {
	e := sample.Edition(edition.External)
	one := e.Incidents[0]
	for i := range 40 {
		next := *one
		next.ID, next.Slug = fmt.Sprint(one.ID, i), fmt.Sprint(one.Slug, i)
		next.Started = edition.Moment{Time: one.Started.Time.Add(-time.Duration(i) * time.Minute)}
		e.Incidents = append(e.Incidents, &next)
	}
	picture := drawn(t, e)["embed/timeline.svg"]
	if !strings.Contains(picture, ">+35</text>") || !strings.Contains(picture, "43 incidents") {
		t.Errorf("it does not say how many more there are: %s", picture)
	}
}

func TestDraftsAreNotDrawn(t *testing.T) {
	e := sample.Edition(edition.Internal)
	e.Incidents[0].Draft = true
	for path, picture := range drawn(t, e) {
		if strings.Contains(picture, "quays") || strings.Contains(path, "hl-2024-019") {
			t.Errorf("%s tells of a draft", path)
		}
	}
}

// TestAddresses keeps the pictures where they are embedded from.
func TestAddresses(t *testing.T) {
	for got, want := range map[string]string{
		page.BadgePath: "/embed/badge.svg", page.HistoryPath: "/embed/timeline.svg", page.ServiceBadgePath("pay"): "/embed/services/pay/badge.svg",
		page.ServiceHistoryPath("pay"): "/embed/services/pay/timeline.svg", page.PicturePath("inc-1"): "/embed/incidents/inc-1.svg",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func BenchmarkTimeline(b *testing.B) {
	files := badge.Files(sample.Edition(edition.External))
	b.ReportAllocs()
	for b.Loop() {
		for _, f := range files {
			if _, err := f.Produce(); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(files)), "µs/picture")
}
