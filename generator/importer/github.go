package importer

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"debrief/generator/lazyregexp"
	"debrief/generator/postmortem"
)

// Issues of GitHub, as "gh issue list --json ..." and the REST API write them. Upptime keeps the incidents of a status page in issues with the
// label status, and those were written for customers. Any other issue is a report for colleagues.

func readGitHub(r *run, name string, in io.Reader) error {
	s := &stream{
		file: name, problems: &r.report.Problems, lists: []string{"items", "issues"},
		each: func(v *value) error {
			if v.kind != objectKind {
				r.notIncident(v)
				return nil
			}
			if !v.get("pull_request").blank() || v.get("pull_request").kind == objectKind {
				r.skip(document{id: v.get("number").str(), title: line(v.get("title").str()), at: v.position()}, "it is a pull request")
				return nil
			}
			return r.take(r.gitHubIssue(v))
		},
	}
	return s.run(in)
}

func (r *run) gitHubIssue(v *value) *incident {
	number := v.get("number").str()
	in := &incident{title: v.get("title").str(), at: v.position()}
	url := v.first("url", "html_url").str()
	if web := v.get("html_url").str(); web != "" {
		url = web
	}
	if number != "" {
		in.source, in.id = cmp.Or(issueAddress.FindString(url), number), "issue-"+number
	}
	if isWebAddress(url) {
		in.links = append(in.links, postmortem.Link{Name: "issue", URL: url})
	}
	labels := newNames()
	for _, l := range v.get("labels").items {
		labels.add(cmp.Or(l.get("name").str(), l.str()))
	}
	status := slices.Contains(labels.list, "status")
	in.internal = !status
	for _, l := range labels.list {
		if s, ok := gitHubSeverities[strings.ToLower(strings.NewReplacer("severity", "", ":", "", "/", "", "-", "", "::", "", " ", "").Replace(l))]; ok {
			in.severity = cmp.Or(in.severity, s)
		} else if status && l != "status" && l != "maintenance" {
			in.services = append(in.services, l)
		}
	}
	if status && number != "" {
		in.aliases = []string{"/incident/" + number}
	} else if others := slices.DeleteFunc(labels.list, func(l string) bool { return gitHubSeverities[l] != "" }); len(others) > 0 {
		in.remarks = append(in.remarks, "Labels: "+strings.Join(others, ", "))
	}
	in.started = r.timeOf(v, "createdAt", "created_at")
	in.resolved = r.timeOf(v, "closedAt", "closed_at")
	if people := v.get("assignees").items; len(people) == 1 {
		in.owner = people[0].first("login", "name").str()
	}
	body := gitHubText(v.get("body").str())
	state := "Investigating"
	if window, rest, ok := strings.Cut(strings.TrimPrefix(body, "<!--"), "-->"); ok && slices.Contains(labels.list, "maintenance") && strings.HasPrefix(body, "<!--") {
		state, body = "Scheduled", strings.TrimSpace(rest)
		in.remarks = append(in.remarks, strings.TrimSpace(window))
		for _, m := range upptimeWindow.FindAllStringSubmatch(window, 2) {
			if at, err := readTime(m[2], r.location); err == nil && m[1] == "start" {
				in.started = at
			} else if err == nil {
				in.resolved = at
			}
		}
	}
	if status {
		in.updates = append(in.updates, update{at: in.started, written: v.first("createdAt", "created_at").str(), status: state, body: body})
	} else {
		in.report = body
	}
	comments := v.get("comments")
	for _, c := range comments.items {
		if c.kind != objectKind {
			r.report.Problems.Warnf(c.position(), "wrong-type", "", "a comment is an object, found %s", c.describe())
			continue
		}
		state, text := leadingStatus(gitHubText(c.get("body").str()))
		in.updates = append(in.updates, update{at: r.timeOf(c, "createdAt", "created_at"), written: c.first("createdAt", "created_at").str(), status: state, body: text})
	}
	if comments.kind == numberKind && comments.str() != "0" {
		r.report.Problems.Warnf(comments.position(), "no-comments", "fetch them with gh issue list --json ...,comments", "the texts of %s comments are not in the file", comments.str())
	}
	return in
}

var (
	issueAddress = lazyregexp.New(`[^/\s]+/[^/\s]+/issues/\d+$`)
	// upptimeWindow is where Upptime keeps when a maintenance begins and ends: in a comment that nobody sees.
	upptimeWindow = lazyregexp.New(`(?m)^(start|end): *(\S+) *$`)
	statusLabel   = lazyregexp.New(`^(?:\*\*|\*|__)([\p{L}][\p{L} ]{2,24}):?(?:\*\*|\*|__):?[ \t]*(?:[-–—][ \t]+)?`)
)

// gitHubSeverities are labels in which people state a severity.
var gitHubSeverities = map[string]string{
	"sev1": "sev1", "sev2": "sev2", "sev3": "sev3", "sev4": "sev4", "s1": "sev1", "s2": "sev2", "s3": "sev3", "s4": "sev4", "critical": "sev1", "major": "sev2", "minor": "sev3",
	"p1": "sev1", "p2": "sev2", "p3": "sev3", "p4": "sev4",
}

// gitHubText is Markdown as it is.
func gitHubText(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\r\n", "\n"))
}

// leadingStatus takes a state from the beginning of a message: "**Resolved:** the site is back", "*Monitoring* - we watch it".
func leadingStatus(text string) (status, rest string) {
	m := statusLabel.FindStringSubmatchIndex(text)
	if m == nil {
		return "", text
	}
	return text[m[2]:m[3]], strings.TrimSpace(text[m[1]:])
}
