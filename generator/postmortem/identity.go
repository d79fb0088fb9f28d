package postmortem

import (
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"debrief/generator/lazyregexp"
	"debrief/generator/markdown"
)

// setTitle takes the first heading, or the file name made readable, where front matter has no title.
func (r *reader) setTitle() {
	if r.p.Title != "" {
		return
	}
	r.derived["title"] = true
	switch {
	case r.outline.title != "" && (r.facts[factTitle].text == "" || !genericTitle.MatchString(headingKey(r.outline.title))):
		r.p.Title = r.outline.title
	case r.facts[factTitle].text != "":
		r.p.Title = r.facts[factTitle].text
	case isOpaque(stem(r.p.File)) && r.firstSentence() != "":
		r.p.Title = r.firstSentence()
	default:
		r.p.Title = readableName(stem(r.p.File))
	}
}

// genericTitle is a first heading that only says what kind of text this is. A title stated below it says more.
var genericTitle = lazyregexp.New(`^(?:(?:the|blameless|incident|post|mortem|postmortem|report|review|analysis|rca|root|cause|document|outage|after|action|retrospective|` +
	`informe|de|del|incidente|incidencia|analisis|documento|rapport|d|l|compte|rendu|bericht|vorfallsbericht|storungsbericht|vorfall|analyse|hendelsesrapport|hendelse|rapporto|relatorio|otchet|отчет|об|инциденте|постмортем)(?: |$))+$|` +
	`^(?:障害報告書?|インシデント(?:報告書?|レポート)|ポストモーテム|(?:故障|事故|事件)(?:复盘|復盤|报告|報告|诊断)+(?:报告|報告)?|장애 ?보고서)$`)

// opaqueName is a file name that tells a person nothing: a UUID, a hash, a number.
var opaqueName = lazyregexp.New(`^[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$|^[0-9a-f]{16,64}$|^\d+$`)

func isOpaque(name string) bool { return opaqueName.MatchString(name) }

// firstSentence returns the beginning of the text, short enough for a title.
func (r *reader) firstSentence() string {
	for _, b := range r.doc.Blocks {
		if b.Kind != markdown.Paragraph {
			continue
		}
		text := collapse(b.Text)
		if i := strings.IndexAny(text, ".!?。"); i > 0 && i < 100 {
			if after := text[i+1:]; after == "" || after[0] == ' ' {
				return text[:i]
			}
		}
		if utf8.RuneCountInString(text) <= 100 {
			return text
		}
		short := clipRunes(text, 90)
		if i := strings.LastIndexByte(short, ' '); i > 40 {
			short = short[:i]
		}
		return strings.TrimRight(short, " ,;:") + "…"
	}
	return ""
}

// stem is the name of a file without its extensions; the name of the folder for an index file.
func stem(file string) string {
	name := path.Base(file)
	for _, extension := range []string{".erb", ".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd", ".Rmd", ".rmd", ".txt", ".html"} {
		name = strings.TrimSuffix(name, extension)
	}
	switch strings.ToLower(name) {
	case "index", "_index", "readme":
		if dir := path.Base(path.Dir(file)); dir != "." && dir != "/" {
			return dir
		}
	}
	return name
}

// codePattern is an incident's code at the head of a file name: "PM2021-005 - All services", "INC-42_foo".
var codePattern = lazyregexp.New(`^([A-Za-z]{2,12}[-_ ]?\d{2,4}[-_]\d{1,5}|[A-Z]{2,12}[-_]?\d{1,7}|(?i:inc|incident|pm|postmortem|rca|case|sev)[-_]\d{1,7})(?:$|[\s_.\-])`)

// datedCode is what follows the beginning of a date that was taken for a code: "incident-2023-07" + "-25".
var datedCode = lazyregexp.New(`^[-_.]\d{1,2}(?:\D|$)`)

// setID takes the code at the head of the file name, or the whole name.
func (r *reader) setID() {
	if r.p.ID != "" {
		return
	}
	r.derived["id"] = true
	name := stem(r.p.File)
	if m := codePattern.FindStringSubmatch(name); m != nil && !datedCode.MatchString(name[len(m[1]):]) {
		r.p.ID = m[1]
		return
	}
	r.p.ID = name
}

// readableName turns "2017-09-27-hub-403" into "Hub 403".
func readableName(name string) string {
	rest := name
	if st, n := scanStamp(strings.ReplaceAll(rest, "_", " ")); n > 0 && st.date.Year > 0 && n < len(rest) {
		rest = rest[n:]
	}
	if m := codePattern.FindStringSubmatch(rest); m != nil && len(m[0]) < len(rest) && !datedCode.MatchString(rest[len(m[1]):]) {
		rest = rest[len(m[1]):]
	}
	rest = strings.TrimSpace(strings.Map(func(c rune) rune {
		if c == '-' || c == '_' {
			return ' '
		}
		return c
	}, rest))
	if rest = collapse(rest); rest == "" {
		return name
	}
	first, size := utf8.DecodeRuneInString(rest)
	return string(unicode.ToUpper(first)) + rest[size:]
}

