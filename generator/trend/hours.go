package trend

import "time"

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
	h.P, h.Judgement = 1, TooFew
}
