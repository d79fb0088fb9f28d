package postmortem

import (
	"strings"
	"testing"
)

func readActions(body string) []string {
	p, _ := Read("2024-03-05-x.md", []byte(body), Options{})
	var lines []string
	for _, a := range p.Actions {
		slipped := ""
		for _, d := range a.Slipped {
			slipped += " from " + d.String()
		}
		lines = append(lines, line(string(a.Status), a.Text, labelled("owner", a.Owner), labelled("due", a.Due.String())+slipped, labelled("completed", a.Completed.String()),
			labelled("type", a.Type), labelled("link", a.Link), labelled("group", a.Group)))
	}
	return lines
}

func TestActionMarks(t *testing.T) {
	for item, want := range map[string]string{
		"- Watch disks":                                "open | Watch disks",
		"- [ ] Watch disks":                            "open | Watch disks",
		"- [x] Watch disks":                            "done | Watch disks",
		"- Watch disks (done)":                         "done | Watch disks",
		"- Watch disks (DONE).":                        "done | Watch disks",
		"- Watch disks DONE":                           "done | Watch disks",
		"- Watch disks - done":                         "done | Watch disks",
		"- Watch disks: done":                          "done | Watch disks",
		"- [DONE] Watch disks":                         "done | Watch disks",
		"- DONE: Watch disks":                          "done | Watch disks",
		"- ✅ Watch disks":                              "done | Watch disks",
		"- Watch disks ✅":                              "done | Watch disks",
		"- 🟡 Watch disks":                              "in progress | Watch disks",
		"- ❌ Watch disks":                              "dropped | Watch disks",
		"- ~~Watch disks~~":                            "done | Watch disks",
		"- Watch disks (won't do)":                     "dropped | Watch disks",
		"- Watch disks - in progress":                  "in progress | Watch disks",
		"- TODO: Watch disks":                          "open | Watch disks",
		"- TODO Watch disks":                           "open | Watch disks",
		"- Watch disks @storage":                       "open | Watch disks | owner @storage",
		"- Watch disks `@storage`":                     "open | Watch disks | owner @storage",
		"- @storage: Watch disks":                      "open | Watch disks | owner @storage",
		"- Watch disks (owner: team storage)":          "open | Watch disks | owner team storage",
		"- Watch disks - owner: storage":               "open | Watch disks | owner storage",
		"- Watch disks (storage)":                      "open | Watch disks (storage)",
		"- Watch disks [detect]":                       "open | Watch disks | type detect",
		"- [prevent] Watch disks":                      "open | Watch disks | type prevent",
		"- Watch disks (due 2024-06-30)":               "open | Watch disks | due 2024-06-30",
		"- Watch disks (due: Jun 30, 2024)":            "open | Watch disks | due 2024-06-30",
		"- Watch disks, due June 30":                   "open | Watch disks | due 2024-06-30",
		"- Watch disks (due 2024-05-31 -> 2024-06-30)": "open | Watch disks | due 2024-06-30 from 2024-05-31",
		"- Watch disks (due 2024-04-30 → 2024-05-31 → 2024-06-30)":                 "open | Watch disks | due 2024-06-30 from 2024-04-30 from 2024-05-31",
		"- Watch disks (done 2024-05-02)":                                          "done | Watch disks | completed 2024-05-02",
		"- Watch disks (owner: @storage, due 2024-06-30, OPS-12)":                  "open | Watch disks | owner @storage | due 2024-06-30 | link OPS-12",
		"- Watch disks — @storage — 2024-06-30 — in progress":                      "in progress | Watch disks | owner @storage | due 2024-06-30",
		"- Watch disks | owner: IT | status: done":                                 "done | Watch disks | owner IT",
		"- Watch disks ([#12](https://tracker.example/12))":                        "open | Watch disks | link https://tracker.example/12",
		"- Watch disks [Issue](https://tracker.example/12)":                        "open | Watch disks Issue | link https://tracker.example/12",
		"- OPS-12 Watch disks":                                                     "open | OPS-12 Watch disks | link OPS-12",
		"- Watch disks (https://tracker.example/12)":                               "open | Watch disks | link https://tracker.example/12",
		"- Watch disks and [replace](https://docs.example) them":                   "open | Watch disks and replace them | link https://docs.example",
		"- **Watch disks**: they fill up":                                          "open | Watch disks: they fill up",
		"- Überwachung der Platten (erledigt)":                                     "done | Überwachung der Platten",
		"- Surveiller les disques (responsable : stockage, échéance : 30/06/2024)": "open | Surveiller les disques | owner stockage | due 2024-06-30",
		"- Vigilar los discos - hecho":                                             "done | Vigilar los discos",
		"- Overvåke disker – ansvarlig: drift, frist: 30.06.2024":                  "open | Overvåke disker | owner drift | due 2024-06-30",
		"- ディスクを監視する（担当：基盤チーム、期限：2024/06/30）":                                      "open | ディスクを監視する | owner 基盤チーム | due 2024-06-30",
		"- 监控磁盘（负责人：存储组）":                                                          "open | 监控磁盘 | owner 存储组",
		"- Fix the race (see the appendix)":                                        "open | Fix the race (see the appendix)",
		"- Keep the SEV-1 definition in one place":                                 "open | Keep the SEV-1 definition in one place",
		"- Done is better than perfect: say so in the handbook":                    "open | Done is better than perfect: say so in the handbook",
		"- Look into closed connections being resolved twice":                      "open | Look into closed connections being resolved twice",
	} {
		got := readActions("## Action items\n\n" + item + "\n")
		if len(got) != 1 || got[0] != want {
			t.Errorf("%q: got %q, want %q", item, got, want)
		}
	}
}

