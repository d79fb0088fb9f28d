package search_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"debrief/generator/edition"
	"debrief/generator/page"
	"debrief/generator/render"
	"debrief/generator/testkit/bigarchive"
	"debrief/generator/testkit/browser"
	"debrief/generator/trend"
)

// wholeSite is a site as it is published, served under a path of its own, with the policy that hosts are told to send.
type wholeSite struct {
	*site
	server *httptest.Server

	mutex  sync.Mutex
	broken map[string]func([]byte) ([]byte, bool) // by the beginning of a path: what becomes of a file; false for not found
}

const (
	sitePath = "/reports/archive/"
	policy   = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'"
)

func newWholeSite(tb testing.TB, e *edition.Edition) *wholeSite {
	tb.Helper()
	s := &wholeSite{site: newSite(tb, e), broken: map[string]func([]byte) ([]byte, bool){}}
	plan := page.New(e, trend.New(e, trend.Options{}))
	theme, problems, err := render.Load(*plan.Site, render.Options{})
	if err != nil || theme == nil {
		tb.Fatalf("the theme: %v %v", err, problems)
	}
	for _, a := range theme.Assets() {
		s.files["/"+a.Path] = a.Bytes
	}
	pages := map[string]page.Planned{}
	for _, p := range plan.Pages {
		pages[p.Path] = p
	}
	delete(s.files, "/")
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, ok := strings.CutPrefix(r.URL.Path, strings.TrimSuffix(sitePath, "/"))
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", policy)
		if p, ok := pages[path]; ok {
			var b bytes.Buffer
			if err := theme.Page(&b, p.Make()); err != nil {
				tb.Errorf("%s: %v", path, err)
			}
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Write(b.Bytes())
			return
		}
		content, ok := s.files[path]
		s.mutex.Lock()
		for prefix, breaking := range s.broken {
			if ok && strings.HasPrefix(path, prefix) {
				content, ok = breaking(content)
			}
		}
		s.mutex.Unlock()
		if !ok {
			http.NotFound(w, r)
			return
		}
		switch {
		case strings.HasSuffix(path, ".js"):
			w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		case strings.HasSuffix(path, ".css"):
			w.Header().Set("Content-Type", "text/css; charset=utf-8")
		case strings.HasSuffix(path, ".svg"):
			w.Header().Set("Content-Type", "image/svg+xml")
		}
		w.Write(content)
	}))
	tb.Cleanup(s.server.Close)
	return s
}

func (s *wholeSite) address(path string) string {
	return s.server.URL + strings.TrimSuffix(sitePath, "/") + path
}

// breakFiles does something to files whose path begins so.
func (s *wholeSite) breakFiles(prefix string, do func([]byte) ([]byte, bool)) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.broken[prefix] = do
}

func (s *wholeSite) mend() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	clear(s.broken)
}

var gone = func([]byte) ([]byte, bool) { return nil, false }

func smallArchive() *edition.Edition {
	return bigarchive.Edition(bigarchive.Options{Postmortems: 120, Seed: 5}, edition.Internal)
}

// until waits for JavaScript to be true.
func until(t testing.TB, p *browser.Page, condition string) {
	t.Helper()
	if !browser.Eval[bool](t, p, `new Promise((done) => {
  const end = performance.now() + 20000;
  const look = () => (`+condition+`) ? done(true) : performance.now() > end ? done(false) : setTimeout(look, 5);
  look();
})`) {
		t.Fatalf("never came true: %s\nstatus: %s", condition, text(t, p, "[role=status]"))
	}
}

func text(t testing.TB, p *browser.Page, selector string) string {
	t.Helper()
	return browser.Eval[string](t, p, `document.querySelector(`+quote(selector)+`)?.textContent ?? ""`)
}

