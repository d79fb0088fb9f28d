package bigarchive

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"debrief/generator/edition"
)

func TestEdition(t *testing.T) {
	o := Options{Postmortems: 400, Seed: 1}
	e := Edition(o, edition.Internal)
	words, different := 0, map[string]bool{}
	for _, inc := range e.Incidents {
		text := inc.SummaryText
		for _, s := range inc.Sections {
			text += " " + s.Body.Text
		}
		for _, entry := range inc.Timeline {
			text += " " + entry.Text
		}
		for _, w := range strings.Fields(strings.ToLower(text)) {
			words++
			different[strings.Trim(w, ".")] = true
		}
	}
	if mean := words / len(e.Incidents); mean < 700 || mean > 1200 {
		t.Errorf("a postmortem has %d words on average, want about a thousand", mean)
	}
	if len(different) < 15000 {
		t.Errorf("400 postmortems have %d different words, which is too few for the vocabulary to be more than 20,000", len(different))
	}
	if len(e.Services) != serviceCount || len(e.Factors) != factorCount {
		t.Errorf("there are %d services and %d factors", len(e.Services), len(e.Factors))
	}
	if again := Edition(o, edition.Internal); !reflect.DeepEqual(again.Incidents[7].SummaryText, e.Incidents[7].SummaryText) {
		t.Error("the same options made another archive")
	}
	if outside := Edition(o, edition.External); len(outside.Incidents) == 0 || len(outside.Incidents) >= len(e.Incidents) {
		t.Errorf("outside are %d of %d", len(outside.Incidents), len(e.Incidents))
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	if err := Write(dir, Options{Postmortems: 12, Seed: 1, Rich: true}); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "postmortems", "*", "*.md"))
	if err != nil || len(files) != 12 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"---\nid: INC-", "## Timeline", "**Resolved.**", "[^1]:", "| Region |"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s lacks %q", files[0], want)
		}
	}
	if blocks := strings.Count(string(text), "\n```\n"); blocks != 2 {
		t.Errorf("%s has %d blocks of code, want two", files[0], blocks)
	}
	languages := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range strings.Split(string(text), "\n```")[1:] {
			if language, _, _ := strings.Cut(block, "\n"); language != "" {
				languages[language] = true
			}
		}
	}
	if len(languages) != 6 {
		t.Errorf("the code is in %d languages, want six", len(languages))
	}
}

// TestVocabulary holds the words against what they promise: how many there are, and how much more often the frequent ones are used.
func TestVocabulary(t *testing.T) {
	a := newArchive(Options{Postmortems: 2000, Seed: 1})
	forms := map[string]bool{}
	for _, l := range a.vocabulary.lemmas {
		for _, form := range l {
			forms[form] = true
		}
	}
	if len(forms) < 20_000 {
		t.Errorf("the vocabulary has %d words, want at least 20,000", len(forms))
	}
	services, factors := make([]int, serviceCount), make([]int, factorCount)
	for i := range 2000 {
		r := a.report(i)
		services[r.services[0]]++
		factors[r.factors[0]]++
	}
	for name, counts := range map[string][]int{"services": services, "factors": factors} {
		total, top := 0, 0
		for i, n := range counts {
			total += n
			if i < len(counts)/5 {
				top += n
			}
		}
		if top*2 < total {
			t.Errorf("the first fifth of the %s has %d of %d incidents, which is not skewed", name, top, total)
		}
	}
}
