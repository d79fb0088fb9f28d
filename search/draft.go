package search

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"debrief/generator/edition"
)

// A draft is what the index knows of one incident. It is made from the Edition alone, so nothing can be found that may not be read.
type draft struct {
	incident *edition.Incident
	record   Record
	// parts are the passages in which phrases are looked for and from which excerpts are cut. No phrase runs from one into the next.
	parts []string
	// order sorts documents: by day, by time, by slug.
	order string
}

// Record is what a result shows of an incident.
type Record struct {
	ID    string `json:"id"`
	Slug  string `json:"slug"`
	Title string `json:"title"`
	// Date is the day the incident is listed under, 2006-01-02; empty when unknown.
	Date     string    `json:"date,omitempty"`
	Severity *Severity `json:"severity,omitempty"`
	Services []Topic   `json:"services,omitempty"`
	Factors  []Topic   `json:"factors,omitempty"`
	Summary  string    `json:"summary,omitempty"`
	// Minutes is how long it lasted; -1 when unknown.
	Minutes int `json:"minutes"`
	// Status are the values of the operator status:, Has those of has:, DetectedBy that of detected-by:.
	Status     []string `json:"status,omitempty"`
	Has        []string `json:"has,omitempty"`
	DetectedBy string   `json:"detected_by,omitempty"`
	// Fix says what ended the incident, in the author's words; empty when nobody wrote it.
	Fix string `json:"fix,omitempty"`
}

// Severity and Topic are the names of a value that results can be narrowed by.
type (
	Severity struct {
		ID   string `json:"id"`
		Name string `json:"name"`
		Rank int    `json:"rank"`
	}
	Topic struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
)

// textFields are the fields of the index that hold words, and what a word in each is worth. The last two are one text as far as length is
// concerned: a word is worth less in a long one.
var textFields = [...]struct {
	name string
	kind fieldKind
}{
	titleText: {"title", inTitle}, idText: {"id", inNames}, serviceText: {"services", inNames}, factorText: {"factors", inNames},
	summaryText: {"summary", inSummary}, timelineText: {"timeline", inText}, bodyText: {"body", inText},
}

// The places of textFields.
const (
	titleText = iota
	idText
	serviceText
	factorText
	summaryText
	timelineText
	bodyText
)

// fieldKind is a group of fields that are worth the same.
type fieldKind int

const (
	inTitle fieldKind = iota
	inNames
	inSummary
	inText
	fieldKinds
)

// The values of has: and status:.
var (
	hasValues    = []string{"near-miss", "timeline", "actions", "open-actions", "commitments", "open-commitments", "amendments"}
	statusValues = []string{"published", "review", "draft", "final", "preliminary"}
)

// newDraft takes from an incident all that can be searched and shown.
func newDraft(inc *edition.Incident) *draft {
	d := newRecord(inc)
	d.record.Fix = fix(inc)
	d.eachText(func(field int, text string) {
		if textFields[field].kind == inText {
			d.parts = append(d.parts, text)
		}
	})
	return d
}

// newRecord takes what is shown, and leaves the texts.
func newRecord(inc *edition.Incident) *draft {
	d := &draft{incident: inc, record: Record{
		ID: inc.ID, Slug: inc.Slug, Title: normal(inc.Title), Date: inc.Date().String(), Summary: normal(inc.SummaryText), Minutes: -1, DetectedBy: inc.DetectedBy,
	}}
	if s := inc.Severity; s != nil {
		d.record.Severity = &Severity{ID: s.ID, Name: s.Name, Rank: s.Rank}
	}
	if inc.ToResolve >= 0 {
		d.record.Minutes = int(inc.ToResolve / time.Minute)
	}
	for _, s := range inc.Services {
		d.record.Services = append(d.record.Services, Topic{s.ID, s.Name})
	}
	for _, f := range inc.Factors {
		d.record.Factors = append(d.record.Factors, Topic{f.ID, f.Name})
	}
	d.state(inc)
	d.order = d.record.Date + " " + inc.Started.Time.UTC().Format("2006-01-02T15:04:05") + " " + inc.Slug
	return d
}

// topicWords is the text under which topics are found: by name and by id.
func topicWords(topics []Topic) string {
	var b strings.Builder
	for _, t := range topics {
		b.WriteString(t.Name)
		b.WriteString(". ")
		b.WriteString(t.ID)
		b.WriteString(". ")
	}
	return b.String()
}

// state fills in the values of has: and status:.
func (d *draft) state(inc *edition.Incident) {
	status := func(on bool, name, otherwise string) {
		if !on {
			name = otherwise
		}
		d.record.Status = append(d.record.Status, name)
	}
	if inc.Draft {
		d.record.Status = []string{"draft"}
	} else {
		status(inc.InReview, "review", "published")
	}
	status(inc.Preliminary, "preliminary", "final")

	openActions, openCommitments := false, false
	for _, a := range inc.Actions {
		openActions = openActions || isOpen(a.Status)
	}
	for _, c := range inc.Commitments {
		openCommitments = openCommitments || isOpen(c.Status)
	}
	for i, on := range []bool{
		inc.NearMiss, len(inc.Timeline) > 0, len(inc.Actions) > 0, openActions, len(inc.Commitments) > 0, openCommitments, len(inc.Amendments) > 0,
	} {
		if on {
			d.record.Has = append(d.record.Has, hasValues[i])
		}
	}
}

func isOpen(s edition.ActionStatus) bool { return s == edition.Open || s == edition.InProgress }

