//go:build !unix

package source

// nonBlocking is nothing where folders hold no pipes.
const nonBlocking = 0
