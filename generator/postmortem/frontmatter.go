package postmortem

import (
	"bytes"
	"strings"
	"time"

	"debrief/generator/fields"
	"debrief/generator/lazyregexp"
	"debrief/generator/problem"
)

// source is a file divided into its front matter and its body.
type source struct {
	// matter is the text between the marks, and matterLine its first line's number; hasMatter is false when there is none.
	matter     []byte
	matterLine int
	hasMatter  bool
	syntax     fields.Syntax
	body       []byte
	bodyLine   int
	// unclosed is set when front matter begins and never ends.
	unclosed bool
}

// yamlKey is how a line of YAML front matter looks, which a rule (---) above ordinary text does not.
var yamlKey = lazyregexp.New(`^\s*(?:["']?[\p{L}\p{N}_][\p{L}\p{N}_ .\-]*["']?\s*:(?:\s|$)|#|\{)`)

// Parts are a file's front matter and body as they stand in it, for a room that looks at the text itself.
type Parts struct {
	// Matter is the text between the marks, and MatterLine the number of its first line; both are empty without front matter.
	Matter     []byte
	MatterLine int
	// Syntax says how Matter is written.
	Syntax fields.Syntax
	// Body is all below, and BodyLine the number of its first line.
	Body     []byte
	BodyLine int
}

// Divide finds the front matter of a file as Read does.
func Divide(src []byte) Parts {
	s := divide(src)
	return Parts{s.matter, s.matterLine, s.syntax, s.body, s.bodyLine}
}

// divide finds the front matter of a file. Before it may stand a byte order mark, blank lines and HTML comments; lines may end in any way.
func divide(src []byte) source {
	s := source{body: src, bodyLine: 1}
	start, line := skipPreliminaries(src)
	mark, next := nextLine(src, start)
	fence := strings.TrimRight(string(mark), " \t")
	switch fence {
	case "---":
		s.syntax = fields.YAML
	case "+++":
		s.syntax = fields.TOML
	default:
		return s
	}
	from, fromLine := next, line+1
	for at, number := next, line+1; at < len(src); number++ {
		text, following := nextLine(src, at)
		trimmed := strings.TrimRight(string(clipBytes(text, 8)), " \t")
		if trimmed == fence || fence == "---" && trimmed == "..." && len(text) <= 4 {
			if s.syntax == fields.YAML && !looksLikeYAML(src[from:at]) {
				return s
			}
			s.matter, s.matterLine, s.hasMatter = src[from:at], fromLine, true
			s.body, s.bodyLine = src[following:], number+1
			return s
		}
		at = following
	}
	// Front matter that never ends: take it up to the first blank line, so that the body is not lost.
	first, _ := nextLine(src, from)
	if s.syntax == fields.YAML && !yamlKey.Match(first) || s.syntax == fields.TOML && !bytes.Contains(first, []byte("=")) {
		return s
	}
	s.unclosed = true
	for at, number := from, fromLine; ; number++ {
		text, following := nextLine(src, at)
		if at >= len(src) || len(bytes.TrimSpace(text)) == 0 || bytes.HasPrefix(text, []byte("# ")) || bytes.HasPrefix(text, []byte("## ")) {
			s.matter, s.matterLine, s.hasMatter = src[from:at], fromLine, true
			s.body, s.bodyLine = src[at:], number
			return s
		}
		at = following
	}
}

func clipBytes(b []byte, n int) []byte { return b[:min(len(b), n)] }

// skipPreliminaries returns where the first line stands that is neither blank nor a comment, and its number.
func skipPreliminaries(src []byte) (at, line int) {
	line = 1
	if bytes.HasPrefix(src, []byte("\xef\xbb\xbf")) {
		at = 3
	}
	for at < len(src) {
		text, next := nextLine(src, at)
		trimmed := bytes.TrimSpace(text)
		switch {
		case len(trimmed) == 0:
			at, line = next, line+1
		case bytes.HasPrefix(trimmed, []byte("<!--")):
			end := bytes.Index(src[at:], []byte("-->"))
			if end < 0 {
				return at, line
			}
			_, after := nextLine(src, at+end)
			if after <= at || len(bytes.TrimSpace(lineTail(src, at+end+3))) > 0 {
				return at, line
			}
			line += countLines(src[at:after])
			at = after
		default:
			return at, line
		}
	}
	return at, line
}

// lineTail returns what is left of the line at an offset.
func lineTail(src []byte, at int) []byte {
	if at >= len(src) {
		return nil
	}
	text, _ := nextLine(src, at)
	return text
}

