package markdown_test

import (
	"fmt"

	"debrief/generator/markdown"
)

// A section is parsed once and rendered for a page, which decides where its links lead and which of its terms have a meaning to show.
func Example() {
	d := markdown.Parse([]byte("The error budget is gone, see [last week](2024-03-05.md) and [the ticket](https://tickets.example/7).\n"), markdown.Options{
		File:  "postmortems/2024-03-12.md",
		Terms: []string{"error budget"},
	})
	section := d.Render(d.Blocks, markdown.RenderOptions{IDPrefix: "summary-", HeadingShift: 1})
	fmt.Println(section.Text)
	fmt.Println(section.Resolve(func(s markdown.Slot) markdown.Replacement {
		switch s.Dest {
		case "2024-03-05.md":
			return markdown.Replacement{Address: "/incidents/2024-03-05/"}
		case "error budget":
			return markdown.Replacement{HTML: "<dfn>error budget</dfn>"}
		}
		return markdown.Replacement{} // tickets stay inside
	}))
	// Output:
	// The error budget is gone, see last week and the ticket.
	// <p>The <dfn>error budget</dfn> is gone, see <a href="/incidents/2024-03-05/">last week</a> and the ticket.</p>
}
