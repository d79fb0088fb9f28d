package postmortem

import (
	"slices"
	"strings"
	"testing"
)

func TestHeadings(t *testing.T) {
	for _, test := range []struct {
		heading string
		want    SectionName
	}{
		{"Summary", Summary},
		{"EXECUTIVE SUMMARY", Summary},
		{"1. Summary", Summary},
		{"1.2 Executive summary:", Summary},
		{"TL;DR", Summary},
		{"📝 Resumen Ejecutivo", Summary},
		{"Summary & Impact", Summary},
		{"Incident summary", Summary},
		{"Description of the outage", Summary},
		{"What is wrong?", Summary},
		{"Impact", Impact},
		{":flying_disc: Impact", Impact},
		{"Customer Impact", Impact},
		{"Impact and severity", Impact},
		{"Impact (UTC)", Impact},
		{"Impact on customers", Impact},
		{"Impact of the outage", Impact},
		{"Who was affected?", Impact},
		{"2) Auswirkungen", Impact},
		{"影響範囲", Impact},
		{"三、影响范围", Impact},
		{"今回の障害の影響範囲", Impact},
		{"영향 범위", Impact},
		{"Timeline", TimelineSection},
		{"Timeline - May 29, 2021", TimelineSection},
		{"Timeline of events (all times in CET)", TimelineSection},
		{"Timeline May 29", TimelineSection},
		{"Chronology", TimelineSection},
		{"Detailed timeline", TimelineSection},
		{"4. Línea de tiempo (timeline)", TimelineSection},
		{"Timeline de l'incident", TimelineSection},
		{"Línea de Tiempo del Incidente", TimelineSection},
		{"Zeitlicher Ablauf", TimelineSection},
		{"Hendelsesforløp", TimelineSection},
		{"時系列（すべてJST）", TimelineSection},
		{"故障时间线", TimelineSection},
		{"タイムライン", TimelineSection},
		{"事故處理時間軸", TimelineSection},
		{"Contributing Factors (findings)", ContributingFactors},
		{"Contributing factor(s)", ContributingFactors},
		{"Root Cause(s)", ContributingFactors},
		{"Root causes and trigger", ContributingFactors},
		{"Root Cause & Contributing Factors", ContributingFactors},
		{"Root cause of the outage", ContributingFactors},
		{"Root cause identification: The Five Whys", ContributingFactors},
		{"Working Theory (root cause)", ContributingFactors},
		{":mag_right: Five Why's", ContributingFactors},
		{"5 Whys", ContributingFactors},
		{":seedling: Blameless root cause", ContributingFactors},
		{"Causa Raíz (5 Porqués)", ContributingFactors},
		{"Analyse des causes", ContributingFactors},
		{"Grundorsak", ContributingFactors},
		{"根本原因", ContributingFactors},
		{"四、根因分析", ContributingFactors},
		{"Trigger", Trigger},
		{"Déclencheur", Trigger},
		{"Detection & Response", Detection},
		{"How was it detected?", Detection},
		{"Oppdagelse", Detection},
		{":woman_gesturing_ok: Recovery", Resolution},
		{"Mitigation", Resolution},
		{"处置（Mitigation）", Resolution},
		{"Wiederherstellung", Resolution},
		{"Lessons learnt", Lessons},
		{"Lessons Learned and Improvements", Lessons},
		{"Retour d'expérience", Lessons},
		{"Læringspunkter", Lessons},
		{"経験", ""},
		{"经验教训", Lessons},
		{"What went well?", WentWell},
		{"What went well & where did we get lucky", WentWell},
		{"Things that went well", WentWell},
		{"Was lief gut?", WentWell},
		{"Hva gikk bra?", WentWell},
		{"What Went Wrong?", WentWrong},
		{"Things that went poorly", WentWrong},
		{"What didn’t go well", WentWrong},
		{"What could have gone better", WentWrong},
		{"Ce qui s’est mal passé", WentWrong},
		{"Where we got lucky", Lucky},
		{"Wo wir Glück hatten", Lucky},
		{"Hvor vi hadde flaks", Lucky},
		{"Action Items", ActionsSection},
		{":ballot_box_with_check: Follow-up tasks", ActionsSection},
		{"Proposal Improvements", ActionsSection},
		{"Corrective Actions", ActionsSection},
		{"Next steps", ActionsSection},
		{"Remediation", ActionsSection},
		{"Prevention", ActionsSection},
		{"What are we doing about this?", ActionsSection},
		{"Tiltak", ActionsSection},
		{"8. Maßnahmen", ActionsSection},
		{"再発防止策", ActionsSection},
		{"六、改进措施", ActionsSection},
		{"재발 방지 대책", ActionsSection},
		{"Apéndice", Supporting},
		{"Technical Elements", Supporting},
		{"External summary", ExternalSummary},
		{"Externe Zusammenfassung", ExternalSummary},
		{":warning: Leadup", Background},
		{"Context", Background},
		{"Bakgrunn", Background},
		// What only sounds like one of them.
		{"Impact of the new design", ""},
		{"Timelines in our product", ""},
		{"Technical debt", ""},
		{"ActivityEve", ""},
		{"Plugins that were upgraded at 16:37 Denver time", ""},
		{"How Errors in Moderation are Handled", ""},
		{"A long heading that happens to mention the impact, the timeline and the root cause of something", ""},
		{"復旧日時", ""},
	} {
		m := defaultVocabulary().meaningOf(test.heading)
		got := m.name
		if !m.certain() {
			got = ""
		}
		if got != test.want {
			t.Errorf("%q: got %q, want %q", test.heading, got, test.want)
		}
	}
}

