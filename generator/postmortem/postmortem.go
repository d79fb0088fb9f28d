package postmortem

import (
	"time"

	"debrief/generator/fields"
	"debrief/generator/markdown"
	"debrief/generator/problem"
)

// Postmortem is one file, understood. Every field is what the author wrote or what could be derived from it (Derived says which); names
// of services and factors are still as written, because only the archive knows the aliases.
type Postmortem struct {
	// File is the path inside the archive, with slashes.
	File string
	// ID is the permanent identifier, from front matter or the file name.
	ID    string
	Title string
	// ExternalTitle replaces Title outside; empty when the same title serves both.
	ExternalTitle string
	// Severity is the severity's id when Options.Severity knows the name, else the name as written; empty when unstated.
	Severity   string
	Status     Status
	Visibility Visibility
	Stage      Stage
	// NextUpdate is the promised date of a preliminary report's next update; zero when none was promised.
	NextUpdate Date

	// The five moments of an incident; a zero Moment is unknown.
	Started, Detected, Declared, Mitigated, Resolved Moment
	// ZoneStated is true when the file says which time zone its times are in, so that none had to be taken from the archive's setting.
	ZoneStated bool
	// Published is the date of publication; zero when unknown.
	Published Date

	Services, Factors []string
	// DetectedBy is how the incident came to light: alert, customer, employee, partner, ... in lower case.
	DetectedBy   string
	Owner        string
	Participants []string
	NearMiss     bool
	// Class says whether this class of failure was foreseen: known-bug, anticipated or unanticipated; empty when unstated.
	Class        string
	DeferredWork string
	// GrowsWithScale is true when this class of failure gets worse as the organisation grows; nil when unstated.
	GrowsWithScale *bool

	// Related are ids of other postmortems, as the author linked them.
	Related []string
	// Aliases are old URL paths that lead here.
	Aliases []string
	// Links are private links by name: ticket, chat, call, dashboards.
	Links   []Link
	Amended []Amendment
	// Ignored are the rules of check that the author does not want applied to this file, with the reasons.
	Ignored []Ignored

	// Sections are all sections in the order of the file, flat: what went well follows the lessons it belongs to.
	Sections []Section
	// Timeline, Actions and Glossary are the contents of the sections of those names, understood.
	Timeline []Entry
	Actions  []Action
	Glossary []Term
	// External is the External summary; nil when there is none.
	External *External

	// Derived are the names of the fields that were not stated but worked out, in the order of this struct's front-matter keys.
	Derived []string

	// Positions says where each front-matter field stands; see At.
	Positions []fields.Place

	document *markdown.Document
}

// Document is the body as it was parsed, when Options.KeepDocument asked to keep it; else nil.
func (p *Postmortem) Document() *markdown.Document { return p.document }

// At returns where a front-matter key stands in the file, or the file's first line when the key is not written.
func (p *Postmortem) At(key string) problem.Position {
	if at, ok := p.Position(key); ok {
		return at
	}
	return problem.Position{File: p.File, Line: 1, Column: 1}
}

// Position returns where a front-matter key stands in the file, and whether it is written at all.
func (p *Postmortem) Position(key string) (at problem.Position, written bool) {
	for _, place := range p.Positions {
		if place.Key == key {
			return problem.Position{File: p.File, Line: int(place.Line), Column: int(place.Column)}, true
		}
	}
	return problem.Position{}, false
}

// writes reports whether a front-matter key is written.
func (p *Postmortem) writes(key string) bool {
	_, written := p.Position(key)
	return written
}

// Section returns the first section of a canonical name, or nil.
func (p *Postmortem) Section(name SectionName) *Section {
	for i := range p.Sections {
		if p.Sections[i].Name == name {
			return &p.Sections[i]
		}
	}
	return nil
}

// Durations are the three intervals of an incident, each measured from its start. A duration is negative when unknown.
type Durations struct{ ToDetect, ToMitigate, ToResolve time.Duration }

