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
func (d *draft) forBleve(stop map[string]bool) (doc *document.Document, seen *wordSet, length uint32) {
	r := &d.record
	doc, seen = document.NewDocument(r.Slug), newWordSet()
	for i, f := range textFields {
		if d.texts[i] == "" {
			continue
		}
		stream := tokens(d.texts[i], stop, seen)
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
	return doc, seen, length
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

// tokens are the words of a text as bleve wants them, without those that say nothing.
func tokens(text string, stop map[string]bool, seen *wordSet) analysis.TokenStream {
	var slab []analysis.Token
	stream := make(analysis.TokenStream, 0, len(text)/8+1)
	position := 0
	eachWord(text, func(w word) {
		position++
		if stop[w.form] {
			return
		}
		seen.add(w.form)
		if len(slab) == cap(slab) {
			slab = make([]analysis.Token, 0, max(16, (len(text)-w.start)/8))
		}
		slab = append(slab, analysis.Token{Term: []byte(w.form), Start: w.start, End: w.end, Position: position, Type: analysis.AlphaNumeric})
		stream = append(stream, &slab[len(slab)-1])
	})
	return stream
}

// ready is the analyzer of a field whose text is analyzed already.
type ready analysis.TokenStream

// Analyze returns what was found before.
func (r ready) Analyze([]byte) analysis.TokenStream { return analysis.TokenStream(r) }

// wordSet collects different words.
type wordSet struct {
	has  map[string]struct{}
	list []string
}

func newWordSet() *wordSet { return &wordSet{has: make(map[string]struct{}, 512)} }

func (s *wordSet) add(form string) {
	if _, ok := s.has[form]; !ok {
		s.has[form] = struct{}{}
		s.list = append(s.list, form)
	}
}
