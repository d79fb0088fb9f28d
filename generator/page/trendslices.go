package page

import (
	"fmt"
	"strings"

	"debrief/generator/edition"
	"debrief/generator/trend"
)

// answersShown is how many factors and how many services are named among the answers of the overview.
const answersShown = 3

// overview is the first page of trends: the answers, then small versions of the main drawings.
func (p *planner) overview(pages []trendPage, links []Link) *Trend {
	t := p.trends
	data := &Trend{Pages: links, Period: p.period(), Notes: p.notCounted()}
	if len(t.Incidents) == 0 {
		note := "There is no incident with a day yet, so there is nothing to compare."
		data.Notes = append([]string{note}, data.Notes...)
		return data
	}
	data.Methods = []string{"change"}
	data.Answers = p.answers()
	add := func(x *Exhibit, more, slug, name string) {
		if x.Empty != "" {
			return
		}
		x.More = Link{Name: more, URL: TrendPath(slug)}
		x.CSV, x.JSON = downloads(slug, name, ".csv"), downloads(slug, name, ".json")
		data.Exhibits = append(data.Exhibits, x)
	}
	planned := map[string]bool{}
	for _, page := range pages {
		planned[page.slug] = page.any
	}
	if planned["over-time"] {
		add(p.overTime("over-time", t.Incidents), "More over time", "over-time", "over-time")
	}
	if planned["factors"] {
		add(short(p.recurrences("factors", "Factor", t.Factors), "Contributing factors"), "All contributing factors", "factors", "factors")
	}
	if planned["services"] {
		add(short(p.recurrences("services", "Service", t.Services), "Services"), "All services", "services", "services")
	}
	if planned["durations"] {
		add(p.distribution("resolve", "Time to resolve", "resolved", t.ToResolve), "All durations", "durations", "durations")
	}
	if planned["follow-through"] {
		add(p.survival("survival", t.FollowThrough.Survival, t.FollowThrough.Items, p.thing()), "Follow-through", "follow-through", "survival")
	}
	return data
}

// shortRows and shortColumns are what the overview shows of a table of recurrences: the first rows, and what changed.
const (
	shortRows    = 5
	shortColumns = 3
)

// short cuts a table of recurrences down to what the overview shows of it.
func short(x *Exhibit, heading string) *Exhibit {
	x.Heading = heading
	if x.Table == nil {
		return x
	}
	x.Table.Columns = x.Table.Columns[:shortColumns]
	x.Table.Rows = x.Table.Rows[:min(len(x.Table.Rows), shortRows)]
	for i := range x.Table.Rows {
		x.Table.Rows[i].Cells = x.Table.Rows[i].Cells[:shortColumns]
	}
	return x
}

// answers are what the figures come to.
func (p *planner) answers() []Line {
	lines := p.changes()
	return append(append(lines, p.repeating()...), p.notHeld()...)
}

// changes say what is more or less frequent than before.
func (p *planner) changes() []Line {
	t := p.trends
	var more, less []Line
	for _, rows := range [][]*trend.Recurrence{t.Factors, t.Services} {
		named := 0
		for _, r := range rows {
			kind := "factor"
			if r.Service != nil {
				kind = "service"
			}
			words := []Link{{Name: "The " + kind + " "}, {Name: r.Name, URL: topicURL(r)}}
			numbers := fmt.Sprintf("%s in the last 12 months against %d before.", count(r.Recent, "incident"), r.Before)
			switch {
			case r.Judgement == trend.More && named < answersShown:
				named++
				more = append(more, Line{Kind: "more", Words: append(words, Link{Name: " is more frequent than before, and chance alone would seldom do that: " + numbers})})
			case r.Judgement == trend.Less && len(less) < answersShown:
				less = append(less, Line{Kind: "less", Words: append(words, Link{Name: " is less frequent than before: " + numbers})})
			}
		}
	}
	if len(more) == 0 {
		text := "No factor and no service is more frequent than before by more than chance makes."
		if t.All.Judgement == trend.TooFew {
			text = "There are too few incidents in the two periods to tell a change from chance."
		}
		more = append(more, Line{Words: []Link{{Name: text}}})
	}
	lines := append(more, less...)
	return append(lines, Line{Words: []Link{
		{Name: "All incidents", URL: TrendPath("over-time")},
		{Name: fmt.Sprintf(": %d in the last 12 months against %d before, %s.", t.All.Recent, t.All.Before, judgementWords[t.All.Judgement])},
	}})
}

