package serve

import (
	"errors"
	"syscall"
)

// errAddressInUse is Windows' own number for a port that is taken (WSAEADDRINUSE), which is none of syscall.EADDRINUSE there.
const errAddressInUse = syscall.Errno(10048)

// isTaken reports whether a port cannot be had because somebody has it.
func isTaken(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, errAddressInUse)
}