// Durations derives the intervals from the moments.
func (p *Postmortem) Durations() Durations {
	since := func(m Moment) time.Duration {
		if p.Started.IsZero() || m.IsZero() || p.Started.DateOnly || m.DateOnly || m.Time.Before(p.Started.Time) {
			return -1
		}
		return m.Time.Sub(p.Started.Time)
	}
	return Durations{ToDetect: since(p.Detected), ToMitigate: since(p.Mitigated), ToResolve: since(p.Resolved)}
}

// Status says how far along a postmortem is.
type Status string

// A draft is seen only in preview; one in review is on the internal site with a banner; a published one is finished.
const (
	Draft     Status = "draft"
	Review    Status = "review"
	Published Status = "published"
)

// Visibility says whether a postmortem may go outside at all.
type Visibility string

// Internal is the default. Only an explicit Public takes a postmortem outside.
const (
	Internal Visibility = "internal"
	Public   Visibility = "public"
)

// Stage says whether a report is the last word.
type Stage string

// A Preliminary report promises an update; a Final one does not.
const (
	Preliminary Stage = "preliminary"
	Final       Stage = "final"
)

// Moment is a point in time as an incident report knows it.
type Moment struct {
	// Time is in the zone that was written, or the archive's.
	Time time.Time
	// ZoneStated is true when the report itself says which zone it is.
	ZoneStated bool
	// DateOnly is true when only the day is known; Time is then its midnight.
	DateOnly bool
	// Approximate is true for "~14:00" and "around 14:00".
	Approximate bool
}

// IsZero reports whether the moment is unknown.
func (m Moment) IsZero() bool { return m.Time.IsZero() }

// Date is a calendar day; the zero Date is unknown.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// IsZero reports whether the date is unknown.
func (d Date) IsZero() bool { return d == Date{} }

// Time returns the day's midnight in UTC.
func (d Date) Time() time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}

// String returns the day as 2006-01-02, or "" when unknown.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// DateOf returns the calendar day of a time, in the time's own zone.
func DateOf(t time.Time) Date {
	if t.IsZero() {
		return Date{}
	}
	y, m, d := t.Date()
	return Date{y, m, d}
}

// Link is an address with a name.
type Link struct{ Name, URL string }

// Amendment is one entry of the log of changes made after publication.
type Amendment struct {
	Date Date
	Note string
	// Significant amendments bring the incident back to the top of feed readers.
	Significant bool
}

// Ignored is a rule of check that does not apply to a file.
type Ignored struct {
	// Rule is the rule's name, and Reason why it does not apply; empty when the author gave none.
	Rule, Reason string
	// At is where it is written.
	At problem.Position
}

// SectionName is the canonical name of a section, whatever its heading says in whatever language.
type SectionName string

// The sections a postmortem may have. Any other heading is Other and is kept in its place.
const (
	Summary             SectionName = "summary"
	Impact              SectionName = "impact"
	TimelineSection     SectionName = "timeline"
	ContributingFactors SectionName = "contributing_factors"
	Trigger             SectionName = "trigger"
	Detection           SectionName = "detection"
	Resolution          SectionName = "resolution"
	Lessons             SectionName = "lessons"
	WentWell            SectionName = "went_well"
	WentWrong           SectionName = "went_wrong"
	Lucky               SectionName = "lucky"
	ActionsSection      SectionName = "actions"
	Supporting          SectionName = "supporting"
	ExternalSummary     SectionName = "external"
	Background          SectionName = "background"
	Other               SectionName = "other"
)

// SectionNames are the canonical names, in the order in which a page shows them.
func SectionNames() []SectionName {
	return []SectionName{
		Summary, Impact, TimelineSection, ContributingFactors, Trigger, Detection, Resolution, Lessons, WentWell, WentWrong, Lucky, ActionsSection,
		Supporting, ExternalSummary, Background, Other,
	}
}

