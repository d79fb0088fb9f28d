package page

import (
	"encoding/json"
	"html/template"
	"time"

	"debrief/generator/edition"
)

// The JSON-LD of a page says to search engines what the page already says to people, in the words of schema.org. An incident's page is an
// Article, the type that search engines document, rather than one of its rarer kinds. The incident itself is not called an Event: that type
// asks for a place and tickets.

// graph is a JSON-LD document of several things that refer to each other by their @id.
type graph struct {
	Context string `json:"@context"`
	Graph   []any  `json:"@graph"`
}

type reference struct {
	ID string `json:"@id"`
}

type organizationNode struct {
	Type string     `json:"@type"`
	ID   string     `json:"@id"`
	Name string     `json:"name"`
	URL  string     `json:"url"`
	Logo *imageNode `json:"logo,omitempty"`
}

type imageNode struct {
	Type string `json:"@type"`
	URL  string `json:"url"`
}

type websiteNode struct {
	Type        string    `json:"@type"`
	ID          string    `json:"@id"`
	URL         string    `json:"url"`
	Name        string    `json:"name"`
	Description string    `json:"description,omitempty"`
	Language    string    `json:"inLanguage,omitempty"`
	Publisher   reference `json:"publisher"`
}

type articleNode struct {
	Type        string    `json:"@type"`
	ID          string    `json:"@id"`
	URL         string    `json:"url"`
	MainEntity  reference `json:"mainEntityOfPage"`
	Identifier  string    `json:"identifier"`
	Headline    string    `json:"headline"`
	Description string    `json:"description,omitempty"`
	Published   string    `json:"datePublished,omitempty"`
	Modified    string    `json:"dateModified,omitempty"`
	// Coverage is the time the incident lasted, as an ISO 8601 interval.
	Coverage  string    `json:"temporalCoverage,omitempty"`
	Language  string    `json:"inLanguage,omitempty"`
	Section   string    `json:"articleSection"`
	About     []topic   `json:"about,omitempty"`
	Author    reference `json:"author"`
	Publisher reference `json:"publisher"`
	PartOf    reference `json:"isPartOf"`
}

// topic is a service or a factor an incident is about.
type topic struct {
	Type string `json:"@type"`
	Name string `json:"name"`
	URL  string `json:"url"`
}

type breadcrumbsNode struct {
	Type  string  `json:"@type"`
	Items []crumb `json:"itemListElement"`
}

type crumb struct {
	Type     string `json:"@type"`
	Position int    `json:"position"`
	Name     string `json:"name"`
	// Item is the address; the last crumb is the page itself and needs none.
	Item string `json:"item,omitempty"`
}

// headlineLength is how many characters of a headline search engines show at most, by Google's documentation of the Article type.
const headlineLength = 110

// SiteGraph returns the JSON-LD of the home page: the site and who publishes it.
func SiteGraph(e *edition.Edition) template.JS {
	return marshalGraph(website(&e.Site), publisher(&e.Site))
}

// IncidentGraph returns the JSON-LD of an incident's page: the report, the way to it from home, and who publishes it.
func IncidentGraph(e *edition.Edition, inc *edition.Incident) template.JS {
	home := e.Site.URL
	at := Absolute(home, IncidentPath(inc.Slug))
	article := articleNode{
		Type: "Article", ID: at + "#article", URL: at, MainEntity: reference{at}, Identifier: inc.ID,
		Headline: cut(inc.Title, headlineLength), Description: excerpt(inc.SummaryText),
		Published: inc.Published.String(), Modified: laterDate(inc.Updated, inc.Published).String(), Coverage: coverage(inc),
		Language: e.Site.Language, Section: "Incident reports",
		Author: publisherID(&e.Site), Publisher: publisherID(&e.Site), PartOf: reference{websiteID(&e.Site)},
	}
	for _, s := range inc.Services {
		article.About = append(article.About, topic{"Service", s.Name, Absolute(home, ServicePath(s.Slug))})
	}
	for _, f := range inc.Factors {
		article.About = append(article.About, topic{"DefinedTerm", f.Name, Absolute(home, FactorPath(f.Slug))})
	}
	trail := breadcrumbsNode{Type: "BreadcrumbList", Items: []crumb{
		{"ListItem", 1, e.Site.Title, Absolute(home, HomePath)},
		{"ListItem", 2, "Incidents", Absolute(home, IncidentsPath)},
		{"ListItem", 3, inc.Title, ""},
	}}
	return marshalGraph(article, trail, website(&e.Site), publisher(&e.Site))
}

func website(site *edition.Site) websiteNode {
	return websiteNode{
		Type: "WebSite", ID: websiteID(site), URL: Absolute(site.URL, HomePath), Name: site.Title, Description: site.Description,
		Language: site.Language, Publisher: publisherID(site),
	}
}

func publisher(site *edition.Site) organizationNode {
	org := organizationNode{Type: "Organization", ID: publisherID(site).ID, Name: site.Organization, URL: Absolute(site.URL, HomePath)}
	if org.Name == "" {
		org.Name = site.Title
	}
	if site.Logo != "" {
		org.Logo = &imageNode{"ImageObject", Absolute(site.URL, site.Logo)}
	}
	return org
}

func websiteID(site *edition.Site) string { return Absolute(site.URL, HomePath) + "#website" }

func publisherID(site *edition.Site) reference {
	return reference{Absolute(site.URL, HomePath) + "#publisher"}
}

// coverage is the interval of an incident; open at the end while the end is unknown, empty when the start is.
func coverage(inc *edition.Incident) string {
	if inc.Started.IsZero() {
		return ""
	}
	end := ".." // ISO 8601-2 for an open end, as schema.org has it
	if !inc.Resolved.IsZero() {
		end = isoMoment(inc.Resolved)
	}
	return isoMoment(inc.Started) + "/" + end
}

func isoMoment(m edition.Moment) string {
	if m.DateOnly {
		return m.Time.Format(time.DateOnly)
	}
	return m.Time.UTC().Format(time.RFC3339)
}

// marshalGraph writes nodes as one JSON-LD document. encoding/json writes <, > and & as \u escapes, so nothing an author writes can end the
// script element that the document stands in.
func marshalGraph(nodes ...any) template.JS {
	b, err := json.Marshal(graph{Context: "https://schema.org", Graph: nodes})
	if err != nil {
		return "" // structs of strings always marshal; and a page without its graph is still a page
	}
	return template.JS(b)
}
