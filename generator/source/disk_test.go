package source

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"debrief/generator/testkit"
)

// TestDisk scans an archive, changes it, forgets what was changed, and scans again.
func TestDisk(t *testing.T) {
	old := time.Now().Add(-time.Hour)
	age := func(t *testing.T, name string) {
		t.Helper()
		if err := os.Chtimes(name, old, old); err != nil {
			t.Fatal(err)
		}
	}
	must := func(t *testing.T, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name   string
		change func(t *testing.T, dir string)
		forget []string // "" stands for doubt
		want   []string // postmortems
		other  []string // those of them that may be other than they were
	}{
		{"nothing", func(*testing.T, string) {}, []string{""}, []string{"a.md", "b.md", "sub/c.md"}, nil},
		{"an edit", func(t *testing.T, dir string) {
			must(t, os.WriteFile(filepath.Join(dir, "a.md"), []byte("# B\n"), 0o644))
		},
			[]string{"a.md"}, []string{"a.md", "b.md", "sub/c.md"}, []string{"a.md"}},
		{"an edit of the same size, a moment ago", func(t *testing.T, dir string) {
			must(t, os.WriteFile(filepath.Join(dir, "a.md"), []byte("# B\n"), 0o644))
		},
			[]string{""}, []string{"a.md", "b.md", "sub/c.md"}, []string{"a.md"}},
		{"another file of the same size and time", func(t *testing.T, dir string) {
			must(t, os.WriteFile(filepath.Join(dir, "new"), []byte("# B\n"), 0o644))
			age(t, filepath.Join(dir, "new"))
			must(t, os.Rename(filepath.Join(dir, "new"), filepath.Join(dir, "a.md")))
		}, []string{""}, []string{"a.md", "b.md", "sub/c.md"}, []string{"a.md"}},
		{"an edit as editors make it, with a passing name", func(t *testing.T, dir string) {
			must(t, os.WriteFile(filepath.Join(dir, "4913"), nil, 0o644))
			must(t, os.Remove(filepath.Join(dir, "4913")))
			must(t, os.WriteFile(filepath.Join(dir, "a.md~"), []byte("# B\n"), 0o644))
			must(t, os.Rename(filepath.Join(dir, "a.md~"), filepath.Join(dir, "a.md")))
		},
			[]string{"4913", "a.md", "a.md~"}, []string{"a.md", "b.md", "sub/c.md"}, []string{"a.md"}},
		{"a file that became a folder", func(t *testing.T, dir string) {
			must(t, os.Remove(filepath.Join(dir, "a.md")))
			must(t, os.Mkdir(filepath.Join(dir, "a.md"), 0o755))
		},
			[]string{"a.md"}, []string{"b.md", "sub/c.md"}, nil},
		{"a file that became a link", func(t *testing.T, dir string) {
			must(t, os.Remove(filepath.Join(dir, "a.md")))
			must(t, os.Symlink("/etc/hostname", filepath.Join(dir, "a.md")))
		},
			[]string{"a.md"}, []string{"b.md", "sub/c.md"}, nil},
		{"a file that grew too large", func(t *testing.T, dir string) {
			must(t, os.Truncate(filepath.Join(dir, "a.md"), MaxMarkdown+1))
		},
			[]string{"a.md"}, []string{"b.md", "sub/c.md"}, nil},
		{"a new file", func(t *testing.T, dir string) {
			must(t, os.WriteFile(filepath.Join(dir, "sub", "d.md"), []byte("# D\n"), 0o644))
		},
			[]string{"sub/d.md"}, []string{"a.md", "b.md", "sub/c.md", "sub/d.md"}, []string{"sub/d.md"}},
		{"a file less", func(t *testing.T, dir string) { must(t, os.Remove(filepath.Join(dir, "b.md"))) },
			[]string{"b.md"}, []string{"a.md", "sub/c.md"}, nil},
		{"a folder renamed", func(t *testing.T, dir string) {
			must(t, os.Rename(filepath.Join(dir, "sub"), filepath.Join(dir, "under")))
		},
			[]string{"sub", "under"}, []string{"a.md", "b.md", "under/c.md"}, []string{"under/c.md"}},
		{"a folder for another", func(t *testing.T, dir string) {
			must(t, os.RemoveAll(filepath.Join(dir, "sub")))
			must(t, os.Mkdir(filepath.Join(dir, "sub"), 0o755))
			must(t, os.WriteFile(filepath.Join(dir, "sub", "c.md"), []byte("# X\n"), 0o644))
		}, []string{"sub"}, []string{"a.md", "b.md", "sub/c.md"}, []string{"sub/c.md"}},
		{"the root replaced", func(t *testing.T, dir string) {
			must(t, os.Rename(dir, dir+"-old"))
			must(t, os.Mkdir(dir, 0o755))
			must(t, os.WriteFile(filepath.Join(dir, "z.md"), []byte("# Z\n"), 0o644))
		}, nil, []string{"z.md"}, []string{"z.md"}},
		{"through a link", func(t *testing.T, dir string) {
			must(t, os.WriteFile(filepath.Join(dir, "_hidden.md"), []byte("# Y\n"), 0o644))
		},
			[]string{"_hidden.md"}, []string{"a.md", "b.md", "sub/c.md"}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "archive")
			must(t, os.CopyFS(dir, testkit.FS(t, "-- a.md --\n# A\n-- b.md --\n# B\n-- sub/c.md --\n# C\n")))
			for _, name := range []string{"a.md", "b.md", "sub/c.md"} {
				age(t, filepath.Join(dir, name))
			}
			disk := NewDisk(dir)
			before, _, err := disk.Scan()
			must(t, err)
			test.change(t, dir)
			for _, name := range test.forget {
				if name == "" {
					disk.Doubt()
				} else {
					disk.Forget(name)
				}
			}
			after, _, err := disk.Scan()
			must(t, err)
			if !slices.Equal(after.Postmortems, test.want) {
				t.Errorf("postmortems %q, want %q", after.Postmortems, test.want)
			}
			for _, file := range after.Postmortems {
				if same := after.Same(before, file); same == slices.Contains(test.other, file) {
					t.Errorf("%s is the same: %t", file, same)
				}
			}
			if src, _, err := after.Read(after.Postmortems[0]); err != nil || len(src) == 0 {
				t.Errorf("%s reads %q (%v)", after.Postmortems[0], src, err)
			}
		})
	}
}

// A link shows what stands elsewhere, so a change there is seen although the link's own name was not forgotten.
func TestDiskWithLink(t *testing.T) {
	dir := testkit.Dir(t, "-- a.md --\n# A\n")
	if err := os.Symlink("a.md", filepath.Join(dir, "b.md")); err != nil {
		t.Skip("no symbolic links here")
	}
	disk := NewDisk(dir)
	if _, _, err := disk.Scan(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "a.md")); err != nil {
		t.Fatal(err)
	}
	disk.Forget("a.md")
	_, problems, err := disk.Scan()
	if err != nil {
		t.Fatal(err)
	}
	if len(problems) != 1 || problems[0].File != "b.md" || problems[0].Rule != "dead-link" {
		t.Errorf("problems %v, want the dead link b.md", problems)
	}
}
