package postmortem

import (
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"debrief/generator/lazyregexp"
	"debrief/generator/markdown"
)

// statusWords are the words for the state of an action item, in the form of headingKey.
var statusWords = sync.OnceValue(func() map[string]ActionStatus {
	words := map[string]ActionStatus{}
	for status, list := range map[ActionStatus]string{
		Done: "done, completed, complete, finished, closed, fixed, resolved, merged, deployed, implemented, shipped, x, yes, released, delivered, landed, rolled out, already done, finish, closed done, " +
			"erledigt, fertig, abgeschlossen, umgesetzt, behoben, ja, geschlossen, gelöst, fait, faite, terminé, terminée, fini, clos, réalisé, réalisée, livré, fermé, oui, résolu, " +
			"hecho, hecha, completado, completada, terminado, terminada, cerrado, finalizado, finalizada, realizado, sí, resuelto, implementado, ferdig, utført, fullført, gjort, lukket, løst, avsluttet, færdig, udført, gennemført, klar, klart, slutförd, åtgärdad, genomförd, färdig, " +
			"gereed, klaar, afgerond, gedaan, voltooid, gesloten, opgelost, concluído, concluída, feito, feita, finalizado, fechado, resolvido, fatto, completato, completata, concluso, chiuso, risolto, terminato, " +
			"zrobione, ukończone, zakończone, gotowe, wykonane, zamknięte, сделано, готово, выполнено, завершено, закрыто, решено, исправлено, " +
			"hotovo, dokončeno, splněno, valmis, tehty, tamamlandı, yapıldı, kész, elkészült, finalizat, terminat, виконано, selesai, hoàn thành, đã xong, xong, " +
			"完了, 完了済み, 対応済み, 済, 済み, 対応完了, 実施済み, 実施済, クローズ, 解決済み, 対応済, 已完成, 完成, 已解决, 已上线, 已修复, 已关闭, 已解決, 已处理, 已結束, 완료, 완료됨, 해결, 종료, 조치 완료",
		InProgress: "in progress, progress, wip, ongoing, started, doing, work in progress, in review, under review, under way, underway, active, in development, partially done, partial, pending review, in work, being worked on, inprogress, in flight, on going, partially complete, " +
			"in arbeit, laufend, begonnen, in bearbeitung, in umsetzung, läuft, en cours, commencé, en cours de réalisation, démarré, en progreso, en curso, en proceso, en marcha, iniciado, pågår, påbegynt, under arbeid, i arbeid, startet, i gang, underveis, igangsat, påbörjad, under arbete, pågående, mee bezig, bezig, lopend, in behandeling, onderhanden, " +
			"probíhá, rozpracováno, kesken, käynnissä, devam ediyor, folyamatban, în curs, в процесі, sedang berjalan, đang thực hiện, đang làm, " +
			"em andamento, em progresso, em curso, in corso, in lavorazione, w toku, w trakcie, в работе, в процессе, выполняется, начато, 対応中, 進行中, 実施中, 作業中, 着手, 着手中, 一部完了, 进行中, 處理中, 处理中, 進行中, 开发中, 推进中, 진행 중, 진행중, 작업 중",
		Open: "open, todo, to do, not started, new, planned, backlog, pending, no, outstanding, scheduled, unassigned, assigned, to be done, queued, ready, triage, created, blocked, on hold, tbd, postponed, deferred, accepted, waiting, later, not done, incomplete, unresolved, " +
			"offen, neu, geplant, ausstehend, nein, zurückgestellt, ouvert, ouverte, à faire, planifié, planifiée, nouveau, non, prévu, non commencé, en attente, abierto, abierta, pendiente, por hacer, planificado, nuevo, no iniciado, åpen, ikke startet, ikke påbegynt, planlagt, ny, gjenstår, åben, ikke startet, öppen, ej påbörjad, planerad, att göra, " +
			"openstaand, gepland, te doen, niet gestart, nieuw, aberto, aberta, pendente, a fazer, planejado, não iniciado, aperto, aperta, da fare, pianificato, in sospeso, otwarte, do zrobienia, zaplanowane, nowe, открыто, открыта, не начато, запланировано, новая, к выполнению, " +
			"otevřeno, avoin, aloittamatta, açık, bekliyor, nyitott, deschis, відкрито, заплановано, belum, belum dimulai, chưa làm, chưa bắt đầu, " +
			"未着手, 未対応, 未完了, 予定, 未実施, 計画中, 検討中, 未, 未开始, 待处理, 待办, 未完成, 计划中, 未開始, 待處理, 待开始, 규정, 미완료, 예정, 대기, 시작 전, 미착수, 미정",
		Dropped: "dropped, won t do, wont do, won t fix, wontfix, cancelled, canceled, rejected, abandoned, declined, obsolete, not needed, no longer needed, discarded, duplicate, will not do, not planned, invalid, superseded, skipped, " +
			"verworfen, abgelehnt, abgebrochen, nicht mehr nötig, entfällt, gestrichen, storniert, wird nicht umgesetzt, abandonné, abandonnée, annulé, annulée, rejeté, refusé, sans objet, cancelado, cancelada, descartado, descartada, rechazado, desestimado, no se hará, forkastet, avvist, kansellert, droppet, utgår, bortfaller, droppes, forkastet, annulleret, afvist, avbruten, nedlagd, struken, avvisad, " +
			"vervallen, geannuleerd, afgewezen, descartado, rejeitado, abandonado, annullato, scartato, rifiutato, abbandonato, anulowane, odrzucone, porzucone, отменено, отклонено, не требуется, неактуально, 中止, 見送り, 却下, 対応しない, 不要, 取りやめ, 取消, 已取消, 放弃, 不做, 拒绝, 不处理, 取消了, 취소, 보류 종료, 폐기, 철회",
	} {
		for word := range strings.SplitSeq(list, ",") {
			words[headingKey(word)] = status
		}
	}
	delete(words, "")
	return words
})

