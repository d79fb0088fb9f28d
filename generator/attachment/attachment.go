// Package attachment makes the files beside a page fit to be published: pictures lose everything that is not the picture, and drawings everything
// that is not drawn. It stands between the archive's folder and the output, and knows nothing of incidents. A photograph says where and with what it
// was taken, an exported graph from whose folder; whoever writes a postmortem does not see that, and it would go outside with it.
package attachment

import (
	"errors"
	"fmt"
	"path"
	"strings"
)

// Kind says what becomes of a file when it is published, by its name.
type Kind int

const (
	// Plain files are text of one kind or another. They are published as they are.
	Plain Kind = iota
	// Picture files are PNG, JPEG, GIF, WebP and SVG. They are published without what is not shown.
	Picture
	// Opaque files may hold what nobody sees, and cannot be cleaned: documents, archives, films, other pictures.
	Opaque
	// Active files are run by browsers.
	Active
)

// KindOf tells the kind of a file by its name.
func KindOf(name string) Kind {
	switch strings.ToLower(path.Ext(name)) {
	case ".png", ".apng", ".jpg", ".jpeg", ".jfif", ".gif", ".webp", ".svg":
		return Picture
	case ".html", ".htm", ".xhtml", ".xht", ".mhtml", ".mht", ".shtml", ".js", ".mjs", ".cjs", ".svgz", ".swf", ".xml", ".xsl", ".xslt", ".hta", ".wasm":
		return Active
	case ".txt", ".log", ".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".yaml", ".yml", ".toml", ".sql", ".diff", ".patch", ".conf", ".ini", ".sh", ".py", ".go",
		".md", ".css", ".promql", ".tf":
		return Plain
	}
	return Opaque
}

// errDamaged means that a picture ends too early or is not what its name says.
var errDamaged = errors.New("it is damaged, or not what its name says")

// Clean returns a picture without what is not shown: where and with what it was taken, who made it, comments, thumbnails, what is appended to it; and a
// drawing without scripts, links and what it would load from elsewhere. Files of other kinds are returned as they are. The same content gives the same
// bytes. The error says in a few words why a picture cannot be cleaned.
func Clean(name string, content []byte) ([]byte, error) {
	if KindOf(name) != Picture {
		return content, nil
	}
	var clean []byte
	var err error
	switch strings.ToLower(path.Ext(name)) {
	case ".png", ".apng":
		clean, err = cleanPNG(content)
	case ".jpg", ".jpeg", ".jfif":
		clean, err = cleanJPEG(content)
	case ".gif":
		clean, err = cleanGIF(content)
	case ".webp":
		clean, err = cleanWebP(content)
	case ".svg":
		clean, err = cleanSVG(content)
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be published: %w", name, err)
	}
	return clean, nil
}
