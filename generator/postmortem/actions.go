package postmortem

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"debrief/generator/lazyregexp"
	"debrief/generator/markdown"
)

// actionReader collects the action items of one document.
type actionReader struct {
	doc   *markdown.Document
	dates *dateReader
	items []Action
	// rest are the blocks that hold no item.
	rest []*markdown.Block
	// group is the sub-heading or label the items stand under.
	group string
	// section is the type the section or group implies: "Prevention" means prevent.
	kind string
	// status is what the group says of all its items: "Immediate actions (completed)".
	status ActionStatus
}

// read takes the items out of the blocks of a section.
func (a *actionReader) read(blocks []*markdown.Block) {
	hasLists := false
	firstHeading := slices.IndexFunc(blocks, func(b *markdown.Block) bool { return b.Kind == markdown.Heading })
	hasHeadings := firstHeading >= 0
	if !hasHeadings {
		firstHeading = len(blocks)
	}
	for _, b := range blocks {
		hasLists = hasLists || b.Kind == markdown.List || b.Kind == markdown.Table
	}
	itemHeadings := headingsAreItems(blocks)
	for i := 0; i < len(blocks); i++ {
		b := blocks[i]
		switch {
		case b.Kind == markdown.Heading && itemHeadings:
			count := 0
			for i+1+count < len(blocks) && !(blocks[i+1+count].Kind == markdown.Heading && blocks[i+1+count].Level <= b.Level) {
				count++
			}
			a.headingItem(b, blocks[i+1:i+1+count])
			i += count
		case b.Kind == markdown.Heading:
			a.openGroup(headingTitle(b))
			if isEmptyGroup(blocks[i+1:]) {
				continue
			}
		case b.Kind == markdown.List:
			a.list(b)
		case b.Kind == markdown.Table:
			if !a.table(b) {
				a.rest = append(a.rest, b)
			}
		case b.Kind == markdown.Paragraph && isGroupLabel(b, blocks[i+1:]):
			a.openGroup(strings.Trim(collapse(flatten(b.Spans).text), " :："))
		case b.Kind == markdown.Paragraph && (a.lines(b) || !hasLists && a.plainLines(b)):
		case b.Kind == markdown.Paragraph && a.isItemParagraph(b) && (!hasLists && !hasHeadings || i > firstHeading && !nearList(blocks, i)):
			a.add(b.Spans, nil, b.Line, markdown.NoCheck)
		default:
			a.rest = append(a.rest, b)
		}
	}
}

// nearList reports whether a list or table stands in the same group as block i.
func nearList(blocks []*markdown.Block, i int) bool {
	for j := i; j < len(blocks) && (j == i || blocks[j].Kind != markdown.Heading); j++ {
		if blocks[j].Kind == markdown.List || blocks[j].Kind == markdown.Table {
			return true
		}
	}
	for j := i; j >= 0 && blocks[j].Kind != markdown.Heading; j-- {
		if blocks[j].Kind == markdown.List || blocks[j].Kind == markdown.Table {
			return true
		}
	}
	return false
}

func isEmptyGroup(after []*markdown.Block) bool { return len(after) == 0 }

func (a *actionReader) openGroup(name string) {
	a.group = name
	a.kind = typeOf(name)
	a.status = ""
	if s, ok := statusMark(name); ok {
		a.status = s
	} else if s := statusWords()[headingKey(withoutBrackets(name))]; s != "" {
		a.status = s
	}
}

// numberedHeading is a sub-heading that is an item itself: "1) Cron cleanup", "AI-3: ...", "Action 2 - ...".
var numberedHeading = lazyregexp.New(`^\s*(?:#?\d{1,2}\s*[.):]|(?i:action(?: item)?|ai|task|tiltak|massnahme|maßnahme|acción|対策|行动项)\s*[#-]?\s*\d{1,3}\b|\[[ xX]\])`)

// headingsAreItems reports whether the sub-headings of a section are its items, not groups of them.
func headingsAreItems(blocks []*markdown.Block) bool {
	headings, numbered := 0, 0
	for _, b := range blocks {
		if b.Kind == markdown.Heading {
			headings++
			if numberedHeading.MatchString(flatten(b.Spans).text) {
				numbered++
			}
		}
	}
	return headings > 0 && 2*numbered > headings
}

