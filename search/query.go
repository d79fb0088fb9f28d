package search

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// The language of queries, here and in the browser (themes/default/assets/search/query.js):
//
//	dns timeout              both words, in any form; what has all words comes first, and alone if there is any
//	"connection pool"        these words, so, one after the other
//	-rollback                not this word; every operator may be turned round too: -service:payments
//	title:dns                a word of the title
//	service:payments         by id or name, or the beginning of one; several with commas mean any of them
//	factor:, severity:, status:, has:, detected-by:, year:
//	after:2024-01            on the first day of it or later; before:2024-06 before the first day of it
//	duration:>2h             also <30m, >=1d, <=1w
//
// A word that ends the query is also the beginning of a word. What looks like an operator and is none is a mistake that is told; a colon
// in a time (10:42), before a space or in an address (https://) is only a colon.

// Query is what somebody looks for.
type Query struct {
	clauses []clause
}

// clause is one condition of a query.
type clause struct {
	source string // as typed
	not    bool
	op     string // name of the operator; empty for words of the text
	words  []string
	phrase bool // the words stand together
	open   bool // the last word is still being typed
	values []string
	from   int // minutes of duration:
	to     int
}

// operators are all there are, in the order in which they are listed to people.
var operators = []string{"service", "factor", "severity", "status", "has", "detected-by", "year", "after", "before", "duration", "title"}

// maxWords bounds what a query can ask. What a person types is far below, and what is pasted is for similar.
const maxWords = 40

// QueryError says what is wrong with a query, in words for the one who typed it.
type QueryError struct{ Problems []string }

func (e *QueryError) Error() string { return strings.Join(e.Problems, "\n") }

func (e *QueryError) add(format string, args ...any) {
	e.Problems = append(e.Problems, fmt.Sprintf(format, args...))
}

// Parse reads a query. The error is a *QueryError with everything that is wrong.
func Parse(text string) (Query, error) {
	var q Query
	var wrong QueryError
	text = clean(text)
	words := 0
	for i := 0; i < len(text); {
		if text[i] == ' ' {
			i++
			continue
		}
		var c clause
		c, i = scan(text, i, &wrong)
		if words += max(1, len(c.words)); words > maxWords {
			return Query{}, &QueryError{Problems: []string{fmt.Sprintf("A query has %d words at most. To find what is like a long text, use similar", maxWords)}}
		}
		if c.op != "" || len(c.words) > 0 {
			q.clauses = append(q.clauses, c)
		}
	}
	if len(wrong.Problems) > 0 {
		return q, &wrong
	}
	return q, nil
}

// clean makes every kind of space and every control character a plain space, and every double quote a straight one.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r) || r == '\uFEFF':
			return ' '
		case r == '“' || r == '”' || r == '„':
			return '"'
		}
		return r
	}, normal(strings.ToValidUTF8(text, " ")))
}

// scan reads one clause from i on, and returns where the next begins.
func scan(text string, i int, wrong *QueryError) (clause, int) {
	start := i
	c := clause{}
	if text[i] == '-' && i+1 < len(text) && text[i+1] != ' ' {
		c.not = true
		i++
	}
	if text[i] == '"' {
		var inside string
		inside, i = quoted(text, i)
		c.words, c.phrase, c.source = forms(inside), true, text[start:i]
		return c, i
	}
	end := i
	for end < len(text) && text[end] != ' ' && text[end] != '"' {
		end++
	}
	name, value, isOperator := strings.Cut(text[i:end], ":")
	if isOperator && looksLikeOperator(name, value, end < len(text) && text[end] == '"') {
		c.op = strings.ToLower(name)
		if value == "" && end < len(text) && text[end] == '"' {
			value, end = quoted(text, end)
		}
		c.source = text[start:end]
		c.read(value, wrong)
		return c, end
	}
	c.words, c.source = forms(text[i:end]), text[start:end]
	c.phrase = c.not && len(c.words) > 1 // not both of them, together
	c.open = end == len(text) && !c.not
	return c, end
}