// ask types a query into the box and waits for its answer.
func ask(t testing.TB, p *browser.Page, query string) string {
	t.Helper()
	browser.Eval[bool](t, p, `(() => {
  const status = document.querySelector("[role=status]");
  if (status) status.textContent = "…";
  const box = document.querySelector("#_search");
  box.focus();
  box.value = `+quote(query)+`;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
})()`)
	until(t, p, `!["…", undefined].includes(document.querySelector("[role=status]")?.textContent)`)
	return text(t, p, "[role=status]")
}

const searchIsReady = `document.querySelector("#_search").getAttribute("aria-controls")`

func openSearch(t testing.TB, s *wholeSite, query string) *browser.Page {
	t.Helper()
	p := browser.Start(t).Open(t, s.address("/search/"+query), browser.View{})
	until(t, p, searchIsReady)
	return p
}

func TestSearchPage(t *testing.T) {
	s := newWholeSite(t, smallArchive())
	p := openSearch(t, s, "?q="+url.QueryEscape("database"))
	until(t, p, `document.querySelectorAll(".hit").length > 3`)
	if got := text(t, p, ".hit mark"); !strings.HasPrefix(strings.ToLower(got), "database") {
		t.Errorf("the first mark is %q", got)
	}

	// Facets narrow, and stand in the address; a second time they widen again.
	until(t, p, `document.querySelectorAll("[data-search-facets] button").length > 4`)
	before := text(t, p, "[role=status]")
	browser.Eval[bool](t, p, `(document.querySelector("[data-search-facets] button").click(), true)`)
	until(t, p, `document.querySelector("[aria-pressed=true]") && new URLSearchParams(location.search).get("q").includes("severity:")`)
	if after := text(t, p, "[role=status]"); after == before {
		t.Errorf("the facet changed nothing: %s", after)
	}
	browser.Eval[bool](t, p, `(document.querySelector("[aria-pressed=true]").click(), true)`)
	until(t, p, `new URLSearchParams(location.search).get("q") === "database"`)

	// The keyboard: slash from anywhere, down into the results, up and escape back.
	browser.Eval[bool](t, p, `(document.activeElement.blur(), true)`)
	p.Do(t, chromedp.KeyEvent("/"))
	until(t, p, `document.activeElement.id === "_search"`)
	ask(t, p, "database") // the driver types the slash into the box all the same, which no keyboard does
	until(t, p, `document.querySelectorAll(".hit").length > 3`)
	p.Do(t, chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown))
	until(t, p, `document.activeElement === document.querySelectorAll(".hit a")[1]`)
	p.Do(t, chromedp.KeyEvent(kb.ArrowUp))
	until(t, p, `document.activeElement === document.querySelectorAll(".hit a")[0]`)
	p.Do(t, chromedp.KeyEvent(kb.Escape))
	until(t, p, `document.activeElement.id === "_search"`)

	// The links lead to the incidents, under the site's path.
	if href := browser.Eval[string](t, p, `document.querySelector(".hit a").href`); !strings.HasPrefix(href, s.address("/incidents/inc-")) {
		t.Errorf("a result leads to %s", href)
	}
	for query, want := range map[string]string{
		"databsae":           "taken for",
		"zzzzqqqq":           "Nothing is like",
		"the of":             "Too common",
		"sevrity:sev1":       "There is no operator sevrity:",
		"service:nonsense":   "There is no service:nonsense",
		"after:yesterday":    "cannot be read",
		"duration:long":      "cannot be read",
		"service:":           "needs a value",
		"database zzzzqqqq ": "has all of these words",
	} {
		if got := ask(t, p, query); !strings.Contains(got, want) {
			t.Errorf("%s: the page says %q, want %q in it", query, got, want)
		}
	}
	ask(t, p, "zzzzqqqq severity:sev1")
	if got := text(t, p, ".search-more"); !strings.Contains(got, "Without severity:sev1") {
		t.Errorf("nothing found, and the suggestions are %q", got)
	}
	ask(t, p, "database")
	p.SaveScreenshot(t, "search-page")
	p.CheckAxe(t)
	p.Check(t)
}

