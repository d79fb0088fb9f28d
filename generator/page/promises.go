package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"debrief/generator/edition"
)

// promisesPerPage is how many promises stand on one page of all of them, lessonsPerPage of how many incidents the lessons do.
const (
	promisesPerPage = 100
	lessonsPerPage  = 50
)

// statusNames are the words for the states of a promise.
var statusNames = map[edition.ActionStatus]string{
	edition.Open: "Open", edition.InProgress: "In progress", edition.Done: "Done", edition.Dropped: "Dropped",
}

// owed is an action item or a commitment before it is made ready for a page: what it is sorted and counted by.
type owed struct {
	status         edition.ActionStatus
	due, completed edition.Date
	// show makes it ready for the page at a path.
	show func(path string) Promise
}

func (o owed) isOpen() bool { return o.status == edition.Open || o.status == edition.InProgress }

func (p *planner) owedAction(a *edition.Action) owed {
	return owed{a.Status, a.Due, a.Completed, func(path string) Promise { return p.action(path, a) }}
}

func (p *planner) owedCommitment(c *edition.Commitment) owed {
	return owed{c.Status, c.Due, c.Completed, func(path string) Promise { return p.commitment(path, c) }}
}

// owedOf are the action items of a list inside, the commitments outside.
func (p *planner) owedOf(actions []*edition.Action, commitments []*edition.Commitment) []owed {
	if p.internal() {
		return each(actions, p.owedAction)
	}
	return each(commitments, p.owedCommitment)
}

func (p *planner) action(path string, a *edition.Action) Promise {
	return Promise{
		Body: p.borrowed(path, a.Incident, a.Body), Text: a.Text, Status: statusID(a.Status), StatusName: statusNames[a.Status], Owner: a.Owner, Type: a.Type,
		Group: a.Group, Due: day(a.Due), Completed: day(a.Completed), Slipped: each(a.Slipped, day), Late: late(a.Due, a.Completed), Ticket: ticket(a.Link),
		From: incidentLink(a.Incident),
	}
}

func (p *planner) commitment(path string, c *edition.Commitment) Promise {
	return Promise{
		Body: p.borrowed(path, c.Incident, c.Body), Text: c.Text, Status: statusID(c.Status), StatusName: statusNames[c.Status], Due: day(c.Due),
		Completed: day(c.Completed), Slipped: each(c.Slipped, day), Late: late(c.Due, c.Completed), From: incidentLink(c.Incident),
	}
}

// each makes something of every one of a list.
func each[A, B any](list []A, of func(A) B) []B {
	out := make([]B, len(list))
	for i, one := range list {
		out[i] = of(one)
	}
	return out
}

// shown makes promises ready for the page at a path.
func shown(path string, list []owed) []Promise {
	return each(list, func(o owed) Promise { return o.show(path) })
}

// statusID is a state as a class name.
func statusID(s edition.ActionStatus) string { return strings.ReplaceAll(string(s), " ", "-") }

func late(due, completed edition.Date) bool {
	return !due.IsZero() && !completed.IsZero() && completed.Time().After(due.Time())
}

// openFirstDue are those still open, the soonest due first, those without a date last.
func openFirstDue(all []owed) []owed {
	open := slices.DeleteFunc(slices.Clone(all), func(o owed) bool { return !o.isOpen() })
	slices.SortStableFunc(open, func(a, b owed) int {
		if a.due.IsZero() != b.due.IsZero() {
			if b.due.IsZero() {
				return -1
			}
			return 1
		}
		return compareDates(a.due, b.due)
	})
	return open
}

// ledger is all promises of an edition by their state: open ones as openFirstDue has them, kept ones with the latest first.
type ledger struct{ open, kept, dropped []owed }

func (p *planner) ledger() *ledger {
	all := p.owedOf(p.Actions, p.Commitments)
	l := &ledger{open: openFirstDue(all)}
	for _, o := range all {
		switch o.status {
		case edition.Done:
			l.kept = append(l.kept, o)
		case edition.Dropped:
			l.dropped = append(l.dropped, o)
		}
	}
	slices.SortStableFunc(l.kept, func(a, b owed) int { return compareDates(b.completed, a.completed) })
	return l
}

// onPage is page n of a list and its place among the pages.
func onPage[T any](list []T, perPage, n int, path string) ([]T, Pager) {
	pages := pagesFor(len(list), perPage)
	pager := Pager{Page: n, Pages: pages}
	if n > 1 {
		pager.Previous = PagePath(path, n-1)
	}
	if n < pages {
		pager.Next = PagePath(path, n+1)
	}
	return list[(n-1)*perPage : min(n*perPage, len(list))], pager
}

