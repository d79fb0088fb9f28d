package output

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// errand is what a test asks of the test binary when it runs it as a process of its own: one that can be killed, or that lacks rights.
type errand struct {
	Dir      string
	Version  int
	Files    int
	TwoSteps bool

	Umask    int    // -1 leaves it as it is
	Nobody   bool   // give up root's rights first
	Mount    string // mount a tmpfs here first, in a mount namespace of our own
	MountKiB int    // how much that tmpfs holds
	Inside   []int  // these versions are built in turn and checked; the last one is expected to fail
	Hang     string // the path of a file that is never finished; its making is announced on standard output
}

const errandVariable = "DEBRIEF_OUTPUT_ERRAND"

// cannot is the exit code of an errand that this machine does not allow.
const cannot = 77

func TestMain(m *testing.M) {
	text, ok := os.LookupEnv(errandVariable)
	if !ok {
		os.Exit(m.Run())
	}
	var e errand
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		panic(err)
	}
	code, err := e.run()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

func (e errand) run() (int, error) {
	if err := e.prepare(); err != nil {
		return cannot, err
	}
	versions := e.Inside
	if len(versions) == 0 {
		versions = []int{e.Version}
	}
	good := -1
	for _, version := range versions {
		files := siteOf(version, e.Files)
		if e.Hang != "" {
			files = append(files, File{e.Hang, func(io.Writer) error {
				fmt.Println("hanging")
				time.Sleep(time.Hour)
				return nil
			}})
		}
		_, err := Write(context.Background(), e.Dir, files, Options{inTwoSteps: e.TwoSteps})
		if err == nil {
			good = version
			continue
		}
		if good >= 0 {
			if found, broken := wholeSite(e.Dir); broken != nil || found != good {
				return 2, fmt.Errorf("after %w\nthe last good site, version %d, is not whole: found %d, %v", err, good, found, broken)
			}
			if left := leftovers(e.Dir); len(left) > 0 {
				return 2, fmt.Errorf("after %w\nthese were left behind: %v", err, left)
			}
		}
		return 1, err
	}
	return 0, nil
}

// errandCommand readies the test binary to run an errand.
func errandCommand(ctx context.Context, t *testing.T, e errand) *exec.Cmd {
	t.Helper()
	text, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, self)
	// Under the race detector a process sleeps a second before it exits; 60 builds that end that way would say no more.
	cmd.Env = append(os.Environ(), errandVariable+"="+string(text), "GORACE=atexit_sleep_ms=0")
	return cmd
}

// runErrand runs an errand to its end and returns what it wrote and its exit code. It skips the test where the machine does not allow it.
func runErrand(t *testing.T, e errand) (string, int) {
	t.Helper()
	cmd := errandCommand(t.Context(), t, e)
	isolate(cmd, e)
	text, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Skipf("this machine does not start such a process: %v", err)
	}
	code := cmd.ProcessState.ExitCode()
	if code == cannot {
		t.Skipf("this machine does not allow it: %s", text)
	}
	return string(text), code
}

// text is a file with fixed content.
func text(path, content string) File {
	return File{path, func(w io.Writer) error { _, err := io.WriteString(w, content); return err }}
}

// siteOf makes the files of one version of a site: a third of them are the same in every version, a third change, and a third exist in some
// versions only. One is too large for memory.
func siteOf(version, n int) []File {
	files := []File{text("version.txt", strconv.Itoa(version))}
	if n > 50 {
		files = append(files, text("large.bin", strings.Repeat(strconv.Itoa(version), inMemory+1)))
	}
	for i := range n {
		path := fmt.Sprintf("incidents/inc-%03d/index.html", i)
		switch i % 3 {
		case 0:
			files = append(files, text(path, strings.Repeat("the same words\n", 200)))
		case 1:
			files = append(files, text(path, strings.Repeat(fmt.Sprintf("words of version %d\n", version), 200)))
		default:
			if (i/3+version)%2 == 0 {
				files = append(files, text(path, "here today"))
			}
		}
	}
	return files
}

// wholeSite checks that a folder holds exactly one version of siteOf's site, by its manifest, and returns which.
func wholeSite(dir string) (version int, err error) {
	m, err := readManifest(dir)
	if err != nil {
		return 0, err
	}
	found := tree(dir)
	for _, e := range m.Files {
		content, ok := found[e.Path]
		if !ok {
			return 0, fmt.Errorf("%s is in the manifest but not in the folder", e.Path)
		}
		if sha256.Sum256([]byte(content)) != e.SHA256 || int64(len(content)) != e.Size {
			return 0, fmt.Errorf("%s is not what the manifest says", e.Path)
		}
	}
	if len(found) != len(m.Files)+1 {
		return 0, fmt.Errorf("the folder has %d files, the manifest %d", len(found)-1, len(m.Files))
	}
	return strconv.Atoi(found["version.txt"])
}

// tree returns all files below a folder and their content.
func tree(dir string) map[string]string {
	found := make(map[string]string)
	_ = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			content, _ := os.ReadFile(name)
			path, _ := filepath.Rel(dir, name)
			found[filepath.ToSlash(path)] = string(content)
		}
		return nil
	})
	return found
}

// paths returns the paths of a tree, sorted.
func paths(dir string) []string { return slices.Sorted(maps.Keys(tree(dir))) }

// leftovers lists what lies beside a site under names of ours.
func leftovers(dir string) []string {
	found, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), "."+filepath.Base(dir)+".debrief-*"))
	return found
}

// buildSite writes files and fails the test when that fails.
func buildSite(t *testing.T, dir string, files ...File) Stats {
	t.Helper()
	stats, err := Write(t.Context(), dir, files, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return stats
}

// put makes files by hand, without Write.
func put(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := cmp.Or(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(content), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
}
