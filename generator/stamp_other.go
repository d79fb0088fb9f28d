//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package generator

import (
	"os"
	"path/filepath"
)

// stateIn returns the state of what is called name in an open folder, of a link the state of what it leads to.
func stateIn(dir *os.File, name string) fileState {
	path := filepath.Join(dir.Name(), name)
	info, err := os.Lstat(path)
	if err != nil {
		return fileState{}
	}
	state := stateFrom("", info)
	if info.Mode()&os.ModeSymlink != 0 {
		if info, err = os.Stat(path); err != nil {
			return fileState{}
		}
		state = stateFrom("", info)
		state.dir = false
	}
	return state
}
