package page

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"debrief/generator/edition"
)

func (p *planner) serviceIndex() {
	p.add(ServicesPath, LayoutServices, p.lastChange(p.Incidents), func(page *Page) {
		page.Title, page.Nav, page.Crumbs = "Services", navServices, crumbs()
		page.Description = "Every service, and the incidents that hit it."
		data := &Index{Total: len(p.Incidents)}
		group := Group{}
		for _, s := range p.Services {
			group.Topics = append(group.Topics, p.row(s.Name, ServicePath(s.Slug), s.Description, s.Incidents))
		}
		byCount(group.Topics)
		if len(group.Topics) > 0 {
			data.Groups = []Group{group}
		}
		oneScale(data.Groups)
		page.Data = data
	})
	for _, s := range p.Services {
		path := ServicePath(s.Slug)
		if r := p.services[s]; r != nil {
			p.addNumbers(s.Name, topicNumbers(path), func() *Exhibit { return p.topicOverTime(path, r) })
		}
		p.topicPages(path, s.Name, navServices, Link{Name: "Services", URL: ServicesPath}, s.Incidents)
		p.add(path, LayoutService, p.lastChange(s.Incidents), func(page *Page) {
			feed := ServiceFeed(s)
			page.Title, page.Nav, page.Feed = s.Name, navServices, &feed
			page.Crumbs = crumbs(Link{Name: "Services", URL: ServicesPath})
			page.Description = cmp.Or(excerpt(s.Description), fmt.Sprintf("The %s that hit %s.", count(len(s.Incidents), "incident"), s.Name))
			data := p.topic(path, s.Incidents)
			data.Kind, data.ID, data.Name, data.Description, data.Owner = "service", s.ID, s.Name, s.Description, s.Owner
			data.With = together(s.Incidents, func(inc *edition.Incident) []*edition.Factor { return inc.Factors }, factorLink)
			data.Trend = p.topicTrend(path, p.services[s])
			page.Data = data
		})
	}
}

func (p *planner) factorIndex() {
	p.add(FactorsPath, LayoutFactors, p.lastChange(p.Incidents), func(page *Page) {
		page.Title, page.Nav, page.Crumbs = "Contributing factors", navFactors, crumbs()
		page.Description = "What contributed to incidents, and how often. There is never a single cause."
		data := &Index{Total: len(p.Incidents)}
		groups := map[string]int{}
		for _, f := range p.Factors {
			n, ok := groups[f.Category]
			if !ok {
				n = len(data.Groups)
				groups[f.Category] = n
				data.Groups = append(data.Groups, Group{Name: f.Category})
			}
			data.Groups[n].Topics = append(data.Groups[n].Topics, p.row(f.Name, FactorPath(f.Slug), f.Description, f.Incidents))
		}
		slices.SortFunc(data.Groups, func(a, b Group) int {
			if (a.Name == "") != (b.Name == "") {
				return -cmp.Compare(len(a.Name), len(b.Name)) // the group without a name comes last
			}
			return cmp.Compare(a.Name, b.Name)
		})
		for _, g := range data.Groups {
			byCount(g.Topics)
		}
		oneScale(data.Groups)
		page.Data = data
	})
	for _, f := range p.Factors {
		path := FactorPath(f.Slug)
		if r := p.factors[f]; r != nil {
			p.addNumbers(f.Name, topicNumbers(path), func() *Exhibit { return p.topicOverTime(path, r) })
		}
		p.topicPages(path, f.Name, navFactors, Link{Name: "Contributing factors", URL: FactorsPath}, f.Incidents)
		p.add(path, LayoutFactor, p.lastChange(f.Incidents), func(page *Page) {
			feed := FactorFeed(f)
			page.Title, page.Nav, page.Feed = f.Name, navFactors, &feed
			page.Crumbs = crumbs(Link{Name: "Contributing factors", URL: FactorsPath})
			page.Description = cmp.Or(excerpt(f.Description), fmt.Sprintf("The %s to which %s contributed.", count(len(f.Incidents), "incident"), f.Name))
			data := p.topic(path, f.Incidents)
			data.Kind, data.ID, data.Name, data.Description, data.Category = "factor", f.ID, f.Name, f.Description, f.Category
			data.With = together(f.Incidents, func(inc *edition.Incident) []*edition.Service { return inc.Services }, serviceLink)
			data.Trend = p.topicTrend(path, p.factors[f])
			page.Data = data
		})
	}
}

// byCount sorts topics by how many incidents they have, the most first.
func byCount(rows []TopicRow) {
	slices.SortStableFunc(rows, func(a, b TopicRow) int { return cmp.Compare(b.Count, a.Count) })
}

// oneScale measures the years of all topics against the greatest count among them, so that columns of the same height mean the same number.
func oneScale(groups []Group) {
	most := 0
	for _, g := range groups {
		for _, t := range g.Topics {
			for _, c := range t.PerYear {
				most = max(most, c.Count)
			}
		}
	}
	for _, g := range groups {
		for _, t := range g.Topics {
			shares(t.PerYear, most)
		}
	}
}

