package edition_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"debrief/generator/archive"
	"debrief/generator/config"
	"debrief/generator/edition"
	"debrief/generator/postmortem"
)

const privateToken = "zqprivateqz"

// FuzzProject writes a public postmortem with any text inside and any text for customers, plants a token in everything that is private, and looks for it
// in every value that the outside is given. Outside stands what customers were written, and nothing else, whatever the text is.
func FuzzProject(f *testing.F) {
	for _, seed := range [][2]string{
		{"The queue was full.\n\n- 14:02 UTC **Began**: a\n\n| Time | Event |\n|---|---|\n| 14:03 | b |", "Mail was late.\n\n### What happened\n\nA [queue][q] was full[^1]."},
		{"[q]: https://private.example/\n\n[^1]: a note\n\n<!-- a comment -->\n\n```\ncode", "See ![a](b.png) and <b>c</b>.\n\n### What are we doing about this\n\n- [ ] d (due 2024-06-30)"},
		{"- [ ] e (owner: f, due 2024-06-30)\n\n> quoted\n\n<details><summary>g</summary>", "### Timeline\n\n- 14:02 UTC h\n\n### Summary\n\ni"},
		{"---\ntitle: x\n---", "---\n---"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, inside, outside string) {
		// A heading would be able to say that what follows is for customers, and is then read as that: so there is none among what is private.
		inside = strings.NewReplacer("#", "", "=", "", "<h", "", "<H", "", "external", "", "External", "", "\r", "").Replace(inside)
		lines := strings.Split(inside, "\n")
		for i, line := range lines {
			if strings.Trim(line, " -*_\t") == "" {
				line = "" // a rule, or what makes a heading of the line above
			}
			lines[i] = strings.Join(strings.Split(line, " "), " "+privateToken+" ") + " " + privateToken
		}
		text := "---\nid: A\ntitle: Mail was late\nvisibility: public\nstatus: published\nowner: " + privateToken + "\nservices: [" + privateToken + "]\nlinks: {a: https://" + privateToken + ".example/}\n---\n\n" +
			"## Summary\n\n" + strings.Join(lines, "\n") + "\n\n## External summary\n\n### Summary\n\n" + strings.ReplaceAll(outside, "zq", "")
		p, _ := postmortem.Read("a.md", []byte(text), postmortem.Options{Location: time.UTC})
		a, _ := archive.New(config.Default(), []*postmortem.Postmortem{p}, nil, nil)
		e, _ := edition.Project(a, edition.Options{Audience: edition.External})
		if p.External == nil || len(e.Incidents) != 1 {
			return // the text for customers says nothing
		}
		seen := map[uintptr]bool{}
		var walk func(v reflect.Value, path string)
		walk = func(v reflect.Value, path string) {
			switch v.Kind() {
			case reflect.Pointer:
				if v.IsNil() || seen[v.Pointer()] {
					return
				}
				seen[v.Pointer()] = true
				walk(v.Elem(), path)
			case reflect.Struct:
				if v.Type() == reflect.TypeFor[time.Time]() {
					return
				}
				for i := range v.NumField() {
					if v.Type().Field(i).IsExported() {
						walk(v.Field(i), path+"."+v.Type().Field(i).Name)
					}
				}
			case reflect.Slice, reflect.Array:
				for i := range v.Len() {
					walk(v.Index(i), path)
				}
			case reflect.String:
				if strings.Contains(strings.ToLower(v.String()), privateToken) {
					t.Errorf("%s outside holds %q", path, v.String())
				}
			}
		}
		walk(reflect.ValueOf(e), "Edition")
	})
}
