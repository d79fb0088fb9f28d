package render

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"

	"debrief/generator/page"
)

// The height in pixels of what a figure is made of, from the top: the labels of the ticks, the bar of phases, and below it a row of labels for
// each depth at which milestones are named.
const (
	figureHead = 56
	figureRow  = 38
	plotHeight = 150 // of columns
)

// Draw returns the SVG of a *page.Figure, of []page.Phase (small, for a list), of a *page.Spark, or of the Columns of a *page.Exhibit.
//
// Nearly every page has one of them, and each is hundreds of numbers: a template takes four times as long. What it looks like is still the
// style sheet's, and a theme that wants another drawing has the numbers. Positions along the width are per cent and all else is in pixels, so
// that a drawing fits any screen and its words keep their size.
func (v *View) Draw(thing any) (template.HTML, error) {
	d := &drawing{view: v}
	switch thing := thing.(type) {
	case *page.Figure:
		d.figure(thing)
	case []page.Phase:
		d.strip(thing)
	case *page.Spark:
		d.spark(thing)
	case *page.Exhibit:
		d.columns(thing)
	default:
		return "", fmt.Errorf("there is no drawing of a %T", thing)
	}
	return template.HTML(d.svg), nil
}

// drawing is an SVG that is being written. Its methods return it, so that an element reads as one.
type drawing struct {
	view *View
	svg  []byte
}

// put adds markup as it is: only what stands in this file.
func (d *drawing) put(markup string) *drawing {
	d.svg = append(d.svg, markup...)
	return d
}

// text adds words, escaped for an element or for an attribute in double quotation marks.
func (d *drawing) text(s string) *drawing {
	if strings.ContainsAny(s, "&<>\"'\x00") {
		s = template.HTMLEscapeString(s)
	}
	d.svg = append(d.svg, s...)
	return d
}

// pc adds a length in per cent.
func (d *drawing) pc(x float64) *drawing {
	d.svg = appendPercent(d.svg, x)
	return d
}

// px adds a length in pixels.
func (d *drawing) px(n int) *drawing {
	d.svg = strconv.AppendInt(d.svg, int64(n), 10)
	return d
}

// title adds what a pointer that rests on an element is told.
func (d *drawing) title(s string) *drawing { return d.put("<title>").text(s).put("</title>") }

// figure draws a timeline: the bar of phases with the entries as dots on it, the ticks above and the milestones below, the first row of their
// names lowest, so that the line down to an early milestone passes no later name.
func (d *drawing) figure(f *page.Figure) {
	d.put(`<svg class="figure-drawing" width="100%" height="`).px(figureHead + f.Rows*figureRow).put(`" role="img" aria-label="`).text(f.Label).put(`">
<defs><pattern id="_hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch-line" d="M1.5 0v6"/></pattern></defs>
`)
	for _, t := range f.Ticks {
		d.put(`<line class="tick" x1="`).pc(t.X).put(`" x2="`).pc(t.X).put(`" y1="16" y2="22"/>`)
		d.put(`<text class="tick-label" x="`).pc(t.X).put(`" y="11"`).anchor(t.X, 3).put(">").text(t.Label).put("</text>\n")
	}
	for _, p := range f.Phases {
		d.put(`<rect class="phase phase-`).text(p.Kind).put(`" x="`).pc(p.X).put(`" y="22" width="`).pc(p.Width).put(`" height="24"`)
		if p.Kind == "undetected" {
			d.put(` fill="url(#_hatch)"`)
		}
		d.put(">").phaseTitle(p).put("</rect>\n")
	}
	for _, dot := range f.Dots {
		d.put(`<circle class="dot" cx="`).pc(dot.X).put(`" cy="34" r="3.5">`)
		if dot.Text != "" {
			d.title(dot.Text)
		}
		d.put("</circle>\n")
	}
	below := func(m page.Mark) int { return (f.Rows - m.Row) * figureRow }
	for _, m := range f.Marks {
		d.put(`<line class="mark mark-`).text(m.Milestone).put(`" x1="`).pc(m.X).put(`" x2="`).pc(m.X).put(`" y1="18" y2="`).px(figureHead - 4 + below(m)).put("\"/>\n")
	}
	for _, m := range f.Marks {
		side, from := "", "6"
		if m.End {
			side, from = ` text-anchor="end"`, "-6"
		}
		d.put(`<svg x="`).pc(m.X).put(`" y="`).px(figureHead - figureRow + below(m)).put(`" class="mark-label"`).put(side).put(">")
		d.put(`<text x="`).put(from).put(`" y="14" class="mark-name">`).text(m.Name).put("</text>")
		d.put(`<text x="`).put(from).put(`" y="29" class="mark-time">`)
		if m.Time.Clock != "" {
			d.text(m.Time.Clock)
		} else {
			d.text(m.Time.Short)
		}
		if m.After.Seconds != 0 {
			d.put(` <tspan class="mark-after">+`).text(m.After.Text).put("</tspan>")
		}
		d.put("</text></svg>\n")
	}
	d.put("</svg>")
}

