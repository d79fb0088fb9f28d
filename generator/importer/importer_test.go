package importer_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"debrief/generator/importer"
	"debrief/generator/problem"
)

// run imports and fails the test when that is impossible.
func run(t testing.TB, opts importer.Options) *importer.Report {
	t.Helper()
	report, err := importer.Run(context.Background(), opts)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// page writes a status page of incidents and returns the file.
func page(t testing.TB, incidents ...string) string {
	name := filepath.Join(t.TempDir(), "incidents.json")
	write(t, name, `{"incidents": [`+strings.Join(incidents, ",\n")+`]}`)
	return name
}

func told(id, name, body string) string {
	return fmt.Sprintf(`{"id": %q, "name": %q, "created_at": "2024-03-05T14:02:00Z", "incident_updates": [{"status": "resolved", "body": %q, "created_at": "2024-03-05T15:40:00Z"}]}`, id, name, body)
}

const late = "postmortems/2024/2024-03-05-late.md"

// TestAgain runs an import again and again, while files are edited, deleted and left alone, and the source changes.
func TestAgain(t *testing.T) {
	dest := filepath.Join(t.TempDir(), "archive")
	name := filepath.Join(dest, late)
	read := func() string {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	source := page(t, told("a1", "Late", "Over."))
	step := func(what, body string, want importer.Counts, reason string, change func(*importer.Options)) *importer.Report {
		t.Helper()
		if body != "" {
			write(t, source, `{"incidents": [`+told("a1", "Late", body)+`]}`)
		}
		opts := importer.Options{Source: source, Dest: dest}
		if change != nil {
			change(&opts)
		}
		report := run(t, opts)
		if report.Postmortems != want {
			t.Errorf("%s: %+v, want %+v", what, report.Postmortems, want)
		}
		if got := report.Files[0].Reason; got != reason {
			t.Errorf("%s: the reason is %q, want %q", what, got, reason)
		}
		return report
	}
	dry := func(o *importer.Options) { o.DryRun = true }
	step("a dry run", "", importer.Counts{New: 1}, "", dry)
	if _, err := os.Stat(dest); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a dry run made %s", dest)
	}
	step("the first run", "", importer.Counts{New: 1}, "", nil)
	step("the same again", "", importer.Counts{Same: 1}, "", nil)
	first := read()
	step("a change of the source, tried", "Over at last.", importer.Counts{Changed: 1}, "", dry)
	if read() != first {
		t.Error("a dry run changed the file")
	}
	step("a change of the source", "", importer.Counts{Changed: 1}, "", nil)
	if !strings.Contains(read(), "Over at last.") {
		t.Error("the change is not in the file")
	}
	step("public", "", importer.Counts{Changed: 1}, "", func(o *importer.Options) { o.Public = true })
	if !strings.Contains(read(), "visibility: public") {
		t.Error("the file is not public")
	}
	step("internal again", "", importer.Counts{Changed: 1}, "", nil)
	edited := strings.Replace(read(), "Over at last.", "It was the queue.", 1)
	write(t, name, edited)
	step("an edited file", "", importer.Counts{Skipped: 1}, "you edited it since; the source is as it was", nil)
	step("an edited file and a changed source", "Over and out.", importer.Counts{Skipped: 1}, "you edited it since, and the source has changed too", nil)
	if read() != edited {
		t.Error("an edited file was overwritten")
	}
	step("a source that says what the file says", "Over at last.", importer.Counts{Skipped: 1}, "you edited it since; the source is as it was", nil)
	write(t, name, strings.ReplaceAll(strings.Replace(edited, "It was the queue.", "Over at last.", 1), "\n", "\r\n"))
	step("other line ends are no edit", "", importer.Counts{Same: 1}, "", nil)
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	step("a deleted file", "", importer.Counts{Skipped: 1}, "it was deleted or moved here since; --restore writes it again", nil)
	step("a deleted file that is wanted back", "", importer.Counts{New: 1}, "", func(o *importer.Options) { o.Restore = true })
	if err := os.Remove(filepath.Join(dest, ".debrief-imported.jsonl")); err != nil {
		t.Fatal(err)
	}
	step("nothing is remembered and nothing was edited", "", importer.Counts{Same: 1}, "", nil)
	if err := os.Remove(filepath.Join(dest, ".debrief-imported.jsonl")); err != nil {
		t.Fatal(err)
	}
	write(t, name, edited)
	step("nothing is remembered of an edited file", "", importer.Counts{Skipped: 1}, "a file of this name is there that no import wrote", nil)
	if read() != edited {
		t.Error("a file was overwritten of which nothing was remembered")
	}
}

// TestForeignFile keeps a file that somebody wrote under the name an incident would get.
func TestForeignFile(t *testing.T) {
	dest := t.TempDir()
	write(t, filepath.Join(dest, late), "mine\n")
	report := run(t, importer.Options{Source: page(t, told("a1", "Late", "Over.")), Dest: dest})
	if got := report.Files[0].File; got != "postmortems/2024/2024-03-05-late-2.md" {
		t.Errorf("it went to %s", got)
	}
	if text, _ := os.ReadFile(filepath.Join(dest, late)); string(text) != "mine\n" {
		t.Errorf("somebody's file is now %q", text)
	}
}

// TestFamily imports the feed of a status page behind its JSON: what both tell is there once.
func TestFamily(t *testing.T) {
	dest := t.TempDir()
	run(t, importer.Options{Source: page(t, told("mill0100", "Orders & bills are late", "Over.")), Dest: dest})
	report := run(t, importer.Options{Source: filepath.Join(fixture(t, "atom"), "history.atom"), Dest: dest})
	if report.Postmortems.New != 1 || report.Files[0].Reason != "it is in the archive already, imported as statuspage" {
		t.Errorf("%+v: %q", report.Postmortems, report.Files[0].Reason)
	}
}

// TestOtherRoot imports a folder again from the folder above it: nothing is there twice.
func TestOtherRoot(t *testing.T) {
	source, dest := fixture(t, "markdown"), t.TempDir()
	run(t, importer.Options{Source: filepath.Join(source, "es"), Dest: dest})
	report := run(t, importer.Options{Source: source, Dest: dest})
	for _, f := range report.Files {
		if f.ID == "2024-01-15-pedidos" && f.Reason != "it is in the archive already, word for word, as postmortems/2024-01-15-pedidos.md" {
			t.Errorf("%s: %s %s", f.File, f.Action, f.Reason)
		}
	}
	if report.Postmortems.New != 3 {
		t.Errorf("%+v", report.Postmortems)
	}
}

// TestSamePicture keeps the first of two attachments that would go to one place.
func TestSamePicture(t *testing.T) {
	source, dest := t.TempDir(), t.TempDir()
	for _, day := range []string{"2024-03-05-a", "2024-03-06-b"} {
		write(t, filepath.Join(source, day, "index.md"), "---\ndate: "+day[:10]+"\nresolvedWhen: "+day[:10]+"\nsection: issue\ntitle: Late\n---\n\n![](queue.png)\n")
		write(t, filepath.Join(source, day, "queue.png"), day)
	}
	report := run(t, importer.Options{Format: "cstate", Source: source, Dest: dest})
	if report.Attachments != (importer.Counts{New: 1, Skipped: 1}) || report.Problems.Count(problem.Warning) != 1 {
		t.Errorf("%+v, %v", report.Attachments, report.Problems)
	}
	if again := run(t, importer.Options{Format: "cstate", Source: source, Dest: dest}); again.Attachments != (importer.Counts{Same: 1, Skipped: 1}) {
		t.Errorf("the second run did %+v", again.Attachments)
	}
}

// TestWhere finds the folder of the postmortems: an archive without one keeps its files where they are.
func TestWhere(t *testing.T) {
	for name, test := range map[string]struct{ there, want string }{
		"a new archive":              {"", late},
		"a folder of Markdown files": {"2023-old.md", strings.TrimPrefix(late, "postmortems/")},
		"an archive with a folder":   {"postmortems/old.md", late},
		"only settings":              {"archive.yaml", late},
		"only a README":              {"README.md", late},
	} {
		dest := t.TempDir()
		if test.there != "" {
			write(t, filepath.Join(dest, test.there), "text\n")
		}
		if got := run(t, importer.Options{Source: page(t, told("a1", "Late", "Over.")), Dest: dest}).Files[0].File; got != test.want {
			t.Errorf("%s: it went to %s, want %s", name, got, test.want)
		}
	}
}

// TestLinkOut does not follow a link that leads out of the archive.
func TestLinkOut(t *testing.T) {
	dest, outside := t.TempDir(), t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dest, "postmortems")); err != nil {
		t.Skip(err)
	}
	_, err := importer.Run(context.Background(), importer.Options{Source: page(t, told("a1", "Late", "Over.")), Dest: dest})
	if entries, _ := os.ReadDir(outside); len(entries) > 0 {
		t.Errorf("%s was written outside of the archive (%v)", entries[0], err)
	}
}

