package machine

import (
	"path"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzOldPath holds every alias to what a line of _redirects and a file name may be.
func FuzzOldPath(f *testing.F) {
	for _, alias := range []string{
		"/2024/06/tickets/", "/old/tickets", "/pm/12.html", "/störung", "//evil.example", "/%2e%2e/x", "/a b", "/*", "/:splat", "/a\n/b /c 200", "/a%00", "/..",
		"/_headers", "/.netlify/x", "/a/./b", "/a//b", "/%", "/a%2Fb", "/a%5Cb",
	} {
		f.Add(alias)
	}
	f.Fuzz(func(t *testing.T, alias string) {
		old, ok := oldPath(alias)
		if !ok {
			return
		}
		rule := escapePath(old)
		if len(strings.Fields(rule)) != 1 || strings.ContainsFunc(rule, func(r rune) bool { return r > unicode.MaxASCII || r <= ' ' }) {
			t.Errorf("%q makes the rule %q", alias, rule)
		}
		if strings.ContainsAny(rule, "*:?#") || strings.HasPrefix(rule, "//") || !strings.HasPrefix(rule, "/") {
			t.Errorf("%q makes a pattern or leaves the site: %q", alias, rule)
		}
		file := fileOf(old)
		if !utf8.ValidString(file) || path.Clean(file) != file || path.IsAbs(file) || strings.HasPrefix(file, "..") || strings.ContainsAny(file, "\\\x00") {
			t.Errorf("%q makes the file %q", alias, file)
		}
	})
}
