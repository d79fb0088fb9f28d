package postmortem

import (
	"slices"
	"time"

	"debrief/generator/fields"
)

// examples hold every key that front matter may nest others in, in each form that it may have.
var examples = []string{`
external_title: Example
links: {chat: https://chat.example/}
amended: [{date: 2024-03-05}]
ignore: {blameless/counterfactual: a reason}
`, `
external_title: Example
owner: [Payments team]
deferred_work: [the second region]
`}

// Shape is which keys front matter may have in this format, and what each may hold, as the reader has it. The keys of other tools, which are
// read as far as they go, are not in it.
func Shape() *fields.Shape {
	all := &fields.Shape{}
	for _, example := range examples {
		r := &reader{p: &Postmortem{}, location: time.UTC, own: true, vocabulary: defaultVocabulary(), facts: map[fact]statement{}, derived: map[string]bool{}}
		node, _ := fields.Parse("", 1, fields.YAML, []byte(example))
		shape := fields.Trace(node)
		r.matter = fields.NewDecoder(node, &r.problems)
		r.foreign = newForeign(node, r.matter)
		r.readKeys()
		all.Merge(shape)
	}
	own := &fields.Shape{}
	for _, key := range slices.Concat(ownKeys, []string{"detection"}) {
		own.Keys = append(own.Keys, fields.Key{Name: key, Shape: all.Key(key)})
	}
	return own
}
