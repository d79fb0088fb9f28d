// Package page is the plan of the site: from an Edition it makes the list of every page there is, each with its permanent address and one
// typed struct of everything its template shows. Go computes, templates choose and loop. There is no HTML made here, only carried: the
// fragments that the author's Markdown became, with every link set for the page they stand on.
package page

import "html/template"

// Layout names the template that shows a page; there is one struct of data for each.
type Layout string

// The layouts, and the type that Page.Data has for each.
const (
	LayoutHome        Layout = "home"        // *Home
	LayoutIncidents   Layout = "incidents"   // *IncidentList
	LayoutIncident    Layout = "incident"    // *Incident
	LayoutServices    Layout = "services"    // *Index
	LayoutService     Layout = "service"     // *Topic
	LayoutFactors     Layout = "factors"     // *Index
	LayoutFactor      Layout = "factor"      // *Topic
	LayoutActions     Layout = "actions"     // *Promises, inside
	LayoutCommitments Layout = "commitments" // *Promises, outside
	LayoutLessons     Layout = "lessons"     // *Lessons, inside
	LayoutGlossary    Layout = "glossary"    // *Glossary
	LayoutFeeds       Layout = "feeds"       // *Feeds
	LayoutFree        Layout = "page"        // *Free
	LayoutNotFound    Layout = "404"         // *NotFound
)

// Page is one page of the site.
type Page struct {
	// Path is the address from the site's root: "/", "/incidents/inc-2024-017/", "/404.html".
	Path   string
	Layout Layout
	// Title is the page's own title, its h1. The home page has the site's.
	Title string
	// Description is one or two sentences of plain text for search engines and link previews.
	Description string
	// Nav is the Name of the navigation item this page belongs to; empty for none.
	Nav string
	// Crumbs lead from home to the page above this one; empty on home.
	Crumbs []Link
	// Feed is the feed that follows what this page shows.
	Feed *Feed
	// NoIndex asks search engines to stay away: the 404 page, and every page of the internal edition.
	NoIndex bool
	// Updated is the day the content last changed as the content itself says, for the site map; zero when unknown.
	Updated Time
	// Published is when an incident's page was published; zero on other pages.
	Published Time
	// Image is the site path of a picture that stands for the page; empty for none.
	Image string
	// Graph is the page's JSON-LD, ready to stand in a script element of type application/ld+json; empty for none.
	Graph template.JS
	// Data is what the layout shows.
	Data any
}

// Site is what every page shows around its content.
type Site struct {
	Title, Organization, Description, Language string
	// URL is the absolute address of the home page with a final "/"; empty when unknown.
	URL string
	// Internal is true for the internal edition.
	Internal bool
	// Logo is its site path; empty for none.
	Logo string
	// Nav is the main navigation, in order; Foot are further pages and the publisher's own links.
	Nav, Foot []Link
	// Feed is the feed of everything.
	Feed Feed
	// Zone is the name of the archive's time zone.
	Zone string
}

// Link is a link with its text. URL is a site path ("/services/") or an absolute address.
type Link struct {
	Name, URL string
	// Count is how many things are behind it, where that helps; 0 for no count.
	Count int
	// Share is Count in per cent of the greatest Count of the same list, for the lists that are drawn with bars: Years, Services and Factors
	// of Home, and With of Topic. 0 draws no bar.
	Share float64
}

// Feed is one feed in its three formats.
type Feed struct {
	// Name is what it follows: "All incidents", "Payments".
	Name string
	// RSS, Atom and JSON are site paths.
	RSS, Atom, JSON string
}

// Time is a time or day to show.
type Time struct {
	// ISO is the machine form for a datetime attribute: RFC 3339 in UTC, or 2006-01-02 for a day. Empty when unknown.
	ISO string
	// Text is the form for people: "5 March 2024, 14:02 UTC", or "5 March 2024".
	Text string
	// Short is the form for tables and lists: "5 Mar 2024".
	Short string
	// Clock is the time of day alone: "14:02"; empty for a day.
	Clock string
	// DateOnly is true for a day.
	DateOnly bool
	// Approximate is true for "around 14:00".
	Approximate bool
}

// Known reports whether there is anything to show.
func (t Time) Known() bool { return t.ISO != "" }

// Duration is a length of time to show.
type Duration struct {
	// ISO is the ISO 8601 form for a datetime attribute: "PT2H5M". Empty when unknown.
	ISO string
	// Text is the form for people: "2 h 5 min".
	Text string
	// Seconds is its length.
	Seconds int64
}

// Known reports whether there is anything to show.
func (d Duration) Known() bool { return d.ISO != "" }

// Badge is a severity: a word and a rank, so that the theme can give it a shape and a colour. The zero Badge is no severity.
type Badge struct {
	ID, Name string
	// Rank is 1 for the worst.
	Rank int
	// Description says when an incident has this severity.
	Description string
}

