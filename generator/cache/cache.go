// Package cache keeps what was worked out once, so that a later run of the program need not work it out again. It stands beside the walk and
// knows nothing of incidents: it keeps records, each under a name and for the sum of what it was made from, in files of a folder. And it turns
// values into bytes and back (Encode, Decode), or into a sum that is the same only for the same value (Sum).
//
// # What it promises
//
// The folder may be deleted at any time, by anyone, and is only ever a matter of speed. A file that is cut short, changed or of another version
// of the program counts as none: every file begins with the sum of all that follows, and the key of what it was made with. Files are written
// aside and renamed, so processes can share a folder without locks: the last one wins, and what it wrote is as good. How much room a folder
// takes is bounded by Prune.
package cache

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// Key identifies what a record was made from, or what a file of records was made with.
type Key = [sha256.Size]byte

// Record is one thing that is kept.
type Record struct {
	// Name is unique in its file; Sum identifies what Data was made from.
	Name string
	Sum  Key
	Data string
}

// magic begins every file. The number is the version of the format:
//
//	1: magic; SHA-256 of what follows; key; number of records; each with its name, its sum and its data, lengths as varints
const magic = "debrief cache 1\n"

// Read returns the records of a file by name; none when there is no such file, when it was made with another key, or when it is damaged.
func Read(file string, key Key) map[string]Record {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	head := len(magic) + 2*sha256.Size
	if len(content) < head || string(content[:len(magic)]) != magic {
		return nil
	}
	body := content[len(magic)+sha256.Size:]
	if Key(content[len(magic):]) != sha256.Sum256(body) || Key(body) != key {
		return nil
	}
	r := &reader{s: string(body[sha256.Size:])}
	n := r.length()
	records := make(map[string]Record, n)
	for range n {
		name := r.string()
		var sum Key
		copy(sum[:], r.take(len(sum)))
		records[name] = Record{name, sum, r.string()}
	}
	if r.failed || r.s != "" {
		return nil
	}
	return records
}

// Write writes a file of records, and the folders above it, in the place of the one before.
func Write(file string, key Key, records []Record) error {
	size := len(magic) + 2*sha256.Size + binary.MaxVarintLen64
	for _, r := range records {
		size += len(r.Name) + len(r.Sum) + len(r.Data) + 2*binary.MaxVarintLen64
	}
	b := append(make([]byte, 0, size), magic...)
	b = append(b, make([]byte, sha256.Size)...)
	b = append(b, key[:]...)
	b = binary.AppendUvarint(b, uint64(len(records)))
	for _, r := range records {
		b = appendString(b, r.Name)
		b = append(b, r.Sum[:]...)
		b = appendString(b, r.Data)
	}
	sum := sha256.Sum256(b[len(magic)+sha256.Size:])
	copy(b[len(magic):], sum[:])
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	aside, err := os.CreateTemp(filepath.Dir(file), ".new-*")
	if err != nil {
		return err
	}
	_, err = aside.Write(b)
	err = errors.Join(err, aside.Close())
	if err == nil {
		err = os.Rename(aside.Name(), file)
	}
	if err != nil {
		os.Remove(aside.Name())
	}
	return err
}

// Prune makes room: of the folders in one folder it removes those that were not used for longer than unused, and those that were not used for
// the longest until the rest have no more than size bytes. Folders are used when Touch says so. What is in the way of that stays for the next time.
func Prune(folder string, unused time.Duration, size int64) {
	list, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	type part struct {
		name string
		used time.Time
	}
	var parts []part
	for _, d := range list {
		if info, err := d.Info(); err == nil && d.IsDir() {
			parts = append(parts, part{filepath.Join(folder, d.Name()), info.ModTime()})
		}
	}
	slices.SortFunc(parts, func(a, b part) int { return cmp.Or(b.used.Compare(a.used), cmp.Compare(a.name, b.name)) })
	var total int64
	for _, p := range parts {
		total += sizeOf(p.name)
		if total > size || time.Since(p.used) > unused {
			os.RemoveAll(p.name)
		}
	}
}

// Touch says that a folder is in use.
func Touch(folder string) {
	now := time.Now()
	_ = os.Chtimes(folder, now, now) // where there is none nothing is kept
}

func sizeOf(folder string) (size int64) {
	_ = filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // somebody else removed it
		}
		if info, err := d.Info(); err == nil && !d.IsDir() {
			size += info.Size()
		}
		return nil
	})
	return size
}

// Program identifies this program: another build of it, with another behaviour, is another one.
var Program = sync.OnceValues(func() (Key, error) {
	name, err := os.Executable()
	if err != nil {
		return Key{}, err
	}
	f, err := os.Open(name)
	if err != nil {
		return Key{}, err
	}
	defer f.Close()
	return sumProgram(f)
})

// What stands before the build ID of the go command, which is a sum of the whole program and lies at its beginning: in a note of an ELF file, as text
// in others (cmd/internal/buildid). A program that is linked without one has neither.
var (
	elfBuildID  = []byte("\x04\x00\x00\x00Go\x00\x00")
	textBuildID = []byte("\xff Go build ID: \"")
)

// programHead is how much of a program is sure to have its build ID.
const programHead = 64 << 10

// sumProgram sums the beginning of a program that has a build ID there, because to read all of it would take longer than many a command, and the
// whole of any other.
func sumProgram(program io.Reader) (Key, error) {
	head, err := io.ReadAll(io.LimitReader(program, programHead))
	if err != nil {
		return Key{}, err
	}
	h := sha256.New()
	h.Write(head)
	if !bytes.Contains(head, elfBuildID) && !bytes.Contains(head, textBuildID) {
		_, err = io.Copy(h, program)
	}
	return Key(h.Sum(nil)), err
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// reader takes bytes apart. What it returns after it failed means nothing. Strings share the memory of what they are read from.
type reader struct {
	s      string
	failed bool
}

func (r *reader) fail() { r.s, r.failed = "", true }

func (r *reader) take(n int) string {
	if n > len(r.s) {
		r.fail()
		return ""
	}
	s := r.s[:n]
	r.s = r.s[n:]
	return s
}

func (r *reader) number() uint64 {
	var n uint64
	for i := 0; i < len(r.s) && i < binary.MaxVarintLen64; i++ {
		n |= uint64(r.s[i]&0x7f) << (7 * i)
		if r.s[i] < 0x80 {
			r.s = r.s[i+1:]
			return n
		}
	}
	r.fail()
	return 0
}

// length reads how many things follow, each of at least one byte.
func (r *reader) length() int {
	n := r.number()
	if n > uint64(len(r.s)) {
		r.fail()
		return 0
	}
	return int(n)
}

func (r *reader) string() string { return r.take(r.length()) }