// isGroupLabel reports whether a short line names the group of the list that follows it: "**Short term**", "Process:".
func isGroupLabel(b *markdown.Block, after []*markdown.Block) bool {
	text := collapse(b.Text)
	if len(after) == 0 || after[0].Kind != markdown.List && after[0].Kind != markdown.Table || utf8.RuneCountInString(text) > 60 {
		return false
	}
	words := strings.Fields(strings.ToLower(text))
	return isStrong(b) || (strings.HasSuffix(text, ":") || strings.HasSuffix(text, "：")) && len(words) <= 5 && !sentenceWords[words[0]]
}

// sentenceWords begin a sentence that introduces a list, not the name of a group.
var sentenceWords = map[string]bool{
	"we": true, "we'll": true, "we've": true, "our": true, "the": true, "this": true, "these": true, "following": true, "to": true, "i": true, "here": true, "for": true, "in": true, "as": true, "it": true,
	"wir": true, "die": true, "folgende": true, "nous": true, "les": true, "voici": true, "vamos": true, "hemos": true, "las": true, "vi": true, "følgende": true, "wij": true, "de": true, "мы": true,
}

// isItemParagraph reports whether a paragraph states an item: a sentence or two that introduce no list.
func (a *actionReader) isItemParagraph(b *markdown.Block) bool {
	text := collapse(b.Text)
	if text == "" || utf8.RuneCountInString(text) > 420 || strings.HasSuffix(text, ":") || strings.HasSuffix(text, "：") {
		return false
	}
	// A hint of a template, in italics, is no item.
	return !isHint(b) && !isPlaceholder(text)
}

// isHint reports whether all of a paragraph is in italics, as the hints of a template are.
func isHint(b *markdown.Block) bool {
	any := false
	for _, span := range b.Spans {
		if strings.TrimSpace(spanText(span)) == "" {
			continue
		}
		if !span.Emphasis {
			return false
		}
		any = true
	}
	return any
}

// placeholder is what a template leaves where an item would stand.
var placeholder = lazyregexp.New(`(?i)^(?:[-–—.…*]*|tbd\.?|tbc\.?|todo:?|n/?a\.?|none\.?|none yet\.?|nothing\.?|to be (?:added|defined|determined|completed|filled(?: in)?)\.?|\{\{.*\}\}.*|<[^>]*>|\[(?:action(?: item)?s?|description|item|owner|todo|tbd)\]|keine\.?|aucune?\.?|ninguna?\.?|ingen\.?|geen\.?|nenhuma?\.?|nessuna?\.?|brak\.?|нет\.?|なし。?|特になし。?|无。?|無。?|暂无。?|없음\.?|\.\.\.)$`)

func isPlaceholder(text string) bool { return placeholder.MatchString(strings.TrimSpace(text)) }

// lines reads a paragraph whose lines are items marked by boxes or bullets that are no Markdown list: "☐ text", "• text".
func (a *actionReader) lines(b *markdown.Block) bool {
	in := flatten(b.Spans)
	lines := linesOf(in.text)
	marked := 0
	for _, line := range lines {
		if lineBullet.MatchString(in.text[line[0]:line[1]]) {
			marked++
		}
	}
	if marked == 0 || marked < len(lines) {
		return false
	}
	for _, line := range lines {
		at := b.Line + strings.Count(in.text[:line[0]], "\n")
		loc := lineBullet.FindStringIndex(in.text[line[0]:line[1]])
		mark := strings.TrimSpace(in.text[line[0] : line[0]+loc[1]])
		check := markdown.NoCheck
		from := line[0] + loc[1]
		if strings.ContainsAny(mark, "☑✔") {
			check = markdown.Checked
		} else if strings.ContainsAny(mark, "☐□") {
			check = markdown.Unchecked
		} else if !strings.ContainsAny(mark, "•●▪・◦") {
			from = line[0]
		}
		a.add(in.cut(from, line[1]), nil, at, check)
	}
	return true
}

// plainLines reads a paragraph of at least three lines that each begin like a sentence of their own, as a list does that lost its bullets.
func (a *actionReader) plainLines(b *markdown.Block) bool {
	in := flatten(b.Spans)
	lines := linesOf(in.text)
	if len(lines) < 3 {
		return false
	}
	for _, line := range lines {
		if first := firstRune(strings.TrimLeft(in.text[line[0]:line[1]], " `\"'“*")); !unicode.IsUpper(first) {
			return false
		}
	}
	for _, line := range lines {
		a.add(in.cut(line[0], line[1]), nil, b.Line+strings.Count(in.text[:line[0]], "\n"), markdown.NoCheck)
	}
	return true
}

