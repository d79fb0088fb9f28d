// Release builds what is published of a version: for each platform an archive with the program, its manual pages, completions, documentation
// and licences, and beside it a list of all that is in the program (SPDX); and the checksums of everything. It stands outside the walk:
// it builds the program, and the program knows nothing of it.
//
// The same commit gives the same bytes on every machine with the same Go: paths are trimmed, entries are sorted, and every time is that of
// the commit, or SOURCE_DATE_EPOCH.
//
//	go run ./cmd/release -out bin/release
//	go run ./cmd/release -version v1.2.0 -platforms linux/amd64,windows/arm64
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// platforms are those that a release is for, when none are named.
const platforms = "linux/amd64,linux/arm64,darwin/amd64,darwin/arm64,windows/amd64,windows/arm64"

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	version := flags.String("version", "", "the version; else what git describe says")
	dir := flags.String("out", "bin/release", "the folder to write, which is replaced")
	names := flags.String("platforms", platforms, "system/architecture pairs with commas")
	if err := flags.Parse(args); err != nil {
		return err
	}
	r := release{dir: *dir, version: *version, out: out}
	for name := range strings.SplitSeq(*names, ",") {
		system, architecture, ok := strings.Cut(name, "/")
		if !ok {
			return fmt.Errorf("%q is no platform; one is linux/amd64", name)
		}
		r.platforms = append(r.platforms, platform{system, architecture})
	}
	if r.version == "" {
		described, err := output(ctx, nil, "git", "describe", "--tags", "--always", "--dirty")
		if err != nil {
			return fmt.Errorf("there is no -version, and git cannot tell it: %w", err)
		}
		r.version = strings.TrimSpace(described)
	}
	var err error
	if r.time, err = commitTime(ctx); err != nil {
		return err
	}
	return r.make(ctx)
}

// commitTime is the time that everything in the release bears.
func commitTime(ctx context.Context) (time.Time, error) {
	seconds := os.Getenv("SOURCE_DATE_EPOCH")
	if seconds == "" {
		var err error
		if seconds, err = output(ctx, nil, "git", "log", "-1", "--format=%ct"); err != nil {
			return time.Time{}, fmt.Errorf("there is no SOURCE_DATE_EPOCH, and git cannot tell the time of the commit: %w", err)
		}
	}
	unix, err := strconv.ParseInt(strings.TrimSpace(seconds), 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
	}
	return time.Unix(unix, 0).UTC(), nil
}

// output runs a command and returns what it prints. environment is added to that of this process.
func output(ctx context.Context, environment []string, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), environment...)
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", cmd, err, errs.String())
	}
	return string(out), nil
}
