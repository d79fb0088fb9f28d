package importer

import (
	"cmp"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"path"
	"strings"
	"time"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"

	"debrief/generator/lazyregexp"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

// The history of a Statuspage as it goes to feed readers, in Atom or RSS. An entry is an incident; its content is HTML, a paragraph for each
// update, the newest first:
//
//	<p><small>Jul 30, 10:12 UTC</small><br><strong>Resolved</strong> - The incident is over.</p>
//
// The year stands nowhere; it is the one that brings the update closest to when the entry was published.

// feedEntry is an entry of Atom or an item of RSS.
type feedEntry struct {
	ID          string     `xml:"id"`
	GUID        string     `xml:"guid"`
	Title       string     `xml:"title"`
	Published   string     `xml:"published"`
	PubDate     string     `xml:"pubDate"`
	Updated     string     `xml:"updated"`
	Links       []feedLink `xml:"link"`
	Content     string     `xml:"content"`
	Summary     string     `xml:"summary"`
	Description string     `xml:"description"`
}

type feedLink struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Text string `xml:",chardata"`
}

func readAtom(r *run, name string, in io.Reader) error {
	d := xml.NewDecoder(in)
	d.CharsetReader = charset.NewReaderLabel
	d.Entity = xml.HTMLEntity
	d.Strict = false
	place := func() problem.Position {
		line, column := d.InputPos()
		return problem.Position{File: name, Line: line, Column: column}
	}
	for any := false; ; {
		at := place()
		t, err := d.Token()
		if err == io.EOF {
			if !any {
				r.report.Problems.Errorf(problem.Position{File: name, Line: 1, Column: 1}, "not-incidents", "save the feed itself, history.atom", "there is no entry in this file")
			}
			return nil
		}
		if err != nil {
			return r.brokenFeed(place(), err)
		}
		start, ok := t.(xml.StartElement)
		if !ok || start.Name.Local != "entry" && start.Name.Local != "item" {
			continue
		}
		any = true
		var e feedEntry
		if err := d.DecodeElement(&e, &start); err != nil {
			return r.brokenFeed(at, err)
		}
		if err := r.take(r.feedIncident(&e, at)); err != nil {
			return err
		}
	}
}

// brokenFeed says where a feed cannot be read further.
func (r *run) brokenFeed(at problem.Position, err error) error {
	var syntax *xml.SyntaxError
	if !errors.As(err, &syntax) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || strings.Contains(err.Error(), "unexpected EOF") {
		r.report.Problems.Errorf(at, "truncated", "fetch it again; what is there already stays as it is", "the file ends in the middle of what begins here; everything before it is imported")
		return nil
	}
	r.report.Problems.Errorf(at, "not-xml", "mend the file, or fetch it again", "this is not XML: %s; everything before it is imported", syntax.Msg)
	return nil
}

func (r *run) feedIncident(e *feedEntry, at problem.Position) *incident {
	in := &incident{title: fromHTML(e.Title), at: at}
	link := ""
	for _, l := range e.Links {
		if l.Rel == "" || l.Rel == "alternate" {
			link = cmp.Or(link, strings.TrimSpace(l.Href), strings.TrimSpace(l.Text))
		}
	}
	if isWebAddress(link) {
		in.links = append(in.links, postmortem.Link{Name: "source", URL: link})
		if u, err := url.Parse(link); err == nil {
			in.source = strings.Trim(path.Base(u.Path), "/.")
		}
	}
	if in.source == "" {
		in.source = cmp.Or(line(e.ID), line(e.GUID))
		in.id = in.source[strings.LastIndexByte(in.source, '/')+1:]
		if strings.Trim(in.id, "0123456789") == "" && in.id != "" {
			in.id = "incident-" + in.id
		}
	}
	published := r.feedTime(e.Published, e.PubDate, at)
	updated := r.feedTime(e.Updated, "", at)
	near := published
	if near.IsZero() {
		near = updated
	}
	in.updates, in.report = feedUpdates(cmp.Or(e.Content, e.Description, e.Summary), near)
	if len(in.updates) == 0 && in.report != "" {
		in.updates, in.report = []update{{at: near, body: in.report}}, ""
	}
	for i := len(in.updates) - 1; i >= 0; i-- {
		u := in.updates[i]
		if statusKey(u.status) == "postmortem" && u.body != "" {
			in.report, in.published = strings.TrimSpace(u.body+"\n\n"+in.report), dayText(u.at)
			in.updates = append(in.updates[:i], in.updates[i+1:]...)
		}
		if key := strings.ReplaceAll(statusKey(u.status), " ", "_"); key != "" && !spKnown[key] && key != "update" {
			r.report.Problems.Notef(at, "unknown-status", "", "%q is no status of a Statuspage; it is kept, and says nothing of the times", u.status)
		}
	}
	if len(in.updates) == 0 {
		in.started = near
	}
	return in
}

