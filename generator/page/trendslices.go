package page

import (
	"fmt"
	"strings"

	"debrief/generator/edition"
	"debrief/generator/trend"
)

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
		Change:   Judged{Judgement: p.judgement(r.Change), Text: p.changeText(r.Change)},
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
	var own []trend.Repeat
	for _, repeat := range t.AfterFix {
		if r.Factor != nil && repeat.Factor == r.Factor || r.Service != nil && repeat.Service == r.Service {
			own = append(own, repeat)
		}
	}
	groups := groupRepeats(own)
	for _, g := range groups[:min(len(groups), repeatsShown)] {
		out.AfterFix = append(out.AfterFix, p.repeat(path, g))
	}
	out.AfterFixMore = len(groups) - len(out.AfterFix)
	return out
}

// changeText says a change in a sentence with its rate.
func (p *planner) changeText(c trend.Change) string {
	text := count(c.Recent, "incident") + " in the last 12 months"
	if p.trends.Comparable {
		text += fmt.Sprintf(" against %d before", c.Before)
	}
	if rate := rateWords(c); rate != "" {
		text += "; " + rate
	}
	return text + "."
}

// topicNumbers is where the numbers of a topic lie, without their extension.
func topicNumbers(path string) string { return path + "trend" }

func (p *planner) topicOverTime(path string, r *trend.Recurrence) *Exhibit {
	x := p.overTime("over-time", r.Incidents, topicTerm(r))
	x.CSV, x.JSON = topicNumbers(path)+".csv", topicNumbers(path)+".json"
	return x
}

// repeatBanners say on an incident's page that it came back after a fix, that it has come back since, and that an action was still open.
func (p *planner) repeatBanners(v trend.Verdict) []Banner {
	var out []Banner
	add := func(text, apart string, all []trend.Repeat, other func(trend.Repeat) *edition.Incident) {
		banner := Banner{Kind: "recurrence", Text: text}
		seen := map[*edition.Incident]bool{}
		for _, r := range all {
			inc := other(r)
			if seen[inc] {
				continue
			}
			seen[inc] = true
			if len(seen) <= bannerLinks {
				banner.Links = append(banner.Links, Link{Name: inc.Title + ", " + count(r.Days, "day") + " " + apart, URL: IncidentPath(inc.Slug)})
			}
		}
		if more := len(seen) - bannerLinks; more > 0 {
			banner.Links = append(banner.Links, Link{Name: fmt.Sprintf("%d more", more), URL: TrendPath("recurrence")})
		}
		if len(all) > 0 {
			out = append(out, banner)
		}
	}
	earlier := func(r trend.Repeat) *edition.Incident { return r.Earlier }
	add("Came back after a fix. The same factor had hit the same service, and "+p.aThing()+" for it was done:", "earlier", v.AfterFix, earlier)
	add("Came back while "+p.aThing()+" was open:", "earlier", v.StillOpen, earlier)
	add("Has come back since, after "+p.aThing()+" for it was done:", "later", v.AfterFixOf, func(r trend.Repeat) *edition.Incident { return r.Later })
	return out
}

// bannerLinks is how many other incidents a banner names.
const bannerLinks = 3

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
