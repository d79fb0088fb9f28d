// Package importer turns what other tools know of incidents into postmortem files, one file of this package per format. It stands before the
// walk, beside draft: what it writes is read by the rooms source and postmortem like any other file, and no room behind them knows that it
// was ever anything else.
//
// # What it promises
//
// Nothing is lost: every incident, every update with its time, and every sentence of a text is in the files it writes. Where a source is HTML
// it becomes Markdown; where it is Markdown it is kept word for word. Headings move up or down together to fit below the one they come
// under.
//
// Nothing is overwritten that somebody has edited. A file in the archive, .debrief-imported.jsonl, remembers the checksum of each text as it
// was written. A second run writes what is new, and what changed in the source and is untouched here. Everything else it leaves alone, and
// says so.
//
// Nothing becomes public by itself. What was written for customers becomes an External summary, and the visibility stays internal unless
// Options.Public says otherwise.
//
// Nothing leaves the folder of the archive, whatever a source calls its incidents, and nothing is fetched. A file of a hundred thousand
// incidents is read one incident at a time.
//
// What is wrong with a source is a problem with its place, and the rest is imported.
package importer

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"debrief/generator/fields"
	"debrief/generator/problem"
)

// Format is a way in which incidents are kept elsewhere.
type Format struct {
	// Name is what the command calls it.
	Name string
	// Reads says what it reads, in a few words.
	Reads string
	// Customers is true when such texts were written for customers, and become External summaries.
	Customers bool

	// family is what formats share that call an incident by the same name.
	family string
	// file reads one file; tree reads a folder of Markdown files. A format has one of them.
	file func(r *run, name string, in io.Reader) error
	tree func(r *run) error
	// endings are those of its files, where SOURCE is a folder.
	endings []string
}

// Formats are all there are, in the order in which they are listed.
func Formats() []Format {
	return []Format{
		{Name: "statuspage", Reads: "Statuspage API v2: incidents.json, scheduled-maintenances.json; also as incident.io serves it", Customers: true, family: "statuspage", file: readStatuspage, endings: []string{".json", ".jsonl", ".ndjson"}},
		{Name: "atom", Reads: "the history feed of a Statuspage: history.atom, history.rss", Customers: true, family: "statuspage", file: readAtom, endings: []string{".atom", ".rss", ".xml"}},
		{Name: "gcp", Reads: "Google Cloud's incidents.json", Customers: true, family: "gcp", file: readGCP, endings: []string{".json", ".jsonl", ".ndjson"}},
		{Name: "cstate", Reads: "a cState site, or its folder content/issues", Customers: true, family: "cstate", tree: readCState},
		{Name: "github", Reads: "gh issue list --json number,title,body,state,createdAt,closedAt,labels,comments,url; Upptime", Customers: true, family: "github", file: readGitHub, endings: []string{".json", ".jsonl", ".ndjson"}},
		{Name: "icco", Reads: "icco/postmortems: the folder data", family: "icco", tree: readIcco},
		{Name: "markdown", Reads: "any folder of Markdown postmortems, or one such file", family: "markdown", tree: readMarkdown},
	}
}

// formatNamed finds a format.
func formatNamed(name string) (Format, bool) {
	all := Formats()
	i := slices.IndexFunc(all, func(f Format) bool { return f.Name == name })
	if i < 0 {
		return Format{}, false
	}
	return all[i], true
}

// Options say what to import, and how.
type Options struct {
	// Format is the name of a format; empty has it guessed.
	Format string
	// Source is the file or folder to import; SourceName what problems call it, where that is something else.
	Source, SourceName string
	// Dest is the folder of the archive. It is made when it is not there.
	Dest string
	// DryRun changes nothing and says what would be done.
	DryRun bool
	// Strict writes nothing unless there is neither an error nor a warning.
	Strict bool
	// Public writes "visibility: public" into what is imported.
	Public bool
	// Restore writes again what was deleted or moved in the archive.
	Restore bool
	// Location is the zone of times that state none; nil is UTC.
	Location *time.Location
	// Progress is told how many incidents were read; nil is fine.
	Progress func(done int)
}

// File is one file of the archive and what became of it.
type File struct {
	// File is its path in the archive, with slashes; empty when none was written for this.
	File string `json:"file,omitempty"`
	// ID and Title are those of the postmortem; empty for an attachment.
	ID     string `json:"id,omitempty"`
	Title  string `json:"title,omitempty"`
	Action Action `json:"action"`
	// Reason says why a file was skipped.
	Reason string `json:"reason,omitempty"`
	// From is where it stands in the source.
	From problem.Position `json:"from"`
}

