package lint

import (
	"net/url"
	"path"
	"strings"

	"debrief/generator/lazyregexp"
	"debrief/generator/markdown"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

var brokenLink = Rule{
	ID:       "broken-link",
	Title:    "A link leads to nothing in the archive",
	Severity: problem.Warning,
	Reason: `The page shows the text without the link. A link inside the archive is a path to a file, from the folder of the file it stands in, and
becomes the address of its page.`,
	Before: "## Summary\n\nSee [the graph](graph.png).\n",
	After:  "## Summary\n\nSee [the graph](https://graphs.example/1).\n",
}

var unknownRelated = Rule{
	ID:       "unknown-related",
	Title:    "A related postmortem is not in the archive",
	Severity: problem.Warning,
	Reason:   `The link from one incident to another is what turns a pile of reports into an archive; this one leads nowhere.`,
	Before:   "---\nid: a\nrelated: [INC-2024-99]\n---\n\n## Summary\n\nCards were refused.\n",
	After:    "---\nid: a\nrelated: []\n---\n\n## Summary\n\nCards were refused.\n",
}

var brokenAnchor = Rule{
	ID:       "links/anchor",
	Title:    "A link names a heading that is not there",
	Severity: problem.Warning,
	Reason: `The reader lands at the top of the page and looks for a heading that was renamed. The anchor of a heading is its text in small letters,
with hyphens between the words, as other Markdown tools make it.`,
	Before: "## Summary\n\nSee [the fix](#the-fix).\n\n## Resolution\n\nThe old table is back.\n",
	After:  "## Summary\n\nSee [the fix](#resolution).\n\n## Resolution\n\nThe old table is back.\n",
	Found: []string{
		"-- postmortems/a.md --\n## Summary\n\nAs in [the other one](b.md#casues).\n-- postmortems/b.md --\n## Summary\n\nSlow.\n\n## Causes\n\nA full disk.\n",
	},
	Clean: []string{
		"-- postmortems/a.md --\n## Summary\n\nAs in [the other one](b.md#causes), and [here](#a-heading-5).\n\n### A heading: 5!\n\nText.\n-- postmortems/b.md --\n## Summary\n\nSlow.\n\n## Causes\n\nA full disk.\n",
		"## Summary\n\nSee [the top](#), [a name](#here) and [a note](#fn:1).\n\n<a id=\"here\"></a>\n\nText.\n",
	},
	check: func(r *Report) {
		for _, p := range r.passages {
			for _, l := range p.links {
				if !strings.Contains(l.dest, "#") {
					continue
				}
				u, err := url.Parse(l.dest)
				if err != nil || u.Scheme != "" || u.Host != "" || u.Fragment == "" || strings.HasPrefix(u.Path, "/") {
					continue
				}
				r.anchor(l, u)
			}
		}
	},
}

// anchor notes a link whose heading is not in the file that it names.
func (r *Report) anchor(l link, u *url.URL) {
	anchors, where := r.anchors(), "here"
	if u.Path != "" {
		name := path.Join(path.Dir(r.File), u.Path)
		if r.survey.archive.IncidentIn(name) == nil {
			return // broken-link says so, or it is no Markdown
		}
		anchors, where = anchorsOf(r.survey.options.Source(name)), "in "+u.Path
	}
	// Of several headings with one text the second is called heading-1 by some tools and heading-2 by others.
	slug := markdown.Slug(u.Fragment)
	if anchors[slug] || anchors[strings.TrimRight(slug, "-0123456789")] || strings.HasPrefix(u.Fragment, "fn") {
		return
	}
	r.find(problem.Position{Line: l.at.line, Column: l.at.column}, "the anchor of a heading is its text in small letters with hyphens", "there is no heading %q %s", "#"+clip(u.Fragment), where)
}

func (r *Report) anchors() map[string]bool { return anchorsIn(r.document, r.source) }

func anchorsOf(source []byte) map[string]bool {
	return anchorsIn(markdown.Parse(postmortem.Divide(source).Body, markdown.Options{}), source)
}

var (
	chosenID = lazyregexp.New(`(?i)\b(?:id|name)=["']?([^"'\s>]+)`)
	markedID = lazyregexp.New(`\{\s*#([^\s}]+)`)
)

// anchorsIn are the anchors of a text: its headings, and the ids somebody chose.
func anchorsIn(doc *markdown.Document, source []byte) map[string]bool {
	anchors := map[string]bool{}
	var walk func([]*markdown.Block)
	walk = func(blocks []*markdown.Block) {
		for _, b := range blocks {
			if b.Kind == markdown.Heading {
				anchors[markdown.Slug(b.Text)] = true
			}
			walk(b.Children)
		}
	}
	walk(doc.Blocks)
	for _, pattern := range []*lazyregexp.Regexp{chosenID, markedID} {
		for _, m := range pattern.FindAllStringSubmatch(string(source), -1) {
			anchors[markdown.Slug(m[1])] = true
		}
	}
	return anchors
}
