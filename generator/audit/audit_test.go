package audit_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"debrief/generator/archive"
	"debrief/generator/audit"
	"debrief/generator/config"
	"debrief/generator/postmortem"
	"debrief/generator/testkit"
)

// audited reads one file of a site with the settings of an archive.yaml and returns what was found, one line each.
func audited(t *testing.T, settings, file, content string) string {
	t.Helper()
	cfg, problems, err := config.Load(testkit.FS(t, "-- archive.yaml --\n"+settings))
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	a := audit.New(audit.Options{Config: cfg})
	a.File(file, []byte(content))
	var lines []string
	for _, p := range a.Problems() {
		lines = append(lines, p.Rule+" "+p.Message)
	}
	return strings.Join(lines, "\n")
}

func TestForms(t *testing.T) {
	// Written in two parts, so that nobody's scanner takes the test for the thing.
	join := func(parts ...string) string { return strings.Join(parts, "") }
	for text, want := range map[string]string{
		"Write to jane.roe@corp-mail.example.":                       "email",
		"mailto:jane+x@mail.example?subject=a":                       "email",
		`{"@type": "Article", "@id": "https://a.example/#a"}`:        "",
		"size 3 @ 40 each, or a@b, or @media":                        "",
		"at 10.20.30.40 it stopped":                                  "private-ip",
		"http://192.168.1.7:8080/":                                   "private-ip",
		"172.31.0.1 is private, 172.32.0.1 is not":                   "private-ip",
		"172.32.0.1, 100.128.0.1, 192.169.1.1":                       "",
		"version 10.2.1 and 10.0.19041.388":                          "",
		"from fd12:3456:789a::1 to fe80::1ff:fe23:4567:890a":         "private-ip",
		"fd and fed: and fd00 alone, 2001:db8::1":                    "",
		"db1.prod.internal did not answer":                           "internal-host",
		"https://wiki.corp/x and ip-10-1-2-3.ec2.internal":           "internal-host",
		"payments.default.svc.cluster.local":                         "internal-host",
		"the internal.corporate way, a.lanyard, x.internals":         "",
		join("key AKIA", "IOSFODNN7EXAMPLE"):                         "secret",
		join("ghp_", strings.Repeat("a1", 18)):                       "secret",
		join("postgres://app:hunter2", "@db.example/x"):              "secret",
		join("-----BEGIN RSA PRIVATE", " KEY-----"):                  "secret",
		join("eyJhbGciOiJIUzI1.eyJzdWIiOiIx", "MjM0.SflKxwRJSMeKKF"): "secret",
		"a long word like AKIARA and https://user.example/":          "",
	} {
		for _, form := range []string{"%s", "<p>%s</p>", `<img alt="%s">`, "x\n\n  %s\n"} {
			if strings.Contains(text, `"`) && strings.Contains(form, `"`) {
				continue
			}
			got := audited(t, "", "a/index.html", fmt.Sprintf(form, text))
			if rule, _, _ := strings.Cut(got, " "); rule != want {
				t.Errorf("%s: found %q, want %q", fmt.Sprintf(form, text), got, want)
			}
		}
	}
}

func TestWords(t *testing.T) {
	const settings = "blocked_words: [Project Nightjar, codename, C++, 夜鷹計画, naïve]\npeople: [Jane Roe, \"O'Hara\"]\n"
	for text, found := range map[string]bool{
		"about project   nightjar today":       true,
		"Project\nNightjar":                    true,
		"Project-Nightjar":                     true,
		"<b>Project</b> <i>Nightjar</i>":       true,
		`<a href="/x/project-nightjar/">y</a>`: true,
		"projects nightjar":                    false,
		"the codenames":                        false,
		"CODENAME":                             true,
		"in C++ it":                            true,
		"in C it":                              false,
		"昨日の夜鷹計画について":                          true,
		"昨日の計画について":                            false,
		"NAÏVE":                                true,
		"naive":                                false,
		"O&#39;Hara said":                      true,
		"jane\u00a0roe":                        true,
		"<p>Jane</p><p>Roe deer</p>":           false,
		`<script type="application/ld+json">{"a":"Jane Roe"}`: true,
	} {
		if got := audited(t, settings, "a.html", text); (got != "") != found {
			t.Errorf("%q: found %q", text, got)
		}
	}
	if got := audited(t, settings, "services/codename/index.html", "nothing"); !strings.Contains(got, `"codename" would go outside in services/codename/index.html`) {
		t.Errorf("in a file's name: %q", got)
	}
	if got := audited(t, settings, "feed.xml", "<x>&lt;p&gt;Jane &lt;b&gt;Roe&lt;/b&gt;</x>"); got == "" {
		t.Error("not found in a feed")
	}
	if got := audited(t, settings, "a.json", `{"a":"Jane \u003cb\u003eRoe\u003c/b\u003e"}`); got == "" {
		t.Error("not found in JSON")
	}
}