func TestSearchBoxOnOtherPages(t *testing.T) {
	s := newWholeSite(t, smallArchive())
	b := browser.Start(t)
	for _, path := range []string{"/", "/incidents/", "/services/payments/"} {
		p := b.Open(t, s.address(path), browser.View{})
		if n := browser.Eval[int](t, p, `document.querySelectorAll("script[data-search-script]").length`); n != 0 {
			t.Errorf("%s loads the search before it is used", path)
		}
		p.Do(t, chromedp.KeyEvent("/"))
		until(t, p, searchIsReady)
		ask(t, p, "database")
		until(t, p, `document.querySelectorAll(".search-panel .hit").length === 6`)
		if got := text(t, p, ".search-more"); !strings.HasPrefix(got, "All ") {
			t.Errorf("%s: the panel ends with %q", path, got)
		}
		p.SaveScreenshot(t, "search-box")
		p.CheckAxe(t)
		// Enter sends the form: what TestSearchPage opens by its address.
		if got := browser.Eval[string](t, p, `((box) => new URL(box.form.action).pathname + "?" + new URLSearchParams(new FormData(box.form)))(document.querySelector("#_search"))`); got != sitePath+"search/?q=database" {
			t.Errorf("%s: Enter leads to %s", path, got)
		}
		p.Do(t, chromedp.KeyEvent(kb.Escape))
		until(t, p, `document.querySelector(".search-panel").hidden`)
		p.Check(t)
	}
}

func TestSearchPaste(t *testing.T) {
	e := smallArchive()
	s := newWholeSite(t, e)
	p := openSearch(t, s, "")
	alert := "ALERT firing\n" + e.Incidents[3].Sections[1].Body.Text + "\n  at ConnectionPool.take(pool.go:17)\n"
	browser.Eval[bool](t, p, `(() => {
  const data = new DataTransfer();
  data.setData("text/plain", `+quote(alert)+`);
  document.querySelector("#_search").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  return true;
})()`)
	until(t, p, `document.querySelectorAll(".hit-both").length > 0`)
	if got := browser.Eval[string](t, p, `document.querySelector(".hit a").href`); !strings.HasSuffix(got, "/incidents/"+e.Incidents[3].Slug+"/") {
		t.Errorf("the most alike is %s, want the one the text is from", got)
	}
	until(t, p, `document.querySelector(".hit-fix")`)
	if got := browser.Eval[string](t, p, `location.search`); got != "" {
		t.Errorf("what was pasted is in the address: %s", got)
	}
	for _, r := range p.Requests() {
		if strings.Contains(r.URL, "?") {
			t.Errorf("a request carries more than a file name: %s", r.URL)
		}
	}
	p.Check(t)
}

