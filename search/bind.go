package search

import (
	"fmt"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"
)

// choice is a value that an operator can have.
type choice struct{ id, name string }

// choices are the values that there are, by operator.
type choices map[string][]choice

// fieldOf is the field of the bleve index that an operator looks at.
var fieldOf = map[string]string{
	"service": serviceField, "factor": factorField, "severity": severityField, "status": statusField, "has": hasField, "detected-by": detectedField, "year": yearField,
	"after": dateField, "before": dateField, "duration": minutesField,
}

// filters turns the operators of a query into filters of bleve, for and against. The error is a *QueryError.
func (q Query) filters(known choices) (with, without []query.Query, err error) {
	var wrong QueryError
	for _, c := range q.clauses {
		field, ok := fieldOf[c.op]
		if !ok {
			continue
		}
		var filter query.Query
		switch c.op {
		case "after":
			filter = termRange(field, c.values[0], "9999-99")
		case "before":
			filter = termRange(field, "0000", beforeTerm(c.values[0]))
		case "duration":
			filter = termRange(field, minutesTerm(c.from), minutesTerm(c.to))
		default:
			var ids []string
			for _, value := range c.values {
				matching := known.match(c.op, value)
				if len(matching) == 0 {
					wrong.add("%s", known.none(c.op, value))
				}
				ids = append(ids, matching...)
			}
			filter = anyTerm(field, ids)
		}
		if c.not {
			without = append(without, filter)
		} else {
			with = append(with, filter)
		}
	}
	if len(wrong.Problems) > 0 {
		return nil, nil, &wrong
	}
	return with, without, nil
}

// match returns the ids that a value means: those with this id or name, else those with one that begins so.
func (k choices) match(op, value string) []string {
	folded := foldName(value)
	if folded == "" {
		return nil
	}
	var exact, begun []string
	for _, c := range k[op] {
		id, name := foldName(c.id), foldName(c.name)
		if id == folded || name == folded {
			exact = append(exact, c.id)
		}
		if strings.HasPrefix(id, folded) || strings.HasPrefix(name, folded) {
			begun = append(begun, c.id)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return begun
}

// none says that an operator has no such value, and which it has.
func (k choices) none(op, value string) string {
	all := k[op]
	if len(all) == 0 {
		return fmt.Sprintf("%s:%s finds nothing: no incident here says anything about it", op, value)
	}
	const most = 12
	var shown []string
	for _, c := range all[:min(len(all), most)] {
		shown = append(shown, c.id)
	}
	list := strings.Join(shown, ", ")
	if len(all) > most {
		list += fmt.Sprintf(" and %d more", len(all)-most)
	}
	var near string
	var buf slips
	best := 3
	for _, c := range all {
		for _, name := range []string{foldName(c.id), foldName(c.name)} {
			if d := buf.distance([]rune(foldName(value)), name, 2); d < best {
				best, near = d, c.id
			}
		}
	}
	if near != "" {
		return fmt.Sprintf("There is no %s:%s. Did you mean %s:%s? There are %s", op, value, op, near, list)
	}
	return fmt.Sprintf("There is no %s:%s. There are %s", op, value, list)
}

// beforeTerm sorts after every day before the given year, month or day, and before the first day of it.
func beforeTerm(date string) string {
	return date[:len(date)-1] + string(rune(date[len(date)-1]-1)) + "~"
}

func termRange(field, from, to string) query.Query {
	inclusive := true
	q := bleve.NewTermRangeInclusiveQuery(from, to, &inclusive, &inclusive)
	q.SetField(field)
	return q
}

func anyTerm(field string, ids []string) query.Query {
	slices.Sort(ids)
	q := bleve.NewDisjunctionQuery()
	for _, id := range slices.Compact(ids) {
		t := bleve.NewTermQuery(id)
		t.SetField(field)
		q.AddQuery(t)
	}
	return q
}
