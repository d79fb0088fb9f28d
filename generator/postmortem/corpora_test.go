package postmortem

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// corpora is where the archives of others lie that the reader was tried on, beside the repository. They are no part of it.
const corpora = "../../../shared/corpus"

// least is what must be found in an archive, so that a change that loses something is noticed.
type least struct{ like, started, resolved, entries, actions, mostProblems int }

// TestCorpora reads whole archives of other people and prints what was found in each.
func TestCorpora(t *testing.T) {
	if _, err := os.Stat(corpora); err != nil {
		t.Skip("the archives are not here")
	}
	for archive, want := range map[string]least{
		"cstate-jenkins":        {297, 297, 297, 25, 0, 9},
		"dfds":                  {38, 37, 33, 353, 120, 9},
		"hachyderm":             {8, 7, 1, 60, 26, 2},
		"icco-postmortems":      {242, 176, 150, 8, 0, 4},
		"jenkins-postmortems":   {8, 8, 7, 56, 29, 1},
		"kubernetes-test-infra": {5, 5, 5, 57, 9, 3},
		"mybinder":              {23, 23, 21, 199, 124, 6},
		"python-discord":        {6, 6, 1, 8, 11, 1},
	} {
		t.Run(archive, func(t *testing.T) {
			var got least
			files := 0
			for _, file := range reportsIn(t, filepath.Join(corpora, archive)) {
				src, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				name, _ := filepath.Rel(filepath.Join(corpora, archive), file)
				p, problems := Read(filepath.ToSlash(name), src, Options{})
				like, why := LooksLike(p)
				files++
				if like {
					got.like++
				} else {
					t.Logf("%s: not a report: %s", name, why)
				}
				if !p.Started.IsZero() {
					got.started++
				}
				if !p.Resolved.IsZero() {
					got.resolved++
				}
				got.entries += len(p.Timeline)
				got.actions += len(p.Actions)
				got.mostProblems += len(problems)
				for _, about := range problems {
					t.Log(about)
				}
			}
			t.Logf("%d files, %d like a report, %d with a start, %d with an end, %d entries, %d actions, %d problems",
				files, got.like, got.started, got.resolved, got.entries, got.actions, got.mostProblems)
			if got.like < want.like || got.started < want.started || got.resolved < want.resolved || got.entries < want.entries || got.actions < want.actions {
				t.Errorf("found %+v, before it was %+v", got, want)
			}
			if got.mostProblems > want.mostProblems {
				t.Errorf("%d problems, before there were %d", got.mostProblems, want.mostProblems)
			}
		})
	}
}

// reportsIn returns the Markdown files of an archive.
func reportsIn(t *testing.T, root string) []string {
	var files []string
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && slices.Contains([]string{".md", ".qmd", ".markdown"}, strings.ToLower(filepath.Ext(path))) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
