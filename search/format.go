package search

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
)

// The data that the browser searches: static files, /search/core.bin and others below /assets/search/, written by Export and read by
// themes/default/assets/search/archive.js. A change of this format changes FormatVersion, and gets a line here and a fixture in
// testdata/format.
//
//	1: first version
//	2: what is shown of documents is plain JSON; columns in the order of the operators
//
// Every .bin but the head of the core is a raw DEFLATE stream (RFC 1951), which a browser inflates with DecompressionStream. The .json are as
// they are: hosts compress them on the way like all text, and so many small streams would keep a browser busy for longer than it waits. Numbers are
// varints unless said otherwise: seven bits a byte, the lowest first, the high bit set on all but the last byte. Documents are numbered by
// day, time and slug, the oldest first, so that a new incident seldom renumbers others, and the higher number wins a tie.
//
//	core.bin            "DBSR" and one byte, the version, as they are. Then deflated: the length of a JSON object (see core), the object,
//	                    one byte a document for its length (see lengthCode), and names: one for each word file, one for each block of
//	                    documents, one for each column.
//	w/NAME.bin          a stretch of the sorted words; core tells where each begins. See encodeWords.
//	t/NAME.bin          the occurrences of some classes of words. See encodeShard.
//	d/NAME/N.json       what is shown of a few documents: a JSON array of arrays (see shownDocument). NAME stands for a block of
//	                    documents; N counts within it.
//	c/NAME.bin          a column: one value or list of values for each document. See columns.go.
//
// A name is 32 bits of a hash of the content before it is deflated, written with 8 hexadecimal digits: what a name stands for never
// changes, so it may be cached for ever. Only core.bin has a fixed name, and must be asked for anew.

// FormatVersion is the version of the format.
const FormatVersion = 2

// formatMagic begins core.bin.
const formatMagic = "DBSR"

const (
	shardBytes     = 4096 // about so long is a shard before it is deflated
	wordsPerFile   = 110  // about so many words has a word file
	docsPerFile    = 2
	docsPerBlock   = 256
	shownSummary   = 200 // characters
	columnCount    = 8
	dataFolder     = "assets/search/" // where names change with content, hosts are told so already
	coreFile       = "search/core.bin"
	nameBytes      = 4
	flateLevel     = flate.BestCompression
	maxSharedBytes = 255
)

// core is the JSON object of core.bin.
type core struct {
	Documents int `json:"docs"`
	// Total is the number of words in all texts, of which the mean length follows.
	Total      uint64  `json:"total"`
	PerFile    int     `json:"per"`
	PerBlock   int     `json:"block"`
	Words      string  `json:"words"` // where the word files begin, one a line
	Severities [][]any `json:"severity"`
	Services   [][]any `json:"service"`
	Factors    [][]any `json:"factor"`
	DetectedBy [][]any `json:"detected-by"`
	// Has and Status are all values that there can be.
	Has    [][]any `json:"has"`
	Status [][]any `json:"status"`
	// Years are each with the number of its first document.
	Years [][2]int `json:"year"`
}

// name is a content's name.
type name [nameBytes]byte

func (n name) String() string { return hex.EncodeToString(n[:]) }

// namer gives names, and never one name to two contents.
type namer map[name]named

// named is a content that has a name, by its sum.
type named struct {
	folder string
	sum    [sha256.Size]byte
}

func (n namer) name(folder string, content []byte) name {
	h := sha256.New()
	for salt := byte(0); ; salt++ {
		h.Reset()
		h.Write([]byte{salt})
		h.Write(content)
		one := named{folder: folder}
		h.Sum(one.sum[:0])
		id := name(one.sum[:nameBytes])
		taken, ok := n[id]
		if !ok {
			n[id] = one
			return id
		}
		if taken == one {
			return id
		}
	}
}

// posting is a class's occurrences, encoded.
type posting struct {
	documents int
	next      uint32 // the number after the last document
	gaps      []byte
	more      []byte
}

// add appends a document; they come in the order of their numbers.
//
// A gap is the distance to the document before, and whether there is more to say than "once, in the text". What more there is stands apart:
// a byte with four bits for the text, two for the title and two for names and summary (1: once in the summary, 2: once in a name),
// whose highest value says that a number follows.
func (p *posting) add(document uint32, t tally) {
	w := writer{p.gaps}
	gap := uint64(document-p.next) << 1
	p.documents++
	p.next = document + 1
	if t == (tally{inText: 1}) {
		w.number(gap)
		p.gaps = w.b
		return
	}
	w.number(gap | 1)
	p.gaps = w.b

	text, title := min(t[inText], 15), min(t[inTitle], 3)
	lead := uint32(3)
	switch {
	case t[inSummary] == 0 && t[inNames] == 0:
		lead = 0
	case t[inSummary] == 1 && t[inNames] == 0:
		lead = 1
	case t[inSummary] == 0 && t[inNames] == 1:
		lead = 2
	}
	m := writer{append(p.more, byte(text|title<<4|lead<<6))}
	if text == 15 {
		m.number(uint64(t[inText] - 15))
	}
	if title == 3 {
		m.number(uint64(t[inTitle] - 3))
	}
	if lead == 3 {
		m.number(uint64(t[inSummary]))
		m.number(uint64(t[inNames]))
	}
	p.more = m.b
}

