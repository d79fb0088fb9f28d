package postmortem

import (
	"maps"
	"slices"
	"strings"
	"time"

	"debrief/generator/lazyregexp"
)

// calendar gives the entries of a timeline their day and zone, from what is written beside them and in the rest of the file.
type calendar struct {
	// day is the day the report is about, as far as its front matter, title, file name or prose say.
	day Date
	// near is a day in the month the report is about, where no day is known; dates without a year are close to it.
	near Date
	// anchor is the start of the incident, for times such as "T+5m"; zero when unknown.
	anchor Moment
	// location is the archive's zone, used when the file states none.
	location *time.Location
	// stated is the zone that the file states for all its times; the zero zone when it does not.
	stated zone
	// dayFirst is how 05/06/2021 is read; ambiguous is set when nothing in the file decided that and such a date was met.
	dayFirst, ambiguous bool
	// orderKnown is set when the language or a date of the file decides how such a date is read.
	orderKnown bool
}

// rollBack is how far a clock must go back before the next day is meant. Less than that is a list that is not quite in order.
const rollBack = 6 * time.Hour

// resolve returns the moment of every sighting, zero where none can be known.
func (c *calendar) resolve(sightings []sighting) []Moment {
	moments := make([]Moment, len(sightings))
	descending := isDescending(sightings)
	afternoon := c.twelveHour(sightings)
	day, known := c.firstDay(sightings)
	carried := zone{}
	lastClock := time.Duration(-1)
	var lastMoment Moment
	firstOrdinal, firstOrdinalDay := 0, Date{}
	for i := range sightings {
		s := &sightings[i]
		st := s.stamp
		at, stated := c.zoneOf(s, carried)
		if st.zone.stated() {
			carried = st.zone
		}
		if s.sameTime {
			moments[i] = lastMoment
			continue
		}
		if st.hasDate() {
			if d, ok := c.complete(st, day, known); ok {
				day, known = d, true
				lastClock = -1
			} else {
				continue
			}
		} else if st.weekday >= 0 && known {
			day = nearestWeekday(day, time.Weekday(st.weekday))
			lastClock = -1
		}
		if s.dayHeader {
			if s.ordinal > 0 && known {
				if firstOrdinal == 0 || st.hasDate() {
					firstOrdinal, firstOrdinalDay = s.ordinal, day
				}
				day = firstOrdinalDay.plus(s.ordinal - firstOrdinal)
			}
			lastClock = -1
			continue
		}
		switch {
		case st.relative:
			if start := c.start(moments, sightings); !start.IsZero() {
				moments[i] = start
				moments[i].Time = start.Time.Add(st.offset)
				lastMoment = moments[i]
			}
			continue
		case st.unclear || st.impossible:
			if st.hasDate() && st.date.Year > 0 && !st.impossible {
				moments[i] = Moment{Time: day.in(at), ZoneStated: stated, DateOnly: true}
			}
			continue
		case !st.hasClock && !st.hasDate():
			continue
		case !st.hasClock:
			moments[i] = Moment{Time: day.in(at), ZoneStated: stated, DateOnly: true, Approximate: st.approx}
			lastMoment = moments[i]
			continue
		case !known:
			continue
		}
		clock := time.Duration(st.hour)*time.Hour + time.Duration(st.minute)*time.Minute + time.Duration(st.second)*time.Second
		if afternoon && st.twelve && lastClock >= 10*time.Hour && clock < lastClock-rollBack && st.hour < 12 {
			clock += 12 * time.Hour
		}
		if !st.hasDate() && st.weekday < 0 && st.days == 0 && lastClock >= 0 {
			if !descending && meantAfternoon(sightings[i+1:], clock, lastClock) {
				clock += 12 * time.Hour
			}
			switch {
			case !descending && clock <= lastClock-rollBack:
				day = day.plus(1)
			case descending && clock >= lastClock+rollBack:
				day = day.plus(-1)
			}
		}
		if st.days > 0 && !st.hasDate() && (lastClock < 0 || clock < lastClock) {
			day = day.plus(st.days)
		}
		lastClock = clock
		moments[i] = Moment{Time: day.at(clock, at), ZoneStated: stated, Approximate: st.approx}
		lastMoment = moments[i]
	}
	return moments
}

// meantAfternoon reports whether a small clock in a list of a whole day's clocks has lost its "pm": 12:00, 01:16, 14:03.
func meantAfternoon(after []sighting, clock, last time.Duration) bool {
	half := 12 * time.Hour
	if clock >= 7*time.Hour || last < 9*time.Hour || last > clock+half {
		return false
	}
	for i := range min(len(after), 8) {
		st := after[i].stamp
		if after[i].dayHeader || st.hasDate() || !st.hasClock {
			return false
		}
		if next := st.clock(); next >= half {
			return next >= clock+half
		}
	}
	return false
}