// nextLine returns the line at an offset without its end, and where the next one begins. A line ends with \n, \r\n or \r.
func nextLine(src []byte, at int) (line []byte, next int) {
	if at >= len(src) {
		return nil, len(src)
	}
	i := bytes.IndexAny(src[at:], "\r\n")
	if i < 0 {
		return src[at:], len(src)
	}
	end := at + i
	next = end + 1
	if src[end] == '\r' && next < len(src) && src[next] == '\n' {
		next++
	}
	return src[at:end], next
}

// countLines counts the line ends in a text.
func countLines(b []byte) int {
	n := 0
	for at := 0; at < len(b); n++ {
		_, at = nextLine(b, at)
	}
	return n
}

// looksLikeYAML reports whether a text between two rules is front matter: empty, or with a key in its first line that is no comment.
func looksLikeYAML(text []byte) bool {
	for at := 0; at < len(text); {
		line, next := nextLine(text, at)
		trimmed := bytes.TrimSpace(line)
		if len(trimmed) > 0 && trimmed[0] != '#' {
			return yamlKey.Match(line)
		}
		at = next
	}
	return true
}

// ownKeys are the front-matter keys of this format, in the order of the Postmortem.
var ownKeys = []string{
	"id", "title", "external_title", "severity", "status", "visibility", "stage", "next_update", "started", "detected", "declared", "mitigated",
	"resolved", "published", "services", "factors", "detected_by", "owner", "participants", "near_miss", "class", "deferred_work",
	"grows_with_scale", "related", "aliases", "links", "amended", "ignore",
}

// sharedKeys are those that other tools use too, so that they do not show whose format a file is in.
var sharedKeys = map[string]bool{
	"id": true, "title": true, "severity": true, "status": true, "resolved": true, "aliases": true, "owner": true, "services": true, "published": true, "class": true,
	"links": true, "related": true, "stage": true, "started": true, "participants": true, "ignore": true,
}

// isOwn reports whether front matter is written in this format: it has a key that no other tool uses, or a word only this format knows.
func isOwn(n *fields.Node) bool {
	own, shared := 0, 0
	for _, key := range ownKeys {
		v := n.Get(key)
		if v == nil || v.IsBlank() {
			continue
		}
		switch {
		case key == "status":
			switch strings.ToLower(v.Text) {
			case "draft", "review", "published":
				own++
			}
		case !sharedKeys[key]:
			own++
		case key == "resolved" && v.Type == fields.Bool:
		default:
			shared++
		}
	}
	return own > 0 || shared >= 3
}

// readFrontMatter fills the postmortem from its front matter.
func (r *reader) readFrontMatter(s source) {
	if s.unclosed {
		mark := "---"
		if s.syntax == fields.TOML {
			mark = "+++"
		}
		r.problems.Errorf(problem.Position{File: r.p.File, Line: s.matterLine - 1, Column: 1}, "front-matter-unclosed",
			"write a line "+mark+" after the last key", "the front matter begins here and never ends; it was read up to the first blank line")
	}
	node, problems := fields.Parse(r.p.File, s.matterLine, s.syntax, s.matter)
	r.own = isOwn(node)
	r.broken = node.Broken
	r.problems = append(r.problems, problems...)
	r.matter = fields.NewDecoder(node, &r.problems)
	r.foreign = newForeign(node, r.matter)
	r.readZone()
	r.readKeys()
	r.readForeign()
	r.reportUnknown()
	r.p.Positions = r.matter.Places()
}

// readKeys reads the keys of this format.
func (r *reader) readKeys() {
	d, p := r.matter, r.p
	p.ID = strings.TrimSpace(d.String("id").Value)
	p.Title = collapse(d.String("title").Value)
	p.ExternalTitle = collapse(d.String("external_title").Value)
	r.readSeverity()
	r.readStatus()
	if v := r.enum("visibility", string(Internal), string(Public)); v != "" {
		p.Visibility = Visibility(v)
	}
	if v := r.enum("stage", string(Preliminary), string(Final)); v != "" {
		p.Stage = Stage(v)
	}
	p.NextUpdate = r.date("next_update")
	for _, m := range r.moments() {
		if m.key == "resolved" && d.Node("resolved") != nil && d.Node("resolved").Type == fields.Bool {
			// A status page says whether it is resolved; when is another key.
			continue
		}
		*m.field = r.moment(m.key)
	}
	p.Published = r.date("published")
	p.Services = r.names("services")
	p.Factors = r.names("factors")
	p.DetectedBy = strings.ToLower(collapse(d.String("detected_by").Or(d.String("detection").Value)))
	p.Owner = collapse(r.text("owner"))
	p.Participants = r.names("participants")
	p.NearMiss = d.Bool("near_miss").Value
	p.Class = r.enum("class", "known-bug", "anticipated", "unanticipated")
	p.DeferredWork = strings.TrimSpace(r.text("deferred_work"))
	if g := d.Bool("grows_with_scale"); g.Set {
		p.GrowsWithScale = &g.Value
	}
	p.Related = r.names("related")
	p.Aliases = r.names("aliases")
	r.readLinks()
	r.readAmendments()
	r.readIgnored()
}

