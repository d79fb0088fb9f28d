// Package generator is the corridor of the house: it calls each room in order and reads like a table of contents.
//
//	Read     source finds the files, postmortem reads each, archive sets them side by side
//	Site     edition.Project opens the door for one audience, page plans its site, render, feed and machine say how each file is made
//	Build    output writes the files of each site, and swaps them in whole
//
// A Site is a list of files, each with a way to make its bytes. Build makes all of them; a preview makes the one that was asked for.
package generator

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"

	"debrief/generator/cache"
	"debrief/generator/edition"
	"debrief/generator/output"
	"debrief/generator/problem"
)

// Options say what to build, and where to.
type Options struct {
	// Root is the archive's folder, or a single file.
	Root string
	// Out is the folder the editions are written into, one folder each: <Out>/internal and <Out>/external.
	Out string
	// Audiences are the editions to build, in order.
	Audiences []edition.Audience
	// AsOf is the last day that trends count; zero for the end of the data.
	AsOf edition.Date
	// Drafts takes drafts into the internal edition, as a preview does.
	Drafts bool
	// Strict makes warnings fail the build: then nothing is written.
	Strict bool
	// Cache is a folder for what later builds and searches can use again; empty for the user's cache folder.
	Cache string
	// Stats asks for the CPU time of each room, which only one build of a process can have at a time.
	Stats bool
	// Progress, unless nil, is told what the build is doing. It is called from one goroutine at a time.
	Progress func(Progress)
	// Waiting, unless nil, is called when another build is writing the same folder, with its process number or 0 when unknown.
	Waiting func(pid int)
}

// Progress is how far a step of the build is.
type Progress struct {
	// Step is what is being done, in a word or two: "read", "write internal".
	Step string
	// Done and Total count files; both are 0 for a step that has no parts.
	Done, Total int
}

// begin tells of a step that has no parts.
func begin(step string, report func(Progress)) {
	if report != nil {
		report(Progress{Step: step})
	}
}

// Result tells what a build did.
type Result struct {
	Reading  Reading   `json:"reading"`
	Editions []Edition `json:"editions"`
	// Problems are all there is to say to the author, sorted.
	Problems problem.List `json:"problems"`
	// Written is false when Strict kept everything as it was.
	Written bool `json:"written"`
	// HeldBack is true when the external site was not written because the audit found something in it that must not leave.
	HeldBack bool `json:"held_back"`
	// Stats are what the build cost.
	Stats Stats `json:"stats"`
}

// Edition is one site that was written.
type Edition struct {
	Audience  edition.Audience `json:"edition"`
	Dir       string           `json:"dir"`
	Incidents int              `json:"incidents"`
	Files     int              `json:"files"`
	Bytes     int64            `json:"bytes"`
	// Changed counts the files that are new or different since the last build, Removed those that are gone.
	Changed int `json:"changed"`
	Removed int `json:"removed"`
}

// Failed reports whether the build must be called a failure: something is left out, or Strict found a warning.
func (r *Result) Failed() bool { return !r.Written || r.Problems.Count(problem.Error) > 0 }

// Build builds the editions of an archive. Problems of the archive are in the Result; an error means that the machine failed, or that there
// is no archive.
func Build(ctx context.Context, opts Options) (*Result, error) {
	watch, err := startWatch(opts.Stats)
	if err != nil {
		return nil, err
	}
	result, err := build(ctx, opts)
	stats, unmeasured := watch.stop()
	if err := errors.Join(err, unmeasured); err != nil {
		return nil, err
	}
	result.Stats = stats
	return result, nil
}

