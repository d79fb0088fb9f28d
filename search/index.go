package search

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	index "github.com/blevesearch/bleve_index_api"

	"debrief/generator/edition"
)

// Index is the full-text index of one edition, open for searching. Any number of searches may run at once.
type Index struct {
	bleve    bleve.Index
	lexicon  *lexicon
	names    names
	manifest manifest
}

// Stats tells what an Update did.
type Stats struct {
	// Documents is how many there are, Indexed how many were new or changed, Removed how many had gone.
	Documents, Indexed, Removed int
	// Rebuilt says why the index was made from nothing; nil when it was not.
	Rebuilt error
}

// ErrNone is the error of Open when there is no index that can be used.
var ErrNone = errors.New("there is no index")

// Open opens the index in a folder. The error is ErrNone, with the reason, when there is none, or one that is damaged or of another
// version: then Update must make one. An index is checked before anything in it is believed.
func Open(dir string) (*Index, error) {
	gen, err := current(dir)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNone, err)
	}
	x, err := openGeneration(gen)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNone, err)
	}
	return x, nil
}

func openGeneration(gen string) (*Index, error) {
	m, err := readManifest(gen)
	if err != nil {
		return nil, err
	}
	lex, err := readLexicon(gen)
	if err != nil {
		return nil, err
	}
	n, err := readNames(gen)
	if err != nil {
		return nil, err
	}
	x := &Index{lexicon: lex, names: n, manifest: m}
	return x, x.openBleve(gen)
}

// openBleve opens a generation's bleve index for reading.
func (x *Index) openBleve(gen string) (err error) {
	x.bleve, err = bleve.OpenUsing(filepath.Join(gen, bleveFolder), map[string]any{"read_only": true, "bolt_timeout": "10s"})
	if err != nil {
		return fmt.Errorf("bleve: %w", err)
	}
	return nil
}

// Close releases the index.
func (x *Index) Close() error { return x.bleve.Close() }

// Stamp is what Update was given to remember.
func (x *Index) Stamp() string { return x.manifest.Stamp }

// Documents is how many incidents the index holds.
func (x *Index) Documents() int { return x.manifest.Documents }

// Update brings the index in a folder up to date with an edition and opens it. Only incidents that are new or changed are indexed; an index
// that is damaged or of another version is made anew. The folder may be used by other processes at the same time: each Update makes
// a generation of its own and then points to it, so that a reader sees one or the other, whole. The stamp is kept with the index for the
// caller, who may tell by it whether the edition has to be looked at at all.
func Update(ctx context.Context, dir string, e *edition.Edition, stamp string) (*Index, Stats, error) {
	stats := Stats{Documents: len(e.Incidents)}
	lang, err := newLanguage(e.Site.Language)
	if err != nil {
		return nil, stats, err
	}
	u := &updater{language: lang, edition: e, stamp: stamp}
	stats.Rebuilt = u.load(dir)
	if err := u.compare(ctx); err != nil {
		return nil, stats, err
	}
	stats.Indexed, stats.Removed = len(u.changed), len(u.removed)
	sameStamp := u.manifest.Stamp == stamp || stamp == "" // what stood for these incidents still does
	if u.generation != "" && stats.Indexed+stats.Removed == 0 && sameStamp && u.sameNames() {
		x, err := openGeneration(u.generation)
		return x, stats, err
	}
	x, err := u.write(ctx, dir)
	if err != nil {
		return nil, stats, fmt.Errorf("the search index: %w", err)
	}
	return x, stats, nil
}

// updater makes a generation of an index from the one before, if that can be used.
type updater struct {
	language   *language
	edition    *edition.Edition
	stamp      string
	generation string // the one before; empty when there is none to go on from
	manifest   manifest
	entries    map[string]*entry // by slug: what the index has
	slugs      []string          // of entries, sorted; those of an index that was read
	changed    []*edition.Incident
	digests    map[string]digest // of the changed ones
	removed    []string

	book  *book
	total uint64 // words in the fields of kind inText, of all documents
}

// entry is what must be known of a document to tell whether it changed, and to take it out again.
type entry struct {
	digest digest
	length uint32 // words in the fields of kind inText
	here   bool   // in the edition
}

