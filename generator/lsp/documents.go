package lsp

import (
	"context"
	"maps"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"debrief/generator"
	"debrief/generator/lint"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

// desk is what is open in the editor, and the archives it belongs to.
type desk struct {
	ctx     context.Context
	options Options
	publish func(publishDiagnosticsParams)

	mu        sync.Mutex
	documents map[string]*document // by URI
	folders   map[string]*folder   // by the archive's place
	closed    bool
}

// document is an open document. Its text and version change; each text does not.
type document struct {
	uri     string
	version int
	text    *text
	// folder is the archive it belongs to and file its name there; nil for a document that is nowhere on the disk.
	folder *folder
	file   string
}

// folder is an archive with open documents.
type folder struct {
	place   string // the archive's folder, or its one file
	root    string // the folder that files are named from
	single  bool
	editing *generator.Editing
	timer   *time.Timer // until findings are shown

	showing sync.Mutex // held while findings are shown, so that older ones never come later

	mu     sync.Mutex
	latest *remarks
}

// remarks are the findings in some files of an archive.
type remarks struct {
	archive  *generator.Archive
	files    []string
	findings []lint.Finding
}

func newDesk(ctx context.Context, opts Options, publish func(publishDiagnosticsParams)) *desk {
	return &desk{ctx: ctx, options: opts, publish: publish, documents: map[string]*document{}, folders: map[string]*folder{}}
}

// close forgets everything and shows nothing any more.
func (d *desk) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	for _, f := range d.folders {
		f.timer.Stop()
	}
	clear(d.documents)
}

func (d *desk) open(uri string, version int, t *text) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return
	}
	doc := &document{uri: uri, version: version, text: t}
	doc.folder, doc.file = d.place(uri)
	d.documents[uri] = doc
	if doc.folder != nil {
		doc.folder.editing.Doubt()
	}
	d.soon(doc, 0)
}

func (d *desk) change(uri string, version *int, change func(*text) *text) {
	d.mu.Lock()
	defer d.mu.Unlock()
	doc := d.documents[uri]
	if doc == nil {
		return
	}
	if doc.version++; version != nil {
		doc.version = *version
	}
	doc.text = change(doc.text)
	d.soon(doc, d.options.Pause)
}

// saved looks at the disk again. A document that was nowhere before may belong to an archive now.
func (d *desk) saved(uri string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	doc := d.documents[uri]
	if doc == nil {
		return
	}
	doc.folder, doc.file = d.place(uri)
	if doc.folder != nil {
		doc.folder.editing.Doubt()
	}
	d.soon(doc, 0)
}

func (d *desk) closeDocument(uri string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	doc := d.documents[uri]
	delete(d.documents, uri)
	if doc != nil {
		d.soon(doc, 0) // its neighbours see what is on the disk
	}
}

// doubt looks at every file again.
func (d *desk) doubt() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, f := range d.folders {
		f.editing.Doubt()
		f.timer.Reset(d.options.Pause)
	}
}

// soon shows the findings of a document's archive after a pause in which nothing was typed.
func (d *desk) soon(doc *document, pause time.Duration) {
	if d.closed {
		return
	}
	if doc.folder != nil {
		doc.folder.timer.Reset(pause)
		return
	}
	version := doc.version
	time.AfterFunc(pause, func() {
		if v := d.look(doc.uri); v != nil && v.document.version == version {
			d.show(v)
		}
	})
}

// place finds the archive that a document belongs to, and its name there.
func (d *desk) place(uri string) (*folder, string) {
	name, ok := fileOf(uri)
	if !ok {
		return nil, ""
	}
	place := name
	switch root, declared := d.archiveOf(name); {
	case declared:
		place = root
	default:
		if _, err := os.Stat(name); err != nil {
			return nil, "" // a new file, alone
		}
	}
	f := d.folders[place]
	if f == nil {
		f = &folder{place: place, root: place, single: place == name, editing: generator.NewEditing(place)}
		if f.single {
			f.root = filepath.Dir(place)
		}
		f.timer = time.AfterFunc(time.Hour, func() { d.showAll(f) })
		f.timer.Stop()
		d.folders[place] = f
	}
	file, err := filepath.Rel(f.root, name)
	if err != nil {
		return nil, ""
	}
	return f, filepath.ToSlash(file)
}

// archiveOf returns the archive of a file: the one that the server was started for, or the nearest one above. A folder that does not say that
// it is an archive is none: nobody wants their home directory read because they opened a note in it.
func (d *desk) archiveOf(name string) (string, bool) {
	if own := d.options.Archive; own != "" && isBelow(own, name) {
		return own, true
	}
	return generator.DeclaredArchive(filepath.Dir(name))
}

