package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"debrief/generator/problem"
)

// list writes a tree as lines.
func list(t *Tree) string {
	var b strings.Builder
	for _, l := range []struct {
		what  string
		files []string
	}{{"postmortem", t.Postmortems}, {"page", t.Pages}, {"attachment", t.Attachments}} {
		for _, file := range l.files {
			fmt.Fprintf(&b, "%s %s\n", l.what, file)
		}
	}
	for _, s := range t.Skipped {
		fmt.Fprintf(&b, "skipped %s: %s\n", s.File, s.Reason)
	}
	return b.String()
}

func said(problems problem.List) string {
	var b strings.Builder
	for _, p := range problems {
		b.WriteString(p.Error() + "\n")
	}
	return b.String()
}

func compare(t *testing.T, what, got, want string) {
	t.Helper()
	if got, want = strings.TrimSpace(got), strings.TrimSpace(want); got != want {
		t.Errorf("%s:\n%s\nwant:\n%s", what, got, want)
	}
}

// archive makes a file system of paths; a Markdown file has a heading in it.
func archive(files ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for _, file := range files {
		m[file] = &fstest.MapFile{Data: []byte("# Checkout was down\n\nNobody could pay for an hour.\n"), Mode: 0o644}
	}
	return m
}

func TestLayouts(t *testing.T) {
	tests := []struct {
		name  string
		files []string
		want  string
	}{
		{"made for Debrief", []string{
			"archive.yaml", "logo.svg", "README.md", "postmortems/2024/checkout.md", "postmortems/2024/queue/index.md", "postmortems/2024/queue/graph.png",
			"postmortems/_draft.md", "postmortems/README.md", "postmortems/template.md", "postmortems/2023-01-02-login/README.md",
			"postmortems/index.md", "pages/about.md", "pages/img/a.png", "pages/more/deep.md", "docs/notes.md", "_theme/base.html",
			"postmortems/inc-7/index.md", "postmortems/inc-7/transcript.md",
		}, `
postmortem postmortems/2023-01-02-login/README.md
postmortem postmortems/2024/checkout.md
postmortem postmortems/2024/queue/index.md
postmortem postmortems/inc-7/index.md
page pages/about.md
attachment logo.svg
attachment pages/img/a.png
attachment postmortems/2024/queue/graph.png
skipped README.md: outside the folders postmortems and pages
skipped docs/notes.md: outside the folders postmortems and pages
skipped pages/more/deep.md: free pages stand directly in the folder pages
skipped postmortems/README.md: a README
skipped postmortems/inc-7/transcript.md: belongs to the postmortem in postmortems/inc-7/index.md
skipped postmortems/index.md: the index of a folder of reports
skipped postmortems/template.md: a template
`},
		{"anybody's folder", []string{
			"README.md", "README.de.md", "CONTRIBUTING.md", "LICENSE.md", "code-of-conduct.md", "SECURITY.md", "CHANGELOG.markdown", "SUMMARY.md",
			"PM2020-002 - Login was slow.md", "PMyyyy-nnn - Postmortem template.md", "templates/incident.md", "email-template-outage.md", "2024-03 email template.md",
			"docs/reports/index.md", "docs/reports/2019-01-23.MD", "docs/reports/images/a.png", "blog/_index.md", "blog/2022-12-13-disk-full/index.md",
			"blog/2022-12-13-disk-full/graph.png", "index.md", "site/posts/a.qmd", "site/posts/b.html.md.erb", "site/posts/c.mdx", "site/posts/d.adoc",
			"INC-12/README.md", "tools/README.md", "node_modules/x/a.md", ".github/PULL.md", "vendor/a.md", "_site/a.md", "dist/a.md", "a/.hidden.md",
			"Störung im März.md", "Postmortem-Vorlage.md", "Plantilla de incidente.md", "cambio de modelo.md",
		}, `
postmortem 2024-03 email template.md
postmortem INC-12/README.md
postmortem PM2020-002 - Login was slow.md
postmortem Störung im März.md
postmortem blog/2022-12-13-disk-full/index.md
postmortem cambio de modelo.md
postmortem docs/reports/2019-01-23.MD
postmortem email-template-outage.md
postmortem site/posts/a.qmd
postmortem site/posts/b.html.md.erb
postmortem site/posts/c.mdx
attachment blog/2022-12-13-disk-full/graph.png
attachment docs/reports/images/a.png
attachment site/posts/d.adoc
skipped CHANGELOG.markdown: a changelog
skipped CONTRIBUTING.md: about contributing
skipped LICENSE.md: a licence
skipped PMyyyy-nnn - Postmortem template.md: a template
skipped Plantilla de incidente.md: a template
skipped Postmortem-Vorlage.md: a template
skipped README.de.md: a README
skipped README.md: a README
skipped SECURITY.md: a security policy
skipped SUMMARY.md: a table of contents
skipped code-of-conduct.md: a code of conduct
skipped docs/reports/index.md: the index of a folder of reports
skipped index.md: the index of a folder of reports
skipped templates/incident.md: in a folder of templates
skipped tools/README.md: a README
`},
		{"index and README in one folder", []string{"inc-1/README.md", "inc-1/index.md", "inc-2/README.md", "inc-2/more.md"}, `
postmortem inc-1/index.md
postmortem inc-2/more.md
skipped inc-1/README.md: a README
skipped inc-2/README.md: a README
`},
		{"years with an index", []string{"2023/index.md", "2023/a.md", "2024/b/c.md", "2024/index.md"}, `
postmortem 2023/a.md
postmortem 2024/b/c.md
skipped 2023/index.md: the index of a folder of reports
skipped 2024/index.md: the index of a folder of reports
`},
		{"nothing", nil, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tree, problems, err := scanFS(archive(test.files...))
			if err != nil {
				t.Fatal(err)
			}
			compare(t, "tree", list(tree), test.want)
			compare(t, "problems", said(problems), "")
			if want := test.name == "made for Debrief"; tree.Declared != want {
				t.Errorf("Declared = %v", tree.Declared)
			}
		})
	}
}

