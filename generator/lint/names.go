package lint

import (
	"slices"
	"strings"

	"debrief/generator/archive"
	"debrief/generator/fields"
	"debrief/generator/problem"
)

// nameCounts counts in how many postmortems each service and each factor is used that archive.yaml does not list.
type nameCounts struct{ services, factors map[string]int }

func countNames(a *archive.Archive) nameCounts {
	n := nameCounts{map[string]int{}, map[string]int{}}
	for _, inc := range a.Incidents {
		for _, id := range inc.ServiceIDs {
			n.services[id]++
		}
		for _, id := range inc.FactorIDs {
			n.factors[id]++
		}
	}
	return n
}

const namesArchive = `-- archive.yaml --
severities:
  - {id: sev1, name: Critical, aliases: [P1]}
services:
  - {id: payments, name: Payments, aliases: [pay]}
factors:
  - {id: config-change, name: Configuration change, aliases: [config]}
-- postmortems/a.md --
`

var nearName = Rule{
	ID:       "names/nearly",
	Title:    "A service or factor is nearly called like another",
	Severity: problem.Warning,
	Reason: `Two spellings make two services: each with half of its incidents, and neither with the trend that would have been seen. Use the name that
archive.yaml lists, or the one that most reports use; or list both, if both exist.`,
	Before: namesArchive + "---\nid: a\nservices: [paymets]\nfactors: [config-chnage]\n---\n\n## Summary\n\nCards were refused.\n",
	After:  namesArchive + "---\nid: a\nservices: [payments]\nfactors: [config-change]\n---\n\n## Summary\n\nCards were refused.\n",
	Found: []string{
		"-- postmortems/a.md --\n---\nid: a\nservices: [payments]\n---\n\n## Summary\n\nCards were refused.\n-- postmortems/b.md --\n---\nid: b\nservices: [payments]\n---\n\n## Summary\n\nCards were refused.\n-- postmortems/c.md --\n---\nid: c\nservices: [payment]\n---\n\n## Summary\n\nCards were refused.\n",
	},
	Clean: []string{
		namesArchive + "---\nid: a\nservices: [search]\nfactors: [capacity]\n---\n\n## Summary\n\nSearch was slow.\n",
		"-- archive.yaml --\nservices: [cache-1, cache-2]\n-- postmortems/a.md --\n---\nid: a\nservices: [cache-1]\n---\n\n## Summary\n\nSlow.\n-- postmortems/b.md --\n---\nid: b\nservices: [cache-3]\n---\n\n## Summary\n\nSlow.\n",
	},
	check: func(r *Report) {
		c := r.survey.archive.Config
		var services, factors []string
		for _, s := range c.Services {
			services = append(append(services, s.ID, s.Name), s.Aliases...)
		}
		for _, f := range c.Factors {
			factors = append(append(factors, f.ID, f.Name), f.Aliases...)
		}
		r.nearNames("services", r.Services, services, r.survey.names.services, func(n string) (string, bool) { s, ok := c.Service(n); return s.ID, ok })
		r.nearNames("factors", r.Factors, factors, r.survey.names.factors, func(n string) (string, bool) { f, ok := c.Factor(n); return f.ID, ok })
	},
}

// nearNames finds the names of one key that are nearly listed, or nearly what most reports write.
func (r *Report) nearNames(key string, written, listed []string, used map[string]int, resolve func(string) (string, bool)) {
	for _, name := range written {
		if _, ok := resolve(name); ok {
			continue
		}
		near := nearest(name, listed)
		if id, ok := resolve(near); ok && near != "" {
			near = id
		} else {
			near = r.moreUsed(name, used)
		}
		if near != "" {
			r.find(r.nameAt(key, name), "write "+near+", or list it in archive.yaml if it is another", "%q under %s is nearly %q", name, key, near)
		}
	}
}

// moreUsed returns a name that is nearly the same and that more reports use, or "".
func (r *Report) moreUsed(name string, used map[string]int) string {
	own := fields.Slug(name)
	var others []string
	for id, n := range used {
		if id != own && n > used[own] {
			others = append(others, id)
		}
	}
	slices.Sort(others)
	return nearest(own, others)
}

