package postmortem

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"debrief/generator/lazyregexp"

	"golang.org/x/text/unicode/norm"
)

//go:embed headings.txt
var headingsText string

// meaning is what a heading says: one section for certain, or sections it may be if its content agrees.
type meaning struct {
	name SectionName
	// maybeTimeline and maybeSummary are the sections a tentative heading ("What happened") may turn out to be.
	maybeTimeline, maybeSummary bool
	// glossary is a section of terms; story is a known heading without a section of its own.
	glossary, story bool
	// known is true when the heading was recognised at all.
	known bool
	// language is the first language that uses the heading.
	language string
}

// certain reports whether the heading names one canonical section.
func (m meaning) certain() bool { return m.known && m.name != Other && m.name != "" }

// vocabulary is every heading the reader knows.
type vocabulary struct {
	byKey      map[string]meaning
	qualifiers map[string]bool
	// eastAsian are the synonyms without spaces, for headings that contain them, longest first.
	eastAsian []string
}

// defaultVocabulary is the vocabulary of headings.txt.
var defaultVocabulary = sync.OnceValue(func() *vocabulary { return parseVocabulary(headingsText) })

func parseVocabulary(text string) *vocabulary {
	v := &vocabulary{byKey: map[string]meaning{}, qualifiers: map[string]bool{}}
	section := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			section = strings.Trim(line, "[]")
		default:
			language, list, _ := strings.Cut(line, ":")
			for word := range strings.SplitSeq(list, ",") {
				v.add(section, language, strings.TrimSpace(word))
			}
		}
	}
	v.sortEastAsian()
	return v
}

// add teaches one synonym. The first section that claims a heading keeps it, tentative ones apart.
func (v *vocabulary) add(section, language, word string) {
	word, tentative := strings.CutSuffix(word, "?")
	key := headingKey(word)
	if key == "" {
		return
	}
	if section == "qualifiers" {
		v.qualifiers[key] = true
		return
	}
	m, taken := v.byKey[key]
	switch {
	case tentative:
		m.maybeTimeline = m.maybeTimeline || section == string(TimelineSection)
		m.maybeSummary = m.maybeSummary || section == string(Summary)
		if !taken {
			m.name = Other
		}
	case taken && m.name != Other:
		return
	case section == "glossary":
		m.name, m.glossary = Other, true
	case section == "story":
		m.name, m.story = Other, true
	default:
		m.name = SectionName(section)
	}
	if !taken {
		m.known, m.language = true, language
	}
	v.byKey[key] = m
}

func (v *vocabulary) sortEastAsian() {
	v.eastAsian = v.eastAsian[:0]
	for key := range v.byKey {
		if isIdeographic(firstRune(key)) && utf8.RuneCountInString(key) >= 2 && !strings.Contains(key, " ") {
			v.eastAsian = append(v.eastAsian, key)
		}
	}
	sortLongestFirst(v.eastAsian)
}

// with returns the vocabulary extended by an archive's own synonyms, which go before the built-in ones.
func (v *vocabulary) with(synonyms map[SectionName][]string) *vocabulary {
	if len(synonyms) == 0 {
		return v
	}
	extended := &vocabulary{byKey: make(map[string]meaning, len(v.byKey)+len(synonyms)), qualifiers: v.qualifiers}
	for key, m := range v.byKey {
		extended.byKey[key] = m
	}
	for name, words := range synonyms {
		for _, word := range words {
			if key := headingKey(word); key != "" {
				extended.byKey[key] = meaning{name: name, known: true}
			}
		}
	}
	extended.sortEastAsian()
	return extended
}

var (
	shortcodePattern = lazyregexp.New(`:[a-z+-][a-z0-9_+-]{0,40}:`)
	numberingPattern = lazyregexp.New(`^\s*(?:(?i:step|section|part|phase|teil|étape|paso|steg|abschnitt)\s+)?(?:\(?[0-9]{1,2}(?:\.[0-9]{1,2})*\s*[.):：、]|\(?[ivxIVX]{1,5}[.)]|\(?[A-Ha-h][.)]|[0-9]{1,2}(?:\.[0-9]{1,2})+|[（(]?[一二三四五六七八九十]{1,3}[）)、.．:：]|第[0-9一二三四五六七八九十]+[章节節部]?|[①-⑳])\s*`)
	bracketPattern   = lazyregexp.New(`[(（\[【「『〔][^()（）\[\]【】]*[)）\]】」』〕]`)
)

