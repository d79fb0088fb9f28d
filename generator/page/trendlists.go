package page

import (
	"fmt"
	"slices"

	"debrief/generator/edition"
	"debrief/generator/trend"
)

// listShown is how many things with text are shown on a page.
const listShown = 60

func (p *planner) deferred() *Exhibit {
	all := p.trends.Deferred
	x := &Exhibit{ID: "deferred", Heading: "Work that was put off"}
	again := 0
	x.records = &records{keys: []string{"incident", "date", "work", "came_back"}}
	for i, d := range all {
		var ids []string
		for _, inc := range d.Again {
			ids = append(ids, inc.ID)
		}
		x.records.rows = append(x.records.rows, []any{d.Incident.ID, d.Incident.Date().String(), d.Work, ids})
		if len(d.Again) > 0 {
			again++
		}
		if i >= listShown {
			continue
		}
		item := Postponed{From: incidentLink(d.Incident), Day: day(d.Incident.Date()), Work: d.Work, More: max(0, len(d.Again)-listedSmall)}
		for _, inc := range d.Again[:min(len(d.Again), listedSmall)] {
			item.Again = append(item.Again, Link{Name: inc.ID, URL: IncidentPath(inc.Slug)})
		}
		x.Deferred = append(x.Deferred, item)
	}
	x.Reading = fmt.Sprintf("%s to which work contributed that had been known and put off. After %d of them an incident followed with the same factor and service. "+
		"Putting work off is often right; this is what it cost.", count(len(all), "incident"), again)
	x.Cut = cutWords(len(x.Deferred), len(all), "incidents, the newest first; the download has all")
	return x
}

func (p *planner) nearMisses() *Exhibit {
	all := p.trends.NearMisses
	x := p.overTime("near-misses", all, "has:near-miss")
	x.Heading = "Near misses over time"
	if x.Empty == "" {
		x.Reading = "A single near miss."
		if len(all) != 1 {
			x.Reading = fmt.Sprintf("%d near misses.", len(all))
		}
		x.Reading += " More of them reported is not worse: it may be that more are noticed and written down."
	}
	return x
}

func (p *planner) nearMissList() *Exhibit {
	all := p.trends.NearMisses
	shown := min(len(all), listShown)
	x := &Exhibit{ID: "near-miss-list", Heading: "What nearly happened", Cards: p.cards(all[:shown])}
	if shown < len(all) {
		x.Cut = cutWords(shown, len(all), "near misses")
		x.More = Link{Name: "Find all of them", URL: searchFor("has:near-miss")}
	}
	return x
}

func (p *planner) luck(path string, still bool) *Exhibit {
	x := &Exhibit{ID: "still-luck", Heading: "Still luck", Reading: "Nothing that was decided after these has been done yet. What saved us was not ours."}
	if !still {
		x = &Exhibit{ID: "was-luck", Heading: "Something was done", Reading: "At least one action after each of these is done. Whether it replaces the luck is for a reader to judge."}
	}
	n := 0
	for _, l := range p.trends.Luck {
		if l.StillLuck != still {
			continue
		}
		n++
		if len(x.Lessons) < listShown {
			x.Lessons = append(x.Lessons, Lesson{
				From: incidentLink(l.Incident), Date: day(l.Incident.Date()), Body: p.borrowed(path, l.Incident, l.Section.Body),
				Note: fmt.Sprintf("%s done, %d open", count(l.Done, "action"), l.Open),
			})
		}
	}
	if n == 0 {
		x.Empty = "None."
	}
	x.Cut = cutWords(len(x.Lessons), n, "incidents, the newest first")
	return x
}

// wellShown is how many incidents stand under each factor of what went well.
const wellShown = 8

