package lint

import (
	"strings"
	"time"

	"debrief/generator/fields"
	"debrief/generator/lazyregexp"
	"debrief/generator/problem"
)

var timeWithoutZone = Rule{
	ID:       "time-without-zone",
	Title:    "A time in front matter has no zone",
	Severity: problem.Warning,
	Reason: `It is taken to be in the zone of archive.yaml, which may not be the zone its writer was in. --fix writes that zone behind the time where
archive.yaml states one.`,
	Before: "-- archive.yaml --\ntime_zone: UTC\n-- postmortems/a.md --\n---\nid: a\nseverity: sev2\nstarted: 2024-03-05 14:02\n---\n\n## Summary\n\nCards were refused.\n",
	After:  "-- archive.yaml --\ntime_zone: UTC\n-- postmortems/a.md --\n---\nid: a\nseverity: sev2\nstarted: 2024-03-05 14:02 UTC\n---\n\n## Summary\n\nCards were refused.\n",
	fix: func(r *Report, p problem.Problem) []Edit {
		c := r.survey.archive.Config
		for _, key := range []string{"started", "detected", "declared", "mitigated", "resolved"} {
			if n := r.value(key); c.ZoneStated && n != nil && n.Kind == fields.Scalar && n.Pos.Line == p.Line && n.Pos.Column == p.Column {
				return r.withZone(n, c.Location)
			}
		}
		return nil
	},
}

// simpleTime is a time whose zone can be written behind it without a doubt.
var simpleTime = lazyregexp.New(`^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?$`)

func (r *Report) withZone(n *fields.Node, zone *time.Location) []Edit {
	written := strings.TrimSpace(n.Text)
	if !simpleTime.MatchString(written) {
		return nil
	}
	value := strings.Replace(written, "T", " ", 1) + " " + zone.String()
	if strings.Contains(written, "T") && zone == time.UTC {
		value = written + "Z"
	}
	return r.replace(n, written, value)
}

var isoDate = Rule{
	ID:       "dates/iso",
	Title:    "A date in front matter is not written as 2024-03-05",
	Severity: problem.Note,
	Reason:   `It is understood. Dates that are written one way sort, compare and search without thinking, and cannot be read month first.`,
	Before:   "---\nid: a\nstarted: 2024-03-05 14:02 UTC\npublished: 8 March 2024\n---\n\n## Summary\n\nCards were refused.\n",
	After:    "---\nid: a\nstarted: 2024-03-05 14:02 UTC\npublished: 2024-03-08\n---\n\n## Summary\n\nCards were refused.\n",
	Clean:    []string{"---\nid: a\nstarted: 2024-03-05 14:02 UTC\npublished: 2024-03-08T10:00:00Z\n---\n\n## Summary\n\nCards were refused.\n"},
	check: func(r *Report) {
		if !r.isOwn() {
			return
		}
		for _, d := range r.dates() {
			r.find(d.node.Pos, "debrief check --fix writes "+d.value, "%s is written %q", d.key, clip(d.node.Text))
		}
	},
	fix: func(r *Report, p problem.Problem) []Edit {
		for _, d := range r.dates() {
			if d.node.Pos.Line == p.Line && d.node.Pos.Column == p.Column {
				return r.replace(d.node, strings.TrimSpace(d.node.Text), d.value)
			}
		}
		return nil
	},
}

// misdated is a date of front matter that could be written as ISO 8601 says.
type misdated struct {
	key, value string
	node       *fields.Node
}

var isoStart = lazyregexp.New(`^["']?\d{4}-\d\d-\d\d`)

func (r *Report) dates() []misdated {
	var out []misdated
	for _, d := range [][2]string{{"next_update", r.NextUpdate.String()}, {"published", r.Published.String()}} {
		key, date := d[0], d[1]
		at, ok := r.Position(key)
		if !ok || date == "" {
			continue
		}
		if _, value, ok := strings.Cut(r.line(at.Line), ":"); ok && isoStart.MatchString(strings.TrimSpace(value)) {
			continue
		}
		if n := r.value(key); n != nil && n.Kind == fields.Scalar && !isoStart.MatchString(n.Text) {
			out = append(out, misdated{key, date, n})
		}
	}
	return out
}
