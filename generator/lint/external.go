package lint

import (
	"regexp"
	"slices"
	"strings"

	"debrief/generator/lazyregexp"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

// The rules about the External summary look only where there is one: whether a postmortem should have one is not theirs to say, except for
// one that is public.

const messageSource = `PagerDuty, Postmortem documentation; Google, Site Reliability Engineering, appendix D`

// A good External summary, for the exhibits.
const goodExternal = `## External summary

### Summary

On 5 March 2024, for 98 minutes, about 3% of customers could not pay by card. No payment was taken twice.

### What happened

A new routing table sent the cards of one bank to a connection that was not in use any more. We went back to the old table.

### What are we doing about this

- [x] Test each new table with a card of every bank (done 2024-03-20)
`

// replaceIn is the example with one part written in another way.
func replaceIn(text, old, new string) string { return strings.Replace(text, old, new, 1) }

const goodSummary = "On 5 March 2024, for 98 minutes, about 3% of customers could not pay by card. No payment was taken twice."

var externalParts = Rule{
	ID:       "external/parts",
	Title:    "A part of the External summary is missing",
	Severity: problem.Warning,
	Reason: `Customers ask three things: what was it, why did it happen, and what will you do so that it does not happen again. A message that
leaves one out is answered with support tickets. The three parts are called Summary, What happened, and What are we doing about this.`,
	Source: messageSource,
	Before: `---
id: INC-2024-017
started: 2024-03-05 14:02 UTC
---

## External summary

### Summary

On 5 March 2024, for 98 minutes, about 3% of customers could not pay by card. No payment was taken twice.
`,
	After: goodExternal,
	Found: []string{"---\nid: a\nvisibility: public\nstatus: published\nstarted: 2024-03-05 14:02 UTC\n---\n\n## Summary\n\nCards were refused.\n"},
	Clean: []string{
		"---\nid: a\nstatus: draft\n---\n\n## External summary\n\n### Summary\n\n### What happened\n\n### What are we doing about this\n",
		"---\nid: a\nstage: preliminary\n---\n\n## External summary\n\nFor 20 minutes customers could not pay. We are still looking into it.\n\n### What happened\n\nWe do not know yet.\n",
		"-- archive.yaml --\nopen_sections: [summary]\n-- postmortems/a.md --\n---\nid: a\nvisibility: public\nstatus: published\n---\n\n## Summary\n\nCards were refused.\n",
	},
	check: func(r *Report) {
		if r.External == nil {
			if r.Visibility == postmortem.Public && r.Status == postmortem.Published && len(r.survey.archive.Config.OpenSections) == 0 {
				r.find(r.At("visibility"), "add a section \"External summary\" with Summary, What happened and What are we doing about this",
					"this postmortem is public, and there is no External summary for the public to read")
			}
			return
		}
		if !r.hasMessage() {
			return
		}
		var missing []string
		if r.External.Summary.Text == "" {
			missing = append(missing, "Summary")
		}
		if r.External.WhatHappened.Text == "" {
			missing = append(missing, "What happened")
		}
		if r.Stage != postmortem.Preliminary && len(r.External.Commitments) == 0 && r.External.Doing.Text == "" {
			missing = append(missing, "What are we doing about this")
		}
		if len(missing) == 3 && (r.Visibility != postmortem.Public || r.Status == postmortem.Draft) {
			return // the headings are there, and nobody has written yet
		}
		if len(missing) > 0 {
			r.miss(r.at(r.External.Line), "give each part a heading of its own below External summary", "the External summary has no %s", joinOr(missing, "and no"))
		}
	},
}

// joinOr joins words to "a, b and c", with another word for "and".
func joinOr(words []string, and string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " " + and + " " + words[last]
}

// miss notes what a message to customers lacks; in the archive of a status page, which writes as it always did, that is only worth a mention.
func (r *Report) miss(at problem.Position, hint, format string, args ...any) {
	if r.survey.tellsCustomers {
		r.find(at, hint, format, args...)
	} else {
		r.mention(at, hint, format, args...)
	}
}

// summaryAt is where the text of the External summary's first part begins.
func (r *Report) summaryAt() problem.Position {
	for _, p := range r.external() {
		return r.place(p, 0, min(len(p.text), 20))
	}
	return r.at(r.External.Line)
}

var externalLength = Rule{
	ID:       "external/length",
	Title:    "The summary for customers is not two or three sentences long",
	Severity: problem.Warning,
	Reason: `The summary is what most readers read, what a feed shows and what is forwarded. One sentence leaves out how long it took or what
could not be done; from the fourth on nobody reads. What is more belongs under What happened.`,
	Source: messageSource,
	Before: replaceIn(goodExternal, goodSummary, "For ten minutes some payments failed."),
	After:  goodExternal,
	Found:  []string{replaceIn(goodExternal, goodSummary, goodSummary+" We rolled back. We are sorry. We will write again. Thank you.")},
	Clean:  []string{replaceIn(goodExternal, goodSummary, "For 98 minutes, i.e. until 15.40 p.m. UTC, cards were refused. Nothing was lost. We are sorry.")},
	Limit:  "limit is the number of sentences that is too many, 4 when left out.",
	check: func(r *Report) {
		if !r.hasMessage() || r.External.Summary.Text == "" {
			return
		}
		n, long := 0, r.limit(4)
		for line := range strings.SplitSeq(r.External.Summary.Text, "\n") {
			n += len(sentences(line))
		}
		switch {
		case n < 2:
			r.miss(r.summaryAt(), "say how long it took, and what customers could not do", "the summary for customers is one sentence; two or three say it")
		case n == long:
			r.mention(r.summaryAt(), "move what is not needed to What happened", "the summary for customers has %d sentences; two or three say it", n)
		case n > long:
			r.miss(r.summaryAt(), "move what is not needed to What happened", "the summary for customers has %d sentences; two or three say it", n)
		}
	},
}

var externalDuration = Rule{
	ID:       "external/duration",
	Title:    "The summary for customers does not say how long it took",
	Severity: problem.Warning,
	Reason: `How long is the first thing a customer has to tell their own customers, and what they compare with their own graphs. A message
without it looks as if it hid something.`,
	Source: messageSource,
	Before: replaceIn(goodExternal, "On 5 March 2024, for 98 minutes, about", "On 5 March 2024 about"),
	After:  goodExternal,
	Clean: []string{
		replaceIn(goodExternal, "for 98 minutes", "from 14:02 to 15:40 UTC"),
		replaceIn(goodExternal, "for 98 minutes", "for an hour and a half"),
		replaceIn(goodExternal, goodSummary, "Am 5. März konnten Sie 40 Minuten lang nicht zahlen. Es wurde nichts doppelt abgebucht."),
	},
	check: func(r *Report) {
		if !r.hasMessage() || r.External.Summary.Text == "" || r.Resolved.IsZero() && r.Stage == postmortem.Preliminary {
			return
		}
		text := strings.ToLower(r.External.Summary.Text)
		if r.NearMiss || durationWords.MatchString(text) || !r.english && strings.ContainsAny(text, "0123456789") {
			return
		}
		hint := "write how long it took, or from when until when"
		if d := r.Durations().ToResolve; d > 0 {
			hint = "by the times of this report it took " + human(d)
		}
		r.miss(r.summaryAt(), hint, "the summary for customers does not say how long it took")
	},
}

var durationWords = lazyregexp.New(`(?:\d|\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety|hundred|half|quarter|few|several|couple|many|some|full|whole|entire|every|next|following|same)(?: of)?(?: an?)?) ?(?:and a half |and a quarter |more )?[- ]?(?:minute|min\b|mins\b|hour|hr|h\b|day|second|sec\b|week|month|night|morning|afternoon|evening|weekend|stunde|tag|minuten|woche|heure|jour|hora|minuto|día)|\d\d?[:.]\d\d.{1,60}\d\d?[:.]\d\d|\b(?:until|overnight|all (?:day|night|morning|afternoon)|throughout|for (?:less|more) than)\b|\d ?(?:am|pm|utc).{1,40}\d ?(?:am|pm|utc)|(?:from|between) .{3,60}(?:to|and|until) .{0,20}\d`)

var externalImpact = Rule{
	ID:       "external/impact",
	Title:    "The summary for customers does not say what they noticed",
	Severity: problem.Warning,
	Reason: `"The database was degraded" is about us. Customers want to find themselves in the message: could they log in, pay, see their data,
and was anything of theirs lost? Say it as they saw it.`,
	Source: messageSource,
	Before: replaceIn(goodExternal, goodSummary, "On 5 March 2024, for 98 minutes, the routing service was degraded. The on-call team restored the previous table."),
	After:  goodExternal,
	Clean: []string{
		replaceIn(goodExternal, goodSummary, "For 98 minutes you could not pay by card. Nothing was lost."),
		replaceIn(goodExternal, goodSummary, "For 98 minutes the tracking page showed yesterday's places. Parcels moved as planned."),
	},
	Words: "words are further words for your customers and for what they do with you: \"riders\", \"parcel\"; allow has no use.",
	check: func(r *Report) {
		if !r.hasMessage() || r.External.Summary.Text == "" || !r.english || r.NearMiss {
			return
		}
		text := strings.ToLower(r.External.Summary.Text)
		if customerWords.MatchString(text) || slices.ContainsFunc(r.words(), func(w string) bool { return strings.Contains(text, w) }) {
			return
		}
		r.miss(r.summaryAt(), "say what customers could not do, or what they saw", "the summary for customers does not say what they noticed")
	},
}

var customerWords = lazyregexp.New(`\b(?:customers?|users?|you|your|yours|people|persons?|anyone|anybody|everyone|everybody|nobody|visitors?|clients?|shops?|merchants?|sellers?|buyers?|shoppers?|partners?|riders?|drivers?|couriers?|passengers?|travell?ers?|guests?|patients?|students?|teachers?|readers?|players?|viewers?|listeners?|members?|subscribers?|callers?|senders?|recipients?|developers?|teams|tenants?|organi[sz]ations|companies|accounts?|businesses|log(?:ging)? in|logins?|sign(?:ing)? (?:in|up)|payments?|orders?|checkout|bookings?|messages?|e?mails?|pages?|searche?s?|uploads?|downloads?|website|app|apps|parcels?|labels?|tickets?|invoices?|deliver(?:y|ies)|notifications?|reports?|dashboards?|data)\b`)

var externalAddress = Rule{
	ID:       "external/private-address",
	Title:    "An internal host name or an IP address would go outside",
	Severity: problem.Warning,
	Reason:   `The name of an internal machine means nothing to a customer and something to an attacker. Say what the machine does.`,
	Before:   replaceIn(goodExternal, "a connection that was not in use any more", "`gateway-3.payments.internal` (10.20.0.7)"),
	After:    goodExternal,
	Found: []string{
		replaceIn(goodExternal, "a connection", "[a connection](https://wiki.corp/payments)"),
		replaceIn(goodExternal, "a connection", "2001:db8:0:1:1:1:1:1"),
	},
	Clean: []string{
		replaceIn(goodExternal, "a connection", "version 1.2.3.4 of a connection"),
		replaceIn(goodExternal, "a connection", "www.example.org, a connection"),
		"## Contributing factors\n\n- gateway-3.payments.internal had no certificate\n",
	},
	Words: "words are further endings of private names, such as \".acme.net\"; allow passes over a name.",
	check: checkAddress,
}

var (
	privateHost = lazyregexp.New(`(?i)\b[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)*\.(?:internal|local|localdomain|corp|lan|intra|intranet|svc)(?:\.[a-z0-9.-]+)?\b`)
	ipAddress   = lazyregexp.New(`\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b(?:/\d\d?)?|\b(?:[0-9a-fA-F]{1,4}:){4,7}[0-9a-fA-F]{1,4}\b`)
	versionNear = lazyregexp.New(`(?i)(?:\bversions?|\brelease|\bv|\bof) ?$`)
)

// hasDotted reports whether a full stop or a colon stands before a letter or digit, as in every name and address and hardly in a sentence.
func hasDotted(text string) bool {
	for i := 1; i < len(text); i++ {
		if (text[i-1] == '.' || text[i-1] == ':') && (isLetterOrDigit(text[i]) || text[i] == ':') {
			return true
		}
	}
	return false
}

func checkAddress(r *Report) {
	if !r.hasMessage() {
		return
	}
	const hint = "say what it does; customers do not know the name"
	for _, p := range r.external() {
		if hasDotted(p.text) {
			for _, m := range privateHost.FindAllStringIndex(p.text, -1) {
				if name := p.text[m[0]:m[1]]; !r.allows(name) {
					r.find(r.place(p, m[0], m[1]), hint, "the internal host name %s would go outside", name)
				}
			}
			for _, m := range ipAddress.FindAllStringIndex(p.text, -1) {
				if name := p.text[m[0]:m[1]]; !r.allows(name) && !versionNear.MatchString(p.text[:m[0]]) {
					r.find(r.place(p, m[0], m[1]), hint, "the address %s would go outside", name)
				}
			}
		}
		for _, l := range p.links {
			if host := hostOf(l.dest); privateHost.MatchString(host) && !strings.Contains(p.text, host) && !r.allows(host) {
				r.find(problem.Position{Line: l.at.line, Column: l.at.column}, "customers cannot open it; leave the link out", "a link to the internal host %s would go outside", host)
			}
		}
		for _, w := range r.words() {
			if i := strings.Index(strings.ToLower(p.text), w); i >= 0 {
				r.find(r.place(p, i, i+len(w)), hint, "a name in %s would go outside", w)
			}
		}
	}
}

func hostOf(dest string) string {
	_, rest, ok := strings.Cut(dest, "://")
	if !ok {
		return ""
	}
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, ":")
	return host
}