// feedTime reads the time of an entry, as Atom or RSS has it.
func (r *run) feedTime(text, rss string, at problem.Position) postmortem.Moment {
	text = strings.TrimSpace(cmp.Or(text, rss))
	if text == "" {
		return postmortem.Moment{}
	}
	for _, layout := range []string{time.RFC1123Z, time.RFC1123, "Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST"} {
		if t, err := time.Parse(layout, text); err == nil {
			return postmortem.Moment{Time: t.UTC(), ZoneStated: true}
		}
	}
	m, err := readTime(text, r.location)
	if err != nil {
		r.report.Problems.Warnf(at, "impossible-time", "", "the time of this entry: %v", err)
	}
	return m
}

// feedUpdates divides the content of an entry into its updates. What belongs to none of them is returned as rest.
func feedUpdates(content string, near postmortem.Moment) (updates []update, rest string) {
	var beside []*xhtml.Node
	var open *update
	var body []*xhtml.Node
	closeUpdate := func() {
		if open != nil {
			open.body = fromHTML(strings.TrimSpace(htmlOf(body)))
			updates = append(updates, *open)
		}
		open, body = nil, nil
	}
	for _, n := range parseFragment(content) {
		if u, after, ok := feedUpdate(n, near); ok {
			closeUpdate()
			open, body = &u, after
			continue
		}
		if open != nil {
			body = append(body, n) // an update of several paragraphs
		} else {
			beside = append(beside, n)
		}
	}
	closeUpdate()
	return updates, fromHTML(strings.TrimSpace(htmlOf(beside)))
}

// feedUpdate reads a paragraph that begins with a time in small letters.
func feedUpdate(n *xhtml.Node, near postmortem.Moment) (u update, after []*xhtml.Node, ok bool) {
	if n.Type != xhtml.ElementNode || n.DataAtom != atom.P && n.DataAtom != atom.Div {
		return u, nil, false
	}
	var children []*xhtml.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if len(children) > 0 || c.Type != xhtml.TextNode || strings.TrimSpace(c.Data) != "" {
			children = append(children, c)
		}
	}
	if len(children) == 0 || children[0].DataAtom != atom.Small {
		return u, nil, false
	}
	u.written = line(textOf(children[0]))
	u.at = nearestTime(u.written, near)
	rest := children[1:]
	for len(rest) > 0 && (rest[0].DataAtom == atom.Br || rest[0].Type == xhtml.TextNode && strings.TrimSpace(rest[0].Data) == "") {
		rest = rest[1:]
	}
	if len(rest) > 0 && (rest[0].DataAtom == atom.Strong || rest[0].DataAtom == atom.B) {
		if status := line(textOf(rest[0])); len(status) <= 40 {
			u.status, rest = status, rest[1:]
			if len(rest) > 0 && rest[0].Type == xhtml.TextNode {
				trimmed := strings.TrimLeft(rest[0].Data, " \t\r\n\u00a0")
				rest[0].Data = strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(trimmed, "-"), "–"), " \t\u00a0")
			}
		}
	}
	return u, rest, true
}

var (
	monthDay   = lazyregexp.New(`(?i)^([a-z]{3,9})\.? +(\d{1,2})(?:st|nd|rd|th)?(?:, *(\d{4}))?,? +(?:at )?(\d{1,2}:\d{2}(?::\d{2})?(?: *[ap]m)?)(?: *[-–] *(?:[a-z]{3,9} +\d{1,2}, +)?\d{1,2}:\d{2}(?: *[ap]m)?)? *([a-z0-9+:-]*)`)
	monthNames = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
)

// nearestTime reads "Jul 30, 10:12 UTC" in the year that brings it closest to another time.
func nearestTime(text string, near postmortem.Moment) postmortem.Moment {
	m := monthDay.FindStringSubmatch(text)
	if m == nil {
		at, err := postmortem.ParseMoment(text, time.UTC)
		if err != nil {
			return postmortem.Moment{}
		}
		return at
	}
	years := []string{m[3]}
	if m[3] == "" {
		if near.IsZero() {
			return postmortem.Moment{}
		}
		years = nil
		for _, d := range []int{0, -1, 1} {
			years = append(years, near.Time.AddDate(d, 0, 0).Format("2006"))
		}
	}
	month := 0
	for i, name := range monthNames {
		if strings.EqualFold(m[1][:3], name) {
			month = i + 1
		}
	}
	var best postmortem.Moment
	for _, year := range years {
		text := year + "-" + two(month) + "-" + two(atoi(m[2])) + " " + m[4] + " " + cmp.Or(m[5], "UTC")
		at, err := readTime(text, time.UTC)
		if err != nil {
			continue
		}
		if best.IsZero() || at.Time.Sub(near.Time).Abs() < best.Time.Sub(near.Time).Abs() {
			best = at
		}
	}
	return best
}

func atoi(s string) int {
	n := 0
	for _, c := range s {
		n = n*10 + int(c-'0')
	}
	return n
}

func two(n int) string { return string([]byte{byte('0' + n/10%10), byte('0' + n%10)}) }
