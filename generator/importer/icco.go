package importer

import (
	"path"
	"strings"

	"debrief/generator/lazyregexp"
	"debrief/generator/postmortem"
)

// The catalogue icco/postmortems: a Markdown file for each public postmortem of any company, with a summary, its times, categories and
// keywords in front matter. Files are named by UUID, which stays the id; the file gets a name that people can read.

func readIcco(r *run) error {
	t, err := r.openTree()
	if err != nil {
		return err
	}
	for _, file := range t.files.Postmortems {
		rep, err := t.read(file)
		if err != nil {
			return err
		}
		if rep == nil {
			continue
		}
		if rep.matter().Get("uuid") == nil {
			t.skip(document{at: t.at(file)}, "it has no uuid in its front matter")
			continue
		}
		if err := t.keepIcco(rep); err != nil {
			return err
		}
	}
	return nil
}

func (t *tree) keepIcco(rep *report) error {
	node, pm := rep.matter(), rep.pm
	text := func(key string) string {
		if n := node.Get(key); n != nil {
			return strings.TrimSpace(n.Text)
		}
		return ""
	}
	uuid := line(text("uuid"))
	product := newNames()
	product.add(text("product"))
	if len(product.list) == 0 {
		product.add(text("company"))
	}
	t.services[strings.Join(product.list, "")] = true
	folder := ""
	if day := dayOf(pm); day != "" {
		folder = day[:4]
	}
	pm.Services = product.list
	pm.Links = nil
	if url := line(text("url")); isWebAddress(url) {
		pm.Links = []postmortem.Link{{Name: "postmortem", URL: url}}
	}
	categories := newNames()
	if n := node.Get("categories"); n != nil {
		for _, c := range n.Items {
			categories.add(c.Text)
		}
	}
	pm.Factors = categories.list
	return t.keep(document{
		source: uuid, at: t.at(rep.file), id: uuid, title: pm.Title, path: path.Join(folder, fileName(dayOf(pm), pm.Title)), updates: len(pm.Timeline),
		attachments: t.attachments(rep, path.Join(folder, "x.md")),
		text: func(id string) []byte {
			var m matter
			rep.facts(&m, id, t.opts.Public)
			rep.leftOver(&m, "uuid", "url", "title", "summary", "categories", "product", "start_time", "end_time", "source_published_at")
			summary, body := text("summary"), strings.TrimSpace(rep.body())
			if summary != "" {
				summary = "## Summary\n\n" + summary + "\n\n"
				if !topHeading.MatchString(body) && body != "" {
					body = "## What happened\n\n" + body
				}
			}
			return m.file(summary + body + "\n")
		},
	})
}

var topHeading = lazyregexp.New(`(?m)^#{1,2} `)