var externalTicket = Rule{
	ID:       "external/ticket",
	Title:    "The key of an internal ticket would go outside",
	Severity: problem.Warning,
	Reason:   `Customers cannot open the ticket, and ask what is in it. The commitment itself, with its date, is what they can hold you to.`,
	Before:   replaceIn(goodExternal, "(done 2024-03-20)", "(PAY-1211, done 2024-03-20)"),
	After:    goodExternal,
	Clean: []string{
		replaceIn(goodExternal, "A new routing table", "Behind CVE-2024-1234, SHA-256, UTF-8 and RFC-9110, a new routing table"),
		"---\nid: INC-2024-017\n---\n\n" + replaceIn(goodExternal, "A new routing table", "In INC-2024-017 a new routing table"),
		"## Action items\n\n- [ ] Test each table (PAY-1211)\n",
	},
	Words: "words has no use; allow lists further prefixes that are no tickets, such as \"EN\" for EN-301.",
	check: func(r *Report) {
		if !r.hasMessage() {
			return
		}
		for _, p := range r.external() {
			if !strings.Contains(p.text, "-") {
				continue
			}
			for _, m := range ticketKey.FindAllStringSubmatchIndex(p.text, -1) {
				key, prefix := p.text[m[0]:m[1]], p.text[m[2]:m[3]]
				if notTickets()[prefix] || r.allows(prefix) || r.survey.archive.Incident(key) != nil || key == r.ID {
					continue
				}
				r.find(r.place(p, m[0], m[1]), "leave it out", "the ticket %s would go outside", key)
			}
		}
	},
}

