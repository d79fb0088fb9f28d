package bigarchive

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"debrief/generator/edition"
)

// Write writes the archive into a folder: archive.yaml, and postmortems/<year>/<id>.md.
func Write(dir string, o Options) error {
	a := newArchive(o)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "archive.yaml"), []byte(a.config()), 0o644); err != nil {
		return err
	}
	made := map[string]bool{}
	for i := range o.Postmortems {
		r := a.report(i)
		folder := filepath.Join(dir, "postmortems", fmt.Sprint(r.started.Year()))
		if !made[folder] {
			if err := os.MkdirAll(folder, 0o755); err != nil {
				return err
			}
			made[folder] = true
		}
		if err := os.WriteFile(filepath.Join(folder, strings.ToLower(r.id)+".md"), []byte(a.markdown(r)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (a *archive) config() string {
	var b strings.Builder
	b.WriteString("title: Incident archive\nlanguage: en\ntime_zone: UTC\n")
	b.WriteString("sites:\n  internal:\n    url: https://incidents.example/\n  external:\n    url: https://status.example/\nservices:\n")
	for _, t := range a.services {
		fmt.Fprintf(&b, "  - id: %s\n    name: %s\n    public_name: %s\n", t.id, t.name, t.name)
	}
	b.WriteString("factors:\n")
	for _, t := range a.factors {
		fmt.Fprintf(&b, "  - id: %s\n    name: %s\n    public_name: %s\n", t.id, t.name, t.name)
	}
	return b.String()
}

// markdown writes a postmortem as a person would who knows the format.
func (a *archive) markdown(r *report) string {
	var b strings.Builder
	names := func(of []topic, picked []int) string {
		var out []string
		for _, n := range picked {
			out = append(out, of[n].id)
		}
		return strings.Join(out, ", ")
	}
	fmt.Fprintf(&b, "---\nid: %s\ntitle: %q\nseverity: %s\nstatus: published\n", r.id, r.title, r.severity)
	if r.public {
		b.WriteString("visibility: public\n")
	}
	fmt.Fprintf(&b, "started: %s\ndetected: %s\nresolved: %s\n", stamp(r.started), stamp(r.started.Add(r.detected)), stamp(r.started.Add(r.resolved)))
	fmt.Fprintf(&b, "services: [%s]\nfactors: [%s]\ndetected_by: %s\n", names(a.services, r.services), names(a.factors, r.factors), r.detectedBy)
	if r.nearMiss {
		b.WriteString("near_miss: true\n")
	}
	if r.class != "" {
		fmt.Fprintf(&b, "class: %s\n", r.class)
	}
	if r.deferred != "" {
		fmt.Fprintf(&b, "deferred_work: %q\n", r.deferred)
	}
	if r.grows != nil {
		fmt.Fprintf(&b, "grows_with_scale: %t\n", *r.grows)
	}
	fmt.Fprintf(&b, "---\n\n## Summary\n\n%s\n", r.summary)
	for _, s := range r.sections {
		fmt.Fprintf(&b, "\n## %s\n", s.heading)
		for _, p := range s.paragraphs {
			fmt.Fprintf(&b, "\n%s\n", p)
		}
		switch {
		case len(r.codes) == 0:
		case s.name == "contributing_factors":
			b.WriteString(r.codes[0].block() + r.extras())
		case s.name == "supporting":
			b.WriteString(r.codes[1].block())
		}
	}
	b.WriteString("\n## Timeline\n\nAll times in UTC.\n\n")
	for _, e := range r.timeline {
		fmt.Fprintf(&b, "- %s %s%s\n", r.started.Add(e.after).Format("2006-01-02 15:04"), milestoneMark[e.milestone], e.text)
	}
	b.WriteString("\n## Action items\n\n")
	for _, act := range r.actions {
		box, notes := " ", []string{"due " + r.day(act.due).String()}
		if act.kind != "" {
			notes = append(notes, act.kind)
		}
		if act.done {
			box, notes = "x", append(notes, "done "+r.day(act.when).String())
		}
		fmt.Fprintf(&b, "- [%s] %s (%s)\n", box, act.text, strings.Join(notes, ", "))
	}
	if r.public {
		fmt.Fprintf(&b, "\n## External summary\n\n### Summary\n\n%s\n\n### What happened\n\n%s\n\n### What are we doing about this\n\n", r.summary, r.what)
		for _, c := range r.commitments {
			fmt.Fprintf(&b, "- [ ] %s\n", c)
		}
	}
	return b.String()
}

// extras is what makes a postmortem rich beside its code.
func (r *report) extras() string {
	return fmt.Sprintf("\n| Region | Errors | Share |\n|---|---:|---:|\n| north | 120 | 3 %% |\n| south | 4 800 | 71 %% |\n\nThe limit was known.[^1]\n\n[^1]: %s\n",
		r.footer)
}

var milestoneMark = map[edition.Milestone]string{
	edition.Began: "**Began.** ", edition.Mitigated: "**Mitigated.** ", edition.Resolved: "**Resolved.** ",
}

func stamp(t time.Time) string { return t.Format("2006-01-02T15:04:05Z07:00") }

// samples are short programs in the six languages that postmortems quote most.
var samples = [...]struct{ language, text string }{
	{"go", "func (p *pool) take(ctx context.Context) (*conn, error) {\n\tselect {\n\tcase c := <-p.free:\n\t\treturn c, nil\n\tcase <-ctx.Done():\n\t\treturn nil, ctx.Err() // after %d ms\n\t}\n}\n"},
	{"python", "def drain(queue, limit=%d):\n    \"\"\"Takes at most limit messages.\"\"\"\n    return [queue.get_nowait() for _ in range(min(limit, queue.qsize()))]\n"},
	{"sql", "SELECT state, count(*) FROM pg_stat_activity\nWHERE wait_event_type = 'Lock' AND age(now(), query_start) > interval '%d seconds'\nGROUP BY state ORDER BY 2 DESC;\n"},
	{"yaml", "pool:\n  max_connections: %d # was 100\n  timeout: 5s\n  retry: {attempts: 3, backoff: exponential}\n"},
	{"bash", "for node in $(cat nodes.txt); do\n  ssh \"$node\" 'systemctl restart api && sleep %d' || echo \"$node failed\" >&2\ndone\n"},
	{"json", "{\"level\": \"error\", \"message\": \"upstream timed out\", \"after_ms\": %d, \"retry\": false}\n"},
}

// quoted is a block of code.
type quoted struct{ language, text string }

func code(rng *rand.Rand, i int) quoted {
	s := samples[i%len(samples)]
	return quoted{s.language, fmt.Sprintf(s.text, 10+rng.IntN(5000))}
}

func (q quoted) block() string { return fmt.Sprintf("\n```%s\n%s```\n", q.language, q.text) }
