package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"debrief/generator/edition"
	"debrief/generator/postmortem"
	"debrief/generator/serve"

	"github.com/spf13/cobra"
)

type serveOptions struct {
	archive string
	host    string
	port    int
	open    bool
	poll    bool
}

func newServe(s streams) *cobra.Command {
	var opts serveOptions
	cmd := &cobra.Command{
		Use:   "serve [ARCHIVE]",
		Short: "Show both sites in a browser while you write, side by side",
		Long: `Serve shows the archive in the folder ARCHIVE ("content" when left out) as both sites would be built now, drafts
included, and keeps every open page equal to the files: what you save is on the page within a blink, in place.
The address it prints shows the internal and the external site side by side, with what stays inside marked.

Nothing is written to disk, and only this machine can look. Stop it with Ctrl-C.`,
		Example: `  debrief serve
  debrief serve ~/postmortems --open
  debrief serve --port 8080
  debrief serve --host 0.0.0.0       for others on the network too, internal site included`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.archive = archiveIn(args)
			if cmd.Flags().Changed("port") && (opts.port < 1 || opts.port > 65535) {
				return fmt.Errorf("--port %d is not between 1 and 65535", opts.port)
			}
			return runServe(cmd.Context(), s, opts)
		},
		ValidArgsFunction: completeFolders,
	}
	cmd.Flags().IntVarP(&opts.port, "port", "p", 0, fmt.Sprintf("port to use, and no other (default: %d, or the next that is free)", serve.DefaultPort))
	cmd.Flags().StringVar(&opts.host, "host", "", "address to listen on (default: 127.0.0.1, for this machine only)")
	cmd.Flags().BoolVar(&opts.open, "open", false, "open the side-by-side view in a browser")
	cmd.Flags().BoolVar(&opts.poll, "poll", false, "compare files instead of watching them, for network file systems that do not tell of changes")
	return cmd
}

func runServe(ctx context.Context, s streams, opts serveOptions) error {
	if err := checkArchive(opts.archive); err != nil {
		return err
	}
	meter := newMeter(s.err, false)
	server, err := serve.New(ctx, serve.Options{
		Root: opts.archive, Drafts: true, Host: opts.host, Port: opts.port, Poll: opts.poll, Progress: meter.show,
		Today:   func() edition.Date { return postmortem.DateOf(time.Now()) },
		Changed: func(c serve.Change) { printChange(s, c) },
	})
	meter.clear()
	if err != nil {
		if ctx.Err() != nil {
			return nil // Ctrl-C while reading
		}
		return err
	}
	spareMemory()
	printServe(s, opts, server)
	if opts.open {
		if err := openBrowser(server.URL()); err != nil {
			fmt.Fprintf(s.err, "debrief: no browser could be opened: %v\n", err)
		}
	}
	return server.Run(ctx)
}

// printServe says where to look.
func printServe(s streams, opts serveOptions, server *serve.Server) {
	url := server.URL()
	fmt.Fprintf(s.out, "Side by side  %s\nInternal      %sinternal/\nExternal      %sexternal/\n", url, url, url)
	if opts.port == 0 && server.Port() != serve.DefaultPort {
		fmt.Fprintf(s.out, "Port %d is taken; this is the next that is free.\n", serve.DefaultPort)
	}
	if opts.host != "" && opts.host != "127.0.0.1" && opts.host != "localhost" && opts.host != "::1" {
		fmt.Fprintf(s.err, "debrief: whoever can reach %s can read both sites, the internal one too\n", opts.host)
	}
	if why := server.Polling(); why != nil && !opts.poll {
		fmt.Fprintln(s.err, pollingNote(why))
	}
	if isTalking(s) {
		errorCount, warningCount := server.Problems()
		fmt.Fprintf(s.err, "%s\nStop with Ctrl-C.\n", cmp.Or(problemCounts(errorCount, warningCount), "No problems"))
	}
}

func pollingNote(why error) string {
	note := fmt.Sprintf("debrief: the files cannot be watched (%v); they are compared again and again instead", why)
	if runtime.GOOS == "linux" && (strings.Contains(why.Error(), "no space left") || strings.Contains(why.Error(), "too many open files")) {
		note += "\n  hint: raise the limits of inotify: sysctl fs.inotify.max_user_watches fs.inotify.max_user_instances"
	}
	return note
}

// isTalking reports whether somebody watches what is said about changes.
func isTalking(s streams) bool {
	file, ok := s.err.(*os.File)
	return ok && isTerminal(file)
}

// printChange says in a line what changed. In a pipe it is silent, but for what somebody must know.
func printChange(s streams, c serve.Change) {
	if c.Polling != nil {
		fmt.Fprintln(s.err, pollingNote(c.Polling))
	}
	switch {
	case c.Err != nil:
		fmt.Fprintf(s.err, "debrief: %v; the last state is still served\n", c.Err)
	case isTalking(s):
		fmt.Fprintln(s.err, changeLine(c))
	}
}

// changeLine is a change in a line: "postmortems/queue.md  8 ms  1 error".
func changeLine(c serve.Change) string {
	what := "the archive"
	switch n := len(c.Files); {
	case n == 1:
		what = c.Files[0]
	case n == 2:
		what = c.Files[0] + ", " + c.Files[1]
	case n > 2:
		what = fmt.Sprintf("%s and %d more", c.Files[0], n-1)
	}
	parts := []string{what, c.Took.Round(time.Millisecond).String()}
	if problems := problemCounts(c.Errors, c.Warnings); problems != "" {
		parts = append(parts, problems)
	}
	return strings.Join(parts, "  ")
}

func problemCounts(errorCount, warningCount int) string {
	var parts []string
	if errorCount > 0 {
		parts = append(parts, count(errorCount, "error"))
	}
	if warningCount > 0 {
		parts = append(parts, count(warningCount, "warning"))
	}
	return strings.Join(parts, ", ")
}

// openBrowser opens an address in the browser that the user has chosen, and does not wait for it.
func openBrowser(url string) error {
	var cmd *exec.Cmd
	switch runtime.GOOS {
	case "windows":
		cmd = exec.Command("rundll32", "url.dll,FileProtocolHandler", url)
	case "darwin":
		cmd = exec.Command("open", url)
	default:
		cmd = exec.Command("xdg-open", url)
	}
	if err := cmd.Start(); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return fmt.Errorf("there is no %s here; open %s yourself", cmd.Args[0], url)
		}
		return err
	}
	go func() { _ = cmd.Wait() }() // so that it leaves no zombie; what a browser returns means nothing
	return nil
}