var lineBullet = lazyregexp.New(`^\s*[•●▪・◦☐☑□✔✅❌⬜🟢🔴🟡]\x{fe0f}?\s*`)

// headingItem reads a sub-heading that is an item, with the text below it.
func (a *actionReader) headingItem(b *markdown.Block, below []*markdown.Block) {
	in := flatten(b.Spans)
	from := 0
	if loc := numberedHeading.FindStringIndex(in.text); loc != nil {
		from = loc[1] + skipSeparator(in.text[loc[1]:])
		from += len(in.text[from:]) - len(strings.TrimLeft(in.text[from:], ".): "))
	}
	a.add(in.cut(from, len(in.text)), below, b.Line, markdown.NoCheck)
}

// list reads a list of items. An item that is only a label over a list of its own is a group.
func (a *actionReader) list(list *markdown.Block) {
	outer, outerKind, outerStatus := a.group, a.kind, a.status
	for _, item := range list.Children {
		first, others := leading(item)
		if first == nil {
			for _, b := range others {
				if b.Kind == markdown.List {
					a.list(b)
				} else if b.Kind != markdown.HTML {
					a.rest = append(a.rest, b)
				}
			}
			continue
		}
		text := collapse(flatten(first.Spans).text)
		if nested := onlyList(others); nested != nil && isLabel(first, text) && item.Check == markdown.NoCheck && !(list.Ordered && isStrong(first) && !isLabelOnly(text)) {
			a.openGroup(strings.Trim(text, " :："))
			a.list(nested)
			a.group, a.kind, a.status = outer, outerKind, outerStatus
			continue
		}
		a.add(first.Spans, others, first.Line, item.Check)
	}
}

func onlyList(blocks []*markdown.Block) *markdown.Block {
	if len(blocks) == 1 && blocks[0].Kind == markdown.List {
		return blocks[0]
	}
	return nil
}

// isLabel reports whether the text of an item only names the items below it: short, and with a colon at its end or all bold.
func isLabel(b *markdown.Block, text string) bool {
	if utf8.RuneCountInString(text) > 60 || len(strings.Fields(text)) > 7 {
		return false
	}
	if _, done := statusMark(text); done {
		return false
	}
	if m := defaultVocabulary().lookup(strings.Trim(text, ":： ")); m.certain() {
		return true
	}
	return strings.HasSuffix(text, ":") || strings.HasSuffix(text, "：") || isStrong(b) || typeOf(text) != "" && len(strings.Fields(text)) == 1
}

// add takes one item: it reads the marks in its text and keeps the rest.
func (a *actionReader) add(spans []markdown.Span, more []*markdown.Block, line int, check markdown.Check) {
	m := readMarks(spans, a.dates)
	if isPlaceholder(m.text()) && len(more) == 0 {
		return
	}
	if m.text() == "" {
		return
	}
	action := Action{
		Text: m.text(), Owner: m.owner, Status: Open, Due: m.due, Slipped: m.slipped, Completed: m.completed, Type: m.kind, Link: m.link,
		Group: a.group, Line: line,
	}
	if action.Type == "" {
		action.Type = a.kind
	}
	if m.status != "" {
		action.Status = m.status
	}
	if check == markdown.Checked && action.Status != Dropped {
		action.Status = Done
	}
	if m.status == "" && check == markdown.NoCheck {
		action.Status = cmp.Or(a.status, Open)
	}
	action.Body = renderEntry(a.doc, m.spans, more)
	if action.Link == "" {
		for _, b := range more {
			if link := ticketIn(b); link != "" {
				action.Link = link
				break
			}
		}
	}
	a.items = append(a.items, action)
}

// ticketIn returns the first link in a block.
func ticketIn(b *markdown.Block) string {
	for _, span := range b.Spans {
		if span.Kind == markdown.Link && span.Dest != "" {
			return span.Dest
		}
	}
	for _, child := range b.Children {
		if link := ticketIn(child); link != "" {
			return link
		}
	}
	return ""
}

