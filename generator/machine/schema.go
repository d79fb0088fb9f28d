package machine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"debrief/generator/edition"
	"debrief/generator/page"
)

// The API describes itself: a JSON Schema (draft 2020-12) of each kind of file, and an OpenAPI 3.1 description of all addresses. Both are read
// off the Go types that the files are written from, so they cannot say anything else than what is written. A member that only the internal
// edition has is not even named outside.
//
// Readers are told to ignore members they do not know, so the schemas allow further ones.

const (
	schemaFolder  = "api/schema/"
	schemaDialect = "https://json-schema.org/draft/2020-12/schema"
	openAPIPath   = "api/openapi.json"
	// apiVersion is that of the API: the second number grows with a new member, the first with one that changes its meaning.
	apiVersion = "1.0.0"
)

// documents are the kinds of files that have a schema: by name, what it is, and the type it is written from.
var documents = []struct {
	name, title string
	of          reflect.Type
}{
	{"incidents", "All incidents, in brief", reflect.TypeFor[apiList]()},
	{"incident", "One incident, whole", reflect.TypeFor[apiIncident]()},
	{"trends", "The figures of the trends", reflect.TypeFor[apiTrends]()},
	{"statuspage", "The newest incidents in the shape of a Statuspage", reflect.TypeFor[spList]()},
	{"export", "All incidents, whole: what debrief export --format json writes", reflect.TypeFor[apiExport]()},
}

// Schema returns the JSON Schema of one kind of file for an audience: incidents, incident, trends, statuspage or export. Home is the address
// of the site that publishes it; without one the schema has no address of its own.
func Schema(name string, audience edition.Audience, home string) ([]byte, error) {
	for _, d := range documents {
		if d.name != name {
			continue
		}
		w := schemaWriter{inside: audience == edition.Internal, at: "#/$defs/", defs: map[string]any{}}
		root := w.object(d.of)
		root["$schema"], root["title"] = schemaDialect, d.title
		if home != "" {
			root["$id"] = page.Absolute(home, "/"+schemaFolder+name+".json")
		}
		root["$defs"] = w.defs
		return indented(root)
	}
	return nil, fmt.Errorf("the API has no schema %q", name)
}

func schemas(e *edition.Edition) []page.File {
	files := []page.File{{Path: openAPIPath, Produce: func() ([]byte, error) { return openAPI(e) }}}
	for _, d := range documents {
		files = append(files, page.File{Path: schemaFolder + d.name + ".json", Produce: func() ([]byte, error) {
			return Schema(d.name, e.Audience, e.Site.URL)
		}})
	}
	return files
}

// object is a JSON object. Its members are written in the order of their names, which is the same every time.
type object = map[string]any

// schemaWriter writes the schemas of types. A named type is written once, into defs, and referred to.
type schemaWriter struct {
	inside bool
	// at is where in the document the definitions stand.
	at   string
	defs map[string]any
}

// schemaOf is the schema of a value. A pointer may be null; a list is never null.
func (w *schemaWriter) schemaOf(t reflect.Type) object {
	switch t.Kind() {
	case reflect.Pointer:
		of := w.schemaOf(t.Elem())
		if kind, plain := of["type"].(string); plain {
			of["type"] = []string{kind, "null"}
			return of
		}
		return object{"anyOf": []object{of, {"type": "null"}}}
	case reflect.Slice:
		return object{"type": "array", "items": w.schemaOf(t.Elem())}
	case reflect.Array:
		return object{"type": "array", "items": w.schemaOf(t.Elem()), "minItems": t.Len(), "maxItems": t.Len()}
	case reflect.Struct:
		return w.reference(t)
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Float64:
		return object{"type": "number"}
	default:
		return object{"type": "integer"}
	}
}

// reference refers to the definition of a struct, which is made when it is first met.
func (w *schemaWriter) reference(t reflect.Type) object {
	name := definition(t)
	if _, known := w.defs[name]; !known {
		w.defs[name] = nil // a type that is made of itself would not end
		w.defs[name] = w.object(t)
	}
	return object{"$ref": w.at + name}
}