func TestFilesWithoutAnEnding(t *testing.T) {
	for content, want := range map[string]bool{
		"# Login was down\n\nUsers could not log in for an hour.\n":              true,
		"\r\n# Login was down\r\n\r\n- 14:02 UTC the first alert fired\r\n":      true,
		"\xEF\xBB\xBFLogin was down\n==============\n\nFor an hour it was.\n":    true,
		"---\ntitle: Login was down\n---\n":                                      true,
		"+++\ntitle = \"Login was down\"\n+++\ntext\n":                           true,
		"\xFF\xFE#\x00 \x00A\x00\n\x00\n\x00a\x00 \x00b\x00 \x00c\x00 \x00d\x00": true,
		"# comment\nkey = value\n# more\nother = value\n":                        false,
		"# Configuration\n\nkey = value\n":                                       false,
		"#!/bin/sh\n# Deploy\n\necho this is no postmortem at all\n":             false,
		"---\njust a line\n": false,
		"Just some notes that somebody wrote down one day.\n": false,
		"\x00\x01\x02# A\n\nand so on and on\n":               false,
		"":                                                    false,
	} {
		files := archive()
		files["2024-03-05 login"] = &fstest.MapFile{Data: []byte(content)}
		files["Makefile"] = &fstest.MapFile{Data: []byte(content)}
		tree, problems, err := scanFS(files)
		if err != nil || len(problems) > 0 {
			t.Fatal(err, problems)
		}
		if got := len(tree.Postmortems) == 1 && tree.Postmortems[0] == "2024-03-05 login"; got != want {
			t.Errorf("%q is read as Markdown: %v, want %v", content, got, want)
		}
	}
	names := archive("v1.2 rollback", "PM-1 Login failed. Again", "2018.01.04", "notes.txt", "data.json")
	tree, _, _ := scanFS(names)
	compare(t, "tree", list(tree), `
postmortem 2018.01.04
postmortem PM-1 Login failed. Again
postmortem v1.2 rollback
attachment data.json
attachment notes.txt
`)
}

