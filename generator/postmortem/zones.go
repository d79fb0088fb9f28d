package postmortem

import (
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // a machine without a zone database still knows Europe/Berlin

	"unicode"
	"unicode/utf8"
)

// abbreviations are the zone names people write behind a time, with their offset from UTC in minutes. Many are used for more than one
// zone; each stands here for the reading that incident reports mean most often (CST is American unless the report is Chinese, see zoneFor).
// Offsets follow the IANA time zone database, https://www.iana.org/time-zones.
var abbreviations = map[string]int{
	"UTC": 0, "GMT": 0, "WET": 0, "UCT": 0, "ZULU": 0,
	"CET": 60, "MEZ": 60, "WEST": 60, "BST": 60, "IST": 330, "MET": 60, "WAT": 60,
	"CEST": 120, "MESZ": 120, "MEST": 120, "EET": 120, "SAST": 120, "CAT": 120,
	"EEST": 180, "MSK": 180, "EAT": 180, "TRT": 180, "IDT": 180,
	"GST": 240, "SAMT": 240, "PKT": 300, "YEKT": 300, "NPT": 345, "BDT": 360,
	"ICT": 420, "WIB": 420, "SGT": 480, "HKT": 480, "PHT": 480, "MYT": 480, "AWST": 480, "WITA": 480,
	"JST": 540, "KST": 540, "ACST": 570, "AEST": 600, "ACDT": 630, "AEDT": 660, "NZST": 720, "NZDT": 780,
	"EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
	"AKST": -540, "AKDT": -480, "HST": -600, "AST": -240, "ADT": -180, "NST": -210, "NDT": -150,
	"BRT": -180, "BRST": -120, "ART": -180, "CLT": -240, "CLST": -180, "COT": -300, "PET": -300, "UYT": -180, "ECT": -300, "BOT": -240, "VET": -240,
}