func TestSearchWithoutScript(t *testing.T) {
	s := newWholeSite(t, smallArchive())
	answer, err := http.Get(s.address("/search/"))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(answer.Body); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`href="../years/2020/"`, `href="../services/payments/"`, `href="../factors/config-change/"`, "<noscript>", `action="../search/"`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

// TestSearchBadInput types what nobody should, and wants an answer to each.
func TestSearchBadInput(t *testing.T) {
	s := newWholeSite(t, smallArchive())
	p := openSearch(t, s, "?q="+url.QueryEscape(`<script>document.title="owned"</script><img src=x onerror=alert(1)>`))
	until(t, p, `document.querySelector("[role=status]").textContent`)
	for _, query := range []string{
		strings.Repeat("database ", 1200), strings.Repeat("x", 10_000), "the and of to", `"unbalanced`, `"`, `""`, `"" "" -"" -`, "\x00\x01\x1b[31m", "\u202e\u2066",
		"-", "--", "---x", ":", "a:", ":b", "::", "title:", `title:""`, `service:"`, `service:,,`, "-service:payments -factor:deploy", `<script>alert(1)</script>`,
		`"><img src=x onerror=alert(1)>`, "\U0001F525", "%", "\\", "__proto__", "constructor", "severity:__proto__", "障害 の", "ünïcödé",
	} {
		if got := ask(t, p, query); strings.TrimSpace(got) == "" {
			t.Errorf("%.40q is met with silence", query)
		}
	}
	if browser.Eval[bool](t, p, `document.title.includes("owned") || Boolean(document.querySelector("main img, main script"))`) {
		t.Error("a query became an element")
	}
	p.Check(t)
}

// TestSearchBadData serves what a reader may meet in the middle of a publication, or on a broken disk.
func TestSearchBadData(t *testing.T) {
	s := newWholeSite(t, smallArchive())
	half := func(b []byte) ([]byte, bool) { return b[:len(b)/2], true }
	for _, test := range []struct {
		name, prefix string
		do           func([]byte) ([]byte, bool)
		want         string
	}{
		{"no core", "/search/core.bin", gone, "published anew"},
		{"half a core", "/search/core.bin", half, "damaged"},
		{"empty core", "/search/core.bin", func([]byte) ([]byte, bool) { return nil, true }, "damaged"},
		{"a page instead", "/search/core.bin", func([]byte) ([]byte, bool) { return []byte("<!doctype html>"), true }, "damaged"},
		{"newer core", "/search/core.bin", func(b []byte) ([]byte, bool) { return append([]byte("DBSR\x63"), b[5:]...), true }, "another version"},
		{"no words", "/assets/search/w/", gone, "published anew"},
		{"half words", "/assets/search/w/", half, "damaged"},
		{"no shards", "/assets/search/t/", gone, "published anew"},
		{"half shards", "/assets/search/t/", half, "damaged"},
		{"no documents", "/assets/search/d/", gone, "published anew"},
		{"no columns", "/assets/search/c/", gone, "incidents."},
		{"no API", "/api/", gone, "incidents."},
	} {
		t.Run(test.name, func(t *testing.T) {
			s.mend()
			s.breakFiles(test.prefix, test.do)
			p := openSearch(t, s, "")
			if got := ask(t, p, "database"); !strings.Contains(got, test.want) {
				t.Errorf("the page says %q, want %q in it", got, test.want)
			}
			if lists := browser.Eval[bool](t, p, `!document.querySelector("[data-search-rest]").hidden`); !lists && !strings.Contains(test.want, "incidents") {
				t.Error("the lists do not stand in")
			}
			s.mend()
			if got := ask(t, p, "database "); !strings.Contains(got, "incidents.") {
				t.Errorf("mended, the page still says %q", got)
			}
		})
	}
	s.mend()

	t.Run("offline", func(t *testing.T) {
		p := openSearch(t, s, "")
		if got := ask(t, p, "database"); !strings.Contains(got, "incidents.") {
			t.Fatalf("the page says %q", got)
		}
		browser.Eval[bool](t, p, `(window.fetch = () => Promise.reject(new TypeError("offline")), true)`)
		if got := ask(t, p, "certificate latency"); !strings.Contains(got, "cannot be reached") {
			t.Errorf("the page says %q", got)
		}
		if got := ask(t, p, "database"); !strings.Contains(got, "incidents.") {
			t.Errorf("what was read before is forgotten: %q", got)
		}
	})

	t.Run("published in mid-session", func(t *testing.T) {
		p := openSearch(t, s, "")
		ask(t, p, "database")
		e := smallArchive()
		e.Incidents[0].SummaryText = "Certificate certificate certificate: " + e.Incidents[0].SummaryText
		fresh := newSite(t, e)
		s.mutex.Lock()
		for path := range s.files {
			if strings.HasPrefix(path, "/assets/search/") {
				delete(s.files, path)
			}
		}
		for path, content := range fresh.files {
			if strings.Contains(path, "/search/") {
				s.files[path] = content
			}
		}
		s.mutex.Unlock()
		if got := ask(t, p, "certificate latency cluster"); !strings.Contains(got, "incidents.") {
			t.Errorf("the page says %q", got)
		}
	})
}
