package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"debrief/generator/fields"
	"debrief/generator/lazyregexp"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

// incident is what a status page or a tracker tells of one incident.
type incident struct {
	// source is what the source calls it, and id what the archive shall call it; they differ where the source's id is a bare number.
	source, id string
	title      string
	at         problem.Position
	severity   string
	started    postmortem.Moment
	mitigated  postmortem.Moment
	resolved   postmortem.Moment
	published  string
	services   []string
	owner      string
	links      []postmortem.Link
	aliases    []string
	// summary says what it was about, in Markdown; where it is empty one is taken from the updates.
	summary string
	// report is what was written after the incident, in Markdown, perhaps with headings.
	report string
	// more are further parts with their headings.
	more    []part
	updates []update
	// internal is set for what was not written for customers.
	internal bool
	// remarks stand in the front matter as comments.
	remarks []string
	// attachments are the files that its text shows, when it goes to a path; nil when there can be none.
	attachments func(target string) []attachment
}

type part struct{ heading, body string }

// update is one message of a status page.
type update struct {
	at postmortem.Moment
	// written is the time as the source has it, where it is none.
	written string
	// status is the state that the update puts the incident in, in the words of the source.
	status string
	body   string
}

// finish puts the updates in the order of their times and works out from them what the source did not state.
func (in *incident) finish() {
	slices.SortStableFunc(in.updates, func(a, b update) int {
		if a.at.IsZero() || b.at.IsZero() {
			return 0
		}
		return a.at.Time.Compare(b.at.Time)
	})
	for _, u := range in.updates {
		switch stateOf(u.status) {
		case mitigatedState:
			if in.mitigated.IsZero() {
				in.mitigated = u.at
			}
		case goingOnState:
			in.mitigated = postmortem.Moment{} // it was not over yet
		case resolvedState:
			if in.resolved.IsZero() {
				in.resolved = u.at
			}
		}
	}
	for _, u := range in.updates {
		if in.started.IsZero() {
			in.started = u.at
		}
	}
	if !in.resolved.IsZero() && !in.mitigated.IsZero() && in.mitigated.Time.After(in.resolved.Time) || before(in.mitigated, in.started) {
		in.mitigated = postmortem.Moment{}
	}
	if before(in.resolved, in.started) {
		in.remarks = append(in.remarks, "The source says it was resolved "+momentText(in.resolved)+", before it started.")
		in.resolved = postmortem.Moment{}
	}
}

func before(a, b postmortem.Moment) bool {
	return !a.IsZero() && !b.IsZero() && a.Time.Before(b.Time)
}

// state is what a status means for the times of an incident.
type state int

const (
	otherState state = iota
	goingOnState
	mitigatedState
	resolvedState
)

// states are the statuses of Statuspage, incident.io, cState and Google Cloud. One that is not here says nothing of the times.
var states = map[string]state{
	"investigating": goingOnState, "identified": goingOnState, "in progress": goingOnState, "verifying": mitigatedState, "monitoring": mitigatedState,
	"fixing": goingOnState, "resolved": resolvedState, "completed": resolvedState, "closed": resolvedState,
	"behoben": resolvedState, "gelöst": resolvedState, "abgeschlossen": resolvedState, "beobachtung": mitigatedState, "untersuchung": goingOnState,
	"resuelto": resolvedState, "løst": resolvedState, "résolu": resolvedState, "解決": resolvedState,
}

func stateOf(status string) state { return states[statusKey(status)] }

func statusKey(status string) string {
	return strings.ToLower(strings.TrimSpace(strings.ReplaceAll(status, "_", " ")))
}

// statusText writes a status for people: "in_progress" is In progress.
func statusText(status string) string {
	status = line(strings.ReplaceAll(status, "_", " "))
	if status == "" {
		return ""
	}
	if status == strings.ToUpper(status) {
		status = strings.ToLower(status)
	}
	first := []rune(status)
	return strings.ToUpper(string(first[0])) + string(first[1:])
}

