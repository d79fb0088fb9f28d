package lsp

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"debrief/generator/fields"
	"debrief/generator/lazyregexp"
	"debrief/generator/lint"
	"debrief/generator/problem"
)

// codeAction offers to mend what was found in a range: mechanically where a rule knows how, with the name that was probably meant, or by
// saying why the rule does not apply.
func (s *server) codeAction(_ context.Context, params codeActionParams) (any, error) {
	actions := []codeAction{}
	v := s.desk.look(params.TextDocument.URI)
	if v == nil {
		return actions, nil
	}
	versions := s.knows().Capabilities.Workspace.WorkspaceEdit.DocumentChanges
	add := func(title, kind string, preferred bool, about []diagnostic, edits []textEdit) {
		if len(edits) == 0 {
			return
		}
		actions = append(actions, codeAction{title, kind, about, preferred, v.edit(edits, versions)})
	}
	if wanted(params.Context.Only, kindQuickFix) {
		for _, f := range v.findingsAt(params.Range) {
			about := []diagnostic{v.diagnostic(f.Problem)}
			mending := v.edits(f.Edits)
			add(mendTitle(f), kindQuickFix, true, about, mending)
			if len(mending) == 0 {
				title, edits := v.suggested(f.Problem)
				add(title, kindQuickFix, true, about, edits)
			}
			add("Ignore "+f.Rule+" here, and say why", kindQuickFix, false, about, v.ignore(f.Problem))
		}
	}
	if wanted(params.Context.Only, kindFixAll) {
		var all []lint.Edit
		for _, f := range v.findings() {
			if f.File == v.file {
				all = append(all, f.Edits...)
			}
		}
		add("Mend everything that can be mended mechanically", kindFixAll, false, nil, v.edits(all))
	}
	return actions, nil
}

// wanted reports whether an editor asked for a kind of action: for it, for a kind that it belongs to, or for all.
func wanted(only []string, kind string) bool {
	return len(only) == 0 || slices.ContainsFunc(only, func(asked string) bool { return kind == asked || strings.HasPrefix(kind, asked+".") || asked == "" })
}

// edit is a change of the document.
func (v *view) edit(edits []textEdit, versions bool) workspaceEdit {
	if versions {
		return workspaceEdit{DocumentChanges: []documentEdit{{versionedID{v.document.uri, &v.document.version}, edits}}}
	}
	return workspaceEdit{Changes: map[string][]textEdit{v.document.uri: edits}}
}

// edits are the edits of a rule in the editor's terms; none when the text is another than was checked. Of edits that overlap the first stays.
func (v *view) edits(edits []lint.Edit) []textEdit {
	t := v.document.text
	var out []textEdit
	for _, e := range edits {
		line := t.line(e.Line - 1)
		from := byteOfCharacter(line, e.Column)
		if from > len(line) || !strings.HasPrefix(line[from:], e.Old) {
			return nil
		}
		out = append(out, textEdit{Range{t.at(e.Line-1, from), t.at(e.Line-1, from+len(e.Old))}, e.New})
	}
	slices.SortStableFunc(out, func(a, b textEdit) int {
		switch {
		case before(a.Range.Start, b.Range.Start):
			return -1
		case before(b.Range.Start, a.Range.Start):
			return 1
		}
		return 0
	})
	free := out[:0]
	for _, e := range out {
		if len(free) == 0 || !before(e.Range.Start, free[len(free)-1].Range.End) && e != free[len(free)-1] {
			free = append(free, e)
		}
	}
	return free
}

func mendTitle(f lint.Finding) string {
	switch {
	case len(f.Edits) != 1:
		return "Mend " + f.Rule
	case f.Edits[0].New == "":
		return fmt.Sprintf("Remove “%s”", shortened(f.Edits[0].Old, 60))
	case f.Edits[0].Old == "":
		return fmt.Sprintf("Insert “%s”", shortened(f.Edits[0].New, 60))
	default:
		return fmt.Sprintf("Write “%s”", shortened(f.Edits[0].New, 60))
	}
}

