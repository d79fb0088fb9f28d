package importer_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"debrief/generator"
	"debrief/generator/importer"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

// corpora is where archives of others lie, beside the repository and no part of it.
const corpora = "../../../shared/corpus"

// TestCorpora imports whole archives of other people, builds what comes of it without an error, and finds every word and every update of the
// source in the files that were written. A second run writes nothing.
func TestCorpora(t *testing.T) {
	if _, err := os.Stat(corpora); err != nil {
		t.Skip("the archives of others are not here: " + corpora)
	}
	for source, want := range map[string]struct {
		format                             string
		postmortems, updates, mostWarnings int
	}{
		"json-statuspage-gcp/statuspage.json": {"statuspage", 5, 23, 0},
		"json-statuspage-gcp/gcp.json":        {"gcp", 2, 21, 0},
		"cstate-jenkins":                      {"cstate", 297, 0, 0},
		"icco-postmortems":                    {"icco", 242, 0, 0},
		"dfds":                                {"markdown", 38, 353, 0},
		"hachyderm":                           {"markdown", 8, 60, 0},
		"jenkins-postmortems":                 {"markdown", 8, 56, 0},
		"kubernetes-test-infra":               {"markdown", 5, 57, 0},
		"mybinder":                            {"markdown", 23, 199, 0},
		"python-discord":                      {"markdown", 6, 8, 0},
	} {
		t.Run(source, func(t *testing.T) {
			dest := filepath.Join(t.TempDir(), "archive")
			opts := importer.Options{Source: filepath.Join(corpora, source), Dest: dest, Public: true}
			report, err := importer.Run(context.Background(), opts)
			if err != nil {
				t.Fatal(err)
			}
			if report.Format != want.format || report.Postmortems.New != want.postmortems || report.Updates < want.updates || report.Postmortems.Changed+report.Postmortems.Same > 0 {
				t.Errorf("%s: %+v with %d updates; want %d of %s with %d", report.Format, report.Postmortems, report.Updates, want.postmortems, want.format, want.updates)
			}
			if len(report.Problems) > want.mostWarnings {
				t.Errorf("%d problems: %v", len(report.Problems), report.Problems[0])
			}
			written := files(t, dest)
			if strings.HasSuffix(source, ".json") {
				compareJSON(t, opts.Source, written)
			} else {
				compareTree(t, opts.Source, written, report)
			}
			built, err := generator.Build(context.Background(), generator.Options{Root: dest, Out: filepath.Join(t.TempDir(), "site")})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range built.Problems {
				if p.Severity == problem.Error {
					t.Errorf("the archive has an error: %v", p)
				}
			}
			if built.Reading.Postmortems != want.postmortems {
				t.Errorf("%d of %d postmortems were built: %v", built.Reading.Postmortems, want.postmortems, built.Reading.Skipped)
			}
			again, err := importer.Run(context.Background(), opts)
			if err != nil || again.Postmortems.Same != want.postmortems || again.Postmortems.New+again.Postmortems.Changed > 0 || again.Attachments.New+again.Attachments.Changed > 0 {
				t.Errorf("the second run did %+v and %+v (%v)", again.Postmortems, again.Attachments, err)
			}
			for name, text := range files(t, dest) {
				if written[name] != text {
					t.Errorf("the second run changed %s", name)
				}
			}
		})
	}
}

// files are all Markdown files below a folder.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".md" {
			return err
		}
		text, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		all[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// words counts the words of a text: its runs of letters and digits.
func words(texts ...string) map[string]int {
	counts := map[string]int{}
	for _, text := range texts {
		for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			counts[strings.ToLower(w)]++
		}
	}
	return counts
}

// missing are the words of a source that an output has less often.
func missing(source, output map[string]int) []string {
	var lost []string
	for w, n := range source {
		if output[w] < n {
			lost = append(lost, w)
		}
	}
	return lost
}

// plain is the text of HTML, with its addresses.
func plain(text string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			b.WriteString(z.Token().Data + " ")
		default:
			for _, a := range z.Token().Attr {
				if a.Key == "href" || a.Key == "src" {
					b.WriteString(" " + a.Val + " ")
				}
			}
		}
	}
}