func (p *posting) size() int { return len(p.gaps) + len(p.more) + 2 }

// encodeShard writes the occurrences of consecutive classes: how many classes; the number of documents of each; the length of all gaps; the
// gaps, class after class; what more there is to say, likewise.
func encodeShard(classes []posting) []byte {
	w := &writer{}
	w.number(uint64(len(classes)))
	gaps := 0
	for _, p := range classes {
		w.number(uint64(p.documents))
		gaps += len(p.gaps)
	}
	w.number(uint64(gaps))
	for _, p := range classes {
		w.b = append(w.b, p.gaps...)
	}
	for _, p := range classes {
		w.b = append(w.b, p.more...)
	}
	return w.b
}

// wordFile is a stretch of the lexicon.
type wordFile struct {
	from, to int   // words
	next     int32 // the class that the first new class in it has
	shards   []shard
}

// shard is a file of occurrences and the first of its classes.
type shard struct {
	name  name
	first int32
}

// encodeWords writes a stretch of words: how many; the number of the first class that begins here; how many shards, and for each its name in
// four bytes and how far its first class is from that of the one before. Then for each word a byte for how much it shares with the word
// before, a byte for how much follows, and that; for each word its class (0: not searched, 1: a class that begins here, 1+n: the class that
// began n classes before the next one would); for each word a byte for how frequent its class is (see popularity).
func encodeWords(x *lexicon, f wordFile) []byte {
	w := &writer{}
	w.number(uint64(f.to - f.from))
	w.number(uint64(f.next))
	w.number(uint64(len(f.shards)))
	last := int32(0)
	for _, s := range f.shards {
		w.b = append(w.b, s.name[:]...)
		w.number(uint64(s.first - last))
		last = s.first
	}
	before := ""
	for _, form := range x.words[f.from:f.to] {
		n := min(sharedPrefix(before, form), maxSharedBytes)
		w.b = append(w.b, byte(n), byte(len(form)-n))
		w.b = append(w.b, form[n:]...)
		before = form
	}
	next := f.next
	for _, c := range x.class[f.from:f.to] {
		switch {
		case c == stopClass:
			w.number(0)
		case c == next:
			w.number(1)
			next++
		default:
			w.number(1 + uint64(next-c))
		}
	}
	for _, c := range x.class[f.from:f.to] {
		if c == stopClass {
			w.b = append(w.b, 0)
		} else {
			w.b = append(w.b, popularity(x.df[c]))
		}
	}
	return w.b
}

// separator is the shortest text above one word that is not above the next: where a word file begins.
func separator(before, first string) string {
	n := sharedPrefix(before, first) + 1
	for n < len(first) && first[n]&0xC0 == 0x80 {
		n++ // whole characters
	}
	return first[:min(n, len(first))]
}

// encodeCore writes core.bin.
func encodeCore(c core, lengths []byte, names []name) ([]byte, error) {
	head, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	w := &writer{}
	w.string(string(head))
	w.b = append(w.b, lengths...)
	for _, n := range names {
		w.b = append(w.b, n[:]...)
	}
	body, err := deflate(w.b)
	return append([]byte(formatMagic+string(rune(FormatVersion))), body...), err
}

// ErrFormat is the error of CheckFormat for data that this program cannot read.
var ErrFormat = errors.New("the search data is of another version")

// CheckFormat reads the core of a site's search data and says what is wrong with it.
func CheckFormat(coreBin []byte) error {
	head, ok := bytes.CutPrefix(coreBin, []byte(formatMagic))
	if !ok || len(head) == 0 {
		return errors.New("this is not search data")
	}
	if head[0] != FormatVersion {
		return fmt.Errorf("%w: %d, not %d", ErrFormat, head[0], FormatVersion)
	}
	raw, err := io.ReadAll(flate.NewReader(bytes.NewReader(head[1:])))
	if err != nil {
		return fmt.Errorf("the search data is damaged: %w", err)
	}
	r := &reader{b: string(raw)}
	var c core
	if err := json.Unmarshal([]byte(r.string()), &c); err != nil {
		return fmt.Errorf("the search data is damaged: %w", err)
	}
	blocks := (c.Documents + c.PerBlock - 1) / max(c.PerBlock, 1)
	files := strings.Count(c.Words, "\n") + 1
	if want := c.Documents + nameBytes*(files+blocks+columnCount); len(r.b) != want {
		return fmt.Errorf("the search data is damaged: %d bytes of tables, not %d", len(r.b), want)
	}
	return nil
}

var deflaters = sync.Pool{New: func() any {
	w, err := flate.NewWriter(nil, flateLevel)
	if err != nil {
		panic(err) // the level is a constant and valid
	}
	return w
}}

func deflate(content []byte) ([]byte, error) {
	w := deflaters.Get().(*flate.Writer)
	defer deflaters.Put(w)
	var b bytes.Buffer
	w.Reset(&b)
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
