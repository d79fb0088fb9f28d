package search

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// How an index lies in its folder.
//
//	current          the name of the generation to use, one line
//	<generation>/    a folder, written once and never changed
//	  bleve/         the bleve index
//	  lexicon        the words, their classes and how many documents have them
//	  names          the values that results can be narrowed by
//	  entries        a digest and a length for each document
//	  manifest       version, language, stamp, and a checksum of every other file; written last
//
// A new generation links the files of the last one that it keeps, so it costs little room and little time. Nothing is ever locked: whoever
// is late points current at its own generation, which is as good as the other. What nobody points to is removed by a later update.

// Version is the version of the index. It changes with anything that an index of another version would be misread by, and with what is taken
// from an incident and how: an update leaves what it made before as it is.
//
//	1: first version
//	2: words and passages are taken from incidents in another way
const Version = 2

const (
	currentFile   = "current"
	manifestFile  = "manifest"
	lexiconFile   = "lexicon"
	entriesFile   = "entries"
	namesFile     = "names"
	bleveFolder   = "bleve"
	genPrefix     = "gen-"
	segmentExt    = ".zap"           // bleve's segments
	outdatedAfter = 10 * time.Minute // by then nobody is about to open a generation that was replaced
)

// manifest describes a generation.
type manifest struct {
	Version   int    `json:"version"`
	Language  string `json:"language"`
	Stamp     string `json:"stamp"`
	Documents int    `json:"documents"`
	// Total is the number of words in the fields of kind inText.
	Total uint64    `json:"total"`
	Files []fileSum `json:"files"`
}

// fileSum is what a file was when the manifest was written.
type fileSum struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
	Time int64  `json:"time"` // of its last change, in nanoseconds since 1970
	Sum  uint32 `json:"sum"`
}

// sureSize is up to which size a file is read and summed up each time. A larger one is when its size or time is not as it was: that somebody
// changed it shows there, and reading tens of megabytes would take longer than most searches.
const sureSize = 1 << 20

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// current returns the folder of the generation to use.
func current(dir string) (string, error) {
	b, err := os.ReadFile(filepath.Join(dir, currentFile))
	if err != nil {
		return "", err
	}
	name := strings.TrimSpace(string(b))
	if !strings.HasPrefix(name, genPrefix) || filepath.Base(name) != name {
		return "", fmt.Errorf("%s is damaged", currentFile)
	}
	return filepath.Join(dir, name), nil
}

func newGeneration(dir string) (string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	return os.MkdirTemp(dir, genPrefix+"*")
}

// publish points to a generation, and removes those that have been out of use for a while.
func publish(dir, gen string) error {
	f, err := os.CreateTemp(dir, ".current-*")
	if err != nil {
		return err
	}
	_, err = f.WriteString(filepath.Base(gen) + "\n")
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, currentFile))
	}
	if err != nil {
		os.Remove(f.Name())
		return err
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, d := range list {
		info, err := d.Info()
		if err != nil || !strings.HasPrefix(d.Name(), genPrefix) || d.Name() == filepath.Base(gen) {
			continue
		}
		if time.Since(info.ModTime()) > outdatedAfter {
			os.RemoveAll(filepath.Join(dir, d.Name())) // on Windows not while somebody reads it; the next update tries again
		}
	}
	return nil
}

// linkTree gives the files of a folder a second name in a new one. Files that bleve writes into are copied.
func linkTree(from, to string) error {
	return filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if d.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		if filepath.Ext(name) == segmentExt && os.Link(name, target) == nil {
			return nil
		}
		return copyFile(name, target)
	})
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if closed := out.Close(); err == nil {
		err = closed
	}
	return err
}

// readManifest reads a generation's manifest and checks every file that it names.
func readManifest(gen string) (manifest, error) {
	var m manifest
	b, err := os.ReadFile(filepath.Join(gen, manifestFile))
	if err != nil {
		return m, err
	}
	sum, body, ok := strings.Cut(string(b), "\n")
	if want, err := strconv.ParseUint(sum, 16, 32); !ok || err != nil || uint32(want) != crc32.Checksum([]byte(body), castagnoli) {
		return m, errors.New("the manifest is damaged")
	}
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		return m, fmt.Errorf("the manifest is damaged: %w", err)
	}
	if m.Version != Version {
		return m, fmt.Errorf("the index has version %d, not %d", m.Version, Version)
	}
	damaged := make([]error, len(m.Files))
	inParallel(len(m.Files), func(from, to int) {
		for i, f := range m.Files[from:to] {
			damaged[from+i] = f.check(gen)
		}
	})
	return m, errors.Join(damaged...)
}

