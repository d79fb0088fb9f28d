// Package bigarchive makes archives of any size for measuring: postmortems of about a thousand words, in a vocabulary that behaves like the
// real thing. The frequencies of words follow Zipf's law over more than twenty thousand of them, inflected as English is, between function
// words; sixty services and forty contributing factors occur as unevenly as they do in life, and each has subjects of its own, so that words
// keep company. Everything follows from the seed: the same Options make the same archive on every machine.
//
// An archive comes as Markdown files, for what measures the whole way from the folder to the site (Write), or as a finished edition, for what
// measures what comes after (Edition).
package bigarchive

import (
	"fmt"
	"html"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"debrief/generator/edition"
	"debrief/generator/markdown"
)

// Options say which archive to make.
type Options struct {
	// Postmortems is how many there are.
	Postmortems int
	// Seed chooses one of all possible archives.
	Seed uint64
	// Rich adds to the Markdown what is slow to render: two blocks of code, in six languages, a table and a footnote.
	Rich bool
}

const (
	serviceCount, factorCount = 60, 40
	firstYear, years          = 2015, 10
)

// archive is what all postmortems of one share.
type archive struct {
	Options
	vocabulary *vocabulary
	services   []topic
	factors    []topic
}

// topic is a service or a contributing factor and the words that are used when it fails.
type topic struct {
	id, name string
	subjects []lemma
}

// report is one postmortem before it has a form.
type report struct {
	id, title, severity string
	started             time.Time
	detected, resolved  time.Duration // after the start
	services, factors   []int
	summary             string
	sections            []section
	timeline            []event
	actions             []action
	nearMiss, public    bool
	detectedBy          string
	what                string // of the external summary
	commitments         []string
	codes               []quoted
	footer              string
	class, deferred     string
	grows               *bool
}

type section struct {
	name, heading string
	paragraphs    []string
}

type event struct {
	after     time.Duration
	text      string
	milestone edition.Milestone
}

type action struct {
	text, kind string
	done       bool
	due, when  int // days after the start; when it was done, if it was
}

func newArchive(o Options) *archive {
	rng := rand.New(rand.NewPCG(o.Seed, 0))
	a := &archive{Options: o, vocabulary: newVocabulary(rng)}
	for i := range serviceCount {
		a.services = append(a.services, a.topic(rng, serviceNames[i%len(serviceNames)], i/len(serviceNames)))
	}
	for i := range factorCount {
		a.factors = append(a.factors, a.topic(rng, factorNames[i%len(factorNames)], i/len(factorNames)))
	}
	return a
}

// topic makes a topic of a name; the second time round the name gets a word more.
func (a *archive) topic(rng *rand.Rand, name string, round int) topic {
	if round > 0 {
		name = name + " " + []string{"edge", "internal", "batch"}[(round-1)%3]
	}
	t := topic{id: strings.ReplaceAll(name, " ", "-"), name: strings.ToUpper(name[:1]) + name[1:]}
	for range 60 {
		t.subjects = append(t.subjects, a.vocabulary.any(rng))
	}
	return t
}

// skewed picks one of n, the first far more often than the last.
func skewed(rng *rand.Rand, n int) int {
	x := rng.Float64()
	return min(n-1, int(float64(n)*x*x*x))
}

