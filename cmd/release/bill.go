package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"time"
)

// The bill of materials follows SPDX 2.3, https://spdx.github.io/spdx-spec/v2.3/. What is in the program the program itself records.

type spdxDocument struct {
	Version       string             `json:"spdxVersion"`
	DataLicense   string             `json:"dataLicense"`
	ID            string             `json:"SPDXID"`
	Name          string             `json:"name"`
	Namespace     string             `json:"documentNamespace"`
	Creation      spdxCreation       `json:"creationInfo"`
	Packages      []spdxPackage      `json:"packages"`
	Relationships []spdxRelationship `json:"relationships"`
}

type spdxCreation struct {
	Created  string   `json:"created"`
	Creators []string `json:"creators"`
}

type spdxPackage struct {
	ID            string         `json:"SPDXID"`
	Name          string         `json:"name"`
	Version       string         `json:"versionInfo"`
	Purpose       string         `json:"primaryPackagePurpose,omitempty"`
	FileName      string         `json:"packageFileName,omitempty"`
	Download      string         `json:"downloadLocation"`
	FilesAnalyzed bool           `json:"filesAnalyzed"`
	Checksums     []spdxChecksum `json:"checksums,omitempty"`
	Concluded     string         `json:"licenseConcluded"`
	Declared      string         `json:"licenseDeclared"`
	Copyright     string         `json:"copyrightText"`
	References    []spdxRef      `json:"externalRefs,omitempty"`
}

type spdxChecksum struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"checksumValue"`
}

type spdxRef struct {
	Category string `json:"referenceCategory"`
	Type     string `json:"referenceType"`
	Locator  string `json:"referenceLocator"`
}

type spdxRelationship struct {
	From string `json:"spdxElementId"`
	Type string `json:"relationshipType"`
	To   string `json:"relatedSpdxElement"`
}

// noAssertion is SPDX for what nobody looked into.
const noAssertion = "NOASSERTION"

// spdx lists the modules that a program was built from, Go's standard library among them.
func spdx(name, version string, program []byte, info *debug.BuildInfo, at time.Time) ([]byte, error) {
	const documentID, programID = "SPDXRef-DOCUMENT", "SPDXRef-debrief"
	sum := fmt.Sprintf("%x", sha256.Sum256(program))
	doc := spdxDocument{
		Version: "SPDX-2.3", DataLicense: "CC0-1.0", ID: documentID, Name: name,
		Namespace: "https://spdx.org/spdxdocs/" + name + "-" + sum[:32],
		Creation:  spdxCreation{Created: at.UTC().Format(time.RFC3339), Creators: []string{"Tool: debrief-release"}},
		Packages: []spdxPackage{{
			ID: programID, Name: "debrief", Version: version, Purpose: "APPLICATION", FileName: name, Download: noAssertion,
			Checksums: []spdxChecksum{{"SHA256", sum}}, Concluded: "MIT", Declared: "MIT", Copyright: noAssertion,
		}},
		Relationships: []spdxRelationship{{documentID, "DESCRIBES", programID}},
	}
	for _, m := range modules(info) {
		p := spdxPackage{
			ID: spdxID(m), Name: m.Path, Version: m.Version, Purpose: "LIBRARY", Download: noAssertion,
			Concluded: noAssertion, Declared: noAssertion, Copyright: noAssertion,
			References: []spdxRef{{"PACKAGE-MANAGER", "purl", packageURL(m)}},
		}
		doc.Packages = append(doc.Packages, p)
		doc.Relationships = append(doc.Relationships, spdxRelationship{programID, "DEPENDS_ON", p.ID})
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(doc)
	return b.Bytes(), err
}

// standardLibrary is what databases of vulnerabilities call the part of Go that is in every program.
const standardLibrary = "stdlib"

// modules are those that a program was built from, as they were when they replaced another.
func modules(info *debug.BuildInfo) []debug.Module {
	list := []debug.Module{{Path: standardLibrary, Version: strings.TrimPrefix(info.GoVersion, "go")}}
	for _, m := range info.Deps {
		list = append(list, *cmp.Or(m.Replace, m))
	}
	return list
}

var notInID = regexp.MustCompile(`[^A-Za-z0-9.]+`)

func spdxID(m debug.Module) string {
	return "SPDXRef-" + notInID.ReplaceAllString(m.Path+"-"+m.Version, "-")
}

// packageURL names a module by https://github.com/package-url/purl-spec/blob/main/types-doc/golang-definition.md, which wants lower case.
func packageURL(m debug.Module) string {
	return "pkg:golang/" + strings.ToLower(m.Path) + "@" + strings.ReplaceAll(m.Version, "+", "%2B")
}

var licenceFile = regexp.MustCompile(`(?i)^(un)?(licen[cs]e|copying|notice|patents)([-._].*)?$`)

// licences are the texts that must go with a program: those of all modules in it, and Go's.
func licences(ctx context.Context, info *debug.BuildInfo) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "Debrief is built from Go and the modules below, each under its own licence.\n")
	for _, m := range modules(info) {
		find := []string{"list", "-m", "-f", "{{.Dir}}", m.Path}
		if m.Path == standardLibrary {
			find = []string{"env", "GOROOT"}
		}
		dir, err := output(ctx, nil, "go", find...)
		if err != nil {
			return nil, err
		}
		dir = strings.TrimSpace(dir)
		files, err := os.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		found := false
		for _, f := range files {
			if !f.Type().IsRegular() || !licenceFile.MatchString(f.Name()) {
				continue
			}
			text, err := os.ReadFile(filepath.Join(dir, f.Name()))
			if err != nil {
				return nil, err
			}
			fmt.Fprintf(&b, "\n%s\n%s %s: %s\n\n%s\n", strings.Repeat("=", 80), m.Path, m.Version, f.Name(), bytes.TrimSpace(text))
			found = true
		}
		if !found {
			return nil, fmt.Errorf("the module %s %s has no licence in %s", m.Path, m.Version, dir)
		}
	}
	return b.Bytes(), nil
}