// build does nothing when nothing has changed since the last build, and else all there is to do.
func build(ctx context.Context, opts Options) (*Result, error) {
	kept := keptOf(opts.Cache, opts.Root)
	defer kept.use()
	guard := newGuard(opts.Root)
	reader := newReader(opts.Root)
	reader.kept = kept
	begun, err := reader.begin()
	if err != nil {
		return nil, err
	}
	inputs := sync.OnceValues(func() (cache.Key, error) { return kept.inputs(ctx, begun, opts) })
	if kept.hasLast() {
		begin("compare", opts.Progress)
		if inputs, err := inputs(); err == nil {
			if last, ok := kept.last(ctx, inputs); ok {
				return last, nil
			}
		}
	}
	reading, err := reader.finish(ctx, begun, opts.Progress)
	if err != nil {
		return nil, err
	}
	result, sites, err := buildSites(ctx, reading, kept, opts)
	if err != nil || kept == nil || !guard.steady(begun.settings.config.Theme) {
		return result, err
	}
	for _, site := range sites {
		site.memory.keep()
	}
	if result.Written && !result.HeldBack {
		// Read before the build or after it: as long as nothing changed in between it is the same.
		if inputs, err := inputs(); err == nil && guard.steady(begun.settings.config.Theme) {
			kept.keepBuild(inputs, *result)
		}
	}
	return result, nil
}

// buildSites makes the sites of an archive that was read.
func buildSites(ctx context.Context, reading *Archive, kept *kept, opts Options) (*Result, []*Site, error) {
	result := &Result{Reading: reading.Reading, Problems: slices.Clone(reading.Problems)}
	sites := make([]*Site, len(opts.Audiences))
	var theme themes
	var err error
	for i, audience := range opts.Audiences {
		begin(string(audience)+" edition", opts.Progress)
		site := SiteOptions{Options: edition.Options{Audience: audience, Drafts: opts.Drafts}, AsOf: opts.AsOf}
		sites[i], err = theme.site(reading, site)
		if err != nil {
			return nil, nil, fmt.Errorf("the %s edition: %w", audience, err)
		}
		sites[i].memory = kept.memoryOf(sites[i], theme.files)
		result.Problems = append(result.Problems, sites[i].Problems...)
	}
	result.Problems.Sort()
	if opts.Strict && result.Problems.Count(problem.Warning)+result.Problems.Count(problem.Error) > 0 {
		return result, sites, nil
	}
	for _, site := range sites {
		begin(string(site.Edition.Audience)+" search", opts.Progress)
		searched, err := site.searchFiles(ctx)
		if err != nil {
			return nil, nil, fmt.Errorf("the search of the %s edition: %w", site.Edition.Audience, err)
		}
		wrote, err := writeSite(ctx, reading, site, append(site.Files(), searched...), opts)
		if errors.Is(err, errHeldBack) {
			result.Problems = append(result.Problems, site.Problems...)
			result.HeldBack = true
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		result.Editions = append(result.Editions, wrote)
	}
	result.Problems.Sort()
	result.Written = true
	return result, sites, nil
}

// writeSite writes one site. An external one is audited on the way, and held back when the audit finds something: then the last site stays,
// and the site's problems say what was found.
func writeSite(ctx context.Context, a *Archive, site *Site, files []output.File, opts Options) (Edition, error) {
	audience := site.Edition.Audience
	dir := filepath.Join(opts.Out, string(audience))
	files = counted(files, "write "+string(audience), opts.Progress)
	writing := output.Options{Waiting: opts.Waiting}
	if site.memory != nil {
		writing.Memory = &site.memory.Memory
	}
	if audience == edition.External && a.Model.Config.Broken() {
		site.Problems = problem.List{unreadableConfig()}
		return Edition{}, errHeldBack
	}
	if audience == edition.External {
		audit := newAudit(a, a.Model)
		writing.Read = audit.File
		writing.Finish = func() error {
			if found := audit.Problems(); len(found) > 0 {
				site.Problems = found
				return errHeldBack
			}
			return nil
		}
	}
	stats, err := output.Write(ctx, dir, files, writing)
	var damaged *attachmentError
	if errors.As(err, &damaged) {
		site.Problems = problem.List{damaged.problem()}
		return Edition{}, errHeldBack
	}
	if err != nil {
		return Edition{}, err
	}
	return Edition{
		Audience: audience, Dir: dir, Incidents: len(site.Edition.Incidents),
		Files: stats.Files, Bytes: stats.Bytes, Changed: stats.Written, Removed: stats.Removed,
	}, nil
}
