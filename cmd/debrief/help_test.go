package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"debrief/generator/testkit"
)

// TestHelp holds what "debrief --help" answers before the libraries are ready against what the commands say of themselves.
func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"-h"}, {"help"}} {
		var out, errs bytes.Buffer
		if code := run(args, strings.NewReader(""), &out, &errs); code != exitOK || errs.Len() > 0 {
			t.Fatalf("%v: exit code %d\n%s", args, code, errs.String())
		}
		testkit.Golden(t, filepath.Join("help", "help.txt"), out.Bytes())
	}
}