// repeating says which factor and which service return most.
func (p *planner) repeating() []Line {
	var lines []Line
	for _, rows := range [][]*trend.Recurrence{p.trends.Factors, p.trends.Services} {
		var top *trend.Recurrence
		for _, r := range rows {
			if len(r.Incidents) > 2 && (top == nil || len(r.Incidents) > len(top.Incidents)) {
				top = r
			}
		}
		if top == nil {
			continue
		}
		text := fmt.Sprintf(" repeats most: %s since %s", count(len(top.Incidents), "incident"), day(top.First).Text)
		if top.MedianGap >= 0 {
			text += fmt.Sprintf(", half of them within %s of the one before", count(top.MedianGap, "day"))
		}
		lines = append(lines, Line{Words: []Link{{Name: top.Name, URL: topicURL(top)}, {Name: text + "."}}})
	}
	return lines
}

// notHeld says which fixes did not hold and what is overdue.
func (p *planner) notHeld() []Line {
	t := p.trends
	var lines []Line
	if n := len(t.AfterFix); n > 0 {
		last := t.AfterFix[0]
		lines = append(lines, Line{Kind: "attention", Words: []Link{
			{Name: times(n) + " a factor came back after a fix", URL: TrendPath("recurrence")}, {Name: ", last in "}, incidentLink(last.Later), {Name: "."},
		}})
	} else if t.FollowThrough.Done > 0 {
		lines = append(lines, Line{Words: []Link{{Name: "No factor came back on the same service after an action for it was done."}}})
	}
	if n := len(t.StillOpen); n > 0 {
		lines = append(lines, Line{Words: []Link{{Name: times(n) + " one came back while an action for it was open", URL: TrendPath("recurrence")}, {Name: "."}}})
	}
	if f := t.FollowThrough; f.Open > 0 {
		line := Line{Words: []Link{{Name: count(f.Open, p.thing()) + " open", URL: TrendPath("follow-through")}}}
		if f.Overdue > 0 {
			line.Kind = "attention"
			line.Words = append(line.Words, Link{Name: fmt.Sprintf(", %d of them overdue.", f.Overdue)})
		} else {
			line.Words = append(line.Words, Link{Name: ", none overdue."})
		}
		lines = append(lines, line)
	}
	return lines
}

// times says how often: "Once", "Twice", "5 times".
func times(n int) string {
	switch n {
	case 1:
		return "Once"
	case 2:
		return "Twice"
	default:
		return fmt.Sprintf("%d times", n)
	}
}

