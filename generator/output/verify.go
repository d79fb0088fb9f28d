package output

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Difference is one way in which a site is not what its manifest says, or in which two manifests differ.
type Difference struct {
	Path string `json:"path"`
	// Kind is "changed", "missing" or "unlisted".
	Kind string `json:"kind"`
}

// The kinds of a Difference.
const (
	Changed  = "changed"
	Missing  = "missing"
	Unlisted = "unlisted"
)

// Verification is what Verify found.
type Verification struct {
	// Files is how many files the manifest lists.
	Files int `json:"files"`
	// Differences are sorted by path.
	Differences []Difference `json:"differences"`
}

// Verify compares every file of a site with the site's manifest, or with another one when against is not empty: the path of a manifest that was
// kept from an earlier day, which shows what has changed since. An error means that there is no manifest, or that a file cannot be read.
func Verify(dir, against string) (*Verification, error) {
	if against == "" {
		against = filepath.Join(dir, Manifest)
	}
	listed, err := openManifest(against)
	if err != nil {
		return nil, err
	}
	v := &Verification{Files: len(listed.Files), Differences: []Difference{}}
	want := make(map[string]entry, len(listed.Files))
	for _, e := range listed.Files {
		want[e.Path] = e
	}
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		below, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		path := filepath.ToSlash(below)
		if path == Manifest {
			return nil
		}
		e, ok := want[path]
		delete(want, path)
		if !ok {
			v.Differences = append(v.Differences, Difference{path, Unlisted})
			return nil
		}
		same, err := matches(name, d, e)
		if !same && err == nil {
			v.Differences = append(v.Differences, Difference{path, Changed})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for path := range want {
		v.Differences = append(v.Differences, Difference{path, Missing})
	}
	slices.SortFunc(v.Differences, func(a, b Difference) int { return cmp.Compare(a.Path, b.Path) })
	return v, nil
}

func openManifest(name string) (manifest, error) {
	m, err := readManifestFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return m, fmt.Errorf("there is no %s; every site that debrief built has one at its top", name)
	case errors.Is(err, errForeign):
		return m, fmt.Errorf("%s is no manifest of debrief", name)
	case err == nil && m.Format > manifestFormat:
		return m, fmt.Errorf("%s is of format %d, and this debrief knows formats up to %d; a newer debrief can read it", name, m.Format, manifestFormat)
	}
	return m, err
}

// matches reports whether a file is what a manifest says.
func matches(name string, d fs.DirEntry, e entry) (bool, error) {
	info, err := d.Info()
	if err != nil || !info.Mode().IsRegular() || info.Size() != e.Size {
		return false, err
	}
	f, err := os.Open(name)
	if err != nil {
		return false, err
	}
	defer f.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return false, err
	}
	return digest(hash.Sum(nil)) == e.SHA256, nil
}
