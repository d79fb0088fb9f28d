package importer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"debrief/generator/fields"
	"debrief/generator/lazyregexp"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
	"debrief/generator/source"
)

// choose finds the format, and the files to read where it is one of files.
func (r *run) choose() ([]string, error) {
	src := r.opts.Source
	if _, err := os.Stat(src); err != nil {
		switch {
		case strings.Contains(src, "://"):
			return nil, fmt.Errorf("%s is an address, and only what is on this machine is read\nFetch it first: curl -o incidents.json %s", src, src)
		case errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("there is no file or folder %q", src)
		}
		return nil, err
	}
	if name := r.opts.Format; name != "" {
		f, ok := formatNamed(name)
		if !ok {
			return nil, fmt.Errorf("%q is not a format; see debrief import --list", name)
		}
		r.format = f
		if f.tree != nil {
			return nil, nil
		}
		if other := mistaken(f, src); other != "" {
			return nil, fmt.Errorf("%s looks like %s, and not like %s\nRun debrief import %s %s", src, other, name, other, src)
		}
		return r.filesOf(f)
	}
	r.report.Guessed = true
	f, err := guess(src)
	if err != nil {
		return nil, err
	}
	r.format = f
	if f.tree != nil {
		return nil, nil
	}
	return r.filesOf(f)
}

// filesOf are the files to read; in a folder, those that are of the format by what is in them.
func (r *run) filesOf(f Format) ([]string, error) {
	files, err := f.files(r.opts.Source)
	if err != nil || !isFolder(r.opts.Source) {
		return files, err
	}
	var mine []string
	for _, file := range files {
		found, err := guessFile(file)
		if err == nil && found.Name == f.Name {
			mine = append(mine, file)
			continue
		}
		reason := "it does not look like " + f.Name
		if err == nil {
			reason = "it looks like " + found.Name + "; import it by itself"
		}
		r.report.Postmortems.add(Skipped)
		r.report.Files = append(r.report.Files, File{Action: Skipped, Reason: reason, From: problem.Position{File: filepath.ToSlash(file)}})
	}
	if len(mine) == 0 {
		return nil, fmt.Errorf("there is no file in %s that looks like %s", r.opts.Source, f.Name)
	}
	return mine, nil
}

// mistaken names the format that a file has every sign of, when it has no sign of the one that was named; "" otherwise.
func mistaken(named Format, file string) string {
	signs := map[string]*lazyregexp.Regexp{"gcp": gcpKey, "github": numberKey, "statuspage": statusKeys, "atom": feedStart}
	found, err := guessFile(file)
	if err != nil || found.Name == named.Name || found.tree != nil || isFolder(file) {
		return ""
	}
	head, err := beginning(file)
	if err != nil || signs[named.Name] != nil && signs[named.Name].Match(head) {
		return ""
	}
	return found.Name
}

// beginning is the first part of a file.
func beginning(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, 64<<10)
	n, err := io.ReadFull(asUTF8(f), head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	return bytes.TrimSpace(head[:n]), nil
}

// guess finds the format of a file or folder by what is in it.
func guess(src string) (Format, error) {
	if !isFolder(src) {
		return guessFile(src)
	}
	tree, _, err := source.Scan(src)
	if err != nil {
		return Format{}, err
	}
	if len(tree.Postmortems) > 0 {
		return guessTree(tree)
	}
	entries, err := os.ReadDir(src)
	if err != nil {
		return Format{}, err
	}
	for _, e := range entries {
		if e.Type().IsRegular() && !strings.HasPrefix(e.Name(), ".") {
			if f, err := guessFile(filepath.Join(src, e.Name())); err == nil {
				return f, nil
			}
		}
	}
	return Format{}, fmt.Errorf("there is nothing in %s that can be imported\nSee debrief import --list for what can", src)
}

// guessTree tells the formats apart that are folders of Markdown files: by most of the first files.
func guessTree(tree *source.Tree) (Format, error) {
	const looked = 20
	cstate, icco, all := 0, 0, 0
	for _, file := range tree.Postmortems[:min(len(tree.Postmortems), looked)] {
		src, _, err := tree.Read(file)
		if err != nil {
			return Format{}, err
		}
		all++
		src, _ = mendFences(src)
		rep := &report{file: file, src: src, parts: postmortem.Divide(src)}
		switch node := rep.matter(); {
		case node.Get("uuid") != nil && (node.Get("company") != nil || node.Get("url") != nil):
			icco++
		case isCState(node):
			cstate++
		}
	}
	name := "markdown"
	switch {
	case 2*cstate > all:
		name = "cstate"
	case 2*icco > all:
		name = "icco"
	}
	f, _ := formatNamed(name)
	return f, nil
}

var (
	feedStart  = lazyregexp.New(`(?i)<(?:feed|rss|rdf:RDF)[\s>]`)
	gcpKey     = lazyregexp.New(`"(?:external_desc|affected_products|most_recent_update|service_key)"\s*:`)
	statusKeys = lazyregexp.New(`"(?:incident_updates|incidents|scheduled_maintenances|shortlink|impact_override)"\s*:`)
	issueKeys  = lazyregexp.New(`"(?:createdAt|created_at|closedAt|closed_at|comments|labels|body)"\s*:`)
	numberKey  = lazyregexp.New(`"number"\s*:\s*\d`)
)

// guessFile finds the format of a file by its beginning.
func guessFile(file string) (Format, error) {
	unknown := fmt.Errorf("%s is in no format that is known here\nName the format: debrief import FORMAT %s; debrief import --list lists them", file, file)
	switch strings.ToLower(filepath.Ext(file)) {
	case ".md", ".markdown", ".mdown", ".mkd", ".qmd", ".rmd", ".mdx":
		tree, _, err := source.Scan(file)
		if err != nil {
			return Format{}, err
		}
		return guessTree(tree)
	}
	head, err := beginning(file)
	if err != nil {
		return Format{}, err
	}
	name := ""
	switch {
	case len(head) == 0:
		return Format{}, fmt.Errorf("%s is empty", file)
	case head[0] == '<' && feedStart.Match(head):
		name = "atom"
	case head[0] != '[' && head[0] != '{':
	case gcpKey.Match(head):
		name = "gcp"
	case numberKey.Match(head) && issueKeys.Match(head):
		name = "github"
	case statusKeys.Match(head):
		name = "statuspage"
	}
	found, ok := formatNamed(name)
	if !ok {
		return Format{}, unknown
	}
	return found, nil
}

// isCState reports whether front matter has two of the signs of an issue of cState, which many an author leaves out some of.
func isCState(n *fields.Node) bool {
	signs := issueSigns(n)
	if is(n.Get("severity"), "down", "disrupted", "notice") {
		signs++
	}
	if is(n.Get("resolved"), "true", "false") {
		signs++
	}
	return signs >= 2
}

// is reports whether a value is one of a few words.
func is(n *fields.Node, words ...string) bool {
	return n != nil && slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(n.Text, w) })
}
