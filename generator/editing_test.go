package generator_test

import (
	"testing"

	"debrief/generator"
	"debrief/generator/postmortem"
	"debrief/generator/testkit"
)

// The texts of an editor go before those on the disk, archive.yaml included; an unchanged archive is the same one; and only the files that are
// asked for are linted.
func TestEditing(t *testing.T) {
	const report = "---\nid: a\nservices: [mail]\n---\n\n## Summary\n\nWe should have tested it.\n"
	dir := testkit.Dir(t, "-- archive.yaml --\nservices: [mail]\n-- postmortems/a.md --\n"+report+"-- postmortems/b.md --\n"+report[:7]+"b"+report[8:])
	editing := generator.NewEditing(dir)
	look := func(texts map[string][]byte) *generator.Archive {
		t.Helper()
		a, err := editing.Look(t.Context(), texts)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	found := func(a *generator.Archive, file string) (rules []string) {
		t.Helper()
		result, err := a.Remarks(t.Context(), postmortem.Date{}, []string{"postmortems/a.md"})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range result.Findings {
			if f.File == file && f.Rule == "blameless/counterfactual" {
				rules = append(rules, f.Rule)
			}
		}
		return rules
	}
	first := look(nil)
	if look(nil) != first {
		t.Error("nothing changed, and the archive is another")
	}
	if len(found(first, "postmortems/a.md")) != 1 || len(found(first, "postmortems/b.md")) != 0 {
		t.Error("what was asked for is not what was linted")
	}
	typed := look(map[string][]byte{"postmortems/a.md": []byte("---\nid: c\n---\n\n## Summary\n\nMail was late.\n")})
	if typed.Model.Incident("c") == nil || typed.Model.Incident("b") == nil || len(found(typed, "postmortems/a.md")) != 0 {
		t.Error("what was typed is not what was read")
	}
	configured := look(map[string][]byte{"archive.yaml": []byte("rules: {blameless/counterfactual: off}\n")})
	if len(found(configured, "postmortems/a.md")) != 0 || configured.Model.Incident("a") == nil {
		t.Error("the settings that were typed are not those that hold")
	}
	if len(found(look(nil), "postmortems/a.md")) != 1 {
		t.Error("closed files are not as on the disk")
	}
}
