package importer

import (
	"bytes"
	"cmp"
	"io"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"debrief/generator/fields"
	"debrief/generator/lazyregexp"
	"debrief/generator/markdown"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
	"debrief/generator/source"
)

// tree is a folder of Markdown files that is imported.
type tree struct {
	*run
	files *source.Tree
	// names are the attachments by their path with case folded, because links often get it wrong.
	names map[string]string
}

// report is one file of a tree as the reader understands it.
type report struct {
	file  string
	src   []byte
	parts postmortem.Parts
	pm    *postmortem.Postmortem
	// fence is set when front matter was mended that lacked a line of ---.
	mended bool
}

// openTree lists a folder of Markdown files.
func (r *run) openTree() (*tree, error) {
	files, problems, err := source.Scan(r.opts.Source)
	if err != nil {
		return nil, err
	}
	t := &tree{run: r, files: files, names: map[string]string{}}
	t.note(problems)
	for _, a := range files.Attachments {
		t.names[fold(a)] = a
	}
	for _, s := range files.Skipped {
		t.skip(document{at: t.at(s.File)}, s.Reason)
	}
	return t, nil
}

// at is the place of a file as whoever called the command sees it.
func (t *tree) at(file string) problem.Position { return problem.Position{File: t.shown(file)} }

func (t *tree) shown(file string) string {
	return filepath.ToSlash(filepath.Join(t.files.Root, filepath.FromSlash(file)))
}

// note takes problems whose files are paths in the tree. Notes say how a file was understood, which the file that is written says itself.
func (t *tree) note(problems problem.List) {
	for _, p := range problems {
		if p.Severity > problem.Note {
			p.File = t.shown(p.File)
			t.report.Problems.Add(p)
		}
	}
}

// read reads one file. It returns nil when the file cannot be used, which has been said.
func (t *tree) read(file string) (*report, error) {
	src, problems, err := t.files.Read(file)
	if err != nil {
		return nil, err
	}
	t.note(problems)
	if src == nil {
		t.skip(document{at: t.at(file)}, "it cannot be read")
		return nil, nil
	}
	rep := &report{file: file, src: src}
	rep.src, rep.mended = mendFences(src)
	rep.parts = postmortem.Divide(rep.src)
	options := postmortem.Options{Location: t.location, KeepDocument: true}
	pm, found := postmortem.Read(file, rep.src, options)
	if mended, ok := rep.mendMatter(); ok {
		pm, _ = postmortem.Read(file, mended.src, options) // what was found wrong before is still said
		rep = mended
	}
	rep.pm = pm
	for _, p := range found {
		switch p.Rule {
		case "impossible-time", "impossible-date", "front-matter-unclosed", "yaml-syntax", "toml-syntax", "duplicate-key":
			if p.Severity > problem.Warning {
				p.Severity = problem.Warning // the rest is imported, and the import writes front matter anew
			}
			if rep.mended && p.Line > 0 {
				if p.Line--; p.Line == 0 {
					continue // the line is the one that was put there
				}
			}
			p.File = t.shown(p.File)
			t.report.Problems.Add(p)
		}
	}
	if rep.mended {
		t.report.Problems.Warnf(problem.Position{File: t.shown(file), Line: 1, Column: 1}, "no-front-matter-mark", "", "the front matter begins without a line of ---; it was read all the same")
	}
	return rep, nil
}

var keyLine = lazyregexp.New(`^(?:title|date|severity|resolved|resolvedWhen|affected|section|layout|draft)\s*:`)

// mendFences puts a line of --- before front matter that lacks it.
func mendFences(src []byte) (text []byte, mended bool) {
	first, rest, _ := bytes.Cut(bytes.TrimPrefix(src, []byte("\xef\xbb\xbf")), []byte("\n"))
	if !keyLine.Match(first) {
		return src, false
	}
	for n := 0; n < 40 && len(rest) > 0; n++ {
		var l []byte
		l, rest, _ = bytes.Cut(rest, []byte("\n"))
		switch trimmed := strings.TrimRight(string(l), " \t\r"); {
		case trimmed == "---" || trimmed == "":
			return append([]byte("---\n"), src...), true
		case !strings.Contains(trimmed, ":") && !strings.HasPrefix(strings.TrimSpace(trimmed), "- ") && !strings.HasPrefix(trimmed, "#"):
			return src, false
		}
	}
	return src, false
}

