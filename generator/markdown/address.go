package markdown

import "strings"

// safeAddress reports whether an address may stand in a page: a relative one, or one with the scheme http, https or mailto. It reads the
// scheme as browsers do, which skip white space and control characters in front of it and line breaks and tabs inside it
// (https://url.spec.whatwg.org/#concept-basic-url-parser).
func safeAddress(address string) bool {
	switch scheme(address) {
	case "", "http", "https", "mailto":
		return true
	}
	return false
}

// scheme returns the scheme of an address in lower case, empty for a relative one.
func scheme(address string) string {
	end := strings.IndexAny(address, ":/?#")
	if end < 0 || address[end] != ':' {
		return ""
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r <= ' ' || r == '\uFFFD':
			return -1
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return r
	}, address[:end])
}

// external reports whether an address leads to another host.
func external(address string) bool {
	s := scheme(address)
	if s == "" {
		return len(address) > 1 && (address[0] == '/' || address[0] == '\\') && (address[1] == '/' || address[1] == '\\')
	}
	return s == "http" || s == "https"
}
