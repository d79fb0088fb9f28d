package attachment

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"debrief/generator/lazyregexp"
)

const (
	svgSpace   = "http://www.w3.org/2000/svg"
	xlinkSpace = "http://www.w3.org/1999/xlink"
	xmlSpace   = "http://www.w3.org/XML/1998/namespace"
)

// svgElements are the elements that draw (Scalable Vector Graphics 2, W3C), and those that name what is drawn. An element that is not among them is left
// out with all it holds: script, foreignObject, metadata.
var svgElements = wordSet(`a animate animateMotion animateTransform circle clipPath defs desc ellipse feBlend feColorMatrix feComponentTransfer feComposite
	feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge
	feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence filter g image line linearGradient marker mask mpath
	path pattern polygon polyline radialGradient rect set stop style svg switch symbol text textPath title tspan use view`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// maxDepth is how deep elements may be nested.
const maxDepth = 256

// cleanSVG writes a drawing anew from its elements.
func cleanSVG(src []byte) ([]byte, error) {
	d := xml.NewDecoder(bytes.NewReader(src))
	d.CharsetReader = func(charset string, input io.Reader) (io.Reader, error) {
		if strings.EqualFold(charset, "us-ascii") || strings.EqualFold(charset, "utf-8") {
			return input, nil
		}
		return nil, fmt.Errorf("it is written in %s; save it in UTF-8", charset)
	}
	w := &svgWriter{}
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("it is no SVG that can be read (%w)", err)
		}
		if err := w.token(t); err != nil {
			return nil, err
		}
	}
	if !w.begun || len(w.open) > 0 {
		return nil, errDamaged
	}
	w.out.WriteByte('\n')
	return w.out.Bytes(), nil
}

type svgWriter struct {
	out bytes.Buffer
	// open are the elements that are open, with the names that their prefixes stand for.
	open []svgElement
	// dropped is how many elements deep we are in one that is left out.
	dropped int
	begun   bool
}

type svgElement struct {
	name   string
	raw    xml.Name
	spaces map[string]string
}

func (w *svgWriter) token(t xml.Token) error {
	switch t := t.(type) {
	case xml.StartElement:
		return w.start(t)
	case xml.EndElement:
		if w.dropped > 0 {
			w.dropped--
			return nil
		}
		if len(w.open) == 0 || w.open[len(w.open)-1].raw != t.Name {
			return errDamaged
		}
		fmt.Fprintf(&w.out, "</%s>", w.open[len(w.open)-1].name)
		w.open = w.open[:len(w.open)-1]
	case xml.CharData:
		if w.dropped == 0 && len(w.open) > 0 {
			text := []byte(t)
			if w.open[len(w.open)-1].name == "style" && !harmlessStyle(string(text)) {
				return nil
			}
			return xml.EscapeText(&w.out, text)
		}
	}
	return nil // comments, instructions and the document type are left out
}

func (w *svgWriter) start(t xml.StartElement) error {
	if w.dropped > 0 {
		w.dropped++
		return nil
	}
	if len(w.open) >= maxDepth {
		return fmt.Errorf("its elements are nested more than %d deep", maxDepth)
	}
	spaces := map[string]string{"xml": xmlSpace}
	if n := len(w.open); n > 0 {
		spaces = w.open[n-1].spaces
	}
	copied := false
	for _, a := range t.Attr {
		prefix, declares := "", a.Name.Space == "" && a.Name.Local == "xmlns"
		if a.Name.Space == "xmlns" {
			prefix, declares = a.Name.Local, true
		}
		if declares {
			if !copied {
				own := map[string]string{}
				for k, v := range spaces {
					own[k] = v
				}
				spaces, copied = own, true
			}
			spaces[prefix] = a.Value
		}
	}
	space := spaces[t.Name.Space]
	if t.Name.Space == "" && space == "" {
		space = svgSpace // a drawing that declares nothing
	}
	if !w.begun && t.Name.Local != "svg" {
		return errDamaged
	}
	if space != svgSpace || !svgElements[t.Name.Local] || animatesLink(t) {
		if !w.begun {
			return errDamaged
		}
		w.dropped = 1
		return nil
	}
	if len(w.open) == 0 && w.begun {
		return errDamaged
	}
	w.out.WriteString("<" + t.Name.Local)
	if !w.begun {
		w.out.WriteString(` xmlns="` + svgSpace + `"`)
		w.begun = true
	}
	seen := map[string]bool{}
	for _, a := range t.Attr {
		name, value, ok := w.attribute(t.Name.Local, spaces, a)
		if !ok || seen[name] {
			continue
		}
		seen[name] = true
		w.out.WriteString(" " + name + `="`)
		if err := xml.EscapeText(&w.out, []byte(value)); err != nil {
			return err
		}
		w.out.WriteByte('"')
	}
	w.out.WriteByte('>')
	w.open = append(w.open, svgElement{t.Name.Local, t.Name, spaces})
	return nil
}