// withoutBrackets returns a text with a space in place of each bracket.
func withoutBrackets(text string) string {
	if !strings.ContainsAny(text, openBrackets) {
		return text
	}
	return bracketPattern.ReplaceAllString(text, " ")
}

// headingKey folds a heading to what is compared: small letters without accents, words divided by single spaces, no marks.
func headingKey(s string) string {
	if !isASCII(s) {
		s = norm.NFKC.String(s)
	}
	b := make([]byte, 0, len(s))
	space := false
	for _, r := range s {
		switch {
		case r == '&':
			if len(b) > 0 {
				b = append(b, " and"...)
			}
			space = true
			continue
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r >= 0x0590 && len(b) > 0 && !space && unicode.IsMark(r):
		case r == '\u200b', r == '\u200d', r == '\ufe0f', r == '\u00ad', unicode.IsMark(r):
			continue
		default:
			space = true
			continue
		}
		if space && len(b) > 0 {
			b = append(b, ' ')
		}
		space = false
		if r < utf8.RuneSelf {
			if r >= 'A' && r <= 'Z' {
				r += 'a' - 'A'
			}
			b = append(b, byte(r))
			continue
		}
		b = append(b, foldLetter(unicode.ToLower(r))...)
	}
	return string(b)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// foldLetter returns a letter without its accent, for Latin and Cyrillic letters.
func foldLetter(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'ø':
		return "o"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'ł':
		return "l"
	case 'đ':
		return "d"
	case 'ё':
		return "е"
	}
	if r < 0x80 || r > 0x24F && (r < 0x1E00 || r > 0x1EFF) {
		return string(r)
	}
	if r <= 0x24F {
		return foldedLetters()[r]
	}
	return unaccented(r)
}

// foldedLetters are the letters of Latin-1 and Latin Extended without their accents.
var foldedLetters = sync.OnceValue(func() *[0x250]string {
	var table [0x250]string
	for r := range rune(len(table)) {
		table[r] = unaccented(r)
	}
	return &table
})

func unaccented(r rune) string {
	base, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r)))
	return string(base)
}

// meaningOf says what a heading means. It tries the whole heading first, then with less and less of it.
func (v *vocabulary) meaningOf(heading string) meaning {
	text := heading
	if strings.Contains(text, ":") {
		text = shortcodePattern.ReplaceAllString(text, " ")
	}
	text = strings.TrimSpace(text)
	if utf8.RuneCountInString(text) > 90 {
		return meaning{}
	}
	if m := v.lookup(text); m.known {
		return m
	}
	for _, candidate := range v.candidates(text)[1:] {
		if m := v.lookup(candidate); m.known {
			return m
		}
	}
	key := headingKey(numberingPattern.ReplaceAllString(text, ""))
	if m := v.prefixed(key); m.known {
		return m
	}
	if m := v.suffixed(key); m.known {
		return m
	}
	if factOf(text) != "" {
		// "復旧日時" contains a word for recovery and names a time.
		return meaning{}
	}
	return v.containing(headingKey(text))
}

// candidates are the parts of a heading that may name its section, the most certain first.
func (v *vocabulary) candidates(text string) []string {
	list := []string{text}
	add := func(s string) {
		if s = strings.TrimSpace(s); s != "" && s != list[len(list)-1] {
			list = append(list, s)
		}
	}
	plain := numberingPattern.ReplaceAllString(text, "")
	add(plain)
	bare := strings.TrimSpace(withoutBrackets(plain))
	if bare == "" {
		bare = strings.Trim(plain, "()（）[]【】「」『』〔〕 ")
	}
	add(bare)
	head, tail := splitHeading(bare)
	add(head)
	if tail != "" && len(strings.Fields(head)) <= 6 {
		add(tail)
	}
	for _, part := range [2]string{head, bare} {
		if first := firstOfSeveral(part); first != "" {
			add(first)
		}
	}
	if strings.Contains(bare, "の") {
		add(strings.ReplaceAll(bare, "の", ""))
	}
	// "Working theory (root cause)": the bracket may be the name.
	if inner := bracketPattern.FindString(plain); inner != "" {
		add(strings.Trim(inner, "()（）[]【】「」『』〔〕 "))
	}
	return list
}

// splitHeading divides "Timeline - May 29, 2021" and "Kafka: root cause" at the first dash, colon or bar.
func splitHeading(s string) (head, tail string) {
	at, width := -1, 0
	for _, mark := range []string{": ", "：", " - ", " – ", " — ", "—", " | ", " // ", " · ", " -- "} {
		if i := strings.Index(s, mark); i > 0 && (at < 0 || i < at) {
			at, width = i, len(mark)
		}
	}
	if at < 0 {
		return s, ""
	}
	return s[:at], s[at+width:]
}

