package serve

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"debrief/generator"
	"debrief/generator/edition"
	"debrief/generator/testkit"
)

var seedFlag = flag.Uint64("seed", 0, "seed of the random changes; 0 for a new one each time")

// TestRandomChanges makes 500 random edits, renames and deletions and compares, now and then, everything that is served with a clean build.
func TestRandomChanges(t *testing.T) {
	seed := *seedFlag
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d", seed)
	changes, compare := 500, 50
	if testing.Short() {
		changes = 100
	}
	w := &writer{t: t, rng: rand.New(rand.NewPCG(seed, 0)), dir: filepath.Join(t.TempDir(), "archive")}
	if err := os.CopyFS(w.dir, testkit.FS(t, small)); err != nil {
		t.Fatal(err)
	}
	r := start(t, w.dir, nil)
	for n := 1; n <= changes; n++ {
		w.change()
		if w.rng.IntN(3) == 0 {
			// Some changes come alone, most in a bunch.
			time.Sleep(time.Duration(w.rng.IntN(20)) * time.Millisecond)
		}
		if n%compare == 0 {
			if different := r.differsFromBuild(); different != "" {
				t.Fatalf("after %d changes with seed %d: %s\nthe last were:\n%s", n, seed, different, strings.Join(w.log[max(0, len(w.log)-12):], "\n"))
			}
		}
	}
}

// differsFromBuild compares what is served with a clean build, until they are equal or the time is over; then it says what differs.
func (r *running) differsFromBuild() string {
	r.t.Helper()
	out := r.t.TempDir()
	_, err := generator.Build(context.Background(), generator.Options{
		Root: r.dir, Out: out, Audiences: []edition.Audience{edition.Internal, edition.External}, Drafts: true, Cache: filepath.Join(out, "cache"),
	})
	if err != nil {
		r.t.Fatal(err)
	}
	var different string
	for end := time.Now().Add(deadline); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if different = r.difference(out); different == "" {
			return ""
		}
	}
	return different
}

func (r *running) difference(out string) string {
	for _, audience := range []edition.Audience{edition.Internal, edition.External} {
		snapshot := r.state.Load().snapshot
		served, err := snapshot.Site(audience).Files()
		if err != nil {
			return err.Error()
		}
		dir := filepath.Join(out, string(audience))
		built := map[string]bool{}
		err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			file, err := filepath.Rel(dir, name)
			if file = filepath.ToSlash(file); file == "manifest.json" {
				return err // only a build has one
			}
			built[file] = true
			want, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			response, got := r.ask("GET", "/"+string(audience)+"/"+strings.TrimSuffix(file, "index.html"), PlainHeader+": 1")
			if response.StatusCode != 200 || !bytes.Equal([]byte(got), want) {
				return fmt.Errorf("%s/%s is served (%s) as\n%.1500s\nand built as\n%.1500s", audience, file, response.Status, got, want)
			}
			return nil
		})
		if err != nil {
			return err.Error()
		}
		for _, file := range served {
			if !built[file] {
				return fmt.Sprintf("%s/%s is served and not built", audience, file)
			}
		}
	}
	return ""
}

// writer changes an archive at random.
type writer struct {
	t    *testing.T
	rng  *rand.Rand
	dir  string
	made int
	log  []string
}

var someWords = strings.Fields("queue drained reader stopped late node disk certificate expired gateway timeout retry storm cache failover rollback alert dashboard")

func (w *writer) words(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(someWords[w.rng.IntN(len(someWords))])
	}
	return b.String()
}

// pick is a random element; the zero value of none.
func pick[T any](w *writer, of []T) T {
	var zero T
	if len(of) == 0 {
		return zero
	}
	return of[w.rng.IntN(len(of))]
}

func (w *writer) postmortem() string {
	w.made++
	var b strings.Builder
	fmt.Fprintf(&b, "---\nid: INC-%d\n", w.rng.IntN(40))
	fmt.Fprintf(&b, "started: 20%02d-%02d-01T10:00:00Z\n", 20+w.rng.IntN(6), 1+w.rng.IntN(13)) // some months are none
	fmt.Fprintf(&b, "visibility: %s\nstatus: %s\n", pick(w, []string{"public", "internal"}), pick(w, []string{"published", "draft", "review", "published"}))
	fmt.Fprintf(&b, "services: [%s]\nfactors: [%s]\n---\n", pick(w, someWords), pick(w, someWords))
	fmt.Fprintf(&b, "# %s %d\n\n## Summary\n\n%s. [Other](%s.md) ![](picture.svg)\n\n", w.words(3), w.made, w.words(12), pick(w, someWords))
	fmt.Fprintf(&b, "## Action items\n\n- [ ] %s (due 2024-06-30)\n\n## External summary\n\n### Summary\n\n%s.\n", w.words(4), w.words(8))
	return b.String()
}

