// Package trend answers the questions that no single postmortem can: is this isolated or part of a pattern, which contributing factors
// recur, which services repeat, do fixes hold, what was put off? It stands after the edition and counts only what the edition holds, so the
// outside learns nothing of the inside from a number.
//
// A figure here is a number with its uncertainty, in Go; what it looks like is decided by the rooms after this one. Formulas are those of
// the room stat, each with its source there. Nothing is counted by person, team or owner, and there is no mean time to recover: the lengths
// of incidents are spread over orders of magnitude, so that their mean is ruled by the few longest ones and says nothing about the next
// (Štěpán Davidovič, "Incident Metrics in SRE", 2021).
//
// There is no clock. Periods end with the data: on the newest day that the edition's records name, or on the day the caller states.
package trend

import (
	"time"

	"debrief/generator/edition"
)

// Options choose what the figures are about.
type Options struct {
	// AsOf is the last day that counts. Zero is the end of the data: the newest day on which an incident began or ended, a report was
	// published or amended, or an action was completed.
	AsOf edition.Date
}

// Trends are all figures of one edition. They do not change once New has returned them.
type Trends struct {
	// End is the last day of the periods. Stated is true when the caller chose it.
	End    edition.Date
	Stated bool
	// Recent are the twelve months that end with End, Before the twelve months before those. Where the archive is younger than that, Before
	// begins with First, and it is zero when the first incident lies in Recent: before an archive begins nothing was counted, and to take
	// that for "nothing happened" would make every young archive a rising one.
	Recent, Before Period
	// Comparable is false when the archive covers less than half a year of Before, so that there is nothing to compare with: every Change
	// has the Judgement TooFew then, however many incidents there are, and it is the archive that is too young to say.
	Comparable bool
	// Incidents are those that are counted, the newest first: all with a day that is not after End.
	Incidents []*edition.Incident
	// Later counts the incidents after End, Undated those without a day (or with an impossible one). Neither are counted in any figure over
	// time; those without a day stand at the end of the registers and of FollowThrough.Items.
	Later, Undated int
	// First is the day of the first incident.
	First edition.Date

	// All is the change in the number of all incidents, and their rate a month.
	All Change
	// Severities has, for each severity, the worst first, and at the end nil for none, how the number changed. Those without incidents are left out.
	Severities []SeverityChange
	// Bins are equal stretches of time over the whole span, the oldest first, about 80 at most: months up to six years, then quarters, then
	// years, several at a time where even those are too many.
	Bins []Bin

	// Factors and Services are those with incidents, sorted by what deserves attention; see Recurrence.
	Factors, Services []*Recurrence
	// Matrix counts factors against services: one cell for each pair that occurs, sorted by count, the greatest first, then by names.
	Matrix []Cell
	// Together are pairs of factors that occur in the same incidents, the strongest association first. Only pairs seen at least twice.
	Together []Pair

	// ToDetect, ToMitigate and ToResolve are the lengths of incidents, measured from their start; outside ToDetect is empty.
	ToDetect, ToMitigate, ToResolve Distribution
	// BySeverity is the length until resolved (or mitigated, where that is all that is known) for each severity, the worst first.
	BySeverity []SeverityDistribution

	// Detection tells who noticed first, the most frequent first; empty outside, and where no author says it.
	Detection []Source
	// Hours counts incidents by the weekday and hour of their start in the archive's time zone. Only starts with a clock time count.
	Hours Hours

	// Classes tell whether the kind of failure was anticipated, in the order of Class.ID; empty outside, and where no author says it.
	Classes []Class
	// Scale tells how many incidents are said to get worse with growth; all zero outside.
	Scale Scale
	// Deferred are incidents to which work that was put off contributed, newest first; empty outside.
	Deferred []Deferred
	// NearMisses are the near misses, newest first; empty outside.
	NearMisses []*edition.Incident

	// AfterFix are recurrences after a fix, newest recurrence first: the same factor on the same service after an action for it was done.
	AfterFix []Repeat
	// StillOpen are recurrences while an action for the earlier incident was open, newest first.
	StillOpen []Repeat
	// FollowThrough is what became of promises: action items inside, commitments outside.
	FollowThrough FollowThrough

	// Luck, and what went well, are registers of the inside.
	Luck     []Luck
	WentWell []Situation
	// Terms tell where each term of the glossary is used, by term.
	Terms []TermUse

	study *study // for Verdict
}

