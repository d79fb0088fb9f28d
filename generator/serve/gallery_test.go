package serve

import (
	"net/http"
	"strings"
	"testing"

	"debrief/generator/testkit"
)

// TestGallery shows the components with the theme of the archive, also while that is edited, and only here: neither site has the page.
func TestGallery(t *testing.T) {
	r := start(t, testkit.Dir(t, small), nil)
	if response, _ := r.ask("GET", "/_gallery"); response.Header.Get("Location") != "/_gallery/" {
		t.Errorf("/_gallery leads to %q", response.Header.Get("Location"))
	}
	body := r.get("/_gallery/")
	if !strings.Contains(body, "Everything a postmortem can show") || !strings.Contains(body, "/_debrief/page.js") {
		t.Errorf("the gallery is\n%s", body)
	}
	r.write("theme/partials/site-foot.html", "<footer>Our own foot</footer>\n")
	r.edit("archive.yaml", "title:", "theme: theme\ntitle:")
	r.until("/_gallery/", "Our own foot", true)
	r.until("/_gallery/incidents/gal-1/", "Our own foot", true)
	r.write("theme/partials/site-foot.html", "<footer>{{.Nonsense}}</footer>\n")
	r.until("/_debrief/state?site=_gallery", "theme-template", true)
	if body := r.get("/_gallery/"); !strings.Contains(body, "Our own foot") {
		t.Errorf("the gallery is not the last good one:\n%s", body)
	}
	for _, path := range []string{"/internal/_gallery/", "/external/_gallery/", "/external/incidents/gal-1/", "/_gallery/nothing/"} {
		if response, _ := r.ask("GET", path); response.StatusCode != http.StatusNotFound {
			t.Errorf("%s answers %s", path, response.Status)
		}
	}
}
