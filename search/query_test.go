package search

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"debrief/generator/edition"
	"debrief/generator/markdown"
	"debrief/generator/testkit/sample"
)

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"The DNS-server's cache isn't full.":     "the dns server cache isn't full",
		"max_connections=100, v1.2.3 at 10:42":   "max connections 100 v1.2.3 at 10 42",
		"10.0.0.1:5432 ... a.b.c x.1":            "10.0.0.1 5432 a b c x 1",
		"Störung im Café; ΟΔΟΣ İstanbul":         "störung im café οδοσ istanbul",
		"Cafe\u0301":                             "café",
		"障害対応を行った API":                           "障害 害対 対応 応を を行 行っ った api",
		"ネット の":                                  "ネッ ット の",
		"l’avion ’tis 'quoted' o'":               "l avion tis quoted o",
		strings.Repeat("x", 60):                  strings.Repeat("x", 40),
		"":                                       "",
		"\x00\xff . - ’":                         "",
		"http://a-b.example/path?q=1&r=%20#frag": "http a b example path q 1 r 20 frag",
	} {
		if got := strings.Join(forms(strings.ToValidUTF8(text, " ")), " "); got != want {
			t.Errorf("%q has the words %q, want %q", text, got, want)
		}
	}
}

func TestParse(t *testing.T) {
	show := func(q Query) string {
		var out []string
		for _, c := range q.clauses {
			s := ""
			if c.not {
				s = "not "
			}
			if c.op != "" {
				s += c.op + ":"
			}
			switch {
			case c.op == "duration":
				s += fmt.Sprintf("%d-%d", c.from, c.to)
			case c.phrase:
				s += `"` + strings.Join(c.words, " ") + `"`
			default:
				s += strings.Join(append(c.words, c.values...), "+")
			}
			if c.open {
				s += "*"
			}
			out = append(out, s)
		}
		return strings.Join(out, " | ")
	}
	for text, want := range map[string]string{
		"dns timeout":                           "dns | timeout*",
		"dns timeout ":                          "dns | timeout",
		`"connection pool" -rollback`:           `"connection pool" | not rollback`,
		"service:payments factor:a,b":           "service:payments | factor:a+b",
		`service:"gift cards"`:                  "service:gift cards",
		"-service:payments":                     "not service:payments",
		"after:2024-01 before:2024-06":          "after:2024-01 | before:2024-06",
		"duration:>2h":                          "duration:121-99999999",
		"duration:<=90m -duration:>1D":          "duration:0-90 | not duration:1441-99999999",
		"has:near-miss detected-by:customer":    "has:near-miss | detected-by:customer",
		"title:dns -title:dns":                  "title:dns | not title:dns",
		"10:42 https://a.example error: x":      "10+42 | https+a+example | error | x*",
		"std::vector a:: :b":                    "std+vector | a | b*",
		`"unbalanced phrase`:                    `"unbalanced phrase"`,
		`“curly quotes”`:                        `"curly quotes"`,
		"max_connections -max_connections":      `max+connections | not "max connections"`,
		"SERVICE:Payments":                      "service:Payments",
		"\x00\x1b[31m":                          "31m*",
		"":                                      "",
		"- -- \"\"":                             "",
		"dns\u00a0\tserver\n":                   "dns | server",
		`service:payments,,  title:"two words"`: "service:payments | title:two+words",
	} {
		q, err := Parse(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		} else if got := show(q); got != want {
			t.Errorf("%q is read as %s, want %s", text, got, want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"sevrity:sev1":              `There is no operator "sevrity:". Did you mean severity:? The operators are service:, factor:, severity:, status:, has:, detected-by:, year:, after:, before:, duration:, title:.`,
		"foo:bar":                   `There is no operator "foo:". The operators are service:,`,
		"service:":                  "service: needs a value, such as service:payments",
		"after:yesterday":           "after:yesterday is not a date; write after:2024, after:2024-03 or after:2024-03-05",
		"before:2024-13":            "before:2024-13 is not a date",
		"duration:long":             "duration:long is not a length of time; write duration:>2h or duration:<=30m",
		"duration:2h":               "duration:2h is not a length of time",
		"title:,":                   "title: needs a value",
		"title:-":                   "title: needs a word",
		"service: after:x":          "service: needs a value, such as service:payments\nafter:x is not a date",
		strings.Repeat("word ", 50): "A query has 40 words at most",
	} {
		_, err := Parse(text)
		var wrong *QueryError
		if !errors.As(err, &wrong) {
			t.Errorf("%q: %v", text, err)
		} else if !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %q, want %q in it", text, err, want)
		}
	}
}

func TestSearch(t *testing.T) {
	x, _ := open(t, t.TempDir(), sample.Edition(edition.Internal))
	for text, want := range map[string]string{
		"tickets ":                           "hl-2024-012 hl-2023-007",
		"ticket ":                            "hl-2024-012 hl-2023-007",
		"quay ":                              "hl-2024-019",
		`"a limit"`:                          "hl-2024-012",
		`"limit a"`:                          "",
		`tickets -"a limit"`:                 "hl-2023-007",
		"service:ticketing":                  "hl-2024-012 hl-2023-007",
		"service:departure-boards":           "hl-2024-019 hl-2024-012",
		"service:ticketing -service:boards":  "hl-2023-007",
		"service:ticketing,boards":           "hl-2024-019 hl-2024-012 hl-2023-007",
		"severity:critical":                  "hl-2024-012",
		"after:2024-07":                      "hl-2024-019",
		"before:2024":                        "hl-2023-007",
		"after:2024-06-03 before:2024-06-04": "hl-2024-012",
		"duration:<1h":                       "hl-2024-012",
		"duration:>1h":                       "",
		"has:open-actions":                   "hl-2024-012",
		"status:review":                      "hl-2024-019",
		"status:preliminary":                 "hl-2024-019",
		"detected-by:alert":                  "hl-2024-012",
		"year:2023":                          "hl-2023-007",
		"title:quays":                        "hl-2024-019",
		"-boards ":                           "hl-2023-007 old-notes",
		"hl-2024-012":                        "hl-2024-012",
		"limt ":                              "hl-2024-012",
		"rolling ":                           "hl-2024-012",
		"the of ":                            "",
	} {
		if got := slugs(find(t, x, text)); got != want {
			t.Errorf("%s finds %q, want %q", text, got, want)
		}
	}
	if r := find(t, x, "quay zebra "); !r.Partial || fmt.Sprint(r.Unknown) != "[zebra]" || slugs(r) != "hl-2024-019" {
		t.Errorf("one word of two: %+v", r)
	}
	if got := find(t, x, "rolled ").Hits[0].Excerpt; !slices.Contains(got, Passage{"rolled", true}) {
		t.Errorf("the excerpt is %v", got)
	}
	if got := fmt.Sprint(find(t, x, "tickets ").Facets[1]); got != "{service [{ticketing Ticketing 2} {boards Departure boards 1}]}" {
		t.Errorf("the facet of services is %s", got)
	}
	for text, want := range map[string]string{
		"service:paymets":  "There is no service:paymets. There are boards, ticketing",
		"service:ticketng": "Did you mean service:ticketing?",
		"severity:sev9":    "There are sev1, sev3, sev4",
		"year:1999":        "There are 2023, 2024",
		"has:cheese":       "There are near-miss, timeline, actions, open-actions",
	} {
		q, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := x.Search(t.Context(), q, 10); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", text, err, want)
		}
	}
}

