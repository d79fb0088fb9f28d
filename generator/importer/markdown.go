package importer

import (
	"path"
	"slices"
	"strings"

	"debrief/generator/lazyregexp"
	"debrief/generator/postmortem"
)

// Markdown postmortems of any habit. The body is kept word for word, and files keep their names and places, because links lead there; only a
// name that tells a person nothing becomes a day and a title. Front matter is written from what the reader derives.

func readMarkdown(r *run) error {
	t, err := r.openTree()
	if err != nil {
		return err
	}
	above := commonFolder(t.files.Postmortems)
	for _, file := range t.files.Postmortems {
		rep, err := t.read(file)
		if err != nil {
			return err
		}
		if rep == nil {
			continue
		}
		if like, why := postmortem.LooksLike(rep.pm); !like && !t.files.Declared {
			t.skip(document{at: t.at(file)}, why)
			continue
		}
		if err := t.keepMarkdown(rep, above); err != nil {
			return err
		}
	}
	return nil
}

func (t *tree) keepMarkdown(rep *report, above string) error {
	pm := rep.pm
	target := strings.TrimPrefix(rep.file, above)
	if opaqueName.MatchString(strings.TrimSuffix(path.Base(target), path.Ext(target))) {
		target = path.Join(path.Dir(target), fileName(dayOf(pm), pm.Title))
	}
	for _, s := range pm.Services {
		t.services[line(s)] = true
	}
	return t.keep(document{
		source: rep.file, at: t.at(rep.file), id: pm.ID, title: pm.Title, path: target, updates: len(pm.Timeline), attachments: t.attachments(rep, target),
		text: func(id string) []byte {
			if rep.isOwn() {
				return rep.src
			}
			var m matter
			rep.facts(&m, id, t.opts.Public)
			rep.leftOver(&m, rep.read()...)
			return m.file(rep.body())
		},
	})
}

// opaqueName is a file name that tells a person nothing: a UUID, a checksum, a number.
var opaqueName = lazyregexp.New(`(?i)^(?:[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}|[0-9a-f]{16,64}|\d+)$`)

// isOwn reports whether the front matter is written for Debrief already. Then there is nothing to write anew.
func (rep *report) isOwn() bool {
	node := rep.matter()
	return !node.Broken && !rep.mended && slices.ContainsFunc([]string{"visibility", "external_title", "near_miss", "grows_with_scale"}, func(key string) bool { return node.Get(key) != nil })
}

// read are the keys of the front matter whose values the new front matter has, so that they need not be kept beside it.
func (rep *report) read() []string {
	pm := rep.pm
	var used []string
	for _, e := range rep.matter().Entries {
		value := line(e.Value.Text)
		switch strings.ToLower(e.Key) {
		case "title":
			if value == pm.Title {
				used = append(used, e.Key)
			}
		case "id":
			if value == pm.ID {
				used = append(used, e.Key)
			}
		case "date":
			if value == pm.Published.String() {
				used = append(used, e.Key)
			}
		case "draft":
			used = append(used, e.Key)
		}
		if slices.Contains([]string{"started", "detected", "declared", "mitigated", "published", "services", "factors", "owner", "participants", "detected_by", "class", "related", "aliases", "links", "severity"}, e.Key) {
			used = append(used, e.Key)
		}
	}
	return used
}

// commonFolder is the folder that all files are in, with a slash behind it; "" when there is none.
func commonFolder(files []string) string {
	if len(files) == 0 {
		return ""
	}
	folderOf := func(file string) string {
		dir := path.Dir(file)
		if base := strings.ToLower(path.Base(file)); strings.HasPrefix(base, "index.") || strings.HasPrefix(base, "readme.") {
			dir = path.Dir(dir) // the folder is the report
		}
		if dir == "." {
			return ""
		}
		return dir + "/"
	}
	common := folderOf(files[0])
	for _, file := range files[1:] {
		for common != "" && !strings.HasPrefix(file, common) {
			common = folderOf(strings.TrimSuffix(common, "/"))
		}
	}
	return common
}