// report makes postmortem number i; any of them, in any order.
func (a *archive) report(i int) *report {
	rng := rand.New(rand.NewPCG(a.Seed, uint64(i)+1))
	r := &report{}
	span := int64(years * 365 * 24 * 60)
	r.started = time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(span*int64(i)/int64(max(a.Postmortems, 1))+rng.Int64N(600)) * time.Minute)
	r.id = fmt.Sprintf("INC-%d-%05d", r.started.Year(), i+1)
	r.severity = []string{"sev3", "sev2", "sev4", "sev1"}[skewed(rng, 4)]
	r.detected = time.Duration(1+rng.IntN(30)) * time.Minute
	r.resolved = r.detected + time.Duration(10+rng.IntN(20)*rng.IntN(40))*time.Minute
	r.services = distinct(rng, 1+skewed(rng, 3), serviceCount)
	r.factors = distinct(rng, 1+skewed(rng, 3), factorCount)
	r.nearMiss = rng.IntN(12) == 0
	r.public = rng.IntN(3) == 0
	r.detectedBy = []string{"alert", "customer", "employee", "partner"}[skewed(rng, 4)]

	service, factor := a.services[r.services[0]], a.factors[r.factors[0]]
	talk := &talk{rng: rng, vocabulary: a.vocabulary, subjects: slices.Concat(service.subjects, factor.subjects)}
	r.title = talk.title(service.name)
	r.summary = talk.sentences(3)
	r.sections = []section{
		{"impact", "Impact", []string{talk.sentences(4), talk.sentences(3)}},
		{"contributing_factors", "Contributing factors", []string{talk.sentences(6), talk.sentences(5), talk.sentences(5)}},
		{"detection", "Detection", []string{talk.sentences(4)}},
		{"resolution", "Resolution", []string{talk.sentences(5), talk.sentences(4)}},
		{"lessons", "Lessons learned", []string{talk.sentences(4)}},
		{"went_well", "What went well", []string{talk.sentences(3)}},
		{"went_wrong", "What went wrong", []string{talk.sentences(4)}},
		{"supporting", "Supporting information", []string{talk.sentences(6), talk.sentences(5)}},
	}
	events := 12
	for n := range events {
		e := event{after: r.resolved * time.Duration(n) / time.Duration(events-1), text: talk.sentences(1)}
		switch n {
		case 0:
			e.milestone = edition.Began
		case events - 3:
			e.milestone = edition.Mitigated
		case events - 1:
			e.milestone = edition.Resolved
		}
		r.timeline = append(r.timeline, e)
	}
	for range 4 {
		r.actions = append(r.actions, action{text: talk.sentences(1), done: rng.IntN(3) > 0})
	}
	r.what = talk.sentences(4)
	r.commitments = []string{talk.sentences(1), talk.sentences(1)}
	if a.Rich {
		r.codes = append(r.codes, code(rng, i))
		r.footer = talk.sentences(1)
	}
	r.followUp(rng, talk)
	if a.Rich {
		r.codes = append(r.codes, code(rng, i+i/len(samples)+1))
	}
	return r
}

// followUp adds what became of the report. It comes last, so that the texts of an archive stay as they were before there was any.
func (r *report) followUp(rng *rand.Rand, talk *talk) {
	for i := range r.actions {
		a := &r.actions[i]
		a.kind = []string{"prevent", "detect", "mitigate", "process", ""}[skewed(rng, 5)]
		a.due, a.when = 14+rng.IntN(80), 1+int(rng.ExpFloat64()*40)
	}
	r.class = []string{"", "unanticipated", "anticipated", "known-bug"}[skewed(rng, 4)]
	if rng.IntN(10) == 0 {
		r.deferred = talk.sentences(1)
	}
	if grows := rng.IntN(4); grows < 2 {
		r.grows = new(bool)
		*r.grows = grows == 1
	}
}

