package generator_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"debrief/generator"
	"debrief/generator/edition"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
	"debrief/generator/testkit"
	"debrief/generator/testkit/bigarchive"
)

// BenchmarkCheck reads an archive of a thousand postmortems and says what there is to say.
func BenchmarkCheck(b *testing.B) {
	dir := b.TempDir()
	if err := bigarchive.Write(dir, bigarchive.Options{Seed: 1, Postmortems: 1000}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		checked, err := generator.Check(context.Background(), generator.CheckOptions{Root: dir, AsOf: postmortem.Date{Year: 2024, Month: 6, Day: 1}})
		if err != nil {
			b.Fatal(err)
		}
		if checked.Postmortems != 1000 || len(checked.Findings) == 0 {
			b.Fatalf("%d postmortems, %d findings", checked.Postmortems, len(checked.Findings))
		}
	}
}

// The sample shows how a postmortem is written, so a reviewer has nothing to warn of, today and in ten years.
func TestTheSampleIsClean(t *testing.T) {
	for _, year := range []int{2026, 2036} {
		checked, err := generator.Check(context.Background(), generator.CheckOptions{
			Root: filepath.Join(testkit.Root(t), "content"), AsOf: postmortem.Date{Year: year, Month: 12, Day: 31},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range checked.Findings {
			if f.Severity > problem.Note {
				t.Errorf("%s: %s [%s]", f.Position, f.Message, f.Rule)
			}
		}
	}
}

// The archives of others are read without a failure, and what they cannot know of does not drown the rest: fewer warnings than two a report.
func TestCheckOfCorpora(t *testing.T) {
	corpora := filepath.Join(testkit.Root(t), "..", "shared", "corpus")
	if _, err := os.Stat(corpora); err != nil {
		t.Skip("the archives are not here")
	}
	for _, name := range []string{"dfds", "mybinder", "hachyderm", "jenkins-postmortems", "python-discord", "kubernetes-test-infra", "icco-postmortems", "cstate-jenkins"} {
		checked, err := generator.Check(context.Background(), generator.CheckOptions{Root: filepath.Join(corpora, name), AsOf: postmortem.Date{Year: 2026, Month: 1, Day: 1}})
		if err != nil {
			t.Fatal(err)
		}
		warnings, rules := 0, map[string]int{}
		for _, f := range checked.Findings {
			if f.Severity == problem.Warning {
				warnings++
				rules[f.Rule]++
			}
			if strings.HasPrefix(f.Rule, "external/") {
				t.Errorf("%s: %s is found where nobody writes for customers: %s", name, f.Rule, f.Position)
			}
		}
		t.Logf("%s: %d warnings in %d postmortems: %v", name, warnings, checked.Postmortems, rules)
		if warnings > 2*checked.Postmortems {
			t.Errorf("%s: %d warnings in %d postmortems", name, warnings, checked.Postmortems)
		}
	}
}

// What an author says to check, in comments and in front matter, is in no file of either site.
func TestWhatIsIgnoredStaysInTheFile(t *testing.T) {
	dir := testkit.Dir(t, `-- postmortems/a.md --
---
id: a
title: Cards were refused
visibility: public
status: published
started: 2024-03-05 14:02 UTC
ignore:
  timeline/evidence: kestrel
---

## Summary

We should have known. <!-- debrief:ignore blameless/hindsight because kestrel -->

## External summary

<!-- debrief:ignore external/length because kestrel -->

Cards failed for ten minutes <!-- debrief:ignore external/impact because kestrel --> in all shops.

### What happened

- A table was old. <!-- debrief:ignore external/jargon because kestrel -->
`)
	out := t.TempDir()
	if _, err := generator.Build(context.Background(), generator.Options{
		Root: dir, Out: out, Cache: t.TempDir(), Audiences: []edition.Audience{edition.Internal, edition.External},
	}); err != nil {
		t.Fatal(err)
	}
	pages := 0
	err := filepath.WalkDir(out, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		if bytes.Contains(content, []byte("kestrel")) || bytes.Contains(content, []byte("debrief:ignore")) {
			t.Errorf("a comment reached %s", name)
		}
		if bytes.Contains(content, []byte("Cards failed for ten minutes")) {
			pages++
		}
		return err
	})
	if err != nil || pages < 2 {
		t.Errorf("the text is on %d pages (%v)", pages, err)
	}
}

func TestArchiveOf(t *testing.T) {
	dir := testkit.Dir(t, "-- a/archive.yaml --\n-- a/deep/er/x.md --\n-- b/postmortems/y.md --\n-- c/z.md --\n-- postmortems/w.md --\n")
	for name, want := range map[string]string{
		"a": "a", "a/deep": "a", "a/deep/er/x.md": "a", "b/postmortems/y.md": "b", "b/postmortems": "b", "c/z.md": "c", "c": "c", "postmortems/w.md": ".",
	} {
		got, err := generator.ArchiveOf(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		if rel, err := filepath.Rel(dir, got); err != nil || filepath.ToSlash(rel) != want {
			t.Errorf("%s belongs to the archive %s, want %s (%v)", name, rel, want, err)
		}
	}
	if _, err := generator.ArchiveOf(filepath.Join(dir, "nothing")); err == nil {
		t.Error("nothing is found in an archive")
	}
}
