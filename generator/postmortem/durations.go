package postmortem

import (
	"strings"
	"sync"
	"time"
	"unicode"
)

// durationUnits are the words for units of time, in the languages reports are written in. Case is ignored.
var durationUnits = sync.OnceValue(func() map[string]time.Duration {
	units := map[string]time.Duration{}
	for unit, words := range map[time.Duration]string{
		time.Second:        "s sec secs second seconds sek sekunde sekunden seconde secondes segundo segundos sekund sekunder seconden secondi sekundy sekund сек секунд секунды секунда 秒 秒間 초",
		time.Minute:        "m min mins minute minutes minuten minuto minutos minutt minutter minut minuter minuti minuty mn мин минут минуты минута 分 分間 分钟 分鐘 분",
		time.Hour:          "h hr hrs hour hours std stunde stunden heure heures hora horas time timer timme timmar uur uren ore ora godz godziny godzin ч час часа часов 時間 小时 小時 시간",
		24 * time.Hour:     "d day days tag tage tagen jour jours día días dia dias dag dager dage dagar dagen giorno giorni dzień dni день дня дней 日 日間 天 일",
		7 * 24 * time.Hour: "w week weeks woche wochen semaine semaines semana semanas uke uker uge uger vecka veckor weken settimana settimane неделя недели недель 週間 周 주",
	} {
		for _, word := range strings.Fields(words) {
			units[word] = unit
		}
	}
	return units
})

// scanDuration reads a duration at the start of s: "4 hours 42 minutes", "02h 37min", "1h50m", "2.5 hours", "1 Std. 20 Min.", "1時間30分". It
// returns the bytes read, 0 when there is none.
func scanDuration(s string) (total time.Duration, n int) {
	for {
		rest := s[n:]
		if n > 0 {
			rest = strings.TrimLeft(rest, " \u00a0")
			for _, joint := range []string{", ", "and ", "und ", "et ", "y ", "og ", "och ", "en ", "e ", "i ", "и ", "& "} {
				if after, ok := strings.CutPrefix(rest, joint); ok && len(after) > 0 && isDigit(after[0]) {
					rest = after
				}
			}
		}
		value, m := scanDecimal(rest)
		if m == 0 {
			break
		}
		tail := strings.TrimLeft(rest[m:], " \u00a0")
		unit, k := scanUnit(tail)
		if k == 0 || value*float64(unit) > float64(100*365*24*time.Hour) {
			break
		}
		total += time.Duration(value * float64(unit))
		n = len(s) - len(tail) + k
	}
	return total, n
}

func scanDecimal(s string) (float64, int) {
	whole, n := digits(s)
	if n == 0 {
		return 0, 0
	}
	value := float64(whole)
	if n+1 < len(s) && (s[n] == '.' || s[n] == ',') && isDigit(s[n+1]) {
		part, m := digits(s[n+1:])
		scale := 1.0
		for range m {
			scale *= 10
		}
		value += float64(part) / scale
		n += 1 + m
	}
	return value, n
}

// scanUnit reads the word of a unit. Of a run of East Asian characters it takes the longest that is one.
func scanUnit(s string) (time.Duration, int) {
	if s == "" {
		return 0, 0
	}
	if isIdeographic(firstRune(s)) {
		for _, word := range []string{"時間", "分間", "秒間", "日間", "週間", "小时", "小時", "分钟", "分鐘", "시간", "分", "秒", "日", "天", "周", "분", "초", "일", "주"} {
			if strings.HasPrefix(s, word) {
				return durationUnits()[word], len(word)
			}
		}
		return 0, 0
	}
	n := 0
	for i, r := range s {
		if !unicode.IsLetter(r) {
			break
		}
		n = i + len(string(r))
	}
	unit, ok := durationUnits()[strings.ToLower(s[:n])]
	if !ok {
		return 0, 0
	}
	if strings.HasPrefix(s[n:], ".") && n <= len("Min") {
		n++
	}
	return unit, n
}

// findDuration returns the first duration anywhere in s. A clock-like "01:30:00" or "1:48" is one when nothing else is.
func findDuration(s string) (time.Duration, bool) {
	inNumber := false
	for i := range len(s) {
		if !isDigit(s[i]) {
			inNumber = false
			continue
		}
		if inNumber {
			continue
		}
		inNumber = true
		if d, n := scanDuration(s[i:]); n > 0 {
			return d, true
		}
	}
	if d, n := scanColonDuration(strings.TrimSpace(s)); n > 0 && n == len(strings.TrimSpace(s)) {
		return d, true
	}
	key := headingKey(clipRunes(s, 60))
	for _, spoken := range spokenDurations {
		for phrase := range strings.SplitSeq(spoken.phrases, ", ") {
			if key == phrase || strings.HasPrefix(key, phrase+" ") || strings.HasSuffix(key, " "+phrase) {
				return spoken.duration, true
			}
		}
	}
	return 0, false
}

// spokenDurations are durations people write without a number.
var spokenDurations = []struct {
	phrases  string
	duration time.Duration
}{
	{"half an hour, half hour, eine halbe stunde, une demi heure, media hora, en halv time, halvtime, en halvtimme, een half uur, meia hora, mezz ora, pol godziny, полчаса", 30 * time.Minute},
	{"one and a half hours, an hour and a half, anderthalb stunden, eineinhalb stunden, une heure et demie, hora y media, halvannen time, anderhalf uur, uma hora e meia, un ora e mezza, poltorej godziny, полтора часа", 90 * time.Minute},
	{"an hour, one hour, eine stunde, une heure, una hora, en time, en timme, een uur, uma hora, un ora, godzine, час", time.Hour},
	{"two hours, zwei stunden, deux heures, dos horas, to timer, tva timmar, twee uur, duas horas, due ore, dwie godziny, два часа", 2 * time.Hour},
	{"three hours, drei stunden, trois heures, tres horas, tre timer, tre timmar, drie uur, tre ore, trzy godziny, три часа", 3 * time.Hour},
	{"a day, one day, ein tag, un jour, un dia, en dag, een dag, um dia, un giorno, jeden dzien, сутки", 24 * time.Hour},
}
