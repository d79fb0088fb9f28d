package postmortem

import (
	"strings"
	"sync"

	"debrief/generator/markdown"
)

// role is what a column of a table holds.
type role int

const (
	noRole role = iota
	timeRole
	dateRole
	endRole
	eventRole
	milestoneRole
	evidenceRole
	whoRole
	statusRole
	dueRole
	typeRole
	ticketRole
	numberRole
	priorityRole
	notesRole
	completedRole
)

// timelineColumns and actionColumns are the names of columns, by role, in the form of headingKey.
var (
	timelineColumns = sync.OnceValue(func() map[string]role {
		return columnIndex(map[role]string{
			timeRole:      "time, times, timestamp, when, time stamp, start, start time, from, clock, hour, hours, datetime, date time, date and time, time of day, at, began, t, uhrzeit, zeit, zeitpunkt, zeitstempel, wann, beginn, heure, heures, horaire, horodatage, quand, début, hora, horas, hora de inicio, cuándo, momento, horario, tid, tidspunkt, klokkeslett, når, klokken, kl, tidpunkt, klokkeslæt, hvornår, när, klockslag, tijd, tijdstip, wanneer, horário, quando, ora, orario, orari, czas, godzina, kiedy, godz, время, когда, час, 時刻, 時間, 日時, 発生時刻, 時分, 时间, 时刻, 时间点, 時間點, 日期时间, 发生时间, 시간, 시각, 일시, 발생 시간, čas, aika, kello, kellonaika, saat, zaman, idő, időpont, ora, oră, waktu, jam, thời gian, thời điểm",
			dateRole:      "date, day, datum, tag, jour, fecha, día, dia, dato, dag, data, giorno, dzień, дата, день, 日付, 日期, 날짜, 年月日, 月日, päivä, päivämäärä, tarih, dátum, dată, tanggal, ngày",
			endRole:       "end, end time, to, until, ende, bis, fin, hasta, slutt, til, slut, tot, fim, até, fine, koniec, конец, 終了, 结束, 結束, 종료",
			eventRole:     "event, events, what, what happened, description, action, actions, activity, details, detail, note, notes, update, message, entry, log, summary, happening, comment, comments, text, occurrence, incident, ereignis, ereignisse, was, beschreibung, vorfall, massnahme, aktion, was geschah, événement, événements, quoi, description de l'événement, fait, faits, action, évènement, evento, eventos, qué, qué pasó, descripción, suceso, acción, hecho, acontecimiento, hendelse, hendelser, hva, beskrivelse, hva skjedde, handling, hændelse, hvad, händelse, vad, beskrivning, gebeurtenis, wat, omschrijving, beschrijving, actie, evento, descrição, o que, o que aconteceu, ação, descrizione, cosa, azione, zdarzenie, opis, co, działanie, событие, события, что, описание, действие, что произошло, 内容, 出来事, 事象, イベント, 対応, 対応内容, 事件, 描述, 说明, 事项, 经过, 動作, 动作, 操作, 事件描述, 內容, 說明, 내용, 이벤트, 사건, 설명, 조치, 상황, 状況, 作業内容, událost, tapahtuma, kuvaus, olay, açıklama, подія, опис, esemény, leírás, eveniment, descriere, kejadian, peristiwa, keterangan, sự kiện, mô tả",
			milestoneRole: "milestone, milestones, type, phase, stage, status, state, category, event type, kind, marker, meilenstein, art, typ, jalon, étape, type d'événement, hito, fase, tipo, estado, milepæl, fase, type, milstolpe, fas, mijlpaal, marco, pietra miliare, tappa, kamień milowy, etap, веха, этап, фаза, тип, статус, マイルストーン, フェーズ, 種別, 区分, 里程碑, 阶段, 階段, 类型, 類型, 마일스톤, 단계, 구분, 유형, 狀態, 状态, ステータス",
			evidenceRole:  "evidence, link, links, source, sources, reference, references, ref, refs, proof, graph, url, ticket, beleg, belege, nachweis, quelle, preuve, lien, liens, source, evidencia, enlace, enlaces, fuente, bevis, lenke, lenker, kilde, belägg, länk, källa, bewijs, bron, evidência, fonte, prova, collegamento, dowód, źródło, доказательство, ссылка, источник, 証跡, エビデンス, 根拠, リンク, 参照, 证据, 链接, 来源, 佐证, 證據, 連結, 근거, 링크, 증거, 출처",
			whoRole:       "who, owner, actor, person, by, responder, responsible, team, author, role, people, engineer, user, wer, verantwortlich, beteiligte, person, akteur, qui, acteur, responsable, auteur, équipe, quién, responsable, autor, equipo, hvem, ansvarlig, hvem gjorde, vem, ansvarig, wie, verantwoordelijke, quem, responsável, chi, responsabile, kto, osoba, кто, ответственный, 担当, 担当者, 対応者, 実施者, 谁, 人员, 操作人, 负责人, 责任人, 處理人, 담당, 담당자",
		})
	})
	actionColumns = sync.OnceValue(func() map[string]role {
		return columnIndex(map[role]string{
			eventRole:     "action, action item, action items, actions, item, items, task, tasks, description, what, todo, to do, title, name, summary, follow up, improvement, improvements, recommendation, recommendations, measure, corrective action, preventive action, details, activity, work item, work, proposal, fix, massnahme, massnahmen, aufgabe, aufgaben, beschreibung, aktion, was, titel, empfehlung, action, tâche, tâches, description, quoi, mesure, recommandation, intitulé, acción, acciones, tarea, tareas, descripción, qué, medida, recomendación, título, mejora, tiltak, oppgave, oppgaver, beskrivelse, hva, handling, aksjon, aktivitet, forbedring, opgave, hvad, åtgärd, uppgift, beskrivning, vad, actie, actiepunt, taak, omschrijving, beschrijving, wat, maatregel, ação, tarefa, descrição, o que, item de ação, azione, attività, descrizione, cosa, misura, działanie, zadanie, opis, co, действие, задача, описание, что, мера, アクション, アクションアイテム, 対策, 内容, タスク, 項目, 対応, 対応内容, 対策内容, 施策, 再発防止策, 实施内容, 行动项, 措施, 改进措施, 任务, 事项, 描述, 改进项, 改进内容, 整改措施, 行動項目, 任務, 內容, 改善措施, 待办事项, 액션 아이템, 내용, 작업, 조치, 할 일, 항목, 대책, 과제, 후속 조치, opatření, úkol, akce, toimenpide, tehtävä, aksiyon, eylem, görev, дія, завдання, захід, teendő, feladat, intézkedés, acțiune, sarcină, tindakan, tugas, hành động, công việc",
			whoRole:       "owner, owners, assignee, assigned to, assigned, who, responsible, person, team, dri, lead, owned by, poc, contact, by, accountable, champion, responsibility, verantwortlich, verantwortlicher, verantwortliche, zuständig, zuständigkeit, wer, besitzer, team, bearbeiter, responsable, qui, porteur, assigné à, assigné, propriétaire, équipe, pilote, responsable, quién, asignado, asignado a, dueño, propietario, equipo, encargado, ansvarlig, eier, hvem, tildelt, team, ansvarshavende, ejer, ansvarig, ägare, vem, eigenaar, verantwoordelijke, wie, toegewezen aan, responsável, dono, quem, atribuído a, responsabile, chi, assegnato a, proprietario, właściciel, odpowiedzialny, kto, osoba, ответственный, исполнитель, владелец, кто, 担当, 担当者, オーナー, 責任者, 担当チーム, 負責人, 负责人, 责任人, 责任方, 跟进人, 担当部署, 执行人, 責任人, 處理人, 담당자, 담당, 오너, 책임자, vlastník, zodpovědný, odpovědná osoba, řešitel, vastuuhenkilö, omistaja, sorumlu, sahibi, відповідальний, власник, felelős, responsabil, penanggung jawab, pemilik, người phụ trách, phụ trách",
			statusRole:    "status, state, done, progress, completed?, complete, resolution, erledigt, zustand, stand, fortschritt, statut, état, avancement, fait, estado, hecho, situación, progreso, ferdig, utført, tilstand, udført, klar, gereed, voortgang, stato, fatto, stan, zrobione, postęp, статус, состояние, готово, ステータス, 状態, 状況, 進捗, 完了, 状态, 进展, 进度, 完成情况, 狀態, 進度, 상태, 진행 상황, 진행 상태, 완료 여부, 完成状态, stav, tila, durum, стан, állapot, stare, trạng thái",
			dueRole:       "due, due date, deadline, eta, when, target date, by when, target, expected date, expected, timeline, date, due by, planned date, estimated completion, target completion, target completion date, complete by, expected completion, timeframe, time frame, sla, fällig, fällig am, fälligkeit, frist, termin, bis wann, bis, zieldatum, wann, échéance, date limite, date, délai, date cible, pour quand, quand, date prévue, fecha límite, vencimiento, plazo, fecha, cuándo, fecha objetivo, fecha prevista, fecha compromiso, klart, klart senast, klar senast, slutdatum, förfaller, frist, forfall, når, dato, tidsfrist, forfallsdato, hvornår, deadline, datum, när, vervaldatum, wanneer, streefdatum, prazo, data, quando, data limite, data prevista, scadenza, entro quando, termin, kiedy, data, срок, дедлайн, дата, когда, 期限, 期日, 予定日, 対応期限, 完了予定, 完了予定日, 目標日, 実施予定, 截止日期, 截止时间, 完成时间, 计划完成时间, 预计完成时间, 时间, 期望时间, 截止, 到期日, 截止時間, 預計完成時間, 기한, 마감일, 마감, 예정일, 완료 예정일, 일정, 完成期限, 完成日期, deadline date, 目标日期, termín, määräaika, eräpäivä, son tarih, bitiş tarihi, термін, дедлайн, határidő, termen, tenggat, batas waktu, hạn, thời hạn, hạn chót",
			completedRole: "completed, completed on, completion date, done on, closed, date completed, finished, closed on, erledigt am, abgeschlossen, abgeschlossen am, terminé le, completado, completado el, fullført, ferdig dato, afsluttet, slutförd, afgerond, concluído em, completato il, data zakończenia, дата завершения, 完了日, 实际完成时间, 完了日時, 완료일",
			typeRole:      "type, kind, category, action type, class, area, typ, art, kategorie, type d'action, catégorie, nature, tipo, categoría, kategori, categorie, categoria, kategoria, rodzaj, тип, категория, 種別, 分類, 種類, タイプ, 区分, カテゴリ, 类型, 类别, 分类, 類型, 유형, 분류, 구분, 종류",
			ticketRole:    "ticket, tickets, issue, issues, link, links, bug, bugs, pr, jira, url, reference, ref, github, tracking, tracker, story, tracking issue, jira ticket, pull request, bug id, ticket id, work item id, id link, tracking link, vorgang, lien, enlace, incidencia, lenke, sak, länk, ärende, sag, collegamento, link do zadania, zgłoszenie, тикет, задача в jira, ссылка, チケット, リンク, 課題, 工单, 链接, 单号, 需求链接, 工單, 連結, 티켓, 링크, 이슈, jira 링크",
			numberRole:    "#, no, number, nr, id, n°, nº, num, item #, номер, №, 番号, 编号, 序号, 編號, 序號, 번호, ref no, index",
			priorityRole:  "priority, prio, severity, priorität, priorité, prioridad, prioritet, prioritering, prioriteit, prioridade, priorità, priorytet, приоритет, 優先度, 优先级, 優先級, 우선순위, urgency, impact, effort",
			notesRole:     "notes, note, comment, comments, remarks, bemerkung, bemerkungen, kommentar, remarques, commentaire, commentaires, notas, comentario, comentarios, merknad, merknader, opmerkingen, opmerking, observações, комментарий, примечание, 備考, コメント, 备注, 備註, 비고, why, reason, outcome, result, expected outcome, success criteria",
		})
	})
)