// quoted reads what stands between the quote at i and the next one, or the end.
func quoted(text string, i int) (inside string, next int) {
	inside, _, closed := strings.Cut(text[i+1:], `"`)
	next = i + 1 + len(inside)
	if closed {
		next++
	}
	return inside, next
}

var operatorName = regexp.MustCompile(`^[A-Za-z][A-Za-z-]*$`)

// looksLikeOperator tells service:payments from 10:42, https://example.com, std::vector and "error: refused".
func looksLikeOperator(name, value string, quoteFollows bool) bool {
	if slices.Contains(operators, strings.ToLower(name)) {
		return true
	}
	return operatorName.MatchString(name) && (value != "" || quoteFollows) && !strings.HasPrefix(value, "/") && !strings.HasPrefix(value, ":")
}

// read reads the value of an operator.
func (c *clause) read(value string, wrong *QueryError) {
	value = strings.TrimRight(value, ",")
	if !slices.Contains(operators, c.op) {
		wrong.add("There is no operator %q. %s To look for the text itself, put it in quotes: %q", c.op+":", operatorList(c.op), c.op+":"+value)
		return
	}
	if strings.Trim(value, ", ") == "" {
		wrong.add("%s: needs a value, such as %s", c.op, examples[c.op])
		return
	}
	switch c.op {
	case "title":
		if c.words = forms(value); len(c.words) == 0 {
			wrong.add("title: needs a word, such as %s", examples["title"])
		}
	case "after", "before":
		if !datePattern.MatchString(value) {
			wrong.add("%s:%s is not a date; write %s:2024, %s:2024-03 or %s:2024-03-05", c.op, value, c.op, c.op, c.op)
		}
		c.values = []string{value}
	case "duration":
		from, to, ok := parseDuration(value)
		if !ok {
			wrong.add("duration:%s is not a length of time; write duration:>2h or duration:<=30m", value)
		}
		c.from, c.to = from, to
	default:
		for v := range strings.SplitSeq(value, ",") {
			if v = strings.TrimSpace(v); v != "" {
				c.values = append(c.values, v)
			}
		}
	}
}

// examples show each operator once.
var examples = map[string]string{
	"service": "service:payments", "factor": "factor:config-change", "severity": "severity:sev1", "status": "status:preliminary", "has": "has:near-miss",
	"detected-by": "detected-by:customer", "year": "year:2024", "after": "after:2024-01", "before": "before:2024-06", "duration": "duration:>2h", "title": "title:dns",
}

// operatorList names the operators, the one that was perhaps meant first.
func operatorList(typed string) string {
	var near string
	var buf slips
	best := 3
	for _, op := range operators {
		d := buf.distance([]rune(typed), op, 2)
		if strings.HasPrefix(op, typed) && len(typed) > 1 {
			d = 0
		}
		if d < best {
			best, near = d, op
		}
	}
	list := "The operators are " + strings.Join(operators, ":, ") + ":."
	if near != "" {
		return fmt.Sprintf("Did you mean %s:? %s", near, list)
	}
	return list
}

// datePattern matches a year, a month or a day. Written so, they sort as text: a month before its days.
var datePattern = regexp.MustCompile(`^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$`)

// maxMinutes is longer than any duration: it has as many digits as a minutesTerm.
const maxMinutes = 99_999_999

var (
	durationPattern = regexp.MustCompile(`^([<>]=?)(\d{1,6})(w|d|h|min|m)$`)
	unitMinutes     = map[string]int{"w": 7 * 24 * 60, "d": 24 * 60, "h": 60, "min": 1, "m": 1}
)

// parseDuration reads a condition on a duration: the least and the most minutes.
func parseDuration(s string) (from, to int, ok bool) {
	m := durationPattern.FindStringSubmatch(strings.ToLower(s))
	if m == nil {
		return 0, 0, false
	}
	n, err := strconv.Atoi(m[2])
	if err != nil {
		return 0, 0, false
	}
	n = min(n*unitMinutes[m[3]], maxMinutes-1)
	switch m[1] {
	case ">":
		return n + 1, maxMinutes, true
	case ">=":
		return n, maxMinutes, true
	case "<":
		return 0, n - 1, true
	default:
		return 0, n, true
	}
}