// places are names of zones whose offset depends on the day, in lower case: American short forms, cities, and how other languages name a
// country's time. A word of place is read as a zone only behind a time or in a sentence about times.
var places = map[string]string{
	"pt": "America/Los_Angeles", "pacific": "America/Los_Angeles", "pacific time": "America/Los_Angeles", "us/pacific": "America/Los_Angeles",
	"mt": "America/Denver", "mountain": "America/Denver", "mountain time": "America/Denver",
	"ct": "America/Chicago", "central": "America/Chicago", "central time": "America/Chicago",
	"et": "America/New_York", "eastern": "America/New_York", "eastern time": "America/New_York",
	"central european time": "Europe/Paris", "central european summer time": "Europe/Paris", "ce(s)t": "Europe/Paris", "cet/cest": "Europe/Paris",
	"mez/mesz": "Europe/Berlin", "seč": "Europe/Prague", "selč": "Europe/Prague",
	"denver": "America/Denver", "seattle": "America/Los_Angeles", "san francisco": "America/Los_Angeles", "los angeles": "America/Los_Angeles",
	"chicago": "America/Chicago", "new york": "America/New_York", "boston": "America/New_York", "toronto": "America/Toronto", "montreal": "America/Toronto",
	"vancouver": "America/Vancouver", "mexico city": "America/Mexico_City", "sao paulo": "America/Sao_Paulo", "são paulo": "America/Sao_Paulo",
	"brasília": "America/Sao_Paulo", "brasilia": "America/Sao_Paulo", "buenos aires": "America/Argentina/Buenos_Aires", "bogotá": "America/Bogota",
	"bogota": "America/Bogota", "lima": "America/Lima", "santiago": "America/Santiago",
	"london": "Europe/London", "uk": "Europe/London", "dublin": "Europe/Dublin", "lisbon": "Europe/Lisbon", "lisboa": "Europe/Lisbon",
	"paris": "Europe/Paris", "madrid": "Europe/Madrid", "peninsular": "Europe/Madrid", "peninsular española": "Europe/Madrid", "españa": "Europe/Madrid",
	"barcelona": "Europe/Madrid", "berlin": "Europe/Berlin", "amsterdam": "Europe/Amsterdam", "brussels": "Europe/Brussels", "bruxelles": "Europe/Brussels",
	"zurich": "Europe/Zurich", "zürich": "Europe/Zurich", "vienna": "Europe/Vienna", "wien": "Europe/Vienna", "rome": "Europe/Rome", "roma": "Europe/Rome",
	"milano": "Europe/Rome", "oslo": "Europe/Oslo", "norsk": "Europe/Oslo", "stockholm": "Europe/Stockholm", "copenhagen": "Europe/Copenhagen",
	"københavn": "Europe/Copenhagen", "helsinki": "Europe/Helsinki", "warsaw": "Europe/Warsaw", "warszawa": "Europe/Warsaw", "prague": "Europe/Prague",
	"moscow": "Europe/Moscow", "москва": "Europe/Moscow", "мск": "Europe/Moscow", "istanbul": "Europe/Istanbul", "kyiv": "Europe/Kyiv",
	"bangalore": "Asia/Kolkata", "mumbai": "Asia/Kolkata", "india": "Asia/Kolkata", "singapore": "Asia/Singapore", "hong kong": "Asia/Hong_Kong", "japan": "Asia/Tokyo", "japanese": "Asia/Tokyo", "korea": "Asia/Seoul", "china": "Asia/Shanghai", "germany": "Europe/Berlin",
	"beijing": "Asia/Shanghai", "shanghai": "Asia/Shanghai", "tokyo": "Asia/Tokyo", "seoul": "Asia/Seoul", "sydney": "Australia/Sydney",
	"melbourne": "Australia/Melbourne", "auckland": "Pacific/Auckland",
	"北京时间": "Asia/Shanghai", "北京時間": "Asia/Shanghai", "中国标准时间": "Asia/Shanghai", "东八区": "Asia/Shanghai", "台北時間": "Asia/Taipei", "台灣時間": "Asia/Taipei",
	"香港時間": "Asia/Hong_Kong", "日本時間": "Asia/Tokyo", "日本標準時": "Asia/Tokyo", "한국시간": "Asia/Seoul", "한국 시간": "Asia/Seoul",
	"hora de madrid": "Europe/Madrid", "heure de paris": "Europe/Paris", "heure française": "Europe/Paris", "deutscher zeit": "Europe/Berlin",
	"hora peninsular": "Europe/Madrid", "horário de brasília": "America/Sao_Paulo", "norsk tid": "Europe/Oslo", "dansk tid": "Europe/Copenhagen", "svensk tid": "Europe/Stockholm",
	"по московскому времени": "Europe/Moscow", "московское время": "Europe/Moscow", "по мск": "Europe/Moscow",
}

// localTime are words that say only that a time is somebody's local time, which leaves it in the archive's zone.
var localTime = []string{
	"local time", "local", "server time", "lokalzeit", "ortszeit", "heure locale", "hora local", "lokal tid", "lokale tijd", "ora locale", "czas lokalny",
	"местное время", "現地時間", "当地时间", "當地時間", "현지 시간", "현지시간",
}

// zone is a time zone as a report states it; the zero zone is none. A local zone was named, but only as "local time".
type zone struct {
	location *time.Location
	local    bool
}

func (z zone) stated() bool { return z.location != nil }

// loadPlace returns the location of an IANA name; it keeps those that were asked for, since reading a zone's table is slow.
var loadPlace = func() func(string) *time.Location {
	var known sync.Map
	return func(name string) *time.Location {
		if at, ok := known.Load(name); ok {
			return at.(*time.Location)
		}
		at, err := time.LoadLocation(name)
		if err != nil {
			at = nil
		}
		known.Store(name, at)
		return at
	}
}()

// fixed returns a zone of a constant offset.
func fixed(name string, minutes int) zone {
	if minutes == 0 {
		return zone{location: time.UTC}
	}
	return zone{location: time.FixedZone(name, minutes*60)}
}

// offsetName is how a zone without a name is written: UTC+02:00.
func offsetName(minutes int) string {
	sign := "+"
	if minutes < 0 {
		sign, minutes = "-", -minutes
	}
	return "UTC" + sign + pad2(minutes/60) + ":" + pad2(minutes%60)
}

func pad2(n int) string { return string([]byte{byte('0' + n/10%10), byte('0' + n%10)}) }