// Period is a stretch of days, both ends in it.
type Period struct{ From, To edition.Date }

// Judgement says what a difference between two periods means.
type Judgement string

const (
	// TooFew means that so few incidents cannot show a change of any size: even if all of them fell into one period, the test would not say so.
	TooFew Judgement = "too-few"
	// Normal means that chance alone makes such differences often.
	Normal Judgement = "normal"
	// More and Less mean that chance alone would seldom make such a difference.
	More Judgement = "more"
	Less Judgement = "less"
)

// Words say it to readers.
func (j Judgement) Words() string {
	switch j {
	case More:
		return "more than before, unlikely by chance"
	case Less:
		return "less than before, unlikely by chance"
	case Normal:
		return "within normal variation"
	case TooFew:
		return "too few to say"
	}
	return ""
}

// Level is the false discovery rate at which a difference is called a change, and the confidence of all intervals is 95 %.
const Level = 0.05

// Change compares the periods Recent and Before by their rates. Without enough of Before there is no
// comparison: P is 1 and the Judgement TooFew, while Before keeps its count. See Trends.Comparable.
type Change struct {
	Recent, Before int
	// P is the two-sided p value of the exact conditional binomial test, Q the same after the Benjamini-Hochberg correction for the
	// whole family of comparisons it stands in, 1 for what is too few to be tested.
	P, Q      float64
	Judgement Judgement
	// Rate is the number of incidents a month in the recent period, or in what the archive covers of it, a month at least, with its exact
	// 95 % Poisson interval.
	Rate, RateLow, RateHigh float64
}

// SeverityChange is the change of one severity; Severity is nil for incidents without one.
type SeverityChange struct {
	Severity *edition.Severity
	Change
	Incidents []*edition.Incident
}

// Unit is how long a Bin is.
type Unit string

// The lengths of bins.
const (
	Months   Unit = "month"
	Quarters Unit = "quarter"
	Years    Unit = "year"
)

// Bin is one stretch of time. The first and last may reach beyond the data.
type Bin struct {
	Period
	Unit Unit
	// Name is "2024", "Q1 2024" or "Mar 2024"; several years are "2020–2024".
	Name string
	// Incidents are newest first; BySeverity counts them in the order of Trends.Severities.
	Incidents  []*edition.Incident
	BySeverity []int
}

// Recurrence is how often one factor or one service returns.
//
// What deserves attention comes first: those that are more frequent than before; then by the number in the recent period; then by the
// number of open actions; then by the number in all; then by name.
type Recurrence struct {
	// One of Factor and Service is set.
	Factor  *edition.Factor
	Service *edition.Service
	Name    string
	// Incidents are those that count, newest first.
	Incidents []*edition.Incident
	Change
	// Share is the part of the recent incidents that have it, from 0 to 1.
	Share float64
	// First and Last are the days of the first and last incident.
	First, Last edition.Date
	// MedianGap is the median number of days from one incident to the next, or -1 with fewer than three incidents. GapLow and GapHigh are
	// the ends of its order-statistic interval, or -1 when there are too few.
	MedianGap, GapLow, GapHigh int
	// Counts is the number of incidents in each of Trends.Bins.
	Counts []int
	// With are the services a factor hit, or the factors of a service, the most frequent first.
	With []Cell
	// Open counts the promises of these incidents that are unfinished: actions, or outside commitments.
	Open int
	// Helped are the actions of type prevent, mitigate or none that were done for these incidents and after which nothing of the kind has
	// come back yet, the last done first.
	Helped []Item
}

// Cell is a factor and a service, and the incidents that have both, newest first. All cells are one family of comparisons.
type Cell struct {
	Factor    *edition.Factor
	Service   *edition.Service
	Incidents []*edition.Incident
	Change
}