// Card is an incident in a list.
type Card struct {
	ID, Title, URL string
	Severity       Badge
	Started        Time
	Length         Duration
	Summary        string
	Services       []Link
	Factors        []Link
	NearMiss       bool
	// Internal is true inside for an incident that is not in the external edition.
	Internal bool
	InReview bool
	Draft    bool
	// Preliminary is true for a report that promises an update.
	Preliminary bool
	// Strip is the timeline's phases as a small drawing: how long nobody knew, how long it was worked on. Nil when they are not known.
	Strip []Phase
}

// Year is the incidents of one year.
type Year struct {
	Year  int // 0 for incidents without a date
	Cards []Card
}

// Home is the data of the home page.
type Home struct {
	Intro string
	// Latest are the newest incidents.
	Latest []Card
	// Total is how many incidents there are, First and Last the years they span.
	Total, First, Last int
	// Years counts the incidents of each year, the newest first, gaps included.
	Years []Link
	// Services and Factors are those with the most incidents, the most first.
	Services, Factors []Link
	// Open are promises still open: action items inside, commitments outside; the soonest due first.
	Open []Promise
	// OpenTotal is how many are open in all.
	OpenTotal int
	// Trend says what is more frequent than before; nil when nothing is.
	Trend    *Line
	All      string // site path of the list of incidents
	Promises string // site path of the page of promises
}

// Pager is a page's place in a list that is cut into pages.
type Pager struct {
	// Page and Pages count from 1; Previous and Next are site paths, empty at the ends.
	Page, Pages    int
	Previous, Next string
}

// IncidentList is the data of one page of the list of incidents: all of them, or those of one year.
type IncidentList struct {
	// Years are the incidents on this page.
	Years []Year
	// Total is how many incidents the whole list has.
	Total int
	// Year is the year this list is about; 0 for all.
	Year int
	// AllYears links to the list of each year, with counts, the newest first.
	AllYears []Link
	Pager
	// Severities, Services and Factors are the values by which a script may filter this page; each Link's URL is its id.
	Severities, Services []Link
}

// Incident is the data of an incident's page.
type Incident struct {
	Card
	Banners []Banner
	// Verdict says in one line in how far it is part of something: "Isolated: ..."; empty for an incident that is not counted.
	Verdict string
	// Facts is the line of facts under the title, in order.
	Facts []Fact
	// Phases and the like draw the timeline; nil when no two times are known.
	Figure *Figure
	// Timeline is the table or list beside the figure; Zone says in which zone its times are shown.
	Timeline []Entry
	Lead     template.HTML
	// Sections are the further sections in order, the timeline and the action items among them: a section with Name "timeline" is where
	// Figure and Timeline stand, one with Name "actions" is where Actions stand.
	Sections []Section
	// Contents are the headings of the page for the table of contents.
	Contents []Link
	Actions  []Promise
	// Commitments are the public promises.
	Commitments []Promise
	// Message is, inside, what customers are told; nil when nothing is.
	Message    *Message
	Related    []Related
	Amendments []Amendment
	// People, Evidence and the like: inside only.
	Private []Fact
	// Older and Newer are the neighbours in time; zero at the ends.
	Older, Newer Link
	// Subscribe are the feeds a reader of this page may want.
	Subscribe []Feed
	// PublicURL is, inside, the absolute address of the page outside; empty when there is none.
	PublicURL string
}

// Banner is a notice above an incident.
type Banner struct {
	// Kind is draft, review, preliminary, near-miss, recurrence or internal.
	Kind string
	Text string
	// Links follow the text.
	Links []Link
}

// Fact is a name and its values.
type Fact struct {
	Name string
	// Values are the words to show; a Link with an empty URL is plain text.
	Values []Link
	// Severity is set for the fact that is the severity.
	Severity *Badge
	// Time is set for a fact that is a time, Duration for one that is a length.
	Time     *Time
	Duration *Duration
}

// Section is one section of an incident's page.
type Section struct {
	Name, Heading, Anchor string
	// Level is 2 for a section (h2) and 3 for one inside it (h3).
	Level int
	Body  template.HTML
}

// Entry is one entry of a timeline.
type Entry struct {
	Time Time
	// Written is the author's own words for the time, where no time could be read.
	Written string
	// NewDay is true for the first entry and wherever the day changes.
	NewDay    bool
	Body      template.HTML
	Milestone string
	// Name is the milestone's name to show: "Detected".
	Name     string
	Evidence []Link
	// After is the time since the start of the incident; zero when unknown or negative.
	After Duration
}

// Figure is the drawn timeline. All positions are per cent of its width, so that text keeps its size on any screen.
type Figure struct {
	// Label describes the figure in a sentence, for those who do not see it.
	Label  string
	Phases []Phase
	Marks  []Mark
	Dots   []Dot
	Ticks  []Tick
	// Rows is how many rows of labels the marks need.
	Rows int
}

// Phase is the stretch between two milestones.
type Phase struct {
	// Kind is undetected, responding, mitigated or ongoing.
	Kind, Name string
	X, Width   float64
	Length     Duration
}

