package machine_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"debrief/generator/edition"
	"debrief/generator/machine"
	"debrief/generator/testkit"
	"debrief/generator/testkit/sample"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestAPIKeepsItsSchemas holds every file of the API against the schema that is published beside it. The schemas allow members that are not
// described, for those to come; here there must be none.
func TestAPIKeepsItsSchemas(t *testing.T) {
	for name, e := range map[string]*edition.Edition{
		"external": sample.Edition(edition.External), "internal": sample.Edition(edition.Internal),
		"hostile": hostile(), "empty": {Audience: edition.External},
	} {
		t.Run(name, func(t *testing.T) {
			files := produce(t, e)
			checked := 0
			for path, content := range files {
				kind := kindOf(path)
				if kind == "" {
					continue
				}
				checked++
				schema := decoded(t, files["api/schema/"+kind+".json"])
				nothingElse(schema)
				if err := compiled(t, schema).Validate(decoded(t, content)); err != nil {
					t.Errorf("%s is not what its schema says: %v", path, err)
				}
			}
			if checked < 3+len(e.Incidents) {
				t.Errorf("only %d files have a schema", checked)
			}
		})
	}
}

// kindOf names the schema of a file.
func kindOf(path string) string {
	switch {
	case path == "api/incidents.json":
		return "incidents"
	case strings.HasPrefix(path, "api/incidents/"):
		return "incident"
	case path == "api/trends.json":
		return "trends"
	case path == "api/v2/incidents.json":
		return "statuspage"
	}
	return ""
}

// TestSchemasFindMistakes holds against the schemas what they must refuse.
func TestSchemasFindMistakes(t *testing.T) {
	files := produce(t, sample.Edition(edition.External))
	for name, test := range map[string]struct{ path, from, to string }{
		"a member that is not there": {"api/incidents.json", `"total":`, `"sum":`},
		"a word that none is":        {"api/incidents.json", `"stage":"final"`, `"stage":"over"`},
		"a number for a text":        {"api/incidents/hl-2024-012.json", `"title":"Tickets could not be bought for 42 minutes"`, `"title":42`},
		"a list that is null":        {"api/incidents.json", `"date_only":[]`, `"date_only":null`},
		"a day that is none":         {"api/incidents.json", `"published":"2024-06-07"`, `"published":"7 June"`},
		"a milestone that none is":   {"api/incidents/hl-2024-012.json", `"milestone":"began"`, `"milestone":"begun"`},
		"a status page without ids":  {"api/v2/incidents.json", `"page_id":`, `"page":`},
	} {
		t.Run(name, func(t *testing.T) {
			wrong := strings.ReplaceAll(files[test.path], test.from, test.to)
			if wrong == files[test.path] {
				t.Fatalf("%s has no %s", test.path, test.from)
			}
			if compiled(t, decoded(t, files["api/schema/"+kindOf(test.path)+".json"])).Validate(decoded(t, wrong)) == nil {
				t.Error("the schema does not mind")
			}
		})
	}
}

// TestOpenAPI checks that the description names every file of the API and no other, and that what it says of each is true.
func TestOpenAPI(t *testing.T) {
	for _, audience := range []edition.Audience{edition.External, edition.Internal} {
		files := produce(t, sample.Edition(audience))
		description := decoded(t, files["api/openapi.json"]).(map[string]any)
		if description["openapi"] != "3.1.0" {
			t.Errorf("it is of version %v", description["openapi"])
		}
		described := map[string]*jsonschema.Schema{}
		ids := []string{}
		for path, item := range description["paths"].(map[string]any) {
			get := item.(map[string]any)["get"].(map[string]any)
			ids = append(ids, get["operationId"].(string))
			schema := get["responses"].(map[string]any)["200"].(map[string]any)["content"].(map[string]any)["application/json"].(map[string]any)["schema"]
			described[path] = compiled(t, map[string]any{
				"$schema": "https://json-schema.org/draft/2020-12/schema", "components": description["components"], "$ref": schema.(map[string]any)["$ref"],
			})
		}
		slices.Sort(ids)
		if len(slices.Compact(ids)) != len(described) {
			t.Errorf("two addresses have one operationId: %q", ids)
		}
		one := regexp.MustCompile(`^/api/incidents/[^/]+\.json$`)
		for path, content := range files {
			if kindOf(path) == "" {
				continue
			}
			address := one.ReplaceAllLiteralString("/"+path, "/api/incidents/{slug}.json")
			schema := described[address]
			if schema == nil {
				t.Errorf("%s is not described", path)
				continue
			}
			if err := schema.Validate(decoded(t, content)); err != nil {
				t.Errorf("%s is not what is said of it: %v", path, err)
			}
		}
	}
}

// TestSchemasOfTheOutside finds nothing in them that only the inside has.
func TestSchemasOfTheOutside(t *testing.T) {
	for path, content := range produce(t, sample.Edition(edition.External)) {
		if !strings.HasPrefix(path, "api/schema/") && path != "api/openapi.json" {
			continue
		}
		for _, private := range []string{"participants", "deferred_work", "near_miss", "customer_message", `"internal":`} {
			if strings.Contains(content, private) {
				t.Errorf("%s tells of %s", path, private)
			}
		}
	}
}

func TestSchemaGolden(t *testing.T) {
	for _, name := range []string{"incidents", "incident", "trends", "export"} {
		b, err := machine.Schema(name, edition.Internal, "https://incidents.harbourline.example/")
		if err != nil {
			t.Fatal(err)
		}
		testkit.Golden(t, filepath.Join("testdata", "schema-"+name+".json"), b)
	}
	testkit.Golden(t, filepath.Join("testdata", "external-openapi.json"), []byte(produce(t, sample.Edition(edition.External))["api/openapi.json"]))
}

func TestNoSuchSchema(t *testing.T) {
	if _, err := machine.Schema("weather", edition.External, ""); err == nil || !strings.Contains(err.Error(), `"weather"`) {
		t.Errorf("the error is %v", err)
	}
}

func decoded(t *testing.T, content string) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(content))
	if err != nil {
		t.Fatalf("%v in %.200s", err, content)
	}
	return v
}

// compiled compiles a schema that minds formats.
func compiled(t *testing.T, schema any) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	const address = "https://schema.example/it.json"
	if err := c.AddResource(address, schema); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(address)
	if err != nil {
		b, _ := json.MarshalIndent(schema, "", " ")
		t.Fatal(fmt.Errorf("%w in %s", err, b))
	}
	return s
}

// nothingElse has a schema refuse members that it does not describe.
func nothingElse(schema any) {
	switch s := schema.(type) {
	case map[string]any:
		if _, object := s["properties"]; object && s["type"] == "object" {
			s["additionalProperties"] = false
		}
		for _, below := range s {
			nothingElse(below)
		}
	case []any:
		for _, below := range s {
			nothingElse(below)
		}
	}
}