func TestActionForms(t *testing.T) {
	for _, test := range []struct {
		name, body string
		want       []string
	}{
		{"placeholders are none", "## Action items\n\n-\n- TBD\n- ...\n- N/A\n- {{ action }}\n- real\n", []string{"open | real"}},
		{"groups by heading, bold line and label", `## Action items

### Prevent

- a

**Process**

- b

### Other

- Documentation:
  - c
  - d
- e
  - a detail of e
`, []string{"open | a | type prevent | group Prevent", "open | b | type process | group Process", "open | c | type process | group Documentation", "open | d | type process | group Documentation", "open | e | group Other"}},
		{"an introduction is no item", "## Action items\n\nWe will do these things, in this order of priority:\n\n1. a\n2. b\n", []string{"open | a", "open | b"}},
		{"hints of a template are none", "## Action items\n\n*List the tasks here.*\n\n- a\n", []string{"open | a"}},
		{"paragraphs where there is no list", "## Proposal improvements\n\n### Short term\n\nWe add two addresses.\n\n### Long term\n", []string{"open | We add two addresses. | group Short term"}},
		{"numbered headings", "# Action items\n\n### 1) Fewer processes `@dma` [repair]\n\nReduced from 16 to 12.\n\n### 2) Better alerts\n\n- soon\n", []string{"open | Fewer processes | owner @dma | type mitigate", "open | Better alerts"}},
		{"a table in any order", `## Follow-ups

| Ticket | Done? | Due | Who | Action |
|---|---|---|---|---|
| [OPS-1](https://tracker.example/1) | ✅ | 2024-04-01 | infra | a |
| OPS-2 | no | 2024-04-01 -> 2024-05-01 | sre | b |
| | in progress | | | c |
| | dropped | | | d |
`, []string{"done | a | owner infra | due 2024-04-01 | link https://tracker.example/1", "open | b | owner sre | due 2024-05-01 from 2024-04-01 | link OPS-2", "in progress | c", "dropped | d"}},
		{"a table of another language", "## Tiltak\n\n| Nr | Tiltak | Ansvarlig | Frist | Status |\n|---|---|---|---|---|\n| 1 | a | drift | 30.06.2024 | Pågår |\n| 2 | b | drift | | Ferdig |\n", []string{"in progress | a | owner drift | due 2024-06-30", "done | b | owner drift"}},
		{"two sections of actions", "## Action items\n- a\n## Corrective actions\n- b\n", []string{"open | a", "open | b"}},
		{"actions under the lessons", "## Lessons learned\n\ntext\n\n### Action items\n\n- a\n", []string{"open | a"}},
		{"boxes that are no Markdown", "## To do\n\n☐ a\n☑ b\n", []string{"open | a", "done | b"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := readActions(test.body); strings.Join(got, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}
