package postmortem

import (
	"strings"

	"debrief/generator/markdown"
)

// detach copies the short texts that are parts of the file's text, so that a postmortem does not hold the whole of it in memory: with
// thousands of files that is more than all that is kept of them. What is missed here costs memory and nothing else.
func (p *Postmortem) detach() {
	own := func(texts ...*string) {
		for _, t := range texts {
			*t = strings.Clone(*t)
		}
	}
	sections := func(list []Section) {
		for i := range list {
			own(&list[i].Heading)
		}
	}
	links := func(list []Link) {
		for i := range list {
			own(&list[i].Name, &list[i].URL)
		}
	}
	// Most entries and items have no markup, so that their text is what the fragment has.
	said := func(text *string, body markdown.Fragment) {
		if *text == body.Text {
			*text = body.Text
		} else {
			own(text)
		}
	}
	entries := func(list []Entry) {
		for i := range list {
			own(&list[i].Written)
			said(&list[i].Text, list[i].Body)
			links(list[i].Evidence)
		}
	}
	own(&p.ID, &p.Title, &p.ExternalTitle, &p.Owner)
	for _, list := range [][]string{p.Services, p.Factors, p.Participants, p.Related, p.Aliases} {
		for i := range list {
			own(&list[i])
		}
	}
	links(p.Links)
	sections(p.Sections)
	entries(p.Timeline)
	for i := range p.Actions {
		a := &p.Actions[i]
		said(&a.Text, a.Body)
		own(&a.Owner, &a.Type, &a.Link, &a.Group)
	}
	for i := range p.Glossary {
		own(&p.Glossary[i].Term, &p.Glossary[i].Meaning)
	}
	if x := p.External; x != nil {
		sections(x.More)
		entries(x.Timeline)
		for i := range x.Commitments {
			said(&x.Commitments[i].Text, x.Commitments[i].Body)
		}
	}
}