func (p *planner) row(name, url, description string, incidents []*edition.Incident) TopicRow {
	row := TopicRow{Name: name, URL: url, Description: description, Count: len(incidents), PerYear: p.perYear(incidents)}
	row.First, row.Last = firstAndLast(incidents)
	for _, inc := range incidents {
		if inc.Severity != nil && (row.Worst.Rank == 0 || inc.Severity.Rank < row.Worst.Rank) {
			row.Worst = badge(inc.Severity)
		}
		row.Open += p.openCount(inc)
	}
	return row
}

// openCount is how many promises of an incident are still open: action items inside, commitments outside.
func (p *planner) openCount(inc *edition.Incident) int {
	n := 0
	unfinished := func(s edition.ActionStatus) bool { return s == edition.Open || s == edition.InProgress }
	if p.internal() {
		for _, a := range inc.Actions {
			if unfinished(a.Status) {
				n++
			}
		}
		return n
	}
	for _, c := range inc.Commitments {
		if unfinished(c.Status) {
			n++
		}
	}
	return n
}

func firstAndLast(incidents []*edition.Incident) (first, last Time) {
	for _, inc := range incidents {
		if d := inc.Date(); !d.IsZero() {
			if !last.Known() {
				last = day(d)
			}
			first = day(d)
		}
	}
	return first, last
}

// perYear counts incidents year by year over the whole span of the edition, the oldest first, so that all such counts line up.
func (p *planner) perYear(incidents []*edition.Incident) []Count {
	first, last := span(p.Incidents)
	if last == 0 {
		return nil
	}
	counts := make([]Count, last-first+1)
	most := 0
	for i := range counts {
		counts[i].Name = strconv.Itoa(first + i)
	}
	for _, inc := range incidents {
		if y := inc.Date().Year; y != 0 {
			counts[y-first].Count++
			most = max(most, counts[y-first].Count)
		}
	}
	return shares(counts, most)
}

func shares(counts []Count, most int) []Count {
	for i := range counts {
		if most > 0 {
			counts[i].Share = 100 * float64(counts[i].Count) / float64(most)
		}
	}
	return counts
}

// linkShares gives each link its count in per cent of the greatest.
func linkShares(links []Link) []Link {
	most := 0
	for _, l := range links {
		most = max(most, l.Count)
	}
	for i := range links {
		if most > 0 {
			links[i].Share = 100 * float64(links[i].Count) / float64(most)
		}
	}
	return links
}

// topic is what the pages of a service and of a factor have in common.
func (p *planner) topic(path string, incidents []*edition.Incident) *Topic {
	data := &Topic{Count: len(incidents)}
	var newest []*edition.Incident
	newest, data.Pager = onPage(incidents, p.pageSize(), 1, path)
	data.Years = p.years(newest)
	data.First, data.Last = firstAndLast(incidents)
	most := 0
	for _, s := range p.Severities {
		n := 0
		for _, inc := range incidents {
			if inc.Severity == s {
				n++
			}
		}
		if n > 0 {
			data.Severities = append(data.Severities, Count{Name: s.Name, Count: n})
			most = max(most, n)
		}
	}
	shares(data.Severities, most)
	var promises []owed
	for _, inc := range incidents {
		promises = append(promises, p.owedOf(inc.Actions, inc.Commitments)...)
	}
	open := openFirstDue(promises)
	data.OpenTotal = len(open)
	data.Open = shown(path, open[:min(len(open), topicOpen)])
	data.Promises = p.promisesPath()
	return data
}

// topicOpen is how many open promises a topic's page shows.
const topicOpen = 20

// topicPages plans the pages of a topic after its first: the older incidents.
func (p *planner) topicPages(path, name, nav string, above Link, incidents []*edition.Incident) {
	p.paged(2, incidents, path, func(page *Page, data *IncidentList) {
		data.AllYears = nil // they would lead to the incidents of everything
		page.Title, page.Nav = name, nav
		page.Crumbs = crumbs(above, Link{Name: name, URL: path})
		page.Description = fmt.Sprintf("The %s of %s.", count(len(incidents), "incident"), name)
	})
}

// together counts what occurs in the same incidents, the most frequent first.
func together[T comparable](incidents []*edition.Incident, of func(*edition.Incident) []T, link func(T, int) Link) []Link {
	counts := map[T]int{}
	var order []T
	for _, inc := range incidents {
		for _, t := range of(inc) {
			if counts[t] == 0 {
				order = append(order, t)
			}
			counts[t]++
		}
	}
	links := make([]Link, 0, len(order))
	for _, t := range order {
		links = append(links, link(t, counts[t]))
	}
	slices.SortFunc(links, func(a, b Link) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name)) })
	return linkShares(links)
}
