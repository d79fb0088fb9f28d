package compiled_test

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"debrief/generator/compiled"
)

// Specimen has a value of every sort that templates of a theme meet.
type Specimen struct {
	Title, Empty string
	Kind         Kind
	Markup       template.HTML
	Address      template.URL
	Script       template.JS
	Style        template.CSS
	Count, Zero  int
	Share        float64
	Yes, No      bool
	Length       time.Duration
	List         []Item
	None         []Item
	Pointers     []*Item
	Words        []string
	Pair         [2]int
	Item         Item
	One          *Item
	Nil          *Item
	Any          any
	NilAny       any
	Map          map[string]int
	hidden       string
}

type Kind string

type Item struct {
	Name  string
	URL   string
	Count int
	Inner *Item
}

func (i Item) Label() string                { return "<" + i.Name + ">" }
func (i *Item) ByPointer() string           { return "*" + i.Name }
func (i Item) Plus(n int) int               { return i.Count + n }
func (i Item) Join(a, b string) string      { return i.Name + a + b }
func (i Item) Fails() (string, error)       { return "", errors.New("it failed") }
func (i Item) Works() (string, error)       { return "fine", nil }
func (i Item) Panics() string               { panic("no") }
func (i Item) Variadic(s ...string) int     { return len(s) }
func (s *Specimen) Echo(text string) string { return text }
func (s *Specimen) Hold(x any) any          { return x }

func specimen(text string) *Specimen {
	item := Item{Name: text, URL: "/a b?c=d&e='f'#" + text, Count: 3, Inner: &Item{Name: "inner", Count: 1}}
	return &Specimen{
		Title: text, Kind: Kind(text), Markup: template.HTML("<b>" + text + "</b>"), Address: template.URL("javascript:" + text), Script: `{"a":1}`,
		Style: template.CSS(text), Count: 7, Share: 33.5, Yes: true, Length: 90 * time.Second, List: []Item{item, {Name: "second"}},
		Pointers: []*Item{&item, nil}, Words: []string{text, "b", ""}, Pair: [2]int{1, 2}, Item: item, One: &item, Any: item,
		Map: map[string]int{"a": 1}, hidden: text,
	}
}

var functions = template.FuncMap{
	"add":    func(a, b int) int { return a + b },
	"half":   func(x float64) float64 { return x / 2 },
	"shout":  strings.ToUpper,
	"fails":  func() (string, error) { return "", errors.New("it failed") },
	"markup": func(s string) template.HTML { return template.HTML("<i>" + template.HTMLEscapeString(s) + "</i>") },
	"many":   func(s ...string) int { return len(s) },
}

var methods = compiled.Methods{
	{Type: reflect.TypeFor[*Specimen](), Name: "Echo"}: func(s any, text reflect.Value) reflect.Value {
		return reflect.ValueOf(s.(*Specimen).Echo(text.String()))
	},
}

// both executes a template with the library and here.
func both(t testing.TB, source string, data any) (want, got string, done bool, wantErr error) {
	t.Helper()
	set, err := template.New("main").Funcs(functions).Parse(source)
	if err != nil {
		t.Fatal(err)
	}
	var library bytes.Buffer
	wantErr = set.Execute(&library, data)
	here := bytes.NewBufferString("before ")
	done = compiled.Compile(set, functions, methods).Execute(here, data)
	got, ok := strings.CutPrefix(here.String(), "before ")
	if !ok || !done && got != "" {
		t.Errorf("%s\nleft %q in the buffer", source, here)
	}
	return library.String(), got, done, wantErr
}

