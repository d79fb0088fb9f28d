//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package profile

// Used says that this system does not tell.
func Used() Usage { return Usage{} }
