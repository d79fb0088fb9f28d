package page

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"debrief/generator/edition"
	"debrief/generator/trend"
)

// Plan is the whole site: what every page shares, and every page there is.
type Plan struct {
	Site *Site
	// Pages are sorted by Path, which is unique.
	Pages []Planned
	// Files are the numbers of the drawings, to take away.
	Files []File
}

// Planned is one page of the plan: its address, and a way to make it. Making a page is cheap enough to be done when the page is wanted, and
// 10,000 of them are never in memory together.
type Planned struct {
	Path   string
	Layout Layout
	// NoIndex is true for a page that search engines are asked to leave alone.
	NoIndex bool
	// Updated is the day the content last changed, as the content itself says; zero when unknown.
	Updated edition.Date
	// Make makes the page. It may be called at any time and from any goroutine.
	Make func() *Page
}

// Begun is the plan of a site of which the page of one incident can be had before the rest is planned: whoever shows one while somebody
// writes it need not wait for that. It may be used from any goroutine.
type Begun struct {
	first planner // never plans anything
	whole func() *Plan
}

// Begin begins to plan the site of an edition, with a study of the same edition.
func Begin(e *edition.Edition, s *trend.Study) *Begun {
	b := &Begun{first: newPlanner(e, s.Verdict)}
	b.whole = sync.OnceValue(func() *Plan {
		p := b.first
		p.trends = s.Trends()
		return p.plan()
	})
	return b
}

// Site is what every page shares.
func (b *Begun) Site() *Site { return b.first.site }

// Plan plans the rest.
func (b *Begun) Plan() *Plan { return b.whole() }

// Incident returns the page of an incident that lies in a file of the site, such as "incidents/inc-2024-017/index.html"; false for any other
// file.
func (b *Begun) Incident(file string) (Planned, bool) {
	slug, ok := strings.CutPrefix(file, strings.TrimPrefix(IncidentsPath, "/"))
	if !ok {
		return Planned{}, false
	}
	if slug, ok = strings.CutSuffix(slug, "/index.html"); !ok {
		return Planned{}, false
	}
	n := slices.IndexFunc(b.first.Incidents, func(inc *edition.Incident) bool { return inc.Slug == slug })
	if n < 0 {
		return Planned{}, false
	}
	p := b.first
	p.incident(n)
	return p.planned[0], true
}

// New plans the site of an edition, with the trends of the same edition.
func New(e *edition.Edition, t *trend.Trends) *Plan {
	p := newPlanner(e, t.Verdict)
	p.trends = t
	return p.plan()
}

func newPlanner(e *edition.Edition, verdict func(*edition.Incident) trend.Verdict) planner {
	p := planner{
		Edition: e, verdict: verdict, site: site(e), terms: make(map[string]edition.Term, len(e.Terms)),
		yearLinks: sync.OnceValue(func() []Link { return yearLinks(e.Incidents) }), known: new(sync.Map),
	}
	for _, t := range e.Terms {
		p.terms[t.Term] = t
	}
	return p
}

// plan plans everything.
func (p *planner) plan() *Plan {
	e := p.Edition
	p.indexTopics()
	p.promises = sync.OnceValue(p.ledger)
	p.home()
	p.incidentLists()
	for n := range e.Incidents {
		p.incident(n)
	}
	p.serviceIndex()
	p.factorIndex()
	if p.internal() {
		p.actions()
		p.lessons()
	} else {
		p.commitments()
	}
	if len(e.Terms) > 0 {
		p.glossary()
	}
	p.feeds()
	p.search()
	p.trendPlan()
	for _, free := range e.Pages {
		p.free(free)
	}
	p.notFound()
	slices.SortFunc(p.planned, func(a, b Planned) int { return cmp.Compare(a.Path, b.Path) })
	return &Plan{Site: p.site, Pages: p.planned, Files: p.files}
}

