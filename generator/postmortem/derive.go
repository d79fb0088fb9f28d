package postmortem

import (
	"slices"
	"time"

	"debrief/generator/problem"
)

// fields of a postmortem that may be derived, in the order of its front matter.
var derivableFields = []string{
	"id", "title", "severity", "started", "detected", "declared", "mitigated", "resolved", "published", "services", "detected_by", "owner", "summary",
}

// derivedFields lists what was worked out, in the order of the front matter.
func (r *reader) derivedFields() []string {
	var names []string
	for _, name := range derivableFields {
		if r.derived[name] {
			names = append(names, name)
		}
	}
	return names
}

// deriveMoments fills the five moments from the timeline, the facts of the body and the durations it states.
func (r *reader) deriveMoments() {
	p := r.p
	matter := *p
	r.momentsFromFacts()
	r.compareMilestones()
	start, end := setAside(matter.Started, &p.Started), setAside(matter.Resolved, &p.Resolved)
	for _, m := range r.moments() {
		for _, e := range p.Timeline {
			if e.Milestone == m.milestone && !e.Time.IsZero() && m.field.IsZero() {
				r.derive(m.key, m.field, e.Time)
			}
		}
	}
	entries := timedEntries(p.Timeline)
	if len(entries) > 0 {
		r.deriveFromWindow(entries)
		r.deriveFromStats(entries)
		r.deriveFromSigns(entries, start)
	}
	r.deriveFromProse()
	r.putBack("started", &p.Started, start)
	r.putBack("resolved", &p.Resolved, end)
	r.deriveFromDurations()
	if p.Started.IsZero() && !r.titleDay.IsZero() {
		at, stated := r.location, false
		if r.calendar.stated.stated() {
			at, stated = r.calendar.stated.location, true
		}
		r.derive("started", &p.Started, Moment{Time: r.titleDay.in(at), ZoneStated: stated, DateOnly: true})
	}
	if p.Started.IsZero() && p.Resolved.IsZero() && !r.own {
		if d := r.summaryDay(); !d.IsZero() {
			r.derive("started", &p.Started, Moment{Time: d.in(r.location), DateOnly: true})
		}
	}
	if !p.ZoneStated {
		p.ZoneStated = p.Started.ZoneStated || p.Started.IsZero() && p.Resolved.ZoneStated
	}
}

func (r *reader) derive(key string, field *Moment, m Moment) {
	*field = m
	r.derived[key] = true
}

// setAside takes a day that the body states out of a moment, so that the timeline may say when on that day.
func setAside(stated Moment, field *Moment) Moment {
	day := *field
	if !day.DateOnly || !stated.IsZero() {
		return Moment{}
	}
	*field = Moment{}
	return day
}

// putBack returns the day to a moment for which the timeline has no time on it.
func (r *reader) putBack(key string, field *Moment, day Moment) {
	if day.IsZero() || !field.IsZero() && !field.DateOnly && DateOf(field.Time) == DateOf(day.Time) {
		return
	}
	*field = day
	delete(r.derived, key)
	delete(r.soft, key)
}

// timedEntries are the entries whose time of day is known, oldest first in the order of the file.
func timedEntries(timeline []Entry) []*Entry {
	entries := make([]*Entry, 0, len(timeline))
	for i := range timeline {
		if e := &timeline[i]; !e.Time.IsZero() {
			entries = append(entries, e)
		}
	}
	up, down := 0, 0
	for i := 1; i < len(entries); i++ {
		switch entries[i].Time.Time.Compare(entries[i-1].Time.Time) {
		case 1:
			up++
		case -1:
			down++
		}
	}
	if down > up && down >= 2 {
		slices.Reverse(entries)
	}
	return entries
}

