// Package export writes an edition so that other programs can take it along: as JSON, JSON Lines, CSV, in the shape of a Statuspage, and as
// Markdown that is an archive of its own. It stands beside machine at the end of the walk: it is given an Edition, so an export for the outside
// holds what the external site holds and nothing else.
package export

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"debrief/generator/edition"
	"debrief/generator/machine"
)

// Format is a form that an edition can be written in.
type Format string

// The formats. JSON is one document, JSONLines an incident a line; both are what the site's API has of each incident. CSV has a row for each.
// Statuspage is the /api/v2/incidents.json of one, with all incidents. Markdown is the reports as people write them.
const (
	JSON       Format = "json"
	JSONLines  Format = "jsonl"
	CSV        Format = "csv"
	Statuspage Format = "statuspage"
	Markdown   Format = "markdown"
)

// Formats are all of them, in the order they are named to people.
var Formats = []Format{JSON, JSONLines, CSV, Statuspage, Markdown}

// Parse finds the format of a name.
func Parse(name string) (Format, error) {
	if f := Format(name); slices.Contains(Formats, f) {
		return f, nil
	}
	return "", fmt.Errorf("%q is not a format; it is %s", name, Names())
}

// Names lists the formats in a sentence.
func Names() string {
	names := make([]string, len(Formats))
	for i, f := range Formats {
		names[i] = string(f)
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// Write writes an edition in one stream.
func Write(w io.Writer, e *edition.Edition, f Format) error {
	switch f {
	case JSON:
		return machine.WriteJSON(w, e)
	case JSONLines:
		return machine.WriteLines(w, e)
	case CSV:
		return machine.WriteCSV(w, e)
	case Statuspage:
		return machine.WriteStatuspage(w, e)
	case Markdown:
		return writeReports(w, e)
	default:
		return fmt.Errorf("%q is not a format", f)
	}
}