// distinct picks n different topics, the frequent ones first.
func distinct(rng *rand.Rand, n, of int) []int {
	var out []int
	for len(out) < n {
		if i := skewed(rng, of); !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	return out
}

// Edition makes an edition of the archive. Its texts are the archive's; its HTML is one paragraph for each of the author's.
func Edition(o Options, audience edition.Audience) *edition.Edition {
	a := newArchive(o)
	e := &edition.Edition{Audience: audience, Site: edition.Site{
		Title: "Incident archive", Language: "en", Location: time.UTC, FeedEntries: 50, PageSize: 50, URL: "https://incidents.example/",
	}}
	severities := map[string]*edition.Severity{}
	for i, name := range []string{"Critical", "Major", "Minor", "Low"} {
		s := &edition.Severity{ID: fmt.Sprintf("sev%d", i+1), Name: name, Rank: i + 1}
		severities[s.ID] = s
		e.Severities = append(e.Severities, s)
	}
	for _, t := range a.services {
		e.Services = append(e.Services, &edition.Service{ID: t.id, Slug: t.id, Name: t.name})
	}
	for _, t := range a.factors {
		e.Factors = append(e.Factors, &edition.Factor{ID: t.id, Slug: t.id, Name: t.name})
	}
	for i := range o.Postmortems {
		r := a.report(i)
		if audience == edition.External && !r.public {
			continue
		}
		inc := r.incident(audience)
		inc.Severity = severities[r.severity]
		inc.Severity.Incidents = append(inc.Severity.Incidents, inc)
		for _, n := range r.services {
			s := e.Services[n]
			inc.Services, s.Incidents = append(inc.Services, s), append(s.Incidents, inc)
		}
		for _, n := range r.factors {
			f := e.Factors[n]
			inc.Factors, f.Incidents = append(inc.Factors, f), append(f.Incidents, inc)
		}
		e.Incidents = append(e.Incidents, inc)
		e.Actions, e.Commitments = append(e.Actions, inc.Actions...), append(e.Commitments, inc.Commitments...)
	}
	slices.Reverse(e.Incidents)
	return e
}

func (r *report) incident(audience edition.Audience) *edition.Incident {
	moment := func(after time.Duration) edition.Moment {
		return edition.Moment{Time: r.started.Add(after), ZoneStated: true}
	}
	inc := &edition.Incident{
		ID: r.id, Slug: strings.ToLower(r.id), Title: r.title, Started: moment(0), Resolved: moment(r.resolved), ToDetect: -1, ToMitigate: -1,
		ToResolve: r.resolved, SummaryText: r.summary, Summary: fragment(r.summary),
	}
	for _, text := range r.commitments {
		inc.Commitments = append(inc.Commitments, &edition.Commitment{Incident: inc, Text: text, Body: fragment(text), Status: edition.Open})
	}
	if audience == edition.External {
		inc.Sections = []edition.Section{{Name: "what_happened", Heading: "What happened", Anchor: "what-happened", Level: 1, Body: fragment(r.what)}}
		return inc
	}
	inc.Detected, inc.ToDetect = moment(r.detected), r.detected
	inc.DetectedBy, inc.NearMiss, inc.Public = r.detectedBy, r.nearMiss, r.public
	inc.Class, inc.DeferredWork, inc.GrowsWithScale = r.class, r.deferred, r.grows
	for _, s := range r.sections {
		inc.Sections = append(inc.Sections, edition.Section{
			Name: s.name, Heading: s.heading, Anchor: strings.ReplaceAll(s.name, "_", "-"), Level: 1, Body: fragment(s.paragraphs...),
		})
	}
	for _, ev := range r.timeline {
		inc.Timeline = append(inc.Timeline, edition.Entry{Time: moment(ev.after), Text: ev.text, Body: fragment(ev.text), Milestone: ev.milestone})
	}
	for _, a := range r.actions {
		status := edition.Open
		if a.done {
			status = edition.Done
		}
		act := &edition.Action{Incident: inc, Text: a.text, Body: fragment(a.text), Status: status, Type: a.kind, Due: r.day(a.due)}
		if a.done {
			act.Completed = r.day(a.when)
		}
		inc.Actions = append(inc.Actions, act)
	}
	return inc
}

// day is a number of days after the start.
func (r *report) day(after int) edition.Date {
	y, m, d := r.started.AddDate(0, 0, after).Date()
	return edition.Date{Year: y, Month: m, Day: d}
}

func fragment(paragraphs ...string) markdown.Fragment {
	var b strings.Builder
	for _, p := range paragraphs {
		fmt.Fprintf(&b, "<p>%s</p>\n", html.EscapeString(p))
	}
	return markdown.Fragment{HTML: b.String(), Text: strings.Join(paragraphs, "\n\n")}
}
