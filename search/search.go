// Package search makes an edition searchable, for two readers that give the same incidents in the same order with the same scores. [Update]
// brings a bleve index up to date for those who ask it in this process: the command line, an assistant. [Export] makes the static files that a
// browser searches. Both take the same words from the same texts (draft.go, words.go), say alike which of them mean the same (language.go,
// lexicon.go), and rank by one formula (rank.go). Neither is made from the other: tests hold them together.
//
// It stands at the end of the walk, knows the edition and nothing before it, and is the only user of bleve.
package search

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"

	"debrief/generator/page"
)

// Results are what a search found.
type Results struct {
	// Total is how many incidents were found, Hits the best of them.
	Total int   `json:"total"`
	Hits  []Hit `json:"results"`
	// Partial is true when no incident has all words, and these have some.
	Partial bool `json:"partial"`
	// Facets count the values that the found incidents have, by operator.
	Facets []Facet `json:"facets"`
	// Ignored are words too common to look for, Unknown words that nothing here is like, Corrected words that were taken for others.
	Ignored   []string     `json:"ignored"`
	Unknown   []string     `json:"unknown"`
	Corrected []Correction `json:"corrected"`
}

// Hit is one incident that was found.
type Hit struct {
	Record
	// URL is absolute where the archive knows the address of the site, else a site path.
	URL     string  `json:"url"`
	Score   float64 `json:"score"`
	Excerpt Excerpt `json:"excerpt"`
	// Matched are the words that it was found by, as they were searched for.
	Matched []string `json:"matched"`
}

// Facet is the values of one operator among the found incidents, with the number of incidents each.
type Facet struct {
	Operator string       `json:"operator"`
	Values   []FacetValue `json:"values"`
}

// FacetValue is one value.
type FacetValue struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// Correction tells that a word the archive does not have was taken for another.
type Correction struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Search answers a query with the best most incidents. The error is a *QueryError when an operator has a value that the archive does not
// have.
func (x *Index) Search(ctx context.Context, q Query, most int) (*Results, error) {
	with, without, err := q.filters(x.names.choices())
	if err != nil {
		return nil, err
	}
	p := newPlan(x.lexicon, q)
	r := &Results{Ignored: p.ignored, Unknown: p.unknown, Corrected: p.changed}
	if len(p.groups) == 0 && len(with)+len(without)+len(p.not)+len(p.without) == 0 {
		return r.ready(), nil
	}
	if err := x.ask(ctx, r, p, len(p.groups), with, without, most); err != nil {
		return nil, err
	}
	free := slices.ContainsFunc(p.groups, func(g group) bool { return !g.must })
	if r.Total == 0 && len(p.groups) > 1 && free {
		if err := x.ask(ctx, r, p, 1, with, without, most); err != nil {
			return nil, err
		}
		r.Partial = r.Total > 0
	}
	return r.ready(), nil
}

// ready makes lists of what is nil, for JSON.
func (r *Results) ready() *Results {
	for _, list := range []*[]string{&r.Ignored, &r.Unknown} {
		if *list == nil {
			*list = []string{}
		}
	}
	if r.Hits == nil {
		r.Hits = []Hit{}
	}
	if r.Facets == nil {
		r.Facets = []Facet{}
	}
	if r.Corrected == nil {
		r.Corrected = []Correction{}
	}
	return r
}

// ask has bleve find the incidents with at least so many of the plan's words.
func (x *Index) ask(ctx context.Context, r *Results, p *plan, least int, with, without []query.Query, most int) error {
	text := &textQuery{plan: p, lexicon: x.lexicon, average: x.average(), least: least}
	q := bleve.NewBooleanQuery()
	q.AddMust(text)
	if len(without) > 0 {
		q.AddMustNot(without...)
	}
	if len(with) > 0 {
		q.AddFilter(bleve.NewConjunctionQuery(with...))
	}
	req := bleve.NewSearchRequestOptions(q, most, 0, false)
	req.SortBy([]string{"-_score", "-" + orderField})
	for _, f := range facetFields {
		req.AddFacet(f.field, bleve.NewFacetRequest(f.field, 10_000))
	}
	answer, err := x.bleve.SearchInContext(ctx, req)
	if err != nil {
		return fmt.Errorf("bleve: %w", err)
	}
	r.Total = int(answer.Total)
	r.Facets = x.facets(answer.Facets)
	return withReader(x.bleve, func(reader index.IndexReader) error {
		r.Hits = r.Hits[:0]
		look := newLook(x.lexicon, p)
		for _, match := range answer.Hits {
			record, parts, err := storedDocument(reader, match.ID)
			if err != nil {
				return err
			}
			r.Hits = append(r.Hits, Hit{Record: record, URL: x.url(record.Slug), Score: match.Score, Excerpt: look.excerpt(record, parts), Matched: text.matched(match)})
		}
		return nil
	})
}

// average is the mean length of a text in words.
func (x *Index) average() float64 {
	return float64(max(x.manifest.Total, 1)) / float64(max(x.manifest.Documents, 1))
}

// facetFields are the facets, in the order in which they are shown.
var facetFields = []struct{ operator, field string }{
	{"severity", severityField}, {"service", serviceField}, {"factor", factorField}, {"year", yearField},
}

// facets puts names to the values that bleve counted: severities by rank, years the newest first, the others the most frequent first.
func (x *Index) facets(counted search.FacetResults) []Facet {
	known := x.names.choices()
	var out []Facet
	for _, f := range facetFields {
		facet := Facet{Operator: f.operator, Values: []FacetValue{}}
		counts := map[string]int{}
		if result := counted[f.field]; result != nil && result.Terms != nil {
			for _, t := range result.Terms.Terms() {
				counts[t.Term] = t.Count
			}
		}
		for _, c := range known[f.operator] {
			if n := counts[c.id]; n > 0 {
				facet.Values = append(facet.Values, FacetValue{c.id, c.name, n})
			}
		}
		switch f.operator {
		case "year":
			slices.Reverse(facet.Values)
		case "service", "factor":
			slices.SortStableFunc(facet.Values, func(a, b FacetValue) int { return b.Count - a.Count })
		}
		out = append(out, facet)
	}
	return out
}

// Passage is a part of a text.
type Passage struct {
	Text string `json:"text"`
	// Marked is true for a word that was searched for.
	Marked bool `json:"marked"`
}

// Excerpt is a passage of an incident with the words that were searched for marked.
type Excerpt []Passage

// String is the excerpt as plain text.
func (e Excerpt) String() string {
	var b strings.Builder
	for _, p := range e {
		b.WriteString(p.Text)
	}
	return b.String()
}

// url is where an incident's page is.
func (x *Index) url(slug string) string {
	path := page.IncidentPath(slug)
	if x.names.URL == "" {
		return path
	}
	return page.Absolute(x.names.URL, path)
}