// start is what relative times count from: the stated start of the incident, else the first entry with a time of its own.
func (c *calendar) start(moments []Moment, sightings []sighting) Moment {
	if !c.anchor.IsZero() {
		return c.anchor
	}
	for i := range moments {
		if !moments[i].IsZero() && !moments[i].DateOnly && !sightings[i].stamp.relative {
			return moments[i]
		}
	}
	return Moment{}
}

// zoneOf returns the zone of one entry, and whether the file states it: its own, its column's, the section's, the entry's above, the archive's.
func (c *calendar) zoneOf(s *sighting, carried zone) (*time.Location, bool) {
	for _, z := range []zone{s.stamp.zone, s.columnZone, c.stated, carried} {
		if z.local {
			break
		}
		if z.stated() {
			return z.location, true
		}
	}
	return c.location, false
}

// firstDay returns the day on which the timeline starts when its first entry does not say: the report's, else the first date in the list.
func (c *calendar) firstDay(sightings []sighting) (Date, bool) {
	if !c.day.IsZero() {
		return c.day, true
	}
	for i := range sightings {
		if d := sightings[i].stamp.date; d.Year > 0 {
			return d, true
		}
	}
	return Date{}, false
}

// complete turns the written date of a stamp into a full one. Without a year it is the date nearest to the day before it in the file.
func (c *calendar) complete(st stamp, near Date, known bool) (Date, bool) {
	d := st.date
	if st.numeric {
		swapped := st.swapped()
		if c.dayFirst {
			d = swapped
		}
		// The day the report is about decides before any habit does.
		if !c.day.IsZero() && d.Year == c.day.Year && distance(swapped, c.day) < distance(d, c.day) && distance(swapped, c.day) <= 7 {
			d = swapped
		} else if c.day.IsZero() && !c.orderKnown {
			c.ambiguous = true
		}
	}
	if d.Year > 0 {
		return d, validDay(d)
	}
	if !known {
		if near = c.near; near.IsZero() {
			return Date{}, false
		}
	}
	best, found := Date{}, false
	for year := near.Year - 1; year <= near.Year+1; year++ {
		candidate := Date{year, d.Month, d.Day}
		if validDay(candidate) && (!found || distance(candidate, near) < distance(best, near)) {
			best, found = candidate, true
		}
	}
	return best, found
}

// distance is the number of days between two dates.
func distance(a, b Date) int {
	days := int(a.Time().Sub(b.Time()).Hours() / 24)
	if days < 0 {
		return -days
	}
	return days
}

// nearestWeekday returns the day of that name closest to a date, the later of two.
func nearestWeekday(d Date, weekday time.Weekday) Date {
	forward := (int(weekday) - int(d.Time().Weekday()) + 7) % 7
	if forward > 4 {
		forward -= 7
	}
	return d.plus(forward)
}

// plus returns the date some days later.
func (d Date) plus(days int) Date { return DateOf(d.Time().AddDate(0, 0, days)) }

// in returns the midnight with which the date begins in a zone.
func (d Date) in(at *time.Location) time.Time { return d.at(0, at) }

// at returns a time of day on the date in a zone. 24:00 is the midnight with which the day ends.
func (d Date) at(clock time.Duration, at *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, int(clock.Seconds()), 0, at)
}

// isDescending reports whether a timeline has its newest entry first.
func isDescending(sightings []sighting) bool {
	up, down := 0, 0
	last := time.Duration(-1)
	lastDay := Date{}
	for i := range sightings {
		st := sightings[i].stamp
		if st.hasDate() && st.date != lastDay {
			if !lastDay.IsZero() && lastDay.Year > 0 && st.date.Year > 0 {
				if st.date.Time().After(lastDay.Time()) {
					up++
				} else {
					down++
				}
			}
			lastDay, last = st.date, -1
		}
		if !st.hasClock {
			continue
		}
		clock := time.Duration(st.hour)*time.Hour + time.Duration(st.minute)*time.Minute
		if last >= 0 && clock > last {
			up++
		} else if last >= 0 && clock < last {
			down++
		}
		last = clock
	}
	return down > up && down >= 3
}

// twelveHour reports whether the clocks of a timeline look like those of a twelve-hour clock without am and pm: none past noon, some of one
// digit.
func (c *calendar) twelveHour(sightings []sighting) bool {
	some := false
	for i := range sightings {
		st := sightings[i].stamp
		if !st.hasClock {
			continue
		}
		if st.hour > 12 || st.hour == 0 || !st.twelve {
			return false
		}
		some = some || st.hour < 10
	}
	return some
}

