package postmortem

import (
	"strings"
	"unicode/utf8"

	"debrief/generator/lazyregexp"
	"debrief/generator/markdown"
)

// layout is which column of a timeline table holds what; -1 is none.
type layout struct {
	time, date, end, event, mark, evidence int
	zone                                   zone
}

// timelineLayout reads the roles of the columns from the heading row, and where that says nothing from the cells.
func timelineLayout(table *markdown.Block) (layout, bool) {
	l := layout{-1, -1, -1, -1, -1, -1, zone{}}
	if len(table.Children) == 0 {
		return l, false
	}
	head := table.Children[0]
	width := len(head.Children)
	for i := range head.Children {
		text := cellText(head, i)
		switch r := columnRole(timelineColumns(), text); r {
		case timeRole:
			z, stated := findZone(text)
			switch {
			case l.time < 0:
				l.time = i
				if stated {
					l.zone = z
				}
			case stated && z.location.String() == "UTC":
				// Of two time columns the one in UTC leaves no doubt.
				l.time, l.zone = i, z
			}
		case dateRole:
			if l.date < 0 {
				l.date = i
			}
			if z, stated := findZone(text); stated {
				l.zone = z
			}
		case endRole:
			l.end = i
		case eventRole:
			if l.event < 0 {
				l.event = i
			}
		case milestoneRole:
			l.mark = i
		case evidenceRole:
			l.evidence = i
		}
	}
	named := l.time >= 0 && l.event >= 0
	timed := make([]int, width)
	length := make([]int, width)
	for _, row := range table.Children[1:] {
		for i := range min(width, len(row.Children)) {
			text := cellText(row, i)
			if st, n := scanCell(text); n > 0 && (st.timed() || st.hasDate()) && utf8.RuneCountInString(text[n:]) < 24 {
				timed[i]++
			}
			length[i] += utf8.RuneCountInString(text)
		}
	}
	rows := len(table.Children) - 1
	if l.time < 0 && l.date >= 0 {
		l.time, l.date = l.date, -1
	}
	if l.time < 0 || rows > 0 && timed[l.time] == 0 {
		for i := range width {
			if 2*timed[i] > rows && rows > 0 {
				l.time = i
				break
			}
		}
	}
	if l.time < 0 {
		return l, false
	}
	if l.event < 0 || l.event == l.time {
		longest := -1
		for i := range width {
			if i != l.time && i != l.date && i != l.mark && i != l.evidence && i != l.end && (longest < 0 || length[i] > length[longest]) {
				longest = i
			}
		}
		if l.mark >= 0 && (longest < 0 || length[l.mark] > 2*length[longest]) {
			longest, l.mark = l.mark, -1
		}
		l.event = longest
	}
	return l, l.event >= 0 && (rows == 0 || timed[l.time] > 0 || headTimed(head, l.time) || named && numberedSteps(table, l.time))
}

// numberedSteps reports whether the times of a table are the steps "T0", "T1", ... of a sequence whose times nobody knows.
func numberedSteps(table *markdown.Block, column int) bool {
	for _, row := range table.Children[1:] {
		if !stepPattern.MatchString(cellText(row, column)) {
			return false
		}
	}
	return len(table.Children) > 2
}

var stepPattern = lazyregexp.New(`^[Tt]\s?[+-]?\d{1,2}$`)

func headTimed(head *markdown.Block, i int) bool {
	st, n := scanStamp(cellText(head, i))
	return n > 0 && st.timed()
}

// table reads a table whose rows are entries, and reports whether it was one.
func (t *timelineReader) table(table *markdown.Block) bool {
	l, ok := timelineLayout(table)
	if !ok {
		return false
	}
	head := table.Children[0]
	rows := table.Children[1:]
	if headTimed(head, l.time) {
		// A table without a heading row of its own.
		rows = table.Children
	}
	for _, row := range rows {
		t.row(row, head, l)
	}
	return true
}

