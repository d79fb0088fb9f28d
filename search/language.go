package search

import (
	"fmt"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/registry"

	// Each of these adds one language to bleve's registry.
	_ "github.com/blevesearch/bleve/v2/analysis/lang/ar"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/ckb"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/da"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/de"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/en"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/es"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/fa"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/fi"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/fr"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/hi"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/hr"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/hu"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/it"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/nl"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/no"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/pl"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/pt"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/ro"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/ru"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/sv"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/tr"
)

// analyzers are the languages that bleve stems, by the first part of a BCP 47 tag. The other languages, those that are written without
// spaces among them, are searched word by word.
var analyzers = []string{
	"ar", "ckb", "da", "de", "en", "es", "fa", "fi", "fr", "hi", "hr", "hu", "it", "nl", "no", "pl", "pt", "ro", "ru", "sv", "tr",
}

// language knows which words of a text mean the same, by bleve's analyzer for the language.
//
// The index holds the words of the texts as they stand. What belongs together, deploy and deployed, is said by the lexicon, word by word,
// and looked up when something is searched. So an exact word is always found, whatever language it is in, and the browser needs to know
// no language at all: it is told.
type language struct {
	name    string // the analyzer's; empty for none
	filters []analysis.TokenFilter
	stop    map[string]bool
}

// newLanguage takes a BCP 47 tag.
func newLanguage(tag string) (*language, error) {
	base, _, _ := strings.Cut(strings.ToLower(tag), "-")
	if base == "" {
		base = "en"
	}
	if base == "nb" || base == "nn" {
		base = "no" // both written forms of Norwegian
	}
	l := &language{stop: map[string]bool{}}
	if !slices.Contains(analyzers, base) {
		return l, nil
	}
	l.name = base
	cache := registry.NewCache()
	analyzer, err := cache.AnalyzerNamed(base)
	if err != nil {
		return nil, fmt.Errorf("bleve's analyzer %q: %w", base, err)
	}
	chain, ok := analyzer.(*analysis.DefaultAnalyzer)
	if !ok {
		return nil, fmt.Errorf("bleve's analyzer %q is a %T, not a chain of filters", base, analyzer)
	}
	l.filters = chain.TokenFilters
	if stop, err := cache.TokenMapNamed("stop_" + base); err == nil {
		for form := range stop {
			if forms := forms(form); len(forms) == 1 {
				l.stop[forms[0]] = true
			}
		}
	}
	return l, nil
}

// stem returns what a word has in common with the words that mean the same; it is empty for a word that says nothing, such as "the".
func (l *language) stem(form string) string {
	if l.stop[form] {
		return ""
	}
	if r, _ := runeAt(form, 0); l.name == "" || isUnspaced(r) {
		return form
	}
	stream := analysis.TokenStream{{Term: []byte(form), Start: 0, End: len(form), Position: 1, Type: analysis.AlphaNumeric}}
	for _, filter := range l.filters {
		stream = filter.Filter(stream)
	}
	if len(stream) == 0 || len(stream[0].Term) == 0 {
		return ""
	}
	return string(stream[0].Term)
}
