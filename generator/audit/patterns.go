package audit

import (
	"bytes"
	"net/netip"
	"strings"
	"unicode/utf8"

	"debrief/generator/lazyregexp"
)

// pattern is something that gives itself away by its form. It is looked for around its literals, each of which is found quickly; only there
// does the expression decide.
type pattern struct {
	// kind says what it is, in a message: "an e-mail address". name is its rule.
	kind, name string
	// literals are what the text must hold for it, in lower case where fold is true.
	literals []string
	// before and after are how many bytes around a literal the expression may look at.
	before, after int
	// could, unless nil, rules out most of the places at which a common literal begins, without the expression.
	could      func(text []byte, i int) bool
	expression *lazyregexp.Regexp
	// fine, unless nil, lets a find pass.
	fine func(find string) bool
}

// The patterns of what is internal by its form.
var addressPatterns = []pattern{
	{
		kind: "an e-mail address", name: "email", literals: []string{"@"}, before: 64, after: 255, could: joinsWords,
		// The part of RFC 5322 that is in use; the name of the server ends in letters.
		expression: lazyregexp.New(`[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}\b`),
	},
	{
		kind: "a private address", name: "private-ip", before: 1, after: 15,
		// RFC 1918 (10/8, 172.16/12, 192.168/16), RFC 6598 (100.64/10) and RFC 3927 (169.254/16); netip decides which they are.
		literals:   []string{"10.", "172.", "192.168.", "100.", "169.254."},
		could:      isDotted,
		expression: lazyregexp.New(`(?:^|[^0-9A-Za-z.])((?:10|172|192|100|169)(?:\.[0-9]{1,3}){3})(?:$|[^0-9.]|\.(?:$|[^0-9]))`),
		fine:       func(find string) bool { return !privateAddress(find) },
	},
	{
		kind: "a private address", name: "private-ip", literals: []string{"fd", "fe80:"}, before: 1, after: 40, could: isFirstGroup,
		// RFC 4193 (fd00::/8) and RFC 4291 (fe80::/10).
		expression: lazyregexp.New(`(?:^|[^0-9A-Za-z:.-])((?:fd[0-9a-f]{2}|fe80):[0-9a-f:]{2,39})(?:$|[^0-9a-z:])`),
		fine:       func(find string) bool { return !privateAddress(find) },
	},
	{
		kind: "the name of an internal host", name: "internal-host", before: 128, after: 16,
		// Endings that resolve inside only: RFC 6762 appendix G, RFC 8375, ICANN's .internal (2024), and those of Kubernetes and Consul.
		literals:   []string{".internal", ".intranet", ".corp", ".lan", ".home.arpa", ".cluster.local", ".consul", ".localdomain"},
		expression: lazyregexp.New(`(?i)\b(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.(?:internal|intranet|corp|lan|home\.arpa|cluster\.local|consul|localdomain)(?:$|[^a-z0-9.-]|\.(?:$|[^a-z0-9]))`),
	},
}

func privateAddress(text string) bool {
	a, err := netip.ParseAddr(text)
	return err == nil && (a.IsPrivate() || a.IsLinkLocalUnicast() || sharedAddresses.Contains(a))
}

var sharedAddresses = netip.MustParsePrefix("100.64.0.0/10")

