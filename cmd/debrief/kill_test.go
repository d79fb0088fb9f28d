package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"debrief/generator"
)

// TestKilledBuilds kills whole builds at random moments, each of an archive that was changed since the one before. After each, either site is
// the old one or the new one, whole and as its manifest says; the last build succeeds, and nothing is left beside the sites.
func TestKilledBuilds(t *testing.T) {
	kills := 100
	if testing.Short() {
		kills = 10
	}
	archive := t.TempDir()
	write := func(version int) {
		text := fmt.Sprintf("---\nid: one\nstatus: published\nvisibility: public\nstarted: 2024-05-01T10:00:00Z\n---\n\n## Summary\n\nVersion %d.\n\n"+
			"## External summary\n\n### Summary\n\nFor ten minutes orders failed, for the %dth time.\n", version, version)
		if err := os.WriteFile(filepath.Join(archive, "one.md"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out, cache := filepath.Join(t.TempDir(), "dist"), t.TempDir()
	build := func(within time.Duration) (finished bool) {
		ctx, cancel := context.WithTimeout(t.Context(), within)
		defer cancel()
		cmd := exec.CommandContext(ctx, "debrief", "build", archive, "--out", out) // killed with SIGKILL
		cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+cache)
		return cmd.Run() == nil
	}
	write(0)
	begin := time.Now()
	if !build(time.Minute) {
		t.Fatal("the first build failed")
	}
	whole := time.Since(begin)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	died := 0
	for version := range kills {
		write(version + 1)
		if !build(time.Duration(random.Int64N(int64(whole) * 5 / 4))) {
			died++
		}
		for _, site := range []string{"internal", "external"} {
			v, err := generator.Verify(filepath.Join(out, site), "")
			if err != nil || len(v.Differences) > 0 {
				t.Fatalf("seed %d, kill %d: the %s site is not whole: %v %v", seed, version, site, err, v)
			}
		}
	}
	t.Logf("%d of %d builds died", died, kills)
	if died < kills/4 {
		t.Errorf("only %d of %d builds died; the test shows little", died, kills)
	}
	write(kills + 1)
	if !build(time.Minute) {
		t.Fatal("the build after all failed")
	}
	entries, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if name := e.Name(); name != "internal" && name != "external" {
			t.Errorf("%s was left beside the sites", name)
		}
	}
	page, err := os.ReadFile(filepath.Join(out, "external", "incidents", "one", "index.html"))
	if want := fmt.Sprintf("for the %dth time", kills+1); err != nil || !bytes.Contains(page, []byte(want)) {
		t.Errorf("the last build does not say %q: %v", want, err)
	}
}
