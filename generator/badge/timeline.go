package badge

import (
	"strconv"
	"strings"

	"debrief/generator/edition"
	"debrief/generator/page"
)

const (
	cardWidth = 720
	cardEdge  = 24
	inside    = cardWidth - 2*cardEdge
	rowHeight = 36 // of a row of milestone labels, as on the page
)

// The colours of a card on a light page; dark has those of a dark one, by class.
const (
	paper, ink, soft, edge = "#fcfcfa", "#17191d", "#484d57", "#dcdcd5"
	blue, tint             = "#1c3faa", "#dfe6f8"
	dark                   = `<style>@media(prefers-color-scheme:dark){.paper{fill:#131416;stroke:#363a41}.ink{fill:#e9e8e3}.soft{fill:#bcbdbd}` +
		`.line{stroke:#e9e8e3}.edge{stroke:#e9e8e3}.blue{fill:#9db7ff}.tint{fill:#22305c}.hollow{fill:#131416}.faint{stroke:#363a41}}</style>`
)

// card begins a picture on a ground of its own, so that it can be read on any page.
func card(height float64, title, description string) *drawing {
	d := open(cardWidth, height, title, description)
	d.WriteString(dark + "\n")
	d.add(`<rect class="paper" x=".5" y=".5" width="%d" height="%s" rx="7.5" fill="%s" stroke="%s"/>`+"\n", cardWidth-1, number(height-1), paper, edge)
	return d
}

// head writes the title and a line of facts.
func (d *drawing) head(title string, facts []string) {
	d.text(cardEdge, 36, fit(title, 17, inside/boldWidth), 17, attributes{fill: ink, class: "ink", weight: "600"})
	d.text(cardEdge, 58, fit(strings.Join(facts, " · "), 13, inside), 13, attributes{fill: soft, class: "soft"})
}

// timeline draws one incident: what it was, its phases from began to resolved, and its milestones.
func timeline(e *edition.Edition, inc *edition.Incident) string {
	f := page.IncidentFigure(e, inc)
	title := oneLine(inc.Title)
	facts := factsOf(inc)
	label := "Incident " + inc.ID + ": " + title + ". " + strings.Join(facts, ", ") + "."
	if f == nil {
		d := card(112, title, label)
		d.head(title, facts)
		d.text(cardEdge, 88, fit(oneLine(inc.SummaryText), 13, inside), 13, attributes{fill: ink, class: "ink"})
		return d.close()
	}
	legend, rows := legendOf(f)
	height := float64(142 + f.Rows*rowHeight + rows*20)
	d := card(height, title, label+" "+f.Label)
	d.head(title, facts)
	d.figure(f, 76)
	y := float64(76 + 76 + f.Rows*rowHeight)
	for _, l := range legend {
		at := y + float64(l.row*20)
		d.add(`<g transform="translate(%s %s)">`, number(cardEdge+l.x), number(at-10))
		d.phase(l.kind, 0, 18, 11)
		d.WriteString("</g>")
		d.text(cardEdge+l.x+25, at, l.text, 12, attributes{fill: soft, class: "soft"})
	}
	return d.close()
}

func factsOf(inc *edition.Incident) []string {
	var facts []string
	if inc.Severity != nil {
		facts = append(facts, oneLine(inc.Severity.Name))
	}
	if d := inc.Date(); !d.IsZero() {
		facts = append(facts, d.Time().Format("2 January 2006"))
	}
	switch {
	case inc.ToResolve > 0:
		facts = append(facts, "resolved after "+page.Length(inc.ToResolve))
	case inc.ToMitigate > 0:
		facts = append(facts, "mitigated after "+page.Length(inc.ToMitigate))
	}
	for _, s := range inc.Services {
		facts = append(facts, oneLine(s.Name))
	}
	if inc.Preliminary {
		facts = append(facts, "preliminary report")
	}
	return facts
}

