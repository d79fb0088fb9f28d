//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package generator

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// stateIn returns the state of what is called name in an open folder, of a link the state of what it leads to. Asking by the folder spares
// the system the way to it, thousands of times.
func stateIn(dir *os.File, name string) fileState {
	var s unix.Stat_t
	at := int(dir.Fd())
	if unix.Fstatat(at, name, &s, unix.AT_SYMLINK_NOFOLLOW) != nil {
		return fileState{}
	}
	link := s.Mode&unix.S_IFMT == unix.S_IFLNK
	if link && unix.Fstatat(at, name, &s, 0) != nil {
		return fileState{}
	}
	written, changed := time.Unix(s.Mtim.Unix()), time.Unix(s.Ctim.Unix())
	return fileState{size: s.Size, written: written, changed: changed, dir: !link && s.Mode&unix.S_IFMT == unix.S_IFDIR}
}
