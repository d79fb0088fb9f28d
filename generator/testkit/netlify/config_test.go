package netlify

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"debrief/generator/testkit"
)

// canary is a postmortem that must never be in an external edition.
const canary = `---
id: INC-CANARY
title: Canary of the internal edition
severity: sev3
status: published
visibility: internal
started: 2024-03-05T14:02:00Z
---

## Summary

This sentence stays inside.
`

// TestPublishing runs the build command of netlify.toml with the variables that Netlify documents, for each kind of deploy, one after the
// other in one checkout: https://docs.netlify.com/build/configure-builds/environment-variables/#read-only-variables
func TestPublishing(t *testing.T) {
	if testing.Short() || runtime.GOOS == "windows" {
		t.Skip("it builds the sample archive many times, with a shell")
	}
	checkout := copyCheckout(t)
	config := readConfig(t, checkout)
	if err := os.WriteFile(filepath.Join(checkout, "content", "postmortems", "canary.md"), []byte(canary), 0o644); err != nil {
		t.Fatal(err)
	}
	published := filepath.Join(checkout, config.Build.Publish)

	tests := []struct {
		edition, previews, context string
		want                       string
	}{
		{"", "", "production", "external"},
		{"internal", "", "production", "internal"},
		{"internal", "", "deploy-preview", "external"},
		{"internal", "", "branch-deploy", "external"},
		{"internal", "", "preview-server", "external"},
		{"internal", "", "dev", "external"},
		{"internal", "", "production ", "external"},
		{"internal", "", "", "external"},
		{"internal", "allow", "deploy-preview", "internal"},
		{"internal", "allow", "branch-deploy", "internal"},
		{"internal", "yes", "branch-deploy", "external"},
		{"external", "allow", "deploy-preview", "external"},
		{"", "allow", "branch-deploy", "external"},
		{"both", "", "production", "nothing"},
		{"Internal", "allow", "production", "nothing"},
	}
	for _, test := range tests {
		t.Run(strings.Join([]string{test.edition, test.previews, test.context}, ","), func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), "bash", "-c", config.Build.Command)
			cmd.Dir = checkout
			cmd.Env = append(cleanEnvironment(),
				"NETLIFY=true", "CI=true", "BUILD_ID=5d4aeac2ccabf517d2f219b8", "CONTEXT="+test.context,
				"BRANCH=main", "HEAD=main", "COMMIT_REF=3c14f64", "PULL_REQUEST=false",
				"URL=https://incidents.example.com", "DEPLOY_URL=https://5d4aeac2--incidents.netlify.app",
				"DEPLOY_PRIME_URL=https://deploy-preview-7--incidents.netlify.app",
				"DEBRIEF_EDITION="+test.edition, "DEBRIEF_INTERNAL_PREVIEWS="+test.previews)
			out, err := cmd.CombinedOutput()
			if test.want == "nothing" {
				if err == nil || !strings.Contains(string(out), "it may be external or internal") {
					t.Errorf("the build should refuse: %v\n%s", err, out)
				}
				return
			}
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if got := editionIn(t, published); got != test.want {
				t.Errorf("it published the %s edition, want the %s one\n%s", got, test.want, out)
			}
			if noindex := asksNotToBeListed(t, published); noindex != (test.want == "internal") {
				t.Errorf("the %s edition asks search engines not to list it: %t", test.want, noindex)
			}
			if preview := test.edition == "internal" && test.want == "external"; preview != strings.Contains(string(out), "is not production") {
				t.Errorf("the log does not tell which edition it is and why:\n%s", out)
			}
		})
	}
}

// TestGoVersion: Netlify takes its Go from netlify.toml, and needs one that go.mod accepts.
func TestGoVersion(t *testing.T) {
	root := testkit.Root(t)
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	release := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(string(mod))
	if got := readConfig(t, root).Build.Environment["GO_VERSION"]; release == nil || !strings.HasPrefix(got, release[1]+".") {
		t.Errorf("netlify.toml asks for Go %s, and go.mod for %v", got, release)
	}
}

type config struct {
	Build struct {
		Command, Publish string
		Environment      map[string]string
	}
}

func readConfig(t *testing.T, dir string) (c config) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "netlify.toml"))
	if err == nil {
		err = toml.Unmarshal(data, &c)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// copyCheckout copies the working tree, without what is made in it, to a folder of the test.
func copyCheckout(t *testing.T) string {
	t.Helper()
	root, checkout := testkit.Root(t), t.TempDir()
	made := []string{".git", "bin", "dist", "node_modules"}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		path, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		copied := filepath.Join(checkout, path)
		switch {
		case slices.Contains(made, d.Name()) && d.IsDir():
			return filepath.SkipDir
		case d.IsDir():
			return os.MkdirAll(copied, 0o755)
		case !d.Type().IsRegular():
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(copied, content, info.Mode().Perm())
	})
	if err != nil {
		t.Fatal(err)
	}
	return checkout
}

// cleanEnvironment is the environment without the variables that the test sets.
func cleanEnvironment() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "DEBRIEF_") || strings.HasPrefix(v, "CONTEXT=") || strings.HasPrefix(v, "GIT_")
	})
}

// editionIn says which edition a folder holds, by the canary, in file names and content.
func editionIn(t *testing.T, dir string) string {
	t.Helper()
	edition, pages := "external", 0
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if filepath.Ext(name) == ".html" {
			pages++
		}
		if text := strings.ToLower(name + string(content)); strings.Contains(text, "inc-canary") || strings.Contains(text, "this sentence stays inside") {
			edition = "internal"
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if pages < 10 {
		t.Fatalf("%s has only %d pages", dir, pages)
	}
	return edition
}

// asksNotToBeListed says whether the site's home page asks search engines not to list it, in a header or in itself.
func asksNotToBeListed(t *testing.T, dir string) bool {
	t.Helper()
	site, err := New(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	site.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", nil))
	tag := regexp.MustCompile(`<meta name="?robots"? content="?[^>]*noindex`)
	return strings.Contains(answer.Header().Get("X-Robots-Tag"), "noindex") || tag.Match(answer.Body.Bytes())
}
