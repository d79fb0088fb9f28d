package output

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
)

// inMemory is how many bytes of one file are held before they go to disk, so that memory stays bounded whatever the files.
const inMemory = 4 << 20

// firstSize is the room for the first file of a draft.
const firstSize = 64 << 10

// A draft takes the bytes of one file after another: in memory while they are few, in the file's place in the staging folder beyond.
type draft struct {
	memory *Memory                           // what files were made of; nil for nobody knows
	read   func(path string, content []byte) // is given every file; nil for nobody

	path  string
	place string // in the staging folder
	last  string // the last site's file; empty for none
	of    *Key   // what the file is made of; nil when it did not say
	taken *Key   // the sum of the last site's file when that is taken for this one: content has its bytes

	content []byte    // the bytes, while they are in memory
	disk    *os.File  // nil for so long
	hash    hash.Hash // of what went to disk
	size    int64
	err     error // the first error of a Write, in case the producer did not pass it on

	other []byte // for comparing
}

// made is a file that was made.
type made struct {
	entry
	equal bool // to the last site's
	of    *Key // what it is made of; nil when it did not say
}

// produce makes one file and puts it in the staging folder unless the last good site has an equal one.
func (d *draft) produce(f File, s site, old map[string]bool) (made, error) {
	*d = draft{memory: d.memory, read: d.read, content: d.content[:0], other: d.other, path: f.Path, place: place(s.staging, f.Path)}
	if old[f.Path] {
		d.last = place(s.dir, f.Path)
	}
	defer d.closeDisk()
	m, err := d.fill(f)
	if err != nil {
		return made{}, fmt.Errorf("%s: %w", f.Path, err)
	}
	return m, nil
}

func (d *draft) fill(f File) (m made, err error) {
	if err := f.Write(d); err != nil {
		return m, err
	}
	if d.err != nil {
		return m, d.err
	}
	m.entry, m.of = entry{Path: f.Path, Size: d.size, SHA256: digest(d.sum())}, d.of
	if m.equal, err = d.equals(); err != nil {
		return m, err
	}
	if d.read != nil {
		content, err := d.all()
		if err != nil {
			return m, err
		}
		d.read(f.Path, content)
	}
	if m.equal {
		err = d.drop()
	} else {
		err = d.keep()
	}
	return m, err
}

// Write takes the next bytes of the file.
func (d *draft) Write(p []byte) (n int, err error) {
	if d.err == nil && d.taken != nil {
		d.err = errTaken
	}
	if d.err != nil {
		return 0, d.err
	}
	defer func() {
		d.size += int64(n)
		d.err = err
	}()
	if d.disk == nil && len(d.content)+len(p) <= inMemory {
		if need := len(d.content) + len(p); need > cap(d.content) {
			d.content = append(make([]byte, 0, max(need, 2*cap(d.content), firstSize)), d.content...)
		}
		d.content = append(d.content, p...)
		return len(p), nil
	}
	if d.disk == nil {
		if err := d.spill(); err != nil {
			return 0, err
		}
		d.hash = sha256.New()
		d.hash.Write(d.content)
	}
	d.hash.Write(p)
	return d.disk.Write(p)
}

// spill moves what is in memory to the file's place in the staging folder.
func (d *draft) spill() error {
	disk, err := create(d.place)
	if err != nil {
		return err
	}
	d.disk = disk
	_, err = disk.Write(d.content)
	return err
}

func (d *draft) sum() Key {
	switch {
	case d.taken != nil:
		return *d.taken
	case d.disk != nil:
		return Key(d.hash.Sum(nil))
	default:
		return sha256.Sum256(d.content)
	}
}

// all returns the whole file.
func (d *draft) all() ([]byte, error) {
	if d.disk == nil {
		return d.content, nil
	}
	if _, err := d.disk.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return io.ReadAll(d.disk)
}

// equals says whether the last good site has a file with the draft's bytes and the right permissions. One that cannot be read is not equal.
func (d *draft) equals() (bool, error) {
	if d.taken != nil || d.last == "" {
		return d.taken != nil, nil
	}
	f, err := os.Open(d.last)
	if err != nil {
		return false, nil
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Size() != d.size || !isWritten(info) {
		return false, nil
	}
	if d.disk == nil {
		d.other = resized(d.other, len(d.content))
		_, err := io.ReadFull(f, d.other)
		return err == nil && bytes.Equal(d.other, d.content), nil
	}
	if _, err := d.disk.Seek(0, io.SeekStart); err != nil {
		return false, err
	}
	return equalContent(f, d.disk), nil
}

// equalContent compares two files of the same size. One that cannot be read to the end is not equal.
func equalContent(a, b io.Reader) bool {
	chunks := [2][]byte{make([]byte, 32<<10), make([]byte, 32<<10)}
	for {
		n, errA := io.ReadFull(a, chunks[0])
		m, errB := io.ReadFull(b, chunks[1])
		if !bytes.Equal(chunks[0][:n], chunks[1][:m]) || errA != errB {
			return false
		}
		if errA != nil {
			return errA == io.EOF || errA == io.ErrUnexpectedEOF
		}
	}
}

// take makes the last site's file the draft when it has this sum and the right permissions.
func (d *draft) take(sum Key) bool {
	f, err := os.Open(d.last)
	if err != nil {
		return false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() > inMemory || !isWritten(info) {
		return false
	}
	d.other = resized(d.other, int(info.Size()))
	if _, err := io.ReadFull(f, d.other); err != nil || sha256.Sum256(d.other) != sum {
		return false
	}
	d.content, d.other = d.other, d.content
	d.size, d.taken = info.Size(), &sum
	return true
}

// errTaken is what a producer gets that writes what it was told to leave.
var errTaken = errors.New("the last site's file was taken, and yet another one is written")

// resized returns a slice of a length, the same one when it is large enough.
func resized(b []byte, length int) []byte {
	if cap(b) < length {
		return make([]byte, length)
	}
	return b[:length]
}

// keep leaves the draft in the staging folder.
func (d *draft) keep() error {
	if d.disk == nil {
		if err := d.spill(); err != nil {
			return err
		}
	}
	return d.closeDisk()
}

// drop leaves nothing of the draft.
func (d *draft) drop() error {
	if d.disk == nil {
		return nil
	}
	if err := d.closeDisk(); err != nil {
		return err
	}
	return os.Remove(d.place)
}

func (d *draft) closeDisk() error {
	if d.disk == nil {
		return nil
	}
	disk := d.disk
	d.disk = nil
	return disk.Close()
}
