package render

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"debrief/generator/problem"
	"debrief/themes"
)

// files is a theme with its overlay applied, sorted by path.
type files struct {
	list []file
	name string // of the overlay
}

type file struct {
	path  string
	bytes []byte
	own   bool // from the overlay
	extra bool // not in the default theme
}

// readFiles reads the default theme and lays the overlay on top.
func readFiles(o Options) (*files, error) {
	fl := &files{name: o.OverlayName}
	if err := fl.read(themes.Default, false); err != nil {
		return nil, fmt.Errorf("default theme: %w", err)
	}
	if o.Overlay != nil {
		if err := fl.read(o.Overlay, true); err != nil {
			return nil, fmt.Errorf("theme %s: %w", o.OverlayName, err)
		}
	}
	return fl, nil
}

// read takes all files of a folder; names that begin with a dot are somebody else's (an editor, a file manager) and left alone.
func (fl *files) read(folder fs.FS, own bool) error {
	return fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if strings.HasPrefix(d.Name(), ".") && name != "." {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		bytes, err := fs.ReadFile(folder, name)
		if err != nil {
			return err
		}
		fl.put(file{path: name, bytes: bytes, own: own})
		return nil
	})
}

func (fl *files) put(f file) {
	i, found := slices.BinarySearchFunc(fl.list, f.path, func(f file, path string) int { return strings.Compare(f.path, path) })
	if found {
		fl.list[i] = f
		return
	}
	f.extra = f.own
	fl.list = slices.Insert(fl.list, i, f)
}

// get returns the file at a path; the zero file when there is none.
func (fl *files) get(path string) file {
	i, found := slices.BinarySearchFunc(fl.list, path, func(f file, path string) int { return strings.Compare(f.path, path) })
	if !found {
		return file{}
	}
	return fl.list[i]
}

// check looks for files of the overlay that nothing would ever use, which is nearly always a slip in a name.
func (fl *files) check(problems *problem.List) {
	for _, f := range fl.list {
		if !f.extra {
			continue
		}
		switch folder, _, _ := strings.Cut(f.path, "/"); folder {
		case "assets":
		case "partials":
			if !isPartial(f) {
				problems.Warnf(fl.at(f.path), "unused-theme-file", "give it the extension .html", "a partial that is not an .html file is not used")
			}
		case "layouts":
			problems.Warnf(fl.at(f.path), "unused-theme-file", "the layouts are those of the default theme; for a part that several share add a file to partials/",
				"there is no layout %q", strings.TrimSuffix(path.Base(f.path), ".html"))
		default:
			if !slices.Contains([]string{"README.md", "LICENSE"}, f.path) {
				problems.Warnf(fl.at(f.path), "unused-theme-file", "move it into layouts/, partials/ or assets/", "this file of the theme is not used")
			}
		}
	}
}

// at is where problems say a file of the theme is.
func (fl *files) at(name string) problem.Position {
	if f := fl.get(name); f.own {
		return problem.Position{File: path.Join(fl.name, name)}
	}
	return problem.Position{File: path.Join("default theme", name)}
}

// templateError matches what the template packages say: `template: layouts/home.html:12:5: what`, with or without the column.
var (
	templateError = regexp.MustCompile(`(?s)template: ?([^:\s]+\.html):(\d+)(?::(\d+))?: (.*)`)
	executing     = regexp.MustCompile(`(?s)^executing "[^"]*" at (<.*?>): (.*)$`)
	noField       = regexp.MustCompile(`can't evaluate field \w+ in type`)
	noFunction    = regexp.MustCompile(`function "\w+" not defined`)
	noTemplate    = regexp.MustCompile(`(?:no such template|template) "([^"]+)"(?: not defined)?`)
)

// templateProblem turns an error of the template packages into a problem at its place.
func (fl *files) templateProblem(err error) problem.Problem {
	p := problem.Problem{Severity: problem.Error, Rule: "theme-template", Message: err.Error()}
	m := templateError.FindStringSubmatch(err.Error())
	if m == nil {
		p.Position = fl.at("layouts")
		return p
	}
	p.Position = fl.at(m[1])
	p.Line, _ = strconv.Atoi(m[2])
	if m[3] != "" {
		p.Column, _ = strconv.Atoi(m[3])
		p.Column++ // the template packages count columns from 0
	}
	p.Message = m[4]
	if e := executing.FindStringSubmatch(p.Message); e != nil {
		p.Message = "at " + e[1] + ": " + e[2]
	}
	p.Hint = fl.hint(p.Message)
	return p
}

func (fl *files) hint(message string) string {
	if noField.MatchString(message) {
		return "docs/theming.md says what each template receives"
	}
	if noFunction.MatchString(message) {
		return "beside the functions of Go templates there are add, sub, mul, pc and rest, and the methods of the view such as $.URL and $.With"
	}
	if m := noTemplate.FindStringSubmatch(message); m != nil && fl.get(m[1]).path == "" {
		return "a partial is named by its path in the theme: \"partials/card.html\""
	}
	return ""
}
