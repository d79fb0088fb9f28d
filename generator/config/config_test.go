package config

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"debrief/generator/problem"
)

func load(t *testing.T, yaml string, others ...string) (*Config, string) {
	t.Helper()
	files := fstest.MapFS{"archive.yaml": {Data: []byte(yaml)}}
	for _, name := range others {
		files[name] = &fstest.MapFile{}
	}
	c, problems, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return c, said(problems)
}

// said writes problems as one line each.
func said(problems problem.List) string {
	var b strings.Builder
	for _, p := range problems {
		fmt.Fprintf(&b, "%d:%d %s %s: %s", p.Line, p.Column, p.Severity, p.Rule, p.Message)
		if p.Hint != "" {
			b.WriteString(" | " + p.Hint)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func compare(t *testing.T, what, got, want string) {
	t.Helper()
	if got, want = strings.TrimSpace(got), strings.TrimSpace(want); got != want {
		t.Errorf("%s:\n%s\nwant:\n%s", what, got, want)
	}
}

const everything = `title: Incident reviews
organization: Example Rail
description: What went wrong on our lines, and what we did about it.
language: DE-ch
time_zone: Europe/Zurich
logo: ./images/logo.svg
sites:
  internal: {url: https://reviews.internal.example}
  external: {url: "https://WWW.example.org:8443/incidents"}
severities:
  - id: red
    name: Line closed
    public_name: Closure
    description: No train runs.
    document_within_days: 3
    meeting_within_days: 5
    aliases: [P1, "page now"]
  - id: amber
services:
  - id: ticketing
    name: Ticket shop
    public_name: Tickets
    owner: team-sales
    description: Sells tickets.
    public_description: Where you buy tickets.
    aliases: shop, sales
  - Timetable API
factors:
  - id: config-change
    name: Configuration change
    public_name: A changed setting
    description: A setting changed.
    public_description: We changed a setting.
    category: Change
    aliases: [config]
glossary:
  - {term: headway, meaning: The time between two trains., public: yes}
  - {term: interlocking, meaning: What keeps two trains apart.}
sections:
  lucky: Glück gehabt
  Contributing-Factors: [Ursachen, Warum]
open_sections: [timeline, Summary]
blocked_words: [Project Falcon, Project Falcon]
people: [R. Example]
feeds: {size: 20}
page_size: 100
theme: _theme/
links:
  - {name: Status, url: https://status.example.org/, public: true}
  - {name: Write to us, url: "mailto:help@example.org"}
rules:
  blameless/hindsight: error
`

func TestEverything(t *testing.T) {
	c, problems := load(t, everything, "images/logo.svg", "_theme/base.html")
	compare(t, "problems", problems, "")
	for _, s := range []struct {
		what      string
		got, want any
	}{
		{"title", c.Title, "Incident reviews"},
		{"organization", c.Organization, "Example Rail"},
		{"description", c.Description, "What went wrong on our lines, and what we did about it."},
		{"language", c.Language, "de-CH"},
		{"zone", c.Location.String(), "Europe/Zurich"},
		{"logo", c.Logo, "images/logo.svg"},
		{"internal", c.Internal.URL, "https://reviews.internal.example/"},
		{"external", c.External.URL, "https://www.example.org:8443/incidents/"},
		{"severities", c.Severities, []Severity{
			{ID: "red", Name: "Line closed", PublicName: "Closure", Description: "No train runs.", DocumentWithinDays: 3, MeetingWithinDays: 5,
				Aliases: []string{"P1", "page now"}, At: problem.Position{File: "archive.yaml", Line: 11, Column: 5}},
			{ID: "amber", Name: "amber", At: problem.Position{File: "archive.yaml", Line: 18, Column: 5}},
		}},
		{"services", c.Services, []Service{
			{ID: "ticketing", Name: "Ticket shop", PublicName: "Tickets", Owner: "team-sales", Description: "Sells tickets.", PublicDescription: "Where you buy tickets.",
				Aliases: []string{"shop", "sales"}, At: problem.Position{File: "archive.yaml", Line: 20, Column: 5}},
			{ID: "timetable-api", Name: "Timetable API", At: problem.Position{File: "archive.yaml", Line: 27, Column: 5}},
		}},
		{"factors", c.Factors, []Factor{
			{ID: "config-change", Name: "Configuration change", PublicName: "A changed setting", Description: "A setting changed.", PublicDescription: "We changed a setting.",
				Category: "Change", Aliases: []string{"config"}, At: problem.Position{File: "archive.yaml", Line: 29, Column: 5}},
		}},
		{"glossary", c.Glossary, []Term{
			{Term: "headway", Meaning: "The time between two trains.", Public: true, At: problem.Position{File: "archive.yaml", Line: 37, Column: 5}},
			{Term: "interlocking", Meaning: "What keeps two trains apart.", At: problem.Position{File: "archive.yaml", Line: 38, Column: 5}},
		}},
		{"sections", c.Sections, []Synonyms{{"contributing_factors", []string{"Ursachen", "Warum"}}, {"lucky", []string{"Glück gehabt"}}}},
		{"open sections", c.OpenSections, []string{"summary", "timeline"}},
		{"blocked words", c.BlockedWords, []string{"Project Falcon"}},
		{"people", c.People, []string{"R. Example"}},
		{"feed entries", c.FeedEntries, 20},
		{"page size", c.PageSize, 100},
		{"theme", c.Theme, "_theme"},
		{"links", c.Links, []Link{
			{Name: "Status", URL: "https://status.example.org/", Public: true, At: problem.Position{File: "archive.yaml", Line: 49, Column: 5}},
			{Name: "Write to us", URL: "mailto:help@example.org", At: problem.Position{File: "archive.yaml", Line: 50, Column: 5}},
		}},
		{"rules", c.Rules, []RuleSetting{{Rule: "blameless/hindsight", Severity: "error", At: problem.Position{File: "archive.yaml", Line: 52, Column: 3}}}},
		{"zone stated", c.ZoneStated, true},
		{"broken", c.Broken(), false},
	} {
		if !reflect.DeepEqual(s.got, s.want) {
			t.Errorf("%s = %+v\nwant %+v", s.what, s.got, s.want)
		}
	}
}

func TestNamesAreLookedUpAsPeopleWriteThem(t *testing.T) {
	c, _ := load(t, everything, "images/logo.svg", "_theme/base.html")
	for name, want := range map[string]string{"red": "red", "RED": "red", "line closed": "red", "p-1": "red", "Page Now": "red", "closure": "red", "sev1": "", "": ""} {
		if got, ok := c.Severity(name); got.ID != want || ok != (want != "") {
			t.Errorf("Severity(%q) = %q, %v; want %q", name, got.ID, ok, want)
		}
	}
	for name, want := range map[string]string{"Ticket-Shop": "ticketing", "SALES": "ticketing", "timetable_api": "timetable-api", "timetableapi": "timetable-api", "trains": ""} {
		if got, ok := c.Service(name); got.ID != want || ok != (want != "") {
			t.Errorf("Service(%q) = %q, %v; want %q", name, got.ID, ok, want)
		}
	}
	if got, ok := c.Factor("Config"); !ok || got.ID != "config-change" {
		t.Errorf("Factor(Config) = %q, %v", got.ID, ok)
	}
}

func TestTheDefaultScaleKnowsTheUsualNames(t *testing.T) {
	c := Default()
	for name, want := range map[string]string{
		"sev1": "sev1", "SEV-1": "sev1", "Sev 2": "sev2", "SEV_3": "sev3", "P1": "sev1", "S4": "sev4", "Critical": "sev1", "major": "sev2", "minor": "sev3", "LOW": "sev4",
		"1": "sev1", "Severity 2": "sev2", "high": "sev2", "moderate": "sev3", "down": "sev1", "SEV-0": "sev1", "P5": "sev4", "SEV-2 major": "sev2",
		"purple": "", "12": "",
	} {
		if got, ok := c.Severity(name); got.ID != want || ok != (want != "") {
			t.Errorf("Severity(%q) = %q, %v; want %q", name, got.ID, ok, want)
		}
	}
}

func TestWithoutAFileTheDefaultsStand(t *testing.T) {
	c, problems, err := Load(fstest.MapFS{"postmortems/a.md": {}})
	if err != nil || len(problems) > 0 || !reflect.DeepEqual(c, Default()) {
		t.Errorf("Load = %+v, %v, %v", c, problems, err)
	}
	c, said := load(t, "# nothing decided yet\ntitle:\nseverities: []\nservices:\n")
	compare(t, "problems", said, "")
	if c.Title != Default().Title || len(c.Severities) != 4 || c.Location.String() != "UTC" || c.Language != "en" || c.PageSize != 50 || c.FeedEntries != 25 {
		t.Errorf("an empty archive.yaml gives %+v", c)
	}
}

func TestTheOtherFileName(t *testing.T) {
	c, problems, err := Load(fstest.MapFS{"archive.yml": {Data: []byte("title: Short\n")}})
	if err != nil || len(problems) > 0 || c.Title != "Short" {
		t.Errorf("Load = %+v, %v, %v", c, problems, err)
	}
	c, problems, err = Load(fstest.MapFS{"archive.yml": {Data: []byte("title: Short\n")}, "archive.yaml": {Data: []byte("title: Long\n")}})
	if err != nil || c.Title != "Long" {
		t.Errorf("Load = %+v, %v", c, err)
	}
	compare(t, "problems", problems[0].Error(),
		"archive.yml: error: archive.yml stands beside archive.yaml and is not read (move what you need to archive.yaml and delete this file)")
}

func TestAFileThatCannotBeReadIsAnError(t *testing.T) {
	_, _, err := Load(fstest.MapFS{"archive.yaml": {Mode: fs.ModeDir}})
	if err == nil || !strings.HasPrefix(err.Error(), "reading the configuration: ") {
		t.Errorf("error = %v", err)
	}
	if _, _, err := Load(denied{}); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("error = %v", err)
	}
}

type denied struct{}

func (denied) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}

// Every kind of mistake in one file: each is reported at its place, and the rest of the file still counts.
func TestMistakes(t *testing.T) {
	c, problems := load(t, `titel: Reviews
language: german
time_zone: europe/berlin
logo: ../logo.svg
sites:
  internal: {url: reviews.example.org}
  external: {url: "https://me:secret@example.org/?a=b"}
  public: {url: https://example.org}
severities:
  - {id: SEV 1, name: One}
  - {name: Two}
  - {description: none}
  - {id: sev-1, document_within_days: soon}
services:
  - {id: ../../etc, name: Secrets}
  - {id: payments, aliases: [pay, money]}
  - {id: checkout, aliases: [Pay, Payments], owners: team-a}
  - {id: pay-ments}
  - [a, b]
factors:
  - {id: load, name: Load}
  - {id: storm, name: load}
glossary:
  - {term: SLO}
  - {meaning: nothing}
  - {term: API, meaning: one}
  - {term: api, meaning: two}
  - RPC
sections:
  lesons: Gelernt
  impact: [Folgen, Wirkung]
  summary: folgen
open_sections: [timelin, everything]
blocked_words: {a: b}
feeds: {size: 0, entries: 3}
page_size: lots
theme: /srv/theme
links:
  - {name: Home, url: example.org}
  - {name: Nowhere}
`)
	compare(t, "problems", problems, `
1:1 warning unknown-key: unknown key "titel" | did you mean "title"?
2:11 error unknown-language: language is a BCP 47 tag, found "german" | write a language tag such as "en", "de" or "pt-BR"
3:12 error unknown-time-zone: time_zone is a name of the IANA time zone database, found "europe/berlin" | did you mean "Europe/Berlin"?
4:7 error bad-path: logo must stay inside the archive, found "../logo.svg" | write a path relative to the folder of archive.yaml, below it
6:19 error bad-url: sites.internal.url is the full address of a site, found "reviews.example.org" | write https://reviews.example.org/
7:19 error bad-url: sites.external.url is the full address of a site, found "https://me:secret@example.org/?a=b" | leave out the user name and password; everybody can read them
8:3 warning unknown-key: unknown key "public"
10:10 error bad-id: an id is made of lower-case letters, digits and single hyphens, found "SEV 1" | write id: sev-1
11:5 error missing-id: the entry "Two" of severities has no id | write id: two
12:5 error missing-id: an entry of severities has no id | write an id such as id: checkout
13:10 error duplicate-id: the id "sev-1" stands twice in severities; the first is on line 10, and is the one used | keep one of the two, or give one another id
15:10 error bad-id: an id is made of lower-case letters, digits and single hyphens, found "../../etc" | write id: etc
17:30 error ambiguous-name: the alias "Pay" means "payments" on line 16 already | give one of the two another alias
17:35 error ambiguous-name: the alias "Payments" means "payments" on line 16 already | give one of the two another alias
17:46 warning unknown-key: unknown key "owners" | did you mean "owner"?
18:10 error duplicate-id: the id "pay-ments" differs from "payments" on line 16 only in hyphens, which do not count when a name is looked up | give one of the two another id
19:5 error wrong-type: expected keys with values, found a list
22:23 error ambiguous-name: the name "load" means "load" on line 21 already | give one of the two another name
24:5 error incomplete-term: an entry of glossary has no meaning | write both term: and meaning:
25:5 error incomplete-term: an entry of glossary has no term | write both term: and meaning:
27:12 error duplicate-term: the term "api" stands twice; the first is on line 26, and is the one used | keep one of the two
28:5 error wrong-type: glossary is a list whose items have keys, found the text "RPC"
30:3 error unknown-section: there is no section "lesons" | did you mean "lessons"?
32:12 error duplicate-heading: the heading "folgen" means impact on line 31 already | keep one of the two
33:17 error unknown-section: there is no section "timelin" | did you mean "timeline"?
33:26 error unknown-section: there is no section "everything" | the sections are summary, impact, timeline, contributing_factors, trigger, detection, resolution, lessons, went_well, went_wrong, lucky, actions, supporting, external, background, other
34:16 error wrong-type: blocked_words is a list of texts, found nested keys | put quotes around text that contains a colon, or that starts with "{"
35:15 error wrong-type: size is a whole number from 1 to 1000, found the number 0
35:18 warning unknown-key: unknown key "entries"
36:12 error wrong-type: page_size is a whole number from 1 to 1000, found the text "lots"
37:8 error bad-path: theme must stay inside the archive, found "/srv/theme" | write a path relative to the folder of archive.yaml, below it
39:23 error bad-url: links go to a full address, found "example.org" | write an address such as https://example.org/ or mailto:support@example.org
40:5 error incomplete-link: an entry of links has no url | write both name: and url:
`)
	if c.Title != Default().Title || c.Language != "en" || c.Location.String() != "UTC" || c.FeedEntries != 25 || c.PageSize != 50 {
		t.Errorf("the defaults do not stand: %+v", c)
	}
	if s, _ := c.Severity("sev1"); s.ID != "sev-1" {
		t.Errorf("the corrected id does not count: %+v", c.Severities)
	}
	if s, _ := c.Service("pay"); s.ID != "payments" {
		t.Errorf(`the first of two with the alias "pay" should have it, %+v has`, s)
	}
	if len(c.Services) != 3 || len(c.Glossary) != 1 || len(c.Links) != 0 || len(c.OpenSections) != 0 {
		t.Errorf("what is right does not count: %+v", c)
	}
	if !c.Broken() {
		t.Error("blocked words that cannot be read leave the archive unguarded, and Broken does not say so")
	}
}

func TestBrokenYAMLIsSaidAndTheRestIsRead(t *testing.T) {
	c, problems := load(t, "title: Reviews: ours\norganization: Example Rail\nblocked_words: [a\n")
	compare(t, "problems", problems, `
1:15 error yaml-syntax: the value contains a colon followed by a space; YAML takes it for another key | put quotes around the value: title: "Reviews: ours"
3:16 error yaml-syntax: "[" starts a list, which needs "," between its values and "]" at its end | when it is text, put quotes around the value: blocked_words: "[a"`)
	if c.Organization != "Example Rail" || !c.Broken() {
		t.Errorf("organization %q, broken %v", c.Organization, c.Broken())
	}
}

func TestSiteAddresses(t *testing.T) {
	for written, want := range map[string]string{
		"https://example.org":                "https://example.org/",
		"https://example.org/a/b":            "https://example.org/a/b/",
		"http://localhost:8080/":             "http://localhost:8080/",
		"https://example.org/störung":        "https://example.org/st%C3%B6rung/",
		"https://[::1]:80/x/":                "https://[::1]:80/x/",
		"example.org/incidents":              "write https://example.org/incidents/",
		"/incidents":                         "write an address such as https://status.example.org/incidents/",
		"ftp://example.org/":                 "write an address such as https://status.example.org/incidents/",
		"https:///x":                         "the name of the server is missing",
		"https://example.org/?q":             `leave out everything from "?" or "#" on`,
		"https://example.org/#top":           `leave out everything from "?" or "#" on`,
		"https://example.org/a/../b/":        `leave out ".", ".." and doubled "/"`,
		"https://example.org//":              `leave out ".", ".." and doubled "/"`,
		"https://exa mple.org/":              "write an address such as https://status.example.org/incidents/",
		"javascript:alert(1)":                "write an address such as https://status.example.org/incidents/",
		"https://user@example.org/incidents": "leave out the user name and password; everybody can read them",
	} {
		c, problems := load(t, fmt.Sprintf("sites: {external: %q}\n", written))
		if c.External.URL != "" {
			if c.External.URL != want || problems != "" {
				t.Errorf("%s gives %s, want %s; %s", written, c.External.URL, want, problems)
			}
		} else if !strings.HasSuffix(strings.TrimSpace(problems), " | "+want) {
			t.Errorf("%s: %s\nwant the hint %s", written, problems, want)
		}
	}
}

func TestBothEditionsAtOneAddress(t *testing.T) {
	c, problems := load(t, "sites:\n  internal: https://example.org\n  external: https://EXAMPLE.org/\n")
	compare(t, "problems", problems,
		`2:13 error same-site: sites.internal.url is also the address of the external site (line 3) | publish the internal edition where only your organisation can read it`)
	if c.Internal.URL != "" || c.External.URL != "https://example.org/" {
		t.Errorf("sites are %+v and %+v", c.Internal, c.External)
	}
}

func TestPathsStayInTheArchive(t *testing.T) {
	dir := t.TempDir()
	for _, err := range []error{
		os.MkdirAll(dir+"/archive/_theme", 0o755), os.Mkdir(dir+"/outside", 0o755), os.WriteFile(dir+"/outside/logo.png", nil, 0o644),
		os.Symlink("../outside", dir+"/archive/link"), os.WriteFile(dir+"/archive/logo.txt", nil, 0o644),
	} {
		if err != nil {
			t.Skip("no symbolic links here: ", err)
		}
	}
	for yaml, want := range map[string]string{
		"logo: link/logo.png\n":  `1:7 error bad-path: logo is "link/logo.png", where "link" is a symbolic link | put the files themselves into the archive`,
		"theme: link\n":          `1:8 error bad-path: theme is "link", where "link" is a symbolic link | put the files themselves into the archive`,
		"logo: a\\b.png\n":       `1:7 error bad-path: logo is a path with "/", found "a\\b.png" | write "/" between folders`,
		"logo: logo.txt\n":       `1:7 error bad-logo: logo is the path of a picture, found "logo.txt" | use an SVG, or a PNG, JPEG, WebP, AVIF or GIF`,
		"logo: _theme/x.png\n":   `1:7 error missing-file: logo is "_theme/x.png", and there is no such file in the archive | the path counts from the folder of archive.yaml`,
		"theme: themes\n":        `1:8 error missing-file: theme is "themes", and there is no such folder in the archive | the path counts from the folder of archive.yaml`,
		"theme: .\n":             `1:8 error missing-file: theme is ".", and there is no such folder in the archive | the path counts from the folder of archive.yaml`,
		"theme: a/../../other\n": `1:8 error bad-path: theme must stay inside the archive, found "a/../../other" | write a path relative to the folder of archive.yaml, below it`,
		"theme: ./_theme/\n":     "",
	} {
		if err := os.WriteFile(dir+"/archive/archive.yaml", []byte(yaml), 0o644); err != nil {
			t.Fatal(err)
		}
		c, problems, err := Load(os.DirFS(dir + "/archive"))
		if err != nil {
			t.Fatal(err)
		}
		compare(t, yaml, said(problems), want)
		if want != "" && (c.Logo != "" || c.Theme != "") {
			t.Errorf("%s is used all the same: logo %q, theme %q", yaml, c.Logo, c.Theme)
		}
	}
}

func TestRules(t *testing.T) {
	c, problems := load(t, `rules:
  a/off: off
  a/info: info
  a/words: {severity: warning, words: [shard, quorum], allow: DNS, limit: 4}
  a/many: {wrods: [x]}
  a/loud: loud
  a/none:
`)
	compare(t, "problems", problems, `5:12 warning unknown-key: unknown key "wrods" | did you mean "words"?
6:11 error unknown-value: a/loud is off, note, info, warning or error, found the text "loud"`)
	got := ""
	for _, r := range c.Rules {
		got += fmt.Sprintf("%s %q %v %v %d\n", r.Rule, r.Severity, r.Words, r.Allow, r.Limit)
	}
	compare(t, "rules", got, `a/off "off" [] [] 0
a/info "note" [] [] 0
a/words "warning" [shard quorum] [DNS] 4
a/many "" [] [] 0
a/loud "" [] [] 0`)
}

// The package comment is what a user reads about archive.yaml: it names exactly the keys that are read.
func TestTheReferenceIsTrue(t *testing.T) {
	for _, key := range reference(t) {
		leaf := key[strings.LastIndexByte(key, '.')+1:]
		if !regexp.MustCompile(`(?m)(^|[ {-])` + leaf + `:`).MatchString(everything) {
			t.Errorf("the test file with every key has no %s", key)
		}
		misspelt := leaf + "x" // so the reader names the key it knows
		if _, problems := load(t, inside(key, misspelt)); !strings.Contains(problems, fmt.Sprintf("unknown key %q | did you mean %q?", misspelt, leaf)) {
			t.Errorf("the reference explains %s, and the reader does not know it: %s", key, problems)
		}
	}
	written := strings.Join(reference(t), "\n")
	for _, key := range regexp.MustCompile(`(?m)(\w+):(?:\s|$)`).FindAllStringSubmatch(everything, -1) {
		switch key[1] {
		case "lucky", "Factors", "hindsight": // names of sections and of a rule
			continue
		}
		if !regexp.MustCompile(`(?m)(^|\.)` + key[1] + `$`).MatchString(written) {
			t.Errorf("the reader knows %s, and the reference does not explain it", key[1])
		}
	}
}

// reference returns the keys of the table in the package comment, with the keys above them: "services.id".
func reference(t *testing.T) []string {
	file, err := os.Open("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var keys, above []string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		m := regexp.MustCompile(`^//\t( *)(\w+)`).FindStringSubmatch(lines.Text())
		if m == nil {
			continue
		}
		above = append(above[:len(m[1])/2], m[2])
		keys = append(keys, strings.Join(above, "."))
	}
	if len(keys) < 20 {
		t.Fatalf("found only the keys %q in the package comment", keys)
	}
	return keys
}

// inside writes an archive.yaml with one key in the place of another.
func inside(key, written string) string {
	parts := strings.Split(key, ".")
	yaml := written + ": x"
	for i := len(parts) - 2; i >= 0; i-- {
		yaml = parts[i] + ": {" + yaml + "}"
	}
	return yaml + "\n"
}

func FuzzLoad(f *testing.F) {
	f.Add(everything)
	f.Add("severities: [{id: ..}]\nservices: {a: b}\nsites: [x]\nsections: [a]\nlogo: ./\ntheme: //\n")
	f.Fuzz(func(t *testing.T, yaml string) {
		c, _, err := Load(fstest.MapFS{"archive.yaml": {Data: []byte(yaml)}})
		if err != nil {
			t.Fatal(err)
		}
		if c.Title == "" || c.Language == "" || c.Location == nil || len(c.Severities) == 0 || c.PageSize < 1 || c.FeedEntries < 1 {
			t.Errorf("not fit to build with: %+v", c)
		}
		for _, s := range c.Services {
			if found, ok := c.Service(s.ID); !ok || found.ID != s.ID {
				t.Errorf("the service %q is not found by its id, but %q", s.ID, found.ID)
			}
		}
	})
}
