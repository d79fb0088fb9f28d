package output

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// Manifest is the name of the file at the top of every site that lists all others. It is how Write knows a folder as its own, and with
// it anyone can check that a published site is the one that was built.
const Manifest = "manifest.json"

// The manifest's format, version 1:
//
//	{
//	  "format": 1,
//	  "generator": "debrief",
//	  "files": [
//	    {"path": "404.html", "size": 1042, "sha256": "9f86d0…"},
//	    …
//	  ]
//	}
//
// Paths are sorted by their bytes, sizes are in bytes, hashes in small hexadecimal digits; one file stands on one line, so that two
// manifests can be compared with diff. The manifest does not list itself.
const (
	manifestFormat = 1
	generatorName  = "debrief"
)

type manifest struct {
	Format    int     `json:"format"`
	Generator string  `json:"generator"`
	Files     []entry `json:"files"`
}

func manifestOf(all []made) manifest {
	entries := make([]entry, len(all))
	for i, m := range all {
		entries[i] = m.entry
	}
	return manifest{manifestFormat, generatorName, entries}
}

type entry struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 digest `json:"sha256"`
}

type digest [32]byte

func (d digest) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, d[:]), nil }

func (d *digest) UnmarshalText(text []byte) error {
	if hex.DecodedLen(len(text)) != len(d) {
		return fmt.Errorf("%q is not a SHA-256 in hexadecimal digits", text)
	}
	_, err := hex.Decode(d[:], text)
	return err
}

// write writes the manifest in its one form.
func (m manifest) write(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "{\n  \"format\": %d,\n  \"generator\": %q,\n  \"files\": [", m.Format, m.Generator)
	for i, e := range m.Files {
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n    ")
		out.Write(line)
	}
	out.WriteString("\n  ]\n}\n")
	return out.Flush()
}

// errForeign is why a folder is not taken for one of ours.
var errForeign = errors.New("not made by Debrief")

// readManifest reads the manifest of a site. The error is errForeign when the folder has none that Debrief wrote. A manifest of a later
// format is read as far as its fields are known: the folder is Debrief's all the same.
func readManifest(dir string) (manifest, error) {
	m, err := readManifestFile(filepath.Join(dir, Manifest))
	if errors.Is(err, fs.ErrNotExist) {
		return manifest{}, errForeign
	}
	return m, err
}

// readManifestFile reads one manifest. The error is errForeign when Debrief did not write it.
func readManifestFile(name string) (manifest, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return manifest{}, err
	}
	var m manifest
	if err := json.Unmarshal(data, &m); err != nil || m.Generator != generatorName {
		return manifest{}, errForeign
	}
	return m, nil
}

// folders returns every folder that a file of the manifest lies in, at any depth.
func (m manifest) folders() map[string]bool {
	all := make(map[string]bool)
	for _, e := range m.Files {
		for folder := path.Dir(e.Path); folder != "." && folder != "/" && !all[folder]; folder = path.Dir(folder) {
			all[folder] = true
		}
	}
	return all
}