var (
	ticketKey  = lazyregexp.New(`\b([A-Z][A-Z0-9]{1,9})-\d+(?:-\d+)*\b`)
	notTickets = wordSet(`UTF SHA ISO RFC CVE CWE HTTP TLS SSL IPV UTC GMT CET AES RSA MD MP COVID PCI SOC ISO8601 EN DIN SEV RAID USB LTE PS EU US UK X H P TCP UDP IEC IEEE ECMA CET EST PST BST DDR M2 GPT B2B B2C A4 Q1 Q2 Q3 Q4`)
)

var externalPeople = Rule{
	ID:       "external/person",
	Title:    "A person or a blocked word would go outside",
	Severity: problem.Warning,
	Reason: `Who was on call is nobody's business outside, and a name in a public report of a failure stays with its bearer. The names and blocked
words of archive.yaml hold back the whole external site when it is built; here they are found before. So are the owner and the
participants of the report, and handles.`,
	Before: "---\nid: a\nparticipants: [Q. Miller]\n---\n\n" + replaceIn(goodExternal, "We went back", "Q. Miller went back"),
	After:  "---\nid: a\nparticipants: [Q. Miller]\n---\n\n" + goodExternal,
	Found: []string{
		replaceIn(goodExternal, "We went back", "@miller went back"),
		"-- archive.yaml --\nblocked_words: [Brightpost]\n-- postmortems/a.md --\n---\nid: a\nexternal_title: Brightpost refused cards\n---\n\n" + goodExternal,
	},
	Clean: []string{
		"---\nid: a\nowner: Payments team\n---\n\n" + replaceIn(goodExternal, "We went back", "Our payments team went back"),
		goodExternal + "\nWrite to help@example.org.\n",
		"---\nid: a\nparticipants: [Q. Miller]\n---\n\n## Timeline\n\n- 14:02 UTC Q. Miller goes back to the old table\n",
	},
	check: checkExternalPeople,
}

