package markdown

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"debrief/generator/problem"
)

// FuzzParseRender puts any text through the whole package: nothing panics, every fragment is safe, balanced and has its slots in place,
// every line number is one of the text, and the same text always gives the same document.
func FuzzParseRender(f *testing.F) {
	for _, seed := range attacks {
		f.Add(seed)
	}
	for _, c := range blockCases {
		f.Add(c.src)
	}
	for _, c := range boundCases(20) {
		f.Add(c)
	}
	f.Fuzz(func(t *testing.T, src string) {
		options := Options{File: "f.md", FirstLine: 10, Terms: []string{"alert", "x", "error budget", "CPU"}}
		d := Parse([]byte(src), options)
		for _, p := range d.Problems {
			if p.Severity == problem.Error {
				t.Fatalf("%q: %v", src, p)
			}
			if p.Line < 10 || p.Column < 1 {
				t.Errorf("%q: %v", src, p)
			}
		}
		last := 10 + strings.Count(src, "\n") + strings.Count(src, "\r")
		checkBlocks(t, src, d.Blocks, last)
		checkBlocks(t, src, d.Footnotes, last)
		ro := RenderOptions{IDPrefix: testPrefix, HeadingShift: len(src)%5 - 2, Title: src[:len(src)/2]}
		if !utf8.ValidString(ro.Title) {
			ro.Title = ""
		}
		whole := d.Render(d.Blocks, ro)
		check(t, src, whole)
		for _, r := range whole.Text {
			if !printable(r) {
				t.Errorf("%q has the character %U in its text", src, r)
			}
		}
		for _, b := range d.Blocks {
			check(t, src, d.Render(b.Children, ro))
			ro.Lead = b.Spans
			check(t, src, d.Render([]*Block{b}, ro))
			ro.Lead = nil
		}
		again := Parse([]byte(src), options)
		if !reflect.DeepEqual(d.Problems, again.Problems) || !reflect.DeepEqual(whole, again.Render(again.Blocks, ro)) {
			t.Errorf("%q gives two different documents", src)
		}
		if plain := Plain(src); !utf8.ValidString(plain) || strings.ContainsAny(plain, "\n\r") {
			t.Errorf("Plain(%q) = %q", src, plain)
		}
	})
}

func checkBlocks(t *testing.T, src string, blocks []*Block, last int) {
	t.Helper()
	for _, b := range blocks {
		if b.Line < 10 || b.Line > last || b.Column < 1 {
			t.Errorf("%q: a block %d is at %d:%d, and the last line is %d", src, b.Kind, b.Line, b.Column, last)
		}
		if !utf8.ValidString(b.Text) {
			t.Errorf("%q: the text %q is not valid", src, b.Text)
		}
		for _, s := range b.Spans {
			if s.Line < 10 || s.Line > last || s.Column < 1 {
				t.Errorf("%q: the span %+v is not in the text, whose last line is %d", src, s, last)
			}
		}
		checkBlocks(t, src, b.Children, last)
	}
}