// momentsFromFacts reads the times that the top of the body states: "Incident start: 14:02", "Date: 2024-05-01 14:00 - 15:30 UTC".
func (r *reader) momentsFromFacts() {
	p := r.p
	set := func(field *Moment, st stamp) {
		if field.IsZero() {
			if m, ok := r.calendar.moment(st, r.zone); ok {
				*field = m
			}
		}
	}
	for _, m := range r.moments() {
		st, ok := r.facts[m.fact]
		if !ok {
			continue
		}
		if at, n := scanStamp(st.text); n > 0 && (at.timed() || at.hasDate()) {
			set(m.field, at)
			if m.fact == factStarted && at.hasEnd {
				set(&p.Resolved, at.endStamp())
			}
		}
	}
	for _, what := range []fact{factDate, factTime, factDuration} {
		at, n := scanStamp(r.facts[what].text)
		if what == factDuration {
			// "50 minutes (00:05 → 00:55 UTC)"
			at, _ = r.timesIn(r.facts[what].text)
			n = len(r.facts[what].text)
		}
		if n == 0 || !at.hasClock || !p.Started.IsZero() {
			continue
		}
		if m, ok := r.calendar.moment(at, r.zone); ok && what == factDate && !at.hasEnd && afterAll(timedEntries(p.Timeline), m) {
			// When the report was written, not when the incident was.
			continue
		}
		set(&p.Started, at)
		if at.hasEnd {
			set(&p.Resolved, at.endStamp())
		}
	}
}

// afterAll reports whether a moment is later than every entry of a timeline of two or more.
func afterAll(entries []*Entry, m Moment) bool {
	return len(entries) >= 2 && !slices.ContainsFunc(entries, func(e *Entry) bool { return !e.Time.Time.Before(m.Time) })
}

// moment gives a stamp that stands alone its day and zone.
func (c *calendar) moment(st stamp, otherwise zone) (Moment, bool) {
	at, stated := c.location, false
	for _, z := range []zone{st.zone, c.stated, otherwise} {
		if z.stated() {
			at, stated = z.location, true
			break
		}
	}
	day := c.day
	if st.hasDate() {
		d, ok := c.complete(st, c.day, !c.day.IsZero())
		if !ok {
			return Moment{}, false
		}
		day = d
	}
	if day.IsZero() || st.relative || st.unclear || st.impossible {
		return Moment{}, false
	}
	m := Moment{Time: day.plus(st.days).at(st.clock(), at), ZoneStated: stated, Approximate: st.approx, DateOnly: !st.hasClock}
	return m, true
}

// clock is the stamp's time of day as a distance from midnight.
func (st *stamp) clock() time.Duration {
	if !st.hasClock {
		return 0
	}
	return time.Duration(st.hour)*time.Hour + time.Duration(st.minute)*time.Minute + time.Duration(st.second)*time.Second
}

// endStamp is the other side of a range, with the day and zone of the first side where it has none of its own.
func (st *stamp) endStamp() stamp {
	end := *st.end
	if !end.zone.stated() {
		end.zone = st.zone
	}
	if !end.hasDate() {
		end.date, end.numeric = st.date, st.numeric
		if end.hasClock && end.clock() < st.clock() {
			end.days = 1
		}
	}
	return end
}

// compareMilestones says where front matter and timeline disagree.
func (r *reader) compareMilestones() {
	p := r.p
	if r.foreign == nil || !r.own {
		return
	}
	for _, m := range r.moments() {
		at := *m.field
		for _, e := range p.Timeline {
			if e.Milestone != m.milestone || e.Time.IsZero() || at.IsZero() || e.Time.DateOnly || at.DateOnly {
				continue
			}
			if apart := e.Time.Time.Sub(at.Time).Abs(); apart >= time.Minute {
				where := r.matter.Node(m.key)
				line := 0
				if where != nil {
					line = where.Pos.Line
				}
				r.problems.Warnf(problem.Position{File: p.File, Line: e.Line, Column: 1}, "milestone-disagrees", "correct the one that is wrong",
					"the timeline has %s at %s, front matter (line %d) at %s", m.milestone, e.Time.Time.Format("2006-01-02 15:04 MST"), line, at.Time.Format("2006-01-02 15:04 MST"))
			}
		}
	}
}