// load reads the last generation. The error says why there is nothing to go on from.
func (u *updater) load(dir string) error {
	u.entries, u.book = map[string]*entry{}, newBook(u.language)
	gen, err := current(dir)
	if err != nil {
		return err
	}
	m, err := readManifest(gen)
	if err != nil {
		return err
	}
	if m.Language != u.language.name {
		return fmt.Errorf("the index is for the language %q, not %q", m.Language, u.language.name)
	}
	lex, err := readLexicon(gen)
	if err != nil {
		return err
	}
	entries, slugs, err := readEntries(gen)
	if err != nil {
		return err
	}
	u.book = lex.book(u.language)
	u.generation, u.manifest, u.entries, u.slugs, u.total = gen, m, entries, slugs, m.Total
	return nil
}

// sameNames reports whether the values that results are narrowed by are still the same.
func (u *updater) sameNames() bool {
	n := newNames(u.edition)
	old, err := os.ReadFile(filepath.Join(u.generation, namesFile))
	return err == nil && bytes.Equal(old, n.encode())
}

// compare finds out what changed.
func (u *updater) compare(ctx context.Context) error {
	incidents := u.edition.Incidents
	digests := make([]digest, len(incidents))
	inParallel(len(incidents), func(from, to int) {
		var g digester
		for i := from; i < to && ctx.Err() == nil; i++ {
			digests[i] = g.of(incidents[i])
		}
	})
	if err := ctx.Err(); err != nil {
		return err
	}
	u.digests = map[string]digest{}
	for i, inc := range incidents {
		old := u.entries[inc.Slug]
		if old == nil || old.digest != digests[i] {
			u.changed = append(u.changed, inc)
			u.digests[inc.Slug] = digests[i]
		}
		if old != nil {
			old.here = true
		}
	}
	for slug, old := range u.entries {
		if !old.here {
			u.removed = append(u.removed, slug)
		}
	}
	slices.Sort(u.removed)
	return nil
}

// inParallel calls work for stretches of 0 to n, one for each processor.
func inParallel(n int, work func(from, to int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { work(n*w/workers, n*(w+1)/workers) })
	}
	wg.Wait()
}

// write makes the new generation and opens it.
func (u *updater) write(ctx context.Context, dir string) (x *Index, err error) {
	gen, err := newGeneration(dir)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(gen)
		}
	}()
	if err := u.writeBleve(ctx, filepath.Join(gen, bleveFolder)); err != nil {
		return nil, err
	}
	x = &Index{
		lexicon: u.book.lexicon(), names: newNames(u.edition),
		manifest: manifest{Version: Version, Language: u.language.name, Stamp: u.stamp, Documents: len(u.entries), Total: u.total},
	}
	if err := writeLexicon(gen, x.lexicon); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(gen, namesFile), x.names.encode(), 0o644); err != nil {
		return nil, err
	}
	if err := writeEntries(gen, u.entries, u.slugs); err != nil {
		return nil, err
	}
	if err := writeManifest(gen, x.manifest, u.manifest.Files); err != nil {
		return nil, err
	}
	if err := publish(dir, gen); err != nil {
		return nil, err
	}
	return x, x.openBleve(gen)
}

// writeBleve makes the new generation's bleve index: the files of the last one, and what changed.
func (u *updater) writeBleve(ctx context.Context, path string) (err error) {
	var b bleve.Index
	if u.generation == "" {
		b, err = bleve.NewUsing(path, newMapping(), scorch.Name, scorch.Name, writerConfig())
	} else if err = linkTree(filepath.Join(u.generation, bleveFolder), path); err == nil {
		b, err = bleve.OpenUsing(path, writerConfig())
	}
	if err != nil {
		return err
	}
	defer func() {
		if closed := b.Close(); err == nil {
			err = closed
		}
	}()
	if err := u.takeOut(b); err != nil {
		return err
	}
	size := batchSize(len(u.changed))
	for from := 0; from < len(u.changed) || from == 0 && len(u.removed) > 0; from += size {
		if err := ctx.Err(); err != nil {
			return err
		}
		batch := b.NewBatch()
		if from == 0 {
			for _, slug := range u.removed {
				batch.Delete(slug)
			}
		}
		if err := u.index(b, batch, u.changed[from:min(from+size, len(u.changed))]); err != nil {
			return err
		}
	}
	return nil
}

