package feed

import (
	"cmp"
	"strings"
	"sync"
	"time"

	"debrief/generator/edition"
	"debrief/generator/page"
)

// incidentEntries returns what makes the entries of a feed of incidents. Drafts, which a preview shows, are nobody's news.
func (w *writer) incidentEntries(incidents []*edition.Incident) func() []*entry {
	return sync.OnceValue(func() []*entry {
		ready := make([]*edition.Incident, 0, len(incidents))
		for _, inc := range incidents {
			if !inc.Draft {
				ready = append(ready, inc)
			}
		}
		var entries []*entry
		for _, inc := range limited(ready, w.Site.FeedEntries, announced, incidentID) {
			entries = append(entries, w.incident[inc]())
		}
		return entries
	})
}

func incidentID(inc *edition.Incident) string { return inc.ID }

// announce announces an incident.
func (w *writer) announce(inc *edition.Incident) *announcement {
	title := line(inc.Title)
	a := &announcement{
		ID: w.entryIdentity(inc), Title: title, Summary: cmp.Or(line(inc.SummaryText), title),
		Link: w.absolute(page.IncidentPath(inc.Slug)), Categories: w.categories(inc), Announced: announced(inc), Changed: lastChange(inc),
	}
	if !inc.Resurfaced.IsZero() {
		a.Title = "Updated: " + a.Title
	}
	return a
}

// announced is when an incident, as it is now, became news.
func announced(inc *edition.Incident) time.Time {
	switch {
	case !inc.Resurfaced.IsZero():
		return inc.Resurfaced.Time()
	case !inc.Published.IsZero():
		return inc.Published.Time()
	case inc.Started.DateOnly:
		return inc.Date().Time()
	case inc.Started.IsZero():
		return unknownDate
	default:
		return inc.Started.Time.UTC()
	}
}

// lastChange is when the words of an incident last changed, the smallest amendment included.
func lastChange(inc *edition.Incident) time.Time {
	last := announced(inc)
	if updated := inc.Updated.Time(); updated.After(last) {
		return updated
	}
	return last
}

func (w *writer) categories(inc *edition.Incident) []category {
	var out []category
	if s := inc.Severity; s != nil {
		out = append(out, category{w.absolute(page.IncidentsPath), line(s.ID), line(s.Name)})
	}
	for _, s := range inc.Services {
		out = append(out, category{w.absolute(page.ServicesPath), line(s.ID), line(s.Name)})
	}
	for _, f := range inc.Factors {
		out = append(out, category{w.absolute(page.FactorsPath), line(f.ID), line(f.Name)})
	}
	return out
}

// promise is a commitment with its number among those of its incident, from 1.
type promise struct {
	*edition.Commitment
	number int
}

// commitmentEntries returns what makes the entries of the feed of commitments.
func (w *writer) commitmentEntries() func() []*entry {
	return sync.OnceValue(func() []*entry {
		var promises []promise
		for _, inc := range w.Incidents {
			if inc.Draft {
				continue
			}
			for i, c := range inc.Commitments {
				promises = append(promises, promise{c, i + 1})
			}
		}
		var entries []*entry
		for _, p := range limited(promises, w.Site.FeedEntries, promise.announced, w.promiseID) {
			entries = append(entries, newEntry(w.announcePromise(p), func() string { return w.commitmentHTML(p.Commitment) }))
		}
		return entries
	})
}

func (w *writer) promiseID(p promise) string { return w.commitmentIdentity(p.Commitment, p.number) }

// announced is when the present state of a promise became news. The day on which a date was moved or a promise dropped is not written
// anywhere but in the log of amendments, so the newest of those has to stand for it.
func (p promise) announced() time.Time {
	inc := p.Incident
	first := cmp.Or(inc.Published.Time(), announced(inc))
	switch {
	case p.Status == edition.Done && !p.Completed.IsZero():
		return p.Completed.Time()
	case p.Status == edition.Done, p.Status == edition.Dropped, len(p.Slipped) > 0:
		return cmp.Or(inc.Updated.Time(), first)
	default:
		return first
	}
}

func (w *writer) announcePromise(p promise) *announcement {
	inc := p.Incident
	link := w.absolute(page.IncidentPath(inc.Slug))
	return &announcement{
		ID: w.promiseID(p), Title: p.news() + ": " + line(short(p.Text)), Summary: line(p.Text),
		Link: link, Categories: w.categories(inc), Announced: p.announced(), Changed: p.announced(),
	}
}

// news says in a word or two what happened to a promise.
func (p promise) news() string {
	switch {
	case p.Status == edition.Done:
		return "Kept"
	case p.Status == edition.Dropped:
		return "Dropped"
	case len(p.Slipped) > 0:
		return "Date moved"
	default:
		return "Promised"
	}
}

// state says in a sentence how a promise stands.
func state(status edition.ActionStatus, due, completed edition.Date, slipped []edition.Date) string {
	var parts []string
	switch {
	case status == edition.Done && !completed.IsZero():
		parts = append(parts, "Done on "+day(completed))
	case status == edition.Done:
		parts = append(parts, "Done")
	case status == edition.Dropped:
		parts = append(parts, "Dropped")
	case status == edition.InProgress:
		parts = append(parts, "In progress")
	default:
		parts = append(parts, "Open")
	}
	if !due.IsZero() {
		parts = append(parts, "due "+day(due))
	}
	if len(slipped) > 0 {
		var earlier []string
		for _, d := range slipped {
			earlier = append(earlier, day(d))
		}
		parts = append(parts, "moved from "+strings.Join(earlier, " and "))
	}
	return strings.Join(parts, ", ") + "."
}

// day shows a calendar day to people.
func day(d edition.Date) string { return d.Time().Format("2 January 2006") }