// compareJSON finds the words of every incident in the file that was made of it, and its updates as entries.
func compareJSON(t *testing.T, source string, written map[string]string) {
	src, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	type told struct {
		ID, Name string
		Desc     string `json:"external_desc"`
		Updates  []struct{ Text string }
		Messages []struct{ Body string } `json:"incident_updates"`
	}
	var list struct{ Incidents []told }
	if json.Unmarshal(src, &list) != nil {
		if err := json.Unmarshal(src, &list.Incidents); err != nil {
			t.Fatal(err)
		}
	}
	for _, in := range list.Incidents {
		text, name := "", ""
		for n, w := range written {
			if strings.Contains(w, in.ID) {
				name, text = n, w
			}
		}
		source := []string{in.Name, in.Desc}
		for _, u := range in.Updates {
			source = append(source, u.Text)
		}
		for _, u := range in.Messages {
			source = append(source, plain(u.Body))
		}
		if lost := missing(words(source...), words(text)); len(lost) > 0 {
			t.Errorf("%s: words were lost: %v", in.ID, lost)
		}
		p, _ := postmortem.Read(name, []byte(text), postmortem.Options{})
		if p.External == nil {
			t.Fatalf("%s has no External summary", name)
		}
		reports := 0
		if len(in.Updates) > 0 {
			reports = 1 // the last update of Google Cloud is the report, not an entry
		}
		if got := len(p.External.Timeline); got < len(in.Updates)+len(in.Messages)-reports {
			t.Errorf("%s: %d entries of %d updates", in.ID, got, len(in.Updates)+len(in.Messages))
		}
		for _, e := range p.External.Timeline {
			if e.Time.IsZero() {
				t.Errorf("%s: an entry has no time: %q", in.ID, e.Written)
			}
		}
	}
}

// updateLabel is a line that says when an update was made; in the file that is written it stands in the form that all times have.
var updateLabel = regexp.MustCompile(`(?m)^(?:\[[^\]\n]*\d[^\]\n]*\]|\*\*[^*\n]*\d{4}[^*\n]*(?:\*\*)?)[ \t]*$`)

// compareTree finds the words of every source file in the file that was made of it, and what the reader found in it.
func compareTree(t *testing.T, root string, written map[string]string, report *importer.Report) {
	for _, f := range report.Files {
		if f.ID == "" || f.File == "" {
			continue
		}
		src, err := os.ReadFile(f.From.File)
		if err != nil {
			t.Fatal(err)
		}
		parts := postmortem.Divide(src)
		text := written[f.File]
		if lost := missing(words(updateLabel.ReplaceAllString(string(parts.Body), " ")), words(text)); len(lost) > 0 {
			t.Errorf("%s: words were lost: %v", f.File, lost)
		}
		if report.Format == "markdown" && !strings.HasSuffix(text, string(parts.Body)) && strings.TrimSpace(string(parts.Body)) != strings.TrimSpace(string(postmortem.Divide([]byte(text)).Body)) {
			t.Errorf("%s: the body was changed", f.File)
		}
		rel, _ := filepath.Rel(root, f.From.File)
		before, _ := postmortem.Read(filepath.ToSlash(rel), src, postmortem.Options{})
		after, problems := postmortem.Read(f.File, []byte(text), postmortem.Options{})
		for _, p := range problems {
			if p.Severity == problem.Error {
				t.Errorf("%s", p)
			}
		}
		entries := len(after.Timeline)
		if after.External != nil {
			entries += len(after.External.Timeline)
		}
		if entries < len(before.Timeline) {
			t.Errorf("%s: %d entries of %d", f.File, entries, len(before.Timeline))
		}
		if report.Format == "markdown" && (len(after.Actions) != len(before.Actions) || after.Title != before.Title || !same(after.Started, before.Started) || !same(after.Resolved, before.Resolved)) {
			t.Errorf("%s is understood otherwise than %s: %d actions for %d, %q for %q, %v for %v, %v for %v", f.File, f.From.File,
				len(after.Actions), len(before.Actions), after.Title, before.Title, after.Started, before.Started, after.Resolved, before.Resolved)
		}
	}
}

// same reports whether two moments are one: to the second, or to the day where only that is known.
func same(a, b postmortem.Moment) bool {
	return a.DateOnly == b.DateOnly && (a.Time.Equal(b.Time) || a.DateOnly && postmortem.DateOf(a.Time) == postmortem.DateOf(b.Time))
}
