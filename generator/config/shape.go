package config

import (
	"io/fs"

	"debrief/generator/fields"
	"debrief/generator/problem"
)

// examples hold every key that archive.yaml may nest others in, in each form that it may have.
var examples = []string{`
sites: {internal: {url: https://in.example/}, external: {url: https://out.example/}}
severities: [sev1, {id: sev2}]
services: [mail, {id: checkout}]
factors: [dns, {id: config-change}]
glossary: [{term: a, meaning: b}]
sections: {impact: [Blast radius]}
links: [{name: Status, url: https://status.example/}]
feeds: {size: 50}
audit: {hosts: ['*.corp.example'], allow: [support@acme.example]}
rules: {blameless/counterfactual: {severity: off}}
`, `
sites: {internal: https://in.example/, external: https://out.example/}
rules: {blameless/counterfactual: off}
`}

// Shape is which keys archive.yaml may have, and what each may hold, as the reader has it.
func Shape() *fields.Shape {
	all := &fields.Shape{}
	for _, example := range examples {
		var problems problem.List
		root, _ := fields.Parse(Files()[0], 1, fields.YAML, []byte(example))
		shape := fields.Trace(root)
		(&reader{fsys: noFiles{}, problems: &problems, config: Default()}).archive(fields.NewDecoder(root, &problems))
		all.Merge(shape)
	}
	return all
}

// noFiles is a file system without files, for reading an example.
type noFiles struct{}

func (noFiles) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}
