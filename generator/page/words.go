package page

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"debrief/generator/edition"
)

// moment shows a point in time in UTC.
func moment(m edition.Moment) Time {
	if m.IsZero() {
		return Time{}
	}
	if m.DateOnly {
		y, mo, d := m.Time.Date()
		t := day(edition.Date{Year: y, Month: mo, Day: d})
		t.Approximate = m.Approximate
		return t
	}
	utc := m.Time.UTC()
	return Time{
		ISO:         utc.Format(time.RFC3339),
		Text:        utc.Format("2 January 2006, 15:04 UTC"),
		Short:       utc.Format("2 Jan 2006"),
		Clock:       utc.Format("15:04"),
		Approximate: m.Approximate,
	}
}

// day shows a calendar day.
func day(d edition.Date) Time {
	if d.IsZero() {
		return Time{}
	}
	t := d.Time()
	return Time{ISO: d.String(), Text: t.Format("2 January 2006"), Short: t.Format("2 Jan 2006"), DateOnly: true}
}

// length shows a length of time by its two largest units; negative is unknown.
func length(d time.Duration) Duration {
	if d < 0 {
		return Duration{}
	}
	seconds := int64(d / time.Second)
	return Duration{ISO: isoDuration(seconds), Text: durationWords(seconds), Seconds: seconds}
}

// Length shows a length of time to people by its two largest units: "2 h 5 min".
func Length(d time.Duration) string { return durationWords(int64(d / time.Second)) }

func durationWords(seconds int64) string {
	units := []struct {
		seconds int64
		name    string
	}{{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}}
	for i, u := range units {
		if seconds < u.seconds {
			continue
		}
		words := strconv.FormatInt(seconds/u.seconds, 10) + " " + u.name
		if rest := seconds % u.seconds; i < 2 && rest/units[i+1].seconds > 0 {
			words += " " + strconv.FormatInt(rest/units[i+1].seconds, 10) + " " + units[i+1].name
		}
		return words
	}
	return "0 min"
}

// isoDuration writes a duration as ISO 8601 has it, in the units a time element allows.
func isoDuration(seconds int64) string {
	d, h, m, s := seconds/86400, seconds/3600%24, seconds/60%60, seconds%60
	var b strings.Builder
	b.WriteByte('P')
	if d > 0 {
		fmt.Fprintf(&b, "%dD", d)
	}
	if h > 0 || m > 0 || s > 0 || d == 0 {
		b.WriteByte('T')
		if h > 0 {
			fmt.Fprintf(&b, "%dH", h)
		}
		if m > 0 {
			fmt.Fprintf(&b, "%dM", m)
		}
		if s > 0 || h == 0 && m == 0 {
			fmt.Fprintf(&b, "%dS", s)
		}
	}
	return b.String()
}

// count says how many of a thing there are: "1 incident", "3 incidents".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// excerptLength is how many characters of a text a list or a link preview shows at most: about what search engines show.
const excerptLength = 160

// excerpt cuts a text after a sentence or, failing that, a word.
func excerpt(text string) string { return cut(text, excerptLength) }

func cut(text string, most int) string {
	text = beginning(text, most)
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	end, n, sentence, word := 0, 0, 0, 0
	for i, r := range text {
		if n == most {
			break
		}
		if r == ' ' {
			word = i
			if i > 0 && strings.ContainsRune(".!?", rune(text[i-1])) {
				sentence = i
			}
		}
		if r >= '\u2e80' && (unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || strings.ContainsRune("。！？", r)) {
			word = i // between any two of them, since they write no spaces; the oldest of their blocks begins there
		}
		end = i + utf8.RuneLen(r)
		n++
	}
	switch {
	case sentence > end/2:
		return text[:sentence]
	case word > 0:
		return strings.TrimRight(text[:word], " ,;:–—-") + "…"
	default:
		return text[:end] + "…"
	}
}

// milestoneNames are the words for the milestones.
var milestoneNames = map[edition.Milestone]string{
	edition.Began: "Began", edition.Detected: "Detected", edition.Declared: "Declared", edition.Mitigated: "Mitigated", edition.Resolved: "Resolved",
}

// perCent writes a share in whole per cent; what is not nothing is not shown as nothing.
func perCent(share float64) string {
	switch v := math.Round(100 * share); {
	case share > 0 && v == 0:
		return "under 1 %"
	case share < 1 && v == 100:
		return "over 99 %"
	default:
		return strconv.Itoa(int(v)) + " %"
	}
}

// firstUpper begins a text with a capital letter.
func firstUpper(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError {
		return s
	}
	return string(unicode.ToUpper(r)) + s[size:]
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func wasWere(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

func has(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

// beginning is a text with single spaces between its words, whole or at least so far that it is longer than so many characters.
func beginning(text string, most int) string {
	var b strings.Builder
	b.Grow(min(len(text), most+most/4))
	n := 0
	for word := range strings.FieldsSeq(text) {
		if n > most {
			break
		}
		if n > 0 {
			b.WriteByte(' ')
			n++
		}
		b.WriteString(word)
		n += utf8.RuneCountInString(word)
	}
	return b.String()
}
