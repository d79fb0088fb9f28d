package postmortem

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

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

// skipLastDay returns the length of the second half of "2026-05-19 to 2026-05-21", "2026-08-18 → 08-20" and "2026-04-11-14"; the first day
// is the one that counts.
func skipLastDay(s string) int {
	trimmed := strings.TrimLeft(s, " ")
	for _, word := range rangeWords {
		rest, ok := strings.CutPrefix(trimmed, word)
		if !ok {
			continue
		}
		tight := len(trimmed) == len(s) && rest != "" && rest[0] != ' '
		rest = strings.TrimLeft(rest, " ")
		last := stamp{weekday: -1}
		if n := last.scanDate(rest); n > 0 && !wordAt(rest, n) {
			return len(s) - len(rest) + n
		}
		first, n := digits(rest)
		if n != 2 || first < 1 || first > 31 {
			continue
		}
		switch after := rest[n:]; {
		case tight && word == "-" && (after == "" || strings.ContainsRune(" ,|)", firstRune(after))):
			return len(s) - len(rest) + n
		case strings.HasPrefix(after, "-") || strings.HasPrefix(after, "/"):
			if day, m := digits(after[1:]); m == 2 && first <= 12 && day >= 1 && day <= 31 && (len(after) == 3 || strings.ContainsRune(" :,|)", rune(after[3]))) {
				return len(s) - len(rest) + n + 3
			}
		}
	}
	return 0
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
	case n == 8 && first >= 1900_00_00:
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
	if strings.HasPrefix(s[n:], ". ") {
		return st.scanSpacedYearFirst(s, year, n)
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

// scanSpacedYearFirst reads "2024. 3. 5." and "2024. március 5." behind the year.
func (st *stamp) scanSpacedYearFirst(s string, year, n int) int {
	rest := s[n+2:]
	month, m := digits(rest)
	if m > 2 || m > 0 && !strings.HasPrefix(rest[m:], ". ") {
		return 0
	}
	d := Date{Year: year, Month: time.Month(month)}
	if m == 0 {
		if d.Month, m = scanMonth(rest); m == 0 || !strings.HasPrefix(rest[m:], " ") {
			return 0
		}
		m--
	}
	rest = rest[m+2:]
	day, k := digits(rest)
	if k == 0 || k > 2 {
		return 0
	}
	d.Day = day
	rest = strings.TrimPrefix(rest[k:], ".")
	return st.take(d, len(s)-len(rest), s)
}

// scanSpacedDayFirst reads "30. 4. 2024" behind the day.
func (st *stamp) scanSpacedDayFirst(s string, day, n int) int {
	rest, ok := strings.CutPrefix(s[n:], ". ")
	if !ok {
		return 0
	}
	month, m := digits(rest)
	if m == 0 || m > 2 || !strings.HasPrefix(rest[m:], ". ") {
		return 0
	}
	rest = rest[m+2:]
	year, k := digits(rest)
	if k != 4 {
		return 0
	}
	return st.take(Date{year, time.Month(month), day}, len(s)-len(rest)+k, s)
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
	if m := st.scanNumericRange(s, first, n); m > 0 {
		return m
	}
	if m := st.scanSpacedDayFirst(s, first, n); m > 0 {
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
	spaces += probe.scanLead(rest[spaces:])
	if spaces == 0 || probe.scanPlainClock(rest[spaces:]) == 0 {
		return 0
	}
	return st.takeNumeric(first, second, 0, separator, end, s)
}

// scanNumericRange reads "22-23.03.2019" and "12→13/09/2026" as the first of the two days.
func (st *stamp) scanNumericRange(s string, first, n int) int {
	for _, mark := range []string{"-", "–", "—", "→", "->", " - ", " – ", ".-", ". - ", ".–"} {
		rest, ok := strings.CutPrefix(s[n:], mark)
		if !ok {
			continue
		}
		last, m := digits(rest)
		if m == 0 || m > 2 || m >= len(rest) || last <= first || last > 31 || rest[m] != '.' && rest[m] != '/' {
			continue
		}
		month, k := digits(rest[m+1:])
		end := m + 1 + k
		if k == 0 || k > 2 || end >= len(rest) || rest[end] != rest[m] {
			continue
		}
		if year, j := digits(rest[end+1:]); j == 4 {
			return st.take(Date{year, time.Month(month), first}, len(s)-len(rest)+end+1+j, s)
		}
	}
	return 0
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
	n += skipDayRange(s[n:])
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

// skipDayRange returns the length of the second half of "7-13th Nov"; the first day is the one that counts.
func skipDayRange(s string) int {
	for _, mark := range []string{"-", "–", " - ", " – ", " to ", " bis ", " au ", " al "} {
		rest, ok := strings.CutPrefix(s, mark)
		if !ok {
			continue
		}
		day, n := digits(rest)
		if n == 0 || n > 2 || day < 1 || day > 31 {
			continue
		}
		for _, suffix := range []string{"st", "nd", "rd", "th", "."} {
			if strings.HasPrefix(rest[n:], suffix) {
				n += len(suffix)
				break
			}
		}
		if _, m := scanMonth(strings.TrimLeft(rest[n:], " ")); m > 0 {
			return len(mark) + n
		}
	}
	return 0
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
	for _, mark := range []string{"-", "–", "—"} {
		// "Feb 2-5"
		if rest, ok := strings.CutPrefix(s[end:], mark); ok {
			if last, k := digits(rest); k > 0 && k <= 2 && last > day && last <= 31 && !strings.HasPrefix(rest[k:], ":") && !wordAt(rest, k) {
				end += len(mark) + k
				break
			}
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

// findMonth returns the middle of the first month with a year in a text: "noviembre de 2025", "2025年11月".
func findMonth(text string) (Date, bool) {
	boundary := true
	for i, r := range text {
		if boundary && unicode.IsLetter(r) && digitNear(text[i:]) {
			if month, n := scanMonth(text[i:]); n > 0 {
				rest := strings.TrimLeft(text[i+n:], " ,.")
				for _, word := range []string{"de ", "del ", "of "} {
					rest = strings.TrimPrefix(rest, word)
				}
				if year, m := digits(rest); m == 4 && year >= 1990 && year <= 2999 && !wordAt(rest, m) {
					return Date{year, month, 15}, true
				}
			}
		}
		if boundary && unicode.IsDigit(r) {
			for _, units := range [][2]string{{"年", "月"}, {"년", "월"}} {
				year, n := digits(text[i:])
				if rest, ok := strings.CutPrefix(text[i+n:], units[0]); ok && n == 4 {
					rest = strings.TrimLeft(rest, " ")
					if month, m := digits(rest); month >= 1 && month <= 12 && strings.HasPrefix(rest[m:], units[1]) {
						return Date{year, time.Month(month), 15}, true
					}
				}
			}
		}
		boundary = !unicode.IsDigit(r) && !unicode.IsLetter(r) || isIdeographic(r)
	}
	return Date{}, false
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
