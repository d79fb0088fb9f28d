package draft_test

import (
	"strings"
	"testing"
	"time"

	"debrief/generator/draft"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

func at(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestReadChat(t *testing.T) {
	copenhagen, err := time.LoadLocation("Europe/Copenhagen")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		text string
		loc  *time.Location
		want string
	}{
		"notes": {text: "14:02 pool size rolled out\n14:11 - three customers write\n  to support\n\n14:40: Mitigated: old size back\n", want: `
2024-03-05T14:02 pool size rolled out
2024-03-05T14:11 three customers write to support
2024-03-05T14:40 Mitigated: old size back`},
		"a log": {text: "2024-03-05T14:02:11Z began\n2024-03-05 15:02:11,123 ended\n", want: `
2024-03-05T14:02 began
2024-03-05T15:02 ended`},
		"irc": {text: "[14:02] <gate> pool is out\n[14:03:10] <lock> seen at 14:01 already\n", want: `
2024-03-05T14:02 pool is out
2024-03-05T14:03 seen at 14:01 already`},
		"names before a colon": {text: "14:02 lock: pool is out\n14:03 gate: looking\n14:04 lock: it was us\n14:05 Mitigated: undone\n", want: `
2024-03-05T14:02 pool is out
2024-03-05T14:03 gate: looking
2024-03-05T14:04 it was us
2024-03-05T14:05 Mitigated: undone`},
		"slack": {text: "Gate Keeper  2:02 PM\npool is out\nand slow\n\nLock Smith  2:11 PM\nlooking\n", want: `
2024-03-05T14:02 pool is out and slow
2024-03-05T14:11 looking`},
		"discord": {text: "Gate Keeper — Today at 14:02\npool is out\n", want: `
2024-03-05T14:02 pool is out`},
		"days": {text: "Tuesday, 5 March 2024\n23:58 began\nWednesday, March 6th, 2024\n00:10 ended\n", want: `
2024-03-05T23:58 began
2024-03-06T00:10 ended`},
		"past midnight": {text: "23:58 began\n00:10 ended\n00:05 seen between\n", want: `
2024-03-05T23:58 began
2024-03-06T00:05 seen between
2024-03-06T00:10 ended`},
		"the archive's zone": {loc: copenhagen, text: "15:02 pool\n15:10 +0000 later\n", want: `
2024-03-05T14:02 pool
2024-03-05T15:10 later`},
		"a time that was said": {text: "14:02 began\nthe graph of 13:40 shows it too\n", want: `
2024-03-05T14:02 began the graph of 13:40 shows it too`},
		"nothing of the kind": {text: "no times here\n25:99 is none\n", want: ""},
		"what Markdown would hide": {text: "14:02 saw <!-- in the log\n", want: `
2024-03-05T14:02 saw &lt;!-- in the log`},
	} {
		t.Run(name, func(t *testing.T) {
			loc := time.UTC
			if test.loc != nil {
				loc = test.loc
			}
			var got strings.Builder
			for _, e := range draft.ReadChat(test.text, at(t, "2024-03-05T12:00:00Z"), loc) {
				got.WriteString("\n" + e.Time.UTC().Format("2006-01-02T15:04") + " " + e.Text)
			}
			if got.String() != test.want {
				t.Errorf("got:%s\nwant:%s", got.String(), test.want)
			}
		})
	}
}

func FuzzReadChat(f *testing.F) {
	f.Add("14:02 pool\nGate Keeper  2:02 PM\npool is out")
	f.Add("2024-03-05T14:02:11Z began\nTuesday, 5 March 2024")
	f.Fuzz(func(t *testing.T, text string) {
		entries := draft.ReadChat(text, time.Unix(1709600000, 0), time.UTC)
		for i, e := range entries {
			if e.Text == "" || strings.ContainsAny(e.Text, "\n<") {
				t.Errorf("an entry of %q", e.Text)
			}
			if i > 0 && e.Time.Before(entries[i-1].Time) {
				t.Errorf("%s stands after %s", e.Time, entries[i-1].Time)
			}
		}
	})
}

func TestNextID(t *testing.T) {
	for _, test := range []struct {
		ids  string
		year int
		want string
	}{
		{"", 2024, "fallback"},
		{"INC-2024-017 INC-2024-016", 2024, "INC-2024-018"},
		{"INC-2024-016 INC-2024-017", 2024, "INC-2024-018"},
		{"INC-2024-017", 2025, "INC-2025-001"},
		{"PM-9 PM-8", 2024, "PM-10"},
		{"checkout-slow dns-again", 2024, "fallback"},
		{"checkout-slow INC-2024-003", 2024, "INC-2024-004"},
		{"outage-2024-03-05", 2024, "fallback"},
		{"2024-03-05", 2024, "fallback"},
		{"017", 2024, "fallback"},
	} {
		if got := draft.NextID(strings.Fields(test.ids), test.year, "fallback"); got != test.want {
			t.Errorf("after %q in %d comes %s, want %s", test.ids, test.year, got, test.want)
		}
	}
}

// What the built-in template makes must be read without a remark, and show nothing but what was filled in.
func TestDefaultTemplate(t *testing.T) {
	severities := []draft.Severity{{ID: "sev1", Name: "SEV-1", Description: "Customers are affected.", DocumentWithinDays: 3, MeetingWithinDays: 7}, {ID: "sev2", Name: "SEV-2"}}
	for name, d := range map[string]draft.Draft{
		"all":  {Severity: "sev1", Services: []string{"checkout", "mail"}, Factors: []string{"dns"}, Owner: "Payments: lead", Timeline: []draft.Entry{{at(t, "2024-03-05T23:58:00Z"), "the pool is out"}, {at(t, "2024-03-06T00:10:00Z"), "the pool is back"}}},
		"bare": {DayOnly: true},
	} {
		t.Run(name, func(t *testing.T) {
			d.ID, d.Title, d.Started, d.Location, d.Severities = "INC-2024-001", `Checkout: "slow" # again <b>`, at(t, "2024-03-05T14:02:00Z"), time.UTC, severities
			text, err := d.Text("postmortem.md.tmpl", draft.Default)
			if err != nil {
				t.Fatal(err)
			}
			p, problems := postmortem.Read("a.md", []byte(text), postmortem.Options{Location: time.UTC})
			for _, one := range problems {
				if one.Severity > problem.Note {
					t.Errorf("%v", one)
				}
			}
			if p.Title != d.Title || p.ID != d.ID || p.Severity != d.Severity || p.Owner != d.Owner || len(p.Services) != len(d.Services) || len(p.Timeline) != len(d.Timeline) {
				t.Errorf("read as %q, %q, %q, %q, %v and %d entries", p.Title, p.ID, p.Severity, p.Owner, p.Services, len(p.Timeline))
			}
			if len(p.Actions) != 0 || p.External != nil && (p.External.Summary.Text != "" || len(p.External.Commitments) != 0) {
				t.Errorf("the prompts were read as content: %v, %v", p.Actions, p.External)
			}
			if due := "Friday 8 March 2024"; !strings.Contains(text, due) {
				t.Errorf("the deadline %s is not in it", due)
			}
			if d.Path() != "2024-03-05-checkout-slow-again-b.md" {
				t.Errorf("path %s", d.Path())
			}
		})
	}
}

func TestTemplateMistakes(t *testing.T) {
	d := draft.Draft{Location: time.UTC}
	for _, source := range []string{"{{.Nonsense}}", "{{if}}", "{{.After}}"} {
		if _, err := d.Text("mine.tmpl", source); err == nil || !strings.Contains(err.Error(), "mine.tmpl:1") {
			t.Errorf("%s: %v does not say where", source, err)
		}
	}
}
