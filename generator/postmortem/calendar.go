package postmortem

import (
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// monthNames are the names and short forms of the months, January first, in the languages reports are written in. Case is ignored, and a
// full stop may follow a short form. Languages share many forms; the first reading wins, and none of them disagree.
var monthNames = [12]string{
	"january jan januar jän jänner janvier janv enero ene janeiro gennaio gen januari stycznia styczeń sty январь января янв ledna leden tammikuuta tammikuu січня січень ocak január ianuarie",
	"february feb februar februari février fevrier févr fevr febrero fevereiro fev febbraio lutego luty lut февраль февраля фев února únor helmikuuta helmikuu лютого лютий şubat február februarie șubat",
	"march mar märz maerz mrz mär mars marzo março marco maart mrt marca marzec март марта мар marts března březen maaliskuuta maaliskuu maret березня березень március martie mart",
	"april apr avril avr abril abr aprile kwietnia kwiecień kwi апрель апреля апр dubna duben huhtikuuta huhtikuu квітня квітень nisan április aprilie",
	"may mai mayo maio mag maggio mei maj maja май мая května květen toukokuuta toukokuu травня травень mayıs május",
	"june jun juni juin junio junho jun giugno giu czerwca czerwiec cze июнь июня июн června červen kesäkuuta kesäkuu червня червень haziran június iunie",
	"july jul juli juillet juil julio julho luglio lug lipca lipiec lip июль июля июл července červenec heinäkuuta heinäkuu липня липень temmuz július iulie",
	"august aug août aout agosto ago augustus sierpnia sierpień sie август августа авг augusti agustus srpna srpen elokuuta elokuu серпня серпень ağustos augusztus agustus",
	"september sep sept septembre septiembre setembro set settembre września wrzesień wrz сентябрь сентября сен сент září syyskuuta syyskuu вересня вересень eylül szeptember septembrie",
	"october oct oktober okt octobre octubre outubro out ottobre ott października październik paź октябрь октября окт října říjen lokakuuta lokakuu жовтня жовтень ekim október octombrie",
	"november nov novembre noviembre novembro listopada listopad lis ноябрь ноября ноя нояб listopadu marraskuuta marraskuu листопада листопад kasım noiembrie",
	"december dec dezember dez décembre decembre déc diciembre dic dezembro dicembre desember des grudnia grudzień gru декабрь декабря дек prosince prosinec joulukuuta joulukuu грудня грудень aralık decembrie",
}

// weekdayNames are the days of the week, Sunday first, in the same languages.
var weekdayNames = [7]string{
	"sunday sun sonntag so dimanche dim domingo dom domenica søndag søn söndag sön zondag zo niedziela nd воскресенье вс",
	"monday mon montag mo lundi lun lunes lunedì lunedi mandag man måndag mån maandag ma segunda segunda-feira poniedziałek pon понедельник пн",
	"tuesday tue tues dienstag di mardi martes martedì martedi tirsdag tir tisdag tis dinsdag terça terça-feira wtorek wt вторник вт",
	"wednesday wed weds mittwoch mi mercredi mer miércoles miercoles mié mercoledì mercoledi onsdag ons woensdag wo quarta quarta-feira środa śr среда ср",
	"thursday thu thur thurs donnerstag do jeudi jeu jueves jue giovedì giovedi gio torsdag tor donderdag quinta quinta-feira czwartek czw четверг чт",
	"friday fri freitag fr vendredi ven viernes vie venerdì venerdi fredag fre vrijdag vr sexta sexta-feira piątek pt пятница пт",
	"saturday sat samstag sa sonnabend samedi sam sábado sabado sáb sabato sab lørdag lør lördag lör zaterdag za sobota суббота сб",
}

var (
	months   = sync.OnceValue(func() map[string]int { return index(monthNames[:]) })
	weekdays = sync.OnceValue(func() map[string]int { return index(weekdayNames[:]) })
)

// index maps every word of a list of word lists to its place in the list. A word in two lists belongs to the first.
func index(lists []string) map[string]int {
	byWord := map[string]int{}
	for i, list := range lists {
		for _, word := range strings.Fields(list) {
			if _, taken := byWord[word]; !taken {
				byWord[word] = i
			}
		}
	}
	return byWord
}

// scanMonth reads a month's name, with the full stop of a short form, at the start of s.
func scanMonth(s string) (time.Month, int) {
	n := letters(s)
	if n == 0 {
		return 0, 0
	}
	month, ok := months()[strings.ToLower(s[:n])]
	if !ok {
		return 0, 0
	}
	if strings.HasPrefix(s[n:], ".") && n <= len("sept.") {
		n++
	}
	return time.Month(month + 1), n
}

// scanWeekday reads a weekday's name at the start of s, or in brackets: "Thursday", "Mo.", "(水)", "（周三）". Longer is whether the name
// is more than two letters, so that it can stand without a date.
func scanWeekday(s string) (day time.Weekday, n int, long bool) {
	for _, pair := range []struct{ open, shut string }{{"(", ")"}, {"（", "）"}} {
		inner, ok := strings.CutPrefix(s, pair.open)
		if !ok {
			continue
		}
		day, n, long := scanWeekday(inner)
		if n == 0 {
			if day, n = scanEastAsianWeekday(inner); n == 0 {
				return 0, 0, false
			}
		}
		if !strings.HasPrefix(inner[n:], pair.shut) {
			return 0, 0, false
		}
		return day, len(pair.open) + n + len(pair.shut), long
	}
	if day, n := scanEastAsianWeekday(s); n >= len("周三") {
		return day, n, true
	}
	n = letters(s)
	if strings.HasPrefix(s[n:], "-feira") {
		n += len("-feira")
	}
	if n == 0 {
		return 0, 0, false
	}
	at, ok := weekdays()[strings.ToLower(s[:n])]
	if !ok {
		return 0, 0, false
	}
	long = utf8.RuneCountInString(s[:n]) > 2
	if strings.HasPrefix(s[n:], ".") {
		n++
	}
	return time.Weekday(at), n, long
}

// scanEastAsianWeekday reads 水, 水曜日, 周三, 星期三, 週三, 수, 수요일.
func scanEastAsianWeekday(s string) (time.Weekday, int) {
	n := 0
	for _, prefix := range []string{"星期", "礼拜", "禮拜", "周", "週"} {
		if strings.HasPrefix(s, prefix) {
			n = len(prefix)
			break
		}
	}
	r, size := utf8.DecodeRuneInString(s[n:])
	day := -1
	for i, names := range []string{"日天일", "一月월", "二火화", "三水수", "四木목", "五金금", "六土토"} {
		if size > 0 && strings.ContainsRune(names, r) {
			day = i
			break
		}
	}
	if day < 0 {
		return 0, 0
	}
	n += size
	for _, suffix := range []string{"曜日", "曜", "요일"} {
		if strings.HasPrefix(s[n:], suffix) {
			n += len(suffix)
			break
		}
	}
	return time.Weekday(day), n
}

// letters returns how many bytes of letters s begins with.
func letters(s string) int {
	for i, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) || i > 40 {
			return i
		}
	}
	return len(s)
}

// daysIn returns the number of days of a month.
func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// validDay reports whether a date exists. Year 0 is any year.
func validDay(d Date) bool {
	if d.Year == 0 {
		d.Year = 2000
	}
	return d.Year >= 1000 && d.Year <= 2999 && d.Month >= 1 && d.Month <= 12 && d.Day >= 1 && d.Day <= daysIn(d.Year, d.Month)
}
