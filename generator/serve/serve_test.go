package serve

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"debrief/generator/testkit"
)

// deadline is how long a test waits for what must come.
const deadline = 30 * time.Second

const small = `
-- archive.yaml --
title: Small archive
sites:
  internal: {url: "https://inside.example/"}
  external: {url: "https://outside.example/"}
people: [Quentin Example]
-- postmortems/a.md --
---
id: INC-1
status: published
visibility: public
started: 2024-03-05T10:00:00Z
resolved: 2024-03-05T11:00:00Z
---
# The queue was full

## Summary

A queue filled up because nothing drained it.

## External summary

### Summary

For one hour messages were late.
-- postmortems/b.md --
---
id: INC-2
status: draft
started: 2024-04-05T10:00:00Z
---
# A draft about disks

## Summary

Nobody has read this yet.
-- pages/about.md --
# About

How we review.
`

// running is a server under test.
type running struct {
	*Server
	t   testing.TB
	dir string
	// changes are what the server said of changes.
	changes chan Change
	stop    func() error
}

// start serves an archive until the test ends, and then makes sure that nothing is left running.
func start(t testing.TB, dir string, change func(*Options)) *running {
	t.Helper()
	before := runtime.NumGoroutine()
	r := &running{t: t, dir: dir, changes: make(chan Change, 10_000)}
	opts := Options{Root: dir, Drafts: true, Port: freePort(t), Changed: func(c Change) { r.changes <- c }}
	if change != nil {
		change(&opts)
	}
	s, err := New(context.Background(), opts)
	if err != nil {
		t.Fatal(err)
	}
	r.Server = s
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	stopped := false
	r.stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		return <-ended
	}
	t.Cleanup(func() {
		if err := r.stop(); err != nil {
			t.Errorf("the end of serving: %v", err)
		}
		http.DefaultClient.CloseIdleConnections()
		for end := time.Now().Add(deadline); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				stacks := make([]byte, 1<<20)
				t.Fatalf("%d goroutines are left of the %d before:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
			}
		}
	})
	return r
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// ask sends a request with headers, given as "Name: value".
func (r *running) ask(method, path string, headers ...string) (*http.Response, string) {
	r.t.Helper()
	request, err := http.NewRequest(method, strings.TrimSuffix(r.URL(), "/")+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			request.Host = value
		} else {
			request.Header.Set(name, value)
		}
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return response, string(body)
}

func (r *running) get(path string, headers ...string) string {
	r.t.Helper()
	_, body := r.ask("GET", path, headers...)
	return body
}