// figure draws the timeline with its upper edge at y: ticks, the bar of phases with the entries on it, and milestones below.
func (d *drawing) figure(f *page.Figure, y float64) {
	x := func(percent float64) float64 { return cardEdge + percent*inside/100 }
	d.WriteString(`<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">` +
		`<path class="line" d="M1.5 0v6" stroke="` + ink + `" stroke-width="1.5"/></pattern></defs>` + "\n")
	for _, t := range f.Ticks {
		anchor := "middle"
		switch {
		case t.X > 97:
			anchor = "end"
		case t.X < 3:
			anchor = "start"
		}
		d.text(x(t.X), y+10, t.Label, 11, attributes{fill: soft, class: "soft", anchor: anchor})
		d.add(`<path class="line" d="M%s %sv6" stroke="%s"/>`+"\n", number(x(t.X)), number(y+15), ink)
	}
	for _, p := range f.Phases {
		d.add(`<g transform="translate(0 %s)">`, number(y+22))
		d.phase(p.Kind, x(p.X), p.Width*inside/100, 24)
		d.WriteString("</g>\n")
	}
	for _, dot := range f.Dots {
		d.add(`<circle class="hollow edge" cx="%s" cy="%s" r="3.5" fill="%s" stroke="%s"/>`+"\n", number(x(dot.X)), number(y+34), paper, ink)
	}
	for _, m := range f.Marks {
		d.add(`<path class="line" d="M%s %sV%s" stroke="%s" stroke-width="1.5"/>`+"\n", number(x(m.X)), number(y+18), number(y+52+float64((f.Rows-m.Row)*rowHeight)-6), ink)
	}
	for _, m := range f.Marks {
		at, anchor := x(m.X)+6, "start"
		if m.End {
			at, anchor = x(m.X)-6, "end"
		}
		top := y + 52 + float64((f.Rows-m.Row-1)*rowHeight)
		when := m.Time.Clock
		if when == "" {
			when = m.Time.Short
		} else {
			when += " UTC"
		}
		if m.After.Seconds > 0 {
			when += "  +" + m.After.Text
		}
		d.text(at, top+14, m.Name, 12.5, attributes{fill: ink, class: "ink", anchor: anchor, weight: "600"})
		d.text(at, top+29, when, 12, attributes{fill: soft, class: "soft", anchor: anchor})
	}
}

// phase draws one phase. They differ in pattern and edge, not in colour alone.
func (d *drawing) phase(kind string, x, width, height float64) {
	fill, class, more := blue, "blue edge", ""
	switch kind {
	case "undetected":
		fill, class = "url(#hatch)", "edge"
	case "mitigated":
		fill, class = tint, "tint edge"
	case "ongoing":
		fill, class, more = "none", "edge", ` stroke-dasharray="4 3"`
	}
	d.add(`<rect class="%s" x="%s" width="%s" height="%s" fill="%s" stroke="%s"%s/>`, class, number(x), number(width), number(height), fill, ink, more)
}

// key is one entry of the legend.
type key struct {
	kind, text string
	x          float64
	row        int
}

// legendOf sets the legend in as many rows as it needs.
func legendOf(f *page.Figure) (keys []key, rows int) {
	x, row := 0.0, 0
	for _, p := range f.Phases {
		text := p.Name
		if p.Length.Known() {
			text += " " + p.Length.Text
		}
		w := 25 + textWidth(text, 12) + 22
		if x > 0 && x+w > inside {
			x, row = 0, row+1
		}
		keys = append(keys, key{p.Kind, text, x, row})
		x += w
	}
	return keys, row + min(1, len(keys))
}

const (
	months     = 12
	listed     = 5
	stackMost  = 6 // so many incidents of a month are drawn, the rest is a number
	stackStep  = 14.0
	columnStep = float64(inside) / months
)

