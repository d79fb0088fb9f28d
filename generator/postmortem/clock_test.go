package postmortem

import (
	"fmt"
	"strings"
	"testing"
)

// describe writes a stamp in one line: what was written of it, and only that.
func describe(st stamp) string {
	var b strings.Builder
	if st.hasDate() {
		fmt.Fprintf(&b, "%04d-%02d-%02d ", st.date.Year, st.date.Month, st.date.Day)
		if st.numeric {
			b.WriteString("numeric ")
		}
	}
	if st.weekday >= 0 {
		fmt.Fprintf(&b, "wd%d ", st.weekday)
	}
	if st.hasClock {
		fmt.Fprintf(&b, "%02d:%02d", st.hour, st.minute)
		if st.second > 0 {
			fmt.Fprintf(&b, ":%02d", st.second)
		}
		b.WriteString(" ")
	}
	if st.relative {
		fmt.Fprintf(&b, "T%+d ", int(st.offset.Minutes()))
	}
	if st.zone.location != nil {
		fmt.Fprintf(&b, "%s ", st.zone.location)
	}
	if st.zone.local {
		b.WriteString("local ")
	}
	for _, flag := range []struct {
		on   bool
		name string
	}{{st.approx, "approx"}, {st.unclear, "unclear"}, {st.impossible, "impossible"}, {st.days == 1, "+1"}} {
		if flag.on {
			b.WriteString(flag.name + " ")
		}
	}
	if st.hasEnd {
		b.WriteString("to " + describe(*st.end))
	}
	return strings.TrimSpace(b.String())
}

