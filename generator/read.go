package generator

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"

	"debrief/generator/archive"
	"debrief/generator/config"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
	"debrief/generator/source"

	"golang.org/x/sync/errgroup"
)

// Archive is an archive that was read.
type Archive struct {
	Model *archive.Archive
	Reading
	// Problems are those of single files and those between them, sorted.
	Problems problem.List

	tree    *source.Tree
	theme   fs.FS             // the publisher's own theme folder, or nil
	changed []string          // since the reading before
	texts   map[string][]byte // of the files that were read, when they were kept
}

// Reading tells what was read, and how.
type Reading struct {
	// Files counts the Markdown files that were looked at, Postmortems those that are one.
	Files       int `json:"files"`
	Postmortems int `json:"postmortems"`
	// Skipped are Markdown files that are no postmortems, with the reason.
	Skipped []source.Skipped `json:"skipped"`
	// Derived counts, for each field, in how many postmortems it was worked out because it was not stated.
	Derived map[string]int `json:"derived"`
}

// Read reads the archive in a folder, or in a single file. Problems of the archive are in the result; an error means that there is none, or
// that the machine failed.
func Read(ctx context.Context, root string, progress func(Progress)) (*Archive, error) {
	return newReader(root).read(ctx, progress)
}

// reader reads an archive, and reads it again when something changed. It keeps what parsing a file gave as long as the file's content is
// the same and so is what archive.yaml tells the parser. It serves one goroutine at a time.
type reader struct {
	disk *source.Disk
	// texts are those of files that hold another text than on the disk; see source.Cover.
	texts map[string][]byte

	tree     *source.Tree // of the last reading
	settings settings
	results  []*parsed // of the tree's postmortems and pages
	memory   archive.Memory
	derived  map[string]int // Reading.Derived
	// keepTexts keeps the files' texts and the parsed bodies, for check.
	keepTexts bool
	// kept is what earlier runs of the program left; nil to read every file.
	kept *kept
}

// parsed is what reading one file gave. It does not change.
type parsed struct {
	content [sha256.Size]byte
	text    []byte // see reader.keepTexts
	// decoding are the problems of the file's bytes; the others are those of the text.
	decoding, problems problem.List
	postmortem         *postmortem.Postmortem
	page               *postmortem.FreePage
	// unlike says why a postmortem does not look like one; empty when it does.
	unlike string
	// known is true for what an earlier run of the program kept.
	known bool
}

func newReader(root string) *reader { return &reader{disk: source.NewDisk(root)} }

func (r *reader) read(ctx context.Context, progress func(Progress)) (*Archive, error) {
	b, err := r.begin()
	if err != nil {
		return nil, err
	}
	return r.finish(ctx, b, progress)
}

// begun is an archive whose files were found, and its archive.yaml read.
type begun struct {
	tree     *source.Tree
	settings settings
	problems problem.List
}

func (r *reader) begin() (*begun, error) {
	tree, problems, err := r.disk.Scan()
	if err != nil {
		return nil, err
	}
	settings, err := r.settings.load(source.Cover(os.DirFS(tree.Root), r.texts))
	if err != nil {
		return nil, err
	}
	settings.options.KeepDocument = r.keepTexts
	return &begun{tree, settings, append(problems, settings.problems...)}, nil
}

// theme is the publisher's own theme folder, or nil.
func (b *begun) theme() fs.FS {
	if theme := b.settings.config.Theme; theme != "" {
		return os.DirFS(filepath.Join(b.tree.Root, filepath.FromSlash(theme)))
	}
	return nil
}