func TestASingleFileIsAnArchive(t *testing.T) {
	dir := t.TempDir()
	for _, file := range []string{"README.md", "other.md", "a.png", "img/b.png", "img/deep/c.png", "img/d.md"} {
		write(t, dir, file, "# A\n")
	}
	for _, root := range []string{filepath.Join(dir, "README.md"), filepath.Join(dir, ".", "README.md")} {
		tree, problems, err := Scan(root)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, "tree", list(tree), "postmortem README.md\nattachment a.png\nattachment img/b.png")
		compare(t, "problems", said(problems), "")
		if !tree.Declared || tree.Root != dir {
			t.Errorf("Declared = %v, Root = %s, want true, %s", tree.Declared, tree.Root, dir)
		}
	}
	t.Chdir(dir)
	tree, _, err := Scan("other.md")
	if err != nil || tree.Root != "." || !reflect.DeepEqual(tree.Postmortems, []string{"other.md"}) {
		t.Errorf("Scan(other.md) = %+v, %v", tree, err)
	}
}

func TestNoArchive(t *testing.T) {
	_, _, err := Scan(filepath.Join(t.TempDir(), "none"))
	if !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "there is no file or folder ") {
		t.Errorf("error = %v", err)
	}
	if _, _, err := Scan(os.DevNull); err == nil || !strings.HasSuffix(err.Error(), " is neither a file nor a folder") {
		t.Errorf("error = %v", err)
	}
}

func TestLinks(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	write(t, outside, "secret.md", "# Secret\n")
	write(t, dir, "a.md", "# A\n")
	write(t, dir, "img/x.png", "x")
	write(t, dir, "_hidden/b.md", "# B\n")
	write(t, dir, "sub/c.md", "# C\n")
	write(t, dir, ".git/config", "secret\n")
	for link, target := range map[string]string{
		"again.md": "a.md", "b1.md": "_hidden/b.md", "b2.md": "b1.md", "sub/pictures": "../img", "sub/up": "..", "sub/self": "../sub", "loop.md": "loop2.md", "loop2.md": "loop.md",
		"dead.md": "nowhere.md", "out.md": "../" + filepath.Base(outside) + "/secret.md", "etc": "/etc", "out-and-in.md": "../" + filepath.Base(dir) + "/a.md",
		"git.txt": ".git/config", "abs.md": filepath.Join(dir, "a.md"), "all": ".",
	} {
		if err := os.Symlink(target, filepath.Join(dir, filepath.FromSlash(link))); err != nil {
			t.Skip("no symbolic links here: ", err)
		}
	}
	tree, problems, err := Scan(dir)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "tree", list(tree), `
postmortem a.md
postmortem b1.md
postmortem sub/c.md
attachment img/x.png
attachment sub/pictures/x.png
skipped again.md: a link to a.md, which is read itself
skipped b2.md: a link to _hidden/b.md, which is read itself
`)
	compare(t, "problems", said(problems), `
abs.md: error: this link leads out of the archive; it is not followed (copy into the archive what should be published)
all: warning: this link leads back to the folder it is in; it is not followed (delete the link)
dead.md: warning: this link leads nowhere (delete the link, or restore its target)
etc: error: this link leads out of the archive; it is not followed (copy into the archive what should be published)
loop.md: warning: this link leads to itself (delete the link)
loop2.md: warning: this link leads to itself (delete the link)
out-and-in.md: error: this link leads out of the archive; it is not followed (copy into the archive what should be published)
out.md: error: this link leads out of the archive; it is not followed (copy into the archive what should be published)
sub/self: warning: this link leads back to the folder it is in; it is not followed (delete the link)
sub/up: warning: this link leads back to the folder it is in; it is not followed (delete the link)
`)
	text, _, err := tree.Read("b1.md")
	if err != nil || string(text) != "# B\n" {
		t.Errorf("Read(b1.md) = %q, %v", text, err)
	}
	if _, err := tree.Open("out.md"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open(out.md) gives %v", err)
	}

	// A link that is bent outside after the scan is not followed either.
	path := filepath.Join(dir, "b1.md")
	if err := errors.Join(os.Remove(path), os.Symlink(filepath.Join(outside, "secret.md"), path)); err != nil {
		t.Fatal(err)
	}
	if text, _, err := tree.Read("b1.md"); err == nil || len(text) > 0 {
		t.Errorf("a link that leads outside now was followed: %q, %v", text, err)
	}
}