// firstOfSeveral returns the first of two or more names: "Impact and severity", "Detection & response", "概要/影響".
func firstOfSeveral(s string) string {
	at := -1
	lower := strings.ToLower(s)
	for _, mark := range []string{" and ", " & ", "/", ", ", " + ", " und ", " et ", " y ", " og ", " och ", " en ", " e ", " i ", " и ", "と", "・", "、", "及び", "および", "及", "和", "与", "與", " 및 "} {
		if i := strings.Index(lower, mark); i > 0 && (at < 0 || i < at) {
			at = i
		}
	}
	if at < 0 || at > len(s) {
		return ""
	}
	return s[:at]
}

// lookup finds a name exactly, then without numbers around it, then without the words that only qualify it.
func (v *vocabulary) lookup(s string) meaning {
	key := headingKey(s)
	if m, ok := v.byKey[key]; ok {
		return m
	}
	words := strings.Fields(key)
	if len(words) > 9 {
		return meaning{}
	}
	for len(words) > 1 && isNumber(words[0]) {
		words = words[1:]
	}
	for len(words) > 1 && isNumber(words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	for start := 0; start < len(words); start++ {
		for end := len(words); end > start; end-- {
			if m, ok := v.byKey[strings.Join(words[start:end], " ")]; ok && !m.story {
				return m
			}
			if !v.qualifiers[words[end-1]] {
				break
			}
		}
		if !v.qualifiers[words[start]] {
			break
		}
	}
	return meaning{}
}

func isNumber(s string) bool {
	for _, r := range s {
		if !unicode.IsDigit(r) {
			return false
		}
	}
	return true
}

// prepositions may follow the name of a section: "Timeline of the Kafka outage", "Ursache des Ausfalls".
var prepositions = map[string]bool{
	"of": true, "for": true, "on": true, "to": true, "in": true, "from": true, "as": true, "during": true, "at": true,
	"der": true, "des": true, "die": true, "von": true, "für": true, "fur": true, "auf": true, "zum": true, "zur": true, "am": true,
	"de": true, "du": true, "d": true, "sur": true, "pour": true, "del": true, "en": true, "para": true, "por": true, "sobre": true, "los": true,
	"av": true, "pa": true, "til": true, "i": true, "fra": true, "för": true, "van": true, "voor": true, "op": true, "da": true, "do": true, "no": true,
	"di": true, "sui": true, "per": true,
}

// prefixed finds a name with a phrase behind it. "Impact of the new design" is about a design: an impact is on somebody.
func (v *vocabulary) prefixed(key string) meaning {
	words := strings.Fields(key)
	if len(words) < 2 || len(words) > 10 {
		return meaning{}
	}
	for end := len(words) - 1; end > 0; end-- {
		m, ok := v.byKey[strings.Join(words[:end], " ")]
		if !ok || !m.certain() {
			continue
		}
		next := words[end]
		if end >= 2 && end == len(words)-1 {
			// Two words or more that are a name, and one that describes it: "Acciones correctivas implementadas".
			return m
		}
		if m.name == TimelineSection && m.certain() || prepositions[next] && !(m.name == Impact && next == "of") {
			return m
		}
	}
	return meaning{}
}

// suffixed finds a name of two words or more with others before it that describe it: "Preventative and corrective action items".
func (v *vocabulary) suffixed(key string) meaning {
	words := strings.Fields(key)
	for start := 1; start <= len(words)-2 && start <= 3; start++ {
		if m, ok := v.byKey[strings.Join(words[start:], " ")]; ok && m.certain() && !m.story {
			return m
		}
	}
	return meaning{}
}

// containing finds a name inside a short heading of a language that writes no spaces: "今回の障害の影響範囲".
func (v *vocabulary) containing(key string) meaning {
	if !strings.ContainsFunc(key, isIdeographic) {
		return meaning{}
	}
	compact := strings.ReplaceAll(key, " ", "")
	length := utf8.RuneCountInString(compact)
	for _, synonym := range v.eastAsian {
		runes := utf8.RuneCountInString(synonym)
		if length > runes+7 || !(strings.HasSuffix(compact, synonym) || strings.HasPrefix(compact, synonym)) {
			continue
		}
		return v.byKey[synonym]
	}
	return meaning{}
}