// The forms of credentials, as those who issue them document them. Only forms that are nothing else are here: a rule that cries wolf is turned off.
var secretPatterns = []pattern{
	secret("an AWS access key", `\b(?:AKIA|ASIA)[A-Z2-7]{16}\b`, 4, 20, "AKIA", "ASIA"),
	secret("a GitHub token", `\bgh[pousr]_[A-Za-z0-9]{36,255}\b`, 1, 260, "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
	secret("a GitHub token", `\bgithub_pat_[A-Za-z0-9_]{82}\b`, 1, 100, "github_pat_"),
	secret("a GitLab token", `\bglpat-[A-Za-z0-9_-]{20,}`, 1, 64, "glpat-"),
	secret("a Slack token", `\bxox[abeoprs]-[A-Za-z0-9-]{10,}`, 1, 256, "xoxa-", "xoxb-", "xoxe-", "xoxo-", "xoxp-", "xoxr-", "xoxs-"),
	secret("a Slack webhook", `hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9+/]{20,}`, 0, 128, "hooks.slack.com/"),
	secret("a Discord webhook", `discord(?:app)?\.com/api/webhooks/[0-9]{17,}/[A-Za-z0-9_-]{60,}`, 12, 160, "/api/webhooks/"),
	secret("a Stripe key", `\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}\b`, 3, 128, "k_live_", "k_test_"),
	secret("a Google API key", `\bAIza[A-Za-z0-9_-]{35}`, 1, 48, "AIza"),
	secret("a Google OAuth token", `\bya29\.[A-Za-z0-9_-]{20,}`, 1, 64, "ya29."),
	secret("an npm token", `\bnpm_[A-Za-z0-9]{36}\b`, 1, 48, "npm_"),
	secret("a PyPI token", `\bpypi-AgE[A-Za-z0-9_-]{50,}`, 1, 200, "pypi-AgE"),
	secret("a SendGrid key", `\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b`, 1, 80, "SG."),
	secret("a Twilio key", `\bSK[0-9a-f]{32}\b`, 1, 40, "SK"),
	secret("a DigitalOcean token", `\bdo[opr]_v1_[0-9a-f]{64}\b`, 4, 80, "_v1_"),
	secret("a Vault token", `\bhv[bs]\.[A-Za-z0-9_-]{24,}`, 1, 128, "hvs.", "hvb."),
	secret("an OpenAI or Anthropic key", `\bsk-(?:proj-|svcacct-|ant-)[A-Za-z0-9_-]{20,}`, 1, 200, "sk-proj-", "sk-svcacct-", "sk-ant-"),
	secret("an Azure storage key", `AccountKey=[A-Za-z0-9+/]{86}==`, 0, 110, "AccountKey="),
	secret("a Grafana token", `\bgls?a_[A-Za-z0-9]{32}_[0-9a-f]{8}\b`, 1, 64, "glsa_"),
	secret("a private key", `-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----`, 0, 64, "-----BEGIN"),
	// RFC 7519: two JSON objects and a signature in base64url; eyJ is {" in that.
	secret("a JSON Web Token", `\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}`, 1, 4096, "eyJ"),
	// RFC 3986, section 3.2.1: a user and a password in an address.
	{
		kind: "an address with a password", name: "secret", literals: []string{"://"}, before: 24, after: 200, could: hasUser,
		expression: lazyregexp.New(`\b[a-z][a-z0-9+.-]{1,20}://[^\s/@:"'<>]{1,64}:[^\s/@:"'<>]{1,128}@`),
	},
}

// isDotted reports whether four numbers divided by full stops begin at an offset: of the many decimals in a drawing none does.
func isDotted(text []byte, i int) bool {
	for group := range 4 {
		digits := 0
		for i < len(text) && digits < 4 && text[i] >= '0' && text[i] <= '9' {
			digits++
			i++
		}
		if digits == 0 || group < 3 && (i >= len(text) || text[i] != '.') {
			return false
		}
		i++
	}
	return true
}

// joinsWords reports whether the "@" at an offset stands as in an address: right after what may end a name, and before a letter or digit. In
// a style sheet or a decorator it does not.
func joinsWords(text []byte, i int) bool {
	return i > 0 && i+1 < len(text) && (isWord(text[i-1]) || strings.IndexByte("._%+-", text[i-1]) >= 0) && isWord(text[i+1])
}

func isWord(c byte) bool { return c < utf8.RuneSelf && wordByte[c] != 0 }

// isFirstGroup reports whether a colon follows the four letters at an offset, as it does in an IPv6 address.
func isFirstGroup(text []byte, i int) bool { return i+4 < len(text) && text[i+4] == ':' }

// hasUser reports whether an address whose "://" stands at an offset has an "@" before its path.
func hasUser(text []byte, i int) bool {
	authority := text[i+len("://") : min(len(text), i+len("://")+200)]
	end := bytes.IndexAny(authority, "/\"'<> \t\r\n")
	if end < 0 {
		end = len(authority)
	}
	return bytes.IndexByte(authority[:end], '@') >= 0
}

func secret(kind, expression string, before, after int, literals ...string) pattern {
	return pattern{kind: kind, name: "secret", literals: literals, before: before, after: after, expression: lazyregexp.New(expression)}
}

// find is a place in a text at which a pattern holds.
type find struct {
	start, end int
	text       string
}

// at calls found with the finds of a pattern around one of its literals, which begins at an offset of the text.
func (p *pattern) at(text []byte, literal string, i int, found func(find)) {
	from, to := max(0, i-p.before), min(len(text), i+len(literal)+p.after)
	for _, m := range p.expression.FindAllSubmatchIndex(text[from:to], -1) {
		start, end := from+m[0], from+m[1]
		if len(m) > 2 {
			start, end = from+m[2], from+m[3]
		}
		if start > i || end <= i {
			continue // around another literal
		}
		one := find{start, end, strings.TrimRight(string(text[start:end]), ".,;:\"'<>()&/ \n")}
		if p.fine == nil || !p.fine(one.text) {
			found(one)
		}
	}
}

// matcher finds the literals of all patterns in one pass over a text.
type matcher struct {
	// begins has a bit for every two bytes that a literal begins with, the first in the high byte.
	begins [1 << 16 / 64]uint64
	by     map[uint16][]candidate
}

// candidate is a literal of a pattern.
type candidate struct {
	literal string
	pattern *pattern
}

func newMatcher(patterns []pattern) *matcher {
	m := &matcher{by: map[uint16][]candidate{}}
	for i := range patterns {
		for _, literal := range patterns[i].literals {
			first := uint16(literal[0]) << 8
			seconds := []uint16{0}
			if len(literal) > 1 {
				seconds[0] = uint16(literal[1])
			} else {
				for c := uint16(1); c < 256; c++ {
					seconds = append(seconds, c)
				}
			}
			for _, second := range seconds {
				key := first | second
				m.begins[key/64] |= 1 << (key % 64)
				m.by[key] = append(m.by[key], candidate{literal, &patterns[i]})
			}
		}
	}
	return m
}

// each calls found with every find of every pattern.
func (m *matcher) each(text []byte, found func(*pattern, find)) {
	for i := 0; i+1 < len(text); i++ {
		key := uint16(text[i])<<8 | uint16(text[i+1])
		if m.begins[key/64]&(1<<(key%64)) == 0 {
			continue
		}
		for _, c := range m.by[key] {
			if bytes.HasPrefix(text[i:], []byte(c.literal)) && (c.pattern.could == nil || c.pattern.could(text, i)) {
				c.pattern.at(text, c.literal, i, func(f find) { found(c.pattern, f) })
			}
		}
	}
}
