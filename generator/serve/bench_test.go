package serve

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"debrief/generator/testkit/bigarchive"
	"debrief/generator/testkit/browser"
)

// edited is a postmortem of a large archive that a benchmark changes.
type edited struct {
	file, slug, text string
}

// bigArchive writes an archive of so many postmortems, and returns some of them.
func bigArchive(b *testing.B, postmortems int) (dir string, some []edited) {
	b.Helper()
	dir = b.TempDir()
	if err := bigarchive.Write(dir, bigarchive.Options{Postmortems: postmortems, Seed: 1}); err != nil {
		b.Fatal(err)
	}
	var files []string
	err := filepath.WalkDir(filepath.Join(dir, "postmortems"), func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	for i := range 20 {
		file := files[i*len(files)/20]
		text, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		some = append(some, edited{file, strings.TrimSuffix(filepath.Base(file), ".md"), string(text)})
	}
	return dir, some
}

// retitle writes the postmortem with another title, and returns when it began to.
func (e *edited) retitle(b *testing.B, title string) time.Time {
	b.Helper()
	before, after, ok := strings.Cut(e.text, "\ntitle: ")
	_, rest, _ := strings.Cut(after, "\n")
	if !ok {
		b.Fatalf("%s has no title", e.file)
	}
	text := before + "\ntitle: " + title + "\n" + rest
	began := time.Now()
	if err := os.WriteFile(e.file, []byte(text), 0o644); err != nil {
		b.Fatal(err)
	}
	return began
}

// samples are measured times.
type samples []time.Duration

// report reports the median and the ninth decile, in milliseconds.
func (s samples) report(b *testing.B) {
	slices.Sort(s)
	b.ReportMetric(milliseconds(s[len(s)/2]), "median-ms")
	b.ReportMetric(milliseconds(s[len(s)*9/10]), "p90-ms")
	b.ReportMetric(0, "ns/op") // the time of a turn says nothing: in it the benchmark waits for what it measures
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// BenchmarkServe measures from the write of a file until the changed bytes of its page have been served: watching, settling, reading,
// parsing, everything that joins incidents, the plan of the site, and the page. The time that processors worked for it stands beside, for
// machines that do other things too.
func BenchmarkServe(b *testing.B) {
	for _, postmortems := range []int{1000, 10_000} {
		b.Run(fmt.Sprint(postmortems), func(b *testing.B) {
			dir, some := bigArchive(b, postmortems)
			r := start(b, dir, func(o *Options) { o.Changed = nil })
			listener := r.hub.listen()
			defer r.hub.leave(listener)
			for _, e := range some[:2] {
				r.get("/internal/incidents/" + e.slug + "/")
			}
			var took, worked samples
			n := 0
			for b.Loop() {
				cpu := cpuTime()
				e := &some[n%len(some)]
				n++
				title := fmt.Sprintf("Changed for the %d time", n)
				began := e.retitle(b, title)
				for {
					<-listener
					if strings.Contains(r.get("/internal/incidents/"+e.slug+"/"), title) {
						break
					}
				}
				took, worked = append(took, time.Since(began)), append(worked, cpuTime()-cpu)
				// Nobody saves all the time; what a change leaves to do is not done in the time of the next.
				time.Sleep(20 * time.Millisecond)
			}
			took.report(b)
			slices.Sort(worked)
			b.ReportMetric(milliseconds(worked[len(worked)/2]), "cpu-ms")
		})
	}
}

// BenchmarkServePicture measures from the write of a file to the changed picture in a browser.
func BenchmarkServePicture(b *testing.B) {
	dir, some := bigArchive(b, 1000)
	r := start(b, dir, nil)
	e := &some[0]
	p := browser.Start(b).Open(b, r.URL()+"internal/incidents/"+e.slug+"/", browser.View{})
	p.Until(b, ready)
	var took samples
	n := 0
	for b.Loop() {
		n++
		title := fmt.Sprintf("Changed for the %d time", n)
		// The page notes when the frame after the change has been handed over, on the clock that the machine shares with it.
		browser.Eval[bool](b, p, fmt.Sprintf(`(() => {
			window.painted = new Promise(done => {
				const watch = new MutationObserver(() => {
					if (document.querySelector("h1").textContent !== %q) return;
					watch.disconnect();
					requestAnimationFrame(() => {
						const next = new MessageChannel();
						next.port1.onmessage = () => done(performance.timeOrigin + performance.now());
						next.port2.postMessage(0);
					});
				});
				watch.observe(document, {subtree: true, childList: true, characterData: true});
			});
			return true;
		})()`, title))
		began := e.retitle(b, title)
		painted := browser.Eval[float64](b, p, "window.painted")
		took = append(took, time.UnixMicro(int64(painted*1000)).Sub(began))
	}
	took.report(b)
}
