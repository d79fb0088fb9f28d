package output

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestKilledBuilds kills builds at random moments. After each the folder holds the old site or the new one, whole; the next build succeeds
// and cleans up.
func TestKilledBuilds(t *testing.T) {
	for _, inTwoSteps := range []bool{false, true} {
		t.Run(fmt.Sprintf("inTwoSteps=%t", inTwoSteps), func(t *testing.T) {
			kills := 60
			if testing.Short() {
				kills = 10
			}
			seed := rand.Uint64()
			t.Logf("seed %d", seed)
			random := rand.New(rand.NewPCG(seed, 0))
			dir := filepath.Join(t.TempDir(), "site")
			e := errand{Dir: dir, Files: 300, TwoSteps: inTwoSteps, Umask: -1}
			run := func(version int, killAfter time.Duration) (finished bool) {
				e.Version = version
				ctx, cancel := context.WithTimeout(t.Context(), killAfter)
				defer cancel()
				return errandCommand(ctx, t, e).Run() == nil // CommandContext kills with SIGKILL.
			}
			begin := time.Now()
			if !run(0, time.Minute) {
				t.Fatal("the first build failed")
			}
			whole := time.Since(begin)

			last, dead := 0, 0
			for version := 1; version <= kills; version++ {
				finished := run(version, time.Duration(random.Int64N(int64(whole)*5/4)))
				if !finished {
					dead++
				}
				found, err := wholeSite(dir)
				if !exists(dir) && inTwoSteps {
					found, err = wholeSite(filepath.Join(filepath.Dir(dir), ".site.debrief-previous"))
				}
				switch {
				case err != nil:
					t.Fatalf("seed %d, version %d: the site is not whole: %v", seed, version, err)
				case found != version && (found != last || finished):
					t.Fatalf("seed %d, version %d: the site is version %d, was %d", seed, version, found, last)
				}
				last = found
			}
			if dead < kills/4 {
				t.Errorf("only %d of %d builds died; the test shows little", dead, kills)
			}
			t.Logf("%d of %d builds died", dead, kills)
			buildSite(t, dir, siteOf(kills+1, 300)...)
			if found, err := wholeSite(dir); found != kills+1 || err != nil {
				t.Errorf("the build after all is version %d, %v", found, err)
			}
			if left := leftovers(dir); len(left) > 0 {
				t.Errorf("left beside the site: %v", left)
			}
		})
	}
}

// TestSwapCutInTwo: where folders cannot be exchanged, a build may die while the old site is aside. The next build brings it back before
// anything else, so that even if it fails there is a site.
func TestSwapCutInTwo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	cut := func() {
		buildSite(t, dir, siteOf(1, 9)...)
		s, err := locate(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(s.dir, s.previous); err != nil {
			t.Fatal(err)
		}
		put(t, s.staging, map[string]string{"index.html": "half"})
	}
	cut()
	if _, err := Write(t.Context(), dir, []File{{"a.html", func(io.Writer) error { return fmt.Errorf("fails") }}}, Options{}); err == nil {
		t.Error("no error")
	}
	if version, err := wholeSite(dir); version != 1 || err != nil {
		t.Errorf("after a failed build the site is version %d, %v; want 1, whole", version, err)
	}
	cut()
	stats := buildSite(t, dir, siteOf(2, 9)...)
	if version, err := wholeSite(dir); version != 2 || err != nil {
		t.Errorf("the site is version %d, %v; want 2, whole", version, err)
	}
	if stats.Unchanged == 0 {
		t.Error("the site that was brought back was not compared with")
	}
	if left := leftovers(dir); len(left) > 0 {
		t.Errorf("left beside the site: %v", left)
	}
}

// TestLockDiesWithItsHolder: a build that was killed keeps nobody waiting.
func TestLockDiesWithItsHolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	other := errandCommand(t.Context(), t, errand{Dir: dir, Hang: "page.html", Umask: -1})
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer other.Process.Kill()
	if !bufio.NewScanner(out).Scan() {
		t.Fatal("the other build did not begin")
	}

	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	var told []int
	_, err = Write(ctx, dir, siteOf(1, 3), Options{Waiting: func(pid int) { told = append(told, pid) }})
	want := fmt.Sprintf("cannot write the site %s: another build is writing it (process %d): context deadline exceeded", dir, other.Process.Pid)
	if err == nil || (err.Error() != want && runtime.GOOS != "windows") {
		t.Errorf("error = %v\nwant    %s", err, want)
	}
	if len(told) != 1 || told[0] != other.Process.Pid {
		t.Errorf("told of %v, want process %d once", told, other.Process.Pid)
	}

	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = other.Wait()
	buildSite(t, dir, siteOf(1, 3)...)
	if left := leftovers(dir); len(left) > 0 {
		t.Errorf("left beside the site: %v", left)
	}
}

