//go:build unix

package search_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"debrief/generator/edition"
	"debrief/generator/testkit/bigarchive"
	"debrief/generator/testkit/browser"
	"debrief/search"
)

// BenchmarkFigures prints what the search costs on archives of 1,000 and 10,000 postmortems, each thing once:
//
//	go test ./search -run '^$' -bench Figures -benchtime 1x -timeout 30m
func BenchmarkFigures(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for range b.N {
				measure(b, n)
			}
		})
	}
}

func measure(t *testing.B, n int) {
	o := bigarchive.Options{Postmortems: n, Seed: 1}
	e := bigarchive.Edition(o, edition.Internal)
	dir := t.TempDir()
	runtime.GC()
	cpu := cpuTime()
	x := update(t, dir, e)
	built := cpuTime() - cpu
	data := export(t, e)
	t.Logf("index %v CPU, index and browser data %v CPU; peak of the process %d MB", built, cpuTime()-cpu, peakMemory()>>20)
	t.Logf("on disk: index %.1f MB, browser %.2f MB in %d files", float64(folderSize(t, dir))/1e6, float64(total(data))/1e6, len(data))
	x.Close()

	e.Incidents[n/2].SummaryText += " Once more."
	at, cpu := time.Now(), cpuTime()
	x = update(t, dir, e)
	t.Logf("one changed: index %v (%v CPU)", time.Since(at), cpuTime()-cpu)
	x.Close()
	at, cpu = time.Now(), cpuTime()
	export(t, e)
	t.Logf("browser data alone: %v (%v CPU)", time.Since(at), cpuTime()-cpu)

	s := newWholeSite(t, e)
	measurePayload(t, s, o)
	measureKeys(t, s, o)
	measureProcess(t, o)
}

// measureProcess measures debrief search from its start to its end, with an index that is up to date, and for comparison a process of the
// same program that has nothing to do.
func measureProcess(t *testing.B, o bigarchive.Options) {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "debrief")
	if out, err := exec.Command("go", "build", "-o", program, "debrief/cmd/debrief").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	archive := filepath.Join(dir, "archive")
	if err := bigarchive.Write(archive, o); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (wall, cpu time.Duration) {
		t.Helper()
		command := exec.Command(program, args...)
		at := time.Now()
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%q: %v: %s", args, err, out)
		}
		return time.Since(at), command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	}
	search := func(query string) (wall, cpu time.Duration) {
		return run("search", "--archive", archive, "--cache", filepath.Join(dir, "cache"), query)
	}
	search("warm")
	var walls, cpus, empty []time.Duration
	for _, query := range typicalQueries(o, 40) {
		wall, cpu := search(query)
		walls, cpus = append(walls, wall), append(cpus, cpu)
		wall, _ = run("version")
		empty = append(empty, wall)
	}
	for _, list := range [][]time.Duration{walls, cpus, empty} {
		slices.Sort(list)
	}
	t.Logf("debrief search: median %v, worst %v (median %v CPU); debrief version: median %v", walls[len(walls)/2], walls[len(walls)-1], cpus[len(cpus)/2], empty[len(empty)/2])
}

func update(t *testing.B, dir string, e *edition.Edition) *search.Index {
	t.Helper()
	x, _, err := search.Update(context.Background(), dir, e, "")
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// export makes the browser's data, on as many processors as a build does.
func export(t *testing.B, e *edition.Edition) map[string][]byte {
	t.Helper()
	files, err := search.Export(context.Background(), e)
	if err != nil {
		t.Fatal(err)
	}
	contents := make([][]byte, len(files))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(files); i = next.Add(1) - 1 {
				content, err := files[i].Produce()
				if err != nil {
					t.Error(err)
				}
				contents[i] = content
			}
		})
	}
	wg.Wait()
	out := map[string][]byte{}
	for i, f := range files {
		out["/"+f.Path] = contents[i]
	}
	return out
}

func total(files map[string][]byte) (n int) {
	for _, content := range files {
		n += len(content)
	}
	return n
}