// statusEmoji are the signs people put in a status column or before an item.
var statusEmoji = []struct {
	sign   string
	status ActionStatus
}{
	{"✅", Done}, {"☑", Done}, {"✔", Done}, {"🟢", Done}, {"✓", Done}, {"🎉", Done}, {"🏁", Done}, {":white_check_mark:", Done}, {":heavy_check_mark:", Done}, {":ballot_box_with_check:", Done}, {":check:", Done},
	{"🟡", InProgress}, {"🟠", InProgress}, {"🚧", InProgress}, {"⏳", InProgress}, {"🔄", InProgress}, {"🏗", InProgress}, {":construction:", InProgress}, {":hourglass:", InProgress}, {"🔵", InProgress},
	{"❌", Dropped}, {"🚫", Dropped}, {"✖", Dropped}, {"✗", Dropped}, {":x:", Dropped}, {":no_entry:", Dropped},
	{"🔴", Open}, {"⬜", Open}, {"☐", Open}, {"⚪", Open}, {"📋", Open}, {":red_circle:", Open}, {"[ ]", Open}, {"[x]", Done}, {"[X]", Done},
}

// statusOf returns the status that a cell or word says, or "" when it says none.
func statusOf(text string) ActionStatus {
	for _, e := range statusEmoji {
		if strings.Contains(text, e.sign) {
			// "🔴 In progress": words beside a light say more than its colour.
			if s, ok := statusWords()[headingKey(shortcodePattern.ReplaceAllString(strings.ReplaceAll(text, e.sign, " "), " "))]; ok {
				return s
			}
			return e.status
		}
	}
	key := headingKey(text)
	if s, ok := statusWords()[key]; ok {
		return s
	}
	words := strings.Fields(key)
	for n := min(len(words), 3); n > 0; n-- {
		if s, ok := statusWords()[strings.Join(words[:n], " ")]; ok && (words[0] != "no" && words[0] != "x" && words[0] != "yes") {
			return s
		}
	}
	if strings.ContainsFunc(key, isIdeographic) {
		for _, word := range []string{"対応中", "進行中", "进行中", "處理中", "处理中", "진행"} {
			if strings.Contains(key, word) {
				return InProgress
			}
		}
		for _, word := range []string{"未完", "未着手", "未対応", "未开始", "미완료"} {
			if strings.Contains(key, word) {
				return Open
			}
		}
		for _, word := range []string{"完了", "済", "已完成", "完成", "완료"} {
			if strings.Contains(key, word) {
				return Done
			}
		}
	}
	return ""
}

