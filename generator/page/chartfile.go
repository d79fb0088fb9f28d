package page

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"debrief/generator/trend"
)

// records are the numbers of an exhibit for programs. A value is a string, an int, a float64, a []string, or nil where nothing is known.
type records struct {
	keys []string
	rows [][]any
}

// numbers are the records of an exhibit: its own or, without those, its table.
func (x *Exhibit) numbers() *records {
	if x.records != nil {
		return x.records
	}
	out := &records{}
	if x.Table == nil {
		return out
	}
	for _, c := range x.Table.Columns {
		out.keys = append(out.keys, c.keys...)
	}
	rows := x.Table.Rows
	if x.Table.every != nil {
		rows = x.Table.every
	}
	for _, row := range rows {
		values := make([]any, 0, len(out.keys))
		for _, c := range row.Cells {
			values = append(values, c.raw...)
		}
		out.rows = append(out.rows, values)
	}
	return out
}

// writeCSV writes records by RFC 4180, with one line of names. A text that a spreadsheet would take for a formula is prefixed with an
// apostrophe, because some of these texts were written by others (https://owasp.org/www-community/attacks/CSV_Injection).
func (r *records) writeCSV() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	line := make([]string, len(r.keys))
	if err := w.Write(r.keys); err != nil {
		return nil, err
	}
	for _, row := range r.rows {
		for i := range line {
			line[i] = ""
			if i < len(row) {
				line[i] = csvValue(row[i])
			}
		}
		if err := w.Write(line); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

func csvValue(v any) string {
	switch v := v.(type) {
	case string:
		return CellText(v)
	case []string:
		return CellText(strings.Join(v, " "))
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case nil:
		return ""
	default:
		return CellText(fmt.Sprint(v))
	}
}

// CellText is a text as it may stand in a cell of a CSV file: no spreadsheet reads it as a formula.
func CellText(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// writeJSON writes records as objects, with the periods they are about. The members of an object stand in the order of the table.
func (r *records) writeJSON(title string, t *trend.Trends) ([]byte, error) {
	var b bytes.Buffer
	var failed error
	value := func(v any) {
		if n, ok := v.(int); ok { // as nearly all are
			b.Write(strconv.AppendInt(b.AvailableBuffer(), int64(n), 10))
			return
		}
		encoded, err := json.Marshal(v)
		if err != nil && failed == nil {
			failed = err
		}
		b.Write(encoded)
	}
	b.WriteString(`{"title":`)
	value(title)
	b.WriteString(`,"as_of":`)
	value(t.End.String())
	for _, p := range []struct {
		name   string
		period trend.Period
	}{{"recent", t.Recent}, {"before", t.Before}} {
		b.WriteString(`,"` + p.name + `":{"from":`)
		value(p.period.From.String())
		b.WriteString(`,"to":`)
		value(p.period.To.String())
		b.WriteByte('}')
	}
	names := make([]string, len(r.keys))
	for i, key := range r.keys {
		encoded, err := json.Marshal(key)
		if err != nil {
			return nil, err
		}
		names[i] = string(encoded) + ":"
	}
	b.WriteString(`,"rows":[`)
	for n, row := range r.rows {
		if n > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('{')
		for i, name := range names {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(name)
			if i < len(row) {
				value(row[i])
			} else {
				b.WriteString("null")
			}
		}
		b.WriteByte('}')
	}
	b.WriteString("]}\n")
	return b.Bytes(), failed
}
