package schema

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"debrief/generator/config"
	"debrief/generator/fields"
	"debrief/generator/postmortem"
	"debrief/generator/testkit"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestGolden shows every change of what authors may write.
func TestGolden(t *testing.T) {
	testkit.Golden(t, "testdata/front-matter.json", FrontMatter())
	testkit.Golden(t, "testdata/archive.json", Archive())
}

// TestDescribed holds the sentences against the readers: every key has one, and no sentence is about a key that is gone.
func TestDescribed(t *testing.T) {
	for name, test := range map[string]struct {
		shape        *fields.Shape
		descriptions map[string]description
	}{"front matter": {postmortem.Shape(), frontMatter}, "archive.yaml": {config.Shape(), archiveYAML}} {
		paths := map[string]bool{}
		var walk func(s *fields.Shape, path string)
		walk = func(s *fields.Shape, path string) {
			paths[path] = true
			for _, k := range s.Keys {
				below := k.Name
				if path != "" {
					below = path + "." + k.Name
				}
				walk(k.Shape, below)
				if test.descriptions[below].text == "" {
					t.Errorf("%s: %s has no description", name, below)
				}
			}
			if s.Items != nil {
				walk(s.Items, path+"[]")
			}
			if s.Values != nil {
				walk(s.Values, path+".*")
			}
		}
		walk(test.shape, "")
		for path := range test.descriptions {
			if !paths[path] {
				t.Errorf("%s: %s is described but nobody reads it", name, path)
			}
		}
	}
}

func compile(t *testing.T, src []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// value is a node as JSON Schema sees it.
func value(n *fields.Node) any {
	switch {
	case n.Kind == fields.Null:
		return nil
	case n.Kind == fields.List:
		items := []any{}
		for _, item := range n.Items {
			items = append(items, value(item))
		}
		return items
	case n.Kind == fields.Map:
		object := map[string]any{}
		for _, e := range n.Entries {
			object[e.Key] = value(e.Value)
		}
		return object
	case n.Type == fields.Bool:
		return strings.EqualFold(n.Text, "true")
	case n.Type == fields.Number:
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(n.Text))
		if err == nil {
			return doc
		}
	}
	return n.Text
}

// TestSampleIsValid holds the schemas against what people write: the sample archive and the one that init makes.
func TestSampleIsValid(t *testing.T) {
	frontMatter, archive := compile(t, FrontMatter()), compile(t, Archive())
	checked := 0
	for _, pattern := range []string{"../../content/archive.yaml", "../../cmd/debrief/starter/archive.yaml"} {
		for _, file := range glob(t, pattern) {
			src := read(t, file)
			node, _ := fields.Parse(file, 1, fields.YAML, src)
			if err := archive.Validate(value(node)); err != nil {
				t.Errorf("%s: %v", file, err)
			}
			checked++
		}
	}
	for _, pattern := range []string{"../../content/postmortems/*.md", "../../content/postmortems/*/*.md", "../../cmd/debrief/starter/postmortems/*.md"} {
		for _, file := range glob(t, pattern) {
			parts := postmortem.Divide(read(t, file))
			if len(parts.Matter) == 0 {
				continue
			}
			node, _ := fields.Parse(file, parts.MatterLine, parts.Syntax, parts.Matter)
			if err := frontMatter.Validate(value(node)); err != nil {
				t.Errorf("%s: %v", file, err)
			}
			checked++
		}
	}
	if checked < 20 {
		t.Errorf("only %d files were checked", checked)
	}
}

func TestMistakesAreInvalid(t *testing.T) {
	frontMatter, archive := compile(t, FrontMatter()), compile(t, Archive())
	for name, test := range map[string]struct {
		schema *jsonschema.Schema
		text   string
		valid  bool
	}{
		"an unknown key":          {frontMatter, "severty: sev1", false},
		"an unknown word":         {frontMatter, "status: finished", false},
		"a list for a truth":      {frontMatter, "near_miss: [true]", false},
		"a key without a value":   {frontMatter, "detected:", true},
		"one service":             {frontMatter, "services: checkout", true},
		"a number for a text":     {frontMatter, "id: 42", true},
		"an amendment's key":      {frontMatter, "amended: [{when: 2024-03-05}]", false},
		"a page size of nothing":  {archive, "page_size: 0", false},
		"a service by its name":   {archive, "services: [Checkout]", true},
		"a service with a typo":   {archive, "services: [{id: a, nmae: b}]", false},
		"an unknown section":      {archive, "sections: {impcat: [Blast]}", false},
		"an address for a site":   {archive, "sites: {internal: https://in.example/}", true},
		"a rule that is off":      {archive, "rules: {blameless/counterfactual: off}", true},
		"a rule of unknown grade": {archive, "rules: {blameless/counterfactual: loud}", false},
	} {
		t.Run(name, func(t *testing.T) {
			node, _ := fields.Parse("a", 1, fields.YAML, []byte(test.text))
			if err := test.schema.Validate(value(node)); (err == nil) != test.valid {
				t.Errorf("%s: valid %v, want %v (%v)", test.text, err == nil, test.valid, err)
			}
		})
	}
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return src
}
