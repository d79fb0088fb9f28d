//go:build unix

package source

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestSpecialFilesAreNotOpened(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.md", "# A\n")
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.md"), 0o600); err != nil {
		t.Skip("no pipes here: ", err)
	}
	t.Chdir(dir) // the path of a socket is short
	socket, err := net.Listen("unix", "socket")
	if err != nil {
		t.Skip("no sockets here: ", err)
	}
	defer socket.Close()
	if err := os.Symlink("pipe.md", "link.md"); err != nil {
		t.Fatal(err)
	}
	tree, problems, err := Scan(".")
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "tree", list(tree), "postmortem a.md")
	compare(t, "problems", said(problems), `
link.md: error: this link leads to a pipe, not to a file; it is not opened (delete the link)
pipe.md: error: this is a pipe, not a file; it is not opened (delete it, or move it out of the archive)
socket: error: this is a socket, not a file; it is not opened (delete it, or move it out of the archive)
`)
	if err := errors.Join(os.Remove("a.md"), syscall.Mkfifo("a.md", 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := tree.Read("a.md"); err == nil || !strings.Contains(err.Error(), "not a regular file any more") {
		t.Errorf("a file that became a pipe gives %v", err)
	}
}