// statusMark reports the status in a bracket at the end of a text.
func statusMark(text string) (ActionStatus, bool) {
	all := bracketPattern.FindAllString(text, -1)
	if len(all) == 0 {
		return "", false
	}
	inner := strings.Trim(all[len(all)-1], "()[]（）［］【】")
	if s, ok := statusWords()[headingKey(inner)]; ok {
		return s, true
	}
	// "(in progress - see the ticket)"
	head, _ := splitHeading(inner)
	s, ok := statusWords()[headingKey(head)]
	return s, ok
}

// actionTypes are the words for the types of action, in the form of headingKey.
var actionTypes = sync.OnceValue(func() map[string]string {
	types := map[string]string{}
	for kind, list := range map[string]string{
		"prevent":  "prevent prevention preventive preventative prevents präventiv prävention vorbeugend vermeidung préventif préventive prévention preventivo preventiva prevención prevenir forebygge forebyggende forebygging förebyggande preventief preventie prevenção prevenzione zapobiegawcze предотвращение 予防 再発防止 預防 预防 예방 재발방지 avoid",
		"detect":   "detect detection detective detects monitor monitoring alerting observability erkennung erkennen überwachung monitoring détection détecter supervision detección detectar monitorización oppdage deteksjon overvåking varsling upptäckt övervakning detectie monitoring detecção monitoramento rilevamento monitoraggio wykrywanie обнаружение мониторинг 検知 監視 检测 监控 偵測 監控 감지 모니터링",
		"mitigate": "mitigate mitigation mitigates mitigative repair respond response reduce limit recovery schadensbegrenzung eindämmung mildern atténuation atténuer mitigación mitigar begrense skadebegrensning mitigatie mitigação mitigazione mitygacja смягчение 緩和 軽減 缓解 止损 緩解 완화",
		"process":  "process processes documentation docs training communication prozess prozesse dokumentation processus documentation formation proceso procesos documentación formación prosess prosesser dokumentasjon rutine rutiner opplæring proces processer utbildning dokumentatie processo processos documentação treinamento documentazione formazione proces dokumentacja процесс документация 運用 プロセス 手順 ドキュメント 流程 文档 文檔 培训 프로세스 문서",
	} {
		for word := range strings.FieldsSeq(list) {
			types[headingKey(word)] = kind
		}
	}
	return types
})

// typeOf returns the type of action that a word or short heading means, or "".
func typeOf(text string) string {
	if len(text) > 80 {
		return ""
	}
	key := headingKey(text)
	if kind := actionTypes()[key]; kind != "" {
		return kind
	}
	if words := strings.Fields(key); len(words) > 1 && len(words) <= 3 {
		return actionTypes()[words[0]]
	}
	return ""
}

// marks are what stands in the text of an item beside the text: its status, owner, dates, type and ticket.
type marks struct {
	spans     []markdown.Span
	status    ActionStatus
	owner     string
	due       Date
	slipped   []Date
	completed Date
	kind      string
	link      string
}

func (m *marks) text() string { return plainText(m.spans) }

// readMarks takes the marks out of an item's text.
func readMarks(spans []markdown.Span, dates *dateReader) *marks {
	m := &marks{spans: trimSpans(append([]markdown.Span(nil), spans...))}
	if struck(m.spans) {
		m.status = Done
	}
	m.leadingMarks()
	m.trailingBrackets(dates)
	m.trailingFields(dates)
	m.findOwner()
	m.findLink()
	return m
}

// struck reports whether all of a text is struck through, which is how people tick off what is done.
func struck(spans []markdown.Span) bool {
	any := false
	for _, span := range spans {
		if strings.Trim(spanText(span), " .\n") == "" {
			continue
		}
		if !span.Strike {
			// "~~text~~ done"
			return any && statusWords()[headingKey(spanText(span))] != ""
		}
		any = true
	}
	return any
}

var leadingStatus = lazyregexp.New(`^\s*(?:\[([^\]]{1,24})\]|\(([^)]{1,24})\)|([\p{Lu}][\p{Lu} ]{2,20})|(\p{L}[\p{L} ]{1,20}?)\s*[:：])[\s:：\-–—]*`)