// nearest returns the known name that is one letter from a name, or "". Short names are too easily near, and names that differ only in a
// number are different.
func nearest(name string, known []string) string {
	own := fields.Slug(name)
	if len(own) < 5 {
		return ""
	}
	for _, k := range known {
		if other := fields.Slug(k); other != own && withoutDigits(other) != withoutDigits(own) && oneLetterApart(own, other) {
			return k
		}
	}
	return ""
}

// oneLetterApart reports whether one letter was left out, added, changed, or swapped with its neighbour.
func oneLetterApart(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return i < len(a) && (a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:])
	}
	return a[i:] == b[i+1:]
}

func withoutDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, s)
}

// nameAt is where a name stands under a key of the front matter.
func (r *Report) nameAt(key, name string) problem.Position {
	if n := r.nameNode(key, name); n != nil {
		return n.Pos
	}
	return r.At(key)
}

func (r *Report) nameNode(key, name string) *fields.Node {
	n := r.value(key)
	switch {
	case n == nil:
		return nil
	case n.Kind == fields.List:
		for _, item := range n.Items {
			if item != nil && item.Kind == fields.Scalar && squeeze(item.Text) == name {
				return item
			}
		}
	case n.Kind == fields.Scalar && squeeze(n.Text) == name:
		return n
	}
	return nil
}

var canonicalName = Rule{
	ID:       "names/alias",
	Title:    "A service, factor or severity is written by another name than its id",
	Severity: problem.Note,
	Reason:   `It is understood, and shown by its one name. Files are easier to search when all of them write the id, which never changes.`,
	Before:   namesArchive + "---\nid: a\nseverity: P1\nservices: [pay]\nfactors: [config]\n---\n\n## Summary\n\nCards were refused.\n",
	After:    namesArchive + "---\nid: a\nseverity: sev1\nservices: [payments]\nfactors: [config-change]\n---\n\n## Summary\n\nCards were refused.\n",
	Found:    []string{"---\nid: a\nseverity: SEV-1\nstatus: published\n---\n\n## Summary\n\nCards were refused.\n"},
	Clean:    []string{namesArchive + "---\nid: a\nservices: [search]\n---\n\n## Summary\n\nSearch was slow.\n"},
	check:    checkCanonical,
	fix: func(r *Report, p problem.Problem) []Edit {
		for _, c := range r.canonical() {
			if c.node.Pos.Line == p.Line && c.node.Pos.Column == p.Column {
				return r.replace(c.node, strings.TrimSpace(c.node.Text), c.id)
			}
		}
		return nil
	},
}

// renamed is a name in front matter that is not the id it means.
type renamed struct {
	key, id string
	node    *fields.Node
}

// canonical are the names that could be ids.
func (r *Report) canonical() []renamed {
	c := r.survey.archive.Config
	var out []renamed
	add := func(key, name, id string, known bool) {
		if !known || name == id {
			return
		}
		if n := r.nameNode(key, name); n != nil {
			out = append(out, renamed{key, id, n})
		}
	}
	for _, name := range r.Services {
		s, ok := c.Service(name)
		add("services", name, s.ID, ok)
	}
	for _, name := range r.Factors {
		f, ok := c.Factor(name)
		add("factors", name, f.ID, ok)
	}
	// The reader has already turned the severity into its id, so what is written is looked at only when the line does not end with that.
	if at, ok := r.Position("severity"); ok && r.SeverityID != "" && !strings.HasSuffix(strings.TrimSpace(r.line(at.Line)), " "+r.SeverityID) {
		if n := r.value("severity"); n != nil && n.Kind == fields.Scalar {
			add("severity", squeeze(n.Text), r.SeverityID, true)
		}
	}
	return out
}

func checkCanonical(r *Report) {
	if !r.isOwn() {
		return
	}
	for _, c := range r.canonical() {
		r.find(c.node.Pos, "debrief check --fix writes it", "%s %q is %s in archive.yaml", strings.TrimSuffix(strings.TrimSuffix(c.key, "s"), "ie"), squeeze(c.node.Text), c.id)
	}
}