// check reports whether a file is still what it was.
func (f fileSum) check(gen string) error {
	info, err := os.Stat(filepath.Join(gen, filepath.FromSlash(f.Name)))
	if err != nil {
		return err
	}
	if f.Size > sureSize && info.Size() == f.Size && info.ModTime().UnixNano() == f.Time {
		return nil
	}
	got, err := sumFile(gen, f.Name)
	if err == nil && (got.Size != f.Size || got.Sum != f.Sum) {
		err = fmt.Errorf("%s is damaged", f.Name)
	}
	return err
}

// writeManifest sums up the files of a generation. Known are the sums of the generation before; bleve's segments never change.
func writeManifest(gen string, m manifest, known []fileSum) error {
	sums := map[string]fileSum{}
	for _, f := range known {
		if path.Ext(f.Name) == segmentExt {
			sums[f.Name] = f
		}
	}
	err := filepath.WalkDir(gen, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(gen, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		sum, ok := sums[rel]
		if !ok {
			sum, err = sumFile(gen, rel)
		}
		m.Files = append(m.Files, sum)
		return err
	})
	if err != nil {
		return err
	}
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	head := fmt.Sprintf("%08x\n", crc32.Checksum(body, castagnoli))
	return os.WriteFile(filepath.Join(gen, manifestFile), append([]byte(head), body...), 0o644)
}

func sumFile(gen, name string) (fileSum, error) {
	f, err := os.Open(filepath.Join(gen, filepath.FromSlash(name)))
	if err != nil {
		return fileSum{}, err
	}
	defer f.Close()
	h := crc32.New(castagnoli)
	info, err := f.Stat()
	if err != nil {
		return fileSum{}, err
	}
	n, err := io.CopyBuffer(struct{ io.Writer }{h}, struct{ io.Reader }{f}, make([]byte, 1<<18))
	return fileSum{Name: name, Size: n, Time: info.ModTime().UnixNano(), Sum: h.Sum32()}, err
}

// writer and reader are for the files of numbers and strings. A file that fails to be read was written by another program, or it would not
// have passed the checksum.
type writer struct{ b []byte }

func (w *writer) number(n uint64) { w.b = binary.AppendUvarint(w.b, n) }

func (w *writer) string(s string) {
	w.number(uint64(len(s)))
	w.b = append(w.b, s...)
}

// ending writes what a string does not share with the one before it.
func (w *writer) ending(before, s string) {
	n := sharedPrefix(before, s)
	w.number(uint64(n))
	w.string(s[n:])
}

func sharedPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

type reader struct {
	b   string
	err error
}

func (r *reader) number() uint64 {
	var n uint64
	for i := 0; i < len(r.b) && i < binary.MaxVarintLen64; i++ {
		n |= uint64(r.b[i]&0x7f) << (7 * i)
		if r.b[i] < 0x80 {
			r.b = r.b[i+1:]
			return n
		}
	}
	r.fail()
	return 0
}

// count reads the number of things that follow, each of at least one byte.
func (r *reader) count() int {
	n := r.number()
	if n > uint64(len(r.b)) {
		r.fail()
		return 0
	}
	return int(n)
}

func (r *reader) bytes(n int) string {
	if n > len(r.b) {
		r.fail()
		return ""
	}
	s := r.b[:n]
	r.b = r.b[n:]
	return s
}

func (r *reader) string() string { return r.bytes(r.count()) }

func (r *reader) fail() {
	r.b = ""
	if r.err == nil {
		r.err = errors.New("a file of the index ends too early")
	}
}

// pile holds many strings in one piece of memory. Tens of thousands of small pieces would keep the collector busy for longer than a search
// takes.
type pile struct {
	b    []byte
	ends []int
}

func newPile(n int) *pile {
	return &pile{b: make([]byte, 0, 9*n), ends: append(make([]int, 0, n+1), 0)}
}

// ending adds a string of which writer.ending wrote what it does not share with the one before it.
func (p *pile) ending(r *reader) {
	shared := r.number()
	rest := r.string()
	var before []byte
	if n := len(p.ends); n > 1 {
		before = p.b[p.ends[n-2]:]
	}
	if shared > uint64(len(before)) {
		r.fail()
		return
	}
	p.b = append(append(p.b, before[:shared]...), rest...)
	p.ends = append(p.ends, len(p.b))
}