func TestSimilar(t *testing.T) {
	x, _ := open(t, t.TempDir(), sample.Edition(edition.Internal))
	r, err := x.Similar(t.Context(), "FATAL: LimitExceededError: rolled out max_connections=10\n\tat ShopTickets.sell(Shop.java:17)\n", 5)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Hits) == 0 || r.Hits[0].Slug != "hl-2024-012" {
		t.Fatalf("the most alike are %s", slugs(r))
	}
	if got := strings.Join(r.Hits[0].Matched, " "); !strings.Contains(got, "limit") || !strings.Contains(got, "tickets") {
		t.Errorf("it matched by %q", got)
	}
	if got := r.Hits[0].Fix; got != "The old limit is back." {
		t.Errorf("what fixed it: %q", got)
	}
	for _, text := range []string{"", "the of to", "\x00\xff", strings.Repeat("tickets ", 100_000), "zzz yyy xxx"} {
		if _, err := x.Similar(t.Context(), text, 5); err != nil {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}

// TestLanguages searches archives of several languages: other forms of a word are found by bleve's analyzer for the archive's language, and
// exact words in whatever language they are.
func TestLanguages(t *testing.T) {
	for _, test := range []struct{ language, text, finds, not string }{
		{"en", "Deploying the certificates failed", "deployed certificate failing", "störung"},
		{"de", "Die Störungen der Datenbanken im Cluster", "störung datenbank cluster", "certificate"},
		{"de", "The certificates expired while deploying", "certificates expired deploying", "zertifikat"},
		{"fr", "Les serveurs de l'équipe étaient surchargés", "serveur équipe surchargé", "base"},
		{"es-MX", "Las bases de datos fallaron", "base datos fallar", "servidor"},
		{"ja", "データベースの障害対応", "障害 データ 対応", "復旧"},
		{"zh-Hans", "数据库连接池耗尽", "连接池 数据库", "证书"},
		{"nb", "Databasene var utilgjengelige", "databasen utilgjengelig", "nettverk"},
		{"ru", "Серверы были недоступны", "сервер недоступен", "сеть"},
		{"xx", "Words as they stand", "words stand", "word"},
		{"en", "Störungen und 障害 in one report", "störungen 障害 report", "störung x"},
		{"pl", "Bazy danych były niedostępne", "bazy danych", "sieć"},
	} {
		e := &edition.Edition{Site: edition.Site{Language: test.language}}
		e.Incidents = []*edition.Incident{{ID: "A", Slug: "a", Title: "Report", ToResolve: -1, Sections: []edition.Section{
			{Name: "impact", Heading: "Impact", Body: markdown.Fragment{Text: test.text}},
		}}}
		x, _ := open(t, t.TempDir(), e)
		for _, word := range strings.Fields(test.finds) {
			if r := find(t, x, word+" "); r.Total != 1 {
				t.Errorf("%s: %q does not find %q", test.language, word, test.text)
			}
		}
		if r := find(t, x, test.not+" "); r.Total != 0 && test.language != "xx" && !r.Partial {
			t.Errorf("%s: %q finds %q", test.language, test.not, test.text)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"dns", `service:"a b" -"c d" after:2024-01 x`, "\"", "-", "a:b:c", "障害 の", "\xff\x00", "duration:>99999999h", "10:42 https://x",
		strings.Repeat("x", 10_000), strings.Repeat("x ", 5000), "the of to", `"unbalanced`, `-"`, "<script>alert(1)</script>", "\x00\x01\x1b[31m",
	} {
		f.Add(seed)
	}
	x, _ := open(f, f.TempDir(), sample.Edition(edition.Internal))
	f.Fuzz(func(t *testing.T, text string) {
		q, err := Parse(text)
		var wrong *QueryError
		if err != nil {
			if !errors.As(err, &wrong) || !utf8.ValidString(err.Error()) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if _, err := x.Search(t.Context(), q, 10); err != nil && !errors.As(err, &wrong) {
			t.Fatalf("%q: %v", text, err)
		}
		if _, err := x.Similar(t.Context(), text, 3); err != nil {
			t.Fatalf("similar %q: %v", text, err)
		}
	})
}

func FuzzFormat(f *testing.F) {
	f.Add([]byte(produce(f, sample.Edition(edition.Internal))[coreFile]))
	f.Add([]byte("DBSR\x01"))
	f.Fuzz(func(t *testing.T, b []byte) { _ = CheckFormat(b) })
}
