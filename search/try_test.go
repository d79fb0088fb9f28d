package search

import (
	"context"
	"fmt"
	"testing"
	"time"

	"debrief/generator/edition"
	"debrief/generator/testkit"
	"debrief/generator/testkit/sample"
)

func TestTry(t *testing.T) {
	_ = testkit.Root
	e := sample.Edition(edition.Internal)
	dir := t.TempDir()
	x, st, err := Update(context.Background(), dir, e, "s")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(st)
	for _, q := range []string{"ticket", "quay", "\"a limit\"", "service:ticketing", "-boards", "title:quays", "limt", "reboot of quays", "sevrity:x", "service:foo", "connectionz pool", "after:2024-01 before:2024-08", "duration:<1h"} {
		query, err := Parse(q)
		if err != nil {
			fmt.Println(q, "ERR", err)
			continue
		}
		at := time.Now()
		r, err := x.Search(context.Background(), query, 10)
		if err != nil {
			fmt.Println(q, "ERR", err)
			continue
		}
		fmt.Println(q, r.Total, time.Since(at), r.Partial, r.Unknown, r.Corrected, r.Facets)
		for _, h := range r.Hits {
			fmt.Println("   ", h.Score, h.ID, h.Matched, h.Excerpt)
		}
	}
	x.Close()
	e.Incidents[0].Title = "Boards are dark again"
	x, st, err = Update(context.Background(), dir, e, "s")
	fmt.Println(st, err)
	x.Close()
	x, st, err = Update(context.Background(), dir, e, "s")
	fmt.Println(st, err)
	x.Close()
}
