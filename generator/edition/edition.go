// Package edition is the one door to the outside. Project takes the whole archive and an audience and builds a new Edition that holds only
// what this audience may read: for the inside everything but drafts, for the outside the fields of an allow list and the External summary
// of postmortems that are public and published. Everything that connects incidents (which services repeat, what is related, how many there
// are) is worked out again from what remains, so that a count or a link cannot betray what is hidden.
//
// The rooms after this one (page, feed, machine, search, trend) see Editions only. They cannot leak what they were never given.
package edition

import (
	"time"

	"debrief/generator/markdown"
	"debrief/generator/postmortem"
)

// Audience is for whom an edition is made.
type Audience string

// Internal is for the people of the organisation, External for everybody else.
const (
	Internal Audience = "internal"
	External Audience = "external"
)

// Plain values keep their meaning on both sides of the door and are carried over as they are.
type (
	// Date is a calendar day.
	Date = postmortem.Date
	// Moment is a point in time as a report knows it.
	Moment = postmortem.Moment
	// Milestone names what a timeline entry marks.
	Milestone = postmortem.Milestone
	// ActionStatus says how far an action item or a commitment is.
	ActionStatus = postmortem.ActionStatus
	// Link is an address with a name.
	Link = postmortem.Link
)

// The values of Milestone and ActionStatus, for the rooms that may not know postmortem.
const (
	NoMilestone = postmortem.NoMilestone
	Began       = postmortem.Began
	Detected    = postmortem.Detected
	Declared    = postmortem.Declared
	Mitigated   = postmortem.Mitigated
	Resolved    = postmortem.Resolved

	Open       = postmortem.Open
	InProgress = postmortem.InProgress
	Done       = postmortem.Done
	Dropped    = postmortem.Dropped
)

// Edition is the archive as one audience may see it. It does not change once Project has returned it.
type Edition struct {
	Audience Audience
	Site     Site
	// Severities are the severities of the scale, the worst first, those without incidents included; outside, those with a public name.
	Severities []*Severity
	// Incidents are all incidents, the newest first.
	Incidents []*Incident
	// Services and Factors are those that occur in this edition or, with no incident yet, stand in archive.yaml; sorted by name.
	Services []*Service
	Factors  []*Factor
	// Actions are all action items, newest incident first; empty outside.
	Actions []*Action
	// Commitments are all public promises, newest incident first.
	Commitments []*Commitment
	// Terms is the glossary, sorted by term.
	Terms []Term
	// Pages are the free pages in their order.
	Pages []*FreePage
	// Attachments are the files of the archive that this edition's text uses, sorted by Path.
	Attachments []Attachment
}

// Site is what is said about the archive as a whole.
type Site struct {
	Title, Organization, Description string
	// Language is a BCP 47 tag.
	Language string
	// Location is the archive's time zone.
	Location *time.Location
	// URL is the absolute address of this edition's home page with a final "/"; empty when the archive does not say.
	URL string
	// PublicURL is, inside, the URL of the external edition; empty when unknown and always outside.
	PublicURL string
	// Logo is the site path of the logo; empty for none.
	Logo string
	// Links are the publisher's own links for the foot of the page.
	Links []Link
	// Gone are the paths of pages that were withdrawn from the external site, each with a leading "/"; empty inside.
	Gone []string
	// FeedEntries is how many entries a feed holds at most, PageSize how many incidents a page of a list.
	FeedEntries, PageSize int
}

// Severity is one step of the severity scale, by the name this audience knows.
type Severity struct {
	ID, Name, Description string
	// Rank is 1 for the worst.
	Rank int
	// DocumentWithinDays and MeetingWithinDays say how many days after an incident its postmortem should be written and reviewed; 0 for no
	// rule, and always outside.
	DocumentWithinDays, MeetingWithinDays int
	// Incidents are those with this severity, newest first.
	Incidents []*Incident
}