// scanZone reads a zone at the start of s: an abbreviation in capitals, "UTC+2", "+02:00", "Z", a place ("Denver time"), an IANA name, or
// "local time", bare or in brackets. It returns the bytes read, 0 when there is no zone.
func scanZone(s string) (zone, int) {
	for _, pair := range []struct{ open, shut string }{{"(", ")"}, {"[", "]"}, {"（", "）"}} {
		inner, ok := strings.CutPrefix(s, pair.open)
		if !ok {
			continue
		}
		z, n := scanZone(strings.TrimLeft(inner, " "))
		if n == 0 {
			return zone{}, 0
		}
		n += len(inner) - len(strings.TrimLeft(inner, " "))
		rest := strings.TrimLeft(inner[n:], " ")
		if !strings.HasPrefix(rest, pair.shut) {
			return zone{}, 0
		}
		return z, len(s) - len(rest) + len(pair.shut)
	}
	if z, n := scanOffset(s); n > 0 {
		return z, n
	}
	if z, n := scanIANA(s); n > 0 {
		return z, n
	}
	if z, n := scanPlace(s); n > 0 {
		return z, n
	}
	return scanAbbreviation(s)
}

// scanOffset reads "+02:00", "-0500" and "Z".
func scanOffset(s string) (zone, int) {
	if len(s) == 0 {
		return zone{}, 0
	}
	if s[0] == 'Z' && !wordAt(s, 1) {
		return fixed("UTC", 0), 1
	}
	minutes, n := signedOffset(s)
	if n < 5 {
		return zone{}, 0
	}
	return fixed(offsetName(minutes), minutes), n
}

// signedOffset reads a sign, hours and optional minutes: "+2", "+02", "-0530", "+05:30". It returns the offset in minutes.
func signedOffset(s string) (minutes, n int) {
	sign := 1
	switch {
	case strings.HasPrefix(s, "+"):
		n = 1
	case strings.HasPrefix(s, "-"):
		sign, n = -1, 1
	case strings.HasPrefix(s, "−"), strings.HasPrefix(s, "±"):
		sign, n = -1, utf8.RuneLen('−')
		if s[:2] == "±" {
			sign, n = 1, len("±")
		}
	default:
		return 0, 0
	}
	digits := n
	for digits < len(s) && digits-n < 4 && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	hours, mins := 0, 0
	switch width := digits - n; width {
	case 1, 2:
		hours = atoi(s[n:digits])
		if digits+3 <= len(s) && s[digits] == ':' && isDigit(s[digits+1]) && isDigit(s[digits+2]) {
			mins = atoi(s[digits+1 : digits+3])
			digits += 3
		}
	case 4:
		hours, mins = atoi(s[n:n+2]), atoi(s[n+2:digits])
	default:
		return 0, 0
	}
	if hours > 14 || mins > 59 || wordAt(s, digits) {
		return 0, 0
	}
	return sign * (hours*60 + mins), digits
}

func scanIANA(s string) (zone, int) {
	n := 0
	for n < len(s) && (isASCIILetter(s[n]) || n > 0 && (s[n] == '/' || s[n] == '_' || s[n] == '-')) {
		n++
	}
	name := s[:n]
	if !strings.Contains(name, "/") || name[0] < 'A' || name[0] > 'Z' || len(name) > 40 {
		return zone{}, 0
	}
	if at := loadPlace(name); at != nil {
		return zone{location: at}, n
	}
	return zone{}, 0
}

// scanPlace reads a place, or "local time". A place may be followed by the word for time in its language.
func scanPlace(s string) (zone, int) {
	head := strings.ToLower(clipRunes(s, 32))
	for _, words := range localTime {
		if strings.HasPrefix(head, words) && !wordAt(head, len(words)) {
			return zone{local: true}, len(words)
		}
	}
	best := ""
	for end := len(head); end > 0; end-- {
		if wordAt(head, end) {
			continue
		}
		if _, ok := places[head[:end]]; ok {
			best = head[:end]
			break
		}
	}
	if best == "" || len(best) > len(s) || !strings.EqualFold(s[:len(best)], best) {
		return zone{}, 0
	}
	// "pt" and "ct" in small letters are not zones but words of some language.
	if len(best) == 2 && s[:2] != strings.ToUpper(best) {
		return zone{}, 0
	}
	n := len(best)
	for _, word := range []string{" standard time", " daylight time", " times", " time", " tid", " zeit", " tijd", "-time"} {
		if rest := head[n:]; strings.HasPrefix(rest, word) && !wordAt(rest, len(word)) {
			n += len(word)
			break
		}
	}
	return zone{location: loadPlace(places[best])}, n
}