// TestStrict writes nothing when there is anything to say.
func TestStrict(t *testing.T) {
	dest := filepath.Join(t.TempDir(), "archive")
	report := run(t, importer.Options{Source: page(t, told("a1", "Late", "Over."), `{"id": "a2", "name": "No time"}`), Dest: dest, Strict: true})
	if report.Written || report.Problems.Count(problem.Warning) != 1 {
		t.Errorf("written: %v, problems: %v", report.Written, report.Problems)
	}
	if _, err := os.Stat(dest); err == nil {
		t.Error("something was written")
	}
	if report := run(t, importer.Options{Source: page(t, told("a1", "Late", "Over.")), Dest: dest, Strict: true}); !report.Written || report.Postmortems.New != 1 {
		t.Errorf("nothing was wrong, and %+v was written", report.Postmortems)
	}
}

// TestShapes reads the ways in which people come by lists of incidents.
func TestShapes(t *testing.T) {
	a, b := told("a1", "One", "x"), told("a2", "Two", "y")
	for name, test := range map[string]struct {
		text string
		want int
	}{
		"a list":                     {"[" + a + "," + b + "]", 2},
		"an object":                  {`{"page": {"name": "x"}, "incidents": [` + a + "," + b + `], "more": [1, 2]}`, 2},
		"one incident":               {a, 1},
		"one incident in an object":  {`{"incident": ` + a + `}`, 1},
		"lines":                      {a + "\n" + b + "\n", 2},
		"pages behind each other":    {`{"incidents": [` + a + `]}` + "\n" + `{"incidents": [` + b + `]}`, 2},
		"lists behind each other":    {"[" + a + "]\n[" + b + "]", 2},
		"a list of pages":            {`[{"incidents": [` + a + `]}, {"incidents": [` + b + `]}]`, 2},
		"a list of lists":            {"[[" + a + "], [" + b + "]]", 2},
		"maintenances":               {`{"scheduled_maintenances": [` + a + `]}`, 1},
		"a byte order mark":          {"\ufeff[" + a + "]", 1},
		"null lists":                 {`{"incidents": null}`, 0},
		"none":                       {`{"incidents": []}`, 0},
		"UTF-16, as PowerShell does": {utf16("[" + a + "]"), 1},
	} {
		file := filepath.Join(t.TempDir(), "x.json")
		write(t, file, test.text)
		report := run(t, importer.Options{Format: "statuspage", Source: file, Dest: t.TempDir()})
		if report.Postmortems.New != test.want || report.Problems.Count(problem.Error) > 0 {
			t.Errorf("%s: %d of %d, %v", name, report.Postmortems.New, test.want, report.Problems)
		}
	}
}

