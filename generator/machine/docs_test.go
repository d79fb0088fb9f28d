package machine

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"debrief/generator/testkit"
)

// TestAPIIsDocumented finds every member of the API in docs/api.md.
func TestAPIIsDocumented(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(testkit.Root(t), "docs", "api.md"))
	if err != nil {
		t.Fatal(err)
	}
	docs := string(b)
	seen := map[reflect.Type]bool{}
	var visit func(reflect.Type)
	visit = func(typ reflect.Type) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || seen[typ] {
			return
		}
		seen[typ] = true
		for i := range typ.NumField() {
			field := typ.Field(i)
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if name != "" && !strings.Contains(docs, "`"+name+"`") {
				t.Errorf("docs/api.md does not explain %q of %s", name, typ.Name())
			}
			visit(field.Type)
		}
	}
	visit(reflect.TypeFor[apiIncident]())
	visit(reflect.TypeFor[apiList]())
	visit(reflect.TypeFor[apiTrends]())
}
