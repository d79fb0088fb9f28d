package postmortem

import (
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// A stamp is a point in time as somebody wrote it at the head of a timeline entry: a date, a time of day, a zone, in any order and with any
// of them left out. What is left out is taken from its surroundings later; see calendarReader.
type stamp struct {
	// date is what is written of the day; Year is 0 when only month and day are. numeric is set when day and month may be swapped.
	date    Date
	numeric bool
	weekday int // time.Weekday, -1 when unwritten
	// hasClock is true when a time of day is written.
	hasClock             bool
	hour, minute, second int
	// twelve is true for a time such as 1:05 that might mean the afternoon: an hour below 13 without a leading zero, am or pm.
	twelve bool
	// iso is true when a T joins date and time, so that what follows with a sign is an offset and not the end of a range.
	iso    bool
	zone   zone
	approx bool
	// unclear is true for what stands in the place of a time and is none: "22:XX", "--:--". impossible is true for 25:61.
	unclear, impossible bool
	// relative is true for "T+5m"; offset is then the distance from the start.
	relative bool
	offset   time.Duration
	// days are added to the date: 1 for "00:12 (+1)" and "next day 09:00".
	days int
	// hasEnd is true for a range; end is its other side, without further ranges.
	hasEnd bool
	end    *stamp
}

// hasDate reports whether any part of the day is written.
func (s *stamp) hasDate() bool { return !s.date.IsZero() }

// timed reports whether the stamp says when on a day something happened, or stands in the place of that.
func (s *stamp) timed() bool { return s.hasClock || s.unclear || s.relative || s.impossible }

// dayOnly reports whether the stamp is a date and nothing else.
func (s *stamp) dayOnly() bool { return s.hasDate() && !s.timed() }

// scanStamp reads a stamp at the start of a line, with the brackets, marks and words around it ("[16:50]", "~14:00", "um 14:02 Uhr", "At
// 5AM UTC,"), and the separator behind it. It returns the bytes read, 0 when the line does not begin with a stamp.
func scanStamp(s string) (stamp, int) {
	n := skipDecoration(s)
	st := stamp{weekday: -1}
	open := byte(0)
	if n < len(s) && (s[n] == '[' || s[n] == '(') {
		open = s[n]
		n++
	} else if r, size := utf8.DecodeRuneInString(s[n:]); r == '【' || r == '（' || r == '［' || r == '「' || r == '〔' {
		open = '*'
		n += size
	}
	if open == '[' || open == 0 {
		n += skipDecoration(s[n:])
	}
	m := st.scan(s[n:])
	if m == 0 {
		return stamp{}, 0
	}
	n += m
	if open != 0 {
		shut := strings.IndexAny(s[n:], "])】）］」〕")
		if shut < 0 || shut > 24 || strings.ContainsAny(s[n:n+shut], "\n[(") {
			return stamp{}, 0
		}
		// What else stands in the brackets is a remark on the time, such as a second zone.
		_, size := utf8.DecodeRuneInString(s[n+shut:])
		if between := strings.TrimSpace(s[n : n+shut]); strings.HasPrefix(between, "?") || strings.HasPrefix(between, "~") {
			st.approx = true
		}
		n += shut + size
		if !st.hasClock && !st.unclear && !st.relative {
			// "[2024-05-01] 14:02": the time follows the bracketed date.
			rest := n + len(s[n:]) - len(strings.TrimLeft(s[n:], " -–—:,"))
			if m := st.scanRest(s[rest:]); m > 0 {
				n = rest + m
			}
		} else if z, m := scanZone(strings.TrimLeft(s[n:], " ")); m > 0 && !st.zone.stated() {
			st.zone = z
			n += len(s[n:]) - len(strings.TrimLeft(s[n:], " ")) + m
		}
	}
	n += st.scanTail(s[n:])
	if open == 0 && wordAt(s, n) && n > 0 && !endsInSeparator(s[:n]) {
		r, _ := utf8.DecodeLastRuneInString(s[:n])
		if !isIdeographic(r) && r != ')' && r != '）' {
			return stamp{}, 0
		}
	}
	return st, n + skipSeparator(s[n:])
}

func endsInSeparator(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r)
}

