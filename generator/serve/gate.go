package serve

import (
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
)

// gate decides which requests are answered.
type gate struct {
	port string
	// names are the hosts that may be asked for, in lower case.
	names map[string]bool
	// anyIP answers requests to any IP address: the server listens on all of them. No name of another's leads here then, because an address
	// is no name.
	anyIP bool
}

func newGate(host string, addr net.Addr) gate {
	g := gate{names: map[string]bool{"127.0.0.1": true, "localhost": true, "::1": true}}
	if tcp, ok := addr.(*net.TCPAddr); ok {
		g.port = strconv.Itoa(tcp.Port)
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		g.anyIP = true
		if name, err := os.Hostname(); err == nil {
			g.names[strings.ToLower(name)] = true
		}
	} else if host != "" {
		g.names[strings.ToLower(host)] = true
	}
	return g
}

// knows reports whether a Host header names this server.
func (g gate) knows(host string) bool {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = strings.Trim(host, "[]"), "80" // what a browser leaves out
	}
	if port != g.port {
		return false
	}
	return g.names[strings.ToLower(name)] || g.anyIP && net.ParseIP(name) != nil
}

// guard answers only those who may ask, and tells browsers what nobody may do with the answer.
func (g gate) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentSecurityPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "SAMEORIGIN")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-cache")
		switch {
		case !g.knows(r.Host):
			refuse(w, http.StatusMisdirectedRequest, "This preview answers to 127.0.0.1 and localhost only. Another address must be asked for with --host.")
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			h.Set("Allow", "GET, HEAD")
			refuse(w, http.StatusMethodNotAllowed, "This preview can only be read.")
		case !sameSite(r):
			refuse(w, http.StatusForbidden, "This preview is not for other sites.")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// sameSite reports whether a request comes from a page of this server, from the address bar or a link, or from a program that is no browser.
func sameSite(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" && origin != "http://"+r.Host {
		return false
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
		return true
	default:
		// A link from elsewhere may lead here, but nothing else may: no picture, no script, no fetch, no frame.
		return r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
	}
}

// contentSecurityPolicy is that of a built site, but that the side-by-side view may show its pages.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
	"manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-src 'self'; frame-ancestors 'self'"

func refuse(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(why + "\n")) // whoever asked may be gone
}
