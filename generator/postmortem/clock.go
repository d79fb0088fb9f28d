package postmortem

import (
	"strings"
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

// wordSet reads words divided by spaces, and phrases divided by bars.
func wordSet(words, phrases string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	for _, phrase := range strings.Split(phrases, "|") {
		set[phrase] = true
	}
	return set
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
		if approximateWords[phrase] {
			return end, true
		}
		if leadWords[phrase] {
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

// scanDatePart reads a date with an optional weekday behind it.
func (st *stamp) scanDatePart(s string) int {
	n := st.scanDate(s)
	if n == 0 {
		return 0
	}
	rest := strings.TrimLeft(s[n:], " ")
	if day, m, _ := scanWeekday(rest); m > 0 && (rest[0] == '(' || strings.HasPrefix(rest, "（") || isIdeographic(firstRune(rest))) {
		st.weekday = int(day)
		n += len(s[n:]) - len(rest) + m
	}
	return n
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// scanDate reads one date: ISO, numeric in any order, with a month's name, or East Asian.
func (st *stamp) scanDate(s string) int {
	if s == "" {
		return 0
	}
	if unicode.IsLetter(firstRune(s)) {
		return st.scanMonthFirst(s)
	}
	first, n := digits(s)
	if n == 0 {
		return 0
	}
	switch {
	case n == 8:
		return st.take(Date{first / 10000, time.Month(first / 100 % 100), first % 100}, 8, s)
	case n == 4:
		return st.scanYearFirst(s, first, n)
	case n <= 2:
		return st.scanDayOrMonthFirst(s, first, n)
	}
	return 0
}

// take accepts a date that exists and does not run into further digits or letters.
func (st *stamp) take(d Date, n int, s string) int {
	if !validDay(d) || isDigitAt(s, n) {
		return 0
	}
	st.date = d
	return n
}

func (st *stamp) scanYearFirst(s string, year, n int) int {
	for _, units := range [][2]string{{"年", "月"}, {"년", "월"}} {
		rest := strings.TrimLeft(s[n:], " ")
		if rest, ok := strings.CutPrefix(rest, units[0]); ok {
			rest = strings.TrimLeft(rest, " ")
			month, m := digits(rest)
			if m == 0 {
				return 0
			}
			return st.scanDayUnit(s, Date{Year: year, Month: time.Month(month)}, len(s)-len(rest)+m, units[1])
		}
	}
	if n >= len(s) || !strings.ContainsRune("-/.", rune(s[n])) {
		return 0
	}
	separator := s[n]
	month, m := digits(s[n+1:])
	if m == 0 || m > 2 {
		// "2024-May-01"
		if at, k := scanMonth(s[n+1:]); k > 0 && n+1+k < len(s) && s[n+1+k] == separator {
			if day, j := digits(s[n+2+k:]); j > 0 && j <= 2 {
				return st.take(Date{year, at, day}, n+2+k+j, s)
			}
		}
		return 0
	}
	end := n + 1 + m
	if end >= len(s) || s[end] != separator {
		return 0
	}
	day, j := digits(s[end+1:])
	if j == 0 || j > 2 {
		return 0
	}
	return st.take(Date{year, time.Month(month), day}, end+1+j, s)
}

// scanDayUnit reads "12日" behind "5月", or the Korean equivalents.
func (st *stamp) scanDayUnit(s string, d Date, n int, monthUnit string) int {
	rest := strings.TrimLeft(s[n:], " ")
	rest, ok := strings.CutPrefix(rest, monthUnit)
	if !ok {
		return 0
	}
	rest = strings.TrimLeft(rest, " ")
	day, m := digits(rest)
	if m == 0 {
		return 0
	}
	rest = rest[m:]
	for _, unit := range []string{"日", "号", "號", "일"} {
		if after, ok := strings.CutPrefix(strings.TrimLeft(rest, " "), unit); ok {
			d.Day = day
			return st.take(d, len(s)-len(after), s)
		}
	}
	return 0
}

func (st *stamp) scanDayOrMonthFirst(s string, first, n int) int {
	for _, unit := range []string{"月", "월"} {
		if strings.HasPrefix(strings.TrimLeft(s[n:], " "), unit) {
			return st.scanDayUnit(s, Date{Month: time.Month(first)}, n, unit)
		}
	}
	if m := st.scanDayMonthName(s, first, n); m > 0 {
		return m
	}
	if n >= len(s) || !strings.ContainsRune("-/.", rune(s[n])) {
		return 0
	}
	separator := s[n]
	second, m := digits(s[n+1:])
	if m == 0 || m > 2 {
		return 0
	}
	end := n + 1 + m
	if end < len(s) && s[end] == separator {
		if year, j := digits(s[end+1:]); j == 4 || j == 2 {
			if j == 2 {
				year += 2000
			}
			return st.takeNumeric(first, second, year, separator, end+1+j, s)
		}
		if separator == '.' {
			// "29.05. 14:02"
			return st.takeNumeric(first, second, 0, separator, end+1, s)
		}
		return 0
	}
	// Without a year it is a date only when a time of day follows.
	rest := s[end:]
	spaces := len(rest) - len(strings.TrimLeft(rest, " ,"))
	probe := stamp{weekday: -1}
	if _, k, _ := scanWeekday(rest[spaces:]); k > 0 {
		spaces += k
		spaces += len(rest[spaces:]) - len(strings.TrimLeft(rest[spaces:], " ,"))
	}
	if spaces == 0 || probe.scanPlainClock(rest[spaces:]) == 0 {
		return 0
	}
	return st.takeNumeric(first, second, 0, separator, end, s)
}

// takeNumeric accepts a date of two numbers whose order is not certain: with full stops the day is first, with a dash and no year the month
// is, with a slash only numbers above twelve decide. An open order is noted as numeric, month first.
func (st *stamp) takeNumeric(first, second, year int, separator byte, n int, s string) int {
	monthFirst := Date{year, time.Month(first), second}
	dayFirst := Date{year, time.Month(second), first}
	switch {
	case separator == '.', separator == '-' && year != 0 && first > 12:
		return st.take(dayFirst, n, s)
	case separator == '-' && year == 0:
		return st.take(monthFirst, n, s)
	case !validDay(monthFirst):
		return st.take(dayFirst, n, s)
	}
	n = st.take(monthFirst, n, s)
	st.numeric = n > 0 && validDay(dayFirst) && first != second
	return n
}

// swapped is the date with day and month exchanged.
func (st *stamp) swapped() Date {
	return Date{st.date.Year, time.Month(st.date.Day), int(st.date.Month)}
}

// scanDayMonthName reads "27 Sep 2017", "27. September", "27th of September, 2017", "27-Sep-2017", "27 de septiembre de 2017".
func (st *stamp) scanDayMonthName(s string, day, n int) int {
	for _, suffix := range []string{"st", "nd", "rd", "th", "er", "º", "ª", "."} {
		if strings.HasPrefix(s[n:], suffix) {
			n += len(suffix)
			break
		}
	}
	rest := strings.TrimLeft(s[n:], " -/")
	for _, word := range []string{"of ", "de ", "d'", "d’"} {
		if len(rest) >= len(word) && strings.EqualFold(rest[:len(word)], word) {
			rest = strings.TrimLeft(rest[len(word):], " ")
		}
	}
	month, m := scanMonth(rest)
	if m == 0 {
		return 0
	}
	end := len(s) - len(rest) + m
	return st.takeWithYear(Date{Month: month, Day: day}, end, s)
}

// scanMonthFirst reads "Sep 27 2017", "September 27th, 2017", "Dec 17th", "Sep-27-2017".
func (st *stamp) scanMonthFirst(s string) int {
	month, n := scanMonth(s)
	if n == 0 {
		return 0
	}
	rest := strings.TrimLeft(s[n:], " -/")
	if len(rest) == len(s[n:]) && !strings.HasSuffix(s[:n], ".") {
		return 0
	}
	rest = strings.TrimPrefix(rest, "the ")
	day, m := digits(rest)
	if m == 0 || m > 2 {
		return 0
	}
	end := len(s) - len(rest) + m
	for _, suffix := range []string{"st", "nd", "rd", "th"} {
		if strings.HasPrefix(s[end:], suffix) {
			end += len(suffix)
			break
		}
	}
	// "May 14:02" is no date.
	if strings.HasPrefix(s[end:], ":") && isDigitAt(s, end+1) && isDigitAt(s, end+2) {
		return 0
	}
	return st.takeWithYear(Date{Month: month, Day: day}, end, s)
}

// takeWithYear accepts a day and month, and a year if one follows.
func (st *stamp) takeWithYear(d Date, n int, s string) int {
	rest := strings.TrimLeft(s[n:], " ,.-/")
	for _, word := range []string{"de ", "del ", "r. "} {
		if after, ok := strings.CutPrefix(rest, word); ok && isDigitAt(after, 0) {
			rest = after
		}
	}
	if year, m := digits(rest); m == 4 && year >= 1900 && year <= 2999 && !beginsMinutes(rest[m:]) && !wordAt(rest, m) {
		if full := (Date{year, d.Month, d.Day}); validDay(full) {
			st.date = full
			n = len(s) - len(rest) + m
			for _, suffix := range []string{" r.", " г.", " года"} {
				if strings.HasPrefix(s[n:], suffix) {
					n += len(suffix)
				}
			}
			return n
		}
	}
	if wordAt(s, n) {
		return 0
	}
	return st.take(d, n, s)
}

// beginsMinutes reports whether s goes on as the minutes of "2017:14" would, and not as the ":14:02:33" of a log's date.
func beginsMinutes(s string) bool {
	return strings.HasPrefix(s, ":") && isDigitAt(s, 1) && !(len(s) > 3 && s[3] == ':')
}

// digits reads a number in ASCII or full-width digits, and returns its value and length in bytes; more than eight digits are no number.
func digits(s string) (value, n int) {
	count := 0
	for n < len(s) && count <= 8 {
		if isDigit(s[n]) {
			value, n = value*10+int(s[n]-'0'), n+1
		} else if r, size := utf8.DecodeRuneInString(s[n:]); r >= '０' && r <= '９' {
			value, n = value*10+int(r-'０'), n+size
		} else {
			break
		}
		count++
	}
	if count > 8 {
		return 0, 0
	}
	if count != n {
		// Callers reason in digits; full-width ones are rare, and only their number of bytes differs.
		return value, n
	}
	return value, n
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
	// "14:02 UTC (16:02 CEST)" and "14:02 UTC/16:02 CEST": the second reading says the same.
	if rest := strings.TrimLeft(s[n:], " "); strings.HasPrefix(rest, "(") || strings.HasPrefix(rest, "/") {
		other := stamp{weekday: -1}
		inner := strings.TrimLeft(rest[1:], " ")
		if m := other.scanPlainClock(inner); m > 0 {
			if k := other.scanZonePart(inner[m:]); k > 0 {
				end := m + k
				if rest[0] == '/' {
					return len(s) - len(inner) + end
				}
				if strings.HasPrefix(inner[end:], ")") {
					return len(s) - len(inner) + end + 1
				}
			}
		}
	}
	return n
}

// rangeWords stand between the two ends of a range.
var rangeWords = []string{"-", "–", "—", "−", "~", "～", "〜", "to ", "until ", "till ", "through ", "and ", "bis ", "und ", "à ", "jusqu'à ", "a las ", "hasta las ", "til ", "tot ", "às ", "até ", "alle ", "do ", "->", "→", "=>", "から", "至", "到"}

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
	for _, words := range []string{"(+1)", "(+1d)", "(+1 day)", "+1d", "(next day)", "(am nächsten tag)", "(folgetag)", "(le lendemain)", "(lendemain)", "(j+1)", "(día siguiente)", "(dagen etter)", "（翌日）", "(翌日)", "（次日）", "(次日)", "（+1日）"} {
		if len(trimmed) >= len(words) && strings.EqualFold(trimmed[:len(words)], words) {
			st.days = 1
			return len(s) - len(trimmed) + len(words)
		}
	}
	return 0
}

// scanPlainClock reads a time of day alone.
func (st *stamp) scanPlainClock(s string) int {
	if s == "" {
		return 0
	}
	n := 0
	period, m := scanPeriod(s)
	if m > 0 {
		n = m + len(s[m:]) - len(strings.TrimLeft(s[m:], " "))
	}
	r := firstRune(s[n:])
	if !unicode.IsDigit(r) {
		if m > 0 {
			return 0
		}
		return st.scanNoon(s)
	}
	m = st.scanDigitsClock(s[n:])
	if m == 0 {
		return 0
	}
	n += m
	switch {
	case period == afternoon && st.hour < 12:
		st.hour += 12
		st.twelve = false
	case period == morning:
		if st.hour == 12 {
			st.hour = 0
		}
		st.twelve = false
	case period == midday && st.hour < 6:
		st.hour += 12
		st.twelve = false
	}
	return n
}

// The parts of a day that East Asian languages write before the hour.
const (
	noPeriod = iota
	morning
	midday
	afternoon
)

func scanPeriod(s string) (period, n int) {
	for _, p := range []struct {
		word   string
		period int
	}{
		{"上午", morning}, {"凌晨", morning}, {"早上", morning}, {"清晨", morning}, {"午前", morning}, {"오전", morning}, {"새벽", morning}, {"未明", morning}, {"早朝", morning},
		{"中午", midday}, {"正午", midday},
		{"下午", afternoon}, {"晚上", afternoon}, {"傍晚", afternoon}, {"午後", afternoon}, {"오후", afternoon}, {"夜", afternoon}, {"深夜", noPeriod}, {"当日", noPeriod}, {"当天", noPeriod}, {"同日", noPeriod},
	} {
		if strings.HasPrefix(s, p.word) {
			return p.period, len(p.word)
		}
	}
	return noPeriod, 0
}

// scanNoon reads "noon", "midnight" and their like.
func (st *stamp) scanNoon(s string) int {
	n := letters(s)
	hour := 0
	switch strings.ToLower(s[:n]) {
	case "noon", "midi", "mittags", "mediodía", "middag":
		hour = 12
	case "midnight", "minuit", "mitternacht", "medianoche", "midnatt":
	default:
		return 0
	}
	st.hasClock, st.hour, st.minute = true, hour, 0
	return n
}

// scanDigitsClock reads a time of day that begins with a digit. The forms are tried from the most certain to the least.
func (st *stamp) scanDigitsClock(s string) int {
	hour, n := digits(s)
	width := n
	if firstRune(s) >= '０' {
		width = n / 3
	}
	for _, form := range []func(s string, hour, n, width int) int{st.colonClock, st.unitClock, st.hourClock, st.meridiemClock, st.dottedClock, st.militaryClock} {
		if m := form(s, hour, n, width); m > 0 {
			return m
		}
	}
	return 0
}

// accept sets the time of day. A time that does not exist is kept as impossible, so that its author can be told.
func (st *stamp) accept(hour, minute, second int) {
	st.hasClock = true
	st.hour, st.minute, st.second = hour, minute, second
	if hour > 24 || minute > 59 || second > 60 || hour == 24 && minute+second > 0 {
		st.hasClock, st.impossible = false, true
	}
}

// colonClock reads 14:02, 14:02:33, 14:02:33.123, 2:02 pm, 14:02 Uhr.
func (st *stamp) colonClock(s string, hour, n, width int) int {
	if width > 2 {
		return 0
	}
	colon := 0
	for _, mark := range []string{":", "：", "∶", "h:"} {
		if strings.HasPrefix(s[n:], mark) {
			colon = len(mark)
			break
		}
	}
	if colon == 0 {
		return 0
	}
	minute, m := digits(s[n+colon:])
	if m != 2 && m != 6 {
		return 0
	}
	end := n + colon + m
	second := 0
	if strings.HasPrefix(s[end:], ":") || strings.HasPrefix(s[end:], "：") {
		_, size := utf8.DecodeRuneInString(s[end:])
		sec, k := digits(s[end+size:])
		if k == 2 || k == 6 {
			second, end = sec, end+size+k
			if end < len(s) && (s[end] == '.' || s[end] == ',') {
				if _, k := digits(s[end+1:]); k > 0 {
					end += 1 + k
				}
			}
		}
	}
	st.accept(hour, minute, second)
	st.twelve = width == 1 && hour >= 1 || hour >= 10 && hour <= 12
	return end + st.scanMeridiem(s[end:]) + skipUnit(s[end:])
}

// unitClock reads 14時30分, 14点半, 14시 30분.
func (st *stamp) unitClock(s string, hour, n, width int) int {
	if width > 2 {
		return 0
	}
	rest := strings.TrimLeft(s[n:], " ")
	for _, unit := range []struct{ hour, minute string }{{"時", "分"}, {"时", "分"}, {"点", "分"}, {"點", "分"}, {"시", "분"}} {
		after, ok := strings.CutPrefix(rest, unit.hour)
		if !ok || strings.HasPrefix(after, "間") || strings.HasPrefix(after, "间") || strings.HasPrefix(after, "간") {
			continue
		}
		after = strings.TrimPrefix(after, "钟")
		minute := 0
		tight := strings.TrimLeft(after, " ")
		if half, ok := strings.CutPrefix(tight, "半"); ok {
			minute, after = 30, half
		} else if m, k := digits(tight); k > 0 {
			if past, ok := strings.CutPrefix(strings.TrimLeft(tight[k:], " "), unit.minute); ok {
				minute, after = m, past
				if sec, j := digits(strings.TrimLeft(past, " ")); j > 0 {
					if end, ok := strings.CutPrefix(strings.TrimLeft(past, " ")[j:], "秒"); ok && sec < 60 {
						after = end
					}
				}
			}
		}
		st.accept(hour, minute, 0)
		st.twelve = hour <= 12 && width == 1
		return len(s) - len(after)
	}
	return 0
}

// hourClock reads 14h30, 14 h 30, 14h, 14 Uhr, 14 Uhr 30, 14u30.
func (st *stamp) hourClock(s string, hour, n, width int) int {
	if width > 2 || hour > 24 {
		return 0
	}
	rest := strings.TrimLeft(s[n:], " \u00a0\u202f")
	for _, unit := range []string{"heures", "heure", "horas", "hora", "uhr", "uur", "ore", "hs", "h", "u", "ч"} {
		if len(rest) < len(unit) || !strings.EqualFold(rest[:len(unit)], unit) {
			continue
		}
		after := rest[len(unit):]
		tight := strings.TrimLeft(after, " \u00a0\u202f")
		if minute, m := digits(tight); m == 2 && minute < 60 && (len(tight) == len(after) || unit != "h" || strings.HasPrefix(after, " ") && !wordAt(tight, m)) {
			end := tight[m:]
			for _, min := range []string{"min", "mn", "m"} {
				if strings.HasPrefix(end, min) && !wordAt(end, len(min)) {
					end = end[len(min):]
				}
			}
			if !wordAt(end, 0) && !strings.HasPrefix(end, ":") {
				st.accept(hour, minute, 0)
				return len(s) - len(end)
			}
		}
		if wordAt(after, 0) {
			continue
		}
		// "2h" may be a duration; a clock is written before a separator or a zone, or by a unit that is none.
		if unit == "h" || unit == "u" {
			if !separates(after) {
				continue
			}
		}
		st.accept(hour, 0, 0)
		return len(s) - len(after)
	}
	return 0
}

// separates reports whether s begins with the end of a stamp: nothing, a mark, or a zone.
func separates(s string) bool {
	s = strings.TrimLeft(s, " \u00a0")
	if s == "" {
		return true
	}
	if strings.ContainsRune(":-–—|),]→", firstRune(s)) {
		return true
	}
	_, n := scanZone(s)
	return n > 0
}

// meridiemClock reads 5AM, 5 p.m.
func (st *stamp) meridiemClock(s string, hour, n, width int) int {
	if width > 2 || hour > 12 || hour == 0 {
		return 0
	}
	st.hour = hour
	m := st.scanMeridiem(s[n:])
	if m == 0 {
		return 0
	}
	hour = st.hour
	st.accept(hour, 0, 0)
	return n + m
}

// dottedClock reads 10.42 and 10.42.07; a version number or a decimal is none.
func (st *stamp) dottedClock(s string, hour, n, width int) int {
	if width > 2 || hour > 24 || !strings.HasPrefix(s[n:], ".") {
		return 0
	}
	minute, m := digits(s[n+1:])
	end := n + 1 + m
	if m != 2 || minute > 59 || strings.HasPrefix(s[end:], "%") || wordAt(s, end) && !isASCIILetterAt(s, end) {
		return 0
	}
	if strings.HasPrefix(s[end:], ".") {
		second, k := digits(s[end+1:])
		if k != 2 || second > 59 || hour < 1 || strings.HasPrefix(s[end+1+k:], ".") {
			return 0
		}
		st.accept(hour, minute, second)
		return end + 1 + k
	}
	st.accept(hour, minute, 0)
	return end + st.scanMeridiem(s[end:]) + skipUnit(s[end:])
}

// militaryClock reads 1301Z, 1301 UTC, 1301h, and 1301 behind a date or before a separator. A year is none.
func (st *stamp) militaryClock(s string, hour, n, width int) int {
	if width != 4 && width != 6 {
		return 0
	}
	value, second := hour, 0
	if width == 6 {
		value, second = hour/100, hour%100
	}
	if value/100 > 24 || value%100 > 59 || second > 59 {
		return 0
	}
	unit := skipUnit(s[n:])
	_, zoned := scanZone(strings.TrimLeft(s[n+unit:], " "))
	certain := unit > 0 || zoned > 0 || st.hasDate()
	if !certain && (width == 6 || value >= 1900 && value < 2100 || !separates(s[n:]) || s[n:] == "") {
		return 0
	}
	if wordAt(s, n) && unit == 0 && zoned == 0 {
		return 0
	}
	st.accept(value/100, value%100, second)
	return n + unit
}

// scanMeridiem reads am and pm behind an hour, and turns the hour.
func (st *stamp) scanMeridiem(s string) int {
	trimmed := strings.TrimLeft(s, " \u00a0\u202f")
	gap := len(s) - len(trimmed)
	if gap > 3 || len(trimmed) < 2 {
		return 0
	}
	half := trimmed[0] | 0x20
	if half != 'a' && half != 'p' {
		return 0
	}
	n := 1
	if trimmed[n] == '.' {
		n++
	}
	if n >= len(trimmed) || trimmed[n]|0x20 != 'm' {
		return 0
	}
	n++
	if strings.HasPrefix(trimmed[n:], ".") && trimmed[1] == '.' {
		n++
	}
	if wordAt(trimmed, n) {
		return 0
	}
	switch {
	case half == 'p' && st.hour < 12:
		st.hour += 12
	case half == 'a' && st.hour == 12:
		st.hour = 0
	}
	st.twelve = false
	return gap + n
}

// skipUnit returns the length of a word for "o'clock" behind a time.
func skipUnit(s string) int {
	trimmed := strings.TrimLeft(s, " \u00a0")
	for _, unit := range []string{"o'clock", "o’clock", "hours", "hrs", "hr", "uhr", "uur", "heures", "horas", "hs", "h", "klo"} {
		if len(trimmed) >= len(unit) && strings.EqualFold(trimmed[:len(unit)], unit) && !wordAt(trimmed, len(unit)) {
			n := len(s) - len(trimmed) + len(unit)
			if strings.HasPrefix(s[n:], ".") && unit != "h" && len(unit) <= 3 && unit != "uhr" {
				n++
			}
			return n
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
	if marks == 0 || strings.Contains(text, ":") == false && !strings.HasPrefix(text, "??") && text != "xx" && text != "XX" {
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

// scanColonDuration reads 00:12 as twelve minutes and 01:30:00 as an hour and a half.
func scanColonDuration(s string) (time.Duration, int) {
	first, n := digits(s)
	if n == 0 || n > 3 || !strings.HasPrefix(s[n:], ":") {
		return 0, 0
	}
	second, m := digits(s[n+1:])
	if m != 2 || second > 59 {
		return 0, 0
	}
	n += 1 + m
	if strings.HasPrefix(s[n:], ":") {
		if third, k := digits(s[n+1:]); k == 2 && third < 60 {
			return time.Duration(first)*time.Hour + time.Duration(second)*time.Minute + time.Duration(third)*time.Second, n + 1 + k
		}
	}
	if wordAt(s, n) {
		return 0, 0
	}
	return time.Duration(first)*time.Hour + time.Duration(second)*time.Minute, n
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