// Section is one section of the body.
type Section struct {
	Name SectionName
	// Heading is the heading as written, without numbering marks of Markdown; empty for text before the first heading.
	Heading string
	// Line is the heading's line.
	Line int
	// Level is 1 for a section of the report and 2 for one that belongs to the section before it, such as what went well.
	Level int
	// Body is the content. For the timeline, the action items and the glossary it is only what was not understood as an entry, an item or
	// a term, so that nothing is shown twice and nothing is lost.
	Body markdown.Fragment
	// IsGlossary is true for a section of terms; its Name is Other or Supporting.
	IsGlossary bool
}

// Milestone names what a timeline entry marks.
type Milestone string

// The milestones, each at most once in a timeline.
const (
	NoMilestone Milestone = ""
	Began       Milestone = "began"
	Detected    Milestone = "detected"
	Declared    Milestone = "declared"
	Mitigated   Milestone = "mitigated"
	Resolved    Milestone = "resolved"
)

// Entry is one entry of a timeline.
type Entry struct {
	// Time is when it happened; zero when what is written is no time ("22:XX"), and then only Written is known.
	Time Moment
	// Written is the time as the author wrote it.
	Written string
	// Text is the entry as plain text, without its time and milestone mark.
	Text string
	// Body is the entry as HTML, without its time and milestone mark.
	Body      markdown.Fragment
	Milestone Milestone
	// Evidence are the links that back the entry: the links of an Evidence column, or of a trailing "(evidence: ...)".
	Evidence []Link
	Line     int
}

// ActionStatus says how far an action item or commitment is.
type ActionStatus string

// Open is the default; Dropped is a decision not to do it.
const (
	Open       ActionStatus = "open"
	InProgress ActionStatus = "in progress"
	Done       ActionStatus = "done"
	Dropped    ActionStatus = "dropped"
)

// Action is one action item.
type Action struct {
	// Text is the item as plain text, without the marks that were understood.
	Text string
	Body markdown.Fragment
	// Owner is who does it, as written; never shown outside.
	Owner  string
	Status ActionStatus
	// Due is the date in force, Slipped the earlier ones, oldest first; Completed is the day it was done.
	Due       Date
	Slipped   []Date
	Completed Date
	// Type is prevent, detect, mitigate or process; empty when unstated.
	Type string
	// Link is its ticket or pull request; empty when none.
	Link string
	// Group is the heading it stands under inside the section ("Process improvements"); empty when none.
	Group string
	Line  int
}

// Term is one term of a postmortem's own glossary.
type Term struct {
	Term, Meaning string
	Line          int
}

// External is the External summary: the only prose that ever leaves the building.
type External struct {
	Line int
	// Summary, WhatHappened and Doing are the three parts; Doing is what is said beside the commitments themselves.
	Summary, WhatHappened, Doing markdown.Fragment
	// More are other headings inside the External summary, in order.
	More        []Section
	Commitments []Commitment
	// Timeline holds customer-facing times.
	Timeline []Entry
}

// Commitment is a public promise.
type Commitment struct {
	// Text is the promise as plain text, without its box and dates.
	Text   string
	Body   markdown.Fragment
	Status ActionStatus
	// Due is the date in force, Slipped the earlier ones, oldest first; Completed is the day it was kept.
	Due       Date
	Slipped   []Date
	Completed Date
	Line      int
}

// Options are what the reader must be told about the archive a file belongs to. The zero value reads any file.
type Options struct {
	// Location is the zone of times that state none; nil is UTC.
	Location *time.Location
	// Synonyms are further headings by canonical section name.
	Synonyms map[SectionName][]string
	// Terms are the glossary terms to mark in the text.
	Terms []string
	// Severity normalises a severity's name ("SEV-1", "P1") to its id; nil keeps the default four.
	Severity func(name string) (id string, ok bool)
	// KeepDocument keeps the parsed body for those who look at the text itself, who would have to parse it again. They show no page, so that code
	// has no colours then.
	KeepDocument bool
}