// Service is something that failed at least once, or is known in archive.yaml.
type Service struct {
	ID, Slug, Name, Description string
	// Owner is the team that runs it; empty outside.
	Owner string
	// Incidents are those that hit it, newest first.
	Incidents []*Incident
}

// Factor is a kind of contributing factor.
type Factor struct {
	ID, Slug, Name, Description, Category string
	// Incidents are those it contributed to, newest first.
	Incidents []*Incident
}

// Incident is one postmortem as this audience may read it.
type Incident struct {
	ID string
	// Slug is the id as it stands in the address /incidents/<slug>/.
	Slug  string
	Title string
	// Severity is nil when unstated or, outside, when it has no public name.
	Severity *Severity
	// InReview is true inside for a postmortem that is not finished, Draft in a preview for one that is not ready for anybody.
	InReview, Draft bool
	// Preliminary is true for a report that promises an update; NextUpdate is the promised date, if any.
	Preliminary bool
	NextUpdate  Date

	Started, Detected, Declared, Mitigated, Resolved Moment
	// ToDetect, ToMitigate and ToResolve are measured from Started; negative when unknown. Outside ToDetect is always unknown.
	ToDetect, ToMitigate, ToResolve time.Duration
	// Published is the date of publication, or zero. Updated is the date of the newest amendment, or zero.
	Published, Updated Date
	// Resurfaced is the date of the newest significant amendment, or zero.
	Resurfaced Date
	Amendments []Amendment

	Services []*Service
	Factors  []*Factor

	// Summary is the opening: the Summary section inside, the External summary's own summary outside.
	Summary markdown.Fragment
	// SummaryText is the summary as one line of plain text, for lists, feeds and descriptions.
	SummaryText string
	// Sections are the further sections in order. The timeline and the action items stand among them with what is not an entry or an item.
	Sections []Section
	Timeline []Entry
	Actions  []*Action
	// Commitments are the public promises made after this incident.
	Commitments []*Commitment
	// Message is, inside, what customers were told or will be; nil when nothing is written and always outside, where it is the page itself.
	Message *Message
	// Relate finds what Related returns; nil for none.
	Relate func() []Relation
	// Aliases are old URL paths that lead here, each with a leading "/".
	Aliases []string

	// The rest is inside only; outside it is zero.

	// Public is true when this incident is also in the external edition.
	Public       bool
	DetectedBy   string
	Owner        string
	Participants []string
	NearMiss     bool
	// Class is known-bug, anticipated or unanticipated; empty when unstated.
	Class          string
	DeferredWork   string
	GrowsWithScale *bool
	// Links are private links: ticket, chat, call, dashboards.
	Links []Link
	// Source is the file in the archive.
	Source string
	// Derived are the names of fields that were worked out, not stated.
	Derived []string

	// day and lastDay are what Date and LastDay return, when Project made the incident: every list asks for them.
	day, lastDay Date
	// words are those of the title and the summary; nil when Project did not make the incident.
	words *wording
}

// Date is the day an incident is listed under: when it started, else when it was published; zero when neither is known.
func (i *Incident) Date() Date {
	if !i.day.IsZero() {
		return i.day
	}
	return i.date()
}

func (i *Incident) date() Date {
	if !i.Started.IsZero() {
		return postmortem.DateOf(i.Started.Time)
	}
	return i.Published
}

// LastDay is the newest day that the records of an incident name: it began, was mitigated or resolved, it was published or amended, one of its
// actions or commitments was completed. A day that no calendar shows does not count; without any it is zero.
func (i *Incident) LastDay() Date {
	if !i.lastDay.IsZero() {
		return i.lastDay
	}
	return i.newest()
}

func (i *Incident) newest() Date {
	var last Date
	see := func(d Date) {
		if Plausible(d) && compareDates(d, last) > 0 {
			last = d
		}
	}
	see(postmortem.DateOf(i.Started.Time))
	see(postmortem.DateOf(i.Mitigated.Time))
	see(postmortem.DateOf(i.Resolved.Time))
	see(i.Published)
	for _, a := range i.Amendments {
		see(a.Date)
	}
	for _, a := range i.Actions {
		see(a.Completed)
	}
	for _, c := range i.Commitments {
		see(c.Completed)
	}
	return last
}