func (r *running) write(name, content string) {
	r.t.Helper()
	name = filepath.Join(r.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// edit changes a file by replacing a text in it.
func (r *running) edit(name, old, new string) {
	r.t.Helper()
	content, err := os.ReadFile(filepath.Join(r.dir, name))
	if err != nil || !strings.Contains(string(content), old) {
		r.t.Fatalf("%s has no %q (%v)", name, old, err)
	}
	r.write(name, strings.Replace(string(content), old, new, 1))
}

// until waits until a page has, or has not, a text.
func (r *running) until(path, text string, there bool) string {
	r.t.Helper()
	for end := time.Now().Add(deadline); ; time.Sleep(2 * time.Millisecond) {
		body := r.get(path)
		if strings.Contains(body, text) == there {
			return body
		}
		if time.Now().After(end) {
			r.t.Fatalf("%s: %q is there: %t, want %t:\n%s", path, text, !there, there, body)
		}
	}
}

func (r *running) stateNow(query string) stateJSON {
	r.t.Helper()
	var s stateJSON
	if err := json.Unmarshal([]byte(r.get("/_debrief/state"+query)), &s); err != nil {
		r.t.Fatal(err)
	}
	return s
}

func TestAnswers(t *testing.T) {
	r := start(t, testkit.Dir(t, small), nil)
	tests := []struct {
		path, header string
		status       int
		mediaType    string
		has, hasNot  string
	}{
		{"/", "", 200, "text/html", "side-by-side", ""},
		{"/internal/", "", 200, "text/html", "/_debrief/page.js", ""},
		{"/internal/", PlainHeader + ": 1", 200, "text/html", "Small archive", "_debrief"},
		{"/internal", "", 307, "", "", ""},
		{"/internal/incidents", "", 307, "", "", ""},
		{"/internal/incidents/inc-1/", "", 200, "text/html", "nothing drained it", ""},
		{"/internal/incidents/inc-2/", "", 200, "text/html", "Draft. Only this preview shows it.", ""},
		{"/external/incidents/inc-1/", "", 200, "text/html", "messages were late", "nothing drained it"},
		{"/external/incidents/inc-2/", "", 404, "text/html", `href="/external/`, ""},
		{"/external/no/such/page/", "", 404, "text/html", `href="/external/assets/`, ""},
		{"/external/404.html", PlainHeader + ": 1", 200, "text/html", `href="/assets/`, ""},
		{"/internal/feed.xml", "", 200, "application/rss+xml", "<rss", "_debrief"},
		{"/internal/api/incidents.json", "", 200, "application/json", "INC-1", ""},
		{"/internal/search/core.bin", "", 200, "application/octet-stream", "", ""},
		{"/internal/robots.txt", "", 200, "text/plain", "", ""},
		{"/_debrief/page.js", "", 200, "text/javascript", "import", ""},
		{"/_debrief/", "", 404, "text/plain", "", ""},
		{"/_debrief/../serve.go", "", 404, "text/plain", "", ""},
		{"/elsewhere", "", 404, "text/plain", "/internal/", ""},
		{"/internal/..%2f..%2farchive.yaml", "", 404, "text/html", "", "people"},
		{"/internal/../../archive.yaml", "", 404, "text/html", "", "people"},
		{"/internal/postmortems/a.md", "", 404, "text/html", "", "External summary"},
	}
	for _, test := range tests {
		var headers []string
		if test.header != "" {
			headers = []string{test.header}
		}
		response, body := r.ask("GET", test.path, headers...)
		if response.StatusCode != test.status || !strings.HasPrefix(response.Header.Get("Content-Type"), test.mediaType) {
			t.Errorf("%s: %s, %s, want %d, %s", test.path, response.Status, response.Header.Get("Content-Type"), test.status, test.mediaType)
		}
		if test.has != "" && !strings.Contains(body, test.has) || test.hasNot != "" && strings.Contains(body, test.hasNot) {
			t.Errorf("%s: want %q and not %q:\n%.2000s", test.path, test.has, test.hasNot, body)
		}
		if csp := response.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'self'") {
			t.Errorf("%s: the Content-Security-Policy is %q", test.path, csp)
		}
		if response.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s may be read by other sites", test.path)
		}
		head, nothing := r.ask("HEAD", test.path, headers...)
		if head.StatusCode != test.status || nothing != "" {
			t.Errorf("HEAD %s: %s with %d bytes", test.path, head.Status, len(nothing))
		}
	}
}

// The policy of the preview is that of the built site, except for the frames of the side-by-side view.
func TestPolicyOfTheSite(t *testing.T) {
	r := start(t, testkit.Dir(t, small), nil)
	want := strings.Replace(contentSecurityPolicy, "frame-src 'self'; frame-ancestors 'self'", "frame-ancestors 'none'", 1)
	if headers := r.get("/internal/_headers", PlainHeader+": 1"); !strings.Contains(headers, "Content-Security-Policy: "+want+"\n") {
		t.Errorf("the built site does not have the policy\n%s\nbut\n%.600s", want, headers)
	}
}

