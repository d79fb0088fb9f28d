package machine

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"

	"debrief/generator/edition"
	"debrief/generator/page"
)

// What somebody takes along who leaves, or who wants to work with the data: all incidents in one document. An incident is the same, byte for
// byte, as in its file of the API.

// WriteJSON writes all incidents as one JSON document, each whole and on a line of its own. Its schema is that with the name "export".
func WriteJSON(to io.Writer, e *edition.Edition) error {
	incidents := ready(e.Incidents)
	head, err := encode(apiExport{Archive: archiveOf(e), Updated: day(newest(incidents)), Total: len(incidents), Incidents: []apiIncident{}})
	if err != nil {
		return err
	}
	w := bufio.NewWriter(to)
	w.WriteString(strings.TrimSuffix(string(head), "]}\n") + "\n")
	for i, inc := range incidents {
		one, err := encode(wholeIncident(e, inc))
		if err != nil {
			return err
		}
		if i < len(incidents)-1 {
			one = append(one[:len(one)-1], ",\n"...)
		}
		w.Write(one)
	}
	w.WriteString("]}\n")
	return w.Flush()
}

// WriteLines writes JSON Lines (https://jsonlines.org): an incident a line, the newest first.
func WriteLines(to io.Writer, e *edition.Edition) error {
	w := bufio.NewWriter(to)
	encoder := json.NewEncoder(w)
	for _, inc := range ready(e.Incidents) {
		if err := encoder.Encode(wholeIncident(e, inc)); err != nil {
			return err
		}
	}
	return w.Flush()
}

// WriteStatuspage writes all incidents in the shape of a Statuspage's /api/v2/incidents.json.
func WriteStatuspage(to io.Writer, e *edition.Edition) error {
	b, err := statuspage(e, len(e.Incidents))
	if err != nil {
		return err
	}
	_, err = to.Write(b)
	return err
}

// column is one column of the CSV export.
type column struct {
	name  string
	value func(apiBrief, *edition.Incident) string
}

// columns are those of both editions; insideColumns come after them in the internal one.
var (
	columns = []column{
		{"id", func(b apiBrief, _ *edition.Incident) string { return b.ID }},
		{"title", func(b apiBrief, _ *edition.Incident) string { return b.Title }},
		{"url", func(b apiBrief, _ *edition.Incident) string { return b.URL }},
		{"severity", func(_ apiBrief, inc *edition.Incident) string {
			if inc.Severity == nil {
				return ""
			}
			return inc.Severity.ID
		}},
		{"stage", func(b apiBrief, _ *edition.Incident) string { return b.Stage }},
		{"next_update", func(b apiBrief, _ *edition.Incident) string { return orEmpty(b.NextUpdate) }},
		{"started", func(b apiBrief, _ *edition.Incident) string { return orEmpty(b.Started) }},
		{"mitigated", func(b apiBrief, _ *edition.Incident) string { return orEmpty(b.Mitigated) }},
		{"resolved", func(b apiBrief, _ *edition.Incident) string { return orEmpty(b.Resolved) }},
		{"date_only", func(b apiBrief, _ *edition.Incident) string { return strings.Join(b.DateOnly, " ") }},
		{"seconds_to_mitigate", func(b apiBrief, _ *edition.Incident) string { return orEmptyNumber(b.Durations.ToMitigate) }},
		{"seconds_to_resolve", func(b apiBrief, _ *edition.Incident) string { return orEmptyNumber(b.Durations.ToResolve) }},
		{"services", func(b apiBrief, _ *edition.Incident) string { return topicIDs(b.Services) }},
		{"factors", func(b apiBrief, _ *edition.Incident) string { return topicIDs(b.Factors) }},
		{"summary", func(b apiBrief, _ *edition.Incident) string { return b.Summary }},
		{"published", func(b apiBrief, _ *edition.Incident) string { return orEmpty(b.Published) }},
		{"updated", func(b apiBrief, _ *edition.Incident) string { return orEmpty(b.Updated) }},
		{"commitments", func(_ apiBrief, inc *edition.Incident) string { return strconv.Itoa(len(inc.Commitments)) }},
		{"open_commitments", func(_ apiBrief, inc *edition.Incident) string {
			return strconv.Itoa(countOf(inc.Commitments, func(c *edition.Commitment) bool { return isOpen(c.Status) }))
		}},
	}
	insideColumns = []column{
		{"detected", func(b apiBrief, _ *edition.Incident) string { return orEmpty(b.Detected) }},
		{"declared", func(b apiBrief, _ *edition.Incident) string { return orEmpty(b.Declared) }},
		{"seconds_to_detect", func(b apiBrief, _ *edition.Incident) string { return orEmptyNumber(b.Durations.ToDetect) }},
		{"status", func(b apiBrief, _ *edition.Incident) string { return b.Internal.Status }},
		{"public", func(b apiBrief, _ *edition.Incident) string { return strconv.FormatBool(b.Internal.Public) }},
		{"near_miss", func(b apiBrief, _ *edition.Incident) string { return strconv.FormatBool(b.Internal.NearMiss) }},
		{"detected_by", func(b apiBrief, _ *edition.Incident) string { return orEmpty(b.Internal.DetectedBy) }},
		{"owner", func(b apiBrief, _ *edition.Incident) string { return orEmpty(b.Internal.Owner) }},
		{"class", func(b apiBrief, _ *edition.Incident) string { return orEmpty(b.Internal.Class) }},
		{"actions", func(_ apiBrief, inc *edition.Incident) string { return strconv.Itoa(len(inc.Actions)) }},
		{"open_actions", func(_ apiBrief, inc *edition.Incident) string {
			return strconv.Itoa(countOf(inc.Actions, func(a *edition.Action) bool { return isOpen(a.Status) }))
		}},
		{"source", func(b apiBrief, _ *edition.Incident) string { return b.Internal.Source }},
	}
)

// WriteCSV writes a row for each incident (RFC 4180), the newest first. What a spreadsheet would take for a formula is a text in it.
func WriteCSV(to io.Writer, e *edition.Edition) error {
	all := columns
	if e.Audience == edition.Internal {
		all = slices.Concat(columns, insideColumns)
	}
	w := csv.NewWriter(to)
	w.UseCRLF = true
	row := make([]string, len(all))
	for i, c := range all {
		row[i] = c.name
	}
	if err := w.Write(row); err != nil {
		return err
	}
	for _, inc := range ready(e.Incidents) {
		brief := listed(e, inc)
		for i, c := range all {
			row[i] = page.CellText(c.value(brief, inc))
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

func topicIDs(topics []apiTopic) string {
	ids := make([]string, len(topics))
	for i, t := range topics {
		ids[i] = t.ID
	}
	return strings.Join(ids, " ")
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func orEmptyNumber(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

func isOpen(s edition.ActionStatus) bool { return s == edition.Open || s == edition.InProgress }

func countOf[T any](all []T, is func(T) bool) int {
	n := 0
	for _, x := range all {
		if is(x) {
			n++
		}
	}
	return n
}