// scan reads the parts of a stamp in whatever order they come.
func (st *stamp) scan(s string) int {
	n := st.scanLead(s)
	m := st.scanParts(s[n:])
	if m == 0 {
		return 0
	}
	return n + m
}

// scanRest reads a time of day, and what may follow it, for a stamp that has its date.
func (st *stamp) scanRest(s string) int {
	lead := st.scanLead(s)
	m := st.scanClockPart(s[lead:])
	if m == 0 {
		return 0
	}
	return lead + m
}

func (st *stamp) scanParts(s string) int {
	n, progressed := 0, false
	if day, m, long := scanWeekday(s); m > 0 {
		// A weekday counts only with a date or a time behind it.
		rest := strings.TrimLeft(s[m:], " ,;:-–—")
		probe := stamp{weekday: int(day)}
		lead := probe.scanLead(rest)
		if k := probe.scanDatePart(rest[lead:]); k > 0 || (long || strings.HasSuffix(s[:m], ".")) && probe.scanClockPart(rest[lead:]) > 0 {
			st.weekday = int(day)
			n = len(s) - len(rest)
		}
	}
	for {
		gap := 0
		if progressed {
			gap = st.scanJoint(s[n:])
		}
		rest := s[n+gap:]
		if !st.hasDate() && !st.relative {
			if m := st.scanDatePart(rest); m > 0 {
				n += gap + m
				n += skipLastDay(s[n:])
				progressed = true
				continue
			}
			// "14:05 on 2021-05-29"
			if progressed {
				approx := st.approx
				if lead := st.scanLead(rest); lead > 0 {
					if m := st.scanDatePart(rest[lead:]); m > 0 {
						n += gap + lead + m
						continue
					}
				}
				st.approx = approx
			}
		}
		if !st.timed() {
			if m := st.scanClockPart(rest); m > 0 {
				n += gap + m
				progressed = true
				continue
			}
			// "2024-05-01 at around 14:00"
			if progressed {
				approx := st.approx
				if lead := st.scanLead(rest); lead > 0 {
					if m := st.scanClockPart(rest[lead:]); m > 0 {
						n += gap + lead + m
						continue
					}
				}
				st.approx = approx
			}
		}
		break
	}
	if !progressed {
		return 0
	}
	return n
}

// scanLead reads words before a time: "at", "around", "um", "vers", "kl.", "~". It returns 0 when there are none.
func (st *stamp) scanLead(s string) int {
	n := 0
	for range 4 {
		rest := s[n:]
		trimmed := strings.TrimLeft(rest, " ")
		skip := len(rest) - len(trimmed)
		switch {
		case strings.HasPrefix(trimmed, "~"), strings.HasPrefix(trimmed, "≈"), strings.HasPrefix(trimmed, "～"), strings.HasPrefix(trimmed, "±"):
			_, size := utf8.DecodeRuneInString(trimmed)
			st.approx = true
			n += skip + size
			continue
		case strings.HasPrefix(trimmed, "@ "):
			n += skip + 2
			continue
		}
		word, approx := leadWord(trimmed)
		if word == 0 {
			break
		}
		st.approx = st.approx || approx
		n += skip + word
		if strings.HasPrefix(strings.ToLower(trimmed), "update") {
			// "Update - 2023-03-29 15h50 UTC"
			n += len(s[n:]) - len(strings.TrimLeft(s[n:], " -–—:("))
		}
	}
	return n + len(s[n:]) - len(strings.TrimLeft(s[n:], " "))
}

// leadWords are the words that may stand before a time or a date and say nothing but "at"; approximateWords say "about". Words are divided
// by spaces, phrases by bars.
var (
	leadWords = wordSet(
		"at by from since between on as um ab seit am den der dem zwischen uhrzeit à a dès depuis le la les el las los desde entre kl kl. klokken "+
			"klokka fra på mellom om vanaf sinds op tussen às alle ore dalle il o od godz. godz dnia в с",
		"update|update at|update:|updated|updated at|edit|starting|starting at|beginning at|as of|at time|à partir de|a las|a la|desde las|entre las|a partir das|a partir de las|das|as|alle ore|dalle ore|at approximately")
	approximateWords = wordSet(
		"around about roughly approximately approx approx. ca ca. circa c. gegen ungefähr etwa zirka vers environ aproximadamente aprox aprox. omkring rundt cirka "+
			"omtrent omstreeks rond ongeveer около примерно 约 约莫 大约 大約 約 およそ 약 before after nach vor avant après verso estimated",
		"sometime before|shortly after|shortly before|just before|just after|kurz nach|kurz vor|aux alentours de|autour de|sobre las|hacia las|hacia la|"+
			"alrededor de las|por volta das|cerca das|cerca de las|antes de las|después de las|verso le|rond de")
)