// Mark is a milestone.
type Mark struct {
	Milestone, Name string
	Time            Time
	X               float64
	// Row is the row of its label, from 0, chosen so that labels do not meet; End is true when the label stands left of the mark.
	Row int
	End bool
	// After is the time since the start.
	After Duration
}

// Dot is an entry that is no milestone.
type Dot struct {
	X    float64
	Text string
}

// Tick is a label of the time axis.
type Tick struct {
	X     float64
	Label string
}

// Message is the External summary shown inside.
type Message struct {
	Summary, WhatHappened, Doing template.HTML
	// More are its further sections; their headings are below the message's own.
	More []Section
	// Released is true when it is on the external site; otherwise Why says why not.
	Released bool
	Why      string
}

// Promise is an action item or a commitment.
type Promise struct {
	Body template.HTML
	// Text is the same as plain text.
	Text string
	// Status is open, in-progress, done or dropped; StatusName is its word.
	Status, StatusName string
	Owner              string
	Type               string
	Group              string
	Due, Completed     Time
	// Slipped are the earlier due dates, oldest first.
	Slipped []Time
	// Late is true when it was done after the day it was due.
	Late bool
	// Ticket is its ticket or pull request, inside; without a URL it is only named, and without a name there is none.
	Ticket Link
	// From is the incident it came from.
	From Link
	// Age and Overdue say how long it has been open and overdue, in words and only on the pages of trends: "open for 41 days".
	Age, Overdue string
}

// Related is another incident and the reason it is shown.
type Related struct {
	// Card is without Summary and Strip.
	Card Card
	// Reason says why in words: "also Config change on Payments, 34 days earlier".
	Reason string
}

// Amendment is one line of the log of changes.
type Amendment struct {
	Date        Time
	Note        string
	Significant bool
}

// Index is the data of the list of services or of factors.
type Index struct {
	Groups []Group
	// Total is how many incidents the edition has.
	Total int
}

// Group is some topics under a common name: the category of factors; empty for none.
type Group struct {
	Name   string
	Topics []TopicRow
}

// TopicRow is one service or factor in the list.
type TopicRow struct {
	Name, URL, Description string
	Count                  int
	First, Last            Time
	// Worst is the worst severity it had.
	Worst Badge
	// Open is how many promises of its incidents are open.
	Open int
	// PerYear counts its incidents year by year over the edition's span, oldest first.
	PerYear []Count
}

// Count is a number with the name of what was counted, and its share of the greatest one in per cent.
type Count struct {
	Name  string
	Count int
	Share float64
}

// Topic is the data of one service's or factor's page.
type Topic struct {
	// Kind is service or factor.
	Kind, ID, Name, Description string
	Category                    string
	Owner                       string
	Count                       int
	First, Last                 Time
	Severities                  []Count
	// With are the factors of a service, or the services of a factor, the most frequent first.
	With []Link
	// Trend is what the trends say of it; nil when none of its incidents is counted.
	Trend *TopicTrend
	// Open are promises still open, the soonest due first; OpenTotal is how many there are in all, Promises the site path of their page.
	Open      []Promise
	OpenTotal int
	Promises  string
	// Years are the newest incidents; the Pager leads to the older ones.
	Years []Year
	Pager
}

// Promises is the data of the page of action items or commitments.
type Promises struct {
	// Open, Kept and Dropped are those on this page, and the totals count those of all pages.
	Open, Kept, Dropped                       []Promise
	OpenTotal, KeptTotal, DroppedTotal, Total int
	Pager
	// Parts lead to the pages on which the open, the kept and the dropped ones begin; empty when all are on one page.
	Parts []Link
	// Calendar is the site path of what is due as a calendar; empty for none.
	Calendar string
}

// Lessons is what went well and where we got lucky, across incidents.
type Lessons struct {
	WentWell, WentWrong, Lucky []Lesson
	Pager
}

// Lesson is one incident's words on a subject.
type Lesson struct {
	From Link
	Date Time
	Body template.HTML
	// Note is a word on it: "1 action done, 2 open".
	Note string
}

// Glossary is the data of the glossary.
type Glossary struct{ Terms []Term }

// Term is one term.
type Term struct {
	Term, Meaning, Anchor string
	// UsedIn are the newest incidents whose text uses it, More counts those that are not named.
	UsedIn []Link
	More   int
}

// Feeds is the data of the page of all feeds.
type Feeds struct {
	Groups []FeedGroup
	// OPML is the site path of the list of all feeds.
	OPML string
	// Pictures are those of the whole site that other pages may embed, each with what it shows.
	Pictures []Link
}

// FeedGroup is the feeds of one kind: "Services".
type FeedGroup struct {
	Name  string
	Feeds []Feed
}

// Free is the data of a free page.
type Free struct {
	Body     template.HTML
	Contents []Link
}

// NotFound is the data of the 404 page.
type NotFound struct{ Latest []Card }
