package postmortem

import (
	"slices"
	"strings"
	"sync"
	"time"

	"debrief/generator/fields"
	"debrief/generator/problem"
)

// fact is something other tools and templates state under names of their own, in front matter, in a table or as "Label: value".
type fact string

// The facts that are read under foreign names.
const (
	factStarted      fact = "started"
	factDetected     fact = "detected"
	factDeclared     fact = "declared"
	factMitigated    fact = "mitigated"
	factResolved     fact = "resolved"
	factDate         fact = "date"
	factTime         fact = "time"
	factDuration     fact = "duration"
	factToDetect     fact = "to_detect"
	factToMitigate   fact = "to_mitigate"
	factToResolve    fact = "to_resolve"
	factTitle        fact = "title"
	factSeverity     fact = "severity"
	factServices     fact = "services"
	factOwner        fact = "owner"
	factParticipants fact = "participants"
	factID           fact = "id"
	factSummary      fact = "summary"
	factPublished    fact = "published"
	factDetectedBy   fact = "detected_by"
	factStatus       fact = "status"
	factZone         fact = "zone"
	factLink         fact = "link"
	factIgnored      fact = "ignored"
)

// facts are all of them, in the order in which their names are claimed.
var facts = []fact{
	factStarted, factDetected, factDeclared, factMitigated, factResolved, factDate, factTime, factToDetect, factToMitigate, factToResolve, factDuration, factTitle, factSeverity,
	factServices, factOwner, factParticipants, factID, factSummary, factPublished, factDetectedBy, factStatus, factZone, factLink, factIgnored,
}