// leadingMarks reads a status, box or type before the text: "✅ text", "[DONE] text", "TODO: text", "[detect] text".
func (m *marks) leadingMarks() {
	for range 3 {
		in := flatten(m.spans)
		text := in.text
		trimmed := strings.TrimLeft(text, " \n")
		skip := len(text) - len(trimmed)
		cut := -1
		for _, e := range statusEmoji {
			if strings.HasPrefix(trimmed, e.sign) {
				if m.status == "" || m.status == Open {
					m.status = e.status
				}
				cut = skip + len(e.sign)
				cut += len(text[cut:]) - len(strings.TrimLeft(text[cut:], "\ufe0f "))
				break
			}
		}
		if cut < 0 {
			if loc := leadingStatus.FindStringSubmatchIndex(text); loc != nil {
				word := ""
				for g := 1; g <= 4; g++ {
					if loc[2*g] >= 0 {
						word = text[loc[2*g]:loc[2*g+1]]
					}
				}
				key := headingKey(word)
				if s, ok := statusWords()[key]; ok && key != "x" && key != "no" && key != "ready" && loc[1] < len(text) {
					m.status = s
					cut = loc[1]
				} else if strings.HasPrefix(key, "todo ") && loc[6] >= 0 {
					cut = strings.Index(text, "TODO") + 4
				} else if t := typeOf(word); t != "" && (loc[2] >= 0 || loc[4] >= 0) {
					m.kind = t
					cut = loc[1]
				}
			}
		}
		if cut < 0 && strings.HasPrefix(trimmed, "TODO ") {
			cut = skip + len("TODO ")
		}
		if cut <= 0 || strings.TrimSpace(text[cut:]) == "" {
			return
		}
		m.spans = in.cut(cut, len(text))
	}
}

// trailingBrackets reads brackets at the end of the text whose content is known: "(done)", "(owner: payments, due 2024-06-30)", "[repair]",
// "([#12](...))". A bracket that says anything else stays.
func (m *marks) trailingBrackets(dates *dateReader) {
	for range 5 {
		in := flatten(m.spans)
		text := strings.TrimRight(in.text, " .。;,\n")
		loc := lastBracket(text)
		if loc == nil {
			if i := strings.LastIndexByte(text, ' '); i > 0 && strings.HasSuffix(strings.TrimRight(text[:i], " "), ")") && keyPattern.MatchString(text[i+1:]) {
				if m.link == "" {
					m.link = text[i+1:]
				}
				m.spans = in.cut(0, i)
				continue
			}
			return
		}
		inner := strings.TrimSpace(text[loc[0]:loc[1]])
		inner = strings.Trim(inner, "()[]（）［］【】")
		if !m.takeFields(inner, dates, true) {
			return
		}
		before := strings.TrimRight(text[:loc[0]], " \n-–—")
		if before == "" {
			return
		}
		if links := links(in.cut(loc[0], loc[1])); len(links) > 0 && !strings.Contains(m.link, "://") {
			m.link = links[0].URL
		}
		m.spans = in.cut(0, len(before))
	}
}

// lastBracket finds the bracket a text ends with.
func lastBracket(text string) []int {
	for _, pair := range [][2]string{{"(", ")"}, {"[", "]"}, {"（", "）"}, {"【", "】"}, {"［", "］"}} {
		if !strings.HasSuffix(text, pair[1]) {
			continue
		}
		depth := 0
		for i := len(text) - len(pair[1]); i >= 0; i-- {
			if strings.HasPrefix(text[i:], pair[1]) {
				depth++
			} else if strings.HasPrefix(text[i:], pair[0]) {
				if depth--; depth == 0 {
					return []int{i, len(text)}
				}
			}
		}
	}
	return nil
}