// Plausible reports whether a date can be one: it is known, and a calendar shows such a year, month and day. Something else is a slip of the
// pen.
func Plausible(d Date) bool {
	return d.Year >= 1 && d.Year <= 9999 && d.Month >= time.January && d.Month <= time.December &&
		d.Day >= 1 && (d.Day <= 28 || d.Day <= time.Date(d.Year, d.Month+1, 0, 0, 0, 0, 0, time.UTC).Day())
}

// Related returns other incidents of this edition, the most alike first. They are looked for at the first call, which takes a moment, the first
// time in an edition a longer one; it may be called from any goroutine.
func (i *Incident) Related() []Relation {
	if i.Relate == nil {
		return nil
	}
	return i.Relate()
}

// Amendment is one entry of the log of changes.
type Amendment struct {
	Date        Date
	Note        string
	Significant bool
}

// Section is one section of a page.
type Section struct {
	// Name is the canonical section name: "summary", "timeline", "lessons", "other", ...; outside also "what_happened" and "doing".
	Name string
	// Heading is the heading to show.
	Heading string
	// Anchor is the id of the heading, unique on the page.
	Anchor string
	// Level is 1 for a section and 2 for one inside the section before it.
	Level int
	Body  markdown.Fragment
}

// Entry is one entry of a timeline.
type Entry struct {
	Time Moment
	// Written is the time as the author wrote it.
	Written   string
	Text      string
	Body      markdown.Fragment
	Milestone Milestone
	// Evidence backs the entry; empty outside.
	Evidence []Link
}

// Action is one action item. Actions exist inside only.
type Action struct {
	// Incident is the one it was decided after, as its own report tells of it: without what joins it to others, that is severity, services,
	// factors, aliases and relations.
	Incident *Incident
	Text     string
	Body     markdown.Fragment
	Owner    string
	Status   ActionStatus
	Due      Date
	// Slipped are earlier due dates, oldest first.
	Slipped   []Date
	Completed Date
	// Type is prevent, detect, mitigate or process; empty when unstated.
	Type  string
	Link  string
	Group string
}

// Commitment is one public promise.
type Commitment struct {
	// Incident is the one it was made after, as for Action.
	Incident *Incident
	Text     string
	Body     markdown.Fragment
	Status   ActionStatus
	Due      Date
	// Slipped are earlier due dates, oldest first.
	Slipped   []Date
	Completed Date
}

// Message is the External summary as it is shown inside, beside everything else.
type Message struct {
	Summary, WhatHappened, Doing markdown.Fragment
	// More are its further sections.
	More     []Section
	Timeline []Entry
}

// Relation is another incident and why it belongs beside this one.
type Relation struct {
	Incident *Incident
	// ByAuthor is true when the author linked it.
	ByAuthor bool
	// Services and Factors are what both have in common.
	Services []*Service
	Factors  []*Factor
	// Words are up to three rare words that both have in their titles and summaries, in lower case, the rarest first; nil when the texts are
	// not alike.
	Words []string
	// Days is the number of days between the two, 0 on the same day; -1 when a date is unknown.
	Days int
}

// Term is one entry of the glossary.
type Term struct {
	Term, Meaning string
	// Anchor is its id on the glossary page.
	Anchor string
}

// FreePage is a page that is no incident.
type FreePage struct {
	// Slug is its address: /<slug>/.
	Slug  string
	Title string
	Body  markdown.Fragment
	// Headings are those of Body, for a table of contents.
	Headings []markdown.Anchor
	// Source is the file in the archive; empty outside.
	Source string
}

// Attachment is a file that goes out beside the pages.
type Attachment struct {
	// Path is the site path without a leading slash: "incidents/inc-2024-017/queue.png".
	Path string
	// Source is the path in the archive.
	Source string
}