func TestAllowed(t *testing.T) {
	const settings = "links: [{name: Help, url: mailto:help@acme.example, public: true}]\naudit: {allow: [Press@acme.example, 10.0.0.1], hosts: ['*.ops.acme.example']}\nsites: {internal: {url: https://in.acme.example/}, external: {url: https://out.acme.example/}}\n"
	if got := audited(t, settings, "a.html", "help@acme.example press@acme.example 10.0.0.1 https://out.acme.example/"); got != "" {
		t.Errorf("found %s", got)
	}
	for _, text := range []string{"https://in.acme.example/x", "db.ops.acme.example", "a.b.ops.acme.example"} {
		if got := audited(t, settings, "a.html", text); !strings.Contains(got, "internal-host") {
			t.Errorf("%s: found %q", text, got)
		}
	}
}

const report = `---
id: A
title: A title of more than eight words that nobody has released to anybody
external_title: What customers read as a title, which also has many words in it
visibility: public
status: published
started: 2024-03-05 14:02 UTC
deferred_work: the second region was to be made ready in the spring and was not
services: [one-two, three-four, five-six, seven-eight]
---

## Summary

The cache of prices was emptied by a job that
nobody remembered, and filling it again took half an hour.

<!-- the comment that says who was on call that night and why -->

## Timeline

| Time | Event |
|---|---|
| 14:02 | the job that nobody remembered runs for the very first time this year |

## External summary

### Summary

For half an hour paying took longer than it should, and some gave up.

### What are we doing about this

- [x] Filling the cache no longer takes longer than a minute (done 2024-03-08)
`