func TestNames(t *testing.T) {
	files := archive("A.md", "a.md", "img/Über.png", "img/über.png", "b\x07.md", "c\\d.md", "e\xff.md", "fine name.md")
	tree, problems, err := scanFS(files)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "tree", list(tree), `
postmortem A.md
postmortem a.md
postmortem fine name.md
attachment img/Über.png
attachment img/über.png
`)
	compare(t, "problems", said(problems), `
a.md: warning: the name differs only in case from A.md; on many machines they are one file (rename one of the two)
b?.md: error: the name "b\a.md" has characters that cannot stand in an address; it is not read (rename it)
c\d.md: error: the name "c\\d.md" has characters that cannot stand in an address; it is not read (rename it)
e?.md: error: the name "e\xff.md" has characters that cannot stand in an address; it is not read (rename it)
img/über.png: warning: the name differs only in case from img/Über.png; on many machines they are one file (rename one of the two)
`)
}

func TestSizes(t *testing.T) {
	files := archive("a.md")
	files["big.md"] = &fstest.MapFile{Data: make([]byte, MaxMarkdown+1)}
	files["big.log"] = &fstest.MapFile{Data: make([]byte, MaxAttachment+1)}
	files["grows.md"] = &fstest.MapFile{Data: []byte("# A\n")}
	tree, problems, err := scanFS(files)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "tree", list(tree), "postmortem a.md\npostmortem grows.md")
	compare(t, "problems", said(problems), `
big.log: warning: this file has 51 MB and is not published; an attachment may have 50 (store it elsewhere and link to it)
big.md: error: this file has 11 MB; a postmortem or page may have 10 (keep logs and dumps in files of their own and link to them)
`)
	files["grows.md"].Data = make([]byte, MaxMarkdown+1)
	text, problems, err := tree.Read("grows.md")
	if text != nil || err != nil {
		t.Errorf("a file that grew too large gives %d bytes, %v", len(text), err)
	}
	compare(t, "problems", said(problems),
		`grows.md: error: this file has 11 MB; a postmortem or page may have 10 (keep logs and dumps in files of their own and link to them)`)
	files["grows.md"].Data = bytes.Repeat([]byte("x"), MaxMarkdown)
	if text, problems, err := tree.Read("grows.md"); len(text) != MaxMarkdown || len(problems) > 0 || err != nil {
		t.Errorf("a file of just the limit gives %d bytes, %v, %v", len(text), problems, err)
	}
	delete(files, "grows.md")
	_, problems, err = tree.Read("grows.md")
	compare(t, "problems", said(problems), "grows.md: error: this file vanished while the archive was read")
	if err != nil {
		t.Error(err)
	}
}

func TestEncodings(t *testing.T) {
	for _, test := range []struct{ name, raw, text, problems string }{
		{"UTF-8", "# Größe\n", "# Größe\n", ""},
		{"byte order mark", "\xEF\xBB\xBF# Größe\r\n", "# Größe\r\n", ""},
		{"empty", "", "", ""},
		{"Latin-1", "# Titel\nGr\xF6\xDFe und \xC4rger\n", "# Titel\nGröße und Ärger\n",
			"a.md:2:3: note: this file is not UTF-8; it was read as Windows-1252 (save it as UTF-8 to be rid of this note)"},
		{"Windows-1252", "\x84Ausfall\x93 \x96 5 \x80\n", "„Ausfall“ – 5 €\n",
			"a.md:1:1: note: this file is not UTF-8; it was read as Windows-1252 (save it as UTF-8 to be rid of this note)"},
		{"UTF-16, little end first", "\xFF\xFEG\x00r\x00\xF6\x00\xDF\x00e\x00", "Größe", "a.md: note: this file is UTF-16; it was read as such (save it as UTF-8 to be rid of this note)"},
		{"UTF-16, big end first", "\xFE\xFF\x00G\x00r\x00\xF6\x00\xDF\x00e", "Größe", "a.md: note: this file is UTF-16; it was read as such (save it as UTF-8 to be rid of this note)"},
		{"one wrong byte", "Größe ändern\nzw\xF6lf\n", "Größe ändern\nzw\uFFFDlf\n",
			"a.md:2:3: warning: 1 byte is not UTF-8 and cannot be shown; the first is here (save it as UTF-8)"},
		{"binary", "# A\nab\x00c\n", "", "a.md:2:3: error: this file is not text: it has a NUL byte (a postmortem is a text file; save it as UTF-8)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			tree, _, err := scanFS(fstest.MapFS{"a.md": {Data: []byte(test.raw)}})
			if err != nil {
				t.Fatal(err)
			}
			text, problems, err := tree.Read("a.md")
			if err != nil || string(text) != test.text || (text == nil) != (test.name == "binary") {
				t.Errorf("Read = %q, %v; want %q", text, err, test.text)
			}
			compare(t, "problems", said(problems), test.problems)
		})
	}
}

