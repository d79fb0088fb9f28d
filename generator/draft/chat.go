package draft

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"debrief/generator/lazyregexp"
)

// ReadChat makes timeline entries from what people paste: a chat, a log of commands, notes. A line that holds a time begins an entry, and lines
// without one go on with it:
//
//	14:02 pool size rolled out                       a line of notes
//	[2024-03-05 14:02:11] <sam> pool size is out     IRC, Zulip, a script's log
//	2024-03-05T14:02:11Z pool size rolled out        a log
//	Sam Reed  2:02 PM                                Slack, Teams, Discord: the name and the time, and the message below
//	Sam Reed — Today at 14:02
//
// Who said something is left out: a timeline is about roles, and names are the writer's to turn into them. A word before a colon is taken for
// a name when it stands there more than once, or in < > as chats have it. Dates come from the lines, or from a
// heading such as "Tuesday, 5 March 2024"; else the first entry is on the given day, and a clock that goes back by more than half a day means
// the next one. Times without a zone are in loc. Entries come in the order of their times; those of the same minute keep their order.
// A text in which no time is found gives no entries.
func ReadChat(text string, day time.Time, loc *time.Location) []Entry {
	c := chat{day: day.In(loc), loc: loc}
	for line := range strings.Lines(strings.ReplaceAll(text, "\r\n", "\n")) {
		c.line(strings.TrimSpace(line))
	}
	c.finish()
	withoutSpeakers(c.entries)
	for i := range c.entries {
		c.entries[i].Text = plain(c.entries[i].Text)
	}
	return slices.DeleteFunc(c.entries, func(e Entry) bool { return e.Text == "" })
}

// chat is a paste while it is read.
type chat struct {
	day     time.Time // the day that a clock time without a date is on
	loc     *time.Location
	last    time.Time
	open    bool
	at      time.Time
	words   []string
	entries []Entry
}

var (
	// A date of the form 2024-03-05 or 2024/03/05, and perhaps a clock time after it.
	isoDate = lazyregexp.New(`(?:^|[\s\[(*])(\d{4})[-/](\d{2})[-/](\d{2})(?:[T ,]+|$|\b)`)
	// A clock time, with a half of the day and a zone where there are any.
	clockTime = lazyregexp.New(`(?i)(?:^|[\s\[(*T])(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s?([ap]\.?m\.?)?\s?(Z\b|UTC\b|GMT\b|[+-]\d{2}:?\d{2}\b)?`)
	// A line that is a date alone, as chats put above each day.
	dayLine = lazyregexp.New(`(?i)^[-—=\s]*(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?(?:(\d{1,2})(?:st|nd|rd|th)?\.?\s+([a-z]{3,9})\.?,?|([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?)\s+(\d{4})[-—=\s]*$`)
	// What stands before the message: who says it.
	speaker    = lazyregexp.New(`^(?:<[^<>]{1,40}>|@?[\p{L}\p{N}_.-]{1,30}(?: [\p{Lu}][\p{L}.'-]{0,20}){0,2}:)\s+`)
	leftovers  = lazyregexp.New(`^[\s\-–—:|>*\])#.,]+`)
	nameSuffix = lazyregexp.New(`(?i)[\s,\-–—|]*(?:today|yesterday)?(?:\s+at)?[\s\[(*]*$`)
)

// maxBefore is how much of a line may stand before its time for the time to be when the line was written, and not a part of what it says.
const maxBefore = 48

func (c *chat) line(line string) {
	if line == "" {
		return
	}
	if day, ok := c.dayOf(line); ok {
		c.finish()
		c.day = day
		return
	}
	at, after, ok := c.timeOf(line)
	if !ok {
		if c.open {
			c.words = append(c.words, line)
		}
		return
	}
	c.finish()
	c.open, c.at, c.words = true, at, nil
	if after = unmarked(after); after != "" {
		c.words = append(c.words, after)
	}
}

// finish closes the entry that is being read.
func (c *chat) finish() {
	if c.open {
		c.insert(Entry{Time: c.at, Text: strings.Join(c.words, " ")})
	}
	c.open = false
}

// insert keeps the entries in the order of their minutes.
func (c *chat) insert(e Entry) {
	n := len(c.entries)
	for n > 0 && c.entries[n-1].Time.After(e.Time) {
		n--
	}
	c.entries = append(c.entries, Entry{})
	copy(c.entries[n+1:], c.entries[n:])
	c.entries[n] = e
}

