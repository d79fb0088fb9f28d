package importer

import (
	"io"
	"strings"

	"debrief/generator/postmortem"
)

// Statuspage, as its public API v2 serves incidents and scheduled maintenances, and its management API lists them. incident.io and others
// serve the same shape with gaps: lists that are null, no components.
//
// The shape is documented at https://metastatuspage.com/api.

// spKnown are the statuses an incident or maintenance of a Statuspage may have.
var spKnown = map[string]bool{
	"investigating": true, "identified": true, "monitoring": true, "resolved": true, "postmortem": true,
	"scheduled": true, "in_progress": true, "verifying": true, "completed": true,
}

// spSeverities are the default severities of the impacts of a Statuspage, as Debrief's own copy of that API has them.
var spSeverities = map[string]string{"critical": "sev1", "major": "sev2", "minor": "sev3", "none": "sev4", "maintenance": ""}

func readStatuspage(r *run, name string, in io.Reader) error {
	s := &stream{
		file: name, problems: &r.report.Problems, lists: []string{"incidents", "scheduled_maintenances"},
		each: func(v *value) error {
			if v.kind != objectKind {
				r.notIncident(v)
				return nil
			}
			if one := v.get("incident"); one.kind == objectKind {
				v = one
			}
			return r.take(r.statuspageIncident(v))
		},
	}
	return s.run(in)
}

func (r *run) notIncident(v *value) {
	r.report.Problems.Errorf(v.position(), "not-incidents", "", "an incident is expected here, found %s", v.describe())
}

func (r *run) statuspageIncident(v *value) *incident {
	in := &incident{source: v.get("id").str(), title: v.first("name", "title").str(), at: v.position()}
	r.severityOf(in, v.get("impact"), spSeverities)
	in.started = r.timeOf(v, "started_at", "scheduled_for", "created_at")
	in.resolved = r.timeOf(v, "resolved_at")
	if link := v.first("shortlink", "url", "permalink").str(); isWebAddress(link) {
		in.links = append(in.links, postmortem.Link{Name: "source", URL: link})
	}
	names := newNames()
	for _, c := range v.get("components").items {
		names.add(c.first("name").str())
	}
	updates := v.first("incident_updates", "updates")
	if updates.kind != absent && updates.kind != nullKind && updates.kind != listKind {
		r.report.Problems.Warnf(updates.position(), "wrong-type", "", "the updates are a list, found %s", updates.describe())
	}
	var report string
	for _, u := range updates.items {
		if u.kind != objectKind {
			r.report.Problems.Warnf(u.position(), "wrong-type", "", "an update is an object, found %s", u.describe())
			continue
		}
		status := u.get("status")
		if key := strings.ToLower(status.str()); key != "" && !spKnown[key] {
			r.report.Problems.Warnf(status.position(), "unknown-status", "", "%q is no status of a Statuspage; it is kept, and says nothing of the times", status.str())
		}
		body := fromHTML(u.first("body", "message", "text").str())
		if tweet := u.get("custom_tweet").str(); tweet != "" && !strings.Contains(body, tweet) {
			body += "\n\n" + escapeStray(tweet)
		}
		for _, c := range u.get("affected_components").items {
			names.add(c.first("name").str())
		}
		if statusKey(status.str()) == "postmortem" && body != "" {
			report = strings.TrimSpace(report + "\n\n" + body)
			if in.published == "" {
				in.published = dayText(r.timeOf(u, "display_at", "created_at", "updated_at"))
			}
			continue
		}
		in.updates = append(in.updates, update{
			at: r.timeOf(u, "display_at", "created_at", "updated_at"), written: u.first("display_at", "created_at").str(), status: status.str(), body: body,
		})
	}
	if body := fromHTML(v.first("postmortem_body", "backfilled_postmortem").str()); body != "" && !strings.Contains(report, body) {
		report = strings.TrimSpace(report + "\n\n" + body)
		if at := r.timeOf(v, "postmortem_published_at"); !at.IsZero() {
			in.published = dayText(at)
		}
	}
	in.report = report
	in.services = names.list
	if in.resolved.IsZero() && statusKey(v.get("status").str()) == "completed" {
		in.resolved = r.timeOf(v, "scheduled_until")
	}
	return in
}

func dayText(at postmortem.Moment) string {
	if at.IsZero() {
		return ""
	}
	return postmortem.DateOf(at.Time).String()
}

// timeOf reads the first of several keys that holds a time.
func (r *run) timeOf(v *value, keys ...string) postmortem.Moment {
	for _, key := range keys {
		at := v.get(key)
		if at.blank() || at.text == "" && at.kind != stringKind {
			continue
		}
		m, err := readTime(at.str(), r.location)
		if err == nil {
			return m
		}
		r.report.Problems.Warnf(at.position(), "impossible-time", "", "%s: %v", key, err)
	}
	return postmortem.Moment{}
}

// severityOf translates what a source says of the impact. What is not known is said, and kept as a remark.
func (r *run) severityOf(in *incident, v *value, known map[string]string) {
	text := strings.ToLower(v.str())
	severity, ok := known[text]
	if !ok && text != "" {
		r.report.Problems.Warnf(v.position(), "unknown-severity", "write its severity into its file", "no severity is known for %q", v.str())
		in.remarks = append(in.remarks, "The source gives its severity as "+line(v.str())+".")
	}
	in.severity = severity
}

func isWebAddress(s string) bool {
	return (strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")) && !strings.ContainsAny(s, " \t\n<>\"")
}

// names are distinct names in the order in which they were found.
type names struct {
	list []string
	seen map[string]bool
}

func newNames() *names { return &names{seen: map[string]bool{}} }

func (n *names) add(name string) {
	if name = line(name); name != "" && !n.seen[name] {
		n.seen[name] = true
		n.list = append(n.list, name)
	}
}
