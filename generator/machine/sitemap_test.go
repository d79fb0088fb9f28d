package machine

import (
	"strings"
	"testing"

	"debrief/generator/edition"
	"debrief/generator/page"
	"debrief/generator/testkit/sample"
	"debrief/generator/trend"
)

// TestLargeSiteMap splits a site map that is larger than the protocol allows.
func TestLargeSiteMap(t *testing.T) {
	e := sample.Edition(edition.External)
	plan := page.New(e, trend.New(e, trend.Options{}))
	files := siteMapOf(e, plan, 4)
	locations, index := 0, ""
	for _, f := range files {
		b, err := f.Produce()
		if err != nil {
			t.Fatal(err)
		}
		if f.Path == "sitemap.xml" {
			index = string(b)
			continue
		}
		n := strings.Count(string(b), "<loc>")
		if n == 0 || n > 4 {
			t.Errorf("%s has %d addresses", f.Path, n)
		}
		locations += n
	}
	findable := 0
	for _, p := range plan.Pages {
		if !p.NoIndex {
			findable++
		}
	}
	if locations != findable {
		t.Errorf("the parts have %d addresses, the site %d pages", locations, findable)
	}
	for _, f := range files[:len(files)-1] {
		if !strings.Contains(index, "<loc>https://incidents.harbourline.example/"+f.Path+"</loc>") {
			t.Errorf("%s is not in the index:\n%s", f.Path, index)
		}
	}
}
