package search

import (
	"context"
	"math"
	"math/bits"
	"slices"
	"sort"
	"strings"

	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	index "github.com/blevesearch/bleve_index_api"
)

// The ranking. It is our own, because the browser must come to the same numbers: bleve's scores depend on how an index happens to be cut
// into segments. It is BM25F (Robertson, Zaragoza, Taylor: Simple BM25 extension to multiple weighted fields, 2004) with these parameters.
//
//	tf    = 4 title + 3 names + 2 summary + text / (1-b + b length/average)
//	worth = weight * idf * tf (k1+1) / (tf+k1)         idf = ln(1 + (N-n+1/2)/(n+1/2)), of a class in n of N documents
//	score = (the sum over the query's words of the best worth of each) * (words met / words)
//
// The numbers of a class are the sums over its words. Length is lengthOf a code, as the browser has no other. What equals in score is sorted
// the newest first.
//
// The same operations in the same order stand in themes/default/assets/search/rank.js. The logarithm is rounded to single precision, as two
// libraries may differ in its last bit; products are converted explicitly, so that no compiler fuses them into a sum.
const (
	k1, b                                         = 1.2, 0.75
	weightOfTitle, weightOfNames, weightOfSummary = 4, 3, 2
)

// idf is the worth of a class that n of all documents have.
func idf(all, n int) float64 {
	return float64(float32(math.Log(1 + (float64(all)-float64(n)+0.5)/(float64(n)+0.5))))
}

// lengthNorm is by what a frequency in the text is divided.
func lengthNorm(code byte, average float64) float64 {
	return 1 - b + float64(b*float64(lengthOf(code)))/average
}

// tally is how often a class occurs in a document, by fieldKind.
type tally [fieldKinds]uint32

func (t *tally) frequency(norm float64) float64 {
	tf := float64(weightOfTitle*t[inTitle] + weightOfNames*t[inNames] + weightOfSummary*t[inSummary])
	if t[inText] > 0 {
		tf += float64(t[inText]) / norm
	}
	return tf
}

func worth(weight, idf, tf float64) float64 {
	return float64(weight*idf) * (float64(tf*(k1+1)) / (tf + k1))
}

// textQuery is the words of a query as a query of bleve, so that bleve's filters, facets and sorting work on what it finds.
type textQuery struct {
	plan    *plan
	lexicon *lexicon
	average float64
	least   int               // only documents with so many of the words
	met     map[uint64]uint64 // filled in: which groups a hit has, bit by bit
}

// Searcher finds and scores the documents.
func (q *textQuery) Searcher(ctx context.Context, r index.IndexReader, _ mapping.IndexMapping, _ search.SearcherOptions) (search.Searcher, error) {
	n, err := r.DocCount()
	if err != nil {
		return nil, err
	}
	s := &scorer{textQuery: q, reader: r, count: int(n)}
	if s.lengths, err = r.DocValueReader([]string{lengthField}); err != nil {
		return nil, err
	}
	if err := s.run(ctx); err != nil {
		return nil, err
	}
	q.met = make(map[uint64]uint64, len(s.hits))
	for _, h := range s.hits {
		if h.number < uint64(len(s.groups)) {
			q.met[h.number] = s.groups[h.number]
		}
	}
	return &found{hits: s.hits}, nil
}

// hit is a document by bleve's number.
type hit struct {
	number uint64
	score  float64
}

// scorer does the work of one search. Its tables are by bleve's number of the document.
type scorer struct {
	*textQuery
	reader index.IndexReader
	count  int // of documents

	tallies []tally // of one class
	touched []uint64
	codes   []int16 // lengthCode; noCode for not read yet
	lengths index.DocValueReader

	total  []float64
	groups []uint64 // which groups a document has, bit by bit
	banned map[uint64]bool
	hits   []hit
}

const noCode = -1

func (s *scorer) run(ctx context.Context) error {
	if err := s.score(ctx); err != nil {
		return err
	}
	if err := s.ban(ctx); err != nil {
		return err
	}
	if err := s.choose(); err != nil {
		return err
	}
	return s.readPhrases()
}