// scanAbbreviation reads "CEST", "UTC+2" and "PST (UTC-7)"; an offset that is written beside a name decides.
func scanAbbreviation(s string) (zone, int) {
	n := 0
	for n < len(s) && n < 6 && s[n] >= 'A' && s[n] <= 'Z' {
		n++
	}
	minutes, ok := abbreviations[s[:n]]
	if !ok {
		// "utc" is unmistakable in any case.
		if len(s) < 3 || !strings.EqualFold(s[:3], "utc") && !strings.EqualFold(s[:3], "gmt") || isASCIILetterAt(s, 3) {
			return zone{}, 0
		}
		minutes, n = 0, 3
	}
	name := strings.ToUpper(s[:n])
	if wordAt(s, n) && !isDigitAt(s, n) {
		return zone{}, 0
	}
	after := s[n:]
	spaces := len(after) - len(strings.TrimLeft(after, " "))
	if name == "UTC" || name == "GMT" {
		if extra, m := signedOffset(after[spaces:]); m > 0 && (spaces == 0 || m >= 2) && spaces <= 1 {
			// "14:02 UTC -5 nodes" is no offset: with a space between, only two digits or more are one.
			if spaces == 0 || m >= 3 {
				return fixed(offsetName(extra), extra), n + spaces + m
			}
		}
	}
	if open, found := strings.CutPrefix(after[spaces:], "("); found {
		if len(open) > 3 && (strings.HasPrefix(open, "UTC") || strings.HasPrefix(open, "GMT")) {
			if extra, m := signedOffset(open[3:]); m > 0 && strings.HasPrefix(open[3+m:], ")") {
				return fixed(name, extra), n + spaces + 1 + 3 + m + 1
			}
		}
	}
	if wordAt(s, n) {
		return zone{}, 0
	}
	return fixed(name, minutes), n
}

// findZone returns the first zone named anywhere in a sentence about times, such as "All times in CET (GMT+1)".
func findZone(s string) (zone, bool) {
	for i, r := range s {
		if i > 0 && unicode.IsLetter(r) && r < 0x2E80 {
			before, _ := utf8.DecodeLastRuneInString(s[:i])
			if unicode.IsLetter(before) && before < 0x2E80 {
				continue
			}
		}
		if !unicode.IsLetter(r) {
			continue
		}
		if z, n := scanZone(s[i:]); n > 0 && !isCommonWord(s[i:i+n]) {
			return z, true
		}
	}
	return zone{}, false
}

// isCommonWord says whether a zone name is more likely an ordinary word in the middle of a sentence.
func isCommonWord(s string) bool {
	switch strings.ToLower(s) {
	case "central", "china", "japan", "germany", "korea", "uk", "local", "lima", "india", "z", "mountain", "españa", "norsk":
		return true
	}
	return false
}

func clipRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// wordAt reports whether a letter or digit stands at byte i of s, so that a word read up to there would be cut in two. Ideographs join no
// word.
func wordAt(s string, i int) bool {
	if i >= len(s) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !isIdeographic(r)
}

// isIdeographic reports whether a rune belongs to a script that is written without spaces between words.
func isIdeographic(r rune) bool {
	return r >= 0x1100 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

func isDigit(b byte) bool                  { return b >= '0' && b <= '9' }
func isASCIILetter(b byte) bool            { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' }
func isDigitAt(s string, i int) bool       { return i >= 0 && i < len(s) && isDigit(s[i]) }
func isASCIILetterAt(s string, i int) bool { return i >= 0 && i < len(s) && isASCIILetter(s[i]) }

// atoi reads digits that are known to be digits.
func atoi(s string) int {
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}