// trailingFields reads "— done", "- Status: done", ", due 2024-06-30", "Owner: team" and ": @team, 2024-06-30" behind the text.
func (m *marks) trailingFields(dates *dateReader) {
	for range 4 {
		in := flatten(m.spans)
		text := strings.TrimRight(in.text, " .。\n")
		cut := m.lastField(text, dates, fieldSeparators)
		if cut < 0 {
			cut = m.lastField(text, dates, fieldColons)
		}
		if cut < 0 {
			if s, n := trailingWord(text); n > 0 {
				m.status = s
				m.spans = in.cut(0, len(strings.TrimRight(text[:len(text)-n], " -–—:")))
			}
			return
		}
		m.takeFields(strings.TrimLeft(text[cut:], " -–—;|\n,.。、，:："), dates, false)
		m.spans = in.cut(0, cut)
	}
}

var (
	fieldSeparators = []string{" - ", " – ", " — ", " -- ", "; ", " | ", "\n", ", ", ". ", "。", "、", "，"}
	fieldColons     = []string{": ", "："}
)

// lastField returns where the last separator stands that has only known fields behind it, -1 when none does.
func (m *marks) lastField(text string, dates *dateReader, separators []string) int {
	cut := -1
	for _, mark := range separators {
		i := strings.LastIndex(text, mark)
		if i <= 0 || i <= cut {
			continue
		}
		if tail := strings.TrimSpace(text[i+len(mark):]); len(tail) < 80 && m.fieldsKnown(tail, dates, mark) {
			cut = i
		}
	}
	return cut
}

// trailingWord finds a status in capitals at the very end: "... DONE".
func trailingWord(text string) (ActionStatus, int) {
	i := strings.LastIndexAny(text, " \n")
	if i <= 0 {
		return "", 0
	}
	word := text[i+1:]
	if strings.ToUpper(word) == word && len(word) >= 3 && !strings.ContainsFunc(word, unicode.IsDigit) {
		if s, ok := statusWords()[headingKey(word)]; ok && (s != Open || word == "TODO" || word == "OPEN") {
			return s, len(word)
		}
	}
	for _, e := range statusEmoji {
		if strings.HasSuffix(strings.TrimSuffix(text, "\ufe0f"), e.sign) && len(e.sign) > 3 || strings.HasSuffix(text, e.sign) && e.status == Done {
			return e.status, len(text) - strings.LastIndex(text, e.sign)
		}
	}
	return "", 0
}

func (m *marks) fieldsKnown(text string, dates *dateReader, separator string) bool {
	probe := *m
	if !probe.takeFields(text, dates, false) {
		return false
	}
	// A comma or full stop divides sentences too: behind it only a field with a name counts.
	if strings.ContainsAny(separator, ",.。、，") {
		kind, _ := namedField(text)
		return kind != noField
	}
	return true
}

// field is what a named field of an action item is about.
type field int

const (
	noField field = iota
	ownerField
	dueField
	byField // an owner or a date
	statusField
	completedField
	typeField
	ticketField
)

// fieldNames are the names of fields, in small letters.
var fieldNames = sync.OnceValue(func() map[string]field {
	names := map[string]field{}
	for kind, list := range map[field]string{
		ownerField: "owner|owners|assignee|assignees|assigned|assigned to|responsible|dri|verantwortlich|zuständig|responsable|porteur|ansvarlig|ansvarig|eier|eigenaar|" +
			"verantwoordelijke|responsável|responsabile|odpowiedzialny|ответственный|відповідальний|zodpovědný|odpovědný|vastuuhenkilö|vastuussa|sorumlu|felelős|" +
			"penanggung jawab|người phụ trách|担当|担当者|负责人|責任人|담당|담당자",
		dueField: "due|due date|due by|due on|deadline|eta|target|target date|until|fällig|fällig am|bis|frist|échéance|pour le|fecha límite|plazo|prazo|scadenza|termin|" +
			"termín|termen|määräaika|son tarih|határidő|tenggat|hạn chót|термін|срок|期限|期日|截止|截止日期|截止时间|기한|forfall",
		byField:     "by",
		statusField: "status|state|statut|estado|stato|stan|статус|状態|状态|상태",
		typeField:   "type|kind|category|typ|kategorie|tipo",
		ticketField: "ticket|issue|jira|bug|pr|link|tracking|tracked in|see|work item|vorgang",
	} {
		for name := range strings.SplitSeq(list, "|") {
			names[name] = kind
		}
	}
	for name := range strings.SplitSeq("completed|done|finished|closed|erledigt|terminé|hecho|utført|ferdig|完了|已完成|완료", "|") {
		for _, on := range []string{"", " on", " am", " le", " el"} {
			names[name+on] = completedField
		}
	}
	return names
})