// factNames are the names of the facts in other tools and in the templates people use, in the form of headingKey. The status pages are cState
// and Statuspage, the rest is PagerDuty, incident.io, FireHydrant, Hugo, Jekyll, MkDocs, and what the languages suggest.
var factNames = map[fact]string{
	factStarted: "started, started at, start, start time, starttime, start date, startdate, startedat, incident start, incident started, incident start time, start of incident, incident began, began, began at, begin, beginning, impact start, impact started, impact start time, outage start, outage started, date started, occurred at, occurred, occurred on, " +
		"start of outage, start of impact, time started, start time utc, time of incident, incident occurred, incident time, when did it start, created at, onset, from, start timestamp, first impact, issue start, issue started, disruption start, starts at, impact started at, time of occurrence, " +
		"beginn, start der störung, störungsbeginn, beginn der störung, beginn des vorfalls, beginn des ausfalls, vorfallbeginn, eintritt, startzeit, zeitpunkt des auftretens, ausfall seit, " +
		"début, debut, heure de début, heure de debut, date de début, date debut, début de l'incident, debut incident, début incident, début de la panne, " +
		"inicio, fecha de inicio, fecha inicio, hora de inicio, inicio del incidente, hora inicio, comienzo, fecha y hora de inicio, " +
		"startet, starttid, starttidspunkt, hendelse startet, hendelsen startet, oppstod, startdato, hendelsestart, start på hendelsen, startade, startede, starttijd, begin, aanvang, begintijd, início, data de início, hora de início, início do incidente, inizio, ora di inizio, data inizio, inizio incidente, początek, rozpoczęcie, начало, начало инцидента, время начала, дата начала, " +
		"発生日時, 発生時刻, 開始日時, 開始時刻, 障害発生日時, 発生日, 障害発生時刻, 発生時間, 発生, 开始时间, 发生时间, 故障开始时间, 故障时间, 事故时间, 故障发生时间, 開始時間, 發生時間, 事件时间, 影响开始时间, 开始, 起始时间, 발생 시각, 발생 일시, 시작 시간, 시작 시각, 장애 발생 시각, 발생 시간, 발생일시, 장애 시작, začátek, začátek incidentu, alku, alkoi, alkuaika, başlangıç, başlangıç zamanı, початок, час початку, kezdete, kezdés, început, mulai, waktu mulai, bắt đầu, thời gian bắt đầu",
	factDetected: "detected, detected at, detection time, time detected, discovered at, discovered, date detected, time of detection, incident detected, noticed, noticed at, detected on, date of detection, alert time, alerted at, first detected, first alert, detection timestamp, " +
		"erkannt, erkannt am, erkannt um, entdeckt, entdeckt am, festgestellt am, bemerkt am, bemerkt um, détecté, détecté à, détecté le, heure de détection, detecté, date de détection, detectado, detectado a las, fecha de detección, hora de detección, detección del incidente, oppdaget, oppdaget kl, oppdaget tid, tid oppdaget, upptäckt, upptäckt kl, opdaget, ontdekt, ontdekt op, gedetecteerd, detectado em, hora de detecção, data de detecção, rilevato, ora di rilevamento, data di rilevamento, wykryto, czas wykrycia, обнаружено, время обнаружения, обнаружен, " +
		"検知日時, 検知時刻, 発覚日時, 検知時間, 发现时间, 发现于, 检测时间, 發現時間, 感知时间, 감지 시각, 인지 시각, 감지 시간, 인지 시간, 탐지 시각, zjištěno, čas zjištění, havaittu, tespit zamanı, час виявлення, észlelve, waktu deteksi, thời gian phát hiện",
	factDeclared: "declared, declared at, incident declared, reported at, opened at, time declared, declaration time, opened, reported, acknowledged at, reported on, incident opened, " +
		"gemeldet am, gemeldet um, ausgerufen um, ausgerufen, déclaré, déclaré à, heure de déclaration, declarado, hora de declaración, erklært, deklarert, meldt, declarado em, dichiarato, объявлен, время объявления, 宣言日時, 宣言時刻, 声明时间, 通报时间, 宣布时间, 선언 시각, 보고 시각",
	factMitigated: "mitigated, mitigated at, contained at, mitigation time, time mitigated, impact mitigated, impact mitigated at, incident mitigated, contained, eingedämmt, eingedämmt um, entschärft um, atténué, atténué à, mitigado, mitigado a las, hora de mitigación, avhjulpet, mitigert, gemitigeerd, mitigado em, mitigato, смягчено, время смягчения, локализовано, 緩和日時, 緩和時刻, 暫定復旧日時, 暫定復旧時刻, 缓解时间, 止损时间, 緩解時間, 완화 시각",
	factResolved: "resolved, resolved at, resolvedwhen, resolved when, resolved on, end, end time, endtime, end date, enddate, ended, ended at, endedat, incident end, incident ended, incident end time, impact end, impact ended, impact end time, outage end, outage ended, closed at, restored at, end of incident, end of outage, end of impact, time ended, time resolved, date resolved, fixed at, recovered at, " +
		"recovery time stamp, resolution date, date ended, incident resolved, closed, closed on, time of resolution, until, to, restored, service restored, issue end, issue resolved, end timestamp, disruption end, resolution timestamp, date of resolution, all clear, incident closed, impact ended at, " +
		"ende, ende der störung, störungsende, ende des vorfalls, ende des ausfalls, behoben, behoben am, behoben um, endzeit, gelöst am, gelöst um, wiederhergestellt um, wiederhergestellt, entstört, entstört um, " +
		"fin, heure de fin, date de fin, fin de l'incident, fin incident, résolu, résolu à, résolu le, rétabli à, date de résolution, heure de résolution, rétablissement, fin de la panne, fecha de fin, fecha fin, hora de fin, fin del incidente, resuelto, resuelto a las, hora de resolución, fecha de resolución, hora fin, fecha y hora de fin, restablecido, cierre, " +
		"slutt, sluttid, slutttid, slutttidspunkt, sluttidspunkt, løst, løst kl, hendelse løst, hendelsen løst, gjenopprettet, avsluttet, rettet, sluttdato, slut, sluttidspunkt, löst, åtgärdat, avslutad, einde, eindtijd, opgelost, opgelost om, hersteld, fim, hora de término, data de término, fim do incidente, resolvido, resolvido em, término, data de fim, hora de fim, fine, ora di fine, data fine, risolto, risolto alle, fine incidente, koniec, zakończenie, rozwiązano, конец, окончание, время окончания, решено, устранено, время устранения, время решения, дата окончания, " +
		"復旧日時, 復旧時刻, 終了日時, 終了時刻, 解決日時, 復旧時間帯, 障害復旧日時, 解消日時, 障害復旧時刻, 復旧, 恢复时间, 结束时间, 解决时间, 故障恢复时间, 故障结束时间, 恢復時間, 結束時間, 影响结束时间, 结束, 修复时间, 解決時間, 복구 시각, 종료 시각, 해결 시각, 종료 시간, 복구 일시, 복구 시간 일시, 장애 종료 시각, 종료 일시, 종료일시, 복구일시, konec, vyřešeno, konec incidentu, loppu, päättyi, ratkaistu, bitiş, bitiş zamanı, çözüm zamanı, кінець, час завершення, вирішено, vége, megoldva, sfârșit, rezolvat, waktu selesai, kết thúc, thời gian kết thúc",
	factDate: "date, incident date, date of incident, date of the incident, outage date, event date, day, when, dates, incident date and time, date time, datetime, date and time, date of outage, date of event, date of occurrence, incident dates, date of issue, date utc, " +
		"datum, vorfallsdatum, datum des vorfalls, datum der störung, wann, tag, störungsdatum, zeitraum, zeitpunkt, date de l'incident, date de l incident, quand, date de la panne, date et heure, fecha, fecha del incidente, fecha de la incidencia, cuándo, fecha y hora, dato, hendelsesdato, dato for hendelsen, når, tidspunkt, dato for hændelsen, datum för händelsen, när, data, data do incidente, quando, data dell'incidente, data e ora, wanneer, datum incident, data incydentu, kiedy, дата, дата инцидента, когда, " +
		"日付, 発生年月日, 日時, 障害日, 対応日, 日期, 故障日期, 事故日期, 事件日期, 发生日期, 發生日期, 날짜, 발생일, 일시, 장애 일시, 장애 일자, 사고 일시, 발생 날짜, 障害日時, datum incidentu, päivämäärä, päivä, tarih, olay tarihi, дата інциденту, dátum, dată, data incidentului, tanggal, tanggal kejadian, ngày, ngày xảy ra",
	factTime:       "time, time of day, times, time utc, incident window, window, time window, time period, period, time frame, timeframe, outage window, impact window, when it happened, uhrzeit, zeit, heure, heures, horaire, horaires, période, hora, horario, período, periodo, klokkeslett, tid, tidsrom, periode, tidsperiode, tijd, tijdstip, horário, ora, orario, godzina, czas, время, период, 時刻, 時間帯, 影響時間帯, 時間, 期間, 障害期間, 影響期間, 时间, 时间段, 故障时间段, 时段, 影响时间段, 故障时段, 事故时段, 시간, 시간대, 기간, 장애 기간, 장애 시간대",
	factToDetect:   "time to detect, time to detection, ttd, mttd, detection delay, time until detection, time taken to detect, detection time taken, zeit bis erkennung, zeit bis zur erkennung, erkennungszeit, dauer bis erkennung, temps de détection, délai de détection, temps avant détection, tiempo de detección, tiempo hasta la detección, tiempo hasta detección, tid til oppdagelse, tid til deteksjon, tid före upptäckt, tid till upptäckt, tid til opdagelse, tijd tot detectie, detectietijd, tempo de detecção, tempo até a detecção, tempo di rilevamento, czas do wykrycia, czas wykrywania, время до обнаружения, время от утечки до обнаружения, время обнаружения инцидента, 検知までの時間, 検知時間まで, 检测耗时, 发现耗时, 发现时长, 發現耗時, 감지까지 걸린 시간, 감지 소요 시간, 인지 소요 시간",
	factToMitigate: "time to mitigate, time to mitigation, time to repair, ttm, mttm, zeit bis zur eindämmung, temps d'atténuation, tiempo de mitigación, tid til avhjelping, tempo de mitigação, tempo di mitigazione, время до смягчения, 緩和までの時間, 止损耗时, 缓解耗时, 완화 소요 시간",
	factToResolve:  "time to resolve, time to resolution, time to recovery, time to recover, time to restore, ttr, mttr, time to fix, recovery time, resolution time, time until resolution, time until recovery, time taken to resolve, zeit bis zur behebung, zeit bis zur lösung, zeit bis zur wiederherstellung, lösungszeit, behebungszeit, wiederherstellungszeit, temps de résolution, temps de rétablissement, délai de résolution, tiempo de resolución, tiempo de recuperación, tiempo hasta la resolución, tid til løsning, tid til gjenoppretting, tid till lösning, tid till återställning, tijd tot herstel, hersteltijd, oplostijd, tempo de resolução, tempo de recuperação, tempo di risoluzione, tempo di ripristino, czas do rozwiązania, czas naprawy, время до восстановления, время восстановления, время до полного устранения, время до устранения, время устранения инцидента, время до решения, 復旧までの時間, 復旧時間, 解決までの時間, 恢复耗时, 恢复时长, 解决耗时, 恢復耗時, 修复耗时, 복구까지 걸린 시간, 복구 소요 시간, 복구 시간, 해결 소요 시간",
	factDuration:   "duration, downtime, total downtime, outage duration, incident duration, total duration, duration of outage, duration of impact, impact duration, duration of incident, length, outage length, length of outage, how long, customer impact duration, total outage time, disruption duration, total time, length of impact, dauer, ausfalldauer, gesamtdauer, störungsdauer, dauer der störung, dauer des ausfalls, ausfallzeit, durée, duree, durée incident, durée panne, durée d'indisponibilité, durée de l'incident, durée totale, durée de la panne, durée de l'interruption, durée d'indisponibilité, duración, duracion, duración total, duración del incidente, tiempo de caída, tiempo total, varighet, nedetid, total varighet, varighet av hendelsen, varighed, nedetid i alt, varaktighet, nertid, duur, totale duur, duur van de storing, duração, duração total, tempo de indisponibilidade, duração do incidente, durata, durata totale, durata dell'incidente, durata del disservizio, czas trwania, длительность, продолжительность, общая длительность, время простоя, 継続時間, 障害時間, 停止時間, 影響時間, 所要時間, ダウンタイム, 持续时间, 故障时长, 影响时长, 总时长, 持續時間, 停机时间, 影响时间, 故障持续时间, 時長, 时长, 지속 시간, 장애 시간, 다운타임, 총 소요 시간, 영향 시간, 장애 지속 시간, doba trvání, trvání, kesto, süre, kesinti süresi, тривалість, időtartam, durată, durasi, thời lượng, thời gian gián đoạn",
	factTitle:      "title, incident title, name, incident name, headline, subject, incident, issue title, titel, bezeichnung, betreff, titre, intitulé, objet, título, asunto, nombre, nombre del incidente, incidente, incidencia, vorfall, störung, インシデント, tittel, overskrift, hendelse, rubrik, onderwerp, titolo, oggetto, nome, tytuł, nazwa, название, заголовок, тема, タイトル, 件名, 障害名, インシデント名, 标题, 標題, 事件名称, 故障名称, 故障标题, 事故名称, 主题, 제목, 장애명, 사건명, 장애 제목",
	factSeverity:   "severity, sev, severity level, priority, impact level, level, incident severity, sev level, incident level, criticality, incident priority, urgency, severity rating, prio, schweregrad, priorität, kritikalität, schwere, gravité, criticité, sévérité, priorité, niveau de gravité, niveau, niveau de sévérité, severidad, gravedad, prioridad, criticidad, nivel de severidad, nivel, alvorlighetsgrad, alvorlighet, prioritet, kritikalitet, alvor, allvarlighetsgrad, alvorlighedsgrad, alvorlighed, allvarlighet, ernst, prioriteit, severidade, gravidade, prioridade, criticidade, severità, gravità, priorità, priorytet, ważność, poziom, серьезность, серьёзность, критичность, приоритет, уровень, 重大度, 深刻度, 重要度, 障害レベル, 影響度, レベル, 優先度, 严重程度, 严重级别, 故障等级, 等级, 级别, 故障级别, 事故等级, 优先级, 嚴重程度, 事件等级, 嚴重等級, 事故级别, 심각도, 등급, 장애 등급, 우선순위, závažnost, vakavuus, önem derecesi, şiddet, серйозність, критичність, súlyosság, severitate, tingkat keparahan, mức độ, mức độ nghiêm trọng",
	factServices: "services, service, affected, affected services, affected service, components, component, systems, system, affected systems, affected components, affected component, impacted services, impacted systems, impacted service, impacted components, affected products, affected product, product, products, application, applications, affected resources, affected system, systems affected, services affected, services impacted, " +
		"dienste, dienst, betroffene dienste, betroffener dienst, betroffene systeme, betroffenes system, services affectés, services impactés, service affecté, service impacté, service concerné, services concernés, systèmes impactés, servicios, servicio, servicios afectados, servicio afectado, sistemas afectados, tjeneste, tjenester, berørte tjenester, berørt tjeneste, berørte systemer, system berørt, tjänst, tjänster, berörda tjänster, berörda system, getroffen diensten, getroffen systemen, serviços, serviço, serviços afetados, sistemas afetados, servizi, servizio, servizi interessati, servizi coinvolti, usługi, usługa, dotknięte usługi, сервис, сервисы, затронутые сервисы, затронутые системы, система, " +
		"サービス, 対象サービス, 影響サービス, システム, 対象システム, 影響システム, 服务, 影响服务, 受影响服务, 系统, 影响系统, 服務, 受影響服務, 涉及系统, 涉及服务, 业务, 서비스, 영향 서비스, 대상 서비스, 시스템, 영향받은 서비스",
	factOwner:        "owner, lead, incident commander, incident lead, commander, ic, postmortem owner, post mortem owner, incident owner, report owner, responsible, document owner, incident manager, verantwortlich, verantwortlicher, einsatzleitung, einsatzleiter, responsable, pilote, responsable del incidente, ansvarlig, hendelsesleder, incidentleder, eier, ansvarig, eigenaar, verantwoordelijke, responsável, responsabile, odpowiedzialny, ответственный, владелец, 責任者, 担当者, オーナー, 负责人, 負責人, 責任人, 责任人, 故障负责人, 담당자, 책임자",
	factParticipants: "participants, responders, attendees, team, people involved, involved, contributors, teilnehmer, beteiligte, participants à la réunion, intervenants, participantes, involucrados, deltakere, involverte, deltagere, deltagare, inblandade, deelnemers, betrokkenen, partecipanti, uczestnicy, участники, 参加者, 関係者, 対応者, 参与人, 参与人员, 处理人, 參與者, 참여자, 참석자, 대응자",
	factID:           "id, incident id, 보고서 번호, 报告编号, 報告書番号, 報告番号, 故障单号, report number, report id, id incident, id de l'incident, incident number, number, uuid, incident no, ticket number, incident nr, case number, vorfall id, vorfallsnummer, störungsnummer, ticketnummer, numéro, numéro d'incident, n°, référence, número, número de incidente, id de incidente, hendelsesnummer, saksnummer, incidentnummer, número do incidente, numero incidente, номер, номер инцидента, インシデント番号, 障害番号, インシデントid, 管理番号, 编号, 故障编号, 事件编号, 事故编号, 故障id, 事件編號, 장애 번호, 인시던트 번호",
	factSummary:      "summary, description, excerpt, abstract, tldr, short description, zusammenfassung, beschreibung, résumé, resume, description courte, resumen, descripción, descripcion, sammendrag, beskrivelse, oppsummering, sammanfattning, samenvatting, omschrijving, resumo, descrição, riassunto, descrizione, podsumowanie, opis, описание, резюме, 概要, 摘要, 描述, 简介, 要約, 요약, 개요, 설명",
	factPublished:    "published, publish date, publishdate, pubdate, published at, published on, source published at, posted, posted on, date published, publication date, veröffentlicht, veröffentlicht am, publié, publié le, date de publication, publicado, fecha de publicación, publisert, publicerad, gepubliceerd, publicado em, pubblicato, opublikowano, опубликовано, 公開日, 发布时间, 发布日期, 게시일, report date, date of report",
	factDetectedBy:   "detected by, detection method, discovered by, detection source, how detected, reported by, source of detection, erkannt durch, gemeldet durch, gemeldet von, entdeckt durch, détecté par, signalé par, detectado por, reportado por, oppdaget av, meldt av, upptäckt av, ontdekt door, gemeld door, rilevato da, segnalato da, wykryte przez, обнаружено кем, обнаружил, источник обнаружения, 検知方法, 発見者, 検知元, 发现方式, 发现途径, 发现人, 上报人, 發現方式, 감지 방법, 인지 경로, 발견자",
	factStatus:       "status, state, report status, incident status, document status, current status, stand, zustand, statut, état, estado, tilstand, stav, stato, stan, статус, состояние, ステータス, 状態, 状況, 状态, 狀態, 상태",
	factZone:         "timezone, time zone, tz, zeitzone, fuseau horaire, fuseau, zona horaria, huso horario, tidssone, tidszone, tidszon, tijdzone, fuso horário, fuso orario, strefa czasowa, часовой пояс, タイムゾーン, 时区, 時區, 시간대 설정",
	factLink:         "url, link, links, source, source url, archive url, ticket, jira, jira ticket, slack, slack channel, channel, issue, github issue, incident link, related links, status page, statuspage, incident channel, war room, video, recording, call, chat, dashboard, meeting notes, tracking issue, lien, enlace, lenke, länk, ссылка, リンク, 链接, 連結, 링크, チケット, 工单",
	factIgnored:      "authors, author, author s, written by, created by, created, last modified, last updated, updated, modified, lastmod, date modified, reviewers, reviewer, reviewed by, approver, approved by, category, categories, tags, tag, keywords, layout, type, weight, slug, permalink, draft, linktitle, link title, resources, toc, template, version, section, project, company, source fetched at, image, cover, featured, comments, language, lang, informational, pin, sidebar label, sidebar position, nav order, parent, hide, hide table of contents, autor, autoren, erstellt von, erstellt am, verfasser, auteur, auteurs, rédigé par, rédacteur, autores, redactado por, elaborado por, forfatter, forfattere, skrevet av, opprettet av, författare, skriven av, geschreven door, autore, scritto da, escrito por, autorzy, автор, авторы, составил, 作成者, 作成日, 更新日, 執筆者, 記入者, 作者, 撰写人, 编写人, 撰寫人, 记录人, 作成日時, 最終更新, 报告人, 报告时间, 报告日期, 報告日時, 작성 일시, 作成, 작성자, 작성일, created at, updated at, postmortem date, post mortem date, meeting date, review date, date of postmortem, postmortem meeting, facilitator, scribe, notulist, prepared by, commenters, document created, head, feature, collection, og image, show date, markup, outputs, menu, redirect from, published status",
}

