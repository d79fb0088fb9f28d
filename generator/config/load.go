package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"debrief/generator/fields"
	"debrief/generator/problem"
)

// Files are the names a configuration may have, the usual one first. It stands in the root of the archive.
func Files() []string { return []string{"archive.yaml", "archive.yml"} }

// Bounds of the numbers in archive.yaml.
const (
	maxDays    = 3650
	maxEntries = 1000
)

// Load reads the configuration of the archive whose root is fsys. Without a file it is Default. What is wrong in the file is a problem with
// its place, and its default or nothing stands for it; the error is for a file that is there and cannot be read.
func Load(fsys fs.FS) (*Config, problem.List, error) {
	var problems problem.List
	name, src, err := find(fsys, &problems)
	if err != nil {
		return nil, nil, err
	}
	if name == "" {
		return Default(), nil, nil
	}
	root, syntax := fields.Parse(name, 1, fields.YAML, src)
	problems = append(problems, syntax...)
	r := &reader{fsys: fsys, problems: &problems, config: Default()}
	r.config.broken = root.Broken
	r.archive(fields.NewDecoder(root, &problems))
	problems.Sort()
	return r.config, problems, nil
}

// find returns the name and content of the configuration, or "" when there is none.
func find(fsys fs.FS, problems *problem.List) (name string, src []byte, err error) {
	for _, candidate := range Files() {
		content, err := fs.ReadFile(fsys, candidate)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return "", nil, fmt.Errorf("reading the configuration: %w", err)
		case name != "":
			problems.Errorf(problem.Position{File: candidate}, "two-configurations", "move what you need to "+name+" and delete this file",
				"%s stands beside %s and is not read", candidate, name)
		default:
			name, src = candidate, content
		}
	}
	return name, src, nil
}

// reader fills a Config.
type reader struct {
	fsys     fs.FS
	problems *problem.List
	config   *Config
}

func (r *reader) archive(d *fields.Decoder) {
	c := r.config
	c.Title = d.String("title").Or(c.Title)
	c.Organization = d.String("organization").Value
	c.Description = d.String("description").Value
	r.language(d.String("language"))
	r.timeZone(d.String("time_zone"))
	c.Logo = r.logo(d.String("logo"))
	r.sites(d.Map("sites"))
	r.severities(d.List("severities"))
	r.services(d.List("services"))
	r.factors(d.List("factors"))
	r.glossary(d.Maps("glossary"))
	r.sections(d.Entries("sections"))
	r.openSections(d.Strings("open_sections"))
	c.BlockedWords = r.guard(d, "blocked_words")
	c.People = r.guard(d, "people")
	audit := d.Map("audit")
	c.Audit = Audit{Hosts: r.guard(audit, "hosts"), Allow: texts(audit.Strings("allow"))}
	audit.Done()
	feeds := d.Map("feeds")
	c.FeedEntries = feeds.Int("size", 1, maxEntries).Or(c.FeedEntries)
	feeds.Done()
	c.PageSize = d.Int("page_size", 1, maxEntries).Or(c.PageSize)
	c.Theme = r.theme(d.String("theme"))
	r.links(d.Maps("links"))
	r.gone(d.Strings("gone"))
	r.rules(d.Entries("rules"))
	d.Done()
}

func (r *reader) language(written fields.Text) {
	if !written.Set {
		return
	}
	tag, err := language.Parse(written.Value)
	if err != nil {
		r.problems.Errorf(written.Pos, "unknown-language", `write a language tag such as "en", "de" or "pt-BR"`, "language is a BCP 47 tag, found %q", written.Value)
		return
	}
	r.config.Language = tag.String()
}

func (r *reader) timeZone(written fields.Text) {
	if !written.Set {
		return
	}
	name := written.Value
	if strings.EqualFold(name, "utc") || strings.EqualFold(name, "z") {
		name = "UTC"
	}
	location, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		hint := `write a name such as "UTC" or "Europe/Berlin"`
		if proper := properZone(name); proper != name {
			if _, err := time.LoadLocation(proper); err == nil {
				hint = "did you mean " + strconv.Quote(proper) + "?"
			}
		}
		r.problems.Errorf(written.Pos, "unknown-time-zone", hint, "time_zone is a name of the IANA time zone database, found %q", written.Value)
		return
	}
	r.config.Location, r.config.ZoneStated = location, true
}

