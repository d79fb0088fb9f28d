// Package help answers "debrief --help" before the libraries are made ready, which takes them longer than the answer (hundreds of lexers
// and the words of thirty languages). Packages are initialised in the order of their import paths as soon as those they import are
// (https://go.dev/ref/spec#Program_initialization), and this one imports nothing but what any program has. A test keeps its text the one
// that the commands themselves would give.
package help

import (
	_ "embed"
	"os"
)

//go:embed help.txt
var text string

func init() {
	if !asked(os.Args) {
		return
	}
	if _, err := os.Stdout.WriteString(text); err != nil {
		os.Exit(2)
	}
	os.Exit(0)
}

// asked reports whether the whole command line asks for the program's help. What it does not know, the commands answer.
func asked(args []string) bool {
	return len(args) == 2 && (args[1] == "--help" || args[1] == "-h" || args[1] == "help")
}