// wordSet reads words divided by spaces, and phrases divided by bars, when it is first asked for.
func wordSet(words, phrases string) func() map[string]bool {
	return sync.OnceValue(func() map[string]bool {
		set := map[string]bool{}
		for word := range strings.FieldsSeq(words) {
			set[word] = true
		}
		for phrase := range strings.SplitSeq(phrases, "|") {
			set[phrase] = true
		}
		return set
	})
}

// leadWord returns the length of the longest lead phrase s begins with, and whether it says "about".
func leadWord(s string) (n int, approx bool) {
	r, _ := utf8.DecodeRuneInString(s)
	if !unicode.IsLetter(r) {
		return 0, false
	}
	head := strings.ToLower(clipRunes(s, 28))
	if len(head) > len(s) {
		return 0, false
	}
	for end := len(head); end > 0; end-- {
		if end < len(head) && !utf8.RuneStart(head[end]) {
			continue
		}
		// A phrase ends where a word does; "kl14:00" and ideographs are written without a space.
		if last, _ := utf8.DecodeLastRuneInString(head[:end]); !isIdeographic(last) && !isDigitAt(head, end) && (wordAt(head, end) || strings.HasPrefix(head[end:], "-")) {
			continue
		}
		phrase := head[:end]
		if isDigitAt(head, end) && !strings.HasPrefix(phrase, "kl") && !isIdeographic(firstRune(phrase)) {
			continue
		}
		if approximateWords()[phrase] {
			return end, true
		}
		if leadWords()[phrase] {
			return end, false
		}
	}
	return 0, false
}

// scanJoint reads what may stand between a date and a time: spaces, a comma, "T", a dash, "at". It returns 0 when nothing does.
func (st *stamp) scanJoint(s string) int {
	n := len(s) - len(strings.TrimLeft(s, " \t\u00a0\u3000"))
	rest := s[n:]
	switch {
	case n == 0 && (strings.HasPrefix(rest, "T") || strings.HasPrefix(rest, "t") || strings.HasPrefix(rest, "_")) && isDigitAt(rest, 1):
		st.iso = rest[0] != '_'
		return 1
	case strings.HasPrefix(rest, ")"), strings.HasPrefix(rest, "]"):
		// "(2024-05-01) 14:02" is handled by scanStamp.
		return n
	}
	for _, mark := range []string{",", "-", "–", "—", "@", "|", ";", "/", "、", ":", "："} {
		if strings.HasPrefix(rest, mark) && !strings.HasPrefix(rest, "--") {
			n += len(mark)
			n += len(s[n:]) - len(strings.TrimLeft(s[n:], " \t"))
			break
		}
	}
	return n
}

// scanClockPart reads a time of day with all that may follow it: a zone, a second zone in brackets, the end of a range, the date.
func (st *stamp) scanClockPart(s string) int {
	n := st.scanRelative(s)
	if n > 0 {
		return n
	}
	if n = st.scanPlainClock(s); n == 0 {
		return st.scanUnclear(s)
	}
	n += st.scanAfterClock(s[n:])
	return n
}

// scanAfterClock reads the zone, a mark of doubt, and the end of a range behind a time of day.
func (st *stamp) scanAfterClock(s string) int {
	n := 0
	if m := st.scanZonePart(s); m > 0 {
		n = m
	} else {
		n = secondReading(s, false)
	}
	for _, mark := range []string{"~", "頃", "ごろ", "ころ", "左右", "许", "許", "경", "쯤", "(?)", "?"} {
		if strings.HasPrefix(s[n:], mark) {
			st.approx = true
			n += len(mark)
			break
		}
	}
	return n + st.scanRangeEnd(s[n:])
}

