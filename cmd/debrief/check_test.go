package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"debrief/generator/lint"
	"debrief/generator/testkit"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

const sarifArchive = `-- content/archive.yaml --
title: Incidents
sites:
  external: {url: "https://incidents.example/"}
  internal: {url: "https://inside.example/"}
-- content/postmortems/a b.md --
---
id: a
sevrity: sev1
status: published
---

## Root cause

We "should" have it: 💥 human error, really.
-- content/postmortems/c.md --
---
id: c
started: 2022-13-26
---

## Summary

See [it](nowhere.md).
`

// TestSARIF holds what is written for code scanning against the rules of the format, and against a golden file but for the texts of the rules.
func TestSARIF(t *testing.T) {
	golden := filepath.Join(absolute("testdata"), "check.sarif.json")
	schema := compileSchema(t, filepath.Join("testdata", "sarif-part.schema.json"))
	t.Chdir(testkit.Dir(t, sarifArchive))
	var out, errOut bytes.Buffer
	if code := run([]string{"check", "--format", "sarif", "--all", "--as-of", "2024-06-01"}, nil, &out, &errOut); code != exitProblems || errOut.Len() > 0 {
		t.Fatalf("exit code %d: %s", code, errOut.String())
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(document); err != nil {
		t.Error(err)
	}
	// The same against the whole schema of the standard, by way of an independent reader of the format.
	report, err := sarif.FromBytes(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := report.Validate(); err != nil {
		t.Error(err)
	}

	var log sarifLog
	if err := json.Unmarshal(out.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	driver := &log.Runs[0].Tool.Driver
	for _, r := range log.Runs[0].Results {
		if driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("the rule %s is number %d, which is %s", r.RuleID, r.RuleIndex, driver.Rules[r.RuleIndex].ID)
		}
	}
	driver.Rules = driver.Rules[len(lint.Rules()):] // those without a text
	for i := range log.Runs[0].Results {
		log.Runs[0].Results[i].RuleIndex = 0
	}
	shown, err := json.MarshalIndent(log, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	testkit.Golden(t, golden, append(shown, '\n'))
}

func compileSchema(t *testing.T, file string) *jsonschema.Schema {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// What GitHub reads as a command must not be ended, or continued, by what an author wrote.
func TestGitHubEscapes(t *testing.T) {
	if got, want := githubProperty("a:b,c%d\r\ne"), "a%3Ab%2Cc%25d%0D%0Ae"; got != want {
		t.Errorf("a property is written %q, want %q", got, want)
	}
	if got, want := githubText.Replace("100%\nof: it, all\r"), "100%25%0Aof: it, all%0D"; got != want {
		t.Errorf("a text is written %q, want %q", got, want)
	}
}

// A file that changes while it is being mended stays as somebody else wrote it; one that does not keeps its permissions and line ends.
func TestFixedFiles(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.md")
	if err := os.WriteFile(name, []byte("\ufeffa: one\r\nb\r\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	f := fixedFile{name: name, edits: []lint.Edit{{Line: 1, Column: 4, Old: "one", New: "1"}}}
	if err := f.prepare(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte("somebody was quicker"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := f.write(); err == nil || !strings.Contains(err.Error(), "was changed while") {
		t.Errorf("a file that changed is written: %v", err)
	}
	if got := read(t, name); got != "somebody was quicker" {
		t.Errorf("the file holds %q", got)
	}

	if err := os.WriteFile(name, []byte("\ufeffa: one\r\nb\r\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := f.write(); err != nil {
		t.Fatal(err)
	}
	if got := read(t, name); got != "\ufeffa: 1\r\nb\r\n" {
		t.Errorf("the file holds %q", got)
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("its permissions are %v (%v)", info.Mode(), err)
	}
	if rest, err := filepath.Glob(filepath.Join(filepath.Dir(name), ".*")); err != nil || len(rest) > 0 {
		t.Errorf("left behind: %v (%v)", rest, err)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
