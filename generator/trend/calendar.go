package trend

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"debrief/generator/edition"
)

// dayNumber numbers days so that they can be subtracted, from year 1 to 9999 and beyond. time.Duration ends after 292 years.
func dayNumber(d edition.Date) int { return int(d.Time().Unix() / (24 * 60 * 60)) }

// daysFrom is the number of days from one date to a later one.
func daysFrom(earlier, later edition.Date) int { return dayNumber(later) - dayNumber(earlier) }

func dateOf(t time.Time) edition.Date {
	if t.IsZero() {
		return edition.Date{}
	}
	y, m, d := t.Date()
	return edition.Date{Year: y, Month: m, Day: d}
}

// plausible reports whether a date can be one. Something else must not decide where the data end.
func plausible(d edition.Date) bool { return edition.Plausible(d) }

// lastDay is the number of the last day of a month.
func lastDay(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// compareDates orders plausible dates, the earlier first.
func compareDates(a, b edition.Date) int {
	switch {
	case a.Year != b.Year:
		return a.Year - b.Year
	case a.Month != b.Month:
		return int(a.Month - b.Month)
	default:
		return a.Day - b.Day
	}
}

func dayAfter(d edition.Date) edition.Date { return dateOf(d.Time().AddDate(0, 0, 1)) }

// yearBefore is the same day a year earlier; 28 February for the 29th.
func yearBefore(d edition.Date) edition.Date {
	return edition.Date{Year: d.Year - 1, Month: d.Month, Day: min(d.Day, lastDay(d.Year-1, d.Month))}
}

// Has reports whether a day lies in the period.
func (p Period) Has(d edition.Date) bool {
	return !p.IsZero() && !d.IsZero() && dayNumber(p.From) <= dayNumber(d) && dayNumber(d) <= dayNumber(p.To)
}

// IsZero reports whether the period is none.
func (p Period) IsZero() bool { return p == Period{} }

// Days is the number of days in the period, 0 for none.
func (p Period) Days() int {
	if p.IsZero() {
		return 0
	}
	return daysFrom(p.From, p.To) + 1
}

// endOfData is the newest plausible day that the edition's records name.
func endOfData(e *edition.Edition) edition.Date {
	var end edition.Date
	for _, inc := range e.Incidents {
		if d := inc.LastDay(); compareDates(d, end) > 0 {
			end = d
		}
	}
	return end
}

// periods sets where the periods end and begin.
func (s *study) periods(asOf edition.Date) {
	s.End, s.Stated = asOf, plausible(asOf)
	if !s.Stated {
		s.End = endOfData(s.edition)
	}
	if s.End.IsZero() {
		return
	}
	middle := yearBefore(s.End)
	s.Recent = Period{From: dayAfter(middle), To: s.End}
	s.Before = Period{From: dayAfter(yearBefore(middle)), To: middle}
}

// count takes the incidents that lie in the span, and shortens the earlier period to what the archive covers of it.
func (s *study) count() {
	s.Incidents = make([]*edition.Incident, 0, len(s.edition.Incidents))
	for _, inc := range s.edition.Incidents {
		switch d := inc.Date(); {
		case !plausible(d):
			s.Undated++
			s.undated = append(s.undated, inc)
		case compareDates(d, s.End) > 0:
			s.Later++
		default:
			s.Incidents = append(s.Incidents, inc)
		}
	}
	if !slices.IsSortedFunc(s.Incidents, newestFirst) {
		slices.SortStableFunc(s.Incidents, newestFirst)
	}
	s.days = make([]int, len(s.Incidents))
	for i, inc := range s.Incidents {
		s.days[i] = dayNumber(inc.Date())
	}
	if len(s.Incidents) > 0 {
		s.First = s.Incidents[len(s.Incidents)-1].Date()
	}
	switch {
	case s.Recent.Has(s.First):
		s.Before = Period{}
	case s.Before.Has(s.First):
		s.Before.From = s.First
	}
	s.recentEnd = s.since(s.Recent)
	s.beforeEnd = max(s.recentEnd, s.since(s.Before))
	s.exposure()
}

// numberOf returns the index of an incident among those that are counted.
func (s *study) numberOf(inc *edition.Incident) (i int, ok bool) {
	i, _ = slices.BinarySearchFunc(s.Incidents, inc, newestFirst)
	for ; i < len(s.Incidents) && newestFirst(s.Incidents[i], inc) == 0; i++ {
		if s.Incidents[i] == inc {
			return i, true
		}
	}
	return 0, false
}

// since returns how many incidents there are from the first day of a period on.
func (s *study) since(p Period) int {
	if p.IsZero() {
		return 0
	}
	from := dayNumber(p.From)
	return sort.Search(len(s.days), func(i int) bool { return s.days[i] < from })
}

// maxBins is how many marks a chart over time can have that is still read on a telephone.
const maxBins = 80

// bins cuts the span from the first incident to the end into equal stretches: months up to six years, then quarters, years, and several
// years at a time when a report is dated in the wrong century.
func (s *study) bins() {
	s.bin = make([]int, len(s.Incidents))
	if len(s.Incidents) == 0 {
		return
	}
	first, last := monthNumber(s.First), monthNumber(s.End)
	unit, step := Months, 1
	switch months := last - first + 1; {
	case months <= 6*12+1:
	case months <= maxBins*3:
		unit, step = Quarters, 3
	default:
		unit, step = Years, 12
		for months > maxBins*step {
			step += 12
		}
	}
	start := first - first%step
	for m := start; m <= last; m += step {
		s.Bins = append(s.Bins, newBin(unit, m, step))
	}
	for i, inc := range s.Incidents {
		s.bin[i] = (monthNumber(inc.Date()) - start) / step
	}
	// Both run from the newest to the oldest, so that each bin is a part of the list.
	from := 0
	for n := len(s.Bins) - 1; n >= 0; n-- {
		to := from
		for to < len(s.bin) && s.bin[to] == n {
			to++
		}
		if from < to {
			s.Bins[n].Incidents = s.Incidents[from:to:to]
		}
		from = to
	}
}

// monthNumber numbers months from January of the year 0.
func monthNumber(d edition.Date) int {
	t := d.Time()
	return t.Year()*12 + int(t.Month()) - 1
}

func newBin(unit Unit, month, step int) Bin {
	from := time.Date(month/12, time.Month(month%12+1), 1, 0, 0, 0, 0, time.UTC)
	to := from.AddDate(0, step, -1)
	b := Bin{Unit: unit, Period: Period{From: dateOf(from), To: dateOf(to)}}
	switch {
	case unit == Months:
		b.Name = from.Format("Jan 2006")
	case unit == Quarters:
		b.Name = fmt.Sprintf("Q%d %d", month%12/3+1, from.Year())
	case step == 12:
		b.Name = fmt.Sprint(from.Year())
	default:
		b.Name = fmt.Sprintf("%d–%d", from.Year(), to.Year())
	}
	return b
}
