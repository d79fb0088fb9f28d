package render

import (
	"bytes"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"debrief/generator/page"
)

// View is what a layout receives: the site, the page being rendered, and in Data the page's own data. A partial that writes links needs the
// view too, and is given its own data with With; one that only shows a value receives just that:
//
//	{{range .Data.Latest}}{{template "partials/card.html" $.With .}}{{end}}
//	{{template "partials/day.html" .Started}}
type View struct {
	Site *page.Site
	Page *page.Page
	// Data is the struct that the layout or partial shows.
	Data any

	theme *Theme
	root  string // the way from the page to the root of the site: "../../"
}

func (t *Theme) view(p *page.Page) *View {
	v := &View{Site: t.site, Page: p, Data: p.Data, theme: t}
	if p.Layout == page.LayoutNotFound {
		v.root = t.base // it is served at any depth, where a relative address would lead astray
	} else {
		v.root = strings.Repeat("../", strings.Count(p.Path, "/")-1)
	}
	return v
}

// With returns the same view with other data.
func (v *View) With(data any) *View {
	with := *v
	with.Data = data
	return &with
}

// URL returns the address that leads from this page to a site path, so that the site works under any path and from a plain file server.
// Other addresses come back as they are.
func (v *View) URL(address string) string {
	if !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") {
		return address
	}
	if address == "/" && v.root == "" {
		return "./"
	}
	return v.root + address[1:]
}

// Asset returns the address of an asset by its name in the theme: "main.css", "images/team.webp".
func (v *View) Asset(name string) (string, error) {
	path, ok := v.theme.names[name]
	if !ok {
		return "", fmt.Errorf("the theme has no asset %q", name)
	}
	return v.URL(path), nil
}

// Absolute returns a site path as an absolute address; empty when the site's own address is not known.
func (v *View) Absolute(path string) string {
	if v.Site.URL == "" || !strings.HasPrefix(path, "/") {
		return ""
	}
	return v.Site.URL + path[1:]
}

// Canonical returns the page's absolute address; empty when it is not known, or when the page has none of its own, as 404 has not.
func (v *View) Canonical() string {
	if v.Page.Layout == page.LayoutNotFound {
		return ""
	}
	return v.Absolute(v.Page.Path)
}

// Current returns the value of aria-current for a link of the navigation: "page" for this very page, "true" for the part of the site this
// page belongs to, empty for others.
func (v *View) Current(l page.Link) string {
	switch {
	case l.URL == v.Page.Path:
		return "page"
	case l.Name == v.Page.Nav:
		return "true"
	}
	return ""
}

// basePath returns the path of an absolute address with a final "/"; "/" when there is none.
func basePath(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Path == "" {
		return "/"
	}
	return strings.TrimSuffix(u.EscapedPath(), "/") + "/"
}

// percent writes a per-cent value with two decimals at most: "33.33%".
func percent(x float64) string { return string(appendPercent(nil, x)) }

func appendPercent(b []byte, x float64) []byte {
	b = strconv.AppendFloat(b, x, 'f', 2, 64)
	return append(bytes.TrimSuffix(bytes.TrimRight(b, "0"), []byte(".")), '%')
}
