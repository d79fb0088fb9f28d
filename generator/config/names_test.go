package config

import "testing"

// The short way for ASCII gives what the long way gives.
func TestKey(t *testing.T) {
	for name, want := range map[string]string{
		"config-change": "configchange", "Config Change": "configchange", "SEV_1": "sev1", "v1.2": "v12", "a\tb\nc\vd\fe\rf": "abcdef", "": "",
		"Größe – XL": "größexl", "a/b": "a/b", "É": "é",
	} {
		if got := key(name); got != want {
			t.Errorf("the key of %q is %q, want %q", name, got, want)
		}
	}
}