// moments are the five moments with their keys, the milestones that mark them in a timeline, and the facts that state them in the body.
func (r *reader) moments() []momentField {
	p := r.p
	return []momentField{
		{"started", Began, factStarted, &p.Started},
		{"detected", Detected, factDetected, &p.Detected},
		{"declared", Declared, factDeclared, &p.Declared},
		{"mitigated", Mitigated, factMitigated, &p.Mitigated},
		{"resolved", Resolved, factResolved, &p.Resolved},
	}
}

type momentField struct {
	key       string
	milestone Milestone
	fact      fact
	field     *Moment
}

// enum reads one of several words, in our own format strictly; in a foreign file another word says nothing.
func (r *reader) enum(key string, allowed ...string) string {
	if r.own {
		return r.matter.Enum(key, allowed...).Value
	}
	n := r.matter.Node(key)
	for _, word := range allowed {
		if n != nil && strings.EqualFold(strings.TrimSpace(n.Text), word) {
			return word
		}
	}
	return ""
}

func (r *reader) text(key string) string {
	if n := r.matter.Node(key); n != nil && n.Kind == fields.List {
		var parts []string
		for _, t := range r.matter.Strings(key) {
			parts = append(parts, t.Value)
		}
		return strings.Join(parts, ", ")
	}
	return r.matter.String(key).Value
}

// names reads a list of names, each once.
func (r *reader) names(key string) []string {
	n := r.matter.Node(key)
	if !r.own && n != nil && n.Kind == fields.Map {
		return nil
	}
	return distinct(r.matter.Names(key))
}