var handle = lazyregexp.New(`(?:^|[\s(])(@[A-Za-z][\w-]+)`)

func checkExternalPeople(r *Report) {
	if !r.hasMessage() {
		return
	}
	c := r.survey.archive.Config
	const hint = "say what was done; who did it stays inside"
	titles := []string{r.Title}
	if r.ExternalTitle != "" {
		titles = []string{r.ExternalTitle}
	}
	for i, word := range slices.Concat(c.BlockedWords, c.People, r.peopleNamed()) {
		severity := problem.Warning
		if i < len(c.BlockedWords)+len(c.People) && r.Visibility == postmortem.Public && r.Status == postmortem.Published {
			severity = problem.Error // the build holds the external site back for it
		}
		pattern := lazyregexp.New(`(?i)(?:^|[^\pL\pN])(` + strings.ReplaceAll(regexp.QuoteMeta(word), " ", `\s+`) + `)(?:$|[^\pL\pN])`)
		found := 0
		for _, p := range r.external() {
			for _, m := range pattern.FindAllStringSubmatchIndex(p.text, -1) {
				if found++; found == 1 {
					r.report(severity, r.place(p, m[2], m[3]), hint, "%q would go outside", squeeze(p.text[m[2]:m[3]]))
				}
			}
		}
		if pattern.MatchString(titles[0]) && found == 0 {
			key := "title"
			if r.ExternalTitle != "" {
				key = "external_title"
			}
			r.report(severity, r.At(key), hint, "%q would go outside in the title", word)
		}
	}
	for _, p := range r.external() {
		for _, m := range handle.FindAllStringSubmatchIndex(p.text, -1) {
			r.find(r.place(p, m[2], m[3]), hint, "%q would go outside", p.text[m[2]:m[3]])
		}
	}
}