// Pair is two factors that occur together.
type Pair struct {
	A, B *edition.Factor
	// Incidents are those that have both, newest first. Their number is the support.
	Incidents []*edition.Incident
	// Share is the support as a part of all incidents with factors, Lift how many times more often the two meet than if they were
	// independent of each other.
	Share, Lift float64
	// P is the one-sided p value of Fisher's exact test for more than chance among the incidents with factors, Q after correction for all
	// pairs of factors of the edition that could be found at all. Notable is true when Q is at most Level.
	P, Q    float64
	Notable bool
}

// Distribution is the lengths of several incidents.
type Distribution struct {
	// Lengths are sorted, the shortest first.
	Lengths []Length
	// Unknown counts the incidents whose length is not known.
	Unknown int
	// Quartiles are the lower quartile, the median and the upper quartile; empty with fewer than three lengths.
	Quartiles []Quantile
}

// Length is how long one incident was.
type Length struct {
	Incident *edition.Incident
	Duration time.Duration
}

// Quantile is a length that a given share of incidents do not exceed, with a distribution-free 95 % interval by order statistics.
type Quantile struct {
	Share float64
	Value time.Duration
	// Low and High are the ends of the interval; Bounded is false when so few lengths give none.
	Low, High time.Duration
	Bounded   bool
}

// SeverityDistribution is the lengths of the incidents of one severity; Severity is nil for incidents without one.
type SeverityDistribution struct {
	Severity *edition.Severity
	Distribution
}

// Source is who or what noticed incidents first.
type Source struct {
	// Name is as the author has it: "alert", "customer"; empty when unstated.
	Name      string
	Incidents []*edition.Incident
	Change
	// Counts is the number in each of Trends.Bins.
	Counts []int
}

// Hours counts starts by weekday, Monday first, and hour.
type Hours struct {
	Cells [7][24][]*edition.Incident
	// Counted is how many incidents are in it, Unknown those without a clock time.
	Counted, Unknown int
	Location         *time.Location
	// OutsideWork counts those on Saturday, Sunday, or before 8 and after 18 o'clock.
	OutsideWork int
	// P is the p value of the exact test whether they fall outside work as often as chance has it: 118 of the 168 hours of a week.
	P         float64
	Judgement Judgement
}

// Class is whether a kind of failure was anticipated: known-bug, anticipated, unanticipated, or empty when unstated.
type Class struct {
	ID        string
	Incidents []*edition.Incident
	Change
}

// Scale counts what authors say about growth.
type Scale struct{ Worse, Not, Unstated []*edition.Incident }

// Deferred is an incident to which work that was put off contributed.
type Deferred struct {
	Incident *edition.Incident
	Work     string
	// Again are later incidents with a factor and a service of this one: it came back. The oldest first, 50 at most.
	Again []*edition.Incident
}

// Repeat is the same factor on the same service, twice.
type Repeat struct {
	Factor         *edition.Factor
	Service        *edition.Service
	Earlier, Later *edition.Incident
	// Days lie between the two incidents.
	Days int
	// Items are the actions of the earlier incident, of type prevent, mitigate or none, that were done before the day of the later one, or
	// those that were finished after it or not yet. Detecting sooner and working otherwise do not claim to keep a failure from returning.
	Items []Item
}

// Item is a promise: an action item inside, a commitment outside. One of the two is set. It is told as of Trends.End: what was done after
// that day was open.
type Item struct {
	Incident   *edition.Incident
	Action     *edition.Action
	Commitment *edition.Commitment
	Text       string
	Status     edition.ActionStatus
	Due        edition.Date
	Slipped    []edition.Date
	Completed  edition.Date
	// Type is prevent, detect, mitigate, process or empty.
	Type string
	// Age is the number of days from the incident until it was completed or, while it is open, until Trends.End; -1 when unknown.
	Age int
	// Overdue is the number of days since it was due, for an open one; else 0.
	Overdue int
}

