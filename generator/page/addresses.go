package page

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"debrief/generator/edition"
)

// The addresses that every site has. All are site paths: they begin with "/" and are set relative or absolute where they are used.
const (
	HomePath        = "/"
	IncidentsPath   = "/incidents/"
	ServicesPath    = "/services/"
	FactorsPath     = "/factors/"
	SeveritiesPath  = "/severities/"
	ActionsPath     = "/actions/"
	CommitmentsPath = "/commitments/"
	LessonsPath     = "/lessons/"
	GlossaryPath    = "/glossary/"
	FeedsPath       = "/feeds/"
	OPMLPath        = "/feeds.opml"
	NotFoundPath    = "/404.html"
)

// IncidentPath is the permanent address of an incident.
func IncidentPath(slug string) string { return IncidentsPath + escape(slug) + "/" }

// YearPath is the address of the incidents of a year.
func YearPath(year int) string { return "/years/" + strconv.Itoa(year) + "/" }

// ServicePath is the permanent address of a service.
func ServicePath(slug string) string { return ServicesPath + escape(slug) + "/" }

// FactorPath is the permanent address of a contributing factor.
func FactorPath(slug string) string { return FactorsPath + escape(slug) + "/" }

// PagePath is the address of page n of the list at a path; the first is the list's own.
func PagePath(path string, n int) string {
	if n == 1 {
		return path
	}
	return fmt.Sprintf("%spage/%d/", path, n)
}

// SeverityPath is where the feeds of a severity stand.
func SeverityPath(id string) string { return SeveritiesPath + escape(id) + "/" }

// TermPath is the address of a term in the glossary.
func TermPath(anchor string) string { return GlossaryPath + "#" + escape(anchor) }

// FreePath is the address of a free page.
func FreePath(slug string) string { return "/" + escape(slug) + "/" }

// SiteFeed is the feed of everything.
func SiteFeed() Feed { return feedAt(HomePath, "All incidents") }

// ServiceFeed, FactorFeed and SeverityFeed are the feeds of the incidents with a service, factor or severity.
func ServiceFeed(s *edition.Service) Feed { return feedAt(ServicePath(s.Slug), s.Name) }

// FactorFeed is the feed of the incidents with a factor.
func FactorFeed(f *edition.Factor) Feed { return feedAt(FactorPath(f.Slug), f.Name) }

// SeverityFeed is the feed of the incidents of a severity.
func SeverityFeed(s *edition.Severity) Feed { return feedAt(SeverityPath(s.ID), s.Name) }

// CommitmentsFeed is the feed of the public promises.
func CommitmentsFeed() Feed { return feedAt(CommitmentsPath, "Commitments") }

func feedAt(folder, name string) Feed {
	return Feed{Name: name, RSS: folder + "feed.xml", Atom: folder + "atom.xml", JSON: folder + "feed.json"}
}

// FeedGroups are all feeds of an edition, by kind.
func FeedGroups(e *edition.Edition) []FeedGroup {
	groups := []FeedGroup{
		{Name: "Everything", Feeds: []Feed{SiteFeed(), CommitmentsFeed()}},
		{Name: "By severity"}, {Name: "By service"}, {Name: "By contributing factor"},
	}
	for _, s := range e.Severities {
		groups[1].Feeds = append(groups[1].Feeds, SeverityFeed(s))
	}
	for _, s := range e.Services {
		groups[2].Feeds = append(groups[2].Feeds, ServiceFeed(s))
	}
	for _, f := range e.Factors {
		groups[3].Feeds = append(groups[3].Feeds, FactorFeed(f))
	}
	kept := groups[:0]
	for _, g := range groups {
		if len(g.Feeds) > 0 {
			kept = append(kept, g)
		}
	}
	return kept
}

// FilePath is where the page at a site path lies in the output, without a leading slash: "/incidents/" is "incidents/index.html".
func FilePath(sitePath string) string {
	p, _, _ := strings.Cut(sitePath, "#")
	if unescaped, err := url.PathUnescape(p); err == nil {
		p = unescaped
	}
	p = strings.TrimPrefix(p, "/")
	if p == "" || strings.HasSuffix(p, "/") {
		p += "index.html"
	}
	return p
}

// Relative returns the address of a site path as seen from a page at another: "../../services/payments/". Absolute addresses and
// in-page anchors stay as they are. A site whose links are relative works under any address, and from a folder.
func Relative(from, to string) string {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") {
		return to
	}
	target, anchor, hasAnchor := strings.Cut(to, "#")
	if hasAnchor {
		anchor = "#" + anchor
	}
	if target == from && hasAnchor {
		return anchor
	}
	fromDir := from[:strings.LastIndexByte(from, '/')+1]
	common := 0
	for i := 0; i < len(fromDir) && i < len(target) && fromDir[i] == target[i]; i++ {
		if fromDir[i] == '/' {
			common = i + 1
		}
	}
	up := strings.Count(fromDir[common:], "/")
	rel := strings.Repeat("../", up) + target[common:]
	if rel == "" {
		rel = "./"
	} else if up == 0 && strings.Contains(strings.SplitN(rel, "/", 2)[0], ":") {
		rel = "./" + rel // a first part with a colon would read as a scheme
	}
	return rel + anchor
}

// Absolute returns the full address of a site path, given the home page's with its final "/". Absolute addresses stay as they are.
func Absolute(home, to string) string {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") {
		return to
	}
	return strings.TrimSuffix(home, "/") + to
}

// escape makes one part of an address of a slug.
func escape(slug string) string { return url.PathEscape(slug) }

// CalendarPath is the inside's calendar of what is due.
const CalendarPath = "/calendar.ics"
