// Package netlify serves a built site the way Netlify does, as far as a site of Debrief's uses it: pages at their folder's address, the rules
// in _headers and _redirects, and 404.html. So a test in a browser meets the real Content-Security-Policy, redirects and error page.
//
// It is stricter than the host. A rule it does not know, a header that two rules set for one address (hosts disagree which of them wins) or a
// status that Netlify does not serve is an error, not a guess.
//
// The formats are documented at https://docs.netlify.com/manage/routing/headers/ and https://docs.netlify.com/manage/routing/redirects/.
package netlify

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Serve serves the built site in a folder until the test ends and returns its address, without a slash at the end. A mistake in the site's
// rules fails the test.
func Serve(t testing.TB, dir string) string {
	t.Helper()
	site, err := New(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	site.Report = func(err error) { t.Error(err) }
	server := httptest.NewServer(site)
	t.Cleanup(server.Close)
	return server.URL
}

// A Site is a built site as the host serves it.
type Site struct {
	files     fs.FS
	headers   []headerRule
	redirects []redirectRule

	// Report is told of rules that contradict each other, when an address shows it. The zero value ignores them.
	Report func(error)
}

type headerRule struct {
	line    string
	pattern pattern
	header  http.Header
}

type redirectRule struct {
	pattern pattern
	to      string
	status  int
	force   bool // the rule holds even where a file lies
}

// New reads the rules of a site.
func New(files fs.FS) (*Site, error) {
	s := &Site{files: files, Report: func(error) {}}
	headers, err := rules(files, "_headers")
	if err != nil {
		return nil, err
	}
	redirects, err := rules(files, "_redirects")
	if err != nil {
		return nil, err
	}
	var problems []error
	for _, l := range headers {
		problems = append(problems, s.addHeader(l))
	}
	for _, l := range redirects {
		problems = append(problems, s.addRedirect(l))
	}
	return s, errors.Join(problems...)
}

// A line is one line of a rules file that is neither empty nor a comment.
type line struct {
	place    string // for messages: "_headers:3"
	text     string
	indented bool
}

// rules returns the lines of a rules file that say something; none when the site has no such file.
func rules(files fs.FS, name string) ([]line, error) {
	data, err := fs.ReadFile(files, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var lines []line
	for i, raw := range strings.Split(string(data), "\n") {
		text := strings.TrimSpace(raw)
		if text == "" || text[0] == '#' {
			continue
		}
		lines = append(lines, line{fmt.Sprintf("%s:%d", name, i+1), text, strings.ContainsAny(raw[:1], " \t")})
	}
	return lines, nil
}

// addHeader takes a line of _headers: a path at the left edge, or under it an indented header.
func (s *Site) addHeader(l line) error {
	if !l.indented {
		p, err := newPattern(l.text)
		if err != nil {
			return fmt.Errorf("%s: %w", l.place, err)
		}
		s.headers = append(s.headers, headerRule{l.place, p, make(http.Header)})
		return nil
	}
	name, value, ok := strings.Cut(l.text, ":")
	if !ok || len(s.headers) == 0 || strings.ContainsAny(name, " \t") {
		return fmt.Errorf("%s: %q is not a header under a path", l.place, l.text)
	}
	s.headers[len(s.headers)-1].header.Add(name, strings.TrimSpace(value))
	return nil
}

// addRedirect takes a line of _redirects: from, to and status, the last with a ! where the rule goes before files.
func (s *Site) addRedirect(l line) error {
	fields := strings.Fields(l.text)
	if len(fields) == 2 {
		fields = append(fields, "301")
	}
	if len(fields) != 3 {
		return fmt.Errorf("%s: %q is not a path, a target and a status", l.place, l.text)
	}
	p, err := newPattern(fields[0])
	if err != nil {
		return fmt.Errorf("%s: %w", l.place, err)
	}
	code, force := strings.CutSuffix(fields[2], "!")
	status, err := strconv.Atoi(code)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %q is not a status", l.place, fields[2])
	case status != 200 && status != 301 && status != 302 && status != 404 && status != 410:
		return fmt.Errorf("%s: Netlify does not document the status %d", l.place, status)
	case !isRedirect(status) && !strings.HasPrefix(fields[1], "/"):
		return fmt.Errorf("%s: only a path in the site can be served with the status %d", l.place, status)
	}
	s.redirects = append(s.redirects, redirectRule{p, fields[1], status, force})
	return nil
}

func isRedirect(status int) bool {
	return status == http.StatusMovedPermanently || status == http.StatusFound
}

// ServeHTTP answers a request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, "a static site answers GET and HEAD only", http.StatusMethodNotAllowed)
		return
	}
	file, isFolder := s.find(r.URL.Path)
	rule, target, ruled := s.redirect(r.URL.EscapedPath(), file) // rules are written as addresses are sent
	switch {
	case ruled:
		s.answer(w, r, rule.status, target)
	case file == "":
		s.file(w, r, http.StatusNotFound, "404.html")
	case isFolder && !strings.HasSuffix(r.URL.Path, "/"):
		s.answer(w, r, http.StatusMovedPermanently, r.URL.EscapedPath()+"/")
	default:
		s.file(w, r, http.StatusOK, file)
	}
}

// answer does what a redirect rule says.
func (s *Site) answer(w http.ResponseWriter, r *http.Request, status int, target string) {
	if !isRedirect(status) {
		file, _ := s.find(target)
		s.file(w, r, status, file)
		return
	}
	if r.URL.RawQuery != "" && !strings.Contains(target, "?") {
		target += "?" + r.URL.RawQuery
	}
	w.Header().Set("Location", target)
	w.WriteHeader(status)
}

