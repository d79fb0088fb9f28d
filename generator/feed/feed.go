// Package feed makes the feeds of an edition: RSS 2.0, Atom 1.0 and JSON Feed 1.1 for everything, for every severity, service and
// contributing factor, and for the commitments, and one OPML list of them all. It stands beside page at the end of the walk: it is given an
// Edition and the addresses of the pages, and returns files. It is the only user of github.com/gorilla/feeds, whose structures it extends
// where a valid feed needs more than they hold.
//
// # What an entry is
//
// An entry is an announcement: "here is a report", or "this report has changed in a way you should know about". All of an entry but its
// identity may change at any time without anybody being told again, so a corrected word, a new title, another address or a small amendment
// changes what subscribers read and nothing else. The identity (the guid of RSS, the id of Atom and JSON Feed) changes in one case: a
// significant amendment announces the report anew. The new entry takes the place of the old one, has the day of the amendment, a title that
// begins with "Updated:", and begins with what was amended. So a reader that goes by identity, as all of them do, shows each report once and
// again after each significant amendment; and somebody who subscribes later sees it once, as it is now.
//
// The three formats say the same. In Atom the alternative would be to keep the id and move updated; most readers then change the entry
// silently, and the amendment is never seen. As the entry is a new one, its published is the day of the amendment too. For readers that do
// go by updated, it moves with significant amendments only, which is what RFC 4287 means it for.
//
// # Identity
//
// The identity of an entry is
//
//	urn:debrief:<organisation>:<edition>:incident:<id>
//	urn:debrief:<organisation>:<edition>:incident:<id>:amended-<n>
//
// where n counts the significant amendments. Neither title nor address nor date is in it, so a site may move to another domain and a date
// may be corrected. A tag URI (RFC 4151) would have needed a domain that is owned for good. The organisation is in it because ids such as
// INC-2024-017 are common, and a reader that follows two archives must not take one's report for the other's; the edition, because what
// customers read is another text than what engineers read. Whoever renames the organisation in archive.yaml announces everything in the
// feed once more. Every character outside A-Z, a-z, 0-9, "-", "." and "_" is written as %XX.
//
// An entry of the feed of commitments is one promise in one state: it is announced when it is made, when its date is moved, and when it is
// kept or dropped. Its identity is that of the incident with the number of the promise in its list and the state:
// "...:commitment-2", "...:commitment-2:due-2024-06-30", "...:commitment-2:done", "...:commitment-2:dropped".
//
// # Dates
//
// All dates are the content's own; no clock is read. A day is its midnight in UTC. An entry has the day of the newest significant
// amendment, else that of publication, else the incident's start. Entries stand the newest first, ties by id. An incident nobody has dated
// is given the first second of 1970 in all formats, because Atom must have a date, and because readers take an entry without one for
// today's.
//
// # Addresses
//
// Every address in a feed is absolute, in the content too. An archive that does not say where it is published gets feeds for
// http://localhost/: they are valid and visibly not ready, where relative addresses would be invalid and work in some readers only.
package feed

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"debrief/generator/cache"
	"debrief/generator/edition"
	"debrief/generator/page"
)

// unknownDate stands where nobody has written a date.
var unknownDate = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)

// localHome stands for the address of a site that is not said.
const localHome = "http://localhost/"

// Files returns all feeds of an edition and the list of them. Nothing is made before a file is produced; what several feeds have in common
// is made once.
func Files(e *edition.Edition) []page.File {
	w := newWriter(e)
	var files []page.File
	for _, c := range w.channels() {
		for i, f := range formats {
			files = append(files, page.File{
				Path:    page.FilePath(f.path(c.paths)),
				Produce: func() ([]byte, error) { return w.produce(c, i) },
				MadeOf:  func() (cache.Key, error) { return w.madeOf(c, i) },
			})
		}
	}
	return append(files, page.File{Path: page.FilePath(page.OPMLPath), Produce: w.opml})
}

// format is a way to write a feed.
type format struct {
	path func(page.Feed) string
	// frame is what stands before a feed's entries and after them, entry one of them, and between what divides them.
	frame   func(*writer, *channel) (before, after []byte, err error)
	entry   func(a *announcement, html string) ([]byte, error)
	between string
}

var formats = [...]format{
	{func(f page.Feed) string { return f.RSS }, (*writer).rssFrame, rssEntry, ""},
	{func(f page.Feed) string { return f.Atom }, (*writer).atomFrame, atomEntry, ""},
	{func(f page.Feed) string { return f.JSON }, (*writer).jsonFrame, jsonEntry, ","},
}

// produce makes a feed in a format.
func (w *writer) produce(c *channel, format int) ([]byte, error) {
	f := formats[format]
	before, after, err := f.frame(w, c)
	if err != nil {
		return nil, err
	}
	parts := [][]byte{before}
	for i, e := range c.entries() {
		written, err := e.written()
		if err != nil {
			return nil, err
		}
		if i > 0 {
			parts = append(parts, []byte(f.between))
		}
		parts = append(parts, written[format])
	}
	return slices.Concat(append(parts, after)...), nil
}

// madeOf identifies what a feed in a format is made of: its frame and its announcements.
func (w *writer) madeOf(c *channel, format int) (cache.Key, error) {
	before, after, err := formats[format].frame(w, c)
	if err != nil {
		return cache.Key{}, err
	}
	var entries []byte
	for _, e := range c.entries() {
		key, err := e.key()
		if err != nil {
			return cache.Key{}, err
		}
		entries = append(entries, key[:]...)
	}
	return cache.Sum([...]string{string(before), string(entries), string(after)})
}