// TestDone executes what themes are made of: it is done here, and as the library does it.
func TestDone(t *testing.T) {
	for _, source := range []string{
		`text only`,
		`{{/* a comment */}}`,
		`{{.Title}} {{.Kind}} {{.Markup}} {{.Style}} {{.Count}} {{.Share}} {{.Yes}} {{.Length}} {{.Pair}}`,
		`<p title="{{.Title}}" class="a-{{.Kind}} {{.Count}} {{.Share}} {{.Length}}">`,
		`<title>{{.Title}} – {{.Kind}}</title><textarea>{{.Title}}</textarea>`,
		`<a href="{{.Title}}"></a><a href="{{.Item.URL}}"></a><a href="{{.Address}}"></a><a href="{{.Kind}}"></a><a href="{{.Count}}"></a>`,
		`<a href="/x/{{.Title}}/{{.Item.URL}}"></a><a href="/?q={{.Title}}&p={{.Item.URL}}&a={{.Address}}"></a><a href="#{{.Title}}"></a>`,
		`<script type="application/ld+json">{{.Script}}</script>`,
		`{{if .Yes}}a{{end}}{{if .No}}b{{end}}{{if .Title}}c{{end}}{{if .Empty}}d{{else}}e{{end}}{{if .Zero}}f{{else if .Count}}g{{else}}h{{end}}`,
		`{{if .List}}a{{end}}{{if .None}}b{{end}}{{if .Nil}}c{{end}}{{if .One}}d{{end}}{{if .NilAny}}e{{end}}{{if .Any}}f{{end}}{{if .Item}}g{{end}}{{if .Share}}h{{end}}{{if .Map}}i{{end}}{{if .Length}}j{{end}}`,
		`{{with .Item}}{{.Name}}{{with .Inner}}{{.Name}}{{end}}{{$.Title}}{{end}}{{with .Nil}}x{{else}}y{{end}}{{with .Empty}}x{{else with .Title}}{{.}}{{end}}`,
		`{{range .List}}{{.Name}},{{end}}{{range $i, $e := .List}}{{$i}}:{{$e.Name}} {{end}}{{range $e := .List}}{{$e.Count}}{{end}}`,
		`{{range .None}}x{{else}}none{{end}}{{range .Words}}{{.}}{{end}}{{range .Pair}}{{.}}{{end}}{{range .Pointers}}{{if .}}{{.Name}}{{end}}{{end}}`,
		`{{range .Words}}{{if eq . "b"}}{{continue}}{{end}}[{{.}}]{{if not .}}{{break}}{{end}}{{end}}`,
		`{{range .List}}{{range $.Words}}{{break}}{{end}}{{.Name}}{{end}}`,
		`{{$x := .Title}}{{if .Yes}}{{$x = "changed"}}{{$y := 1}}{{$y}}{{end}}{{$x}}`,
		`{{$x := "outer"}}{{range .Words}}{{$x}}{{$x := .}}{{$x}}{{end}}{{$x}}`,
		`{{$x := 0}}{{range .List}}{{$x = add $x .Count}}{{end}}{{$x}}`,
		`{{with $x := .Item}}{{$x.Name}}{{end}}{{if $y := .Count}}{{$y}}{{end}}`,
		`{{.Item.Label}} {{.One.Label}} {{.One.ByPointer}} {{.Item.ByPointer}} {{.One.Inner.Name}} {{.Any.Name}} {{.Any.Label}} {{(index .List 1).Label}}`,
		`{{.Item.Plus 2}} {{.Item.Plus -2}} {{.Item.Join "a" .Title}} {{.Item.Works}} {{(.Hold .Item).Name}} {{.Echo .Title}} {{.Hold 3}} {{.Hold 1.5}} {{.Hold .Any}}`,
		`{{add 1 2}} {{add .Count (add 1 .Zero)}} {{half 3}} {{half .Share}} {{half 2.5}} {{shout .Title}} {{markup .Title}}`,
		`{{eq .Title .Title}} {{eq .Kind "a" "b" .Title}} {{ne .Count 7}} {{ne .Title "x"}} {{eq .Yes true}} {{eq .No .Yes false}} {{eq .Count 1 7}}`,
		`{{lt .Count 8}} {{le .Count 7}} {{gt .Count 7}} {{ge .Count 7}} {{lt .Title "m"}} {{gt .Share 33.4}} {{eq .Share .Share}}`,
		`{{and .Yes .Title}} {{and .No .Title}} {{or .Empty .Title}} {{or .Empty .Zero}} {{not .Yes}} {{not .Nil}} {{if and .Yes (or .No .Count) (not .Zero)}}x{{end}}`,
		`{{len .Title}} {{len .List}} {{len .None}} {{len .Pair}} {{index .Words 0}} {{(index .List 0).Name}} {{slice .Title 0 1}} {{len (slice .Words 0 2)}}`,
		`{{printf "%d %s %.1f %v" .Count .Title .Share .Kind}} {{printf "%q" .Title}} {{printf "none"}}`,
		`{{define "part"}}[{{.}}{{$}}]{{end}}{{template "part" .Title}}{{range .Words}}{{template "part" .}}{{end}}{{template "part" .Count}}`,
		`{{define "a"}}{{with .Inner}}{{.Name}}{{template "a" .}}{{end}}{{end}}{{template "a" .Item}}{{$x := 1}}{{template "a" .One}}{{$x}}`,
		`{{define "static"}}nothing is given{{end}}{{template "static"}}`,
		`{{block "inline" .Item}}{{.Name}}{{end}}`,
		`{{"a <string>"}} {{true}} {{12}} {{-3}} {{1.5}} {{("x")}}`,
		`{{- .Title -}}   {{- /* trimmed */ -}}  x`,
	} {
		for _, text := range []string{"plain", `<&"'+>` + "\x00\xff é世", "javascript:alert(1)", "https://example.com/a?b=c&d=%41%zz+e", "b"} {
			want, got, done, err := both(t, source, specimen(text))
			switch {
			case err != nil:
				t.Errorf("%s\nthe library: %v", source, err)
			case !done:
				t.Errorf("%s\nwith %q: not done here", source, text)
			case got != want:
				t.Errorf("%s\nwith %q\n got %q\nwant %q", source, text, got, want)
			}
		}
	}
}