// text writes the postmortem. A time that two keys share is written as often as it is known.
func (in *incident) text(id string, public bool) []byte {
	var m matter
	m.text("id", id)
	m.text("title", in.title)
	m.word("severity", in.severity)
	m.word("status", "published")
	m.word("visibility", visibility(public))
	m.moment("started", in.started)
	m.moment("mitigated", in.mitigated)
	m.moment("resolved", in.resolved)
	m.word("published", in.published)
	m.list("services", in.services)
	m.text("owner", in.owner)
	m.list("aliases", in.usableAliases(id))
	m.links(in.links)
	for _, r := range in.remarks {
		m.comment(r)
	}
	if in.internal {
		return m.file(in.inside())
	}
	return m.file(in.outside())
}

func visibility(public bool) string {
	if public {
		return string(postmortem.Public)
	}
	return string(postmortem.Internal)
}

// usableAliases leaves out the address that the page has anyway.
func (in *incident) usableAliases(id string) []string {
	return slices.DeleteFunc(slices.Clone(in.aliases), func(a string) bool { return a == "/incidents/"+fields.Slug(id) })
}

// outside is the body of a report that was written for customers: all of it is External summary.
func (in *incident) outside() string {
	var b strings.Builder
	b.WriteString("## External summary\n")
	report := shiftReport(in.report)
	summary := in.shortly(report)
	if first, rest, _ := strings.Cut(report, "\n\n"); summary == "" && report != "" && !atxHeading.MatchString(first) && !blockStart.MatchString(first) {
		summary, report = first, strings.TrimSpace(rest) // a report without headings begins with what it is about
	}
	if summary != "" {
		b.WriteString("\n### Summary\n\n" + shiftHeadings(summary, 4) + "\n")
	}
	switch {
	case report == "":
	case strings.HasPrefix(report, "### "):
		report = "\n" + report + "\n"
	default:
		report = "\n### What happened\n\n" + report + "\n"
	}
	timeline := in.timeline("\n### Timeline\n\n")
	if timelineHeading.MatchString(report) {
		// The first timeline is the one that is drawn, and it shall be the one of the messages.
		b.WriteString(timeline + report)
	} else {
		b.WriteString(report + timeline)
	}
	for _, p := range in.more {
		b.WriteString("\n### " + p.heading + "\n\n" + shiftHeadings(p.body, 4) + "\n")
	}
	return b.String()
}

// inside is the body of a report for colleagues.
func (in *incident) inside() string {
	var b strings.Builder
	if in.report != "" {
		b.WriteString(in.report + "\n")
	}
	if in.summary != "" {
		b.WriteString("## Summary\n\n" + shiftHeadings(in.summary, 3) + "\n")
	}
	heading := "\n## Timeline\n\n"
	if timelineHeading.MatchString(in.report) {
		heading = "\n## Comments\n\n"
	}
	b.WriteString(in.timeline(heading))
	for _, p := range in.more {
		b.WriteString("\n## " + p.heading + "\n\n" + shiftHeadings(p.body, 3) + "\n")
	}
	return b.String()
}

var (
	timelineHeading = lazyregexp.New(`(?im)^#{1,6} .*(?:timeline|chronology|zeitleiste|verlauf|chronologie|cronología|línea de tiempo|tidslinje|タイムライン|時系列)`)
	summaryHeading  = lazyregexp.New(`(?im)^#{1,6} +(?:\\?#)* *(?:executive )?(?:summary|overview|zusammenfassung|résumé|resumen|sammendrag|概要)\b`)
)

// shortly is a summary for customers: the one of the source, else the last message if it tells anything, else the first. It is empty when the
// report has one of its own.
func (in *incident) shortly(report string) string {
	switch {
	case in.summary != "":
		return in.summary
	case summaryHeading.MatchString(report):
		return ""
	}
	var first, telling, last string
	for _, u := range in.updates {
		if u.body == "" || blockStart.MatchString(u.body) || startsWithLabel(u.body) {
			continue
		}
		text, _, _ := strings.Cut(u.body, "\n\n")
		first = cmp.Or(first, text)
		switch words := tellingWords(text); {
		case stateOf(u.status) == resolvedState && words >= 20:
			last = text
		case words >= 15:
			telling = cmp.Or(telling, text)
		}
	}
	return cmp.Or(last, telling, first)
}