// wentWell makes a list for each factor. What an incident says stands on the page once, under the first of its factors, so that no id in it
// stands twice; under the others the incident is only named.
func (p *planner) wentWell() []exhibitMaker {
	var out []exhibitMaker
	type place struct {
		incident *edition.Incident
		anchor   string
	}
	told := map[place]string{}
	for _, s := range p.trends.WentWell {
		above := make([]string, min(len(s.Notes), wellShown))
		for i, n := range s.Notes[:len(above)] {
			at := place{n.Incident, n.Section.Anchor}
			if heading := told[at]; heading != "" {
				above[i] = "see above, under " + heading
			} else if s.Factor != nil {
				told[at] = s.Factor.Name
			}
		}
		out = append(out, exhibitMaker{"", func(path string) *Exhibit {
			x := &Exhibit{ID: "well-other", Heading: "No factor named"}
			if s.Factor != nil {
				x.ID, x.Heading = "well-"+s.Factor.Slug, s.Factor.Name
				x.More = Link{Name: "All of " + s.Factor.Name, URL: FactorPath(s.Factor.Slug)}
			}
			for i, n := range s.Notes[:len(above)] {
				lesson := Lesson{From: incidentLink(n.Incident), Date: day(n.Incident.Date()), Note: above[i]}
				if lesson.Note == "" {
					lesson.Body = p.borrowed(path, n.Incident, n.Section.Body)
				}
				x.Lessons = append(x.Lessons, lesson)
			}
			x.Cut = cutWords(len(x.Lessons), len(s.Notes), "incidents, the newest first")
			return x
		}})
	}
	return out
}

// item is a promise as its page shows it, and how old it is. Trends are about promises, not about who made them: an owner is not named.
func (p *planner) item(path string, i trend.Item) Promise {
	var promise Promise
	switch {
	case i.Action != nil:
		promise = p.action(path, i.Action)
	case i.Commitment != nil:
		promise = p.commitment(path, i.Commitment)
	}
	promise.Owner, promise.Group = "", ""
	// The figures are as of their last day, and so is what is told beside them.
	promise.Status, promise.StatusName = statusID(i.Status), statusNames[i.Status]
	promise.Completed, promise.Late = day(i.Completed), late(i.Due, i.Completed)
	if i.Unfinished() && i.Age >= 0 {
		promise.Age = "open for " + count(i.Age, "day")
	}
	if i.Overdue > 0 {
		promise.Overdue = count(i.Overdue, "day") + " overdue"
	}
	return promise
}

// thing is what a promise is called in this edition.
func (p *planner) thing() string {
	if p.internal() {
		return "action item"
	}
	return "commitment"
}

// aThing is one of them.
func (p *planner) aThing() string {
	if p.internal() {
		return "an action"
	}
	return "a commitment"
}

func (p *planner) promisesPath() string {
	if p.internal() {
		return ActionsPath
	}
	return CommitmentsPath
}

// promiseAnswers say what became of promises.
func (p *planner) promiseAnswers() []Line {
	f := p.trends.FollowThrough
	total := len(f.Items)
	lines := []Line{plainLine(fmt.Sprintf("Of %s, %d %s done, %d dropped and %d open.", count(total, p.thing()), f.Done, isAre(f.Done), f.Dropped, f.Open))}
	switch {
	case f.Overdue > 0:
		lines = append(lines, Line{Kind: "attention", Words: []Link{{Name: fmt.Sprintf("%d of the open ones %s overdue on %s.", f.Overdue, isAre(f.Overdue), day(p.trends.End).Text)}}})
	case f.Open > 0:
		if f.NoDue < f.Open {
			lines = append(lines, plainLine("None of the open ones is overdue on "+day(p.trends.End).Text+"."))
		}
	}
	if f.NoDue > 0 {
		lines = append(lines, plainLine(fmt.Sprintf("%d of the open ones %s no day to be done by.", f.NoDue, has(f.NoDue))))
	}
	if f.Slipped > 0 {
		lines = append(lines, plainLine(fmt.Sprintf("%d had their day moved at least once.", f.Slipped)))
	}
	if len(f.Survival.Steps) > 0 {
		lines = append(lines, plainLine(medianWords(f.Survival)+"."))
	}
	return lines
}