var externalJargon = Rule{
	ID:       "external/jargon",
	Title:    "Customers may not know a word",
	Severity: problem.Warning,
	Reason: `A term that only the team uses makes a message longer and says less. Say it in words that a customer uses, or explain the term in
archive.yaml with "public: true": then the page explains it where it stands. Found are terms that the glossary explains inside only,
abbreviations that nothing explains, and words of the trade.`,
	Source: messageSource,
	Before: replaceIn(goodExternal, "A new routing table sent the cards", "The canary of a new BIN table sent the cards"),
	After:  goodExternal,
	Found: []string{
		"-- archive.yaml --\nglossary:\n  - {term: pocket list, meaning: codes a locker keeps, public: false}\n-- postmortems/a.md --\n" + replaceIn(goodExternal, "A new routing table", "The pocket list"),
	},
	Clean: []string{
		"-- archive.yaml --\nglossary:\n  - {term: BIN, meaning: the first digits of a card, public: true}\n-- postmortems/a.md --\n" + replaceIn(goodExternal, "A new routing table", "A new BIN table"),
		replaceIn(goodExternal, "A new routing table", "A new bank identification number (BIN) table"),
		replaceIn(goodExternal, "A new routing table", "The API, over HTTPS, in PDF and CSV at 14:02 UTC,"),
		"## Contributing factors\n\n- The canary shared its BIN table\n",
	},
	Words: "words are further words that customers do not know; allow lists those that they do.",
	check: checkJargon,
}