func (p *pile) strings() []string {
	all := string(p.b)
	out := make([]string, len(p.ends)-1)
	for i := range out {
		out[i] = all[p.ends[i]:p.ends[i+1]]
	}
	return out
}

func writeLexicon(gen string, x *lexicon) error {
	w := &writer{}
	w.string(x.language)
	w.number(uint64(len(x.stems)))
	w.number(uint64(len(x.words)))
	next := int32(0)
	before, stem := "", ""
	for i, form := range x.words {
		w.ending(before, form)
		before = form
		c := x.class[i]
		w.number(uint64(c + 1))
		if c == stopClass {
			continue
		}
		w.number(uint64(x.count[i]))
		if c == next {
			w.ending(stem, x.stems[c])
			stem = x.stems[c]
			w.number(uint64(x.df[c]))
			next++
		}
	}
	return os.WriteFile(filepath.Join(gen, lexiconFile), w.b, 0o644)
}

func readLexicon(gen string) (*lexicon, error) {
	b, err := os.ReadFile(filepath.Join(gen, lexiconFile))
	if err != nil {
		return nil, err
	}
	r := &reader{b: string(b)}
	x := &lexicon{language: r.string()}
	classes, words := r.count(), r.count()
	x.df, x.class, x.count = make([]int32, 0, classes), make([]int32, words), make([]int32, words)
	forms, stems := newPile(words), newPile(classes)
	members := make([]int32, classes) // by class: how many words it has
	for i := range words {
		forms.ending(r)
		c := int32(r.number()) - 1
		x.class[i] = c
		if c == stopClass {
			continue
		}
		x.count[i] = int32(r.number())
		if c == int32(len(x.df)) && int(c) < classes {
			stems.ending(r)
			x.df = append(x.df, int32(r.number()))
		}
		if c < 0 || int(c) >= len(x.df) {
			r.fail()
		}
		if r.err != nil {
			return nil, r.err
		}
		members[c]++
	}
	if len(x.df) != classes {
		r.fail()
	}
	x.words, x.stems = forms.strings(), stems.strings()
	x.members = membersOf(x.class, members)
	return x, r.err
}

// membersOf lists the words of each class, given how many there are.
func membersOf(class, counts []int32) [][]int32 {
	all := make([]int32, 0, len(class))
	members := make([][]int32, len(counts))
	for c, n := range counts {
		from := len(all)
		all = all[:from+int(n)]
		members[c] = all[from:from:len(all)]
	}
	for i, c := range class {
		if c != stopClass {
			members[c] = append(members[c], int32(i))
		}
	}
	return members
}

func writeEntries(gen string, entries map[string]*entry, before []string) error {
	slugs := make([]string, 0, len(entries))
	for _, slug := range before { // sorted already, which sorting again makes quick
		if entries[slug] != nil {
			slugs = append(slugs, slug)
		}
	}
	if len(slugs) < len(entries) {
		had := make(map[string]bool, len(slugs))
		for _, slug := range slugs {
			had[slug] = true
		}
		for slug := range entries {
			if !had[slug] {
				slugs = append(slugs, slug)
			}
		}
		slices.Sort(slugs)
	}
	w := &writer{b: make([]byte, 0, 16*len(slugs))}
	w.number(uint64(len(slugs)))
	last := ""
	for _, slug := range slugs {
		e := entries[slug]
		w.ending(last, slug)
		last = slug
		w.b = append(w.b, e.digest[:]...)
		w.number(uint64(e.length))
	}
	return os.WriteFile(filepath.Join(gen, entriesFile), w.b, 0o644)
}

// readEntries returns the entries by slug, and the slugs, sorted.
func readEntries(gen string) (map[string]*entry, []string, error) {
	b, err := os.ReadFile(filepath.Join(gen, entriesFile))
	if err != nil {
		return nil, nil, err
	}
	r := &reader{b: string(b)}
	n := r.count()
	list, names := make([]entry, n), newPile(n)
	for i := range list {
		names.ending(r)
		copy(list[i].digest[:], r.bytes(len(digest{})))
		list[i].length = uint32(r.number())
	}
	if r.err != nil {
		return nil, nil, r.err
	}
	slugs := names.strings()
	entries := make(map[string]*entry, n)
	for i, slug := range slugs {
		entries[slug] = &list[i]
	}
	return entries, slugs, nil
}
