package page

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strings"

	"debrief/generator/edition"
)

// outward returns an address that an author wrote in a field, fit for a link: absolute, of a harmless scheme, and with every character
// escaped that RFC 3986 does not allow. It returns "" for anything else.
func outward(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return ""
	}
	switch u.Scheme {
	case "http", "https":
		if u.Host == "" {
			return ""
		}
	case "mailto":
		return u.String()
	default:
		return ""
	}
	// Parsed afresh from the decoded path, the path is written in its one normal form.
	plain := url.URL{Path: u.Path, RawQuery: escapeRest(u.RawQuery), Fragment: u.Fragment}
	host := url.URL{Scheme: u.Scheme, User: u.User, Host: u.Host}
	return host.String() + brackets.Replace(plain.String())
}

// brackets are allowed in a host only; Go leaves them in paths.
var brackets = strings.NewReplacer("[", "%5B", "]", "%5D", "|", "%7C", "^", "%5E", "`", "%60", "{", "%7B", "}", "%7D", `\`, "%5C")

// escapeRest escapes what a query may not hold and keeps what it may, escapes included.
func escapeRest(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c <= ' ' || c == '"' || c == '<' || c == '>' || c >= 0x7f {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// outwardLink is a named link out of the site; without a usable address it is its name alone.
func outwardLink(l edition.Link) Link {
	return Link{Name: l.Name, URL: outward(l.URL)}
}

var (
	ticketKey    = regexp.MustCompile(`^[A-Z][A-Z0-9]+-\d+$`)
	ticketNumber = regexp.MustCompile(`^\d+$`)
)

// ticket names the ticket of an action item by its key or number: "GRID-644", "#1736". What is no address is shown as it is written.
func ticket(written string) Link {
	if written == "" {
		return Link{}
	}
	l := Link{Name: written, URL: outward(written)}
	if l.URL == "" {
		return l
	}
	l.Name = "Ticket"
	u, err := url.Parse(l.URL)
	if err != nil {
		return l
	}
	switch last := path.Base(u.Path); {
	case ticketKey.MatchString(last):
		l.Name = last
	case ticketNumber.MatchString(last):
		l.Name = "#" + last
	}
	return l
}
