package generator

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestRoomOf(t *testing.T) {
	for _, test := range []struct {
		room  string
		stack string // the innermost function first
	}{
		{"read", "regexp.(*machine).run debrief/generator/lazyregexp.(*Regexp).Find debrief/generator/postmortem.(*reader).readTimeline debrief/generator.parseFile"},
		{"highlight", "github.com/dlclark/regexp2/v2.(*runner).execute github.com/alecthomas/chroma/v2.(*RegexLexer).Tokenise debrief/generator/markdown.tokenize debrief/generator/markdown.highlight"},
		{"highlight", "runtime.memmove debrief/generator/markdown.spans debrief/generator/markdown.tokenize debrief/generator/markdown.highlight debrief/generator/postmortem.Read"},
		{"pages", "html/template.htmlReplacer debrief/generator/render.(*Theme).Page debrief/generator.(*Site).page.func1 debrief/generator/output.(*draft).produce"},
		{"output", "crypto/sha256.block debrief/generator/output.(*draft).Write debrief/generator/render.(*Theme).Page debrief/generator/output.(*draft).produce"},
		{"search", "github.com/blevesearch/bleve/v2/analysis.x debrief/search.Update debrief/generator.Build"},
		{"memory", "runtime.scanobject runtime.gcDrain runtime.gcBgMarkWorker"},
		{"rest", "runtime.futex runtime.schedule"},
		{"rest", "debrief/generator.Build main.main"},
	} {
		if got := roomOf(strings.Fields(test.stack)); got != test.room {
			t.Errorf("%s\n is counted for %s, not %s", test.stack, got, test.room)
		}
	}
}

func TestStatsAreInSeconds(t *testing.T) {
	s := Stats{Wall: 1500 * time.Millisecond, CPU: 2 * time.Second, Peak: 7, Rooms: []RoomStats{{"read", 250 * time.Millisecond}}}
	got, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"wall_seconds":1.5,"cpu_seconds":2,"peak_bytes":7,"rooms":[{"room":"read","cpu_seconds":0.25}]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
