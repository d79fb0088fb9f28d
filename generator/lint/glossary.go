package lint

import (
	"fmt"
	"strings"

	"debrief/generator/problem"
)

var undefinedTerm = Rule{
	ID:       "glossary/undefined",
	Title:    "An abbreviation is used and nowhere explained",
	Severity: problem.Note,
	Reason: `The reader who needs the report most is new: in the team, or called in at night from another one. An abbreviation that is used three
times or more is worth an entry in the glossary, where every page explains it on the spot.`,
	Before: `## Summary

The BMR was full. The BMR of the second site took over, and the first BMR was emptied.
`,
	After: `## Summary

The BMR (batch message router) was full. The BMR of the second site took over, and the first BMR was emptied.
`,
	Clean: []string{
		"-- archive.yaml --\nglossary:\n  - {term: BMR, meaning: batch message router}\n-- postmortems/a.md --\n## Summary\n\nThe BMR was full. The BMR of the second site took over, and the first BMR was emptied.\n",
		"## Summary\n\nThe BMR was full, and the API answered HTTP 503. The API, over HTTP, is an API for HTTP.\n",
		"## Summary\n\nThe BMR was full. The BMR took over, and the BMR was emptied.\n\n## Glossary\n\n- **BMR**: batch message router\n",
	},
	Words: "allow lists abbreviations that everybody knows here; words has no use.",
	Limit: "limit is how often it must be used, 3 when left out.",
	check: checkUndefined,
}

// tradeAcronyms are abbreviations that everybody knows who reads reports of incidents inside, beside commonAcronyms.
var tradeAcronyms = wordSet(`TCP UDP VM VMs SSD HDD IO NFS NAT VPC EC2 S3 RDS EKS GKE AKS IAM SRE SREs DB DBs DBA QA UAT LB ELB ALB NLB TTL SLO SLOs SLI MTTR MTTD PID GC JVM
	OOM RPC GRPC REST ORM CRUD CRD CRDs K8S CDN WAF DHCP LDAP AD YAML TOML INI PHP JS TS GPU NIC MTU BGP ARP ICMP ACL ACLS AMI AMIS ASG AZ AZS SQS SNS ECR ECS SSM RPM CD CICD MR MRS PM
	PRS POD PODS HA DR RCA INC SEV SEV1 SEV2 SEV3 P1 P2 P3 S1 S2 ENV TLDR README GB MB KB TB MS RPS QPS IOPS URI URIS UUID GUID WIP NA TBD ETC OS VIP GIT SVN HPA PVC PV PVS RBAC CPU CR FAIL ERROR WARN INFO
	DEBUG GET POST PUT PATCH DELETE HEAD SELECT INSERT UPDATE WHERE NULL TRUE FALSE PROD DEV STG NOTE UTC ISP IDE DC ASN ARN ARNS CNI CVE CVES LTS UNC NGINX CORS CSRF XSS IPV4 IPV6 MAC PXE BIOS RAID ZFS LVM MYSQL REDIS`)

func checkUndefined(r *Report) {
	count, first := map[string]int{}, map[string]problem.Position{}
	var order []string
	explained := map[string]bool{}
	for _, t := range r.Glossary {
		explained[strings.ToUpper(t.Term)] = true
	}
	for _, p := range r.passages {
		if p.external || isShouted(p.text) {
			continue
		}
		for _, m := range acronyms(p.text) {
			word := p.text[m[0]:m[1]]
			key := strings.TrimSuffix(word, "s")
			if p.prose[m[0]] == '"' || commonAcronyms()[word] || commonAcronyms()[key] || tradeAcronyms()[strings.ToUpper(word)] || tradeAcronyms()[key] || inside(p.text, m[0], m[1], "`/@_.-$#:!") || strings.Trim(word, word[:1]) == "" || m[1] < len(p.text) && p.text[m[1]] == '-' {
				continue
			}
			if explainedBeside(p.text, m[0], m[1]) {
				explained[key] = true
			}
			if count[key]++; count[key] == 1 {
				first[key] = r.place(p, m[0], m[1])
				order = append(order, key)
			}
		}
	}
	var missing []string
	for _, key := range order {
		lower := strings.ToLower(key)
		if count[key] >= r.limit(3) && !explained[key] && !r.survey.public[lower] && !r.survey.inside[lower] && !r.allows(key) && !r.spelledOut(key) {
			missing = append(missing, key)
		}
	}
	if len(missing) == 0 {
		return
	}
	message := fmt.Sprintf("%s is used %d times and nowhere explained", missing[0], count[missing[0]])
	if len(missing) > 1 {
		message = fmt.Sprintf("%s are used often and nowhere explained", joinOr(missing[:min(len(missing), 5)], "and"))
	}
	r.find(first[missing[0]], "explain it where it stands first, or in the glossary of archive.yaml", "%s", message)
}

// spelledOut reports whether the words whose first letters an abbreviation has stand somewhere in the report.
func (r *Report) spelledOut(acronym string) bool {
	letters := strings.ToLower(acronym)
	for _, p := range r.passages {
		words := strings.FieldsFunc(p.prose, func(c rune) bool { return c == ' ' || c == '-' || c == '(' || c == ')' || c == ',' })
		for i := 0; i+len(letters) <= len(words); i++ {
			match := true
			for k := range letters {
				if words[i+k][0] != letters[k] {
					match = false
					break
				}
			}
			if match && len(letters) > 2 {
				return true
			}
		}
	}
	return false
}

var termConflict = Rule{
	ID:       "glossary/two-meanings",
	Title:    "A term has another meaning here than in the archive's glossary",
	Severity: problem.Note,
	Reason: `Pages explain a term by the archive's glossary, so a report that means something else by it is explained wrongly. Use one meaning, or
another word here.`,
	Before: "-- archive.yaml --\nglossary:\n  - {term: cell, meaning: A group of machines that fail together}\n-- postmortems/a.md --\n## Summary\n\nA cell failed.\n\n## Glossary\n\n- **Cell**: one battery\n",
	After:  "-- archive.yaml --\nglossary:\n  - {term: cell, meaning: A group of machines that fail together}\n-- postmortems/a.md --\n## Summary\n\nA battery failed.\n",
	Clean:  []string{"-- archive.yaml --\nglossary:\n  - {term: cell, meaning: A group of machines that fail together}\n-- postmortems/a.md --\n## Summary\n\nA cell failed.\n\n## Glossary\n\n- **Cell**: a group of machines that fail together.\n"},
	check: func(r *Report) {
		for _, own := range r.Glossary {
			for _, t := range r.survey.archive.Config.Glossary {
				if strings.EqualFold(t.Term, own.Term) && !sameMeaning(t.Meaning, own.Meaning) {
					r.find(r.at(own.Line), "use another word, or correct the glossary of archive.yaml (line "+fmt.Sprint(t.At.Line)+")",
						"%q means something else in archive.yaml: %s", own.Term, clip(t.Meaning))
				}
			}
		}
	},
}

func sameMeaning(a, b string) bool {
	bare := func(s string) string { return strings.Trim(strings.ToLower(squeeze(s)), ". ") }
	a, b = bare(a), bare(b)
	return strings.Contains(a, b) || strings.Contains(b, a)
}
