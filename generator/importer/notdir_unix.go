//go:build unix

package importer

import "syscall"

// errNotDir is the error for a path that leads through a file.
var errNotDir error = syscall.ENOTDIR
