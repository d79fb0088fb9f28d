package page

import (
	"testing"
	"time"
)

func TestDurationWords(t *testing.T) {
	for _, c := range []struct {
		d         time.Duration
		text, iso string
	}{
		{0, "0 min", "PT0S"},
		{45 * time.Second, "45 s", "PT45S"},
		{63 * time.Minute, "1 h 3 min", "PT1H3M"},
		{2 * time.Hour, "2 h", "PT2H"},
		{90 * time.Second, "1 min", "PT1M30S"},
		{26*time.Hour + 20*time.Minute, "1 d 2 h", "P1DT2H20M"},
		{48 * time.Hour, "2 d", "P2D"},
	} {
		got := length(c.d)
		if got.Text != c.text || got.ISO != c.iso {
			t.Errorf("%v is shown as %q and %q, want %q and %q", c.d, got.Text, got.ISO, c.text, c.iso)
		}
	}
	if length(-1).Known() {
		t.Error("an unknown duration is shown")
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		text string
		most int
		want string
	}{
		{"short", 10, "short"},
		{"One sentence here. And a second one that is longer.", 30, "One sentence here."},
		{"no sentence ends within the limit at all", 20, "no sentence ends…"},
		{"unbrokenwordthatislong", 10, "unbrokenwo…"},
		{"注文の処理が遅くなりました。原因は接続数の設定です。", 10, "注文の処理が遅くな…"},
		{"  spaces \n and lines ", 50, "spaces and lines"},
	} {
		if got := cut(c.text, c.most); got != c.want {
			t.Errorf("cut(%q, %d) = %q, want %q", c.text, c.most, got, c.want)
		}
	}
}

func TestRelative(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"/", "/", "./"},
		{"/", "/incidents/a/", "incidents/a/"},
		{"/incidents/a/", "/", "../../"},
		{"/incidents/a/", "/incidents/b/", "../b/"},
		{"/incidents/a/", "/incidents/a/", "./"},
		{"/incidents/a/", "/incidents/a/queue.png", "queue.png"},
		{"/incidents/a/", "/incidents/a/#timeline", "#timeline"},
		{"/incidents/a/", "/glossary/#slo", "../../glossary/#slo"},
		{"/incidents/ab/", "/incidents/a/", "../a/"},
		{"/", "/a:b/", "./a:b/"},
		{"/404.html", "/feeds/", "feeds/"},
		{"/incidents/a/", "https://example.com/x", "https://example.com/x"},
		{"/incidents/a/", "//example.com/x", "//example.com/x"},
		{"/incidents/a/", "#here", "#here"},
		{"/incidents/a/", "mailto:help@example.com", "mailto:help@example.com"},
	} {
		if got := Relative(c.from, c.to); got != c.want {
			t.Errorf("Relative(%q, %q) = %q, want %q", c.from, c.to, got, c.want)
		}
	}
}

func TestFilePath(t *testing.T) {
	for path, want := range map[string]string{
		"/": "index.html", "/incidents/": "incidents/index.html", "/404.html": "404.html", "/incidents/%E9%9A%9C%E5%AE%B3/": "incidents/障害/index.html",
	} {
		if got := FilePath(path); got != want {
			t.Errorf("FilePath(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestFirstUpper(t *testing.T) {
	for in, want := range map[string]string{"": "", "alert": "Alert", "überwachung": "Überwachung", "24/7 team": "24/7 team", "\xff": "\xff"} {
		if got := firstUpper(in); got != want {
			t.Errorf("firstUpper(%q) is %q, want %q", in, got, want)
		}
	}
}