// table reads a table of items, and reports whether it was one.
func (a *actionReader) table(table *markdown.Block) bool {
	if len(table.Children) < 1 {
		return false
	}
	head := table.Children[0]
	at := map[role]int{}
	for i := range head.Children {
		r := columnRole(actionColumns(), cellText(head, i))
		if _, taken := at[r]; !taken && r != noRole {
			at[r] = i
		}
	}
	text, ok := at[eventRole]
	if !ok {
		// Without a column of that name the longest text is the item, if anything else says what table this is.
		longest, best := -1, -1
		for i := range head.Children {
			if _, taken := roleAt(at, i); taken {
				continue
			}
			length := 0
			for _, row := range table.Children[1:] {
				length += len(cellText(row, i))
			}
			if length > best {
				longest, best = i, length
			}
		}
		if longest < 0 || len(at) == 0 {
			return false
		}
		text = longest
	}
	column := func(row *markdown.Block, r role) string {
		if i, ok := at[r]; ok {
			return cellText(row, i)
		}
		return ""
	}
	for _, row := range table.Children[1:] {
		spans := cellSpans(row, text)
		if collapse(flatten(spans).text) == "" {
			// A title column without text, or a row that only goes on with the row above.
			continue
		}
		if onlyCell(row, text) && isGroupRow(row, text) {
			a.openGroup(strings.Trim(cellText(row, text), " :："))
			continue
		}
		before := len(a.items)
		a.add(spans, nil, row.Line, markdown.NoCheck)
		if len(a.items) == before {
			continue
		}
		item := &a.items[before]
		if owner := column(row, whoRole); owner != "" && !isPlaceholder(owner) {
			item.Owner = owner
		}
		if status := column(row, statusRole); status != "" {
			if s := statusOf(status); s != "" {
				item.Status = s
			}
			if d, ok := a.dates.find(status); ok && item.Status == Done {
				item.Completed = d
			}
		}
		if due := column(row, dueRole); due != "" {
			a.due(item, due)
		}
		if done := column(row, completedRole); done != "" {
			if d, ok := a.dates.find(done); ok {
				item.Completed, item.Status = d, Done
			}
		}
		if kind := column(row, typeRole); kind != "" {
			if t := typeOf(kind); t != "" {
				item.Type = t
			}
		}
		if i, ok := at[ticketRole]; ok && i != text {
			if found := links(cellSpans(row, i)); len(found) > 0 {
				item.Link = found[0].URL
			} else if url := addressIn(cellText(row, i)); url != "" {
				item.Link = url
			} else if key := cellText(row, i); item.Link == "" {
				ticket := readMarks([]markdown.Span{{Kind: markdown.Text, Text: key}}, a.dates)
				if ticket.status != "" && item.Status == Open {
					item.Status = ticket.status
				}
				if key = strings.TrimSpace(ticket.text()); key != "" && !isPlaceholder(key) {
					item.Link = key
				}
			}
		}
	}
	return true
}

// due reads a due column: a date, a slip "a -> b", or a word that says it is done.
func (a *actionReader) due(item *Action, text string) {
	dates := a.dates.all(text)
	if len(dates) > 0 {
		item.Due, item.Slipped = dueOf(dates)
	}
	if s := statusOf(text); s == Done && item.Status == Open {
		item.Status = Done
		if len(dates) == 1 {
			item.Completed = dates[0]
		}
	}
}

func roleAt(at map[role]int, column int) (role, bool) {
	for r := timeRole; r <= completedRole; r++ {
		if i, ok := at[r]; ok && i == column {
			return r, true
		}
	}
	return noRole, false
}

func onlyCell(row *markdown.Block, i int) bool {
	for j := range row.Children {
		if j != i && cellText(row, j) != "" {
			return false
		}
	}
	return len(row.Children) > 1
}

func isGroupRow(row *markdown.Block, i int) bool {
	return row.Children[i].Kind == markdown.Cell && isStrong(row.Children[i])
}

// renderEntry renders the text of an entry or item, and the blocks that belong to it, as one fragment.
func renderEntry(doc *markdown.Document, spans []markdown.Span, more []*markdown.Block) markdown.Fragment {
	spans = trimSpans(append([]markdown.Span(nil), spans...))
	line := 0
	switch {
	case len(spans) > 0:
		line = spans[0].Line
	case len(more) > 0:
		line = more[0].Line
	}
	options := markdown.RenderOptions{IDPrefix: "line-" + itoa(line) + "-"} // its footnotes share the page with those of other entries
	switch {
	case len(more) == 0:
		return doc.RenderSpans(spans, options)
	case len(spans) == 0:
		return doc.Render(more, options)
	}
	options.Lead = spans
	first := &markdown.Block{Kind: markdown.Paragraph, Line: spans[0].Line, Column: spans[0].Column}
	return doc.Render(append([]*markdown.Block{first}, more...), options)
}