func (p *planner) followExhibits() []exhibitMaker {
	f := &p.trends.FollowThrough
	makers := []exhibitMaker{
		{"survival", func(string) *Exhibit {
			x := p.survival("survival", f.Survival, f.Items, p.thing())
			if f.Dropped > 0 && x.Empty == "" {
				x.Facts = append(x.Facts, fmt.Sprintf("%d that %s dropped %s left out", f.Dropped, wasWere(f.Dropped), isAre(f.Dropped)))
			}
			return x
		}},
		{"follow-through", p.oldest},
		{"", p.slips},
	}
	if p.internal() {
		makers = slices.Insert(makers, 1, exhibitMaker{"types", func(string) *Exhibit { return p.types() }})
	}
	return makers
}

// oldest lists what is open: the overdue first, then the oldest. The download has all promises.
func (p *planner) oldest(path string) *Exhibit {
	f := &p.trends.FollowThrough
	x := &Exhibit{ID: "open", Heading: "Open, the oldest first"}
	x.records = &records{keys: []string{"incident", "text", "status", "type", "due", "moved_from", "completed", "age_days", "overdue_days"}}
	for _, i := range f.Oldest {
		slipped := make([]string, 0, len(i.Slipped))
		for _, d := range i.Slipped {
			slipped = append(slipped, d.String())
		}
		x.records.rows = append(x.records.rows, []any{i.Incident.ID, i.Text, string(i.Status), i.Type, i.Due.String(), slipped, i.Completed.String(), known(i.Age), i.Overdue})
		if len(x.Promises) < listShown {
			x.Promises = append(x.Promises, p.item(path, i))
		}
	}
	if len(f.Oldest) == 0 {
		x.Empty = "Nothing is open."
		return x
	}
	x.Reading = "What has waited longest, counted from the incident to " + day(p.trends.End).Text + "."
	if x.Cut = cutWords(len(x.Promises), len(f.Oldest), p.thing()+"s"); x.Cut != "" {
		x.More = Link{Name: "All " + p.thing() + "s", URL: p.promisesPath()}
	}
	return x
}

func (p *planner) slips(path string) *Exhibit {
	f := &p.trends.FollowThrough
	x := &Exhibit{ID: "moved", Heading: "Moved", Reading: "Those whose day was moved, the most often moved first, with every day that was named."}
	for _, i := range f.Slips[:min(len(f.Slips), listShown)] {
		promise := p.item(path, i)
		promise.Body = "" // the open ones stand above already, with whatever ids are in them
		x.Promises = append(x.Promises, promise)
	}
	if len(f.Slips) == 0 {
		x.Reading, x.Empty = "", "No day was moved."
	}
	x.Cut = cutWords(len(x.Promises), len(f.Slips), p.thing()+"s")
	return x
}

// typeWords are the words for the types of action items.
var typeWords = map[string]string{"prevent": "Prevent", "detect": "Detect", "mitigate": "Mitigate", "process": "Process", "": "Not stated"}

func (p *planner) types() *Exhibit {
	f := &p.trends.FollowThrough
	x := &Exhibit{ID: "types", Heading: "By type", Open: true, Reading: "Prevent it, detect it sooner, mitigate it faster, or change how we work: what is promised, and what gets done."}
	x.Table = &Table{Columns: []Column{
		{Name: "Type", keys: []string{"type"}}, {Name: "All", Number: true, keys: []string{"total"}}, {Name: "Done", Number: true, keys: []string{"done"}},
		{Name: "Open", Number: true, keys: []string{"open"}}, {Name: "Dropped", Number: true, keys: []string{"dropped"}}, {Name: "Half are done within", keys: []string{"median_days"}},
	}}
	for _, r := range f.ByType {
		if r.Total == 0 {
			continue
		}
		median := Cell{Text: "not yet", raw: []any{known(r.Survival.Median)}}
		if r.Survival.Median >= 0 {
			median.Text = count(r.Survival.Median, "day")
		}
		x.Table.Rows = append(x.Table.Rows, Row{ID: "type-" + typeID(r.Type), Cells: []Cell{
			{Text: typeWords[r.Type], raw: []any{r.Type}}, number(r.Total), number(r.Done), number(r.Open), number(r.Dropped), median,
		}})
	}
	return x
}

