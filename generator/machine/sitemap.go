package machine

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"

	"debrief/generator/edition"
	"debrief/generator/page"
)

// The site map as https://www.sitemaps.org/protocol.html has it: every page that may be found, with the day its content last changed. The
// internal edition has none, and neither has a site that does not know its own address, because a site map holds full addresses only.

const (
	siteMapNamespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
	// siteMapLimit is how many addresses one file may hold by the protocol; a larger site has several and a list of them.
	siteMapLimit = 50000
)

type urlSet struct {
	XMLName   xml.Name     `xml:"urlset"`
	Namespace string       `xml:"xmlns,attr"`
	URLs      []mapAddress `xml:"url"`
}

type siteMapIndex struct {
	XMLName   xml.Name     `xml:"sitemapindex"`
	Namespace string       `xml:"xmlns,attr"`
	Maps      []mapAddress `xml:"sitemap"`
}

type mapAddress struct {
	Location string `xml:"loc"`
	// Modified is a day in the form of W3C Datetime; empty when unknown.
	Modified string `xml:"lastmod,omitempty"`
}

// hasSiteMap reports whether an edition has a site map.
func hasSiteMap(e *edition.Edition) bool { return e.Audience == edition.External && e.Site.URL != "" }

func siteMap(e *edition.Edition, plan *page.Plan) []page.File {
	if !hasSiteMap(e) {
		return nil
	}
	return siteMapOf(e, plan, siteMapLimit)
}

func siteMapOf(e *edition.Edition, plan *page.Plan, limit int) []page.File {
	var findable []page.Planned
	for _, p := range plan.Pages {
		if !p.NoIndex {
			findable = append(findable, p)
		}
	}
	produce := func(part []page.Planned) func() ([]byte, error) {
		return func() ([]byte, error) {
			set := urlSet{Namespace: siteMapNamespace, URLs: make([]mapAddress, 0, len(part))}
			for _, p := range part {
				set.URLs = append(set.URLs, mapAddress{page.Absolute(e.Site.URL, p.Path), p.Updated.String()})
			}
			return encodeXML(set)
		}
	}
	if len(findable) <= limit {
		return []page.File{{Path: "sitemap.xml", Produce: produce(findable)}}
	}
	var files []page.File
	index := siteMapIndex{Namespace: siteMapNamespace}
	for n := 1; len(findable) > 0; n++ {
		part := findable[:min(len(findable), limit)]
		findable = findable[len(part):]
		name := fmt.Sprintf("sitemap-%d.xml", n)
		files = append(files, page.File{Path: name, Produce: produce(part)})
		index.Maps = append(index.Maps, mapAddress{Location: page.Absolute(e.Site.URL, "/"+name)})
	}
	return append(files, page.File{Path: "sitemap.xml", Produce: func() ([]byte, error) { return encodeXML(index) }})
}

func encodeXML(v any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	encoder := xml.NewEncoder(&b)
	encoder.Indent("", "  ")
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// robots keeps every crawler out of the internal edition, and shows it the site map of the external one (RFC 9309).
func robots(e *edition.Edition) []byte {
	var b strings.Builder
	b.WriteString("User-agent: *\n")
	if e.Audience != edition.External {
		b.WriteString("Disallow: /\n")
		return []byte(b.String())
	}
	b.WriteString("Allow: /\n")
	if hasSiteMap(e) {
		b.WriteString("\nSitemap: " + page.Absolute(e.Site.URL, "/sitemap.xml") + "\n")
	}
	return []byte(b.String())
}