// utf16 is a text of ASCII characters in UTF-16 with a byte order mark.
func utf16(text string) string {
	var b strings.Builder
	b.WriteString("\xff\xfe")
	for _, c := range []byte(text) {
		b.WriteByte(c)
		b.WriteByte(0)
	}
	return b.String()
}

// TestBadJSON names the place of every mistake and imports what stands before it.
func TestBadJSON(t *testing.T) {
	a := told("a1", "One", "x")
	for text, want := range map[string]string{
		"":                               "x.json:1:1: error: there is nothing in this file",
		"  \n ":                          "x.json:1:1: error: there is nothing in this file",
		"[" + a + ",\n  {\"id\": ":       "x.json:2:3: error: the file ends in the middle of what begins here; everything before it is imported",
		"[" + a + ",\n  {\"id\": \"a2\n": "x.json:2:3: error: the file ends in the middle of what begins here; everything before it is imported",
		"[" + a + ",\n":                  "error: the file ends",
		"[" + a:                          "error: the file ends",
		"[" + a + ",\n {\"id\": 07}]":    "x.json:2:10: error: this is not JSON: invalid character '7' after object key:value pair; everything before it is imported",
		"[" + a + "] rest":               "error: this is not JSON",
		"[" + a + ", 7]":                 "error: an incident is expected here, found 7",
		`{"incidents": {"a": [{}]}}`:     `x.json:1:15: error: "incidents" is a list of incidents; this is an object, and is passed over`,
		"true":                           "error: a list of incidents is expected here, found true",
		strings.Repeat("[", 20_000):      "error: ",
		"[" + strings.Repeat("[", 300) + strings.Repeat("]", 300) + "]": "nested more than 200 deep",
	} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "x.json"), text)
		report := run(t, importer.Options{Format: "statuspage", Source: filepath.Join(dir, "x.json"), SourceName: "x.json", Dest: filepath.Join(dir, "archive")})
		if len(report.Problems) == 0 || !strings.Contains(report.Problems[0].Error(), want) {
			t.Errorf("%.60q: %v, want %s", text, report.Problems, want)
		}
		if strings.Contains(text, a) && report.Postmortems.New != 1 {
			t.Errorf("%.60q: what stands before the mistake was not imported", text)
		}
	}
}

