package postmortem

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"

	"debrief/generator/markdown"
)

//go:embed milestones.txt
var milestonesText string

// phrasebook knows how milestones are marked, and by which words in a sentence they are betrayed.
type phrasebook struct {
	marks map[string]Milestone
	// signs are phrases by what they are a sign of, keyed by their first word; East Asian phrases, which have no words, stand in runs.
	signs map[Milestone]signs
}

type signs struct {
	byFirst map[string][][]string
	runs    []string
}

var defaultPhrasebook = sync.OnceValue(func() *phrasebook { return parsePhrasebook(milestonesText) })

func parsePhrasebook(text string) *phrasebook {
	book := &phrasebook{marks: map[string]Milestone{}, signs: map[Milestone]signs{}}
	kinds := map[string]Milestone{"signs of beginning": Began, "signs of detection": Detected, "signs of resolution": Resolved}
	for _, m := range kinds {
		book.signs[m] = signs{byFirst: map[string][][]string{}}
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
		_, list, _ := strings.Cut(line, ":")
		for phrase := range strings.SplitSeq(list, ",") {
			key := headingKey(phrase)
			if key == "" {
				continue
			}
			verbOf, isVerb := strings.CutSuffix(section, " verbs")
			kind, isSign := kinds[section]
			switch {
			case section == "subjects":
				subjects = append(subjects, key)
			case isVerb:
				for _, subject := range subjects {
					book.mark(subject+" "+key, Milestone(verbOf))
				}
			case isSign:
				book.sign(kind, key)
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

func (book *phrasebook) sign(m Milestone, key string) {
	s := book.signs[m]
	if isIdeographic(firstRune(key)) {
		s.runs = append(s.runs, strings.ReplaceAll(key, " ", ""))
	} else {
		words := strings.Fields(key)
		s.byFirst[words[0]] = append(s.byFirst[words[0]], words)
	}
	book.signs[m] = s
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

// betrays reports whether a sentence has a sign of a milestone.
func (book *phrasebook) betrays(m Milestone, text string) bool {
	s := book.signs[m]
	key := headingKey(clipRunes(text, 600))
	words := strings.Fields(key)
	for i, word := range words {
		for _, phrase := range s.byFirst[word] {
			if i+len(phrase) > len(words) || !equalWords(words[i:i+len(phrase)], phrase) {
				continue
			}
			if i > 0 && negations[words[i-1]] && phrase[0] != "no" || i > 1 && negations[words[i-2]] && m == Resolved {
				continue
			}
			return true
		}
	}
	if len(s.runs) > 0 && strings.ContainsFunc(key, isIdeographic) {
		compact := strings.ReplaceAll(key, " ", "")
		for _, run := range s.runs {
			if i := strings.Index(compact, run); i >= 0 {
				after := compact[i+len(run):]
				before := compact[:i]
				if m == Resolved && (strings.HasPrefix(after, "せず") || strings.HasPrefix(after, "しない") || strings.HasPrefix(after, "作業") || strings.HasPrefix(after, "対応") || strings.HasPrefix(after, "方案") || strings.HasPrefix(after, "中") ||
					strings.HasPrefix(after, "を試") || strings.HasPrefix(after, "手順") || strings.HasPrefix(after, "하지 않") ||
					strings.HasSuffix(before, "未") || strings.HasSuffix(before, "没有") || strings.HasSuffix(before, "尝试") || strings.HasSuffix(before, "不") || strings.HasSuffix(before, "非")) {
					continue
				}
				return true
			}
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

// markIn finds the milestone mark of an entry's text: a bold or bracketed word or label at its head, a bracket, bold text or short sentence
// at its end, or the whole text. It returns the text without a mark that says nothing else.
func (book *phrasebook) markIn(spans []markdown.Span) (Milestone, []markdown.Span) {
	in := flatten(spans)
	text := in.text
	if strings.TrimSpace(text) == "" {
		return NoMilestone, spans
	}
	if m := book.marked(text); m != NoMilestone {
		return m, spans
	}
	start := len(text) - len(strings.TrimLeft(text, " \n"))
	// A leading bracket: "[mitigated] ..."
	if loc := bracketPattern.FindStringIndex(text); loc != nil && skipDecoration(text) >= loc[0] {
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
	return book.trailingMark(in), spans
}

// trailingMark finds a mark at the end of a text: "(resolved).", "**Outage begins.**", "End of outage".
func (book *phrasebook) trailingMark(in inline) Milestone {
	text := strings.TrimRight(in.text, " .!。\n")
	if all := bracketPattern.FindAllStringIndex(text, -1); len(all) > 0 {
		last := all[len(all)-1]
		if last[1] >= len(text) {
			if m := book.marked(text[last[0]:last[1]]); m != NoMilestone {
				return m
			}
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
	for _, mark := range []string{". ", "! ", "。", " - ", " – ", " — ", "; ", ": "} {
		if i := strings.LastIndex(text, mark); i >= 0 {
			if m := book.marked(text[i+len(mark):]); m != NoMilestone && strings.Contains(headingKey(text[i:]), " ") {
				return m
			}
		}
	}
	return NoMilestone
}