// mendMatter mends what most often breaks front matter that people write: tabs, and a colon in a text without quotes. ok is false when there
// was nothing to mend, or it did not help.
func (rep *report) mendMatter() (mended *report, ok bool) {
	if !rep.matter().Broken || rep.parts.Syntax != fields.YAML {
		return nil, false
	}
	var b strings.Builder
	for l := range strings.Lines(string(rep.parts.Matter)) {
		text := strings.TrimRight(l, "\r\n")
		end := l[len(text):]
		indent := len(text) - len(strings.TrimLeft(text, " \t"))
		text = strings.ReplaceAll(text[:indent], "\t", "  ") + text[indent:]
		if m := colonValue.FindStringSubmatch(text); m != nil {
			text = m[1] + quoted(strings.TrimSpace(m[2]))
		}
		b.WriteString(text + end)
	}
	at := bytes.Index(rep.src, rep.parts.Matter)
	src := slices.Concat(rep.src[:at], []byte(b.String()), rep.src[at+len(rep.parts.Matter):])
	mended = &report{file: rep.file, src: src, parts: postmortem.Divide(src), mended: rep.mended}
	return mended, !mended.matter().Broken
}

// colonValue is a key with a text behind it in which YAML would see another key.
var colonValue = lazyregexp.New(`^([A-Za-z_][\w-]*:\s+)([^"'\s\[{|>&*#].*:\s.*)$`)

// body is the text below the front matter, with what stands above it.
func (rep *report) body() string {
	body := string(rep.parts.Body)
	if rep.parts.MatterLine > 2 && !rep.mended {
		above := rep.src[:bytes.Index(rep.src, rep.parts.Matter)]
		if fence := bytes.LastIndexAny(bytes.TrimRight(above, "\r\n"), "\r\n"); fence > 0 {
			if text := bytes.TrimSpace(above[:fence]); len(text) > 0 {
				body = string(text) + "\n\n" + body
			}
		}
	}
	return body
}

// matter is the front matter of the file as it was.
func (rep *report) matter() *fields.Node {
	node, _ := fields.Parse(rep.file, rep.parts.MatterLine, rep.parts.Syntax, rep.parts.Matter)
	return node
}

// facts writes what the reader knows of a postmortem into front matter. What it worked out is named, so that a person can look at it.
func (rep *report) facts(m *matter, id string, public bool) {
	pm := rep.pm
	m.text("id", id)
	m.text("title", pm.Title)
	m.text("external_title", pm.ExternalTitle)
	m.text("severity", pm.Severity)
	m.word("status", string(pm.Status))
	m.word("visibility", visibility(public || pm.Visibility == postmortem.Public))
	if pm.Stage == postmortem.Preliminary {
		m.word("stage", string(pm.Stage))
	}
	m.word("next_update", pm.NextUpdate.String())
	type moment struct {
		key string
		at  postmortem.Moment
	}
	moments := []moment{{"started", pm.Started}, {"detected", pm.Detected}, {"declared", pm.Declared}, {"mitigated", pm.Mitigated}, {"resolved", pm.Resolved}}
	// Where they contradict each other, what the reader supposes stays a supposition: stated, it would be a mistake.
	disagree := slices.ContainsFunc(moments, func(f moment) bool { return before(f.at, pm.Started) })
	for _, f := range moments {
		if !disagree || !slices.Contains(pm.Derived, f.key) {
			m.moment(f.key, f.at)
		}
	}
	m.word("published", pm.Published.String())
	m.list("services", pm.Services)
	m.list("factors", pm.Factors)
	m.text("detected_by", pm.DetectedBy)
	m.text("owner", pm.Owner)
	m.list("participants", pm.Participants)
	if pm.NearMiss {
		m.word("near_miss", "true")
	}
	m.text("class", pm.Class)
	m.text("deferred_work", pm.DeferredWork)
	if pm.GrowsWithScale != nil {
		m.word("grows_with_scale", map[bool]string{true: "true", false: "false"}[*pm.GrowsWithScale])
	}
	m.list("related", pm.Related)
	m.list("aliases", pm.Aliases)
	m.links(pm.Links)
	written := "\n" + m.b.String()
	if derived := slices.DeleteFunc(slices.Clone(pm.Derived), func(key string) bool { return key == "id" || !strings.Contains(written, "\n"+key+": ") }); len(derived) > 0 {
		m.comment("Worked out from the text by the import: " + strings.Join(derived, ", ") + ".")
	}
	if !pm.ZoneStated && slices.ContainsFunc([]postmortem.Moment{pm.Started, pm.Resolved}, func(at postmortem.Moment) bool {
		return !at.IsZero() && !at.DateOnly && !at.ZoneStated
	}) {
		m.comment("No time zone was stated; the times were taken to be in " + pm.Started.Time.Location().String() + ".")
	}
}