func (st *stamp) scanZonePart(s string) int {
	trimmed := strings.TrimLeft(s, " \u00a0")
	gap := len(s) - len(trimmed)
	if gap > 0 && (strings.HasPrefix(trimmed, "-") || strings.HasPrefix(trimmed, "+")) {
		// "14:02 -0500" is an offset, "14:02 -05 nodes" is not.
		if _, m := signedOffset(trimmed); m < 5 {
			return 0
		}
	}
	if gap == 0 && strings.HasPrefix(trimmed, "-") && !st.iso && st.second == 0 {
		// "13:30-13:45" is a range.
		return 0
	}
	z, n := scanZone(trimmed)
	if n == 0 {
		return 0
	}
	if word := trimmed[:n]; isCommonWord(word) && !strings.HasPrefix(word, "Z") {
		return 0
	}
	st.zone = z
	n += gap
	return n + secondReading(s[n:], true)
}

// secondReading returns how many bytes repeat a time in another zone: "14:02 UTC (16:02 CEST)", "14:02 UTC/16:02 CEST", and with slash
// unset only the first.
func secondReading(s string, slash bool) int {
	rest := strings.TrimLeft(s, " ")
	if !strings.HasPrefix(rest, "(") && !(slash && strings.HasPrefix(rest, "/")) {
		return 0
	}
	other := stamp{weekday: -1}
	inner := strings.TrimLeft(rest[1:], " ")
	m := other.scanPlainClock(inner)
	if m == 0 {
		return 0
	}
	k := other.scanZonePart(inner[m:])
	switch end := m + k; {
	case k == 0:
		return 0
	case rest[0] == '/':
		return len(s) - len(inner) + end
	case strings.HasPrefix(inner[end:], ")"):
		return len(s) - len(inner) + end + 1
	}
	return 0
}

// rangeWords stand between the two ends of a range.
var rangeWords = []string{"-", "–", "—", "−", "~", "～", "〜", "to ", "until ", "till ", "through ", "and ", "bis ", "und ", "à ", "jusqu'à ", "a las ", "hasta las ", "til ", "tot ", "às ", "até ", "alle ", "do ", "al ", "au ", "a ", "y ", "e ", "et ", "en ", "og ", "och ", "и ", "до ", "->", "→", "=>", "から", "至", "到"}

// scanRangeEnd reads "- 13:45" and "to 2023-07-16 11:00".
func (st *stamp) scanRangeEnd(s string) int {
	trimmed := strings.TrimLeft(s, " ")
	for _, word := range rangeWords {
		rest, ok := strings.CutPrefix(trimmed, word)
		if !ok {
			continue
		}
		rest = strings.TrimLeft(rest, " ")
		end := stamp{weekday: -1}
		n := end.scanDatePart(rest)
		if n > 0 {
			n += end.scanJoint(rest[n:])
		}
		m := end.scanPlainClock(rest[n:])
		if m == 0 || wordAt(rest, n+m) && !isASCIILetterAt(rest, n+m) {
			continue
		}
		n += m
		n += end.scanZonePart(rest[n:])
		if wordAt(rest, n) {
			continue
		}
		st.hasEnd, st.end = true, &end
		if end.zone.stated() && !st.zone.stated() {
			st.zone = end.zone
		}
		return len(s) - len(rest) + n
	}
	return 0
}

// scanTail reads a remark on the day behind everything else: "(+1)", "(next day)".
func (st *stamp) scanTail(s string) int {
	trimmed := strings.TrimLeft(s, " ")
	if inner, ok := strings.CutPrefix(trimmed, "("); ok && !st.hasDate() {
		// "22:30 UTC (Oct 29)"
		dated := stamp{weekday: -1}
		if n := dated.scanDatePart(inner); n > 0 && strings.HasPrefix(inner[n:], ")") {
			st.date, st.numeric, st.weekday = dated.date, dated.numeric, dated.weekday
			return len(s) - len(inner) + n + 1
		}
	}
	for _, words := range []string{"(+1)", "(+1d)", "(+1 day)", "+1d", "(next day)", "(am nächsten tag)", "(folgetag)", "(le lendemain)", "(lendemain)", "(j+1)", "(día siguiente)", "(dagen etter)", "（翌日）", "(翌日)", "（次日）", "(次日)", "（+1日）"} {
		if len(trimmed) >= len(words) && strings.EqualFold(trimmed[:len(words)], words) {
			st.days = 1
			return len(s) - len(trimmed) + len(words)
		}
	}
	return 0
}

