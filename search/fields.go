package search

import (
	"fmt"
	"math/bits"
	"strings"

	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"
)

// The fields of the bleve index beside those of textFields: values that results are narrowed, counted and sorted by.
const (
	storedField   = "document"    // stored only
	severityField = "severity"    // id
	serviceField  = "service"     // ids
	factorField   = "factor"      // ids
	yearField     = "year"        // 2024
	dateField     = "date"        // 2024-03-05
	minutesField  = "minutes"     // eight digits
	statusField   = "status"      // of statusValues
	hasField      = "has"         // of hasValues
	detectedField = "detected_by" // as written, folded
	orderField    = "order"       // draft.order
	lengthField   = "length"      // lengthCode of the number of words, one byte
)

// Words are indexed with how often they occur. Positions would double the index; phrases are looked for in the stored text instead.
const (
	wordOptions  = index.IndexField
	valueOptions = index.IndexField | index.DocValues | index.SkipFreqNorm
)

// forBleve puts the document together the way bleve wants it, and returns its different words and the length of its text.
func (d *draft) forBleve(v *vocabulary) (doc *document.Document, words []string, length uint32) {
	r := &d.record
	doc = document.NewDocument(r.Slug)
	for _, f := range v.fields(d) {
		if f.length == 0 {
			continue
		}
		if f.kind == inText {
			length += uint32(f.length)
		}
		doc.AddField(f)
	}
	value := func(field string, values ...string) {
		for i, v := range values {
			doc.AddField(document.NewTextFieldCustom(field, []uint64{uint64(i)}, []byte(v), valueOptions, nil))
		}
	}
	if r.Severity != nil {
		value(severityField, r.Severity.ID)
	}
	value(serviceField, ids(r.Services)...)
	value(factorField, ids(r.Factors)...)
	if r.Date != "" {
		year, _, _ := strings.Cut(r.Date, "-")
		value(yearField, year)
		value(dateField, r.Date)
	}
	if r.Minutes >= 0 {
		value(minutesField, minutesTerm(r.Minutes))
	}
	value(statusField, r.Status...)
	value(hasField, r.Has...)
	if r.DetectedBy != "" {
		value(detectedField, foldName(r.DetectedBy))
	}
	value(orderField, d.order)
	value(lengthField, string([]byte{lengthCode(length)}))
	doc.AddField(document.NewTextFieldCustom(storedField, nil, d.stored(), index.StoreField, nil))
	return doc, v.list, length
}

func ids(topics []Topic) []string {
	out := make([]string, len(topics))
	for i, t := range topics {
		out[i] = t.ID
	}
	return out
}

// minutesTerm sorts as the number does.
func minutesTerm(minutes int) string { return fmt.Sprintf("%08d", minutes) }

// foldName is the form in which values that people type are compared: "Config Change" is config-change.
func foldName(s string) string { return strings.Join(forms(s), "-") }

// lengthCode is a number of words on a scale of quarter octaves: all that the ranking, and so the browser, knows of a text's length. It is
// exact up to 7 and at most an eighth off above.
func lengthCode(n uint32) byte {
	if n < 8 {
		return byte(n)
	}
	octave := bits.Len32(n) - 3
	return byte(4 + octave*4 + int(n>>octave)&3)
}

// lengthOf is the middle of the lengths that have a code.
func lengthOf(code byte) uint32 {
	if code < 8 {
		return uint32(code)
	}
	octave := int(code-4) / 4
	return uint32(4+int(code)&3)<<octave + 1<<octave/2
}

// vocabulary holds the words of many documents once, as most of them are the same, and collects the different ones of each document.
type vocabulary struct {
	stop     map[string]bool
	written  map[string]*vocable // by word as it is written
	words    map[string]*vocable // by form
	document int
	list     []string             // the different words of the document
	expected [len(textFields)]int // how many different words it will have, about, by field
}

type vocable struct {
	form     string
	term     []byte
	stop     bool
	document int // the last one that had it
}

func newVocabulary(stop map[string]bool) *vocabulary {
	return &vocabulary{stop: stop, written: map[string]*vocable{}, words: map[string]*vocable{}}
}

// begin begins a document.
func (v *vocabulary) begin() { v.document, v.list = v.document+1, nil }

// add notes a word of the document, as it is written.
func (v *vocabulary) add(written string) *vocable {
	known := v.written[written]
	if known == nil {
		known = v.meet(strings.Clone(written)) // the text need not stay for it
	}
	if known.document != v.document && !known.stop {
		known.document = v.document
		v.list = append(v.list, known.form)
	}
	return known
}

// meet looks up a word that was not yet written so.
func (v *vocabulary) meet(written string) *vocable {
	form := fold(written)
	known := v.words[form]
	if known == nil {
		known = &vocable{form: form, term: []byte(form), stop: v.stop[form]}
		v.words[form] = known
	}
	v.written[written] = known
	return known
}

// fields counts the words of a document, without those that say nothing, by the fields of textFields.
func (v *vocabulary) fields(d *draft) (fields [len(textFields)]*wordField) {
	v.begin()
	for i, f := range textFields {
		n := v.expected[i]
		fields[i] = &wordField{name: f.name, kind: f.kind, words: make(index.TokenFrequencies, n), slab: make([]index.TokenFreq, 0, n)}
	}
	d.eachText(func(field int, text string) {
		f := fields[field]
		eachPlace(text, func(start, end int) {
			if known := v.add(text[start:end]); !known.stop {
				f.add(known)
			}
		})
	})
	for i, f := range fields {
		v.expected[i] = len(f.words)
	}
	return fields
}

// wordField is a field of a document whose words are counted already. Bleve's own would have them as a list of tokens, each with its place, and
// count them from that.
type wordField struct {
	name   string
	kind   fieldKind
	length int
	words  index.TokenFrequencies
	slab   []index.TokenFreq
}

func (f *wordField) add(w *vocable) {
	f.length++
	counted := f.words[w.form]
	if counted == nil {
		if len(f.slab) == cap(f.slab) {
			f.slab = make([]index.TokenFreq, 0, max(8, cap(f.slab)/2))
		}
		f.slab = append(f.slab, index.TokenFreq{Term: w.term})
		counted = &f.slab[len(f.slab)-1]
		f.words[w.form] = counted
	}
	counted.SetFrequency(counted.Frequency() + 1)
}

// What bleve asks of a field.

func (f *wordField) Name() string                                     { return f.name }
func (f *wordField) Options() index.FieldIndexingOptions              { return wordOptions }
func (f *wordField) AnalyzedLength() int                              { return f.length }
func (f *wordField) AnalyzedTokenFrequencies() index.TokenFrequencies { return f.words }
func (f *wordField) EncodedFieldType() byte                           { return 't' }
func (f *wordField) Analyze()                                         {}
func (f *wordField) ArrayPositions() []uint64                         { return nil }
func (f *wordField) Value() []byte                                    { return nil }
func (f *wordField) NumPlainTextBytes() uint64                        { return 0 }
func (f *wordField) Size() int                                        { return 64 * len(f.words) } // about
