package audit

import (
	"net/url"
	"regexp"
	"strings"

	"debrief/generator/config"
	"debrief/generator/lazyregexp"
)

// hostPatterns are the names of internal hosts that an archive knows: that of its own internal site, and those of audit.hosts, where "*." stands
// for any name before it.
func hostPatterns(c *config.Config) []pattern {
	var patterns []pattern
	add := func(host string) {
		name, any := strings.CutPrefix(strings.ToLower(host), "*.")
		if name == "" {
			return
		}
		expression := `(?i)\b`
		if any {
			expression += `(?:[a-z0-9-]+\.)+`
		}
		patterns = append(patterns, pattern{
			kind: "the name of an internal host", name: "internal-host", literals: []string{name}, before: 128, after: 2,
			expression: lazyregexp.New(expression + regexp.QuoteMeta(name) + `(?:$|[^a-z0-9-])`),
		})
	}
	if inside, err := url.Parse(c.Internal.URL); err == nil && inside.Hostname() != "" && !sameHost(c.Internal.URL, c.External.URL) && inside.Hostname() != "localhost" {
		add(inside.Hostname())
	}
	for _, host := range c.Audit.Hosts {
		add(host)
	}
	return patterns
}

func sameHost(a, b string) bool {
	x, errX := url.Parse(a)
	y, errY := url.Parse(b)
	return errX == nil && errY == nil && x.Hostname() == y.Hostname()
}