// suggestion is how hints name what was probably meant.
var suggestion = lazyregexp.New(`^did you mean "?([^"?]+)"?\?|^write ([\p{L}\p{N}_.-]+), or list it`)

// suggested replaces what a problem quotes by what its hint suggests.
func (v *view) suggested(p problem.Problem) (title string, edits []textEdit) {
	m := suggestion.FindStringSubmatch(p.Hint)
	found := quoted.FindStringSubmatch(p.Message)
	if m == nil || found == nil || p.Line < 1 {
		return "", nil
	}
	meant := m[1] + m[2]
	t := v.document.text
	line := t.line(p.Line - 1)
	from := min(byteOfCharacter(line, max(p.Column, 1)), len(line))
	i := strings.Index(line[from:], found[1])
	n := p.Line - 1
	for ; i < 0 && n+1 < len(t.starts) && v.inMatter(n+1); n++ { // a list has its items below the key that the problem is about
		from = 0
		i = strings.Index(t.line(n+1), found[1])
	}
	if i < 0 {
		return "", nil
	}
	from += i
	return fmt.Sprintf("Write “%s”", meant), []textEdit{{Range{t.at(n, from), t.at(n, from+len(found[1]))}, meant}}
}

// ignore asks for the reason why a rule does not apply: in a comment in the body, under the key ignore for what is about front matter. Until
// the reason is written the finding stays, and one more asks for it.
func (v *view) ignore(p problem.Problem) []textEdit {
	// What something is missing for cannot be ignored, and neither can a remark about ignoring.
	if _, ok := lint.Lookup(p.Rule); !ok || strings.HasPrefix(p.Rule, "ignore/") || p.Severity == problem.Error && !strings.Contains(p.Rule, "/") {
		return nil
	}
	if v.archive.Model.IncidentIn(v.file) == nil {
		return nil
	}
	t := v.document.text
	n := max(p.Line-1, 0)
	if m := v.matter(); m.last >= m.first-1 && m.first > 0 && n <= m.last+1 {
		return v.ignoreInMatter(m, p.Rule)
	}
	comment := "<!-- debrief:ignore " + p.Rule + " because -->"
	line := t.line(n)
	switch trimmed := strings.TrimRight(line, " \t"); {
	case heading.MatchString(line):
		at := t.at(n, 0)
		return []textEdit{{Range{at, at}, comment + "\n\n"}}
	case strings.HasPrefix(strings.TrimLeft(line, " "), "|") && strings.HasSuffix(trimmed, "|"):
		at := t.at(n, len(trimmed)-1)
		return []textEdit{{Range{at, at}, comment + " "}}
	default:
		at := t.at(n, len(trimmed))
		return []textEdit{{Range{at, at}, " " + comment}}
	}
}

func (v *view) ignoreInMatter(m matter, rule string) []textEdit {
	t := v.document.text
	at := t.at(m.last+1, 0)
	if m.syntax == fields.TOML {
		for n := m.first; n <= m.last; n++ {
			if strings.TrimSpace(t.line(n)) == "[ignore]" {
				at = t.at(n+1, 0)
				return []textEdit{{Range{at, at}, fmt.Sprintf("%q = \"\"\n", rule)}}
			}
		}
		return []textEdit{{Range{at, at}, fmt.Sprintf("[ignore]\n%q = \"\"\n", rule)}}
	}
	for n := m.first; n <= m.last; n++ {
		if l := layoutOf(t.line(n)); l.key == "ignore" && l.content == 0 {
			if strings.TrimSpace(t.line(n)[l.keyEnd:]) != "" {
				return nil // written in braces; that is for a person
			}
			at = t.at(n+1, 0)
			return []textEdit{{Range{at, at}, "  " + rule + ":\n"}}
		}
	}
	return []textEdit{{Range{at, at}, "ignore:\n  " + rule + ":\n"}}
}