var (
	// commonAcronyms need no explanation for the readers of an incident report.
	commonAcronyms = wordSet(`API APIs HTTP HTTPS URL URLs DNS PDF PDFs CSV UTC GMT CET CEST EST EDT PST PDT BST WET WEST EET EEST MEZ MESZ IP ID IDs SMS SSO FAQ FAQs TLS SSL
		CPU CPUs RAM USB TV PC QR GPS SIM PIN PINs EU UK US USA UN AM PM OK ATM ATMs VAT IT AI CEO CTO SLA SLAs UI JSON XML HTML CSS SDK SDKs CLI SQL
		VPN VPNs WIFI LAN MB GB TB KB KPI ISO ETA RSS AWS GCP CDN EUR USD GBP CHF DKK SEK NOK PLN NFC BIC IBAN SEPA MFA 2FA OTP DE FR ES IT PT NL AT CH DK SE NO FI PL BE IE
		JPG JPEG PNG SVG ZIP MP3 MP4 H1 H2 Q1 Q2 Q3 Q4 B2B CI PR HR PO AND OR NOT NO YES TODO ASAP FYI IMAP SMTP POP3 SFTP FTP SSH OS IOS GDPR PCI DDOS`)
	tradeWords = newPhrase("pod pods kubernetes kubelet etcd shard quorum canary canaries ingress egress sidecar hotfix runbook terraform helm backpressure back-pressure dead-letter oom failover failed_over idempoten replica rollback_plan cronjob cron_job p99 p95 daemonset namespace node_pool connection_pool mutex deadlock thundering",
		`\b(?:pods?|kubernetes|kubelet|etcd|shards?|sharding|quorum|canary|canaries|ingress|egress|sidecars?|hotfix(?:es)?|runbooks?|terraform|helm charts?|back-?pressure|dead-letter(?: queues?)?|oom(?:-?killed)?|idempoten(?:t|cy)|replica lag|read replicas?|cron ?jobs?|p9[59]|daemonsets?|node pools?|connection pools?|mutex|deadlocks?|thundering herd)\b`)
)

// acronyms are the places of words of two to six capitals and digits, an s of the plural included.
func acronyms(text string) [][2]int {
	var out [][2]int
	for i := 0; i < len(text); i++ {
		if text[i] < 'A' || text[i] > 'Z' || i > 0 && isWordByte(text[i-1]) && text[i-1] != '-' {
			continue
		}
		end := i + 1
		for end < len(text) && (text[end] >= 'A' && text[end] <= 'Z' || text[end] >= '0' && text[end] <= '9') {
			end++
		}
		if end-i > 1 && end-i <= 6 {
			if end < len(text) && text[end] == 's' {
				end++
			}
			if end == len(text) || !isWordByte(text[end]) || text[end] == '-' {
				out = append(out, [2]int{i, end})
			}
		}
		i = end - 1
	}
	return out
}

