package render

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"debrief/generator/page"
)

// Whatever stands in an archive comes out of a drawing as words, and never as markup: every drawing is well-formed, has the elements that it has
// with harmless words, and gives the words back as they were.
func TestDrawingsEscape(t *testing.T) {
	things := func(words string) []any {
		length := page.Duration{ISO: "PT1M", Text: words, Seconds: 60}
		phases := []page.Phase{{Kind: words, Name: words, Width: 40, Length: length}, {Kind: "undetected", Name: words, X: 40, Width: 60}}
		return []any{
			&page.Figure{
				Label: words, Phases: phases, Dots: []page.Dot{{X: 1, Text: words}}, Ticks: []page.Tick{{X: 99, Label: words}}, Rows: 1,
				Marks: []page.Mark{{Milestone: words, Name: words, Time: page.Time{ISO: words, Clock: words}, After: length}, {Name: words, Time: page.Time{Short: words}, End: true}},
			},
			phases,
			&page.Spark{Label: words, Bars: []page.SparkBar{{X: 1, Width: 2, Y: 3, Height: 4}}},
			&page.Exhibit{ID: words, Label: words, Columns: &page.Columns{
				Columns: []page.ColumnMark{{URL: words, Title: words, Count: 1, Parts: []page.PartMark{{Kind: words}, {Kind: "severity-3"}}}, {URL: words}},
				Levels:  []page.Tick{{Label: words}}, Ticks: []page.Tick{{X: 50, Label: words}},
			}},
		}
	}
	view := &View{root: "../"}
	for _, words := range []string{`"><script>alert(1)</script>`, `' onload='alert(1)`, "a & b < c > d", "</svg></title>]]>", "Straße 東京"} {
		harmless := things("words")
		for i, thing := range things(words) {
			got, err := view.Draw(thing)
			if err != nil {
				t.Fatal(err)
			}
			plain, _ := view.Draw(harmless[i])
			names, texts := elements(t, string(got))
			if want, wantTexts := elements(t, string(plain)); !slices.Equal(names, want) || len(texts) != len(wantTexts) {
				t.Errorf("%T of %q has the elements %q, want %q", thing, words, names, want)
			}
			if !slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(s, words) }) {
				t.Errorf("%T of %q: the words are gone from %q", thing, words, got)
			}
		}
	}
	if _, err := view.Draw("a string"); err == nil {
		t.Error("a string was drawn")
	}
}

// elements are the names of all elements of an SVG in order, and all its words, those of attributes too.
func elements(t *testing.T, svg string) (names, texts []string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return names, texts
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		switch token := token.(type) {
		case xml.StartElement:
			names = append(names, token.Name.Local)
			for _, a := range token.Attr {
				names, texts = append(names, a.Name.Local), append(texts, a.Value)
			}
		case xml.CharData:
			texts = append(texts, string(token))
		}
	}
}
