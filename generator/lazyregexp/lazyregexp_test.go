package lazyregexp_test

import (
	"fmt"
	"strings"
	"testing"

	"debrief/generator/lazyregexp"
)

func TestMethods(t *testing.T) {
	r := lazyregexp.New(`a(b*)c`)
	got := strings.TrimSpace(fmt.Sprintln(
		r.String(), r.Match([]byte("abc")), r.MatchString("abd"), r.FindIndex([]byte("xac")), r.FindAllSubmatchIndex([]byte("abc ac"), -1),
		r.FindString("xabbc"), r.FindStringIndex("xabbc"), r.FindStringSubmatch("abbc"), r.FindStringSubmatchIndex("abbc"),
		r.FindAllString("ac abc", -1), r.FindAllStringIndex("ac abc", 1), r.FindAllStringSubmatch("ac abc", -1),
		r.FindAllStringSubmatchIndex("ac abc", -1), r.ReplaceAllString("xabbcx", "<$1>"), string(r.ReplaceAll([]byte("ac"), []byte("-"))), r.Split("1ac2abc3", -1),
		r.FindSubmatchIndex([]byte("xabc"))))
	const want = "a(b*)c true false [1 3] [[0 3 1 2] [4 6 5 5]] abbc [1 5] [abbc bb] [0 4 1 3] [ac abc] [[0 2]] [[ac ] [abc b]] [[0 2 1 1] [3 6 4 5]] x<bb>x - [1 2 3] [1 4 2 3]"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestWrongExpression(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a wrong expression is not found in tests")
		}
	}()
	lazyregexp.New("(")
}