// slashDates returns the first two numbers of every date such as 05/06/2021 or 05-06-2021 in a text.
func slashDates(text []byte) [][2]int {
	var found [][2]int
	for i := 0; i < len(text); i++ {
		if text[i] != '/' && text[i] != '-' || i == 0 || !isDigit(text[i-1]) {
			continue
		}
		start := i - 1
		if start > 0 && isDigit(text[start-1]) {
			start--
		}
		if start > 0 && (isDigit(text[start-1]) || text[start-1] == '/' || text[start-1] == '-' || text[start-1] == '.') {
			continue
		}
		second, n := digits(string(text[i+1 : min(i+4, len(text))]))
		end := i + 1 + n
		if n == 0 || n > 2 || end >= len(text) || text[end] != text[i] {
			continue
		}
		if _, m := digits(string(text[end+1 : min(end+6, len(text))])); m == 2 || m == 4 {
			found = append(found, [2]int{atoi(string(text[start:i])), second})
			i = end + m
		}
	}
	return found
}

// spread is the number of days, roughly, between the first and the last of some dates, if the number at index month is the month.
func spread(dates [][2]int, month int) int {
	low, high := 1000, 0
	for _, pair := range dates {
		day := 31*pair[month] + pair[1-month]
		low, high = min(low, day), max(high, day)
	}
	return high - low
}

// writtenOut reports whether a date stands in a text, in small letters, with its month as a word: "8 January", "January 8th".
func writtenOut(lower string, month, day int) bool {
	if month < 1 || month > 12 {
		return false
	}
	name := strings.ToLower(time.Month(month).String())
	for rest := lower; ; {
		i := strings.Index(rest, name)
		if i < 0 {
			return false
		}
		before := strings.TrimRight(rest[:i], " ")
		before = strings.TrimRight(strings.TrimSuffix(before, "of"), " stndrh")
		if n := len(before) - len(strings.TrimRight(before, "0123456789")); n > 0 && n <= 2 && atoi(before[len(before)-n:]) == day {
			return true
		}
		rest = rest[i+len(name):]
		if value, n := digits(strings.TrimLeft(rest, " ")); n > 0 && n <= 2 && value == day {
			return true
		}
	}
}

var (
	europeanZone = lazyregexp.New(`\b(?:CES?T|MES?Z|WES?T|EES?T|BST|GMT|IST|MSK|SAST|A[CE][SD]T|NZ[SD]T|BRT|ART|Europe/\w+)\b`)
	americanZone = lazyregexp.New(`\b(?:[ECMP][SD]T|[ECMP]T|America/\w+|US/\w+)\b`)
)

// decideOrder looks for evidence of how dates of two numbers are written in a file: a number above twelve, else the day the report is about
// when it is known otherwise, else the habit of its language and its zones.
func (c *calendar) decideOrder(text []byte, english bool, folder Date) {
	dates := slashDates(text)
	if len(dates) == 0 {
		return
	}
	days := map[[2]int]bool{}
	for _, pair := range dates {
		first, second := pair[0], pair[1]
		switch {
		case first > 12 && first <= 31 && second <= 12:
			c.dayFirst, c.orderKnown = true, true
			return
		case second > 12 && second <= 31 && first <= 12:
			c.dayFirst, c.orderKnown = false, true
			return
		}
		days[pair] = true
	}
	lower := strings.ToLower(string(text[:min(len(text), 64<<10)]))
	for _, pair := range slices.SortedFunc(maps.Keys(days), func(a, b [2]int) int { return slices.Compare(a[:], b[:]) }) {
		// "08-01-2026" beside "8 January 2026", or in the folder 2026/01
		first, second := writtenOut(lower, pair[0], pair[1]), writtenOut(lower, pair[1], pair[0])
		if !folder.IsZero() && pair[0] != pair[1] {
			first, second = first || int(folder.Month) == pair[0], second || int(folder.Month) == pair[1]
		}
		if first != second {
			c.dayFirst, c.orderKnown = second, true
			return
		}
	}
	if d := c.day; !d.IsZero() {
		monthFirst, dayFirst := days[[2]int{int(d.Month), d.Day}], days[[2]int{d.Day, int(d.Month)}]
		if monthFirst != dayFirst {
			c.dayFirst, c.orderKnown = dayFirst, true
			return
		}
	}
	// Days of one incident are close to each other.
	if monthFirst, dayFirst := spread(dates, 0), spread(dates, 1); min(monthFirst, dayFirst) <= 10 && max(monthFirst, dayFirst) >= 25 {
		c.dayFirst, c.orderKnown = dayFirst < monthFirst, true
		return
	}
	if !english {
		c.dayFirst, c.orderKnown = true, true
		return
	}
	c.dayFirst = europeanZone.Match(text) && !americanZone.Match(text)
}