var factByName = sync.OnceValue(func() map[string]fact {
	names := map[string]fact{}
	for _, f := range facts {
		for name := range strings.SplitSeq(factNames[f], ",") {
			key := headingKey(name)
			if _, taken := names[key]; key != "" && !taken {
				names[key] = f
			}
		}
	}
	return names
})

// factOf returns what a label states, "" when it is none of the known ones.
func factOf(label string) fact {
	key := headingKey(splitCamel(label))
	if f, ok := factByName()[key]; ok {
		return f
	}
	bare := headingKey(withoutBrackets(label))
	if f, ok := factByName()[bare]; ok {
		return f
	}
	words := strings.Fields(bare)
	// "Date/Heure de début", "Fecha y hora de fin": what stands first only says that a time follows.
	if len(words) > 1 && len(words) <= 6 && dateWords[words[0]] {
		for from := 1; from < len(words); from++ {
			if f, ok := factByName()[strings.Join(words[from:], " ")]; ok && f != factTime && f != factDate {
				return f
			}
		}
		return factByName()[words[0]]
	}
	// "Start time UTC", "Date (CET)"
	if len(words) > 1 {
		if _, zone := abbreviations[strings.ToUpper(words[len(words)-1])]; zone {
			if f, ok := factByName()[strings.Join(words[:len(words)-1], " ")]; ok {
				return f
			}
		}
	}
	return ""
}

