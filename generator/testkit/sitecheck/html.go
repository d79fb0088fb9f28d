package sitecheck

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"debrief/generator/testkit"
)

// HTML checks every page of a site, and every SVG file, with the Nu HTML checker, in one run of Java. Errors and warnings fail the test.
func HTML(t testing.TB, dir string) {
	t.Helper()
	pages(t, dir)
	jar := filepath.Join(testkit.NodeModules(t), "vnu-jar", "build", "dist", "vnu.jar")
	java, err := exec.LookPath("java")
	if err != nil {
		testkit.Missing(t, "there is no Java here for the Nu HTML checker")
	}
	if _, err := os.Stat(jar); err != nil {
		testkit.Missing(t, "the Nu HTML checker is not installed")
	}
	cmd := exec.CommandContext(t.Context(), java, "-jar", jar, "--format", "json", "--stdout", "--exit-zero-always", "--no-langdetect", "--skip-non-html", "--also-check-svg", dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the Nu HTML checker failed: %v\n%s", err, stderr.Bytes())
	}
	var report struct {
		Messages []struct {
			Type, SubType, URL, Message, Extract string
			LastLine, LastColumn                 int
		}
	}
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatalf("the Nu HTML checker wrote no JSON: %v\n%s\n%s", err, out, stderr.Bytes())
	}
	for _, m := range report.Messages {
		if m.Type == "info" && m.SubType != "warning" {
			continue
		}
		kind := m.Type
		if m.SubType != "" {
			kind = m.SubType
		}
		t.Errorf("%s:%d:%d: %s: %s\n\t%s", nameIn(dir, m.URL), m.LastLine, m.LastColumn, kind, m.Message, strings.ReplaceAll(m.Extract, "\n", " "))
	}
}

// nameIn returns the path in a site of a file that the checker names by its address.
func nameIn(dir, address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return address
	}
	if name, err := filepath.Rel(abs, filepath.FromSlash(u.Path)); err == nil {
		return name
	}
	return address
}