// deriveFromStats finds the entries that fit the durations the report states: a start with an entry at its time of detection and one at its
// time of recovery.
func (r *reader) deriveFromStats(entries []*Entry) {
	p, s := r.p, r.stats
	resolve := s.toResolve
	if resolve == 0 {
		resolve = s.duration
	}
	if resolve == 0 && s.toDetect == 0 {
		return
	}
	minute := func(t time.Time) int64 { return t.Unix() / 60 }
	at := map[int64]bool{}
	for _, m := range r.moments() {
		if !m.field.IsZero() && !m.field.DateOnly {
			at[minute(m.field.Time)] = true
		}
	}
	for _, e := range entries {
		if !e.Time.DateOnly {
			at[minute(e.Time.Time)] = true
		}
	}
	best, score := Moment{}, 0
	for _, e := range entries {
		if e.Time.DateOnly || !p.Started.IsZero() && !e.Time.Time.Equal(p.Started.Time) {
			continue
		}
		fit := 0
		if resolve > 0 && at[minute(e.Time.Time.Add(resolve))] {
			fit += 2
		}
		if s.toDetect > 0 && s.toDetect != resolve && at[minute(e.Time.Time.Add(s.toDetect))] {
			fit += 2
		}
		if fit > score {
			best, score = e.Time, fit
		}
	}
	if score == 0 || score < 4 && resolve > 0 && s.toDetect > 0 && p.Started.IsZero() && !r.soleFit(entries, best) {
		return
	}
	if p.Started.IsZero() {
		r.derive("started", &p.Started, best)
	}
	shift := func(d time.Duration) Moment {
		m := best
		m.Time = best.Time.Add(d)
		return m
	}
	if s.toDetect > 0 && p.Detected.IsZero() && at[minute(best.Time.Add(s.toDetect))] {
		r.derive("detected", &p.Detected, shift(s.toDetect))
	}
	if resolve > 0 && p.Resolved.IsZero() && at[minute(best.Time.Add(resolve))] {
		r.derive("resolved", &p.Resolved, shift(resolve))
	}
	if s.toMitigate > 0 && p.Mitigated.IsZero() && at[minute(best.Time.Add(s.toMitigate))] {
		r.derive("mitigated", &p.Mitigated, shift(s.toMitigate))
	}
}

// soleFit reports whether the first entry is the start that was found, which needs no second witness.
func (r *reader) soleFit(entries []*Entry, start Moment) bool {
	return len(entries) > 0 && entries[0].Time.Time.Equal(start.Time)
}

// deriveFromDurations adds a stated duration to a start, or takes it from an end.
func (r *reader) deriveFromDurations() {
	p, s := r.p, r.stats
	total := s.duration
	if total == 0 {
		total = s.toResolve
	}
	add := func(m Moment, d time.Duration) Moment {
		m.Time = m.Time.Add(d)
		return m
	}
	if total > 0 && p.Resolved.IsZero() && !p.Started.IsZero() && !p.Started.DateOnly {
		r.derive("resolved", &p.Resolved, add(p.Started, total))
	}
	if total > 0 && p.Started.IsZero() && !p.Resolved.IsZero() && !p.Resolved.DateOnly {
		r.derive("started", &p.Started, add(p.Resolved, -total))
	}
	if s.toDetect > 0 && p.Detected.IsZero() && !p.Started.IsZero() && !p.Started.DateOnly {
		r.derive("detected", &p.Detected, add(p.Started, s.toDetect))
	}
	if s.toMitigate > 0 && p.Mitigated.IsZero() && !p.Started.IsZero() && !p.Started.DateOnly {
		r.derive("mitigated", &p.Mitigated, add(p.Started, s.toMitigate))
	}
}
