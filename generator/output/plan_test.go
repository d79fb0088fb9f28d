package output

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestBadPaths(t *testing.T) {
	tests := []struct {
		name  string
		paths []string
		want  string
	}{
		{"empty", []string{""}, `file "": the path is empty`},
		{"absolute", []string{"/etc/passwd"}, `file "/etc/passwd": the path must be relative to the site`},
		{"parent", []string{"../outside.html"}, `file "../outside.html": the path may not have the elements "", "." or ".."`},
		{"parent within", []string{"a/../../b"}, `file "a/../../b": the path may not have the elements "", "." or ".."`},
		{"dot", []string{"a/./b"}, `file "a/./b": the path may not have the elements "", "." or ".."`},
		{"only a dot", []string{"."}, `file ".": the path may not have the elements "", "." or ".."`},
		{"double slash", []string{"a//b"}, `file "a//b": the path may not have the elements "", "." or ".."`},
		{"folder", []string{"a/"}, `file "a/": the path may not have the elements "", "." or ".."`},
		{"backslash", []string{`a\b`}, `file "a\\b": folders are separated by slashes, not backslashes`},
		{"drive", []string{"c:/x"}, `file "c:/x": names may not have the character ':'`},
		{"control character", []string{"a\nb"}, `file "a\nb": names may not have the character '\n'`},
		{"NUL", []string{"a\x00b"}, `file "a\x00b": names may not have the character '\x00'`},
		{"not UTF-8", []string{"a\xffb"}, `file "a\xffb": the path is not valid UTF-8`},
		{"ends in a dot", []string{"a./b"}, `file "a./b": names may not end in a dot or a space`},
		{"ends in a space", []string{"a "}, `file "a ": names may not end in a dot or a space`},
		{"device", []string{"services/aux/index.html"}, `file "services/aux/index.html": Windows keeps the name "aux" for a device`},
		{"device with extension", []string{"Nul.html"}, `file "Nul.html": Windows keeps the name "Nul" for a device`},
		{"numbered device", []string{"com¹.txt"}, `file "com¹.txt": Windows keeps the name "com¹" for a device`},
		{"long name", []string{strings.Repeat("n", 256)}, `file "` + strings.Repeat("n", 256) + `": 256 bytes are too long for one name; 255 is the most`},
		{"twice", []string{"b", "a", "b"}, `file "b": two files have this path`},
		{"case", []string{"a/Index.html", "a/index.html"}, `file "a/index.html": on file systems that do not tell capitals from small letters it is the same file as "a/Index.html"`},
		{"accent", []string{"caf\u00e9", "CAFE\u0301"}, "file \"caf\u00e9\": on file systems that do not tell capitals from small letters it is the same file as \"CAFE\u0301\""},
		{"file and folder", []string{"a/b", "a"}, `file "a/b": it needs a folder where "a" is a file`},
		{"file and folder by case", []string{"x/A/b/c", "x/a"}, `file "x/A/b/c": it needs a folder where "x/a" is a file`},
		{"manifest", []string{"manifest.json"}, `file "manifest.json": this name is kept for the manifest that Debrief writes itself`},
		{"manifest by case", []string{"Manifest.JSON"}, `file "Manifest.JSON": this name is kept for the manifest that Debrief writes itself`},
		{"manifest as folder", []string{"manifest.json/a"}, `file "manifest.json/a": it needs a folder where "manifest.json" is a file`},
		{"several, by path", []string{"z/..", "/a"}, "file \"/a\": the path must be relative to the site\nfile \"z/..\": the path may not have the elements \"\", \".\" or \"..\""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "dist", "site")
			var files []File
			for _, path := range test.paths {
				files = append(files, text(path, ""))
			}
			_, err := Write(t.Context(), dir, files, Options{})
			if want := "cannot write the site " + dir + ": " + test.want; err == nil || err.Error() != want {
				t.Errorf("error = %v\nwant    %s", err, want)
			}
			if exists(filepath.Dir(dir)) {
				t.Error("something was made on disk")
			}
		})
	}
}

func TestGoodPaths(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	buildSite(t, dir, text("_headers", ""), text(".well-known/x", ""), text("a b/ü/日本.html", ""), text("console", ""), text("com10", ""),
		text("nullify/aux-2", ""), text("api/manifest.json", ""), text("a/b", ""), text("a.b", ""), text(strings.Repeat("n", 255), ""))
}

// FuzzPaths: whatever the paths, a site is either refused or holds exactly them, and nothing comes to lie outside.
func FuzzPaths(f *testing.F) {
	f.Add("index.html", "incidents/inc-1/index.html")
	f.Add("a/b", "a")
	f.Add("../x", "..\\x")
	f.Add("A/b", "a/B")
	f.Add("CON", "e\u0301")
	f.Add("ſ", "s")
	f.Fuzz(func(t *testing.T, a, b string) {
		top := t.TempDir()
		dir := filepath.Join(top, "site")
		stats, err := Write(t.Context(), dir, []File{text(a, "a"), text(b, "b")}, Options{Workers: 1})
		found := tree(top)
		if err != nil {
			if len(found) > 0 {
				t.Fatalf("refused (%v), and yet there is %v", err, found)
			}
			return
		}
		if len(found) != 3 || stats.Files != 2 || found["site/"+a] != "a" || found["site/"+b] != "b" {
			t.Fatalf("%q and %q made %v", a, b, found)
		}
	})
}