// Counts are numbers of files by what became of them.
type Counts struct {
	New     int `json:"new"`
	Same    int `json:"same"`
	Changed int `json:"changed"`
	Skipped int `json:"skipped"`
}

func (c *Counts) add(a Action) {
	switch a {
	case New:
		c.New++
	case Same:
		c.Same++
	case Changed:
		c.Changed++
	default:
		c.Skipped++
	}
}

// Total is all of them.
func (c Counts) Total() int { return c.New + c.Same + c.Changed + c.Skipped }

// Report says what an import did.
type Report struct {
	Format string `json:"format"`
	Source string `json:"source"`
	Dest   string `json:"dest"`
	// Guessed is true when nobody said which format it was.
	Guessed bool `json:"guessed"`
	// Written is false after a dry run, and when Options.Strict found something.
	Written     bool   `json:"written"`
	Postmortems Counts `json:"postmortems"`
	Attachments Counts `json:"attachments"`
	// Updates counts the messages and timeline entries that the postmortems hold.
	Updates int `json:"updates"`
	// Files are the postmortems in the order of the source, and after each its attachments.
	Files    []File       `json:"files"`
	Problems problem.List `json:"problems"`
	// Services are the names that were found, sorted.
	Services []string `json:"services"`
}

// run is one import.
type run struct {
	ctx    context.Context
	opts   Options
	format Format
	store  *store
	report *Report
	// seen are the sums of what was taken: of postmortems by key, of attachments by path.
	seen     map[string]string
	services map[string]bool
	location *time.Location
}

// Run imports. The report is complete even when the context ended or the disk failed in the middle; what was written by then stays.
func Run(ctx context.Context, opts Options) (*Report, error) {
	if opts.Strict && !opts.DryRun {
		trial := opts
		trial.DryRun = true
		if report, err := importOnce(ctx, trial); err != nil || report.Problems.Count(problem.Error)+report.Problems.Count(problem.Warning) > 0 {
			return report, err
		}
	}
	return importOnce(ctx, opts)
}

func importOnce(ctx context.Context, opts Options) (report *Report, err error) {
	report = &Report{Source: cmp.Or(opts.SourceName, opts.Source), Dest: opts.Dest, Files: []File{}, Problems: problem.List{}, Services: []string{}}
	r := &run{ctx: ctx, opts: opts, report: report, seen: map[string]string{}, services: map[string]bool{}, location: cmp.Or(opts.Location, time.UTC)}
	files, err := r.choose()
	if err != nil {
		return report, err
	}
	report.Format = r.format.Name
	if err := r.apart(); err != nil {
		return report, err
	}
	if r.store, err = openStore(opts.Dest, opts.DryRun, opts.Restore); err != nil {
		return report, fmt.Errorf("cannot use the archive %s: %w", opts.Dest, err)
	}
	defer func() {
		err = errors.Join(err, r.store.close())
		report.Problems.Sort()
		for name := range r.services {
			report.Services = append(report.Services, name)
		}
		slices.Sort(report.Services)
	}()
	if r.format.tree != nil {
		err = r.format.tree(r)
	} else {
		for _, file := range files {
			if err = r.readFile(file); err != nil {
				break
			}
		}
	}
	report.Written = err == nil && !opts.DryRun
	return report, err
}

// apart refuses an archive inside of what is imported, which would be imported the next time.
func (r *run) apart() error {
	source, err1 := filepath.Abs(r.opts.Source)
	dest, err2 := filepath.Abs(r.opts.Dest)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	if r.format.tree == nil {
		return nil
	}
	if rel, err := filepath.Rel(source, dest); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return fmt.Errorf("the archive %s is inside of what it shall import, %s\nName another folder: debrief import %s %s FOLDER", r.opts.Dest, r.opts.Source, r.format.Name, r.opts.Source)
	}
	return nil
}

func (r *run) readFile(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	name := file
	if file == r.opts.Source {
		name = r.report.Source
	}
	return r.format.file(r, filepath.ToSlash(name), f)
}

