// Package lint reads a postmortem as a careful reviewer would. It stands beside the walk, behind archive: it sees everything, private and
// public, changes nothing, and what it says goes to the author alone.
//
// A rule is an exhibit: one Rule value with its title, the reason in the words of the field and where they come from, a passage before and
// after, texts in which it must and must not find something, and the function that looks. Each family of rules has a file of its own, and
// Rules lists all of them. docs/rules.md is made from the exhibits, and a test runs every exhibit's own texts.
//
// Rules prefer silence. They look at sentences, not at lines; they pass over code, quotations and tables of times where those say nothing
// about the writing; what an archive does not keep at all is at most a note; and they say once what is true of a whole document.
package lint

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"debrief/generator/archive"
	"debrief/generator/config"
	"debrief/generator/fields"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

// Rule is one thing a reviewer looks for, with all there is to know about it.
type Rule struct {
	// ID is the rule's permanent name: its family and its name, "blameless/counterfactual". A rule that another room checks while it reads
	// has the name that room gives it, such as "broken-link".
	ID string
	// Title says in a sentence what is found.
	Title string
	// Reason says why that matters, in one or two paragraphs.
	Reason string
	// Source names where the field says so; empty when the reason is this program's own format.
	Source string
	// Severity is what a finding is unless archive.yaml says otherwise. A finding that is less sure may be a Note all the same.
	Severity problem.Severity
	// Before and After are a passage with a finding, and the same passage as it might be written. Each is the Markdown of one postmortem, or
	// a txtar text of several files when the rule compares them.
	Before, After string
	// Found and Clean are further texts in which the rule must, and must not, find something.
	Found, Clean []string
	// Words says what Setting.Words and Setting.Allow mean to the rule, and Limit what its limit counts; empty when it has no use for them.
	Words, Limit string

	// check looks at one postmortem; nil when other rooms find what the rule is about.
	check func(*Report)
	// unsure says whether what another room found is a note in this postmortem; nil when it never is.
	unsure func(*Report) bool
	// fix says how to mend a finding; nil when that takes a person.
	fix func(*Report, problem.Problem) []Edit
}

// Fixable reports whether --fix can mend what the rule finds.
func (r Rule) Fixable() bool { return r.fix != nil }

// Finding is one remark, and how to mend it.
type Finding struct {
	problem.Problem
	// Edits mend the finding; none when that takes a person.
	Edits []Edit
}

// Edit replaces a part of one line.
type Edit struct {
	// Line and Column are where Old begins, from 1, Column in characters.
	Line, Column int
	// Old is what stands there and New what should.
	Old, New string
}

// Options are what a run must be told.
type Options struct {
	// AsOf is the day on which deadlines are judged. The zero Date judges none.
	AsOf postmortem.Date
	// Source returns the text of one of the archive's files, as it was read; nil when it is gone.
	Source func(file string) []byte
	// Others are the problems that other rooms found in the archive; they are returned among the findings.
	Others problem.List
	// Files are the postmortems to read; nil for all. The rest of the archive is known in any case.
	Files []string
}

// Result is what a run found.
type Result struct {
	// Findings are sorted as a problem.List is.
	Findings []Finding
	// Ignored are the findings that the authors gave a reason to ignore.
	Ignored problem.List
}

// Run reads the postmortems of an archive and returns what there is to say, together with what the other rooms said. It does the same on
// any number of processors.
func Run(ctx context.Context, a *archive.Archive, opts Options) (*Result, error) {
	s := newSurvey(a, opts)
	incidents := a.Incidents
	if opts.Files != nil {
		incidents = slices.DeleteFunc(slices.Clone(incidents), func(inc *archive.Incident) bool { return !slices.Contains(opts.Files, inc.File) })
	}
	perFile := make([]Result, len(incidents))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(incidents)) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(incidents)) && ctx.Err() == nil; i = next.Add(1) - 1 {
				perFile[i] = s.read(incidents[i])
			}
		})
	}
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	result := &Result{}
	for _, p := range s.elsewhere {
		result.add(s, p)
	}
	for _, p := range s.settings.problems {
		result.add(s, p)
	}
	for _, r := range perFile {
		result.Findings = append(result.Findings, r.Findings...)
		result.Ignored = append(result.Ignored, r.Ignored...)
	}
	slices.SortStableFunc(result.Findings, func(a, b Finding) int { return compare(a.Problem, b.Problem) })
	result.Findings = slices.CompactFunc(result.Findings, func(a, b Finding) bool { return a.Problem == b.Problem })
	return result, nil
}

// add keeps a problem that belongs to no postmortem.
func (r *Result) add(s *survey, p problem.Problem) {
	if adjusted, ok := s.settings.adjust(p); ok {
		r.Findings = append(r.Findings, Finding{Problem: adjusted})
	}
}

// compare is the order of problem.List.Sort.
func compare(a, b problem.Problem) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(b.Severity, a.Severity),
		cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message), cmp.Compare(a.Hint, b.Hint))
}

// Lookup returns the rule of a name.
func Lookup(id string) (Rule, bool) {
	for _, r := range Rules() {
		if r.ID == id {
			return r, true
		}
	}
	return Rule{}, false
}

// Nearest returns the name of the rule that somebody who wrote name most likely meant, or "". The family may be left out.
func Nearest(name string) string {
	var ids, shorts []string
	for _, r := range Rules() {
		ids = append(ids, r.ID)
		shorts = append(shorts, r.ID[strings.IndexByte(r.ID, '/')+1:])
	}
	if near := fields.Nearest(name, ids); near != "" {
		return near
	}
	for i, short := range shorts {
		if short == name || short == fields.Nearest(name, shorts) {
			return ids[i]
		}
	}
	return ""
}

