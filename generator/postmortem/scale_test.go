package postmortem

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// longReport is a report with a timeline and actions of n entries each, written in one of several ways.
func longReport(n int, way string) []byte {
	var b strings.Builder
	b.WriteString("# Long incident\n\n## Timeline\n\nAll times in UTC, on 2024-03-05\n\n")
	if way == "table" {
		b.WriteString("| Time | Event |\n|---|---|\n")
	}
	for i := range n {
		clock := fmt.Sprintf("%02d:%02d", i/60%24, i%60)
		switch way {
		case "list":
			fmt.Fprintf(&b, "- %s UTC - something **happens** to node %d, see [graph](https://graphs.example/%d)\n", clock, i, i)
		case "table":
			fmt.Fprintf(&b, "| %s | something happens to node %d |\n", clock, i)
		case "headings":
			fmt.Fprintf(&b, "### %s\n\nSomething happens to node %d.\n\n", clock, i)
		case "lines":
			fmt.Fprintf(&b, "%s something happens to node %d\n", clock, i)
		case "prose":
			fmt.Fprintf(&b, "something happens to node %d,\n", i)
		case "nested":
			fmt.Fprintf(&b, "%s- %s a\n", strings.Repeat(" ", i%200), clock)
		case "labels":
			fmt.Fprintf(&b, "**Impact:** of node %d\n", i)
		case "headings of sections":
			fmt.Fprintf(&b, "## Impact\n\nText.\n\n## Impact of %d\n\n", i)
		}
	}
	b.WriteString("\n## Action items\n\n")
	for i := range n {
		fmt.Fprintf(&b, "- [ ] Watch node %d (owner: team-%d, due 2024-06-%02d) OPS-%d\n", i, i%7, i%28+1, i)
	}
	return []byte(b.String())
}

// TestTimeIsLinear reads reports of two lengths and compares how long they take; a quadratic reader would take a hundred times as long for
// ten times the entries.
func TestTimeIsLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, way := range []string{"list", "table", "headings", "lines", "prose", "nested", "labels", "headings of sections"} {
		t.Run(way, func(t *testing.T) {
			read := func(n int) time.Duration {
				src := longReport(n, way)
				start := time.Now()
				p, _ := Read("long.md", src, Options{})
				if len(p.Actions) != n {
					t.Errorf("%d actions of %d", len(p.Actions), n)
				}
				return time.Since(start)
			}
			read(100)
			short, long := read(500), read(5000)
			if long > 40*short+2*time.Second {
				t.Errorf("500 entries take %s, 5000 take %s", short, long)
			}
		})
	}
}

// TestLongTimeline reads fifty thousand entries.
func TestLongTimeline(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	start := time.Now()
	var b strings.Builder
	b.WriteString("## Timeline\n\n2024-03-05\n\n")
	for i := range 50_000 {
		fmt.Fprintf(&b, "- %02d:%02d node %d is down\n", i/60%24, i%60, i)
	}
	p, _ := Read("long.md", []byte(b.String()), Options{})
	if len(p.Timeline) != 50_000 {
		t.Errorf("%d entries", len(p.Timeline))
	}
	if took := time.Since(start); took > 60*time.Second {
		t.Errorf("took %s", took)
	}
}

// BenchmarkRead reads an ordinary report.
func BenchmarkRead(b *testing.B) {
	src, err := os.ReadFile(filepath.Join("testdata", "reports", "en-own-format.md"))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		Read("en-own-format.md", src, Options{})
	}
}