// animatesLink reports whether an animation changes where something leads.
func animatesLink(t xml.StartElement) bool {
	for _, a := range t.Attr {
		if strings.EqualFold(a.Name.Local, "attributeName") {
			name := strings.ToLower(strings.TrimSpace(a.Value))
			if i := strings.LastIndexByte(name, ':'); i >= 0 {
				name = name[i+1:]
			}
			return name == "href" || strings.HasPrefix(name, "on") || name == "style"
		}
	}
	return false
}

var attributeName = lazyregexp.New(`^[A-Za-z][A-Za-z0-9-]*$`)

// attribute decides about one attribute: handlers, names of other programs and everything that leads elsewhere are left out.
func (w *svgWriter) attribute(element string, spaces map[string]string, a xml.Attr) (name, value string, ok bool) {
	name, value = a.Name.Local, a.Value
	if a.Name.Space == "xmlns" || a.Name.Space == "" && name == "xmlns" || !attributeName.MatchString(name) {
		return "", "", false
	}
	switch space := spaces[a.Name.Space]; {
	case a.Name.Space == "":
	case space == xlinkSpace && name == "href":
	case space == xmlSpace && (name == "space" || name == "lang"):
		return "xml:" + name, value, true
	default:
		return "", "", false
	}
	lower := strings.ToLower(name)
	switch {
	case strings.HasPrefix(lower, "on"), strings.HasPrefix(lower, "data-"), lower == "src", lower == "base", lower == "target", lower == "ping", lower == "download":
		return "", "", false
	case lower == "href":
		if strings.HasPrefix(value, "#") && element != "a" {
			return "href", value, true
		}
		if picture, ok := innerPicture(value); ok && element == "image" {
			return "href", picture, true
		}
		return "", "", false
	}
	return name, value, harmlessStyle(value)
}

// innerPicture cleans a picture that is written into the drawing.
func innerPicture(address string) (string, bool) {
	for mediaType, name := range map[string]string{"image/png": "a.png", "image/jpeg": "a.jpg", "image/gif": "a.gif", "image/webp": "a.webp"} {
		prefix := "data:" + mediaType + ";base64,"
		if !strings.HasPrefix(address, prefix) {
			continue
		}
		content, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(address[len(prefix):]), ""))
		if err != nil {
			return "", false
		}
		clean, err := Clean(name, content)
		return prefix + base64.StdEncoding.EncodeToString(clean), err == nil
	}
	return "", false
}

var (
	loads = lazyregexp.New(`(?i)(?:url|image|image-set|src)\s*\(\s*(["']?)\s*([^)]{0,8})`)
	// A backslash could hide a name from the two above.
	suspicious = lazyregexp.New(`(?i)@import|javascript:|expression\s*\(|-moz-binding|behavior\s*:|\\|</`)
)

// harmlessStyle reports whether a style sheet or the value of an attribute loads nothing from elsewhere.
func harmlessStyle(text string) bool {
	if suspicious.MatchString(text) {
		return false
	}
	for _, m := range loads.FindAllStringSubmatch(text, -1) {
		if !strings.HasPrefix(m[2], "#") {
			return false
		}
	}
	return true
}