// eachText calls yield for all texts of an incident that have words, each with its place in textFields. Timeline and body come in passages, those
// that the incident's file in the API has too, where the browser reads them.
func (d *draft) eachText(yield func(field int, text string)) {
	add := func(field int, text string) {
		if text = normal(text); text != "" {
			yield(field, text)
		}
	}
	inc := d.incident
	add(titleText, d.record.Title)
	add(idText, inc.ID)
	add(serviceText, topicWords(d.record.Services))
	add(factorText, topicWords(d.record.Factors))
	add(summaryText, d.record.Summary)
	for i := range inc.Sections {
		s := &inc.Sections[i]
		if s.Name == "other" {
			add(bodyText, s.Heading)
		}
		add(bodyText, s.Body.Text)
	}
	for i := range inc.Timeline {
		add(timelineText, inc.Timeline[i].Text)
	}
	for i := range inc.Actions {
		add(bodyText, inc.Actions[i].Text)
	}
	for i := range inc.Commitments {
		add(bodyText, inc.Commitments[i].Text)
	}
}

// fix says what ended an incident: its section on the resolution, else what was done when it was mitigated or resolved.
func fix(inc *edition.Incident) string {
	for i := range inc.Sections {
		s := &inc.Sections[i]
		if s.Name == "resolution" && strings.TrimSpace(s.Body.Text) != "" {
			return normal(oneLine(s.Body.Text))
		}
	}
	for _, milestone := range []edition.Milestone{edition.Mitigated, edition.Resolved} {
		for _, e := range inc.Timeline {
			if e.Milestone == milestone {
				return normal(oneLine(e.Text))
			}
		}
	}
	return ""
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// A digest changes when anything does that the index holds of an incident. It guards against accidents only, so checksums that processors have
// instructions for will do: with them ten thousand incidents are looked through in the time of a blink.
type digest [8]byte

// digester makes digests, one after the other.
type digester struct {
	facts []byte   // what is short, and the length of every text
	texts []string // where they stand: copying them all would take longer than summing them up
}

// of works on the incident as it is, so that the documents of unchanged incidents need not be made.
func (g *digester) of(inc *edition.Incident) digest {
	b := g.facts[:0]
	g.texts = g.texts[:0]
	count := func(n int) { b = binary.AppendVarint(b, int64(n)) }
	flag := func(on bool) { b = strconv.AppendBool(b, on) }
	add := func(s string) {
		count(len(s))
		g.texts = append(g.texts, s)
	}

	add(inc.ID)
	add(inc.Slug)
	add(inc.Title)
	if s := inc.Severity; s != nil {
		add(s.ID)
		add(s.Name)
		count(s.Rank)
	}
	count(len(inc.Services))
	for _, s := range inc.Services {
		add(s.ID)
		add(s.Name)
	}
	count(len(inc.Factors))
	for _, f := range inc.Factors {
		add(f.ID)
		add(f.Name)
	}
	add(inc.Date().String())
	b = inc.Started.Time.UTC().AppendFormat(b, time.RFC3339)
	count(int(inc.ToResolve / time.Minute))
	flag(inc.InReview)
	flag(inc.Draft)
	flag(inc.Preliminary)
	flag(inc.NearMiss)
	add(inc.DetectedBy)
	add(inc.SummaryText)
	count(len(inc.Sections))
	for i := range inc.Sections {
		s := &inc.Sections[i]
		add(s.Name)
		add(s.Heading)
		add(s.Body.Text)
	}
	count(len(inc.Timeline))
	for i := range inc.Timeline {
		e := &inc.Timeline[i]
		add(string(e.Milestone))
		add(e.Text)
	}
	count(len(inc.Actions))
	for _, a := range inc.Actions {
		flag(isOpen(a.Status))
		add(a.Text)
	}
	count(len(inc.Commitments))
	for _, c := range inc.Commitments {
		flag(isOpen(c.Status))
		add(c.Text)
	}
	count(len(inc.Amendments))
	g.facts = b

	var d digest
	binary.BigEndian.PutUint32(d[:4], crc32.Checksum(b, castagnoli))
	binary.BigEndian.PutUint32(d[4:], g.sumOfTexts())
	return d
}

// sumOfTexts reads every text. They lie all over memory, which answers many questions at once nearly as fast as one: asked for all first
// bytes beforehand, it has the texts ready when they are summed up.
func (g *digester) sumOfTexts() uint32 {
	sum := uint32(0)
	for _, s := range g.texts {
		if s != "" {
			sum += uint32(s[0])
		}
	}
	for _, s := range g.texts {
		sum = crc32.Update(sum, castagnoli, unsafe.Slice(unsafe.StringData(s), len(s))) // nobody writes to these bytes
	}
	return sum
}

// head is the record as JSON.
func (d *draft) head() []byte {
	b, err := json.Marshal(d.record)
	if err != nil {
		panic(err) // strings and numbers only
	}
	return b
}

// What the index stores of a document: the record as JSON, then the parts, each after a separator that no text has.
const partSeparator = "\x1e"

func (d *draft) stored() []byte {
	b := d.head()
	for _, p := range d.parts {
		b = append(b, partSeparator...)
		b = append(b, strings.ReplaceAll(p, partSeparator, " ")...)
	}
	return b
}

// splitStored takes apart what stored put together.
func splitStored(b []byte) (Record, []string, error) {
	head, rest, any := strings.Cut(string(b), partSeparator)
	var r Record
	if err := json.Unmarshal([]byte(head), &r); err != nil {
		return r, nil, fmt.Errorf("a stored record: %w", err)
	}
	if !any {
		return r, nil, nil
	}
	return r, strings.Split(rest, partSeparator), nil
}
