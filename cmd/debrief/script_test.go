package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"debrief": main})
}

// TestScript runs the command the way its users do. Each file in testdata/script is one story: the commands, what they must print, and the
// archive they work on. Run with -update to write changed output into the scripts.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setPort,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"fetch": fetch},
	})
}
