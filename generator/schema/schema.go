// Package schema writes JSON Schemas of what authors write by hand, so that their editors complete and check it: the front matter of
// postmortems, and archive.yaml. It stands beside the walk. What the keys are and what they may hold comes from the readers themselves, which
// note what they ask for (fields.Trace); only the sentences that describe the keys are written here, in describe.go.
package schema

import (
	"bytes"
	"encoding/json"
	"fmt"

	"debrief/generator/config"
	"debrief/generator/fields"
	"debrief/generator/postmortem"
)

// dialect is the version of JSON Schema that editors' YAML plugins know.
const dialect = "http://json-schema.org/draft-07/schema#"

// FrontMatter returns the schema of a postmortem's front matter.
func FrontMatter() []byte {
	return write("The front matter of a postmortem", postmortem.Shape(), frontMatter)
}

// Archive returns the schema of archive.yaml.
func Archive() []byte { return write("archive.yaml", config.Shape(), archiveYAML) }

func write(title string, shape *fields.Shape, descriptions map[string]description) []byte {
	w := &writer{descriptions: descriptions}
	root := w.object(shape, "")
	root = append(object{{"$schema", dialect}, {"title", title}}, root...)
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(root); err != nil {
		panic(err) // an object of strings, numbers and objects always marshals
	}
	return b.Bytes()
}

// description is what an editor shows of a key, with values to choose from where any text may stand but some are usual.
type description struct {
	text     string
	examples []string
	// words are all there are: of a text, of the items of a list of texts, or of the keys of a mapping whose keys are the author's own.
	words []string
}

type writer struct{ descriptions map[string]description }

// schemaOf is the schema of a value at a path such as "severities[].id".
func (w *writer) schemaOf(s *fields.Shape, path string) object {
	var forms []object
	for _, kind := range s.Kinds {
		if form := w.form(s, kind, path); form != nil {
			forms = append(forms, form)
		}
	}
	if len(forms) == 0 {
		forms = append(forms, object{{"type", "object"}}) // the reader looks at it itself
	}
	var out object
	d := w.descriptions[path]
	if d.text != "" {
		out = append(out, member{"description", d.text})
	}
	if len(d.examples) > 0 {
		out = append(out, member{"examples", d.examples})
	}
	// A key without a value is as good as not written.
	if len(forms) == 1 && orNull(forms[0]) {
		return append(out, forms[0]...)
	}
	return append(out, member{"anyOf", append(forms, object{{"type", "null"}})})
}

// orNull lets a form be null, too, where that can be said in one word.
func orNull(form object) bool {
	switch first := &form[0]; values := first.value.(type) {
	case string:
		first.value = []string{values, "null"}
	case []string:
		if first.name == "enum" {
			first.value = append(anys(values), nil)
		} else {
			first.value = append(values, "null")
		}
	default:
		return false
	}
	return true
}

func anys(words []string) []any {
	values := make([]any, len(words))
	for i, w := range words {
		values[i] = w
	}
	return values
}

// form is one form that a value may have; nil where nothing is known of it that another form does not say.
func (w *writer) form(s *fields.Shape, kind fields.Expected, path string) object {
	switch kind {
	case fields.AsText:
		return text(nil)
	case fields.AsBool:
		return object{{"type", "boolean"}}
	case fields.AsInt:
		return object{{"type", "integer"}, {"minimum", s.Least}, {"maximum", s.Most}}
	case fields.AsWord:
		return object{{"enum", s.Words}}
	case fields.AsTexts:
		return object{{"type", []string{"string", "array"}}, {"items", text(w.descriptions[path].words)}}
	case fields.AsMap:
		return w.object(s, path)
	case fields.AsList:
		if s.Items == nil {
			return object{{"type", "array"}}
		}
		item := *s.Items
		if len(item.Keys) > 0 {
			item.Kinds = append(item.Kinds[:len(item.Kinds):len(item.Kinds)], fields.AsMap)
		}
		one := w.schemaOf(&item, path+"[]")
		return object{{"anyOf", []object{{{"type", "array"}, {"items", one}}, one}}} // one value alone is a list of one
	case fields.AsEntries:
		values := text(nil)
		if s.Values != nil && len(s.Values.Kinds)+len(s.Values.Keys) > 0 {
			value := *s.Values
			if len(value.Keys) > 0 {
				value.Kinds = append(value.Kinds[:len(value.Kinds):len(value.Kinds)], fields.AsMap)
			}
			values = w.schemaOf(&value, path+".*")
		}
		return object{{"type", "object"}, {"propertyNames", text(w.descriptions[path].words)}, {"additionalProperties", values}}
	}
	return nil
}

// text is the schema of a text. A number is one, too: what YAML takes for a number is read as it is written.
func text(words []string) object {
	if words != nil {
		return object{{"enum", words}}
	}
	return object{{"type", []string{"string", "number"}}}
}

func (w *writer) object(s *fields.Shape, path string) object {
	properties := object{}
	for _, k := range s.Keys {
		below := k.Name
		if path != "" {
			below = path + "." + k.Name
		}
		properties = append(properties, member{k.Name, w.schemaOf(k.Shape, below)})
	}
	return object{{"type", "object"}, {"properties", properties}, {"additionalProperties", false}}
}

// object is a JSON object that keeps the order of its members.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the members in order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
