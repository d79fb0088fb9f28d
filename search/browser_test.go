package search_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"debrief/generator/edition"
	"debrief/generator/machine"
	"debrief/generator/page"
	"debrief/generator/testkit/bigarchive"
	"debrief/generator/testkit/browser"
	"debrief/search"
	"debrief/themes"
)

// site is what a browser needs of a site to search it: the data, the API and the scripts as they are before they are bundled.
type site struct {
	index *search.Index
	files map[string][]byte
}

func newSite(tb testing.TB, e *edition.Edition) *site {
	tb.Helper()
	x, _, err := search.Update(context.Background(), tb.TempDir(), e, "")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { x.Close() })
	s := &site{index: x, files: map[string][]byte{}}
	data, err := search.Export(x, e)
	if err != nil {
		tb.Fatal(err)
	}
	for _, f := range append(data, machine.Files(e, page.New(e))...) {
		if s.files["/"+f.Path], err = f.Produce(); err != nil {
			tb.Fatal(err)
		}
	}
	scripts, err := fs.Sub(themes.Default, "assets/search")
	if err != nil {
		tb.Fatal(err)
	}
	list, err := fs.Glob(scripts, "*.js")
	if err != nil {
		tb.Fatal(err)
	}
	for _, name := range list {
		if s.files["/scripts/"+name], err = fs.ReadFile(scripts, name); err != nil {
			tb.Fatal(err)
		}
	}
	s.files["/"] = []byte(`<!doctype html><meta charset="utf-8"><title>Search</title><link rel="icon" href="data:,"><script type="module">
import { open } from "./scripts/archive.js";
import { searcher } from "./scripts/rank.js";
import { parse } from "./scripts/query.js";
import * as words from "./scripts/words.js";
const archive = open("./");
const { search, similar } = searcher(archive);
const show = (r) => r.wrong ?? r.hits.map((h) => [h.slug, h.score]);
window.ask = async (text) => {
  const { clauses, wrong } = parse(text);
  return wrong.length ? wrong : show(await search(clauses, { patience: Infinity }));
};
window.like = async (text) => show(await similar(text, 10));
window.words = words;
window.ready = true;
</script>`)
	return s
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	content, ok := s.files[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	switch {
	case strings.HasSuffix(r.URL.Path, ".js"):
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	case r.URL.Path == "/":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
	}
	http.ServeContent(w, r, "", zeroTime, bytes.NewReader(content))
}

// open serves the site and opens it.
func (s *site) open(t testing.TB) *browser.Page {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	p := browser.Start(t).Open(t, server.URL+"/", browser.View{})
	browser.Eval[bool](t, p, "new Promise((done) => { const look = () => window.ready ? done(true) : setTimeout(look, 5); look(); })")
	return p
}

// answer is a document that was found: its slug and score.
type answer struct {
	slug  string
	score float64
}

func (a *answer) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&a.slug, &a.score})
}

// TestParity asks bleve and the browser the same, and wants the same ten incidents with the same scores, to the last bit.
func TestParity(t *testing.T) {
	o := bigarchive.Options{Postmortems: 1000, Seed: 3}
	e := bigarchive.Edition(o, edition.Internal)
	s := newSite(t, e)
	p := s.open(t)
	queries := generatedQueries(o, e)
	if len(queries) < 200 {
		t.Fatalf("only %d queries", len(queries))
	}
	found := 0
	for _, text := range queries {
		q, err := search.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		want, err := s.index.Search(context.Background(), q, 10)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		got := browser.Eval[[]answer](t, p, fmt.Sprintf("ask(%s)", quote(text)))
		found += min(1, want.Total)
		compare(t, text, got, want)
	}
	if found < len(queries)*9/10 {
		t.Errorf("only %d of %d queries find anything: they do not test much", found, len(queries))
	}
	t.Logf("%d queries, %d of them find something", len(queries), found)
	p.Check(t)
}

func compare(t *testing.T, text string, got []answer, want *search.Results) {
	t.Helper()
	if len(got) != len(want.Hits) {
		t.Errorf("%s: the browser finds %d, bleve %d", text, len(got), len(want.Hits))
		return
	}
	for i, h := range want.Hits {
		if got[i].slug != h.Slug || got[i].score != h.Score {
			t.Errorf("%s: place %d is %s with %v in the browser, and %s with %v in bleve", text, i+1, got[i].slug, got[i].score, h.Slug, h.Score)
			return
		}
	}
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string
	}
	return string(b)
}

// generatedQueries are of one to four words, from frequent to rare, finished and unfinished, mistyped, with phrases and with operators.
func generatedQueries(o bigarchive.Options, e *edition.Edition) []string {
	rng := rand.New(rand.NewPCG(7, 7))
	vocabulary := bigarchive.Words(o, 9000)
	word := func() string {
		x := rng.Float64()
		return vocabulary[int(float64(len(vocabulary))*x*x*x)]
	}
	text := func() []string {
		inc := e.Incidents[rng.IntN(len(e.Incidents))]
		return strings.Fields(inc.Sections[rng.IntN(len(inc.Sections))].Body.Text)
	}
	operators := []string{
		"service:payments", "service:payments,dns", "factor:config-change", "-factor:deploy", "severity:sev1", "severity:critical", "-severity:sev3", "after:2018", "before:2020-06",
		"after:2019-03-05", "duration:>2h", "duration:<45m", "duration:>=1h duration:<3h", "has:near-miss", "has:open-actions", "detected-by:customer", "year:2021", "status:published",
		`service:"gift cards"`, "service:pay",
	}
	var out []string
	for n := 1; n <= 4; n++ {
		for range 30 {
			var words []string
			for range n {
				words = append(words, word())
			}
			out = append(out, strings.Join(words, " "), strings.Join(words, " ")+" ")
		}
	}
	for range 20 { // words that stand in a text, so that there is something with all of them
		words := text()
		out = append(out, words[rng.IntN(len(words))]+" "+words[rng.IntN(len(words))]+" "+words[rng.IntN(len(words))])
	}
	for range 20 { // beginnings
		w := word()
		out = append(out, word()+" "+w[:min(len(w), 3+rng.IntN(2))])
	}
	for range 20 { // slips
		w := []byte(word())
		if i := rng.IntN(len(w)); i > 0 {
			w[i] = 'a' + byte(rng.IntN(26))
		}
		out = append(out, string(w)+" ")
	}
	for range 20 { // other forms
		out = append(out, strings.TrimSuffix(word(), "e")+[]string{"ing", "ed", "s", "ation", "ness"}[rng.IntN(5)]+" ")
	}
	for range 12 {
		words := text()
		i := rng.IntN(len(words) - 3)
		out = append(out, `"`+strings.Join(words[i:i+2+rng.IntN(2)], " ")+`"`)
	}
	for i, op := range operators {
		out = append(out, op, word()+" "+op, op+" "+operators[(i*7+3)%len(operators)], "-"+word()+" "+word()+" "+op)
	}
	for range 8 {
		w := word()
		out = append(out, "title:"+w, "-title:"+w+" "+word())
	}
	slices.Sort(out)
	return slices.Compact(out)
}
