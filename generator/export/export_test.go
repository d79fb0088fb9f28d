package export_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"debrief/generator/edition"
	"debrief/generator/export"
	"debrief/generator/machine"
	"debrief/generator/testkit"
	"debrief/generator/testkit/sample"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func written(t *testing.T, e *edition.Edition, f export.Format) string {
	t.Helper()
	var b bytes.Buffer
	if err := export.Write(&b, e, f); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	for _, audience := range []edition.Audience{edition.External, edition.Internal} {
		e := sample.Edition(audience)
		for _, f := range []export.Format{export.CSV, export.Markdown, export.JSON} {
			testkit.Golden(t, filepath.Join("testdata", string(audience)+"."+string(f)), []byte(written(t, e, f)))
		}
	}
	for _, f := range export.Folder(sample.Edition(edition.External)) {
		if f.Path == "archive.yaml" || f.Path == "postmortems/hl-2024-012/index.md" || f.Path == "pages/about.md" {
			b, err := f.Produce()
			if err != nil {
				t.Fatal(err)
			}
			testkit.Golden(t, filepath.Join("testdata", "folder", filepath.FromSlash(f.Path)), b)
		}
	}
}

// TestJSONKeepsItsSchema holds the JSON export, and each of the JSON Lines, against the schemas that the site publishes.
func TestJSONKeepsItsSchema(t *testing.T) {
	for _, e := range []*edition.Edition{sample.Edition(edition.External), sample.Edition(edition.Internal), {Audience: edition.External}} {
		for format, kind := range map[export.Format]string{export.JSON: "export", export.JSONLines: "incident", export.Statuspage: "statuspage"} {
			b, err := machine.Schema(kind, e.Audience, "")
			if err != nil {
				t.Fatal(err)
			}
			c := jsonschema.NewCompiler()
			c.AssertFormat()
			if err := c.AddResource("it.json", unmarshal(t, string(b))); err != nil {
				t.Fatal(err)
			}
			schema, err := c.Compile("it.json")
			if err != nil {
				t.Fatal(err)
			}
			documents := []string{written(t, e, format)}
			if format == export.JSONLines {
				documents = slices.Collect(strings.Lines(documents[0]))
				if len(documents) != len(e.Incidents) {
					t.Errorf("%d lines for %d incidents", len(documents), len(e.Incidents))
				}
			}
			for _, d := range documents {
				if err := schema.Validate(unmarshal(t, d)); err != nil {
					t.Errorf("%s of the %s edition: %v", format, e.Audience, err)
				}
			}
		}
	}
}

func unmarshal(t *testing.T, text string) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestDraftsStay(t *testing.T) {
	e := sample.Edition(edition.Internal)
	e.Incidents[3].Draft = true
	for _, f := range export.Formats {
		if text := written(t, e, f); strings.Contains(text, "old harbour") {
			t.Errorf("%s tells of a draft", f)
		}
	}
}

func TestSpreadsheetsMeetNoFormula(t *testing.T) {
	e := sample.Edition(edition.External)
	e.Incidents[0].Title = `=HYPERLINK("https://evil.example","click")`
	if text := written(t, e, export.CSV); !strings.Contains(text, `"'=HYPERLINK(`) {
		t.Errorf("the title is a formula in\n%s", text)
	}
}

func TestParse(t *testing.T) {
	for _, f := range export.Formats {
		if got, err := export.Parse(string(f)); got != f || err != nil {
			t.Errorf("%s is %q, %v", f, got, err)
		}
	}
	_, err := export.Parse("xml")
	if want := `"xml" is not a format; it is json, jsonl, csv, statuspage or markdown`; err == nil || err.Error() != want {
		t.Errorf("the error is %v, want %s", err, want)
	}
}
