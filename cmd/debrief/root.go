package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// The exit codes of every command.
const (
	exitOK       = 0
	exitProblems = 1 // the archive has problems that the command was asked to mind
	exitFailure  = 2 // the command line was wrong, or the machine failed
)

// How Debrief talks. What was asked for goes to standard output: the summary of a build, an inspection, JSON. Everything else, problems and
// progress included, goes to standard error. Progress shows on a terminal only. --json writes one JSON document to standard output and
// nothing else anywhere, failures of the machine excepted.

// streams are the command's connections to the world.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// errProblems ends a command that has already printed what is wrong with the archive.
var errProblems = errors.New("the archive has problems")

// run runs one command line and returns its exit code.
func run(args []string, in io.Reader, out, errOut io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRoot(streams{in, out, errOut})
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errProblems):
		return exitProblems
	default:
		fmt.Fprintf(errOut, "debrief: %v\n", err)
		return exitFailure
	}
}

func newRoot(s streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "debrief",
		Short: "Compile postmortems into a site for engineers and a site for customers",
		Long: `Debrief compiles a folder of postmortems, written in Markdown, into two static sites: an internal one with
everything, and an external one with only what was written for customers. Any folder of Markdown works;
nothing needs to be configured, and nothing is public until a postmortem says so.`,
		Example: `  debrief build ~/postmortems        build both sites into dist/
  debrief serve ~/postmortems        see both sites while you write
  debrief inspect 2024-03-05.md      see how one file was understood
  debrief init our-archive           start a new archive
  debrief search dns timeout         find what happened before`,
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: false},
	}
	root.AddCommand(newAudit(s), newBuild(s), newCheck(s), newExport(s), newImport(s), newInspect(s), newInit(s), newLSP(s), newMan(s), newMCP(s), newNew(s), newSchema(s), newSearch(s), newServe(s), newSimilar(s), newTrends(s), newVerify(s), newVersion(s))
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w\nRun %q for what it takes", err, cmd.CommandPath()+" --help")
	})
	return root
}
