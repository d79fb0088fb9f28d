//go:build !unix

package importer

import "io/fs"

// errNotDir is the error for a path that leads through a file.
var errNotDir error = fs.ErrNotExist
