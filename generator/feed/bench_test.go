package feed_test

import (
	"fmt"
	"strings"
	"testing"

	"debrief/generator/edition"
	"debrief/generator/feed"
	"debrief/generator/testkit/sample"
)

// BenchmarkFiles makes all feeds of an archive of 10,000 incidents with 60 services and 40 factors.
func BenchmarkFiles(b *testing.B) {
	e := sample.Edition(edition.External)
	body := sample.Fragment(strings.Repeat(`<p>What happened, at some length, with <a href="⟦/incidents/hl-2023-007/⟧">a link</a> and <code>code</code>.</p>`+"\n", 40))
	for n := range 60 {
		e.Services = append(e.Services, &edition.Service{ID: fmt.Sprint("s", n), Slug: fmt.Sprint("s", n), Name: fmt.Sprint("Service ", n)})
	}
	for n := range 40 {
		e.Factors = append(e.Factors, &edition.Factor{ID: fmt.Sprint("f", n), Slug: fmt.Sprint("f", n), Name: fmt.Sprint("Factor ", n)})
	}
	for n := range 10000 {
		e.Incidents = append(e.Incidents, &edition.Incident{
			ID: fmt.Sprint("INC-", n), Slug: fmt.Sprint("inc-", n), Title: fmt.Sprint("Incident ", n), ToDetect: -1, ToMitigate: -1, ToResolve: -1,
			Published: edition.Date{Year: 2014 + n/1000, Month: 1, Day: 1 + n%28}, Summary: body, SummaryText: "What happened.",
			Sections: []edition.Section{{Name: "what_happened", Heading: "What happened", Level: 1, Body: body}},
			Services: e.Services[n%60 : n%60+2], Factors: e.Factors[n%40 : n%40+1],
		})
	}
	sample.Connect(e)
	b.ReportAllocs()
	for b.Loop() {
		for _, f := range feed.Files(e) {
			if _, err := f.Produce(); err != nil {
				b.Fatal(err)
			}
		}
	}
}
