package page

import (
	"strconv"

	"debrief/generator/edition"
)

// SearchPath is the address of the search. A query is its parameter q: /search/?q=dns.
const SearchPath = "/search/"

// LayoutSearch is the layout of the search; Page.Data is a *Search.
const LayoutSearch Layout = "search"

// Search is the data of the page of the search: what it can be narrowed by, and the lists that can be read where no script runs.
type Search struct {
	// Total is how many incidents there are.
	Total int
	// Years, Services and Factors are links to the lists, with counts.
	Years, Services, Factors []Link
	// Operators are examples of what a query may say.
	Operators []Operator
}

// Operator is one operator of the search.
type Operator struct {
	// Example is a query with it, Meaning what that finds.
	Example, Meaning string
}

func (p *planner) search() {
	p.add(SearchPath, LayoutSearch, edition.Date{}, func(page *Page) {
		page.Title, page.Crumbs = "Search", crumbs()
		page.Description = "Search all " + count(len(p.Incidents), "incident") + " by word, phrase, service, contributing factor, severity and date."
		page.Data = &Search{
			Total: len(p.Incidents), Years: p.yearLinks(), Operators: p.operators(),
			Services: most(p.Services, len(p.Services), func(s *edition.Service) Link { return serviceLink(s, len(s.Incidents)) }),
			Factors:  most(p.Factors, len(p.Factors), func(f *edition.Factor) Link { return factorLink(f, len(f.Incidents)) }),
		}
	})
}

// operators are examples that find something in this edition, as far as it has what they need.
func (p *planner) operators() []Operator {
	out := []Operator{
		{`"connection pool"`, "these words, one after the other"},
		{"timeout -rollback", "the first word without the second"},
		{"title:dns", "a word of the title"},
	}
	for _, l := range most(p.Services, 1, func(s *edition.Service) Link { return Link{Name: s.ID, Count: len(s.Incidents)} }) {
		out = append(out, Operator{"service:" + l.Name, "incidents of a service; several with commas"})
	}
	for _, l := range most(p.Factors, 1, func(f *edition.Factor) Link { return Link{Name: f.ID, Count: len(f.Incidents)} }) {
		out = append(out, Operator{"factor:" + l.Name, "incidents with a contributing factor"})
	}
	for _, s := range p.Severities {
		if len(s.Incidents) > 0 {
			out = append(out, Operator{"severity:" + s.ID, "incidents of a severity"})
			break
		}
	}
	if _, last := span(p.Incidents); last > 0 {
		year := strconv.Itoa(last)
		out = append(out, Operator{"after:" + year + "-01 before:" + year + "-07", "incidents that began in these months"})
	}
	out = append(out, Operator{"duration:>2h", "longer than two hours; also <30m, >=1d"})
	if p.internal() {
		out = append(out,
			Operator{"has:near-miss", "also has:open-actions, has:timeline, has:amendments"},
			Operator{"detected-by:customer", "how it was noticed"},
			Operator{"status:review", "also draft, published, preliminary, final"},
		)
	} else {
		out = append(out, Operator{"has:open-commitments", "incidents with something still promised"})
	}
	return out
}
