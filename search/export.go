package search

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"debrief/generator/edition"
	"debrief/generator/page"
)

// Export returns the files that the browser searches, made from an index and the edition that it was last updated with. The same edition
// gives the same files whatever the history of the index.
func Export(x *Index, e *edition.Edition) ([]page.File, error) {
	ex := &exporter{lexicon: x.lexicon, names: x.names, named: namer{}, total: x.manifest.Total}
	ex.number(e)
	if len(ex.records) != x.Documents() {
		return nil, fmt.Errorf("the search index has %d incidents and the edition %d", x.Documents(), len(ex.records))
	}
	if err := withReader(x.bleve, ex.read); err != nil {
		return nil, fmt.Errorf("the search index: %w", err)
	}
	return ex.files()
}

type exporter struct {
	lexicon *lexicon
	names   names
	named   namer
	total   uint64

	records  []Record // by number
	numbers  map[string]uint32
	lengths  []byte    // by number: lengthCode
	postings []posting // by class

	out []page.File
}

// number puts the incidents in the order of their numbers.
func (ex *exporter) number(e *edition.Edition) {
	drafts := make([]*draft, len(e.Incidents))
	for i, inc := range e.Incidents {
		drafts[i] = newRecord(inc)
	}
	slices.SortFunc(drafts, func(a, b *draft) int { return strings.Compare(a.order, b.order) })
	ex.numbers = make(map[string]uint32, len(drafts))
	for i, d := range drafts {
		ex.records = append(ex.records, d.record)
		ex.numbers[d.record.Slug] = uint32(i)
	}
}

// read takes the occurrences of all words from the segments of the index.
func (ex *exporter) read(r index.IndexReader) error {
	snapshot, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		return fmt.Errorf("bleve's reader is a %T", r)
	}
	numbers, err := ex.readNumbers(r)
	if err != nil {
		return err
	}
	sources, err := newSources(snapshot, numbers)
	if err != nil {
		return err
	}
	where, err := sources.find(ex.lexicon.words)
	if err != nil {
		return err
	}
	ex.postings = make([]posting, len(ex.lexicon.stems))
	failures := make([]error, len(ex.postings))
	inParallel(len(ex.postings), func(from, to int) {
		in, err := newSources(snapshot, numbers)
		if err != nil {
			failures[from] = err
			return
		}
		t := &gatherer{sources: in, tallies: make([]tally, len(ex.records))}
		for c := from; c < to; c++ {
			if ex.postings[c], err = t.gather(ex.lexicon, where, int32(c)); err != nil {
				failures[c] = err
				return
			}
		}
	})
	return errors.Join(failures...)
}

// noNumber is for bleve's numbers that stand for no document any more.
const noNumber = ^uint32(0)

// readNumbers returns our number of a document by bleve's, and fills in the lengths.
func (ex *exporter) readNumbers(r index.IndexReader) ([]uint32, error) {
	values, err := r.DocValueReader([]string{lengthField})
	if err != nil {
		return nil, err
	}
	all, err := r.DocIDReaderAll()
	if err != nil {
		return nil, err
	}
	defer all.Close()
	ex.lengths = make([]byte, len(ex.records))
	var numbers []uint32
	for {
		id, err := all.Next()
		if err != nil || id == nil {
			return numbers, err
		}
		slug, err := r.ExternalID(id)
		if err != nil {
			return nil, err
		}
		number, ok := ex.numbers[slug]
		if !ok {
			return nil, fmt.Errorf("%s is in the index and not in the edition", slug)
		}
		for uint64(len(numbers)) <= id.Value() {
			numbers = append(numbers, noNumber)
		}
		numbers[id.Value()] = number
		if err := values.VisitDocValues(id, func(_ string, term []byte) { ex.lengths[number] = term[0] }); err != nil {
			return nil, err
		}
	}
}

// sources are the dictionaries of all word fields in all segments.
type sources []*source

// source is one field in one segment.
type source struct {
	dictionary segment.TermDictionary
	kind       fieldKind
	deleted    *roaring.Bitmap
	numbers    []uint32 // of the segment's documents
	postings   segment.PostingsList
	iterator   segment.PostingsIterator
}

func newSources(snapshot *scorch.IndexSnapshot, numbers []uint32) (sources, error) {
	var out sources
	offset := uint64(0)
	for _, s := range snapshot.Segments() {
		n := s.Segment().Count()
		for _, f := range textFields {
			dictionary, err := s.Segment().Dictionary(f.name)
			if err != nil {
				return nil, err
			}
			from, to := min(offset, uint64(len(numbers))), min(offset+n, uint64(len(numbers)))
			out = append(out, &source{dictionary: dictionary, kind: f.kind, deleted: s.Deleted(), numbers: numbers[from:to]})
		}
		offset += n
	}
	return out, nil
}

