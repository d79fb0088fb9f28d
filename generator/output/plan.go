package output

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// maxName is the longest name of a file or folder, in bytes, that the usual file systems hold.
const maxName = 255

// A plan is the list of files to write, sorted by path and known to fit on any file system, with the folders they need.
type plan struct {
	files   []File
	folders map[string]bool // every folder of the site but its top
}

// newPlan checks the paths of a site. Its error names every file that cannot be written, in the order of their paths.
func newPlan(files []File) (plan, error) {
	p := plan{files: slices.Clone(files), folders: make(map[string]bool)}
	slices.SortStableFunc(p.files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })

	var errs []error
	reject := func(path, format string, args ...any) {
		errs = append(errs, fmt.Errorf("file %q: %s", path, fmt.Sprintf(format, args...)))
	}
	taken := map[string]string{Manifest: Manifest} // the file that has a name, by the name as the least discerning file system sees it
	sound := make([]string, 0, len(p.files))
	for _, f := range p.files {
		if flaw := flaw(f.Path); flaw != "" {
			reject(f.Path, "%s", flaw)
			continue
		}
		key := fold(f.Path)
		switch other, ok := taken[key]; {
		case ok && other == Manifest:
			reject(f.Path, "this name is kept for the manifest that Debrief writes itself")
		case ok && other == f.Path:
			reject(f.Path, "two files have this path")
		case ok:
			reject(f.Path, "on file systems that do not tell capitals from small letters it is the same file as %q", other)
		default:
			taken[key] = f.Path
			sound = append(sound, f.Path)
		}
	}
	for _, file := range sound {
		for folder := path.Dir(file); folder != "." && !p.folders[folder]; folder = path.Dir(folder) {
			if other, ok := taken[fold(folder)]; ok {
				reject(file, "it needs a folder where %q is a file", other)
			}
			p.folders[folder] = true
		}
	}
	return p, errors.Join(errs...)
}

// flaw says what keeps a path from being written on every file system, or nothing.
func flaw(p string) string {
	switch {
	case p == "":
		return "the path is empty"
	case !utf8.ValidString(p):
		return "the path is not valid UTF-8"
	case strings.HasPrefix(p, "/"):
		return "the path must be relative to the site"
	case strings.Contains(p, `\`):
		return "folders are separated by slashes, not backslashes"
	case !fs.ValidPath(p) || p == ".":
		return `the path may not have the elements "", "." or ".."`
	}
	for name := range strings.SplitSeq(p, "/") {
		if flaw := nameFlaw(name); flaw != "" {
			return flaw
		}
	}
	return ""
}

// nameFlaw says what is wrong with one element of a path. The rules beyond length are those of Windows, so that a site can be unpacked
// anywhere; they are listed at https://learn.microsoft.com/windows/win32/fileio/naming-a-file.
func nameFlaw(name string) string {
	if len(name) > maxName {
		return fmt.Sprintf("%d bytes are too long for one name; %d is the most", len(name), maxName)
	}
	for _, r := range name {
		if r < ' ' || strings.ContainsRune(`<>:"|?*`, r) {
			return fmt.Sprintf("names may not have the character %q", r)
		}
	}
	if last := name[len(name)-1]; last == '.' || last == ' ' {
		return "names may not end in a dot or a space"
	}
	base, _, _ := strings.Cut(name, ".")
	if isDevice(strings.ToLower(strings.TrimRight(base, " "))) {
		return fmt.Sprintf("Windows keeps the name %q for a device", base)
	}
	return ""
}

func isDevice(name string) bool {
	switch name {
	case "con", "prn", "aux", "nul", "conin$", "conout$":
		return true
	}
	number, ok := strings.CutPrefix(name, "com")
	if !ok {
		number, ok = strings.CutPrefix(name, "lpt")
	}
	return ok && utf8.RuneCountInString(number) == 1 && strings.ContainsAny(number, "0123456789¹²³")
}

// fold maps all paths that some file system takes for the same file to one string: macOS and Windows do not tell upper from lower case,
// and macOS not a letter with an accent from the letter and the accent.
func fold(p string) string {
	if isASCII(p) {
		return strings.ToLower(p)
	}
	return norm.NFC.String(cases.Fold().String(norm.NFC.String(p)))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