// Unfinished reports whether it is open or in progress.
func (i Item) Unfinished() bool {
	return i.Status == edition.Open || i.Status == edition.InProgress
}

// FollowThrough is what became of promises: action items inside and commitments outside; outside, action items stand in for an incident
// without commitments when the archive publishes them.
type FollowThrough struct {
	// Items are all of them, newest incident first.
	Items []Item
	// Open counts those open or in progress, Overdue those of them past their due day, NoDue those of them without one; Slipped all that
	// were moved at least once.
	Open, Done, Dropped, Overdue, NoDue, Slipped int
	// Oldest are the unfinished ones, the oldest first, those without a day last.
	Oldest []Item
	// Slips are those that were moved, the most often moved first.
	Slips []Item
	// Survival is how long they stay open, by Kaplan and Meier: the open ones are censored at Trends.End, dropped ones and ones done on an unknown day
	// are left out and counted in LeftOut.
	Survival Survival
	LeftOut  int
	// ByType has one row for each type, in the order prevent, detect, mitigate, process, unstated.
	ByType []TypeRow
}

// Survival is the share of promises still open after so many days.
type Survival struct {
	// Steps follow a share of 1 at the start; what was done on the day of the incident is a step on day 0.
	Steps []SurvivalStep
	// Total counts the promises in it, Censored those of them that are still open. Undated counts those that were done on an unknown day, and
	// so could not be taken in: the more of them, the higher the curve lies above the truth. See Biased.
	Total, Censored, Undated int
	// Median is the day at which half are done, or -1 when that has not been reached. MedianLow and MedianHigh are its 95 % interval, -1
	// where unbounded.
	Median, MedianLow, MedianHigh int
	// LastDay is the greatest age of any of them.
	LastDay int
}

// Biased reports whether more of what was done is left out than taken in, so that the curve should not be shown.
func (s Survival) Biased() bool { return s.Undated > s.Total-s.Censored }

// SurvivalStep is a day on which something was done.
type SurvivalStep struct {
	Day, AtRisk, Done int
	// Share is still open after that day, with its 95 % interval.
	Share, Low, High float64
}

// TypeRow is what became of the promises of one type.
type TypeRow struct {
	Type                       string
	Total, Open, Done, Dropped int
	Survival                   Survival
}

// Luck is where an incident could have been worse, and whether that still depends on luck.
type Luck struct {
	Incident *edition.Incident
	Section  edition.Section
	// Done and Open count the actions of the incident. It is still luck while nothing has been done.
	Done, Open int
	StillLuck  bool
}

// Situation is what went well when a factor was at work: what to count on when it returns.
type Situation struct {
	// Factor is nil for incidents without one.
	Factor *edition.Factor
	Notes  []Note
}

// Note is a section of an incident.
type Note struct {
	Incident *edition.Incident
	Section  edition.Section
}

// TermUse is a term and the incidents whose text uses it, newest first.
type TermUse struct {
	Term      edition.Term
	Incidents []*edition.Incident
}

// Verdict says in how far one incident is part of something.
type Verdict struct {
	// Isolated is true when it names a factor or a service, and no other counted incident shares one of them.
	Isolated bool
	// Text is the line to show: "Isolated: no other incident shares a factor or a service with this one.", "Repeats: the 3rd in 12 months in
	// which “Config change” contributed on Payments; within normal variation." An incident of the recent period is judged as things are at
	// End; an older one is told of as it was on its day, with how many came since.
	Text string
	// Factor and Service are what Text is about: one of them, both or, where it has nothing to compare, none.
	Factor  *edition.Factor
	Service *edition.Service
	// AfterFix and StillOpen are the recurrences in which this incident is the later one, AfterFixOf those in which it is the earlier.
	AfterFix, StillOpen, AfterFixOf []Repeat
}

// Verdict returns what is to be said of an incident of this edition; the zero Verdict for one that is not counted.
func (t *Trends) Verdict(inc *edition.Incident) Verdict {
	if t.study == nil {
		return Verdict{}
	}
	return t.study.verdictOn(inc)
}
