package postmortem

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

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
	if s == "" || s[0] < utf8.RuneSelf {
		return noPeriod, 0
	}
	for _, p := range dayPeriods {
		if strings.HasPrefix(s, p.word) {
			return p.period, len(p.word)
		}
	}
	return noPeriod, 0
}

var dayPeriods = []struct {
	word   string
	period int
}{
	{"上午", morning}, {"凌晨", morning}, {"早上", morning}, {"清晨", morning}, {"午前", morning}, {"오전", morning}, {"새벽", morning}, {"未明", morning}, {"早朝", morning},
	{"中午", midday}, {"正午", midday},
	{"下午", afternoon}, {"晚上", afternoon}, {"傍晚", afternoon}, {"午後", afternoon}, {"오후", afternoon}, {"夜", afternoon}, {"深夜", noPeriod}, {"当日", noPeriod}, {"当天", noPeriod}, {"同日", noPeriod},
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
	if wordAt(s, n) && unit == 0 && zoned == 0 || isYear(s, n) {
		return 0
	}
	st.accept(value/100, value%100, second)
	return n + unit
}

// isYear reports whether the four digits before n are the year of a date: "2026-05-21", "2026/05".
func isYear(s string, n int) bool {
	return n == 4 && n < len(s) && strings.ContainsRune("-/.", rune(s[n])) && isDigitAt(s, n+1) && isDigitAt(s, n+2) && !isDigitAt(s, n+3)
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
