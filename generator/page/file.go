package page

import "crypto/sha256"

// File is one file of the site that is no page: a feed, the site map, a file of the API. Like a page it has an address and a way to be
// made, so that build makes all of them and serve only the one that was asked for.
type File struct {
	// Path is where the file lies in the output, with slashes and without a leading one: "services/payments/feed.xml".
	Path string
	// Produce makes the file's content, the same bytes for the same edition. It may be called at any time and from any goroutine.
	Produce func() ([]byte, error)
	// MadeOf, unless nil, identifies what the content follows from, for less than it costs to make it: two files of one program whose MadeOf is
	// the same have the same content.
	MadeOf func() ([sha256.Size]byte, error)
}
