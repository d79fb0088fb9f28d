package search

import (
	"fmt"
	"math/bits"
	"strings"

	"github.com/blevesearch/bleve/v2/analysis"
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
	v.begin()
	for i, f := range textFields {
		if d.texts[i] == "" {
			continue
		}
		stream := v.tokens(d.texts[i])
		if f.kind == inText {
			length += uint32(len(stream))
		}
		doc.AddField(document.NewTextFieldCustom(f.name, nil, nil, wordOptions, ready(stream)))
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
	words    map[string]*vocable
	document int
	list     []string // the different words of the document
}

type vocable struct {
	form     string
	term     []byte
	stop     bool
	document int // the last one that had it
}

func newVocabulary(stop map[string]bool) *vocabulary {
	return &vocabulary{stop: stop, words: map[string]*vocable{}}
}

// begin begins a document.
func (v *vocabulary) begin() { v.document, v.list = v.document+1, nil }

// add notes a word of the document.
func (v *vocabulary) add(form string) *vocable {
	known := v.words[form]
	if known == nil {
		form = strings.Clone(form) // the text need not stay for it
		known = &vocable{form: form, term: []byte(form), stop: v.stop[form]}
		v.words[form] = known
	}
	if known.document != v.document && !known.stop {
		known.document = v.document
		v.list = append(v.list, known.form)
	}
	return known
}

// tokens are the words of a text as bleve wants them, without those that say nothing.
func (v *vocabulary) tokens(text string) analysis.TokenStream {
	slab := make([]analysis.Token, 0, len(text)/8+1)
	stream := make(analysis.TokenStream, 0, cap(slab))
	position := 0
	eachWord(text, func(w word) {
		position++
		known := v.add(w.form)
		if known.stop {
			return
		}
		if len(slab) == cap(slab) {
			slab = make([]analysis.Token, 0, max(16, (len(text)-w.start)/8))
		}
		slab = append(slab, analysis.Token{Term: known.term, Start: w.start, End: w.end, Position: position, Type: analysis.AlphaNumeric})
		stream = append(stream, &slab[len(slab)-1])
	})
	return stream
}

// ready is the analyzer of a field whose text is analyzed already.
type ready analysis.TokenStream

// Analyze returns what was found before.
func (r ready) Analyze([]byte) analysis.TokenStream { return analysis.TokenStream(r) }