// dayCell is a date without a year that fills a cell, where no time of day need follow: "04-06", "6.4."
var dayCell = lazyregexp.New(`^\d{1,2}[-/.]\d{1,2}\.?(?:\s*(?:凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|深夜|早|中|晚|朝|昼|夜|午前|午後|오전|오후|morning|afternoon|evening|night))?$`)

// scanCell reads the time in a cell of a time or date column.
func scanCell(text string) (stamp, int) {
	if dayCell.MatchString(text) {
		st := stamp{weekday: -1}
		first, n := digits(text)
		second, _ := digits(text[n+1:])
		if st.takeNumeric(first, second, 0, text[n], len(text), text) > 0 {
			return st, len(text)
		}
	}
	return scanStamp(text)
}

// sameTimeWords stand in a cell for the time above.
var sameTimeWords = wordSet(`" 〃 ″ '' ,, same simultaneously ditto gleichzeitig simultáneamente simultanément samtidig tegelijk simultaneamente contemporaneamente jednocześnie одновременно 同时 同時 동시 同上`,
	"same time|at the same time|en même temps|al mismo tiempo|ao mesmo tempo|allo stesso tempo|w tym samym czasie|в то же время|zur gleichen zeit|op hetzelfde moment|samma tid|på samme tid")

func (t *timelineReader) row(row, head *markdown.Block, l layout) {
	text := cellText(row, l.time)
	st, n := scanCell(text)
	if n == 0 {
		st = stamp{weekday: -1}
	}
	if date := cellText(row, l.date); l.date >= 0 && date != "" {
		day := stamp{weekday: -1}
		if ds, m := scanCell(date); m > 0 && ds.hasDate() {
			day = ds
		}
		if day.hasDate() && !st.hasDate() {
			st.date, st.numeric, st.weekday = day.date, day.numeric, day.weekday
			if n == 0 {
				n = len(date)
			}
			if text == "" && day.timed() {
				st = day
			}
		}
	}
	event := cellSpans(row, l.event)
	eventText := plainText(event)
	blank := true
	for i := range row.Children {
		if i != l.time && i != l.date && cellText(row, i) != "" {
			blank = false
		}
	}
	s := sighting{stamp: st, line: row.Line, written: text, columnZone: l.zone, mark: cellText(row, l.mark)}
	switch {
	case blank && text == "" && cellText(row, l.date) == "":
		return
	case blank && st.dayOnly():
		s.dayHeader = true
		t.add(s)
		return
	case blank && n == 0:
		// A row that spans the table: "Day 2", "Recovery".
		if day, found := dayHeader(text); found {
			day.line = row.Line
			t.add(day)
		}
		return
	case n == 0 && (text == "" || sameTimeWords()[strings.ToLower(text)]):
		s.sameTime = true
	case n == 0:
		s.stamp.unclear = true
		if day, found := findDate(text); found {
			s.stamp = day
		}
	case strings.TrimSpace(text[min(n, len(text)):]) != "" && eventText == "":
		event = cellSpans(row, l.time)
	}
	s.lead = trimSpans(append([]markdown.Span(nil), event...))
	s.evidence = links(cellSpans(row, l.evidence))
	if plain := cellText(row, l.evidence); plain != "" && len(s.evidence) == 0 {
		s.evidence = append(s.evidence, Link{Name: plain, URL: addressIn(plain)})
	}
	for i := range row.Children {
		if i == l.time || i == l.date || i == l.event || i == l.mark || i == l.evidence || i == l.end || cellText(row, i) == "" || cellText(head, i) == "" {
			continue
		}
		if columnRole(timelineColumns(), cellText(head, i)) == timeRole {
			continue
		}
		s.aside = append(s.aside, markdown.Span{Kind: markdown.Text, Text: " (" + cellText(row, i) + ")", Line: row.Line})
	}
	t.add(s)
}

// addressIn returns the first web address in a text, or "".
func addressIn(text string) string {
	return addressPattern.FindString(text)
}

var addressPattern = lazyregexp.New(`https?://[^\s<>()\[\]"'，。、）]+`)
