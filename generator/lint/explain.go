package lint

import (
	"fmt"
	"strings"
)

// Markdown is the exhibit as text: what the rule finds and why, a passage before and after, and what can be set. It begins with a heading of
// the given level.
func (r Rule) Markdown(level int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n\n%s. Severity: %s.%s\n\n%s\n", strings.Repeat("#", level), r.ID, r.Title, r.Severity, fixWords(r), unwrap(r.Reason))
	if r.Source != "" {
		fmt.Fprintf(&b, "\nFrom the field: %s.\n", r.Source)
	}
	fmt.Fprintf(&b, "\nBefore:\n\n%s\nAfter:\n\n%s", fenced(r.Before), fenced(r.After))
	if r.Words != "" || r.Limit != "" {
		b.WriteString("\nIn archive.yaml, under rules:")
		if r.Words != "" {
			b.WriteString(" " + r.Words)
		}
		if r.Limit != "" {
			b.WriteString(" " + r.Limit)
		}
		b.WriteString("\n")
	}
	if strings.HasPrefix(r.ID, "ignore/") {
		return b.String()
	}
	fmt.Fprintf(&b, "\nTo ignore it in one place:\n\n```markdown\n<!-- debrief:ignore %s because ... -->\n```\n", r.ID)
	return b.String()
}

func fixWords(r Rule) string {
	if r.Fixable() {
		return " `debrief check --fix` mends it where it can."
	}
	return ""
}

// unwrap joins the lines of each paragraph.
func unwrap(s string) string {
	paragraphs := strings.Split(strings.TrimSpace(s), "\n\n")
	for i, p := range paragraphs {
		paragraphs[i] = squeeze(p)
	}
	return strings.Join(paragraphs, "\n\n")
}

// fenced shows Markdown as code.
func fenced(text string) string { return "```markdown\n" + strings.TrimRight(text, "\n") + "\n```\n" }
