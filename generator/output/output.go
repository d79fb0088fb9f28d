// Package output is the last room of the walk: it takes the files of a finished site, each a path and a way to produce its bytes, and
// makes a folder on disk hold exactly those. It knows nothing of incidents and imports nothing of ours.
//
// What [Write] promises, and how:
//
//   - Whole or not at all. The site is built in a staging folder beside the target and swapped in by renaming, so whoever reads the folder
//     sees the old site or the new one. When anything fails, from a template to a full disk, the old site stays as it was.
//   - What did not change is not touched. Files are compared, byte by byte, with the last good site; an equal one keeps its time and its
//     inode. When every file is equal nothing is swapped at all. A file that says what it is made of (see [Same]) need not even be made
//     again: when that is known to be the same, the last site's file is read, and is taken if it has the sum it was written with.
//   - What is stale goes: files of the last site that the new one does not have, and stray files between them.
//   - What Debrief did not make is never deleted or written into. A site carries manifest.json at its top; a non-empty folder without it,
//     or a folder inside a site that neither the manifest nor the new site explains, is an error that says what to do.
//   - Two builds into one folder take turns, by a lock that the system lets go when its holder dies.
//   - A dead build leaves nothing behind for long: the next one removes its staging folder, and undoes a swap that was cut in half.
//   - The result depends on the files alone, not on the machine: permissions are 0644 and 0755 whatever the umask, and the manifest bears
//     no date.
//
// Beside a target called dist/internal Write uses the names .internal.debrief-lock, .internal.debrief-staging and
// .internal.debrief-previous in dist. They are its own, and gone when it returns.
//
// Files are not forced to the platter one by one, which would cost more than the rest of a build: after a power cut some may be empty. The
// next build compares bytes, not dates, and so mends them.
package output

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
)

// A File is one file of the site.
type File struct {
	// Path is where the file goes, relative to the top of the site, with slashes: "incidents/inc-2024-017/index.html". It must be a name
	// that every file system can hold; Write says what is wrong with it otherwise.
	Path string
	// Write produces the file's bytes. It is called at most once in a Write, from several goroutines for different files.
	Write func(w io.Writer) error
}

// Options adjust how a site is written. The zero value is ready to use.
type Options struct {
	// Workers bounds how many files are produced at once; 0 stands for GOMAXPROCS.
	Workers int
	// Waiting, unless nil, is called once when another build holds the folder, with that build's process number or 0 when unknown.
	// Write then waits until the other has finished or the context is done.
	Waiting func(pid int)

	// Memory, unless nil, is what was learned in an earlier Write. What is learned in this one takes its place.
	Memory *Memory
	// Read, unless nil, is given every file but the manifest as it will stand in the site, before the site is swapped in: all bytes of it,
	// whether they are new or the last site's. It is called from several goroutines, and must not keep or change the content.
	Read func(path string, content []byte)
	// Finish, unless nil, is called when every file has been made and read and before the site is swapped in. An error keeps the last site.
	Finish func() error

	// inTwoSteps swaps the way it is done where the system cannot exchange two folders at once; for tests.
	inTwoSteps bool
}

// Stats tells what a Write did. It counts the files it was given; the manifest is not among them.
type Stats struct {
	Files     int   // in the site
	Bytes     int64 // in all files of the site
	Written   int   // new or changed
	Unchanged int   // equal in the last site, and left alone
	Removed   int   // in the last site, not in this one
}

// Write makes the folder dir hold exactly the given files and a manifest of them. The folder and those above it are made where they do not
// exist; where dir is a symbolic link, the folder it leads to is meant. The order of files does not matter.
//
// On an error, or when ctx is done before the swap, the folder is as it was.
func Write(ctx context.Context, dir string, files []File, opts Options) (Stats, error) {
	stats, err := write(ctx, dir, files, opts)
	if err != nil {
		return Stats{}, fmt.Errorf("cannot write the site %s: %w", dir, err)
	}
	return stats, nil
}

func write(ctx context.Context, dir string, files []File, opts Options) (Stats, error) {
	plan, err := newPlan(files)
	if err != nil {
		return Stats{}, err
	}
	site, err := locate(dir)
	if err != nil {
		return Stats{}, err
	}
	lock, err := acquire(ctx, site.lock, opts.Waiting)
	if err != nil {
		return Stats{}, err
	}
	defer lock.release()

	if err := site.mend(); err != nil {
		return Stats{}, err
	}
	old, err := site.inspect(plan)
	if err != nil {
		return Stats{}, err
	}
	defer os.RemoveAll(site.staging) // of a failed build; of the old site after a swap. What stays behind goes with the next build.
	built, err := stage(ctx, plan, old, site, opts)
	if err != nil {
		return Stats{}, err
	}
	if opts.Finish != nil {
		if err := opts.Finish(); err != nil {
			return Stats{}, err
		}
	}
	if err := context.Cause(ctx); err != nil {
		return Stats{}, err
	}
	if built.changed {
		if err := site.swap(opts.inTwoSteps); err != nil {
			return Stats{}, err
		}
	}
	return built.stats, nil
}

func workers(opts Options) int {
	if opts.Workers > 0 {
		return opts.Workers
	}
	return runtime.GOMAXPROCS(0)
}