// find returns for each word the sources that have it. Both are sorted, so one walk along each dictionary is enough.
func (s sources) find(words []string) ([][]uint16, error) {
	has := make([][]int32, len(s)) // by source: the places of its words
	failed := make([]error, len(s))
	inParallel(len(s), func(from, to int) {
		for i := from; i < to; i++ {
			has[i], failed[i] = s[i].find(words)
		}
	})
	where := make([][]uint16, len(words))
	for i, places := range has {
		for _, w := range places {
			where[w] = append(where[w], uint16(i))
		}
	}
	return where, errors.Join(failed...)
}

func (s *source) find(words []string) (places []int32, err error) {
	terms := s.dictionary.AutomatonIterator(nil, nil, nil)
	w := 0
	for {
		entry, err := terms.Next()
		if err != nil || entry == nil {
			return places, err
		}
		for w < len(words) && words[w] < entry.Term {
			w++
		}
		if w < len(words) && words[w] == entry.Term {
			places = append(places, int32(w))
		}
	}
}

// gatherer adds up the occurrences of a class.
type gatherer struct {
	sources sources
	tallies []tally
	touched []uint32
}

func (g *gatherer) gather(x *lexicon, where [][]uint16, class int32) (posting, error) {
	g.touched = g.touched[:0]
	for _, member := range x.members[class] {
		for _, i := range where[member] {
			if err := g.read(g.sources[i], x.words[member]); err != nil {
				return posting{}, err
			}
		}
	}
	slices.Sort(g.touched)
	p := posting{}
	next := uint32(0)
	for _, d := range g.touched {
		p.add(next, d, g.tallies[d])
		g.tallies[d] = tally{}
		next = d + 1
	}
	return p, nil
}

func (g *gatherer) read(s *source, form string) error {
	var err error
	if s.postings, err = s.dictionary.PostingsList([]byte(form), s.deleted, s.postings); err != nil {
		return err
	}
	s.iterator = s.postings.Iterator(true, false, false, s.iterator)
	for {
		p, err := s.iterator.Next()
		if err != nil || p == nil {
			return err
		}
		d := s.numbers[p.Number()]
		t := &g.tallies[d]
		if *t == (tally{}) {
			g.touched = append(g.touched, d)
		}
		t[s.kind] += uint32(p.Frequency())
	}
}

// files cuts everything into files.
func (ex *exporter) files() ([]page.File, error) {
	shards := ex.cutShards()
	var names []name
	var begins []string
	for _, f := range ex.cutWords(shards) {
		begin := ""
		if f.from > 0 {
			begin = separator(ex.lexicon.words[f.from-1], ex.lexicon.words[f.from])
		}
		begins = append(begins, begin)
		names = append(names, ex.add("w", encodeWords(ex.lexicon, f)))
	}
	blocks, err := ex.cutDocuments()
	if err != nil {
		return nil, err
	}
	names = append(names, blocks...)
	for _, column := range (table{ex.records, ex.names}).columns() {
		names = append(names, ex.add("c", column))
	}
	c := core{
		Documents: len(ex.records), Total: ex.total, PerFile: docsPerFile, PerBlock: docsPerBlock, Words: strings.Join(begins, "\n"),
		Severities: [][]any{}, Services: pairs(ex.names.Services), Factors: pairs(ex.names.Factors),
		DetectedBy: single(ex.names.DetectedBy), Has: single(hasValues), Status: single(statusValues), Years: ex.years(),
	}
	for _, s := range ex.names.Severities {
		c.Severities = append(c.Severities, []any{s.ID, s.Name, s.Rank})
	}
	lengths := ex.lengths
	ex.out = append(ex.out, page.File{Path: coreFile, Produce: func() ([]byte, error) { return encodeCore(c, lengths, names) }})
	slices.SortFunc(ex.out, func(a, b page.File) int { return cmp.Compare(a.Path, b.Path) })
	return slices.CompactFunc(ex.out, func(a, b page.File) bool { return a.Path == b.Path }), nil
}

func pairs(topics []Topic) [][]any {
	out := [][]any{}
	for _, t := range topics {
		out = append(out, []any{t.ID, t.Name})
	}
	return out
}

// single are values that are their own names.
func single(values []string) [][]any {
	out := [][]any{}
	for _, v := range values {
		out = append(out, []any{v})
	}
	return out
}

// years are the years in which there were incidents, each with its first document.
func (ex *exporter) years() [][2]int {
	out := [][2]int{}
	for i, r := range ex.records {
		digits, _, _ := strings.Cut(r.Date, "-")
		year, err := strconv.Atoi(digits)
		if err == nil && (len(out) == 0 || out[len(out)-1][0] != year) {
			out = append(out, [2]int{year, i})
		}
	}
	return out
}