// titled is the title of a page of a list: from the second page on it says which it is.
func (p Pager) titled(title string) string {
	if p.Page > 1 {
		return fmt.Sprintf("%s, page %d of %d", title, p.Page, p.Pages)
	}
	return title
}

// pagesFor is how many pages a list takes; an empty one takes one.
func pagesFor(length, perPage int) int { return max(1, (length+perPage-1)/perPage) }

// promisePages plans the pages of all promises.
func (p *planner) promisePages(path string, layout Layout, fill func(*Page, *Promises)) {
	all := sync.OnceValue(func() []owed { return slices.Concat(p.promises().open, p.promises().kept, p.promises().dropped) })
	total := len(p.Actions)
	if !p.internal() {
		total = len(p.Commitments)
	}
	for n := range pagesFor(total, promisesPerPage) {
		at := PagePath(path, n+1)
		p.add(at, layout, p.lastChange(p.Incidents), func(page *Page) {
			l := p.promises()
			data := &Promises{OpenTotal: len(l.open), KeptTotal: len(l.kept), DroppedTotal: len(l.dropped), Total: total}
			var on []owed
			on, data.Pager = onPage(all(), promisesPerPage, n+1, path)
			data.Parts = p.parts(l, path)
			for _, o := range on {
				switch promise := o.show(at); {
				case o.isOpen():
					data.Open = append(data.Open, promise)
				case o.status == edition.Done:
					data.Kept = append(data.Kept, promise)
				default:
					data.Dropped = append(data.Dropped, promise)
				}
			}
			page.Crumbs, page.Data = crumbs(), data
			fill(page, data)
			page.Title = data.titled(page.Title)
		})
	}
}

// parts lead to where each state begins on the pages of all promises.
func (p *planner) parts(l *ledger, path string) []Link {
	kept := Link{Name: "Kept", URL: "#_kept"}
	if p.internal() {
		kept.Name = "Done"
	}
	var links []Link
	before := 0
	for _, part := range []struct {
		link Link
		list []owed
	}{{Link{Name: "Open", URL: "#_open"}, l.open}, {kept, l.kept}, {Link{Name: "Dropped", URL: "#_dropped"}, l.dropped}} {
		if len(part.list) > 0 {
			part.link.Count, part.link.URL = len(part.list), PagePath(path, before/promisesPerPage+1)+part.link.URL
			links = append(links, part.link)
		}
		before += len(part.list)
	}
	if before <= promisesPerPage {
		return nil
	}
	return links
}

func (p *planner) actions() {
	p.promisePages(ActionsPath, LayoutActions, func(page *Page, data *Promises) {
		page.Title, page.Nav = "Action items", navActions
		page.Description = "What we decided to change after each incident, and how far it is."
		data.Calendar = CalendarPath
	})
}

func (p *planner) commitments() {
	p.promisePages(CommitmentsPath, LayoutCommitments, func(page *Page, data *Promises) {
		feed := CommitmentsFeed()
		page.Title, page.Nav, page.Feed = "Commitments", navPromises, &feed
		page.Description = "What we promised to change after each incident, and whether we did."
	})
}

// lessons collects what incidents say about themselves under the same headings.
func (p *planner) lessons() {
	var with []*edition.Incident
	for _, inc := range p.Incidents {
		if slices.ContainsFunc(inc.Sections, isLesson) {
			with = append(with, inc)
		}
	}
	for n := range pagesFor(len(with), lessonsPerPage) {
		path := PagePath(LessonsPath, n+1)
		p.add(path, LayoutLessons, p.lastChange(p.Incidents), func(page *Page) {
			data := &Lessons{}
			var on []*edition.Incident
			on, data.Pager = onPage(with, lessonsPerPage, n+1, LessonsPath)
			page.Title, page.Nav, page.Crumbs = data.titled("Lessons"), navLessons, crumbs()
			page.Description = "What went well, what went wrong, and where we got lucky, across all incidents."
			for _, inc := range on {
				for _, s := range inc.Sections {
					if isLesson(s) {
						list := data.under(s.Name)
						*list = append(*list, Lesson{From: incidentLink(inc), Date: day(inc.Date()), Body: p.borrowed(path, inc, s.Body)})
					}
				}
			}
			page.Data = data
		})
	}
}

func isLesson(s edition.Section) bool { return new(Lessons).under(s.Name) != nil && s.Body.HTML != "" }

// under is the list of a section's name; nil for a section that is no lesson.
func (l *Lessons) under(name string) *[]Lesson {
	switch name {
	case "went_well":
		return &l.WentWell
	case "went_wrong":
		return &l.WentWrong
	case "lucky":
		return &l.Lucky
	}
	return nil
}

// compareDates orders days by the calendar, no date first.
func compareDates(a, b edition.Date) int {
	return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Month, b.Month), cmp.Compare(a.Day, b.Day))
}
