package postmortem

import (
	"testing"
	"time"
)

func TestScanDuration(t *testing.T) {
	for _, c := range []struct {
		in   string
		want time.Duration
		rest string
	}{
		{"45m", 45 * time.Minute, ""},
		{"4 hours 42 minutes", 4*time.Hour + 42*time.Minute, ""},
		{"02h 37min, all told", 2*time.Hour + 37*time.Minute, ", all told"},
		{"1h50m after", time.Hour + 50*time.Minute, " after"},
		{"2.5 hours", 150 * time.Minute, ""},
		{"2,5 Stunden", 150 * time.Minute, ""},
		{"1 day and 3 hours", 27 * time.Hour, ""},
		{"1 Std. 20 Min.", 80 * time.Minute, ""},
		{"3 heures et 5 minutes", 3*time.Hour + 5*time.Minute, ""},
		{"2 horas y 10 minutos", 130 * time.Minute, ""},
		{"1 time og 20 minutter", 80 * time.Minute, ""},
		{"90 sekunder", 90 * time.Second, ""},
		{"2 uur", 2 * time.Hour, ""},
		{"3 godziny 5 minut", 3*time.Hour + 5*time.Minute, ""},
		{"2 часа 10 минут", 130 * time.Minute, ""},
		{"1時間30分", 90 * time.Minute, ""},
		{"2小时15分钟", 135 * time.Minute, ""},
		{"45분", 45 * time.Minute, ""},
		{"2 weeks", 14 * 24 * time.Hour, ""},
		{"5 nodes", 0, "5 nodes"},
		{"2024-05-01", 0, "2024-05-01"},
		{"999999999 hours", 0, "999999999 hours"},
	} {
		got, n := scanDuration(c.in)
		if got != c.want || c.in[n:] != c.rest {
			t.Errorf("%q: got %v, rest %q; want %v, rest %q", c.in, got, c.in[n:], c.want, c.rest)
		}
	}
}

func TestFindDuration(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"about 45 minutes":                     45 * time.Minute,
		"~50 minutes (00:05 → 00:55 UTC)":      50 * time.Minute,
		"from 09:00 for 2 hours":               2 * time.Hour,
		"01:30:00":                             90 * time.Minute,
		"1:48":                                 108 * time.Minute,
		"half an hour":                         30 * time.Minute,
		"Rund eine halbe Stunde":               30 * time.Minute,
		"une heure et demie":                   90 * time.Minute,
		"约 2 小时":                               2 * time.Hour,
		"약 5분":                                 5 * time.Minute,
		"117 дней":                             117 * 24 * time.Hour,
		"see the graph of 2024-05-01 at 14:02": 0,
		"":                                     0,
	} {
		got, ok := findDuration(in)
		if got != want || ok != (want > 0) {
			t.Errorf("%q: got %v, %v; want %v", in, got, ok, want)
		}
	}
}