func TestAnEarlierBuildIsNotRead(t *testing.T) {
	files := archive("a.md", "public/llms.md")
	files["public/manifest.json"] = &fstest.MapFile{Data: []byte("{\n  \"format\": 1,\n  \"generator\": \"debrief\",\n")}
	files["app/manifest.json"] = &fstest.MapFile{Data: []byte("{\"name\": \"an app\"}")}
	tree, _, err := scanFS(files)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "tree", list(tree), "postmortem a.md\nattachment app/manifest.json")
}

func TestUnreadableFoldersAreSaid(t *testing.T) {
	if runtime.GOOS == "windows" || os.Getuid() == 0 {
		t.Skip("everything is readable for this user")
	}
	dir := t.TempDir()
	write(t, dir, "a.md", "# A\n")
	write(t, dir, "closed/b.md", "# B\n")
	write(t, dir, "c.md", "# C\n")
	if err := errors.Join(os.Chmod(filepath.Join(dir, "closed"), 0), os.Chmod(filepath.Join(dir, "c.md"), 0)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(filepath.Join(dir, "closed"), 0o700) })
	tree, problems, err := Scan(dir)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "problems", said(problems), "closed: error: no permission to read this (allow reading it)")
	_, problems, err = tree.Read("c.md")
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "problems", said(problems), "c.md: error: no permission to read this file (allow reading it)")
}

func TestAttachmentsAreOpenedAsTheyAre(t *testing.T) {
	files := fstest.MapFS{"a.md": {}, "a.bin": {Data: []byte("\x00\xff\r\n")}}
	tree, _, err := scanFS(files)
	if err != nil {
		t.Fatal(err)
	}
	f, err := tree.Open("a.bin")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := io.ReadAll(f); err != nil || string(got) != "\x00\xff\r\n" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := tree.Open("../a.bin"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not listed gives %v", err)
	}
}

// The archives of other people: every Markdown file is either read or skipped with a reason.
func TestCorpus(t *testing.T) {
	corpus := filepath.Join("..", "..", "..", "shared", "corpus")
	entries, err := os.ReadDir(corpus)
	if err != nil {
		t.Skip("the corpus of real archives is not here: ", err)
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		tree, problems, err := Scan(filepath.Join(corpus, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		readable := 0
		for _, file := range tree.Postmortems {
			text, found, err := tree.Read(file)
			if err != nil {
				t.Errorf("%s: %v", file, err)
			}
			if len(text) > 0 {
				readable++
			}
			problems = append(problems, found...)
		}
		t.Logf("%-22s %3d postmortems (%d with text), %2d attachments, %d skipped, %d problems", e.Name(), len(tree.Postmortems), readable, len(tree.Attachments),
			len(tree.Skipped), len(problems))
		for _, s := range tree.Skipped {
			t.Logf("  skipped %s: %s", s.File, s.Reason)
		}
		if len(problems) > 0 {
			t.Errorf("problems:\n%s", said(problems))
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{"# A\n", "\xFF\xFEG\x00", "\xFE\xFF\xD8", "\xEF\xBB\xBFx", "gr\xF6\xDFe", "größe \xF6", "a\x00b"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		text, problems := decode(problem.Position{File: "a.md"}, raw)
		if (text == nil) != (problems.Count(problem.Error) > 0) {
			t.Errorf("text %q with problems %v", text, problems)
		}
		if !bytes.Equal(text, bytes.ToValidUTF8(text, nil)) || bytes.IndexByte(text, 0) >= 0 {
			t.Errorf("not clean text: %q", text)
		}
		looksLikeMarkdown(raw)
	})
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(content), 0o644)); err != nil {
		t.Fatal(err)
	}
}

// scanFS scans an archive in a file system.
func scanFS(fsys fs.FS) (*Tree, problem.List, error) { return scan(fsys, fsys, "", "") }