// finish reads the files and sets them side by side.
func (r *reader) finish(ctx context.Context, b *begun, progress func(Progress)) (*Archive, error) {
	tree, settings, problems := b.tree, b.settings, b.problems
	results, err := r.parse(ctx, tree, settings, progress)
	if err != nil {
		return nil, err
	}
	files := slices.Concat(tree.Postmortems, tree.Pages)
	a := &Archive{Reading: Reading{Files: len(files) + len(tree.Skipped), Skipped: slices.Clone(tree.Skipped)}, tree: tree}
	a.changed = r.changes(tree, settings, files, results)
	a.Derived = r.countDerived(tree, results)
	r.tree, r.settings, r.results = tree, settings, results
	postmortems := make([]*postmortem.Postmortem, 0, len(tree.Postmortems))
	var pages []*postmortem.FreePage
	for i, file := range files {
		one := results[i]
		problems = append(problems, one.decoding...)
		switch {
		case one.unlike != "" && !tree.Declared:
			a.Skipped = append(a.Skipped, source.Skipped{File: file, Reason: one.unlike})
			continue
		case one.postmortem != nil:
			postmortems = append(postmortems, one.postmortem)
		case one.page != nil:
			pages = append(pages, one.page)
		}
		problems = append(problems, one.problems...)
	}
	slices.SortFunc(a.Skipped, source.CompareSkipped)
	var between problem.List
	a.Model, between = r.memory.New(settings.config, postmortems, pages, tree.Attachments)
	a.Reading.Postmortems = len(a.Model.Incidents)
	a.Problems = append(problems, between...)
	a.Problems.Sort()
	a.theme = b.theme()
	if r.keepTexts {
		a.texts = make(map[string][]byte, len(files))
		for i, file := range files {
			a.texts[file] = results[i].text
		}
	}
	return a, nil
}

