package config

import (
	"time"

	"debrief/generator/problem"
)

// Config is what archive.yaml says about an archive, with defaults for what it leaves out. It does not change once Load or Default has
// returned it; the lists keep the order of the file.
type Config struct {
	// Title is the name of the archive, on every page and in every feed.
	Title string
	// Organization is the name of whoever publishes the archive; empty when not said.
	Organization string
	// Description says in a sentence what the archive is; plain text.
	Description string
	// Language is the language of the archive as a canonical BCP 47 tag.
	Language string
	// Location is the time zone of times that are written without one. Its String is the IANA name.
	Location *time.Location
	// ZoneStated is true when archive.yaml says which zone that is, rather than nobody having said so.
	ZoneStated bool
	// Logo is the path of the logo inside the archive, slash-separated; empty for none.
	Logo string
	// Internal and External say where each edition is published.
	Internal, External Site
	// Severities are the known severities, the worst first.
	Severities []Severity
	// Services are the known services.
	Services []Service
	// Factors are the known contributing factors.
	Factors []Factor
	// Glossary holds the terms that are explained where they appear.
	Glossary []Term
	// Sections are the headings that count as a section beside the built-in ones, in the order of SectionNames.
	Sections []Synonyms
	// OpenSections are the canonical names of the sections that leave with a public postmortem, in the order of SectionNames.
	OpenSections []string
	// BlockedWords are words and phrases that must never appear outside.
	BlockedWords []string
	// People are names of persons that must never appear outside.
	People []string
	// Audit says what else the audit of the external site looks for, and what it lets pass.
	Audit Audit
	// FeedEntries is how many entries a feed holds at most.
	FeedEntries int
	// PageSize is how many incidents stand on one page of a list.
	PageSize int
	// Theme is the path of the theme folder inside the archive, slash-separated; empty for the built-in theme alone.
	Theme string
	// Links are links of the publisher's own, for the foot of every page.
	Links []Link
	// Gone are the addresses of pages that were withdrawn from the external site.
	Gone []Gone
	// Rules change what check finds, in the order of the file.
	Rules []RuleSetting

	severities, services, factors index
	broken                        bool
}

// Broken reports that some of archive.yaml could not be read, so that what it forbids to publish may not be known. Nothing should go outside
// until that is put right.
func (c *Config) Broken() bool { return c.broken }

// Site is where one edition is published.
type Site struct {
	// URL is the absolute address of the home page, with a final "/"; empty when not said.
	URL string
	// At is where the URL is written.
	At problem.Position
}

// Severity is one step of the severity scale.
type Severity struct {
	// ID is the short, permanent name, in the form of Slug: "sev1".
	ID string
	// Name is what readers inside see: "SEV-1 critical".
	Name string
	// PublicName is what readers outside see; empty when the severity is not shown outside.
	PublicName string
	// Description says when an incident has this severity; plain text.
	Description string
	// DocumentWithinDays and MeetingWithinDays say how many days after the incident is resolved the postmortem should be written and its
	// review held; 0 means no rule.
	DocumentWithinDays, MeetingWithinDays int
	// Aliases are other names that mean this severity.
	Aliases []string
	// At is where the entry stands; zero for a built-in one.
	At problem.Position
}

// Service is something the organisation runs that can fail.
type Service struct {
	// ID is the short, permanent name, in the form of Slug: "payments".
	ID string
	// Name is what readers inside see.
	Name string
	// PublicName is what readers outside see; empty when the service is not shown outside.
	PublicName string
	// Owner is the team that runs the service. It never leaves.
	Owner string
	// Description is for readers inside and PublicDescription for readers outside; plain text.
	Description, PublicDescription string
	// Aliases are other names that mean this service.
	Aliases []string
	// At is where the entry stands.
	At problem.Position
}

// Factor is a kind of contributing factor.
type Factor struct {
	// ID is the short, permanent name, in the form of Slug: "config-change".
	ID string
	// Name is what readers inside see.
	Name string
	// PublicName is what readers outside see; empty when the factor is not shown outside.
	PublicName string
	// Description is for readers inside and PublicDescription for readers outside; plain text.
	Description, PublicDescription string
	// Category groups factors on their page: "change", "capacity"; empty for none.
	Category string
	// Aliases are other names that mean this factor.
	Aliases []string
	// At is where the entry stands.
	At problem.Position
}

// Term is an entry of the glossary.
type Term struct {
	Term    string
	Meaning string
	// Public says that the term is explained outside too.
	Public bool
	// At is where the entry stands.
	At problem.Position
}

// Synonyms are further headings for one section.
type Synonyms struct {
	// Section is the canonical name, one of SectionNames.
	Section string
	// Headings are the headings that mean this section, as written.
	Headings []string
}

// Link is a link of the publisher's own.
type Link struct {
	Name string
	// URL is an absolute http, https or mailto address.
	URL string
	// Public says that the link stands outside too.
	Public bool
	// At is where the entry stands.
	At problem.Position
}

// Gone is the address of a page that was outside and is withdrawn.
type Gone struct {
	// Path is the path from the site's root: "/incidents/inc-2024-017/".
	Path string
	// At is where it is written.
	At problem.Position
}

// Audit are the settings of the audit that every external site passes.
type Audit struct {
	// Hosts are names of internal hosts that must never appear outside; "*." before one stands for any name.
	Hosts []string
	// Allow are what may appear outside although it looks internal: e-mail addresses, hosts, addresses.
	Allow []string
}

// RuleSetting changes one rule of check for the whole archive.
type RuleSetting struct {
	// Rule is the rule's name, as written.
	Rule string
	// Severity is "off", "note", "warning" or "error"; empty for the rule's own.
	Severity string
	// Words are further words the rule looks for, and Allow words it passes over; only some rules have a use for them.
	Words, Allow []string
	// Limit is the number from which the rule complains; 0 for the rule's own.
	Limit int
	// At is where the setting stands.
	At problem.Position
}