// properZone writes a zone's name with the capitals the database uses: europe/berlin and America/New York.
func properZone(name string) string {
	inside := false
	return strings.Map(func(r rune) rune {
		if r == ' ' {
			r = '_'
		}
		first := !inside
		inside = r != '/' && r != '_' && r != '-'
		if first {
			return []rune(strings.ToUpper(string(r)))[0]
		}
		return []rune(strings.ToLower(string(r)))[0]
	}, name)
}

func (r *reader) logo(written fields.Text) string {
	name, ok := r.inside("logo", written)
	if !ok {
		return ""
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".svg", ".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif":
	default:
		r.problems.Errorf(written.Pos, "bad-logo", "use an SVG, or a PNG, JPEG, WebP, AVIF or GIF", "logo is the path of a picture, found %q", written.Value)
		return ""
	}
	info, err := fs.Stat(r.fsys, name)
	if err != nil || !info.Mode().IsRegular() {
		r.problems.Errorf(written.Pos, "missing-file", "the path counts from the folder of archive.yaml", "logo is %q, and there is no such file in the archive", written.Value)
		return ""
	}
	return name
}

func (r *reader) theme(written fields.Text) string {
	name, ok := r.inside("theme", written)
	if !ok {
		return ""
	}
	info, err := fs.Stat(r.fsys, name)
	if err != nil || !info.IsDir() || name == "." {
		r.problems.Errorf(written.Pos, "missing-file", "the path counts from the folder of archive.yaml", "theme is %q, and there is no such folder in the archive", written.Value)
		return ""
	}
	return name
}