// history draws the incidents of the twelve months that end with the newest of the edition, as its trends do, and lists the last.
func history(e *edition.Edition, name string, incidents []*edition.Incident) string {
	dated := incidents[:0:0]
	for _, inc := range incidents {
		if !inc.Date().IsZero() {
			dated = append(dated, inc)
		}
	}
	title := oneLine(name) + ": incidents"
	if len(dated) == 0 {
		d := card(84, title, title+". None is recorded.")
		d.head(title, []string{"none is recorded"})
		return d.close()
	}
	end := dated[0].Date()
	for _, inc := range ready(e.Incidents) {
		if d := inc.Date(); d.Time().After(end.Time()) {
			end = d
		}
	}
	last := end.Year*12 + int(end.Month) - 1
	columns := make([][]*edition.Incident, months)
	count := 0
	for _, inc := range dated {
		at := inc.Date()
		if n := months - 1 - (last - (at.Year*12 + int(at.Month) - 1)); n >= 0 && n < months {
			columns[n] = append(columns[n], inc)
			count++
		}
	}
	tallest := 1
	for _, c := range columns {
		tallest = max(tallest, min(len(c), stackMost)+(len(c)-1)/stackMost)
	}
	period := monthName(last-months+1) + " to " + monthName(last)
	facts := []string{period, plural(count, "incident")}
	if count == 0 {
		facts[1] = "no incident"
	}
	rows := dated[:min(listed, len(dated))]
	base := 84 + float64(tallest)*stackStep
	height := base + 36 + float64(len(rows))*22 + 12
	words := make([]string, len(rows))
	for i, inc := range rows {
		words[i] = inc.Date().Time().Format("2 January 2006") + ": " + oneLine(inc.Title)
	}
	d := card(height, title, title+", "+strings.Join(facts, ", ")+". The last: "+strings.Join(words, "; ")+".")
	d.head(title, facts)
	for n, column := range columns {
		middle := cardEdge + (float64(n)+.5)*columnStep
		for i, inc := range column {
			y := base - 8 - float64(i)*stackStep
			if i == stackMost {
				d.text(middle, y+4, "+"+strconv.Itoa(len(column)-stackMost), 11, attributes{fill: soft, class: "soft", anchor: "middle"})
				break
			}
			d.mark(middle, y, inc.Severity)
		}
		label := monthName(last - months + 1 + n)
		d.text(middle, base+16, label[:3], 11, attributes{fill: soft, class: "soft", anchor: "middle"})
	}
	d.add(`<path class="line" d="M%d %sh%d" stroke="%s"/>`+"\n", cardEdge, number(base), inside, ink)
	for i, inc := range rows {
		y := base + 44 + float64(i)*22
		day := inc.Date().Time().Format("2 Jan 2006")
		d.mark(cardEdge+6, y-4, inc.Severity)
		d.text(cardEdge+20, y, day, 12.5, attributes{fill: soft, class: "soft"})
		length := ""
		if inc.ToResolve > 0 {
			length = page.Length(inc.ToResolve)
		} else if inc.ToMitigate > 0 {
			length = page.Length(inc.ToMitigate)
		}
		d.text(cardEdge+112, y, fit(oneLine(inc.Title), 12.5, inside-112-90), 12.5, attributes{fill: ink, class: "ink"})
		d.text(cardWidth-cardEdge, y, length, 12.5, attributes{fill: soft, class: "soft", anchor: "end"})
	}
	return d.close()
}

// mark draws an incident by its severity: the worst is a full diamond, the next a full circle, then a ring; all others are a small ring.
func (d *drawing) mark(x, y float64, s *edition.Severity) {
	rank := 0
	if s != nil {
		rank = s.Rank
	}
	switch rank {
	case 1:
		d.add(`<path class="blue" d="M%s %sl6 6-6 6-6-6z" fill="%s"/>`+"\n", number(x), number(y-6), blue)
	case 2:
		d.add(`<circle class="blue" cx="%s" cy="%s" r="4.5" fill="%s"/>`+"\n", number(x), number(y), blue)
	case 3:
		d.add(`<circle class="hollow line" cx="%s" cy="%s" r="4" fill="%s" stroke="%s" stroke-width="1.75"/>`+"\n", number(x), number(y), paper, ink)
	default:
		d.add(`<circle class="hollow line" cx="%s" cy="%s" r="2.75" fill="%s" stroke="%s" stroke-width="1.25"/>`+"\n", number(x), number(y), paper, ink)
	}
}

var monthNames = [...]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}

// monthName names a month that is counted from the year 0.
func monthName(n int) string {
	if n < 0 {
		n = 0
	}
	return monthNames[n%12] + " " + strconv.Itoa(n/12)
}

func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}