// namedField divides "Owner: payments" and "due 2024-06-30" into what the field is about and its value; noField when the text names none.
func namedField(text string) (kind field, value string) {
	const longest = 32 // bytes of a name, and more
	text = strings.TrimLeft(text, " \t\n\f\r")
	if strings.Contains(text, "\n") {
		return noField, ""
	}
	for end, r := range text[:min(len(text), longest)] {
		if r != ' ' && r != '\t' && r != ':' && r != '：' && r != '=' {
			continue
		}
		found := fieldNames()[strings.ToLower(text[:end])]
		if found == noField {
			continue
		}
		rest := strings.TrimLeft(text[end:], " \t")
		if first := firstRune(rest); first == ':' || first == '：' || first == '=' {
			rest = strings.TrimLeft(rest[utf8.RuneLen(first):], " \t")
		}
		if rest != "" {
			kind, value = found, strings.TrimSpace(rest) // the longest name counts
		}
	}
	return kind, value
}

// takeFields reads fields divided by commas, and reports whether all of them were known. In a bracket a bare word may be a field too.
func (m *marks) takeFields(text string, dates *dateReader, bracket bool) bool {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > 160 {
		return false
	}
	saved := *m
	fields := splitFields(text)
	if len(fields) == 2 && m.owner == "" && isPersonOrTeam(fields[0]) && datesFill(fields[1]) {
		// "(Pat, 2023-06-01)"
		m.owner, fields = fields[0], fields[1:]
	}
	for _, field := range fields {
		if !m.takeField(field, dates, bracket) {
			*m = saved
			return false
		}
	}
	return true
}

// isPersonOrTeam reports whether a text may be a name: one to three words with capitals, or one word, and no known word of another kind.
func isPersonOrTeam(text string) bool {
	words := strings.Fields(text)
	if len(words) == 0 || len(words) > 3 || len(text) > 40 || strings.ContainsFunc(text, unicode.IsDigit) || statusWords()[headingKey(text)] != "" || typeOf(text) != "" {
		return false
	}
	if kind, _ := namedField(text); kind != noField {
		return false
	}
	for _, word := range words {
		if r := firstRune(word); !unicode.IsUpper(r) && !isIdeographic(r) && len(words) > 1 || !unicode.IsLetter(r) {
			return false
		}
	}
	return !leadWords()[strings.ToLower(text)] && !approximateWords()[strings.ToLower(text)]
}

// splitFields divides at commas and semicolons that do not stand inside a date.
func splitFields(text string) []string {
	var fields []string
	start := 0
	for i := 0; i < len(text); i++ {
		if text[i] != ',' && text[i] != ';' && text[i] != '|' {
			continue
		}
		// "Jun 30, 2024"
		if text[i] == ',' && i+5 <= len(text) && isDigitAt(text, i-1) && strings.HasPrefix(text[i+1:], " 20") {
			continue
		}
		fields = append(fields, strings.TrimSpace(text[start:i]))
		start = i + 1
	}
	for _, part := range strings.Split(text[start:], "、") {
		fields = append(fields, strings.TrimSpace(part))
	}
	kept := fields[:0]
	for _, f := range fields {
		if f != "" {
			kept = append(kept, f)
		}
	}
	return kept
}

var (
	keyPattern    = lazyregexp.New(`^(?:[A-Z][A-Z0-9]{1,9}-\d{1,6}|#\d{1,7}|[\w.-]+/[\w.-]+#\d{1,7}|GH-\d+|!\d{1,6})$`)
	handlePattern = lazyregexp.New(`^@[\w.-]+(?:/[\w.-]+)?(?:\s*(?:,|&|\+|and)\s*@[\w.-]+)*$`)
	keyInText     = lazyregexp.New(`(?:^|[\s(\[])([A-Z][A-Z0-9]{1,9}-\d{1,6})(?:[\s)\].,:;]|$)`)
)