// batchSize balances memory, which a batch takes, against time, which the merging of many small segments takes.
func batchSize(documents int) int {
	const most = 1000
	batches := (documents + most - 1) / most
	return max(1, (documents+max(batches, 1)-1)/max(batches, 1))
}

// takeOut forgets the words of documents that changed or went.
func (u *updater) takeOut(b bleve.Index) error {
	out := slices.Clone(u.removed)
	for _, inc := range u.changed {
		if _, ok := u.entries[inc.Slug]; ok {
			out = append(out, inc.Slug)
		}
	}
	if len(out) == 0 {
		return nil
	}
	v := newVocabulary(u.language.stop)
	return withReader(b, func(r index.IndexReader) error {
		for _, slug := range out {
			record, parts, err := storedDocument(r, slug)
			if err != nil {
				return err
			}
			v.begin()
			for _, text := range append(parts, record.Title, normal(record.ID), normal(topicWords(record.Services)), normal(topicWords(record.Factors)), record.Summary) {
				eachPlace(text, func(start, end int) { v.add(text[start:end]) })
			}
			u.book.add(v.list, -1)
			u.total -= uint64(u.entries[slug].length)
			delete(u.entries, slug)
		}
		return nil
	})
}

// index adds incidents to the index in one batch.
func (u *updater) index(b bleve.Index, batch *bleve.Batch, incidents []*edition.Incident) error {
	docs, words, lengths := make([]*document.Document, len(incidents)), make([][]string, len(incidents)), make([]uint32, len(incidents))
	inParallel(len(incidents), func(from, to int) {
		v := newVocabulary(u.language.stop)
		for i := from; i < to; i++ {
			docs[i], words[i], lengths[i] = newDraft(incidents[i]).forBleve(v)
		}
	})
	for _, doc := range docs {
		if err := batch.IndexAdvanced(doc); err != nil {
			return err
		}
	}
	if err := b.Batch(batch); err != nil {
		return err
	}
	for i, inc := range incidents {
		u.book.add(words[i], 1)
		u.total += uint64(lengths[i])
		u.entries[inc.Slug] = &entry{digest: u.digests[inc.Slug], length: lengths[i]}
	}
	return nil
}

func newMapping() mapping.IndexMapping {
	m := bleve.NewIndexMapping()
	m.DefaultMapping = bleve.NewDocumentDisabledMapping() // documents are put together by hand
	return m
}

// writerConfig keeps scorch from merging the few segments of a first build, which would double its time, while the many small ones of later
// updates are still joined: segments count as at least so many documents when it decides.
func writerConfig() map[string]any {
	return map[string]any{
		"bolt_timeout": "10s", "numSnapshotsToKeep": 1,
		"scorchMergePlanOptions": map[string]any{"FloorSegmentSize": 500},
	}
}

func withReader(b bleve.Index, use func(index.IndexReader) error) error {
	inner, err := b.Advanced()
	if err != nil {
		return err
	}
	r, err := inner.Reader()
	if err != nil {
		return err
	}
	err = use(r)
	if closed := r.Close(); err == nil {
		err = closed
	}
	return err
}

// storedDocument reads what the index stores of an incident.
func storedDocument(r index.IndexReader, slug string) (Record, []string, error) {
	stored, err := readStored(r, slug)
	if err != nil {
		return Record{}, nil, err
	}
	return splitStored(stored)
}

func readStored(r index.IndexReader, slug string) ([]byte, error) {
	doc, err := r.Document(slug)
	if err != nil {
		return nil, err
	}
	if doc == nil {
		return nil, fmt.Errorf("the index lacks %s", slug)
	}
	var stored []byte
	doc.VisitFields(func(f index.Field) {
		if f.Name() == storedField {
			stored = f.Value()
		}
	})
	return stored, nil
}