// TestLeft gives what is the library's: mistakes, and what themes hardly need.
func TestLeft(t *testing.T) {
	for _, source := range []string{
		`{{.Missing}}`, `{{.hidden}}`, `{{.Nil.Name}}`, `{{.NilAny.Name}}`, `{{.Item.Fails}}`, `{{.Item.Panics}}`, `{{fails}}`,
		`{{index .Words 9}}`, `{{slice .Title 0 900}}`, `{{.Item.Plus "x"}}`, `{{add "1" 2}}`, `{{add 1}}`, `{{.Title.Name}}`, `{{.Item.Name "x"}}`,
		`{{.Map.a}}`, `{{range .Map}}{{.}}{{end}}`, `{{range 3}}{{.}}{{end}}`, `{{.NilAny}}`, `{{.Nil}}`, `{{.One}}`, `{{range .Pointers}}{{.Name}}{{end}}`,
		`{{.Title | shout}}`, `{{.Title | printf "%s" | len}}`, `{{.Title | html}}`, `{{print .Title}}`, `{{.Item.Variadic "a"}}`, `{{many "a" "b"}}`,
		`<p title="{{.Markup}}">`, `<title>{{.Markup}}</title>`, `<p title={{.Title}}>`, `<p {{.Title}}>`, `<script>let x = {{.Title}}</script>`,
		`<p style="color: {{.Title}}">`, `<script>let x = "{{.Title}}"</script>`, `<p onclick="f({{.Title}})">`, `<img srcset="{{.Title}}">`,
		`{{define "deep"}}{{template "deep" .}}{{end}}{{template "deep" .}}`, `{{eq .List .List}}`, `{{lt .Count "a"}}`, `{{if eq .Share 1}}x{{end}}`,
		`{{$none = 1}}`, `{{1e3}}`, `{{0x10}}`, `{{'a'}}`, `{{index .Map "a"}}`, `{{index .Words}}`, `{{len .Count}}`, `{{not}}`, `{{call .Title}}`, `{{.Echo .Count}}`, `{{.Echo .Kind}}`,
	} {
		if _, _, done, _ := both(t, source, specimen("text")); done {
			t.Errorf("%s\nwas done here", source)
		}
	}
}

// TestUnescaped gives a template that the library has not escaped: nothing of it is printed.
func TestUnescaped(t *testing.T) {
	set := template.Must(template.New("main").Parse(`<p>{{.}}</p>`))
	var b bytes.Buffer
	if compiled.Compile(set, nil, nil).Execute(&b, "<script>") || b.Len() > 0 {
		t.Errorf("an unescaped template was executed: %q", b.String())
	}
}

