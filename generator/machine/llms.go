package machine

import (
	"fmt"
	"strings"
	"time"

	"debrief/generator/edition"
	"debrief/generator/page"
)

// llms.txt as https://llmstxt.org has it: a title, a summary, notes without headings, then sections that are lists of links with a remark
// each. It is Markdown that is meant to be read whole, so an archive of thousands names its newest incidents and leads to the rest by year.

// llmsIncidents is how many incidents llms.txt names.
const llmsIncidents = 100

func llms(e *edition.Edition) []byte {
	incidents := ready(e.Incidents)
	at := func(path string) string { return page.Absolute(e.Site.URL, path) }
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", plain(e.Site.Title))
	if e.Site.Description != "" {
		fmt.Fprintf(&b, "> %s\n\n", plain(e.Site.Description))
	}
	fmt.Fprintf(&b, "%s. Times are UTC unless a report says otherwise. Every report is also JSON: see the API below.\n", overview(e, incidents))

	b.WriteString("\n## Incidents\n\n")
	for _, inc := range incidents[:min(len(incidents), llmsIncidents)] {
		item(&b, inc.Title, at(page.IncidentPath(inc.Slug)), remark(inc))
	}
	if len(incidents) > llmsIncidents {
		b.WriteString("\n## All incidents by year\n\n")
		for _, y := range perYear(incidents) {
			item(&b, fmt.Sprint(y.year), at(page.YearPath(y.year)), fmt.Sprintf("%d incidents", y.count))
		}
	}
	topics := func(heading string, write func()) {
		fmt.Fprintf(&b, "\n## %s\n\n", heading)
		write()
	}
	if len(e.Services) > 0 {
		topics("Services", func() {
			for _, s := range e.Services {
				item(&b, s.Name, at(page.ServicePath(s.Slug)), s.Description)
			}
		})
	}
	if len(e.Factors) > 0 {
		topics("Contributing factors", func() {
			for _, f := range e.Factors {
				item(&b, f.Name, at(page.FactorPath(f.Slug)), f.Description)
			}
		})
	}
	if len(e.Pages) > 0 {
		topics("Pages", func() {
			for _, p := range e.Pages {
				item(&b, p.Title, at(page.FreePath(p.Slug)), "")
			}
		})
	}
	b.WriteString("\n## API\n\n")
	item(&b, "All incidents as JSON", at("/"+incidentsPath), "with the address of each report's own JSON")
	item(&b, "Statuspage v2", at("/"+statuspagePath), "the newest incidents in the shape of Statuspage's API")
	b.WriteString("\n## Optional\n\n")
	if len(e.Terms) > 0 {
		item(&b, "Glossary", at(page.GlossaryPath), "")
	}
	item(&b, "Feeds", at(page.FeedsPath), "RSS, Atom and JSON Feed, of everything and by severity, service and factor")
	return []byte(b.String())
}

func overview(e *edition.Edition, incidents []*edition.Incident) string {
	who := ""
	if e.Site.Organization != "" {
		who = " by " + plain(e.Site.Organization)
	}
	s := fmt.Sprintf("%d incident reports%s", len(incidents), who)
	if years := perYear(incidents); len(years) > 0 {
		first, last := years[len(years)-1].year, years[0].year
		if first == last {
			s += fmt.Sprintf(" from %d", first)
		} else {
			s += fmt.Sprintf(" from %d to %d", first, last)
		}
	}
	return s
}

type yearCount struct{ year, count int }

// perYear counts incidents, sorted the newest first, by year; those without a date are left out.
func perYear(incidents []*edition.Incident) []yearCount {
	var out []yearCount
	for _, inc := range incidents {
		y := inc.Date().Year
		switch {
		case y == 0:
		case len(out) > 0 && out[len(out)-1].year == y:
			out[len(out)-1].count++
		default:
			out = append(out, yearCount{y, 1})
		}
	}
	return out
}

// remark is what to know of an incident in one line: when, how bad, where, how long, and what it was.
func remark(inc *edition.Incident) string {
	var parts []string
	if d := inc.Date(); !d.IsZero() {
		parts = append(parts, d.String())
	}
	if inc.Severity != nil {
		parts = append(parts, inc.Severity.Name)
	}
	for _, s := range inc.Services {
		parts = append(parts, s.Name)
	}
	if d := page.Lasted(inc); d >= 0 {
		parts = append(parts, fmt.Sprintf("%d min", int64(d/time.Minute)))
	}
	facts := strings.Join(parts, ", ")
	switch {
	case facts == "":
		return inc.SummaryText
	case inc.SummaryText == "":
		return facts
	default:
		return facts + ". " + inc.SummaryText
	}
}

func item(b *strings.Builder, name, address, remark string) {
	fmt.Fprintf(b, "- [%s](%s)", plain(name), address)
	if remark = plain(remark); remark != "" {
		b.WriteString(": " + remark)
	}
	b.WriteByte('\n')
}

// plain writes text of one line as Markdown that means just that text.
func plain(s string) string { return markdownEscapes.Replace(oneLine(s)) }

var markdownEscapes = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`)

// oneLine makes one line of a text, without characters that end a line, control a terminal, or turn the text around them about.
func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\t', r == 0x85, r == 0x2028, r == 0x2029:
			return ' '
		case r < 0x20, r >= 0x7F && r < 0xA0, r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0xFFFE, r == 0xFFFF:
			return -1
		}
		return r
	}, s)), " ")
}