// writer makes the feeds of one edition.
type writer struct {
	*edition.Edition
	home string
	// incident is the entry of each incident, made when the first feed needs it.
	incident map[*edition.Incident]func() *entry
}

func newWriter(e *edition.Edition) *writer {
	w := &writer{Edition: e, home: cmp.Or(e.Site.URL, localHome), incident: make(map[*edition.Incident]func() *entry, len(e.Incidents))}
	for _, inc := range e.Incidents {
		w.incident[inc] = sync.OnceValue(func() *entry { return newEntry(w.announce(inc), func() string { return w.incidentHTML(inc) }) })
	}
	return w
}

func (w *writer) absolute(path string) string { return page.Absolute(w.home, path) }

// channel is one feed, whatever its format.
type channel struct {
	// id is permanent: it does not depend on any address.
	id, title, description string
	// home is the site path of the page the feed belongs to.
	home  string
	paths page.Feed
	// entries are made once for the three formats.
	entries func() []*entry
}

// announcement is what a feed says in an entry, whatever its format.
type announcement struct {
	ID string
	// Title and Summary are one line of plain text each, free of what XML cannot hold.
	Title, Summary string
	// Link is absolute.
	Link       string
	Categories []category
	// Announced is when this became news, Changed is when its content last changed.
	Announced, Changed time.Time
}

// entry is an announcement in a feed. What is known of it is worked out once, however many feeds have it.
type entry struct {
	changed time.Time
	// key identifies the announcement and its content.
	key func() (cache.Key, error)
	// written is the entry in each of the formats.
	written func() ([][]byte, error)
}

// newEntry returns the entry of an announcement. Content makes its HTML, which no feed may hold before clean has gone over it. It is held only until
// both the key and the entry are known.
func newEntry(a *announcement, content func() string) *entry {
	content = sync.OnceValue(content)
	return &entry{
		changed: a.Changed,
		key: sync.OnceValues(func() (cache.Key, error) {
			return cache.Sum(struct {
				*announcement
				Content string
			}{a, content()})
		}),
		written: sync.OnceValues(func() ([][]byte, error) { return a.write(content()) }),
	}
}

// write writes the announcement in each of the formats. One that has nothing but a title is told by that: readers expect something of every entry.
func (a *announcement) write(content string) ([][]byte, error) {
	html := cmp.Or(clean(content), "<p>"+asHTML(a.Title)+"</p>")
	written := make([][]byte, len(formats))
	for i, f := range formats {
		var err error
		if written[i], err = f.entry(a, html); err != nil {
			return nil, err
		}
	}
	return written, nil
}

// category is a severity, service or factor of an entry.
type category struct {
	// scheme is the absolute address of the list it is from.
	scheme, term, label string
}

func (w *writer) channels() []*channel {
	site := &channel{
		id: w.identity("feed"), title: w.Site.Title, description: cmp.Or(w.Site.Description, "Incident reports"), home: page.HomePath,
		paths: page.SiteFeed(), entries: w.incidentEntries(w.Incidents),
	}
	promises := &channel{
		id: w.identity("feed", "commitments"), title: w.titled("Commitments"), description: "What we promised to do after an incident, and what came of it.",
		home: page.CommitmentsPath, paths: page.CommitmentsFeed(), entries: w.commitmentEntries(),
	}
	if w.Audience == edition.Internal {
		promises.home = page.ActionsPath
	}
	channels := []*channel{site, promises}
	for _, s := range w.Severities {
		channels = append(channels, &channel{
			id: w.identity("feed", "severity", s.ID), title: w.titled(s.Name), description: cmp.Or(s.Description, "Incidents of severity "+s.Name+"."),
			home: page.IncidentsPath, paths: page.SeverityFeed(s), entries: w.incidentEntries(s.Incidents),
		})
	}
	for _, s := range w.Services {
		channels = append(channels, &channel{
			id: w.identity("feed", "service", s.ID), title: w.titled(s.Name), description: cmp.Or(s.Description, "Incidents that hit "+s.Name+"."),
			home: page.ServicePath(s.Slug), paths: page.ServiceFeed(s), entries: w.incidentEntries(s.Incidents),
		})
	}
	for _, f := range w.Factors {
		channels = append(channels, &channel{
			id: w.identity("feed", "factor", f.ID), title: w.titled(f.Name), description: cmp.Or(f.Description, "Incidents that "+f.Name+" contributed to."),
			home: page.FactorPath(f.Slug), paths: page.FactorFeed(f), entries: w.incidentEntries(f.Incidents),
		})
	}
	for _, c := range channels {
		c.title, c.description = line(c.title), line(c.description)
	}
	return channels
}

// titled names a feed of a part so that it can be told from the others in a reader's list of all its feeds.
func (w *writer) titled(name string) string { return name + " · " + w.Site.Title }

// changed is when anything in a list of entries last changed.
func changed(entries []*entry) time.Time {
	last := unknownDate
	for _, e := range entries {
		if e.changed.After(last) {
			last = e.changed
		}
	}
	return last
}

// limited returns the newest of a list of things to announce, ties by id.
func limited[T any](all []T, most int, announced func(T) time.Time, id func(T) string) []T {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b T) int {
		return cmp.Or(announced(b).Compare(announced(a)), cmp.Compare(id(a), id(b)))
	})
	return all[:min(len(all), max(most, 1))]
}
