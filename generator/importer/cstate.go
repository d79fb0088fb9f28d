package importer

import (
	"path"
	"slices"
	"strings"
	"time"

	"debrief/generator/fields"
	"debrief/generator/lazyregexp"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

// cState, a status page made with Hugo: a Markdown file for each issue in content/issues. Updates stand newest first, and many have their time
// in a shortcode:
//
//	*Resolved* - It works again. {{< track "2024-03-05 15:40:00" >}}
//
// Such updates become entries of a timeline. Any other text is kept as it is. Dates are loose, and some do not exist; they are said and kept
// as text.

func readCState(r *run) error {
	t, err := r.openTree()
	if err != nil {
		return err
	}
	t.hugoZone()
	for _, file := range t.files.Postmortems {
		rep, err := t.read(file)
		if err != nil {
			return err
		}
		if rep == nil {
			continue
		}
		if !rep.isIssue() {
			t.skip(document{at: t.at(file)}, "it is no issue of a status page")
			continue
		}
		if err := t.take(t.cStateIssue(rep)); err != nil {
			return err
		}
	}
	return nil
}

// hugoZone takes the zone of times without one from the site's settings, unless the user named one.
func (t *tree) hugoZone() {
	if t.opts.Location != nil {
		return
	}
	for _, name := range []string{"config.yml", "config.yaml", "hugo.yaml", "hugo.yml"} {
		if !slices.Contains(t.files.Attachments, name) {
			continue
		}
		f, err := t.files.Open(name)
		if err != nil {
			continue
		}
		text := make([]byte, fields.MaxSize)
		n, _ := f.Read(text)
		_ = f.Close()
		node, _ := fields.Parse(name, 1, fields.YAML, text[:n])
		if zone := node.Get("timeZone"); zone != nil {
			if loc, err := time.LoadLocation(strings.TrimSpace(zone.Text)); err == nil {
				t.location = loc
			}
		}
	}
}

func (rep *report) isIssue() bool {
	return issueSigns(rep.matter()) > 0 || path.Base(path.Dir(rep.file)) == "issues"
}

// issueSigns counts what front matter has that only cState's issues have.
func issueSigns(n *fields.Node) int {
	found := 0
	for _, key := range []string{"resolvedWhen", "affected", "informational"} {
		if n.Get(key) != nil {
			found++
		}
	}
	if is(n.Get("section"), "issue") {
		found++
	}
	return found
}

func (t *tree) cStateIssue(rep *report) *incident {
	pm := rep.pm
	name := strings.TrimSuffix(path.Base(rep.file), path.Ext(rep.file))
	if name == "index" {
		name = path.Base(path.Dir(rep.file))
	}
	in := &incident{
		source: name, title: pm.Title, at: t.at(rep.file), severity: pm.Severity, resolved: utc(pm.Resolved), services: pm.Services,
		aliases:     []string{"/issues/" + name},
		attachments: func(target string) []attachment { return t.attachments(rep, target) },
	}
	if !slices.Contains(pm.Derived, "started") {
		in.started = utc(pm.Started)
	}
	t.impossible(rep, in)
	if in.severity != "" && !isDefaultSeverity(in.severity) {
		t.report.Problems.Warnf(position(pm.At("severity"), t.at(rep.file)), "unknown-severity", "write its severity into its file", "no severity is known for %q", in.severity)
		in.remarks, in.severity = append(in.remarks, "The source gives its severity as "+line(in.severity)+"."), ""
	}
	body := strings.TrimSpace(strings.ReplaceAll(rep.body(), "\r\n", "\n"))
	if before, updates := t.updates(rep, in, body); len(updates) > 0 {
		in.updates, in.summary = updates, before
	} else {
		in.summary, in.report = atFirstHeading(body)
	}
	if in.started.IsZero() && !slices.ContainsFunc(in.updates, func(u update) bool { return !u.at.IsZero() && stateOf(u.status) != resolvedState }) {
		// Nothing in the issue says when it began; its name does, and so may its text.
		in.started = utc(pm.Started)
		if at, err := readTime(named.FindString(name), t.location); err == nil {
			in.started = at
		}
	}
	var m matter
	rep.leftOver(&m, "title", "date", "resolvedWhen", "severity", "affected", "section", "resolved")
	in.remarks = append(in.remarks, strings.TrimSpace(commentMark.ReplaceAllString(m.b.String(), "")))
	in.remarks = slices.DeleteFunc(in.remarks, func(s string) bool { return s == "" })
	return in
}

var (
	named       = lazyregexp.New(`^\d{4}-\d{2}-\d{2}`)
	commentMark = lazyregexp.New(`(?m)^# ?`)
	track       = lazyregexp.New(`\{\{[<%]\s*(?:inline_)?track\s+["` + "`" + `“]?([^"` + "`" + `”>%}]*?)["` + "`" + `”]?\s*[>%]\}\}`)
)

func utc(at postmortem.Moment) postmortem.Moment {
	if !at.DateOnly {
		at.Time = at.Time.UTC()
	}
	return at
}

// impossible keeps the times of the front matter that are none, as remarks in the new one. That they are none has been said.
func (t *tree) impossible(rep *report, in *incident) {
	node := rep.matter()
	for _, key := range []string{"date", "resolvedWhen"} {
		n := node.Get(key)
		if n == nil || n.IsBlank() || n.Kind != fields.Scalar {
			continue
		}
		if _, err := readTime(n.Text, t.location); err != nil {
			in.remarks = append(in.remarks, "The source has "+key+": "+line(n.Text))
		}
	}
}

// updates divides a body into updates: by the shortcode that has their time, or by lines that are nothing but a label with a time, such as
// "[Update - 2024-03-05 15h40 UTC]". A paragraph without one belongs to the update above it; what stands above all of them is returned as
// before. Where some update has no time, nothing is divided.
func (t *tree) updates(rep *report, in *incident, body string) (before string, updates []update) {
	all := splitTracks(paragraphs(body))
	open := func(paragraph string) (update, bool) {
		if m := track.FindStringSubmatchIndex(paragraph); m != nil {
			return t.trackedUpdate(rep, paragraph, m), true
		}
		return t.labelledUpdate(in, paragraph)
	}
	for _, paragraph := range all {
		u, begins := open(paragraph)
		switch {
		case begins:
			updates = append(updates, u)
		case len(updates) > 0:
			last := &updates[len(updates)-1]
			last.body = strings.TrimSpace(last.body + "\n\n" + paragraph)
		default:
			before = strings.TrimSpace(before + "\n\n" + paragraph)
		}
	}
	for _, u := range updates {
		if u.at.IsZero() && !track.MatchString(body) {
			return body, nil
		}
	}
	slices.Reverse(updates) // they stand newest first, and finish puts them in order where their times say otherwise
	return before, updates
}

// trackedUpdate is an update whose time is in a shortcode.
func (t *tree) trackedUpdate(rep *report, paragraph string, m []int) update {
	written := strings.TrimSpace(paragraph[m[2]:m[3]])
	text := strings.TrimSpace(paragraph[:m[0]]) + " " + strings.TrimSpace(track.ReplaceAllString(paragraph[m[1]:], "($1)"))
	status, text := leadingStatus(strings.TrimSpace(text))
	at, err := readTime(written, t.location)
	if err != nil {
		t.report.Problems.Warnf(t.place(rep, paragraph, m[2]), "impossible-time", "", "%v; the update is kept, without a time", err)
	}
	return update{at: utc(at), written: written, status: status, body: text}
}

var (
	labelAlone = lazyregexp.New(`^(?:\[([^\]\n]{3,60})\]|\*\*([^*\n]{3,60})(?:\*\*)?:?)[ \t]*(?:\n|$)`)
	firstDigit = lazyregexp.New(`\d`)
)

// labelledUpdate is an update below a label. The first message has the time at which the issue began, and the last that of its end.
func (t *tree) labelledUpdate(in *incident, paragraph string) (update, bool) {
	m := labelAlone.FindStringSubmatch(paragraph)
	if m == nil {
		return update{}, false
	}
	label := strings.TrimSpace(m[1] + m[2])
	u := update{status: label, body: strings.TrimSpace(paragraph[len(m[0]):])}
	if loc := firstDigit.FindStringIndex(label); loc != nil {
		at, err := readTime(label[loc[0]:], t.location)
		if err != nil {
			return update{}, false
		}
		u.at, u.status = utc(at), strings.Trim(label[:loc[0]], " -–—:@(,")
		return u, true
	}
	switch words := strings.ToLower(label); {
	case m[1] == "":
		return update{}, false
	case strings.Contains(words, "initial") || strings.Contains(words, "open"):
		u.at = in.started
	case strings.Contains(words, "final") || strings.Contains(words, "close") || strings.Contains(words, "resolved"):
		u.at = in.resolved
	case !strings.Contains(words, "update") && !strings.Contains(words, "edit"):
		return update{}, false
	}
	return u, true
}

// splitTracks divides paragraphs in which each line is an update of its own.
func splitTracks(all []string) []string {
	var split []string
	for _, p := range all {
		if len(track.FindAllStringIndex(p, 2)) < 2 {
			split = append(split, p)
			continue
		}
		open := ""
		for l := range strings.Lines(p) {
			open += l
			if m := track.FindStringIndex(l); m != nil && strings.TrimSpace(l[m[1]:]) == "" {
				split = append(split, listMark.ReplaceAllString(strings.TrimSpace(open), ""))
				open = ""
			}
		}
		if strings.TrimSpace(open) != "" {
			split = append(split, strings.TrimSpace(open))
		}
	}
	return split
}

// listMark begins an item of a list.
var listMark = lazyregexp.New(`^[-*+] +`)

// isDefaultSeverity reports whether a severity is one that every archive has.
func isDefaultSeverity(id string) bool {
	switch id {
	case "sev1", "sev2", "sev3", "sev4":
		return true
	}
	return false
}

// position is a place in a file of the tree as whoever called the command sees it.
func position(at, shown problem.Position) problem.Position {
	at.File = shown.File
	return at
}

// place is where a part of a paragraph stands in the file.
func (t *tree) place(rep *report, paragraph string, offset int) problem.Position {
	text := strings.ReplaceAll(string(rep.src), "\r\n", "\n")
	line, column := 1, 1
	if i := strings.Index(text, paragraph); i >= 0 {
		line, column = advance([]byte(text[:i+offset]), 1, 1)
	}
	if rep.mended {
		line--
	}
	return problem.Position{File: t.shown(rep.file), Line: line, Column: column}
}

// paragraphs divides a text at its blank lines, those in code left alone.
func paragraphs(text string) []string {
	var all, open []string
	fence := ""
	for l := range strings.SplitSeq(text, "\n") {
		if m := fenceMark.FindStringSubmatch(l); m != nil && (fence == "" || strings.HasPrefix(m[1], fence)) {
			if fence == "" {
				fence = m[1]
			} else {
				fence = ""
			}
		}
		if fence == "" && strings.TrimSpace(l) == "" {
			if len(open) > 0 {
				all = append(all, strings.Join(open, "\n"))
			}
			open = nil
			continue
		}
		open = append(open, l)
	}
	if len(open) > 0 {
		all = append(all, strings.Join(open, "\n"))
	}
	return all
}

// atFirstHeading divides a text before its first heading.
func atFirstHeading(text string) (before, from string) {
	text = shiftHeadings(text, 1) // headings are in one line now
	at := 0
	fence := ""
	for l := range strings.Lines(text) {
		if m := fenceMark.FindStringSubmatch(strings.TrimRight(l, "\n")); m != nil && (fence == "" || strings.HasPrefix(m[1], fence)) {
			if fence == "" {
				fence = m[1]
			} else {
				fence = ""
			}
		}
		if fence == "" && atxHeading.MatchString(strings.TrimRight(l, "\n")) {
			return strings.TrimSpace(text[:at]), strings.TrimSpace(text[at:])
		}
		at += len(l)
	}
	return text, ""
}
