package page_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"debrief/generator/edition"
	"debrief/generator/page"
	"debrief/generator/testkit/sample"
)

// nodes reads a JSON-LD document into its things by type.
func nodes(t *testing.T, graph any) map[string]map[string]any {
	t.Helper()
	var doc struct {
		Context string           `json:"@context"`
		Graph   []map[string]any `json:"@graph"`
	}
	if err := json.Unmarshal([]byte(fmt.Sprint(graph)), &doc); err != nil {
		t.Fatalf("%v in %s", err, graph)
	}
	if doc.Context != "https://schema.org" {
		t.Errorf("the context is %q", doc.Context)
	}
	byType := map[string]map[string]any{}
	for _, n := range doc.Graph {
		byType[fmt.Sprint(n["@type"])] = n
	}
	return byType
}

func TestIncidentGraph(t *testing.T) {
	e := sample.Edition(edition.External)
	n := nodes(t, page.IncidentGraph(e, e.Incidents[1]))
	const at = "https://incidents.harbourline.example/incidents/hl-2024-012/"
	for member, want := range map[string]any{
		"@id": at + "#article", "url": at, "identifier": "HL-2024-012", "headline": "Tickets could not be bought for 42 minutes",
		"datePublished": "2024-06-07", "dateModified": "2024-07-01", "temporalCoverage": "2024-06-03T06:10:00Z/2024-06-03T06:52:00Z", "inLanguage": "en-GB",
		"mainEntityOfPage": map[string]any{"@id": at}, "publisher": map[string]any{"@id": "https://incidents.harbourline.example/#publisher"},
	} {
		if got := n["Article"][member]; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s is %v, want %v", member, got, want)
		}
	}
	if about := fmt.Sprint(n["Article"]["about"]); !strings.Contains(about, "Departure boards") || !strings.Contains(about, "/factors/config-change/") {
		t.Errorf("about is %s", about)
	}
	trail, _ := n["BreadcrumbList"]["itemListElement"].([]any)
	if len(trail) != 3 || trail[2].(map[string]any)["item"] != nil || trail[1].(map[string]any)["item"] != "https://incidents.harbourline.example/incidents/" {
		t.Errorf("the way from home is %v", trail)
	}
	if n["Organization"]["name"] != "Harbourline Ferries" || n["WebSite"]["name"] != "Harbourline incident reports" {
		t.Errorf("the publisher is %v, the site %v", n["Organization"], n["WebSite"])
	}
}

func TestIncidentGraphOfLittle(t *testing.T) {
	e := sample.Edition(edition.External)
	e.Site.Organization, e.Site.Logo = "", ""
	n := nodes(t, page.IncidentGraph(e, e.Incidents[3]))
	for _, member := range []string{"datePublished", "dateModified", "temporalCoverage", "about"} {
		if got, ok := n["Article"][member]; ok {
			t.Errorf("%s is %v, although nobody said so", member, got)
		}
	}
	if n["Organization"]["name"] != "Harbourline incident reports" {
		t.Errorf("an archive without an organisation is published by %v", n["Organization"]["name"])
	}
	if got := nodes(t, page.IncidentGraph(e, e.Incidents[0]))["Article"]["temporalCoverage"]; got != "2024-08-20T17:45:00Z/.." {
		t.Errorf("an incident without an end lasts %v", got)
	}
}

// TestGraphStaysInItsElement puts into a graph what would end the script element it stands in.
func TestGraphStaysInItsElement(t *testing.T) {
	e := sample.Edition(edition.External)
	const trouble = "</script><script>alert(1)</script><!-- <script> \u2028 \" ' & \x00\n"
	e.Site.Title, e.Site.Organization, e.Site.Description = trouble, trouble, trouble
	inc := e.Incidents[1]
	inc.Title, inc.SummaryText, inc.ID = trouble, trouble, trouble
	inc.Services[0].Name, inc.Factors[0].Name = trouble, trouble
	for _, graph := range []any{page.IncidentGraph(e, inc), page.SiteGraph(e)} {
		if strings.ContainsAny(fmt.Sprint(graph), "<>&\u2028\n") {
			t.Errorf("the graph can end its element: %s", graph)
		}
		nodes(t, graph)
	}
}

func TestSiteGraph(t *testing.T) {
	n := nodes(t, page.SiteGraph(sample.Edition(edition.External)))
	if n["WebSite"]["url"] != "https://incidents.harbourline.example/" || fmt.Sprint(n["WebSite"]["publisher"]) != fmt.Sprint(map[string]any{"@id": n["Organization"]["@id"]}) {
		t.Errorf("the site is %v, its publisher %v", n["WebSite"], n["Organization"])
	}
	if fmt.Sprint(n["Organization"]["logo"]) != fmt.Sprint(map[string]any{"@type": "ImageObject", "url": "https://incidents.harbourline.example/logo.png"}) {
		t.Errorf("the logo is %v", n["Organization"]["logo"])
	}
}