// boilerplate is how the sentences begin with which status pages open and close an incident, and which say nothing of it.
var boilerplate = []string{
	"this incident has been", "this issue has been", "the incident has been", "the issue has been resolved", "this incident is now", "this issue is now", "this incident was resolved", "thank you",
	"a detailed root cause", "a root cause analysis", "a postmortem", "a post-mortem", "we apologi", "we will share", "all systems", "we are continuing to",
}

// tellingWords counts the words of a text that are not boilerplate.
func tellingWords(text string) int {
	n := 0
	for sentence := range strings.SplitSeq(text, ".") {
		words := strings.Fields(sentence)
		start := strings.ToLower(strings.Join(words[:min(len(words), 6)], " "))
		if !slices.ContainsFunc(boilerplate, func(phrase string) bool { return strings.HasPrefix(start, phrase) }) {
			n += len(words)
		}
	}
	return n
}

// timeline lists the updates under a heading, the oldest first. The day stands where it changes, and a state where it changes.
func (in *incident) timeline(heading string) string {
	if len(in.updates) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(heading)
	day, status := "", ""
	for _, u := range in.updates {
		b.WriteString("- ")
		switch {
		case u.at.IsZero() && u.written != "":
			b.WriteString(strings.NewReplacer("*", `\*`, "_", `\_`, "<", `\<`, "[", `\[`).Replace(line(u.written)) + " ")
			day = ""
		case u.at.IsZero():
			b.WriteString("??? ")
			day = ""
		default:
			text := momentText(u.at)
			if this := u.at.Time.Format(time.DateOnly); this == day && !u.at.DateOnly && strings.HasSuffix(text, " UTC") {
				text = strings.TrimPrefix(text, this+" ")
			} else {
				day = this
			}
			b.WriteString(text + " ")
		}
		label := statusText(u.status)
		if label != "" && label == status {
			label = "Update" // as status pages say where the state stays what it was
		} else if label != "" {
			status = label
		}
		b.WriteString(entry(label, u.body) + "\n")
	}
	return b.String()
}

// blockStart is how text begins that cannot stand behind a label in one line.
var blockStart = lazyregexp.New("^(?:#{1,6} |[-*+] |\\d{1,9}[.)] |>|\\||```|~~~|    |<|---|===)")

// entry is the text of an entry below its time, set in as far as a list item is.
func entry(label, body string) string {
	if label != "" {
		label = "**" + label + "**"
	}
	if body == "" {
		return cmp.Or(label, "(no text)")
	}
	between := " "
	if blockStart.MatchString(body) || startsWithLabel(body) {
		between = "\n\n"
		label = cmp.Or(label, "**Update**")
	} else if label != "" && !strings.HasPrefix(body, "- ") && !strings.HasPrefix(body, "– ") {
		between = " - "
	}
	return indent(strings.TrimSpace(label + between + body))
}

// startsWithLabel reports whether the first line of several is a label.
func startsWithLabel(body string) bool {
	first, _, more := strings.Cut(body, "\n")
	return more && labelLine.MatchString(first)
}

// indent sets all lines but the first in by two, blank ones left alone.
func indent(text string) string {
	lines := strings.Split(text, "\n")
	for i := 1; i < len(lines); i++ {
		if strings.TrimSpace(lines[i]) != "" {
			lines[i] = "  " + lines[i]
		} else {
			lines[i] = ""
		}
	}
	return strings.Join(lines, "\n")
}

var (
	atxHeading    = lazyregexp.New(`^ {0,3}(#{1,6})(?:[ \t]+|$)(.*)$`)
	setextHeading = lazyregexp.New(`^ {0,3}(=+|-{2,})[ \t]*$`)
	fenceMark     = lazyregexp.New("^ {0,3}(`{3,}|~{3,})")
)

