package generator_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"debrief/generator/problem"
	"debrief/generator/testkit/browser"
	"debrief/generator/testkit/netlify"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// hostile are the vectors of testdata/hostile.txt. Characters that would not survive an editor are written as Go escapes.
func hostile(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "hostile.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var vectors []string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "# What") {
			continue
		}
		vector, err := strconv.Unquote(`"` + strings.ReplaceAll(line, `"`, `\"`) + `"`)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		vectors = append(vectors, vector)
	}
	if len(vectors) < 200 {
		t.Fatalf("only %d vectors", len(vectors))
	}
	return vectors
}

// hostileArchive writes every vector into every place of an archive that takes words, a few in each postmortem.
func hostileArchive(t *testing.T, vectors []string) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// In single quotes YAML takes a text as it is; only what is no letter to be seen needs to be escaped.
	quote := func(s string) string {
		if !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
			return "'" + strings.ReplaceAll(s, "'", "''") + "'"
		}
		return strconv.Quote(s)
	}
	some := vectors[len(vectors)-1]
	var config strings.Builder
	fmt.Fprintf(&config, "title: %s\norganization: %s\ndescription: %s\nsites: {external: {url: https://out.example/}, internal: {url: https://in.example/}}\n", quote(vectors[0]), quote(vectors[30]), quote(some))
	fmt.Fprintf(&config, "severities:\n- {id: sev1, name: %s, public_name: %s, description: %s}\n", quote(vectors[31]), quote(vectors[32]), quote(vectors[33]))
	config.WriteString("services:\n")
	for i := range 20 {
		v := quote(vectors[i*len(vectors)/20])
		fmt.Fprintf(&config, "- {id: s%d, name: %s, public_name: %s, description: %s, public_description: %s, owner: %s}\n", i, v, v, v, v, v)
	}
	config.WriteString("factors:\n")
	for i := range 20 {
		v := quote(vectors[(i*len(vectors)/20+3)%len(vectors)])
		fmt.Fprintf(&config, "- {id: f%d, name: %s, public_name: %s, description: %s, category: %s}\n", i, v, v, v, v)
	}
	config.WriteString("glossary:\n")
	for i := 5; i < len(vectors); i += 17 {
		fmt.Fprintf(&config, "- {term: %s, meaning: %s, public: true}\n", quote("queue"+strconv.Itoa(i)+vectors[i]), quote(vectors[i]))
	}
	fmt.Fprintf(&config, "links: [{name: %s, url: %s, public: true}]\naudit: {allow: [a@evil.example]}\n", quote(vectors[34]), quote("https://x.example/?q="+url.QueryEscape(vectors[34])))
	write("archive.yaml", config.String())

	const each = 5
	for n := 0; n < len(vectors); n += each {
		own := vectors[n:min(n+each, len(vectors))]
		all := strings.Join(own, "\n\n")
		line := strings.Join(own, " ")
		var b strings.Builder
		fmt.Fprintf(&b, "---\nid: H-%d\ntitle: %s\nexternal_title: %s\nseverity: sev1\nstatus: published\nvisibility: public\nstarted: 2024-03-%02dT14:02:00Z\nmitigated: 2024-03-%02dT15:02:00Z\n", n/each, quote(line), quote(line), n/each%28+1, n/each%28+1)
		fmt.Fprintf(&b, "services: [s%d]\nfactors: [f%d, %s]\ndetected_by: %s\nowner: %s\nparticipants: [%s]\ndeferred_work: %s\nclass: anticipated\nlinks: {%s: %s}\namended: [{date: 2024-04-01, note: %s, significant: true}]\n---\n",
			n/each%20, n/each*7%20, quote(own[0]), quote(own[0]), quote(line), quote(line), quote(line), quote(own[0]), quote("javascript:hit()"), quote(line))
		fmt.Fprintf(&b, "\n## Summary\n\n%s\n\n## Impact\n\n%s\n\n## Timeline\n\n", line, all)
		for i, v := range own {
			fmt.Fprintf(&b, "- 14:%02d UTC %s\n", i+2, v)
		}
		fmt.Fprintf(&b, "\n## Contributing factors\n\n%s\n\n## Where we got lucky\n\n%s\n\n## Action items\n\n", all, all)
		for _, v := range own {
			fmt.Fprintf(&b, "- [ ] %s (owner: %s, due 2024-06-30)\n", v, own[0])
		}
		fmt.Fprintf(&b, "\n## %s\n\n```html\n%s\n```\n\n## External summary\n\n### Summary\n\n%s\n\n### What happened\n\n%s\n\n### What are we doing about this\n\n", line, all, line, all)
		for _, v := range own {
			fmt.Fprintf(&b, "- [ ] %s (due 2024-06-30)\n", v)
		}
		write(fmt.Sprintf("postmortems/h%03d.md", n/each), b.String())
	}
	write("pages/about.md", "---\ntitle: "+quote(some)+"\nvisibility: public\n---\n\n"+strings.Join(vectors, "\n\n"))
	return dir
}

