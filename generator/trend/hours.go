package trend

import (
	"time"

	"debrief/generator/stat"
)

// Hours of a week that are work: Monday to Friday from 8 to 18 o'clock. The rest of the 168 is outside.
const (
	workFrom, workTo = 8, 18
	hoursOfWork      = 5 * (workTo - workFrom)
	hoursOutside     = 7*24 - hoursOfWork
)

// hours counts the starts by weekday and hour.
func (s *study) hours() {
	h := &s.Hours
	h.Location = s.edition.Site.Location
	if h.Location == nil {
		h.Location = time.UTC
	}
	for _, inc := range s.Incidents {
		if inc.Started.IsZero() || inc.Started.DateOnly {
			h.Unknown++
			continue
		}
		start := inc.Started.Time.In(h.Location)
		day, hour := (int(start.Weekday())+6)%7, start.Hour()
		h.Cells[day][hour] = append(h.Cells[day][hour], inc)
		h.Counted++
		if day > 4 || hour < workFrom || hour >= workTo {
			h.OutsideWork++
		}
	}
	h.judge()
}

// judge compares the starts outside work with the hours outside work.
func (h *Hours) judge() {
	const chance = float64(hoursOutside) / (7 * 24)
	test := func(outside int) float64 { return stat.BinomialTest(outside, h.Counted, chance) }
	h.P = test(h.OutsideWork)
	switch {
	case min(test(0), test(h.Counted)) > Level:
		h.Judgement = TooFew
	case h.P > Level:
		h.Judgement = Normal
	case float64(h.OutsideWork) > chance*float64(h.Counted):
		h.Judgement = More
	default:
		h.Judgement = Less
	}
}
