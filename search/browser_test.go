package search_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"debrief/generator/edition"
	"debrief/generator/machine"
	"debrief/generator/page"
	"debrief/generator/testkit/bigarchive"
	"debrief/generator/testkit/browser"
	"debrief/generator/testkit/sample"
	"debrief/generator/trend"
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
	data, err := search.Export(context.Background(), e)
	if err != nil {
		tb.Fatal(err)
	}
	trends := trend.New(e, trend.Options{})
	for _, f := range append(data, machine.Files(e, trends, page.New(e, trends))...) {
		if s.files["/"+f.Path], err = f.Produce(); err != nil {
			tb.Fatal(err)
		}
	}
	s.addScripts(tb)
	return s
}

// addScripts adds the page that the tests ask, and the scripts it loads.
func (s *site) addScripts(tb testing.TB) {
	tb.Helper()
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
window.like = async (text) => show(await similar(text, {}));
window.words = words;
window.ready = true;
</script>`)
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
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
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

// TestParityOfWords compares what Go and JavaScript take for the words of a text: of every character there is, in several surroundings, and of
// texts in several languages.
func TestParityOfWords(t *testing.T) {
	s := newSite(t, bigarchive.Edition(bigarchive.Options{Postmortems: 3, Seed: 3}, edition.Internal))
	p := s.open(t)
	var texts []string
	for from := rune(1); from < 0x32000; from += 512 {
		var b strings.Builder
		for r := from; r < from+512; r++ {
			if r >= 0xD800 && r < 0xE000 || !known(r) {
				continue
			}
			fmt.Fprintf(&b, "a%cb %c1%c %c'%c.%c ", r, r, r, r, r, r)
		}
		texts = append(texts, b.String())
	}
	texts = append(texts, "don't o'clock l'équipe rock'n'roll it’s 1.2.3 a.b 障害's ネットx1 ο ΣΑΣ "+strings.Repeat("é", 50), strings.Repeat("x'", 30))
	for _, text := range texts {
		want := search.Words(text)
		got := browser.Eval[[]string](t, p, "words.forms("+quote(text)+")")
		if !slices.Equal(got, want) {
			i := 0
			for i < min(len(got), len(want)) && got[i] == want[i] {
				i++
			}
			t.Errorf("in %.20q the word %d is %q in the browser and %q in Go", text, i, got[min(i, len(got)-1)], want[min(i, len(want)-1)])
		}
	}
}

// known leaves out what Go's tables do not know yet and newer browsers do.
func known(r rune) bool {
	return unicode.In(r, unicode.PrintRanges...) || unicode.IsControl(r) || unicode.IsSpace(r)
}

// TestParityOfSimilar pastes texts into both.
func TestParityOfSimilar(t *testing.T) {
	o := bigarchive.Options{Postmortems: 300, Seed: 3}
	e := bigarchive.Edition(o, edition.Internal)
	s := newSite(t, e)
	p := s.open(t)
	for i := range 20 {
		inc := e.Incidents[i*13]
		text := "ERROR 2024-03-05T14:02:11Z PaymentGatewayTimeout HTTPServer " + inc.Sections[i%len(inc.Sections)].Body.Text + "\n at main.go:17"
		want, err := s.index.Similar(context.Background(), text, 10)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, text, browser.Eval[[]answer](t, p, "like("+quote(text)+")"), want)
	}
}

// TestOldFormats has the browser read data of every version of the format that there has been: that of the current version it answers from, of
// any other it says that it is another, and makes nothing of it. The folder of the current version is written with -update, when it does
// not exist yet; those of old versions stay as they are.
func TestOldFormats(t *testing.T) {
	e := sample.Edition(edition.Internal)
	top := filepath.Join("testdata", "format")
	folder := filepath.Join(top, strconv.Itoa(search.FormatVersion))
	if _, err := os.Stat(folder); os.IsNotExist(err) && flag.Lookup("update").Value.String() == "true" {
		for path, content := range newSite(t, e).files {
			if strings.Contains(path, "/search/") {
				file := filepath.Join(folder, filepath.FromSlash(path))
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, content, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	versions, err := os.ReadDir(top)
	if err != nil || len(versions) == 0 {
		t.Fatalf("there is no fixture: %v", err)
	}
	for _, v := range versions {
		s := &site{files: map[string][]byte{}}
		folder := os.DirFS(filepath.Join(top, v.Name()))
		err := fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				s.files["/"+name], err = fs.ReadFile(folder, name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		s.addScripts(t)
		err = search.CheckFormat(s.files["/search/core.bin"])
		if v.Name() != strconv.Itoa(search.FormatVersion) {
			if !errors.Is(err, search.ErrFormat) {
				t.Errorf("version %s: the error is %v", v.Name(), err)
			}
			if got := browser.Eval[string](t, s.open(t), `ask("tickets").catch((failure) => failure.message)`); got != "newer" {
				t.Errorf("version %s: the browser fails with %q", v.Name(), got)
			}
			continue
		}
		if err != nil {
			t.Errorf("version %s: %v", v.Name(), err)
		}
		got := browser.Eval[[]answer](t, s.open(t), `ask("tickets service:ticketing")`)
		if len(got) != 2 || got[0].slug != "hl-2024-012" || got[1].slug != "hl-2023-007" {
			t.Errorf("version %s: the browser finds %v", v.Name(), got)
		}
	}
	if err := search.CheckFormat([]byte{'D', 'B', 'S', 'R', search.FormatVersion + 1}); !errors.Is(err, search.ErrFormat) {
		t.Errorf("data of a newer version: %v", err)
	}
	for _, b := range []string{"", "DBS", "<!doctype html>", "DBSR", "DBSR\x02", "DBSR\x02\x00\x00"} {
		if err := search.CheckFormat([]byte(b)); err == nil {
			t.Errorf("%q passes for search data", b)
		}
	}
}