// settings are what archive.yaml says about the rules.
type settings struct {
	rules    map[string]Rule
	byRule   map[string]config.RuleSetting
	problems problem.List
}

func newSettings(c *config.Config) settings {
	s := settings{rules: map[string]Rule{}, byRule: map[string]config.RuleSetting{}}
	for _, r := range Rules() {
		s.rules[r.ID] = r
	}
	for _, written := range c.Rules {
		rule, ok := s.rules[written.Rule]
		if !ok {
			hint := "debrief check --list shows all rules"
			if near := Nearest(written.Rule); near != "" {
				hint = "did you mean " + near + "?"
			}
			s.problems.Warnf(written.At, "unknown-rule", hint, "there is no rule %q", written.Rule)
			continue
		}
		if rule.Words == "" && len(written.Words)+len(written.Allow) > 0 || rule.Limit == "" && written.Limit > 0 {
			s.problems.Warnf(written.At, "unused-setting", "debrief check --explain "+rule.ID+" says what the rule can be told",
				"the rule %s has no use for %s", rule.ID, unusedKeys(rule, written))
		}
		s.byRule[rule.ID] = written
	}
	return s
}

func unusedKeys(rule Rule, written config.RuleSetting) string {
	var keys []string
	if rule.Words == "" && len(written.Words) > 0 {
		keys = append(keys, "words")
	}
	if rule.Words == "" && len(written.Allow) > 0 {
		keys = append(keys, "allow")
	}
	if rule.Limit == "" && written.Limit > 0 {
		keys = append(keys, "limit")
	}
	return strings.Join(keys, " and ")
}

// adjust gives a problem the severity that its rule has in this archive; false when the rule is off. An error of another room stays one: the
// site is not what the author meant, whatever a rule says.
func (s settings) adjust(p problem.Problem) (problem.Problem, bool) {
	rule, known := s.rules[p.Rule]
	if !known || rule.check == nil && p.Severity == problem.Error {
		return p, true
	}
	switch s.byRule[p.Rule].Severity {
	case "off":
		return p, false
	case "":
		if rule.check == nil {
			p.Severity = rule.Severity
		}
	case "note":
		p.Severity = problem.Note
	case "warning":
		p.Severity = problem.Warning
	case "error":
		p.Severity = problem.Error
	}
	return p, true
}

// survey is what the rules know of the whole archive. It does not change while they run.
type survey struct {
	archive  *archive.Archive
	options  Options
	settings settings
	rules    []Rule
	// others are the problems of other rooms by postmortem, elsewhere all the rest.
	others    map[string]problem.List
	elsewhere problem.List
	// keepsOwners is true when a third of the postmortems with action items name an owner. What an archive hardly ever writes down is kept
	// elsewhere, or not at all.
	keepsOwners bool
	// tellsCustomers is false for the archive of a status page: of ten messages to customers or more hardly any is divided into the parts that
	// an External summary has, so that what a message lacks is how this archive writes.
	tellsCustomers bool
	names          nameCounts
	public         map[string]bool // terms that the glossary explains outside, folded
	inside         map[string]bool // terms that it explains inside only
}

func newSurvey(a *archive.Archive, opts Options) *survey {
	s := &survey{
		archive: a, options: opts, settings: newSettings(a.Config), rules: Rules(), others: map[string]problem.List{}, names: countNames(a),
		public: map[string]bool{}, inside: map[string]bool{},
	}
	for _, p := range opts.Others {
		if a.IncidentIn(p.File) != nil {
			s.others[p.File] = append(s.others[p.File], p)
		} else {
			s.elsewhere = append(s.elsewhere, p)
		}
	}
	withActions, withOwner, messages, divided := 0, 0, 0, 0
	for _, inc := range a.Incidents {
		if len(inc.Actions) > 0 {
			withActions++
		}
		if x := inc.External; x != nil {
			messages++
			if x.WhatHappened.Text != "" {
				divided++
			}
		}
		if slices.ContainsFunc(inc.Actions, func(a postmortem.Action) bool { return a.Owner != "" }) {
			withOwner++
		}
	}
	s.keepsOwners = 3*withOwner >= withActions && withOwner > 0
	s.tellsCustomers = messages < 10 || 4*divided >= messages
	for _, t := range a.Config.Glossary {
		if t.Public {
			s.public[strings.ToLower(t.Term)] = true
		} else {
			s.inside[strings.ToLower(t.Term)] = true
		}
	}
	return s
}

// read applies every rule to one postmortem.
func (s *survey) read(inc *archive.Incident) Result {
	r := &Report{Incident: inc, survey: s, source: s.options.Source(inc.File)}
	if r.source == nil {
		return Result{}
	}
	r.divide()
	for _, rule := range s.rules {
		if setting := s.settings.byRule[rule.ID]; rule.check != nil && setting.Severity != "off" {
			r.rule, r.setting = rule, setting
			rule.check(r)
		}
	}
	for _, p := range s.others[inc.File] {
		rule := s.settings.rules[p.Rule]
		if p, ok := s.settings.adjust(p); ok {
			if rule.unsure != nil && s.settings.byRule[rule.ID].Severity == "" && rule.unsure(r) {
				p.Severity = problem.Note
			}
			r.findings = append(r.findings, Finding{Problem: p, Edits: r.mend(rule, p)})
		}
	}
	return r.withoutIgnored()
}