func TestWhoMayAsk(t *testing.T) {
	r := start(t, testkit.Dir(t, small), nil)
	host := strings.TrimSuffix(strings.TrimPrefix(r.URL(), "http://"), "/")
	port := host[strings.LastIndex(host, ":"):]
	tests := []struct {
		name, method, path string
		headers            []string
		want               int
	}{
		{"by address", "GET", "/internal/", nil, 200},
		{"by name", "GET", "/internal/", []string{"Host: localhost" + port}, 200},
		{"by name in capitals", "GET", "/internal/", []string{"Host: LocalHost" + port}, 200},
		{"by IPv6 address", "GET", "/internal/", []string{"Host: [::1]" + port}, 200},
		{"rebound name", "GET", "/internal/", []string{"Host: evil.example" + port}, 421},
		{"rebound name without port", "GET", "/internal/", []string{"Host: evil.example"}, 421},
		{"localhost below another name", "GET", "/internal/", []string{"Host: localhost.evil.example" + port}, 421},
		{"another port", "GET", "/internal/", []string{"Host: 127.0.0.1:1"}, 421},
		{"another address", "GET", "/internal/", []string{"Host: 192.0.2.1" + port}, 421},
		{"the stream, rebound", "GET", "/_debrief/events", []string{"Host: evil.example" + port}, 421},
		{"writing", "POST", "/internal/", nil, 405},
		{"deleting", "DELETE", "/internal/", nil, 405},
		{"asking what is allowed", "OPTIONS", "/_debrief/state", []string{"Origin: https://evil.example", "Access-Control-Request-Method: GET"}, 405},
		{"the stream from another site", "GET", "/_debrief/events", []string{"Origin: https://evil.example"}, 403},
		{"the stream from a page on another port", "GET", "/_debrief/events", []string{"Origin: http://127.0.0.1:1", "Sec-Fetch-Site: same-site"}, 403},
		{"the stream without credentials", "GET", "/_debrief/events", []string{"Origin: null"}, 403},
		{"the stream as a script", "GET", "/_debrief/events", []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: script"}, 403},
		{"what is wrong, from another site", "GET", "/_debrief/state", []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: cors"}, 403},
		{"a page in another's frame", "GET", "/internal/", []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"}, 403},
		{"a link from another site", "GET", "/internal/", []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"}, 200},
		{"our own page", "GET", "/_debrief/state", []string{"Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors", "Origin: http://" + host}, 200},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			response, body := r.ask(test.method, test.path, test.headers...)
			if response.StatusCode != test.want {
				t.Errorf("%s, want %d", response.Status, test.want)
			}
			if test.want >= 400 && (strings.Contains(body, "drained") || !strings.HasSuffix(body, ".\n")) {
				t.Errorf("it says %q", body)
			}
		})
	}
}

func TestGate(t *testing.T) {
	at := func(host string) gate { return newGate(host, &net.TCPAddr{Port: 1414}) }
	tests := []struct {
		listening, asked string
		want             bool
	}{
		{"", "127.0.0.1:1414", true},
		{"", "127.0.0.1", false},
		{"", "10.0.0.5:1414", false},
		{"", "", false},
		{"", ":1414", false},
		{"10.0.0.5", "10.0.0.5:1414", true},
		{"10.0.0.5", "10.0.0.6:1414", false},
		{"wiki.example", "WIKI.example:1414", true},
		{"wiki.example", "evil.example:1414", false},
		{"0.0.0.0", "10.0.0.5:1414", true},
		{"0.0.0.0", "[2001:db8::1]:1414", true},
		{"::", "10.0.0.5:1414", true},
		{"0.0.0.0", "evil.example:1414", false},
		{"0.0.0.0", "10.0.0.5.evil.example:1414", false},
	}
	for _, test := range tests {
		if got := at(test.listening).knows(test.asked); got != test.want {
			t.Errorf("listening on %q, asked for %q: %t", test.listening, test.asked, got)
		}
	}
	if !newGate("", &net.TCPAddr{Port: 80}).knows("localhost") {
		t.Error("on port 80 a browser leaves the port out")
	}
}

func TestPorts(t *testing.T) {
	dir := testkit.Dir(t, small)
	first := start(t, dir, nil)
	if _, err := New(context.Background(), Options{Root: dir, Port: first.Port()}); err == nil {
		t.Error("a port that is taken and was asked for is no error")
	}
	a, err := New(context.Background(), Options{Root: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := New(context.Background(), Options{Root: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if a.Port() == b.Port() || b.Port() < DefaultPort {
		t.Errorf("ports %d and %d", a.Port(), b.Port())
	}
}

// TestStream reads the stream of changes as a browser does.
func TestStream(t *testing.T) {
	r := start(t, testkit.Dir(t, small), nil)
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, "GET", r.URL()+"_debrief/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if got := response.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("the stream is %s", got)
	}
	lines := bufio.NewScanner(response.Body)
	next := func() string {
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				return data
			}
		}
		t.Fatalf("the stream ended: %v", lines.Err())
		return ""
	}
	run, version, _ := strings.Cut(next(), " ")
	if version != "1" || run == "" {
		t.Errorf("the first state is %q of %q", version, run)
	}
	r.edit("postmortems/a.md", "nothing drained it", "its reader had stopped")
	if got := next(); got != run+" 2" {
		t.Errorf("then %q, want %s 2", got, run)
	}
	if body := r.get("/internal/incidents/inc-1/"); !strings.Contains(body, "its reader had stopped") {
		t.Error("the page was told of before it was there")
	}
	if err := r.stop(); err != nil {
		t.Error(err)
	}
	for lines.Scan() {
	}
}

// TestChanges makes every kind of change and looks at the page it shows on.
func TestChanges(t *testing.T) {
	r := start(t, testkit.Dir(t, small), nil)
	remove := func(name string) {
		if err := os.RemoveAll(filepath.Join(r.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	move := func(from, to string) {
		if err := os.Rename(filepath.Join(r.dir, from), filepath.Join(r.dir, to)); err != nil {
			t.Fatal(err)
		}
	}
	steps := []struct {
		name       string
		change     func()
		path, text string
		there      bool
	}{
		{"an edit", func() { r.edit("postmortems/a.md", "A queue filled up", "A buffer filled up") }, "/internal/incidents/inc-1/", "A buffer filled up", true},
		{"an edit shows in lists", func() {}, "/internal/incidents/", "A buffer filled up", true},
		{"an edit of what customers read", func() { r.edit("postmortems/a.md", "messages were late", "mail was late") }, "/external/incidents/inc-1/", "mail was late", true},
		{"in the feed", func() {}, "/external/feed.xml", "mail was late", true},
		{"saved by rename", func() {
			r.write("postmortems/.b.md.tmp", "---\nid: INC-2\nstatus: draft\n---\n# Saved by rename\n")
			move("postmortems/.b.md.tmp", "postmortems/b.md")
		}, "/internal/incidents/inc-2/", "Saved by rename", true},
		{"a new file", func() { r.write("postmortems/c.md", "---\nid: INC-3\n---\n# A third one\n") }, "/internal/incidents/", "A third one", true},
		{"a new folder", func() {
			r.write("postmortems/2024/d/index.md", "---\nid: INC-4\n---\n# In a folder\n\n![](queue.svg)\n")
		}, "/internal/incidents/inc-4/", "In a folder", true},
		{"an attachment", func() { r.write("postmortems/2024/d/queue.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>") }, "/internal/incidents/inc-4/queue.svg", "<svg", true},
		{"an attachment changes", func() { r.write("postmortems/2024/d/queue.svg", "<svg xmlns='http://www.w3.org/2000/svg'><g/></svg>") }, "/internal/incidents/inc-4/queue.svg", "<g", true},
		{"a file is renamed", func() { move("postmortems/c.md", "postmortems/e.md") }, "/internal/incidents/inc-3/", "postmortems/e.md", true},
		{"a folder is renamed", func() { move("postmortems/2024", "postmortems/2025") }, "/internal/incidents/inc-4/", "postmortems/2025/d/index.md", true},
		{"a file goes", func() { remove("postmortems/e.md") }, "/internal/incidents/", "A third one", false},
		{"a folder goes", func() { remove("postmortems/2025") }, "/internal/incidents/", "In a folder", false},
		{"a page", func() { r.edit("pages/about.md", "How we review", "How we learn") }, "/internal/about/", "How we learn", true},
		{"archive.yaml", func() { r.edit("archive.yaml", "Small archive", "Renamed archive") }, "/external/", "Renamed archive", true},
		{"a theme", func() {
			r.write("theme/partials/site-foot.html", "<footer>Our own foot</footer>\n")
			r.edit("archive.yaml", "title:", "theme: theme\ntitle:")
		}, "/internal/", "Our own foot", true},
		{"a theme changes", func() { r.edit("theme/partials/site-foot.html", "own", "changed") }, "/external/incidents/", "Our changed foot", true},
		{"the theme goes", func() { r.edit("archive.yaml", "theme: theme\n", ""); remove("theme") }, "/internal/", "Our changed foot", false},
		{"another root", func() {
			fresh := testkit.Dir(t, "-- postmortems/z.md --\n---\nid: INC-9\n---\n# From another folder\n")
			if err := os.Rename(r.dir, r.dir+"-old"); err != nil {
				t.Fatal(err)
			}
			if err := os.CopyFS(r.dir, os.DirFS(fresh)); err != nil {
				t.Fatal(err)
			}
		}, "/internal/incidents/inc-9/", "From another folder", true},
	}
	for _, step := range steps {
		step.change()
		r.until(step.path, step.text, step.there)
		if t.Failed() {
			t.Fatalf("after %s", step.name)
		}
	}
}

// Whoever reads a page while it is saved, in the way of editors that put the old file aside first, never finds it missing or empty.
func TestSavingShowsNoGap(t *testing.T) {
	r := start(t, testkit.Dir(t, small), nil)
	file := filepath.Join(r.dir, "postmortems", "a.md")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	saved := make(chan error, 1)
	go func() {
		for n := range 10 {
			text := strings.Replace(string(content), "A queue filled up", fmt.Sprintf("Queue %d filled up", n), 1)
			if err := errors.Join(os.Rename(file, file+"~"), os.WriteFile(file, []byte(text), 0o644), os.Remove(file+"~")); err != nil {
				saved <- err
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		saved <- nil
	}()
	for end := time.Now().Add(deadline); time.Now().Before(end); {
		response, body := r.ask("GET", "/internal/incidents/inc-1/", PlainHeader+": 1")
		if response.StatusCode != 200 || !strings.Contains(body, "filled up") {
			t.Fatalf("in between the page was %s:\n%s", response.Status, body)
		}
		if strings.Contains(body, "Queue 9 filled up") {
			break
		}
	}
	if err := <-saved; err != nil {
		t.Fatal(err)
	}
}

// What is saved as it was changes nothing.
func TestNothingChanged(t *testing.T) {
	r := start(t, testkit.Dir(t, small), nil)
	content, err := os.ReadFile(filepath.Join(r.dir, "postmortems/a.md"))
	if err != nil {
		t.Fatal(err)
	}
	r.write("postmortems/a.md", string(content))
	r.write("postmortems/b.md", "---\nid: INC-2\n---\n# Another\n")
	r.until("/internal/incidents/inc-2/", "Another", true)
	change := <-r.changes
	if len(change.Files) != 1 || change.Files[0] != "postmortems/b.md" || change.Took <= 0 {
		t.Errorf("the change is %+v, want one of postmortems/b.md", change)
	}
	if s := r.stateNow(""); s.Version != 2 {
		t.Errorf("version %d after one change", s.Version)
	}
}

// TestErrors breaks a file, its archive.yaml and its theme, and mends them.
func TestErrors(t *testing.T) {
	r := start(t, testkit.Dir(t, small), nil)
	errorOf := func(rule string) shown {
		t.Helper()
		for end := time.Now().Add(deadline); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
			for _, e := range r.stateNow("").Errors {
				if e.Rule == rule {
					return e
				}
			}
		}
		t.Fatalf("no error %s: %+v", rule, r.stateNow(""))
		return shown{}
	}
	none := func() {
		t.Helper()
		for end := time.Now().Add(deadline); len(r.stateNow("").Errors) > 0; time.Sleep(2 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("errors are left: %+v", r.stateNow("").Errors)
			}
		}
	}
	none()

	t.Run("a postmortem", func(t *testing.T) {
		r.edit("postmortems/a.md", "started: 2024-03-05T10:00:00Z", "started: 2024-13-05\nsummary: [")
		r.edit("postmortems/a.md", "A queue filled up", "Half a sentence")
		e := errorOf("impossible-time")
		if e.Line != 5 || e.Column != 10 || e.Source != "started: 2024-13-05" || e.Hint == "" || e.Place != filepath.Join(r.dir, "postmortems/a.md")+":5:10" {
			t.Errorf("the error is %+v", e)
		}
		for _, page := range []string{"/internal/incidents/inc-1/", "/external/incidents/inc-1/"} {
			body := r.get(page)
			if !strings.Contains(body, "5 March 2024, 10:00") || strings.Contains(body, "Half a sentence") {
				t.Errorf("%s is not the last good one:\n%s", page, body)
			}
		}
		if !r.stateNow("").Behind {
			t.Error("it is not said that the page is the last good one")
		}
		if body := r.get("/internal/incidents/inc-1/", PlainHeader+": 1"); strings.Contains(body, "5 March 2024, 10:00") {
			t.Error("the plain bytes are not what a build would write")
		}
		var beside besideJSON
		if err := json.Unmarshal([]byte(r.get("/_debrief/beside?site=internal&path=/incidents/inc-1/")), &beside); err != nil || beside.Path == "" {
			t.Errorf("the external page is missing beside the last good one: %+v (%v)", beside, err)
		}
		r.edit("postmortems/b.md", "Nobody has read", "Everybody has read")
		r.until("/internal/incidents/inc-2/", "Everybody has read", true) // others go on
		r.edit("postmortems/a.md", "started: 2024-13-05\nsummary: [", "started: 2024-03-05T10:00:00Z")
		none()
		r.until("/internal/incidents/inc-1/", "Half a sentence", true)
	})
	t.Run("archive.yaml", func(t *testing.T) {
		r.edit("archive.yaml", "title: Small archive", "title: [Small")
		errorOf("held-back")
		if body := r.get("/internal/"); !strings.Contains(body, "Small archive") {
			t.Error("the home page is not the last good one")
		}
		if s := r.stateNow(""); !s.HeldBack {
			t.Error("it is not said that the external site would be held back")
		}
		r.edit("archive.yaml", "title: [Small", "title: Small archive")
		none()
	})
	t.Run("the theme", func(t *testing.T) {
		r.write("theme/partials/site-foot.html", "<footer>Our own foot</footer>\n")
		r.edit("archive.yaml", "title:", "theme: theme\ntitle:")
		r.until("/internal/", "Our own foot", true)
		r.write("theme/partials/site-foot.html", "<footer>{{.Nonsense}}</footer>\n")
		e := errorOf("theme-template")
		if e.Line != 1 || !strings.Contains(e.Source, "{{.Nonsense}}") {
			t.Errorf("the error is %+v", e)
		}
		if body := r.get("/internal/"); !strings.Contains(body, "Our own foot") {
			t.Errorf("the page is not the last good one:\n%s", body)
		}
		r.write("theme/partials/site-foot.html", "<footer>Mended foot</footer>\n")
		none()
		r.until("/internal/", "Mended foot", true)
	})
	t.Run("what must not leave", func(t *testing.T) {
		r.edit("postmortems/a.md", "messages were late", "Quentin Example was late")
		r.until("/external/incidents/inc-1/", "Quentin Example", true)
		e := errorOf("blocked-name")
		if e.File != "postmortems/a.md" || !strings.Contains(e.Source, "Quentin Example") || !r.stateNow("").HeldBack || r.stateNow("").Behind {
			t.Errorf("the error is %+v", e)
		}
		if s := r.stateNow("?site=internal"); len(s.Errors) > 0 {
			t.Errorf("the internal site says %+v", s.Errors)
		}
		r.edit("postmortems/a.md", "Quentin Example was late", "messages were late")
		none()
	})
	t.Run("what must not leave, on a page nobody opened", func(t *testing.T) {
		r.edit("postmortems/a.md", "messages were late", "Quentin Example was late")
		errorOf("blocked-name")
		r.edit("postmortems/a.md", "Quentin Example was late", "messages were late")
		none()
	})
	t.Run("the archive is away", func(t *testing.T) {
		if err := os.Rename(r.dir, r.dir+"-away"); err != nil {
			t.Fatal(err)
		}
		errorOf("archive")
		if body := r.get("/internal/incidents/inc-2/"); !strings.Contains(body, "Everybody has read") {
			t.Error("the last state is not served any more")
		}
		if err := os.Rename(r.dir+"-away", r.dir); err != nil {
			t.Fatal(err)
		}
		none()
		r.edit("postmortems/b.md", "Everybody has read", "Back again")
		r.until("/internal/incidents/inc-2/", "Back again", true)
	})
}

func TestBeside(t *testing.T) {
	r := start(t, testkit.Dir(t, small), nil)
	tests := []struct{ query, path, why string }{
		{"site=internal&path=/", "/", ""},
		{"site=internal&path=/incidents/inc-1/", "/incidents/inc-1/", ""},
		{"site=internal&path=/incidents/inc-2/", "", "This postmortem is a draft, and internal."},
		{"site=internal&path=/about/", "", "This page is internal."},
		{"site=internal&path=/lessons/", "", "Only the internal site has this page."},
		{"site=internal&path=/actions/", "/commitments/", ""},
		{"site=external&path=/commitments/", "/actions/", ""},
		{"site=internal&path=/nowhere/", "", "Only the internal site has this page."},
	}
	for _, test := range tests {
		var got besideJSON
		if err := json.Unmarshal([]byte(r.get("/_debrief/beside?"+test.query)), &got); err != nil {
			t.Fatal(err)
		}
		if got.Path != test.path || !strings.HasPrefix(got.Why, test.why) || (test.why == "") != (got.Why == "") {
			t.Errorf("%s: %+v, want %q, %q", test.query, got, test.path, test.why)
		}
	}
}

// A single file is an archive of one.
func TestSingleFile(t *testing.T) {
	dir := testkit.Dir(t, "-- report.md --\n# The only one\n\n## Summary\n\nIt broke.\n-- other.md --\n# Another\n")
	r := start(t, dir, func(o *Options) { o.Root = filepath.Join(dir, "report.md") })
	r.until("/internal/incidents/report/", "It broke", true)
	r.edit("report.md", "It broke", "It was mended")
	r.until("/internal/incidents/report/", "It was mended", true)
	if body := r.get("/internal/incidents/"); strings.Contains(body, "Another") {
		t.Error("another file of the folder is shown")
	}
}

func TestNoArchive(t *testing.T) {
	if _, err := New(context.Background(), Options{Root: filepath.Join(t.TempDir(), "nowhere")}); err == nil {
		t.Error("an archive that is not there is served")
	}
}
