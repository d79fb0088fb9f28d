package machine

import (
	"cmp"
	"html"
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"debrief/generator/edition"
	"debrief/generator/page"
)

// Old addresses lead to their incidents in two ways. Hosts that read a _redirects file (https://docs.netlify.com/routing/redirects/) answer
// 301. For all others there is a small page at the old address that leads on. Netlify prefers a page that is there to a redirect unless the
// rule insists, which is what the "!" of "301!" does; Cloudflare Pages does not know the "!", skips the line and shows the page.

// Withdrawn pages answer 410 in the same two ways: a host that reads no _redirects shows a page that says so, with the status 200.

// redirects returns the _redirects file and the pages at old addresses. Archive has refused aliases that would do harm and told the author;
// this does not rely on it.
func redirects(e *edition.Edition, plan *page.Plan) []page.File {
	taken := newTree()
	for _, p := range plan.Pages {
		taken.add(page.FilePath(p.Path))
	}
	for _, a := range e.Attachments {
		taken.add(a.Path)
	}
	for _, g := range page.FeedGroups(e) {
		for _, f := range g.Feeds {
			taken.add(page.FilePath(f.RSS))
			taken.add(page.FilePath(f.Atom))
			taken.add(page.FilePath(f.JSON))
		}
	}
	var rules strings.Builder
	var files []page.File
	for _, inc := range e.Incidents {
		for _, alias := range inc.Aliases {
			old, ok := oldPath(alias)
			if !ok || taken.has(fileOf(old)) {
				continue
			}
			taken.add(fileOf(old))
			rule := escapePath(old) + " " + page.IncidentPath(inc.Slug)
			if isPagePath(old) {
				rules.WriteString(rule + " 301!\n")
				files = append(files, page.File{Path: fileOf(old), Produce: func() ([]byte, error) { return movedPage(e, inc, old), nil }})
			} else {
				rules.WriteString(rule + " 301\n")
			}
		}
	}
	gone := false
	for _, path := range e.Site.Gone {
		old, ok := oldPath(path)
		if !ok || taken.has(fileOf(old)) {
			continue
		}
		taken.add(fileOf(old))
		gone = true
		rule := escapePath(old)
		if strings.HasSuffix(rule, "/") {
			rule += "*" // and what stood beside it
		}
		rules.WriteString(rule + " " + gonePath + " 410!\n")
		if isPagePath(old) {
			files = append(files, page.File{Path: fileOf(old), Produce: func() ([]byte, error) { return gonePage(e, "/"+fileOf(old)), nil }})
		}
	}
	if gone {
		files = append(files, page.File{Path: gonePath[1:], Produce: func() ([]byte, error) { return gonePage(e, ""), nil }})
	}
	for _, guess := range []struct{ from, to string }{
		{"/feed", page.SiteFeed().RSS}, {"/rss", page.SiteFeed().RSS}, {"/rss.xml", page.SiteFeed().RSS}, {"/index.xml", page.SiteFeed().RSS},
		{"/atom", page.SiteFeed().Atom},
	} {
		if !taken.has(fileOf(guess.from)) {
			rules.WriteString(guess.from + " " + guess.to + " 301\n")
		}
	}
	list := []byte(rules.String())
	return append([]page.File{{Path: "_redirects", Produce: func() ([]byte, error) { return list, nil }}}, files...)
}

// oldPath returns an alias as an unescaped path from the site's root, if it is nothing but that: no other site, no way out of this one, no
// pattern, and no folder that is the program's or the host's own.
func oldPath(alias string) (string, bool) {
	old, err := url.PathUnescape(alias)
	if err != nil || !utf8.ValidString(old) || len(old) > 500 || !strings.HasPrefix(old, "/") || strings.Trim(old, "/") == "" {
		return "", false
	}
	if strings.ContainsAny(old, "?#*:\\%\"<>|") || strings.ContainsFunc(old, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }) {
		return "", false
	}
	parts := strings.Split(strings.TrimSuffix(old[1:], "/"), "/")
	for _, part := range parts {
		if part == "" || part[0] == '.' || len(part) > 200 || strings.HasSuffix(part, ".") {
			return "", false
		}
	}
	switch first := strings.ToLower(parts[0]); {
	case first == "assets", first == "api", first == "embed", first[0] == '_':
		return "", false
	}
	return old, true
}

