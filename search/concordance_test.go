package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	index "github.com/blevesearch/bleve_index_api"

	"debrief/generator/edition"
	"debrief/generator/markdown"
	"debrief/generator/testkit/bigarchive"
	"debrief/generator/testkit/sample"
)

// TestSameAsIndex compares all that the browser's data are made of with what bleve holds.
func TestSameAsIndex(t *testing.T) {
	editions := map[string]*edition.Edition{
		"big":    bigarchive.Edition(bigarchive.Options{Postmortems: 150, Seed: 8}, edition.Internal),
		"inside": sample.Edition(edition.Internal), "outside": sample.Edition(edition.External),
		"empty": {Site: edition.Site{Language: "en"}},
	}
	for _, language := range append([]string{"ja", "xx", "nb"}, analyzers...) {
		editions[language] = strange(language)
	}
	for name, e := range editions {
		t.Run(name, func(t *testing.T) {
			x, _ := open(t, t.TempDir(), e)
			wantSame(t, x, e)
		})
	}
}

// strange has words that are easily counted wrongly.
func strange(language string) *edition.Edition {
	e := &edition.Edition{Site: edition.Site{Language: language}}
	for i, text := range []string{
		"The Deploying of the deployed deploy. DEPLOY Deploy deploy's x's's x's X'S the THE the's's ’s l'équipe L'ÉQUIPE d' of",
		"Störung störungen STÖRUNG ΟΔΟΣ οδος İstanbul istanbul café Cafe\u0301 CAFÉ",
		"データベースの障害対応 ネット の 10.0.0.1 v1.2.3 max_connections " + strings.Repeat("x", 60) + " " + strings.Repeat("X", 41),
		"", "it's 'quoted' o' o'", "'", "deploy. ", ".5", "Les serveurs étaient Серверы были недоступны Bazy danych były",
		strings.Repeat("often ", 300) + strings.Repeat("sometimes ", 15) + "once",
	} {
		e.Incidents = append(e.Incidents, &edition.Incident{
			ID: fmt.Sprintf("INC-%d", i), Slug: fmt.Sprintf("inc-%d", i), Title: strings.Repeat("Deploy "+text+" ", i), SummaryText: text, ToResolve: -1,
			Sections: []edition.Section{{Name: "other", Heading: text + "'", Body: markdown.Fragment{Text: "s " + text}}, {Body: markdown.Fragment{Text: text}}},
			Timeline: []edition.Entry{{Text: text}, {Text: "the " + text}},
			Actions:  []*edition.Action{{Text: text}},
		})
	}
	return e
}

// wantSame compares an index with what the browser's data are made of.
func wantSame(t *testing.T, x *Index, e *edition.Edition) {
	t.Helper()
	l, err := newLanguage(e.Site.Language)
	if err != nil {
		t.Fatal(err)
	}
	c, err := newConcordance(context.Background(), l, e.Incidents)
	if err != nil {
		t.Fatal(err)
	}
	if c.total != x.manifest.Total || len(c.records) != x.Documents() {
		t.Errorf("%d words in %d documents; the index has %d in %d", c.total, len(c.records), x.manifest.Total, x.Documents())
	}
	if !slices.Equal(c.lexicon.words, x.lexicon.words) || !slices.Equal(c.lexicon.class, x.lexicon.class) {
		t.Errorf("the words differ: %d in %d classes; the index has %d in %d", len(c.lexicon.words), len(c.lexicon.df), len(x.lexicon.words), len(x.lexicon.df))
	}
	if !slices.Equal(c.lexicon.stems, x.lexicon.stems) || !slices.Equal(c.lexicon.df, x.lexicon.df) {
		t.Fatal("stems, or in how many documents each is, differ")
	}
	if !slices.EqualFunc(c.lexicon.members, x.lexicon.members, slices.Equal[[]int32]) {
		t.Error("the members of classes differ")
	}
	for class := range c.postings {
		got, want := readPosting(t, c.postings[class], c.records), indexed(t, x, int32(class))
		if !slices.Equal(got, want) {
			t.Fatalf("%s stands in %v; in the index in %v", c.lexicon.stems[class], got, want)
		}
	}
	for n, r := range c.records {
		if want := indexedLength(t, x, r.Slug); c.lengths[n] != want {
			t.Errorf("the text of %s has length %d; in the index %d", r.Slug, c.lengths[n], want)
		}
	}
}