// inspectDOM returns everything in a document that could run or lead where it should not: handlers, scripts that are not the site's own, addresses of
// other schemes, frames and what embeds, styles written in.
const inspectDOM = `(() => {
	const found = [];
	const say = (e, what) => found.push(what + ": " + e.outerHTML.slice(0, 160));
	for (const e of document.querySelectorAll("*")) {
		const name = e.localName;
		if (["iframe", "frame", "object", "embed", "applet", "base", "foreignobject", "math", "style", "marquee", "template"].includes(name.toLowerCase())) say(e, "element");
		if (name === "script" && !(e.src.startsWith(location.origin + "/assets/") || e.type === "application/ld+json")) say(e, "script");
		if (name === "meta" && e.httpEquiv && e.httpEquiv.toLowerCase() !== "content-type") say(e, "meta");
		for (const a of e.attributes) {
			if (a.name.toLowerCase().startsWith("on")) say(e, "handler");
			if (a.name === "style" || a.name === "srcdoc" || a.name === "background") say(e, "style");
			if (/^(xlink:)?href$|^src$|^action$|^formaction$|^data$|^cite$|^poster$|^ping$/.test(a.name)) {
				let address;
				try { address = new URL(a.value, document.baseURI); } catch { continue; }
				if (!["http:", "https:", "mailto:"].includes(address.protocol)) say(e, "address");
			}
		}
	}
	for (const e of document.querySelectorAll("script[type='application/ld+json']")) JSON.parse(e.textContent);
	if (typeof window.hit === "function") found.push("hit is defined");
	return found.slice(0, 5);
})()`

// TestHostile writes every vector into every place and opens every page in a browser, with the headers of a host. Nothing may run, and nothing may even
// be kept from running by the Content-Security-Policy alone: a policy is the second wall, not the first.
func TestHostile(t *testing.T) {
	if testing.Short() {
		t.Skip("opens several hundred pages in a browser")
	}
	vectors := hostile(t)
	out, result := build(t, hostileArchive(t, vectors))
	if result.HeldBack {
		for _, p := range result.Problems {
			if p.Severity == problem.Error {
				t.Log(p.Error())
			}
		}
		t.Fatal("the external site was held back")
	}
	b := browser.Start(t)
	opened := 0
	for _, edition := range []string{"internal", "external"} {
		dir := filepath.Join(out, edition)
		checkData(t, dir)
		address := netlify.Serve(t, dir)
		for _, page := range htmlPages(t, dir) {
			t.Run(edition+page, func(t *testing.T) {
				p := b.Open(t, address+page, browser.View{})
				opened++
				for _, problem := range p.Problems() {
					if !strings.Contains(problem, "status of 404") || page != "/404.html" {
						t.Error(problem)
					}
				}
				for _, found := range browser.Eval[[]string](t, p, inspectDOM) {
					t.Error(found)
				}
			})
		}
		t.Run(edition+"/search/ queries", func(t *testing.T) {
			p := b.Open(t, address+"/search/?q="+url.QueryEscape(strings.Join(vectors[:3], " ")), browser.View{})
			for _, v := range vectors {
				query, err := json.Marshal(v)
				if err != nil {
					t.Fatal(err)
				}
				browser.Eval[bool](t, p, `(async () => {
					const input = document.querySelector("main input[type=search], main textarea, main [name=q]");
					input.value = `+string(query)+`;
					input.dispatchEvent(new Event("input", {bubbles: true}));
					await new Promise(done => setTimeout(done, 40));
					return true;
				})()`)
				if found := browser.Eval[[]string](t, p, inspectDOM); len(found) > 0 {
					t.Errorf("%s: %q", v, found)
				}
			}
			for _, problem := range p.Problems() {
				t.Error(problem)
			}
		})
	}
	t.Logf("%d vectors in every place that takes words, %d pages opened, %d queries", len(vectors), opened, 2*len(vectors))
}

