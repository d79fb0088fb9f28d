package generator

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"debrief/generator/page"
	"debrief/generator/problem"
	"debrief/generator/render"
)

// themes keeps the theme that was loaded last. It may be used from several goroutines.
type themes struct {
	mu       sync.Mutex
	files    [sha256.Size]byte // what the publisher's own theme folder held
	name     string
	theme    *render.Theme
	problems problem.List
}

// load returns the theme of an archive for a site. Mistakes in the publisher's own theme must not cost the site: then the default theme
// stands in, and the problems say so. An error means that the theme cannot be read.
func (t *themes) load(a *Archive, site page.Site) (*render.Theme, problem.List, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	files, err := a.sumTheme()
	if err != nil {
		return nil, nil, err
	}
	name := a.Model.Config.Theme
	if t.theme == nil || t.files != files || t.name != name {
		theme, problems, err := render.Load(site, render.Options{Overlay: a.theme, OverlayName: name})
		if err == nil && theme == nil {
			var own problem.List
			if theme, own, err = render.Load(site, render.Options{}); err == nil && theme == nil {
				err = fmt.Errorf("the default theme does not fit: %s", own[0])
			}
		}
		if err != nil {
			return nil, nil, err
		}
		t.files, t.name, t.theme, t.problems = files, name, theme, problems
	}
	return t.theme.For(site), t.problems, nil
}

// sumTheme identifies the content of the publisher's own theme folder.
func (a *Archive) sumTheme() ([sha256.Size]byte, error) {
	return sumTheme(a.theme, a.Model.Config.Theme)
}

// sumTheme identifies the content of a theme folder, which is nil for none, and has a name.
func sumTheme(theme fs.FS, of string) ([sha256.Size]byte, error) {
	h := sha256.New()
	if theme != nil {
		err := fs.WalkDir(theme, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			content, err := fs.ReadFile(theme, name)
			if errors.Is(err, fs.ErrNotExist) {
				return nil // it went meanwhile
			}
			fmt.Fprintf(h, "%q %d\n%s", name, len(content), content)
			return err
		})
		if err != nil {
			return [sha256.Size]byte{}, fmt.Errorf("theme %s: %w", of, err)
		}
	}
	return [sha256.Size]byte(h.Sum(nil)), nil
}
