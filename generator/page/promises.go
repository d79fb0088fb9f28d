package page

import (
	"cmp"
	"slices"
	"strings"

	"debrief/generator/edition"
)

// statusNames are the words for the states of a promise.
var statusNames = map[edition.ActionStatus]string{
	edition.Open: "Open", edition.InProgress: "In progress", edition.Done: "Done", edition.Dropped: "Dropped",
}

func (p *planner) actionList(path string, actions []*edition.Action) []Promise {
	out := make([]Promise, 0, len(actions))
	for _, a := range actions {
		out = append(out, Promise{
			Body: p.borrowed(path, a.Incident, a.Body), Text: a.Text, Status: statusID(a.Status), StatusName: statusNames[a.Status], Owner: a.Owner, Type: a.Type,
			Group: a.Group, Due: day(a.Due), Completed: day(a.Completed), Slipped: days(a.Slipped), Late: late(a.Due, a.Completed), Ticket: ticket(a.Link),
			From: incidentLink(a.Incident),
		})
	}
	return out
}

func (p *planner) commitmentList(path string, commitments []*edition.Commitment) []Promise {
	out := make([]Promise, 0, len(commitments))
	for _, c := range commitments {
		out = append(out, Promise{
			Body: p.borrowed(path, c.Incident, c.Body), Text: c.Text, Status: statusID(c.Status), StatusName: statusNames[c.Status], Due: day(c.Due),
			Completed: day(c.Completed), Slipped: days(c.Slipped), Late: late(c.Due, c.Completed), From: incidentLink(c.Incident),
		})
	}
	return out
}

// statusID is a state as a class name.
func statusID(s edition.ActionStatus) string { return strings.ReplaceAll(string(s), " ", "-") }

func late(due, completed edition.Date) bool {
	return !due.IsZero() && !completed.IsZero() && completed.Time().After(due.Time())
}

func days(dates []edition.Date) []Time {
	out := make([]Time, 0, len(dates))
	for _, d := range dates {
		out = append(out, day(d))
	}
	return out
}

// openPromises are the promises still open, for the home page: action items inside, commitments outside; the soonest due first, those
// without a date last.
func (p *planner) openPromises() []Promise {
	return openFirstDue(p.promises(HomePath))
}

// promises are all action items inside, all commitments outside.
func (p *planner) promises(path string) []Promise {
	if p.internal() {
		return p.actionList(path, p.Actions)
	}
	return p.commitmentList(path, p.Commitments)
}

func openFirstDue(all []Promise) []Promise {
	var open []Promise
	for _, promise := range all {
		if isOpen(promise) {
			open = append(open, promise)
		}
	}
	slices.SortStableFunc(open, func(a, b Promise) int {
		if a.Due.Known() != b.Due.Known() {
			if a.Due.Known() {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.Due.ISO, b.Due.ISO)
	})
	return open
}

func isOpen(p Promise) bool {
	return p.Status == statusID(edition.Open) || p.Status == statusID(edition.InProgress)
}

func (p *planner) actions() {
	p.add(ActionsPath, LayoutActions, p.lastChange(p.Incidents), func(page *Page) {
		page.Title, page.Nav, page.Crumbs = "Action items", navActions, crumbs()
		page.Description = "What we decided to change after each incident, and how far it is."
		data := p.promisePage(ActionsPath)
		data.Calendar = CalendarPath
		page.Data = data
	})
}

func (p *planner) commitments() {
	p.add(CommitmentsPath, LayoutCommitments, p.lastChange(p.Incidents), func(page *Page) {
		feed := CommitmentsFeed()
		page.Title, page.Nav, page.Crumbs, page.Feed = "Commitments", navPromises, crumbs(), &feed
		page.Description = "What we promised to change after each incident, and whether we did."
		page.Data = p.promisePage(CommitmentsPath)
	})
}

// promisePage sorts all promises by their state: open ones by due date, kept ones with the latest first.
func (p *planner) promisePage(path string) *Promises {
	all := p.promises(path)
	data := &Promises{Total: len(all), Open: openFirstDue(all)}
	for _, promise := range all {
		switch promise.Status {
		case statusID(edition.Done):
			data.Kept = append(data.Kept, promise)
		case statusID(edition.Dropped):
			data.Dropped = append(data.Dropped, promise)
		}
	}
	slices.SortStableFunc(data.Kept, func(a, b Promise) int { return cmp.Compare(b.Completed.ISO, a.Completed.ISO) })
	return data
}

// lessons collects what incidents say about themselves under the same headings.
func (p *planner) lessons() {
	p.add(LessonsPath, LayoutLessons, p.lastChange(p.Incidents), func(page *Page) {
		page.Title, page.Nav, page.Crumbs = "Lessons", navLessons, crumbs()
		page.Description = "What went well, what went wrong, and where we got lucky, across all incidents."
		data := &Lessons{}
		for _, inc := range p.Incidents {
			for _, s := range inc.Sections {
				lesson := Lesson{From: incidentLink(inc), Date: day(inc.Date()), Body: p.borrowed(LessonsPath, inc, s.Body)}
				if lesson.Body == "" {
					continue
				}
				switch s.Name {
				case "went_well":
					data.WentWell = append(data.WentWell, lesson)
				case "went_wrong":
					data.WentWrong = append(data.WentWrong, lesson)
				case "lucky":
					data.Lucky = append(data.Lucky, lesson)
				}
			}
		}
		page.Data = data
	})
}
