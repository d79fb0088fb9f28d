package feedcheck

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

const (
	atomSpace    = "http://www.w3.org/2005/Atom"
	contentSpace = "http://purl.org/rss/1.0/modules/content/"
	xhtmlSpace   = "http://www.w3.org/1999/xhtml"
)

// An element is an element of a feed with all that is in it.
type element struct {
	name     xml.Name
	attrs    []xml.Attr
	children []*element
	text     string // its own, without that of its children
}

// parseXML reads a whole XML document.
func parseXML(data []byte) (*element, error) {
	decoder := xml.NewDecoder(bytes.NewReader(data))
	top := &element{}
	open := []*element{top}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		inside := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{name: token.Name, attrs: token.Copy().Attr}
			inside.children = append(inside.children, e)
			open = append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			inside.text += string(token)
		case xml.Directive:
			return nil, fmt.Errorf("it has a declaration <!%s>, which feed readers refuse", token)
		}
	}
	if len(top.children) != 1 || strings.TrimSpace(top.text) != "" {
		return nil, fmt.Errorf("it has %d elements at its top", len(top.children))
	}
	return top.children[0], nil
}

// all returns the children of a name.
func (e *element) all(space, local string) []*element {
	var found []*element
	for _, child := range e.children {
		if child.name.Space == space && child.name.Local == local {
			found = append(found, child)
		}
	}
	return found
}

// value returns the text of the first child of a name, and whether there is one.
func (e *element) value(space, local string) (string, bool) {
	if found := e.all(space, local); len(found) > 0 {
		return found[0].text, true
	}
	return "", false
}

func (e *element) attr(name string) string {
	for _, a := range e.attrs {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// counts checks how often the children of an element's own namespace are there: exactly once, at most once, or any number of times. Others
// than those are unknown.
func (c checker) counts(place string, e *element, once, atMostOnce, anyNumber []string) {
	space := e.name.Space
	for _, name := range once {
		if n := len(e.all(space, name)); n != 1 {
			c.errorf(place, "it has %d elements %s, and needs one", n, name)
		} else if value, _ := e.value(space, name); strings.TrimSpace(value) == "" && len(e.all(space, name)[0].children) == 0 {
			c.errorf(place, "its %s is empty", name)
		}
	}
	for _, name := range atMostOnce {
		if n := len(e.all(space, name)); n > 1 {
			c.errorf(place, "it has %d elements %s, and may have one", n, name)
		}
	}
	for _, child := range e.children {
		name := child.name.Local
		if child.name.Space == space && !slices.Contains(once, name) && !slices.Contains(atMostOnce, name) && !slices.Contains(anyNumber, name) {
			c.errorf(place, "there is no element %s in it", name)
		}
	}
}