// leftOver writes the front matter of another tool that has no key here as comments, so that it is not lost.
func (rep *report) leftOver(m *matter, used ...string) {
	node := rep.matter()
	lines := strings.Split(strings.ReplaceAll(string(rep.parts.Matter), "\r\n", "\n"), "\n")
	for i, e := range node.Entries {
		if slices.Contains(used, e.Key) {
			continue
		}
		from := e.Pos.Line - rep.parts.MatterLine
		to := len(lines)
		if i+1 < len(node.Entries) {
			to = node.Entries[i+1].Pos.Line - rep.parts.MatterLine
		}
		if from < 0 || to > len(lines) || from >= to {
			continue
		}
		kept := slices.DeleteFunc(slices.Clone(lines[from:to]), func(l string) bool { return strings.HasPrefix(strings.TrimSpace(l), "#") || strings.TrimSpace(l) == "" })
		m.comment(strings.Join(kept, "\n"))
	}
	if node.Broken {
		m.comment("The front matter could not be read whole. It was:")
		m.comment(string(rep.parts.Matter))
	}
}

// attachments are the files that a report shows or links to, and for a report with a folder of its own all files in it. They keep their
// place beside the report, so that its text need not change.
func (t *tree) attachments(rep *report, target string) []attachment {
	found := newNames()
	note := func(ref string) {
		if name := t.resolve(rep.file, ref); name != "" {
			found.add(name)
		}
	}
	if doc := rep.pm.Document(); doc != nil {
		references(doc.Blocks, note)
	}
	for _, m := range htmlReference.FindAllSubmatch(rep.parts.Body, -1) {
		note(string(m[1]) + string(m[2]))
	}
	for _, m := range definition.FindAllSubmatch(rep.parts.Body, -1) {
		note(string(m[1]))
	}
	if dir := path.Dir(rep.file); strings.EqualFold(strings.TrimSuffix(path.Base(rep.file), path.Ext(rep.file)), "index") && dir != "." {
		for _, a := range t.files.Attachments {
			if strings.HasPrefix(a, dir+"/") {
				found.add(a)
			}
		}
	}
	var all []attachment
	for _, name := range found.list {
		beside := relative(path.Dir(rep.file), name)
		all = append(all, attachment{
			source: name, path: path.Join(path.Dir(target), beside), at: t.at(name),
			open: func() (io.ReadCloser, error) { return t.files.Open(name) },
		})
	}
	return all
}

var (
	htmlReference = lazyregexp.New(`(?i)<(?:img|a|video|source|embed|object|iframe)\s[^<>]*?(?:src|href|data)\s*=\s*(?:"([^"]*)"|'([^']*)')`)
	definition    = lazyregexp.New(`(?m)^ {0,3}\[[^\]\n]+\]:[ \t]*<?([^\s>]+)`)
)

// resolve is the attachment that a link in a file leads to; "" when it leads elsewhere.
func (t *tree) resolve(file, ref string) string {
	u, err := url.Parse(strings.TrimSpace(ref))
	if err != nil || u.Scheme != "" || u.Host != "" || u.Path == "" || strings.HasPrefix(u.Path, "/") {
		return ""
	}
	return t.names[fold(path.Join(path.Dir(file), u.Path))]
}

// references calls note with everything that blocks link to or show.
func references(blocks []*markdown.Block, note func(string)) {
	for _, b := range blocks {
		for _, s := range b.Spans {
			if s.Dest != "" {
				note(s.Dest)
			}
		}
		references(b.Children, note)
	}
}

// relative is the way from a folder to a file; both are paths in one tree.
func relative(dir, file string) string {
	if dir == "." {
		return file
	}
	rel, err := filepath.Rel(filepath.FromSlash(dir), filepath.FromSlash(file))
	if err != nil {
		return path.Base(file)
	}
	return filepath.ToSlash(rel)
}

// isFolder reports whether the source is one, and not a single file.
func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// dayOf is the day a report is filed under.
func dayOf(pm *postmortem.Postmortem) string {
	if !pm.Started.IsZero() {
		return postmortem.DateOf(pm.Started.Time).String()
	}
	return cmp.Or(pm.Published.String(), "")
}
