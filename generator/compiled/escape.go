package compiled

import (
	"bytes"
	"fmt"
	"html/template"
	"reflect"
	"strconv"
	"strings"
	"text/template/parse"
)

// writer prints a value as its context needs it.
type writer func(b *bytes.Buffer, v reflect.Value)

// escaper returns the writer that does what a chain of html/template's escapers does; nil when there is none here. The names are of the
// library's inside: one that a later version of Go gives is not known here, and then the library prints.
func escaper(chain []*parse.CommandNode) writer {
	const prefix = "_html_template_"
	var names []string
	for _, c := range chain {
		id, ok := c.Args[0].(*parse.IdentifierNode)
		if !ok || len(c.Args) != 1 || !strings.HasPrefix(id.Ident, prefix) {
			return nil
		}
		names = append(names, strings.TrimPrefix(id.Ident, prefix))
	}
	return writers[strings.Join(names, " ")]
}

var writers = map[string]writer{
	"htmlescaper": func(b *bytes.Buffer, v reflect.Value) {
		if v.IsValid() && v.Type() == htmlType {
			b.WriteString(v.String())
			return
		}
		writeText(b, v)
	},
	"rcdataescaper":                       writeText,
	"attrescaper":                         writeText,
	"urlfilter urlnormalizer attrescaper": func(b *bytes.Buffer, v reflect.Value) { writeURL(b, v, true, true) },
	"urlnormalizer attrescaper":           func(b *bytes.Buffer, v reflect.Value) { writeURL(b, v, false, true) },
	"urlescaper attrescaper":              func(b *bytes.Buffer, v reflect.Value) { writeURL(b, v, false, false) },
	"jsvalescaper": func(b *bytes.Buffer, v reflect.Value) {
		if !v.IsValid() || v.Type() != jsType {
			giveUp()
		}
		b.WriteString(v.String())
	},
}

var (
	stringType = reflect.TypeFor[string]()
	htmlType   = reflect.TypeFor[template.HTML]()
	urlType    = reflect.TypeFor[template.URL]()
	jsType     = reflect.TypeFor[template.JS]()
)

// text returns a value as text, as fmt.Sprint writes it.
func text(v reflect.Value) string {
	switch k := v.Kind(); {
	case k == reflect.Invalid || k == reflect.Pointer || k == reflect.Interface:
		giveUp()
	case v.Type() == stringType, k == reflect.String && v.NumMethod() == 0:
		return v.String()
	}
	return fmt.Sprint(v.Interface())
}

// writeText writes a value so that it is text, between tags or in an attribute with quotes.
func writeText(b *bytes.Buffer, v reflect.Value) {
	switch {
	case v.IsValid() && v.Type() == htmlType:
		giveUp() // the library takes the tags out
	case v.CanInt() && v.NumMethod() == 0:
		b.Write(strconv.AppendInt(b.AvailableBuffer(), v.Int(), 10))
	default:
		escape(b, text(v))
	}
}

// escapes are what stands in HTML for characters that would be more than text.
var escapes = [128]string{0: "\uFFFD", '"': "&#34;", '&': "&amp;", '\'': "&#39;", '+': "&#43;", '<': "&lt;", '>': "&gt;"}

func escape(b *bytes.Buffer, s string) {
	written := 0
	for i := range len(s) {
		if c := s[i]; c < 128 && escapes[c] != "" {
			b.WriteString(s[written:i])
			b.WriteString(escapes[c])
			written = i + 1
		}
	}
	b.WriteString(s[written:])
}

// writeURL writes an address, or a part of one, into an attribute with quotes. A filtered one leads to the web or to mail or it leads
// nowhere; a normal one keeps the characters that divide an address and what is escaped already.
func writeURL(b *bytes.Buffer, v reflect.Value, filter, normal bool) {
	s := text(v)
	switch trusted := v.Type() == urlType; {
	case trusted:
		normal = true
	case filter && !safeURL(s):
		b.WriteString("#ZgotmplZ")
		return
	}
	written := 0
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0:
			continue
		case normal && c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			continue
		case normal && strings.IndexByte("!#$&*+,/:;=?@[]", c) >= 0:
			if escapes[c] == "" {
				continue
			}
			b.WriteString(s[written:i])
			b.WriteString(escapes[c])
		default:
			b.WriteString(s[written:i])
			const digits = "0123456789abcdef"
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
		written = i + 1
	}
	b.WriteString(s[written:])
}

// safeURL reports whether an address is relative or has one of the schemes that html/template lets pass.
func safeURL(s string) bool {
	scheme, _, ok := strings.Cut(s, ":")
	return !ok || strings.Contains(scheme, "/") ||
		strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "mailto")
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