// add names a content and adds its file.
func (ex *exporter) add(folder string, content []byte) name {
	id := ex.named.name(folder, content)
	ex.out = append(ex.out, page.File{
		Path:    path.Join(dataFolder, folder, id.String()+".bin"),
		Produce: func() ([]byte, error) { return deflate(content) },
	})
	return id
}

// cutShards cuts the classes into shards. Where a border falls depends on the words near it, not on all before, so that an edit moves few
// borders and most shards keep their names.
func (ex *exporter) cutShards() []shard {
	var out []shard
	first, size := 0, 0
	flush := func(to int) {
		if to > first {
			out = append(out, shard{ex.add("t", encodeShard(ex.postings[first:to])), int32(first)})
		}
		first, size = to, 0
	}
	for c := range ex.postings {
		n := ex.postings[c].size()
		if size > 0 && (size+n > shardBytes*8/5 || size >= shardBytes/2 && lot(ex.firstWord(c))%(shardBytes/2) < uint32(n)) {
			flush(c)
		}
		size += n
	}
	flush(len(ex.postings))
	return out
}

func (ex *exporter) firstWord(class int) string {
	return ex.lexicon.words[ex.lexicon.members[class][0]]
}

// lot is a number that follows from a word alone.
func lot(form string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(form))
	return h.Sum32() * 0x9E3779B1 >> 8
}

// cutWords cuts the lexicon into word files, with borders that depend on the words near them.
func (ex *exporter) cutWords(shards []shard) []wordFile {
	x := ex.lexicon
	var out []wordFile
	next := int32(0)
	f := wordFile{}
	flush := func(to int) {
		if to > f.from || to == 0 {
			f.to = to
			f.shards = shardsOf(x, f, shards)
			out = append(out, f)
		}
		f = wordFile{from: to, next: next}
	}
	for i, form := range x.words {
		n := i - f.from
		if n >= wordsPerFile*8/5 || n >= wordsPerFile/2 && lot(form)%(wordsPerFile/2) == 0 {
			flush(i)
		}
		if x.class[i] == next {
			next++
		}
	}
	flush(len(x.words))
	return out
}

// shardsOf are the shards that the words of a file are in.
func shardsOf(x *lexicon, f wordFile, shards []shard) []shard {
	var places []int
	for _, c := range x.class[f.from:f.to] {
		if c == stopClass {
			continue
		}
		i, found := slices.BinarySearchFunc(shards, c, func(s shard, c int32) int { return cmp.Compare(s.first, c) })
		if !found {
			i--
		}
		places = append(places, i)
	}
	slices.Sort(places)
	var out []shard
	for _, i := range slices.Compact(places) {
		out = append(out, shards[i])
	}
	return out
}

// cutDocuments makes the files with what is shown, and returns the names of their blocks.
func (ex *exporter) cutDocuments() ([]name, error) {
	var blocks []name
	t := table{ex.records, ex.names}
	services := map[string]int{}
	for i, s := range ex.names.Services {
		services[s.ID] = i
	}
	for from := 0; from < len(ex.records); from += docsPerBlock {
		to := min(from+docsPerBlock, len(ex.records))
		var contents [][]byte
		var whole []byte
		for i := from; i < to; i += docsPerFile {
			var shown [][]any
			for n := i; n < min(i+docsPerFile, to); n++ {
				shown = append(shown, shownDocument(&ex.records[n], t, services))
			}
			content, err := json.Marshal(shown)
			if err != nil {
				return nil, err
			}
			contents, whole = append(contents, content), append(whole, content...)
		}
		block := ex.named.name("d", whole)
		blocks = append(blocks, block)
		for i, content := range contents {
			ex.out = append(ex.out, page.File{
				Path:    fmt.Sprintf("%sd/%s/%d.json", dataFolder, block, i),
				Produce: func() ([]byte, error) { return content, nil },
			})
		}
	}
	return blocks, nil
}

// shownDocument is: slug, id (0 when it is the slug in capitals), title, day, place of the severity or -1, places of the services, minutes,
// summary, 1 for a near miss.
func shownDocument(r *Record, t table, services map[string]int) []any {
	var id any = r.ID
	if strings.ToUpper(r.Slug) == r.ID {
		id = 0
	}
	places := []int{}
	for _, s := range r.Services {
		places = append(places, services[s.ID])
	}
	nearMiss := 0
	if slices.Contains(r.Has, "near-miss") {
		nearMiss = 1
	}
	severity := -1
	if r.Severity != nil {
		severity = t.severityOf(r)[0]
	}
	return []any{r.Slug, id, r.Title, r.Date, severity, places, r.Minutes, shorten(r.Summary, shownSummary), nearMiss}
}

// shorten cuts a text at a space.
func shorten(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	end := 0
	for i := range s {
		if most == 0 {
			end = i
			break
		}
		most--
	}
	if space := strings.LastIndexByte(s[:end], ' '); space > end/2 {
		end = space
	}
	return s[:end] + "…"
}
