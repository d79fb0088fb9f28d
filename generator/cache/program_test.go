package cache

import (
	"io"
	"os"
	"strings"
	"testing"
)

// Another program has another sum, wherever they differ: one of the go command by the build ID at its beginning, any other by all its bytes.
func TestSumProgram(t *testing.T) {
	sum := func(head, rest string) Key {
		program := head + strings.Repeat("\x00", programHead) + rest
		key, err := sumProgram(strings.NewReader(program))
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	one, other := "\x04\x00\x00\x00\x03\x00\x00\x00\x04\x00\x00\x00Go\x00\x00one", "\x04\x00\x00\x00\x03\x00\x00\x00\x04\x00\x00\x00Go\x00\x00two"
	if sum(one, "") == sum(other, "") || sum("\xff Go build ID: \"one\"", "") == sum("\xff Go build ID: \"two\"", "") {
		t.Error("another build ID gives the same sum")
	}
	if sum("no build ID", "one") == sum("no build ID", "two") {
		t.Error("a program without a build ID is not summed to its end")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(self)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := sumProgram(f); err != nil {
		t.Fatal(err)
	}
	if at, _ := f.Seek(0, io.SeekCurrent); at != programHead {
		t.Errorf("%d bytes of this program were read, want %d, because it has a build ID", at, programHead)
	}
}
