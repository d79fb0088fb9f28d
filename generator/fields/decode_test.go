package fields

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"debrief/generator/problem"
)

func decoder(t *testing.T, src string) (*Decoder, *problem.List) {
	t.Helper()
	root, problems := Parse("a.md", 1, YAML, []byte(src))
	if len(problems) > 0 {
		t.Fatalf("the test's own YAML is wrong:\n%s", said(problems))
	}
	list := &problem.List{}
	return NewDecoder(root, list), list
}

func values[T any](fields []Field[T]) []T {
	var v []T
	for _, f := range fields {
		v = append(v, f.Value)
	}
	return v
}

func TestDecoderTakesWhatPeopleWrite(t *testing.T) {
	d, problems := decoder(t, `
title: 2024
Near-Miss: Yes
pageSize: 1_000
status: In Review
services: api
owners: platform, data
factors:
  - 404
  -
  - true
day: 2024-13-26
blank: ""
empty:
links: {Ticket: x, chat: }
amended: {note: one}
`)
	if got := d.String("title"); got.Value != "2024" || got.Pos.Line != 2 || got.Pos.Column != 8 || !got.Set {
		t.Errorf("title = %+v", got)
	}
	if got := d.Bool("near_miss"); !got.Value || !got.Set {
		t.Errorf("near_miss = %+v", got)
	}
	if got := d.Int("page_size", 1, 2000); got.Value != 1000 {
		t.Errorf("page_size = %+v", got)
	}
	if got := d.Enum("status", "draft", "in_review"); got.Value != "in_review" {
		t.Errorf("status = %+v", got)
	}
	if got := values(d.Strings("services")); !reflect.DeepEqual(got, []string{"api"}) {
		t.Errorf("services = %q", got)
	}
	if got := values(d.Names("owners")); !reflect.DeepEqual(got, []string{"platform", "data"}) {
		t.Errorf("owners = %q", got)
	}
	if got := values(d.Strings("factors")); !reflect.DeepEqual(got, []string{"404", "true"}) {
		t.Errorf("factors = %q", got)
	}
	if got := d.String("day"); got.Value != "2024-13-26" {
		t.Errorf("day = %+v", got)
	}
	for _, key := range []string{"blank", "empty", "missing"} {
		if got := d.String(key); got.Set || got.Or("other") != "other" {
			t.Errorf("%s = %+v, want nothing", key, got)
		}
	}
	if got := d.Entries("links"); len(got) != 1 || got[0].Key != "Ticket" {
		t.Errorf("links = %v", got)
	}
	if got := d.Maps("amended"); len(got) != 1 || got[0].String("note").Value != "one" {
		t.Errorf("amended = %v", got)
	}
	d.Done()
	if got := d.Places(); !slices.Contains(got, Place{Key: "near_miss", Line: 3, Column: 1}) {
		t.Errorf("near_miss does not stand on line 3: %v", got)
	}
	compare(t, "problems", said(*problems), "")
}

func TestDecoderSaysWhatIsWrong(t *testing.T) {
	d, problems := decoder(t, `
title: {a: b}
summary: [a]
near_miss: maybe
page_size: many
max: 5000
status: publishd
stage: [final]
services: {name: api}
factors: [ok, {a: b, c: d}, see: this]
amended: [{note: one}, two]
sites: internal
sevrity: sev1
Title: again
colour: red
`)
	d.String("title")
	d.String("summary")
	d.Bool("near_miss")
	d.Int("page_size", 1, 1000)
	d.Int("max", 1, 1000)
	d.Enum("status", "draft", "review", "published")
	d.Enum("stage", "preliminary", "final")
	d.Strings("services")
	d.Strings("factors")
	d.Maps("amended")
	d.Map("sites").Done()
	d.Done("severity")
	problems.Sort()
	compare(t, "problems", said(*problems), `
2:8 error wrong-type: title is text, found nested keys | put quotes around text that contains a colon, or that starts with "{"
3:10 error wrong-type: summary is text, found a list
4:12 error wrong-type: near_miss is true or false, found the text "maybe"
5:12 error wrong-type: page_size is a whole number from 1 to 1000, found the text "many"
6:6 error wrong-type: max is a whole number from 1 to 1000, found the number 5000
7:9 error unknown-value: status is draft, review or published, found the text "publishd" | did you mean "published"?
8:8 error wrong-type: stage is preliminary or final, found a list
9:11 error wrong-type: services is a list of texts, found nested keys | put quotes around text that contains a colon, or that starts with "{"
10:15 error wrong-type: factors is a list of texts, found nested keys
10:29 error wrong-type: factors is a list of texts, found nested keys | put quotes around text that contains a colon, or that starts with "{"
11:24 error wrong-type: amended is a list whose items have keys, found the text "two"
12:8 error wrong-type: sites is nested keys, found the text "internal"
13:1 warning unknown-key: unknown key "sevrity" | did you mean "severity"?
14:1 error duplicate-key: the key "Title" stands twice, once as "title" on line 2, which is the one used | keep one of the two
15:1 warning unknown-key: unknown key "colour"
`)
}

func TestNearest(t *testing.T) {
	known := []string{"title", "severity", "status", "stage", "services", "contributing_factors", "id", "owner"}
	for word, want := range map[string]string{
		"sevrity":              "severity",
		"Severtiy":             "severity",
		"titel":                "title",
		"contributing-factor":  "contributing_factors",
		"ContributingFactors":  "contributing_factors",
		"statsu":               "status",
		"ownr":                 "owner",
		"date":                 "",
		"authors":              "",
		"is":                   "id",
		"x":                    "",
		"":                     "",
		"categories":           "",
		strings.Repeat("a", 9): "",
	} {
		if got := Nearest(word, known); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestSlug(t *testing.T) {
	for name, want := range map[string]string{
		"INC-2024-017":                   "inc-2024-017",
		"DB – primary (EU)":              "db-primary-eu",
		"What's new?":                    "whats-new",
		"../../etc":                      "etc",
		"Überlast & Größe":               "überlast-größe",
		"障害 2024":                        "障害-2024",
		"ﬁle ①":                          "file-1",
		"İstanbul":                       "istanbul",
		"हिन्दी लेख":                     "हिन्दी-लेख",
		"a--b__c":                        "a-b-c",
		"-x-":                            "x",
		"..":                             "xa3d4a70d",
		"":                               "x811c9dc5",
		"🔥":                              "xb898da0b",
		strings.Repeat("long name ", 30): strings.Repeat("long-name-", 11) + "l-0630e751",
	} {
		if got := Slug(name); got != want {
			t.Errorf("Slug(%q) = %q, want %q", name, got, want)
		}
	}
}

func FuzzSlug(f *testing.F) {
	f.Add("DB – primary (EU)")
	f.Add("İ̇ǅ℡²")
	f.Fuzz(func(t *testing.T, name string) {
		slug := Slug(name)
		if slug == "" || strings.Trim(slug, ".") == "" || strings.ContainsAny(slug, "/\\. \x00%?#") || len(slug) > maxSlug || strings.HasPrefix(slug, "-") || strings.HasSuffix(slug, "-") {
			t.Errorf("Slug(%q) = %q", name, slug)
		}
		if again := Slug(slug); again != slug {
			t.Errorf("Slug(%q) = %q, whose slug is %q", name, slug, again)
		}
	})
}
