package generator

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"debrief/generator/archive"
	"debrief/generator/audit"
	"debrief/generator/config"
	"debrief/generator/edition"
	"debrief/generator/output"
	"debrief/generator/page"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
	"debrief/generator/source"
)

// Preview is an archive that is looked at again and again while somebody writes. Each look gives a Snapshot: both sites as a build would
// make them now. Of one look to the next only parsed files and the theme are kept; all else is worked out anew, when it is asked for.
type Preview struct {
	opts               PreviewOptions
	theme              themes
	internal, external edition.Memory

	mu     sync.Mutex // held while looking
	reader *reader
	latest *Snapshot
}

// PreviewOptions say what to look at.
type PreviewOptions struct {
	// Root is the archive's folder, or a single file.
	Root string
	// Drafts takes drafts into the internal edition.
	Drafts bool
	// Progress, unless nil, is told how far the first look is. It is called from one goroutine at a time.
	Progress func(Progress)
}

// NewPreview returns a preview. Nothing is read before the first look.
func NewPreview(opts PreviewOptions) *Preview {
	return &Preview{opts: opts, reader: newReader(opts.Root)}
}

// Look looks at the names again, files or folders relative to the archive with slashes, because they may have changed; with no names, at
// everything. It returns the snapshot it returned before when that still holds. An error means that there is no archive, or that the
// machine failed.
func (p *Preview) Look(ctx context.Context, names ...string) (*Snapshot, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(names) == 0 {
		p.reader.disk.Doubt()
	} else {
		p.reader.disk.Forget(names...)
	}
	a, err := p.reader.read(ctx, p.opts.Progress)
	if err != nil {
		return nil, err
	}
	theme, err := a.sumTheme()
	if err != nil {
		return nil, err
	}
	last := p.latest
	if last != nil && len(a.changed) == 0 && theme == last.theme && slices.Equal(a.Problems, last.Problems) {
		return last, nil
	}
	s := &Snapshot{Reading: a.Reading, Problems: a.Problems, Changed: a.changed, archive: a, theme: theme, sites: map[edition.Audience]*SnapshotSite{}}
	s.Number = 1
	if last != nil {
		s.Number = last.Number + 1
		if len(s.Changed) == 0 && theme != last.theme {
			s.Changed = []string{a.Model.Config.Theme}
		}
	}
	for _, audience := range []edition.Audience{edition.Internal, edition.External} {
		s.sites[audience] = newSnapshotSite(p, a, audience)
	}
	p.latest = s
	return s, nil
}

// Snapshot is the archive at one moment. It does not change; it may be used from any goroutine.
type Snapshot struct {
	// Number counts the snapshots of a preview from 1.
	Number int
	Reading
	// Problems are those of the archive; what only one of its sites has to say is among that site's.
	Problems problem.List
	// Changed are the files that are new, gone or other than in the snapshot before, sorted.
	Changed []string

	archive *Archive
	theme   [sha256.Size]byte
	sites   map[edition.Audience]*SnapshotSite
}

// Site returns one of the two sites.
func (s *Snapshot) Site(audience edition.Audience) *SnapshotSite { return s.sites[audience] }

// ThemeFolder is the publisher's own theme folder in the archive; empty for none.
func (s *Snapshot) ThemeFolder() string { return s.archive.Model.Config.Theme }

// IsEmpty reports whether a postmortem or a page had nothing in it.
func (s *Snapshot) IsEmpty(file string) bool { return s.archive.tree.IsEmpty(file) }

// Source is the file of the archive that the page in a file of a site is made from; empty for a page that is made from many.
func (s *Snapshot) Source(file string) string { return s.archive.source(file) }

// Outside says why the external site has no page at a site path at which the internal one has; empty when it has one.
func (s *Snapshot) Outside(sitePath string) (why string, err error) {
	site, err := s.Site(edition.External).begun()
	if err != nil {
		return "", err
	}
	file := page.FilePath(sitePath)
	if _, ok := site.find(file); ok {
		return "", nil
	}
	for _, inc := range s.archive.Model.Incidents {
		if file == page.FilePath(page.IncidentPath(inc.Slug)) {
			return whyNotOutside(inc), nil
		}
	}
	for _, free := range s.archive.Model.Pages {
		if file == page.FilePath(page.FreePath(free.Slug)) {
			return "This page is internal. A page goes outside with “visibility: public”.", nil
		}
	}
	return "Only the internal site has this page.", nil
}

func whyNotOutside(inc *archive.Incident) string {
	public := inc.Visibility == postmortem.Public
	switch {
	case !public && inc.Status == postmortem.Draft:
		return "This postmortem is a draft, and internal. It goes outside with “visibility: public” and “status: published”."
	case !public:
		return "This postmortem is internal. It goes outside with “visibility: public” and an External summary."
	case inc.Status == postmortem.Draft:
		return "This postmortem is a draft. It goes outside with “status: published”."
	case inc.Status == postmortem.Review:
		return "This postmortem is in review. It goes outside with “status: published”."
	default:
		return "This postmortem is public, but it has no section “External summary” with something to show."
	}
}

// SnapshotSite is one of the two sites of a snapshot. Every part of it is made when it is first asked for.
type SnapshotSite struct {
	begun  func() (*begunSite, error)
	others func() (map[string]output.File, error) // all files but pages and the search's
	search func() (map[string]output.File, error)
	audit  *audit.Audit // nil inside
	config *config.Config
}

