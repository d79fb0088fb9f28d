package config

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// SectionNames are the canonical names of the sections of a postmortem, in the order in which a page shows them.
func SectionNames() []string {
	return []string{
		"summary", "impact", "timeline", "contributing_factors", "trigger", "detection", "resolution", "lessons", "went_well", "went_wrong",
		"lucky", "actions", "supporting", "external", "background", "other",
	}
}

// Severity returns the severity that name means: its id, name, public name or alias, whatever the case, spaces and hyphens ("SEV-1", "sev 1").
func (c *Config) Severity(name string) (Severity, bool) {
	i, ok := c.severities[key(name)]
	if !ok {
		return Severity{}, false
	}
	return c.Severities[i], true
}

// Service returns the listed service that name means: its id, name, public name or alias, whatever the case, spaces and hyphens.
func (c *Config) Service(name string) (Service, bool) {
	i, ok := c.services[key(name)]
	if !ok {
		return Service{}, false
	}
	return c.Services[i], true
}

// Factor returns the listed factor that name means: its id, name, public name or alias, whatever the case, spaces and hyphens.
func (c *Config) Factor(name string) (Factor, bool) {
	i, ok := c.factors[key(name)]
	if !ok {
		return Factor{}, false
	}
	return c.Factors[i], true
}

// index finds an entry of a list by any of its names, in the form of key.
type index map[string]int

// key is a name without what people vary: case, spaces, hyphens and the like.
func key(name string) string {
	if short, ok := asciiKey(name); ok {
		return short
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '_' || r == '.' || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// asciiKey is key for a name of ASCII characters, as nearly all are: an archive asks for several names of every postmortem.
func asciiKey(name string) (string, bool) {
	var b strings.Builder
	b.Grow(len(name))
	for i := range len(name) {
		switch c := name[i]; {
		case c >= utf8.RuneSelf:
			return "", false
		case c == ' ', c == '_', c == '.', c == '-', '\t' <= c && c <= '\r':
		case 'A' <= c && c <= 'Z':
			b.WriteByte(c + 'a' - 'A')
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), true
}