type planner struct {
	*edition.Edition
	verdict func(*edition.Incident) trend.Verdict
	trends  *trend.Trends // not for the page of an incident
	site    *Site
	terms   map[string]edition.Term
	// yearLinks are the years with their numbers of incidents, which every list leads to.
	yearLinks func() []Link
	// promises are all action items inside, all commitments outside.
	promises func() *ledger
	// known are the cards that were made, by *edition.Incident.
	known    *sync.Map
	factors  map[*edition.Factor]*trend.Recurrence
	services map[*edition.Service]*trend.Recurrence
	planned  []Planned
	files    []File
}

// indexTopics finds what the trends say of each factor and service.
func (p *planner) indexTopics() {
	p.factors = make(map[*edition.Factor]*trend.Recurrence, len(p.trends.Factors))
	for _, r := range p.trends.Factors {
		p.factors[r.Factor] = r
	}
	p.services = make(map[*edition.Service]*trend.Recurrence, len(p.trends.Services))
	for _, r := range p.trends.Services {
		p.services[r.Service] = r
	}
}

func (p *planner) internal() bool { return p.Audience == edition.Internal }

// The names of the navigation items.
const (
	navIncidents = "Incidents"
	navServices  = "Services"
	navFactors   = "Factors"
	navActions   = "Action items"
	navPromises  = "Commitments"
	navLessons   = "Lessons"
)

func site(e *edition.Edition) *Site {
	s := &Site{
		Title: e.Site.Title, Organization: e.Site.Organization, Description: e.Site.Description, Language: e.Site.Language, URL: e.Site.URL,
		Internal: e.Audience == edition.Internal, Logo: e.Site.Logo, Feed: SiteFeed(), Zone: e.Site.Location.String(),
	}
	s.Nav = []Link{{Name: navIncidents, URL: IncidentsPath}, {Name: navServices, URL: ServicesPath}, {Name: navFactors, URL: FactorsPath}, {Name: navTrends, URL: TrendsPath}}
	if s.Internal {
		s.Nav = append(s.Nav, Link{Name: navActions, URL: ActionsPath}, Link{Name: navLessons, URL: LessonsPath})
	} else {
		s.Nav = append(s.Nav, Link{Name: navPromises, URL: CommitmentsPath})
	}
	for _, free := range e.Pages {
		s.Foot = append(s.Foot, Link{Name: free.Title, URL: FreePath(free.Slug)})
	}
	if len(e.Terms) > 0 {
		s.Foot = append(s.Foot, Link{Name: "Glossary", URL: GlossaryPath})
	}
	s.Foot = append(s.Foot, Link{Name: "Feeds", URL: FeedsPath})
	for _, l := range e.Site.Links {
		s.Foot = append(s.Foot, Link{Name: l.Name, URL: l.URL})
	}
	return s
}

// add plans a page. Everything the internal edition has is kept from search engines.
func (p *planner) add(path string, layout Layout, updated edition.Date, fill func(*Page)) {
	noIndex := p.internal() || layout == LayoutNotFound
	p.planned = append(p.planned, Planned{
		Path: path, Layout: layout, NoIndex: noIndex, Updated: updated,
		Make: func() *Page {
			page := &Page{Path: path, Layout: layout, NoIndex: noIndex, Updated: day(updated)}
			fill(page)
			return page
		},
	})
}

func (p *planner) home() {
	p.add(HomePath, LayoutHome, p.lastChange(p.Incidents), func(page *Page) {
		feed := SiteFeed()
		page.Title, page.Description, page.Feed = p.site.Title, p.site.Description, &feed
		page.Image = p.site.Logo
		page.Graph = SiteGraph(p.Edition)
		data := &Home{
			Intro: p.site.Description, Total: len(p.Incidents), All: IncidentsPath, Promises: CommitmentsPath,
			Latest: p.cards(p.Incidents[:min(len(p.Incidents), 8)]),
		}
		if p.internal() {
			data.Promises = ActionsPath
		}
		data.First, data.Last = span(p.Incidents)
		data.Trend = p.homeTrend()
		data.Years = p.yearLinks()
		data.Services = most(p.Services, 8, func(s *edition.Service) Link { return serviceLink(s, len(s.Incidents)) })
		data.Factors = most(p.Factors, 8, func(f *edition.Factor) Link { return factorLink(f, len(f.Incidents)) })
		open := p.promises().open
		data.OpenTotal, data.Open = len(open), shown(HomePath, open[:min(len(open), 6)])
		page.Data = data
	})
}

