package output

import (
	"crypto/sha256"
	"io"
)

// Key identifies what a file is made of, or its bytes.
type Key = [sha256.Size]byte

// Memory is what Write knows of files that say what they are made of. It is a matter of speed only: what is not in it, or what the last site
// does not have as it says, is made anew.
type Memory struct {
	// Files are by path.
	Files map[string]Made
}

// Made is what a file was made of, and the SHA-256 of the bytes that came of it.
type Made struct{ Of, Sum Key }

// Same reports whether the file that is being written to w need not be written, because the last site has it, made of the same. Whoever
// produces a file asks this first, and writes nothing when it is so. Key identifies all that the bytes follow from; it is called only where
// that is remembered, and an error means that nothing identifies it.
func Same(w io.Writer, key func() (Key, error)) bool {
	d, ok := w.(*draft)
	if !ok || d.memory == nil || d.size > 0 {
		return false
	}
	of, err := key()
	if err != nil {
		return false
	}
	d.of = &of
	known, ok := d.memory.Files[d.path]
	return ok && known.Of == of && d.last != "" && d.take(known.Sum)
}

// learn puts what the files of a site were made of in the place of what was known.
func (m *Memory) learn(all []made) {
	if m == nil {
		return
	}
	m.Files = make(map[string]Made, len(all))
	for _, f := range all {
		if f.of != nil {
			m.Files[f.Path] = Made{*f.of, Key(f.SHA256)}
		}
	}
}
