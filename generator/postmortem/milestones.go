package postmortem

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"debrief/generator/lazyregexp"
	"debrief/generator/markdown"
)

//go:embed milestones.txt
var milestonesText string

// phrasebook knows how milestones are marked, and by which words in a sentence they are betrayed.
type phrasebook struct {
	marks map[string]Milestone
	// signs are the phrases that are a sign of each milestone.
	signs map[Milestone]*signs
	// again are the words a sentence about a recovery ends in, failure those that such a sentence does not have, by language.
	again, failure map[string][]string
}

// signs are phrases by their first word; East Asian phrases, which have no words, stand in runs.
type signs struct {
	byFirst map[string][]sign
	runs    []string
}

// sign is a phrase of one language.
type sign struct {
	words    []string
	language string
}

var defaultPhrasebook = sync.OnceValue(func() *phrasebook { return parsePhrasebook(milestonesText) })

func parsePhrasebook(text string) *phrasebook {
	book := &phrasebook{marks: map[string]Milestone{}, signs: map[Milestone]*signs{}, again: map[string][]string{}, failure: map[string][]string{}}
	kinds := map[string]Milestone{
		"signs of beginning": Began, "signs of detection": Detected, "signs of declaration": Declared, "signs of mitigation": Mitigated, "signs of resolution": Resolved,
	}
	for _, m := range kinds {
		book.signs[m] = &signs{byFirst: map[string][]sign{}}
	}
	var subjects []string
	section := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if line[0] == '[' {
			section = strings.Trim(line, "[]")
			continue
		}
		language, list, _ := strings.Cut(line, ":")
		for phrase := range strings.SplitSeq(list, ",") {
			key := headingKey(phrase)
			if key == "" {
				continue
			}
			verbOf, isVerb := strings.CutSuffix(section, " verbs")
			kind, isSign := kinds[section]
			switch {
			case section == "last words of resolution":
				book.again[language] = append(book.again[language], key)
			case section == "words of failure":
				book.failure[language] = append(book.failure[language], key)
			case section == "subjects":
				subjects = append(subjects, key)
			case isVerb:
				for _, subject := range subjects {
					book.mark(subject+" "+key, Milestone(verbOf))
				}
			case isSign:
				book.sign(kind, language, key)
			default:
				book.mark(key, Milestone(section))
			}
		}
	}
	return book
}

// mark teaches an exact mark; the first milestone that claims it keeps it.
func (book *phrasebook) mark(key string, m Milestone) {
	if _, taken := book.marks[key]; !taken {
		book.marks[key] = m
	}
}

func (book *phrasebook) sign(m Milestone, language, key string) {
	s := book.signs[m]
	if isIdeographic(firstRune(key)) {
		s.runs = append(s.runs, strings.ReplaceAll(key, " ", ""))
		return
	}
	words := strings.Fields(key)
	s.byFirst[words[0]] = append(s.byFirst[words[0]], sign{words, language})
}

// marked returns the milestone that a label says exactly.
func (book *phrasebook) marked(label string) Milestone {
	if utf8.RuneCountInString(label) > 60 {
		return NoMilestone
	}
	return book.marks[headingKey(label)]
}

// negations turn a sign into its opposite: "not yet resolved".
var negations = map[string]bool{
	"not": true, "never": true, "isn": true, "no": true, "t": true, "without": true, "unless": true, "until": true, "partially": true, "partly": true, "if": true, "nothing": true,
	"nicht": true, "noch": true, "teilweise": true, "pas": true, "partiellement": true, "non": true, "ne": true, "parcialmente": true, "ikke": true, "delvis": true, "inte": true, "niet": true,
	"nie": true, "не": true, "частично": true, "should": true, "temporarily": true, "nao": true,
}

// sentence is a text in the form in which signs are looked for.
type sentence struct {
	key   string
	words []string
	// compact is the key without spaces, of a text with characters of languages that have none; else empty.
	compact string
}

func newSentence(text string) sentence {
	s := sentence{key: headingKey(clipRunes(text, 1200))}
	s.words = strings.Fields(s.key)
	if strings.ContainsFunc(s.key, isIdeographic) {
		s.compact = strings.ReplaceAll(s.key, " ", "")
	}
	return s
}

// betrays reports whether a text has a sign of a milestone in a language; the empty language is any.
func (book *phrasebook) betrays(m Milestone, language string, text sentence) bool {
	s := book.signs[m]
	words := text.words
	for i, word := range words {
		for _, phrase := range s.byFirst[word] {
			if language != "" && phrase.language != language || i+len(phrase.words) > len(words) || !equalWords(words[i:], phrase.words) {
				continue
			}
			if !denied(words, i, len(phrase.words), m) {
				return true
			}
		}
	}
	if m == Resolved && language != "" && book.worksAgain(language, text.key, words) {
		return true
	}
	if text.compact == "" {
		return false
	}
	for _, run := range s.runs {
		if i := strings.Index(text.compact, run); i >= 0 && !deniedRun(m, text.compact[:i], text.compact[i+len(run):]) {
			return true
		}
	}
	return false
}

// worksAgain reports whether a sentence ends by saying that something works again.
func (book *phrasebook) worksAgain(language, key string, words []string) bool {
	for _, end := range book.again[language] {
		if strings.HasSuffix(key, " "+end) {
			return !slices.ContainsFunc(words, func(word string) bool { return slices.Contains(book.failure[language], word) })
		}
	}
	return false
}