// Lookup returns the file that a path in the site leads to, and whether the reader gets there by a redirect; "" when it leads nowhere. A
// page that says a thing is gone is nowhere, and a redirect to another site is taken on trust.
func (s *Site) Lookup(address string) (file string, redirects bool) {
	file, isFolder := s.find(address)
	rule, target, ruled := s.redirect(address, file)
	switch {
	case !ruled:
		return file, isFolder && !strings.HasSuffix(address, "/")
	case isRedirect(rule.status) && !strings.HasPrefix(target, "/"):
		return target, true
	case isRedirect(rule.status) || rule.status == http.StatusOK:
		file, _ = s.find(target)
		return file, isRedirect(rule.status)
	default:
		return "", false
	}
}

// redirect returns the first rule for an address and its target. Where a file lies, only a rule with a ! counts.
func (s *Site) redirect(address, file string) (rule redirectRule, target string, ok bool) {
	for _, rule := range s.redirects {
		if target, ok := rule.pattern.expand(address, rule.to); ok && (file == "" || rule.force) {
			return rule, target, true
		}
	}
	return redirectRule{}, "", false
}

// find returns the file that an address stands for, and whether it is the index of a folder; nothing when there is none. The rules
// themselves are not served.
func (s *Site) find(address string) (file string, isFolder bool) {
	name := strings.Trim(path.Clean("/"+address), "/")
	if name == "_headers" || name == "_redirects" {
		return "", false
	}
	if name != "" && s.isFile(name) && !strings.HasSuffix(address, "/") {
		return name, false
	}
	if index := path.Join(name, "index.html"); s.isFile(index) {
		return index, true
	}
	if s.isFile(name + ".html") {
		return name + ".html", false
	}
	return "", false
}

func (s *Site) isFile(name string) bool {
	info, err := fs.Stat(s.files, name)
	return err == nil && info.Mode().IsRegular()
}

// file serves one file with the headers of its address.
func (s *Site) file(w http.ResponseWriter, r *http.Request, status int, name string) {
	header := w.Header()
	s.setHeaders(header, r.URL.Path)
	content, err := fs.ReadFile(s.files, name)
	if err != nil {
		status, name, content = http.StatusNotFound, "404.txt", []byte("Not found\n")
	}
	if header.Get("Content-Type") == "" {
		header.Set("Content-Type", contentType(name, content))
	}
	if header.Get("Cache-Control") == "" {
		header.Set("Cache-Control", "public,max-age=0,must-revalidate") // Netlify's default.
	}
	header.Set("Content-Length", strconv.Itoa(len(content)))
	w.WriteHeader(status)
	if r.Method == http.MethodGet {
		_, _ = bytes.NewReader(content).WriteTo(w)
	}
}

func (s *Site) setHeaders(header http.Header, address string) {
	setBy := make(map[string]string)
	for _, rule := range s.headers {
		if _, ok := rule.pattern.expand(address, ""); !ok {
			continue
		}
		for name, values := range rule.header {
			if first, ok := setBy[name]; ok {
				s.Report(fmt.Errorf("%s sets %s for %s, which %s sets too; hosts disagree which of them wins", rule.line, name, address, first))
			}
			setBy[name] = rule.line
			header.Set(name, strings.Join(values, ", "))
		}
	}
}

// types are the content types of the files that a site has. Those of the operating system would differ from machine to machine.
var types = map[string]string{
	".html": "text/html; charset=UTF-8",
	".css":  "text/css; charset=UTF-8",
	".js":   "application/javascript; charset=UTF-8",
	".json": "application/json",
	".xml":  "application/xml",
	".opml": "text/x-opml",
	".svg":  "image/svg+xml",
	".txt":  "text/plain; charset=UTF-8",
	".csv":  "text/csv; charset=UTF-8",
	".ics":  "text/calendar; charset=UTF-8",
	".png":  "image/png",
	".jpg":  "image/jpeg",
	".webp": "image/webp",
}

func contentType(name string, content []byte) string {
	ext := path.Ext(name)
	if known, ok := types[ext]; ok {
		return known
	}
	if known := mime.TypeByExtension(ext); known != "" {
		return known
	}
	return http.DetectContentType(content)
}

// A pattern is a path with * for anything and :name for one element.
type pattern struct {
	match *regexp.Regexp
	names []string
}

var wildcard = regexp.MustCompile(`\*|:[a-zA-Z_]+`)

func newPattern(text string) (pattern, error) {
	if !strings.HasPrefix(text, "/") {
		return pattern{}, fmt.Errorf("%q is not a path: it does not begin with a slash", text)
	}
	if strings.Count(text, "*") > 1 {
		return pattern{}, fmt.Errorf("%q has more than one *", text)
	}
	var (
		p          pattern
		expression strings.Builder
		done       int
	)
	text = strings.TrimSuffix(text, "/") // An address means the same with and without.
	for _, at := range wildcard.FindAllStringIndex(text, -1) {
		expression.WriteString(regexp.QuoteMeta(text[done:at[0]]))
		if text[at[0]] == '*' {
			expression.WriteString("(.*)")
			p.names = append(p.names, ":splat")
		} else {
			expression.WriteString("([^/]+)")
			p.names = append(p.names, text[at[0]:at[1]])
		}
		done = at[1]
	}
	expression.WriteString(regexp.QuoteMeta(text[done:]))
	p.match = regexp.MustCompile("^" + expression.String() + "/?$")
	return p, nil
}

// expand fills in a target what the pattern's wildcards stand for in an address, if the address matches.
func (p pattern) expand(address, target string) (string, bool) {
	found := p.match.FindStringSubmatch(address)
	if found == nil {
		return "", false
	}
	return wildcard.ReplaceAllStringFunc(target, func(name string) string {
		for i, known := range p.names {
			if known == name {
				return found[i+1]
			}
		}
		return name
	}), true
}
