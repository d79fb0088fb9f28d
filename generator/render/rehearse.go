package render

import (
	"io"
	"reflect"

	"debrief/generator/page"
	"debrief/generator/problem"
)

// rehearse renders every layout twice with made-up data of its type, once with everything there and once with nothing, so that a misspelt
// field anywhere in a theme is found when the theme is loaded.
func (t *Theme) rehearse(files *files, problems *problem.List) {
	for _, l := range layouts {
		for _, p := range specimens(l.name, l.data) {
			if err := t.layouts[l.name].Execute(io.Discard, t.view(p)); err != nil {
				problems.Add(files.templateProblem(err))
				break
			}
		}
	}
}

// specimens returns a page where everything is there and one where nothing is.
func specimens(layout page.Layout, data reflect.Type) [2]*page.Page {
	everything := full(reflect.TypeFor[page.Page]()).Addr().Interface().(*page.Page)
	everything.Data = full(data).Addr().Interface()
	nothing := &page.Page{Data: reflect.New(data).Interface()}
	for _, p := range []*page.Page{everything, nothing} {
		p.Path, p.Layout = "/specimen/", layout
	}
	return [2]*page.Page{everything, nothing}
}

// full returns an addressable value of a type with nothing left zero: every list has one element, every pointer leads somewhere.
func full(t reflect.Type) reflect.Value {
	v := reflect.New(t).Elem()
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			if t.Field(i).IsExported() {
				v.Field(i).Set(full(t.Field(i).Type))
			}
		}
	case reflect.Pointer:
		v.Set(full(t.Elem()).Addr())
	case reflect.Slice:
		v.Set(reflect.Append(v, full(t.Elem())))
	case reflect.String:
		v.SetString("2006-01-02T15:04:05Z") // long enough to be cut as a time is
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(2)
	case reflect.Float64:
		v.SetFloat(2)
	}
	return v
}