// inside returns a path of the archive in its shortest form. A path that leaves the archive, in its words or by a symbolic link, is refused:
// building an archive must not publish another folder of the machine.
func (r *reader) inside(key string, written fields.Text) (string, bool) {
	if !written.Set {
		return "", false
	}
	name := path.Clean(written.Value)
	switch {
	case strings.Contains(written.Value, `\`):
		r.problems.Errorf(written.Pos, "bad-path", `write "/" between folders`, `%s is a path with "/", found %q`, key, written.Value)
		return "", false
	case !fs.ValidPath(name):
		r.problems.Errorf(written.Pos, "bad-path", "write a path relative to the folder of archive.yaml, below it", "%s must stay inside the archive, found %q", key, written.Value)
		return "", false
	}
	for i := range name + "/" {
		if i < len(name) && name[i] != '/' {
			continue
		}
		if info, err := fs.Lstat(r.fsys, name[:i]); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			r.problems.Errorf(written.Pos, "bad-path", "put the files themselves into the archive", "%s is %q, where %q is a symbolic link", key, written.Value, name[:i])
			return "", false
		}
	}
	return name, true
}

func (r *reader) sites(d *fields.Decoder) {
	for _, site := range []struct {
		name string
		into *Site
	}{{"internal", &r.config.Internal}, {"external", &r.config.External}} {
		var written fields.Text
		if n := d.Node(site.name); n != nil && n.Kind == fields.Scalar {
			written = d.String(site.name) // "external: https://..." says enough
		} else {
			below := d.Map(site.name)
			written = below.String("url")
			below.Done()
		}
		if address, ok := r.siteURL("sites."+site.name+".url", written); ok {
			*site.into = Site{URL: address, At: written.Pos}
		}
	}
	d.Done()
	if in, out := &r.config.Internal, &r.config.External; in.URL != "" && in.URL == out.URL {
		r.problems.Errorf(in.At, "same-site", "publish the internal edition where only your organisation can read it",
			"sites.internal.url is also the address of the external site (line %d)", out.At.Line)
		*in = Site{}
	}
}

// siteURL checks the address of a home page and writes it in its one form, with a final "/".
func (r *reader) siteURL(key string, written fields.Text) (string, bool) {
	if !written.Set {
		return "", false
	}
	u, err := url.Parse(written.Value)
	complain := func(hint string) (string, bool) {
		r.problems.Errorf(written.Pos, "bad-url", hint, "%s is the full address of a site, found %q", key, written.Value)
		return "", false
	}
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https":
		if err == nil && u.Scheme == "" && !strings.HasPrefix(written.Value, "/") {
			return complain("write https://" + strings.TrimSuffix(written.Value, "/") + "/")
		}
		return complain("write an address such as https://status.example.org/incidents/")
	case u.Host == "" || u.Hostname() == "" || strings.ContainsAny(u.Host, " \"'<>\\"):
		return complain("the name of the server is missing")
	case u.User != nil:
		return complain("leave out the user name and password; everybody can read them")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return complain(`leave out everything from "?" or "#" on`)
	case hasOddSegment(u.Path):
		return complain(`leave out ".", ".." and doubled "/"`)
	}
	u.Host = strings.ToLower(u.Host)
	if !strings.HasSuffix(u.Path, "/") {
		u = u.JoinPath("/")
	}
	return u.String(), true
}

// hasOddSegment reports whether a path is written in another way than it would be served.
func hasOddSegment(p string) bool {
	segments := strings.Split(strings.TrimSuffix(strings.TrimPrefix(p, "/"), "/"), "/")
	return len(segments) > 1 && slices.Contains(segments, "") || slices.Contains(segments, ".") || slices.Contains(segments, "..") || p == "//"
}

func (r *reader) glossary(items []*fields.Decoder) {
	seen := map[string]int{} // the line of each term
	for _, d := range items {
		term, meaning, public := d.String("term"), d.String("meaning"), d.Bool("public")
		d.Done()
		first, twice := seen[key(term.Value)]
		switch {
		case !term.Set || !meaning.Set:
			r.problems.Errorf(d.Pos(), "incomplete-term", "write both term: and meaning:", "an entry of glossary has no %s", missing(term, "term", "meaning"))
		case twice:
			r.problems.Errorf(term.Pos, "duplicate-term", "keep one of the two", "the term %q stands twice; the first is on line %d, and is the one used", term.Value, first)
		default:
			seen[key(term.Value)] = term.Pos.Line
			r.config.Glossary = append(r.config.Glossary, Term{Term: term.Value, Meaning: meaning.Value, Public: public.Value, At: d.Pos()})
		}
	}
}

// missing names the first of two fields when it is not set, else the second.
func missing(first fields.Text, firstName, secondName string) string {
	if first.Set {
		return secondName
	}
	return firstName
}

func (r *reader) sections(written []fields.Entry) {
	headings := map[string][]string{}
	seen := map[string]fields.Text{} // section of each heading, at the heading's place
	for _, e := range written {
		name, ok := r.sectionName(e.Key, e.Pos)
		if !ok {
			continue
		}
		items := fields.NewDecoder(&fields.Node{Kind: fields.Map, Pos: e.Pos, Entries: []fields.Entry{e}}, r.problems)
		for _, heading := range items.Strings(e.Key) {
			if first, twice := seen[key(heading.Value)]; twice {
				r.problems.Errorf(heading.Pos, "duplicate-heading", "keep one of the two", "the heading %q means %s on line %d already", heading.Value, first.Value, first.Pos.Line)
				continue
			}
			seen[key(heading.Value)] = fields.Text{Value: name, Pos: heading.Pos}
			headings[name] = append(headings[name], heading.Value)
		}
	}
	for _, name := range SectionNames() {
		if len(headings[name]) > 0 {
			r.config.Sections = append(r.config.Sections, Synonyms{Section: name, Headings: headings[name]})
		}
	}
}

func (r *reader) openSections(written []fields.Text) {
	open := map[string]bool{}
	for _, w := range written {
		if name, ok := r.sectionName(w.Value, w.Pos); ok {
			open[name] = true
		}
	}
	for _, name := range SectionNames() {
		if open[name] {
			r.config.OpenSections = append(r.config.OpenSections, name)
		}
	}
}

// sectionName returns the canonical name that is meant, whatever its case and joints.
func (r *reader) sectionName(written string, at problem.Position) (string, bool) {
	for _, name := range SectionNames() {
		if key(written) == key(name) {
			return name, true
		}
	}
	hint := "the sections are " + strings.Join(SectionNames(), ", ")
	if near := fields.Nearest(written, SectionNames()); near != "" {
		hint = "did you mean " + strconv.Quote(near) + "?"
	}
	r.problems.Errorf(at, "unknown-section", hint, "there is no section %q", written)
	return "", false
}

// guard reads a list of what must never leave. A part of it that cannot be read leaves the archive unguarded, and Broken says so.
func (r *reader) guard(d *fields.Decoder, list string) []string {
	before := len(*r.problems)
	var words []string
	for _, word := range d.Strings(list) {
		if !slices.Contains(words, word.Value) {
			words = append(words, word.Value)
		}
	}
	r.config.broken = r.config.broken || len(*r.problems) > before
	return words
}

func (r *reader) links(items []*fields.Decoder) {
	for _, d := range items {
		name, address, public := d.String("name"), d.String("url"), d.Bool("public")
		d.Done()
		if !name.Set || !address.Set {
			r.problems.Errorf(d.Pos(), "incomplete-link", "write both name: and url:", "an entry of links has no %s", missing(name, "name", "url"))
			continue
		}
		u, err := url.Parse(address.Value)
		switch {
		case err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "", err == nil && u.Scheme == "mailto" && u.Opaque != "":
			r.config.Links = append(r.config.Links, Link{Name: name.Value, URL: u.String(), Public: public.Value, At: d.Pos()})
		default:
			r.problems.Errorf(address.Pos, "bad-url", "write an address such as https://example.org/ or mailto:support@example.org", "links go to a full address, found %q", address.Value)
		}
	}
}

// gone reads the addresses of withdrawn pages: paths of the external site, or their full addresses.
func (r *reader) gone(written []fields.Text) {
	for _, w := range written {
		path := w.Value
		if outside := r.config.External.URL; outside != "" && strings.HasPrefix(path, outside) {
			path = "/" + strings.TrimPrefix(path, outside)
		}
		if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.Trim(path, "/") == "" || strings.ContainsAny(path, "?#*\\ ") {
			r.problems.Errorf(w.Pos, "bad-path", "write the path of one page, such as /incidents/inc-2024-017/", "gone lists addresses of the external site, found %q", w.Value)
			continue
		}
		r.config.Gone = append(r.config.Gone, Gone{path, w.Pos})
	}
}

// rules reads the settings of check: a severity, or keys. Which rules there are is for check to say.
func (r *reader) rules(written []fields.Entry) {
	for _, e := range written {
		setting := RuleSetting{Rule: e.Key, At: e.Pos}
		if e.Value.Kind == fields.Scalar {
			own := fields.NewDecoder(&fields.Node{Kind: fields.Map, Pos: e.Pos, Entries: []fields.Entry{e}}, r.problems)
			setting.Severity = ruleSeverity(own, e.Key)
		} else {
			d := fields.NewDecoder(e.Value, r.problems)
			setting.Severity = ruleSeverity(d, "severity")
			setting.Words = texts(d.Names("words"))
			setting.Allow = texts(d.Names("allow"))
			setting.Limit = d.Int("limit", 1, maxEntries).Value
			d.Done()
		}
		r.config.Rules = append(r.config.Rules, setting)
	}
}

func ruleSeverity(d *fields.Decoder, key string) string {
	severity := d.Enum(key, "off", "note", "info", "warning", "error").Value
	if severity == "info" {
		return "note"
	}
	return severity
}

func texts(written []fields.Text) []string {
	var values []string
	for _, w := range written {
		values = append(values, w.Value)
	}
	return values
}