// stampTests are the forms of the time grammar, with what is read of each and what is left.
var stampTests = []struct{ in, want, rest string }{
	{"14:02 UTC - text", "14:02 UTC", "text"},
	{"14:02 – text", "14:02", "text"},
	{"16:58 UTC text", "16:58 UTC", "text"},
	{"[16:50] @user says", "16:50", "@user says"},
	{"20180210-1301: text", "2018-02-10 13:01", "text"},
	{"2021-05-25 - ~14:00 UTC: the process", "2021-05-25 14:00 UTC approx", "the process"},
	{"2021-06-08 - 5AM UTC. ACI agent", "2021-06-08 05:00 UTC", "ACI agent"},
	{"2021-06-07 12:37:00 - Incidents", "2021-06-07 12:37", "Incidents"},
	{"Dec 17th 21:43 @q 3rd report", "0000-12-17 21:43", "@q 3rd report"},
	{"Dec 17th 22:XX More", "0000-12-17 unclear", "More"},
	{"5AM UTC", "05:00 UTC", ""},
	{"10.42 Feilen", "10:42", "Feilen"},
	{"14h30 : incident", "14:30", "incident"},
	{"14h : incident", "14:00", "incident"},
	{"14 h 30 - incident", "14:30", "incident"},
	{"14時30分 障害発生", "14:30", "障害発生"},
	{"14:30頃 障害発生", "14:30 approx", "障害発生"},
	{"下午2:30 服务恢复", "14:30", "服务恢复"},
	{"午後2時半 復旧", "14:30", "復旧"},
	{"오후 2시 30분 장애", "14:30", "장애"},
	{"14:02:33Z text", "14:02:33 UTC", "text"},
	{"2024-05-01T14:02:33Z text", "2024-05-01 14:02:33 UTC", "text"},
	{"2024-05-01T14:02:33.123+02:00 text", "2024-05-01 14:02:33 UTC+02:00", "text"},
	{"2021-12-07T15:32:23+0000: x", "2021-12-07 15:32:23 UTC", "x"},
	{"T+5m alert", "T+5", "alert"},
	{"T+00:12: alert", "T+12", "alert"},
	{"T-10 deploy", "T-10", "deploy"},
	{"T0 - fail", "T+0", "fail"},
	{"+00:12 alert", "T+12", "alert"},
	{"+5 min alert", "T+5", "alert"},
	{"13:30-13:45 investigating", "13:30 to 13:45", "investigating"},
	{"8:20 - 8:24", "08:20 to 08:24", ""},
	{"09:00 - 11:00 | x", "09:00 to 11:00", "x"},
	{"Between 2023-07-10 to 2023-07-16", "2023-07-10", ""},
	{"2026-05-19 a 2026-05-21: texto", "2026-05-19", "texto"},
	{"2026-08-18 → 08-20 | text", "2026-08-18", "text"},
	{"2026-04-11-14 text", "2026-04-11", "text"},
	{"22-23.03.2019 text", "2019-03-22", "text"},
	{"12→13/09/2026", "2026-09-12", ""},
	{"entre 18:40 y 18:45 — text", "18:40 to 18:45", "text"},
	{"around 14:00, we saw", "14:00 approx", "we saw"},
	{"ca. 18:30", "18:30 approx", ""},
	{"2018-07-08 ca. 18:30", "2018-07-08 18:30 approx", ""},
	{"2020-11-17 10:45~", "2020-11-17 10:45 approx", ""},
	{"2018-01-17 17:14pm", "2018-01-17 17:14", ""},
	{"2019-03-25 7:01am", "2019-03-25 07:01", ""},
	{"07:30am - First report", "07:30", "First report"},
	{"22:52 (maybe earlier?)", "22:52", "(maybe earlier?)"},
	{"2X:XX (not sure exact time)", "unclear", "(not sure exact time)"},
	{"Feb 21, 13:00", "0000-02-21 13:00", ""},
	{"Sep 27 2017 13:06", "2017-09-27 13:06", ""},
	{"[12-05 16:21] Crashloop", "0000-12-05 16:21", "Crashloop"},
	{"[???] IOPS reached", "unclear", "IOPS reached"},
	{"2022-06-02 HH:mm", "2022-06-02 unclear", ""},
	{"2019-12-03 --:--", "2019-12-03 unclear", ""},
	{"16:37 Denver - Mark", "16:37 America/Denver", "Mark"},
	{"20:09 DEnver - Outage", "20:09 America/Denver", "Outage"},
	{"2:54 PM PST: merged", "14:54 PST", "merged"},
	{"Uhr 14", "", ""},
	{"um 14:02 Uhr: Alarm", "14:02", "Alarm"},
	{"14 Uhr: Alarm", "14:00", "Alarm"},
	{"gegen 14.30 Uhr Alarm", "14:30 approx", "Alarm"},
	{"kl. 14.02: Alarm", "14:02", "Alarm"},
	{"Klokken 14:02 Alarm", "14:02", "Alarm"},
	{"a las 14:02 h alarma", "14:02", "alarma"},
	{"vers 14h02, alerte", "14:02 approx", "alerte"},
	{"Le 27 septembre 2017 à 14h02 : alerte", "2017-09-27 14:02", "alerte"},
	{"27 de septiembre de 2017, 14:02 - x", "2017-09-27 14:02", "x"},
	{"27. September 2017, 14:02 Uhr: x", "2017-09-27 14:02", "x"},
	{"27.09.2017 14:02 x", "2017-09-27 14:02", "x"},
	{"27.09. 14:02 x", "0000-09-27 14:02", "x"},
	{"27/09/2017 14:02 x", "2017-09-27 14:02", "x"},
	{"05/06/2021 14:02 x", "2021-05-06 numeric 14:02", "x"},
	{"5/29 14:02 x", "0000-05-29 14:02", "x"},
	{"2024年5月1日(水) 14:30 x", "2024-05-01 wd3 14:30", "x"},
	{"5月1日 14:30 x", "0000-05-01 14:30", "x"},
	{"2024年5月1日 下午 2點30分 x", "2024-05-01 14:30", "x"},
	{"Thursday 5 December 2019", "2019-12-05 wd4", ""},
	{"Friday 14:05 x", "wd5 14:05", "x"},
	{"Mon, 5 Dec 2022 14:05:01 GMT x", "2022-12-05 wd1 14:05:01 UTC", "x"},
	{"27/Sep/2017:14:02:03 +0200 x", "2017-09-27 14:02:03 UTC+02:00", "x"},
	{"14:02 (UTC) x", "14:02 UTC", "x"},
	{"14:02 UTC+2 x", "14:02 UTC+02:00", "x"},
	{"14:02 PST (UTC-7) x", "14:02 PST", "x"},
	{"14:02 Europe/Berlin x", "14:02 Europe/Berlin", "x"},
	{"14:02 (local time) x", "14:02 local", "x"},
	{"14:02 UTC (16:02 CEST): x", "14:02 UTC", "x"},
	{"1301Z x", "13:01 UTC", "x"},
	{"1301 UTC x", "13:01 UTC", "x"},
	{"1301: x", "13:01", "x"},
	{"2014: x", "", ""},
	{"2019 was a year", "", ""},
	{"24:XX Still", "unclear", "Still"},
	{"24:00 end", "24:00", "end"},
	{"24:30 end", "impossible", "end"},
	{"25:10 end", "impossible", "end"},
	{"00:12 (+1) x", "00:12 +1", "x"},
	{"1.19.3 released", "", ""},
	{"3 nodes failed", "", ""},
	{"10 minutes later", "", ""},
	{"May be late", "", ""},
	{"May 29 - x", "0000-05-29", "x"},
	{"March", "", ""},
	{"12.5% of users", "", ""},
	{"99.95% uptime", "", ""},
	{"2h outage", "", ""},
	{"T-shirt", "", ""},
	{"At 14:05 UTC, the team", "14:05 UTC", "the team"},
	{"on 2021-05-29 at 14:05 x", "2021-05-29 14:05", "x"},
	{"14:05 on 2021-05-29: x", "2021-05-29 14:05", "x"},
	{"14:05 UTC, 29 May 2021 - x", "2021-05-29 14:05 UTC", "x"},
	{"🔥 14:05 x", "14:05", "x"},
	{"~14:05 x", "14:05 approx", "x"},
	{"midnight UTC - x", "00:00 UTC", "x"},
	{"2024-05-01 14:30–15:10 UTC x", "2024-05-01 14:30 UTC to 15:10 UTC", "x"},
	{"１４：３０ 障害", "14:30", "障害"},
	{"14:30:15.123 x", "14:30:15", "x"},
	{"2 pm x", "14:00", "x"},
	{"2 p.m. x", "14:00", "x"},
}

func TestScanStamp(t *testing.T) {
	for _, test := range stampTests {
		st, n := scanStamp(test.in)
		got, rest := "", ""
		if n > 0 {
			got, rest = describe(st), test.in[n:]
		}
		if got != test.want || rest != test.rest {
			t.Errorf("%q: got %q, rest %q; want %q, rest %q", test.in, got, rest, test.want, test.rest)
		}
	}
}