// files are the archive's files below a folder, relative to it.
func (w *writer) files(below string) []string {
	var files []string
	_ = filepath.WalkDir(filepath.Join(w.dir, below), func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(w.dir, name)
			files = append(files, rel)
		}
		return nil
	})
	slices.Sort(files)
	return files
}

func (w *writer) folders() []string {
	var folders []string
	_ = filepath.WalkDir(filepath.Join(w.dir, "postmortems"), func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			rel, _ := filepath.Rel(w.dir, name)
			folders = append(folders, rel)
		}
		return nil
	})
	return folders
}

func (w *writer) write(name, content string) {
	name = filepath.Join(w.dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if w.rng.IntN(2) == 0 {
		// As many editors save.
		temp := filepath.Join(filepath.Dir(name), fmt.Sprintf(".saved-%d", w.made))
		if err := os.WriteFile(temp, []byte(content), 0o644); err != nil {
			w.t.Fatal(err)
		}
		if err := os.Rename(temp, name); err == nil {
			return
		}
		_ = os.Remove(temp) // there is a folder of the name
		return
	}
	_ = os.WriteFile(name, []byte(content), 0o644) // there may be a folder of the name
}

func (w *writer) newName() string {
	return filepath.Join(pick(w, append(w.folders(), "postmortems", "postmortems/2024", "postmortems/2025/deep")), fmt.Sprintf("%s.md", pick(w, someWords)))
}

// change makes one random change.
func (w *writer) change() {
	existing := pick(w, w.files("postmortems"))
	say := func(format string, args ...any) { w.log = append(w.log, fmt.Sprintf(format, args...)) }
	move := func(from, to string) {
		_ = os.MkdirAll(filepath.Dir(filepath.Join(w.dir, to)), 0o755)
		err := os.Rename(filepath.Join(w.dir, from), filepath.Join(w.dir, to))
		say("renamed %s to %s (%v)", from, to, err)
	}
	switch kind := w.rng.IntN(20); {
	case kind < 5 || existing == "":
		name := w.newName()
		w.write(name, w.postmortem())
		say("wrote %s", name)
	case kind < 10:
		content, err := os.ReadFile(filepath.Join(w.dir, existing))
		if err == nil {
			// Often of the same length, and within the same tick of the clock.
			w.write(existing, strings.Replace(string(content), pick(w, someWords), w.words(1), 1))
		}
		say("edited %s", existing)
	case kind < 12:
		move(existing, w.newName())
	case kind < 14:
		err := os.Remove(filepath.Join(w.dir, existing))
		say("deleted %s (%v)", existing, err)
	case kind < 15:
		move(pick(w, w.folders()), filepath.Join("postmortems", w.words(1)))
		_ = os.MkdirAll(filepath.Join(w.dir, "postmortems"), 0o755)
	case kind < 16:
		folder := pick(w, w.folders())
		if folder != "postmortems" {
			err := os.RemoveAll(filepath.Join(w.dir, folder))
			say("deleted %s (%v)", folder, err)
		}
	case kind < 17:
		name := filepath.Join(filepath.Dir(existing), "picture.svg")
		w.write(name, "<svg xmlns='http://www.w3.org/2000/svg'><title>"+w.words(1)+"</title></svg>")
		say("wrote %s", name)
	case kind < 18:
		config := "title: " + w.words(2) + "\n"
		if w.rng.IntN(2) == 0 {
			config += "glossary: [{term: " + w.words(1) + ", meaning: something, public: true}]\n"
		}
		if w.rng.IntN(2) == 0 {
			config += "theme: look\n"
		}
		if w.rng.IntN(8) == 0 {
			_ = os.Remove(filepath.Join(w.dir, "archive.yaml"))
			say("deleted archive.yaml")
			return
		}
		w.write("archive.yaml", config)
		say("wrote archive.yaml: %q", config)
	case kind < 19:
		w.write("look/partials/site-foot.html", "<footer>"+w.words(2)+"</footer>\n")
		say("changed the theme")
	default:
		name := filepath.Join("pages", w.words(1)+".md")
		w.write(name, "---\nvisibility: public\n---\n# "+w.words(2)+"\n\n"+w.words(6)+"\n")
		say("wrote %s", name)
	}
}
