package importer

import (
	"cmp"
	"io"
	"strings"

	"debrief/generator/lazyregexp"
	"debrief/generator/postmortem"
)

// Google Cloud, as status.cloud.google.com/incidents.json lists the incidents of the last years. Its updates are Markdown; the last of them are
// often a preliminary report and the report itself. The schema is at https://status.cloud.google.com/incidents.schema.json.

// gcpSeverities are the default severities of what Google Cloud states.
var gcpSeverities = map[string]string{"high": "sev2", "medium": "sev3", "low": "sev4"}

var gcpKnown = map[string]bool{"AVAILABLE": true, "SERVICE_INFORMATION": true, "SERVICE_DISRUPTION": true, "SERVICE_OUTAGE": true}

func readGCP(r *run, name string, in io.Reader) error {
	s := &stream{
		file: name, problems: &r.report.Problems, lists: []string{"incidents"},
		each: func(v *value) error {
			if v.kind != objectKind {
				r.notIncident(v)
				return nil
			}
			return r.take(r.gcpIncident(v))
		},
	}
	return s.run(in)
}

func (r *run) gcpIncident(v *value) *incident {
	in := &incident{source: cmp.Or(v.get("id").str(), v.get("number").str()), at: v.position()}
	about := gcpText(v.get("external_desc").str())
	in.title, in.summary = titleOf(about), about
	if in.title == "" {
		in.title = "Incident in " + cmp.Or(v.get("service_name").str(), "Google Cloud")
	}
	r.severityOf(in, v.get("severity"), gcpSeverities)
	if in.severity == "sev2" && v.get("status_impact").str() == "SERVICE_OUTAGE" {
		in.severity = "sev1"
	}
	in.started = r.timeOf(v, "begin", "created")
	in.resolved = r.timeOf(v, "end")
	if uri := v.get("uri").str(); uri != "" && isWebAddress("https://status.cloud.google.com/"+uri) {
		in.links = append(in.links, postmortem.Link{Name: "source", URL: "https://status.cloud.google.com/" + uri})
		in.aliases = []string{"/" + uri}
	}
	services := newNames()
	for _, p := range v.get("affected_products").items {
		services.add(p.get("title").str())
	}
	if len(services.list) == 0 {
		services.add(v.get("service_name").str())
	}
	in.services = services.list
	list := v.get("updates").items
	if len(list) == 0 && v.get("most_recent_update").kind == objectKind {
		list = []*value{v.get("most_recent_update")}
	}
	report := -1
	for _, u := range list {
		if u.kind != objectKind {
			r.report.Problems.Warnf(u.position(), "wrong-type", "", "an update is an object, found %s", u.describe())
			continue
		}
		status := u.get("status")
		if status.str() != "" && !gcpKnown[status.str()] {
			r.report.Problems.Warnf(status.position(), "unknown-status", "", "%q is no status of Google Cloud; it is kept", status.str())
		}
		body := gcpText(u.get("text").str())
		if incidentReport.MatchString(body) && report < 0 {
			// The updates stand newest first, so the first report is the final one.
			report = len(in.updates)
		}
		in.updates = append(in.updates, update{at: r.timeOf(u, "when", "created", "modified"), written: u.first("when", "created").str(), status: gcpStatus(status.str()), body: body})
	}
	if report >= 0 {
		final := in.updates[report]
		in.report, in.published = final.body, dayText(final.at)
		in.updates = append(in.updates[:report], in.updates[report+1:]...)
		if summaryHeading.MatchString(in.report) {
			in.summary = ""
			in.more = append(in.more, part{"How it was first described", about})
		}
	}
	locations := newNames()
	for _, key := range []string{"currently_affected_locations", "previously_affected_locations"} {
		for _, l := range v.get(key).items {
			locations.add(cmp.Or(l.get("title").str(), l.get("id").str()))
		}
	}
	if len(locations.list) > 0 {
		in.more = append(in.more, part{"Affected locations", "- " + escapeStray(strings.Join(locations.list, "\n- "))})
	}
	return in
}

// gcpStatus is a status in words. Available is what a product is again.
func gcpStatus(status string) string {
	if status == "AVAILABLE" {
		return "Available"
	}
	return status
}

var (
	// incidentReport is how the report begins that ends an incident.
	incidentReport = lazyregexp.New(`(?i)^#{1,6} +(?:mini )?(?:incident|issue) report\b`)
	// doubledHeading is a heading in which the marks of the original were escaped and set behind new ones: "## \#\# Summary".
	doubledHeading = lazyregexp.New(`(?m)^#{1,6} +((?:\\#)+) *`)
)

// gcpText is the text of an update, with the headings that its editor meant.
func gcpText(text string) string {
	text = doubledHeading.ReplaceAllStringFunc(text, func(mark string) string {
		return strings.Repeat("#", min(strings.Count(mark, `\#`), 6)) + " "
	})
	return fromHTML(spaced(text))
}

// labelLine is a line that is nothing but a heading, or a label in bold.
var labelLine = lazyregexp.New(`^(?:#{1,6} .*|\*\*[^*]+\*\*:?)[ \t]*$`)

// spaced sets headings and labels apart, which stand above their text without a blank line.
func spaced(text string) string {
	var b strings.Builder
	apart := true
	for l := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		label := labelLine.MatchString(l)
		if label && !apart {
			b.WriteString("\n")
		}
		b.WriteString(l + "\n")
		if label {
			b.WriteString("\n")
		}
		apart = label || strings.TrimSpace(l) == ""
	}
	return b.String()
}

// titleOf makes a title of a description: its first sentence, short enough.
func titleOf(text string) string {
	text, _, _ = strings.Cut(text, "\n")
	text = line(strings.NewReplacer("**", "", "`", "", `\`, "").Replace(strings.TrimLeft(text, "# ")))
	if i := strings.Index(text, ". "); i > 20 {
		text = text[:i]
	}
	text = strings.TrimRight(text, ". ")
	if runes := []rune(text); len(runes) > 140 {
		text = string(runes[:140])
		if i := strings.LastIndexByte(text, ' '); i > 80 {
			text = text[:i]
		}
		text = strings.TrimRight(text, " ,;:-") + "…"
	}
	return text
}
