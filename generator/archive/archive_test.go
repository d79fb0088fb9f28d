package archive_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"debrief/generator/archive"
	"debrief/generator/config"
	"debrief/generator/postmortem"
)

func read(t *testing.T, files map[string]string) *archive.Archive {
	t.Helper()
	a, _ := readAll(t, files)
	return a
}

func readAll(t *testing.T, files map[string]string) (*archive.Archive, []string) {
	t.Helper()
	var all []*postmortem.Postmortem
	for name, text := range files {
		p, _ := postmortem.Read(name, []byte(text), postmortem.Options{})
		all = append(all, p)
	}
	a, problems := archive.New(config.Default(), all, nil, nil)
	var lines []string
	for _, p := range problems {
		lines = append(lines, p.Error())
	}
	return a, lines
}

func TestAliases(t *testing.T) {
	for alias, want := range map[string]string{
		"/2023/04/the-outage/":  "/2023/04/the-outage/",
		"blog/the-outage.html":  "/blog/the-outage.html",
		"/blog/%C3%A9t%C3%A9":   "/blog/été",
		"/incidents/2019/april": "/incidents/2019/april",
		"//evil.example/":       "",
		"https://evil.example/": "",
		`/\evil.example/`:       "",
		"/a/../../etc/passwd":   "",
		"/a/%2e%2e/b":           "",
		"/.git/config":          "",
		"/a b":                  "",
		"/a\nb":                 "",
		"/a/*":                  "",
		"/a/:splat":             "",
		"/a?b=c":                "",
		"/services/payments/":   "",
		"/":                     "",
		"/assets/main.css":      "",
		"/incidents/inc-1/x":    "",
	} {
		a, problems := readAll(t, map[string]string{
			"a.md": "---\nid: INC-1\naliases: ['" + strings.ReplaceAll(alias, "\n", "\\n") + "']\n---\n# A\n",
		})
		got := strings.Join(a.Incident("INC-1").OldPaths, " ")
		if alias == "/a\nb" { // in single quotes YAML keeps the two characters \n
			want = ""
		}
		if got != want {
			t.Errorf("the alias %q leads from %q, want %q", alias, got, want)
		}
		if want == "" && len(problems) == 0 {
			t.Errorf("the alias %q is dropped without a word", alias)
		}
	}
}

// Ids that were worked out never cost a postmortem its page: the folder tells two files of one name apart.
func TestDerivedIDsAreMadeDistinct(t *testing.T) {
	a := read(t, map[string]string{
		"2021/outage.md": "# First\n", "2022/outage.md": "# Second\n", "2023/x.md": "---\nid: outage\n---\n# Third\n",
	})
	got := map[string]string{}
	for _, inc := range a.Incidents {
		got[inc.Slug] = inc.Title
	}
	want := map[string]string{"2021-outage": "First", "2022-outage": "Second", "outage": "Third"}
	for slug, title := range want {
		if got[slug] != title {
			t.Errorf("/incidents/%s/ is %q, want %q (all: %v)", slug, got[slug], title, got)
		}
	}
}

func TestNamesAreResolvedOnce(t *testing.T) {
	a := read(t, map[string]string{"a.md": "---\nid: a\nseverity: P1\nservices: [Check Out, check-out, checkout]\n---\n# A\n"})
	inc := a.Incident("a")
	if inc.SeverityID != "sev1" {
		t.Errorf("P1 is %q, want sev1", inc.SeverityID)
	}
	if strings.Join(inc.ServiceIDs, " ") != "check-out checkout" {
		t.Errorf("services are %v", inc.ServiceIDs)
	}
}

func TestRelatedLeadsSomewhere(t *testing.T) {
	a, problems := readAll(t, map[string]string{
		"a.md": "---\nid: INC-2024-001\nrelated: [INC-2024-02, INC-2024-001, INC-2024-002]\n---\n# A\n",
		"b.md": "---\nid: INC-2024-002\n---\n# B\n",
	})
	if got := strings.Join(a.Incident("INC-2024-001").RelatedIDs, " "); got != "INC-2024-002" {
		t.Errorf("related are %q", got)
	}
	all := strings.Join(problems, "\n")
	if !strings.Contains(all, `a.md:3:1: warning: there is no postmortem with the id "INC-2024-02" (did you mean "INC-2024-002"?)`) {
		t.Errorf("the problems are:\n%s", all)
	}
}

// TestMemory makes archives one after the other with one memory: each is what it is without.
func TestMemory(t *testing.T) {
	report := func(file, id string, derived bool, services ...string) *postmortem.Postmortem {
		p := &postmortem.Postmortem{File: file, ID: id, Services: services, Severity: "sev1"}
		if derived {
			p.Derived = []string{"id"}
		}
		return p
	}
	a, b, c := report("a.md", "inc-1", false, "Payments"), report("b.md", "inc-2", false, "payments", "Ledger"), report("x/c.md", "inc-3", true)
	again := *b
	again.Services, again.Related = []string{"Card vault"}, []string{"inc-1"}
	moved := *b
	moved.ID = "inc-9"
	steps := [][]*postmortem.Postmortem{
		{a, b, c}, {a, &again, c}, {a, b, c}, {a, &moved, c}, {b, c}, {a, b, c, report("d.md", "inc-2", false)},
		{a, b, report("x/c.md", "inc-1", true)}, {a, &again, report("x/c.md", "inc-1", true)}, {a, b, c}, nil, {c, b, a},
	}
	memory, cfg := new(archive.Memory), config.Default()
	for n, step := range steps {
		if n == 8 {
			cfg = config.Default()
		}
		got, gotProblems := memory.New(cfg, step, nil, nil)
		want, wantProblems := archive.New(cfg, step, nil, nil)
		if !reflect.DeepEqual(got, want) || !slices.Equal(gotProblems, wantProblems) {
			t.Errorf("step %d: with memory it is another archive", n)
		}
		for _, inc := range want.Incidents {
			if got.Incident(inc.ID) == nil || got.Incident(inc.ID) != got.IncidentIn(inc.File) {
				t.Errorf("step %d: %s is not found", n, inc.ID)
			}
		}
	}
}