// shiftHeadings moves all headings of a text down or up alike, so that the highest of them has a level. Code is left alone.
func shiftHeadings(text string, level int) string {
	text = strings.TrimSpace(text)
	lines := strings.Split(text, "\n")
	type found struct{ line, level int }
	var headings []found
	fence := ""
	for i, l := range lines {
		if m := fenceMark.FindStringSubmatch(l); m != nil && (fence == "" || strings.HasPrefix(m[1], fence) && strings.Trim(l, " \t"+fence[:1]) == "") {
			if fence == "" {
				fence = m[1]
			} else {
				fence = ""
			}
			continue
		}
		if fence != "" {
			continue
		}
		if m := atxHeading.FindStringSubmatch(l); m != nil {
			headings = append(headings, found{i, len(m[1])})
		} else if m := setextHeading.FindStringSubmatch(l); m != nil && i > 0 && isParagraphLine(lines[i-1]) && (i < 2 || !isParagraphLine(lines[i-2])) {
			depth := 1
			if m[1][0] == '-' {
				depth = 2
			}
			lines[i-1], lines[i] = strings.Repeat("#", depth)+" "+strings.TrimSpace(lines[i-1]), ""
			headings = append(headings, found{i - 1, depth})
		}
	}
	if len(headings) == 0 {
		return text
	}
	highest := slices.MinFunc(headings, func(a, b found) int { return a.level - b.level }).level
	for _, h := range headings {
		trimmed := strings.TrimLeft(lines[h.line], " ")
		lines[h.line] = strings.Repeat("#", min(h.level+level-highest, 6)) + strings.TrimLeft(trimmed, "#")
	}
	return strings.Join(lines, "\n")
}

// shiftReport makes the highest headings of a report those of parts of the External summary. A heading over all others, such as "Incident
// report", becomes one of them.
func shiftReport(text string) string {
	text = strings.TrimSpace(text)
	first, rest, _ := strings.Cut(text, "\n")
	if rest = strings.TrimSpace(rest); atxHeading.MatchString(first) && atxHeading.MatchString(strings.SplitN(rest, "\n", 2)[0]) {
		return shiftHeadings(first, 3) + "\n\n" + shiftHeadings(rest, 3)
	}
	return shiftHeadings(text, 3)
}

func isParagraphLine(l string) bool {
	return strings.TrimSpace(l) != "" && !atxHeading.MatchString(l) && !strings.ContainsAny(l[:1], "|>") && !fenceMark.MatchString(l)
}

// fileName is the name a postmortem gets: its day and what its title says, short enough to be read in a list.
func fileName(day, title string) string {
	const most = 72
	slug := fields.Slug(title)
	if len(slug) > most {
		cut := slug[:most]
		if i := strings.LastIndexByte(cut, '-'); i > most/2 {
			cut = cut[:i]
		} else {
			cut = strings.ToValidUTF8(cut, "")
		}
		slug = cut
	}
	if day != "" {
		slug = day + "-" + slug
	}
	return slug + ".md"
}

// day is the day an incident is filed under.
func (in *incident) day() string {
	if in.started.IsZero() {
		return ""
	}
	return in.started.Time.Format(time.DateOnly)
}

// readTime reads a time from a source: RFC 3339 and whatever front matter may have, or a number of seconds or milliseconds since 1970. Times
// with a zone become UTC, so that the times of one incident are in one; those without one are in loc.
func readTime(text string, loc *time.Location) (postmortem.Moment, error) {
	text = strings.TrimSpace(text)
	if t, err := time.Parse(time.RFC3339, text); err == nil && t.Year() > 0 {
		return postmortem.Moment{Time: t.UTC().Truncate(time.Second), ZoneStated: true}, nil
	}
	if epoch.MatchString(text) {
		var n int64
		if _, err := fmt.Sscan(text, &n); err == nil {
			if len(text) > 11 {
				n /= 1000
			}
			return postmortem.Moment{Time: time.Unix(n, 0).UTC(), ZoneStated: true}, nil
		}
	}
	m, err := postmortem.ParseMoment(text, loc)
	if err == nil && !m.DateOnly {
		m.Time = m.Time.UTC()
	}
	return m, err
}

var epoch = lazyregexp.New(`^\d{9,13}$`)