// isPagePath reports whether an old address is one that a host serves a page for: a folder, a name without an ending, or an .html file.
func isPagePath(old string) bool {
	switch strings.ToLower(path.Ext(old)) {
	case "", ".html", ".htm":
		return true
	default:
		return strings.HasSuffix(old, "/")
	}
}

// fileOf is where the page at an old address lies in the output.
func fileOf(old string) string {
	name := strings.Trim(old, "/")
	if !strings.HasSuffix(old, "/") && path.Ext(old) != "" {
		return name
	}
	return name + "/index.html"
}

func escapePath(p string) string { return (&url.URL{Path: p}).EscapedPath() }

// movedPage is a page for people and browsers at an old address. Its link is relative, so that it works wherever the site stands.
func movedPage(e *edition.Edition, inc *edition.Incident, old string) []byte {
	target := page.IncidentPath(inc.Slug)
	from := escapePath("/" + fileOf(old))
	to := html.EscapeString(page.Relative(from, target))
	title := html.EscapeString(oneLine(inc.Title))
	var b strings.Builder
	b.WriteString("<!DOCTYPE html>\n<html lang=\"" + html.EscapeString(e.Site.Language) + "\">\n<head>\n<meta charset=\"utf-8\">\n")
	b.WriteString("<title>Moved: " + title + "</title>\n")
	b.WriteString("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n")
	b.WriteString("<meta http-equiv=\"refresh\" content=\"0; url=" + to + "\">\n")
	if e.Site.URL != "" {
		b.WriteString("<link rel=\"canonical\" href=\"" + html.EscapeString(page.Absolute(e.Site.URL, target)) + "\">\n")
	}
	b.WriteString("</head>\n<body>\n<main>\n<h1>This report has moved</h1>\n<p><a href=\"" + to + "\">" + title + "</a></p>\n</main>\n</body>\n</html>\n")
	return []byte(b.String())
}

// gonePath is what hosts show at the addresses of withdrawn pages.
const gonePath = "/410.html"

// gonePage is what stands where a page was withdrawn, at a path; that at gonePath itself is shown at any address, so it has no link. It says nothing of
// what was there.
func gonePage(e *edition.Edition, at string) []byte {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html>\n<html lang=\"" + html.EscapeString(e.Site.Language) + "\">\n<head>\n<meta charset=\"utf-8\">\n<title>Withdrawn</title>\n")
	b.WriteString("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n</head>\n<body>\n<main>\n")
	b.WriteString("<h1>This page has been withdrawn</h1>\n<p>It is no longer published by " + html.EscapeString(oneLine(cmp.Or(e.Site.Organization, e.Site.Title))) + ".</p>\n")
	if at != "" {
		b.WriteString("<p><a href=\"" + html.EscapeString(page.Relative(escapePath(at), page.HomePath)) + "\">All incidents</a></p>\n")
	}
	b.WriteString("</main>\n</body>\n</html>\n")
	return []byte(b.String())
}

// tree knows the files of the output, so that no old address takes the place of one, whatever the case of its letters, nor needs a folder
// where there is a file.
type tree struct{ files, folders map[string]bool }

func newTree() tree { return tree{map[string]bool{}, map[string]bool{}} }

func (t tree) add(file string) {
	file = strings.ToLower(file)
	t.files[file] = true
	for dir := path.Dir(file); dir != "."; dir = path.Dir(dir) {
		t.folders[dir] = true
	}
}

// has reports whether a file, a folder in its way or a file in the way of its folders is there.
func (t tree) has(file string) bool {
	file = strings.ToLower(file)
	if t.files[file] || t.folders[file] {
		return true
	}
	for dir := path.Dir(file); dir != "."; dir = path.Dir(dir) {
		if t.files[dir] {
			return true
		}
	}
	return false
}
