package audit

import (
	"strings"
	"testing"
)

// What rules an "@" out as that of an address never rules out one that the expression would find.
func TestJoinsWordsMissesNoAddress(t *testing.T) {
	email := &addressPatterns[0]
	found := 0
	for before := range 256 {
		for after := range 256 {
			text := []byte{'a', byte(before), '@', byte(after), 'b', '.', 'e', 'x', 'a', 'm', 'p', 'l', 'e'}
			if email.expression.Match(text) {
				if found++; !email.could(text, 2) {
					t.Errorf("%q is passed over", text)
				}
			}
		}
	}
	if found == 0 {
		t.Error("there was nothing to find")
	}
	for _, text := range []string{"@example.com", "a@"} {
		if email.could([]byte(text), strings.IndexByte(text, '@')) {
			t.Errorf("%q passes for an address", text)
		}
	}
}