func (m *marks) takeField(field string, dates *dateReader, bracket bool) bool {
	if s, ok := statusWords()[headingKey(field)]; ok && len(headingKey(field)) > 1 && (bracket || !isAmbiguousWord(field)) {
		if m.status != Done || s == Dropped {
			m.status = s
		}
		return true
	}
	for _, e := range statusEmoji {
		if field == e.sign {
			m.status = e.status
			return true
		}
	}
	switch kind, value := namedField(field); kind {
	case ownerField:
		m.owner = strings.Trim(value, " .`")
		return true
	case dueField, byField:
		if m.takeDue(value, dates) {
			return true
		}
		if kind == byField && handlePattern.MatchString(value) {
			m.owner = value
			return true
		}
	case statusField:
		if s := statusOf(value); s != "" {
			m.status = s
			return true
		}
	case completedField:
		if d, ok := dates.find(value); ok {
			if lower := strings.ToLower(value); strings.HasPrefix(lower, "by ") || strings.HasPrefix(lower, "bis ") {
				// "(done by 2024-06-30)" says until when.
				m.due = d
				return true
			}
			m.status, m.completed = Done, d
			return true
		}
		if addressIn(value) != "" || keyPattern.MatchString(value) || strings.HasPrefix(strings.ToLower(value), "in ") || strings.HasPrefix(strings.ToLower(value), "via ") || strings.HasPrefix(strings.ToLower(value), "by ") {
			m.status = Done
			if m.link == "" {
				m.link = addressIn(value)
			}
			return bracket
		}
	case typeField:
		if t := typeOf(value); t != "" {
			m.kind = t
			return true
		}
	case ticketField:
		if url := addressIn(value); url != "" && url == value {
			m.link = url
			return true
		}
		if keyPattern.MatchString(value) {
			m.link = value
			return true
		}
	}
	switch {
	case handlePattern.MatchString(field):
		if m.owner == "" {
			m.owner = field
		}
		return true
	case keyPattern.MatchString(field):
		if m.link == "" {
			m.link = field
		}
		return true
	case addressIn(field) == field:
		if m.link == "" {
			m.link = field
		}
		return true
	case bracket && typeOf(field) != "" && len(strings.Fields(field)) == 1:
		m.kind = typeOf(field)
		return true
	case bracket && isLinkWord(field):
		return true
	case bracket && doneMeanwhile.MatchString(field) && len(dates.all(field)) == 0:
		m.status = Done
		return true
	}
	return m.takeDue(field, dates)
}

// takeDue takes a text of dates and nothing else as the day it is due, the last of them, and those it slipped from.
func (m *marks) takeDue(text string, dates *dateReader) bool {
	list := dates.all(text)
	if len(list) == 0 || !datesFill(text) {
		return false
	}
	m.due, m.slipped = dueOf(list)
	return true
}

// dueOf divides dates into the last, which is in force, and those before it; nil when there are none.
func dueOf(list []Date) (due Date, slipped []Date) {
	last := len(list) - 1
	if last > 0 {
		slipped = list[:last:last]
	}
	return list[last], slipped
}

// doneMeanwhile is a bracket that says when or how the action was done: "(done during the incident)".
var doneMeanwhile = lazyregexp.New(`(?i)^(?:already )?(?:done|completed|fixed|implemented|deployed|merged|shipped|rolled out|erledigt|umgesetzt|fait|réalisé|hecho|completado|utført|gjort|gedaan|feito) (?:during|in|by|with|on|at|via|as part of|since|already|im|am|während|mit|durch|pendant|dans|le|durante|en|el|under|i|tijdens|durante) \S`)

func isAmbiguousWord(field string) bool {
	switch headingKey(field) {
	case "fixed", "resolved", "closed", "started", "new", "open", "active", "x", "yes", "no", "si", "ready", "progress", "later", "planned", "partial", "deployed", "complete", "later on", "klar", "ja", "fin", "fini", "invalid", "assigned", "created", "accepted", "in review":
		return true
	}
	return false
}

func isLinkWord(field string) bool {
	switch headingKey(field) {
	case "issue", "link", "link to issue", "pr", "pull request", "github issue", "ticket", "links", "link to pr", "jira":
		return true
	}
	return false
}