// parse reads and parses the postmortems and pages of a tree, in this order; those that are known already it takes from the last reading.
func (r *reader) parse(ctx context.Context, tree *source.Tree, settings settings, progress func(Progress)) ([]*parsed, error) {
	files := slices.Concat(tree.Postmortems, tree.Pages)
	results := make([]*parsed, len(files))
	todo, before := r.toRead(tree, settings, files, results)
	known := func(i int) *parsed {
		last := before(i)
		if last != nil && settings.reading == r.settings.reading && (last.page != nil) == (i >= len(tree.Postmortems)) {
			return last
		}
		return nil
	}
	if r.kept != nil {
		r.kept.reading = settings.reading
	}
	counter := newCounter("read", len(todo), progress)
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, i := range todo {
		file, last := files[i], known(i)
		if last != nil && tree.Same(r.tree, file) {
			results[i] = last
			counter.add()
			continue
		}
		group.Go(func() error {
			defer counter.add()
			if err := within.Err(); err != nil {
				return err
			}
			src, decoding, err := tree.Read(file)
			if err != nil {
				return err
			}
			content := sha256.Sum256(src)
			if last != nil && src != nil && last.content == content && slices.Equal(last.decoding, decoding) {
				results[i] = last
				return nil
			}
			isPage := i >= len(tree.Postmortems)
			if src != nil {
				results[i] = r.kept.parsed(file, content, isPage)
			}
			if results[i] == nil {
				results[i] = parseFile(file, src, isPage, settings.options)
			}
			results[i].content, results[i].decoding = content, decoding
			if r.keepTexts {
				results[i].text = src
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	r.kept.keepParsed(ctx, files, results)
	return results, nil
}

// toRead returns the numbers of the files that must be looked at, and what each of all was at the last reading; nil for nothing. The results
// of the others are set. Where the disk knows at once what changed, nothing else is looked at.
func (r *reader) toRead(tree *source.Tree, settings settings, files []string, results []*parsed) (todo []int, before func(i int) *parsed) {
	if r.tree != nil && settings.reading == r.settings.reading {
		if changed, ok := tree.Since(r.tree); ok {
			copy(results, r.results)
			for _, file := range changed {
				if i := fileNumber(tree, file); i >= 0 {
					todo, results[i] = append(todo, i), nil
				}
			}
			last := r.results
			return todo, func(i int) *parsed { return last[i] }
		}
	}
	last := make(map[string]*parsed, len(r.results))
	if r.tree != nil {
		for i, file := range slices.Concat(r.tree.Postmortems, r.tree.Pages) {
			last[file] = r.results[i]
		}
	}
	todo = make([]int, len(files))
	for i := range files {
		todo[i] = i
	}
	return todo, func(i int) *parsed { return last[files[i]] }
}

// fileNumber is the index of a file among the postmortems and, after them, the pages of a tree; -1 when it is none of them.
func fileNumber(tree *source.Tree, file string) int {
	if i, ok := slices.BinarySearch(tree.Postmortems, file); ok {
		return i
	}
	if i, ok := slices.BinarySearch(tree.Pages, file); ok {
		return len(tree.Postmortems) + i
	}
	return -1
}

func parseFile(file string, src []byte, isPage bool, opts postmortem.Options) *parsed {
	one := &parsed{}
	switch {
	case src == nil:
	case isPage:
		one.page, one.problems = postmortem.ReadPage(file, src, opts)
	default:
		one.postmortem, one.problems = postmortem.Read(file, src, opts)
		if ok, why := postmortem.LooksLike(one.postmortem); !ok {
			one.unlike = why
		}
	}
	return one
}

// countDerived counts the fields that were worked out. Where files stayed the same, so did their share of the last count.
func (r *reader) countDerived(tree *source.Tree, results []*parsed) map[string]int {
	counts, before := maps.Clone(r.derived), r.results
	if r.tree == nil || len(before) != len(results) || tree.Declared != r.tree.Declared {
		counts, before = map[string]int{}, make([]*parsed, len(results))
	}
	add := func(one *parsed, n int) {
		if one == nil || one.postmortem == nil || one.unlike != "" && !tree.Declared {
			return
		}
		for _, field := range one.postmortem.Derived {
			if counts[field] += n; counts[field] == 0 {
				delete(counts, field)
			}
		}
	}
	for i, one := range results {
		if one != before[i] {
			add(before[i], -1)
			add(one, 1)
		}
	}
	r.derived = counts
	return maps.Clone(counts)
}

// changes returns the files that are new, gone or other than at the last reading, sorted; nil at the first.
func (r *reader) changes(tree *source.Tree, settings settings, files []string, results []*parsed) []string {
	if r.tree == nil {
		return nil
	}
	var changed []string
	if settings.content != r.settings.content {
		changed = append(changed, configFile)
	}
	if names, ok := tree.Since(r.tree); ok && len(results) == len(r.results) {
		for i, file := range files {
			if r.results[i] != results[i] {
				changed = append(changed, file)
			}
		}
		for _, file := range names {
			if fileNumber(tree, file) < 0 {
				changed = append(changed, file)
			}
		}
		slices.Sort(changed)
		return slices.Compact(changed)
	}
	last := make(map[string]*parsed, len(r.results))
	for i, file := range slices.Concat(r.tree.Postmortems, r.tree.Pages) {
		last[file] = r.results[i]
	}
	there := make(map[string]bool, len(files)+len(tree.Attachments))
	for i, file := range files {
		there[file] = true
		if last[file] != results[i] {
			changed = append(changed, file)
		}
	}
	for _, file := range tree.Attachments {
		there[file] = true
		if !tree.Same(r.tree, file) {
			changed = append(changed, file)
		}
	}
	for _, before := range [][]string{r.tree.Postmortems, r.tree.Pages, r.tree.Attachments} {
		for _, file := range before {
			if !there[file] {
				changed = append(changed, file)
			}
		}
	}
	slices.Sort(changed)
	return slices.Compact(changed)
}

// settings are archive.yaml as it was read.
type settings struct {
	config   *config.Config
	problems problem.List
	options  postmortem.Options
	// content identifies the bytes of the file, reading the part of it that parsing a postmortem depends on.
	content, reading [sha256.Size]byte
}

// load reads archive.yaml, or returns the settings as they are when it is the same.
func (s settings) load(root fs.FS) (settings, error) {
	texts, content, err := readConfig(root)
	if err != nil {
		return settings{}, err
	}
	// What is wrong in archive.yaml may be something outside it, so that is looked at again.
	if s.config != nil && s.content == content && len(s.problems) == 0 && s.hasTheme(root) {
		return s, nil
	}
	cfg, problems, err := config.Load(source.Cover(root, texts)) // what was read already, should it change in this moment
	if err != nil {
		return settings{}, err
	}
	opts := readerOptions(cfg)
	return settings{config: cfg, problems: problems, options: opts, content: content, reading: sumOptions(opts, cfg)}, nil
}

func (s settings) hasTheme(root fs.FS) bool {
	info, err := fs.Stat(root, path.Join(".", s.config.Theme))
	return err == nil && info.IsDir()
}

// readConfig reads the files that a configuration is made from, those that there are, and identifies their content.
func readConfig(root fs.FS) (texts map[string][]byte, sum [sha256.Size]byte, err error) {
	h := sha256.New()
	texts = map[string][]byte{}
	for _, name := range config.Files() {
		content, err := fs.ReadFile(root, name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, sum, fmt.Errorf("reading the configuration: %w", err)
		}
		if err == nil {
			texts[name] = content
		}
		fmt.Fprintf(h, "%d %t\n%s", len(content), err == nil, content)
	}
	return texts, [sha256.Size]byte(h.Sum(nil)), nil
}

// sumOptions identifies what the parser is told.
func sumOptions(opts postmortem.Options, c *config.Config) [sha256.Size]byte {
	// A location and a function say nothing when they are printed; the function knows the severities.
	location := opts.Location.String()
	opts.Location, opts.Severity = nil, nil
	severities := slices.Clone(c.Severities)
	for i := range severities {
		severities[i].At = problem.Position{} // a line more above it changes nothing
	}
	return sha256.Sum256(fmt.Appendf(nil, "%+v\n%s\n%+v", opts, location, severities))
}

// Inspection is one file, read by itself.
type Inspection struct {
	Postmortem *postmortem.Postmortem
	Problems   problem.List
}

// ReadFile reads one postmortem with the archive.yaml of its folder or of the nearest one above.
func ReadFile(file string) (*Inspection, error) {
	tree, problems, err := source.Scan(file)
	if err != nil {
		return nil, err
	}
	if len(tree.Postmortems) != 1 {
		if info, err := os.Stat(file); err == nil && !info.IsDir() && len(problems) > 0 {
			return nil, fmt.Errorf("%s: %s", file, problems[0].Message)
		}
		return nil, fmt.Errorf("%s is a folder; inspect takes a file", file)
	}
	name := tree.Postmortems[0]
	src, found, err := tree.Read(name)
	if err != nil {
		return nil, err
	}
	problems = append(problems, found...)
	cfg := config.Default()
	if root, ok := archiveAbove(tree.Root); ok {
		if cfg, _, err = loadConfig(root); err != nil {
			return nil, err
		}
	}
	p, found := postmortem.Read(withFolder(tree.Root, name), src, readerOptions(cfg))
	problems = append(problems, found...)
	problems.Sort()
	return &Inspection{Postmortem: p, Problems: problems}, nil
}

// withFolder puts the name of its folder before a file's: an index.md is named after it.
func withFolder(root, name string) string {
	abs, err := filepath.Abs(root)
	if err != nil {
		return name
	}
	return filepath.Base(abs) + "/" + name
}

// archiveAbove finds the folder of the archive.yaml that a folder belongs to: its own, or that of a folder above it.
func archiveAbove(dir string) (string, bool) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", false
	}
	for {
		for _, name := range config.Files() {
			if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.Mode().IsRegular() {
				return dir, true
			}
		}
		above := filepath.Dir(dir)
		if above == dir {
			return "", false
		}
		dir = above
	}
}

func loadConfig(root string) (*config.Config, problem.List, error) {
	return config.Load(os.DirFS(root))
}

// readerOptions are what the reader of a single file must know of the archive it belongs to.
func readerOptions(cfg *config.Config) postmortem.Options {
	opts := postmortem.Options{
		Location: cfg.Location,
		Severity: func(name string) (string, bool) {
			s, ok := cfg.Severity(name)
			return s.ID, ok
		},
		Synonyms: map[postmortem.SectionName][]string{},
	}
	for _, s := range cfg.Sections {
		name := postmortem.SectionName(s.Section)
		opts.Synonyms[name] = append(opts.Synonyms[name], s.Headings...)
	}
	for _, t := range cfg.Glossary {
		opts.Terms = append(opts.Terms, t.Term)
	}
	return opts
}