// denied reports whether the words around a sign turn it into its opposite: "not yet resolved", "restored, but still failing".
func denied(words []string, at, length int, m Milestone) bool {
	if at > 0 && negations[words[at-1]] && words[at] != "no" {
		return true
	}
	if m != Resolved && m != Mitigated {
		return false
	}
	if at > 1 && negations[words[at-2]] && words[at] != "no" {
		return true
	}
	for _, word := range words[at+length : min(len(words), at+length+8)] {
		if word == "but" || word == "however" || word == "aber" || word == "mais" || word == "pero" || word == "men" {
			return true
		}
	}
	return false
}

// deniedRun is denied for languages without spaces.
func deniedRun(m Milestone, before, after string) bool {
	if m != Resolved && m != Mitigated {
		return false
	}
	for _, word := range []string{"せず", "しない", "しなか", "作業", "対応", "方案", "中", "を試", "手順", "하지않", "する見込み", "予定", "できず", "未完", "失敗"} {
		if strings.HasPrefix(after, word) {
			return true
		}
	}
	for _, word := range []string{"开始", "開始", "启动", "着手", "进行", "未", "没有", "尝试", "不", "非", "嘗試", "準備", "没", "无法", "無法", "未能", "안"} {
		if strings.HasSuffix(before, word) {
			return true
		}
	}
	return false
}

func equalWords(a, b []string) bool {
	for i := range b {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// handlePrefix is the name of who did it, before what was done.
var handlePrefix = lazyregexp.New(`^\s*@[\w.-]+[:,]?\s+`)

// markIn finds the milestone mark of an entry's text: a bold or bracketed word or label at its head, a bracket, bold text or short sentence
// at its end, or the whole text. It returns the text without a mark that says nothing else.
func (book *phrasebook) markIn(spans []markdown.Span) (Milestone, []markdown.Span) {
	in := flatten(spans)
	text := in.text
	if strings.TrimSpace(text) == "" {
		return NoMilestone, spans
	}
	whole := text
	if strings.HasPrefix(strings.TrimLeft(text, " \t\n"), "@") {
		whole = handlePrefix.ReplaceAllString(text, "")
	}
	if m := book.marked(whole); m != NoMilestone {
		return m, spans
	}
	start := len(text) - len(strings.TrimLeft(text, " \n"))
	// A leading bracket: "[mitigated] ..."
	if loc := leadingBracket(text); loc != nil {
		if m := book.marked(text[loc[0]:loc[1]]); m != NoMilestone {
			return m, in.cut(loc[1]+skipSeparator(text[loc[1]:]), len(text))
		}
	}
	// Leading bold text: "**Detected** the pager ..."
	if end := in.strongPrefix(start, len(text)); end > start {
		if m := book.marked(text[start:end]); m != NoMilestone {
			return m, in.cut(end+skipSeparator(text[end:]), len(text))
		}
	}
	// A leading label: "Began: ...", "OUTAGE BEGINS — ..."
	if head, _ := splitHeading(clipRunes(text, 60)); len(head) < len(text) {
		if m := book.marked(head); m != NoMilestone {
			end := len(head)
			return m, in.cut(end+skipSeparator(text[end:]), len(text))
		}
	}
	// "INCIDENT ENDS, reached the exit criterion"
	if head, _, ok := strings.Cut(clipRunes(text, 60), ","); ok && head == strings.ToUpper(head) && head != strings.ToLower(head) {
		if m := book.marked(head); m != NoMilestone {
			return m, in.cut(len(head)+skipSeparator(text[len(head):]), len(text))
		}
	}
	return book.trailingMark(in), spans
}

// The characters of a bracket that is found by bracketPattern.
const (
	openBrackets = "(（[【「『〔"
	shutBrackets = ")）]】」』〕"
)

// leadingBracket returns where the bracket stands that a text begins with, decoration left out; nil without one.
func leadingBracket(text string) []int {
	lead := skipDecoration(text)
	if !strings.ContainsAny(text[:min(len(text), lead+utf8.UTFMax)], openBrackets) {
		return nil
	}
	if loc := bracketPattern.FindStringIndex(text); loc != nil && loc[0] <= lead {
		return loc
	}
	return nil
}

// trailingBracket returns where the bracket stands that a text ends with; nil without one.
func trailingBracket(text string) []int {
	if last, _ := utf8.DecodeLastRuneInString(text); !strings.ContainsRune(shutBrackets, last) {
		return nil
	}
	all := bracketPattern.FindAllStringIndex(text, -1)
	if n := len(all); n > 0 && all[n-1][1] == len(text) {
		return all[n-1]
	}
	return nil
}

// trailingMark finds a mark at the end of a text: "(resolved).", "**Outage begins.**", "End of outage".
func (book *phrasebook) trailingMark(in inline) Milestone {
	text := strings.TrimRight(in.text, " .!。\n")
	if loc := trailingBracket(text); loc != nil {
		if m := book.marked(text[loc[0]:loc[1]]); m != NoMilestone {
			return m
		}
	}
	for i := len(in.spans) - 1; i >= 0; i-- {
		span := in.spans[i]
		if strings.Trim(spanText(span), " .!)*\n") == "" {
			continue
		}
		if span.Strong {
			if m := book.marked(span.Text); m != NoMilestone {
				return m
			}
		}
		break
	}
	for _, mark := range []string{"<== ", "<-- ", "<= ", "⇐ ", "← ", ". ", "! ", "。", " - ", " – ", " — ", "; ", ": "} {
		if i := strings.LastIndex(text, mark); i >= 0 {
			if m := book.marked(text[i+len(mark):]); m != NoMilestone && strings.Contains(headingKey(text[i:]), " ") {
				return m
			}
		}
	}
	return NoMilestone
}
