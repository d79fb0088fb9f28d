package markdown

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

var regexpTags = regexp.MustCompile(`<[^>]*>`)

func TestLanguageOf(t *testing.T) {
	tests := []struct{ info, want string }{
		{"", ""}, {"go", "go"}, {"Go", "go"}, {"go title=\"x\"", "go"}, {"language-go", "go"}, {"{.python}", "python"}, {"{python}", "python"},
		{"{r, echo=FALSE}", "r"}, {"go{1,3}", "go"}, {"sh,linenos", "sh"}, {"c++", "c++"}, {"objective-c", "objective-c"}, {"C#", "c#"},
		{"<script>", ""}, {"日本", ""}, {strings.Repeat("a", 50), ""}, {"yaml:config.yaml", "yaml"},
	}
	for _, test := range tests {
		if got := languageOf(test.info); got != test.want {
			t.Errorf("languageOf(%q) = %q, want %q", test.info, got, test.want)
		}
	}
}

// TestHighlighting makes sure that highlighting adds classes that CodeClasses names, and changes nothing else.
func TestHighlighting(t *testing.T) {
	tests := []struct{ language, code, want string }{
		{"go", "func main() {}\n", `<span class="k">func</span> <span class="nf">main</span>() {}` + "\n"},
		{"yaml", "a: \"b\" # c\n", `<span class="nt">a</span>: <span class="s">"b"</span> <span class="c"># c`},
		{"diff", "-a\n+b\n", `<span class="gd">-a` + "\n" + `</span><span class="gi">+b`},
		{"json", `{"a": 1}`, `<span class="m">1</span>`},
		{"sh", "echo $HOME", `<span class="nb">echo</span> <span class="nv">$HOME</span>`},
		{"mermaid", "graph TD; A-->B;", "graph TD; A--&gt;B;"},
		{"nothing-known", "if <x>", "if &lt;x&gt;"},
		{"go.mod", "module x", "module x"}, // a file name is not a language
		{"", "func main() {}", "func main() {}"},
	}
	names := map[string]bool{}
	for _, class := range CodeClasses() {
		if names[class.Name] || class.Meaning == "" {
			t.Errorf("the class %+v is there twice, or means nothing", class)
		}
		names[class.Name] = true
	}
	for _, test := range tests {
		got := string(appendCode(nil, test.language, test.code))
		if !strings.Contains(got, test.want) {
			t.Errorf("%s %q becomes\n%s\nwant\n%s", test.language, test.code, got, test.want)
		}
		if plain := html.UnescapeString(regexpTags.ReplaceAllString(got, "")); strings.TrimSuffix(plain, "\n") != strings.TrimSuffix(test.code, "\n") {
			t.Errorf("%s %q becomes the code %q", test.language, test.code, plain)
		}
		for _, m := range regexp.MustCompile(`class="([^"]*)"`).FindAllStringSubmatch(got, -1) {
			if !names[m[1]] {
				t.Errorf("%s %q has the class %q, which CodeClasses does not name", test.language, test.code, m[1])
			}
		}
	}
}

// TestHighlightedOnce makes sure that equal code is highlighted once, and that the cache does not grow without end.
func TestHighlightedOnce(t *testing.T) {
	var c codeCache
	key := codeKey{"go", "x"}
	if _, ok := c.get(key); ok {
		t.Error("an empty cache holds something")
	}
	c.put(key, "y")
	big := strings.Repeat("z", cacheSize/8)
	for i := range 100 {
		c.put(codeKey{"go", big[:i]}, big)
		if html, ok := c.get(key); !ok || html != "y" {
			t.Fatalf("after %d others, what is in use is forgotten", i)
		}
		if n := len(c.young) + len(c.old); n > 20 {
			t.Fatalf("the cache holds %d pieces of %d bytes", n, len(big))
		}
	}
}

// TestEveryLanguage gives every lexer some code that is not its own: no code is lost, and no class is invented.
func TestEveryLanguage(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles every lexer of chroma")
	}
	src, err := os.ReadFile(filepath.Join("testdata", "code.md"))
	if err != nil {
		t.Fatal(err)
	}
	code := string(src)
	var names []string
	for name, lexer := range lexersByName() {
		if strings.ToLower(lexer.Config().Name) == name {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		got := string(appendCode(nil, name, code))
		if plain := html.UnescapeString(regexpTags.ReplaceAllString(got, "")); strings.TrimRight(plain, "\n") != strings.TrimRight(code, "\n") {
			t.Errorf("%s makes %d bytes of code %d", name, len(code), len(plain))
		}
		if bad := unsafe(got); bad != "" {
			t.Errorf("%s makes %s", name, bad)
		}
	}
}
