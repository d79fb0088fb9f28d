package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"debrief/generator/testkit"
)

// snippet is a fenced block of the documentation.
type snippet struct{ language, text string }

var fence = regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$")

// snippetsOf returns the blocks of a page of the documentation.
func snippetsOf(t *testing.T, page string) []snippet {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(testkit.Root(t), "docs", page))
	if err != nil {
		t.Fatal(err)
	}
	var found []snippet
	for _, m := range fence.FindAllStringSubmatch(string(content), -1) {
		found = append(found, snippet{m[1], m[2]})
	}
	return found
}

// workshop is a folder as a job of a continuous integration has it: an archive in content, and the tools the documentation speaks of.
type workshop struct {
	t   *testing.T
	dir string
	env []string
}

// hosts stand for the programs that publish somewhere else. They make sure that the folder they are to publish is a site, and write down what
// they were asked for.
const hosts = `#!/bin/sh
echo "$(basename "$0") $*" >>"$HOSTS_LOG"
for argument; do
  case $argument in
  dist/external | dist/external/) test -f dist/external/index.html || exit 1 ;;
  dist/external/assets/) test -d dist/external/assets || exit 1 ;;
  esac
done
`

// newWorkshop builds the program, puts it into an archive as a release has it, and gives a job what the documentation tells it to set.
func newWorkshop(t *testing.T) *workshop {
	t.Helper()
	if testing.Short() {
		t.Skip("builds the program")
	}
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		t.Skip("the jobs in the documentation run on linux/amd64")
	}
	root, dir := testkit.Root(t), t.TempDir()
	tools, releases := filepath.Join(dir, "tools"), filepath.Join(dir, "releases")
	for _, folder := range []string{tools, releases} {
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	program := filepath.Join(tools, "debrief")
	build := exec.Command("go", "build", "-o", program, "./cmd/debrief")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	content, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	packed, err := packTar([]entry{{name: "debrief-v1.0.0-linux-amd64/debrief", content: content, executable: true}}, packedAt)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(releases, "debrief-v1.0.0-linux-amd64.tar.gz"), string(packed))
	for _, host := range []string{"aws", "netlify", "rsync"} {
		write(t, filepath.Join(tools, host), hosts)
		if err := os.Chmod(filepath.Join(tools, host), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	job := filepath.Join(dir, "job")
	if err := os.CopyFS(filepath.Join(job, "content"), os.DirFS(filepath.Join(root, "content"))); err != nil {
		t.Fatal(err)
	}
	return &workshop{t: t, dir: job, env: append(os.Environ(),
		"PATH="+tools+string(filepath.ListSeparator)+os.Getenv("PATH"), "HOSTS_LOG="+filepath.Join(dir, "hosts.log"),
		"DEBRIEF_VERSION=v1.0.0", "DEBRIEF_RELEASES=file://"+releases, fmt.Sprintf("DEBRIEF_SHA256=%x", sha256.Sum256(packed)),
		"NETLIFY_SITE_ID=site", "BUCKET=bucket")}
}

// run runs a command of the documentation as a job does, and returns what it prints and whether it succeeded.
func (w *workshop) run(command string) (string, error) {
	w.t.Helper()
	cmd := exec.Command("bash", "-eo", "pipefail", "-c", command)
	cmd.Dir, cmd.Env = w.dir, w.env
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (w *workshop) must(command string) {
	w.t.Helper()
	if out, err := w.run(command); err != nil {
		w.t.Errorf("%s: %v\n%s", command, err, out)
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// commands returns what the jobs of a workflow run, in order: the values of "run", "before_script" and "script".
func commands(n *yaml.Node) []string {
	var found []string
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 {
			switch n.Content[i-1].Value {
			case "run":
				found = append(found, c.Value)
			case "before_script", "script":
				var lines []string
				for _, line := range c.Content {
					lines = append(lines, line.Value)
				}
				found = append(found, strings.Join(lines, "\n"))
			}
		}
		found = append(found, commands(c)...)
	}
	return found
}

// packages are installed by what this machine is not to run.
var packages = regexp.MustCompile(`(?m)^apt-get .*\n`)

// TestJobs reads the jobs in docs/ci.md and runs their commands, one after the other, with a release that lies in a folder.
func TestJobs(t *testing.T) {
	w := newWorkshop(t)
	for _, tool := range []string{"bash", "curl", "jq", "sha256sum", "tar"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("the jobs need %s, which is not here", tool)
		}
	}
	var jobs []string
	for _, s := range snippetsOf(t, "ci.md") {
		switch {
		case strings.Contains(s.text, "# ci/install-debrief"):
			write(t, filepath.Join(w.dir, "ci", "install-debrief"), s.text)
		case s.language == "yaml":
			var doc yaml.Node
			if err := yaml.Unmarshal([]byte(s.text), &doc); err != nil {
				t.Errorf("docs/ci.md: %v\n%s", err, s.text)
			}
			jobs = append(jobs, commands(&doc)...)
		}
	}
	if len(jobs) < 8 {
		t.Fatalf("docs/ci.md has only %d commands", len(jobs))
	}
	for _, job := range jobs {
		w.must(packages.ReplaceAllString(job, ""))
	}
	if _, err := os.Stat(filepath.Join(w.dir, "public", "index.html")); err != nil {
		t.Errorf("the job for GitLab Pages leaves no site: %v", err)
	}

	// A program that is not the one that was trusted is not used.
	honest := w.env
	w.env = append(w.env[:len(w.env):len(w.env)], "DEBRIEF_SHA256="+strings.Repeat("0", 64))
	if out, err := w.run("sh ci/install-debrief"); err == nil {
		t.Errorf("a program with another checksum was installed:\n%s", out)
	}
	w.env = honest

	// With an error in a report GitHub gets an annotation, GitLab an entry in its report, and both jobs fail.
	write(t, filepath.Join(w.dir, "content", "postmortems", "bad.md"), "---\nid: CH-2026-099\nseverity: 7\nstarted: yesterday\n---\n# Bad\n\n## Summary\n\nBad.\n")
	annotated, reported := false, false
	for _, job := range jobs {
		job = packages.ReplaceAllString(job, "")
		switch {
		case strings.Contains(job, "--format github"):
			out, err := w.run(job)
			annotated = err != nil && strings.Contains(out, "::error file=content/postmortems/bad.md,line=")
			if !annotated {
				t.Errorf("%s: %v\n%s", job, err, out)
			}
		case strings.Contains(job, "jq "):
			_, err := w.run(job)
			content, _ := os.ReadFile(filepath.Join(w.dir, "code-quality.json"))
			var report []struct {
				Description, Fingerprint, Severity string
				Location                           struct {
					Path  string
					Lines struct{ Begin int }
				}
			}
			if jsonErr := json.Unmarshal(content, &report); jsonErr != nil || err == nil {
				t.Errorf("%s: %v, %v\n%s", job, err, jsonErr, content)
			}
			for _, r := range report {
				if r.Location.Path == "content/postmortems/bad.md" && r.Severity == "critical" && r.Location.Lines.Begin > 0 && r.Fingerprint != "" {
					reported = true
				}
			}
		}
	}
	if !annotated || !reported {
		t.Errorf("an error is annotated: %t, and in the report: %t", annotated, reported)
	}
}

// TestDeployments runs the commands in docs/deploying.md. What would publish somewhere else is stood in for.
func TestDeployments(t *testing.T) {
	w := newWorkshop(t)
	for _, s := range snippetsOf(t, "deploying.md") {
		if s.language == "sh" {
			w.must(s.text)
		}
	}
	log, err := os.ReadFile(filepath.Join(filepath.Dir(w.dir), "hosts.log"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"netlify deploy --prod", "aws s3 sync dist/external/ s3://bucket/", "rsync --archive --delete dist/external/"} {
		if !strings.Contains(string(log), want) {
			t.Errorf("nothing ran %q:\n%s", want, log)
		}
	}
	if strings.Contains(string(log), "internal") {
		t.Errorf("the internal site was published:\n%s", log)
	}
	t.Run("nginx", func(t *testing.T) { serveWithNginx(t, filepath.Join(w.dir, "dist", "external")) })
}

// serveWithNginx serves a site with the configuration in docs/deploying.md and compares what it says with the site's own _headers.
func serveWithNginx(t *testing.T, site string) {
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		if nginx = "/usr/sbin/nginx"; exec.Command(nginx, "-v").Run() != nil {
			t.Skip("nginx is not here, so its configuration is not tried")
		}
	}
	var server string
	for _, s := range snippetsOf(t, "deploying.md") {
		if s.language == "nginx" {
			server = s.text
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	dir := t.TempDir()
	server = strings.Replace(server, "listen 80;", "listen "+address+";", 1)
	server = strings.Replace(server, "root /var/www/incidents;", "root "+site+";", 1)
	var folders strings.Builder
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		fmt.Fprintf(&folders, "%s_temp_path %s/%s;\n", kind, dir, kind)
	}
	user := ""
	if os.Getuid() == 0 {
		user = "user root;\n" // so that it may read the folder of the test
	}
	file := filepath.Join(dir, "nginx.conf")
	write(t, file, user+"daemon off;\npid "+dir+"/pid;\nerror_log stderr;\nevents {}\nhttp {\ninclude /etc/nginx/mime.types;\naccess_log off;\n"+folders.String()+server+"}\n")
	if out, err := exec.Command(nginx, "-t", "-c", file, "-e", "stderr").CombinedOutput(); err != nil {
		t.Fatalf("nginx -t: %v\n%s", err, out)
	}
	cmd := exec.Command(nginx, "-c", file, "-e", "stderr")
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	}()
	get := func(path string) (int, http.Header, string) {
		for end := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			response, err := http.Get("http://" + address + path)
			if err == nil {
				defer response.Body.Close()
				body, _ := io.ReadAll(response.Body)
				return response.StatusCode, response.Header, string(body)
			}
			if time.Now().After(end) {
				t.Fatalf("%v\n%s", err, said.String())
			}
		}
	}
	status, headers, _ := get("/")
	if status != http.StatusOK {
		t.Errorf("/ answers %d", status)
	}
	rules, err := os.ReadFile(filepath.Join(site, "_headers"))
	if err != nil {
		t.Fatal(err)
	}
	everywhere, _, _ := strings.Cut(string(rules), "\n\n")
	for line := range strings.Lines(everywhere) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok && headers.Get(name) != value {
			t.Errorf("nginx says %s: %q, and _headers %q", name, headers.Get(name), value)
		}
	}
	if got := headers.Get("Cache-Control"); got != "public, max-age=0, must-revalidate" {
		t.Errorf("/ may be cached: %s", got)
	}
	assets, err := filepath.Glob(filepath.Join(site, "assets", "main-*.css"))
	if err != nil || len(assets) != 1 {
		t.Fatalf("the site has the style sheets %v, %v", assets, err)
	}
	if _, h, _ := get("/assets/" + filepath.Base(assets[0])); !strings.Contains(h.Get("Cache-Control"), "immutable") {
		t.Errorf("a style sheet is not cached: %s", h.Get("Cache-Control"))
	}
	if status, h, body := get("/nothing/here/"); status != http.StatusNotFound || !strings.Contains(body, "layout-404") || h.Get("Content-Security-Policy") == "" {
		t.Errorf("an unknown address answers %d, with %v", status, h)
	}
	if status, _, _ := get("/_headers"); status != http.StatusNotFound {
		t.Errorf("/_headers answers %d", status)
	}
}