// setCalendar finds the day the report is about: what it says, its title, its file name, the date of its front matter, its prose.
func (r *reader) setCalendar() {
	c := &calendar{location: r.location}
	r.calendar = c
	stated := Date{}
	for _, m := range r.moments() {
		if !m.field.IsZero() && stated.IsZero() {
			stated = DateOf(m.field.Time)
		}
	}
	c.day = stated
	named := []string{dateInName(stem(r.p.File)), dateInName(path.Base(path.Dir(r.p.File)))}
	for _, text := range named {
		if st, ok := findDate(text); ok && c.day.IsZero() {
			c.day = st.date
		}
	}
	c.decideOrder(r.body, r.english(), folderMonth(r.p.File))
	c.day = stated
	partial := stamp{}
	for _, text := range append([]string{r.facts[factDate].text, r.facts[factStarted].text, r.p.Title, r.outline.title}, named...) {
		if !c.day.IsZero() {
			break
		}
		if st, ok := findDate(text); ok {
			if st.date.Year > 0 {
				c.day, _ = c.complete(st, Date{}, false)
			} else if !partial.hasDate() {
				partial = st
			}
		}
	}
	r.titleDay = c.day
	for _, day := range []Date{r.day, r.p.Published} {
		if c.day.IsZero() {
			c.day = day
		}
	}
	if c.day.IsZero() {
		c.day = r.proseDay()
	}
	if c.day.IsZero() {
		c.near = r.nearMonth()
	}
	if partial.hasDate() && !c.day.IsZero() {
		// "Feb 12" in the title, with the year from elsewhere.
		if d, ok := c.complete(partial, c.day, true); ok {
			c.day, r.titleDay = d, d
		}
	}
	r.dates = &dateReader{near: c.day, dayFirst: c.dayFirst}
}

// dateInName returns a file name with its date in a form that can be read.
func dateInName(name string) string {
	if m := namedDate.FindStringSubmatch(name); m != nil {
		return m[1] + "-" + m[2] + "-" + m[3]
	}
	// "May-10-2021", "website-outage-5-26-21"
	return strings.ReplaceAll(name, "_", " ")
}

var namedDate = lazyregexp.New(`(?:^|\D)((?:19|20)\d\d)[-_. ]?(0\d|1[0-2])[-_. ]?([0-2]\d|3[01])(?:\D|$)`)

// proseDay returns the first full date in the summary or what stands before it, else in any text above the timeline.
func (r *reader) proseDay() Date {
	for _, likely := range []bool{true, false} {
		for _, p := range r.outline.parts {
			if !likely && p.name == TimelineSection {
				break
			}
			if likely && p.name != Summary && p.name != Impact && p.name != Background && p != r.outline.parts[0] {
				continue
			}
			for _, text := range append([]string{plainText(p.lead)}, paragraphTexts(p.blocks)...) {
				if st, ok := findDate(clipRunes(text, 1500)); ok && st.date.Year > 0 {
					d, _ := r.calendar.complete(st, Date{}, false)
					return d
				}
			}
		}
	}
	return Date{}
}

// summaryDay returns the full date with which the summary begins: "On 9 April 2026, the cluster ...".
func (r *reader) summaryDay() Date {
	for _, p := range r.outline.parts {
		if p.name != Summary {
			continue
		}
		for _, text := range append([]string{plainText(p.lead)}, paragraphTexts(p.blocks)...) {
			if st, ok := findDate(clipRunes(text, 300)); ok && st.date.Year > 0 {
				d, _ := r.calendar.complete(st, Date{}, false)
				return d
			}
		}
	}
	return Date{}
}

// folderMonth returns the month of folders such as 2026/01 or 2026-01 in which a file lies.
func folderMonth(file string) Date {
	if m := monthFolder.FindStringSubmatch(path.Dir(file)); m != nil {
		return Date{atoi(m[1]), time.Month(atoi(m[2])), 15}
	}
	return Date{}
}

var monthFolder = lazyregexp.New(`(?:^|/)((?:19|20)\d\d)[-/](0?[1-9]|1[0-2])(?:/|$)`)

// nearMonth returns the middle of the month that the facts, the title or the summary name: "November 2025". Dates without a year are near it.
func (r *reader) nearMonth() Date {
	texts := []string{r.facts[factDate].text, r.facts[factStarted].text, r.p.Title, dateInName(stem(r.p.File))}
	for _, p := range r.outline.parts {
		if p.name == Summary || p.name == Impact || p.name == Background || p == r.outline.parts[0] {
			texts = append(texts, plainText(p.lead))
			texts = append(texts, paragraphTexts(p.blocks)...)
		}
	}
	for _, text := range texts {
		if d, ok := findMonth(clipRunes(text, 1500)); ok {
			return d
		}
	}
	return folderMonth(r.p.File)
}
