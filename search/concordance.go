package search

import (
	"cmp"
	"context"
	"encoding/binary"
	"slices"
	"strings"
	"sync"

	"debrief/generator/edition"
)

// A concordance is all words of an edition's texts and where each occurs: what the browser searches. It is made from the texts, each of which is
// read once. The bleve index holds the same, which a test proves; making that first, and reading it back, takes several times as long.
type concordance struct {
	lexicon  *lexicon
	records  []Record  // by number
	lengths  []byte    // by number: lengthCode
	total    uint64    // words in the fields of kind inText
	postings []posting // by class
}

// newConcordance reads the incidents on all processors. Each takes a stretch of them and counts in a book of its own.
func newConcordance(ctx context.Context, l *language, incidents []*edition.Incident) (*concordance, error) {
	drafts := inOrder(incidents)
	c := &concordance{records: make([]Record, len(drafts)), lengths: make([]byte, len(drafts))}
	var lock sync.Mutex
	var counters []*counter
	inParallel(len(drafts), func(from, to int) {
		counting := newCounter(l, from)
		for i := from; i < to && ctx.Err() == nil; i++ {
			c.records[i], c.lengths[i] = drafts[i].record, lengthCode(counting.count(uint32(i), drafts[i]))
		}
		lock.Lock()
		defer lock.Unlock()
		counters = append(counters, counting)
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(counters, func(a, b *counter) int { return cmp.Compare(a.from, b.from) })
	c.join(l, counters)
	return c, nil
}

// inOrder returns the drafts of incidents, without their texts, in the order of their numbers.
func inOrder(incidents []*edition.Incident) []*draft {
	drafts := make([]*draft, len(incidents))
	inParallel(len(incidents), func(from, to int) {
		for i := from; i < to; i++ {
			drafts[i] = newRecord(incidents[i])
		}
	})
	slices.SortFunc(drafts, func(a, b *draft) int { return strings.Compare(a.order, b.order) })
	return drafts
}

// join makes one of what was counted of stretch after stretch.
func (c *concordance) join(l *language, counters []*counter) {
	b := newBook(l)
	for _, counting := range counters {
		counting.enter(b)
		c.total += counting.total
	}
	c.lexicon = b.lexicon()
	c.postings = make([]posting, len(c.lexicon.stems))
	for class, stem := range c.lexicon.stems {
		for _, counting := range counters {
			if n, ok := counting.stemNumbers[stem]; ok {
				c.postings[class].join(&counting.postings[n])
			}
		}
	}
}

// counter counts the words of consecutive documents.
type counter struct {
	language *language
	from     int // the number of the first document
	total    uint64

	stemOf  map[string]int32 // by word as it is written
	numbers map[string]int32 // by form
	forms   []string         // the different words
	stem    []int32          // by word; stopClass for a stop word, saysNothing for another that is not searched

	stemNumbers map[string]int32
	stems       []string
	postings    []posting // by stem
	tallies     []tally   // by stem, in the document that is being read
	touched     []int32   // the stems that it has
}

// saysNothing stands for the stem of a word that has none, and that is no stop word.
const saysNothing = stopClass - 1

func newCounter(l *language, from int) *counter {
	return &counter{language: l, from: from, stemOf: map[string]int32{}, numbers: map[string]int32{}, stemNumbers: map[string]int32{}}
}

// count counts a document and returns the length of its text in words.
func (c *counter) count(number uint32, d *draft) (length uint32) {
	d.eachText(func(field int, text string) {
		kind := textFields[field].kind
		if n := c.read(text, kind); kind == inText {
			length += n
		}
	})
	c.total += uint64(length)
	for _, stem := range c.touched {
		c.postings[stem].add(number, c.tallies[stem])
		c.tallies[stem] = tally{}
	}
	c.touched = c.touched[:0]
	return length
}

// read counts the words of a text, and returns how many there are without stop words.
func (c *counter) read(text string, kind fieldKind) (length uint32) {
	eachPlace(text, func(start, end int) {
		stem, known := c.stemOf[text[start:end]]
		if !known {
			stem = c.meet(strings.Clone(text[start:end])) // the text need not stay for it
		}
		if stem == stopClass {
			return
		}
		length++
		if stem == saysNothing {
			return
		}
		t := &c.tallies[stem]
		if *t == (tally{}) {
			c.touched = append(c.touched, stem)
		}
		t[kind]++
	})
	return length
}

// meet returns the stem of a word that was not yet written so.
func (c *counter) meet(written string) int32 {
	form := fold(written)
	n, ok := c.numbers[form]
	if !ok {
		n = int32(len(c.forms))
		c.numbers[form] = n
		c.forms, c.stem = append(c.forms, form), append(c.stem, c.stemNumber(form))
	}
	c.stemOf[written] = c.stem[n]
	return c.stem[n]
}

func (c *counter) stemNumber(form string) int32 {
	stem := c.language.stem(form)
	if stem == "" {
		if c.language.stop[form] {
			return stopClass
		}
		return saysNothing
	}
	n, ok := c.stemNumbers[stem]
	if !ok {
		n = int32(len(c.stems))
		c.stemNumbers[stem] = n
		c.stems, c.postings, c.tallies = append(c.stems, stem), append(c.postings, posting{}), append(c.tallies, tally{})
	}
	return n
}

// enter enters what was counted into a book, in which a word counts once for all documents of the stretch.
func (c *counter) enter(b *book) {
	for i, form := range c.forms {
		if c.stem[i] < 0 {
			continue
		}
		n, ok := b.find(form)
		if !ok {
			n = b.enter(form, c.stems[c.stem[i]])
		}
		b.count[n]++
	}
	for i, stem := range c.stems {
		b.stemCount[b.stemNumber(stem)] += int32(c.postings[i].documents)
	}
}

// join appends the occurrences in a later stretch of documents.
func (p *posting) join(later *posting) {
	first, n := binary.Uvarint(later.gaps)
	w := writer{p.gaps}
	w.number(first - uint64(p.next)<<1)
	p.documents += later.documents
	p.gaps, p.more = append(w.b, later.gaps[n:]...), append(p.more, later.more...)
	p.next = later.next
}