// occurrence is how often a class stands in a document.
type occurrence struct {
	slug string
	tally
}

// readPosting decodes what posting.add wrote.
func readPosting(t *testing.T, p posting, records []Record) (out []occurrence) {
	t.Helper()
	gaps, more := reader{b: string(p.gaps)}, reader{b: string(p.more)}
	next := uint64(0)
	for range p.documents {
		n := gaps.number()
		o := occurrence{slug: records[next+n>>1].Slug}
		next += n>>1 + 1
		if n&1 == 0 {
			o.tally[inText] = 1
			out = append(out, o)
			continue
		}
		b := more.bytes(1)[0]
		o.tally[inText], o.tally[inTitle] = uint32(b&15), uint32(b>>4&3)
		if b&15 == 15 {
			o.tally[inText] += uint32(more.number())
		}
		if b>>4&3 == 3 {
			o.tally[inTitle] += uint32(more.number())
		}
		switch b >> 6 {
		case 1:
			o.tally[inSummary] = 1
		case 2:
			o.tally[inNames] = 1
		case 3:
			o.tally[inSummary], o.tally[inNames] = uint32(more.number()), uint32(more.number())
		}
		out = append(out, o)
	}
	if err := errors.Join(gaps.err, more.err); err != nil || gaps.b+more.b != "" {
		t.Fatalf("%d and %d bytes are left, %v", len(gaps.b), len(more.b), err)
	}
	slices.SortFunc(out, func(a, b occurrence) int { return cmp.Compare(a.slug, b.slug) })
	return out
}

// indexed reads the same from bleve.
func indexed(t *testing.T, x *Index, class int32) (out []occurrence) {
	t.Helper()
	err := withReader(x.bleve, func(r index.IndexReader) error {
		s := &scorer{textQuery: &textQuery{lexicon: x.lexicon}, reader: r}
		if err := s.read(t.Context(), class); err != nil {
			return err
		}
		for _, d := range s.touched {
			slug, err := r.ExternalID(index.NewIndexInternalID(nil, d))
			if err != nil {
				return err
			}
			out = append(out, occurrence{slug, s.tallies[d]})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(out, func(a, b occurrence) int { return cmp.Compare(a.slug, b.slug) })
	return out
}

func indexedLength(t *testing.T, x *Index, slug string) (code byte) {
	t.Helper()
	err := withReader(x.bleve, func(r index.IndexReader) error {
		id, err := r.InternalID(slug)
		if err != nil {
			return err
		}
		lengths, err := r.DocValueReader([]string{lengthField})
		if err != nil {
			return err
		}
		return lengths.VisitDocValues(id, func(_ string, term []byte) { code = term[0] })
	})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// TestProcessorsDoNotMatter makes the browser's data on one processor and on several.
func TestProcessorsDoNotMatter(t *testing.T) {
	e := bigarchive.Edition(bigarchive.Options{Postmortems: 70, Seed: 5}, edition.Internal)
	want := produce(t, e)
	for _, n := range []int{1, 2, 7, 100} {
		before := runtime.GOMAXPROCS(n)
		got := produce(t, e)
		runtime.GOMAXPROCS(before)
		if len(got) != len(want) {
			t.Errorf("on %d processors there are %d files, not %d", n, len(got), len(want))
		}
		for path, content := range want {
			if got[path] != content {
				t.Errorf("on %d processors %s differs", n, path)
			}
		}
	}
}
