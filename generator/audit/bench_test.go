package audit

import (
	"fmt"
	"testing"
)

// page is about as long as an incident's page.
func benchPage() []byte {
	var b []byte
	for i := range 120 {
		b = fmt.Appendf(b, `<li class="entry"><a href="/incidents/inc-%d/" title="A title">Checkout was slow %d</a> <p>For about <em>twenty</em> minutes paying took longer than it should, because a cache of prices that had been warm was emptied &amp; filled again.</p></li>`+"\n", i, i*i)
	}
	return b
}

// BenchmarkFile reads pages with some words to look for; the figure to watch is MB/s.
func BenchmarkFile(b *testing.B) {
	content := benchPage()
	a := New(Options{})
	for i := range 30 {
		a.phrases.add(fmt.Sprintf("project word%d", i), "the blocked word", "blocked-word")
		a.phrases.add(fmt.Sprintf("name%d", i), "the name", "blocked-name")
	}
	a.released = &set{}
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		a.File("incidents/a/index.html", content)
	}
}

func BenchmarkPatterns(b *testing.B) {
	content := benchPage()
	a := New(Options{})
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		a.patterns.each(content, func(*pattern, find) {})
	}
}