// columnIndex turns the lists of names into one map. A name in two lists belongs to the role that comes first in the order of the roles.
func columnIndex(byRole map[role]string) map[string]role {
	names := map[string]role{}
	for r := timeRole; r <= completedRole; r++ {
		for name := range strings.SplitSeq(byRole[r], ",") {
			key := headingKey(name)
			if key == "" {
				key = strings.TrimSpace(name)
			}
			if _, taken := names[key]; !taken {
				names[key] = r
			}
		}
	}
	return names
}

// columnRole says what a column's heading names: the whole heading, what stands outside brackets, its first or its last word.
func columnRole(names map[string]role, heading string) role {
	heading = strings.TrimSpace(shortcodePattern.ReplaceAllString(heading, " "))
	if r, ok := names[heading]; ok {
		return r
	}
	bare := withoutBrackets(heading)
	for _, text := range []string{heading, bare, firstOfSeveral(bare)} {
		if r, ok := names[headingKey(text)]; ok && text != "" {
			return r
		}
	}
	words := strings.Fields(headingKey(bare))
	for len(words) > 1 {
		// "Time UTC", "Heure locale", "Zeit MEZ", "Date and Time in CET"
		words = words[:len(words)-1]
		if r, ok := names[strings.Join(words, " ")]; ok {
			return r
		}
	}
	words = strings.Fields(headingKey(bare))
	if len(words) > 1 && len(words) <= 3 {
		if r, ok := names[words[len(words)-1]]; ok {
			return r
		}
	}
	return noRole
}

// cellsOf returns the cells of a row, which may be fewer than its heading row has.
func cellText(row *markdown.Block, i int) string {
	if i < 0 || i >= len(row.Children) {
		return ""
	}
	return collapse(flatten(row.Children[i].Spans).text)
}

func cellSpans(row *markdown.Block, i int) []markdown.Span {
	if i < 0 || i >= len(row.Children) {
		return nil
	}
	return row.Children[i].Spans
}