// TestManyAtOnce executes one program with data of several types from several goroutines.
func TestManyAtOnce(t *testing.T) {
	set := template.Must(template.New("main").Parse(`{{range .}}{{.Name}} {{.Label}} {{end}}`))
	if err := set.Execute(new(bytes.Buffer), []Item{}); err != nil {
		t.Fatal(err)
	}
	program := compiled.Compile(set, nil, nil)
	results := make(chan string)
	for i := range 8 {
		go func() {
			var data any = []Item{{Name: "a"}}
			if i%2 == 0 {
				data = []*Item{{Name: "a"}}
			}
			var b bytes.Buffer
			for range 200 {
				b.Reset()
				program.Execute(&b, data)
			}
			results <- b.String()
		}()
	}
	for range 8 {
		if got, want := <-results, "a &lt;a&gt; "; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// FuzzEscape prints a text wherever a theme may.
func FuzzEscape(f *testing.F) {
	const source = `{{.}}<p title="{{.}}" lang='{{.}}'><title>{{.}}</title><a href="{{.}}"></a><a href='{{.}}'></a><a href="/{{.}}"></a><a href="?q={{.}}"></a><a href="#{{.}}"></a>`
	for _, text := range []string{"", "a", `<>&"'+=%41%4`, "javascript:x", "HTTPS://a", "a/b:c", "mailto:x@example.com", "\x00\x7f\x80\xff\ufdd0\ufffe", "é%C3%A9 世"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, data := range []any{text, Kind(text), template.URL(text)} {
			want, got, done, err := both(t, source, data)
			if err != nil || !done || got != want {
				t.Errorf("%T %q: done %v, %v\n got %q\nwant %q", data, text, done, err, got, want)
			}
		}
	})
}

// wide finds a width for printf that nobody means.
var wide = regexp.MustCompile(`%[^a-z]*\d{4}`)

// FuzzTemplate executes templates of all sorts: what is done here is what the library does, and what it does not do is not done here.
func FuzzTemplate(f *testing.F) {
	for _, source := range []string{
		`{{range $i, $e := .List}}{{if $i}}, {{end}}<a href="{{$e.URL}}">{{$e.Name}}</a>{{else}}{{.Title}}{{end}}`,
		`{{$x := .Count}}{{with .Item}}{{$x = .Plus $x}}{{end}}{{$x}}{{define "a"}}{{.}}{{end}}{{template "a" $x}}`,
		`{{if and .Yes (eq .Kind "a" .Title) (not .Nil) (gt .Count 3)}}{{printf "%v" .Share}}{{break}}{{end}}`,
		`<p title='{{slice .Title 0 2}}'>{{index .Words 1}}{{len .Pair}}{{or .Empty .Any.Name}}{{(.Hold .One).ByPointer}}`,
	} {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if _, err := template.New("main").Funcs(functions).Parse(source); err != nil || wide.MatchString(source) {
			t.Skip("not a template, or one that fills the memory")
		}
		want, got, done, err := both(t, source, specimen("a <b>"))
		if done && (err != nil || got != want) {
			t.Errorf("%s\nthe library: %v\n got %q\nwant %q", source, err, got, want)
		}
	})
}

func BenchmarkExecute(b *testing.B) {
	set := template.Must(template.New("main").Funcs(functions).Parse(`{{range .List}}<li class="item-{{.Count}}"><a href="{{.URL}}">{{.Name}}</a>{{with .Inner}} {{.Name}}{{end}}</li>{{end}}`))
	data := specimen("some text")
	var out bytes.Buffer
	if err := set.Execute(&out, data); err != nil {
		b.Fatal(err)
	}
	program := compiled.Compile(set, functions, nil)
	for name, execute := range map[string]func() bool{
		"library": func() bool { return set.Execute(&out, data) == nil },
		"here":    func() bool { return program.Execute(&out, data) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				out.Reset()
				if !execute() {
					b.Fatal(fmt.Errorf("not executed"))
				}
			}
		})
	}
}
