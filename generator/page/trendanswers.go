package page

import (
	"fmt"

	"debrief/generator/edition"
	"debrief/generator/trend"
)

// answersShown is how many factors and how many services are named among the answers of the overview.
const answersShown = 3

// overview is the first page of trends: the answers, then small versions of the main drawings.
func (p *planner) overview(pages []trendPage, links []Link) *Trend {
	t := p.trends
	data := &Trend{Pages: links, Notes: p.notCounted()}
	if len(t.Incidents) == 0 {
		note := "There is no incident with a day yet, so there is nothing to compare."
		data.Notes = append([]string{note}, data.Notes...)
		return data
	}
	data.Period, data.Methods = p.period(), []string{"change"}
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
		add(p.distribution("resolve", "Time to resolve", resolvedVerb, t.ToResolve), "All durations", "durations", "durations")
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
	x.Reading, x.Table.Caption = "", ""
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

// changes say what is more or less frequent than before, and how the number of all incidents changed.
func (p *planner) changes() []Line {
	t := p.trends
	var more, less []Line
	for _, rows := range [][]*trend.Recurrence{t.Factors, t.Services} {
		m, l := changesOf(rows, answersShown)
		more, less = append(more, m...), append(less, l...)
	}
	switch {
	case len(t.Factors)+len(t.Services) == 0:
		more = append(more, plainLine("No report names a contributing factor or a service yet, so only the number of incidents can be compared."))
	case len(more) == 0:
		more = append(more, p.noChange("No factor and no service", t.All.Judgement == trend.TooFew))
	}
	return append(append(more, less...), p.allChange(TrendPath("over-time")))
}

// changesOf names the topics that are more frequent than before, and those that are less, at most so many of each.
func changesOf(rows []*trend.Recurrence, most int) (more, less []Line) {
	for _, r := range rows {
		kind := "factor"
		if r.Service != nil {
			kind = "service"
		}
		words := []Link{{Name: "The " + kind + " "}, {Name: r.Name, URL: topicURL(r)}}
		numbers := fmt.Sprintf("%s in the last 12 months against %d before.", count(r.Recent, "incident"), r.Before)
		switch {
		case r.Judgement == trend.More && len(more) < most:
			more = append(more, Line{Kind: "more", Words: append(words, Link{Name: " is more frequent than before, and chance alone would seldom do that: " + numbers})})
		case r.Judgement == trend.Less && len(less) < most:
			less = append(less, Line{Kind: "less", Words: append(words, Link{Name: " is less frequent than before, and chance alone would seldom do that: " + numbers})})
		}
	}
	return more, less
}

// noChange says that nothing is more frequent than before.
func (p *planner) noChange(nothing string, tooFew bool) Line {
	switch {
	case !p.trends.Comparable:
		return plainLine("The archive is too young to compare the last 12 months with those before.")
	case tooFew:
		return plainLine("There are too few incidents in the two periods to tell a change from chance.")
	}
	return plainLine(nothing + " is more frequent than before by more than chance makes.")
}

func plainLine(text string) Line { return Line{Words: []Link{{Name: text}}} }

// allChange says how the number of all incidents changed. url is where more is said of it; empty on that page itself.
func (p *planner) allChange(url string) Line {
	all := p.trends.All
	if !p.trends.Comparable {
		return Line{Words: []Link{{Name: "All incidents", URL: url}, {Name: fmt.Sprintf(": %d in the last 12 months.", all.Recent)}}}
	}
	line := Line{Words: []Link{{Name: "All incidents", URL: url}, {Name: fmt.Sprintf(": %d in the last 12 months against %d before, %s.", all.Recent, all.Before, all.Judgement.Words())}}}
	switch all.Judgement {
	case trend.More:
		line.Kind = "more"
	case trend.Less:
		line.Kind = "less"
	}
	return line
}

// topicAnswers are the answers of the page of factors or services.
func (p *planner) topicAnswers(nothing string, rows []*trend.Recurrence) []Line {
	more, less := changesOf(rows, 2*answersShown)
	if len(more) == 0 {
		tooFew := true
		for _, r := range rows {
			tooFew = tooFew && r.Judgement == trend.TooFew
		}
		more = append(more, p.noChange(nothing, tooFew))
	}
	return append(append(more, less...), repeatsMost(rows)...)
}

// matrixAnswers name the pairs that became more frequent, and the one that meets most.
func (p *planner) matrixAnswers() []Line {
	top := p.trends.Matrix[0]
	if len(top.Incidents) < 2 {
		return []Line{plainLine("No factor has hit the same service twice.")}
	}
	var lines []Line
	for _, c := range p.trends.Matrix {
		if c.Judgement == trend.More && len(lines) < 2*answersShown {
			lines = append(lines, Line{Kind: "more", Words: []Link{factorLink(c.Factor, 0), {Name: " on "}, serviceLink(c.Service, 0),
				{Name: fmt.Sprintf(" is more frequent than before, and chance alone would seldom do that: %s in the last 12 months against %d before.", count(c.Recent, "incident"), c.Before)}}})
		}
	}
	return append(lines, Line{Words: []Link{factorLink(top.Factor, 0), {Name: " on "}, serviceLink(top.Service, 0), {Name: " repeats most: " + count(len(top.Incidents), "incident") + "."}}})
}

// togetherAnswers name the pairs that chance alone would seldom make.
func (p *planner) togetherAnswers() []Line {
	var lines []Line
	for _, pair := range p.trends.Together {
		if !pair.Notable || len(lines) >= 2*answersShown {
			continue
		}
		lines = append(lines, Line{Kind: "more", Words: []Link{factorLink(pair.A, 0), {Name: " and "}, factorLink(pair.B, 0),
			{Name: fmt.Sprintf(" meet more often than chance has it: in %s, %s times as many.", count(len(pair.Incidents), "incident"), decimal(pair.Lift))}}})
	}
	if len(lines) == 0 {
		return []Line{plainLine("No two factors meet more often than chance alone may make.")}
	}
	return lines
}

func (p *planner) overTimeAnswers() []Line {
	lines := []Line{p.allChange("")}
	if rate := rateWords(p.trends.All); rate != "" {
		lines = append(lines, plainLine("In the last 12 months that is "+rate+"."))
	}
	return lines
}

func (p *planner) durationAnswers() []Line {
	t := p.trends
	var lines []Line
	for _, m := range []struct {
		name, anchor, over string
		d                  trend.Distribution
	}{{"noticed", "detect", "them", t.ToDetect}, {"mitigated", "mitigate", "them", t.ToMitigate}, {"resolved", "resolve", "them", t.ToResolve}} {
		if len(m.d.Quartiles) < 3 {
			continue
		}
		lines = append(lines, Line{Words: []Link{{Name: "Half of the incidents were "}, {Name: m.name, URL: "#" + m.anchor},
			{Name: fmt.Sprintf(" within %s, three quarters within %s.", length(m.d.Quartiles[1].Value).Text, length(m.d.Quartiles[2].Value).Text)}}})
	}
	if len(lines) == 0 {
		lines = append(lines, plainLine("There are too few incidents to say more than each of them does."))
	}
	return lines
}

func (p *planner) hourAnswers() []Line {
	h := &p.trends.Hours
	line := Line{Words: []Link{{Name: fmt.Sprintf("%d of %d began outside working hours, that is at weekends, before 8 or after 18 o’clock; were every hour alike it would be about %d. %s.",
		h.OutsideWork, h.Counted, int(float64(h.Counted)*118/168+.5), hourWords[h.Judgement])}}}
	if h.Judgement == trend.More {
		line.Kind = "more"
	}
	return []Line{line}
}

func (p *planner) recurrenceAnswers() []Line {
	t := p.trends
	var lines []Line
	if n := len(laterOf(t.AfterFix)); n > 0 {
		lines = append(lines, Line{Kind: "attention", Words: []Link{{Name: count(n, "incident") + " came back "}, {Name: "after a fix", URL: "#after-fix"}, {Name: "."}}})
	}
	if n := len(laterOf(t.StillOpen)); n > 0 {
		lines = append(lines, Line{Words: []Link{{Name: count(n, "incident") + " came back "}, {Name: "while " + p.aThing() + " was open", URL: "#while-open"}, {Name: "."}}})
	}
	return lines
}

// laterOf are the incidents that were recurrences, the newest first.
func laterOf(all []trend.Repeat) []*edition.Incident {
	var out []*edition.Incident
	seen := map[*edition.Incident]bool{}
	for _, r := range all {
		if !seen[r.Later] {
			seen[r.Later] = true
			out = append(out, r.Later)
		}
	}
	return out
}

func (p *planner) detectionAnswers() []Line {
	var lines []Line
	for _, s := range p.trends.Detection {
		if s.Name != "" && (s.Judgement == trend.More || s.Judgement == trend.Less) {
			lines = append(lines, Line{Kind: string(s.Judgement), Words: []Link{{Name: fmt.Sprintf("Noticed by %s: %d in the last 12 months against %d before, %s.", s.Name, s.Recent, s.Before, s.Judgement.Words())}}})
		}
	}
	if top := p.trends.Detection[0]; top.Name != "" {
		lines = append(lines, plainLine(fmt.Sprintf("Most often noticed by: %s, %d of %s.", top.Name, len(top.Incidents), count(len(p.trends.Incidents), "incident"))))
	}
	return lines
}

// repeating says which factor and which service return most.
func (p *planner) repeating() []Line {
	return append(repeatsMost(p.trends.Factors), repeatsMost(p.trends.Services)...)
}

// repeatsMost says which of the topics returned most; nothing when none has three incidents.
func repeatsMost(rows []*trend.Recurrence) []Line {
	var top *trend.Recurrence
	for _, r := range rows {
		if len(r.Incidents) > 2 && (top == nil || len(r.Incidents) > len(top.Incidents)) {
			top = r
		}
	}
	if top == nil {
		return nil
	}
	text := fmt.Sprintf(" repeats most: %s since %s", count(len(top.Incidents), "incident"), day(top.First).Text)
	if top.MedianGap >= 0 {
		text += fmt.Sprintf(", half of them within %s of the one before", count(top.MedianGap, "day"))
	}
	among := "Among factors "
	if top.Service != nil {
		among = "Among services "
	}
	return []Line{{Words: []Link{{Name: among}, {Name: top.Name, URL: topicURL(top)}, {Name: text + "."}}}}
}

// notHeld says which fixes did not hold and what is overdue.
func (p *planner) notHeld() []Line {
	t := p.trends
	var lines []Line
	if later := laterOf(t.AfterFix); len(later) > 0 {
		lines = append(lines, Line{Kind: "attention", Words: []Link{
			{Name: count(len(later), "incident") + " came back after a fix", URL: TrendPath("recurrence")}, {Name: ", the last one "}, incidentLink(later[0]), {Name: "."},
		}})
	} else if t.FollowThrough.Done > 0 && len(t.Matrix) > 0 && len(t.Incidents) > 1 {
		lines = append(lines, plainLine("No factor came back on the same service after "+p.aThing()+" for it was done."))
	}
	if n := len(laterOf(t.StillOpen)); n > 0 {
		lines = append(lines, Line{Words: []Link{{Name: count(n, "incident") + " came back while " + p.aThing() + " was open", URL: TrendPath("recurrence")}, {Name: "."}}})
	}
	if f := t.FollowThrough; f.Open > 0 {
		line := Line{Words: []Link{{Name: count(f.Open, p.thing()) + " open", URL: TrendPath("follow-through")}}}
		if f.Overdue > 0 {
			line.Kind = "attention"
			line.Words = append(line.Words, Link{Name: fmt.Sprintf(", %d of them overdue.", f.Overdue)})
		} else {
			line.Words = append(line.Words, Link{Name: ", none overdue."})
		}
		if f.NoDue == f.Open {
			line.Words[1].Name = ", none of them with a day on which it is due."
		}
		lines = append(lines, line)
	}
	return lines
}