func TestPassages(t *testing.T) {
	cfg := config.Default()
	p, _ := postmortem.Read("a.md", []byte(report), postmortem.Options{Location: time.UTC})
	model, _ := archive.New(cfg, []*postmortem.Postmortem{p}, nil, nil)
	for name, test := range map[string]struct{ content, want string }{
		"what was released": {"<h1>What customers read as a title, which also has many words in it</h1><p>For half an hour paying took longer than it should, and some gave up.</p><li>Filling the cache no longer takes longer than a minute</li>", ""},
		"seven words":       {"<p>cache of prices was emptied by a</p>", ""},
		"eight words":       {"<p>CACHE of prices was emptied by a job.</p>", `a.md:14:5: 8 words of internal text would go outside: "cache of prices was emptied by a job"`},
		"across tags":       {"<p>emptied by a <em>job</em> that <a href=\"/x/\" title=\"t\">nobody</a> remembered, and filling</p>", `a.md:14:25: 9 words of internal text would go outside: "emptied by a job that nobody remembered, and filling"`},
		"across blocks":     {"<p>emptied by a job</p><p>that nobody remembered, and filling</p>", ""},
		"in an attribute":   {`<img alt="filling it again took half an hour, they said">`, ""},
		"a whole attribute": {`<img alt="and filling it again took half an hour">`, `a.md:15:20: 8 words of internal text would go outside: "and filling it again took half an hour"`},
		"a comment":         {"<!-- the comment that says who was on call that night -->", `a.md:17:6: 10 words of internal text would go outside: "the comment that says who was on call that night"`},
		"the title":         {"<p>more than eight words that nobody has released</p>", `a.md:3:19: 8 words of internal text would go outside: "more than eight words that nobody has released"`},
		"front matter":      {"<p>second region was to be made ready in the spring</p>", `a.md:8:20: 10 words of internal text would go outside: "second region was to be made ready in the spring"`},
		"names in a list":   {"<p>one two three four five six seven eight</p>", ""},
		"the timeline":      {"<td>remembered runs for the very first time this year", `a.md:23:31: 9 words of internal text would go outside: "remembered runs for the very first time this year"`},
	} {
		t.Run(name, func(t *testing.T) {
			a := audit.New(audit.Options{Config: cfg, Archive: model, Read: func(file string) []byte {
				if file == "a.md" {
					return []byte(report)
				}
				return nil
			}})
			a.File("incidents/a/index.html", []byte(test.content))
			var lines []string
			for _, p := range a.Problems() {
				lines = append(lines, fmt.Sprintf("%s: %s", p.Position, p.Message))
			}
			if got := strings.Join(lines, "\n"); got != test.want {
				t.Errorf("found\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// Of an entry that goes outside its time and its milestone go, too.
func TestPassagesOfAnOpenTimeline(t *testing.T) {
	const src = "---\nid: A\nvisibility: public\nstatus: published\n---\n# A\n\n## Timeline\n\nAll times in UTC.\n\n" +
		"- 2024-03-05 14:02 **Detected.** The graph of waiting payments began to rise\n- 14:09 We looked at the cache of prices\n\n" +
		"## Detection\n\nSomebody saw that waiting payments began to rise because of us\n"
	const text = "<p>14:02 <strong>Detected.</strong> The graph of waiting payments began to rise</p><title>14:09 We looked at the cache of prices</title>"
	p, _ := postmortem.Read("a.md", []byte(src), postmortem.Options{Location: time.UTC})
	for _, test := range []struct {
		open   []string
		text   string
		leaked int
	}{
		{[]string{"timeline"}, text, 0},
		{nil, text, 2},
		{[]string{"timeline"}, "<p>Somebody saw that waiting payments began to rise</p>", 1},
	} {
		cfg := config.Default()
		cfg.OpenSections = test.open
		model, _ := archive.New(cfg, []*postmortem.Postmortem{p}, nil, nil)
		a := audit.New(audit.Options{Config: cfg, Archive: model, Read: func(file string) []byte {
			if file == "a.md" {
				return []byte(src)
			}
			return nil
		}})
		a.File("a.html", []byte(test.text))
		if got := a.Problems(); len(got) != test.leaked {
			t.Errorf("with %q open, %d passages of %q may not leave; want %d: %v", test.open, len(got), test.text, test.leaked, got)
		}
	}
}

func TestPassagesWithoutSpaces(t *testing.T) {
	src := "# 題\n\n## 概要\n\n価格のキャッシュが誰も覚えていないジョブによって空にされ、再び満たすのに半時間かかった。\n"
	p, _ := postmortem.Read("a.md", []byte(src), postmortem.Options{Location: time.UTC})
	model, _ := archive.New(config.Default(), []*postmortem.Postmortem{p}, nil, nil)
	for text, leaked := range map[string]bool{"<p>キャッシュが誰も覚えていないジョブによって空にされ</p>": true, "<p>誰も覚えていないジョブ</p>": false} {
		a := audit.New(audit.Options{Config: config.Default(), Archive: model, Read: func(string) []byte { return []byte(src) }})
		a.File("a.html", []byte(text))
		if got := a.Problems(); (len(got) > 0) != leaked {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func FuzzFile(f *testing.F) {
	f.Add("a.html", "<p title='x y'>&amp;<!-- a --><a b=\"")
	f.Add("a.json", `{"a":"\u003cb\u003e\n\\"}`)
	f.Add("a.xml", "&lt;p&gt;10.1.2.3 a@b.example ghp_")
	f.Fuzz(func(t *testing.T, file, content string) {
		p, _ := postmortem.Read("a.md", []byte(report), postmortem.Options{Location: time.UTC})
		model, _ := archive.New(config.Default(), []*postmortem.Postmortem{p}, nil, nil)
		a := audit.New(audit.Options{Config: config.Default(), Archive: model, Read: func(string) []byte { return []byte(content) }})
		a.File(file, []byte(content))
		a.Problems()
	})
}