// scanUnclear reads what people write when they do not know the time: "22:XX", "HH:mm", "--:--", "??:??", "???".
func (st *stamp) scanUnclear(s string) int {
	n, marks, others := 0, 0, 0
	for n < len(s) {
		c := s[n]
		switch {
		case c == 'X' || c == 'x' || c == '?' || c == '#' || c == '_':
			marks++
		case c == '-' && marks+others == 0 || c == '-' && n > 0 && (s[n-1] == '-' || s[n-1] == ':'):
			marks++
		case isDigit(c) || c == ':' || c == '.' && n > 0:
			others++
		default:
			goto done
		}
		n++
	}
done:
	text := strings.TrimRight(s[:n], ".:")
	if marks == 0 || !strings.Contains(text, ":") && !strings.HasPrefix(text, "??") && text != "xx" && text != "XX" {
		for _, words := range []string{"HH:mm:ss", "HH:MM:SS", "HH:mm", "HH:MM", "hh:mm", "TBD", "TBC", "N/A"} {
			if strings.HasPrefix(s, words) && !wordAt(s, len(words)) {
				st.unclear = true
				return len(words)
			}
		}
		return 0
	}
	if text == "" || wordAt(s, len(text)) {
		return 0
	}
	st.unclear = true
	return len(text)
}

// scanRelative reads a distance from the start: T+5m, T-10, T0, +00:12, +5 min, t = 0.
func (st *stamp) scanRelative(s string) int {
	n := 0
	tee := len(s) > 1 && (s[0] == 'T' || s[0] == 't')
	if tee {
		n = 1 + len(s[1:]) - len(strings.TrimLeft(s[1:], " "))
	}
	if tee && n < len(s) && (s[n] == '0' || strings.HasPrefix(s[n:], "=0") || strings.HasPrefix(s[n:], "= 0")) {
		n += strings.IndexByte(s[n:], '0') + 1
		if wordAt(s, n) || strings.HasPrefix(s[n:], ".") {
			return 0
		}
		st.relative = true
		return n
	}
	sign := time.Duration(1)
	switch {
	case strings.HasPrefix(s[n:], "+"):
		n++
	case tee && strings.HasPrefix(s[n:], "-"):
		sign, n = -1, n+1
	case tee && strings.HasPrefix(s[n:], "−"):
		sign, n = -1, n+len("−")
	default:
		return 0
	}
	n += len(s[n:]) - len(strings.TrimLeft(s[n:], " "))
	if d, m := scanColonDuration(s[n:]); m > 0 {
		st.relative, st.offset = true, sign*d
		return n + m
	}
	if d, m := scanDuration(s[n:]); m > 0 && !wordAt(s, n+m) {
		st.relative, st.offset = true, sign*d
		return n + m
	}
	if minutes, m := digits(s[n:]); tee && m > 0 && m <= 4 && !wordAt(s, n+m) {
		st.relative, st.offset = true, sign*time.Duration(minutes)*time.Minute
		return n + m
	}
	return 0
}

// skipDecoration returns how many bytes of marks stand before a stamp: bullets, quotes, emoji.
func skipDecoration(s string) int {
	n := 0
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		switch {
		case unicode.IsSpace(r), strings.ContainsRune("•·▪●○◦►▶➤*|>\"'`“”‘’\ufe0f\u200b\u200d", r), r != '~' && r != '≈' && r != '±' && r != '+' && r != '-' && r != '−' && r != '～' && unicode.In(r, unicode.So, unicode.Sk):
			n += size
		case r == '-' || r == '–' || r == '—':
			// "- 14:02" inside a paragraph is a bullet; "--:--" is no bullet.
			if n+size < len(s) && s[n+size] == ' ' {
				n += size
				continue
			}
			return n
		default:
			return n
		}
	}
	return n
}

// skipSeparator returns how many bytes divide a stamp from its text: spaces, dashes, a colon.
func skipSeparator(s string) int {
	n := 0
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if r == '\n' && !strings.HasPrefix(s[n+size:], ": ") || !unicode.IsSpace(r) && !strings.ContainsRune("-–—−:：|,;、，。·•→⇒>=／/\u200b", r) && !(r == '.' && n == 0) {
			break
		}
		if r == '>' && n == 0 {
			break
		}
		n += size
	}
	return n
}