// homeTrend is the line of the home page: what is more frequent than before; nil when nothing is.
func (p *planner) homeTrend() *Line {
	var names []Link
	for _, rows := range [][]*trend.Recurrence{p.trends.Factors, p.trends.Services} {
		for _, r := range rows {
			if r.Judgement == trend.More && len(names) < answersShown {
				names = append(names, Link{Name: r.Name, URL: topicURL(r)})
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	line := &Line{Kind: "more"}
	for i, name := range names {
		switch {
		case i > 0 && i == len(names)-1:
			line.Words = append(line.Words, Link{Name: " and "})
		case i > 0:
			line.Words = append(line.Words, Link{Name: ", "})
		}
		line.Words = append(line.Words, name)
	}
	verb := " is"
	if len(names) > 1 {
		verb = " are"
	}
	line.Words = append(line.Words, Link{Name: verb + " more frequent than in the 12 months before: "}, Link{Name: "trends", URL: TrendsPath}, Link{Name: "."})
	return line
}

// TopicTrend is what the trends say of one factor or service.
type TopicTrend struct {
	Change Judged
	// Share says how many of the incidents of the last 12 months have it, Gap how many days lie between two; empty when unknown.
	Share, Gap string
	// Period says which days are compared.
	Period string
	// OverTime is its incidents over time.
	OverTime *Exhibit
	// Meets are the factors that a factor meets more often than chance has it, or often.
	Meets []Line
	// Helped are actions that were done and after which it has not come back.
	Helped []Promise
	// AfterFix are its recurrences after a fix, the newest first. AfterFixMore counts those that are not shown.
	AfterFix     []Recurred
	AfterFixMore int
}

// meetsShown and helpedShown are how much of each a topic's page shows.
const (
	meetsShown   = 5
	helpedShown  = 5
	repeatsShown = 5
)

// topicTrend is the slice of the trends that a topic's page shows; nil for a topic without counted incidents.
func (p *planner) topicTrend(path string, r *trend.Recurrence) *TopicTrend {
	if r == nil {
		return nil
	}
	t := p.trends
	out := &TopicTrend{
		Change:   Judged{Judgement: judgement(r.Change), Recent: r.Recent, Before: r.Before, Rate: rateWords(r.Change)},
		Period:   p.period(),
		OverTime: p.topicOverTime(path, r),
	}
	if r.Recent > 0 {
		out.Share = fmt.Sprintf("%s of the incidents of the last 12 months", perCent(r.Share))
	}
	if gap, note := gapWords(r); r.MedianGap >= 0 {
		out.Gap = gap + " days"
		if r.MedianGap == 1 {
			out.Gap = "1 day"
		}
		if note != "" {
			out.Gap += " (95 % interval " + note + ")"
		}
	}
	for _, pair := range t.Together {
		other := pair.B
		if pair.B == r.Factor {
			other = pair.A
		} else if pair.A != r.Factor {
			continue
		}
		if r.Factor == nil || len(out.Meets) >= meetsShown {
			break
		}
		line := Line{Words: []Link{factorLink(other, 0), {Name: fmt.Sprintf(": %s together, %s times as many as chance alone would make", count(len(pair.Incidents), "incident"), decimal(pair.Lift))}}}
		if pair.Notable {
			line.Kind = "more"
			line.Words = append(line.Words, Link{Name: "; that is unlikely by chance"})
		} else {
			line.Words = append(line.Words, Link{Name: "; that may be chance"})
		}
		out.Meets = append(out.Meets, line)
	}
	for _, i := range r.Helped[:min(len(r.Helped), helpedShown)] {
		out.Helped = append(out.Helped, p.item(path, i))
	}
	for _, repeat := range t.AfterFix {
		if r.Factor != nil && repeat.Factor != r.Factor || r.Service != nil && repeat.Service != r.Service {
			continue
		}
		if len(out.AfterFix) < repeatsShown {
			out.AfterFix = append(out.AfterFix, p.repeat(path, repeat))
		} else {
			out.AfterFixMore++
		}
	}
	return out
}

// topicNumbers is where the numbers of a topic lie, without their extension.
func topicNumbers(path string) string { return path + "trend" }

func (p *planner) topicOverTime(path string, r *trend.Recurrence) *Exhibit {
	x := p.overTime("over-time", r.Incidents, topicTerm(r))
	x.CSV, x.JSON = topicNumbers(path)+".csv", topicNumbers(path)+".json"
	return x
}

// repeatBanners say on an incident's page that it came back after a fix, or that it has come back since, and when an action was still open.
func repeatBanners(v trend.Verdict) []Banner {
	var out []Banner
	for _, r := range shownRepeats(v.AfterFix) {
		out = append(out, Banner{Kind: "recurrence", Text: fmt.Sprintf("This came back after a fix: %s on %s, %s after", r.Factor.Name, r.Service.Name, count(r.Days, "day")),
			Links: []Link{incidentLink(r.Earlier)}})
	}
	for _, r := range shownRepeats(v.AfterFixOf) {
		out = append(out, Banner{Kind: "recurrence", Text: fmt.Sprintf("It came back after what was done: %s on %s, %s later, in", r.Factor.Name, r.Service.Name, count(r.Days, "day")),
			Links: []Link{incidentLink(r.Later)}})
	}
	for _, r := range shownRepeats(v.StillOpen) {
		out = append(out, Banner{Kind: "recurrence", Text: fmt.Sprintf("An action for this was still open: %s on %s, %s after", r.Factor.Name, r.Service.Name, count(r.Days, "day")),
			Links: []Link{incidentLink(r.Earlier)}})
	}
	return out
}

// shownRepeats keeps one recurrence for each other incident, and not more than anybody reads.
func shownRepeats(all []trend.Repeat) []trend.Repeat {
	const most = 2
	var out []trend.Repeat
	seen := map[[2]*edition.Incident]bool{}
	for _, r := range all {
		pair := [2]*edition.Incident{r.Earlier, r.Later}
		if !seen[pair] && len(out) < most {
			seen[pair] = true
			out = append(out, r)
		}
	}
	return out
}

// usedIn are the incidents whose text uses a term.
func (p *planner) usedIn(term string) (links []Link, more int) {
	for _, u := range p.trends.Terms {
		if !strings.EqualFold(u.Term.Term, term) {
			continue
		}
		for _, inc := range u.Incidents[:min(len(u.Incidents), listedSmall)] {
			links = append(links, incidentLink(inc))
		}
		return links, len(u.Incidents) - len(links)
	}
	return nil, 0
}
