package generator_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"debrief/generator"
	"debrief/generator/edition"
	"debrief/generator/problem"
	"debrief/generator/testkit"
	"debrief/generator/testkit/browser"
	"debrief/generator/testkit/netlify"
	"debrief/generator/testkit/sitecheck"
)

// both are the editions that a build makes when it is not told otherwise.
var both = []edition.Audience{edition.Internal, edition.External}

// build builds an archive into a new folder, which it returns.
func build(t testing.TB, root string) (string, *generator.Result) {
	t.Helper()
	out := t.TempDir()
	result, err := generator.Build(context.Background(), generator.Options{Root: root, Out: out, Audiences: both, Cache: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return out, result
}

// pageKinds are pages of the sample archive, one of every layout, for each edition.
var pageKinds = map[string][]string{
	"internal": {
		"/", "/incidents/", "/incidents/ch-2025-035/", "/incidents/ch-2024-026/", "/years/2025/", "/services/", "/services/pickup/", "/factors/",
		"/factors/config-change/", "/trends/", "/trends/factors/", "/trends/matrix/", "/trends/durations/", "/trends/when/",
		"/trends/follow-through/", "/trends/recurrence/", "/trends/class/", "/trends/deferred/", "/trends/near-misses/", "/trends/luck/", "/actions/", "/lessons/", "/glossary/", "/feeds/", "/about/", "/404.html",
	},
	"external": {
		"/", "/incidents/", "/incidents/ch-2025-035/", "/years/2025/", "/services/", "/services/pickup/", "/factors/", "/factors/config-change/", "/trends/",
		"/trends/over-time/", "/trends/together/",
		"/commitments/", "/glossary/", "/feeds/", "/about/", "/404.html",
	},
}

// TestSample builds the archive in content/ as make site does and holds both sites against everybody's checkers.
func TestSample(t *testing.T) {
	out, result := build(t, filepath.Join(testkit.Root(t), "content"))
	for _, p := range result.Problems {
		if p.Severity > problem.Note {
			t.Errorf("the sample archive has a problem: %v", p)
		}
	}
	for _, site := range []struct{ name, base string }{
		{"internal", "https://postmortems.internal.cornerhatch.example/"},
		{"external", "https://incidents.cornerhatch.example/"},
	} {
		dir := filepath.Join(out, site.name)
		t.Run(site.name+"/links", func(t *testing.T) { sitecheck.Links(t, dir, site.base) })
		t.Run(site.name+"/html", func(t *testing.T) { sitecheck.HTML(t, dir) })
		t.Run(site.name+"/weight", func(t *testing.T) {
			if w := sitecheck.PageWeight(t, dir, "incidents/ch-2025-035/index.html"); w.Total() > 30_000 {
				t.Errorf("an incident's page weighs more than 30 kB: %v", w)
			}
		})
	}
	if testing.Short() {
		return
	}
	b := browser.Start(t)
	for _, name := range []string{"internal", "external"} {
		address := netlify.Serve(t, filepath.Join(out, name))
		t.Run(name+"/look", func(t *testing.T) { sitecheck.Look(t, b, address, pageKinds[name]...) })
		t.Run(name+"/lighthouse", func(t *testing.T) {
			if name == "internal" {
				t.Skip("the internal edition keeps search engines away on purpose, which Lighthouse counts against it")
			}
			for _, page := range []string{"/", "/incidents/", "/incidents/ch-2025-035/"} {
				sitecheck.Perfect(t, address+page)
			}
		})
	}
}

// TestForeignArchives builds archives that other people wrote. They are not part of this project and may be absent.
func TestForeignArchives(t *testing.T) {
	if testing.Short() {
		t.Skip("the long tests build them")
	}
	corpus := filepath.Join(testkit.Root(t), "..", "shared", "corpus")
	entries, err := os.ReadDir(corpus)
	if err != nil {
		t.Skip("there are no foreign archives in ../shared/corpus")
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		t.Run(entry.Name(), func(t *testing.T) {
			out, result := build(t, filepath.Join(corpus, entry.Name()))
			t.Logf("%d files, %d postmortems, %d errors, %d warnings; derived %v", result.Reading.Files, result.Reading.Postmortems,
				result.Problems.Count(problem.Error), result.Problems.Count(problem.Warning), result.Reading.Derived)
			for _, e := range result.Editions {
				if e.Audience == edition.External && e.Incidents > 0 {
					t.Errorf("%d incidents of an archive that makes nothing public are outside", e.Incidents)
				}
			}
			if testing.Short() {
				return
			}
			for _, name := range []string{"internal", "external"} {
				sitecheck.Links(t, filepath.Join(out, name), "http://localhost/")
			}
			sitecheck.HTML(t, filepath.Join(out, "internal")) // the external edition has no incidents, and is checked with the sample
		})
	}
}