// definition is the name of a type for readers: Incident for apiIncident, StatuspageUpdate for spUpdate.
func definition(t reflect.Type) string {
	if name, of := strings.CutPrefix(t.Name(), "sp"); of {
		return "Statuspage" + name
	}
	return strings.TrimPrefix(t.Name(), "api")
}

func (w *schemaWriter) object(t reflect.Type) object {
	properties, required := object{}, []string{}
	for _, field := range reflect.VisibleFields(t) {
		if field.Anonymous || field.Tag.Get("inside") == "only" && !w.inside {
			continue
		}
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		properties[name] = w.member(field)
		if options != "omitempty" {
			required = append(required, name)
		}
	}
	return object{"type": "object", "properties": properties, "required": required}
}

// member is the schema of a field, with what its tags say. Of a list enum and format are about the items.
func (w *schemaWriter) member(field reflect.StructField) object {
	out := w.schemaOf(field.Type)
	value := out
	if items, list := out["items"].(object); list {
		value = items
	}
	if field.Tag.Get("null") == "may" {
		out["type"] = []any{out["type"], "null"}
	}
	if words := field.Tag.Get("enum"); words != "" {
		var values []any
		for word := range strings.SplitSeq(words, ",") {
			values = append(values, word)
		}
		if field.Type.Kind() == reflect.Pointer {
			values = append(values, nil)
		}
		value["enum"] = values
	}
	if format := field.Tag.Get("format"); format != "" {
		value["format"] = format
	}
	if doc := field.Tag.Get("doc"); doc != "" {
		out["description"] = doc
	}
	return out
}

// openAPI describes the addresses of the API (https://spec.openapis.org/oas/v3.1.0).
func openAPI(e *edition.Edition) ([]byte, error) {
	w := schemaWriter{inside: e.Audience == edition.Internal, at: "#/components/schemas/", defs: map[string]any{}}
	get := func(id, summary string, of reflect.Type, parameters ...object) object {
		operation := object{
			"operationId": id, "summary": summary,
			"responses": object{"200": object{
				"description": "The file.",
				"content":     object{"application/json": object{"schema": w.reference(of)}},
			}},
		}
		if len(parameters) > 0 {
			operation["parameters"] = parameters
			operation["responses"].(object)["404"] = object{"description": "There is no such incident."}
		}
		return object{"get": operation}
	}
	slug := object{
		"name": "slug", "in": "path", "required": true, "schema": object{"type": "string"},
		"description": "The last part of the address of the incident's page.",
	}
	paths := object{
		"/" + incidentsPath:          get("listIncidents", "All incidents, the newest first, in brief", reflect.TypeFor[apiList]()),
		"/api/incidents/{slug}.json": get("getIncident", "One incident, whole", reflect.TypeFor[apiIncident](), slug),
		"/" + trendsPath:             get("getTrends", "The figures of the trends", reflect.TypeFor[apiTrends]()),
		"/" + statuspagePath:         get("listStatuspageIncidents", "The newest incidents in the shape of a Statuspage", reflect.TypeFor[spList]()),
	}
	server := "/"
	if e.Site.URL != "" {
		server = strings.TrimSuffix(e.Site.URL, "/")
	}
	return indented(object{
		"openapi": "3.1.0",
		"info": object{
			"title": e.Site.Title, "version": apiVersion,
			"description": "Static files, made when the site is built. Times are RFC 3339 in UTC, lengths whole seconds; what is unknown is null. New members may come.",
		},
		"jsonSchemaDialect": schemaDialect,
		"servers":           []object{{"url": server}},
		"security":          []object{}, // there is nothing to sign up for
		"paths":             paths,
		"components":        object{"schemas": w.defs},
	})
}

// indented writes JSON that people read, too.
func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