func checkJargon(r *Report) {
	if !r.hasMessage() {
		return
	}
	trade := r.english && len(r.hinted(tradeWords)) > 0
	told := map[string]bool{}
	tell := func(note func(problem.Position, string, string, ...any), p *passage, start, end int, message, hint string) {
		word := squeeze(p.text[start:end])
		key := strings.TrimSuffix(strings.ToLower(word), "s")
		if told[key] || r.allows(word) || r.allows(key) || r.explained(word) {
			return
		}
		told[key] = true
		note(r.place(p, start, end), hint, message, word)
	}
	const plainer = "say it in words that a customer uses, or explain it in the glossary of archive.yaml with public: true"
	for _, p := range r.external() {
		for _, m := range acronyms(p.text) {
			word := p.text[m[0]:m[1]]
			if commonAcronyms()[word] || explainedBeside(p.text, m[0], m[1]) || ticketKey.MatchString(p.text[m[0]:min(len(p.text), m[1]+3)]) || isShouted(p.text) {
				continue
			}
			if inside(p.text, m[0], m[1], "`/@_.") {
				continue
			}
			tell(r.miss, p, m[0], m[1], "customers may not know what %s stands for", plainer)
		}
		if trade {
			for _, m := range tradeWords.of(p) {
				tell(r.miss, p, m[0], m[1], "%q is a word of the trade", plainer)
			}
		}
		lower := strings.ToLower(p.text)
		for _, t := range r.survey.archive.Config.Glossary {
			if t.Public {
				continue
			}
			term := strings.ToLower(t.Term)
			if i := wordIndex(lower, term); i >= 0 && i+len(term) <= len(p.text) {
				tell(r.find, p, i, i+len(term), "the glossary explains %q inside only", plainer)
			}
		}
		for _, w := range r.words() {
			if i := wordIndex(lower, w); i >= 0 && i+len(w) <= len(p.text) {
				tell(r.find, p, i, i+len(w), "customers may not know %q", plainer)
			}
		}
	}
}

// inside reports whether a word is part of a path, an address or a name.
func inside(text string, start, end int, marks string) bool {
	return start > 0 && strings.IndexByte(marks, text[start-1]) >= 0 || end+1 < len(text) && strings.IndexByte(marks, text[end]) >= 0 && text[end+1] != ' ' && text[end] != '.'
}

// isShouted reports whether most of a text is in capitals.
func isShouted(text string) bool {
	upper, lower := 0, 0
	for _, c := range []byte(text) {
		switch {
		case c >= 'A' && c <= 'Z':
			upper++
		case c >= 'a' && c <= 'z':
			lower++
		}
	}
	return upper > lower
}

// explainedBeside reports whether brackets give or are the meaning: "BIN (bank identification number)", "bank identification number (BIN)".
func explainedBeside(text string, start, end int) bool {
	return strings.HasPrefix(text[end:], " (") || start > 0 && text[start-1] == '(' && strings.HasPrefix(text[end:], ")")
}

// explained reports whether a glossary that customers see has a term.
func (r *Report) explained(word string) bool {
	word = strings.ToLower(word)
	if r.survey.public[word] || r.survey.public[strings.TrimSuffix(word, "s")] {
		return true
	}
	for _, s := range r.survey.archive.Services {
		if strings.Contains(strings.ToLower(s.PublicName), word) && s.PublicName != "" {
			return true
		}
	}
	return strings.Contains(strings.ToLower(r.survey.archive.Config.Organization), word)
}

// wordIndex is where a word or phrase stands by itself, -1 when it does not.
func wordIndex(text, word string) int {
	for from := 0; word != ""; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return -1
		}
		start, end := from+i, from+i+len(word)
		if (start == 0 || !isWordByte(text[start-1])) && (end == len(text) || !isWordByte(text[end])) {
			return start
		}
		from = end
	}
	return -1
}

func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80 || c == '_' || c == '-'
}

var remoteImage = Rule{
	ID:       "remote-image",
	Title:    "A picture from another site in a text for customers",
	Severity: problem.Warning,
	Reason: `Showing it would tell the other site who reads about the incident, and a picture that somebody else keeps may change or go. It is left
out. Put the picture into the archive, beside the postmortem.`,
	Before: "---\nid: a\nvisibility: public\nstatus: published\n---\n\n" + replaceIn(goodExternal, "We went back", "![payments fall to zero](https://graphs.example/1.png)\n\nWe went back"),
	After:  "---\nid: a\nvisibility: public\nstatus: published\n---\n\n" + goodExternal,
}