// files are those of a source: itself, or those in a folder that end as the format's do.
func (f Format) files(source string) ([]string, error) {
	info, err := os.Stat(source)
	if err != nil || !info.IsDir() {
		return []string{source}, err
	}
	entries, err := os.ReadDir(source)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if e.Type().IsRegular() && !strings.HasPrefix(e.Name(), ".") && slices.Contains(f.endings, strings.ToLower(filepath.Ext(e.Name()))) {
			files = append(files, filepath.Join(source, e.Name()))
		}
	}
	return files, nil
}

// document is a postmortem on its way into the archive.
type document struct {
	// source is what the format calls it.
	source    string
	at        problem.Position
	id, title string
	// path is where it goes, below the folder of postmortems.
	path string
	// text is what to write when it has an id.
	text        func(id string) []byte
	updates     int
	attachments []attachment
}

// attachment is a file that belongs to a postmortem.
type attachment struct {
	// source is where it comes from, and path where it goes, below the folder of postmortems.
	source, path string
	at           problem.Position
	open         func() (io.ReadCloser, error)
}

// take brings an incident of a status page into the archive.
func (r *run) take(in *incident) error {
	in.finish()
	if in.source == "" {
		in.source = fields.Slug(in.day() + " " + in.title)
	}
	in.id = cmp.Or(in.id, in.source)
	if line(in.title) == "" {
		r.report.Problems.Warnf(in.at, "no-title", "give it a title in its file", "this incident has no title")
		in.title = "Incident " + in.id
	}
	if in.started.IsZero() {
		r.report.Problems.Warnf(in.at, "no-time", "write when it started into its file", "no time is known of the incident %q", clip(line(in.title), 60))
	}
	for _, s := range in.services {
		r.services[line(s)] = true
	}
	folder := ""
	if !in.started.IsZero() {
		folder = in.started.Time.Format("2006")
	}
	d := document{
		source: in.source, at: in.at, id: in.id, title: line(in.title), path: path.Join(folder, fileName(in.day(), in.title)), updates: len(in.updates),
		text: func(id string) []byte { return in.text(id, r.opts.Public) },
	}
	if in.attachments != nil {
		d.attachments = in.attachments(d.path)
	}
	return r.keep(d)
}

// keep brings a document into the archive.
func (r *run) keep(d document) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if r.opts.Progress != nil {
		r.opts.Progress(r.report.Postmortems.Total() + 1)
	}
	key := r.format.Name + ":" + d.source
	text := d.text(d.id)
	sum := sumOf(text)
	for n := 2; ; n++ {
		before, twice := r.seen[key]
		if !twice {
			break
		}
		if before == sum {
			r.skip(d, "it stands in the source twice, word for word")
			return nil
		}
		if n == 2 {
			r.report.Problems.Warnf(d.at, "same-id", "", "two incidents have the id %q; both are imported", d.id)
		}
		key = fmt.Sprintf("%s:%s#%d", r.format.Name, d.source, n)
	}
	r.seen[key] = sum
	if owner := r.store.records[r.store.ids[fields.Slug(d.id)]]; r.store.records[key] == nil && owner != nil && owner.Sum == sum {
		// The same text under the same id, from a source of another name: the folder above, or below.
		r.skip(d, "it is in the archive already, word for word, as "+owner.File)
		return nil
	}
	id, other := r.idFor(key, d.id)
	if other != "" {
		r.skip(d, "it is in the archive already, imported as "+other)
		return nil
	}
	if id != d.id && r.store.records[key] == nil && !strings.Contains(key, "#") {
		r.report.Problems.Warnf(d.at, "same-id", "", "the id %q, or one that differs only in case, is taken; this becomes %q", d.id, id)
	}
	if id != d.id {
		text = d.text(id)
	}
	file, err := r.fileFor(key, id, d.path, text)
	if err != nil {
		return err
	}
	action, reason, err := r.store.put(record{Key: key, ID: id, File: file}, text)
	if err != nil {
		return fmt.Errorf("writing %s: %w", path.Join(r.opts.Dest, file), err)
	}
	if action == Skipped {
		r.store.files[fold(file)] = key // nobody else may have the name
	}
	r.report.Postmortems.add(action)
	r.report.Updates += d.updates
	r.report.Files = append(r.report.Files, File{File: file, ID: id, Title: d.title, Action: action, Reason: reason, From: d.at})
	for _, a := range d.attachments {
		if err := r.attach(file, a); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) skip(d document, reason string) {
	r.report.Postmortems.add(Skipped)
	r.report.Files = append(r.report.Files, File{ID: d.id, Title: d.title, Action: Skipped, Reason: reason, From: d.at})
}

