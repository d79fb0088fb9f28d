package lint

import (
	"bytes"
	"fmt"
	"strings"
)

// families are the first parts of the names of rules, with what they are about.
var families = []struct{ name, title string }{
	{"blameless", "Blameless language"}, {"external", "The message for customers"}, {"actions", "Action items"}, {"timeline", "The timeline"},
	{"lessons", "Lessons"}, {"deadlines", "Deadlines"}, {"glossary", "Words"}, {"names", "Names"}, {"dates", "Times and dates"}, {"links", "Links"},
	{"ignore", "Ignoring"},
}

// familyOf are the families of the rules whose names do not say it.
var familyOf = map[string]string{
	"remote-image": "external", "duration-disagrees": "timeline", "time-without-zone": "dates", "broken-link": "links", "unknown-related": "links",
}

// Document is docs/rules.md: every exhibit, by family.
func Document() []byte {
	var b bytes.Buffer
	b.WriteString(`# The rules of debrief check

` + "`debrief check`" + ` says what a careful reviewer would say. Each rule is described here with its reason, a passage before and after, and what
archive.yaml can change. This page is written by the program from its rules; ` + "`debrief check --explain RULE`" + ` prints one.

A finding is an error, a warning or a note. Notes are shown with ` + "`--all`" + `. Settings in archive.yaml:

` + "```yaml" + `
rules:
  blameless/counterfactual: error        # off, note (or info), warning or error
  external/jargon:
    severity: note
    words: [quorum, shard]               # further words to look for
    allow: [API, DNS]                    # words to pass over
  actions/too-many: {limit: 20}          # from how many on
` + "```" + `

To ignore one finding, say why in a comment, in the same line or in a line of its own before the paragraph, item or heading. In a table it goes
into the cell. Comments never reach a page.

` + "```markdown" + `
<!-- debrief:ignore blameless/counterfactual because it quotes the customer -->
` + "```" + `

To ignore a rule in a whole file, name it in the front matter with the reason:

` + "```yaml" + `
ignore:
  timeline/evidence: the graphs of that year are gone
` + "```" + `

What other parts of the program warn of, and build prints too, can be ignored by its name in the same way, errors excepted.

| rule | severity | finds |
|---|---|---|
`)
	for _, r := range Rules() {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", r.ID, headingID(r.ID), r.Severity, r.Title)
	}
	for _, family := range families {
		fmt.Fprintf(&b, "\n## %s\n", family.title)
		for _, r := range Rules() {
			if familyName(r) == family.name {
				b.WriteString("\n" + r.Markdown(3))
			}
		}
	}
	return b.Bytes()
}

// familyName is the family a rule is described in.
func familyName(r Rule) string {
	if name, ok := familyOf[r.ID]; ok {
		return name
	}
	name, _, _ := strings.Cut(r.ID, "/")
	return name
}

// headingID is the anchor that GitHub gives the heading of a rule.
func headingID(id string) string { return strings.ReplaceAll(id, "/", "") }