// dateWords begin labels such as "Date and time of resolution".
var dateWords = map[string]bool{"date": true, "datum": true, "fecha": true, "dato": true, "data": true, "day": true, "time": true, "hora": true, "heure": true, "uhrzeit": true, "zeitpunkt": true, "tidspunkt": true}

// splitCamel divides the words of a name such as resolvedWhen and joins those of start_time.
func splitCamel(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && r >= 'A' && r <= 'Z' && s[i-1] >= 'a' && s[i-1] <= 'z' {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// foreign is what a file's front matter says under the names of other tools.
type foreign struct {
	node *fields.Node
	// values are the entries by fact, the first of each.
	values map[fact]*fields.Entry
	links  []fields.Entry
}

func newForeign(node *fields.Node, d *fields.Decoder) *foreign {
	f := &foreign{node: node, values: map[fact]*fields.Entry{}}
	for i := range node.Entries {
		e := &node.Entries[i]
		what := factOf(e.Key)
		if what != "" {
			d.Node(e.Key)
		}
		if what == "" || slices.Contains(ownKeys, headingKeyToKey(e.Key)) && what != factResolved && what != factServices {
			continue
		}
		if what == factLink && e.Value.Kind == fields.Scalar && strings.Contains(e.Value.Text, "://") {
			f.links = append(f.links, *e)
		}
		if e.Value.IsBlank() || e.Value.Kind == fields.Scalar && e.Value.Type == fields.Bool {
			continue
		}
		if _, taken := f.values[what]; !taken {
			f.values[what] = e
		}
	}
	return f
}

func headingKeyToKey(s string) string {
	return strings.ReplaceAll(headingKey(splitCamel(s)), " ", "_")
}

// isStatusPage reports whether the front matter is that of an issue on a status page, whose date is when it started.
func (f *foreign) isStatusPage() bool {
	n := f.node
	if n.Get("resolvedWhen") != nil {
		return true
	}
	if section := n.Get("section"); section != nil && strings.EqualFold(section.Text, "issue") {
		return true
	}
	return n.Get("affected") != nil && n.Get("affected").Kind == fields.List
}

// text returns the scalar that states a fact.
func (f *foreign) text(what fact) (fields.Text, bool) {
	e := f.values[what]
	if e == nil || e.Value.Kind != fields.Scalar || e.Value.IsBlank() {
		return fields.Text{}, false
	}
	return fields.Text{Value: strings.TrimSpace(e.Value.Text), Pos: e.Value.Pos, Set: true}, true
}

// readZone reads the zone that front matter states for all times.
func (r *reader) readZone() {
	v, ok := r.foreign.text(factZone)
	if !ok {
		return
	}
	if z, n := scanZone(v.Value); n > 0 && z.stated() {
		r.zone = z
	} else if r.own {
		r.problems.Warnf(v.Pos, "unknown-zone", "write UTC, +02:00 or a name such as Europe/Berlin", "no time zone is called %q", v.Value)
	}
}

// readForeign fills what our own keys left open from the names of other tools.
func (r *reader) readForeign() {
	f, p := r.foreign, r.p
	text := f.text
	for _, m := range []struct {
		what  fact
		field *Moment
	}{{factStarted, &p.Started}, {factDetected, &p.Detected}, {factDeclared, &p.Declared}, {factMitigated, &p.Mitigated}, {factResolved, &p.Resolved}} {
		v, ok := text(m.what)
		if !ok || !m.field.IsZero() || slices.Contains(ownKeys, f.values[m.what].Key) {
			continue
		}
		*m.field = r.foreignMoment(v, f.values[m.what].Key)
	}
	if v, ok := text(factDate); ok {
		r.readForeignDate(v)
	}
	if v, ok := text(factDuration); ok {
		if d, found := findDuration(v.Value); found {
			r.stats.duration, r.stats.durationAt = d, v.Pos
		}
	}
	for _, s := range []struct {
		what  fact
		field *time.Duration
	}{{factToDetect, &r.stats.toDetect}, {factToMitigate, &r.stats.toMitigate}, {factToResolve, &r.stats.toResolve}} {
		if v, ok := text(s.what); ok {
			if d, found := findDuration(v.Value); found {
				*s.field = d
			}
		}
	}
	if v, ok := text(factTitle); ok && p.Title == "" {
		p.Title = collapse(v.Value)
	}
	if v, ok := text(factSeverity); ok && p.Severity == "" {
		p.Severity, _ = r.severity(v.Value)
	}
	if len(p.Services) == 0 {
		if e := f.values[factServices]; e != nil && e.Value.Kind != fields.Map {
			p.Services = distinct(r.matter.Names(e.Key))
		}
	}
	if v, ok := text(factOwner); ok && p.Owner == "" {
		p.Owner = collapse(v.Value)
	}
	if v, ok := text(factID); ok && p.ID == "" {
		p.ID = collapse(v.Value)
	}
	if v, ok := text(factSummary); ok {
		r.summary, r.summaryKey = v, f.values[factSummary].Key
	}
	if v, ok := text(factPublished); ok && p.Published.IsZero() {
		p.Published, _ = parseDate(v.Value)
	}
	if v, ok := text(factDetectedBy); ok && p.DetectedBy == "" {
		p.DetectedBy = strings.ToLower(collapse(v.Value))
	}
	if e := f.node.Get("draft"); e != nil && strings.EqualFold(strings.TrimSpace(e.Text), "true") {
		p.Status = Draft
	}
	for _, e := range f.links {
		p.Links = append(p.Links, Link{Name: e.Key, URL: strings.TrimSpace(e.Value.Text)})
	}
}

// readForeignDate reads "date": on a status page when it started, on a blog when it was published.
func (r *reader) readForeignDate(v fields.Text) {
	if r.foreign.isStatusPage() {
		if r.p.Started.IsZero() {
			r.p.Started = r.foreignMoment(v, "date")
		}
		return
	}
	m, complaint := r.parseMoment(v.Value)
	if complaint != "" {
		return
	}
	r.day = DateOf(m.Time)
	if r.p.Published.IsZero() {
		r.p.Published = r.day
	}
}

// foreignMoment reads a time from the front matter of another tool. What cannot be read is said, but stops nothing.
func (r *reader) foreignMoment(v fields.Text, key string) Moment {
	m, complaint := r.parseMoment(v.Value)
	if complaint != "" && !isPlaceholder(v.Value) {
		r.problems.Warnf(v.Pos, "impossible-time", "write a time with its zone, as 2024-03-05T14:02:00Z", "%s: %s", key, complaint)
	}
	return m
}

// reportUnknown says which keys were not understood: in our own format each, with the key that was probably meant; in a file of another
// tool all of them in one note.
func (r *reader) reportUnknown() {
	if r.own {
		var foreignKeys []string
		for _, e := range r.matter.Rest() {
			if factOf(e.Key) != "" {
				foreignKeys = append(foreignKeys, e.Key)
			}
		}
		r.matter.Done(foreignKeys...)
		return
	}
	var unknown []string
	var at problem.Position
	for _, e := range r.matter.Rest() {
		if factOf(e.Key) != "" {
			continue
		}
		if len(unknown) == 0 {
			at = e.Pos
		}
		unknown = append(unknown, e.Key)
	}
	if len(unknown) > 0 {
		more := ""
		if len(unknown) > 5 {
			unknown, more = unknown[:5], ", ..."
		}
		r.problems.Notef(at, "foreign-keys", "", "front matter of another tool; not read: %s%s", strings.Join(unknown, ", "), more)
	}
}