// htmlPages are the site paths of all pages but those that lead on.
func htmlPages(t *testing.T, dir string) []string {
	t.Helper()
	var pages []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && path.Ext(name) == ".html" {
			below, _ := filepath.Rel(dir, name)
			pages = append(pages, "/"+strings.TrimSuffix(filepath.ToSlash(below), "index.html"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(pages)
	return pages
}

// checkData reads every file for programs: JSON and XML must be whole, and the HTML in them must be as harmless as that of the pages.
func checkData(t *testing.T, dir string) {
	t.Helper()
	files, fragments := 0, 0
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		switch path.Ext(name) {
		case ".json":
			files++
			var v any
			if err := json.Unmarshal(content, &v); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			eachText(v, func(key, text string) {
				if strings.HasSuffix(key, "html") || key == "body" {
					fragments++
					checkFragment(t, name, text)
				}
			})
			if bytes.Contains(content, []byte("<")) {
				t.Errorf("%s holds a < that is not escaped, which would end a script around it", name)
			}
		case ".xml", ".opml":
			files++
			d := xml.NewDecoder(bytes.NewReader(content))
			element := ""
			for {
				token, err := d.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Errorf("%s: %v", name, err)
					break
				}
				switch token := token.(type) {
				case xml.StartElement:
					element = token.Name.Local
					if token.Name.Space == "http://www.w3.org/2005/Atom" && !slices.ContainsFunc(token.Attr, func(a xml.Attr) bool { return a.Name.Local == "type" && a.Value == "html" }) {
						element = "" // Atom says what is HTML
					}
				case xml.CharData:
					if element == "encoded" || element == "content" || element == "description" || element == "summary" {
						fragments++
						checkFragment(t, name, string(token))
					}
				case xml.EndElement:
					element = ""
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 20 || fragments < 100 {
		t.Errorf("only %d files and %d fragments of HTML were read", files, fragments)
	}
}

func eachText(v any, found func(key, text string)) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			if text, ok := value.(string); ok {
				found(key, text)
			}
			eachText(value, found)
		}
	case []any:
		for _, value := range v {
			eachText(value, found)
		}
	}
}

var scheme = regexp.MustCompile(`^[\x00-\x20]*([A-Za-z][A-Za-z0-9+.-]*):`)

func checkFragment(t *testing.T, file, text string) {
	t.Helper()
	nodes, err := html.ParseFragment(strings.NewReader(text), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		t.Errorf("%s: %v", file, err)
		return
	}
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode {
			switch n.Data {
			case "script", "iframe", "object", "embed", "style", "base", "link", "meta", "form", "math", "svg", "template":
				t.Errorf("%s: <%s> in a fragment", file, n.Data)
			}
			for _, a := range n.Attr {
				if strings.HasPrefix(strings.ToLower(a.Key), "on") || a.Key == "style" {
					t.Errorf("%s: %s=%q in a fragment", file, a.Key, a.Val)
				}
				if m := scheme.FindStringSubmatch(a.Val); (a.Key == "href" || a.Key == "src") && m != nil && !slices.Contains([]string{"http", "https", "mailto"}, strings.ToLower(m[1])) {
					t.Errorf("%s: %s=%q in a fragment", file, a.Key, a.Val)
				}
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	for _, n := range nodes {
		walk(n)
	}
}