func TestArchiveSynonymsGoFirst(t *testing.T) {
	v := defaultVocabulary().with(map[SectionName][]string{Trigger: {"Root cause", "Hva utløste det?"}})
	for heading, want := range map[string]SectionName{"2. Root cause": Trigger, "Hva utløste det": Trigger, "Root causes": ContributingFactors} {
		if got := v.meaningOf(heading).name; got != want {
			t.Errorf("%q: got %q, want %q", heading, got, want)
		}
	}
	if got := defaultVocabulary().meaningOf("Root cause").name; got != ContributingFactors {
		t.Errorf("the built-in vocabulary changed: %q", got)
	}
}

// TestHeadingsFile checks that no heading is claimed by two sections, and that every language has the sections a report cannot do without.
func TestHeadingsFile(t *testing.T) {
	claimed := map[string]string{}
	languages := map[string]map[string]bool{}
	section := ""
	for line := range strings.Lines(headingsText) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
			continue
		case line[0] == '[':
			section = strings.Trim(line, "[]")
			continue
		}
		language, list, found := strings.Cut(line, ": ")
		if !found {
			t.Fatalf("no language in %q", line)
		}
		if languages[section] == nil {
			languages[section] = map[string]bool{}
		}
		languages[section][language] = true
		for word := range strings.SplitSeq(list, ",") {
			word = strings.TrimSpace(word)
			key := headingKey(word)
			if key == "" {
				t.Errorf("[%s] %s: an empty synonym", section, language)
			}
			if section == "qualifiers" || strings.HasSuffix(word, "?") {
				continue
			}
			if other, taken := claimed[key]; taken && other != section {
				t.Errorf("%q is in [%s] and in [%s]", word, other, section)
			}
			claimed[key] = section
		}
	}
	for _, section := range []string{"summary", "impact", "timeline", "contributing_factors", "detection", "resolution", "lessons", "went_well", "went_wrong", "lucky", "actions"} {
		for _, language := range []string{"en", "de", "fr", "es", "no", "da", "sv", "nl", "pt", "it", "pl", "ru", "ja", "zh", "ko"} {
			if !languages[section][language] {
				t.Errorf("[%s] has no headings in %s", section, language)
			}
		}
	}
	if !slices.IsSortedFunc(defaultVocabulary().eastAsian, func(a, b string) int { return len(b) - len(a) }) {
		t.Error("the synonyms without spaces are not longest first")
	}
}