func folderSize(t *testing.B, dir string) (n int64) {
	t.Helper()
	err := filepath.Walk(dir, func(_ string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			n += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func peakMemory() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return u.Maxrss << 10
}

// gzipped is the size of a file as a host sends it: search data is deflated already, the rest compresses.
func gzipped(path string, content []byte) int {
	if strings.HasSuffix(path, ".bin") {
		return len(content)
	}
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is a constant and valid
	}
	io.Copy(w, bytes.NewReader(content))
	w.Close()
	return b.Len()
}

// measurePayload prints what payload counts and, apart, what is fetched once the results stand: the columns for the facets.
func measurePayload(t *testing.B, s *wholeSite, o bigarchive.Options) {
	t.Helper()
	first, next := payload(t, s, o)
	var columns []int
	for path, content := range s.files {
		if strings.HasPrefix(path, "/assets/search/c/") {
			columns = append(columns, len(content))
		}
	}
	slices.Sort(columns)
	t.Logf("first query, script included: %s bytes; next query: %s bytes", spread(first), spread(next))
	t.Logf("facets, once, after the results: columns of %d bytes; core %d bytes", columns, len(s.files["/search/core.bin"]))
}

// payload counts the bytes that a browser fetches for the first query of a session, the script of the search included, and for a next one.
// Both are sorted.
func payload(t testing.TB, s *wholeSite, o bigarchive.Options) (first, next []int) {
	t.Helper()
	script := 0
	for path, content := range s.files {
		if strings.HasPrefix(path, "/assets/search-") && strings.HasSuffix(path, ".js") {
			script = gzipped(path, content)
		}
	}
	p := browser.Start(t).Open(t, s.address("/"), browser.View{})
	browser.Eval[bool](t, p, `(window.taken = [], window.fetch = ((inner) => (url, init) => (window.taken.push(new URL(url, location).pathname), inner(url, init)))(window.fetch), true)`)
	browser.Eval[bool](t, p, `import("./scripts/archive.js").then(async (a) => {
  const [{ searcher }, { parse }] = [await import("./scripts/rank.js"), await import("./scripts/query.js")];
  window.session = () => {
    const { search } = searcher(a.open("./"));
    window.look = async (text) => { window.taken.length = 0; await search(parse(text).clauses, { most: 10 }); return window.taken; };
    return true;
  };
  return window.session();
})`)
	cost := func(query string) (bytes int) {
		for _, path := range browser.Eval[[]string](t, p, "look("+quote(query)+")") {
			path = strings.TrimPrefix(path, strings.TrimSuffix(sitePath, "/"))
			bytes += gzipped(path, s.files[path])
		}
		return bytes
	}
	queries := typicalQueries(o, 60)
	for i, q := range queries {
		browser.Eval[bool](t, p, "session()")
		first = append(first, script+cost(q))
		next = append(next, cost(queries[(i+1)%len(queries)]))
	}
	slices.Sort(first)
	slices.Sort(next)
	return first, next
}

// spread shows the median and the greatest.
func spread(values []int) string {
	slices.Sort(values)
	return fmt.Sprintf("median %d, worst %d", values[len(values)/2], values[len(values)-1])
}

// typicalQueries are of one to four words, from frequent to rare, some with an operator.
func typicalQueries(o bigarchive.Options, n int) []string {
	rng := rand.New(rand.NewPCG(9, 9))
	vocabulary := bigarchive.Words(o, 9000)
	operators := []string{"service:payments", "severity:sev1", "factor:config-change", "after:2020"}
	var out []string
	for i := range n {
		var words []string
		for range 1 + i%4 {
			x := rng.Float64()
			words = append(words, vocabulary[int(float64(len(vocabulary))*x*x*x)])
		}
		if i%5 == 4 {
			words = append(words, operators[i/5%len(operators)])
		}
		out = append(out, strings.Join(words, " "))
	}
	return out
}

// measureKeys measures the time from a key to the painted results, for queries whose files are there already and for first ones.
func measureKeys(t *testing.B, s *wholeSite, o bigarchive.Options) {
	t.Helper()
	vocabulary := bigarchive.Words(o, 400)
	b := browser.Start(t)
	timed := func(p *browser.Page, query string) int {
		return browser.Eval[int](t, p, `new Promise((done) => {
  const box = document.querySelector("#_search");
  const status = document.querySelector("[role=status]");
  const start = performance.now();
  new MutationObserver((_, observer) => {
    if (!status.textContent) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(Math.round((performance.now() - start) * 1000))));
  }).observe(document.querySelector("#_found"), { childList: true });
  box.value = `+quote(query)+`;
  box.dispatchEvent(new Event("input", { bubbles: true }));
})`)
	}
	var cold, warm []int
	for i := range 12 {
		p := b.Open(t, s.address("/search/"), browser.View{})
		until(t, p, searchIsReady)
		q := vocabulary[i*7] + " " + vocabulary[200+i*11]
		cold = append(cold, timed(p, q))
		for range 3 {
			warm = append(warm, timed(p, q))
			warm = append(warm, timed(p, q[:len(q)-1]))
		}
	}
	slices.Sort(cold)
	slices.Sort(warm)
	ms := func(us int) string { return fmt.Sprintf("%.1f ms", float64(us)/1000) }
	t.Logf("key to painted results: warm median %s, worst %s; cold median %s, worst %s", ms(warm[len(warm)/2]), ms(warm[len(warm)-1]), ms(cold[len(cold)/2]), ms(cold[len(cold)-1]))
}

// TestPayload holds the weight of a first and of a next query to what was promised for a thousand postmortems.
func TestPayload(t *testing.T) {
	script := 0
	s := newWholeSite(t, bigarchive.Edition(bigarchive.Options{Postmortems: 3, Seed: 1}, edition.Internal))
	for path, content := range s.files {
		if strings.HasPrefix(path, "/assets/search-") && strings.HasSuffix(path, ".js") {
			script = gzipped(path, content)
		}
	}
	if script == 0 || script > 8000 {
		t.Errorf("the script of the search is %d bytes after gzip, want at most 8 kB", script)
	}
	if testing.Short() {
		return
	}
	o := bigarchive.Options{Postmortems: 1000, Seed: 1}
	first, next := payload(t, newWholeSite(t, bigarchive.Edition(o, edition.Internal)), o)
	for _, check := range []struct {
		what      string
		got, most int
	}{
		{"the median first query", first[len(first)/2], 25_000}, {"the worst first query", first[len(first)-1], 40_000},
		{"the median next query", next[len(next)/2], 16_000},
	} {
		if check.got > check.most {
			t.Errorf("%s fetches %d bytes, want at most %d", check.what, check.got, check.most)
		}
	}
}