// TestWrongUse says what to do when there is nothing to import.
func TestWrongUse(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "notes.txt"), "text")
	write(t, filepath.Join(dir, "empty.json"), "")
	write(t, filepath.Join(dir, "md", "2024-03-05-x.md"), "# Outage\n\n## Timeline\n\n- 2024-03-05 14:02 UTC a\n- 15:00 UTC b\n")
	status := page(t, told("a1", "Late", "Over."))
	for want, opts := range map[string]importer.Options{
		"looks like statuspage, and not like gcp":                 {Format: "gcp", Source: status},
		"is an address, and only what is on this machine is read": {Source: "https://status.example.com/api/v2/incidents.json"},
		"there is no file or folder":                              {Source: filepath.Join(dir, "nowhere")},
		"is in no format that is known here":                      {Source: filepath.Join(dir, "notes.txt")},
		"is empty":                                                {Source: filepath.Join(dir, "empty.json")},
		`"csv" is not a format`:                                   {Format: "csv", Source: dir},
		"is inside of what it shall import":                       {Source: filepath.Join(dir, "md"), Dest: filepath.Join(dir, "md", "content")},
		"is a file; an archive is a folder":                       {Source: filepath.Join(dir, "md"), Dest: filepath.Join(dir, "notes.txt")},
	} {
		if opts.Dest == "" {
			opts.Dest = filepath.Join(dir, "archive")
		}
		if _, err := importer.Run(context.Background(), opts); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %s", opts, err, want)
		}
	}
}

// TestInterrupted keeps what was written when somebody stops an import, and goes on the next time.
func TestInterrupted(t *testing.T) {
	source, dest := page(t, told("a1", "One", "x"), told("a2", "Two", "y"), told("a3", "Three", "z")), t.TempDir()
	ctx, stop := context.WithCancel(context.Background())
	report, err := importer.Run(ctx, importer.Options{Source: source, Dest: dest, Progress: func(done int) {
		if done == 2 {
			stop()
		}
	}})
	if !errors.Is(err, context.Canceled) || report.Postmortems.New != 2 || report.Written {
		t.Errorf("%v: %+v", err, report.Postmortems)
	}
	if report := run(t, importer.Options{Source: source, Dest: dest}); report.Postmortems != (importer.Counts{New: 1, Same: 2}) {
		t.Errorf("the second run did %+v", report.Postmortems)
	}
}

// TestMany reads a hundred thousand incidents in a dry run. They take little memory beside the report itself, and not forever.
func TestMany(t *testing.T) {
	if testing.Short() {
		t.Skip("a hundred thousand incidents take seconds")
	}
	const many = 100_000
	name := filepath.Join(t.TempDir(), "incidents.json")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(f, `{"incidents": [`)
	for i := range many {
		if i > 0 {
			fmt.Fprintln(f, ",")
		}
		fmt.Fprint(f, told(fmt.Sprintf("mill%06d", i), fmt.Sprintf("Orders are late for the %dth time", i), strings.Repeat("Orders are late, and we are looking into it. ", 6)))
	}
	fmt.Fprint(f, "]}")
	size, _ := f.Seek(0, 1)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	var most uint64
	start := time.Now()
	report := run(t, importer.Options{Source: name, Dest: filepath.Join(t.TempDir(), "archive"), DryRun: true, Progress: func(done int) {
		if done%20_000 == 0 {
			var stats runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&stats)
			most = max(most, stats.HeapAlloc)
		}
	}})
	t.Logf("%d incidents, %d MB in %v, at most %d MB of memory", report.Postmortems.New, size>>20, time.Since(start), most>>20)
	if report.Postmortems.New != many {
		t.Errorf("%+v", report.Postmortems)
	}
	if most > 150<<20 {
		t.Errorf("%d MB of memory for a file of %d MB", most>>20, size>>20)
	}
}

// TestGuess finds out what a file or folder is.
func TestGuess(t *testing.T) {
	for name, want := range map[string]string{"statuspage": "statuspage", "gcp": "gcp", "atom": "atom", "github": "github", "cstate": "cstate", "icco": "icco", "markdown": "markdown"} {
		report := run(t, importer.Options{Source: fixture(t, name), Dest: t.TempDir(), DryRun: true})
		if report.Format != want || !report.Guessed {
			t.Errorf("%s was taken for %s", name, report.Format)
		}
	}
	dir := fixture(t, "statuspage")
	write(t, filepath.Join(dir, "other.json"), `[{"external_desc": "x", "id": "1"}]`)
	write(t, filepath.Join(dir, "package.json"), `{"name": "x"}`)
	report := run(t, importer.Options{Source: dir, Dest: t.TempDir(), DryRun: true})
	var reasons []string
	for _, f := range report.Files {
		if f.File == "" && f.ID == "" {
			reasons = append(reasons, filepath.Base(f.From.File)+": "+f.Reason)
		}
	}
	if got := strings.Join(reasons, "; "); report.Format != "statuspage" || got != "other.json: it looks like gcp; import it by itself; package.json: it does not look like statuspage" {
		t.Errorf("%s: %s", report.Format, got)
	}
}
