package machine

import (
	"slices"
	"strings"

	"debrief/generator/edition"
	"debrief/generator/page"
)

// The _headers file of Netlify (https://docs.netlify.com/routing/headers/), which Cloudflare Pages reads as well. Where two rules set one
// header for one address, Netlify takes the later and Cloudflare joins both with a comma; so no two rules here do. Cloudflare reads at most
// 100 rules, which is why the number of rules does not grow with the archive.

// contentSecurityPolicy allows what the site is made of, its own files, and nothing else: no inline script or style, no data: address, no
// other host. JSON-LD needs no exception, because a script element with data in it is never run.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
	"manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

const (
	// immutable is for files whose name changes with their content.
	immutable = "public, max-age=31536000, immutable"
	// revalidated is for addresses whose content changes: a browser keeps them and asks each time whether they are still good.
	revalidated = "public, max-age=0, must-revalidate"
	// polled is for what programs ask for again and again.
	polled = "public, max-age=300, must-revalidate"
)

// maxFolderRules bounds the rules for the folders of pages, to stay below Cloudflare's limit whatever free pages there are.
const maxFolderRules = 60

type rule struct {
	path    string
	headers []header
}

type header struct{ name, value string }

func headers(e *edition.Edition, plan *page.Plan) []byte {
	external := e.Audience == edition.External
	everywhere := []header{
		{"Content-Security-Policy", contentSecurityPolicy},
		{"X-Content-Type-Options", "nosniff"},
		{"X-Frame-Options", "DENY"},
		// Browsers remember it for a year. The publisher's other subdomains are not ours to decide about.
		{"Strict-Transport-Security", "max-age=31536000"},
		{"Permissions-Policy", "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()"},
		{"Cross-Origin-Opener-Policy", "same-origin"},
	}
	if external {
		everywhere = append(everywhere,
			header{"Referrer-Policy", "strict-origin-when-cross-origin"},
			// Feed readers in a browser show the pictures of the reports.
			header{"Cross-Origin-Resource-Policy", "cross-origin"},
		)
	} else {
		everywhere = append(everywhere,
			// Not even the name of the internal site is for others.
			header{"Referrer-Policy", "same-origin"},
			header{"Cross-Origin-Resource-Policy", "same-site"},
			header{"X-Robots-Tag", "noindex, nofollow"},
		)
	}
	rules := []rule{
		{"/*", everywhere},
		{"/assets/*", []header{{"Cache-Control", immutable}}},
		{"/", []header{{"Cache-Control", revalidated}}},
	}
	for _, folder := range folders(plan) {
		rules = append(rules, rule{"/" + folder + "/*", []header{{"Cache-Control", revalidated}}})
	}
	forEverybody := func(headers ...header) []header {
		if external {
			headers = append(headers, header{"Access-Control-Allow-Origin", "*"})
		}
		return headers
	}
	rules = append(rules,
		rule{"/api/*", forEverybody(header{"Cache-Control", polled})},
		rule{page.EmbedPath + "*", forEverybody(header{"Cache-Control", polled})},
	)
	for _, f := range []struct{ name, mediaType string }{
		{"feed.xml", "application/rss+xml; charset=utf-8"}, {"atom.xml", "application/atom+xml; charset=utf-8"}, {"feed.json", "application/feed+json; charset=utf-8"},
	} {
		mediaType := header{"Content-Type", f.mediaType}
		rules = append(rules, rule{"/" + f.name, forEverybody(mediaType, header{"Cache-Control", polled})})
		// The feeds of a part have the Cache-Control of the folder they stand in.
		for _, folder := range []string{"commitments", "severities/:severity", "services/:service", "factors/:factor"} {
			rules = append(rules, rule{"/" + folder + "/" + f.name, forEverybody(mediaType)})
		}
	}
	rules = append(rules,
		rule{page.OPMLPath, forEverybody(header{"Content-Type", "text/x-opml; charset=utf-8"}, header{"Cache-Control", polled})},
		rule{"/llms.txt", []header{{"Content-Type", "text/plain; charset=utf-8"}}},
	)
	if !external {
		rules = append(rules, rule{page.CalendarPath, []header{{"Content-Type", "text/calendar; charset=utf-8"}, {"Cache-Control", polled}}})
	}
	var b strings.Builder
	for i, r := range rules {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(r.path + "\n")
		for _, h := range r.headers {
			b.WriteString("  " + h.name + ": " + h.value + "\n")
		}
	}
	return []byte(b.String())
}

// folders are the first parts of the addresses of pages and feeds, sorted. A name that could mean something else in the file than itself,
// or that the host spells in another way, is left out; hosts revalidate pages without being told.
func folders(plan *page.Plan) []string {
	all := []string{"commitments", "factors", "services", "severities"}
	for _, p := range plan.Pages {
		if first, _, nested := strings.Cut(strings.TrimPrefix(p.Path, "/"), "/"); nested && isPlain(first) {
			all = append(all, first)
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return all[:min(len(all), maxFolderRules)]
}

func isPlain(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-' || r == '_')
	})
}
