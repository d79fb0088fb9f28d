package main

import (
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"debrief/generator/lint"
	"debrief/generator/problem"
)

// What check writes of SARIF 2.1.0, the OASIS format for the results of static analysis:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool             sarifTool     `json:"tool"`
		Language         string        `json:"language"`
		NewlineSequences []string      `json:"newlineSequences"`
		ColumnKind       string        `json:"columnKind"`
		Results          []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name     string      `json:"name"`
		Language string      `json:"language"`
		Rules    []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string        `json:"id"`
		ShortDescription *sarifMessage `json:"shortDescription,omitempty"`
		FullDescription  *sarifMessage `json:"fullDescription,omitempty"`
		Help             *sarifMessage `json:"help,omitempty"`
		Default          *sarifDefault `json:"defaultConfiguration,omitempty"`
	}
	sarifDefault struct {
		Level string `json:"level"`
	}
	sarifMessage struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifMessage    `json:"message"`
		Locations []sarifLocation `json:"locations"`
		Fixes     []sarifFix      `json:"fixes,omitempty"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
	sarifFix struct {
		Description sarifMessage  `json:"description"`
		Changes     []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		Artifact     sarifArtifact      `json:"artifactLocation"`
		Replacements []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifRegion  `json:"deletedRegion"`
		Inserted sarifMessage `json:"insertedContent"`
	}
)

// writeSARIF writes the findings for code scanning services. The addresses of files are relative to the working folder.
func writeSARIF(w io.Writer, r checkResult) error {
	run := sarifRun{Language: "en", NewlineSequences: []string{"\r\n", "\n"}, ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "debrief", Language: "en", Rules: []sarifRule{}}
	index := map[string]int{}
	for _, rule := range lint.Rules() {
		index[rule.ID] = len(run.Tool.Driver.Rules)
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{
			ID: rule.ID, ShortDescription: &sarifMessage{Text: rule.Title}, FullDescription: &sarifMessage{Text: strings.Join(strings.Fields(rule.Reason), " ")},
			Help:    &sarifMessage{Text: strings.Join(strings.Fields(rule.Reason), " "), Markdown: rule.Markdown(1)},
			Default: &sarifDefault{Level: rule.Severity.String()},
		})
	}
	for _, f := range r.Findings {
		if _, known := index[f.Rule]; !known {
			index[f.Rule] = len(run.Tool.Driver.Rules)
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{ID: f.Rule})
		}
		run.Results = append(run.Results, sarifOf(r, f, index[f.Rule]))
	}
	return writeJSON(w, sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0", Runs: []sarifRun{run},
	})
}

func sarifOf(r checkResult, f lint.Finding, rule int) sarifResult {
	artifact := sarifArtifact{URI: fileURI(archivePath(r.scope.root, f.File))}
	physical := sarifPhysical{Artifact: artifact}
	if f.Line > 0 {
		physical.Region = &sarifRegion{StartLine: f.Line, StartColumn: f.Column}
	}
	out := sarifResult{
		RuleID: f.Rule, RuleIndex: rule, Level: f.Severity.String(), Message: sarifMessage{Text: sarifText(f.Problem)},
		Locations: []sarifLocation{{physical}},
	}
	if len(f.Edits) == 0 {
		return out
	}
	change := sarifChange{Artifact: artifact}
	for _, e := range f.Edits {
		change.Replacements = append(change.Replacements, sarifReplacement{
			Deleted:  sarifRegion{StartLine: e.Line, StartColumn: e.Column, EndColumn: e.Column + len([]rune(e.Old))},
			Inserted: sarifMessage{Text: e.New},
		})
	}
	out.Fixes = []sarifFix{{Description: sarifMessage{Text: "debrief check --fix"}, Changes: []sarifChange{change}}}
	return out
}

// sarifText is the message as sentences.
func sarifText(p problem.Problem) string {
	if p.Hint == "" {
		return p.Message
	}
	return p.Message + ". Hint: " + p.Hint
}

// fileURI is a relative or absolute file name as the reference of a URI.
func fileURI(name string) string {
	slashed := filepath.ToSlash(name)
	if filepath.IsAbs(name) {
		return (&url.URL{Scheme: "file", Path: slashed}).String()
	}
	return (&url.URL{Path: slashed}).EscapedPath()
}
