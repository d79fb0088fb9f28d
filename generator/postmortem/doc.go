// Package postmortem reads one file into one Postmortem. It is the second room of the walk: source has found the file, archive will set
// it beside its neighbours. This comment is the specification of the format.
//
// # A postmortem is a Markdown file
//
// Any Markdown report of an incident is one. Nothing has to be added to it: what is not stated is worked out, from the title, the file
// name, the timeline and the headings, and Postmortem.Derived says what was. Only one thing is never worked out: whether a report may go
// outside. Only visibility: public takes it there, and then only the fields named below and the External summary.
//
// The file is UTF-8, with or without a byte order mark; its lines may end in any way. Front matter, if there is any, comes first, after
// blank lines and HTML comments at most.
//
// # Front matter
//
// YAML between two lines of ---, the second of which may be ..., or TOML between two lines of +++:
//
//	---
//	id: INC-2024-017
//	title: Payments refused cards of one bank
//	severity: sev2
//	status: published
//	visibility: public
//	started: 2024-03-05T14:02:00Z
//	resolved: 2024-03-05 15:40 UTC
//	services: [payments, checkout]
//	factors: [config-change, missing-alert]
//	---
//
// The keys are these; all may be left out. "Outside" says whether the value may leave the building, on the site for customers.
//
//	key               value                                                  outside
//	id                text; permanent, part of the page's address            yes
//	title             text                                                   yes
//	external_title    text; stands for the title outside                     yes
//	severity          an id or name from archive.yaml, or sev1 to sev4       its public name
//	status            draft, review or published (the default)               published only
//	visibility        internal (the default) or public                       public only
//	stage             preliminary or final (the default)                     yes
//	next_update       the day a preliminary report promises an update        yes
//	started           a time                                                 yes
//	detected          a time                                                 no
//	declared          a time                                                 no
//	mitigated         a time                                                 yes
//	resolved          a time                                                 yes
//	published         a day                                                  yes
//	services          a list of service ids                                  those with a public name
//	factors           a list of contributing-factor ids                      those with a public name
//	detected_by       alert, customer, employee, ...; also as "detection"    no
//	owner             one person or role                                     never
//	participants      a list of people or roles                              never
//	near_miss         true or false                                          no
//	class             known-bug, anticipated or unanticipated                no
//	deferred_work     text: work chosen not to do that contributed           no
//	grows_with_scale  true or false: does this get worse as we grow?         no
//	related           a list of ids of other postmortems                     those that are outside too
//	aliases           a list of old URL paths                                yes
//	links             names with addresses: ticket, chat, call, dashboards   never
//	amended           a list of {date, note, significant}                    yes
//	ignore            rules of check that do not apply, each with its reason         never
//
// A time is written with its zone: 2024-03-05T14:02:00Z, 2024-03-05T15:02:00+01:00, 2024-03-05 14:02 UTC, 2024-03-05 15:02 Europe/Berlin.
// Without a zone it is in the archive's zone, and the author is told. 24:00 is the midnight with which a day ends. A date alone is a day
// whose hour nobody knows. timezone is accepted as a further key: the zone of all times in the file that state none.
//
// A key may be spelt with hyphens, underscores or capitals. A key that is not in the list is a warning that names the nearest one; a value
// of the wrong type, and a time that cannot be, is an error at its line and column and is left out. A file whose front matter is broken is
// read as far as possible and does not leave the building.
//
// Front matter of other tools is read as it is: the issues of a cState status page (date, resolvedWhen, severity: down, affected), catalogues
// (start_time, end_time, company, product, summary), and posts of Hugo, Jekyll and MkDocs, whose date is the day of publication and whose
// draft: true is a draft. So are common names in other languages; factNames lists them. Keys that say nothing here are one note, not a warning
// each.
//
// # Title, id and day
//
// Without a title in front matter the first heading of level one is the title, as it is written, unless it only says "Postmortem" or
// "Incident report" and a line below states the title; a document without headings may begin with its title as a line of its own; else the
// file name is made readable. The id is the code at the head of the file name (PM2021-005 - All
// services down.md), or the whole name, or for index.md the name of its folder.
//
// The day a report is about is what it states at its top, else a date in its title or its file name, else that of its front matter, else
// the first date in its summary or above its timeline. Times without a date are on that day; where only a month is named, dates without a
// year are close to it. A summary that gives a time with its date decides for a timeline that begins at that time.
//
// # Facts at the top
//
// Lines "Label: value", list items, and tables of two columns before the first section, and in sections that only list such facts, count
// like front matter: date, start, end, detected, declared, mitigated, duration, severity, services, owner, id, time zone, time to detect,
// time to resolve. **Date:** 2024-03-05 14:02 - 15:40 UTC states a start and an end, and so does "Duration: 98 minutes (14:02 - 15:40 UTC)".
// A heading that names such a fact has its value below it. A date whose time is later than the whole timeline is that of the report.
//
// # Sections
//
// Every heading of level two opens a section; of level one or three where a file uses those, and a bold line or a label ("**Impact:** ...")
// where it has no headings. A section is known by its heading, whatever its case, numbering, emoji, punctuation and brackets:
//
//	summary               Summary, TL;DR, Overview, ...
//	impact                Impact, Who was affected, ...
//	timeline              Timeline, Chronology, Sequence of events, ...
//	contributing_factors  Contributing factors, Root cause, Five whys, ...
//	trigger               Trigger
//	detection             Detection, How did we find out, ...
//	resolution            Resolution, Recovery, Mitigation, Response, ...
//	lessons               Lessons learned, Takeaways, ...
//	went_well             What went well
//	went_wrong            What went wrong, What could have gone better, ...
//	lucky                 Where we got lucky
//	actions               Action items, Follow-ups, Next steps, Prevention, ...
//	supporting            Supporting information, Appendix, Links, ...
//	external              External summary, Public summary, ...
//	background            Background, Context, Leadup, ...
//
// Any other heading is other; all are kept in order. headings.txt has the synonyms in fifteen languages, and archive.yaml adds an archive's
// own. A known heading below another section is a section too, of level two: what went well under the lessons, a timeline under the details.
// Inside a timeline, a list of actions or the External summary, headings group what is there instead. Text before the first heading is the
// summary when no section is. "What happened" is the timeline if it holds times, else the summary if there is no other. Of a glossary the
// terms are read: list items "**Term**: meaning", tables, headings with text.
//
// # Timeline
//
// An entry is a time, a text, and if the author says so a milestone and evidence. All of these are entries:
//
//   - 14:02 UTC - the new table goes live
//
//   - **14:09** [detected] refusal rate alert fires (evidence: [graph](https://graphs.example))
//
//   - [16:50] @user reports errors
//
//   - 2021-05-25 - ~14:00 UTC: aborted by hand
//     20180210-1301: failover
//
//   - T+5m: alert
//
//     | Time (UTC)       | Event                | Evidence |
//     | ---------------- | -------------------- | -------- |
//     | 2024-03-05 14:02 | New table goes live  |          |
//
//     ### 14:02 - New table goes live
//
//     At 14:02 UTC, the new table went live.
//
// Preformatted text whose lines begin with times is a timeline too, and so are the dated headings of a status page's updates. A row that says
// "at the same time" has the time of the row above, and one that says T1 none.
//
// Times may be written 14:02, 14:02:33, 2:02 pm, 5AM, 14.02, 14h02, 14 Uhr, kl. 14.02, 14時02分, 下午2:02, 1402Z, with "around" or "~", as a
// range 14:02-14:30 (which begins the entry), or as a distance from the start: T+5m, +00:12. Dates may be ISO, numeric, or with the name
// of a month in any of the languages. 05/06/2024 is read as the other dates of the file are; a note says when nothing decides it.
//
// A time has the date that is written with it, else that of the heading, line or item it stands under, else that of the entry above, else the
// day of the report; a year that is left out is the nearest. "Day 2" is counted from the first day. Of two dates, as in "4 - 7 March", the
// first counts. When the clock goes back by six hours or more and no date is written, the next day
// has begun. A time has the zone that is written with it, else that of its column's head, else that which a sentence states for all ("All
// times in UTC"), else that of the entry above, else that of the summary or of front matter, else the archive's. What cannot be a time ("22:XX",
// "???") keeps its entry, without a time.
//
// An item below a timed item that has a time of its own is an entry; other text below or behind an entry belongs to it.
//
// Milestones are began, detected, declared, mitigated and resolved, each once. An entry marks one by a bold or bracketed word or a label at
// its beginning (**Detected**, [mitigated], Began:), by a bracket, bold text or short sentence at its end ("(resolved)", "Outage ends."), by a
// column called Milestone, Type or Phase, or by being nothing else ("Incident declared"). milestones.txt has the words. A milestone that is
// marked twice is a warning; of two ends the last counts, of everything else the first; "Outage ends" before "Incident ends" is when it was
// mitigated. Where front matter and timeline both say when, they
// must agree.
//
// # The five moments
//
// When it started, was detected, declared, mitigated and resolved is what front matter says, else the facts at the top, else the milestones of
// the timeline. A day without a time gets its time from the timeline. What is still open is worked out, and derived: from stated durations
// that fit the entries, from the range of times in the summary, from what the entries say ("alert fires", "back to normal"), from what the
// summary says ("at 9:40 all services went down"), from the first entry, from a stated duration. A resolution that nothing tells stays
// unknown. A stated duration that the times contradict is a note.
//
// # Action items
//
// Items of a list, rows of a table, numbered sub-headings, or short paragraphs. An item has an owner, a status, a due date, a type, and a
// ticket, in columns or in marks:
//
//   - [x] Test the table with one card of each bank (owner: payments, done 2024-03-20)
//   - [ ] Alert on refusals by bank @payments PAY-1211 (due 2024-05-31 -> 2024-06-30)
//   - Document the rollback — DONE
//   - Write to the bank (Legal, 2024-04-15)
//   - ~~Buy a second load balancer~~
//
// The status is open, in progress, done or dropped; done is a checked box, "(done)", DONE, ✅, 🟢, text that is struck through, and the like
// in other languages. A moved date keeps its history. The type is prevent, detect, mitigate or process. A sub-heading, a bold line, or an item
// that is only a label over a list is the group of the items under it; under any other item, nested lists are details. Empty items and
// placeholders ("TBD") are none.
//
// # External summary
//
// The only prose that ever leaves the building. It has three parts, as sub-headings, and may have a fourth:
//
//	## External summary
//
//	### Summary
//
//	Two or three sentences: how long, and what customers saw.
//
//	### What happened
//
//	The contributing factors, the impact, and how it was mitigated.
//
//	### What are we doing about this
//
//	- [ ] A commitment (due 2024-05-31 -> 2024-06-30)
//	- [x] A commitment that was kept (done 2024-05-02)
//	- A commitment that was given up (dropped)
//
//	### Timeline
//
//	- 14:02 UTC: what customers saw
//
// Text before the first of them is the summary. The External summary is read from its own lines alone: a link or a footnote whose definition
// stands elsewhere in the file is not defined in it, and the author is told.
//
// # Problems
//
// Read reports what an author should know as problem values. Rules of this package: front-matter-unclosed, unknown-severity, impossible-date,
// impossible-time, time-without-zone, hour-24, missing-date, unknown-zone, wrong-type, foreign-keys, milestone-twice, milestone-disagrees,
// time-before-start, duration-disagrees, day-unknown, ambiguous-date, external-reference and external-twice; fields and markdown add theirs.
package postmortem