// TestBuildsTakeTurns runs many builds of one folder at once, by way of two names for it, in this process and in others, while a reader
// looks on: each build succeeds, and what the reader opens is always there.
func TestBuildsTakeTurns(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "dist", "site")
	buildSite(t, dir, siteOf(0, 90)...)
	name := dir
	if os.Symlink("dist", filepath.Join(top, "link")) == nil {
		name = filepath.Join(top, "link", "site")
	}

	var builds sync.WaitGroup
	for version := 1; version <= 12; version++ {
		builds.Go(func() {
			if version%2 == 0 {
				if out, err := errandCommand(t.Context(), t, errand{Dir: name, Version: version, Files: 90, Umask: -1}).CombinedOutput(); err != nil {
					t.Errorf("version %d: %v\n%s", version, err, out)
				}
				return
			}
			if _, err := Write(t.Context(), dir, siteOf(version, 90), Options{}); err != nil {
				t.Errorf("version %d: %v", version, err)
			}
		})
	}
	done := make(chan struct{})
	go func() { builds.Wait(); close(done) }()
	looks := 0
	for waiting := true; waiting; looks++ {
		select {
		case <-done:
			waiting = false
		default:
		}
		name := filepath.Join(dir, "incidents", "inc-001", "index.html")
		page, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) { // A swap and the removal of the old site fell between two steps of the system's own look-up.
			page, err = os.ReadFile(name)
		}
		if runtime.GOOS == "linux" && (err != nil || !strings.HasPrefix(string(page), "words of version ")) {
			t.Fatalf("a reader found %q, %v", page, err)
		}
	}
	if _, err := wholeSite(dir); err != nil {
		t.Errorf("after %d looks the site is not whole: %v", looks, err)
	}
	if left := leftovers(dir); len(left) > 0 {
		t.Errorf("left beside the site: %v", left)
	}
}

func TestPermissionsWhateverTheUmask(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	if out, code := runErrand(t, errand{Dir: dir, Version: 1, Files: 60, Umask: 0o077}); code != 0 {
		t.Fatal(out)
	}
	check := func() {
		t.Helper()
		for _, name := range append(paths(dir), ".", "incidents", "incidents/inc-000") {
			info := stat(t, filepath.Join(dir, name))
			want := filePerm
			if info.IsDir() {
				want = folderPerm
			}
			if info.Mode().Perm() != want {
				t.Errorf("%s has permissions %o, want %o", name, info.Mode().Perm(), want)
			}
		}
	}
	check()
	if err := os.Chmod(filepath.Join(dir, "incidents/inc-000/index.html"), 0o600); err != nil {
		t.Fatal(err)
	}
	if stats := buildSite(t, dir, siteOf(1, 60)...); stats.Written != 1 {
		t.Errorf("%d files were written, want the one with the wrong permissions", stats.Written)
	}
	check()
}

func TestReadOnlyParent(t *testing.T) {
	top, err := os.MkdirTemp("", "debrief-output-") // t.TempDir is closed to other users.
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(top)
	dir := filepath.Join(top, "dist", "site")
	buildSite(t, dir, siteOf(1, 60)...)
	if err := os.Chmod(top, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Dir(dir), 0o555); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(filepath.Dir(dir), 0o755)
	out, code := runErrand(t, errand{Dir: dir, Version: 2, Files: 60, Umask: -1, Nobody: true})
	if code != 1 || !strings.Contains(out, "the folder above must be writable") || !strings.Contains(out, "permission denied") {
		t.Errorf("exit code %d, %s", code, out)
	}
	if version, err := wholeSite(dir); version != 1 || err != nil {
		t.Errorf("the site is version %d, %v; want 1, whole", version, err)
	}
}

// TestFullDisk lets the disk fill while the second site is built; the errand itself checks that the first one stayed whole.
func TestFullDisk(t *testing.T) {
	disk := t.TempDir()
	out, code := runErrand(t, errand{Dir: filepath.Join(disk, "dist", "site"), Files: 60, Umask: -1, Mount: disk, MountKiB: 6 << 10, Inside: []int{1, 2}})
	if code != 1 || !strings.Contains(out, "no space left on device") {
		t.Errorf("exit code %d, %s", code, out)
	}
}

// TestMountPoint: a folder that is a mount point cannot be renamed; the error says so.
func TestMountPoint(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	out, code := runErrand(t, errand{Dir: dir, Files: 9, Umask: -1, Mount: dir, MountKiB: 1 << 10})
	if code != 1 || !strings.Contains(out, "is a mount point") {
		t.Errorf("exit code %d, %s", code, out)
	}
	if left := slices.Concat(leftovers(dir), paths(dir)); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}
