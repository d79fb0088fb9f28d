package generator

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"

	"debrief/generator/archive"
	"debrief/generator/config"
	"debrief/generator/edition"
	"debrief/generator/output"
	"debrief/generator/page"
	"debrief/generator/postmortem"
	"debrief/generator/trend"
)

// The gallery is a small site for those who make a theme: its home page shows every component, and the others are there so that its links
// lead somewhere. It is made from an archive of specimens, on the way that every archive goes, and shown by a preview alone.

//go:embed gallery
var galleryFiles embed.FS

// Gallery makes a file of the gallery with the theme of the archive. The path is relative to the top of the gallery: "index.html" has
// all components. The error is fs.ErrNotExist when there is no such file.
func (s *Snapshot) Gallery(file string) ([]byte, error) {
	files, err := s.gallery()
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if f.Path == file {
			var b bytes.Buffer
			err := f.Write(&b)
			return b.Bytes(), err
		}
	}
	return nil, fmt.Errorf("%s: %w", file, fs.ErrNotExist)
}

// GalleryFiles returns the paths of all files of the gallery.
func (s *Snapshot) GalleryFiles() ([]string, error) {
	files, err := s.gallery()
	paths := make([]string, len(files))
	for i, f := range files {
		paths[i] = f.Path
	}
	return paths, err
}

func (s *Snapshot) gallery() ([]output.File, error) {
	like, err := s.Site(edition.Internal).site()
	if err != nil {
		return nil, err
	}
	gallery, err := specimens()
	if err != nil {
		return nil, fmt.Errorf("the gallery: %w", err)
	}
	site := *gallery.site
	site.theme = like.theme.For(*site.Plan.Site)
	return append(site.Files(), gallery.search...), nil
}

type galleryParts struct {
	site   *Site // without a theme
	search []output.File
}

// specimens is the gallery's site, which depends on nothing outside the program.
var specimens = sync.OnceValues(func() (*galleryParts, error) {
	root, err := fs.Sub(galleryFiles, "gallery")
	if err != nil {
		return nil, err
	}
	cfg, problems, err := config.Load(root)
	if err != nil {
		return nil, err
	}
	everything, err := fs.ReadFile(root, "everything.md")
	if err != nil {
		return nil, err
	}
	postmortems := []*postmortem.Postmortem{}
	read := func(file string, text []byte) {
		p, found := postmortem.Read(file, text, readerOptions(cfg))
		problems = append(problems, found...)
		postmortems = append(postmortems, p)
	}
	read("everything.md", everything)
	for i := range 40 {
		read(fmt.Sprintf("more-%02d.md", i+2), specimen(i))
	}
	model, found := archive.New(cfg, postmortems, nil, nil)
	e, more := edition.Project(model, edition.Options{Audience: edition.Internal, Drafts: true})
	problems = append(append(problems, found...), more...)
	if len(problems) > 0 {
		return nil, fmt.Errorf("%v", problems[0])
	}
	trends := trend.New(e, trend.Options{})
	site := &Site{Edition: e, Trends: trends, Plan: page.New(e, trends)}
	site.Plan.PutGallery("gal-1")
	search, err := site.searchFiles(context.Background())
	return &galleryParts{site: site, search: search}, err
})

// specimen is one of the small postmortems that drawings and lists are made of: of every severity, state and kind.
func specimen(i int) []byte {
	at := func(t time.Time) string { return t.Format(time.RFC3339) }
	pick := func(n int, of ...string) string { return of[n%len(of)] }
	started := time.Date(2025, 11, 20, 5+i*7%17, i*13%60, 0, 0, time.UTC).AddDate(0, 0, -i*17-i*i%9)
	length := time.Duration(12+(i*i*37)%400) * time.Minute
	var b strings.Builder
	fmt.Fprintf(&b, "---\nid: GAL-%d\ntitle: %s %s for %d minutes\nseverity: sev%s\nstatus: %s\nvisibility: %s\n", i+2,
		pick(i, "The kiln", "The press", "The archive room"), pick(i/3, "waited", "was full", "gave no answer", "worked twice"), int(length.Minutes()),
		pick(i, "2", "3", "4", "3", "1"), pick(i, "published", "published", "draft", "published"), pick(i, "public", "internal"))
	fmt.Fprintf(&b, "near_miss: %t\nservices: [%s]\nfactors: [%s]\ndetected_by: %s\nclass: %s\n", i%11 == 3,
		pick(i, "kiln", "press", "archive-room"), pick(i*3, "config-change", "capacity", "config-change, missing-alert", "missing-alert"),
		pick(i, "alert", "customer", "alert", "employee"), pick(i, "known-bug", "anticipated", "unanticipated"))
	fmt.Fprintf(&b, "started: %s\ndetected: %s\nmitigated: %s\nresolved: %s\n---\n\n", at(started), at(started.Add(length/5)), at(started.Add(length*3/4)), at(started.Add(length)))
	fmt.Fprintf(&b, "## Summary\n\nThe sheets came late, and by the evening all of them were there.\n\n## Action items\n\n- [%s] Look at the %s once a week (kiln team, due %s)\n\n",
		pick(i, "x", " "), pick(i, "lamp", "door", "shelf"), started.AddDate(0, 0, 21).Format(time.DateOnly))
	b.WriteString("## External summary\n\n### Summary\n\nOrders were printed late. Nothing was lost.\n")
	return []byte(b.String())
}
