package render

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/evanw/esbuild/pkg/api"

	"debrief/generator/problem"
)

// A style sheet or script at the top of assets/ is a bundle of its own; those in folders below are parts that bundles import. Every other
// file is published as it is. All get a name that holds a hash of their content.
const assetFolder = "assets/"

func isBundle(f file) bool {
	rest, ok := strings.CutPrefix(f.path, assetFolder)
	return ok && isSource(f) && !strings.Contains(rest, "/")
}

func isSource(f file) bool { return slices.Contains([]string{".css", ".js"}, path.Ext(f.path)) }

// bundle prepares all assets of the theme.
func (t *Theme) bundle(files *files, problems *problem.List) {
	t.names = map[string]string{}
	for _, f := range files.list {
		switch {
		case !strings.HasPrefix(f.path, assetFolder):
		case isBundle(f):
			t.bundleOne(files, f, problems)
		case !isSource(f):
			t.publish(f.path, assetFolder+fingerprint(strings.TrimPrefix(f.path, assetFolder), f.bytes), f.bytes)
		}
	}
	slices.SortFunc(t.assets, func(a, b Asset) int { return strings.Compare(a.Path, b.Path) })
	t.assets = slices.CompactFunc(t.assets, func(a, b Asset) bool { return a.Path == b.Path })
}

// publish adds an asset under its published path. source is its path in the theme.
func (t *Theme) publish(source, published string, content []byte) {
	t.names[strings.TrimPrefix(source, assetFolder)] = "/" + published
	t.assets = append(t.assets, Asset{Path: published, Bytes: content})
}

// bundleOne joins a style sheet or script with all it imports, and minifies it.
func (t *Theme) bundleOne(files *files, f file, problems *problem.List) {
	result := api.Build(api.BuildOptions{
		EntryPoints:       []string{f.path},
		Bundle:            true,
		Format:            api.FormatIIFE,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsNone,
		Target:            api.ES2020,
		Outdir:            "/",
		AbsWorkingDir:     "/",
		LogLevel:          api.LogLevelSilent,
		Plugins:           []api.Plugin{files.plugin()},
	})
	for _, m := range result.Errors {
		problems.Add(files.bundleProblem(f, m, problem.Error))
	}
	for _, m := range result.Warnings {
		problems.Add(files.bundleProblem(f, m, problem.Warning))
	}
	for _, out := range result.OutputFiles {
		content := bytes.TrimSpace(out.Contents)
		t.publish(f.path, assetFolder+fingerprint(path.Base(f.path), content), content)
	}
}

// themeSpace is esbuild's name for where our files are: not on the disk.
const themeSpace = "theme"

// plugin lets esbuild read the theme's files. An address in url() must be a file of the theme too, unless it is absolute; the bundle refers
// to it by its published name, which stands in the same folder.
func (fl *files) plugin() api.Plugin {
	resolve := func(args api.OnResolveArgs) (api.OnResolveResult, error) {
		target := args.Path
		if args.Kind != api.ResolveEntryPoint {
			if strings.HasPrefix(target, "http://") || strings.HasPrefix(target, "https://") || strings.HasPrefix(target, "data:") || strings.HasPrefix(target, "#") {
				return api.OnResolveResult{Path: target, External: true}, nil
			}
			target = path.Join(path.Dir(args.Importer), target)
		}
		f := fl.get(target)
		if f.path == "" {
			return api.OnResolveResult{Errors: []api.Message{{Text: "the theme has no file " + target}}}, nil
		}
		if args.Kind == api.ResolveCSSURLToken {
			name := fingerprint(strings.TrimPrefix(f.path, assetFolder), f.bytes)
			return api.OnResolveResult{Path: "./" + name, External: true}, nil
		}
		return api.OnResolveResult{Path: f.path, Namespace: themeSpace}, nil
	}
	load := func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		content, loader := string(fl.get(args.Path).bytes), api.LoaderJS
		if path.Ext(args.Path) == ".css" {
			loader = api.LoaderCSS
		}
		return api.OnLoadResult{Contents: &content, Loader: loader}, nil
	}
	return api.Plugin{Name: themeSpace, Setup: func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: ".*"}, resolve)
		b.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: themeSpace}, load)
	}}
}

// bundleProblem turns a message of esbuild into a problem at its place.
func (fl *files) bundleProblem(entry file, m api.Message, severity problem.Severity) problem.Problem {
	p := problem.Problem{Position: fl.at(entry.path), Severity: severity, Rule: "theme-asset", Message: m.Text}
	if l := m.Location; l != nil {
		p.Position = fl.at(strings.TrimPrefix(l.File, themeSpace+":"))
		p.Line, p.Column = l.Line, utf8.RuneCountInString(l.LineText[:min(l.Column, len(l.LineText))])+1
	}
	return p
}

// fingerprint puts a hash of the content into a file name: "images/team.webp" becomes "images/team-3XQ7KPBA.webp".
func fingerprint(name string, content []byte) string {
	sum := sha256.Sum256(content)
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "-" + base32.StdEncoding.EncodeToString(sum[:5]) + ext
}