// datesFill reports whether a text is dates and nothing else but arrows.
func datesFill(text string) bool {
	st := stamp{weekday: -1}
	for range 12 {
		text = strings.TrimLeft(text, " ")
		for _, arrow := range []string{"->", "→", "=>", "–>", "~~", "＞"} {
			text = strings.TrimLeft(strings.TrimPrefix(text, arrow), " ")
		}
		if text == "" {
			return true
		}
		n := st.scanDatePart(text)
		if n == 0 {
			return false
		}
		text = text[n:]
	}
	return false
}

// findOwner takes a handle at the end of the text, or a bold or bracketed one at its start, as the owner.
func (m *marks) findOwner() {
	if m.owner != "" {
		return
	}
	in := flatten(m.spans)
	text := strings.TrimRight(in.text, " .\n")
	if !strings.Contains(text, "@") {
		return
	}
	if loc := trailingHandle.FindStringSubmatchIndex(text); loc != nil && loc[0] > 0 {
		m.owner = text[loc[2]:loc[3]]
		m.spans = in.cut(0, loc[0])
		return
	}
	if loc := leadingHandle.FindStringSubmatchIndex(text); loc != nil && loc[1] < len(text) {
		m.owner = text[loc[2]:loc[3]]
		m.spans = in.cut(loc[1], len(in.text))
	}
}

var (
	trailingHandle = lazyregexp.New("[\\s\\-–—:(\\[]+`?(@[\\w.-]*\\w(?:/[\\w-]+)?)`?[)\\]]?$")
	leadingHandle  = lazyregexp.New("^\\s*[\\[(]?`?(@[\\w.-]*\\w(?:/[\\w-]+)?)`?[\\])]?\\s*[:：\\-–—]\\s*")
)

// findLink takes the item's ticket: a link, an address or a ticket key in its text.
func (m *marks) findLink() {
	if m.link != "" && strings.Contains(m.link, "://") {
		return
	}
	for _, span := range m.spans {
		if span.Kind == markdown.Link && strings.Contains(span.Dest, "://") {
			if m.link == "" || strings.Contains(span.Dest, strings.TrimLeft(m.link, "#")) {
				m.link = span.Dest
				return
			}
		}
	}
	if m.link != "" {
		return
	}
	text := flatten(m.spans).text
	if url := addressIn(text); url != "" {
		m.link = url
		return
	}
	if !strings.Contains(text, "-") {
		return
	}
	if key := keyInText.FindStringSubmatch(text); key != nil && !strings.HasPrefix(key[1], "SEV-") && !strings.HasPrefix(key[1], "UTF-") && !strings.HasPrefix(key[1], "SHA-") {
		m.link = key[1]
	}
}

// dateReader reads the dates of action items and commitments, as the rest of the document writes them.
type dateReader struct {
	// near is the day the report is about, from which a date without a year counts.
	near     Date
	dayFirst bool
}

// all returns every date in a text, in order.
func (r *dateReader) all(text string) []Date {
	var dates []Date
	boundary := true
	for i := 0; i < len(text); {
		if !boundary {
			boundary = !isDigit(text[i]) && !isASCIILetter(text[i])
			i++
			continue
		}
		st := stamp{weekday: -1}
		if n := st.scanDatePart(text[i:]); n > 0 && !wordAt(text, i+n) {
			dates = append(dates, r.full(st))
			i += n
			boundary = true
			continue
		}
		boundary = !isDigit(text[i]) && !isASCIILetter(text[i])
		i++
	}
	kept := dates[:0]
	for _, d := range dates {
		if !d.IsZero() {
			kept = append(kept, d)
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return kept
}

// find returns the first date in a text.
func (r *dateReader) find(text string) (Date, bool) {
	if all := r.all(text); len(all) > 0 {
		return all[0], true
	}
	return Date{}, false
}

func (r *dateReader) full(st stamp) Date {
	d := st.date
	if st.numeric && r.dayFirst {
		d = Date{d.Year, time.Month(d.Day), int(d.Month)}
	}
	if d.Year == 0 {
		if r.near.IsZero() {
			return Date{}
		}
		// A due date lies ahead.
		d.Year = r.near.Year
		if d.Time().Before(r.near.Time().AddDate(0, -2, 0)) {
			d.Year++
		}
	}
	if !validDay(d) {
		return Date{}
	}
	return d
}