// idFor returns an id that nothing else has, and the name of the format that imported the same incident before, if another one did.
func (r *run) idFor(key, want string) (id, other string) {
	if known := r.store.records[key]; known != nil {
		return known.ID, ""
	}
	for n := 1; ; n++ {
		id := want
		if n > 1 {
			id = fmt.Sprintf("%s-%d", want, n)
		}
		owner, taken := r.store.ids[fields.Slug(id)]
		if !taken || owner == key {
			r.store.ids[fields.Slug(id)] = key
			return id, ""
		}
		name, _, _ := strings.Cut(owner, ":")
		if f, ok := formatNamed(name); ok && n == 1 && name != r.format.Name && f.family == r.format.family {
			return "", name
		}
	}
}

// fileFor returns where a document goes: where it went before, else where nothing else is.
func (r *run) fileFor(key, id, want string, text []byte) (string, error) {
	if known := r.store.records[key]; known != nil {
		return known.File, nil
	}
	want = path.Join(r.store.base, cleanPath(want))
	for n := 1; ; n++ {
		file := r.store.free(numbered(want, n), key)
		there, found, err := r.store.read(file)
		if err != nil {
			return "", err
		}
		if !found || there != nil && (sumOf(there) == sumOf(text) || bytes.Contains(there, []byte("\nid: "+scalar(line(id))+"\n"))) {
			r.store.files[fold(file)] = key
			return file, nil
		}
	}
}

// numbered is a path with a number behind its name, from the second on.
func numbered(name string, n int) string {
	if n == 1 {
		return name
	}
	if dir := path.Dir(name); path.Base(name) == "index.md" && dir != "." {
		return fmt.Sprintf("%s-%d/index.md", dir, n)
	}
	ending := path.Ext(name)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, ending), n, ending)
}

// attach brings an attachment into the archive.
func (r *run) attach(postmortem string, a attachment) error {
	target := path.Join(r.store.base, cleanPath(a.path))
	key := r.format.Name + ":file:" + a.path
	in, err := a.open()
	if err == nil {
		defer in.Close()
		var content []byte
		if content, err = io.ReadAll(in); err == nil {
			sum := sumOf(content)
			if before, taken := r.seen[fold(target)]; taken && before != sum {
				r.report.Attachments.add(Skipped)
				r.report.Files = append(r.report.Files, File{File: target, Action: Skipped, Reason: "another attachment has its place", From: a.at})
				r.report.Problems.Warnf(a.at, "same-name", "give it another name in the source, and in the text that shows it", "%s would go to %s, where another attachment is", a.source, target)
				return nil
			}
			r.seen[fold(target)] = sum
			action, reason, err := r.store.put(record{Key: key, File: target}, content)
			if err != nil {
				return fmt.Errorf("writing %s: %w", path.Join(r.opts.Dest, target), err)
			}
			r.report.Attachments.add(action)
			r.report.Files = append(r.report.Files, File{File: target, Action: action, Reason: reason, From: a.at})
			return nil
		}
	}
	r.report.Attachments.add(Skipped)
	r.report.Files = append(r.report.Files, File{File: target, Action: Skipped, Reason: "it cannot be read", From: a.at})
	r.report.Problems.Warnf(a.at, "unreadable", "", "the attachment %s of %s cannot be read: %v", a.source, postmortem, underlying(err))
	return nil
}

// underlying is an error without the path that the message names anyway.
func underlying(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}

// cleanPath makes a path that stays below where it is put, and whose parts are names on every system.
func cleanPath(name string) string {
	name = path.Clean("/" + strings.ReplaceAll(name, `\`, "/"))
	parts := strings.Split(strings.TrimPrefix(name, "/"), "/")
	for i, p := range parts {
		p = strings.Map(func(c rune) rune {
			if strings.ContainsRune(`<>:"|?*`, c) {
				return '-'
			}
			return c
		}, printable(p))
		if p = strings.Trim(p, " "); p == "" {
			p = "x"
		}
		if strings.HasPrefix(p, ".") || strings.HasPrefix(p, "_") {
			p = "x" + p // hidden files are passed over by the reader
		}
		if len(p) > 200 {
			ending := path.Ext(p)
			p = fields.Slug(strings.TrimSuffix(p, ending)) + ending
		}
		parts[i] = p
	}
	return path.Join(parts...)
}
