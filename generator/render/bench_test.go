package render_test

import (
	"io"
	"testing"

	"debrief/generator/render"
)

// BenchmarkIncident renders the page that an archive has most of.
func BenchmarkIncident(b *testing.B) {
	theme, _, err := render.Load(site(true), render.Options{})
	if err != nil {
		b.Fatal(err)
	}
	p := pages(true)[2]
	b.ReportAllocs()
	for b.Loop() {
		if err := theme.Page(io.Discard, p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, _, err := render.Load(site(true), render.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
