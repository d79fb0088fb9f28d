package markdown

import (
	"html"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"debrief/generator/problem"
)

// TestCorpus reads and renders every Markdown file of the archives beside the project: none fails, and every fragment is safe.
func TestCorpus(t *testing.T) {
	root := filepath.Join("..", "..", "..", "shared", "corpus")
	if _, err := os.Stat(root); err != nil {
		t.Skip("the corpus of real archives is not here")
	}
	files, blocks := 0, 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".md" {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		d := Parse(src, Options{File: path})
		if n := d.Problems.Count(problem.Error); n > 0 {
			t.Errorf("%s has %d errors: %v", path, n, d.Problems)
		}
		check(t, path, d.Render(d.Blocks, RenderOptions{IDPrefix: testPrefix}))
		files++
		blocks += len(d.Blocks)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 100 || blocks < 10*files {
		t.Errorf("%d files have %d blocks", files, blocks)
	}
}

// TestCorpusTables counts cells in the archive whose tables lack their closing bars: no cell of a timeline may be lost.
func TestCorpusTables(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join("..", "..", "..", "shared", "corpus", "dfds", "*.md"))
	if len(files) == 0 {
		t.Skip("the corpus of real archives is not here")
	}
	rows := 0
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.ReplaceAll(string(src), "\r\n", "\n"), "\n")
		for _, b := range Parse(src, Options{File: file}).Blocks {
			if b.Kind != Table {
				continue
			}
			for _, row := range b.Children {
				rows++
				for _, cell := range row.Children {
					if line := html.UnescapeString(lines[row.Line-1]); cell.Text != "" && !strings.Contains(line, strings.Fields(cell.Text)[0]) {
						t.Errorf("%s:%d: the cell %q is not in the line %q", file, row.Line, cell.Text, line)
					}
				}
			}
		}
	}
	if rows < 50 {
		t.Errorf("only %d rows were found", rows)
	}
}