func isBelow(dir, name string) bool {
	rel, err := filepath.Rel(dir, name)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// view is a document as it is at one moment, in its archive.
type view struct {
	desk     *desk
	document document // a copy
	file     string   // its name in the archive
	archive  *generator.Archive
	texts    map[string]*text // what is open, by file
	open     []string         // the files that are open, sorted
}

// look returns a document as it is now; nil when it is not open or its archive cannot be read.
func (d *desk) look(uri string) *view {
	d.mu.Lock()
	doc := d.documents[uri]
	if doc == nil {
		d.mu.Unlock()
		return nil
	}
	v := d.viewOf(doc)
	d.mu.Unlock()
	if !v.read() {
		return nil
	}
	return v
}

// viewOf gathers what is open beside a document.
func (d *desk) viewOf(doc *document) *view {
	v := &view{desk: d, document: *doc, file: doc.file, texts: map[string]*text{}}
	if doc.folder == nil {
		v.file = path.Base(doc.uri)
		if name, ok := fileOf(doc.uri); ok {
			v.file = filepath.Base(name)
		}
		v.texts[v.file] = doc.text
	}
	for _, other := range d.documents {
		if doc.folder != nil && other.folder == doc.folder {
			v.texts[other.file] = other.text
		}
	}
	v.open = slices.Sorted(maps.Keys(v.texts))
	return v
}

func (v *view) read() bool {
	f := v.document.folder
	if f == nil {
		v.archive = generator.Alone(v.file, []byte(v.document.text.src))
		return true
	}
	texts := make(map[string][]byte, len(v.texts))
	for file, t := range v.texts {
		texts[file] = []byte(t.src)
	}
	var err error
	v.archive, err = f.editing.Look(v.desk.ctx, texts)
	return err == nil
}

// findings are what check says about the open files of the archive, sorted.
func (v *view) findings() []lint.Finding {
	f := v.document.folder
	if f == nil {
		return v.remarks().findings
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if last := f.latest; last == nil || last.archive != v.archive || !slices.Equal(last.files, v.open) {
		f.latest = v.remarks()
	}
	return f.latest.findings
}

func (v *view) remarks() *remarks {
	r := &remarks{archive: v.archive, files: v.open}
	result, err := v.archive.Remarks(v.desk.ctx, v.desk.options.Today(), v.open)
	if err != nil {
		return r // the session is over
	}
	for _, f := range result.Findings {
		if _, open := v.texts[f.File]; open && v.concerns(f.File) {
			r.findings = append(r.findings, f)
		}
	}
	return r
}

// concerns reports whether the findings in a file are for its author. A file that stands alone must look like a postmortem: an editor sends
// every Markdown file that somebody opens.
func (v *view) concerns(file string) bool {
	if f := v.document.folder; f != nil && !f.single {
		return true
	}
	inc := v.archive.Model.IncidentIn(file)
	if inc == nil {
		return true
	}
	for _, key := range []string{"severity", "services", "factors", "visibility", "started"} {
		if _, own := inc.Position(key); own {
			return true
		}
	}
	looks, _ := postmortem.LooksLike(inc.Postmortem)
	return looks
}

// showAll shows the findings of every open document of an archive.
func (d *desk) showAll(f *folder) {
	f.showing.Lock()
	defer f.showing.Unlock()
	d.mu.Lock()
	var views []*view
	for _, uri := range slices.Sorted(maps.Keys(d.documents)) {
		if doc := d.documents[uri]; doc.folder == f {
			views = append(views, d.viewOf(doc))
		}
	}
	d.mu.Unlock()
	for i, v := range views {
		if i > 0 {
			v.archive = views[0].archive
		} else if !v.read() {
			return
		}
		d.show(v)
	}
}

// show shows the findings of one document.
func (d *desk) show(v *view) {
	diagnostics := []diagnostic{}
	for _, f := range v.findings() {
		if f.File == v.file {
			diagnostics = append(diagnostics, v.diagnostic(f.Problem))
		}
	}
	d.mu.Lock()
	now := d.documents[v.document.uri]
	stale := d.closed || now == nil || now.text != v.document.text
	d.mu.Unlock()
	if !stale { // else the next ones are on their way
		d.publish(publishDiagnosticsParams{URI: v.document.uri, Version: &v.document.version, Diagnostics: diagnostics})
	}
}

// textOf returns the text of a file of the archive: as it is open, or as it was read.
func (v *view) textOf(file string) *text {
	if t := v.texts[file]; t != nil {
		return t
	}
	if src := v.archive.Source(file); src != nil {
		return newText(string(src))
	}
	if f := v.document.folder; f != nil {
		if src, err := os.ReadFile(filepath.Join(f.root, filepath.FromSlash(file))); err == nil {
			return newText(string(src))
		}
	}
	return newText("")
}

// location is a place of the archive as the editor names it.
func (v *view) location(at problem.Position) *Location {
	uri := v.document.uri
	if at.File != v.file {
		if v.document.folder == nil {
			return nil
		}
		uri = uriOf(filepath.Join(v.document.folder.root, filepath.FromSlash(at.File)))
	}
	var place Position
	if at.Line > 0 {
		t := v.textOf(at.File)
		place = t.at(at.Line-1, byteOfCharacter(t.line(at.Line-1), at.Column))
	}
	return &Location{uri, Range{place, place}}
}

// fileOf returns the path of the file that a URI names; false when it names none on this machine.
func fileOf(uri string) (string, bool) {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" || u.Path == "" || u.Host != "" && u.Host != "localhost" || strings.ContainsRune(u.Path, 0) {
		return "", false
	}
	name := u.Path
	if runtime.GOOS == "windows" {
		name = strings.TrimPrefix(name, "/") // file:///c:/folder
	}
	if name = filepath.FromSlash(name); !filepath.IsAbs(name) {
		return "", false
	}
	return filepath.Clean(name), true
}

func uriOf(name string) string {
	name = filepath.ToSlash(name)
	if !strings.HasPrefix(name, "/") {
		name = "/" + name
	}
	return (&url.URL{Scheme: "file", Path: name}).String()
}