// most returns the topics with the most incidents, those with none left out.
func most[T any](topics []T, n int, link func(T) Link) []Link {
	links := make([]Link, 0, len(topics))
	for _, t := range topics {
		if l := link(t); l.Count > 0 {
			links = append(links, l)
		}
	}
	slices.SortStableFunc(links, func(a, b Link) int { return cmp.Compare(b.Count, a.Count) })
	return linkShares(links[:min(len(links), n)])
}

// span returns the first and last year of incidents that are sorted the newest first; zeros when no day is known.
func span(incidents []*edition.Incident) (first, last int) {
	for _, inc := range incidents {
		if y := inc.Date().Year; y != 0 {
			if last == 0 {
				last = y
			}
			first = y
		}
	}
	return first, last
}

// years groups incidents, sorted the newest first, by year; those without a date come last.
func (p *planner) years(incidents []*edition.Incident) []Year {
	var out []Year
	for _, inc := range incidents {
		y := inc.Date().Year
		if len(out) == 0 || out[len(out)-1].Year != y {
			out = append(out, Year{Year: y})
		}
		last := &out[len(out)-1]
		last.Cards = append(last.Cards, p.card(inc))
	}
	return out
}

// yearLinks counts the incidents of each year, the newest first, with the years without any between them.
func yearLinks(incidents []*edition.Incident) []Link {
	first, last := span(incidents)
	if last == 0 {
		return nil
	}
	counts := map[int]int{}
	for _, inc := range incidents {
		counts[inc.Date().Year]++
	}
	var links []Link
	for y := last; y >= first; y-- {
		l := Link{Name: strconv.Itoa(y), Count: counts[y]}
		if l.Count > 0 {
			l.URL = YearPath(y)
		}
		links = append(links, l)
	}
	return linkShares(links)
}

func (p *planner) incidentLists() {
	p.paged(1, p.Incidents, IncidentsPath, func(page *Page, data *IncidentList) {
		page.Title, page.Crumbs = "Incidents", crumbs()
		page.Description = fmt.Sprintf("All %s of %s.", count(len(p.Incidents), "incident"), p.site.Title)
	})
	byYear := map[int][]*edition.Incident{}
	for _, inc := range p.Incidents {
		if y := inc.Date().Year; y != 0 {
			byYear[y] = append(byYear[y], inc)
		}
	}
	for y, of := range byYear {
		p.paged(1, of, YearPath(y), func(page *Page, data *IncidentList) {
			data.Year = y
			page.Title, page.Crumbs = fmt.Sprintf("Incidents of %d", y), crumbs(Link{Name: "Incidents", URL: IncidentsPath})
			page.Description = fmt.Sprintf("The %s of %d.", count(len(of), "incident"), y)
		})
	}
}

// pageSize is how many incidents stand on one page of a list.
func (p *planner) pageSize() int { return max(p.Edition.Site.PageSize, 1) }

// paged plans the pages of a list of incidents from one on: the first may be a page of another kind.
func (p *planner) paged(first int, incidents []*edition.Incident, path string, fill func(*Page, *IncidentList)) {
	for n := first; n <= pagesFor(len(incidents), p.pageSize()); n++ {
		on, pager := onPage(incidents, p.pageSize(), n, path)
		p.add(PagePath(path, n), LayoutIncidents, p.lastChange(on), func(page *Page) {
			data := p.list(on)
			data.Total, data.Pager = len(incidents), pager
			feed := SiteFeed()
			page.Nav, page.Feed, page.Data = navIncidents, &feed, data
			fill(page, data)
			page.Title = data.titled(page.Title)
		})
	}
}