func newSnapshotSite(p *Preview, a *Archive, audience edition.Audience) *SnapshotSite {
	s := &SnapshotSite{config: a.Model.Config}
	memory := &p.internal
	if audience == edition.External {
		memory = &p.external
	}
	s.begun = sync.OnceValues(func() (*begunSite, error) {
		return p.theme.begin(a, SiteOptions{Options: edition.Options{Audience: audience, Drafts: p.opts.Drafts, Memory: memory}})
	})
	s.others = sync.OnceValues(func() (map[string]output.File, error) {
		site, err := s.site()
		if err != nil {
			return nil, err
		}
		return byPath(site.others()), nil
	})
	s.search = sync.OnceValues(func() (map[string]output.File, error) {
		site, err := s.site()
		if err != nil {
			return nil, err
		}
		// Whoever asked first may have gone; what was begun is of use to the next.
		files, err := site.searchFiles(context.Background())
		return byPath(files), err
	})
	if audience == edition.External {
		// The passages of released text are left to build: to know them takes as long as reading the archive.
		s.audit = newAudit(a, nil)
	}
	return s
}

func byPath(files []output.File) map[string]output.File {
	m := make(map[string]output.File, len(files))
	for _, f := range files {
		m[f.Path] = f
	}
	return m
}

// site is the whole of it.
func (s *SnapshotSite) site() (*Site, error) {
	b, err := s.begun()
	if err != nil {
		return nil, err
	}
	return b.whole(), nil
}

// Produce makes the file with a path relative to the top of the site, with slashes: "incidents/inc-2024-017/index.html". The error is
// fs.ErrNotExist when the site has no such file. A file of the external site is searched for what must not leave; Problems tells.
func (s *SnapshotSite) Produce(file string) ([]byte, error) {
	f, err := s.find(file)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		return nil, err
	}
	if s.audit != nil {
		s.audit.File(file, b.Bytes())
	}
	return b.Bytes(), nil
}

// NotFound makes the page for addresses that lead nowhere, for a site that is served under a path such as "/internal/".
func (s *SnapshotSite) NotFound(base string) ([]byte, error) {
	site, err := s.begun()
	if err != nil {
		return nil, err
	}
	p, ok := site.find(page.FilePath(page.NotFoundPath))
	if !ok {
		return nil, fs.ErrNotExist
	}
	var b bytes.Buffer
	err = site.first.theme.Under(base).Page(&b, p.Make())
	return b.Bytes(), err
}

func (s *SnapshotSite) find(file string) (output.File, error) {
	site, err := s.begun()
	if err != nil {
		return output.File{}, err
	}
	if p, ok := site.find(file); ok {
		return site.first.page(p), nil
	}
	for _, part := range []func() (map[string]output.File, error){s.others, s.search} {
		files, err := part()
		if err != nil {
			return output.File{}, err
		}
		if f, ok := files[file]; ok {
			return f, nil
		}
		if !strings.Contains(file, "search/") {
			break // making the data of the search takes long, and all of it lies in folders of that name
		}
	}
	return output.File{}, fmt.Errorf("%s: %w", file, fs.ErrNotExist)
}

// Has reports whether the site has a page at a site path such as "/incidents/".
func (s *SnapshotSite) Has(sitePath string) bool { return s.HasFile(page.FilePath(sitePath)) }

// HasFile reports whether a file of the site, such as "incidents/index.html", is one of its pages.
func (s *SnapshotSite) HasFile(file string) bool {
	site, err := s.begun()
	if err != nil {
		return false
	}
	_, ok := site.find(file)
	return ok
}

// Files returns the paths of all files of the site, sorted.
func (s *SnapshotSite) Files() ([]string, error) {
	site, err := s.site()
	if err != nil {
		return nil, err
	}
	others, err := s.others()
	if err != nil {
		return nil, err
	}
	search, err := s.search()
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, p := range site.Plan.Pages {
		paths = append(paths, page.FilePath(p.Path))
	}
	paths = slices.AppendSeq(paths, maps.Keys(others))
	paths = slices.AppendSeq(paths, maps.Keys(search))
	slices.Sort(paths)
	return paths, nil
}

// Problems are those that only this site has. For the external site they include what was found in the files produced so far that must
// not leave, and would make a build hold the site back.
func (s *SnapshotSite) Problems() (problem.List, error) {
	site, err := s.begun()
	if err != nil {
		return nil, err
	}
	problems := slices.Clone(site.first.Problems)
	if s.audit != nil {
		if s.config.Broken() {
			problems.Add(unreadableConfig())
		}
		problems = append(problems, s.audit.Problems()...)
	}
	problems.Sort()
	return problems, nil
}

// HeldBack reports whether a build would not write the site, as far as the files that were produced tell.
func (s *SnapshotSite) HeldBack() bool {
	return s.audit != nil && (s.config.Broken() || len(s.audit.Problems()) > 0)
}

// Audit produces the files of the external site, so that HeldBack and Problems know of everything in them that must not leave. It leaves out
// the data of the search, which hold the words of the pages and take long to make.
func (s *SnapshotSite) Audit(ctx context.Context) error {
	if s.audit == nil {
		return nil
	}
	site, err := s.site()
	if err != nil {
		return err
	}
	for _, file := range site.Files() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := s.Produce(file.Path); err != nil {
			return err
		}
	}
	return nil
}

// IsForeign reports whether nothing in a folder of an archive is ever read, going by its path relative to the archive with slashes.
func IsForeign(folder string) bool { return source.IsForeign(path.Base(folder)) }

// IsConfig reports whether a file of an archive is its configuration.
func IsConfig(file string) bool { return slices.Contains(config.Files(), file) }
