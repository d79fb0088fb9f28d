package fields

import "testing"

const frontMatter = `id: INC-2024-017
title: Checkout was down for an hour
severity: sev2
status: published
visibility: public
started: 2024-03-05T14:02:00Z
detected: 2024-03-05T14:09:00Z
mitigated: 2024-03-05T14:40:00Z
resolved: 2024-03-05T15:10:00Z
services: [checkout, payments]
factors:
  - config-change
  - missing-alert
links:
  ticket: https://tracker.example/INC-17
  chat: https://chat.example/inc-17
amended:
  - date: 2024-03-09
    note: The duration was wrong.
    significant: true
`

func BenchmarkParse(b *testing.B) {
	src := []byte(frontMatter)
	b.ReportAllocs()
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		if root, problems := Parse("a.md", 2, YAML, src); root.Broken || len(problems) > 0 {
			b.Fatal(problems)
		}
	}
}