// score fills total and groups.
func (s *scorer) score(ctx context.Context) error {
	var best []float64 // of the group
	var having []uint64
	for i, g := range s.plan.groups {
		clear(best)
		having = having[:0]
		for _, e := range g.entries {
			if err := s.read(ctx, e.class); err != nil {
				return err
			}
			rarity := idf(s.count, len(s.touched))
			for _, d := range s.touched {
				t := &s.tallies[d]
				if g.inTitle && t[inTitle] == 0 {
					continue
				}
				norm, err := s.norm(d)
				if err != nil {
					return err
				}
				best = grow(best, d)
				if best[d] == 0 {
					having = append(having, d)
				}
				best[d] = max(best[d], worth(e.weight, rarity, t.frequency(norm)))
			}
		}
		for _, d := range having {
			s.total, s.groups = grow(s.total, d), grow(s.groups, d)
			s.total[d] += best[d]
			s.groups[d] |= 1 << i
		}
	}
	return nil
}

func grow[T any](list []T, to uint64) []T {
	if uint64(len(list)) > to {
		return list
	}
	return append(list, make([]T, to+1-uint64(len(list))+to/2)...)
}

// read fills the tallies of a class.
func (s *scorer) read(ctx context.Context, class int32) error {
	for _, d := range s.touched {
		s.tallies[d] = tally{}
	}
	s.touched = s.touched[:0]
	for _, member := range s.lexicon.members[class] {
		term := []byte(s.lexicon.words[member])
		for _, f := range textFields {
			if err := s.readField(ctx, term, f.name, f.kind); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *scorer) readField(ctx context.Context, term []byte, field string, kind fieldKind) error {
	postings, err := s.reader.TermFieldReader(ctx, term, field, true, false, false)
	if err != nil {
		return err
	}
	defer postings.Close()
	var doc index.TermFieldDoc
	for {
		next, err := postings.Next(doc.Reset())
		if err != nil || next == nil {
			return err
		}
		d := next.ID.Value()
		s.tallies = grow(s.tallies, d)
		t := &s.tallies[d]
		if *t == (tally{}) {
			s.touched = append(s.touched, d)
		}
		t[kind] += uint32(next.Freq)
	}
}

// norm is the lengthNorm of a document.
func (s *scorer) norm(d uint64) (float64, error) {
	for uint64(len(s.codes)) <= d {
		s.codes = append(s.codes, noCode)
	}
	if s.codes[d] == noCode {
		s.codes[d] = 0
		err := s.lengths.VisitDocValues(index.NewIndexInternalID(nil, d), func(_ string, term []byte) { s.codes[d] = int16(term[0]) })
		if err != nil {
			return 0, err
		}
	}
	return lengthNorm(byte(s.codes[d]), s.average), nil
}

// ban finds the documents with a word that must not occur.
func (s *scorer) ban(ctx context.Context) error {
	s.banned = map[uint64]bool{}
	for _, not := range s.plan.not {
		if err := s.read(ctx, not.class); err != nil {
			return err
		}
		for _, d := range s.touched {
			if !not.inTitle || s.tallies[d][inTitle] > 0 {
				s.banned[d] = true
			}
		}
	}
	return nil
}

// choose makes the hits, in the order of their numbers.
func (s *scorer) choose() error {
	if len(s.plan.groups) == 0 {
		return s.chooseAll()
	}
	must := uint64(0)
	for i, g := range s.plan.groups {
		if g.must {
			must |= 1 << i
		}
	}
	for d, groups := range s.groups {
		n := bits.OnesCount64(groups)
		if n == 0 || n < s.least || groups&must != must || s.banned[uint64(d)] {
			continue
		}
		s.hits = append(s.hits, hit{uint64(d), s.total[d] * (float64(n) / float64(len(s.plan.groups)))})
	}
	return nil
}

// chooseAll is for a query of operators only.
func (s *scorer) chooseAll() error {
	all, err := s.reader.DocIDReaderAll()
	if err != nil {
		return err
	}
	defer all.Close()
	for {
		id, err := all.Next()
		if err != nil || id == nil {
			return err
		}
		if d := id.Value(); !s.banned[d] {
			s.hits = append(s.hits, hit{d, 0})
		}
	}
}

// readPhrases drops the hits in whose text a phrase does not stand, or one does that must not.
func (s *scorer) readPhrases() error {
	if len(s.plan.phrases)+len(s.plan.without) == 0 {
		return nil
	}
	kept := s.hits[:0]
	for _, h := range s.hits {
		slug, err := s.reader.ExternalID(index.NewIndexInternalID(nil, h.number))
		if err != nil {
			return err
		}
		stored, err := readStored(s.reader, slug)
		if err != nil {
			return err
		}
		if !s.plan.mayFit(stored) {
			continue
		}
		record, parts, err := splitStored(stored)
		if err != nil {
			return err
		}
		if s.plan.fits(append(parts, record.Title, record.Summary)) {
			kept = append(kept, h)
		}
	}
	s.hits = kept
	return nil
}

// mayFit is a quick look at what is stored of a document, which rules most of them out when the words of a phrase are frequent.
func (p *plan) mayFit(stored []byte) bool {
	lower := strings.ToLower(string(stored))
	for _, phrase := range p.phrases {
		if isPlain(phrase[0]) && !strings.Contains(lower, "i̇") && !standsSomewhere(phrase, lower) {
			return false
		}
	}
	return true
}

// standsSomewhere looks for the words of a phrase wherever its first one is.
func standsSomewhere(phrase []string, lower string) bool {
	for at := 0; ; at++ {
		next := strings.Index(lower[at:], phrase[0])
		if next < 0 {
			return false
		}
		at += next
		end := min(len(lower), at+4*(maxWord+16)*len(phrase))
		found := 0
		eachWord(lower[at:end], func(w word) {
			if found >= 0 && found < len(phrase) && w.form == phrase[found] {
				found++
			} else if found < len(phrase) {
				found = -1
			}
		})
		if found == len(phrase) || end < len(lower) && found >= 0 {
			return true
		}
	}
}

// fits reports whether texts have every phrase that is asked for and none that is not.
func (p *plan) fits(texts []string) bool {
	has := func(phrase []string) bool {
		return slices.ContainsFunc(texts, func(text string) bool { return standsIn(phrase, text) })
	}
	for _, phrase := range p.phrases {
		if !has(phrase) {
			return false
		}
	}
	return !slices.ContainsFunc(p.without, has)
}

// matched are the words that a hit was found by.
func (q *textQuery) matched(match *search.DocumentMatch) []string {
	words := []string{}
	groups := q.met[match.IndexInternalID.Value()]
	for i, g := range q.plan.groups {
		if groups>>i&1 == 1 && !slices.Contains(words, g.word) {
			words = append(words, g.word)
		}
	}
	return words
}

// found hands the hits to bleve.
type found struct {
	hits []hit
	next int
}

func (f *found) Next(ctx *search.SearchContext) (*search.DocumentMatch, error) {
	if f.next >= len(f.hits) {
		return nil, nil
	}
	h := f.hits[f.next]
	f.next++
	match := ctx.DocumentMatchPool.Get()
	match.IndexInternalID = index.NewIndexInternalID(match.IndexInternalID, h.number)
	match.Score = h.score
	return match, nil
}

func (f *found) Advance(ctx *search.SearchContext, id index.IndexInternalID) (*search.DocumentMatch, error) {
	number := id.Value()
	f.next += sort.Search(len(f.hits)-f.next, func(i int) bool { return f.hits[f.next+i].number >= number })
	return f.Next(ctx)
}

func (f *found) Close() error               { return nil }
func (f *found) Weight() float64            { return 1 }
func (f *found) SetQueryNorm(float64)       {}
func (f *found) Count() uint64              { return uint64(len(f.hits)) }
func (f *found) Min() int                   { return 0 }
func (f *found) Size() int                  { return 16 * len(f.hits) }
func (f *found) DocumentMatchPoolSize() int { return 1 }