func typeID(t string) string {
	if t == "" {
		return "unstated"
	}
	return t
}

var repeatKeys = []string{"factor", "service", "earlier", "later", "days"}

func (p *planner) afterFix(path string) *Exhibit {
	x := &Exhibit{ID: "after-fix", Heading: "Came back after a fix"}
	x.Reading = "The same factor on the same service, after " + p.aThing() + " that followed the earlier incident was done. It does not say that what was done was wrong: only that it was not all."
	p.repeats(path, x, p.trends.AfterFix)
	if x.Empty != "" {
		x.Empty = "Nothing came back after " + p.aThing() + " for it was done."
	}
	return x
}

func (p *planner) stillOpen(path string) *Exhibit {
	x := &Exhibit{ID: "while-open", Heading: "Came back while " + p.aThing() + " was open"}
	x.Reading = "The same factor on the same service, while " + p.aThing() + " that followed the earlier incident was not done yet."
	p.repeats(path, x, p.trends.StillOpen)
	if x.Empty != "" {
		x.Empty = "Nothing came back while " + p.aThing() + " for it was open."
	}
	return x
}

// repeats lists recurrences, each pair of incidents once.
func (p *planner) repeats(path string, x *Exhibit, all []trend.Repeat) {
	x.records = &records{keys: repeatKeys}
	for _, r := range all {
		x.records.rows = append(x.records.rows, []any{r.Factor.Name, r.Service.Name, r.Earlier.ID, r.Later.ID, r.Days})
	}
	groups := groupRepeats(all)
	for _, g := range groups[:min(len(groups), listShown)] {
		x.Repeats = append(x.Repeats, p.repeat(path, g))
	}
	if len(all) == 0 {
		x.Reading, x.Empty = "", "None."
	}
	x.Cut = cutWords(len(x.Repeats), len(groups), "recurrences, the newest first; the download has all")
}

// groupRepeats puts together what recurred from one incident to another: several factors may have, on several services.
func groupRepeats(all []trend.Repeat) [][]trend.Repeat {
	var groups [][]trend.Repeat
	at := map[[2]*edition.Incident]int{}
	for _, r := range all {
		pair := [2]*edition.Incident{r.Earlier, r.Later}
		i, ok := at[pair]
		if !ok {
			i = len(groups)
			at[pair] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], r)
	}
	return groups
}

// itemsShown is how many actions stand beside a recurrence.
const itemsShown = 3

func (p *planner) repeat(path string, group []trend.Repeat) Recurred {
	r := group[0]
	out := Recurred{
		Earlier: incidentLink(r.Earlier), Later: incidentLink(r.Later), EarlierDay: day(r.Earlier.Date()), LaterDay: day(r.Later.Date()),
		Apart: count(r.Days, "day") + " later",
	}
	for _, r := range group {
		if l := factorLink(r.Factor, 0); !slices.Contains(out.Factors, l) {
			out.Factors = append(out.Factors, l)
		}
		if l := serviceLink(r.Service, 0); !slices.Contains(out.Services, l) {
			out.Services = append(out.Services, l)
		}
	}
	for _, i := range r.Items[:min(len(r.Items), itemsShown)] {
		out.Items = append(out.Items, p.item(path, i))
	}
	out.ItemsMore = len(r.Items) - len(out.Items)
	return out
}