// anchor keeps a label inside the drawing at its right end and, from a margin on, centres it.
func (d *drawing) anchor(x, margin float64) *drawing {
	switch {
	case x > 100-margin:
		return d.put(` text-anchor="end"`)
	case x > margin:
		return d.put(` text-anchor="middle"`)
	}
	return d
}

func (d *drawing) phaseTitle(p page.Phase) *drawing {
	if !p.Length.Known() {
		return d.title(p.Name)
	}
	return d.title(p.Name + ": " + p.Length.Text)
}

// strip draws phases alone.
func (d *drawing) strip(phases []page.Phase) {
	if len(phases) == 0 {
		return
	}
	d.put(`<svg class="strip" width="100%" height="6" aria-hidden="true">`)
	for _, p := range phases {
		d.put(`<rect class="phase-`).text(p.Kind).put(`" x="`).pc(p.X).put(`" width="`).pc(p.Width).put(`" height="6">`).phaseTitle(p).put("</rect>")
	}
	d.put("</svg>")
}

// spark draws small columns on a line.
func (d *drawing) spark(s *page.Spark) {
	d.put(`<svg width="132" height="30" role="img" aria-label="`).text(s.Label).put(`"><line class="level" x2="100%" y1="29.5" y2="29.5"/><svg class="plot" y="1" width="100%" height="28">`)
	for _, b := range s.Bars {
		d.put(`<rect x="`).pc(b.X).put(`" y="`).pc(b.Y).put(`" width="`).pc(b.Width).put(`" height="`).pc(b.Height).put(`"/>`)
	}
	d.put("</svg></svg>")
}

// columns draws counts over time, parted by severity from the bottom up. Each column is a link; each part has a pattern of its own.
func (d *drawing) columns(x *page.Exhibit) {
	d.put(`<svg class="chart-drawing" width="100%" height="`).px(plotHeight + 34).put(`" role="group" aria-label="`).text(x.Label).put(`">
<defs><pattern id="_`).text(x.ID).put(`-2" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="ink-2" d="M2 0v6"/></pattern><pattern id="_`).text(x.ID).put(`-3" width="6" height="6" patternUnits="userSpaceOnUse"><circle class="ink-3" cx="2" cy="2" r="1.3"/><circle class="ink-3" cx="5" cy="5" r="1.3"/></pattern></defs>
<svg class="plot" y="8" width="100%" height="`).px(plotHeight).put("\">\n")
	for _, l := range x.Columns.Levels {
		d.put(`<line class="level" x2="100%" y1="`).pc(l.X).put(`" y2="`).pc(l.X).put(`"/><text class="level-label" x="-6" y="`).pc(l.X).put(`" dy="4" text-anchor="end">`).text(l.Label).put("</text>\n")
	}
	for _, c := range x.Columns.Columns {
		if c.Count == 0 {
			continue
		}
		d.put(`<a href="`).text(d.view.URL(c.URL)).put(`">`).title(c.Title).put(`<rect class="hit" x="`).pc(c.X).put(`" width="`).pc(c.Width).put(`" height="100%"/>`)
		for _, p := range c.Parts {
			d.put(`<rect class="part part-`).text(p.Kind).put(`" x="`).pc(c.X).put(`" y="`).pc(p.Y).put(`" width="`).pc(c.Width).put(`" height="`).pc(p.Height).put(`"`)
			if p.Kind == "severity-2" || p.Kind == "severity-3" {
				d.put(` fill="url(#_`).text(x.ID).put("-").text(strings.TrimPrefix(p.Kind, "severity-")).put(`)"`)
			}
			d.put("/>")
		}
		d.put("</a>\n")
	}
	d.put("</svg>\n")
	for _, t := range x.Columns.Ticks {
		d.put(`<text class="level-label" x="`).pc(t.X).put(`" y="`).px(plotHeight+28).put(`"`).anchor(t.X, 8).put(">").text(t.Label).put("</text>\n")
	}
	d.put("</svg>")
}