// dayOf reads a line that is nothing but a date.
func (c *chat) dayOf(line string) (time.Time, bool) {
	if m := isoDate.FindStringSubmatchIndex(line); m != nil && strings.Trim(line[:m[0]]+line[m[1]:], " -—=[]()*") == "" {
		return date(line[m[2]:m[3]], line[m[4]:m[5]], line[m[6]:m[7]], c.loc)
	}
	m := dayLine.FindStringSubmatch(line)
	if m == nil {
		return time.Time{}, false
	}
	dayText, month := m[1]+m[4], m[2]+m[3]
	for _, layout := range []string{"2 January 2006", "2 Jan 2006"} {
		if t, err := time.ParseInLocation(layout, dayText+" "+month+" "+m[5], c.loc); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func date(year, month, day string, loc *time.Location) (time.Time, bool) {
	t, err := time.ParseInLocation(time.DateOnly, year+"-"+month+"-"+day, loc)
	return t, err == nil
}

// timeOf finds when a line was written: its first clock time, if that stands at the line's beginning or after no more than a name.
func (c *chat) timeOf(line string) (at time.Time, after string, ok bool) {
	day, rest, offset := c.day, line, 0
	dated := false
	if m := isoDate.FindStringSubmatchIndex(line); m != nil && m[0] <= maxBefore {
		if t, valid := date(line[m[2]:m[3]], line[m[4]:m[5]], line[m[6]:m[7]], c.loc); valid {
			day, dated, offset = t, true, m[7]
			rest = line[offset:]
		}
	}
	m := clockTime.FindStringSubmatchIndex(rest)
	if m == nil || offset+m[0] > maxBefore {
		return time.Time{}, "", false
	}
	group := func(n int) string {
		if m[2*n] < 0 {
			return ""
		}
		return rest[m[2*n]:m[2*n+1]]
	}
	hour, minute, valid := clock(group(1), group(2), group(4))
	if !valid {
		return time.Time{}, "", false
	}
	before := line[:offset+m[0]]
	after = rest[m[1]:]
	if !isName(before, dated) || (before != "" && !dated && unmarked(after) != "" && !bare(before)) {
		return time.Time{}, "", false // "the graph at 14:02 shows ..." is something said, not when
	}
	loc := zone(group(5), c.loc)
	at = time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, loc)
	if !dated && !c.last.IsZero() && at.Before(c.last.Add(-12*time.Hour)) {
		at = at.AddDate(0, 0, 1)
		c.day = c.day.AddDate(0, 0, 1)
	}
	if dated {
		c.day = day
	}
	c.last = at
	return at, after, true
}

// isName reports whether what stands before a time may be who wrote, or nothing.
func isName(before string, dated bool) bool {
	if dated {
		return true
	}
	name := strings.Trim(nameSuffix.ReplaceAllString(before, ""), " \t[(*-|>#")
	return len(strings.Fields(name)) <= 4
}

// bare reports whether nothing but marks stand before a time, as in "* [14:02] text".
func bare(before string) bool { return strings.Trim(before, " \t-*>#|[(") == "" }

func clock(hours, minutes, half string) (hour, minute int, ok bool) {
	hour, _ = strconv.Atoi(hours)
	minute, _ = strconv.Atoi(minutes)
	switch strings.ToLower(strings.ReplaceAll(half, ".", "")) {
	case "am", "pm":
		if hour < 1 || hour > 12 {
			return 0, 0, false
		}
		hour %= 12
		if strings.HasPrefix(strings.ToLower(half), "p") {
			hour += 12
		}
	}
	return hour, minute, hour < 24 && minute < 60
}

func zone(written string, otherwise *time.Location) *time.Location {
	switch upper := strings.ToUpper(written); {
	case upper == "":
		return otherwise
	case upper == "Z" || upper == "UTC" || upper == "GMT":
		return time.UTC
	default:
		t, err := time.Parse("-0700", strings.ReplaceAll(upper, ":", ""))
		if err != nil {
			return otherwise
		}
		_, seconds := t.Zone()
		return time.FixedZone(fmt.Sprintf("UTC%s", written), seconds)
	}
}

// unmarked is what was said, without the marks that separate it from the time.
func unmarked(text string) string {
	return strings.TrimSpace(leftovers.ReplaceAllString(text, ""))
}

// withoutSpeakers removes from the beginning of messages who said them.
func withoutSpeakers(entries []Entry) {
	said := map[string]int{}
	for _, e := range entries {
		said[speaker.FindString(e.Text)]++
	}
	for i := range entries {
		name := speaker.FindString(entries[i].Text)
		if strings.HasPrefix(name, "<") || said[name] > 1 && !milestoneWords[strings.ToLower(strings.TrimRight(name, ": "))] {
			entries[i].Text = strings.TrimPrefix(entries[i].Text, name)
		}
	}
}

// milestoneWords may stand before a colon again and again and are nobody's name.
var milestoneWords = map[string]bool{
	"began": true, "start": true, "started": true, "detected": true, "declared": true, "mitigated": true, "resolved": true, "update": true,
	"impact": true, "note": true, "status": true, "alert": true, "action": true, "deploy": true, "rollback": true,
}

// plain makes one line of a message that stays what it says when it is read as Markdown: no comment or element can open in it.
func plain(text string) string {
	return strings.ReplaceAll(unmarked(strings.Join(strings.Fields(text), " ")), "<", "&lt;")
}