// list is what all lists of incidents share: the incidents, and the values to filter them by.
func (p *planner) list(on []*edition.Incident) *IncidentList {
	data := &IncidentList{Years: p.years(on), AllYears: p.yearLinks()}
	severities, services := map[*edition.Severity]int{}, map[*edition.Service]int{}
	for _, inc := range on {
		if inc.Severity != nil {
			severities[inc.Severity]++
		}
		for _, s := range inc.Services {
			services[s]++
		}
	}
	for _, s := range p.Severities {
		if n := severities[s]; n > 0 {
			data.Severities = append(data.Severities, Link{Name: s.Name, URL: s.ID, Count: n})
		}
	}
	for _, s := range p.Services {
		if n := services[s]; n > 0 {
			data.Services = append(data.Services, Link{Name: s.Name, URL: s.ID, Count: n})
		}
	}
	return data
}

func (p *planner) feeds() {
	p.add(FeedsPath, LayoutFeeds, edition.Date{}, func(page *Page) {
		page.Title, page.Crumbs = "Feeds", crumbs()
		page.Description = "Follow everything, or only what concerns you, in a feed reader."
		page.Data = &Feeds{OPML: OPMLPath, Groups: FeedGroups(p.Edition), Pictures: []Link{
			{Name: "Badge: the last incident, and what is open", URL: BadgePath}, {Name: "Timeline: the last twelve months", URL: HistoryPath},
		}}
	})
}

func (p *planner) glossary() {
	p.add(GlossaryPath, LayoutGlossary, edition.Date{}, func(page *Page) {
		page.Title, page.Crumbs = "Glossary", crumbs()
		page.Description = "The terms used in these reports, and what they mean."
		data := &Glossary{}
		for _, t := range p.Terms {
			term := Term{Term: t.Term, Meaning: t.Meaning, Anchor: t.Anchor}
			term.UsedIn, term.More = p.usedIn(t.Term)
			data.Terms = append(data.Terms, term)
		}
		page.Data = data
	})
}

func (p *planner) free(free *edition.FreePage) {
	path := FreePath(free.Slug)
	p.add(path, LayoutFree, edition.Date{}, func(page *Page) {
		page.Title, page.Crumbs, page.Description = free.Title, crumbs(), excerpt(free.Body.Text)
		data := &Free{Body: p.html(path, free.Body)}
		for _, h := range free.Headings {
			if h.Level == 2 {
				data.Contents = append(data.Contents, Link{Name: h.Text, URL: "#" + h.ID})
			}
		}
		page.Data = data
	})
}

func (p *planner) notFound() {
	p.add(NotFoundPath, LayoutNotFound, edition.Date{}, func(page *Page) {
		page.Title, page.Description = "Page not found", "There is no page at this address."
		page.Data = &NotFound{Latest: p.cards(p.Incidents[:min(len(p.Incidents), 5)])}
	})
}

// crumbs lead from home to the page above.
func crumbs(above ...Link) []Link { return append([]Link{{Name: "Home", URL: HomePath}}, above...) }

// lastChange is the newest day on which anything about these incidents changed.
func (p *planner) lastChange(incidents []*edition.Incident) edition.Date {
	var last edition.Date
	for _, inc := range incidents {
		last = laterDate(last, changed(inc))
	}
	return last
}

// changed is the day an incident's page last changed: its newest amendment, else its publication, else the incident itself.
func changed(inc *edition.Incident) edition.Date {
	return laterDate(inc.Updated, laterDate(inc.Published, inc.Date()))
}

func laterDate(a, b edition.Date) edition.Date {
	if compareDates(a, b) < 0 {
		return b
	}
	return a
}