func distinct(texts []fields.Text) []string {
	var names []string
	seen := map[string]bool{}
	for _, t := range texts {
		if name := collapse(t.Value); name != "" && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

func (r *reader) readSeverity() {
	v := r.matter.String("severity")
	if !v.Set {
		return
	}
	id, ok := r.severity(v.Value)
	r.p.Severity = id
	if !ok && r.own {
		r.problems.Warnf(v.Pos, "unknown-severity", "list it under severities in archive.yaml, or use one that is", "no severity is called %q", v.Value)
	}
}

func (r *reader) readStatus() {
	p := r.p
	p.Status, p.Visibility, p.Stage = Published, Internal, Final
	if v := r.enum("status", string(Draft), string(Review), string(Published)); v != "" {
		p.Status = Status(v)
	}
	if r.broken && p.Status == Published {
		// A file that could not be read whole is shown inside, with a banner, and never outside: what is missing may be what keeps it in, or
		// the title that customers should see.
		p.Status = Review
	}
}

func (r *reader) readLinks() {
	if n := r.matter.Node("links"); n == nil || n.Kind != fields.Map && !r.own {
		return
	}
	for _, e := range r.matter.Entries("links") {
		if e.Value.Kind != fields.Scalar {
			r.problems.Errorf(e.Pos, "wrong-type", "write each link as a name and an address: chat: https://...", "the link %q is an address, found %s", e.Key, e.Value)
			continue
		}
		r.p.Links = append(r.p.Links, Link{Name: e.Key, URL: strings.TrimSpace(e.Value.Text)})
	}
}

func (r *reader) readAmendments() {
	if n := r.matter.Node("amended"); n == nil || n.Kind == fields.Scalar && !r.own {
		return
	}
	for _, d := range r.matter.Maps("amended") {
		a := Amendment{Note: strings.TrimSpace(d.String("note").Value), Significant: d.Bool("significant").Value}
		when := d.String("date")
		if !when.Set {
			r.problems.Errorf(d.Pos(), "missing-date", "add a date, for example date: 2024-06-30", "this amendment has no date")
		} else if date, complaint := parseDate(when.Value); complaint != "" {
			r.problems.Errorf(when.Pos, "impossible-date", "write a date as 2024-06-30", "%s", complaint)
		} else {
			a.Date = date
		}
		d.Done()
		r.p.Amended = append(r.p.Amended, a)
	}
}

// readIgnored reads which rules of check do not apply to the file. In front matter of another tool the key means something else unless it
// holds names and reasons.
func (r *reader) readIgnored() {
	node := r.matter.Node("ignore")
	switch {
	case node.IsBlank():
		return
	case node.Kind != fields.Map:
		if r.own {
			r.matter.Entries("ignore") // says what it should be
		}
		return
	}
	// A rule without a reason is kept: check says that the reason is missing.
	for _, e := range node.Entries {
		ignored := Ignored{Rule: e.Key, At: e.Pos}
		if e.Value != nil && e.Value.Kind == fields.Scalar {
			ignored.Reason = collapse(e.Value.Text)
		}
		r.p.Ignored = append(r.p.Ignored, ignored)
	}
}

// date reads a day from front matter.
func (r *reader) date(key string) Date {
	v := r.matter.String(key)
	if !v.Set {
		return Date{}
	}
	d, complaint := parseDate(v.Value)
	if complaint != "" {
		if r.own {
			r.problems.Errorf(v.Pos, "impossible-date", "write a date as 2024-06-30", "%s: %s", key, complaint)
		} else {
			r.problems.Warnf(v.Pos, "impossible-date", "write a date as 2024-06-30", "%s: %s", key, complaint)
		}
	}
	return d
}

// moment reads a time from front matter, and says what is wrong with it.
func (r *reader) moment(key string) Moment {
	v := r.matter.String(key)
	if !v.Set {
		return Moment{}
	}
	return r.momentOf(v, key)
}

func (r *reader) momentOf(v fields.Text, key string) Moment {
	if isPlaceholder(v.Value) {
		return Moment{}
	}
	m, complaint := r.parseMoment(v.Value)
	if complaint != "" {
		r.problems.Errorf(v.Pos, "impossible-time", "write a time with its zone, as 2024-03-05T14:02:00Z or 2024-03-05 14:02 UTC", "%s: %s", key, complaint)
		return Moment{}
	}
	if !m.ZoneStated && !m.DateOnly && r.own {
		r.problems.Warnf(v.Pos, "time-without-zone", "add the zone: 2024-03-05 14:02 UTC, or 2024-03-05T14:02:00+01:00",
			"%s says no time zone; %s was assumed", key, r.location)
	}
	if strings.Contains(v.Value, "24:00") && m.Time.Hour() == 0 {
		r.problems.Notef(v.Pos, "hour-24", "", "%s: 24:00 was read as 00:00 of the next day", key)
	}
	return m
}

// parseMoment reads a full time or a date. The complaint says what is wrong, and is empty when nothing is.
func (r *reader) parseMoment(text string) (Moment, string) {
	text = strings.TrimSpace(text)
	st, n := scanStamp(text)
	if n == 0 || st.date.Year == 0 || strings.Trim(text[min(n, len(text)):], " .") != "" {
		if complaint := impossibleDate(text); complaint != "" {
			return Moment{}, complaint
		}
		return Moment{}, "this is no date and time: " + quote(text)
	}
	if st.impossible {
		return Moment{}, "there is no such time of day: " + quote(text)
	}
	if st.numeric {
		return Moment{}, "day and month cannot be told apart: " + quote(text)
	}
	at, stated := r.location, false
	if st.zone.stated() {
		at, stated = st.zone.location, true
	} else if r.zone.stated() {
		at, stated = r.zone.location, true
	}
	m := Moment{ZoneStated: stated, Approximate: st.approx, DateOnly: !st.hasClock}
	m.Time = st.date.at(st.clock(), at)
	return m, ""
}

// parseDate reads a day; a time behind it is passed over.
func parseDate(text string) (Date, string) {
	text = strings.TrimSpace(text)
	st, n := scanStamp(text)
	if n == 0 || st.date.Year == 0 {
		if complaint := impossibleDate(text); complaint != "" {
			return Date{}, complaint
		}
		return Date{}, "this is no date: " + quote(text)
	}
	return st.date, ""
}

var isoLike = lazyregexp.New(`^(\d{4})-(\d{1,2})-(\d{1,2})`)

// impossibleDate explains a date that is written like one and does not exist.
func impossibleDate(text string) string {
	m := isoLike.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	year, month, day := atoi(m[1]), atoi(m[2]), atoi(m[3])
	switch {
	case month < 1 || month > 12:
		return "there is no month " + m[2] + " in " + m[0]
	case day < 1 || day > 31 || !validDay(Date{year, time.Month(month), day}):
		return "there is no day " + m[3] + " in month " + m[2] + " of " + m[1]
	}
	return ""
}

func quote(s string) string { return `"` + clipRunes(s, 60) + `"` }
