package generator

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"debrief/generator/archive"
	"debrief/generator/config"
	"debrief/generator/edition"
	"debrief/generator/lint"
	"debrief/generator/postmortem"
	"debrief/generator/source"
)

// Editing is an archive of which some files are open in an editor, and there are other than on the disk. Like a Preview it is looked at again
// and again, and only what changed is parsed again; but it makes no site.
type Editing struct {
	doubted atomic.Bool

	mu     sync.Mutex // held while looking
	reader *reader
	latest *Archive
}

// NewEditing returns the archive in a folder, or of a single file. Nothing is read before the first look.
func NewEditing(root string) *Editing { return &Editing{reader: newReader(root)} }

// Doubt says that any file may be other than it was, on the disk. The next look finds out.
func (e *Editing) Doubt() { e.doubted.Store(true) }

// Look reads the archive with the texts that are in the editor, by file, relative to the archive with slashes. The texts must not change any
// more. It returns the archive that it returned before when that still holds. An error means that there is no archive, or that the machine
// failed.
func (e *Editing) Look(ctx context.Context, texts map[string][]byte) (*Archive, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.doubted.Swap(false) {
		e.reader.disk.Doubt()
	}
	e.reader.texts = texts
	e.reader.disk.Cover(texts)
	a, err := e.reader.read(ctx, nil)
	if err != nil {
		return nil, err
	}
	if last := e.latest; last != nil && len(a.changed) == 0 && slices.Equal(a.Problems, last.Problems) {
		return last, nil
	}
	e.latest = a
	return a, nil
}

// Alone returns an archive of one file that is not on the disk.
func Alone(name string, text []byte) *Archive {
	tree := source.Alone(name, text)
	cfg := config.Default()
	one := parseFile(name, text, false, readerOptions(cfg))
	model, between := archive.New(cfg, []*postmortem.Postmortem{one.postmortem}, nil, nil)
	a := &Archive{Model: model, Reading: Reading{Files: 1, Postmortems: 1, Derived: map[string]int{}}, Problems: append(one.problems, between...), tree: tree}
	a.Problems.Sort()
	return a
}

// Remarks returns what Check has to say about some of the files, and about what is no postmortem; of the sites it looks at what they would
// hold and not at how they would be made. It is fast enough to be asked after each key.
func (a *Archive) Remarks(ctx context.Context, asOf postmortem.Date, files []string) (*lint.Result, error) {
	problems := slices.Clone(a.Problems)
	for _, audience := range []edition.Audience{edition.Internal, edition.External} {
		e, found := edition.Project(a.Model, edition.Options{Audience: audience})
		problems = append(problems, found...)
		if e.Site.URL == "" && len(e.Incidents) > 0 {
			problems.Add(noAddress(audience))
		}
	}
	problems.Sort()
	return a.lint(ctx, asOf, oncePerPlace(problems), files)
}

// Source returns the text of a file as it was read; nil when it is none that is read, or is gone.
func (a *Archive) Source(file string) []byte {
	if text, ok := a.texts[file]; ok {
		return text
	}
	src, _, err := a.tree.Read(file)
	if err != nil {
		return nil // it was a problem, or somebody has just removed it
	}
	return src
}
